//! The player: one step after the other.
//!
//! A step of length dt from T, in this order:
//! 1. the storyboard at T ([`crate::machine`]): what starts now acts in this step already;
//! 2. everybody whose way no action makes goes on with their speed: along their lane, or straight ahead
//!    where there is no road;
//! 3. odometers, times of standing, at the end of the road and off the road.
//!
//! The first call of [`Player::step`] has length 0: it is the init phase.

use super::acting::Acting;
use super::entity::{Entity, Located, Mover, Taking};
use super::partners::{AHEAD_PROPERTY, Towing, tow, turn_by_rear_axle};
use super::position::Stage;
use super::roads::{Along, JunctionChoice, Moved, Roads};
use super::signals::Signals;
use super::work::{Doing, Work};
use crate::machine::{ActionIx, Machine, Transition};
use crate::read::Play;
use crate::standard::{ClockMotion, GlobalAction, PrivateAction, StandardAction};
use glam::DVec3;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Slower than this somebody stands, m/s.
const STANDING_MPS: f64 = 1e-3;

/// Something that the storyboard does to the world beyond the entities' motion; the caller carries it out.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// An action on an entity that the player does not move: lights, visibility, controllers, animation.
    Private(Arc<str>, PrivateAction),
    /// A global action.
    Global(GlobalAction),
    /// The user's own: type and content.
    UserDefined(String, String),
    /// An action could not do what it says: why.
    Trouble(String),
}

/// Projection of geographic positions: longitude and latitude in degrees → x and y of the map file before its
/// header's offset, m.
#[derive(Clone)]
pub struct Geo(pub Arc<dyn Fn(f64, f64) -> Option<(f64, f64)> + Send + Sync>);

impl std::fmt::Debug for Geo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Geo")
    }
}

/// What the player knows besides the storyboard's state.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Roads.
    pub roads: Arc<Roads>,
    /// Entities, in the cast's order.
    pub entities: Vec<Entity>,
    /// Parameters.
    pub parameters: BTreeMap<String, String>,
    /// Variables.
    pub variables: BTreeMap<String, String>,
    /// Monitors.
    pub monitors: BTreeMap<String, bool>,
    /// Values that the user sets from outside.
    pub user_values: BTreeMap<String, String>,
    /// Signals.
    pub signals: Signals,
    /// Time of day by the last environment: seconds since 1970 at a simulated time, and whether it runs.
    pub clock: Option<(f64, f64, ClockMotion)>,
    /// Projection of the map, if it has one.
    pub geo: Option<Geo>,
    names: BTreeMap<Arc<str>, usize>,
    /// Simulated time at the step's begin, s.
    pub now_s: f64,
    /// Length of the step, s.
    pub dt_s: f64,
}

impl Stage for Scene {
    fn entity(&self, name: &str) -> Option<&Entity> {
        self.index_of(name).map(|ix| &self.entities[ix])
    }

    fn all(&self) -> &[Entity] {
        &self.entities
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }
}

impl Scene {
    /// Number of the entity of a name.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }
}

impl Scene {
    /// Lets an entity go on with its speed over this step: along its lane, or straight ahead where there is no
    /// road. `along` is the share of the speed that leads along rising s. `None` where it moves along no road.
    pub(super) fn go_on(&mut self, ix: usize, along: f64) -> Option<Moved> {
        let dt_s = self.dt_s;
        let Scene { roads, entities, .. } = self;
        let entity = &mut entities[ix];
        let still = entity.taking == Taking::NoPart || entity.mover == Mover::Outside;
        if still || dt_s <= 0.0 || entity.speed_mps == 0.0 {
            return None;
        }
        let way_m = entity.speed_mps * dt_s;
        let Some(place) = entity.at.place else {
            let forward = entity.at.pose.matrix() * DVec3::X;
            entity.at.pose.position_m += forward * way_m;
            return None;
        };
        let along_m = way_m * along;
        let mut route = entity.route.take();
        let choice = JunctionChoice::Straightest;
        let moved =
            roads.move_along(place, entity.at.relative, along_m, Along::OwnStep, choice, route.as_mut());
        entity.route = route;
        entity.at = roads.located(moved.at, moved.relative);
        // Whoever has stood at the end for a whole step has no speed any more.
        if entity.end_of_road_s.is_some_and(|s| s > 0.0) && moved.moved_m.abs() < 1e-9 {
            entity.speed_mps = 0.0;
        }
        Some(moved)
    }
}

/// Whether an entity waits for an action that adds it: nothing places it in the init phase, and something adds it
/// later.
fn waits(play: &Play, name: &str) -> bool {
    let placed = play.board.init.iter().any(|init| init.entity.as_deref() == Some(name));
    let adds = |action: &StandardAction| matches!(action, StandardAction::Global(GlobalAction::AddEntity(added, _)) if **added == *name);
    let events = play
        .board
        .stories
        .iter()
        .flat_map(|story| &story.acts)
        .flat_map(|act| &act.groups)
        .flat_map(|group| &group.maneuvers)
        .flat_map(|maneuver| &maneuver.events);
    !placed && events.flat_map(|event| &event.actions).any(|action| adds(&action.action))
}

