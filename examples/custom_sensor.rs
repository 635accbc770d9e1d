//! An own sensor in place of the front radar: it measures every object ahead within 60 m exactly and knows
//! nothing else. The engine builds it by the model's name; no line of the engine changes.

use shakedown::base::catalog::CatalogRow;
use shakedown::cli::assets::Assets;
use shakedown::engine::{RunSpec, build_with, simulate, simulate_app};
use shakedown::scenario::Files;
use shakedown::sensor::{Evidence, Model, SenseInput, Sensor, SensorLibrary, sense};
use shakedown::state::sensor_data::{Detection, SensorFrame, SensorInfo, SensorKind};
use shakedown::state::truth::MissReason;
use std::sync::Arc;

const RANGE_M: f64 = 60.0;

/// Sees what is in front of it, and not far.
struct ShortRadar(SensorInfo);

impl Sensor for ShortRadar {
    fn info(&self) -> &SensorInfo {
        &self.0
    }
    fn sample(&mut self, input: &SenseInput, frame: &mut SensorFrame, evidence: &mut Evidence) {
        let list = sense::detections(&mut frame.content);
        for object in &input.scene.objects {
            let place = object.center_m;
            let (sight, distance_m) = sense::direction(place);
            // The judge asks for the reason of every miss.
            if place.x < 0.0 || place.y.abs() > 0.4 * place.x {
                evidence.object(object.id, MissReason::OutOfView);
            } else if distance_m > RANGE_M {
                evidence.object(object.id, MissReason::OutOfRange);
            } else {
                evidence.object(object.id, MissReason::Seen);
                list.push(Detection {
                    position_in_ego_m: place,
                    range_sigma_m: 0.2,
                    cross_sigma_m: 0.3,
                    range_rate_mps: Some(object.velocity_mps.dot(sight) - input.ego.motion.speed_mps),
                    range_rate_sigma_mps: 0.1,
                    heading_in_ego_rad: None,
                    class: None,
                    size_m: None,
                    confidence: 0.95,
                });
            }
        }
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
        until_s: Some(20.0),
    };
    let mut app = build_with(&spec, |app| {
        let mut library = SensorLibrary::default();
        library.models.push(Model {
            row: CatalogRow { name: "radar_long_range", about: "Exact, but only to 60 m" },
            kind: SensorKind::Radar,
            build: |info, _rng| Box::new(ShortRadar(info)),
        });
        app.insert_resource(library);
    })?;
    let (own, _) = simulate_app(&mut app, &spec, &mut [])?;
    let usual = simulate(&spec, &mut [])?;
    println!("usual radar {:.1} m, own radar {:.1} m driven", usual.distance_m, own.distance_m);
    println!("state hashes {} and {}", usual.state_hash, own.state_hash);
    Ok(())
}
