//! Rules on the reference line and the profiles along it.

use super::{Findings, linked_road};
use crate::model::{ContactPoint, Cubic, Curve, Geometry, Map, ParamRange, Road};
use crate::problem::Place;

/// Difference between a curve's own and its declared length above which a warning is due, metres (ASAM's checker).
const LENGTH_M_MAX: f64 = 1e-3;
/// Gap between the reference lines of two linked roads above which a warning is due, metres: the checker takes
/// 1e-6, which coordinates written with three decimals never meet.
const CONTACT_M_MAX: f64 = 1e-2;
/// Difference of coefficients below which two records say the same.
const SAME_MAX: f64 = 1e-6;

pub(super) fn check(findings: &mut Findings<'_>, map: &Map) {
    for road in &map.roads {
        if findings.since(4) {
            ascending_order(findings, road);
        }
        if findings.since(7) {
            road.plan_view.iter().for_each(|g| param_poly3(findings, g));
            contact_points(findings, map, road);
            redundant_records(findings, road);
        }
    }
}

/// The reader sorts records by s; their places tell how they stood in the file.
fn ascending_order(findings: &mut Findings<'_>, road: &Road) {
    let mut written: Vec<&Geometry> = road.plan_view.iter().collect();
    written.sort_by_key(|g| g.at.offset);
    for pair in written.windows(2).filter(|w| w[1].s_m < w[0].s_m) {
        let message = format!("s = {} stands after s = {}", pair[1].s_m, pair[0].s_m);
        let rule = "asam.net:xodr:1.4.0:road.geometry.elem_asc_order";
        findings.warn(rule, pair[1].at, message, "geometries stand in rising s");
    }
}

fn param_poly3(findings: &mut Findings<'_>, piece: &Geometry) {
    let Curve::ParamPoly3 { u, v, range, table } = &piece.curve else { return };
    if u[0].abs() > SAME_MAX || v[0].abs() > SAME_MAX || v[1].abs() > SAME_MAX || u[1] <= 0.0 {
        let message = format!("aU = {}, aV = {}, bV = {}, bU = {}", u[0], v[0], v[1], u[1]);
        let rule = "asam.net:xodr:1.7.0:road.geometry.paramPoly3.valid_parameters";
        findings.warn(rule, piece.at, message, "aU, aV and bV shall be zero and bU positive");
    }
    if (table.total_m() - piece.length_m).abs() > LENGTH_M_MAX {
        let message =
            format!("the curve is {} m long, its length says {} m", table.total_m(), piece.length_m);
        let rules: &[&'static str] = match range {
            ParamRange::ArcLength => &["asam.net:xodr:1.7.0:road.geometry.parampoly3.arclength_range"],
            ParamRange::Normalized => &[
                "asam.net:xodr:1.7.0:road.geometry.parampoly3.normalized_range",
                "asam.net:xodr:1.7.0:road.geometry.parampoly3.length_match",
            ],
        };
        for rule in rules {
            findings.warn(
                rule,
                piece.at,
                message.clone(),
                "the curve over its range of p shall be as long as declared",
            );
        }
    }
}

fn contact_points(findings: &mut Findings<'_>, map: &Map, road: &Road) {
    if road.junction.is_some() {
        return;
    }
    let ends = [(road.predecessor.as_ref(), 0.0), (road.successor.as_ref(), road.length_m)];
    for (link, s_m) in ends {
        let Some((other, contact)) = linked_road(map, link) else { continue };
        let there = match contact {
            ContactPoint::Start => other.position(0.0, 0.0),
            ContactPoint::End => other.position(other.length_m, 0.0),
        };
        let here = road.position(s_m, 0.0);
        let (dx, dy, dz) = (here.x_m - there.x_m, here.y_m - there.y_m, here.z_m - there.z_m);
        let gap = (dx * dx + dy * dy + dz * dz).sqrt();
        if gap > CONTACT_M_MAX {
            let message = format!(
                "road {:?} at s = {s_m} is {gap:.3} m from the linked end of road {:?}",
                road.id, other.id
            );
            let rule = "asam.net:xodr:1.7.0:road.geometry.contact_point";
            findings.warn(rule, road.at, message, "linked reference lines meet");
        }
    }
}

fn redundant_records(findings: &mut Findings<'_>, road: &Road) {
    redundant(findings, "elevation", &road.elevation, road.at);
    redundant(findings, "superelevation", &road.superelevation, road.at);
    redundant(findings, "laneOffset", &road.lane_offset, road.at);
    for section in &road.lane_sections {
        for lane in section.lanes() {
            redundant(findings, "width", &lane.widths, lane.at);
            redundant(findings, "border", &lane.borders, lane.at);
        }
    }
    for pair in road.plan_view.windows(2) {
        let straight = pair[0].curve == Curve::Line && pair[1].curve == Curve::Line;
        if straight && (pair[0].heading_rad - pair[1].heading_rad).abs() < SAME_MAX {
            redundant_at(findings, "line", pair[1].s_m, pair[1].at);
        }
    }
}

fn redundant(findings: &mut Findings<'_>, name: &str, records: &[Cubic], at: Place) {
    for pair in records.windows(2).filter(|w| goes_on(&w[0], &w[1])) {
        redundant_at(findings, name, pair[1].s_m, at);
    }
}

fn redundant_at(findings: &mut Findings<'_>, name: &str, s_m: f64, at: Place) {
    let message = format!("the <{name}> record at s = {s_m} only goes on with the one before it");
    let rule = "asam.net:xodr:1.7.0:performance.avoid_redundant_info";
    findings.warn(rule, at, message, "one record is enough");
}

/// Whether `b` is the polynomial of `a`, counted from its own start.
fn goes_on(a: &Cubic, b: &Cubic) -> bool {
    let same = |x: f64, y: f64| (x - y).abs() < SAME_MAX;
    same(a.value(b.s_m), b.a) && same(a.slope(b.s_m), b.b) && same(0.5 * a.bend(b.s_m), b.c) && same(a.d, b.d)
}
