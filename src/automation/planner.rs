//! The planner: keeps the corridor under the vehicle, places the tracks on it and asks each tactic for the
//! acceleration it allows; the strictest one wins and names the reason.
//!
//! ```text
//! WorldModel ─→ corridor (map prior, route) ─→ tracks on path ─→ demands: speed, lead, crossing, line,
//!   right of way, end of path ─→ Plan { acceleration, reason, indicator, what lies ahead }
//! ```
//!
//! Runs every [`PERIOD_S`]; the controllers run at every tick on its result. Units: SI, world frame.
//! Knows nothing but belief, map prior and the vehicle's own numbers. Buffers are reused.

use super::control::Body;
use super::feature::{Feature, Planning};
use super::junction::JunctionMemory;
use super::lateral::LateralPlan;
use super::odd::{Ahead, Junctions, OddLimits};
use super::path::{Corridor, PathEnd, Profile};
use super::prediction::{OnPath, place_on_path};
use super::speed::{Demand, Style};
use crate::base::ids::LaneId;
use crate::base::math;
use crate::base::units::GRAVITY_MPS2;
use crate::road::{ApproachControl, LaneCoord, RoadNetwork, Route, Turn};
use crate::state::automation::{AutomationLevel, PlanReason};
use crate::state::belief::{MapPrior, WorldModel};
use crate::state::command::Indicator;
use crate::state::object::ObjectClass;
use crate::state::signal::Indication;

/// Time between two plans, s.
pub const PERIOD_S: f64 = 0.1;
/// Length of path that is kept behind the reference point, m.
const BEHIND_M: f64 = 6.0;
/// Offset from the path at which the plan is thrown away and started from the believed lane, m.
const LOST_M: f64 = 3.0;

/// A path that leads away from the route for so long makes a new route, s.
const ASTRAY_S: f64 = 1.0;
/// Waiting for so long for a lane change at its last place makes a new route, s.
const STUCK_S: f64 = 12.0;

/// What the planner is asked to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Task {
    /// Drive the route.
    Drive,
    /// Come to rest at low risk, with this deceleration as an aim, m/s² (positive).
    MinimalRisk(f64),
}

/// Result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Acceleration, m/s².
    pub accel_mps2: f64,
    /// Why.
    pub reason: PlanReason,
    /// Speed that free driving would have here, m/s.
    pub desired_mps: f64,
    /// Indicator.
    pub indicator: Indicator,
    /// What the ODD monitor wants to know.
    pub ahead: Ahead,
    /// No way to go on for too long.
    pub blocked: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            accel_mps2: 0.0,
            reason: PlanReason::Cruise,
            desired_mps: 0.0,
            indicator: Indicator::Off,
            ahead: Ahead::default(),
            blocked: false,
        }
    }
}

/// The planner of one vehicle.
#[derive(Clone, Debug)]
pub struct Planner {
    /// Vehicle.
    pub body: Body,
    /// Feature that plans.
    pub feature: Feature,
    /// Limits in force (with the scenario's changes).
    pub limits: OddLimits,
    /// Set speed, m/s.
    pub set_speed_mps: Option<f64>,
    /// Destination.
    pub destination: Option<LaneCoord>,
    /// Route; starts as the prior's.
    pub route: Option<Route>,
    /// Leg that the vehicle is on.
    pub leg: usize,
    /// Path ahead.
    pub corridor: Corridor,
    /// Tracks on it.
    pub objects: Vec<OnPath>,
    /// Station of the reference point, m.
    pub station_m: f64,
    /// Lateral profile in force.
    pub profile: Profile,
    /// Lane changes and offsets.
    pub lateral: LateralPlan,
    /// Junction whose line lies ahead.
    pub line: JunctionMemory,
    /// Junction that we are in.
    pub inside: JunctionMemory,
    /// Result.
    pub plan: Plan,
    /// How long the next signal should have been read but was not, s.
    pub signal_blind_s: f64,
    /// How long the vehicle has stood at a signal of unknown state, s.
    pub unknown_stand_s: f64,
    /// How long a standing obstacle has blocked the way, s.
    pub blocked_s: f64,
    /// How long the path has led away from the route, s.
    pub astray_s: f64,
}

