//! What each tactic allows: speed of the road, curves and sight; leads; crossing and vulnerable road users;
//! lines and right of way; the end of the path.
//!
//! All are methods of the [`Planner`] that tighten one [`Demand`]. Units: SI; stations on the corridor.
//! Source: see `speed`, `junction`, `prediction`. Not modeled: negotiation with other road users.

use super::feature::Planning;
use super::junction::{self, AtLine, OwnMovement, Passing};
use super::path::{LineAhead, PathEnd};
use super::planner::{PERIOD_S, Plan, Planner};
use super::prediction::OnPath;
use super::speed::{self, Demand, Style};
use crate::base::math;
use crate::road::{ApproachControl, RoadNetwork};
use crate::state::automation::{AutomationLevel, PlanReason};
use crate::state::belief::{MapPrior, WorldModel};
use crate::state::object::ObjectClass;
use crate::state::signal::Indication;

/// Lateral room beside the body that must be free of other vehicles, m.
const SIDE_ROOM_M: f64 = 0.3;
/// Room to pedestrians and cyclists at walking pace, m; grows with speed.
const SIDE_ROOM_VULNERABLE_M: f64 = 0.6;
/// Distance kept before a stop line, m.
pub(super) const LINE_ROOM_M: f64 = 0.8;
/// A crossing road user that can stop before our path with less than this is trusted to, m/s².
const TRUSTED_DECEL_MPS2: f64 = 3.5;
/// Time spent at a signal of unknown state before a feature without ODD limits treats it as dark, s.
const UNKNOWN_PATIENCE_S: f64 = 5.0;

impl Planner {
    /// Cruise, limits, curves, sight.
    pub(super) fn speed_demand(&self, world: &WorldModel, style: &Style, plan: &mut Plan) -> Demand {
        let v = world.ego.speed_mps;
        let full = self.feature.planning == Planning::FullTask;
        let limit_mps = self.corridor.at(self.station_m).map_or(0.0, |point| point.limit_mps);
        let cap_mps = self.body.speed_max_mps.min(self.limits.speed_mps_max);
        let cruise_mps = match self.set_speed_mps {
            Some(set_mps) if full => set_mps.min(limit_mps),
            Some(set_mps) => set_mps,
            None => limit_mps,
        }
        .min(cap_mps);
        let tire_mps2 = self.body.friction_dry * world.friction_scale.clamp(0.05, 1.0) * 9.81;
        let sight_mps = if full && world.visibility_m > 0.0 {
            speed::sight_speed(0.9 * world.visibility_m, (0.5 * tire_mps2).min(4.0), 1.0)
        } else {
            f64::INFINITY
        };
        let (mut target_mps, mut reason) = (cruise_mps, PlanReason::Cruise);
        if sight_mps < target_mps {
            (target_mps, reason) = (sight_mps, PlanReason::Weather);
        }
        plan.desired_mps = target_mps;
        let mut demand = Demand { accel_mps2: speed::free(style, v, target_mps), reason };

        // Speeds ahead, reached by comfortable braking; looked at from half a second ahead.
        let eye_m = self.station_m + 0.5 * v;
        let slow_b = 0.75 * style.decel_comfort_mps2;
        let (mut allowed_mps, mut what) = (f64::INFINITY, PlanReason::Curve);
        for point in self.corridor.points.iter().filter(|point| point.station_m >= self.station_m - 1.0) {
            let curve_mps = speed::curve_speed(style.lateral_max_mps2, point.curvature_per_m);
            let limit_mps = if full { point.limit_mps.min(cap_mps) } else { f64::INFINITY };
            let here_mps = curve_mps.min(limit_mps);
            let way_m = (point.station_m - eye_m).max(0.0);
            let now_mps = math::sqrt(here_mps * here_mps + 2.0 * slow_b * way_m);
            if now_mps < allowed_mps {
                allowed_mps = now_mps;
                what = if curve_mps < limit_mps { PlanReason::Curve } else { PlanReason::Cruise };
            }
        }
        if allowed_mps < plan.desired_mps {
            plan.desired_mps = allowed_mps;
        }
        let accel = (2.0 * (allowed_mps - v)).clamp(-1.5 * style.decel_comfort_mps2, style.accel_max_mps2);
        demand.tighten(accel, what);
        demand
    }

