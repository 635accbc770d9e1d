//! The tables of a batch, made from the run directories in the order of the plan.

use super::directory::{BatchDir, Counts, write_atomic};
use super::plan::{BatchPlan, PlannedRun};
use super::table::{ParquetTable, Table, Values};
use crate::record::sink::EventRow;
use crate::state::record::{DisengagementRecord, RunRecord};
use std::collections::BTreeSet;
use std::io::{self, BufWriter};

/// What making the tables found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TablesMade {
    /// Counts for `batch.json`.
    pub counts: Counts,
    /// Runs that should be there and are not, or cannot be read.
    pub lost: Vec<String>,
    /// Run ids and messages of runs that ended in a fault.
    pub faults: Vec<(String, String)>,
    /// The records, in plan order.
    pub records: Vec<RunRecord>,
}

/// Columns of `disengagements.*`.
pub const DISENGAGEMENT_COLUMNS: [&str; 31] = [
    "id",
    "run_id",
    "time_s",
    "tick",
    "odometer_m",
    "x_m",
    "y_m",
    "z_m",
    "road_id",
    "lane_id",
    "s_m",
    "location",
    "level",
    "feature",
    "initiator",
    "kind",
    "cause",
    "description",
    "speed_mps",
    "request_time_s",
    "takeover_time_s",
    "reaction_time_s",
    "driver_present",
    "outcome",
    "rain_mmph",
    "visibility_m",
    "friction_mu",
    "sun_elevation_deg",
    "simulated_contact",
    "scenario",
    "evidence",
];

/// Rows of `events.parquet` that are held in memory at a time.
const EVENTS_AT_ONCE: usize = 1 << 16;

/// Rebuilds all tables of `dir` from its runs.
pub fn write_tables(dir: &BatchDir, plan: &BatchPlan) -> io::Result<TablesMade> {
    let mut made = TablesMade::default();
    let mut planned: Vec<&PlannedRun> = Vec::new();
    for ix in plan.own_runs() {
        let run = &plan.runs[ix];
        made.counts.planned += 1;
        match dir.read_record(&run.run_id) {
            Ok(Some(record)) => {
                planned.push(run);
                made.records.push(record);
            }
            Ok(None) | Err(_) => made.lost.push(run.run_id.clone()),
        }
    }
    for record in &made.records {
        made.counts.done += 1;
        made.counts.passed += usize::from(record.passed);
        *made.counts.outcomes.entry(record.outcome.as_str().to_owned()).or_default() += 1;
        made.counts.disengagements += record.disengagements.len();
        made.counts.with_warnings += usize::from(!record.warnings.is_empty());
        if let Some(fault) = &record.fault {
            made.faults.push((record.run_id.clone(), fault.clone()));
        }
    }
    let runs = runs_table(&made.records, &planned);
    write_atomic(&dir.path("runs.csv"), &runs.to_csv()?)?;
    write_atomic(&dir.path("runs.parquet"), &runs.to_parquet()?)?;
    let disengagements = disengagements_table(&made.records);
    write_atomic(&dir.path("disengagements.csv"), &disengagements.to_csv()?)?;
    write_atomic(&dir.path("disengagements.parquet"), &disengagements.to_parquet()?)?;
    write_events(dir, &made.records)?;
    Ok(made)
}

