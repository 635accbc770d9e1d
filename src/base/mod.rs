//! Layer 0: units, mathematics, identifiers, hashing and random streams. No Bevy, no input or output.

pub mod catalog;
pub mod hash;
pub mod ids;
pub mod math;
pub mod rng;
pub mod time;
pub mod units;
