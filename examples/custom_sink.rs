//! An own sink: it sees every tick and keeps what it likes, here the ego's hardest braking and where it
//! was. A sink cannot change the run.

use shakedown::cli::assets::Assets;
use shakedown::engine::{RunSpec, simulate};
use shakedown::record::{Sink, TickView};
use shakedown::scenario::Files;
use shakedown::state::record::RunRecord;
use std::sync::Arc;

/// Where the ego braked hardest.
#[derive(Default)]
struct HardestBraking {
    accel_mps2: f64,
    time_s: f64,
    x_m: f64,
    y_m: f64,
}

impl Sink for HardestBraking {
    fn tick(&mut self, view: &TickView<'_>) -> std::io::Result<()> {
        if let Some(ego) = view.truth.ego()
            && ego.motion.accel_mps2 < self.accel_mps2
        {
            let place = ego.pose.position_m;
            *self =
                Self { accel_mps2: ego.motion.accel_mps2, time_s: view.time_s, x_m: place.x, y_m: place.y };
        }
        Ok(())
    }

    fn finish(&mut self, record: &RunRecord) -> std::io::Result<()> {
        println!(
            "{}: hardest braking {:.2} m/s² at {:.2} s near ({:.0}, {:.0})",
            record.scenario, self.accel_mps2, self.time_s, self.x_m, self.y_m
        );
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let assets = Assets::open()?;
    let file = assets.resolve("kirkland/dry_baseline")?.into_iter().next().ok_or("no such scenario")?;
    let scenario = assets.load(&file, &[])?.map_err(|problems| format!("{problems:#?}"))?;
    let spec = RunSpec {
        network: assets.map(&scenario.map).map_err(|why| format!("{why:?}"))?,
        level: scenario.level,
        scenario: Arc::new(scenario),
        vehicles: assets.vehicles.clone(),
        seed: 1,
        dt_ns: RunSpec::DT_NS_DEFAULT,
        interventions: Vec::new(),
        human_input: Vec::new(),
        until_s: Some(30.0),
    };
    let mut hardest = HardestBraking::default();
    simulate(&spec, &mut [&mut hardest])?;
    Ok(())
}
