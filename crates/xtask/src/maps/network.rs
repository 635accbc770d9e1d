//! From a description to roads: where streets cross, how far each arm stands back from the crossing, and the
//! stretch of road between two crossings with its lanes and its vertical profile.
//!
//! A junction is a plane (height, slope east, slope north). Roads end on that plane with the plane's slope in their
//! direction, so whatever joins two arms is smooth; the vertical curve to the road's own grade lies on the road.
//! Arms stand back so far that curb returns of the given radius fit between neighbours (tangent length r/tan(φ/2)).

use super::description::{Description, JunctionText, Section};
use super::geometry::{Corner, Curve, Pose, Shape, curb_return_tangent, polyline, rounded, wrap};
use super::model::{Contact, Control, Junction, LaneKind, Link, Map, Road};
use super::profile::{End, Pvi, profile};
use super::{furniture, junction, roadside, section};
use libm::{cos, fabs, sin};
use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// Angle below which a movement goes straight on, rad.
pub const THROUGH_MAX_RAD: f64 = 0.9;

/// A street with its geometry.
pub struct StreetLine {
    pub id: String,
    pub name: String,
    pub section: Section,
    pub speed_mph: u32,
    pub curve: Curve,
    curve_m: f64,
    start_z_m: Option<f64>,
    end_z_m: Option<f64>,
    /// (station, junction index) in rising order.
    stops: Vec<(f64, usize)>,
}

/// One leg of a junction.
#[derive(Clone, Debug)]
pub struct Arm {
    pub street: usize,
    /// Which end of the road touches the junction.
    pub contact: Contact,
    /// Direction from the crossing outwards.
    pub out_hdg: f64,
    /// Distance from the street's axis to the curb on the left and right, looking outwards.
    pub curb_left: f64,
    pub curb_right: f64,
    pub setback: f64,
    /// Compass letter of the direction.
    pub letter: char,
    /// Index into the map's roads, once they are built.
    pub road: usize,
}

/// A crossing of two streets.
pub struct Node<'a> {
    pub text: &'a JunctionText,
    pub id: String,
    /// The more important street, then the other.
    pub streets: [usize; 2],
    pub x: f64,
    pub y: f64,
    /// Counter-clockwise.
    pub arms: Vec<Arm>,
}

impl Node<'_> {
    /// Height of the junction's plane.
    pub fn plane(&self, x: f64, y: f64) -> f64 {
        self.text.z_m + self.text.tilt[0] * (x - self.x) + self.text.tilt[1] * (y - self.y)
    }
    /// Slope of the plane along a heading.
    pub fn slope(&self, hdg: f64) -> f64 {
        self.text.tilt[0] * cos(hdg) + self.text.tilt[1] * sin(hdg)
    }
    /// Does traffic on this arm meet a stop line?
    pub fn stops(&self, arm: &Arm) -> bool {
        match self.text.control {
            Control::Signal | Control::AllWayStop => true,
            Control::TwoWayStop => arm.street == self.streets[1],
        }
    }
    /// Angle by which a vehicle from `a` turns to leave through `b`.
    pub fn deflection(a: &Arm, b: &Arm) -> f64 {
        wrap(b.out_hdg - a.out_hdg - PI)
    }
}

fn curb(median_m: f64, lanes: &[(LaneKind, f64)]) -> f64 {
    median_m / 2.0 + lanes.iter().take_while(|(k, _)| *k != LaneKind::Sidewalk).map(|(_, w)| w).sum::<f64>()
}

/// Builds the whole map.
pub fn build(d: &Description) -> Result<Map, String> {
    let mut streets = d.street.iter().map(|s| street_line(d, s)).collect::<Result<Vec<_>, _>>()?;
    let mut nodes = find_junctions(d, &mut streets)?;
    let mut roads = Vec::new();
    for i in 0..streets.len() {
        build_roads(d, &streets, i, &mut nodes, &mut roads)?;
    }
    for id in d.profile.keys() {
        if !roads.iter().any(|r: &Road| &r.id == id) {
            return Err(format!("profile for {id:?}, which is no road"));
        }
    }
    let mut map = Map {
        name: d.name.clone(),
        title: d.title.clone(),
        about: d.about.clone(),
        lat_deg: d.origin.lat_deg,
        lon_deg: d.origin.lon_deg,
        roads,
        junctions: Vec::new(),
        controllers: Vec::new(),
        notes: d.note.iter().map(|n| (n.road.clone(), n.s_m, n.text.clone())).collect(),
    };
    for node in &nodes {
        let mut j = Junction {
            id: node.id.clone(),
            name: format!("{} / {}", streets[node.streets[0]].name, streets[node.streets[1]].name),
            control: node.text.control,
            x: node.x,
            y: node.y,
            z: node.text.z_m,
            connections: Vec::new(),
            priorities: Vec::new(),
            controllers: Vec::new(),
        };
        junction::connect(node, &streets, &mut map.roads, &mut j)?;
        furniture::furnish(node, &streets, &d.heads, &mut map, &mut j)?;
        map.junctions.push(j);
    }
    roadside::furnish(d, &mut map)?;
    Ok(map)
}

