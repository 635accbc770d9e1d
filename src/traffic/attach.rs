//! Sets the traffic of a run up: who gets which model, who starts where.

use super::agent::{Agent, Kind, Mode, RuleMemory};
use super::caps::CurveCaps;
use super::path::Path;
use super::place::{self, Slot};
use super::script;
use super::style::{Obedience, Style};
use super::systems::TrafficRun;
use super::walker_systems;
use crate::base::math::DVec2;
use crate::base::rng;
use crate::road::{LaneCoord, LaneKind, Route};
use crate::scenario::{EntityPlan, Scenario};
use crate::sim::RunPlan;
use crate::sim::participants::{Background, ParticipantIndex, Scripted, pose_at};
use crate::state::command::Indicator;
use crate::state::object::{Extent, ObjectClass, Participant};
use crate::state::pose::{Motion, Pose};
use crate::state::truth::{Presence, RoadSurface, SignalStates, TrueLane};
use crate::state::vehicle_spec::Spec;
use crate::state::weather::Weather;
use bevy::prelude::*;
use std::sync::Arc;

/// Radius where the scenario gives none, m.
const RADIUS_M: f64 = 300.0;

/// Who somebody is.
struct Seat {
    entity: Entity,
    name: Arc<str>,
    class: ObjectClass,
    extent: Extent,
    speed_max_mps: f64,
}

/// Sets the domain up for a run: participants are spawned, `RunPlan` is in place.
pub fn attach(world: &mut World) {
    world.init_resource::<Weather>();
    world.init_resource::<RoadSurface>();
    world.init_resource::<SignalStates>();
    let plan = world.resource::<RunPlan>().clone();
    let scenario = plan.scenario.clone();
    let network = plan.network.clone();
    let mut run = TrafficRun::default();
    run.caps = CurveCaps::new(&network);
    run.radius_m = if scenario.traffic.radius_m > 0.0 { scenario.traffic.radius_m } else { RADIUS_M };
    let entities = world.resource::<ParticipantIndex>().entities.clone();
    let mut background = [Vec::new(), Vec::new(), Vec::new()];
    for entity in entities {
        let at = world.entity(entity);
        let (Some(participant), Some(extent), Some(spec)) =
            (at.get::<Participant>(), at.get::<Extent>(), at.get::<Spec>())
        else {
            continue;
        };
        run.names.insert(participant.name.clone(), participant.id);
        let seat = Seat {
            entity,
            name: participant.name.clone(),
            class: participant.class,
            extent: *extent,
            speed_max_mps: spec.0.speed_max_mps,
        };
        if let Some(scripted) = at.get::<Scripted>() {
            let entry = &scenario.entities[scripted.plan];
            if entry.siren {
                run.siren_ids.push(participant.id);
            }
            attach_scripted(world, &plan, entry, seat);
        } else if let Some(kind) = at.get::<Background>() {
            background[*kind as usize].push(seat);
        }
    }
    run.center_m = center(&plan);
    let [vehicles, pedestrians, cyclists] = background;
    run.slots = place::slots(&network, LaneKind::Driving);
    place_background(world, &plan, &run, vehicles, Kind::Motor);
    place_background(world, &plan, &run, cyclists, Kind::Cycle);
    let pedestrians: Vec<_> = pedestrians.iter().map(|s| (s.entity, s.name.to_string())).collect();
    walker_systems::attach_background(world, &plan, &run, &pedestrians);
    world.insert_resource(run);
}

/// Center of the background traffic at the start: the ego, else the middle of the map.
fn center(plan: &RunPlan) -> DVec2 {
    if let Some(ego) = &plan.scenario.ego {
        return pose_at(plan, ego.start).position_m.truncate();
    }
    let lanes = plan.network.lanes.iter().filter(|l| l.kind == LaneKind::Driving);
    let (mut sum, mut count) = (DVec2::ZERO, 0.0);
    for lane in lanes {
        let middle = plan.network.lane_pose(LaneCoord::center(lane.id, 0.5 * lane.length_m));
        sum += middle.pose.position_m.truncate();
        count += 1.0;
    }
    if count > 0.0 { sum / count } else { DVec2::ZERO }
}

/// An agent at a place.
fn agent_at(plan: &RunPlan, seat: &Seat, coord: LaneCoord, speed_mps: f64, kind: Kind) -> Agent {
    let mut style = Style::sample(plan.seed, &seat.name, seat.class, &plan.scenario.traffic);
    style.speed_max_mps = style.speed_max_mps.min(seat.speed_max_mps.max(0.5));
    let mut stream = rng::stream(plan.seed, &seat.name, "choices");
    let wobble_rad = 6.0 * rng::uniform(&mut stream);
    Agent {
        mode: Mode::Traffic,
        kind,
        style,
        coord,
        speed_mps,
        accel_mps2: 0.0,
        command_mps2: 0.0,
        path: Path::start(coord.lane),
        route: None,
        goal: None,
        shift: None,
        rest_offset_m: coord.offset_m,
        intent: None,
        rules: RuleMemory::default(),
        profile: None,
        ordered_mps: None,
        heading_offset_rad: 0.0,
        indicator: Indicator::Off,
        hazard: false,
        wobble_rad,
        off_map: false,
        background: false,
        last_lane: None,
        stream: Box::new(stream),
    }
}

