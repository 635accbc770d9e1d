//! Light that headlamps throw: a fixed number of spot lights, given to the own vehicle (one each side) and
//! to the nearest others with their headlights on (one in the middle).
//!
//! Intensity of a low beam: about 15 000 cd on its axis and side (UN R113/R149 class; 12–30 000 cd are
//! usual in the hot spot). Bevy counts lumens of a point source, 4π lm for each candela.

use super::cast::{Actor, Cast};
use crate::layers;
use crate::stage::Stage;
use bevy::prelude::*;
use core::f32::consts::PI;
use shakedown::state::truth::Presence;

/// Number of spot lights.
pub const BUDGET: usize = 8;
/// Luminous intensity of one low beam, cd.
pub const LOW_BEAM_CD: f32 = 15_000.0;
/// Beams end here, m.
const RANGE_M: f32 = 70.0;
/// Half angle of the cone and of its bright middle, rad.
const CONE_RAD: (f32, f32) = (0.62, 0.16);
/// The axis points down, rad.
const DIP_RAD: f32 = 0.085;

/// One of the spot lights.
#[derive(Component, Clone, Copy, Debug)]
pub struct Beam(usize);

/// Makes the lights, dark.
pub fn hang(mut commands: Commands) {
    for ix in 0..BUDGET {
        commands.spawn((
            Beam(ix),
            SpotLight {
                color: Color::srgb(1.0, 0.95, 0.86),
                intensity: 0.0,
                range: RANGE_M,
                radius: 0.05,
                outer_angle: CONE_RAD.0,
                inner_angle: CONE_RAD.1,
                shadow_maps_enabled: false,
                ..SpotLight::default()
            },
            Transform::IDENTITY,
            Visibility::Hidden,
            layers::all(),
        ));
    }
}

/// Where a beam starts and how strong it is, cd.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Throw {
    /// Place and direction (−z is ahead).
    pub at: Transform,
    /// Intensity, cd.
    pub intensity_cd: f32,
}

/// The beams of a vehicle at a pose; `both` for one light on each side.
fn throws(root: &Transform, lamp: Vec3, sides: &[f32], share: f32) -> Vec<Throw> {
    sides
        .iter()
        .map(|&side| {
            let from = root.translation + root.rotation * Vec3::new(lamp.x + 0.1, lamp.y, lamp.z * side);
            let ahead = root.rotation * Vec3::new(DIP_RAD.cos(), -DIP_RAD.sin(), 0.0);
            Throw {
                at: Transform::from_translation(from).looking_to(ahead, root.rotation * Vec3::Y),
                intensity_cd: LOW_BEAM_CD * share,
            }
        })
        .collect()
}

/// Picks which beams are shown: the own vehicle's first, then the nearest.
pub fn chosen(mut others: Vec<(f32, u32, Throw)>, own: Vec<Throw>) -> Vec<Throw> {
    others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    own.into_iter().chain(others.into_iter().map(|other| other.2)).take(BUDGET).collect()
}

/// Places the lights.
pub fn shine(
    stage: Option<Res<Stage>>,
    cast: Res<Cast>,
    roots: Query<&Transform, Without<Beam>>,
    eyes: Query<(&Camera, &GlobalTransform), With<Camera3d>>,
    mut beams: Query<(&Beam, &mut SpotLight, &mut Transform, &mut Visibility)>,
) {
    let mut shown: Vec<Throw> = Vec::new();
    if let Some(stage) = &stage
        && cast.serial == Some(stage.serial)
    {
        let lamp = |actor: &Actor| -> Option<(Transform, Vec3)> {
            let object = stage.shot().objects.get(actor.id.ix())?;
            let on = object.lights.headlights && object.presence == Presence::Present;
            let beam = actor.beam.filter(|_| on && stage.pose(actor.id).is_some())?;
            Some((*roots.get(actor.root).ok()?, beam))
        };
        let own: Vec<Throw> = cast
            .actors
            .iter()
            .filter(|actor| actor.is_ego)
            .filter_map(lamp)
            .flat_map(|(root, beam)| throws(&root, beam, &[1.0, -1.0], 1.0))
            .collect();
        // Near to who looks, or to the own vehicle.
        let eye = eyes.iter().find(|(camera, _)| camera.is_active).map(|(_, at)| at.translation());
        let own_place = stage.ego_pose().map(|pose| crate::frames::point(pose.position_m));
        if let Some(center) = own_place.or(eye) {
            let others = cast
                .actors
                .iter()
                .filter(|actor| !actor.is_ego)
                .filter_map(|actor| {
                    let (root, beam) = lamp(actor)?;
                    let throw = *throws(&root, Vec3::new(beam.x, beam.y, 0.0), &[0.0], 1.8).first()?;
                    Some((root.translation.distance(center), actor.id.0, throw))
                })
                .collect();
            shown = chosen(others, own);
        }
    }
    for (beam, mut light, mut at, mut visibility) in &mut beams {
        match shown.get(beam.0) {
            Some(throw) => {
                light.intensity = throw.intensity_cd * 4.0 * PI;
                *at = throw.at;
                visibility.set_if_neq(Visibility::Inherited);
            }
            None => {
                visibility.set_if_neq(Visibility::Hidden);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_vehicle_comes_first_and_the_budget_holds() {
        let throw = |x: f32| Throw { at: Transform::from_xyz(x, 0.0, 0.0), intensity_cd: 1.0 };
        let others: Vec<_> = (0..20).map(|k| (20.0 - k as f32, k, throw(k as f32))).collect();
        let shown = chosen(others, vec![throw(-1.0), throw(-2.0)]);
        assert_eq!(shown.len(), BUDGET);
        assert_eq!(shown[0], throw(-1.0));
        assert_eq!(shown[2], throw(19.0), "nearest of the others");
    }

    #[test]
    fn beams_point_ahead_and_down() {
        let root = Transform::from_rotation(Quat::from_rotation_y(0.7));
        let both = throws(&root, Vec3::new(3.5, 0.7, -0.6), &[1.0, -1.0], 1.0);
        for throw in &both {
            let ahead = throw.at.rotation * Vec3::NEG_Z;
            assert!(ahead.dot(root.rotation * Vec3::X) > 0.99 && ahead.y < -0.05, "{ahead}");
        }
        let apart = both[0].at.translation.distance(both[1].at.translation);
        assert!((apart - 1.2).abs() < 1e-4);
    }
}
