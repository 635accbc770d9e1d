//! Every file of `tests/data/broken` is refused, with places, plain words and no panic; the words are kept
//! in `tests/golden/check.txt` (`UPDATE_GOLDEN=1` rewrites it and fails that run).

use super::*;
use std::fmt::Write as _;

fn broken_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/broken")
}

fn broken_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(&broken_dir(), &mut files);
    files
}

fn problems_of(path: &Path, assets: &Assets) -> Vec<Diagnostic> {
    let file = path.file_name().unwrap().to_string_lossy().into_owned();
    check_bytes(&file, &std::fs::read(path).unwrap(), assets, &[])
}

#[test]
fn every_broken_file_is_refused_with_places() {
    let assets = Assets::open().unwrap();
    let files = broken_files();
    assert!(files.len() >= 40, "{}", files.len());
    for path in files {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let problems = problems_of(&path, &assets);
        assert!(problems.iter().any(|p| p.severity == Severity::Error), "{}", path.display());
        for p in &problems {
            let line = text.split('\n').nth(p.line as usize - 1);
            let line = line.unwrap_or_else(|| panic!("{}: no line {}", path.display(), p.line));
            assert!(p.column as usize <= line.chars().count() + 1, "{p}");
            assert!(!p.message.is_empty() && !p.rule.is_empty(), "{p}");
            assert!(!render(p, &text, GraphicalTheme::none()).is_empty());
        }
    }
}

#[test]
fn the_words_are_those_of_the_golden_file() {
    let assets = Assets::open().unwrap();
    let mut words = String::new();
    for path in broken_files() {
        for problem in problems_of(&path, &assets) {
            writeln!(words, "{problem}").unwrap();
        }
        words.push('\n');
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/check.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &words).unwrap();
        panic!("{} was rewritten: read it and run again", golden.display());
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    for (line, (found, expected)) in words.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "line {} of {}", line + 1, golden.display());
    }
    assert_eq!(words.lines().count(), expected.lines().count());
}

#[test]
fn a_run_over_broken_files_exits_with_2_and_over_the_template_with_0() {
    let args = |files: Vec<String>| CheckArgs { files, overrides: Vec::new(), json: false };
    let two = |code: ExitCode| format!("{code:?}") == format!("{:?}", ExitCode::from(2));
    assert!(two(run(args(vec![broken_dir().join("unknown_key.toml").display().to_string()]))));
    assert!(two(run(args(vec!["no_such_thing".to_owned()]))));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("fresh.toml").display().to_string();
    let new = || crate::cli::new::run(crate::cli::new::NewArgs { name: path.clone() });
    assert!(!two(new()));
    assert!(two(new()), "an existing file is not overwritten");
    assert!(!two(run(args(vec![path]))));
}

#[test]
fn the_template_and_the_documented_example_are_clean() {
    let assets = Assets::open().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let template = crate::cli::new::TEMPLATE.to_owned();
    let page = std::fs::read_to_string(root.join("docs/scenario-format.md")).unwrap();
    let examples = page.split("```toml\n").skip(1).map(|part| part.split("```").next().unwrap().to_owned());
    let whole: Vec<String> = examples.filter(|e| e.contains("version = 1")).collect();
    assert!(!whole.is_empty());
    for text in whole.into_iter().chain([template]) {
        let problems = check_bytes("example.toml", text.as_bytes(), &assets, &[]);
        assert_eq!(problems, [], "{problems:#?}");
    }
}

#[test]
fn bundled_files_are_clean() {
    let assets = Assets::open().unwrap();
    let mut files = Vec::new();
    collect(&assets.root().join("assets/vehicles"), &mut files);
    collect(&assets.root().join("scenarios"), &mut files);
    for path in files {
        let mut problems = problems_of(&path, &assets);
        if path.extension().is_some_and(|e| e == "xosc") {
            // Its map is named relative to it; what it shows off on purpose may be without an effect here.
            let bytes = std::fs::read(&path).unwrap();
            problems = check_bytes(&path.display().to_string(), &bytes, &assets, &[]);
            problems.retain(|problem| problem.rule != crate::cli::standard::NOT_COVERED);
        }
        assert_eq!(problems, [], "{}: {problems:#?}", path.display());
    }
}
