//! The command line as users script it.

use std::process::{Command, Output};

fn shakedown(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shakedown"))
        .args(args)
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| {
        panic!("{e}: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    })
}

#[test]
fn run_prints_one_record_with_the_contract_fields_from_any_directory() {
    let output = shakedown(&[
        "run",
        "kirkland/dry_baseline",
        "--level",
        "L3",
        "--seed",
        "7",
        "--until",
        "5",
        "--json",
    ]);
    let record = json(&output);
    for field in [
        "run_id",
        "scenario",
        "level",
        "seed",
        "parameters",
        "outcome",
        "passed",
        "ticks",
        "dt_s",
        "sim_time_s",
        "distance_m",
        "distance_automated_m",
        "state_hash",
        "engine_version",
        "disengagements",
        "collisions",
        "metrics",
        "events",
    ] {
        assert!(record.get(field).is_some(), "no field {field}");
    }
    assert_eq!(record["level"], "L3");
    assert_eq!(record["seed"], 7);
    assert_eq!(record["ticks"], 250);
    assert!(record["state_hash"].as_str().unwrap().len() >= 16);
}

#[test]
fn bad_input_exits_with_two_and_says_why() {
    for (args, expect) in [
        (vec!["run", "kirkland/dry_baselin"], "did you mean"),
        (vec!["run", "kirkland/dry_baseline", "--level", "L7"], "L7"),
        (vec!["run", "kirkland/dry_baseline", "--dt", "0.5"], "0.001 s to 0.1 s"),
        (vec!["run", "kirkland/dry_baseline", "--set", "nonsense"], "path=value"),
        (vec!["run", "kirkland/dry_baseline", "--set", "weathr.rain_mmph=3"], "weather"),
    ] {
        let output = shakedown(&args);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {text}");
        assert!(text.contains(expect), "{args:?}: {text}");
        assert!(output.stdout.is_empty(), "{args:?} printed a result");
    }
}

#[test]
fn lists_are_there() {
    for kind in [
        "scenarios",
        "vehicles",
        "sensors",
        "weather",
        "controllers",
        "actions",
        "conditions",
        "metrics",
        "causes",
    ] {
        let output = shakedown(&["list", kind, "--json"]);
        let rows = json(&output);
        assert!(rows.as_array().is_some_and(|rows| rows.len() > 2), "{kind}: {rows}");
    }
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_shakedown"))
        .arg("schema")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}
