//! Lines and right of way: signals, stop signs, yielding.
//!
//! ```text
//! red, yellow that can be stopped for ............ hold at the line
//! yellow that cannot ............................. committed until through
//! dark, flashing red, stop sign .................. full stop, then first come, first served
//! right turn on red .............................. full stop, then by gaps
//! all others ..................................... by maneuver::junction::may_enter
//! ```
//!
//! Units: m, m/s, m/s², s. Source: ITE yellow equation (decision at 10 ft/s²), uniform vehicle code for
//! stop signs and dark signals.
//! Two who yield to each other: after 6 s the lower id goes. A wreck is waited for.

use super::agent::Agent;
use super::decide::{Leader, Me, stop};
use super::look::Look;
use super::style::Obedience;
use crate::base::ids::LaneId;
use crate::base::math::DVec2;
use crate::maneuver::idm::IdmParams;
use crate::maneuver::junction::{Entrant, Entry, may_enter};
use crate::maneuver::stopping;
use crate::road::{ApproachControl, Turn};
use crate::state::signal::Indication;
use crate::state::truth::Presence;

/// Two who yield to each other wait this long, s.
const DEADLOCK_S: f64 = 6.0;
/// Speed at which violators roll over stop lines, m/s (chosen: walking pace to jogging pace).
const ROLL_MPS: f64 = 3.0;
/// How late after the onset of yellow a violator still goes, s.
const LATE_S: f64 = 5.5;
/// Distance within which the ego's people watch, m.
const WATCHED_M: f64 = 150.0;

/// A rule broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// Passed a red light.
    RedLight,
    /// Passed a stop line without a stop.
    StopSign,
}

impl Breach {
    /// Name as in `Happening::RecklessRoadUser`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RedLight => "red_light",
            Self::StopSign => "stop_sign",
        }
    }
}

/// Whether the ego is so near that nothing may vanish here.
pub fn ego_watches(look: &Look, position_m: DVec2) -> bool {
    look.around
        .truth
        .ego()
        .is_some_and(|ego| ego.center_m.distance_squared(position_m) < WATCHED_M * WATCHED_M)
}

