//! How the model human comes to act: requests, dropouts, supervision, and the time until hands and feet arrive.

use super::looking::scene;
use super::{DriverBrain, Pending};
use crate::base::math;
use crate::base::rng;
use crate::base::time::SimTime;
use crate::driver::drive::Plan;
use crate::driver::supervise::{self, Watch};
use crate::driver::takeover::{self, TakeoverTime};
use crate::road::LaneCoord;
use crate::sim::RunPlan;
use crate::state::automation::{AutomationState, FeatureMode};
use crate::state::driver::{DriverIntent, DriverState, HumanRole, TakeoverReason};
use crate::state::messages::{EventLog, Happening};
use crate::state::truth::ObjectTruth;

pub(super) fn decide_takeover(
    brain: &mut DriverBrain,
    human: &mut DriverState,
    intent: &mut DriverIntent,
    log: &mut EventLog,
    automation: &AutomationState,
    wanted: &Plan,
    object: &ObjectTruth,
    coord: LaneCoord,
    plan: &RunPlan,
    now: SimTime,
    dt_s: f64,
    supervises: bool,
    drives: bool,
) {
    let engaged = matches!(
        automation.mode,
        FeatureMode::Active | FeatureMode::RequestingIntervention | FeatureMode::MinimalRiskManeuver
    );

    // A request to intervene.
    if automation.mode == FeatureMode::RequestingIntervention
        && brain.answered_request != automation.request_since
    {
        brain.answered_request = automation.request_since;
        brain.no_response_told = false;
        let budget_s = automation.request_deadline.map_or(10.0, |deadline| deadline.since_s(now));
        start_reaction(brain, human, log, TakeoverReason::Request, now, budget_s, true);
    }
    // The deadline is pending as long as the request is unanswered; at it, the vehicle helps itself.
    if !brain.no_response_told && automation.request_deadline.is_some_and(|deadline| now >= deadline) {
        brain.no_response_told = true;
        log.push(Happening::DriverNoResponse);
    }

    // The feature dropped out without asking.
    if drives && !brain.was_driving && brain.pending.is_none() && !brain.acting {
        start_reaction(brain, human, log, TakeoverReason::FeatureDropout, now, 3.0, !supervises);
    }
    if !drives {
        brain.acting = false;
    }
    brain.was_driving = drives;

    // Supervision.
    if engaged && supervises && brain.pending.is_none() && brain.gaze.on_road {
        let scene = scene(automation, object, coord, &plan.network);
        if let Some(reason) = supervise::watch(&mut brain.watch, &scene, wanted, dt_s) {
            start_reaction(brain, human, log, reason, now, 3.0, false);
        }
    }

    // Hands and feet arrive.
    if let Some(pending) = brain.pending
        && pending.act_at.is_some_and(|at| now >= at)
    {
        brain.pending = None;
        human.reacting_since = None;
        human.took_over_at = Some(now);
        brain.acting = true;
        brain.watch = Watch::default();
        if engaged {
            intent.override_reason = Some(pending.reason);
            brain.was_driving = true;
        }
        log.push(Happening::DriverTookOver {
            reason: pending.reason,
            reaction_s: now.since_s(pending.since),
        });
    }
    // A pending takeover is moot once the feature is active again without a request.
    if let Some(pending) = brain.pending
        && pending.act_at.is_none()
        && automation.mode == FeatureMode::Active
    {
        brain.pending = None;
    }
}

/// Samples the time until hands and feet reach the controls.
pub(super) fn start_reaction(
    brain: &mut DriverBrain,
    human: &mut DriverState,
    log: &mut EventLog,
    reason: TakeoverReason,
    now: SimTime,
    budget_s: f64,
    out_of_the_loop: bool,
) {
    let time_s = if reason == TakeoverReason::FeatureLimit {
        // Foreseen by the driver: the foot is already on its way.
        Some(0.3)
    } else if out_of_the_loop || human.role == HumanRole::TestDriver {
        let mut distribution = TakeoverTime::of(human.role, human.task, budget_s);
        if let Some(probability) = brain.non_response {
            distribution.no_answer = probability;
        }
        let sampled = distribution.sample(&mut brain.takeover_rng);
        match (brain.fixed_takeover_s, sampled) {
            (Some(fixed), Some(_)) => Some(fixed),
            (_, sampled) => sampled,
        }
    } else {
        // Supervising driver with feet ready: unexpected braking about 1.25 s (Green 2000), CV 0.4.
        let (mu, sigma) = takeover::lognormal_from_moments(1.25, 0.5);
        Some(math::exp(mu + sigma * rng::normal(&mut brain.takeover_rng)))
    };
    human.reacting_since = Some(now);
    brain.pending =
        Some(Pending { reason, since: now, act_at: time_s.map(|s| now.plus_ns((s * 1e9) as u64)) });
    log.push(Happening::DriverReactionStarted { reason });
}
