//! Tactics at junctions: signals, stop lines, right of way.
//!
//! ```text
//!   approach ── signal red/unknown, stop sign ──→ stop at the line ── may enter ──→ creep to the first
//!   conflict that is not free ── accepted gap ──→ through
//! ```
//!
//! - Yellow: stop if the needed deceleration is at most [`YELLOW_DECEL_MPS2`], else go; the decision is kept.
//! - Unknown state near the line: stop. Dark or flashing red: all-way stop (RCW 46.61.183, Transp. Code
//!   §544.007, CVC 21800). Right turn on red is not attempted.
//! - Stop sign: full stop, then first come, first served (all-way) or gap acceptance.
//! - Right of way: permissive left yields to oncoming straight and right movements; without a signal the
//!   map's priorities hold. Whoever has the right of way still waits for those who won't stop.
//!
//! Units: SI. Source: critical gaps of HCM and AASHTO ([`critical_gap_s`]). Not modeled: turns on red, gestures.

use super::path::{ConflictAhead, LineAhead};
use super::prediction::{Interval, distance_to, occupancy};
use super::speed::{Style, needed_decel, travel_time};
use crate::base::ids::LaneId;
use crate::base::math;
use crate::road::{ApproachControl, ConflictKind, Priority, RoadNetwork, Turn};
use crate::state::belief::{Track, TrackStatus};
use crate::state::signal::Indication;

/// Largest deceleration at which a yellow is answered by a stop, m/s² (ITE's 10 ft/s²).
pub const YELLOW_DECEL_MPS2: f64 = 3.048;
/// Largest deceleration that a red is answered with, m/s² (chosen: firm braking that followers can match).
const RED_DECEL_MPS2: f64 = 6.0;
/// Standing for so long is a full stop, s (chosen; driver manuals ask for "a full stop", three seconds is a
/// custom of test routes, not a rule).
const FULL_STOP_S: f64 = 1.0;
/// Road users that wait longer than this without moving lose their turn, s.
const TURN_LOST_S: f64 = 4.0;
/// After so long at the line the vehicle goes when the ground is free, whoever came first, s.
const DEADLOCK_S: f64 = 15.0;
/// Deceleration above which a road user is believed not to yield, m/s².
const WONT_STOP_MPS2: f64 = 4.0;
/// Margin between the own exit and the other's entry, s.
const MARGIN_S: f64 = 1.0;
/// Distance over which an unknown signal is prepared for, s of travel plus the stop.
const UNKNOWN_RESERVE_S: f64 = 1.0;

/// Critical gap of a movement, s: permissive left 4.5 (HCM, signals), left from the major road 4.1, right
/// 6.2, through 6.5, left 7.1 from a stop (HCM two-way stop).
pub fn critical_gap_s(turn: Turn, control: ApproachControl) -> f64 {
    match (control, turn) {
        (ApproachControl::Signal, _) => 4.5,
        (ApproachControl::None, Turn::Left | Turn::UTurn) => 4.1,
        (_, Turn::Right) => 6.2,
        (_, Turn::Straight) => 6.5,
        (_, Turn::Left | Turn::UTurn) => 7.1,
    }
}

/// What the line ahead asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtLine {
    /// May be passed.
    Go,
    /// Stop for red or yellow.
    StopSignal,
    /// Stop since the state is not known.
    StopUnknown,
    /// Stop sign, dark or flashing-red signal.
    StopSign,
}

/// Memory of one junction.
#[derive(Clone, Debug)]
pub struct JunctionMemory {
    /// Connecting lane it belongs to.
    pub connecting: Option<LaneId>,
    /// Decision on yellow, once taken: go?
    pub goes_on_yellow: Option<bool>,
    /// Standing at the line for so long, s.
    pub stopped_s: f64,
    /// A full stop was made.
    pub full_stop: bool,
    /// Waiting after the full stop, s.
    pub waiting_s: f64,
    /// Tracks that were there first, with the time they have stood since.
    pub before_us: Vec<(u32, f64)>,
    /// The line was released (after a stop).
    pub released: bool,
    /// Gap accepted: only a clear danger stops us now.
    pub accepted: bool,
    /// Front has passed the line.
    pub inside: bool,
}

impl Default for JunctionMemory {
    fn default() -> Self {
        Self {
            connecting: None,
            goes_on_yellow: None,
            stopped_s: 0.0,
            full_stop: false,
            waiting_s: 0.0,
            before_us: Vec::with_capacity(16),
            released: false,
            accepted: false,
            inside: false,
        }
    }
}

