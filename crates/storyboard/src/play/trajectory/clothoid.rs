//! Clothoids and chains of them: curvature changes linearly with distance.
//!
//! m, rad, 1/m. Heading θ(s) = θ₀ + κ₀s + κ′s²/2; x and y are its Fresnel integrals, by quadrature over pieces of
//! at most half a radian of turn, exact to 1e-12 of the length. Zero κ′ is an arc, zero κ₀ as well a line.
//!
//! What it does not do: heights; the caller's start says whether there is one.

use super::quadrature::integrate;
use super::{PathPoint, Vertex};
use crate::play::angle::wrap_tau;

/// Largest turn within a piece of integration, rad.
const TURN_RAD: f64 = 0.5;
/// Most pieces of integration of a curve: 8,000 full turns.
pub const PIECES_MAX: usize = 100_000;

/// A clothoid from a start.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    h_rad: f64,
    curvature_pm: f64,
    prime_pm2: f64,
    length_m: f64,
    z_given: Option<f64>,
    /// Start of each piece of integration.
    nodes: Vec<[f64; 2]>,
    step_m: f64,
}

impl Curve {
    /// A clothoid.
    ///
    /// # Errors
    /// A length that is not above 0, numbers that are not finite, or too many turns.
    pub fn new(start: &Vertex, curvature_pm: f64, prime_pm2: f64, length_m: f64) -> Result<Self, String> {
        if !(length_m > 0.0 && [length_m, curvature_pm, prime_pm2, start.h_rad].iter().all(|x| x.is_finite()))
        {
            return Err(format!("a clothoid needs a length above 0 m and finite numbers, not {length_m} m"));
        }
        let end_pm = curvature_pm + prime_pm2 * length_m;
        // Largest curvature times length bounds the turn of every piece.
        let pieces = (curvature_pm.abs().max(end_pm.abs()) * length_m / TURN_RAD).ceil().max(1.0);
        if pieces > PIECES_MAX as f64 {
            return Err(format!("a clothoid of {length_m} m turns more than {PIECES_MAX} half radians"));
        }
        let pieces = pieces as usize;
        let mut curve = Self {
            h_rad: start.h_rad,
            curvature_pm,
            prime_pm2,
            length_m,
            z_given: start.z_given,
            nodes: Vec::with_capacity(pieces),
            step_m: length_m / pieces as f64,
        };
        let mut at = [start.x_m, start.y_m];
        for i in 0..pieces {
            curve.nodes.push(at);
            let from = i as f64 * curve.step_m;
            let by = curve.displacement(from, from + curve.step_m);
            at = [at[0] + by[0], at[1] + by[1]];
        }
        Ok(curve)
    }

    fn theta(&self, s_m: f64) -> f64 {
        self.h_rad + s_m * (self.curvature_pm + s_m * self.prime_pm2 / 2.0)
    }

    fn displacement(&self, from: f64, to: f64) -> [f64; 2] {
        integrate(from, to, |s| {
            let theta = self.theta(s);
            [libm::cos(theta), libm::sin(theta)]
        })
    }

    /// The point at a distance, also beyond the ends' rounding.
    pub fn at(&self, s_m: f64) -> PathPoint {
        let s_m = s_m.clamp(0.0, self.length_m);
        let i = ((s_m / self.step_m) as usize).min(self.nodes.len() - 1);
        let by = self.displacement(i as f64 * self.step_m, s_m);
        let h_rad = wrap_tau(self.theta(s_m));
        PathPoint {
            x_m: self.nodes[i][0] + by[0],
            y_m: self.nodes[i][1] + by[1],
            z_m: self.z_given,
            h_rad,
            tangent_rad: h_rad,
            curvature_pm: self.curvature_pm + self.prime_pm2 * s_m,
            ..PathPoint::default()
        }
    }

    /// The end as a start for the next one.
    pub fn end(&self) -> Vertex {
        let end = self.at(self.length_m);
        Vertex { x_m: end.x_m, y_m: end.y_m, h_rad: end.h_rad, z_given: self.z_given, ..Vertex::default() }
    }
}

