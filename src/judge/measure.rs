//! Metrics, odometer, end conditions and pass criteria.
//!
//! Metrics carry their unit in the name (`ttc_min_s`). A metric that never had a value is left out.
//! Units: SI. Comfort bounds: braking harder than 4 m/s² counts as hard (UN R157 aims at ≤ 4 m/s² for a
//! minimal risk maneuver).

use super::criticality::{MovingBox, drac_mps2, headway_s, planar_ttc_s};
use super::takeover::TakeoverQuality;
use crate::base::math::{self, DVec2};
use crate::base::time::SimTime;
use crate::record::RunLog;
use crate::scenario::CriterionRule;
use crate::sim::occupancy::LaneOccupancy;
use crate::sim::script::Script;
use crate::sim::{Clock, PlayEnd, RunPlan};
use crate::state::automation::{AutomationLevel, AutomationState, ControlAuthority, FeatureMode};
use crate::state::belief::WorldModel;
use crate::state::command::Seat;
use crate::state::driver::DriverState;
use crate::state::messages::{EventLog, Happening};
use crate::state::record::{CollisionRecord, Outcome, Verdict};
use crate::state::truth::{Ego, GroundTruth, ObjectTruth, Presence};
use bevy::prelude::*;

/// Deceleration that counts as hard, m/s².
const HARD_BRAKING_MPS2: f64 = 4.0;
/// TTC that counts as critical, s.
const CRITICAL_TTC_S: f64 = 1.2;
/// Horizon of the planar TTC, s.
pub const TTC_HORIZON_S: f64 = 8.0;
/// Participants farther away than this are left out of the TTC, m.
const NEAR_M: f64 = 120.0;
/// The run goes on this long after a collision of the ego, s.
const AFTER_COLLISION_S: f64 = 2.0;
/// The run goes on this long after a minimal risk condition, s.
const AFTER_MRC_S: f64 = 2.0;
/// … and this long where a person aboard a vehicle with its own fallback may press Go, s (chosen: a stop
/// for somebody to get out, and on).
const AFTER_MRC_PERSON_S: f64 = 60.0;
/// Distance to the destination that counts as arrival, m.
const ARRIVAL_M: f64 = 10.0;
/// Period of the post-encroachment samples, s.
const PET_PERIOD_S: f64 = 0.1;
/// Longest post-encroachment time looked for, s.
const PET_MAX_S: f64 = 4.0;

/// Running metrics.
#[derive(Resource, Debug)]
pub struct Measures {
    /// Destination, m.
    pub destination_m: Option<DVec2>,
    /// Whether the TTC with a participant is below the threshold now.
    pub ttc_latched: Vec<bool>,
    ttc_min_s: f64,
    headway_min_s: f64,
    drac_max_mps2: f64,
    pet_min_s: f64,
    decel_max_mps2: f64,
    lateral_accel_max_mps2: f64,
    jerk_max_mps3: f64,
    offset_max_m: f64,
    speed_sum: f64,
    speed_max_mps: f64,
    standing_s: f64,
    localization_error_max_m: f64,
    localization_error_sq_sum: f64,
    localization_samples: f64,
    samples: f64,
    last_accel_mps2: f64,
    jerk_filtered: f64,
    braking_hard: bool,
    pet_next: SimTime,
    trail: Vec<(SimTime, u32, DVec2, DVec2)>,
    collided_at: Option<SimTime>,
    mrc_at: Option<SimTime>,
    /// A person aboard is given time to press Go.
    waits_for_go: bool,
    takeover: TakeoverQuality,
    counts: [u32; 5],
}