/// Whether an action made an entity's whole way in this step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Carried {
    /// No: it goes on with its speed.
    #[default]
    No,
    /// Yes.
    Yes,
    /// To the end of a trajectory.
    ToItsEnd,
    /// Put somewhere.
    Put,
}

/// A storyboard that is played.
#[derive(Clone, Debug)]
pub struct Player {
    play: Arc<Play>,
    machine: Machine,
    /// The scene.
    pub scene: Scene,
    works: BTreeMap<ActionIx, Vec<Work>>,
    /// Trailer of each entity.
    towing: Vec<Option<usize>>,
    /// How far each entity's reference point is ahead of its rear axle, m, where it is.
    ahead_m: Vec<Option<f64>>,
    /// Who has come to the end of a trajectory.
    at_path_end: Vec<bool>,
    /// What the last step did to the world.
    pub effects: Vec<Effect>,
    before_init: bool,
}

impl Player {
    /// Sets the scene. Entities stand at the origin until the init phase places them.
    pub fn new(play: Arc<Play>, roads: Arc<Roads>) -> Self {
        let init = super::init_order::ordered(&play.board.init);
        let play = if init == play.board.init {
            play
        } else {
            let mut play = Arc::unwrap_or_clone(play);
            play.board.init = init;
            Arc::new(play)
        };
        let mut names = BTreeMap::new();
        let entities: Vec<Entity> = play
            .entities
            .iter()
            .enumerate()
            .map(|(ix, member)| {
                names.entry(member.name.clone()).or_insert(ix);
                Entity {
                    name: member.name.clone(),
                    body: member.body.clone(),
                    taking: if waits(&play, &member.name) { Taking::NoPart } else { Taking::Part },
                    mover: Mover::Script,
                    at: Located::default(),
                    speed_mps: 0.0,
                    velocity_mps: DVec3::ZERO,
                    accel_mps2: DVec3::ZERO,
                    h_rate_radps: 0.0,
                    traveled_m: 0.0,
                    standing_s: 0.0,
                    end_of_road_s: None,
                    offroad_s: None,
                    route: None,
                    trajectory: None,
                }
            })
            .collect();
        let scene = Scene {
            roads,
            entities,
            parameters: play.parameters.iter().map(|p| (p.name.clone(), p.value.clone())).collect(),
            variables: play.variables.iter().map(|v| (v.name.clone(), v.value.clone())).collect(),
            monitors: play.monitors.iter().cloned().collect(),
            user_values: BTreeMap::new(),
            signals: Signals::new(&play.signals),
            clock: None,
            geo: None,
            names,
            now_s: 0.0,
            dt_s: 0.0,
        };
        let machine = Machine::new(&play.board);
        let trailer = |ix: usize| play.entities[ix].trailer.as_ref().and_then(|name| scene.index_of(name));
        let towing =
            (0..play.entities.len()).map(|ix| trailer(ix).filter(|trailer| *trailer != ix)).collect();
        let ahead_m = play.entities.iter().map(|entity| {
            let property = entity.properties.iter().find(|p| p.0 == AHEAD_PROPERTY);
            property
                .and_then(|p| p.1.trim().parse::<f64>().ok())
                .filter(|ahead| ahead.is_finite() && *ahead != 0.0)
        });
        let ahead_m: Vec<_> = ahead_m.collect();
        let at_path_end = vec![false; ahead_m.len()];
        Self {
            play,
            machine,
            scene,
            works: BTreeMap::new(),
            towing,
            ahead_m,
            at_path_end,
            effects: Vec::new(),
            before_init: true,
        }
    }

    /// What is played.
    pub fn play(&self) -> &Play {
        &self.play
    }

    /// Whether the stop trigger has fired.
    pub fn ended(&self) -> bool {
        self.machine.ended()
    }

    /// Whether every story is complete.
    pub fn stories_complete(&self) -> bool {
        self.machine.stories_complete()
    }

    /// What the last step brought: paths of elements with their transitions, in order.
    pub fn transitions(&self) -> &[(Arc<str>, Transition)] {
        self.machine.transitions()
    }

    /// Hands an entity over to dynamics outside: from now on the caller sets its state before every step, and
    /// what the storyboard asks of its motion is told as an [`Effect`].
    pub fn hand_over(&mut self, ix: usize) {
        if let Some(entity) = self.scene.entities.get_mut(ix) {
            entity.mover = Mover::Outside;
        }
        for works in self.works.values_mut() {
            works.retain(|work| work.actor != ix);
        }
    }

