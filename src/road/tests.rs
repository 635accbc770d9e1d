//! The network against the exact geometry, against brute force, and as a graph.

use super::*;
use crate::base::ids::LaneId;
use crate::base::math::{DVec3, wrap_pi};
use opendrive as odr;
use proptest::prelude::*;
use std::path::PathBuf;
use std::sync::LazyLock;

pub(super) struct Loaded {
    map: odr::Map,
    pub(super) network: RoadNetwork,
}

fn load(path: &std::path::Path) -> Result<Loaded, String> {
    let bytes = std::fs::read(path).map_err(|e| e.to_string())?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let parsed = odr::parse(&bytes, &name).map_err(|p| p.to_string())?;
    let network = RoadNetwork::from_opendrive(&name, &bytes).map_err(|e| e.to_string())?;
    Ok(Loaded { map: parsed.map, network })
}

/// Every bundled map, by name.
pub(super) static BUNDLED: LazyLock<Vec<Loaded>> = LazyLock::new(|| {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/maps");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "xodr"))
        .collect();
    paths.sort();
    assert!(paths.len() >= 6, "bundled maps are missing: {paths:?}");
    paths.iter().map(|p| load(p).unwrap()).collect()
});

pub(super) fn bundled(name: &str) -> &'static RoadNetwork {
    &BUNDLED.iter().find(|l| l.network.name == name).unwrap().network
}

