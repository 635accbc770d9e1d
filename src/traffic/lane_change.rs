//! Lane changes: for the route, around an obstacle, or because the other lane is better (MOBIL).
//!
//! A wish shows as indicator for a second; then the gap is judged again and the change begins. It takes
//! the driver's own duration with a smooth profile. Units: m, m/s, m/s², s.
//! Source: MOBIL (Kesting, Treiber & Helbing 2007) through [`crate::maneuver::mobil`].
//! No changes inside junctions or on the last 25 m before one, except for the route.

use super::agent::{Agent, Intent, Kind, Mode, Shift};
use super::decide::{Leader, Me, leader};
use super::look::Look;
use crate::base::ids::LaneId;
use crate::maneuver::idm::{self, IdmParams};
use crate::maneuver::mobil::{self, Accelerations};
use crate::road::LaneCoord;
use crate::scenario::Shape;
use crate::state::command::Indicator;
use crate::state::truth::Presence;

/// The indicator is on at least this long before the change, s.
const SHOWN_S: f64 = 1.0;
/// A wish that finds no gap is given up after this time, s.
const PATIENCE_S: f64 = 4.0;
/// How often MOBIL is asked, s.
const ASKED_S: f64 = 0.6;
/// Narrowest lane to change to, m.
const WIDTH_MIN_M: f64 = 2.4;
/// Farthest look for neighbors, m.
const REACH_M: f64 = 80.0;

/// Considers a lane change and starts it when its time has come.
pub fn consider(look: &Look, me: &Me, agent: &mut Agent, p: &IdmParams, lead: Option<Leader>) {
    let network = look.around.network;
    let lane = network.lane(agent.coord.lane);
    if let Some(shift) = agent.shift.filter(|s| s.lanes != 0)
        && shift.at_s < 0.4 * shift.over_s
        && look.is_due(me.id, 0.1)
    {
        let target = if shift.lanes > 0 { lane.left } else { lane.right };
        if target.is_some_and(|target| taken(look, me, agent, target)) {
            // Somebody else got there first: back.
            agent.shift = Some(Shift {
                from_m: agent.coord.offset_m,
                to_m: agent.rest_offset_m,
                at_s: 0.0,
                over_s: 2.0,
                shape: Shape::Cubic,
                lanes: 0,
            });
        }
    }
    if agent.shift.is_some() || lane.junction.is_some() || agent.kind == Kind::Cycle {
        agent.intent = None;
        return;
    }
    let blocked = lead.is_some_and(|lead| stands_for_good(look, lead));
    agent.rules.blocked_s = if blocked { agent.rules.blocked_s + look.dt_s } else { 0.0 };

    if agent.goal.is_some_and(|goal| goal.steps != 0) && !room_before_junction(look, me, agent) {
        // Too late: take what the own lane offers.
        agent.goal = None;
        agent.intent = None;
    }
    let wish = agent.goal.map_or(0, |goal| goal.steps.signum());
    let urgent = wish != 0 || agent.rules.blocked_s > 1.0;
    if let Some(mut intent) = agent.intent {
        intent.for_s += look.dt_s;
        if intent.for_s > PATIENCE_S && !urgent {
            agent.intent = None;
            return;
        }
        agent.intent = Some(intent);
        if wish != 0 && wish != intent.side {
            agent.intent = None;
            return;
        }
        if intent.for_s >= SHOWN_S && look.is_due(me.id, 0.1) {
            let target = if intent.side > 0 { lane.left } else { lane.right };
            let Some(target) = target else {
                agent.intent = None;
                return;
            };
            if safe(look, me, agent, p, target, intent.side) {
                begin(look, agent, target, intent.side);
            }
        }
        return;
    }
    if !look.is_due(me.id, if urgent { 0.2 } else { ASKED_S }) {
        return;
    }
    let neighbor = |side: i8| if side > 0 { lane.left } else { lane.right };
    if wish != 0 {
        if neighbor(wish).is_some_and(|target| wide(look, agent, target)) {
            agent.intent = Some(Intent { side: wish, for_s: 0.0 });
        }
        return;
    }
    for side in [1_i8, -1] {
        let Some(target) = neighbor(side) else { continue };
        let ends = network.lane(target).successors.is_empty() && !lane.successors.is_empty();
        if ends || !wide(look, agent, target) {
            continue;
        }
        let wants = if agent.rules.blocked_s > 1.0 {
            true
        } else {
            // Near junctions people stay in their lanes.
            lane.length_m - agent.coord.along_m > 60.0
                && agent.speed_mps > 2.0
                && better(look, me, agent, p, lead, target)
        };
        if wants {
            agent.intent = Some(Intent { side, for_s: 0.0 });
            return;
        }
    }
}

