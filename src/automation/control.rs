//! Controllers: planned path and acceleration → requests to the actuators.
//!
//! Lateral, in path coordinates at the rear axle with offset e (left positive) and heading error ψ:
//! κ = κ_path(s + v·τ) − ω²·e − 2ζω·(ψ − ψ_slip), with ω = 1/L and look-ahead L = max(3.2 m, 0.75 s·v),
//! ζ = 0.9; road-wheel angle δ = atan(l·κ) + K_us·v²·κ. ψ_slip = v²κ/(C_r·μ·g): the nose
//! points into a turn by the slip angle that the rear axle needs. The preview τ covers the steering lag.
//!
//! Longitudinal: a = a_plan + g·sin(pitch) + integral of the acceleration error; jerk-limited unless the
//! plan is an emergency.
//!
//! Validity: lateral acceleration below about 0.4 g on dry road (linear tires). Source: pure pursuit and
//! Stanley are the special cases e-only and ψ-only; understeer gradient from the linear single-track model.
//! Not modeled: side wind and crossfall as such — the slow integral over e takes them up.

use super::path::Corridor;
use crate::base::math::{self, DVec2};
use crate::base::units::GRAVITY_MPS2;
use crate::state::belief::EgoEstimate;
use crate::state::vehicle_spec::VehicleSpec;

/// Numbers of the vehicle that the controllers know.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Body {
    /// Wheelbase, m.
    pub wheelbase_m: f64,
    /// Rear axle to front bumper, m.
    pub front_m: f64,
    /// Rear axle to rear bumper, m (positive).
    pub rear_m: f64,
    /// Width, m.
    pub width_m: f64,
    /// Largest road-wheel angle, rad.
    pub steer_max_rad: f64,
    /// Steering lag, s.
    pub steer_lag_s: f64,
    /// Understeer gradient on dry road, rad per m/s² of lateral acceleration.
    pub understeer: f64,
    /// Rear side-slip on dry road, rad per m/s² of lateral acceleration.
    pub rear_slip: f64,
    /// Peak friction on dry road.
    pub friction_dry: f64,
    /// Brake deceleration of the actuators, m/s² (positive).
    pub brake_max_mps2: f64,
    /// Design speed, m/s.
    pub speed_max_mps: f64,
}

impl From<&VehicleSpec> for Body {
    fn from(spec: &VehicleSpec) -> Self {
        let grip = GRAVITY_MPS2 * spec.tire_friction_dry.max(0.1);
        Self {
            wheelbase_m: spec.wheelbase_m.max(0.5),
            front_m: spec.extent.front_x_m(),
            rear_m: spec.extent.rear_m,
            width_m: spec.extent.width_m,
            steer_max_rad: spec.steer_max_rad,
            steer_lag_s: spec.steer_lag_s,
            understeer: (1.0 / spec.cornering_front_per_rad.max(1.0)
                - 1.0 / spec.cornering_rear_per_rad.max(1.0))
                / grip,
            rear_slip: 1.0 / (spec.cornering_rear_per_rad.max(1.0) * grip),
            friction_dry: spec.tire_friction_dry,
            brake_max_mps2: spec.brake_max_mps2,
            speed_max_mps: spec.speed_max_mps,
        }
    }
}

/// Damping of the lateral loop (chosen: no overshoot after a lane change).
const DAMPING: f64 = 0.9;
/// Shortest look-ahead, m (chosen: a 6 m turn is followed within 0.3 m with 0.15 s of steering lag).
const LOOK_AHEAD_M: f64 = 3.2;
/// Look-ahead time, s.
const LOOK_AHEAD_S: f64 = 0.75;
/// Gain of the slow lateral integral, 1/(m·s).
const INTEGRAL: f64 = 0.004;

/// State of the lateral controller.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lateral {
    /// Curvature that stands against a lasting offset, 1/m.
    pub integral_per_m: f64,
    /// Offset from the path at the last step, m, left positive.
    pub offset_m: f64,
}

