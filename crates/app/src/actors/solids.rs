//! Simple bodies: beveled boxes, lathed rings, tubes, balls. Vehicle frame (x forward, y left, z up), m.

use super::sketch::{Finish, Rgb, Sketch};
use bevy::math::{Quat, Vec2, Vec3};
use core::f32::consts::{PI, TAU};

/// Points of a superellipse quarter from (1, 0) to (0, 1): `power` 2 = circle, more = squarer.
pub fn quarter(power: f32, angle: f32) -> Vec2 {
    let (s, c) = angle.sin_cos();
    let r = (c.abs().powf(power) + s.abs().powf(power)).powf(-1.0 / power);
    Vec2::new(c * r, s * r)
}

impl Sketch {
    /// A box with beveled or rounded edges: `segments` 0 = one bevel, more = rounder.
    pub fn rounded_box(
        &mut self,
        finish: Finish,
        color: impl Fn(Vec3) -> Rgb,
        center: Vec3,
        half: Vec3,
        radius: f32,
        segments: usize,
    ) {
        self.group(62.0);
        let radius = radius.min(half.min_element() * 0.999);
        let inner = half - Vec3::splat(radius);
        if segments == 0 {
            return self.beveled(finish, color, center, half, inner);
        }
        // Coordinates along one axis: both rounded ends, the middle between them.
        let steps = |inner: f32| -> Vec<f32> {
            let n = segments.max(1);
            let bend = |k: usize| (k as f32 / n as f32 * PI / 4.0).tan() * radius;
            let mut all: Vec<f32> = (0..=n).rev().map(|k| -inner - bend(k)).collect();
            if inner > 1e-5 {
                all.extend((0..=n).map(|k| inner + bend(k)));
            } else {
                all.extend((1..=n).map(|k| inner + bend(k)));
            }
            all
        };
        let round = |p: Vec3| {
            let core = p.clamp(-inner, inner);
            center + core + (p - core).normalize_or_zero() * radius
        };
        // (u, v, w) right-handed: outside is +w.
        for axis in 0..3 {
            let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
            for side in [1.0_f32, -1.0] {
                let (us, vs) = (steps(inner[u]), steps(inner[v]));
                let rows: Vec<Vec<Vec3>> = vs
                    .iter()
                    .map(|&b| {
                        us.iter()
                            .map(|&a| {
                                let mut p = Vec3::ZERO;
                                p[u] = a * side;
                                p[v] = b;
                                p[axis] = half[axis] * side;
                                round(p)
                            })
                            .collect()
                    })
                    .collect();
                self.net(finish, &rows, &color);
            }
        }
    }

    /// Six faces, twelve bevels, eight corners.
    fn beveled(
        &mut self,
        finish: Finish,
        color: impl Fn(Vec3) -> Rgb,
        center: Vec3,
        half: Vec3,
        inner: Vec3,
    ) {
        // Corner of the face across `axis`, at signs `s`.
        let corner = |axis: usize, s: Vec3| {
            let mut p = inner * s;
            p[axis] = half[axis] * s[axis];
            center + p
        };
        let sign = |u: usize, a: f32, v: usize, b: f32, w: usize, c: f32| {
            let mut s = Vec3::ZERO;
            (s[u], s[v], s[w]) = (a, b, c);
            s
        };
        for w in 0..3 {
            let (u, v) = ((w + 1) % 3, (w + 2) % 3);
            for c in [1.0_f32, -1.0] {
                let at = |a: f32, b: f32| corner(w, sign(u, a * c, v, b, w, c));
                let (p, q, r, t) = (at(-1.0, -1.0), at(1.0, -1.0), at(1.0, 1.0), at(-1.0, 1.0));
                self.triangle(finish, [p, q, r], [color(p), color(q), color(r)]);
                self.triangle(finish, [p, r, t], [color(p), color(r), color(t)]);
                // Bevel between this face and the next one around.
                for a in [1.0_f32, -1.0] {
                    let edge = |axis: usize, b: f32| corner(axis, sign(u, a, v, b, w, c));
                    let (mut p, mut q, mut r, mut t) =
                        (edge(w, -1.0), edge(u, -1.0), edge(u, 1.0), edge(w, 1.0));
                    if a * c < 0.0 {
                        (p, q, r, t) = (q, p, t, r);
                    }
                    self.triangle(finish, [p, q, r], [color(p), color(q), color(r)]);
                    self.triangle(finish, [p, r, t], [color(p), color(r), color(t)]);
                }
            }
        }
        for k in 0..8 {
            let s = Vec3::new(
                if k & 1 == 0 { 1.0 } else { -1.0 },
                if k & 2 == 0 { 1.0 } else { -1.0 },
                if k & 4 == 0 { 1.0 } else { -1.0 },
            );
            let (p, mut q, mut r) = (corner(0, s), corner(1, s), corner(2, s));
            if s.x * s.y * s.z < 0.0 {
                (q, r) = (r, q);
            }
            self.triangle(finish, [p, q, r], [color(p), color(q), color(r)]);
        }
    }

