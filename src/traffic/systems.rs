//! Systems of the traffic domain: thin copies between components and the pure models.

use super::agent::{Agent, Mode};
use super::caps::CurveCaps;
use super::decide::{Me, decide};
use super::look::{Look, RoadFeel, SirenAt};
use super::place::{self, Slot};
use super::script;
use super::walker_systems::{decide_walkers, move_walkers, obey_on_foot};
use crate::base::ids::ParticipantId;
use crate::base::math::DVec2;
use crate::maneuver::Surroundings;
use crate::maneuver::vulnerable::PathPoint;
use crate::road::LaneCoord;
use crate::scenario::Action;
use crate::sim::occupancy::LaneOccupancy;
use crate::sim::participants::ParticipantIndex;
use crate::sim::{Clock, FiredActions, PhysicsStep, RunPlan, SimTick, TickSet};
use crate::state::messages::{EventLog, Happening};
use crate::state::object::{Extent, Participant};
use crate::state::pose::{Motion, Pose};
use crate::state::truth::{
    Ego, ExteriorLights, GroundTruth, ObjectTruth, Presence, RoadSurface, SignalStates, TrueLane,
};
use crate::state::weather::Weather;
use bevy::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Brake lights shine below this acceleration, m/s² (chosen because engine braking shows no light).
const BRAKE_LIGHT_MPS2: f64 = -0.3;
/// Low beam below this illuminance, lx (chosen because light sensors switch near 1000 lx).
const HEADLIGHT_LX: f64 = 1_000.0;
/// Rules broken within this distance of the ego are reported, m.
pub const REPORTED_M: f64 = 60.0;
/// A change into the ego's lane with less time headway than this is a cut-in, s (chosen: half the two
/// seconds that driving schools teach, less the usual 0.3 s of tailgating).
const CUT_IN_S: f64 = 0.7;

/// What the traffic of a run shares.
#[derive(Resource, Default)]
pub struct TrafficRun {
    /// Curve speeds.
    pub caps: CurveCaps,
    /// Places to re-enter.
    pub slots: Vec<Slot>,
    /// Participants by name.
    pub names: BTreeMap<Arc<str>, ParticipantId>,
    /// Center of the background traffic where there is no ego, m.
    pub center_m: DVec2,
    /// Radius of the background traffic, m.
    pub radius_m: f64,
    /// Those with a siren.
    pub siren_ids: Vec<ParticipantId>,
    sirens: Vec<SirenAt>,
    path_points: Vec<PathPoint>,
    feel: Option<(Weather, RoadFeel)>,
}

/// Adds the domain's systems.
pub fn plugin(app: &mut App) {
    app.init_resource::<TrafficRun>();
    app.add_systems(
        SimTick,
        (obey_storyboard, obey_on_foot, decide_agents, decide_walkers).chain().in_set(TickSet::Traffic),
    );
    app.add_systems(SimTick, (move_agents, move_walkers).chain().in_set(PhysicsStep::Move));
}

/// Orders of the storyboard.
pub fn obey_storyboard(
    plan: Res<RunPlan>,
    fired: Res<FiredActions>,
    index: Res<ParticipantIndex>,
    run: Res<TrafficRun>,
    mut log: ResMut<EventLog>,
    mut others: Query<(&Participant, &mut Presence, Option<&mut Agent>), Without<Ego>>,
) {
    for action in &fired.this_tick {
        let Some(name) = entity_of(action) else { continue };
        let Some(id) = run.names.get(name).copied() else { continue };
        let Ok((participant, mut presence, agent)) = others.get_mut(index.entities[id.ix()]) else {
            continue;
        };
        match action {
            Action::Add { .. } => {
                if *presence == Presence::Absent {
                    *presence = Presence::Present;
                    log.push(Happening::Spawned { participant: id });
                }
                continue;
            }
            Action::Remove { .. } => {
                if *presence != Presence::Absent {
                    *presence = Presence::Absent;
                    log.push(Happening::Removed { participant: id });
                }
                continue;
            }
            _ => {}
        }
        if let Some(mut agent) = agent {
            order(&plan, participant, &mut agent, action);
        }
    }
}

