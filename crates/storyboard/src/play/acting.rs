//! The machine's hands: starts actions on their actors, lets them act, and answers conditions.

use super::cast::Cast;
use super::entity::{Entity, Mover, Taking};
use super::lateral::LateralMove;
use super::player::{Carried, Effect, Scene};
use super::position::Setting;
use super::roads::Roads;
use super::route;
use super::speed::{SpeedLimits, SpeedRuntime, Target};
use super::speed_profile::{Motion, SpeedProfileRuntime};
use super::work::{Doing, Domains, Work};
use crate::machine::{ActionIx, Host, Progress};
use crate::standard::*;
use glam::DVec3;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The machine's hands.
pub(super) struct Acting<'a> {
    pub(super) scene: &'a mut Scene,
    pub(super) works: &'a mut BTreeMap<ActionIx, Vec<Work>>,
    pub(super) effects: &'a mut Vec<Effect>,
    pub(super) cast: &'a Cast,
    pub(super) replaced: Vec<ActionIx>,
    /// Who was carried in this step.
    pub(super) carried: Vec<Carried>,
}

impl Acting<'_> {
    fn trouble(&mut self, text: String) {
        self.effects.push(Effect::Trouble(text));
    }

    fn setting(&self) -> Setting<'_> {
        Setting { roads: &self.scene.roads, stage: self.scene, geo: None, curve: None }
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
                entity.route = None;
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
                if let Some(actor) = self.scene.index_of(name) {
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
            GlobalAction::Environment(_)
            | GlobalAction::SignalController { .. }
            | GlobalAction::SignalState(_)
            | GlobalAction::TrafficSource { .. }
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
                    OffsetTarget::Relative(name, offset) => {
                        let reference = self
                            .scene
                            .index_of(name)
                            .and_then(|ix| self.scene.entities[ix].at.place.map(|place| place.offset_m));
                        offset + reference.unwrap_or(0.0)
                    }
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
                Doing::Nothing
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
            PrivateAction::LongitudinalDistance { .. }
            | PrivateAction::LateralDistance { .. }
            | PrivateAction::Synchronize { .. }
            | PrivateAction::FollowTrajectory { .. }
            | PrivateAction::RandomRoute
            | PrivateAction::Trailer(_) => {
                self.trouble(format!("`{name}`: not played"));
                Doing::Nothing
            }
        }
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
        let speed = self.scene.entities[actor].speed_mps;
        Doing::Speed(SpeedRuntime::start(dynamics, target, speed, reference_mps), reference)
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
                let limits = SpeedLimits {
                    speed_mps_max: entity.body.speed_mps_max,
                    accel_mps2_max: entity.body.accel_mps2_max,
                    decel_mps2_max: entity.body.decel_mps2_max,
                };
                let step = runtime.step(reference_mps, &limits, dt_s);
                entity.speed_mps = step.speed_mps;
                step.done
            }
            Doing::Profile(runtime) => {
                let step = runtime.step(dt_s);
                self.scene.entities[*actor].speed_mps = step.speed_mps;
                step.done
            }
            Doing::Lateral(lateral) => {
                let Scene { roads, entities, .. } = &mut *self.scene;
                lateral.step(roads, &mut entities[*actor], dt_s)
            }
            Doing::Nothing => true,
        }
    }
}

impl Host<StandardAction, StandardCondition> for Acting<'_> {
    fn holds(&mut self, _: usize, _: &StandardCondition, _: &mut Vec<Arc<str>>) -> bool {
        false
    }

    fn start(&mut self, ix: ActionIx, action: &StandardAction, actors: &[Arc<str>]) {
        match action {
            StandardAction::Private(private) => {
                for name in actors {
                    let members = self.cast.selections.get(&**name).cloned();
                    for name in members.unwrap_or_else(|| vec![name.clone()]) {
                        let Some(actor) = self.scene.index_of(&name) else { continue };
                        if let Some(work) = self.start_private(actor, private) {
                            self.works.entry(ix).or_default().push(work);
                        }
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
