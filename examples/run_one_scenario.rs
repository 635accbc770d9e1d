//! Runs one bundled scenario and prints what came of it.
//!
//! `cargo run --example run_one_scenario -- kirkland/dry_baseline`

use shakedown::cli::assets::Assets;
use shakedown::engine::{RunSpec, simulate};
use shakedown::scenario::Files;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = std::env::args().nth(1).unwrap_or_else(|| "kirkland/dry_baseline".to_owned());
    let assets = Assets::open()?;
    let file = assets.resolve(&name)?.into_iter().next().ok_or("no scenario of this name")?;
    let scenario = assets.load(&file, &[])?.map_err(|problems| format!("{problems:#?}"))?;

    // Everything that decides the bits of the run.
    let spec = RunSpec {
        network: assets.map(&scenario.map).map_err(|why| format!("{why:?}"))?,
        level: scenario.level,
        scenario: Arc::new(scenario),
        vehicles: assets.vehicles.clone(),
        seed: 1,
        dt_ns: RunSpec::DT_NS_DEFAULT,
        interventions: Vec::new(),
        human_input: Vec::new(),
        until_s: None,
    };
    let record = simulate(&spec, &mut [])?;

    println!("{} at {}: {}", record.scenario, record.level, record.outcome.as_str());
    println!("{:.0} m in {:.1} s, state hash {}", record.distance_m, record.sim_time_s, record.state_hash);
    for disengagement in &record.disengagements {
        println!("{:6.2} s  {}", disengagement.time_s, disengagement.description);
    }
    Ok(())
}
