//! Signals (signs and traffic lights) and the controllers that switch them.

use serde::{Deserialize, Serialize};

use super::{Orientation, Semantic, StaticBoard, UserData, VmsBoard, speed_unit_mps};
use crate::problem::Place;

/// `<signal>`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// Unique id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where it counts along the road, metres.
    pub s_m: f64,
    /// Across the road, metres.
    pub t_m: f64,
    /// Height of its lower edge over the road, metres.
    pub z_offset_m: f64,
    /// Changes its state (traffic light).
    pub dynamic: bool,
    /// For which direction of travel it counts.
    pub orientation: Orientation,
    /// ISO 3166 country code or name, as written.
    pub country: Option<String>,
    /// Year of the country's rules.
    pub country_revision: Option<String>,
    /// Type in the country's catalogue.
    pub kind: String,
    /// Subtype in the country's catalogue.
    pub subtype: String,
    /// Value shown.
    pub value: Option<f64>,
    /// Unit of the value.
    pub unit: Option<String>,
    /// Text shown.
    pub text: Option<String>,
    /// Height, metres.
    pub height_m: Option<f64>,
    /// Width, metres.
    pub width_m: Option<f64>,
    /// Depth, metres.
    pub length_m: Option<f64>,
    /// Heading from the direction given by the orientation, radians.
    pub heading_offset_rad: f64,
    /// Pitch, radians.
    pub pitch_rad: f64,
    /// Roll, radians.
    pub roll_rad: f64,
    /// Lanes for which it counts; empty = all.
    pub validity: Vec<Validity>,
    /// Signals of which it makes something (`<dependency>`).
    pub dependencies: Vec<SignalDependency>,
    /// Linked signals or objects (`<reference>`).
    pub references: Vec<SignalLink>,
    /// Where it really stands, where that differs from where it counts.
    pub position: Option<SignalPosition>,
    /// What it means, where the file says so (1.8).
    pub semantics: Vec<Semantic>,
    /// Boards that carry several fixed signs (1.8).
    pub static_boards: Vec<StaticBoard>,
    /// Boards that show changing signs (1.8).
    pub vms_boards: Vec<VmsBoard>,
    /// `<userData>`.
    pub user_data: Vec<UserData>,
    /// Where it is written.
    pub at: Place,
}

impl Signal {
    /// The value as a speed, m/s, if its unit is one of speed.
    pub fn value_mps(&self) -> Option<f64> {
        Some(self.value? * speed_unit_mps(self.unit.as_deref()?)?)
    }
}

/// Where a signal really stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SignalPosition {
    /// `<positionInertial>`: in the world.
    Inertial {
        /// East, metres.
        x_m: f64,
        /// North, metres.
        y_m: f64,
        /// Up, metres.
        z_m: f64,
        /// Heading, radians.
        heading_rad: f64,
        /// Pitch, radians.
        pitch_rad: f64,
        /// Roll, radians.
        roll_rad: f64,
    },
    /// `<positionRoad>` (1.4: `<physicalPosition>`): on a road, which may be another one.
    Road {
        /// The road's id.
        road_id: String,
        /// Along it, metres.
        s_m: f64,
        /// Across it, metres.
        t_m: f64,
        /// Over it, metres.
        z_offset_m: f64,
        /// Heading from the road's, radians.
        heading_offset_rad: f64,
        /// Pitch, radians.
        pitch_rad: f64,
        /// Roll, radians.
        roll_rad: f64,
    },
}

/// `<signalReference>`: a signal of another road that counts on this one too.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SignalReference {
    /// The signal's id.
    pub signal_id: String,
    /// Where it counts, metres.
    pub s_m: f64,
    /// Across the road, metres.
    pub t_m: f64,
    /// For which direction of travel it counts.
    pub orientation: Orientation,
    /// Lanes for which it counts; empty = all.
    pub validity: Vec<Validity>,
    /// `<userData>`.
    pub user_data: Vec<UserData>,
    /// Where it is written.
    pub at: Place,
}

/// `<validity>`: a range of lanes, both ends included, `from ≤ to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// Smallest lane id.
    pub from_lane: i32,
    /// Largest lane id.
    pub to_lane: i32,
}

impl Validity {
    /// Whether the lane is in the range.
    pub fn contains(self, lane_id: i32) -> bool {
        (self.from_lane..=self.to_lane).contains(&lane_id)
    }
}

/// `<dependency>` of a signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalDependency {
    /// The other signal's id.
    pub signal_id: String,
    /// How it depends.
    pub kind: Option<String>,
}

/// `<reference>` of a signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalLink {
    /// Id of the other signal or object.
    pub element_id: String,
    /// `object` or `signal`, as written.
    pub element_type: String,
    /// How it is linked.
    pub kind: Option<String>,
}

/// `<controller>`: signals that switch together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Controller {
    /// Unique id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Order among controllers of equal rank.
    pub sequence: Option<u32>,
    /// What it switches.
    pub controls: Vec<Control>,
    /// `<userData>`.
    pub user_data: Vec<UserData>,
    /// Where it is written.
    pub at: Place,
}

/// `<control>` entry of a controller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    /// The signal's id.
    pub signal_id: String,
    /// Which part of the signal or which kind of control.
    pub kind: Option<String>,
}
