//! Junctions: their lanes, extent, control and signal groups.
//!
//! Control: signals where a face governs one of its movements; else all-way stop where every approach has
//! a stop sign, stop on the minor approaches where some have, yield where a yield sign or a priority rule
//! says so, else nothing.

use super::*;
use crate::base::ids::{JunctionIx, LaneId, RoadIx};
use crate::base::math::DVec2;
use opendrive as odr;
use std::collections::BTreeMap;

/// Fills junctions and the conflicts of their lanes.
pub(super) fn add_junctions(map: &odr::Map, network: &mut RoadNetwork) {
    let mut lanes_of: Vec<Vec<LaneId>> = vec![Vec::new(); map.junctions.len()];
    for lane in network.lanes.iter().filter(|l| l.kind.is_drivable()) {
        if let Some(j) = lane.junction {
            lanes_of[j.ix()].push(lane.id);
        }
    }
    let ends = ends_of(map, network);
    for (i, from) in map.junctions.iter().enumerate() {
        let ix = JunctionIx(i as u32);
        let lanes = std::mem::take(&mut lanes_of[i]);
        let meeting = ends.get(&from.id).map_or(&[][..], Vec::as_slice);
        let (center_m, radius_m) =
            if lanes.is_empty() { direct_extent(meeting) } else { extent(network, &lanes) };
        let control = control_of(network, from, &lanes);
        let groups = signals::groups_of(map, network, ix);
        for group in &groups {
            for member in &group.members {
                network.signals[member.face.ix()].junction = Some(ix);
            }
        }
        conflict::add_conflicts(network, from, &lanes, control);
        network.junctions.push(Junction { id: from.id.clone(), control, lanes, groups, center_m, radius_m });
    }
}

fn extent(network: &RoadNetwork, lanes: &[LaneId]) -> (DVec2, f64) {
    let points = || lanes.iter().flat_map(|l| &network.lane(*l).line.samples);
    let (mut low, mut high) = (DVec2::splat(f64::INFINITY), DVec2::splat(f64::NEG_INFINITY));
    for s in points() {
        low = low.min(s.position_m.truncate());
        high = high.max(s.position_m.truncate());
    }
    if lanes.is_empty() {
        return (DVec2::ZERO, 0.0);
    }
    let center_m = 0.5 * (low + high);
    let reach =
        |s: &centerline::CenterSample| (s.position_m.truncate() - center_m).length() + 0.5 * s.width_m;
    (center_m, points().map(reach).fold(0.0, f64::max))
}

/// Road ends that are linked to each junction, m, by the junction's id.
fn ends_of(map: &odr::Map, network: &RoadNetwork) -> BTreeMap<String, Vec<DVec2>> {
    let mut ends: BTreeMap<String, Vec<DVec2>> = BTreeMap::new();
    for road in &map.roads {
        for (link, s_m) in [(&road.predecessor, 0.0), (&road.successor, road.length_m)] {
            if let Some(odr::LinkTarget::Junction { id }) = link.as_ref().map(|l| &l.target) {
                let p = road.reference_point(s_m);
                let at = DVec2::new(p.x_m, p.y_m) - network.offset_m.truncate();
                ends.entry(id.clone()).or_default().push(at);
            }
        }
    }
    ends
}

/// Middle and reach of the road ends that meet in a direct junction, which has no lanes of its own.
fn direct_extent(points: &[DVec2]) -> (DVec2, f64) {
    let center_m = points.iter().sum::<DVec2>() / points.len().max(1) as f64;
    (center_m, points.iter().map(|p| (*p - center_m).length()).fold(0.0, f64::max))
}

fn control_of(network: &RoadNetwork, from: &odr::Junction, lanes: &[LaneId]) -> JunctionControl {
    let control = |l: &LaneId| network.approach_control[l.ix()];
    if lanes.iter().any(|l| control(l) == ApproachControl::Signal) {
        return JunctionControl::Signal;
    }
    // An approach stops where all its movements do.
    let mut stops: BTreeMap<RoadIx, bool> = BTreeMap::new();
    for l in lanes.iter().filter(|l| network.lane(**l).kind != LaneKind::Biking) {
        for before in &network.lane(*l).predecessors {
            let all = stops.entry(network.lane(*before).road).or_insert(true);
            *all &= control(l) == ApproachControl::Stop;
        }
    }
    if !stops.is_empty() && stops.values().all(|s| *s) {
        JunctionControl::AllWayStop
    } else if stops.values().any(|s| *s) {
        JunctionControl::MinorStop
    } else if !from.priorities.is_empty() || lanes.iter().any(|l| control(l) == ApproachControl::Yield) {
        JunctionControl::Yield
    } else {
        JunctionControl::Uncontrolled
    }
}
