//! The automation in the tick: reads belief and driver monitoring, writes [`AutomationState`] and
//! [`AdsCommand`], reports what happened.

mod fitting;

use super::aeb::{self, Aeb};
use super::control::{Body, Lateral, Longitudinal};
use super::feature::{self, Axes, Feature};
use super::machine::{self, Aboard, Fault, Inputs};
use super::odd::{Ahead, ClauseChange, OddLimits, OddMonitor};
use super::planner::{PERIOD_S, Planner, Task};
use crate::base::math;
use crate::base::time::SimTime;
use crate::road::LaneCoord;
use crate::scenario::Action;
use crate::sim::{Clock, FiredActions, RunPlan, SimTick, TickSet};
use crate::state::automation::{
    AutomationLevel, AutomationState, DdtAllocation, FeatureMode, OddClause, OddStatus, PlanReason, Warnings,
};
use crate::state::belief::{MapPrior, WorldModel};
use crate::state::command::{AdsCommand, Indicator, MotionRequest, StopLamps};
use crate::state::driver::{DriverIntent, DriverState, HumanRole};
use crate::state::messages::{EventLog, Happening, LEVEL_SWITCHED};
use crate::state::sensor_data::SensorKind;
use crate::state::truth::Ego;
use crate::state::vehicle_spec::Spec;
use bevy::prelude::*;
use fitting::feature_of;

/// Deceleration of a minimal risk maneuver, m/s² (R157 §5.5.2 aims at no more than 4).
const MRM_DECEL_MPS2: f64 = 2.0;
/// Deceleration when the system can't be trusted any longer, m/s².
const MRM_SEVERE_DECEL_MPS2: f64 = 3.8;
/// Time that perception is given to settle before the start check, s (chosen: rain and visibility estimates
/// have a second of averaging behind the first frames).
const START_CHECK_S: f64 = 1.5;
/// Most points of the path that is shown.
const SHOWN_MAX: usize = 64;

/// Everything the automation remembers.
#[derive(Component, Debug)]
pub struct Automation {
    feature: Feature,
    monitor: OddMonitor,
    planner: Planner,
    lateral: Lateral,
    longitudinal: Longitudinal,
    aeb: Aeb,
    since_plan_s: f64,
    standing_s: f64,
    hands_off_s: f64,
    severe: Severity,
    stop_wish: StopWish,
    started: Started,
    /// Mode of the feature that was fitted before, until the change is told.
    switched_from: Option<FeatureMode>,
    reason: PlanReason,
    last_offset_m: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Severity {
    Ordinary,
    Severe,
}

/// Whether the vehicle comes to rest because somebody aboard wished so: then it does not resume by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StopWish {
    No,
    Yes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Started {
    No,
    Yes,
}

/// Adds the automation to the tick.
pub fn plugin(app: &mut App) {
    app.add_systems(SimTick, automate.in_set(TickSet::Automate));
}

/// Fits the feature of the run's level to the ego.
pub fn attach(world: &mut World) {
    let plan = world.resource::<RunPlan>().clone();
    let mut egos = world.query_filtered::<(Entity, &Spec), With<Ego>>();
    let Some((entity, spec)) = egos.iter(world).next() else { return };
    let named = plan.scenario.ego.as_ref().and_then(|ego| ego.features.get(&plan.level));
    let feature =
        named.and_then(|name| feature::by_name(name)).unwrap_or_else(|| feature::default_of(plan.level));
    let automation = Automation::fitted(&plan, Body::from(&*spec.0), *feature);
    let state = automation.first_state();
    world.entity_mut(entity).insert((automation, state, AdsCommand::default()));
}

fn automate(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    fired: Res<FiredActions>,
    prior: Option<Res<MapPrior>>,
    mut log: ResMut<EventLog>,
    mut egos: Query<
        (
            &WorldModel,
            &mut Automation,
            &mut AutomationState,
            &mut AdsCommand,
            Option<&DriverState>,
            Option<&DriverIntent>,
        ),
        With<Ego>,
    >,
) {
    let Some(prior) = prior else { return };
    let refit = fired.this_tick.iter().rev().find_map(|action| match action {
        Action::FitFeature { level, feature } => Some(feature_of(&plan, *level, feature.as_deref())),
        _other_domains => None,
    });
    for (world, mut automation, mut state, mut command, driver, intent) in &mut egos {
        if let Some(feature) = refit {
            automation.refit(&plan, feature, &clock, &mut state);
        }
        automation.tick(&clock, world, &prior, driver, intent, &mut state, &mut command, &mut log);
    }
}

impl Automation {
    fn new(
        body: Body,
        feature: Feature,
        limits: OddLimits,
        set_speed_mps: Option<f64>,
        destination: Option<LaneCoord>,
    ) -> Self {
        Self {
            feature,
            monitor: OddMonitor::new(limits),
            planner: Planner::new(body, feature, limits, set_speed_mps, destination),
            lateral: Lateral::default(),
            longitudinal: Longitudinal::default(),
            aeb: Aeb::default(),
            since_plan_s: f64::INFINITY,
            standing_s: 0.0,
            hands_off_s: 0.0,
            severe: Severity::Ordinary,
            stop_wish: StopWish::No,
            started: Started::No,
            switched_from: None,
            reason: PlanReason::Cruise,
            last_offset_m: 0.0,
        }
    }

