//! A person in the driver's seat: drives, supervises, answers; and every bit of it replays.

use crate::support::{bundled, full, straight};
use bevy::prelude::*;
use shakedown::base::rng::{RngExt, stream};
use shakedown::engine::{Live, RunInput, RunSpec};
use shakedown::scenario::Action;
use shakedown::state::automation::{AutomationLevel, AutomationState, ControlAuthority, FeatureMode};
use shakedown::state::command::{DriverCommand, Hands, HumanControls, Indicator, Seat};
use shakedown::state::driver::{DriverState, HumanRole, TakeoverReason};
use shakedown::state::messages::Happening;
use shakedown::state::record::{
    Cause, DisengagementKind, DisengagementOutcome, Initiator, Outcome, RunRecord,
};
use shakedown::state::truth::GroundTruth;

const SEATED: HumanControls = HumanControls::SEATED;

fn steer(steer: f64) -> HumanControls {
    HumanControls { steer, ..SEATED }
}
fn brake(brake: f64) -> HumanControls {
    HumanControls { brake, ..SEATED }
}
fn accelerate(accelerator: f64) -> HumanControls {
    HumanControls { accelerator, ..SEATED }
}

/// What is done in front of a tick.
enum Do {
    Controls(HumanControls),
    Action(Action),
}

/// Runs `spec` under somebody's hands and checks that the specification it leaves replays it to the bit.
fn played(spec: &RunSpec, script: &[(u64, Do)]) -> Live {
    let mut live = Live::new(spec).unwrap();
    for (tick, what) in script {
        live.run_to(*tick);
        assert_eq!(live.completed_ticks(), *tick, "the run has ended before");
        match what {
            Do::Controls(controls) => live.push_controls(*controls),
            Do::Action(action) => live.push_intervention(action.clone()),
        }
    }
    live.run_to(u64::MAX);
    let (record, hashes) = full(live.spec());
    assert_eq!(hashes, live.hashes());
    assert_eq!(record, live.record());
    // And by way of the file.
    let file = RunInput::of(live.spec()).to_json().unwrap();
    let again = RunInput::from_json(&file).unwrap().applied_to(spec.clone());
    assert_eq!(again.run_id(), record.run_id);
    live
}

fn happened(live: &Live, keep: impl Fn(&Happening) -> bool) -> Vec<(u64, Happening)> {
    live.events().iter().filter(|e| keep(&e.happening)).map(|e| (e.tick, e.happening.clone())).collect()
}

fn takeovers(live: &Live) -> Vec<(u64, TakeoverReason, f64)> {
    let found = live.events().iter().filter_map(|e| match e.happening {
        Happening::DriverTookOver { reason, reaction_s } => Some((e.tick, reason, reaction_s)),
        _ => None,
    });
    found.collect()
}

fn modes(live: &Live) -> Vec<(u64, FeatureMode, String)> {
    let found = live.events().iter().filter_map(|e| match &e.happening {
        Happening::FeatureModeChanged { to, reason, .. } => Some((e.tick, *to, reason.clone())),
        _ => None,
    });
    found.collect()
}

fn speed_mps(live: &Live) -> f64 {
    live.world().resource::<GroundTruth>().ego().unwrap().motion.speed_mps
}

fn empty_road(level: AutomationLevel, until_s: f64) -> RunSpec {
    straight("", 2_500.0, level, until_s)
}

