//! What one sensor has in front of it: the scene seen from its mount, culled to range and field of view,
//! with the visible share of every object.
//!
//! ```text
//! scene → range (squared distance) → field of view (bearing) → vertical field (slopes) → nearer objects
//!       whose bearing interval overlaps → rays at the silhouette, only then
//! ```
//!
//! An object without a nearer neighbor in its bearing interval is visible without a single ray: the
//! interval test errs on the side of casting. Slopes are heights over distance relative to the vehicle's
//! own plane, so a crest or a steep hill moves objects out of a narrow vertical field.

use super::rays::{RayCast, hit};
use super::sense::{Evidence, Scene, SceneObject, SenseInput, direction};
use crate::base::ids::ParticipantId;
use crate::base::math::{DVec2, DVec3, atan2, wrap_pi};
use crate::state::truth::MissReason;
use core::f64::consts::{PI, TAU};

/// Where a sensor sits and what it can see.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aperture {
    /// Mount in the vehicle frame, m.
    pub mount_m: DVec3,
    /// Direction of the axis relative to forward, rad.
    pub yaw_rad: f64,
    /// Horizontal field of view, rad.
    pub fov_rad: f64,
    /// Lowest and highest slope (rise over run) of the vertical field.
    pub slopes: (f64, f64),
    /// Range, m.
    pub range_max_m: f64,
}

/// One object in front of a sensor.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Index into the scene.
    pub ix: usize,
    /// Distance from the mount to the center, planar, m.
    pub distance_m: f64,
    /// Direction from the mount to the center, ego axes.
    pub dir: DVec2,
    /// Bearing in the ego frame, rad.
    pub bearing_rad: f64,
    /// Half the angle that the silhouette fills, rad.
    pub half_angle_rad: f64,
    /// Half the width of the silhouette, m.
    pub half_across_m: f64,
    /// Distance to the near side, m.
    pub near_m: f64,
    /// Height of the visible part of the silhouette as a slope (rise over run) after the vertical field.
    pub rise: f64,
    /// Share of the silhouette that neither another participant nor a crest hides, 0–1.
    pub visible: f64,
}

/// Whose rays decide what hides what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occlusion {
    /// Rays through the world (wrecks tumble, trailers swing).
    World,
    /// Rays against the boxes of the nearer objects in the way only: much cheaper.
    Boxes,
}

/// Samples across the silhouette, as shares of the half width.
const ACROSS: [f64; 5] = [-0.85, -0.45, 0.0, 0.45, 0.85];
/// Samples over the height, as shares of the height.
const UP: [f64; 2] = [0.45, 0.9];

/// Distance from which crests are looked for, m: nearer the ground is in sight of the sensors' mounts.
const CREST_FROM_M: f64 = 15.0;

