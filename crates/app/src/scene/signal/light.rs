//! Which lens shines: from the run's true signals, every frame.
//!
//! Each face is an entity with one child for each lens and one for its halo. Lenses of the same symbol, color
//! and brightness share a material, so that the renderer draws them together; a change swaps handles.

use super::super::canvas::{Canvas, Edge, Ink, Sampling, polygon, stroke};
use super::super::mesh::Patch;
use super::super::sign::walker;
use super::super::skin::{SceneMaterials, Skin};
use super::head::{self, Shape, User};
use crate::stage::Stage;
use crate::{frames, layers};
use bevy::color::LinearRgba;
use bevy::light::NotShadowCaster;
use bevy::pbr::StandardMaterial;
use bevy::prelude::*;
use shakedown::base::ids::SignalIx;
use shakedown::base::math::DVec2;
use shakedown::base::time::SimTime;
use shakedown::road::SignalFace;
use shakedown::state::signal::{FaceOrientation, LensColor, LensShape, flash_is_lit};
use std::collections::BTreeMap;

/// Steps of brightness that are told apart.
const LEVELS: u8 = 16;
/// Emitted light of a standard lens, in units of white paper in the sun as displayed. Chosen: clearly lit in
/// full sun, still colored (not washed out to white) when tones are mapped.
const EMISSION: f32 = 2.4;
/// Width of a halo, in lens diameters.
const HALO: f32 = 4.2;

/// How much halos around lit lenses show: weak by day, strong at night and in fog. Weather sets it.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct SignalGlow(pub f32);

impl Default for SignalGlow {
    fn default() -> Self {
        Self(0.22)
    }
}

/// A face in the window.
#[derive(Component, Debug)]
pub struct FaceView {
    face: SignalIx,
    shape: Shape,
}

/// A lens of a face.
#[derive(Component, Debug)]
pub struct LensView {
    face: SignalIx,
    lens: u8,
    symbol: LensShape,
    color: LensColor,
    level: u8,
}

/// The halo of a lens.
#[derive(Component, Debug)]
pub struct HaloView {
    face: SignalIx,
    lens: u8,
    color: LensColor,
    level: u8,
}

/// Brightness step of a lens: 0 = dark.
pub fn level(energized: bool, flashes: bool, lit_half: bool, brightness: f64) -> u8 {
    if !energized || (flashes && !lit_half) {
        return 0;
    }
    ((brightness.clamp(0.0, 1.0) * f64::from(LEVELS)).round() as u8).clamp(1, LEVELS)
}

/// Meshes and materials of signals, made on demand.
#[derive(Resource, Default)]
pub(in super::super) struct SignalAssets {
    housings: BTreeMap<Shape, Handle<Mesh>>,
    lenses: BTreeMap<User, Handle<Mesh>>,
    symbols: BTreeMap<u8, Handle<Image>>,
    lit: BTreeMap<(u8, u8, u8), Handle<StandardMaterial>>,
    halos: BTreeMap<(u8, u8), Handle<StandardMaterial>>,
    halo: Option<Handle<Image>>,
    glow: SignalGlow,
}

/// Light of a lens: LED signals (ITE VTCSH 2005: red 625 nm, yellow 590 nm, green 500 nm; portland orange hand).
fn light(color: LensColor, symbol: LensShape) -> LinearRgba {
    let (r, g, b) = match (color, symbol) {
        (LensColor::Red, LensShape::Pedestrian) => (1.0, 0.22, 0.02),
        (LensColor::Red, _) => (1.0, 0.045, 0.03),
        (LensColor::Yellow, _) => (1.0, 0.48, 0.02),
        (LensColor::Green, _) => (0.03, 1.0, 0.42),
        (LensColor::White, _) => (0.85, 0.92, 1.0),
    };
    LinearRgba::rgb(r, g, b)
}

