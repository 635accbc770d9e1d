//! Every scenario of the corpus plays for half a minute: nothing panics, hangs or becomes a NaN.
//!
//! The corpus lies in `$SHAKEDOWN_CORPUS` or `../shared/corpus`; where it is missing this test passes and
//! says so in one line.

mod common;

use common::fate::{Budget, Fate, Maps, fate, files};
use std::collections::BTreeMap;
use std::time::Duration;

/// 30 s in steps of 0.1 s, and the init phase. No step of any file needs a tenth of this wall-clock time.
const BUDGET: Budget = Budget { dt_ns: 100_000_000, steps: 301, wall: Duration::from_secs(10) };
/// Fewer files that play would mean that the test has lost them.
const PLAYED_MIN: usize = 200;

#[test]
fn every_scenario_plays_half_a_minute() {
    let Some(root) = common::corpus() else { return };
    let mut maps = Maps::default();
    let mut sets: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let (mut wrong, mut played) = (Vec::new(), 0);
    for path in files(&root, "xosc") {
        let name = path.strip_prefix(&root).unwrap_or(&path);
        let set = name.iter().next().unwrap_or_default().to_string_lossy().into_owned();
        let outcome = fate(&path, &mut maps, BUDGET);
        let word = match &outcome.fate {
            Fate::Other(what) => (*what).to_owned(),
            Fate::Refused(rule, _) => format!("refused {rule}"),
            Fate::Stopped | Fate::StoriesComplete => "to its end".to_owned(),
            Fate::TimeUp => "30 s".to_owned(),
            Fate::Hung(_) | Fate::NoNumber(..) | Fate::Panicked(_) => {
                wrong.push(format!("{}: {:?}", name.display(), outcome.fate));
                "broken".to_owned()
            }
        };
        played += usize::from(outcome.steps > 0);
        *sets.entry(set).or_default().entry(word).or_default() += 1;
    }
    for (set, counts) in &sets {
        println!("{set}: {counts:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(played >= PLAYED_MIN, "only {played} files were played");
}