/// Entity an action is for.
pub fn entity_of(action: &Action) -> Option<&str> {
    match action {
        Action::Speed { entity, .. }
        | Action::LaneChange { entity, .. }
        | Action::LaneOffset { entity, .. }
        | Action::Teleport { entity, .. }
        | Action::Walk { entity, .. }
        | Action::Add { entity }
        | Action::Remove { entity }
        | Action::Behavior { entity, .. } => Some(entity),
        _concerns_nobody => None,
    }
}

fn order(plan: &RunPlan, participant: &Participant, agent: &mut Agent, action: &Action) {
    match action {
        Action::Speed { speed_mps, rate_mps2, over_s, shape, .. } => {
            script::set_speed(agent, *speed_mps, *rate_mps2, *over_s, *shape);
        }
        Action::LaneChange { lanes, over_s, shape, .. } => {
            script::change_lanes(&plan.network, agent, *lanes, *over_s, *shape);
        }
        Action::LaneOffset { offset_m, over_s, .. } => script::offset(agent, *offset_m, *over_s),
        Action::Teleport { place, .. } => script::teleport(agent, *place),
        Action::Walk { speed_mps, .. } => script::start(agent, *speed_mps),
        Action::Behavior { behavior, .. } => {
            agent.mode = script::mode_of(*behavior, participant.class.is_static());
            agent.profile = None;
        }
        _other_domains => {}
    }
}

/// Decisions of all agents.
pub fn decide_agents(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    truth: Res<GroundTruth>,
    occupancy: Res<LaneOccupancy>,
    signals: Option<Res<SignalStates>>,
    weather: Option<Res<Weather>>,
    surface: Option<Res<RoadSurface>>,
    mut run: ResMut<TrafficRun>,
    mut log: ResMut<EventLog>,
    mut agents: Query<(&Participant, &Extent, &mut Agent, &mut Presence), Without<Ego>>,
) {
    let run = &mut *run;
    let weather = weather.map_or_else(Weather::default, |w| *w);
    let feel = match run.feel {
        Some((last, feel)) if last == weather => feel,
        _ => RoadFeel::new(&weather),
    };
    run.feel = Some((weather, feel));
    run.sirens.clear();
    run.sirens.extend(run.siren_ids.iter().filter_map(|id| {
        let object = &truth.objects[id.ix()];
        (object.presence == Presence::Present && object.motion.speed_mps > 0.5).then_some(SirenAt {
            id: *id,
            position_m: object.center_m,
            forward: object.forward,
        })
    }));
    let (no_signals, no_patches) = (SignalStates::default(), RoadSurface::default());
    let look = Look {
        around: Surroundings {
            network: &plan.network,
            truth: &truth,
            occupancy: &occupancy,
            signals: signals.as_deref().unwrap_or(&no_signals),
        },
        caps: &run.caps,
        feel,
        surface: surface.as_deref().unwrap_or(&no_patches),
        sirens: &run.sirens,
        tick: clock.tick,
        dt_s: clock.dt_s(),
    };
    let ego = truth.ego().filter(|ego| ego.presence == Presence::Present);
    // One re-entry a tick: the snapshot does not show yet who else has just come in.
    let mut entered = false;
    for (participant, extent, mut agent, mut presence) in &mut agents {
        let agent = &mut *agent;
        if *presence == Presence::Absent
            && agent.background
            && agent.off_map
            && look.is_due(participant.id, 1.0)
        {
            if !entered && reenter(run, &plan, &truth, ego.map(|ego| ego.center_m), extent, agent) {
                entered = true;
                *presence = Presence::Present;
                log.push(Happening::Spawned { participant: participant.id });
            }
            continue;
        }
        if *presence != Presence::Present {
            continue;
        }
        let object = &truth.objects[participant.id.ix()];
        if let Some(ego) = ego
            && cuts_in(agent, extent, object.lane, ego)
        {
            log.push(Happening::RecklessRoadUser { participant: participant.id, what: "cut_in".to_owned() });
        }
        let me = Me { id: participant.id, class: participant.class, extent, object };
        let breach = decide(&look, me, agent, &mut run.path_points);
        if let (Some(breach), Some(ego)) = (breach, ego)
            && ego.center_m.distance_squared(object.center_m) < REPORTED_M * REPORTED_M
        {
            log.push(Happening::RecklessRoadUser {
                participant: participant.id,
                what: breach.as_str().to_owned(),
            });
        }
        if agent.off_map && !agent.background {
            *presence = Presence::Absent;
            log.push(Happening::Removed { participant: participant.id });
        } else if agent.background && (agent.off_map || look.is_due(participant.id, 1.0)) {
            let ego_m = ego.map(|ego| ego.center_m);
            let apart_sq = ego_m.map(|e| e.distance_squared(object.center_m));
            let far_m = 2.5 * run.radius_m;
            let far = apart_sq.is_some_and(|d| d > far_m * far_m);
            let seen = apart_sq.is_some_and(|d| d < place::SEEN_M * place::SEEN_M);
            let placed = (agent.off_map || far)
                && !seen
                && !entered
                && reenter(run, &plan, &truth, ego_m, extent, agent);
            entered |= placed;
            if agent.off_map && !seen && !placed {
                // No room now: it waits beyond the border.
                *presence = Presence::Absent;
                log.push(Happening::Removed { participant: participant.id });
            } else if agent.off_map {
                agent.speed_mps = 0.0;
                agent.command_mps2 = 0.0;
                agent.accel_mps2 = 0.0;
            }
        }
    }
}

