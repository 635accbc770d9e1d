//! Films: GIF by our own process, other formats through ffmpeg where it is installed, or numbered pictures.

use super::picture::{Picture, write_png};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Why a film can't be written.
#[derive(Debug, thiserror::Error)]
pub enum FilmError {
    /// Unknown ending.
    #[error("`{0}` names no film: use .gif, .mp4, .webm, .mkv, or a directory for numbered .png files")]
    Ending(String),
    /// No ffmpeg.
    #[error(
        "{0} needs the program ffmpeg, which was not found; install it (Debian: `apt-get install ffmpeg`), \
         or write a .gif or a directory of .png files instead"
    )]
    NoFfmpeg(String),
    /// ffmpeg failed.
    #[error("ffmpeg could not write {path}: {why}")]
    Ffmpeg {
        /// File.
        path: String,
        /// What it said.
        why: String,
    },
    /// Disk.
    #[error("{path}: {error}")]
    Io {
        /// File.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// The GIF encoder refused.
    #[error("{path}: {error}")]
    Gif {
        /// File.
        path: String,
        /// Why.
        error: gif::EncodingError,
    },
}

/// How a film is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilmKind {
    /// Animated GIF.
    Gif,
    /// Through ffmpeg.
    Ffmpeg,
    /// Numbered pictures in a directory.
    Pictures,
}

/// Kind of a film by its file's ending.
pub fn kind_of(path: &Path) -> Result<FilmKind, FilmError> {
    match path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("gif") => Ok(FilmKind::Gif),
        Some("mp4" | "webm" | "mkv" | "mov") => Ok(FilmKind::Ffmpeg),
        None => Ok(FilmKind::Pictures),
        Some(_) => Err(FilmError::Ending(path.display().to_string())),
    }
}

enum Sink {
    Gif(Box<gif::Encoder<std::io::BufWriter<std::fs::File>>>),
    Ffmpeg(Child),
    Pictures,
}

/// A film being written.
pub struct Film {
    path: PathBuf,
    sink: Sink,
    fps: u32,
    size: (u32, u32),
    frames: u32,
    shown_cs: u32,
}

impl Film {
    /// Opens the file; nothing is rendered before this has worked.
    pub fn create(path: &Path, size: (u32, u32), fps: u32) -> Result<Self, FilmError> {
        let disk = |error| FilmError::Io { path: path.display().to_string(), error };
        if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(parent).map_err(disk)?;
        }
        let sink = match kind_of(path)? {
            FilmKind::Gif => {
                let file = std::io::BufWriter::new(std::fs::File::create(path).map_err(disk)?);
                let encoder = gif::Encoder::new(file, size.0 as u16, size.1 as u16, &[])
                    .and_then(|mut e| e.set_repeat(gif::Repeat::Infinite).map(|()| e))
                    .map_err(|error| FilmError::Gif { path: path.display().to_string(), error })?;
                Sink::Gif(Box::new(encoder))
            }
            FilmKind::Ffmpeg => Sink::Ffmpeg(start_ffmpeg(path, size, fps)?),
            FilmKind::Pictures => {
                std::fs::create_dir_all(path).map_err(disk)?;
                Sink::Pictures
            }
        };
        Ok(Self { path: path.to_owned(), sink, fps, size, frames: 0, shown_cs: 0 })
    }

    /// Adds a picture.
    pub fn push(&mut self, picture: &Picture) -> Result<(), FilmError> {
        let path = self.path.display().to_string();
        self.frames += 1;
        match &mut self.sink {
            Sink::Gif(encoder) => {
                // Hundredths of a second, without drift.
                let due_cs = (f64::from(self.frames) * 100.0 / f64::from(self.fps)).round() as u32;
                let mut pixels = picture.rgba();
                let mut frame =
                    gif::Frame::from_rgba_speed(self.size.0 as u16, self.size.1 as u16, &mut pixels, 10);
                frame.delay = (due_cs - self.shown_cs) as u16;
                self.shown_cs = due_cs;
                encoder.write_frame(&frame).map_err(|error| FilmError::Gif { path, error })
            }
            Sink::Ffmpeg(child) => {
                let Some(pipe) = child.stdin.as_mut() else { return Ok(()) };
                pipe.write_all(&picture.rgb)
                    .map_err(|error| FilmError::Ffmpeg { path, why: error.to_string() })
            }
            Sink::Pictures => {
                let file = self.path.join(format!("frame_{:05}.png", self.frames - 1));
                write_png(&file, picture)
                    .map_err(|error| FilmError::Io { path: file.display().to_string(), error })
            }
        }
    }

    /// Closes the file.
    pub fn finish(self) -> Result<u32, FilmError> {
        let path = self.path.display().to_string();
        match self.sink {
            Sink::Gif(encoder) => {
                let mut file =
                    encoder.into_inner().map_err(|error| FilmError::Gif { path: path.clone(), error })?;
                file.flush().map_err(|error| FilmError::Io { path, error })?;
            }
            Sink::Ffmpeg(mut child) => {
                drop(child.stdin.take());
                let done = child
                    .wait_with_output()
                    .map_err(|error| FilmError::Ffmpeg { path: path.clone(), why: error.to_string() })?;
                if !done.status.success() {
                    let why = String::from_utf8_lossy(&done.stderr).trim().to_owned();
                    return Err(FilmError::Ffmpeg { path, why });
                }
            }
            Sink::Pictures => {}
        }
        Ok(self.frames)
    }
}