impl Planner {
    /// A planner without a path yet.
    pub fn new(
        body: Body,
        feature: Feature,
        limits: OddLimits,
        set_speed_mps: Option<f64>,
        destination: Option<LaneCoord>,
    ) -> Self {
        Self {
            body,
            feature,
            limits,
            set_speed_mps,
            destination,
            route: None,
            leg: 0,
            corridor: Corridor::default(),
            objects: Vec::with_capacity(64),
            station_m: 0.0,
            profile: Profile::default(),
            lateral: LateralPlan::default(),
            line: JunctionMemory::default(),
            inside: JunctionMemory::default(),
            plan: Plan::default(),
            signal_blind_s: 0.0,
            unknown_stand_s: 0.0,
            blocked_s: 0.0,
            astray_s: 0.0,
        }
    }

    /// Follows the reference point along the path; call at every tick.
    pub fn track_station(&mut self, world: &WorldModel) {
        let near = (self.station_m - 3.0, self.station_m + 8.0);
        if let Some((station_m, _)) = self.corridor.project(world.ego.position_m, near.0, near.1) {
            self.station_m = station_m;
        }
    }

    /// How the feature drives in the perceived conditions.
    pub fn style(&self, world: &WorldModel) -> Style {
        let grip = world.friction_scale.clamp(0.05, 1.0);
        let tire_mps2 = self.body.friction_dry * grip * GRAVITY_MPS2;
        let default = Style::default();
        let gap_s = match self.feature.level {
            AutomationLevel::L0 | AutomationLevel::L1 | AutomationLevel::L2 => 1.8,
            AutomationLevel::L3 => super::speed::r157_gap_s(world.ego.speed_mps),
            AutomationLevel::L4 | AutomationLevel::L5 => default.gap_s,
        };
        Style {
            accel_max_mps2: default.accel_max_mps2.min(0.3 * tire_mps2),
            decel_comfort_mps2: default.decel_comfort_mps2.min(0.3 * tire_mps2),
            decel_max_mps2: default.decel_max_mps2.min(0.85 * tire_mps2).min(self.body.brake_max_mps2),
            // Longer gaps on slippery roads, as braking distances grow with 1/μ.
            gap_s: gap_s / math::sqrt(grip.max(0.3)),
            gap_min_m: default.gap_min_m,
            lateral_max_mps2: default.lateral_max_mps2.min(0.35 * tire_mps2),
        }
    }

    /// Makes a new plan.
    pub fn replan(&mut self, world: &WorldModel, prior: &MapPrior, task: Task) {
        let network = &*prior.network;
        let mut route = self.route.take().unwrap_or_else(|| prior.route.clone());
        if !self.relay(world, network, &mut route) {
            self.route = Some(route);
            // Before localization has settled there is nothing to brake for.
            let settled = world.time.s() > 1.0;
            self.plan = Plan {
                accel_mps2: if settled { -2.0 } else { 0.0 },
                reason: if settled { PlanReason::Blocked } else { PlanReason::Cruise },
                ahead: Ahead { class: None, ..Ahead::default() },
                ..Plan::default()
            };
            return;
        }
        place_on_path(&world.tracks, &self.corridor, &mut self.objects);
        let style = self.style(world);
        if self.feature.planning == Planning::FullTask
            && self.decide_lateral(world, network, &route, &style, task)
        {
            place_on_path(&world.tracks, &self.corridor, &mut self.objects);
        }
        self.route = Some(route);
        let mut plan = Plan { ahead: self.look_ahead(world, prior), ..Plan::default() };
        let mut demand = self.speed_demand(world, &style, &mut plan);
        self.object_demands(world, &style, plan.desired_mps, &mut demand);
        match self.feature.planning {
            Planning::LaneAndLead => {}
            Planning::FullTask => {
                self.crossing_demands(world, network, &style, &mut demand);
                self.junction_demands(world, prior, &style, &mut demand);
                self.end_demand(world, &style, &mut demand);
                self.give_way_demand(&style, &mut demand);
            }
        }
        if let Task::MinimalRisk(decel_mps2) = task {
            let accel = self.minimal_risk_accel(world, &style, decel_mps2, demand.accel_mps2);
            if accel <= demand.accel_mps2 {
                demand = Demand { accel_mps2: accel, reason: PlanReason::MinimalRisk };
            }
        }
        self.judge_progress(world, &demand, &mut plan);
        plan.indicator = self.indicator(world);
        plan.accel_mps2 = demand.accel_mps2;
        plan.reason = demand.reason;
        self.plan = plan;
    }

