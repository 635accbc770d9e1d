//! `shakedown verify`: re-runs and compares state hashes tick by tick. A run that somebody changed from outside
//! is re-run with its `input.json`.

use super::assets::Assets;
use super::batch::{AssetSource, default_jobs};
use super::common::Refusal;
use super::{EXIT_FAILED, EXIT_USAGE};
use crate::base::rng::{RngExt, stream};
use crate::batch::verify::{Verified, verify_run};
use crate::batch::{BatchDir, PlannedRun, run_queue};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};

/// Arguments of `verify`.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  shakedown verify out/kirkland --sample 10")]
pub struct VerifyArgs {
    /// Directory of a batch.
    pub dir: PathBuf,
    /// Verifies this run only.
    #[arg(long, value_name = "ID")]
    pub run: Option<String>,
    /// Verifies N runs spread over the batch by chance (the same ones each time).
    #[arg(long, value_name = "N", conflicts_with = "run")]
    pub sample: Option<usize>,
    /// Runs at a time [default: one a core].
    #[arg(long, value_name = "J")]
    pub jobs: Option<usize>,
    /// Prints one JSON value.
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
pub fn run(args: VerifyArgs) -> ExitCode {
    match execute(&args) {
        Ok(code) => code,
        Err(refusal) => refusal.exit(),
    }
}

fn execute(args: &VerifyArgs) -> Result<ExitCode, Refusal> {
    let usage = |text: String| Refusal(format!("error: {text}"), EXIT_USAGE);
    let dir = BatchDir::new(&args.dir);
    let file = dir
        .read_batch()
        .map_err(|error| usage(error.to_string()))?
        .ok_or_else(|| usage(format!("{} holds no batch.json", args.dir.display())))?;
    let mut runs: Vec<&PlannedRun> =
        file.plan.own_runs().map(|ix| &file.plan.runs[ix]).filter(|run| dir.is_done(&run.run_id)).collect();
    if let Some(id) = &args.run {
        runs.retain(|run| run.run_id == *id);
        if runs.is_empty() {
            return Err(usage(format!("{} holds no run `{id}`", args.dir.display())));
        }
    }
    if let Some(count) = args.sample {
        let mut rng = stream(file.plan.seed, &file.plan.plan_hash, "verify sample");
        while runs.len() > count {
            runs.remove(rng.random_range(0..runs.len()));
        }
    }
    let assets = Assets::open()?;
    let found: Mutex<Vec<(usize, Verified)>> = Mutex::default();
    let items: Vec<(usize, &PlannedRun)> = runs.into_iter().enumerate().collect();
    run_queue(&items, args.jobs.unwrap_or_else(default_jobs), &AtomicBool::new(false), &|(ix, run)| {
        let verified = verify_run(&dir, &file, run, &AssetSource(&assets))?;
        found.lock().unwrap_or_else(PoisonError::into_inner).push((*ix, verified));
        Ok(())
    })
    .map_err(|error| usage(error.to_string()))?;
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_by_key(|(ix, _)| *ix);
    let found: Vec<Verified> = found.into_iter().map(|(_, verified)| verified).collect();
    let different = found.iter().filter(|v| !v.same).count();
    if args.json {
        println!("{}", serde_json::to_string_pretty(&found).unwrap_or_default());
    } else {
        for v in found.iter().filter(|v| !v.same) {
            let what = v.difference.as_deref().unwrap_or_default();
            match v.first_differing_tick {
                Some(tick) => println!("{}  first differing tick {tick}: {what}", v.run_id),
                None => println!("{}  differs: {what}", v.run_id),
            }
        }
        println!("{} of {} runs are bit-identical when run again", found.len() - different, found.len());
    }
    Ok(if different > 0 { ExitCode::from(EXIT_FAILED) } else { ExitCode::SUCCESS })
}
