//! `shakedown check`: validates scenario, vehicle and map files; every problem at once, with its place.
//!
//! Files are told apart by their name and content: `.xodr` is a map; a `.toml` with a `class` key and no
//! `map` is a vehicle, any other `.toml` a scenario. A directory stands for the files in it. Problems go to
//! stderr with the line and a caret, the summary to stdout; `--json` prints an array of
//! `{file, line, column, severity, rule, message, hint}` (and `offset`, `len` in bytes) instead.

use super::EXIT_USAGE;
use super::assets::Assets;
use super::standard::{self, Disk, diagnostic};
use crate::road::RoadNetwork;
use crate::scenario::{Diagnostic, Files, Scenario, Severity};
use clap::Args;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceSpan};
use std::fmt;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Validates scenario, vehicle and map files.
///
/// Example: shakedown check scenarios/kirkland my_map.xodr
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Files, directories of them, or names of bundled scenarios.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// Overrides applied to scenarios, as in `run`: weather.rain_mmph=20.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = super::common::parse_override)]
    pub overrides: Vec<(String, String)>,
    /// Prints the problems as a JSON array.
    #[arg(long)]
    pub json: bool,
}

/// Checks the files; exit code 2 when any has an error.
pub fn run(args: CheckArgs) -> ExitCode {
    let assets = match Assets::open() {
        Ok(assets) => assets,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(EXIT_USAGE);
        }
    };
    let mut files: Vec<PathBuf> = Vec::new();
    let mut unknown: Vec<Diagnostic> = Vec::new();
    for argument in &args.files {
        let path = Path::new(argument);
        if path.is_file() {
            files.push(path.to_path_buf());
        } else if path.is_dir() {
            let before = files.len();
            collect(path, &mut files);
            if files.len() == before {
                unknown.push(whole_file(
                    argument,
                    "no_file",
                    "holds no .toml, .xodr or .xosc file".to_owned(),
                ));
            }
        } else {
            match assets.resolve(argument) {
                Ok(found) => files.extend(found.into_iter().map(|f| f.path)),
                Err(error) => unknown.push(whole_file(argument, "no_file", error.to_string())),
            }
        }
    }
    let mut all = unknown;
    for diagnostic in &all {
        show(diagnostic, "", args.json);
    }
    for path in &files {
        let file = path.display().to_string();
        let (found, text) = match std::fs::read(path) {
            Ok(bytes) => {
                let found = check_bytes(&file, &bytes, &assets, &args.overrides);
                (found, String::from_utf8_lossy(&bytes).into_owned())
            }
            Err(error) => (vec![whole_file(&file, "cannot_read", error.to_string())], String::new()),
        };
        for diagnostic in &found {
            show(diagnostic, &text, args.json);
        }
        all.extend(found);
    }
    let errors = all.iter().filter(|d| d.severity == Severity::Error).count();
    if args.json {
        match serde_json::to_string_pretty(&all) {
            Ok(json) => println!("{json}"),
            Err(error) => eprintln!("error: {error}"),
        }
    } else {
        println!("{}", summary(files.len(), errors, all.len() - errors));
    }
    if errors > 0 { ExitCode::from(EXIT_USAGE) } else { ExitCode::SUCCESS }
}

fn summary(files: usize, errors: usize, warnings: usize) -> String {
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    format!("{} checked: {}, {}", count(files, "file"), count(errors, "error"), count(warnings, "warning"))
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "toml" || e == "xodr" || e == "xosc") {
            files.push(path);
        }
    }
}

fn whole_file(file: &str, rule: &'static str, message: String) -> Diagnostic {
    standard::whole_file(file, rule, message, "")
}

/// All problems of one file.
pub fn check_bytes(
    file: &str,
    bytes: &[u8],
    files: &dyn Files,
    overrides: &[(String, String)],
) -> Vec<Diagnostic> {
    match Path::new(file).extension().and_then(|e| e.to_str()) {
        Some("xodr") => check_map(file, bytes),
        Some("xosc") => check_standard(file, bytes, overrides),
        Some("toml") if is_vehicle(bytes) => check_vehicle(file, bytes),
        Some("toml") => {
            let name = Path::new(file).file_stem().map(|s| s.to_string_lossy()).unwrap_or_default();
            Scenario::check(&name, file, bytes, files, overrides).diagnostics
        }
        _ => {
            let mut unknown =
                whole_file(file, "unknown_kind", "this is no kind of file that can be checked".to_owned());
            unknown.hint = "scenarios are .toml or .xosc files, vehicles .toml, maps .xodr".to_owned();
            vec![unknown]
        }
    }
}

