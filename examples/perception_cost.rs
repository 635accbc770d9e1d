//! What perception costs and how well it sees: microseconds a tick with 20 vehicles around the ego and
//! the whole suite at 50 Hz, and the error of its tracks. Run it with `--release`.

use shakedown::base::ids::ParticipantId;
use shakedown::base::math::{DVec2, DVec3};
use shakedown::base::time::SimTime;
use shakedown::perception::assignment::Assignment;
use shakedown::perception::{FusionChoice, Perception, Surroundings, metric};
use shakedown::road::RoadNetwork;
use shakedown::sensor::{SensorLibrary, build, rig::World};
use shakedown::state::belief::{TrackStatus, WorldModel};
use shakedown::state::messages::EventLog;
use shakedown::state::object::{Extent, ObjectClass};
use shakedown::state::pose::{Motion, Pose};
use shakedown::state::ray_world::RayWorld;
use shakedown::state::sensor_data::SensorBus;
use shakedown::state::truth::*;
use shakedown::state::weather::Weather;
use std::time::{Duration, Instant};

const TICKS: u64 = 3_000;
const CAR: Extent = Extent { length_m: 4.7, width_m: 1.85, height_m: 1.5, rear_m: 1.0 };

fn vehicle(id: u32, time_s: f64) -> ObjectTruth {
    let (row, column) = (f64::from(id / 3), f64::from(id % 3));
    // The ego is number 0; the others drift around it, each at its own pace.
    let sway = if id == 0 { 0.0 } else { (0.2 * time_s + f64::from(id)).sin() };
    let pace = if id == 0 { 0.0 } else { 0.2 * (0.2 * time_s + f64::from(id)).cos() };
    let (x_m, y_m) = if id == 0 { (0.0, 0.0) } else { (row * 24.0 - 60.0, column * 3.6 - 3.4) };
    let pose = Pose::planar(13.0 * time_s + x_m + sway, y_m, 0.0);
    ObjectTruth {
        id: ParticipantId(id),
        name: format!("car_{id}").into(),
        class: ObjectClass::Car,
        extent: CAR,
        pose,
        motion: Motion { speed_mps: 13.0 + pace, ..Motion::default() },
        lane: None,
        forward: DVec2::X,
        center_m: pose.position_m.truncate() + DVec2::X * CAR.center_x_m(),
        lights: ExteriorLights::default(),
        conspicuity: 1.0,
        presence: Presence::Present,
    }
}

fn main() {
    for (name, weather) in [
        ("clear", Weather::default()),
        ("rain 25 mm/h", Weather { rain_mmph: 25.0, water_film_mm: 0.4, wetness: 1.0, ..Weather::default() }),
    ] {
        let library = SensorLibrary::default();
        for suite in &library.suites {
            let mut rig = build(suite, &library, &CAR, 7);
            let network = RoadNetwork::default();
            let mut perception =
                Perception::new(SimTime::ZERO, DVec3::ZERO, 0.0, 13.0, FusionChoice::default().0());
            let (mut bus, mut book) =
                (SensorBus { suite: rig.infos(), ..SensorBus::default() }, SensingEvidence::default());
            let (mut model, mut log, mut spent) =
                (WorldModel::default(), EventLog::default(), Duration::ZERO);
            let (mut gospa_m, mut looks, mut solver) = (0.0, 0.0, Assignment::default());
            let around = Surroundings { map: None, unknown_faces: &[], temperature_c: 15.0 };
            for tick in 1..=TICKS {
                let now = SimTime(tick * 20_000_000);
                let truth = GroundTruth {
                    objects: (0..20).map(|id| vehicle(id, now.s())).collect(),
                    ego: Some(ParticipantId(0)),
                };
                let (signals, surface, mut rays) =
                    (SignalStates::default(), RoadSurface::default(), RayWorld::default());
                let world = World {
                    now,
                    truth: &truth,
                    signals: &signals,
                    weather: &weather,
                    surface: &surface,
                    network: &network,
                    unknown_faces: &[],
                    ego_steer_rad: 0.0,
                };
                rig.sense(&world, Some(&mut rays), &mut bus, &mut book);
                let start = Instant::now();
                perception.step(now, Some(&mut bus), &around, &mut model, &mut log);
                spent += start.elapsed();
                if tick > 250 && tick % 50 == 0 {
                    // In the ego's own frame: that is what a planner needs.
                    let pose = perception.localization.pose();
                    let ego = truth.objects[0].pose;
                    let near = |p: &DVec2| p.length() < 50.0;
                    let real: Vec<DVec2> =
                        truth.objects[1..].iter().map(|o| ego.to_local(o.center_m)).filter(near).collect();
                    let seen: Vec<DVec2> = model
                        .tracks
                        .iter()
                        .filter(|t| t.status != TrackStatus::Tentative)
                        .map(|t| pose.local(t.center_m))
                        .filter(near)
                        .collect();
                    gospa_m += metric::gospa(&real, &seen, 3.0, 1.0, &mut solver).total / real.len() as f64;
                    looks += 1.0;
                }
            }
            let (sigma, us) = (model.ego.position_sigma_m, spent.as_secs_f64() * 1e6 / TICKS as f64);
            let confirmed = model.tracks.iter().filter(|t| t.status != TrackStatus::Tentative).count();
            println!(
                "{name:13} {:22} {us:6.1} µs/tick  tracks {confirmed:2}/{:2}  GOSPA {:.2} m per object  own σ {sigma:.2} m  friction {:.2}  rain {:.1}  {:?}",
                suite.row.name,
                model.tracks.len(),
                gospa_m / looks,
                model.friction_scale,
                model.weather.rain_mmph,
                log.this_tick.iter().map(|h| h.name()).collect::<Vec<_>>().len()
            );
        }
    }
}