/// One row a run.
pub fn runs_table(records: &[RunRecord], planned: &[&PlannedRun]) -> Table {
    let text = |f: &dyn Fn(&RunRecord) -> String| Values::Text(records.iter().map(|r| Some(f(r))).collect());
    let real = |f: &dyn Fn(&RunRecord) -> f64| Values::F64(records.iter().map(|r| Some(f(r))).collect());
    let count = |f: &dyn Fn(&RunRecord) -> u64| Values::U64(records.iter().map(|r| Some(f(r))).collect());
    let mut table = Table::default();
    table.push("run_id", text(&|r| r.run_id.clone()));
    table.push("scenario", text(&|r| r.scenario.clone()));
    table.push("level", text(&|r| r.level.to_string()));
    table.push("variation", Values::U64(planned.iter().map(|p| Some(u64::from(p.variation))).collect()));
    table.push("seed", count(&|r| r.seed));
    table.push("outcome", text(&|r| r.outcome.as_str().to_owned()));
    table.push("passed", Values::Flag(records.iter().map(|r| Some(r.passed)).collect()));
    table.push("ticks", count(&|r| r.ticks));
    table.push("dt_s", real(&|r| r.dt_s));
    table.push("sim_time_s", real(&|r| r.sim_time_s));
    table.push("distance_m", real(&|r| r.distance_m));
    table.push("distance_automated_m", real(&|r| r.distance_automated_m));
    table.push("state_hash", text(&|r| r.state_hash.clone()));
    table.push("engine_version", text(&|r| r.engine_version.clone()));
    table.push("disengagement_count", count(&|r| r.disengagements.len() as u64));
    table.push("collision_count", count(&|r| r.collisions.len() as u64));
    table.push(
        "ego_collision_count",
        count(&|r| r.collisions.iter().filter(|c| c.ego_involved).count() as u64),
    );
    table.push("event_count", count(&|r| r.events.values().sum()));
    let failed = |r: &RunRecord| {
        r.criteria
            .iter()
            .filter(|(_, held)| !**held)
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    };
    table.push("failed_criteria", text(&failed));
    table.push("fault", Values::Text(records.iter().map(|r| r.fault.clone()).collect()));
    table.push("warnings", text(&|r| r.warnings.join(" | ")));
    let metrics: BTreeSet<&String> = records.iter().flat_map(|r| r.metrics.keys()).collect();
    for name in metrics {
        let values = records.iter().map(|r| r.metrics.get(name).copied()).collect();
        table.push(format!("metric_{name}"), Values::F64(values));
    }
    let parameters: BTreeSet<&String> = records.iter().flat_map(|r| r.parameters.keys()).collect();
    for name in parameters {
        table.push(format!("param_{name}"), parameter_column(records, name));
    }
    table
}

/// Numbers if all values are numbers, truth values if all are, else text.
fn parameter_column(records: &[RunRecord], name: &str) -> Values {
    let values: Vec<Option<&serde_json::Value>> = records.iter().map(|r| r.parameters.get(name)).collect();
    let all = |is: fn(&serde_json::Value) -> bool| values.iter().flatten().all(|v| is(v));
    if all(serde_json::Value::is_number) {
        Values::F64(values.iter().map(|v| v.and_then(serde_json::Value::as_f64)).collect())
    } else if all(serde_json::Value::is_boolean) {
        Values::Flag(values.iter().map(|v| v.and_then(serde_json::Value::as_bool)).collect())
    } else {
        let text = |v: &serde_json::Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
        Values::Text(values.iter().map(|v| v.map(text)).collect())
    }
}

/// One row a disengagement.
pub fn disengagements_table(records: &[RunRecord]) -> Table {
    let all: Vec<(&RunRecord, &DisengagementRecord)> =
        records.iter().flat_map(|r| r.disengagements.iter().map(move |d| (r, d))).collect();
    let column = |name: &str| -> Values {
        let text = |f: &dyn Fn(&DisengagementRecord) -> String| {
            Values::Text(all.iter().map(|(_, d)| Some(f(d))).collect())
        };
        let real = |f: &dyn Fn(&DisengagementRecord) -> Option<f64>| {
            Values::F64(all.iter().map(|(_, d)| f(d).filter(|v| v.is_finite())).collect())
        };
        match name {
            "id" => text(&|d| d.id.clone()),
            "run_id" => text(&|d| d.run_id.clone()),
            "time_s" => real(&|d| Some(d.time_s)),
            "tick" => Values::U64(all.iter().map(|(_, d)| Some(d.tick)).collect()),
            "odometer_m" => real(&|d| Some(d.odometer_m)),
            "x_m" => real(&|d| Some(d.x_m)),
            "y_m" => real(&|d| Some(d.y_m)),
            "z_m" => real(&|d| Some(d.z_m)),
            "road_id" => text(&|d| d.road_id.clone()),
            "lane_id" => Values::I64(all.iter().map(|(_, d)| Some(i64::from(d.lane_id))).collect()),
            "s_m" => real(&|d| Some(d.s_m)),
            "location" => text(&|d| d.location.as_str().to_owned()),
            "level" => text(&|d| d.level.to_string()),
            "feature" => text(&|d| d.feature.clone()),
            "initiator" => text(&|d| d.initiator.as_str().to_owned()),
            "kind" => text(&|d| d.kind.as_str().to_owned()),
            "cause" => text(&|d| d.cause.as_str().to_owned()),
            "description" => text(&|d| d.description.clone()),
            "speed_mps" => real(&|d| Some(d.speed_mps)),
            "request_time_s" => real(&|d| d.request_time_s),
            "takeover_time_s" => real(&|d| d.takeover_time_s),
            "reaction_time_s" => real(&|d| d.reaction_time_s),
            "driver_present" => Values::Flag(all.iter().map(|(_, d)| Some(d.driver_present)).collect()),
            "outcome" => text(&|d| d.outcome.as_str().to_owned()),
            "rain_mmph" => real(&|d| Some(d.rain_mmph)),
            "visibility_m" => real(&|d| Some(d.visibility_m)),
            "friction_mu" => real(&|d| Some(d.friction_mu)),
            "sun_elevation_deg" => real(&|d| Some(d.sun_elevation_deg)),
            "simulated_contact" => Values::Flag(all.iter().map(|(_, d)| d.simulated_contact).collect()),
            "scenario" => Values::Text(all.iter().map(|(r, _)| Some(r.scenario.clone())).collect()),
            "evidence" => text(&|d| d.evidence.join(" | ")),
            other => unreachable!("`{other}` is not one of DISENGAGEMENT_COLUMNS"),
        }
    };
    let mut table = Table::default();
    for name in DISENGAGEMENT_COLUMNS {
        table.push(name, column(name));
    }
    table
}

