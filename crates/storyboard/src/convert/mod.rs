//! The standard's scenarios → the native format, where that can say it.
//!
//! ```text
//! Play + Roads ──▶ player after its init phase ──▶ who stands where, how fast
//!      └────────▶ stories, acts, groups, events ──▶ [[story]] … with native conditions and actions
//! ```
//!
//! Entities become road users of the catalogue by their category, places become road, lane and s, one
//! maneuver becomes one group (so that priorities keep their meaning). What the native format cannot say is
//! left out or put as nearly as it can be, and named in [`Native::lost`], each with the element's name.
//!
//! # Units, frames
//! Native keys carry their units. Offsets and headings are turned from the road's direction into the
//! driving direction: lanes to the left of the reference line are driven against s.
//!
//! # What it does not do
//! It does not check its own text: the native reader does that better.

mod action;
mod condition;
mod text;

use crate::board::{EventPriority, Trigger};
use crate::play::entity::{Located, Taking};
use crate::play::player::Player;
use crate::play::position::resolve;
use crate::play::roads::Roads;
use crate::read::Play;
use crate::standard::{EntityKind, Position, StandardCondition, Trajectory, TrajectoryShape};
use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::PI;
use std::sync::Arc;
use text::{name, number, quoted};

/// Longest duration of a scenario without an end of its own, s.
const DURATION_S: f64 = 300.0;
/// Fastest speed that the native format takes, m/s.
const SPEED_MPS_MAX: f64 = 120.0;
/// Widest offset that it takes, m.
const OFFSET_M_MAX: f64 = 200.0;
/// Most conditions that it takes in one list.
const CONDITIONS_MAX: usize = 64;

/// What to write.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Map, as the native file shall name it.
    pub map: String,
    /// The entity that becomes the ego: its index in [`Play::entities`].
    pub ego: Option<usize>,
    /// Vehicle of the catalogue that the ego becomes.
    pub ego_vehicle: String,
}

/// A native scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Native {
    /// The file's text.
    pub text: String,
    /// What it does not say, in the order of the scenario.
    pub lost: Vec<String>,
}

/// Writes a scenario in the native format.
pub fn to_native(play: &Arc<Play>, roads: &Arc<Roads>, wanted: &Wanted) -> Native {
    let mut player = Player::new(play.clone(), roads.clone());
    player.step(0, 0);
    let mut writer = Writer {
        play,
        roads,
        player,
        names: BTreeMap::new(),
        lost: Vec::new(),
        events: Vec::new(),
        dropped: BTreeSet::new(),
        routes: BTreeMap::new(),
    };
    let text = writer.file(wanted);
    let Writer { mut lost, .. } = writer;
    let mut seen = BTreeSet::new();
    lost.retain(|l| seen.insert(l.clone()));
    Native { text, lost }
}

struct Writer<'a> {
    play: &'a Play,
    roads: &'a Roads,
    /// After the init phase.
    player: Player,
    /// Entities that the native file has → their names in it.
    names: BTreeMap<String, String>,
    lost: Vec<String>,
    /// Native names of all events, in the order of stories, acts, groups and maneuvers.
    events: Vec<String>,
    /// Native names of events that cannot be said.
    dropped: BTreeSet<String>,
    /// Paths that pedestrians walk later on.
    routes: BTreeMap<String, Vec<String>>,
}

