//! A junction's area: `<roadSection>`, `<boundary>`, `<elevationGrid>`.

use super::cursor::{Cursor, Done, Element};
use super::road::push;
use super::value::{COORDINATE, Else, LENGTH, STATION};
use crate::limits::{COORDINATE_M_MAX, RECORDS_MAX};
use crate::model::{BoundarySegment, ElevationGrid, GridRow, RoadSection, RoadStation};
use crate::problem::Severity;

pub(crate) fn read_road_section<'a>(
    r: &mut Cursor<'a>,
    mut el: Element<'a>,
    list: &mut Vec<RoadSection>,
) -> Done {
    let section = RoadSection {
        id: r.text(&mut el, "id"),
        road_id: r.id(&mut el, "roadId", Severity::Warning),
        s_start_m: r.number(&mut el, "sStart", &STATION, Else::Warn(0.0)),
        s_end_m: r.number(&mut el, "sEnd", &STATION, Else::Warn(0.0)),
    };
    push(r, &el, list, section);
    r.leaf(el)
}

pub(crate) fn read_boundary<'a>(
    r: &mut Cursor<'a>,
    el: Element<'a>,
    list: &mut Vec<BoundarySegment>,
) -> Done {
    r.children(el, |r, mut child| {
        if child.name != "segment" {
            return r.skip(child);
        }
        let road_id = r.id(&mut child, "roadId", Severity::Warning);
        let station = |r: &mut Cursor<'a>, child: &mut Element<'a>, name: &str, default| match child.raw(name)
        {
            None => default,
            Some(("begin" | "start", _)) => RoadStation::Start,
            Some(("end", _)) => RoadStation::End,
            Some(_) => r.optional(child, name, &STATION).map_or(default, RoadStation::At),
        };
        let segment = match child.raw("type") {
            Some(("joint", _)) => BoundarySegment::Joint {
                road_id,
                contact: station(r, &mut child, "contactPoint", RoadStation::Start),
                lane_start: r.integer(&mut child, "jointLaneStart"),
                lane_end: r.integer(&mut child, "jointLaneEnd"),
                transition_m: r.optional(&mut child, "transitionLength", &LENGTH),
            },
            said => {
                if let Some((raw, span)) = said.filter(|(raw, _)| *raw != "lane") {
                    let hint = "lane or joint is wanted; lane was taken";
                    r.unknown_word(child.name, "type", raw, span, hint);
                }
                BoundarySegment::Lane {
                    road_id,
                    lane_id: r.integer(&mut child, "boundaryLane").unwrap_or(0),
                    from: station(r, &mut child, "sStart", RoadStation::Start),
                    to: station(r, &mut child, "sEnd", RoadStation::End),
                }
            }
        };
        push(r, &child, list, segment);
        r.leaf(child)
    })
}

pub(crate) fn read_elevation_grid<'a>(
    r: &mut Cursor<'a>,
    mut el: Element<'a>,
    slot: &mut Option<ElevationGrid>,
) -> Done {
    let mut grid = ElevationGrid {
        spacing_m: r.number(&mut el, "gridSpacing", &LENGTH, Else::Warn(0.0)),
        s_start_m: r.number(&mut el, "sStart", &STATION, Else::Warn(0.0)),
        rows: Vec::new(),
    };
    let done = r.children(el, |r, mut child| match child.name {
        "elevation" => {
            let row = GridRow {
                center_m: r.number(&mut child, "center", &COORDINATE, Else::Warn(0.0)),
                left_m: heights(r, &mut child, "left"),
                right_m: heights(r, &mut child, "right"),
            };
            push(r, &child, &mut grid.rows, row);
            r.leaf(child)
        }
        _ => r.skip(child),
    });
    *slot = Some(grid);
    done
}

/// Numbers with white space between them.
fn heights<'a>(r: &mut Cursor<'a>, el: &mut Element<'a>, name: &str) -> Vec<f64> {
    let Some((raw, span)) = el.raw(name) else { return Vec::new() };
    let words = || raw.split_whitespace().take(RECORDS_MAX);
    let sound = |v: &f64| v.is_finite() && v.abs() <= COORDINATE_M_MAX;
    let found: Vec<f64> = words().map_while(|w| w.parse::<f64>().ok().filter(sound)).collect();
    if found.len() < words().count() {
        let message = format!("<{} {name}> holds something that is no height", el.name);
        let hint = format!("the first {} heights were taken", found.len());
        r.report(Severity::Warning, "number.unreadable", span, message, &hint);
    }
    found
}
