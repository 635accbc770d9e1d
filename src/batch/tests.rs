//! Whole batches with a stand-in for the engine: what a run leaves is made from its specification alone.

use crate::base::hash::StableHasher;
use crate::batch::directory::BatchDir;
use crate::batch::merge::{MergeError, merge};
use crate::batch::plan::*;
use crate::batch::queue::{RunOutput, guarded, parameters_of};
use crate::batch::sample::Sampler;
use crate::batch::sitting::*;
use crate::batch::verify::verify_with;
use crate::engine::RunSpec;
use crate::road::RoadNetwork;
use crate::scenario::*;
use crate::state::automation::AutomationLevel;
use crate::state::record::{Outcome, RunRecord};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Two parameters, `rain` 0 to 50 and `lead` car or truck; no map is needed.
struct Synthetic;

impl Source for Synthetic {
    fn load(&self, file: &ScenarioRef, overrides: &[(String, String)]) -> Result<Loaded, String> {
        let bytes = std::fs::read(&file.path).map_err(|error| error.to_string())?;
        let number = ParameterValue::Number;
        let choices = ["car", "truck"].map(|v| ParameterValue::Text(v.into())).to_vec();
        let parameters = vec![
            Parameter {
                name: "rain".into(),
                default: number(8.0),
                distribution: Some(Distribution::Uniform { min: 0.0, max: 50.0 }),
            },
            Parameter {
                name: "lead".into(),
                default: choices[0].clone(),
                distribution: Some(Distribution::Choice { values: choices }),
            },
        ];
        let mut values: BTreeMap<_, _> =
            parameters.iter().map(|p| (p.name.clone(), p.default.clone())).collect();
        for (name, text) in overrides {
            let value = match text.parse() {
                Ok(x) => number(x),
                Err(_) => ParameterValue::Text(text.trim_matches('"').to_owned()),
            };
            values.insert(name.clone(), value);
        }
        let scenario = Scenario {
            name: file.name.clone(),
            title: "Synthetic".into(),
            about: String::new(),
            expect: BTreeMap::new(),
            map: "none".into(),
            duration_s: 10.0,
            level: AutomationLevel::L4,
            clock: CivilTime { year: 2016, month: 1, day: 1, second_of_day: 0.0, utc_offset_h: 0.0 },
            weather: None,
            ego: None,
            entities: Vec::new(),
            traffic: TrafficPlan::default(),
            signals: Vec::new(),
            storyboard: Storyboard::default(),
            parameters,
            values,
            criteria: Vec::new(),
            content_hash: crate::base::hash::hash_bytes(&bytes),
            play: None,
            variations: None,
            warnings: Vec::new(),
        };
        Ok(Loaded {
            scenario: Arc::new(scenario),
            network: Arc::new(RoadNetwork::default()),
            vehicles: Arc::default(),
        })
    }
}

/// A run whose every value hangs on its specification; one in seven panics.
fn synthetic(spec: &RunSpec) -> RunOutput {
    guarded(spec, || {
        let id = spec.run_id();
        let mut hash = StableHasher::new();
        let mut draw = |salt: u64| hash.text(&id).u64(salt).finish();
        assert!(!spec.seed.is_multiple_of(7), "planted");
        let hashes: Vec<u32> = (0..200).map(|tick| draw(tick) as u32).collect();
        let x = draw(1000) as f64 / u64::MAX as f64;
        let record = RunRecord {
            run_id: id.clone(),
            scenario: spec.scenario.name.clone(),
            level: spec.level,
            seed: spec.seed,
            parameters: parameters_of(spec),
            outcome: if x < 0.2 { Outcome::Collision } else { Outcome::Completed },
            passed: x >= 0.2,
            ticks: 200,
            dt_s: 0.02,
            sim_time_s: 4.0,
            distance_m: 100.0 * x,
            distance_automated_m: 80.0 * x,
            state_hash: format!("{:016x}", draw(1001)),
            engine_version: crate::engine::ENGINE_VERSION.into(),
            disengagements: Vec::new(),
            collisions: Vec::new(),
            metrics: [("ttc_min_s".to_owned(), x), ("never_s".to_owned(), f64::INFINITY)].into(),
            events: [("spawned".to_owned(), 1)].into(),
            criteria: [("no_collision".to_owned(), x >= 0.2)].into(),
            fault: None,
            warnings: Vec::new(),
        };
        let events =
            format!("time_s,tick,event,element,detail\n0.0,0,spawned,ego,\"x={x}, y\"\n").into_bytes();
        Ok(RunOutput { record, hashes, trace: b"time_s,entity\n".to_vec(), events })
    })
}

