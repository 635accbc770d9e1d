//! Tests of the ego's motion against closed forms and published stopping distances.

use super::*;
use crate::base::math::atan;
use crate::base::units::KMPH_MPS;
use crate::vehicle::spec;

fn lexus() -> VehicleSpec {
    let (_, text) = spec::BUNDLED.iter().find(|(name, _)| *name == "lexus_rx450h_2012").expect("bundled");
    spec::parse("lexus_rx450h_2012", text.as_bytes()).expect("checked by its own test")
}

/// No lags, no resistance, brakes beyond any friction: what the closed forms assume.
fn ideal() -> VehicleSpec {
    VehicleSpec {
        brake_lag_s: 0.0,
        drive_lag_s: 0.0,
        steer_lag_s: 0.0,
        steer_rate_max_radps: 1e3,
        brake_max_mps2: 15.0,
        drag_area_m2: 0.0,
        rolling_resistance: 0.0,
        ..lexus()
    }
}

fn request(accel_mps2: f64, steer_rad: f64) -> MotionRequest {
    MotionRequest { accel_mps2, steer_rad, ..MotionRequest::default() }
}

/// Distance to standstill under full braking, m.
fn stop(spec: &VehicleSpec, speed_mps: f64, road: &RoadInput) -> f64 {
    let mut state = VehicleState { speed_mps, ..VehicleState::default() };
    for _ in 0..10_000 {
        state = step(spec, &state, &request(-15.0, 0.0), road, 0.01);
        if state.speed_mps == 0.0 {
            return state.x_m;
        }
    }
    panic!("did not stop from {speed_mps} m/s");
}

#[test]
fn stops_within_the_published_distances() {
    // v²/(2µg) + v·1.5 s at 50, 80, 100 km/h. Tolerance: rounding of the table and half a tick of motion.
    for (mu, distances) in [
        (0.85, [32.4, 62.9, 87.9]),
        (0.65, [36.0, 72.1, 102.2]),
        (0.55, [38.7, 79.1, 113.2]),
        (0.4, [45.4, 96.3, 140.0]),
        (0.3, [53.6, 117.2, 172.8]),
        (0.1, [119.0, 285.0, 435.0]),
    ] {
        for (kmph, expect) in [50.0, 80.0, 100.0].into_iter().zip(distances) {
            let v = kmph * KMPH_MPS;
            let got = stop(&ideal(), v, &RoadInput::flat(mu)) + v * 1.5;
            let tolerance = if mu == 0.1 { 0.7 } else { 0.2 };
            assert!((got - expect).abs() < tolerance, "µ {mu}, {kmph} km/h: {got} ≠ {expect}");
        }
    }
}

#[test]
fn stops_on_grades_within_the_published_distances() {
    for (percent, expect) in [
        (-20.0, 22.28),
        (-15.0, 19.88),
        (-10.0, 17.97),
        (0.0, 15.13),
        (10.0, 13.17),
        (15.0, 12.43),
        (20.0, 11.80),
    ] {
        let road = RoadInput { grade_rad: atan(percent * 0.01), ..RoadInput::flat(0.65) };
        let got = stop(&ideal(), 50.0 * KMPH_MPS, &road);
        assert!((got - expect).abs() < 0.05, "{percent} %: {got} ≠ {expect}");
    }
}

#[test]
fn lags_and_limits_make_real_stops_longer() {
    let v = 100.0 * KMPH_MPS;
    let flat = RoadInput::flat(0.85);
    let (real, ideal) = (stop(&lexus(), v, &flat), stop(&ideal(), v, &flat));
    // The brake lag costs about v·lag more; drag and rolling resistance give a meter or two back.
    assert!(real > ideal + 0.3 && real < ideal + v * 0.2, "{real} against {ideal}");
}

