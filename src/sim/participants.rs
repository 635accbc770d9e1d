//! Participants of a run: all are made before the first tick, in sorted name order, so that ids, entity
//! order and every iteration are the same in each run of the same plan. Those that come later start
//! absent.

use crate::base::ids::ParticipantId;
use crate::base::math::DVec2;
use crate::base::rng;
use crate::scenario::play::{PlayPlan, class_of, vehicle_of};
use crate::scenario::{Behavior, PlaceRef};
use crate::state::object::{Extent, Participant};
use crate::state::pose::{Motion, Pose};
use crate::state::truth::{Ego, ExteriorLights, GroundTruth, ObjectTruth, Presence, TrueLane};
use crate::state::vehicle_spec::{Spec, VehicleSpec};
use ::storyboard::read::PlayEntity;
use bevy::prelude::*;
use std::sync::Arc;

use super::plan::RunPlan;

/// Links a participant to its entry in the scenario's `entities`.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scripted {
    /// Index into `Scenario::entities`.
    pub plan: usize,
    /// How it moves now (actions may change it).
    pub behavior: Behavior,
}

/// Links a participant to an entity of the standard's scenario that is played.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Played(pub usize);

/// A participant of the background traffic.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Background {
    /// Motor vehicle.
    Vehicle,
    /// Pedestrian.
    Pedestrian,
    /// Cyclist.
    Cyclist,
}

/// Entity of each participant, by id.
#[derive(Resource, Default, Debug)]
pub struct ParticipantIndex {
    /// `entities[id]`.
    pub entities: Vec<Entity>,
}

/// A participant could not be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SpawnError {
    /// The vehicle is not in the plan's catalog.
    #[error("participant `{name}`: there is no vehicle `{vehicle}`")]
    UnknownVehicle {
        /// Participant.
        name: String,
        /// Vehicle asked for.
        vehicle: String,
    },
}

/// Who a participant is, before it becomes an entity.
enum Part {
    Ego,
    Scripted(usize),
    Played(usize),
    Background(Background),
}

/// Vehicles of the background traffic: name and share among cars, or among heavy vehicles.
const CARS: [(&str, f64); 4] =
    [("compact_car", 0.55), ("lexus_rx450h_2012", 0.2), ("chrysler_pacifica", 0.1), ("jaguar_ipace", 0.15)];
const HEAVY: [(&str, f64); 3] = [("van", 0.5), ("bus", 0.2), ("box_truck", 0.3)];

fn choose<'a>(table: &[(&'a str, f64)], u: f64) -> &'a str {
    let mut sum = 0.0;
    for &(name, share) in table {
        sum += share;
        if u < sum {
            return name;
        }
    }
    table[table.len() - 1].0
}