fn request(dir: &Path, variations: u32, shard: Option<Shard>) -> BatchRequest {
    let scenarios = ["a/one", "two"]
        .map(|name| {
            let path = dir.join(format!("{}.toml", name.replace('/', "_")));
            std::fs::write(&path, name).unwrap();
            ScenarioRef { name: name.into(), path }
        })
        .to_vec();
    BatchRequest {
        scenarios,
        levels: vec![AutomationLevel::L0, AutomationLevel::L3, AutomationLevel::L4],
        variations,
        sampler: Sampler::Sobol,
        seed: 5,
        dt_ns: 20_000_000,
        until_s: None,
        shard,
        overrides: Vec::new(),
    }
}

/// Runs a sitting that stops by itself after `stop_after` runs.
fn sit(
    request: &BatchRequest,
    out: &Path,
    jobs: usize,
    resume: bool,
    stop_after: usize,
) -> Result<BatchEnd, BatchError> {
    let stop = AtomicBool::new(false);
    let seen = AtomicUsize::new(0);
    let sitting = Sitting {
        out: &BatchDir::new(out),
        jobs,
        resume,
        stop: &stop,
        simulate: &synthetic,
        begin: &|_, _| {},
        done: &|_| {
            if seen.fetch_add(1, Ordering::Relaxed) + 1 >= stop_after {
                stop.store(true, Ordering::Relaxed);
            }
        },
    };
    run_batch(request, &Synthetic, &sitting)
}

const TABLES: [&str; 5] =
    ["runs.csv", "runs.parquet", "disengagements.csv", "disengagements.parquet", "events.parquet"];

fn tables(dir: &Path) -> Vec<Vec<u8>> {
    TABLES.iter().map(|name| std::fs::read(dir.join(name)).unwrap()).collect()
}

#[test]
fn variations_are_the_same_at_every_level_and_start_with_the_defaults() {
    let dir = tempfile::tempdir().unwrap();
    let prepared = Prepared::new(&request(dir.path(), 4, None), &Synthetic).unwrap();
    assert_eq!(prepared.plan.runs.len(), 2 * 4 * 3);
    let mut ids: Vec<_> = prepared.plan.runs.iter().map(|r| r.run_id.clone()).collect();
    for group in prepared.plan.runs.chunks(3) {
        assert!(group.iter().all(|r| (r.seed, &r.overrides) == (group[0].seed, &group[0].overrides)));
        assert_eq!(group[0].overrides.is_empty(), group[0].variation == 0);
        assert!(group[0].seed < 1 << 48);
    }
    let rain: Vec<_> = prepared.loaded.iter().map(|l| l.scenario.values["rain"].clone()).collect();
    assert_eq!(rain[0], ParameterValue::Number(8.0));
    assert!(rain[3] != rain[0] && rain[3] == rain[5] && rain[3] != rain[6], "{rain:?}");
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 24);
}

#[test]
fn a_stopped_batch_resumes_to_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let request = request(dir.path(), 5, None);
    let whole = dir.path().join("whole");
    let end = sit(&request, &whole, 1, false, usize::MAX).unwrap();
    assert_eq!((end.made.counts.done, end.file.status.as_str()), (30, "complete"));
    for (k, jobs) in [(1, 2), (7, 1), (22, 2)] {
        let part = dir.path().join(format!("part{k}"));
        let end = sit(&request, &part, jobs, false, k).unwrap();
        assert!(end.queue.stopped && end.made.counts.done < 30 && end.file.status == "interrupted");
        // What a kill leaves: a run without its record, and a record cut in the middle.
        let runs = &end.file.plan.runs;
        let done = BatchDir::new(&part).run_dir(&runs[0].run_id);
        std::fs::write(done.join("record.json"), "{\"run_id\":").unwrap();
        let open = BatchDir::new(&part).run_dir(&runs[29].run_id);
        std::fs::create_dir_all(&open).unwrap();
        std::fs::write(open.join("trace.csv"), "half a li").unwrap();
        assert!(matches!(sit(&request, &part, jobs, false, 99), Err(BatchError::Occupied(_))));
        let end = sit(&request, &part, jobs, true, usize::MAX).unwrap();
        assert_eq!(end.made.counts.done, 30);
        assert_eq!(tables(&part), tables(&whole), "stopped after {k}");
    }
}

