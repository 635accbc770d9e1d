//! Meshes put together piece by piece, one for each material and stretch of ground.
//!
//! Builders work in the engine's frame (ENU, z up, f64 m); the change to the window's frame happens when a
//! vertex is stored. Triangles run counter-clockwise as seen from outside.

use super::skin::Skin;
use crate::frames;
use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, Mesh, PrimitiveTopology};
use shakedown::base::math::{DVec2, DVec3};
use std::collections::BTreeMap;

/// Side of a chunk, m: small enough that the frustum drops most of a town, large enough for few draws.
pub const CHUNK_M: f64 = 256.0;

/// Side of a chunk of far ground, m.
const FAR_CHUNK_M: f64 = 3000.0;
/// Where the numbers of far chunks begin: no road lies there.
const FAR_KEY: i32 = 1 << 24;

/// A color as the shader wants it: linear, multiplied with the material's.
pub type Tint = [f32; 3];

/// No change of the material's color.
pub const PLAIN: Tint = [1.0; 3];

/// A gray tint.
pub fn gray(value: f64) -> Tint {
    [value as f32; 3]
}

/// A tint from an sRGB triple as color pickers show it.
pub fn srgb(hex: u32) -> Tint {
    let channel = |shift: u32| {
        let c = f64::from(hex >> shift & 255) / 255.0;
        (if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }) as f32
    };
    [channel(16), channel(8), channel(0)]
}

/// A tint times a factor.
pub fn scaled(tint: Tint, factor: f64) -> Tint {
    tint.map(|c| c * factor as f32)
}

/// A corner of a triangle.
#[derive(Clone, Copy, Debug)]
pub struct Vertex {
    /// Place, m.
    pub at: DVec3,
    /// Unit normal.
    pub normal: DVec3,
    /// Texture coordinates.
    pub uv: DVec2,
    /// Color.
    pub tint: Tint,
}

/// A mesh in the making.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    uvs: Vec<[f32; 2]>,
    colors: Vec<[f32; 4]>,
    indices: Vec<u32>,
}

impl Patch {
    /// Stores a vertex and returns its index.
    pub fn vertex(&mut self, v: Vertex) -> u32 {
        let index = self.positions.len() as u32;
        self.positions.push(frames::point(v.at).to_array());
        self.normals.push(frames::point(v.normal).to_array());
        self.uvs.push([v.uv.x as f32, v.uv.y as f32]);
        let [r, g, b] = v.tint;
        self.colors.push([r, g, b, 1.0]);
        index
    }

    /// A triangle of stored vertices.
    pub fn triangle(&mut self, a: u32, b: u32, c: u32) {
        self.indices.extend([a, b, c]);
    }

    /// Four corners, counter-clockwise.
    pub fn quad(&mut self, corners: [Vertex; 4]) {
        let [a, b, c, d] = corners.map(|v| self.vertex(v));
        self.indices.extend([a, b, c, a, c, d]);
    }

    /// A flat polygon (convex), counter-clockwise, textured by `uv`.
    pub fn polygon(&mut self, corners: &[DVec3], tint: Tint, uv: impl Fn(usize) -> DVec2) {
        if corners.len() < 3 {
            return;
        }
        let normal = flat_normal(corners);
        let first = self.positions.len() as u32;
        for (i, at) in corners.iter().enumerate() {
            self.vertex(Vertex { at: *at, normal, uv: uv(i), tint });
        }
        for i in 1..corners.len() as u32 - 1 {
            self.triangle(first, first + i, first + i + 1);
        }
    }

    /// A flat quad without texture.
    pub fn flat(&mut self, corners: [DVec3; 4], tint: Tint) {
        self.polygon(&corners, tint, |_| DVec2::ZERO);
    }

    /// A box with its lower side's center at `base`; `forward` is the horizontal direction of its length.
    /// Without a lower side where it stands on something.
    pub fn cuboid(&mut self, base: DVec3, forward: DVec2, size: DVec3, tint: Tint, bottom: Bottom) {
        let f = (forward * (0.5 * size.x)).extend(0.0);
        let l = (forward.perp() * (0.5 * size.y)).extend(0.0);
        let u = DVec3::Z * size.z;
        let low = [base - f - l, base + f - l, base + f + l, base - f + l];
        let high = low.map(|p| p + u);
        for i in 0..4 {
            let j = (i + 1) % 4;
            self.flat([low[i], low[j], high[j], high[i]], tint);
        }
        self.flat(high, tint);
        if bottom == Bottom::Seen {
            self.flat([low[3], low[2], low[1], low[0]], tint);
        }
    }

