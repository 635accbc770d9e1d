//! The rig over a real run: modes switch their controllers, the orbit goes along with the car, and the same
//! moment gives the same picture.

use super::rig::{self, BeliefCamera, MainCamera, Smoothing};
use super::{CAMERAS, CameraMode, Split, TopUp};
use crate::belief::EgoRoute;
use crate::belief::route;
use crate::belief::tests::stage;
use crate::frames;
use crate::scene::SceneGround;
use crate::shell::Canvas;
use crate::stage::Stage;
use bevy::camera_controller::free_camera::FreeCamera;
use bevy::prelude::*;
use bevy_panorbit_camera::PanOrbitCamera;

/// The cameras alone on a stage.
fn app(stage: &Stage) -> App {
    let mut app = App::new();
    app.insert_resource(Canvas { image: None, size: UVec2::new(1280, 720) });
    app.insert_resource(stage.clone());
    app.init_resource::<CameraMode>()
        .init_resource::<Split>()
        .init_resource::<TopUp>()
        .init_resource::<Smoothing>()
        .init_resource::<SceneGround>()
        .init_resource::<EgoRoute>();
    app.add_systems(Startup, rig::spawn);
    app.add_systems(Update, (route::follow, rig::place, rig::copy, rig::pale).chain());
    app
}

fn main_camera(app: &mut App) -> Transform {
    let world = app.world_mut();
    *world.query_filtered::<&Transform, With<MainCamera>>().single(world).unwrap()
}

fn put(app: &mut App, mode: CameraMode) {
    app.insert_resource(mode);
    app.update();
    app.update();
}

#[test]
fn each_view_stands_somewhere_sensible_and_the_same_moment_gives_the_same_pose() {
    let stage = stage("austin/dim_noon", 6.0);
    let ego = frames::point(stage.ego_pose().unwrap().position_m);
    let mut app = app(&stage);
    for row in CAMERAS {
        put(&mut app, row.mode);
        let camera = main_camera(&mut app);
        assert!(camera.is_finite(), "{}", row.key);
        let by_itself = !matches!(row.mode, CameraMode::Orbit | CameraMode::Free);
        if by_itself {
            assert!(camera.translation.y > ego.y + 0.8, "{}: above the road", row.key);
            assert!(camera.translation.distance(ego) < 400.0, "{}", row.key);
            put(&mut app, CameraMode::Sensor(shakedown::base::ids::SensorIx(0)));
            put(&mut app, row.mode);
            assert_eq!(main_camera(&mut app), camera, "{}", row.key);
        }
    }
}

#[test]
fn controllers_come_and_go_with_their_modes_and_the_orbit_goes_along() {
    let first = stage("austin/dim_noon", 4.0);
    let later = stage("austin/dim_noon", 5.0);
    let mut app = app(&first);
    let count = |app: &mut App| {
        let world = app.world_mut();
        let orbits = world.query::<&PanOrbitCamera>().iter(world).count();
        let free = world.query::<&FreeCamera>().iter(world).count();
        (orbits, free)
    };
    put(&mut app, CameraMode::Chase);
    assert_eq!(count(&mut app), (0, 0));
    put(&mut app, CameraMode::Free);
    assert_eq!(count(&mut app), (0, 1));
    put(&mut app, CameraMode::Orbit);
    assert_eq!(count(&mut app), (1, 0));

    let focus = |app: &mut App| {
        let world = app.world_mut();
        world.query::<&PanOrbitCamera>().single(world).unwrap().target_focus
    };
    let before = focus(&mut app);
    app.insert_resource(Stage { serial: first.serial, ..later.clone() });
    app.update();
    let way = frames::point(later.ego_pose().unwrap().position_m)
        - frames::point(first.ego_pose().unwrap().position_m);
    assert!(way.length() > 5.0, "the car drives");
    assert!((focus(&mut app) - before - way).length() < 1e-3);
}

#[test]
fn the_belief_camera_looks_as_the_main_camera_does_once_the_picture_is_split() {
    let mut app = app(&stage("kirkland/fog_bank", 3.0));
    let belief = |app: &mut App| {
        let world = app.world_mut();
        let (camera, transform) =
            world.query_filtered::<(&Camera, &Transform), With<BeliefCamera>>().single(world).unwrap();
        (camera.is_active, camera.viewport.as_ref().map(|v| v.physical_position.x), *transform)
    };
    put(&mut app, CameraMode::Chase);
    assert!(!belief(&mut app).0);
    app.insert_resource(Split::TruthBelief);
    app.update();
    app.update();
    let (active, left, transform) = belief(&mut app);
    assert!(active);
    assert_eq!(left, Some(640));
    assert_eq!(transform, main_camera(&mut app));
}

#[test]
fn without_an_ego_the_whole_map_is_in_view() {
    let mut stage = stage("austin/dim_noon", 1.0);
    let mut run = (*stage.run).clone();
    run.ego = None;
    stage.run = std::sync::Arc::new(run);
    let mut app = app(&stage);
    for row in CAMERAS {
        put(&mut app, row.mode);
        assert!(main_camera(&mut app).is_finite(), "{}", row.key);
    }
    put(&mut app, CameraMode::Chase);
    let camera = main_camera(&mut app);
    assert!(camera.translation.y > 100.0 && camera.forward().y < -0.3, "{camera:?}");
}
