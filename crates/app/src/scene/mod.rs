//! The static world, built from the map: roads, markings, terrain, buildings, trees, lamps, signals, signs.
//!
//! Nothing is downloaded: meshes and textures are made by code, the same ones for the same map. What the
//! engine knows (roads, crosswalks, signals, signs) stands exactly where it has it; the rest (ground beside
//! the roads, houses, trees) is scenery that no sensor sees.
//!
//! | file | what |
//! |---|---|
//! | [`ribbon`] | roads cut into strips by lane |
//! | [`junction`] | one surface where connecting roads cross |
//! | [`coverage`] | raster of the ground that roads and buildings take |
//! | [`pavement`] | surfaces, curbs, verges |
//! | [`marking`], [`paint`] | lane markings; crosswalks, stop lines, arrows |
//! | [`relief`], [`terrain`] | natural ground; its triangles |
//! | [`style`], [`layout`], [`frontage`] | what stands where |
//! | [`building`], [`tree`], [`lamp`] | meshes of these |
//! | [`signal`], [`sign`] | traffic signals and signs |
//! | [`skin`], [`texture`], [`facade`], [`canvas`], [`glyph`] | materials and pictures |
//! | [`mesh`], [`noise`] | tools |
//!
//! Other modules use [`SceneMaterials`] (weather changes materials), [`StreetLamps`], [`SignalGlow`] and
//! [`SceneGround`] (height of the ground as drawn).
//!
//! What it does not do: the inside of buildings, railings and guard posts of foreign maps, tunnels.

pub mod building;
pub mod canvas;
pub mod coverage;
pub mod facade;
pub mod frontage;
pub mod glyph;
pub mod junction;
pub mod lamp;
pub mod layout;
pub mod marking;
pub mod mesh;
pub mod noise;
pub mod paint;
pub mod pavement;
pub mod relief;
pub mod ribbon;
pub mod sign;
pub mod signal;
pub mod skin;
pub mod style;
pub mod terrain;
pub mod texture;
pub mod tree;
pub mod world;

pub use lamp::StreetLamps;
pub use signal::SignalGlow;
pub use skin::{Finish, SceneMaterials, Skin};
pub use world::SceneGround;

use crate::layers;
use crate::stage::Stage;
use bevy::light::NotShadowCaster;
use bevy::pbr::StandardMaterial;
use bevy::prelude::*;
use bevy::render::renderer::RenderAdapterInfo;
use canvas::Sampling;
use signal::light::SignalAssets;
use skin::Pictures;

/// Adds the static world.
pub fn plugin(app: &mut App) {
    app.init_resource::<SignalGlow>()
        .init_resource::<StreetLamps>()
        .init_resource::<SceneGround>()
        .init_resource::<SignalAssets>()
        .add_systems(Update, (build, signal::light::shine.run_if(resource_exists::<Stage>)).chain());
}

/// Everything of one map hangs under this entity.
#[derive(Component, Debug)]
pub struct SceneRoot {
    /// Number of the run it was built for.
    pub serial: u64,
    /// Hash of the map it shows.
    pub map_hash: u64,
}

/// Cheap sampling for renderers without a graphics card.
fn sampling_of(device: &RenderAdapterInfo) -> Sampling {
    // The type of the device is not re-exported by the renderer; its name is stable.
    if format!("{:?}", device.device_type) == "Cpu" { Sampling::Plain } else { Sampling::Anisotropic }
}

/// Builds the world of a run, and takes it away when another map is opened or none.
fn build(
    mut commands: Commands,
    stage: Option<Res<Stage>>,
    mut root: Query<(Entity, &mut SceneRoot)>,
    mut pictures: Local<Option<Pictures>>,
    device: Option<Res<RenderAdapterInfo>>,
    mut signals: ResMut<SignalAssets>,
    mut lamps: ResMut<StreetLamps>,
    mut ground: ResMut<SceneGround>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut images: ResMut<Assets<Image>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let shown = root.single_mut().ok();
    let Some(stage) = stage else {
        if let Some((entity, _)) = shown {
            commands.entity(entity).despawn();
        }
        return;
    };
    let map_hash = stage.run.network().content_hash;
    if let Some((entity, mut root)) = shown {
        if root.serial == stage.serial {
            return;
        }
        // The same map again: what stands, stays.
        if root.map_hash == map_hash {
            root.serial = stage.serial;
            return;
        }
        commands.entity(entity).despawn();
    }
    let sampling = device.map_or(Sampling::Plain, |info| sampling_of(&info));
    let pictures = pictures.get_or_insert_with(|| Pictures::draw(&mut images, sampling));
    let world = world::World::build(&stage.run.map, stage.run.network());
    let finish =
        SceneMaterials::make(&world.style, &world.signs, &mut images, &mut materials, pictures, sampling);
    let root = commands
        .spawn((SceneRoot { serial: stage.serial, map_hash }, Transform::default(), Visibility::default()))
        .id();
    for ((_, _, skin), patch) in world.chunks.patches {
        if patch.is_empty() {
            continue;
        }
        let mut entity = commands.spawn((
            Mesh3d(meshes.add(patch.into_mesh())),
            MeshMaterial3d(finish.of(skin).handle.clone()),
            Transform::default(),
            layers::set(&[layers::WORLD]),
            ChildOf(root),
        ));
        if !skin.casts_shadow() {
            entity.insert(NotShadowCaster);
        }
    }
    signal::light::spawn(
        &mut commands,
        root,
        &stage.run.network().signals,
        &finish,
        &mut signals,
        &mut meshes,
        &mut images,
        &mut materials,
    );
    *lamps = world.lamps;
    *ground = world.ground;
    commands.insert_resource(finish);
}
