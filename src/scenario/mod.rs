//! Layer 1: scenarios: file → raw → validated [`Scenario`] with a storyboard (pure state machine).

pub mod model;

pub use model::*;
