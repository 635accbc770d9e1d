//! The machine's hands: starts actions on their actors, lets them act, and answers conditions.

use super::condition::{self, Facts};
use super::entity::{Entity, Mover, Pose, Relative, Taking};
use super::follow::{self, FollowRuntime, Followed};
use super::frame::wrap;
use super::lateral::LateralMove;
use super::player::{Carried, Effect, Scene};
use super::position::{Curve, Setting, Stage};
use super::roads::Roads;
use super::route;
use super::speed::{SpeedLimits, SpeedRuntime, Target};
use super::speed_profile::{Motion, SpeedProfileRuntime};
use super::trajectory::Path;
use super::work::{Doing, Domains, Work};
use crate::board::CivilTime;
use crate::machine::{ActionIx, Host, Progress, nanoseconds};
use crate::read::Play;
use crate::standard::*;
use glam::DVec3;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The machine's hands.
pub(super) struct Acting<'a> {
    pub(super) scene: &'a mut Scene,
    pub(super) works: &'a mut BTreeMap<ActionIx, Vec<Work>>,
    pub(super) effects: &'a mut Vec<Effect>,
    pub(super) play: &'a Play,
    /// Trailer of each entity.
    pub(super) towing: &'a mut Vec<Option<usize>>,
    pub(super) replaced: Vec<ActionIx>,
    /// Who was carried in this step.
    pub(super) carried: Vec<Carried>,
    /// Everybody as they were when the step began; `None` in the init phase, where it has just been made.
    pub(super) seen: Option<Vec<Entity>>,
}

/// What conditions see: the state at the step's begin, whoever has acted already, and the paths being followed.
struct Seen<'a> {
    scene: &'a Scene,
    entities: &'a [Entity],
    works: &'a BTreeMap<ActionIx, Vec<Work>>,
}

impl Stage for Seen<'_> {
    fn entity(&self, name: &str) -> Option<&Entity> {
        self.scene.index_of(name).and_then(|ix| self.entities.get(ix))
    }

    fn all(&self) -> &[Entity] {
        self.entities
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        self.scene.index_of(name)
    }

    fn path(&self, index: usize) -> Option<&dyn Curve> {
        let mut works = self.works.values().flatten().filter(|work| work.actor == index);
        works.find_map(|work| match &work.doing {
            Doing::Follow(runtime) => Some(runtime.path() as &dyn Curve),
            Doing::Speed(..)
            | Doing::Profile(_)
            | Doing::Lateral(_)
            | Doing::Nothing
            | Doing::Longitudinal(_)
            | Doing::Beside(_)
            | Doing::Synchronize(_) => None,
        })
    }
}

