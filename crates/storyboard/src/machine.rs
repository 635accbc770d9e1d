//! The storyboard as a state machine (ASAM OpenSCENARIO XML 1.3, "Storyboard and entities").
//!
//! ```text
//!            start                       end (executions left: back to standby)
//! standby ─────────▶ running ───────────────────▶ complete
//!    ▲  skip │          │ stop: an ancestor's stop trigger, or an overriding event
//!    └───────┘          └───────────────────────▶ complete
//! ```
//!
//! - A step has two rounds. First the triggers of the elements that wait are evaluated, in file order,
//!   against the element states as they were at the end of the step before, and what fires starts. Then
//!   every running action acts, init actions first.
//! - A transition is seen once: a start already in its own step by the triggers evaluated after it (an act's start
//!   by its own events), everything else in the step after it. The
//!   order of elements in the file matters in that one respect alone.
//! - A trigger holds when all conditions of one of its groups hold; an empty trigger holds at once.
//! - An edge needs an evaluation before it: a condition that is true when first looked at has not risen.
//!   A delay shifts the result (after the edge) by a fixed time.
//! - An action is stepped in the step that starts it and in every step until the [`Host`] says that it is
//!   done or that another action took its place; one that is replaced does not act in that step. An event
//!   ends with its last action, a maneuver with its events, a group with its maneuvers, an act with its
//!   groups, a story with its acts, in the same step. A group with executions left starts over at once;
//!   its events are evaluated in the next step.
//! - Time is integer nanoseconds, so `time > 0` fires at the first step after 0 and `time >= 0` at 0.
//!
//! What it does not do: it moves nobody; actions and tests are the host's.

mod build;

use crate::board::*;
use crate::standard::{ElementEvent, ElementKind};
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

/// Number of an action: init actions first, then those of events in file order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActionIx(pub usize);

/// Whether an action goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It goes on.
    Running,
    /// It has done what it is to do.
    Done,
}

/// What does and tests things for the machine.
pub trait Host<A, T> {
    /// Whether a test holds now. `condition` is the dense number of the condition, the same in every step.
    /// Whoever fulfils it is pushed to `triggering`.
    fn holds(&mut self, condition: usize, test: &T, triggering: &mut Vec<Arc<str>>) -> bool;
    /// Starts an action.
    fn start(&mut self, ix: ActionIx, action: &A, actors: &[Arc<str>]);
    /// Lets an action act over this step.
    fn step(&mut self, ix: ActionIx, action: &A) -> Progress;
    /// Ends an action from outside.
    fn stop(&mut self, ix: ActionIx);
    /// Actions whose place another one took since the last call.
    fn take_replaced(&mut self) -> Vec<ActionIx>;
}

/// Tests that the machine itself knows the answer to.
pub trait Test {
    /// A comparison of simulated time, if this is one: seconds, and how.
    fn time(&self) -> Option<(f64, TimeRule)> {
        None
    }
    /// A question about an element's state, if this is one. `None` for the kind = an event.
    fn element(&self) -> Option<(ElementKind, &str, ElementEvent)> {
        None
    }
}

/// How simulated time is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeRule {
    /// As a comparison.
    Is(Comparison),
    /// ≠.
    NotEqual,
}

/// Change of an element's state, or of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// Standby → running.
    Start,
    /// Running → complete.
    End,
    /// Running → standby: executions are left.
    EndToStandby,
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
            Self::End | Self::EndToStandby => "end",
            Self::Stop => "stop",
            Self::Skip => "skip",
            Self::ConditionTrue => "condition_true",
        }
    }

    /// The standard's words: transition and the state that it leads to.
    pub fn in_full(self) -> &'static str {
        match self {
            Self::Start => "startTransition>runningState",
            Self::End => "endTransition>completeState",
            Self::EndToStandby => "endTransition>standbyState",
            Self::Stop => "stopTransition>completeState",
            Self::Skip => "skipTransition>standbyState",
            Self::ConditionTrue => "condition_true",
        }
    }
}

/// Most transitions of one step that are kept.
pub const TRANSITIONS_MAX: usize = 100_000;

