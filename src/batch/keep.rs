//! Single runs kept in a batch directory, one by one: those that somebody drove or changed in the window.
//!
//! Such a directory is an ordinary one: `verify` and `report` work on it. What was changed from
//! outside lies beside the record as `runs/<run_id>/input.json`; it is part of the run's identity, so a
//! changed byte in it is found.
//!
//! What it does not do: it writes no report (that reads batch directories, see [`crate::report::Report`]).

use super::directory::{BatchDir, BatchFile, Counts, FORMAT, write_atomic};
use super::map_outline::MapOutline;
use super::plan::{BatchPlan, Loaded, OwnTerms, PlannedRun, PlannedScenario, ScenarioRef, Source, spec_of};
use super::queue::RunOutput;
use super::sample::Sampler;
use super::tables::write_tables;
use crate::engine::{ENGINE_VERSION, InputError, RunInput, RunSpec};
use std::io;

/// A run to be kept.
pub struct Kept<'a> {
    /// Its specification.
    pub spec: &'a RunSpec,
    /// The scenario file as it was read, before overrides.
    pub scenario_file: &'a [u8],
    /// `path=value` overrides that the scenario was loaded with.
    pub overrides: &'a [(String, String)],
    /// What the run left (see [`simulate_run`](super::simulate_run)).
    pub output: &'a RunOutput,
}