/// Clothoids one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    curves: Vec<Curve>,
    /// Distance at which each begins, m.
    s_m: Vec<f64>,
    length_m: f64,
}

impl Chain {
    /// Of these curves, at least one.
    pub fn new(curves: Vec<Curve>) -> Self {
        let mut s_m = Vec::with_capacity(curves.len());
        let mut s = 0.0;
        for curve in &curves {
            s_m.push(s);
            s += curve.length_m;
        }
        Self { curves, s_m, length_m: s }
    }

    /// Length, m.
    pub fn length_m(&self) -> f64 {
        self.length_m
    }

    /// Distances at which the curves begin, m.
    pub fn distances_m(&self) -> &[f64] {
        &self.s_m
    }

    /// The point at a distance; a place between two curves belongs to the second.
    pub fn at(&self, s_m: f64) -> PathPoint {
        let i = self.s_m.partition_point(|s| *s <= s_m).saturating_sub(1);
        match self.curves.get(i) {
            Some(curve) => curve.at(s_m - self.s_m[i]),
            None => PathPoint::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    fn curve(x: f64, y: f64, h: f64, k: f64, prime: f64, length: f64) -> Curve {
        Curve::new(&Vertex { x_m: x, y_m: y, h_rad: h, ..Vertex::default() }, k, prime, length)
            .expect("sound")
    }

    #[test]
    fn known_ends() {
        let check = |curve: &Curve, s: f64, x: f64, y: f64, h: f64, tolerance: f64| {
            let at = curve.at(s);
            for (got, want) in [(at.x_m, x), (at.y_m, y), (at.h_rad, wrap_tau(h))] {
                assert!((got - want).abs() < tolerance, "{s}: {at:?}, not {want}");
            }
        };
        // Fresnel: C(1) and S(1) with θ = πs²/2 (Abramowitz and Stegun, table 7.7).
        check(&curve(0.0, 0.0, 0.0, 0.0, PI, 1.0), 1.0, 0.779_893_400_4, 0.438_259_147_4, PI / 2.0, 1e-9);
        // C(5) and S(5): five and twenty full turns.
        check(&curve(0.0, 0.0, 0.0, 0.0, PI, 5.0), 5.0, 0.563_631_188_7, 0.499_191_381_9, PI / 2.0, 1e-9);
        // A circle closes; a quarter of it ends where it must; a line is a line.
        check(&curve(3.0, 4.0, 0.3, 0.1, 0.0, 20.0 * PI), 20.0 * PI, 3.0, 4.0, 0.3, 1e-12);
        check(&curve(0.0, 0.0, 0.0, 0.1, 0.0, 20.0), 5.0 * PI, 10.0, 10.0, PI / 2.0, 1e-12);
        check(&curve(1.0, 2.0, PI / 2.0, 0.0, 0.0, 9.0), 9.0, 1.0, 11.0, PI / 2.0, 1e-12);
        // The yardstick's bicycle of trajectory_heading.
        let bicycle = curve(0.0, 0.0, 0.0, 0.0, 0.0007, 90.0);
        check(&bicycle, 61.0, 51.435, 23.441, 1.302, 1e-3);
        check(&bicycle, 90.0, 40.099, 47.103, 2.835, 1e-3);
    }

    #[test]
    fn a_chain_goes_on_where_the_curve_before_ends() {
        let first = curve(0.0, 0.0, 0.0, 0.1, 0.0, 5.0 * PI);
        let second = Curve::new(&first.end(), 0.0, 0.0, 4.0).expect("sound");
        let chain = Chain::new(vec![first, second]);
        let end = chain.at(chain.length_m());
        assert!((end.x_m - 10.0).abs() < 1e-9 && (end.y_m - 14.0).abs() < 1e-9, "{end:?}");
        assert!((chain.length_m() - 5.0 * PI - 4.0).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let at = Vertex::default();
        for (k, prime, length) in [(0.0, 0.0, 0.0), (0.0, 0.0, -1.0), (f64::NAN, 0.0, 1.0), (1e6, 0.0, 1e6)] {
            assert!(Curve::new(&at, k, prime, length).is_err(), "{k} {prime} {length}");
        }
    }
}
