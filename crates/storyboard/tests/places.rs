//! Places on the field's own maps: from a lane to x, y, z and back, and along the roads in one go or in many.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used)]

mod common;

use common::corpus;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use storyboard::play::entity::{Relative, RoadPlace};
use storyboard::play::roads::{Along, JunctionChoice, Roads};

fn maps_under(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            maps_under(&path, found);
        } else if path.extension().is_some_and(|e| e == "xodr") {
            found.push(path);
        }
    }
}

/// One place on every lane of every section that is wide enough to stand on.
fn places(roads: &Roads) -> Vec<RoadPlace> {
    let mut list = Vec::new();
    for (index, road) in roads.map().roads.iter().enumerate() {
        for (i, section) in road.lane_sections.iter().enumerate() {
            let middle = 0.5 * (section.s_m + road.section_end_m(i));
            for lane in section.lanes().filter(|l| l.kind.is_drivable()) {
                if road.lane_width_m(lane.id, middle).is_some_and(|w| w > 0.5) {
                    list.extend(roads.locate_lane(index, lane.id, middle, 0.1));
                }
            }
        }
    }
    list
}

#[test]
fn places_come_back_from_their_coordinates_and_ways_add_up() {
    let Some(folder) = corpus() else { return };
    let mut paths = Vec::new();
    maps_under(&folder, &mut paths);
    assert!(paths.len() > 400, "only {} maps", paths.len());
    let (mut maps, mut tried, mut lost, mut strayed, mut torn) = (0, 0usize, 0usize, 0usize, 0usize);
    let mut worst = Vec::new();
    for path in &paths {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let Ok(parsed) = opendrive::parse(&std::fs::read(path).unwrap(), &name) else { continue };
        let roads = Roads::new(Arc::new(parsed.map));
        maps += 1;
        let before = (lost, strayed, torn);
        for place in places(&roads) {
            tried += 1;
            let pose = roads.pose_of(place, Relative::default());
            let p = pose.position_m;
            // Some road holds the point where it is.
            lost += usize::from(roads.nearest(p.x, p.y, Some(p.z)).is_none_or(|near| near.gap_m > 1e-3));
            // With a hint, it is the same place.
            let back = roads.nearest_from(place, p.x, p.y, Some(p.z)).map(|near| near.place);
            let same = back.is_some_and(|b| {
                b.road == place.road && (b.s_m - place.s_m).abs() < 1e-3 && (b.t_m - place.t_m).abs() < 1e-3
            });
            strayed += usize::from(!same);
            // 150 m in one go or in thirty.
            let way_m = 150.0 * f64::from(roads.driving_direction(place));
            let go = |place, d| {
                roads.move_along(
                    place,
                    Relative::default(),
                    d,
                    Along::Reference,
                    JunctionChoice::Straightest,
                    None,
                )
            };
            let whole = go(place, way_m);
            let (mut at, mut d, mut moved) = (place, way_m / 30.0, 0.0);
            for _ in 0..30 {
                let step = go(at, d);
                moved += step.moved_m.abs();
                at = step.at;
                d = if step.turned { -d } else { d };
            }
            let together = whole.at.road == at.road
                && (whole.at.s_m - at.s_m).abs() < 1e-6
                && (whole.at.t_m - at.t_m).abs() < 1e-6
                && (whole.moved_m.abs() - moved).abs() < 1e-6;
            torn += usize::from(!together);
        }
        if before != (lost, strayed, torn) {
            worst.push(format!("{name}: {} {} {}", lost - before.0, strayed - before.1, torn - before.2));
        }
    }
    println!(
        "{tried} places on {maps} maps: {lost} on no road, {strayed} elsewhere with a hint, {torn} ways torn"
    );
    for line in &worst {
        println!("  {line}");
    }
    // What is left: reference lines with kinks, roads longer than their plan view, lanes that narrow to nothing
    // between two looks.
    let share = |n: usize| n as f64 / tried as f64;
    assert!(tried > 8_000 && share(lost) < 0.0005 && share(strayed) < 0.0025 && share(torn) < 0.001);
}
