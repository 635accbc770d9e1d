//! `shakedown batch`: many runs in parallel, resumable, with tables and a report.

use super::assets::{Assets, ScenarioFile};
use super::common::{Refusal, parse_dt, parse_override};
use super::{EXIT_FAULT, EXIT_USAGE, EXIT_WARNINGS};
use crate::batch::{
    BatchDir, BatchEnd, BatchError, BatchRequest, Loaded, Sampler, ScenarioRef, Shard, Sitting, Source,
    run_batch, simulate_run,
};
use crate::report::stats::rate_per_1000_km;
use crate::scenario::Files;
use crate::state::automation::AutomationLevel;
use crate::state::record::{Outcome, RunRecord};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// Arguments of `batch`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  shakedown batch kirkland --levels L2,L3,L4 --variations 16 --out out/kirkland\n\n\
                  A run that fails its own criteria is data: the exit code is 0 when the batch is done, \
                  3 when it was interrupted or lost data, 4 when a run ended in an engine fault."
)]
pub struct BatchArgs {
    /// Scenarios: .toml files, directories of them, or names of bundled ones.
    #[arg(required = true, value_name = "SCENARIO")]
    pub scenarios: Vec<String>,
    /// Levels of the ego's feature, e.g. L0,L3, or `all` [default: each scenario's own].
    #[arg(long, value_delimiter = ',')]
    pub levels: Vec<String>,
    /// Runs of each scenario and level: the first with the file's own parameter values, the others sampled.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub variations: u32,
    /// How variations are sampled: sobol, lhs, random or grid.
    #[arg(long, default_value = "sobol")]
    pub sampler: Sampler,
    /// Seed of the batch; the seeds of its runs come from it.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Runs at a time [default: one a core].
    #[arg(long, value_name = "J")]
    pub jobs: Option<usize>,
    /// Directory of the batch [default: out/batch].
    #[arg(long, value_name = "DIR", default_value = "out/batch")]
    pub out: PathBuf,
    /// Finishes the batch that is in the directory.
    #[arg(long)]
    pub resume: bool,
    /// Makes only the K-th of N parts; join them with `shakedown merge`.
    #[arg(long, value_name = "K/N")]
    pub shard: Option<Shard>,
    /// Changes a value of every scenario; repeatable.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = parse_override)]
    pub set: Vec<(String, String)>,
    /// Tick length in seconds, 0.001 to 0.1.
    #[arg(long, value_name = "S", default_value = "0.02", value_parser = parse_dt)]
    pub dt: u64,
    /// Ends every run at S simulated seconds at the latest.
    #[arg(long, value_name = "S")]
    pub until: Option<f64>,
    /// Makes no report.html.
    #[arg(long)]
    pub no_report: bool,
    /// No progress bar and no summary.
    #[arg(long, short)]
    pub quiet: bool,
    /// Prints one JSON value.
    #[arg(long)]
    pub json: bool,
}

/// Loads scenarios from the assets.
pub struct AssetSource<'a>(pub &'a Assets);

impl Source for AssetSource<'_> {
    fn load(&self, file: &ScenarioRef, overrides: &[(String, String)]) -> Result<Loaded, String> {
        let found = ScenarioFile { name: file.name.clone(), path: file.path.clone() };
        let scenario = match self.0.load(&found, overrides).map_err(|error| error.to_string())? {
            Ok(scenario) => Arc::new(scenario),
            Err(problems) => {
                return Err(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
            }
        };
        let network = self.0.map(&scenario.map).map_err(|why| format!("map `{}`: {why:?}", scenario.map))?;
        Ok(Loaded { scenario, network, vehicles: self.0.vehicles.clone() })
    }
}

/// Runs the command.
pub fn run(args: BatchArgs) -> ExitCode {
    match execute(&args) {
        Ok(code) => code,
        Err(refusal) => refusal.exit(),
    }
}

/// Threads to use when the command line says nothing.
pub(super) fn default_jobs() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn levels(texts: &[String]) -> Result<Vec<AutomationLevel>, Refusal> {
    let mut levels = Vec::new();
    for text in texts.iter().map(|t| t.trim()).filter(|t| !t.is_empty()) {
        let found = match text {
            "all" => AutomationLevel::ALL.to_vec(),
            one => vec![one.parse().map_err(|why| Refusal(format!("error: {why}"), EXIT_USAGE))?],
        };
        for level in found {
            if !levels.contains(&level) {
                levels.push(level);
            }
        }
    }
    Ok(levels)
}

