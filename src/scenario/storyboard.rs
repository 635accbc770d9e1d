//! The storyboard as a pure state machine (ASAM OpenSCENARIO 1.3, "Storyboard and its elements").
//!
//! ```text
//!            start                       end (executions left: back to standby)
//! standby ─────────▶ running ───────────────────▶ complete
//!    ▲  skip │          │ stop: an ancestor's stop trigger, or an overriding event
//!    └───────┘          └───────────────────────▶ complete
//! ```
//!
//! - A step evaluates every condition of the elements that wait, in file order, against the states as they
//!   were at the end of the step before: the order of elements in the file does not change what fires.
//! - A trigger holds when all conditions of one of its groups hold; an empty trigger holds at once.
//! - An edge needs an evaluation before it: a condition that is true when first looked at has not risen.
//!   A delay shifts the result (after the edge) by a fixed time.
//! - An event ends when its longest action has had its time; a group ends with its events, an act with its
//!   groups. A group with executions left starts over.
//! - Time is integer nanoseconds, so `time > 0` fires at the first tick after 0 and `time >= 0` at 0.
//!
//! Steady state allocates nothing. What it does not do: it moves nobody; actions are handed out.

use super::model::*;
use crate::base::time::SimTime;
use std::collections::VecDeque;
use std::sync::Arc;

/// What conditions and durations are tested against.
pub trait ConditionView {
    /// Whether a test holds now. `condition` is the dense number of the condition (the same in every step),
    /// for caches. Time and storyboard states never arrive here.
    fn holds(&mut self, condition: usize, test: &ConditionTest) -> bool;
    /// Speed of an entity, m/s, for the duration of speed actions given by a rate.
    fn speed_mps(&mut self, entity: &str) -> Option<f64>;
}

/// Change of an element's state, or of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// Standby → running.
    Start,
    /// Running → complete or standby.
    End,
    /// Ended from outside.
    Stop,
    /// Stays in standby although its trigger fired.
    Skip,
    /// A condition came to hold.
    ConditionTrue,
}

impl Transition {
    /// Text for records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
            Self::Stop => "stop",
            Self::Skip => "skip",
            Self::ConditionTrue => "condition_true",
        }
    }
}

/// What a step brought, reused from step to step.
#[derive(Debug, Default)]
pub struct Fired {
    /// Actions, in order.
    pub actions: Vec<Action>,
    /// Transitions with the path of the element (`story/act/group/event`), in order.
    pub transitions: Vec<(Arc<str>, Transition)>,
}

/// Running state of a storyboard.
#[derive(Clone, Debug)]
pub struct StoryboardState {
    acts: Vec<ActState>,
    groups: Vec<GroupState>,
    events: Vec<EventState>,
    conditions: Vec<ConditionState>,
    /// For `EventState` conditions, the event meant: by path, else by name; index = condition.
    targets: Vec<Option<usize>>,
    stop: Option<usize>,
    started: bool,
    ended: bool,
}

#[derive(Clone, Debug)]
struct ActState {
    at: (usize, usize),
    path: Arc<str>,
    state: ElementState,
    start: usize,
    stop: Option<usize>,
    groups: std::ops::Range<usize>,
}

#[derive(Clone, Debug)]
struct GroupState {
    path: Arc<str>,
    state: ElementState,
    executions: u32,
    max_executions: u32,
    events: std::ops::Range<usize>,
}

#[derive(Clone, Debug)]
struct EventState {
    at: (usize, usize, usize, usize),
    path: Arc<str>,
    state: ElementState,
    /// State at the end of the step before: what conditions see.
    seen: ElementState,
    executions: u32,
    start: usize,
    ends: SimTime,
}

#[derive(Clone, Debug)]
struct ConditionState {
    path: Arc<str>,
    /// Value of the test at the evaluation before.
    before: Option<bool>,
    /// Result after edge and delay, at the evaluation before.
    held: bool,
    /// Changes of the result before the delay.
    changes: VecDeque<(SimTime, bool)>,
}

impl ConditionState {
    fn forget(&mut self) {
        self.before = None;
        self.held = false;
        self.changes.clear();
    }

