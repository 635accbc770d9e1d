//! The ticks that can be shown again without simulating: all of the last seconds, every few of the rest.
//!
//! A shot is some 10–20 kB, a run has 50 ticks a second. So ticks older than [`FULL_TICKS`] are thinned to
//! every [`SPARSE`]th, and the picture between them is blended (poses) or held (everything else). If a very
//! long run still outgrows [`SHOTS_MAX`], the stride doubles.

use crate::stage::Shot;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Ticks kept in full behind the newest one (20 s at 50 Hz).
const FULL_TICKS: u64 = 1_000;
/// Of the older ones every so many are kept (10 Hz at 50 Hz).
const SPARSE: u64 = 5;
/// Most shots kept (about 300 MB).
const SHOTS_MAX: usize = 20_000;

/// The kept shots of a run, by tick.
#[derive(Default)]
pub struct History {
    shots: BTreeMap<u64, Arc<Shot>>,
    stride: u64,
}

impl History {
    /// An empty history.
    pub fn new() -> Self {
        Self { shots: BTreeMap::new(), stride: SPARSE }
    }

    /// Adds the newest shot.
    pub fn push(&mut self, shot: Shot) {
        let tick = shot.tick;
        self.shots.insert(tick, Arc::new(shot));
        if let Some(old) = tick.checked_sub(FULL_TICKS)
            && !old.is_multiple_of(self.stride)
        {
            self.shots.remove(&old);
        }
        if self.shots.len() > SHOTS_MAX {
            self.stride *= 2;
            let (stride, newest) = (self.stride, tick);
            self.shots.retain(|t, _| t.is_multiple_of(stride) || t + FULL_TICKS >= newest);
        }
    }

    /// The newest shot.
    pub fn newest(&self) -> Option<&Arc<Shot>> {
        self.shots.values().next_back()
    }

    /// The two shots around a time and the blend between them, 0 to 1. Beyond the ends: the end twice.
    pub fn around(&self, time_s: f64, dt_s: f64) -> Option<(Arc<Shot>, Arc<Shot>, f32)> {
        let tick = (time_s / dt_s + 1e-6).max(0.0).floor() as u64;
        let a = self.shots.range(..=tick).next_back().or_else(|| self.shots.iter().next())?.1;
        let b = self.shots.range(tick + 1..).next().map_or(a, |(_, shot)| shot);
        let span_s = b.time_s - a.time_s;
        let blend = if span_s > 0.0 { ((time_s - a.time_s) / span_s).clamp(0.0, 1.0) } else { 1.0 };
        Some((a.clone(), b.clone(), blend as f32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(ticks: u64) -> History {
        let mut history = History::new();
        for tick in 0..=ticks {
            history.push(Shot { tick, time_s: tick as f64 * 0.02, ..Shot::default() });
        }
        history
    }

    #[test]
    fn recent_ticks_are_whole_and_old_ones_thin() {
        let history = filled(3_000);
        assert!((2_001..=3_000).all(|t| history.shots.contains_key(&t)));
        assert!(history.shots.contains_key(&500) && !history.shots.contains_key(&501));
        assert_eq!(history.newest().map(|s| s.tick), Some(3_000));
    }

    #[test]
    fn a_time_lies_between_its_shots() {
        let history = filled(3_000);
        let at = |time_s: f64| {
            let (a, b, w) = history.around(time_s, 0.02).unwrap();
            (a.tick, b.tick, (w * 1000.0).round() / 1000.0)
        };
        assert_eq!(at(50.005), (2_500, 2_501, 0.25));
        assert_eq!(at(10.05), (500, 505, 0.5));
        assert_eq!(at(0.0), (0, 5, 0.0));
        assert_eq!(at(99.0).0, 3_000);
    }
}
