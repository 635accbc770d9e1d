//! Railways: switches and stations. They are read as data; nothing of the engine runs on rails.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §15.

use serde::{Deserialize, Serialize};

use super::{Orientation, UserData};
use crate::problem::Place;

/// `<switch>`: where a side track leaves a main track.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Switch {
    /// Unique id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `dynamic`, `straight` or `turn`, as written.
    pub position: String,
    /// The track that goes on.
    pub main_track: Option<Track>,
    /// The track that leaves it.
    pub side_track: Option<Track>,
    /// The switch at the other end of the side track: id and name.
    pub partner: Option<(String, String)>,
    /// Where it is written.
    pub at: Place,
}

/// `<mainTrack>` or `<sideTrack>` of a switch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// The road that carries it.
    pub road_id: String,
    /// Where on it, metres.
    pub s_m: f64,
    /// Which way.
    pub direction: Orientation,
}

/// `<station>`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Station {
    /// Unique id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `small`, `medium` or `large`, as written.
    pub kind: Option<String>,
    /// Platforms.
    pub platforms: Vec<Platform>,
    /// `<userData>`.
    pub user_data: Vec<UserData>,
    /// Where it is written.
    pub at: Place,
}

/// `<platform>` of a station.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Platform {
    /// Id within the station.
    pub id: String,
    /// Name.
    pub name: String,
    /// The tracks that it serves.
    pub segments: Vec<PlatformSegment>,
}

/// `<segment>` of a platform: a stretch of a track.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlatformSegment {
    /// The road that carries the track.
    pub road_id: String,
    /// Start, metres.
    pub s_start_m: f64,
    /// End, metres.
    pub s_end_m: f64,
    /// `left` or `right` of the track, as written.
    pub side: String,
}
