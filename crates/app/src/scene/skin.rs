//! What surfaces are made of: the materials of the static world.
//!
//! Textures are neutral (mean near white); the tone of a surface is its material's `base_color`. So weather
//! can darken wet asphalt or whiten snowy grass by changing the material alone: [`SceneMaterials`] holds the
//! handles with the dry color and roughness to start from.

use super::canvas::{Edge, Sampling};
use super::style::Style;
use super::{facade, sign, texture};
use bevy::color::{Color, LinearRgba};
use bevy::math::{Affine2, Vec2};
use bevy::pbr::StandardMaterial;
use bevy::prelude::*;

/// What a surface is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skin {
    /// Carriageways, shoulders, parking.
    Asphalt,
    /// Sidewalks, curbs, raised medians.
    Concrete,
    /// Terrain, verges, grass strips.
    Grass,
    /// White paint on the road.
    WhitePaint,
    /// Yellow paint on the road.
    YellowPaint,
    /// Paint of any other color (in the vertices).
    OtherPaint,
    /// Walls with windows; `emissive` lights the windows.
    Facade,
    /// Roofs.
    Roof,
    /// Crowns of trees, hedges.
    Foliage,
    /// Poles, trunks, housings, fences.
    Matte,
    /// Glass of street lamps; `emissive` lights it.
    LampGlass,
    /// Faces of signs.
    Sign,
    /// Lakes.
    Water,
}

impl Skin {
    /// All of them.
    pub const ALL: [Skin; 13] = [
        Skin::Asphalt,
        Skin::Concrete,
        Skin::Grass,
        Skin::WhitePaint,
        Skin::YellowPaint,
        Skin::OtherPaint,
        Skin::Facade,
        Skin::Roof,
        Skin::Foliage,
        Skin::Matte,
        Skin::LampGlass,
        Skin::Sign,
        Skin::Water,
    ];

    /// Whether it throws shadows worth drawing: what lies flat on the ground does not.
    pub fn casts_shadow(self) -> bool {
        match self {
            Skin::Asphalt
            | Skin::Concrete
            | Skin::Grass
            | Skin::WhitePaint
            | Skin::YellowPaint
            | Skin::OtherPaint
            | Skin::LampGlass
            | Skin::Water => false,
            Skin::Facade | Skin::Roof | Skin::Foliage | Skin::Matte | Skin::Sign => true,
        }
    }

    /// Roughness when dry.
    fn roughness(self) -> f32 {
        match self {
            Skin::Asphalt | Skin::Concrete | Skin::Grass | Skin::Foliage => 0.95,
            Skin::WhitePaint | Skin::YellowPaint | Skin::OtherPaint => 0.8,
            Skin::Facade => 0.75,
            Skin::Roof => 0.9,
            Skin::Matte => 0.6,
            Skin::LampGlass => 0.4,
            Skin::Sign => 0.5,
            Skin::Water => 0.12,
        }
    }

    /// Specular reflectance when dry (0.5 = 4 % at normal incidence).
    fn reflectance(self) -> f32 {
        match self {
            Skin::Grass | Skin::Foliage => 0.15,
            Skin::Asphalt | Skin::Concrete | Skin::Roof => 0.25,
            Skin::WhitePaint
            | Skin::YellowPaint
            | Skin::OtherPaint
            | Skin::Facade
            | Skin::Matte
            | Skin::LampGlass
            | Skin::Sign
            | Skin::Water => 0.5,
        }
    }
}

/// A material of the static world and how it looks on a dry day.
#[derive(Clone, Debug)]
pub struct Finish {
    /// The material.
    pub handle: Handle<StandardMaterial>,
    /// Its color when dry.
    pub dry_color: LinearRgba,
    /// Its roughness when dry.
    pub dry_roughness: f32,
    /// Its reflectance when dry.
    pub dry_reflectance: f32,
}

/// The materials of the static world, for those who change them with weather and light.
///
/// `base_color` carries the tone, textures and vertex colors only vary it. `emissive` of
/// [`Skin::Facade`] turns on windows, that of [`Skin::LampGlass`] street lamps; both are black by day.
/// UVs of asphalt, concrete and grass are meters.
#[derive(Resource, Clone, Debug)]
pub struct SceneMaterials {
    finishes: Vec<Finish>,
}

