//! Golden runs: what happens when, where the run ends, and how. Poses have a tolerance; the state hash is
//! kept apart, because it may change where nothing that matters does.
//!
//! `UPDATE_GOLDEN=1 cargo test --test it golden` rewrites the files **and fails**, so that no rewritten
//! file goes in unread.

use crate::support::{bundled, remembered};
use shakedown::state::automation::AutomationLevel;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Scenario, level and end, s.
const RUNS: [(&str, AutomationLevel, f64); 6] = [
    ("kirkland/dry_baseline", AutomationLevel::L0, 20.0),
    ("kirkland/dry_baseline", AutomationLevel::L1, 20.0),
    ("kirkland/dry_baseline", AutomationLevel::L2, 20.0),
    ("kirkland/dry_baseline", AutomationLevel::L3, 20.0),
    ("kirkland/dry_baseline", AutomationLevel::L4, 20.0),
    ("kirkland/dry_baseline", AutomationLevel::L5, 20.0),
];
/// Seed of all golden runs.
const SEED: u64 = 1;
/// How far two poses may lie apart, m and deg.
const POSITION_TOLERANCE_M: f64 = 0.05;
const HEADING_TOLERANCE_DEG: f64 = 0.2;
const SPEED_TOLERANCE_MPS: f64 = 0.02;

/// A golden file: `key value…` lines.
#[derive(Debug, PartialEq)]
struct Golden {
    /// Lines that must be equal: outcome, events at their ticks, disengagements, collisions.
    exact: Vec<String>,
    /// x, y, heading, speed at the end.
    pose: [f64; 4],
}

impl Golden {
    fn text(&self) -> String {
        let mut text = String::new();
        let [x_m, y_m, heading_deg, speed_mps] = self.pose;
        let _ = writeln!(text, "pose {x_m:.3} {y_m:.3} {heading_deg:.3} {speed_mps:.3}");
        for line in &self.exact {
            let _ = writeln!(text, "{line}");
        }
        text
    }
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let numbers: Vec<f64> =
            lines.next()?.strip_prefix("pose ")?.split(' ').map(|n| n.parse().ok()).collect::<Option<_>>()?;
        Some(Self { pose: numbers.try_into().ok()?, exact: lines.map(str::to_owned).collect() })
    }
}

/// What differs between two golden runs, in words; empty if nothing that matters.
fn differences(expect: &Golden, got: &Golden) -> Vec<String> {
    let mut found = Vec::new();
    let tolerances = [POSITION_TOLERANCE_M, POSITION_TOLERANCE_M, HEADING_TOLERANCE_DEG, SPEED_TOLERANCE_MPS];
    for (ix, what) in ["x", "y", "heading", "speed"].into_iter().enumerate() {
        let (a, b) = (expect.pose[ix], got.pose[ix]);
        if (a - b).abs() > tolerances[ix] {
            found.push(format!("final {what}: {a} expected, {b} found"));
        }
    }
    for line in &expect.exact {
        if !got.exact.contains(line) {
            found.push(format!("missing: {line}"));
        }
    }
    for line in &got.exact {
        if !expect.exact.contains(line) {
            found.push(format!("new:     {line}"));
        }
    }
    if found.is_empty() && expect.exact != got.exact {
        found.push("the order of the events differs".to_owned());
    }
    found
}

/// Runs one and writes down what counts; the hash comes beside it.
fn record(name: &str, level: AutomationLevel, until_s: f64) -> (Golden, String) {
    let (record, memory) = remembered(&bundled(name, level, SEED, until_s, &[]));
    let mut exact = vec![format!("outcome {} after {} ticks", record.outcome.as_str(), record.ticks)];
    for d in &record.disengagements {
        exact.push(format!("disengagement {} {} {}", d.tick, d.initiator.as_str(), d.cause.as_str()));
    }
    for c in &record.collisions {
        exact.push(format!("collision {} {} {}", c.tick, c.a, c.b));
    }
    for event in &memory.events {
        // Objects are missed and imagined in the noise; what the feature and people do is what counts.
        if !["object_missed", "ghost_track", "spawned", "criterion"].contains(&event.event.as_str()) {
            exact.push(format!("event {} {}", event.tick, event.event));
        }
    }
    let last = memory.trace.iter().rfind(|row| &*row.entity == "ego").unwrap();
    let [x_m, y_m, _] = last.position_m;
    let pose = [x_m, y_m, last.attitude_rad[0].to_degrees(), last.speed_mps];
    (Golden { exact, pose }, record.state_hash)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("golden").join("runs")
}

fn file_of(name: &str, level: AutomationLevel) -> PathBuf {
    folder().join(format!("{}_{level}.txt", name.replace('/', "_")))
}

#[test]
fn golden_runs_are_as_they_were() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    let mut hashes = String::new();
    for (name, level, until_s) in RUNS {
        let (got, hash) = record(name, level, until_s);
        let _ = writeln!(hashes, "{name} {level} seed {SEED} until {until_s} s: {hash}");
        let path = file_of(name, level);
        if update {
            std::fs::create_dir_all(folder()).unwrap();
            std::fs::write(&path, got.text()).unwrap();
            continue;
        }
        let expect = std::fs::read_to_string(&path).ok().and_then(|text| Golden::parse(&text));
        let Some(expect) = expect else {
            wrong.push(format!("{}: not there or not readable", path.display()));
            continue;
        };
        wrong.extend(differences(&expect, &got).into_iter().map(|d| format!("{name} {level}: {d}")));
    }
    if update {
        std::fs::write(folder().join("hashes.txt"), hashes).unwrap();
        panic!("golden files rewritten; read the difference, then run again without UPDATE_GOLDEN");
    }
    assert!(
        wrong.is_empty(),
        "{}\nIf this is intended: UPDATE_GOLDEN=1 cargo test --test it golden",
        wrong.join("\n")
    );
}

#[test]
fn differences_are_found() {
    let golden = |x_m: f64, lines: &[&str]| Golden {
        exact: lines.iter().map(|l| (*l).to_owned()).collect(),
        pose: [x_m, 0.0, 0.0, 10.0],
    };
    let base = golden(5.0, &["outcome completed", "event 3 a"]);
    for (other, expect) in [
        (golden(5.0, &["outcome completed", "event 3 a"]), 0),
        (golden(5.04, &["outcome completed", "event 3 a"]), 0),
        (golden(5.06, &["outcome completed", "event 3 a"]), 1),
        (golden(5.0, &["outcome collision", "event 3 a"]), 2),
        (golden(5.0, &["outcome completed", "event 4 a"]), 2),
        (golden(5.0, &["event 3 a", "outcome completed"]), 1),
    ] {
        assert_eq!(differences(&base, &other).len(), expect, "{other:?}");
    }
    assert_eq!(Golden::parse(&base.text()), Some(base));
    assert_eq!(Golden::parse("pose 1 2 x 4"), None);
}
