//! Housings and lenses of signal faces.
//!
//! A face's own frame: origin in the middle of its front, x the way it looks, y to the reader's **right**
//! (left of where the face looks), z up. Lenses run from the top, or from the reader's left, in the order the
//! engine has them (MUTCD 2009 §4D.09, §4D.10).
//!
//! Sizes: MUTCD 2009 §4D.07 (lenses of 200 and 300 mm), ITE vehicle signal heads: sections 0.06 m wider than
//! their lens, visors as long as the lens is wide less a fifth; backplates of 5 inches.

use super::super::mesh::{Bottom, Patch, Tint, Vertex, srgb};
use shakedown::base::math::{DVec2, DVec3, sin_cos};
use shakedown::road::SignalFace;
use shakedown::state::signal::{FaceOrientation, LensShape};
use std::f64::consts::{PI, TAU};

/// How much wider a section is than its lens, m.
const RIM_M: f64 = 0.06;
/// Depth of a housing, m.
const DEPTH_M: f64 = 0.19;
/// Backplate beyond the housing, m.
const PLATE_M: f64 = 0.127;
/// A lens lies this far before the housing's front, m.
const LENS_M: f64 = 0.008;

/// What decides the mesh of a housing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// Sections.
    pub lenses: usize,
    /// Diameter of a lens, mm.
    pub lens_mm: u32,
    /// Stacked or side by side.
    pub stack: Stack,
    /// For whom.
    pub user: User,
}

/// Arrangement of sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stack {
    /// First lens on top.
    Down,
    /// First lens at the reader's left.
    Across,
}

/// For whom a face is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum User {
    /// Vehicles: round lenses, tunnel visors, backplate.
    Vehicle,
    /// People on foot: square symbols, no backplate.
    Pedestrian,
}

impl Shape {
    /// The shape of a face in an orientation.
    pub fn of(face: &SignalFace, orientation: FaceOrientation) -> Self {
        let walkers = face.lenses.iter().all(|l| l.shape == LensShape::Pedestrian);
        Self {
            lenses: face.lenses.len().max(1),
            lens_mm: (face.lens_diameter_m * 1e3).round().clamp(80.0, 600.0) as u32,
            stack: match orientation {
                FaceOrientation::Vertical => Stack::Down,
                FaceOrientation::Horizontal => Stack::Across,
            },
            user: if walkers { User::Pedestrian } else { User::Vehicle },
        }
    }

    /// Diameter of a lens, m.
    pub fn lens_m(self) -> f64 {
        f64::from(self.lens_mm) * 1e-3
    }

    fn pitch_m(self) -> f64 {
        self.lens_m() + RIM_M
    }

    /// Center of a lens in the face's frame.
    pub fn lens_at(self, lens: usize) -> DVec3 {
        let step = (lens as f64 - 0.5 * (self.lenses as f64 - 1.0)) * self.pitch_m();
        match self.stack {
            Stack::Down => DVec3::new(LENS_M, 0.0, -step),
            Stack::Across => DVec3::new(LENS_M, step, 0.0),
        }
    }

    /// Width and height of the housing, m.
    pub fn size_m(self) -> DVec2 {
        let (long, short) = (self.pitch_m() * self.lenses as f64, self.pitch_m());
        match self.stack {
            Stack::Down => DVec2::new(short, long),
            Stack::Across => DVec2::new(long, short),
        }
    }

    /// Housing, backplate and visors.
    pub fn housing(self) -> Patch {
        let mut patch = Patch::default();
        let size = self.size_m();
        let black = srgb(0x232526);
        let middle = DVec3::new(-0.5 * DEPTH_M, 0.0, -0.5 * size.y);
        patch.cuboid(middle, DVec2::X, DVec3::new(DEPTH_M, size.x, size.y), black, Bottom::Seen);
        match self.user {
            User::Vehicle => {
                self.backplate(&mut patch, size);
                for i in 0..self.lenses {
                    tunnel(
                        &mut patch,
                        self.lens_at(i),
                        0.5 * self.lens_m() + 0.012,
                        0.8 * self.lens_m(),
                        black,
                    );
                }
            }
            User::Pedestrian => {
                for i in 0..self.lenses {
                    self.hood(&mut patch, self.lens_at(i), black);
                }
            }
        }
        patch
    }

