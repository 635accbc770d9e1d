//! The storyboard: init, stories, acts, maneuver groups, maneuvers, events.

use super::context::{Context, SELECTED_MAX};
use super::word;
use crate::board::{
    Act, Event, EventAction, InitAction, Maneuver, ManeuverGroup, SelectTriggering, Story, Storyboard,
};
use crate::standard::{ElementKind, EntityName, StandardAction, StandardCondition};
use openscenario::model::{self as xml, CatalogEntry};
use openscenario::{Origin, Placed};
use std::collections::{BTreeMap, BTreeSet};

type A = StandardAction;
type C = StandardCondition;

/// The maneuvers of a group: those of catalogs first, then its own, as the schema orders them.
pub(super) fn maneuvers(group: &xml::ManeuverGroup) -> impl Iterator<Item = &xml::Maneuver> {
    let entries = group.catalog_references.iter().filter_map(|r| match r.entry.as_deref() {
        Some(CatalogEntry::Maneuver(maneuver)) => Some(maneuver),
        Some(_) | None => None,
    });
    entries.chain(&group.maneuvers)
}

/// All elements by kind and name, each with the names around it.
pub(super) fn elements(board: &xml::Storyboard) -> BTreeMap<(ElementKind, String), Vec<Vec<String>>> {
    let mut found: BTreeMap<(ElementKind, String), Vec<Vec<String>>> = BTreeMap::new();
    let mut around: Vec<String> = Vec::new();
    let mut note = |kind: ElementKind, name: &str, around: &[String]| {
        found.entry((kind, name.to_owned())).or_default().push(around.to_vec());
    };
    for story in &board.stories {
        note(ElementKind::Story, &story.name, &around);
        around.push(story.name.clone());
        for act in &story.acts {
            note(ElementKind::Act, &act.name, &around);
            around.push(act.name.clone());
            for group in &act.maneuver_groups {
                note(ElementKind::ManeuverGroup, &group.name, &around);
                around.push(group.name.clone());
                for maneuver in maneuvers(group) {
                    note(ElementKind::Maneuver, &maneuver.name, &around);
                    around.push(maneuver.name.clone());
                    for event in &maneuver.events {
                        note(ElementKind::Event, &event.name, &around);
                        around.push(event.name.clone());
                        for action in &event.actions {
                            note(ElementKind::Action, &action.name, &around);
                        }
                        around.pop();
                    }
                    around.pop();
                }
                around.pop();
            }
            around.pop();
        }
        around.pop();
    }
    found
}