/// The symbol as a mask: white shines.
fn symbol(shape: LensShape, color: LensColor) -> Canvas {
    const PX: usize = 128;
    let area = [0.0, 0.0, PX as f64, PX as f64];
    let white: Ink = [1.0; 3];
    let mut canvas = Canvas::new(PX, PX, [0.0; 3]);
    let place = |x: f64, y: f64| DVec2::new(x, 1.0 - y) * PX as f64;
    match shape {
        LensShape::Circle => {
            let middle = place(0.5, 0.5);
            canvas.shape(area, white, |p| p.distance(middle) - 0.47 * PX as f64);
            // The grid of light sources.
            canvas.shade(|x, y, p| {
                let dim = if x % 8 < 1 || y % 8 < 1 { 0.82 } else { 1.0 };
                [p[0] * dim, p[1] * dim, p[2] * dim, 1.0]
            });
        }
        LensShape::ArrowLeft | LensShape::ArrowRight => {
            let mirror = |x: f64| if shape == LensShape::ArrowLeft { x } else { 1.0 - x };
            let tip = place(mirror(0.14), 0.5);
            for (a, b) in
                [((0.16, 0.5), (0.86, 0.5)), ((0.16, 0.5), (0.46, 0.80)), ((0.16, 0.5), (0.46, 0.20))]
            {
                let (a, b) = (place(mirror(a.0), a.1), place(mirror(b.0), b.1));
                canvas.shape(area, white, |p| stroke(p, a, b, 0.065 * PX as f64));
            }
            let head = [tip, place(mirror(0.34), 0.70), place(mirror(0.34), 0.30)];
            canvas.shape(area, white, |p| polygon(p, &head));
        }
        LensShape::Pedestrian if color == LensColor::White => walker(&mut canvas, area, white),
        LensShape::Pedestrian => {
            // The raised hand.
            let strokes = [
                ((0.36, 0.48), (0.33, 0.76), 0.042),
                ((0.45, 0.52), (0.44, 0.86), 0.042),
                ((0.54, 0.52), (0.55, 0.86), 0.042),
                ((0.63, 0.50), (0.66, 0.78), 0.042),
                ((0.40, 0.26), (0.24, 0.48), 0.045),
            ];
            for (a, b, half) in strokes {
                let (a, b) = (place(a.0, a.1), place(b.0, b.1));
                canvas.shape(area, white, |p| stroke(p, a, b, half * PX as f64));
            }
            let palm = [(0.32, 0.52), (0.67, 0.52), (0.64, 0.28), (0.54, 0.14), (0.44, 0.14), (0.34, 0.28)];
            let palm = palm.map(|(x, y)| place(x, y));
            canvas.shape(area, white, |p| polygon(p, &palm) - 2.0);
        }
    }
    canvas
}

/// Light that falls off from the middle.
fn halo_picture() -> Canvas {
    let mut canvas = Canvas::new(64, 64, [0.0; 3]);
    canvas.shade(|x, y, _| {
        let d = DVec2::new(x as f64 - 31.5, y as f64 - 31.5).length() / 32.0;
        let v = ((1.0 - d).max(0.0).powf(2.6)) as f32;
        [v, v, v, 1.0]
    });
    canvas
}

impl SignalAssets {
    fn housing(&mut self, shape: Shape, meshes: &mut Assets<Mesh>) -> Handle<Mesh> {
        self.housings.entry(shape).or_insert_with(|| meshes.add(shape.housing().into_mesh())).clone()
    }

    fn lens(&mut self, user: User, meshes: &mut Assets<Mesh>) -> Handle<Mesh> {
        let make = |patch: Patch, meshes: &mut Assets<Mesh>| meshes.add(patch.into_mesh());
        self.lenses.entry(user).or_insert_with(|| make(head::lens(user), meshes)).clone()
    }

    fn material(
        &mut self,
        shape: LensShape,
        color: LensColor,
        level: u8,
        images: &mut Assets<Image>,
        materials: &mut Assets<StandardMaterial>,
    ) -> Handle<StandardMaterial> {
        let key = (shape as u8, color as u8, level);
        if let Some(found) = self.lit.get(&key) {
            return found.clone();
        }
        // The hand and the walker differ in color only.
        let mask = shape as u8 * 8 + color as u8;
        let picture = self
            .symbols
            .entry(mask)
            .or_insert_with(|| images.add(symbol(shape, color).into_image(Edge::Clamp, Sampling::Plain)));
        let light = light(color, shape);
        let strength = EMISSION * f32::from(level) / f32::from(LEVELS);
        let off = if shape == LensShape::Circle { 0.05 } else { 0.012 };
        let material = materials.add(StandardMaterial {
            base_color: Color::LinearRgba(light * off + LinearRgba::rgb(0.008, 0.008, 0.008)),
            perceptual_roughness: 0.35,
            emissive: light * strength,
            emissive_texture: Some(picture.clone()),
            ..StandardMaterial::default()
        });
        self.lit.insert(key, material.clone());
        material
    }

