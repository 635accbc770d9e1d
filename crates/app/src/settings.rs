//! TODO
use bevy::prelude::*;
#[derive(Resource, Default, Clone)]
pub struct Settings {
    pub overlays: Vec<String>,
    pub quality: Option<String>,
    pub ui_scale: Option<f32>,
    pub window: Option<(u32, u32)>,
}
impl Settings {
    pub fn load() -> Self {
        Self::default()
    }
}
pub fn data_dir() -> Option<std::path::PathBuf> {
    None
}
