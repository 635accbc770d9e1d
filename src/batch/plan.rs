//! The plan of a batch: which runs, in which order, from which inputs.
//!
//! Order: scenario as given, then variation, then level. Variation 0 has the file's own parameter values;
//! the others draw from the declared distributions. A variation has the same parameter values and the same
//! seed at every level, so that levels can be compared run by run:
//! `run seed = hash(batch seed, scenario, variation)`, 48 bits, so that every reader of JSON keeps it exact.

use super::sample::{Axis, Sampler, VARIATIONS_MAX, unit_points};
use crate::base::hash::StableHasher;
use crate::engine::{ENGINE_VERSION, RunSpec};
use crate::road::RoadNetwork;
use crate::scenario::{ParameterValue, Scenario};
use crate::state::automation::AutomationLevel;
use crate::state::vehicle_spec::VehicleSpec;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Most runs of a plan.
pub const RUNS_MAX: usize = 1_000_000;

/// A scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioRef {
    /// Name in results.
    pub name: String,
    /// File.
    pub path: PathBuf,
}

/// A loaded scenario with what it refers to.
#[derive(Clone)]
pub struct Loaded {
    /// Scenario with its parameter values.
    pub scenario: Arc<Scenario>,
    /// Its map.
    pub network: Arc<RoadNetwork>,
    /// Vehicle parameter sets.
    pub vehicles: Arc<BTreeMap<String, Arc<VehicleSpec>>>,
}

/// Loads scenarios; the command line and tests implement it.
pub trait Source: Sync {
    /// Loads a file with overrides; the error is text for people.
    fn load(&self, file: &ScenarioRef, overrides: &[(String, String)]) -> Result<Loaded, String>;
}

/// Part of a batch: every `of`-th run, starting with the `part`-th (from 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Which part, from 1.
    pub part: u32,
    /// Of how many.
    pub of: u32,
}

impl Shard {
    /// Whether the run at this place of the plan belongs to it.
    pub fn takes(self, ix: usize) -> bool {
        ix % self.of as usize == self.part as usize - 1
    }
}

impl std::str::FromStr for Shard {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not of the form K/N with K from 1 to N, e.g. 2/3");
        let (part, of) = text.split_once('/').ok_or_else(wrong)?;
        let (part, of) = (part.trim().parse().map_err(|_| wrong())?, of.trim().parse().map_err(|_| wrong())?);
        if part >= 1 && part <= of { Ok(Self { part, of }) } else { Err(wrong()) }
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

/// What a batch is asked to do.
#[derive(Clone, Debug)]
pub struct BatchRequest {
    /// Scenario files.
    pub scenarios: Vec<ScenarioRef>,
    /// Levels; empty = each scenario's own.
    pub levels: Vec<AutomationLevel>,
    /// Variations of each scenario.
    pub variations: u32,
    /// How they are sampled.
    pub sampler: Sampler,
    /// Seed of the batch.
    pub seed: u64,
    /// Tick, ns.
    pub dt_ns: u64,
    /// Longest simulated time, s.
    pub until_s: Option<f64>,
    /// Part of the plan to run.
    pub shard: Option<Shard>,
    /// Changes to every scenario.
    pub overrides: Vec<(String, String)>,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A scenario cannot be loaded.
    #[error("{0}")]
    Load(String),
    /// Nothing to run.
    #[error("no scenario was given")]
    Empty,
    /// Too many variations.
    #[error("{0} variations are not between 1 and VARIATIONS_MAX = {VARIATIONS_MAX}")]
    Variations(u32),
    /// Too many runs.
    #[error("{0} runs are more than RUNS_MAX = {RUNS_MAX}")]
    Runs(usize),
}

/// A scenario of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedScenario {
    /// Name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Map.
    pub map: String,
    /// Hash of the file (and of changes to it), 16 hex digits.
    pub content_hash: String,
    /// Hash of the map's file, 16 hex digits.
    pub map_hash: String,
    /// Variations of a distribution file that break the scenario's own constraints and were left out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub excluded: u64,
}

