//! Where background vehicles start and re-enter.
//!
//! Slots stand every 3 m on driving lanes outside junctions. At the start slots within the radius around
//! the ego's start are shuffled by the stream (seed, `traffic`, `placement`) and given to vehicles in
//! name order, with at least 30 m between vehicles of a lane where there is room, then 20 m, then a gap
//! of 4 m. Nobody starts within 25 m of the ego or of a scripted participant.
//!
//! Units: m, m/s. Re-entry: only where no eye of the ego can be: both places more than 150 m away.
//! It does not model demand by origin and destination.

use crate::base::math::{DVec2, sqrt, unit};
use crate::base::rng::{self, ChaCha8Rng};
use crate::road::{LaneCoord, LaneKind, RoadNetwork};
use crate::state::object::Extent;
use crate::state::truth::GroundTruth;

/// Distance between slots, m.
const STEP_M: f64 = 3.0;
/// Nobody starts nearer to the ego or a scripted participant, m.
pub const CLEAR_M: f64 = 25.0;
/// Narrowest lane to start on, m.
const WIDTH_MIN_M: f64 = 2.5;
/// Spacings tried one after the other, m.
const SPACINGS_M: [f64; 3] = [26.0, 14.0, 4.0];
/// Nobody appears or vanishes within this distance of the ego, m.
pub const SEEN_M: f64 = 150.0;

/// A place to start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// Place.
    pub coord: LaneCoord,
    /// Position, m.
    pub position_m: DVec2,
    /// Heading, rad.
    pub heading_rad: f64,
}

/// Somebody who has a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// Slot.
    pub slot: Slot,
    /// Size.
    pub extent: Extent,
}

/// All slots on lanes of a kind.
pub fn slots(network: &RoadNetwork, kind: LaneKind) -> Vec<Slot> {
    let mut slots = Vec::new();
    for lane in &network.lanes {
        // Nobody starts against those on the same ground.
        let against = lane.twin.is_some_and(|twin| twin < lane.id);
        if lane.kind != kind || lane.junction.is_some() || lane.length_m < 12.0 || against {
            continue;
        }
        let leads_on = !lane.successors.is_empty();
        // A body must not reach over the line or the lane's end.
        let end_m = lane.stop_line_m.unwrap_or(lane.length_m) - if leads_on { 5.0 } else { 12.0 };
        let mut along_m = 2.0;
        while along_m < end_m {
            let coord = LaneCoord::center(lane.id, along_m);
            let here = network.lane_pose(coord);
            if here.width_m >= WIDTH_MIN_M || kind == LaneKind::Biking {
                slots.push(Slot {
                    coord,
                    position_m: here.pose.position_m.truncate(),
                    heading_rad: here.pose.heading_rad,
                });
            }
            along_m += STEP_M;
        }
    }
    slots
}

/// Shuffles in place (Fisher–Yates).
pub fn shuffle<T>(items: &mut [T], stream: &mut ChaCha8Rng) {
    for ix in (1..items.len()).rev() {
        let other = (rng::uniform(stream) * (ix + 1) as f64) as usize;
        items.swap(ix, other.min(ix));
    }
}

/// Whether two bodies on slots keep `gap_m` lengthwise (and half a meter sideways).
pub fn clear(a: &Placed, b: &Placed, gap_m: f64) -> bool {
    let forward = unit(a.slot.heading_rad);
    let center = |p: &Placed| p.slot.position_m + unit(p.slot.heading_rad) * p.extent.center_x_m();
    let delta = center(b) - center(a);
    let (ahead, left) = (delta.dot(forward).abs(), forward.perp_dot(delta).abs());
    let along = unit(b.slot.heading_rad).dot(forward).abs();
    // Bodies that stand across each other take their length sideways.
    let (half_b, side_b) = if along > 0.8 {
        (b.extent.length_m, b.extent.width_m)
    } else {
        (b.extent.length_m, b.extent.length_m)
    };
    ahead > 0.5 * (a.extent.length_m + half_b) + gap_m || left > 0.5 * (a.extent.width_m + side_b) + 0.5
}

/// Gives every body a slot; `None` for those that find no room.
pub fn assign(
    slots: &[Slot],
    bodies: &[Extent],
    keep_clear: &[DVec2],
    stream: &mut ChaCha8Rng,
) -> Vec<Option<Slot>> {
    let mut order: Vec<Slot> = slots
        .iter()
        .filter(|s| keep_clear.iter().all(|c| c.distance_squared(s.position_m) > CLEAR_M * CLEAR_M))
        .copied()
        .collect();
    shuffle(&mut order, stream);
    let mut placed: Vec<Placed> = Vec::with_capacity(bodies.len());
    let mut spacing = 0;
    let mut next = 0;
    bodies
        .iter()
        .map(|extent| {
            while spacing < SPACINGS_M.len() {
                while next < order.len() {
                    let body = Placed { slot: order[next], extent: *extent };
                    next += 1;
                    if placed.iter().all(|p| clear(p, &body, SPACINGS_M[spacing])) {
                        placed.push(body);
                        return Some(body.slot);
                    }
                }
                next = 0;
                spacing += 1;
            }
            None
        })
        .collect()
}

/// Speed from which a stop before the lane's line or behind `gap_m` is easy, m/s.
pub fn start_speed(
    network: &RoadNetwork,
    coord: LaneCoord,
    front_m: f64,
    gap_m: f64,
    desired_mps: f64,
) -> f64 {
    let lane = network.lane(coord.lane);
    let line_m = match lane.stop_line_m {
        Some(line) => (line - coord.along_m - front_m).max(0.0),
        None => f64::INFINITY,
    };
    // Into a junction nobody starts faster than a turn allows.
    let leads_in = lane.successors.first().is_some_and(|next| network.lane(*next).junction.is_some());
    let turn_m = if leads_in { (lane.length_m - coord.along_m - front_m).max(0.0) } else { f64::INFINITY };
    desired_mps
        .min(sqrt(2.0 * 2.0 * line_m))
        .min(sqrt(4.0 * 4.0 + 2.0 * 1.5 * turn_m))
        .min((gap_m - 2.0).max(0.0) / 1.5)
}

/// A slot for re-entry, out of the ego's sight and with room: tries a few at random.
pub fn reentry(
    slots: &[Slot],
    center_m: DVec2,
    radius_m: f64,
    ego_m: Option<DVec2>,
    truth: &GroundTruth,
    stream: &mut ChaCha8Rng,
) -> Option<Slot> {
    for _ in 0..24 {
        let slot = slots.get((rng::uniform(stream) * slots.len() as f64) as usize)?;
        let from_center = slot.position_m.distance_squared(center_m);
        let reach_m = (1.5 * radius_m).max(SEEN_M * 2.0);
        if from_center > reach_m * reach_m
            || ego_m.is_some_and(|ego| ego.distance_squared(slot.position_m) < SEEN_M * SEEN_M)
            || !has_room(slot.position_m, truth)
        {
            continue;
        }
        return Some(*slot);
    }
    None
}

/// Nobody near a place, on whatever lane: others may be about to change into this one.
fn has_room(position_m: DVec2, truth: &GroundTruth) -> bool {
    truth.present().all(|o| {
        let apart_m = 35.0 + o.extent.length_m;
        o.center_m.distance_squared(position_m) > apart_m * apart_m
    })
}
