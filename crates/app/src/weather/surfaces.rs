//! Materials of the scene that get wet, freeze and are snowed over.
//!
//! The scene names its materials by what they are ([`Surfaces`]); entities with such a material get the same
//! one with the weather's shader on top. Wet and puddled roads mirror the sky (the cameras' environment map),
//! the sun, and the lamps of the night as long streaks; vehicles darken the ground under them, which under a
//! gray sky is what makes them stand on it.
//!
//! Patches of other surface (a frozen bridge, a flooded dip) are drawn in the same shader, so they follow every
//! hill: the nearest 8. Lamps mirrored: the strongest 24. Vehicles: the nearest 16.
//!
//! In high quality, wet and frozen roads also mirror what the picture shows: a ray is followed through the depth
//! of what is opaque, and the color where it ends comes from the renderer's copy of it.
//!
//! What it does not do: in low quality no mirrored houses or vehicles, the lowest sky is dimmed instead; in high
//! quality nothing is mirrored that the picture itself does not show.

use super::glow::{GLOWS, Glows, Viewer};
use super::road::{Ground, Skin};
use super::{Noise, Outlook, Quality, WeatherSet};
use crate::frames;
use crate::stage::Stage;
use bevy::asset::{AssetId, embedded_asset};
use bevy::core_pipeline::prepass::DepthPrepass;
use bevy::mesh::MeshVertexBufferLayoutRef;
use bevy::pbr::{ExtendedMaterial, MaterialExtension, MaterialExtensionKey, MaterialExtensionPipeline};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError,
};
use bevy::shader::{ShaderDefVal, ShaderRef};
use shakedown::state::object::ObjectClass;
use shakedown::state::truth::Presence;
use std::collections::BTreeMap;

/// Patches drawn.
const PATCHES: usize = 8;
/// Vehicles that darken the ground.
const BOXES: usize = 16;
/// Farthest vehicle that does, m.
const BOX_REACH_M: f32 = 90.0;

/// Share of light through a surface that mirrors the scene: none to the eye, but the renderer draws it late.
const MIRROR_MARK: f32 = 1e-5;

/// What a material of the scene is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Road and parking surface.
    Asphalt,
    /// Painted lines.
    Marking,
    /// Sidewalks, curbs, islands.
    Concrete,
    /// Grass and soil.
    Ground,
    /// Roofs.
    Roof,
    /// Crowns of trees, hedges.
    Foliage,
    /// Walls, trunks, poles.
    Wall,
    /// Panes: lit from inside at night.
    Window,
}

/// How each role takes water and snow.
fn skin(role: Role) -> Skin {
    let skin = |porosity, wet_roughness, puddles, snow, snow_slope| Skin {
        porosity,
        wet_roughness,
        puddles,
        snow,
        snow_slope,
    };
    match role {
        Role::Asphalt => skin(0.95, 0.24, 1.0, 1.0, 0.5),
        Role::Marking => skin(0.25, 0.20, 0.9, 1.0, 0.5),
        Role::Concrete => skin(0.80, 0.34, 0.6, 1.1, 0.5),
        Role::Ground => skin(0.45, 0.70, 0.15, 1.3, 0.35),
        Role::Roof => skin(0.55, 0.35, 0.1, 1.3, 0.4),
        Role::Foliage => skin(0.25, 0.45, 0.0, 0.9, 0.45),
        Role::Wall => skin(0.35, 0.45, 0.0, 1.0, 0.6),
        Role::Window => skin(0.0, 0.05, 0.0, 0.6, 0.7),
    }
}

/// Which material of the scene is what. The scene fills it; changes count from the next frame.
#[derive(Resource, Clone, Debug, Default)]
pub struct Surfaces(pub Vec<(Handle<StandardMaterial>, Role)>);

/// Numbers of the shader; layout as in `surface.wgsl`.
#[derive(ShaderType, Clone, Copy, Debug)]
struct SurfaceUniform {
    ground: Vec4,
    rain: Vec4,
    skin: Vec4,
    shape: Vec4,
    counts: UVec4,
    patches: [Vec4; 2 * PATCHES],
    glows: [Vec4; 2 * GLOWS],
    boxes: [Vec4; 2 * BOXES],
}

impl Default for SurfaceUniform {
    fn default() -> Self {
        Self {
            ground: Vec4::ZERO,
            rain: Vec4::ZERO,
            skin: Vec4::ZERO,
            shape: Vec4::ZERO,
            counts: UVec4::ZERO,
            patches: [Vec4::ZERO; 2 * PATCHES],
            glows: [Vec4::ZERO; 2 * GLOWS],
            boxes: [Vec4::ZERO; 2 * BOXES],
        }
    }
}

/// The weather on top of a standard material.
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
#[bind_group_data(Cover)]
pub struct Weathered {
    #[uniform(100)]
    uniform: SurfaceUniform,
    #[texture(101)]
    #[sampler(102)]
    noise: Handle<Image>,
    cover: Cover,
}