/// State of one element.
#[derive(Clone, Debug)]
struct Element {
    kind: ElementKind,
    path: Arc<str>,
    /// It has no name of its own, and its parent's path.
    nameless: bool,
    state: ElementState,
    /// State at the end of the step before.
    seen: ElementState,
    executions: u32,
    /// Step in which an action acted.
    acted: u64,
    /// Conditions that ask about it.
    watchers: Vec<usize>,
    /// First condition of the start trigger, and all of them for an event.
    start: usize,
    conditions: Range<usize>,
    /// First condition of the stop trigger.
    stop: usize,
    /// Children, as indices into the elements.
    children: Range<usize>,
    /// Place in the storyboard: story, act, group, maneuver, event, action, as far as it goes.
    at: [usize; 6],
    /// Number of the action.
    action: ActionIx,
}

#[derive(Clone, Debug)]
struct ConditionState {
    path: Arc<str>,
    /// Value of the test at the evaluation before.
    before: Option<bool>,
    /// Result after edge and delay, at the evaluation before.
    held: bool,
    /// Result after the edge, at the evaluation before.
    edged: bool,
    /// Changes of the result before the delay.
    changes: VecDeque<(u64, bool)>,
    /// Elements meant, for tests of an element's state.
    targets: Vec<usize>,
    /// What is asked about them.
    wanted: Option<ElementEvent>,
    /// Last step in which the wanted transition is to be seen: the one after it.
    fresh_at: u64,
    /// Whether it is to be seen in this step already.
    fresh_now: bool,
    /// Step in which it was looked at last.
    looked_at: u64,
}

impl ConditionState {
    fn forget(&mut self) {
        self.before = None;
        self.held = false;
        self.edged = false;
        self.changes.clear();
    }

    /// Result after the edge, and after the delay as well.
    fn update(&mut self, value: bool, edge: Edge, delay_s: f64, now_ns: u64) -> (bool, bool) {
        let edged = match (edge, self.before) {
            (Edge::None, _) => value,
            (_, None) => false,
            (Edge::Rising, Some(before)) => value && !before,
            (Edge::Falling, Some(before)) => !value && before,
            (Edge::RisingOrFalling, Some(before)) => value != before,
        };
        self.before = Some(value);
        if delay_s <= 0.0 {
            return (edged, edged);
        }
        if self.changes.back().is_none_or(|(_, last)| *last != edged) {
            self.changes.push_back((now_ns, edged));
        }
        let Some(then) = now_ns.checked_sub(nanoseconds(delay_s)) else { return (edged, false) };
        while self.changes.get(1).is_some_and(|(at, _)| *at <= then) {
            self.changes.pop_front();
        }
        (edged, self.changes.front().is_some_and(|(at, value)| *at <= then && *value))
    }
}

/// Seconds as integer nanoseconds; negative and not finite ones are 0.
pub fn nanoseconds(seconds: f64) -> u64 {
    if seconds > 0.0 { (seconds * 1e9).round() as u64 } else { 0 }
}

/// Running state of a storyboard.
#[derive(Clone, Debug)]
pub struct Machine {
    elements: Vec<Element>,
    stories: Vec<usize>,
    conditions: Vec<ConditionState>,
    stop: usize,
    init: Vec<InitState>,
    started: bool,
    ended: bool,
    /// Number of the running step, from 1.
    count: u64,
    triggering: Vec<Arc<str>>,
    actors: Vec<Arc<str>>,
    transitions: Vec<(Arc<str>, Transition)>,
}

#[derive(Clone, Debug)]
struct InitState {
    path: Arc<str>,
    state: ElementState,
    acted: u64,
}

/// A name of the standard for an init action, as records have it.
pub trait Named {
    /// Kind of the action, as in `LongitudinalAction`.
    fn kind_name(&self) -> &'static str;
}

impl Machine {
    /// Number of conditions.
    pub fn condition_count(&self) -> usize {
        self.conditions.len()
    }

    /// Whether the stop trigger has fired.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Whether every story is complete.
    pub fn stories_complete(&self) -> bool {
        self.stories.iter().all(|ix| self.elements[*ix].state == ElementState::Complete)
    }

