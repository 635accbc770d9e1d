//! Triangles with a finish, gathered while a model is drawn, then welded into one mesh per finish.
//!
//! Coordinates while drawing: the vehicle frame (x forward, y left, z up, m). [`Sketch::meshes`] turns them
//! into the window's axes (see [`crate::frames`]). Normals come from the triangles: corners at the same
//! place and of the same group share a normal where the faces meet at less than the group's crease angle,
//! weighted by area, so that large flat faces stay flat and bevels look round.

use bevy::asset::RenderAssetUsages;
use bevy::math::{Affine3A, Vec2, Vec3};
use bevy::mesh::{Indices, Mesh, PrimitiveTopology};
use std::collections::BTreeMap;

/// Linear red, green, blue.
pub type Rgb = Vec3;

/// A color as written in sRGB hex.
pub fn tone(hex: u32) -> Rgb {
    let channel = |shift: u32| {
        let s = (hex >> shift & 255) as f32 / 255.0;
        if s <= 0.04045 { s / 12.92 } else { ((s + 0.055) / 1.055).powf(2.4) }
    };
    Vec3::new(channel(16), channel(8), channel(0))
}

/// A lamp that can be lit by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lamp {
    /// Low beam.
    Head,
    /// Rear position lights.
    Tail,
    /// Brake lights.
    Brake,
    /// Left indicators.
    Left,
    /// Right indicators.
    Right,
    /// Emergency light bar, first half of the pattern.
    BeaconA,
    /// Emergency light bar, second half of the pattern.
    BeaconB,
}

impl Lamp {
    /// All lamps.
    pub const ALL: [Self; 7] =
        [Self::Head, Self::Tail, Self::Brake, Self::Left, Self::Right, Self::BeaconA, Self::BeaconB];
}

/// What a surface is drawn with. One shared material each (paint: one for each color).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finish {
    /// Body color of the instance, times the corner's color.
    Paint,
    /// Glossy, in the corner's color: windows, lenses, chrome.
    Glass,
    /// Matt, in the corner's color: rubber, plastic, cloth, skin.
    Trim,
    /// The light of a lit lamp; shown only while it is lit.
    Lit(Lamp),
}

#[derive(Clone, Copy, Debug)]
struct Triangle {
    corners: [Vec3; 3],
    colors: [Rgb; 3],
    finish: Finish,
    group: u32,
}

/// A model while it is drawn.
#[derive(Clone, Debug, Default)]
pub struct Sketch {
    triangles: Vec<Triangle>,
    creases: Vec<f32>,
}

/// Place in a sketch: what was drawn since can be mirrored or moved.
#[derive(Clone, Copy, Debug)]
pub struct Mark(usize);

impl Sketch {
    /// An empty sketch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts a group: faces of one group that meet at less than `crease_deg` are shaded as one surface.
    pub fn group(&mut self, crease_deg: f32) {
        self.creases.push(crease_deg.to_radians().cos());
    }

    /// Where the sketch is now.
    pub fn mark(&self) -> Mark {
        Mark(self.triangles.len())
    }

    /// Number of triangles.
    pub fn len(&self) -> usize {
        self.triangles.len()
    }

    /// Nothing drawn yet.
    pub fn is_empty(&self) -> bool {
        self.triangles.is_empty()
    }

    /// A triangle, counter-clockwise seen from outside; dropped when it has no area.
    pub fn triangle(&mut self, finish: Finish, corners: [Vec3; 3], colors: [Rgb; 3]) {
        if self.creases.is_empty() {
            self.group(50.0);
        }
        let area = (corners[1] - corners[0]).cross(corners[2] - corners[0]).length();
        if area > 1e-7 {
            let group = self.creases.len() as u32 - 1;
            self.triangles.push(Triangle { corners, colors, finish, group });
        }
    }

    /// A quadrilateral of one color, counter-clockwise seen from outside.
    pub fn quad(&mut self, finish: Finish, color: Rgb, q: [Vec3; 4]) {
        self.triangle(finish, [q[0], q[1], q[2]], [color; 3]);
        self.triangle(finish, [q[0], q[2], q[3]], [color; 3]);
    }

