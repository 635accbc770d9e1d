//! Colors with a meaning. All pairs that must be told apart differ in lightness too, so that they hold for
//! red-green and blue-yellow color blindness (Okabe & Ito 2008).

use bevy::color::Color;

const fn rgb(hex: u32) -> Color {
    Color::srgb((hex >> 16 & 255) as f32 / 255.0, (hex >> 8 & 255) as f32 / 255.0, (hex & 255) as f32 / 255.0)
}

/// The human holds it.
pub const HUMAN: Color = rgb(0xE69F00);
/// The driving-automation system holds it.
pub const SYSTEM: Color = rgb(0x56B4E9);
/// Fine, satisfied.
pub const GOOD: Color = rgb(0x009E73);
/// Bad, violated, missed.
pub const BAD: Color = rgb(0xD55E00);
/// Foreseen, uncertain, tentative.
pub const WARN: Color = rgb(0xF0E442);
/// Camera.
pub const CAMERA: Color = rgb(0xCC79A7);
/// Lidar.
pub const LIDAR: Color = rgb(0x56B4E9);
/// Radar.
pub const RADAR: Color = rgb(0xF0E442);
/// Confirmed tracks.
pub const TRACK: Color = rgb(0x56B4E9);
/// Truth.
pub const TRUTH: Color = rgb(0xFFFFFF);
/// Planned path.
pub const PLAN: Color = rgb(0x009E73);
