//! Loads what the window opens: scenarios, maps, kept runs. What is wrong is said in words with its place.

use crate::command::Opening;
use bevy::prelude::Resource;
use shakedown::cli::assets::{Assets, ScenarioFile};
use shakedown::cli::common::spec;
use shakedown::engine::RunSpec;
use shakedown::scenario::Severity;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Scenarios, vehicles and maps on disk.
#[derive(Resource, Clone)]
pub struct Loader {
    assets: Arc<Assets>,
    maps: Arc<Mutex<BTreeMap<String, Arc<opendrive::Map>>>>,
}

/// Why something can't be opened, in words; one line for each problem.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotOpened(pub String);

impl Loader {
    /// Finds the bundled files.
    pub fn open() -> Result<Self, NotOpened> {
        let assets = Assets::open().map_err(|error| NotOpened(error.to_string()))?;
        Ok(Self { assets: Arc::new(assets), maps: Arc::default() })
    }

    /// The files.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    /// The files, shared.
    pub fn shared(&self) -> Arc<Assets> {
        self.assets.clone()
    }

    /// The scenario file that an argument names.
    pub fn file(&self, argument: &str) -> Result<ScenarioFile, NotOpened> {
        let found = self.assets.resolve(argument).map_err(|error| NotOpened(error.to_string()))?;
        match found.as_slice() {
            [one] => Ok(one.clone()),
            many => Err(NotOpened(format!("`{argument}` holds {} scenarios; name one", many.len()))),
        }
    }

    /// The run specification of an opening, and its file.
    pub fn spec(&self, opening: &Opening) -> Result<(RunSpec, ScenarioFile), NotOpened> {
        let file = self.file(&opening.scenario)?;
        let loaded =
            self.assets.load(&file, &opening.overrides).map_err(|error| NotOpened(error.to_string()))?;
        let scenario = loaded.map_err(|diagnostics| {
            let lines: Vec<String> = diagnostics
                .iter()
                .filter(|d| d.severity == Severity::Error)
                .map(|diagnostic| diagnostic.to_string())
                .collect();
            NotOpened(lines.join("\n"))
        })?;
        let spec = spec(&self.assets, Arc::new(scenario), opening.level, opening.seed, RunSpec::DT_NS_DEFAULT)
            .map_err(|refusal| NotOpened(refusal.0))?;
        Ok((spec, file))
    }

    /// The map of a scenario as its file says it.
    pub fn map(&self, name: &str) -> Result<Arc<opendrive::Map>, NotOpened> {
        let mut maps = self.maps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = maps.get(name) {
            return Ok(known.clone());
        }
        let path = map_path(self.assets.root(), name);
        let bytes =
            std::fs::read(&path).map_err(|error| NotOpened(format!("{}: {error}", path.display())))?;
        let parsed =
            opendrive::parse(&bytes).map_err(|problems| NotOpened(format!("{}: {problems}", path.display())))?;
        let map = Arc::new(parsed.map);
        maps.insert(name.to_owned(), map.clone());
        Ok(map)
    }
}

/// File of a map: a bundled name or a path.
fn map_path(root: &Path, name: &str) -> PathBuf {
    let bundled = root.join("assets").join("maps").join(format!("{name}.xodr"));
    if bundled.is_file() { bundled } else { PathBuf::from(name) }
}
