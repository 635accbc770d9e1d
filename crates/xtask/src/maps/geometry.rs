//! Plan-view geometry: poses, and curves of lines, arcs and clothoids.
//!
//! A [`Curve`] is what one OpenDRIVE `planView` holds. Fillets (spiral, arc, spiral) have exact arc length in
//! `s`, so slopes and speeds along them need no look-up; that is why turns are not `paramPoly3`.
//!
//! Units: metres, radians, 1/m; frame: map (x east, y north), headings counter-clockwise from east.
//! Clothoids are integrated with five-point Gauss-Legendre panels (error far below 1e-9 m for streets).

use libm::{atan2, cos, fabs, hypot, round, sin, sqrt, tan};
use std::f64::consts::{PI, TAU};

/// Wraps an angle to (−π, π].
pub fn wrap(angle_rad: f64) -> f64 {
    let mut a = angle_rad % TAU;
    if a > PI {
        a -= TAU;
    } else if a <= -PI {
        a += TAU;
    }
    a
}

/// Rounds to a fixed number of decimals, so that the model holds what the file says.
pub fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    let r = round(value * scale) / scale;
    if r == 0.0 { 0.0 } else { r }
}

/// Place and heading in the map frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    pub x: f64,
    pub y: f64,
    pub hdg: f64,
}

impl Pose {
    pub fn ahead(self, d_m: f64) -> Pose {
        Pose { x: self.x + d_m * cos(self.hdg), y: self.y + d_m * sin(self.hdg), hdg: self.hdg }
    }
    pub fn left(self, t_m: f64) -> Pose {
        Pose { x: self.x - t_m * sin(self.hdg), y: self.y + t_m * cos(self.hdg), hdg: self.hdg }
    }
    pub fn reversed(self) -> Pose {
        Pose { hdg: wrap(self.hdg + PI), ..self }
    }
    #[cfg(test)]
    pub fn distance(self, other: Pose) -> f64 {
        hypot(self.x - other.x, self.y - other.y)
    }
    /// `point` in this pose's frame: (ahead, left).
    pub fn local(self, point: Pose) -> (f64, f64) {
        let (dx, dy) = (point.x - self.x, point.y - self.y);
        let (c, s) = (cos(self.hdg), sin(self.hdg));
        (dx * c + dy * s, dy * c - dx * s)
    }
}

/// The three shapes of the maps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    Line,
    Arc { k: f64 },
    Spiral { k0: f64, k1: f64 },
}

/// One `<geometry>`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    pub start: Pose,
    pub length: f64,
    pub shape: Shape,
}

/// Nodes and weights of five-point Gauss-Legendre quadrature on [−1, 1].
const GAUSS: [(f64, f64); 5] = [
    (0.0, 0.568_888_888_888_888_9),
    (-0.538_469_310_105_683_1, 0.478_628_670_499_366_5),
    (0.538_469_310_105_683_1, 0.478_628_670_499_366_5),
    (-0.906_179_845_938_664, 0.236_926_885_056_189_1),
    (0.906_179_845_938_664, 0.236_926_885_056_189_1),
];

impl Segment {
    fn curvatures(&self) -> (f64, f64) {
        match self.shape {
            Shape::Line => (0.0, 0.0),
            Shape::Arc { k } => (k, k),
            Shape::Spiral { k0, k1 } => (k0, k1),
        }
    }

    /// Curvature at `ds` from the segment's start.
    pub fn curvature(&self, ds: f64) -> f64 {
        let (k0, k1) = self.curvatures();
        k0 + (k1 - k0) * ds / self.length
    }