impl Writer<'_> {
    fn lose(&mut self, what: String) {
        self.lost.push(what);
    }

    fn file(&mut self, wanted: &Wanted) -> String {
        let title = match self.play.description.trim() {
            "" => "converted scenario",
            title => title,
        };
        let mut out = String::from("version = 1\n");
        let mut line = |text: String| {
            out.push_str(&text);
            out.push('\n');
        };
        line(format!("title = {}", quoted(&title.chars().take(80).collect::<String>())));
        line(format!("map = {}", quoted(&wanted.map)));
        line(format!("duration_s = {}", number(self.duration_s())));
        self.name_entities(wanted.ego);
        self.name_events();
        // Stories first: they say which paths pedestrians walk. An event that cannot be said takes the
        // conditions on it along, and so further events, until no more go.
        let before = self.lost.clone();
        let mut stories = self.stories();
        for _ in 0..self.events.len() {
            let dropped = self.dropped.len();
            self.lost.clone_from(&before);
            self.routes.clear();
            stories = self.stories();
            if self.dropped.len() == dropped {
                break;
            }
        }
        let init = self.init();
        if let Some(start) = init.start {
            line(format!("start = {}", quoted(&start)));
        }
        let stop = self.play.board.stop.clone();
        if let Some(stop) = stop.and_then(|s| self.trigger("the stop trigger", &s)) {
            line(format!("stop = {stop}"));
        }
        if !init.actions.is_empty() {
            line(format!("init = [{}]", init.actions.join(", ")));
        }
        if !init.weather.is_empty() {
            line("\n[weather]".to_owned());
            init.weather.into_iter().for_each(&mut line);
        }
        let entities = self.entities(wanted);
        line(entities);
        line(stories);
        out
    }

    /// The end that the stop trigger names, if it is a time alone.
    fn duration_s(&self) -> f64 {
        use crate::standard::ValueTest;
        let time =
            self.play.board.stop.iter().flat_map(|s| &s.any).find_map(|group| match group.as_slice() {
                [only] => match &only.test {
                    StandardCondition::ByValue(ValueTest::SimulationTime(s, _)) => Some(s + only.delay_s),
                    StandardCondition::ByValue(_) | StandardCondition::ByEntity { .. } => None,
                },
                _ => None,
            });
        time.map_or(DURATION_S, |t| t + 1.0).clamp(0.1, 86_400.0)
    }

    fn name_entities(&mut self, ego: Option<usize>) {
        let mut taken: Vec<String> = vec!["ego".to_owned()];
        for (ix, entity) in self.play.entities.iter().enumerate() {
            let located = &self.player.scene.entities[ix].at;
            if self.place(located).is_none() {
                self.lost.push(format!("{}: it does not start on a lane", entity.name));
                continue;
            }
            let native = if ego == Some(ix) { "ego".to_owned() } else { name(&entity.name, &taken) };
            taken.push(native.clone());
            self.names.insert(entity.name.to_string(), native);
        }
    }

    /// The native name of an entity, or a loss.
    fn entity(&mut self, who: &str, entity: &str) -> Option<String> {
        let found = self.names.get(entity).map(|n| quoted(n));
        if found.is_none() {
            self.lose(format!("{who}: {entity} is not part of the native scenario"));
        }
        found
    }

    /// A place on a lane, in the driving direction.
    fn place(&self, located: &Located) -> Option<String> {
        let place = located.place.filter(|p| p.lane != 0 && p.offset_m.abs() <= OFFSET_M_MAX)?;
        let road = self.roads.road(place.road)?;
        let along = self.roads.driving_direction(place) >= 0;
        let offset = if along { place.offset_m } else { -place.offset_m };
        let heading = located.relative.h_rad - if along { 0.0 } else { PI };
        let heading_deg = crate::play::frame::wrap(heading).to_degrees();
        let mut text = format!(
            "{{ road = {}, lane = {}, s_m = {}",
            quoted(&road.id),
            place.lane,
            number(place.s_m.max(0.0))
        );
        if offset.abs() > 1e-3 {
            text.push_str(&format!(", offset_m = {}", number(offset)));
        }
        if heading_deg.abs() > 0.1 {
            text.push_str(&format!(", heading_deg = {}", number(heading_deg)));
        }
        text.push_str(" }");
        Some(text)
    }

    fn located(&self, position: &Position, actor: Option<usize>) -> Option<Located> {
        resolve(position, self.roads, &self.player.scene, actor, None).ok()
    }

    /// A position's place, as it is after the init phase; `actor` is who asks.
    fn position(&mut self, who: &str, position: &Position, actor: Option<&str>) -> Option<String> {
        let actor = actor.and_then(|name| self.player.scene.index_of(name));
        let found = self.located(position, actor).and_then(|l| self.place(&l));
        if found.is_none() {
            self.lose(format!("{who}: the position is on no lane"));
        }
        found
    }

    fn entities(&mut self, wanted: &Wanted) -> String {
        let mut out = String::new();
        for (ix, entity) in self.play.entities.iter().enumerate() {
            let Some(native) = self.names.get(&*entity.name).cloned() else { continue };
            let state = &self.player.scene.entities[ix];
            let Some(start) = self.place(&state.at) else { continue };
            let speed = state.speed_mps.clamp(0.0, SPEED_MPS_MAX);
            let turned = crate::play::frame::wrap(state.at.relative.h_rad).abs() > PI / 2.0;
            if state.at.place.is_some_and(|p| turned == (self.roads.driving_direction(p) >= 0)) {
                self.lost.push(format!("{native}: it drives against the direction of its lane"));
            }
            if state.speed_mps < 0.0 {
                self.lost.push(format!("{native}: it drives backwards"));
            }
            let (vehicle, behavior) =
                vehicle(entity.body.kind, &entity.body.category, entity.role.as_deref());
            let is_ego = wanted.ego == Some(ix);
            if is_ego {
                out.push_str("\n[ego]\n");
                out.push_str(&format!("vehicle = {}\n", quoted(&wanted.ego_vehicle)));
            } else {
                out.push_str(&format!("\n[[entity]]\nname = {}\n", quoted(&native)));
                out.push_str(&format!("vehicle = {}\nbehavior = {}\n", quoted(vehicle), quoted(behavior)));
                let length = entity.body.size_m.x;
                self.lost.push(format!(
                    "{native}: its body ({length} m long, {}) became that of {vehicle}",
                    entity.body.category
                ));
            }
            out.push_str(&format!("start = {start}\nspeed_mps = {}\n", number(speed)));
            let route: Vec<String> = match self.routes.get(&native) {
                Some(path) => path.clone(),
                None => self.route(ix),
            };
            if !route.is_empty() {
                out.push_str(&format!("route = [{}]\n", route.join(", ")));
            }
            if state.taking == Taking::NoPart && !is_ego {
                out.push_str("hidden_at_start = true\n");
            }
            if entity.trailer.is_some() {
                self.lost.push(format!("{native}: its trailer"));
            }
            if !entity.controllers.is_empty() {
                self.lost.push(format!("{native}: its controllers"));
            }
        }
        out
    }

    /// The waypoints of the route that an entity has from the start.
    fn route(&self, ix: usize) -> Vec<String> {
        let Some(route) = &self.player.scene.entities[ix].route else { return Vec::new() };
        let places = route.route.waypoints.iter().skip(1);
        places.filter_map(|w| self.located(&w.position, Some(ix))).filter_map(|l| self.place(&l)).collect()
    }

    /// Places along a polyline: what a pedestrian walks.
    fn path(&self, trajectory: &Trajectory) -> Option<(Vec<String>, Option<f64>)> {
        let TrajectoryShape::Polyline(vertices) = &trajectory.shape else { return None };
        let located: Vec<Located> = vertices.iter().filter_map(|v| self.located(&v.position, None)).collect();
        let places: Vec<String> = located.iter().filter_map(|l| self.place(l)).collect();
        if places.len() < 2 {
            return None;
        }
        let length: f64 =
            located.windows(2).map(|p| p[0].pose.position_m.distance(p[1].pose.position_m)).sum();
        let time = vertices.last()?.time_s? - vertices.first()?.time_s?;
        Some((places, Some(length / time).filter(|v| v.is_finite() && *v > 0.0)))
    }

    /// Native names of all events.
    fn name_events(&mut self) {
        let acts = self.play.board.stories.iter().flat_map(|s| &s.acts);
        let maneuvers = acts.flat_map(|a| &a.groups).flat_map(|g| &g.maneuvers);
        for event in maneuvers.flat_map(|m| &m.events) {
            let native = name(&event.name, &self.events);
            self.events.push(native);
        }
    }

    fn stories(&mut self) -> String {
        let mut out = String::new();
        let mut stories: Vec<String> = Vec::new();
        let mut number_of_event = 0;
        for story in &self.play.board.stories {
            let mut acts = String::new();
            let mut act_names: Vec<String> = Vec::new();
            for act in &story.acts {
                let mut groups = String::new();
                let mut group_names: Vec<String> = Vec::new();
                for group in &act.groups {
                    let several = group.maneuvers.len() > 1;
                    if several && group.max_executions > 1 {
                        self.lose(format!("{}: its maneuvers are repeated each by itself", group.name));
                    }
                    for maneuver in &group.maneuvers {
                        let first = number_of_event;
                        number_of_event += maneuver.events.len();
                        let events = self.group_events(group, maneuver, first);
                        if events.is_empty() {
                            continue;
                        }
                        let wish = if several {
                            format!("{}_{}", group.name, maneuver.name)
                        } else {
                            group.name.clone()
                        };
                        let native = name(&wish, &group_names);
                        group_names.push(native.clone());
                        groups.push_str(&format!("\n[[story.act.group]]\nname = {}\n", quoted(&native)));
                        if group.max_executions > 1 {
                            groups.push_str(&format!(
                                "max_executions = {}\n",
                                group.max_executions.min(10_000)
                            ));
                        }
                        groups.push_str(&events);
                    }
                }
                if groups.is_empty() {
                    continue;
                }
                let native = name(&act.name, &act_names);
                act_names.push(native.clone());
                acts.push_str(&format!("\n[[story.act]]\nname = {}\n", quoted(&native)));
                if !act.start.any.is_empty() {
                    match self.trigger(&act.name, &act.start) {
                        Some(start) => acts.push_str(&format!("start = {start}\n")),
                        None => self.lose(format!("{}: it starts at once", act.name)),
                    }
                }
                if let Some(stop) = act.stop.as_ref().and_then(|s| self.trigger(&act.name, s)) {
                    acts.push_str(&format!("stop = {stop}\n"));
                }
                acts.push_str(&groups);
            }
            if acts.is_empty() {
                continue;
            }
            let native = name(&story.name, &stories);
            stories.push(native.clone());
            out.push_str(&format!("\n[[story]]\nname = {}\n{acts}", quoted(&native)));
        }
        out
    }

    fn group_events(
        &mut self,
        group: &crate::board::ManeuverGroup<crate::standard::StandardAction, StandardCondition>,
        maneuver: &crate::board::Maneuver<crate::standard::StandardAction, StandardCondition>,
        first: usize,
    ) -> String {
        let mut out = String::new();
        for (ix, event) in maneuver.events.iter().enumerate() {
            let Some(native) = self.events.get(first + ix).cloned() else { continue };
            let when = if event.start.any.is_empty() {
                Some("{ at_s = 0 }".to_owned())
            } else {
                self.trigger(&native, &event.start)
            };
            let Some(when) = when else {
                self.lose(format!("{native}: the event, because its trigger cannot be said"));
                self.dropped.insert(native);
                continue;
            };
            if group.select_triggering == crate::board::SelectTriggering::Yes {
                self.lose(format!("{native}: the triggering entities do not act"));
            }
            let mut actions = Vec::new();
            for action in &event.actions {
                actions.extend(self.action(&native, &action.action, &group.actors));
            }
            if actions.is_empty() {
                self.lose(format!("{native}: the event, because none of its actions can be said"));
                self.dropped.insert(native);
                continue;
            }
            out.push_str(&format!("\n[[story.act.group.event]]\nname = {}\n", quoted(&native)));
            out.push_str(&format!("when = {when}\ndo = [{}]\n", actions.join(", ")));
            match event.priority {
                EventPriority::Override => out.push_str("priority = \"override\"\n"),
                EventPriority::Skip => out.push_str("priority = \"skip\"\n"),
                EventPriority::Parallel => {}
            }
            if event.max_executions > 1 {
                out.push_str(&format!("max_executions = {}\n", event.max_executions.min(10_000)));
            }
        }
        out
    }

    /// A trigger, or nothing where one of its conditions cannot be said.
    fn trigger(&mut self, who: &str, trigger: &Trigger<StandardCondition>) -> Option<String> {
        let mut groups = Vec::new();
        for group in &trigger.any {
            let mut all = Vec::new();
            let mut sayable = true;
            for condition in group {
                match self.condition(who, condition) {
                    Some(text) => all.push(text),
                    None => sayable = false,
                }
            }
            if all.len() > CONDITIONS_MAX {
                self.lose(format!("{who}: {} conditions together; {CONDITIONS_MAX} can be said", all.len()));
                sayable = false;
            }
            // A conjunction without one of its parts would fire too early; without a whole group, too seldom.
            if sayable {
                groups.push(joined("all", all));
            }
        }
        if groups.len() > CONDITIONS_MAX {
            self.lose(format!(
                "{who}: {} groups of conditions; the first {CONDITIONS_MAX} were taken",
                groups.len()
            ));
            groups.truncate(CONDITIONS_MAX);
        }
        (!groups.is_empty()).then(|| joined("any", groups))
    }
}

