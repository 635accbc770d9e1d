//! Distances against closed forms.

use super::*;
use crate::play::position::tests::{entity, on_lane};
use crate::play::roads::testing::{Draft, arc, crossing, roads, straight};
use std::f64::consts::FRAC_PI_2;

fn measure(system: CoordinateSystem, kind: DistanceKind, extents: Extents) -> Measure {
    Measure { system, kind, extents, routing: Routing::Undefined }
}

use CoordinateSystem::{Entity as OfEntity, Lane, Road, Trajectory, World};
use DistanceKind::{Euclidean, Lateral, Longitudinal};
use Extents::{FreeSpace, ReferencePoints};

fn pose(x: f64, y: f64, h_rad: f64) -> Located {
    Located {
        pose: Pose { position_m: DVec3::new(x, y, 0.0), h_rad, ..Pose::default() },
        ..Located::default()
    }
}

#[test]
fn straight_lines_and_axes() {
    let none = Roads::none();
    let a = entity("a", pose(0.0, 0.0, 0.0));
    let b = entity("b", pose(20.0, 5.0, 0.0));
    let back = entity("back", pose(-20.0, -5.0, 0.0));
    let left = entity("left", pose(0.0, 0.0, FRAC_PI_2));
    let check = |from: &Entity, to: &Entity, m: Measure, expect: f64| {
        let d = distance_m(from, Target::Entity(to), m, &none, None).unwrap();
        assert!((d - expect).abs() < 1e-9, "{} to {}: {m:?} {d}", from.name, to.name);
    };
    let diagonal = libm::hypot(20.0, 5.0);
    check(&a, &b, measure(OfEntity, Euclidean, ReferencePoints), diagonal);
    check(&a, &back, measure(OfEntity, Euclidean, ReferencePoints), -diagonal);
    check(&a, &b, measure(Road, Euclidean, ReferencePoints), diagonal);
    // 5 × 2 m, reaching from 1 m behind to 4 m ahead of the reference point.
    check(&a, &b, measure(OfEntity, Euclidean, FreeSpace), libm::hypot(15.0, 3.0));
    check(&a, &b, measure(OfEntity, Longitudinal, ReferencePoints), 20.0);
    check(&a, &b, measure(OfEntity, Longitudinal, FreeSpace), 15.0);
    check(&a, &back, measure(OfEntity, Longitudinal, FreeSpace), -15.0);
    check(&a, &b, measure(OfEntity, Lateral, ReferencePoints), 5.0);
    check(&a, &b, measure(OfEntity, Lateral, FreeSpace), 3.0);
    check(&a, &back, measure(OfEntity, Lateral, FreeSpace), -3.0);
    check(&left, &b, measure(OfEntity, Longitudinal, ReferencePoints), 5.0);
    check(&left, &b, measure(OfEntity, Lateral, ReferencePoints), -20.0);
    check(&left, &b, measure(World, Longitudinal, ReferencePoints), 20.0);
    check(&left, &b, measure(World, Lateral, ReferencePoints), 5.0);
    check(&left, &b, measure(World, Longitudinal, FreeSpace), 18.0);
    // Side by side nothing lies between them along.
    check(&a, &entity("c", pose(2.0, 5.0, 0.0)), measure(OfEntity, Longitudinal, FreeSpace), 0.0);
    // A place has no extent.
    let place = pose(20.0, 0.0, 0.0);
    let d = distance_m(&a, Target::Place(&place), measure(OfEntity, Longitudinal, FreeSpace), &none, None);
    assert_eq!(d, Some(16.0));
    assert_eq!(
        distance_m(&a, Target::Entity(&b), measure(Road, Longitudinal, ReferencePoints), &none, None),
        None
    );
    assert_eq!(
        distance_m(&a, Target::Entity(&b), measure(Trajectory, Lateral, ReferencePoints), &none, None),
        None
    );
}

