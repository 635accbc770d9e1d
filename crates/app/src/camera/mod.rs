//! Views of the run, and the split view of truth and belief.
//!
//! One main camera and one for the belief follow the same [`CameraMode`] and draw to the canvas of the
//! [`shell`](crate::shell): a window, or an image where there is no display. Every view but the two that a
//! person steers (orbit, free) is a pure function of what is shown ([`pose`]), so the same moment always
//! gives the same picture.
//!
//! Not here: light, exposure and fog of the cameras (`weather`).

pub mod junction;
pub mod mode;
pub mod pose;
pub mod rig;
#[cfg(test)]
mod tests;

pub use mode::{CAMERAS, CameraMode, CameraRow, Split};
pub use pose::TopUp;
pub use rig::{BeliefCamera, MainCamera, PlaceCameras, Smoothing};

use crate::scene::SceneGround;
use bevy::camera::CameraUpdateSystems;
use bevy::camera_controller::free_camera::FreeCameraPlugin;
use bevy::prelude::*;
use bevy_panorbit_camera::{EguiFocusIncludesHover, PanOrbitCameraPlugin, PanOrbitCameraSystemSet};

/// Adds the cameras.
pub fn plugin(app: &mut App) {
    app.init_resource::<CameraMode>()
        .init_resource::<Split>()
        .init_resource::<TopUp>()
        .init_resource::<Smoothing>()
        .init_resource::<SceneGround>();
    app.add_plugins((PanOrbitCameraPlugin, FreeCameraPlugin));
    app.insert_resource(EguiFocusIncludesHover(true));
    app.add_systems(Startup, rig::spawn);
    app.add_systems(
        PostUpdate,
        rig::place.in_set(PlaceCameras).before(PanOrbitCameraSystemSet).after(crate::belief::route::follow),
    );
    app.add_systems(
        PostUpdate,
        (rig::copy, rig::pale)
            .after(PanOrbitCameraSystemSet)
            .before(TransformSystems::Propagate)
            .before(CameraUpdateSystems),
    );
    app.configure_sets(
        PostUpdate,
        PlaceCameras.before(TransformSystems::Propagate).before(CameraUpdateSystems),
    );
}