impl SceneMaterials {
    /// The finish of a surface.
    pub fn of(&self, skin: Skin) -> &Finish {
        &self.finishes[skin as usize]
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (Skin, &Finish)> {
        Skin::ALL.into_iter().zip(&self.finishes)
    }

    /// Makes textures and materials. `signs` is the picture with the faces of signs.
    pub(super) fn make(
        style: &Style,
        signs: &sign::Atlas,
        images: &mut Assets<Image>,
        materials: &mut Assets<StandardMaterial>,
        pictures: &Pictures,
        sampling: Sampling,
    ) -> Self {
        let sign_picture = images.add(signs.picture().into_image(Edge::Clamp, sampling));
        let finish = |skin: Skin| {
            let dry_color = style.color(skin);
            let mut material = StandardMaterial {
                base_color: Color::LinearRgba(dry_color),
                perceptual_roughness: skin.roughness(),
                reflectance: skin.reflectance(),
                ..StandardMaterial::default()
            };
            let tiled = |material: &mut StandardMaterial, image: &Handle<Image>, size: [f64; 2]| {
                material.base_color_texture = Some(image.clone());
                material.uv_transform =
                    Affine2::from_scale(Vec2::new(1.0 / size[0] as f32, 1.0 / size[1] as f32));
            };
            match skin {
                Skin::Asphalt => tiled(&mut material, &pictures.asphalt, texture::ASPHALT_M),
                Skin::Concrete => tiled(&mut material, &pictures.concrete, texture::CONCRETE_M),
                Skin::Grass => tiled(&mut material, &pictures.grass, texture::GRASS_M),
                Skin::Roof => tiled(&mut material, &pictures.roof, texture::ROOF_M),
                Skin::WhitePaint | Skin::YellowPaint | Skin::OtherPaint => {
                    tiled(&mut material, &pictures.paint, texture::PAINT_M);
                    // Drawn on top of the asphalt it lies on, at every distance.
                    material.depth_bias = PAINT_DEPTH_BIAS;
                }
                Skin::Facade => {
                    material.base_color_texture = Some(pictures.facade.clone());
                    material.emissive_texture = Some(pictures.windows.clone());
                }
                Skin::Sign => material.base_color_texture = Some(sign_picture.clone()),
                Skin::Foliage => tiled(&mut material, &pictures.leaves, texture::LEAVES_M),
                Skin::Matte | Skin::LampGlass | Skin::Water => {}
            }
            Finish {
                handle: materials.add(material),
                dry_color,
                dry_roughness: skin.roughness(),
                dry_reflectance: skin.reflectance(),
            }
        };
        Self { finishes: Skin::ALL.into_iter().map(finish).collect() }
    }
}

/// In units of the last bit of the depth buffer. Depth is 32-bit floating point and reversed, so this is
/// a share of the distance: 4000 · 2⁻²⁴ ≈ 0.02 %, 2 cm at 100 m.
const PAINT_DEPTH_BIAS: f32 = 4000.0;

/// Textures that do not depend on the map: made once.
#[derive(Clone, Debug)]
pub(super) struct Pictures {
    asphalt: Handle<Image>,
    concrete: Handle<Image>,
    grass: Handle<Image>,
    roof: Handle<Image>,
    leaves: Handle<Image>,
    paint: Handle<Image>,
    facade: Handle<Image>,
    windows: Handle<Image>,
}

impl Pictures {
    /// Draws them all.
    pub(super) fn draw(images: &mut Assets<Image>, sampling: Sampling) -> Self {
        let walls = facade::draw();
        Self {
            asphalt: images.add(texture::asphalt().into_image(Edge::Repeat, sampling)),
            concrete: images.add(texture::concrete().into_image(Edge::Repeat, sampling)),
            grass: images.add(texture::grass().into_image(Edge::Repeat, sampling)),
            roof: images.add(texture::roof().into_image(Edge::Repeat, sampling)),
            leaves: images.add(texture::leaves().into_image(Edge::Repeat, sampling)),
            paint: images.add(texture::paint().into_image(Edge::Repeat, sampling)),
            facade: images.add(walls.color.into_image(Edge::Repeat, sampling)),
            windows: images.add(walls.light.into_image(Edge::Repeat, sampling)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_in_the_order_of_the_enumeration() {
        for (i, skin) in Skin::ALL.into_iter().enumerate() {
            assert_eq!(skin as usize, i);
        }
    }
}
