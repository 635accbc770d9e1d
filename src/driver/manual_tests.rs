//! Pedals and wheel on the vehicle model: what a car with an automatic gearbox does.

use super::*;
use crate::base::units::KMPH_MPS;
use crate::vehicle::dynamics::{RoadInput, VehicleState, step, yaw_gain_per_s};
use crate::vehicle::spec;

fn vehicle(name: &str) -> VehicleSpec {
    (*spec::bundled().expect("bundled files are right")[name]).clone()
}

fn pedals(accelerator: f64, brake: f64) -> HumanControls {
    HumanControls { accelerator, brake, ..HumanControls::SEATED }
}

/// A drive on a straight road: the controls as a function of time, s; returns the states every 10 ms.
fn drive(
    spec: &VehicleSpec,
    speed_mps: f64,
    road: RoadInput,
    seconds: f64,
    controls: impl Fn(f64) -> HumanControls,
) -> Vec<VehicleState> {
    let mut state = VehicleState { speed_mps, ..VehicleState::default() };
    let mut hold = Hold::default();
    (0..(seconds * 100.0) as u32)
        .map(|i| {
            let asked = request(spec, &controls(f64::from(i) * 0.01), state.speed_mps, &mut hold);
            state = step(spec, &state, &asked, &road, 0.01);
            state
        })
        .collect()
}

const DRY: RoadInput = RoadInput {
    mu_front: 0.85,
    mu_rear: 0.85,
    grade_rad: 0.0,
    bank_rad: 0.0,
    head_wind_mps: 0.0,
    left_wind_mps: 0.0,
};

#[test]
fn floored_it_accelerates_as_the_vehicle_can() {
    let lexus = vehicle("lexus_rx450h_2012");
    let states = drive(&lexus, 0.0, DRY, 12.0, |_| pedals(1.0, 0.0));
    let to_60_mph_s = states.iter().position(|s| s.speed_mps > 26.82).expect("reached") as f64 * 0.01;
    // Road tests say 7.0–7.7 s; the drive model has no gear losses and is up to a tenth quicker.
    assert!((6.4..8.6).contains(&to_60_mph_s), "0–60 mph in {to_60_mph_s} s");
    // More pedal, more acceleration, at any speed.
    for speed_mps in [0.0, 1.0, 5.0, 15.0, 35.0] {
        let of = |p: f64| request(&lexus, &pedals(p, 0.0), speed_mps, &mut Hold::Free).accel_mps2;
        let values: Vec<f64> = (0..=10).map(|i| of(f64::from(i) * 0.1)).collect();
        assert!(values.windows(2).all(|w| w[1] > w[0]), "{speed_mps}: {values:?}");
    }
}

#[test]
fn released_it_creeps_and_coasts_without_stop_lamps() {
    for name in ["lexus_rx450h_2012", "compact_car", "bus"] {
        let spec = vehicle(name);
        let creeping = drive(&spec, 0.0, DRY, 30.0, |_| pedals(0.0, 0.0));
        let kmph = creeping.last().expect("states").speed_mps / KMPH_MPS;
        assert!((4.5..7.5).contains(&kmph), "{name} creeps at {kmph} km/h");
        let coasting = drive(&spec, 50.0 * KMPH_MPS, DRY, 2.0, |_| pedals(0.0, 0.0));
        let decel = (50.0 * KMPH_MPS - coasting[199].speed_mps) / 2.0;
        assert!((0.3..0.7).contains(&decel), "{name} coasts with {decel} m/s²");
        assert!(coasting.last().expect("states").speed_mps > 0.0);
        let lamps = |c: HumanControls, v: f64| request(&spec, &c, v, &mut Hold::Free).stop_lamps;
        assert_eq!(lamps(pedals(0.0, 0.0), 30.0), StopLamps::Off);
        assert_eq!(lamps(pedals(0.0, 0.1), 30.0), StopLamps::On);
    }
}

#[test]
fn brakes_stop_within_the_published_distance_and_win_over_the_accelerator() {
    let lexus = vehicle("lexus_rx450h_2012");
    let v = 100.0 * KMPH_MPS;
    for accelerator in [0.0, 1.0] {
        let states = drive(&lexus, v, DRY, 8.0, |_| pedals(accelerator, 1.0));
        let end = states.last().expect("states");
        // v²/(2µg) = 46.3 m, and the time in which the brakes build up.
        assert!(end.speed_mps == 0.0 && (44.0..52.0).contains(&end.x_m), "{} m", end.x_m);
    }
    let gentle = request(&lexus, &pedals(0.0, 0.3), v, &mut Hold::Free).accel_mps2;
    assert!((-3.9..-3.0).contains(&gentle), "{gentle}");
}

#[test]
fn braked_to_rest_it_stays_on_any_hill_until_the_accelerator_is_pressed() {
    let lexus = vehicle("lexus_rx450h_2012");
    for grade in [-0.18_f64, 0.0, 0.18] {
        let road = RoadInput { grade_rad: atan(grade), ..DRY };
        let states = drive(&lexus, 8.0, road, 30.0, |t| match t {
            t if t < 5.0 => pedals(0.0, 0.6),
            t if t < 20.0 => pedals(0.0, 0.0),
            _ => pedals(0.5, 0.0),
        });
        let (stopped, held) = (states[499], states[1_999]);
        assert_eq!(stopped.speed_mps, 0.0, "{grade}");
        assert_eq!((held.x_m, held.speed_mps), (stopped.x_m, 0.0), "{grade}: did not stay");
        assert!(states[2_999].x_m > held.x_m + 5.0, "{grade}: did not start");
        assert!(states.iter().all(|s| s.speed_mps >= 0.0), "{grade}: rolled back");
    }
    // The hill is felt: the same pedal goes slower up than down.
    let speed = |grade: f64| {
        let road = RoadInput { grade_rad: atan(grade), ..DRY };
        drive(&lexus, 15.0, road, 5.0, |_| pedals(0.2, 0.0)).last().expect("states").speed_mps
    };
    assert!(speed(0.08) + 5.0 < speed(-0.08), "{} up, {} down", speed(0.08), speed(-0.08));
}

#[test]
fn the_wheel_reaches_the_stop_slowly_and_most_of_the_grip_fast() {
    for name in ["lexus_rx450h_2012", "compact_car", "van"] {
        let spec = vehicle(name);
        assert_eq!(steer_limit_rad(&spec, 0.0), spec.steer_max_rad);
        assert_eq!(steer_limit_rad(&spec, 3.0), spec.steer_max_rad);
        let mut last = f64::INFINITY;
        for v in [5.0, 10.0, 15.0, 20.0, 30.0, 40.0] {
            let limit = steer_limit_rad(&spec, v);
            assert!(limit <= last, "{name}: the limit grows at {v} m/s");
            last = limit;
            if limit < spec.steer_max_rad {
                let lateral = v * yaw_gain_per_s(&spec, v) * limit / GRAVITY_MPS2;
                let expect = 0.8 * spec.tire_friction_dry;
                assert!((lateral / expect - 1.0).abs() < 0.1, "{name} at {v}: {lateral} g for {expect} g");
            }
        }
        let of = |steer: f64, hands| {
            let controls = HumanControls { steer, hands, ..HumanControls::SEATED };
            request(&spec, &controls, 20.0, &mut Hold::Free).steer_rad
        };
        assert_eq!(of(1.0, Hands::On), steer_limit_rad(&spec, 20.0));
        assert_eq!(of(-0.5, Hands::On), -0.5 * steer_limit_rad(&spec, 20.0));
        assert_eq!(of(1.0, Hands::Off), 0.0);
    }
}
