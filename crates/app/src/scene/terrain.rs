//! The ground beside the roads: a triangulated quadtree, fine at the roads and coarse at the horizon.
//!
//! Leaves are squares; a leaf whose neighbor is finer is drawn as a fan through the neighbor's corners, so
//! there are no cracks. Corners follow the natural ground ([`super::relief`]), a little lower at roads; then
//! every road cell pushes the triangle over it down until it lies below the road. So the terrain never
//! pokes through a road: the verges ([`super::pavement`]) close the gap.

use super::coverage::Coverage;
use super::mesh::{Chunks, Vertex};
use super::noise::smoothstep;
use super::relief::Relief;
use super::ribbon::Ribbon;
use super::skin::Skin;
use super::turf::Turf;
use shakedown::base::math::{DVec2, DVec3};
use std::collections::BTreeMap;

/// How far the ground reaches beyond the roads, m.
pub const REACH_M: f64 = 4200.0;
/// The terrain stays this far below a road, m.
pub const CLEARANCE_M: f64 = 0.10;
/// Places looked at along a border, m apart.
const BORDER_STEP_M: f64 = 1.0;
/// How much lower than the natural ground it is made beside roads, m.
const SINK_M: f64 = 0.12;
/// A leaf may grow by this share of its distance from the roads.
const GROWTH: f64 = 0.7;
/// Leaves larger than this go into the chunks of far ground, m.
const COARSE_M: f64 = 100.0;
/// Largest leaf, in finest ones.
const LEAF_MAX: i32 = 64;

#[derive(Clone, Debug)]
enum Node {
    Leaf { fan: Vec<u32>, middle: Option<u32> },
    Branch([u32; 4]),
}

/// The terrain.
#[derive(Clone, Debug)]
pub struct Terrain {
    origin: DVec2,
    cell_m: f64,
    nodes: Vec<Node>,
    root_size: i32,
    points: Vec<DVec3>,
}

impl Terrain {
    /// Builds the terrain for roads.
    pub fn new(relief: &Relief, coverage: &Coverage, ribbons: &[Ribbon]) -> Self {
        let [low, high] = relief.bounds();
        let cell_m = relief.cell_m();
        let span = (high - low).max_element() + 2.0 * REACH_M;
        let mut root_size = 1;
        while f64::from(root_size) * cell_m < span {
            root_size *= 2;
        }
        let middle = (0.5 * (low + high) / cell_m).round();
        let origin = (middle - DVec2::splat(f64::from(root_size / 2))) * cell_m;
        let mut leaves = Vec::new();
        let mut nodes = vec![Node::Branch([0; 4])];
        let mut grow = Grow { relief, origin, cell_m, nodes: &mut nodes, leaves: &mut leaves };
        grow.node(0, 0, 0, root_size);
        let mut terrain = Self { origin, cell_m, nodes, root_size, points: Vec::new() };
        terrain.weave(relief, &leaves);
        terrain.press(coverage, ribbons);
        terrain
    }

    /// Corners, fans.
    fn weave(&mut self, relief: &Relief, leaves: &[(u32, i32, i32, i32)]) {
        let mut index: BTreeMap<(i32, i32), u32> = BTreeMap::new();
        let points = &mut self.points;
        let (origin, cell_m) = (self.origin, self.cell_m);
        let mut point = |p: DVec2| {
            let sink = SINK_M * (1.0 - smoothstep(12.0, 30.0, relief.away_m(p)));
            points.push(p.extend(relief.height_m(p) - sink));
            points.len() as u32 - 1
        };
        let place = |x: i32, y: i32| origin + DVec2::new(f64::from(x), f64::from(y)) * cell_m;
        for (_, x, y, size) in leaves {
            for (i, j) in [(0, 0), (1, 0), (1, 1), (0, 1)] {
                let key = (x + i * size, y + j * size);
                index.entry(key).or_insert_with(|| point(place(key.0, key.1)));
            }
        }
        for (node, x, y, size) in leaves {
            let corners = [(*x, *y), (x + size, *y), (x + size, y + size), (*x, y + size)];
            let mut fan = Vec::new();
            for i in 0..4 {
                edge(&index, corners[i], corners[(i + 1) % 4], &mut fan);
            }
            let middle = (fan.len() > 4).then(|| {
                let half = f64::from(*size) * 0.5;
                point(origin + DVec2::new(f64::from(*x) + half, f64::from(*y) + half) * cell_m)
            });
            self.nodes[*node as usize] = Node::Leaf { fan, middle };
        }
    }

