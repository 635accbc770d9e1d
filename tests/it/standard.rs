//! Scenarios of the standard through the command line: as written, with our vehicle, as batches, checked.

use std::process::Command;

fn shakedown(args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_shakedown")).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn data(name: &str) -> String {
    format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn record(args: &[&str]) -> serde_json::Value {
    let (code, stdout, stderr) = shakedown(args);
    assert!(code == 0 || code == 1, "{code}: {stderr}");
    serde_json::from_str(&stdout).unwrap()
}

#[test]
fn a_file_is_played_exactly_as_written() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).display().to_string();
    let (trace, events) = (at("trace.csv"), at("events.csv"));
    let file = data("cut_in.xosc");
    let args = ["run", &file, "--no-ego", "--dt", "0.01", "--trace", &trace, "--events", &events];
    let (code, _, stderr) = shakedown(&args);
    assert_eq!(code, 0, "{stderr}");
    let rows: Vec<Vec<String>> = std::fs::read_to_string(&trace)
        .unwrap()
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect();
    let number = |row: &[String], column: usize| row[column].parse::<f64>().unwrap();
    let at = |entity: &str, time: f64| {
        rows.iter().find(|r| r[1] == entity && (number(r, 0) - time).abs() < 1e-9).unwrap().clone()
    };
    let (subject, other) = (at("Subject", 0.0), at("Other", 0.0));
    assert!((number(&other, 2) - number(&subject, 2) - 14.0).abs() < 1e-6);
    let width = number(&other, 3) - number(&subject, 3);
    assert!(width > 2.5, "one lane to the left");
    // 20 m/s for 10 s, and 18 m/s less what the lane change takes.
    assert!((number(&at("Subject", 10.0), 2) - number(&subject, 2) - 200.0).abs() < 1e-6);
    let end = at("Other", 10.0);
    assert!((number(&end, 3) - number(&subject, 3)).abs() < 1e-6, "it is in the subject's lane");
    // Half of the change is done half way (first pose at 2.02).
    let half = number(&at("Other", 3.51), 3) - number(&subject, 3);
    assert!((half - 0.5 * width).abs() < 1e-3, "{half} of {width}");
    let events = std::fs::read_to_string(&events).unwrap();
    for line in [
        "2.01,201,condition_true,after_two,",
        "2.01,201,startTransition>runningState,cut_in,",
        "5,500,endTransition>completeState,change,",
        "12.01,1201,stopTransition>completeState,storyBoard,",
    ] {
        let (time, rest) = line.split_once(',').unwrap();
        let found = events.lines().any(|l| {
            l.split_once(',').is_some_and(|(t, r)| {
                r.starts_with(rest) && (t.parse::<f64>().unwrap() - time.parse::<f64>().unwrap()).abs() < 1e-9
            })
        });
        assert!(found, "{line} is not among\n{events}");
    }
}

