//! The sun as a light with shadows, the exposure of every camera, the fog before it, and the sky it mirrors.
//!
//! Fog is Koschmieder's: what is `d` away keeps e^(−σd) of its contrast, σ by [`air::drawn_per_m`]. While the
//! sun shines through it, the haze towards the sun glows.
//!
//! At night the same light is a full moon opposite to the sun (0.25 lx, no shadow).

use super::air;
use super::environment::{self, Cubes};
use super::light::luminance;
use super::sky::Sky;
use super::{Outlook, Quality, WeatherSet};
use crate::layers;
use bevy::camera::Exposure;
use bevy::light::{CascadeShadowConfig, CascadeShadowConfigBuilder};
use bevy::prelude::*;
use bevy::render::view::{ColorGrading, ColorGradingGlobal, ColorGradingSection};

/// Marks the sun.
#[derive(Component, Debug)]
pub struct Sun;

/// The cube images of the mirrored sky, and the sky they were made from.
#[derive(Resource, Debug)]
struct Mirror {
    diffuse: Handle<Image>,
    specular: Handle<Image>,
    made_from: Option<(Sky, f32)>,
    reference_cdpm2: f32,
}

/// Adds the systems.
pub fn plugin(app: &mut App) {
    app.insert_resource(GlobalAmbientLight { brightness: 0.0, ..GlobalAmbientLight::default() })
        .add_systems(Startup, rise)
        .add_systems(Update, (shine, cascade, mirror, expose).chain().in_set(WeatherSet::Show));
}

fn rise(mut commands: Commands, mut images: ResMut<Assets<Image>>) {
    commands.spawn((Name::new("sun"), Sun, DirectionalLight::default(), layers::all()));
    let outlook = Outlook::default();
    let Cubes { diffuse, specular } = environment::cubes(&outlook.sky, outlook.light.natural_lx, 1_000.0);
    commands.insert_resource(Mirror {
        diffuse: images.add(diffuse),
        specular: images.add(specular),
        made_from: None,
        reference_cdpm2: 1_000.0,
    });
}

/// Direction, color and strength of the sun or the moon.
fn shine(outlook: Res<Outlook>, sun: Single<(&mut DirectionalLight, &mut Transform), With<Sun>>) {
    let (mut lamp, mut place) = sun.into_inner();
    let light = &outlook.light;
    let (towards, lx, color) = if light.sun_lx > 0.0 {
        (light.to_sun, light.sun_lx, light.sun_color)
    } else {
        let up = -light.to_sun;
        (up.with_y(up.y.max(0.25)), light.moon_lx, Vec3::new(0.80, 0.90, 1.20))
    };
    *place = Transform::IDENTITY.looking_to(-towards.normalize(), Vec3::Y);
    lamp.color = Color::linear_rgb(color.x, color.y, color.z);
    lamp.illuminance = lx;
    // A shadow that the sky fills up costs as much as one that is seen.
    let shadows = light.sun_lx * light.elevation_rad.sin() > 0.03 * light.natural_lx;
    lamp.shadow_maps_enabled = shadows;
}

/// Reach of the shadows by quality.
fn cascade(quality: Res<Quality>, mut config: Single<&mut CascadeShadowConfig, With<Sun>>) {
    if !quality.is_changed() {
        return;
    }
    let (cascades, far_m, first_m) = match *quality {
        Quality::Low => (2, 90.0, 22.0),
        Quality::High => (4, 260.0, 14.0),
    };
    **config = CascadeShadowConfigBuilder {
        num_cascades: cascades,
        minimum_distance: 0.3,
        maximum_distance: far_m,
        first_cascade_far_bound: first_m,
        overlap_proportion: 0.15,
    }
    .build();
}

