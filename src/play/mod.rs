//! The standard's scenarios in a run: the player of `crates/storyboard` moves their entities.
//!
//! *Script* plays the storyboard at T and moves its entities to T + dt inside the player; *Physics* shows
//! the new poses to the world, so that everybody else sees T until then. Our ego, where it replaces an
//! entity, is copied into the player before each step: conditions and relative actions see it.
//!
//! What the storyboard asks of the world (weather, signals, lights) goes to the domains as actions or
//! components; what none of them can do is a warning of the run, never silence.

mod effects;
mod systems;

pub use systems::{Playing, attach, plugin};