    /// Pose at `ds` from the segment's start.
    pub fn at(&self, ds: f64) -> Pose {
        let (k0, k1) = self.curvatures();
        let rate = (k1 - k0) / self.length;
        let heading = |s: f64| self.start.hdg + k0 * s + 0.5 * rate * s * s;
        if let Shape::Line = self.shape {
            return self.start.ahead(ds);
        }
        let panels = 16;
        let h = ds / f64::from(panels);
        let (mut x, mut y) = (self.start.x, self.start.y);
        for i in 0..panels {
            let mid = (f64::from(i) + 0.5) * h;
            for (node, weight) in GAUSS {
                let a = heading(mid + node * h / 2.0);
                x += weight * h / 2.0 * cos(a);
                y += weight * h / 2.0 * sin(a);
            }
        }
        Pose { x, y, hdg: heading(ds) }
    }
}

/// A chain of segments with continuous position and heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    pub segments: Vec<Segment>,
    cursor: Pose,
}

impl Curve {
    pub fn from(start: Pose) -> Curve {
        Curve { segments: Vec::new(), cursor: start }
    }

    fn push(&mut self, length: f64, shape: Shape) {
        let length = rounded(length, 6);
        if length < 1e-3 {
            return;
        }
        let c = self.cursor;
        let start = Pose { x: rounded(c.x, 6), y: rounded(c.y, 6), hdg: rounded(wrap(c.hdg), 9) };
        let shape = match shape {
            Shape::Line => Shape::Line,
            Shape::Arc { k } => Shape::Arc { k: rounded(k, 9) },
            Shape::Spiral { k0, k1 } => Shape::Spiral { k0: rounded(k0, 9), k1: rounded(k1, 9) },
        };
        let segment = Segment { start, length, shape };
        self.cursor = segment.at(length);
        self.segments.push(segment);
    }

    pub fn line(&mut self, length: f64) {
        self.push(length, Shape::Line);
    }

    /// Spiral, arc, spiral that turns by `delta_rad` with the tightest radius `radius_m`.
    pub fn fillet(&mut self, delta_rad: f64, radius_m: f64) {
        let k = delta_rad.signum() / radius_m;
        let tau = fabs(delta_rad) * SPIRAL_SHARE / 2.0;
        let spiral = 2.0 * tau * radius_m;
        self.push(spiral, Shape::Spiral { k0: 0.0, k1: k });
        self.push((fabs(delta_rad) - 2.0 * tau) * radius_m, Shape::Arc { k });
        self.push(spiral, Shape::Spiral { k0: k, k1: 0.0 });
    }

    pub fn length(&self) -> f64 {
        rounded(self.segments.iter().map(|s| s.length).sum(), 6)
    }

    pub fn start(&self) -> Pose {
        self.segments.first().map_or(self.cursor, |s| s.start)
    }

    pub fn end(&self) -> Pose {
        self.cursor
    }

    fn find(&self, s: f64) -> (usize, f64) {
        let mut rest = s;
        for (i, segment) in self.segments.iter().enumerate() {
            if rest <= segment.length || i + 1 == self.segments.len() {
                return (i, rest);
            }
            rest -= segment.length;
        }
        (0, rest)
    }

    /// Pose at `s` (beyond the ends: along the last segment's law).
    pub fn at(&self, s: f64) -> Pose {
        let (i, ds) = self.find(s);
        self.segments.get(i).map_or(self.cursor, |seg| seg.at(ds))
    }

    /// Tightest curvature of the curve, 1/m.
    pub fn curvature_max(&self) -> f64 {
        self.segments.iter().fold(0.0, |m: f64, s| {
            let (a, b) = s.curvatures();
            m.max(fabs(a)).max(fabs(b))
        })
    }

    /// The part from `s0` to `s1`.
    pub fn slice(&self, s0: f64, s1: f64) -> Curve {
        let mut out = Curve::from(self.at(s0));
        let mut begin = 0.0;
        for seg in &self.segments {
            let (a, b) = ((s0 - begin).max(0.0), (s1 - begin).min(seg.length));
            if b - a > 1e-3 {
                out.cursor = seg.at(a);
                let shape = match seg.shape {
                    Shape::Spiral { .. } => Shape::Spiral { k0: seg.curvature(a), k1: seg.curvature(b) },
                    other => other,
                };
                out.push(b - a, shape);
            }
            begin += seg.length;
        }
        out
    }
}

