//! Distance between a set of true positions and a set of estimates: OSPA and GOSPA.
//!
//! ```text
//! OSPA  = ((Σ min(d, c)^p + c^p·(n − m))/n)^(1/p)                    m ≤ n
//! GOSPA = (Σ_assigned d^p + (c^p/2)·(#missed + #false))^(1/p)        α = 2
//! ```
//!
//! over the assignment of least total cost. Units: m. Sources: Schuhmacher, Vo, Vo 2008 (OSPA);
//! Rahmathullah, García-Fernández, Svensson 2017 (GOSPA).
//! Identity over time is not judged.

use super::assignment::Assignment;
use crate::base::math::{DVec2, pow};

/// Parts of a GOSPA value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gospa {
    /// The metric, m.
    pub total: f64,
    /// Σ d^p over assigned pairs.
    pub localization: f64,
    /// True objects without an estimate.
    pub missed: usize,
    /// Estimates without a true object.
    pub false_tracks: usize,
}

/// OSPA distance, m; `cutoff_m` c > 0, order `p` ≥ 1.
pub fn ospa(truth: &[DVec2], estimate: &[DVec2], cutoff_m: f64, p: f64, solver: &mut Assignment) -> f64 {
    let n = truth.len().max(estimate.len());
    if n == 0 {
        return 0.0;
    }
    let (_, sum) = assign(truth, estimate, cutoff_m, p, pow(cutoff_m, p), solver);
    let spare = (n - truth.len().min(estimate.len())) as f64;
    pow((sum + pow(cutoff_m, p) * spare) / n as f64, 1.0 / p)
}

/// GOSPA distance (α = 2) with its parts.
pub fn gospa(truth: &[DVec2], estimate: &[DVec2], cutoff_m: f64, p: f64, solver: &mut Assignment) -> Gospa {
    let limit = pow(cutoff_m, p);
    assign(truth, estimate, cutoff_m, p, limit, solver);
    let (mut localization, mut pairs) = (0.0, 0);
    for (row, at) in truth.iter().enumerate() {
        if let Some(col) = solver.partner(row) {
            let d = (*at - estimate[col]).length();
            if d < cutoff_m {
                localization += pow(d, p);
                pairs += 1;
            }
        }
    }
    let (missed, false_tracks) = (truth.len() - pairs, estimate.len() - pairs);
    let total = pow(localization + 0.5 * limit * (missed + false_tracks) as f64, 1.0 / p);
    Gospa { total, localization, missed, false_tracks }
}

/// Assigns with costs min(d, c)^p; gives the number of pairs and their total cost.
fn assign(
    truth: &[DVec2],
    estimate: &[DVec2],
    cutoff_m: f64,
    p: f64,
    limit: f64,
    solver: &mut Assignment,
) -> (usize, f64) {
    solver.start(truth.len(), estimate.len());
    for (row, at) in truth.iter().enumerate() {
        for (col, guess) in estimate.iter().enumerate() {
            // Scaled to [0, 1] so that any cutoff stays below the solver's own limit.
            solver.allow(row, col, pow((*at - *guess).length().min(cutoff_m), p) / limit);
        }
    }
    solver.solve();
    let (mut pairs, mut sum) = (0, 0.0);
    for row in 0..truth.len() {
        if let Some(col) = solver.partner(row) {
            pairs += 1;
            sum += solver.cost(row, col) * limit;
        }
    }
    (pairs, sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUTH: [DVec2; 3] = [DVec2::new(0.0, 0.0), DVec2::new(10.0, 0.0), DVec2::new(20.0, 5.0)];

    #[test]
    fn worked_numbers() {
        let solver = &mut Assignment::default();
        let near = [DVec2::new(1.0, 0.0), DVec2::new(10.0, 2.0)];
        let far = [DVec2::new(0.5, 0.0), DVec2::new(30.0, 30.0)];
        for (estimate, c, p, expect_ospa, expect_gospa) in [
            (near, 10.0, 1.0, 4.333_333, 8.0),
            (near, 10.0, 2.0, 5.916_080, 7.416_198),
            (near, 5.0, 2.0, 3.162_278, 4.183_300),
            (far, 10.0, 2.0, 8.170_067, 12.257_651),
        ] {
            let o = ospa(&TRUTH, &estimate, c, p, solver);
            let g = gospa(&TRUTH, &estimate, c, p, solver).total;
            assert!((o - expect_ospa).abs() < 5e-7, "OSPA c{c} p{p}: {o}");
            assert!((g - expect_gospa).abs() < 5e-7, "GOSPA c{c} p{p}: {g}");
        }
        let parts = gospa(&TRUTH, &near, 10.0, 2.0, solver);
        assert!((parts.localization - 5.0).abs() < 1e-12);
        assert_eq!((parts.missed, parts.false_tracks), (1, 0));
    }

    #[test]
    fn empty_sets_and_symmetry() {
        let solver = &mut Assignment::default();
        assert_eq!(ospa(&[], &[], 10.0, 2.0, solver), 0.0);
        assert_eq!(ospa(&TRUTH, &[], 10.0, 2.0, solver), 10.0);
        assert_eq!(ospa(&TRUTH, &TRUTH, 10.0, 2.0, solver), 0.0);
        let other = [DVec2::new(3.0, 1.0)];
        let (a, b) = (ospa(&TRUTH, &other, 10.0, 2.0, solver), ospa(&other, &TRUTH, 10.0, 2.0, solver));
        assert!((a - b).abs() < 1e-12);
        assert_eq!(gospa(&[], &other, 10.0, 2.0, solver).false_tracks, 1);
    }
}