fn execute(args: &BatchArgs) -> Result<ExitCode, Refusal> {
    if args.jobs == Some(0) {
        return Err(Refusal("error: --jobs must be 1 or more".into(), EXIT_USAGE));
    }
    if args.until.is_some_and(|s| !(s.is_finite() && s > 0.0)) {
        return Err(Refusal("error: --until must be above 0 s".into(), EXIT_USAGE));
    }
    if args.out.exists() && !args.out.is_dir() {
        let text = format!("error: {} is no directory; name another --out", args.out.display());
        return Err(Refusal(text, EXIT_USAGE));
    }
    let assets = Assets::open()?;
    let mut scenarios = Vec::new();
    for argument in &args.scenarios {
        for file in assets.resolve(argument)? {
            scenarios.push(ScenarioRef { name: file.name, path: file.path });
        }
    }
    let request = BatchRequest {
        scenarios,
        levels: levels(&args.levels)?,
        variations: args.variations,
        sampler: args.sampler,
        seed: args.seed,
        dt_ns: args.dt,
        until_s: args.until,
        shard: args.shard,
        overrides: args.set.clone(),
    };
    let stop = Arc::new(AtomicBool::new(false));
    let asked = stop.clone();
    let handler = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        eprintln!("stopping after the runs in flight; press Ctrl-C again to leave at once");
    });
    if let Err(error) = handler {
        eprintln!("warning: Ctrl-C will not stop the batch cleanly: {error}");
    }
    let progress = Progress::new(args.quiet);
    let dir = BatchDir::new(&args.out);
    let sitting = Sitting {
        out: &dir,
        jobs: args.jobs.unwrap_or_else(default_jobs),
        resume: args.resume,
        stop: &stop,
        simulate: &simulate_run,
        begin: &|open, done| progress.begin(open, done),
        done: &|record| progress.done(record),
    };
    let end = run_batch(&request, &AssetSource(&assets), &sitting).map_err(|error| {
        let code = match error {
            BatchError::Plan(_) | BatchError::Occupied(_) | BatchError::Other { .. } => EXIT_USAGE,
            BatchError::Io { .. } => EXIT_WARNINGS,
        };
        Refusal(format!("error: {error}"), code)
    })?;
    progress.bar.finish_and_clear();
    let mut code = verdict(&end);
    if !args.no_report && !super::report::write(&args.out, args.quiet) {
        code = code.max(EXIT_WARNINGS);
    }
    let rows = summary(&end.made.records);
    if args.json {
        let json = serde_json::json!({
            "out": args.out.display().to_string(),
            "status": end.file.status,
            "plan_hash": end.file.plan.plan_hash,
            "counts": end.file.counts,
            "wall_s": end.file.wall_s,
            "cpu_s": end.file.cpu_s,
            "summary": rows,
            "faults": end.made.faults,
            "lost": end.made.lost,
        });
        println!("{}", serde_json::to_string_pretty(&json).unwrap_or_default());
    } else if !args.quiet {
        print!("{}", table_text(&rows));
        let sim_s: f64 = end.made.records.iter().map(|r| r.sim_time_s).sum();
        println!(
            "\n{} of {} runs, {:.1} s wall, {:.1} s CPU, {:.0} simulated s; results in {}",
            end.file.counts.done,
            end.file.counts.planned,
            end.file.wall_s,
            end.file.cpu_s,
            sim_s,
            args.out.display()
        );
    }
    for scenario in end.file.plan.scenarios.iter().filter(|s| s.excluded > 0 && !args.quiet) {
        eprintln!(
            "{}: {} variations break the constraints of the scenario's own parameters and were left out",
            scenario.name, scenario.excluded
        );
    }
    for (run_id, fault) in end.made.faults.iter().take(5) {
        eprintln!("fault in run {run_id}: {fault}");
    }
    if !end.made.lost.is_empty() {
        eprintln!(
            "{} runs are not done; finish them with the same command and --resume",
            end.made.lost.len()
        );
    }
    Ok(ExitCode::from(code))
}

/// Exit code of a batch.
fn verdict(end: &BatchEnd) -> u8 {
    if !end.made.faults.is_empty() {
        EXIT_FAULT
    } else if !end.made.lost.is_empty() || end.file.counts.with_warnings > 0 {
        EXIT_WARNINGS
    } else {
        0
    }
}

