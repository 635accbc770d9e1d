//! Junctions, signals, stop lines and crosswalks of the bundled maps.

use super::tests::{BUNDLED, bundled};
use super::*;
use crate::base::math::wrap_pi;
use crate::state::signal::LensShape;

#[test]
fn conflicts_are_symmetric_and_lie_on_their_lanes() {
    for l in BUNDLED.iter() {
        let n = &l.network;
        let mut count = 0;
        for lane in &n.lanes {
            for c in &lane.conflicts {
                count += 1;
                let back = n.lane(c.other).conflicts.iter().find(|o| o.other == lane.id).unwrap();
                assert_eq!((back.from_m, back.to_m), (c.other_from_m, c.other_to_m));
                assert_eq!((back.other_from_m, back.other_to_m, back.kind), (c.from_m, c.to_m, c.kind));
                let pair = (c.priority, back.priority);
                let sound = matches!(
                    pair,
                    (Priority::Mine, Priority::Theirs)
                        | (Priority::Theirs, Priority::Mine)
                        | (Priority::Equal, Priority::Equal)
                );
                assert!(sound, "{pair:?}");
                assert!(0.0 <= c.from_m && c.from_m <= c.to_m && c.to_m <= lane.length_m + 1e-9);
                // The middle of the shared ground is near the other lane.
                let at = LaneCoord::center(lane.id, 0.5 * (c.from_m + c.to_m));
                let p = n.lane_pose(at).pose.position_m.truncate();
                let other = &n.lane(c.other).line;
                let gap_m = (0..other.samples.len() - 1)
                    .map(|i| other.project_from(i, p).distance_m)
                    .fold(f64::INFINITY, f64::min);
                assert!(gap_m < 4.0, "{}: {gap_m}", n.name);
            }
        }
        assert_eq!(count > 0, !n.junctions.is_empty(), "{}", n.name);
    }
}

#[test]
fn a_left_turn_yields_to_oncoming_traffic_and_crosses_side_traffic() {
    let n = bundled("crossing");
    let mut checked = 0;
    for lane in n.lanes.iter().filter(|l| l.turn == Turn::Left && l.kind == LaneKind::Driving) {
        for c in &lane.conflicts {
            let other = n.lane(c.other);
            let (a, b) = (LaneCoord::center(lane.id, 0.0), LaneCoord::center(c.other, 0.0));
            let (a, b) = (n.lane_pose(a).pose.heading_rad, n.lane_pose(b).pose.heading_rad);
            if other.turn == Turn::Straight && wrap_pi(a - b).abs() > 2.5 {
                assert_eq!((c.priority, c.kind), (Priority::Theirs, ConflictKind::Crossing));
                checked += 1;
            }
        }
    }
    assert!(checked >= 4, "{checked}");
}

