//! `shakedown bench`: the machine's own figures on standard workloads.
//!
//! Times are CPU time of the one thread that simulates, so a busy machine disturbs them less than wall
//! time would. The breakdown is measured in the same run, by a clock read between the tick sets.

use super::EXIT_FAULT;
use super::assets::Assets;
use super::common::Refusal;
use crate::engine::workload::{BATCH_40S, WORKLOADS, Workload};
use crate::engine::{RunSpec, build, simulate, tick};
use crate::scenario::{Files, MapFailure};
use crate::sim::{SimTick, TickSet};
use bevy::prelude::*;
use clap::Args;
use cpu_time::ThreadTime;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Arguments of `bench`.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  shakedown bench --only full_20")]
pub struct BenchArgs {
    /// Runs only workloads whose name contains this.
    #[arg(long, value_name = "NAME")]
    pub only: Option<String>,
    /// Prints one JSON value.
    #[arg(long)]
    pub json: bool,
}

/// One figure.
#[derive(serde::Serialize)]
struct Figure {
    workload: &'static str,
    agents: u32,
    dt_s: f64,
    real_time_factor: f64,
    agent_steps_per_cpu_s: f64,
    cpu_s: f64,
    peak_rss_mb: Option<f64>,
    breakdown: BTreeMap<String, f64>,
}

/// Runs the command.
pub fn run(args: BenchArgs) -> ExitCode {
    match execute(&args) {
        Ok(code) => code,
        Err(refusal) => refusal.exit(),
    }
}

fn execute(args: &BenchArgs) -> Result<ExitCode, Refusal> {
    let assets = Assets::open()?;
    let wanted = |name: &str| args.only.as_deref().is_none_or(|only| name.contains(only));
    let mut figures = Vec::new();
    for workload in WORKLOADS.iter().filter(|w| wanted(w.name)) {
        let spec = spec_of(&assets, workload)?;
        let figure = measure(workload, &spec)?;
        if !args.json {
            print_figure(&figure);
        }
        figures.push(figure);
    }
    if wanted("batch_40s") {
        let figure = measure_batch(&assets)?;
        if !args.json {
            print_figure(&figure);
        }
        figures.push(figure);
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&figures).unwrap_or_default());
    }
    Ok(ExitCode::SUCCESS)
}

fn print_figure(figure: &Figure) {
    println!(
        "{:<20} {:>4} agents  {:>8.0} × real time  {:>6.2} M agent-steps/CPU-s  {:>7.1} µs/tick  {:>5.0} MB",
        figure.workload,
        figure.agents,
        figure.real_time_factor,
        figure.agent_steps_per_cpu_s * 1e-6,
        figure.dt_s / figure.real_time_factor * 1e6,
        figure.peak_rss_mb.unwrap_or(f64::NAN),
    );
    let mut parts: Vec<(&String, &f64)> = figure.breakdown.iter().collect();
    parts.sort_by(|a, b| b.1.total_cmp(a.1));
    let text: Vec<String> = parts
        .iter()
        .filter(|(_, share)| **share >= 0.005)
        .map(|(name, share)| format!("{name} {:.0} %", **share * 100.0))
        .collect();
    println!("{:<20} {}", "", text.join("  "));
}

/// The run of a workload.
fn spec_of(assets: &Assets, workload: &Workload) -> Result<RunSpec, Refusal> {
    let map_error =
        |why: MapFailure| Refusal(format!("error: map `{}`: {why:?}", workload.map), super::EXIT_USAGE);
    let network = assets.map(workload.map).map_err(map_error)?;
    workload
        .spec(network, assets.vehicles.clone())
        .map_err(|missing| Refusal(format!("error: {missing}"), EXIT_FAULT))
}

/// Clock reads between the tick sets.
#[derive(Resource)]
struct Stamps {
    last: Instant,
    spent: [Duration; 12],
}

