//! Whether each sensor still works, judged without the truth.
//!
//! ```text
//! no frame for more than 2.9 periods                        → Lost
//! performance = consistency · own range left · bias · light  < 0.5 → Degraded, > 0.65 → Good
//! ```
//!
//! * **consistency**: of the objects that other kinds of sensors see and this one should see, the share
//!   it does see (leaky average over the last 25 expected objects).
//! * **own range left**: the visibility the unit reads itself against half of its range, and water on a
//!   camera's lens.
//! * **bias**: the mean cross-range innovation in σ: a misaligned sensor always misses to one side.
//! * **light**: a camera much darker than the brightest one has something before its lens.
//! * **frozen**: the same detection to the last bit while the car moves: nothing measures like that.
//!
//! Units: performance 0–1 against the clear-weather norm. Thresholds: chosen because a healthy sensor's
//! consistency stays above 0.8 on the synthetic street. It cannot tell a fault from weather: both count.

use super::fusion::FrameReport;
use crate::base::ids::SensorIx;
use crate::base::math::DVec2;
use crate::base::time::SimTime;
use crate::state::belief::{HealthState, SensorHealth};
use crate::state::messages::{EventLog, Happening};
use crate::state::sensor_data::{SensorContent, SensorFrame, SensorInfo, SensorKind};

/// Frames overdue by this many periods mean a lost sensor.
const LOST_AFTER_PERIODS: f64 = 2.9;
/// Performance below which a sensor is degraded, and above which it is good again.
const DEGRADED_BELOW: f64 = 0.5;
const GOOD_ABOVE: f64 = 0.65;
/// Expected objects that the consistency averages over.
const MEMORY: f64 = 25.0;
/// Mean cross-range innovation that counts as misalignment, σ, and matches it takes to say so.
const BIAS_SIGMA: f64 = 1.2;
const BIAS_MATCHES: f64 = 15.0;
/// Equal first detections in a row that count as frozen.
const FROZEN_FRAMES: u32 = 4;

/// What the monitor remembers of one sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Watch {
    last_arrival: SimTime,
    expected: f64,
    seen: f64,
    bias: f64,
    matches: f64,
    own_range: f64,
    lens: f64,
    illuminance_lx: Option<f64>,
    last_first: Option<DVec2>,
    repeats: u32,
}

/// Monitor of the whole suite.
#[derive(Clone, Debug, Default)]
pub struct HealthMonitor {
    watches: Vec<Watch>,
}

impl HealthMonitor {
    /// Sets up for a suite; does nothing once it stands.
    pub fn fit(&mut self, suite: &[SensorInfo], now: SimTime, health: &mut Vec<SensorHealth>) {
        if self.watches.len() == suite.len() && health.len() == suite.len() {
            return;
        }
        self.watches.clear();
        health.clear();
        for (ix, info) in suite.iter().enumerate() {
            self.watches.push(Watch {
                last_arrival: SimTime::from_s(now.s() + info.latency_s),
                // Trusted at first, as if it had agreed with the others.
                expected: 0.4 * MEMORY,
                seen: 0.4 * MEMORY,
                bias: 0.0,
                matches: 0.0,
                own_range: 1.0,
                lens: 1.0,
                illuminance_lx: None,
                last_first: None,
                repeats: 0,
            });
            health.push(SensorHealth {
                sensor: SensorIx(ix as u8),
                kind: info.kind,
                state: HealthState::Good,
                performance: 1.0,
            });
        }
    }

    /// Notes a frame, the fusion's report on it and whether the car moves.
    pub fn note(&mut self, frame: &SensorFrame, info: &SensorInfo, report: &FrameReport, ego_speed_mps: f64) {
        let Some(watch) = self.watches.get_mut(frame.sensor.ix()) else { return };
        watch.last_arrival = watch.last_arrival.max(frame.available_at);
        let keep = 1.0 - (report.expected / MEMORY).min(0.5);
        watch.expected = keep * watch.expected + report.expected;
        watch.seen = keep * watch.seen + report.seen;
        let keep = 1.0 - (f64::from(report.matched) / MEMORY).min(0.5);
        watch.bias = keep * watch.bias + report.cross_bias;
        watch.matches = keep * watch.matches + f64::from(report.matched);
        if let Some(visibility_m) = frame.visibility_m
            && info.range_max_m > 0.0
        {
            let left = (visibility_m / (0.5 * info.range_max_m)).min(1.0);
            watch.own_range += 0.2 * (left - watch.own_range);
        }
        if let (SensorKind::Camera, Some(level)) = (frame.kind, frame.precipitation_level) {
            watch.lens += 0.2 * (1.0 - 0.5 * level - watch.lens);
        }
        if let Some(lx) = frame.illuminance_lx {
            watch.illuminance_lx = Some(watch.illuminance_lx.map_or(lx, |old| old + 0.3 * (lx - old)));
        }
        if let SensorContent::Objects(list) = &frame.content {
            let first = list.first().map(|d| d.position_in_ego_m);
            let same = first.is_some() && first == watch.last_first && ego_speed_mps.abs() > 0.5;
            watch.repeats = if same { watch.repeats + 1 } else { 0 };
            watch.last_first = first;
        }
    }

