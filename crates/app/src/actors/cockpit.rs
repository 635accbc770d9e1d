//! The inside of the own vehicle on the stage: seen by the driver's eye alone. Steering wheel, needle and
//! wipers follow what is shown.

use super::cast::{Cast, Stores};
use super::finishes::{Finishes, paint_of};
use super::garage::fitted;
use super::interior::{self, Interior, STEERING_RATIO};
use super::kind::{Kind, seed_of, spec_of};
use super::model::Size;
use super::motion;
use super::plan::{Controls, Plan, drawn_size};
use super::sketch::{Finish, Sketch, turned, turned_rotation};
use crate::layers;
use crate::stage::Stage;
use bevy::camera::visibility::RenderLayers;
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::prelude::*;

/// A wiper on the stage.
#[derive(Clone, Copy, Debug)]
struct WiperPart {
    entity: Entity,
    rest: Quat,
    sweep_rad: f32,
}

/// What moves inside.
#[derive(Resource, Default)]
pub struct Cockpit {
    serial: Option<u64>,
    /// Below the sprung body of the own vehicle: goes with it.
    root: Option<Entity>,
    wheel: Option<(Entity, Quat)>,
    needle: Option<(Entity, Quat)>,
    wipers: Vec<WiperPart>,
}

/// Furnishes the own vehicle when another run is opened.
pub fn furnish(
    mut commands: Commands,
    stage: Option<Res<Stage>>,
    cast: Res<Cast>,
    mut cockpit: ResMut<Cockpit>,
    mut finishes: ResMut<Finishes>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let serial = stage.as_ref().map(|stage| stage.serial);
    if cockpit.serial == serial || cast.serial != serial {
        return;
    }
    // The old inside went with the old vehicle.
    *cockpit = Cockpit { serial, ..Cockpit::default() };
    let Some(stage) = stage else { return };
    let Some(actor) = cast.actors.iter().find(|actor| actor.is_ego) else { return };
    let Some(object) = stage.b.objects.get(actor.id.ix()) else { return };
    let spec = spec_of(&stage.run.spec, object, true);
    let controls = match spec {
        Some(spec) if !spec.has_manual_controls => Controls::Buttons,
        _ => Controls::Wheel,
    };
    let (Some(plan), Some(drawn)) = (Plan::of(actor.kind), interior::draw(actor.kind, controls)) else {
        return;
    };
    let paint = paint_of(actor.kind, true, seed_of(&object.name));
    let mut stores = Stores { meshes: &mut meshes, materials: &mut materials, finishes: &mut finishes };
    let parent = actor.sprung;
    *cockpit = build(&mut commands, &mut stores, parent, drawn, &plan, actor.kind, &actor.size, paint);
    cockpit.serial = serial;
}

fn build(
    commands: &mut Commands,
    stores: &mut Stores,
    parent: Entity,
    mut drawn: Interior,
    plan: &Plan,
    kind: Kind,
    size: &Size,
    paint: u32,
) -> Cockpit {
    let from = drawn_size(kind);
    let mut to = *size;
    if kind == Kind::Tractor && to.length > from.length + 3.0 {
        to = from;
    }
    let map = |p: Vec3| fitted(&from, &to, p);
    drawn.solid.warp(map);
    drawn.glow.warp(map);

    let inside = layers::set(&[layers::INTERIOR]);
    let root = commands.spawn((Transform::IDENTITY, Visibility::Inherited, ChildOf(parent))).id();
    let glow = stores.materials.add(StandardMaterial { unlit: true, ..StandardMaterial::default() });
    let mut put = |stores: &mut Stores,
                   sketch: &Sketch,
                   glows: Option<Handle<StandardMaterial>>,
                   at: Transform,
                   on: RenderLayers| {
        let holder = commands.spawn((at, Visibility::Inherited, ChildOf(root))).id();
        for (finish, mesh) in sketch.meshes() {
            let material = match &glows {
                Some(glow) => glow.clone(),
                None => stores.finishes.material(stores.materials, finish, paint),
            };
            let mut piece = commands.spawn((
                Mesh3d(stores.meshes.add(mesh)),
                MeshMaterial3d(material),
                Transform::IDENTITY,
                on.clone(),
                // The own body throws the shadow.
                NotShadowCaster,
                ChildOf(holder),
            ));
            // The bonnet lies in the sun; the rest under the roof gets no hard shadows of the roof's triangles.
            if finish != Finish::Paint {
                piece.insert(NotShadowReceiver);
            }
        }
        holder
    };
    put(stores, &drawn.solid, None, Transform::IDENTITY, inside.clone());
    put(stores, &drawn.glow, Some(glow.clone()), Transform::IDENTITY, inside.clone());
    let frame = |center: Vec3, turn: Quat| {
        Transform::from_translation(turned(map(center))).with_rotation(turned_rotation(turn))
    };
    let wheel = drawn.wheel.as_ref().map(|(sketch, center, turn)| {
        let entity = put(stores, sketch, None, frame(*center, *turn), inside.clone());
        (entity, turned_rotation(*turn))
    });
    let needle = drawn.needle.as_ref().map(|(sketch, center, turn)| {
        let entity = put(stores, sketch, Some(glow.clone()), frame(*center, *turn), inside.clone());
        (entity, turned_rotation(*turn))
    });
    let wipers = drawn
        .wipers
        .iter()
        .enumerate()
        .map(|(ix, (sketch, pivot, turn))| {
            // Wipers are seen from outside too.
            let on = layers::set(&[layers::INTERIOR, layers::OWN_BODY]);
            let entity = put(stores, sketch, None, frame(*pivot, *turn), on);
            WiperPart { entity, rest: turned_rotation(*turn), sweep_rad: plan.wiper(ix).sweep_rad }
        })
        .collect();
    Cockpit { serial: None, root: Some(root), wheel, needle, wipers }
}

/// Rotation about a part's own z axis (towards the driver, or away from the glass), counter-clockwise.
fn about_z(angle_rad: f32) -> Quat {
    turned_rotation(Quat::from_rotation_z(angle_rad))
}

/// Moves what moves inside.
pub fn play(stage: Res<Stage>, cockpit: Res<Cockpit>, mut places: Query<&mut Transform>) {
    if cockpit.serial != Some(stage.serial) || cockpit.root.is_none() {
        return;
    }
    let w = f64::from(stage.blend);
    let mut turn = |entity: Entity, rest: Quat, angle_rad: f32| {
        if let Ok(mut at) = places.get_mut(entity) {
            at.rotation = rest * about_z(angle_rad);
        }
    };
    if let Some((entity, rest)) = cockpit.wheel {
        let steer_rad = stage.a.steer_rad + (stage.b.steer_rad - stage.a.steer_rad) * w;
        turn(entity, rest, steer_rad as f32 * STEERING_RATIO);
    }
    if let (Some((entity, rest)), Some(ego)) = (cockpit.needle, stage.ego()) {
        turn(entity, rest, interior::needle_rad(ego.motion.speed_mps as f32));
    }
    let swept = motion::wiper(stage.time_s(), stage.shot().weather.rain_mmph) as f32;
    for wiper in &cockpit.wipers {
        turn(wiper.entity, wiper.rest, wiper.sweep_rad * swept);
    }
}
