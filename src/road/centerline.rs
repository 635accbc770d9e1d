//! Center lines: sampled once from the exact geometry, looked up in constant time.
//!
//! # Equations
//! Samples stand at most [`SPACING_M`] apart and at every border of two records (plan view, lane offset,
//! width, elevation, superelevation), so that no interval hides a kink. Between two samples the position
//! is the cubic Hermite curve of both places and tangents; heading, pitch, roll, curvature and width are
//! linear. Arc length of an interval: `chord · (1 + Δθ²/24)`, the circle's series. Where two records
//! disagree at their border, two samples stand at the same place and the look-up takes the one it is in.
//!
//! # Units, frames
//! Distance along the driving direction in the plane (as OpenDRIVE's s), m; angles in rad: heading
//! unwrapped along the lane, pitch positive uphill in the driving direction, roll positive left side up.
//!
//! # Validity
//! Within 1 cm and 2e-3 rad of the exact evaluation for the curvatures of city junctions (`tests.rs`).
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 through the `opendrive` crate.

use crate::base::math::{self, DVec2, DVec3};

/// Largest distance between samples, m. Chosen: Hermite error below 0.1 mm at a radius of 4 m.
pub(super) const SPACING_M: f64 = 1.0;
/// Distance between samples where curvature changes up to the given sharpest one, m: there the heading
/// within an interval is not linear.
pub(super) fn spacing_at(sharpest_per_m: f64) -> f64 {
    /// Chosen: heading error below 2e-3 rad on the sidewalks of tight corners.
    const TURN_RAD: f64 = 0.02;
    const SPACING_M_MIN: f64 = 0.2;
    (TURN_RAD / sharpest_per_m).clamp(SPACING_M_MIN, SPACING_M)
}

/// Sample of a lane's center line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CenterSample {
    /// Distance along the lane, m.
    pub along_m: f64,
    /// Position, m.
    pub position_m: DVec3,
    /// Unit vector of travel in the plane.
    pub tangent: DVec2,
    /// Heading of travel, rad (unwrapped along the lane).
    pub heading_rad: f64,
    /// Pitch, rad (uphill positive).
    pub pitch_rad: f64,
    /// Roll, rad (left side up positive).
    pub roll_rad: f64,
    /// Curvature, 1/m, left positive.
    pub curvature_per_m: f64,
    /// Width, m.
    pub width_m: f64,
    /// Road s, m.
    pub road_s_m: f64,
    /// Rise per metre to the left.
    pub cross_slope: f64,
    /// Angle from the reference line's direction to the lane's, rad (lanes that taper).
    pub skew_rad: f64,
}

/// A sampled center line.
#[derive(Clone, Debug, Default)]
pub(super) struct CenterLine {
    /// Samples by rising distance; at least two.
    pub samples: Vec<CenterSample>,
    /// For each bin of equal length: the last sample at or before the bin's start.
    bins: Vec<u32>,
    bins_per_m: f64,
    /// Length, m.
    pub length_m: f64,
}

/// An interval between two samples and the place in it.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    /// Sample before.
    pub a: &'a CenterSample,
    /// Sample after.
    pub b: &'a CenterSample,
    /// Share of the way from `a` to `b`.
    pub w: f64,
}

impl CenterLine {
    /// Builds the look-up over samples in order of travel.
    pub fn new(samples: Vec<CenterSample>) -> Self {
        debug_assert!(samples.len() >= 2);
        let length_m = samples.last().map_or(0.0, |s| s.along_m);
        let count = ((length_m / SPACING_M).ceil() as usize).max(1);
        let bins_per_m = if length_m > 0.0 { count as f64 / length_m } else { 0.0 };
        let mut bins = Vec::with_capacity(count);
        let mut at = 0;
        for bin in 0..count {
            let start = length_m * bin as f64 / count as f64;
            while at + 2 < samples.len() && samples[at + 1].along_m <= start {
                at += 1;
            }
            bins.push(at as u32);
        }
        Self { samples, bins, bins_per_m, length_m }
    }

    /// Index of the interval that holds `along_m`.
    #[inline]
    pub fn interval(&self, along_m: f64) -> usize {
        let bin = ((along_m * self.bins_per_m) as usize).min(self.bins.len() - 1);
        let mut i = self.bins[bin] as usize;
        while i > 0 && self.samples[i].along_m > along_m {
            i -= 1;
        }
        while i + 2 < self.samples.len() && self.samples[i + 1].along_m <= along_m {
            i += 1;
        }
        i
    }

