//! One sitting at a batch: make the plan, do what is not done yet, rebuild the tables.

use super::directory::{BatchDir, BatchFile, Counts, FORMAT};
use super::plan::{BatchRequest, PlanError, Prepared, Source};
use super::queue::{QueueEnd, RunOutput, run_queue};
use super::tables::{TablesMade, write_tables};
use crate::engine::RunSpec;
use crate::state::record::RunRecord;
use std::io;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// How a sitting works.
pub struct Sitting<'a> {
    /// Directory.
    pub out: &'a BatchDir,
    /// Threads.
    pub jobs: usize,
    /// Goes on with a batch that is there.
    pub resume: bool,
    /// Ends the sitting when it becomes true.
    pub stop: &'a AtomicBool,
    /// Makes a run ([`simulate_run`](super::simulate_run)).
    pub simulate: &'a (dyn Fn(&RunSpec) -> RunOutput + Sync),
    /// Told the number of runs to do and of those done already.
    pub begin: &'a dyn Fn(usize, usize),
    /// Told of each finished run.
    pub done: &'a (dyn Fn(&RunRecord) + Sync),
}

/// What a sitting leaves.
#[derive(Debug)]
pub struct BatchEnd {
    /// `batch.json` as written.
    pub file: BatchFile,
    /// Tables and what making them found.
    pub made: TablesMade,
    /// The queue's end.
    pub queue: QueueEnd,
}

/// Why a batch was not run, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// No plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The directory holds a batch.
    #[error("{0} holds a batch already: finish it with --resume, or name another --out")]
    Occupied(String),
    /// The directory holds another batch.
    #[error("{dir} holds another batch, so it cannot be resumed: {differences}")]
    Other {
        /// Directory.
        dir: String,
        /// What differs.
        differences: String,
    },
    /// Disk.
    #[error("{dir}: {error}")]
    Io {
        /// Directory.
        dir: String,
        /// Why.
        error: io::Error,
    },
}

/// Runs a batch, or what is left of it.
pub fn run_batch(
    request: &BatchRequest,
    source: &dyn Source,
    sitting: &Sitting<'_>,
) -> Result<BatchEnd, BatchError> {
    let dir = sitting.out;
    let name = dir.root().display().to_string();
    let disk = |error| BatchError::Io { dir: name.clone(), error };
    let wall = Instant::now();
    let cpu = cpu_time::ProcessTime::try_now();
    let before = dir.read_batch().map_err(disk)?;
    if before.is_some() && !sitting.resume {
        return Err(BatchError::Occupied(name));
    }
    let prepared = Prepared::new(request, source)?;
    if let Some(before) = &before {
        let differences = before.plan.differences(&prepared.plan);
        if !differences.is_empty() {
            return Err(BatchError::Other { dir: name, differences: differences.join("; ") });
        }
    }
    let mut file = before.unwrap_or_else(|| BatchFile {
        format: FORMAT,
        status: String::new(),
        counts: Counts::default(),
        wall_s: 0.0,
        cpu_s: 0.0,
        started: jiff::Timestamp::now().to_string(),
        finished: None,
        plan: prepared.plan.clone(),
    });
    "running".clone_into(&mut file.status);
    std::fs::create_dir_all(dir.path("runs")).map_err(disk)?;
    dir.write_inputs(&prepared, &request.scenarios).map_err(disk)?;
    dir.write_batch(&file).map_err(disk)?;

    // A record that cannot be read counts as not done: its run is made again.
    let own: Vec<usize> = prepared.plan.own_runs().collect();
    let open: Vec<usize> = own
        .iter()
        .copied()
        .filter(|ix| !matches!(dir.read_record(&prepared.plan.runs[*ix].run_id), Ok(Some(_))))
        .collect();
    (sitting.begin)(open.len(), own.len() - open.len());
    let queue = run_queue(&open, sitting.jobs, sitting.stop, &|ix| {
        let output = (sitting.simulate)(&prepared.spec(*ix));
        dir.write_run(&output)?;
        (sitting.done)(&output.record);
        Ok(())
    })
    .map_err(disk)?;

    let made = write_tables(dir, &file.plan).map_err(disk)?;
    file.counts = made.counts.clone();
    file.status = if made.lost.is_empty() { "complete" } else { "interrupted" }.into();
    file.wall_s += wall.elapsed().as_secs_f64();
    file.cpu_s += cpu.and_then(|begin| begin.try_elapsed()).map_or(0.0, |spent| spent.as_secs_f64());
    file.finished = Some(jiff::Timestamp::now().to_string());
    dir.write_batch(&file).map_err(disk)?;
    Ok(BatchEnd { file, made, queue })
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