    /// A sharp box.
    pub fn cuboid(&mut self, finish: Finish, color: Rgb, center: Vec3, half: Vec3) {
        self.group(10.0);
        for axis in 0..3 {
            let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
            for side in [1.0_f32, -1.0] {
                let corner = |a: f32, b: f32| {
                    let mut p = Vec3::ZERO;
                    p[u] = a * half[u] * side;
                    p[v] = b * half[v];
                    p[axis] = half[axis] * side;
                    center + p
                };
                self.quad(
                    finish,
                    color,
                    [corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)],
                );
            }
        }
    }

    /// Turns a profile (radius, height along the axis) around an axis; outside is to the right of the
    /// profile's direction as height grows outward along a falling radius (start at the axis' foot, end
    /// at its head).
    pub fn lathe(
        &mut self,
        finish: Finish,
        color: impl Fn(f32, f32) -> Rgb,
        foot: Vec3,
        axis: Vec3,
        profile: &[Vec2],
        segments: usize,
    ) {
        let turn = Quat::from_rotation_arc(Vec3::Z, axis.normalize());
        for pair in profile.windows(2) {
            for k in 0..segments {
                let at = |p: Vec2, k: usize| {
                    let a = k as f32 / segments as f32 * TAU;
                    foot + turn * Vec3::new(p.x * a.cos(), p.x * a.sin(), p.y)
                };
                let (c0, c1) = (color(pair[0].x, pair[0].y), color(pair[1].x, pair[1].y));
                let (a, b) = (at(pair[0], k), at(pair[0], k + 1));
                let (c, d) = (at(pair[1], k + 1), at(pair[1], k));
                self.triangle(finish, [a, b, c], [c0, c0, c1]);
                self.triangle(finish, [a, c, d], [c0, c1, c1]);
            }
        }
    }

    /// A closed cylinder or cone between two points.
    pub fn rod(
        &mut self,
        finish: Finish,
        color: Rgb,
        from: Vec3,
        to: Vec3,
        r0: f32,
        r1: f32,
        segments: usize,
    ) {
        self.group(50.0);
        let length = from.distance(to);
        let profile = [Vec2::ZERO, Vec2::new(r0, 0.0), Vec2::new(r1, length), Vec2::new(0.0, length)];
        self.lathe(finish, |_, _| color, from, to - from, &profile, segments);
    }

    /// A rod with round ends: limbs, handlebars.
    pub fn capsule(
        &mut self,
        finish: Finish,
        color: Rgb,
        from: Vec3,
        to: Vec3,
        r0: f32,
        r1: f32,
        segments: usize,
    ) {
        self.group(80.0);
        let length = from.distance(to);
        let s = 0.6;
        let profile = [
            Vec2::new(0.0, -r0),
            Vec2::new(r0 * 0.75, -r0 * s),
            Vec2::new(r0, 0.0),
            Vec2::new(r1, length),
            Vec2::new(r1 * 0.75, length + r1 * s),
            Vec2::new(0.0, length + r1),
        ];
        self.lathe(finish, |_, _| color, from, to - from, &profile, segments);
    }

    /// A tube along a path, its ends open.
    pub fn tube(&mut self, finish: Finish, color: Rgb, path: &[Vec3], radius: f32, segments: usize) {
        self.group(75.0);
        let mut rings: Vec<Vec<Vec3>> = Vec::with_capacity(path.len());
        let mut side = Vec3::ZERO;
        for (ix, &p) in path.iter().enumerate() {
            let before = path[ix.saturating_sub(1)];
            let after = path[(ix + 1).min(path.len() - 1)];
            let along = (after - before).normalize_or_zero();
            side = (side - along * side.dot(along)).try_normalize().unwrap_or(along.any_orthonormal_vector());
            let up = along.cross(side);
            rings.push(
                (0..=segments)
                    .map(|k| {
                        let a = k as f32 / segments as f32 * TAU;
                        p + (side * a.cos() + up * a.sin()) * radius
                    })
                    .collect(),
            );
        }
        self.net(finish, &rings, |_| color);
    }

    /// An ellipsoid.
    pub fn ball(
        &mut self,
        finish: Finish,
        color: impl Fn(Vec3) -> Rgb,
        center: Vec3,
        radii: Vec3,
        around: usize,
        up: usize,
    ) {
        self.group(85.0);
        let rows: Vec<Vec<Vec3>> = (0..=up)
            .map(|i| {
                let e = (i as f32 / up as f32 - 0.5) * PI;
                (0..=around)
                    .map(|k| {
                        let a = k as f32 / around as f32 * TAU;
                        center + radii * Vec3::new(e.cos() * a.cos(), e.cos() * a.sin(), e.sin())
                    })
                    .collect()
            })
            .collect();
        self.net(finish, &rows, color);
    }

    /// Stacks closed rings (counter-clockwise seen from the end of the stack) into a skin and closes both
    /// ends.
    pub fn stack(&mut self, finish: Finish, rings: &[Vec<Vec3>], color: impl Fn(Vec3) -> Rgb) {
        self.net(finish, rings, &color);
        let close = |sketch: &mut Self, ring: &[Vec3], flip: bool| {
            let n = ring.len().saturating_sub(1).max(1);
            let middle = ring[..n].iter().sum::<Vec3>() / n as f32;
            for pair in ring.windows(2) {
                let (a, b) = if flip { (pair[1], pair[0]) } else { (pair[0], pair[1]) };
                sketch.triangle(finish, [middle, a, b], [color(middle), color(a), color(b)]);
            }
        };
        if let (Some(first), Some(last)) = (rings.first(), rings.last()) {
            close(self, first, true);
            close(self, last, false);
        }
    }
}

