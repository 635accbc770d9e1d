//! Noise processes shared by the models.
//!
//! Gauss–Markov of first order: b ← b·e^(−Δt/τ) + σ·√(1 − e^(−2Δt/τ))·N(0, 1). Poisson counts by Knuth's
//! product of uniforms (small means only).

use crate::base::math::exp;
use crate::base::rng::{ChaCha8Rng, normal, uniform};

/// A Poisson count; exact for means up to about 30, which is far above what sensors draw.
pub fn poisson(rng: &mut ChaCha8Rng, mean: f64) -> u32 {
    if mean <= 0.0 {
        return 0;
    }
    let limit = exp(-mean.min(30.0));
    let mut product = uniform(rng);
    let mut count = 0;
    while product > limit {
        product *= uniform(rng);
        count += 1;
    }
    count
}

/// Slowly wandering bias.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GaussMarkov {
    /// Present value, in the unit of `sigma`.
    pub value: f64,
    keep: f64,
    kick: f64,
}

impl GaussMarkov {
    /// A bias with standard deviation `sigma` and correlation time `tau_s`, stepped every `period_s`;
    /// it starts from its stationary distribution.
    pub fn new(sigma: f64, tau_s: f64, period_s: f64, rng: &mut ChaCha8Rng) -> Self {
        let keep = exp(-period_s / tau_s);
        Self { value: sigma * normal(rng), keep, kick: sigma * (1.0 - keep * keep).sqrt() }
    }
    /// Steps once.
    pub fn step(&mut self, rng: &mut ChaCha8Rng) -> f64 {
        self.value = self.value * self.keep + self.kick * normal(rng);
        self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::rng::stream;

    #[test]
    fn counts_and_biases_have_their_moments() {
        let mut rng = stream(3, "ego", "noise");
        let n = 20_000;
        for mean in [0.05, 0.7, 4.0] {
            let sum: u32 = (0..n).map(|_| poisson(&mut rng, mean)).sum();
            let got = f64::from(sum) / f64::from(n);
            assert!((got - mean).abs() < 4.0 * (mean / f64::from(n)).sqrt(), "{got} for {mean}");
        }
        let mut bias = GaussMarkov::new(2.0, 10.0, 1.0, &mut rng);
        let square: f64 = (0..n).map(|_| bias.step(&mut rng)).map(|b| b * b).sum::<f64>() / f64::from(n);
        assert!((square.sqrt() - 2.0).abs() < 0.15, "{square}");
    }
}
