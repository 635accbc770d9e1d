//! Draws a map from above, with its elevation profiles below, as SVG: for looking at what a description makes.

use super::geometry::Pose;
use super::model::{LaneKind, Map, Mark, ObjectKind, Road, SignalKind};
use std::fmt::Write as _;

/// Pixels a metre.
const SCALE: f64 = 2.0;

fn color(road: &Road, kind: LaneKind) -> &'static str {
    match kind {
        LaneKind::Driving if road.junction.is_some() => "#6d6d72",
        LaneKind::Driving => "#5a5a60",
        LaneKind::Median => "#8fae7a",
        LaneKind::Biking => "#4f8f5b",
        LaneKind::Parking | LaneKind::Shoulder => "#77777c",
        LaneKind::Sidewalk => "#c9c3b6",
    }
}

/// The drawing of a map.
pub fn svg(map: &Map) -> String {
    let mut b = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    for r in &map.roads {
        for i in 0..=50 {
            let p = r.curve.at(r.length() * f64::from(i) / 50.0);
            b = [b[0].min(p.x), b[1].min(p.y), b[2].max(p.x), b[3].max(p.y)];
        }
    }
    let (x0, y1) = (b[0] - 30.0, b[3] + 30.0);
    let (w, plan_h) = ((b[2] - b[0] + 60.0) * SCALE, (b[3] - b[1] + 60.0) * SCALE);
    let profiles: Vec<&Road> = map.roads.iter().filter(|r| r.junction.is_none()).collect();
    let per_row = ((w / 420.0) as usize).max(1);
    let rows = profiles.len().div_ceil(per_row);
    let h = plan_h + rows as f64 * 150.0;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w:.0} {h:.0}\" width=\"{w:.0}\" height=\"{h:.0}\" \
         font-family=\"sans-serif\"><rect width=\"100%\" height=\"100%\" fill=\"#eef0ea\"/>\n"
    );
    let at = |p: Pose| format!("{:.2},{:.2}", (p.x - x0) * SCALE, (y1 - p.y) * SCALE);
    for pass in
        [LaneKind::Sidewalk, LaneKind::Shoulder, LaneKind::Median, LaneKind::Biking, LaneKind::Driving]
    {
        for road in &map.roads {
            lanes(&mut out, road, pass, &at);
        }
    }
    for road in map.roads.iter().filter(|r| r.junction.is_some()) {
        let points: Vec<String> = samples(road, 0.0, road.length())
            .iter()
            .map(|s| {
                let edges = road.edges(road.section_at(*s), *s);
                let (inner, outer) =
                    edges.iter().find(|(l, _, _)| l.id == -1).map_or((0.0, 0.0), |e| (e.1, e.2));
                at(road.point(*s, (inner + outer) / 2.0).0)
            })
            .collect();
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"#ffd27a\" stroke-width=\"0.7\"/>",
            points.join(" ")
        );
    }
    for road in &map.roads {
        marks(&mut out, road, &at);
        objects(&mut out, road, &at);
    }
    for j in &map.junctions {
        let p = at(Pose { x: j.x, y: j.y, hdg: 0.0 });
        let (x, y) = p.split_once(',').unwrap_or(("0", "0"));
        let _ = writeln!(
            out,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"7\" fill=\"#003\">{:?} z {:.1}</text>",
            j.control, j.z
        );
    }
    for (i, road) in profiles.iter().enumerate() {
        let p = at(road.curve.at(road.length() / 2.0));
        let (x, y) = p.split_once(',').unwrap_or(("0", "0"));
        let _ = writeln!(out, "<text x=\"{x}\" y=\"{y}\" font-size=\"9\" fill=\"#a00\">{}</text>", road.id);
        let (ox, oy) = ((i % per_row) as f64 * 420.0 + 10.0, plan_h + (i / per_row) as f64 * 150.0);
        elevation(&mut out, road, ox, oy);
    }
    out.push_str("</svg>\n");
    out
}

fn samples(road: &Road, from: f64, to: f64) -> Vec<f64> {
    let straight = road.curve.curvature_max() == 0.0;
    let n = if straight { ((to - from) / 5.0) as u32 + 1 } else { ((to - from) / 1.0) as u32 + 2 };
    (0..=n).map(|i| from + (to - from) * f64::from(i) / f64::from(n)).collect()
}

fn section_ends(road: &Road) -> Vec<(usize, f64, f64)> {
    let ends = road.sections.iter().skip(1).map(|s| s.s).chain([road.length()]);
    road.sections.iter().zip(ends).enumerate().map(|(i, (s, end))| (i, s.s, end - 1e-6)).collect()
}

