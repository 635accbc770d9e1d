//! What motion, contacts, weather and rays cost: microseconds a tick with 20 vehicles on three lanes. Run
//! it with `--release`.

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
use std::time::Instant;

const TICKS: u32 = 50_000;
const CAR: Extent = Extent { length_m: 4.7, width_m: 1.85, height_m: 1.5, rear_m: 1.0 };

fn report(what: &str, mut work: impl FnMut(u32)) {
    let start = Instant::now();
    for tick in 0..TICKS {
        work(tick);
    }
    println!("{what:<40} {:>8.3} µs", start.elapsed().as_secs_f64() * 1e6 / f64::from(TICKS));
}

fn pose(id: u32, tick: u32) -> Pose {
    let speed = 12.0 + f64::from(id % 5) * 0.01;
    let x = f64::from(id / 3) * 12.0 + speed * f64::from(tick) * 0.02;
    Pose::planar(x, f64::from(id % 3) * 3.6, f64::from(tick % 100) * 1e-4)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let specs = spec::bundled()?;
    let lexus = &specs["lexus_rx450h_2012"];
    let mut state = VehicleState { speed_mps: 15.0, ..VehicleState::default() };
    report("dynamics of the ego, 20 ms", |tick| {
        let request = MotionRequest {
            accel_mps2: if tick % 500 < 250 { 0.5 } else { -0.5 },
            steer_rad: 0.02,
            ..MotionRequest::default()
        };
        state = step(lexus, &state, &request, &RoadInput::flat(0.85), 0.02);
    });

    let mut contacts = ContactWorld::new((0..20).map(|_| (ObjectClass::Car, &CAR, 1_500.0)));
    let mut found = 0;
    report("contacts of 20 vehicles", |tick| {
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
    report("weather, 10 Hz of 50", |tick| {
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
    report("ray world: refresh, 20 boxes", |tick| {
        for object in &mut truth.objects {
            object.pose = pose(object.id.0, tick);
        }
        rays.refresh(&truth);
    });
    let origin_m = truth.objects[10].pose.position_m + DVec3::new(1.3, 0.0, 1.2);
    let mut hits = 0_u32;
    report("ray world: 100 rays", |tick| {
        for ray in 0..100 {
            let forward = unit(f64::from(ray) * 0.062_8 + f64::from(tick) * 1e-4);
            let direction = DVec3::new(forward.x, forward.y, -0.01).normalize();
            hits += u32::from(rays.cast(origin_m, direction, 120.0, ParticipantId(10)).is_some());
        }
    });
    println!("checks: x {:.1} m, contacts {found}, film {film_mm:.2} mm, hits {hits}", state.x_m);
    Ok(())
}
