//! Right of way at a junction: whether a road user may enter a connecting lane now.
//!
//! For every conflict of the connecting lane with traffic that has priority (or is already inside), the
//! times at which both would occupy the shared ground are compared; entering needs a gap. All-way stops
//! serve by time of standing at the line, ties by id. Protected movements yield only to those inside.
//!
//! Units: s, m, m/s. Critical gaps: HCM (permissive left 4.5 s, follow-up 2.5 s; minor road left 7.1,
//! through 6.5, right 6.2 s); here a gap is measured from the own exit to their arrival, so the HCM value
//! is reduced by the own crossing time.
//! It does not negotiate: courtesy and eye contact are not modeled.

use super::Surroundings;
use super::stopping::required_decel;
use crate::base::ids::{LaneId, ParticipantId};
use crate::base::math::sqrt;
use crate::road::{ApproachControl, Conflict, ConflictKind, Priority, Turn};
use crate::state::command::Indicator;
use crate::state::signal::Indication;
use crate::state::truth::ObjectTruth;

/// Farthest road user looked at, before the junction, m (8 s at 15 m/s).
const LOOK_M: f64 = 120.0;
/// Most lanes looked at upstream.
const UPSTREAM_LANES_MAX: usize = 4;
/// Who needs more than this to stop at the line goes on, m/s².
const CANNOT_STOP_MPS2: f64 = 4.5;
/// Deceleration up to which drivers stop for yellow (ITE 10 ft/s²), m/s².
const COMFORT_MPS2: f64 = 3.048;
/// Acceleration of others from a queue, m/s².
const START_MPS2: f64 = 1.5;

/// The road user that wants to enter.
#[derive(Clone, Copy, Debug)]
pub struct Entrant {
    /// Who.
    pub id: ParticipantId,
    /// From the front bumper to the start of the connecting lane, m.
    pub distance_m: f64,
    /// Speed, m/s.
    pub speed_mps: f64,
    /// Acceleration it would use, m/s².
    pub accel_mps2: f64,
    /// Length, m.
    pub length_m: f64,
    /// Smallest time between own exit of the shared ground and their arrival, s.
    pub gap_s: f64,
}

/// Answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// May enter.
    Go,
    /// Must wait, because of this participant.
    YieldTo(ParticipantId),
}

/// Time to cover `distance_m` from `speed_mps` with constant `accel_mps2` up to `speed_max_mps`, s.
pub fn travel_time(distance_m: f64, speed_mps: f64, accel_mps2: f64, speed_max_mps: f64) -> f64 {
    if distance_m <= 0.0 {
        return 0.0;
    }
    let v = speed_mps.min(speed_max_mps);
    let ramp_m = (speed_max_mps * speed_max_mps - v * v) / (2.0 * accel_mps2);
    if distance_m <= ramp_m {
        (sqrt(v * v + 2.0 * accel_mps2 * distance_m) - v) / accel_mps2
    } else {
        (speed_max_mps - v) / accel_mps2 + (distance_m - ramp_m) / speed_max_mps.max(0.1)
    }
}

/// Whether `entrant` may enter `connecting` now.
pub fn may_enter(around: &Surroundings, entrant: &Entrant, connecting: LaneId) -> Entry {
    let lane = around.network.lane(connecting);
    let indication = around.signals.of_movement(connecting);
    for conflict in &lane.conflicts {
        if conflict.kind == ConflictKind::Diverging {
            continue;
        }
        if let Some(id) = blocked_by(around, entrant, connecting, conflict, indication) {
            return Entry::YieldTo(id);
        }
    }
    Entry::Go
}

