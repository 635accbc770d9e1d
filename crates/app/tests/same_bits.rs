//! The run in the window is the headless run: same state hash, whatever the frames are like.

#![allow(clippy::unwrap_used, reason = "helpers of tests may unwrap")]

use bevy::input::InputPlugin;
use bevy::prelude::*;
use bevy::state::app::StatesPlugin;
use bevy::time::TimeUpdateStrategy;
use shakedown::engine::simulate;
use shakedown::state::automation::AutomationLevel::{self, L0, L1, L2, L3, L4, L5};
use shakedown_app::command::{Command, Opening};
use shakedown_app::session::{self, Diligence, Loader, Session};
use std::time::Duration;

const PAIRS: [(&str, AutomationLevel); 20] = [
    ("kirkland/rain_hill_stop", L0),
    ("kirkland/rain_hill_stop", L4),
    ("kirkland/fog_bank", L3),
    ("kirkland/night_rain_pedestrian", L2),
    ("kirkland/ice_dawn", L5),
    ("kirkland/snow_lost_position", L4),
    ("kirkland/road_works", L3),
    ("austin/commute_stop_and_go", L1),
    ("austin/dark_signal", L4),
    ("austin/dim_noon", L4),
    ("austin/permissive_left_commute", L5),
    ("austin/red_light_runner", L2),
    ("austin/truck_hides_head", L3),
    ("austin/user_request", L4),
    ("mountain_view/vertical_baseline", L4),
    ("mountain_view/dim_noon", L3),
    ("levels/work_zone", L3),
    ("levels/work_zone", L1),
    ("levels/heavy_rain", L5),
    ("levels/asleep_user", L3),
];

/// Window time of frame `i`: one tick, three ticks, or anything from a fifth of a tick to four and a half.
fn frame(kind: usize, i: u64) -> Duration {
    let tick_us = 20_000;
    Duration::from_micros(match kind {
        0 => tick_us,
        1 => 3 * tick_us,
        _ => [4_000, 33_333, 90_000, 7_123, 16_667, 41_000, 20_001][(i % 7) as usize],
    })
}

fn in_the_window(scenario: &str, level: AutomationLevel, kind: usize) -> (String, u64) {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, StatesPlugin, InputPlugin, session::plugin));
    app.insert_resource(Loader::open().unwrap());
    // No frame ends early because this machine is busy.
    app.insert_resource(Diligence::Exact);
    app.world_mut().write_message(Command::Open(Opening {
        scenario: scenario.into(),
        level: Some(level),
        seed: 3,
        overrides: Vec::new(),
    }));
    app.update();
    let mut frames = 0;
    while app.world().get_resource::<Session>().is_none_or(|session| session.record.is_none()) {
        app.insert_resource(TimeUpdateStrategy::ManualDuration(frame(kind, frames)));
        app.update();
        frames += 1;
        assert!(frames < 60_000, "{scenario} does not end");
    }
    let record = app.world().resource::<Session>().record.clone().unwrap();
    (record.state_hash, record.ticks)
}

#[test]
fn a_run_in_the_window_has_the_hash_of_the_headless_run() {
    let loader = Loader::open().unwrap();
    for (scenario, level) in PAIRS {
        let opening =
            Opening { scenario: scenario.into(), level: Some(level), seed: 3, overrides: Vec::new() };
        let (spec, _) = loader.spec(&opening).unwrap();
        let headless = simulate(&spec, &mut []).unwrap();

        for kind in [0, 1, 2] {
            let (hash, ticks) = in_the_window(scenario, level, kind);
            assert_eq!(
                (hash, ticks),
                (headless.state_hash.clone(), headless.ticks),
                "{scenario} {level:?}, frames of kind {kind}"
            );
        }
    }
}
