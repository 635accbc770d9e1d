//! Ground between a sidewalk and a building, and what bounds a lot: driveways, paved fronts, hedges, fences;
//! and shelters at bus stops.

use super::frontage::{Edge, Spot};
use super::mesh::{Bottom, Chunks, Tint, Vertex, gray, scaled, srgb};
use super::noise::smoothstep;
use super::pavement::beside_m;
use super::skin::Skin;
use super::terrain::Terrain;
use shakedown::base::math::{DVec2, DVec3};

/// How much higher than the ground paving is drawn, m: the ground is not exactly as flat.
const LIFT_M: f64 = 0.05;
/// Columns of paving along the road, m.
const STEP_M: f64 = 2.6;
/// Rows of paving away from the road, m.
const ROWS_M: [f64; 6] = [0.0, 0.6, 1.2, 2.3, 3.4, 6.0];

/// A paved strip from a road's edge to a building.
#[derive(Clone, Copy, Debug)]
pub struct Pad {
    /// From and to along the edge, m.
    pub along_m: [f64; 2],
    /// Away from the edge, m.
    pub depth_m: f64,
    /// Height where it ends at a wall, if higher than the ground there, m; `NEG_INFINITY` = on the ground.
    pub sill_m: f64,
    /// Tone.
    pub tint: Tint,
}

impl Pad {
    /// Its mesh.
    pub fn build(&self, edge: &Edge, terrain: &Terrain, chunks: &mut Chunks) {
        let [from, to] = self.along_m;
        let columns = ((to - from) / STEP_M).ceil().max(1.0) as usize;
        let mut rows: Vec<f64> = ROWS_M.into_iter().filter(|d| *d < self.depth_m - 0.2).collect();
        rows.push(self.depth_m);
        let place = |column: usize, out_m: f64| {
            let spot = edge.at(from + (to - from) * column as f64 / columns as f64);
            let p = spot.at.truncate() + spot.out * out_m;
            let ground = beside_m(spot.at, spot.out, out_m, terrain) + if out_m > 0.0 { LIFT_M } else { 0.0 };
            // A driveway rises to the garage.
            let near = smoothstep(0.25 * self.depth_m, self.depth_m, out_m);
            p.extend(ground + (self.sill_m - ground).max(0.0) * near)
        };
        // On the right of the road its edge runs the other way round.
        let turned = edge.at(from).out.dot((edge.at(to).at - edge.at(from).at).truncate().perp()) < 0.0;
        for c in 0..columns {
            for row in rows.windows(2) {
                let (near, far) = (row[0], row[1]);
                let mut corners = [place(c, near), place(c + 1, near), place(c + 1, far), place(c, far)];
                if turned {
                    corners.reverse();
                }
                let normal = super::mesh::flat_normal(&corners);
                let patch = chunks.at(Skin::Concrete, corners[0]);
                patch.quad(corners.map(|at| Vertex { at, normal, uv: at.truncate(), tint: self.tint }));
            }
        }
        if self.sill_m.is_finite() {
            // Sides of the rise.
            for (c, first) in [(0, turned), (columns, !turned)] {
                for row in rows.windows(2) {
                    let (near, far) = (place(c, row[0]), place(c, row[1]));
                    let (a, b) = if first { (near, far) } else { (far, near) };
                    let down = DVec3::Z * 0.9;
                    chunks.at(Skin::Concrete, a).flat([a - down, b - down, b, a], scaled(self.tint, 0.9));
                }
            }
        }
    }
}

