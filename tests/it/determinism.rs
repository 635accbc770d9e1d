//! Same binary, same run specification, same bits.

use crate::support::{bundled, run};
use shakedown::state::automation::AutomationLevel;

const UNTIL_S: f64 = 12.0;

#[test]
fn the_same_run_twice_and_on_other_threads_has_the_same_hash() {
    for level in AutomationLevel::ALL {
        let spec = bundled("kirkland/dry_baseline", level, 7, UNTIL_S, &[]);
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
    let one = run(&bundled("kirkland/dry_baseline", AutomationLevel::L4, 1, UNTIL_S, &[]));
    let seed = run(&bundled("kirkland/dry_baseline", AutomationLevel::L4, 2, UNTIL_S, &[]));
    let level = run(&bundled("kirkland/dry_baseline", AutomationLevel::L0, 1, UNTIL_S, &[]));
    assert_ne!(one.state_hash, seed.state_hash);
    assert_ne!(one.state_hash, level.state_hash);
    assert_ne!(one.run_id, seed.run_id);
    assert_ne!(one.run_id, level.run_id);
}
