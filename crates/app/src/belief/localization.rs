//! Where the car believes it stands, where it does stand, and how sure it is.
//!
//! Blue: outline of the own vehicle at the believed pose and the circle that holds the position with 95 %
//! (√5.9915 · σ, as the estimate gives one σ for the plane). White: outline at the true pose and the arrow
//! of the error, from true to believed. The number is the error of the reference point in the plane.

use super::ink::{Pen, foot, ring};
use super::labels::{Label, Priority};
use super::shown::{Shown, Sketch};
use super::uncertainty::CHI2_2_95;
use crate::{frames, layers, palette};
use bevy::color::Alpha;
use bevy::math::Vec3;
use shakedown::base::math::{self, DVec2};
use shakedown::state::belief::Localized;
use shakedown::state::object::Extent;

/// A smaller error is not marked, m.
const WRONG_M: f64 = 0.3;

/// Error of the believed pose: along and to the left of the true heading, m, and of the heading, rad.
pub fn error(
    true_m: DVec2,
    true_heading_rad: f64,
    believed_m: DVec2,
    believed_heading_rad: f64,
) -> (DVec2, f64) {
    let off = believed_m - true_m;
    let forward = math::unit(true_heading_rad);
    (
        DVec2::new(off.dot(forward), forward.perp_dot(off)),
        math::wrap_pi(believed_heading_rad - true_heading_rad),
    )
}

/// Draws both poses.
pub fn draw(shown: &Shown, extent: &Extent, sketch: &mut Sketch) {
    let truth = &shown.true_ego;
    let outline = |position_m: DVec2, heading_rad: f64, above_m: f64| {
        let turn = frames::yaw(heading_rad);
        let (forward, left) = (turn * Vec3::X, turn * Vec3::NEG_Z);
        let center = position_m + math::unit(heading_rad) * extent.center_x_m();
        let center = frames::planar(center, truth.position_m.z + above_m);
        foot(center, forward, left, extent.length_m as f32, extent.width_m as f32)
    };
    let believed_m = shown.ego.position_m;
    let height = Vec3::Y * (extent.height_m as f32);
    let blue = Pen::new(palette::SYSTEM, 2.2);
    sketch.belief.solid(
        outline(believed_m, shown.ego.heading_rad, 0.06),
        height,
        blue,
        Some(palette::SYSTEM.with_alpha(0.08)),
    );
    let white = Pen::new(palette::TRUTH, 2.0).dashed(0.6);
    sketch.truth.outline(&outline(truth.position_m.truncate(), truth.heading_rad, 0.08), white);

    let radius_m = (CHI2_2_95.sqrt() * shown.ego.position_sigma_m) as f32;
    let roof = frames::planar(believed_m, truth.position_m.z) + height + Vec3::Y * 0.1;
    let circle = ring(roof, [Vec3::X * radius_m, Vec3::Z * radius_m], 40);
    sketch.belief.fan(&[&[roof], &circle[..], &circle[..1]].concat(), palette::SYSTEM.with_alpha(0.25));
    sketch.belief.outline(&circle, blue);

    let (off, turn_rad) =
        error(truth.position_m.truncate(), truth.heading_rad, believed_m, shown.ego.heading_rad);
    let from = frames::planar(truth.position_m.truncate(), truth.position_m.z) + height + Vec3::Y * 0.12;
    sketch.truth.arrow(from, roof, Vec3::Y, Pen::new(palette::TRUTH, 3.0));
    sketch.truth.dot(from, Pen::new(palette::TRUTH, 6.0));
    let lost = match shown.belief.localized {
        Localized::Yes => "",
        Localized::No => "\nNOT LOCALIZED",
    };
    let text = format!(
        "off by {:.2} m ({:+.2} ahead, {:+.2} left, {:+.1}°)\nbelieves ±{:.2} m{lost}",
        off.length(),
        off.x,
        off.y,
        turn_rad.to_degrees(),
        radius_m,
    );
    // One time in twenty a good filter is outside; centimeters are nothing to point at.
    let sure = off.length() <= f64::from(radius_m).max(WRONG_M);
    let color = if sure { palette::SYSTEM } else { palette::BAD };
    let rank = if sure { Priority::Signal } else { Priority::Wrong };
    sketch.labels.push(Label::text(roof + Vec3::Y * 0.3, text, color, layers::BELIEF, rank, 0.0));
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::f64::consts::FRAC_PI_2;

    #[test]
    fn the_error_is_told_in_the_car_s_own_directions() {
        // Heading north; believed 1 m north and 2 m west of the truth.
        let (off, turn) = error(DVec2::new(10.0, 5.0), FRAC_PI_2, DVec2::new(8.0, 6.0), FRAC_PI_2 + 0.1);
        assert!((off - DVec2::new(1.0, 2.0)).length() < 1e-9, "{off}");
        assert!((turn - 0.1).abs() < 1e-9);
        let (_, turn) = error(DVec2::ZERO, 3.1, DVec2::ZERO, -3.1);
        assert!((turn - 0.083).abs() < 1e-3, "the short way round: {turn}");
    }
}