    /// Objects on or entering the path: leads, obstacles, oncoming.
    pub(super) fn object_demands(
        &self,
        world: &WorldModel,
        style: &Style,
        desired_mps: f64,
        demand: &mut Demand,
    ) {
        let v = world.ego.speed_mps;
        let front_m = self.front_m();
        let half_m = 0.5 * self.body.width_m;
        for object in &self.objects {
            if object.far_m() < front_m || object.near_m() - front_m > 30.0 + 14.0 * v.max(3.0) {
                continue;
            }
            let crossing = object.across_mps.abs() > 0.5 && object.aligned.abs() < 0.75;
            let vulnerable = object.class.is_vulnerable();
            if crossing || (vulnerable && object.class == ObjectClass::Pedestrian) {
                continue; // `crossing_demands`
            }
            let oncoming = object.along_mps < -0.5;
            let room_m = if vulnerable {
                SIDE_ROOM_VULNERABLE_M + 0.03 * v
            } else if oncoming {
                0.0
            } else {
                SIDE_ROOM_M
            };
            let inside = object.within_after(0.0, half_m + room_m);
            let cuts_in = !oncoming
                && object.across_mps * object.offset_m < 0.0
                && object.across_mps.abs() > 0.35
                && object.near_m() > front_m
                && object.within_after(1.5, half_m);
            if !inside && !cuts_in {
                continue;
            }
            let gap_m = object.near_m() - front_m;
            let their_mps2 = if object.along_mps > 0.5 { object.accel_mps2 } else { 0.0 };
            let desired_mps = desired_mps.max(v);
            let mut accel = speed::follow_calmly(style, v, desired_mps, gap_m, object.along_mps, their_mps2);
            // A lead that brakes hard is met by what its stop leaves, before its speed shows it.
            if inside && object.accel_mps2 < -2.0 && object.along_mps > 1.0 {
                let stop_m = object.along_mps * object.along_mps / (-2.0 * object.accel_mps2);
                let need = speed::needed_decel(v, gap_m + stop_m - style.gap_min_m);
                if need > style.decel_comfort_mps2 {
                    accel = accel.min(-need.min(style.decel_max_mps2));
                }
            }
            if cuts_in && !inside {
                accel = accel.max(-style.decel_comfort_mps2 * 1.5);
            }
            if object.weight < 1.0 {
                accel = accel.max(-4.0 * object.weight);
            }
            let reason = if object.class.is_static() {
                PlanReason::Blocked
            } else if vulnerable {
                PlanReason::VulnerableRoadUser(object.id)
            } else {
                PlanReason::Follow(object.id)
            };
            demand.tighten(accel, reason);
        }
    }