#[test]
fn yaw_gain_is_that_of_the_linear_single_track_model() {
    for speed_mps in [5.0, 15.0, 25.0, 35.0] {
        let spec = ideal();
        let steer = 0.2 / (speed_mps * speed_mps) * spec.wheelbase_m;
        let mut state = VehicleState { speed_mps, ..VehicleState::default() };
        for _ in 0..1_000 {
            state = step(&spec, &state, &request(0.0, steer), &RoadInput::flat(0.85), 0.01);
            state.speed_mps = speed_mps;
        }
        let (got, expect) = (state.yaw_rate_radps / steer, yaw_gain_per_s(&spec, speed_mps));
        assert!((got / expect - 1.0).abs() < 0.01, "{speed_mps} m/s: {got} ≠ {expect}");
    }
}

#[test]
fn agrees_with_the_linear_model_in_a_step_steer() {
    // CommonRoad vehicle 2, 15 m/s, 0.03 rad within 0.2 s; end states of the package's linear model.
    use crate::vehicle::commonroad::VEHICLES;
    let p = &VEHICLES[1];
    let spec = VehicleSpec {
        mass_kg: p.m,
        wheelbase_m: p.a + p.b,
        cg_to_front_m: p.a,
        cg_height_m: p.h,
        yaw_inertia_kgm2: p.i_z,
        cornering_front_per_rad: 21.92 / 1.0489,
        cornering_rear_per_rad: 21.92 / 1.0489,
        tire_friction_dry: 1.0489,
        steer_rate_max_radps: 0.15,
        ..ideal()
    };
    // A grip far above the demand makes the brush tire linear, as the reference is.
    let road = RoadInput::flat(10.0);
    let mut state = VehicleState { speed_mps: 15.0, ..VehicleState::default() };
    for _ in 0..200 {
        state = step(&spec, &state, &request(0.0, 0.03), &road, 0.01);
    }
    let (s, c) = crate::base::math::sin_cos(state.heading_rad);
    let cg = (state.x_m + p.b * c - p.b, state.y_m + p.b * s);
    for (name, got, expect, tolerance) in [
        ("x", cg.0, 29.515_842_9, 0.1),
        ("y", cg.1, 4.489_443_0, 0.05),
        ("heading", state.heading_rad, 0.319_409_2, 0.004),
        ("yaw rate", state.yaw_rate_radps, 0.174_492_1, 0.001),
        ("slip", state.lateral_speed_mps / state.speed_mps, 0.004_378_3, 0.0003),
    ] {
        assert!((got - expect).abs() < tolerance, "{name}: {got} ≠ {expect}");
    }
}

#[test]
fn turns_on_the_kinematic_circle_at_walking_speed() {
    let spec = ideal();
    let steer = 0.3;
    let mut state = VehicleState { speed_mps: 0.4, ..VehicleState::default() };
    for _ in 0..500 {
        state = step(&spec, &state, &request(0.0, steer), &RoadInput::flat(0.85), 0.02);
    }
    let expect = 0.4 * tan(steer) / spec.wheelbase_m;
    assert!((state.yaw_rate_radps / expect - 1.0).abs() < 1e-6, "{} ≠ {expect}", state.yaw_rate_radps);
    assert!(reference_lateral_mps(&spec, &state).abs() < 1e-9, "rear axle slips");
}

#[test]
fn stands_still_on_a_steep_hill_without_a_tremor() {
    for percent in [-20.0, 20.0] {
        for accel in [0.0, -1.0] {
            let road = RoadInput { grade_rad: atan(percent * 0.01), ..RoadInput::flat(0.85) };
            let mut state = VehicleState { steer_rad: 0.2, ..VehicleState::default() };
            let before = state;
            for _ in 0..500 {
                state = step(&lexus(), &state, &request(accel, 0.2), &road, 0.02);
                assert_eq!(state.speed_mps, 0.0, "{percent} %");
                assert_eq!(state.accel_mps2, 0.0, "{percent} %");
            }
            assert_eq!(
                (state.x_m, state.y_m, state.heading_rad),
                (before.x_m, before.y_m, before.heading_rad)
            );
        }
    }
}

