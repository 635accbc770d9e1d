//! The page's part about the corpus: how each set fares, why files are refused, what runs warn of, and how the
//! expected values compare.

use super::explain;
use super::results::{Part, Results};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Longest list of reasons of one kind on the page; the others are counted.
const REASONS_MAX: usize = 60;
/// Tier of events.
const EVENTS: &str = "events";

fn groups(results: &Results, part: Part) -> BTreeSet<&str> {
    results.of(part).map(|row| row.0).collect()
}

/// Tables of sets.
pub fn sets(results: &Results) -> String {
    let mut out = String::from(
        "## The field's own files\n\n\
         Scenarios play to their end (their stop trigger fires; without one, all stories are complete) or for 300 s in \
         steps of 0.05 s. Files of 0.9, deliberate mistakes and files whose catalogs or maps are not in the corpus are \
         among the refused. Maps and catalogs that lie in another folder of the corpus are \
         taken from there.\n\n\
         | set | files | scenarios played | to the end | 300 s | refused | catalogs | distributions | with warnings |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    let mut total = [0; 8];
    for set in groups(results, Part::Scenarios) {
        let n = |name: &str| results.get(Part::Scenarios, set, name);
        let ended = n("stopped") + n("complete");
        let played = ended + n("time") + n("broken");
        let row = [
            n("files"),
            played,
            ended,
            n("time"),
            n("refused"),
            n("catalog"),
            n("distribution"),
            n("warned"),
        ];
        total.iter_mut().zip(row).for_each(|(sum, n)| *sum += n);
        line(&mut out, set, &row);
    }
    line(&mut out, "**all**", &total);
    let broken: usize =
        groups(results, Part::Scenarios).iter().map(|s| results.get(Part::Scenarios, s, "broken")).sum();
    let _ = writeln!(out, "\nPanics, hangs and states that are no numbers: {broken}.\n");
    out.push_str("| set | maps | loaded | refused | with warnings |\n|---|---:|---:|---:|---:|\n");
    let mut total = [0; 4];
    for set in groups(results, Part::Maps) {
        let row = ["files", "loaded", "refused", "warned"].map(|name| results.get(Part::Maps, set, name));
        total.iter_mut().zip(row).for_each(|(sum, n)| *sum += n);
        line(&mut out, set, &row);
    }
    line(&mut out, "**all**", &total);
    out.push('\n');
    out
}

fn line(out: &mut String, name: &str, numbers: &[usize]) {
    let _ = write!(out, "| {name} |");
    for n in numbers {
        let _ = write!(out, " {n} |");
    }
    out.push('\n');
}

/// Reasons of one kind: those of most files first.
fn list(results: &Results, part: Part, title: &str) -> String {
    let mut rows: Vec<(&str, &str, usize)> = results.of(part).map(|(set, why, n, _)| (set, why, n)).collect();
    rows.sort_by_key(|(set, why, n)| (*set, std::cmp::Reverse(*n), *why));
    let files: usize = rows.iter().map(|r| r.2).sum();
    let mut out =
        format!("<details><summary>{title} ({files})</summary>\n\n| set | files | what |\n|---|---:|---|\n");
    for (set, why, n) in rows.iter().take(REASONS_MAX) {
        // Names of elements are no HTML.
        let why = why.replace('<', "&lt;");
        let _ = writeln!(out, "| {set} | {n} | {why} |");
    }
    if rows.len() > REASONS_MAX {
        let _ = writeln!(out, "| … | | {} more reasons |", rows.len() - REASONS_MAX);
    }
    out.push_str("\n</details>\n\n");
    out
}

/// Why files are refused, and what is named in the others.
pub fn reasons(results: &Results) -> String {
    let mut out = list(results, Part::Refused, "Refused, and why");
    out.push_str(&list(results, Part::NotCovered, "Named as not covered"));
    out.push_str(&list(results, Part::Trouble, "Said in the run"));
    out
}

/// Scenarios with rows that are missed.
#[cfg(test)]
pub fn missed(results: &Results) -> BTreeSet<&str> {
    results.of(Part::Expected).filter(|(_, _, hit, all)| hit < all).map(|row| row.0).collect()
}

/// Rows of the expected values.
pub fn expected_values(results: &Results) -> String {
    let mut out = String::from(
        "## Expected values of another player\n\n\
         Poses and events that esmini's own tests give, within three decimals. A: behavior of the standard alone; B, C: \
         a controller of that player on another entity or on this one, which is not part of the standard.\n\n\
         | scenario | A | events | B | C | misses |\n|---|---:|---:|---:|---:|---|\n",
    );
    let mut of: BTreeMap<&str, BTreeMap<&str, (usize, usize)>> = BTreeMap::new();
    let mut total: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (scenario, tier, hit, all) in results.of(Part::Expected) {
        of.entry(scenario).or_default().insert(tier, (hit, all));
        let sum = total.entry(tier).or_default();
        *sum = (sum.0 + hit, sum.1 + all);
    }
    let cell = |tiers: &BTreeMap<&str, (usize, usize)>, tier: &str| {
        tiers.get(tier).map_or(String::new(), |(hit, all)| format!("{hit}/{all}"))
    };
    let mut row = |name: &str, tiers: &BTreeMap<&str, (usize, usize)>, why: &str| {
        let _ = writeln!(
            out,
            "| {name} | {} | {} | {} | {} | {why} |",
            cell(tiers, "A"),
            cell(tiers, EVENTS),
            cell(tiers, "B"),
            cell(tiers, "C")
        );
    };
    for (scenario, tiers) in &of {
        let missed = tiers.values().any(|(hit, all)| hit < all);
        let why = explain::why(scenario).filter(|_| missed).unwrap_or_default();
        let short =
            scenario.trim_start_matches("EnvironmentSimulator/").trim_start_matches("resources/xosc/");
        row(short, tiers, why);
    }
    row("**all**", &total, "");
    let (states, events) =
        (total.get("A").copied().unwrap_or_default(), total.get(EVENTS).copied().unwrap_or_default());
    let (hit, all) = (states.0 + events.0, states.1 + events.1);
    let _ = writeln!(
        out,
        "\nTier A and events: {hit} of {all} rows, {:.2} %.",
        100.0 * hit as f64 / all.max(1) as f64
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_become_tables() {
        let mut results = Results::default();
        results.add(Part::Scenarios, "set", "files", 3, 0);
        results.add(Part::Scenarios, "set", "stopped", 1, 0);
        results.add(Part::Scenarios, "set", "refused", 2, 0);
        results.add(Part::Refused, "set", "rule: an <Element> lacks", 2, 0);
        results.add(Part::Expected, "a.xosc", "A", 3, 4);
        results.add(Part::Expected, "a.xosc", EVENTS, 1, 1);
        assert!(sets(&results).contains("| set | 3 | 1 | 1 | 0 | 2 | 0 | 0 | 0 |"));
        assert!(reasons(&results).contains("| set | 2 | rule: an &lt;Element> lacks |"));
        let page = expected_values(&results);
        assert!(page.contains("| a.xosc | 3/4 | 1/1 |  |  |  |") && page.contains("4 of 5 rows, 80.00 %"));
        assert_eq!(missed(&results), BTreeSet::from(["a.xosc"]));
    }
}
