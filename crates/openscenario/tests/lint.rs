//! The rules against ASAM's own test files: every row of its expectations is decided.
//!
//! Reads `$SHAKEDOWN_CORPUS` or `../shared/corpus` beside the project, with `oracles` next to it; passes
//! with a line that says so where they are missing.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use openscenario::{Files, lint};

struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(path).map_err(|error| error.to_string())
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, String> {
        let entries = std::fs::read_dir(directory).map_err(|error| error.to_string())?;
        Ok(entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
    }
}

fn corpus() -> Option<PathBuf> {
    let root = std::env::var_os("SHAKEDOWN_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"), PathBuf::from);
    if root.is_dir() {
        return Some(root);
    }
    println!("no corpus at {}: nothing checked", root.display());
    None
}

/// The rules that a file of the folder breaks, with their short names.
fn broken(path: &Path) -> Vec<String> {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let problems = lint(&bytes, &path.to_string_lossy(), &Disk);
    problems
        .iter()
        .map(|problem| problem.rule.rsplit(['.', ':']).next().unwrap_or_default().to_owned())
        .collect()
}

/// The rule that a folder of ASAM's checker data is about.
fn rule_of(folder: &str) -> &str {
    match folder {
        "transition_time_should_be_non_negative" => "non_negative_transition_time_in_light_state_action",
        "non_existing_road_network_file" => "resolvable_signal_id_in_traffic_signal_state_action",
        "parameter_declaration_with_expression" => "valid_parameter_declaration_in_catalogs",
        "parametric_operator_in_expression" => "allowed_operators",
        other => other,
    }
}

/// How often a file with several violations breaks its rule, by the comments in it.
const COUNTS: [(&str, usize); 6] = [
    ("allowed_operators/negative_example.xosc", 1),
    ("allowed_operators/negative_example_typo.xosc", 1),
    ("allowed_operators/negative_example_multiple.xosc", 4),
    ("reference_control.resolvable_entity_references.negative.multiple.xosc", 2),
    ("reference_control.resolvable_variable_reference.negative.multiple.xosc", 2),
    ("unique_element_names_on_same_level.negative.multiple.xosc", 3),
];

#[test]
fn asams_expectations_are_met() {
    let Some(corpus) = corpus() else { return };
    let expectations = corpus.join("../oracles/qc_expectations.tsv");
    let Ok(expectations) = std::fs::read_to_string(&expectations) else {
        println!("no {}: nothing checked", expectations.display());
        return;
    };
    let mut rows = 0;
    let mut missed = Vec::new();
    for row in expectations.lines().filter(|row| row.starts_with("qc_openscenarioxml\t")) {
        rows += 1;
        let columns: Vec<&str> = row.split('\t').collect();
        let path = corpus.join("qc_openscenarioxml").join(columns[1]);
        let folder = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let rule = rule_of(folder);
        let count = |path: &Path| broken(path).iter().filter(|name| *name == rule).count();
        let right = if columns[1].ends_with(".xodr") {
            // A road network is there to be found: its scenario that names nothing else is right.
            let siblings = std::fs::read_dir(path.parent().unwrap()).unwrap().flatten();
            let positive = |name: &str| name.contains("positive");
            siblings
                .map(|entry| entry.path())
                .filter(|sibling| positive(sibling.file_name().unwrap().to_str().unwrap()))
                .all(|sibling| {
                    !broken(&sibling).iter().any(|name| name == rule || name == "road_network_availability")
                })
        } else {
            let found = count(&path);
            let counted = COUNTS.iter().find(|(name, _)| columns[1].ends_with(name));
            match (counted, columns[3].starts_with(">=1")) {
                (Some((_, expect)), _) => found == *expect,
                (None, true) => found >= 1,
                // ASAM's checker says nothing of these files, by the tests that the column names.
                (None, false) => found == 0,
            }
        };
        if !right {
            missed.push(format!("{} ({rule}): {:?}", columns[1], broken(&path)));
        }
    }
    println!("{} of {rows} rows right", rows - missed.len());
    for miss in &missed {
        println!("missed: {miss}");
    }
    assert_eq!(rows, 40);
    assert!(missed.is_empty(), "{} rows missed", missed.len());
}

#[test]
fn the_fields_scenarios_get_through() {
    let Some(corpus) = corpus() else { return };
    let mut folders = vec![corpus];
    let mut files = 0;
    let mut by_rule = std::collections::BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "xosc") {
                files += 1;
                for rule in broken(&path) {
                    let (count, first) = by_rule.entry(rule).or_insert((0, path.clone()));
                    *count += 1;
                    if path < *first {
                        *first = path.clone();
                    }
                }
            }
        }
    }
    println!("{files} files");
    for (rule, (count, first)) in by_rule {
        println!("{count:6} {rule}, such as in {}", first.display());
    }
    assert!(files > 450, "{files} files");
}
