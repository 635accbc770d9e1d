//! Systems and set-up of pedestrians.

use super::place::Slot;
use super::systems::{REPORTED_M, TrafficRun, entity_of};
use super::walker::{self, Crossing, Jaywalk, Task, Walker};
use crate::base::ids::CrosswalkIx;
use crate::base::math::DVec2;
use crate::base::rng::{self, ChaCha8Rng};
use crate::maneuver::Surroundings;
use crate::road::LaneCoord;
use crate::scenario::{Action, EntityPlan};
use crate::sim::occupancy::LaneOccupancy;
use crate::sim::participants::{ParticipantIndex, pose_at};
use crate::sim::{Clock, FiredActions, RunPlan};
use crate::state::messages::{EventLog, Happening};
use crate::state::object::Participant;
use crate::state::pose::{Motion, Pose};
use crate::state::truth::{Ego, GroundTruth, Presence, SignalStates, TrueLane};
use bevy::prelude::*;

/// Background walkers use this many crosswalks, the nearest to the start.
const CROSSWALKS_USED: usize = 8;

/// Storyboard orders to pedestrians.
pub fn obey_on_foot(
    plan: Res<RunPlan>,
    fired: Res<FiredActions>,
    index: Res<ParticipantIndex>,
    run: Res<TrafficRun>,
    mut walkers: Query<&mut Walker, Without<Ego>>,
) {
    for action in &fired.this_tick {
        let Some(id) = entity_of(action).and_then(|name| run.names.get(name)) else { continue };
        let Ok(mut walker) = walkers.get_mut(index.entities[id.ix()]) else { continue };
        match action {
            Action::Walk { speed_mps, .. } => walker.walk(*speed_mps),
            Action::Speed { speed_mps, .. } if *speed_mps > 0.0 => walker.walk(*speed_mps),
            Action::Speed { .. } => walker.task = Task::Stand,
            Action::Teleport { place, .. } => {
                let pose = pose_at(&plan, *place);
                walker.position_m = pose.position_m.truncate();
                walker.heading_rad = pose.heading_rad;
                walker.velocity_mps = DVec2::ZERO;
                walker.near = Some(place.coord);
            }
            _not_for_feet => {}
        }
    }
}

/// Decisions of all walkers.
pub fn decide_walkers(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    truth: Res<GroundTruth>,
    occupancy: Res<LaneOccupancy>,
    signals: Option<Res<SignalStates>>,
    mut log: ResMut<EventLog>,
    mut walkers: Query<(&Participant, &mut Walker, &Presence), Without<Ego>>,
) {
    let no_signals = SignalStates::default();
    let around = Surroundings {
        network: &plan.network,
        truth: &truth,
        occupancy: &occupancy,
        signals: signals.as_deref().unwrap_or(&no_signals),
    };
    let period = ((0.2 / clock.dt_s()) as u64).max(1);
    for (participant, mut walker, presence) in &mut walkers {
        if *presence != Presence::Present {
            continue;
        }
        let look_now = (clock.tick + u64::from(participant.id.0)).is_multiple_of(period);
        let mut breach = walker.decide(&around, clock.dt_s(), look_now);
        if look_now && matches!(walker.task, Task::Follow(_)) {
            breach = steps_onto_road(&around, &mut walker);
        }
        let near_ego = truth.ego().is_some_and(|ego| {
            ego.presence == Presence::Present
                && ego.center_m.distance_squared(walker.position_m) < REPORTED_M * REPORTED_M
        });
        if let (Some(Jaywalk::Begins), true) = (breach, near_ego) {
            log.push(Happening::RecklessRoadUser { participant: participant.id, what: "jaywalk".to_owned() });
        }
    }
}

/// Whether a walker of the scenario has just stepped onto the road away from a crosswalk.
fn steps_onto_road(around: &Surroundings, walker: &mut Walker) -> Option<Jaywalk> {
    let z_m = walker.near.map_or(0.0, |near| around.network.lane_pose(near).pose.position_m.z);
    let found = around.network.nearest_lane(walker.position_m.extend(z_m), None)?;
    walker.near = Some(found.coord);
    let width_m = around.network.lane_pose(found.coord).width_m;
    let on_road = found.distance_m < 0.5 * width_m;
    let began = on_road && !walker.on_road;
    walker.on_road = on_road;
    if !began {
        return None;
    }
    let on_crosswalk = around.network.crosswalks.iter().any(|walk| {
        let axis = (walk.ends_m[1] - walk.ends_m[0]).normalize_or_zero();
        let delta = walker.position_m - walk.ends_m[0];
        axis.perp_dot(delta).abs() < 0.5 * walk.width_m + 0.5
            && (-1.0..walk.ends_m[0].distance(walk.ends_m[1]) + 1.0).contains(&delta.dot(axis))
    });
    (!on_crosswalk).then_some(Jaywalk::Begins)
}

