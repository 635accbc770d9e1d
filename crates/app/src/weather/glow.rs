//! The bright things of a night, strongest first as the viewer meets them: street lamps, headlights, tail
//! lamps, signals. Wet roads mirror them, drops and spray catch their light.
//!
//! Vehicles' lamps and signals come from the shown state, street lamps from the scene; other modules may add
//! their own ([`Glows::extra`], cleared each frame after use).
//!
//! Luminous intensities (cd, orders of magnitude): low beam as it meets the eye of others 2000 (UN R149: 438 at
//! the oncoming eye, above 6000 down the road), tail lamp 8 (4–17, UN R148), stop lamp 90 (60–260), indicator 250
//! (175–700), signal lens 350 (ITE VTCSH LED, 200 mm: 165–600), street lamp by its lumens.

use super::lamps::{LAMP_COLOR, LAMP_LUMEN, LampPosts};
use super::{Outlook, WeatherSet};
use crate::frames;
use crate::stage::Stage;
use bevy::prelude::*;
use shakedown::base::time::SimTime;
use shakedown::state::command::Indicator;
use shakedown::state::signal::{LensColor, flash_is_lit};
use shakedown::state::truth::{ObjectTruth, Presence};

/// Lamps that roads mirror.
pub const GLOWS: usize = 24;
/// Farthest lamp that counts, m.
const REACH_M: f32 = 260.0;
/// Distance up to which a real light mirrors itself, m (range of the street lamps' lights).
pub const REAL_M: f32 = 22.0;
/// Height of headlights, m.
const HEADLIGHT_M: f32 = 0.70;
/// Height of tail lamps, m.
const TAIL_M: f32 = 0.85;

/// A lamp.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glow {
    /// Place.
    pub place: Vec3,
    /// Luminous intensity by color, cd.
    pub candela: Vec3,
    /// Up to this distance a real light mirrors itself, m (0 = it is none).
    pub lit_m: f32,
    /// Unit vector where it shines to; zero = all round.
    pub facing: Vec3,
}

impl Glow {
    /// Share of its light that goes towards an eye, 0–1: a lens throws it into a cone.
    pub fn towards(&self, eye: Vec3) -> f32 {
        if self.facing == Vec3::ZERO {
            return 1.0;
        }
        super::light::smooth(0.0, 0.6, self.facing.dot((eye - self.place).normalize_or_zero()))
    }
}

/// The lamps of this frame.
#[derive(Resource, Clone, Debug, Default)]
pub struct Glows {
    /// Lamps of other modules, for this frame.
    pub extra: Vec<Glow>,
    /// The strongest as the viewer meets them.
    pub chosen: Vec<Glow>,
}

/// Who looks: the first camera of the world.
#[derive(Resource, Clone, Copy, Debug)]
pub struct Viewer {
    /// Place of the eye.
    pub eye: Vec3,
    /// Where it looks.
    pub forward: Vec3,
    /// Its velocity: the own vehicle's, for cameras that ride with it, m/s.
    pub velocity_mps: Vec3,
}

impl Default for Viewer {
    fn default() -> Self {
        Self { eye: Vec3::ZERO, forward: Vec3::NEG_Z, velocity_mps: Vec3::ZERO }
    }
}

/// Adds the systems.
pub fn plugin(app: &mut App) {
    app.init_resource::<Glows>()
        .init_resource::<Viewer>()
        .add_systems(Update, (view, gather).chain().in_set(WeatherSet::Gather));
}

/// Finds the viewer.
fn view(
    cameras: Query<(&Camera, &GlobalTransform), With<Camera3d>>,
    stage: Option<Res<Stage>>,
    mut viewer: ResMut<Viewer>,
) {
    let first = cameras.iter().filter(|(camera, _)| camera.is_active).min_by_key(|(camera, _)| camera.order);
    let Some((_, place)) = first else { return };
    viewer.eye = place.translation();
    viewer.forward = place.forward().as_vec3();
    viewer.velocity_mps = Vec3::ZERO;
    if let Some(ego) = stage.as_ref().and_then(|stage| stage.ego()) {
        let from = frames::point(ego.pose.position_m).distance(viewer.eye);
        // A camera within a chase's distance rides along; a far one stands.
        let rides = 1.0 - super::light::smooth(14.0, 30.0, from);
        let (sin, cos) = ego.pose.heading_rad.sin_cos();
        viewer.velocity_mps = Vec3::new(cos as f32, 0.0, -sin as f32) * (ego.motion.speed_mps as f32 * rides);
    }
}

/// Chooses the strongest lamps.
fn gather(
    outlook: Res<Outlook>,
    stage: Option<Res<Stage>>,
    posts: Res<LampPosts>,
    viewer: Res<Viewer>,
    mut glows: ResMut<Glows>,
) {
    let mut all = core::mem::take(&mut glows.extra);
    let lit = outlook.light.lamps;
    if lit > 0.01 {
        let candela = LAMP_COLOR * (LAMP_LUMEN * lit / (4.0 * core::f32::consts::PI));
        all.extend(posts.0.iter().map(|place| Glow {
            place: *place,
            candela,
            lit_m: REAL_M,
            facing: Vec3::ZERO,
        }));
    }
    if let Some(stage) = &stage {
        all.extend(vehicles(stage, &outlook));
        all.extend(signals(stage));
    }
    glows.chosen = strongest(all, &viewer);
}

