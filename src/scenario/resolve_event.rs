//! Events: conditions to triggers (a disjunction of conjunctions), actions, the storyboard's structure, and
//! the check that no events wait for each other in a circle.

use super::diagnostic::{Span, did_you_mean};
use super::files::NameKind;
use super::limits::{CONDITION_GROUPS_MAX, CONDITIONS_MAX};
use super::located::At;
use super::model::*;
use super::raw_event::*;
use super::resolve::{Resolver, check_element_name, signal_fault};
use std::collections::{BTreeMap, BTreeSet};

/// Name of the story, act and group that hold the plain events of a file.
pub const PLAIN_EVENTS: &str = "events";

/// Native actions have no names of their own.
fn named(actions: Vec<Action>) -> Vec<EventAction<Action>> {
    actions.into_iter().map(|action| EventAction { name: String::new(), action }).collect()
}

impl Resolver<'_, '_, '_> {
    pub(super) fn storyboard(
        &mut self,
        init: &[At<RawAction>],
        events: &[RawEvent],
        stories: &[RawStory],
        stop: Option<&At<RawWhen>>,
    ) -> Storyboard {
        let mut waits = Waits::default();
        let init = self.actions(init).into_iter().map(|action| InitAction { entity: None, action }).collect();
        let mut out = Storyboard { init, ..Storyboard::default() };
        if !events.is_empty() {
            let events = self.events(events, &mut waits);
            let group = ManeuverGroup {
                name: PLAIN_EVENTS.to_owned(),
                max_executions: 1,
                actors: Vec::new(),
                select_triggering: SelectTriggering::No,
                maneuvers: vec![Maneuver { name: String::new(), events }],
            };
            let act = Act {
                name: PLAIN_EVENTS.to_owned(),
                groups: vec![group],
                start: Trigger::default(),
                stop: None,
            };
            out.stories.push(Story { name: PLAIN_EVENTS.to_owned(), acts: vec![act] });
        }
        let mut names: Vec<&str> = Vec::new();
        for story in stories {
            self.unique(&story.name, &mut names, "stories");
            let mut act_names: Vec<&str> = Vec::new();
            let mut acts = Vec::new();
            for act in &story.act {
                self.unique(&act.name, &mut act_names, "acts of one story");
                let start = act.start.as_ref().map(|when| self.trigger(when)).unwrap_or_default();
                let stop = act.stop.as_ref().map(|when| self.trigger(when));
                let mut group_names: Vec<&str> = Vec::new();
                let mut groups = Vec::new();
                for group in &act.group {
                    self.unique(&group.name, &mut group_names, "groups of one act");
                    groups.push(ManeuverGroup {
                        name: group.name.value.clone(),
                        max_executions: group.max_executions.unwrap_or(1),
                        actors: group.actors.iter().map(|a| self.entity(a).into()).collect(),
                        select_triggering: SelectTriggering::No,
                        maneuvers: vec![Maneuver {
                            name: String::new(),
                            events: self.events(&group.event, &mut waits),
                        }],
                    });
                }
                acts.push(Act { name: act.name.value.clone(), groups, start, stop });
            }
            out.stories.push(Story { name: story.name.value.clone(), acts });
        }
        out.stop = stop.map(|when| self.trigger(when));
        self.report_circles(&waits);
        out
    }

    fn unique<'n>(&mut self, name: &'n At<String>, seen: &mut Vec<&'n str>, what: &str) {
        check_element_name(name, self.report);
        if seen.contains(&name.value.as_str()) {
            let message = format!("there are two {what} called `{}`", name.value);
            self.report.error(name.span, "duplicate_name", message, "give this one another name");
        }
        seen.push(&name.value);
    }

    fn events(&mut self, raw: &[RawEvent], waits: &mut Waits) -> Vec<Event> {
        let mut events = Vec::new();
        for event in raw {
            check_element_name(&event.name, self.report);
            if waits.places.contains_key(&event.name.value) {
                let message = format!("there are two events called `{}`", event.name.value);
                self.report.error(event.name.span, "duplicate_name", message, "give this one another name");
            }
            let start = self.trigger(&event.when);
            waits.add(&event.name, &start);
            events.push(Event {
                name: event.name.value.clone(),
                priority: match event.priority {
                    RawPriority::Override => EventPriority::Override,
                    RawPriority::Skip => EventPriority::Skip,
                    RawPriority::Parallel => EventPriority::Parallel,
                },
                max_executions: event.max_executions.unwrap_or(1),
                start,
                actions: named(self.actions(&event.actions)),
            });
        }
        events
    }

    /// A trigger: nested `all` and `any` are written out.
    pub(super) fn trigger(&mut self, raw: &At<RawWhen>) -> Trigger {
        let any = self.groups(raw).unwrap_or_default();
        if any.iter().any(|group| group.len() > CONDITIONS_MAX) {
            let message = format!("more than CONDITIONS_MAX = {CONDITIONS_MAX} conditions in one group");
            self.report.error(raw.span, "too_many", message, "");
        }
        Trigger { any }
    }

    fn groups(&mut self, raw: &At<RawWhen>) -> Option<Vec<Vec<Condition>>> {
        let kinds = self.kinds_of(raw);
        match kinds[..] {
            [] => {
                let hint = "name what is waited for: at_s = 3.0, gap = { … }, all = [ … ] …";
                self.report.error(raw.span, "no_condition", "this says nothing to wait for", hint);
                return None;
            }
            [_] => {}
            [first, second, ..] => {
                let message = format!("`{first}` and `{second}` are two conditions in one table");
                let hint = "join them: { all = [{ … }, { … }] } or { any = [{ … }, { … }] }";
                self.report.error(raw.span, "two_conditions", message, hint);
                return None;
            }
        }
        let nested = raw.all.as_ref().or(raw.any.as_ref());
        let Some(parts) = nested else {
            let edge = match raw.edge.as_ref().map(|e| e.value) {
                None | Some(RawEdge::None) => Edge::None,
                Some(RawEdge::Rising) => Edge::Rising,
                Some(RawEdge::Falling) => Edge::Falling,
                Some(RawEdge::RisingOrFalling) => Edge::RisingOrFalling,
            };
            let delay_s = raw.delay_s.map_or(0.0, |d| d.value);
            let tests = self.tests(raw)?;
            if tests.len() > 1 && edge != Edge::None {
                let message = "a condition with two bounds has no single edge";
                self.report.error(
                    raw.span,
                    "two_bounds",
                    message,
                    "write two conditions, each with its edge",
                );
            }
            let name = |test: &ConditionTest| match &raw.name {
                Some(name) => name.value.clone(),
                None => usual_name(test),
            };
            let group = tests.into_iter().map(|test| Condition { name: name(&test), edge, delay_s, test });
            return Some(vec![group.collect()]);
        };
        for (what, span) in [
            ("edge", raw.edge.as_ref().map(|e| e.span)),
            ("delay_s", raw.delay_s.as_ref().map(|d| d.span)),
            ("name", raw.name.as_ref().map(|n| n.span)),
        ] {
            if let Some(span) = span {
                let message = format!("`{what}` belongs to a single condition");
                self.report.error(span, "misplaced", message, "move it into the conditions of the list");
            }
        }
        let parts: Vec<Vec<Vec<Condition>>> = parts.iter().filter_map(|part| self.groups(part)).collect();
        let groups = if raw.any.is_some() {
            parts.into_iter().flatten().collect()
        } else {
            let mut product: Vec<Vec<Condition>> = vec![Vec::new()];
            for part in parts {
                if product.len().saturating_mul(part.len()) > CONDITION_GROUPS_MAX {
                    return self.too_many_groups(raw.span);
                }
                product = product
                    .iter()
                    .flat_map(|head| part.iter().map(move |tail| [&head[..], &tail[..]].concat()))
                    .collect();
            }
            product
        };
        if groups.len() > CONDITION_GROUPS_MAX {
            return self.too_many_groups(raw.span);
        }
        Some(groups)
    }

    fn too_many_groups(&mut self, span: Span) -> Option<Vec<Vec<Condition>>> {
        let message = format!(
            "written out, these conditions make more than CONDITION_GROUPS_MAX = {CONDITION_GROUPS_MAX} groups"
        );
        self.report.error(span, "too_many", message, "split the event");
        None
    }

    fn kinds_of(&self, raw: &RawWhen) -> Vec<&'static str> {
        let kinds = [
            ("all", raw.all.is_some()),
            ("any", raw.any.is_some()),
            ("at_s", raw.at_s.is_some()),
            ("time", raw.time.is_some()),
            ("speed", raw.speed.is_some()),
            ("traveled", raw.traveled.is_some()),
            ("gap", raw.gap.is_some()),
            ("distance", raw.distance.is_some()),
            ("headway", raw.headway.is_some()),
            ("time_to_collision", raw.time_to_collision.is_some()),
            ("reach", raw.reach.is_some()),
            ("time_to_place", raw.time_to_place.is_some()),
            ("standstill", raw.standstill.is_some()),
            ("signal", raw.signal.is_some()),
            ("feature_mode", raw.feature_mode.is_some()),
            ("event", raw.event.is_some()),
            ("happened", raw.happened.is_some()),
        ];
        kinds.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect()
    }

    fn tests(&mut self, raw: &RawWhen) -> Option<Vec<ConditionTest>> {
        if let Some(at_s) = raw.at_s {
            return Some(vec![ConditionTest::Time(Comparison::GreaterOrEqual, at_s)]);
        }
        if let Some(time) = &raw.time {
            return self.bounds(time.span, time.bounds(), ConditionTest::Time);
        }
        if let Some(speed) = &raw.speed {
            let entity = self.entity(&speed.entity);
            return self
                .bounds(speed.span, speed.bounds(), |c, v| ConditionTest::Speed(entity.clone(), c, v));
        }
        if let Some(traveled) = &raw.traveled {
            let entity = self.entity(&traveled.entity);
            return self.bounds(traveled.span, traveled.bounds(), |c, v| {
                ConditionTest::TraveledDistance(entity.clone(), c, v)
            });
        }
        if let Some(pair) = &raw.gap {
            return self.pair(pair.span, &pair.from, &pair.to, pair.bounds(), ConditionTest::Gap);
        }
        if let Some(pair) = &raw.distance {
            return self.pair(pair.span, &pair.from, &pair.to, pair.bounds(), ConditionTest::Distance);
        }
        if let Some(pair) = &raw.headway {
            return self.pair(pair.span, &pair.from, &pair.to, pair.bounds(), ConditionTest::Headway);
        }
        if let Some(pair) = &raw.time_to_collision {
            return self.pair(pair.span, &pair.from, &pair.to, pair.bounds(), ConditionTest::TimeToCollision);
        }
        if let Some(reach) = &raw.reach {
            let entity = self.entity(&reach.entity);
            let place = self.place(&reach.place)?;
            return Some(vec![ConditionTest::ReachPosition(entity, place, reach.within_m.unwrap_or(2.0))]);
        }
        if let Some(time) = &raw.time_to_place {
            let entity = self.entity(&time.entity);
            let place = self.place(&time.place);
            let tests = self.bounds(time.span, time.bounds(), |c, v| (c, v))?;
            let place = place?;
            let test = |(c, v)| ConditionTest::TimeToPlace(entity.clone(), place, c, v);
            return Some(tests.into_iter().map(test).collect());
        }
        if let Some(stand) = &raw.standstill {
            return Some(vec![ConditionTest::StandStill(self.entity(&stand.entity), stand.for_s)]);
        }
        if let Some(signal) = &raw.signal {
            return Some(vec![ConditionTest::SignalIs(self.signal(&signal.signal)?, signal.shows)]);
        }
        if let Some(mode) = &raw.feature_mode {
            if !self.declared.entities.iter().any(|n| n == "ego") {
                let message = "`feature_mode` needs an ego";
                self.report.error(mode.span, "unknown_entity", message, "this scenario has no [ego]");
            }
            return Some(vec![ConditionTest::FeatureMode(mode.value)]);
        }
        if let Some(event) = &raw.event {
            if !self.declared.events.contains(&event.name.value) {
                let hint = did_you_mean(&event.name, self.declared.events.iter().map(String::as_str));
                let message = format!("there is no event `{}`", event.name.value);
                self.report.error(event.name.span, "unknown_event", message, hint);
            }
            let state = match event.is {
                RawElementState::Standby => ElementState::Standby,
                RawElementState::Running => ElementState::Running,
                RawElementState::Complete => ElementState::Complete,
            };
            return Some(vec![ConditionTest::EventState(event.name.value.clone(), state)]);
        }
        let happened = raw.happened.as_ref()?;
        Some(vec![ConditionTest::Happened(self.happening(happened))])
    }

    fn pair(
        &mut self,
        span: Span,
        from: &At<String>,
        to: &At<String>,
        bounds: [Option<f64>; 4],
        test: impl Fn(String, String, Comparison, f64) -> ConditionTest,
    ) -> Option<Vec<ConditionTest>> {
        let (a, b) = (self.entity(from), self.entity(to));
        if a == b {
            let message = format!("this compares `{a}` with itself");
            self.report.error(to.span, "same_entity", message, "name two entities");
        }
        self.bounds(span, bounds, |c, v| test(a.clone(), b.clone(), c, v))
    }

    fn bounds<T>(
        &mut self,
        span: Span,
        bounds: [Option<f64>; 4],
        test: impl Fn(Comparison, f64) -> T,
    ) -> Option<Vec<T>> {
        let comparisons =
            [Comparison::Less, Comparison::LessOrEqual, Comparison::GreaterOrEqual, Comparison::Greater];
        let tests: Vec<T> =
            comparisons.into_iter().zip(bounds).filter_map(|(c, v)| Some(test(c, v?))).collect();
        if tests.is_empty() {
            let hint = "give below_…, at_most_…, at_least_… or above_… with the unit at the end";
            self.report.error(span, "no_bound", "nothing to compare with", hint);
            return None;
        }
        let upper = bounds[0].or(bounds[1]);
        let lower = bounds[2].or(bounds[3]);
        if let (Some(upper), Some(lower)) = (upper, lower)
            && lower > upper
        {
            let message = format!("nothing is above {lower} and below {upper} at once");
            self.report.error(span, "never_true", message, "");
        }
        Some(tests)
    }

    pub(super) fn actions(&mut self, raw: &[At<RawAction>]) -> Vec<Action> {
        raw.iter().filter_map(|action| self.action(action)).collect()
    }

    fn action(&mut self, raw: &At<RawAction>) -> Option<Action> {
        Some(match &raw.value {
            RawAction::Speed { entity, speed_mps, rate_mps2, over_s, shape } => {
                if rate_mps2.is_some() && over_s.is_some() {
                    let message = "`rate_mps2` and `over_s` both say how fast the speed changes";
                    self.report.error(raw.span, "given_twice", message, "keep one of them");
                }
                let usual = if rate_mps2.is_none() && over_s.is_none() { Shape::Step } else { Shape::Linear };
                Action::Speed {
                    entity: self.entity(entity),
                    speed_mps: *speed_mps,
                    rate_mps2: *rate_mps2,
                    over_s: *over_s,
                    shape: shape.unwrap_or(usual),
                }
            }
            RawAction::LaneChange { entity, lanes, over_s, shape } => {
                if lanes.value == 0 {
                    let message = "a lane change by 0 lanes changes nothing";
                    self.report.error(
                        lanes.span,
                        "out_of_range",
                        message,
                        "1 = one to the left, -1 = to the right",
                    );
                }
                Action::LaneChange {
                    entity: self.entity(entity),
                    lanes: lanes.value,
                    over_s: over_s.unwrap_or(4.0),
                    shape: shape.unwrap_or(Shape::Sinusoidal),
                }
            }
            RawAction::LaneOffset { entity, offset_m, over_s } => Action::LaneOffset {
                entity: self.entity(entity),
                offset_m: *offset_m,
                over_s: over_s.unwrap_or(2.0),
            },
            RawAction::Teleport { entity, place } => {
                let entity = self.entity(entity);
                Action::Teleport { entity, place: self.place(place)? }
            }
            RawAction::Walk { entity, speed_mps } => {
                Action::Walk { entity: self.entity(entity), speed_mps: speed_mps.unwrap_or(1.4) }
            }
            RawAction::Add { entity } => Action::Add { entity: self.entity(entity) },
            RawAction::Remove { entity } => Action::Remove { entity: self.entity(entity) },
            RawAction::Behavior { entity, behavior } => {
                Action::Behavior { entity: self.entity(entity), behavior: *behavior }
            }
            RawAction::Weather { to, over_s } => Action::Weather { to: *to, over_s: *over_s },
            RawAction::SignalFault { junction, fault } => {
                Action::SignalFault { junction: self.junction(junction)?, fault: signal_fault(*fault) }
            }
            RawAction::SignalOrientation { junction, orientation } => {
                let junction = match junction {
                    Some(id) => Some(self.junction(id)?),
                    None => None,
                };
                Action::SignalOrientation { junction, orientation: *orientation }
            }
            RawAction::SensorFault { sensor, fault } => {
                let sensor = self.known(sensor, NameKind::Sensor, "unknown_sensor", "sensor");
                Action::SensorFault { sensor, fault: *fault }
            }
            RawAction::DriverTask { task } => Action::DriverTask { task: *task },
            RawAction::FitFeature { level, feature } => Action::FitFeature {
                level: *level,
                feature: feature.as_ref().map(|name| {
                    let what = format!("{level} feature");
                    self.known(name, NameKind::FeatureOf(*level), "unknown_feature", &what)
                }),
            },
            RawAction::EngageFeature => Action::EngageFeature,
            RawAction::DisengageFeature => Action::DisengageFeature,
        })
    }

    fn report_circles(&mut self, waits: &Waits) {
        let mut reported: BTreeSet<&str> = BTreeSet::new();
        let stuck = waits.stuck();
        for name in &stuck {
            let circle = waits.circle(name, &stuck);
            if circle.is_empty() || circle.iter().any(|n| !reported.insert(n)) {
                continue;
            }
            let first = circle[0];
            let waiting: Vec<String> =
                circle[1..].iter().chain([&first]).map(|n| format!("for `{n}`")).collect();
            let message =
                format!("event `{first}` waits {}: none can ever start", waiting.join(", which waits "));
            let hint = "let one of them start by something else, such as at_s";
            self.report.error(waits.places[first].0, "cyclic_trigger", message, hint);
        }
    }
}