/// Whether anything lies on the ground. A dry day is a shader of its own: software renderers compute both
/// sides of every branch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(C)]
pub enum Cover {
    /// Dry everywhere.
    #[default]
    Bare,
    /// Water, snow or ice, here or in a patch.
    Covered,
}

impl From<&Weathered> for Cover {
    fn from(weathered: &Weathered) -> Self {
        weathered.cover
    }
}

impl MaterialExtension for Weathered {
    fn fragment_shader() -> ShaderRef {
        "embedded://shakedown_app/weather/surface.wgsl".into()
    }
    fn specialize(
        _pipeline: &MaterialExtensionPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        _layout: &MeshVertexBufferLayoutRef,
        key: MaterialExtensionKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        if key.bind_group_data == Cover::Covered
            && let Some(fragment) = &mut descriptor.fragment
        {
            fragment.shader_defs.push("COVERED".into());
        }
        // A surface that mirrors the scene is drawn when the renderer has a copy of what is opaque: that is what
        // makes a standard material "transmissive". Light does not go through it, so that code goes out.
        if let Some(fragment) = &mut descriptor.fragment {
            let named = |def: &ShaderDefVal, name: &str| matches!(def, ShaderDefVal::Bool(n, _) if n == name);
            let before = fragment.shader_defs.len();
            fragment.shader_defs.retain(|def| {
                !named(def, "STANDARD_MATERIAL_SPECULAR_TRANSMISSION")
                    && !named(def, "STANDARD_MATERIAL_DIFFUSE_OR_SPECULAR_TRANSMISSION")
            });
            if fragment.shader_defs.len() < before {
                fragment.shader_defs.push("MIRRORS_SCENE".into());
            }
        }
        Ok(())
    }
}

/// A material of the scene under the weather.
pub type WeatheredMaterial = ExtendedMaterial<StandardMaterial, Weathered>;

/// The weathered twin of each named material.
#[derive(Resource, Debug, Default)]
struct Twins(BTreeMap<AssetId<StandardMaterial>, (Handle<WeatheredMaterial>, Role)>);

/// Adds the materials.
pub fn plugin(app: &mut App) {
    embedded_asset!(app, "surface.wgsl");
    app.add_plugins(MaterialPlugin::<WeatheredMaterial>::default())
        .init_resource::<Surfaces>()
        .init_resource::<Twins>()
        .add_systems(Update, (adopt, weather, look_back).chain().in_set(WeatherSet::Show));
}

/// Puts entities with a named material under the weather.
fn adopt(
    surfaces: Res<Surfaces>,
    noise: Res<Noise>,
    mut twins: ResMut<Twins>,
    standard: Res<Assets<StandardMaterial>>,
    mut weathered: ResMut<Assets<WeatheredMaterial>>,
    all: Query<(Entity, &MeshMaterial3d<StandardMaterial>)>,
    fresh: Query<(Entity, &MeshMaterial3d<StandardMaterial>), Changed<MeshMaterial3d<StandardMaterial>>>,
    mut commands: Commands,
) {
    if surfaces.is_changed() {
        twins.0.clear();
        for (handle, role) in &surfaces.0 {
            if let Some(base) = standard.get(handle) {
                let extension = Weathered {
                    uniform: SurfaceUniform::default(),
                    noise: noise.0.clone(),
                    cover: Cover::Bare,
                };
                let twin = weathered.add(WeatheredMaterial { base: base.clone(), extension });
                twins.0.insert(handle.id(), (twin, *role));
            }
        }
    }
    if twins.0.is_empty() {
        return;
    }
    let mut swap = |entity, material: &MeshMaterial3d<StandardMaterial>| {
        if let Some((twin, _)) = twins.0.get(&material.0.id()) {
            commands
                .entity(entity)
                .insert(MeshMaterial3d(twin.clone()))
                .remove::<MeshMaterial3d<StandardMaterial>>();
        }
    };
    if surfaces.is_changed() {
        all.iter().for_each(|(entity, material)| swap(entity, material));
    } else {
        fresh.iter().for_each(|(entity, material)| swap(entity, material));
    }
}