impl JunctionMemory {
    /// Starts over for another movement.
    pub fn begin(&mut self, connecting: LaneId) {
        if self.connecting == Some(connecting) {
            return;
        }
        self.connecting = Some(connecting);
        self.goes_on_yellow = None;
        self.stopped_s = 0.0;
        self.full_stop = false;
        self.waiting_s = 0.0;
        self.before_us.clear();
        self.released = false;
        self.accepted = false;
        self.inside = false;
    }
}

/// What is known about the own movement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OwnMovement {
    /// Turn.
    pub turn: Turn,
    /// What governs the entry, by the map.
    pub control: ApproachControl,
    /// Believed indication.
    pub indication: Option<Indication>,
    /// Heading at the line, rad.
    pub heading_rad: f64,
}

impl OwnMovement {
    /// Signals that are out of order make an all-way stop.
    pub fn all_way_by_failure(&self) -> bool {
        self.control == ApproachControl::Signal
            && matches!(self.indication, Some(Indication::Dark | Indication::FlashingRed))
    }
}

/// Decision at a line `distance_m` ahead of the front bumper.
pub fn at_line(
    memory: &mut JunctionMemory,
    own: &OwnMovement,
    speed_mps: f64,
    distance_m: f64,
    decel_comfort_mps2: f64,
) -> AtLine {
    match own.control {
        ApproachControl::None | ApproachControl::Yield => AtLine::Go,
        ApproachControl::Stop => {
            if memory.released {
                AtLine::Go
            } else {
                AtLine::StopSign
            }
        }
        ApproachControl::Signal => {
            // Who rolls slower than 3 m/s can always stop; the distance counts to the line itself, not to the
            // point short of it where the planner aims.
            let need = if speed_mps < 3.0 {
                0.0
            } else {
                needed_decel(speed_mps, distance_m + super::demands::LINE_ROOM_M - 0.3 * speed_mps)
            };
            match own.indication {
                Some(Indication::Green | Indication::GreenArrow | Indication::FlashingYellow) => {
                    memory.goes_on_yellow = None;
                    AtLine::Go
                }
                Some(Indication::Yellow) => {
                    let goes = *memory.goes_on_yellow.get_or_insert(need > YELLOW_DECEL_MPS2);
                    if goes { AtLine::Go } else { AtLine::StopSignal }
                }
                Some(Indication::Red | Indication::Walk | Indication::PedestrianClearance)
                | Some(Indication::DontWalk) => {
                    // Who was let through on yellow clears the junction; else only physics is an excuse.
                    let goes = memory.goes_on_yellow == Some(true) && need > YELLOW_DECEL_MPS2;
                    if goes || (need > RED_DECEL_MPS2 && distance_m < 2.0) {
                        AtLine::Go
                    } else {
                        AtLine::StopSignal
                    }
                }
                Some(Indication::Dark | Indication::FlashingRed) => {
                    if memory.released {
                        AtLine::Go
                    } else {
                        AtLine::StopSign
                    }
                }
                None => {
                    let reach_m = speed_mps * UNKNOWN_RESERVE_S
                        + speed_mps * speed_mps / (2.0 * decel_comfort_mps2)
                        + 12.0;
                    if memory.goes_on_yellow == Some(true) && need > YELLOW_DECEL_MPS2 {
                        AtLine::Go
                    } else if distance_m < reach_m && need < RED_DECEL_MPS2 {
                        AtLine::StopUnknown
                    } else {
                        AtLine::Go
                    }
                }
            }
        }
    }
}

/// Who must wait by the rules at one conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RightOfWay {
    /// The others wait.
    Ours,
    /// We wait.
    Theirs,
    /// First come, first served.
    FirstCome,
}

/// Right of way of the own movement against a conflicting lane.
pub fn right_of_way(network: &RoadNetwork, own: &OwnMovement, ahead: &ConflictAhead) -> RightOfWay {
    let Some(other) = network.lanes.get(ahead.conflict.other.ix()) else { return RightOfWay::Ours };
    let by_map = match ahead.conflict.priority {
        Priority::Mine => RightOfWay::Ours,
        Priority::Theirs => RightOfWay::Theirs,
        Priority::Equal => RightOfWay::FirstCome,
    };
    if own.control != ApproachControl::Signal {
        return by_map;
    }
    if own.all_way_by_failure() {
        return RightOfWay::FirstCome;
    }
    let heading_rad =
        network.lane_pose(crate::road::LaneCoord::center(ahead.conflict.other, 0.0)).pose.heading_rad;
    let oncoming = math::cos(heading_rad - own.heading_rad) < -0.7;
    let left = matches!(own.turn, Turn::Left | Turn::UTurn);
    let through = matches!(other.turn, Turn::Straight | Turn::Right);
    match own.indication {
        Some(Indication::GreenArrow) => RightOfWay::Ours,
        _ if left && oncoming && through => RightOfWay::Theirs,
        _ => RightOfWay::Ours,
    }
}

