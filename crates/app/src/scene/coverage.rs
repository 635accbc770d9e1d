//! Which ground roads and buildings take: a sparse raster of the map.
//!
//! Terrain, verges, houses and trees ask it. Cells are one meter wide (more on maps that are larger than a
//! city); tiles exist only where something is.

use shakedown::base::math::{DVec2, DVec3};
use std::collections::BTreeMap;

/// Cells along a tile's side.
const SIDE: i32 = 64;
/// Two surfaces farther apart than this are different levels (a bridge), m.
const LEVEL_M: f64 = 2.5;
/// Most cells that a map may take before cells grow.
const CELLS_MAX: f64 = 6.0e6;

/// What takes a cell, bit by bit.
pub mod uses {
    /// Paved for vehicles.
    pub const PAVED: u8 = 1;
    /// Sidewalk, island, edge, grass strip: the road's own ground that is not driven on.
    pub const SIDE: u8 = 2;
    /// Part of a junction.
    pub const JUNCTION: u8 = 4;
    /// A road passes over another one.
    pub const LEVELS: u8 = 8;
    /// A building.
    pub const BUILT: u8 = 16;
    /// Any part of a road.
    pub const ROAD: u8 = PAVED | SIDE;
}

#[derive(Clone, Debug)]
struct Tile {
    flags: Vec<u8>,
    /// Lowest road surface, m.
    low: Vec<f32>,
    /// How much higher the ground is shown than the engine has it, mm.
    lift: Vec<u8>,
}

/// The raster.
#[derive(Clone, Debug)]
pub struct Coverage {
    cell_m: f64,
    tiles: BTreeMap<(i32, i32), Tile>,
}

/// What a polygon is rasterized with.
#[derive(Clone, Copy, Debug)]
pub struct Fill {
    /// Bits to set.
    pub flags: u8,
    /// How much higher the ground is shown than the engine has it, m.
    pub lift_m: f64,
}

impl Coverage {
    /// An empty raster for roads of this area, m².
    pub fn new(area_m2: f64) -> Self {
        Self { cell_m: (area_m2 / CELLS_MAX).sqrt().ceil().max(1.0), tiles: BTreeMap::new() }
    }

    /// Side of a cell, m.
    pub fn cell_m(&self) -> f64 {
        self.cell_m
    }

    fn cell_of(&self, p: DVec2) -> ((i32, i32), usize) {
        let (x, y) = ((p.x / self.cell_m).floor() as i32, (p.y / self.cell_m).floor() as i32);
        let key = (x.div_euclid(SIDE), y.div_euclid(SIDE));
        (key, (y.rem_euclid(SIDE) * SIDE + x.rem_euclid(SIDE)) as usize)
    }

    /// Bits at a place.
    pub fn flags(&self, p: DVec2) -> u8 {
        let (key, i) = self.cell_of(p);
        self.tiles.get(&key).map_or(0, |t| t.flags[i])
    }

    /// Height of the lowest road at a place, m.
    pub fn low_m(&self, p: DVec2) -> Option<f64> {
        let (key, i) = self.cell_of(p);
        let tile = self.tiles.get(&key)?;
        (tile.flags[i] & uses::ROAD != 0).then(|| f64::from(tile.low[i]))
    }

    /// How much higher the ground is shown there than the engine has it, m; smooth.
    pub fn lift_m(&self, p: DVec2) -> f64 {
        let q = p / self.cell_m - DVec2::splat(0.5);
        let (u, v) = (q.x - q.x.floor(), q.y - q.y.floor());
        let at = |dx: f64, dy: f64| {
            let (key, i) = self.cell_of((q.floor() + DVec2::new(dx + 0.5, dy + 0.5)) * self.cell_m);
            self.tiles.get(&key).map_or(0.0, |t| f64::from(t.lift[i]) * 1e-3)
        };
        let low = at(0.0, 0.0) * (1.0 - u) + at(1.0, 0.0) * u;
        let high = at(0.0, 1.0) * (1.0 - u) + at(1.0, 1.0) * u;
        low * (1.0 - v) + high * v
    }

    /// Fills the cells whose middle lies in a triangle.
    pub fn triangle(&mut self, [a, b, c]: [DVec3; 3], fill: Fill) {
        let (p, q, r) = (a.truncate(), b.truncate(), c.truncate());
        let area = (q - p).perp_dot(r - p);
        if area.abs() < 1e-9 {
            return;
        }
        let low = p.min(q).min(r) / self.cell_m;
        let high = p.max(q).max(r) / self.cell_m;
        for y in (low.y - 0.5).ceil() as i64..=(high.y - 0.5).floor() as i64 {
            for x in (low.x - 0.5).ceil() as i64..=(high.x - 0.5).floor() as i64 {
                let m = DVec2::new(x as f64 + 0.5, y as f64 + 0.5) * self.cell_m;
                let u = (r - q).perp_dot(m - q) / area;
                let v = (p - r).perp_dot(m - r) / area;
                let w = 1.0 - u - v;
                if u >= -1e-9 && v >= -1e-9 && w >= -1e-9 {
                    self.set(m, a.z * u + b.z * v + c.z * w, fill);
                }
            }
        }
    }

