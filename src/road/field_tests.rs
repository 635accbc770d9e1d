//! The lane graph of maps of the field: left-hand traffic, lanes for both directions, direct and virtual junctions.
//!
//! Maps of the field are read from `$SHAKEDOWN_CORPUS` or `../shared/corpus`; where there are none, the tests that need
//! them say so and pass.

use super::*;
use crate::base::ids::LaneId;
use crate::base::math::{DVec2, wrap_pi};
use std::path::PathBuf;

fn field(path: &str) -> Option<RoadNetwork> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("SHAKEDOWN_CORPUS").map_or_else(beside, PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: no corpus at {}", folder.display());
        return None;
    }
    let bytes = std::fs::read(folder.join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
    Some(RoadNetwork::from_opendrive(path, &bytes).unwrap())
}

/// The lane of a road at s.
fn at(n: &RoadNetwork, road: &str, lane: i32, s_m: f64) -> LaneId {
    n.coord_of(road, lane, s_m, 0.0).unwrap_or_else(|| panic!("{road} {lane} {s_m}")).lane
}

/// (road, lane) of the lanes that follow.
fn next(n: &RoadNetwork, id: LaneId) -> Vec<(&str, i32)> {
    let name = |l: &LaneId| (n.road(n.lane(*l).road).id.as_str(), n.lane(*l).odr_lane);
    let mut all: Vec<_> = n.lane(id).successors.iter().map(name).collect();
    all.sort();
    all
}

/// Every pair of joined drivable lanes meets, in place and heading.
fn meet(n: &RoadNetwork) -> usize {
    let mut pairs = 0;
    for lane in n.lanes.iter().filter(|l| l.kind.is_drivable()) {
        let end = n.lane_pose(LaneCoord::center(lane.id, lane.length_m)).pose;
        for next in lane.successors.iter().filter(|l| n.lane(**l).kind.is_drivable()) {
            pairs += 1;
            assert!(n.lane(*next).predecessors.contains(&lane.id));
            let start = n.lane_pose(LaneCoord::center(*next, 0.0)).pose;
            let gap_m = (start.position_m - end.position_m).length();
            let bend_rad = wrap_pi(start.heading_rad - end.heading_rad).abs();
            let place = (&n.name, n.road_coord(LaneCoord::center(lane.id, lane.length_m)));
            // Lanes that open or close at a border meet with their edges.
            assert!(gap_m < 2.5 && bend_rad < 0.15, "{place:?}: {gap_m} m, {bend_rad} rad");
        }
    }
    pairs
}

#[test]
fn left_hand_traffic_runs_on_the_left() {
    let Some(n) = field("esmini/resources/xodr/e6mini-lht.xodr") else { return };
    for lane in n.lanes.iter().filter(|l| l.kind == LaneKind::Driving) {
        assert_eq!(lane.runs_with_s(), lane.odr_lane > 0, "{}", lane.odr_lane);
        assert_eq!(n.road(lane.road).side, TrafficSide::Left);
    }
    // Lane 3 runs with s: 4 lies to its left, 2 to its right.
    let lane = n.lane(at(&n, "0", 3, 500.0));
    assert_eq!((lane.left, lane.right), (Some(at(&n, "0", 4, 500.0)), Some(at(&n, "0", 2, 500.0))));
    let other = n.lane(at(&n, "0", -3, 500.0));
    assert_eq!((other.left, other.right), (Some(at(&n, "0", -4, 500.0)), Some(at(&n, "0", -2, 500.0))));
}

#[test]
fn a_left_hand_crossing_joins_its_roads_and_right_turns_wait() {
    let Some(n) = field("esmini/EnvironmentSimulator/Unittest/xodr/simple_3way_intersection_lht.xodr") else {
        return;
    };
    assert!(meet(&n) >= 12);
    // Road 0 comes in on its left lane and goes on to both other roads.
    assert_eq!(next(&n, at(&n, "0", 1, 50.0)), [("100", 1), ("101", 1)]);
    assert_eq!(next(&n, at(&n, "100", 1, 5.0)), [("1", 1)]);
    assert_eq!(next(&n, at(&n, "1", -1, 50.0)), [("100", -1), ("102", 1)]);
    assert_eq!(n.lane(at(&n, "0", 1, 50.0)).opposite, Some(at(&n, "0", -1, 50.0)));
    // The turn across oncoming traffic is the one to the right.
    let mut waits = 0;
    for lane in n.lanes.iter().filter(|l| l.turn == Turn::Right) {
        for c in lane.conflicts.iter().filter(|c| n.lane(c.other).turn == Turn::Straight) {
            waits += 1;
            assert_ne!(c.priority, Priority::Mine, "{}", n.road(lane.road).id);
        }
    }
    for lane in n.lanes.iter().filter(|l| l.turn == Turn::Left) {
        for c in lane.conflicts.iter().filter(|c| n.lane(c.other).turn == Turn::Right) {
            waits += 1;
            assert_ne!(c.priority, Priority::Theirs, "{}", n.road(lane.road).id);
        }
    }
    println!("{waits} conflicts of turns");
}

