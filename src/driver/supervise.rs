//! When a supervising human takes over from an engaged feature.
//!
//! The human compares what the vehicle does with what he or she would do. A takeover is decided when the
//! difference means danger (harder braking wanted than the vehicle shows), a rule about to be broken, a
//! stop nobody understands, or a limit of the feature that is handled as a matter of course.
//! Units: s, m, m/s². Thresholds: 0.35 g wanted and 1.5 m/s² missing, chosen because drivers rate
//! decelerations above 3–3.5 m/s² as harsh (J3016 supervisors intervene before comfort ends).
//! Not modeled: trust that grows or fades over trips.

use super::drive::{Concern, Plan};
use crate::state::automation::AutomationLevel;
use crate::state::driver::TakeoverReason;
use crate::state::object::ObjectClass;

/// What the supervising human sees of the vehicle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scene {
    /// Level of the engaged feature.
    pub level: AutomationLevel,
    /// Speed, m/s.
    pub speed_mps: f64,
    /// Acceleration the vehicle shows, m/s².
    pub accel_mps2: f64,
    /// Lateral offset from the lane center, m.
    pub offset_m: f64,
    /// Half the lane width minus half the vehicle width, m.
    pub room_m: f64,
    /// Lane change under way (indicator on).
    pub changing_lane: bool,
    /// Class of what the plan is concerned about, if it is an object.
    pub object: Option<ObjectClass>,
    /// Feature steers.
    pub feature_steers: bool,
    /// Feature controls speed.
    pub feature_drives: bool,
}

/// Memory between ticks, s.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Watch {
    /// How long the difference has lasted.
    pub conflict_s: f64,
    /// How long the vehicle has stood without visible reason.
    pub standing_s: f64,
    /// How long the vehicle has been out of its lane.
    pub departure_s: f64,
}

/// Patience with an unneeded stop, s: chosen because drivers behind honk after about as long.
pub const STAND_PATIENCE_S: f64 = 9.0;

/// A limit that a driver-support feature has by design and that a driver handles early, without alarm.
pub fn at_a_limit(scene: &Scene, plan: &Plan) -> bool {
    let support = scene.level <= AutomationLevel::L2;
    if support && scene.feature_drives {
        let needed = scene.speed_mps * scene.speed_mps / (2.0 * plan.stop_line_m.max(0.5));
        if plan.stop_line_m.is_finite() && (needed > 1.0 || plan.stop_line_m < 12.0) && scene.speed_mps > 0.5
        {
            return true;
        }
        if matches!(plan.concern, Concern::Crossing(_)) && plan.accel_mps2() < -0.7 {
            return true;
        }
    }
    support && plan.turn_m < (scene.speed_mps * 3.0).max(12.0)
}

/// Danger now: much harder braking is needed than the vehicle shows.
pub fn in_danger(scene: &Scene, plan: &Plan) -> Option<TakeoverReason> {
    // A line is judged by kinematics (a vehicle that creeps up to it is no danger), others by what the
    // human would do.
    let needed = match plan.concern {
        Concern::Signal | Concern::StopLine => {
            -(scene.speed_mps * scene.speed_mps) / (2.0 * (plan.stop_line_m - 0.2).max(0.1))
        }
        _ => plan.accel_mps2(),
    };
    let missing = scene.accel_mps2 - needed;
    // Someone who already brakes hard is not helped by a second foot.
    let dangerous = scene.feature_drives
        && needed < -3.4
        && missing > 1.5
        && scene.accel_mps2 > -5.0
        && scene.speed_mps > 1.5;
    dangerous.then_some(match plan.concern {
        Concern::Signal | Concern::StopLine => TakeoverReason::SignalViolation,
        _ => TakeoverReason::Conflict,
    })
}

/// Whether the vehicle leaves its lane unintended.
pub fn leaves_the_lane(scene: &Scene) -> bool {
    scene.feature_steers && !scene.changing_lane && scene.offset_m.abs() > scene.room_m + 0.25
}

/// Why somebody who overrides at this moment does so, as far as the situation tells; `None` = no visible
/// reason. The same tests as [`watch`] has, without its patience.
pub fn visible_reason(scene: &Scene, plan: &Plan) -> Option<TakeoverReason> {
    in_danger(scene, plan)
        .or(leaves_the_lane(scene).then_some(TakeoverReason::LaneDeparture))
        .or(at_a_limit(scene, plan).then_some(TakeoverReason::FeatureLimit))
}

