//! Polylines: straight lines between vertices.
//!
//! m, rad. A vertex's heading, where given, holds for the line that begins there; otherwise the line's own
//! direction does. What happens at corners is [`Corners`]; by default headings (and pitches of lines with
//! given heights) are blended over up to [`CORNER_M`] before and after, at most half a line's length.
//!
//! Heights: where both ends of a line have none, the road's surface is followed (`None`); where one end has
//! one, the line goes straight between the given height and the surface's height at the other end.
//! A place on a vertex belongs to the line before it.
//!
//! The standard leaves corners open; these rules are the yardstick's (esmini), found from its expected poses.

use super::{PathPoint, Vertex};
use crate::play::angle::{TINY, blend, turn, wrap_tau};

/// How far from a corner headings are blended, m. The yardstick's value.
pub const CORNER_M: f64 = 2.0;

/// What a heading does at a corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Corners {
    /// Blended within [`CORNER_M`].
    #[default]
    Blended,
    /// Blended over the whole line.
    Lines,
    /// A jump.
    Sharp,
}

/// A polyline.
#[derive(Clone, Debug, PartialEq)]
pub struct Polyline {
    vertices: Vec<Vertex>,
    /// Distance of each vertex, m.
    s_m: Vec<f64>,
    /// Heading of the line that begins at each vertex; the last one has the last line's or its own.
    h_rad: Vec<f64>,
    corners: Corners,
}

impl Polyline {
    /// Through these vertices.
    pub fn new(vertices: Vec<Vertex>, corners: Corners) -> Self {
        let mut s_m = Vec::with_capacity(vertices.len());
        let mut s = 0.0;
        for (i, vertex) in vertices.iter().enumerate() {
            if i > 0 {
                let before = &vertices[i - 1];
                s += libm::hypot(vertex.x_m - before.x_m, vertex.y_m - before.y_m);
            }
            s_m.push(s);
        }
        let direction = |i: usize| -> Option<f64> {
            let (a, b) = (vertices.get(i)?, vertices.get(i + 1)?);
            (s_m[i + 1] - s_m[i] > TINY).then(|| wrap_tau(libm::atan2(b.y_m - a.y_m, b.x_m - a.x_m)))
        };
        // A line without length has the direction of the one before, the first ones that of the first line.
        let first = (0..vertices.len()).find_map(direction);
        let mut last = first.unwrap_or(vertices.first().map_or(0.0, |vertex| vertex.h_rad));
        let mut h_rad = Vec::with_capacity(vertices.len());
        for (i, vertex) in vertices.iter().enumerate() {
            last = direction(i).unwrap_or(last);
            h_rad.push(vertex.heading_given.map_or(last, wrap_tau));
        }
        Self { vertices, s_m, h_rad, corners }
    }

    /// Length, m.
    pub fn length_m(&self) -> f64 {
        self.s_m.last().copied().unwrap_or(0.0)
    }

    /// Distances of the vertices, m.
    pub fn distances_m(&self) -> &[f64] {
        &self.s_m
    }

    fn line_at(&self, s_m: f64) -> usize {
        let last = self.vertices.len().saturating_sub(2);
        let after = self.s_m.partition_point(|s| *s < s_m - TINY);
        after.saturating_sub(1).min(last)
    }

    fn tangent_rad(&self, line: usize) -> f64 {
        let ends = self.vertices.get(line).zip(self.vertices.get(line + 1));
        match ends {
            Some((a, b)) if self.s_m[line + 1] - self.s_m[line] > TINY => {
                wrap_tau(libm::atan2(b.y_m - a.y_m, b.x_m - a.x_m))
            }
            Some(_) | None => self.h_rad.get(line).copied().unwrap_or(0.0),
        }
    }

    /// Pitch of a line with given heights, rad, positive nose down.
    fn pitch_rad(&self, line: usize) -> Option<f64> {
        let (a, b) = (self.vertices.get(line)?, self.vertices.get(line + 1)?);
        if a.z_given.is_none() && b.z_given.is_none() || a.pitch_on_surface && b.pitch_on_surface {
            return None;
        }
        let run = self.s_m[line + 1] - self.s_m[line];
        (run > TINY).then(|| libm::atan2(a.z_m - b.z_m, run))
    }

    fn is_free(&self, line: usize) -> bool {
        self.vertices
            .get(line)
            .zip(self.vertices.get(line + 1))
            .is_some_and(|(a, b)| a.z_given.is_some() && b.z_given.is_some())
    }

