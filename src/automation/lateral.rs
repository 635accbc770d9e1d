//! Lateral tactics: lane changes that the route or an obstacle demands, clearance within the lane, pulling
//! over for emergency vehicles and for a minimal risk condition.
//!
//! A lane change needs the wish, the indicator for [`SIGNAL_S`], and a gap: the vehicle behind in the target
//! lane must not brake harder than b_safe and neither must we (MOBIL's safety criterion). The motion itself
//! is the corridor's quintic profile, so that path and controllers see nothing special.
//!
//! Units: SI, left positive. Source: Kesting, Treiber & Helbing 2007 (safety criterion); UN R79 §5.6.4
//! (signal before the maneuver). Not modeled: overtaking for speed alone, using the opposite lane.

use super::path::{PathEnd, Profile, Side};
use super::planner::{PERIOD_S, Planner, Task};
use super::prediction::OnPath;
use super::speed::{self, Style};
use crate::road::{LaneCoord, LaneKind, RoadNetwork, Route};
use crate::state::automation::{AutomationLevel, PlanReason};
use crate::state::belief::WorldModel;
use crate::state::command::Indicator;
use crate::state::object::ObjectClass;

/// Indicator time before a lane change begins, s (R79 asks for 3 s; chosen 2 s plus the lateral ramp-in of
/// the profile, during which the vehicle is still in its lane).
pub const SIGNAL_S: f64 = 2.0;
/// A way blocked for longer is given up, s (chosen: longer than a bus stop, shorter than patience).
pub const BLOCKED_LIMIT_S: f64 = 30.0;
/// Deceleration that a lane change may ask of the vehicle behind, m/s².
const SAFE_DECEL_MPS2: f64 = 2.5;
/// Duration of a lane change, s (NGSIM mean 4.0 s).
const CHANGE_S: f64 = 4.0;
/// Distance within which a needed change is prepared, m and s of travel.
const PREPARE_M: f64 = 150.0;
const PREPARE_S: f64 = 15.0;
/// Room kept to the edge of the lane, m.
const EDGE_ROOM_M: f64 = 0.15;
/// Shifts within a lane are smaller than this, m.
const WITHIN_LANE_M: f64 = 1.6;
/// Way along the lane for each meter aside when a vehicle leaves the shoulder, – (chosen: the steepest angle
/// of the quintic is then 15°).
const PULL_OUT: f64 = 7.0;

/// State of the lateral tactics.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LateralPlan {
    /// Lane change under way.
    pub change: Option<Side>,
    /// Wish for a change, and for how long it has been signaled, s.
    pub wish: Option<(Side, f64)>,
    /// Offset within the lane that is aimed at, m.
    pub offset_m: f64,
    /// Emergency vehicle that is given way to, and for how long it has not mattered, s.
    pub gives_way: Option<(u32, f64)>,
}

impl LateralPlan {
    /// A lane change is under way.
    pub fn changing(&self) -> bool {
        self.change.is_some()
    }
    /// Indicator that the lateral tactics show.
    pub fn signaling(&self) -> Option<Indicator> {
        let side = self.change.or(self.wish.map(|wish| wish.0));
        match side {
            Some(Side::Left) => Some(Indicator::Left),
            Some(Side::Right) => Some(Indicator::Right),
            None if self.offset_m < -0.8 => Some(Indicator::Right),
            None => None,
        }
    }
}

impl Planner {
    /// Decides on lane and offset; `true` if the corridor was laid anew.
    pub(super) fn decide_lateral(
        &mut self,
        world: &WorldModel,
        network: &RoadNetwork,
        route: &Route,
        style: &Style,
        task: Task,
    ) -> bool {
        if self.lateral.change.is_some() && self.profile.finished(self.station_m) {
            self.lateral.change = None;
        }
        if self.lateral.change.is_some() {
            return false;
        }
        self.watch_emergency_vehicles(world);
        let Some(span) = self.corridor.span_at(self.station_m).copied() else { return false };
        let wish = if span.junction.is_none() { self.wish(network, world, task) } else { None };
        self.lateral.wish = match (wish, self.lateral.wish) {
            (Some(side), Some((old, signaled_s))) if side == old => Some((side, signaled_s + PERIOD_S)),
            (Some(side), _) => Some((side, 0.0)),
            (None, _) => None,
        };
        if let Some((side, signaled_s)) = self.lateral.wish
            && signaled_s >= SIGNAL_S
            && self.gap_is_safe(world, style, side)
            && self.begin_change(world, network, route, side)
        {
            return true;
        }
        self.settle_offset(world, network, route, task)
    }