impl Default for Measures {
    fn default() -> Self {
        Self {
            destination_m: None,
            ttc_latched: Vec::new(),
            ttc_min_s: f64::INFINITY,
            headway_min_s: f64::INFINITY,
            drac_max_mps2: 0.0,
            pet_min_s: f64::INFINITY,
            decel_max_mps2: 0.0,
            lateral_accel_max_mps2: 0.0,
            jerk_max_mps3: 0.0,
            offset_max_m: 0.0,
            speed_sum: 0.0,
            speed_max_mps: 0.0,
            standing_s: 0.0,
            localization_error_max_m: 0.0,
            localization_error_sq_sum: 0.0,
            localization_samples: 0.0,
            samples: 0.0,
            last_accel_mps2: 0.0,
            jerk_filtered: 0.0,
            braking_hard: false,
            pet_next: SimTime::ZERO,
            trail: Vec::new(),
            collided_at: None,
            mrc_at: None,
            waits_for_go: false,
            takeover: TakeoverQuality::default(),
            counts: [0; 5],
        }
    }
}

/// The box of a participant and its velocity.
pub fn moving_box(object: &ObjectTruth) -> MovingBox {
    MovingBox {
        center_m: object.center_m,
        forward: object.forward,
        velocity_mps: object.motion.velocity_mps(object.pose.heading_rad),
        half_length_m: object.extent.length_m * 0.5,
        half_width_m: object.extent.width_m * 0.5,
    }
}

/// Smallest time to collision of the ego with anyone ahead of it, s; `INFINITY` beyond
/// [`TTC_HORIZON_S`] and for a wreck.
pub fn ttc_ahead_s(truth: &GroundTruth) -> f64 {
    let Some(ego) = truth.ego().filter(|ego| ego.presence == Presence::Present) else { return f64::INFINITY };
    let own = moving_box(ego);
    truth
        .present()
        .filter(|other| {
            other.id != ego.id
                && other.center_m.distance_squared(ego.center_m) <= NEAR_M * NEAR_M
                && ego.pose.to_local(other.center_m).x > 0.0
        })
        .map(|other| planar_ttc_s(&own, &moving_box(other), TTC_HORIZON_S))
        .fold(f64::INFINITY, f64::min)
}

