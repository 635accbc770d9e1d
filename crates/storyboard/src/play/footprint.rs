//! Bodies as boxes: footprints in the plane, overlap, gaps.
//!
//! # What it models
//! A body's footprint is the rectangle of its bounding box in the horizontal plane, turned by its heading (pitch and
//! roll shorten it by less than a percent and are left out); its vertical extent takes the whole attitude into
//! account. Bodies collide where footprints and vertical extents overlap.
//!
//! # How
//! Separating axes for overlap; else the least distance of corners to edges, both ways.
//!
//! # Units, frames
//! Metres; the file's world frame.

use super::entity::{Body, Entity, Pose};
use glam::{DVec2, DVec3};

/// Gaps up to this are contact, m.
pub const CONTACT_M: f64 = 1e-6;

/// A rectangle in the plane: corners in order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Footprint {
    /// Corners: front left, rear left, rear right, front right.
    pub corners_m: [DVec2; 4],
}

/// Closest points of two footprints.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// Distance, m; 0 where they overlap.
    pub distance_m: f64,
    /// From the first one's closest point to the second one's, m.
    pub vector_m: DVec2,
}

impl Footprint {
    /// The footprint of a body at a pose.
    pub fn new(body: &Body, pose: &Pose) -> Self {
        let corners = body_corners(body);
        let (sin, cos) = libm::sincos(pose.h_rad);
        let at = DVec2::new(pose.position_m.x, pose.position_m.y);
        Self { corners_m: corners.map(|c| at + DVec2::new(c.x * cos - c.y * sin, c.x * sin + c.y * cos)) }
    }

    /// A point.
    pub fn point(at_m: DVec3) -> Self {
        Self { corners_m: [DVec2::new(at_m.x, at_m.y); 4] }
    }

    /// Least and greatest value along an axis from a point.
    pub fn extent_m(&self, from_m: DVec2, axis: DVec2) -> (f64, f64) {
        let along = self.corners_m.map(|c| (c - from_m).dot(axis));
        (
            along.iter().copied().fold(f64::INFINITY, f64::min),
            along.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        )
    }

    fn overlaps(&self, other: &Footprint) -> bool {
        let separated = |corners: &[DVec2; 4]| {
            (0..2).any(|i| {
                let edge = corners[i + 1] - corners[i];
                let axis = if edge.length_squared() > 0.0 { edge.normalize() } else { return false };
                let (a, b) = (self.extent_m(DVec2::ZERO, axis), other.extent_m(DVec2::ZERO, axis));
                a.1 < b.0 - CONTACT_M || b.1 < a.0 - CONTACT_M
            })
        };
        // Two points (no edges at all) overlap where they are the same.
        let points = self.corners_m[0] == self.corners_m[2] && other.corners_m[0] == other.corners_m[2];
        if points {
            return self.corners_m[0].distance(other.corners_m[0]) <= CONTACT_M;
        }
        !separated(&self.corners_m) && !separated(&other.corners_m)
    }

    /// The gap to another.
    pub fn gap(&self, other: &Footprint) -> Gap {
        if self.overlaps(other) {
            return Gap { distance_m: 0.0, vector_m: DVec2::ZERO };
        }
        let mut best = DVec2::splat(f64::INFINITY);
        let mut look = |corner: DVec2, edges: &[DVec2; 4], sign: f64| {
            for i in 0..4 {
                let (a, b) = (edges[i], edges[(i + 1) % 4]);
                let ab = b - a;
                let share =
                    if ab.length_squared() > 0.0 { (corner - a).dot(ab) / ab.length_squared() } else { 0.0 };
                let vector = (a + ab * share.clamp(0.0, 1.0) - corner) * sign;
                if vector.length_squared() < best.length_squared() {
                    best = vector;
                }
            }
        };
        for corner in self.corners_m {
            look(corner, &other.corners_m, 1.0);
        }
        for corner in other.corners_m {
            look(corner, &self.corners_m, -1.0);
        }
        Gap { distance_m: best.length(), vector_m: best }
    }
}

/// Corners of the bounding box in the body's plane: forward, left, m.
pub(crate) fn body_corners(body: &Body) -> [DVec2; 4] {
    let (half, c) = (0.5 * body.size_m, body.center_m);
    [(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)]
        .map(|(u, v)| DVec2::new(c.x + u * half.x, c.y + v * half.y))
}

