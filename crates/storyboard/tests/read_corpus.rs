//! Every scenario of the corpus that loads becomes a play or says why not.
//!
//! The corpus lies in `$SHAKEDOWN_CORPUS` or `../shared/corpus`; where it is missing this test passes and
//! says so in one line.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use openscenario::{Document, Files};

struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(path).map_err(|e| e.to_string())
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, String> {
        let entries = std::fs::read_dir(directory).map_err(|e| e.to_string())?;
        Ok(entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect())
    }
}

fn corpus() -> Option<PathBuf> {
    let root = std::env::var_os("SHAKEDOWN_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"), PathBuf::from);
    if let Ok(root) = root.canonicalize() {
        return Some(root);
    }
    println!("no corpus at {}: skipped", root.display());
    None
}

fn scenario_files(root: &Path) -> Vec<PathBuf> {
    let (mut files, mut open) = (Vec::new(), vec![root.to_path_buf()]);
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory).expect("a directory of the corpus").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xosc")) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[test]
fn every_scenario_becomes_a_play_or_says_why_not() {
    let Some(root) = corpus() else { return };
    let (mut loaded, mut plays) = (0, 0);
    let mut rules: BTreeMap<String, usize> = BTreeMap::new();
    for path in scenario_files(&root) {
        let bytes = std::fs::read(&path).unwrap();
        let parsed = openscenario::parse(&bytes, &path.to_string_lossy(), &Disk, &BTreeMap::new());
        let Some(Document::Scenario(scenario)) = &parsed.document else { continue };
        loaded += 1;
        let outcome = storyboard::read::from_openscenario(scenario, &parsed.files);
        assert_eq!(outcome.play.is_none(), outcome.problems.has_errors(), "{}", path.display());
        plays += usize::from(outcome.play.is_some());
        // Files of the checker hold mistakes on purpose, or are pieces without their entities.
        let name = path.strip_prefix(&root).expect("below the root");
        assert!(outcome.play.is_some() || name.starts_with("qc_openscenarioxml"), "{}", outcome.problems);
        let mut said = BTreeSet::new();
        for problem in &outcome.problems {
            if said.insert(problem.rule) {
                *rules.entry(format!("{} {}", problem.severity, problem.rule)).or_insert(0) += 1;
            }
            if std::env::var_os("SHAKEDOWN_PROBLEMS").is_some() {
                println!("{}: {problem}", path.strip_prefix(&root).unwrap().display());
            }
        }
    }
    println!("{loaded} scenarios loaded, {plays} became plays");
    for (rule, files) in rules {
        println!("{rule}: {files} files");
    }
}