    /// Pedestrians, cyclists and vehicles that cross the path.
    pub(super) fn crossing_demands(
        &self,
        world: &WorldModel,
        network: &RoadNetwork,
        style: &Style,
        demand: &mut Demand,
    ) {
        let v = world.ego.speed_mps;
        let front_m = self.front_m();
        let half_m = 0.5 * self.body.width_m;
        let free = demand.accel_mps2;
        for object in &self.objects {
            let pedestrian = object.class == ObjectClass::Pedestrian;
            let crossing = object.across_mps.abs() > 0.5 && object.aligned.abs() < 0.75;
            if !(pedestrian || crossing) || object.far_m() < front_m {
                continue;
            }
            let gap_m = object.near_m() - front_m;
            if gap_m > 20.0 + 8.0 * v {
                continue;
            }
            let room_m =
                if object.class.is_vulnerable() { SIDE_ROOM_VULNERABLE_M + 0.03 * v } else { SIDE_ROOM_M };
            let band_m = half_m + room_m;
            let away_m = object.offset_m.abs() - object.half_across_m - band_m;
            let towards = object.across_mps * object.offset_m < 0.0;
            let stop_m = if let Some(cross) = self.corridor.crosswalks.iter().find(|cross| {
                pedestrian
                    && object.station_m > cross.from_m - 1.5
                    && object.station_m < cross.to_m + 1.5
                    && cross.from_m > front_m - 0.5
            }) {
                // On a crosswalk, or waiting at one without signals: the pedestrian goes first.
                let signaled =
                    network.crosswalks.get(cross.crosswalk.ix()).is_some_and(|walk| !walk.faces.is_empty());
                let near = away_m < 3.0;
                let waits = object.across_mps.abs() < 0.3 && away_m > 0.0;
                let steps_out = if waits { !signaled } else { towards || away_m <= 0.0 };
                if near && steps_out { Some(cross.from_m - 1.0) } else { None }
            } else {
                None
            };
            let stop_m = stop_m.or_else(|| {
                meets(object, band_m, gap_m, v, away_m, towards).then_some(object.near_m() - 1.5)
            });
            let Some(stop_m) = stop_m else { continue };
            if !object.class.is_vulnerable()
                && away_m > 0.0
                && speed::needed_decel(object.across_mps.abs(), away_m - 0.5) < TRUSTED_DECEL_MPS2
            {
                continue;
            }
            let mut accel = speed::stop_at(style, v, stop_m - front_m, free);
            if object.weight < 1.0 {
                accel = accel.max(-4.0 * object.weight);
            }
            let reason = if object.class.is_vulnerable() {
                PlanReason::VulnerableRoadUser(object.id)
            } else {
                PlanReason::Yield(object.id)
            };
            demand.tighten(accel, reason);
        }
    }

    /// Lines ahead and conflicts behind them.
    pub(super) fn junction_demands(
        &mut self,
        world: &WorldModel,
        prior: &MapPrior,
        style: &Style,
        demand: &mut Demand,
    ) {
        let network = &*prior.network;
        let front_m = self.front_m();
        // Passing the line: its memory becomes that of the junction we are in.
        let under = self.corridor.span_at(front_m - 1.0).filter(|span| span.junction.is_some());
        if let Some(span) = under
            && self.inside.connecting != Some(span.lane)
        {
            if self.line.connecting == Some(span.lane) {
                std::mem::swap(&mut self.line, &mut self.inside);
                self.line.connecting = None;
            } else {
                self.inside.begin(span.lane);
            }
            self.inside.inside = true;
        }
        if let Some(connecting) = self.inside.connecting
            && self.corridor.spans.iter().any(|span| span.lane == connecting)
        {
            let own = self.movement(world, prior, connecting);
            self.conflict_demands(world, network, style, &own, None, demand);
        }
        let Some(line) = self
            .corridor
            .lines
            .iter()
            .find(|line| line.at_m > front_m - 1.0 && self.inside.connecting != Some(line.connecting))
            .copied()
        else {
            return;
        };
        let v = world.ego.speed_mps;
        let distance_m = line.at_m - LINE_ROOM_M - front_m;
        if distance_m > 40.0 + 10.0 * v {
            return;
        }
        self.line.begin(line.connecting);
        let own = self.movement(world, prior, line.connecting);
        let decision = junction::at_line(&mut self.line, &own, v, distance_m, style.decel_comfort_mps2);
        let reason = match decision {
            AtLine::Go => {
                self.conflict_demands(world, network, style, &own, Some(&line), demand);
                self.keep_clear(&line, world, style, demand);
                return;
            }
            AtLine::StopSignal => PlanReason::Signal,
            AtLine::StopUnknown => PlanReason::SignalUnknown,
            AtLine::StopSign => {
                let mut conflicts = self.corridor.conflicts.iter().filter(|c| c.own == line.connecting);
                let from = conflicts
                    .next()
                    .map_or(0, |first| self.corridor.conflicts.iter().position(|c| c == first).unwrap_or(0));
                let count =
                    self.corridor.conflicts[from..].iter().take_while(|c| c.own == line.connecting).count();
                let ours = &self.corridor.conflicts[from..from + count];
                self.line.released = junction::turn_at_stop(
                    &mut self.line,
                    network,
                    &world.tracks,
                    ours,
                    distance_m < 2.5,
                    v,
                    PERIOD_S,
                );
                PlanReason::StopLine
            }
        };
        let free = demand.accel_mps2;
        demand.tighten(speed::stop_at(style, v, distance_m, free), reason);
    }

