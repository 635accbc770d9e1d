//! Gaze: an alternating renewal process between the road and the secondary task.
//!
//! Durations are exponential with means by task, s. On the road, while driving or supervising: glances
//! away average 0.9 s every 7 s or so; long off-road glances belong to secondary tasks (NHTSA visual-manual
//! guidelines cap single glances at 2 s for a reason). Units: s.
//! Chosen because no single study covers all tasks; the means keep the share of eyes-off time near the
//! naturalistic values (about 10 % monitoring, 50 % hands-free display, 75 % handheld, 90 % reading).
//! Not modeled: peripheral detection.

use crate::base::math;
use crate::base::rng::{self, ChaCha8Rng};
use crate::state::driver::SecondaryTask;

/// State of the gaze process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaze {
    /// Eyes on the road.
    pub on_road: bool,
    /// Until the next switch, s.
    pub left_s: f64,
}

impl Default for Gaze {
    fn default() -> Self {
        Self { on_road: true, left_s: 2.0 }
    }
}

/// Mean durations (on road, off road), s.
pub fn mean_durations_s(task: SecondaryTask, driving: bool) -> (f64, f64) {
    match (task, driving) {
        (SecondaryTask::Asleep, _) => (0.0, 1e9),
        (_, true) | (SecondaryTask::Monitoring, false) => (8.0, 0.9),
        (SecondaryTask::HandsFree, false) => (2.0, 2.0),
        (SecondaryTask::Handheld, false) => (1.2, 3.6),
        (SecondaryTask::Reading, false) => (1.0, 9.0),
    }
}

/// Advances the process.
pub fn step(gaze: &mut Gaze, task: SecondaryTask, driving: bool, dt_s: f64, stream: &mut ChaCha8Rng) {
    if task == SecondaryTask::Asleep {
        *gaze = Gaze { on_road: false, left_s: 0.0 };
        return;
    }
    gaze.left_s -= dt_s;
    if gaze.left_s > 0.0 {
        return;
    }
    gaze.on_road = !gaze.on_road;
    let (on_s, off_s) = mean_durations_s(task, driving);
    let mean = if gaze.on_road { on_s } else { off_s };
    gaze.left_s = -mean * math::ln(1.0 - rng::uniform(stream));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn share_of_eyes_off_time_follows_the_task() {
        for (task, share) in [
            (SecondaryTask::Monitoring, 0.10),
            (SecondaryTask::HandsFree, 0.50),
            (SecondaryTask::Handheld, 0.75),
            (SecondaryTask::Reading, 0.90),
            (SecondaryTask::Asleep, 1.00),
        ] {
            let mut stream = rng::stream(3, "driver", "gaze");
            let mut gaze = Gaze::default();
            let mut off: f64 = 0.0;
            for _ in 0..2_000_000 {
                step(&mut gaze, task, false, 0.02, &mut stream);
                off += if gaze.on_road { 0.0 } else { 0.02 };
            }
            assert!((off / 40_000.0 - share).abs() < 0.03, "{task:?}: {}", off / 40_000.0);
        }
    }
}