    fn wish(&self, network: &RoadNetwork, world: &WorldModel, task: Task) -> Option<Side> {
        let v = world.ego.speed_mps;
        let front_m = self.front_m();
        let here = self.corridor.coord_at(self.station_m)?.lane;
        let has = |side: Side| {
            side.neighbor(network, here).is_some_and(|lane| {
                let lane = &network.lanes[lane.ix()];
                lane.kind == LaneKind::Driving && lane.junction.is_none()
            })
        };
        if let Task::MinimalRisk(_) = task {
            let pulls_over = self.feature.level >= AutomationLevel::L4 && v > 3.0;
            return (pulls_over && has(Side::Right)).then_some(Side::Right);
        }
        // Around an obstacle first: the route can be picked up again behind it.
        let obstacle = match self.plan.reason {
            PlanReason::Follow(id) if self.standing_obstacle(world, id) => {
                self.objects.iter().find(|object| object.id == id)
            }
            PlanReason::Blocked => self.objects.iter().find(|object| {
                object.class.is_static()
                    && object.near_m() > front_m
                    && object.within_after(0.0, 0.5 * self.body.width_m + 0.3)
            }),
            _ => None,
        };
        if let Some(object) = obstacle
            && object.near_m() - front_m < 40.0 + 6.0 * v
        {
            let needed = self.corridor.change.map(|change| change.side);
            return needed
                .into_iter()
                .chain([Side::Left, Side::Right])
                .find(|&side| has(side) && self.neighbor_is_open(object, side));
        }
        let change = self.corridor.change?;
        let left_m = change.by_m - front_m;
        let due = left_m < PREPARE_M + PREPARE_S * v && self.station_m >= change.from_m;
        (due && has(change.side)).then_some(change.side)
    }

    /// Whether the neighbor lane is free of standing objects beside an obstacle.
    fn neighbor_is_open(&self, obstacle: &OnPath, side: Side) -> bool {
        let target_m = side.sign() * self.lane_width();
        !self.objects.iter().any(|object| {
            object.along_mps.abs() < 0.5
                && (object.offset_m - target_m).abs() < 1.2 + object.half_across_m
                && object.near_m() < obstacle.far_m() + 15.0
                && object.far_m() > self.station_m
        })
    }

    fn lane_width(&self) -> f64 {
        self.corridor.at(self.station_m).map_or(3.5, |point| point.width_m)
    }

    /// MOBIL's safety criterion towards the target lane.
    fn gap_is_safe(&self, world: &WorldModel, style: &Style, side: Side) -> bool {
        let v = world.ego.speed_mps;
        let (front_m, rear_m) = (self.front_m(), self.station_m - self.body.rear_m);
        let target_m = side.sign() * self.lane_width();
        let half_m = 0.5 * self.body.width_m;
        let others = Style { gap_s: 1.0, ..*style };
        self.objects.iter().all(|object| {
            let beside =
                |t_s: f64| (object.offset_after(t_s) - target_m).abs() < half_m + object.half_across_m + 0.3;
            if !(beside(0.0) || beside(2.0)) || object.along_mps < -0.5 {
                return true;
            }
            if object.near_m() > front_m {
                let gap_m = object.near_m() - front_m;
                speed::follow(style, v, v.max(1.0), gap_m, object.along_mps) > -SAFE_DECEL_MPS2
            } else if object.far_m() < rear_m {
                let gap_m = rear_m - object.far_m();
                let their = object.along_mps.max(0.0);
                their < 0.5 && gap_m > 1.0
                    || speed::follow(&others, their, their.max(1.0), gap_m, v) > -SAFE_DECEL_MPS2
            } else {
                false
            }
        })
    }

    fn begin_change(&mut self, world: &WorldModel, network: &RoadNetwork, route: &Route, side: Side) -> bool {
        let v = world.ego.speed_mps;
        let Some(place) = self.corridor.coord_at(self.station_m) else { return false };
        let Some(target) = side.neighbor(network, place.lane) else { return false };
        let (from, to) = (&network.lanes[place.lane.ix()], &network.lanes[target.ix()]);
        // There must be room for the maneuver before the junction or the end of the lane.
        let line_m = self.corridor.lines.first().map_or(f64::INFINITY, |line| line.at_m - self.station_m);
        let end_m = match self.corridor.end {
            PathEnd::DeadEnd(at_m) => at_m - self.station_m,
            PathEnd::Destination(_) | PathEnd::Open => f64::INFINITY,
        };
        let room_m = line_m.min(end_m);
        let wanted_m = (CHANGE_S * v).max(14.0);
        let length_m = wanted_m.min(room_m);
        if length_m < (2.2 * v).max(9.0) {
            return false;
        }
        let along_m = place.along_m * to.length_m / from.length_m.max(0.1);
        let begin_m = (along_m - 6.0).max(0.0);
        let horizon_m = (60.0 + 13.0 * v).clamp(110.0, 500.0);
        let before = (self.profile, self.station_m);
        let start = LaneCoord::center(target, begin_m);
        self.profile = Profile::default();
        self.lay(network, route, start, horizon_m);
        let Some((station_m, offset_m)) = self.corridor.project(world.ego.position_m, 0.0, 30.0) else {
            // No such lane after all: back to where we were.
            (self.profile, self.station_m) = before;
            let begin_m = (place.along_m - 6.0).max(0.0);
            self.station_m = place.along_m - begin_m;
            self.lay(network, route, LaneCoord::center(place.lane, begin_m), horizon_m);
            return true;
        };
        self.station_m = station_m;
        self.profile = Profile { from_m: offset_m, to_m: 0.0, length_m, done_m: -station_m };
        self.lay(network, route, start, horizon_m);
        self.lateral =
            LateralPlan { change: Some(side), wish: None, offset_m: 0.0, gives_way: self.lateral.gives_way };
        self.blocked_s = 0.0;
        true
    }

