//! The README of the maps: what each description says about itself, then tables for scenario authors.

use super::model::{Contact, Control, Link, Map, ObjectKind, Road, SignalKind};
use super::xml::number;
use std::fmt::Write as _;

/// Grade over the `reach_m` before a stop line, in driving direction (negative: downhill).
fn approach_grade(road: &Road, contact: Contact, reach_m: f64) -> f64 {
    let n = 20;
    let steepest = (0..=n).map(|i| {
        let d = 5.0 + (reach_m - 5.0) * f64::from(i) / f64::from(n);
        match contact {
            Contact::Start => -road.slope(d.min(road.length())),
            Contact::End => road.slope((road.length() - d).max(0.0)),
        }
    });
    steepest.fold(0.0, |m: f64, g| if g.abs() > m.abs() { g } else { m })
}

/// Steepest grade along s, and where.
pub fn steepest(road: &Road) -> (f64, f64) {
    let n = (road.length() / 2.0) as u32 + 1;
    (0..=n)
        .map(|i| road.length() * f64::from(i) / f64::from(n))
        .map(|s| (road.slope(s), s))
        .fold((0.0, 0.0), |m, x| if x.0.abs() > m.0.abs() { x } else { m })
}

fn control(c: Control) -> &'static str {
    match c {
        Control::Signal => "signal",
        Control::TwoWayStop => "two-way stop",
        Control::AllWayStop => "all-way stop",
    }
}

/// The whole page.
pub fn write(maps: &[Map]) -> String {
    let mut out = String::from(PREFACE);
    for map in maps {
        let _ = write!(out, "\n## {}: {}\n\n{}\n", map.name, map.title, map.about.trim());
        if !map.notes.is_empty() {
            out.push_str("\nUseful places:\n\n| what | road | s, m |\n|---|---|---|\n");
            for (road, s, text) in &map.notes {
                let _ = writeln!(out, "| {text} | `{road}` | {s:.0} |");
            }
        }
        roads(&mut out, map);
        junctions(&mut out, map);
        furniture(&mut out, map);
    }
    out
}

const PREFACE: &str = "# Bundled maps

Made by `cargo xtask maps` from `src/*.toml`; `cargo xtask maps --check` says whether they are up to date, and \
`cargo xtask preview MAP --out FILE.svg` draws one. They are archetypes with stated sources for their figures, not \
surveys of the cities they are named after. How they use OpenDRIVE: [map conventions](../../docs/map-conventions.md). \
Ours, under the license of the project (MIT OR Apache-2.0).

Road ids are `<street>_<n>`, counted along the street; right-hand traffic, so lanes −1, −2 … run along rising s and \
1, 2 … against it. Grades are rise over run along rising s; \"into\" grades are in driving direction, negative \
downhill, the steepest of the last 60 m before the stop line.
";

fn end_name(link: &Option<Link>) -> String {
    match link {
        Some(Link::Junction(id)) => format!("`{id}`"),
        _ => "border".into(),
    }
}

fn roads(out: &mut String, map: &Map) {
    out.push_str(
        "\n| road | street | length, m | mph | from | to | driving lanes | z, m | steepest grade |\n",
    );
    out.push_str("|---|---|---|---|---|---|---|---|---|\n");
    for r in map.roads.iter().filter(|r| r.junction.is_none()) {
        let section = r.section_at(r.length() / 2.0);
        let ids: Vec<String> = section
            .lanes
            .iter()
            .filter(|l| l.kind == super::model::LaneKind::Driving)
            .map(|l| l.id.to_string())
            .collect();
        let (g, s) = steepest(r);
        let _ = writeln!(
            out,
            "| `{}` | {} | {:.1} | {} | {} | {} | {} | {:.1} → {:.1} | {:+.1} % at {:.0} |",
            r.id,
            r.name,
            r.length(),
            r.speed_mph,
            end_name(&r.predecessor),
            end_name(&r.successor),
            ids.join(" "),
            r.z(0.0),
            r.z(r.length()),
            g * 100.0,
            s
        );
    }
}

fn junctions(out: &mut String, map: &Map) {
    if map.junctions.is_empty() {
        return;
    }
    out.push_str("\n| junction | control | x, y, z | approaches with a stop line: grade into it; left-turn face |\n|---|---|---|---|\n");
    for j in &map.junctions {
        let mut approaches = Vec::new();
        for r in map.roads.iter().filter(|r| r.junction.is_none()) {
            for (link, contact) in [(&r.predecessor, Contact::Start), (&r.successor, Contact::End)] {
                if *link != Some(Link::Junction(j.id.clone())) {
                    continue;
                }
                let orientation = if contact == Contact::End { "+" } else { "-" };
                let prefix = format!("{}__", j.id);
                let Some(line) = r.objects.iter().find(|o| {
                    o.kind == ObjectKind::StopLine
                        && o.orientation == orientation
                        && o.id.starts_with(&prefix)
                }) else {
                    continue;
                };
                let left = r.signals.iter().find_map(|s| match &s.kind {
                    SignalKind::Face { lenses, .. }
                        if s.id.starts_with(&prefix) && s.id.ends_with("_left") =>
                    {
                        Some(if *lenses == "RL,YL,GL" { ", protected" } else { ", protected/permissive" })
                    }
                    _ => None,
                });
                approaches.push(format!(
                    "`{}` s {:.1} ({:+.1} %{})",
                    r.id,
                    line.s,
                    approach_grade(r, contact, 60.0) * 100.0,
                    left.unwrap_or("")
                ));
            }
        }
        let _ = writeln!(
            out,
            "| `{}` | {} | {}, {}, {} | {} |",
            j.id,
            control(j.control),
            number(j.x, 0),
            number(j.y, 0),
            number(j.z, 1),
            approaches.join("; ")
        );
    }
}

fn furniture(out: &mut String, map: &Map) {
    let mut lines = Vec::new();
    for r in &map.roads {
        for o in &r.objects {
            let side =
                if o.orientation == "-" { "left, towards falling s" } else { "right, towards rising s" };
            match o.kind {
                ObjectKind::BusStop => lines.push(format!("| bus stop | `{}` | {:.0} | {side} |", r.id, o.s)),
                ObjectKind::Crosswalk if o.id.contains("midblock") => {
                    lines.push(format!("| mid-block crosswalk | `{}` | {:.0} | `{}` |", r.id, o.s, o.id));
                }
                _ => {}
            }
        }
    }
    if !lines.is_empty() {
        out.push_str("\n| | road | s, m | |\n|---|---|---|---|\n");
        out.push_str(&lines.join("\n"));
        out.push('\n');
    }
}
