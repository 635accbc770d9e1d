//! The world as rays see it: the boxes of all participants in Rapier's collision library (parry).
//!
//! What it models: every present participant is a solid box (a capsule for pedestrians) at its true
//! pose; a ray returns the nearest one it enters. The boxes lie in a bounding-volume tree that is brought
//! up to date by [`RayWorld::refresh`], which whoever casts rays calls once before a frame: in ticks
//! without a frame the ray world costs nothing.
//!
//! Units and frames: inputs and outputs in world meters (f64). Inside, Rapier works in f32 around a local
//! origin on a whole meter near the ego, so that an f32 step stays below 0.1 mm within a kilometer.
//!
//! Validity: solids only. Ground, vegetation and buildings are not in it; rain, fog and reflectivity are
//! the sensor's business. A ray that starts inside a box hits it at distance 0 unless it is excluded.
//!
//! Source: Rapier 0.36 / parry 0.31, `Bvh::cast_ray` (best-first traversal).

use super::object::ObjectClass;
use super::truth::{GroundTruth, ObjectTruth, Presence};
use crate::base::ids::ParticipantId;
use crate::base::math::{DQuat, DVec2, DVec3};
use bevy::prelude::Resource;
use rapier3d::math::{Pose as RapierPose, Rotation, Vector};
use rapier3d::parry::partitioning::{Bvh, BvhWorkspace};
use rapier3d::parry::query::{Ray, RayCast};
use rapier3d::parry::shape::{Capsule, Cuboid};

/// First thing a ray meets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RayHit {
    /// Who was hit.
    pub participant: ParticipantId,
    /// Distance from the origin along the ray, m.
    pub distance_m: f64,
}

/// Shape of a participant for rays.
#[derive(Clone, Copy)]
enum RayShape {
    Absent,
    Box(Cuboid),
    Upright(Capsule),
}

/// One participant in the local frame.
#[derive(Clone, Copy)]
struct RayBody {
    shape: RayShape,
    pose: RapierPose,
    /// Radius of the bounding sphere around the pose, m.
    radius_m: f32,
}

/// Boxes of all participants, ready for ray casts.
#[derive(Resource, Default)]
pub struct RayWorld {
    origin_m: DVec3,
    bodies: Vec<RayBody>,
    tree: Bvh,
    workspace: BvhWorkspace,
}

/// Rotation from the object's frame to the world (yaw, then pitch nose up, then roll left side up).
pub fn attitude(heading_rad: f64, pitch_rad: f64, roll_rad: f64) -> DQuat {
    // x forward, y left, z up: nose up is a negative turn about y; left side up is positive about x.
    axis_turn(DVec3::Z, heading_rad) * axis_turn(DVec3::Y, -pitch_rad) * axis_turn(DVec3::X, roll_rad)
}

fn axis_turn(axis: DVec3, angle_rad: f64) -> DQuat {
    let (s, c) = crate::base::math::sin_cos(angle_rad * 0.5);
    DQuat::from_xyzw(axis.x * s, axis.y * s, axis.z * s, c)
}

fn vector(v: DVec3) -> Vector {
    Vector::new(v.x as f32, v.y as f32, v.z as f32)
}

impl RayWorld {
    /// Takes over poses and presence of all participants. Call it once before casting a frame.
    pub fn refresh(&mut self, truth: &GroundTruth) {
        let reference_m = truth.ego().or(truth.objects.first()).map_or(DVec3::ZERO, |o| o.pose.position_m);
        // Moves only when the ego has left the neighborhood: the boxes are then all re-placed anyway.
        if (reference_m - self.origin_m).length_squared() > 250.0 * 250.0 {
            self.origin_m = reference_m.round();
        }
        self.bodies.truncate(truth.objects.len());
        for (ix, object) in truth.objects.iter().enumerate() {
            let body = ray_body(object, self.origin_m);
            if ix < self.bodies.len() {
                self.bodies[ix] = body;
            } else {
                self.bodies.push(body);
            }
        }
        for (ix, body) in self.bodies.iter().enumerate() {
            let aabb = match &body.shape {
                RayShape::Absent => {
                    if self.tree.leaf_node(ix as u32).is_some() {
                        self.tree.remove(ix as u32);
                    }
                    continue;
                }
                RayShape::Box(cuboid) => cuboid.aabb(&body.pose),
                RayShape::Upright(capsule) => capsule.aabb(&body.pose),
            };
            self.tree.insert_or_update_partially(aabb, ix as u32, 0.0);
        }
        self.tree.refit(&mut self.workspace);
        self.tree.optimize_incremental(&mut self.workspace);
    }

