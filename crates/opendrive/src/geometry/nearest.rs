//! From x, y back to (s, t): the foot point on a road's reference line.
//!
//! # Equations
//! The foot point minimises |p − c(s)|, so `(p − c(s))·c'(s) = 0`. Each piece is sampled so that it turns at
//! most 0.2 rad between samples; the best interval is refined by Newton steps on that equation
//! (`d/ds = −1 + k·t` along an arc-length curve), held inside the interval.
//!
//! # Validity
//! Exact (1e-9 m) as long as the point is nearer to the line than its radius of curvature; beyond that
//! several feet may exist, and the nearest is returned.

use serde::{Deserialize, Serialize};

use crate::model::{Curve, Geometry, Road};

/// A point in road coordinates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RoadPoint {
    /// Along the road, metres.
    pub s_m: f64,
    /// Left of the reference line, metres. Past an end of the road: sideways from the end's tangent.
    pub t_m: f64,
    /// Distance to the reference line's point at `s_m`, metres: > |t| past an end of the road.
    pub distance_m: f64,
}

/// Most samples on one piece.
const SAMPLES_MAX: f64 = 4096.0;

impl Geometry {
    /// The nearest point of this piece: `s_m` counts from the piece's start.
    pub fn nearest(&self, x_m: f64, y_m: f64) -> RoadPoint {
        let turn = match &self.curve {
            Curve::Line => 0.0,
            Curve::Arc { curvature_pm } => curvature_pm.abs() * self.length_m,
            Curve::Spiral { curvature_start_pm, curvature_end_pm } => {
                curvature_start_pm.abs().max(curvature_end_pm.abs()) * self.length_m
            }
            Curve::Poly3 { .. } | Curve::ParamPoly3 { .. } => 2.0 + self.length_m / 10.0,
        };
        let samples = (turn / 0.2).ceil().clamp(1.0, SAMPLES_MAX) as usize;
        let step = self.length_m / samples as f64;
        let distance2 = |ds: f64| {
            let p = self.point(ds);
            (p.x_m - x_m) * (p.x_m - x_m) + (p.y_m - y_m) * (p.y_m - y_m)
        };
        let mut best = (f64::INFINITY, 0);
        for i in 0..=samples {
            let d = distance2(step * i as f64);
            if d < best.0 {
                best = (d, i);
            }
        }
        let low = step * best.1.saturating_sub(1) as f64;
        let high = (step * (best.1 + 1) as f64).min(self.length_m);
        self.refine(x_m, y_m, (low, high), step * best.1 as f64)
    }

    fn refine(&self, x_m: f64, y_m: f64, (mut low, mut high): (f64, f64), start: f64) -> RoadPoint {
        let local = |ds: f64| {
            let p = self.point(ds);
            let (sin, cos) = libm::sincos(p.heading_rad);
            let (dx, dy) = (x_m - p.x_m, y_m - p.y_m);
            (dx * cos + dy * sin, dy * cos - dx * sin, p.curvature_pm)
        };
        let mut ds = start.clamp(low, high);
        let (mut ahead, mut left, mut k) = local(ds);
        for _ in 0..60 {
            if ahead.abs() < 1e-12 {
                break;
            }
            if ahead > 0.0 {
                low = ds
            } else {
                high = ds
            }
            let pull = 1.0 - k * left;
            let newton = ds + ahead / pull;
            let next =
                if pull > 0.0 && newton >= low && newton <= high { newton } else { 0.5 * (low + high) };
            if (next - ds).abs() < 1e-13 * (1.0 + ds.abs()) {
                break;
            }
            ds = next;
            (ahead, left, k) = local(ds);
        }
        RoadPoint { s_m: ds, t_m: left, distance_m: libm::hypot(ahead, left) }
    }
}

impl Road {
    /// The nearest point of the reference line. `None` for a road without a plan view or for coordinates that
    /// are not finite.
    pub fn nearest(&self, x_m: f64, y_m: f64) -> Option<RoadPoint> {
        nearest_on(&self.plan_view, x_m, y_m)
    }
}

/// The nearest point of a line made of pieces.
pub(crate) fn nearest_on(pieces: &[Geometry], x_m: f64, y_m: f64) -> Option<RoadPoint> {
    if !(x_m.is_finite() && y_m.is_finite()) {
        return None;
    }
    let mut best: Option<RoadPoint> = None;
    for piece in pieces {
        // No point of a piece lies farther from its start than its length (nearly: cubics may be longer).
        let reach = libm::hypot(x_m - piece.x_m, y_m - piece.y_m) - 1.1 * piece.length_m;
        if best.is_some_and(|b| b.distance_m < reach) {
            continue;
        }
        let found = piece.nearest(x_m, y_m);
        if best.is_none_or(|b| found.distance_m < b.distance_m) {
            best = Some(RoadPoint { s_m: found.s_m + piece.s_m, ..found });
        }
    }
    best
}
