//! `shakedown levels`: the same scenario and seeds at L0…L5, side by side.

use super::EXIT_FAULT;
use super::assets::Assets;
use super::common::{Refusal, load, parse_override, resolve_one, spec};
use crate::automation::feature;
use crate::engine::{RunSpec, simulate};
use crate::state::automation::{AutomationLevel, ControlAuthority, FallbackHolder, FeatureMode};
use crate::state::record::{Outcome, RunRecord};
use clap::Args;
use rayon::prelude::*;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `levels`.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  shakedown levels levels/work_zone --seeds 5")]
pub struct LevelsArgs {
    /// Scenario: a .toml file or the name of a bundled one.
    pub scenario: String,
    /// Seeds 1…N at each level.
    #[arg(long, default_value_t = 1)]
    pub seeds: u64,
    /// Changes a value of the scenario or one of its parameters; repeatable.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = parse_override)]
    pub set: Vec<(String, String)>,
    /// Writes the records into this directory.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Prints one JSON value.
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
pub fn run(args: LevelsArgs) -> ExitCode {
    match execute(&args) {
        Ok(code) => code,
        Err(refusal) => refusal.exit(),
    }
}

/// Who does what at a level while its feature is engaged, and whether its design domain has limits (SAE
/// J3016, table 1).
fn roles(level: AutomationLevel, name: Option<&str>) -> [&'static str; 5] {
    let feature = name.and_then(feature::by_name).unwrap_or_else(|| feature::default_of(level));
    let mode = if level == AutomationLevel::L0 { FeatureMode::Off } else { FeatureMode::Active };
    let allocation = feature.allocation(mode);
    let who = |authority| match authority {
        ControlAuthority::Driver => "human",
        ControlAuthority::Feature | ControlAuthority::Fallback => "system",
    };
    let fallback = match allocation.fallback {
        FallbackHolder::Driver => "human",
        FallbackHolder::FallbackReadyUser => "fallback-ready user",
        FallbackHolder::System => "system",
    };
    let domain = match level {
        AutomationLevel::L0 => "n/a",
        AutomationLevel::L5 => "unlimited",
        _ => "limited",
    };
    [who(allocation.lateral), who(allocation.longitudinal), who(allocation.oedr), fallback, domain]
}

fn execute(args: &LevelsArgs) -> Result<ExitCode, Refusal> {
    let assets = Assets::open()?;
    let file = resolve_one(&assets, &args.scenario)?;
    let scenario = load(&assets, &file, &args.set)?;
    let mut specs = Vec::new();
    for level in AutomationLevel::ALL {
        for seed in 1..=args.seeds.max(1) {
            specs.push(spec(&assets, scenario.clone(), Some(level), seed, RunSpec::DT_NS_DEFAULT)?);
        }
    }
    let records: Vec<RunRecord> =
        specs.par_iter().map(|spec| simulate(spec, &mut [])).collect::<Result<_, _>>()?;
    if let Some(dir) = &args.out {
        for record in &records {
            let path = dir.join(format!("{}_{}.json", record.level, record.seed));
            std::fs::create_dir_all(dir)
                .and_then(|()| std::fs::write(&path, serde_json::to_vec_pretty(record).unwrap_or_default()))
                .map_err(|error| Refusal(format!("error: {}: {error}", path.display()), EXIT_FAULT))?;
        }
    }
    if args.json {
        let value: Vec<_> = AutomationLevel::ALL
            .iter()
            .map(|level| {
                let [lateral, longitudinal, oedr, fallback, domain] = roles(*level, fitted(&scenario, *level));
                let runs: Vec<&RunRecord> = records.iter().filter(|r| r.level == *level).collect();
                serde_json::json!({
                    "level": level,
                    "roles": {"lateral": lateral, "longitudinal": longitudinal, "oedr": oedr, "fallback": fallback, "odd": domain},
                    "runs": runs,
                })
            })
            .collect();
        println!("{}", serde_json::to_string_pretty(&value).unwrap_or_default());
    } else {
        println!("{}: {}", scenario.name, scenario.title);
        println!("{}\n", scenario.about);
        println!(
            "{:<5} {:<8} {:<12} {:<8} {:<20} {:<10} outcome",
            "level", "lateral", "longitudinal", "OEDR", "fallback", "ODD"
        );
        for level in AutomationLevel::ALL {
            let [lateral, longitudinal, oedr, fallback, domain] = roles(level, fitted(&scenario, level));
            let runs: Vec<&RunRecord> = records.iter().filter(|r| r.level == level).collect();
            println!(
                "{:<5} {lateral:<8} {longitudinal:<12} {oedr:<8} {fallback:<20} {domain:<10} {}",
                level.as_str(),
                outcomes(&runs)
            );
            if let [one] = runs.as_slice() {
                for d in &one.disengagements {
                    println!(
                        "      {:>6.1} s  {} → {}: {}",
                        d.time_s,
                        d.initiator.as_str().replace('_', " "),
                        d.outcome.as_str().replace('_', " "),
                        d.description
                    );
                }
                if let Some(line) = scenario.expect.get(level.as_str()) {
                    println!("      expected: {line}");
                }
            }
        }
    }
    let fault = records.iter().any(|r| r.outcome == Outcome::Fault);
    Ok(if fault { ExitCode::from(EXIT_FAULT) } else { ExitCode::SUCCESS })
}

fn fitted(scenario: &crate::scenario::Scenario, level: AutomationLevel) -> Option<&str> {
    scenario.ego.as_ref().and_then(|ego| ego.features.get(&level)).map(String::as_str)
}

/// One line on how the runs ended.
fn outcomes(runs: &[&RunRecord]) -> String {
    if let [one] = runs {
        return format!(
            "{} after {:.0} s, {:.0} m, {} disengagement{}",
            one.outcome.as_str().replace('_', " "),
            one.sim_time_s,
            one.distance_m,
            one.disengagements.len(),
            if one.disengagements.len() == 1 { "" } else { "s" },
        );
    }
    let mut parts = Vec::new();
    for outcome in [
        Outcome::Completed,
        Outcome::MinimalRiskCondition,
        Outcome::Timeout,
        Outcome::Collision,
        Outcome::Fault,
    ] {
        let count = runs.iter().filter(|r| r.outcome == outcome).count();
        if count > 0 {
            parts.push(format!("{count} {}", outcome.as_str().replace('_', " ")));
        }
    }
    let disengagements: usize = runs.iter().map(|r| r.disengagements.len()).sum();
    format!("{}; {disengagements} disengagements", parts.join(", "))
}
