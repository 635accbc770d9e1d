//! Every scenario file of the corpus loads or is refused with a reason; nothing panics, nothing is slow.
//!
//! The corpus lies in `$SHAKEDOWN_CORPUS` or `../shared/corpus`; where it is missing these tests pass and
//! say so in one line.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use openscenario::{Document, Files, Parsed, Severity};

/// Longest time for one file with its catalogs. The slowest takes some milliseconds in a release build.
const PARSE_TIME_MAX: Duration = Duration::from_secs(1);

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

fn parse(path: &Path) -> Parsed {
    let bytes = std::fs::read(path).expect("a file of the corpus");
    openscenario::parse(&bytes, &path.to_string_lossy(), &Disk, &BTreeMap::new())
}

/// The version that the bytes claim, to count by.
fn claimed(bytes: &[u8]) -> String {
    let text = openscenario_text(bytes);
    let number = |key: &str| {
        let after = &text[text.find(key)? + key.len()..];
        let after = after.trim_start().strip_prefix('=')?.trim_start().get(1..)?;
        Some(after.chars().take_while(char::is_ascii_digit).collect::<String>())
    };
    format!("{}.{}", number("revMajor").unwrap_or_default(), number("revMinor").unwrap_or_default())
}

fn openscenario_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn every_file_loads_or_says_why_not() {
    let Some(root) = corpus() else { return };
    let mut counts: BTreeMap<String, [usize; 5]> = BTreeMap::new();
    let mut rules: BTreeMap<(Severity, &'static str), usize> = BTreeMap::new();
    let mut slowest = (Duration::ZERO, PathBuf::new());
    let mut covered: BTreeMap<&'static str, usize> = BTreeMap::new();
    for path in scenario_files(&root) {
        let start = Instant::now();
        let parsed = parse(&path);
        let took = start.elapsed();
        assert!(took < PARSE_TIME_MAX, "{} took {took:?}", path.display());
        if took > slowest.0 {
            slowest = (took, path.clone());
        }
        let row = counts.entry(claimed(&std::fs::read(&path).unwrap())).or_default();
        match &parsed.document {
            Some(Document::Scenario(_)) => row[0] += 1,
            Some(Document::Catalog(_)) => row[1] += 1,
            Some(Document::Distribution(_)) => row[2] += 1,
            None => row[3] += 1,
        }
        row[4] += usize::from(!parsed.problems.0.is_empty());
        assert_eq!(parsed.document.is_none(), parsed.problems.has_errors(), "{}", path.display());
        let name = path.strip_prefix(&root).unwrap().display();
        let mut said = std::collections::BTreeSet::new();
        for problem in &parsed.problems {
            if said.insert(problem.rule) {
                *rules.entry((problem.severity, problem.rule)).or_insert(0) += 1;
            }
            if std::env::var_os("SHAKEDOWN_PROBLEMS").is_some() {
                println!("{name}: {problem}");
            }
        }
        for (kind, n) in parsed.covered {
            *covered.entry(kind).or_insert(0) += n;
        }
    }
    println!("version: scenarios, catalogs, distributions, refused, with problems");
    for (version, row) in &counts {
        println!("{version}: {row:?}");
    }
    for ((severity, rule), files) in rules {
        println!("{severity} {rule}: {files} files");
    }
    println!("slowest: {:?} {}", slowest.0, slowest.1.display());
    let unused: Vec<_> =
        openscenario::schema().iter().map(|r| r.name).filter(|n| !covered.contains_key(n)).collect();
    println!("types in no file: {}", unused.join(" "));
}