fn start_ffmpeg(path: &Path, size: (u32, u32), fps: u32) -> Result<Child, FilmError> {
    let mut command = Command::new("ffmpeg");
    command
        .args(["-loglevel", "error", "-y", "-f", "rawvideo", "-pixel_format", "rgb24"])
        .args(["-video_size", &format!("{}x{}", size.0, size.1), "-framerate", &fps.to_string()])
        .args(["-i", "-"])
        // Players want even sides and 4:2:0.
        .args(["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p"])
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command.spawn().map_err(|error| {
        let name = path.display().to_string();
        match error.kind() {
            std::io::ErrorKind::NotFound => FilmError::NoFfmpeg(name),
            _ => FilmError::Io { path: name, error },
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(shade: u8) -> Picture {
        Picture { width: 32, height: 16, rgb: vec![shade; 32 * 16 * 3] }
    }

    #[test]
    fn endings_decide() {
        assert_eq!(kind_of(Path::new("a.gif")).unwrap(), FilmKind::Gif);
        assert_eq!(kind_of(Path::new("a.MP4")).unwrap(), FilmKind::Ffmpeg);
        assert_eq!(kind_of(Path::new("frames")).unwrap(), FilmKind::Pictures);
        assert!(kind_of(Path::new("a.txt")).is_err());
    }

    #[test]
    fn a_gif_has_its_frames_and_its_duration() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.gif");
        let mut film = Film::create(&path, (32, 16), 12).unwrap();
        for shade in [0, 80, 160, 240, 255, 3] {
            film.push(&picture(shade)).unwrap();
        }
        assert_eq!(film.finish().unwrap(), 6);
        let mut reader = gif::DecodeOptions::new().read_info(std::fs::File::open(&path).unwrap()).unwrap();
        let mut delays = Vec::new();
        while let Some(frame) = reader.read_next_frame().unwrap() {
            delays.push(frame.delay);
        }
        assert_eq!(delays.len(), 6);
        assert_eq!(delays.iter().sum::<u16>(), 50, "6 frames at 12 a second: {delays:?}");
    }

    #[test]
    fn numbered_pictures() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("frames");
        let mut film = Film::create(&path, (32, 16), 30).unwrap();
        film.push(&picture(9)).unwrap();
        film.push(&picture(10)).unwrap();
        film.finish().unwrap();
        assert!(path.join("frame_00001.png").is_file());
    }
}