/// Updates metrics and odometer.
pub fn measure(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    truth: Res<GroundTruth>,
    occupancy: Res<LaneOccupancy>,
    egos: Query<(Option<&AutomationState>, Option<&WorldModel>), With<Ego>>,
    mut measures: ResMut<Measures>,
    mut verdict: ResMut<Verdict>,
    mut log: ResMut<EventLog>,
) {
    let Some(ego) = truth.ego() else { return };
    let m = &mut *measures;
    let dt_s = clock.dt_s();
    let (automation, belief) = egos.iter().next().unwrap_or((None, None));
    let step = ego.motion.speed_mps.abs() * dt_s;
    verdict.distance_m += step;
    let automated = automation.is_some_and(|a| {
        matches!(
            a.mode,
            FeatureMode::Active | FeatureMode::RequestingIntervention | FeatureMode::MinimalRiskManeuver
        ) && (a.allocation.lateral != ControlAuthority::Driver
            || a.allocation.longitudinal != ControlAuthority::Driver)
    });
    if automated {
        verdict.distance_automated_m += step;
    }
    m.samples += 1.0;
    m.speed_sum += ego.motion.speed_mps;
    m.speed_max_mps = m.speed_max_mps.max(ego.motion.speed_mps);
    if ego.motion.speed_mps.abs() < 0.2 {
        m.standing_s += dt_s;
    }
    let crashed = ego.presence == Presence::Wreck;
    if !crashed {
        m.takeover.observe(clock.time, &log.this_tick, &ego.motion);
        m.decel_max_mps2 = m.decel_max_mps2.max(-ego.motion.accel_mps2);
        m.lateral_accel_max_mps2 = m.lateral_accel_max_mps2.max(ego.motion.lateral_accel_mps2.abs());
        let jerk = (ego.motion.accel_mps2 - m.last_accel_mps2) / dt_s;
        // 0.2 s low pass: passengers feel no single-tick spikes.
        m.jerk_filtered += (jerk - m.jerk_filtered) * (dt_s / 0.2).min(1.0);
        if clock.tick > 10 {
            m.jerk_max_mps3 = m.jerk_max_mps3.max(m.jerk_filtered.abs());
        }
        m.last_accel_mps2 = ego.motion.accel_mps2;
        let hard = ego.motion.accel_mps2 < -HARD_BRAKING_MPS2;
        if hard && !m.braking_hard {
            log.push(Happening::HardBraking { participant: ego.id, accel_mps2: ego.motion.accel_mps2 });
        }
        m.braking_hard = ego.motion.accel_mps2 < -HARD_BRAKING_MPS2 * 0.6 && (hard || m.braking_hard);
    }
    if let Some(coord) = ego.lane
        && plan.network.lane(coord.lane).junction.is_none()
    {
        m.offset_max_m = m.offset_max_m.max(coord.offset_m.abs());
    }
    if let Some(belief) = belief {
        let error = belief.ego.position_m.distance(ego.pose.position_m.truncate());
        if error.is_finite() && clock.time.s() > 2.0 {
            m.localization_error_max_m = m.localization_error_max_m.max(error);
            m.localization_error_sq_sum += error * error;
            m.localization_samples += 1.0;
        }
    }

    if !crashed && clock.tick.is_multiple_of(2) {
        let own = moving_box(ego);
        for other in truth.present() {
            if other.id == ego.id || other.center_m.distance_squared(ego.center_m) > NEAR_M * NEAR_M {
                continue;
            }
            let ttc = planar_ttc_s(&own, &moving_box(other), TTC_HORIZON_S);
            let ahead = ego.pose.to_local(other.center_m).x > 0.0;
            if ahead {
                m.ttc_min_s = m.ttc_min_s.min(ttc);
                m.takeover.approach(clock.time, ttc);
            }
            let latched = &mut m.ttc_latched[other.id.ix()];
            if ttc < CRITICAL_TTC_S && !*latched && ahead && ego.motion.speed_mps > 1.0 {
                *latched = true;
                log.push(Happening::CriticalTtc { participant: other.id, ttc_s: ttc });
            } else if ttc > 2.0 * CRITICAL_TTC_S {
                *latched = false;
            }
        }
        if let Some(coord) = ego.lane
            && let Some((lead, distance)) =
                occupancy.leader(&plan.network, ego.id, coord.along_m, [coord.lane], 100.0)
        {
            let other = &truth.objects[lead.id.ix()];
            let gap = distance - other.extent.rear_m - ego.extent.front_x_m();
            // Only someone who goes ahead in the lane is followed.
            let in_the_lane =
                (lead.offset_m - coord.offset_m).abs() < 0.5 * (other.extent.width_m + ego.extent.width_m);
            if in_the_lane && other.class.is_motor_vehicle() && other.forward.dot(ego.forward) > 0.0 {
                m.headway_min_s = m.headway_min_s.min(headway_s(gap, ego.motion.speed_mps));
                m.drac_max_mps2 = m
                    .drac_max_mps2
                    .max(drac_mps2(gap, ego.motion.speed_mps, other.motion.speed_mps).min(99.0));
            }
        }
    }
    if clock.time >= m.pet_next && !crashed {
        m.pet_next = clock.time.plus_ns((PET_PERIOD_S * 1e9) as u64);
        post_encroachment(m, &truth, ego, clock.time);
    }

    for happening in &log.this_tick {
        match happening {
            Happening::Collision { a, b, relative_speed_mps } => {
                let ego_involved = *a == ego.id || *b == ego.id;
                let name = |id: crate::base::ids::ParticipantId| truth.objects[id.ix()].name.to_string();
                let place = truth.objects[a.ix()].center_m;
                verdict.collisions.push(CollisionRecord {
                    time_s: clock.time.s(),
                    tick: clock.tick,
                    a: name(*a),
                    b: name(*b),
                    relative_speed_mps: *relative_speed_mps,
                    ego_involved,
                    x_m: place.x,
                    y_m: place.y,
                });
                if ego_involved && m.collided_at.is_none() {
                    m.collided_at = Some(clock.time);
                }
            }
            Happening::MinimalRiskConditionReached => m.mrc_at = Some(clock.time),
            Happening::FeatureModeChanged { from: FeatureMode::MinimalRiskCondition, .. } => m.mrc_at = None,
            Happening::RedLightViolation { .. } => m.counts[0] += 1,
            Happening::StopLineViolation { .. } => m.counts[1] += 1,
            Happening::OffRoad { .. } => m.counts[2] += 1,
            Happening::LaneDeparture { .. } => m.counts[3] += 1,
            Happening::HardBraking { .. } => m.counts[4] += 1,
            _ => {}
        }
    }
}

