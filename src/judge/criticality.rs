//! Criticality between the ego and one other participant.
//!
//! TTC = gap / closing speed; THW = gap / own speed (bumper to bumper, length excluded); PET = time from
//! the first road user leaving the shared ground to the second entering it; DRAC = Δv² / (2 gap).
//! Units: m, m/s, s, m/s². Sources: Hayward 1972 (TTC), Allen et al. 1978 (PET), Cooper & Ferguson 1976
//! (DRAC). Two-dimensional TTC: constant velocities, oriented boxes approximated by discs along the length.
//! Not covered: accelerations (MTTC).

use crate::base::math::{self, DVec2, sq};

/// Time to collision in a lane, s; `INFINITY` if not closing.
pub fn ttc_s(gap_m: f64, speed_mps: f64, lead_mps: f64) -> f64 {
    let closing = speed_mps - lead_mps;
    if gap_m <= 0.0 {
        0.0
    } else if closing <= 1e-9 {
        f64::INFINITY
    } else {
        gap_m / closing
    }
}

/// Time headway, s; `INFINITY` at standstill.
pub fn headway_s(gap_m: f64, speed_mps: f64) -> f64 {
    if speed_mps < 0.5 { f64::INFINITY } else { gap_m.max(0.0) / speed_mps }
}

/// Deceleration rate to avoid a crash, m/s².
pub fn drac_mps2(gap_m: f64, speed_mps: f64, lead_mps: f64) -> f64 {
    let closing = speed_mps - lead_mps;
    if closing <= 0.0 { 0.0 } else { sq(closing) / (2.0 * gap_m.max(0.01)) }
}

/// A moving box, planar.
#[derive(Clone, Copy, Debug)]
pub struct MovingBox {
    /// Center, m.
    pub center_m: DVec2,
    /// Forward unit vector.
    pub forward: DVec2,
    /// Velocity, m/s.
    pub velocity_mps: DVec2,
    /// Half length, m.
    pub half_length_m: f64,
    /// Half width, m.
    pub half_width_m: f64,
}

impl MovingBox {
    /// Center of disc `i` of `n` along the length.
    fn disc(&self, i: usize, n: usize) -> DVec2 {
        let reach = (self.half_length_m - self.half_width_m).max(0.0);
        let w = if n == 1 { 0.0 } else { 2.0 * i as f64 / (n - 1) as f64 - 1.0 };
        self.center_m + self.forward * (reach * w)
    }
    fn discs(&self) -> usize {
        ((self.half_length_m / self.half_width_m.max(0.1)).ceil() as usize).clamp(1, 6)
    }
}

/// Time until two boxes touch with constant velocities, s; `INFINITY` if never within `horizon_s`.
pub fn planar_ttc_s(a: &MovingBox, b: &MovingBox, horizon_s: f64) -> f64 {
    let relative = b.velocity_mps - a.velocity_mps;
    let reach = a.half_length_m + b.half_length_m + relative.length() * horizon_s;
    if a.center_m.distance_squared(b.center_m) > sq(reach) {
        return f64::INFINITY;
    }
    let radius = a.half_width_m + b.half_width_m;
    let mut best = f64::INFINITY;
    let (na, nb) = (a.discs(), b.discs());
    for i in 0..na {
        for j in 0..nb {
            let d = b.disc(j, nb) - a.disc(i, na);
            let c = d.length_squared() - radius * radius;
            if c <= 0.0 {
                return 0.0;
            }
            let (qa, qb) = (relative.length_squared(), d.dot(relative));
            let discriminant = qb * qb - qa * c;
            if qa < 1e-12 || qb >= 0.0 || discriminant < 0.0 {
                continue;
            }
            let t = (-qb - math::sqrt(discriminant)) / qa;
            if t < best {
                best = t;
            }
        }
    }
    if best <= horizon_s { best } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_forms() {
        assert!((ttc_s(30.0, 20.0, 10.0) - 3.0).abs() < 1e-12);
        assert_eq!(ttc_s(30.0, 10.0, 10.0), f64::INFINITY);
        assert_eq!(ttc_s(-0.1, 10.0, 20.0), 0.0);
        assert!((headway_s(24.0, 12.0) - 2.0).abs() < 1e-12);
        assert!((drac_mps2(25.0, 20.0, 10.0) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn planar_ttc_agrees_with_the_lane_formula_and_sees_crossings() {
        let car = |x: f64, y: f64, heading: f64, speed: f64| MovingBox {
            center_m: DVec2::new(x, y),
            forward: math::unit(heading),
            velocity_mps: math::unit(heading) * speed,
            half_length_m: 2.3,
            half_width_m: 0.95,
        };
        let t = planar_ttc_s(&car(0.0, 0.0, 0.0, 20.0), &car(34.6, 0.0, 0.0, 10.0), 10.0);
        assert!((t - 3.0).abs() < 1e-9, "{t}");
        let half_pi = core::f64::consts::FRAC_PI_2;
        let t = planar_ttc_s(&car(-20.0, 0.0, 0.0, 10.0), &car(0.0, -20.0, half_pi, 10.0), 10.0);
        assert!(t > 1.5 && t < 2.0, "{t}");
        let t = planar_ttc_s(&car(-20.0, 0.0, 0.0, 10.0), &car(0.0, -60.0, half_pi, 10.0), 10.0);
        assert_eq!(t, f64::INFINITY);
        let t = planar_ttc_s(&car(0.0, 0.0, 0.0, 10.0), &car(30.0, 3.5, core::f64::consts::PI, 10.0), 10.0);
        assert_eq!(t, f64::INFINITY, "passing in the next lane");
    }
}