impl Context<'_> {
    pub(super) fn board(&mut self, board: &xml::Storyboard) -> Storyboard<A, C> {
        self.check_names("story", board.stories.iter().map(|s| (s.name.as_str(), s.origin)));
        Storyboard {
            init: self.init(&board.init.actions),
            stories: board.stories.iter().map(|s| self.story(s)).collect(),
            stop: self.stop_trigger(board.stop_trigger.as_ref()),
        }
    }

    /// Init actions in the order of the file.
    fn init(&mut self, actions: &xml::InitActions) -> Vec<InitAction<A>> {
        let mut list: Vec<(u32, InitAction<A>)> = Vec::new();
        for action in &actions.global_actions {
            let at = action.origin().place.offset;
            let action = self.global_action(action).map(StandardAction::Global);
            list.extend(action.map(|action| (at, InitAction { entity: None, action })));
        }
        for action in &actions.user_defined_actions {
            let at = action.origin.place.offset;
            list.push((at, InitAction { entity: None, action: self.user_defined_action(action) }));
        }
        for private in &actions.privates {
            let at = private.origin.place.offset;
            let entities: Vec<EntityName> = self.entities_of(&private.entity_ref, private.origin);
            let found: Vec<_> =
                private.private_actions.iter().filter_map(|a| self.private_action(a)).flatten().collect();
            for entity in entities {
                if list.len() > SELECTED_MAX {
                    let message = format!("more than SELECTED_MAX = {SELECTED_MAX} init actions");
                    self.error("limit.selected", private.origin, message, "");
                    break;
                }
                for action in &found {
                    let (entity, action) = (Some(entity.clone()), StandardAction::Private(action.clone()));
                    list.push((at, InitAction { entity, action }));
                }
            }
        }
        list.sort_by_key(|(at, _)| *at);
        list.into_iter().map(|(_, action)| action).collect()
    }

    fn story(&mut self, story: &xml::Story) -> Story<A, C> {
        self.check_names("act", story.acts.iter().map(|a| (a.name.as_str(), a.origin)));
        Story { name: story.name.clone(), acts: story.acts.iter().map(|a| self.act(a)).collect() }
    }

    fn act(&mut self, act: &xml::Act) -> Act<A, C> {
        self.check_names("maneuver group", act.maneuver_groups.iter().map(|g| (g.name.as_str(), g.origin)));
        Act {
            name: act.name.clone(),
            groups: act.maneuver_groups.iter().map(|g| self.group(g)).collect(),
            start: self.trigger(act.start_trigger.as_ref()),
            stop: self.stop_trigger(act.stop_trigger.as_ref()),
        }
    }

    fn group(&mut self, group: &xml::ManeuverGroup) -> ManeuverGroup<A, C> {
        for reference in &group.catalog_references {
            if !matches!(reference.entry.as_deref(), Some(CatalogEntry::Maneuver(_))) {
                self.wrong_entry(reference, "maneuver");
            }
        }
        self.check_names("maneuver", maneuvers(group).map(|m| (m.name.as_str(), m.origin)));
        let mut actors: Vec<EntityName> = Vec::new();
        for reference in &group.actors.entity_refs {
            actors.extend(self.entities_of(&reference.entity_ref, reference.origin));
        }
        let mut seen = BTreeSet::new();
        actors.retain(|a| seen.insert(a.clone()));
        let select_triggering = if group.actors.select_triggering_entities {
            SelectTriggering::Yes
        } else {
            SelectTriggering::No
        };
        let moves_somebody = !actors.is_empty() || select_triggering == SelectTriggering::Yes;
        ManeuverGroup {
            name: group.name.clone(),
            max_executions: group.maximum_execution_count,
            actors,
            select_triggering,
            maneuvers: maneuvers(group).map(|m| self.maneuver(m, &moves_somebody)).collect(),
        }
    }

    fn maneuver(&mut self, maneuver: &xml::Maneuver, moves_somebody: &bool) -> Maneuver<A, C> {
        self.check_names("event", maneuver.events.iter().map(|e| (e.name.as_str(), e.origin)));
        let events = maneuver.events.iter().map(|e| self.event(e, moves_somebody)).collect();
        Maneuver { name: maneuver.name.clone(), events }
    }

    fn event(&mut self, event: &xml::Event, moves_somebody: &bool) -> Event<A, C> {
        self.check_names("action", event.actions.iter().map(|a| (a.name.as_str(), a.origin)));
        let mut actions = Vec::new();
        for action in &event.actions {
            let name = &action.name;
            let found: Vec<StandardAction> = match &action.action {
                Some(xml::ActionKind::PrivateAction(private)) => {
                    if !moves_somebody {
                        let message = format!("the private action {name:?} has no actors");
                        let hint = "name entities in the maneuver group's <Actors>";
                        self.warn("reference.actors", action.origin, message, hint);
                    }
                    let found = self.private_action(private);
                    found.into_iter().flatten().map(StandardAction::Private).collect()
                }
                Some(xml::ActionKind::GlobalAction(global)) => {
                    self.global_action(global).map(StandardAction::Global).into_iter().collect()
                }
                Some(xml::ActionKind::UserDefinedAction(own)) => vec![self.user_defined_action(own)],
                None => {
                    let message = format!("the action {name:?} does nothing");
                    self.warn("element.choice", action.origin, message, "it was left out");
                    Vec::new()
                }
            };
            actions.extend(found.into_iter().map(|action| EventAction { name: name.clone(), action }));
        }
        Event {
            name: event.name.clone(),
            priority: word::priority(event.priority),
            max_executions: event.maximum_execution_count.unwrap_or(1),
            start: self.trigger(event.start_trigger.as_ref()),
            actions,
        }
    }

    /// Warns of elements of one kind and level that share a name.
    fn check_names<'n>(&mut self, kind: &str, names: impl Iterator<Item = (&'n str, Origin)>) {
        let mut seen = BTreeSet::new();
        for (name, at) in names {
            if !seen.insert(name) {
                let message = format!("the name {name:?} of this {kind} is taken on its level");
                self.warn("name.unique", at, message, "references to it mean either");
            }
        }
    }
}
