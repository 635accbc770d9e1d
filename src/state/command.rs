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

/// Who decides about the stop lamps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopLamps {
    /// The deceleration that is asked for.
    #[default]
    ByDeceleration,
    /// The brake pedal: pressed.
    On,
    /// The brake pedal: released.
    Off,
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
    /// Stop lamps.
    pub stop_lamps: StopLamps,
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

/// Who sits in the driver's seat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seat {
    /// The human model.
    #[default]
    Model,
    /// A person: nothing that the model would do is done.
    Person,
}

/// Whether hands hold the steering wheel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hands {
    /// They do.
    #[default]
    On,
    /// They do not.
    Off,
}

/// What a person does in the driver's seat: positions of the controls, not what comes of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HumanControls {
    /// Who sits there. With [`Seat::Model`] nothing else counts.
    pub seat: Seat,
    /// Steering wheel, −1 (fully right) to 1 (fully left), as a share of its travel.
    pub steer: f64,
    /// Accelerator pedal, 0–1.
    pub accelerator: f64,
    /// Brake pedal, 0–1.
    pub brake: f64,
    /// Stalk.
    pub indicator: Indicator,
    /// Hazard-light switch.
    pub hazard: bool,
    /// Hands.
    pub hands: Hands,
}

impl HumanControls {
    /// A person in the seat with hands on the wheel who moves nothing.
    pub const SEATED: Self = Self {
        seat: Seat::Person,
        steer: 0.0,
        accelerator: 0.0,
        brake: 0.0,
        indicator: Indicator::Off,
        hazard: false,
        hands: Hands::On,
    };

    /// The same with every control inside its travel; what is no number counts as released.
    pub fn bounded(self) -> Self {
        let within = |value: f64, low: f64| if value.is_nan() { 0.0 } else { value.clamp(low, 1.0) };
        Self {
            // Adding zero turns −0 into 0, so that equal positions have equal bits.
            steer: within(self.steer, -1.0) + 0.0,
            accelerator: within(self.accelerator, 0.0) + 0.0,
            brake: within(self.brake, 0.0) + 0.0,
            ..self
        }
    }
}

/// The controls from a tick on, until the next change.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputChange {
    /// First tick at which they hold.
    pub from_tick: u64,
    /// The controls.
    pub controls: HumanControls,
}
