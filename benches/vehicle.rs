//! What motion, contacts, weather and rays cost with 20 vehicles on three lanes, a tick of 20 ms.

use criterion::{Criterion, criterion_group, criterion_main};
use shakedown::base::ids::ParticipantId;
use shakedown::base::math::{DVec2, DVec3, unit};
use shakedown::environment::timeline::{Place, WeatherProcess};
use shakedown::scenario::{CivilTime, WeatherPlan, WeatherTargets};
use shakedown::state::command::MotionRequest;
use shakedown::state::object::{Extent, ObjectClass};
use shakedown::state::pose::{Motion, Pose};
use shakedown::state::ray_world::RayWorld;
use shakedown::state::truth::{ExteriorLights, GroundTruth, ObjectTruth, Presence};
use shakedown::vehicle::contact::ContactWorld;
use shakedown::vehicle::dynamics::{RoadInput, VehicleState, step};
use shakedown::vehicle::spec;
use std::hint::black_box;

const CAR: Extent = Extent { length_m: 4.7, width_m: 1.85, height_m: 1.5, rear_m: 1.0 };

/// Measures `work`, which gets the number of the tick.
fn report(c: &mut Criterion, what: &str, mut work: impl FnMut(u32)) {
    let mut tick = 0;
    c.bench_function(what, |b| {
        b.iter(|| {
            work(tick);
            tick = (tick + 1) % 50_000;
        });
    });
}

fn pose(id: u32, tick: u32) -> Pose {
    let speed = 12.0 + f64::from(id % 5) * 0.01;
    let x = f64::from(id / 3) * 12.0 + speed * f64::from(tick) * 0.02;
    Pose::planar(x, f64::from(id % 3) * 3.6, f64::from(tick % 100) * 1e-4)
}

fn vehicle(c: &mut Criterion) {
    let specs = spec::bundled().unwrap_or_else(|why| panic!("{why}"));
    let lexus = &specs["lexus_rx450h_2012"];
    let mut state = VehicleState { speed_mps: 15.0, ..VehicleState::default() };
    report(c, "vehicle/dynamics_ego", |tick| {
        let request = MotionRequest {
            accel_mps2: if tick % 500 < 250 { 0.5 } else { -0.5 },
            steer_rad: 0.02,
            ..MotionRequest::default()
        };
        state = step(lexus, &state, &request, &RoadInput::flat(0.85), 0.02);
    });

    let mut contacts = ContactWorld::new((0..20).map(|_| (ObjectClass::Car, &CAR, 1_500.0)));
    let mut found = 0;
    report(c, "vehicle/contacts_20", |tick| {
        for id in 0..20 {
            contacts.place(id as usize, Some(&pose(id, tick)));
        }
        found += contacts.find().len();
    });

    let clock = CivilTime { year: 2024, month: 6, day: 21, second_of_day: 43_200.0, utc_offset_h: -7.0 };
    let rain = WeatherPlan {
        initial: WeatherTargets { rain_mmph: Some(20.0), ..WeatherTargets::default() },
        timeline: Vec::new(),
        patches: Vec::new(),
    };
    let mut process = WeatherProcess::new(Some(&rain), Place { clock, origin_deg: Some((47.68, -122.2)) });
    let mut film_mm = 0.0;
    report(c, "vehicle/weather_10_hz", |tick| {
        let time_s = f64::from(tick) * 0.02;
        if process.due(time_s) {
            film_mm = process.update(time_s).water_film_mm;
        }
    });

    let mut truth = GroundTruth { objects: Vec::new(), ego: Some(ParticipantId(10)) };
    for id in 0..20 {
        let pose = pose(id, 0);
        truth.objects.push(ObjectTruth {
            id: ParticipantId(id),
            name: format!("car_{id}").into(),
            class: ObjectClass::Car,
            extent: CAR,
            pose,
            motion: Motion::default(),
            lane: None,
            forward: pose.forward(),
            center_m: pose.to_world(DVec2::new(CAR.center_x_m(), 0.0)),
            lights: ExteriorLights::default(),
            conspicuity: 1.0,
            presence: Presence::Present,
        });
    }
    let mut rays = RayWorld::default();
    report(c, "vehicle/rays_refresh_20", |tick| {
        for object in &mut truth.objects {
            object.pose = pose(object.id.0, tick);
        }
        rays.refresh(&truth);
    });
    let origin_m = truth.objects[10].pose.position_m + DVec3::new(1.3, 0.0, 1.2);
    let mut hits = 0_u32;
    report(c, "vehicle/rays_cast_100", |tick| {
        for ray in 0..100 {
            let forward = unit(f64::from(ray) * 0.062_8 + f64::from(tick) * 1e-4);
            let direction = DVec3::new(forward.x, forward.y, -0.01).normalize();
            hits += u32::from(rays.cast(origin_m, direction, 120.0, ParticipantId(10)).is_some());
        }
    });
    black_box((state.x_m, found, film_mm, hits));
}

criterion_group!(benches, vehicle);
criterion_main!(benches);
