//! Which movements of a junction share ground, where, and who goes first.
//!
//! # Equations
//! Two center lines conflict where they come closer than the half widths of the vehicles on them:
//! [`HALF_WIDTH_M`] for motor vehicles, [`HALF_WIDTH_BIKE_M`] for bicycles. The shared ground of a lane is
//! the stretch from its first to its last such place, refined linearly between samples.
//!
//! Priority, first rule that decides: `<priority>` of the map (by connecting or approach road); stop before
//! yield before free approaches; turns against oncoming traffic and against one's own direction: straight
//! before right before left before U-turn (left before right in left-hand traffic); else equal.
//!
//! # Source
//! Uniform Vehicle Code §11-401…404 (right of way); ASAM OpenDRIVE 1.8.1 §12.6 (priority).

use super::*;
use crate::base::ids::LaneId;
use crate::base::math::{self, DVec2};
use opendrive as odr;
use std::f64::consts::FRAC_PI_4;

/// Half of a motor vehicle's width with its mirrors, m.
const HALF_WIDTH_M: f64 = 1.0;
/// Half of the width of a bicycle with its rider, m.
const HALF_WIDTH_BIKE_M: f64 = 0.4;
/// Height difference from which on lanes pass over one another, m.
const LEVEL_M: f64 = 2.5;

/// A sample farther than this from shared ground needs no exact distance, m: more than a sample spacing.
const CLEAR_M: f64 = 2.5;

fn half_width_m(lane: &Lane) -> f64 {
    if lane.kind == LaneKind::Biking { HALF_WIDTH_BIKE_M } else { HALF_WIDTH_M }
}

/// Adds the conflicts between the connecting lanes of one junction.
pub(super) fn add_conflicts(
    network: &mut RoadNetwork,
    from: &odr::Junction,
    lanes: &[LaneId],
    control: JunctionControl,
) {
    let boxes: Vec<(DVec2, DVec2)> = lanes.iter().map(|l| bounds(network.lane(*l))).collect();
    let mut found: Vec<(LaneId, Conflict)> = Vec::new();
    for (i, &a) in lanes.iter().enumerate() {
        for (j, &b) in lanes.iter().enumerate().skip(i + 1) {
            let (la, lb) = (network.lane(a), network.lane(b));
            let gap_m = half_width_m(la) + half_width_m(lb);
            let reach = DVec2::splat(gap_m);
            let apart =
                (boxes[i].0 - reach).cmpgt(boxes[j].1).any() || (boxes[j].0 - reach).cmpgt(boxes[i].1).any();
            if apart || la.successors.contains(&b) || lb.successors.contains(&a) {
                continue;
            }
            let Some((a_from, a_to)) = shared(la, lb, gap_m) else { continue };
            let Some((b_from, b_to)) = shared(lb, la, gap_m) else { continue };
            let meet = |x: &[LaneId], y: &[LaneId]| x.iter().any(|id| y.contains(id));
            let kind = if meet(&la.successors, &lb.successors) {
                ConflictKind::Merging
            } else if meet(&la.predecessors, &lb.predecessors) {
                ConflictKind::Diverging
            } else {
                ConflictKind::Crossing
            };
            let priority = priority_of(network, from, a, b, kind, control);
            let mirrored = match priority {
                Priority::Mine => Priority::Theirs,
                Priority::Theirs => Priority::Mine,
                Priority::Equal => Priority::Equal,
            };
            let conflict = |other, own: (f64, f64), its: (f64, f64), priority| Conflict {
                other,
                from_m: own.0,
                to_m: own.1,
                other_from_m: its.0,
                other_to_m: its.1,
                kind,
                priority,
            };
            found.push((a, conflict(b, (a_from, a_to), (b_from, b_to), priority)));
            found.push((b, conflict(a, (b_from, b_to), (a_from, a_to), mirrored)));
        }
    }
    for (lane, conflict) in found {
        network.lanes[lane.ix()].conflicts.push(conflict);
    }
    for lane in lanes {
        network.lanes[lane.ix()]
            .conflicts
            .sort_by(|a, b| a.from_m.total_cmp(&b.from_m).then(a.other.cmp(&b.other)));
    }
}

fn bounds(lane: &Lane) -> (DVec2, DVec2) {
    let points = lane.line.samples.iter().map(|s| s.position_m.truncate());
    points.fold((DVec2::splat(f64::INFINITY), DVec2::splat(f64::NEG_INFINITY)), |(low, high), p| {
        (low.min(p), high.max(p))
    })
}

