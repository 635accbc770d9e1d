//! The camera entities and what moves them.
//!
//! Order in `PostUpdate`: mode and pose ([`PlaceCameras`]) → the orbit controller → transforms and
//! projections. The belief's camera copies the main camera's pose and projection in every mode.

use super::junction;
use super::mode::{CameraMode, Split};
use super::pose::{self, TopUp};
use crate::actors::eye_m;
use crate::actors::kind::spec_of;
use crate::belief::EgoRoute;
use crate::belief::ground::Ground;
use crate::layers;
use crate::scene::SceneGround;
use crate::shell::Canvas;
use crate::stage::Stage;
use crate::weather::Quality;
use bevy::camera::visibility::RenderLayers;
use bevy::camera::{ClearColorConfig, Viewport};
use bevy::camera_controller::free_camera::{FreeCamera, FreeCameraState};
use bevy::prelude::*;
use bevy::render::view::ColorGrading;
use bevy_egui::input::EguiWantsInput;
use bevy_panorbit_camera::PanOrbitCamera;
use shakedown::base::math::DVec3;
use shakedown::state::pose::Pose;

/// Shows the truth (and, without split, the belief on it).
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct MainCamera;

/// Shows the belief in the right half of the split view.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct BeliefCamera;

/// How edges are smoothed.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Smoothing {
    /// Four samples on a graphics card, none at the low quality of software rendering.
    #[default]
    ByQuality,
    /// As said.
    Fixed(Msaa),
}

impl Smoothing {
    /// Samples at a quality; `None` = nobody has said.
    pub fn samples(self, quality: Option<Quality>) -> Msaa {
        match (self, quality) {
            (Self::Fixed(samples), _) => samples,
            (Self::ByQuality, Some(Quality::Low)) => Msaa::Off,
            (Self::ByQuality, Some(Quality::High) | None) => Msaa::Sample4,
        }
    }
}

/// Placing of the cameras; the stage must be up to date before it.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlaceCameras;

/// Vertical angle of view of most cameras, rad (47°: 75° across at 16:9).
const VIEW_RAD: f64 = 0.82;
/// Horizontal angle of view of the driver, rad (62°).
const DRIVER_VIEW_RAD: f64 = 1.082;
/// Least horizontal angle in a narrow half, rad (52°).
const HALF_VIEW_RAD: f64 = 0.91;
/// Nearest thing drawn: outside and in the driver's seat, m.
const NEAR_M: (f32, f32) = (0.3, 0.08);
/// Farthest thing drawn, m.
const FAR_M: f32 = 4000.0;

/// What a camera sees in a mode and split.
pub fn layers_of(mode: CameraMode, split: Split, half: Half) -> RenderLayers {
    let own = match mode {
        CameraMode::Driver => layers::INTERIOR,
        CameraMode::Chase | CameraMode::Top | CameraMode::Orbit | CameraMode::Free | CameraMode::Junction => {
            layers::OWN_BODY
        }
        // From its own mount a sensor would look at the inside of the body.
        CameraMode::Sensor(_) => layers::WORLD,
    };
    match (split, half) {
        (Split::Off, _) => layers::set(&[layers::WORLD, layers::TRUTH, layers::BELIEF, own]),
        (Split::TruthBelief, Half::Truth) => layers::set(&[layers::WORLD, layers::TRUTH, own]),
        (Split::TruthBelief, Half::Belief) => layers::set(&[layers::WORLD, layers::BELIEF, own]),
    }
}

/// Which half of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Left.
    Truth,
    /// Right.
    Belief,
}

/// The part of a target that a half fills; `None` = all of it.
pub fn viewport_of(split: Split, half: Half, size: UVec2) -> Option<Viewport> {
    match split {
        Split::Off => None,
        Split::TruthBelief => {
            let left = (size.x / 2).max(1);
            let (x, width) = match half {
                Half::Truth => (0, left),
                Half::Belief => (left, size.x.saturating_sub(left).max(1)),
            };
            Some(Viewport {
                physical_position: UVec2::new(x, 0),
                physical_size: UVec2::new(width, size.y.max(1)),
                ..Viewport::default()
            })
        }
    }
}

