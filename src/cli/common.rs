//! What several subcommands share: loading a scenario into a run specification, and saying what is wrong.

use super::assets::{AssetError, Assets, ScenarioFile};
use super::open::{self, OpenError};
use super::{EXIT_FAULT, EXIT_USAGE};
use crate::engine::{RunError, RunSpec};
use crate::scenario::{Diagnostic, Scenario};
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

impl From<OpenError> for Refusal {
    fn from(error: OpenError) -> Self {
        match &error {
            OpenError::Asset(_) | OpenError::Map { .. } => Self(format!("error: {error}"), EXIT_USAGE),
            OpenError::Several { argument, .. } => {
                Self(format!("error: {error}, or use `shakedown batch {argument}`"), EXIT_USAGE)
            }
            OpenError::Problems { text, diagnostics, .. } => {
                print_diagnostics(diagnostics, text);
                Self(format!("error: {error}; nothing was run"), EXIT_USAGE)
            }
        }
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

/// Longest tick of a scenario that is played as written, without a vehicle of ours: 60 s.
pub const PLAYED_DT_NS_MAX: u64 = 60_000_000_000;

/// Parses a tick length in seconds into nanoseconds, up to what a played scenario may have.
pub fn parse_played_dt(text: &str) -> Result<u64, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("`{text}` is not a number of seconds"))?;
    let ns = (seconds * 1e9).round();
    if ns >= RunSpec::DT_NS_MIN as f64 && ns <= PLAYED_DT_NS_MAX as f64 {
        Ok(ns as u64)
    } else {
        Err(format!("{text} s is outside 0.001 s to 0.1 s (60 s with --no-ego)"))
    }
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

/// Loads one scenario; problems are printed and become a refusal.
pub fn load(
    assets: &Assets,
    file: &ScenarioFile,
    overrides: &[(String, String)],
) -> Result<Arc<Scenario>, Refusal> {
    Ok(open::load(assets, file, overrides)?)
}

/// Exactly one scenario from a command-line argument.
pub fn resolve_one(assets: &Assets, argument: &str) -> Result<ScenarioFile, Refusal> {
    Ok(open::one(assets, argument)?)
}

/// The run specification of a loaded scenario.
pub fn spec(
    assets: &Assets,
    scenario: Arc<Scenario>,
    level: Option<AutomationLevel>,
    seed: u64,
    dt_ns: u64,
) -> Result<RunSpec, Refusal> {
    Ok(RunSpec { dt_ns, ..open::spec(assets, scenario, level, seed)? })
}