#[test]
fn along_a_straight_road() {
    let roads = straight(200.0);
    let right = on_lane(&roads, "right", "1", -1, 50.0);
    let ahead = on_lane(&roads, "ahead", "1", -1, 90.0);
    let left = on_lane(&roads, "left", "1", 1, 90.0);
    let check = |from: &Entity, to: &Entity, m: Measure, expect: f64| {
        let d = distance_m(from, Target::Entity(to), m, &roads, None).unwrap();
        assert!((d - expect).abs() < 1e-9, "{} to {}: {m:?} {d}", from.name, to.name);
    };
    check(&right, &ahead, measure(Road, Longitudinal, ReferencePoints), 40.0);
    check(&ahead, &right, measure(Road, Longitudinal, ReferencePoints), -40.0);
    check(&right, &ahead, measure(Road, Longitudinal, FreeSpace), 35.0);
    check(&ahead, &right, measure(Road, Longitudinal, FreeSpace), -35.0);
    check(&right, &ahead, measure(Lane, Longitudinal, FreeSpace), 35.0);
    // The oncoming one's front is 4 m before its reference point.
    check(&right, &left, measure(Road, Longitudinal, FreeSpace), 32.0);
    check(&left, &right, measure(Road, Longitudinal, FreeSpace), 32.0);
    check(&right, &left, measure(Road, Lateral, ReferencePoints), 3.0);
    check(&left, &right, measure(Road, Lateral, ReferencePoints), 3.0);
    check(&right, &left, measure(Lane, Lateral, FreeSpace), 1.0);
}

#[test]
fn lanes_are_longer_outside_a_curve() {
    // Radius 50 to the left, lane −1 at radius 51.5.
    let draft = Draft { plan: arc(0.0, 0.0, 0.0, 0.0, 100.0, 0.02), ..Draft::default() };
    let roads = roads(&[draft], "");
    let (a, b) = (on_lane(&roads, "a", "1", -1, 10.0), on_lane(&roads, "b", "1", -1, 60.0));
    let d = |system| {
        distance_m(&a, Target::Entity(&b), measure(system, Longitudinal, ReferencePoints), &roads, None)
            .unwrap()
    };
    assert!((d(Road) - 50.0).abs() < 1e-9);
    assert!((d(Lane) - 51.5).abs() < 1e-6, "{}", d(Lane));
}

#[test]
fn through_a_junction() {
    let roads = crossing();
    let w = on_lane(&roads, "w", "w", -1, 90.0);
    let n = on_lane(&roads, "n", "n", -1, 5.0);
    let s = on_lane(&roads, "s", "s", 1, 95.0);
    let far = on_lane(&roads, "far", "far", -1, 5.0);
    let d = |to: &Entity, kind| {
        distance_m(&w, Target::Entity(to), measure(Road, kind, ReferencePoints), &roads, None)
    };
    let quarter = 10.0 * FRAC_PI_2;
    assert!((d(&n, Longitudinal).unwrap() - (15.0 + quarter)).abs() < 1e-9);
    assert!(d(&n, Lateral).unwrap().abs() < 1e-9);
    // "s" is entered against its s: its lane +1 (t = 1.5) lies to the right of the way.
    assert!((d(&s, Longitudinal).unwrap() - (15.0 + quarter)).abs() < 1e-9);
    assert!(d(&s, Lateral).unwrap().abs() < 1e-9, "{:?}", d(&s, Lateral));
    assert_eq!(d(&far, Longitudinal), None);
}

#[test]
fn lanes_between() {
    let roads = crossing();
    let w = on_lane(&roads, "w", "w", -1, 50.0);
    let check = |other: &Entity, expect: (i32, bool, f64)| {
        let d = lane_difference(&w, Target::Entity(other), ReferencePoints, &roads).unwrap();
        assert_eq!((d.lanes, d.opposite), (expect.0, expect.1), "{}", other.name);
        assert!((d.ds_m - expect.2).abs() < 1e-9);
    };
    check(&on_lane(&roads, "same", "w", -1, 60.0), (0, false, 10.0));
    check(&on_lane(&roads, "oncoming", "w", 1, 30.0), (1, true, -20.0));
    check(&on_lane(&roads, "east", "e", -1, 10.0), (0, false, 80.0));
    check(&on_lane(&roads, "east oncoming", "e", 1, 10.0), (1, true, 80.0));
}

