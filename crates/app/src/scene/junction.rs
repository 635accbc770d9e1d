//! One surface for a junction: connecting roads that cross are brought to one height.
//!
//! Connecting roads overlap and, on a slope, each has a height profile of its own. Where they share ground
//! their heights are averaged, weighted towards the middle of each lane, so that no surface lies over
//! another one. At the ends of a connecting road, where all agree with the arm, nothing changes.
//!
//! Heights change by less than 0.1 m on the bundled maps; vehicles follow the engine's own heights.

use super::noise::smoothstep;
use super::ribbon::{Ground, Ribbon};
use shakedown::base::math::{DVec2, DVec3};
use std::collections::BTreeMap;

/// Side of a cell, m.
const CELL_M: f64 = 0.5;
/// From its end on, a connecting road joins the common height over this length, m.
const JOIN_M: f64 = 4.0;
/// Surfaces farther apart than this are different levels, m.
const LEVEL_M: f64 = 0.8;
/// Larger junctions keep the heights of their roads, cells.
const CELLS_MAX: usize = 1_500_000;

/// Brings the connecting roads of every junction to one height.
pub fn level(ribbons: &mut [Ribbon]) {
    let mut of_junction: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (i, ribbon) in ribbons.iter().enumerate() {
        if let Some(junction) = &ribbon.road.junction {
            of_junction.entry(junction.clone()).or_default().push(i);
        }
    }
    for members in of_junction.values() {
        if let Some(plateau) = Plateau::of(ribbons, members) {
            for i in members {
                plateau.apply(&mut ribbons[*i]);
            }
        }
    }
}

/// Common height over a raster.
struct Plateau {
    low: DVec2,
    width: usize,
    height: usize,
    /// Sum of weights and of weighted heights.
    cells: Vec<[f64; 2]>,
}

impl Plateau {
    /// `None` where nothing has to change.
    fn of(ribbons: &[Ribbon], members: &[usize]) -> Option<Self> {
        let points =
            || members.iter().flat_map(|i| &ribbons[*i].strips).flat_map(|s| s.left.iter().chain(&s.right));
        let low = points().fold(DVec3::splat(f64::INFINITY), |a, p| a.min(*p));
        let high = points().fold(DVec3::splat(f64::NEG_INFINITY), |a, p| a.max(*p));
        if high.z - low.z < 0.01 {
            return None;
        }
        let low2 = low.truncate() - DVec2::splat(1.0);
        let size = ((high.truncate() - low2) / CELL_M).ceil() + DVec2::splat(3.0);
        if size.x.is_nan() || size.y.is_nan() || size.x * size.y >= CELLS_MAX as f64 {
            return None;
        }
        let (width, height) = (size.x as usize, size.y as usize);
        let mut plateau = Self { low: low2, width, height, cells: vec![[0.0; 2]; width * height] };
        for i in members {
            let ribbon = &ribbons[*i];
            for strip in &ribbon.strips {
                let weight = match strip.ground {
                    Ground::Carriage => 1.0,
                    Ground::Bike | Ground::Parking | Ground::Shoulder | Ground::Median => 0.4,
                    Ground::Island | Ground::Walk | Ground::Edge | Ground::Grass => 0.1,
                };
                for k in 1..ribbon.s_m.len() {
                    let middle = |k: usize| strip.left[k].lerp(strip.right[k], 0.5);
                    let edge = 0.05 * weight;
                    for side in [&strip.left, &strip.right] {
                        let corners = [side[k - 1], middle(k - 1), middle(k), side[k]];
                        plateau.splat([corners[0], corners[1], corners[2]], [edge, weight, weight]);
                        plateau.splat([corners[0], corners[2], corners[3]], [edge, weight, edge]);
                    }
                }
            }
        }
        Some(plateau)
    }

