//! Opens a scenario: what the subcommands and the window share, with every problem as data.

use super::assets::{AssetError, Assets, ScenarioFile};
use crate::engine::RunSpec;
use crate::scenario::{Diagnostic, Files, MapFailure, Scenario, Severity};
use crate::state::automation::AutomationLevel;
use std::path::PathBuf;
use std::sync::Arc;

/// Why a scenario can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing of this name, or a file that can't be read.
    #[error(transparent)]
    Asset(#[from] AssetError),
    /// A directory instead of one scenario.
    #[error("`{argument}` holds {count} scenarios; name one")]
    Several {
        /// What was asked for.
        argument: String,
        /// How many it holds.
        count: usize,
    },
    /// The file has problems.
    #[error("{} has {} problem{}", path.display(), count(diagnostics), if count(diagnostics) == 1 { "" } else { "s" })]
    Problems {
        /// File.
        path: PathBuf,
        /// Its text, for the lines that the problems point at.
        text: String,
        /// All of them, in the order of the file.
        diagnostics: Vec<Diagnostic>,
    },
    /// The map can't be used.
    #[error("map `{map}`: {why:?}")]
    Map {
        /// Map.
        map: String,
        /// Why.
        why: MapFailure,
    },
}

fn count(diagnostics: &[Diagnostic]) -> usize {
    diagnostics.iter().filter(|d| d.severity == Severity::Error).count()
}

/// Exactly one scenario from an argument: a bundled name or a path.
pub fn one(assets: &Assets, argument: &str) -> Result<ScenarioFile, OpenError> {
    let mut found = assets.resolve(argument)?;
    match (found.len(), found.pop()) {
        (1, Some(file)) => Ok(file),
        (count, _) => Err(OpenError::Several { argument: argument.to_owned(), count }),
    }
}

/// Loads one scenario file with `path=value` overrides.
pub fn load(
    assets: &Assets,
    file: &ScenarioFile,
    overrides: &[(String, String)],
) -> Result<Arc<Scenario>, OpenError> {
    match assets.load(file, overrides)? {
        Ok(scenario) => Ok(Arc::new(scenario)),
        Err(diagnostics) => Err(OpenError::Problems {
            path: file.path.clone(),
            text: std::fs::read_to_string(&file.path).unwrap_or_default(),
            diagnostics,
        }),
    }
}

/// The run of a loaded scenario: default tick, no interventions. `level`: `None` = the scenario's own.
pub fn spec(
    assets: &Assets,
    scenario: Arc<Scenario>,
    level: Option<AutomationLevel>,
    seed: u64,
) -> Result<RunSpec, OpenError> {
    let network =
        assets.map(&scenario.map).map_err(|why| OpenError::Map { map: scenario.map.clone(), why })?;
    Ok(RunSpec {
        level: level.unwrap_or(scenario.level),
        scenario,
        network,
        vehicles: assets.vehicles.clone(),
        seed,
        dt_ns: RunSpec::DT_NS_DEFAULT,
        interventions: Vec::new(),
        human_input: Vec::new(),
        until_s: None,
    })
}

/// From an argument to the specification of a run.
///
/// ```no_run
/// use shakedown::cli::{assets::Assets, open};
/// let assets = Assets::open()?;
/// let spec = open::run(&assets, "kirkland/dry_baseline", &[], None, 1)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn run(
    assets: &Assets,
    argument: &str,
    overrides: &[(String, String)],
    level: Option<AutomationLevel>,
    seed: u64,
) -> Result<RunSpec, OpenError> {
    let file = one(assets, argument)?;
    spec(assets, load(assets, &file, overrides)?, level, seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_come_as_data() {
        let assets = Assets::open().unwrap();
        let overrides = |value: &str| vec![("weather.rain_mmph".to_owned(), value.to_owned())];
        let ok =
            run(&assets, "kirkland/dry_baseline", &overrides("3"), Some(AutomationLevel::L2), 4).unwrap();
        assert_eq!((ok.level, ok.seed, ok.dt_ns), (AutomationLevel::L2, 4, RunSpec::DT_NS_DEFAULT));
        let of =
            |argument: &str, value: &str| run(&assets, argument, &overrides(value), None, 1).err().unwrap();
        assert!(matches!(of("kirkland", "3"), OpenError::Several { count, .. } if count > 1));
        assert!(matches!(of("kirkland/nowhere", "3"), OpenError::Asset(AssetError::NoScenario { .. })));
        let problems = of("kirkland/dry_baseline", "-3");
        assert!(problems.to_string().ends_with("has 1 problem"), "{problems}");
        assert!(matches!(problems, OpenError::Problems { diagnostics, text, .. }
            if diagnostics.len() == 1 && text.contains("[ego]")));
    }
}
