//! TODO
use bevy::prelude::*;
/// Adds it.
pub fn plugin(_app: &mut App) {}
#[derive(Resource, Default, Clone)]
pub struct Overlays;
impl Overlays {
    pub fn from_names(_: &[String]) -> Result<Self, String> {
        Ok(Self)
    }
    pub fn none() -> Self {
        Self
    }
}
