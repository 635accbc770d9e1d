//! COVERAGE.md: what becomes of every element and attribute of both standards, and how the files of the field
//! fare. `cargo xtask coverage` plays the corpus, keeps the counts in `crates/xtask/data/corpus_results.tsv` and
//! writes the page; `--check`, and a test, compare the page with the tables in the code and the kept counts.
//!
//! | file | what |
//! |---|---|
//! | `chapter.rs` | which type of OpenSCENARIO stands in which chapter |
//! | `standards.rs` | the tables of both standards |
//! | `results.rs` | counts of the corpus: kept, read, written |
//! | `corpus.rs` | plays the corpus |
//! | `field.rs` | the page's part about the corpus |
//! | `explain.rs` | why rows of the expected values are missed |

mod chapter;
mod corpus;
mod explain;
mod field;
mod results;
mod standards;

use results::Results;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_path_buf()
}

fn page() -> PathBuf {
    root().join("COVERAGE.md")
}

fn kept() -> PathBuf {
    root().join("crates/xtask/data/corpus_results.tsv")
}

const HEAD: &str = "\
# What of the standards is covered

Made by `cargo xtask coverage` from the tables in the code and from playing the field's own files; a test fails
when this page is stale. Nothing that is not covered passes in silence: `shakedown check FILE` names it with line
and column, a run names it in its warnings and ends with exit code 3.

";

/// The page.
fn render(results: &Results) -> String {
    let mut out = String::from(HEAD);
    out.push_str(&standards::summary());
    out.push_str(&standards::openscenario());
    out.push_str(&standards::opendrive());
    out.push_str(&field::sets(results));
    out.push_str(&field::reasons(results));
    out.push_str(&field::expected_values(results));
    out
}

fn read_kept() -> Result<Results, String> {
    let path = kept();
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    Results::read(&text).map_err(|e| format!("{}: {e}", path.display()))
}

/// Plays the corpus where it is, and writes the page; says what it did.
pub fn write() -> Result<String, String> {
    let results = match corpus::play() {
        Some(results) => {
            let path = kept();
            fs::write(&path, results.text()).map_err(|e| format!("{}: {e}", path.display()))?;
            results
        }
        None => read_kept()?,
    };
    let path = page();
    fs::write(&path, render(&results)).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(format!("wrote {}", path.display()))
}

/// Whether the page is what the tables and the kept counts say.
pub fn check() -> Result<(), String> {
    let path = page();
    let old = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    match first_difference(&old, &render(&read_kept()?)) {
        None => Ok(()),
        Some((line, old, new)) => {
            Err(format!("stale: COVERAGE.md:{line} (run `cargo xtask coverage`)\n  is   {old}\n  want {new}"))
        }
    }
}

/// Number of the first line that differs, with both lines.
fn first_difference(old: &str, new: &str) -> Option<(usize, String, String)> {
    let (mut old, mut new) = (old.lines(), new.lines());
    for line in 1.. {
        let pair = (old.next(), new.next());
        if pair == (None, None) {
            return None;
        }
        if pair.0 != pair.1 {
            let text = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
            return Some((line, text(pair.0), text(pair.1)));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_up_to_date() {
        if let Err(why) = check() {
            panic!("{why}");
        }
    }

    #[test]
    fn a_changed_line_is_found() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb", "a\nc"), Some((2, "b".into(), "c".into())));
        assert_eq!(first_difference("a", "a\nc"), Some((2, "(the end)".into(), "c".into())));
    }

    #[test]
    fn every_scenario_with_misses_is_explained() {
        let results = read_kept().unwrap();
        let unexplained: Vec<_> =
            field::missed(&results).into_iter().filter(|s| explain::why(s).is_none()).collect();
        assert_eq!(unexplained, Vec::<&str>::new(), "no word about them in explain.rs");
    }
}