/// Fills `views` with what is within range and view, nearest first, and says in `evidence` what is not.
pub fn look(
    input: &SenseInput,
    aperture: &Aperture,
    occlusion: Occlusion,
    views: &mut Vec<View>,
    evidence: &mut Evidence,
) {
    views.clear();
    let mount = aperture.mount_m.truncate();
    let all_around = aperture.fov_rad >= TAU - 1e-9;
    for (ix, object) in input.scene.objects.iter().enumerate() {
        let (dir, distance_m) = direction(object.center_m - mount);
        let distance_m = distance_m.max(0.5); // touching: keeps slopes and angles finite
        if distance_m > aperture.range_max_m {
            continue; // the book opens with "out of range"
        }
        let half_across_m = object.half_across(dir);
        let near_m = (distance_m - object.half_along(dir)).max(0.3);
        let half_angle_rad = half_angle(half_across_m / near_m.max(0.5 * distance_m));
        let bearing_rad = atan2(dir.y, dir.x);
        if !all_around {
            let off = wrap_pi(bearing_rad - aperture.yaw_rad).abs();
            if off > aperture.fov_rad * 0.5 + 0.4 * half_angle_rad {
                evidence.object(object.id, MissReason::OutOfView);
                continue;
            }
        }
        let lean = input.scene.grade * dir.x;
        let foot = (object.foot_m - aperture.mount_m.z) / distance_m - lean;
        let head = foot + object.height_m / distance_m;
        let rise = head.min(aperture.slopes.1) - foot.max(aperture.slopes.0);
        if rise <= 0.0 {
            evidence.object(object.id, MissReason::OutOfView);
            continue;
        }
        let crest = if distance_m > CREST_FROM_M {
            input.hidden_below_m(aperture.mount_m, object.center_m)
        } else {
            f64::NEG_INFINITY
        };
        let above = (object.foot_m + object.height_m - crest.max(object.foot_m)) / object.height_m;
        if above <= 0.05 {
            evidence.object(object.id, MissReason::Occluded);
            continue;
        }
        views.push(View {
            ix,
            distance_m,
            dir,
            bearing_rad,
            half_angle_rad,
            half_across_m,
            near_m,
            rise,
            visible: above.min(1.0),
        });
    }
    views.sort_unstable_by(|a, b| a.near_m.total_cmp(&b.near_m).then(a.ix.cmp(&b.ix)));
    for own in 1..views.len() {
        let (nearer, rest) = views.split_at_mut(own);
        let view = &mut rest[0];
        if nearer.iter().any(|other| overlaps(view, other)) {
            view.visible *= visible_share(input, aperture.mount_m, occlusion, view, nearer);
        }
    }
}

/// Upper bound of asin on [0, 1] without a library call; π/2 above.
#[inline]
fn half_angle(ratio: f64) -> f64 {
    if ratio >= 1.0 { PI * 0.5 } else { ratio * (1.0 + 0.5708 * ratio * ratio) }
}

/// Whether two silhouettes share a bearing.
#[inline]
fn overlaps(a: &View, b: &View) -> bool {
    wrap_pi(a.bearing_rad - b.bearing_rad).abs() < a.half_angle_rad + b.half_angle_rad
}

/// Share of the rays at a silhouette that arrive, 0–1.
fn visible_share(
    input: &SenseInput,
    mount_m: DVec3,
    occlusion: Occlusion,
    view: &View,
    nearer: &[View],
) -> f64 {
    let object = &input.scene.objects[view.ix];
    let across = view.dir.perp() * view.half_across_m;
    let samples: &[f64] = if view.half_angle_rad < 0.01 { &ACROSS[1..4] } else { &ACROSS };
    let (mut arrived, mut sent) = (0_u32, 0_u32);
    for share in samples {
        for up in UP {
            let target = object.center_m + across * *share;
            let ray = target.extend(object.foot_m + object.height_m * up) - mount_m;
            let length = ray.length();
            sent += 1;
            let dir = ray / length;
            let blocked = match occlusion {
                Occlusion::World => is_blocked(input.rays, mount_m, dir, length, object.id),
                Occlusion::Boxes => nearer.iter().any(|other| {
                    overlaps(view, other)
                        && hit(&input.scene.objects[other.ix], mount_m, dir, length).is_some()
                }),
            };
            arrived += u32::from(!blocked);
        }
    }
    f64::from(arrived) / f64::from(sent)
}

/// Whether something else than `target` is met before `length_m`.
pub fn is_blocked(
    rays: &dyn RayCast,
    origin_m: DVec3,
    dir: DVec3,
    length_m: f64,
    target: ParticipantId,
) -> bool {
    rays.cast(origin_m, dir, length_m).is_some_and(|(first, _)| first != target)
}

/// Whether the straight line from `origin_m` to `point_m` (ego frame) meets any participant.
pub fn line_of_sight(scene: &Scene, origin_m: DVec3, point_m: DVec3) -> Option<&SceneObject> {
    let ray = point_m - origin_m;
    let length = ray.length();
    if length < 1e-6 {
        return None;
    }
    let dir = ray / length;
    scene.objects.iter().find(|object| hit(object, origin_m, dir, length).is_some())
}