fn is_vehicle(bytes: &[u8]) -> bool {
    let starts = |key: &str| {
        bytes.split(|b| *b == b'\n').any(|line| {
            let rest = line.strip_prefix(key.as_bytes());
            rest.is_some_and(|r| r.trim_ascii_start().starts_with(b"="))
        })
    };
    starts("class") && !starts("map")
}

fn check_vehicle(file: &str, bytes: &[u8]) -> Vec<Diagnostic> {
    let Err(error) = crate::vehicle::spec::parse(file, bytes) else { return Vec::new() };
    let text = String::from_utf8_lossy(bytes);
    let place = |p: crate::vehicle::spec::SpecProblem| {
        let line_start: usize = text.split_inclusive('\n').take(p.line.saturating_sub(1)).map(str::len).sum();
        let line = text[line_start..].lines().next().unwrap_or_default();
        let within: usize = line.chars().take(p.column.saturating_sub(1)).map(char::len_utf8).sum();
        Diagnostic {
            file: file.to_owned(),
            line: p.line as u32,
            column: p.column as u32,
            offset: (line_start + within) as u32,
            len: (line.len() - within.min(line.len())) as u32,
            severity: Severity::Error,
            rule: "vehicle",
            message: p.message,
            hint: p.hint.unwrap_or_default(),
        }
    };
    error.problems.into_iter().map(place).collect()
}

/// A scenario, catalog or distribution of the standard: what its reader and its checker find, what its names
/// mean, and what of it is not covered.
fn check_standard(file: &str, bytes: &[u8], overrides: &[(String, String)]) -> Vec<Diagnostic> {
    let values = overrides.iter().cloned().collect();
    let parsed = openscenario::parse(bytes, file, &Disk, &values);
    let mut found: Vec<Diagnostic> = parsed.problems.iter().map(diagnostic).collect();
    match &parsed.document {
        Some(openscenario::Document::Scenario(scenario)) => {
            let outcome = ::storyboard::read::from_openscenario(scenario, &parsed.files);
            found.extend(outcome.problems.iter().map(diagnostic));
        }
        Some(openscenario::Document::Distribution(document)) => {
            if let Err(errors) = openscenario::sampling::Variations::of(&document.distribution) {
                found.extend(errors.iter().map(|e| whole_file(file, "distribution", e.to_string())));
            }
        }
        Some(openscenario::Document::Catalog(_)) | None => {}
    }
    for problem in openscenario::lint(bytes, file, &Disk).iter().map(diagnostic) {
        let known = |d: &Diagnostic| {
            (d.line, d.column, &d.message) == (problem.line, problem.column, &problem.message)
        };
        if !found.iter().any(known) {
            found.push(problem);
        }
    }
    found.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    found
}

/// A map: what keeps it from being read, the rules of quality that it breaks, and what it uses that is not covered.
fn check_map(file: &str, bytes: &[u8]) -> Vec<Diagnostic> {
    let (problems, lint) = match opendrive::parse(bytes, file) {
        Ok(parsed) => {
            let lint = opendrive::lint(&parsed.map, file);
            (parsed.problems, lint)
        }
        Err(problems) => (problems, opendrive::Problems::default()),
    };
    let broken = problems.has_errors();
    let mut found: Vec<Diagnostic> = problems.iter().chain(&lint).map(diagnostic).collect();
    if !broken {
        found.extend(gaps_of(file, bytes));
        found.sort_by_key(|d| d.offset);
        if let Err(error) = RoadNetwork::from_opendrive(file, bytes) {
            found.push(whole_file(file, "road_network", error.to_string()));
        }
    }
    found
}

