//! What every sensor model has in common: its interface, the scene it samples and its book of misses.
//!
//! The scene is the truth seen from the ego, prepared once for all sensors that sample at a tick: boxes
//! in the **ego frame** (x forward, y left, z up from the ego's reference point, m), no trigonometry.
//!
//! Validity: boxes stand upright (their own pitch and roll are ignored); the ego's pitch is kept, because
//! it turns the fields of view on hills.

use crate::base::ids::{ParticipantId, SensorIx, SignalIx};
use crate::base::math::{DVec2, DVec3};
use crate::base::time::SimTime;
use crate::road::RoadNetwork;
use crate::state::object::ObjectClass;
use crate::state::pose::Pose;
use crate::state::sensor_data::{Detection, LightDetection, SensorContent, SensorFrame, SensorInfo};
use crate::state::truth::{
    DetectionOrigin, GroundTruth, MissReason, ObjectTruth, Presence, RoadSurface, SensingEvidence,
    SignalStates,
};
use crate::state::weather::Weather;

use super::medium::Medium;
use super::rays::RayCast;
use super::terrain::Terrain;

/// One replaceable sensor. It owns its random stream and its buffers; `sample` must not allocate in the
/// steady state.
pub trait Sensor: Send + Sync {
    /// Calibration, as perception may know it.
    fn info(&self) -> &SensorInfo;
    /// Whether `sample` casts rays through the world in its present mode.
    fn casts_rays(&self) -> bool {
        false
    }
    /// Takes one sample of the world into `frame` (cleared, of this sensor's kind) and notes in
    /// `evidence` why it missed what it missed.
    fn sample(&mut self, input: &SenseInput, frame: &mut SensorFrame, evidence: &mut Evidence);
}

/// Whether a unit measures as built or ideally.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Fidelity {
    /// With noise, loss and weather; `blocked` is the covered share of the view, 0–1.
    Real {
        /// Covered share of the view, 0–1.
        blocked: f64,
    },
    /// Everything in the line of sight, range and field of view, exactly.
    #[default]
    Perfect,
}

impl Fidelity {
    /// As built, nothing covered.
    pub const CLEAN: Self = Self::Real { blocked: 0.0 };
    /// Free share of the view, 0–1.
    #[inline]
    pub fn free_share(self) -> f64 {
        match self {
            Self::Real { blocked } => (1.0 - blocked).clamp(0.0, 1.0),
            Self::Perfect => 1.0,
        }
    }
    /// Measures ideally.
    #[inline]
    pub fn is_perfect(self) -> bool {
        matches!(self, Self::Perfect)
    }
    /// Factor for noise: 1 as built, 0 ideal.
    #[inline]
    pub fn noise(self) -> f64 {
        if self.is_perfect() { 0.0 } else { 1.0 }
    }
}

/// Everything a sensor may look at.
pub struct SenseInput<'a> {
    /// Time of the sample.
    pub now: SimTime,
    /// The ego.
    pub ego: &'a ObjectTruth,
    /// Road-wheel angle of the ego, rad.
    pub ego_steer_rad: f64,
    /// Everything else, in the ego frame.
    pub scene: &'a Scene,
    /// Weather and light.
    pub weather: &'a Weather,
    /// What the weather does to waves.
    pub medium: &'a Medium,
    /// Friction and patches.
    pub surface: &'a RoadSurface,
    /// Lit lenses.
    pub signals: &'a SignalStates,
    /// The map as built (positions of heads).
    pub network: &'a RoadNetwork,
    /// Heads that the map prior does not know.
    pub unknown_faces: &'a [SignalIx],
    /// Road heights, where the map has relief.
    pub terrain: Option<&'a Terrain>,
    /// Ray queries.
    pub rays: &'a dyn RayCast,
    /// State of the unit.
    pub fidelity: Fidelity,
}

