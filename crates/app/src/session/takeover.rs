//! How a takeover went: measured for the person in the driver's seat exactly as for the model.
//!
//! Reaction time = request to the first input that takes over, from the run's own events. Quality = the
//! largest decelerations and the smallest time to collision within [`WINDOW_S`] after it. The comparison
//! with the model draws from `driver::takeover` for the same role, task and budget (Eriksson & Stanton 2017,
//! Zhang et al. 2019).

use super::TakeoverReport;
use crate::stage::Shot;
use shakedown::base::rng;
use shakedown::driver::takeover::TakeoverTime;
use shakedown::record::RecordedEvent;
use shakedown::state::driver::{DriverState, TakeoverReason};
use shakedown::state::messages::Happening;

/// Time after a takeover in which its quality is measured, s.
pub const WINDOW_S: f64 = 10.0;
/// Draws from the model's distribution.
const DRAWS: usize = 4_000;

/// Follows requests and takeovers through a run.
#[derive(Default, Clone, Debug)]
pub struct TakeoverWatch {
    report: Option<TakeoverReport>,
    budget_s: f64,
    took_over_s: Option<f64>,
}

impl TakeoverWatch {
    /// The latest takeover, if there was a request.
    pub fn report(&self) -> Option<TakeoverReport> {
        self.report
    }

    /// Takes an event in.
    pub fn event(&mut self, event: &RecordedEvent, driver: Option<&DriverState>) {
        if let Happening::RequestToIntervene { budget_s, .. } = &event.happening {
            self.budget_s = *budget_s;
            self.took_over_s = None;
            self.report = Some(TakeoverReport {
                request_s: event.time_s,
                reaction_s: None,
                left_s: None,
                slower_share: None,
                decel_max_mps2: 0.0,
                lateral_accel_max_mps2: 0.0,
                ttc_min_s: f64::INFINITY,
            });
        } else if let Happening::DriverTookOver { reason: TakeoverReason::Request, reaction_s } =
            &event.happening
            && let Some(report) = &mut self.report
        {
            report.reaction_s = Some(*reaction_s);
            report.left_s = Some(self.budget_s - (event.time_s - report.request_s));
            report.slower_share = driver.map(|d| slower_share(d, self.budget_s, *reaction_s));
            self.took_over_s = Some(event.time_s);
        }
    }

    /// Takes the state after a tick in.
    pub fn shot(&mut self, shot: &Shot, ego: Option<usize>) {
        let (Some(report), Some(since), Some(ego)) =
            (&mut self.report, self.took_over_s, ego.and_then(|ix| shot.objects.get(ix)))
        else {
            return;
        };
        if shot.time_s - since <= WINDOW_S {
            report.decel_max_mps2 = report.decel_max_mps2.max(-ego.motion.accel_mps2);
            report.lateral_accel_max_mps2 =
                report.lateral_accel_max_mps2.max(ego.motion.lateral_accel_mps2.abs());
            report.ttc_min_s = report.ttc_min_s.min(shot.ttc_s);
        }
    }
}

/// Share of the model's humans in the same situation that answer later than `reaction_s`, or never.
pub fn slower_share(driver: &DriverState, budget_s: f64, reaction_s: f64) -> f64 {
    let distribution = TakeoverTime::of(driver.role, driver.task, budget_s);
    let mut stream = rng::stream(1, "window", "takeover_comparison");
    let slower =
        (0..DRAWS).filter(|_| distribution.sample(&mut stream).is_none_or(|time_s| time_s > reaction_s));
    slower.count() as f64 / DRAWS as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::state::driver::{HumanRole, SecondaryTask};

    fn driver() -> DriverState {
        DriverState {
            role: HumanRole::FallbackReadyUser,
            task: SecondaryTask::Reading,
            attention: 1.0,
            seat: shakedown::state::command::Seat::Model,
            awareness: 1.0,
            eyes_on_road: true,
            hands_on_wheel: true,
            driving: false,
            reacting_since: None,
            took_over_at: None,
        }
    }

    fn event(time_s: f64, happening: Happening) -> RecordedEvent {
        RecordedEvent { tick: (time_s * 50.0) as u64, time_s, happening }
    }

    #[test]
    fn half_of_the_readers_are_slower_than_their_median() {
        // Eriksson & Stanton 2017: median 6.06 s with a secondary task; two in a hundred never answer.
        let share = slower_share(&driver(), 10.0, 6.061);
        assert!((share - 0.52).abs() < 0.03, "{share}");
        assert!(slower_share(&driver(), 10.0, 0.5) > 0.99);
    }

    #[test]
    fn reaction_and_quality_come_from_the_run() {
        let mut watch = TakeoverWatch::default();
        watch.event(
            &event(5.0, Happening::RequestToIntervene { reason: "odd_exit".into(), budget_s: 10.0 }),
            None,
        );
        assert_eq!(watch.report().map(|r| r.reaction_s), Some(None));
        watch.event(
            &event(7.0, Happening::DriverTookOver { reason: TakeoverReason::Request, reaction_s: 2.0 }),
            Some(&driver()),
        );
        let report = watch.report().unwrap();
        assert_eq!((report.reaction_s, report.left_s), (Some(2.0), Some(8.0)));
        assert!(report.slower_share.unwrap() > 0.9);
    }
}