    fn splat(&mut self, [a, b, c]: [DVec3; 3], weights: [f64; 3]) {
        let local = |p: DVec3| (p.truncate() - self.low) / CELL_M;
        let (p, q, r) = (local(a), local(b), local(c));
        let area = (q - p).perp_dot(r - p);
        if area.abs() < 1e-9 {
            return;
        }
        let (low, high) = (p.min(q).min(r), p.max(q).max(r));
        let range = |l: f64, h: f64, end: usize| {
            (l.ceil().max(0.0) as usize)..((h.floor() + 1.0).max(0.0) as usize).min(end)
        };
        for y in range(low.y, high.y, self.height) {
            for x in range(low.x, high.x, self.width) {
                let m = DVec2::new(x as f64, y as f64);
                let u = (r - q).perp_dot(m - q) / area;
                let v = (p - r).perp_dot(m - r) / area;
                let w = 1.0 - u - v;
                if u >= 0.0 && v >= 0.0 && w >= 0.0 {
                    let weight = weights[0] * u + weights[1] * v + weights[2] * w;
                    let cell = &mut self.cells[y * self.width + x];
                    cell[0] += weight;
                    cell[1] += weight * (a.z * u + b.z * v + c.z * w);
                }
            }
        }
    }

    /// The common height at a place, m.
    fn height_m(&self, p: DVec2) -> Option<f64> {
        let q = (p - self.low) / CELL_M;
        let (x, y) = (q.x.floor(), q.y.floor());
        if x < 0.0 || y < 0.0 || x as usize + 1 >= self.width || y as usize + 1 >= self.height {
            return None;
        }
        let (u, v) = (q.x - x, q.y - y);
        let (x, y) = (x as usize, y as usize);
        let shares =
            [(0, 0, (1.0 - u) * (1.0 - v)), (1, 0, u * (1.0 - v)), (0, 1, (1.0 - u) * v), (1, 1, u * v)];
        let (mut weight, mut sum) = (0.0, 0.0);
        for (i, j, share) in shares {
            let [w, z] = self.cells[(y + j) * self.width + x + i];
            if w > 0.0 {
                weight += share;
                sum += share * z / w;
            }
        }
        (weight > 0.25).then(|| sum / weight)
    }

    fn apply(&self, ribbon: &mut Ribbon) {
        for k in 0..ribbon.s_m.len() {
            let join = smoothstep(0.0, JOIN_M, ribbon.from_end_m(k));
            if join == 0.0 {
                continue;
            }
            for strip in &mut ribbon.strips {
                for p in [&mut strip.left[k], &mut strip.right[k]] {
                    if let Some(z) = self.height_m(p.truncate()).filter(|z| (z - p.z).abs() < LEVEL_M) {
                        p.z += (z - p.z) * join;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ribbon;
    use super::*;

    /// Heights of the roads of one junction at the same place differ less after than before.
    #[test]
    fn crossing_roads_meet() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/maps/kirkland.xodr");
        let parsed = opendrive::parse(&std::fs::read(path).unwrap(), "kirkland").unwrap();
        let spread = |ribbons: &[Ribbon]| {
            let mut cells: BTreeMap<(i64, i64), [f64; 2]> = BTreeMap::new();
            let id = Some("j_central_way_third_street".to_string());
            for ribbon in ribbons.iter().filter(|r| r.road.junction == id) {
                for strip in ribbon.strips.iter().filter(|s| s.ground == Ground::Carriage) {
                    for k in (1..ribbon.s_m.len()).filter(|k| ribbon.from_end_m(*k) > 5.0) {
                        for i in 0..40 {
                            let w = f64::from(i) / 40.0;
                            let a = strip.at(k - 1, 0.5).lerp(strip.at(k, 0.5), w);
                            let cell = cells.entry((a.x as i64, a.y as i64)).or_insert([a.z, a.z]);
                            *cell = [cell[0].min(a.z), cell[1].max(a.z)];
                        }
                    }
                }
            }
            cells.values().map(|[low, high]| high - low).fold(0.0, f64::max)
        };
        let mut ribbons = ribbon::cut(&parsed.map, DVec3::ZERO);
        let before = spread(&ribbons);
        level(&mut ribbons);
        let after = spread(&ribbons);
        // A cell is 1 m wide and the junction slopes by 5 %: that alone is 0.07 m.
        assert!(after < 0.09 && after < before, "{before} → {after}");
    }
}
