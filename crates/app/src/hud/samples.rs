//! Curves of the run so far: a few numbers of every shown tick, kept by tick, so that scrubbing back and forth
//! fills holes and never doubles a point.
//!
//! Units as the suffixes say. Memory: at most [`ROWS_MAX`] rows; beyond, every second one goes.

use super::gap;
use crate::stage::Stage;
use shakedown::state::truth::Presence;
use std::collections::BTreeMap;

/// Most rows that are kept: ten minutes at 50 Hz.
pub const ROWS_MAX: usize = 30_000;

/// One tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Time, s.
    pub time_s: f64,
    /// Speed of the ego, m/s.
    pub speed_mps: f64,
    /// Posted limit, m/s.
    pub limit_mps: Option<f64>,
    /// Planned speed, m/s, while a feature drives.
    pub target_mps: Option<f64>,
    /// Distance to whoever drives ahead, m.
    pub gap_m: Option<f64>,
    /// Time to collision, s.
    pub ttc_s: Option<f64>,
    /// Attention of the human, 0–1.
    pub attention: Option<f64>,
}

/// The rows of the opened run.
#[derive(bevy::prelude::Resource, Debug, Default)]
pub struct Samples {
    serial: u64,
    rows: BTreeMap<u64, Row>,
    /// Only every so many ticks is kept: a power of two.
    stride: u64,
    last_tick: Option<u64>,
}

impl Samples {
    /// Takes the shown tick. `simulated_s` is how far the run reaches: what lies beyond was another future.
    pub fn take(&mut self, stage: &Stage, simulated_s: f64) {
        if self.serial != stage.serial {
            *self = Self { serial: stage.serial, stride: 1, ..Self::default() };
        }
        self.forget_after(simulated_s);
        let shot = stage.shot();
        if self.last_tick == Some(shot.tick) || !shot.tick.is_multiple_of(self.stride.max(1)) {
            return;
        }
        self.last_tick = Some(shot.tick);
        if let Some(row) = row_of(stage) {
            self.insert(shot.tick, row);
        }
    }

    /// Adds a row of a tick.
    pub fn insert(&mut self, tick: u64, row: Row) {
        self.rows.insert(tick, row);
        while self.rows.len() > ROWS_MAX {
            self.stride = self.stride.max(1) * 2;
            let stride = self.stride;
            self.rows.retain(|tick, _| tick.is_multiple_of(stride));
        }
    }

    /// Drops rows later than this time: a person has changed the run.
    pub fn forget_after(&mut self, simulated_s: f64) {
        // A tick of slack: the shown state may be the one after the last simulated tick.
        while self.rows.last_key_value().is_some_and(|(_, row)| row.time_s > simulated_s + 0.2) {
            self.rows.pop_last();
            self.last_tick = None;
        }
    }

    /// All rows, by time.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// A curve as points (time, value), at most `most` of them; pieces where the value is missing are cut off.
    pub fn curve(&self, value: impl Fn(&Row) -> Option<f64>, most: usize) -> Vec<Vec<[f64; 2]>> {
        /// Two samples farther apart than this belong to different pieces, s.
        const HOLE_S: f64 = 3.0;
        let every = self.rows.len().div_ceil(most.max(1)).max(1);
        let mut pieces: Vec<Vec<[f64; 2]>> = Vec::new();
        let mut last_s = f64::NEG_INFINITY;
        for row in self.rows.values().step_by(every) {
            let Some(y) = value(row).filter(|y| y.is_finite()) else {
                last_s = f64::NEG_INFINITY;
                continue;
            };
            if row.time_s - last_s > HOLE_S * every as f64 {
                pieces.push(Vec::new());
            }
            if let Some(piece) = pieces.last_mut() {
                piece.push([row.time_s, y]);
            }
            last_s = row.time_s;
        }
        pieces
    }
}

fn row_of(stage: &Stage) -> Option<Row> {
    let shot = stage.shot();
    let ego = stage.ego().filter(|ego| ego.presence != Presence::Absent)?;
    let network = stage.run.network();
    let engaged =
        shot.automation.as_ref().filter(|a| super::words::terms::mode_letter(a.mode, a.level) == 'A');
    Some(Row {
        time_s: shot.time_s,
        speed_mps: ego.motion.speed_mps.abs(),
        limit_mps: ego.lane.map(|at| network.lane(at.lane).speed_limit_mps),
        target_mps: engaged.map(|a| a.target_speed_mps.max(0.0)),
        gap_m: gap::ahead(network, shot, ego.id).map(|gap| gap.gap_m),
        ttc_s: Some(shot.ttc_s).filter(|t| t.is_finite()),
        attention: shot.driver.as_ref().map(|driver| driver.attention),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(time_s: f64) -> Row {
        Row {
            time_s,
            speed_mps: time_s,
            limit_mps: None,
            target_mps: None,
            gap_m: (time_s < 2.0).then_some(10.0),
            ttc_s: None,
            attention: Some(1.0),
        }
    }

    #[test]
    fn rows_are_kept_by_tick_whatever_the_order() {
        let mut samples = Samples::default();
        for tick in [0, 100, 50, 50, 25, 100] {
            samples.insert(tick, row(tick as f64 * 0.02));
        }
        let times: Vec<f64> = samples.rows().map(|r| r.time_s).collect();
        assert_eq!(times, [0.0, 0.5, 1.0, 2.0]);
    }

    #[test]
    fn another_future_is_forgotten() {
        let mut samples = Samples::default();
        for tick in 0..500 {
            samples.insert(tick, row(tick as f64 * 0.02));
        }
        samples.forget_after(4.0);
        let last = samples.rows().last().unwrap().time_s;
        assert!((4.0..=4.2).contains(&last), "{last}");
    }

    #[test]
    fn memory_is_bounded() {
        let mut samples = Samples::default();
        for tick in 0..(ROWS_MAX as u64 * 3) {
            samples.insert(tick, row(tick as f64 * 0.02));
        }
        assert!(samples.rows().count() <= ROWS_MAX);
        let last = samples.rows().last().unwrap().time_s;
        assert!(last > ROWS_MAX as f64 * 3.0 * 0.02 - 0.2, "the end is kept: {last}");
    }

    #[test]
    fn curves_break_where_nothing_is() {
        let mut samples = Samples::default();
        for tick in (0..100).chain(600..700) {
            samples.insert(tick, row(tick as f64 * 0.02));
        }
        assert_eq!(samples.curve(|r| Some(r.speed_mps), 1000).len(), 2, "a hole of ten seconds");
        let gaps = samples.curve(|r| r.gap_m, 1000);
        assert_eq!(gaps.len(), 1);
        assert!(gaps[0].iter().all(|p| p[0] < 2.0));
        let thin = samples.curve(|r| Some(r.speed_mps), 20);
        assert!(thin.iter().map(Vec::len).sum::<usize>() <= 20);
    }
}