fn events_table(rows: &[(&str, EventRow)]) -> Table {
    let text =
        |f: &dyn Fn(&(&str, EventRow)) -> String| Values::Text(rows.iter().map(|r| Some(f(r))).collect());
    let mut table = Table::default();
    table.push("run_id", text(&|(id, _)| (*id).to_owned()));
    table.push("tick", Values::U64(rows.iter().map(|(_, e)| Some(e.tick)).collect()));
    table.push("time_s", Values::F64(rows.iter().map(|(_, e)| Some(e.time_s)).collect()));
    table.push("event", text(&|(_, e)| e.event.clone()));
    table.push("element", text(&|(_, e)| e.element.clone()));
    table.push("detail", text(&|(_, e)| e.detail.clone()));
    table
}

/// Reads the events of a run; a run that ended in a panic has none.
pub fn read_events(dir: &BatchDir, run_id: &str) -> io::Result<Vec<EventRow>> {
    match std::fs::read(dir.run_dir(run_id).join("events.csv")) {
        Ok(bytes) => csv::Reader::from_reader(&bytes[..])
            .into_deserialize()
            .collect::<Result<_, _>>()
            .map_err(io::Error::other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn write_events(dir: &BatchDir, records: &[RunRecord]) -> io::Result<()> {
    let beside = dir.path("events.parquet.tmp");
    let mut out = BufWriter::new(std::fs::File::create(&beside)?);
    let mut writer = ParquetTable::new(&mut out, &events_table(&[]))?;
    let mut rows: Vec<(&str, EventRow)> = Vec::new();
    for record in records {
        rows.extend(read_events(dir, &record.run_id)?.into_iter().map(|row| (record.run_id.as_str(), row)));
        if rows.len() >= EVENTS_AT_ONCE {
            writer.append(&events_table(&rows))?;
            rows.clear();
        }
    }
    writer.append(&events_table(&rows))?;
    writer.finish()?;
    io::Write::flush(&mut out)?;
    std::fs::rename(&beside, dir.path("events.parquet"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disengagement_columns_are_the_contract() {
        let contract = "id run_id time_s tick odometer_m x_m y_m z_m road_id lane_id s_m location level feature \
             initiator kind cause description speed_mps request_time_s takeover_time_s reaction_time_s \
             driver_present outcome rain_mmph visibility_m friction_mu sun_elevation_deg simulated_contact";
        assert_eq!(DISENGAGEMENT_COLUMNS[..29].join(" "), contract);
        assert_eq!(disengagements_table(&[]).names().collect::<Vec<_>>(), DISENGAGEMENT_COLUMNS);
        assert_eq!(
            events_table(&[]).names().collect::<Vec<_>>().join(" "),
            "run_id tick time_s event element detail"
        );
    }
}
