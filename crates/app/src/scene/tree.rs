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
    /// Several trees far from all roads.
    Grove,
    /// Several firs far from all roads.
    FirGrove,
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
        let green = self.green(&mut dice);
        let h = self.height_m;
        match self.kind {
            Kind::Conifer => {
                self.trunk(chunks, 0.25 * h, 0.020 * h);
                let patch = chunks.at(Skin::Foliage, self.at);
                fir(patch, self.at, h, self.detail, &mut dice, green);
            }
            Kind::Broad => {
                self.trunk(chunks, 0.5 * h, 0.026 * h);
                let wide = h * dice.range(0.28, 0.37);
                let middle = self.at + DVec3::Z * (0.62 * h);
                let patch = chunks.at(Skin::Foliage, self.at);
                crown(patch, middle, DVec2::new(wide, 0.34 * h), self.detail, &mut dice, green);
                if self.detail == Detail::Near {
                    // A second bough, so that no crown is a mere ball.
                    let (sin, cos) = sin_cos(dice.range(0.0, TAU));
                    let aside = DVec3::new(cos, sin, -0.25) * (0.62 * wide);
                    let small = DVec2::new(0.62 * wide, 0.2 * h);
                    crown(patch, middle + aside, small, Detail::Far, &mut dice, scaled(green, 0.94));
                }
            }
            Kind::Street => {
                self.trunk(chunks, 0.5 * h, 0.014 * h);
                let radius = DVec2::new(h * dice.range(0.20, 0.27), h * 0.32);
                let middle = self.at + DVec3::Z * (0.66 * h);
                crown(chunks.at(Skin::Foliage, self.at), middle, radius, self.detail, &mut dice, green);
            }
            Kind::Bush => {
                let radius = DVec2::new(h * dice.range(0.55, 0.8), h * 0.6);
                let middle = self.at + DVec3::Z * (0.35 * h);
                crown(chunks.at(Skin::Foliage, self.at), middle, radius, Detail::Far, &mut dice, green);
            }
            Kind::Grove | Kind::FirGrove => self.grove(&mut dice, green, chunks),
        }
    }

    /// Firs are darker and bluer than leaves.
    fn green(&self, dice: &mut Dice) -> Tint {
        let tone = dice.range(0.82, 1.18);
        let warm = dice.range(-0.10, 0.14);
        match self.kind {
            Kind::Conifer | Kind::FirGrove => [0.56 * tone, 0.68 * tone, 0.66 * tone].map(|c| c as f32),
            Kind::Broad | Kind::Street | Kind::Bush | Kind::Grove => {
                [tone * (1.0 + warm), tone, tone * (1.0 - warm)].map(|c| c as f32)
            }
        }
    }

    fn trunk(&self, chunks: &mut Chunks, top: f64, radius: f64) {
        if self.detail == Detail::Near {
            let bark = srgb(if self.kind == Kind::Conifer { 0x5A4636 } else { 0x63574A });
            let (foot, to) = (self.at - DVec3::Z * 0.4, self.at + DVec3::Z * top);
            chunks.at(Skin::Matte, self.at).rod(foot, to, [radius * 1.3, radius * 0.8], 5, bark);
        }
    }

    /// Trees far from all roads, many at once.
    fn grove(&self, dice: &mut Dice, green: Tint, chunks: &mut Chunks) {
        let patch = chunks.far(Skin::Foliage, self.at);
        let reach = 2.0 * self.height_m;
        for i in 0..6 {
            let aside = DVec3::new(dice.range(-reach, reach), dice.range(-reach, reach), -1.5);
            let h = self.height_m * dice.range(0.7, 1.1);
            if self.kind == Kind::FirGrove {
                cone(patch, self.at + aside, [0.0, h], 0.3 * h, 5, f64::from(i), Below::Hidden, green);
            } else {
                let radius = DVec2::new(0.75 * h, 0.5 * h);
                crown(
                    patch,
                    self.at + aside + DVec3::Z * (0.4 * h),
                    radius,
                    Detail::Far,
                    dice,
                    scaled(green, 0.85),
                );
            }
        }
    }
}

