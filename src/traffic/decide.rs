//! What a road user on lanes does in this tick: one acceleration, one lateral wish.
//!
//! The acceleration is the smallest of: the way to the desired speed (limit, curves, weather), IDM+ behind
//! whoever is ahead — in the own lane, in the lane it moves to, and on connecting lanes that start or end
//! in the same lane —, and stopping at lines, crosswalks and shared ground of a junction.
//!
//! Units: m, m/s, m/s², s. Sources: [`crate::maneuver`] and the modules named there.
//! It does not negotiate, overtake on two-lane roads or back up.

use super::agent::{Agent, Kind, Mode};
use super::caps::{before, toward};
use super::lane_change;
use super::look::Look;
use super::path::{self, Onward};
use super::rules::{self, Breach};
use crate::base::ids::{LaneId, ParticipantId};
use crate::base::math::sqrt;
use crate::maneuver::idm::{self, IdmParams};
use crate::maneuver::junction::travel_time;
use crate::maneuver::vulnerable::{self, PathPoint};
use crate::road::{ConflictKind, LaneCoord, Turn};
use crate::state::command::Indicator;
use crate::state::object::{Extent, ObjectClass};
use crate::state::truth::{ObjectTruth, Presence};

/// Acceleration that those who clear a junction are trusted with, m/s² (chosen: three quarters of what
/// drivers use).
const CLEARING_MPS2: f64 = 1.2;
/// Speed of those who look for a gap to their turning lane shortly before a junction, m/s.
const SEARCHING_MPS: f64 = 8.0;
/// Extra gap behind an obstacle, m (chosen: a car steers around one from 8 m at walking speed).
const ROUND_IT_M: f64 = 6.0;

/// Somebody ahead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leader {
    /// Who.
    pub id: ParticipantId,
    /// Bumper to bumper, m.
    pub gap_m: f64,
    /// Speed along the own way, m/s.
    pub speed_mps: f64,
}

/// Who decides.
#[derive(Clone, Copy)]
pub struct Me<'a> {
    /// Identity.
    pub id: ParticipantId,
    /// Class.
    pub class: ObjectClass,
    /// Size.
    pub extent: &'a Extent,
    /// Truth of itself.
    pub object: &'a ObjectTruth,
}

/// Decides; returns a rule broken in this tick.
pub fn decide(look: &Look, me: Me, agent: &mut Agent, scratch: &mut Vec<PathPoint>) -> Option<Breach> {
    let network = look.around.network;
    let onward = path::extend(
        network,
        agent.route.as_deref(),
        &mut agent.path,
        agent.coord.along_m,
        &mut agent.goal,
        &mut agent.stream,
    );
    if agent.mode != Mode::Traffic {
        agent.indicator = match agent.shift.map_or(0, |s| s.lanes) {
            1.. => Indicator::Left,
            0 => Indicator::Off,
            _ => Indicator::Right,
        };
        return None;
    }
    if network.lane(agent.coord.lane).junction.is_some() {
        agent.goal = None;
    }
    let lanes = agent.path;
    let lanes = lanes.lanes();
    let speed = agent.speed_mps;
    let front_m = me.extent.front_x_m();

    let mut p = IdmParams { speed_mps: desired_speed(look, agent, lanes), ..agent.style.idm };
    if agent.goal.is_some_and(|g| g.steps != 0) && remaining(look, lanes, agent.coord.along_m) < 90.0 {
        p.speed_mps = p.speed_mps.min(SEARCHING_MPS);
    }
    let siren = super::siren::yields_to(look, &me, agent);
    if siren {
        p.speed_mps = p.speed_mps.min(3.0);
    }
    let mut accel = toward(p.accel_mps2, p.decel_mps2, speed, p.speed_mps);

    // Those ahead.
    let reach_m = (40.0 + 5.0 * speed).min(path::HORIZON_M);
    let lead = leader(look, &me, lanes, agent.coord.along_m, agent.coord.offset_m, reach_m);
    if let Some(lead) = lead {
        // Behind an obstacle that will stay, leave room to drive around it.
        let around_it = agent.kind == Kind::Motor
            && agent.shift.is_none()
            && lead.speed_mps < 0.3
            && lane_change::stands_for_good(look, lead);
        let room_m = if around_it { ROUND_IT_M } else { 0.0 };
        accel = accel.min(idm::interaction(&p, speed, lead.speed_mps, lead.gap_m - room_m));
    }
    if let Some(beside) = beside_leader(look, &me, agent) {
        accel = accel.min(idm::interaction(&p, speed, beside.speed_mps, beside.gap_m));
    }
    match onward {
        Onward::Known => {}
        Onward::MustChange(side) => {
            let end_m = remaining(look, lanes, agent.coord.along_m) - front_m;
            accel = accel.min(stop(&p, speed, end_m - 2.0));
            agent.goal.get_or_insert(path::Goal { turn: Turn::Straight, steps: side });
            if let Some(goal) = &mut agent.goal
                && goal.steps == 0
            {
                goal.steps = side;
            }
        }
        Onward::MapEnds => {
            if rules::ego_watches(look, me.object.center_m) {
                let end_m = remaining(look, lanes, agent.coord.along_m) - front_m;
                accel = accel.min(stop(&p, speed, end_m - 1.0));
            }
        }
    }
    accel = accel.min(for_vulnerable(look, &me, agent, &p, lanes, scratch));
    accel = accel.min(in_junction(look, &me, agent, &p, lanes));
    let (line, breach) = rules::at_line(look, &me, agent, &p, lanes, lead);
    accel = accel.min(line);

    let brake_max = look.brake_max_mps2(me.object.center_m);
    agent.command_mps2 = accel.clamp(-brake_max, agent.style.idm.accel_mps2);
    agent.rules.waiting_s = if speed < 0.1 { agent.rules.waiting_s + look.dt_s } else { 0.0 };
    agent.indicator = turn_indicator(look, agent, lanes);
    lane_change::consider(look, &me, agent, &p, lead);
    breach
}