    /// Lays the corridor anew from where the vehicle is. `false` if there is no lane to follow.
    fn relay(&mut self, world: &WorldModel, network: &RoadNetwork, route: &mut Route) -> bool {
        let ego = &world.ego;
        let horizon_m = (60.0 + 13.0 * ego.speed_mps).clamp(110.0, 500.0);
        let window = (self.station_m - 15.0, self.station_m + 25.0);
        let kept = self
            .corridor
            .project(ego.position_m, window.0, window.1)
            .filter(|&(_, offset_m)| offset_m.abs() < LOST_M);
        let (start, shift_m) = if let Some((station_m, _)) = kept {
            let begin_m = (station_m - BEHIND_M).max(0.0);
            let Some(start) = self.corridor.coord_at(begin_m) else { return false };
            if let Some(leg) = self.corridor.span_at(station_m).and_then(|span| span.leg) {
                self.leg = self.leg.max(leg);
            }
            self.station_m = station_m - begin_m;
            (start, begin_m)
        } else {
            let Some(place) = ego.lane else {
                self.corridor.points.clear();
                return false;
            };
            if let Some(leg) = super::path::leg_of(route, place.lane, self.leg) {
                self.leg = leg;
            }
            let begin_m = (place.along_m - BEHIND_M).max(0.0);
            self.station_m = place.along_m - begin_m;
            let length_m = (4.0 * ego.speed_mps).max(12.0);
            self.profile = Profile { from_m: place.offset_m, to_m: 0.0, length_m, done_m: -self.station_m };
            self.lateral = LateralPlan::default();
            (LaneCoord::center(place.lane, begin_m), 0.0)
        };
        self.profile.done_m += shift_m;
        self.lay(network, route, start, horizon_m);
        self.mend_route(world, network, route);
        !self.corridor.is_empty()
    }

    /// Looks for another way when the route has been left for good: a turn missed, or a lane change that
    /// nobody let us make.
    fn mend_route(&mut self, world: &WorldModel, network: &RoadNetwork, route: &mut Route) {
        let Some(destination) = self.destination else { return };
        let off =
            !self.corridor.spans.iter().any(|span| span.leg.is_some()) && self.corridor.change.is_none();
        let stuck = self.corridor.change.is_some()
            && world.ego.speed_mps < 0.3
            && self.plan.reason == PlanReason::Blocked;
        self.astray_s = if off || stuck { self.astray_s + PERIOD_S } else { 0.0 };
        if self.astray_s < if off { ASTRAY_S } else { STUCK_S } {
            return;
        }
        self.astray_s = 0.0;
        // From the next lane that the vehicle can't help but take.
        let front_m = self.front_m();
        let Some(next) = self.corridor.spans.iter().find(|span| span.from_m > front_m) else { return };
        if let Some(found) = network.route(LaneCoord::center(next.lane, 0.0), destination.lane) {
            *route = found;
            self.leg = 0;
        }
    }

    /// Builds the corridor from a place with the profile in force.
    pub(super) fn lay(&mut self, network: &RoadNetwork, route: &Route, start: LaneCoord, horizon_m: f64) {
        let leg = self.leg.saturating_sub(2);
        self.corridor.build(network, route, leg, self.destination, start, horizon_m, self.profile);
    }

    /// Station of the front bumper, m.
    pub fn front_m(&self) -> f64 {
        self.station_m + self.body.front_m
    }

    /// Believed indication of a movement.
    pub fn indication(&self, world: &WorldModel, connecting: LaneId) -> Option<Indication> {
        let belief = world.movements.iter().find(|movement| movement.connecting == connecting)?;
        belief.indication
    }

    /// What governs a movement by the prior: signals it does not know are not there for it.
    pub fn control_of(prior: &MapPrior, connecting: LaneId) -> ApproachControl {
        let network = &prior.network;
        let control = network.approach_control.get(connecting.ix()).copied().unwrap_or(ApproachControl::None);
        if control == ApproachControl::Signal
            && let Some(faces) = network.faces_of_movement.get(connecting.ix())
            && !faces.is_empty()
            && faces.iter().all(|face| prior.unknown_faces.contains(face))
        {
            return ApproachControl::None;
        }
        control
    }

    fn indicator(&self, world: &WorldModel) -> Indicator {
        if let Some(side) = self.lateral.signaling() {
            return side;
        }
        let front_m = self.front_m();
        let reach_m = 30.0 + 3.0 * world.ego.speed_mps;
        let turn = self
            .corridor
            .lines
            .iter()
            .find(|line| line.exit_m > self.station_m && line.at_m - front_m < reach_m)
            .map(|line| line.turn);
        match turn {
            Some(Turn::Left | Turn::UTurn) => Indicator::Left,
            Some(Turn::Right) => Indicator::Right,
            Some(Turn::Straight) | None => Indicator::Off,
        }
    }