#[test]
fn a_left_hand_split_is_a_merge_where_traffic_comes_the_other_way() {
    let Some(n) = field("esmini/EnvironmentSimulator/Unittest/xodr/highway_split_lht.xodr") else { return };
    assert!(meet(&n) >= 4);
    for (road, through, into) in [("1", "3", -1), ("2", "4", -2)] {
        assert_eq!(next(&n, at(&n, road, -1, 50.0)), [(through, -1)]);
        assert_eq!(next(&n, at(&n, through, -1, 15.0)), [("0", into)]);
    }
    assert!(n.lane(at(&n, "0", -1, 50.0)).successors.is_empty());
}

#[test]
fn direct_junctions_join_roads_without_lanes_of_their_own() {
    let Some(n) = field("esmini/EnvironmentSimulator/Unittest/xodr/direct_junction_simple.xodr") else {
        return;
    };
    assert!(meet(&n) >= 4);
    for (lane, expect) in [(-1, ("2", -1)), (-2, ("2", -2)), (-3, ("3", -1))] {
        assert_eq!(next(&n, at(&n, "1", lane, 50.0)), [expect]);
    }
    let to = at(&n, "3", -1, 50.0);
    let route = n.route(LaneCoord::center(at(&n, "1", -1, 10.0), 10.0), to).unwrap();
    assert_eq!(route.legs.last().map(|l| l.lane), Some(to));
    let junction = n.junction(n.junction_by_id("4").unwrap());
    assert!(junction.lanes.is_empty() && (junction.center_m - DVec2::new(100.0, -2.0)).length() < 5.0);

    let Some(n) = field("qc_opendrive/tests/data/examples/Ex_Entry_Exit.xodr") else { return };
    assert!(meet(&n) >= 8);
    let out = |lane| next(&n, at(&n, "300", lane, 400.0));
    assert_eq!(out(-2), [("305", -2)]);
    // The lane that parts in two.
    assert_eq!(out(-3), [("305", -3), ("308", -1)]);
    assert_eq!(out(-4), [("308", -2)]);
    assert_eq!(next(&n, at(&n, "315", -2, 340.0)), [("313", -2)]);
    assert_eq!(next(&n, at(&n, "292", -1, 146.0)), [("313", -4)]);
    for path in [
        "scenariogeneration_generated/xodr/xodr/direct_junction_creator0.xodr",
        "scenariogeneration_generated/xodr/xodr/highway_exit_with_lane_types0.xodr",
        "scenariogeneration_generated/xodr/xodr/road_with_lane_adjustment0.xodr",
        "esmini/resources/xodr/soderleden.xodr",
    ] {
        let Some(n) = field(path) else { return };
        assert!(meet(&n) > 0, "{path}");
    }
}

