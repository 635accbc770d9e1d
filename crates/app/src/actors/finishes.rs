//! Materials that all participants share, and the color each one is painted with.

use super::kind::Kind;
use super::sketch::{Finish, Lamp};
use bevy::asset::RenderAssetUsages;
use bevy::image::Image;
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use std::collections::BTreeMap;

/// Colors of the background traffic, about as often as they are on American roads (white, black, gray and
/// silver make four in five).
const TRAFFIC: [u32; 20] = [
    0xe7e8e8, 0xe7e8e8, 0xe3e2dc, 0xf0f0ee, 0x17181b, 0x17181b, 0x1d1f24, 0x24272c, 0x5a5e64, 0x5a5e64,
    0x6d7176, 0x45494f, 0xa9adb2, 0xb6b9bd, 0x9ba0a6, 0x1f3f73, 0x2b5a9b, 0x8c1a1e, 0xa8232a, 0x3c5348,
];
/// Colors of trucks' cabs.
const TRUCKS: [u32; 6] = [0xeeeeec, 0xeeeeec, 0x8c1f22, 0x1f3f73, 0x2a2d31, 0xd8b13a];
/// Colors of motorcycles.
const MOTORCYCLES: [u32; 4] = [0xa61c20, 0x17181b, 0x1d4fa0, 0x2f6b3f];

/// Body color of a participant, sRGB hex.
pub fn paint_of(kind: Kind, is_ego: bool, seed: u32) -> u32 {
    let pick = |table: &[u32]| table[(seed >> 3) as usize % table.len()];
    match kind {
        // The own vehicle is white: the project's color.
        _ if is_ego => 0xeef0f1,
        Kind::Prototype => 0xeef0f1,
        Kind::Lexus | Kind::Minivan | Kind::Crossover | Kind::Compact => pick(&TRAFFIC),
        Kind::Police => 0x14161a,
        Kind::Van => pick(&[0xeeeeec, 0xeeeeec, 0xe6e6e2, 0x8a8d91, 0x274a80, 0xd7b23c]),
        Kind::Ambulance | Kind::Bus => 0xeef0f0,
        Kind::BoxTruck | Kind::Tractor => pick(&TRUCKS),
        Kind::Motorcycle => pick(&MOTORCYCLES),
        Kind::Bicycle | Kind::Pedestrian | Kind::Cone | Kind::Barrier | Kind::Box => 0xffffff,
    }
}

/// Materials of all participants.
#[derive(Resource)]
pub struct Finishes {
    paints: BTreeMap<u32, Handle<StandardMaterial>>,
    wrecks: BTreeMap<u32, Handle<StandardMaterial>>,
    glass: Handle<StandardMaterial>,
    trim: Handle<StandardMaterial>,
    lit: BTreeMap<Lamp, Handle<StandardMaterial>>,
    /// The soft dark patch under a vehicle.
    pub contact: Handle<StandardMaterial>,
    /// A flat square of 1 m, face up, for that patch.
    pub square: Handle<Mesh>,
}

impl FromWorld for Finishes {
    fn from_world(world: &mut World) -> Self {
        let soft = world.resource_mut::<Assets<Image>>().add(soft_patch());
        let square = world.resource_mut::<Assets<Mesh>>().add(Plane3d::default().mesh().size(1.0, 1.0));
        let mut materials = world.resource_mut::<Assets<StandardMaterial>>();
        // Corner colors carry the shade; the material only says how it shines.
        let glass = materials.add(StandardMaterial {
            perceptual_roughness: 0.10,
            reflectance: 0.6,
            ..StandardMaterial::default()
        });
        let trim = materials.add(StandardMaterial {
            perceptual_roughness: 0.8,
            reflectance: 0.3,
            ..StandardMaterial::default()
        });
        let lit = Lamp::ALL
            .into_iter()
            .map(|lamp| {
                let emissive = match lamp {
                    Lamp::Head => LinearRgba::rgb(7.0, 6.8, 6.0),
                    Lamp::Tail => LinearRgba::rgb(1.1, 0.02, 0.015),
                    Lamp::Brake => LinearRgba::rgb(5.0, 0.12, 0.08),
                    Lamp::Left | Lamp::Right => LinearRgba::rgb(5.0, 1.7, 0.05),
                    Lamp::BeaconA => LinearRgba::rgb(7.0, 0.15, 0.12),
                    Lamp::BeaconB => LinearRgba::rgb(0.25, 0.6, 8.0),
                };
                let material = StandardMaterial {
                    base_color: Color::BLACK,
                    emissive,
                    perceptual_roughness: 1.0,
                    reflectance: 0.0,
                    ..StandardMaterial::default()
                };
                (lamp, materials.add(material))
            })
            .collect();
        let contact = materials.add(StandardMaterial {
            base_color: Color::BLACK,
            base_color_texture: Some(soft),
            alpha_mode: AlphaMode::Blend,
            unlit: true,
            depth_bias: 4.0,
            ..StandardMaterial::default()
        });
        Self { paints: BTreeMap::new(), wrecks: BTreeMap::new(), glass, trim, lit, contact, square }
    }
}

