//! From pedals and steering wheel to what the actuators are asked for.
//!
//! What it models: a car with an automatic gearbox. Per unit of mass, with v the speed and p, b ∈ 0…1 the
//! pedals:
//!
//! ```text
//! losses(v)  = ½·ρ·cdA·v²/m + c_r·g
//! full(v)    = min(a_max + losses, P_max/(m·v))                  floored accelerator
//! lift(v)    = creep(v) − overrun(v)                             released accelerator
//! accelerator   a = lift + p·(full − lift) − losses
//! brake         a = lift − losses − b·a_brake
//! wheel         δ = steer·δ_max(v),   δ_max = min(δ_stop, atan(l·a_y/v²) + K·a_y),   a_y = 0.8·µ_dry·g
//! ```
//!
//! - *Creep*: an idling automatic pushes with 0.6 m/s² from rest and no longer at 7 km/h (chosen: cars creep at
//!   6–8 km/h on the level).
//! - *Overrun*: a released accelerator drags with 0.4 m/s² above 20 km/h (chosen: with the losses it stays
//!   below the 0.7 m/s² up to which UN R13-H §5.2.22.4 wants no stop lamps).
//! - *Brake*: deceleration is proportional to the pedal, as hydraulic brakes give it; a pressed brake wins
//!   over a pressed accelerator (brake-throttle override, usual since 2010).
//! - *Hold*: a vehicle braked to rest stays there until the accelerator is pressed (auto hold).
//! - *Hills* are felt: nothing is added for the grade. Rolling backwards is prevented by the vehicle's own
//!   hill hold.
//! - *Wheel*: at full travel the vehicle corners as hard as 80 % of dry friction (chosen: a stick or a key
//!   has no feel for the tires; wet or icy roads still give less). δ for a lateral acceleration is the
//!   steady state of the linear single-track model (Rajamani, *Vehicle Dynamics and Control*, ch. 3.3).
//!
//! Units: SI; pedals and wheel as shares of their travel. Validity: forward driving.
//!
//! What it does not do: no gears, no reverse, no force feedback, no wind (so wind is felt).

use crate::base::math::{atan, interpolate, sq};
use crate::base::units::GRAVITY_MPS2;
use crate::state::command::{Hands, HumanControls, MotionRequest, StopLamps};
use crate::state::vehicle_spec::VehicleSpec;

/// Air density, kg/m³ (ISA at 15 °C, sea level).
const AIR_DENSITY_KGPM3: f64 = 1.225;
/// Push of an idling automatic at rest, m/s².
const CREEP_MPS2: f64 = 0.6;
/// Speed at which it ends, m/s.
const CREEP_MPS: f64 = 1.95;
/// Drag of a released accelerator, m/s².
const OVERRUN_MPS2: f64 = 0.4;
/// Speed from which it has its full value, m/s.
const OVERRUN_FULL_MPS: f64 = 5.56;
/// Lateral acceleration at full travel as a share of dry friction, –.
const LATERAL_SHARE: f64 = 0.8;
/// Pedal travel that counts as pressed, –.
pub const PRESSED: f64 = 0.02;
/// Speed below which the vehicle counts as standing, m/s.
const STANDING_MPS: f64 = 0.01;
/// What holds a vehicle at rest, m/s² (the vehicle's brakes do the rest).
const HOLD_MPS2: f64 = -2.0;

/// Whether the vehicle is held at rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hold {
    /// It is free.
    #[default]
    Free,
    /// It was braked to rest and waits for the accelerator.
    Held,
}

/// Resistance on the level, m/s².
pub fn losses_mps2(spec: &VehicleSpec, speed_mps: f64) -> f64 {
    0.5 * AIR_DENSITY_KGPM3 * spec.drag_area_m2 * sq(speed_mps) / spec.mass_kg
        + spec.rolling_resistance * GRAVITY_MPS2
}

/// Push or drag of a released accelerator, m/s².
pub fn lift_mps2(speed_mps: f64) -> f64 {
    let creep = CREEP_MPS2 * (1.0 - speed_mps / CREEP_MPS).clamp(0.0, 1.0);
    creep - interpolate(&[CREEP_MPS, OVERRUN_FULL_MPS], &[0.0, OVERRUN_MPS2], speed_mps)
}

/// Road-wheel angle at full travel, rad.
pub fn steer_limit_rad(spec: &VehicleSpec, speed_mps: f64) -> f64 {
    let lateral_mps2 = LATERAL_SHARE * spec.tire_friction_dry * GRAVITY_MPS2;
    let understeer = (1.0 / spec.cornering_front_per_rad - 1.0 / spec.cornering_rear_per_rad)
        / (spec.tire_friction_dry * GRAVITY_MPS2);
    let turn = atan(spec.wheelbase_m * lateral_mps2 / sq(speed_mps.max(0.1)));
    (turn + understeer.max(0.0) * lateral_mps2).min(spec.steer_max_rad)
}

/// One tick at the controls. `speed_mps` is what the speedometer shows.
pub fn request(
    spec: &VehicleSpec,
    controls: &HumanControls,
    speed_mps: f64,
    hold: &mut Hold,
) -> MotionRequest {
    let v = speed_mps.max(0.0);
    let braked = controls.brake > PRESSED;
    let pressed = controls.accelerator > PRESSED && !braked;
    if pressed {
        *hold = Hold::Free;
    } else if braked && v < STANDING_MPS {
        *hold = Hold::Held;
    }
    let losses = losses_mps2(spec, v);
    let lift = lift_mps2(v);
    let free_mps2 = if pressed {
        let full = (spec.accel_max_mps2 + losses).min(spec.power_max_w / (spec.mass_kg * v.max(0.5)));
        lift + controls.accelerator * (full - lift) - losses
    } else {
        lift - losses
    };
    let brake_mps2 = if braked { controls.brake * spec.brake_max_mps2 } else { 0.0 };
    let accel_mps2 = match *hold {
        Hold::Held => HOLD_MPS2.min(-brake_mps2),
        Hold::Free => free_mps2 - brake_mps2,
    };
    let steer = match controls.hands {
        Hands::On => controls.steer,
        Hands::Off => 0.0,
    };
    MotionRequest {
        accel_mps2,
        steer_rad: steer * steer_limit_rad(spec, v),
        indicator: controls.indicator,
        hazard: controls.hazard,
        stop_lamps: if braked || *hold == Hold::Held { StopLamps::On } else { StopLamps::Off },
    }
}

#[cfg(test)]
#[path = "manual_tests.rs"]
mod tests;
