//! Text → model: one pass, every problem collected.
//!
//! [`cursor`] streams elements, [`value`] reads attributes, one file per branch of the schema fills the
//! model, and [`check`] looks at what no single element shows: order, gaps, references.

mod annotation;
mod area;
mod board;
mod check;
mod cursor;
mod decode;
mod detail;
mod junction;
mod lane;
mod object;
mod rail;
mod road;
mod signal;
mod value;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::limits::{FILE_BYTES_MAX, ROADS_MAX};
use crate::model::{Cubic, Geometry, Header, HeaderOffset, Map, SignalPosition};
use crate::problem::{Problems, Severity};

pub use decode::decode;

pub(crate) use annotation::read_user_data;

use cursor::{Cursor, Done, Element};
use decode::Note;
use value::{COORDINATE, Else, NUMBER};

/// What [`parse`] found in a file that could be read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parsed {
    /// The map.
    pub map: Map,
    /// Warnings.
    pub problems: Problems,
    /// What was not used: path of the element (`OpenDRIVE/road/surface/CRG`) or attribute
    /// (`…/signal@width`) → how often. What lies inside an ignored element is not counted again.
    pub ignored: BTreeMap<String, usize>,
}

/// Reads an OpenDRIVE file. `source_name` stands in the problems.
///
/// # Errors
/// All problems of the file, in its order, if one of them is an error.
///
/// ```
/// let text = br#"<OpenDRIVE><header revMajor="1" revMinor="8"/>
///   <road id="1" length="100" junction="-1">
///     <planView><geometry s="0" x="5" y="0" hdg="0" length="100"><line/></geometry></planView>
///     <lanes><laneSection s="0"><center><lane id="0" type="none"/></center>
///       <right><lane id="-1" type="driving"><width sOffset="0" a="3.5" b="0" c="0" d="0"/></lane></right>
///     </laneSection></lanes>
///   </road></OpenDRIVE>"#;
/// let parsed = opendrive::parse(text, "example.xodr").map_err(|p| p.to_string())?;
/// let place = parsed.map.lane_position("1", -1, 40.0, 0.25).ok_or("no such lane")?;
/// assert_eq!((place.x_m, place.y_m, place.heading_rad), (45.0, -1.5, 0.0));
/// # Ok::<(), String>(())
/// ```
pub fn parse(bytes: &[u8], source_name: &str) -> Result<Parsed, Problems> {
    if bytes.len() > FILE_BYTES_MAX {
        let mut cursor = Cursor::new("", source_name);
        let message = format!("the file has {} bytes; FILE_BYTES_MAX = {FILE_BYTES_MAX}", bytes.len());
        cursor.report(Severity::Error, "limit.file_bytes", 0..0, message, "");
        return Err(Problems(cursor.problems));
    }
    let (text, note) = decode::decode_with_note(bytes);
    let mut cursor = Cursor::new(&text, source_name);
    if let Some(note) = note {
        report_note(&mut cursor, note);
    }
    let mut map = Map::default();
    if let Some(root) = cursor.root() {
        read_root(&mut cursor, root, &mut map);
        cursor.finish();
    }
    map.annotations = std::mem::take(&mut cursor.annotations);
    if !cursor.is_stopped() {
        apply_offset(&mut map);
        map.reindex();
        check::check(&mut cursor, &map);
    }
    cursor.close_problems();
    let mut problems = Problems(cursor.problems);
    problems.0.sort_by_key(|p| p.place.offset);
    if problems.has_errors() {
        return Err(problems);
    }
    Ok(Parsed { map, problems, ignored: cursor.ignored })
}

/// Moves the map by the header's offset, then turns it about the origin (ASAM OpenDRIVE 1.8.1 §6.3).
fn apply_offset(map: &mut Map) {
    let Some(offset) = map.header.offset else { return };
    let (sin, cos) = libm::sincos(offset.heading_rad);
    let moved = |x_m: f64, y_m: f64| {
        let (x, y) = (x_m + offset.x_m, y_m + offset.y_m);
        (x * cos - y * sin, x * sin + y * cos)
    };
    let move_piece = |piece: &mut Geometry| {
        (piece.x_m, piece.y_m) = moved(piece.x_m, piece.y_m);
        piece.heading_rad += offset.heading_rad;
    };
    for junction in &mut map.junctions {
        junction.plan_view.iter_mut().for_each(move_piece);
        for row in junction.elevation_grid.iter_mut().flat_map(|g| &mut g.rows) {
            let heights = std::iter::once(&mut row.center_m).chain(&mut row.left_m).chain(&mut row.right_m);
            heights.for_each(|z| *z += offset.z_m);
        }
    }
    for road in &mut map.roads {
        road.plan_view.iter_mut().for_each(move_piece);
        if offset.z_m != 0.0 {
            if road.elevation.first().is_none_or(|e| e.s_m > 0.0) {
                road.elevation.insert(0, Cubic::default());
            }
            for record in &mut road.elevation {
                record.a += offset.z_m;
            }
        }
        for signal in &mut road.signals {
            if let Some(SignalPosition::Inertial { x_m, y_m, z_m, heading_rad, .. }) = &mut signal.position {
                (*x_m, *y_m) = moved(*x_m, *y_m);
                *z_m += offset.z_m;
                *heading_rad += offset.heading_rad;
            }
        }
    }
}