impl SenseInput<'_> {
    /// A point of the ego frame in the world, planar, m.
    #[inline]
    pub fn to_world(&self, local_m: DVec2) -> DVec2 {
        let f = self.ego.forward;
        self.ego.pose.position_m.truncate() + f * local_m.x + f.perp() * local_m.y
    }
    /// Height, m over the ego's reference point, below which a crest hides things at a place; −∞ if none.
    #[inline]
    pub fn hidden_below_m(&self, mount_m: DVec3, place_m: DVec2) -> f64 {
        let Some(terrain) = self.terrain else { return f64::NEG_INFINITY };
        let foot = self.ego.pose.position_m.z;
        // The mount leans back with the grade.
        let eye = self.to_world(mount_m.truncate()).extend(foot + mount_m.z + self.scene.grade * mount_m.x);
        terrain.hidden_below_m(eye, self.to_world(place_m)) - foot
    }
    /// A world point in the ego frame (z from the ego's reference point), m.
    #[inline]
    pub fn to_ego(&self, world_m: DVec3) -> DVec3 {
        let f = self.ego.forward;
        let d = world_m - self.ego.pose.position_m;
        let planar = d.truncate();
        DVec3::new(planar.dot(f), f.perp_dot(planar), d.z)
    }
}

/// One participant as a box in the ego frame.
#[derive(Clone, Copy, Debug)]
pub struct SceneObject {
    /// Who (truth side only).
    pub id: ParticipantId,
    /// Class.
    pub class: ObjectClass,
    /// Center of the box, m.
    pub center_m: DVec2,
    /// Height of the box's foot above the ego's reference point, m.
    pub foot_m: f64,
    /// Direction of its front.
    pub forward: DVec2,
    /// Half length, half width and full height, m.
    pub half_m: DVec2,
    /// Height, m.
    pub height_m: f64,
    /// Velocity over ground, in ego axes, m/s.
    pub velocity_mps: DVec2,
    /// Speed along its own axis, m/s.
    pub speed_mps: f64,
    /// Squared distance of the center from the ego's reference point, m².
    pub distance_sq_m2: f64,
    /// Reflectivity relative to the class's typical one.
    pub conspicuity: f64,
}

impl SceneObject {
    /// Half width of the box across the direction `dir`, m.
    #[inline]
    pub fn half_across(&self, dir: DVec2) -> f64 {
        self.half_m.x * dir.perp_dot(self.forward).abs() + self.half_m.y * dir.dot(self.forward).abs()
    }
    /// Half depth of the box along the direction `dir`, m.
    #[inline]
    pub fn half_along(&self, dir: DVec2) -> f64 {
        self.half_m.x * dir.dot(self.forward).abs() + self.half_m.y * dir.perp_dot(self.forward).abs()
    }
}

/// Everything around the ego within [`Scene::RADIUS_M`], in id order.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// The objects.
    pub objects: Vec<SceneObject>,
    /// Tangent of the ego's pitch.
    pub grade: f64,
}

impl Scene {
    /// Radius around the ego, m: chosen because no sensor of the catalogue reaches farther (8.1: 250 m).
    pub const RADIUS_M: f64 = 280.0;

    /// Rebuilds the scene from the truth, without allocation once the vector has grown.
    pub fn rebuild(&mut self, truth: &GroundTruth, ego: &ObjectTruth) {
        self.objects.clear();
        self.grade = if ego.pose.pitch_rad == 0.0 { 0.0 } else { crate::base::math::tan(ego.pose.pitch_rad) };
        let (f, origin) = (ego.forward, ego.pose.position_m.truncate());
        for object in &truth.objects {
            if object.id == ego.id || object.presence == Presence::Absent {
                continue;
            }
            let d = object.center_m - origin;
            let distance_sq_m2 = d.length_squared();
            if distance_sq_m2 > Self::RADIUS_M * Self::RADIUS_M {
                continue;
            }
            let in_ego = |v: DVec2| DVec2::new(v.dot(f), f.perp_dot(v));
            let forward = in_ego(object.forward);
            self.objects.push(SceneObject {
                id: object.id,
                class: object.class,
                center_m: in_ego(d),
                foot_m: object.pose.position_m.z - ego.pose.position_m.z,
                forward,
                half_m: DVec2::new(object.extent.length_m * 0.5, object.extent.width_m * 0.5),
                height_m: object.extent.height_m,
                velocity_mps: forward * object.motion.speed_mps
                    + forward.perp() * object.motion.lateral_speed_mps,
                speed_mps: object.motion.speed_mps,
                distance_sq_m2,
                conspicuity: object.conspicuity,
            });
        }
    }
}

