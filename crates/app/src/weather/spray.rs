//! Spray behind vehicles on a wet road.
//!
//! Its density is the engine's own measure, the probability that spray makes a ghost in the lidar
//! ([`spray_probability`]): none below 6 m/s, rising with the square of the speed and with the wetness, twice
//! as dense behind trucks and buses. The nearest 12 vehicles; all share a mesh and a material, the tag of each
//! carries what differs.

use super::falling::{LAMPS, lit_by, quads};
use super::glow::{Glows, Viewer};
use super::{Noise, Outlook, WeatherSet};
use crate::frames;
use crate::layers;
use crate::stage::Stage;
use bevy::asset::embedded_asset;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::mesh::MeshTag;
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{AsBindGroup, ShaderType};
use bevy::shader::ShaderRef;
use shakedown::sensor::lidar::spray_probability;
use shakedown::state::truth::Presence;

/// Vehicles with spray.
const CLOUDS: usize = 12;
/// Quads of a cloud.
const QUADS: usize = 26;
/// Farthest vehicle with spray, m.
const REACH_M: f32 = 140.0;

/// Numbers of the shader; layout as in `spray.wgsl`.
#[derive(ShaderType, Clone, Copy, Debug, Default)]
struct SprayUniform {
    color: Vec4,
    more: Vec4,
    lamps: [Vec4; 2 * LAMPS],
}

/// Material of spray.
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub struct SprayMaterial {
    #[uniform(0)]
    uniform: SprayUniform,
    #[texture(1)]
    #[sampler(2)]
    noise: Handle<Image>,
}

impl Material for SprayMaterial {
    fn vertex_shader() -> ShaderRef {
        "embedded://shakedown_app/weather/spray.wgsl".into()
    }
    fn fragment_shader() -> ShaderRef {
        "embedded://shakedown_app/weather/spray.wgsl".into()
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

#[derive(Component, Debug)]
struct Cloud;

#[derive(Resource, Debug)]
struct SprayHandle(Handle<SprayMaterial>);

/// Adds the spray.
pub fn plugin(app: &mut App) {
    embedded_asset!(app, "spray.wgsl");
    app.add_plugins(MaterialPlugin::<SprayMaterial>::default())
        .add_systems(Startup, prepare)
        .add_systems(Update, throw.in_set(WeatherSet::Show));
}

fn prepare(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<SprayMaterial>>,
    noise: Res<Noise>,
) {
    let mesh = meshes.add(quads(QUADS));
    let material = materials.add(SprayMaterial { uniform: SprayUniform::default(), noise: noise.0.clone() });
    for _ in 0..CLOUDS {
        commands.spawn((
            Name::new("spray"),
            Cloud,
            Mesh3d(mesh.clone()),
            MeshMaterial3d(material.clone()),
            MeshTag(0),
            NoFrustumCulling,
            NotShadowCaster,
            NotShadowReceiver,
            Visibility::Hidden,
            layers::set(&[layers::WORLD]),
        ));
    }
    commands.insert_resource(SprayHandle(material));
}

/// Density, speed and half width in one tag.
pub fn tag(density: f32, speed_mps: f32, half_width_m: f32) -> u32 {
    let byte = |v: f32| v.round().clamp(0.0, 255.0) as u32;
    byte(density * 255.0) | byte(speed_mps * 4.0) << 8 | byte(half_width_m * 100.0) << 16
}

/// Puts a cloud behind each of the nearest vehicles that throw one.
fn throw(
    outlook: Res<Outlook>,
    viewer: Res<Viewer>,
    glows: Res<Glows>,
    stage: Option<Res<Stage>>,
    handle: Res<SprayHandle>,
    mut materials: ResMut<Assets<SprayMaterial>>,
    mut clouds: Query<(&mut MeshTag, &mut Transform, &mut Visibility), With<Cloud>>,
) {
    let mut behind: Vec<(f32, Transform, u32)> = Vec::new();
    let wetness = outlook.weather.wetness * (1.0 - f64::from(outlook.ground.snow));
    if let Some(stage) = stage.as_ref().filter(|_| wetness > 0.01) {
        for object in stage.shot().objects.iter().filter(|o| o.presence == Presence::Present) {
            let speed_mps = object.motion.speed_mps;
            let density = spray_probability(object.class, wetness, speed_mps);
            let Some(pose) = stage.pose(object.id).filter(|_| density > 0.003) else { continue };
            let mut place = frames::transform(&pose);
            place.translation = place * Vec3::new(-object.extent.rear_m as f32, 0.0, 0.0);
            let distance = place.translation.distance(viewer.eye);
            if distance < REACH_M {
                // What is a probability for a ghost is a density for the eye: the square root spreads it.
                let shown = (density as f32 / 0.6).sqrt().min(1.0);
                behind.push((
                    distance,
                    place,
                    tag(shown, speed_mps as f32, 0.5 * object.extent.width_m as f32),
                ));
            }
        }
    }
    behind.sort_by(|a, b| a.0.total_cmp(&b.0));
    let any = !behind.is_empty();
    let mut next = behind.into_iter();
    for (mut tag, mut place, mut visible) in &mut clouds {
        match next.next() {
            Some((_, at, what)) => {
                (*place, tag.0, *visible) = (at, what, Visibility::Visible);
            }
            None => *visible = Visibility::Hidden,
        }
    }
    if any && let Some(mut material) = materials.get_mut(&handle.0) {
        let (lamps, count) = lit_by(&glows);
        material.uniform = SprayUniform {
            color: (outlook.airlight() * 0.9).extend(0.34),
            more: Vec4::new(outlook.shader_time_s(), outlook.extinction.total_per_m() as f32, count, 0.0),
            lamps,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::state::object::ObjectClass;

    #[test]
    fn tags_carry_what_they_are_given() {
        let tag = tag(0.5, 25.0, 0.9);
        assert_eq!((tag & 255, tag >> 8 & 255, tag >> 16 & 255), (128, 100, 90));
    }

    #[test]
    fn spray_needs_speed_and_water() {
        assert_eq!(spray_probability(ObjectClass::Car, 1.0, 5.0), 0.0);
        assert_eq!(spray_probability(ObjectClass::Car, 0.0, 30.0), 0.0);
        assert!(
            spray_probability(ObjectClass::Truck, 1.0, 20.0) > spray_probability(ObjectClass::Car, 1.0, 20.0)
        );
    }
}
