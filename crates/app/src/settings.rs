//! What the window remembers from one time to the next: size, scale, overlays, camera, pace, level, sound,
//! quality. One TOML file in the system's place for a program's settings.
//!
//! A broken or unreadable file is told once, in plain words, and defaults are used; it is not overwritten
//! before a setting changes. Unknown keys are kept out of the way: a newer program may have written them.

use bevy::prelude::Resource;
use serde::{Deserialize, Serialize};
use shakedown::state::automation::AutomationLevel;
use std::path::{Path, PathBuf};

/// Remembered settings.
#[derive(Resource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Size of the window, logical pixels.
    pub window: Option<(u32, u32)>,
    /// Size of text and panels relative to what fits the window, – (0.7 to 1.8).
    pub ui_scale: Option<f32>,
    /// Overlays that are on, by name.
    pub overlays: Vec<String>,
    /// Camera, by name.
    pub camera: String,
    /// Simulated seconds per second.
    pub pace: f64,
    /// Level of the last run, if one was chosen.
    pub level: Option<AutomationLevel>,
    /// Whether the request to intervene sounds.
    pub sound: bool,
    /// Quality of the picture: `low` for software rendering, `high`; none = by the device.
    pub quality: Option<String>,
    /// Whether the hint for first-time users has been closed.
    pub hint_seen: bool,
    /// What was wrong with the file, until it has been told.
    #[serde(skip)]
    pub problem: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            window: None,
            ui_scale: None,
            overlays: Vec::new(),
            camera: "chase".to_owned(),
            pace: 1.0,
            level: None,
            sound: true,
            quality: None,
            hint_seen: false,
            problem: None,
        }
    }
}

/// Why settings could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The system names no directory for settings.
    #[error("this system names no directory for a program's settings; nothing is remembered")]
    NoPlace,
    /// Reading or writing failed.
    #[error("the settings in {} cannot be used ({error}); defaults are used", path.display())]
    Io {
        /// File.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file does not say what we understand.
    #[error("the settings in {} are broken ({error}); defaults are used", path.display())]
    Broken {
        /// File.
        path: PathBuf,
        /// Why, in one line.
        error: String,
    },
}

impl Settings {
    /// Smallest scale of the interface.
    pub const UI_SCALE_MIN: f32 = 0.7;
    /// Largest scale of the interface.
    pub const UI_SCALE_MAX: f32 = 1.8;

    /// A scale within its bounds.
    pub fn bounded_scale(scale: f32) -> f32 {
        scale.clamp(Self::UI_SCALE_MIN, Self::UI_SCALE_MAX)
    }

    /// The file's place on this system: `$SHAKEDOWN_SETTINGS`, or below the system's settings directory.
    pub fn file() -> Result<PathBuf, SettingsError> {
        if let Some(path) = std::env::var_os("SHAKEDOWN_SETTINGS") {
            return Ok(path.into());
        }
        let dirs = directories::ProjectDirs::from("", "", "shakedown").ok_or(SettingsError::NoPlace)?;
        Ok(dirs.config_dir().join("settings.toml"))
    }

    /// Reads a file. No file is no mistake: there are no settings yet.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(SettingsError::Io { path: path.to_path_buf(), error }),
        };
        let broken = |error: String| SettingsError::Broken { path: path.to_path_buf(), error };
        let settings: Self = toml::from_str(&text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let message = error.message().lines().next().unwrap_or("it is no TOML").to_owned();
            broken(line.map_or(message.clone(), |line| format!("line {line}: {message}")))
        })?;
        Ok(settings.within_bounds())
    }

    /// Reads the file of this system. What is wrong with it is said once, on the terminal and in
    /// [`Settings::problem`]; defaults are used then.
    pub fn load() -> Self {
        match Self::file().and_then(|path| Self::read(&path)) {
            Ok(settings) => settings,
            Err(error) => {
                eprintln!("warning: {error}");
                Self { problem: Some(error.to_string()), ..Self::default() }
            }
        }
    }

    /// Writes a file, whole or not at all.
    pub fn write(&self, path: &Path) -> Result<(), SettingsError> {
        let io = |error| SettingsError::Io { path: path.to_path_buf(), error };
        let text =
            toml::to_string_pretty(self).map_err(|error| io(std::io::Error::other(error.to_string())))?;
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(io)?;
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(".tmp");
        std::fs::write(&beside, text).map_err(io)?;
        std::fs::rename(&beside, path).map_err(io)
    }

    /// Numbers that make sense, whatever a hand has written.
    fn within_bounds(mut self) -> Self {
        let or = |x: f64, default: f64| if x.is_finite() { x } else { default };
        self.window = self.window.map(|(w, h)| (w.clamp(480, 16_384), h.clamp(320, 16_384)));
        self.ui_scale = self.ui_scale.filter(|s| s.is_finite()).map(Self::bounded_scale);
        self.pace = or(self.pace, 1.0).clamp(0.1, 32.0);
        self
    }
}

/// Where this program keeps what it makes (free drives, kept runs).
pub fn data_dir() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("SHAKEDOWN_DATA") {
        return Some(path.into());
    }
    directories::ProjectDirs::from("", "", "shakedown").map(|dirs| dirs.data_dir().to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed() -> Settings {
        Settings {
            window: Some((1920, 1080)),
            ui_scale: Some(1.3),
            overlays: vec!["tracks".to_owned(), "plan \"x\"".to_owned()],
            camera: "driver".to_owned(),
            pace: 0.25,
            level: Some(AutomationLevel::L3),
            sound: false,
            quality: Some("low".to_owned()),
            hint_seen: true,
            problem: None,
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep").join("settings.toml");
        assert_eq!(Settings::read(&path).unwrap(), Settings::default(), "no file yet");
        for settings in [changed(), Settings::default()] {
            settings.write(&path).unwrap();
            assert_eq!(Settings::read(&path).unwrap(), settings);
        }
        let left: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing is left beside it");
    }

    #[test]
    fn broken_files_are_told_with_their_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("settings.toml");
        std::fs::write(&path, "sound = true\npace = \"fast\"\n").unwrap();
        let error = Settings::read(&path).unwrap_err();
        assert!(matches!(error, SettingsError::Broken { .. }));
        let text = error.to_string();
        assert!(text.contains("line 2") && text.contains("defaults are used"), "{text}");
        std::fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(matches!(Settings::read(&path), Err(SettingsError::Io { .. })));
    }

    #[test]
    fn missing_and_unknown_keys_are_no_mistake_and_numbers_are_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("settings.toml");
        std::fs::write(&path, "from_the_future = 1\nui_scale = 90.0\npace = inf\nwindow = [1, 900]\n")
            .unwrap();
        let read = Settings::read(&path).unwrap();
        assert_eq!((read.ui_scale, read.pace, read.window), (Some(1.8), 1.0, Some((480, 900))));
        assert!(read.sound);
    }
}