/// Acceleration that stops the front bumper at a place, m/s².
pub fn stop(p: &IdmParams, speed_mps: f64, distance_m: f64) -> f64 {
    let p = IdmParams { gap_min_m: 0.4, gap_s: 0.3, ..*p };
    idm::interaction(&p, speed_mps, 0.0, distance_m.max(0.01))
}

/// Known length ahead of the reference point, m.
fn remaining(look: &Look, lanes: &[LaneId], along_m: f64) -> f64 {
    lanes.iter().map(|lane| look.around.network.lane(*lane).length_m).sum::<f64>() - along_m
}

/// Desired speed here, with limits and curves ahead, m/s.
pub fn desired_speed(look: &Look, agent: &Agent, lanes: &[LaneId]) -> f64 {
    let network = look.around.network;
    let style = &agent.style;
    let curve = style.curve_factor * look.feel.curve_factor;
    let mut square = f64::INFINITY;
    let mut start_m = -agent.coord.along_m;
    for &id in lanes {
        let lane = network.lane(id);
        let limit = lane.speed_limit_mps * style.speed_factor;
        let along_m = (-start_m).max(0.0);
        let here = (limit * limit).min(look.caps.square_at(id, along_m) * curve);
        square = square.min(before(here, start_m));
        start_m += lane.length_m;
        if start_m > 90.0 {
            break;
        }
    }
    let cap =
        style.speed_max_mps.min(look.feel.sight_speed_mps).min(agent.ordered_mps.unwrap_or(f64::INFINITY));
    (sqrt(square) - look.feel.rain_drop_mps).min(cap).max(1.5_f64.min(cap))
}

