//! Height of the natural ground: a raster that hangs on the roads like a membrane.
//!
//! # Equations
//! Cells under roads keep the road's height; the others satisfy Laplace's equation (each the mean of its
//! four neighbors), solved by filling from coarse to fine and relaxing. Beyond the raster the edge goes on
//! and flattens out, and hills rise at the horizon.
//!
//! # Units, frames
//! Engine's frame, m.

use super::coverage::Coverage;
use super::noise::{fractal, smoothstep};
use super::style::Style;
use shakedown::base::math::DVec2;

/// Ground kept around the roads, m.
const MARGIN_M: f64 = 360.0;
/// Finest cell, m.
pub const CELL_M_MIN: f64 = 8.0;
/// Most cells.
const CELLS_MAX: f64 = 700_000.0;
/// Relaxation steps after the coarse-to-fine fill.
const SWEEPS: usize = 30;
/// Over-relaxation factor. Chosen: converges fast on grids of a few hundred cells.
const OMEGA: f64 = 1.6;

/// The raster.
#[derive(Clone, Debug)]
pub struct Relief {
    low: DVec2,
    cell_m: f64,
    width: usize,
    height: usize,
    z_m: Vec<f32>,
    /// Distance to the nearest road, m.
    away_m: Vec<f32>,
    mean_m: f64,
    style: Style,
    /// Westernmost road, m, for a lake beside it.
    west_m: f64,
}

impl Relief {
    /// Fits the ground to the roads.
    pub fn fit(coverage: &Coverage, style: Style) -> Self {
        let (mut low, mut high) = (DVec2::splat(f64::INFINITY), DVec2::splat(f64::NEG_INFINITY));
        for (p, _, _) in coverage.road_cells() {
            (low, high) = (low.min(p), high.max(p));
        }
        if !low.is_finite() {
            (low, high) = (DVec2::ZERO, DVec2::ZERO);
        }
        let west_m = low.x;
        let size = high - low + DVec2::splat(2.0 * MARGIN_M);
        let cell_m = (size.x * size.y / CELLS_MAX).sqrt().ceil().max(CELL_M_MIN);
        let low = ((low - DVec2::splat(MARGIN_M)) / cell_m).floor() * cell_m;
        let width = (size.x / cell_m).ceil() as usize + 2;
        let height = (size.y / cell_m).ceil() as usize + 2;
        let mut known = vec![(0.0f64, 0u32); width * height];
        for (p, z, _) in coverage.road_cells() {
            let q = ((p - low) / cell_m).round();
            let cell = &mut known[q.y as usize * width + q.x as usize];
            cell.0 += z;
            cell.1 += 1;
        }
        let fixed: Vec<Option<f64>> =
            known.iter().map(|(sum, n)| (*n > 0).then(|| sum / f64::from((*n).max(1)))).collect();
        let all = fixed.iter().flatten();
        let mean_m = all.clone().sum::<f64>() / all.count().max(1) as f64;
        let mut z = filled(&fixed, width, height, mean_m);
        relax(&mut z, &fixed, width, height);
        let away_m = distances(&fixed, width, height, cell_m);
        let z_m = z.into_iter().map(|v| v as f32).collect();
        Self { low, cell_m, width, height, z_m, away_m, mean_m, style, west_m }
    }

    /// Side of a cell, m.
    pub fn cell_m(&self) -> f64 {
        self.cell_m
    }

    /// Lower left and upper right corner of the raster, m.
    pub fn bounds(&self) -> [DVec2; 2] {
        let size = DVec2::new((self.width - 1) as f64, (self.height - 1) as f64) * self.cell_m;
        [self.low, self.low + size]
    }

    fn sample(&self, raster: &[f32], p: DVec2) -> f64 {
        let [low, high] = self.bounds();
        let q = (p.clamp(low, high) - low) / self.cell_m;
        let (x, y) = ((q.x as usize).min(self.width - 2), (q.y as usize).min(self.height - 2));
        let (u, v) = (q.x - x as f64, q.y - y as f64);
        let at = |i: usize, j: usize| f64::from(raster[(y + j) * self.width + x + i]);
        let a = at(0, 0) + (at(1, 0) - at(0, 0)) * u;
        let b = at(0, 1) + (at(1, 1) - at(0, 1)) * u;
        a + (b - a) * v
    }

