//! Moves everybody on the stage each frame: poses, wheels, limbs, lean, lights. Reads the stage alone, so
//! that going back in time looks like going forward.

use super::cast::{Actor, Cast, Rolling};
use super::gait;
use super::kind::Kind;
use super::motion;
use super::sketch::{Lamp, turned};
use crate::frames;
use crate::stage::Stage;
use bevy::math::DVec2;
use bevy::prelude::*;
use core::f32::consts::{PI, TAU};
use shakedown::state::command::Indicator;
use shakedown::state::pose::{Motion, Pose};
use shakedown::state::truth::{ExteriorLights, ObjectTruth, Presence};

/// Whether a lamp is lit.
pub fn lit(lamp: Lamp, lights: &ExteriorLights, siren: bool, time_s: f64) -> bool {
    let blink = motion::blink_lit(time_s);
    let beacon = motion::beacon_lit(time_s);
    match lamp {
        Lamp::Head | Lamp::Tail => lights.headlights,
        Lamp::Brake => lights.braking,
        Lamp::Left => blink && (lights.hazard || lights.indicator == Indicator::Left),
        Lamp::Right => blink && (lights.hazard || lights.indicator == Indicator::Right),
        Lamp::BeaconA => siren && beacon.0,
        Lamp::BeaconB => siren && beacon.1,
    }
}

/// Rotation of a limb that hangs down, forward positive.
fn swing(angle_rad: f32) -> Quat {
    Quat::from_rotation_z(angle_rad)
}

/// Takes the new pose into the memory of what rolls and leans.
pub fn roll_on(
    rolling: &mut Rolling,
    pose: &Pose,
    motion: &Motion,
    steer: Option<f64>,
    wheelbase_m: f64,
    time_s: f64,
) {
    let here = DVec2::new(pose.position_m.x, pose.position_m.y);
    let forward = DVec2::new(pose.heading_rad.cos(), pose.heading_rad.sin());
    let frame_s = rolling.last.map_or(f64::INFINITY, |(_, t)| time_s - t);
    if let Some((from, _)) = rolling.last
        && let Some(step) = motion::rolled(from, here, forward, frame_s)
    {
        rolling.odometer_m += step;
    }
    rolling.last = Some((here, time_s));
    let wanted =
        steer.or_else(|| motion::steer_from_yaw(wheelbase_m, motion.yaw_rate_radps, motion.speed_mps));
    if let Some(wanted) = wanted {
        rolling.steer_rad =
            if steer.is_some() { wanted } else { motion::follow(rolling.steer_rad, wanted, frame_s, 0.12) };
    } else if frame_s.abs() > 1.0 {
        rolling.steer_rad = 0.0;
    }
    let (pitch, roll) = motion::lean(motion.accel_mps2, motion.lateral_accel_mps2);
    rolling.lean_rad.0 = motion::follow(rolling.lean_rad.0, pitch, frame_s, 0.18);
    rolling.lean_rad.1 = motion::follow(rolling.lean_rad.1, roll, frame_s, 0.22);
    rolling.speed_mps = motion::follow(rolling.speed_mps, motion.speed_mps, frame_s, 0.15);
}

fn between(a: &Motion, b: &Motion, w: f64) -> Motion {
    let mix = |p: f64, q: f64| p + (q - p) * w;
    Motion {
        speed_mps: mix(a.speed_mps, b.speed_mps),
        lateral_speed_mps: mix(a.lateral_speed_mps, b.lateral_speed_mps),
        accel_mps2: mix(a.accel_mps2, b.accel_mps2),
        lateral_accel_mps2: mix(a.lateral_accel_mps2, b.lateral_accel_mps2),
        yaw_rate_radps: mix(a.yaw_rate_radps, b.yaw_rate_radps),
    }
}

/// Queries of what is moved.
type Places<'w, 's> = Query<'w, 's, &'static mut Transform>;