/// A run of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedRun {
    /// Identity.
    pub run_id: String,
    /// Scenario name.
    pub scenario: String,
    /// Level.
    pub level: AutomationLevel,
    /// Variation, 0 = the file's own values.
    pub variation: u32,
    /// Seed of the run.
    pub seed: u64,
    /// Parameter values that differ from the file's, as overrides.
    pub overrides: Vec<(String, String)>,
    /// Terms of its own: of runs that were kept one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnTerms>,
}

/// What a run has of its own in place of the plan's tick, end and overrides.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnTerms {
    /// Tick, ns.
    pub dt_ns: u64,
    /// Longest simulated time, s.
    pub until_s: Option<f64>,
}

/// The plan, as in `batch.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchPlan {
    /// Engine version.
    pub engine_version: String,
    /// Seed of the batch.
    pub seed: u64,
    /// Sampler.
    pub sampler: Sampler,
    /// Variations of each scenario.
    pub variations: u32,
    /// Levels; empty = each scenario's own.
    pub levels: Vec<AutomationLevel>,
    /// Tick, ns.
    pub dt_ns: u64,
    /// Longest simulated time, s.
    pub until_s: Option<f64>,
    /// Changes to every scenario.
    pub overrides: Vec<(String, String)>,
    /// Part of the plan that this directory holds.
    pub shard: Option<Shard>,
    /// Scenarios.
    pub scenarios: Vec<PlannedScenario>,
    /// Hash over everything above but the shard, and over all run ids: 16 hex digits.
    pub plan_hash: String,
    /// All runs in order, those of other shards too.
    pub runs: Vec<PlannedRun>,
}

/// A plan with its inputs in memory.
pub struct Prepared {
    /// The plan.
    pub plan: BatchPlan,
    /// The scenario of each run of the plan, shared between levels.
    pub loaded: Vec<Loaded>,
}

impl BatchPlan {
    /// Places in the plan of the runs that this shard takes.
    pub fn own_runs(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.runs.len()).filter(|ix| self.shard.is_none_or(|shard| shard.takes(*ix)))
    }

    /// All overrides of a run: those of the plan, then its own.
    pub fn overrides_of(&self, run: &PlannedRun) -> Vec<(String, String)> {
        let common: &[(String, String)] = if run.own.is_some() { &[] } else { &self.overrides };
        common.iter().chain(&run.overrides).cloned().collect()
    }

    /// What differs between two plans, in words; empty if nothing does.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let mut compare = |what: &str, a: String, b: String| {
            if a != b {
                found.push(format!("{what}: {a} there, {b} here"));
            }
        };
        let list = |names: &mut dyn Iterator<Item = String>| names.collect::<Vec<_>>().join(", ");
        let shard = |s: Option<Shard>| s.map_or("none".to_owned(), |s| s.to_string());
        compare("engine version", self.engine_version.clone(), other.engine_version.clone());
        compare("seed", self.seed.to_string(), other.seed.to_string());
        compare("sampler", self.sampler.as_str().into(), other.sampler.as_str().into());
        compare("variations", self.variations.to_string(), other.variations.to_string());
        compare(
            "levels",
            list(&mut self.levels.iter().map(ToString::to_string)),
            list(&mut other.levels.iter().map(ToString::to_string)),
        );
        compare("tick (ns)", self.dt_ns.to_string(), other.dt_ns.to_string());
        compare("until (s)", format!("{:?}", self.until_s), format!("{:?}", other.until_s));
        compare("shard", shard(self.shard), shard(other.shard));
        compare("--set", format!("{:?}", self.overrides), format!("{:?}", other.overrides));
        compare(
            "scenarios",
            list(&mut self.scenarios.iter().map(|s| s.name.clone())),
            list(&mut other.scenarios.iter().map(|s| s.name.clone())),
        );
        for (a, b) in self.scenarios.iter().zip(&other.scenarios).filter(|(a, b)| a.name == b.name) {
            compare(&format!("content of {}", a.name), a.content_hash.clone(), b.content_hash.clone());
            compare(&format!("map of {}", a.name), a.map_hash.clone(), b.map_hash.clone());
        }
        if found.is_empty() && self.plan_hash != other.plan_hash {
            found.push("the run ids (a vehicle or the resolved parameters changed)".to_owned());
        }
        found
    }

    pub(super) fn hash(&self) -> String {
        let mut hash = StableHasher::new();
        hash.text(&self.engine_version).u64(self.seed).text(self.sampler.as_str());
        hash.u64(u64::from(self.variations)).u64(self.dt_ns);
        for run in &self.runs {
            hash.text(&run.run_id);
        }
        format!("{:016x}", hash.finish())
    }
}

