//! TODO
use bevy::prelude::*;
/// Adds it.
pub fn plugin(_app: &mut App) {}
#[derive(Resource, Clone, Copy)]
pub struct Layout {
    pub bare: bool,
    pub scale: Option<f32>,
}