    /// The planner, to look at: corridor, tracks on it, what lies ahead.
    pub fn planner(&self) -> &Planner {
        &self.planner
    }

    /// The fitted feature.
    pub fn feature(&self) -> &Feature {
        &self.feature
    }

    /// State before the first tick.
    fn first_state(&self) -> AutomationState {
        AutomationState {
            level: self.feature.level,
            feature: self.feature.name,
            mode: FeatureMode::Off,
            mode_since: SimTime::ZERO,
            allocation: DdtAllocation::DRIVER,
            odd: OddStatus::default(),
            request_since: None,
            request_deadline: None,
            reason: PlanReason::Cruise,
            target_speed_mps: 0.0,
            warning: Warnings::default(),
            path_m: Vec::with_capacity(SHOWN_MAX),
        }
    }

    fn tick(
        &mut self,
        clock: &Clock,
        world: &WorldModel,
        prior: &MapPrior,
        driver: Option<&DriverState>,
        intent: Option<&DriverIntent>,
        state: &mut AutomationState,
        command: &mut AdsCommand,
        log: &mut EventLog,
    ) {
        let dt_s = clock.dt_s();
        let speed_mps = world.ego.speed_mps;
        self.standing_s = if speed_mps.abs() < 0.1 { self.standing_s + dt_s } else { 0.0 };
        let hands_off = driver.is_some_and(|driver| !driver.hands_on_wheel && !driver.eyes_on_road);
        self.hands_off_s = if hands_off { self.hands_off_s + dt_s } else { 0.0 };

        self.planner.track_station(world);
        self.since_plan_s += dt_s;
        if self.since_plan_s >= PERIOD_S - 1e-6 {
            self.since_plan_s = 0.0;
            self.planner.replan(world, prior, self.task(state.mode));
            self.show(state);
        }
        let ahead = self.planner.plan.ahead;
        if self.started == Started::No {
            self.start(clock, world, &ahead, driver, intent, state, log);
        }
        if let Some(from) = self.switched_from.take() {
            let (level, to) = (self.feature.level, state.mode);
            log.push(Happening::FeatureModeChanged { level, from, to, reason: LEVEL_SWITCHED.to_string() });
        }
        if self.started == Started::Yes {
            self.monitor_odd(world, &ahead, dt_s, state, log);
            self.step_mode(clock, world, driver, intent, state, log);
        }
        self.warn_request(state);
        self.act(clock, world, state, command);
        self.intervene(world, dt_s, state, command, log);

        let holds = state.allocation != DdtAllocation::DRIVER;
        let reason = if holds { self.planner.plan.reason } else { PlanReason::Cruise };
        state.reason = reason;
        if holds && std::mem::discriminant(&reason) != std::mem::discriminant(&self.reason) {
            log.push(Happening::PlanReasonChanged { reason });
        }
        self.reason = reason;
        state.target_speed_mps = (speed_mps + self.planner.plan.accel_mps2).max(0.0);
    }

    fn task(&self, mode: FeatureMode) -> Task {
        match mode {
            FeatureMode::MinimalRiskManeuver | FeatureMode::MinimalRiskCondition => {
                Task::MinimalRisk(match self.severe {
                    Severity::Ordinary => MRM_DECEL_MPS2,
                    Severity::Severe => MRM_SEVERE_DECEL_MPS2,
                })
            }
            FeatureMode::Off
            | FeatureMode::Available
            | FeatureMode::Active
            | FeatureMode::RequestingIntervention
            | FeatureMode::Overridden
            | FeatureMode::Failed => Task::Drive,
        }
    }