    /// The own movement as junction tactics see it.
    fn movement(
        &self,
        world: &WorldModel,
        prior: &MapPrior,
        connecting: crate::base::ids::LaneId,
    ) -> OwnMovement {
        let network = &prior.network;
        let mut indication = self.indication(world, connecting);
        // Without ODD limits there is nobody to hand over to: what can't be read is treated as dark.
        if indication.is_none()
            && self.feature.level == AutomationLevel::L5
            && (self.unknown_stand_s > UNKNOWN_PATIENCE_S || self.line.full_stop)
        {
            indication = Some(Indication::Dark);
        }
        let heading_rad = network.lane_pose(crate::road::LaneCoord::center(connecting, 0.0)).pose.heading_rad;
        OwnMovement {
            turn: network.lanes[connecting.ix()].turn,
            control: Self::control_of(prior, connecting),
            indication,
            heading_rad,
        }
    }

    fn conflict_demands(
        &mut self,
        world: &WorldModel,
        network: &RoadNetwork,
        style: &Style,
        own: &OwnMovement,
        line: Option<&LineAhead>,
        demand: &mut Demand,
    ) {
        let v = world.ego.speed_mps;
        let (front_m, rear_m) = (self.front_m(), self.station_m - self.body.rear_m);
        let connecting = if line.is_some() { self.line.connecting } else { self.inside.connecting };
        let free = demand.accel_mps2;
        let mut waits = false;
        for ahead in self.corridor.conflicts.iter().filter(|ahead| Some(ahead.own) == connecting) {
            // Standing in it helps nobody.
            if ahead.from_m < front_m - 0.3 || ahead.from_m - front_m > 30.0 + 8.0 * v {
                continue;
            }
            let curvature = self.corridor.at(ahead.from_m).map_or(0.0, |point| point.curvature_per_m);
            let limit_mps = self.corridor.at(ahead.from_m).map_or(v, |point| point.limit_mps);
            let top_mps = speed::curve_speed(style.lateral_max_mps2, curvature).min(limit_mps);
            let passing = Passing { front_m, rear_m, speed_mps: v, top_mps };
            let memory = if line.is_some() { &self.line } else { &self.inside };
            let Some(id) = junction::blocker(network, &world.tracks, own, memory, ahead, &passing, style)
            else {
                continue;
            };
            waits = true;
            // Those with the right of way against us are met at the conflict; those who break it, at the
            // line while we are still before it.
            let ours = junction::right_of_way(network, own, ahead) == junction::RightOfWay::Ours;
            let at_m = match line {
                Some(line) if ours || own.control == ApproachControl::Yield => line.at_m - LINE_ROOM_M,
                Some(_) | None => junction::waiting_station(line, ahead),
            };
            demand.tighten(speed::stop_at(style, v, at_m - front_m, free), PlanReason::Yield(id));
        }
        let near = self
            .corridor
            .conflicts
            .iter()
            .find(|ahead| Some(ahead.own) == connecting)
            .is_some_and(|ahead| ahead.from_m - front_m < 6.0);
        let memory = if line.is_some() { &mut self.line } else { &mut self.inside };
        memory.accepted = !waits && (memory.accepted || near);
    }

