//! Plays every scenario file of the corpus, reads every map, and compares with the expected values.
//!
//! Scenarios play to their end, or for 300 s in steps of 0.05 s. Two threads share the files; the counts do not
//! depend on who takes which.

#[path = "../../../storyboard/tests/common/mod.rs"]
mod common;

use super::results::{Part, Results};
use common::fate::{Budget, Fate, Maps, Outcome, fate, files};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// 300 s in steps of 0.05 s, and the init phase; a file that takes longer than this wall-clock time hangs.
const BUDGET: Budget = Budget { dt_ns: 50_000_000, steps: 6_001, wall: Duration::from_secs(60) };
/// Threads: the files are many and each is short.
const THREADS: usize = 2;
/// Longest text of a reason, characters.
const TEXT_MAX: usize = 160;

/// The counts; `None` without a corpus.
pub fn play() -> Option<Results> {
    let root = common::corpus()?;
    // What is refused names files by their whole paths.
    let root = root.canonicalize().unwrap_or(root);
    let scenarios = files(&root, "xosc");
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut results, mut maps) = (Results::default(), Maps::default());
        while let Some(path) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
            count(&mut results, &root, path, &fate(path, &mut maps, BUDGET));
        }
        results
    };
    let mut results = Results::default();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            // A file's own panic is caught and counted.
            results.merge(thread.join().unwrap_or_default());
        }
    });
    for path in files(&root, "xodr") {
        count_map(&mut results, &root, &path);
    }
    for compared in common::oracle::compare(&root) {
        for (tier, (hit, all)) in &compared.tiers {
            results.add(Part::Expected, &compared.scenario, tier, *hit, *all);
        }
    }
    Some(results)
}

fn set_of(root: &Path, path: &Path) -> String {
    let name = path.strip_prefix(root).unwrap_or(path);
    name.iter().next().unwrap_or_default().to_string_lossy().into_owned()
}

/// A text whose names are gone, so that one sentence is one row.
fn general(text: &str) -> String {
    let mut out = text.to_owned();
    for quote in ['`', '"'] {
        let parts = out.split(quote).enumerate();
        out = parts.map(|(ix, part)| if ix % 2 == 0 { part } else { "…" }).collect();
    }
    out.chars().map(|c| if c == '|' { '/' } else { c }).take(TEXT_MAX).collect()
}

fn count(results: &mut Results, root: &Path, path: &Path, outcome: &Outcome) {
    let set = set_of(root, path);
    let word = match &outcome.fate {
        Fate::Other(what) => *what,
        Fate::Refused(rule, message) => {
            results.count(Part::Refused, &set, &format!("{rule}: {}", general(message)));
            "refused"
        }
        Fate::Stopped => "stopped",
        Fate::StoriesComplete => "complete",
        Fate::TimeUp => "time",
        Fate::Hung(_) | Fate::NoNumber(..) | Fate::Panicked(_) => {
            let text = format!("{:?}: {}", outcome.fate, path.strip_prefix(root).unwrap_or(path).display());
            results.count(Part::Refused, &set, &text);
            "broken"
        }
    };
    results.count(Part::Scenarios, &set, "files");
    results.count(Part::Scenarios, &set, word);
    for kind in &outcome.gaps {
        results.count(Part::Used, kind, &set);
    }
    let mut said = std::collections::BTreeSet::new();
    for text in &outcome.not_covered {
        if said.insert(general(text)) {
            results.count(Part::NotCovered, &set, &general(text));
        }
    }
    for text in &outcome.troubles {
        if said.insert(general(text)) {
            results.count(Part::Trouble, &set, &general(text));
        }
    }
    if !said.is_empty() {
        results.count(Part::Scenarios, &set, "warned");
    }
}

fn count_map(results: &mut Results, root: &Path, path: &Path) {
    let set = set_of(root, path);
    results.count(Part::Maps, &set, "files");
    let bytes = std::fs::read(path).unwrap_or_default();
    match opendrive::parse(&bytes, &path.display().to_string()) {
        Ok(parsed) => {
            results.count(Part::Maps, &set, "loaded");
            if parsed.problems.iter().next().is_some() {
                results.count(Part::Maps, &set, "warned");
            }
        }
        Err(problems) => {
            results.count(Part::Maps, &set, "refused");
            let errors = problems.iter().find(|p| p.severity == opendrive::Severity::Error);
            if let Some(first) = errors {
                let text = format!("{}: {}", first.rule, general(&first.message));
                results.count(Part::Refused, &format!("{set} (maps)"), &text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::general;

    #[test]
    fn names_do_not_make_sentences_different() {
        assert_eq!(general("`Ego` cannot be placed: road `7` | x"), "… cannot be placed: road … / x");
        assert_eq!(general(r#"the file "/a/b.xosc" lacks"#), "the file … lacks");
    }
}
