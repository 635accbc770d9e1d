//! Textures of the ground and of roofs, drawn by code.
//!
//! All are neutral: gray near white around the same mean, so that the tone comes from the material. They
//! repeat without a seam. Sizes are meters of ground per repetition.

use super::canvas::{Canvas, tiling};
use super::noise::{Dice, lattice, smoothstep};
use shakedown::base::math::{DVec2, sin_cos};

/// Asphalt, m. Chosen: grain of 3 cm at the camera's feet, repetition not seen from a car.
pub const ASPHALT_M: [f64; 2] = [12.0, 12.0];
/// Sidewalk slabs, m along and across.
pub const CONCRETE_M: [f64; 2] = [3.0, 3.0];
/// Grass, m.
pub const GRASS_M: [f64; 2] = [9.0, 9.0];
/// Shingles, m along the eaves and up the slope.
pub const ROOF_M: [f64; 2] = [2.4, 2.4];
/// Leaves, m.
pub const LEAVES_M: [f64; 2] = [2.6, 2.6];
/// Worn paint, m.
pub const PAINT_M: [f64; 2] = [4.0, 4.0];

fn gray(value: f64) -> [f32; 4] {
    let v = value.clamp(0.0, 1.0) as f32;
    [v, v, v, 1.0]
}

fn drawn(size: usize, f: impl Fn(f64, f64, usize, usize) -> f64) -> Canvas {
    let mut canvas = Canvas::new(size, size, [1.0; 3]);
    let unit = 1.0 / size as f64;
    canvas.shade(|x, y, _| gray(f((x as f64 + 0.5) * unit, (y as f64 + 0.5) * unit, x, y)));
    canvas
}

/// Aggregate, blotches and faint stains.
pub fn asphalt() -> Canvas {
    drawn(512, |u, v, x, y| {
        let grain = lattice(x as i64, y as i64, 1) - 0.5;
        let stones = tiling(u, v, 200, 2) - 0.5;
        let blotch = tiling(u, v, 24, 3) - 0.5;
        let stain = tiling(u, v, 6, 4) - 0.5;
        0.87 + 0.14 * grain + 0.08 * stones + 0.04 * blotch + 0.05 * stain
    })
}

/// Slabs of 1.5 m with joints and a rough finish.
pub fn concrete() -> Canvas {
    drawn(256, |u, v, x, y| {
        let joint = |w: f64| {
            let from = (w * 2.0 - (w * 2.0).round()).abs() * 1.5;
            1.0 - smoothstep(0.008, 0.022, from)
        };
        let slab = lattice((u * 2.0).floor() as i64, (v * 2.0).floor() as i64, 11) - 0.5;
        let grain = lattice(x as i64, y as i64, 12) - 0.5;
        let stain = tiling(u, v, 5, 13) - 0.5;
        0.88 + 0.05 * slab + 0.05 * grain + 0.08 * stain - 0.22 * joint(u)
    })
}

/// Tufts and mown patches.
pub fn grass() -> Canvas {
    drawn(512, |u, v, x, y| {
        let blade = lattice(x as i64, (y / 2) as i64, 21) - 0.5;
        let tuft = tiling(u, v, 90, 22) - 0.5;
        let patch = tiling(u, v, 17, 23) - 0.5;
        let wide = tiling(u, v, 4, 24) - 0.5;
        0.81 + 0.18 * blade + 0.20 * tuft + 0.08 * patch + 0.02 * wide
    })
}

/// Rows of shingles, 0.2 m high.
pub fn roof() -> Canvas {
    drawn(256, |u, v, x, y| {
        let rows = v * 12.0;
        let row = rows.floor();
        let up = rows - row;
        let across = u * 8.0 + 0.5 * (row % 2.0);
        let tile = lattice(across.floor() as i64 % 8, row as i64, 31) - 0.5;
        let gap = 1.0 - smoothstep(0.02, 0.06, across - across.floor());
        let shade = 1.0 - smoothstep(0.0, 0.22, up);
        let grain = lattice(x as i64, y as i64, 32) - 0.5;
        0.88 + 0.12 * tile + 0.05 * grain - 0.22 * shade - 0.08 * gap
    })
}

/// Paint with wear: small spots where the aggregate shows.
pub fn paint() -> Canvas {
    drawn(256, |u, v, x, y| {
        let wear = tiling(u, v, 60, 41) * 0.6 + lattice(x as i64, y as i64, 42) * 0.4;
        let dirt = tiling(u, v, 9, 43) - 0.5;
        0.94 + 0.08 * dirt - 0.35 * smoothstep(0.72, 0.95, wear)
    })
}

/// Leaves in clumps, light on dark.
pub fn leaves() -> Canvas {
    let mut canvas = drawn(256, |u, v, x, y| {
        let clump = tiling(u, v, 7, 51) - 0.5;
        let grain = lattice(x as i64, y as i64, 52) - 0.5;
        0.62 + 0.22 * clump + 0.10 * grain
    });
    let mut dice = Dice::new(51, 7);
    for _ in 0..1500 {
        let (x, y) = (dice.range(0.0, 256.0), dice.range(0.0, 256.0));
        let (sin, cos) = sin_cos(dice.range(0.0, std::f64::consts::TAU));
        let tone = dice.range(0.62, 1.0) as f32;
        let (long, wide) = (dice.range(3.0, 6.5), dice.range(1.6, 3.0));
        // A leaf at the edge is drawn on the opposite side too.
        for (dx, dy) in [(0.0, 0.0), (256.0, 0.0), (-256.0, 0.0), (0.0, 256.0), (0.0, -256.0)] {
            let c = DVec2::new(x + dx, y + dy);
            canvas.shape([c.x - 8.0, c.y - 8.0, c.x + 8.0, c.y + 8.0], [tone; 3], |p| {
                let d = p - c;
                let (a, b) = (d.x * cos + d.y * sin, d.y * cos - d.x * sin);
                (DVec2::new(a / long, b / wide).length() - 1.0) * wide
            });
        }
    }
    canvas
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn textures_are_neutral_bright_and_repeat() {
        for (name, canvas) in [
            ("asphalt", asphalt()),
            ("concrete", concrete()),
            ("grass", grass()),
            ("roof", roof()),
            ("paint", paint()),
            ("leaves", leaves()),
        ] {
            let (w, h) = (canvas.width, canvas.height);
            let value = |x: usize, y: usize| f64::from(canvas.pixel(x, y)[0]);
            let mean: f64 =
                (0..h).flat_map(|y| (0..w).map(move |x| (x, y))).map(|(x, y)| value(x, y)).sum::<f64>()
                    / (w * h) as f64;
            assert!((0.7..0.97).contains(&mean), "{name}: mean {mean}");
            // Across the seam neighbors differ no more than inside.
            let step = |x0: usize, x1: usize| {
                (0..h).map(|y| (value(x0, y) - value(x1, y)).abs()).sum::<f64>() / h as f64
            };
            let inside = (0..w - 1).map(|x| step(x, x + 1)).fold(0.0, f64::max);
            assert!(step(w - 1, 0) <= inside * 1.2 + 0.01, "{name}: seam {} > {inside}", step(w - 1, 0));
        }
    }
}
