//! Objects beside and on the road, tunnels and bridges.

use serde::{Deserialize, Serialize};

use super::{ObjectDetail, Orientation, UserData, Validity};
use crate::problem::Place;

/// `<object>`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// Unique id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Type (`crosswalk`, `barrier`, `roadMark`, …).
    pub kind: String,
    /// Subtype.
    pub subtype: String,
    /// Origin along the road, metres.
    pub s_m: f64,
    /// Origin across the road, metres.
    pub t_m: f64,
    /// Origin over the road, metres.
    pub z_offset_m: f64,
    /// Heading from the road's, radians.
    pub heading_rad: f64,
    /// Pitch, radians.
    pub pitch_rad: f64,
    /// Roll, radians.
    pub roll_rad: f64,
    /// For which direction of travel it counts.
    pub orientation: Orientation,
    /// Whether the file says so; where it does not, `orientation` is that for both directions.
    pub orientation_said: bool,
    /// How far along s it counts, metres.
    pub valid_length_m: Option<f64>,
    /// May move.
    pub dynamic: bool,
    /// Stands on the banked surface of the road: pitch and roll are relative to it (1.8).
    pub perp_to_road: bool,
    /// Bounding box along its heading, metres.
    pub length_m: Option<f64>,
    /// Bounding box across, metres.
    pub width_m: Option<f64>,
    /// Radius of a round object, metres.
    pub radius_m: Option<f64>,
    /// Height, metres.
    pub height_m: Option<f64>,
    /// Copies along the road.
    pub repeats: Vec<Repeat>,
    /// Outlines (1.4: the single `<outline>`).
    pub outlines: Vec<Outline>,
    /// Lanes for which it counts; empty = all.
    pub validity: Vec<Validity>,
    /// Materials, parking, painted lines, borders, skeleton and surface.
    pub detail: ObjectDetail,
    /// `<userData>`.
    pub user_data: Vec<UserData>,
    /// Where it is written.
    pub at: Place,
}

/// `<repeat>`: copies of an object along the road.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Repeat {
    /// Start, metres.
    pub s_m: f64,
    /// Length of the stretch, metres.
    pub length_m: f64,
    /// Distance between two copies, metres; 0 = one continuous object.
    pub distance_m: f64,
    /// t at the start, metres.
    pub t_start_m: f64,
    /// t at the end, metres.
    pub t_end_m: f64,
    /// Width at the start, metres.
    pub width_start_m: Option<f64>,
    /// Width at the end, metres.
    pub width_end_m: Option<f64>,
    /// Height at the start, metres.
    pub height_start_m: Option<f64>,
    /// Height at the end, metres.
    pub height_end_m: Option<f64>,
    /// Height over the road at the start, metres.
    pub z_offset_start_m: f64,
    /// Height over the road at the end, metres.
    pub z_offset_end_m: f64,
    /// Length of a copy at the start, metres.
    pub length_start_m: Option<f64>,
    /// Length of a copy at the end, metres.
    pub length_end_m: Option<f64>,
    /// Radius at the start, metres.
    pub radius_start_m: Option<f64>,
    /// Radius at the end, metres.
    pub radius_end_m: Option<f64>,
    /// The copies stand on a straight line from the first one to the last one, not along the road (1.8).
    pub straight: bool,
    /// Whether the file gives the distance between copies.
    pub distance_said: bool,
}

/// `<outline>`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outline {
    /// Id within the object.
    pub id: Option<String>,
    /// An outer outline, where it is not a hole.
    pub outer: bool,
    /// An area, where it is not a line.
    pub closed: bool,
    /// What fills it (`grass`, `concrete`, …).
    pub fill_type: Option<String>,
    /// Lane type that it stands for.
    pub lane_type: Option<String>,
    /// Corners in order, all of one kind.
    pub corners: Vec<Corner>,
    /// Ids of the corners, where they have one; as long as `corners`, or empty where no corner has one.
    pub corner_ids: Vec<Option<String>>,
}

/// A corner of an outline.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Corner {
    /// `<cornerLocal>`: in the object's own frame.
    Local {
        /// Forward, metres.
        u_m: f64,
        /// Left, metres.
        v_m: f64,
        /// Up, metres.
        z_m: f64,
        /// Height of the object at this corner, metres.
        height_m: f64,
    },
    /// `<cornerRoad>`: on the road.
    Road {
        /// Along, metres.
        s_m: f64,
        /// Across, metres.
        t_m: f64,
        /// Over the road, metres.
        dz_m: f64,
        /// Height of the object at this corner, metres.
        height_m: f64,
    },
}

/// `<objectReference>`: an object of another road that counts on this one too.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ObjectReference {
    /// The object's id.
    pub object_id: String,
    /// Where it counts, metres.
    pub s_m: f64,
    /// Across the road, metres.
    pub t_m: f64,
    /// Over the road, metres.
    pub z_offset_m: f64,
    /// How far along s it counts, metres.
    pub valid_length_m: Option<f64>,
    /// For which direction of travel it counts.
    pub orientation: Orientation,
    /// Lanes for which it counts; empty = all.
    pub validity: Vec<Validity>,
    /// Where it is written.
    pub at: Place,
}

/// `<tunnel>` or `<bridge>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Structure {
    /// Tunnel or bridge.
    pub kind: StructureKind,
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Subtype (`standard`, `underpass`, `concrete`, …), as written.
    pub subtype: String,
    /// Start, metres.
    pub s_m: f64,
    /// Length, metres.
    pub length_m: f64,
    /// Lanes for which it counts; empty = all.
    pub validity: Vec<Validity>,
    /// `<userData>`.
    pub user_data: Vec<UserData>,
    /// Where it is written.
    pub at: Place,
}

/// Kind of a [`Structure`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum StructureKind {
    /// A tunnel.
    Tunnel {
        /// Artificial light, 0 = none, 1 = full.
        lighting: Option<f64>,
        /// Daylight that comes in, 0 = none, 1 = full.
        daylight: Option<f64>,
    },
    /// A bridge.
    Bridge,
}
