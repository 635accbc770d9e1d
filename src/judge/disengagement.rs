//! The typed disengagement record: opened when a feature ends its part of the driving task, closed when
//! it is clear how that ended.
//!
//! ```text
//! Active ──request──▶ RequestingIntervention ──human──▶ Overridden        driver in control
//!    │                        └──no answer──▶ MinimalRiskManeuver ──▶ MRC  minimal risk condition
//!    ├──human overrides──▶ Overridden                                      driver in control
//!    ├──drops out──▶ Available / Failed                                    driver in control
//!    └──own fallback──▶ MinimalRiskManeuver ──▶ MRC                        minimal risk condition
//! a collision of the ego within 10 s: collision;  Active again without a human: feature resumed
//! another feature fitted by the user: no disengagement
//! ```
//!
//! Source: 13 CCR §227.50 (initiator, location, facts), SAE J3016 (fallback). Units: s, m, m/s.

use super::EvidenceWindow;
use super::cause::{self, Circumstances, Evidence};
use crate::base::time::SimTime;
use crate::road::RoadClass;
use crate::sim::{Clock, RunPlan};
use crate::state::automation::{AutomationLevel, AutomationState, FeatureMode, OddClause};
use crate::state::belief::WorldModel;
use crate::state::driver::{DriverState, HumanRole, TakeoverReason};
use crate::state::messages::{EventLog, Happening, LEVEL_SWITCHED};
use crate::state::object::ObjectClass;
use crate::state::record::{
    Cause, DisengagementKind, DisengagementOutcome, DisengagementRecord, Initiator, Location, Verdict,
};
use crate::state::truth::{Ego, GroundTruth, RoadSurface};
use crate::state::weather::Weather;
use bevy::prelude::*;

/// A collision this long after a disengagement is its outcome, s.
const COLLISION_WINDOW_S: f64 = 10.0;

/// Record under way.
#[derive(Resource, Default, Debug)]
pub struct Open {
    /// Index of the open record and when it was opened.
    current: Option<(usize, SimTime)>,
    /// Pending request: when, and its reason.
    request: Option<(SimTime, String)>,
    /// Clause that changed to violated last, while the feature was engaged.
    clause: Option<(SimTime, OddClause)>,
}