    fn backplate(self, patch: &mut Patch, size: DVec2) {
        let (outer, lip) = (size * 0.5 + DVec2::splat(PLATE_M), 0.022);
        let (x, dark, yellow) = (-0.08, srgb(0x17191A), srgb(0xC79A2B));
        let frame = |patch: &mut Patch, outer: DVec2, inner: DVec2, x: f64, tint: Tint| {
            let ring = |h: DVec2| {
                [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
                    .map(|(u, v)| DVec3::new(x, u * h.x, v * h.y))
            };
            let (o, n) = (ring(outer), ring(inner));
            for i in 0..4 {
                let j = (i + 1) % 4;
                patch.flat([o[i], o[j], n[j], n[i]], tint);
            }
        };
        // A retroreflective border as many cities have it, a narrow one.
        frame(patch, outer, outer - DVec2::splat(lip), x, yellow);
        frame(patch, outer - DVec2::splat(lip), size * 0.5, x, dark);
        let back = [(-1.0, -1.0), (-1.0, 1.0), (1.0, 1.0), (1.0, -1.0)];
        patch.flat(back.map(|(u, v)| DVec3::new(x - 0.01, u * outer.x, v * outer.y)), dark);
    }

    /// A lid over a square symbol.
    fn hood(self, patch: &mut Patch, at: DVec3, tint: Tint) {
        let h = 0.5 * self.lens_m() + 0.01;
        let long = 0.6 * self.lens_m();
        let top = [(0.0, h), (0.0, -h), (long, -h), (long, h)].map(|(x, y)| at + DVec3::new(x, y, h));
        patch.flat([top[3], top[0], top[1], top[2]], tint);
        patch.flat([top[0], top[3], top[2], top[1]].map(|p| p - DVec3::Z * 0.004), tint);
        for side in [1.0, -1.0] {
            let (a, b) = (at + DVec3::new(0.0, side * h, h), at + DVec3::new(long, side * h, h));
            let c = at + DVec3::new(0.0, side * h, -h);
            for corners in [[a, b, c], [a, c, b]] {
                patch.polygon(&corners, tint, |_| DVec2::ZERO);
            }
        }
    }
}

/// A visor: three quarters of a tube, open below, longer on top.
fn tunnel(patch: &mut Patch, at: DVec3, radius: f64, long: f64, tint: Tint) {
    const STEPS: usize = 9;
    let from = -0.25 * PI;
    let sweep = 1.5 * PI;
    let ring = |i: usize| {
        let angle = from + sweep * i as f64 / STEPS as f64;
        let (sin, cos) = sin_cos(angle);
        let normal = DVec3::new(0.0, cos, sin);
        // Cut away below.
        let reach = long * (0.45 + 0.55 * (0.5 + 0.5 * sin));
        let near = at + normal * radius;
        (near, near + DVec3::X * reach, normal)
    };
    for i in 0..STEPS {
        let ((a, b, n), (c, d, m)) = (ring(i), ring(i + 1));
        let vertex = |at: DVec3, normal: DVec3| Vertex { at, normal, uv: DVec2::ZERO, tint };
        patch.quad([vertex(a, n), vertex(c, m), vertex(d, m), vertex(b, n)]);
        patch.quad([vertex(a, -n), vertex(b, -n), vertex(d, -m), vertex(c, -m)]);
    }
}

/// A lens of diameter 1 that looks along x: a disc, or a square for symbols.
pub fn lens(user: User) -> Patch {
    let mut patch = Patch::default();
    let corners: Vec<DVec2> = match user {
        User::Vehicle => (0..20)
            .map(|i| {
                let (sin, cos) = sin_cos(TAU * f64::from(i) / 20.0);
                DVec2::new(0.5 * cos, 0.5 * sin)
            })
            .collect(),
        User::Pedestrian => {
            [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].map(|(x, y)| DVec2::new(x, y)).to_vec()
        }
    };
    let places: Vec<DVec3> = corners.iter().map(|c| DVec3::new(0.0, c.x, c.y)).collect();
    patch.polygon(&places, [1.0; 3], |i| DVec2::new(corners[i].x + 0.5, 0.5 - corners[i].y));
    patch
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(lenses: usize, stack: Stack, user: User) -> Shape {
        Shape { lenses, lens_mm: 300, stack, user }
    }

    #[test]
    fn lenses_stand_in_order_and_inside_their_housing() {
        for n in 1..=5 {
            for user in [User::Vehicle, User::Pedestrian] {
                let (down, across) = (shape(n, Stack::Down, user), shape(n, Stack::Across, user));
                for i in 1..n {
                    // Red on top; red at the reader's left, who sees +y to the right.
                    assert!(down.lens_at(i - 1).z > down.lens_at(i).z);
                    assert!(across.lens_at(i - 1).y < across.lens_at(i).y);
                }
                let half = 0.5 * down.size_m();
                assert!(down.lens_at(0).z + 0.15 <= half.y && down.lens_at(n - 1).z - 0.15 >= -half.y);
                assert_eq!(down.size_m().perp().abs(), across.size_m().abs());
            }
        }
    }

    #[test]
    fn what_the_reader_sees_looks_at_the_reader() {
        for user in [User::Vehicle, User::Pedestrian] {
            for [a, b, c] in lens(user).faces() {
                assert!((b.0 - a.0).cross(c.0 - a.0).x > 0.0 && a.1.x > 0.99);
            }
        }
        for [a, b, c] in shape(3, Stack::Down, User::Vehicle).housing().faces() {
            let turn = (b.0 - a.0).cross(c.0 - a.0);
            assert!(turn.dot(a.1 + b.1 + c.1) > 0.0, "inside out at {}", a.0);
        }
    }
}