impl Acting<'_> {
    pub(super) fn trouble(&mut self, text: String) {
        self.effects.push(Effect::Trouble(text));
    }

    pub(super) fn setting(&self) -> Setting<'_> {
        let geo = self.scene.geo.as_ref().map(|geo| &*geo.0 as &dyn Fn(f64, f64) -> Option<(f64, f64)>);
        Setting { roads: &self.scene.roads, stage: self.scene, geo, curve: None }
    }

    fn take_route(&mut self, actor: usize, planned: Result<route::Planned, super::position::PositionError>) {
        match planned {
            Ok(planned) => self.scene.entities[actor].route = Some(planned.state),
            Err(error) => self.trouble(error.to_string()),
        }
    }

    /// Puts an entity somewhere; its speed stays.
    fn teleport(&mut self, actor: usize, position: &Position) {
        match self.setting().resolve(position, Some(actor)) {
            Ok(at) => {
                let entity: &mut Entity = &mut self.scene.entities[actor];
                entity.at = at;
                if let (Some(route), Some(place)) = (&mut entity.route, at.place) {
                    route::take_up(route, place);
                }
            }
            Err(error) => {
                let name = self.scene.entities[actor].name.clone();
                self.trouble(format!("`{name}` cannot be placed: {error}"));
            }
        }
    }

    /// What a global action does to the scene itself.
    fn global(&mut self, action: &GlobalAction) {
        match action {
            GlobalAction::AddEntity(name, position) => {
                // Whoever is there already is not added again.
                let absent = |ix: &usize| self.scene.entities[*ix].taking == Taking::NoPart;
                if let Some(actor) = self.scene.index_of(name).filter(absent) {
                    self.scene.entities[actor].taking = Taking::Part;
                    self.teleport(actor, position);
                }
            }
            GlobalAction::DeleteEntity(name) => {
                if let Some(actor) = self.scene.index_of(name) {
                    self.scene.entities[actor].taking = Taking::NoPart;
                    for works in self.works.values_mut() {
                        works.retain(|work| work.actor != actor);
                    }
                }
            }
            GlobalAction::Parameter(name, change) => {
                let value = modified(self.scene.parameters.get(name), change);
                self.scene.parameters.insert(name.clone(), value);
            }
            GlobalAction::Variable(name, change) => {
                let value = modified(self.scene.variables.get(name), change);
                self.scene.variables.insert(name.clone(), value);
            }
            GlobalAction::SetMonitor(name, on) => {
                self.scene.monitors.insert(name.clone(), *on);
            }
            GlobalAction::Environment(environment) => {
                if let Some((time, motion)) = environment.time_of_day {
                    self.scene.clock = Some((unix_s(&time), self.scene.now_s, motion));
                }
            }
            GlobalAction::SignalController { controller, phase, states } => {
                let now_ns = nanoseconds(self.scene.now_s);
                let known = self.scene.signals.set_phase(controller, phase, now_ns);
                for state in self.scene.signals.advance(now_ns) {
                    self.effects.push(Effect::Global(GlobalAction::SignalState(state)));
                }
                for state in states {
                    self.scene.signals.set_state(state);
                    self.effects.push(Effect::Global(GlobalAction::SignalState(state.clone())));
                }
                if !known && states.is_empty() {
                    self.trouble(format!("signal controller `{controller}` has no phase `{phase}`"));
                }
            }
            GlobalAction::SignalState(state) => self.scene.signals.set_state(state),
            GlobalAction::TrafficSource { .. }
            | GlobalAction::TrafficSink { .. }
            | GlobalAction::TrafficSwarm { .. }
            | GlobalAction::TrafficArea { .. }
            | GlobalAction::TrafficStop(_) => {}
        }
        self.effects.push(Effect::Global(action.clone()));
    }

    /// Takes the domains of an actor from whoever holds them.
    fn take_domains(&mut self, actor: usize, domains: Domains) {
        for (ix, works) in self.works.iter_mut() {
            let before = works.len();
            works.retain(|work| work.actor != actor || !work.domains.meets(domains));
            if works.len() < before && works.is_empty() {
                self.replaced.push(*ix);
            }
        }
        self.works.retain(|_, works| !works.is_empty());
    }

    fn start_private(&mut self, actor: usize, action: &PrivateAction) -> Option<Work> {
        let domains = Domains::of(action);
        let outside = self.scene.entities[actor].mover == Mover::Outside;
        if !outside && domains != Domains::default() {
            self.take_domains(actor, domains);
        }
        let name = self.scene.entities[actor].name.clone();
        let doing = if outside && domains != Domains::default() {
            self.effects.push(Effect::Private(name, action.clone()));
            Doing::Nothing
        } else {
            self.doing(actor, action)
        };
        Some(Work { actor, domains, doing })
    }

    fn doing(&mut self, actor: usize, action: &PrivateAction) -> Doing {
        let name = self.scene.entities[actor].name.clone();
        match action {
            PrivateAction::Speed { dynamics, target } => self.start_speed(actor, dynamics, target),
            PrivateAction::SpeedProfile { relative_to, following, constraints, entries } => {
                let offset_mps = relative_to
                    .as_ref()
                    .and_then(|name| self.scene.index_of(name))
                    .map_or(0.0, |ix| self.scene.entities[ix].speed_mps);
                let entity = &self.scene.entities[actor];
                let forward = entity.at.pose.matrix() * DVec3::X;
                let now = Motion { speed_mps: entity.speed_mps, accel_mps2: entity.accel_mps2.dot(forward) };
                let limits = constraints.unwrap_or_default();
                Doing::Profile(SpeedProfileRuntime::start(entries, &limits, *following, now, offset_mps))
            }
            PrivateAction::LaneChange { dynamics, target, target_offset_m } => {
                let entity = &self.scene.entities[actor];
                let lane = self.target_lane(actor, target);
                lane.and_then(|lane| {
                    LateralMove::to_lane(&self.scene.roads, entity, lane, *target_offset_m, dynamics)
                })
                .map_or(Doing::Nothing, Doing::Lateral)
            }
            PrivateAction::LaneOffset { shape, lateral_accel_mps2_max, target, continuous: _ } => {
                let offset_m = match target {
                    OffsetTarget::Absolute(offset) => *offset,
                    OffsetTarget::Relative(name, offset) => self.offset_beside(actor, name, *offset),
                };
                let entity = &self.scene.entities[actor];
                let accel = *lateral_accel_mps2_max;
                LateralMove::to_offset(&self.scene.roads, entity, offset_m, *shape, accel)
                    .map_or(Doing::Nothing, Doing::Lateral)
            }
            PrivateAction::Visibility { .. }
            | PrivateAction::AssignController { .. }
            | PrivateAction::ActivateController { .. }
            | PrivateAction::OverrideController(_)
            | PrivateAction::LightState { .. }
            | PrivateAction::Animation { .. } => {
                self.effects.push(Effect::Private(name, action.clone()));
                Doing::Nothing
            }
            PrivateAction::Teleport(position) => {
                self.teleport(actor, position);
                // The teleport is its whole way in this step.
                self.carried[actor] = Carried::Put;
                Doing::Nothing
            }
            PrivateAction::FollowTrajectory { trajectory, time_reference, following, initial_offset_m } => {
                self.start_following(actor, trajectory, time_reference, *following, *initial_offset_m)
            }
            PrivateAction::AssignRoute(route) => {
                let planned = route::plan(route, &self.setting(), Some(actor));
                self.take_route(actor, planned);
                Doing::Nothing
            }
            PrivateAction::AcquirePosition(target) => {
                let entity = &self.scene.entities[actor];
                if let Some(place) = entity.at.place {
                    let forward = Roads::faces_rising_s(entity.at.relative.h_rad);
                    let facing = if forward { 1 } else { -1 };
                    let planned = route::to_position(place, facing, target, &self.setting(), Some(actor));
                    self.take_route(actor, planned);
                }
                Doing::Nothing
            }
            PrivateAction::LongitudinalDistance {
                entity,
                gap,
                displacement,
                extents,
                system,
                continuous,
                constraints,
            } => self.start_longitudinal(
                actor,
                entity,
                *gap,
                *displacement,
                *extents,
                *system,
                *continuous,
                *constraints,
            ),
            PrivateAction::LateralDistance {
                entity,
                distance_m,
                displacement,
                extents,
                system,
                continuous,
                constraints,
            } => self.start_lateral(
                actor,
                entity,
                *distance_m,
                *displacement,
                *extents,
                *system,
                *continuous,
                *constraints,
            ),
            PrivateAction::Synchronize {
                master,
                master_target,
                target,
                final_speed,
                steady_state,
                master_tolerance_m,
                tolerance_m,
            } => self.start_synchronizing(
                actor,
                master,
                (master_target, target),
                final_speed.as_ref(),
                *steady_state,
                (*master_tolerance_m, *tolerance_m),
            ),
            PrivateAction::Trailer(action) => {
                self.hitch(actor, action);
                Doing::Nothing
            }
            PrivateAction::RandomRoute => {
                self.trouble(format!("`{name}`: not played"));
                Doing::Nothing
            }
        }
    }

    fn start_following(
        &mut self,
        actor: usize,
        trajectory: &Arc<Trajectory>,
        time_reference: &TimeReference,
        following: Following,
        initial_offset_m: f64,
    ) -> Doing {
        let own = self.scene.entities[actor].at.pose;
        let properties = self.play.entities.get(actor).map_or(&[][..], |entity| &entity.properties);
        let (corners, heading) = follow::style(following, properties);
        let setting = self.setting();
        let mut resolve = |position: &Position| {
            setting.resolve(position, Some(actor)).map(|at| at.pose).map_err(|error| error.to_string())
        };
        let path = match Path::build(trajectory, &own, corners, &mut resolve) {
            Ok(path) => path,
            Err(error) => {
                self.trouble(format!("trajectory `{}`: {error}", trajectory.name));
                return Doing::Nothing;
            }
        };
        let (now_s, speed) = (self.scene.now_s, self.scene.entities[actor].speed_mps);
        let (runtime, at) =
            FollowRuntime::start(path, time_reference, initial_offset_m, heading, now_s, speed);
        self.scene.entities[actor].trajectory = Some(trajectory.clone());
        self.put_on_path(actor, &at);
        Doing::Follow(Box::new(runtime))
    }

    /// Puts an entity where its trajectory has led it: what the path leaves open comes from the road below.
    fn put_on_path(&mut self, actor: usize, followed: &Followed) {
        let Scene { roads, entities, .. } = &mut *self.scene;
        let entity = &mut entities[actor];
        let point = &followed.point;
        let pose = Pose {
            position_m: DVec3::new(point.x_m, point.y_m, point.z_m.unwrap_or(entity.at.pose.position_m.z)),
            h_rad: point.h_rad,
            p_rad: point.p_rad.unwrap_or(0.0),
            r_rad: point.r_rad.unwrap_or(0.0),
        };
        let mut at = match entity.at.place {
            Some(hint) => roads.place_from(hint, pose),
            None => roads.place_of(pose),
        };
        if let Some(place) = at.place {
            let ground = roads.surface(place);
            let level = roads
                .pose_of(place, Relative { h_rad: wrap(point.h_rad - ground.h_rad), ..Relative::default() });
            at.pose.position_m.z = point.z_m.unwrap_or(ground.position_m.z);
            at.pose.p_rad = point.p_rad.unwrap_or(level.p_rad);
            at.pose.r_rad = point.r_rad.unwrap_or(level.r_rad);
            at.relative = roads.relative_at(place, &at.pose);
        }
        entity.at = at;
        entity.speed_mps = followed.speed_mps;
    }

    fn start_speed(&mut self, actor: usize, dynamics: &TransitionDynamics, target: &SpeedTarget) -> Doing {
        let (target, reference) = match target {
            SpeedTarget::Absolute(speed) => (Target::Absolute(*speed), None),
            SpeedTarget::Relative { entity, value, kind, continuous } => {
                let reference = self.scene.index_of(entity);
                (Target::Relative { value: *value, kind: *kind, continuous: *continuous }, reference)
            }
        };
        let reference_mps = reference.map_or(0.0, |ix| self.scene.entities[ix].speed_mps);
        let entity = &mut self.scene.entities[actor];
        let runtime = SpeedRuntime::start(dynamics, target, entity.speed_mps, reference_mps);
        // A step is there before the next action of the same event looks.
        if let Some(speed_mps) = runtime.at_once_mps(&limits_of(entity)) {
            entity.speed_mps = speed_mps;
        }
        Doing::Speed(runtime, reference)
    }

    /// Offset from the actor's own lane that lies so far to the left of another entity, as that one faces. On
    /// another road the offsets in the two lanes are compared.
    fn offset_beside(&self, actor: usize, name: &str, left_m: f64) -> f64 {
        let reference = self.scene.index_of(name).map(|ix| &self.scene.entities[ix].at);
        let (Some(own), Some(at)) = (self.scene.entities[actor].at.place, reference) else { return left_m };
        let Some(place) = at.place else { return left_m };
        let forward = Roads::faces_rising_s(at.relative.h_rad);
        let side_m = if forward { left_m } else { -left_m };
        if place.road == own.road {
            place.t_m + side_m - (own.t_m - own.offset_m)
        } else {
            place.offset_m + side_m
        }
    }

    fn target_lane(&self, actor: usize, target: &LaneTarget) -> Option<i32> {
        match target {
            LaneTarget::Absolute(lane) => Some(*lane),
            LaneTarget::Relative(name, lanes) => {
                let reference = &self.scene.entities[self.scene.index_of(name).unwrap_or(actor)];
                let place = reference.at.place?;
                let forward = Roads::faces_rising_s(reference.at.relative.h_rad);
                Some(Roads::lane_beside(place.lane, if forward { *lanes } else { -*lanes }))
            }
        }
    }

    /// One step of a work; whether it is done.
    fn work(&mut self, work: &mut Work) -> bool {
        let dt_s = self.scene.dt_s;
        let Work { actor, doing, .. } = work;
        match doing {
            Doing::Speed(runtime, reference) => {
                let reference_mps = reference.map_or(0.0, |ix| self.scene.entities[ix].speed_mps);
                let entity = &mut self.scene.entities[*actor];
                let step = runtime.step(reference_mps, &limits_of(entity), dt_s);
                entity.speed_mps = step.speed_mps;
                step.done
            }
            Doing::Profile(runtime) => {
                let step = runtime.step(dt_s);
                self.scene.entities[*actor].speed_mps = step.speed_mps;
                step.done
            }
            Doing::Lateral(lateral) => {
                // The way along the road is made with the speed of this moment.
                let actor = *actor;
                let Scene { roads, entities, .. } = &mut *self.scene;
                let step = lateral.step(roads, &mut entities[actor], dt_s);
                self.carried[actor] = Carried::Yes;
                if let Some(moved) = self.scene.go_on(actor, step.along) {
                    let Scene { roads, entities, .. } = &mut *self.scene;
                    lateral.follow(roads, &entities[actor], moved.moved_m, moved.turned);
                }
                step.done
            }
            Doing::Follow(runtime) => {
                let speed = self.scene.entities[*actor].speed_mps;
                let actor = *actor;
                let followed = runtime.step(self.scene.now_s, dt_s, speed);
                self.carried[actor] = Carried::Yes;
                if dt_s > 0.0 || followed.done {
                    self.put_on_path(actor, &followed);
                }
                if followed.done {
                    self.scene.entities[actor].trajectory = None;
                    self.carried[actor] = Carried::ToItsEnd;
                }
                followed.done
            }
            Doing::Longitudinal(keeping) => self.step_longitudinal(*actor, keeping),
            Doing::Beside(keeping) => self.step_lateral(*actor, keeping),
            Doing::Synchronize(work) => self.step_synchronizing(*actor, work),
            Doing::Nothing => true,
        }
    }
}