    fn set(&mut self, at: DVec2, z_m: f64, fill: Fill) {
        let (key, i) = self.cell_of(at);
        let cells = (SIDE * SIDE) as usize;
        let tile = self.tiles.entry(key).or_insert_with(|| Tile {
            flags: vec![0; cells],
            low: vec![f32::INFINITY; cells],
            lift: vec![0; cells],
        });
        let before = tile.flags[i];
        if before & uses::ROAD != 0 && fill.flags & uses::ROAD != 0 {
            let old = f64::from(tile.low[i]);
            if (old - z_m).abs() > LEVEL_M {
                tile.flags[i] |= uses::LEVELS;
            }
            tile.low[i] = old.min(z_m) as f32;
        } else if fill.flags & uses::ROAD != 0 {
            tile.low[i] = z_m as f32;
        }
        tile.flags[i] |= fill.flags;
        // Pavement wins over what overlaps it in a junction.
        tile.lift[i] = if tile.flags[i] & uses::PAVED != 0 {
            0
        } else {
            (fill.lift_m * 1e3).round().clamp(0.0, 255.0) as u8
        };
    }

    /// Whether no cell of a rectangle has one of these bits. `forward` is the direction of its length.
    pub fn is_free(&self, middle: DVec2, forward: DVec2, half: DVec2, bits: u8) -> bool {
        self.cells_in(middle, forward, half).all(|p| self.flags(p) & bits == 0)
    }

    /// Marks a rectangle.
    pub fn mark(&mut self, middle: DVec2, forward: DVec2, half: DVec2, flags: u8) {
        for p in self.cells_in(middle, forward, half).collect::<Vec<_>>() {
            self.set(p, 0.0, Fill { flags, lift_m: 0.0 });
        }
    }

    /// Points of a rectangle, at most a cell apart.
    fn cells_in(&self, middle: DVec2, forward: DVec2, half: DVec2) -> impl Iterator<Item = DVec2> {
        let count = |h: f64| (2.0 * h / self.cell_m).ceil().max(1.0) as i32;
        let (nx, ny) = (count(half.x), count(half.y));
        let left = forward.perp();
        (0..=ny).flat_map(move |j| {
            (0..=nx).map(move |i| {
                let u = half.x * (2.0 * f64::from(i) / f64::from(nx) - 1.0);
                let v = half.y * (2.0 * f64::from(j) / f64::from(ny) - 1.0);
                middle + forward * u + left * v
            })
        })
    }

    /// Middles of all cells with a road: place, height of the lowest one, m, and bits.
    pub fn road_cells(&self) -> impl Iterator<Item = (DVec2, f64, u8)> + '_ {
        self.tiles.iter().flat_map(move |(key, tile)| {
            tile.flags.iter().enumerate().filter(|(_, f)| **f & uses::ROAD != 0).map(move |(i, f)| {
                let x = key.0 * SIDE + i as i32 % SIDE;
                let y = key.1 * SIDE + i as i32 / SIDE;
                let at = DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5) * self.cell_m;
                (at, f64::from(tile.low[i]), *f)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triangles_fill_their_cells_with_their_height() {
        let mut coverage = Coverage::new(100.0);
        let fill = Fill { flags: uses::PAVED, lift_m: 0.0 };
        let corner = |x: f64, y: f64| DVec3::new(x, y, 5.0 + 0.1 * x);
        coverage.triangle([corner(-10.0, -10.0), corner(10.0, -10.0), corner(10.0, 10.0)], fill);
        coverage.triangle([corner(10.0, 10.0), corner(-10.0, 10.0), corner(-10.0, -10.0)], fill);
        assert_eq!(coverage.road_cells().count(), 400);
        for (p, z, _) in coverage.road_cells() {
            assert!((z - 5.0 - 0.1 * p.x).abs() < 1e-5);
        }
        assert_eq!(coverage.flags(DVec2::new(10.5, 0.0)), 0);
        assert!(!coverage.is_free(DVec2::new(14.0, 0.0), DVec2::X, DVec2::new(5.0, 2.0), uses::ROAD));
        assert!(coverage.is_free(DVec2::new(16.0, 0.0), DVec2::X, DVec2::new(5.0, 2.0), uses::ROAD));
    }

    #[test]
    fn bridges_are_noticed_and_the_lower_road_counts() {
        let mut coverage = Coverage::new(100.0);
        let fill = Fill { flags: uses::PAVED, lift_m: 0.0 };
        let at = |z: f64| [(0.0, 0.0), (8.0, 0.0), (0.0, 8.0)].map(|(x, y)| DVec3::new(x, y, z));
        coverage.triangle(at(7.0), fill);
        coverage.triangle(at(1.0), fill);
        assert_eq!(coverage.low_m(DVec2::new(1.0, 1.0)), Some(1.0));
        assert!(coverage.flags(DVec2::new(1.0, 1.0)) & uses::LEVELS != 0);
    }
}
