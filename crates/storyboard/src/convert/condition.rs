//! Conditions, as far as the native format has them.

use super::text::{number, quoted};
use super::{CONDITIONS_MAX, Writer, joined};
use crate::board::{Comparison, Condition, Edge};
use crate::standard::{
    CoordinateSystem, Direction, DistanceKind, ElementEvent, ElementKind, EntityOrPosition, EntityTest,
    Extents, Measure, Quantifier, Rule, StandardCondition, ValueTest,
};

/// The key of a comparison: `below_m`, `at_least_s` …
fn bound(rule: Rule, unit: &str, value: f64) -> Option<String> {
    let word = match rule {
        Rule::Is(Comparison::Less) => "below",
        Rule::Is(Comparison::LessOrEqual) => "at_most",
        Rule::Is(Comparison::GreaterOrEqual) => "at_least",
        Rule::Is(Comparison::Greater) => "above",
        Rule::Is(Comparison::Equal) | Rule::NotEqual => return None,
    };
    Some(format!("{word}_{unit} = {}", number(value)))
}

impl Writer<'_> {
    /// A condition with its edge and delay.
    pub(super) fn condition(&mut self, who: &str, c: &Condition<StandardCondition>) -> Option<String> {
        let tests = match &c.test {
            StandardCondition::ByEntity { entities, quantifier, test } => {
                let mut list = Vec::new();
                for entity in entities {
                    list.push(self.entity_test(who, entity, test)?);
                }
                let word = match quantifier {
                    Quantifier::Any => "any",
                    Quantifier::All => "all",
                    Quantifier::None => return self.unsayable(who, "a condition on no entity"),
                };
                (word, list)
            }
            StandardCondition::ByValue(test) => self.value_test(who, test)?,
        };
        let mut beside = String::new();
        let mut edge = c.edge;
        if tests.1.len() > 1 && edge != Edge::None {
            if tests.0 == "all" && edge == Edge::Rising {
                // Their edges hardly come together; that they hold together is what is meant.
                edge = Edge::None;
                self.lose(format!(
                    "{who}: the edge of a condition on several things; it is asked whether it holds"
                ));
            } else {
                self.lose(format!("{who}: the edge of a condition on several things counts for each"));
            }
        }
        match edge {
            Edge::None => {}
            Edge::Rising => beside.push_str(", edge = \"rising\""),
            Edge::Falling => beside.push_str(", edge = \"falling\""),
            Edge::RisingOrFalling => beside.push_str(", edge = \"rising_or_falling\""),
        }
        if c.delay_s > 0.0 {
            beside.push_str(&format!(", delay_s = {}", number(c.delay_s)));
        }
        let (word, tests) = tests;
        if tests.is_empty() {
            return self.unsayable(who, "a condition on no entity");
        }
        if tests.len() > CONDITIONS_MAX {
            return self.unsayable(who, &format!("a condition on {} things at once", tests.len()));
        }
        Some(joined(word, tests.into_iter().map(|t| format!("{{ {t}{beside} }}")).collect()))
    }

    fn unsayable<T>(&mut self, who: &str, what: &str) -> Option<T> {
        self.lose(format!("{who}: {what}"));
        None
    }

    fn entity_test(&mut self, who: &str, entity: &str, test: &EntityTest) -> Option<String> {
        let from = self.entity(who, entity)?;
        let found = match test {
            EntityTest::Speed(value, rule, Direction::Total | Direction::Longitudinal) => {
                bound(*rule, "mps", *value).map(|b| format!("speed = {{ entity = {from}, {b} }}"))
            }
            EntityTest::TraveledDistance(value) => {
                Some(format!("traveled = {{ entity = {from}, at_least_m = {} }}", number(*value)))
            }
            EntityTest::StandStill(value) => {
                Some(format!("standstill = {{ entity = {from}, for_s = {} }}", number(*value)))
            }
            EntityTest::ReachPosition(position, tolerance) => {
                let place = self.position(who, position, Some(entity))?;
                let within = number(tolerance.max(0.01));
                Some(format!("reach = {{ entity = {from}, place = {place}, within_m = {within} }}"))
            }
            EntityTest::Distance {
                to,
                value_m,
                rule: Rule::Is(Comparison::Less | Comparison::LessOrEqual),
                ..
            } => {
                let place = self.position(who, to, Some(entity))?;
                self.lose(format!("{who}: a distance to a position is measured straight, between points"));
                let within = number(value_m.max(0.01));
                Some(format!("reach = {{ entity = {from}, place = {place}, within_m = {within} }}"))
            }
            EntityTest::RelativeDistance { to, value_m, rule, measure } => {
                let to = self.entity(who, to)?;
                let word = self.distance_word(who, measure);
                bound(*rule, "m", *value_m).map(|b| format!("{word} = {{ from = {from}, to = {to}, {b} }}"))
            }
            EntityTest::TimeHeadway { to, value_s, rule, measure } => {
                let to = self.entity(who, to)?;
                if measure.kind != DistanceKind::Longitudinal || measure.extents != Extents::FreeSpace {
                    self.lose(format!("{who}: a time headway is measured along the road, bumper to bumper"));
                }
                bound(*rule, "s", *value_s).map(|b| format!("headway = {{ from = {from}, to = {to}, {b} }}"))
            }
            EntityTest::TimeToCollision { target, value_s, rule, .. } => match target {
                EntityOrPosition::Entity(to) => {
                    let to = self.entity(who, to)?;
                    let pair = format!("from = {from}, to = {to}");
                    bound(*rule, "s", *value_s).map(|b| format!("time_to_collision = {{ {pair}, {b} }}"))
                }
                EntityOrPosition::Position(position) => {
                    let place = self.position(who, position, Some(entity))?;
                    let to = format!("entity = {from}, place = {place}");
                    bound(*rule, "s", *value_s).map(|b| format!("time_to_place = {{ {to}, {b} }}"))
                }
            },
            EntityTest::EndOfRoad(_)
            | EntityTest::Collision(_)
            | EntityTest::Offroad(_)
            | EntityTest::Acceleration(..)
            | EntityTest::Speed(_, _, Direction::Lateral | Direction::Vertical)
            | EntityTest::RelativeSpeed { .. }
            | EntityTest::Distance { .. }
            | EntityTest::RelativeClearance { .. }
            | EntityTest::Angle { .. }
            | EntityTest::RelativeAngle { .. } => None,
        };
        found.or_else(|| self.unsayable(who, &format!("the condition {}", kind_of(test))))
    }

    fn distance_word(&mut self, who: &str, measure: &Measure) -> &'static str {
        let along = measure.kind == DistanceKind::Longitudinal;
        let exact = match (along, measure.extents) {
            (true, Extents::FreeSpace) => !matches!(measure.system, CoordinateSystem::World),
            (false, Extents::ReferencePoints) => measure.kind == DistanceKind::Euclidean,
            (true, Extents::ReferencePoints) | (false, Extents::FreeSpace) => false,
        };
        if !exact {
            let what = if along { "along the road, bumper to bumper" } else { "straight, between points" };
            self.lose(format!("{who}: a distance is measured {what}"));
        }
        if along { "gap" } else { "distance" }
    }

    fn value_test(&mut self, who: &str, test: &ValueTest) -> Option<(&'static str, Vec<String>)> {
        match test {
            ValueTest::SimulationTime(value, Rule::Is(Comparison::GreaterOrEqual)) if *value >= 0.0 => {
                Some(("all", vec![format!("at_s = {}", number(*value))]))
            }
            ValueTest::SimulationTime(value, rule) => match bound(*rule, "s", *value) {
                Some(b) => Some(("all", vec![format!("time = {{ {b} }}")])),
                None => self.unsayable(who, "an exact time"),
            },
            ValueTest::StoryboardElement { kind, element, state } => {
                self.element_state(who, *kind, element, *state)
            }
            ValueTest::TimeOfDay(..) => self.unsayable(who, "a condition on the time of day"),
            ValueTest::Parameter(name, ..) => {
                self.unsayable(who, &format!("a condition on the parameter {name}"))
            }
            ValueTest::Variable(name, ..) => {
                self.unsayable(who, &format!("a condition on the variable {name}"))
            }
            ValueTest::UserDefined(name, ..) => {
                self.unsayable(who, &format!("a condition on the value {name}"))
            }
            ValueTest::TrafficSignal { name, .. } => {
                self.unsayable(who, &format!("a condition on the state of signal {name}"))
            }
            ValueTest::TrafficSignalController { controller, .. } => {
                self.unsayable(who, &format!("a condition on the phase of {controller}"))
            }
        }
    }

    /// The state of an element by the states of the events in it: it runs when one of them runs, and is
    /// complete when all of them are.
    fn element_state(
        &mut self,
        who: &str,
        kind: ElementKind,
        element: &str,
        state: ElementEvent,
    ) -> Option<(&'static str, Vec<String>)> {
        let mut events = self.events_of(kind, element);
        let running = matches!(state, ElementEvent::RunningState | ElementEvent::StartTransition);
        if running
            && events.iter().any(|e| e == who)
            && kind != ElementKind::Event
            && kind != ElementKind::Action
        {
            // What is around the event runs whenever the event is asked.
            return Some(("all", vec!["at_s = 0".to_owned()]));
        }
        let all = events.len();
        events.retain(|e| !self.dropped.contains(e));
        if events.is_empty() {
            return self.unsayable(who, &format!("a condition on {element}"));
        }
        if events.len() < all {
            self.lose(format!("{who}: of {element} only the events that can be said count"));
        }
        if kind == ElementKind::Action {
            self.lose(format!("{who}: the action {element} is complete when its event is"));
        }
        let (word, is) = match state {
            ElementEvent::StandbyState => ("all", "standby"),
            ElementEvent::StartTransition | ElementEvent::RunningState => ("any", "running"),
            ElementEvent::EndTransition | ElementEvent::CompleteState | ElementEvent::StopTransition => {
                ("all", "complete")
            }
            ElementEvent::SkipTransition => return self.unsayable(who, "a condition on a skipped element"),
        };
        if state == ElementEvent::StopTransition {
            self.lose(format!("{who}: {element} counts as stopped when it is complete"));
        }
        let one = |name: &String| format!("event = {{ name = {}, is = \"{is}\" }}", quoted(name));
        Some((word, events.iter().map(one).collect()))
    }

    /// Native names of the events in an element, or of the event that an action belongs to.
    fn events_of(&self, kind: ElementKind, element: &str) -> Vec<String> {
        let wanted: Vec<&str> = element.split("::").collect();
        let Some((last, above)) = wanted.split_last() else { return Vec::new() };
        // Depth of the element's own name in an event's path.
        let depth = match kind {
            ElementKind::Story => 0,
            ElementKind::Act => 1,
            ElementKind::ManeuverGroup => 2,
            ElementKind::Maneuver => 3,
            ElementKind::Event => 4,
            ElementKind::Action => 5,
        };
        let mut found = Vec::new();
        let mut names = self.events.iter();
        for story in &self.play.board.stories {
            for act in &story.acts {
                for group in &act.groups {
                    for maneuver in &group.maneuvers {
                        for event in &maneuver.events {
                            let Some(native) = names.next() else { return found };
                            let path = [&story.name, &act.name, &group.name, &maneuver.name, &event.name];
                            let named = match path.get(depth) {
                                Some(name) => name.as_str() == *last,
                                None => event.actions.iter().any(|a| a.name == *last),
                            };
                            let mut rest = path[..depth.min(5)].iter();
                            if named && above.iter().all(|part| rest.any(|n| n.as_str() == *part)) {
                                found.push(native.clone());
                            }
                        }
                    }
                }
            }
        }
        found
    }
}

fn kind_of(test: &EntityTest) -> &'static str {
    match test {
        EntityTest::EndOfRoad(_) => "end of road",
        EntityTest::Collision(_) => "collision",
        EntityTest::Offroad(_) => "off the road",
        EntityTest::TimeHeadway { .. } => "time headway by an exact value",
        EntityTest::TimeToCollision { .. } => "time to collision by an exact value",
        EntityTest::Acceleration(..) => "acceleration",
        EntityTest::StandStill(_) => "stand still",
        EntityTest::Speed(..) => "speed by an exact value or sideways",
        EntityTest::RelativeSpeed { .. } => "relative speed",
        EntityTest::TraveledDistance(_) => "traveled distance",
        EntityTest::ReachPosition(..) => "reach position",
        EntityTest::Distance { .. } => "distance to a position of at least",
        EntityTest::RelativeDistance { .. } => "distance by an exact value",
        EntityTest::RelativeClearance { .. } => "relative clearance",
        EntityTest::Angle { .. } => "angle",
        EntityTest::RelativeAngle { .. } => "relative angle",
    }
}
