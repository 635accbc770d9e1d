//! Reads what a report is made from: `batch.json`, `runs.csv`, `disengagements.csv`, outlines of the maps,
//! and, for single runs, their compact trace and events.

use super::ReportError;
use crate::batch::directory::{BatchDir, BatchFile};
use crate::batch::map_outline::MapOutline;
use crate::state::automation::AutomationLevel;
use crate::state::record::{Cause, Outcome};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// A row of `runs.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRow {
    /// Identity.
    pub run_id: String,
    /// Scenario.
    pub scenario: String,
    /// Level.
    pub level: AutomationLevel,
    /// Variation.
    pub variation: u32,
    /// Seed.
    pub seed: u64,
    /// Outcome.
    pub outcome: Outcome,
    /// Criteria held.
    pub passed: bool,
    /// Simulated time, s.
    pub sim_time_s: f64,
    /// Distance, m.
    pub distance_m: f64,
    /// Automated distance, m.
    pub distance_automated_m: f64,
    /// Disengagements.
    pub disengagements: u64,
    /// Collisions of the ego.
    pub ego_collisions: u64,
    /// Criteria that did not hold.
    pub failed_criteria: String,
    /// Fault message.
    pub fault: String,
    /// Smallest time to collision, s.
    pub ttc_min_s: Option<f64>,
}

/// A row of `disengagements.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct DisengagementRow {
    /// Identity.
    pub id: String,
    /// Run.
    pub run_id: String,
    /// Scenario.
    pub scenario: String,
    /// Time, s.
    pub time_s: f64,
    /// World position, m.
    pub at_m: [f64; 2],
    /// Level.
    pub level: AutomationLevel,
    /// Initiator.
    pub initiator: String,
    /// Kind.
    pub kind: String,
    /// Cause.
    pub cause: Cause,
    /// Sentence.
    pub description: String,
    /// Speed, m/s.
    pub speed_mps: f64,
    /// Reaction time, s.
    pub reaction_time_s: Option<f64>,
    /// Outcome.
    pub outcome: String,
}

/// Everything a report says.
#[derive(Debug)]
pub struct ReportData {
    /// `batch.json`.
    pub batch: BatchFile,
    /// Runs in plan order.
    pub runs: Vec<RunRow>,
    /// Disengagements.
    pub disengagements: Vec<DisengagementRow>,
    /// Outlines by map name.
    pub maps: BTreeMap<String, MapOutline>,
}

struct CsvTable {
    file: String,
    names: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
}

impl CsvTable {
    fn read(dir: &BatchDir, file: &str) -> Result<Self, ReportError> {
        let wrong = |error: csv::Error| ReportError::Table { table: file.to_owned(), why: error.to_string() };
        let mut reader = csv::Reader::from_path(dir.path(file)).map_err(wrong)?;
        let names = reader.headers().map_err(wrong)?.clone();
        let rows = reader.records().collect::<Result<_, _>>().map_err(wrong)?;
        Ok(Self { file: file.to_owned(), names, rows })
    }

    /// Place of a column.
    fn column(&self, name: &str) -> Result<usize, ReportError> {
        self.names.iter().position(|n| n == name).ok_or_else(|| ReportError::Table {
            table: self.file.clone(),
            why: format!("has no column `{name}`"),
        })
    }

    /// Column of values, all of which must be readable.
    fn values<T: std::str::FromStr>(&self, name: &str) -> Result<Vec<T>, ReportError> {
        self.with(name, |text| text.parse().ok())
    }

    /// Column of values that may be empty.
    fn optional(&self, name: &str) -> Result<Vec<Option<f64>>, ReportError> {
        self.with(name, |text| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) })
    }

    /// Column of names of an enum, as serde writes them.
    fn named<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, ReportError> {
        self.with(name, |text| serde_json::from_value(serde_json::Value::from(text)).ok())
    }

    fn with<T>(&self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, ReportError> {
        let column = self.column(name)?;
        let value = |(row, record): (usize, &csv::StringRecord)| {
            let text = record.get(column).unwrap_or_default();
            parse(text).ok_or_else(|| ReportError::Table {
                table: self.file.clone(),
                why: format!("row {}: `{text}` cannot be a value of `{name}`", row + 2),
            })
        };
        self.rows.iter().enumerate().map(value).collect()
    }
}

impl ReportData {
    /// Reads the tables of a batch.
    pub fn read(dir: &BatchDir) -> Result<Self, ReportError> {
        let io = |error| ReportError::Io { path: dir.path("batch.json").display().to_string(), error };
        let batch = dir
            .read_batch()
            .map_err(io)?
            .ok_or_else(|| ReportError::NoBatch(dir.root().display().to_string()))?;
        let mut maps = BTreeMap::new();
        for scenario in &batch.plan.scenarios {
            // Without the outline the report draws no streets, and is whole otherwise.
            if let Ok(bytes) = std::fs::read(dir.map_file(&scenario.map))
                && let Ok(outline) = serde_json::from_slice(&bytes)
            {
                maps.insert(scenario.map.clone(), outline);
            }
        }
        Ok(Self { runs: read_runs(dir)?, disengagements: read_disengagements(dir)?, maps, batch })
    }