#[test]
fn threads_and_shards_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let one = dir.path().join("one");
    sit(&request(dir.path(), 4, None), &one, 1, false, usize::MAX).unwrap();
    let two = dir.path().join("two_jobs");
    sit(&request(dir.path(), 4, None), &two, 2, false, usize::MAX).unwrap();
    assert_eq!(tables(&one), tables(&two));

    let mut parts = Vec::new();
    for part in 1..=3 {
        let shard = format!("{part}/3").parse().unwrap();
        let out = dir.path().join(format!("shard{part}"));
        let end = sit(&request(dir.path(), 4, Some(shard)), &out, 2, false, usize::MAX).unwrap();
        assert_eq!(end.made.counts.done, 8);
        parts.push(BatchDir::new(out));
    }
    let merged = dir.path().join("merged");
    let (file, made) = merge(&parts, &BatchDir::new(&merged)).unwrap();
    assert!(made.lost.is_empty() && file.plan.shard.is_none());
    assert_eq!(tables(&one), tables(&merged));

    let (_, made) = merge(&parts[..2], &BatchDir::new(dir.path().join("less"))).unwrap();
    assert_eq!(made.lost.len(), 8);
    let other = dir.path().join("other");
    sit(&request(dir.path(), 3, None), &other, 1, false, usize::MAX).unwrap();
    parts.push(BatchDir::new(other));
    match merge(&parts, &BatchDir::new(dir.path().join("no"))) {
        Err(MergeError::Different { difference, .. }) => {
            assert!(difference.contains("variations: 4 there, 3 here"))
        }
        found => panic!("{:?}", found.map(|_| ())),
    }
}

#[test]
fn another_plan_cannot_be_resumed() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    sit(&request(dir.path(), 2, None), &out, 1, false, 3).unwrap();
    let check = |request: &BatchRequest, expect: &str| match sit(request, &out, 1, true, 99) {
        Err(BatchError::Other { differences, .. }) => assert!(differences.contains(expect), "{differences}"),
        found => panic!("{:?}", found.map(|_| ())),
    };
    let mut other = request(dir.path(), 2, None);
    other.seed = 6;
    check(&other, "seed: 5 there, 6 here");
    check(&request(dir.path(), 3, None), "variations: 2 there, 3 here");
    let changed = request(dir.path(), 2, None);
    std::fs::write(&changed.scenarios[1].path, "changed").unwrap();
    check(&changed, "content of two");
}

#[test]
fn a_panic_is_a_row() {
    let dir = tempfile::tempdir().unwrap();
    let end = sit(&request(dir.path(), 20, None), dir.path(), 2, false, usize::MAX).unwrap();
    let planted = end.file.plan.runs.iter().filter(|r| r.seed.is_multiple_of(7)).count();
    assert!(planted > 0 && end.made.faults.len() == planted);
    assert!(
        end.made.faults.iter().all(|(_, text)| text.starts_with("panic: planted (")),
        "{:?}",
        end.made.faults
    );
    assert_eq!(end.made.counts.outcomes["fault"], planted);
    let text = std::fs::read_to_string(dir.path().join("runs.csv")).unwrap();
    assert_eq!(text.lines().count(), 1 + 120);
    assert!(text.contains(",fault,false,") && !text.contains("never_s"));
    let header = "run_id,scenario,level,variation,seed,outcome,passed,ticks,dt_s,sim_time_s,distance_m,\
                  distance_automated_m,state_hash,engine_version,";
    assert!(
        text.starts_with(header)
            && text.lines().next().unwrap().ends_with("metric_ttc_min_s,param_lead,param_rain")
    );
}

#[test]
fn a_planted_difference_is_found_at_its_tick() {
    let dir = tempfile::tempdir().unwrap();
    let end = sit(&request(dir.path(), 2, None), dir.path(), 1, false, usize::MAX).unwrap();
    let batch = BatchDir::new(dir.path());
    let run = end.file.plan.runs.iter().find(|r| !r.seed.is_multiple_of(7)).unwrap();
    let verify = || verify_with(&batch, &end.file, run, &Synthetic, &synthetic).unwrap();
    assert!(verify().same);
    let bin = batch.run_dir(&run.run_id).join("state_hashes.bin");
    let whole = std::fs::read(&bin).unwrap();
    for (byte, tick) in [(0, 0), (4 * 57 + 3, 57), (799, 199)] {
        let mut bytes = whole.clone();
        bytes[byte] ^= 1;
        std::fs::write(&bin, &bytes).unwrap();
        assert_eq!(verify().first_differing_tick, Some(tick));
    }
    std::fs::write(&bin, &whole[..400]).unwrap();
    assert_eq!(verify().first_differing_tick, Some(100));
    std::fs::write(&bin, &whole).unwrap();

    let json = batch.run_dir(&run.run_id).join("record.json");
    let mut record = batch.read_record(&run.run_id).unwrap().unwrap();
    record.state_hash = "0123456789abcdef".into();
    std::fs::write(&json, serde_json::to_vec(&record).unwrap()).unwrap();
    let found = verify();
    assert!(!found.same && found.difference.unwrap().contains("`state_hash` is \"0123456789abcdef\""));
    std::fs::write(batch.scenario_copy(&run.scenario), "edited").unwrap();
    assert!(verify().difference.unwrap().contains("inputs have changed"));
}