    /// Offset within the lane: clearance, pulling over. `true` if the corridor was laid anew.
    fn settle_offset(
        &mut self,
        world: &WorldModel,
        network: &RoadNetwork,
        route: &Route,
        task: Task,
    ) -> bool {
        if !self.profile.finished(self.station_m) {
            return false;
        }
        let v = world.ego.speed_mps;
        let pulls_over = match task {
            Task::MinimalRisk(_) => self.feature.level >= AutomationLevel::L4,
            Task::Drive => self.lateral.gives_way.is_some(),
        };
        let wanted_m = if pulls_over {
            // Once the vehicle is about to stand there is no room for moving aside any more.
            if v < 2.0 { self.lateral.offset_m } else { self.edge_offset(network, task) }
        } else {
            self.clearance_offset(v)
        };
        if (wanted_m - self.lateral.offset_m).abs() < 0.15 || v < 1.0 {
            return false;
        }
        let jump_m = (wanted_m - self.profile.to_m).abs();
        // Off again from the shoulder, slowly at first: not across the lane like out of a parking space.
        let at_least_m = match task {
            Task::Drive if jump_m > WITHIN_LANE_M => PULL_OUT * jump_m,
            Task::Drive | Task::MinimalRisk(_) => 9.0,
        };
        let length_m = (2.5 * v * jump_m.clamp(0.5, WITHIN_LANE_M)).max(at_least_m);
        self.lateral.offset_m = wanted_m;
        self.profile =
            Profile { from_m: self.profile.to_m, to_m: wanted_m, length_m, done_m: -self.station_m };
        let Some(start) = self.corridor.coord_at(0.0) else { return false };
        let horizon_m = self.corridor.length_m();
        self.lay(network, route, start, horizon_m);
        true
    }

    /// Offset that puts the vehicle on the shoulder (minimal risk) or to the right edge of its lane.
    fn edge_offset(&self, network: &RoadNetwork, task: Task) -> f64 {
        let Some(place) = self.corridor.coord_at(self.station_m) else { return 0.0 };
        let lane = &network.lanes[place.lane.ix()];
        if lane.junction.is_some() || lane.right.is_some() {
            return self.lateral.offset_m.min(0.0);
        }
        let width_m = self.lane_width();
        let edge_m = -(0.5 * width_m - 0.5 * self.body.width_m - EDGE_ROOM_M).max(0.0);
        if matches!(task, Task::Drive) {
            return edge_m;
        }
        // The shoulder or parking lane next to ours has the next outer lane number of the same section.
        let outer = lane.odr_lane + lane.odr_lane.signum();
        let road = &network.roads[lane.road.ix()];
        let shoulder = road.lanes.iter().map(|id| &network.lanes[id.ix()]).find(|other| {
            other.odr_lane == outer
                && matches!(other.kind, LaneKind::Shoulder | LaneKind::Parking)
                && (other.s_from_m - lane.s_from_m).abs() < 0.5
        });
        let Some(shoulder) = shoulder else { return edge_m };
        let shoulder_m = network.lane_pose(LaneCoord::center(shoulder.id, place.along_m)).width_m;
        let blocked = self.objects.iter().any(|object| {
            object.along_mps.abs() < 0.5
                && object.offset_m < -0.5 * width_m
                && object.offset_m > -0.5 * width_m - shoulder_m
                && (-2.0..60.0).contains(&(object.station_m - self.station_m))
        });
        if shoulder_m < self.body.width_m + 0.3 || blocked {
            return edge_m;
        }
        -(0.5 * width_m + 0.5 * shoulder_m)
    }