/// Spawns both cameras.
pub(super) fn spawn(
    mut commands: Commands,
    canvas: Res<Canvas>,
    smoothing: Res<Smoothing>,
    quality: Option<Res<Quality>>,
) {
    let samples = smoothing.samples(quality.as_deref().copied());
    let projection = Projection::Perspective(PerspectiveProjection {
        fov: VIEW_RAD as f32,
        near: NEAR_M.0,
        far: FAR_M,
        ..PerspectiveProjection::default()
    });
    commands.spawn((
        MainCamera,
        Camera3d::default(),
        Camera::default(),
        projection.clone(),
        canvas.target(),
        samples,
        layers_of(CameraMode::Chase, Split::Off, Half::Truth),
    ));
    commands.spawn((
        BeliefCamera,
        Camera3d::default(),
        Camera { order: 1, is_active: false, clear_color: ClearColorConfig::None, ..Camera::default() },
        projection,
        canvas.target(),
        samples,
        layers_of(CameraMode::Chase, Split::TruthBelief, Half::Belief),
        paled(&ColorGrading::default()),
    ));
}

/// The world in the belief's half is pale: what the car knows from its map, with its beliefs in color on it.
fn paled(grading: &ColorGrading) -> ColorGrading {
    let mut pale = grading.clone();
    pale.global.post_saturation *= PALE;
    pale.global.exposure -= DIM;
    pale
}

/// Share of the colors that the belief's half keeps.
const PALE: f32 = 0.15;
/// How much darker it is, stops.
const DIM: f32 = 0.45;

/// Grades the belief's camera as the main camera is graded, but pale.
pub(super) fn pale(
    main: Query<&ColorGrading, (With<MainCamera>, Without<BeliefCamera>)>,
    mut belief: Query<&mut ColorGrading, With<BeliefCamera>>,
) {
    let usual = main.single().cloned().unwrap_or_default();
    for mut grading in &mut belief {
        *grading = paled(&usual);
    }
}

/// What the cameras were placed for last.
#[derive(Default)]
pub(super) struct Placed {
    mode: Option<CameraMode>,
    serial: Option<u64>,
    focus: Vec3,
}

/// Everything that placing a camera reads.
#[derive(bevy::ecs::system::SystemParam)]
pub(super) struct Wishes<'w> {
    stage: Option<Res<'w, Stage>>,
    mode: Res<'w, CameraMode>,
    split: Res<'w, Split>,
    top_up: Res<'w, TopUp>,
    route: Res<'w, EgoRoute>,
    canvas: Res<'w, Canvas>,
    smoothing: Res<'w, Smoothing>,
    quality: Option<Res<'w, Quality>>,
    scene: Res<'w, SceneGround>,
    egui: Option<Res<'w, EguiWantsInput>>,
}

/// A pose and its vertical angle of view.
struct Shot {
    transform: Transform,
    view_rad: f64,
}

