//! Orders of the storyboard to participants other than the ego.

use super::agent::{Agent, Kind, Mode, Shift, SpeedProfile, steepness};
use crate::road::{LaneCoord, RoadNetwork};
use crate::scenario::{Behavior, PlaceRef, Shape};

/// Duration of a transition over `change` with a rate or a given time, s.
pub fn duration_s(change: f64, rate: Option<f64>, over_s: Option<f64>, shape: Shape) -> f64 {
    match (over_s, rate) {
        _ if shape == Shape::Step => 0.0,
        (Some(over_s), _) => over_s.max(0.0),
        (None, Some(rate)) if rate.abs() > 1e-9 => steepness(shape) * change.abs() / rate.abs(),
        (None, _) => 0.0,
    }
}

/// New target speed.
pub fn set_speed(agent: &mut Agent, speed_mps: f64, rate: Option<f64>, over_s: Option<f64>, shape: Shape) {
    match agent.mode {
        Mode::Traffic => {
            agent.ordered_mps = Some(speed_mps);
            if shape == Shape::Step {
                agent.speed_mps = speed_mps;
                agent.accel_mps2 = 0.0;
            }
        }
        Mode::Scripted | Mode::Parked => {
            agent.mode = Mode::Scripted;
            agent.profile = Some(SpeedProfile {
                from_mps: agent.speed_mps,
                to_mps: speed_mps,
                at_s: 0.0,
                over_s: duration_s(speed_mps - agent.speed_mps, rate, over_s, shape),
                shape,
            });
        }
    }
}

/// Lane change by a number of lanes, left positive.
pub fn change_lanes(network: &RoadNetwork, agent: &mut Agent, lanes: i32, over_s: f64, shape: Shape) {
    let mut apart_m = 0.0;
    let mut at = agent.coord.lane;
    let share = agent.coord.along_m / network.lane(at).length_m.max(1e-6);
    let width =
        |lane| network.lane_pose(LaneCoord::center(lane, share * network.lane(lane).length_m)).width_m;
    for _ in 0..lanes.unsigned_abs().min(12) {
        let neighbor = if lanes > 0 { network.lane(at).left } else { network.lane(at).right };
        let next = neighbor.or(if lanes > 0 { network.lane(at).opposite } else { None }).unwrap_or(at);
        apart_m += 0.5 * (width(at) + width(next));
        at = next;
    }
    agent.intent = None;
    agent.shift = Some(Shift {
        from_m: agent.coord.offset_m,
        to_m: f64::from(lanes.signum()) * apart_m + agent.rest_offset_m,
        at_s: 0.0,
        over_s: if shape == Shape::Step { 0.0 } else { over_s },
        shape,
        lanes,
    });
}

/// Lateral offset within the lane.
pub fn offset(agent: &mut Agent, offset_m: f64, over_s: f64) {
    agent.rest_offset_m = offset_m;
    agent.shift = Some(Shift {
        from_m: agent.coord.offset_m,
        to_m: offset_m,
        at_s: 0.0,
        over_s,
        shape: Shape::Sinusoidal,
        lanes: 0,
    });
}

/// Puts an agent somewhere with its present speed.
pub fn teleport(agent: &mut Agent, place: PlaceRef) {
    let speed_mps = agent.speed_mps;
    agent.place(place.coord, speed_mps);
    agent.heading_offset_rad = place.heading_offset_rad;
}

/// Mode for a behavior.
pub fn mode_of(behavior: Behavior, is_static: bool) -> Mode {
    match behavior {
        _ if is_static => Mode::Parked,
        Behavior::Traffic | Behavior::Cyclist => Mode::Traffic,
        Behavior::Scripted => Mode::Scripted,
        Behavior::Parked | Behavior::Pedestrian => Mode::Parked,
    }
}

/// Starts a rider, or anybody who waits, at a speed.
pub fn start(agent: &mut Agent, speed_mps: f64) {
    match (agent.kind, agent.mode) {
        (Kind::Cycle, _) => {
            agent.mode = Mode::Traffic;
            agent.ordered_mps = Some(speed_mps);
        }
        (Kind::Motor, Mode::Traffic) => agent.ordered_mps = Some(speed_mps),
        (Kind::Motor, Mode::Scripted | Mode::Parked) => {
            set_speed(agent, speed_mps, Some(1.5), None, Shape::Linear);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_follow_rate_time_and_shape() {
        for (change, rate, over, shape, expect) in [
            (10.0, Some(2.0), None, Shape::Linear, 5.0),
            (-10.0, Some(2.0), None, Shape::Linear, 5.0),
            (10.0, Some(2.0), None, Shape::Cubic, 7.5),
            (10.0, Some(2.0), Some(3.0), Shape::Cubic, 3.0),
            (10.0, Some(2.0), Some(3.0), Shape::Step, 0.0),
            (10.0, None, None, Shape::Linear, 0.0),
        ] {
            let got = duration_s(change, rate, over, shape);
            assert!((got - expect).abs() < 1e-12, "{change} {rate:?} {over:?} {shape:?}: {got}");
        }
    }
}
