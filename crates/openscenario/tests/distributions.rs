//! Distribution files of the field: how many variations each has, and that the scenarios take them.
//!
//! Reads `$SHAKEDOWN_CORPUS` or `../shared/corpus` beside the project; passes with a line that says so
//! where it is missing.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use openscenario::model::ParameterValueDistribution;
use openscenario::sampling::{Assignment, Variations};
use openscenario::{Document, Files, NoFiles, parse, resolve_path};

struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(path).map_err(|error| error.to_string())
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, String> {
        let entries = std::fs::read_dir(directory).map_err(|error| error.to_string())?;
        Ok(entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
    }
}

fn corpus() -> Option<PathBuf> {
    let root = std::env::var_os("SHAKEDOWN_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"), PathBuf::from);
    if root.is_dir() {
        return Some(root);
    }
    println!("no corpus at {}: nothing checked", root.display());
    None
}

fn distribution(text: &[u8], file: &str) -> ParameterValueDistribution {
    let parsed = parse(text, file, &Disk, &BTreeMap::new());
    match parsed.document {
        Some(Document::Distribution(document)) => document.distribution,
        _ => panic!("{file} is no distribution file:\n{}", parsed.problems),
    }
}

fn show(variation: &[Assignment]) -> String {
    variation.iter().map(|a| format!("{}={}", a.parameter, a.value)).collect::<Vec<_>>().join(" ")
}

/// Counted apart from this code, in exact fractions: the product of what sets, steps and value sets hold.
const COUNTS: [(&str, u64); 15] = [
    ("4_1_1_free_driving", 12),
    ("4_1_2_swerving_lead_vehicle", 300),
    ("4_1_3_side_vehicle", 1200),
    ("4_2_1_fully_blocking_target", 360),
    ("4_2_2_partially_blocking_target", 6120),
    ("4_2_3_crossing_pedestrian", 120),
    ("4_2_4_multiple_blocking_targets", 1800),
    ("4_3_1_follow_lead_vehicle_comfortable", 2400),
    ("4_3_2_follow_lead_vehicle_emergency_brake", 1400),
    ("4_3_2_follow_lead_vehicle_emergency_brake_reference", 3000),
    ("4_4_1_cut_in_no_collision", 52_500),
    ("4_5_1_cut_out_fully_blocking", 8640),
    ("4_5_2_cut_out_multiple_blocking_targets", 43_200),
    ("4_6_1_forward_detection_range", 6),
    ("4_6_2_lateral_detection_range", 2),
];

/// How many variations of a file are tried on its scenario, spread evenly.
const TRIED: u64 = 40;

#[test]
fn alks_variations_are_counted_and_their_scenarios_take_them() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("alks_current/logical_scenarios");
    let mut counts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if !name.contains("_variation") {
            continue;
        }
        let file = path.to_string_lossy().into_owned();
        let distribution = distribution(&std::fs::read(&path).unwrap(), &file);
        let variations = Variations::of(&distribution).unwrap();
        let scenario = resolve_path(&file, &distribution.scenario_file.filepath);
        let bytes = std::fs::read(&scenario).unwrap();
        let mut taken = 0;
        let mut refused = BTreeMap::new();
        for tried in 0..TRIED.min(variations.count()) {
            let index = tried * variations.count() / TRIED.min(variations.count());
            let variation = variations.get(index).unwrap();
            let overrides = variation.into_iter().map(|a| (a.parameter, a.value)).collect();
            let parsed = parse(&bytes, &scenario, &Disk, &overrides);
            match parsed.document {
                Some(Document::Scenario(_)) => taken += 1,
                _ => {
                    for problem in
                        parsed.problems.iter().filter(|p| p.severity == openscenario::Severity::Error)
                    {
                        *refused.entry(problem.rule).or_insert(0) += 1;
                    }
                }
            }
        }
        let name = name.trim_start_matches("alks_scenario_").replace("_variation", "");
        println!(
            "{name}: {} variations, {taken} of {} taken, refused {refused:?}",
            variations.count(),
            TRIED.min(variations.count())
        );
        // Two of the files ask for fewer than ten.
        assert!(taken >= variations.count().min(10), "{name}");
        // The files say it themselves: combinations outside of the constraints are to be discarded.
        assert!(refused.keys().all(|rule| *rule == "parameter.constraint"), "{name}: {refused:?}");
        counts.push((name, variations.count()));
    }
    counts.sort();
    let expect: Vec<(String, u64)> = COUNTS.iter().map(|&(name, count)| (name.to_owned(), count)).collect();
    assert_eq!(counts, expect);
}

