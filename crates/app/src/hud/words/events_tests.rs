//! Every event has its sentence.

use super::super::testing::assert_sentence;
use super::*;
use shakedown::base::ids::{LaneId, SignalIx};
use shakedown::state::automation::{AutomationLevel, OddClause, PlanReason};
use shakedown::state::driver::TakeoverReason;
use shakedown::state::sensor_data::SensorKind;
use shakedown::state::signal::Indication;
use shakedown::state::truth::{DetectionOrigin, MissReason};

/// One of each, with the values that occur.
fn all() -> Vec<Happening> {
    let p = ParticipantId(0);
    let text = |s: &str| s.to_owned();
    vec![
        Happening::Storyboard { element: text("main/act/brakes_hard"), transition: text("start") },
        Happening::Spawned { participant: p },
        Happening::Removed { participant: p },
        Happening::SignalChanged { movement: LaneId(0), indication: Indication::Red },
        Happening::SignalFaultSet { face: SignalIx(0), fault: text("flashing_red") },
        Happening::SensorFaultSet { sensor: SensorIx(0), fault: text("blocked 0.4") },
        Happening::SensorHealthChanged { sensor: SensorIx(0), kind: SensorKind::Radar, state: text("lost") },
        Happening::ObjectMissed { participant: p, reason: MissReason::Fog },
        Happening::GhostTrack { track: 7, origin: DetectionOrigin::Spray },
        Happening::SignalMisperceived {
            movement: LaneId(0),
            believed: None,
            truth: Indication::Red,
            reason: MissReason::Glare,
        },
        Happening::MapMismatchFound { confidence: 0.834 },
        Happening::OddClauseChanged { clause: OddClause::Rain, satisfied: false, value: 9.31, limit: 7.6 },
        Happening::FeatureModeChanged {
            level: AutomationLevel::L3,
            from: FeatureMode::Active,
            to: FeatureMode::RequestingIntervention,
            reason: text("odd_exit_foreseen"),
        },
        Happening::RequestToIntervene { reason: text("odd_exit_foreseen:work_zone"), budget_s: 10.0 },
        Happening::DriverReactionStarted { reason: TakeoverReason::Conflict },
        Happening::DriverTookOver { reason: TakeoverReason::Request, reaction_s: 2.41 },
        Happening::DriverEngaged,
        Happening::DriverNoResponse,
        Happening::MinimalRiskManeuverStarted { reason: text("request_unanswered") },
        Happening::MinimalRiskConditionReached,
        Happening::ForwardCollisionWarning,
        Happening::LaneDepartureWarning,
        Happening::AebActivated { ttc_s: 0.9 },
        Happening::PlanReasonChanged { reason: PlanReason::Follow(3) },
        Happening::Collision { a: p, b: ParticipantId(1), relative_speed_mps: 4.2 },
        Happening::RedLightViolation { participant: p, red_for_s: f64::INFINITY },
        Happening::StopLineViolation { participant: p, speed_mps: 3.0 },
        Happening::OffRoad { participant: p },
        Happening::LaneDeparture { participant: p },
        Happening::HardBraking { participant: p, accel_mps2: -6.2 },
        Happening::UnneededStop { reason: PlanReason::Blocked },
        Happening::CriticalTtc { participant: p, ttc_s: 1.1 },
        Happening::RecklessRoadUser { participant: p, what: text("cut_in") },
        Happening::Disengagement { index: 0 },
        Happening::Criterion { name: text("no_collision"), passed: false },
    ]
}

#[test]
fn every_happening_has_a_sentence() {
    let all = all();
    let names: Vec<&str> = all.iter().map(Happening::name).collect();
    assert_eq!(names, Happening::NAMES, "one of each, in the order of the enum");
    let mut seen = Vec::new();
    for happening in &all {
        let text = sentence(happening, &Names::default());
        assert_sentence(&text);
        assert!(!seen.contains(&text), "{text}");
        seen.push(text);
    }
}

#[test]
fn sentences_carry_their_values() {
    let check = |happening: Happening, expect: &str| {
        assert_eq!(sentence(&happening, &Names::default()), expect);
    };
    check(
        Happening::RequestToIntervene { reason: "odd_exit_foreseen:work_zone".into(), budget_s: 10.0 },
        "Request to intervene: take over within 10 s (limit ahead: road works).",
    );
    check(
        Happening::OddClauseChanged { clause: OddClause::Rain, satisfied: false, value: 9.31, limit: 7.6 },
        "Rain is outside the design domain: 9.31 mm/h, limit 7.6 mm/h.",
    );
    check(
        Happening::FeatureModeChanged {
            level: AutomationLevel::L3,
            from: FeatureMode::Active,
            to: FeatureMode::MinimalRiskManeuver,
            reason: "request_unanswered".into(),
        },
        "L3: the feature brings the car to a stop, because nobody answered the request.",
    );
    check(
        Happening::SensorFaultSet { sensor: SensorIx(2), fault: "misaligned 2 deg".into() },
        "Sensor 2 is misaligned by 2 deg.",
    );
}

#[test]
fn words_that_the_engine_may_add_later_are_spelled_out() {
    for happening in [
        Happening::SignalFaultSet { face: SignalIx(0), fault: "half_lit".into() },
        Happening::SensorFaultSet { sensor: SensorIx(0), fault: "shaking_much".into() },
        Happening::SensorHealthChanged {
            sensor: SensorIx(0),
            kind: SensorKind::Lidar,
            state: "fairly_good".into(),
        },
        Happening::RecklessRoadUser { participant: ParticipantId(3), what: "speeding_much".into() },
        Happening::Storyboard { element: "x_y".into(), transition: "some_thing".into() },
        Happening::RequestToIntervene { reason: "new_reason".into(), budget_s: 4.0 },
    ] {
        assert_sentence(&sentence(&happening, &Names::default()));
    }
}
