//! Street lamps: a real light for the nearest, a glow in the dark for all.
//!
//! A lamp of [`LAMP_LUMEN`] gives about 10 lx under it from 8 m up, what the engine says of a street at night
//! (ANSI/IES RP-8). The glow is a quad a few pixels wide in clear air that grows into a halo in fog and rain.

use super::glow::{REAL_M, Viewer};
use super::{Outlook, Quality, WeatherSet};
use crate::layers;
use bevy::asset::{RenderAssetUsages, embedded_asset};
use bevy::camera::visibility::NoFrustumCulling;
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{AsBindGroup, ShaderType};
use bevy::shader::ShaderRef;

/// Luminous flux of a street lamp, lm.
pub const LAMP_LUMEN: f32 = 9_000.0;
/// Color of a street lamp (LED of 3000 K), luminance 1.
pub const LAMP_COLOR: Vec3 = Vec3::new(1.30, 0.96, 0.52);

/// Where street lamps hang (their light, not their foot), in the window's frame. The scene fills it.
#[derive(Resource, Clone, Debug, Default)]
pub struct LampPosts(pub Vec<Vec3>);

/// One of the real lights.
#[derive(Component, Debug)]
struct StreetLight;

/// The quads of all glows.
#[derive(Component, Debug)]
struct Halos;

/// Numbers of the shader; layout as in `halo.wgsl`.
#[derive(ShaderType, Clone, Copy, Debug, Default)]
struct HaloUniform {
    color: Vec4,
    more: Vec4,
}

/// Material of the glows.
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub struct HaloMaterial {
    #[uniform(0)]
    uniform: HaloUniform,
}

impl Material for HaloMaterial {
    fn vertex_shader() -> ShaderRef {
        "embedded://shakedown_app/weather/halo.wgsl".into()
    }
    fn fragment_shader() -> ShaderRef {
        "embedded://shakedown_app/weather/halo.wgsl".into()
    }
    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Add
    }
    fn enable_prepass() -> bool {
        false
    }
    fn enable_shadows() -> bool {
        false
    }
}

/// The glows' material.
#[derive(Resource, Debug)]
struct HaloHandle(Handle<HaloMaterial>);

/// Adds the lamps.
pub fn plugin(app: &mut App) {
    embedded_asset!(app, "halo.wgsl");
    app.add_plugins(MaterialPlugin::<HaloMaterial>::default())
        .init_resource::<LampPosts>()
        .add_systems(Startup, prepare)
        .add_systems(Update, (hang, switch, halo).chain().in_set(WeatherSet::Show));
}

fn prepare(mut commands: Commands, mut materials: ResMut<Assets<HaloMaterial>>) {
    commands.insert_resource(HaloHandle(materials.add(HaloMaterial { uniform: HaloUniform::default() })));
}

/// Lights in the pool by quality.
fn pool(quality: Quality) -> usize {
    match quality {
        Quality::Low => 10,
        Quality::High => 28,
    }
}

/// Makes the glows' mesh when the posts have changed.
fn hang(
    posts: Res<LampPosts>,
    material: Res<HaloHandle>,
    old: Query<Entity, With<Halos>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut commands: Commands,
) {
    if !posts.is_changed() {
        return;
    }
    old.iter().for_each(|entity| commands.entity(entity).despawn());
    if posts.0.is_empty() {
        return;
    }
    commands.spawn((
        Name::new("street lamps' glow"),
        Halos,
        Mesh3d(meshes.add(halos(&posts.0))),
        MeshMaterial3d(material.0.clone()),
        NoFrustumCulling,
        NotShadowCaster,
        NotShadowReceiver,
        Visibility::Hidden,
        layers::all(),
    ));
}

