//! What the driver sees and remembers: place on the road, noticed participants, sight, delayed reactions.

use super::{DriverBrain, NOTICE_MEMORY_S, NOTICE_S};
use crate::base::math;
use crate::base::time::SimTime;
use crate::driver::sight;
use crate::driver::supervise::Scene;
use crate::road::{LaneCoord, RoadNetwork};
use crate::state::automation::{AutomationState, ControlAuthority};
use crate::state::belief::MapPrior;
use crate::state::command::Indicator;
use crate::state::truth::{GroundTruth, ObjectTruth};
use crate::state::weather::Weather;

/// How far the driver sees ahead, m.
pub(super) fn sight_ahead_m(weather: &Weather, object: &ObjectTruth) -> f64 {
    let sun_angle = math::wrap_pi(weather.sun_azimuth_rad - object.pose.heading_rad);
    sight::range_m(weather, crate::state::object::ObjectClass::Car, false, 1.0, sun_angle)
}

/// What a supervising human sees of the vehicle.
pub(super) fn scene(
    automation: &AutomationState,
    object: &ObjectTruth,
    coord: LaneCoord,
    network: &RoadNetwork,
) -> Scene {
    let half_lane = network.lane_pose(coord).width_m * 0.5;
    Scene {
        level: automation.level,
        speed_mps: object.motion.speed_mps,
        accel_mps2: object.motion.accel_mps2,
        offset_m: coord.offset_m,
        room_m: half_lane - object.extent.width_m * 0.5,
        changing_lane: object.lights.indicator != Indicator::Off
            || network.lane(coord.lane).junction.is_some(),
        object: None,
        feature_steers: automation.allocation.lateral != ControlAuthority::Driver,
        feature_drives: automation.allocation.longitudinal != ControlAuthority::Driver,
    }
}

/// Where the driver thinks to be: the lane the vehicle is on if it leads the own way, else the own side of
/// the road; off the road, the nearest lane that does.
pub(super) fn place_of(
    brain: &DriverBrain,
    network: &RoadNetwork,
    object: &ObjectTruth,
) -> Option<LaneCoord> {
    let ahead = |coord: LaneCoord| {
        let heading = network.lane_pose(coord).pose.heading_rad;
        math::wrap_pi(heading - object.pose.heading_rad).abs() < core::f64::consts::FRAC_PI_2
    };
    if let Some(coord) = object.lane {
        if ahead(coord) {
            return Some(coord);
        }
        let lane = network.lane(coord.lane);
        if let Some(own) = lane.opposite {
            let own_lane = network.lane(own);
            let along_m = (1.0 - coord.along_m / lane.length_m.max(1e-6)) * own_lane.length_m;
            let center = LaneCoord::center(own, along_m);
            let apart_m = 0.5 * (network.lane_pose(coord).width_m + network.lane_pose(center).width_m);
            return Some(LaneCoord { offset_m: apart_m - coord.offset_m, ..center });
        }
    }
    network
        .nearest_lane(object.pose.position_m, Some(object.pose.heading_rad))
        .map(|nearest| nearest.coord)
        .filter(|coord| ahead(*coord))
        .or(brain.last_place)
}

pub(super) fn fallback_coord(prior: &MapPrior) -> LaneCoord {
    LaneCoord::center(prior.route.legs.first().map_or(crate::base::ids::LaneId(0), |leg| leg.lane), 0.0)
}

/// Updates what is noticed: eyes on the road, within sight, for long enough.
pub(super) fn notice(
    brain: &mut DriverBrain,
    truth: &GroundTruth,
    own: &ObjectTruth,
    weather: &Weather,
    dt_s: f64,
) {
    for other in truth.present() {
        let seen_s = &mut brain.noticed_s[other.id.ix()];
        let delta = other.center_m - own.center_m;
        let distance = delta.length();
        let lit = other.lights.headlights || other.lights.braking || other.lights.hazard;
        let visible = brain.gaze.on_road && distance < sight::SIGHT_MAX_M && {
            let bearing = math::wrap_pi(math::atan2(delta.y, delta.x) - own.pose.heading_rad);
            let to_sun = math::wrap_pi(weather.sun_azimuth_rad - own.pose.heading_rad - bearing);
            bearing.abs() < 1.7
                && distance < sight::range_m(weather, other.class, lit, other.conspicuity, to_sun)
        };
        if visible {
            *seen_s = (seen_s.max(0.0) + dt_s).min(NOTICE_S + NOTICE_MEMORY_S);
        } else if *seen_s > NOTICE_S {
            // Remembered for a while.
            *seen_s -= dt_s;
        } else {
            *seen_s = 0.0;
        }
    }
}

/// Value of the reactive acceleration `delay_s` ago.
pub(super) fn delayed_value(brain: &mut DriverBrain, now: SimTime, value: f64, delay_s: f64) -> f64 {
    let slots = brain.delayed.len();
    brain.delayed[brain.delayed_next] = (now, value);
    let mut ix = brain.delayed_next;
    brain.delayed_next = (brain.delayed_next + 1) % slots;
    for _ in 0..slots {
        let (time, value) = brain.delayed[ix];
        if now.since_s(time) >= delay_s {
            return value;
        }
        ix = (ix + slots - 1) % slots;
    }
    brain.delayed[ix].1
}
