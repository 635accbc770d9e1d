//! From x, y back to (s, t): the foot point on a road's reference line.
//!
//! # Equations
//! The foot point minimises |p − c(s)|, so `(p − c(s))·c'(s) = 0`. Each piece is sampled so that it turns at
//! most 0.2 rad between samples; the best interval is refined by Newton steps on that equation
//! (`d/ds = −1 + k·t` along an arc-length curve), held inside the interval.
//!
//! # Validity
//! Exact (1e-9 m) as long as the point is nearer to the line than its radius of curvature; beyond that
//! several feet may exist, and the nearest is returned. Where a road runs over itself, where its pieces meet with a kink
//! or a gap, and past its ends, no inverse is unique: `tests/round_trip.rs` counts how often that is in the field.

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

/// A point of a road's surface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SurfacePoint {
    /// Along the road, metres.
    pub s_m: f64,
    /// Left of the reference line, metres, along the surface.
    pub t_m: f64,
    /// Distance of the point asked for from the surface there, metres.
    pub off_m: f64,
}

/// Most steps toward the surface.
const SURFACE_STEPS_MAX: usize = 40;
/// A point this near to the surface is on it, metres.
const ON_SURFACE_M: f64 = 1e-3;
/// Step of the differences that stand for the surface's tangents, metres.
const TANGENT_STEP_M: f64 = 1e-4;

impl Road {
    /// The place (s, t) whose point on the surface lies nearest to x, y, z: the inverse of [`Road::position`], banked
    /// and raised roads included. Gauss–Newton from the foot point in the plane; where that leaves the point off the
    /// surface (ramps that wind over themselves), from the foot point of every piece of the line.
    pub fn surface_nearest(&self, point_m: [f64; 3]) -> Option<SurfacePoint> {
        let foot = self.nearest(point_m[0], point_m[1]).filter(|_| point_m[2].is_finite())?;
        let first = self.surface_from(foot, point_m);
        if first.off_m <= ON_SURFACE_M {
            return Some(first);
        }
        let others = self.plan_view.iter().map(|piece| {
            let foot = piece.nearest(point_m[0], point_m[1]);
            self.surface_from(RoadPoint { s_m: foot.s_m + piece.s_m, ..foot }, point_m)
        });
        Some(others.fold(first, |best, other| if other.off_m < best.off_m { other } else { best }))
    }

    fn surface_from(&self, foot: RoadPoint, point_m: [f64; 3]) -> SurfacePoint {
        let place = |s_m: f64, t_m: f64| {
            let p = self.position(s_m, t_m);
            [p.x_m, p.y_m, p.z_m]
        };
        let miss = |s_m: f64, t_m: f64| {
            let p = place(s_m, t_m);
            [0, 1, 2].map(|i| point_m[i] - p[i])
        };
        let (mut s_m, mut t_m) = (foot.s_m, foot.t_m);
        let mut d = miss(s_m, t_m);
        for _ in 0..SURFACE_STEPS_MAX {
            if dot(d, d) < 1e-20 {
                break;
            }
            let (s0, s1) = ((s_m - TANGENT_STEP_M).max(0.0), (s_m + TANGENT_STEP_M).min(self.length_m));
            let (a, b) = (place(s0, t_m), place(s1, t_m));
            let (l, r) = (place(s_m, t_m + TANGENT_STEP_M), place(s_m, t_m - TANGENT_STEP_M));
            let along = [0, 1, 2].map(|i| (b[i] - a[i]) / (s1 - s0).max(1e-12));
            let across = [0, 1, 2].map(|i| (l[i] - r[i]) / (2.0 * TANGENT_STEP_M));
            let (aa, bb, ab) = (dot(along, along), dot(across, across), dot(along, across));
            let (da, db) = (dot(along, d), dot(across, d));
            let det = aa * bb - ab * ab;
            if det.is_nan() || det <= 1e-12 {
                break;
            }
            let (ds, dt) = ((bb * da - ab * db) / det, (aa * db - ab * da) / det);
            // Shorter steps where the whole one leads away.
            let try_step = |share: f64| {
                let (s, t) = ((s_m + share * ds).clamp(0.0, self.length_m), t_m + share * dt);
                let d = miss(s, t);
                (dot(d, d), s, t, d)
            };
            let now = dot(d, d);
            let Some(best) = [1.0, 0.5, 0.25, 0.125].map(try_step).into_iter().find(|b| b.0 < now) else {
                break;
            };
            (_, s_m, t_m, d) = best;
        }
        SurfacePoint { s_m, t_m, off_m: dot(d, d).sqrt() }
    }
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
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
