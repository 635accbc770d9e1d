//! Physical parameters of a vehicle, as read from `assets/vehicles/*.toml`.

use super::object::{Extent, ObjectClass};
use serde::{Deserialize, Serialize};

/// Everything the dynamics need to know about a vehicle (or, with the mass and speed fields alone, about
/// a pedestrian). SI units; all values come with a source in the file's comments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VehicleSpec {
    /// File-level name, e.g. `lexus_rx450h_2012`.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Class.
    pub class: ObjectClass,
    /// Outer dimensions.
    pub extent: Extent,
    /// Mass, kg.
    pub mass_kg: f64,
    /// Distance front axle to rear axle, m.
    pub wheelbase_m: f64,
    /// Distance center of gravity to front axle, m.
    pub cg_to_front_m: f64,
    /// Height of the center of gravity, m.
    pub cg_height_m: f64,
    /// Yaw inertia, kg·m².
    pub yaw_inertia_kgm2: f64,
    /// Front cornering coefficient C_S: cornering stiffness / (μ · vertical load), 1/rad.
    pub cornering_front_per_rad: f64,
    /// Rear cornering coefficient C_S, 1/rad.
    pub cornering_rear_per_rad: f64,
    /// Peak tire friction on dry asphalt, –.
    pub tire_friction_dry: f64,
    /// Tread depth, mm (8 new … 1.6 worn): sets how much wet friction is left.
    pub tread_depth_mm: f64,
    /// Tire inflation pressure, kPa.
    pub tire_pressure_kpa: f64,
    /// Largest road-wheel angle, rad.
    pub steer_max_rad: f64,
    /// Largest road-wheel angle rate, rad/s.
    pub steer_rate_max_radps: f64,
    /// Steering actuator time constant, s.
    pub steer_lag_s: f64,
    /// Largest drive power at the wheels, W.
    pub power_max_w: f64,
    /// Largest drive acceleration at low speed, m/s².
    pub accel_max_mps2: f64,
    /// Drive time constant, s.
    pub drive_lag_s: f64,
    /// Largest brake deceleration the brakes can ask of the tires, m/s² (positive).
    pub brake_max_mps2: f64,
    /// Brake time constant, s.
    pub brake_lag_s: f64,
    /// Share of braking at the front axle, –.
    pub brake_front_share: f64,
    /// Share of drive at the front axle, – (1 = front-wheel drive).
    pub drive_front_share: f64,
    /// Drag area c_d·A, m².
    pub drag_area_m2: f64,
    /// Rolling resistance coefficient, –.
    pub rolling_resistance: f64,
    /// Speed cap by design, m/s (25 mph for the prototype).
    pub speed_max_mps: f64,
    /// Whether the vehicle has a steering wheel and pedals.
    pub has_manual_controls: bool,
}

/// Parameter set of a participant.
#[derive(bevy::prelude::Component, Clone, Debug)]
pub struct Spec(pub std::sync::Arc<VehicleSpec>);
