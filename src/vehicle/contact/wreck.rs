//! Impact and what follows: the participants that crashed as rigid bodies in Rapier.
//!
//! What it models: planar rigid-body impact between boxes (capsules for pedestrians) with friction and a
//! little restitution, then sliding to rest. Height, pitch and roll follow the road. Between impacts the
//! tires and bodies of wrecks decelerate them:
//!
//! ```text
//! along the body   k_along·μ_road·g        across it   k_across·μ_road·g
//! yaw              3·k_across·μ_road·g/length   (uniform friction along a rod: M = μmgL/4, I = mL²/12)
//! ```
//!
//! Units: SI; Rapier works in f32 around a local origin on a whole meter near the first impact.
//!
//! Sources: Brach & Brach, *Vehicle Accident Analysis and Reconstruction Methods* (restitution 0.1 at
//! road speeds, intervehicular friction about 0.5); Searle 1993 (pedestrian sliding friction 0.66); rigid
//! bodies: Rapier 0.36. The other coefficients are chosen, see [`slide`].
//!
//! What it does not do: no crush, no roll-over, no injury.

use crate::base::math::{DVec2, DVec3, atan2, sin_cos};
use crate::base::units::GRAVITY_MPS2;
use crate::state::object::{Extent, ObjectClass};
use crate::state::pose::{Motion, Pose};
use rapier3d::math::{Pose as RapierPose, Rotation, Vector};
use rapier3d::pipeline::PhysicsWorld;
use rapier3d::prelude::{ColliderBuilder, RigidBody, RigidBodyBuilder, RigidBodyHandle, RigidBodyType};

/// Restitution of vehicle bodies, –.
const RESTITUTION: f32 = 0.1;
/// Friction between bodies, –.
const BODY_FRICTION: f32 = 0.5;
/// Below these speeds a wreck rests, m/s and rad/s.
const REST_MPS: f32 = 0.02;
const REST_RADPS: f32 = 0.02;
/// Within this distance somebody who drives on may push a wreck, m (chosen: a bus length).
const NEAR_M: f32 = 12.0;

/// Shares of the road's friction that slow a wreck along and across its body, –.
fn slide(class: ObjectClass) -> (f64, f64) {
    match class {
        // Chosen: one or two wheels blocked by the damage, the others roll.
        ObjectClass::Car
        | ObjectClass::Van
        | ObjectClass::Bus
        | ObjectClass::Truck
        | ObjectClass::EmergencyVehicle => (0.45, 0.85),
        // Chosen: lies on its side.
        ObjectClass::Motorcycle | ObjectClass::Bicycle => (0.6, 0.6),
        // Searle: 0.66 on dry asphalt of about 0.85.
        ObjectClass::Pedestrian => (0.78, 0.78),
        // Chosen: plastic or concrete on asphalt.
        ObjectClass::WorkZone | ObjectClass::Debris => (0.6, 0.6),
    }
}

/// How a body takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Moved by Rapier.
    Wreck,
    /// Drives on; pushes light things.
    Driven,
}

/// One body.
#[derive(Clone, Copy, Debug)]
struct Body {
    handle: RigidBodyHandle,
    part: Part,
    class: ObjectClass,
    extent: Extent,
}

/// Kinematics of a wreck after a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WreckMotion {
    /// Reference point in the plane, m.
    pub position_m: DVec2,
    /// Heading, rad.
    pub heading_rad: f64,
    /// Motion in the vehicle frame.
    pub motion: Motion,
}

/// Rapier's world of wrecks.
pub struct Wreckage {
    world: PhysicsWorld,
    origin_m: DVec3,
    /// By participant.
    bodies: Vec<Option<Body>>,
    moving: bool,
}

impl core::fmt::Debug for Wreckage {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Wreckage").field("bodies", &self.bodies).field("moving", &self.moving).finish()
    }
}

impl Wreckage {
    /// An empty world near a point.
    pub fn new(near_m: DVec3, participants: usize) -> Self {
        let mut world = PhysicsWorld::new();
        world.gravity = Vector::ZERO;
        Self { world, origin_m: near_m.round(), bodies: vec![None; participants], moving: false }
    }