    /// Plays from `now_ns` for `dt_ns`. The first call is the init phase, whatever `dt_ns` is.
    pub fn step(&mut self, now_ns: u64, dt_ns: u64) {
        let dt_ns = if std::mem::take(&mut self.before_init) { 0 } else { dt_ns };
        self.scene.now_s = now_ns as f64 * 1e-9;
        self.scene.dt_s = dt_ns as f64 * 1e-9;
        self.effects.clear();
        for state in self.scene.signals.advance(now_ns) {
            self.effects.push(Effect::Global(GlobalAction::SignalState(state)));
        }
        let before: Vec<(DVec3, DVec3, f64)> = self
            .scene
            .entities
            .iter()
            .map(|e| (e.at.pose.position_m, e.velocity_mps, e.at.pose.h_rad))
            .collect();
        let seen = (dt_ns > 0).then(|| self.scene.entities.clone());
        let mut acting = Acting {
            seen,
            scene: &mut self.scene,
            works: &mut self.works,
            effects: &mut self.effects,
            play: &self.play,
            towing: &mut self.towing,
            replaced: Vec::new(),
            carried: vec![Carried::No; before.len()],
        };
        self.machine.step(&self.play.board, &mut acting, now_ns);
        let carried = acting.carried;
        for (ix, carried) in carried.iter().enumerate() {
            match carried {
                Carried::No => {}
                Carried::Yes | Carried::Put => self.at_path_end[ix] = false,
                Carried::ToItsEnd => self.at_path_end[ix] = true,
            }
            self.go_on(ix, *carried);
            let (position, _, h_rad) = before[ix];
            if let Some(ahead_m) = self.ahead_m[ix] {
                let Scene { roads, entities, .. } = &mut self.scene;
                turn_by_rear_axle(roads, &mut entities[ix], (position.truncate(), h_rad), ahead_m);
            }
        }
        self.tow_all(&carried);
        for (ix, before) in before.into_iter().enumerate() {
            self.count(ix, before);
        }
    }

    /// Moves the trailers after their vehicles, front to back.
    fn tow_all(&mut self, carried: &[Carried]) {
        let Scene { roads, entities, .. } = &mut self.scene;
        for first in (0..entities.len()).filter(|ix| !self.towing.contains(&Some(*ix))) {
            let how = if carried[first] == Carried::Put { Towing::Straight } else { Towing::Pulled };
            let mut vehicle = first;
            // A train has no more links than there are entities.
            for _ in 0..entities.len() {
                let Some(trailer) = self.towing[vehicle] else { break };
                tow(roads, entities, vehicle, trailer, how);
                vehicle = trailer;
            }
        }
    }

    /// Moves whoever no action moves.
    fn go_on(&mut self, ix: usize, carried: Carried) {
        if carried != Carried::No || self.towing.contains(&Some(ix)) {
            return;
        }
        if self.scene.roads.is_empty() && self.at_path_end[ix] {
            // Where there is no road at all, the end of a trajectory is the end of the way.
            self.scene.entities[ix].speed_mps = 0.0;
            return;
        }
        // The heading shows; the lane leads.
        let along = 1.0_f64.copysign(libm::cos(self.scene.entities[ix].at.relative.h_rad));
        let Some(moved) = self.scene.go_on(ix, along) else { return };
        let Scene { roads, entities, .. } = &mut self.scene;
        for works in self.works.values_mut() {
            for work in works.iter_mut().filter(|w| w.actor == ix) {
                if let Doing::Lateral(lateral) = &mut work.doing {
                    lateral.follow(roads, &entities[ix], moved.moved_m, moved.turned);
                }
            }
        }
    }

    /// Odometer, velocities, and for how long something has been so.
    fn count(&mut self, ix: usize, before: (DVec3, DVec3, f64)) {
        let dt_s = self.scene.dt_s;
        let Scene { roads, entities, .. } = &mut self.scene;
        let entity = &mut entities[ix];
        let (position, velocity, h_rad) = before;
        let heading = entity.at.pose.matrix() * DVec3::X;
        if dt_s > 0.0 {
            let way = entity.at.pose.position_m - position;
            // A jump is no way.
            let jumped = way.length() > 2.0 * entity.speed_mps.abs() * dt_s + 1.0;
            if entity.mover == Mover::Script {
                entity.velocity_mps = if jumped { heading * entity.speed_mps } else { way / dt_s };
                entity.accel_mps2 = (entity.velocity_mps - velocity) / dt_s;
                entity.h_rate_radps = super::frame::wrap(entity.at.pose.h_rad - h_rad) / dt_s;
            }
            if !jumped {
                entity.traveled_m += way.length();
            }
        } else {
            entity.velocity_mps = heading * entity.speed_mps;
        }
        let stands = entity.speed_mps.abs() < STANDING_MPS;
        entity.standing_s = if stands { entity.standing_s + dt_s } else { 0.0 };
        let end = entity.at.place.is_some_and(|place| roads.is_at_end(place));
        entity.end_of_road_s = end.then(|| entity.end_of_road_s.map_or(0.0, |s| s + dt_s));
        let off = entity.at.place.is_none_or(|place| roads.is_offroad(place)) && !roads.is_empty();
        entity.offroad_s = off.then(|| entity.offroad_s.map_or(0.0, |s| s + dt_s));
    }
}
