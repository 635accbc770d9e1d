//! What sensors deliver. A frame carries its measuring time and becomes visible to perception only after
//! the sensor's latency.

use super::object::ObjectClass;
use crate::base::ids::{SensorIx, SignalIx};
use crate::base::math::{DVec2, DVec3};
use crate::base::time::SimTime;
use bevy::prelude::Component;
use serde::{Deserialize, Serialize};

/// Kind of a sensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SensorKind {
    /// Camera: objects with class and bearing, signal faces.
    Camera,
    /// Lidar: objects with position and size.
    Lidar,
    /// Radar: objects with range, bearing and range rate.
    Radar,
    /// Satellite positioning.
    Gnss,
    /// Inertial unit.
    Imu,
    /// Wheel speeds.
    Odometry,
}

impl SensorKind {
    /// All kinds, in order.
    pub const ALL: [Self; 6] =
        [Self::Camera, Self::Lidar, Self::Radar, Self::Gnss, Self::Imu, Self::Odometry];
}

/// One object detection in the **vehicle frame at measuring time** (x forward, y left).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    /// Position of the detected object's box center (camera, lidar) or reflection point (radar), m.
    pub position_in_ego_m: DVec2,
    /// Standard deviation along the line of sight, m.
    pub range_sigma_m: f64,
    /// Standard deviation across the line of sight, m.
    pub cross_sigma_m: f64,
    /// Range rate, m/s, positive = moving away, ego motion included (radar).
    pub range_rate_mps: Option<f64>,
    /// Standard deviation of the range rate, m/s.
    pub range_rate_sigma_mps: f64,
    /// Heading of the box relative to the ego, rad (lidar, when the shape shows it).
    pub heading_in_ego_rad: Option<f64>,
    /// Class with confidence 0–1 (camera sure, lidar by size, radar none).
    pub class: Option<(ObjectClass, f64)>,
    /// Length and width, m (lidar, camera roughly).
    pub size_m: Option<DVec2>,
    /// Sensor's own confidence that something is there, 0–1.
    pub confidence: f64,
}

/// Color a camera reads from a face, before any interpretation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LightReading {
    /// Red circle.
    Red,
    /// Red arrow.
    RedArrow,
    /// Yellow circle.
    Yellow,
    /// Yellow arrow.
    YellowArrow,
    /// Green circle.
    Green,
    /// Green arrow.
    GreenArrow,
    /// The head is seen, but no lit lens can be told (dark, washed out).
    Unlit,
}

/// One look at one expected signal face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LightDetection {
    /// Which face of the map prior the detection was matched to by position.
    pub face: SignalIx,
    /// What was read.
    pub reading: LightReading,
    /// Confidence of the reading, 0–1.
    pub confidence: f64,
}

/// Content of a frame.
#[derive(Clone, Debug)]
pub enum SensorContent {
    /// Objects (camera, lidar, radar).
    Objects(Vec<Detection>),
    /// Position fix in the world, m, with standard deviations, m.
    Gnss {
        /// Antenna-corrected position of the reference point.
        position_m: DVec3,
        /// Standard deviation in the plane.
        sigma_m: f64,
    },
    /// Inertial sample.
    Imu {
        /// Longitudinal specific force without gravity compensation, m/s².
        accel_mps2: f64,
        /// Lateral specific force, m/s².
        lateral_accel_mps2: f64,
        /// Yaw rate, rad/s.
        yaw_rate_radps: f64,
        /// Pitch by the unit's own attitude filter, rad.
        pitch_rad: f64,
    },
    /// Wheel speed sample.
    Odometry {
        /// Speed over ground by the wheels, m/s (wrong when they lock or spin).
        speed_mps: f64,
        /// Road-wheel angle, rad.
        steer_rad: f64,
    },
}

/// One frame of one sensor.
#[derive(Clone, Debug)]
pub struct SensorFrame {
    /// Which sensor.
    pub sensor: SensorIx,
    /// Its kind.
    pub kind: SensorKind,
    /// When the world was sampled.
    pub measured_at: SimTime,
    /// When perception may see it.
    pub available_at: SimTime,
    /// Content.
    pub content: SensorContent,
    /// Signal faces (cameras only; empty otherwise).
    pub lights: Vec<LightDetection>,
    /// Pose of localization-relevant lane marks: lateral offset to the lane center as the camera sees
    /// it, m, and its standard deviation; `None` when the marks can't be seen.
    pub lane_offset_m: Option<(f64, f64)>,
    /// The unit's own estimate of rain on the lens / backscatter level, 0–1 (what a rain sensor or the
    /// lidar's near-field returns tell; weather belief is made from it).
    pub precipitation_level: Option<f64>,
    /// The unit's own estimate of the visibility, m (camera contrast, lidar maximum return).
    pub visibility_m: Option<f64>,
    /// The unit's own estimate of the scene's illuminance, lx (cameras).
    pub illuminance_lx: Option<f64>,
}

/// What the sensor domain knows about a sensor statically, for perception and the window: part of the
/// vehicle's calibration, not of the truth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SensorInfo {
    /// Name, e.g. `camera_front`.
    pub name: String,
    /// Kind.
    pub kind: SensorKind,
    /// Mount in the vehicle frame, m.
    pub mount_m: DVec3,
    /// Direction of the optical axis relative to forward, rad.
    pub mount_yaw_rad: f64,
    /// Horizontal field of view, rad (2π = all around).
    pub fov_rad: f64,
    /// Range in clear weather, m.
    pub range_max_m: f64,
    /// Frame period, s.
    pub period_s: f64,
    /// Latency from measuring to availability, s.
    pub latency_s: f64,
}

/// Calibration of the whole suite, and the frames in flight. Sensors push, perception drains those that
/// have become available. Spent frames go back to `pool`, so that steady state allocates nothing.
#[derive(Component, Default, Debug)]
pub struct SensorBus {
    /// The suite; index = `SensorIx`.
    pub suite: Vec<SensorInfo>,
    /// Frames in flight, in order of `(available_at, sensor)`.
    pub in_flight: Vec<SensorFrame>,
    /// Spent frames for reuse.
    pub pool: Vec<SensorFrame>,
}