    /// Whether anything still moves.
    pub fn moving(&self) -> bool {
        self.moving
    }

    /// Makes a participant a wreck, or lets one that drives on push others.
    pub fn add(
        &mut self,
        id: usize,
        class: ObjectClass,
        extent: &Extent,
        mass_kg: f64,
        pose: &Pose,
        motion: &Motion,
        becomes_wreck: bool,
    ) {
        self.moving = true;
        let part = if becomes_wreck { Part::Wreck } else { Part::Driven };
        if let Some(body) = self.bodies[id] {
            if body.part == part || body.part == Part::Wreck {
                return;
            }
            if let Some(rigid) = self.world.bodies.get_mut(body.handle) {
                rigid.set_body_type(RigidBodyType::Dynamic, true);
                rigid.set_position(place(extent, pose, self.origin_m), true);
                set_velocity(rigid, extent, pose, motion);
            }
            self.bodies[id] = Some(Body { part, ..body });
            return;
        }
        let builder = match part {
            Part::Wreck => RigidBodyBuilder::dynamic(),
            Part::Driven => RigidBodyBuilder::kinematic_position_based(),
        };
        let builder = builder
            .pose(place(extent, pose, self.origin_m))
            .enabled_translations(true, true, false)
            .enabled_rotations(false, false, true)
            .can_sleep(false);
        let half = [extent.length_m, extent.width_m, extent.height_m].map(|m| (m * 0.5) as f32);
        let shape = if class == ObjectClass::Pedestrian {
            let radius = half[0].min(half[1]).min(half[2]);
            ColliderBuilder::capsule_z(half[2] - radius, radius)
        } else {
            ColliderBuilder::cuboid(half[0], half[1], half[2])
        };
        let collider = shape.mass(mass_kg as f32).restitution(RESTITUTION).friction(BODY_FRICTION);
        let (handle, _collider) = self.world.insert(builder, collider);
        if let Some(rigid) = self.world.bodies.get_mut(handle) {
            set_velocity(rigid, extent, pose, motion);
        }
        self.bodies[id] = Some(Body { handle, part, class, extent: *extent });
    }

    /// Where a participant that drives on will be at the end of the step.
    pub fn drive(&mut self, id: usize, pose: &Pose) {
        let Some(body) = self.bodies[id].filter(|body| body.part == Part::Driven) else { return };
        if let Some(rigid) = self.world.bodies.get_mut(body.handle) {
            rigid.set_next_kinematic_position(place(&body.extent, pose, self.origin_m));
        }
    }

    /// Keeps a wreck on the height of the road.
    pub fn lift(&mut self, id: usize, z_m: f64) {
        let Some(body) = self.bodies[id] else { return };
        if let Some(rigid) = self.world.bodies.get_mut(body.handle) {
            let mut at = rigid.translation();
            let z = (z_m - self.origin_m.z + body.extent.height_m * 0.5) as f32;
            if (at.z - z).abs() > 1e-3 {
                at.z = z;
                rigid.set_translation(at, false);
            }
        }
    }

    /// Slows the wrecks by friction and lets Rapier step.
    pub fn step(&mut self, mu_road: f64, dt_s: f64) {
        if !self.moving {
            return;
        }
        for body in self.bodies.iter().flatten().filter(|body| body.part == Part::Wreck) {
            if let Some(rigid) = self.world.bodies.get_mut(body.handle) {
                brake(rigid, body, mu_road * GRAVITY_MPS2 * dt_s);
            }
        }
        self.world.integration_parameters.dt = dt_s as f32;
        self.world.step();
        self.moving = self.unrest();
        if !self.moving {
            for body in self.bodies.iter().flatten().filter(|body| body.part == Part::Wreck) {
                if let Some(rigid) = self.world.bodies.get_mut(body.handle) {
                    rigid.set_linvel(Vector::ZERO, false);
                    rigid.set_angvel(Vector::ZERO, false);
                }
            }
        }
    }