    /// Gives the verdicts of this tick; changes go to the log.
    pub fn judge(
        &self,
        now: SimTime,
        tick_s: f64,
        suite: &[SensorInfo],
        health: &mut [SensorHealth],
        log: &mut EventLog,
    ) {
        let brightest = self.watches.iter().filter_map(|watch| watch.illuminance_lx).fold(0.0, f64::max);
        for ((watch, info), health) in self.watches.iter().zip(suite).zip(health) {
            health.performance = watch.performance(brightest);
            let overdue_s = now.since_s(watch.last_arrival);
            let state = if overdue_s > LOST_AFTER_PERIODS * info.period_s.max(tick_s) {
                health.performance = 0.0;
                HealthState::Lost
            } else {
                match health.state {
                    HealthState::Good if health.performance < DEGRADED_BELOW => HealthState::Degraded,
                    HealthState::Degraded | HealthState::Lost if health.performance < GOOD_ABOVE => {
                        HealthState::Degraded
                    }
                    HealthState::Good | HealthState::Degraded | HealthState::Lost => HealthState::Good,
                }
            };
            if state != health.state {
                health.state = state;
                log.push(Happening::SensorHealthChanged {
                    sensor: health.sensor,
                    kind: health.kind,
                    state: name(state).to_owned(),
                });
            }
        }
    }
}

impl Watch {
    fn performance(&self, brightest_lx: f64) -> f64 {
        if self.repeats >= FROZEN_FRAMES {
            return 0.0;
        }
        let consistency = (self.seen / self.expected.max(1e-6)).min(1.0);
        let biased = self.matches > BIAS_MATCHES && (self.bias / self.matches).abs() > BIAS_SIGMA;
        let dark = match self.illuminance_lx {
            Some(lx) if brightest_lx > 1.0 => (1.5 * lx / brightest_lx).min(1.0),
            Some(_) | None => 1.0,
        };
        consistency * self.own_range * self.lens * dark * if biased { 0.4 } else { 1.0 }
    }
}

fn name(state: HealthState) -> &'static str {
    match state {
        HealthState::Good => "good",
        HealthState::Degraded => "degraded",
        HealthState::Lost => "lost",
    }
}

#[cfg(test)]
mod tests {
    use crate::perception::synthetic::{CAMERA, LIDAR, RADAR, Street, Thing};
    use crate::state::belief::HealthState;
    use crate::state::messages::Happening;

    fn street(seed: u64) -> Street {
        let things = vec![
            Thing::car(25.0, 0.0, 10.0, 0.0),
            Thing::car(40.0, 3.5, 11.0, 0.0),
            Thing::walker(60.0, 5.0, 9.0, 0.0),
        ];
        let mut street = Street::new(seed, 10.0, things);
        street.run_s(3.0);
        assert!(
            street.model.health.iter().all(|h| h.state == HealthState::Good),
            "{:?}",
            street.model.health
        );
        assert!(street.log.this_tick.is_empty());
        street
    }

    #[test]
    fn a_dead_camera_is_lost_within_three_periods() {
        let mut street = street(1);
        street.dead = vec![CAMERA];
        // Frames in flight still arrive for the latency.
        street.run_s(0.1 + 3.0 * 0.1);
        assert_eq!(street.model.health[CAMERA].state, HealthState::Lost);
        assert_eq!(street.model.health[LIDAR].state, HealthState::Good);
        let lost: Vec<_> = street
            .log
            .this_tick
            .iter()
            .filter(|h| matches!(h, Happening::SensorHealthChanged { state, .. } if state == "lost"))
            .collect();
        assert_eq!(lost.len(), 1);
        street.dead = vec![];
        street.run_s(1.0);
        assert_eq!(street.model.health[CAMERA].state, HealthState::Good);
    }

    #[test]
    fn a_sensor_that_misses_what_others_see_is_degraded() {
        for blind in [LIDAR, RADAR, CAMERA] {
            let mut street = street(2);
            street.blind = vec![blind];
            street.run_s(3.0);
            for ix in [CAMERA, LIDAR, RADAR] {
                let expect = if ix == blind { HealthState::Degraded } else { HealthState::Good };
                assert_eq!(street.model.health[ix].state, expect, "{blind} {ix} {:?}", street.model.health);
            }
        }
    }

    #[test]
    fn fog_shows_in_the_units_own_range() {
        let mut street = street(3);
        street.visibility_m = Some(20.0);
        street.run_s(3.0);
        assert_eq!(street.model.health[LIDAR].state, HealthState::Degraded);
        assert_eq!(street.model.health[RADAR].state, HealthState::Good);
        assert!(street.model.visibility_m < 25.0);
    }

    #[test]
    fn a_frozen_and_a_turned_sensor_are_noticed() {
        let mut frozen = street(4);
        frozen.frozen = vec![LIDAR];
        frozen.run_s(1.5);
        assert_eq!(frozen.model.health[LIDAR].state, HealthState::Degraded);
        let mut turned = street(5);
        turned.misaligned_rad = Some((CAMERA, 0.03));
        turned.run_s(4.0);
        assert_eq!(turned.model.health[CAMERA].state, HealthState::Degraded, "{:?}", turned.model.health);
    }
}
