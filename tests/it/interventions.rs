//! An intervention leaves every bit before its tick as it was, and changes what comes after.

use crate::support::{bundled, full};
use shakedown::engine::RunSpec;
use shakedown::scenario::{Action, SensorFault};
use shakedown::sim::Intervention;
use shakedown::state::automation::AutomationLevel;
use shakedown::state::driver::SecondaryTask;
use shakedown::state::record::{Cause, Outcome};
use shakedown::state::signal::FaceOrientation;
use shakedown::state::weather::Weather;

fn with(spec: &RunSpec, from_tick: u64, action: Action) -> RunSpec {
    RunSpec { interventions: vec![Intervention { from_tick, action }], ..spec.clone() }
}

#[test]
fn all_bits_before_the_tick_are_equal_and_later_ones_differ() {
    let rain = Weather { rain_mmph: 30.0, water_film_mm: 1.0, wetness: 1.0, ..Weather::default() };
    let cases = [
        ("kirkland/dry_baseline", Action::ForceWeather { weather: Box::new(rain) }),
        (
            "kirkland/dry_baseline",
            Action::SensorFault { sensor: "camera_front".into(), fault: SensorFault::Perfect },
        ),
        ("kirkland/dry_baseline", Action::DisengageFeature),
    ];
    for (name, action) in cases {
        let spec = bundled(name, AutomationLevel::L4, 3, 8.0, &[]);
        let (plain, plain_ticks) = full(&spec);
        for from_tick in [0_u64, 1, 250] {
            let (record, ticks) = full(&with(&spec, from_tick, action.clone()));
            let upto = from_tick as usize;
            assert_eq!(plain_ticks[..upto], ticks[..upto], "{action:?} from {from_tick}");
            let differs = plain_ticks.iter().zip(&ticks).position(|(a, b)| a != b);
            let first = differs.unwrap_or_else(|| panic!("{action:?} from {from_tick} changed nothing"));
            assert!(first < upto + 150, "{action:?} from {from_tick} acts only at {first}");
            assert_ne!(plain.state_hash, record.state_hash);
            assert_ne!(plain.run_id, record.run_id);
        }
    }
}

#[test]
fn an_intervention_after_the_end_changes_the_run_id_alone() {
    let spec = bundled("kirkland/dry_baseline", AutomationLevel::L3, 3, 3.0, &[]);
    let (plain, plain_ticks) = full(&spec);
    let (later, later_ticks) = full(&with(&spec, 1_000_000, Action::DisengageFeature));
    assert_eq!(plain_ticks, later_ticks);
    assert_ne!(plain.run_id, later.run_id);
}

#[test]
fn counterfactuals_run() {
    let turn = Action::SignalOrientation { junction: None, orientation: FaceOrientation::Vertical };
    let perfect = |sensor: &str| Action::SensorFault { sensor: sensor.into(), fault: SensorFault::Perfect };
    // The user falls asleep at 4 s; the intervention wakes them a second later.
    let awake = Action::DriverTask { task: SecondaryTask::Monitoring };
    let answers: &[(&str, &str)] = &[("ego.driver.non_response", "0")];
    for (name, level, overrides, from_tick, action) in [
        ("austin/horizontal_baseline", AutomationLevel::L4, &[][..], 0, turn),
        ("austin/dead_camera", AutomationLevel::L4, &[], 0, perfect("camera")),
        ("levels/asleep_user", AutomationLevel::L3, answers, 250, awake),
    ] {
        let spec = bundled(name, level, 2, 35.0, overrides);
        let (plain, _) = full(&spec);
        let (record, _) = full(&with(&spec, from_tick, action));
        assert_ne!(record.outcome, Outcome::Fault, "{name}: {:?}", record.fault);
        assert_ne!(plain.state_hash, record.state_hash, "{name}: the counterfactual is the run itself");
        assert!(record.distance_m > 1.0, "{name}: {} m", record.distance_m);
    }
}

#[test]
fn what_an_intervention_forces_holds_against_the_storyboard() {
    // The scenario's cameras die at 5 s; forced perfect from the start on, they don't.
    let spec = bundled("austin/dead_camera", AutomationLevel::L4, 1, 12.0, &[]);
    let perfect = Action::SensorFault { sensor: "camera".into(), fault: SensorFault::Perfect };
    let hardware = |spec: &RunSpec| {
        let (record, _) = full(spec);
        record.disengagements.iter().filter(|d| d.cause == Cause::HardwareDiscrepancy).count()
    };
    assert_eq!(hardware(&spec), 1);
    assert_eq!(hardware(&with(&spec, 0, perfect.clone())), 0);
    assert_eq!(hardware(&with(&spec, 250, perfect)), 0);
}
