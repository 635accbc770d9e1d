//! What sensing costs a tick of 20 ms, by suite and weather, with 20 vehicles around the ego and eight
//! signal faces ahead.

use criterion::{Criterion, criterion_group, criterion_main};
use shakedown::base::ids::{ParticipantId, SignalIx};
use shakedown::base::math::{DVec2, DVec3};
use shakedown::base::time::SimTime;
use shakedown::road::{RoadNetwork, SignalFace};
use shakedown::sensor::{SensorLibrary, SensorRig, build, rig::World};
use shakedown::state::object::{Extent, ObjectClass};
use shakedown::state::pose::{Motion, Pose};
use shakedown::state::ray_world::RayWorld;
use shakedown::state::sensor_data::SensorBus;
use shakedown::state::signal::{FaceOrientation, Flashing, Lens, LensColor, LensShape, LitLenses};
use shakedown::state::truth::*;
use shakedown::state::weather::Weather;

const CAR: Extent = Extent { length_m: 4.7, width_m: 1.85, height_m: 1.5, rear_m: 1.0 };

fn vehicle(id: u32, x_m: f64, y_m: f64) -> ObjectTruth {
    ObjectTruth {
        id: ParticipantId(id),
        name: format!("car_{id}").into(),
        class: if id % 7 == 3 { ObjectClass::Truck } else { ObjectClass::Car },
        extent: if id % 7 == 3 { Extent { length_m: 9.0, height_m: 3.6, ..CAR } } else { CAR },
        pose: Pose::planar(x_m, y_m, 0.0),
        motion: Motion { speed_mps: 13.0, ..Motion::default() },
        lane: None,
        forward: DVec2::X,
        center_m: DVec2::new(x_m + CAR.center_x_m(), y_m),
        lights: ExteriorLights::default(),
        conspicuity: 1.0,
        presence: Presence::Present,
    }
}

fn measure(c: &mut Criterion, name: &str, mut rig: SensorRig, weather: Weather) {
    let others =
        (1..20).map(|i| vehicle(i, f64::from(i / 3) * 24.0 - 60.0, f64::from(i % 3) * 3.6 - 3.6 + 0.2));
    let truth = GroundTruth {
        objects: std::iter::once(vehicle(0, 0.0, 0.0)).chain(others).collect(),
        ego: Some(ParticipantId(0)),
    };
    let lens = |color| Lens { color, shape: LensShape::Circle, flashing: Flashing::Steady };
    let face = |i: u32| SignalFace {
        ix: SignalIx(i),
        id: i.to_string(),
        junction: None,
        position_m: DVec3::new(60.0 + f64::from(i), f64::from(i) * 3.0 - 12.0, 5.5),
        heading_rad: core::f64::consts::PI,
        orientation: FaceOrientation::Vertical,
        lenses: [LensColor::Red, LensColor::Yellow, LensColor::Green].map(lens).to_vec(),
        lens_diameter_m: 0.3,
        brightness: 1.0,
        lanes: Vec::new(),
        crosswalk: None,
    };
    let mut network = RoadNetwork::default();
    network.signals.extend((0..8).map(face));
    let signals =
        SignalStates { lit: vec![LitLenses { mask: 1, flashing: 0 }; 8], ..SignalStates::default() };
    let (surface, mut rays) = (RoadSurface::default(), RayWorld::default());
    let (mut bus, mut book) = (SensorBus::default(), SensingEvidence::default());
    let mut tick = 0;
    c.bench_function(name, |b| {
        b.iter(|| {
            let world = World {
                now: SimTime(tick * 20_000_000),
                truth: &truth,
                signals: &signals,
                weather: &weather,
                surface: &surface,
                network: &network,
                unknown_faces: &[],
                ego_steer_rad: 0.0,
            };
            rig.sense(&world, Some(&mut rays), &mut bus, &mut book);
            bus.pool.append(&mut bus.in_flight);
            tick += 1;
        });
    });
}

fn sensing(c: &mut Criterion) {
    let library = SensorLibrary::default();
    let rain = Weather { rain_mmph: 25.0, wetness: 1.0, water_film_mm: 0.5, ..Weather::default() };
    for suite in &library.suites {
        for (sky, weather) in [("clear", Weather::default()), ("rain", rain)] {
            let name = format!("sense/{}/{sky}", suite.row.name);
            measure(c, &name, build(suite, &library, &CAR, 1), weather);
        }
    }
}

criterion_group!(benches, sensing);
criterion_main!(benches);