    /// Map of a scenario.
    pub fn map_of(&self, scenario: &str) -> Option<&MapOutline> {
        let scenario = self.batch.plan.scenarios.iter().find(|s| s.name == scenario)?;
        self.maps.get(&scenario.map)
    }

    /// Levels that occur, in order.
    pub fn levels(&self) -> Vec<AutomationLevel> {
        AutomationLevel::ALL.into_iter().filter(|l| self.runs.iter().any(|r| r.level == *l)).collect()
    }
}

fn read_runs(dir: &BatchDir) -> Result<Vec<RunRow>, ReportError> {
    let table = CsvTable::read(dir, "runs.csv")?;
    let run_id: Vec<String> = table.values("run_id")?;
    let scenario: Vec<String> = table.values("scenario")?;
    let level: Vec<AutomationLevel> = table.named("level")?;
    let variation: Vec<u32> = table.values("variation")?;
    let seed: Vec<u64> = table.values("seed")?;
    let outcome: Vec<Outcome> = table.named("outcome")?;
    let passed: Vec<bool> = table.values("passed")?;
    let sim_time_s: Vec<f64> = table.values("sim_time_s")?;
    let distance_m: Vec<f64> = table.values("distance_m")?;
    let automated: Vec<f64> = table.values("distance_automated_m")?;
    let disengagements: Vec<u64> = table.values("disengagement_count")?;
    let ego_collisions: Vec<u64> = table.values("ego_collision_count")?;
    let failed: Vec<String> = table.values("failed_criteria")?;
    let fault: Vec<String> = table.values("fault")?;
    let ttc = match table.column("metric_ttc_min_s") {
        Ok(_) => table.optional("metric_ttc_min_s")?,
        Err(_) => vec![None; run_id.len()],
    };
    let row = |ix: usize| RunRow {
        run_id: run_id[ix].clone(),
        scenario: scenario[ix].clone(),
        level: level[ix],
        variation: variation[ix],
        seed: seed[ix],
        outcome: outcome[ix],
        passed: passed[ix],
        sim_time_s: sim_time_s[ix],
        distance_m: distance_m[ix],
        distance_automated_m: automated[ix],
        disengagements: disengagements[ix],
        ego_collisions: ego_collisions[ix],
        failed_criteria: failed[ix].clone(),
        fault: fault[ix].clone(),
        ttc_min_s: ttc[ix],
    };
    Ok((0..run_id.len()).map(row).collect())
}

fn read_disengagements(dir: &BatchDir) -> Result<Vec<DisengagementRow>, ReportError> {
    let table = CsvTable::read(dir, "disengagements.csv")?;
    let id: Vec<String> = table.values("id")?;
    let run_id: Vec<String> = table.values("run_id")?;
    let scenario: Vec<String> = table.values("scenario")?;
    let time_s: Vec<f64> = table.values("time_s")?;
    let (x, y): (Vec<f64>, Vec<f64>) = (table.values("x_m")?, table.values("y_m")?);
    let level: Vec<AutomationLevel> = table.named("level")?;
    let initiator: Vec<String> = table.values("initiator")?;
    let kind: Vec<String> = table.values("kind")?;
    let cause: Vec<Cause> = table.named("cause")?;
    let description: Vec<String> = table.values("description")?;
    let speed: Vec<f64> = table.values("speed_mps")?;
    let reaction = table.optional("reaction_time_s")?;
    let outcome: Vec<String> = table.values("outcome")?;
    let row = |ix: usize| DisengagementRow {
        id: id[ix].clone(),
        run_id: run_id[ix].clone(),
        scenario: scenario[ix].clone(),
        time_s: time_s[ix],
        at_m: [x[ix], y[ix]],
        level: level[ix],
        initiator: initiator[ix].clone(),
        kind: kind[ix].clone(),
        cause: cause[ix],
        description: description[ix].clone(),
        speed_mps: speed[ix],
        reaction_time_s: reaction[ix],
        outcome: outcome[ix].clone(),
    };
    Ok((0..id.len()).map(row).collect())
}

/// A row of a run's compact trace.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub struct TracePoint {
    /// Time, s.
    pub time_s: f64,
    /// Participant.
    pub entity: String,
    /// World, m.
    pub x_m: f64,
    /// World, m.
    pub y_m: f64,
    /// Heading, rad.
    pub heading_rad: f64,
    /// Speed, m/s.
    pub speed_mps: f64,
    /// Feature's mode (ego).
    pub mode: String,
    /// Who drives (ego).
    pub driver: String,
    /// Length, m.
    pub length_m: f64,
    /// Width, m.
    pub width_m: f64,
}

/// The compact trace of a run; nothing if it cannot be read.
pub fn read_trace(dir: &BatchDir, run_id: &str) -> Vec<TracePoint> {
    let Ok(bytes) = std::fs::read(dir.run_dir(run_id).join("trace.csv")) else { return Vec::new() };
    csv::Reader::from_reader(&bytes[..]).into_deserialize().flatten().collect()
}