/// Hands the numbers of the moment to all weathered materials.
fn weather(
    outlook: Res<Outlook>,
    stage: Option<Res<Stage>>,
    glows: Res<Glows>,
    viewer: Res<Viewer>,
    quality: Res<Quality>,
    twins: Res<Twins>,
    mut materials: ResMut<Assets<WeatheredMaterial>>,
) {
    if twins.0.is_empty() {
        return;
    }
    let mut common = SurfaceUniform {
        ground: Vec4::new(
            outlook.ground.wet,
            outlook.ground.puddles,
            outlook.ground.snow,
            outlook.ground.ice,
        ),
        rain: Vec4::new(outlook.ground.ripples, outlook.shader_time_s(), 0.0, 0.0),
        ..SurfaceUniform::default()
    };
    if let Some(stage) = &stage {
        common.counts.x = patches(stage, viewer.eye, &mut common.patches);
        common.counts.z = boxes(stage, viewer.eye, &mut common.boxes);
    }
    for (i, glow) in glows.chosen.iter().take(GLOWS).enumerate() {
        common.glows[2 * i] = glow.place.extend(glow.lit_m);
        common.glows[2 * i + 1] = glow.candela.extend(0.0);
        common.counts.y = i as u32 + 1;
    }
    let ground = &outlook.ground;
    let covered = ground.wet + ground.puddles + ground.snow + ground.ice > 0.003 || common.counts.x > 0;
    let cover = if covered { Cover::Covered } else { Cover::Bare };
    for (twin, role) in twins.0.values() {
        let skin = skin(*role);
        let Some(mut material) = materials.get_mut(twin) else { continue };
        let mut uniform = common;
        uniform.skin = Vec4::new(skin.porosity, skin.wet_roughness, skin.puddles, skin.snow);
        uniform.shape = Vec4::new(skin.snow_slope, 0.55, 0.0, 0.0);
        match role {
            Role::Asphalt | Role::Marking | Role::Concrete => {
                material.base.specular_transmission =
                    if mirrors(*quality, &outlook) { MIRROR_MARK } else { 0.0 };
            }
            Role::Ground | Role::Roof | Role::Foliage | Role::Wall => uniform.counts.y = 0,
            Role::Window => {
                uniform.counts = UVec4::ZERO;
                let lit = Vec3::new(1.0, 0.72, 0.40) * (0.9 * outlook.light.lamps);
                material.base.emissive = LinearRgba::rgb(lit.x, lit.y, lit.z);
            }
        }
        material.extension.uniform = uniform;
        material.extension.cover = cover;
    }
}

/// Whether wet roads mirror what stands on them.
fn mirrors(quality: Quality, outlook: &Outlook) -> bool {
    let wet = outlook.ground.wet.max(outlook.ground.ice) * (1.0 - outlook.ground.snow);
    match quality {
        Quality::Low => false,
        Quality::High => wet > 0.25,
    }
}

/// Cameras keep the depth of what is opaque while roads mirror it, and draw depth first in software.
fn look_back(
    outlook: Res<Outlook>,
    quality: Res<Quality>,
    cameras: Query<(Entity, Has<DepthPrepass>), With<Camera3d>>,
    mut commands: Commands,
) {
    // Without a graphics card shading is what costs: depth first, so that each pixel is shaded once.
    let wanted = *quality == Quality::Low || mirrors(*quality, &outlook);
    for (camera, has) in &cameras {
        if wanted && !has {
            commands.entity(camera).insert(DepthPrepass);
        } else if !wanted && has {
            commands.entity(camera).remove::<DepthPrepass>();
        }
    }
}

/// The nearest patches of other surface.
fn patches(stage: &Stage, eye: Vec3, out: &mut [Vec4; 2 * PATCHES]) -> u32 {
    let Some(plan) = &stage.run.spec.scenario.weather else { return 0 };
    let network = stage.run.network();
    let mut near: Vec<(f32, Vec4, Vec4)> = plan
        .patches
        .iter()
        .map(|patch| {
            let center = frames::point(network.lane_pose(patch.at.coord).pose.position_m);
            let wetness = if patch.water_film_mm > 0.0 { 1.0 } else { 0.0 };
            let ground = Ground::of(wetness, patch.water_film_mm, patch.snow_depth_mm, patch.ice_cover);
            (
                center.distance(eye) - patch.radius_m as f32,
                Vec4::new(center.x, center.z, patch.radius_m as f32, 0.0),
                Vec4::new(ground.wet, ground.puddles, ground.snow, ground.ice),
            )
        })
        .collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    near.truncate(PATCHES);
    for (i, (_, disc, ground)) in near.iter().enumerate() {
        (out[2 * i], out[2 * i + 1]) = (*disc, *ground);
    }
    near.len() as u32
}

/// The nearest vehicles as boxes on the ground.
fn boxes(stage: &Stage, eye: Vec3, out: &mut [Vec4; 2 * BOXES]) -> u32 {
    let mut near: Vec<(f32, Vec4, Vec4)> = stage
        .shot()
        .objects
        .iter()
        .filter(|o| o.presence != Presence::Absent && shades(o.class))
        .filter_map(|o| {
            let pose = stage.pose(o.id)?;
            let middle = frames::transform(&pose) * Vec3::new(o.extent.center_x_m() as f32, 0.0, 0.0);
            let (sin, cos) = pose.heading_rad.sin_cos();
            let distance = middle.distance(eye);
            (distance < BOX_REACH_M).then_some((
                distance,
                Vec4::new(middle.x, middle.z, cos as f32, -sin as f32),
                Vec4::new(
                    0.46 * o.extent.length_m as f32,
                    0.44 * o.extent.width_m as f32,
                    middle.y,
                    o.extent.height_m as f32,
                ),
            ))
        })
        .collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    near.truncate(BOXES);
    for (i, (_, place, size)) in near.iter().enumerate() {
        (out[2 * i], out[2 * i + 1]) = (*place, *size);
    }
    near.len() as u32
}

/// Whether a class is a body that hides the sky from the ground.
fn shades(class: ObjectClass) -> bool {
    class.is_motor_vehicle() || class == ObjectClass::Debris || class == ObjectClass::WorkZone
}
