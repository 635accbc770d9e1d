//! Writes a map as OpenDRIVE 1.8 text: deterministic, numbers with at most six decimals (headings and curvatures
//! nine, polynomial coefficients twelve: a cubic coefficient acts times the cube of the length).

use super::geometry::{Shape, rounded, wrap};
use super::model::{Lane, LaneSection, Link, Map, Mark, Object, ObjectKind, Road, Signal, SignalKind};
use super::profile::Poly;
use std::fmt::Write as _;

/// A number without trailing zeros.
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", rounded(value, decimals as i32));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}

fn m(value: f64) -> String {
    number(value, 6)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Indented elements.
struct Writer {
    text: String,
    depth: usize,
}

impl Writer {
    fn tag(&mut self, name: &str, attributes: &[(&str, String)], close: &str) {
        let _ = write!(self.text, "{:indent$}<{name}", "", indent = self.depth * 2);
        for (key, value) in attributes {
            let _ = write!(self.text, " {key}=\"{}\"", escape(value));
        }
        self.text.push_str(close);
        self.text.push('\n');
    }
    fn leaf(&mut self, name: &str, attributes: &[(&str, String)]) {
        self.tag(name, attributes, "/>");
    }
    fn open(&mut self, name: &str, attributes: &[(&str, String)]) {
        self.tag(name, attributes, ">");
        self.depth += 1;
    }
    fn close(&mut self, name: &str) {
        self.depth -= 1;
        let _ = writeln!(self.text, "{:indent$}</{name}>", "", indent = self.depth * 2);
    }
}

/// The whole file.
pub fn write(map: &Map) -> String {
    let mut w = Writer { text: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"), depth: 0 };
    let _ = writeln!(
        w.text,
        "<!-- Made by `cargo xtask maps` from assets/maps/src/{}.toml; edit that. -->",
        map.name
    );
    w.open("OpenDRIVE", &[]);
    let mut bounds = [f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY];
    for road in &map.roads {
        for i in 0..=20 {
            let p = road.curve.at(road.length() * f64::from(i) / 20.0);
            bounds = [bounds[0].min(p.x), bounds[1].max(p.x), bounds[2].min(p.y), bounds[3].max(p.y)];
        }
    }
    w.open(
        "header",
        &[
            ("revMajor", "1".into()),
            ("revMinor", "8".into()),
            ("name", map.name.clone()),
            ("version", "1".into()),
            ("north", number(bounds[3], 3)),
            ("south", number(bounds[2], 3)),
            ("east", number(bounds[1], 3)),
            ("west", number(bounds[0], 3)),
            ("vendor", "shakedown".into()),
        ],
    );
    let _ = writeln!(
        w.text,
        "    <geoReference><![CDATA[+proj=tmerc +lat_0={} +lon_0={} +k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs]]></geoReference>",
        m(map.lat_deg),
        m(map.lon_deg)
    );
    w.close("header");
    for road in &map.roads {
        write_road(&mut w, road);
    }
    for c in &map.controllers {
        w.open("controller", &[("id", c.id.clone()), ("name", c.name.clone())]);
        for (signal, kind) in &c.controls {
            w.leaf("control", &[("signalId", signal.clone()), ("type", (*kind).into())]);
        }
        w.close("controller");
    }
    for j in &map.junctions {
        w.open("junction", &[("id", j.id.clone()), ("name", j.name.clone()), ("type", "default".into())]);
        for (i, c) in j.connections.iter().enumerate() {
            w.open(
                "connection",
                &[
                    ("id", i.to_string()),
                    ("incomingRoad", c.incoming.clone()),
                    ("connectingRoad", c.connecting.clone()),
                    ("contactPoint", "start".into()),
                ],
            );
            w.leaf("laneLink", &[("from", c.from_lane.to_string()), ("to", "-1".into())]);
            w.close("connection");
        }
        for (high, low) in &j.priorities {
            w.leaf("priority", &[("high", high.clone()), ("low", low.clone())]);
        }
        for (id, sequence) in &j.controllers {
            w.leaf(
                "controller",
                &[("id", id.clone()), ("type", "phase".into()), ("sequence", sequence.to_string())],
            );
        }
        w.close("junction");
    }
    w.close("OpenDRIVE");
    w.text
}

fn write_road(w: &mut Writer, road: &Road) {
    w.open(
        "road",
        &[
            ("name", road.name.clone()),
            ("length", m(road.length())),
            ("id", road.id.clone()),
            ("junction", road.junction.clone().unwrap_or_else(|| "-1".into())),
            ("rule", "RHT".into()),
        ],
    );
    if road.predecessor.is_some() || road.successor.is_some() {
        w.open("link", &[]);
        for (name, link) in [("predecessor", &road.predecessor), ("successor", &road.successor)] {
            match link {
                Some(Link::Junction(id)) => {
                    w.leaf(name, &[("elementType", "junction".into()), ("elementId", id.clone())]);
                }
                Some(Link::Road(id, contact)) => w.leaf(
                    name,
                    &[
                        ("elementType", "road".into()),
                        ("elementId", id.clone()),
                        ("contactPoint", contact.name().into()),
                    ],
                ),
                None => {}
            }
        }
        w.close("link");
    }
    w.open("type", &[("s", "0".into()), ("type", "town".into())]);
    w.leaf("speed", &[("max", road.speed_mph.to_string()), ("unit", "mph".into())]);
    w.close("type");
    w.open("planView", &[]);
    let mut s = 0.0;
    for g in &road.curve.segments {
        w.open(
            "geometry",
            &[
                ("s", m(s)),
                ("x", m(g.start.x)),
                ("y", m(g.start.y)),
                ("hdg", number(g.start.hdg, 9)),
                ("length", m(g.length)),
            ],
        );
        match g.shape {
            Shape::Line => w.leaf("line", &[]),
            Shape::Arc { k } => w.leaf("arc", &[("curvature", number(k, 9))]),
            Shape::Spiral { k0, k1 } => {
                w.leaf("spiral", &[("curvStart", number(k0, 9)), ("curvEnd", number(k1, 9))]);
            }
        }
        w.close("geometry");
        s += g.length;
    }
    w.close("planView");
    w.open("elevationProfile", &[]);
    for p in &road.elevation {
        write_poly(w, "elevation", "s", p);
    }
    w.close("elevationProfile");
    w.open("lanes", &[]);
    for p in &road.lane_offset {
        write_poly(w, "laneOffset", "s", p);
    }
    for section in &road.sections {
        write_section(w, section);
    }
    w.close("lanes");
    if !road.objects.is_empty() {
        w.open("objects", &[]);
        for o in &road.objects {
            write_object(w, road, o);
        }
        w.close("objects");
    }
    if !road.signals.is_empty() {
        w.open("signals", &[]);
        for s in &road.signals {
            write_signal(w, s);
        }
        w.close("signals");
    }
    w.close("road");
}

fn write_poly(w: &mut Writer, name: &str, s_name: &str, p: &Poly) {
    w.leaf(
        name,
        &[
            (s_name, m(p.s)),
            ("a", m(p.a)),
            ("b", number(p.b, 9)),
            ("c", number(p.c, 12)),
            ("d", number(p.d, 12)),
        ],
    );
}

fn write_section(w: &mut Writer, section: &LaneSection) {
    w.open("laneSection", &[("s", m(section.s))]);
    let (left, right): (Vec<&Lane>, Vec<&Lane>) = section.lanes.iter().partition(|l| l.id > 0);
    if !left.is_empty() {
        w.open("left", &[]);
        left.iter().for_each(|l| write_lane(w, l));
        w.close("left");
    }
    w.open("center", &[]);
    w.open("lane", &[("id", "0".into()), ("type", "none".into()), ("level", "false".into())]);
    write_mark(w, section.center_mark);
    w.close("lane");
    w.close("center");
    if !right.is_empty() {
        w.open("right", &[]);
        right.iter().for_each(|l| write_lane(w, l));
        w.close("right");
    }
    w.close("laneSection");
}

fn write_lane(w: &mut Writer, lane: &Lane) {
    w.open(
        "lane",
        &[("id", lane.id.to_string()), ("type", lane.kind.name().into()), ("level", "false".into())],
    );
    if lane.predecessor.is_some() || lane.successor.is_some() {
        w.open("link", &[]);
        for (name, id) in [("predecessor", lane.predecessor), ("successor", lane.successor)] {
            if let Some(id) = id {
                w.leaf(name, &[("id", id.to_string())]);
            }
        }
        w.close("link");
    }
    for p in &lane.widths {
        write_poly(w, "width", "sOffset", p);
    }
    write_mark(w, lane.mark);
    w.close("lane");
}

fn write_mark(w: &mut Writer, mark: Mark) {
    let (kind, color, width) = match mark {
        Mark::None => ("none", "standard", 0.0),
        Mark::BrokenWhite => ("broken", "white", 0.12),
        Mark::SolidWhite => ("solid", "white", 0.12),
        Mark::SolidYellow => ("solid", "yellow", 0.12),
        Mark::DoubleYellow => ("solid solid", "yellow", 0.3),
        Mark::Curb => ("curb", "standard", 0.15),
    };
    w.leaf(
        "roadMark",
        &[
            ("sOffset", "0".into()),
            ("type", kind.into()),
            ("weight", "standard".into()),
            ("color", color.into()),
            ("width", m(width)),
        ],
    );
}

fn write_object(w: &mut Writer, road: &Road, o: &Object) {
    let (kind, subtype, name) = match o.kind {
        ObjectKind::StopLine => ("roadMark", "signalLines", "stop_line"),
        ObjectKind::Crosswalk => ("crosswalk", "", "crosswalk"),
        ObjectKind::BusStop => ("none", "", "bus_stop"),
    };
    let mut attributes = vec![("type", kind.to_string())];
    if !subtype.is_empty() {
        attributes.push(("subtype", subtype.into()));
    }
    attributes.extend([
        ("id", o.id.clone()),
        ("name", name.into()),
        ("s", m(o.s)),
        ("t", m(o.t)),
        ("zOffset", "0".into()),
        ("hdg", "0".into()),
        ("pitch", "0".into()),
        ("roll", "0".into()),
        ("length", m(o.length_m)),
        ("width", m(o.width_m)),
        ("height", "0".into()),
        ("orientation", o.orientation.into()),
        ("dynamic", "no".into()),
    ]);
    w.open("object", &attributes);
    if o.kind == ObjectKind::Crosswalk {
        w.open("outlines", &[]);
        w.open("outline", &[("id", "0".into()), ("fillType", "paint".into()), ("closed", "true".into())]);
        let (u, v) = (o.length_m / 2.0, o.width_m / 2.0);
        for (i, (cu, cv)) in [(-u, -v), (u, -v), (u, v), (-u, v)].into_iter().enumerate() {
            // The paint lies on the road: z relative to the object's own height, along the local grade.
            let z = road.z(o.s + cu) - road.z(o.s);
            w.leaf(
                "cornerLocal",
                &[
                    ("id", i.to_string()),
                    ("u", m(cu)),
                    ("v", m(cv)),
                    ("z", number(z, 3)),
                    ("height", "0".into()),
                ],
            );
        }
        w.close("outline");
        w.close("outlines");
    }
    if let Some((from, to)) = o.lanes {
        w.leaf("validity", &[("fromLane", from.to_string()), ("toLane", to.to_string())]);
    }
    w.close("object");
}

fn write_signal(w: &mut Writer, s: &Signal) {
    let (dynamic, country, code, name) = match &s.kind {
        SignalKind::Face { .. } => ("yes", "OpenDRIVE", "1000001", "signal_face"),
        SignalKind::Pedestrian { .. } => ("yes", "OpenDRIVE", "1000002", "pedestrian_head"),
        SignalKind::Sign { code, .. } => ("no", "US", *code, "sign"),
    };
    let face_height = |lenses: &str| 0.36 * lenses.split(',').count() as f64;
    // z: of the center; the file gives the lower edge.
    let (z, width, height) = match &s.kind {
        SignalKind::Face { lenses, orientation, .. } if orientation == "horizontal" => {
            (5.5, face_height(lenses), 0.36)
        }
        SignalKind::Face { lenses, .. } => (5.5, 0.36, face_height(lenses)),
        SignalKind::Pedestrian { .. } => (2.6, 0.42, 0.42),
        SignalKind::Sign { .. } => (2.475, 0.75, 0.75),
    };
    let mut attributes = vec![
        ("id", s.id.clone()),
        ("name", name.to_string()),
        ("s", m(s.s)),
        ("t", m(s.t)),
        ("zOffset", m(z - height / 2.0)),
        ("orientation", s.orientation.to_string()),
        ("dynamic", dynamic.into()),
        ("country", country.into()),
        ("type", code.into()),
        ("subtype", "-1".into()),
    ];
    if let SignalKind::Sign { mph: Some(mph), .. } = &s.kind {
        attributes.extend([("value", mph.to_string()), ("unit", "mph".into())]);
    }
    attributes.extend([("height", m(height)), ("width", m(width))]);
    w.open("signal", &attributes);
    for (from, to) in &s.lanes {
        w.leaf("validity", &[("fromLane", from.to_string()), ("toLane", to.to_string())]);
    }
    if let SignalKind::Pedestrian { crosswalk, .. } = &s.kind {
        w.leaf(
            "reference",
            &[
                ("elementType", "object".into()),
                ("elementId", crosswalk.clone()),
                ("type", "crosswalk".into()),
            ],
        );
    }
    if let Some((pose, z)) = &s.head {
        w.leaf(
            "positionInertial",
            &[
                ("x", number(pose.x, 3)),
                ("y", number(pose.y, 3)),
                ("z", number(*z, 3)),
                ("hdg", number(wrap(pose.hdg), 6)),
            ],
        );
    }
    let detail = match &s.kind {
        SignalKind::Face { lenses, orientation, brightness } => Some(format!(
            "orientation={orientation};lenses={lenses};lens_mm=300;brightness={};mount=mast_arm",
            m(*brightness)
        )),
        SignalKind::Pedestrian { brightness, .. } => Some(format!(
            "orientation=vertical;lenses=DW,W;lens_mm=300;brightness={};mount=pedestal",
            m(*brightness)
        )),
        SignalKind::Sign { .. } => None,
    };
    if let Some(value) = detail {
        w.leaf("userData", &[("code", "shakedown.face".into()), ("value", value)]);
    }
    w.close("signal");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, decimals, text) in [
            (1.0, 6, "1"),
            (-0.0000001, 6, "0"),
            (0.25, 6, "0.25"),
            (-4.123_456_78, 6, "-4.123457"),
            (100.0, 0, "100"),
        ] {
            assert_eq!(number(value, decimals), text);
        }
    }
}
