//! The house is in order: paths named in ARCHITECTURE.md exist, files are not too long, no renderer in the
//! engine's tree, no machine paths in texts, every dependency has its reason.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Paths in backticks that look like files or folders of the project.
fn named_paths(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|t| !t.contains(' ') && !t.contains('*') && !t.contains(':') && !t.contains('<'))
        .filter(|t| {
            ["src/", "crates/", "tests/", "assets/", "scenarios/", "docs/"].iter().any(|p| t.starts_with(p))
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn paths_named_in_the_documents_exist() {
    for document in ["ARCHITECTURE.md", "README.md", "CONTRIBUTING.md"] {
        let text = read(document);
        let paths = named_paths(&text);
        for path in &paths {
            assert!(root().join(path).exists(), "{document} names `{path}`, which is not there");
        }
        if document == "ARCHITECTURE.md" {
            assert!(paths.len() > 15, "{document} names only {} paths", paths.len());
            for entry in std::fs::read_dir(root().join("src")).unwrap().flatten() {
                if entry.path().is_dir() {
                    let name = format!("`src/{}`", entry.file_name().to_string_lossy());
                    assert!(text.contains(&name), "{document} does not tell what {name} is");
                }
            }
        }
    }
    assert_eq!(named_paths("see `src/nowhere.rs` and `x y`"), ["src/nowhere.rs"]);
}

fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Longest file, lines. Files want splitting above 600; the rest of the room is for tests inside them.
const LINES_MAX: usize = 800;

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut files = Vec::new();
    for dir in ["src", "crates", "tests", "examples", "benches"] {
        if root().join(dir).is_dir() {
            rust_files(&root().join(dir), &mut files);
        }
    }
    let mut wrong = Vec::new();
    for file in files {
        if file.components().any(|c| c.as_os_str() == "target") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(root()).unwrap().display().to_string();
        if text.lines().count() > LINES_MAX {
            wrong.push(format!("{name}: {} lines", text.lines().count()));
        }
        if !text.trim_start().starts_with("//!") {
            wrong.push(format!("{name}: no module documentation"));
        }
        // Spelled in two halves, so that this file does not find itself.
        for word in [
            concat!("todo", "!("),
            concat!("unimplemented", "!("),
            concat!("#[ign", "ore"),
            concat!("FIX", "ME"),
        ] {
            if text.contains(word) {
                wrong.push(format!("{name}: contains {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Crates that would mean a renderer or a window.
const RENDERERS: &[&str] =
    &["wgpu", "winit", "bevy_render", "bevy_winit", "bevy_pbr", "bevy_egui", "vulkano", "ash"];

fn renderers_in(tree: &str) -> Vec<String> {
    tree.lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| RENDERERS.contains(name))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_engine_has_no_renderer() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--package", "shakedown", "--edges", "normal", "--prefix", "none", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8_lossy(&output.stdout);
    assert!(tree.contains("bevy_ecs"), "the tree is not the engine's");
    assert_eq!(renderers_in(&tree), Vec::<String>::new());
    assert_eq!(renderers_in("bevy_ecs v0.19.1\nwgpu v29.0.0\n"), ["wgpu"]);
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = read("Cargo.toml");
    let section = manifest.split("[dependencies]").nth(1).unwrap();
    let section = section.split("\n[").next().unwrap();
    let mut reason = false;
    for line in section.lines() {
        let line = line.trim();
        if line.starts_with('#') {
            reason = true;
        } else if line.is_empty() {
            reason = false;
        } else {
            assert!(reason, "no reason above `{line}`");
        }
    }
}

#[test]
fn texts_name_no_machine() {
    let mut files = vec![
        "README.md",
        "ARCHITECTURE.md",
        "GLOSSARY.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "Cargo.toml",
        ".ci/run",
    ]
    .into_iter()
    .map(|f| root().join(f))
    .collect::<Vec<_>>();
    rust_files(&root().join("src"), &mut files);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for word in [concat!("/home", "/"), concat!("/root", "/"), concat!("/work", "/")] {
            assert!(!text.contains(word), "{} names {word}", file.display());
        }
    }
}