/// What a map uses that is not covered in full: elements once, with how often they stand, and attributes of elements
/// that are covered themselves.
fn gaps_of(file: &str, bytes: &[u8]) -> Vec<Diagnostic> {
    let gaps = opendrive::coverage_gaps(&opendrive::decode(bytes));
    let whole: std::collections::BTreeSet<&str> =
        gaps.iter().filter(|g| g.attribute.is_empty()).map(|g| g.element.as_str()).collect();
    let told = |g: &&opendrive::CoverageGap| g.attribute.is_empty() || !whole.contains(g.element.as_str());
    let tell = |g: &opendrive::CoverageGap| {
        let name = if g.attribute.is_empty() {
            format!("<{}>", g.element)
        } else {
            format!("<{} {}>", g.element, g.attribute)
        };
        let (rule, message) = match g.state {
            opendrive::CoverageState::Full | opendrive::CoverageState::Partial => {
                ("coverage.partial", format!("{name} is used {} times and covered in part", g.count))
            }
            opendrive::CoverageState::Ignored | opendrive::CoverageState::Refused => {
                ("coverage.ignored", format!("{name} is used {} times and has no effect", g.count))
            }
        };
        Diagnostic {
            file: file.to_owned(),
            line: g.at.line.max(1),
            column: g.at.column.max(1),
            offset: g.at.offset,
            len: g.at.len,
            severity: Severity::Warning,
            rule,
            message,
            hint: g.note.to_owned(),
        }
    };
    gaps.iter().filter(told).map(tell).collect()
}

/// A problem dressed for miette.
struct Shown<'d> {
    problem: &'d Diagnostic,
    source: NamedSource<String>,
    label: Option<LabeledSpan>,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.problem)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.problem.rule))
    }
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.problem.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.problem.hint.is_empty()).then(|| Box::new(&self.problem.hint) as Box<dyn fmt::Display>)
    }
    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.label.as_ref().map(|_| &self.source as &dyn miette::SourceCode)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.label
            .as_ref()
            .map(|l| Box::new(std::iter::once(l.clone())) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}

/// A problem as text with the line it stands on and a caret.
pub fn render(problem: &Diagnostic, text: &str, theme: GraphicalTheme) -> String {
    let start = problem.offset as usize;
    let inside = start <= text.len() && !text.is_empty() && !problem.file.starts_with("--set");
    // Long spans (whole tables) are marked by their first line.
    let line_end = text.get(start..).and_then(|t| t.find('\n')).unwrap_or(usize::MAX);
    let len = (problem.len as usize).min(line_end).min(text.len().saturating_sub(start)).max(1);
    let label = inside.then(|| LabeledSpan::new_with_span(None, SourceSpan::from((start, len))));
    let shown = Shown { problem, source: NamedSource::new(&problem.file, text.to_owned()), label };
    let mut out = String::new();
    let width = 110;
    let rendered = GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_context_lines(1)
        .render_report(&mut out, &shown);
    let place = format!("{}:{}:{}", problem.file, problem.line, problem.column);
    match rendered {
        Ok(()) if shown.label.is_some() => out,
        Ok(()) => format!("{out}  at {place}\n"),
        Err(_) => format!("{problem}\n"),
    }
}

/// Shows a problem on stderr, unless JSON was asked for.
fn show(problem: &Diagnostic, text: &str, json: bool) {
    if json {
        return;
    }
    let plain = !std::io::stderr().is_terminal() || std::env::var_os("NO_COLOR").is_some();
    let theme = if plain { GraphicalTheme::unicode_nocolor() } else { GraphicalTheme::unicode() };
    eprintln!("{}", render(problem, text, theme).trim_end());
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod broken;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_files() {
        let check = |text: &str, vehicle: bool| assert_eq!(is_vehicle(text.as_bytes()), vehicle, "{text}");
        check("version = 1\nclass = \"car\"\n", true);
        check("version = 1\nmap = \"m\"\nclass = 3\n", false);
        check("classes = 1\n", false);
        check("", false);
    }

    #[test]
    fn a_problem_is_shown_under_its_text() {
        let text = "version = 1\nspeed_kph = 3\n";
        let problem = Diagnostic {
            offset: 12,
            len: 9,
            line: 2,
            hint: "did you mean `speed_kmph`?".to_owned(),
            ..whole_file("f.toml", "unknown_key", "`speed_kph` is no key".to_owned())
        };
        let shown = render(&problem, text, GraphicalTheme::none());
        for part in ["unknown_key", "f.toml:2:1", "speed_kph = 3", "did you mean `speed_kmph`?"] {
            assert!(shown.contains(part), "{part} in\n{shown}");
        }
        let without_text = render(&problem, "", GraphicalTheme::none());
        assert!(without_text.contains("f.toml:2:1"), "{without_text}");
    }

    #[test]
    fn counts_are_in_words() {
        assert_eq!(summary(1, 0, 0), "1 file checked: 0 errors, 0 warnings");
        assert_eq!(summary(2, 1, 1), "2 files checked: 1 error, 1 warning");
    }
}