/// Post-encroachment time: someone enters ground the other has just left, on a crossing course.
fn post_encroachment(m: &mut Measures, truth: &GroundTruth, ego: &ObjectTruth, now: SimTime) {
    m.trail.retain(|(time, ..)| now.since_s(*time) < PET_MAX_S);
    for other in truth.present() {
        let near = other.center_m.distance_squared(ego.center_m) < 30.0 * 30.0;
        if !near || other.motion.speed_mps.abs() < 0.3 {
            continue;
        }
        let is_ego = other.id == ego.id;
        let radius = 0.5 * (ego.extent.width_m + other.extent.width_m) + 0.3;
        for (time, id, place, forward) in &m.trail {
            let pair = if is_ego { *id != ego.id.0 } else { *id == ego.id.0 };
            let crossing = forward.dot(other.forward).abs() < 0.85;
            if pair && crossing && place.distance_squared(other.center_m) < radius * radius {
                m.pet_min_s = m.pet_min_s.min(now.since_s(*time));
            }
        }
    }
    for other in truth.present() {
        if other.center_m.distance_squared(ego.center_m) < 30.0 * 30.0 && other.motion.speed_mps.abs() >= 0.3
        {
            m.trail.push((now, other.id.0, other.center_m, other.forward));
        }
    }
}

/// Decides whether the run ends with this tick.
pub fn decide_end(
    clock: Res<Clock>,
    truth: Res<GroundTruth>,
    egos: Query<(&AutomationState, &DriverState), With<Ego>>,
    mut measures: ResMut<Measures>,
    script: Option<Res<Script>>,
    played: Option<Res<PlayEnd>>,
    mut verdict: ResMut<Verdict>,
) {
    if verdict.ended.is_some() {
        return;
    }
    if script.is_some_and(|script| script.ended()) || played.is_some_and(|end| end.0) {
        let hit = measures.collided_at.is_some();
        verdict.ended = Some(if hit { Outcome::Collision } else { Outcome::Completed });
        return;
    }
    let Some(ego) = truth.ego() else { return };
    let now = clock.time;
    measures.waits_for_go = measures.mrc_at.is_some()
        && egos
            .iter()
            .any(|(automation, human)| human.seat == Seat::Person && automation.level >= AutomationLevel::L4);
    let after_mrc_s = if measures.waits_for_go { AFTER_MRC_PERSON_S } else { AFTER_MRC_S };
    if measures.collided_at.is_some_and(|at| now.since_s(at) >= AFTER_COLLISION_S) {
        verdict.ended = Some(Outcome::Collision);
    } else if measures.collided_at.is_none()
        && measures.mrc_at.is_some_and(|at| now.since_s(at) >= after_mrc_s)
    {
        verdict.ended = Some(Outcome::MinimalRiskCondition);
    } else if measures.collided_at.is_none()
        && measures.destination_m.is_some_and(|d| d.distance(ego.center_m) < ARRIVAL_M)
    {
        verdict.ended = Some(Outcome::Completed);
    }
}