#[test]
fn every_signalized_movement_has_faces_and_a_stop_line() {
    let (mut signalized, mut left_arrows) = (0, 0);
    for l in BUNDLED.iter() {
        let n = &l.network;
        for junction in &n.junctions {
            if junction.control == JunctionControl::Signal {
                assert!(!junction.groups.is_empty(), "{} {}", n.name, junction.id);
            }
            for id in &junction.lanes {
                let lane = n.lane(*id);
                let place = format!("{} {}", n.name, n.road(lane.road).id);
                let faces = &n.faces_of_movement[id.ix()];
                let control = n.approach_control[id.ix()];
                assert_eq!(control == ApproachControl::Signal, !faces.is_empty(), "{place}");
                if junction.control == JunctionControl::Signal && lane.kind == LaneKind::Driving {
                    assert!(!faces.is_empty(), "{place}: no face");
                }
                if control != ApproachControl::None {
                    let before = signals::approach_of(n, *id);
                    let line = before.iter().find_map(|p| n.lane(*p).stop_line_m.map(|m| (p, m)));
                    let (on, m) = line.unwrap_or_else(|| panic!("{place}: no stop line"));
                    assert!(m > 0.0 && m <= n.lane(*on).length_m, "{place}");
                }
                for face in faces {
                    signalized += 1;
                    let face = n.signal(*face);
                    assert_eq!(face.junction.map(|j| n.junction(j).id.as_str()), Some(junction.id.as_str()));
                    assert!(!face.has(LensShape::Pedestrian));
                    // It looks at those who come.
                    let start = n.lane_pose(LaneCoord::center(*id, 0.0)).pose;
                    let toward = (start.position_m - face.position_m).truncate().normalize();
                    assert!(
                        toward.dot(crate::base::math::unit(face.heading_rad)) > 0.5,
                        "{place} {}",
                        face.id
                    );
                    if lane.turn == Turn::Left && face.has(LensShape::ArrowLeft) {
                        left_arrows += 1;
                    }
                    if lane.turn == Turn::Straight {
                        assert!(face.has(LensShape::Circle), "{place}");
                    }
                }
            }
            // Every face and part of the junction is switched by some group.
            for face in
                n.signals.iter().filter(|s| s.junction.is_some_and(|j| n.junction(j).id == junction.id))
            {
                for part in face.parts() {
                    let member = GroupMember { face: face.ix, part };
                    let switched = junction.groups.iter().any(|g| g.members.contains(&member));
                    assert!(switched, "{} {}: {part:?} of {}", n.name, junction.id, face.id);
                }
            }
        }
    }
    assert!(signalized > 100 && left_arrows > 10, "{signalized} {left_arrows}");
}

#[test]
fn controls_are_read_from_signs() {
    let of =
        |control| BUNDLED.iter().flat_map(|l| &l.network.junctions).filter(|j| j.control == control).count();
    assert!(of(JunctionControl::Signal) > 5);
    assert!(of(JunctionControl::AllWayStop) > 0);
    assert!(of(JunctionControl::MinorStop) > 0);
    // Where only the minor street stops, its traffic waits for the major one.
    for l in BUNDLED.iter() {
        let n = &l.network;
        for lane in &n.lanes {
            for c in lane.conflicts.iter().filter(|c| c.kind == ConflictKind::Crossing) {
                let (a, b) = (n.approach_control[lane.id.ix()], n.approach_control[c.other.ix()]);
                if (a, b) == (ApproachControl::Stop, ApproachControl::None) {
                    assert_eq!(c.priority, Priority::Theirs, "{}", n.road(lane.road).id);
                }
            }
        }
    }
}

#[test]
fn crosswalks_lie_across_their_lanes() {
    let (mut crosswalks, mut heads) = (0, 0);
    for l in BUNDLED.iter() {
        let n = &l.network;
        for c in &n.crosswalks {
            crosswalks += 1;
            assert!(!c.lanes.is_empty(), "{}", c.id);
            let axis = c.ends_m[1] - c.ends_m[0];
            assert!(axis.length() > 4.0 && (2.0..6.0).contains(&c.width_m), "{}", c.id);
            for id in &c.lanes {
                let on = n.lane(*id).crosswalks.iter().find(|k| k.crosswalk == c.ix).unwrap();
                let long_m = on.to_m - on.from_m;
                assert!((long_m - c.width_m).abs() < 0.5, "{}: {long_m} of {}", c.id, c.width_m);
                let travel = n.lane_pose(LaneCoord::center(*id, on.from_m)).pose.forward();
                assert!(travel.dot(axis.normalize()).abs() < 0.2, "{}", c.id);
                // Stop lines come before the crosswalk at the lane's end.
                let at_end = on.to_m + 15.0 > n.lane(*id).length_m;
                if let Some(m) = n.lane(*id).stop_line_m.filter(|_| at_end) {
                    assert!(m < on.from_m, "{}", c.id);
                }
            }
            for face in &c.faces {
                heads += 1;
                assert_eq!(n.signal(*face).crosswalk, Some(c.ix));
                assert!(n.signal(*face).junction.is_some());
            }
        }
    }
    assert!(crosswalks > 20 && heads > 40, "{crosswalks} {heads}");
}