    /// What the ODD monitor wants to know about the way ahead.
    fn look_ahead(&mut self, world: &WorldModel, prior: &MapPrior) -> Ahead {
        let mut ahead = Ahead::default();
        let (station_m, front_m) = (self.station_m, self.front_m());
        let here = self.corridor.span_at(station_m);
        ahead.class = here.map(|span| span.class);
        let pitch_rad = self.corridor.at(station_m).map_or(0.0, |point| point.pitch_rad);
        ahead.grade_percent = 100.0 * math::tan(pitch_rad);
        for mismatch in &world.mismatches {
            if let Some((at_m, offset_m)) =
                self.corridor.project(mismatch.position_m, station_m, f64::INFINITY)
                && offset_m.abs() < 2.5
                && at_m > front_m - 2.0
            {
                ahead.mismatch = ahead.mismatch.max(mismatch.confidence);
                ahead.mismatch_at_m = ahead.mismatch_at_m.min(at_m - front_m);
            }
        }
        for object in self.objects.iter().filter(|object| object.class == ObjectClass::WorkZone) {
            if object.offset_m.abs() < 2.5 && object.station_m > front_m - 2.0 {
                let track = &world.tracks[object.ix];
                ahead.work_zone = ahead.work_zone.max(track.class_confidence * track.existence);
                ahead.work_zone_at_m = ahead.work_zone_at_m.min(object.near_m() - front_m);
            }
        }
        for span in self.corridor.spans.iter().filter(|span| span.to_m > station_m) {
            let class_out = self.limits.road_classes & (1 << span.class as u8) == 0;
            let junction_out = self.limits.junctions == Junctions::Outside && span.junction.is_some();
            if class_out || junction_out {
                ahead.road_exit_at_m = (span.from_m - front_m).max(0.0);
                break;
            }
        }
        if let PathEnd::DeadEnd(at_m) = self.corridor.end
            && self.limits != OddLimits::UNLIMITED
        {
            ahead.road_exit_at_m = ahead.road_exit_at_m.min((at_m - front_m).max(0.0));
        }
        if self.limits.grade_percent_max.is_finite() {
            let steep = self
                .corridor
                .points
                .iter()
                .filter(|point| point.station_m > front_m)
                .find(|point| 100.0 * math::tan(point.pitch_rad).abs() > self.limits.grade_percent_max);
            ahead.grade_exit_at_m = steep.map_or(f64::INFINITY, |point| point.station_m - front_m);
        }
        // A signal within 60 m that still has not been read, or has not for a while.
        let next = self.corridor.lines.iter().find(|line| line.at_m > front_m - 1.0);
        let blind = next.is_some_and(|line| {
            line.at_m - front_m < 60.0
                && Self::control_of(prior, line.connecting) == ApproachControl::Signal
                && self.indication(world, line.connecting).is_none()
        });
        self.signal_blind_s = if blind { self.signal_blind_s + PERIOD_S } else { 0.0 };
        ahead.signal_unseen_s = self.signal_blind_s;
        ahead
    }

    /// Notices that the vehicle stands without hope.
    fn judge_progress(&mut self, world: &WorldModel, demand: &Demand, plan: &mut Plan) {
        let stands = world.ego.speed_mps < 0.3;
        let obstacle = match demand.reason {
            PlanReason::Blocked => true,
            PlanReason::Follow(id) => self.standing_obstacle(world, id),
            PlanReason::Cruise
            | PlanReason::Curve
            | PlanReason::Yield(_)
            | PlanReason::VulnerableRoadUser(_)
            | PlanReason::Signal
            | PlanReason::SignalUnknown
            | PlanReason::StopLine
            | PlanReason::Destination
            | PlanReason::MinimalRisk
            | PlanReason::Weather => false,
        };
        self.blocked_s = if stands && obstacle { self.blocked_s + PERIOD_S } else { 0.0 };
        plan.blocked = self.blocked_s > super::lateral::BLOCKED_LIMIT_S;
        let unknown = stands && demand.reason == PlanReason::SignalUnknown;
        self.unknown_stand_s = if unknown { self.unknown_stand_s + PERIOD_S } else { 0.0 };
    }
}