    /// The interval at `along_m`, clamped to the line.
    #[inline]
    pub fn spot(&self, along_m: f64) -> Spot<'_> {
        let along_m = along_m.clamp(0.0, self.length_m);
        let i = self.interval(along_m);
        let (a, b) = (&self.samples[i], &self.samples[i + 1]);
        let step = b.along_m - a.along_m;
        let w = if step > 0.0 { (along_m - a.along_m) / step } else { 0.0 };
        Spot { a, b, w }
    }

    /// Distance along the lane at a road s, m, clamped.
    pub fn along_at_road_s(&self, s_m: f64) -> f64 {
        let n = self.samples.len();
        let rising = self.samples[n - 1].road_s_m >= self.samples[0].road_s_m;
        let after =
            self.samples.partition_point(|x| if rising { x.road_s_m <= s_m } else { x.road_s_m >= s_m });
        let i = after.clamp(1, n - 1);
        let (a, b) = (&self.samples[i - 1], &self.samples[i]);
        let step = b.road_s_m - a.road_s_m;
        let w = if step == 0.0 { 0.0 } else { ((s_m - a.road_s_m) / step).clamp(0.0, 1.0) };
        math::lerp(a.along_m, b.along_m, w)
    }

    /// Foot point of a planar point in the interval `i` and its neighbors, walking downhill from there:
    /// (along, offset to the left). Clamped to the line's ends, where the offset is measured across the
    /// end's tangent.
    pub fn project_from(&self, mut i: usize, p: DVec2) -> Foot {
        let n = self.samples.len();
        let ahead = |k: usize| (p - self.samples[k].position_m.truncate()).dot(self.samples[k].tangent);
        i = i.min(n - 2);
        while i > 0 && ahead(i) < 0.0 {
            i -= 1;
        }
        while i + 2 < n && ahead(i + 1) > 0.0 {
            i += 1;
        }
        let (f0, f1) = (ahead(i), ahead(i + 1));
        let (a, b) = (&self.samples[i], &self.samples[i + 1]);
        let step = b.along_m - a.along_m;
        let at_end = |s: &CenterSample, overshoot_m: f64| {
            Foot::at(s.along_m, s.position_m.truncate(), s.tangent, p, overshoot_m, i)
        };
        if f0 <= 0.0 {
            return at_end(a, if i == 0 { f0 } else { 0.0 });
        }
        if f1 >= 0.0 || step <= 0.0 {
            return at_end(b, if i + 2 == n { f1.max(0.0) } else { 0.0 });
        }
        // Exact for lines and circles; one secant step on the curve itself for the rest.
        let mut w = f0 / (f0 - f1);
        let spot = Spot { a, b, w };
        let (c, t) = (spot.position(), spot.tangent());
        let f = (p - c.truncate()).dot(t);
        w = if f > 0.0 { w + (1.0 - w) * f / (f - f1) } else { w * f0 / (f0 - f) };
        let spot = Spot { a, b, w };
        Foot::at(math::lerp(a.along_m, b.along_m, w), spot.position().truncate(), spot.tangent(), p, 0.0, i)
    }
}

/// Foot of a point on a center line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Foot {
    /// Distance along the lane, m.
    pub along_m: f64,
    /// Offset to the left, m.
    pub offset_m: f64,
    /// Distance in the plane, m (more than |offset| beyond an end).
    pub distance_m: f64,
    /// How far the point lies beyond the lane's end (positive) or before its start (negative), m.
    pub overshoot_m: f64,
    /// Interval.
    pub interval: usize,
}

impl Foot {
    fn at(along_m: f64, c: DVec2, tangent: DVec2, p: DVec2, overshoot_m: f64, interval: usize) -> Self {
        let d = p - c;
        Self { along_m, offset_m: tangent.perp_dot(d), distance_m: d.length(), overshoot_m, interval }
    }
}

impl Spot<'_> {
    /// Position, m.
    #[inline]
    pub fn position(self) -> DVec3 {
        let (a, b, w) = (self.a, self.b, self.w);
        let step = b.along_m - a.along_m;
        let v = 1.0 - w;
        // Hermite basis.
        let (h00, h01) = ((1.0 + 2.0 * w) * v * v, w * w * (3.0 - 2.0 * w));
        let (h10, h11) = (w * v * v * step, -w * w * v * step);
        DVec3::new(
            h00 * a.position_m.x + h01 * b.position_m.x + h10 * a.tangent.x + h11 * b.tangent.x,
            h00 * a.position_m.y + h01 * b.position_m.y + h10 * a.tangent.y + h11 * b.tangent.y,
            v * a.position_m.z + w * b.position_m.z,
        )
    }
    /// Unit vector of travel.
    #[inline]
    pub fn tangent(self) -> DVec2 {
        let t = self.a.tangent.lerp(self.b.tangent, self.w);
        t / t.length()
    }
    /// Linear between the samples.
    #[inline]
    pub fn mix(self, field: impl Fn(&CenterSample) -> f64) -> f64 {
        math::lerp(field(self.a), field(self.b), self.w)
    }
}
