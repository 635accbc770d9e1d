//! Rule violations of the ego: red lights, stop lines, road edge, lane edge.
//!
//! The front bumper crossing the stop line decides (MUTCD: entering on yellow is allowed in WA, TX, CA).
//! A stop counts when the speed fell below 0.6 m/s within 6 m before the line.
//! Units: m, m/s, s. Not covered: right turn on red (the automation never attempts it).

use crate::base::ids::LaneId;
use crate::base::time::SimTime;
use crate::road::ApproachControl;
use crate::sim::{Clock, RunPlan};
use crate::state::command::Indicator;
use crate::state::messages::{EventLog, Happening};
use crate::state::signal::Indication;
use crate::state::truth::{GroundTruth, SignalStates};
use bevy::prelude::*;

/// Speed below which a vehicle has stopped, m/s.
const STOPPED_MPS: f64 = 0.6;

/// State between ticks.
#[derive(Resource, Default, Debug)]
pub struct LineWatch {
    lane: Option<LaneId>,
    front_m: f64,
    slowest_mps: f64,
    /// Lane whose line was crossed, speed there, slowest speed before it, and the indications then.
    crossed: Option<(LaneId, f64, f64)>,
    shown: Vec<(LaneId, Option<Indication>)>,
    red_since: Vec<(LaneId, SimTime)>,
    off_road_s: f64,
    off_road_told: bool,
    departed: bool,
}

/// Watches the ego at lines and edges.
pub fn watch_lines(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    truth: Res<GroundTruth>,
    signals: Res<SignalStates>,
    mut watch: ResMut<LineWatch>,
    mut log: ResMut<EventLog>,
) {
    let Some(ego) = truth.ego() else { return };
    let network = &*plan.network;
    let dt_s = clock.dt_s();

    let on_surface = ego.lane.is_some_and(|coord| {
        let half = network.lane_pose(coord).width_m * 0.5;
        coord.offset_m.abs() < half + 0.5 || network.on_drivable(ego.pose.position_m, 0.3)
    });
    watch.off_road_s = if on_surface { 0.0 } else { watch.off_road_s + dt_s };
    if watch.off_road_s > 0.2 && !watch.off_road_told {
        watch.off_road_told = true;
        log.push(Happening::OffRoad { participant: ego.id });
    } else if on_surface {
        watch.off_road_told = false;
    }

    let Some(coord) = ego.lane else { return };
    let lane = network.lane(coord.lane);
    let room = network.lane_pose(coord).width_m * 0.5 - ego.extent.width_m * 0.5;
    let outside = coord.offset_m.abs() > room.max(0.2) + 0.3
        && lane.junction.is_none()
        && ego.lights.indicator == Indicator::Off
        && !ego.lights.hazard;
    if outside && !watch.departed {
        log.push(Happening::LaneDeparture { participant: ego.id });
    }
    watch.departed = outside;

    let front = coord.along_m + ego.extent.front_x_m();
    if watch.lane != Some(coord.lane) {
        // Entered a connecting lane: judge the line that was crossed before it.
        if lane.junction.is_some()
            && let Some((approach, speed, slowest)) = watch.crossed
            && lane.predecessors.contains(&approach)
        {
            watch.crossed = None;
            let shown = watch.shown.iter().find(|(l, _)| *l == coord.lane).and_then(|(_, i)| *i);
            let control =
                network.approach_control.get(coord.lane.ix()).copied().unwrap_or(ApproachControl::None);
            match shown {
                Some(Indication::Red) => {
                    let since = watch.red_since.iter().find(|(l, _)| *l == coord.lane);
                    log.push(Happening::RedLightViolation {
                        participant: ego.id,
                        red_for_s: since.map_or(f64::INFINITY, |(_, t)| clock.time.since_s(*t)),
                    });
                }
                Some(Indication::Dark | Indication::FlashingRed) if slowest > STOPPED_MPS => {
                    log.push(Happening::StopLineViolation { participant: ego.id, speed_mps: speed });
                }
                None if control == ApproachControl::Stop && slowest > STOPPED_MPS => {
                    log.push(Happening::StopLineViolation { participant: ego.id, speed_mps: speed });
                }
                _ => {}
            }
        }
        if lane.junction.is_none() {
            watch.slowest_mps = f64::INFINITY;
            watch.front_m = front;
        }
        watch.lane = Some(coord.lane);
    }
    if lane.junction.is_some() {
        return;
    }
    // Remember when each movement ahead turned red.
    for &next in &lane.successors {
        let red = signals.of_movement(next) == Some(Indication::Red);
        let known = watch.red_since.iter().position(|(l, _)| *l == next);
        match (red, known) {
            (true, None) => watch.red_since.push((next, clock.time)),
            (false, Some(ix)) => {
                watch.red_since.swap_remove(ix);
            }
            _ => {}
        }
    }
    let line = lane.stop_line_m.unwrap_or(lane.length_m);
    if front > line - 6.0 && front <= line + 0.5 {
        watch.slowest_mps = watch.slowest_mps.min(ego.motion.speed_mps.abs());
    }
    if watch.front_m <= line && front > line {
        watch.crossed = Some((coord.lane, ego.motion.speed_mps, watch.slowest_mps));
        watch.shown.clear();
        for &next in &lane.successors {
            watch.shown.push((next, signals.of_movement(next)));
        }
    }
    watch.front_m = front;
}