    /// A net of points: outside is where columns × rows points.
    pub fn net(&mut self, finish: Finish, rows: &[Vec<Vec3>], color: impl Fn(Vec3) -> Rgb) {
        for pair in rows.windows(2) {
            for j in 1..pair[0].len().min(pair[1].len()) {
                let (a, b, c, d) = (pair[0][j - 1], pair[0][j], pair[1][j], pair[1][j - 1]);
                let (ca, cb, cc, cd) = (color(a), color(b), color(c), color(d));
                // The shorter diagonal bends less over a curved surface.
                if a.distance_squared(c) <= b.distance_squared(d) {
                    self.triangle(finish, [a, b, c], [ca, cb, cc]);
                    self.triangle(finish, [a, c, d], [ca, cc, cd]);
                } else {
                    self.triangle(finish, [a, b, d], [ca, cb, cd]);
                    self.triangle(finish, [b, c, d], [cb, cc, cd]);
                }
            }
        }
    }

    /// A fan around the first point, counter-clockwise seen from outside.
    pub fn fan(&mut self, finish: Finish, color: Rgb, center: Vec3, rim: &[Vec3]) {
        for pair in rim.windows(2) {
            self.triangle(finish, [center, pair[0], pair[1]], [color; 3]);
        }
    }

    /// Adds the mirror image (left for right) of what was drawn since the mark.
    pub fn mirror(&mut self, since: Mark) {
        let flip = |p: Vec3| Vec3::new(p.x, -p.y, p.z);
        let swap = |finish| match finish {
            Finish::Lit(Lamp::Left) => Finish::Lit(Lamp::Right),
            Finish::Lit(Lamp::Right) => Finish::Lit(Lamp::Left),
            Finish::Lit(Lamp::BeaconA) => Finish::Lit(Lamp::BeaconB),
            Finish::Lit(Lamp::BeaconB) => Finish::Lit(Lamp::BeaconA),
            Finish::Lit(lamp @ (Lamp::Head | Lamp::Tail | Lamp::Brake)) => Finish::Lit(lamp),
            Finish::Paint => Finish::Paint,
            Finish::Glass => Finish::Glass,
            Finish::Trim => Finish::Trim,
        };
        for ix in since.0..self.triangles.len() {
            let t = self.triangles[ix];
            self.triangles.push(Triangle {
                corners: [flip(t.corners[0]), flip(t.corners[2]), flip(t.corners[1])],
                colors: [t.colors[0], t.colors[2], t.colors[1]],
                finish: swap(t.finish),
                group: t.group,
            });
        }
    }

    /// Moves what was drawn since the mark. The map must not mirror.
    pub fn place(&mut self, since: Mark, map: Affine3A) {
        for t in &mut self.triangles[since.0..] {
            for corner in &mut t.corners {
                *corner = map.transform_point3(*corner);
            }
        }
    }

    /// Moves every corner by a map that keeps left and right.
    pub fn warp(&mut self, map: impl Fn(Vec3) -> Vec3) {
        for corner in self.triangles.iter_mut().flat_map(|t| &mut t.corners) {
            *corner = map(*corner);
        }
    }

    /// Adds all of another sketch.
    pub fn append(&mut self, other: Self) {
        let base = self.creases.len() as u32;
        self.creases.extend(other.creases);
        self.triangles.extend(other.triangles.into_iter().map(|mut t| {
            t.group += base;
            t
        }));
    }

    /// Lowest and highest corner of those finishes that `keep` says, in the vehicle frame.
    pub fn bounds(&self, keep: impl Fn(Finish) -> bool) -> (Vec3, Vec3) {
        let corners = self.triangles.iter().filter(|t| keep(t.finish)).flat_map(|t| t.corners);
        corners.fold((Vec3::INFINITY, Vec3::NEG_INFINITY), |(lo, hi), p| (lo.min(p), hi.max(p)))
    }

    /// One mesh for each finish, in the window's axes.
    pub fn meshes(&self) -> BTreeMap<Finish, Mesh> {
        let mut finishes: Vec<Finish> = self.triangles.iter().map(|t| t.finish).collect();
        finishes.sort_unstable();
        finishes.dedup();
        finishes.into_iter().map(|finish| (finish, self.mesh(|f| f == finish))).collect()
    }

    /// All in one mesh, whatever the finish, in the window's axes.
    pub fn single(&self) -> Mesh {
        self.mesh(|_| true)
    }

