//! TODO
use bevy::prelude::*;
/// Adds it.
pub fn plugin(_app: &mut App) {}
#[derive(Resource, Default, Clone)]
pub struct Overlays;
impl Overlays { pub const NONE: Self = Self; pub fn names(&self) -> Vec<String> { vec![] } 
    pub fn from_names(_: &[String]) -> Result<Self, String> {
        Ok(Self)
    }
    pub fn none() -> Self {
        Self
    }
}
