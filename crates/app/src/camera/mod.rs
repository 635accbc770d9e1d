//! TODO
use crate::frames;
use crate::shell::Canvas;
use crate::stage::Stage;
use bevy::prelude::*;
#[derive(Resource, Default, Clone, Copy, PartialEq)]
pub enum CameraMode { #[default] Chase, Driver, Top, Orbit, Free, Junction, Sensor(shakedown::base::ids::SensorIx) }
pub struct Row { pub mode: CameraMode, pub key: &'static str }
pub const CAMERAS: [Row; 1] = [Row { mode: CameraMode::Chase, key: "chase" }];
impl CameraMode {
    pub fn from_name(_: &str, _: &[shakedown::state::sensor_data::SensorInfo]) -> Result<Self, String> {
        Ok(Self::Chase)
    }
}
#[derive(Resource, Default, Clone, Copy, PartialEq)]
pub enum Split {
    #[default]
    Off,
    TruthBelief,
}
/// Adds it.
pub fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn).add_systems(Update, follow);
}
fn spawn(mut c: Commands, canvas: Res<Canvas>) {
    c.spawn((Camera3d::default(), canvas.target()));
    c.spawn((
        DirectionalLight::default(),
        Transform::from_xyz(3.0, 5.0, 2.0).looking_at(Vec3::ZERO, Vec3::Y),
    ));
}
fn follow(stage: Option<Res<Stage>>, mut q: Query<&mut Transform, With<Camera3d>>, mut g: Gizmos) {
    let Some(stage) = stage else { return };
    let Some(p) = stage.ego_pose() else { return };
    let t = frames::transform(&p);
    for mut x in &mut q {
        *x = Transform::from_translation(t.translation + t.rotation * Vec3::new(-9.0, 3.5, 0.0))
            .looking_at(t.translation + Vec3::Y, Vec3::Y);
    }
    for o in &stage.shot().objects {
        if let Some(p) = stage.pose(o.id) {
            let t = frames::transform(&p);
            g.cube(t.with_scale(Vec3::new(4.0, 1.5, 1.8)), Color::WHITE);
        }
    }
}
