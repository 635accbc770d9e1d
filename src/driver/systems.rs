//! The human in the tick: gaze, noticing, takeover, supervision, manual driving.

use super::attention::{self, Gaze};
use super::drive::{self, DriveMemory, OwnVehicle, Plan, Style};
use super::sight;
use super::supervise::{self, Scene, Watch};
use super::takeover::{self, TakeoverTime};
use crate::base::ids::ParticipantId;
use crate::base::math;
use crate::base::rng::{self, ChaCha8Rng};
use crate::base::time::SimTime;
use crate::base::units::GRAVITY_MPS2;
use crate::maneuver::Surroundings;
use crate::road::{LaneCoord, RoadNetwork};
use crate::scenario::Action;
use crate::sim::occupancy::LaneOccupancy;
use crate::sim::{Clock, FiredActions, RunPlan, SimTick, TickSet};
use crate::state::automation::{AutomationLevel, AutomationState, ControlAuthority, FeatureMode};
use crate::state::belief::MapPrior;
use crate::state::command::{DriverCommand, Indicator, MotionRequest};
use crate::state::driver::{DriverIntent, DriverState, HumanRole, SecondaryTask, TakeoverReason};
use crate::state::messages::{EventLog, Happening};
use crate::state::truth::{Ego, GroundTruth, ObjectTruth, SignalStates};
use crate::state::vehicle_spec::Spec;
use crate::state::weather::Weather;
use bevy::prelude::*;

/// Memory of a noticed object after the last look, s.
const NOTICE_MEMORY_S: f64 = 3.0;
/// Looking time needed to notice an object, s (chosen: two fixations of about 0.2 s).
const NOTICE_S: f64 = 0.4;
/// Delay of reactions to others while driving attentively, s (0.4 s in Treiber's human driver model range
/// 0–1.2 s).
const REACTION_S: f64 = 0.4;
/// Calm driving before a feature is engaged again, s.
const CALM_S: f64 = 4.0;

/// A takeover that is under way.
#[derive(Clone, Copy, Debug)]
struct Pending {
    reason: TakeoverReason,
    since: SimTime,
    /// When hands or feet reach the controls; `None` = never.
    act_at: Option<SimTime>,
}

/// Everything the human model remembers.
#[derive(Component)]
pub struct DriverBrain {
    style: Style,
    memory: DriveMemory,
    watch: Watch,
    gaze: Gaze,
    gaze_rng: ChaCha8Rng,
    takeover_rng: ChaCha8Rng,
    steer_rng: ChaCha8Rng,
    /// Looking time so far (positive) or time since last look (negative), by participant.
    noticed_s: Vec<f64>,
    /// Ring of (time, reactive acceleration).
    delayed: Vec<(SimTime, f64)>,
    delayed_next: usize,
    pending: Option<Pending>,
    acting: bool,
    was_driving: bool,
    calm_s: f64,
    driving_s: f64,
    steer_noise_rad: f64,
    last_steer_rad: f64,
    fixed_takeover_s: Option<f64>,
    non_response: Option<f64>,
    no_response_told: bool,
    answered_request: Option<SimTime>,
    wants_engaged: bool,
    /// Where the driver last knew to be on the right side of the road.
    last_place: Option<LaneCoord>,
}

/// Adds the driver to the tick.
pub fn plugin(app: &mut App) {
    app.add_systems(SimTick, drive_human.in_set(TickSet::Drive));
}

