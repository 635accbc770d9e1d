//! Scenarios of the standard (`.xosc`) from disk: the file with its catalogs, its map, and whom our vehicle
//! replaces; distribution files as variations of the scenario that they name.
//!
//! `--set name=value` gives a parameter that the scenario declares another value. What the file says and
//! this program does not do stands in the scenario's warnings.

use super::assets::Assets;
use crate::base::hash::StableHasher;
use crate::road::RoadNetwork;
use crate::scenario::play::{self, Controllers, EgoChoice};
use crate::scenario::{Diagnostic, Files, MapFailure, Scenario, Severity};
use ::storyboard::play::roads::Roads;
use openscenario::sampling::Variations;
use openscenario::{Document, OpenScenario};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Rule of problems that name what is not covered.
pub const NOT_COVERED: &str = "not_covered";

/// How a scenario of the standard is played.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlayOptions {
    /// Whom our vehicle replaces.
    pub ego: EgoChoice,
    /// Whether the scenario's controllers are heard.
    pub controllers: Controllers,
}

/// Files on disk, by path.
pub struct Disk;

impl openscenario::Files for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(path).map_err(|error| error.to_string())
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, String> {
        let entries = std::fs::read_dir(directory).map_err(|error| error.to_string())?;
        let mut names: Vec<String> =
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        Ok(names)
    }
}

/// Whether a path is a scenario of the standard by its name.
pub fn is_standard(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xosc"))
}

/// A problem of a reader as the command line shows it.
pub fn diagnostic(problem: &openscenario::Problem) -> Diagnostic {
    Diagnostic {
        file: problem.file.clone(),
        line: problem.place.line.max(1),
        column: problem.place.column.max(1),
        offset: problem.place.offset,
        len: problem.place.len,
        severity: match problem.severity {
            openscenario::Severity::Error => Severity::Error,
            openscenario::Severity::Warning => Severity::Warning,
        },
        rule: problem.rule,
        message: problem.message.clone(),
        hint: problem.hint.clone(),
    }
}

/// An error of a file as a whole.
pub(super) fn whole_file(file: &str, rule: &'static str, message: String, hint: &str) -> Diagnostic {
    Diagnostic {
        file: file.to_owned(),
        line: 1,
        column: 1,
        offset: 0,
        len: 0,
        severity: Severity::Error,
        rule,
        message,
        hint: hint.to_owned(),
    }
}

/// What a file holds.
enum Content {
    Scenario(Box<OpenScenario>, Vec<String>),
    /// Variations of the scenario in a file.
    Variations(String, Variations),
}

fn read(
    path: &str,
    bytes: &[u8],
    overrides: &BTreeMap<String, String>,
    found: &mut Vec<Diagnostic>,
) -> Option<Content> {
    let parsed = openscenario::parse(bytes, path, &Disk, overrides);
    found.extend(parsed.problems.iter().map(diagnostic));
    match parsed.document? {
        Document::Scenario(scenario) => Some(Content::Scenario(scenario, parsed.files)),
        Document::Catalog(_) => {
            let text = "this is a catalog, not a scenario".to_owned();
            found.push(whole_file(path, "document.kind", text, "run a scenario that refers to it"));
            None
        }
        Document::Distribution(document) => {
            let scenario = document.distribution.scenario_file.filepath.clone();
            match Variations::of(&document.distribution) {
                Ok(variations) => {
                    Some(Content::Variations(openscenario::resolve_path(path, &scenario), variations))
                }
                Err(errors) => {
                    for error in errors {
                        found.push(whole_file(path, "distribution", error.to_string(), ""));
                    }
                    None
                }
            }
        }
    }
}

