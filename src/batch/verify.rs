//! Re-runs and compares, tick by tick.

use super::directory::{BatchDir, BatchFile};
use super::keep::{KeepError, spec_in};
use super::plan::{PlannedRun, Source};
use super::queue::{RunOutput, simulate_run};
use crate::engine::RunSpec;
use crate::state::record::RunRecord;
use serde::Serialize;
use std::io;

/// Result of one verification.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verified {
    /// Run.
    pub run_id: String,
    /// Same bits.
    pub same: bool,
    /// First differing tick, if the states differ.
    pub first_differing_tick: Option<u64>,
    /// What differs, in words.
    pub difference: Option<String>,
}

/// Verifies one run of a batch by simulating it anew.
pub fn verify_run(
    dir: &BatchDir,
    file: &BatchFile,
    run: &PlannedRun,
    source: &dyn Source,
) -> io::Result<Verified> {
    verify_with(dir, file, run, source, &simulate_run)
}

/// Verifies one run with a given way of running it.
pub fn verify_with(
    dir: &BatchDir,
    file: &BatchFile,
    run: &PlannedRun,
    source: &dyn Source,
    simulate: &dyn Fn(&RunSpec) -> RunOutput,
) -> io::Result<Verified> {
    let differs = |tick: Option<u64>, difference: String| Verified {
        run_id: run.run_id.clone(),
        same: false,
        first_differing_tick: tick,
        difference: Some(difference),
    };
    let record = match dir.read_record(&run.run_id) {
        Ok(Some(record)) => record,
        Ok(None) => return Ok(differs(None, "the run has no record.json".into())),
        Err(error) => return Ok(differs(None, error.to_string())),
    };
    let spec = match spec_in(dir, file, run, source) {
        Ok(spec) => spec,
        Err(error @ (KeepError::Input(_) | KeepError::InputTouched | KeepError::Changed(_))) => {
            return Ok(differs(None, error.to_string()));
        }
        Err(error) => return Err(io::Error::other(error)),
    };
    let output = simulate(&spec);
    let kept = dir.read_hashes(&run.run_id)?;
    let first = kept.iter().zip(&output.hashes).position(|(a, b)| a != b);
    if let Some(tick) = first {
        let why = format!(
            "state hash {:08x} is recorded for tick {tick}, and {:08x} was computed",
            kept[tick], output.hashes[tick]
        );
        return Ok(differs(Some(tick as u64), why));
    }
    if kept.len() != output.hashes.len() {
        let tick = kept.len().min(output.hashes.len());
        let why = format!("{} ticks are recorded, and {} were computed", kept.len(), output.hashes.len());
        return Ok(differs(Some(tick as u64), why));
    }
    if let Some(why) = record_difference(&record, &output.record)? {
        return Ok(differs(None, why));
    }
    Ok(Verified { run_id: run.run_id.clone(), same: true, first_differing_tick: None, difference: None })
}

/// First field in which two records differ. What `explain` adds later is left out.
fn record_difference(kept: &RunRecord, computed: &RunRecord) -> io::Result<Option<String>> {
    let json = |record: &RunRecord| -> io::Result<serde_json::Value> {
        let mut record = record.clone();
        record.disengagements.iter_mut().for_each(|d| d.simulated_contact = None);
        Ok(serde_json::from_str(&serde_json::to_string(&record)?)?)
    };
    let (kept, computed) = (json(kept)?, json(computed)?);
    let (Some(a), Some(b)) = (kept.as_object(), computed.as_object()) else { return Ok(None) };
    let mut names: Vec<&String> = a.keys().chain(b.keys()).collect();
    names.sort();
    names.dedup();
    let first = names.into_iter().find(|name| a.get(*name) != b.get(*name));
    let cut = |value: Option<&serde_json::Value>| {
        value.map_or("nothing".to_owned(), |v| v.to_string().chars().take(120).collect())
    };
    Ok(first.map(|name| {
        format!("`{name}` is {} in record.json, and {} was computed", cut(a.get(name)), cut(b.get(name)))
    }))
}
