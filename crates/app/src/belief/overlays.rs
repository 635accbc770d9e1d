//! What of the belief is shown: one switch each, with a key for the command line and words for a person.
//!
//! [`Overlays::ALL`] is the catalogue that the panels list and `--show tracks,lidar,path` reads.

use crate::palette;
use bevy::color::Color;
use bevy::prelude::Resource;
use serde::{Deserialize, Serialize};

/// One switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlay {
    /// Fields of view of the cameras and what they detect.
    Cameras,
    /// Lidar points.
    Lidar,
    /// Radar returns with range rate.
    Radar,
    /// Tracks.
    Tracks,
    /// Tracks and detections of nothing.
    Ghosts,
    /// What is there and has no track.
    Misses,
    /// Signal heads as believed.
    Signals,
    /// Map prior and live lane marks.
    Lanes,
    /// Planned path.
    Path,
    /// Where tracks may be in the next seconds.
    Predictions,
    /// Believed against true pose.
    Localization,
}

/// Name and look of a switch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OverlayRow {
    /// Which.
    pub overlay: Overlay,
    /// Key on the command line.
    pub key: &'static str,
    /// Name on the screen.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Its color.
    pub color: Color,
}

/// Which overlays are drawn.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Overlays {
    /// Fields of view of the cameras and what they detect.
    pub cameras: bool,
    /// Lidar points.
    pub lidar: bool,
    /// Radar returns with range rate.
    pub radar: bool,
    /// Tracks.
    pub tracks: bool,
    /// Tracks and detections of nothing.
    pub ghosts: bool,
    /// What is there and has no track.
    pub misses: bool,
    /// Signal heads as believed.
    pub signals: bool,
    /// Map prior and live lane marks.
    pub lanes: bool,
    /// Planned path.
    pub path: bool,
    /// Where tracks may be in the next seconds.
    pub predictions: bool,
    /// Believed against true pose.
    pub localization: bool,
}

impl Default for Overlays {
    /// What explains most at a first glance: tracks, ghosts, misses, signals and the path.
    fn default() -> Self {
        let mut shown = Self::NONE;
        for overlay in [Overlay::Tracks, Overlay::Ghosts, Overlay::Misses, Overlay::Signals, Overlay::Path] {
            *shown.flag(overlay) = true;
        }
        shown
    }
}

const fn row(
    overlay: Overlay,
    key: &'static str,
    name: &'static str,
    about: &'static str,
    color: Color,
) -> OverlayRow {
    OverlayRow { overlay, key, name, about, color }
}

impl Overlays {
    /// Nothing.
    pub const NONE: Self = Self {
        cameras: false,
        lidar: false,
        radar: false,
        tracks: false,
        ghosts: false,
        misses: false,
        signals: false,
        lanes: false,
        path: false,
        predictions: false,
        localization: false,
    };

    /// The catalogue, in the order in which panels list it.
    pub const ALL: [OverlayRow; 11] = [
        row(
            Overlay::Tracks,
            "tracks",
            "Tracks",
            "Objects as the car believes them: box, speed, 95 % ellipse of the position",
            palette::TRACK,
        ),
        row(
            Overlay::Predictions,
            "predictions",
            "Predictions",
            "Where each track may be in the next 3 s: as it turns now, and along its lane",
            palette::TRACK,
        ),
        row(
            Overlay::Path,
            "path",
            "Planned path",
            "Where the car means to drive, in the color of what it reacts to",
            palette::PLAN,
        ),
        row(
            Overlay::Signals,
            "signals",
            "Signals",
            "What the car takes each traffic signal for, beside what it shows",
            palette::GOOD,
        ),
        row(
            Overlay::Misses,
            "misses",
            "Misses",
            "What is there without the car knowing, and why no sensor reported it",
            palette::BAD,
        ),
        row(
            Overlay::Ghosts,
            "ghosts",
            "Ghosts",
            "Tracks and returns that belong to nothing real, and where they come from",
            palette::BAD,
        ),
        row(
            Overlay::Cameras,
            "cameras",
            "Cameras",
            "Fields of view of the cameras and what each has detected",
            palette::CAMERA,
        ),
        row(
            Overlay::Lidar,
            "lidar",
            "Lidar",
            "Laser points on objects and road, echoes of drops and flakes",
            palette::LIDAR,
        ),
        row(
            Overlay::Radar,
            "radar",
            "Radar",
            "Radar returns; the arrow is the range rate, how fast they come nearer or go away",
            palette::RADAR,
        ),
        row(
            Overlay::Lanes,
            "lanes",
            "Lanes",
            "Lane borders of the map beside the marks that the camera sees now",
            palette::WARN,
        ),
        row(
            Overlay::Localization,
            "localization",
            "Localization",
            "Where the car believes it stands, with its uncertainty, and where it does stand",
            palette::SYSTEM,
        ),
    ];