/// Moves all walkers from T to T + dt.
pub fn move_walkers(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    truth: Res<GroundTruth>,
    occupancy: Res<LaneOccupancy>,
    mut walkers: Query<
        (&Participant, &mut Walker, &Presence, &mut Pose, &mut Motion, &mut TrueLane),
        Without<Ego>,
    >,
) {
    let no_signals = SignalStates::default();
    let around =
        Surroundings { network: &plan.network, truth: &truth, occupancy: &occupancy, signals: &no_signals };
    let dt_s = clock.dt_s();
    for (participant, mut walker, presence, mut pose, mut motion, mut lane) in &mut walkers {
        if *presence != Presence::Present {
            continue;
        }
        let before_mps = motion.speed_mps;
        let here = walker.position_m;
        walker.advance(dt_s, walker::near(&around, participant.id, here));
        let z_m = walker.near.map_or(pose.position_m.z, |near| {
            plan.network.surface_at(near, walker.position_m, walker.heading_rad).0
        });
        *pose = Pose {
            position_m: walker.position_m.extend(z_m),
            heading_rad: walker.heading_rad,
            ..Pose::default()
        };
        let forward = pose.forward();
        let speed_mps = walker.velocity_mps.dot(forward);
        *motion = Motion {
            speed_mps,
            lateral_speed_mps: forward.perp_dot(walker.velocity_mps),
            accel_mps2: (speed_mps - before_mps) / dt_s,
            ..Motion::default()
        };
        lane.0 = None;
    }
}

/// A walker standing at a pose.
fn standing(seed: u64, name: &str, position_m: DVec2, heading_rad: f64) -> Walker {
    let mut stream = rng::stream(seed, name, "walk");
    let pace_mps = walker::pace_of(&mut stream);
    Walker {
        position_m,
        velocity_mps: DVec2::ZERO,
        heading_rad,
        pace_mps,
        hurry: 1.0,
        task: Task::Stand,
        crossing: None,
        points_m: Vec::new(),
        side_m: 2.0 * rng::uniform(&mut stream) - 1.0,
        jaywalks: false,
        on_road: false,
        near: None,
        stream: Box::new(stream),
    }
}

/// Gives a pedestrian of the scenario its way points.
pub fn attach_scripted(world: &mut World, plan: &RunPlan, entry: &EntityPlan, entity: Entity) {
    let pose = pose_at(plan, entry.start);
    let mut walker = standing(plan.seed, &entry.name, pose.position_m.truncate(), pose.heading_rad);
    if entry.speed_mps > 0.0 {
        walker.pace_mps = entry.speed_mps;
    }
    walker.points_m = entry.route.iter().map(|p| pose_at(plan, *p).position_m.truncate()).collect();
    walker.near = Some(entry.start.coord);
    world.entity_mut(entity).insert((walker, TrueLane(None)));
}

/// Places background walkers at crosswalks and, by share, where people cross between them.
pub fn attach_background(world: &mut World, plan: &RunPlan, run: &TrafficRun, seats: &[(Entity, String)]) {
    let network = &plan.network;
    let radius_sq = run.radius_m * run.radius_m;
    let mut crosswalks: Vec<(f64, CrosswalkIx)> = network
        .crosswalks
        .iter()
        .map(|c| (0.5 * (c.ends_m[0] + c.ends_m[1]), c.ix))
        .map(|(middle, ix)| (middle.distance_squared(run.center_m), ix))
        .filter(|(distance_sq, _)| *distance_sq < radius_sq)
        .collect();
    crosswalks.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    crosswalks.truncate(CROSSWALKS_USED.max(seats.len() / 3));
    let curb: Vec<Slot> = run
        .slots
        .iter()
        .filter(|s| {
            let lane = network.lane(s.coord.lane);
            lane.right.is_none()
                && s.position_m.distance_squared(run.center_m) < radius_sq
                && lane.length_m - s.coord.along_m > 25.0
                && lane.speed_limit_mps < 22.0
        })
        .copied()
        .collect();
    for (entity, name) in seats {
        let mut stream = rng::stream(plan.seed, name, "place");
        let jaywalks = rng::uniform(&mut stream) < plan.scenario.traffic.jaywalker_share;
        let at_crosswalk = pick(&crosswalks, &mut stream).map(|c| walker::of_crosswalk(network, c.1));
        let between = if jaywalks || at_crosswalk.is_none() {
            (0..8).find_map(|_| {
                let slot = pick(&curb, &mut stream)?;
                walker::across_road(network, slot.coord)
            })
        } else {
            None
        };
        let Some(crossing) = between.or(at_crosswalk) else { continue };
        place_walker(world, plan, *entity, name, crossing, jaywalks, &mut stream);
    }
}

fn pick<T: Copy>(items: &[T], stream: &mut ChaCha8Rng) -> Option<T> {
    let ix = (rng::uniform(stream) * items.len() as f64) as usize;
    items.get(ix).copied()
}

fn place_walker(
    world: &mut World,
    plan: &RunPlan,
    entity: Entity,
    name: &str,
    crossing: Crossing,
    jaywalks: bool,
    stream: &mut ChaCha8Rng,
) {
    let end = usize::from(rng::uniform(stream) < 0.5);
    let mut walker = standing(plan.seed, name, DVec2::ZERO, 0.0);
    walker.position_m = crossing.waiting_place(end, walker.side_m);
    let across = crossing.ends_m[1 - end] - crossing.ends_m[end];
    walker.heading_rad = crate::base::math::atan2(across.y, across.x);
    walker.near = crossing.strips.first().map(|s| LaneCoord::center(s.lane, s.along_m));
    walker.jaywalks = jaywalks;
    walker.task =
        if crossing.strips.is_empty() { Task::Stand } else { Task::Rest(12.0 * rng::uniform(stream)) };
    walker.crossing = Some(crossing);
    let z_m = walker
        .near
        .map_or(0.0, |near| plan.network.surface_at(near, walker.position_m, walker.heading_rad).0);
    let pose = Pose {
        position_m: walker.position_m.extend(z_m),
        heading_rad: walker.heading_rad,
        ..Pose::default()
    };
    world.entity_mut(entity).insert((walker, pose, TrueLane(None), Presence::Present));
}
