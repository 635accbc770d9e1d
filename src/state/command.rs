//! What the holders of the driving task ask of the vehicle.

use bevy::prelude::Component;
use serde::{Deserialize, Serialize};

/// Turn indicator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Indicator {
    /// Off.
    #[default]
    Off,
    /// Left.
    Left,
    /// Right.
    Right,
}

/// A request for motion: what the actuators are asked for, before their limits and lags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MotionRequest {
    /// Longitudinal acceleration on the level, m/s² (negative = brake).
    pub accel_mps2: f64,
    /// Road-wheel angle, rad, left positive.
    pub steer_rad: f64,
    /// Indicator.
    pub indicator: Indicator,
    /// Hazard lights.
    pub hazard: bool,
}

/// The driver's request (human model or a person at the keyboard).
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct DriverCommand {
    /// Motion asked for, when the driver acts.
    pub request: MotionRequest,
    /// Driver operates the steering now.
    pub steering: bool,
    /// Driver operates accelerator or brake now.
    pub pedals: bool,
}

/// The automation's request.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct AdsCommand {
    /// Motion asked for.
    pub request: MotionRequest,
    /// Emergency braking by the momentary intervention system (AEB), m/s² (≤ 0); 0 = not active.
    pub aeb_mps2: f64,
}

/// What reaches the actuators after arbitration.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct ControlCommand(pub MotionRequest);
