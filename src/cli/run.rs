//! `shakedown run`: one run.

use super::assets::Assets;
use super::common::{Refusal, load, parse_level, parse_override, parse_played_dt, resolve_one, spec};
use super::standard::PlayOptions;
use super::{EXIT_FAILED, EXIT_FAULT, EXIT_USAGE, EXIT_WARNINGS};
use crate::engine::{RunInput, RunSpec, simulate};
use crate::record::Sink;
use crate::record::sink::{EventsSink, TraceSink};
use crate::scenario::play::{Controllers, EgoChoice};
use crate::state::automation::AutomationLevel;
use crate::state::record::{Outcome, RunRecord};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `run`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  shakedown run kirkland/rain_hill_stop --level L3 --seed 7 --set weather.rain_mmph=20\n  \
                  shakedown run cut-in.xosc --ego Ego --level L3\n  \
                  shakedown run cut-in.xosc --no-ego --trace trace.csv --events events.csv\n  \
                  shakedown run kirkland/dry_baseline --level L0 --input out/drives/runs/0123456789abcdef/input.json"
)]
pub struct RunArgs {
    /// Scenario: a .toml or OpenSCENARIO .xosc file, or the name of a bundled one (see `shakedown list scenarios`).
    pub scenario: String,
    /// Level of the ego's feature, L0 to L5 [default: the scenario's].
    #[arg(long, value_parser = parse_level)]
    pub level: Option<AutomationLevel>,
    /// Seed of all random streams.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Changes a value of the scenario or one of its parameters; repeatable.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = parse_override)]
    pub set: Vec<(String, String)>,
    /// Tick length in seconds, 0.001 to 0.1 (to 60 with --no-ego).
    #[arg(long, value_name = "S", default_value = "0.02", value_parser = parse_played_dt)]
    pub dt: u64,
    /// Ends the run at S simulated seconds at the latest.
    #[arg(long, value_name = "S")]
    pub until: Option<f64>,
    /// The entity of an OpenSCENARIO file that our vehicle replaces [default: the first with a controller, else
    /// the first vehicle].
    #[arg(long, value_name = "NAME", conflicts_with = "no_ego")]
    pub ego: Option<String>,
    /// Plays an OpenSCENARIO file exactly as written: no entity is replaced.
    #[arg(long)]
    pub no_ego: bool,
    /// Ignores the activation of controllers in an OpenSCENARIO file.
    #[arg(long)]
    pub disable_controllers: bool,
    /// Applies the interventions and the human input of a kept run (`runs/<run_id>/input.json` of a batch directory).
    #[arg(long, value_name = "FILE.json")]
    pub input: Option<PathBuf>,
    /// Writes record.json into this directory.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Writes one row per participant and tick.
    #[arg(long, value_name = "FILE.csv")]
    pub trace: Option<PathBuf>,
    /// Writes every recorded event.
    #[arg(long, value_name = "FILE.csv")]
    pub events: Option<PathBuf>,
    /// Prints the RunRecord as JSON.
    #[arg(long)]
    pub json: bool,
}

impl RunArgs {
    fn play_options(&self) -> PlayOptions {
        let ego = match (&self.ego, self.no_ego) {
            (Some(name), _) => EgoChoice::Named(name.clone()),
            (None, true) => EgoChoice::Nobody,
            (None, false) => EgoChoice::Default,
        };
        let controllers = if self.disable_controllers { Controllers::Ignored } else { Controllers::Heard };
        PlayOptions { ego, controllers }
    }
}

/// Runs the command.
pub fn run(args: RunArgs) -> ExitCode {
    match execute(&args) {
        Ok(code) => code,
        Err(refusal) => refusal.exit(),
    }
}