/// Puts the human aboard the ego.
pub fn attach(world: &mut World) {
    let plan = world.resource::<RunPlan>().clone();
    let Some(ego) = &plan.scenario.ego else { return };
    let entities: Vec<Entity> = world.query_filtered::<Entity, With<Ego>>().iter(world).collect();
    let role = role_of(plan.level, ego.driver.role);
    let mut style_rng = rng::stream(plan.seed, "ego", "driver_style");
    let spread = rng::normal(&mut style_rng).clamp(-2.0, 2.0);
    let style = Style {
        speed_factor: ego.driver.speed_factor * (1.0 + 0.04 * spread),
        gap_s: (2.0 + 0.5 * rng::normal(&mut style_rng)).clamp(1.0, 3.5),
        ..Style::default()
    };
    let participants = world.resource::<GroundTruth>().objects.len();
    // At L0 and L1 the driver holds at least one axis from the start.
    let driving = plan.level <= AutomationLevel::L1;
    for entity in entities {
        world.entity_mut(entity).insert((
            DriverBrain {
                style,
                memory: DriveMemory::default(),
                watch: Watch::default(),
                gaze: Gaze::default(),
                gaze_rng: rng::stream(plan.seed, "ego", "gaze"),
                takeover_rng: rng::stream(plan.seed, "ego", "takeover"),
                steer_rng: rng::stream(plan.seed, "ego", "steering"),
                noticed_s: vec![NOTICE_S; participants],
                delayed: vec![(SimTime::ZERO, 0.0); 64],
                delayed_next: 0,
                pending: None,
                acting: driving,
                was_driving: driving,
                calm_s: 0.0,
                driving_s: 0.0,
                steer_noise_rad: 0.0,
                last_steer_rad: 0.0,
                fixed_takeover_s: ego.driver.takeover_time_s,
                non_response: ego.driver.non_response,
                no_response_told: false,
                answered_request: None,
                wants_engaged: plan.level != AutomationLevel::L0,
                last_place: None,
            },
            DriverState {
                role,
                task: ego.driver.task,
                attention: 1.0,
                awareness: 1.0,
                eyes_on_road: true,
                hands_on_wheel: true,
                driving,
                reacting_since: None,
                took_over_at: None,
            },
            DriverCommand::default(),
            DriverIntent::default(),
        ));
    }
}

/// Role by level unless the scenario says otherwise; L0–L2 always have a driver.
pub fn role_of(level: AutomationLevel, planned: Option<HumanRole>) -> HumanRole {
    match level {
        AutomationLevel::L0 | AutomationLevel::L1 | AutomationLevel::L2 => match planned {
            Some(HumanRole::TestDriver) => HumanRole::TestDriver,
            _ => HumanRole::Driver,
        },
        AutomationLevel::L3 => match planned {
            Some(role @ (HumanRole::TestDriver | HumanRole::FallbackReadyUser)) => role,
            _ => HumanRole::FallbackReadyUser,
        },
        AutomationLevel::L4 | AutomationLevel::L5 => planned.unwrap_or(HumanRole::Passenger),
    }
}

