//! Ellipses of uncertainty.
//!
//! A planar normal distribution with covariance P holds 95 % of its mass inside
//! `(x − μ)ᵀ P⁻¹ (x − μ) = χ²₂(95 %) = 5.9915`. The half axes are `√(5.9915·λ)` along the eigenvectors of P.
//! Units: m.

use shakedown::base::math::DVec2;

/// 95 % quantile of χ² with two degrees of freedom.
pub const CHI2_2_95: f64 = 5.9915;

/// Half axes of the 95 % ellipse of a covariance (xx, xy, yy), m², the longer one first.
pub fn half_axes(covariance_m2: [f64; 3]) -> [DVec2; 2] {
    let [xx, xy, yy] = covariance_m2;
    let mean = 0.5 * (xx + yy);
    let spread = (0.25 * (xx - yy) * (xx - yy) + xy * xy).sqrt();
    let (large, small) = (mean + spread, (mean - spread).max(0.0));
    // The eigenvector of the larger eigenvalue, from the better conditioned row.
    let along = if xx >= yy { DVec2::new(large - yy, xy) } else { DVec2::new(xy, large - xx) };
    let along = along.try_normalize().unwrap_or(DVec2::X);
    let scale = |variance: f64| (CHI2_2_95 * variance.max(0.0)).sqrt();
    [along * scale(large), along.perp() * scale(small)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_the_eigenvectors_and_hold_95_percent() {
        for (covariance, long_m, short_m, direction) in [
            ([4.0, 0.0, 1.0], 2.0, 1.0, DVec2::X),
            ([1.0, 0.0, 9.0], 3.0, 1.0, DVec2::Y),
            ([2.5, 1.5, 2.5], 2.0, 1.0, DVec2::new(1.0, 1.0).normalize()),
            ([2.5, -1.5, 2.5], 2.0, 1.0, DVec2::new(1.0, -1.0).normalize()),
            ([1.0, 0.0, 1.0], 1.0, 1.0, DVec2::X),
        ] {
            let [long, short] = half_axes(covariance);
            let scale = CHI2_2_95.sqrt();
            assert!((long.length() - scale * long_m).abs() < 1e-9, "{covariance:?}: {long}");
            assert!((short.length() - scale * short_m).abs() < 1e-9, "{covariance:?}: {short}");
            assert!(long.dot(short).abs() < 1e-9);
            if long_m > short_m {
                assert!(long.normalize().dot(direction).abs() > 1.0 - 1e-9, "{covariance:?}: {long}");
            }
            // Every point of the ellipse has the Mahalanobis distance of the quantile.
            let [xx, xy, yy] = covariance;
            let det = xx * yy - xy * xy;
            for i in 0..8 {
                let (sin, cos) = (f64::from(i) * 0.7).sin_cos();
                let p = long * cos + short * sin;
                let d2 = (yy * p.x * p.x - 2.0 * xy * p.x * p.y + xx * p.y * p.y) / det;
                assert!((d2 - CHI2_2_95).abs() < 1e-6, "{d2}");
            }
        }
    }

    #[test]
    fn a_point_has_no_axes() {
        assert_eq!(half_axes([0.0; 3]).map(DVec2::length), [0.0, 0.0]);
    }

    #[test]
    fn the_quantile_is_that_of_chi_square() {
        // For two degrees of freedom the quantile is −2·ln(1 − p).
        assert!((CHI2_2_95 + 2.0 * 0.05_f64.ln()).abs() < 1e-4);
    }
}