/// One line of the summary: a scenario at a level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SummaryRow {
    /// Scenario.
    pub scenario: String,
    /// Level.
    pub level: AutomationLevel,
    /// Runs.
    pub runs: usize,
    /// Runs that met their criteria.
    pub passed: usize,
    /// Runs that ended in a collision of the ego.
    pub collisions: usize,
    /// Disengagements.
    pub disengagements: usize,
    /// Runs that ended in a minimal risk condition.
    pub minimal_risk_conditions: usize,
    /// Runs that ran out of time.
    pub timeouts: usize,
    /// Runs that ended in a fault.
    pub faults: usize,
    /// Automated distance, km.
    pub automated_km: f64,
    /// Disengagements per 1000 automated km with the exact 95 % interval; null without distance.
    pub disengagements_per_1000_km: Option<[f64; 3]>,
}

/// The summary, by scenario and level in the order of the runs.
pub fn summary(records: &[RunRecord]) -> Vec<SummaryRow> {
    let mut rows: Vec<SummaryRow> = Vec::new();
    for record in records {
        let known = rows.iter().position(|r| r.scenario == record.scenario && r.level == record.level);
        let ix = known.unwrap_or_else(|| {
            rows.push(SummaryRow {
                scenario: record.scenario.clone(),
                level: record.level,
                runs: 0,
                passed: 0,
                collisions: 0,
                disengagements: 0,
                minimal_risk_conditions: 0,
                timeouts: 0,
                faults: 0,
                automated_km: 0.0,
                disengagements_per_1000_km: None,
            });
            rows.len() - 1
        });
        let row = &mut rows[ix];
        row.runs += 1;
        row.passed += usize::from(record.passed);
        row.disengagements += record.disengagements.len();
        row.automated_km += record.distance_automated_m / 1000.0;
        match record.outcome {
            Outcome::Completed => {}
            Outcome::Collision => row.collisions += 1,
            Outcome::MinimalRiskCondition => row.minimal_risk_conditions += 1,
            Outcome::Timeout => row.timeouts += 1,
            Outcome::Fault => row.faults += 1,
        }
    }
    rows.sort_by(|a, b| a.scenario.cmp(&b.scenario).then(a.level.cmp(&b.level)));
    for row in &mut rows {
        row.disengagements_per_1000_km = rate_per_1000_km(row.disengagements as u64, row.automated_km);
    }
    rows
}

/// The summary as text.
pub fn table_text(rows: &[SummaryRow]) -> String {
    use std::fmt::Write;
    let width = rows.iter().map(|r| r.scenario.chars().count()).max().unwrap_or(8).max(8);
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{:<width$}  level  runs  passed  collisions  disengagements  MRC  timeouts  faults",
        "scenario"
    );
    for r in rows {
        let _ = writeln!(
            text,
            "{:<width$}  {:<5}  {:>4}  {:>6}  {:>10}  {:>14}  {:>3}  {:>8}  {:>6}",
            r.scenario,
            r.level.as_str(),
            r.runs,
            r.passed,
            r.collisions,
            r.disengagements,
            r.minimal_risk_conditions,
            r.timeouts,
            r.faults
        );
    }
    text
}

struct Progress {
    bar: ProgressBar,
    begin: Instant,
    simulated_ms: AtomicU64,
}

impl Progress {
    fn new(quiet: bool) -> Self {
        let shown = !quiet && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) =
            ProgressStyle::with_template("{bar:30} {pos}/{len} runs  {per_sec}  {msg}  {eta} left")
        {
            bar.set_style(style);
        }
        Self { bar, begin: Instant::now(), simulated_ms: AtomicU64::new(0) }
    }

    fn begin(&self, open: usize, done: usize) {
        if done > 0 {
            eprintln!("{done} runs are done already, {open} to go");
        }
        self.bar.set_length(open as u64);
        self.bar.reset_elapsed();
    }

    fn done(&self, record: &RunRecord) {
        let ms = (record.sim_time_s * 1000.0) as u64;
        let total_s = (self.simulated_ms.fetch_add(ms, Ordering::Relaxed) + ms) as f64 / 1000.0;
        self.bar.set_message(format!(
            "{:.0} × real time",
            total_s / self.begin.elapsed().as_secs_f64().max(1e-3)
        ));
        self.bar.inc(1);
    }
}
