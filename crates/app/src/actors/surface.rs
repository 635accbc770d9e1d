//! Things that lie on a curved surface: panes, lamps, shut lines, stripes.
//!
//! A surface is a function of two parameters (s along the body from the middle of the front to the middle
//! of the rear, t upwards) so that ∂/∂s × ∂/∂t points outwards. Pieces are laid a few millimeters above it.

use super::sketch::{Finish, Lamp, Rgb, Sketch};
use bevy::math::{Vec2, Vec3};

/// A surface: parameters to a point in the vehicle frame.
pub type Surface<'a> = &'a dyn Fn(Vec2) -> Vec3;

/// A point above the surface.
pub fn above(surface: Surface, at: Vec2, offset_m: f32) -> Vec3 {
    let h = 0.004;
    let ds = surface(at + Vec2::new(h, 0.0)) - surface(at - Vec2::new(h, 0.0));
    let dt = surface(at + Vec2::new(0.0, h)) - surface(at - Vec2::new(0.0, h));
    surface(at) + ds.cross(dt).normalize_or_zero() * offset_m
}

/// A four-cornered piece: corners low-left, low-right, high-right, high-left in (s, t).
pub fn patch(
    sketch: &mut Sketch,
    surface: Surface,
    finish: Finish,
    color: impl Fn(Vec3) -> Rgb,
    corners: [Vec2; 4],
    cells: (usize, usize),
    offset_m: f32,
) {
    sketch.group(60.0);
    let rows: Vec<Vec<Vec3>> = (0..=cells.1)
        .map(|i| {
            let v = i as f32 / cells.1 as f32;
            (0..=cells.0)
                .map(|j| {
                    let u = j as f32 / cells.0 as f32;
                    let low = corners[0].lerp(corners[1], u);
                    let high = corners[3].lerp(corners[2], u);
                    above(surface, low.lerp(high, v), offset_m)
                })
                .collect()
        })
        .collect();
    sketch.net(finish, &rows, color);
}

/// A piece with any (convex) outline, counter-clockwise in (s, t).
pub fn panel(
    sketch: &mut Sketch,
    surface: Surface,
    finish: Finish,
    color: impl Fn(Vec3) -> Rgb,
    outline: &[Vec2],
    offset_m: f32,
) {
    sketch.group(60.0);
    let middle = outline.iter().sum::<Vec2>() / outline.len().max(1) as f32;
    let ring = |scale: f32| -> Vec<Vec3> {
        outline
            .iter()
            .chain(outline.first())
            .map(|&p| above(surface, middle.lerp(p, scale), offset_m))
            .collect()
    };
    let center = above(surface, middle, offset_m);
    let outer = ring(1.0);
    // Small pieces are flat enough to be one fan.
    if outer.iter().all(|p| p.distance(center) < 0.32) {
        for pair in outer.windows(2) {
            sketch.triangle(
                finish,
                [center, pair[0], pair[1]],
                [color(center), color(pair[0]), color(pair[1])],
            );
        }
        return;
    }
    let inner = ring(0.55);
    for pair in inner.windows(2) {
        sketch.triangle(finish, [center, pair[0], pair[1]], [color(center), color(pair[0]), color(pair[1])]);
    }
    sketch.net(finish, &[outer, inner], color);
}

/// Rounds the corners of an outline: each corner becomes a bend that begins at `share` of its edges.
pub fn rounded(outline: &[Vec2], share: f32, segments: usize) -> Vec<Vec2> {
    let n = outline.len();
    let mut all = Vec::with_capacity(n * (segments + 1));
    for ix in 0..n {
        let (before, at, after) = (outline[(ix + n - 1) % n], outline[ix], outline[(ix + 1) % n]);
        let (from, to) = (at.lerp(before, share), at.lerp(after, share));
        for k in 0..=segments {
            let t = k as f32 / segments as f32;
            all.push(from.lerp(at, t).lerp(at.lerp(to, t), t));
        }
    }
    all
}

/// A narrow band along a line on the surface: shut lines, moldings, stripes.
pub fn strip(
    sketch: &mut Sketch,
    surface: Surface,
    finish: Finish,
    color: Rgb,
    line: &[Vec2],
    width_m: f32,
    offset_m: f32,
) {
    sketch.group(60.0);
    let h = 0.004;
    let mut rows: [Vec<Vec3>; 2] = [Vec::new(), Vec::new()];
    for (ix, &at) in line.iter().enumerate() {
        let p = above(surface, at, offset_m);
        let before = surface(line[ix.saturating_sub(1)]);
        let after = surface(line[(ix + 1).min(line.len() - 1)]);
        let ds = surface(at + Vec2::new(h, 0.0)) - surface(at - Vec2::new(h, 0.0));
        let dt = surface(at + Vec2::new(0.0, h)) - surface(at - Vec2::new(0.0, h));
        let side = ds.cross(dt).cross(after - before).normalize_or_zero() * width_m * 0.5;
        rows[0].push(p - side);
        rows[1].push(p + side);
    }
    sketch.net(finish, &rows, |_| color);
}

/// A lamp behind its glass: the unlit lens in its color, and its light just above, shown while it is lit.
pub fn lens(
    sketch: &mut Sketch,
    surface: Surface,
    lamps: &[Lamp],
    color: Rgb,
    outline: &[Vec2],
    offset_m: f32,
) {
    panel(sketch, surface, Finish::Glass, |_| color, outline, offset_m);
    for lamp in lamps {
        // Lights that share a lens lie above each other, the brightest on top.
        let lift = match lamp {
            Lamp::Tail => 0.004,
            Lamp::Head | Lamp::Left | Lamp::Right | Lamp::BeaconA | Lamp::BeaconB => 0.005,
            Lamp::Brake => 0.007,
        };
        panel(sketch, surface, Finish::Lit(*lamp), |_| Vec3::ONE, outline, offset_m + lift);
    }
}

/// Corners of a rectangle in (s, t) as an outline.
pub fn rect(s0: f32, t0: f32, s1: f32, t1: f32) -> [Vec2; 4] {
    [Vec2::new(s0, t0), Vec2::new(s1, t0), Vec2::new(s1, t1), Vec2::new(s0, t1)]
}