    fn monitor_odd(
        &mut self,
        world: &WorldModel,
        ahead: &Ahead,
        dt_s: f64,
        state: &mut AutomationState,
        log: &mut EventLog,
    ) {
        state.odd = self.monitor.update(world, ahead, dt_s, |change| {
            log.push(clause_changed(change));
        });
    }

    /// Start of the run: the feature is engaged; once perception has settled it stays so inside its ODD and
    /// is off outside. That check is no disengagement: nothing was promised yet. Without anybody who could
    /// drive, an ADS with its own fallback stays engaged in any case, so that somebody holds the task.
    fn start(
        &mut self,
        clock: &Clock,
        world: &WorldModel,
        ahead: &Ahead,
        driver: Option<&DriverState>,
        intent: Option<&DriverIntent>,
        state: &mut AutomationState,
        log: &mut EventLog,
    ) {
        let fitted = self.feature.level > AutomationLevel::L0;
        if fitted && state.mode == FeatureMode::Off {
            state.mode = FeatureMode::Active;
            state.mode_since = clock.time;
            state.allocation = self.feature.allocation(state.mode);
            self.longitudinal.asked_mps2 = world.ego.accel_mps2;
        }
        let wishes = intent.is_some_and(|intent| intent.cancel || intent.override_reason.is_some());
        if fitted && !wishes && clock.time.s() < START_CHECK_S {
            return;
        }
        self.started = Started::Yes;
        let outside = self.monitor.presume(world, ahead, |change| log.push(clause_changed(change)));
        let alone = self.feature.level >= AutomationLevel::L4 && aboard(driver) == Aboard::NoDriver;
        if fitted && outside && !alone {
            state.mode = FeatureMode::Off;
            state.mode_since = clock.time;
            state.allocation = self.feature.allocation(state.mode);
        }
    }

    fn step_mode(
        &mut self,
        clock: &Clock,
        world: &WorldModel,
        driver: Option<&DriverState>,
        intent: Option<&DriverIntent>,
        state: &mut AutomationState,
        log: &mut EventLog,
    ) {
        let intent = intent.copied().unwrap_or_default();
        if intent.engage {
            self.stop_wish = StopWish::No;
        }
        let fault = fault_of(&self.feature, world);
        let inputs = Inputs {
            odd_inside: state.odd.inside(),
            odd_inside_s: self.monitor.all_inside_s,
            odd_exit_in_s: self.monitor.exit_in_s,
            stop_time_s: world.ego.speed_mps / MRM_DECEL_MPS2 + 2.0,
            fault,
            blocked: self.planner.plan.blocked,
            engage: intent.engage,
            cancel: intent.cancel
                || (self.stop_wish == StopWish::Yes && state.mode == FeatureMode::MinimalRiskManeuver),
            overrides: intent.override_reason.is_some(),
            aboard: aboard(driver),
            hands_off_s: self.hands_off_s,
            standing_s: self.standing_s,
            mode_age_s: clock.time.since_s(state.mode_since),
        };
        let from = state.mode;
        let Some((to, reason)) = machine::transition(&self.feature, from, &inputs) else { return };
        state.mode = to;
        state.mode_since = clock.time;
        state.allocation = self.feature.allocation(to);
        log.push(Happening::FeatureModeChanged {
            level: self.feature.level,
            from,
            to,
            reason: reason.to_string(),
        });
        match to {
            FeatureMode::RequestingIntervention => {
                let budget_s = self.feature.request_budget_s;
                state.request_since = Some(clock.time);
                state.request_deadline = Some(clock.time.plus_ns((budget_s * 1e9) as u64));
                let reason = self.words(reason, state);
                log.push(Happening::RequestToIntervene { reason, budget_s });
            }
            FeatureMode::MinimalRiskManeuver => {
                let severe = reason == "severe_fault";
                self.stop_wish = if reason == "user_request" { StopWish::Yes } else { StopWish::No };
                self.severe = if severe { Severity::Severe } else { Severity::Ordinary };
                let reason = self.words(reason, state);
                log.push(Happening::MinimalRiskManeuverStarted { reason });
            }
            FeatureMode::MinimalRiskCondition => log.push(Happening::MinimalRiskConditionReached),
            FeatureMode::Active => {
                // Resumed: no memory of how the vehicle was driven before.
                self.longitudinal = Longitudinal { asked_mps2: world.ego.accel_mps2, integral_mps2: 0.0 };
                self.lateral.integral_per_m = 0.0;
            }
            FeatureMode::Off | FeatureMode::Available | FeatureMode::Overridden | FeatureMode::Failed => {}
        }
        if !matches!(to, FeatureMode::RequestingIntervention | FeatureMode::MinimalRiskManeuver) {
            state.request_since = None;
            state.request_deadline = None;
        }
        self.since_plan_s = f64::INFINITY;
    }