    /// Result after edge and delay for the test's value `now`.
    fn update(&mut self, value: bool, condition: &Condition, now: SimTime) -> bool {
        let edged = match (condition.edge, self.before) {
            (Edge::None, _) => value,
            (_, None) => false,
            (Edge::Rising, Some(before)) => value && !before,
            (Edge::Falling, Some(before)) => !value && before,
            (Edge::RisingOrFalling, Some(before)) => value != before,
        };
        self.before = Some(value);
        if condition.delay_s <= 0.0 {
            return edged;
        }
        if self.changes.back().is_none_or(|(_, last)| *last != edged) {
            self.changes.push_back((now, edged));
        }
        let delay = SimTime::from_s(condition.delay_s);
        let Some(then) = now.0.checked_sub(delay.0) else { return false };
        while self.changes.get(1).is_some_and(|(at, _)| at.0 <= then) {
            self.changes.pop_front();
        }
        self.changes.front().is_some_and(|(at, value)| at.0 <= then && *value)
    }
}

impl StoryboardState {
    /// All elements in standby.
    pub fn new(board: &Storyboard) -> Self {
        let mut state = Self {
            acts: Vec::new(),
            groups: Vec::new(),
            events: Vec::new(),
            conditions: Vec::new(),
            targets: Vec::new(),
            stop: None,
            started: false,
            ended: false,
        };
        let mut tests: Vec<&ConditionTest> = Vec::new();
        for (story_ix, story) in board.stories.iter().enumerate() {
            for (act_ix, act) in story.acts.iter().enumerate() {
                let act_path = format!("{}/{}", story.name, act.name);
                let start = state.add_trigger(&act.start, &act_path, &mut tests);
                let stop = act.stop.as_ref().map(|t| state.add_trigger(t, &act_path, &mut tests));
                let first_group = state.groups.len();
                for (group_ix, group) in act.groups.iter().enumerate() {
                    let group_path = format!("{act_path}/{}", group.name);
                    let first_event = state.events.len();
                    for (event_ix, event) in group.events.iter().enumerate() {
                        let path = format!("{group_path}/{}", event.name);
                        let start = state.add_trigger(&event.start, &path, &mut tests);
                        state.events.push(EventState {
                            at: (story_ix, act_ix, group_ix, event_ix),
                            path: path.into(),
                            state: ElementState::Standby,
                            seen: ElementState::Standby,
                            executions: 0,
                            start,
                            ends: SimTime::ZERO,
                        });
                    }
                    state.groups.push(GroupState {
                        path: group_path.into(),
                        state: ElementState::Standby,
                        executions: 0,
                        max_executions: group.max_executions,
                        events: first_event..state.events.len(),
                    });
                }
                state.acts.push(ActState {
                    at: (story_ix, act_ix),
                    path: act_path.into(),
                    state: ElementState::Standby,
                    start,
                    stop,
                    groups: first_group..state.groups.len(),
                });
            }
        }
        state.stop = board.stop.as_ref().map(|t| state.add_trigger(t, "storyboard", &mut tests));
        let event_named = |name: &str| {
            let is = |e: &EventState| &*e.path == name || e.path.rsplit('/').next() == Some(name);
            state.events.iter().position(is)
        };
        state.targets = tests
            .into_iter()
            .map(|test| match test {
                ConditionTest::EventState(name, _) => event_named(name),
                _ => None,
            })
            .collect();
        state
    }

