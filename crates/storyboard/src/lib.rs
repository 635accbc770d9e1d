//! The storyboard of ASAM OpenSCENARIO XML: its structure, its state machine, the standard's words, and a
//! player that moves entities exactly as written. Pure: no ECS, no IO, no clock but the caller's.
//!
//! ```text
//! .xosc ──▶ standard::* in a board::Storyboard ──▶ play::Player ──▶ poses, every dt
//! .toml ──▶ native words in a board::Storyboard ──▶ machine::Machine ──▶ actions for the engine's domains
//! ```
//!
//! # Units, frames
//! Metres, seconds, m/s, radians. World frame of the map file: x east, y north, z up. Headings are
//! counter-clockwise, pitch is positive nose down, roll positive right side down (ISO 8855). The reference
//! point of a vehicle is its rear axle on the ground.

pub mod board;
pub mod convert;
pub mod coverage;
pub mod machine;
pub mod play;
pub mod read;
pub mod standard;