/// How the run ends if no further tick comes; `None` = its time is over and nothing has ended it.
pub fn outcome(world: &World) -> Option<Outcome> {
    let m = world.resource::<Measures>();
    let otherwise = if m.collided_at.is_some() {
        Some(Outcome::Collision)
    } else {
        m.waits_for_go.then_some(Outcome::MinimalRiskCondition)
    };
    world.resource::<Verdict>().ended.or(otherwise)
}

/// The verdict with metrics and criteria, as if the run ended now. The world stays as it is.
pub fn conclude(world: &World) -> Verdict {
    let plan = world.resource::<RunPlan>();
    let collided = world.resource::<Measures>().collided_at.is_some();
    let mut verdict = world.resource::<Verdict>().clone();
    let metrics = {
        let m = world.resource::<Measures>();
        let mut list: Vec<(&str, f64)> = vec![
            ("ttc_min_s", m.ttc_min_s),
            ("headway_min_s", m.headway_min_s),
            ("pet_min_s", m.pet_min_s),
            ("drac_max_mps2", m.drac_max_mps2),
            ("decel_max_mps2", m.decel_max_mps2),
            ("lateral_accel_max_mps2", m.lateral_accel_max_mps2),
            ("jerk_max_mps3", m.jerk_max_mps3),
            ("offset_max_m", m.offset_max_m),
            ("speed_mean_mps", m.speed_sum / m.samples.max(1.0)),
            ("speed_max_mps", m.speed_max_mps),
            ("standing_s", m.standing_s),
            ("red_light_violations", f64::from(m.counts[0])),
            ("stop_line_violations", f64::from(m.counts[1])),
            ("off_road_events", f64::from(m.counts[2])),
            ("lane_departures", f64::from(m.counts[3])),
            ("hard_brakings", f64::from(m.counts[4])),
        ];
        if m.localization_samples > 0.0 {
            list.push(("localization_error_max_m", m.localization_error_max_m));
            list.push((
                "localization_error_rms_m",
                math::sqrt(m.localization_error_sq_sum / m.localization_samples),
            ));
        }
        let reactions: Vec<f64> = verdict.disengagements.iter().filter_map(|d| d.reaction_time_s).collect();
        if !reactions.is_empty() {
            list.push(("reaction_time_mean_s", reactions.iter().sum::<f64>() / reactions.len() as f64));
        }
        list.extend(m.takeover.metrics());
        list.into_iter().filter(|(_, value)| value.is_finite()).map(|(n, v)| (n.to_owned(), v)).collect()
    };
    let happened: Vec<&'static str> =
        world.resource::<RunLog>().events.iter().map(|event| event.happening.name()).collect();
    verdict.metrics = metrics;
    verdict.ended = outcome(world);
    let count = |name: &str| happened.iter().filter(|h| **h == name).count();
    for criterion in &plan.scenario.criteria {
        if !criterion.levels.is_empty() && !criterion.levels.contains(&plan.level) {
            continue;
        }
        let metric = |name: &str| verdict.metrics.get(name).copied();
        let held = match &criterion.rule {
            CriterionRule::NoCollision => !collided,
            CriterionRule::NoRedLightViolation => metric("red_light_violations").unwrap_or(0.0) == 0.0,
            CriterionRule::NoStopLineViolation => metric("stop_line_violations").unwrap_or(0.0) == 0.0,
            CriterionRule::NoOffRoad => metric("off_road_events").unwrap_or(0.0) == 0.0,
            CriterionRule::DistanceMin(distance) => verdict.distance_m >= *distance,
            CriterionRule::MetricMin(name, value) => metric(name).is_none_or(|m| m >= *value),
            CriterionRule::MetricMax(name, value) => metric(name).is_none_or(|m| m <= *value),
            CriterionRule::Happens(name) => count(name) > 0,
            CriterionRule::Never(name) => count(name) == 0,
        };
        verdict.criteria.insert(criterion.name.clone(), held);
    }
    verdict
}
