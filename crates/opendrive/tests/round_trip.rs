//! (s, t) → x, y, z → (s, t) on every road of the field's maps.
//!
//! # Where the inverse is not unique
//! - Beyond the centre of curvature (|k·t| ≥ 1) a nearer point of the line exists: such t are not asked for, the limit
//!   here is 0.9.
//! - Where a road runs over or beside itself (ramps, loops, connecting roads that cross their own start), where two
//!   pieces meet with a kink or a gap, and past an end: another (s, t) has the same point or a nearer foot. These are
//!   recognised by their result — the place found has the same x, y, z, or lies nearer to the line — and counted; there
//!   may be few of them.

#![allow(clippy::unwrap_used)] // A test that cannot go on should panic.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use opendrive::{Map, Road};
use proptest::prelude::*;

/// Largest |k·t|.
const TURN_MAX: f64 = 0.9;
/// Error of s and t on a straight road, metres; on a curve it grows by 1/(1 − k·t).
const STRAIGHT_M_MAX: f64 = 1e-6;
/// Error of the point found again, metres.
const PLACE_M_MAX: f64 = 1e-6;
/// Share of places without a unique inverse that the field's maps may have.
const SHARE_MAX: f64 = 0.03;

static MAPS: LazyLock<Vec<(String, Map)>> = LazyLock::new(|| {
    fn under(folder: &Path, found: &mut Vec<PathBuf>) {
        let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                under(&path, found);
            } else if path.extension().is_some_and(|e| e == "xodr") {
                found.push(path);
            }
        }
    }
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("SHAKEDOWN_CORPUS").map_or_else(beside, PathBuf::from);
    let mut paths = Vec::new();
    if folder.is_dir() {
        under(&folder, &mut paths);
    } else {
        println!("skipped: no corpus at {}", folder.display());
    }
    let read = |path: PathBuf| {
        let parsed = opendrive::parse(&fs::read(&path).unwrap(), "").ok()?;
        Some((path.strip_prefix(&folder).unwrap().display().to_string(), parsed.map))
    };
    paths.into_iter().filter_map(read).filter(|(_, map)| !map.roads.is_empty()).collect()
});

#[derive(Debug, PartialEq)]
enum Found {
    /// The same (s, t).
    Same,
    /// Another one with as good a claim.
    Other,
    /// Neither.
    Wrong(String),
}

/// t between the outermost lane borders at s, as a share from −1 to 1 of them, within the curve's radius.
fn t_at(road: &Road, s_m: f64, share: f64) -> f64 {
    let spans = || {
        let section = road.section_at(s_m);
        section.into_iter().flat_map(|l| l.lanes()).filter_map(|l| road.lane_span_at(l.id, s_m))
    };
    let low = spans().map(|s| s.outer_t_m).fold(-2.0, f64::min).max(-50.0);
    let high = spans().map(|s| s.outer_t_m).fold(2.0, f64::max).min(50.0);
    let t = if share < 0.0 { -share * low } else { share * high };
    let k = road.reference_point(s_m).curvature_pm.abs();
    if k > 0.0 { t.clamp(-TURN_MAX / k, TURN_MAX / k) } else { t }
}

fn round_trip(road: &Road, s_m: f64, t_m: f64) -> Found {
    let p = road.position(s_m, t_m);
    let Some(found) = road.surface_nearest([p.x_m, p.y_m, p.z_m]) else {
        return Found::Wrong("no point".to_owned());
    };
    let k = road.reference_point(s_m).curvature_pm;
    let tolerance = STRAIGHT_M_MAX / (1.0 - (k * t_m).abs()).max(0.05) + 1e-12 * p.x_m.abs().max(p.y_m.abs());
    if (found.s_m - s_m).abs() <= tolerance && (found.t_m - t_m).abs() <= tolerance {
        return Found::Same;
    }
    let q = road.position(found.s_m, found.t_m);
    let apart = ((p.x_m - q.x_m).powi(2) + (p.y_m - q.y_m).powi(2) + (p.z_m - q.z_m).powi(2)).sqrt();
    let same_place = apart <= PLACE_M_MAX + 1e-12 * p.x_m.abs().max(p.y_m.abs());
    let foot = road.nearest(p.x_m, p.y_m).unwrap();
    let nearer = foot.distance_m < t_m.abs() - 1e-9;
    if same_place || nearer {
        return Found::Other;
    }
    Found::Wrong(format!("({s_m}, {t_m}) → {p:?} → {found:?}, {apart} m apart, k = {k}"))
}

