//! Tests of the momentary interventions.

use super::*;
use crate::state::object::Extent;

const BODY: Body = Body {
    wheelbase_m: 2.74,
    front_m: 3.7,
    rear_m: 1.07,
    width_m: 1.89,
    steer_max_rad: 0.65,
    steer_lag_s: 0.12,
    understeer: 0.0,
    rear_slip: 0.005,
    friction_dry: 1.0,
    brake_max_mps2: 9.0,
    speed_max_mps: 50.0,
};

fn car(x: f64, y: f64, heading_rad: f64, speed_mps: f64) -> Track {
    Track {
        id: 1,
        class: ObjectClass::Car,
        class_confidence: 0.9,
        center_m: DVec2::new(x, y),
        heading_rad,
        speed_mps,
        accel_mps2: 0.0,
        yaw_rate_radps: 0.0,
        extent: Extent { length_m: 4.5, width_m: 1.8, height_m: 1.5, rear_m: 1.0 },
        covariance_m2: [0.1, 0.0, 0.1],
        speed_sigma_mps: 0.2,
        existence: 0.99,
        status: TrackStatus::Confirmed,
        age_s: 3.0,
        unseen_s: 0.0,
        sources: 0b101,
        lane: None,
    }
}

/// Drives straight at the track with the emergency brake alone; returns (gap left, speed at contact).
fn approach(speed_mps: f64, mut track: Track) -> (f64, f64) {
    let mut ego = EgoEstimate { speed_mps, ..EgoEstimate::default() };
    let mut aeb = Aeb::default();
    let mut accel = 0.0;
    for _ in 0..1000 {
        let verdict = aeb.step(&BODY, &ego, &[track], 1.0, 0.02);
        accel += (verdict.brake_mps2 - accel) * 0.02 / 0.15;
        ego.speed_mps = (ego.speed_mps + accel * 0.02).max(0.0);
        ego.position_m.x += ego.speed_mps * 0.02;
        track.center_m += math::unit(track.heading_rad) * (track.speed_mps * 0.02);
        let gap_m = track.center_m.x - 2.25 - ego.position_m.x - BODY.front_m;
        if gap_m <= 0.0 || ego.speed_mps <= track.speed_mps {
            return (gap_m, ego.speed_mps);
        }
    }
    (f64::INFINITY, ego.speed_mps)
}

#[test]
fn stationary_and_slower_cars_are_not_hit() {
    // Euro NCAP CCRs and CCRm speeds, km/h.
    for (own, lead) in [(20.0, 0.0), (30.0, 0.0), (40.0, 0.0), (50.0, 20.0), (60.0, 20.0)] {
        let (gap_m, _) = approach(own / 3.6, car(90.0, 0.0, 0.0, lead / 3.6));
        assert!(gap_m > 0.0, "{own} against {lead} km/h: {gap_m}");
    }
    // At 80 km/h speed is at least taken off.
    let (_, contact_mps) = approach(80.0 / 3.6, car(90.0, 0.0, 0.0, 0.0));
    assert!(contact_mps < 60.0 / 3.6, "{contact_mps}");
}

#[test]
fn harmless_and_doubtful_objects_are_left_alone() {
    let ego = EgoEstimate { speed_mps: 14.0, ..EgoEstimate::default() };
    let check = |track: Track, expect: bool| {
        let mut aeb = Aeb::default();
        let mut brakes = false;
        for _ in 0..10 {
            brakes |= aeb.step(&BODY, &ego, &[track], 1.0, 0.02).brake_mps2 < 0.0;
        }
        assert_eq!(brakes, expect, "{track:?}");
    };
    check(car(18.0, 0.0, 0.0, 0.0), true);
    check(car(18.0, 3.5, 0.0, 0.0), false); // neighbor lane
    check(car(18.0, 3.2, std::f64::consts::PI, 14.0), false); // oncoming beside us
    check(car(18.0, 0.0, 0.0, 14.0), false); // same speed
    check(Track { sources: 1, existence: 0.8, ..car(18.0, 0.0, 0.0, 0.0) }, false); // one kind, not sure
    check(Track { status: TrackStatus::Tentative, ..car(18.0, 0.0, 0.0, 0.0) }, false);
    // A pedestrian stepping into the way.
    let mut walker = car(14.0, -1.6, std::f64::consts::FRAC_PI_2, 1.8);
    walker.class = ObjectClass::Pedestrian;
    walker.extent = Extent { length_m: 0.5, width_m: 0.6, height_m: 1.7, rear_m: 0.25 };
    check(walker, true);
    check(Track { center_m: DVec2::new(14.0, -6.0), ..walker }, false);
}

#[test]
fn the_warning_comes_before_the_brake() {
    let mut aeb = Aeb::default();
    let mut ego = EgoEstimate { speed_mps: 20.0, ..EgoEstimate::default() };
    let (mut warned_at, mut braked_at) = (None, None);
    for tick in 0..400 {
        let verdict = aeb.step(&BODY, &ego, &[car(100.0, 0.0, 0.0, 0.0)], 1.0, 0.02);
        if verdict.warn && warned_at.is_none() {
            warned_at = Some(tick);
        }
        if verdict.brake_mps2 < 0.0 && braked_at.is_none() {
            braked_at = Some(tick);
        }
        ego.position_m.x += 0.4;
        if ego.position_m.x > 90.0 {
            break;
        }
    }
    assert!(warned_at.unwrap() + 25 < braked_at.unwrap(), "{warned_at:?} {braked_at:?}");
}

#[test]
fn departure_needs_speed_drift_and_nearness() {
    let check = |speed, offset, drift, expect| {
        assert_eq!(lane_departure(&BODY, speed, offset, drift, 3.5), expect, "{speed} {offset} {drift}");
    };
    check(25.0, 0.75, 0.3, true);
    check(25.0, -0.75, -0.3, true);
    check(25.0, 0.75, -0.3, false);
    check(10.0, 0.75, 0.3, false);
    check(25.0, 0.3, 0.3, false);
}
