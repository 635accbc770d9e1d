//! Keeps the lidar's points on the screen: casts them when a new frame has been measured, shows them where
//! the car believes it was.

use super::ground::Patch;
use super::ink::{Ink, Pen};
use super::lidar::{self, Cast, Echo, Point};
use super::material::{InkMaterial, Pass};
use super::shown::Shown;
use super::{DrawBelief, Overlays, Sheet};
use crate::scene::SceneGround;
use crate::stage::Stage;
use crate::{frames, layers, palette};
use bevy::asset::AssetEventSystems;
use bevy::prelude::*;
use shakedown::sensor::medium::Medium;
use shakedown::state::ray_world::RayWorld;
use shakedown::state::sensor_data::{SensorFrame, SensorInfo, SensorKind};
use shakedown::state::truth::GroundTruth;

/// Points of the latest turn of each lidar.
#[derive(Resource)]
struct Cloud {
    sheet: Sheet,
    ink: Ink,
    points: Vec<Point>,
    patch: Patch,
    medium: Medium,
    shown: Option<(u64, Vec<u64>)>,
}

fn spawn(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<InkMaterial>>,
) {
    let layers = layers::set(&[layers::BELIEF]);
    let sheet = Sheet::spawn(&mut commands, &mut meshes, &mut materials, &layers, &[Pass::Seen], 0.7);
    commands.insert_resource(Cloud {
        sheet,
        ink: Ink::default(),
        points: Vec::new(),
        patch: Patch::default(),
        medium: Medium::default(),
        shown: None,
    });
}

/// Lidars with their latest frames.
fn lidars(stage: &Stage) -> impl Iterator<Item = (&SensorInfo, &SensorFrame)> {
    stage.shot().frames.iter().zip(stage.run.suite.iter()).filter_map(|(frame, info)| {
        frame.as_deref().filter(|_| info.kind == SensorKind::Lidar).map(|frame| (info, frame))
    })
}

fn draw(
    stage: Option<Res<Stage>>,
    overlays: Res<Overlays>,
    scene: Res<SceneGround>,
    mut cloud: ResMut<Cloud>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut seen: Query<&mut Visibility>,
) {
    let stage = stage.as_deref().filter(|_| overlays.lidar);
    let wanted = stage
        .map(|stage| (stage.serial, lidars(stage).map(|(_, frame)| frame.measured_at.0).collect::<Vec<_>>()));
    if cloud.shown == wanted && !scene.is_changed() {
        return;
    }
    let Cloud { sheet, ink, points, patch, medium, shown } = &mut *cloud;
    if scene.is_changed() || shown.as_ref().map(|was| was.0) != wanted.as_ref().map(|now| now.0) {
        patch.forget();
    }
    *shown = wanted;
    ink.clear();
    if let Some(stage) = stage
        && let Some(view) = Shown::of(stage, &scene)
    {
        for (info, frame) in lidars(stage) {
            sweep(&view, info, frame, points, patch, medium, ink);
        }
    }
    sheet.show(ink, &mut meshes, &mut seen);
}

/// Casts one frame's points and inks them.
fn sweep(
    shown: &Shown,
    info: &SensorInfo,
    frame: &SensorFrame,
    points: &mut Vec<Point>,
    patch: &mut Patch,
    medium: &mut Medium,
    ink: &mut Ink,
) {
    let Some(ego) = shown.run.ego else { return };
    medium.update(&shown.shot.weather);
    let ago_s = shown.shot.time_s - frame.measured_at.s();
    let objects = lidar::at_measuring_time(&shown.shot.objects, ago_s);
    let Some(carrier) = objects.get(ego.ix()) else { return };
    let pose = carrier.pose;
    patch.follow(&shown.ground, pose.position_m.truncate());
    let truth = GroundTruth { objects, ego: Some(ego) };
    let mut rays = RayWorld::default();
    rays.refresh(&truth);
    let cast = Cast {
        rays: &rays,
        objects: &truth.objects,
        carrier: ego,
        pose,
        mount_m: info.mount_m,
        range_max_m: info.range_max_m,
        ground: patch,
        medium,
        wetness: shown.shot.weather.wetness,
        turn: frame.measured_at.0,
    };
    lidar::cast(&cast, points);
    let mut believed = shown.believed_pose_at(frame.measured_at);
    believed.position_m.z = pose.position_m.z;
    for point in points.iter() {
        let at = frames::point(lidar::believed(point, &believed));
        let height = ((point.local_m.z / 2.5) as f32).clamp(0.0, 1.0);
        ink.dot(at, pen(point.echo, height));
    }
}

/// Look of a point: brighter the higher on objects, pale on the road, vermilion in the air.
fn pen(echo: Echo, height: f32) -> Pen {
    match echo {
        Echo::Object => Pen::new(palette::LIDAR.mix(&Color::WHITE, 0.25 + 0.6 * height), 3.0),
        Echo::Road => Pen::new(palette::LIDAR.mix(&Color::WHITE, 0.1).with_alpha(0.9), 1.9),
        Echo::Air => Pen::new(palette::BAD.with_alpha(0.9), 2.2),
    }
}

/// Adds the points.
pub fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn);
    app.add_systems(PostUpdate, draw.in_set(DrawBelief).before(AssetEventSystems));
}
