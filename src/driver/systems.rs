//! The human in the tick: gaze, noticing, takeover, supervision, manual driving.

mod looking;
mod reaction;

use super::attention::{self, Gaze};
use super::drive::{self, DriveMemory, OwnVehicle, Style};
use super::input::InputQueue;
use super::person::{self, Person};
use super::supervise::{self, Watch};
use super::takeover;
use crate::base::ids::ParticipantId;
use crate::base::math;
use crate::base::rng::{self, ChaCha8Rng};
use crate::base::time::SimTime;
use crate::base::units::GRAVITY_MPS2;
use crate::maneuver::Surroundings;
use crate::road::LaneCoord;
use crate::scenario::Action;
use crate::sim::occupancy::LaneOccupancy;
use crate::sim::{Clock, FiredActions, RunPlan, SimTick, TickSet};
use crate::state::automation::{AutomationLevel, AutomationState, ControlAuthority, FeatureMode};
use crate::state::belief::MapPrior;
use crate::state::command::{AdsCommand, DriverCommand, Indicator, MotionRequest, Seat, StopLamps};
use crate::state::driver::{DriverIntent, DriverState, HumanRole, SecondaryTask, TakeoverReason};
use crate::state::messages::{EventLog, Happening};
use crate::state::truth::{Ego, GroundTruth, ObjectTruth, SignalStates};
use crate::state::vehicle_spec::Spec;
use crate::state::weather::Weather;
use bevy::prelude::*;
use looking::{delayed_value, fallback_coord, notice, place_of, scene, sight_ahead_m};
use reaction::decide_takeover;

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
    /// What a person in the seat knows of the last ticks.
    person: Person,
}

/// Adds the driver to the tick.
pub fn plugin(app: &mut App) {
    app.init_resource::<InputQueue>();
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
                person: Person::default(),
            },
            DriverState {
                seat: Seat::Model,
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
    input: Res<InputQueue>,
    mut log: ResMut<EventLog>,
    mut egos: Query<
        (
            &mut DriverBrain,
            &mut DriverState,
            &mut DriverCommand,
            &mut DriverIntent,
            &AutomationState,
            &AdsCommand,
            &Spec,
        ),
        With<Ego>,
    >,
) {
    let (Some(object), Some(prior)) = (truth.ego(), prior) else { return };
    let dt_s = clock.dt_s();
    let now = clock.time;
    let controls = input.at(clock.tick);
    let planned = plan.scenario.ego.as_ref().and_then(|ego| ego.driver.role);
    for (mut brain, mut human, mut command, mut intent, automation, ads, spec) in &mut egos {
        let brain = &mut *brain;
        *intent = DriverIntent::default();
        let mut refitted = false;
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
                Action::FitFeature { level, .. } => {
                    refitted = true;
                    brain.wants_engaged = *level != AutomationLevel::L0;
                }
                _other_domains => {}
            }
        }
        let steers = automation.allocation.lateral == ControlAuthority::Driver;
        let pedals = automation.allocation.longitudinal == ControlAuthority::Driver;
        let drives = steers || pedals;
        let rides = controls.seat == Seat::Person && !spec.0.has_manual_controls;
        // Whoever holds a part of the driving task drives, whatever the feature's user was meant to be.
        human.role = match role_of(automation.level, planned) {
            HumanRole::Passenger | HumanRole::None if drives => HumanRole::Driver,
            // Without wheel and pedals a person can only ride along, whatever the file's human could do.
            _ if automation.level.is_ads() && !drives && rides => HumanRole::Passenger,
            role => role,
        };
        let before = std::mem::replace(&mut human.seat, controls.seat);
        let by_hand = controls.seat == Seat::Person && spec.0.has_manual_controls;
        if before != controls.seat && spec.0.has_manual_controls {
            match controls.seat {
                Seat::Person => brain.person = Person::sit_down(&controls, automation, now),
                Seat::Model => brain.sit_down(object, drives, now),
            }
            human.reacting_since = None;
        } else if refitted {
            // At the user's own wish: whoever drives now was ready for it.
            brain.refit(drives);
            human.reacting_since = None;
        }
        let around =
            Surroundings { network: &plan.network, truth: &truth, occupancy: &occupancy, signals: &signals };
        if by_hand {
            let coord = place_of(brain, &plan.network, object).unwrap_or_else(|| fallback_coord(&prior));
            brain.last_place = Some(coord);
            let visible = (!steers || !pedals).then(|| {
                let own = OwnVehicle { object, coord, wheelbase_m: spec.0.wheelbase_m };
                let sight_m = sight_ahead_m(&weather, object);
                let wanted = drive::plan(
                    &around,
                    own,
                    &prior.route,
                    &brain.style,
                    &weather,
                    sight_m,
                    dt_s,
                    &mut brain.memory,
                    |_| true,
                );
                supervise::visible_reason(&scene(automation, object, coord, &plan.network), &wanted)
            });
            let seen = person::Now {
                time: now,
                controls: &controls,
                automation,
                ads,
                spec: &spec.0,
                speed_mps: object.motion.speed_mps,
                refitted,
                visible: visible.flatten(),
            };
            brain.person.act(&seen, &mut human, &mut intent, &mut command, &mut log);
            if intent.override_reason.is_some()
                && matches!(human.role, HumanRole::Passenger | HumanRole::None)
            {
                human.role = HumanRole::Driver;
            }
            continue;
        }
        if matches!(human.role, HumanRole::Passenger | HumanRole::None) {
            *command = DriverCommand::default();
            human.driving = false;
            continue;
        }
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
        let sight_m = sight_ahead_m(&weather, object);
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
                stop_lamps: StopLamps::ByDeceleration,
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
        let may_engage = brain.wants_engaged && human.seat == Seat::Model;
        if may_engage && brain.calm_s > CALM_S && automation.odd.inside() {
            brain.calm_s = 0.0;
            intent.engage = true;
            log.push(Happening::DriverEngaged);
        }
    }
}

impl DriverBrain {
    /// The model takes the seat from a person: it looks at the road and holds at once what is the driver's.
    fn sit_down(&mut self, object: &ObjectTruth, drives: bool, now: SimTime) {
        self.memory = DriveMemory::default();
        self.gaze = Gaze::default();
        self.noticed_s.fill(NOTICE_S);
        self.delayed.fill((now, object.motion.accel_mps2));
        self.steer_noise_rad = 0.0;
        self.answered_request = None;
        self.no_response_told = self.person.no_response_told();
        self.refit(drives);
    }

    /// Another feature, or another driver: what was under way is over.
    fn refit(&mut self, drives: bool) {
        self.watch = Watch::default();
        self.pending = None;
        self.calm_s = 0.0;
        self.acting = drives;
        self.was_driving = drives;
    }
}