fn limits_of(entity: &Entity) -> SpeedLimits {
    SpeedLimits {
        speed_mps_max: entity.body.speed_mps_max,
        accel_mps2_max: entity.body.accel_mps2_max,
        decel_mps2_max: entity.body.decel_mps2_max,
    }
}

impl Host<StandardAction, StandardCondition> for Acting<'_> {
    fn holds(&mut self, _: usize, test: &StandardCondition, triggering: &mut Vec<Arc<str>>) -> bool {
        let scene = &*self.scene;
        let entities = self.seen.as_deref().unwrap_or(&scene.entities);
        let seen = Seen { scene, entities, works: &*self.works };
        let setting = Setting { stage: &seen, ..self.setting() };
        let verdict = condition::holds(test, &setting, scene);
        triggering.extend(verdict.by.iter().map(|ix| scene.entities[*ix].name.clone()));
        if let Some(error) = verdict.problem {
            self.trouble(format!("a condition has no meaning: {error}"));
        }
        verdict.holds
    }

    fn start(&mut self, ix: ActionIx, action: &StandardAction, actors: &[Arc<str>]) {
        match action {
            StandardAction::Private(private) => {
                for name in actors {
                    let Some(actor) = self.scene.index_of(name) else { continue };
                    if let Some(work) = self.start_private(actor, private) {
                        self.works.entry(ix).or_default().push(work);
                    }
                }
            }
            StandardAction::Global(global) => self.global(global),
            StandardAction::UserDefined { kind, content } => {
                self.effects.push(Effect::UserDefined(kind.clone(), content.clone()));
            }
        }
    }

    fn step(&mut self, ix: ActionIx, _: &StandardAction) -> Progress {
        let Some(mut works) = self.works.remove(&ix) else { return Progress::Done };
        works.retain_mut(|work| !self.work(work));
        if works.is_empty() {
            return Progress::Done;
        }
        self.works.insert(ix, works);
        Progress::Running
    }

    fn stop(&mut self, ix: ActionIx) {
        self.works.remove(&ix);
    }

    fn take_replaced(&mut self) -> Vec<ActionIx> {
        std::mem::take(&mut self.replaced)
    }
}

