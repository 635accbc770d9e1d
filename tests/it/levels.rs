//! The level switched while the run goes on: by key, by file, by intervention.

use crate::support::{ASSETS, bundled, full, straight, written};
use shakedown::engine::{Live, RunSpec};
use shakedown::scenario::{Action, Scenario, WeatherTargets};
use shakedown::sim::Intervention;
use shakedown::state::automation::{AutomationLevel, AutomationState, ControlAuthority, FeatureMode};
use shakedown::state::driver::{DriverState, HumanRole};
use shakedown::state::messages::Happening;
use shakedown::state::record::RunRecord;

fn fit(level: AutomationLevel) -> Action {
    Action::FitFeature { level, feature: None }
}

/// Pushed live and written into the specification: the same run.
fn switched(spec: &RunSpec, script: &[(u64, Action)]) -> Live {
    let mut live = Live::new(spec).unwrap();
    for (tick, action) in script {
        live.run_to(*tick);
        live.push_intervention(action.clone());
    }
    live.run_to(u64::MAX);
    let interventions = script
        .iter()
        .map(|(from_tick, action)| Intervention { from_tick: *from_tick, action: action.clone() });
    let from_the_start = RunSpec { interventions: interventions.collect(), ..spec.clone() };
    let (record, hashes) = full(&from_the_start);
    assert_eq!((live.hashes(), live.record()), (hashes.as_slice(), record));
    live
}

#[test]
fn every_level_can_follow_every_other_and_nothing_is_disengaged() {
    let roles = |level: AutomationLevel| match level {
        AutomationLevel::L0 | AutomationLevel::L1 | AutomationLevel::L2 => HumanRole::Driver,
        AutomationLevel::L3 => HumanRole::FallbackReadyUser,
        AutomationLevel::L4 | AutomationLevel::L5 => HumanRole::Passenger,
    };
    let held = |level: AutomationLevel| match level {
        AutomationLevel::L0 => (ControlAuthority::Driver, ControlAuthority::Driver),
        AutomationLevel::L1 => (ControlAuthority::Driver, ControlAuthority::Feature),
        _ => (ControlAuthority::Feature, ControlAuthority::Feature),
    };
    for from in AutomationLevel::ALL {
        for to in AutomationLevel::ALL {
            let live = switched(&straight("", 2_500.0, from, 6.0), &[(200, fit(to))]);
            let what = format!("{from} → {to}");
            let state = live.of_ego::<AutomationState>().unwrap();
            assert_eq!(state.level, to, "{what}");
            assert_eq!((state.allocation.lateral, state.allocation.longitudinal), held(to), "{what}");
            assert_eq!(live.of_ego::<DriverState>().unwrap().role, roles(to), "{what}");
            let record = live.record();
            assert_eq!((record.level, record.disengagements.len()), (from, 0), "{what}");
            let changes: Vec<_> = live
                .events()
                .iter()
                .filter_map(|e| match &e.happening {
                    Happening::FeatureModeChanged { level, to, reason, .. } => {
                        Some((e.tick, *level, *to, reason.clone()))
                    }
                    _ => None,
                })
                .collect();
            let mode = if to == AutomationLevel::L0 { FeatureMode::Off } else { FeatureMode::Active };
            assert_eq!(changes, [(200, to, mode, "level_switched".to_owned())], "{what}");
            assert!(!record.events.contains_key("driver_took_over"), "{what}");
        }
    }
}

#[test]
fn outside_its_odd_the_new_feature_is_off_and_the_driver_drives() {
    // 20 mm/h: beyond L3, inside L4.
    let rain = straight("[weather]\nrain_mmph = 20", 2_500.0, AutomationLevel::L4, 9.0);
    let live = switched(&rain, &[(150, fit(AutomationLevel::L3))]);
    let state = live.of_ego::<AutomationState>().unwrap();
    assert_eq!((state.mode, state.allocation.lateral), (FeatureMode::Off, ControlAuthority::Driver));
    let human = live.of_ego::<DriverState>().unwrap();
    assert!(human.driving && human.role == HumanRole::FallbackReadyUser);
    assert!(live.record().disengagements.is_empty());
    // And back up: L4 takes it again, still without a disengagement.
    let live = switched(&rain, &[(150, fit(AutomationLevel::L3)), (300, fit(AutomationLevel::L4))]);
    assert_eq!(live.of_ego::<AutomationState>().unwrap().mode, FeatureMode::Active);
    assert!(live.record().disengagements.is_empty());
}

