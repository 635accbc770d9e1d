//! Finds scenarios, maps and vehicles from any working directory, and loads each map once.
//!
//! The root is the first directory that holds `assets/maps`: `$SHAKEDOWN_ASSETS`, the executable's
//! directory or one above it, or the source tree the program was built from.

use super::standard::{self, PlayOptions};
use crate::road::RoadNetwork;
use crate::scenario::{Diagnostic, Files, MapFailure, NameKind, Scenario};
use crate::state::vehicle_spec::VehicleSpec;
use ::storyboard::play::roads::Roads;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Everything on disk that runs need.
pub struct Assets {
    root: PathBuf,
    maps: Mutex<BTreeMap<String, Result<Arc<RoadNetwork>, MapFailure>>>,
    roads: Mutex<BTreeMap<String, Arc<Roads>>>,
    /// How scenarios of the standard are played.
    pub play: PlayOptions,
    /// Vehicle parameter sets by name.
    pub vehicles: Arc<BTreeMap<String, Arc<VehicleSpec>>>,
}

/// Why assets can't be used.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    /// No directory with bundled maps.
    #[error(
        "the bundled maps were not found; set SHAKEDOWN_ASSETS to the directory that holds `assets/` and `scenarios/`"
    )]
    NoRoot,
    /// A vehicle file is broken.
    #[error("{0}")]
    Vehicle(String),
    /// No scenario of this name.
    #[error("there is no scenario `{name}`{hint}")]
    NoScenario {
        /// What was asked for.
        name: String,
        /// What may have been meant.
        hint: String,
    },
    /// A file can't be read.
    #[error("{path}: {error}")]
    Read {
        /// File.
        path: String,
        /// Why.
        error: std::io::Error,
    },
}

/// A scenario file found on disk.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScenarioFile {
    /// Name in results: path below the scenario root without extension, or the file's stem.
    pub name: String,
    /// File.
    pub path: PathBuf,
}

impl Assets {
    /// Finds the root and reads the vehicles.
    pub fn open() -> Result<Self, AssetError> {
        let root = find_root().ok_or(AssetError::NoRoot)?;
        let vehicles =
            crate::vehicle::spec::bundled().map_err(|error| AssetError::Vehicle(error.to_string()))?;
        Ok(Self {
            root,
            maps: Mutex::default(),
            roads: Mutex::default(),
            play: PlayOptions::default(),
            vehicles: Arc::new(vehicles),
        })
    }

    /// The directory that holds `assets/` and `scenarios/`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All bundled scenarios of the native format, by name.
    pub fn bundled(&self) -> Vec<ScenarioFile> {
        let base = self.root.join("scenarios");
        let mut found = Vec::new();
        collect(&base, &base, Formats::Native, &mut found);
        found.sort();
        found
    }

    /// Resolves a command-line SCENARIO: a `.toml`, a directory of them, or a bundled name.
    pub fn resolve(&self, argument: &str) -> Result<Vec<ScenarioFile>, AssetError> {
        let bundled_base = self.root.join("scenarios");
        let path = Path::new(argument);
        for (candidate, base) in [
            (path.to_path_buf(), None),
            (bundled_base.join(argument), Some(&bundled_base)),
            (bundled_base.join(format!("{argument}.toml")), Some(&bundled_base)),
            (self.root.join(argument), Some(&bundled_base)),
        ] {
            if candidate.is_dir() {
                let inside = std::fs::canonicalize(&candidate).unwrap_or_else(|_| candidate.clone());
                let canonical_base =
                    std::fs::canonicalize(&bundled_base).unwrap_or_else(|_| bundled_base.clone());
                let base = if inside.starts_with(&canonical_base) {
                    canonical_base
                } else {
                    inside.parent().unwrap_or(&inside).to_path_buf()
                };
                let mut found = Vec::new();
                collect(&inside, &base, Formats::All, &mut found);
                found.sort();
                if !found.is_empty() {
                    return Ok(found);
                }
            } else if candidate.is_file() {
                return Ok(vec![ScenarioFile {
                    name: name_of(&candidate, base.unwrap_or(&bundled_base)),
                    path: candidate,
                }]);
            }
        }
        let names: Vec<String> = self.bundled().into_iter().map(|s| s.name).collect();
        let nearest = names
            .iter()
            .map(|name| (strsim::jaro_winkler(name, argument), name))
            .filter(|(score, _)| *score > 0.75)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let hint = match nearest {
            Some((_, name)) => format!("; did you mean `{name}`?"),
            None => "; `shakedown list scenarios` shows the bundled ones".to_owned(),
        };
        Err(AssetError::NoScenario { name: argument.to_owned(), hint })
    }

    /// File of a map: a bundled name or a path.
    pub fn map_path(&self, name: &str) -> PathBuf {
        let bundled = self.root.join("assets").join("maps").join(format!("{name}.xodr"));
        if bundled.is_file() { bundled } else { PathBuf::from(name) }
    }

    /// The exact roads of a map file.
    pub fn roads(&self, path: &str) -> Result<Arc<Roads>, String> {
        let mut known = self.roads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(roads) = known.get(path) {
            return Ok(roads.clone());
        }
        let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
        let parsed = opendrive::parse(&bytes, path).map_err(|problems| problems.to_string())?;
        let roads = Arc::new(Roads::new(Arc::new(parsed.map)));
        known.insert(path.to_owned(), roads.clone());
        Ok(roads)
    }