/// Makes the cubes anew when the sky has changed visibly.
fn mirror(outlook: Res<Outlook>, mut mirror: ResMut<Mirror>, mut images: ResMut<Assets<Image>>) {
    let ground_lx = outlook.light.natural_lx + 0.15 * outlook.light.street_lx;
    if mirror.made_from.as_ref().is_some_and(|(sky, lx)| close(sky, &outlook.sky) && near(*lx, ground_lx)) {
        return;
    }
    let sky = &outlook.sky;
    let reference = luminance(sky.zenith.lerp(sky.overcast, sky.gray)).max(0.01);
    let Cubes { diffuse, specular } = environment::cubes(sky, ground_lx, reference);
    let _replaced = images.insert(&mirror.diffuse, diffuse);
    let _replaced = images.insert(&mirror.specular, specular);
    mirror.made_from = Some((*sky, ground_lx));
    mirror.reference_cdpm2 = reference;
}

/// Two skies that look alike.
fn close(a: &Sky, b: &Sky) -> bool {
    let alike = |p: Vec3, q: Vec3| (p - q).length() <= 0.02 * (p.length() + q.length());
    a.to_sun.dot(b.to_sun) > 0.999_9
        && near(a.depth + 0.1, b.depth + 0.1)
        && (a.gray - b.gray).abs() < 0.01
        && [(a.zenith, b.zenith), (a.sunward, b.sunward), (a.fog, b.fog), (a.overcast, b.overcast)]
            .into_iter()
            .all(|(p, q)| alike(p, q))
}

fn near(a: f32, b: f32) -> bool {
    (a - b).abs() <= 0.02 * (a.abs() + b.abs())
}

/// Fog before a camera.
pub fn fog(outlook: &Outlook) -> DistanceFog {
    let light = &outlook.light;
    let shown = outlook.sky.fog * light.exposure();
    // Where the engine sees haze, the haze around the sun's direction glows; clear air needs no lookup of shadows.
    let hazy = outlook.extinction.total_per_m() > 1e-4 && light.sun_lx > 500.0;
    let glow = if hazy { 0.05 } else { 0.0 };
    DistanceFog {
        color: Color::linear_rgb(shown.x, shown.y, shown.z),
        directional_light_color: Color::linear_rgba(1.0, 1.0, 1.0, glow),
        directional_light_exponent: 14.0,
        falloff: FogFalloff::Exponential { density: air::drawn_per_m(&outlook.extinction) },
    }
}

/// A little more contrast and color than the display transform leaves.
fn grading() -> ColorGrading {
    let section = ColorGradingSection { contrast: 1.14, saturation: 1.08, ..ColorGradingSection::default() };
    ColorGrading {
        global: ColorGradingGlobal { exposure: 0.15, post_saturation: 1.18, ..ColorGradingGlobal::default() },
        shadows: section,
        midtones: section,
        highlights: section,
    }
}

/// Exposure, fog and mirrored sky of every camera.
fn expose(
    outlook: Res<Outlook>,
    mirror: Res<Mirror>,
    cameras: Query<(Entity, Has<ColorGrading>), With<Camera3d>>,
    mut commands: Commands,
) {
    for (camera, graded) in &cameras {
        // A camera with a grading of its own keeps it (the belief's half is drained of color).
        if !graded {
            commands.entity(camera).insert(grading());
        }
        commands.entity(camera).insert((
            Exposure { ev100: outlook.light.ev100 },
            fog(&outlook),
            EnvironmentMapLight {
                diffuse_map: mirror.diffuse.clone(),
                specular_map: mirror.specular.clone(),
                intensity: mirror.reference_cdpm2,
                ..EnvironmentMapLight::default()
            },
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::state::weather::Weather;

    #[test]
    fn fog_of_a_camera_is_koschmieders() {
        let outlook = Outlook::new(&Weather { fog_mor_m: 60.0, ..Weather::default() }, 0.0);
        let FogFalloff::Exponential { density } = fog(&outlook).falloff else { unreachable!("exponential") };
        assert!(((-density * 60.0).exp() - 0.05).abs() < 0.002);
        let clear = Outlook::default();
        assert_eq!(fog(&clear).directional_light_color.alpha(), 0.0);
    }

    #[test]
    fn a_sky_is_close_to_itself_and_not_to_another() {
        let noon = Outlook::default().sky;
        let gray = Outlook::new(&Weather { cloud_cover: 1.0, ..Weather::default() }, 0.0).sky;
        assert!(close(&noon, &noon) && !close(&noon, &gray));
    }
}