    /// Distance to the nearest road, m (to a cell).
    pub fn away_m(&self, p: DVec2) -> f64 {
        let [low, high] = self.bounds();
        self.sample(&self.away_m, p) + (p - p.clamp(low, high)).length()
    }

    /// Height of the natural ground, m.
    pub fn height_m(&self, p: DVec2) -> f64 {
        let [low, high] = self.bounds();
        let beyond = (p - p.clamp(low, high)).length();
        let away = self.away_m(p);
        let flat = smoothstep(0.0, 1800.0, beyond);
        let mut z = self.sample(&self.z_m, p);
        z += (self.mean_m - z) * flat;
        // Bumps of a meadow, then hills.
        z += (fractal(p, 55.0, self.style.seed ^ 1) - 0.45) * 1.6 * smoothstep(18.0, 70.0, away);
        let hills = fractal(p, 900.0, self.style.seed ^ 2).powi(2);
        z += hills * 0.30 * self.style.hills_m * smoothstep(120.0, 700.0, away);
        z += fractal(p, 1500.0, self.style.seed ^ 3).powf(1.6)
            * 1.5
            * self.style.hills_m
            * smoothstep(700.0, 3200.0, away);
        if let Some(lake) = self.style.lake {
            // West of the shore the ground falls below the water, with a wavering line.
            let shore = self.west_m - lake.shore_m + 24.0 * (fractal(p, 140.0, self.style.seed ^ 4) - 0.5);
            let into = smoothstep(shore + 45.0, shore - 25.0, p.x);
            // The far bank.
            let across = smoothstep(2600.0, 3400.0, self.west_m - p.x);
            let bed = lake.level_m - 4.0 + (lake.level_m + 60.0) * across;
            let share = into * (1.0 - across);
            z += (bed - z) * share;
        }
        z
    }
}

/// Unknown cells from coarser and coarser means.
fn filled(fixed: &[Option<f64>], width: usize, height: usize, mean: f64) -> Vec<f64> {
    if width <= 2 || height <= 2 || fixed.iter().all(Option::is_some) {
        return fixed.iter().map(|z| z.unwrap_or(mean)).collect();
    }
    let (w2, h2) = (width.div_ceil(2), height.div_ceil(2));
    let mut coarse = vec![None; w2 * h2];
    for y in 0..h2 {
        for x in 0..w2 {
            let (mut sum, mut n) = (0.0, 0);
            for (i, j) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let (cx, cy) = (2 * x + i, 2 * y + j);
                if cx < width
                    && cy < height
                    && let Some(z) = fixed[cy * width + cx]
                {
                    sum += z;
                    n += 1;
                }
            }
            coarse[y * w2 + x] = (n > 0).then(|| sum / f64::from(n));
        }
    }
    let mut below = filled(&coarse, w2, h2, mean);
    relax_times(&mut below, &coarse, w2, h2, 12);
    let at = |x: f64, y: f64| {
        let (x, y) = (x.clamp(0.0, (w2 - 1) as f64), y.clamp(0.0, (h2 - 1) as f64));
        let (i, j) = ((x as usize).min(w2.saturating_sub(2)), (y as usize).min(h2.saturating_sub(2)));
        let (u, v) = (x - i as f64, y - j as f64);
        let get = |i: usize, j: usize| below[j.min(h2 - 1) * w2 + i.min(w2 - 1)];
        let a = get(i, j) + (get(i + 1, j) - get(i, j)) * u;
        let b = get(i, j + 1) + (get(i + 1, j + 1) - get(i, j + 1)) * u;
        a + (b - a) * v
    };
    let mut z = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let coarse = || at((x as f64 - 0.5) / 2.0, (y as f64 - 0.5) / 2.0);
            z.push(fixed[y * width + x].unwrap_or_else(coarse));
        }
    }
    z
}