#[test]
fn a_scripted_drive_replays_to_the_same_hash() {
    let spec = bundled("kirkland/dry_baseline", AutomationLevel::L0, 2, 14.0, &[]);
    let left = HumanControls { indicator: Indicator::Left, steer: 0.1, accelerator: 0.2, ..SEATED };
    let live = played(
        &spec,
        &[
            (50, Do::Controls(accelerate(0.4))),
            (120, Do::Controls(left)),
            (150, Do::Controls(HumanControls { steer: -0.07, ..left })),
            (200, Do::Controls(brake(0.5))),
            (400, Do::Controls(SEATED)),
            (500, Do::Controls(HumanControls::default())),
        ],
    );
    assert_eq!(live.spec().human_input.len(), 6);
    let (model, _) = full(&spec);
    assert_ne!(live.record().run_id, model.run_id);
    assert_ne!(live.state_hash(), model.state_hash);
    // The same drive pushed at every tick, as a window does, is the same specification.
    let mut again = Live::new(&spec).unwrap();
    while again.ended().is_none() {
        let tick = again.completed_ticks();
        let ix = live.spec().human_input.partition_point(|c| c.from_tick <= tick);
        let now =
            ix.checked_sub(1).map_or_else(HumanControls::default, |ix| live.spec().human_input[ix].controls);
        again.push_controls(now);
        again.step();
    }
    assert_eq!((again.record(), &again.spec().human_input), (live.record(), &live.spec().human_input));
}

#[test]
fn at_l0_the_vehicle_does_what_the_hands_do() {
    let spec = empty_road(AutomationLevel::L0, 12.0);
    let mut live = Live::new(&spec).unwrap();
    live.push_controls(SEATED);
    live.run_to(100);
    let coasting = speed_mps(&live);
    let human = *live.of_ego::<DriverState>().unwrap();
    assert!(human.driving && human.eyes_on_road && human.hands_on_wheel && human.role == HumanRole::Driver);
    assert!(coasting < 24.4 && coasting > 22.0, "{coasting}");
    assert!(
        !live.world().resource::<GroundTruth>().ego().unwrap().lights.braking,
        "stop lamps while coasting"
    );
    live.push_controls(steer(0.5));
    live.run_to(130);
    assert!(live.steer_rad() > 0.01, "{}", live.steer_rad());
    live.push_controls(brake(0.7));
    live.run_to(400);
    assert_eq!(speed_mps(&live), 0.0);
    assert!(live.world().resource::<GroundTruth>().ego().unwrap().lights.braking);
    live.push_controls(SEATED);
    live.run_to(500);
    assert_eq!(speed_mps(&live), 0.0, "held after braking to rest");
    assert!(takeovers(&live).is_empty() && live.record().disengagements.is_empty());
}

#[test]
fn a_request_answered_after_two_seconds_is_a_reaction_of_two_seconds() {
    let spec = bundled("levels/heavy_rain", AutomationLevel::L3, 1, 40.0, &[]);
    let mut scout = Live::new(&spec).unwrap();
    scout.push_controls(SEATED);
    while scout.of_ego::<AutomationState>().unwrap().request_since.is_none() {
        assert!(scout.step(), "no request came");
    }
    let request = scout.completed_ticks() - 1;
    for (controls, action) in [
        (Some(brake(0.3)), None),
        (Some(steer(-0.1)), None),
        (Some(accelerate(0.2)), None),
        (None, Some(Action::DisengageFeature)),
    ] {
        let answer = match (controls, action) {
            (Some(controls), _) => Do::Controls(controls),
            (None, Some(action)) => Do::Action(action),
            (None, None) => unreachable!(),
        };
        let live = played(&spec, &[(0, Do::Controls(SEATED)), (request + 100, answer)]);
        assert_eq!(takeovers(&live)[0], (request + 100, TakeoverReason::Request, 2.0));
        assert_eq!(modes(&live)[1], (request + 101, FeatureMode::Overridden, "driver_took_over".into()));
        let started = happened(&live, |h| matches!(h, Happening::DriverReactionStarted { .. }));
        assert_eq!(
            started[0],
            (request, Happening::DriverReactionStarted { reason: TakeoverReason::Request })
        );
        assert!(happened(&live, |h| *h == Happening::DriverNoResponse).is_empty());
        let record = live.record();
        let d = &record.disengagements[0];
        assert_eq!(d.reaction_time_s, Some(2.0));
        assert!((d.takeover_time_s.unwrap() - 2.02).abs() < 1e-9 && d.driver_present);
        assert_eq!((d.initiator, d.kind), (Initiator::AvSystem, DisengagementKind::OddExit));
        assert_eq!((d.cause, d.outcome), (Cause::WeatherConditions, DisengagementOutcome::DriverInControl));
        assert_eq!(record.metrics["reaction_time_mean_s"], 2.0);
        assert!(record.metrics["takeover_decel_max_mps2"] >= 0.0);
        assert!(record.metrics.contains_key("takeover_lateral_accel_max_mps2"));
    }
    // Whoever brakes harder has the larger deceleration.
    let decel = |b: f64| {
        let live = played(&spec, &[(0, Do::Controls(SEATED)), (request + 50, Do::Controls(brake(b)))]);
        live.record().metrics["takeover_decel_max_mps2"]
    };
    assert!(decel(0.2) + 1.0 < decel(0.5));
}

