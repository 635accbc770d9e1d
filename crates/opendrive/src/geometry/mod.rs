//! From (s, t) on a road to x, y, z, heading, pitch and roll, and back.
//!
//! The reference line comes from the plan view, its height and slope from the elevation profile; the
//! surface across it from superelevation, crossfall, shape or cross section; lanes from lane offset,
//! widths and borders. Every look-up is a binary search, nothing allocates.

pub(crate) mod arc_length;
pub(crate) mod area;
pub(crate) mod cubic;
mod curve;
mod furniture;
pub(crate) mod lane;
pub(crate) mod marking;
pub(crate) mod nearest;
pub(crate) mod repeat;
mod surface;

use serde::{Deserialize, Serialize};

/// A point of a reference line in the plane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// East, metres.
    pub x_m: f64,
    /// North, metres.
    pub y_m: f64,
    /// Heading of the tangent, radians, not normalised: continuous along one piece.
    pub heading_rad: f64,
    /// Curvature, 1/m, positive = left.
    pub curvature_pm: f64,
}

/// A place on a road with its attitude.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// East, metres.
    pub x_m: f64,
    /// North, metres.
    pub y_m: f64,
    /// Up, metres.
    pub z_m: f64,
    /// Counter-clockwise from x, radians, in `[0, 2π)`.
    pub heading_rad: f64,
    /// Positive = nose down, radians, in `(−π, π]`.
    pub pitch_rad: f64,
    /// Positive = right side down, radians, in `(−π, π]`.
    pub roll_rad: f64,
}

/// An angle in `[0, 2π)`.
pub(crate) fn wrap_positive(angle_rad: f64) -> f64 {
    let turn = std::f64::consts::TAU;
    let wrapped = angle_rad - turn * (angle_rad / turn).floor();
    if wrapped >= turn { 0.0 } else { wrapped }
}
