//! TODO
use bevy::prelude::*;
/// Adds it.
pub fn plugin(_app: &mut App) {}
