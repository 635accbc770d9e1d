//! Another player's numbers (`esmini_states.tsv`, `esmini_events.tsv`) against ours, row by row.
//!
//! Tier A: standard behavior alone. B, C: a controller of that player on another or on this entity. Times are
//! starts of frames: the first call of the player is the init phase, at 0.

use super::{load, state, table};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use storyboard::play::player::{Effect, Player};

const QUANTITIES: [&str; 7] = ["x", "y", "z", "h", "p", "r", "speed"];
/// Angles are compared around the circle.
const ANGLES: std::ops::RangeInclusive<usize> = 3..=5;
/// Tier of the rows of `esmini_events.tsv`.
pub const EVENTS: &str = "events";

type Row = BTreeMap<String, String>;

/// One scenario against the expected values.
pub struct Compared {
    /// Path in the player's folder of the corpus.
    pub scenario: String,
    /// Tier → rows within their tolerance, all rows.
    pub tiers: BTreeMap<String, (usize, usize)>,
    /// The other rows, in words, with their tier.
    pub misses: Vec<(String, String)>,
    /// What could not be done, or why the scenario was not played.
    pub troubles: BTreeSet<String>,
}

#[derive(Default)]
struct Run {
    states: BTreeMap<u64, BTreeMap<String, [f64; 7]>>,
    events: BTreeSet<(u64, String, String)>,
    troubles: BTreeSet<String>,
}

/// Plays a scenario to `ticks` and keeps the states at `wanted` and all events.
fn run(path: &Path, dt_ns: u64, ticks: u64, wanted: &BTreeSet<u64>) -> Result<Run, String> {
    let (play, roads) = load(path)?;
    let names: Vec<Arc<str>> = play.entities.iter().map(|e| e.name.clone()).collect();
    let mut player = Player::new(play, roads);
    let mut run = Run::default();
    for tick in 0..=ticks {
        // The first step is the init phase, of length 0.
        let now = tick.saturating_sub(1);
        player.step(now * dt_ns, dt_ns);
        for (path, transition) in player.transitions() {
            let name = path.rsplit('/').next().unwrap_or(path).to_owned();
            run.events.insert((now, name, transition.in_full().to_owned()));
        }
        for effect in &player.effects {
            if let Effect::Trouble(text) = effect {
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

fn number(row: &Row, key: &str) -> f64 {
    row[key].parse().unwrap_or(f64::NAN)
}

/// All scenarios of both tables, by name.
pub fn compare(corpus: &Path) -> Vec<Compared> {
    let oracles = corpus.join("../oracles");
    let mut scenarios: BTreeMap<(String, u64), (Vec<Row>, Vec<Row>)> = BTreeMap::new();
    let key = |row: &Row| (row["scenario"].clone(), (number(row, "dt_s") * 1e9).round() as u64);
    for row in table(&oracles.join("esmini_states.tsv")) {
        scenarios.entry(key(&row)).or_default().0.push(row);
    }
    for row in table(&oracles.join("esmini_events.tsv")) {
        scenarios.entry(key(&row)).or_default().1.push(row);
    }
    let one = |((scenario, dt_ns), (states, events)): ((String, u64), (Vec<Row>, Vec<Row>))| {
        let path = corpus.join("esmini").join(&scenario);
        compare_one(scenario, &path, dt_ns, &states, &events)
    };
    scenarios.into_iter().map(one).collect()
}

fn compare_one(scenario: String, path: &Path, dt_ns: u64, states: &[Row], events: &[Row]) -> Compared {
    let tick_of = |row: &Row| (number(row, "time_s") * 1e9 / dt_ns as f64).round() as u64;
    let last = states.iter().chain(events).map(tick_of).max().unwrap_or(0) + 1;
    let wanted: BTreeSet<u64> = states.iter().map(tick_of).collect();
    let run = run(path, dt_ns, last, &wanted)
        .unwrap_or_else(|error| Run { troubles: BTreeSet::from([error]), ..Run::default() });
    let mut tiers: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut misses = Vec::new();
    let mut judge = |tier: &str, hit: bool, miss: &dyn Fn() -> String| {
        let count = tiers.entry(tier.to_owned()).or_default();
        *count = (count.0 + usize::from(hit), count.1 + 1);
        if !hit {
            misses.push((tier.to_owned(), miss()));
        }
    };
    for row in states {
        let expected = number(row, "expected");
        let quantity = QUANTITIES.iter().position(|q| *q == row["quantity"]);
        let of = run.states.get(&tick_of(row)).and_then(|s| s.get(&row["entity"]));
        let got = of.zip(quantity).map(|(state, q)| state[q]);
        let gap = match (got, quantity) {
            (Some(got), Some(q)) if ANGLES.contains(&q) => angle_gap(got, expected),
            (Some(got), _) => (got - expected).abs(),
            (None, _) => f64::INFINITY,
        };
        // Three printed decimals: half a unit of the last belongs to the number.
        let hit = gap <= number(row, "tolerance") + 1e-9;
        judge(&row["tier"], hit, &|| {
            let got = got.map_or("none".to_owned(), |got| format!("{got:.4}"));
            format!("{} {} {}: {expected} not {got}", row["time_s"], row["entity"], row["quantity"])
        });
    }
    for row in events {
        let hit = run.events.contains(&(tick_of(row), row["element"].clone(), row["event"].clone()));
        judge(EVENTS, hit, &|| {
            let same = run.events.iter().filter(|e| e.1 == row["element"] && e.2 == row["event"]);
            let times: Vec<String> =
                same.map(|e| format!("{:.3}", e.0 as f64 * dt_ns as f64 * 1e-9)).collect();
            format!("{} {} {}: ours at {times:?}", row["time_s"], row["element"], row["event"])
        });
    }
    Compared { scenario, tiers, misses, troubles: run.troubles }
}

/// Rows within their tolerance and all rows, of the tiers named.
pub fn sum(compared: &[Compared], tiers: &[&str]) -> (usize, usize) {
    let rows = compared.iter().flat_map(|c| &c.tiers).filter(|(tier, _)| tiers.contains(&tier.as_str()));
    rows.fold((0, 0), |sum, (_, (hit, all))| (sum.0 + hit, sum.1 + all))
}
