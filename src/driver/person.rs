//! A person in the driver's seat: what moving the controls means at each level.
//!
//! ```text
//! who holds an axis   what the person does            what it means
//! driver              anything                        the vehicle follows the controls
//! feature             steers or brakes                override: reason by the situation
//! feature             accelerates                     goes faster than the feature while it lasts
//! any, request        steers, brakes, accelerates,    answer to the request: reaction from the request on
//!                     or Stop
//! feature, then none  first move after the dropout    takeover after a dropout
//! ```
//!
//! A move is a change by [`MOVE`] of the travel against the position at rest: where the control was when the
//! feature began to hold the axis (or when the request came), and closer to its released position
//! since. So a wheel that was left turned, or a pedal still pressed when the feature was engaged, is no
//! override. Who supervises is given the same alarms as the model human ([`supervise::visible_reason`],
//! forward collision warning): reaction times of overrides run from the first of them.
//!
//! Nothing is invented for the person: hands are those of the input, eyes are unknown and count as on the
//! road, attention and awareness as full. A feature is engaged again on request alone.
//!
//! Sources: UN R157 §6.2.5 (override by steering or braking; answer to a transition demand), UN R79
//! §5.6.2.1.3 (override by the driver). Units: s, shares of travel.
//!
//! What it does not do: in a vehicle without wheel and pedals it does nothing; there is only Go and Stop.

use super::manual::{self, Hold};
use crate::base::time::SimTime;
use crate::state::automation::{AutomationState, ControlAuthority, DdtAllocation, FeatureMode};
use crate::state::command::{AdsCommand, DriverCommand, Hands, HumanControls};
use crate::state::driver::{DriverIntent, DriverState, TakeoverReason};
use crate::state::messages::{EventLog, Happening};
use crate::state::vehicle_spec::VehicleSpec;

/// Change of a control that counts as a move, share of its travel (chosen: above the play of worn sticks,
/// below what anybody means to do; 0.05 of a wheel with 450° to each side is 22°).
pub const MOVE: f64 = 0.05;
/// An alarm is over when it has been silent for so long, s (chosen: one look elsewhere).
const ALARM_MEMORY_S: f64 = 2.0;

/// Positions of the controls that count as released.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Rest {
    steer: f64,
    accelerator: f64,
    brake: f64,
}

impl Rest {
    fn at(controls: &HumanControls) -> Self {
        Self { steer: controls.steer, accelerator: controls.accelerator, brake: controls.brake }
    }

    /// A control that comes back towards its released position has its rest there.
    fn follow(&mut self, controls: &HumanControls) {
        self.steer = if self.steer * controls.steer > 0.0 {
            controls.steer.abs().min(self.steer.abs()).copysign(self.steer)
        } else {
            0.0
        };
        self.accelerator = self.accelerator.min(controls.accelerator);
        self.brake = self.brake.min(controls.brake);
    }
}

/// Which controls were moved.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Moves {
    steer: bool,
    accelerator: bool,
    brake: bool,
}

impl Moves {
    fn of(controls: &HumanControls, rest: &Rest) -> Self {
        Self {
            steer: controls.hands == Hands::On && (controls.steer - rest.steer).abs() > MOVE,
            accelerator: controls.accelerator - rest.accelerator > MOVE,
            brake: controls.brake - rest.brake > MOVE,
        }
    }

    fn any(self) -> bool {
        self.steer || self.accelerator || self.brake
    }
}

/// What the person knows of the last ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Person {
    hold: Hold,
    rest: Rest,
    held: Held,
    asked: Asked,
    /// When the feature dropped out, until the person acts.
    dropped_out: Option<SimTime>,
    /// First and latest moment of the running alarm, and what it is about.
    alarm: Option<(SimTime, SimTime, TakeoverReason)>,
    /// Request that the reaction runs to.
    request: Option<SimTime>,
    no_response: bool,
}

/// How the person has ended automation in the last tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Asked {
    #[default]
    No,
    /// By the Stop button.
    ByButton,
    /// By moving a control: the takeover has been told.
    ByHand,
}

/// Which axes automation held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Held {
    lateral: bool,
    longitudinal: bool,
}

impl Held {
    fn of(allocation: &DdtAllocation) -> Self {
        Self {
            lateral: allocation.lateral != ControlAuthority::Driver,
            longitudinal: allocation.longitudinal != ControlAuthority::Driver,
        }
    }
    fn any(self) -> bool {
        self.lateral || self.longitudinal
    }
}

/// What a person sees of the world at one tick.
pub(super) struct Now<'a> {
    pub time: SimTime,
    pub controls: &'a HumanControls,
    pub automation: &'a AutomationState,
    pub ads: &'a AdsCommand,
    pub spec: &'a VehicleSpec,
    pub speed_mps: f64,
    /// Whether another feature was fitted in this tick, at the person's wish.
    pub refitted: bool,
    /// What the situation gives as a reason to override, if anything.
    pub visible: Option<TakeoverReason>,
}

impl Person {
    /// Somebody sits down: whatever the controls are at counts as rest.
    pub(super) fn sit_down(controls: &HumanControls, automation: &AutomationState, time: SimTime) -> Self {
        Self {
            rest: Rest::at(controls),
            held: Held::of(&automation.allocation),
            no_response: automation.request_deadline.is_some_and(|deadline| time >= deadline),
            ..Self::default()
        }
    }

    /// Whether the present request was told to be unanswered.
    pub(super) fn no_response_told(&self) -> bool {
        self.no_response
    }

