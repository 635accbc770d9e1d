//! A finished picture: size and RGB bytes; reading it back from the renderer, writing it as PNG, and telling
//! whether anything is on it.

use bevy::image::Image;
use bevy::render::render_resource::TextureFormat;
use std::io;
use std::path::Path;

/// A picture, 8 bits a channel, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    /// Red, green, blue of each pixel.
    pub rgb: Vec<u8>,
}

impl Picture {
    /// From what the renderer read back; `None` for a format that screens don't have.
    pub fn from_image(image: &Image) -> Option<Self> {
        let data = image.data.as_ref()?;
        let blue_first = match image.texture_descriptor.format {
            TextureFormat::Rgba8UnormSrgb | TextureFormat::Rgba8Unorm => false,
            TextureFormat::Bgra8UnormSrgb | TextureFormat::Bgra8Unorm => true,
            _ => return None,
        };
        let (width, height) = (image.width(), image.height());
        if data.len() < (width * height * 4) as usize {
            return None;
        }
        let mut rgb = Vec::with_capacity((width * height * 3) as usize);
        for pixel in data.chunks_exact(4) {
            if blue_first {
                rgb.extend([pixel[2], pixel[1], pixel[0]]);
            } else {
                rgb.extend([pixel[0], pixel[1], pixel[2]]);
            }
        }
        Some(Self { width, height, rgb })
    }

    /// With an opaque alpha channel.
    pub fn rgba(&self) -> Vec<u8> {
        self.rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect()
    }

    /// Histogram of the luma (Rec. 709 weights on the encoded values), 32 bins.
    pub fn luma_histogram(&self) -> [u32; 32] {
        let mut bins = [0; 32];
        for p in self.rgb.chunks_exact(3) {
            let luma = (54 * u32::from(p[0]) + 183 * u32::from(p[1]) + 19 * u32::from(p[2])) >> 8;
            bins[(luma / 8).min(31) as usize] += 1;
        }
        bins
    }

    /// Share of the pixels in the fullest bin, and the number of bins with at least 0.2 % of the pixels.
    pub fn spread(&self) -> (f64, usize) {
        let bins = self.luma_histogram();
        let total = f64::from(self.width * self.height).max(1.0);
        let fullest = bins.iter().copied().max().unwrap_or(0);
        let used = bins.iter().filter(|n| f64::from(**n) >= 0.002 * total).count();
        (f64::from(fullest) / total, used)
    }

    /// Nothing is on it: nearly all pixels have one brightness, or there are hardly any different ones.
    pub fn is_blank(&self) -> bool {
        let (fullest, used) = self.spread();
        fullest > 0.97 || used < 4
    }
}

/// Writes a PNG.
pub fn write_png(path: &Path, picture: &Picture) -> io::Result<()> {
    if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent)?;
    }
    let file = io::BufWriter::new(std::fs::File::create(path)?);
    let mut encoder = png::Encoder::new(file, picture.width, picture.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&picture.rgb))
        .map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(shade: impl Fn(u32, u32) -> u8) -> Picture {
        let (width, height) = (64, 36);
        let rgb =
            (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| [shade(x, y); 3]);
        Picture { width, height, rgb: rgb.collect() }
    }

    #[test]
    fn planted_blank_frames_are_found() {
        assert!(painted(|_, _| 0).is_blank(), "black");
        assert!(painted(|_, _| 255).is_blank(), "white");
        assert!(painted(|_, y| if y < 18 { 200 } else { 90 }).is_blank(), "two flat halves are no scene");
        let speck = painted(|x, y| if x < 2 && y < 2 { 255 } else { 10 });
        assert!(speck.is_blank(), "a speck on black");
    }

    #[test]
    fn a_scene_is_not_blank() {
        assert!(!painted(|x, y| (x * 3 + y) as u8).is_blank());
    }

    #[test]
    fn a_png_reads_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/a.png");
        let picture = painted(|x, y| (x + y) as u8);
        write_png(&path, &picture).unwrap();
        let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(&path).unwrap()));
        let mut reader = decoder.read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut bytes).unwrap();
        assert_eq!(bytes, picture.rgb);
    }
}