#[test]
fn lanes_for_both_directions_are_driven_both_ways() {
    let Some(n) = field("qc_opendrive/tests/data/utils/Ex_Bidirectional_Junction.xodr") else { return };
    let lane = |road| at(&n, road, -1, 5.0);
    let (there, back) = (lane("2"), n.lane(lane("2")).twin.unwrap());
    assert!(n.lane(there).runs_with_s() && !n.lane(back).runs_with_s());
    assert_eq!(n.lane(back).twin, Some(there));
    // Same ground, other heading.
    let length_m = n.lane(there).length_m;
    let (a, b) = (LaneCoord::center(there, 4.0), LaneCoord::center(back, length_m - 4.0));
    let (a, b) = (n.lane_pose(a).pose, n.lane_pose(b).pose);
    assert!((a.position_m - b.position_m).length() < 1e-6);
    assert!((wrap_pi(a.heading_rad - b.heading_rad).abs() - std::f64::consts::PI).abs() < 1e-6);
    // Road 3 → 4 → 2, and back.
    assert_eq!(next(&n, lane("3")), [("4", -1)]);
    assert_eq!(next(&n, lane("4")), [("2", -1)]);
    assert_eq!(next(&n, back), [("4", -1), ("5", -1), ("6", -1)]);
    let home = n.lane(lane("3")).twin.unwrap();
    let route = n.route(LaneCoord::center(back, 0.0), home).unwrap();
    assert_eq!(route.legs.len(), 3);
    // The nearest lane is the one that runs as a vehicle points.
    for (pose, expect) in [(a, there), (b, back)] {
        let found = n.nearest_lane(pose.position_m, Some(pose.heading_rad)).unwrap();
        assert_eq!(found.coord.lane, expect);
    }
    let Some(n) = field("maliput_malidrive/resources/StraightRoadMultipleLaneDirections.xodr") else {
        return;
    };
    let two_way = n.lanes.iter().filter(|l| l.twin.is_some()).count();
    assert!(two_way > 0 && two_way % 2 == 0, "{two_way}");
}

/// A driveway meets the middle of a road: in a virtual junction, without a cut in the road.
const DRIVEWAY: &str = r#"<OpenDRIVE><header revMajor="1" revMinor="8"/>
<road id="main" length="100" junction="-1">
<planView><geometry s="0" x="0" y="0" hdg="0" length="100"><line/></geometry></planView>
<lanes><laneSection s="0"><left><lane id="1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></left><center><lane id="0"/></center>
<right><lane id="-1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></right></laneSection></lanes></road>
<road id="out" length="15.7079632679" junction="v"><link><predecessor elementType="road" elementId="main" elementS="40" elementDir="+"/><successor elementType="road" elementId="yard" contactPoint="start"/></link>
<planView><geometry s="0" x="40" y="0" hdg="0" length="15.7079632679"><arc curvature="-0.1"/></geometry></planView>
<lanes><laneSection s="0"><center><lane id="0"/></center><right><lane id="-1" type="driving"><link><predecessor id="-1"/><successor id="-1"/></link><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></right></laneSection></lanes></road>
<road id="in" length="15.7079632679" junction="v"><link><predecessor elementType="road" elementId="yard" contactPoint="start"/><successor elementType="road" elementId="main" elementS="60" elementDir="+"/></link>
<planView><geometry s="0" x="50" y="-10" hdg="1.5707963268" length="15.7079632679"><arc curvature="-0.1"/></geometry></planView>
<lanes><laneSection s="0"><center><lane id="0"/></center><right><lane id="-1" type="driving"><link><predecessor id="1"/><successor id="-1"/></link><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></right></laneSection></lanes></road>
<road id="yard" length="30" junction="-1"><link><predecessor elementType="junction" elementId="v"/></link>
<planView><geometry s="0" x="50" y="-10" hdg="-1.5707963268" length="30"><line/></geometry></planView>
<lanes><laneSection s="0"><left><lane id="1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></left><center><lane id="0"/></center>
<right><lane id="-1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></right></laneSection></lanes></road>
<junction id="v" type="virtual" mainRoad="main" sStart="35" sEnd="65" orientation="+">
<connection id="0" incomingRoad="main" connectingRoad="out" contactPoint="start"><laneLink from="-1" to="-1"/></connection>
<connection id="1" incomingRoad="yard" connectingRoad="in" contactPoint="start"><laneLink from="1" to="-1"/></connection>
</junction></OpenDRIVE>"#;