/// The ego as a road user that wants to pass a conflict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passing {
    /// Station of the front bumper, m.
    pub front_m: f64,
    /// Station of the rear bumper, m.
    pub rear_m: f64,
    /// Speed, m/s.
    pub speed_mps: f64,
    /// Speed at which the conflict is passed, m/s.
    pub top_mps: f64,
}

/// Track that keeps us from passing a conflict, if any.
pub fn blocker(
    network: &RoadNetwork,
    tracks: &[Track],
    own: &OwnMovement,
    memory: &JunctionMemory,
    ahead: &ConflictAhead,
    passing: &Passing,
    style: &Style,
) -> Option<u32> {
    if ahead.conflict.kind == ConflictKind::Diverging {
        return None;
    }
    let way = right_of_way(network, own, ahead);
    let accel = 0.8 * style.accel_max_mps2;
    let to_conflict_m = ahead.from_m - passing.front_m;
    let enter_s = travel_time(to_conflict_m, passing.speed_mps, accel, passing.top_mps);
    let clear_s = travel_time(ahead.to_m - passing.rear_m, passing.speed_mps, accel, passing.top_mps);
    let length_m = ahead.conflict.other_to_m - ahead.conflict.other_from_m;
    let gap_s = if passing.speed_mps < 3.0 { critical_gap_s(own.turn, own.control) } else { 0.0 };
    for track in tracks {
        if track.status == TrackStatus::Tentative && track.existence < 0.6 {
            continue;
        }
        if !track.class.is_motor_vehicle() && track.class != crate::state::object::ObjectClass::Bicycle {
            continue;
        }
        let Some(distance_m) = distance_to(network, track, ahead.conflict.other, ahead.conflict.other_from_m)
        else {
            continue;
        };
        let other = occupancy(track, distance_m, length_m);
        if other == Interval::NEVER {
            continue;
        }
        let there_now = other.from_s <= 0.0;
        // A merging vehicle that is already on the shared ground ahead of us is a lead, not a conflict.
        if there_now && ahead.conflict.kind == ConflictKind::Merging && to_conflict_m > -2.0 {
            let follows = track.speed_mps > 1.0;
            if follows {
                continue;
            }
        }
        let overlap = other.from_s < clear_s + MARGIN_S && other.to_s + 0.5 > enter_s;
        let distance_left_m = distance_m - 0.5 * track.extent.length_m;
        let wont_stop = needed_decel(track.speed_mps, distance_left_m - 0.5) > WONT_STOP_MPS2;
        let waits = match way {
            RightOfWay::Ours => overlap && wont_stop,
            RightOfWay::Theirs => {
                if memory.accepted {
                    other.from_s < clear_s + 0.3 && other.to_s > enter_s
                } else {
                    overlap || (other.from_s < gap_s && other.to_s > enter_s.min(gap_s))
                }
            }
            RightOfWay::FirstCome => overlap && (there_now || wont_stop || other.from_s + 0.5 < enter_s),
        };
        if waits {
            return Some(track.id);
        }
    }
    None
}

/// Keeps the books of an all-way stop: who was there before us, and whether it is our turn.
pub fn turn_at_stop(
    memory: &mut JunctionMemory,
    network: &RoadNetwork,
    tracks: &[Track],
    conflicts: &[ConflictAhead],
    at_line: bool,
    speed_mps: f64,
    dt_s: f64,
) -> bool {
    if !memory.full_stop {
        memory.stopped_s = if at_line && speed_mps < 0.15 { memory.stopped_s + dt_s } else { 0.0 };
        if memory.stopped_s < FULL_STOP_S {
            return false;
        }
        memory.full_stop = true;
        memory.before_us.clear();
        for track in tracks.iter().filter(|track| track.class.is_motor_vehicle()) {
            if memory.before_us.len() < memory.before_us.capacity()
                && waits_at_line(network, track, conflicts)
            {
                memory.before_us.push((track.id, 0.0));
            }
        }
    }
    memory.waiting_s += dt_s;
    if memory.waiting_s > DEADLOCK_S {
        return true;
    }
    memory.before_us.retain_mut(|(id, stood_s)| {
        let Some(track) = tracks.iter().find(|track| track.id == *id) else { return false };
        *stood_s = if track.speed_mps < 0.3 { *stood_s + dt_s } else { 0.0 };
        *stood_s < TURN_LOST_S && waits_at_line(network, track, conflicts)
    });
    memory.before_us.is_empty()
}