impl Facts for Scene {
    fn time_s(&self) -> f64 {
        self.now_s
    }

    fn time_of_day_s(&self) -> Option<f64> {
        let (unix_s, from_s, motion) = self.clock?;
        match motion {
            ClockMotion::Runs => Some(unix_s + self.now_s - from_s),
            ClockMotion::Stands => Some(unix_s),
        }
    }

    fn parameter(&self, name: &str) -> Option<String> {
        self.parameters.get(name).cloned()
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn user_value(&self, name: &str) -> Option<String> {
        self.user_values.get(name).cloned()
    }

    /// The machine answers these itself.
    fn element(&self, _: ElementKind, _: &str, _: ElementEvent) -> bool {
        false
    }

    fn signal(&self, name: &str) -> Option<String> {
        self.signals.state(name).map(str::to_owned)
    }

    fn controller_phase(&self, controller: &str) -> Option<String> {
        self.signals.phase(controller).map(str::to_owned)
    }
}

/// Seconds since 1970-01-01T00:00:00 UTC of a civil time (Gregorian calendar; days counted by eras of 400 years).
fn unix_s(time: &CivilTime) -> f64 {
    let (year, month) = (i64::from(time.year), i64::from(time.month));
    let from_march = if month <= 2 { year - 1 } else { year };
    let era = from_march.div_euclid(400);
    let of_era = from_march.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(time.day) - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719_468;
    days as f64 * 86_400.0 + time.second_of_day - time.utc_offset_h * 3_600.0
}

/// A value after a change; what is no number counts as 0 for sums and products.
fn modified(value: Option<&String>, change: &Modification) -> String {
    let number = || value.and_then(|v| v.trim().parse::<f64>().ok()).unwrap_or(0.0);
    match change {
        Modification::Set(text) => text.clone(),
        Modification::Add(by) => format!("{}", number() + by),
        Modification::Multiply(by) => format!("{}", number() * by),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_times_count_from_1970() {
        let check = |year, month, day, second_of_day, utc_offset_h, expect: f64| {
            let time = CivilTime { year, month, day, second_of_day, utc_offset_h };
            assert_eq!(unix_s(&time), expect, "{time:?}");
        };
        check(1970, 1, 1, 0.0, 0.0, 0.0);
        check(2000, 3, 1, 0.0, 0.0, 951_868_800.0);
        check(2016, 6, 21, 43_200.0, 0.0, 1_466_510_400.0);
        check(1970, 1, 1, 3_600.0, 1.0, 0.0);
    }

    #[test]
    fn values_are_set_summed_and_multiplied() {
        let check = |value: &str, change: Modification, expect: &str| {
            assert_eq!(modified(Some(&value.to_owned()), &change), expect);
        };
        check("3", Modification::Set("on".into()), "on");
        check("3", Modification::Add(1.5), "4.5");
        check("3", Modification::Multiply(-2.0), "-6");
        check("abc", Modification::Add(1.0), "1");
    }
}
