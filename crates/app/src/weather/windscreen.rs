//! Drops and runnels on the windscreen before the driver's eye, and what the wipers have cleared.
//!
//! A pane in front of every camera that carries a [`Windscreen`]. Each drop lands at a time that follows from
//! its place and the rain, stays until the blade of [`super::wiper`] passes, and bends the picture behind it
//! (the renderer's copy of what is opaque). At speed the runnels go up, else down.
//!
//! What it does not do: no film that blurs at night, no dirt, no fogged glass.

use super::wiper::{ARMS, stroke};
use super::{Outlook, WeatherSet, air};
use crate::layers;
use crate::stage::Stage;
use bevy::asset::{RenderAssetUsages, embedded_asset};
use bevy::camera::visibility::NoFrustumCulling;
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::mesh::{Indices, MeshVertexBufferLayoutRef, PrimitiveTopology};
use bevy::pbr::{MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError,
};
use bevy::shader::ShaderRef;

/// The windscreen before a camera, in the camera's frame (x right, y up, −z ahead). The camera module puts it on
/// the driver's eye.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Windscreen {
    /// Middle of the lower edge, m.
    pub lower: Vec3,
    /// Middle of the upper edge, m.
    pub upper: Vec3,
    /// Width, m.
    pub width_m: f32,
}

impl Default for Windscreen {
    /// A passenger car with the wheel on the left: the eye sits 0.37 m left of the middle.
    fn default() -> Self {
        Self { lower: Vec3::new(0.37, -0.28, -0.90), upper: Vec3::new(0.37, 0.26, -0.36), width_m: 1.9 }
    }
}

impl Windscreen {
    /// Place of the pane: its own x right, y up along the glass, origin at the middle of the lower edge.
    pub fn transform(&self) -> Transform {
        let up = (self.upper - self.lower).normalize();
        let normal = Vec3::X.cross(up);
        Transform {
            translation: self.lower,
            rotation: Quat::from_mat3(&Mat3::from_cols(Vec3::X, up, normal)),
            scale: Vec3::ONE,
        }
    }

    /// Height along the glass, m.
    pub fn height_m(&self) -> f32 {
        self.upper.distance(self.lower)
    }
}

/// Numbers of the shader; layout as in `windscreen.wgsl`.
#[derive(ShaderType, Clone, Copy, Debug, Default)]
struct ScreenUniform {
    rain: Vec4,
    wipe: Vec4,
    sky: Vec4,
    arms: [Vec4; 4],
}

/// Material of the pane.
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub struct ScreenMaterial {
    #[uniform(0)]
    uniform: ScreenUniform,
}

impl Material for ScreenMaterial {
    fn fragment_shader() -> ShaderRef {
        "embedded://shakedown_app/weather/windscreen.wgsl".into()
    }
    fn reads_view_transmission_texture(&self) -> bool {
        true
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
        // Rain beyond the glass is drawn later and must not fail against it.
        if let Some(depth) = &mut descriptor.depth_stencil {
            depth.depth_write_enabled = Some(false);
        }
        Ok(())
    }
}

/// A pane, child of its camera.
#[derive(Component, Debug)]
struct Pane;

#[derive(Resource, Debug)]
struct ScreenHandle(Handle<ScreenMaterial>);

/// Adds the windscreen.
pub fn plugin(app: &mut App) {
    embedded_asset!(app, "windscreen.wgsl");
    app.add_plugins(MaterialPlugin::<ScreenMaterial>::default())
        .add_systems(Startup, prepare)
        .add_systems(Update, (glaze, wet).chain().in_set(WeatherSet::Show));
}

fn prepare(mut commands: Commands, mut materials: ResMut<Assets<ScreenMaterial>>) {
    commands
        .insert_resource(ScreenHandle(materials.add(ScreenMaterial { uniform: ScreenUniform::default() })));
}