/// A quad for each place; the shader turns it to the eye. Corner in the second texture axis pair.
pub fn halos(places: &[Vec3]) -> Mesh {
    let corners = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0_f32]];
    let positions: Vec<[f32; 3]> = places.iter().flat_map(|place| [place.to_array(); 4]).collect();
    let uvs: Vec<[f32; 2]> = places.iter().flat_map(|_| corners).collect();
    let indices = (0..places.len() as u32).flat_map(|i| [0, 1, 2, 0, 2, 3].map(|k| 4 * i + k)).collect();
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, uvs)
        .with_inserted_indices(Indices::U32(indices))
}

/// The places nearest to the viewer, those ahead first.
pub fn nearest(places: &[Vec3], viewer: &Viewer, count: usize) -> Vec<Vec3> {
    let focus = viewer.eye + viewer.forward.with_y(0.0).normalize_or_zero() * 35.0;
    let mut sorted = places.to_vec();
    sorted.sort_by(|a, b| a.distance_squared(focus).total_cmp(&b.distance_squared(focus)));
    sorted.truncate(count);
    sorted
}

/// Real lights at the nearest posts.
fn switch(
    outlook: Res<Outlook>,
    quality: Res<Quality>,
    posts: Res<LampPosts>,
    viewer: Res<Viewer>,
    mut lights: Query<(&mut PointLight, &mut Transform, &mut Visibility), With<StreetLight>>,
    mut commands: Commands,
) {
    let count = pool(*quality);
    let have = lights.iter().len();
    for _ in have..count {
        commands.spawn((
            Name::new("street lamp"),
            StreetLight,
            PointLight { range: REAL_M, radius: 0.15, shadow_maps_enabled: false, ..PointLight::default() },
            Visibility::Hidden,
            layers::all(),
        ));
    }
    let lit = outlook.light.lamps;
    let chosen = if lit > 0.01 { nearest(&posts.0, &viewer, count) } else { Vec::new() };
    for (i, (mut light, mut place, mut visible)) in lights.iter_mut().enumerate() {
        match chosen.get(i) {
            Some(post) => {
                place.translation = *post;
                light.color = Color::linear_rgb(LAMP_COLOR.x, LAMP_COLOR.y, LAMP_COLOR.z);
                light.intensity = LAMP_LUMEN * lit;
                *visible = Visibility::Visible;
            }
            None => *visible = Visibility::Hidden,
        }
    }
}

/// Strength and size of the glows.
fn halo(
    outlook: Res<Outlook>,
    material: Res<HaloHandle>,
    mut materials: ResMut<Assets<HaloMaterial>>,
    mut halos: Query<&mut Visibility, With<Halos>>,
) {
    let lit = outlook.light.lamps;
    for mut visible in &mut halos {
        *visible = if lit > 0.01 { Visibility::Visible } else { Visibility::Hidden };
    }
    if lit <= 0.01 {
        return;
    }
    let extinction = super::air::drawn_per_m(&outlook.extinction);
    if let Some(mut material) = materials.get_mut(&material.0) {
        // Share of the light that the air scatters on its way, over 40 m.
        let scattered = 1.0 - (-40.0 * extinction).exp();
        material.uniform = HaloUniform {
            color: (LAMP_COLOR * lit).extend(scattered),
            more: Vec4::new(extinction, 0.0, 0.0, 0.0),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lamp_lights_the_street_as_the_engine_says() {
        let lux = LAMP_LUMEN / (4.0 * core::f32::consts::PI) / (8.0 * 8.0);
        assert!((lux / shakedown::environment::sun::STREET_LIGHT_LX as f32 - 1.0).abs() < 0.2, "{lux}");
        assert!((super::super::light::luminance(LAMP_COLOR) - 1.0).abs() < 0.01);
    }

    #[test]
    fn nearest_posts_ahead_are_chosen() {
        let places: Vec<Vec3> = (-20..20).map(|i| Vec3::new(0.0, 8.0, 30.0 * i as f32)).collect();
        let chosen = nearest(&places, &Viewer::default(), 3);
        assert_eq!(chosen.len(), 3);
        assert!(chosen.iter().all(|p| p.z <= 0.0 && p.z >= -90.0), "{chosen:?}");
        assert_eq!(halos(&places).count_vertices(), 160);
    }
}