#[test]
fn an_unanswered_request_ends_in_a_minimal_risk_condition() {
    let spec = bundled("levels/heavy_rain", AutomationLevel::L3, 1, 60.0, &[]);
    // Nobody moves; a foot that rests on the accelerator is no answer either.
    for controls in [SEATED, accelerate(0.03), HumanControls { hands: Hands::Off, ..steer(0.4) }] {
        let live = played(&spec, &[(0, Do::Controls(controls))]);
        assert!(takeovers(&live).is_empty(), "{controls:?}");
        let (request, _) = happened(&live, |h| matches!(h, Happening::RequestToIntervene { .. }))[0];
        let silent = happened(&live, |h| *h == Happening::DriverNoResponse);
        assert_eq!(silent, [(request + 500, Happening::DriverNoResponse)]);
        let chain: Vec<_> = modes(&live).into_iter().map(|(_, mode, reason)| (mode, reason)).collect();
        assert_eq!(chain[1], (FeatureMode::MinimalRiskManeuver, "request_unanswered".into()));
        assert_eq!(chain[2], (FeatureMode::MinimalRiskCondition, "standstill".into()));
        let record = live.record();
        assert_eq!(record.outcome, Outcome::MinimalRiskCondition);
        assert_eq!(record.disengagements[0].outcome, DisengagementOutcome::MinimalRiskCondition);
        assert_eq!(record.disengagements[0].reaction_time_s, None);
        assert!(!record.metrics.keys().any(|name| name.starts_with("takeover_")), "no takeover, no quality");
    }
    // The model human of the same run: the same chain, told the same way.
    let silent = bundled("levels/asleep_user", AutomationLevel::L3, 1, 40.0, &[]);
    let (record, _) = full(&silent);
    assert_eq!(record.events.get("driver_no_response"), Some(&1));
    assert_eq!(record.outcome, Outcome::MinimalRiskCondition);
}

#[test]
fn a_late_answer_stops_the_minimal_risk_maneuver() {
    let spec = bundled("levels/heavy_rain", AutomationLevel::L3, 1, 40.0, &[]);
    let silent = played(&spec, &[(0, Do::Controls(SEATED))]);
    let (request, _) = happened(&silent, |h| matches!(h, Happening::RequestToIntervene { .. }))[0];
    let live = played(&spec, &[(0, Do::Controls(SEATED)), (request + 550, Do::Controls(accelerate(0.5)))]);
    assert_eq!(takeovers(&live), [(request + 550, TakeoverReason::Request, 11.0)]);
    let d = live.record().disengagements.remove(0);
    assert_eq!((d.reaction_time_s, d.outcome), (Some(11.0), DisengagementOutcome::DriverInControl));
    assert_eq!(live.record().events.get("driver_no_response"), Some(&1));
}

