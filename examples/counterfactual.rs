//! "What if the camera had worked?": the same run with a value forced from a tick on. Both runs are the
//! same bits up to that tick, so whatever differs later comes from the intervention alone.

use shakedown::cli::assets::Assets;
use shakedown::engine::{RunSpec, simulate_full};
use shakedown::scenario::{Action, Files, SensorFault};
use shakedown::sim::Intervention;
use shakedown::state::automation::AutomationLevel;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let assets = Assets::open()?;
    let file = assets.resolve("austin/dead_camera")?.into_iter().next().ok_or("no such scenario")?;
    let scenario = assets.load(&file, &[])?.map_err(|problems| format!("{problems:#?}"))?;
    let spec = RunSpec {
        network: assets.map(&scenario.map).map_err(|why| format!("{why:?}"))?,
        scenario: Arc::new(scenario),
        vehicles: assets.vehicles.clone(),
        level: AutomationLevel::L4,
        seed: 1,
        dt_ns: RunSpec::DT_NS_DEFAULT,
        interventions: Vec::new(),
        human_input: Vec::new(),
        until_s: None,
    };
    let from_tick = 150;
    let repaired = RunSpec {
        interventions: vec![Intervention {
            from_tick,
            action: Action::SensorFault { sensor: "camera".into(), fault: SensorFault::Perfect },
        }],
        ..spec.clone()
    };

    let (fact, fact_hashes) = simulate_full(&spec, &mut [])?;
    let (what_if, what_if_hashes) = simulate_full(&repaired, &mut [])?;
    let first = fact_hashes.iter().zip(&what_if_hashes).position(|(a, b)| a != b);
    println!("intervention at tick {from_tick}; first tick that differs: {first:?}");
    for (what, record) in [("as it was", &fact), ("camera perfect", &what_if)] {
        println!(
            "{what:<15} {} after {:.0} m, {} disengagement(s)",
            record.outcome.as_str(),
            record.distance_m,
            record.disengagements.len()
        );
    }
    Ok(())
}
