//! Pictures drawn by code: the textures of everything, with their smaller copies for the distance.

use super::noise;
use bevy::asset::RenderAssetUsages;
use bevy::image::{Image, ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use shakedown::base::math::DVec2;

/// How surfaces seen at a flat angle are sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// Once. Software renderers: their loop over several samples hardly ends at flat angles.
    Plain,
    /// Up to eight times along the slope: roads stay sharp to the horizon.
    Anisotropic,
}

/// Red, green, blue as sRGB, 0–1.
pub type Ink = [f32; 3];

/// An ink from a color picker's number.
pub fn ink(hex: u32) -> Ink {
    [16, 8, 0].map(|shift| (hex >> shift & 255) as f32 / 255.0)
}

/// What happens beyond the edge of a texture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// It begins anew.
    Repeat,
    /// Its last pixels go on.
    Clamp,
}

/// A picture in the making: sRGB with opacity, first row on top.
#[derive(Clone, Debug)]
pub struct Canvas {
    /// Width, pixels.
    pub width: usize,
    /// Height, pixels.
    pub height: usize,
    pixels: Vec<[f32; 4]>,
}

impl Canvas {
    /// All of one ink.
    pub fn new(width: usize, height: usize, ink: Ink) -> Self {
        let [r, g, b] = ink;
        Self { width, height, pixels: vec![[r, g, b, 1.0]; width * height] }
    }

    /// Ink and opacity of a pixel.
    pub fn pixel(&self, x: usize, y: usize) -> [f32; 4] {
        self.pixels[y * self.width + x]
    }

    /// Sets opacity and ink of every pixel from its place.
    pub fn shade(&mut self, mut f: impl FnMut(usize, usize, [f32; 4]) -> [f32; 4]) {
        for y in 0..self.height {
            for x in 0..self.width {
                let i = y * self.width + x;
                self.pixels[i] = f(x, y, self.pixels[i]);
            }
        }
    }

    /// Lays ink over a rectangle (pixels, fractions count), as much as it covers.
    pub fn rect(&mut self, [x0, y0, x1, y1]: [f64; 4], ink: Ink) {
        let cover = |low: f64, high: f64, at: usize| {
            let at = at as f64;
            (high.min(at + 1.0) - low.max(at)).clamp(0.0, 1.0) as f32
        };
        let range = |low: f64, high: f64, end: usize| {
            (low.floor().max(0.0) as usize)..(high.ceil().max(0.0) as usize).min(end)
        };
        for y in range(y0, y1, self.height) {
            for x in range(x0, x1, self.width) {
                self.blend(x, y, ink, cover(x0, x1, x) * cover(y0, y1, y));
            }
        }
    }

    /// Lays ink inside a shape given by its signed distance in pixels (negative inside), within a rectangle.
    pub fn shape(&mut self, [x0, y0, x1, y1]: [f64; 4], ink: Ink, distance: impl Fn(DVec2) -> f64) {
        let end = |v: f64, max: usize| (v.ceil().max(0.0) as usize).min(max);
        for y in (y0.floor().max(0.0) as usize)..end(y1, self.height) {
            for x in (x0.floor().max(0.0) as usize)..end(x1, self.width) {
                let d = distance(DVec2::new(x as f64 + 0.5, y as f64 + 0.5));
                self.blend(x, y, ink, (0.5 - d).clamp(0.0, 1.0) as f32);
            }
        }
    }

    fn blend(&mut self, x: usize, y: usize, ink: Ink, share: f32) {
        let pixel = &mut self.pixels[y * self.width + x];
        for (p, i) in pixel.iter_mut().zip(ink) {
            *p += (i - *p) * share;
        }
    }

    /// The texture, with halved copies down to a single pixel.
    pub fn into_image(self, edge: Edge, sampling: Sampling) -> Image {
        let byte = |v: f32| (v.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
        let mut level: Vec<[u8; 4]> = self.pixels.iter().map(|p| p.map(byte)).collect();
        let (mut w, mut h) = (self.width, self.height);
        let mut data: Vec<u8> = level.iter().flatten().copied().collect();
        let mut levels = 1;
        while w > 1 || h > 1 {
            (level, w, h) = halved(&level, w, h);
            data.extend(level.iter().flatten());
            levels += 1;
        }
        let size =
            Extent3d { width: self.width as u32, height: self.height as u32, depth_or_array_layers: 1 };
        let mut image = Image::new_uninit(
            size,
            TextureDimension::D2,
            TextureFormat::Rgba8UnormSrgb,
            RenderAssetUsages::RENDER_WORLD,
        );
        image.data = Some(data);
        image.texture_descriptor.mip_level_count = levels;
        let address = match edge {
            Edge::Repeat => ImageAddressMode::Repeat,
            Edge::Clamp => ImageAddressMode::ClampToEdge,
        };
        image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
            address_mode_u: address,
            address_mode_v: address,
            mag_filter: ImageFilterMode::Linear,
            min_filter: ImageFilterMode::Linear,
            mipmap_filter: ImageFilterMode::Linear,
            anisotropy_clamp: match sampling {
                Sampling::Plain => 1,
                Sampling::Anisotropic => 8,
            },
            ..ImageSamplerDescriptor::default()
        });
        image
    }
}

