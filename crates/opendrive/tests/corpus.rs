//! Conformance on the field's own maps: every well-formed one is read, and positions agree with another player's.
//!
//! The corpus is not part of the project. `$SHAKEDOWN_CORPUS` names its folder; without it, the folder
//! `shared/corpus` beside the workspace is used. Where there is none, these tests say so and pass.

#![allow(clippy::unwrap_used)] // A test that cannot go on should panic.

use std::collections::BTreeMap;
use std::f64::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};

use opendrive::{Parsed, Problems, Severity};

/// Files that are refused, with the place and rule of their first error.
const REFUSED: &[(&str, &str)] = &[
    (
        "ivsg_psu/Data/XODRExport/XODRExport/Manual/manual_stitchTwoStraightRoads_noShoulder_RR_20230404.xodr",
        "130:5 xml.valid_xml_document",
    ),
    ("qc_opendrive/tests/data/root_tag_is_opendrive/negative.xodr", "3:1 xml.root_tag_is_opendrive"),
    (
        "qc_opendrive/tests/data/valid_xml_document/xml.valid_xml_document.negative.xodr",
        "226:1 xml.valid_xml_document",
    ),
];

/// Share of the expected positions that must be met, those aside on which the standard's text decides for us.
const SHARE_MIN: f64 = 0.995;
/// Share of all expected positions that must be met.
const RAW_SHARE_MIN: f64 = 0.99;
/// Tolerance of a coordinate, metres.
const PLACE_M_MAX: f64 = 0.01;
/// Tolerance of an angle, radians.
const ANGLE_RAD_MAX: f64 = 1e-3;

/// Reviewed disagreements: (map, rows, why ours stands).
const MISSES: &[(&str, usize, &str)] = &[
    ("gt_openscenario_editor/test-fixtures/opendrive-v1.9/Ex_Poly3.xodr", 4, POLY3),
    ("ivsg_psu/Data/workzone_150m_double_curve_barrels_order_wrong.xodr", 2, ORDER),
    ("maliput_malidrive/resources/StraightRoadMultipleLaneDirections.xodr", 9, DIRECTION),
    (
        "qc_opendrive/tests/data/not_implemented_yet/rule_104_road_lanes_lane_offset_no_offset_if_border_defined_invalid.xodr",
        7,
        BORDER,
    ),
    (
        "qc_opendrive/tests/data/not_implemented_yet/rule_104_road_lanes_lane_offset_no_offset_if_border_defined_valid.xodr",
        7,
        BORDER,
    ),
    (
        "qc_opendrive/tests/data/performance_avoid_redundant_info/performance_avoid_redundant_info_lane_border_invalid.xodr",
        7,
        BORDER,
    ),
    (
        "qc_opendrive/tests/data/performance_avoid_redundant_info/performance_avoid_redundant_info_lane_border_valid.xodr",
        7,
        BORDER,
    ),
    (
        "qc_opendrive/tests/data/performance_avoid_redundant_info/performance_avoid_redundant_info_lane_offset_invalid_1.xodr",
        2,
        BEFORE,
    ),
    (
        "qc_opendrive/tests/data/performance_avoid_redundant_info/performance_avoid_redundant_info_lane_offset_invalid_2.xodr",
        2,
        BEFORE,
    ),
    (
        "qc_opendrive/tests/data/performance_avoid_redundant_info/performance_avoid_redundant_info_lane_offset_valid.xodr",
        2,
        BEFORE,
    ),
    (
        "qc_opendrive/tests/data/performance_avoid_redundant_info/performance_avoid_redundant_info_superelevation_invalid.xodr",
        2,
        SCREW,
    ),
    ("qc_opendrive/tests/data/road_geometry_elem_asc_order/invalid.xodr", 2, ORDER),
    (
        "qc_opendrive/tests/data/road_geometry_param_poly3_length_match/road_geometry_param_poly3_length_match_invalid_multiple_cases.xodr",
        2,
        TWICE,
    ),
];