    /// A round bar between two points, without its ends.
    pub fn rod(&mut self, from: DVec3, to: DVec3, radii: [f64; 2], sides: usize, tint: Tint) {
        let axis = (to - from).normalize_or(DVec3::Z);
        let side = axis.cross(if axis.z.abs() > 0.9 { DVec3::X } else { DVec3::Z }).normalize_or(DVec3::X);
        let other = axis.cross(side);
        let first = self.positions.len() as u32;
        for i in 0..=sides {
            let (sin, cos) = shakedown::base::math::sin_cos(std::f64::consts::TAU * i as f64 / sides as f64);
            let normal = side * cos + other * sin;
            for (end, radius) in [(from, radii[0]), (to, radii[1])] {
                self.vertex(Vertex { at: end + normal * radius, normal, uv: DVec2::ZERO, tint });
            }
        }
        for i in 0..sides as u32 {
            let a = first + 2 * i;
            self.indices.extend([a, a + 2, a + 3, a, a + 3, a + 1]);
        }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// Triangles.
    pub fn triangles(&self) -> usize {
        self.indices.len() / 3
    }

    /// The corners of every triangle in the engine's frame, with their normals.
    pub fn faces(&self) -> impl Iterator<Item = [(DVec3, DVec3); 3]> + '_ {
        let at = |i: u32| {
            let back = |v: [f32; 3]| frames::back(v.into());
            (back(self.positions[i as usize]), back(self.normals[i as usize]))
        };
        self.indices.chunks_exact(3).map(move |t| [at(t[0]), at(t[1]), at(t[2])])
    }

    /// The mesh for the renderer.
    pub fn into_mesh(self) -> Mesh {
        Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.positions)
            .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, self.normals)
            .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, self.uvs)
            .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, self.colors)
            .with_inserted_indices(Indices::U32(self.indices))
    }
}

/// Whether a box has a lower side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bottom {
    /// It stands on something.
    Hidden,
    /// It hangs in the air.
    Seen,
}

/// Unit normal of a flat polygon (Newell).
pub fn flat_normal(corners: &[DVec3]) -> DVec3 {
    let sum: DVec3 = (0..corners.len())
        .map(|i| {
            let (a, b) = (corners[i], corners[(i + 1) % corners.len()]);
            DVec3::new((a.y - b.y) * (a.z + b.z), (a.z - b.z) * (a.x + b.x), (a.x - b.x) * (a.y + b.y))
        })
        .sum();
    sum.normalize_or(DVec3::Z)
}

/// All meshes of a world, by chunk and material.
#[derive(Clone, Debug, Default)]
pub struct Chunks {
    /// Index of the chunk in x and y, material → mesh.
    pub patches: BTreeMap<(i32, i32, Skin), Patch>,
}

impl Chunks {
    /// The mesh for something at a place.
    pub fn at(&mut self, skin: Skin, place: DVec3) -> &mut Patch {
        let key = |v: f64| (v / CHUNK_M).floor() as i32;
        self.patches.entry((key(place.x), key(place.y), skin)).or_default()
    }

    /// The mesh for coarse ground far from all roads: few large chunks.
    pub fn far(&mut self, skin: Skin, place: DVec3) -> &mut Patch {
        let key = |v: f64| FAR_KEY + (v / FAR_CHUNK_M).floor() as i32;
        self.patches.entry((key(place.x), key(place.y), skin)).or_default()
    }

    /// Triangles of everything.
    pub fn triangles(&self) -> usize {
        self.patches.values().map(Patch::triangles).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every triangle turns the way its normals look.
    pub fn faces_agree(patch: &Patch) {
        for [a, b, c] in patch.faces() {
            let geometric = (b.0 - a.0).cross(c.0 - a.0);
            assert!(geometric.dot(a.1 + b.1 + c.1) >= 0.0, "turned inside out at {}", a.0);
        }
    }

    #[test]
    fn boxes_and_rods_look_outward() {
        let mut patch = Patch::default();
        let size = DVec3::new(4.0, 2.0, 1.0);
        patch.cuboid(DVec3::new(5.0, 6.0, 7.0), DVec2::new(0.6, 0.8), size, PLAIN, Bottom::Seen);
        assert_eq!(patch.triangles(), 12);
        let middle = DVec3::new(5.0, 6.0, 7.5);
        assert!(patch.faces().flatten().all(|(p, n)| n.dot(p - middle) > 0.0));
        faces_agree(&patch);
        let mut rod = Patch::default();
        rod.rod(DVec3::ZERO, DVec3::new(0.0, 0.0, 3.0), [0.2, 0.1], 6, PLAIN);
        rod.rod(DVec3::ZERO, DVec3::new(2.0, 1.0, 0.3), [0.1, 0.1], 6, PLAIN);
        faces_agree(&rod);
    }

    #[test]
    fn srgb_is_linearized() {
        assert_eq!(srgb(0xFFFFFF), [1.0; 3]);
        assert!((srgb(0x808080)[0] - 0.2159).abs() < 1e-3);
    }
}