#[test]
fn lane_pose_follows_the_exact_geometry() {
    for l in BUNDLED.iter() {
        for road in &l.map.roads {
            for (k, section) in road.lane_sections.iter().enumerate() {
                let end_m = road.section_end_m(k);
                for lane in section.lanes() {
                    // Sidewalks turn round corners in less than their width.
                    let drivable = lane.kind.is_drivable() || lane.kind == odr::LaneType::Biking;
                    let (tolerance_m, tolerance_rad) = if drivable { (0.01, 2e-3) } else { (0.05, 0.1) };
                    for i in 0..40 {
                        let s_m = section.s_m + (end_m - section.s_m) * (f64::from(i) + 0.37) / 40.0;
                        for offset_m in [0.0, 0.4] {
                            let at = l.network.coord_of(&road.id, lane.id, s_m, offset_m).unwrap();
                            let ours = l.network.lane_pose(at).pose;
                            let exact = road.lane_position(lane.id, s_m, offset_m).unwrap();
                            let place = format!("{} {} {} {s_m}", l.network.name, road.id, lane.id);
                            let there = DVec3::new(exact.x_m, exact.y_m, exact.z_m) - l.network.offset_m;
                            let off_m = (ours.position_m - there).length();
                            assert!(off_m < tolerance_m, "{place} + {offset_m}: {off_m} m off");
                            for (name, a, b) in [
                                ("heading", ours.heading_rad, exact.heading_rad),
                                ("pitch", ours.pitch_rad, -exact.pitch_rad),
                                ("roll", ours.roll_rad, exact.roll_rad),
                            ] {
                                assert!(wrap_pi(a - b).abs() < tolerance_rad, "{place}: {name} {a} for {b}");
                            }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn lanes_are_joined_where_they_touch() {
    for l in BUNDLED.iter() {
        let n = &l.network;
        for lane in &n.lanes {
            let end = n.lane_pose(LaneCoord::center(lane.id, lane.length_m)).pose;
            for next in &lane.successors {
                assert!(n.lane(*next).predecessors.contains(&lane.id));
                let start = n.lane_pose(LaneCoord::center(*next, 0.0)).pose;
                let gap_m = (start.position_m - end.position_m).length();
                let bend_rad = wrap_pi(start.heading_rad - end.heading_rad).abs();
                let (a, b) =
                    (n.road_coord(LaneCoord::center(lane.id, lane.length_m)), n.lane(*next).odr_lane);
                assert!(gap_m < 0.3 && bend_rad < 0.1, "{}: {a:?} → {b}: {gap_m} m, {bend_rad} rad", n.name);
            }
            for (beside, back) in [(lane.left, 1.0), (lane.right, -1.0)] {
                let Some(other) = beside else { continue };
                let middle = n.lane_pose(LaneCoord::center(other, 0.5 * n.lane(other).length_m)).pose;
                let found = n.track_lane(
                    LaneCoord::center(lane.id, 0.5 * lane.length_m),
                    middle.position_m.truncate(),
                    middle.heading_rad,
                    None,
                );
                assert_eq!(found.map(|c| c.lane), Some(other), "{} side {back}", n.name);
            }
        }
    }
}

/// Least score by trying every lane at a fine step.
fn brute_force(n: &RoadNetwork, p: DVec3, heading_rad: Option<f64>) -> f64 {
    let mut best = f64::INFINITY;
    for lane in n.lanes.iter().filter(|l| l.kind.is_drivable()) {
        let steps = (lane.length_m / 0.05).ceil().max(1.0);
        for i in 0..=steps as usize {
            let pose = n.lane_pose(LaneCoord::center(lane.id, lane.length_m * i as f64 / steps));
            let mut score = (pose.pose.position_m - p).truncate().length() - 0.5 * pose.width_m;
            if heading_rad.is_some_and(|h| (h - pose.pose.heading_rad).cos() < 0.0) {
                score += 3.0;
            }
            score += ((p.z - pose.pose.position_m.z).abs() - 2.0).clamp(0.0, 20.0);
            best = best.min(score);
        }
    }
    best
}

#[test]
fn the_nearest_lane_is_that_of_brute_force() {
    let n = bundled("crossing");
    for i in 0..60 {
        let p = DVec3::new(f64::from(i * 37 % 120) - 60.0, f64::from(i * 53 % 110) - 55.0, 0.0);
        for heading in [None, Some(0.3), Some(-2.0)] {
            let found = n.nearest_lane(p, heading).unwrap();
            let pose = n.lane_pose(LaneCoord::center(found.coord.lane, found.coord.along_m));
            let against = heading.is_some_and(|h| (h - pose.pose.heading_rad).cos() < 0.0);
            let score = found.distance_m - 0.5 * pose.width_m + if against { 3.0 } else { 0.0 };
            let expect = brute_force(n, p, heading);
            assert!((score - expect).abs() < 0.02, "{p} {heading:?}: {score} for {expect}");
        }
    }
}

#[test]
fn outside_the_map_there_is_still_a_nearest_lane() {
    let n = bundled("straight");
    assert!(n.nearest_lane(DVec3::new(1.0e6, -1.0e6, 0.0), None).is_some());
    assert!(n.nearest_lane(DVec3::new(f64::NAN, 0.0, 0.0), None).is_none());
    assert!(!n.on_drivable(DVec3::new(1.0e6, 0.0, 0.0), 5.0));
}

#[test]
fn an_empty_network_answers_that_there_is_nothing() {
    let n = RoadNetwork::empty();
    assert!(n.is_empty() && !bundled("straight").is_empty());
    let stale = LaneCoord::center(LaneId(3), 7.0);
    let p = DVec3::new(1.0, 2.0, 3.0);
    assert!(n.nearest_lane(p, Some(0.5)).is_none());
    assert!(n.track_lane(stale, p.truncate(), 0.5, None).is_none());
    assert!(n.advance(stale, 1.0, None).is_none() && n.advance(stale, -1.0, None).is_none());
    assert!(n.route(stale, LaneId(0)).is_none() && n.route_via(stale, &[LaneId(0)]).is_none());
    assert!(n.coord_of("0", -1, 0.0, 0.0).is_none());
    assert!(n.road_by_id("0").is_none() && n.junction_by_id("0").is_none() && n.signal_by_id("0").is_none());
    assert!(!n.on_drivable(p, 1.0e6));
    assert_eq!(n.surface_at(stale, p.truncate(), 0.5), (0.0, 0.0, 0.0));
    assert_eq!(n.lane_pose(stale).width_m, 0.0);
    assert_eq!(n.road_coord(stale).road_id, "");
    // A map without roads builds the same.
    let built = RoadNetwork::from_map("", &odr::Map::default());
    assert!(built.is_empty() && built.nearest_lane(p, None).is_none());
}

/// A place on a vehicle lane of a bundled map.
fn any_place() -> impl Strategy<Value = (usize, LaneCoord)> {
    (0..BUNDLED.len(), any::<prop::sample::Index>(), 0.0..=1.0, -0.45..=0.45).prop_map(
        |(m, lane, w, side)| {
            let n = &BUNDLED[m].network;
            let lanes: Vec<&Lane> = n.lanes.iter().filter(|l| l.kind == LaneKind::Driving).collect();
            let lane = lanes[lane.index(lanes.len())];
            let along_m = w * lane.length_m;
            let width_m = n.lane_pose(LaneCoord::center(lane.id, along_m)).width_m;
            (m, LaneCoord { lane: lane.id, along_m, offset_m: side * width_m })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn road_coordinates_and_back((m, at) in any_place()) {
        let n = &BUNDLED[m].network;
        let there = n.road_coord(at);
        let back = n.coord_of(there.road_id, there.lane_id, there.s_m, there.lane_offset_m).unwrap();
        let (a, b) = (n.lane_pose(at).pose.position_m, n.lane_pose(back).pose.position_m);
        prop_assert!((a - b).length() < 0.005, "{at:?} {there:?} {back:?}");
    }

    #[test]
    fn a_point_on_a_lane_is_tracked_back_to_it((m, at) in any_place(), ahead in -6.0..6.0_f64) {
        let n = &BUNDLED[m].network;
        let pose = n.lane_pose(at).pose;
        let last = LaneCoord { along_m: (at.along_m + ahead).clamp(0.0, n.lane(at.lane).length_m), ..at };
        let found = n.track_lane(last, pose.position_m.truncate(), pose.heading_rad, None).unwrap();
        let there = n.lane_pose(found).pose.position_m;
        prop_assert!((there - pose.position_m).truncate().length() < 0.01, "{at:?} {found:?}");
        let (z_m, pitch_rad, roll_rad) = n.surface_at(found, pose.position_m.truncate(), pose.heading_rad);
        prop_assert!((z_m - pose.position_m.z).abs() < 0.02, "z {z_m} for {}", pose.position_m.z);
        prop_assert!((pitch_rad - pose.pitch_rad).abs() < 5e-3 && (roll_rad - pose.roll_rad).abs() < 5e-3);
    }
}

#[test]
fn every_driving_lane_reaches_every_other_or_ends_at_the_border() {
    for l in BUNDLED.iter() {
        let n = &l.network;
        let driving: Vec<LaneId> =
            n.lanes.iter().filter(|l| l.kind == LaneKind::Driving).map(|l| l.id).collect();
        let next = |id: LaneId| {
            let lane = n.lane(id);
            let beside = if lane.junction.is_none() { [lane.left, lane.right] } else { [None, None] };
            lane.successors.iter().copied().chain(beside.into_iter().flatten()).collect::<Vec<_>>()
        };
        let reach = |from: LaneId, next: &dyn Fn(LaneId) -> Vec<LaneId>| {
            let mut seen = vec![false; n.lanes.len()];
            let mut open = vec![from];
            while let Some(id) = open.pop() {
                if !std::mem::replace(&mut seen[id.ix()], true) {
                    open.extend(next(id));
                }
            }
            seen
        };
        // A lane of the inner map: something leads in and something leads out, both ways on.
        for &from in driving.iter().step_by(7) {
            let seen = reach(from, &next);
            for &to in driving.iter().step_by(11) {
                let route = n.route(LaneCoord::center(from, 0.0), to);
                assert_eq!(route.is_some(), seen[to.ix()], "{}: {from:?} → {to:?}", n.name);
                let Some(route) = route else { continue };
                assert_eq!((route.legs[0].lane, route.legs[route.legs.len() - 1].lane), (from, to));
                for pair in route.legs.windows(2) {
                    let (a, b) = (n.lane(pair[0].lane), pair[1].lane);
                    assert!(match pair[0].exit {
                        LegExit::Forward => a.successors.contains(&b),
                        LegExit::ChangeLeft => a.left == Some(b),
                        LegExit::ChangeRight => a.right == Some(b),
                        LegExit::End => false,
                    });
                }
            }
        }
        for &id in &driving {
            let lane = n.lane(id);
            let ends = lane.successors.is_empty();
            assert!(!(ends && lane.junction.is_some()), "{}: a connecting lane leads nowhere", n.name);
        }
    }
}

#[test]
fn a_route_is_advanced_along_and_changes_lanes_early() {
    let n = bundled("straight");
    let lane = |id: i32| n.coord_of(&n.roads[0].id, id, 1.0, 0.0).unwrap();
    let (right, left) = (lane(-2), lane(-1));
    let route = n.route(right, left.lane).unwrap();
    assert_eq!(route.legs.len(), 2);
    assert_eq!(route.legs[0].exit, LegExit::ChangeLeft);
    assert!((route.length_m - (n.lane(left.lane).length_m - 1.0)).abs() < 1e-6);
    assert_eq!(route.leg_of(left.lane, 0), Some(1));
    assert_eq!(route.leg_of(right.lane, 1), None);
    assert_eq!(route.next_connecting(n, 0, 1.0), None);
    let ahead = n.advance(right, 50.0, Some(&route)).unwrap();
    assert!(ahead.lane == right.lane && (ahead.along_m - 51.0).abs() < 1e-6);
    assert_eq!(n.advance(right, 1.0e5, None), None);
    assert_eq!(n.advance(right, -2.0, None), None);
}

#[test]
fn lookups_by_id_go_both_ways() {
    let n = bundled("kirkland");
    for (i, road) in n.roads.iter().enumerate() {
        assert_eq!(n.road_by_id(&road.id).map(|r| r.ix()), Some(i));
    }
    for (i, junction) in n.junctions.iter().enumerate() {
        assert_eq!(n.junction_by_id(&junction.id).map(|r| r.ix()), Some(i));
    }
    for (i, signal) in n.signals.iter().enumerate() {
        assert_eq!(n.signal_by_id(&signal.id).map(|r| r.ix()), Some(i));
    }
    assert_eq!(n.road_by_id("no such road"), None);
    assert_eq!(n.coord_of("no such road", -1, 0.0, 0.0), None);
    assert_eq!(n.coord_of(&n.roads[0].id, -99, 0.0, 0.0), None);
    assert_eq!(n.coord_of(&n.roads[0].id, -1, 1.0e9, 0.0), None);
}

#[test]
fn the_corpus_loads() {
    let folder = std::env::var_os("SHAKEDOWN_CORPUS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    if !folder.is_dir() {
        eprintln!("skipped: no corpus");
        return;
    }
    let mut open = vec![folder];
    let (mut read, mut refused) = (0, 0);
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|e| e.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "xodr") {
            let bytes = std::fs::read(&path).unwrap();
            match RoadNetwork::from_opendrive("corpus", &bytes) {
                Ok(network) => {
                    read += 1;
                    for lane in network.lanes.iter().step_by(17) {
                        let at = LaneCoord::center(lane.id, 0.5 * lane.length_m);
                        let pose = network.lane_pose(at).pose;
                        assert!(pose.position_m.is_finite(), "{}: {at:?}", path.display());
                        network.nearest_lane(pose.position_m, Some(pose.heading_rad));
                    }
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(read > 400 && refused < 40, "{read} read, {refused} refused");
}

/// Two lanes, one each way, 20 km from the file's origin; traffic keeps to the given side.
fn far_road(rule: &str) -> RoadNetwork {
    let text = format!(
        r#"<OpenDRIVE><header revMajor="1" revMinor="6">
          <geoReference><![CDATA[+proj=tmerc +lat_0=47 +lon_0=8 +x_0=0 +y_0=0]]></geoReference></header>
        <road id="1" length="100" junction="-1" rule="{rule}">
          <planView><geometry s="0" x="20100" y="-300" hdg="0" length="100"><line/></geometry></planView>
          <elevationProfile><elevation s="0" a="2" b="0.1" c="0" d="0"/></elevationProfile>
          <lanes><laneSection s="0">
            <left><lane id="1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></left>
            <center><lane id="0" type="none"/></center>
            <right><lane id="-1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></right>
          </laneSection></lanes>
          <signals>
            <signal id="a" s="90" t="-3" zOffset="3" dynamic="yes" orientation="+" type="1.000.011" subtype="10"
              country="DE" height="1" name=""/>
            <signal id="b" s="10" t="3" zOffset="3" dynamic="no" orientation="-" type="206" subtype="-1"
              country="DE" name=""/>
          </signals>
        </road></OpenDRIVE>"#
    );
    RoadNetwork::from_opendrive("far", text.as_bytes()).unwrap()
}

#[test]
fn lanes_run_on_the_side_that_the_rule_says() {
    for (rule, with_s, against) in [("RHT", -1, 1), ("LHT", 1, -1)] {
        let n = far_road(rule);
        for (lane, heading_rad, pitch_sign) in [(with_s, 0.0, 1.0), (against, std::f64::consts::PI, -1.0)] {
            let at = n.coord_of("1", lane, 30.0, 0.5).unwrap();
            let pose = n.lane_pose(at).pose;
            assert!(wrap_pi(pose.heading_rad - heading_rad).abs() < 1e-9, "{rule} {lane}");
            // Offsets count along t, whichever way traffic runs.
            assert!((pose.position_m.y - (-300.0 + 1.5 * f64::from(lane) + 0.5)).abs() < 1e-9);
            assert!((pose.pitch_rad - pitch_sign * 0.1_f64.atan()).abs() < 1e-9, "uphill is positive");
            let back = n.road_coord(at);
            assert_eq!((back.road_id, back.lane_id), ("1", lane));
            assert!((back.s_m - 30.0).abs() < 1e-6 && (back.lane_offset_m - 0.5).abs() < 1e-9);
            let opposite = n.lane(at.lane).opposite.map(|id| n.lane(id).odr_lane);
            assert_eq!(opposite, Some(-lane));
        }
    }
}

#[test]
fn a_large_offset_is_taken_away_and_the_origin_follows() {
    let n = far_road("RHT");
    assert_eq!(n.offset_m, DVec3::new(20_000.0, 0.0, 0.0));
    let at = n.lane_pose(n.coord_of("1", -1, 50.0, 0.0).unwrap()).pose.position_m;
    assert!((at - DVec3::new(150.0, -301.5, 7.0)).length() < 1e-9, "{at}");
    let (lat, lon) = n.origin_deg.unwrap();
    assert!((lat - 47.0).abs() < 1e-9 && (lon - 8.263).abs() < 0.01, "{lat} {lon}");
    assert_eq!(bundled("kirkland").offset_m, DVec3::ZERO);
}

#[test]
fn foreign_signals_get_default_faces() {
    use crate::state::signal::LensShape;
    let n = far_road("RHT");
    let face = n.signal(n.signal_by_id("a").unwrap());
    assert_eq!(face.lenses.len(), 3);
    assert!(face.has(LensShape::ArrowLeft) && !face.has(LensShape::Circle));
    assert!((face.position_m - DVec3::new(190.0, -303.0, 14.5)).length() < 1e-9, "{}", face.position_m);
    assert!(wrap_pi(face.heading_rad - std::f64::consts::PI).abs() < 1e-9, "it looks at those who come");
    assert_eq!(face.lanes.iter().map(|l| n.lane(*l).odr_lane).collect::<Vec<_>>(), [-1]);
    assert_eq!(n.furniture.len(), 1);
    assert_eq!(n.furniture[0].kind, "stop_sign");
    assert_eq!(n.furniture[0].lanes.iter().map(|l| n.lane(*l).odr_lane).collect::<Vec<_>>(), [1]);
}

#[test]
fn unusable_bytes_are_refused_with_their_place() {
    let error = RoadNetwork::from_opendrive("bad.xodr", b"<OpenDRIVE><road").unwrap_err();
    assert!(error.to_string().starts_with("bad.xodr:1:"), "{error}");
}