    /// Loads a scenario file with overrides; `Err` carries all its problems.
    pub fn load(
        &self,
        file: &ScenarioFile,
        overrides: &[(String, String)],
    ) -> Result<Result<Scenario, Vec<Diagnostic>>, AssetError> {
        let bytes = std::fs::read(&file.path)
            .map_err(|error| AssetError::Read { path: file.path.display().to_string(), error })?;
        if standard::is_standard(&file.path) {
            let path = file.path.display().to_string();
            let opened = standard::open(self, &file.name, &path, &bytes, overrides, &self.play);
            return Ok(opened.scenario.ok_or(opened.diagnostics));
        }
        let checked = Scenario::check(&file.name, &file.path.display().to_string(), &bytes, self, overrides);
        Ok(checked.scenario.ok_or(checked.diagnostics))
    }
}

fn find_root() -> Option<PathBuf> {
    let holds_maps = |dir: &PathBuf| dir.join("assets").join("maps").is_dir();
    if let Some(dir) = std::env::var_os("SHAKEDOWN_ASSETS").map(PathBuf::from) {
        return Some(dir).filter(holds_maps);
    }
    let beside = std::env::current_exe()
        .ok()
        .and_then(|exe| exe.ancestors().skip(1).take(4).map(Path::to_path_buf).find(holds_maps));
    beside.or_else(|| Some(PathBuf::from(env!("CARGO_MANIFEST_DIR"))).filter(holds_maps))
}

fn name_of(path: &Path, base: &Path) -> String {
    let absolute = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let base = std::fs::canonicalize(base).unwrap_or_else(|_| base.to_path_buf());
    let relative = absolute
        .strip_prefix(&base)
        .map(Path::to_path_buf)
        .unwrap_or_else(|_| PathBuf::from(path.file_name().unwrap_or_default()));
    relative
        .with_extension("")
        .components()
        .map(|c| c.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// Whether a file is a scenario of the standard, and no catalog.
fn holds_storyboard(path: &Path) -> bool {
    standard::is_standard(path)
        && std::fs::read(path).is_ok_and(|bytes| {
            let tag = b"<Storyboard";
            bytes.windows(tag.len()).any(|window| window == tag)
        })
}

/// Which scenario files of a directory are meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Formats {
    /// `.toml`.
    Native,
    /// `.toml`, and `.xosc` that are no catalogs.
    All,
}

fn collect(dir: &Path, base: &Path, formats: Formats, found: &mut Vec<ScenarioFile>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|e| e.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, base, formats, found);
        } else if path.extension().is_some_and(|e| e == "toml")
            || (formats == Formats::All && holds_storyboard(&path))
        {
            found.push(ScenarioFile { name: name_of(&path, base), path });
        }
    }
}

impl Files for Assets {
    fn map(&self, name: &str) -> Result<Arc<RoadNetwork>, MapFailure> {
        if name.is_empty() {
            // A scenario of the standard may have no map.
            return Ok(Arc::new(RoadNetwork::empty()));
        }
        let mut maps = self.maps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = maps.get(name) {
            return known.clone();
        }
        let loaded = match std::fs::read(self.map_path(name)) {
            Ok(bytes) => RoadNetwork::from_opendrive(name, &bytes)
                .map(Arc::new)
                .map_err(|error| MapFailure::Broken(error.to_string())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(MapFailure::Unknown),
            Err(error) => Err(MapFailure::Broken(error.to_string())),
        };
        maps.insert(name.to_owned(), loaded.clone());
        loaded
    }

    fn names(&self, kind: NameKind) -> Option<Vec<String>> {
        match kind {
            NameKind::Map => {
                let mut names = Vec::new();
                for entry in std::fs::read_dir(self.root.join("assets").join("maps")).ok()?.flatten() {
                    let path = entry.path();
                    if path.extension().is_some_and(|e| e == "xodr") {
                        names.push(path.file_stem()?.to_string_lossy().into_owned());
                    }
                }
                names.sort();
                Some(names)
            }
            NameKind::Vehicle => Some(self.vehicles.keys().cloned().collect()),
            NameKind::SensorSuite => {
                Some(crate::sensor::suite::suite_catalog().iter().map(|row| row.name.to_owned()).collect())
            }
            NameKind::Feature => {
                Some(crate::automation::feature::FEATURES.iter().map(|f| f.row().name.to_owned()).collect())
            }
            NameKind::FeatureOf(level) => Some(
                crate::automation::feature::FEATURES
                    .iter()
                    .filter(|f| f.level == level)
                    .map(|f| f.name.to_owned())
                    .collect(),
            ),
            NameKind::Sensor => {
                Some(crate::sensor::suite::fault_names().iter().map(|name| (*name).to_owned()).collect())
            }
            NameKind::OddLimit => {
                Some(crate::automation::odd::OddLimits::NAMES.iter().map(|name| (*name).to_owned()).collect())
            }
            NameKind::Metric => None,
        }
    }
}