/// Where the camera of a mode stands; `None` = it moves by itself (orbit, free).
fn shot(stage: &Stage, wishes: &Wishes, aspect: f64) -> Option<Shot> {
    let run = &stage.run;
    let view_rad = pose::at_least_rad(VIEW_RAD, HALF_VIEW_RAD, aspect);
    let both_rad = (view_rad, pose::horizontal_rad(view_rad, aspect));
    let plain = |transform| Some(Shot { transform, view_rad });
    let overview = || {
        let (low, high) = junction::bounds(run.network()).unwrap_or((DVec3::ZERO, DVec3::ONE));
        pose::overview(low, high, both_rad)
    };
    let ego = stage.ego_pose().zip(stage.ego());
    match (*wishes.mode, ego) {
        (CameraMode::Orbit | CameraMode::Free, _) => None,
        (CameraMode::Junction, _) => {
            let near = ego.map_or_else(Pose::default, |(pose, _)| pose);
            let lane = ego.and_then(|(_, truth)| truth.lane);
            match junction::choose(run, &wishes.route, lane, &near) {
                Some(at) => plain(pose::junction(at.center_m, at.radius_m, at.heading_rad, both_rad)),
                None => plain(overview()),
            }
        }
        (_, None) => plain(overview()),
        (CameraMode::Chase, Some((ego, _))) => {
            let ground = Ground::new(run.network(), &wishes.scene, ego.position_m.z);
            plain(pose::chase(&ego, |p| ground.z_m(p)))
        }
        (CameraMode::Driver, Some((ego, truth))) => Some(Shot {
            transform: pose::driver(
                &ego,
                spec_of(&run.spec, truth, true)
                    .map_or_else(|| pose::eye_m(&truth.extent), |spec| eye_m(spec)),
            ),
            view_rad: pose::vertical_rad(DRIVER_VIEW_RAD, aspect.max(1.0)),
        }),
        (CameraMode::Top, Some((ego, _))) => plain(pose::top(&ego, *wishes.top_up)),
        (CameraMode::Sensor(ix), Some((ego, _))) => match run.suite.get(ix.ix()) {
            Some(info) => {
                let (transform, view_rad) = pose::sensor(&ego, info, aspect);
                Some(Shot { transform, view_rad })
            }
            None => plain(overview()),
        },
    }
}

type Main<'w> = (
    Entity,
    &'w mut Camera,
    &'w mut Transform,
    &'w mut Projection,
    &'w mut RenderLayers,
    &'w mut Msaa,
    Option<&'w mut PanOrbitCamera>,
    Option<&'w mut FreeCameraState>,
);

/// Places the main camera and gives it its layers, viewport and controller.
pub(super) fn place(
    mut commands: Commands,
    wishes: Wishes,
    mut placed: Local<Placed>,
    mut main: Query<Main, (With<MainCamera>, Without<BeliefCamera>)>,
) {
    let Ok((entity, mut camera, mut transform, mut projection, mut seen, mut msaa, orbit, free)) =
        main.single_mut()
    else {
        return;
    };
    msaa.set_if_neq(wishes.smoothing.samples(wishes.quality.as_deref().copied()));
    let (mode, split) = (*wishes.mode, *wishes.split);
    seen.set_if_neq(layers_of(mode, split, Half::Truth));
    let size = wishes.canvas.size;
    let viewport = viewport_of(split, Half::Truth, size);
    let shape = viewport.as_ref().map_or(size, |viewport| viewport.physical_size);
    if !same(camera.viewport.as_ref(), viewport.as_ref()) {
        camera.viewport = viewport;
    }
    let aspect = f64::from(shape.x.max(1)) / f64::from(shape.y.max(1));
    let Some(stage) = wishes.stage.as_deref() else { return };

    let focus = stage.ego_pose().map_or_else(
        || {
            let (low, high) = junction::bounds(stage.run.network()).unwrap_or((DVec3::ZERO, DVec3::ZERO));
            (low + high) * 0.5
        },
        |pose| pose.position_m + DVec3::Z * 1.0,
    );
    let focus = crate::frames::point(focus);
    let heading_rad = stage.ego_pose().map_or(0.0, |pose| pose.heading_rad);
    let turned = placed.mode != Some(mode) || placed.serial != Some(stage.serial);
    if turned {
        commands.entity(entity).remove::<(PanOrbitCamera, FreeCamera, FreeCameraState)>();
        match mode {
            CameraMode::Orbit => {
                commands.entity(entity).insert(orbit_around(focus, heading_rad));
            }
            CameraMode::Free => {
                commands.entity(entity).insert(FreeCamera { walk_speed: 12.0, run_speed: 60.0, ..default() });
                if placed.mode.is_none() || *transform == Transform::IDENTITY {
                    let eye = focus + Vec3::new(-14.0, 8.0, 14.0);
                    *transform = Transform::from_translation(eye).looking_at(focus, Vec3::Y);
                }
            }
            CameraMode::Chase
            | CameraMode::Driver
            | CameraMode::Top
            | CameraMode::Junction
            | CameraMode::Sensor(_) => {}
        }
    } else {
        if let Some(mut orbit) = orbit {
            // The car takes its camera along; what the mouse has moved stays.
            let way = focus - placed.focus;
            if way != Vec3::ZERO {
                orbit.focus += way;
                orbit.target_focus += way;
                orbit.force_update = true;
            }
        }
        if let Some(mut free) = free {
            free.enabled = !wishes.egui.as_ref().is_some_and(|egui| egui.wants_any_input());
        }
    }
    *placed = Placed { mode: Some(mode), serial: Some(stage.serial), focus };

    let near_m = match mode {
        CameraMode::Driver | CameraMode::Sensor(_) => NEAR_M.1,
        CameraMode::Chase | CameraMode::Top | CameraMode::Orbit | CameraMode::Free | CameraMode::Junction => {
            NEAR_M.0
        }
    };
    let shot = shot(stage, &wishes, aspect);
    let view_rad = shot
        .as_ref()
        .map_or_else(|| pose::at_least_rad(VIEW_RAD, HALF_VIEW_RAD, aspect), |shot| shot.view_rad);
    if let Some(shot) = shot {
        transform.set_if_neq(shot.transform);
    }
    if let Projection::Perspective(lens) = &mut *projection
        && (lens.fov != view_rad as f32 || lens.near != near_m)
    {
        lens.fov = view_rad as f32;
        lens.near = near_m;
    }
}