/// The strongest lamps at the viewer, most first.
pub fn strongest(all: Vec<Glow>, viewer: &Viewer) -> Vec<Glow> {
    let focus = viewer.eye + viewer.forward.with_y(0.0).normalize_or_zero() * 12.0;
    let mut ranked: Vec<(f32, Glow)> = all
        .into_iter()
        .filter_map(|glow| {
            let glow = Glow { candela: glow.candela * glow.towards(viewer.eye), ..glow };
            let from = glow.place.distance(focus);
            let behind = (glow.place - viewer.eye).dot(viewer.forward) < -25.0;
            (from < REACH_M && !behind && glow.candela.max_element() > 0.5)
                .then(|| (glow.candela.max_element() / (from * from + 25.0), glow))
        })
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranked.into_iter().take(GLOWS).map(|(_, glow)| glow).collect()
}

/// Lamps of the shown vehicles.
fn vehicles(stage: &Stage, outlook: &Outlook) -> Vec<Glow> {
    // By day a road in the rain mirrors brake lamps, and nothing else of this.
    let blink = (stage.time_s() * 1.5).rem_euclid(1.0) < 0.5;
    let mut out = Vec::new();
    for object in &stage.shot().objects {
        if object.presence == Presence::Absent || !object.class.is_motor_vehicle() {
            continue;
        }
        let Some(pose) = stage.pose(object.id) else { continue };
        let place = frames::transform(&pose);
        let mut add = |x: f32, y: f32, side: f32, candela: Vec3| {
            let z = side * 0.36 * object.extent.width_m as f32;
            let facing = place.rotation * Vec3::X * (x - object.extent.center_x_m() as f32).signum();
            out.push(Glow { place: place * Vec3::new(x, y, z), candela, lit_m: 0.0, facing });
        };
        let (front, rear) = (object.extent.front_x_m() as f32, -object.extent.rear_m as f32);
        let lights = lamps_of(object, outlook.light.lamps, blink);
        for side in [-1.0, 1.0] {
            if lights.head > 0.0 {
                add(front, HEADLIGHT_M, side, Vec3::new(1.0, 0.95, 0.86) * lights.head);
            }
            if lights.tail > 0.0 {
                add(rear, TAIL_M, side, Vec3::new(1.0, 0.05, 0.02) * lights.tail);
            }
        }
        for (side, on) in [(-1.0, lights.left), (1.0, lights.right)] {
            if on > 0.0 {
                add(front, HEADLIGHT_M, side, Vec3::new(1.0, 0.45, 0.05) * on);
                add(rear, TAIL_M, side, Vec3::new(1.0, 0.45, 0.05) * on);
            }
        }
    }
    out
}

/// Intensities of a vehicle's lamps, cd.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Lit {
    head: f32,
    tail: f32,
    left: f32,
    right: f32,
}

fn lamps_of(object: &ObjectTruth, dark: f32, blink: bool) -> Lit {
    let lights = &object.lights;
    let turn = |side| {
        let on = lights.hazard || lights.indicator == side;
        if on && blink { 250.0 } else { 0.0 }
    };
    let night = if lights.headlights { dark.max(0.15) } else { 0.0 };
    Lit {
        head: 2_000.0 * night,
        tail: if lights.braking { 90.0 } else { 8.0 * night },
        left: turn(Indicator::Left),
        right: turn(Indicator::Right),
    }
}

/// Lit lenses of the shown signals; a face's color at its middle.
fn signals(stage: &Stage) -> Vec<Glow> {
    let shot = stage.shot();
    let flash = flash_is_lit(SimTime((shot.time_s.max(0.0) * 1e9) as u64));
    let mut out = Vec::new();
    for face in &stage.run.network().signals {
        let lit = shot.signals.of_face(face.ix);
        let brightness = shot.signals.brightness.get(face.ix.ix()).copied().unwrap_or(1.0);
        for (i, lens) in face.lenses.iter().enumerate() {
            let bit = 1_u16 << i;
            if lit.mask & bit == 0 || (lit.flashing & bit != 0 && !flash) {
                continue;
            }
            let color = match lens.color {
                LensColor::Red => Vec3::new(1.0, 0.06, 0.03),
                LensColor::Yellow => Vec3::new(1.0, 0.60, 0.05),
                LensColor::Green => Vec3::new(0.05, 1.0, 0.45),
                LensColor::White => Vec3::new(0.7, 0.7, 0.7),
            };
            let size = (face.lens_diameter_m / 0.3) as f32;
            let candela = color * (350.0 * size * size * brightness as f32);
            let (sin, cos) = face.heading_rad.sin_cos();
            let facing = Vec3::new(cos as f32, 0.0, -sin as f32);
            out.push(Glow { place: frames::point(face.position_m), candela, lit_m: 0.0, facing });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_and_strong_lamps_come_first_and_those_behind_not_at_all() {
        let viewer = Viewer::default();
        let glow = |z: f32, cd: f32| Glow {
            place: Vec3::new(0.0, 5.0, z),
            candela: Vec3::splat(cd),
            lit_m: 0.0,
            facing: Vec3::ZERO,
        };
        let chosen = strongest(
            vec![glow(-100.0, 100.0), glow(-20.0, 100.0), glow(-100.0, 9e4), glow(60.0, 1e5)],
            &viewer,
        );
        assert_eq!(chosen.iter().map(|g| g.place.z).collect::<Vec<_>>(), [-100.0, -20.0, -100.0]);
        assert_eq!(chosen[0].candela.x, 9e4);
        let away = Glow { facing: Vec3::NEG_Z, ..glow(-20.0, 1e6) };
        assert!(strongest(vec![away], &viewer).is_empty(), "headlights from behind");
        let many = (0..100).map(|i| glow(-(i as f32), 50.0)).collect();
        assert_eq!(strongest(many, &viewer).len(), GLOWS);
    }
}
