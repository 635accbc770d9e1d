//! Pictures of the scenarios: `assets/pictures/<scenario name>.png` below the assets root, loaded when first
//! shown.

use bevy_egui::egui::{ColorImage, Context, TextureHandle, TextureOptions};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Loaded pictures by scenario name; `None` = there is none.
#[derive(Default)]
pub struct Pictures {
    loaded: BTreeMap<String, Option<TextureHandle>>,
}

/// Most pictures read in one frame: the start screen must not stutter.
const LOADS_A_FRAME: usize = 3;
/// Largest edge of a picture, pixels.
const EDGE_MAX: u32 = 4096;

/// File of a scenario's picture.
pub fn path_of(root: &Path, name: &str) -> PathBuf {
    let parts = name.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let mut path: PathBuf = root.join("assets").join("pictures");
    path.extend(parts);
    let mut path = path.into_os_string();
    path.push(".png");
    path.into()
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// Not there or not readable.
    #[error("{0}")]
    Read(#[from] std::io::Error),
    /// Not a PNG.
    #[error("{0}")]
    Decode(#[from] png::DecodingError),
    /// A PNG of a kind we don't show.
    #[error("a picture of {0} × {1} pixels with {2} bytes a pixel")]
    Kind(u32, u32, usize),
}

/// Reads a PNG of 8 bits a channel.
pub fn read(path: &Path) -> Result<ColorImage, PictureError> {
    let file = std::io::BufReader::new(std::fs::File::open(path)?);
    let mut decoder = png::Decoder::new(file);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let (width, height) = (reader.info().width, reader.info().height);
    let size = reader.output_buffer_size().unwrap_or(0);
    if width == 0 || height == 0 || width > EDGE_MAX || height > EDGE_MAX || size == 0 {
        return Err(PictureError::Kind(width, height, 0));
    }
    let mut bytes = vec![0; size];
    let info = reader.next_frame(&mut bytes)?;
    bytes.truncate(info.buffer_size());
    let edges = [width as usize, height as usize];
    let channels = bytes.len() / (edges[0] * edges[1]);
    match channels {
        1 => Ok(ColorImage::from_gray(edges, &bytes)),
        3 => Ok(ColorImage::from_rgb(edges, &bytes)),
        4 => Ok(ColorImage::from_rgba_unmultiplied(edges, &bytes)),
        other => Err(PictureError::Kind(width, height, other)),
    }
}

impl Pictures {
    /// The picture of a scenario, if there is one; `budget` counts down the loads of this frame.
    pub fn get(
        &mut self,
        ctx: &Context,
        root: &Path,
        name: &str,
        budget: &mut usize,
    ) -> Option<TextureHandle> {
        if let Some(known) = self.loaded.get(name) {
            return known.clone();
        }
        if *budget == 0 {
            ctx.request_repaint();
            return None;
        }
        let path = path_of(root, name);
        let picture = match read(&path) {
            Ok(image) => {
                *budget -= 1;
                Some(ctx.load_texture(name, image, TextureOptions::LINEAR))
            }
            Err(PictureError::Read(error)) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                bevy::log::warn!("{}: {error}", path.display());
                None
            }
        };
        self.loaded.insert(name.to_owned(), picture.clone());
        picture
    }

    /// Loads a frame may do.
    pub fn budget() -> usize {
        LOADS_A_FRAME
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, color: png::ColorType, pixels: &[u8]) {
        let mut encoder = png::Encoder::new(std::fs::File::create(path).unwrap(), 2, 1);
        encoder.set_color(color);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header().unwrap().write_image_data(pixels).unwrap();
    }

    #[test]
    fn pictures_are_read_as_they_are() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.png");
        write(&path, png::ColorType::Rgb, &[255, 0, 0, 0, 0, 255]);
        let image = read(&path).unwrap();
        assert_eq!(image.size, [2, 1]);
        assert_eq!((image.pixels[0].r(), image.pixels[1].b()), (255, 255));
        write(&path, png::ColorType::Grayscale, &[7, 9]);
        assert_eq!(read(&path).unwrap().pixels[1].g(), 9);
        std::fs::write(&path, b"no picture").unwrap();
        assert!(matches!(read(&path), Err(PictureError::Decode(_))));
        assert!(matches!(read(&dir.path().join("b.png")), Err(PictureError::Read(_))));
    }

    #[test]
    fn names_stay_below_the_folder() {
        let check = |name: &str, expect: &str| assert_eq!(path_of(Path::new("r"), name), Path::new(expect));
        check("kirkland/fog_bank", "r/assets/pictures/kirkland/fog_bank.png");
        check("../../x", "r/assets/pictures/x.png");
        check("v1.5", "r/assets/pictures/v1.5.png");
    }
}
