//! What wet roads, paint and glass mirror: the sky as a small cube of images, rebuilt when it has changed.
//!
//! A cube of 16×16 pixels a face with mip levels for rougher and rougher surfaces, and one of 4×4 pixels with
//! the light that falls on a surface of each direction. Both are made from [`Sky::radiance`], below the horizon
//! from what the ground sends back; the sun itself is left to the directional light.
//!
//! Values are relative to a reference luminance that goes into the light's intensity (half floats end at
//! 65504, the noon sky does not). Cube faces are in the renderer's order (+x −x +y −y +z −z), left-handed.

use super::light::luminance;
use super::sky::{Sky, fibonacci};
use bevy::asset::RenderAssetUsages;
use bevy::image::{Image, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::math::Vec3;
use bevy::render::render_resource::{
    Extent3d, TextureDimension, TextureFormat, TextureViewDescriptor, TextureViewDimension,
};

/// Side of a face of the mirrored cube, pixels.
const MIRROR_SIDE: usize = 16;
/// Side of a face of the cube of diffuse light, pixels.
const DIFFUSE_SIDE: usize = 4;
/// Reflectance of the ground that sends light back up.
const GROUND_REFLECTANCE: f32 = 0.18;

/// Both cubes.
#[derive(Clone, Debug)]
pub struct Cubes {
    /// Light on surfaces, by their normal.
    pub diffuse: Image,
    /// Mirrored sky, by direction; mip levels for roughness.
    pub specular: Image,
}

/// Makes both cubes from a sky. `ground_lx` is all light on the ground, `reference_cdpm2` the luminance of 1.
pub fn cubes(sky: &Sky, ground_lx: f32, reference_cdpm2: f32) -> Cubes {
    let ground = Vec3::new(1.02, 1.0, 0.95) * (GROUND_REFLECTANCE * ground_lx / core::f32::consts::PI);
    let mirrored = |dir: Vec3| {
        // Right below the horizon lies the land of the dome, straight below the lit ground.
        let down = (-dir.y * 3.0).clamp(0.0, 1.0);
        sky.radiance(dir).lerp(ground, down) / reference_cdpm2
    };
    let samples: Vec<(Vec3, Vec3)> =
        fibonacci(96).flat_map(|up| [up, -up]).map(|dir| (dir, mirrored(dir))).collect();
    let lobe = |axis: Vec3, sharpness: f32| {
        let (mut sum, mut weight) = (Vec3::ZERO, 0.0);
        for (dir, value) in &samples {
            let w = dir.dot(axis).max(0.0).powf(sharpness);
            sum += *value * w;
            weight += w;
        }
        sum / weight.max(1e-6)
    };
    let levels = MIRROR_SIDE.ilog2() as usize + 1;
    let specular = cube(MIRROR_SIDE, levels, |dir, level| match level {
        0 => mirrored(dir),
        1 => lobe(dir, 60.0).lerp(mirrored(dir), 0.5),
        2 => lobe(dir, 24.0),
        3 => lobe(dir, 6.0),
        _ => lobe(dir, 2.0),
    });
    // Cameras balance their white half-way between sun and shade, so shade is less blue than the sky.
    let balanced = |color: Vec3| color.lerp(Vec3::splat(luminance(color)), 0.45);
    Cubes { diffuse: cube(DIFFUSE_SIDE, 1, |dir, _| balanced(lobe(dir, 1.0))), specular }
}

/// A cube image from a function of direction and mip level.
fn cube(side: usize, levels: usize, value: impl Fn(Vec3, usize) -> Vec3) -> Image {
    let mut data = Vec::new();
    for face in 0..6 {
        for level in 0..levels {
            let side = side >> level;
            for i in 0..side * side {
                let at = |k: usize| (k as f32 + 0.5) / side as f32 * 2.0 - 1.0;
                let color = value(face_direction(face, at(i % side), at(i / side)), level);
                for component in [color.x, color.y, color.z, 1.0] {
                    data.extend_from_slice(&half(component).to_le_bytes());
                }
            }
        }
    }
    let mut image = Image::new_uninit(
        Extent3d { width: side as u32, height: side as u32, depth_or_array_layers: 6 },
        TextureDimension::D2,
        TextureFormat::Rgba16Float,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.texture_descriptor.mip_level_count = levels as u32;
    image.data = Some(data);
    image.texture_view_descriptor = Some(TextureViewDescriptor {
        dimension: Some(TextureViewDimension::Cube),
        ..TextureViewDescriptor::default()
    });
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        mag_filter: ImageFilterMode::Linear,
        min_filter: ImageFilterMode::Linear,
        mipmap_filter: ImageFilterMode::Linear,
        ..ImageSamplerDescriptor::default()
    });
    image
}

