//! Properties that hold for every road, and for every damaged file.

#![allow(clippy::unwrap_used)] // A test that cannot go on should panic.

use std::f64::consts::TAU;

use opendrive::{ArcTable, Cubic, Curve, Geometry, LaneSection, ParamRange, Place, Road};
use proptest::prelude::*;

const EVERYTHING: &[u8] = include_bytes!("data/everything.xodr");
const REST: &[u8] = include_bytes!("data/rest.xodr");

fn piece(x_m: f64, y_m: f64, heading_rad: f64, length_m: f64, curve: Curve) -> Geometry {
    Geometry { s_m: 0.0, x_m, y_m, heading_rad, length_m, curve, at: Place::default() }
}

/// A curve of this length that turns by less than 2 rad, and its sharpest curvature.
fn curve(length_m: f64) -> impl Strategy<Value = (Curve, f64)> {
    let k_max = 2.0 / length_m;
    // Cubic deviations from straight that keep du/dp and the turn in bounds.
    let bend = -0.2..0.2;
    prop_oneof![
        Just((Curve::Line, 0.0)),
        (-k_max..k_max).prop_map(|k| (Curve::Arc { curvature_pm: k }, k.abs())),
        (-k_max..k_max, -k_max..k_max).prop_map(|(a, b)| {
            (Curve::Spiral { curvature_start_pm: a, curvature_end_pm: b }, a.abs().max(b.abs()))
        }),
        (bend.clone(), bend).prop_map(move |(c, d)| {
            let u = [0.0, length_m, 0.0, 0.0];
            let v = [0.0, 0.0, c * length_m, d * length_m];
            let own = ArcTable::new(&u, &v, 1.0, 1.0).total_m();
            // Scale so that the curve is as long as it says.
            let scale = length_m / own;
            let (u, v) = (u.map(|x| x * scale), v.map(|x| x * scale));
            let table = ArcTable::new(&u, &v, 1.0, length_m);
            (Curve::ParamPoly3 { u, v, range: ParamRange::Normalized, table }, 4.0 / length_m)
        }),
    ]
}

fn any_piece() -> impl Strategy<Value = (Geometry, f64)> {
    (-1e4..1e4, -1e4..1e4, -10.0..10.0, 1.0..500.0).prop_flat_map(|(x, y, heading, length)| {
        curve(length).prop_map(move |(curve, k)| (piece(x, y, heading, length, curve), k))
    })
}