impl Prepared {
    /// Makes the plan and loads every scenario of it.
    pub fn new(request: &BatchRequest, source: &dyn Source) -> Result<Self, PlanError> {
        if request.variations == 0 || request.variations > VARIATIONS_MAX {
            return Err(PlanError::Variations(request.variations));
        }
        let mut files: Vec<&ScenarioRef> = Vec::new();
        for file in &request.scenarios {
            if !files.iter().any(|known| known.name == file.name) {
                files.push(file);
            }
        }
        if files.is_empty() {
            return Err(PlanError::Empty);
        }
        let count = files.len() * request.variations as usize * request.levels.len().max(1);
        if count > RUNS_MAX {
            return Err(PlanError::Runs(count));
        }
        let mut plan = BatchPlan {
            engine_version: ENGINE_VERSION.to_owned(),
            seed: request.seed,
            sampler: request.sampler,
            variations: request.variations,
            levels: request.levels.clone(),
            dt_ns: request.dt_ns,
            until_s: request.until_s,
            overrides: request.overrides.clone(),
            shard: request.shard,
            scenarios: Vec::new(),
            plan_hash: String::new(),
            runs: Vec::with_capacity(count),
        };
        let mut loaded = Vec::with_capacity(count);
        for file in files {
            let base = source.load(file, &request.overrides).map_err(PlanError::Load)?;
            plan.scenarios.push(PlannedScenario {
                name: file.name.clone(),
                title: base.scenario.title.clone(),
                map: base.scenario.map.clone(),
                content_hash: format!("{:016x}", base.scenario.content_hash),
                map_hash: format!("{:016x}", base.network.content_hash),
                excluded: 0,
            });
            let levels = match request.levels.is_empty() {
                true => vec![base.scenario.level],
                false => request.levels.clone(),
            };
            let draws: Vec<(usize, Vec<(String, String)>)> = if base.scenario.variations.is_none() {
                draws(request, &base.scenario).into_iter().enumerate().collect()
            } else {
                let (found, excluded) = asked_for(request, file, &base.scenario, source)?;
                if found.len() * levels.len() + plan.runs.len() > RUNS_MAX {
                    return Err(PlanError::Runs(found.len() * levels.len()));
                }
                if let Some(planned) = plan.scenarios.last_mut() {
                    planned.excluded = excluded;
                }
                found
            };
            let variations: Result<Vec<Vec<(PlannedRun, Loaded)>>, PlanError> = draws
                .into_par_iter()
                .map(|(variation, overrides)| {
                    let of_variation = if overrides.is_empty() {
                        base.clone()
                    } else {
                        let all: Vec<_> = request.overrides.iter().chain(&overrides).cloned().collect();
                        source.load(file, &all).map_err(|why| {
                            PlanError::Load(format!("{} variation {variation}: {why}", file.name))
                        })?
                    };
                    let seed = run_seed(request.seed, &file.name, variation as u32);
                    let run = |level: &AutomationLevel| {
                        let mut run = PlannedRun {
                            run_id: String::new(),
                            scenario: file.name.clone(),
                            level: *level,
                            variation: variation as u32,
                            seed,
                            overrides: overrides.clone(),
                            own: None,
                        };
                        let spec = spec_of(&run, &of_variation, request.dt_ns, request.until_s);
                        run.run_id = spec.run_id();
                        (run, of_variation.clone())
                    };
                    Ok(levels.iter().map(run).collect())
                })
                .collect();
            for (run, scenario) in variations?.into_iter().flatten() {
                plan.runs.push(run);
                loaded.push(scenario);
            }
        }
        plan.plan_hash = plan.hash();
        Ok(Self { plan, loaded })
    }

    /// The specification of a run.
    pub fn spec(&self, ix: usize) -> RunSpec {
        spec_of(&self.plan.runs[ix], &self.loaded[ix], self.plan.dt_ns, self.plan.until_s)
    }
}

