//! "Run so many variations of this": a batch in the background, with its progress and its report.

use super::{Loader, Session};
use bevy::prelude::*;
use shakedown::batch::plan::{BatchRequest, ScenarioRef};
use shakedown::batch::{BatchDir, Sampler, Sitting, run_batch, simulate_run};
use shakedown::cli::assets::Assets;
use shakedown::cli::batch::AssetSource;
use shakedown::report::Report;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

/// Most variations that the window starts.
pub const VARIATIONS_MAX: u32 = 10_000;

/// The batch in the background.
#[derive(Resource, Default)]
pub struct Background {
    job: Option<Job>,
    /// What to tell of the latest batch: its directory, and the report or what went wrong.
    pub finished: Option<(PathBuf, Result<PathBuf, String>)>,
}

struct Job {
    dir: PathBuf,
    planned: usize,
    done: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<PathBuf, String>>,
}

impl Background {
    /// Runs done and planned; `None` = nothing is under way.
    pub fn progress(&self) -> Option<(usize, usize)> {
        self.job.as_ref().map(|job| (job.done.load(Ordering::Relaxed), job.planned))
    }

    /// Ends it after the runs in flight.
    pub fn stop(&self) {
        if let Some(job) = &self.job {
            job.stop.store(true, Ordering::Relaxed);
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Starts a batch of the shown scenario at its level; returns what to tell.
pub(super) fn start(
    background: &mut Background,
    loader: &Loader,
    session: &Session,
    keep: &Path,
    count: u32,
) -> String {
    if background.job.is_some() {
        return "a batch is under way already".into();
    }
    if count == 0 || count > VARIATIONS_MAX {
        return format!("{count} variations are not between 1 and {VARIATIONS_MAX}");
    }
    let name = session.spec.scenario.name.replace(['/', '\\'], "_");
    let Some(dir) = (1..10_000)
        .map(|n| keep.join("variations").join(format!("{name}_{}_{n}", session.spec.level.as_str())))
        .find(|dir| !dir.exists())
    else {
        return "there is no free directory for another batch".into();
    };
    let request = BatchRequest {
        scenarios: vec![ScenarioRef { name: session.file.name.clone(), path: session.file.path.clone() }],
        levels: vec![session.spec.level],
        variations: count,
        sampler: Sampler::Sobol,
        seed: session.spec.seed,
        dt_ns: session.spec.dt_ns,
        until_s: None,
        shard: None,
        overrides: session.opening.overrides.clone(),
    };
    let (done, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let assets = loader.shared();
    let thread = {
        let (dir, done, stop) = (dir.clone(), done.clone(), stop.clone());
        std::thread::spawn(move || make(&dir, &request, &assets, &done, &stop))
    };
    let told =
        format!("{count} variations are running; their report will be {}", dir.join("report.html").display());
    background.finished = None;
    background.job = Some(Job { dir, planned: count as usize, done, stop, thread });
    told
}

fn make(
    dir: &Path,
    request: &BatchRequest,
    assets: &Assets,
    done: &AtomicUsize,
    stop: &AtomicBool,
) -> Result<PathBuf, String> {
    let out = BatchDir::new(dir);
    // One core stays free for the window.
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    let sitting = Sitting {
        out: &out,
        jobs: cores.saturating_sub(1).max(1),
        resume: false,
        stop,
        simulate: &simulate_run,
        begin: &|_, _| {},
        done: &|_| {
            done.fetch_add(1, Ordering::Relaxed);
        },
    };
    run_batch(request, &AssetSource(assets), &sitting).map_err(|error| error.to_string())?;
    Report::write(dir, &|_, _| {}).map_err(|error| error.to_string())?;
    Ok(dir.join("report.html"))
}

/// Takes the result of a finished batch.
pub fn poll(mut background: ResMut<Background>) {
    if background.job.as_ref().is_some_and(|job| job.thread.is_finished())
        && let Some(job) = background.job.take()
    {
        let result = job.thread.join().unwrap_or_else(|_| Err("the batch ended in a panic".into()));
        background.finished = Some((job.dir, result));
    }
}
