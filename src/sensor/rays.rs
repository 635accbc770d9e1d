//! Line of sight: rays against boxes.
//!
//! Ego frame, m; boxes stand upright. A ray meets a box where its slabs overlap (Kay and Kajiya 1986).
//! Only participants block here; crests are [`super::terrain`]'s, and there are no buildings.

use super::sense::{Scene, SceneObject};
use crate::base::ids::ParticipantId;
use crate::base::math::{DVec2, DVec3};

/// Answers which participant a ray meets first. The ego itself never blocks.
pub trait RayCast {
    /// First participant on the ray from `origin_m` along the unit vector `dir` within `max_m`, and its
    /// distance, m.
    fn cast(&self, origin_m: DVec3, dir: DVec3, max_m: f64) -> Option<(ParticipantId, f64)>;
}

/// Rays against the boxes of the scene.
pub struct BoxRays<'a>(pub &'a Scene);

impl RayCast for BoxRays<'_> {
    fn cast(&self, origin_m: DVec3, dir: DVec3, max_m: f64) -> Option<(ParticipantId, f64)> {
        let mut first: Option<(ParticipantId, f64)> = None;
        for object in &self.0.objects {
            let limit = first.map_or(max_m, |(_, t)| t);
            if let Some(t) = hit(object, origin_m, dir, limit) {
                first = Some((object.id, t));
            }
        }
        first
    }
}

/// Distance along the ray at which it enters the box, m, if that is below `max_m`; `None` for a ray that
/// starts inside it.
#[inline]
pub fn hit(object: &SceneObject, origin_m: DVec3, dir: DVec3, max_m: f64) -> Option<f64> {
    let to_center = object.center_m - origin_m.truncate();
    let planar = dir.truncate();
    // Coarse test: the planar line must pass within the box's circumscribed circle.
    let side = planar.perp_dot(to_center);
    let reach = object.half_m.x + object.half_m.y;
    if side.abs() > reach || planar.dot(to_center) < -reach {
        return None;
    }
    let (mut enter, mut leave) = (0.0_f64, max_m);
    let axes: [(DVec2, f64); 2] =
        [(object.forward, object.half_m.x), (object.forward.perp(), object.half_m.y)];
    for (axis, half) in axes {
        clip(to_center.dot(axis), planar.dot(axis), half, &mut enter, &mut leave)?;
    }
    let half_height = object.height_m * 0.5;
    clip(object.foot_m + half_height - origin_m.z, dir.z, half_height, &mut enter, &mut leave)?;
    (enter > 0.0).then_some(enter)
}

/// Clips a ray parameter interval to one slab.
#[inline]
fn clip(center: f64, speed: f64, half: f64, enter: &mut f64, leave: &mut f64) -> Option<()> {
    if speed.abs() < 1e-12 {
        return (center.abs() <= half).then_some(());
    }
    let (a, b) = ((center - half) / speed, (center + half) / speed);
    *enter = enter.max(a.min(b));
    *leave = leave.min(a.max(b));
    (*enter <= *leave).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensor::tests::scene_object;
    use crate::state::object::ObjectClass;

    #[test]
    fn rays_meet_the_nearest_box_at_its_face() {
        let mut truck = scene_object(1, ObjectClass::Truck, 20.0, 0.0);
        truck.half_m = DVec2::new(5.0, 1.25);
        truck.height_m = 4.0;
        let car = scene_object(2, ObjectClass::Car, 60.0, 0.0);
        let scene = Scene { objects: vec![car, truck], grade: 0.0 };
        let rays = BoxRays(&scene);
        let check = |origin: DVec3, dir: DVec3, expect: Option<(u32, f64)>| {
            let got =
                rays.cast(origin, dir.normalize(), 200.0).map(|(id, t)| (id.0, (t * 1e6).round() / 1e6));
            assert_eq!(got, expect, "{origin} {dir}");
        };
        check(DVec3::new(0.0, 0.0, 1.0), DVec3::X, Some((1, 15.0)));
        check(DVec3::new(0.0, 3.0, 1.0), DVec3::X, None);
        check(DVec3::new(0.0, 0.0, 5.0), DVec3::X, None);
        check(DVec3::new(0.0, 0.0, 1.0), DVec3::NEG_X, None);
        // Over the truck, down onto the car's rear edge.
        // falling 1 m in 10 m: at the rear (x = 57.65) it is 1.235 m high.
        check(DVec3::new(0.0, 0.0, 7.0), DVec3::new(60.0, 0.0, -6.0), Some((2, 57.937533)));
    }
}