/// The specification of a planned run, without what was changed in it from outside. `dt_ns` and `until_s`
/// are the plan's; a run may have its own.
pub fn spec_of(run: &PlannedRun, loaded: &Loaded, dt_ns: u64, until_s: Option<f64>) -> RunSpec {
    let OwnTerms { dt_ns, until_s } = run.own.unwrap_or(OwnTerms { dt_ns, until_s });
    RunSpec {
        scenario: loaded.scenario.clone(),
        network: loaded.network.clone(),
        vehicles: loaded.vehicles.clone(),
        level: run.level,
        seed: run.seed,
        dt_ns,
        interventions: Vec::new(),
        human_input: Vec::new(),
        until_s,
    }
}

/// Variations that a distribution file asks for, each with its number in the file: all, or the first so many. Those
/// that break the constraints of the scenario's parameters are no scenarios: they are left out and counted.
fn asked_for(
    request: &BatchRequest,
    file: &ScenarioRef,
    scenario: &Scenario,
    source: &dyn Source,
) -> Result<(Vec<(usize, Vec<(String, String)>)>, u64), PlanError> {
    let Some(all) = &scenario.variations else { return Ok((Vec::new(), 0)) };
    let wanted = if request.variations == 1 { RUNS_MAX + 1 } else { request.variations as usize };
    let (mut found, mut excluded) = (Vec::new(), 0);
    for (ix, assignments) in all.iter().enumerate() {
        if found.len() >= wanted {
            break;
        }
        let set: Vec<(String, String)> =
            assignments.into_iter().map(|assigned| (assigned.parameter, assigned.value)).collect();
        let overrides: Vec<_> = request.overrides.iter().chain(&set).cloned().collect();
        match source.load(file, &overrides) {
            Ok(_) => found.push((ix, set)),
            Err(why) if why.contains(CONSTRAINT_RULE) => excluded += 1,
            Err(why) => return Err(PlanError::Load(format!("{} variation {ix}: {why}", file.name))),
        }
    }
    Ok((found, excluded))
}

/// Rule of the reader for a parameter whose constraints forbid its value.
const CONSTRAINT_RULE: &str = "[parameter.constraint]";

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Seed of a variation, the same at every level: 48 bits.
pub fn run_seed(batch_seed: u64, scenario: &str, variation: u32) -> u64 {
    StableHasher::new().u64(batch_seed).text(scenario).u64(u64::from(variation)).finish() >> 16
}

/// Overrides of each variation: none for the first, then the sampled parameters. A parameter that the
/// request itself sets is not sampled.
fn draws(request: &BatchRequest, scenario: &Scenario) -> Vec<Vec<(String, String)>> {
    let sampled: Vec<_> = scenario
        .parameters
        .iter()
        .filter(|p| !request.overrides.iter().any(|(name, _)| *name == p.name))
        .filter_map(|p| p.distribution.as_ref().map(|d| (&p.name, d)))
        .collect();
    let axes: Vec<Axis> = sampled
        .iter()
        .map(|(name, distribution)| Axis {
            name: (*name).clone(),
            choices: match distribution {
                crate::scenario::Distribution::Choice { values } => Some(values.len()),
                crate::scenario::Distribution::Uniform { .. }
                | crate::scenario::Distribution::Normal { .. }
                | crate::scenario::Distribution::LogNormal { .. } => None,
            },
        })
        .collect();
    let seed = StableHasher::new().u64(request.seed).text(&scenario.name).finish();
    let points = unit_points(request.sampler, seed, request.variations as usize - 1, &axes);
    let mut draws = vec![Vec::new()];
    draws.extend(points.into_iter().map(|point| {
        let value = |((name, d), u): (&(&String, &crate::scenario::Distribution), f64)| {
            ((*name).clone(), override_text(&d.quantile(u)))
        };
        sampled.iter().zip(point).map(value).collect()
    }));
    draws
}

/// A value as the text of an override.
fn override_text(value: &ParameterValue) -> String {
    match value {
        ParameterValue::Number(x) => format!("{x:?}"),
        ParameterValue::Flag(flag) => flag.to_string(),
        ParameterValue::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
    }
}