fn stamp<const SET: usize>(mut stamps: ResMut<Stamps>) {
    let now = Instant::now();
    let since = now - stamps.last;
    stamps.spent[SET] += since;
    stamps.last = now;
}

fn measure(workload: &Workload, spec: &RunSpec) -> Result<Figure, Refusal> {
    let ticks = (workload.seconds * 1e9 / spec.dt_ns as f64) as u64;
    // Pass one: undisturbed CPU time.
    let mut app = build(spec).map_err(crate::engine::RunError::from)?;
    let world = app.world_mut();
    for _ in 0..10 {
        tick(world);
    }
    let start = ThreadTime::now();
    for _ in 0..ticks {
        tick(world);
    }
    let cpu_s = start.elapsed().as_secs_f64();

    // Pass two: the same run with clock reads between the sets.
    let mut app = build(spec).map_err(crate::engine::RunError::from)?;
    app.insert_resource(Stamps { last: Instant::now(), spent: [Duration::ZERO; 12] });
    app.add_systems(
        SimTick,
        (
            stamp::<0>.after(TickSet::Advance).before(TickSet::Script),
            stamp::<1>.after(TickSet::Script).before(TickSet::Environment),
            stamp::<2>.after(TickSet::Environment).before(TickSet::Traffic),
            stamp::<3>.after(TickSet::Traffic).before(TickSet::Sense),
            stamp::<4>.after(TickSet::Sense).before(TickSet::Perceive),
            stamp::<5>.after(TickSet::Perceive).before(TickSet::Automate),
            stamp::<6>.after(TickSet::Automate).before(TickSet::Drive),
            stamp::<7>.after(TickSet::Drive).before(TickSet::Actuate),
            stamp::<8>.after(TickSet::Actuate).before(TickSet::Physics),
            stamp::<9>.after(TickSet::Physics).before(TickSet::Judge),
            stamp::<10>.after(TickSet::Judge).before(TickSet::Record),
            stamp::<11>.after(TickSet::Record),
        ),
    );
    let world = app.world_mut();
    for _ in 0..ticks {
        tick(world);
    }
    let spent = world.resource::<Stamps>().spent;
    let total: f64 = spent.iter().map(Duration::as_secs_f64).sum();
    let breakdown = TickSet::ALL
        .iter()
        .zip(spent)
        .map(|(set, time)| (format!("{set:?}").to_lowercase(), time.as_secs_f64() / total.max(1e-12)))
        .collect();
    let agents = workload.agents();
    Ok(Figure {
        workload: workload.name,
        agents,
        dt_s: spec.dt_ns as f64 * 1e-9,
        real_time_factor: workload.seconds / cpu_s,
        agent_steps_per_cpu_s: f64::from(agents) * ticks as f64 / cpu_s,
        cpu_s,
        peak_rss_mb: peak_rss_mb(),
        breakdown,
    })
}

/// 200 runs of 40 s with set-up, per run.
fn measure_batch(assets: &Assets) -> Result<Figure, Refusal> {
    const RUNS: u64 = 200;
    let workload = BATCH_40S;
    let spec = spec_of(assets, &workload)?;
    let start = ThreadTime::now();
    let mut simulated_s = 0.0;
    let mut ticks = 0;
    for seed in 0..RUNS {
        let record = simulate(&RunSpec { seed, ..spec.clone() }, &mut [])?;
        simulated_s += record.sim_time_s;
        ticks += record.ticks;
    }
    let cpu_s = start.elapsed().as_secs_f64();
    let agents = workload.agents();
    Ok(Figure {
        workload: workload.name,
        agents,
        dt_s: spec.dt_ns as f64 * 1e-9,
        real_time_factor: simulated_s / cpu_s,
        agent_steps_per_cpu_s: f64::from(agents) * ticks as f64 / cpu_s,
        cpu_s: cpu_s / RUNS as f64,
        peak_rss_mb: peak_rss_mb(),
        breakdown: BTreeMap::new(),
    })
}

/// Peak resident memory, MB; `None` where the system does not tell.
fn peak_rss_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}