    /// The nearest participant along a ray. `direction` is a unit vector in the world frame; `exclude` is
    /// the one that carries the sensor.
    #[inline]
    pub fn cast(
        &self,
        origin_m: DVec3,
        direction: DVec3,
        distance_max_m: f64,
        exclude: ParticipantId,
    ) -> Option<RayHit> {
        let ray = Ray::new(vector(origin_m - self.origin_m), vector(direction));
        self.tree
            .cast_ray(&ray, distance_max_m as f32, |leaf, best_m| {
                if leaf == exclude.0 {
                    return None;
                }
                self.bodies[leaf as usize].cast(&ray, best_m)
            })
            .map(|(leaf, distance_m)| RayHit {
                participant: ParticipantId(leaf),
                distance_m: f64::from(distance_m),
            })
    }

    /// Casts a fan of rays from one origin; `hits[i]` belongs to `directions[i]`. `hits` is overwritten.
    pub fn cast_fan(
        &self,
        origin_m: DVec3,
        directions: &[DVec3],
        distance_max_m: f64,
        exclude: ParticipantId,
        hits: &mut Vec<Option<RayHit>>,
    ) {
        hits.clear();
        hits.extend(directions.iter().map(|&d| self.cast(origin_m, d, distance_max_m, exclude)));
    }

    /// Whether the straight line between two points is free of participants other than the two named.
    pub fn line_of_sight(&self, from_m: DVec3, to_m: DVec3, except: [ParticipantId; 2]) -> bool {
        let span = to_m - from_m;
        let distance_m = span.length();
        if distance_m < 1e-6 {
            return true;
        }
        let ray = Ray::new(vector(from_m - self.origin_m), vector(span / distance_m));
        self.tree
            .cast_ray(&ray, distance_m as f32, |leaf, best_m| {
                if leaf == except[0].0 || leaf == except[1].0 {
                    return None;
                }
                self.bodies[leaf as usize].cast(&ray, best_m)
            })
            .is_none()
    }
}

impl RayBody {
    /// Distance to the entry of a ray, if it is nearer than `best_m`.
    #[inline]
    fn cast(&self, ray: &Ray, best_m: f32) -> Option<f32> {
        // A sphere test first: most rays that enter a box's axis-aligned hull in the plane pass above.
        let to_center = self.pose.translation - ray.origin;
        let along_m = to_center.dot(ray.dir);
        let off2 = to_center.length_squared() - along_m * along_m;
        if off2 > self.radius_m * self.radius_m || along_m + self.radius_m < 0.0 {
            return None;
        }
        match &self.shape {
            RayShape::Absent => None,
            RayShape::Box(cuboid) => cuboid.cast_ray(&self.pose, ray, best_m, true),
            RayShape::Upright(capsule) => capsule.cast_ray(&self.pose, ray, best_m, true),
        }
    }
}

fn ray_body(object: &ObjectTruth, origin_m: DVec3) -> RayBody {
    let extent = &object.extent;
    let half_height_m = extent.height_m * 0.5;
    let turn = attitude(object.pose.heading_rad, object.pose.pitch_rad, object.pose.roll_rad);
    let center_m =
        object.pose.position_m + turn * DVec3::new(extent.center_x_m(), 0.0, half_height_m) - origin_m;
    let rotation = Rotation::from_xyzw(turn.x as f32, turn.y as f32, turn.z as f32, turn.w as f32);
    let half = DVec3::new(extent.length_m * 0.5, extent.width_m * 0.5, half_height_m);
    let shape = match (object.presence, object.class) {
        (Presence::Absent, _) => RayShape::Absent,
        (_, ObjectClass::Pedestrian) => {
            let radius_m = half.x.min(half.y).min(half.z);
            let arm_m = (half.z - radius_m) as f32;
            RayShape::Upright(Capsule::new(
                Vector::new(0.0, 0.0, -arm_m),
                Vector::new(0.0, 0.0, arm_m),
                radius_m as f32,
            ))
        }
        (_, _) => RayShape::Box(Cuboid::new(vector(half))),
    };
    RayBody {
        shape,
        pose: RapierPose::from_parts(vector(center_m), rotation),
        radius_m: half.length() as f32 * 1.001,
    }
}