/// Puts a background vehicle somewhere the ego cannot see; false where there is no room.
fn reenter(
    run: &TrafficRun,
    plan: &RunPlan,
    truth: &GroundTruth,
    ego_m: Option<DVec2>,
    extent: &Extent,
    agent: &mut Agent,
) -> bool {
    let center_m = ego_m.unwrap_or(run.center_m);
    let slot = place::reentry(&run.slots, center_m, run.radius_m, ego_m, truth, &mut agent.stream);
    let Some(slot) = slot else { return false };
    let lane = plan.network.lane(slot.coord.lane);
    let desired = (lane.speed_limit_mps * agent.style.speed_factor).min(agent.style.speed_max_mps);
    let speed = place::start_speed(&plan.network, slot.coord, extent.front_x_m(), 30.0, desired);
    agent.place(slot.coord, speed);
    true
}

/// Whether an agent has just come into the ego's lane closely ahead of it. `seen` is its lane before.
fn cuts_in(agent: &mut Agent, extent: &Extent, now: Option<LaneCoord>, ego: &ObjectTruth) -> bool {
    let before = agent.last_lane;
    agent.last_lane = now.map(|coord| coord.lane);
    let (Some(now), Some(ego_at), Some(before)) = (now, ego.lane, before) else { return false };
    let moved_over = agent.shift.is_some() && before != now.lane && now.along_m > 1.0;
    if !moved_over || now.lane != ego_at.lane {
        return false;
    }
    let gap_m = now.along_m - ego_at.along_m - extent.rear_m - ego.extent.front_x_m();
    (-1.0..CUT_IN_S * ego.motion.speed_mps).contains(&gap_m)
}

/// Moves all agents from T to T + dt.
pub fn move_agents(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    weather: Option<Res<Weather>>,
    mut agents: Query<
        (&mut Agent, &Presence, &mut Pose, &mut Motion, &mut TrueLane, &mut ExteriorLights),
        Without<Ego>,
    >,
) {
    let dark = weather
        .as_ref()
        .is_some_and(|w| w.illuminance_lx < HEADLIGHT_LX || w.rain_mmph > 0.0 || w.snow_mmph > 0.0);
    let dt_s = clock.dt_s();
    for (mut agent, presence, mut pose, mut motion, mut lane, mut lights) in &mut agents {
        if *presence != Presence::Present {
            continue;
        }
        let moved = agent.advance(&plan.network, dt_s);
        *pose = moved.pose;
        *motion = moved.motion;
        lane.0 = Some(agent.coord);
        let braking = match agent.mode {
            Mode::Traffic => agent.command_mps2 < BRAKE_LIGHT_MPS2 || agent.speed_mps < 0.1,
            Mode::Scripted => {
                moved.motion.accel_mps2 < BRAKE_LIGHT_MPS2 || (lights.braking && agent.speed_mps < 0.1)
            }
            Mode::Parked => false,
        };
        *lights = ExteriorLights {
            indicator: agent.indicator,
            braking,
            hazard: agent.hazard,
            headlights: dark && agent.mode != Mode::Parked,
        };
    }
}
