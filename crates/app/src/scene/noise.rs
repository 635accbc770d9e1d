//! Repeatable variety: hashes of places, smooth noise, dice with a seed.
//!
//! The same map gives the same world on every machine: everything here is integer arithmetic and
//! correctly rounded floating point, no clock and no global generator.

use shakedown::base::math::DVec2;

/// Mixes 64 bits (SplitMix64, Steele et al. 2014).
pub fn mix(value: u64) -> u64 {
    let z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// 53 random bits as a number in [0, 1).
fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

/// A number in [0, 1) for a lattice point.
pub fn lattice(x: i64, y: i64, salt: u64) -> f64 {
    unit(mix(mix((x as u64) ^ salt.wrapping_mul(0xD6E8_FEB8_6659_FD93)) ^ (y as u64)))
}

/// Smooth noise in [0, 1) with features of the given size, m.
pub fn value(p: DVec2, size_m: f64, salt: u64) -> f64 {
    let q = p / size_m;
    let (fx, fy) = (q.x.floor(), q.y.floor());
    let (x, y) = (fx as i64, fy as i64);
    let ease = |u: f64| u * u * (3.0 - 2.0 * u);
    let (u, v) = (ease(q.x - fx), ease(q.y - fy));
    let at = |i: i64, j: i64| lattice(x.wrapping_add(i), y.wrapping_add(j), salt);
    let low = at(0, 0) + (at(1, 0) - at(0, 0)) * u;
    let high = at(0, 1) + (at(1, 1) - at(0, 1)) * u;
    low + (high - low) * v
}

/// Noise of three octaves in [0, 1).
pub fn fractal(p: DVec2, size_m: f64, salt: u64) -> f64 {
    let octave = |k: i32, share: f64| share * value(p, size_m / f64::from(1 << k), salt ^ (k as u64));
    octave(0, 0.55) + octave(1, 0.3) + octave(2, 0.15)
}

/// 0 below `low`, 1 above `high`, smooth between.
pub fn smoothstep(low: f64, high: f64, x: f64) -> f64 {
    let u = ((x - low) / (high - low)).clamp(0.0, 1.0);
    u * u * (3.0 - 2.0 * u)
}

/// A stream of numbers with a seed.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The stream of a seed and a purpose.
    pub fn new(seed: u64, purpose: u64) -> Self {
        Self(mix(seed ^ mix(purpose)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// Uniform in [0, 1).
    pub fn unit(&mut self) -> f64 {
        unit(self.next())
    }

    /// Uniform in [low, high).
    pub fn range(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// True with this probability.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Uniform among `count` (0 for none).
    pub fn index(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_smooth_and_bounded() {
        let mut before = value(DVec2::new(-7.0, 3.0), 5.0, 1);
        for i in 1..4000 {
            let v = value(DVec2::new(-7.0 + 0.01 * f64::from(i), 3.0), 5.0, 1);
            assert!((0.0..1.0).contains(&v));
            assert!((v - before).abs() < 0.01, "jump of {} at {i}", v - before);
            before = v;
        }
    }

    #[test]
    fn dice_repeat_and_differ_by_seed_and_purpose() {
        let roll = |seed, purpose| Dice::new(seed, purpose).unit();
        assert_eq!(roll(1, 2), roll(1, 2));
        assert_ne!(roll(1, 2), roll(2, 2));
        assert_ne!(roll(1, 2), roll(1, 3));
        let mut dice = Dice::new(3, 0);
        let mean = (0..2000).map(|_| dice.unit()).sum::<f64>() / 2000.0;
        assert!((mean - 0.5).abs() < 0.03, "{mean}");
    }
}
