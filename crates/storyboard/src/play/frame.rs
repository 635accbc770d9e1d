//! Rotations: heading, pitch and roll, and the matrices that they stand for.
//!
//! # Equations
//! `R = Rz(heading)·Ry(pitch)·Rx(roll)`: columns are the forward, left and up axis in the world. Angles of a
//! product come back from the matrix; there is no sum of Euler angles anywhere.
//!
//! # Units, frames
//! Radians. World x east, y north, z up; body x forward, y left, z up (ISO 8855): pitch positive nose down,
//! roll positive right side down. Headings lie in `[0, 2π)`, pitch and roll in `(−π, π]`.

use super::entity::Pose;
use glam::{DMat3, DVec3};
use std::f64::consts::{PI, TAU};

/// An angle in `[0, 2π)`.
pub fn wrap_positive(angle_rad: f64) -> f64 {
    let wrapped = angle_rad - TAU * (angle_rad / TAU).floor();
    if wrapped >= TAU { 0.0 } else { wrapped }
}

/// An angle in `(−π, π]`.
pub fn wrap(angle_rad: f64) -> f64 {
    let wrapped = wrap_positive(angle_rad);
    if wrapped > PI { wrapped - TAU } else { wrapped }
}

/// The matrix of heading, pitch and roll.
pub fn rotation(h_rad: f64, p_rad: f64, r_rad: f64) -> DMat3 {
    let ((sh, ch), (sp, cp), (sr, cr)) = (libm::sincos(h_rad), libm::sincos(p_rad), libm::sincos(r_rad));
    DMat3::from_cols(
        DVec3::new(ch * cp, sh * cp, -sp),
        DVec3::new(ch * sp * sr - sh * cr, sh * sp * sr + ch * cr, cp * sr),
        DVec3::new(ch * sp * cr + sh * sr, sh * sp * cr - ch * sr, cp * cr),
    )
}

/// Heading, pitch and roll of a matrix; heading 0 where the nose points straight up or down.
pub fn angles(m: &DMat3) -> (f64, f64, f64) {
    let (forward, left, up) = (m.x_axis, m.y_axis, m.z_axis);
    let level = libm::hypot(forward.x, forward.y);
    if level < 1e-12 {
        return (0.0, -libm::atan2(forward.z, level), libm::atan2(-up.y, left.y));
    }
    (
        wrap_positive(libm::atan2(forward.y, forward.x)),
        -libm::atan2(forward.z, level),
        libm::atan2(left.z, up.z),
    )
}

/// The attitude of what stands on a surface with that up direction and faces a heading of the world.
///
/// A surface that stands upright gives the level attitude.
pub fn laid_on(up: DVec3, h_rad: f64) -> DMat3 {
    let (sin, cos) = libm::sincos(h_rad);
    if up.z <= 1e-9 {
        return rotation(h_rad, 0.0, 0.0);
    }
    let forward = DVec3::new(cos, sin, -(up.x * cos + up.y * sin) / up.z).normalize();
    let left = up.cross(forward).normalize();
    DMat3::from_cols(forward, left, forward.cross(left))
}

impl Pose {
    /// A pose from a place and a matrix.
    pub fn from_matrix(position_m: DVec3, m: &DMat3) -> Self {
        let (h_rad, p_rad, r_rad) = angles(m);
        Self { position_m, h_rad, p_rad, r_rad }
    }

    /// Its matrix: columns are the forward, left and up axis in the world.
    pub fn matrix(&self) -> DMat3 {
        rotation(self.h_rad, self.p_rad, self.r_rad)
    }

    /// A point of the body, given forward, left and up from the reference point, in the world.
    pub fn point(&self, in_body_m: DVec3) -> DVec3 {
        self.position_m + self.matrix() * in_body_m
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: DMat3, b: DMat3) -> bool {
        a.abs_diff_eq(b, 1e-12)
    }

    #[test]
    fn the_matrix_is_heading_then_pitch_then_roll() {
        let (h, p, r) = (0.7, -0.3, 0.2);
        let product = DMat3::from_rotation_z(h) * DMat3::from_rotation_y(p) * DMat3::from_rotation_x(r);
        assert!(near(rotation(h, p, r), product));
        // Positive pitch: nose down. Positive roll: right side (−y) down.
        assert!(rotation(0.0, 0.1, 0.0).x_axis.z < 0.0);
        assert!((rotation(0.0, 0.0, 0.1) * DVec3::NEG_Y).z < 0.0);
    }

    #[test]
    fn angles_come_back() {
        for (h, p, r) in [(0.0, 0.0, 0.0), (3.0, 0.4, -0.9), (5.5, -1.2, 2.0), (1.0, 0.0, -3.0)] {
            let (h2, p2, r2) = angles(&rotation(h, p, r));
            assert!((h - h2).abs() < 1e-12 && (p - p2).abs() < 1e-12 && (r - r2).abs() < 1e-12);
        }
        let up = angles(&rotation(1.0, -PI / 2.0, 0.5));
        assert!(near(rotation(up.0, up.1, up.2), rotation(1.0, -PI / 2.0, 0.5)), "{up:?}");
    }

    #[test]
    fn laying_on_a_slope_keeps_the_heading() {
        // A slope that falls by 0.2 along x: facing x it pitches, facing y it rolls.
        let up = rotation(0.0, 0.2, 0.0).z_axis;
        let check = |h: f64, p: f64, r: f64| {
            let (h2, p2, r2) = angles(&laid_on(up, h));
            let found = [wrap(h2 - h), p2 - p, r2 - r];
            assert!(found.iter().all(|d| d.abs() < 1e-12), "{h}: {p2} {r2}");
        };
        check(0.0, 0.2, 0.0);
        check(PI, -0.2, 0.0);
        check(PI / 2.0, 0.0, 0.2);
        check(-PI / 2.0, 0.0, -0.2);
        let m = laid_on(up, 0.6);
        assert!((m.z_axis - up).length() < 1e-12);
        assert!((m.determinant() - 1.0).abs() < 1e-12);
        assert!(near(laid_on(DVec3::X, 0.3), rotation(0.3, 0.0, 0.0)));
    }

    #[test]
    fn wraps() {
        assert_eq!((wrap(TAU), wrap(PI), wrap_positive(-TAU)), (0.0, PI, 0.0));
        assert!((wrap(3.0 * PI / 2.0) + PI / 2.0).abs() < 1e-12);
        assert!((wrap_positive(-0.5) - (TAU - 0.5)).abs() < 1e-12);
    }
}