/// World direction of a place on a face; the renderer looks cubes up with z turned round.
fn face_direction(face: usize, u: f32, v: f32) -> Vec3 {
    let dir = match face {
        0 => Vec3::new(1.0, -v, -u),
        1 => Vec3::new(-1.0, -v, u),
        2 => Vec3::new(u, 1.0, v),
        3 => Vec3::new(u, -1.0, -v),
        4 => Vec3::new(u, -v, 1.0),
        _ => Vec3::new(-u, -v, -1.0),
    };
    Vec3::new(dir.x, dir.y, -dir.z).normalize()
}

/// Bits of the half-precision float next to a positive number.
pub fn half(value: f32) -> u16 {
    let bits = value.clamp(0.0, 65_504.0).to_bits();
    let exponent = (bits >> 23) as i32 - 127;
    if exponent < -14 {
        // Subnormal: multiples of 2^−24.
        return (value.max(0.0) * 16_777_216.0).round() as u16;
    }
    // Rounds to nearest; a carry runs into the exponent as it should.
    let mantissa = bits & 0x007F_FFFF;
    ((((exponent + 15) as u32) << 10) + ((mantissa + 0x1000) >> 13)).min(0x7BFF) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather::air;
    use crate::weather::light::Light;
    use shakedown::state::weather::Weather;

    #[test]
    fn half_floats_are_the_published_ones() {
        // IEEE 754 binary16.
        for (value, bits) in [
            (0.0, 0x0000),
            (1.0, 0x3C00),
            (2.0, 0x4000),
            (0.5, 0x3800),
            (65_504.0, 0x7BFF),
            (1e9, 0x7BFF),
            (6.103_515_6e-5, 0x0400),
            (5.960_464_5e-8, 0x0001),
            (0.333_251_95, 0x3555),
            (-3.0, 0x0000),
        ] {
            assert_eq!(half(value), bits, "{value}");
        }
    }

    #[test]
    fn faces_cover_the_sphere_and_up_is_up() {
        assert!(face_direction(2, 0.0, 0.0).y > 0.99 && face_direction(3, 0.3, 0.3).y < -0.5);
        assert!(face_direction(4, 0.0, 0.0).z < -0.99, "the renderer turns z");
        let mean: Vec3 = (0..6).map(|face| face_direction(face, 0.0, 0.0)).sum();
        assert!(mean.length() < 1e-6);
    }

    #[test]
    fn upward_surfaces_get_the_skys_light() {
        let weather = Weather { cloud_cover: 1.0, illuminance_lx: 25_500.0, ..Weather::default() };
        let light = Light::new(&weather);
        let sky = Sky::new(&light, &air::extinction(&weather));
        let made = cubes(&sky, light.natural_lx, 1_000.0);
        let data = made.diffuse.data.expect("made on the CPU");
        let texel = |face: usize| {
            let at = (face * DIFFUSE_SIDE * DIFFUSE_SIDE + DIFFUSE_SIDE + 1) * 8;
            f32::from(u16::from_le_bytes([data[at + 2], data[at + 3]]))
        };
        assert!(texel(2) > texel(0) && texel(0) > texel(3), "up, side, down");
        let expect = light.sky_lx / core::f32::consts::PI;
        let lit = sky.illuminance(Sky::radiance) / core::f32::consts::PI;
        assert!((lit / expect - 1.0).abs() < 0.05, "{lit} {expect}");
        assert!(luminance(sky.overcast) > 0.0);
        let levels = 16 * 16 + 8 * 8 + 4 * 4 + 2 * 2 + 1;
        assert_eq!(made.specular.data.map(|d| d.len()), Some(6 * 8 * levels));
    }
}
