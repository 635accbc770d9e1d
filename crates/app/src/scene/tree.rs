//! Trees and hedges: a few kinds, each a crown of few triangles with a trunk.

use super::mesh::{Chunks, Patch, Tint, Vertex, scaled, srgb};
use super::noise::Dice;
use super::skin::Skin;
use shakedown::base::math::{DVec2, DVec3, sin_cos};
use std::f64::consts::{PI, TAU};

/// A kind of tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Fir: stacked cones.
    Conifer,
    /// Maple, oak: a round crown.
    Broad,
    /// Young street tree: a narrow crown.
    Street,
    /// Bush.
    Bush,
}

/// How much of it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Beside a road.
    Near,
    /// Far from all roads.
    Far,
}

/// A tree.
#[derive(Clone, Copy, Debug)]
pub struct Tree {
    /// Kind.
    pub kind: Kind,
    /// Foot, m.
    pub at: DVec3,
    /// Height, m.
    pub height_m: f64,
    /// How it is drawn.
    pub detail: Detail,
    /// Seed of its shape.
    pub seed: u64,
}

impl Tree {
    /// Its meshes.
    pub fn build(&self, chunks: &mut Chunks) {
        let mut dice = Dice::new(self.seed, 9);
        let tone = dice.range(0.80, 1.18);
        let warm = dice.range(-0.10, 0.14);
        let turn = dice.range(0.0, TAU);
        let green: Tint = match self.kind {
            // Firs are darker and bluer.
            Kind::Conifer => [(0.50 * tone) as f32, (0.62 * tone) as f32, (0.62 * tone) as f32],
            Kind::Broad | Kind::Street | Kind::Bush => {
                [(tone * (1.0 + warm)) as f32, tone as f32, (tone * (1.0 - warm)) as f32]
            }
        };
        let bark = srgb(if self.kind == Kind::Conifer { 0x5A4636 } else { 0x5D5043 });
        let h = self.height_m;
        let foot = self.at - DVec3::Z * 0.4;
        let trunk = |chunks: &mut Chunks, top: f64, radius: f64| {
            if self.detail == Detail::Near {
                let to = self.at + DVec3::Z * top;
                chunks.at(Skin::Matte, self.at).rod(foot, to, [radius * 1.25, radius * 0.8], 5, bark);
            }
        };
        match self.kind {
            Kind::Conifer => {
                trunk(chunks, 0.25 * h, 0.022 * h);
                let patch = chunks.at(Skin::Foliage, self.at);
                let width = h * dice.range(0.17, 0.24);
                match self.detail {
                    Detail::Near => {
                        for (low, high, w) in [(0.12, 0.55, 1.0), (0.36, 0.78, 0.74), (0.60, 1.0, 0.46)] {
                            cone(patch, self.at, [low * h, high * h], width * w, 7, turn + low, green);
                        }
                    }
                    Detail::Far => {
                        cone(patch, self.at, [0.06 * h, 0.62 * h], width, 5, turn, green);
                        cone(patch, self.at, [0.40 * h, h], width * 0.66, 5, turn, green);
                    }
                }
            }
            Kind::Broad => {
                trunk(chunks, 0.45 * h, 0.028 * h);
                let radius = DVec2::new(h * dice.range(0.30, 0.40), h * 0.36);
                crown(
                    chunks.at(Skin::Foliage, self.at),
                    self.at + DVec3::Z * (0.62 * h),
                    radius,
                    self.detail,
                    &mut dice,
                    green,
                );
            }
            Kind::Street => {
                trunk(chunks, 0.5 * h, 0.016 * h);
                let radius = DVec2::new(h * dice.range(0.20, 0.27), h * 0.33);
                crown(
                    chunks.at(Skin::Foliage, self.at),
                    self.at + DVec3::Z * (0.66 * h),
                    radius,
                    self.detail,
                    &mut dice,
                    green,
                );
            }
            Kind::Bush => {
                let radius = DVec2::new(h * dice.range(0.55, 0.8), h * 0.6);
                crown(
                    chunks.at(Skin::Foliage, self.at),
                    self.at + DVec3::Z * (0.35 * h),
                    radius,
                    Detail::Far,
                    &mut dice,
                    green,
                );
            }
        }
    }
}