    /// The machine's reason, made precise by the clause of the ODD that decided.
    fn words(&self, reason: &str, state: &AutomationState) -> String {
        let bits = match reason {
            "odd_exit" => state.odd.violated,
            "odd_exit_foreseen" => state.odd.foreseen,
            _ => return reason.to_string(),
        };
        match OddClause::ALL.into_iter().find(|clause| bits & clause.bit() != 0) {
            Some(OddClause::Map) => "map_mismatch".to_string(),
            Some(clause) => format!("{reason}:{}", clause_name(clause)),
            None => reason.to_string(),
        }
    }

    /// The request is shown until it is answered or the vehicle stands.
    fn warn_request(&self, state: &mut AutomationState) {
        state.warning.take_over = match state.mode {
            FeatureMode::RequestingIntervention => true,
            FeatureMode::MinimalRiskManeuver => self.feature.level == AutomationLevel::L3,
            FeatureMode::Off
            | FeatureMode::Available
            | FeatureMode::Active
            | FeatureMode::MinimalRiskCondition
            | FeatureMode::Overridden
            | FeatureMode::Failed => false,
        };
    }

    fn act(&mut self, clock: &Clock, world: &WorldModel, state: &AutomationState, command: &mut AdsCommand) {
        let dt_s = clock.dt_s();
        let holds = !matches!(
            state.mode,
            FeatureMode::Off | FeatureMode::Available | FeatureMode::Overridden | FeatureMode::Failed
        );
        let mut plan_mps2 = self.planner.plan.accel_mps2;
        let mut hazard = false;
        match state.mode {
            FeatureMode::MinimalRiskManeuver => hazard = true,
            FeatureMode::MinimalRiskCondition => {
                hazard = true;
                plan_mps2 = super::speed::HOLD_MPS2;
            }
            // No faster into what the driver is asked to take over; after the escalation slightly slower, so
            // that the request is felt (R157 §5.4.3: may slow down, no standstill).
            FeatureMode::RequestingIntervention => {
                let escalated = clock.time.since_s(state.mode_since) >= feature::ESCALATION_S;
                let most_mps2 = if escalated && world.ego.speed_mps > 8.0 { -0.4 } else { 0.0 };
                plan_mps2 = plan_mps2.min(most_mps2);
            }
            FeatureMode::Off
            | FeatureMode::Available
            | FeatureMode::Active
            | FeatureMode::Overridden
            | FeatureMode::Failed => {}
        }
        let (lateral, longitudinal) = match self.feature.axes {
            Axes::None => (false, false),
            Axes::Longitudinal => (false, true),
            Axes::Lateral => (true, false),
            Axes::Both => (true, true),
        };
        let steer_rad = if self.planner.corridor.is_empty() {
            world.ego.steer_rad
        } else {
            self.lateral.step(
                &self.planner.body,
                &self.planner.corridor,
                &world.ego,
                self.planner.station_m,
                world.friction_scale,
                dt_s,
            )
        };
        let accel_mps2 = if holds {
            self.longitudinal.step(plan_mps2, &world.ego, dt_s)
        } else {
            self.longitudinal = Longitudinal { asked_mps2: world.ego.accel_mps2, integral_mps2: 0.0 };
            0.0
        };
        command.request = MotionRequest {
            accel_mps2: if holds && longitudinal { accel_mps2 } else { 0.0 },
            steer_rad: if holds && lateral { steer_rad } else { 0.0 },
            indicator: if holds && lateral { self.planner.plan.indicator } else { Indicator::Off },
            hazard: holds && hazard,
            stop_lamps: StopLamps::ByDeceleration,
        };
    }