    /// Whether a wreck moves, or somebody who drives on is near enough to push one.
    fn unrest(&self) -> bool {
        let part = |part: Part| {
            self.bodies
                .iter()
                .flatten()
                .filter(move |body| body.part == part)
                .filter_map(|body| self.world.bodies.get(body.handle))
        };
        part(Part::Wreck).any(|wreck| {
            wreck.linvel().length() > REST_MPS
                || wreck.angvel().length() > REST_RADPS
                || part(Part::Driven).any(|driven| {
                    (driven.translation() - wreck.translation()).length_squared() < NEAR_M * NEAR_M
                })
        })
    }

    /// Where a wreck is and how it moves, with its change of speed over `dt_s` from `before`.
    pub fn motion(&self, id: usize, before: &Motion, dt_s: f64) -> Option<WreckMotion> {
        let body = self.bodies[id].filter(|body| body.part == Part::Wreck)?;
        let rigid = self.world.bodies.get(body.handle)?;
        let heading_rad = yaw_rad(rigid);
        let (s, c) = sin_cos(heading_rad);
        let forward = DVec2::new(c, s);
        let at = rigid.translation();
        let center_m = self.origin_m.truncate() + DVec2::new(f64::from(at.x), f64::from(at.y));
        let arm_m = body.extent.center_x_m();
        let v = rigid.linvel();
        let v = DVec2::new(f64::from(v.x), f64::from(v.y));
        let yaw_rate_radps = f64::from(rigid.angvel().z);
        let speed_mps = v.dot(forward);
        let lateral_speed_mps = v.dot(forward.perp()) - yaw_rate_radps * arm_m;
        Some(WreckMotion {
            position_m: center_m - forward * arm_m,
            heading_rad,
            motion: Motion {
                speed_mps,
                lateral_speed_mps,
                accel_mps2: (speed_mps - before.speed_mps) / dt_s,
                lateral_accel_mps2: (lateral_speed_mps - before.lateral_speed_mps) / dt_s,
                yaw_rate_radps,
            },
        })
    }
}

fn yaw_rad(rigid: &RigidBody) -> f64 {
    let q = rigid.rotation();
    2.0 * atan2(f64::from(q.z), f64::from(q.w))
}

fn place(extent: &Extent, pose: &Pose, origin_m: DVec3) -> RapierPose {
    let (s, c) = sin_cos(pose.heading_rad);
    let center_m = pose.position_m - origin_m
        + DVec3::new(c * extent.center_x_m(), s * extent.center_x_m(), extent.height_m * 0.5);
    let (half_s, half_c) = sin_cos(0.5 * pose.heading_rad);
    RapierPose::from_parts(
        Vector::new(center_m.x as f32, center_m.y as f32, center_m.z as f32),
        Rotation::from_xyzw(0.0, 0.0, half_s as f32, half_c as f32),
    )
}

fn set_velocity(rigid: &mut RigidBody, extent: &Extent, pose: &Pose, motion: &Motion) {
    let (s, c) = sin_cos(pose.heading_rad);
    let forward = DVec2::new(c, s);
    let lateral = motion.lateral_speed_mps + motion.yaw_rate_radps * extent.center_x_m();
    let v = forward * motion.speed_mps + forward.perp() * lateral;
    rigid.set_linvel(Vector::new(v.x as f32, v.y as f32, 0.0), true);
    rigid.set_angvel(Vector::new(0.0, 0.0, motion.yaw_rate_radps as f32), true);
}

