//! Takeover and reaction times.
//!
//! Lognormal body (μ, σ of ln t, t in s) with a slow-responder component and a probability of no answer
//! at all, chosen by role and secondary task:
//!
//! | who | body | slow share | no answer | source |
//! |---|---|---|---|---|
//! | monitoring | μ 1.519 σ 0.264 (median 4.57 s) | 4 % | 1 % | Eriksson & Stanton 2017, Table 2 |
//! | reading | μ 1.802 σ 0.291 (median 6.06 s) | 4 % | 2 % | Eriksson & Stanton 2017, Table 2 |
//! | handheld device | pooled 2.72 s + 1.33 s, CV 0.5 | 4 % | 2 % | Zhang et al. 2019 |
//! | mounted display | pooled 2.72 s + 0.29 s, CV 0.5 | 4 % | 1 % | Zhang et al. 2019 |
//! | asleep | pooled + 1.33 + 1.19 s, three times the slow share | 12 % | 35 % | Zhang et al. 2019 (eyes closed); no-answer share chosen because no study lets drivers sleep |
//! | test driver | mean 0.84 s, CV 0.6 | 0 | 0 | Google 2015 report; Dixit, Chand & Nair 2016 find 0.83 s |
//!
//! Eriksson's body times are for a non-critical request; a shorter budget speeds people up (Zhang: +1.35 s
//! for a larger one), applied as a factor. The observed maxima lie 4–7 σ out of one lognormal, hence the
//! slow component: uniform between the body's 99th percentile and 26 s (largest observation 25.75 s).
//! Not modeled: age (no consistent effect in the meta-analysis), repeated exposure.

use crate::base::math;
use crate::base::rng::{self, ChaCha8Rng};
use crate::state::driver::{HumanRole, SecondaryTask};

/// Distribution of a takeover time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TakeoverTime {
    /// μ of ln(t / s).
    pub mu: f64,
    /// σ of ln(t / s).
    pub sigma: f64,
    /// Weight of the slow component, 0–1.
    pub slow_share: f64,
    /// Probability of no answer, 0–1.
    pub no_answer: f64,
}

/// Longest takeover time that is sampled, s (largest of Eriksson & Stanton's observations: 25.75 s).
pub const TAKEOVER_MAX_S: f64 = 26.0;
/// Mean of Zhang et al. 2019 over 520 study means, s.
pub const POOLED_MEAN_S: f64 = 2.72;
/// Standard deviation of those means, s.
pub const POOLED_SD_S: f64 = 1.45;

/// μ and σ of a lognormal from mean and standard deviation.
pub fn lognormal_from_moments(mean: f64, sd: f64) -> (f64, f64) {
    let variance = math::ln(1.0 + math::sq(sd / mean));
    (math::ln(mean) - variance * 0.5, math::sqrt(variance))
}

/// μ and σ of a lognormal from median and interquartile range (IQR = 2·median·sinh(0.6745 σ)).
pub fn lognormal_from_quartiles(median: f64, iqr: f64) -> (f64, f64) {
    let x = iqr / (2.0 * median);
    (math::ln(median), math::ln(x + math::sqrt(x * x + 1.0)) / 0.674_489_75)
}

impl TakeoverTime {
    /// Distribution for a role and a task. `budget_s` is the time the request leaves.
    pub fn of(role: HumanRole, task: SecondaryTask, budget_s: f64) -> Self {
        if role == HumanRole::TestDriver {
            let (mu, sigma) = lognormal_from_moments(0.84, 0.6 * 0.84);
            return Self { mu, sigma, slow_share: 0.0, no_answer: 0.0 };
        }
        let pooled = |extra_s: f64| {
            let mean = POOLED_MEAN_S + extra_s;
            lognormal_from_moments(mean, 0.5 * mean)
        };
        let ((mu, sigma), slow_share, no_answer) = match task {
            SecondaryTask::Monitoring => (lognormal_from_quartiles(4.567, 1.632), 0.04, 0.01),
            SecondaryTask::Reading => (lognormal_from_quartiles(6.061, 2.393), 0.04, 0.02),
            SecondaryTask::Handheld => (pooled(1.33), 0.04, 0.02),
            SecondaryTask::HandsFree => (pooled(0.29), 0.04, 0.01),
            SecondaryTask::Asleep => (pooled(1.33 + 1.19), 0.12, 0.35),
        };
        // Shorter budget, faster answer: 5 s against 7 s gave 2.1 s against 3.1 s (Gold et al. 2013).
        let urgency = math::interpolate(&[2.0, 5.0, 10.0], &[0.6, 0.75, 1.0], budget_s);
        Self { mu: mu + math::ln(urgency), sigma, slow_share, no_answer }
    }

