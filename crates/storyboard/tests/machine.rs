//! The machine alone: which step sees which transition.

use std::sync::Arc;
use storyboard::board::*;
use storyboard::machine::{ActionIx, Host, Machine, Named, Progress, Test};
use storyboard::standard::{ElementEvent, ElementKind};

/// "This element does that."
#[derive(Clone, Debug, PartialEq)]
struct Asks(ElementKind, &'static str, ElementEvent);

impl Test for Asks {
    fn element(&self) -> Option<(ElementKind, &str, ElementEvent)> {
        Some((self.0, self.1, self.2))
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Mark;

impl Named for Mark {
    fn kind_name(&self) -> &'static str {
        "mark"
    }
}

/// Notes in which step an action starts; every action is done at once.
#[derive(Default)]
struct Notes {
    step: u64,
    started: Vec<u64>,
}

impl Host<Mark, Asks> for Notes {
    fn holds(&mut self, _: usize, _: &Asks, _: &mut Vec<Arc<str>>) -> bool {
        false
    }
    fn start(&mut self, _: ActionIx, _: &Mark, _: &[Arc<str>]) {
        self.started.push(self.step);
    }
    fn step(&mut self, _: ActionIx, _: &Mark) -> Progress {
        Progress::Done
    }
    fn stop(&mut self, _: ActionIx) {}
    fn take_replaced(&mut self) -> Vec<ActionIx> {
        Vec::new()
    }
}

fn event(name: &str, start: Trigger<Asks>) -> Event<Mark, Asks> {
    Event {
        name: name.to_owned(),
        priority: EventPriority::Parallel,
        max_executions: 1,
        start,
        actions: vec![EventAction { name: "mark".to_owned(), action: Mark }],
    }
}

fn when(asks: Asks) -> Trigger<Asks> {
    Trigger {
        any: vec![vec![Condition { name: "c".to_owned(), edge: Edge::None, delay_s: 0.0, test: asks }]],
    }
}

/// Steps in which the actions of an act's events start.
fn started(events: Vec<Event<Mark, Asks>>) -> Vec<u64> {
    let maneuver = Maneuver { name: "m".to_owned(), events };
    let group = ManeuverGroup {
        name: "g".to_owned(),
        max_executions: 1,
        actors: vec!["a".into()],
        select_triggering: SelectTriggering::No,
        maneuvers: vec![maneuver],
    };
    let act = Act { name: "act".to_owned(), groups: vec![group], start: Trigger::default(), stop: None };
    let board = Storyboard {
        stories: vec![Story { name: "s".to_owned(), acts: vec![act] }],
        ..Storyboard::default()
    };
    let (mut machine, mut notes) = (Machine::new(&board), Notes::default());
    for step in 0..6 {
        notes.step = step;
        machine.step(&board, &mut notes, step * 100_000_000);
    }
    notes.started
}

#[test]
fn a_start_is_seen_in_its_own_step_by_whoever_comes_after() {
    // The act starts in step 0; its event asks about that in the same step.
    let asks = Asks(ElementKind::Act, "act", ElementEvent::StartTransition);
    assert_eq!(started(vec![event("e", when(asks))]), [0]);
    // Whoever has been asked already sees it in the next step.
    let asks = Asks(ElementKind::Event, "second", ElementEvent::StartTransition);
    let first = event("first", when(asks.clone()));
    let second = event("second", Trigger::default());
    assert_eq!(started(vec![first.clone(), second.clone()]), [0, 1]);
    assert_eq!(started(vec![second, first]), [0, 0]);
}
