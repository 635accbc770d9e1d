//! The compact trace that a batch keeps of every run, small enough for thousands of runs and rich enough
//! to draw what happened: the ego at 2 Hz for the whole run, and everything within 50 m of it at 5 Hz from
//! 6 s before to 2 s after each disengagement or collision. The seconds before come from a ring, so no
//! second run is needed; runs without such an event keep the ego alone.
//!
//! `mode` is the feature's mode and `driver` who drives (`driver`, `feature`, `fallback`, or `shared` when
//! steering and pedals are in different hands); both are empty for others.

use super::text::{csv_text, time_text};
use super::{Sink, TickView};
use crate::base::math::wrap_tau;
use crate::state::automation::{AutomationState, ControlAuthority, FeatureMode};
use crate::state::messages::Happening;
use crate::state::record::RunRecord;
use std::collections::VecDeque;
use std::io::Write;
use std::sync::Arc;

/// Columns of `runs/<run_id>/trace.csv`.
pub const RUN_TRACE_COLUMNS: [&str; 10] =
    ["time_s", "entity", "x_m", "y_m", "heading_rad", "speed_mps", "mode", "driver", "length_m", "width_m"];

/// Ego alone, s between samples (2 Hz: at 30 m/s a point every 15 m, enough for a path).
const COARSE_S: f64 = 0.5;
/// Around events, s between samples.
const FINE_S: f64 = 0.2;
/// How long before an event the others are kept, s.
const BEFORE_S: f64 = 6.0;
/// How long after it, s.
const AFTER_S: f64 = 2.0;
/// How near others must be, m.
const NEAR_M: f64 = 50.0;

#[derive(Clone)]
struct Sample {
    time_s: f64,
    entity: Arc<str>,
    x_m: f64,
    y_m: f64,
    heading_rad: f64,
    speed_mps: f64,
    length_m: f64,
    width_m: f64,
    ego: Option<(&'static str, &'static str)>,
}

/// Collects the compact trace of one run.
pub struct RunTraceSink {
    rows: Vec<Sample>,
    ring: VecDeque<Sample>,
    next_coarse_s: f64,
    next_fine_s: f64,
    keep_until_s: f64,
}

impl Default for RunTraceSink {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            ring: VecDeque::new(),
            next_coarse_s: 0.0,
            next_fine_s: 0.0,
            keep_until_s: f64::NEG_INFINITY,
        }
    }
}

impl RunTraceSink {
    /// The trace as CSV, by time and then in the order of the participants.
    pub fn into_csv(mut self) -> Vec<u8> {
        let order = |s: &Sample| s.ego.is_none();
        self.rows.sort_by(|a, b| a.time_s.total_cmp(&b.time_s).then(order(a).cmp(&order(b))));
        self.rows.dedup_by(|a, b| a.time_s == b.time_s && a.entity == b.entity);
        let mut out = Vec::with_capacity(64 * (self.rows.len() + 1));
        // Writing to memory cannot fail.
        let _ = writeln!(out, "{}", RUN_TRACE_COLUMNS.join(","));
        for row in &self.rows {
            let (mode, driver) = row.ego.unwrap_or_default();
            let _ = writeln!(
                out,
                "{},{},{:.2},{:.2},{:.3},{:.2},{mode},{driver},{:.1},{:.1}",
                time_text(row.time_s),
                csv_text(&row.entity),
                row.x_m,
                row.y_m,
                row.heading_rad,
                row.speed_mps,
                row.length_m,
                row.width_m
            );
        }
        out
    }
}