#[test]
fn starts_on_a_hill_without_rolling_back_and_slides_on_ice() {
    let up = RoadInput { grade_rad: atan(0.2), ..RoadInput::flat(0.85) };
    let mut state = VehicleState::default();
    let mut furthest_back = 0.0_f64;
    for _ in 0..200 {
        state = step(&lexus(), &state, &request(3.5, 0.0), &up, 0.02);
        furthest_back = furthest_back.min(state.x_m);
    }
    assert!(furthest_back > -1e-3 && state.x_m > 5.0, "{furthest_back}, {}", state.x_m);

    let ice = RoadInput { grade_rad: atan(0.2), ..RoadInput::flat(0.1) };
    let mut state = VehicleState::default();
    for _ in 0..50 {
        state = step(&lexus(), &state, &request(-3.0, 0.0), &ice, 0.02);
    }
    // g·(sin − µ·cos) = 0.96 m/s² for a second.
    assert!((state.speed_mps + 0.96).abs() < 0.15, "{}", state.speed_mps);
}

#[test]
fn cornering_never_exceeds_friction() {
    for mu in [0.85, 0.4, 0.1] {
        let mut state = VehicleState { speed_mps: 25.0, ..VehicleState::default() };
        for i in 0..300 {
            let before = state;
            state = step(&lexus(), &state, &request(0.0, 0.4), &RoadInput::flat(mu), 0.01);
            // Planar acceleration of the center of gravity from the change of its velocity.
            let along = (state.speed_mps - before.speed_mps) / 0.01
                - before.yaw_rate_radps * before.lateral_speed_mps;
            let across = (state.lateral_speed_mps - before.lateral_speed_mps) / 0.01
                + before.speed_mps * state.yaw_rate_radps;
            let total = crate::base::math::hypot(along, across);
            // Drag and rolling resistance act besides the tires (below 0.5 m/s² at 25 m/s); the implicit
            // step may overshoot by the growth of the slip angle within a substep.
            assert!(total < mu * GRAVITY_MPS2 * 1.1 + 0.5, "µ {mu}, substep {i}: {total} m/s²");
        }
    }
}

#[test]
fn design_speed_holds_on_the_flat_and_downhill() {
    let spec = VehicleSpec { speed_max_mps: 11.176, ..lexus() };
    for percent in [0.0, -10.0] {
        let road = RoadInput { grade_rad: atan(percent * 0.01), ..RoadInput::flat(0.85) };
        let mut state = VehicleState { speed_mps: 10.0, ..VehicleState::default() };
        let mut fastest = 0.0_f64;
        for _ in 0..2_000 {
            state = step(&spec, &state, &request(3.0, 0.0), &road, 0.02);
            fastest = fastest.max(state.speed_mps);
        }
        assert!(fastest < 11.176 * 1.01 && state.speed_mps > 11.0, "{percent} %: {fastest}");
    }
}

#[test]
fn power_limits_acceleration_at_speed() {
    // 0 to 60 mph of the RX 450h: about 7.5 s.
    let mut state = VehicleState::default();
    let mut time_s = 0.0;
    while state.speed_mps < 26.8 && time_s < 30.0 {
        state = step(&lexus(), &state, &request(10.0, 0.0), &RoadInput::flat(0.85), 0.02);
        time_s += 0.02;
    }
    assert!((6.5..8.5).contains(&time_s), "{time_s} s");
}

#[test]
fn substeps_hardly_depend_on_the_tick() {
    let run = |dt_s: f64| {
        let mut state = VehicleState { speed_mps: 15.0, ..VehicleState::default() };
        for i in 0..(4.0 / dt_s).round() as u32 {
            let t = f64::from(i) * dt_s;
            let steer = if t < 1.0 { 0.0 } else { 0.05 };
            state = step(&lexus(), &state, &request(-1.0, steer), &RoadInput::flat(0.85), dt_s);
        }
        state
    };
    let (fine, coarse) = (run(0.005), run(0.1));
    assert!((fine.x_m - coarse.x_m).abs() < 0.1 && (fine.y_m - coarse.y_m).abs() < 0.1);
    assert!((fine.heading_rad - coarse.heading_rad).abs() < 0.01);
}
