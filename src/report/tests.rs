//! Reports of synthetic batches: everything in them, nothing from outside, and not too much of it.

use super::*;
use crate::batch::directory::{BatchFile, Counts, FORMAT};
use crate::batch::map_outline::{LaneOutline, MapOutline};
use crate::batch::plan::{BatchPlan, PlannedRun, PlannedScenario};
use crate::batch::queue::RunOutput;
use crate::batch::sample::Sampler;
use crate::batch::tables::write_tables;
use crate::road::LaneKind;
use crate::state::automation::AutomationLevel;
use crate::state::record::*;
use std::fmt::Write;

const HOSTILE: &str = "<script>alert('x')</script> & \"quotes\"";

fn disengagement(run_id: &str, level: AutomationLevel, n: usize) -> DisengagementRecord {
    DisengagementRecord {
        id: format!("{run_id}-{n}"),
        run_id: run_id.into(),
        time_s: 9.0,
        tick: 450,
        odometer_m: 90.0,
        x_m: 90.0 + n as f64,
        y_m: -1.5,
        z_m: 0.0,
        road_id: "1".into(),
        lane_id: -1,
        s_m: 90.0,
        location: Location::Street,
        level,
        feature: "urban_ads".into(),
        initiator: Initiator::AvSystem,
        kind: DisengagementKind::OddExit,
        cause: Cause::ALL[n % Cause::ALL.len()],
        description: HOSTILE.into(),
        speed_mps: 10.0,
        request_time_s: None,
        takeover_time_s: None,
        reaction_time_s: Some(0.8 + n as f64 * 0.3),
        driver_present: true,
        outcome: DisengagementOutcome::DriverInControl,
        rain_mmph: 8.0,
        visibility_m: 500.0,
        friction_mu: 0.7,
        sun_elevation_deg: 30.0,
        simulated_contact: None,
        evidence: vec!["9.0 rain".into()],
    }
}

fn output(run: &PlannedRun, collision: bool, disengagements: usize) -> RunOutput {
    let mut trace = "time_s,entity,x_m,y_m,heading_rad,speed_mps,mode,driver,length_m,width_m\n".to_owned();
    for i in 0..40 {
        let t = f64::from(i) * 0.5;
        let driver = if t > 9.0 { "overridden,driver" } else { "active,feature" };
        let _ = writeln!(trace, "{t},ego,{},-1.5,0.0,10.0,{driver},4.6,1.9", 10.0 * t);
        if (4.0..11.0).contains(&t) {
            let _ = writeln!(trace, "{t},<truck>,{},1.5,3.14,5.0,,,8.0,2.5", 140.0 - 5.0 * t);
        }
    }
    let events = "time_s,tick,event,element,detail\n9.0,450,collision,ego <truck>,relative_speed_mps=3.2\n\
                  9.0,450,disengagement,,index=0\n";
    let record = RunRecord {
        run_id: run.run_id.clone(),
        scenario: run.scenario.clone(),
        level: run.level,
        seed: run.seed,
        parameters: [("rain".to_owned(), serde_json::json!(8.0))].into(),
        outcome: if collision { Outcome::Collision } else { Outcome::Completed },
        passed: !collision,
        ticks: 1000,
        dt_s: 0.02,
        sim_time_s: 20.0,
        distance_m: 200.0,
        distance_automated_m: 90.0,
        state_hash: "0".repeat(16),
        engine_version: crate::engine::ENGINE_VERSION.into(),
        disengagements: (0..disengagements).map(|n| disengagement(&run.run_id, run.level, n)).collect(),
        collisions: Vec::new(),
        metrics: [("ttc_min_s".to_owned(), if collision { 0.0 } else { 3.0 })].into(),
        events: Default::default(),
        criteria: [("no_collision".to_owned(), !collision)].into(),
        fault: None,
        warnings: Vec::new(),
    };
    RunOutput { record, hashes: vec![1, 2], trace: trace.into_bytes(), events: events.as_bytes().to_vec() }
}