fn execute(args: &RunArgs) -> Result<ExitCode, Refusal> {
    let mut assets = Assets::open()?;
    assets.play = args.play_options();
    let file = resolve_one(&assets, &args.scenario)?;
    let scenario = load(&assets, &file, &args.set)?;
    if args.dt > RunSpec::DT_NS_MAX && scenario.ego.is_some() {
        let text = format!(
            "error: --dt {} s is outside 0.001 s to 0.1 s; longer ticks are for scenarios played with --no-ego",
            args.dt as f64 * 1e-9
        );
        return Err(Refusal(text, EXIT_USAGE));
    }
    let mut spec: RunSpec = spec(&assets, scenario, args.level, args.seed, args.dt)?;
    spec.until_s = args.until;
    if let Some(path) = &args.input {
        let refuse = |why: String| Refusal(format!("error: {}: {why}", path.display()), EXIT_USAGE);
        let bytes = std::fs::read(path).map_err(|error| refuse(error.to_string()))?;
        let input = RunInput::from_json(&bytes).map_err(|error| refuse(error.to_string()))?;
        spec = input.applied_to(spec);
    }
    let unwritable = |path: &PathBuf, error: std::io::Error| {
        Refusal(format!("error: {}: {error}", path.display()), EXIT_USAGE)
    };
    let mut trace = match &args.trace {
        Some(path) => Some(TraceSink::create(path).map_err(|error| unwritable(path, error))?),
        None => None,
    };
    let mut events = match &args.events {
        Some(path) => Some(EventsSink::create(path).map_err(|error| unwritable(path, error))?),
        None => None,
    };
    let mut sinks: Vec<&mut dyn Sink> = Vec::new();
    sinks.extend(trace.as_mut().map(|sink| sink as &mut dyn Sink));
    sinks.extend(events.as_mut().map(|sink| sink as &mut dyn Sink));
    let record = simulate(&spec, &mut sinks)?;
    if let Some(dir) = &args.out {
        let path = dir.join("record.json");
        std::fs::create_dir_all(dir)
            .and_then(|()| std::fs::write(&path, serde_json::to_vec_pretty(&record).unwrap_or_default()))
            .map_err(|error| Refusal(format!("error: {}: {error}", path.display()), EXIT_FAULT))?;
    }
    for warning in &record.warnings {
        eprintln!("warning: {warning}");
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&record).unwrap_or_default());
    } else {
        print!("{}", summary(&record, &spec.scenario.title));
    }
    Ok(exit_code(&record))
}

/// Exit code of a finished run.
pub fn exit_code(record: &RunRecord) -> ExitCode {
    match (record.outcome, record.passed) {
        (Outcome::Fault, _) => ExitCode::from(EXIT_FAULT),
        (_, false) => ExitCode::from(EXIT_FAILED),
        (_, true) if !record.warnings.is_empty() => ExitCode::from(EXIT_WARNINGS),
        (_, true) => ExitCode::SUCCESS,
    }
}

/// A summary for people.
pub fn summary(record: &RunRecord, title: &str) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    let _ = writeln!(text, "{}: {title}", record.scenario);
    let _ = writeln!(
        text,
        "  {} seed {}   {} after {:.1} s and {:.0} m ({:.0} m automated)   {}",
        record.level,
        record.seed,
        record.outcome.as_str().replace('_', " "),
        record.sim_time_s,
        record.distance_m,
        record.distance_automated_m,
        if record.passed { "passed" } else { "NOT passed" },
    );
    for (name, held) in &record.criteria {
        if !held {
            let _ = writeln!(text, "  criterion not met: {name}");
        }
    }
    for collision in &record.collisions {
        let _ = writeln!(
            text,
            "  {:6.2} s  collision of {} and {} at {:.1} m/s",
            collision.time_s, collision.a, collision.b, collision.relative_speed_mps
        );
    }
    for d in &record.disengagements {
        let _ = writeln!(
            text,
            "  {:6.2} s  disengagement by {}: {} ({}; {})",
            d.time_s,
            d.initiator.as_str().replace('_', " "),
            d.description,
            d.cause.as_str().replace('_', " "),
            d.outcome.as_str().replace('_', " "),
        );
        if let Some(reaction) = d.reaction_time_s {
            let _ = writeln!(text, "            hands on after {reaction:.2} s");
        }
    }
    for name in ["ttc_min_s", "headway_min_s", "pet_min_s", "decel_max_mps2"] {
        if let Some(value) = record.metrics.get(name) {
            let _ = writeln!(text, "  {name:<16} {value:.2}");
        }
    }
    if let Some(fault) = &record.fault {
        let _ = writeln!(text, "  FAULT: {fault}");
    }
    let _ = writeln!(text, "  run {}   state hash {}", record.run_id, record.state_hash);
    text
}