impl Sink for RunTraceSink {
    fn tick(&mut self, view: &TickView<'_>) -> std::io::Result<()> {
        let Some(ego) = view.truth.ego() else { return Ok(()) };
        let time_s = view.time_s;
        let happened = view.events.iter().any(|event| match &event.happening {
            Happening::Disengagement { .. } => true,
            Happening::Collision { a, b, .. } => *a == ego.id || *b == ego.id,
            _ => false,
        });
        let coarse = time_s + 1e-9 >= self.next_coarse_s;
        let fine = time_s + 1e-9 >= self.next_fine_s;
        if !(coarse || fine || happened) {
            return Ok(());
        }
        let sample = |object: &crate::state::truth::ObjectTruth, own| Sample {
            time_s,
            entity: object.name.clone(),
            x_m: object.pose.position_m.x,
            y_m: object.pose.position_m.y,
            heading_rad: wrap_tau(object.pose.heading_rad),
            speed_mps: object.motion.speed_mps,
            length_m: object.extent.length_m,
            width_m: object.extent.width_m,
            ego: own,
        };
        let own = Some(view.automation.map_or(("off", "driver"), |a| (mode_name(a.mode), who_drives(a))));
        if coarse {
            self.next_coarse_s = (time_s / COARSE_S + 1e-6).floor() * COARSE_S + COARSE_S;
        }
        if coarse || happened {
            self.rows.push(sample(ego, own));
        }
        if fine || happened {
            self.next_fine_s = (time_s / FINE_S + 1e-6).floor() * FINE_S + FINE_S;
            if happened {
                self.rows.extend(self.ring.drain(..));
                self.keep_until_s = time_s + AFTER_S;
            }
            let keep = time_s <= self.keep_until_s;
            while self.ring.front().is_some_and(|old| old.time_s < time_s - BEFORE_S - 1e-9) {
                self.ring.pop_front();
            }
            for object in view.truth.present() {
                let is_ego = object.id == ego.id;
                if !is_ego && object.center_m.distance(ego.center_m) > NEAR_M {
                    continue;
                }
                let sample = sample(object, own.filter(|_| is_ego));
                if keep {
                    self.rows.push(sample);
                } else {
                    self.ring.push_back(sample);
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self, _record: &RunRecord) -> std::io::Result<()> {
        self.ring.clear();
        Ok(())
    }
}

fn mode_name(mode: FeatureMode) -> &'static str {
    match mode {
        FeatureMode::Off => "off",
        FeatureMode::Available => "available",
        FeatureMode::Active => "active",
        FeatureMode::RequestingIntervention => "requesting_intervention",
        FeatureMode::MinimalRiskManeuver => "minimal_risk_maneuver",
        FeatureMode::MinimalRiskCondition => "minimal_risk_condition",
        FeatureMode::Overridden => "overridden",
        FeatureMode::Failed => "failed",
    }
}

fn who_drives(automation: &AutomationState) -> &'static str {
    let allocation = automation.allocation;
    if allocation.lateral != allocation.longitudinal {
        return "shared";
    }
    match allocation.lateral {
        ControlAuthority::Driver => "driver",
        ControlAuthority::Feature => "feature",
        ControlAuthority::Fallback => "fallback",
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{car, view};
    use super::*;
    use crate::base::ids::ParticipantId;
    use crate::base::math::DVec2;
    use crate::record::RecordedEvent;
    use crate::road::RoadNetwork;
    use crate::state::truth::GroundTruth;

    /// 20 s at 50 Hz; the disengagement, if any, happens at 10 s.
    fn trace(with_event: bool) -> Vec<(f64, String)> {
        let (near, mut far) = (car(1, "near"), car(2, "far"));
        far.center_m = DVec2::new(60.0, 0.0);
        let truth = GroundTruth { objects: vec![car(0, "ego"), near, far], ego: Some(ParticipantId(0)) };
        let network = RoadNetwork::default();
        let events =
            [RecordedEvent { tick: 500, time_s: 10.0, happening: Happening::Disengagement { index: 0 } }];
        let mut sink = RunTraceSink::default();
        for tick in 0..=1000 {
            let now: &[_] = if with_event && tick == 501 { &events } else { &[] };
            sink.tick(&view(tick, &truth, &network, now)).unwrap();
        }
        let text = String::from_utf8(sink.into_csv()).unwrap();
        text.lines()
            .skip(1)
            .map(|line| {
                let mut cells = line.split(',');
                (cells.next().unwrap().parse().unwrap(), cells.next().unwrap().to_owned())
            })
            .collect()
    }

    #[test]
    fn quiet_runs_keep_the_ego_alone_at_two_hertz() {
        let rows = trace(false);
        assert_eq!(rows.len(), 41);
        assert!(rows.iter().all(|(_, entity)| entity == "ego"));
    }

    #[test]
    fn others_near_by_are_kept_around_an_event() {
        let rows = trace(true);
        let near: Vec<f64> = rows.iter().filter(|r| r.1 == "near").map(|r| r.0).collect();
        assert!(rows.iter().all(|r| r.1 != "far"));
        let (first, last) = (near[0], near[near.len() - 1]);
        assert!((3.9..=4.3).contains(&first) && (11.9..=12.1).contains(&last), "{first} {last}");
        assert!((38..=43).contains(&near.len()), "{}", near.len());
        assert!(rows.windows(2).all(|w| w[0].0 <= w[1].0));
        let mut unique = rows.clone();
        unique.dedup();
        assert_eq!(unique.len(), rows.len());
    }
}