struct Line;

impl Curve for Line {
    fn at(&self, s_m: f64) -> Option<Pose> {
        (0.0..=100.0).contains(&s_m).then(|| Pose {
            position_m: DVec3::new(0.0, s_m, 0.0),
            h_rad: FRAC_PI_2,
            ..Pose::default()
        })
    }

    fn length_m(&self) -> f64 {
        100.0
    }
}

#[test]
fn along_a_trajectory() {
    let (a, b) = (entity("a", pose(1.0, 10.0, FRAC_PI_2)), entity("b", pose(-2.0, 40.0, FRAC_PI_2)));
    let d = |kind, extents| {
        distance_m(&a, Target::Entity(&b), measure(Trajectory, kind, extents), &Roads::none(), Some(&Line))
            .unwrap()
    };
    let check = |found: f64, expect: f64| assert!((found - expect).abs() < 1e-6, "{found} {expect}");
    check(d(Longitudinal, ReferencePoints), 30.0);
    check(d(Lateral, ReferencePoints), 3.0);
    check(d(Longitudinal, FreeSpace), 25.0);
    check(d(Lateral, FreeSpace), 1.0);
}

#[test]
fn headway_and_time_to_collision() {
    let roads = straight(400.0);
    let mut own = on_lane(&roads, "own", "1", -1, 50.0);
    let mut lead = on_lane(&roads, "lead", "1", -1, 90.0);
    own.speed_mps = 20.0;
    own.velocity_mps = DVec3::X * 20.0;
    lead.velocity_mps = DVec3::X * 10.0;
    lead.speed_mps = 10.0;
    let m = measure(Road, Longitudinal, ReferencePoints);
    assert_eq!(time_headway_s(&own, 40.0), Some(2.0));
    assert_eq!((time_headway_s(&own, -1.0), time_headway_s(&lead, 0.0)), (None, Some(0.0)));
    let moving = |speed_mps| Entity { speed_mps, ..own.clone() };
    assert_eq!(time_headway_s(&moving(0.0), 3.0), Some(f64::INFINITY));
    assert_eq!(time_headway_s(&moving(-5.0), 3.0), None);
    let ttc = |from: &Entity, to: &Entity, m: Measure| {
        let d = distance_m(from, Target::Entity(to), m, &roads, None).unwrap();
        time_to_collision_s(from, Target::Entity(to), m, d, &roads, None)
    };
    for system in [OfEntity, Road, Lane, World] {
        assert_eq!(ttc(&own, &lead, Measure { system, ..m }), Some(4.0), "{system:?}");
        // Seen from the lead the other one comes from behind.
        assert_eq!(ttc(&lead, &own, Measure { system, ..m }), Some(4.0), "{system:?}");
    }
    assert_eq!(ttc(&own, &lead, Measure { extents: FreeSpace, ..m }), Some(3.5));
    assert_eq!(ttc(&own, &lead, measure(OfEntity, Euclidean, FreeSpace)), Some(3.5));
    // The lead draws away.
    lead.velocity_mps = DVec3::X * 25.0;
    assert_eq!(ttc(&own, &lead, m), None);
    // Oncoming: speeds add, whatever the direction of s.
    let mut oncoming = on_lane(&roads, "oncoming", "1", 1, 110.0);
    oncoming.velocity_mps = DVec3::X * -10.0;
    assert_eq!((ttc(&own, &oncoming, m), ttc(&oncoming, &own, m)), (Some(2.0), Some(2.0)));
    // A place stands.
    let place = on_lane(&roads, "p", "1", -1, 150.0).at;
    let t = time_to_collision_s(&own, Target::Place(&place), m, 100.0, &roads, None);
    assert_eq!(t, Some(5.0));
}