#[test]
fn supervising_at_l2_overrides_by_steering_or_braking_and_engages_on_request_alone() {
    let spec = empty_road(AutomationLevel::L2, 20.0);
    for moved in [brake(0.2), steer(0.12), steer(-0.12)] {
        let live = played(
            &spec,
            &[
                (0, Do::Controls(SEATED)),
                (200, Do::Controls(moved)),
                (220, Do::Controls(accelerate(0.25))),
                (800, Do::Action(Action::EngageFeature)),
            ],
        );
        assert_eq!(takeovers(&live), [(200, TakeoverReason::UserChoice, 0.0)], "{moved:?}");
        let expect = [
            (201, FeatureMode::Overridden, "driver_override".to_owned()),
            // Ten calm seconds later it is still the person's.
            (801, FeatureMode::Active, "driver_engaged".to_owned()),
        ];
        assert_eq!(modes(&live), expect, "{moved:?}");
        let d = live.record().disengagements.remove(0);
        assert_eq!(
            (d.initiator, d.kind, d.cause),
            (Initiator::TestDriver, DisengagementKind::UserChoice, Cause::UserRequest)
        );
        assert_eq!((d.reaction_time_s, d.outcome), (None, DisengagementOutcome::DriverInControl));
    }
    // Below the threshold nothing happens; the model would engage again by itself.
    let quiet = played(&spec, &[(0, Do::Controls(SEATED)), (200, Do::Controls(steer(0.04)))]);
    assert!(modes(&quiet).is_empty());
    // With a foot on the brake, Go is refused.
    let refused = played(
        &spec,
        &[
            (0, Do::Controls(SEATED)),
            (200, Do::Controls(brake(0.1))),
            (260, Do::Action(Action::EngageFeature)),
            (300, Do::Controls(SEATED)),
        ],
    );
    assert_eq!(modes(&refused).len(), 1);
}

#[test]
fn the_accelerator_goes_faster_than_the_feature_without_ending_it() {
    let spec = empty_road(AutomationLevel::L2, 14.0);
    let plain = played(&spec, &[(0, Do::Controls(SEATED))]);
    let mut live = Live::new(&spec).unwrap();
    live.push_controls(SEATED);
    live.run_to(250);
    let before = speed_mps(&live);
    live.push_controls(accelerate(0.6));
    live.run_to(400);
    assert!(speed_mps(&live) > before + 2.0, "{before} → {}", speed_mps(&live));
    live.push_controls(SEATED);
    live.run_to(u64::MAX);
    assert!((speed_mps(&live) - speed_mps(&plain)).abs() < 1.5, "the feature takes the speed back");
    assert!(takeovers(&live).is_empty() && live.record().disengagements.is_empty());
}

#[test]
fn at_l1_each_holds_its_axis() {
    let spec = empty_road(AutomationLevel::L1, 8.0);
    let of = |feature: &str| Action::FitFeature { level: AutomationLevel::L1, feature: Some(feature.into()) };
    let holds = |live: &Live| {
        let command = live.of_ego::<DriverCommand>().unwrap();
        (command.steering, command.pedals)
    };
    // Cruise control: the person steers and may accelerate; the brake ends it.
    let mut live = Live::new(&spec).unwrap();
    live.push_controls(SEATED);
    live.run_to(150);
    live.push_controls(steer(0.2));
    live.run_to(160);
    assert_eq!((holds(&live), modes(&live).len()), ((true, false), 0));
    live.push_controls(brake(0.3));
    live.run_to(162);
    assert_eq!((holds(&live), modes(&live).len()), ((true, true), 1));
    // Lane keeping: the pedals are the person's; steering ends it.
    let mut live = Live::new(&spec).unwrap();
    live.push_controls(SEATED);
    live.push_intervention(of("lane_keeping"));
    live.run_to(150);
    live.push_controls(brake(0.3));
    live.run_to(160);
    assert_eq!((holds(&live), modes(&live).len()), ((false, true), 1), "only the switch itself");
    live.push_controls(steer(0.2));
    live.run_to(162);
    assert_eq!((holds(&live), modes(&live).len()), ((true, true), 2));
}