/// Moves everybody.
pub fn play(
    stage: Res<Stage>,
    mut cast: ResMut<Cast>,
    mut places: Places,
    mut seen: Query<&mut Visibility>,
    mut painted: Query<&mut MeshMaterial3d<StandardMaterial>>,
) {
    if cast.serial != Some(stage.serial) {
        return;
    }
    let time_s = stage.time_s();
    let w = f64::from(stage.blend);
    let steer_rad = stage.a.steer_rad + (stage.b.steer_rad - stage.a.steer_rad) * w;
    for actor in &mut cast.actors {
        let show = |seen: &mut Query<&mut Visibility>, entity: Entity, on: bool| {
            if let Ok(mut visibility) = seen.get_mut(entity) {
                visibility.set_if_neq(if on { Visibility::Inherited } else { Visibility::Hidden });
            }
        };
        let Some(pose) = stage.pose(actor.id) else {
            show(&mut seen, actor.root, false);
            actor.rolling = Rolling { odometer_m: actor.rolling.odometer_m, ..Rolling::default() };
            continue;
        };
        show(&mut seen, actor.root, true);
        let Some(object) = stage
            .shot()
            .objects
            .get(actor.id.ix())
            .filter(|o| o.presence != Presence::Absent)
            .or_else(|| stage.b.objects.get(actor.id.ix()))
        else {
            continue;
        };
        let before = stage.a.objects.get(actor.id.ix()).filter(|o| o.presence != Presence::Absent);
        let motion = match (before, stage.b.objects.get(actor.id.ix())) {
            (Some(a), Some(b)) => between(&a.motion, &b.motion, w),
            (_, Some(b)) => b.motion,
            _ => object.motion,
        };
        let steer = actor.is_ego.then_some(steer_rad);
        roll_on(&mut actor.rolling, &pose, &motion, steer, f64::from(actor.size.wheelbase), time_s);
        place(actor, object, &pose, &motion, time_s, &mut places);
        for &(lamp, entity) in &actor.lamps {
            show(&mut seen, entity, lit(lamp, &object.lights, actor.siren, time_s));
        }
        let wrecked = object.presence == Presence::Wreck;
        if wrecked != actor.wrecked {
            actor.wrecked = wrecked;
            let material = if wrecked { &actor.paint.1 } else { &actor.paint.0 };
            for &entity in &actor.painted {
                if let Ok(mut paint) = painted.get_mut(entity) {
                    paint.0 = material.clone();
                }
            }
        }
    }
}

fn place(
    actor: &Actor,
    object: &ObjectTruth,
    pose: &Pose,
    motion: &Motion,
    time_s: f64,
    places: &mut Places,
) {
    let mut put = |entity: Entity, change: &dyn Fn(&mut Transform)| {
        if let Ok(mut at) = places.get_mut(entity) {
            change(&mut at);
        }
    };
    let world = frames::transform(pose);
    put(actor.root, &|at| *at = world);
    let rolling = &actor.rolling;
    let stands = object.presence == Presence::Wreck;
    match actor.kind {
        Kind::Pedestrian => return walk(actor, &mut put),
        Kind::Cone | Kind::Barrier | Kind::Box => return,
        Kind::Bicycle | Kind::Motorcycle => {
            let bank =
                if stands { 0.0 } else { motion::bank(motion.speed_mps, motion.yaw_rate_radps) as f32 };
            put(actor.sprung, &|at| at.rotation = Quat::from_rotation_x(bank));
        }
        _ => {
            let (pitch, roll) = if stands { (0.0, 0.0) } else { rolling.lean_rad };
            let turn = Quat::from_rotation_z(pitch as f32) * Quat::from_rotation_x(roll as f32);
            // Around a point between the axles at the height of their centers.
            let center = Vec3::new(actor.size.wheelbase * 0.5, 0.4, 0.0);
            put(actor.sprung, &|at| {
                at.rotation = turn;
                at.translation = center - turn * center;
            });
        }
    }
    let steer = rolling.steer_rad as f32;
    for wheel in &actor.wheels {
        let angle = (rolling.odometer_m / f64::from(wheel.radius_m)).rem_euclid(f64::from(TAU)) as f32;
        let spin = Quat::from_rotation_z(-angle);
        let turn = if wheel.steered { Quat::from_rotation_y(steer) } else { Quat::IDENTITY };
        let flip = if wheel.right { Quat::from_rotation_y(PI) } else { Quat::IDENTITY };
        put(wheel.entity, &|at| at.rotation = turn * spin * flip);
    }
    for &(entity, rate) in &actor.spinners {
        let angle = (time_s * f64::from(rate)).rem_euclid(1.0) as f32 * TAU;
        put(entity, &|at| at.rotation = Quat::from_rotation_y(angle));
    }
    if let Some(fork) = actor.fork {
        // About the upright axis through the front axle.
        let center = Vec3::new(actor.size.wheelbase, 0.0, 0.0);
        let turn = Quat::from_rotation_y(steer);
        put(fork, &|at| {
            at.rotation = turn;
            at.translation = center - turn * center;
        });
    }
    if let Some(part) = &actor.pedals {
        let angle = gait::crank(rolling.odometer_m as f32);
        put(part.crank, &|at| at.rotation = Quat::from_rotation_z(-angle));
        for side in 0..2 {
            let a = angle + side as f32 * PI;
            let plan = &part.plan;
            let pedal = plan.bracket + Vec3::new(a.sin(), 0.0, a.cos()) * plan.radius;
            let (forward, down) = (pedal.x - plan.hip.x - 0.03, plan.hip.z - pedal.z - plan.ankle);
            let (hip, knee) = gait::reach(forward, down, plan.thigh, plan.shin);
            put(part.thighs[side], &|at| at.rotation = swing(hip));
            put(part.shins[side], &|at| at.rotation = swing(-knee));
        }
    }
}