    /// Small shift within the lane that keeps room to a cyclist, a parked car or debris at its edge.
    fn clearance_offset(&self, v: f64) -> f64 {
        let front_m = self.front_m();
        let half_m = 0.5 * self.body.width_m;
        let most_m = (0.5 * self.lane_width() - half_m - EDGE_ROOM_M).max(0.0);
        let (mut left_m, mut right_m) = (0.0_f64, 0.0_f64);
        for object in &self.objects {
            let slow = object.along_mps.abs() < 8.0 && object.along_mps < v.max(4.0);
            let near = object.far_m() > self.station_m - 4.0 && object.near_m() - front_m < 15.0 + 4.0 * v;
            let matters = object.class == ObjectClass::Bicycle || object.along_mps.abs() < 0.3;
            if !(slow && near && matters) || object.across_mps.abs() > 0.7 {
                continue;
            }
            let shift_m = self.corridor.at(object.station_m).map_or(0.0, |point| point.shift_m);
            let in_lane_m = object.offset_m + shift_m;
            let room_m = if object.class.is_vulnerable() { 0.75 + 0.03 * v } else { 0.45 };
            let need_m = object.half_across_m + half_m + room_m - in_lane_m.abs();
            // What no shift can clear is followed or changed lanes for.
            if need_m <= 0.0 || need_m > most_m {
                continue;
            }
            if in_lane_m < 0.0 {
                left_m = left_m.max(need_m);
            } else {
                right_m = right_m.max(need_m);
            }
        }
        if left_m > 0.0 && right_m > 0.0 { 0.0 } else { left_m - right_m }
    }

    fn watch_emergency_vehicles(&mut self, world: &WorldModel) {
        let matters = |object: &OnPath| {
            let track = &world.tracks[object.ix];
            let ahead_m = object.station_m - self.station_m;
            object.class == ObjectClass::EmergencyVehicle
                && track.speed_mps > 3.0
                && object.offset_m.abs() < 15.0
                && ((-100.0..12.0).contains(&ahead_m) && object.along_mps > 3.0
                    || (0.0..80.0).contains(&ahead_m) && object.along_mps < -3.0)
        };
        let found = self.objects.iter().find(|object| matters(object)).map(|object| object.id);
        self.lateral.gives_way = match (found, self.lateral.gives_way) {
            (Some(id), _) => Some((id, 0.0)),
            (None, Some((id, quiet_s))) if quiet_s < 3.0 => Some((id, quiet_s + PERIOD_S)),
            (None, _) => None,
        };
    }

    /// Stops for an emergency vehicle, outside junctions.
    pub(super) fn give_way_demand(&self, style: &Style, demand: &mut speed::Demand) {
        let Some((id, _)) = self.lateral.gives_way else { return };
        let front_m = self.front_m();
        let in_junction =
            self.corridor.spans.iter().any(|span| {
                span.junction.is_some() && span.to_m > self.station_m && span.from_m < front_m + 2.0
            });
        if !in_junction {
            demand.tighten(-0.9 * style.decel_comfort_mps2, PlanReason::Yield(id));
        }
    }

    /// Acceleration of a minimal risk maneuver: the aimed-at deceleration, held back while that would leave
    /// the vehicle inside a junction.
    pub(super) fn minimal_risk_accel(
        &self,
        world: &WorldModel,
        style: &Style,
        decel_mps2: f64,
        drive_mps2: f64,
    ) -> f64 {
        let v = world.ego.speed_mps;
        let decel_mps2 = decel_mps2.min(style.decel_max_mps2);
        let rest_front_m = self.front_m() + v * v / (2.0 * decel_mps2) + 1.0;
        let rest_rear_m = rest_front_m - self.body.front_m - self.body.rear_m - 2.0;
        let severe = decel_mps2 > 3.0;
        let blocks =
            self.corridor.spans.iter().find(|span| {
                span.junction.is_some() && span.from_m < rest_front_m && span.to_m > rest_rear_m
            });
        let Some(junction) = blocks.filter(|_| !severe && self.feature.level >= AutomationLevel::L4) else {
            // Aside first, then to rest: at walking pace until the profile is done.
            if !severe && !self.profile.finished(self.station_m) && self.lateral.offset_m < -0.3 && v < 6.0 {
                return drive_mps2.min(speed::free(style, v, 4.0));
            }
            return if v < 0.1 { speed::HOLD_MPS2 } else { -decel_mps2 };
        };
        // Stop before the junction if that is still possible, else clear it and stop behind.
        let before_m = junction.from_m - self.front_m() - 2.0;
        if speed::needed_decel(v, before_m) < 1.5 * decel_mps2 && before_m > 0.0 {
            return speed::stop_at(style, v, before_m, -0.3).min(drive_mps2);
        }
        drive_mps2.min(speed::free(style, v, 6.0))
    }
}
