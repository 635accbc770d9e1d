//! Kinematics of what is pulled at a point: trailers at a hitch, and vehicles whose reference point lies ahead of
//! their rear axle.
//!
//! m, rad, in the plane. Both are the tractrix: the pulled axle goes towards the point that pulls it, at a fixed
//! distance behind. In steps: the new heading looks from where the axle was to where the point is now, and the
//! axle stands the distance behind the point along it (the yardstick's step; exact as the steps become small).
//!
//! A trailer's reference point is its axle, so its distance is the coupler's from that point.
//!
//! What it does not do: heights; the caller puts the trailer on the surface.

use crate::play::angle::{TINY, wrap_tau};
use glam::DVec2;

/// A pulled axle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pulled {
    /// The axle (the trailer's reference point), m.
    pub axle_m: DVec2,
    /// Heading, rad, [0, 2π).
    pub h_rad: f64,
}

/// The unit vector of a heading.
fn forward(h_rad: f64) -> DVec2 {
    DVec2::new(libm::cos(h_rad), libm::sin(h_rad))
}

/// Where a point on a vehicle's axis is, `ahead_m` from its reference point (a hitch has a negative one).
pub fn on_axis(reference_m: DVec2, h_rad: f64, ahead_m: f64) -> DVec2 {
    reference_m + forward(h_rad) * ahead_m
}

/// The axle `distance_m` behind the point that pulls it, after that point has moved to `point_m`. A point on the
/// axle itself keeps the heading.
pub fn pull(before: Pulled, point_m: DVec2, distance_m: f64) -> Pulled {
    let to = point_m - before.axle_m;
    let h_rad = if to.length() > TINY { wrap_tau(libm::atan2(to.y, to.x)) } else { wrap_tau(before.h_rad) };
    Pulled { axle_m: on_axis(point_m, h_rad, -distance_m), h_rad }
}

/// A trailer straight behind: hitched at `hitch_m`, with the heading of what pulls it (after a teleport).
pub fn straighten(hitch_m: DVec2, h_rad: f64, distance_m: f64) -> Pulled {
    Pulled { axle_m: on_axis(hitch_m, h_rad, -distance_m), h_rad: wrap_tau(h_rad) }
}

/// Heading of a vehicle whose reference point is `ahead_m` ahead of its rear axle, after that point has moved.
pub fn heading_by_rear_axle(before_m: DVec2, before_h_rad: f64, now_m: DVec2, ahead_m: f64) -> f64 {
    let axle_m = on_axis(before_m, before_h_rad, -ahead_m);
    pull(Pulled { axle_m, h_rad: before_h_rad }, now_m, ahead_m).h_rad
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    #[test]
    fn the_yardsticks_headings_by_the_front_axle() {
        // follow_trajectory_by_front_axle: the point jumps from the origin, then goes 0.278 m a step.
        let check = |from: (f64, f64), h: f64, to: (f64, f64), expect: f64| {
            let now = heading_by_rear_axle(DVec2::new(from.0, from.1), h, DVec2::new(to.0, to.1), 2.98);
            assert!((now - expect).abs() < 1e-3, "{now}, not {expect}");
        };
        check((0.0, 0.0), 0.0, (10.0, -3.0), 6.056);
        check((10.0, -3.0), 6.056, (10.238, -2.857), 6.117);
    }

    #[test]
    fn a_straight_pull_follows_the_tractrix() {
        // Pulled at a right angle: x = L (t − tanh t), y = L / cosh t with the point at L t.
        let (length, steps) = (4.0, 200_000);
        let mut trailer = Pulled { axle_m: DVec2::new(0.0, length), h_rad: 1.5 * PI };
        for i in 1..=steps {
            let point = DVec2::new(10.0 * f64::from(i) / f64::from(steps), 0.0);
            trailer = pull(trailer, point, length);
        }
        let t = 10.0 / length;
        let expect = DVec2::new(length * (t - libm::tanh(t)), length / libm::cosh(t));
        assert!((trailer.axle_m - expect).length() < 1e-3, "{:?}, not {expect:?}", trailer.axle_m);
        assert!((trailer.axle_m - DVec2::new(10.0, 0.0)).length() - length < 1e-9);
    }

    #[test]
    fn trailers_stand_straight_and_stay_where_nothing_pulls() {
        let at = straighten(DVec2::new(1.0, 2.0), PI / 2.0, 3.0);
        assert!((at.axle_m - DVec2::new(1.0, -1.0)).length() < 1e-12);
        let still = pull(at, DVec2::new(1.0, 2.0), 3.0);
        assert!((still.axle_m - at.axle_m).length() < 1e-12 && (still.h_rad - at.h_rad).abs() < 1e-12);
        assert_eq!(pull(Pulled { axle_m: DVec2::ZERO, h_rad: 0.5 }, DVec2::ZERO, 2.0).h_rad, 0.5);
    }
}