fn drive_human(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    truth: Res<GroundTruth>,
    occupancy: Res<LaneOccupancy>,
    signals: Res<SignalStates>,
    weather: Res<Weather>,
    prior: Option<Res<MapPrior>>,
    fired: Res<FiredActions>,
    mut log: ResMut<EventLog>,
    mut egos: Query<
        (&mut DriverBrain, &mut DriverState, &mut DriverCommand, &mut DriverIntent, &AutomationState, &Spec),
        With<Ego>,
    >,
) {
    let (Some(object), Some(prior)) = (truth.ego(), prior) else { return };
    let dt_s = clock.dt_s();
    let now = clock.time;
    for (mut brain, mut human, mut command, mut intent, automation, spec) in &mut egos {
        let brain = &mut *brain;
        *intent = DriverIntent::default();
        for action in &fired.this_tick {
            match action {
                Action::DriverTask { task } => human.task = *task,
                Action::EngageFeature => {
                    intent.engage = true;
                    brain.wants_engaged = true;
                }
                Action::DisengageFeature => {
                    intent.cancel = true;
                    brain.wants_engaged = false;
                }
                _ => {}
            }
        }
        if matches!(human.role, HumanRole::Passenger | HumanRole::None) {
            *command = DriverCommand::default();
            human.driving = false;
            continue;
        }
        let steers = automation.allocation.lateral == ControlAuthority::Driver;
        let pedals = automation.allocation.longitudinal == ControlAuthority::Driver;
        let drives = steers || pedals;
        let supervises = automation.level <= AutomationLevel::L2 || human.role == HumanRole::TestDriver;
        let task = if drives || supervises { SecondaryTask::Monitoring } else { human.task };
        let task = if human.task == SecondaryTask::Asleep { SecondaryTask::Asleep } else { task };

        // --- eyes ---
        attention::step(&mut brain.gaze, task, drives, dt_s, &mut brain.gaze_rng);
        let alerted = automation.warning.take_over || automation.warning.forward_collision;
        if alerted && task != SecondaryTask::Asleep {
            brain.gaze.on_road = true;
            brain.gaze.left_s = brain.gaze.left_s.max(1.0);
        }
        human.eyes_on_road = brain.gaze.on_road;
        human.attention +=
            ((if brain.gaze.on_road { 1.0 } else { 0.0 }) - human.attention) * (dt_s / 2.0).min(1.0);
        let awareness_goal = if drives || supervises { 1.0 } else { human.attention };
        human.awareness += (awareness_goal - human.awareness) * (dt_s / 4.0).min(1.0);
        notice(brain, &truth, object, &weather, dt_s);

        // --- what the human would do ---
        let coord = place_of(brain, &plan.network, object).unwrap_or_else(|| fallback_coord(&prior));
        brain.last_place = Some(coord);
        let around =
            Surroundings { network: &plan.network, truth: &truth, occupancy: &occupancy, signals: &signals };
        let sun_angle = math::wrap_pi(weather.sun_azimuth_rad - object.pose.heading_rad);
        let sight_m = sight::range_m(&weather, crate::state::object::ObjectClass::Car, false, 1.0, sun_angle);
        let quality = human.took_over_at.map_or(1.0, |at| takeover::quality(now.since_s(at)));
        let noticed = core::mem::take(&mut brain.noticed_s);
        let wanted = drive::plan(
            &around,
            OwnVehicle { object, coord, wheelbase_m: spec.0.wheelbase_m },
            &prior.route,
            &brain.style,
            &weather,
            sight_m,
            dt_s,
            &mut brain.memory,
            |id: ParticipantId| noticed.get(id.ix()).is_some_and(|s| *s >= NOTICE_S),
        );
        brain.noticed_s = noticed;
        let delay_s = REACTION_S * (2.0 - quality);
        let reactive = delayed_value(brain, now, wanted.reactive_mps2, delay_s);

        // --- who must act ---
        decide_takeover(
            brain,
            &mut human,
            &mut intent,
            &mut log,
            automation,
            &wanted,
            object,
            coord,
            &plan,
            now,
            dt_s,
            supervises,
            drives,
        );

        // --- act ---
        human.driving = drives && brain.acting;
        human.hands_on_wheel =
            human.driving || human.role == HumanRole::TestDriver || automation.level <= AutomationLevel::L2;
        brain.driving_s = if human.driving { brain.driving_s + dt_s } else { 0.0 };
        // An imperfect hand: Ornstein–Uhlenbeck angle, τ 1 s, growing with poor quality.
        let sd_rad = 0.003 * (2.0 - quality);
        let noise = rng::normal(&mut brain.steer_rng);
        brain.steer_noise_rad += -brain.steer_noise_rad * dt_s + sd_rad * math::sqrt(2.0 * dt_s) * noise;
        if brain.gaze.on_road {
            brain.last_steer_rad = wanted.steer_rad + brain.steer_noise_rad;
        }
        let mut accel = reactive.min(wanted.anticipated_mps2).clamp(-9.0, 3.0);
        if object.motion.speed_mps < 0.05 && accel < 0.0 {
            accel = accel.min(-0.5);
        }
        // The foot adapts to the hill.
        accel += GRAVITY_MPS2 * math::sin(object.pose.pitch_rad);
        *command = DriverCommand {
            request: MotionRequest {
                accel_mps2: accel,
                steer_rad: brain.last_steer_rad,
                indicator: wanted.indicator,
                hazard: false,
            },
            steering: human.driving && steers,
            pedals: human.driving && pedals,
        };

        // --- engage again when calm ---
        let standing_by = matches!(automation.mode, FeatureMode::Available | FeatureMode::Overridden);
        let easy = wanted.accel_mps2() > -0.4
            && wanted.accel_mps2() < 2.5
            && wanted.stop_line_m > 70.0
            && (automation.level.is_ads() || wanted.turn_m > 70.0)
            && plan.network.lane(coord.lane).junction.is_none()
            && wanted.indicator == Indicator::Off
            && object.motion.speed_mps > 2.0;
        brain.calm_s = if standing_by && easy && drives { brain.calm_s + dt_s } else { 0.0 };
        if brain.wants_engaged && brain.calm_s > CALM_S && automation.odd.inside() {
            brain.calm_s = 0.0;
            intent.engage = true;
            log.push(Happening::DriverEngaged);
        }
    }
}