/// Stretch of `a` that lies nearer than `gap_m` to the center line of `b`, m along `a`.
fn shared(a: &Lane, b: &Lane, gap_m: f64) -> Option<(f64, f64)> {
    let mut range: Option<(f64, f64)> = None;
    let mut before: Option<(f64, f64)> = None;
    for s in &a.line.samples {
        let p = s.position_m.truncate();
        let mut nearest = (f64::INFINITY, 0);
        for (i, t) in b.line.samples.iter().enumerate() {
            let d2 = (t.position_m.truncate() - p).length_squared();
            if d2 < nearest.0 {
                nearest = (d2, i);
            }
        }
        let level = (b.line.samples[nearest.1].position_m.z - s.position_m.z).abs() < LEVEL_M;
        let near = nearest.0 < math::sq(gap_m + CLEAR_M);
        let excess_m = match (level, near) {
            (false, _) => f64::MAX,
            (true, false) => nearest.0.sqrt() - gap_m,
            (true, true) => b.line.project_from(nearest.1, p).distance_m - gap_m,
        };
        let here = (s.along_m, excess_m);
        if excess_m < 0.0 {
            let begin = before.filter(|o| o.1 > 0.0 && o.1 < f64::MAX).map_or(s.along_m, |o| root(o, here));
            range = Some((range.map_or(begin, |r| r.0), s.along_m));
        } else if let Some(o) = before.filter(|o| o.1 < 0.0)
            && let Some(r) = &mut range
        {
            r.1 = if excess_m < f64::MAX { root(o, here) } else { o.0 };
        }
        before = Some(here);
    }
    range
}

/// Where the line through two (x, y) has y = 0.
fn root(a: (f64, f64), b: (f64, f64)) -> f64 {
    math::lerp(a.0, b.0, a.1 / (a.1 - b.1))
}

/// Rank of a movement against oncoming traffic: lower goes first. The turn across it comes last: to the left in
/// right-hand traffic.
fn turn_rank(turn: Turn, side: TrafficSide) -> u8 {
    match (turn, side) {
        (Turn::Straight, _) => 0,
        (Turn::Right, TrafficSide::Right) | (Turn::Left, TrafficSide::Left) => 1,
        (Turn::Left, TrafficSide::Right) | (Turn::Right, TrafficSide::Left) => 2,
        (Turn::UTurn, _) => 3,
    }
}

fn control_rank(control: ApproachControl) -> u8 {
    match control {
        ApproachControl::None | ApproachControl::Signal => 0,
        ApproachControl::Yield => 1,
        ApproachControl::Stop => 2,
    }
}

fn by_rank(mine: u8, theirs: u8) -> Option<Priority> {
    match mine.cmp(&theirs) {
        std::cmp::Ordering::Less => Some(Priority::Mine),
        std::cmp::Ordering::Greater => Some(Priority::Theirs),
        std::cmp::Ordering::Equal => None,
    }
}

fn priority_of(
    network: &RoadNetwork,
    from: &odr::Junction,
    a: LaneId,
    b: LaneId,
    kind: ConflictKind,
    control: JunctionControl,
) -> Priority {
    if kind == ConflictKind::Diverging {
        return Priority::Equal;
    }
    let (la, lb) = (network.lane(a), network.lane(b));
    let names = |lane: &Lane| {
        let before = lane.predecessors.iter().map(|p| network.lane(*p).road);
        std::iter::once(lane.road).chain(before).map(|r| network.road(r).id.as_str()).collect::<Vec<_>>()
    };
    let (na, nb) = (names(la), names(lb));
    let is = |id: &Option<String>, names: &[&str]| id.as_deref().is_some_and(|id| names.contains(&id));
    for rule in &from.priorities {
        if is(&rule.high, &na) && is(&rule.low, &nb) {
            return Priority::Mine;
        }
        if is(&rule.high, &nb) && is(&rule.low, &na) {
            return Priority::Theirs;
        }
    }
    let posted = |l: &Lane| control_rank(network.approach_control[l.id.ix()]);
    if let Some(p) = by_rank(posted(la), posted(lb)) {
        return p;
    }
    let turn_rad = math::wrap_pi(la.line.samples[0].heading_rad - lb.line.samples[0].heading_rad).abs();
    let along_one_street = !(FRAC_PI_4..=3.0 * FRAC_PI_4).contains(&turn_rad);
    if along_one_street && control != JunctionControl::AllWayStop {
        let rank = |l: &Lane| turn_rank(l.turn, network.road(l.road).side);
        return by_rank(rank(la), rank(lb)).unwrap_or(Priority::Equal);
    }
    Priority::Equal
}