/// Acceleration because of the next line, m/s², and a rule broken by passing it.
pub fn at_line(
    look: &Look,
    me: &Me,
    agent: &mut Agent,
    p: &IdmParams,
    lanes: &[LaneId],
    lead: Option<Leader>,
) -> (f64, Option<Breach>) {
    let network = look.around.network;
    let speed = agent.speed_mps;
    let front_m = me.extent.front_x_m();
    agent.rules.at_line = false;
    let Some((line_m, entry_m, next, exit_m)) = next_line(look, lanes, agent.coord.along_m, front_m) else {
        agent.rules.line = None;
        return (f64::INFINITY, None);
    };
    let indication = look.around.signals.of_movement(next);
    let control = network.approach_control.get(next.ix()).copied().unwrap_or(ApproachControl::None);
    let stop_first = match indication {
        Some(Indication::Dark | Indication::FlashingRed) => true,
        Some(_) => false,
        None => control == ApproachControl::Stop,
    };
    let turns_right = network.lane(next).turn == Turn::Right;
    let stopped = agent.rules.stopped_for == Some(next);

    // Passing the line now?
    let mut breach = None;
    if let Some((lane, was_m)) = agent.rules.line
        && lane == next
        && was_m > 0.0
        && line_m <= 0.0
    {
        if indication == Some(Indication::Red) && !(turns_right && stopped) {
            breach = Some(Breach::RedLight);
        } else if stop_first && !stopped {
            breach = Some(Breach::StopSign);
        }
    }
    agent.rules.line = Some((next, line_m));

    if line_m < -0.8 || line_m > 40.0 + stopping::stopping_distance(speed, 1.0, 2.0) {
        return (f64::INFINITY, breach);
    }
    if agent.style.obedience == Obedience::RunsRed {
        return (f64::INFINITY, breach);
    }
    if line_m < 3.0 && speed < 0.3 {
        agent.rules.stopped_for = Some(next);
    }
    let hold = stop(p, speed, line_m - 0.3);
    let violator = agent.style.obedience == Obedience::Violator;

    match indication {
        Some(Indication::Yellow) => {
            if agent.rules.committed != Some(next) {
                let wait = if violator {
                    line_m > speed * LATE_S
                } else {
                    stopping::stops_for_yellow(speed, line_m, agent.style.yellow_decel_mps2)
                };
                // Who waits first at the line for a gap may clear it now.
                let clears = network.lane(next).turn == Turn::Left && stopped && line_m < 3.0;
                if wait && !clears {
                    agent.rules.at_line = true;
                    return (hold, breach);
                }
                if !clears {
                    agent.rules.committed = Some(next);
                }
            }
        }
        Some(Indication::Red) => {
            let goes = match agent.style.obedience {
                Obedience::Siren => speed < 5.5,
                Obedience::Violator => agent.rules.committed == Some(next) && line_m < speed * 2.5,
                Obedience::Lawful | Obedience::RunsRed => {
                    agent.rules.committed == Some(next)
                        && stopping::required_decel(speed, line_m) > agent.style.yellow_decel_mps2
                }
            };
            if !(goes || turns_right && stopped) {
                agent.rules.at_line = true;
                return (hold, breach);
            }
        }
        _ if stop_first && !stopped => {
            if violator {
                let roll = ROLL_MPS * ROLL_MPS + 2.0 * 1.5 * line_m.max(0.0);
                let accel = if speed * speed > roll { -1.8 } else { f64::INFINITY };
                if line_m > 1.5 {
                    return (accel, breach);
                }
            } else {
                agent.rules.at_line = true;
                // Stop close enough to count as standing at the line.
                return (hold, breach);
            }
        }
        _ => agent.rules.committed = None,
    }

    // Room behind the junction, so that nobody stands in it.
    if let Some(lead) = lead
        && lead.speed_mps < 2.0
        && lead.gap_m + front_m > exit_m
        && lead.gap_m + front_m < exit_m + me.extent.length_m + 3.0
        && line_m > 0.0
    {
        agent.rules.at_line = true;
        return (hold, breach);
    }

    // Right of way; looked at every 80 ms.
    if look.is_due(me.id, 0.08) {
        agent.rules.yields_to = None;
        let entrant = Entrant {
            id: me.id,
            distance_m: entry_m.max(0.0),
            speed_mps: speed,
            accel_mps2: p.accel_mps2,
            length_m: me.extent.length_m,
            gap_s: agent.style.gap_s,
        };
        if line_m < 10.0 + stopping::stopping_distance(speed, 1.5, p.decel_mps2)
            && let Entry::YieldTo(other) = may_enter(&look.around, &entrant, next)
        {
            agent.rules.yields_to = Some(other);
        }
    }
    let Some(other) = agent.rules.yields_to else { return (f64::INFINITY, breach) };
    if stopping::required_decel(speed, line_m.max(0.3)) > 6.0 {
        return (f64::INFINITY, breach);
    }
    let other = &look.around.truth.objects[other.ix()];
    let stuck = agent.rules.waiting_s > DEADLOCK_S
        && other.motion.speed_mps.abs() < 0.3
        && me.id < other.id
        && other.presence != Presence::Wreck
        && other.lane.is_some_and(|c| network.lane(c.lane).junction.is_none());
    if stuck {
        return (f64::INFINITY, breach);
    }
    agent.rules.at_line = true;
    (hold, breach)
}

/// Distances of the front bumper to the next line and to the junction behind it, the movement there, and
/// the distance of the **reference point** to the junction's exit, m.
fn next_line(look: &Look, lanes: &[LaneId], along_m: f64, front_m: f64) -> Option<(f64, f64, LaneId, f64)> {
    let network = look.around.network;
    let mut start_m = -along_m;
    for pair in lanes.windows(2) {
        let lane = network.lane(pair[0]);
        let end_m = start_m + lane.length_m;
        let next = network.lane(pair[1]);
        if lane.junction.is_none() && next.junction.is_some() {
            let line_m = start_m + lane.stop_line_m.unwrap_or(lane.length_m) - front_m;
            return Some((line_m, end_m - front_m, pair[1], end_m + next.length_m));
        }
        start_m = end_m;
        if start_m > 130.0 {
            break;
        }
    }
    None
}