    /// Does not enter a junction that it can't leave.
    fn keep_clear(&self, line: &LineAhead, world: &WorldModel, style: &Style, demand: &mut Demand) {
        let v = world.ego.speed_mps;
        let front_m = self.front_m();
        let needed_m = line.exit_m + self.body.front_m + self.body.rear_m + 1.0;
        let half_m = 0.5 * self.body.width_m;
        let jam = self.objects.iter().find(|object| {
            object.class.is_motor_vehicle()
                && object.aligned > 0.5
                && object.along_mps < 1.0
                && object.within_after(0.0, half_m)
                && object.near_m() > line.at_m
                && object.near_m() - style.gap_min_m < needed_m
                && object.weight >= 1.0
        });
        if let Some(object) = jam {
            let free = demand.accel_mps2;
            let distance_m = line.at_m - LINE_ROOM_M - front_m;
            if speed::needed_decel(v, distance_m) < 3.0 {
                demand.tighten(speed::stop_at(style, v, distance_m, free), PlanReason::Follow(object.id));
            }
        }
    }

    /// Destination, end of the map, a lane change that was not possible in time.
    pub(super) fn end_demand(&self, world: &WorldModel, style: &Style, demand: &mut Demand) {
        let v = world.ego.speed_mps;
        let front_m = self.front_m();
        let free = demand.accel_mps2;
        match self.corridor.end {
            PathEnd::Open => {}
            PathEnd::Destination(at_m) => {
                // The reference point goes to the destination, not the bumper.
                let accel = speed::stop_at(style, v, at_m - self.station_m, free);
                demand.tighten(accel, PlanReason::Destination);
            }
            PathEnd::DeadEnd(at_m) => {
                demand.tighten(speed::stop_at(style, v, at_m - front_m - 1.0, free), PlanReason::Blocked);
            }
        }
        if let Some(change) = self.corridor.change
            && !self.lateral.changing()
        {
            let accel = speed::stop_at(style, v, change.by_m - front_m - 4.0, free);
            demand.tighten(accel, PlanReason::Blocked);
        }
    }

    /// Whether a lead is an obstacle and not part of a queue: it stands, and no stop line lies ahead of it
    /// within the length of a queue.
    pub(super) fn standing_obstacle(&self, world: &WorldModel, id: u32) -> bool {
        let Some(object) = self.objects.iter().find(|object| object.id == id) else { return false };
        if world.tracks[object.ix].speed_mps > 0.5 {
            return false;
        }
        !self.corridor.lines.iter().any(|line| (-5.0..60.0).contains(&(line.at_m - object.station_m)))
    }
}

/// Whether a crossing road user and the ego would be in the band at the same time.
fn meets(object: &OnPath, band_m: f64, gap_m: f64, v: f64, away_m: f64, towards: bool) -> bool {
    if away_m <= 0.0 {
        // In the band now: only those who surely leave it in time are no matter.
        let leaves_s = if object.across_mps.abs() > 0.5 {
            let way_m = if towards { object.offset_m.abs() + band_m + object.half_across_m } else { -away_m };
            way_m / object.across_mps.abs()
        } else {
            f64::INFINITY
        };
        return leaves_s + 0.7 > gap_m.max(0.0) / v.max(1.0) || gap_m < 4.0;
    }
    if !towards || object.across_mps.abs() < 0.3 {
        return false;
    }
    let enter_s = away_m / object.across_mps.abs();
    let leave_s = (away_m + 2.0 * (band_m + object.half_across_m)) / object.across_mps.abs();
    let arrive_s = gap_m.max(0.0) / v.max(1.0);
    let pass_s = arrive_s + 8.0 / v.max(1.0);
    enter_s < 6.0 && enter_s < pass_s + 1.0 && leave_s + 0.7 > arrive_s
}
