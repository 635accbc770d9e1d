//! When do two participants touch: oriented boxes in the plane with a height interval.
//!
//! What it models: a participant is a box with its yaw and its height interval; pitch and roll are left
//! out (on a 20 % grade the outline of a car shortens by 2 %, 5 cm at each end).
//!
//! Equations: separating-axis test over the four edge normals (exact for rectangles); the moment of first
//! touch within a tick by bisection over linearly interpolated poses.
//!
//! Units: m, rad; world frame.
//!
//! Source: Gottschalk, Lin & Manocha, *OBBTree* (SIGGRAPH 1996).

use crate::base::math::{DVec2, lerp, lerp_angle, unit};
use crate::state::object::Extent;
use crate::state::pose::Pose;

/// Outline of a participant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outline {
    /// Center of the rectangle, m.
    pub center_m: DVec2,
    /// Heading unit vector.
    pub forward: DVec2,
    /// Half length, m.
    pub half_length_m: f64,
    /// Half width, m.
    pub half_width_m: f64,
    /// Bottom, m.
    pub low_m: f64,
    /// Top, m.
    pub high_m: f64,
}

impl Outline {
    /// Outline at a pose whose heading unit vector is known.
    #[inline]
    pub fn new(extent: &Extent, pose: &Pose, forward: DVec2) -> Self {
        Self {
            center_m: pose.position_m.truncate() + forward * extent.center_x_m(),
            forward,
            half_length_m: extent.length_m * 0.5,
            half_width_m: extent.width_m * 0.5,
            low_m: pose.position_m.z,
            high_m: pose.position_m.z + extent.height_m,
        }
    }

    /// Half extent along a unit vector, m.
    #[inline]
    fn reach(&self, axis: DVec2) -> f64 {
        self.half_length_m * self.forward.dot(axis).abs()
            + self.half_width_m * self.forward.perp().dot(axis).abs()
    }

    /// Whether two outlines share ground and height.
    #[inline]
    pub fn touches(&self, other: &Self) -> bool {
        if self.low_m > other.high_m || other.low_m > self.high_m {
            return false;
        }
        let between = other.center_m - self.center_m;
        let apart = |axis: DVec2| between.dot(axis).abs() > self.reach(axis) + other.reach(axis);
        !(apart(self.forward)
            || apart(self.forward.perp())
            || apart(other.forward)
            || apart(other.forward.perp()))
    }
}

/// A participant's motion over a tick.
#[derive(Clone, Copy, Debug)]
pub struct Sweep<'a> {
    /// Box.
    pub extent: &'a Extent,
    /// At the start of the tick.
    pub from: Pose,
    /// At its end.
    pub to: Pose,
}

impl Sweep<'_> {
    /// Pose at a share of the tick.
    pub fn pose(&self, share: f64) -> Pose {
        Pose {
            position_m: self.from.position_m.lerp(self.to.position_m, share),
            heading_rad: lerp_angle(self.from.heading_rad, self.to.heading_rad, share),
            pitch_rad: lerp(self.from.pitch_rad, self.to.pitch_rad, share),
            roll_rad: lerp(self.from.roll_rad, self.to.roll_rad, share),
        }
    }
    fn outline(&self, share: f64) -> Outline {
        let pose = self.pose(share);
        Outline::new(self.extent, &pose, unit(pose.heading_rad))
    }
}

/// Share of the tick at which two participants that touch at its end begin to touch; 0 if they already
/// did at its start.
pub fn first_touch(a: &Sweep<'_>, b: &Sweep<'_>) -> f64 {
    if a.outline(0.0).touches(&b.outline(0.0)) {
        return 0.0;
    }
    let (mut free, mut touching) = (0.0, 1.0);
    // Twelve halvings: 5 µs of a 20 ms tick, 0.2 mm at 50 m/s.
    for _ in 0..12 {
        let middle = 0.5 * (free + touching);
        if a.outline(middle).touches(&b.outline(middle)) {
            touching = middle;
        } else {
            free = middle;
        }
    }
    touching
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAR: Extent = Extent { length_m: 4.0, width_m: 2.0, height_m: 1.5, rear_m: 1.0 };

    fn outline(x_m: f64, y_m: f64, heading_rad: f64) -> Outline {
        let pose = Pose::planar(x_m, y_m, heading_rad);
        Outline::new(&CAR, &pose, unit(heading_rad))
    }

    #[test]
    fn outlines_touch_exactly_when_rectangles_do() {
        use core::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};
        // The car at the origin spans x −1 … 3, y −1 … 1.
        for (x, y, heading, expect) in [
            (3.9, 0.0, 0.0, true),
            (4.1, 0.0, 0.0, false),
            (0.0, 1.99, 0.0, true),
            (0.0, 2.01, 0.0, false),
            // Head to head: the other spans x − 3 … x + 1.
            (5.9, 0.0, PI, true),
            (6.1, 0.0, PI, false),
            // Across: the other spans y − 1 … y + 3 and x ± 1.
            (3.9, -2.0, FRAC_PI_2, true),
            (4.1, -2.0, FRAC_PI_2, false),
            // A corner that reaches between the axis-aligned hulls but not into the box.
            (3.9, 2.9, FRAC_PI_4, false),
            (3.0, 1.5, FRAC_PI_4, true),
        ] {
            let (a, b) = (outline(0.0, 0.0, 0.0), outline(x, y, heading));
            assert_eq!(a.touches(&b), expect, "({x}, {y}, {heading})");
            assert_eq!(b.touches(&a), expect, "({x}, {y}, {heading}) reversed");
        }
        let mut above = outline(0.0, 0.0, 0.0);
        above.low_m = 5.0;
        above.high_m = 6.5;
        assert!(!above.touches(&outline(0.0, 0.0, 0.0)), "on the bridge");
    }

    #[test]
    fn first_touch_is_found_within_the_tick() {
        // 10 m/s towards a standing car over 0.1 s: the gap of 0.25 m closes after a quarter.
        let moving =
            Sweep { extent: &CAR, from: Pose::planar(0.0, 0.0, 0.0), to: Pose::planar(1.0, 0.0, 0.0) };
        let standing =
            Sweep { extent: &CAR, from: Pose::planar(4.25, 0.0, 0.0), to: Pose::planar(4.25, 0.0, 0.0) };
        assert!((first_touch(&moving, &standing) - 0.25).abs() < 1e-3);
        let overlapping = Sweep { from: Pose::planar(2.0, 0.0, 0.0), ..standing };
        assert_eq!(first_touch(&moving, &overlapping), 0.0);
    }
}
