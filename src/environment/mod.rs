//! The environment domain.

use bevy::prelude::{App, World};

/// Adds this domain's systems to the tick.
pub fn plugin(_app: &mut App) {}

/// Sets the domain up for a run: participants are spawned, `RunPlan` is in place.
pub fn attach(_world: &mut World) {}