fn blocked_by(
    around: &Surroundings,
    entrant: &Entrant,
    connecting: LaneId,
    conflict: &Conflict,
    indication: Option<Indication>,
) -> Option<ParticipantId> {
    let lane = around.network.lane(connecting);
    let cruise = lane.speed_limit_mps.min(if lane.turn == Turn::Straight { 20.0 } else { 7.0 });
    let to_conflict = entrant.distance_m + conflict.from_m;
    let enter_s = travel_time(to_conflict, entrant.speed_mps, entrant.accel_mps2, cruise);
    let leave_s = travel_time(
        entrant.distance_m + conflict.to_m + entrant.length_m,
        entrant.speed_mps,
        entrant.accel_mps2,
        cruise,
    );

    let lane_limit = around.network.lane(conflict.other).speed_limit_mps.max(5.0);
    // Those already on the other lane before the end of the shared ground.
    for occupant in around.occupancy.on_lane(conflict.other) {
        if occupant.id == entrant.id {
            continue;
        }
        let other = &around.truth.objects[occupant.id.ix()];
        let rear = occupant.along_m - other.extent.rear_m;
        if rear > conflict.other_to_m {
            continue;
        }
        let front = occupant.along_m + other.extent.front_x_m();
        let speed = other.motion.speed_mps.max(0.0);
        if front > conflict.other_from_m - 2.0 {
            // Inside the shared ground: wait unless it will have left long before.
            let clear_s = (conflict.other_to_m - rear) / speed.max(0.5);
            if clear_s + 0.3 > enter_s {
                return Some(occupant.id);
            }
        } else if speed > 0.1
            && overlaps(front, speed, lane_limit, other, conflict, enter_s, leave_s, entrant.gap_s)
        {
            return Some(occupant.id);
        }
    }

    // Those still approaching: who goes first, who cannot stop any more, who is over the line already.
    let theirs = around.signals.of_movement(conflict.other);
    let they_go_first = match (indication, theirs) {
        (_, Some(Indication::Red)) => false,
        (Some(Indication::Green | Indication::GreenArrow), Some(Indication::FlashingRed)) => false,
        (Some(Indication::GreenArrow), _) => false,
        (Some(Indication::Green | Indication::FlashingYellow | Indication::Yellow), Some(_)) => {
            conflict.priority == Priority::Theirs
        }
        (Some(Indication::Dark | Indication::FlashingRed), _) => true,
        (Some(Indication::Red), Some(_)) => true,
        _ => conflict.priority != Priority::Mine,
    };
    let stop_controlled = |movement: LaneId| {
        matches!(around.signals.of_movement(movement), Some(Indication::Dark | Indication::FlashingRed))
            || (around.signals.of_movement(movement).is_none()
                && around.network.approach_control.get(movement.ix()) == Some(&ApproachControl::Stop))
    };
    let their_stop = stop_controlled(conflict.other);
    let first_come = their_stop && stop_controlled(connecting);
    let own_wait = around.occupancy.stopped_at_line.get(entrant.id.ix()).copied().flatten();
    let turn = around.network.lane(conflict.other).turn;
    let limit = around.network.lane(conflict.other).speed_limit_mps.max(5.0);
    for &approach in &around.network.lane(conflict.other).predecessors {
        let mut lane_id = approach;
        let mut upstream_m = 0.0;
        let line_m = {
            let lane = around.network.lane(approach);
            lane.stop_line_m.unwrap_or(lane.length_m) - lane.length_m
        };
        let mut head = true;
        for _ in 0..UPSTREAM_LANES_MAX {
            let lane = around.network.lane(lane_id);
            for occupant in around.occupancy.on_lane(lane_id).iter().rev() {
                if occupant.id == entrant.id {
                    continue;
                }
                let other = &around.truth.objects[occupant.id.ix()];
                let is_head = core::mem::replace(&mut head, false);
                if !may_take(other, turn) {
                    continue;
                }
                // Negative: still before the junction.
                let front = occupant.along_m + other.extent.front_x_m() - lane.length_m - upstream_m;
                if front < -LOOK_M {
                    return None;
                }
                let speed = other.motion.speed_mps.max(0.0);
                let too_close =
                    || overlaps(front, speed, limit, other, conflict, enter_s, leave_s, entrant.gap_s);
                if front > line_m + 0.5 {
                    // Over the line: it goes, whatever the signal says now.
                    if speed > 0.5 && too_close() {
                        return Some(occupant.id);
                    }
                    continue;
                }
                let needed = required_decel(speed, line_m - front);
                if !they_go_first {
                    if needed > CANNOT_STOP_MPS2 && too_close() {
                        return Some(occupant.id);
                    }
                    continue;
                }
                if first_come {
                    let their_wait =
                        around.occupancy.stopped_at_line.get(occupant.id.ix()).copied().flatten();
                    let earlier = match (own_wait, their_wait) {
                        (Some(own), Some(their)) => (their, occupant.id) < (own, entrant.id),
                        (None, Some(_)) => true,
                        (_, None) => false,
                    };
                    if is_head && earlier {
                        return Some(occupant.id);
                    }
                    continue;
                }
                let will_stop = match theirs {
                    Some(Indication::Yellow) => needed < COMFORT_MPS2,
                    _ => their_stop && needed < COMFORT_MPS2,
                };
                if !will_stop && too_close() {
                    return Some(occupant.id);
                }
            }
            upstream_m += lane.length_m;
            let Some(&before) = lane.predecessors.first() else { break };
            if upstream_m > LOOK_M || around.network.lane(before).junction.is_some() {
                break;
            }
            lane_id = before;
        }
    }
    None
}

/// Whether the other's time in the shared ground comes too close to the own. The other is taken to speed
/// up as far as its limit: it has no reason to wait.
#[expect(clippy::too_many_arguments, reason = "two road users and their shared ground")]
fn overlaps(
    front_m: f64,
    speed_mps: f64,
    limit_mps: f64,
    other: &ObjectTruth,
    conflict: &Conflict,
    enter_s: f64,
    leave_s: f64,
    gap_s: f64,
) -> bool {
    let arrive_s =
        travel_time(conflict.other_from_m - front_m, speed_mps, START_MPS2, limit_mps.max(speed_mps));
    let depart_s = (conflict.other_to_m - front_m + other.extent.length_m) / speed_mps.max(2.0);
    arrive_s < leave_s + gap_s && depart_s + 0.5 > enter_s
}

/// Whether a road user that shows its indicator may take a movement with this turn.
fn may_take(other: &ObjectTruth, turn: Turn) -> bool {
    match other.lights.indicator {
        Indicator::Left => matches!(turn, Turn::Left | Turn::UTurn),
        Indicator::Right => turn == Turn::Right,
        Indicator::Off => turn == Turn::Straight || other.class.is_vulnerable(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn travel_time_matches_closed_form() {
        for (d, v, a, vmax, expect) in [
            (50.0, 10.0, 2.0, 10.0, 5.0),
            (25.0, 0.0, 2.0, 100.0, 5.0),
            (25.0 + 10.0, 0.0, 2.0, 10.0, 6.0),
            (0.0, 3.0, 1.0, 10.0, 0.0),
        ] {
            let got = travel_time(d, v, a, vmax);
            assert!((got - expect).abs() < 1e-9, "{d} {v}: {got}");
        }
    }
}