    /// Whether an action runs.
    pub fn is_running(&self, ix: ActionIx) -> bool {
        match self.init.get(ix.0) {
            Some(init) => init.state == ElementState::Running,
            None => self.elements.iter().any(|e| e.action == ix && e.state == ElementState::Running),
        }
    }

    /// State of the event of this path or name.
    pub fn event_state(&self, name: &str) -> Option<ElementState> {
        let is = |e: &&Element| {
            e.kind == ElementKind::Event && (&*e.path == name || e.path.rsplit('/').next() == Some(name))
        };
        self.elements.iter().find(is).map(|e| e.state)
    }

    /// What the last step brought: paths of elements with their transitions, in order.
    pub fn transitions(&self) -> &[(Arc<str>, Transition)] {
        &self.transitions
    }

    /// Advances: conditions are tested at `now_ns`, actions act over the step that begins there.
    pub fn step<A, T: Test>(&mut self, board: &Storyboard<A, T>, host: &mut dyn Host<A, T>, now_ns: u64) {
        self.transitions.clear();
        if self.ended {
            return;
        }
        self.count += 1;
        self.start_init(board, host);
        if let Some(trigger) = &board.stop
            && self.fires(self.stop, trigger, host, now_ns)
        {
            self.ended = true;
            for ix in 0..self.stories.len() {
                self.stop_below(self.stories[ix], host);
            }
            self.note("storyBoard".into(), Transition::Stop);
            return;
        }
        self.wake(board, host, now_ns);
        self.settle_replaced(host);
        self.act(board, host);
        self.close(board);
        for element in &mut self.elements {
            element.seen = element.state;
        }
    }

    /// The init phase: every action starts and acts before the next one, which may be relative to it.
    fn start_init<A, T>(&mut self, board: &Storyboard<A, T>, host: &mut dyn Host<A, T>) {
        if std::mem::replace(&mut self.started, true) {
            return;
        }
        for (ix, init) in board.init.iter().enumerate() {
            let actors: Vec<_> = init.entity.iter().cloned().collect();
            self.init[ix].state = ElementState::Running;
            self.note(self.init[ix].path.clone(), Transition::Start);
            host.start(ActionIx(ix), &init.action, &actors);
            self.act_init(ix, board, host);
        }
    }

    fn act_init<A, T>(&mut self, ix: usize, board: &Storyboard<A, T>, host: &mut dyn Host<A, T>) {
        if self.init[ix].state != ElementState::Running || self.init[ix].acted == self.count {
            return;
        }
        self.init[ix].acted = self.count;
        if host.step(ActionIx(ix), &board.init[ix].action) == Progress::Done {
            self.init[ix].state = ElementState::Complete;
            self.note(self.init[ix].path.clone(), Transition::End);
        }
    }

    fn note(&mut self, path: Arc<str>, transition: Transition) {
        if self.transitions.len() < TRANSITIONS_MAX {
            self.transitions.push((path, transition));
        }
    }

    fn change(&mut self, ix: usize, state: ElementState, transition: Transition) {
        let element = &mut self.elements[ix];
        element.state = state;
        // Elements without a name of their own leave no record: their parent's stands for them.
        if !element.nameless {
            let path = element.path.clone();
            self.note(path, transition);
        }
        for at in 0..self.elements[ix].watchers.len() {
            let condition = &mut self.conditions[self.elements[ix].watchers[at]];
            let meant = match condition.wanted {
                Some(ElementEvent::StartTransition) => transition == Transition::Start,
                Some(ElementEvent::EndTransition) => {
                    matches!(transition, Transition::End | Transition::EndToStandby)
                }
                Some(ElementEvent::StopTransition) => transition == Transition::Stop,
                Some(ElementEvent::SkipTransition) => transition == Transition::Skip,
                Some(
                    ElementEvent::StandbyState | ElementEvent::RunningState | ElementEvent::CompleteState,
                )
                | None => false,
            };
            if meant {
                condition.fresh_at = self.count + 1;
                // What is looked at later in this step sees a start already.
                condition.fresh_now = transition == Transition::Start && condition.looked_at != self.count;
            }
        }
    }