/// The orbit controller around a point, behind the car and above it to begin with.
fn orbit_around(focus: Vec3, heading_rad: f64) -> PanOrbitCamera {
    PanOrbitCamera {
        focus,
        target_focus: focus,
        radius: Some(16.0),
        // Yaw 0 looks north from the south; the car's heading 0 is east.
        yaw: Some(heading_rad as f32 - core::f32::consts::FRAC_PI_2 + 0.6),
        pitch: Some(0.42),
        zoom_lower_limit: 2.5,
        zoom_upper_limit: Some(900.0),
        pitch_lower_limit: Some(0.02),
        pitch_upper_limit: Some(1.55),
        use_real_time: true,
        ..PanOrbitCamera::default()
    }
}

fn same(a: Option<&Viewport>, b: Option<&Viewport>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => {
            a.physical_position == b.physical_position && a.physical_size == b.physical_size
        }
        (Some(_), None) | (None, Some(_)) => false,
    }
}

type Copied<'w> = (&'w Transform, &'w Projection, &'w Msaa);

/// The belief's camera looks as the main camera does.
pub(super) fn copy(
    split: Res<Split>,
    mode: Res<CameraMode>,
    canvas: Res<Canvas>,
    main: Query<Copied, With<MainCamera>>,
    mut belief: Query<
        (&mut Camera, &mut Transform, &mut Projection, &mut RenderLayers, &mut Msaa),
        (With<BeliefCamera>, Without<MainCamera>),
    >,
) {
    let (Ok((from, lens, samples)), Ok((mut camera, mut transform, mut projection, mut seen, mut msaa))) =
        (main.single(), belief.single_mut())
    else {
        return;
    };
    let active = *split == Split::TruthBelief;
    if camera.is_active != active {
        camera.is_active = active;
    }
    if !active {
        return;
    }
    let viewport = viewport_of(*split, Half::Belief, canvas.size);
    if !same(camera.viewport.as_ref(), viewport.as_ref()) {
        camera.viewport = viewport;
    }
    seen.set_if_neq(layers_of(*mode, *split, Half::Belief));
    transform.set_if_neq(*from);
    msaa.set_if_neq(*samples);
    if let (Projection::Perspective(from), Projection::Perspective(to)) = (lens, &mut *projection)
        && (to.fov != from.fov || to.near != from.near)
    {
        to.fov = from.fov;
        to.near = from.near;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sees(set: &RenderLayers, layer: usize) -> bool {
        set.intersects(&layers::set(&[layer]))
    }

    #[test]
    fn the_belief_half_sees_no_true_participants_and_the_truth_half_no_belief() {
        for mode in [CameraMode::Chase, CameraMode::Driver, CameraMode::Top] {
            let truth = layers_of(mode, Split::TruthBelief, Half::Truth);
            let belief = layers_of(mode, Split::TruthBelief, Half::Belief);
            assert!(sees(&truth, layers::TRUTH) && !sees(&truth, layers::BELIEF));
            assert!(sees(&belief, layers::BELIEF) && !sees(&belief, layers::TRUTH));
            assert!(sees(&truth, layers::WORLD) && sees(&belief, layers::WORLD));
            let one = layers_of(mode, Split::Off, Half::Truth);
            assert!(sees(&one, layers::TRUTH) && sees(&one, layers::BELIEF));
        }
    }

    #[test]
    fn the_driver_sees_the_inside_and_nobody_else_does() {
        for mode in
            [CameraMode::Chase, CameraMode::Top, CameraMode::Orbit, CameraMode::Free, CameraMode::Junction]
        {
            let set = layers_of(mode, Split::Off, Half::Truth);
            assert!(sees(&set, layers::OWN_BODY) && !sees(&set, layers::INTERIOR), "{mode:?}");
        }
        let driver = layers_of(CameraMode::Driver, Split::Off, Half::Truth);
        assert!(sees(&driver, layers::INTERIOR) && !sees(&driver, layers::OWN_BODY));
        let sensor =
            layers_of(CameraMode::Sensor(shakedown::base::ids::SensorIx(0)), Split::Off, Half::Truth);
        assert!(!sees(&sensor, layers::OWN_BODY) && !sees(&sensor, layers::INTERIOR));
    }

    #[test]
    fn a_processor_is_spared_and_a_wish_is_kept() {
        assert_eq!(Smoothing::default().samples(Some(Quality::Low)), Msaa::Off);
        assert_eq!(Smoothing::default().samples(Some(Quality::High)), Msaa::Sample4);
        assert_eq!(Smoothing::Fixed(Msaa::Sample2).samples(Some(Quality::Low)), Msaa::Sample2);
    }

    #[test]
    fn the_belief_s_half_is_paler_and_darker_than_the_other_whatever_its_grading() {
        let mut usual = ColorGrading::default();
        usual.global.post_saturation = 1.2;
        usual.global.exposure = 0.3;
        let pale = paled(&usual);
        assert!(pale.global.post_saturation < 0.25 && pale.global.exposure < usual.global.exposure);
        assert_eq!(pale.midtones.contrast, usual.midtones.contrast);
    }

    #[test]
    fn halves_fill_the_target_without_a_gap() {
        for size in [UVec2::new(1280, 720), UVec2::new(1281, 719), UVec2::new(1, 1)] {
            let halves = [Half::Truth, Half::Belief]
                .map(|half| viewport_of(Split::TruthBelief, half, size).expect("a half"));
            assert_eq!(halves[0].physical_position, UVec2::ZERO);
            assert_eq!(halves[1].physical_position.x, halves[0].physical_size.x);
            if size.x > 1 {
                assert_eq!(halves[0].physical_size.x + halves[1].physical_size.x, size.x);
            }
            assert!(halves.iter().all(|half| half.physical_size.y == size.y));
            assert!(viewport_of(Split::Off, Half::Truth, size).is_none());
        }
    }
}