/// Spawns all participants of the plan and fills [`ParticipantIndex`] and [`GroundTruth`].
pub fn spawn(world: &mut World) -> Result<(), SpawnError> {
    let plan = world.resource::<RunPlan>().clone();
    let scenario = plan.scenario.clone();
    let mut parts: Vec<(String, Part, String)> = Vec::new();
    if let Some(ego) = &scenario.ego {
        let name = scenario.play.as_ref().and_then(PlayPlan::ego_name).unwrap_or("ego");
        parts.push((name.into(), Part::Ego, ego.vehicle.clone()));
    }
    if let Some(play) = &scenario.play {
        for (ix, entity) in play.play.entities.iter().enumerate() {
            if play.ego != Some(ix) {
                let class = class_of(&entity.body, entity.role.as_deref());
                parts.push((entity.name.to_string(), Part::Played(ix), vehicle_of(class).into()));
            }
        }
    }
    for (ix, entity) in scenario.entities.iter().enumerate() {
        parts.push((entity.name.clone(), Part::Scripted(ix), entity.vehicle.clone()));
    }
    for ix in 0..scenario.traffic.vehicles {
        let name = format!("traffic_{ix:03}");
        let mut stream = rng::stream(plan.seed, &name, "vehicle");
        let heavy = rng::uniform(&mut stream) < scenario.traffic.heavy_share;
        let vehicle = choose(if heavy { &HEAVY } else { &CARS }, rng::uniform(&mut stream));
        parts.push((name, Part::Background(Background::Vehicle), vehicle.into()));
    }
    for ix in 0..scenario.traffic.pedestrians {
        parts.push((
            format!("walker_{ix:03}"),
            Part::Background(Background::Pedestrian),
            "pedestrian".into(),
        ));
    }
    for ix in 0..scenario.traffic.cyclists {
        parts.push((format!("cyclist_{ix:03}"), Part::Background(Background::Cyclist), "bicycle".into()));
    }
    parts.sort_by(|a, b| a.0.cmp(&b.0));

    let mut index = ParticipantIndex::default();
    let mut truth = GroundTruth::default();
    for (ix, (name, part, vehicle)) in parts.into_iter().enumerate() {
        let id = ParticipantId(ix as u32);
        let Some(mut spec) = plan.vehicles.get(&vehicle).cloned() else {
            return Err(SpawnError::UnknownVehicle { name, vehicle });
        };
        if let (Part::Played(ix), Some(play)) = (&part, &scenario.play) {
            spec = Arc::new(spec_of(&spec, &play.play.entities[*ix]));
        }
        let name: Arc<str> = name.into();
        let (place, speed_mps, presence, conspicuity) = match &part {
            Part::Ego => {
                truth.ego = Some(id);
                let ego = scenario.ego.as_ref();
                (ego.map(|e| e.start), ego.map_or(0.0, |e| e.speed_mps), Presence::Present, 1.0)
            }
            Part::Scripted(ix) => {
                let entity = &scenario.entities[*ix];
                let presence = if entity.hidden_at_start { Presence::Absent } else { Presence::Present };
                (Some(entity.start), entity.speed_mps, presence, entity.conspicuity)
            }
            Part::Played(_) => (None, 0.0, Presence::Present, 1.0),
            Part::Background(_) => (None, 0.0, Presence::Absent, 1.0),
        };
        let (pose, lane) = place.map_or((Pose::default(), None), |p| (pose_at(&plan, p), Some(p.coord)));
        let motion = Motion { speed_mps, ..Motion::default() };
        let mut entity = world.spawn((
            Participant { id, name: name.clone(), class: spec.class },
            spec.extent,
            Spec(spec.clone()),
            pose,
            motion,
            TrueLane(lane),
            ExteriorLights::default(),
            presence,
        ));
        match part {
            Part::Ego => {
                entity.insert(Ego);
            }
            Part::Scripted(ix) => {
                entity.insert(Scripted { plan: ix, behavior: scenario.entities[ix].behavior });
            }
            Part::Played(ix) => {
                entity.insert(Played(ix));
            }
            Part::Background(kind) => {
                entity.insert(kind);
            }
        }
        index.entities.push(entity.id());
        truth.objects.push(blank_truth(id, name, &spec, conspicuity));
    }
    world.insert_resource(index);
    world.insert_resource(truth);
    Ok(())
}

/// The parameter set of an entity that is played: its class's, with the size and the limits of its body.
fn spec_of(class: &VehicleSpec, entity: &PlayEntity) -> VehicleSpec {
    let body = &entity.body;
    let positive =
        |value: f64, otherwise: f64| if value > 0.0 && value.is_finite() { value } else { otherwise };
    let length_m = positive(body.size_m.x, class.extent.length_m);
    VehicleSpec {
        class: class_of(body, entity.role.as_deref()),
        extent: Extent {
            length_m,
            width_m: positive(body.size_m.y, class.extent.width_m),
            height_m: positive(body.size_m.z, class.extent.height_m),
            rear_m: 0.5 * length_m - body.center_m.x,
        },
        mass_kg: entity.mass_kg.filter(|mass| *mass > 0.0).unwrap_or(class.mass_kg),
        speed_max_mps: positive(body.speed_mps_max, class.speed_max_mps),
        ..class.clone()
    }
}

/// World pose of a place on the map.
pub fn pose_at(plan: &RunPlan, place: PlaceRef) -> Pose {
    let mut pose = plan.network.lane_pose(place.coord).pose;
    if place.heading_offset_rad != 0.0 {
        pose.heading_rad = crate::base::math::wrap_pi(pose.heading_rad + place.heading_offset_rad);
        let (z, pitch, roll) =
            plan.network.surface_at(place.coord, pose.position_m.truncate(), pose.heading_rad);
        pose.position_m.z = z;
        pose.pitch_rad = pitch;
        pose.roll_rad = roll;
    }
    pose
}

fn blank_truth(id: ParticipantId, name: Arc<str>, spec: &VehicleSpec, conspicuity: f64) -> ObjectTruth {
    ObjectTruth {
        id,
        name,
        class: spec.class,
        extent: spec.extent,
        pose: Pose::default(),
        motion: Motion::default(),
        lane: None,
        forward: DVec2::ZERO,
        center_m: DVec2::ZERO,
        lights: ExteriorLights::default(),
        conspicuity,
        presence: Presence::Absent,
    }
}
