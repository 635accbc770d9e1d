//! Pedestrians and cyclists near the own path: how far ahead a driver must stop for one.
//!
//! A pedestrian matters if on the path's swept width now, or if straight-line motion brings them onto it
//! before the vehicle has passed (constant velocity). Units: m, s, m/s.
//! It does not guess intentions: someone who waits at the curb facing the road is yielded to only at a
//! crosswalk.

use super::Surroundings;
use crate::base::ids::ParticipantId;
use crate::base::math::DVec2;
use crate::road::LaneCoord;
use crate::state::object::ObjectClass;

/// A lane place to test, with the distance of the vehicle's front to it.
#[derive(Clone, Copy, Debug)]
pub struct PathPoint {
    /// Position of the path, m.
    pub position_m: DVec2,
    /// Direction of travel (unit).
    pub forward: DVec2,
    /// Distance from the front bumper along the path, m.
    pub distance_m: f64,
}

/// Distance from the front bumper to the first conflict with a pedestrian or cyclist, m, and who.
///
/// `path` are points of the own path ahead in rising distance; `half_width_m` half the own width;
/// `speed_mps` own speed; those in `ignore` (not yet seen) are left out.
pub fn first_conflict(
    around: &Surroundings,
    own: ParticipantId,
    path: &[PathPoint],
    half_width_m: f64,
    speed_mps: f64,
    mut ignore: impl FnMut(ParticipantId) -> bool,
) -> Option<(f64, ParticipantId)> {
    let mut best: Option<(f64, ParticipantId)> = None;
    let (Some(first), Some(last)) = (path.first(), path.last()) else { return None };
    let reach = last.distance_m - first.distance_m + 15.0;
    for &id in &around.occupancy.vulnerable {
        if id == own {
            continue;
        }
        let object = &around.truth.objects[id.ix()];
        if object.center_m.distance_squared(first.position_m) > reach * reach || ignore(id) {
            continue;
        }
        let velocity = object.motion.velocity_mps(object.pose.heading_rad);
        let margin = half_width_m + object.extent.width_m * 0.5;
        let riding_along = object.class == ObjectClass::Bicycle;
        for point in path {
            if best.is_some_and(|(distance, _)| distance <= point.distance_m) {
                break;
            }
            let delta = object.center_m - point.position_m;
            let ahead = delta.dot(point.forward);
            if ahead.abs() > 3.0 {
                continue;
            }
            let left = point.forward.perp_dot(delta);
            let side_speed = point.forward.perp_dot(velocity);
            // Those who go along the path are followed or passed, not yielded to.
            if riding_along && side_speed.abs() < 0.7 {
                continue;
            }
            let clearance = margin + 0.6;
            let arrive_s = point.distance_m / speed_mps.max(1.5);
            let inside_now = left.abs() < clearance;
            let walks_in = if left > 0.0 { side_speed < -0.2 } else { side_speed > 0.2 };
            let enter_s = (left.abs() - clearance) / side_speed.abs().max(0.05);
            if inside_now || (walks_in && enter_s < arrive_s + 1.5) {
                best = Some((point.distance_m, id));
                break;
            }
        }
    }
    best
}

/// Whether somebody is on a crosswalk or steps onto it, as seen from a vehicle on `coord`'s lane.
pub fn crosswalk_in_use(
    around: &Surroundings,
    crosswalk: crate::base::ids::CrosswalkIx,
) -> Option<ParticipantId> {
    let walk = around.network.crosswalks.get(crosswalk.ix())?;
    let axis = walk.ends_m[1] - walk.ends_m[0];
    let length = axis.length().max(0.1);
    let unit = axis / length;
    around.occupancy.vulnerable.iter().copied().find(|id| {
        let object = &around.truth.objects[id.ix()];
        let delta = object.center_m - walk.ends_m[0];
        let along = delta.dot(unit);
        let across = unit.perp_dot(delta);
        if across.abs() > walk.width_m * 0.5 + 0.8 {
            return false;
        }
        let motion = object.motion.velocity_mps(object.pose.heading_rad);
        let velocity = motion.dot(unit);
        // Who rides along the road only passes over it.
        if object.class == ObjectClass::Bicycle && unit.perp_dot(motion).abs() >= velocity.abs() {
            return false;
        }
        (0.0..=length).contains(&along)
            || (along > -1.5 && along < 0.0 && velocity > 0.3)
            || (along > length && along < length + 1.5 && velocity < -0.3)
    })
}

/// Fills `path` with points every `step_m` along the lanes ahead, for [`first_conflict`].
pub fn sample_path(
    around: &Surroundings,
    from: LaneCoord,
    front_m: f64,
    lanes_ahead: impl IntoIterator<Item = crate::base::ids::LaneId>,
    reach_m: f64,
    step_m: f64,
    path: &mut Vec<PathPoint>,
) {
    path.clear();
    let mut start = -from.along_m;
    let mut next = front_m;
    for lane in lanes_ahead {
        let length = around.network.lane(lane).length_m;
        while next - start <= length {
            let pose = around
                .network
                .lane_pose(LaneCoord { lane, along_m: next - start, offset_m: from.offset_m })
                .pose;
            path.push(PathPoint {
                position_m: pose.position_m.truncate(),
                forward: pose.forward(),
                distance_m: next - front_m,
            });
            next += step_m;
            if next - front_m > reach_m {
                return;
            }
        }
        start += length;
    }
}
