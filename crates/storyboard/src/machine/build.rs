//! Builds the machine's elements from a storyboard: paths, conditions with their numbers, who asks about whom.

use super::{ActionIx, ConditionState, Element, InitState, Machine, Named, Test, conditions_in_order};
use crate::board::{Act, ElementState, Maneuver, Story, Storyboard, Trigger};
use crate::standard::ElementKind;
use std::collections::VecDeque;
use std::sync::Arc;

impl Machine {
    /// All elements in standby.
    pub fn new<A: Named, T: Test>(board: &Storyboard<A, T>) -> Self {
        let mut made = Self {
            elements: Vec::new(),
            stories: Vec::new(),
            conditions: Vec::new(),
            stop: 0,
            init: Vec::new(),
            started: false,
            ended: false,
            count: 0,
            triggering: Vec::new(),
            actors: Vec::new(),
            transitions: Vec::new(),
        };
        for init in &board.init {
            let who = init.entity.as_deref().map(|name| format!("{name} ")).unwrap_or_default();
            let path = format!("Init {who}{}", init.action.kind_name()).into();
            made.init.push(InitState { path, state: ElementState::Standby, acted: 0 });
        }
        let mut action = board.init.len();
        for (story_ix, story) in board.stories.iter().enumerate() {
            let story_at = made.add(ElementKind::Story, &story.name, "", [story_ix, 0, 0, 0, 0, 0]);
            made.stories.push(story_at);
            made.add_acts(story_at, story, story_ix, &mut action);
        }
        made.stop = made.conditions.len();
        if let Some(stop) = &board.stop {
            made.add_trigger(stop, "storyBoard");
        }
        made.aim(board);
        made
    }

    fn add_acts<A, T>(&mut self, story_at: usize, story: &Story<A, T>, story_ix: usize, action: &mut usize) {
        let begin = self.elements.len();
        let path = self.elements[story_at].path.clone();
        for (ix, act) in story.acts.iter().enumerate() {
            let at = self.add(ElementKind::Act, &act.name, &path, [story_ix, ix, 0, 0, 0, 0]);
            let own = self.elements[at].path.clone();
            self.elements[at].start = self.add_trigger(&act.start, &own);
            self.elements[at].stop = self.conditions.len();
            if let Some(stop) = &act.stop {
                self.add_trigger(stop, &own);
            }
        }
        self.elements[story_at].children = begin..self.elements.len();
        for (ix, act) in story.acts.iter().enumerate() {
            self.add_groups(begin + ix, act, [story_ix, ix, 0, 0, 0, 0], action);
        }
    }

    fn add_groups<A, T>(&mut self, act_at: usize, act: &Act<A, T>, place: [usize; 6], action: &mut usize) {
        let begin = self.elements.len();
        let path = self.elements[act_at].path.clone();
        for (ix, group) in act.groups.iter().enumerate() {
            let place = [place[0], place[1], ix, 0, 0, 0];
            self.add(ElementKind::ManeuverGroup, &group.name, &path, place);
        }
        self.elements[act_at].children = begin..self.elements.len();
        for (group_ix, group) in act.groups.iter().enumerate() {
            let first = self.elements.len();
            let group_path = self.elements[begin + group_ix].path.clone();
            for (ix, maneuver) in group.maneuvers.iter().enumerate() {
                let place = [place[0], place[1], group_ix, ix, 0, 0];
                self.add(ElementKind::Maneuver, &maneuver.name, &group_path, place);
            }
            self.elements[begin + group_ix].children = first..self.elements.len();
            for (ix, maneuver) in group.maneuvers.iter().enumerate() {
                self.add_events(first + ix, maneuver, [place[0], place[1], group_ix, ix, 0, 0], action);
            }
        }
    }

    fn add_events<A, T>(
        &mut self,
        maneuver_at: usize,
        maneuver: &Maneuver<A, T>,
        place: [usize; 6],
        action: &mut usize,
    ) {
        let begin = self.elements.len();
        let path = self.elements[maneuver_at].path.clone();
        for (ix, event) in maneuver.events.iter().enumerate() {
            let place = [place[0], place[1], place[2], place[3], ix, 0];
            let at = self.add(ElementKind::Event, &event.name, &path, place);
            let own = self.elements[at].path.clone();
            let first = self.add_trigger(&event.start, &own);
            self.elements[at].start = first;
            self.elements[at].conditions = first..self.conditions.len();
        }
        self.elements[maneuver_at].children = begin..self.elements.len();
        for (event_ix, event) in maneuver.events.iter().enumerate() {
            let first = self.elements.len();
            let event_path = self.elements[begin + event_ix].path.clone();
            for (ix, what) in event.actions.iter().enumerate() {
                let place = [place[0], place[1], place[2], place[3], event_ix, ix];
                let at = self.add(ElementKind::Action, &what.name, &event_path, place);
                self.elements[at].action = ActionIx(*action);
                *action += 1;
            }
            self.elements[begin + event_ix].children = first..self.elements.len();
        }
    }

    fn add(&mut self, kind: ElementKind, name: &str, above: &str, at: [usize; 6]) -> usize {
        let path: Arc<str> = match (above.is_empty(), name.is_empty()) {
            (_, true) => above.into(),
            (true, false) => name.into(),
            (false, false) => format!("{above}/{name}").into(),
        };
        self.elements.push(Element {
            kind,
            path,
            nameless: name.is_empty(),
            state: ElementState::Standby,
            seen: ElementState::Standby,
            executions: 0,
            acted: 0,
            watchers: Vec::new(),
            start: 0,
            conditions: 0..0,
            stop: 0,
            children: 0..0,
            at,
            action: ActionIx(usize::MAX),
        });
        self.elements.len() - 1
    }

    fn add_trigger<T>(&mut self, trigger: &Trigger<T>, path: &str) -> usize {
        let first = self.conditions.len();
        for condition in trigger.any.iter().flatten() {
            self.conditions.push(ConditionState {
                path: format!("{path}/{}", condition.name).into(),
                before: None,
                held: false,
                edged: false,
                changes: VecDeque::new(),
                targets: Vec::new(),
                wanted: None,
                fresh_at: 0,
                fresh_now: false,
                looked_at: 0,
            });
        }
        first
    }

    /// Finds the elements that conditions ask about: by path (`a::b` or `a/b`), else by name.
    fn aim<A, T: Test>(&mut self, board: &Storyboard<A, T>) {
        let mut aims = Vec::new();
        for (ix, condition) in conditions_in_order(board) {
            let Some((kind, name, event)) = condition.test.element() else { continue };
            let wanted = name.replace("::", "/");
            let last = |path: &str| path.rsplit('/').next() == Some(wanted.as_str());
            let ends = |path: &str| path == wanted || path.ends_with(&format!("/{wanted}"));
            let is = |e: &&(usize, &Element)| e.1.kind == kind && (ends(&e.1.path) || last(&e.1.path));
            let all: Vec<_> = self.elements.iter().enumerate().collect();
            let found = all.iter().filter(is).map(|(ix, _)| *ix).collect::<Vec<_>>();
            aims.push((ix, found, event));
        }
        for (ix, found, event) in aims {
            for target in &found {
                self.elements[*target].watchers.push(ix);
            }
            if let Some(state) = self.conditions.get_mut(ix) {
                state.targets = found;
                state.wanted = Some(event);
            }
        }
    }
}