/// Which events wait for which.
#[derive(Default)]
struct Waits {
    /// Place and, for each group of conditions, the events it needs.
    places: BTreeMap<String, (Span, Vec<Vec<String>>)>,
}

impl Waits {
    fn add(&mut self, name: &At<String>, start: &Trigger) {
        let needs = |group: &Vec<Condition>| {
            let events = group.iter().filter_map(|c| match &c.test {
                ConditionTest::EventState(event, ElementState::Running | ElementState::Complete) => {
                    Some(event.clone())
                }
                _ => None,
            });
            events.collect()
        };
        let groups = start.any.iter().map(needs).collect();
        self.places.insert(name.value.clone(), (name.span, groups));
    }

    /// Events that can never start.
    fn stuck(&self) -> Vec<&str> {
        let mut free: BTreeSet<&str> = BTreeSet::new();
        loop {
            let before = free.len();
            for (name, (_, groups)) in &self.places {
                let met = |need: &String| free.contains(need.as_str()) || !self.places.contains_key(need);
                if groups.is_empty() || groups.iter().any(|g| g.iter().all(met)) {
                    free.insert(name);
                }
            }
            if free.len() == before {
                break;
            }
        }
        self.places.keys().map(String::as_str).filter(|n| !free.contains(n)).collect()
    }

