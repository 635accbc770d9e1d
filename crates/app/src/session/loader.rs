//! Loads what the window opens: scenarios, maps, kept runs. What is wrong is said in words with its place.

use crate::command::Opening;
use bevy::prelude::Resource;
use shakedown::cli::assets::{Assets, ScenarioFile};
use shakedown::cli::open::{self, OpenError};
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

impl From<OpenError> for NotOpened {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Problems { diagnostics, .. } => {
                let lines = diagnostics.iter().filter(|d| d.severity == Severity::Error);
                Self(lines.map(ToString::to_string).collect::<Vec<_>>().join("\n"))
            }
            OpenError::Asset(_) | OpenError::Several { .. } | OpenError::Map { .. } => {
                Self(error.to_string())
            }
        }
    }
}

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

    /// The run specification of an opening, and its file.
    pub fn spec(&self, opening: &Opening) -> Result<(RunSpec, ScenarioFile), NotOpened> {
        let file = open::one(&self.assets, &opening.scenario)?;
        let scenario = open::load(&self.assets, &file, &opening.overrides)?;
        let spec = open::spec(&self.assets, scenario, opening.level, opening.seed)?;
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
        let parsed = opendrive::parse(&bytes, name)
            .map_err(|problems| NotOpened(format!("{}: {problems}", path.display())))?;
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
