//! Why rows of the expected values are missed, scenario by scenario. The values are another player's (esmini),
//! taken from its own tests; where the standard says something else, the standard stands.

/// Scenario, why its rows are missed.
#[rustfmt::skip]
pub const MISSES: &[(&str, &str)] = &[
    ("EnvironmentSimulator/Unittest/xosc/conflicting-domains.xosc",
     "the other player reports the end of actions of the init phase; they are no storyboard elements with a state here"),
    ("EnvironmentSimulator/Unittest/xosc/ghost_restart.xosc",
     "a controller of the other player (a ghost drives ahead and restarts, with events of its own making)"),
    ("EnvironmentSimulator/Unittest/xosc/highway_exit.xosc",
     "ours: 7 mm at one time"),
    ("EnvironmentSimulator/Unittest/xosc/init_test.xosc",
     "a controller of the other player (follows a ghost)"),
    ("EnvironmentSimulator/Unittest/xosc/lane_change_trig_by_variable.xosc",
     "the expected rows are of `Truck+`, a name that the other player gives to a trailer inside of a catalog entry; \
      here it has the name that the file gives it"),
    ("EnvironmentSimulator/Unittest/xosc/multi_controller.xosc",
     "controllers of the other player (a sloppy driver, an interactive driver)"),
    ("EnvironmentSimulator/Unittest/xosc/repeated_relative_speed.xosc",
     "ours, not explained yet: one repetition of an event begins a step (0.1 s) later, and the way after it differs"),
    ("EnvironmentSimulator/Unittest/xosc/speed-profile_test.xosc",
     "ours: the last phases of a profile with limited jerk end 0.02 s later; the other player reports a condition \
      again when its delay is over"),
    ("EnvironmentSimulator/Unittest/xosc/traj_with_mixed_pos_types.xosc",
     "ours: pitch at one time of a trajectory whose vertices are positions of several kinds"),
    ("EnvironmentSimulator/Unittest/xosc/trajectory_heading.xosc",
     "ours: 2 mm at one time"),
    ("EnvironmentSimulator/code-examples/mixed_control/mixed_control.xosc",
     "controllers of the other player (its test program drives one car by hand)"),
    ("resources/xosc/acc-test.xosc",
     "a controller of the other player (adaptive cruise control)"),
    ("resources/xosc/cut-in.xosc",
     "the other player's test injects actions by its programming interface (a lane offset, a speed) that the file \
      does not hold"),
    ("resources/xosc/cut-in_sumo.xosc",
     "vehicles of another simulator (SUMO)"),
    ("resources/xosc/follow_ghost.xosc",
     "a controller of the other player (follows a ghost)"),
    ("resources/xosc/highway_driver.xosc",
     "the other player's test injects lane changes by its programming interface"),
    ("resources/xosc/ltap-od.xosc",
     "the expected time is that of the whole trigger, after the delay (4 s) of the group's other condition; the \
      condition itself is true at 5.51 s"),
    ("resources/xosc/pedestrian.xosc",
     "crossing the roadway from sidewalk to sidewalk, the other player's pedestrian keeps the height of the \
      trajectory's vertices (12 cm); where a trajectory gives no height, ours walks on the road below"),
    ("resources/xosc/synchronize.xosc",
     "the storyboard stops in the step in which its trigger fires, which is one (0.01 s) earlier"),
];

/// Why rows of a scenario are missed.
pub fn why(scenario: &str) -> Option<&'static str> {
    MISSES.iter().find(|m| m.0 == scenario).map(|m| m.1)
}
