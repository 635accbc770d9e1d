//! The native format's side of the storyboard: its words for actions and tests, on the standard's machine
//! ([`::storyboard::machine`]).
//!
//! An action is handed out at the step that starts it and runs for the time it is known to take; the
//! engine's domains carry it out. An event's state in a condition is that at the end of the step before.
//!
//! Steady state allocates nothing. What it does not do: it moves nobody.

use super::model::*;
use crate::base::time::SimTime;
use ::storyboard::machine::{self, ActionIx, Host, Machine, Progress, TimeRule};
use ::storyboard::standard::{ElementEvent, ElementKind};
use std::sync::Arc;

pub use ::storyboard::board::compare;
pub use ::storyboard::machine::Transition;

/// What conditions and durations are tested against.
pub trait ConditionView {
    /// Whether a test holds now. `condition` is the dense number of the condition (the same in every step),
    /// for caches. Time and storyboard states never arrive here.
    fn holds(&mut self, condition: usize, test: &ConditionTest) -> bool;
    /// Speed of an entity, m/s, for the duration of speed actions given by a rate.
    fn speed_mps(&mut self, entity: &str) -> Option<f64>;
}

/// What a step brought, reused from step to step.
#[derive(Debug, Default)]
pub struct Fired {
    /// Actions, in order.
    pub actions: Vec<Action>,
    /// Transitions with the path of the element (`story/act/group/event`), in order. Stories themselves are
    /// left out: they run from the start to the end.
    pub transitions: Vec<(Arc<str>, Transition)>,
}

impl machine::Test for ConditionTest {
    fn time(&self) -> Option<(f64, TimeRule)> {
        match self {
            ConditionTest::Time(comparison, seconds) => Some((*seconds, TimeRule::Is(*comparison))),
            _ => None,
        }
    }

    fn element(&self) -> Option<(ElementKind, &str, ElementEvent)> {
        match self {
            ConditionTest::EventState(name, state) => {
                let state = match state {
                    ElementState::Standby => ElementEvent::StandbyState,
                    ElementState::Running => ElementEvent::RunningState,
                    ElementState::Complete => ElementEvent::CompleteState,
                };
                Some((ElementKind::Event, name, state))
            }
            _ => None,
        }
    }
}

impl machine::Named for Action {
    fn kind_name(&self) -> &'static str {
        "action"
    }
}

/// Running state of a storyboard.
#[derive(Clone, Debug)]
pub struct StoryboardState {
    machine: Machine,
    /// When each action ends.
    ends: Vec<SimTime>,
}

struct NativeHost<'a> {
    view: &'a mut dyn ConditionView,
    actions: &'a mut Vec<Action>,
    ends: &'a mut Vec<SimTime>,
    now: SimTime,
}

impl Host<Action, ConditionTest> for NativeHost<'_> {
    fn holds(&mut self, condition: usize, test: &ConditionTest, _: &mut Vec<Arc<str>>) -> bool {
        self.view.holds(condition, test)
    }

    fn start(&mut self, ix: ActionIx, action: &Action, _: &[Arc<str>]) {
        if self.ends.len() <= ix.0 {
            self.ends.resize(ix.0 + 1, SimTime::ZERO);
        }
        self.ends[ix.0] = self.now.plus_ns(SimTime::from_s(duration_s(action, self.view)).0);
        self.actions.push(action.clone());
    }

    fn step(&mut self, ix: ActionIx, _: &Action) -> Progress {
        let over = self.ends.get(ix.0).is_none_or(|ends| self.now >= *ends);
        if over { Progress::Done } else { Progress::Running }
    }

    fn stop(&mut self, _: ActionIx) {}

    fn take_replaced(&mut self) -> Vec<ActionIx> {
        Vec::new()
    }
}

impl StoryboardState {
    /// All elements in standby.
    pub fn new(board: &Storyboard) -> Self {
        Self { machine: Machine::new(board), ends: Vec::new() }
    }

    /// Number of conditions; they are numbered from 0 in the order of [`Self::conditions_of`].
    pub fn condition_count(&self) -> usize {
        self.machine.condition_count()
    }

    /// All conditions of a storyboard in the order of their numbers.
    pub fn conditions_of(board: &Storyboard) -> impl Iterator<Item = &Condition> {
        machine::conditions_in_order(board).map(|(_, condition)| condition)
    }

    /// Whether the storyboard's stop trigger has fired.
    pub fn ended(&self) -> bool {
        self.machine.ended()
    }

    /// State of the event of this path or name.
    pub fn event_state(&self, name: &str) -> Option<ElementState> {
        self.machine.event_state(name)
    }

    /// Advances to time `now`; `out` is cleared and filled.
    pub fn step(&mut self, board: &Storyboard, view: &mut dyn ConditionView, now: SimTime, out: &mut Fired) {
        out.actions.clear();
        out.transitions.clear();
        let mut host = NativeHost { view, actions: &mut out.actions, ends: &mut self.ends, now };
        self.machine.step(board, &mut host, now.0);
        for (path, transition) in self.machine.transitions() {
            match path.strip_prefix("storyBoard") {
                Some(rest) => out.transitions.push((format!("storyboard{rest}").into(), *transition)),
                None if path.contains('/') => out.transitions.push((path.clone(), *transition)),
                None => {}
            }
        }
    }
}

/// How long an action takes, s; instantaneous ones take none.
fn duration_s(action: &Action, view: &mut dyn ConditionView) -> f64 {
    match action {
        Action::Speed { entity, speed_mps, rate_mps2, over_s, .. } => match (over_s, rate_mps2) {
            (Some(over_s), _) => *over_s,
            (None, Some(rate)) if *rate > 0.0 => {
                view.speed_mps(entity).map_or(0.0, |from| (speed_mps - from).abs() / rate)
            }
            (None, _) => 0.0,
        },
        Action::LaneChange { over_s, .. }
        | Action::LaneOffset { over_s, .. }
        | Action::Weather { over_s, .. } => *over_s,
        Action::Teleport { .. }
        | Action::Walk { .. }
        | Action::Add { .. }
        | Action::Remove { .. }
        | Action::Behavior { .. }
        | Action::ForceWeather { .. }
        | Action::SignalFault { .. }
        | Action::SignalOrientation { .. }
        | Action::SignalLit { .. }
        | Action::SensorFault { .. }
        | Action::DriverTask { .. }
        | Action::FitFeature { .. }
        | Action::EngageFeature
        | Action::DisengageFeature => 0.0,
    }
}

#[cfg(test)]
#[path = "storyboard_tests.rs"]
mod tests;