impl Finishes {
    /// Material of a finish; `paint` is the body color.
    pub fn material(
        &mut self,
        materials: &mut Assets<StandardMaterial>,
        finish: Finish,
        paint: u32,
    ) -> Handle<StandardMaterial> {
        match finish {
            Finish::Paint => {
                let make = || {
                    materials.add(StandardMaterial {
                        base_color: hex(paint),
                        perceptual_roughness: 0.32,
                        reflectance: 0.55,
                        ..StandardMaterial::default()
                    })
                };
                self.paints.entry(paint).or_insert_with(make).clone()
            }
            Finish::Glass => self.glass.clone(),
            Finish::Trim => self.trim.clone(),
            Finish::Lit(lamp) => self.lit[&lamp].clone(),
        }
    }

    /// Body color of a wreck: darkened, matt.
    pub fn wrecked(
        &mut self,
        materials: &mut Assets<StandardMaterial>,
        paint: u32,
    ) -> Handle<StandardMaterial> {
        let make = || {
            let color = hex(paint).to_linear();
            materials.add(StandardMaterial {
                base_color: Color::linear_rgb(
                    color.red * 0.30 + 0.01,
                    color.green * 0.28 + 0.008,
                    color.blue * 0.26 + 0.006,
                ),
                perceptual_roughness: 0.9,
                reflectance: 0.2,
                ..StandardMaterial::default()
            })
        };
        self.wrecks.entry(paint).or_insert_with(make).clone()
    }
}

fn hex(color: u32) -> Color {
    Color::srgb_u8((color >> 16) as u8, (color >> 8) as u8, color as u8)
}

/// White with an alpha that falls softly from the middle to the edges of a rounded rectangle.
fn soft_patch() -> Image {
    const N: u32 = 64;
    let mut data = Vec::with_capacity((N * N * 4) as usize);
    for y in 0..N {
        for x in 0..N {
            let at = |v: u32| ((v as f32 + 0.5) / N as f32 * 2.0 - 1.0).abs();
            let edge = (at(x).powf(3.0) + at(y).powf(3.0)).powf(1.0 / 3.0);
            let t = ((1.0 - edge) / 0.45).clamp(0.0, 1.0);
            let alpha = t * t * (3.0 - 2.0 * t) * 0.62;
            data.extend([255, 255, 255, (alpha * 255.0) as u8]);
        }
    }
    Image::new(
        Extent3d { width: N, height: N, depth_or_array_layers: 1 },
        TextureDimension::D2,
        data,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::kind::seed_of;

    #[test]
    fn traffic_has_many_colors_and_the_ego_is_white() {
        let mut colors: Vec<u32> =
            (0..60).map(|k| paint_of(Kind::Compact, false, seed_of(&format!("traffic_{k:03}")))).collect();
        colors.sort_unstable();
        colors.dedup();
        assert!(colors.len() >= 8, "{colors:x?}");
        assert_eq!(paint_of(Kind::Compact, true, 7), paint_of(Kind::Lexus, true, 99));
    }

    #[test]
    fn the_contact_patch_fades_out_at_its_edges() {
        let image = soft_patch();
        let data = image.data.unwrap();
        let alpha = |x: usize, y: usize| data[(y * 64 + x) * 4 + 3];
        assert!(alpha(32, 32) > 120);
        assert!((0..64).all(|k| alpha(k, 0) < 8 && alpha(0, k) < 8));
    }
}
