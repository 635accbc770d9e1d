//! Every rule that the reader of the standard's files can name stands in docs/openscenario.md, and no other.

use std::collections::BTreeSet;
use std::path::Path;

/// Words in quotes that look like a rule: `word.word`.
fn rules_in(text: &str, found: &mut BTreeSet<String>) {
    for part in text.split('"').skip(1).step_by(2) {
        let fine = |c: char| c.is_ascii_lowercase() || c == '_';
        if part.split('.').count() == 2 && part.split('.').all(|w| !w.is_empty() && w.chars().all(fine)) {
            found.insert(part.to_owned());
        }
    }
}

fn read_folder(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources").flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_folder(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source file");
            // What stands below is tests.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            code.lines().for_each(|line| rules_in(line, found));
        }
    }
}

#[test]
fn the_page_lists_the_rules() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = BTreeSet::new();
    read_folder(&crates.join("openscenario/src/read"), &mut found);
    read_folder(&crates.join("storyboard/src/read"), &mut found);
    for file in ["openscenario/src/tree.rs", "openscenario/src/report.rs"] {
        let text = std::fs::read_to_string(crates.join(file)).expect("a source file");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        code.lines().for_each(|line| rules_in(line, &mut found));
    }
    found.extend(["expression", "nurbs", "not_covered"].map(str::to_owned));
    assert!(found.len() > 50, "rules were looked for in the wrong place: {found:?}");
    let page = std::fs::read_to_string(crates.join("../docs/openscenario.md")).expect("the page");
    let listed: BTreeSet<String> = page
        .lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| line.split('|').nth(1))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect();
    let limits = |rule: &String| rule.starts_with("limit.");
    let missing: Vec<_> = found.iter().filter(|r| !limits(r) && !listed.contains(*r)).collect();
    let unknown: Vec<_> = listed.iter().filter(|r| !limits(r) && !found.contains(*r)).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "not on the page: {missing:?}; not in the code: {unknown:?}"
    );
}
