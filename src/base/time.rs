//! Simulated time as integer nanoseconds: sums of ticks are exact, so no drift and no rounding.

use serde::{Deserialize, Serialize};

/// Nanoseconds since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SimTime(pub u64);

impl SimTime {
    /// The start of the run.
    pub const ZERO: Self = Self(0);

    /// From seconds, rounded to the nearest nanosecond; negative and NaN become zero.
    pub fn from_s(seconds: f64) -> Self {
        Self((seconds * 1e9).round().max(0.0) as u64)
    }
    /// In seconds.
    #[inline]
    pub fn s(self) -> f64 {
        self.0 as f64 * 1e-9
    }
    /// Seconds from `earlier` to `self` (negative if `earlier` is later).
    #[inline]
    pub fn since_s(self, earlier: Self) -> f64 {
        (self.0 as i64 - earlier.0 as i64) as f64 * 1e-9
    }
    /// This time plus a duration in nanoseconds.
    #[inline]
    pub fn plus_ns(self, ns: u64) -> Self {
        Self(self.0 + ns)
    }
}
