//! Points of the reference line's pieces: line, arc, clothoid, cubics.
//!
//! # Equations
//! - arc: chord `ds·sin(k·ds/2)/(k·ds/2)` in the direction `heading + k·ds/2`; no division by a small k.
//! - clothoid: `∫ cos θ, ∫ sin θ` with `θ(s) = heading + k₀·s + k'·s²/2`, by eight-point Gauss-Legendre
//!   quadrature on pieces over which θ turns at most [`TURN_PER_PIECE_RAD`]: no series, no special case for
//!   small or equal curvatures.
//! - cubics: in the frame of the start point, at the parameter that the arc length gives.
//!
//! # Validity
//! Clothoids: 1e-12 of the length against the Fresnel integrals (tests below), for any turn.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §8.3–8.8; Abramowitz & Stegun tables 25.4 and 7.7 (Fresnel integrals).

use super::CurvePoint;
use super::arc_length::{bend, slope, value};
use crate::model::{Curve, Geometry, Road};

/// Largest turn in one piece of quadrature, radians. At 1 rad the eight-point rule is exact to 1e-16.
const TURN_PER_PIECE_RAD: f64 = 1.0;

/// Spirals up to this length, metres, are arcs: nothing could be told apart on them, and their curvature per metre
/// leaves the numbers.
const SPIRAL_LENGTH_M_MIN: f64 = 1e-9;

/// Gauss-Legendre nodes and weights on [−1, 1], n = 8 (positive half).
const GAUSS8: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_27),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// Displacement of a clothoid that starts in the origin with heading 0.
///
/// `curvature_pm` at its start, `sharpness_pm2` = curvature per metre (1/m²), `ds_m` travelled.
pub(crate) fn clothoid(curvature_pm: f64, sharpness_pm2: f64, ds_m: f64) -> (f64, f64) {
    let end_pm = curvature_pm + sharpness_pm2 * ds_m;
    let turn = curvature_pm.abs().max(end_pm.abs()) * ds_m.abs();
    let pieces = (turn / TURN_PER_PIECE_RAD).ceil().clamp(1.0, 1.0e5);
    let step = ds_m / pieces;
    let (mut x, mut y) = (0.0, 0.0);
    for i in 0..pieces as usize {
        let middle = step * (i as f64 + 0.5);
        for (node, weight) in GAUSS8 {
            for s in [middle - 0.5 * step * node, middle + 0.5 * step * node] {
                let (sin, cos) = libm::sincos(s * (curvature_pm + 0.5 * sharpness_pm2 * s));
                x += weight * cos;
                y += weight * sin;
            }
        }
    }
    (0.5 * step * x, 0.5 * step * y)
}

impl Geometry {
    /// The point `ds_m` metres after the piece's start. Beyond its ends the curve goes on.
    pub fn point(&self, ds_m: f64) -> CurvePoint {
        match &self.curve {
            Curve::Line => self.moved(ds_m, 0.0, 0.0, 0.0),
            Curve::Arc { curvature_pm } => {
                let turn = curvature_pm * ds_m;
                let half = 0.5 * turn;
                let chord = if half.abs() < 1e-8 { ds_m } else { ds_m * libm::sin(half) / half };
                self.moved(chord * libm::cos(half), chord * libm::sin(half), turn, *curvature_pm)
            }
            Curve::Spiral { curvature_start_pm, curvature_end_pm } => {
                let change_pm = curvature_end_pm - curvature_start_pm;
                let sharpness =
                    if self.length_m > SPIRAL_LENGTH_M_MIN { change_pm / self.length_m } else { 0.0 };
                let (u, v) = clothoid(*curvature_start_pm, sharpness, ds_m);
                let turn = ds_m * (curvature_start_pm + 0.5 * sharpness * ds_m);
                self.moved(u, v, turn, curvature_start_pm + sharpness * ds_m)
            }
            Curve::Poly3 { v, table } => {
                let u = [0.0, 1.0, 0.0, 0.0];
                self.on_cubic(&u, v, table.param_at(&u, v, ds_m))
            }
            Curve::ParamPoly3 { u, v, table, .. } => {
                let p = table.param_at(u, v, ds_m);
                self.on_cubic(u, v, p)
            }
        }
    }

    fn on_cubic(&self, u: &[f64; 4], v: &[f64; 4], p: f64) -> CurvePoint {
        let (du, dv) = (slope(u, p), slope(v, p));
        let pace2 = du * du + dv * dv;
        let curvature =
            if pace2 > 0.0 { (du * bend(v, p) - dv * bend(u, p)) / (pace2 * pace2.sqrt()) } else { 0.0 };
        self.moved(value(u, p), value(v, p), libm::atan2(dv, du), curvature)
    }

    fn moved(&self, u: f64, v: f64, turn_rad: f64, curvature_pm: f64) -> CurvePoint {
        let (sin, cos) = libm::sincos(self.heading_rad);
        CurvePoint {
            x_m: self.x_m + u * cos - v * sin,
            y_m: self.y_m + u * sin + v * cos,
            heading_rad: self.heading_rad + turn_rad,
            curvature_pm,
        }
    }
}

