//! Rain, snow and the splashes of drops on the road.
//!
//! One mesh of quads serves rain and snow; the shader places each in a box around each camera that repeats
//! endlessly and stands in the world: three boxes of 9, 22 and 56 m, so that near drops are long and far ones
//! many. Places follow from the shown time alone. How many are drawn, how long and how slanted: [`air`].
//!
//! Splashes stand on the plane under the own vehicle, within 13 m of the camera.

use super::glow::{Glows, Viewer};
use super::windscreen::Windscreen;
use super::{Outlook, Quality, WeatherSet, air, noise};
use crate::frames;
use crate::layers;
use crate::stage::Stage;
use bevy::asset::{RenderAssetUsages, embedded_asset};
use bevy::camera::visibility::NoFrustumCulling;
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{AsBindGroup, ShaderType};
use bevy::shader::ShaderRef;

/// Sides of the boxes, m.
const BOXES_M: [f32; 3] = [9.0, 22.0, 56.0];
/// Lamps that light drops.
pub const LAMPS: usize = 12;
/// Width of a streak, m: drops of 2 mm, smeared by the eye.
const STREAK_M: f32 = 0.0026;
/// Radius of a flake, m.
const FLAKE_M: f32 = 0.011;
/// Nearest particle before an open camera, m.
const OPEN_M: f32 = 0.5;
/// Nearest particle before the driver's eye: beyond the windscreen, m.
const CABIN_M: f32 = 2.4;

/// Numbers of the shader; layout as in `fall.wgsl`.
#[derive(ShaderType, Clone, Copy, Debug, Default)]
struct FallUniform {
    streak: Vec4,
    color: Vec4,
    shape: Vec4,
    layers: [Vec4; 3],
    more: Vec4,
    lamps: [Vec4; 2 * LAMPS],
}

/// Material of rain or snow.
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub struct FallMaterial {
    #[uniform(0)]
    uniform: FallUniform,
}

impl Material for FallMaterial {
    fn vertex_shader() -> ShaderRef {
        "embedded://shakedown_app/weather/fall.wgsl".into()
    }
    fn fragment_shader() -> ShaderRef {
        "embedded://shakedown_app/weather/fall.wgsl".into()
    }
    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }
    fn enable_prepass() -> bool {
        false
    }
    fn enable_shadows() -> bool {
        false
    }
}

/// Numbers of the shader; layout as in `splash.wgsl`.
#[derive(ShaderType, Clone, Copy, Debug, Default)]
struct SplashUniform {
    point: Vec4,
    normal: Vec4,
    color: Vec4,
}

/// Material of splashes.
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub struct SplashMaterial {
    #[uniform(0)]
    uniform: SplashUniform,
}

impl Material for SplashMaterial {
    fn vertex_shader() -> ShaderRef {
        "embedded://shakedown_app/weather/splash.wgsl".into()
    }
    fn fragment_shader() -> ShaderRef {
        "embedded://shakedown_app/weather/splash.wgsl".into()
    }
    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }
    fn enable_prepass() -> bool {
        false
    }
    fn enable_shadows() -> bool {
        false
    }
}

/// What falls.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Rain,
    Snow,
    Splash,
}

#[derive(Resource, Debug)]
struct Materials {
    rain: Handle<FallMaterial>,
    snow: Handle<FallMaterial>,
    splash: Handle<SplashMaterial>,
}

/// Adds what falls.
pub fn plugin(app: &mut App) {
    embedded_asset!(app, "fall.wgsl");
    embedded_asset!(app, "splash.wgsl");
    app.add_plugins((MaterialPlugin::<FallMaterial>::default(), MaterialPlugin::<SplashMaterial>::default()))
        .add_systems(Startup, prepare)
        .add_systems(Update, (fill, drop_down).chain().in_set(WeatherSet::Show));
}

fn prepare(
    mut commands: Commands,
    mut falls: ResMut<Assets<FallMaterial>>,
    mut splashes: ResMut<Assets<SplashMaterial>>,
) {
    let made = Materials {
        rain: falls.add(FallMaterial { uniform: FallUniform::default() }),
        snow: falls.add(FallMaterial { uniform: FallUniform::default() }),
        splash: splashes.add(SplashMaterial { uniform: SplashUniform::default() }),
    };
    let common = || (NoFrustumCulling, NotShadowCaster, NotShadowReceiver, Visibility::Hidden, layers::all());
    commands.spawn((Name::new("rain"), Kind::Rain, MeshMaterial3d(made.rain.clone()), common()));
    commands.spawn((Name::new("snowfall"), Kind::Snow, MeshMaterial3d(made.snow.clone()), common()));
    commands.spawn((Name::new("splashes"), Kind::Splash, MeshMaterial3d(made.splash.clone()), common()));
    commands.insert_resource(made);
}

/// Particles by quality: in the air, on the ground.
fn counts(quality: Quality) -> (usize, usize) {
    match quality {
        Quality::Low => (5_000, 400),
        Quality::High => (14_000, 1_200),
    }
}

/// Makes the meshes for a quality.
fn fill(
    quality: Res<Quality>,
    mut meshes: ResMut<Assets<Mesh>>,
    kinds: Query<(Entity, &Kind)>,
    mut commands: Commands,
) {
    if !quality.is_changed() {
        return;
    }
    let (air, ground) = counts(*quality);
    let falling = meshes.add(quads(air));
    let splashes = meshes.add(quads(ground));
    for (entity, kind) in &kinds {
        let mesh = match kind {
            Kind::Rain | Kind::Snow => falling.clone(),
            Kind::Splash => splashes.clone(),
        };
        commands.entity(entity).insert(Mesh3d(mesh));
    }
}

