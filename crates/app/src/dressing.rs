//! What modules that do not know each other share: the scene's materials and lamps with the weather, the
//! driver's camera with the windscreen, the quality with the device that was found.

use crate::camera::{CameraMode, MainCamera};
use crate::scene::{SceneMaterials, Skin, StreetLamps};
use crate::weather::{LampPosts, Outlook, Quality, Role, Surfaces, Windscreen};
use bevy::light::DirectionalLightShadowMap;
use bevy::prelude::*;
use bevy::render::renderer::RenderAdapterInfo;

/// Adds the connections.
pub fn plugin(app: &mut App) {
    app.add_systems(PostStartup, choose_quality);
    app.add_systems(
        Update,
        (
            name_surfaces.run_if(resource_exists_and_changed::<SceneMaterials>),
            hang_lamps.run_if(resource_changed::<StreetLamps>),
            light_glass.run_if(resource_exists::<SceneMaterials>),
            fit_windscreen,
            sharpen_shadows.run_if(resource_exists_and_changed::<Quality>),
        ),
    );
}

/// Marks a quality that was asked for, so that the device does not decide.
#[derive(Resource, Clone, Copy, Debug)]
pub struct QualityAsked;

/// Software renderers get the low quality, graphics cards the high one, unless somebody has chosen.
fn choose_quality(
    mut commands: Commands,
    asked: Option<Res<QualityAsked>>,
    device: Option<Res<RenderAdapterInfo>>,
) {
    if asked.is_none() {
        let software = device.is_none_or(|info| is_software(&info.device_type));
        commands.insert_resource(if software { Quality::Low } else { Quality::High });
    }
}

fn is_software(device: &impl core::fmt::Debug) -> bool {
    // The type of the device is not re-exported by the renderer; its name is stable.
    format!("{device:?}") == "Cpu"
}

/// What a material of the scene is for the weather; `None` = the weather leaves it alone.
pub fn role_of(skin: Skin) -> Option<Role> {
    match skin {
        Skin::Asphalt => Some(Role::Asphalt),
        Skin::Concrete => Some(Role::Concrete),
        Skin::Grass => Some(Role::Ground),
        Skin::WhitePaint | Skin::YellowPaint | Skin::OtherPaint => Some(Role::Marking),
        Skin::Facade => Some(Role::Window),
        Skin::Roof => Some(Role::Roof),
        Skin::Foliage => Some(Role::Foliage),
        Skin::Matte | Skin::Sign => Some(Role::Wall),
        Skin::LampGlass | Skin::Water => None,
    }
}

fn name_surfaces(materials: Res<SceneMaterials>, mut surfaces: ResMut<Surfaces>) {
    surfaces.0 = materials
        .iter()
        .filter_map(|(skin, finish)| role_of(skin).map(|role| (finish.handle.clone(), role)))
        .collect();
}

fn hang_lamps(lamps: Res<StreetLamps>, mut posts: ResMut<LampPosts>) {
    posts.0.clone_from(&lamps.heads);
}

/// Luminance of a lit street lamp's glass, cd/m² (chosen: bright enough to read as lit in every exposure of
/// a night, below glare).
const GLASS_CDPM2: f32 = 6_000.0;

fn light_glass(
    outlook: Res<Outlook>,
    materials: Res<SceneMaterials>,
    mut assets: ResMut<Assets<StandardMaterial>>,
    mut lit: Local<Option<f32>>,
) {
    let lamps = outlook.light.lamps;
    if *lit == Some(lamps) && !materials.is_changed() {
        return;
    }
    *lit = Some(lamps);
    if let Some(mut glass) = assets.get_mut(&materials.of(Skin::LampGlass).handle) {
        let luminance = GLASS_CDPM2 * lamps;
        glass.emissive = LinearRgba::rgb(luminance, 0.86 * luminance, 0.62 * luminance);
    }
}

/// The driver's eye looks through a windscreen, every other camera does not.
fn fit_windscreen(
    mode: Res<CameraMode>,
    cameras: Query<(Entity, Has<Windscreen>), With<MainCamera>>,
    mut commands: Commands,
) {
    let wanted = *mode == CameraMode::Driver;
    for (camera, has) in &cameras {
        if wanted && !has {
            commands.entity(camera).insert(Windscreen::default());
        } else if !wanted && has {
            commands.entity(camera).remove::<Windscreen>();
        }
    }
}

/// Sharpness of shadows by quality.
fn sharpen_shadows(quality: Res<Quality>, mut shadows: ResMut<DirectionalLightShadowMap>) {
    shadows.size = match *quality {
        Quality::Low => 1024,
        Quality::High => 4096,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_outdoors_gets_wet() {
        let dry: Vec<Skin> = Skin::ALL.into_iter().filter(|skin| role_of(*skin).is_none()).collect();
        assert_eq!(dry, [Skin::LampGlass, Skin::Water]);
    }

    #[test]
    fn a_software_renderer_is_known_by_its_type() {
        #[derive(Debug)]
        enum Kind {
            Cpu,
            DiscreteGpu,
        }
        assert!(is_software(&Kind::Cpu) && !is_software(&Kind::DiscreteGpu));
    }
}