impl Road {
    /// The plan-view piece that holds at `s_m` (the later one at a border).
    pub fn geometry_at(&self, s_m: f64) -> Option<&Geometry> {
        self.plan_view.get(self.plan_view.partition_point(|g| g.s_m <= s_m).saturating_sub(1))
    }

    /// The reference line at `s_m`, clamped to the road. The origin for a road without a plan view, which
    /// [`crate::parse`] never returns.
    pub fn reference_point(&self, s_m: f64) -> CurvePoint {
        let s_m = s_m.clamp(0.0, self.length_m.max(0.0));
        self.geometry_at(s_m).map_or_else(CurvePoint::default, |g| g.point(s_m - g.s_m))
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;
    use crate::problem::Place;

    fn piece(length_m: f64, curve: Curve) -> Geometry {
        Geometry {
            s_m: 0.0,
            x_m: 1.0,
            y_m: 2.0,
            heading_rad: 0.5 * PI,
            length_m,
            curve,
            at: Place::default(),
        }
    }

    #[test]
    fn unit_clothoid_is_the_fresnel_integrals() {
        // θ = π/2·s²: x = C(s), y = S(s); Abramowitz & Stegun table 7.7, and C(5), S(5) to ten digits.
        for (s, c, sn) in [
            (0.5, 0.492_344_225_9, 0.064_732_432_9),
            (1.0, 0.779_893_400_4, 0.438_259_147_4),
            (2.0, 0.488_253_406_1, 0.343_415_678_4),
            (5.0, 0.563_631_188_7, 0.499_191_381_9),
        ] {
            let (x, y) = clothoid(0.0, PI, s);
            assert!((x - c).abs() < 1e-9 && (y - sn).abs() < 1e-9, "s {s}: {x} {y}");
            let (x, y) = clothoid(0.0, -PI, s);
            assert!((x - c).abs() < 1e-9 && (y + sn).abs() < 1e-9, "mirrored, s {s}");
        }
    }

    #[test]
    fn a_clothoid_travelled_in_two_pieces_ends_where_one_does() {
        let (k0, sharpness, length) = (-0.02, 0.004, 80.0);
        let whole = clothoid(k0, sharpness, length);
        let first = clothoid(k0, sharpness, 33.3);
        let turn = 33.3 * (k0 + 0.5 * sharpness * 33.3);
        let rest = clothoid(k0 + sharpness * 33.3, sharpness, length - 33.3);
        let x = first.0 + rest.0 * turn.cos() - rest.1 * turn.sin();
        let y = first.1 + rest.0 * turn.sin() + rest.1 * turn.cos();
        assert!((x - whole.0).abs() < 1e-10 && (y - whole.1).abs() < 1e-10);
    }

    #[test]
    fn pieces_meet_closed_forms() {
        let check = |curve: Curve, ds: f64, expect: [f64; 4]| {
            let p = piece(10.0, curve.clone()).point(ds);
            let found = [p.x_m, p.y_m, p.heading_rad - 0.5 * PI, p.curvature_pm];
            for (a, b) in found.iter().zip(expect) {
                assert!((a - b).abs() < 1e-9, "{curve:?} at {ds}: {found:?} vs {expect:?}");
            }
        };
        check(Curve::Line, 3.0, [1.0, 5.0, 0.0, 0.0]);
        // Quarter of a circle of radius 2 to the left, heading north: ends 2 left, 2 ahead.
        check(Curve::Arc { curvature_pm: 0.5 }, PI, [-1.0, 4.0, 0.5 * PI, 0.5]);
        check(Curve::Arc { curvature_pm: -0.5 }, PI, [3.0, 4.0, -0.5 * PI, -0.5]);
        check(Curve::Arc { curvature_pm: 1e-14 }, 10.0, [1.0, 12.0, 1e-13, 1e-14]);
        // A clothoid of constant curvature is an arc, one of none a line.
        check(
            Curve::Spiral { curvature_start_pm: 0.5, curvature_end_pm: 0.5 },
            PI,
            [-1.0, 4.0, 0.5 * PI, 0.5],
        );
        check(Curve::Spiral { curvature_start_pm: 0.0, curvature_end_pm: 0.0 }, 7.0, [1.0, 9.0, 0.0, 0.0]);
    }

    /// Found by changing maps at random: a road of 100 m whose spiral is 1e-320 m long.
    #[test]
    fn spirals_of_no_length_stay_numbers() {
        for length_m in [5e-324, 1e-320, 1e-12] {
            let spiral = Curve::Spiral { curvature_start_pm: 0.5, curvature_end_pm: 0.05 };
            let point = piece(length_m, spiral).point(PI);
            assert!((point.x_m - -1.0).abs() < 1e-9 && (point.y_m - 4.0).abs() < 1e-9, "{point:?}");
            assert_eq!(point.curvature_pm, 0.5);
        }
    }
}