/// Lowest and highest point of a body, m.
fn heights_m(entity: &Entity) -> (f64, f64) {
    let m = entity.at.pose.matrix();
    let center = entity.at.pose.point(entity.body.center_m).z;
    let up = DVec3::new(m.x_axis.z, m.y_axis.z, m.z_axis.z).abs();
    let half = 0.5 * entity.body.size_m.dot(up);
    (center - half, center + half)
}

/// Whether two entities are in contact.
pub fn collide(a: &Entity, b: &Entity) -> bool {
    let (fa, fb) = (Footprint::new(&a.body, &a.at.pose), Footprint::new(&b.body, &b.at.pose));
    let ((low_a, high_a), (low_b, high_b)) = (heights_m(a), heights_m(b));
    low_a <= high_b + CONTACT_M && low_b <= high_a + CONTACT_M && fa.overlaps(&fb)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::play::entity::Located;
    use crate::play::position::tests::entity;

    /// 5 m × 2 m, center 1.5 m before the reference point.
    fn at(x: f64, y: f64, z: f64, h_rad: f64) -> Entity {
        let pose = Pose { position_m: DVec3::new(x, y, z), h_rad, ..Pose::default() };
        entity("e", Located { pose, ..Located::default() })
    }

    fn gap(a: &Entity, b: &Entity) -> Gap {
        Footprint::new(&a.body, &a.at.pose).gap(&Footprint::new(&b.body, &b.at.pose))
    }

    #[test]
    fn gaps_of_boxes() {
        let quarter = std::f64::consts::FRAC_PI_2;
        let check = |b: Entity, d: f64, v: DVec2| {
            let g = gap(&at(0.0, 0.0, 0.0, 0.0), &b);
            assert!((g.distance_m - d).abs() < 1e-12 && (g.vector_m - v).length() < 1e-12, "{g:?}");
        };
        // Bumper to bumper: 4 m before the reference point, 1 m behind.
        check(at(10.0, 0.0, 0.0, 0.0), 5.0, DVec2::new(5.0, 0.0));
        check(at(0.0, 5.0, 0.0, 0.0), 3.0, DVec2::new(0.0, 3.0));
        check(at(4.0, 0.5, 0.0, 0.0), 0.0, DVec2::ZERO);
        check(at(8.0, 5.0, 0.0, 0.0), libm::hypot(3.0, 3.0), DVec2::new(3.0, 3.0));
        // Facing left ahead: its right side is nearest.
        check(at(10.0, 0.0, 0.0, quarter), 5.0, DVec2::new(5.0, 0.0));
        // Turned by 45°: the nearest corner.
        let b = at(10.0, 0.0, 0.0, quarter / 2.0);
        let corners = Footprint::new(&b.body, &b.at.pose).corners_m;
        let near = corners.iter().map(|c| c.x).fold(f64::INFINITY, f64::min);
        assert!((gap(&at(0.0, 0.0, 0.0, 0.0), &b).vector_m.x - (near - 4.0)).abs() < 1e-12);
    }

    #[test]
    fn collisions_need_the_same_height() {
        let me = at(0.0, 0.0, 0.0, 0.0);
        let check = |b: Entity, expect| {
            assert_eq!((collide(&me, &b), collide(&b, &me)), (expect, expect), "{:?}", b.at.pose)
        };
        check(at(4.9, 0.0, 0.0, 0.0), true);
        check(at(5.0, 0.0, 0.0, 0.0), true);
        check(at(5.1, 0.0, 0.0, 0.0), false);
        check(at(4.9, 0.0, 1.7, 0.0), false);
        check(at(4.9, 0.0, 1.5, 0.0), true);
        check(at(2.0, 2.1, 0.0, 0.3), true);
        check(at(2.0, 2.4, 0.0, 0.3), false);
        check(at(4.5, 2.5, 0.0, -1.0), false);
        check(at(4.2, 2.5, 0.0, -1.0), true);
    }

    #[test]
    fn points_are_footprints_too() {
        let p = |x, y| Footprint::point(DVec3::new(x, y, 0.0));
        assert_eq!(p(0.0, 0.0).gap(&p(3.0, 4.0)).distance_m, 5.0);
        assert_eq!(p(1.0, 1.0).gap(&p(1.0, 1.0)).distance_m, 0.0);
        let me = at(0.0, 0.0, 0.0, 0.0);
        let f = Footprint::new(&me.body, &me.at.pose);
        assert_eq!((f.gap(&p(3.0, 0.5)).distance_m, f.gap(&p(6.0, 0.0)).distance_m), (0.0, 2.0));
    }
}