/// One condition by itself, several joined by a word.
fn joined(word: &str, mut parts: Vec<String>) -> String {
    match parts.len() {
        1 => parts.remove(0),
        _ => format!("{{ {word} = [{}] }}", parts.join(", ")),
    }
}

/// Road user of the catalogue and its behavior.
fn vehicle(kind: EntityKind, category: &str, role: Option<&str>) -> (&'static str, &'static str) {
    match (kind, role) {
        (EntityKind::Pedestrian, _) => ("pedestrian", "pedestrian"),
        (EntityKind::Miscellaneous, _) => match category {
            "barrier" | "railing" | "soundBarrier" | "trafficIsland" | "building" => ("barrier", "parked"),
            "pole" | "tree" | "vegetation" | "streetLamp" => ("cone", "parked"),
            _ => ("debris_box", "parked"),
        },
        (EntityKind::Vehicle | EntityKind::External, Some("police")) => ("police_car", "scripted"),
        (EntityKind::Vehicle | EntityKind::External, Some("ambulance" | "fire")) => ("ambulance", "scripted"),
        (EntityKind::Vehicle | EntityKind::External, _) => match category {
            "bicycle" => ("bicycle", "scripted"),
            "bus" => ("bus", "scripted"),
            "van" => ("van", "scripted"),
            "motorbike" => ("motorcycle", "scripted"),
            "truck" | "semitrailer" | "trailer" | "train" | "tram" => ("box_truck", "scripted"),
            _ => ("compact_car", "scripted"),
        },
    }
}