    /// Pushes triangles below the roads that run over them: at the middle of every road cell, and along the
    /// borders, which on a slope lie lower than the cell beside them.
    fn press(&mut self, coverage: &Coverage, ribbons: &[Ribbon]) {
        // Lowering a corner lowers its other triangles too: a second pass finds nothing new to do but
        // keeps the promise where cells share corners.
        for _ in 0..2 {
            for (p, z, _) in coverage.road_cells() {
                self.lower(p, z);
            }
            for strip in ribbons.iter().flat_map(|ribbon| &ribbon.strips) {
                for side in [&strip.left, &strip.right] {
                    for pair in side.windows(2) {
                        let steps = (pair[0].distance(pair[1]) / BORDER_STEP_M).ceil().max(1.0) as u32;
                        for i in 0..=steps {
                            let p = pair[0].lerp(pair[1], f64::from(i) / f64::from(steps));
                            self.lower(p.truncate(), p.z);
                        }
                    }
                }
            }
        }
    }

    /// Pushes the triangle at a place below a road that is `z_m` high there.
    fn lower(&mut self, p: DVec2, z_m: f64) {
        let Some((corners, height)) = self.locate(p) else { return };
        let excess = height - (z_m - CLEARANCE_M);
        if excess > 0.0 {
            for c in corners {
                self.points[c as usize].z -= excess;
            }
        }
    }

    /// The triangle at a place and its height there.
    fn locate(&self, p: DVec2) -> Option<([u32; 3], f64)> {
        let q = (p - self.origin) / self.cell_m;
        let inside = 0.0..f64::from(self.root_size);
        if !inside.contains(&q.x) || !inside.contains(&q.y) {
            return None;
        }
        let (mut node, mut x, mut y, mut size) = (0u32, 0.0, 0.0, f64::from(self.root_size));
        loop {
            match &self.nodes[node as usize] {
                Node::Branch(children) => {
                    size *= 0.5;
                    let (i, j) = (usize::from(q.x >= x + size), usize::from(q.y >= y + size));
                    (x, y) = (x + size * i as f64, y + size * j as f64);
                    node = children[j * 2 + i];
                }
                Node::Leaf { fan, middle } => return self.in_leaf(p, fan, *middle),
            }
        }
    }

    fn in_leaf(&self, p: DVec2, fan: &[u32], middle: Option<u32>) -> Option<([u32; 3], f64)> {
        let mut best: Option<([u32; 3], f64, f64)> = None;
        for t in triangles(fan, middle) {
            let [a, b, c] = t.map(|i| self.points[i as usize]);
            let (a2, b2, c2) = (a.truncate(), b.truncate(), c.truncate());
            let area = (b2 - a2).perp_dot(c2 - a2);
            let u = (c2 - b2).perp_dot(p - b2) / area;
            let v = (a2 - c2).perp_dot(p - c2) / area;
            let w = 1.0 - u - v;
            let inside = u.min(v).min(w);
            if best.is_none_or(|(_, _, i)| inside > i) {
                best = Some((t, a.z * u + b.z * v + c.z * w, inside));
            }
        }
        best.map(|(t, z, _)| (t, z))
    }

    /// Height of the terrain at a place, m.
    pub fn height_m(&self, p: DVec2) -> f64 {
        self.locate(p).map_or(0.0, |(_, z)| z)
    }