    /// The switch.
    pub fn flag(&mut self, overlay: Overlay) -> &mut bool {
        match overlay {
            Overlay::Cameras => &mut self.cameras,
            Overlay::Lidar => &mut self.lidar,
            Overlay::Radar => &mut self.radar,
            Overlay::Tracks => &mut self.tracks,
            Overlay::Ghosts => &mut self.ghosts,
            Overlay::Misses => &mut self.misses,
            Overlay::Signals => &mut self.signals,
            Overlay::Lanes => &mut self.lanes,
            Overlay::Path => &mut self.path,
            Overlay::Predictions => &mut self.predictions,
            Overlay::Localization => &mut self.localization,
        }
    }

    /// Whether it is on.
    pub fn shows(mut self, overlay: Overlay) -> bool {
        *self.flag(overlay)
    }

    /// Everything.
    pub fn all() -> Self {
        let mut shown = Self::NONE;
        for row in Self::ALL {
            *shown.flag(row.overlay) = true;
        }
        shown
    }

    /// Nothing.
    pub fn none() -> Self {
        Self::NONE
    }

    /// Keys of what is on, for settings and the command line.
    pub fn names(self) -> Vec<String> {
        Self::ALL.iter().filter(|row| self.shows(row.overlay)).map(|row| row.key.to_owned()).collect()
    }

    /// Reads `--show`: keys; `all` and `none` are words of their own.
    pub fn from_names<S: AsRef<str>>(names: &[S]) -> Result<Self, String> {
        let mut shown = Self::NONE;
        for key in names.iter().map(|name| name.as_ref().trim()).filter(|key| !key.is_empty()) {
            match key {
                "all" => shown = Self::all(),
                "none" => shown = Self::NONE,
                _ => {
                    let row = Self::ALL.iter().find(|row| row.key == key).ok_or_else(|| {
                        let keys: Vec<_> = Self::ALL.iter().map(|row| row.key).collect();
                        format!("nothing to show is called `{key}`; there are {}, all, none", keys.join(", "))
                    })?;
                    *shown.flag(row.overlay) = true;
                }
            }
        }
        Ok(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_is_in_the_catalogue_once_and_its_key_turns_on_that_one() {
        for row in Overlays::ALL {
            let shown = Overlays::from_names(&[row.key]).expect("a key of the catalogue");
            for other in Overlays::ALL {
                assert_eq!(shown.shows(other.overlay), other.overlay == row.overlay, "{}", other.key);
            }
            assert!(row.about.len() > 20 && !row.about.ends_with('.'), "{}", row.about);
        }
        assert_eq!(Overlays::from_names(&Overlays::default().names()), Ok(Overlays::default()));
        let words = serde_json::to_string(&Overlays::all()).expect("plain");
        assert_eq!(words.matches("true").count(), Overlays::ALL.len());
        assert!(!words.contains("false"));
    }

    #[test]
    fn lists_are_read_and_wrong_words_are_named() {
        let shown = Overlays::from_names(&[" tracks", "lidar ", "path"]).expect("right");
        assert!(shown.tracks && shown.lidar && shown.path && !shown.radar);
        assert_eq!(Overlays::from_names(&["all"]), Ok(Overlays::all()));
        assert_eq!(Overlays::from_names(&["tracks", "none"]), Ok(Overlays::NONE));
        let problem = Overlays::from_names(&["trakcs"]).expect_err("wrong");
        assert!(problem.contains("`trakcs`") && problem.contains("localization"), "{problem}");
    }
}
