//! A tile of noise for the shaders: clouds, puddles, snow and ripples look it up instead of computing it.
//!
//! Four channels of 256×256, tiling, with mip levels: red and green are fractal noise (five octaves, different
//! seeds), blue is coarse fractal noise (two octaves), alpha is white noise. Fixed seeds, so every window shows
//! the same clouds.

use bevy::asset::RenderAssetUsages;
use bevy::image::{Image, ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

/// Side of the tile, texels.
const SIDE: usize = 256;

/// The tile as an image.
pub fn image() -> Image {
    let levels = levels();
    let mut image = Image::new_uninit(
        Extent3d { width: SIDE as u32, height: SIDE as u32, depth_or_array_layers: 1 },
        TextureDimension::D2,
        TextureFormat::Rgba8Unorm,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.texture_descriptor.mip_level_count = levels.len() as u32;
    image.data = Some(levels.concat());
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        address_mode_u: ImageAddressMode::Repeat,
        address_mode_v: ImageAddressMode::Repeat,
        mag_filter: ImageFilterMode::Linear,
        min_filter: ImageFilterMode::Linear,
        mipmap_filter: ImageFilterMode::Linear,
        ..ImageSamplerDescriptor::default()
    });
    image
}

/// Bytes of all levels, largest first.
fn levels() -> Vec<Vec<u8>> {
    let mut channels = [fractal(1, 4, 5), fractal(2, 4, 5), fractal(3, 4, 2), white(4)];
    for channel in channels.iter_mut().take(3) {
        equalize(channel);
    }
    let mut levels = vec![
        (0..SIDE * SIDE).flat_map(|i| channels.each_ref().map(|c| (c[i] * 255.0).round() as u8)).collect(),
    ];
    let mut side = SIDE;
    while side > 1 {
        let last: &Vec<u8> = &levels[levels.len() - 1];
        let texel = |x: usize, y: usize, c: usize| u32::from(last[(y * side + x) * 4 + c]);
        let half = side / 2;
        let mut next = Vec::with_capacity(half * half * 4);
        for i in 0..half * half {
            let (x, y) = (i % half * 2, i / half * 2);
            for c in 0..4 {
                let sum = texel(x, y, c) + texel(x + 1, y, c) + texel(x, y + 1, c) + texel(x + 1, y + 1, c);
                next.push((sum / 4) as u8);
            }
        }
        levels.push(next);
        side = half;
    }
    levels
}

/// Tiling value noise of several octaves.
fn fractal(seed: u32, cells: usize, octaves: u32) -> Vec<f32> {
    let mut out = vec![0.0; SIDE * SIDE];
    for octave in 0..octaves {
        let cells = cells << octave;
        let weight = 0.55_f32.powi(octave as i32);
        for (i, value) in out.iter_mut().enumerate() {
            let (x, y) = ((i % SIDE) as f32, (i / SIDE) as f32);
            *value += weight * value_noise(seed + 17 * octave, cells, x, y);
        }
    }
    out
}

fn value_noise(seed: u32, cells: usize, x: f32, y: f32) -> f32 {
    let (u, v) = (x * cells as f32 / SIDE as f32, y * cells as f32 / SIDE as f32);
    let (i, j) = (u as usize, v as usize);
    let ease = |t: f32| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let (a, b) = (ease(u - i as f32), ease(v - j as f32));
    let at = |di: usize, dj: usize| unit(hash(seed, ((i + di) % cells) as u32, ((j + dj) % cells) as u32));
    let lerp = |p: f32, q: f32, w: f32| p + (q - p) * w;
    lerp(lerp(at(0, 0), at(1, 0), a), lerp(at(0, 1), at(1, 1), a), b)
}

fn white(seed: u32) -> Vec<f32> {
    (0..SIDE * SIDE).map(|i| unit(hash(seed, (i % SIDE) as u32, (i / SIDE) as u32))).collect()
}

/// Replaces each value by its rank, so that a threshold t covers the share t of the tile.
fn equalize(values: &mut [f32]) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let last = (values.len() - 1) as f32;
    for (rank, i) in order.into_iter().enumerate() {
        values[i] = rank as f32 / last;
    }
}

/// A well-mixed integer of three (PCG output function).
pub fn hash(a: u32, b: u32, c: u32) -> u32 {
    let mut h = a.wrapping_mul(0x9E37_79B9) ^ b.wrapping_mul(0x85EB_CA6B) ^ c.wrapping_mul(0xC2B2_AE35);
    h = h.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    h = ((h >> ((h >> 28) + 4)) ^ h).wrapping_mul(277_803_737);
    (h >> 22) ^ h
}

/// An integer as a number in 0…1.
pub fn unit(hash: u32) -> f32 {
    (hash >> 8) as f32 / 16_777_216.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_cover_their_share() {
        let levels = levels();
        assert_eq!(levels.len(), 9);
        assert_eq!(levels.iter().map(Vec::len).sum::<usize>(), (0..9).map(|l| 4 << (2 * l)).sum::<usize>());
        for channel in 0..3 {
            for share in [0.1, 0.5, 0.8] {
                let below = levels[0]
                    .chunks_exact(4)
                    .filter(|texel| f32::from(texel[channel]) < share * 255.0)
                    .count();
                let got = below as f32 / (SIDE * SIDE) as f32;
                assert!((got - share).abs() < 0.01, "{channel}: {got}");
            }
        }
        assert!(levels[8].iter().all(|v| (100..150).contains(v)), "{:?}", levels[8]);
    }

    #[test]
    fn the_tile_joins_at_its_edges() {
        let noise = fractal(1, 4, 5);
        let mut edge: f32 = 0.0;
        for y in 0..SIDE {
            edge = edge.max((noise[y * SIDE] - noise[y * SIDE + SIDE - 1]).abs());
        }
        assert!(edge < 0.25, "{edge}");
    }
}
