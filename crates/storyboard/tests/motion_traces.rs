//! Another player's poses once a second (`player_traces.tsv`) in the scenarios whose motion is trajectories, speeds,
//! distances, synchronizing and trailers: all of them within 5 mm, 5 mrad and 5 mm/s.
//!
//! The corpus lies in `$SHAKEDOWN_CORPUS` or `../shared/corpus`; where it is missing this test passes and says so in
//! one line.

mod common;

use common::{corpus, load, state, table};
use std::collections::BTreeMap;
use storyboard::play::player::Player;

/// Step of the traces, ns.
const DT_NS: u64 = 50_000_000;
/// How near is the same: m, rad, m/s.
const NEAR: f64 = 0.005;

const SCENARIOS: [&str; 25] = [
    "esmini/EnvironmentSimulator/Unittest/xosc/bike_tilt_smooth.xosc",
    "esmini/EnvironmentSimulator/Unittest/xosc/direction_dimension_trig.xosc",
    "esmini/EnvironmentSimulator/Unittest/xosc/distance_with_trailers.xosc",
    "esmini/EnvironmentSimulator/Unittest/xosc/follow_trajectory_reverse.xosc",
    "esmini/EnvironmentSimulator/Unittest/xosc/relative_lane_pos_offset_trajectories.xosc",
    "esmini/EnvironmentSimulator/Unittest/xosc/relative_lane_pos_trajectories.xosc",
    "esmini/EnvironmentSimulator/Unittest/xosc/speed-profile_test.xosc",
    "esmini/EnvironmentSimulator/Unittest/xosc/speed_over_distance.xosc",
    "esmini/EnvironmentSimulator/Unittest/xosc/traj_heading_and_interpolation.xosc",
    "esmini/EnvironmentSimulator/Unittest/xosc/trajectory_with_z_relative_obj.xosc",
    "esmini/resources/xosc/distance_test.xosc",
    "esmini/resources/xosc/drop-bike.xosc",
    "esmini/resources/xosc/follow_trajectory_by_front_axle.xosc",
    "esmini/resources/xosc/highway_merge.xosc",
    "esmini/resources/xosc/lane-change_clothoid_based_trajectory.xosc",
    "esmini/resources/xosc/lane-change_trajectory_wp.xosc",
    "esmini/resources/xosc/long_dist_action_with_jerk.xosc",
    "esmini/resources/xosc/ltap-od-relative-speed.xosc",
    "esmini/resources/xosc/ltap-od.xosc",
    "esmini/resources/xosc/synch_with_steady_state.xosc",
    "esmini/resources/xosc/synchronize.xosc",
    "esmini/resources/xosc/trailers.xosc",
    "esmini/resources/xosc/trajectory-test.xosc",
    "rac_openscenario_api_test/cpp/applications/openScenarioTester/res/exampleFilesVersion1_2/FollowTrajectory_Nurbs.xosc",
    "rac_openscenario_api_test/cpp/applications/openScenarioTester/res/exampleFilesVersion1_2/SynchronizedArrivalToIntersection.xosc",
];

const COLUMNS: [&str; 7] = ["x_m", "y_m", "z_m", "heading_rad", "pitch_rad", "roll_rad", "speed_mps"];

fn gap(column: usize, got: f64, want: f64) -> f64 {
    let apart = (got - want).abs();
    if (3..6).contains(&column) {
        let turn = apart.rem_euclid(std::f64::consts::TAU);
        turn.min(std::f64::consts::TAU - turn)
    } else {
        apart
    }
}

#[test]
fn poses_once_a_second_are_the_other_players() {
    let Some(corpus) = corpus() else { return };
    let mut rows: BTreeMap<String, Vec<(u64, String, [f64; 7])>> = BTreeMap::new();
    for row in table(&corpus.join("../oracles/player_traces.tsv")) {
        let number = |name: &str| row[name].parse::<f64>().unwrap_or(f64::NAN);
        let tick = (number("time_s") * 1e9 / DT_NS as f64).round() as u64;
        let pose = COLUMNS.map(number);
        rows.entry(row["scenario"].clone()).or_default().push((tick, row["entity"].clone(), pose));
    }
    let mut wrong = Vec::new();
    for scenario in SCENARIOS {
        let Some(rows) = rows.get(scenario) else { panic!("no rows of {scenario}") };
        let (play, roads) = load(&corpus.join(scenario)).expect("a scenario that loads");
        let mut player = Player::new(play, roads);
        let last = rows.iter().map(|row| row.0).max().unwrap_or(0);
        for tick in 0..=last {
            // The first step is the init phase, of length 0.
            player.step(tick.saturating_sub(1) * DT_NS, DT_NS);
            for (_, name, want) in rows.iter().filter(|row| row.0 == tick) {
                let got = state(&player, name);
                let near = got.is_some_and(|got| (0..7).all(|i| gap(i, got[i], want[i]) <= NEAR));
                if !near {
                    let time_s = tick as f64 * DT_NS as f64 * 1e-9;
                    wrong.push(format!("{scenario} {time_s} s {name}: {got:?}, not {want:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}
