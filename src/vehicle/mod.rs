//! The ego as a physical vehicle, and what happens when participants touch.
//!
//! What it models: the parameter files (`assets/vehicles/*.toml`, [`spec`]), who moves the vehicle at
//! each tick ([`arbitration`]), how it moves ([`dynamics`]), the published single-track models it is
//! compared with ([`commonroad`]), and contacts, impacts and wrecks ([`contact`]).
//!
//! ```text
//! Actuate   AutomationState, DriverCommand, AdsCommand → ControlCommand
//! Move      ControlCommand, Weather, RoadSurface, map → VehicleBody → Pose, Motion, TrueLane, lights
//! Contact   poses of all participants → Collision, wrecks moved by Rapier
//! ```
//!
//! Units: SI; frames: world ENU, vehicle ISO 8855 with its origin on the ground under the rear axle.
//!
//! What it does not do: other road users' motion is kinematic and belongs to traffic until they crash.

pub mod arbitration;
pub mod commonroad;
pub mod contact;
pub mod dynamics;
pub mod spec;
mod systems;
#[cfg(test)]
mod systems_tests;

pub use systems::{VehicleBody, attach, plugin};