/// Corners of a participant's box in the plane, m, counter-clockwise from the front left.
pub fn footprint(object: &ObjectTruth) -> [DVec2; 4] {
    let (f, l) = (object.forward, object.forward.perp());
    let (half_length, half_width) = (object.extent.length_m * 0.5, object.extent.width_m * 0.5);
    let c = object.center_m;
    [
        c + f * half_length + l * half_width,
        c - f * half_length + l * half_width,
        c - f * half_length - l * half_width,
        c + f * half_length - l * half_width,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::object::Extent;
    use crate::state::pose::{Motion, Pose};
    use crate::state::truth::ExteriorLights;

    fn object(id: u32, class: ObjectClass, x_m: f64, y_m: f64, heading_rad: f64) -> ObjectTruth {
        let extent = match class {
            ObjectClass::Pedestrian => Extent { length_m: 0.5, width_m: 0.5, height_m: 1.8, rear_m: 0.25 },
            _ => Extent { length_m: 4.0, width_m: 2.0, height_m: 1.5, rear_m: 1.0 },
        };
        let pose = Pose::planar(x_m, y_m, heading_rad);
        ObjectTruth {
            id: ParticipantId(id),
            name: "x".into(),
            class,
            extent,
            pose,
            motion: Motion::default(),
            lane: None,
            forward: pose.forward(),
            center_m: pose.to_world(DVec2::new(extent.center_x_m(), 0.0)),
            lights: ExteriorLights::default(),
            conspicuity: 1.0,
            presence: Presence::Present,
        }
    }

    fn world(offset_m: DVec2) -> (RayWorld, GroundTruth) {
        let mut objects = vec![
            object(0, ObjectClass::Car, 0.0, 0.0, 0.0),
            object(1, ObjectClass::Car, 20.0, 0.0, 0.0),
            object(2, ObjectClass::Car, 40.0, 0.0, 0.0),
            object(3, ObjectClass::Pedestrian, 0.0, 10.0, 0.0),
            object(4, ObjectClass::Car, 0.0, -20.0, core::f64::consts::FRAC_PI_2),
        ];
        for o in &mut objects {
            o.pose.position_m += offset_m.extend(0.0);
        }
        let truth = GroundTruth { objects, ego: Some(ParticipantId(0)) };
        let mut world = RayWorld::default();
        world.refresh(&truth);
        (world, truth)
    }

    #[test]
    fn rays_find_the_nearest_box_near_and_far_from_the_map_origin() {
        // Reference point 1 m before the rear end: a car at x spans x - 1 … x + 3.
        for offset in [DVec2::ZERO, DVec2::new(23_456.0, -9_876.0)] {
            let (world, _) = world(offset);
            for (name, direction, z_m, expect) in [
                ("car ahead hides the one behind", DVec3::X, 1.0, Some((1, 19.0))),
                ("over the roofs", DVec3::X, 1.6, None),
                ("pedestrian: capsule of radius 0.25", DVec3::Y, 1.0, Some((3, 9.75))),
                ("turned car: its front end is 3 m ahead of its reference", -DVec3::Y, 1.0, Some((4, 17.0))),
                ("nothing behind", -DVec3::X, 1.0, None),
            ] {
                let hit = world.cast(offset.extend(z_m), direction, 100.0, ParticipantId(0));
                match (hit, expect) {
                    (None, None) => {}
                    (Some(hit), Some((id, distance_m))) => {
                        assert_eq!(hit.participant, ParticipantId(id), "{name}");
                        assert!((hit.distance_m - distance_m).abs() < 2e-4, "{name}: {}", hit.distance_m);
                    }
                    (hit, expect) => panic!("{name}: {hit:?} instead of {expect:?}"),
                }
            }
        }
    }

    #[test]
    fn range_limit_removal_and_movement_are_respected() {
        let (mut world, mut truth) = world(DVec2::ZERO);
        let cast = |world: &RayWorld, max_m: f64| {
            world.cast(DVec3::Z, DVec3::X, max_m, ParticipantId(0)).map(|hit| hit.participant.0)
        };
        assert_eq!(cast(&world, 18.0), None);
        truth.objects[1].presence = Presence::Absent;
        world.refresh(&truth);
        assert_eq!(cast(&world, 100.0), Some(2));
        truth.objects[2].pose.position_m.y = 50.0;
        world.refresh(&truth);
        assert_eq!(cast(&world, 100.0), None);
        truth.objects[1].presence = Presence::Present;
        world.refresh(&truth);
        assert_eq!(cast(&world, 100.0), Some(1));
    }

    #[test]
    fn line_of_sight_ignores_the_two_it_joins() {
        let (world, _) = world(DVec2::ZERO);
        let (from, to) = (DVec3::Z, DVec3::new(41.0, 0.0, 1.0));
        assert!(!world.line_of_sight(from, to, [ParticipantId(0), ParticipantId(2)]));
        assert!(world.line_of_sight(from, DVec3::new(21.0, 0.0, 1.0), [ParticipantId(0), ParticipantId(1)]));
    }

    #[test]
    fn attitude_turns_noses_and_sides_up() {
        let nose = attitude(0.0, 0.1, 0.0) * DVec3::X;
        assert!(nose.z > 0.09, "{nose}");
        let left = attitude(1.0, 0.0, 0.1) * DVec3::Y;
        assert!(left.z > 0.09, "{left}");
        let ahead = attitude(core::f64::consts::FRAC_PI_2, 0.0, 0.0) * DVec3::X;
        assert!((ahead - DVec3::Y).length() < 1e-12, "{ahead}");
    }
}