    /// A circle reached from a stuck event.
    fn circle<'w>(&'w self, from: &'w str, stuck: &[&'w str]) -> Vec<&'w str> {
        let mut path: Vec<&str> = Vec::new();
        let mut at = from;
        loop {
            if let Some(ix) = path.iter().position(|n| *n == at) {
                return path.split_off(ix);
            }
            path.push(at);
            let groups = self.places.get(at).map(|(_, g)| g.as_slice()).unwrap_or_default();
            match groups.iter().flatten().find(|n| stuck.contains(&n.as_str())) {
                Some(next) => at = next,
                None => return Vec::new(),
            }
        }
    }
}

fn usual_name(test: &ConditionTest) -> String {
    match test {
        ConditionTest::Time(..) => "time".to_owned(),
        ConditionTest::Speed(e, ..) => format!("speed_{e}"),
        ConditionTest::TraveledDistance(e, ..) => format!("traveled_{e}"),
        ConditionTest::Gap(a, b, ..) => format!("gap_{a}_{b}"),
        ConditionTest::Distance(a, b, ..) => format!("distance_{a}_{b}"),
        ConditionTest::Headway(a, b, ..) => format!("headway_{a}_{b}"),
        ConditionTest::TimeToCollision(a, b, ..) => format!("time_to_collision_{a}_{b}"),
        ConditionTest::ReachPosition(e, ..) => format!("reach_{e}"),
        ConditionTest::TimeToPlace(e, ..) => format!("time_to_place_{e}"),
        ConditionTest::StandStill(e, ..) => format!("standstill_{e}"),
        ConditionTest::SignalIs(..) => "signal".to_owned(),
        ConditionTest::FeatureMode(..) => "feature_mode".to_owned(),
        ConditionTest::EventState(e, ..) => format!("event_{e}"),
        ConditionTest::Happened(h) => format!("happened_{h}"),
    }
}
