//! The directory of a batch on disk.
//!
//! ```text
//! batch.json                      plan, versions, counts, times
//! scenarios/<name>.toml           the scenarios as they were run
//! maps/<map>.json                 outline of the lanes, for the report
//! runs/<run_id>/record.json       written last: the run is done if it is there
//! runs/<run_id>/{trace,events}.csv, state_hashes.bin
//! runs/<run_id>/input.json        interventions and human input, if there were any
//! runs.* disengagements.* events.parquet report.html
//! ```
//!
//! `state_hashes.bin`: one little-endian `u32` a tick, the low half of the tick's state hash.

use super::map_outline::MapOutline;
use super::plan::{BatchPlan, Prepared, ScenarioRef};
use super::queue::RunOutput;
use crate::state::record::RunRecord;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// `batch.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchFile {
    /// Version of the layout.
    pub format: u32,
    /// `running`, `interrupted` or `complete`.
    pub status: String,
    /// Counts of the runs in this directory.
    pub counts: Counts,
    /// Wall time spent so far, s (all sittings).
    pub wall_s: f64,
    /// CPU time spent so far, s (all sittings).
    pub cpu_s: f64,
    /// Begin of the first sitting, UTC.
    pub started: String,
    /// End of the last sitting, UTC.
    pub finished: Option<String>,
    /// The plan.
    pub plan: BatchPlan,
}

/// What a batch directory holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Runs that this directory should hold.
    pub planned: usize,
    /// Runs done.
    pub done: usize,
    /// Runs that met all of their criteria.
    pub passed: usize,
    /// Runs by outcome.
    pub outcomes: BTreeMap<String, usize>,
    /// Disengagements.
    pub disengagements: usize,
    /// Runs with warnings.
    pub with_warnings: usize,
}

/// Version of the layout.
pub const FORMAT: u32 = 1;

/// A batch directory.
#[derive(Clone, Debug)]
pub struct BatchDir {
    root: PathBuf,
}

impl BatchDir {
    /// The directory at `root`, which need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Directory of a run.
    pub fn run_dir(&self, run_id: &str) -> PathBuf {
        self.root.join("runs").join(run_id)
    }

    /// `batch.json`; `None` if there is none.
    pub fn read_batch(&self) -> io::Result<Option<BatchFile>> {
        match std::fs::read(self.path("batch.json")) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|e| io::Error::other(format!("{}: {e}", self.path("batch.json").display()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes `batch.json`.
    pub fn write_batch(&self, file: &BatchFile) -> io::Result<()> {
        write_atomic(&self.path("batch.json"), &serde_json::to_vec_pretty(file)?)
    }

    /// Keeps what the runs are made from: scenario files and outlines of the maps.
    pub fn write_inputs(&self, prepared: &Prepared, files: &[ScenarioRef]) -> io::Result<()> {
        for file in files {
            let copy = self.scenario_copy(&file.name);
            if let Some(parent) = copy.parent() {
                std::fs::create_dir_all(parent)?;
            }
            write_atomic(&copy, &std::fs::read(&file.path)?)?;
        }
        std::fs::create_dir_all(self.path("maps"))?;
        let mut done: Vec<&str> = Vec::new();
        for (run, loaded) in prepared.plan.runs.iter().zip(&prepared.loaded) {
            let Some(scenario) = prepared.plan.scenarios.iter().find(|s| s.name == run.scenario) else {
                continue;
            };
            if done.contains(&scenario.map.as_str()) {
                continue;
            }
            done.push(&scenario.map);
            let outline = MapOutline::of(&loaded.network);
            write_atomic(&self.map_file(&scenario.map), &serde_json::to_vec(&outline)?)?;
        }
        Ok(())
    }

    /// The copy of a scenario.
    pub fn scenario_copy(&self, name: &str) -> PathBuf {
        let clean: PathBuf = name.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
        let mut path = self.root.join("scenarios").join(clean).into_os_string();
        path.push(".toml");
        path.into()
    }

    /// The outline of a map.
    pub fn map_file(&self, map: &str) -> PathBuf {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' };
        self.root.join("maps").join(format!("{}.json", map.chars().map(plain).collect::<String>()))
    }

    /// What was changed in a run from outside.
    pub fn input_file(&self, run_id: &str) -> PathBuf {
        self.run_dir(run_id).join("input.json")
    }

    /// Bytes of a run's `input.json`; `None` if nothing was changed.
    pub fn read_input(&self, run_id: &str) -> io::Result<Option<Vec<u8>>> {
        match std::fs::read(self.input_file(run_id)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether a run is done.
    pub fn is_done(&self, run_id: &str) -> bool {
        self.run_dir(run_id).join("record.json").is_file()
    }

    /// Record of a run; `None` if it is not done.
    pub fn read_record(&self, run_id: &str) -> io::Result<Option<RunRecord>> {
        let path = self.run_dir(run_id).join("record.json");
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|e| io::Error::other(format!("{}: {e}", path.display()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes everything of a run; `record.json` comes last, so a run that has one is whole.
    pub fn write_run(&self, output: &RunOutput) -> io::Result<()> {
        let dir = self.run_dir(&output.record.run_id);
        std::fs::create_dir_all(&dir)?;
        let hashes: Vec<u8> = output.hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect();
        std::fs::write(dir.join("trace.csv"), &output.trace)?;
        std::fs::write(dir.join("events.csv"), &output.events)?;
        std::fs::write(dir.join("state_hashes.bin"), hashes)?;
        write_atomic(&dir.join("record.json"), &serde_json::to_vec_pretty(&output.record)?)
    }

    /// State hashes of a run.
    pub fn read_hashes(&self, run_id: &str) -> io::Result<Vec<u32>> {
        let bytes = std::fs::read(self.run_dir(run_id).join("state_hashes.bin"))?;
        Ok(bytes.chunks(4).map(|c| c.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte))).collect())
    }
}

/// Writes a file so that it is there whole or not at all: beside it, then renamed.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".tmp");
    std::fs::write(&beside, bytes)?;
    std::fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside_the_directory() {
        let dir = BatchDir::new("out");
        for (name, expect) in [
            ("kirkland/rain", "out/scenarios/kirkland/rain.toml"),
            ("../../etc/x", "out/scenarios/etc/x.toml"),
            ("v1.5", "out/scenarios/v1.5.toml"),
        ] {
            assert_eq!(dir.scenario_copy(name), Path::new(expect));
        }
        assert_eq!(dir.map_file("../a b.xodr"), Path::new("out/maps/___a_b_xodr.json"));
    }
}