/// Everything found in a file, and the scenario if nothing is an error.
pub struct Opened {
    /// The scenario.
    pub scenario: Option<Scenario>,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

/// Opens a scenario or distribution file. `name` stands in results.
pub fn open(
    assets: &Assets,
    name: &str,
    path: &str,
    bytes: &[u8],
    overrides: &[(String, String)],
    options: &PlayOptions,
) -> Opened {
    let mut diagnostics = Vec::new();
    let scenario = open_with(assets, name, path, bytes, overrides, options, &mut diagnostics);
    let broken = diagnostics.iter().any(|d| d.severity == Severity::Error);
    Opened { scenario: scenario.filter(|_| !broken), diagnostics }
}

fn open_with(
    assets: &Assets,
    name: &str,
    path: &str,
    bytes: &[u8],
    overrides: &[(String, String)],
    options: &PlayOptions,
    found: &mut Vec<Diagnostic>,
) -> Option<Scenario> {
    let values: BTreeMap<String, String> = overrides.iter().cloned().collect();
    let mut hash = StableHasher::new();
    hash.bytes(bytes).text(&format!("{options:?}"));
    for (key, value) in &values {
        hash.text(key).text(value);
    }
    // Overrides are the scenario's: a distribution file, which may name one, declares no parameters.
    let mut first = Vec::new();
    let (scenario, files, path, sets) = match read(path, bytes, &BTreeMap::new(), &mut first) {
        Some(Content::Variations(scenario_path, sets)) => {
            found.append(&mut first);
            let bytes = match std::fs::read(&scenario_path) {
                Ok(bytes) => bytes,
                Err(error) => {
                    let text = format!("its scenario {scenario_path} cannot be read: {error}");
                    found.push(whole_file(path, "file.missing", text, "the path is relative to this file"));
                    return None;
                }
            };
            hash.bytes(&bytes);
            match read(&scenario_path, &bytes, &values, found)? {
                Content::Scenario(scenario, files) => (scenario, files, scenario_path, Some(sets)),
                Content::Variations(..) => {
                    let text = "a distribution of a distribution has no meaning".to_owned();
                    found.push(whole_file(path, "document.kind", text, ""));
                    return None;
                }
            }
        }
        Some(Content::Scenario(scenario, files)) if values.is_empty() => {
            found.append(&mut first);
            (scenario, files, path.to_owned(), None)
        }
        None if values.is_empty() => {
            found.append(&mut first);
            return None;
        }
        Some(Content::Scenario(..)) | None => match read(path, bytes, &values, found)? {
            Content::Scenario(scenario, files) => (scenario, files, path.to_owned(), None),
            Content::Variations(..) => return None,
        },
    };
    // What stands in catalogs decides the run as well; the first file is the scenario itself.
    for file in files.iter().skip(1) {
        hash.text(file.rsplit('/').next().unwrap_or(file)).bytes(&std::fs::read(file).unwrap_or_default());
    }
    let outcome = ::storyboard::read::from_openscenario(&scenario, &files);
    found.extend(outcome.problems.iter().map(diagnostic));
    let play = Arc::new(outcome.play?);
    let map = play.map_file.as_ref().map(|file| openscenario::resolve_path(&path, file)).unwrap_or_default();
    let (network, roads) = match roads(assets, &map) {
        Ok(found) => found,
        Err(why) => {
            let hint = "the path is relative to the scenario file; `shakedown check` shows a map's problems";
            found.push(whole_file(&path, "map", format!("map {map}: {why}"), hint));
            return None;
        }
    };
    hash.u64(network.content_hash);
    let mut warnings: Vec<String> = Vec::new();
    for warning in found.iter().filter(|d| d.rule == NOT_COVERED) {
        let text = format!("{}:{}: {}", warning.line, warning.column, warning.message);
        if !warnings.contains(&text) {
            warnings.push(text);
        }
    }
    let made = play::scenario(
        name,
        map,
        play,
        roads,
        &network,
        &options.ego,
        options.controllers,
        hash.finish(),
        warnings,
    );
    match made {
        Ok(scenario) => Some(Scenario { variations: sets, ..scenario }),
        Err(error) => {
            found.push(whole_file(&path, "ego", error.to_string(), ""));
            None
        }
    }
}

/// The lane graph and the exact roads of a map file; both empty without one.
fn roads(assets: &Assets, map: &str) -> Result<(Arc<RoadNetwork>, Arc<Roads>), String> {
    if map.is_empty() {
        return Ok((Arc::new(RoadNetwork::empty()), Arc::new(Roads::none())));
    }
    let network = assets.map(map).map_err(|why| match why {
        MapFailure::Unknown => "there is no such file".to_owned(),
        MapFailure::Broken(why) => why,
    })?;
    let roads = assets.roads(map)?;
    Ok((network, roads))
}