/// Whether a track stands or rolls within 10 m before a lane that conflicts with ours.
fn waits_at_line(network: &RoadNetwork, track: &Track, conflicts: &[ConflictAhead]) -> bool {
    if track.speed_mps > 2.0 {
        return false;
    }
    conflicts.iter().any(|ahead| {
        ahead.conflict.kind != ConflictKind::Diverging
            && distance_to(network, track, ahead.conflict.other, 0.0)
                .is_some_and(|distance_m| (-2.0..10.0).contains(&(distance_m - 0.5 * track.extent.length_m)))
    })
}

/// Station at which to wait for a conflict: a meter before it, but not before the line is passed.
pub fn waiting_station(line: Option<&LineAhead>, ahead: &ConflictAhead) -> f64 {
    let before_m = ahead.from_m - 1.0;
    match line {
        Some(line) => before_m.max(line.at_m - 0.5),
        None => before_m,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(indication: Option<Indication>) -> OwnMovement {
        OwnMovement { turn: Turn::Straight, control: ApproachControl::Signal, indication, heading_rad: 0.0 }
    }

    #[test]
    fn signals_are_obeyed_as_the_law_has_it() {
        let check = |indication, speed: f64, distance: f64, expect: AtLine| {
            let mut memory = JunctionMemory::default();
            let got = at_line(&mut memory, &own(indication), speed, distance, 2.0);
            assert_eq!(got, expect, "{indication:?} {speed} {distance}");
        };
        use Indication as I;
        check(Some(I::Green), 14.0, 30.0, AtLine::Go);
        check(Some(I::GreenArrow), 14.0, 30.0, AtLine::Go);
        check(Some(I::FlashingYellow), 14.0, 30.0, AtLine::Go);
        check(Some(I::Red), 14.0, 30.0, AtLine::StopSignal);
        check(Some(I::Yellow), 14.0, 50.0, AtLine::StopSignal);
        check(Some(I::Yellow), 14.0, 25.0, AtLine::Go);
        check(Some(I::Dark), 14.0, 50.0, AtLine::StopSign);
        check(Some(I::FlashingRed), 14.0, 50.0, AtLine::StopSign);
        check(None, 14.0, 50.0, AtLine::StopUnknown);
        check(None, 14.0, 200.0, AtLine::Go);
    }

    #[test]
    fn a_decision_on_yellow_is_kept_into_red_only_when_stopping_is_harsh() {
        let mut memory = JunctionMemory::default();
        assert_eq!(at_line(&mut memory, &own(Some(Indication::Yellow)), 14.0, 25.0, 2.0), AtLine::Go);
        assert_eq!(at_line(&mut memory, &own(Some(Indication::Yellow)), 14.0, 10.0, 2.0), AtLine::Go);
        assert_eq!(at_line(&mut memory, &own(Some(Indication::Red)), 14.0, 5.0, 2.0), AtLine::Go);
        // Slowed down meanwhile: the red is obeyed after all.
        assert_eq!(at_line(&mut memory, &own(Some(Indication::Red)), 2.0, 4.0, 2.0), AtLine::StopSignal);
        let mut memory = JunctionMemory::default();
        assert_eq!(at_line(&mut memory, &own(Some(Indication::Yellow)), 14.0, 50.0, 2.0), AtLine::StopSignal);
        assert_eq!(at_line(&mut memory, &own(Some(Indication::Yellow)), 13.0, 27.0, 2.0), AtLine::StopSignal);
    }

    #[test]
    fn a_stop_sign_needs_a_full_stop() {
        let network = RoadNetwork::default();
        let mut memory = JunctionMemory::default();
        let sign = OwnMovement { control: ApproachControl::Stop, ..own(None) };
        assert_eq!(at_line(&mut memory, &sign, 5.0, 20.0, 2.0), AtLine::StopSign);
        for _ in 0..9 {
            assert!(!turn_at_stop(&mut memory, &network, &[], &[], true, 0.0, 0.1));
        }
        // Rolling on starts the count again.
        assert!(!turn_at_stop(&mut memory, &network, &[], &[], true, 0.5, 0.1));
        assert!(!turn_at_stop(&mut memory, &network, &[], &[], true, 0.0, 0.1));
        let released = (0..12).any(|_| turn_at_stop(&mut memory, &network, &[], &[], true, 0.0, 0.1));
        assert!(released && memory.full_stop);
        memory.released = true;
        assert_eq!(at_line(&mut memory, &sign, 0.0, 1.0, 2.0), AtLine::Go);
    }

    #[test]
    fn critical_gaps_follow_the_handbook() {
        assert_eq!(critical_gap_s(Turn::Left, ApproachControl::Signal), 4.5);
        assert_eq!(critical_gap_s(Turn::Left, ApproachControl::None), 4.1);
        assert_eq!(critical_gap_s(Turn::Right, ApproachControl::Stop), 6.2);
        assert_eq!(critical_gap_s(Turn::Left, ApproachControl::Stop), 7.1);
    }
}