/// Where the driver thinks to be: the lane the vehicle is on if it leads the own way, else the own side of
/// the road; off the road, the nearest lane that does.
fn place_of(brain: &DriverBrain, network: &RoadNetwork, object: &ObjectTruth) -> Option<LaneCoord> {
    let ahead = |coord: LaneCoord| {
        let heading = network.lane_pose(coord).pose.heading_rad;
        math::wrap_pi(heading - object.pose.heading_rad).abs() < core::f64::consts::FRAC_PI_2
    };
    if let Some(coord) = object.lane {
        if ahead(coord) {
            return Some(coord);
        }
        let lane = network.lane(coord.lane);
        if let Some(own) = lane.opposite {
            let own_lane = network.lane(own);
            let along_m = (1.0 - coord.along_m / lane.length_m.max(1e-6)) * own_lane.length_m;
            let center = LaneCoord::center(own, along_m);
            let apart_m = 0.5 * (network.lane_pose(coord).width_m + network.lane_pose(center).width_m);
            return Some(LaneCoord { offset_m: apart_m - coord.offset_m, ..center });
        }
    }
    network
        .nearest_lane(object.pose.position_m, Some(object.pose.heading_rad))
        .map(|nearest| nearest.coord)
        .filter(|coord| ahead(*coord))
        .or(brain.last_place)
}

fn fallback_coord(prior: &MapPrior) -> LaneCoord {
    LaneCoord::center(prior.route.legs.first().map_or(crate::base::ids::LaneId(0), |leg| leg.lane), 0.0)
}

/// Updates what is noticed: eyes on the road, within sight, for long enough.
fn notice(brain: &mut DriverBrain, truth: &GroundTruth, own: &ObjectTruth, weather: &Weather, dt_s: f64) {
    for other in truth.present() {
        let seen_s = &mut brain.noticed_s[other.id.ix()];
        let delta = other.center_m - own.center_m;
        let distance = delta.length();
        let lit = other.lights.headlights || other.lights.braking || other.lights.hazard;
        let visible = brain.gaze.on_road && distance < sight::SIGHT_MAX_M && {
            let bearing = math::wrap_pi(math::atan2(delta.y, delta.x) - own.pose.heading_rad);
            let to_sun = math::wrap_pi(weather.sun_azimuth_rad - own.pose.heading_rad - bearing);
            bearing.abs() < 1.7
                && distance < sight::range_m(weather, other.class, lit, other.conspicuity, to_sun)
        };
        if visible {
            *seen_s = (seen_s.max(0.0) + dt_s).min(NOTICE_S + NOTICE_MEMORY_S);
        } else if *seen_s > NOTICE_S {
            // Remembered for a while.
            *seen_s -= dt_s;
        } else {
            *seen_s = 0.0;
        }
    }
}

/// Value of the reactive acceleration `delay_s` ago.
fn delayed_value(brain: &mut DriverBrain, now: SimTime, value: f64, delay_s: f64) -> f64 {
    let slots = brain.delayed.len();
    brain.delayed[brain.delayed_next] = (now, value);
    let mut ix = brain.delayed_next;
    brain.delayed_next = (brain.delayed_next + 1) % slots;
    for _ in 0..slots {
        let (time, value) = brain.delayed[ix];
        if now.since_s(time) >= delay_s {
            return value;
        }
        ix = (ix + slots - 1) % slots;
    }
    brain.delayed[ix].1
}