    fn add_trigger<'b>(
        &mut self,
        trigger: &'b Trigger,
        path: &str,
        tests: &mut Vec<&'b ConditionTest>,
    ) -> usize {
        let first = self.conditions.len();
        for condition in trigger.any.iter().flatten() {
            tests.push(&condition.test);
            self.conditions.push(ConditionState {
                path: format!("{path}/{}", condition.name).into(),
                before: None,
                held: false,
                changes: VecDeque::new(),
            });
        }
        first
    }

    /// Number of conditions; they are numbered from 0 in the order of [`Self::conditions_of`].
    pub fn condition_count(&self) -> usize {
        self.conditions.len()
    }

    /// All conditions of a storyboard in the order of their numbers.
    pub fn conditions_of(board: &Storyboard) -> impl Iterator<Item = &Condition> {
        let acts = board.stories.iter().flat_map(|s| &s.acts).flat_map(|act| {
            let events = act.groups.iter().flat_map(|g| &g.events).map(|e| &e.start);
            std::iter::once(&act.start).chain(&act.stop).chain(events)
        });
        acts.chain(&board.stop).flat_map(|t| t.any.iter().flatten())
    }

    /// Whether the storyboard's stop trigger has fired.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// State of the event of this path or name.
    pub fn event_state(&self, name: &str) -> Option<ElementState> {
        let is = |e: &&EventState| &*e.path == name || e.path.rsplit('/').next() == Some(name);
        self.events.iter().find(is).map(|e| e.state)
    }

    /// Advances to time `now`; `out` is cleared and filled.
    pub fn step(&mut self, board: &Storyboard, view: &mut dyn ConditionView, now: SimTime, out: &mut Fired) {
        out.actions.clear();
        out.transitions.clear();
        if self.ended {
            return;
        }
        if !self.started {
            self.started = true;
            out.actions.extend(board.init.iter().cloned());
        }
        if let (Some(first), Some(trigger)) = (self.stop, &board.stop)
            && self.fires(first, trigger, view, now, out)
        {
            self.ended = true;
            for act in 0..self.acts.len() {
                self.stop_act(act, out);
            }
            out.transitions.push((Arc::from("storyboard"), Transition::Stop));
            return;
        }
        for act in 0..self.acts.len() {
            self.step_act(act, board, view, now, out);
        }
        for event in &mut self.events {
            event.seen = event.state;
        }
    }

    fn step_act(
        &mut self,
        ix: usize,
        board: &Storyboard,
        view: &mut dyn ConditionView,
        now: SimTime,
        out: &mut Fired,
    ) {
        let (story_ix, act_ix) = self.acts[ix].at;
        let act = &board.stories[story_ix].acts[act_ix];
        if self.acts[ix].state == ElementState::Standby {
            if !self.fires(self.acts[ix].start, &act.start, view, now, out) {
                return;
            }
            self.acts[ix].state = ElementState::Running;
            out.transitions.push((self.acts[ix].path.clone(), Transition::Start));
            for group in self.acts[ix].groups.clone() {
                self.start_group(group, out);
            }
        }
        if self.acts[ix].state != ElementState::Running {
            return;
        }
        if let (Some(first), Some(trigger)) = (self.acts[ix].stop, &act.stop)
            && self.fires(first, trigger, view, now, out)
        {
            self.stop_act(ix, out);
            return;
        }
        for group in self.acts[ix].groups.clone() {
            self.step_group(group, board, view, now, out);
        }
        let groups = self.acts[ix].groups.clone();
        if self.groups[groups].iter().all(|g| g.state == ElementState::Complete) {
            self.acts[ix].state = ElementState::Complete;
            out.transitions.push((self.acts[ix].path.clone(), Transition::End));
        }
    }

    fn start_group(&mut self, ix: usize, out: &mut Fired) {
        let group = &mut self.groups[ix];
        group.state = ElementState::Running;
        group.executions += 1;
        out.transitions.push((group.path.clone(), Transition::Start));
        for event in group.events.clone() {
            self.events[event].state = ElementState::Standby;
            self.events[event].executions = 0;
        }
    }

    fn step_group(
        &mut self,
        ix: usize,
        board: &Storyboard,
        view: &mut dyn ConditionView,
        now: SimTime,
        out: &mut Fired,
    ) {
        if self.groups[ix].state != ElementState::Running {
            return;
        }
        let events = self.groups[ix].events.clone();
        for event_ix in events.clone() {
            let (story, act, group, event) = self.events[event_ix].at;
            let event = &board.stories[story].acts[act].groups[group].events[event];
            if self.events[event_ix].state == ElementState::Running {
                self.end_if_over(event_ix, event, now, out);
                continue;
            }
            if self.events[event_ix].state != ElementState::Standby
                || !self.fires(self.events[event_ix].start, &event.start, view, now, out)
            {
                continue;
            }
            let others_run =
                || events.clone().any(|o| o != event_ix && self.events[o].state == ElementState::Running);
            match event.priority {
                EventPriority::Skip if others_run() => {
                    out.transitions.push((self.events[event_ix].path.clone(), Transition::Skip));
                    continue;
                }
                EventPriority::Override => {
                    for other in events.clone().filter(|o| *o != event_ix) {
                        if self.events[other].state == ElementState::Running {
                            self.events[other].state = ElementState::Complete;
                            out.transitions.push((self.events[other].path.clone(), Transition::Stop));
                        }
                    }
                }
                EventPriority::Skip | EventPriority::Parallel => {}
            }
            let longest = event.actions.iter().map(|a| duration_s(a, view)).fold(0.0, f64::max);
            let running = &mut self.events[event_ix];
            running.state = ElementState::Running;
            running.executions += 1;
            running.ends = now.plus_ns(SimTime::from_s(longest).0);
            out.transitions.push((running.path.clone(), Transition::Start));
            out.actions.extend(event.actions.iter().cloned());
            self.end_if_over(event_ix, event, now, out);
        }
        if self.events[events].iter().all(|e| e.state == ElementState::Complete) {
            let group = &mut self.groups[ix];
            out.transitions.push((group.path.clone(), Transition::End));
            if group.executions < group.max_executions {
                self.start_group(ix, out);
            } else {
                group.state = ElementState::Complete;
            }
        }
    }

    fn end_if_over(&mut self, ix: usize, event: &Event, now: SimTime, out: &mut Fired) {
        let running = &mut self.events[ix];
        if now < running.ends {
            return;
        }
        out.transitions.push((running.path.clone(), Transition::End));
        if running.executions < event.max_executions {
            running.state = ElementState::Standby;
            let first = running.start;
            let count: usize = event.start.any.iter().map(Vec::len).sum();
            self.conditions[first..first + count].iter_mut().for_each(ConditionState::forget);
        } else {
            running.state = ElementState::Complete;
        }
    }

    fn stop_act(&mut self, ix: usize, out: &mut Fired) {
        for group in self.acts[ix].groups.clone() {
            for event in self.groups[group].events.clone() {
                let event = &mut self.events[event];
                if event.state == ElementState::Running {
                    out.transitions.push((event.path.clone(), Transition::Stop));
                }
                event.state = ElementState::Complete;
            }
            if self.groups[group].state == ElementState::Running {
                out.transitions.push((self.groups[group].path.clone(), Transition::Stop));
            }
            self.groups[group].state = ElementState::Complete;
        }
        if self.acts[ix].state == ElementState::Running {
            out.transitions.push((self.acts[ix].path.clone(), Transition::Stop));
        }
        self.acts[ix].state = ElementState::Complete;
    }

    /// Evaluates every condition of a trigger (edges and delays need it) and says whether it fires.
    fn fires(
        &mut self,
        first: usize,
        trigger: &Trigger,
        view: &mut dyn ConditionView,
        now: SimTime,
        out: &mut Fired,
    ) -> bool {
        let mut fires = trigger.any.is_empty();
        let mut ix = first;
        for group in &trigger.any {
            let mut all = true;
            for condition in group {
                let value = match &condition.test {
                    ConditionTest::Time(comparison, limit_s) => {
                        compare(now.0 as f64, *comparison, SimTime::from_s(*limit_s).0 as f64)
                    }
                    ConditionTest::EventState(_, wanted) => {
                        self.targets[ix].is_some_and(|event| self.events[event].seen == *wanted)
                    }
                    other => view.holds(ix, other),
                };
                let state = &mut self.conditions[ix];
                let holds = state.update(value, condition, now);
                if holds && !state.held {
                    out.transitions.push((state.path.clone(), Transition::ConditionTrue));
                }
                state.held = holds;
                all &= holds;
                ix += 1;
            }
            fires |= all;
        }
        fires
    }
}

/// Compares two numbers; nothing compares with NaN.
pub fn compare(left: f64, comparison: Comparison, right: f64) -> bool {
    match comparison {
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Equal => left == right,
        Comparison::GreaterOrEqual => left >= right,
        Comparison::Greater => left > right,
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