/// Truth-side book of one sensor's sample.
pub struct Evidence<'a> {
    /// Which sensor writes.
    pub sensor: SensorIx,
    /// The book.
    pub book: &'a mut SensingEvidence,
}

impl Evidence<'_> {
    /// Opens the sample: grows the book to `participants` and `sensors` (once), forgets this sensor's
    /// last ghosts and marks every participant with `initial`.
    pub fn open(&mut self, participants: usize, sensors: usize, initial: MissReason) {
        if self.book.objects.len() < participants {
            self.book.objects.resize_with(participants, || vec![MissReason::OutOfRange; sensors]);
        }
        for row in &mut self.book.objects {
            if row.len() < sensors {
                row.resize(sensors, MissReason::OutOfRange);
            }
            row[self.sensor.ix()] = initial;
        }
        let sensor = self.sensor;
        self.book.ghosts.retain(|(by, _, _)| *by != sensor);
    }
    /// Notes what became of a participant.
    #[inline]
    pub fn object(&mut self, id: ParticipantId, reason: MissReason) {
        if let Some(cell) = self.book.objects.get_mut(id.ix()).and_then(|row| row.get_mut(self.sensor.ix())) {
            *cell = reason;
        }
    }
    /// Notes what became of a signal face.
    #[inline]
    pub fn face(&mut self, face: SignalIx, reason: MissReason) {
        if self.book.faces.len() <= face.ix() {
            self.book.faces.resize(face.ix() + 1, MissReason::OutOfRange);
        }
        self.book.faces[face.ix()] = reason;
    }
    /// Notes a false return and where it lies in the world.
    #[inline]
    pub fn ghost(&mut self, origin: DetectionOrigin, position_m: DVec2) {
        self.book.ghosts.push((self.sensor, origin, position_m));
    }
}

/// Why something was missed: the factor that cost most, if one stands out.
///
/// `factors` are the independent parts of the detection probability with the reason each stands for;
/// `chance` is a uniform number in [0, 1). Seen if `chance` is below their product.
pub fn blame(chance: f64, factors: &[(f64, MissReason)]) -> MissReason {
    let mut product = 1.0;
    let mut worst = (0.9, MissReason::Chance);
    for &(factor, reason) in factors {
        product *= factor;
        if factor < worst.0 {
            worst = (factor, reason);
        }
    }
    if chance < product { MissReason::Seen } else { worst.1 }
}

/// The list of detections of a frame; turns a frame of another content into one of objects.
pub fn detections(content: &mut SensorContent) -> &mut Vec<Detection> {
    if !matches!(content, SensorContent::Objects(_)) {
        *content = SensorContent::Objects(Vec::new());
    }
    match content {
        SensorContent::Objects(list) => list,
        SensorContent::Gnss { .. } | SensorContent::Imu { .. } | SensorContent::Odometry { .. } => {
            unreachable!("made a list of objects above")
        }
    }
}

/// Room for this many detections is reserved in a fresh frame, so that pushing seldom allocates.
pub const DETECTIONS_RESERVED: usize = 64;
/// Room for this many signal faces is reserved in a fresh frame.
pub const LIGHTS_RESERVED: usize = 32;

/// An empty list of lights with room.
pub fn fresh_lights() -> Vec<LightDetection> {
    Vec::with_capacity(LIGHTS_RESERVED)
}

/// Unit vector and length; the x axis for a vector of no length.
#[inline]
pub fn direction(v: DVec2) -> (DVec2, f64) {
    let length = v.length();
    if length > 1e-9 { (v / length, length) } else { (DVec2::X, 0.0) }
}

/// Planar position of a pose, m.
#[inline]
pub fn planar(pose: &Pose) -> DVec2 {
    pose.position_m.truncate()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_loss_is_blamed() {
        let factors = [(0.95, MissReason::Occluded), (0.2, MissReason::Fog), (0.6, MissReason::Rain)];
        for (chance, expect) in [(0.1, MissReason::Seen), (0.12, MissReason::Fog), (0.99, MissReason::Fog)] {
            assert_eq!(blame(chance, &factors), expect, "{chance}");
        }
        assert_eq!(blame(0.99, &[(0.95, MissReason::Rain)]), MissReason::Chance);
    }
}