#[test]
fn virtual_junctions_join_roads_in_their_middle() {
    let n = RoadNetwork::from_opendrive("driveway", DRIVEWAY.as_bytes()).unwrap();
    assert!(meet(&n) >= 8);
    // Before 40 m one can leave; at 60 m one comes in; the main road goes on over both.
    assert_eq!(next(&n, at(&n, "main", -1, 20.0)), [("main", -1), ("out", -1)]);
    assert_eq!(next(&n, at(&n, "main", -1, 50.0)), [("main", -1)]);
    assert_eq!(next(&n, at(&n, "in", -1, 5.0)), [("main", -1)]);
    assert_eq!(n.lane(at(&n, "main", -1, 80.0)).predecessors.len(), 2);
    assert_eq!(next(&n, at(&n, "out", -1, 5.0)), [("yard", -1)]);
    assert_eq!(next(&n, at(&n, "yard", 1, 5.0)), [("in", -1)]);
    // The other direction passes by.
    let length_m: f64 =
        n.lanes.iter().filter(|l| l.odr_lane == 1 && l.road.ix() == 0).map(|l| l.length_m).sum();
    assert!((length_m - 100.0).abs() < 1e-6);
    assert_eq!(next(&n, at(&n, "main", 1, 80.0)), [("main", 1)]);
    // There and back again.
    let from = LaneCoord::center(at(&n, "main", -1, 10.0), 10.0);
    assert!(n.route(from, at(&n, "yard", -1, 20.0)).is_some());
    let home = LaneCoord::center(at(&n, "yard", 1, 20.0), 5.0);
    assert!(n.route(home, at(&n, "main", -1, 90.0)).is_some());
    assert!(n.route(home, at(&n, "main", -1, 10.0)).is_none());
    // A link to the far end of a road is no cut.
    let far =
        DRIVEWAY.replace("elementS=\"40\"", "elementS=\"1e6\"").replace("elementS=\"60\"", "elementS=\"-5\"");
    let n = RoadNetwork::from_opendrive("far", far.as_bytes()).unwrap();
    assert_eq!(n.roads[0].lanes.len(), 2);
}

/// Every readable map of the field becomes a network whose lanes meet where they are joined, but for few that the
/// files themselves leave apart.
#[test]
fn every_map_of_the_field_becomes_a_network() {
    /// Share of joined lanes that may lie apart: gaps of the files.
    const APART_SHARE_MAX: f64 = 0.02;
    fn under(folder: &std::path::Path, found: &mut Vec<PathBuf>) {
        let mut entries: Vec<PathBuf> =
            std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                under(&path, found);
            } else if path.extension().is_some_and(|e| e == "xodr") {
                found.push(path);
            }
        }
    }
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("SHAKEDOWN_CORPUS").map_or_else(beside, PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: no corpus at {}", folder.display());
        return;
    }
    let mut paths = Vec::new();
    under(&folder, &mut paths);
    let (mut maps, mut pairs, mut apart) = (0, 0, Vec::new());
    for path in paths {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let Ok(n) = RoadNetwork::from_opendrive(&name, &std::fs::read(&path).unwrap()) else { continue };
        maps += 1;
        for lane in &n.lanes {
            assert!(lane.line.samples.len() >= 2 && lane.length_m.is_finite(), "{name}");
            let pose = n.lane_pose(LaneCoord::center(lane.id, 0.5 * lane.length_m)).pose;
            assert!(pose.position_m.is_finite() && pose.heading_rad.is_finite(), "{name}");
            let end = n.lane_pose(LaneCoord::center(lane.id, lane.length_m));
            for next in lane.successors.iter().filter(|l| n.lane(**l).kind.is_drivable()) {
                if !lane.kind.is_drivable() {
                    continue;
                }
                pairs += 1;
                let start = n.lane_pose(LaneCoord::center(*next, 0.0));
                let gap_m = (start.pose.position_m - end.pose.position_m).length();
                let bend_rad = wrap_pi(start.pose.heading_rad - end.pose.heading_rad).abs();
                let wide_m = start.width_m.max(end.width_m).max(1.0);
                if gap_m > wide_m || bend_rad > 0.5 {
                    let place = n.road_coord(LaneCoord::center(lane.id, lane.length_m));
                    let to = &n.road(n.lane(*next).road).id;
                    apart.push(format!("{name}: {place:?} → {to}: {gap_m:.2} m, {bend_rad:.2} rad"));
                }
            }
        }
        // Look-ups near every lane answer.
        for lane in n.lanes.iter().filter(|l| l.kind.is_drivable()).step_by(17) {
            let p = n.lane_pose(LaneCoord::center(lane.id, 0.3 * lane.length_m)).pose;
            assert!(n.nearest_lane(p.position_m, Some(p.heading_rad)).is_some(), "{name}");
        }
    }
    println!("{maps} maps, {pairs} joined lanes, {} of them apart", apart.len());
    apart.iter().take(40).for_each(|a| println!("{a}"));
    assert!(maps >= 430, "{maps}");
    assert!(apart.len() as f64 <= APART_SHARE_MAX * pairs as f64, "{} of {pairs}", apart.len());
}