/// Opens and closes records from this tick's happenings.
pub fn record(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    truth: Res<GroundTruth>,
    weather: Res<Weather>,
    surface: Option<Res<RoadSurface>>,
    window: Res<EvidenceWindow>,
    egos: Query<(&AutomationState, Option<&DriverState>, Option<&WorldModel>), With<Ego>>,
    mut open: ResMut<Open>,
    mut verdict: ResMut<Verdict>,
    mut log: ResMut<EventLog>,
) {
    let (Some(ego), Some((automation, driver, belief))) = (truth.ego(), egos.iter().next()) else { return };
    let now = clock.time;
    let open = &mut *open;
    let mut opened: Option<(FeatureMode, FeatureMode, String)> = None;
    for happening in &log.this_tick {
        match happening {
            Happening::OddClauseChanged { clause, satisfied: false, .. } => {
                open.clause = Some((now, *clause))
            }
            Happening::RequestToIntervene { reason, .. } => open.request = Some((now, reason.clone())),
            // The user has fitted another feature: nothing was disengaged, and nothing is under way any more.
            Happening::FeatureModeChanged { reason, .. } if reason == LEVEL_SWITCHED => {
                *open = Open::default();
            }
            Happening::FeatureModeChanged { from, to, reason, .. } => {
                let was_engaged = matches!(from, FeatureMode::Active | FeatureMode::RequestingIntervention);
                let ends = matches!(
                    to,
                    FeatureMode::Overridden
                        | FeatureMode::Available
                        | FeatureMode::Off
                        | FeatureMode::Failed
                        | FeatureMode::MinimalRiskManeuver
                );
                if was_engaged && ends {
                    opened = Some((*from, *to, reason.clone()));
                } else if *to == FeatureMode::Active
                    && *from == FeatureMode::MinimalRiskManeuver
                    && let Some((ix, _)) = open.current.take()
                {
                    verdict.disengagements[ix].outcome = DisengagementOutcome::FeatureResumed;
                }
                if *to == FeatureMode::Active {
                    open.request = None;
                }
            }
            // While the feature is engaged, the takeover belongs to the record that is opened next; by own
            // wish, there was nothing to react to.
            Happening::DriverTookOver { reason, reaction_s } => {
                let answers = *reason != TakeoverReason::UserChoice
                    && !matches!(automation.mode, FeatureMode::Active | FeatureMode::RequestingIntervention);
                if let Some((ix, _)) = open.current.filter(|_| answers) {
                    let record = &mut verdict.disengagements[ix];
                    record.reaction_time_s.get_or_insert(*reaction_s);
                    if let Some(request) = record.request_time_s {
                        record.takeover_time_s.get_or_insert(now.s() - request);
                    }
                    if *reason != TakeoverReason::FeatureDropout
                        || record.outcome != DisengagementOutcome::Collision
                    {
                        record.outcome = DisengagementOutcome::DriverInControl;
                    }
                }
            }
            Happening::MinimalRiskConditionReached => {
                if let Some((ix, _)) = open.current {
                    verdict.disengagements[ix].outcome = DisengagementOutcome::MinimalRiskCondition;
                }
            }
            Happening::Collision { a, b, .. } if Some(*a) == truth.ego || Some(*b) == truth.ego => {
                if let Some((ix, since)) = open.current
                    && now.since_s(since) < COLLISION_WINDOW_S
                {
                    verdict.disengagements[ix].outcome = DisengagementOutcome::Collision;
                }
            }
            _ => {}
        }
    }
    let Some((from, to, reason)) = opened else { return };

    let takeover = window.items.iter().rev().find_map(|(time, happening)| match happening {
        Happening::DriverTookOver { reason, reaction_s } if now.since_s(*time) < 0.3 => {
            Some((*reason, *reaction_s))
        }
        _ => None,
    });
    let takeover = takeover.filter(|_| to == FeatureMode::Overridden);
    let present = driver.is_some_and(|d| !matches!(d.role, HumanRole::None | HumanRole::Passenger));
    let requested = open
        .request
        .clone()
        .filter(|_| from == FeatureMode::RequestingIntervention || to == FeatureMode::MinimalRiskManeuver);
    let named = requested.as_ref().map_or(reason.as_str(), |(_, reason)| reason.as_str());
    let clause = cause::clause_of_reason(named)
        .or(automation.odd.first_violated())
        .or(open.clause.filter(|(time, _)| now.since_s(*time) < 15.0).map(|(_, clause)| clause));
    let asked_for = takeover.map(|(reason, _)| reason);
    let near = |class: ObjectClass, ahead_m: f64, side_m: f64| {
        truth.present().any(|object| {
            let local = ego.pose.to_local(object.center_m);
            object.class == class && local.x > -5.0 && local.x < ahead_m && local.y.abs() < side_m
        })
    };
    let in_the_way =
        [ObjectClass::Debris, ObjectClass::WorkZone].into_iter().find(|class| near(*class, 60.0, 3.0));
    let emergency_near = truth.present().any(|object| {
        object.class == ObjectClass::EmergencyVehicle && object.center_m.distance(ego.center_m) < 120.0
    });
    let by_system =
        matches!(asked_for, None | Some(TakeoverReason::Request | TakeoverReason::FeatureDropout));
    let evidence: Vec<Evidence> = window
        .items
        .iter()
        .map(|(time, happening)| Evidence { age_s: now.since_s(*time), happening: happening.clone() })
        .collect();
    let at_signal = ego.lane.is_some_and(|coord| {
        let lane = plan.network.lane(coord.lane);
        lane.successors
            .iter()
            .any(|next| plan.network.faces_of_movement.get(next.ix()).is_some_and(|faces| !faces.is_empty()))
            && lane.length_m - coord.along_m < 90.0
    });
    let around = Circumstances {
        takeover: if reason.contains("user_request") { Some(TakeoverReason::UserChoice) } else { asked_for },
        reason: if at_signal && automation.level <= AutomationLevel::L2 {
            "signal".into()
        } else {
            requested.as_ref().map_or(reason, |(_, reason)| reason.clone())
        },
        clause: if by_system { clause } else { None },
        in_the_way: if by_system && clause.is_some() { None } else { in_the_way },
        emergency_near,
        driver_support: automation.level <= AutomationLevel::L2,
        plan_reason: automation.reason,
        work_zone_near: near(ObjectClass::WorkZone, 120.0, 10.0),
        weather: cause::adverse_weather(&weather),
    };
    let judged = cause::classify(&evidence, &around);

    let initiator = match around.takeover {
        Some(TakeoverReason::Request | TakeoverReason::FeatureDropout) | None => Initiator::AvSystem,
        Some(_) if driver.is_some_and(|d| d.role == HumanRole::Passenger) => Initiator::Passenger,
        Some(_) => Initiator::TestDriver,
    };
    let failure = to == FeatureMode::Failed
        || matches!(judged.cause, Cause::HardwareDiscrepancy | Cause::SoftwareDiscrepancy);
    let kind = match around.takeover {
        Some(TakeoverReason::UserChoice) => DisengagementKind::UserChoice,
        Some(TakeoverReason::FeatureLimit) => DisengagementKind::OddExit,
        Some(
            TakeoverReason::Conflict
            | TakeoverReason::SignalViolation
            | TakeoverReason::UnneededStop
            | TakeoverReason::LaneDeparture,
        ) => DisengagementKind::SafeOperation,
        Some(TakeoverReason::Request | TakeoverReason::FeatureDropout) | None => {
            if failure || clause.is_none() {
                DisengagementKind::FailureDetection
            } else {
                DisengagementKind::OddExit
            }
        }
    };
    let place = ego.lane.map(|coord| plan.network.road_coord(coord));
    let class =
        ego.lane.map_or(RoadClass::Street, |c| plan.network.road(plan.network.lane(c.lane).road).class);
    let request_time_s = requested.as_ref().map(|(time, _)| time.s());
    let index = verdict.disengagements.len();
    let record = DisengagementRecord {
        id: String::new(),
        run_id: String::new(),
        time_s: now.s(),
        tick: clock.tick,
        odometer_m: verdict.distance_m,
        x_m: ego.pose.position_m.x,
        y_m: ego.pose.position_m.y,
        z_m: ego.pose.position_m.z,
        road_id: place.map_or_else(String::new, |p| p.road_id.to_owned()),
        lane_id: place.map_or(0, |p| p.lane_id),
        s_m: place.map_or(0.0, |p| p.s_m),
        location: location_of(class),
        level: automation.level,
        feature: automation.feature.to_owned(),
        initiator,
        kind,
        cause: judged.cause,
        description: judged.description,
        speed_mps: ego.motion.speed_mps,
        request_time_s,
        takeover_time_s: takeover.and(request_time_s).map(|request| now.s() - request),
        reaction_time_s: takeover
            .filter(|(reason, _)| *reason != TakeoverReason::UserChoice)
            .map(|(_, reaction)| reaction),
        driver_present: present,
        outcome: if to == FeatureMode::MinimalRiskManeuver {
            DisengagementOutcome::MinimalRiskCondition
        } else {
            DisengagementOutcome::DriverInControl
        },
        rain_mmph: weather.rain_mmph,
        visibility_m: belief
            .map_or(weather.fog_mor_m, |b| b.visibility_m)
            .min(weather.fog_mor_m)
            .min(10_000.0),
        friction_mu: surface.map_or(1.0, |s| s.friction_scale)
            * plan
                .vehicles
                .get(plan.scenario.ego.as_ref().map_or("", |e| e.vehicle.as_str()))
                .map_or(0.85, |v| v.tire_friction_dry),
        sun_elevation_deg: weather.sun_elevation_rad / crate::base::units::DEG_RAD,
        simulated_contact: None,
        evidence: window
            .items
            .iter()
            .map(|(time, happening)| {
                format!("{:.2} {}", time.s(), serde_json::to_string(happening).unwrap_or_default())
            })
            .collect(),
    };
    verdict.disengagements.push(record);
    open.current = Some((index, now));
    open.request = None;
    log.push(Happening::Disengagement { index: index as u32 });
}

fn location_of(class: RoadClass) -> Location {
    match class {
        RoadClass::Interstate => Location::Interstate,
        RoadClass::Freeway => Location::Freeway,
        RoadClass::Highway => Location::Highway,
        RoadClass::RuralRoad => Location::RuralRoad,
        RoadClass::Street => Location::Street,
        RoadClass::ParkingFacility => Location::ParkingFacility,
    }
}
