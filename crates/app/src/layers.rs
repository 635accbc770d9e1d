//! Which camera sees what: in the split view the left half shows the truth, the right half the belief.

use bevy::camera::visibility::RenderLayers;

/// Road, terrain, buildings, signals: seen by every camera.
pub const WORLD: usize = 0;
/// True participants, and everything only the truth knows (misses, ghosts' origins).
pub const TRUTH: usize = 1;
/// What the automation believes.
pub const BELIEF: usize = 2;
/// Inside of the own vehicle: seen by the driver's eye alone.
pub const INTERIOR: usize = 3;
/// The own vehicle's body: seen by all cameras but the driver's eye.
pub const OWN_BODY: usize = 4;

/// A set of layers.
pub fn set(layers: &[usize]) -> RenderLayers {
    RenderLayers::from_layers(layers)
}

/// Every layer: what lights must carry.
pub fn all() -> RenderLayers {
    set(&[WORLD, TRUTH, BELIEF, INTERIOR, OWN_BODY])
}

/// The panels' camera: nothing of the world is on it.
pub const PANELS: usize = 6;