const POLY3: &str = "poly3 by its arc length to 1e-9; the other one is up to 3 cm off it along the curve";
const ORDER: &str = "records out of order: ours are sorted by s, as the standard wants them";
const DIRECTION: &str = "lane@direction (1.8) turns these lanes; the other one does not know it";
const BORDER: &str = "lanes given by <border>: the other one reads widths only and gives them none";
const BEFORE: &str = "before the first lane offset there is none; the other one runs its polynomial backward";
const SCREW: &str = "a bank that turns by 1 rad a metre: the place agrees; the other one takes the tangent of that rate for the rate";
const TWICE: &str =
    "four geometries at one s: the last one holds, as everywhere; the other one takes the first";

fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("SHAKEDOWN_CORPUS").map_or_else(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no corpus at {}", folder.display());
    None
}

fn maps_under(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            maps_under(&path, found);
        } else if path.extension().is_some_and(|e| e == "xodr") {
            found.push(path);
        }
    }
}

fn read(folder: &Path, name: &str) -> Result<Parsed, Problems> {
    opendrive::parse(&fs::read(folder.join(name)).unwrap(), name)
}

#[test]
fn every_well_formed_map_is_read() {
    let Some(folder) = corpus() else { return };
    let mut paths = Vec::new();
    maps_under(&folder, &mut paths);
    assert!(paths.len() >= 440, "only {} maps under {}", paths.len(), folder.display());
    let mut refused = Vec::new();
    for path in &paths {
        let name = path.strip_prefix(&folder).unwrap().to_str().unwrap();
        match read(&folder, name) {
            Ok(parsed) => {
                assert!(parsed.problems.iter().all(|p| p.severity == Severity::Warning), "{name}");
                for road in &parsed.map.roads {
                    assert!(!road.plan_view.is_empty(), "{name}: road {}", road.id);
                    // Every lane can be placed along the whole road, and all of it is finite.
                    for (i, section) in road.lane_sections.iter().enumerate() {
                        let middle = 0.5 * (section.s_m + road.section_end_m(i));
                        for lane in section.lanes() {
                            let Some(p) = road.lane_position(lane.id, middle, 0.0) else { continue };
                            let all = [p.x_m, p.y_m, p.z_m, p.heading_rad, p.pitch_rad, p.roll_rad];
                            assert!(
                                all.iter().all(|v| v.is_finite()),
                                "{name}: road {} lane {}: {p:?}",
                                road.id,
                                lane.id
                            );
                        }
                    }
                }
            }
            Err(problems) => {
                let first = problems.iter().find(|p| p.severity == Severity::Error).unwrap();
                refused.push((name.to_owned(), format!("{} {}", first.place, first.rule)));
            }
        }
    }
    let expect: Vec<(String, String)> =
        REFUSED.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(refused, expect, "refused maps");
}

fn angle_between(a: f64, b: f64) -> f64 {
    let d = (a - b).rem_euclid(TAU);
    d.min(TAU - d)
}

