//! Transcendental functions and small geometry, independent of the platform's C library.
//!
//! Every transcendental in the engine goes through here (`libm`), so that the same inputs give the
//! same bits on every machine. Angles are in radians.

use core::f64::consts::{PI, TAU};
pub use glam::{DMat3, DQuat, DVec2, DVec3};

/// Sine of `x` rad.
#[inline]
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}
/// Cosine of `x` rad.
#[inline]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}
/// Sine and cosine of `x` rad.
#[inline]
pub fn sin_cos(x: f64) -> (f64, f64) {
    libm::sincos(x)
}
/// Tangent of `x` rad.
#[inline]
pub fn tan(x: f64) -> f64 {
    libm::tan(x)
}
/// Arc sine, rad.
#[inline]
pub fn asin(x: f64) -> f64 {
    libm::asin(x)
}
/// Arc cosine, rad.
#[inline]
pub fn acos(x: f64) -> f64 {
    libm::acos(x)
}
/// Arc tangent, rad.
#[inline]
pub fn atan(x: f64) -> f64 {
    libm::atan(x)
}
/// Angle of the vector (x, y) in (−π, π], rad.
#[inline]
pub fn atan2(y: f64, x: f64) -> f64 {
    libm::atan2(y, x)
}
/// e to the power of `x`.
#[inline]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}
/// Natural logarithm.
#[inline]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}
/// Decimal logarithm.
#[inline]
pub fn log10(x: f64) -> f64 {
    libm::log10(x)
}
/// `x` to the power of `y`.
#[inline]
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}
/// Hyperbolic tangent.
#[inline]
pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}
/// Hyperbolic sine.
#[inline]
pub fn sinh(x: f64) -> f64 {
    libm::sinh(x)
}
/// Square root (correctly rounded on every platform).
#[inline]
pub fn sqrt(x: f64) -> f64 {
    x.sqrt()
}
/// Length of the vector (x, y).
#[inline]
pub fn hypot(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}
/// `x` squared.
#[inline]
pub fn sq(x: f64) -> f64 {
    x * x
}
/// Wraps an angle into (−π, π].
#[inline]
pub fn wrap_pi(angle_rad: f64) -> f64 {
    if angle_rad > -PI && angle_rad <= PI {
        return angle_rad;
    }
    let wrapped = angle_rad - TAU * (angle_rad / TAU).floor();
    if wrapped > PI { wrapped - TAU } else { wrapped }
}
/// Wraps an angle into [0, 2π).
#[inline]
pub fn wrap_tau(angle_rad: f64) -> f64 {
    let wrapped = angle_rad - TAU * (angle_rad / TAU).floor();
    if wrapped >= TAU { 0.0 } else { wrapped }
}
/// Linear interpolation from `a` (w = 0) to `b` (w = 1).
#[inline]
pub fn lerp(a: f64, b: f64, w: f64) -> f64 {
    a + (b - a) * w
}
/// Shortest-way interpolation between two angles.
#[inline]
pub fn lerp_angle(a: f64, b: f64, w: f64) -> f64 {
    a + wrap_pi(b - a) * w
}
/// Piecewise linear table look-up; clamps outside. `xs` strictly rising, same length as `ys`.
pub fn interpolate(xs: &[f64], ys: &[f64], x: f64) -> f64 {
    debug_assert_eq!(xs.len(), ys.len());
    let Some((&first, &last)) = xs.first().zip(xs.last()) else {
        return 0.0;
    };
    if x <= first {
        return ys[0];
    }
    if x >= last {
        return ys[ys.len() - 1];
    }
    let hi = xs.partition_point(|&knot| knot <= x);
    let lo = hi - 1;
    lerp(ys[lo], ys[hi], (x - xs[lo]) / (xs[hi] - xs[lo]))
}
/// Smooth step from 0 at `lo` to 1 at `hi` (cubic Hermite, clamped).
#[inline]
pub fn smoothstep(lo: f64, hi: f64, x: f64) -> f64 {
    let w = ((x - lo) / (hi - lo)).clamp(0.0, 1.0);
    w * w * (3.0 - 2.0 * w)
}
/// Unit vector of a heading in the plane.
#[inline]
pub fn unit(heading_rad: f64) -> DVec2 {
    let (s, c) = sin_cos(heading_rad);
    DVec2::new(c, s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_wrap_into_their_interval() {
        for (angle, expect_pi, expect_tau) in [
            (0.0, 0.0, 0.0),
            (PI, PI, PI),
            (-PI, PI, PI),
            (3.0 * PI, PI, PI),
            (-0.5, -0.5, TAU - 0.5),
            (7.0, 7.0 - TAU, 7.0 - TAU),
        ] {
            assert!((wrap_pi(angle) - expect_pi).abs() < 1e-12, "{angle}");
            assert!((wrap_tau(angle) - expect_tau).abs() < 1e-12, "{angle}");
        }
    }

    #[test]
    fn tables_interpolate_and_clamp() {
        let (xs, ys) = ([0.0, 1.0, 3.0], [10.0, 20.0, 0.0]);
        for (x, expect) in [(-1.0, 10.0), (0.5, 15.0), (1.0, 20.0), (2.0, 10.0), (9.0, 0.0)] {
            assert!((interpolate(&xs, &ys, x) - expect).abs() < 1e-12, "{x}");
        }
    }
}