    /// Samples a time, s; `None` = no answer.
    pub fn sample(&self, stream: &mut ChaCha8Rng) -> Option<f64> {
        let (answers, component, u, z) =
            (rng::uniform(stream), rng::uniform(stream), rng::uniform(stream), rng::normal(stream));
        if answers < self.no_answer {
            return None;
        }
        if component < self.slow_share {
            let from = math::exp(self.mu + 2.326 * self.sigma).min(TAKEOVER_MAX_S - 1.0);
            return Some(math::lerp(from, TAKEOVER_MAX_S, u));
        }
        Some(math::exp(self.mu + self.sigma * z).min(TAKEOVER_MAX_S))
    }
}

/// Share of full control quality `since_s` after taking over, 0–1: lateral control is stable after
/// 35–40 s (Merat et al. 2014); most of it returns in the first 10 s.
pub fn quality(since_s: f64) -> f64 {
    1.0 - 0.6 * math::exp(-since_s.max(0.0) / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_reproduce_the_published_figures() {
        let (mu, sigma) = lognormal_from_moments(POOLED_MEAN_S, POOLED_SD_S);
        assert!((mu - 0.8756).abs() < 5e-4 && (sigma - 0.5001).abs() < 5e-4, "{mu} {sigma}");
        let (mu, sigma) = lognormal_from_quartiles(4.567, 1.632);
        assert!((mu - 1.519).abs() < 1e-3 && (sigma - 0.264).abs() < 1.5e-3, "{mu} {sigma}");
        let (mu, sigma) = lognormal_from_quartiles(6.061, 2.393);
        assert!((mu - 1.802).abs() < 1e-3 && (sigma - 0.291).abs() < 1.5e-3, "{mu} {sigma}");
    }

    fn sorted_samples(role: HumanRole, task: SecondaryTask) -> (Vec<f64>, usize) {
        let distribution = TakeoverTime::of(role, task, 30.0);
        let mut stream = rng::stream(1, "driver", "test");
        let all: Vec<Option<f64>> = (0..20_000).map(|_| distribution.sample(&mut stream)).collect();
        let silent = all.iter().filter(|t| t.is_none()).count();
        let mut times: Vec<f64> = all.into_iter().flatten().collect();
        times.sort_by(f64::total_cmp);
        (times, silent)
    }

    #[test]
    fn samples_have_the_published_medians_and_tails() {
        for (role, task, median_s, silent_share) in [
            (HumanRole::FallbackReadyUser, SecondaryTask::Monitoring, 4.567, 0.01),
            (HumanRole::FallbackReadyUser, SecondaryTask::Reading, 6.061, 0.02),
            (HumanRole::TestDriver, SecondaryTask::Monitoring, 0.72, 0.0),
        ] {
            let (times, silent) = sorted_samples(role, task);
            let median = times[times.len() / 2];
            assert!((median / median_s - 1.0).abs() < 0.04, "{task:?}: median {median}");
            assert!((silent as f64 / 20_000.0 - silent_share).abs() < 0.005);
            assert!(times[times.len() - 1] <= TAKEOVER_MAX_S);
        }
        let (times, _) = sorted_samples(HumanRole::TestDriver, SecondaryTask::Monitoring);
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        assert!((mean - 0.84).abs() < 0.02, "test driver mean {mean}");
    }

    #[test]
    fn shorter_budget_means_faster_answer_and_quality_recovers() {
        let median =
            |budget| TakeoverTime::of(HumanRole::FallbackReadyUser, SecondaryTask::Reading, budget).mu;
        assert!(median(5.0) < median(10.0));
        assert!(quality(0.0) < 0.45 && quality(40.0) > 0.98);
    }
}