/// Share of a fillet's angle that its two spirals take together.
const SPIRAL_SHARE: f64 = 0.5;

/// Distance from the corner point to where a fillet of radius 1 m and angle `delta_rad` begins.
pub fn fillet_tangent(delta_rad: f64) -> f64 {
    let d = fabs(delta_rad);
    let mut unit = Curve::from(Pose { x: 0.0, y: 0.0, hdg: 0.0 });
    // A radius of 1 km keeps the rounding of lengths and curvatures far below a millimetre.
    unit.fillet(d, 1000.0);
    let end = unit.end();
    (end.x - end.y * cos(d) / sin(d)) / 1000.0
}

/// A corner point of a street's centre line, with the radius of its bend (none at ends and on straights).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corner {
    pub x: f64,
    pub y: f64,
    pub radius_m: Option<f64>,
}

/// The centre line through `corners`: lines with fillets at the bends.
pub fn polyline(corners: &[Corner]) -> Result<Curve, String> {
    let (Some(first), Some(second)) = (corners.first(), corners.get(1)) else {
        return Err("a path needs two points".into());
    };
    let heading = |a: &Corner, b: &Corner| atan2(b.y - a.y, b.x - a.x);
    let mut curve = Curve::from(Pose { x: first.x, y: first.y, hdg: heading(first, second) });
    for w in corners.windows(3) {
        let (hin, hout) = (heading(&w[0], &w[1]), heading(&w[1], &w[2]));
        let delta = wrap(hout - hin);
        if fabs(delta) < 1e-9 {
            continue;
        }
        let Some(radius) = w[1].radius_m else {
            return Err(format!("the bend at ({}, {}) has no radius", w[1].x, w[1].y));
        };
        let tangent = fillet_tangent(delta) * radius;
        let vertex = Pose { x: w[1].x, y: w[1].y, hdg: hin };
        let (ahead, _) = curve.cursor.local(vertex);
        if ahead < tangent {
            return Err(format!(
                "the bend at ({}, {}) needs {tangent:.1} m, has {ahead:.1} m",
                w[1].x, w[1].y
            ));
        }
        curve.line(ahead - tangent);
        curve.fillet(delta, radius);
        curve.cursor = Pose { hdg: hout, ..vertex }.ahead(tangent);
    }
    let last = corners[corners.len() - 1];
    let rest = hypot(last.x - curve.cursor.x, last.y - curve.cursor.y);
    curve.line(rest);
    Ok(curve)
}

/// A path of a vehicle through a junction: from pose `a` to pose `b`, headings in driving direction.
pub fn turn(a: Pose, b: Pose) -> Curve {
    let delta = wrap(b.hdg - a.hdg);
    let mut curve = Curve::from(a);
    let (ahead, left) = a.local(b);
    if fabs(delta) < 1e-6 && fabs(left) < 2e-4 {
        curve.line(ahead);
        return curve;
    }
    if fabs(delta) > 0.02 && fabs(delta) < 2.9 {
        // The tangents meet at `to_corner` ahead of a and `from_corner` before b.
        let from_corner = left / sin(delta);
        let to_corner = ahead - from_corner * cos(delta);
        let tangent = to_corner.min(from_corner);
        if tangent > 0.5 {
            let corner = a.ahead(to_corner);
            curve.line(to_corner - tangent);
            curve.fillet(delta, tangent / fillet_tangent(delta));
            curve.cursor = Pose { hdg: b.hdg, ..corner }.ahead(tangent);
            curve.line(from_corner - tangent);
            return curve;
        }
    }
    biarc(a, b)
}