    fn halo(
        &mut self,
        color: LensColor,
        level: u8,
        images: &mut Assets<Image>,
        materials: &mut Assets<StandardMaterial>,
    ) -> Handle<StandardMaterial> {
        let picture = self
            .halo
            .get_or_insert_with(|| images.add(halo_picture().into_image(Edge::Clamp, Sampling::Plain)))
            .clone();
        let glow = self.glow;
        let make = || {
            materials.add(StandardMaterial {
                base_color: Color::LinearRgba(halo_light(color, level, glow)),
                base_color_texture: Some(picture),
                unlit: true,
                alpha_mode: AlphaMode::Add,
                ..StandardMaterial::default()
            })
        };
        self.halos.entry((color as u8, level)).or_insert_with(make).clone()
    }
}

fn halo_light(color: LensColor, level: u8, glow: SignalGlow) -> LinearRgba {
    light(color, LensShape::Circle) * (glow.0 * f32::from(level) / f32::from(LEVELS))
}

const COLORS: [LensColor; 4] = [LensColor::Red, LensColor::Yellow, LensColor::Green, LensColor::White];

/// Spawns the faces of a map under `root`.
pub(in super::super) fn spawn(
    commands: &mut Commands,
    root: Entity,
    faces: &[SignalFace],
    finish: &SceneMaterials,
    assets: &mut SignalAssets,
    meshes: &mut Assets<Mesh>,
    images: &mut Assets<Image>,
    materials: &mut Assets<StandardMaterial>,
) {
    for face in faces.iter().filter(|f| f.position_m.is_finite()) {
        let shape = Shape::of(face, face.orientation);
        let transform = Transform::from_translation(frames::point(face.position_m))
            .with_rotation(frames::yaw(face.heading_rad));
        let housing = (
            FaceView { face: face.ix, shape },
            Mesh3d(assets.housing(shape, meshes)),
            MeshMaterial3d(finish.of(Skin::Matte).handle.clone()),
            transform,
            layers::set(&[layers::WORLD]),
            ChildOf(root),
        );
        let id = commands.spawn(housing).id();
        for (i, lens) in face.lenses.iter().enumerate() {
            let at = lens_transform(shape, i);
            commands.spawn((
                LensView { face: face.ix, lens: i as u8, symbol: lens.shape, color: lens.color, level: 0 },
                Mesh3d(assets.lens(shape.user, meshes)),
                MeshMaterial3d(assets.material(lens.shape, lens.color, 0, images, materials)),
                at,
                NotShadowCaster,
                layers::set(&[layers::WORLD]),
                ChildOf(id),
            ));
            if shape.user == User::Vehicle {
                commands.spawn((
                    HaloView { face: face.ix, lens: i as u8, color: lens.color, level: 0 },
                    Mesh3d(assets.lens(User::Pedestrian, meshes)),
                    MeshMaterial3d(assets.halo(lens.color, 0, images, materials)),
                    halo_transform(at),
                    Visibility::Hidden,
                    NotShadowCaster,
                    layers::set(&[layers::WORLD]),
                    ChildOf(id),
                ));
            }
        }
    }
}

fn lens_transform(shape: Shape, lens: usize) -> Transform {
    let scale = shape.lens_m() as f32;
    Transform::from_translation(frames::point(shape.lens_at(lens))).with_scale(Vec3::splat(scale))
}

fn halo_transform(lens: Transform) -> Transform {
    // Before the visor, so that it does not cut the halo.
    Transform { translation: lens.translation + Vec3::X * 0.3, scale: lens.scale * HALO, ..lens }
}