/// Whether who is ahead stands and will go on standing: no queue.
pub fn stands_for_good(look: &Look, lead: Leader) -> bool {
    let other = &look.around.truth.objects[lead.id.ix()];
    lead.gap_m < 60.0
        && other.motion.speed_mps.abs() < 0.3
        && (other.class.is_static()
            || other.presence == Presence::Wreck
            || other.lights.hazard
            || !other.lights.braking)
        && !other.class.is_vulnerable()
}

/// Whether a change that begins now ends before the junction with room to stop at its line.
fn room_before_junction(look: &Look, me: &Me, agent: &Agent) -> bool {
    let network = look.around.network;
    let lane = network.lane(agent.coord.lane);
    let leads_in = lane.successors.first().is_some_and(|next| network.lane(*next).junction.is_some());
    let room_m = lane.stop_line_m.unwrap_or(lane.length_m) - agent.coord.along_m - me.extent.front_x_m();
    let speed = agent.speed_mps;
    !leads_in || room_m > 0.6 * speed * hasty_s(agent) + speed * speed / (2.0 * 2.5)
}

/// Duration of a change for the route, s.
fn hasty_s(agent: &Agent) -> f64 {
    agent.style.lane_change_s.min(3.5)
}

fn wide(look: &Look, agent: &Agent, target: LaneId) -> bool {
    let along_m = across(look, agent, target);
    look.around.network.lane_pose(LaneCoord::center(target, along_m)).width_m > WIDTH_MIN_M
}

/// Place on the neighbor lane, m.
fn across(look: &Look, agent: &Agent, target: LaneId) -> f64 {
    let network = look.around.network;
    let lane = network.lane(agent.coord.lane);
    agent.coord.along_m / lane.length_m.max(1e-6) * network.lane(target).length_m
}

/// Leader in the target lane and beyond it.
fn target_leader(look: &Look, me: &Me, agent: &Agent, target: LaneId) -> Option<Leader> {
    let along_m = across(look, agent, target);
    let next = look.around.network.lane(target).successors.first().copied();
    let lanes = [target, next.unwrap_or(target)];
    leader(look, me, &lanes[..if next.is_some() { 2 } else { 1 }], along_m, 0.0, REACH_M)
}

/// Follower on a lane: gap to the own rear, speed.
fn follower(look: &Look, me: &Me, lane: LaneId, along_m: f64) -> Option<(f64, f64)> {
    let around = &look.around;
    let (occupant, distance_m) = around.occupancy.follower(around.network, me.id, lane, along_m, REACH_M)?;
    let other = &around.truth.objects[occupant.id.ix()];
    Some((distance_m - other.extent.front_x_m() - me.extent.rear_m, other.motion.speed_mps.max(0.0)))
}

/// Whether somebody is right beside in the target lane.
fn taken(look: &Look, me: &Me, agent: &Agent, target: LaneId) -> bool {
    let center_m = across(look, agent, target) + me.extent.center_x_m();
    look.around.occupancy.on_lane(target).iter().any(|o| {
        let other = &look.around.truth.objects[o.id.ix()];
        let apart_m = (o.along_m + other.extent.center_x_m() - center_m).abs();
        o.id != me.id
            && apart_m < 0.5 * (me.extent.length_m + other.extent.length_m) + 0.5
            && o.offset_m.abs() < 1.3
    })
}