/// Two arcs with a common tangent (Bolton 1975, equal tangent lengths): shifts to the side, and whatever a
/// fillet cannot join.
fn biarc(a: Pose, b: Pose) -> Curve {
    let (vx, vy) = (b.x - a.x, b.y - a.y);
    let (t1x, t1y, t2x, t2y) = (cos(a.hdg), sin(a.hdg), cos(b.hdg), sin(b.hdg));
    let vt = vx * (t1x + t2x) + vy * (t1y + t2y);
    let vv = vx * vx + vy * vy;
    let denominator = 2.0 * (1.0 - (t1x * t2x + t1y * t2y));
    let d = if denominator < 1e-9 {
        vv / (4.0 * (vx * t2x + vy * t2y))
    } else {
        (-vt + sqrt(vt * vt + denominator * vv)) / denominator
    };
    let mid =
        Pose { x: (a.x + b.x + d * (t1x - t2x)) / 2.0, y: (a.y + b.y + d * (t1y - t2y)) / 2.0, hdg: 0.0 };
    let mut curve = Curve::from(a);
    let (ahead, left) = a.local(mid);
    push_arc_to(&mut curve, ahead, left);
    let joint = curve.cursor;
    let (ahead, left) = joint.local(b);
    push_arc_to(&mut curve, ahead, left);
    curve
}

fn push_arc_to(curve: &mut Curve, ahead: f64, left: f64) {
    let angle = 2.0 * atan2(left, ahead);
    let chord = hypot(ahead, left);
    if fabs(angle) < 1e-9 {
        curve.line(chord);
    } else {
        let k = 2.0 * sin(angle / 2.0) / chord;
        curve.push(angle / k, Shape::Arc { k });
    }
}

/// Distance from the crossing of two curb lines to the tangent point of a curb return of radius `radius_m`,
/// where the curbs enclose `angle_rad`.
pub fn curb_return_tangent(angle_rad: f64, radius_m: f64) -> f64 {
    radius_m / tan(angle_rad / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_end_where_they_should() {
        let a = Pose { x: 3.0, y: -2.0, hdg: 0.3 };
        for (ahead, left, delta) in [
            (20.0, 20.0, PI / 2.0),
            (15.0, -22.0, -PI / 2.0),
            (30.0, 0.0, 0.0),
            (30.0, 1.1, 0.0),
            (25.0, 3.0, 0.2),
            (18.0, 25.0, 1.9),
            (30.0, 2.0, -0.1),
        ] {
            let b = Pose { hdg: wrap(a.hdg + delta), ..a.ahead(ahead).left(left) };
            let c = turn(a, b);
            let (p, q) = (c.at(0.0), c.at(c.length()));
            assert!(p.distance(a) < 1e-5 && fabs(wrap(p.hdg - a.hdg)) < 1e-6, "{ahead} {left} {delta}");
            assert!(q.distance(b) < 1e-3, "{ahead} {left} {delta}: off by {}", q.distance(b));
            assert!(fabs(wrap(q.hdg - b.hdg)) < 1e-4, "{ahead} {left} {delta}");
        }
    }

    #[test]
    fn segments_join_without_kinks() {
        let corners =
            [(0.0, 0.0, None), (100.0, 0.0, Some(30.0)), (150.0, 80.0, Some(40.0)), (300.0, 60.0, None)]
                .map(|(x, y, radius_m)| Corner { x, y, radius_m });
        let c = polyline(&corners).expect("fits");
        for w in c.segments.windows(2) {
            let end = w[0].at(w[0].length);
            assert!(end.distance(w[1].start) < 1e-4 && fabs(wrap(end.hdg - w[1].start.hdg)) < 1e-6);
        }
        let part = c.slice(50.0, 200.0);
        assert!(part.at(60.0).distance(c.at(110.0)) < 1e-4);
        assert!(fabs(part.length() - 150.0) < 1e-5);
        let sharp = [corners[0], Corner { radius_m: None, ..corners[1] }, corners[2]];
        assert!(polyline(&sharp).is_err(), "a bend without radius");
        let wide = [corners[0], Corner { radius_m: Some(500.0), ..corners[1] }, corners[2]];
        assert!(polyline(&wide).is_err(), "a radius that does not fit");
    }
}
