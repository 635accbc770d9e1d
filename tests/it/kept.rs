//! Runs that somebody changed, kept in a batch directory: verified, read back, found when touched.

use crate::support::{ASSETS, bundled, full, straight};
use shakedown::batch::keep::{KeepError, Kept, save_run};
use shakedown::batch::verify::verify_run;
use shakedown::batch::{BatchDir, simulate_run};
use shakedown::cli::batch::AssetSource;
use shakedown::cli::keep;
use shakedown::engine::{Live, RunSpec};
use shakedown::scenario::{Action, WeatherTargets};
use shakedown::state::automation::AutomationLevel;
use shakedown::state::command::HumanControls;
use std::path::Path;
use std::process::Command;

const NAME: &str = "kirkland/dry_baseline";

/// A drive of a few seconds with everything that can be changed from outside.
fn driven(seed: u64) -> (RunSpec, Vec<(String, String)>) {
    let overrides = [("traffic.vehicles", "3"), ("weather.rain_mmph", "1.5")];
    let mut live = Live::new(&bundled(NAME, AutomationLevel::L2, seed, 30.0, &overrides)).unwrap();
    live.run_to(40);
    live.push_controls(HumanControls { brake: 0.3, ..HumanControls::SEATED });
    live.run_to(90);
    live.push_controls(HumanControls { accelerator: 0.35, steer: 0.1 + 0.2, ..HumanControls::SEATED });
    live.push_intervention(Action::FitFeature { level: AutomationLevel::L3, feature: None });
    let fog =
        WeatherTargets { fog_visibility_m: Some(f64::INFINITY), rain_mmph: Some(6.0), ..Default::default() };
    live.push_intervention(Action::Weather { to: fog, over_s: 1.0 });
    live.run_to(150);
    let owned = overrides.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec();
    (live.spec_so_far(), owned)
}

fn scenario_file(name: &str) -> Vec<u8> {
    std::fs::read(&ASSETS.resolve(name).unwrap()[0].path).unwrap()
}

fn shakedown(args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_shakedown")).args(args).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8_lossy(&text).into_owned())
}

fn verify(dir: &Path, run_id: &str) -> shakedown::batch::verify::Verified {
    let dir = BatchDir::new(dir);
    let file = dir.read_batch().unwrap().unwrap();
    let run = file.plan.runs.iter().find(|r| r.run_id == run_id).unwrap();
    verify_run(&dir, &file, run, &AssetSource(&ASSETS)).unwrap()
}