#[test]
fn every_distribution_file_of_the_corpus_expands() {
    let Some(corpus) = corpus() else { return };
    let mut folders = vec![corpus];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "xosc") {
                let bytes = std::fs::read(&path).unwrap();
                if !String::from_utf8_lossy(&bytes).contains("</ParameterValueDistribution>") {
                    continue;
                }
                files += 1;
                let distribution = distribution(&bytes, &path.to_string_lossy());
                let variations = Variations::of(&distribution).unwrap();
                let first = show(&variations.get(0).unwrap());
                println!("{:8} {}: {first}", variations.count(), path.file_name().unwrap().display());
                assert!(!first.is_empty());
            }
        }
    }
    assert!(files >= 25, "{files} files");
}

#[test]
fn the_model_becomes_a_plan() {
    let file = |definition: &str| {
        let text = format!(
            "<OpenSCENARIO><FileHeader revMajor='1' revMinor='3' date='2026-01-01T00:00:00' author='a' description='d'/>\n\
             <ParameterValueDistribution><ScenarioFile filepath='s.xosc'/>{definition}</ParameterValueDistribution></OpenSCENARIO>"
        );
        let parsed = parse(text.as_bytes(), "d.xosc", &NoFiles, &BTreeMap::new());
        match parsed.document {
            Some(Document::Distribution(document)) => Variations::of(&document.distribution),
            _ => panic!("{}", parsed.problems),
        }
    };
    let variations = file(
        "<Deterministic><DeterministicMultiParameterDistribution><ValueSetDistribution><ParameterValueSet>\
         <ParameterAssignment parameterRef='a' value='1'/><ParameterAssignment parameterRef='b' value='x'/>\
         </ParameterValueSet></ValueSetDistribution></DeterministicMultiParameterDistribution>\
         <DeterministicSingleParameterDistribution parameterName='c'><DistributionSet><Element value='p'/>\
         <Element value='q'/></DistributionSet></DeterministicSingleParameterDistribution>\
         <DeterministicSingleParameterDistribution parameterName='d'><DistributionRange stepWidth='0.5'>\
         <Range lowerLimit='0' upperLimit='0.5'/></DistributionRange></DeterministicSingleParameterDistribution>\
         </Deterministic>",
    );
    let shown: Vec<String> = variations.unwrap().iter().map(|variation| show(&variation)).collect();
    assert_eq!(shown, ["a=1 b=x c=p d=0", "a=1 b=x c=p d=0.5", "a=1 b=x c=q d=0", "a=1 b=x c=q d=0.5"]);
    let law = |name: &str, law: &str| {
        format!("<StochasticDistribution parameterName='{name}'>{law}</StochasticDistribution>\n")
    };
    let range = |lower: f64| format!("<Range lowerLimit='{lower}' upperLimit='{}'/>", lower + 1.0);
    // Each law inside a range of its own.
    let laws = [
        law(
            "c",
            "<ProbabilityDistributionSet><Element value='0.5' weight='1'/></ProbabilityDistributionSet>",
        ),
        law("h", &format!("<Histogram><Bin weight='1'>{}</Bin></Histogram>", range(1.0))),
        law(
            "l",
            &format!(
                "<LogNormalDistribution expectedValue='1' variance='1'>{}</LogNormalDistribution>",
                range(2.0)
            ),
        ),
        law(
            "n",
            &format!(
                "<NormalDistribution expectedValue='1' variance='4'>{}</NormalDistribution>",
                range(3.0)
            ),
        ),
        law("p", &format!("<PoissonDistribution expectedValue='3'>{}</PoissonDistribution>", range(4.0))),
        law("u", &format!("<UniformDistribution>{}</UniformDistribution>", range(5.0))),
    ];
    let stochastic =
        |laws: &str| format!("<Stochastic numberOfTestRuns='9' randomSeed='1.5'>{laws}</Stochastic>");
    let variations = file(&stochastic(&laws.concat())).unwrap();
    assert_eq!(variations.count(), 9);
    for variation in variations.iter() {
        for (lower, assignment) in variation.iter().enumerate() {
            let value: f64 = assignment.value.parse().unwrap();
            assert!((lower as f64..=lower as f64 + 1.0).contains(&value), "{assignment:?}");
        }
    }
    let mut wrong = laws.concat();
    wrong += &law("x", "<UserDefinedDistribution type='mine'>1 2 3</UserDefinedDistribution>");
    wrong += &law("n", "<UniformDistribution><Range lowerLimit='0' upperLimit='1'/></UniformDistribution>");
    let errors = file(&stochastic(&wrong)).unwrap_err();
    let told: Vec<String> =
        errors.iter().map(|error| format!("{} {error}", error.origin.unwrap().place.line)).collect();
    assert_eq!(
        told,
        [
            "8 parameter `x`: the user-defined distribution `mine` has no meaning here",
            "9 parameter `n`: it is distributed twice"
        ]
    );
}