/// Whoever is next ahead on the lanes, m.
pub fn leader(
    look: &Look,
    me: &Me,
    lanes: &[LaneId],
    along_m: f64,
    offset_m: f64,
    reach_m: f64,
) -> Option<Leader> {
    let around = &look.around;
    let front_m = me.extent.front_x_m();
    let mut start_m = -along_m;
    for (ix, &lane) in lanes.iter().enumerate() {
        if start_m > reach_m {
            break;
        }
        let mut occupants = around.occupancy.on_lane(lane);
        if ix == 0 {
            occupants = &occupants[occupants.partition_point(|o| o.along_m <= along_m)..];
        }
        let own_offset_m = if ix == 0 { offset_m } else { 0.0 };
        for occupant in occupants {
            if occupant.id == me.id {
                continue;
            }
            let other = &around.truth.objects[occupant.id.ix()];
            let room_m = 0.5 * (other.extent.width_m + me.extent.width_m) + 0.25;
            // Lateral places of rear axle and nose: who goes askew takes more room.
            let askew = if ix == 0 { me.object.forward.perp_dot(other.forward) } else { 0.0 };
            let nose_m = if askew.abs() < 0.7 { askew * other.extent.front_x_m() } else { 0.0 };
            let apart_m = occupant.offset_m - own_offset_m;
            let (low_m, high_m) = (apart_m.min(apart_m + nose_m), apart_m.max(apart_m + nose_m));
            if low_m > room_m || high_m < -room_m {
                continue;
            }
            let distance_m = start_m + occupant.along_m;
            if distance_m > reach_m + other.extent.rear_m {
                return None;
            }
            return Some(Leader {
                id: occupant.id,
                gap_m: distance_m - other.extent.rear_m - front_m,
                speed_mps: along_speed(me, other),
            });
        }
        start_m += around.network.lane(lane).length_m;
    }
    None
}

/// Speed of another along the own direction, m/s, never negative.
fn along_speed(me: &Me, other: &ObjectTruth) -> f64 {
    let same_way = me.object.forward.dot(other.forward);
    if same_way > 0.3 { other.motion.speed_mps.max(0.0) } else { 0.0 }
}

/// Leader in the lane that is being changed to, or in the lane that the body still reaches into.
fn beside_leader(look: &Look, me: &Me, agent: &Agent) -> Option<Leader> {
    let lanes = agent.shift?.lanes;
    let network = look.around.network;
    let lane = network.lane(agent.coord.lane);
    let leaves = lanes == 0;
    let left = if leaves { agent.coord.offset_m > 0.0 } else { lanes > 0 };
    let target = if left { lane.left } else { lane.right }?;
    let along_m = agent.coord.along_m / lane.length_m.max(1e-6) * network.lane(target).length_m;
    let offset_m = if leaves {
        let width_m = network.lane_pose(LaneCoord::center(target, along_m)).width_m;
        agent.coord.offset_m - if left { width_m } else { -width_m }
    } else {
        0.0
    };
    leader(look, me, &[target], along_m, offset_m, 60.0)
}

/// Acceleration because of pedestrians and of cyclists across the path, m/s².
fn for_vulnerable(
    look: &Look,
    me: &Me,
    agent: &Agent,
    p: &IdmParams,
    lanes: &[LaneId],
    scratch: &mut Vec<PathPoint>,
) -> f64 {
    let around = &look.around;
    if around.occupancy.vulnerable.is_empty() {
        return f64::INFINITY;
    }
    let speed = agent.speed_mps;
    let reach_m = (speed * 4.0 + 12.0).min(70.0);
    let near_sq = (reach_m + 12.0) * (reach_m + 12.0);
    let here = me.object.center_m;
    let somebody_near =
        around.occupancy.vulnerable.iter().any(|id| {
            *id != me.id && around.truth.objects[id.ix()].center_m.distance_squared(here) < near_sq
        });
    if !somebody_near {
        return f64::INFINITY;
    }
    let mut accel = f64::INFINITY;
    let front_m = me.extent.front_x_m();
    vulnerable::sample_path(around, agent.coord, front_m, lanes.iter().copied(), reach_m, 2.5, scratch);
    // Cyclists keep to the lane rules among themselves.
    let conflict = vulnerable::first_conflict(around, me.id, scratch, me.extent.width_m * 0.5, speed, |id| {
        agent.kind == Kind::Cycle && around.truth.objects[id.ix()].class == ObjectClass::Bicycle
    });
    if let Some((distance_m, _)) = conflict {
        accel = accel.min(stop(p, speed, (distance_m - 2.0).max(0.05)));
    }
    let mut start_m = -agent.coord.along_m;
    for &id in lanes {
        let lane = around.network.lane(id);
        for crossing in &lane.crosswalks {
            let distance_m = start_m + crossing.from_m - front_m;
            if !(-0.3..45.0).contains(&distance_m) {
                continue;
            }
            if vulnerable::crosswalk_in_use(around, crossing.crosswalk).is_some_and(|who| who != me.id)
                && speed * speed < 2.0 * 7.0 * (distance_m - 0.5).max(0.3)
            {
                accel = accel.min(stop(p, speed, distance_m - 0.5));
            }
        }
        start_m += lane.length_m;
        if start_m > 60.0 {
            break;
        }
    }
    accel
}