    fn mesh(&self, keep: impl Fn(Finish) -> bool) -> Mesh {
        let chosen: Vec<&Triangle> = self.triangles.iter().filter(|t| keep(t.finish)).collect();
        let normals = self.normals(&chosen);
        let mut index: BTreeMap<[i32; 9], u32> = BTreeMap::new();
        let (mut positions, mut directions, mut colors) = (Vec::new(), Vec::new(), Vec::new());
        let mut indices = Vec::with_capacity(chosen.len() * 3);
        for (t, normal) in chosen.iter().zip(&normals) {
            #[expect(clippy::needless_range_loop, reason = "three axes of two vectors at once")]
            for k in 0..3 {
                let p = self::turned(t.corners[k]);
                let n = self::turned(normal[k]);
                let c = t.colors[k];
                let [px, py, pz] = cell(t.corners[k]);
                let round = |v: f32| (v * 512.0).round() as i32;
                let key =
                    [px, py, pz, round(n.x), round(n.y), round(n.z), round(c.x), round(c.y), round(c.z)];
                let next = positions.len() as u32;
                let at = *index.entry(key).or_insert(next);
                if at == next {
                    positions.push(p.to_array());
                    directions.push(n.to_array());
                    colors.push([c.x, c.y, c.z, 1.0]);
                }
                indices.push(at);
            }
        }
        Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
            .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, directions)
            .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, colors)
            .with_inserted_indices(Indices::U32(indices))
    }

    fn normals(&self, chosen: &[&Triangle]) -> Vec<[Vec3; 3]> {
        let faces: Vec<Vec3> =
            chosen.iter().map(|t| (t.corners[1] - t.corners[0]).cross(t.corners[2] - t.corners[0])).collect();
        let mut around: BTreeMap<(u32, [i32; 3]), Vec<usize>> = BTreeMap::new();
        for (ix, t) in chosen.iter().enumerate() {
            for corner in t.corners {
                around.entry((t.group, cell(corner))).or_default().push(ix);
            }
        }
        chosen
            .iter()
            .enumerate()
            .map(|(ix, t)| {
                let own = faces[ix].normalize_or_zero();
                let crease = self.creases[t.group as usize];
                t.corners.map(|corner| {
                    let sum: Vec3 = around[&(t.group, cell(corner))]
                        .iter()
                        .filter(|&&other| faces[other].normalize_or_zero().dot(own) >= crease)
                        .map(|&other| faces[other])
                        .sum();
                    sum.try_normalize().unwrap_or(own)
                })
            })
            .collect()
    }
}

/// From the vehicle frame (z up, y left) to the window's axes (y up, z right).
pub fn turned(p: Vec3) -> Vec3 {
    Vec3::new(p.x, p.z, -p.y)
}

/// Cell of a tenth of a millimeter, to find corners at the same place.
fn cell(p: Vec3) -> [i32; 3] {
    (p * 1e4).round().as_ivec3().to_array()
}

/// A piecewise smooth curve through points sorted by x (cubic Hermite with limited slopes: it never
/// overshoots its points).
pub fn curve(points: &[Vec2], x: f32) -> f32 {
    let n = points.len();
    if n == 0 {
        return 0.0;
    }
    if n == 1 || x <= points[0].x {
        return points[0].y;
    }
    if x >= points[n - 1].x {
        return points[n - 1].y;
    }
    let i = points.partition_point(|p| p.x <= x).clamp(1, n - 1) - 1;
    let secant = |k: usize| (points[k + 1].y - points[k].y) / (points[k + 1].x - points[k].x).max(1e-6);
    let slope = |k: usize| -> f32 {
        if k == 0 || k == n - 1 {
            return secant(k.min(n - 2));
        }
        let (a, b) = (secant(k - 1), secant(k));
        if a * b <= 0.0 { 0.0 } else { 2.0 * a * b / (a + b) }
    };
    let h = points[i + 1].x - points[i].x;
    let t = (x - points[i].x) / h.max(1e-6);
    let (t2, t3) = (t * t, t * t * t);
    (2.0 * t3 - 3.0 * t2 + 1.0) * points[i].y
        + (t3 - 2.0 * t2 + t) * h * slope(i)
        + (3.0 * t2 - 2.0 * t3) * points[i + 1].y
        + (t3 - t2) * h * slope(i + 1)
}

/// 0 below `a`, 1 above `b`, smooth between.
pub fn smooth(a: f32, b: f32, x: f32) -> f32 {
    let t = ((x - a) / (b - a)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