/// A batch of `count` runs at two levels; every fifth collides if `hard`.
fn batch(dir: &Path, count: usize, hard: bool) -> String {
    let scenario = "kirkland/<b>&";
    let runs: Vec<PlannedRun> = (0..count)
        .map(|ix| PlannedRun {
            run_id: format!("{ix:016x}"),
            scenario: scenario.into(),
            level: if ix % 2 == 0 { AutomationLevel::L2 } else { AutomationLevel::L4 },
            variation: (ix / 2) as u32,
            seed: ix as u64,
            overrides: vec![("lead".into(), "\"it's\"".into())],
            own: None,
        })
        .collect();
    let plan = BatchPlan {
        engine_version: crate::engine::ENGINE_VERSION.into(),
        seed: 1,
        sampler: Sampler::Sobol,
        variations: count as u32 / 2,
        levels: vec![AutomationLevel::L2, AutomationLevel::L4],
        dt_ns: 20_000_000,
        until_s: None,
        overrides: Vec::new(),
        shard: None,
        scenarios: vec![PlannedScenario {
            name: scenario.into(),
            title: HOSTILE.into(),
            map: "m".into(),
            content_hash: "1".into(),
            map_hash: "2".into(),
            excluded: 0,
        }],
        plan_hash: "3".into(),
        runs,
    };
    let out = BatchDir::new(dir);
    for (ix, run) in plan.runs.iter().enumerate() {
        out.write_run(&output(run, hard && ix % 5 == 0, if hard { ix % 4 } else { 0 })).unwrap();
    }
    let points = (0..100).map(|i| [f64::from(i) * 4.0, -1.75]).collect();
    let lane = LaneOutline { kind: LaneKind::Driving, junction: false, width_m: 3.5, points };
    let map = MapOutline {
        lanes: vec![lane; 20],
        streets: vec![("Central <Way>".into(), [100.0, 5.0])],
        ..MapOutline::default()
    };
    std::fs::create_dir_all(dir.join("maps")).unwrap();
    std::fs::write(out.map_file("m"), serde_json::to_vec(&map).unwrap()).unwrap();
    let made = write_tables(&out, &plan).unwrap();
    let file = BatchFile {
        format: FORMAT,
        status: "complete".into(),
        counts: Counts { planned: count, ..made.counts },
        wall_s: 2.0,
        cpu_s: 3.0,
        started: "2026-01-02T03:04:05Z".into(),
        finished: None,
        plan,
    };
    out.write_batch(&file).unwrap();
    let bytes = Report::write(dir, &|_, _| {}).unwrap();
    let html = std::fs::read_to_string(dir.join("report.html")).unwrap();
    assert_eq!(html.len(), bytes);
    html
}

#[test]
fn everything_is_inside_and_nothing_comes_from_outside() {
    let dir = tempfile::tempdir().unwrap();
    let html = batch(dir.path(), 40, true);
    for outside in ["http:", "https:", "//", "src=", "@import", "url(", "<script", "<link"] {
        assert!(!html.contains(outside), "the report refers to `{outside}`");
    }
    for inside in [
        "id=\"outcomes\"",
        "id=\"rates\"",
        "id=\"causes\"",
        "id=\"reaction\"",
        "id=\"map\"",
        "id=\"runs\"",
        "0.84 s test drivers",
        "4.57 s watching",
        "6.06 s reading",
        "collision of ego and &lt;truck&gt; at 3.20 m/s",
        "perception discrepancy",
        "Central &lt;Way&gt;",
        "@media print",
        "width=device-width",
        "shakedown batch 'kirkland/&lt;b&gt;&amp;' --levels L2,L4",
        "--set 'lead=&quot;it'\\''s&quot;'",
        "2026-01-02 03:04 UTC",
    ] {
        assert!(html.contains(inside), "the report lacks `{inside}`");
    }
    // Five colliding runs at each level, of which three are shown.
    assert_eq!(html.matches("class=\"tag collision\"").count(), 6);
    // 40 runs: 20 at L2 with 0 or 2 disengagements, 1.8 km automated.
    let l2 = stats::rate_per_1000_km(20, 1.8).unwrap();
    assert!(html.contains(&page::significant(l2[0])));
}

#[test]
fn a_quiet_batch_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let html = batch(dir.path(), 4, false);
    assert!(html.contains("Every run was completed without"));
    assert!(!html.contains("id=\"causes\"") && !html.contains("id=\"map\""));
}

#[test]
fn the_size_is_bounded() {
    let dir = tempfile::tempdir().unwrap();
    let html = batch(dir.path(), 2000, true);
    assert!(html.len() < 3_000_000, "{} bytes", html.len());
}

#[test]
fn no_batch_and_a_broken_table_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(Report::write(dir.path(), &|_, _| {}), Err(ReportError::NoBatch(_))));
    batch(dir.path(), 2, false);
    let path = dir.path().join("runs.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen(",completed,", ",unheard_of,", 1)).unwrap();
    let error = Report::write(dir.path(), &|_, _| {}).unwrap_err().to_string();
    assert!(error.contains("row 2: `unheard_of` cannot be a value of `outcome`"), "{error}");
}