/// A cone of branches, darker below, with its lower side.
fn cone(
    patch: &mut Patch,
    foot: DVec3,
    [low, high]: [f64; 2],
    radius: f64,
    sides: usize,
    turn: f64,
    tint: Tint,
) {
    let tip = foot + DVec3::Z * high;
    let ring = |i: usize| {
        let (sin, cos) = sin_cos(turn + TAU * i as f64 / sides as f64);
        // Branches hang unevenly.
        let r = radius * if i.is_multiple_of(2) { 1.0 } else { 0.86 };
        (
            foot + DVec3::new(
                r * cos,
                r * sin,
                low - if i.is_multiple_of(2) { 0.06 * (high - low) } else { 0.0 },
            ),
            DVec3::new(cos, sin, 0.0),
        )
    };
    let slope = radius / (high - low);
    for i in 0..sides {
        let ((a, na), (b, nb)) = (ring(i), ring((i + 1) % sides));
        let vertex = |at: DVec3, out: DVec3, shade: f64| Vertex {
            at,
            normal: (out + DVec3::Z * slope).normalize(),
            uv: DVec2::ZERO,
            tint: scaled(tint, shade),
        };
        let [p, q, r] = [vertex(a, na, 0.62), vertex(b, nb, 0.62), vertex(tip, 0.5 * (na + nb), 1.12)]
            .map(|v| patch.vertex(v));
        patch.triangle(p, q, r);
        let under = [a, b, foot + DVec3::Z * (low + 0.12 * (high - low))];
        let [p, q, r] = under.map(|at| {
            patch.vertex(Vertex { at, normal: -DVec3::Z, uv: DVec2::ZERO, tint: scaled(tint, 0.4) })
        });
        patch.triangle(q, p, r);
    }
}

/// A lumpy ball of leaves: light on top, dark below.
fn crown(patch: &mut Patch, middle: DVec3, radius: DVec2, detail: Detail, dice: &mut Dice, tint: Tint) {
    let (sides, rings) = match detail {
        Detail::Near => (8usize, 4usize),
        Detail::Far => (5, 3),
    };
    let turn = dice.range(0.0, TAU);
    let mut vertex = |ring: usize, side: usize, lump: f64| {
        let (up, out) = sin_cos(-0.5 * PI + PI * ring as f64 / rings as f64);
        let (sin, cos) = sin_cos(turn + TAU * (side as f64 + 0.5 * (ring % 2) as f64) / sides as f64);
        let normal = DVec3::new(out * cos, out * sin, up);
        let at = middle + DVec3::new(normal.x * radius.x, normal.y * radius.x, normal.z * radius.y) * lump;
        let shade = 0.58 + 0.30 * (1.0 + up) + 0.18 * (lump - 1.0);
        let normal = (normal + DVec3::Z * 0.15).normalize();
        patch.vertex(Vertex { at, normal, uv: DVec2::ZERO, tint: scaled(tint, shade) })
    };
    let bottom = vertex(0, 0, 0.9);
    let mut grid = Vec::new();
    for ring in 1..rings {
        let row: Vec<u32> = (0..sides).map(|side| vertex(ring, side, dice.range(0.82, 1.16))).collect();
        grid.push(row);
    }
    let top = vertex(rings, 0, 0.95);
    for i in 0..sides {
        let j = (i + 1) % sides;
        patch.triangle(bottom, grid[0][j], grid[0][i]);
        for (k, pair) in grid.windows(2).enumerate() {
            // Odd rings are turned by half a side.
            let (low, high) = (&pair[0], &pair[1]);
            if k % 2 == 0 {
                patch.triangle(low[i], low[j], high[j]);
                patch.triangle(low[i], high[j], high[i]);
            } else {
                patch.triangle(low[i], low[j], high[i]);
                patch.triangle(low[j], high[j], high[i]);
            }
        }
        let last = &grid[rings - 2];
        patch.triangle(last[i], last[j], top);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crowns_look_outward_and_few_triangles_make_a_tree() {
        for kind in [Kind::Conifer, Kind::Broad, Kind::Street, Kind::Bush] {
            for detail in [Detail::Near, Detail::Far] {
                for seed in 0..20 {
                    let mut chunks = Chunks::default();
                    Tree { kind, at: DVec3::new(3.0, 4.0, 5.0), height_m: 9.0, detail, seed }
                        .build(&mut chunks);
                    assert!(chunks.triangles() <= 110, "{kind:?} {detail:?}: {}", chunks.triangles());
                    for patch in chunks.patches.values() {
                        for [a, b, c] in patch.faces() {
                            let turn = (b.0 - a.0).cross(c.0 - a.0);
                            assert!(turn.dot(a.1 + b.1 + c.1) > 0.0, "{kind:?} {detail:?} inside out");
                        }
                    }
                }
            }
        }
    }
}