/// One tick of supervision; `Some` = the human decides to take over now (before reaction time).
pub fn watch(state: &mut Watch, scene: &Scene, plan: &Plan, dt_s: f64) -> Option<TakeoverReason> {
    if at_a_limit(scene, plan) {
        return Some(TakeoverReason::FeatureLimit);
    }
    let danger = in_danger(scene, plan);
    state.conflict_s = if danger.is_some() { state.conflict_s + dt_s } else { 0.0 };
    if state.conflict_s > 0.25 {
        return danger;
    }

    let stands = scene.feature_drives
        && scene.speed_mps < 0.3
        && plan.accel_mps2() > 0.4
        && plan.concern == Concern::None;
    state.standing_s = if stands { state.standing_s + dt_s } else { 0.0 };
    if state.standing_s > STAND_PATIENCE_S {
        state.standing_s = 0.0;
        return Some(TakeoverReason::UnneededStop);
    }

    state.departure_s = if leaves_the_lane(scene) { state.departure_s + dt_s } else { 0.0 };
    if state.departure_s > 0.3 {
        state.departure_s = 0.0;
        return Some(TakeoverReason::LaneDeparture);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::command::Indicator;

    fn run(scene: Scene, plan: Plan, seconds: f64) -> Option<TakeoverReason> {
        let mut state = Watch::default();
        (0..(seconds / 0.02) as u32).find_map(|_| watch(&mut state, &scene, &plan, 0.02))
    }

    #[test]
    fn decisions() {
        let scene = Scene {
            level: AutomationLevel::L4,
            speed_mps: 12.0,
            accel_mps2: 0.0,
            offset_m: 0.0,
            room_m: 0.8,
            changing_lane: false,
            object: None,
            feature_steers: true,
            feature_drives: true,
        };
        let plan = Plan {
            reactive_mps2: 1.0,
            anticipated_mps2: 0.5,
            steer_rad: 0.0,
            indicator: Indicator::Off,
            concern: Concern::None,
            stop_line_m: f64::INFINITY,
            turn_m: f64::INFINITY,
        };
        let brake =
            Plan { reactive_mps2: -5.0, concern: Concern::Lead(crate::base::ids::ParticipantId(1)), ..plan };
        let red = Plan { anticipated_mps2: -5.0, concern: Concern::Signal, stop_line_m: 14.0, ..plan };
        let near = Plan { anticipated_mps2: -12.0, concern: Concern::StopLine, stop_line_m: 0.9, ..plan };
        let l2 = AutomationLevel::L2;
        for (label, scene, plan, seconds, expect) in [
            ("all well", scene, plan, 20.0, None),
            ("vehicle does not brake", scene, brake, 1.0, Some(TakeoverReason::Conflict)),
            ("vehicle brakes too", Scene { accel_mps2: -4.5, ..scene }, brake, 5.0, None),
            ("red ahead, L4 rolls on", scene, red, 1.0, Some(TakeoverReason::SignalViolation)),
            (
                "red ahead, L2: by design",
                Scene { level: l2, ..scene },
                red,
                0.1,
                Some(TakeoverReason::FeatureLimit),
            ),
            ("creeps up to the line", Scene { speed_mps: 0.8, accel_mps2: -0.4, ..scene }, near, 5.0, None),
            (
                "turn ahead, L2",
                Scene { level: l2, ..scene },
                Plan { turn_m: 20.0, ..plan },
                0.1,
                Some(TakeoverReason::FeatureLimit),
            ),
            (
                "stands on green",
                Scene { speed_mps: 0.0, ..scene },
                plan,
                12.0,
                Some(TakeoverReason::UnneededStop),
            ),
            ("stands shortly", Scene { speed_mps: 0.0, ..scene }, plan, 5.0, None),
            (
                "leaves its lane",
                Scene { offset_m: 1.2, ..scene },
                plan,
                1.0,
                Some(TakeoverReason::LaneDeparture),
            ),
            ("changes lane", Scene { offset_m: 1.2, changing_lane: true, ..scene }, plan, 1.0, None),
        ] {
            assert_eq!(run(scene, plan, seconds), expect, "{label}");
        }
    }
}