#[test]
fn a_takeover_from_danger_is_no_whim() {
    // Stands three seconds ahead when the run begins: the feature warns, and the person brakes.
    let spec = straight("", 130.0, AutomationLevel::L2, 12.0);
    let mut live = Live::new(&spec).unwrap();
    live.push_controls(SEATED);
    let mut warned = None;
    while live.step() {
        let warning = live.of_ego::<AutomationState>().unwrap().warning.forward_collision;
        if warning && warned.is_none() {
            warned = Some(live.completed_ticks() - 1);
        }
        if warned.is_some_and(|tick| live.completed_ticks() == tick + 10) {
            live.push_controls(brake(1.0));
        }
    }
    let warned = warned.expect("a forward collision warning");
    let (tick, reason, reaction_s) = takeovers(&live)[0];
    assert_eq!((tick, reason), (warned + 10, TakeoverReason::Conflict));
    assert!((0.2 - 1e-9..3.0).contains(&reaction_s), "{reaction_s}");
    let record = live.record();
    assert_eq!(record.disengagements[0].kind, DisengagementKind::SafeOperation);
    assert!(record.metrics["takeover_decel_max_mps2"] > 6.0 && record.metrics["takeover_ttc_min_s"] < 4.0);
    assert_eq!(full(live.spec()).0, record);
}

#[test]
fn a_dropout_is_answered_by_the_first_move() {
    let spec = empty_road(AutomationLevel::L2, 14.0);
    let dead = |sensor: &str| {
        Do::Action(Action::SensorFault {
            sensor: sensor.into(),
            fault: shakedown::scenario::SensorFault::Dead,
        })
    };
    let script = |last| {
        vec![
            (0, Do::Controls(SEATED)),
            (200, dead("camera")),
            (200, dead("lidar")),
            (200, dead("radar")),
            (last, Do::Controls(accelerate(0.2))),
        ]
    };
    let scout = played(&spec, &script(690));
    let (dropped, mode, _) = modes(&scout)[0].clone();
    assert_eq!(mode, FeatureMode::Failed);
    let live = played(&spec, &script(dropped + 60));
    let (tick, reason, reaction_s) = takeovers(&live)[0];
    assert_eq!((tick, reason), (dropped + 60, TakeoverReason::FeatureDropout));
    assert!((reaction_s - 1.2).abs() < 1e-9);
    let d = live.record().disengagements.remove(0);
    assert_eq!((d.initiator, d.cause), (Initiator::AvSystem, Cause::HardwareDiscrepancy));
    assert_eq!((d.reaction_time_s, d.outcome), (Some(reaction_s), DisengagementOutcome::DriverInControl));
}

#[test]
fn an_l4_passenger_has_stop_and_go_and_with_a_wheel_aboard_may_drive() {
    let spec = empty_road(AutomationLevel::L4, 30.0);
    let live = played(
        &spec,
        &[
            (0, Do::Controls(SEATED)),
            (150, Do::Action(Action::DisengageFeature)),
            (1_100, Do::Action(Action::EngageFeature)),
        ],
    );
    let chain: Vec<_> = modes(&live).into_iter().map(|(_, mode, reason)| (mode, reason)).collect();
    assert_eq!(
        chain,
        [
            (FeatureMode::MinimalRiskManeuver, "user_request".to_owned()),
            (FeatureMode::MinimalRiskCondition, "standstill".to_owned()),
            (FeatureMode::Active, "user_resumed".to_owned()),
        ]
    );
    let ego = live.world().resource::<GroundTruth>().ego().unwrap();
    assert!(ego.motion.speed_mps > 8.0 && ego.lane.unwrap().offset_m.abs() < 0.5, "{ego:?}");
    let d = live.record().disengagements.remove(0);
    assert_eq!((d.initiator, d.cause), (Initiator::Passenger, Cause::UserRequest));

    let live = played(&spec, &[(0, Do::Controls(SEATED)), (150, Do::Controls(brake(0.2)))]);
    assert_eq!(modes(&live)[0].1, FeatureMode::Overridden);
    assert_eq!(live.of_ego::<DriverState>().unwrap().role, HumanRole::Driver);
    assert_eq!(live.record().disengagements[0].initiator, Initiator::TestDriver);

    // A stop that nobody ends is where the run ends.
    let live = played(&spec, &[(0, Do::Controls(SEATED)), (150, Do::Action(Action::DisengageFeature))]);
    assert_eq!(live.record().outcome, Outcome::MinimalRiskCondition);
    assert_eq!(live.ended(), Some(Outcome::MinimalRiskCondition));
}

