//! Systems: step the player, show its entities.

use super::effects::{LightOrders, carry_out, set_light};
use crate::base::math::DVec2;
use crate::scenario::play::{PlayPlan, engine_pose, lane_coord, player_pose};
use crate::sim::participants::{ParticipantIndex, Played};
use crate::sim::{Clock, FiredActions, PhysicsStep, PlayEnd, RunPlan, RunWarnings, SimTick, TickSet};
use crate::state::messages::{EventLog, Happening};
use crate::state::pose::{Motion, Pose};
use crate::state::truth::{ExteriorLights, GroundTruth, Presence, TrueLane};
use ::storyboard::play::entity::Taking;
use ::storyboard::play::player::{Effect, Player};
use ::storyboard::standard::PrivateAction;
use bevy::prelude::*;

/// The player of this run.
#[derive(Resource)]
pub struct Playing {
    player: Player,
    plan: PlayPlan,
    /// Lights of each entity.
    lights: Vec<LightOrders>,
    /// Transitions of the init phase, told at the first tick.
    untold: Vec<Happening>,
}

impl Playing {
    /// Whether the storyboard's stop trigger has fired.
    pub fn ended(&self) -> bool {
        self.player.ended()
    }

    /// The player, for the window and for tests.
    pub fn player(&self) -> &Player {
        &self.player
    }
}

/// Brake lights shine below this acceleration, m/s² (chosen because engine braking shows no light).
const BRAKE_LIGHT_MPS2: f64 = -0.3;

/// Lights that the last step's actions ask for.
fn order_lights(player: &Player, lights: &mut [LightOrders], warnings: &mut Vec<String>) {
    for effect in &player.effects {
        if let Effect::Private(name, PrivateAction::LightState { light, mode, .. }) = effect
            && let Some(ix) = player.scene.index_of(name)
            && !set_light(&mut lights[ix], light, *mode)
        {
            let text = format!("`{name}`: light {light:?} is not among those that others can see here");
            if !warnings.contains(&text) {
                warnings.push(text);
            }
        }
    }
}

/// Adds the domain's systems.
pub fn plugin(app: &mut App) {
    app.add_systems(SimTick, play.after(crate::sim::script::run_script).in_set(TickSet::Script));
    app.add_systems(SimTick, show.in_set(TickSet::Physics).before(PhysicsStep::Move));
}

/// Sets the player up and shows the world after the init phase.
pub fn attach(world: &mut World) {
    let plan = world.resource::<RunPlan>().clone();
    let Some(play) = plan.scenario.play.clone() else { return };
    let player = play.player();
    let untold = told(&player);
    let mut warnings = RunWarnings::default();
    let mut actions = Vec::new();
    carry_out(&player, &play, &plan.network, &mut actions, &mut warnings.0);
    let mut lights = vec![LightOrders::default(); player.scene.entities.len()];
    order_lights(&player, &mut lights, &mut warnings.0);
    world.resource_mut::<FiredActions>().at_start.append(&mut actions);
    world.insert_resource(warnings);
    world.insert_resource(PlayEnd(player.ended()));
    world.insert_resource(Playing { player, plan: play, lights, untold });
    if let Err(error) = world.run_system_cached(show) {
        unreachable!("it reads only what spawn and this function made: {error}");
    }
}

fn told(player: &Player) -> Vec<Happening> {
    let words = |(path, transition): &(std::sync::Arc<str>, ::storyboard::machine::Transition)| {
        Happening::Storyboard { element: path.to_string(), transition: transition.in_full().to_owned() }
    };
    player.transitions().iter().map(words).collect()
}

/// Plays the storyboard over this tick.
fn play(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    truth: Res<GroundTruth>,
    playing: Option<ResMut<Playing>>,
    end: Option<ResMut<PlayEnd>>,
    warnings: Option<ResMut<RunWarnings>>,
    mut fired: ResMut<FiredActions>,
    mut log: ResMut<EventLog>,
) {
    let (Some(mut playing), Some(mut end), Some(mut warnings)) = (playing, end, warnings) else { return };
    let Playing { player, plan: play, lights, untold } = &mut *playing;
    if let (Some(ix), Some(ego)) = (play.ego, truth.ego()) {
        let offset_m = plan.network.offset_m;
        let roads = play.roads.clone();
        if let Some(entity) = player.scene.entities.get_mut(ix) {
            let pose = player_pose(&ego.pose, offset_m);
            entity.at = match entity.at.place {
                Some(hint) => roads.place_from(hint, pose),
                None => roads.place_of(pose),
            };
            entity.speed_mps = ego.motion.speed_mps;
            entity.velocity_mps = ego.motion.velocity_mps(ego.pose.heading_rad).extend(0.0);
            let accel = DVec2::new(ego.motion.accel_mps2, ego.motion.lateral_accel_mps2);
            let (forward, left) = (ego.forward, ego.forward.perp());
            entity.accel_mps2 = (forward * accel.x + left * accel.y).extend(0.0);
            entity.h_rate_radps = ego.motion.yaw_rate_radps;
        }
    }
    log.this_tick.reserve(untold.len());
    untold.drain(..).for_each(|happening| log.push(happening));
    player.step(clock.time.0, clock.dt_ns);
    for happening in told(player) {
        log.push(happening);
    }
    carry_out(player, play, &plan.network, &mut fired.this_tick, &mut warnings.0);
    order_lights(player, lights, &mut warnings.0);
    end.0 = player.ended();
}

/// Shows the player's entities to the world.
fn show(
    plan: Res<RunPlan>,
    playing: Option<Res<Playing>>,
    index: Res<ParticipantIndex>,
    mut bodies: Query<(&Played, &mut Pose, &mut Motion, &mut TrueLane, &mut ExteriorLights, &mut Presence)>,
) {
    let Some(playing) = playing else { return };
    for entity in &index.entities {
        let Ok((played, mut pose, mut motion, mut lane, mut lights, mut presence)) = bodies.get_mut(*entity)
        else {
            continue;
        };
        if *presence == Presence::Wreck {
            continue;
        }
        let Some(actor) = playing.player.scene.entities.get(played.0) else { continue };
        *presence = match actor.taking {
            Taking::Part => Presence::Present,
            Taking::NoPart => Presence::Absent,
        };
        *pose = engine_pose(&actor.at.pose, plan.network.offset_m);
        let forward = pose.forward();
        let accel = actor.accel_mps2.truncate();
        let velocity = actor.velocity_mps.truncate();
        *motion = Motion {
            speed_mps: actor.speed_mps,
            lateral_speed_mps: forward.perp_dot(velocity),
            accel_mps2: accel.dot(forward),
            lateral_accel_mps2: forward.perp_dot(accel),
            yaw_rate_radps: actor.h_rate_radps,
        };
        lane.0 = lane_coord(&plan.network, &playing.plan.roads, actor);
        *lights = playing.lights[played.0].shown(motion.accel_mps2 < BRAKE_LIGHT_MPS2);
    }
}
