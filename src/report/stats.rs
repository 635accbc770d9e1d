//! Rates of rare events with exact intervals.
//!
//! The count of a Poisson process with k events has the exact (Garwood 1936) 95 % interval
//! `[χ²(0.025, 2k) / 2, χ²(0.975, 2k + 2) / 2]`; divided by the exposure it is the interval of the rate.
//! For k = 0 the lower end is 0 and the upper 3.689 (two-sided).
//!
//! Validity: events independent of each other. Runs of one scenario are not: read the interval as the
//! least uncertainty there is.

use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Exact 95 % interval of the expected count after `events` events.
pub fn poisson_interval(events: u64) -> (f64, f64) {
    let quantile = |p: f64, degrees: u64| {
        // Degrees of freedom are at least 2 here, for which the distribution exists.
        ChiSquared::new(degrees as f64).map_or(f64::NAN, |chi| chi.inverse_cdf(p))
    };
    let low = if events == 0 { 0.0 } else { quantile(0.025, 2 * events) / 2.0 };
    (low, quantile(0.975, 2 * events + 2) / 2.0)
}

/// Rate per 1000 km and its 95 % interval; `None` without distance.
pub fn rate_per_1000_km(events: u64, distance_km: f64) -> Option<[f64; 3]> {
    if !(distance_km > 0.0 && distance_km.is_finite()) {
        return None;
    }
    let (low, high) = poisson_interval(events);
    Some([events as f64, low, high].map(|count| count / distance_km * 1000.0))
}

/// Middle value; `None` of nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_disengagement_rates_and_their_intervals() {
        // Waymo's California reports: miles, disengagements, rate and exact interval per 1000 mi.
        for (miles, events, expect) in [
            (424_331.0, 341, [0.8036, 0.7206, 0.8936]),
            (635_868.0, 124, [0.1950, 0.1622, 0.2325]),
            (352_545.0, 63, [0.1787, 0.1373, 0.2286]),
            (1_271_587.0, 114, [0.0897, 0.0740, 0.1077]),
            (628_839.0, 21, [0.0334, 0.0207, 0.0510]),
            (2_899_881.0, 170, [0.0586, 0.0501, 0.0681]),
        ] {
            let rate = rate_per_1000_km(events, miles).unwrap();
            for (value, expect) in rate.iter().zip(expect) {
                assert!((value - expect).abs() < 5.1e-5, "{events} in {miles}: {rate:?}");
            }
        }
    }

    #[test]
    fn no_events_and_no_distance() {
        let (low, high) = poisson_interval(0);
        assert!(low == 0.0 && (high - 3.688_879_454).abs() < 1e-6, "{high}");
        assert_eq!(rate_per_1000_km(3, 0.0), None);
    }

    #[test]
    fn medians() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }
}