fn relax(z: &mut [f64], fixed: &[Option<f64>], width: usize, height: usize) {
    relax_times(z, fixed, width, height, SWEEPS);
}

fn relax_times(z: &mut [f64], fixed: &[Option<f64>], width: usize, height: usize, sweeps: usize) {
    for _ in 0..sweeps {
        for y in 0..height {
            for x in 0..width {
                let i = y * width + x;
                if fixed[i].is_some() {
                    continue;
                }
                let west = z[if x > 0 { i - 1 } else { i }];
                let east = z[if x + 1 < width { i + 1 } else { i }];
                let south = z[if y > 0 { i - width } else { i }];
                let north = z[if y + 1 < height { i + width } else { i }];
                z[i] += OMEGA * (0.25 * (west + east + south + north) - z[i]);
            }
        }
    }
}

/// Distance to the nearest fixed cell (chamfer, two sweeps; within 8 % of the true one), m.
fn distances(fixed: &[Option<f64>], width: usize, height: usize, cell_m: f64) -> Vec<f32> {
    let far = (width + height) as f64 * cell_m;
    let mut d: Vec<f64> = fixed.iter().map(|z| if z.is_some() { 0.0 } else { far }).collect();
    let (straight, slant) = (cell_m, cell_m * std::f64::consts::SQRT_2);
    for y in 0..height {
        for x in 0..width {
            let i = y * width + x;
            let mut best = d[i];
            if x > 0 {
                best = best.min(d[i - 1] + straight);
            }
            if y > 0 {
                best = best.min(d[i - width] + straight);
                if x > 0 {
                    best = best.min(d[i - width - 1] + slant);
                }
                if x + 1 < width {
                    best = best.min(d[i - width + 1] + slant);
                }
            }
            d[i] = best;
        }
    }
    for y in (0..height).rev() {
        for x in (0..width).rev() {
            let i = y * width + x;
            let mut best = d[i];
            if x + 1 < width {
                best = best.min(d[i + 1] + straight);
            }
            if y + 1 < height {
                best = best.min(d[i + width] + straight);
                if x + 1 < width {
                    best = best.min(d[i + width + 1] + slant);
                }
                if x > 0 {
                    best = best.min(d[i + width - 1] + slant);
                }
            }
            d[i] = best;
        }
    }
    d.into_iter().map(|v| v as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::super::coverage::{Fill, uses};
    use super::super::style::Walks;
    use super::*;
    use shakedown::base::math::DVec3;

    /// Two parallel roads, one 10 m higher: the ground between rises evenly.
    #[test]
    fn ground_hangs_between_roads() {
        let mut coverage = Coverage::new(1e4);
        let fill = Fill { flags: uses::PAVED, lift_m: 0.0 };
        for (x, z) in [(0.0, 0.0), (200.0, 10.0)] {
            let p = |dx: f64, y: f64| DVec3::new(x + dx, y, z);
            coverage.triangle([p(-5.0, -400.0), p(5.0, -400.0), p(5.0, 400.0)], fill);
            coverage.triangle([p(5.0, 400.0), p(-5.0, 400.0), p(-5.0, -400.0)], fill);
        }
        let style = Style { hills_m: 0.0, ..Style::of("test", 1, Walks::Some) };
        let relief = Relief::fit(&coverage, style);
        let sample = |x: f64| relief.sample(&relief.z_m, DVec2::new(x, 0.0));
        for x in [20.0, 60.0, 100.0, 140.0, 180.0] {
            let expected = 10.0 * (x - 4.0) / 192.0;
            assert!((sample(x) - expected).abs() < 0.5, "at {x}: {} instead of {expected}", sample(x));
        }
        assert!((relief.away_m(DVec2::new(100.0, 0.0)) - 96.0).abs() < 10.0);
        assert!(relief.away_m(DVec2::new(0.0, 0.0)) < 1.0);
    }
}