/// Each pixel the mean of four.
fn halved(level: &[[u8; 4]], w: usize, h: usize) -> (Vec<[u8; 4]>, usize, usize) {
    let (w2, h2) = ((w / 2).max(1), (h / 2).max(1));
    let mut half = Vec::with_capacity(w2 * h2);
    for y in 0..h2 {
        for x in 0..w2 {
            let (x0, x1) = (2 * x, (2 * x + 1).min(w - 1));
            let (y0, y1) = (2 * y, (2 * y + 1).min(h - 1));
            let four = [(x0, y0), (x1, y0), (x0, y1), (x1, y1)].map(|(x, y)| level[y * w + x]);
            half.push([0, 1, 2, 3].map(|c| {
                let sum: u32 = four.iter().map(|p| u32::from(p[c])).sum();
                ((sum + 2) / 4) as u8
            }));
        }
    }
    (half, w2, h2)
}

/// Noise in [0, 1) that repeats after the whole picture: `cells` lattice cells across.
pub fn tiling(x: f64, y: f64, cells: i64, salt: u64) -> f64 {
    let (qx, qy) = (x * cells as f64, y * cells as f64);
    let (fx, fy) = (qx.floor(), qy.floor());
    let (i, j) = (fx as i64, fy as i64);
    let at = |a: i64, b: i64| noise::lattice((i + a).rem_euclid(cells), (j + b).rem_euclid(cells), salt);
    let (u, v) = (noise::smoothstep(0.0, 1.0, qx - fx), noise::smoothstep(0.0, 1.0, qy - fy));
    let low = at(0, 0) + (at(1, 0) - at(0, 0)) * u;
    let high = at(0, 1) + (at(1, 1) - at(0, 1)) * u;
    low + (high - low) * v
}

/// Signed distance from a line with round ends and this half width.
pub fn stroke(p: DVec2, a: DVec2, b: DVec2, half: f64) -> f64 {
    let d = b - a;
    let along =
        if d.length_squared() > 0.0 { ((p - a).dot(d) / d.length_squared()).clamp(0.0, 1.0) } else { 0.0 };
    (p - a - d * along).length() - half
}

/// Signed distance from a polygon (any turn).
pub fn polygon(p: DVec2, corners: &[DVec2]) -> f64 {
    let mut inside = false;
    let mut nearest = f64::INFINITY;
    for (i, a) in corners.iter().enumerate() {
        let b = corners[(i + 1) % corners.len()];
        nearest = nearest.min(stroke(p, *a, b, 0.0));
        if (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x) {
            inside = !inside;
        }
    }
    if inside { -nearest } else { nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smaller_copies_keep_the_mean_and_fill_the_chain() {
        let mut canvas = Canvas::new(8, 4, [0.0; 3]);
        canvas.rect([0.0, 0.0, 4.0, 4.0], [1.0; 3]);
        let image = canvas.into_image(Edge::Repeat, Sampling::Plain);
        let data = image.data.unwrap();
        assert_eq!(image.texture_descriptor.mip_level_count, 4);
        assert_eq!(data.len(), 4 * (32 + 8 + 2 + 1));
        let last = data[data.len() - 4];
        assert!((126..=129).contains(&last), "{last}");
    }

    #[test]
    fn rectangles_cover_parts_of_pixels() {
        let mut canvas = Canvas::new(4, 4, [0.0; 3]);
        canvas.rect([0.5, 1.0, 2.0, 2.0], [1.0; 3]);
        assert_eq!(canvas.pixel(0, 1)[0], 0.5);
        assert_eq!(canvas.pixel(1, 1)[0], 1.0);
        assert_eq!(canvas.pixel(2, 1)[0], 0.0);
        assert_eq!(canvas.pixel(1, 2)[0], 0.0);
    }

    #[test]
    fn distances_are_negative_inside() {
        let square = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)].map(|(x, y)| DVec2::new(x, y));
        assert!((polygon(DVec2::new(1.0, 2.0), &square) + 1.0).abs() < 1e-9);
        assert!((polygon(DVec2::new(6.0, 2.0), &square) - 2.0).abs() < 1e-9);
    }
}
