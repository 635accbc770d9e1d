//! What the automation believes: the output of perception, the only world that planning may know.

use super::object::{Extent, ObjectClass};
use super::pose::LaneCoord;
use super::sensor_data::SensorKind;
use super::signal::Indication;
use super::weather::Weather;
use crate::base::ids::{SensorIx, SignalIx};
use crate::base::math::DVec2;
use crate::base::time::SimTime;
use bevy::prelude::{Component, Resource};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Estimate of the ego's own state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EgoEstimate {
    /// Position of the reference point, m.
    pub position_m: DVec2,
    /// Heading, rad.
    pub heading_rad: f64,
    /// Pitch, rad.
    pub pitch_rad: f64,
    /// Speed, m/s.
    pub speed_mps: f64,
    /// Longitudinal acceleration, m/s².
    pub accel_mps2: f64,
    /// Yaw rate, rad/s.
    pub yaw_rate_radps: f64,
    /// Road-wheel angle, rad.
    pub steer_rad: f64,
    /// Standard deviation of the position in the plane, m.
    pub position_sigma_m: f64,
    /// Standard deviation of the heading, rad.
    pub heading_sigma_rad: f64,
    /// Place on the map prior.
    pub lane: Option<LaneCoord>,
}

/// One tracked object, extrapolated to the present.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// Track number, never reused.
    pub id: u32,
    /// Most probable class.
    pub class: ObjectClass,
    /// Confidence of the class, 0–1.
    pub class_confidence: f64,
    /// Center of the box in the world, m.
    pub center_m: DVec2,
    /// Heading, rad (direction of motion when moving).
    pub heading_rad: f64,
    /// Speed along the heading, m/s.
    pub speed_mps: f64,
    /// Acceleration along the heading, m/s².
    pub accel_mps2: f64,
    /// Yaw rate, rad/s.
    pub yaw_rate_radps: f64,
    /// Size estimate.
    pub extent: Extent,
    /// Position covariance (xx, xy, yy), m².
    pub covariance_m2: [f64; 3],
    /// Standard deviation of the speed, m/s.
    pub speed_sigma_mps: f64,
    /// Probability that the object exists, 0–1.
    pub existence: f64,
    /// Confirmed: enough evidence to act on at full strength.
    pub status: TrackStatus,
    /// Age, s.
    pub age_s: f64,
    /// Since the last supporting detection, s.
    pub unseen_s: f64,
    /// Kinds of sensors that supported it within the last second: bit 0 camera, 1 lidar, 2 radar.
    pub sources: u8,
    /// Place on the map prior.
    pub lane: Option<LaneCoord>,
}

/// Life of a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrackStatus {
    /// Little evidence yet.
    Tentative,
    /// Acted on.
    Confirmed,
    /// Not seen for a while, extrapolated.
    Coasting,
}

/// Belief about one signal face of the map prior.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalBelief {
    /// The face.
    pub face: SignalIx,
    /// Probabilities of red, yellow, green, unlit (sum 1).
    pub probability: [f64; 4],
    /// Whether the last sure reading was an arrow.
    pub arrow: ArrowSeen,
    /// Last time any reading arrived.
    pub last_seen: Option<SimTime>,
    /// Blink pattern: the face alternates between lit and unlit.
    pub blinking: Blinking,
}

/// Whether an arrow lens was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ArrowSeen {
    /// Circular lens.
    No,
    /// Arrow lens.
    Yes,
}

/// Whether a face was seen to blink.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Blinking {
    /// Steady.
    No,
    /// Alternates.
    Yes,
}

/// Fused belief about what one movement is told.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MovementBelief {
    /// The connecting lane.
    pub connecting: crate::base::ids::LaneId,
    /// Most probable indication; `None` = not known (not seen long enough).
    pub indication: Option<Indication>,
    /// Its probability, 0–1.
    pub confidence: f64,
    /// Since the last reading of any of its faces, s (`INFINITY` = never).
    pub unseen_s: f64,
}

/// Health of one sensor as the monitor sees it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SensorHealth {
    /// Which sensor.
    pub sensor: SensorIx,
    /// Its kind.
    pub kind: SensorKind,
    /// State.
    pub state: HealthState,
    /// Performance against its clear-weather norm, 0–1.
    pub performance: f64,
}

/// State of health.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// Frames arrive and agree with the others.
    Good,
    /// Works badly (blocked, blinded, biased).
    Degraded,
    /// No frames.
    Lost,
}

/// A place where the live picture contradicts the map prior (road works, closed lane).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapMismatch {
    /// Where, m.
    pub position_m: DVec2,
    /// Its lane on the prior.
    pub lane: Option<LaneCoord>,
    /// Confidence, 0–1.
    pub confidence: f64,
}

/// Everything perception believes at this tick.
#[derive(Component, Default, Debug, Clone)]
pub struct WorldModel {
    /// Time the model stands for.
    pub time: SimTime,
    /// The ego.
    pub ego: EgoEstimate,
    /// Tracks, by rising id.
    pub tracks: Vec<Track>,
    /// Signal faces near the route.
    pub signals: Vec<SignalBelief>,
    /// Movements governed by them.
    pub movements: Vec<MovementBelief>,
    /// Sensor health, index = `SensorIx`.
    pub health: Vec<SensorHealth>,
    /// Perceived weather (fields that can't be perceived keep their defaults).
    pub weather: Weather,
    /// Perceived visibility, m.
    pub visibility_m: f64,
    /// Friction estimate relative to dry asphalt, 0–1 (from water, temperature and wheel slip).
    pub friction_scale: f64,
    /// Contradictions with the map prior.
    pub mismatches: Vec<MapMismatch>,
    /// Whether localization has converged.
    pub localized: Localized,
}

/// Whether the ego knows where it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Localized {
    /// Not (yet).
    #[default]
    No,
    /// Yes.
    Yes,
}

/// What the automation was told about the world before the trip: the map (which may be stale) and the
/// route.
#[derive(Resource, Clone)]
pub struct MapPrior {
    /// The road network as mapped.
    pub network: Arc<crate::road::RoadNetwork>,
    /// Faces that the prior does not know.
    pub unknown_faces: Vec<SignalIx>,
    /// Route of the ego.
    pub route: crate::road::Route,
}