/// Friction of the ground for one step; `loss_mps` = μ·g·dt.
fn brake(rigid: &mut RigidBody, body: &Body, loss_mps: f64) {
    let (along_share, across_share) = slide(body.class);
    let (s, c) = sin_cos(yaw_rad(rigid));
    let forward = DVec2::new(c, s);
    let v = rigid.linvel();
    let v = DVec2::new(f64::from(v.x), f64::from(v.y));
    let (along, across) = (v.dot(forward), v.dot(forward.perp()));
    let speed = v.length();
    // Friction acts against the velocity; its size lies between the two shares.
    let scale = if speed > 1e-9 {
        let share = (along_share * along.abs() + across_share * across.abs()) / (along.abs() + across.abs());
        (1.0 - share * loss_mps / speed).max(0.0)
    } else {
        0.0
    };
    let v = v * scale;
    rigid.set_linvel(Vector::new(v.x as f32, v.y as f32, 0.0), true);
    let turn = f64::from(rigid.angvel().z);
    let turn_loss = 3.0 * across_share * loss_mps / body.extent.length_m.max(0.3);
    let turn = turn.signum() * (turn.abs() - turn_loss).max(0.0);
    rigid.set_angvel(Vector::new(0.0, 0.0, turn as f32), true);
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAR: Extent = Extent { length_m: 4.0, width_m: 2.0, height_m: 1.5, rear_m: 1.0 };

    fn moving(speed_mps: f64) -> Motion {
        Motion { speed_mps, ..Motion::default() }
    }

    fn crash(mass_kg: [f64; 2], speed_mps: [f64; 2]) -> Wreckage {
        let mut wreckage = Wreckage::new(DVec3::new(20_000.0, 0.0, 100.0), 2);
        for (id, x) in [(0, 20_000.0), (1, 20_004.0)] {
            let pose = Pose { position_m: DVec3::new(x, 0.0, 100.0), ..Pose::default() };
            wreckage.add(id, ObjectClass::Car, &CAR, mass_kg[id], &pose, &moving(speed_mps[id]), true);
        }
        wreckage
    }

    #[test]
    fn rear_end_impact_keeps_momentum_and_loses_energy() {
        for (mass, speed) in [([1_500.0, 1_500.0], [10.0, 0.0]), ([9_000.0, 1_350.0], [15.0, 5.0])] {
            let mut wreckage = crash(mass, speed);
            // No ground: momentum is kept.
            for _ in 0..5 {
                wreckage.step(0.0, 0.01);
            }
            let v =
                [0, 1].map(|id| wreckage.motion(id, &moving(0.0), 0.01).expect("a wreck").motion.speed_mps);
            let momentum = |v: [f64; 2]| mass[0] * v[0] + mass[1] * v[1];
            let energy = |v: [f64; 2]| 0.5 * (mass[0] * v[0] * v[0] + mass[1] * v[1] * v[1]);
            assert!((momentum(v) / momentum(speed) - 1.0).abs() < 0.01, "{v:?}");
            assert!(energy(v) < energy(speed), "{v:?}");
            // Restitution between plastic and a few tenths.
            let e = (v[1] - v[0]) / (speed[0] - speed[1]);
            assert!((-0.02..0.35).contains(&e), "{e}");
        }
    }

    #[test]
    fn wrecks_slide_to_rest_by_friction() {
        let mut wreckage = Wreckage::new(DVec3::ZERO, 1);
        wreckage.add(0, ObjectClass::Car, &CAR, 1_500.0, &Pose::default(), &moving(15.0), true);
        let mut seconds = 0.0_f64;
        while wreckage.moving() && seconds < 20.0 {
            wreckage.step(0.85, 0.02);
            seconds += 0.02;
        }
        let end = wreckage.motion(0, &moving(0.0), 0.02).expect("a wreck");
        // v²/(2·0.45·0.85·g) = 30.0 m; v/a = 4.0 s.
        assert!((end.position_m.x - 30.0).abs() < 0.5, "{}", end.position_m.x);
        assert!((seconds - 4.0).abs() < 0.1, "{seconds}");
        assert_eq!(end.motion.speed_mps, 0.0);
    }

    #[test]
    fn a_driven_body_pushes_a_cone_away_and_is_not_moved() {
        let cone = Extent { length_m: 0.4, width_m: 0.4, height_m: 0.7, rear_m: 0.2 };
        let mut wreckage = Wreckage::new(DVec3::ZERO, 2);
        wreckage.add(0, ObjectClass::Car, &CAR, 2_000.0, &Pose::default(), &moving(10.0), false);
        let at = Pose::planar(3.25, 0.0, 0.0);
        wreckage.add(1, ObjectClass::WorkZone, &cone, 4.5, &at, &moving(0.0), true);
        for i in 1..=10 {
            wreckage.drive(0, &Pose::planar(f64::from(i) * 0.1, 0.0, 0.0));
            wreckage.step(0.85, 0.01);
        }
        assert!(wreckage.motion(0, &moving(0.0), 0.01).is_none(), "the car is no wreck");
        let cone = wreckage.motion(1, &moving(0.0), 0.01).expect("a wreck");
        assert!(cone.motion.speed_mps > 5.0, "{cone:?}");
    }
}
