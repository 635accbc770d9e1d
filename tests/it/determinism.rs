//! Same binary, same run specification, same bits.

use shakedown::cli::assets::Assets;
use shakedown::engine::{RunSpec, simulate};
use shakedown::scenario::Files;
use shakedown::state::automation::AutomationLevel;
use shakedown::state::record::RunRecord;
use std::sync::Arc;

fn spec(
    assets: &Assets,
    name: &str,
    level: AutomationLevel,
    seed: u64,
    overrides: &[(&str, &str)],
) -> RunSpec {
    let file = assets.resolve(name).unwrap().remove(0);
    let overrides: Vec<_> = overrides.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let scenario =
        Arc::new(assets.load(&file, &overrides).unwrap().unwrap_or_else(|p| panic!("{name}: {p:?}")));
    RunSpec {
        network: assets.map(&scenario.map).unwrap(),
        scenario,
        vehicles: assets.vehicles.clone(),
        level,
        seed,
        dt_ns: RunSpec::DT_NS_DEFAULT,
        interventions: Vec::new(),
        until_s: Some(12.0),
    }
}

fn run(spec: &RunSpec) -> RunRecord {
    simulate(spec, &mut []).unwrap()
}

#[test]
fn the_same_run_twice_and_on_other_threads_has_the_same_hash() {
    let assets = Assets::open().unwrap();
    for level in AutomationLevel::ALL {
        let spec = spec(&assets, "kirkland/dry_baseline", level, 7, &[]);
        let first = run(&spec);
        let again = std::thread::scope(|scope| {
            let handles: Vec<_> = (0..2).map(|_| scope.spawn(|| run(&spec))).collect();
            handles.into_iter().map(|h| h.join().unwrap()).collect::<Vec<_>>()
        });
        for other in again {
            assert_eq!(first, other, "{level}");
        }
    }
}

#[test]
fn seed_and_level_change_the_run() {
    let assets = Assets::open().unwrap();
    let one = run(&spec(&assets, "kirkland/dry_baseline", AutomationLevel::L4, 1, &[]));
    let seed = run(&spec(&assets, "kirkland/dry_baseline", AutomationLevel::L4, 2, &[]));
    let level = run(&spec(&assets, "kirkland/dry_baseline", AutomationLevel::L0, 1, &[]));
    assert_ne!(one.state_hash, seed.state_hash);
    assert_ne!(one.state_hash, level.state_hash);
    assert_ne!(one.run_id, seed.run_id);
    assert_ne!(one.run_id, level.run_id);
}