/// Puts a pane before each camera that got a windscreen, and takes it away with it.
fn glaze(
    fresh: Query<(Entity, &Windscreen), Changed<Windscreen>>,
    mut gone: RemovedComponents<Windscreen>,
    panes: Query<(Entity, &ChildOf), With<Pane>>,
    handle: Res<ScreenHandle>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut commands: Commands,
) {
    let gone: Vec<Entity> = gone.read().collect();
    for (pane, of) in &panes {
        if gone.contains(&of.parent()) || fresh.contains(of.parent()) {
            commands.entity(pane).despawn();
        }
    }
    for (camera, screen) in &fresh {
        commands.spawn((
            Name::new("windscreen"),
            Pane,
            Mesh3d(meshes.add(pane(screen))),
            MeshMaterial3d(handle.0.clone()),
            screen.transform(),
            NoFrustumCulling,
            NotShadowCaster,
            NotShadowReceiver,
            Visibility::Hidden,
            layers::set(&[layers::INTERIOR]),
            ChildOf(camera),
        ));
    }
}

/// The pane; its texture coordinates are meters from the middle of the lower edge.
pub fn pane(screen: &Windscreen) -> Mesh {
    let (half, top) = (0.5 * screen.width_m, screen.height_m());
    let corners = [[-half, -0.04], [half, -0.04], [half, top], [-half, top]];
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, corners.map(|[x, y]| [x, y, 0.0]).to_vec())
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, vec![[0.0, 0.0, 1.0]; 4])
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, corners.to_vec())
        .with_inserted_indices(Indices::U32(vec![0, 1, 2, 0, 2, 3]))
}

/// Hands the numbers of the moment to the pane.
fn wet(
    outlook: Res<Outlook>,
    stage: Option<Res<Stage>>,
    handle: Res<ScreenHandle>,
    mut materials: ResMut<Assets<ScreenMaterial>>,
    mut panes: Query<&mut Visibility, With<Pane>>,
) {
    let weather = &outlook.weather;
    let share = air::streak_share(weather.rain_mmph).max(0.4 * air::flake_share(weather.snow_mmph));
    for mut visible in &mut panes {
        *visible = if share > 0.0 { Visibility::Inherited } else { Visibility::Hidden };
    }
    if share <= 0.0 || panes.is_empty() {
        return;
    }
    let Some(mut material) = materials.get_mut(&handle.0) else { return };
    let speed = stage.as_ref().and_then(|stage| stage.ego()).map_or(0.0, |ego| ego.motion.speed_mps as f32);
    // Snow wipes like light rain.
    let stroke = stroke(weather.rain_mmph.max(if weather.snow_mmph > 0.0 { 3.0 } else { 0.0 }));
    let (period, wipe) = stroke.map_or((0.0, 0.0), |s| (s.period_s, s.wipe_s));
    let within = if period > 0.0 { outlook.time_s.rem_euclid(period) } else { 0.0 };
    let mut arms = [Vec4::ZERO; 4];
    for (i, arm) in ARMS.iter().enumerate() {
        arms[2 * i] = Vec4::new(arm.pivot_m[0], arm.pivot_m[1], arm.inner_m, arm.outer_m);
        arms[2 * i + 1] = Vec4::new(arm.parked_rad, arm.far_rad, 0.0, 0.0);
    }
    let sky = outlook.airlight() * outlook.light.exposure();
    material.uniform = ScreenUniform {
        rain: Vec4::new(share, outlook.shader_time_s(), speed, 0.0),
        wipe: Vec4::new(period as f32, wipe as f32, within as f32, 0.0),
        sky: sky.extend(0.0),
        arms,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pane_reaches_from_edge_to_edge_before_the_eye() {
        let screen = Windscreen::default();
        let place = screen.transform();
        assert!((place * Vec3::new(0.0, screen.height_m(), 0.0) - screen.upper).length() < 1e-5);
        // Looks back at the eye, which is at the origin.
        assert!((place.rotation * Vec3::Z).dot(-screen.lower) > 0.0);
        // The driver looks ahead through it: straight ahead it is met within its height.
        let up = (screen.upper - screen.lower).normalize();
        let t = -screen.lower.y / up.y;
        assert!((0.1..screen.height_m()).contains(&t), "{t}");
    }
}