    fn all_complete(&self, ix: usize) -> bool {
        self.elements[self.elements[ix].children.clone()].iter().all(|e| e.state == ElementState::Complete)
    }

    /// Starts whatever's trigger fires.
    fn wake<A, T: Test>(&mut self, board: &Storyboard<A, T>, host: &mut dyn Host<A, T>, now_ns: u64) {
        for at in 0..self.stories.len() {
            let story = self.stories[at];
            if self.elements[story].state == ElementState::Standby {
                self.change(story, ElementState::Running, Transition::Start);
            }
            if self.elements[story].state == ElementState::Running {
                for act in self.elements[story].children.clone() {
                    self.wake_act(act, board, host, now_ns);
                }
            }
        }
    }

    fn wake_act<A, T: Test>(
        &mut self,
        ix: usize,
        board: &Storyboard<A, T>,
        host: &mut dyn Host<A, T>,
        now_ns: u64,
    ) {
        let [story_ix, act_ix, ..] = self.elements[ix].at;
        let act = &board.stories[story_ix].acts[act_ix];
        if self.elements[ix].state == ElementState::Standby {
            if !self.fires(self.elements[ix].start, &act.start, host, now_ns) {
                return;
            }
            self.change(ix, ElementState::Running, Transition::Start);
        }
        if self.elements[ix].state != ElementState::Running {
            return;
        }
        if let Some(trigger) = &act.stop
            && self.fires(self.elements[ix].stop, trigger, host, now_ns)
        {
            self.stop_below(ix, host);
            return;
        }
        for group in self.elements[ix].children.clone() {
            if self.elements[group].state == ElementState::Standby {
                self.start_group(group);
            }
            if self.elements[group].state != ElementState::Running {
                continue;
            }
            let plan = &act.groups[self.elements[group].at[2]];
            for maneuver in self.elements[group].children.clone() {
                if self.elements[maneuver].state == ElementState::Running {
                    for event in self.elements[maneuver].children.clone() {
                        self.wake_event(event, maneuver, plan, host, now_ns);
                    }
                }
            }
        }
    }

    /// A group runs: its events wait again, with conditions that have not been evaluated.
    fn start_group(&mut self, ix: usize) {
        self.elements[ix].executions += 1;
        self.change(ix, ElementState::Running, Transition::Start);
        for maneuver in self.elements[ix].children.clone() {
            self.change(maneuver, ElementState::Running, Transition::Start);
            for event in self.elements[maneuver].children.clone() {
                self.elements[event].state = ElementState::Standby;
                self.elements[event].executions = 0;
                let conditions = self.elements[event].conditions.clone();
                self.conditions[conditions].iter_mut().for_each(ConditionState::forget);
                for action in self.elements[event].children.clone() {
                    self.elements[action].state = ElementState::Standby;
                }
            }
        }
    }

    fn wake_event<A, T: Test>(
        &mut self,
        ix: usize,
        maneuver: usize,
        group: &ManeuverGroup<A, T>,
        host: &mut dyn Host<A, T>,
        now_ns: u64,
    ) {
        if self.elements[ix].state != ElementState::Standby {
            return;
        }
        let [.., maneuver_ix, event_ix, _] = self.elements[ix].at;
        let event = &group.maneuvers[maneuver_ix].events[event_ix];
        self.triggering.clear();
        if !self.fires(self.elements[ix].start, &event.start, host, now_ns)
            || !self.make_way(ix, maneuver, event.priority, host)
        {
            return;
        }
        self.elements[ix].executions += 1;
        self.change(ix, ElementState::Running, Transition::Start);
        self.actors.clear();
        self.actors.extend(group.actors.iter().cloned());
        if group.select_triggering == SelectTriggering::Yes {
            for who in std::mem::take(&mut self.triggering) {
                if !self.actors.contains(&who) {
                    self.actors.push(who);
                }
            }
        }
        let actors = std::mem::take(&mut self.actors);
        for action in self.elements[ix].children.clone() {
            let what = &event.actions[self.elements[action].at[5]].action;
            self.change(action, ElementState::Running, Transition::Start);
            host.start(self.elements[action].action, what, &actors);
        }
        self.actors = actors;
    }