/// Tiers of drooping branches.
fn fir(patch: &mut Patch, foot: DVec3, h: f64, detail: Detail, dice: &mut Dice, tint: Tint) {
    let turn = dice.range(0.0, TAU);
    let width = h * dice.range(0.16, 0.23);
    match detail {
        Detail::Near => {
            const TIERS: [(f64, f64, f64); 4] =
                [(0.10, 0.46, 1.0), (0.29, 0.64, 0.80), (0.48, 0.82, 0.58), (0.66, 1.0, 0.36)];
            for (low, high, w) in TIERS {
                cone(patch, foot, [low * h, high * h], width * w, 8, turn + 7.0 * low, Below::Seen, tint);
            }
        }
        Detail::Far => {
            cone(patch, foot, [0.04 * h, 0.62 * h], width, 5, turn, Below::Hidden, tint);
            cone(patch, foot, [0.38 * h, h], width * 0.66, 5, turn + 0.6, Below::Hidden, tint);
        }
    }
}

/// Whether a cone is seen from below.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    Seen,
    Hidden,
}

/// A cone of branches, darker below.
fn cone(
    patch: &mut Patch,
    foot: DVec3,
    [low, high]: [f64; 2],
    radius: f64,
    sides: usize,
    turn: f64,
    below: Below,
    tint: Tint,
) {
    let tip = foot + DVec3::Z * high;
    let ring = |i: usize| {
        let (sin, cos) = sin_cos(turn + TAU * i as f64 / sides as f64);
        // Every other branch is shorter and hangs less.
        let (reach, hang) = if i.is_multiple_of(2) { (1.0, 0.12) } else { (0.74, 0.0) };
        let at = foot + DVec3::new(cos, sin, 0.0) * (radius * reach) + DVec3::Z * (low - hang * (high - low));
        (at, DVec3::new(cos, sin, 0.0), reach)
    };
    let slope = radius / (high - low);
    for i in 0..sides {
        let ((a, na, ra), (b, nb, rb)) = (ring(i), ring((i + 1) % sides));
        let around = TAU * radius * i as f64 / sides as f64;
        let vertex = |at: DVec3, out: DVec3, shade: f64, u: f64| Vertex {
            at,
            normal: (out + DVec3::Z * slope).normalize(),
            uv: DVec2::new(around + u, at.z - foot.z),
            tint: scaled(tint, shade),
        };
        let step = TAU * radius / sides as f64;
        let shade = |reach: f64| 0.55 + 0.3 * reach;
        let [p, q, r] = [
            vertex(a, na, shade(ra), 0.0),
            vertex(b, nb, shade(rb), step),
            vertex(tip, 0.5 * (na + nb), 1.1, 0.5 * step),
        ]
        .map(|v| patch.vertex(v));
        patch.triangle(p, q, r);
        if below == Below::Seen {
            let under = [a, b, foot + DVec3::Z * (low + 0.15 * (high - low))];
            let [p, q, r] = under.map(|at| {
                patch.vertex(Vertex { at, normal: -DVec3::Z, uv: at.truncate(), tint: scaled(tint, 0.42) })
            });
            patch.triangle(q, p, r);
        }
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
        let angle = TAU * (side as f64 + 0.5 * (ring % 2) as f64) / sides as f64;
        let (sin, cos) = sin_cos(turn + angle);
        let normal = DVec3::new(out * cos, out * sin, up);
        let at = middle + DVec3::new(normal.x * radius.x, normal.y * radius.x, normal.z * radius.y) * lump;
        let shade = 0.70 + 0.22 * (1.0 + up) + 0.3 * (lump - 1.0);
        let normal = (normal + DVec3::Z * 0.25).normalize();
        // Leaves as seen from the side; the seam at the back is lost in them.
        let uv = DVec2::new(angle * radius.x + 0.7 * at.z, at.z + 0.5 * (at.x + at.y));
        patch.vertex(Vertex { at, normal, uv, tint: scaled(tint, shade) })
    };
    let bottom = vertex(0, 0, 0.9);
    let mut grid = Vec::new();
    for ring in 1..rings {
        let row: Vec<u32> = (0..sides).map(|side| vertex(ring, side, dice.range(0.80, 1.18))).collect();
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
        for kind in [Kind::Conifer, Kind::Broad, Kind::Street, Kind::Bush, Kind::Grove, Kind::FirGrove] {
            for detail in [Detail::Near, Detail::Far] {
                for seed in 0..20 {
                    let mut chunks = Chunks::default();
                    Tree { kind, at: DVec3::new(3.0, 4.0, 5.0), height_m: 9.0, detail, seed }
                        .build(&mut chunks);
                    assert!(chunks.triangles() <= 130, "{kind:?} {detail:?}: {}", chunks.triangles());
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