#[test]
fn the_record_of_a_disengagement_has_the_level_of_its_time() {
    // L4 lives with 20 mm/h. Switched to L2 and then rained out, it is L2's disengagement.
    let spec = straight("[weather]\nrain_mmph = 2", 2_500.0, AutomationLevel::L4, 20.0);
    let rain =
        WeatherTargets { rain_mmph: Some(80.0), water_film_mm: Some(3.0), ..WeatherTargets::default() };
    let live =
        switched(&spec, &[(150, fit(AutomationLevel::L2)), (250, Action::Weather { to: rain, over_s: 1.0 })]);
    let record: RunRecord = live.record();
    let d = &record.disengagements[0];
    assert_eq!(
        (record.level, d.level, d.feature.as_str()),
        (AutomationLevel::L4, AutomationLevel::L2, "highway_assist")
    );
}

#[test]
fn a_switch_amid_a_request_or_a_maneuver_ends_it() {
    let spec = bundled("levels/heavy_rain", AutomationLevel::L3, 1, 30.0, &[]);
    let mut scout = Live::new(&spec).unwrap();
    while scout.of_ego::<AutomationState>().unwrap().request_since.is_none() {
        assert!(scout.step(), "no request came");
    }
    let live = switched(&spec, &[(scout.completed_ticks() + 20, fit(AutomationLevel::L5))]);
    let state = live.of_ego::<AutomationState>().unwrap();
    assert_eq!(
        (state.mode, state.request_since, state.warning.take_over),
        (FeatureMode::Active, None, false)
    );
    assert!(live.record().disengagements.is_empty(), "{:?}", live.record().disengagements);
    let human = live.of_ego::<DriverState>().unwrap();
    assert_eq!((human.role, human.driving), (HumanRole::Passenger, false));

    let spec = straight("", 2_500.0, AutomationLevel::L4, 12.0);
    let live = switched(&spec, &[(150, Action::DisengageFeature), (250, fit(AutomationLevel::L2))]);
    assert_eq!(live.of_ego::<AutomationState>().unwrap().mode, FeatureMode::Active);
    assert_eq!(live.record().disengagements.len(), 1, "the passenger's stop alone");
}

#[test]
fn a_file_switches_levels_too_and_a_forced_level_stays() {
    let text = |event: &str| {
        format!(
            r#"
version = 1
title = "Switch"
about = "A test."
map = "straight"
duration_s = 30
level = "L2"
start = "2016-06-01T12:00:00-07:00"
[ego]
vehicle = "lexus_rx450h_2012"
sensors = "lexus_2015"
start = {{ road = "straight_1", lane = -2, s_m = 50 }}
speed_mph = 55
route = [{{ road = "straight_1", lane = -2, s_m = 2900 }}]
features = {{ L3 = "traffic_pilot" }}
[[event]]
name = "switch"
when = {{ at_s = 4 }}
do = [{event}]
"#
        )
    };
    let end = |spec: &RunSpec| {
        let mut live = Live::new(spec).unwrap();
        live.run_to(300);
        let state = live.of_ego::<AutomationState>().unwrap();
        (state.level, state.feature)
    };
    let of = |event: &str| written(&text(event), AutomationLevel::L2, 1, 8.0);
    let lane_keeping = of(r#"{ fit_feature = { level = "L1", feature = "lane_keeping" } }"#);
    assert_eq!(end(&lane_keeping), (AutomationLevel::L1, "lane_keeping"));
    let planned = of(r#"{ fit_feature = { level = "L3" } }"#);
    assert_eq!(end(&planned), (AutomationLevel::L3, "traffic_pilot"), "the one that the file names for L3");
    let forced = Intervention { from_tick: 50, action: fit(AutomationLevel::L4) };
    let forced = RunSpec { interventions: vec![forced], ..lane_keeping };
    assert_eq!(end(&forced), (AutomationLevel::L4, "urban_l4"), "forced against the storyboard");
}

#[test]
fn a_feature_of_another_level_is_a_problem_of_the_file() {
    let check = |event: &str| {
        let text = std::fs::read_to_string(&ASSETS.resolve("levels/work_zone").unwrap()[0].path).unwrap();
        let text = format!("{text}\n[[event]]\nname = \"late\"\nwhen = {{ at_s = 1 }}\ndo = [{event}]\n");
        Scenario::check("test", "test.toml", text.as_bytes(), &*ASSETS, &[]).diagnostics
    };
    assert_eq!(check(r#"{ fit_feature = { level = "L3", feature = "traffic_pilot" } }"#), []);
    for (event, expect) in [
        (r#"{ fit_feature = { level = "L3", feature = "acc" } }"#, "there is no L3 feature `acc`"),
        (r#"{ fit_feature = { level = "L7" } }"#, "L7"),
        (r#""fit_feature""#, "fit_feature"),
    ] {
        let found = check(event);
        assert!(found.len() == 1 && found[0].message.contains(expect), "{event}: {found:?}");
    }
}