fn decide_takeover(
    brain: &mut DriverBrain,
    human: &mut DriverState,
    intent: &mut DriverIntent,
    log: &mut EventLog,
    automation: &AutomationState,
    wanted: &Plan,
    object: &ObjectTruth,
    coord: LaneCoord,
    plan: &RunPlan,
    now: SimTime,
    dt_s: f64,
    supervises: bool,
    drives: bool,
) {
    let engaged = matches!(
        automation.mode,
        FeatureMode::Active | FeatureMode::RequestingIntervention | FeatureMode::MinimalRiskManeuver
    );

    // A request to intervene.
    if automation.mode == FeatureMode::RequestingIntervention {
        if brain.answered_request != automation.request_since {
            brain.answered_request = automation.request_since;
            brain.no_response_told = false;
            let budget_s = automation.request_deadline.map_or(10.0, |deadline| deadline.since_s(now));
            start_reaction(brain, human, log, TakeoverReason::Request, now, budget_s, true);
        }
        if !brain.no_response_told && automation.request_deadline.is_some_and(|deadline| now >= deadline) {
            brain.no_response_told = true;
            log.push(Happening::DriverNoResponse);
        }
    }

    // The feature dropped out without asking.
    if drives && !brain.was_driving && brain.pending.is_none() && !brain.acting {
        start_reaction(brain, human, log, TakeoverReason::FeatureDropout, now, 3.0, !supervises);
    }
    if !drives {
        brain.acting = false;
    }
    brain.was_driving = drives;

    // Supervision.
    if engaged && supervises && brain.pending.is_none() && brain.gaze.on_road {
        let half_lane = plan.network.lane_pose(coord).width_m * 0.5;
        let scene = Scene {
            level: automation.level,
            speed_mps: object.motion.speed_mps,
            accel_mps2: object.motion.accel_mps2,
            offset_m: coord.offset_m,
            room_m: half_lane - object.extent.width_m * 0.5,
            changing_lane: object.lights.indicator != Indicator::Off
                || plan.network.lane(coord.lane).junction.is_some(),
            object: None,
            feature_steers: automation.allocation.lateral != ControlAuthority::Driver,
            feature_drives: automation.allocation.longitudinal != ControlAuthority::Driver,
        };
        if let Some(reason) = supervise::watch(&mut brain.watch, &scene, wanted, dt_s) {
            start_reaction(brain, human, log, reason, now, 3.0, false);
        }
    }

    // Hands and feet arrive.
    if let Some(pending) = brain.pending
        && pending.act_at.is_some_and(|at| now >= at)
    {
        brain.pending = None;
        human.reacting_since = None;
        human.took_over_at = Some(now);
        brain.acting = true;
        brain.watch = Watch::default();
        if engaged {
            intent.override_reason = Some(pending.reason);
            brain.was_driving = true;
        }
        log.push(Happening::DriverTookOver {
            reason: pending.reason,
            reaction_s: now.since_s(pending.since),
        });
    }
    // A pending takeover is moot once the feature is active again without a request.
    if let Some(pending) = brain.pending
        && pending.act_at.is_none()
        && automation.mode == FeatureMode::Active
    {
        brain.pending = None;
    }
}

/// Samples the time until hands and feet reach the controls.
fn start_reaction(
    brain: &mut DriverBrain,
    human: &mut DriverState,
    log: &mut EventLog,
    reason: TakeoverReason,
    now: SimTime,
    budget_s: f64,
    out_of_the_loop: bool,
) {
    let time_s = if reason == TakeoverReason::FeatureLimit {
        // Foreseen by the driver: the foot is already on its way.
        Some(0.3)
    } else if out_of_the_loop || human.role == HumanRole::TestDriver {
        let mut distribution = TakeoverTime::of(human.role, human.task, budget_s);
        if let Some(probability) = brain.non_response {
            distribution.no_answer = probability;
        }
        let sampled = distribution.sample(&mut brain.takeover_rng);
        match (brain.fixed_takeover_s, sampled) {
            (Some(fixed), Some(_)) => Some(fixed),
            (_, sampled) => sampled,
        }
    } else {
        // Supervising driver with feet ready: unexpected braking about 1.25 s (Green 2000), CV 0.4.
        let (mu, sigma) = takeover::lognormal_from_moments(1.25, 0.5);
        Some(math::exp(mu + sigma * rng::normal(&mut brain.takeover_rng)))
    };
    human.reacting_since = Some(now);
    brain.pending =
        Some(Pending { reason, since: now, act_at: time_s.map(|s| now.plus_ns((s * 1e9) as u64)) });
    log.push(Happening::DriverReactionStarted { reason });
}