    /// The point at a distance.
    pub fn at(&self, s_m: f64) -> PathPoint {
        let Some(last) = self.vertices.last() else { return PathPoint::default() };
        if self.vertices.len() < 2 || s_m > self.length_m() - TINY {
            let line = self.vertices.len().saturating_sub(2);
            let tangent_rad = self.tangent_rad(line);
            return PathPoint {
                x_m: last.x_m,
                y_m: last.y_m,
                z_m: last.z_given,
                h_rad: self.h_rad[self.vertices.len() - 1],
                tangent_rad,
                p_rad: last.pitch_given.or(self.pitch_rad(line).filter(|_| last.z_given.is_some())),
                r_rad: last.roll_given,
                ..PathPoint::default()
            };
        }
        let s_m = s_m.max(0.0);
        let i = self.line_at(s_m);
        let (a, b) = (&self.vertices[i], &self.vertices[i + 1]);
        let length = (self.s_m[i + 1] - self.s_m[i]).max(TINY);
        let local = (s_m - self.s_m[i]).clamp(0.0, length);
        let share = local / length;
        let mix = |from: f64, to: f64| from + share * (to - from);
        let both = |from: Option<f64>, to: Option<f64>| match (from, to) {
            (Some(from), Some(to)) => Some(from + share * turn(from, to)),
            (Some(one), None) | (None, Some(one)) => Some(one),
            (None, None) => None,
        };
        let z_m = (a.z_given.is_some() || b.z_given.is_some()).then(|| mix(a.z_m, b.z_m));
        PathPoint {
            x_m: mix(a.x_m, b.x_m),
            y_m: mix(a.y_m, b.y_m),
            z_m,
            h_rad: self.heading_rad(i, local, length),
            tangent_rad: self.tangent_rad(i),
            p_rad: both(a.pitch_given, b.pitch_given).or_else(|| self.blended_pitch_rad(i, local, length)),
            r_rad: both(a.roll_given, b.roll_given),
            ..PathPoint::default()
        }
    }

    fn heading_rad(&self, i: usize, local: f64, length: f64) -> f64 {
        let h = self.h_rad[i];
        match self.corners {
            Corners::Sharp => h,
            Corners::Lines => blend(h, self.h_rad[i + 1], local / length),
            Corners::Blended => {
                let radius = CORNER_M.min(length / 2.0);
                if i > 0 && local < radius {
                    blend(self.h_rad[i - 1], h, (radius + local) / (2.0 * radius))
                } else if i + 2 < self.vertices.len() && local > length - radius {
                    blend(h, self.h_rad[i + 1], (local - (length - radius)) / (2.0 * radius))
                } else {
                    h
                }
            }
        }
    }

    fn blended_pitch_rad(&self, i: usize, local: f64, length: f64) -> Option<f64> {
        let pitch = self.pitch_rad(i)?;
        match self.corners {
            Corners::Sharp | Corners::Lines => Some(pitch),
            Corners::Blended => {
                let radius = CORNER_M.min(length / 2.0);
                // After a corner only where the whole line has given heights, as the yardstick has it.
                let before =
                    if i > 0 && local < radius && self.is_free(i) { self.pitch_rad(i - 1) } else { None };
                let after = if local > length - radius { self.pitch_rad(i + 1) } else { None };
                Some(match (before, after) {
                    (Some(before), _) => before + (radius + local) / (2.0 * radius) * (pitch - before),
                    (None, Some(after)) => {
                        pitch + (local - (length - radius)) / (2.0 * radius) * (after - pitch)
                    }
                    (None, None) => pitch,
                })
            }
        }
    }

