//! The sky around every camera: gradient, sun with its halo, moon, stars, clouds. One box of twelve triangles
//! whose vertices the shader puts at infinity around the eye of each view, so split views need nothing more.
//!
//! Drawn with the masked meshes: after what is opaque (hidden sky costs nothing), before what is transparent.

use super::light::luminance;
use super::{Noise, Outlook, WeatherSet};
use crate::layers;
use bevy::asset::embedded_asset;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::mesh::MeshVertexBufferLayoutRef;
use bevy::pbr::{MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError,
};
use bevy::shader::ShaderRef;
use core::f32::consts::PI;

/// Numbers of the shader; layout as in `dome.wgsl`.
#[derive(ShaderType, Clone, Copy, Debug, Default)]
struct DomeUniform {
    to_sun: Vec4,
    zenith: Vec4,
    sunward: Vec4,
    opposite: Vec4,
    glow: Vec4,
    overcast: Vec4,
    fog: Vec4,
    land: Vec4,
    disc: Vec4,
    lit: Vec4,
    drift: Vec4,
}

/// Material of the sky.
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub struct DomeMaterial {
    #[uniform(0)]
    uniform: DomeUniform,
    #[texture(1)]
    #[sampler(2)]
    noise: Handle<Image>,
}

impl Material for DomeMaterial {
    fn vertex_shader() -> ShaderRef {
        "embedded://shakedown_app/weather/dome.wgsl".into()
    }
    fn fragment_shader() -> ShaderRef {
        "embedded://shakedown_app/weather/dome.wgsl".into()
    }
    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Mask(0.5)
    }
    fn enable_prepass() -> bool {
        false
    }
    fn enable_shadows() -> bool {
        false
    }
    fn specialize(
        _pipeline: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        _layout: &MeshVertexBufferLayoutRef,
        _key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        descriptor.primitive.cull_mode = None;
        if let Some(depth) = &mut descriptor.depth_stencil {
            depth.depth_write_enabled = Some(false);
        }
        Ok(())
    }
}

/// The sky's material.
#[derive(Resource, Debug)]
struct Dome(Handle<DomeMaterial>);

/// Adds the sky.
pub fn plugin(app: &mut App) {
    embedded_asset!(app, "dome.wgsl");
    app.add_plugins(MaterialPlugin::<DomeMaterial>::default())
        .add_systems(Startup, raise)
        .add_systems(Update, paint.in_set(WeatherSet::Show));
}

fn raise(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<DomeMaterial>>,
    noise: Res<Noise>,
) {
    let material =
        materials.add(DomeMaterial { uniform: uniform(&Outlook::default()), noise: noise.0.clone() });
    commands.spawn((
        Name::new("sky"),
        Mesh3d(meshes.add(Cuboid::from_length(1_000.0))),
        MeshMaterial3d(material.clone()),
        NoFrustumCulling,
        NotShadowCaster,
        NotShadowReceiver,
        layers::all(),
    ));
    commands.insert_resource(Dome(material));
}

fn paint(outlook: Res<Outlook>, dome: Res<Dome>, mut materials: ResMut<Assets<DomeMaterial>>) {
    if let Some(mut material) = materials.get_mut(&dome.0) {
        material.uniform = uniform(&outlook);
    }
}

fn uniform(outlook: &Outlook) -> DomeUniform {
    let (light, sky) = (&outlook.light, &outlook.sky);
    let night = 1.0 - super::light::smooth(0.05, 8.0, light.natural_lx);
    // Stars and moon: as bright on the screen as they are to the eye, which is not what a camera would show.
    let white = 1.0 / light.exposure();
    let mean = luminance(sky.zenith.lerp(sky.overcast, 0.5));
    let lit = light.sun_color * (light.sun_lx / PI * 0.42) + Vec3::splat(mean * 0.25);
    let wind = super::air::wind(&outlook.weather) * 1.6 + Vec3::new(2.0, 0.0, 1.0);
    // Clouds at 1500 m drift with the wind aloft.
    let drift = wind * (outlook.time_s.rem_euclid(40_000.0) as f32) * (0.135 / 1_500.0);
    DomeUniform {
        to_sun: sky.to_sun.extend(sky.band),
        zenith: sky.zenith.extend(sky.gray),
        sunward: sky.sunward.extend(sky.depth),
        opposite: sky.opposite.extend(light.cloud),
        glow: sky.glow.extend(night * white * 0.8),
        overcast: sky.overcast.extend(0.0),
        fog: sky.fog.extend(0.0),
        land: sky.land.extend(0.0),
        disc: (light.sun_color * (light.sun_lx * 15_000.0)).extend(night * white * 1.1),
        lit: lit.extend(0.0),
        drift: Vec4::new(drift.x.fract(), drift.z.fract(), 0.0, 0.0),
    }
}
