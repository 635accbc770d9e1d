//! Scenarios changed at random are refused or played, soon, and never panic.
//!
//! Seeds are the corpus's scenarios with their catalogs and maps; the test passes with a line that says so
//! where it is missing. `SHAKEDOWN_FUZZ=10000` plays that many, `SHAKEDOWN_FUZZ=77..78` one again.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used)]

mod common;
#[path = "../../openscenario/tests/common/mutator.rs"]
mod mutator;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Disk, corpus, load};
use mutator::Mutator;
use openscenario::Files;
use storyboard::play::player::Player;
use storyboard::play::roads::Roads;

/// Scenarios played where the environment does not say otherwise.
const EXECUTIONS: u64 = 400;
/// No scenario of these may take longer. Chosen a hundred times above the usual, for slow machines.
const TIME_MAX: Duration = Duration::from_secs(10);
/// Largest seed, bytes.
const SEED_BYTES_MAX: u64 = 24 << 10;
/// Steps of each play and their length: 20 s.
const STEPS: u64 = 100;
const STEP_NS: u64 = 200_000_000;

/// Files on disk, each read once.
#[derive(Default)]
struct Cached {
    files: RefCell<BTreeMap<String, Result<Vec<u8>, String>>>,
    lists: RefCell<BTreeMap<String, Result<Vec<String>, String>>>,
    roads: RefCell<BTreeMap<String, Arc<Roads>>>,
}

impl Files for Cached {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.files.borrow_mut().entry(path.to_owned()).or_insert_with(|| Disk.read(path)).clone()
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, String> {
        self.lists.borrow_mut().entry(directory.to_owned()).or_insert_with(|| Disk.list(directory)).clone()
    }
}

impl Cached {
    fn roads(&self, path: &str) -> Arc<Roads> {
        let read = || {
            let map = Disk.read(path).ok().and_then(|bytes| opendrive::parse(&bytes, path).ok());
            Arc::new(map.map_or_else(Roads::none, |parsed| Roads::new(Arc::new(parsed.map))))
        };
        self.roads.borrow_mut().entry(path.to_owned()).or_insert_with(read).clone()
    }
}

/// The corpus's scenarios that can be played, sorted.
fn seeds(root: PathBuf) -> Vec<(String, Vec<u8>)> {
    let mut folders = vec![root];
    let mut paths = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let small = entry.metadata().is_ok_and(|data| data.len() <= SEED_BYTES_MAX);
            if path.is_dir() {
                folders.push(path);
            } else if small && path.extension().is_some_and(|found| found == "xosc") && load(&path).is_ok() {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let read = |path: PathBuf| Some((path.display().to_string(), std::fs::read(&path).ok()?));
    paths.into_iter().filter_map(read).collect()
}

/// Plays a file if it can be played; whether it could.
fn play(bytes: &[u8], name: &str, files: &Cached) -> bool {
    let parsed = openscenario::parse(bytes, name, files, &BTreeMap::new());
    let Some(openscenario::Document::Scenario(scenario)) = parsed.document else { return false };
    let outcome = storyboard::read::from_openscenario(&scenario, &parsed.files);
    let Some(play) = outcome.play else {
        assert!(outcome.problems.has_errors(), "refused without a reason");
        return false;
    };
    let map = play.map_file.as_ref().map(|file| openscenario::resolve_path(name, file));
    let roads = map.map_or_else(|| Arc::new(Roads::none()), |path| files.roads(&path));
    let mut player = Player::new(Arc::new(play), roads);
    for step in 0..STEPS {
        player.step(step.saturating_sub(1) * STEP_NS, STEP_NS);
        for entity in &player.scene.entities {
            let pose = &entity.at.pose;
            let finite =
                pose.position_m.is_finite() && pose.h_rad.is_finite() && entity.speed_mps.is_finite();
            assert!(finite, "step {step}: {} is at {pose:?} with {} m/s", entity.name, entity.speed_mps);
        }
        if player.ended() {
            break;
        }
    }
    true
}

#[test]
fn scenarios_changed_at_random_are_refused_or_played() {
    let Some(corpus) = corpus() else { return };
    let seeds = seeds(corpus);
    assert!(!seeds.is_empty());
    let wanted = std::env::var("SHAKEDOWN_FUZZ").unwrap_or_else(|_| EXECUTIONS.to_string());
    let (from, to) = wanted.split_once("..").unwrap_or(("0", &wanted));
    let (from, to): (u64, u64) = (from.parse().unwrap(), to.parse().unwrap());
    let files = Cached::default();
    let (mut slowest, mut played) = ((Duration::ZERO, from), 0);
    let mut wrong = Vec::new();
    for execution in from..to {
        let mut mutator = Mutator::new(execution);
        let (name, seed) = &seeds[mutator.below(seeds.len())];
        let mut bytes = seed.clone();
        for _ in 0..=mutator.below(4) {
            mutator.change_gently(&mut bytes);
        }
        if mutator.below(16) == 0 {
            let other = mutator.below(seeds.len());
            mutator.change(&mut bytes, &seeds[other].1);
        }
        let begun = Instant::now();
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| play(&bytes, name, &files)));
        match outcome {
            Ok(was_played) => played += u64::from(was_played),
            Err(_) => {
                println!("{}", String::from_utf8_lossy(&bytes));
                wrong.push(format!("execution {execution}, from {name}"));
            }
        }
        slowest = slowest.max((begun.elapsed(), execution));
        assert!(slowest.0 < TIME_MAX, "execution {execution}, from {name}, takes {slowest:?}");
    }
    println!("{} seeds, {} executions, {played} played, the slowest {slowest:?}", seeds.len(), to - from);
    assert!(wrong.is_empty(), "{} panics:\n{}", wrong.len(), wrong.join("\n"));
    assert!(to - from < 100 || played * 10 > to - from, "only {played} of {} are played", to - from);
}
