//! What several subcommands share: loading a scenario into a run specification, and saying what is wrong.

use super::assets::{AssetError, Assets, ScenarioFile};
use super::{EXIT_FAULT, EXIT_USAGE};
use crate::engine::{RunError, RunSpec};
use crate::scenario::{Diagnostic, Files, Scenario, Severity};
use crate::state::automation::AutomationLevel;
use std::process::ExitCode;
use std::sync::Arc;

/// A reason to stop before anything runs.
#[derive(Debug)]
pub struct Refusal(pub String, pub u8);

impl Refusal {
    /// Prints the reason and gives the exit code.
    pub fn exit(&self) -> ExitCode {
        eprintln!("{}", self.0);
        ExitCode::from(self.1)
    }
}

impl From<AssetError> for Refusal {
    fn from(error: AssetError) -> Self {
        Self(format!("error: {error}"), EXIT_USAGE)
    }
}

impl From<RunError> for Refusal {
    fn from(error: RunError) -> Self {
        let code = match error {
            RunError::Spawn(_) => EXIT_USAGE,
            RunError::Sink(_) => EXIT_FAULT,
        };
        Self(format!("error: {error}"), code)
    }
}

/// Splits `--set path=value`.
pub fn parse_override(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((path, value)) if !path.trim().is_empty() => {
            Ok((path.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(format!("`{text}` is not of the form path=value, e.g. weather.rain_mmph=12")),
    }
}

/// Parses a level.
pub fn parse_level(text: &str) -> Result<AutomationLevel, String> {
    text.trim().parse()
}

/// Parses a tick length in seconds into nanoseconds.
pub fn parse_dt(text: &str) -> Result<u64, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("`{text}` is not a number of seconds"))?;
    let ns = (seconds * 1e9).round();
    if ns >= RunSpec::DT_NS_MIN as f64 && ns <= RunSpec::DT_NS_MAX as f64 {
        Ok(ns as u64)
    } else {
        Err(format!("{text} s is outside 0.001 s to 0.1 s"))
    }
}

/// Prints problems the way compilers do, with the line and a caret.
pub fn print_diagnostics(diagnostics: &[Diagnostic], text: &str) {
    for diagnostic in diagnostics {
        eprintln!("{diagnostic}");
        if let Some(line) = text.lines().nth(diagnostic.line.saturating_sub(1) as usize)
            && line.len() < 400
        {
            let start = diagnostic.column.saturating_sub(1) as usize;
            let width = (diagnostic.len as usize).clamp(1, line.chars().count().saturating_sub(start).max(1));
            eprintln!(
                "  {:>4} | {line}\n       | {}{}",
                diagnostic.line,
                " ".repeat(start),
                "^".repeat(width)
            );
        }
    }
}

/// Loads one scenario; problems become a refusal.
pub fn load(
    assets: &Assets,
    file: &ScenarioFile,
    overrides: &[(String, String)],
) -> Result<Arc<Scenario>, Refusal> {
    match assets.load(file, overrides)? {
        Ok(scenario) => Ok(Arc::new(scenario)),
        Err(diagnostics) => {
            let text = std::fs::read_to_string(&file.path).unwrap_or_default();
            print_diagnostics(&diagnostics, &text);
            let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
            Err(Refusal(
                format!(
                    "error: {} has {errors} problem{}; nothing was run",
                    file.path.display(),
                    if errors == 1 { "" } else { "s" }
                ),
                EXIT_USAGE,
            ))
        }
    }
}

/// Exactly one scenario from a command-line argument.
pub fn resolve_one(assets: &Assets, argument: &str) -> Result<ScenarioFile, Refusal> {
    let found = assets.resolve(argument)?;
    match found.as_slice() {
        [one] => Ok(one.clone()),
        many => Err(Refusal(
            format!(
                "error: `{argument}` holds {} scenarios; name one, or use `shakedown batch {argument}`",
                many.len()
            ),
            EXIT_USAGE,
        )),
    }
}

/// The run specification of a loaded scenario.
pub fn spec(
    assets: &Assets,
    scenario: Arc<Scenario>,
    level: Option<AutomationLevel>,
    seed: u64,
    dt_ns: u64,
) -> Result<RunSpec, Refusal> {
    let network = assets
        .map(&scenario.map)
        .map_err(|why| Refusal(format!("error: map `{}`: {why:?}", scenario.map), EXIT_USAGE))?;
    Ok(RunSpec {
        level: level.unwrap_or(scenario.level),
        scenario,
        network,
        vehicles: assets.vehicles.clone(),
        seed,
        dt_ns,
        interventions: Vec::new(),
        until_s: None,
    })
}