#[test]
fn positions_are_those_of_another_player() {
    let Some(folder) = corpus() else { return };
    let table = folder.join("../oracles/road_positions.tsv");
    let Ok(table) = fs::read_to_string(&table) else {
        println!("skipped: no {}", table.display());
        return;
    };
    let mut maps: BTreeMap<&str, Option<Parsed>> = BTreeMap::new();
    let mut misses: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut rows, mut missed, mut tilted) = (0usize, 0usize, 0usize);
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [map, road, lane, rest @ ..] = cells.as_slice() else { panic!("short row: {line}") };
        let numbers: Vec<f64> = rest.iter().map(|c| c.parse().unwrap()).collect();
        let [s, offset, x, y, z, heading, pitch, roll] = numbers[..] else { panic!("short row: {line}") };
        let parsed = maps.entry(map).or_insert_with(|| read(&folder, map).ok());
        rows += 1;
        let place = parsed.as_ref().and_then(|p| p.map.lane_position(road, lane.parse().unwrap(), s, offset));
        let met = place.is_some_and(|p| {
            (p.x_m - x).abs() <= PLACE_M_MAX
                && (p.y_m - y).abs() <= PLACE_M_MAX
                && (p.z_m - z).abs() <= PLACE_M_MAX
                && angle_between(p.heading_rad, heading) <= ANGLE_RAD_MAX
        });
        if !met {
            missed += 1;
            *misses.entry(map).or_default() += 1;
        } else if place.is_some_and(|p| {
            angle_between(p.pitch_rad, pitch) > ANGLE_RAD_MAX
                || angle_between(p.roll_rad, roll) > ANGLE_RAD_MAX
        }) {
            tilted += 1;
        }
    }
    let share = 1.0 - missed as f64 / rows as f64;
    let reviewed: usize = MISSES.iter().map(|(_, n, _)| n).sum();
    let decided = 1.0 - missed.saturating_sub(reviewed) as f64 / (rows - reviewed) as f64;
    println!(
        "{rows} positions on {} maps: {missed} missed, {:.2} % met; {tilted} of them with another pitch or roll; without \
         the {reviewed} on which the standard decides for us {:.2} %",
        maps.len(),
        100.0 * share,
        100.0 * decided
    );
    let found: Vec<(&str, usize)> = misses.into_iter().collect();
    let expect: Vec<(&str, usize)> = MISSES.iter().map(|(map, n, _)| (*map, *n)).collect();
    assert_eq!(found, expect, "missed rows by map, {:.2} % met", 100.0 * share);
    assert!(share >= RAW_SHARE_MIN && decided >= SHARE_MIN, "only {:.2} % met", 100.0 * share);
    assert_eq!(tilted, 0, "rows that meet the place but not pitch and roll");
}

/// Share of the expectations of quality rules that must be met.
const RULES_SHARE_MIN: f64 = 0.9;

/// What the file of one row shows: findings of its rule, or why the file was refused.
fn decided(folder: &Path, path: &str, rule: &str) -> Result<usize, String> {
    let name = format!("qc_opendrive/{path}");
    let parsed = read(folder, &name).map_err(|p| p.to_string())?;
    let findings = opendrive::lint(&parsed.map, &name);
    // Without a rule: any word on the document itself (version, root element, well-formed XML).
    let document = |r: &str| r.starts_with("xml.") || r == "header.version" || r == "header.one";
    let counts = |r: &str| if rule.is_empty() { document(r) } else { r == rule };
    Ok(parsed.problems.iter().chain(&findings).filter(|p| counts(p.rule)).count())
}

/// Expected findings of the quality rules, from ASAM's own checker files: as many as its checker has, or by the files'
/// names some in the invalid file and none in the valid one.
#[test]
fn quality_rules_find_what_they_should() {
    let Some(folder) = corpus() else { return };
    let table = folder.join("../oracles/qc_expectations.tsv");
    let Ok(table) = fs::read_to_string(&table) else {
        println!("skipped: no {}", table.display());
        return;
    };
    let (mut rows, mut silent, mut wrong) = (0, 0, Vec::new());
    for line in table.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let ["qc_opendrive", path, rule, count, ..] = cells[..] else { continue };
        let found = decided(&folder, path, rule);
        let met = match count {
            "see test file name only" => {
                // Helpers of other tests: they are read, nothing else is said of them.
                silent += 1;
                assert!(found.is_ok(), "{path}");
                continue;
            }
            "skipped" => found == Ok(0),
            ">=1 (by file name)" => found.as_ref().map_or(rule.is_empty(), |n| *n >= 1),
            "0 (by file name)" => found == Ok(0),
            n => found == Ok(n.parse::<usize>().unwrap()),
        };
        rows += 1;
        if !met {
            wrong.push(format!("{rule} in {path}: {found:?} found, {count} expected"));
        }
    }
    let share = 1.0 - wrong.len() as f64 / f64::from(rows);
    println!(
        "{rows} expectations of quality rules ({silent} more rows without any), {:.1} % met",
        100.0 * share
    );
    wrong.iter().for_each(|w| println!("missed: {w}"));
    assert!(rows >= 115, "only {rows} expectations");
    assert!(share >= RULES_SHARE_MIN, "{}", wrong.join("\n"));
}