fn walk(actor: &Actor, put: &mut impl FnMut(Entity, &dyn Fn(&mut Transform))) {
    let Some(part) = &actor.walker else { return };
    // Figures are drawn 1.75 m tall.
    let scale = actor.size.height / 1.75;
    let rolling = &actor.rolling;
    let pose = gait::walk(rolling.odometer_m as f32 / scale, rolling.speed_mps as f32);
    put(actor.sprung, &|at| {
        at.translation = turned(Vec3::new(0.0, 0.0, pose.hip_height_m * scale));
        at.scale = Vec3::splat(scale);
    });
    put(part.trunk, &|at| {
        at.rotation = Quat::from_rotation_y(pose.twist) * swing(-0.02 - 0.03 * rolling.speed_mps.abs() as f32)
    });
    for side in 0..2 {
        put(part.arms[side], &|at| at.rotation = swing(pose.arm[side]));
        put(part.thighs[side], &|at| at.rotation = swing(pose.hip[side]));
        put(part.shins[side], &|at| at.rotation = swing(-pose.knee[side]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lamps_follow_the_truth() {
        let lights =
            ExteriorLights { indicator: Indicator::Left, braking: true, ..ExteriorLights::default() };
        let on = |lamp, t| lit(lamp, &lights, false, t);
        assert!(on(Lamp::Left, 0.1) && !on(Lamp::Left, 0.4), "blinks");
        assert!(!on(Lamp::Right, 0.1) && on(Lamp::Brake, 0.4) && !on(Lamp::Tail, 0.1));
        let hazard = ExteriorLights { hazard: true, headlights: true, ..ExteriorLights::default() };
        for lamp in [Lamp::Left, Lamp::Right] {
            assert!(lit(lamp, &hazard, false, 0.1) && !lit(lamp, &hazard, false, 0.4));
        }
        assert!(lit(Lamp::Head, &hazard, false, 0.0) && lit(Lamp::Tail, &hazard, false, 0.0));
        assert!(
            (0..100).all(|k| !lit(Lamp::BeaconA, &hazard, false, f64::from(k) * 0.01)),
            "no siren, no flash"
        );
        assert!((0..100).any(|k| lit(Lamp::BeaconA, &hazard, true, f64::from(k) * 0.01)));
    }

    #[test]
    fn driving_there_and_back_leaves_the_wheels_where_they_were() {
        let mut rolling = Rolling::default();
        let motion = Motion { speed_mps: 10.0, ..Motion::default() };
        let at = |k: i32| Pose::planar(f64::from(k) * 0.2, 0.0, 0.0);
        for k in (0..=50).chain((0..50).rev()) {
            roll_on(&mut rolling, &at(k), &motion, None, 2.7, f64::from(k) * 0.02);
        }
        assert!(rolling.odometer_m.abs() < 1e-9, "{}", rolling.odometer_m);
        // A seek far away does not spin them.
        roll_on(&mut rolling, &Pose::planar(500.0, 0.0, 0.0), &motion, None, 2.7, 1.0);
        assert!(rolling.odometer_m.abs() < 1e-9);
    }

    #[test]
    fn wheels_hold_their_angle_while_the_car_stands() {
        let mut rolling = Rolling::default();
        let turning = Motion { speed_mps: 5.0, yaw_rate_radps: 0.5, ..Motion::default() };
        for k in 0..100 {
            roll_on(&mut rolling, &Pose::default(), &turning, None, 2.7, f64::from(k) * 0.02);
        }
        let held = rolling.steer_rad;
        assert!((held - (2.7_f64 * 0.5 / 5.0).atan()).abs() < 1e-3);
        roll_on(&mut rolling, &Pose::default(), &Motion::default(), None, 2.7, 2.0);
        assert!((rolling.steer_rad - held).abs() < 1e-12);
    }
}