/// A closed rounded rectangle in the y-z plane at a station x, counter-clockwise seen from +x.
pub fn ring_x(x: f32, y_half: f32, z_low: f32, z_high: f32, radius: f32, segments: usize) -> Vec<Vec3> {
    let zc = (z_low + z_high) * 0.5;
    let half = Vec2::new(y_half, (z_high - z_low) * 0.5);
    ring(half, radius, segments).into_iter().map(|p| Vec3::new(x, p.x, zc + p.y)).collect()
}

/// A closed rounded rectangle in the x-y plane at a height z, counter-clockwise seen from above.
pub fn ring_z(z: f32, x_rear: f32, x_front: f32, y_half: f32, radius: f32, segments: usize) -> Vec<Vec3> {
    let xc = (x_rear + x_front) * 0.5;
    let half = Vec2::new((x_front - x_rear) * 0.5, y_half);
    ring(half, radius, segments).into_iter().map(|p| Vec3::new(xc + p.x, p.y, z)).collect()
}

/// A closed rounded rectangle around the origin, counter-clockwise; the first point is repeated at the end.
pub fn ring(half: Vec2, radius: f32, segments: usize) -> Vec<Vec2> {
    let r = radius.clamp(1e-4, half.min_element());
    let core = half - Vec2::splat(r);
    let signs = [Vec2::new(1.0, 1.0), Vec2::new(-1.0, 1.0), Vec2::new(-1.0, -1.0), Vec2::new(1.0, -1.0)];
    let mut all = Vec::with_capacity(4 * (segments + 1) + 1);
    for (q, sign) in signs.into_iter().enumerate() {
        for k in 0..=segments {
            let a = (q as f32 + k as f32 / segments as f32) * PI / 2.0;
            all.push(core * sign + Vec2::new(a.cos(), a.sin()) * r);
        }
    }
    all.push(all[0]);
    all
}