/// Lights lenses and turns housings as the run says.
pub(in super::super) fn shine(
    stage: Res<Stage>,
    glow: Res<SignalGlow>,
    mut assets: ResMut<SignalAssets>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut images: ResMut<Assets<Image>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
    mut faces: Query<(&mut FaceView, &mut Mesh3d)>,
    mut lenses: Query<
        (&mut LensView, &mut MeshMaterial3d<StandardMaterial>, &mut Transform),
        Without<HaloView>,
    >,
    mut halos: Query<
        (&mut HaloView, &mut MeshMaterial3d<StandardMaterial>, &mut Transform, &mut Visibility),
        Without<LensView>,
    >,
) {
    let network = stage.run.network();
    let signals = &stage.shot().signals;
    if assets.glow != *glow {
        assets.glow = *glow;
        for color in COLORS {
            for level in 0..=LEVELS {
                let Some(handle) = assets.halos.get(&(color as u8, level)) else { continue };
                if let Some(mut material) = materials.get_mut(handle) {
                    material.base_color = Color::LinearRgba(halo_light(color, level, *glow));
                }
            }
        }
    }
    // Orientation in effect may differ from the map's.
    let shape_now = |ix: SignalIx| {
        let face = network.signals.get(ix.ix())?;
        let orientation: FaceOrientation =
            signals.orientation.get(ix.ix()).copied().unwrap_or(face.orientation);
        Some(Shape::of(face, orientation))
    };
    let mut turned: Vec<SignalIx> = Vec::new();
    for (mut view, mut mesh) in &mut faces {
        let Some(shape) = shape_now(view.face).filter(|s| *s != view.shape) else { continue };
        view.shape = shape;
        mesh.0 = assets.housing(shape, &mut meshes);
        turned.push(view.face);
    }
    let lit_half = flash_is_lit(SimTime::from_s(stage.time_s()));
    let level_of = |ix: SignalIx, lens: u8| {
        let lit = signals.of_face(ix);
        let bit = |mask: u16| mask >> lens & 1 == 1;
        let brightness = signals.brightness.get(ix.ix()).copied().unwrap_or(1.0);
        level(bit(lit.mask), bit(lit.flashing), lit_half, brightness)
    };
    for (mut view, mut material, mut transform) in &mut lenses {
        if turned.contains(&view.face)
            && let Some(shape) = shape_now(view.face)
        {
            *transform = lens_transform(shape, usize::from(view.lens));
        }
        let now = level_of(view.face, view.lens);
        if now != view.level {
            view.level = now;
            material.0 = assets.material(view.symbol, view.color, now, &mut images, &mut materials);
        }
    }
    for (mut view, mut material, mut transform, mut visibility) in &mut halos {
        if turned.contains(&view.face)
            && let Some(shape) = shape_now(view.face)
        {
            *transform = halo_transform(lens_transform(shape, usize::from(view.lens)));
        }
        let now = level_of(view.face, view.lens);
        if now != view.level {
            view.level = now;
            *visibility = if now == 0 { Visibility::Hidden } else { Visibility::Inherited };
            if now > 0 {
                material.0 = assets.halo(view.color, now, &mut images, &mut materials);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_follow_mask_flash_and_brightness() {
        assert_eq!(level(false, false, true, 1.0), 0);
        assert_eq!(level(true, false, false, 1.0), LEVELS);
        assert_eq!(level(true, true, false, 1.0), 0);
        assert_eq!(level(true, true, true, 1.0), LEVELS);
        assert_eq!(level(true, false, true, 0.55), 9);
        // Energized, however dim, is not dark.
        assert_eq!(level(true, false, true, 0.001), 1);
    }

    #[test]
    fn arrows_point_their_way() {
        let weight = |shape, right: bool| {
            let canvas = symbol(shape, LensColor::Green);
            let columns = if right { 64..128 } else { 0..64 };
            columns
                .flat_map(|x| (0..128).map(move |y| (x, y)))
                .map(|(x, y)| canvas.pixel(x, y)[0])
                .sum::<f32>()
        };
        assert!(weight(LensShape::ArrowLeft, false) > 1.5 * weight(LensShape::ArrowLeft, true));
        assert!(weight(LensShape::ArrowRight, true) > 1.5 * weight(LensShape::ArrowRight, false));
    }
}
