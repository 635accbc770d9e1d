//! Quality of takeovers: how hard and how close the first seconds by hand were.
//!
//! Counted over the [`AFTER_S`] after each [`Happening::DriverTookOver`], model and person alike: the
//! largest deceleration, the largest lateral acceleration, the smallest time to collision with anyone
//! ahead. Several takeovers of a run share one value each, the worst.
//!
//! Units: s, m/s². Source: the usual measures of takeover quality (Gold et al. 2013; Zhang et al. 2019);
//! 10 s chosen because most of the control quality has returned by then (Merat et al. 2014).
//!
//! What it does not do: it tells nothing about a run without a takeover, and nothing of a wreck.

use crate::base::time::SimTime;
use crate::state::messages::Happening;
use crate::state::pose::Motion;

/// Time after a takeover that counts, s.
pub const AFTER_S: f64 = 10.0;

/// Running values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TakeoverQuality {
    /// Latest takeover.
    since: Option<SimTime>,
    /// Worst values so far, if anybody took over.
    worst: Option<Worst>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Worst {
    decel_mps2: f64,
    lateral_mps2: f64,
    ttc_s: f64,
}

impl TakeoverQuality {
    /// One tick: what happened in it, and the motion at its end.
    pub fn observe(&mut self, now: SimTime, happened: &[Happening], motion: &Motion) {
        if happened.iter().any(|h| matches!(h, Happening::DriverTookOver { .. })) {
            self.since = Some(now);
            self.worst.get_or_insert(Worst { decel_mps2: 0.0, lateral_mps2: 0.0, ttc_s: f64::INFINITY });
        }
        if let Some(worst) = self.counts(now) {
            worst.decel_mps2 = worst.decel_mps2.max(-motion.accel_mps2);
            worst.lateral_mps2 = worst.lateral_mps2.max(motion.lateral_accel_mps2.abs());
        }
    }

    /// A time to collision with somebody ahead, s.
    pub fn approach(&mut self, now: SimTime, ttc_s: f64) {
        if let Some(worst) = self.counts(now) {
            worst.ttc_s = worst.ttc_s.min(ttc_s);
        }
    }

    fn counts(&mut self, now: SimTime) -> Option<&mut Worst> {
        let since = self.since?;
        self.worst.as_mut().filter(|_| now.since_s(since) <= AFTER_S)
    }

    /// Metrics by name; none without a takeover.
    pub fn metrics(&self) -> impl Iterator<Item = (&'static str, f64)> {
        self.worst.into_iter().flat_map(|worst| {
            [
                ("takeover_decel_max_mps2", worst.decel_mps2),
                ("takeover_lateral_accel_max_mps2", worst.lateral_mps2),
                ("takeover_ttc_min_s", worst.ttc_s),
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::driver::TakeoverReason;

    #[test]
    fn the_worst_of_ten_seconds_after_each_takeover() {
        let mut quality = TakeoverQuality::default();
        let took_over = [Happening::DriverTookOver { reason: TakeoverReason::Request, reaction_s: 1.0 }];
        // Time, takeover, acceleration, lateral acceleration, time to collision.
        for (time_s, takes_over, accel, lateral, ttc) in [
            (1.0, false, -9.0, 9.0, 0.1),
            (2.0, true, -1.0, -0.5, 8.0),
            (5.0, false, 2.0, 0.2, 3.0),
            (12.0, false, -2.0, 0.1, 4.0),
            (12.1, false, -9.0, 9.0, 0.1),
            (20.0, true, -2.5, 0.0, 5.0),
            (30.1, false, -9.0, 9.0, 0.1),
        ] {
            let now = SimTime::from_s(time_s);
            let motion = Motion { accel_mps2: accel, lateral_accel_mps2: lateral, ..Motion::default() };
            quality.observe(now, if takes_over { &took_over } else { &[] }, &motion);
            quality.approach(now, ttc);
            assert_eq!(quality.metrics().count(), if time_s < 2.0 { 0 } else { 3 });
        }
        let found: Vec<_> = quality.metrics().collect();
        assert_eq!(
            found,
            [
                ("takeover_decel_max_mps2", 2.5),
                ("takeover_lateral_accel_max_mps2", 0.5),
                ("takeover_ttc_min_s", 3.0),
            ]
        );
    }
}
