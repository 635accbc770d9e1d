//! What the integration tests share: the assets, read once, and short ways to a run specification.

use shakedown::cli::assets::Assets;
use shakedown::engine::{RunSpec, simulate_full};
use shakedown::record::{MemorySink, Sink, TickView};
use shakedown::scenario::{Files, Scenario};
use shakedown::state::automation::AutomationLevel;
use shakedown::state::record::RunRecord;
use std::sync::{Arc, LazyLock};

/// Maps, vehicles and scenarios.
pub static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets::open().unwrap());

/// A bundled scenario with overrides, ended at `until_s`.
pub fn bundled(
    name: &str,
    level: AutomationLevel,
    seed: u64,
    until_s: f64,
    overrides: &[(&str, &str)],
) -> RunSpec {
    let file = ASSETS.resolve(name).unwrap().remove(0);
    let overrides: Vec<_> = overrides.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let scenario = ASSETS.load(&file, &overrides).unwrap().unwrap_or_else(|p| panic!("{name}: {p:#?}"));
    with(scenario, level, seed, until_s)
}

/// A scenario given as text.
pub fn written(text: &str, level: AutomationLevel, seed: u64, until_s: f64) -> RunSpec {
    let checked = Scenario::check("test/written", "written.toml", text.as_bytes(), &*ASSETS, &[]);
    with(checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics)), level, seed, until_s)
}

fn with(scenario: Scenario, level: AutomationLevel, seed: u64, until_s: f64) -> RunSpec {
    RunSpec {
        network: ASSETS.map(&scenario.map).unwrap(),
        scenario: Arc::new(scenario),
        vehicles: ASSETS.vehicles.clone(),
        level,
        seed,
        dt_ns: RunSpec::DT_NS_DEFAULT,
        interventions: Vec::new(),
        human_input: Vec::new(),
        until_s: Some(until_s),
    }
}

/// Runs it without sinks.
pub fn run(spec: &RunSpec) -> RunRecord {
    full(spec).0
}

/// Record and hash of every tick.
pub fn full(spec: &RunSpec) -> (RunRecord, Vec<u32>) {
    simulate_full(spec, &mut []).unwrap()
}

/// Runs it and keeps trace and events.
pub fn remembered(spec: &RunSpec) -> (RunRecord, MemorySink) {
    let mut sink = MemorySink::default();
    let record = simulate_full(spec, &mut [&mut sink]).unwrap().0;
    (record, sink)
}

/// Calls `look` at every tick.
pub fn watched(spec: &RunSpec, look: impl FnMut(&TickView<'_>)) -> RunRecord {
    struct Watch<F>(F);
    impl<F: FnMut(&TickView<'_>)> Sink for Watch<F> {
        fn tick(&mut self, view: &TickView<'_>) -> std::io::Result<()> {
            (self.0)(view);
            Ok(())
        }
    }
    simulate_full(spec, &mut [&mut Watch(look)]).unwrap().0
}

/// An ego at 55 mph on three level lanes, a car far ahead, and this weather section.
pub fn straight(weather: &str, lead_s_m: f64, level: AutomationLevel, until_s: f64) -> RunSpec {
    written(
        &format!(
            r#"
version = 1
title = "Straight road"
about = "A test."
map = "straight"
duration_s = 60
level = "L4"
start = "2016-06-01T12:00:00-07:00"
{weather}
[ego]
vehicle = "lexus_rx450h_2012"
sensors = "lexus_2015"
start = {{ road = "straight_1", lane = -2, s_m = 50 }}
speed_mph = 55
route = [{{ road = "straight_1", lane = -2, s_m = 2900 }}]

[[entity]]
name = "lead"
vehicle = "compact_car"
start = {{ road = "straight_1", lane = -2, s_m = {lead_s_m} }}
speed_mph = 0
behavior = "parked"
"#
        ),
        level,
        5,
        until_s,
    )
}
