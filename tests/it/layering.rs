//! Who may import whom: reads every `crate::` path of the sources.

use std::path::{Path, PathBuf};

/// Layer of each folder of `src`, as ARCHITECTURE.md has it.
const LAYERS: &[(&str, u8)] = &[
    ("base", 0),
    ("state", 1),
    ("road", 1),
    ("scenario", 1),
    ("sim", 2),
    ("maneuver", 2),
    ("environment", 3),
    ("signal", 3),
    ("traffic", 3),
    ("play", 3),
    ("vehicle", 3),
    ("sensor", 3),
    ("perception", 3),
    ("automation", 3),
    ("driver", 3),
    ("judge", 4),
    ("record", 4),
    ("engine", 5),
    ("batch", 6),
    ("report", 6),
    ("cli", 7),
];

fn layer(folder: &str) -> Option<u8> {
    LAYERS.iter().find(|(name, _)| *name == folder).map(|(_, layer)| *layer)
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Code of a file without its tests and comments.
fn code(text: &str) -> String {
    let upto = text.find("#[cfg(test)]").unwrap_or(text.len());
    text[..upto]
        .lines()
        .map(|line| line.find("//").map_or(line, |comment| &line[..comment]))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Folders that `text` reaches through `crate::`, also inside braces (`use crate::{a, b::c}`).
fn imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + 7..];
        if let Some(group) = rest.strip_prefix('{') {
            let group = &group[..group.find(';').unwrap_or(group.len())];
            let mut depth = 0;
            let mut name = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => found.push(std::mem::take(&mut name)),
                    _ if depth == 0 => name.push(c),
                    _ => {}
                }
            }
            found.push(name);
        } else {
            found.push(rest.to_owned());
        }
    }
    found
        .into_iter()
        .map(|n| n.trim().chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect())
        .filter(|n: &String| !n.is_empty())
        .collect()
}

/// What is wrong with one file, if anything.
fn violations(folder: &str, text: &str) -> Vec<String> {
    let Some(own) = layer(folder) else { return vec![format!("folder `{folder}` has no layer")] };
    let text = code(text);
    let mut wrong = Vec::new();
    for import in imports(&text) {
        let Some(other) = layer(&import) else { continue };
        let peers = own == 3 && other == 3 && import != folder;
        if other > own || peers {
            wrong.push(format!("imports `{import}`"));
        }
    }
    if folder == "perception" || folder == "automation" {
        for (at, _) in text.match_indices("truth::") {
            let rest = &text[at + 7..];
            if !rest.starts_with("Ego;") && !rest.starts_with("Ego)") && !rest.starts_with("Ego>") {
                wrong.push("reads state::truth".to_owned());
            }
        }
    }
    if own < 4 {
        for forbidden in ["std::fs", "std::net", "std::env::", "Instant::now", "SystemTime"] {
            if text.contains(forbidden) {
                wrong.push(format!("uses {forbidden}: layers 0-3 do no IO and have no wall clock"));
            }
        }
    }
    wrong
}

#[test]
fn arrows_go_one_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 50, "only {} source files found", files.len());
    let mut wrong = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&root).unwrap();
        let Some(folder) = relative.parent().and_then(|p| p.components().next()) else { continue };
        let name = relative.to_string_lossy();
        if name.ends_with("tests.rs")
            || name.contains("_tests")
            || name.contains("/tests/")
            || name.ends_with("synthetic.rs")
        {
            continue;
        }
        let folder = folder.as_os_str().to_string_lossy();
        for problem in violations(&folder, &std::fs::read_to_string(&file).unwrap()) {
            wrong.push(format!("src/{}: {problem}", relative.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn planted_violations_are_found() {
    for (folder, text, expect) in [
        ("road", "use crate::sensor::Camera;", true),
        ("sensor", "use crate::perception::Track;", true),
        ("sensor", "use crate::{base::math, perception::{self, fusion}};", true),
        ("perception", "use crate::state::truth::GroundTruth;", true),
        ("perception", "use crate::state::truth::Ego;", false),
        ("base", "let t = std::time::Instant::now();", true),
        ("engine", "use crate::sensor;", false),
        ("sensor", "use crate::state::pose::Pose; // crate::perception", false),
        ("judge", "#[cfg(test)] mod tests { use crate::cli::run; }", false),
    ] {
        assert_eq!(!violations(folder, text).is_empty(), expect, "{folder}: {text}");
    }
}
