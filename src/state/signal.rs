//! Traffic-signal faces and what they show.

use crate::base::time::SimTime;
use serde::{Deserialize, Serialize};

/// Orientation of a face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaceOrientation {
    /// Lenses stacked, red on top (MUTCD 2009 §4D.09).
    Vertical,
    /// Lenses side by side, red at the left (MUTCD 2009 §4D.10).
    Horizontal,
}

/// Color of a lens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LensColor {
    /// Red.
    Red,
    /// Yellow.
    Yellow,
    /// Green.
    Green,
    /// White (walking person).
    White,
}

/// Symbol of a lens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LensShape {
    /// Full circle.
    Circle,
    /// Left arrow.
    ArrowLeft,
    /// Right arrow.
    ArrowRight,
    /// Walking person or raised hand.
    Pedestrian,
}

/// One lens of a face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lens {
    /// Color.
    pub color: LensColor,
    /// Symbol.
    pub shape: LensShape,
    /// A lens that flashes whenever it is lit (flashing yellow arrow).
    pub flashing: Flashing,
}

/// Whether a lit lens is steady or flashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flashing {
    /// Steady.
    Steady,
    /// 50–60 flashes a minute.
    Flashing,
}

/// What a face (or the faces together) tells one movement.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Indication {
    /// Nothing lit: treat as an all-way stop.
    Dark,
    /// Steady red.
    Red,
    /// Steady yellow (circular or arrow).
    Yellow,
    /// Green without a protecting arrow: a left turn must yield to oncoming traffic.
    Green,
    /// Green arrow: protected.
    GreenArrow,
    /// Flashing yellow arrow or flashing yellow: proceed with caution, yield.
    FlashingYellow,
    /// Flashing red: stop sign.
    FlashingRed,
    /// Pedestrians: walk.
    Walk,
    /// Pedestrians: clearance (flashing hand).
    PedestrianClearance,
    /// Pedestrians: don't walk.
    DontWalk,
}

/// The lenses of a face that shine now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LitLenses {
    /// Bit i: lens i is energized (a flashing lens keeps its bit in the dark half of its cycle).
    pub mask: u16,
    /// Bit i: lens i flashes.
    pub flashing: u16,
}

/// Fault of a face or of a whole junction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalFault {
    /// Works.
    #[default]
    None,
    /// No lens is lit.
    Dark,
    /// All approaches flash red.
    FlashingRed,
    /// Luminous intensity scaled by this factor (0–1).
    Dimmed(f64),
}

/// Flashes per minute of flashing lenses (chosen: middle of MUTCD's 50–60).
pub const FLASHES_PER_MINUTE: u64 = 55;

/// Whether flashing lenses shine at this time: lit for the first half of each period (MUTCD: ½–⅔).
pub fn flash_is_lit(time: SimTime) -> bool {
    let period_ns = 60_000_000_000 / FLASHES_PER_MINUTE;
    time.0 % period_ns < period_ns / 2
}