fn street_line(d: &Description, s: &super::description::Street) -> Result<StreetLine, String> {
    let text = d.section.get(&s.section).ok_or_else(|| format!("{}: no section {:?}", s.id, s.section))?;
    let corners = s
        .path
        .iter()
        .map(|p| match p.as_slice() {
            [x, y] => Ok(Corner { x: *x, y: *y, radius_m: None }),
            [x, y, r] => Ok(Corner { x: *x, y: *y, radius_m: Some(*r) }),
            _ => Err(format!("{}: a path point is [x, y] or [x, y, radius]", s.id)),
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(StreetLine {
        id: s.id.clone(),
        name: s.name.clone(),
        section: text.read().map_err(|e| format!("section {}: {e}", s.section))?,
        speed_mph: s.speed_mph,
        curve: polyline(&corners).map_err(|e| format!("{}: {e}", s.id))?,
        curve_m: s.curve_m,
        start_z_m: s.start_z_m,
        end_z_m: s.end_z_m,
        stops: Vec::new(),
    })
}

/// Where the straight parts of two curves cross: stations on both.
fn crossings(a: &Curve, b: &Curve) -> Vec<(f64, f64)> {
    let mut out: Vec<(f64, f64)> = Vec::new();
    let lines = |c: &Curve| {
        let mut s = 0.0;
        let mut v = Vec::new();
        for seg in &c.segments {
            if seg.shape == Shape::Line {
                v.push((s, *seg));
            }
            s += seg.length;
        }
        v
    };
    for (sa, la) in lines(a) {
        for (sb, lb) in lines(b) {
            let (ahead, left) = la.start.local(lb.start);
            let sine = sin(wrap(lb.start.hdg - la.start.hdg));
            if fabs(sine) < 0.2 {
                continue;
            }
            let db = -left / sine;
            let da = ahead + db * cos(wrap(lb.start.hdg - la.start.hdg));
            let inside = |d: f64, l: f64| d > -0.01 && d < l + 0.01;
            if inside(da, la.length) && inside(db, lb.length) {
                out.push((sa + da, sb + db));
            }
        }
    }
    out
}

fn find_junctions<'a>(d: &'a Description, streets: &mut [StreetLine]) -> Result<Vec<Node<'a>>, String> {
    let mut nodes: Vec<Node<'a>> = Vec::new();
    for a in 0..streets.len() {
        for b in a + 1..streets.len() {
            let found = crossings(&streets[a].curve, &streets[b].curve);
            for (n, (sa, sb)) in found.iter().enumerate() {
                // Streets that meet twice number their crossings.
                let again = if n == 0 { String::new() } else { format!(" {}", n + 1) };
                let key = format!("{} x {}{again}", streets[a].id, streets[b].id);
                let text = d.junction.get(&key).ok_or_else(|| {
                    let p = streets[a].curve.at(*sa);
                    format!("the crossing {key:?} at ({:.1}, {:.1}) is not described", p.x, p.y)
                })?;
                let p = streets[a].curve.at(*sa);
                let node = nodes.len();
                streets[a].stops.push((*sa, node));
                streets[b].stops.push((*sb, node));
                let id = format!("j_{}_{}{}", streets[a].id, streets[b].id, again.replace(' ', "_"));
                nodes.push(Node { text, id, streets: [a, b], x: p.x, y: p.y, arms: Vec::new() });
            }
        }
    }
    if nodes.len() != d.junction.len() {
        let ids: Vec<String> = nodes.iter().map(|n| n.id.clone()).collect();
        return Err(format!(
            "{} junctions are described, the streets cross at {}: {ids:?}",
            d.junction.len(),
            nodes.len()
        ));
    }
    for (index, node) in nodes.iter_mut().enumerate() {
        for street in node.streets {
            let line = &streets[street];
            let Some((station, _)) = line.stops.iter().find(|(_, n)| *n == index) else { continue };
            let hdg = line.curve.at(*station).hdg;
            let forward = curb(line.section.median_m, &line.section.forward);
            let backward = curb(line.section.median_m, &line.section.backward);
            let arm = |contact, out_hdg, curb_left, curb_right| Arm {
                street,
                contact,
                out_hdg: wrap(out_hdg),
                curb_left,
                curb_right,
                setback: 0.0,
                letter: compass(out_hdg),
                road: 0,
            };
            if *station < line.curve.length() - 1.0 {
                node.arms.push(arm(Contact::Start, hdg, backward, forward));
            }
            if *station > 1.0 {
                node.arms.push(arm(Contact::End, hdg + PI, forward, backward));
            }
        }
        stand_back(node)?;
    }
    for s in streets.iter_mut() {
        s.stops.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    Ok(nodes)
}

fn compass(hdg: f64) -> char {
    let quarter = (wrap(hdg) + TAU + PI / 4.0) % TAU / FRAC_PI_2;
    ['e', 'n', 'w', 's'][(quarter as usize).min(3)]
}

fn stand_back(node: &mut Node<'_>) -> Result<(), String> {
    node.arms.sort_by(|a, b| a.out_hdg.total_cmp(&b.out_hdg));
    let n = node.arms.len();
    for i in 0..n {
        let j = (i + 1) % n;
        let (a, b) = (node.arms[i].clone(), node.arms[j].clone());
        if node.arms.iter().filter(|x| x.letter == a.letter).count() > 1 {
            return Err(format!("{}: two arms towards {}", node.id, a.letter));
        }
        let phi = (b.out_hdg - a.out_hdg + TAU) % TAU;
        if phi > 2.9 {
            continue;
        }
        let round = curb_return_tangent(phi, node.text.corner_m);
        let along = |near: f64, far: f64| (far + near * cos(phi)) / sin(phi) + round;
        let (da, db) = (along(a.curb_left, b.curb_right), along(b.curb_right, a.curb_left));
        node.arms[i].setback = node.arms[i].setback.max(rounded(da, 3));
        node.arms[j].setback = node.arms[j].setback.max(rounded(db, 3));
    }
    Ok(())
}

fn build_roads(
    d: &Description,
    streets: &[StreetLine],
    index: usize,
    nodes: &mut [Node<'_>],
    roads: &mut Vec<Road>,
) -> Result<(), String> {
    let street = &streets[index];
    let total = street.curve.length();
    let mut bounds: Vec<(f64, Option<usize>)> = street.stops.iter().map(|(s, n)| (*s, Some(*n))).collect();
    if bounds.first().is_none_or(|b| b.0 > 1.0) {
        bounds.insert(0, (0.0, None));
    }
    if bounds.last().is_none_or(|b| b.0 < total - 1.0) {
        bounds.push((total, None));
    }
    for (k, w) in bounds.windows(2).enumerate() {
        let id = format!("{}_{}", street.id, k + 1);
        let road_index = roads.len();
        let mut setback = |node: Option<usize>, contact: Contact| -> (f64, bool) {
            let Some(n) = node else { return (0.0, false) };
            let Some(i) = nodes[n].arms.iter().position(|a| a.street == index && a.contact == contact) else {
                return (0.0, false);
            };
            nodes[n].arms[i].road = road_index;
            let arm = nodes[n].arms[i].clone();
            let left_exists = nodes[n]
                .arms
                .iter()
                .any(|b| Node::deflection(&arm, b) > THROUGH_MAX_RAD && b.street != index);
            let through_exists =
                nodes[n].arms.iter().any(|b| fabs(Node::deflection(&arm, b)) < THROUGH_MAX_RAD);
            // Where nothing goes straight on, two lanes part to left and right without a pocket.
            let approach =
                if contact == Contact::End { &street.section.forward } else { &street.section.backward };
            let single = approach.iter().filter(|(k, _)| *k == LaneKind::Driving).count() == 1;
            (arm.setback, left_exists && (through_exists || single) && street.section.median_m >= 3.0)
        };
        let (back0, pocket0) = setback(w[0].1, Contact::Start);
        let (back1, pocket1) = setback(w[1].1, Contact::End);
        let pocket0 = pocket0 && street.section.backward.iter().any(|(k, _)| *k == LaneKind::Driving);
        let curve = street.curve.slice(w[0].0 + back0, w[1].0 - back1);
        let length = curve.length();
        if length < 15.0 {
            return Err(format!("{id}: only {length:.1} m remain between its junctions"));
        }
        let curve_m = street.curve_m.min(length / 2.0 - 0.5);
        let end_at = |node: Option<usize>, pose: Pose| {
            node.map(|n| End::Junction {
                z_m: nodes[n].plane(pose.x, pose.y),
                slope: nodes[n].slope(pose.hdg),
                curve_m,
            })
        };
        let near = |node: Option<usize>| node.map_or(0.0, |n| nodes[n].text.z_m);
        let start = end_at(w[0].1, curve.start())
            .unwrap_or(End::Border { z_m: street.start_z_m.unwrap_or(near(w[1].1)) });
        let end = end_at(w[1].1, curve.at(length))
            .unwrap_or(End::Border { z_m: street.end_z_m.unwrap_or(near(w[0].1)) });
        let between: Vec<Pvi> = d
            .profile
            .get(&id)
            .map(|p| {
                p.iter().map(|[s_m, z_m, curve_m]| Pvi { s_m: *s_m, z_m: *z_m, curve_m: *curve_m }).collect()
            })
            .unwrap_or_default();
        let layout = section::lay_out(&street.section, length, pocket0, pocket1);
        let to_link = |node: Option<usize>| node.map(|n| Link::Junction(nodes[n].id.clone()));
        roads.push(Road {
            elevation: profile(length, start, end, &between).map_err(|e| format!("{id}: {e}"))?,
            id,
            name: street.name.clone(),
            junction: None,
            curve,
            lane_offset: layout.lane_offset,
            sections: layout.sections,
            speed_mph: street.speed_mph,
            predecessor: to_link(w[0].1),
            successor: to_link(w[1].1),
            objects: Vec::new(),
            signals: Vec::new(),
        });
    }
    Ok(())
}