    /// Emergency braking and warnings.
    fn intervene(
        &mut self,
        world: &WorldModel,
        dt_s: f64,
        state: &mut AutomationState,
        command: &mut AdsCommand,
        log: &mut EventLog,
    ) {
        let verdict =
            self.aeb.step(&self.planner.body, &world.ego, &world.tracks, world.friction_scale, dt_s);
        if verdict.brake_mps2 < 0.0 && command.aeb_mps2 == 0.0 {
            log.push(Happening::AebActivated { ttc_s: verdict.ttc_s });
        }
        command.aeb_mps2 = verdict.brake_mps2;
        if verdict.warn && !state.warning.forward_collision {
            log.push(Happening::ForwardCollisionWarning);
        }
        state.warning.forward_collision = verdict.warn;

        let here = self.planner.corridor.at(self.planner.station_m);
        let (offset_m, width_m) = here.map_or((0.0, 3.5), |point| {
            let normal = math::unit(point.heading_rad).perp();
            let offset_m = (world.ego.position_m - point.position_m).dot(normal) + point.shift_m;
            (offset_m, point.width_m)
        });
        let drift_mps = (offset_m - self.last_offset_m) / dt_s;
        self.last_offset_m = offset_m;
        let departs = self.planner.lateral.signaling().is_none()
            && drift_mps.abs() < 3.0
            && aeb::lane_departure(&self.planner.body, world.ego.speed_mps, offset_m, drift_mps, width_m);
        if departs && !state.warning.lane_departure {
            log.push(Happening::LaneDepartureWarning);
        }
        state.warning.lane_departure = departs;
    }

    /// Copies the path for the window, coarsely.
    fn show(&self, state: &mut AutomationState) {
        state.path_m.clear();
        let points = &self.planner.corridor.points;
        let stride = points.len().div_ceil(SHOWN_MAX).max(1);
        state.path_m.extend(points.iter().step_by(stride).map(|point| point.position_m));
    }
}

fn clause_changed(change: ClauseChange) -> Happening {
    let ClauseChange { clause, satisfied, value, limit } = change;
    Happening::OddClauseChanged { clause, satisfied, value, limit }
}

fn aboard(driver: Option<&DriverState>) -> Aboard {
    match driver.map(|driver| driver.role) {
        Some(HumanRole::Driver | HumanRole::TestDriver | HumanRole::FallbackReadyUser) => {
            Aboard::PossibleDriver
        }
        Some(HumanRole::Passenger | HumanRole::None) | None => Aboard::NoDriver,
    }
}

/// Snake-case name of a clause, as in files.
fn clause_name(clause: OddClause) -> &'static str {
    match clause {
        OddClause::Rain => "rain",
        OddClause::Visibility => "visibility",
        OddClause::SnowIce => "snow_ice",
        OddClause::Friction => "friction",
        OddClause::Light => "light",
        OddClause::RoadClass => "road_class",
        OddClause::Speed => "speed",
        OddClause::Map => "map",
        OddClause::Localization => "localization",
        OddClause::Sensors => "sensors",
        OddClause::WorkZone => "work_zone",
        OddClause::Signals => "signals",
        OddClause::Grade => "grade",
    }
}

/// What the health of the sensors means for a feature: a kind counts as failed when less than a third of
/// its sensors deliver. An ADS that has lost one kind can go on for a while, one that has lost all can't.
fn fault_of(feature: &Feature, world: &WorldModel) -> Fault {
    let kinds = [SensorKind::Camera, SensorKind::Lidar, SensorKind::Radar];
    let (mut fitted, mut failed) = (0, 0);
    for kind in kinds {
        let (mut count, mut lost) = (0, 0);
        for health in world.health.iter().filter(|health| health.kind == kind) {
            count += 1;
            lost += usize::from(health.state == crate::state::belief::HealthState::Lost);
        }
        if count > 0 {
            fitted += 1;
            failed += usize::from(3 * (count - lost) < count);
        }
    }
    if failed == 0 {
        Fault::None
    } else if failed == fitted {
        Fault::Severe
    } else if feature.level.is_ads() {
        Fault::Partial
    } else {
        Fault::None
    }
}

#[cfg(test)]
#[path = "drive_tests.rs"]
mod tests;