    /// Its triangles.
    pub fn build(&self, relief: &Relief, turf: &Turf, chunks: &mut Chunks) {
        let mut normals = vec![DVec3::ZERO; self.points.len()];
        let leaves = || {
            self.nodes.iter().filter_map(|n| match n {
                Node::Leaf { fan, middle } => Some((fan, *middle)),
                Node::Branch(_) => None,
            })
        };
        for (fan, middle) in leaves() {
            for t in triangles(fan, middle) {
                let [a, b, c] = t.map(|i| self.points[i as usize]);
                let n = (b - a).cross(c - a);
                t.iter().for_each(|i| normals[*i as usize] += n);
            }
        }
        for (fan, middle) in leaves() {
            let first = self.points[fan[0] as usize];
            let third = self.points[fan[fan.len() / 2] as usize];
            let middle_at = 0.5 * (first + third);
            let coarse = (third - first).truncate().abs().max_element() > COARSE_M;
            let patch =
                if coarse { chunks.far(Skin::Grass, middle_at) } else { chunks.at(Skin::Grass, middle_at) };
            let mut stored: Vec<(u32, u32)> = Vec::new();
            for t in triangles(fan, middle) {
                let [a, b, c] = t.map(|i| match stored.iter().find(|(from, _)| *from == i) {
                    Some((_, to)) => *to,
                    None => {
                        let at = self.points[i as usize];
                        let normal = normals[i as usize].normalize_or(DVec3::Z);
                        let tint = turf.tint(at.truncate(), relief.away_m(at.truncate()));
                        let to = patch.vertex(Vertex { at, normal, uv: at.truncate(), tint });
                        stored.push((i, to));
                        to
                    }
                });
                patch.triangle(a, b, c);
            }
        }
    }
}

/// Triangles of a leaf: around its middle if it has one, else two.
fn triangles(fan: &[u32], middle: Option<u32>) -> Vec<[u32; 3]> {
    match middle {
        Some(m) => (0..fan.len()).map(|i| [m, fan[i], fan[(i + 1) % fan.len()]]).collect(),
        None => (1..fan.len() - 1).map(|i| [fan[0], fan[i], fan[i + 1]]).collect(),
    }
}

/// Points from `a` (with it) to `b` (without) that any leaf has on this line.
fn edge(index: &BTreeMap<(i32, i32), u32>, a: (i32, i32), b: (i32, i32), found: &mut Vec<u32>) {
    let m = ((a.0 + b.0) / 2, (a.1 + b.1) / 2);
    let length = (b.0 - a.0).abs() + (b.1 - a.1).abs();
    if length > 1 && index.contains_key(&m) {
        edge(index, a, m, found);
        edge(index, m, b, found);
    } else if let Some(i) = index.get(&a) {
        found.push(*i);
    }
}

struct Grow<'a> {
    relief: &'a Relief,
    origin: DVec2,
    cell_m: f64,
    nodes: &'a mut Vec<Node>,
    leaves: &'a mut Vec<(u32, i32, i32, i32)>,
}

impl Grow<'_> {
    fn node(&mut self, node: u32, x: i32, y: i32, size: i32) {
        let half = 0.5 * f64::from(size) * self.cell_m;
        let middle = self.origin + DVec2::new(f64::from(x), f64::from(y)) * self.cell_m + DVec2::splat(half);
        let near = self.relief.away_m(middle) - half * std::f64::consts::SQRT_2;
        let fits = 2.0 * half <= (GROWTH * (near - 6.0)).max(self.cell_m);
        if size == 1 || (fits && size <= LEAF_MAX) {
            self.leaves.push((node, x, y, size));
            return;
        }
        let first = self.nodes.len() as u32;
        self.nodes.extend((0..4).map(|_| Node::Branch([0; 4])));
        self.nodes[node as usize] = Node::Branch([first, first + 1, first + 2, first + 3]);
        let h = size / 2;
        for (i, (dx, dy)) in [(0, 0), (h, 0), (0, h), (h, h)].into_iter().enumerate() {
            self.node(first + i as u32, x + dx, y + dy, h);
        }
    }
}