/// Why a run can't be kept or read back.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// Record and specification are of different runs.
    #[error("the record is of run {record}, and the specification makes run {spec}")]
    Mismatch {
        /// Run of the record.
        record: String,
        /// Run of the specification.
        spec: String,
    },
    /// The directory holds another file for the scenario.
    #[error("{dir} holds another version of scenario `{scenario}`; keep the run in another directory")]
    OtherScenario {
        /// Directory.
        dir: String,
        /// Scenario.
        scenario: String,
    },
    /// The directory was made by another engine.
    #[error("{dir} is of engine {there}, and this is {ENGINE_VERSION}; keep the run in another directory")]
    OtherEngine {
        /// Directory.
        dir: String,
        /// Its version.
        there: String,
    },
    /// The directory holds a batch that is under way.
    #[error("{0} holds a batch that is not finished; keep the run in another directory")]
    Unfinished(String),
    /// No such run.
    #[error("{dir} holds no run `{run_id}`")]
    NoRun {
        /// Directory.
        dir: String,
        /// Run.
        run_id: String,
    },
    /// The scenario can't be loaded.
    #[error("{0}")]
    Load(String),
    /// `input.json` can't be used.
    #[error("input.json: {0}")]
    Input(#[from] InputError),
    /// `input.json` means what the run is made from, but somebody has written into it.
    #[error("input.json is not as it was written")]
    InputTouched,
    /// The inputs make another run now.
    #[error("its inputs have changed (map, vehicles, scenario, input or engine): they now make run {0}")]
    Changed(String),
    /// Disk.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Adds a run to the directory, which is made if it is not there, and rebuilds its tables.
pub fn save_run(dir: &BatchDir, kept: &Kept<'_>) -> Result<BatchFile, KeepError> {
    let name = || dir.root().display().to_string();
    let (spec, scenario) = (kept.spec, &kept.spec.scenario);
    let run_id = spec.run_id();
    if kept.output.record.run_id != run_id {
        return Err(KeepError::Mismatch { record: kept.output.record.run_id.clone(), spec: run_id });
    }
    let now = jiff::Timestamp::now().to_string();
    let mut file = match dir.read_batch()? {
        None => empty(now.clone()),
        Some(file) if file.plan.engine_version != ENGINE_VERSION => {
            return Err(KeepError::OtherEngine { dir: name(), there: file.plan.engine_version });
        }
        Some(file) if file.status != "complete" => return Err(KeepError::Unfinished(name())),
        Some(file) => file,
    };
    let copy = dir.scenario_copy(&scenario.name);
    match std::fs::read(&copy) {
        Ok(bytes) if bytes != kept.scenario_file => {
            return Err(KeepError::OtherScenario { dir: name(), scenario: scenario.name.clone() });
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(parent) = copy.parent() {
                std::fs::create_dir_all(parent)?;
            }
            write_atomic(&copy, kept.scenario_file)?;
        }
        Err(error) => return Err(error.into()),
    }
    let map = dir.map_file(&scenario.map);
    if !map.is_file() {
        std::fs::create_dir_all(dir.path("maps"))?;
        let outline = serde_json::to_vec(&MapOutline::of(&spec.network)).map_err(io::Error::from)?;
        write_atomic(&map, &outline)?;
    }
    std::fs::create_dir_all(dir.run_dir(&run_id))?;
    let input = RunInput::of(spec);
    if !input.is_empty() {
        write_atomic(&dir.input_file(&run_id), &input.to_json().map_err(io::Error::from)?)?;
    }
    dir.write_run(kept.output)?;

    file.plan.add(kept, run_id);
    let made = write_tables(dir, &file.plan)?;
    file.counts = made.counts;
    file.finished = Some(now);
    dir.write_batch(&file)?;
    Ok(file)
}

/// A directory without a run.
fn empty(started: String) -> BatchFile {
    BatchFile {
        format: FORMAT,
        status: "complete".into(),
        counts: Counts::default(),
        wall_s: 0.0,
        cpu_s: 0.0,
        started,
        finished: None,
        plan: BatchPlan {
            engine_version: ENGINE_VERSION.to_owned(),
            seed: 0,
            sampler: Sampler::Sobol,
            variations: 1,
            levels: Vec::new(),
            dt_ns: RunSpec::DT_NS_DEFAULT,
            until_s: None,
            overrides: Vec::new(),
            shard: None,
            scenarios: Vec::new(),
            plan_hash: String::new(),
            runs: Vec::new(),
        },
    }
}

impl BatchPlan {
    /// Adds a kept run; one that is there already stays where it is.
    fn add(&mut self, kept: &Kept<'_>, run_id: String) {
        let (spec, scenario) = (kept.spec, &kept.spec.scenario);
        if !self.scenarios.iter().any(|known| known.name == scenario.name) {
            self.scenarios.push(PlannedScenario {
                name: scenario.name.clone(),
                title: scenario.title.clone(),
                map: scenario.map.clone(),
                content_hash: format!("{:016x}", scenario.content_hash),
                map_hash: format!("{:016x}", spec.network.content_hash),
                excluded: 0,
            });
        }
        if self.runs.iter().all(|run| run.run_id != run_id) {
            let same = |run: &&PlannedRun| run.scenario == scenario.name;
            self.runs.push(PlannedRun {
                run_id,
                scenario: scenario.name.clone(),
                level: spec.level,
                variation: self.runs.iter().filter(same).count() as u32,
                seed: spec.seed,
                overrides: kept.overrides.to_vec(),
                own: Some(OwnTerms { dt_ns: spec.dt_ns, until_s: spec.until_s }),
            });
        }
        self.plan_hash = self.hash();
    }
}

/// The specification of a run in a batch directory, from the directory's own scenario copy and input.
pub fn load_run(dir: &BatchDir, run_id: &str, source: &dyn Source) -> Result<RunSpec, KeepError> {
    let no_run = || KeepError::NoRun { dir: dir.root().display().to_string(), run_id: run_id.to_owned() };
    let file = dir.read_batch()?.ok_or_else(no_run)?;
    let run = file.plan.runs.iter().find(|run| run.run_id == run_id).ok_or_else(no_run)?;
    spec_in(dir, &file, run, source)
}

/// The specification of a planned run; it makes the run that the plan names, to the bit.
pub fn spec_in(
    dir: &BatchDir,
    file: &BatchFile,
    run: &PlannedRun,
    source: &dyn Source,
) -> Result<RunSpec, KeepError> {
    let copy = ScenarioRef { name: run.scenario.clone(), path: dir.scenario_copy(&run.scenario) };
    let loaded: Loaded = source.load(&copy, &file.plan.overrides_of(run)).map_err(KeepError::Load)?;
    let mut spec = spec_of(run, &loaded, file.plan.dt_ns, file.plan.until_s);
    if let Some(bytes) = dir.read_input(&run.run_id)? {
        let input = RunInput::from_json(&bytes)?;
        if input.to_json().map_err(io::Error::from)? != bytes {
            return Err(KeepError::InputTouched);
        }
        spec = input.applied_to(spec);
    }
    let id = spec.run_id();
    if id == run.run_id { Ok(spec) } else { Err(KeepError::Changed(id)) }
}