#[test]
fn kept_runs_are_verified_and_read_back_and_a_touched_byte_is_found() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path();
    let (spec, overrides) = driven(1);
    let record = keep::save(dir, &spec, &scenario_file(NAME), &overrides).unwrap();
    assert_eq!((record.clone(), record.ticks), (full(&spec).0, 150));
    // A second one, of another level, length and tick, and a third that nobody touched.
    let (other, _) = driven(2);
    let other = RunSpec { dt_ns: 25_000_000, until_s: Some(2.0), level: AutomationLevel::L4, ..other };
    keep::save(dir, &other, &scenario_file(NAME), &overrides).unwrap();
    let plain = bundled("levels/work_zone", AutomationLevel::L3, 5, 2.0, &[]);
    keep::save(dir, &plain, &scenario_file("levels/work_zone"), &[]).unwrap();

    for name in
        ["batch.json", "runs.csv", "runs.parquet", "disengagements.csv", "events.parquet", "report.html"]
    {
        assert!(dir.join(name).is_file(), "{name}");
    }
    assert!(dir.join("scenarios").join("kirkland").join("dry_baseline.toml").is_file());
    let input = BatchDir::new(dir).input_file(&record.run_id);
    assert!(input.is_file() && !BatchDir::new(dir).input_file(&plain.run_id()).exists());
    assert_eq!(std::fs::read_to_string(dir.join("runs.csv")).unwrap().lines().count(), 4);

    for spec in [&spec, &other, &plain] {
        let loaded = keep::load(&ASSETS, dir, &spec.run_id()).unwrap();
        assert_eq!(
            (loaded.run_id(), loaded.until_s, loaded.dt_ns),
            (spec.run_id(), spec.until_s, spec.dt_ns)
        );
        assert_eq!((&loaded.human_input, &loaded.interventions), (&spec.human_input, &spec.interventions));
    }
    let path = dir.to_str().unwrap();
    let (code, text) = shakedown(&["verify", path]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("3 of 3 runs are bit-identical"), "{text}");
    let (code, text) = shakedown(&["report", path]);
    assert_eq!(code, 0, "{text}");
    // The same file makes the same run by hand.
    let (code, text) = shakedown(&[
        "run",
        NAME,
        "--level",
        "L2",
        "--seed",
        "1",
        "--until",
        "3",
        "--set",
        "traffic.vehicles=3",
        "--set",
        "weather.rain_mmph=1.5",
        "--input",
        input.to_str().unwrap(),
        "--json",
    ]);
    assert!(code <= 1 && text.contains(&record.state_hash) && text.contains(&record.run_id), "{text}");

    // Kept again: nothing is doubled.
    let before = std::fs::read(dir.join("runs.csv")).unwrap();
    keep::save(dir, &spec, &scenario_file(NAME), &overrides).unwrap();
    assert_eq!(std::fs::read(dir.join("runs.csv")).unwrap(), before);

    let whole = std::fs::read(&input).unwrap();
    for ix in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[ix] ^= 1;
        std::fs::write(&input, &bytes).unwrap();
        assert!(!verify(dir, &record.run_id).same, "byte {ix} ({:?}) flipped unseen", whole[ix] as char);
    }
    let (code, text) = shakedown(&["verify", path, "--run", &record.run_id]);
    assert_eq!(code, 1, "{text}");
    std::fs::remove_file(&input).unwrap();
    let found = verify(dir, &record.run_id);
    assert!(found.difference.unwrap().contains("inputs have changed"));
    std::fs::write(&input, &whole).unwrap();
    assert!(verify(dir, &record.run_id).same);
}

#[test]
fn what_does_not_belong_together_is_not_kept_together() {
    let temp = tempfile::tempdir().unwrap();
    let dir = BatchDir::new(temp.path());
    let spec = straight("", 2_500.0, AutomationLevel::L4, 1.0);
    let output = simulate_run(&spec);
    let keep = |spec: &RunSpec, file: &[u8]| {
        save_run(&dir, &Kept { spec, scenario_file: file, overrides: &[], output: &output })
    };
    let other = RunSpec { seed: 99, ..spec.clone() };
    assert!(matches!(keep(&other, b"a"), Err(KeepError::Mismatch { .. })));
    keep(&spec, b"a").unwrap();
    assert!(matches!(keep(&spec, b"b"), Err(KeepError::OtherScenario { .. })));
    let mut file = dir.read_batch().unwrap().unwrap();
    file.status = "interrupted".into();
    dir.write_batch(&file).unwrap();
    assert!(matches!(keep(&spec, b"a"), Err(KeepError::Unfinished(_))));
    file.plan.engine_version = "0.0.0".into();
    dir.write_batch(&file).unwrap();
    assert!(matches!(keep(&spec, b"a"), Err(KeepError::OtherEngine { .. })));
    assert!(matches!(
        keep::load(&ASSETS, temp.path(), "nobody"),
        Err(KeepError::NoRun { run_id, .. }) if run_id == "nobody"
    ));
}

#[test]
fn wrong_input_files_are_refused() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("input.json");
    for (text, expect) in [("{\"human\": []}", "unknown field"), ("", "EOF")] {
        std::fs::write(&path, text).unwrap();
        let (code, said) = shakedown(&["run", NAME, "--until", "1", "--input", path.to_str().unwrap()]);
        assert!(code == 2 && said.contains(expect) && said.contains("input.json"), "{said}");
    }
    let (code, said) = shakedown(&["run", NAME, "--input", "/no/such/file.json"]);
    assert!(code == 2 && said.contains("file.json"), "{said}");
}
