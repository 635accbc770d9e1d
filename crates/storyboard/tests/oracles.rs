//! Another player's numbers (`esmini_states.tsv`, `esmini_events.tsv`) against ours, row by row.

mod common;

use common::{corpus, load, state, table};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use storyboard::play::player::Player;

const QUANTITIES: [&str; 7] = ["x", "y", "z", "h", "p", "r", "speed"];

struct Run {
    states: BTreeMap<u64, BTreeMap<String, [f64; 7]>>,
    events: BTreeSet<(u64, String, String)>,
    troubles: BTreeSet<String>,
}

/// Plays a scenario to `ticks` and keeps the states at `wanted` and all events.
fn run(path: &std::path::Path, dt_ns: u64, ticks: u64, wanted: &BTreeSet<u64>) -> Result<Run, String> {
    let (play, roads) = load(path)?;
    let names: Vec<Arc<str>> = play.entities.iter().map(|e| e.name.clone()).collect();
    let mut player = Player::new(play, roads);
    let mut run = Run { states: BTreeMap::new(), events: BTreeSet::new(), troubles: BTreeSet::new() };
    for tick in 0..=ticks {
        // The first step is the init phase, of length 0.
        let now = tick.saturating_sub(1);
        player.step(now * dt_ns, dt_ns);
        for (path, transition) in player.transitions() {
            let name = path.rsplit('/').next().unwrap_or(path).to_owned();
            run.events.insert((now, name, transition.in_full().to_owned()));
        }
        for effect in &player.effects {
            if let storyboard::play::player::Effect::Trouble(text) = effect {
                run.troubles.insert(text.clone());
            }
        }
        if wanted.contains(&tick) {
            let of = |name: &Arc<str>| Some((name.to_string(), state(&player, name)?));
            run.states.insert(tick, names.iter().filter_map(of).collect());
        }
        if player.ended() {
            break;
        }
    }
    Ok(run)
}

fn angle_gap(a: f64, b: f64) -> f64 {
    let d = (a - b).rem_euclid(std::f64::consts::TAU);
    d.min(std::f64::consts::TAU - d)
}

#[test]
fn states_and_events_are_the_other_players() {
    let Some(corpus) = corpus() else { return };
    let oracles = corpus.join("../oracles");
    let verbose = std::env::var("SHAKEDOWN_VERBOSE").ok();
    let mut scenarios: BTreeMap<(String, u64), (Vec<_>, Vec<_>)> = BTreeMap::new();
    let dt_of = |row: &BTreeMap<String, String>| (row["dt_s"].parse::<f64>().unwrap() * 1e9).round() as u64;
    for row in table(&oracles.join("esmini_states.tsv")) {
        scenarios.entry((row["scenario"].clone(), dt_of(&row))).or_default().0.push(row);
    }
    for row in table(&oracles.join("esmini_events.tsv")) {
        scenarios.entry((row["scenario"].clone(), dt_of(&row))).or_default().1.push(row);
    }
    let mut totals: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for ((scenario, dt_ns), (states, events)) in &scenarios {
        let tick_of = |row: &BTreeMap<String, String>| {
            (row["time_s"].parse::<f64>().unwrap() * 1e9 / *dt_ns as f64).round() as u64
        };
        let last = states.iter().chain(events).map(tick_of).max().unwrap_or(0) + 1;
        let wanted: BTreeSet<u64> = states.iter().map(tick_of).collect();
        let run = match run(&corpus.join("esmini").join(scenario), *dt_ns, last, &wanted) {
            Ok(run) => run,
            Err(error) => {
                println!("{scenario}: {error}");
                Run { states: BTreeMap::new(), events: BTreeSet::new(), troubles: BTreeSet::new() }
            }
        };
        let mut line: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let mut shown = 0;
        for row in states {
            let q = QUANTITIES.iter().position(|q| *q == row["quantity"]).unwrap();
            let expected: f64 = row["expected"].parse().unwrap();
            let tolerance: f64 = row["tolerance"].parse().unwrap();
            let got = run.states.get(&tick_of(row)).and_then(|s| s.get(&row["entity"])).map(|s| s[q]);
            let gap = got.map_or(f64::INFINITY, |got| match q {
                3..=5 => angle_gap(got, expected),
                _ => (got - expected).abs(),
            });
            // Three printed decimals: half a unit of the last belongs to the number.
            let hit = gap <= tolerance + 1e-9;
            let count = line.entry(row["tier"].clone()).or_default();
            count.1 += 1;
            count.0 += usize::from(hit);
            if !hit && verbose.as_deref().is_some_and(|v| scenario.contains(v)) && shown < 60 {
                shown += 1;
                println!(
                    "  {} {} {} {}: {} not {:.4}",
                    row["tier"],
                    row["time_s"],
                    row["entity"],
                    row["quantity"],
                    expected,
                    got.unwrap_or(f64::NAN)
                );
            }
        }
        for row in events {
            let key = (tick_of(row), row["element"].clone(), row["event"].clone());
            let hit = run.events.contains(&key);
            let count = line.entry("events".to_owned()).or_default();
            count.1 += 1;
            count.0 += usize::from(hit);
            if !hit && verbose.as_deref().is_some_and(|v| scenario.contains(v)) {
                let ours: Vec<_> = run
                    .events
                    .iter()
                    .filter(|e| e.1 == key.1)
                    .map(|e| format!("{} {}", e.0 as f64 * *dt_ns as f64 * 1e-9, e.2))
                    .collect();
                println!("  event {} {} {}: ours {ours:?}", row["time_s"], row["element"], row["event"]);
            }
        }
        for (tier, (hit, all)) in &line {
            let total = totals.entry(tier.clone()).or_default();
            total.0 += hit;
            total.1 += all;
        }
        let words: Vec<String> = line.iter().map(|(t, (h, a))| format!("{t} {h}/{a}")).collect();
        println!("{scenario}: {} {:?}", words.join("  "), run.troubles);
    }
    println!("{totals:?}");
}