impl Lateral {
    /// Road-wheel angle for the path at the estimated ego pose; `station_m` is the ego's station on it.
    pub fn step(
        &mut self,
        body: &Body,
        path: &Corridor,
        ego: &EgoEstimate,
        station_m: f64,
        friction_scale: f64,
        dt_s: f64,
    ) -> f64 {
        let speed_mps = ego.speed_mps.max(0.0);
        let Some(here) = path.at(station_m) else { return ego.steer_rad };
        let normal = math::unit(here.heading_rad).perp();
        let offset_m = (ego.position_m - here.position_m).dot(normal);
        self.offset_m = offset_m;
        let heading_error = math::wrap_pi(ego.heading_rad - here.heading_rad);

        let ahead = path.at(station_m + speed_mps * (body.steer_lag_s + 0.5 * dt_s)).unwrap_or(here);
        let grip = friction_scale.clamp(0.2, 1.0);
        let lateral_mps2 = speed_mps * speed_mps * ahead.curvature_per_m;
        let slip = lateral_mps2 * body.rear_slip / grip;

        let omega = 1.0 / LOOK_AHEAD_M.max(LOOK_AHEAD_S * speed_mps);
        // A large offset asks for no more than 0.6 rad of approach angle.
        let reach_m = 0.6 / omega;
        let bounded_m = offset_m.clamp(-reach_m, reach_m);
        if speed_mps > 2.0 && offset_m.abs() < 0.5 {
            let step = -INTEGRAL * offset_m * dt_s * (10.0 / speed_mps.max(10.0));
            self.integral_per_m = (self.integral_per_m + step).clamp(-0.002, 0.002);
        }
        let curvature = ahead.curvature_per_m + self.integral_per_m
            - omega * omega * bounded_m
            - 2.0 * DAMPING * omega * (heading_error - slip);
        let wanted_mps2 = speed_mps * speed_mps * curvature;
        let steer = math::atan(body.wheelbase_m * curvature) + body.understeer / grip * wanted_mps2;
        steer.clamp(-body.steer_max_rad, body.steer_max_rad)
    }
}

/// Comfortable jerk, m/s³.
pub const JERK_COMFORT_MPS3: f64 = 2.5;
/// Jerk allowed to plans that brake harder than comfort, m/s³ (R157 reference driver: 12.65).
pub const JERK_FIRM_MPS3: f64 = 12.65;

/// State of the longitudinal controller.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Longitudinal {
    /// Acceleration asked for at the last step, without compensation, m/s².
    pub asked_mps2: f64,
    /// Integral of the acceleration error, m/s².
    pub integral_mps2: f64,
}

impl Longitudinal {
    /// Acceleration request on the level, m/s².
    pub fn step(&mut self, plan_mps2: f64, ego: &EgoEstimate, dt_s: f64) -> f64 {
        let jerk = if plan_mps2 < -2.5 || plan_mps2 < self.asked_mps2 - 1.5 {
            JERK_FIRM_MPS3
        } else {
            JERK_COMFORT_MPS3
        };
        // Letting go of the brake at rest need not be gentle for the passengers' sake,
        // and a hard brake that is no longer needed is let go at once.
        let firm = self.asked_mps2 < -1.5 || ego.speed_mps < 0.3;
        let release = if firm { 10.0 } else { JERK_COMFORT_MPS3 };
        self.asked_mps2 += (plan_mps2 - self.asked_mps2).clamp(-jerk * dt_s, release * dt_s);
        if ego.speed_mps > 0.5 && self.asked_mps2.abs() < 3.0 {
            let error = self.asked_mps2 - ego.accel_mps2;
            self.integral_mps2 = (self.integral_mps2 + 0.25 * error * dt_s).clamp(-0.6, 0.6);
        } else {
            self.integral_mps2 *= 1.0 - dt_s.min(1.0);
        }
        let holding = ego.speed_mps < 0.1 && plan_mps2 < 0.0;
        let grade_mps2 = GRAVITY_MPS2 * math::sin(ego.pitch_rad);
        if holding {
            // The brake holds on any grade; compensation must not lift it.
            return self.asked_mps2.min(plan_mps2) - grade_mps2.abs();
        }
        self.asked_mps2 + self.integral_mps2 + grade_mps2
    }
}

/// Position of the ego `dt_s` later on its present circle, for aligning stale estimates.
pub fn advance(ego: &EgoEstimate, dt_s: f64) -> DVec2 {
    ego.position_m + math::unit(ego.heading_rad + 0.5 * ego.yaw_rate_radps * dt_s) * (ego.speed_mps * dt_s)
}

#[cfg(test)]
#[path = "control_tests.rs"]
mod tests;