    /// One tick. `intent` holds what the buttons say and is completed by what the controls say.
    pub(super) fn act(
        &mut self,
        now: &Now<'_>,
        human: &mut DriverState,
        intent: &mut DriverIntent,
        command: &mut DriverCommand,
        log: &mut EventLog,
    ) {
        let (time, automation, controls) = (now.time, now.automation, now.controls);
        let before = std::mem::replace(&mut self.held, Held::of(&automation.allocation));
        let held = self.held;
        let asked = std::mem::take(&mut self.asked);
        let gained = (held.lateral && !before.lateral) || (held.longitudinal && !before.longitudinal);
        let lost = (before.lateral && !held.lateral) || (before.longitudinal && !held.longitudinal);
        if gained {
            self.rest = Rest::at(controls);
        }
        self.rest.follow(controls);

        human.eyes_on_road = true;
        human.hands_on_wheel = controls.hands == Hands::On;
        (human.attention, human.awareness) = (1.0, 1.0);

        self.notice_request(now, human, log);
        match asked {
            _ if !lost || now.refitted || asked == Asked::ByHand => {}
            // The controls are the person's by own wish: there is nothing to react to.
            Asked::ByButton => self.take_over(human, log, time, TakeoverReason::UserChoice, time),
            Asked::No | Asked::ByHand => {
                self.dropped_out = Some(time);
                self.rest = Rest::at(controls);
                human.reacting_since = Some(time);
                log.push(Happening::DriverReactionStarted { reason: TakeoverReason::FeatureDropout });
            }
        }
        self.watch(now);

        let moves = Moves::of(controls, &self.rest);
        let mut overrides = false;
        if held.any() {
            self.dropped_out = None;
            let requested = automation.request_since;
            let stands = automation.mode == FeatureMode::MinimalRiskCondition;
            let by_hand = (held.lateral && moves.steer)
                || (held.longitudinal && moves.brake)
                || ((requested.is_some() || stands) && moves.any());
            if let Some(since) = requested.filter(|_| by_hand || intent.cancel) {
                overrides = true;
                self.take_over(human, log, time, TakeoverReason::Request, since);
                intent.override_reason = Some(TakeoverReason::Request);
                intent.cancel = false;
            } else if by_hand {
                overrides = true;
                let (since, reason) = match self.alarm {
                    Some((since, _, reason)) => (since, reason),
                    None => (time, TakeoverReason::UserChoice),
                };
                log.push(Happening::DriverReactionStarted { reason });
                self.take_over(human, log, time, reason, since);
                intent.override_reason = Some(reason);
                intent.cancel = false;
            }
            self.asked = match (overrides, intent.cancel) {
                (true, _) => Asked::ByHand,
                (false, true) => Asked::ByButton,
                (false, false) => Asked::No,
            };
        } else if let Some(since) = self.dropped_out
            && moves.any()
        {
            self.take_over(human, log, time, TakeoverReason::FeatureDropout, since);
        }

        self.press_go(now, intent, log);

        let request = manual::request(now.spec, controls, now.speed_mps, &mut self.hold);
        // The accelerator adds to what the feature asks for and never takes away.
        let faster = moves.accelerator && request.accel_mps2 > now.ads.request.accel_mps2;
        *command = DriverCommand {
            request,
            steering: !held.lateral || overrides,
            pedals: !held.longitudinal || overrides || faster,
        };
        human.driving = !held.lateral || !held.longitudinal || overrides;
    }

    /// A request to intervene reaches the person; an unanswered one is told.
    fn notice_request(&mut self, now: &Now<'_>, human: &mut DriverState, log: &mut EventLog) {
        let automation = now.automation;
        if automation.mode == FeatureMode::RequestingIntervention && self.request != automation.request_since
        {
            self.request = automation.request_since;
            self.no_response = false;
            self.rest = Rest::at(now.controls);
            human.reacting_since = Some(now.time);
            log.push(Happening::DriverReactionStarted { reason: TakeoverReason::Request });
        }
        if automation.request_deadline.is_some_and(|deadline| now.time >= deadline) && !self.no_response {
            self.no_response = true;
            log.push(Happening::DriverNoResponse);
        }
        if automation.request_since.is_none() && self.dropped_out.is_none() {
            human.reacting_since = None;
        }
    }

    /// Keeps the running alarm.
    fn watch(&mut self, now: &Now<'_>) {
        let warned = now.automation.warning.forward_collision.then_some(TakeoverReason::Conflict);
        match (now.visible.or(warned), self.alarm) {
            _ if !self.held.any() => self.alarm = None,
            (Some(reason), Some((since, ..))) => self.alarm = Some((since, now.time, reason)),
            (Some(reason), None) => self.alarm = Some((now.time, now.time, reason)),
            (None, Some((_, latest, _))) if now.time.since_s(latest) > ALARM_MEMORY_S => self.alarm = None,
            (None, _) => {}
        }
    }

    fn take_over(
        &mut self,
        human: &mut DriverState,
        log: &mut EventLog,
        time: SimTime,
        reason: TakeoverReason,
        since: SimTime,
    ) {
        self.dropped_out = None;
        self.alarm = None;
        human.reacting_since = None;
        human.took_over_at = Some(time);
        log.push(Happening::DriverTookOver { reason, reaction_s: time.since_s(since) });
    }

    /// Go counts where a feature can be engaged, and never with a foot on the brake.
    fn press_go(&mut self, now: &Now<'_>, intent: &mut DriverIntent, log: &mut EventLog) {
        if !intent.engage {
            return;
        }
        if now.controls.brake > MOVE {
            intent.engage = false;
        } else if matches!(now.automation.mode, FeatureMode::Available | FeatureMode::Overridden)
            && now.automation.odd.inside()
        {
            log.push(Happening::DriverEngaged);
        }
    }
}
