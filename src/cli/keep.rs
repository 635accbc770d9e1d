//! Keeping and reading back single runs: batch directory, tables and report in one call.

use super::assets::Assets;
use super::batch::AssetSource;
use crate::batch::keep::{self, KeepError, Kept};
use crate::batch::{BatchDir, simulate_run};
use crate::engine::RunSpec;
use crate::report::{Report, ReportError};
use crate::state::record::RunRecord;
use std::path::Path;

/// Why a run was not kept.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The run itself.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// It is kept, but there is no report.
    #[error("the run is kept, but there is no report: {0}")]
    Report(#[from] ReportError),
}

/// Runs `spec` once more from its start, without anybody watching, and keeps it in `dir` with tables and
/// report. `scenario_file` is the scenario's file as it was read, `overrides` what it was loaded with.
///
/// The returned record is that of the new run: its state hash tells whether it is the run that was seen.
pub fn save(
    dir: &Path,
    spec: &RunSpec,
    scenario_file: &[u8],
    overrides: &[(String, String)],
) -> Result<RunRecord, SaveError> {
    let output = simulate_run(spec);
    keep::save_run(&BatchDir::new(dir), &Kept { spec, scenario_file, overrides, output: &output })?;
    Report::write(dir, &|_, _| {})?;
    Ok(output.record)
}

/// The specification of a run in a batch directory, with everything that was changed in it from outside.
pub fn load(assets: &Assets, dir: &Path, run_id: &str) -> Result<RunSpec, KeepError> {
    keep::load_run(&BatchDir::new(dir), run_id, &AssetSource(assets))
}
