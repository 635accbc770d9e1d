//! What perception costs a tick of 20 ms with 20 vehicles around the ego, by suite and weather. Sensing
//! runs between the measured steps and does not count.

use criterion::{Criterion, criterion_group, criterion_main};
use shakedown::base::ids::ParticipantId;
use shakedown::base::math::{DVec2, DVec3};
use shakedown::base::time::SimTime;
use shakedown::perception::{FusionChoice, Perception, Surroundings};
use shakedown::road::RoadNetwork;
use shakedown::sensor::{SensorLibrary, SensorRig, build, rig::World};
use shakedown::state::belief::WorldModel;
use shakedown::state::messages::EventLog;
use shakedown::state::object::{Extent, ObjectClass};
use shakedown::state::pose::{Motion, Pose};
use shakedown::state::ray_world::RayWorld;
use shakedown::state::sensor_data::SensorBus;
use shakedown::state::truth::*;
use shakedown::state::weather::Weather;
use std::time::{Duration, Instant};

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

fn measure(c: &mut Criterion, name: &str, mut rig: SensorRig, weather: Weather) {
    let network = RoadNetwork::default();
    let mut perception = Perception::new(SimTime::ZERO, DVec3::ZERO, 0.0, 13.0, FusionChoice::default().0());
    let (mut bus, mut book) =
        (SensorBus { suite: rig.infos(), ..SensorBus::default() }, SensingEvidence::default());
    let (mut model, mut log, mut rays) = (WorldModel::default(), EventLog::default(), RayWorld::default());
    let (signals, surface) = (SignalStates::default(), RoadSurface::default());
    let around = Surroundings { map: None, unknown_faces: &[], temperature_c: 15.0 };
    let mut tick = 0;
    c.bench_function(name, |b| {
        b.iter_custom(|iterations| {
            let mut spent = Duration::ZERO;
            for _ in 0..iterations {
                tick += 1;
                let now = SimTime(tick * 20_000_000);
                let truth = GroundTruth {
                    objects: (0..20).map(|id| vehicle(id, now.s())).collect(),
                    ego: Some(ParticipantId(0)),
                };
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
                log.this_tick.clear();
            }
            spent
        });
    });
}

fn perceiving(c: &mut Criterion) {
    let rain = Weather { rain_mmph: 25.0, water_film_mm: 0.4, wetness: 1.0, ..Weather::default() };
    let library = SensorLibrary::default();
    for suite in &library.suites {
        for (sky, weather) in [("clear", Weather::default()), ("rain", rain)] {
            let name = format!("perceive/{}/{sky}", suite.row.name);
            measure(c, &name, build(suite, &library, &CAR, 7), weather);
        }
    }
}

criterion_group!(benches, perceiving);
criterion_main!(benches);