/// So many quads with random numbers: place in the unit box, rank (0–1), layer, size.
pub fn quads(count: usize) -> Mesh {
    let corners = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0_f32]];
    let random = |i: usize, k: u32| noise::unit(noise::hash(i as u32, k, 7));
    let mut positions = Vec::with_capacity(4 * count);
    let mut normals = Vec::with_capacity(4 * count);
    let mut uvs = Vec::with_capacity(4 * count);
    for i in 0..count {
        let place = [random(i, 0), random(i, 1), random(i, 2)];
        let rank = (i as f32 + 0.5) / count as f32;
        for corner in corners {
            positions.push(place);
            normals.push([rank, (i % 3) as f32, random(i, 4)]);
            uvs.push(corner);
        }
    }
    let indices = (0..count as u32).flat_map(|i| [0, 1, 2, 0, 2, 3].map(|k| 4 * i + k)).collect();
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, uvs)
        .with_inserted_indices(Indices::U32(indices))
}

/// The strongest lamps for the shaders of drops.
pub fn lit_by(glows: &Glows) -> ([Vec4; 2 * LAMPS], f32) {
    let mut out = [Vec4::ZERO; 2 * LAMPS];
    let count = glows.chosen.len().min(LAMPS);
    for (i, glow) in glows.chosen.iter().take(count).enumerate() {
        out[2 * i] = glow.place.extend(0.0);
        out[2 * i + 1] = glow.candela.min(Vec3::splat(1_500.0)).extend(0.0);
    }
    (out, count as f32)
}

/// How far particles have come within each box.
fn displacement(velocity_mps: Vec3, time_s: f64) -> [Vec4; 3] {
    BOXES_M.map(|side| {
        let wrap = |v: f32| (f64::from(v) * time_s).rem_euclid(f64::from(side)) as f32;
        Vec4::new(wrap(velocity_mps.x), wrap(velocity_mps.y), wrap(velocity_mps.z), side)
    })
}

/// Hands the numbers of the moment to the materials.
fn drop_down(
    outlook: Res<Outlook>,
    viewer: Res<Viewer>,
    glows: Res<Glows>,
    stage: Option<Res<Stage>>,
    handles: Res<Materials>,
    screens: Query<(&Camera, &Windscreen)>,
    mut falls: ResMut<Assets<FallMaterial>>,
    mut splashes: ResMut<Assets<SplashMaterial>>,
    mut kinds: Query<(&Kind, &mut Visibility)>,
) {
    let weather = &outlook.weather;
    let (rain, snow) = (air::streak_share(weather.rain_mmph), air::flake_share(weather.snow_mmph));
    for (kind, mut visible) in &mut kinds {
        let on = match kind {
            Kind::Rain | Kind::Splash => rain > 0.0,
            Kind::Snow => snow > 0.0,
        };
        *visible = if on { Visibility::Visible } else { Visibility::Hidden };
    }
    let near_m = if screens.iter().any(|(camera, _)| camera.is_active) { CABIN_M } else { OPEN_M };
    let (lamps, count) = lit_by(&glows);
    let make = |velocity: Vec3, share: f32, flake: f32, width: f32, opacity: f32| FallUniform {
        streak: air::streak(velocity, viewer.velocity_mps).extend(width),
        color: (outlook.airlight() * 1.35).extend(opacity),
        shape: Vec4::new(share, flake, near_m, outlook.extinction.total_per_m() as f32),
        layers: displacement(velocity, outlook.time_s),
        more: Vec4::new(outlook.shader_time_s(), count, 0.0, 0.0),
        lamps,
    };
    if rain > 0.0
        && let Some(mut material) = falls.get_mut(&handles.rain)
    {
        material.uniform = make(air::drop_velocity(weather), rain, 0.0, STREAK_M, 0.42);
    }
    if snow > 0.0
        && let Some(mut material) = falls.get_mut(&handles.snow)
    {
        material.uniform = make(air::flake_velocity(weather), snow, 1.0, FLAKE_M, 0.85);
    }
    if rain > 0.0
        && let Some(mut material) = splashes.get_mut(&handles.splash)
    {
        let (point, normal) =
            stage.as_ref().and_then(|stage| stage.ego_pose()).map_or((Vec3::ZERO, Vec3::Y), |pose| {
                (frames::point(pose.position_m), frames::rotation(&pose) * Vec3::Y)
            });
        material.uniform = SplashUniform {
            point: point.extend(outlook.shader_time_s()),
            normal: normal.extend((rain * 1.5).min(1.0)),
            color: (outlook.airlight() * 1.3).extend(0.5),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_fill_their_box_evenly() {
        let mesh = quads(3_000);
        assert_eq!(mesh.count_vertices(), 12_000);
        let places = mesh.attribute(Mesh::ATTRIBUTE_POSITION).and_then(|a| a.as_float3()).map(<[_]>::to_vec);
        let places = places.expect("positions");
        for axis in 0..3 {
            let mean = places.iter().map(|p| p[axis]).sum::<f32>() / places.len() as f32;
            assert!((mean - 0.5).abs() < 0.03, "{axis}: {mean}");
            assert!(places.iter().all(|p| (0.0..=1.0).contains(&p[axis])));
        }
    }

    #[test]
    fn time_backwards_is_time_forwards_turned_round() {
        let v = Vec3::new(3.0, -7.0, 0.5);
        assert_eq!(displacement(v, 12.34), displacement(v, 12.34));
        for (later, earlier) in displacement(v, 100.0).iter().zip(displacement(v, 99.9)) {
            let side = later.w;
            let step = (later.y - earlier.y + 0.5 * side).rem_euclid(side) - 0.5 * side;
            assert!((step + 0.7).abs() < 1e-3, "{step}");
        }
    }
}