    /// Lets every running action act that has not yet acted in this step.
    fn act<A, T: Test>(&mut self, board: &Storyboard<A, T>, host: &mut dyn Host<A, T>) {
        for ix in 0..self.init.len() {
            self.act_init(ix, board, host);
        }
        for ix in 0..self.elements.len() {
            let element = &self.elements[ix];
            let waits = element.state != ElementState::Running || element.acted == self.count;
            if element.kind != ElementKind::Action || waits {
                continue;
            }
            let [story, act, group, maneuver, event, action] = element.at;
            let event = &board.stories[story].acts[act].groups[group].maneuvers[maneuver].events[event];
            self.elements[ix].acted = self.count;
            if host.step(self.elements[ix].action, &event.actions[action].action) == Progress::Done {
                self.change(ix, ElementState::Complete, Transition::End);
            }
        }
    }

    /// Ends whatever has ended: children stand behind their parents.
    fn close<A, T>(&mut self, board: &Storyboard<A, T>) {
        for ix in (0..self.elements.len()).rev() {
            if self.elements[ix].state != ElementState::Running || !self.all_complete(ix) {
                continue;
            }
            let [story, act, group, maneuver, event, _] = self.elements[ix].at;
            match self.elements[ix].kind {
                ElementKind::Action => {}
                ElementKind::Event => {
                    let groups = &board.stories[story].acts[act].groups;
                    self.end_event(ix, &groups[group].maneuvers[maneuver].events[event]);
                }
                ElementKind::ManeuverGroup => {
                    let most = board.stories[story].acts[act].groups[group].max_executions;
                    if self.elements[ix].executions < most {
                        self.change(ix, ElementState::Standby, Transition::EndToStandby);
                        self.start_group(ix);
                    } else {
                        self.change(ix, ElementState::Complete, Transition::End);
                    }
                }
                ElementKind::Maneuver | ElementKind::Act | ElementKind::Story => {
                    self.change(ix, ElementState::Complete, Transition::End);
                }
            }
        }
    }

    /// Ends an event whose actions are all complete.
    fn end_event<A, T>(&mut self, ix: usize, event: &Event<A, T>) {
        if self.elements[ix].executions < event.max_executions {
            self.change(ix, ElementState::Standby, Transition::EndToStandby);
            let conditions = self.elements[ix].conditions.clone();
            self.conditions[conditions].iter_mut().for_each(ConditionState::forget);
            for action in self.elements[ix].children.clone() {
                self.elements[action].state = ElementState::Standby;
            }
        } else {
            self.change(ix, ElementState::Complete, Transition::End);
        }
    }

    /// Whether an event may start beside the running ones of its maneuver; an overriding one ends them.
    fn make_way<A, T>(
        &mut self,
        ix: usize,
        maneuver: usize,
        priority: EventPriority,
        host: &mut dyn Host<A, T>,
    ) -> bool {
        let others: Vec<usize> = self.elements[maneuver]
            .children
            .clone()
            .filter(|o| *o != ix && self.elements[*o].state == ElementState::Running)
            .collect();
        match priority {
            EventPriority::Parallel => true,
            EventPriority::Skip if others.is_empty() => true,
            EventPriority::Skip => {
                self.change(ix, ElementState::Standby, Transition::Skip);
                false
            }
            EventPriority::Override => {
                for other in others {
                    self.stop_below(other, host);
                }
                true
            }
        }
    }

    /// Ends an element and everything below it from outside.
    fn stop_below<A, T>(&mut self, ix: usize, host: &mut dyn Host<A, T>) {
        for child in self.elements[ix].children.clone() {
            self.stop_below(child, host);
        }
        if self.elements[ix].state == ElementState::Running {
            if self.elements[ix].kind == ElementKind::Action {
                host.stop(self.elements[ix].action);
            }
            self.change(ix, ElementState::Complete, Transition::Stop);
        } else {
            self.elements[ix].state = ElementState::Complete;
        }
    }

