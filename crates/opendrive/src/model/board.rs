//! Meaning of signals in words of the standard, and boards that carry several signs.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §14.6 (semantics), §14.7 (boards).

use serde::{Deserialize, Serialize};

use super::{Signal, SignalDependency, SignalLink, UserData, Validity, speed_unit_mps};
use crate::problem::Place;

/// A child of `<semantics>`: one thing that a signal or regulation says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Semantic {
    /// The element's name: `speed`, `lane`, `priority`, `prohibited`, `warning`, `supplementaryTime`, ….
    pub subject: String,
    /// Its type, as written (`maximum`, `priorityRoad`, …).
    pub kind: Option<String>,
    /// Its value.
    pub value: Option<f64>,
    /// Unit of the value.
    pub unit: Option<String>,
    /// What stands inside of the element: XML as written, trimmed.
    pub content: String,
}

impl Semantic {
    /// The value as a speed, m/s, where the subject is speed.
    pub fn speed_mps(&self) -> Option<f64> {
        if self.subject != "speed" {
            return None;
        }
        Some(self.value? * speed_unit_mps(self.unit.as_deref()?)?)
    }
}

/// `<staticBoard>`: a board with fixed signs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StaticBoard {
    /// Lanes for which it counts; empty = all.
    pub validity: Vec<Validity>,
    /// Signals of which it makes something.
    pub dependencies: Vec<SignalDependency>,
    /// Linked signals or objects.
    pub references: Vec<SignalLink>,
    /// Its signs.
    pub signs: Vec<BoardSign>,
    /// `<userData>`.
    pub user_data: Vec<UserData>,
    /// Where it is written.
    pub at: Place,
}

/// `<sign>` of a board.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BoardSign {
    /// Across the board from its origin, metres.
    pub v_m: f64,
    /// Up from the board's origin, metres.
    pub z_m: f64,
    /// The sign itself; its `s_m`, `t_m` and `z_offset_m` are 0, the board's hold.
    pub sign: Signal,
}

/// `<vmsBoard>`: a board with changing content.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VmsBoard {
    /// Kind of display (`LED`, …), as written.
    pub display_type: Option<String>,
    /// Height of the display, metres.
    pub display_height_m: Option<f64>,
    /// Width of the display, metres.
    pub display_width_m: Option<f64>,
    /// Across the board from the signal's origin, metres.
    pub v_m: f64,
    /// Up from the signal's origin, metres.
    pub z_m: f64,
    /// Lanes for which it counts; empty = all.
    pub validity: Vec<Validity>,
    /// Signals of which it makes something.
    pub dependencies: Vec<SignalDependency>,
    /// Linked signals or objects.
    pub references: Vec<SignalLink>,
    /// Parts that show content of their own.
    pub areas: Vec<DisplayArea>,
    /// `<userData>`.
    pub user_data: Vec<UserData>,
    /// Where it is written.
    pub at: Place,
}

/// `<displayArea>` of a board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DisplayArea {
    /// Number within the board.
    pub index: Option<u32>,
    /// Across from the board's origin, metres.
    pub v_m: f64,
    /// Up from the board's origin, metres.
    pub z_m: f64,
    /// Height, metres.
    pub height_m: Option<f64>,
    /// Width, metres.
    pub width_m: Option<f64>,
}

/// `<vmsGroup>`: boards that show one content together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VmsGroup {
    /// Unique id.
    pub id: String,
    /// Its boards.
    pub boards: Vec<VmsBoardReference>,
    /// Where it is written.
    pub at: Place,
}

/// `<vmsBoardReference>` of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VmsBoardReference {
    /// The signal that carries the board.
    pub signal_id: String,
    /// Number of the board on the signal.
    pub vms_index: Option<u32>,
    /// Its place in the group.
    pub group_index: Option<u32>,
}