fn attach_scripted(world: &mut World, plan: &RunPlan, entry: &EntityPlan, seat: Seat) {
    if seat.class == ObjectClass::Pedestrian {
        walker_systems::attach_scripted(world, plan, entry, seat.entity);
        return;
    }
    let kind = if seat.class == ObjectClass::Bicycle { Kind::Cycle } else { Kind::Motor };
    let coord = entry.start.coord;
    let mut agent = agent_at(plan, &seat, coord, entry.speed_mps, kind);
    agent.mode = script::mode_of(entry.behavior, seat.class.is_static());
    agent.heading_offset_rad = entry.start.heading_offset_rad;
    agent.style.obedience = if entry.siren {
        Obedience::Siren
    } else if entry.runs_red {
        Obedience::RunsRed
    } else {
        Obedience::Lawful
    };
    if kind == Kind::Cycle && agent.mode == Mode::Traffic {
        // A rider without speed waits for its `walk`.
        agent.ordered_mps = Some(entry.speed_mps);
    }
    agent.route = route_of(plan, coord, entry);
    world.entity_mut(seat.entity).insert(agent);
}

/// Route over the entity's places.
fn route_of(plan: &RunPlan, from: LaneCoord, entry: &EntityPlan) -> Option<Arc<Route>> {
    if entry.route.is_empty() {
        return None;
    }
    let via: Vec<_> = entry.route.iter().map(|place| place.coord.lane).collect();
    plan.network.route_via(from, &via).map(Arc::new)
}

/// Places that stay free at the start.
fn keep_clear(plan: &RunPlan) -> Vec<DVec2> {
    let scenario: &Scenario = &plan.scenario;
    let ego = scenario.ego.iter().map(|e| e.start);
    let others = scenario.entities.iter().map(|e| e.start);
    ego.chain(others).map(|place| pose_at(plan, place).position_m.truncate()).collect()
}

fn place_background(world: &mut World, plan: &RunPlan, run: &TrafficRun, seats: Vec<Seat>, kind: Kind) {
    if seats.is_empty() {
        return;
    }
    let network = &plan.network;
    let radius_sq = run.radius_m * run.radius_m;
    let near = |slots: Vec<Slot>| -> Vec<Slot> {
        slots.into_iter().filter(|s| s.position_m.distance_squared(run.center_m) < radius_sq).collect()
    };
    let mut slots = match kind {
        Kind::Motor => near(run.slots.clone()),
        Kind::Cycle => {
            let biking = near(place::slots(network, LaneKind::Biking));
            // Without bicycle lanes: the outermost lane of slow streets.
            if biking.is_empty() {
                near(run.slots.clone())
                    .into_iter()
                    .filter(|s| {
                        let lane = network.lane(s.coord.lane);
                        lane.right.is_none() && lane.speed_limit_mps < 18.0
                    })
                    .collect()
            } else {
                biking
            }
        }
    };
    if kind == Kind::Cycle {
        for slot in &mut slots {
            slot.coord.offset_m = right_edge_m(plan, slot.coord);
        }
    }
    let mut clear = keep_clear(plan);
    let mut present = world.query_filtered::<(&Presence, &Pose), With<Background>>();
    clear
        .extend(present.iter(world).filter(|p| *p.0 == Presence::Present).map(|p| p.1.position_m.truncate()));
    let purpose = match kind {
        Kind::Motor => "placement",
        Kind::Cycle => "placement of cyclists",
    };
    let mut stream = rng::stream(plan.seed, "traffic", purpose);
    let bodies: Vec<Extent> = seats.iter().map(|s| s.extent).collect();
    let places = place::assign(&slots, &bodies, &clear, &mut stream);
    for (seat, slot) in seats.iter().zip(&places) {
        let Some(slot) = slot else { continue };
        // Gap to whoever is next ahead on the same lane.
        let gap_m = places
            .iter()
            .flatten()
            .filter(|o| o.coord.lane == slot.coord.lane && o.coord.along_m > slot.coord.along_m)
            .map(|o| o.coord.along_m - slot.coord.along_m - seat.extent.length_m)
            .fold(f64::INFINITY, f64::min);
        let mut agent = agent_at(plan, seat, slot.coord, 0.0, kind);
        let lane = network.lane(slot.coord.lane);
        let desired = (lane.speed_limit_mps * agent.style.speed_factor).min(agent.style.speed_max_mps);
        let curve = crate::base::math::sqrt(run.caps.square_at(lane.id, slot.coord.along_m));
        agent.speed_mps =
            place::start_speed(network, slot.coord, seat.extent.front_x_m(), gap_m, desired.min(curve));
        agent.background = kind == Kind::Motor;
        let motion = Motion { speed_mps: agent.speed_mps, ..Motion::default() };
        let pose = network.lane_pose(slot.coord).pose;
        world.entity_mut(seat.entity).insert((
            agent,
            motion,
            pose,
            TrueLane(Some(slot.coord)),
            Presence::Present,
        ));
    }
}

/// Offset of a rider on the right side of a lane, m.
pub fn right_edge_m(plan: &RunPlan, coord: LaneCoord) -> f64 {
    let width_m = plan.network.lane_pose(coord).width_m;
    -(0.5 * width_m - 0.8).max(0.0)
}