/// Whether the gap in the target lane can be taken now.
fn safe(look: &Look, me: &Me, agent: &Agent, p: &IdmParams, target: LaneId, side: i8) -> bool {
    if !wide(look, agent, target) {
        return false;
    }
    let around = &look.around;
    let along_m = across(look, agent, target);
    let speed = agent.speed_mps;
    // For the route people accept tighter gaps.
    let decel_max =
        if agent.goal.is_some_and(|g| g.steps != 0) { 4.0 } else { agent.style.mobil.decel_safe_mps2 };
    if let Some(lead) = target_leader(look, me, agent, target)
        && (lead.gap_m < 2.0 + 0.3 * (speed - lead.speed_mps).max(0.0)
            || idm::interaction(p, speed, lead.speed_mps, lead.gap_m) < -decel_max)
    {
        return false;
    }
    if let Some((gap_m, speed_mps)) = follower(look, me, target, along_m)
        && (gap_m < 2.0 + 0.3 * (speed_mps - speed).max(0.0)
            || idm::interaction(&IdmParams { speed_mps: 20.0, ..IdmParams::CITY }, speed_mps, speed, gap_m)
                < -decel_max)
    {
        return false;
    }
    // Somebody right beside, or on the way to the same gap from the other side.
    let half_m = 0.5 * me.extent.length_m + 1.0;
    let center_m = along_m + me.extent.center_x_m();
    let beside = |lane: LaneId, reach_m: f64, only: Option<Indicator>| {
        around.occupancy.on_lane(lane).iter().any(|o| {
            let other = &around.truth.objects[o.id.ix()];
            o.id != me.id
                && (o.along_m + other.extent.center_x_m() - center_m).abs()
                    < half_m + 0.5 * other.extent.length_m + reach_m
                && only.is_none_or(|only| other.lights.indicator == only)
        })
    };
    if beside(target, 0.5, None) {
        return false;
    }
    let beyond = around.network.lane(target);
    let (beyond, toward_us) =
        if side > 0 { (beyond.left, Indicator::Right) } else { (beyond.right, Indicator::Left) };
    !beyond.is_some_and(|lane| beside(lane, 10.0, Some(toward_us)))
}

/// MOBIL's answer.
fn better(look: &Look, me: &Me, agent: &Agent, p: &IdmParams, lead: Option<Leader>, target: LaneId) -> bool {
    // Without anybody ahead no lane is better.
    let Some(lead) = lead.filter(|lead| lead.gap_m < REACH_M) else { return false };
    let speed = agent.speed_mps;
    let behind = |leader: Option<Leader>| {
        leader.map_or(idm::free(p, speed), |l| idm::follow_plus(p, speed, l.speed_mps, l.gap_m))
    };
    let typical = IdmParams { speed_mps: p.speed_mps.max(1.0), ..IdmParams::CITY };
    let after = |follower: Option<(f64, f64)>, ahead: Option<(f64, f64)>| {
        let Some((_, speed_mps)) = follower else { return 0.0 };
        ahead.map_or(idm::free(&typical, speed_mps), |(gap_m, lead_mps)| {
            idm::follow_plus(&typical, speed_mps, lead_mps, gap_m)
        })
    };
    let beyond = target_leader(look, me, agent, target);
    let new = follower(look, me, target, across(look, agent, target));
    let old = follower(look, me, agent.coord.lane, agent.coord.along_m);
    let length_m = me.extent.length_m;
    let a = Accelerations {
        own_now: behind(Some(lead)),
        own_then: behind(beyond),
        new_follower_now: after(
            new,
            new.and_then(|n| beyond.map(|b| (n.0 + length_m + b.gap_m, b.speed_mps))),
        ),
        new_follower_then: after(new, new.map(|n| (n.0, speed))),
        old_follower_now: after(old, old.map(|o| (o.0, speed))),
        old_follower_then: after(old, old.map(|o| (o.0 + length_m + lead.gap_m, lead.speed_mps))),
    };
    mobil::decide(&agent.style.mobil, &a, 0.0)
}

/// Begins the change.
fn begin(look: &Look, agent: &mut Agent, target: LaneId, side: i8) {
    debug_assert!(agent.mode == Mode::Traffic);
    let network = look.around.network;
    let along_m = across(look, agent, target);
    let apart_m = 0.5
        * (network.lane_pose(LaneCoord::center(agent.coord.lane, agent.coord.along_m)).width_m
            + network.lane_pose(LaneCoord::center(target, along_m)).width_m);
    agent.intent = None;
    agent.rules.blocked_s = 0.0;
    agent.shift = Some(Shift {
        from_m: agent.coord.offset_m,
        to_m: f64::from(side) * apart_m + agent.rest_offset_m,
        at_s: 0.0,
        over_s: if agent.goal.is_some_and(|g| g.steps != 0) {
            hasty_s(agent)
        } else {
            agent.style.lane_change_s
        },
        shape: Shape::Cubic,
        lanes: i32::from(side),
    });
}