#[test]
fn our_vehicle_drives_in_their_scenario() {
    let file = data("cut_in.xosc");
    let run = |level: &str| {
        let set = ["--set", "gap_m=30"];
        record(&[&["run", &file, "--ego", "Subject", "--level", level, "--json"], &set[..]].concat())
    };
    for level in ["L0", "L2", "L4"] {
        let record = run(level);
        assert_eq!(record["outcome"], "completed", "{level}");
        assert_eq!(record["sim_time_s"].as_f64().unwrap().round(), 12.0);
        let distance = record["distance_m"].as_f64().unwrap();
        assert!((150.0..260.0).contains(&distance), "{level}: {distance} m");
        assert_eq!(record["distance_automated_m"].as_f64().unwrap() > 0.0, level != "L0");
        assert_eq!(record["collisions"].as_array().unwrap().len(), 0, "{level}");
    }
    let (first, second) = (run("L4"), run("L4"));
    assert_eq!(first["state_hash"], second["state_hash"]);
    assert_eq!(first["run_id"], second["run_id"]);
    let (code, _, stderr) = shakedown(&["run", &file, "--ego", "Nobody"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("Subject, Other"), "{stderr}");
}

#[test]
fn parameters_are_set_and_distributions_are_batches() {
    let file = data("cut_in.xosc");
    let set = record(&["run", &file, "--no-ego", "--set", "speed_mps=10", "--json"]);
    assert_eq!(set["parameters"]["speed_mps"], "10");
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("batch").display().to_string();
    let args = [
        "batch",
        &data("cut_in_distribution.xosc"),
        "--levels",
        "L4",
        "--out",
        &out,
        "--no-report",
        "--quiet",
    ];
    let (code, _, stderr) = shakedown(&args);
    assert_eq!(code, 0, "{stderr}");
    let runs = std::fs::read_to_string(dir.path().join("batch/runs.csv")).unwrap();
    assert_eq!(runs.lines().count(), 1 + 4, "two gaps times two speeds: the third gap is forbidden");
    let plan = std::fs::read_to_string(dir.path().join("batch/batch.json")).unwrap();
    assert!(plan.contains("\"excluded\": 2"), "{plan}");
    assert!(runs.lines().next().unwrap().contains("param_gap_m"), "{runs}");
}

#[test]
fn what_is_wrong_or_not_covered_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(data("cut_in.xosc")).unwrap();
    let map = data("../../assets/maps/straight.xodr");
    let text = text.replace("../../assets/maps/straight.xodr", &map);
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let wrong =
        write("wrong.xosc", &text.replace("entityRef=\"Subject\" dLane", "entityRef=\"Subjekt\" dLane"));
    let (code, _, stderr) = shakedown(&["run", &wrong, "--no-ego"]);
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("Subjekt"), "{stderr}");
    let user = "<UserDefinedAction><CustomCommandAction type=\"honk\">twice</CustomCommandAction></UserDefinedAction>";
    let start = text.find("<PrivateAction><LateralAction>").unwrap();
    let end = text[start..].find("</PrivateAction>").unwrap() + start + "</PrivateAction>".len();
    let custom = write("custom.xosc", &format!("{}{user}{}", &text[..start], &text[end..]));
    let (code, _, stderr) = shakedown(&["run", &custom, "--no-ego"]);
    assert_eq!(code, 3, "{stderr}");
    assert!(stderr.contains("honk"), "{stderr}");
    let old = write("old.xosc", &text.replace("revMajor=\"1\"", "revMajor=\"0\""));
    let (code, _, stderr) = shakedown(&["check", &old]);
    assert_eq!(code, 2);
    assert!(stderr.contains("0.9") || stderr.contains("not read"), "{stderr}");
}

#[test]
fn what_a_catalog_says_is_part_of_the_run_id() {
    let dir = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(data("cut_in.xosc")).unwrap();
    let map = data("../../assets/maps/straight.xodr");
    let start = text.find("<Vehicle name=\"van\"").unwrap();
    let end = text[start..].find("</Vehicle>").unwrap() + start + "</Vehicle>".len();
    let van = text[start..end].to_owned();
    let scenario = text
        .replace(&van, "<CatalogReference catalogName=\"Vans\" entryName=\"van\"/>")
        .replace("../../assets/maps/straight.xodr", &map)
        .replace(
            "<CatalogLocations/>",
            "<CatalogLocations><VehicleCatalog><Directory path=\".\"/></VehicleCatalog></CatalogLocations>",
        );
    let path = dir.path().join("cut_in.xosc");
    std::fs::write(&path, scenario).unwrap();
    let file = path.display().to_string();
    let run = |van: &str| {
        let head = &text[text.find("<FileHeader").unwrap()..];
        let header = &head[..head.find("/>").unwrap() + 2];
        let catalog = format!("<OpenSCENARIO>{header}<Catalog name=\"Vans\">{van}</Catalog></OpenSCENARIO>");
        std::fs::write(dir.path().join("vans.xosc"), catalog).unwrap();
        record(&["run", &file, "--no-ego", "--json"])["run_id"].clone()
    };
    let (first, again) = (run(&van), run(&van));
    assert_eq!(first, again);
    assert_ne!(first, run(&van.replace("height=\"2.2\"", "height=\"2.6\"")));
}
