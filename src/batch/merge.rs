//! Joins the shards of a batch into one directory with the same tables as one batch.

use super::directory::{BatchDir, BatchFile, Counts, FORMAT};
use super::tables::{TablesMade, write_tables};
use std::io;
use std::path::Path;

/// Why directories cannot be merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// Not a batch directory.
    #[error("{0} holds no batch.json")]
    NoBatch(String),
    /// Parts of different batches.
    #[error("{a} and {b} are not parts of one batch: {difference}")]
    Different {
        /// First directory.
        a: String,
        /// Second directory.
        b: String,
        /// What differs.
        difference: String,
    },
    /// The output holds a batch already.
    #[error("{0} holds a batch already; name another --out")]
    Occupied(String),
    /// Disk.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Merges `parts` into `out`.
pub fn merge(parts: &[BatchDir], out: &BatchDir) -> Result<(BatchFile, TablesMade), MergeError> {
    let name = |dir: &BatchDir| dir.root().display().to_string();
    if out.read_batch()?.is_some() {
        return Err(MergeError::Occupied(name(out)));
    }
    let mut files: Vec<BatchFile> = Vec::new();
    for part in parts {
        files.push(part.read_batch()?.ok_or_else(|| MergeError::NoBatch(name(part)))?);
    }
    let Some(first) = files.first() else { return Err(MergeError::NoBatch("(no directory)".into())) };
    for (file, part) in files.iter().zip(parts).skip(1) {
        if file.plan.plan_hash != first.plan.plan_hash {
            let differences: Vec<String> = first
                .plan
                .differences(&file.plan)
                .into_iter()
                .filter(|text| !text.starts_with("shard:"))
                .collect();
            return Err(MergeError::Different {
                a: name(&parts[0]),
                b: name(part),
                difference: differences.join("; "),
            });
        }
    }
    let mut plan = first.plan.clone();
    plan.shard = None;
    for part in parts {
        for folder in ["scenarios", "maps"] {
            copy_tree(&part.path(folder), &out.path(folder))?;
        }
        for run in plan.runs.iter().filter(|run| part.is_done(&run.run_id) && !out.is_done(&run.run_id)) {
            copy_tree(&part.run_dir(&run.run_id), &out.run_dir(&run.run_id))?;
        }
    }
    let mut file = BatchFile {
        format: FORMAT,
        status: "running".into(),
        counts: Counts::default(),
        wall_s: files.iter().map(|f| f.wall_s).sum(),
        cpu_s: files.iter().map(|f| f.cpu_s).sum(),
        started: files.iter().map(|f| f.started.clone()).min().unwrap_or_default(),
        finished: files.iter().filter_map(|f| f.finished.clone()).max(),
        plan,
    };
    let made = write_tables(out, &file.plan)?;
    file.counts = made.counts.clone();
    file.status = if made.lost.is_empty() { "complete" } else { "interrupted" }.into();
    out.write_batch(&file)?;
    Ok((file, made))
}

/// Copies a directory; `record.json` last, so that a run that has one is whole.
fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(to)?;
    let mut entries: Vec<_> = std::fs::read_dir(from)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(|entry| (entry.file_name() == "record.json", entry.file_name()));
    for entry in entries {
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