/// Acceleration because of those on connecting lanes that share ground with the own one, m/s².
fn in_junction(look: &Look, me: &Me, agent: &Agent, p: &IdmParams, lanes: &[LaneId]) -> f64 {
    let around = &look.around;
    let front_m = me.extent.front_x_m();
    let mut accel = f64::INFINITY;
    let mut start_m = -agent.coord.along_m;
    for &id in &lanes[..lanes.len().min(4)] {
        let lane = around.network.lane(id);
        if lane.junction.is_none() {
            start_m += lane.length_m;
            if start_m - front_m > 30.0 {
                break;
            }
            continue;
        }
        for conflict in &lane.conflicts {
            let zone_m = start_m + conflict.from_m - front_m;
            if start_m + conflict.to_m + me.extent.rear_m < 0.0 {
                continue;
            }
            for occupant in around.occupancy.on_lane(conflict.other) {
                if occupant.id == me.id {
                    continue;
                }
                let other = &around.truth.objects[occupant.id.ix()];
                let rear_m = occupant.along_m - other.extent.rear_m;
                let nose_m = occupant.along_m + other.extent.front_x_m();
                match conflict.kind {
                    ConflictKind::Diverging => {
                        // Its tail still hangs over the common start.
                        let ahead_m = start_m + occupant.along_m;
                        if rear_m < conflict.other_to_m && ahead_m > 0.0 {
                            let gap_m = ahead_m - other.extent.rear_m - front_m;
                            let speed = along_speed(me, other);
                            accel = accel.min(idm::interaction(p, agent.speed_mps, speed, gap_m));
                        }
                    }
                    ConflictKind::Merging => {
                        // Both end in the same lane: whoever is nearer to it leads.
                        let own_left_m = start_m + lane.length_m;
                        let other_left_m = around.network.lane(conflict.other).length_m - occupant.along_m;
                        let leads =
                            other_left_m < own_left_m || (other_left_m == own_left_m && occupant.id < me.id);
                        if leads && nose_m > conflict.other_from_m {
                            let gap_m = own_left_m - other_left_m - other.extent.rear_m - front_m;
                            let speed = other.motion.speed_mps.max(0.0);
                            accel = accel.min(idm::interaction(p, agent.speed_mps, speed, gap_m.max(0.3)));
                        }
                    }
                    ConflictKind::Crossing => {
                        let inside =
                            nose_m > conflict.other_from_m - 0.5 && rear_m < conflict.other_to_m + 0.5;
                        if !inside || zone_m < -0.5 {
                            continue;
                        }
                        let clear_s = travel_time(
                            conflict.other_to_m + 0.5 - rear_m,
                            other.motion.speed_mps.max(0.2),
                            CLEARING_MPS2,
                            other.motion.speed_mps.max(7.0),
                        );
                        let arrive_s = zone_m / agent.speed_mps.max(1.0);
                        if clear_s + 0.3 > arrive_s || other.presence == Presence::Wreck {
                            accel = accel.min(stop(p, agent.speed_mps, zone_m - 0.5));
                        }
                    }
                }
            }
        }
        start_m += lane.length_m;
    }
    accel
}

/// Indicator for lane changes and turns.
fn turn_indicator(look: &Look, agent: &Agent, lanes: &[LaneId]) -> Indicator {
    let side = agent.shift.map_or(0, |s| s.lanes.signum());
    let side = if side == 0 { agent.intent.map_or(0, |i| i32::from(i.side)) } else { side };
    match side {
        1.. => return Indicator::Left,
        0 => {}
        _ => return Indicator::Right,
    }
    let mut start_m = -agent.coord.along_m;
    for &id in lanes {
        let lane = look.around.network.lane(id);
        match lane.turn {
            Turn::Left | Turn::UTurn => return Indicator::Left,
            Turn::Right => return Indicator::Right,
            Turn::Straight => {}
        }
        if lane.junction.is_some() {
            return Indicator::Off;
        }
        start_m += lane.length_m;
        if start_m > 50.0 {
            break;
        }
    }
    Indicator::Off
}