#[test]
fn a_vehicle_without_wheel_and_pedals_knows_only_stop_and_go() {
    let overrides = [("ego.vehicle", "prototype_two_seat"), ("traffic.vehicles", "0")];
    let spec = bundled("mountain_view/vertical_baseline", AutomationLevel::L4, 1, 12.0, &overrides);
    let hands = HumanControls { accelerator: 1.0, ..steer(-1.0) };
    let live = played(
        &spec,
        &[(0, Do::Controls(SEATED)), (100, Do::Controls(hands)), (200, Do::Controls(brake(1.0)))],
    );
    assert_eq!(live.state_hash(), full(&spec).0.state_hash, "the hands did something");
    assert!(takeovers(&live).is_empty());
    let live = played(&spec, &[(0, Do::Controls(SEATED)), (100, Do::Action(Action::DisengageFeature))]);
    assert_eq!(modes(&live)[0].1, FeatureMode::MinimalRiskManeuver);
}

/// Random seats, levels, buttons and controls: at every tick each axis has one holder who can hold it.
#[test]
fn no_switch_of_seat_or_level_leaves_an_axis_without_a_holder() {
    for seed in 0..6 {
        let level = AutomationLevel::ALL[seed as usize];
        let spec = bundled("kirkland/dry_baseline", level, seed, 30.0, &[("traffic.vehicles", "4")]);
        let mut rng = stream(seed, "test", "switches");
        let mut live = Live::new(&spec).unwrap();
        let mut seats = 0;
        while live.step() {
            let tick = live.completed_ticks();
            let state = live.of_ego::<AutomationState>().unwrap();
            let human = live.of_ego::<DriverState>().unwrap();
            let command = live.of_ego::<DriverCommand>().unwrap();
            let off = matches!(
                state.mode,
                FeatureMode::Off | FeatureMode::Available | FeatureMode::Overridden | FeatureMode::Failed
            );
            let axes = [
                (state.allocation.lateral, command.steering),
                (state.allocation.longitudinal, command.pedals),
            ];
            for (authority, acts) in axes {
                let what =
                    format!("{level} seed {seed} tick {tick}: {authority:?} {acts} {state:?} {human:?}");
                if authority == ControlAuthority::Driver {
                    assert!(!matches!(human.role, HumanRole::Passenger | HumanRole::None), "{what}");
                    // A model may still be on its way to the controls; a person's are the controls.
                    let reacting = human.seat == Seat::Model && human.reacting_since.is_some();
                    assert!(acts || reacting, "{what}");
                    assert!(human.driving || reacting, "{what}");
                } else {
                    assert!(!off, "{what}");
                }
            }
            if tick.is_multiple_of(10) {
                match rng.random_range(0..14) {
                    0 => live.push_controls(HumanControls::default()),
                    1 | 2 => live.push_controls(SEATED),
                    3 => live.push_controls(steer(rng.random_range(-0.2..0.2))),
                    4 => live.push_controls(brake(rng.random_range(0.0..0.6))),
                    5 => live.push_controls(accelerate(rng.random_range(0.0..0.8))),
                    6 => live.push_intervention(Action::EngageFeature),
                    7 => live.push_intervention(Action::DisengageFeature),
                    8 => {
                        let level = AutomationLevel::ALL[rng.random_range(0..6)];
                        live.push_intervention(Action::FitFeature { level, feature: None });
                    }
                    _ => {}
                }
                seats += usize::from(live.of_ego::<DriverState>().unwrap().seat == Seat::Person);
            }
        }
        assert!(seats > 10, "seed {seed}: a person sat for {seats} looks only");
        let replay: RunRecord = full(live.spec()).0;
        assert_eq!((replay.state_hash, replay.run_id), (live.state_hash(), live.record().run_id));
    }
}
