//! Another player's numbers against ours: how many rows must be right. What is not is printed, and explained
//! in COVERAGE.md.
//!
//! The numbers lie beside the corpus (`$SHAKEDOWN_CORPUS` or `../shared/corpus`); where it is missing this test
//! passes and says so in one line. `SHAKEDOWN_VERBOSE` shows the misses of the informative tiers as well.

mod common;

use common::oracle::{EVENTS, compare, sum};

/// Least share of the rows of tier A.
const STATES_MIN: f64 = 0.99;
/// Least share of the rows of tier A and the events together.
const ALL_MIN: f64 = 0.98;

#[test]
fn states_and_events_are_the_other_players() {
    let Some(corpus) = common::corpus() else { return };
    let compared = compare(&corpus);
    for one in &compared {
        let counts: Vec<String> =
            one.tiers.iter().map(|(tier, (hit, all))| format!("{tier} {hit}/{all}")).collect();
        println!("{}: {} {:?}", one.scenario, counts.join("  "), one.troubles);
        let shown = std::env::var_os("SHAKEDOWN_VERBOSE").is_some();
        for (tier, miss) in one.misses.iter().filter(|(tier, _)| shown || tier == "A" || tier == EVENTS) {
            println!("  {tier} {miss}");
        }
    }
    let share = |tiers: &[&str]| {
        let (hit, all) = sum(&compared, tiers);
        println!("{tiers:?}: {hit} of {all}");
        hit as f64 / all as f64
    };
    let (states, all) = (share(&["A"]), share(&["A", EVENTS]));
    share(&["B"]);
    share(&["C"]);
    assert!(states >= STATES_MIN, "only {:.2} % of the states", 100.0 * states);
    assert!(all >= ALL_MIN, "only {:.2} % of states and events", 100.0 * all);
}