    /// Ends the actions whose place others took in this step.
    fn settle_replaced<A, T>(&mut self, host: &mut dyn Host<A, T>) {
        for replaced in host.take_replaced() {
            if let Some(init) = self.init.get_mut(replaced.0) {
                if init.state == ElementState::Running {
                    init.state = ElementState::Complete;
                    let path = init.path.clone();
                    self.note(path, Transition::End);
                }
                continue;
            }
            let is = |e: &Element| e.action == replaced && e.state == ElementState::Running;
            if let Some(action) = self.elements.iter().position(is) {
                self.change(action, ElementState::Complete, Transition::End);
            }
        }
    }

    /// Evaluates every condition of a trigger (edges and delays need it) and says whether it fires.
    fn fires<A, T: Test>(
        &mut self,
        first: usize,
        trigger: &Trigger<T>,
        host: &mut dyn Host<A, T>,
        now_ns: u64,
    ) -> bool {
        let mut fires = trigger.any.is_empty();
        let mut ix = first;
        for group in &trigger.any {
            let mut all = true;
            for condition in group {
                all &= self.evaluate(ix, condition, host, now_ns);
                ix += 1;
            }
            fires |= all;
        }
        fires
    }

    fn evaluate<A, T: Test>(
        &mut self,
        ix: usize,
        condition: &Condition<T>,
        host: &mut dyn Host<A, T>,
        now_ns: u64,
    ) -> bool {
        let value = self.value(ix, &condition.test, host, now_ns);
        let state = &mut self.conditions[ix];
        let (edged, holds) = state.update(value, condition.edge, condition.delay_s, now_ns);
        let begins = edged && !state.edged && condition.delay_s > 0.0;
        let fired = holds && !state.held;
        (state.edged, state.held) = (edged, holds);
        if begins || fired {
            let path = state.path.clone();
            self.note(path, Transition::ConditionTrue);
        }
        holds
    }

    fn value<A, T: Test>(&mut self, ix: usize, test: &T, host: &mut dyn Host<A, T>, now_ns: u64) -> bool {
        if let Some((seconds, rule)) = test.time() {
            let (left, right) = (now_ns as f64, (seconds * 1e9).round());
            return match rule {
                TimeRule::Is(comparison) => compare(left, comparison, right),
                TimeRule::NotEqual => left != right,
            };
        }
        let Some(wanted) = self.conditions[ix].wanted else {
            return host.holds(ix, test, &mut self.triggering);
        };
        let state = match wanted {
            ElementEvent::StandbyState => ElementState::Standby,
            ElementEvent::RunningState => ElementState::Running,
            ElementEvent::CompleteState => ElementState::Complete,
            ElementEvent::StartTransition
            | ElementEvent::EndTransition
            | ElementEvent::StopTransition
            | ElementEvent::SkipTransition => {
                // A transition is seen once: a start in its own step by what is looked at after it, everything else
                // in the step after it.
                let condition = &mut self.conditions[ix];
                condition.looked_at = self.count;
                let now = std::mem::take(&mut condition.fresh_now) && condition.fresh_at == self.count + 1;
                if now {
                    condition.fresh_at = 0;
                }
                // It is an edge itself: before it there was none.
                condition.before.get_or_insert(false);
                return now || condition.fresh_at == self.count;
            }
        };
        self.conditions[ix].targets.iter().any(|target| self.elements[*target].seen == state)
    }
}

/// All conditions of a storyboard with their numbers, in the order that the machine gives them.
pub fn conditions_in_order<A, T>(board: &Storyboard<A, T>) -> impl Iterator<Item = (usize, &Condition<T>)> {
    let mut all: Vec<&Condition<T>> = Vec::new();
    for story in &board.stories {
        for act in &story.acts {
            all.extend(act.start.any.iter().flatten());
            all.extend(act.stop.iter().flat_map(|t| t.any.iter().flatten()));
        }
        for act in &story.acts {
            for group in &act.groups {
                for maneuver in &group.maneuvers {
                    for event in &maneuver.events {
                        all.extend(event.start.any.iter().flatten());
                    }
                }
            }
        }
    }
    all.extend(board.stop.iter().flat_map(|t| t.any.iter().flatten()));
    all.into_iter().enumerate()
}