    /// Distance of the point nearest to (x, y), m.
    pub fn nearest_m(&self, x_m: f64, y_m: f64) -> f64 {
        let mut best = (f64::INFINITY, 0.0);
        for i in 0..self.vertices.len().saturating_sub(1) {
            let (a, b) = (&self.vertices[i], &self.vertices[i + 1]);
            let (dx, dy) = (b.x_m - a.x_m, b.y_m - a.y_m);
            let square = dx * dx + dy * dy;
            let u = if square > 0.0 { ((x_m - a.x_m) * dx + (y_m - a.y_m) * dy) / square } else { 0.0 };
            let u = u.clamp(0.0, 1.0);
            let distance = libm::hypot(a.x_m + u * dx - x_m, a.y_m + u * dy - y_m);
            if distance < best.0 {
                best = (distance, self.s_m[i] + u * (self.s_m[i + 1] - self.s_m[i]));
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    fn vertex(x_m: f64, y_m: f64, h: Option<f64>) -> Vertex {
        Vertex { x_m, y_m, heading_given: h, h_rad: h.unwrap_or(0.0), ..Vertex::default() }
    }

    #[test]
    fn headings_are_the_lines_and_blend_at_corners() {
        let bent = vec![vertex(0.0, 0.0, None), vertex(10.0, 0.0, None), vertex(10.0, 10.0, None)];
        let check = |corners, s: f64, h: f64| {
            let at = Polyline::new(bent.clone(), corners).at(s);
            assert!((at.h_rad - h).abs() < 1e-12, "{corners:?} {s}: {}", at.h_rad);
        };
        check(Corners::Blended, 5.0, 0.0);
        check(Corners::Blended, 9.0, PI / 8.0);
        check(Corners::Blended, 10.0, PI / 4.0);
        check(Corners::Blended, 11.0, 3.0 * PI / 8.0);
        check(Corners::Blended, 12.5, PI / 2.0);
        check(Corners::Lines, 5.0, PI / 4.0);
        check(Corners::Lines, 15.0, PI / 2.0);
        check(Corners::Sharp, 9.99, 0.0);
        check(Corners::Sharp, 10.01, PI / 2.0);
    }

    #[test]
    fn the_yardsticks_poses_of_trajectory_heading() {
        let corner = |h: [Option<f64>; 4]| {
            let xy = [(0.0, 0.0), (30.0, 0.0), (55.98, 15.0), (30.0, 30.0)];
            Polyline::new(xy.iter().zip(h).map(|(&(x, y), h)| vertex(x, y, h)).collect(), Corners::Blended)
        };
        let check = |line: &Polyline, s: f64, x: f64, y: f64, h: f64| {
            let at = line.at(s);
            for (got, want) in [(at.x_m, x), (at.y_m, y), (at.h_rad, h)] {
                assert!((got - want).abs() < 1e-3, "{s}: {at:?}");
            }
        };
        let bare = corner([None; 4]);
        check(&bare, 61.0, 55.98 - 0.867, 15.5, 2.095);
        assert!((bare.length_m() - 89.99868).abs() < 1e-5);
        let given = corner([Some(0.0), Some(0.52), Some(2.62), Some(2.62)]);
        check(&given, 61.0, 55.98 - 0.867, 15.5, 2.095);
        check(&given, 90.0, 30.0, 30.0, 2.62);
    }

    #[test]
    fn heights_are_straight_where_given_and_the_surfaces_elsewhere() {
        let z = |x: f64, surface: f64, given: Option<f64>| Vertex {
            x_m: x,
            z_m: given.unwrap_or(surface),
            z_given: given,
            ..Vertex::default()
        };
        // traj_with_mixed_pos_types: 5 m/s along x from 330.
        let line = Polyline::new(
            vec![
                z(330.0, 17.92, None),
                z(340.0, 19.44, None),
                z(350.0, 0.0, Some(25.0)),
                z(360.0, 0.0, Some(25.0)),
                z(370.0, 17.92, None),
                z(380.0, 15.0, None),
            ],
            Corners::Blended,
        );
        let check = |t: f64, z: Option<f64>, p: Option<f64>| {
            let at = line.at(5.0 * t);
            for (got, want) in [(at.z_m, z), (at.p_rad, p)] {
                assert_eq!(got.is_some(), want.is_some(), "{t} s: {at:?}");
                assert!((got.unwrap_or(0.0) - want.unwrap_or(0.0)).abs() < 1e-3, "{t} s: {at:?}");
            }
        };
        let tau = std::f64::consts::TAU;
        check(0.0, None, None);
        check(2.0, None, None);
        check(2.5, Some(20.83), Some(5.776 - tau));
        check(4.0, Some(25.0), Some(6.029 - tau));
        check(5.0, Some(25.0), Some(0.0));
        check(5.9, Some(25.0), Some(0.231));
        check(6.1, Some(24.646), Some(0.616));
        check(8.0, Some(17.92), Some(0.616));
        check(8.3, None, None);
    }

    #[test]
    fn the_nearest_point_lies_on_the_line() {
        let line = Polyline::new(
            vec![vertex(0.0, 0.0, None), vertex(10.0, 0.0, None), vertex(10.0, 10.0, None)],
            Corners::Sharp,
        );
        let check = |x: f64, y: f64, s: f64| assert!((line.nearest_m(x, y) - s).abs() < 1e-12, "{x}, {y}");
        check(3.0, -2.0, 3.0);
        check(-5.0, 0.0, 0.0);
        check(12.0, 7.0, 17.0);
        check(10.0, 20.0, 20.0);
    }
}