fn lanes(out: &mut String, road: &Road, pass: LaneKind, at: &dyn Fn(Pose) -> String) {
    for (i, from, to) in section_ends(road) {
        let section = &road.sections[i];
        for (n, lane) in section.lanes.iter().enumerate() {
            let group = if lane.kind == LaneKind::Parking { LaneKind::Shoulder } else { lane.kind };
            if group != pass {
                continue;
            }
            let _ = n;
            let mut inner = Vec::new();
            let mut outer = Vec::new();
            for s in samples(road, from, to) {
                if let Some((_, a, b)) = road.edges(section, s).into_iter().find(|(l, _, _)| l.id == lane.id)
                {
                    inner.push(at(road.point(s, a).0));
                    outer.push(at(road.point(s, b).0));
                }
            }
            outer.reverse();
            inner.extend(outer);
            let _ = writeln!(
                out,
                "<polygon points=\"{}\" fill=\"{}\"/>",
                inner.join(" "),
                color(road, lane.kind)
            );
        }
    }
}

fn marks(out: &mut String, road: &Road, at: &dyn Fn(Pose) -> String) {
    for (i, from, to) in section_ends(road) {
        let section = &road.sections[i];
        let mut line = |mark: Mark, t_at: &dyn Fn(f64) -> Option<f64>| {
            let style = match mark {
                Mark::None | Mark::Curb => return,
                Mark::BrokenWhite => "stroke=\"#fff\" stroke-dasharray=\"6 18\"",
                Mark::SolidWhite => "stroke=\"#fff\"",
                Mark::SolidYellow | Mark::DoubleYellow => "stroke=\"#fc3\"",
            };
            let points: Vec<String> = samples(road, from, to)
                .into_iter()
                .filter_map(|s| t_at(s).map(|t| at(road.point(s, t).0)))
                .collect();
            let _ = writeln!(
                out,
                "<polyline points=\"{}\" fill=\"none\" stroke-width=\"0.5\" {style}/>",
                points.join(" ")
            );
        };
        line(section.center_mark, &|s| Some(super::profile::active(&road.lane_offset, s).value(s)));
        for lane in &section.lanes {
            line(lane.mark, &|s| {
                road.edges(section, s).into_iter().find(|(l, _, _)| l.id == lane.id).map(|e| e.2)
            });
        }
    }
}

fn objects(out: &mut String, road: &Road, at: &dyn Fn(Pose) -> String) {
    for o in &road.objects {
        let fill = match o.kind {
            ObjectKind::StopLine => "#fff",
            ObjectKind::Crosswalk => "#f4f4f4b0",
            ObjectKind::BusStop => "#3a7bd5b0",
        };
        let corner = |u: f64, v: f64| at(road.point(o.s + u * o.length_m / 2.0, o.t + v * o.width_m / 2.0).0);
        let _ = writeln!(
            out,
            "<polygon points=\"{} {} {} {}\" fill=\"{fill}\"/>",
            corner(-1.0, -1.0),
            corner(1.0, -1.0),
            corner(1.0, 1.0),
            corner(-1.0, 1.0)
        );
    }
    for s in &road.signals {
        let (pose, fill, r) = match (&s.kind, s.head) {
            (SignalKind::Face { lenses, .. }, Some((p, _))) => {
                (p, if lenses.contains('L') { "#0a0" } else { "#d00" }, 1.6)
            }
            (SignalKind::Pedestrian { .. }, Some((p, _))) => (p, "#06c", 1.0),
            (SignalKind::Sign { code, .. }, _) => {
                (road.point(s.s, s.t).0, if *code == "R1-1" { "#b0f" } else { "#333" }, 1.2)
            }
            _ => continue,
        };
        let p = at(pose);
        let (x, y) = p.split_once(',').unwrap_or(("0", "0"));
        let _ = writeln!(out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" fill=\"{fill}\"/>");
        if s.head.is_some() {
            let _ = writeln!(
                out,
                "<polyline points=\"{p} {}\" stroke=\"{fill}\" stroke-width=\"0.6\"/>",
                at(pose.ahead(2.5))
            );
        }
    }
}

fn elevation(out: &mut String, road: &Road, ox: f64, oy: f64) {
    let n = 100;
    let points: Vec<(f64, f64)> =
        (0..=n).map(|i| road.length() * f64::from(i) / f64::from(n)).map(|s| (s, road.z(s))).collect();
    let (lo, hi) =
        points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |m, p| (m.0.min(p.1), m.1.max(p.1)));
    let (g, s) = super::readme::steepest(road);
    let line: Vec<String> = points
        .iter()
        .map(|(s, z)| {
            format!(
                "{:.1},{:.1}",
                ox + s / road.length() * 380.0,
                oy + 130.0 - (z - lo) / (hi - lo).max(10.0) * 100.0
            )
        })
        .collect();
    let _ = writeln!(
        out,
        "<text x=\"{ox}\" y=\"{:.0}\" font-size=\"11\">{} {:.0} m, z {lo:.1}–{hi:.1}, steepest {:+.1} % at {s:.0}</text>\
         <polyline points=\"{}\" fill=\"none\" stroke=\"#a33\" stroke-width=\"1.5\"/>",
        oy + 15.0,
        road.id,
        road.length(),
        g * 100.0,
        line.join(" ")
    );
}