/// A wall of leaves along points on the ground.
pub fn hedge(points: &[DVec3], height_m: f64, tint: Tint, chunks: &mut Chunks) {
    const HALF_M: f64 = 0.38;
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let along = (b - a).truncate().normalize_or(DVec2::X);
        let side = (along.perp() * HALF_M).extend(0.0);
        let (foot, top) = (DVec3::Z * -0.25, DVec3::Z * height_m);
        let patch = chunks.at(Skin::Foliage, a);
        let mut face = |corners: [DVec3; 4], normal: DVec3, shades: [f64; 4]| {
            let length = a.distance(b);
            let uvs = [(0.0, 0.0), (length, 0.0), (length, height_m), (0.0, height_m)];
            let mut i = 0;
            patch.quad(corners.map(|at| {
                let (u, v) = uvs[i];
                let vertex = Vertex {
                    at,
                    normal: (normal + DVec3::Z * 0.3).normalize(),
                    uv: DVec2::new(u + a.x, v),
                    tint: scaled(tint, shades[i]),
                };
                i += 1;
                vertex
            }));
        };
        let out = along.perp().extend(0.0);
        let shades = [0.62, 0.62, 1.0, 1.0];
        face([a - side + foot, b - side + foot, b - side + top, a - side + top], -out, shades);
        face([b + side + foot, a + side + foot, a + side + top, b + side + top], out, shades);
        face([a - side + top, b - side + top, b + side + top, a + side + top], DVec3::Z, [1.1; 4]);
        let ahead = along.extend(0.0);
        face([b - side + foot, b + side + foot, b + side + top, b - side + top], ahead, shades);
        face([a + side + foot, a - side + foot, a - side + top, a + side + top], -ahead, shades);
    }
}

/// Boards along points on the ground, seen from both sides.
pub fn fence(points: &[DVec3], height_m: f64, tint: Tint, chunks: &mut Chunks) {
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let (foot, top) = (DVec3::Z * -0.3, DVec3::Z * height_m);
        let patch = chunks.at(Skin::Matte, a);
        patch.flat([a + foot, b + foot, b + top, a + top], tint);
        patch.flat([b + foot, a + foot, a + top, b + top], scaled(tint, 0.92));
        patch.rod(a + foot, a + top + DVec3::Z * 0.06, [0.06, 0.06], 4, scaled(tint, 0.85));
    }
}

/// A roof, a back wall and a bench at a bus stop; the open side looks at the road.
pub fn shelter(spot: Spot, ground_m: f64, chunks: &mut Chunks) {
    let along = -spot.out.perp();
    let middle = (spot.at.truncate() + spot.out * 0.95).extend(ground_m);
    let (steel, glass) = (srgb(0x5C6165), srgb(0x9DB0B6));
    let place = |u: f64, v: f64, z: f64| middle + (along * u + spot.out * v).extend(z);
    let patch = chunks.at(Skin::Matte, middle);
    patch.cuboid(place(0.0, 0.0, -0.35), along, DVec3::new(4.2, 1.7, 0.40), gray(0.40), Bottom::Hidden);
    for u in [-1.9, 1.9] {
        for v in [-0.55, 0.62] {
            patch.rod(place(u, v, 0.0), place(u, v, 2.4), [0.04, 0.04], 5, steel);
        }
    }
    patch.cuboid(place(0.0, 0.0, 2.4), along, DVec3::new(4.3, 1.75, 0.12), steel, Bottom::Seen);
    patch.cuboid(place(0.0, 0.66, 0.35), along, DVec3::new(3.7, 0.03, 1.9), glass, Bottom::Seen);
    patch.cuboid(place(-1.9, 0.05, 0.35), along, DVec3::new(0.03, 1.1, 1.9), glass, Bottom::Seen);
    patch.cuboid(place(0.0, 0.35, 0.42), along, DVec3::new(2.6, 0.4, 0.06), srgb(0x7A5C40), Bottom::Seen);
    patch.cuboid(place(0.0, 0.35, 0.0), along, DVec3::new(2.2, 0.08, 0.42), steel, Bottom::Hidden);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hedges_look_outward() {
        let mut chunks = Chunks::default();
        hedge(&[DVec3::ZERO, DVec3::new(3.0, 4.0, 0.5)], 1.0, gray(1.0), &mut chunks);
        let patch = chunks.patches.values().next().unwrap();
        assert_eq!(patch.triangles(), 10);
        for [a, b, c] in patch.faces() {
            assert!((b.0 - a.0).cross(c.0 - a.0).dot(a.1) > 0.0);
        }
    }
}
