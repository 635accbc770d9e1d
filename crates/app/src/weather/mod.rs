//! TODO
use bevy::prelude::*;
/// Adds it.
pub fn plugin(_app: &mut App) {}
#[derive(Resource, Clone, Copy)]
pub enum Quality {
    Low,
    High,
}
impl Quality {
    pub fn from_name(_: &str) -> Option<Self> {
        Some(Self::Low)
    }
}
