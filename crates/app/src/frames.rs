//! World frames: the engine's ENU (x east, y north, z up, f64 m) and Bevy's (x right, y up, −z forward, f32 m).
//!
//! ```text
//! x_bevy = east     y_bevy = up     z_bevy = −north
//! ```
//!
//! A model's own axes in the window are the vehicle frame turned the same way: x forward, y up, z right
//! (−left). So a mesh built with its nose towards +x stands right after [`rotation`].

use bevy::math::{DQuat, DVec2, DVec3, Quat, Vec3};
use bevy::prelude::Transform;
use shakedown::state::pose::Pose;

/// A world point.
pub fn point(p: DVec3) -> Vec3 {
    Vec3::new(p.x as f32, p.z as f32, -p.y as f32)
}

/// A point in the plane at a height.
pub fn planar(p: DVec2, z_m: f64) -> Vec3 {
    point(p.extend(z_m))
}

/// A point of the window back in the engine's world, m.
pub fn back(p: Vec3) -> DVec3 {
    DVec3::new(f64::from(p.x), -f64::from(p.z), f64::from(p.y))
}

/// Rotation of a heading, counter-clockwise from east, rad.
pub fn yaw(heading_rad: f64) -> Quat {
    Quat::from_rotation_y(heading_rad as f32)
}

/// Rotation of a pose: heading, then pitch (nose up positive), then roll (left side up positive).
pub fn rotation(pose: &Pose) -> Quat {
    let q = DQuat::from_rotation_y(pose.heading_rad)
        * DQuat::from_rotation_z(pose.pitch_rad)
        * DQuat::from_rotation_x(pose.roll_rad);
    q.as_quat()
}

/// Transform of a pose: the reference point (rear axle on the ground) is the model's origin.
pub fn transform(pose: &Pose) -> Transform {
    Transform { translation: point(pose.position_m), rotation: rotation(pose), scale: Vec3::ONE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::f64::consts::FRAC_PI_2;

    #[test]
    fn axes_turn_as_said() {
        assert_eq!(point(DVec3::new(1.0, 2.0, 3.0)), Vec3::new(1.0, 3.0, -2.0));
        assert_eq!(back(point(DVec3::new(1.0, 2.0, 3.0))), DVec3::new(1.0, 2.0, 3.0));
        let nose = |pose: Pose| back(rotation(&pose) * Vec3::X);
        let north = nose(Pose { heading_rad: FRAC_PI_2, ..Pose::default() });
        assert!((north - DVec3::Y).length() < 1e-6, "{north}");
        let up = nose(Pose { pitch_rad: 0.1, ..Pose::default() });
        assert!(up.z > 0.09, "nose up: {up}");
        let left = back(rotation(&Pose { roll_rad: 0.1, ..Pose::default() }) * Vec3::NEG_Z);
        assert!(left.z > 0.09, "left side up: {left}");
    }
}
