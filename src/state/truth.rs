//! What is true. Perception and automation may not import this module.

use super::object::{Extent, ObjectClass};
use super::pose::{LaneCoord, Motion, Pose};
use super::signal::{FaceOrientation, Indication, LitLenses, SignalFault};
use super::tire::SurfaceState;
use crate::base::ids::{LaneId, ParticipantId, SensorIx, SignalIx};
use crate::base::math::DVec2;
use bevy::prelude::{Component, Resource};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One participant as it is at the start of the tick.
#[derive(Clone, Debug)]
pub struct ObjectTruth {
    /// Identity.
    pub id: ParticipantId,
    /// Scenario name.
    pub name: Arc<str>,
    /// Class.
    pub class: ObjectClass,
    /// Dimensions.
    pub extent: Extent,
    /// Pose of the reference point.
    pub pose: Pose,
    /// Motion.
    pub motion: Motion,
    /// Place on the lane graph, if on it.
    pub lane: Option<LaneCoord>,
    /// Heading unit vector (cached).
    pub forward: DVec2,
    /// Center of the box in the plane, m (cached).
    pub center_m: DVec2,
    /// Exterior lights.
    pub lights: ExteriorLights,
    /// Radar cross-section scale and retro-reflectivity, 1 = typical of the class.
    pub conspicuity: f64,
    /// Whether it takes part now (spawned and not removed).
    pub presence: Presence,
}

/// Whether a participant takes part now.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Presence {
    /// Not spawned yet, or removed.
    Absent,
    /// On the road.
    Present,
    /// Crashed: Rapier moves it.
    Wreck,
}

/// True place on the lane graph, if on it.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct TrueLane(pub Option<LaneCoord>);

/// Marks the ego entity.
#[derive(Component, Clone, Copy, Debug)]
pub struct Ego;

/// Lights others can see.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExteriorLights {
    /// Turn indicator.
    pub indicator: super::command::Indicator,
    /// Brake lights.
    pub braking: bool,
    /// Hazard lights.
    pub hazard: bool,
    /// Low beam.
    pub headlights: bool,
}

/// Snapshot of all participants at the start of the tick, in id order; rebuilt once a tick without
/// allocation. Traffic, sensors, drivers and the judge read it.
#[derive(Resource, Default, Debug)]
pub struct GroundTruth {
    /// Index = `ParticipantId`.
    pub objects: Vec<ObjectTruth>,
    /// The ego, if the run has one.
    pub ego: Option<ParticipantId>,
}

impl GroundTruth {
    /// The ego's truth.
    pub fn ego(&self) -> Option<&ObjectTruth> {
        self.ego.and_then(|id| self.objects.get(id.ix()))
    }
    /// Everything on the road, in id order.
    pub fn present(&self) -> impl Iterator<Item = &ObjectTruth> {
        self.objects.iter().filter(|o| o.presence != Presence::Absent)
    }
}

/// True state of the traffic signals, indexed by `SignalIx`.
#[derive(Resource, Default, Debug, Clone)]
pub struct SignalStates {
    /// Lit lenses of each face.
    pub lit: Vec<LitLenses>,
    /// Fault of each face.
    pub fault: Vec<SignalFault>,
    /// Seconds until the lit pattern of the face changes (for pedestrians and tests; `INFINITY` if never).
    pub change_in_s: Vec<f64>,
    /// What each **connecting lane** (by `LaneId`) is told; `None` where no signal governs it.
    pub movement: Vec<Option<Indication>>,
    /// What each crosswalk is told; `None` where it has no heads.
    pub crosswalk: Vec<Option<Indication>>,
    /// Orientation in effect of each face (the map's, or one forced by the scenario).
    pub orientation: Vec<FaceOrientation>,
    /// Luminous intensity in effect of each face relative to a standard head, 0–1 (the map's, dimmed by
    /// a fault).
    pub brightness: Vec<f64>,
}

impl SignalStates {
    /// What the movement over a connecting lane is told.
    pub fn of_movement(&self, connecting: LaneId) -> Option<Indication> {
        self.movement.get(connecting.ix()).copied().flatten()
    }
    /// Lit lenses of a face.
    pub fn of_face(&self, face: SignalIx) -> LitLenses {
        self.lit.get(face.ix()).copied().unwrap_or_default()
    }
}

/// Friction of the road for the tires of the participant that asks, by place; changes slowly.
#[derive(Resource, Debug, Clone)]
pub struct RoadSurface {
    /// Friction of the whole map relative to dry asphalt, 0–1, for reference tires at 50 km/h.
    pub friction_scale: f64,
    /// Local patches (ice on a bridge, puddle in a dip).
    pub patches: Vec<SurfacePatch>,
}

impl Default for RoadSurface {
    fn default() -> Self {
        Self { friction_scale: 1.0, patches: Vec::new() }
    }
}

impl RoadSurface {
    /// Surface at a place: the patch that covers it (the last one listed), else `base`.
    #[inline]
    pub fn at(&self, base: SurfaceState, position_m: DVec2) -> SurfaceState {
        self.patches
            .iter()
            .rev()
            .find(|p| (p.center_m - position_m).length_squared() <= p.radius_m * p.radius_m)
            .map_or(base, |p| SurfaceState {
                water_film_mm: p.water_film_mm,
                snow_depth_mm: p.snow_depth_mm,
                ice_cover: p.ice_cover,
            })
    }
}

/// A disc of different surface.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurfacePatch {
    /// Center, m.
    pub center_m: DVec2,
    /// Radius, m.
    pub radius_m: f64,
    /// Water film, mm.
    pub water_film_mm: f64,
    /// Ice cover, 0–1.
    pub ice_cover: f64,
    /// Snow depth, mm.
    pub snow_depth_mm: f64,
}

/// Why a sensor did not report something that was there. Truth-side evidence for the judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissReason {
    /// It was reported.
    Seen,
    /// Beyond the sensor's range in clear weather.
    OutOfRange,
    /// Outside the field of view.
    OutOfView,
    /// Hidden behind a participant or the terrain.
    Occluded,
    /// Rain or spray.
    Rain,
    /// Fog.
    Fog,
    /// Snowfall.
    Snow,
    /// Too dark.
    Darkness,
    /// Sun or reflection in the lens.
    Glare,
    /// Sensor fault.
    Fault,
    /// Ordinary chance of a miss.
    Chance,
}

/// Where a detection really came from. Parallel to the detections of a frame, for the judge only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DetectionOrigin {
    /// A participant.
    Object(ParticipantId),
    /// Rain or snow backscatter.
    Precipitation,
    /// Spray behind a vehicle on a wet road.
    Spray,
    /// Reflection, glare or multipath.
    Artefact,
    /// Clutter without a special cause.
    Clutter,
    /// A fault of the sensor.
    Fault,
}

/// Truth-side account of what the ego's sensors saw and missed; written by sensors, read by the judge.
#[derive(Resource, Default, Debug)]
pub struct SensingEvidence {
    /// `objects[participant]`: for each sensor the latest reason (index = `SensorIx`).
    pub objects: Vec<Vec<MissReason>>,
    /// The latest reason for each face, as the camera saw it.
    pub faces: Vec<MissReason>,
    /// Latest false returns: sensor, origin, position in the world.
    pub ghosts: Vec<(SensorIx, DetectionOrigin, DVec2)>,
}