fn straight_road(length_m: f64) -> Road {
    Road {
        id: "r".into(),
        length_m,
        plan_view: vec![piece(0.0, 0.0, 0.0, length_m, Curve::Line)],
        lane_sections: vec![LaneSection::default()],
        ..Road::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// (s, t) → x, y → nearest gives (s, t) back, as long as t stays within the curve's radius.
    #[test]
    fn nearest_is_the_inverse((piece, k) in any_piece(), share in 0.001f64..0.999, side in -1.0f64..1.0) {
        let reach = if k > 0.0 { (0.5 / k).min(30.0) } else { 30.0 };
        let (s, t) = (share * piece.length_m, side * reach);
        let p = piece.point(s);
        let (sin, cos) = p.heading_rad.sin_cos();
        let found = piece.nearest(p.x_m - t * sin, p.y_m + t * cos);
        prop_assert!((found.s_m - s).abs() < 1e-6, "s {s} → {found:?}");
        prop_assert!((found.t_m - t).abs() < 1e-6, "t {t} → {found:?}");
        prop_assert!((found.distance_m - t.abs()).abs() < 1e-6);
    }

    /// Every curve is travelled at one metre per metre, in the direction of its heading.
    #[test]
    fn s_is_arc_length_and_heading_its_tangent((piece, k) in any_piece(), share in 0.0f64..0.99) {
        let (s, step) = (share * piece.length_m, 1e-3 * piece.length_m);
        let (a, b) = (piece.point(s), piece.point(s + step));
        let (dx, dy) = (b.x_m - a.x_m, b.y_m - a.y_m);
        // A chord is shorter than its arc by k²·step³/24.
        let slack = 1e-9 + k * k * step.powi(3) / 12.0 + 1e-9 * step;
        prop_assert!((dx.hypot(dy) - step).abs() < slack, "{} for {step}", dx.hypot(dy));
        let middle = piece.point(s + 0.5 * step).heading_rad;
        let off = (dy.atan2(dx) - middle).rem_euclid(TAU);
        prop_assert!(off.min(TAU - off) < 1e-4, "heading {middle} off by {off}");
        let turn = (b.heading_rad - a.heading_rad) / step;
        prop_assert!((turn - piece.point(s + 0.5 * step).curvature_pm).abs() < 1e-3 * (1.0 + k), "curvature");
    }

    /// On a road that climbs and leans, two places a little apart lie in each other's forward direction.
    #[test]
    fn heading_and_pitch_point_along_the_road(
        (b, c) in (-0.1..0.1, -1e-3..1e-3),
        (bank, twist) in (-0.2..0.2, -5e-3..5e-3),
        (s, t) in (1.0..99.0, -10.0..10.0),
        slope in -0.2f64..0.2,
    ) {
        let mut road = straight_road(100.0);
        road.elevation.push(Cubic { b, c, ..Cubic::default() });
        road.superelevation.push(Cubic { a: bank, b: twist, ..Cubic::default() });
        let here = road.position_on(s, t, slope);
        let step = 1e-5;
        let (p, q) = (road.position(s - step, t - slope * step), road.position(s + step, t + slope * step));
        let (dx, dy, dz) = (q.x_m - p.x_m, q.y_m - p.y_m, q.z_m - p.z_m);
        prop_assert!((dy.atan2(dx).rem_euclid(TAU) - here.heading_rad).abs() < 1e-2 || (dy.atan2(dx) - here.heading_rad).abs() < 1e-2);
        prop_assert!((-dz.atan2(dx.hypot(dy)) - here.pitch_rad).abs() < 1e-2, "{} vs {}", -dz.atan2(dx.hypot(dy)), here.pitch_rad);
        let back = here.turned_around().turned_around();
        prop_assert!((back.pitch_rad - here.pitch_rad).abs() < 1e-12 && (back.roll_rad - here.roll_rad).abs() < 1e-12);
    }

    /// A file cut off anywhere is refused, with a place inside it.
    #[test]
    fn truncated_files_are_refused(share in 0.0f64..0.999) {
        let end = (share * (EVERYTHING.len() - 1) as f64) as usize;
        let cut = &EVERYTHING[..end];
        let problems = opendrive::parse(cut, "cut").expect_err("a file without its end");
        let text = opendrive::decode(cut);
        let lines = u32::try_from(text.lines().count()).unwrap() + 1;
        for problem in &problems {
            prop_assert!((1..=lines).contains(&problem.place.line), "{problem}");
            prop_assert!(problem.place.offset as usize <= text.len(), "{problem}");
        }
    }

    /// Changed, deleted and repeated stretches never panic, neither in reading nor in placing lanes.
    #[test]
    fn damaged_files_never_panic(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..40, 0u8..4, any::<u8>()), 1..8),
        file in prop::sample::select(vec![EVERYTHING, REST]),
    ) {
        let mut bytes = file.to_vec();
        for (index, length, kind, byte) in edits {
            let start = index.index(bytes.len());
            let end = (start + length).min(bytes.len());
            match kind {
                0 => bytes[start] = byte,
                1 => drop(bytes.drain(start..end)),
                2 => {
                    let copy = bytes[start..end].to_vec();
                    bytes.splice(start..start, copy);
                }
                // Digits are where it hurts.
                _ => bytes[start..end].iter_mut().filter(|b| b.is_ascii_digit()).for_each(|b| *b = b'0' + byte % 10),
            }
            if bytes.is_empty() {
                break;
            }
        }
        if let Ok(parsed) = opendrive::parse(&bytes, "damaged") {
            for road in &parsed.map.roads {
                for lane in -3..=3 {
                    for share in [0.0, 0.3, 1.0] {
                        let _ = road.lane_position(lane, share * road.length_m, 0.1);
                    }
                }
                let _ = road.nearest(1.0, 2.0);
                let _ = road.surface_nearest([1.0, 2.0, 3.0]);
                let _ = road.cross_section_m(1.0, 2.0);
                for section in 0..road.lane_sections.len() {
                    for lane in -2..=2 {
                        let strokes = road.road_mark_strokes(section, lane, 5.0);
                        let _ = strokes.first().map(|s| road.stroke_points(s));
                    }
                }
                for object in &road.objects {
                    let _ = (road.object_instances(object, 5.0), road.object_footprint(object));
                    for marking in &object.detail.markings {
                        let _ = road.object_marking_strokes(object, marking);
                    }
                    for border in &object.detail.borders {
                        let _ = road.object_border_line(object, border);
                    }
                }
            }
            for junction in &parsed.map.junctions {
                let _ = parsed.map.junction_boundary(junction, 5.0);
                let _ = junction.grid_height_m(103.0, 2.0);
            }
            let _ = opendrive::lint(&parsed.map, "damaged");
        }
    }

    /// Bytes that are no file at all.
    #[test]
    fn noise_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = opendrive::parse(&bytes, "noise");
        let mut tagged = b"<OpenDRIVE>".to_vec();
        tagged.extend(bytes);
        let _ = opendrive::parse(&tagged, "noise");
    }
}
