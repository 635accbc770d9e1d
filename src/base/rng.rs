//! Random streams: one `ChaCha8Rng` for each (run seed, entity name, purpose).
//!
//! A new noise source therefore never shifts another one's numbers. `rand::rng()` and `StdRng` are
//! banned by lint: the first is not seeded, the second may change its algorithm.

use super::hash::StableHasher;
use rand::SeedableRng;
pub use rand::{Rng, RngExt};
pub use rand_chacha::ChaCha8Rng;

/// The stream of `purpose` for `entity` in the run with `seed`.
pub fn stream(seed: u64, entity: &str, purpose: &str) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(StableHasher::new().text(entity).text(purpose).finish());
    rng
}

/// A standard normal number.
#[inline]
pub fn normal(rng: &mut ChaCha8Rng) -> f64 {
    rng.sample(rand_distr::StandardNormal)
}

/// A uniform number in [0, 1).
#[inline]
pub fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    rng.random::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_entity_and_purpose_and_repeat() {
        let first = uniform(&mut stream(7, "ego", "gnss"));
        assert_eq!(first, uniform(&mut stream(7, "ego", "gnss")));
        assert_ne!(first, uniform(&mut stream(7, "ego", "imu")));
        assert_ne!(first, uniform(&mut stream(7, "car", "gnss")));
        assert_ne!(first, uniform(&mut stream(8, "ego", "gnss")));
    }
}