/// Fixed places on every road: none is wrong, and nearly all are found again.
#[test]
fn every_road_gives_its_places_back() {
    let (mut places, mut other, mut wrong, mut roads) = (0usize, 0usize, Vec::new(), 0usize);
    for (name, map) in MAPS.iter() {
        for road in &map.roads {
            roads += 1;
            for i in 0..5 {
                for share in [-0.9, -0.3, 0.0, 0.6] {
                    let s = road.length_m * (0.07 + 0.2 * f64::from(i));
                    let t = t_at(road, s, share);
                    places += 1;
                    match round_trip(road, s, t) {
                        Found::Same => {}
                        Found::Other => other += 1,
                        Found::Wrong(what) => wrong.push(format!("{name}, road {}: {what}", road.id)),
                    }
                }
            }
        }
    }
    if MAPS.is_empty() {
        return;
    }
    let share = other as f64 / places as f64;
    println!(
        "{places} places on {roads} roads of {} maps: {:.2} % without a unique inverse, {} wrong",
        MAPS.len(),
        100.0 * share,
        wrong.len()
    );
    wrong.iter().take(20).for_each(|w| println!("{w}"));
    assert!(wrong.is_empty(), "{} wrong", wrong.len());
    assert!(share <= SHARE_MAX, "{share}");
}

/// A lane's centre lies in that lane, wherever lanes have width and do not overlap.
#[test]
fn every_lane_holds_its_own_center() {
    /// Share of lanes that may lie on one another: negative widths and borders of broken files.
    const OVERLAP_SHARE_MAX: f64 = 0.002;
    let (mut lanes, mut wrong) = (0usize, Vec::new());
    for (name, map) in MAPS.iter() {
        for road in &map.roads {
            for (i, section) in road.lane_sections.iter().enumerate() {
                let s = 0.5 * (section.s_m + road.section_end_m(i));
                if road.section_index_at(s) != Some(i) {
                    continue;
                }
                for lane in section.lanes() {
                    let span = road.lane_span_at(lane.id, s).unwrap();
                    if span.width_m() < 0.01 {
                        continue;
                    }
                    lanes += 1;
                    let found = road.lane_at(s, span.center_t_m()).map(|l| l.id);
                    if found != Some(lane.id) {
                        wrong.push(format!("{name}, road {}, s {s}, lane {}: {found:?}", road.id, lane.id));
                    }
                }
            }
        }
    }
    println!("{lanes} lanes, {} under another one", wrong.len());
    wrong.iter().take(10).for_each(|w| println!("{w}"));
    assert!(MAPS.is_empty() || wrong.len() as f64 <= OVERLAP_SHARE_MAX * lanes as f64, "{}", wrong.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any place of any road.
    #[test]
    fn any_place_is_given_back(
        (map, road) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        (along, across) in (0.001f64..0.999, -1.0f64..1.0),
    ) {
        if MAPS.is_empty() {
            return Ok(());
        }
        let (name, map) = &MAPS[map.index(MAPS.len())];
        let road = &map.roads[road.index(map.roads.len())];
        let s = along * road.length_m;
        let found = round_trip(road, s, t_at(road, s, across));
        prop_assert!(!matches!(found, Found::Wrong(_)), "{name}, road {}: {found:?}", road.id);
    }
}