fn report_note(r: &mut Cursor<'_>, note: Note) {
    match note {
        Note::UnknownLabel(label) => {
            let message = format!("the declared encoding {label:?} is not the file's");
            r.report(Severity::Warning, "xml.encoding", 0..0, message, "it was read as UTF-8");
        }
        Note::Invalid { encoding, used, offset } => {
            let message = format!("the file is not valid {encoding}");
            let hint = used.map_or_else(
                || "unreadable characters were replaced".to_owned(),
                |u| format!("it was read as {u}; declare the encoding that it has"),
            );
            r.report(Severity::Warning, "xml.encoding", offset..offset, message, &hint);
        }
    }
}

fn read_root<'a>(r: &mut Cursor<'a>, root: Element<'a>, map: &mut Map) -> Done {
    if root.name != "OpenDRIVE" {
        let message = format!("the root element is <{}>", root.name);
        r.report(
            Severity::Error,
            "xml.root_tag_is_opendrive",
            root.span.clone(),
            message,
            "<OpenDRIVE> is wanted",
        );
        return r.skip(root);
    }
    let span = root.span.clone();
    let mut headers = 0;
    let done = r.children(root, |r, el| match el.name {
        "header" => {
            headers += 1;
            read_header(r, el, &mut map.header)
        }
        "road" => {
            if map.roads.len() == ROADS_MAX {
                let message = format!("more than ROADS_MAX = {ROADS_MAX} roads");
                r.report(Severity::Error, "limit.roads", el.span.clone(), message, "");
            }
            if map.roads.len() >= ROADS_MAX {
                return r.pass_over(el);
            }
            road::read_road(r, el, &mut map.roads)
        }
        "junction" => junction::read_junction(r, el, &mut map.junctions),
        "junctionGroup" => junction::read_group(r, el, &mut map.junction_groups),
        "controller" => signal::read_controller(r, el, &mut map.controllers),
        "station" => rail::read_station(r, el, &mut map.stations),
        "vmsGroup" => board::read_vms_group(r, el, &mut map.vms_groups),
        "userData" => read_user_data(r, el, &mut map.user_data),
        _ => r.skip(el),
    });
    if headers != 1 && !r.is_stopped() {
        let message = format!("the file has {headers} headers");
        r.report(Severity::Warning, "header.one", span, message, "one <header> is wanted");
    }
    done
}

fn read_header<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, header: &mut Header) -> Done {
    let edge = |r: &mut Cursor<'a>, el: &mut Element<'a>, name| r.optional(el, name, &NUMBER);
    *header = Header {
        rev_major: revision(r, &mut el, "revMajor"),
        rev_minor: revision(r, &mut el, "revMinor"),
        name: r.text(&mut el, "name"),
        version: r.text(&mut el, "version"),
        date: r.text(&mut el, "date"),
        vendor: r.text(&mut el, "vendor"),
        north_m: edge(r, &mut el, "north"),
        south_m: edge(r, &mut el, "south"),
        east_m: edge(r, &mut el, "east"),
        west_m: edge(r, &mut el, "west"),
        at: r.at(&el),
        ..Header::default()
    };
    r.children(el, |r, mut child| match child.name {
        "geoReference" => {
            let mut text = String::new();
            let done = r.children_and_text(child, &mut |r, el| r.skip(el), Some(&mut text));
            header.geo_reference = Some(text.trim().to_owned()).filter(|t| !t.is_empty());
            done
        }
        "offset" => {
            header.offset = Some(HeaderOffset {
                x_m: r.number(&mut child, "x", &COORDINATE, Else::Warn(0.0)),
                y_m: r.number(&mut child, "y", &COORDINATE, Else::Warn(0.0)),
                z_m: r.number(&mut child, "z", &COORDINATE, Else::Warn(0.0)),
                heading_rad: r.number(&mut child, "hdg", &NUMBER, Else::Warn(0.0)),
            });
            r.leaf(child)
        }
        "license" => annotation::read_license(r, child, &mut header.license),
        "defaultRegulations" => annotation::read_regulations(r, child, &mut header.regulations),
        "userData" => read_user_data(r, child, &mut header.user_data),
        _ => r.skip(child),
    })
}

fn revision<'a>(r: &mut Cursor<'a>, el: &mut Element<'a>, name: &str) -> u32 {
    let found = r.integer(el, name).and_then(|n| u32::try_from(n).ok());
    let sound = match (name, found) {
        ("revMajor", Some(1)) => true,
        ("revMinor", Some(minor)) => (1..=8).contains(&minor),
        _ => false,
    };
    if !sound {
        let shown = found.map_or_else(|| "missing".to_owned(), |n| n.to_string());
        let message = format!("<header {name}> is {shown}: this reader knows OpenDRIVE 1.1 to 1.8");
        r.report(Severity::Warning, "header.version", el.span.clone(), message, "it was read as 1.8");
    }
    found.unwrap_or(0)
}
