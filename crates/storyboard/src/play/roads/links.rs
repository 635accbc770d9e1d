//! What follows a road's ends: the other road and where one enters it, or a junction's connections.
//!
//! A link whose contact point the file forgot enters at the end that lies nearer. Connections without lane
//! links join lanes of equal ids, as the standard has it.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §10.3 (road linkage), §12 (junctions: common, direct, virtual).

use glam::DVec2;
use opendrive::{ContactPoint, LinkTarget, Map, Orientation, Road, RoadLink};
use std::collections::BTreeMap;

/// Where one arrives on a road, and which way one goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Index of the road.
    pub road: usize,
    /// s, m.
    pub s_m: f64,
    /// +1: with rising s; −1: against it.
    pub direction: i8,
}

/// What lies beyond an end.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Link {
    /// Nothing.
    Nothing,
    /// A road.
    Road(Entry),
    /// A junction, by index.
    Junction(usize),
}

/// A way from a road into a junction.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Connection {
    /// Road that comes in.
    pub incoming: usize,
    /// The connecting road (of a direct junction: the linked road), and where it is entered.
    pub entry: Entry,
    /// Lanes of the incoming road and theirs; empty = equal ids.
    pub lanes: Vec<(i32, i32)>,
    /// Whether the connecting road is linked back to that end of the incoming one (+1: its end, −1: its start);
    /// 0 where it does not say.
    pub from_end: i8,
}

impl Connection {
    /// The lane that a lane goes on in.
    pub fn lane(&self, lane: i32) -> Option<i32> {
        if self.lanes.is_empty() {
            return Some(lane);
        }
        self.lanes.iter().find(|(from, _)| *from == lane).map(|(_, to)| *to)
    }
}

/// All links of a map.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    /// Per road: before its start, after its end.
    roads: Vec<[Link; 2]>,
    /// Per junction.
    junctions: Vec<Vec<Connection>>,
}

impl Links {
    pub fn new(map: &Map, ids: &BTreeMap<String, usize>) -> Self {
        let junction_ids: BTreeMap<&str, usize> =
            map.junctions.iter().enumerate().rev().map(|(i, j)| (j.id.as_str(), i)).collect();
        let link = |from: &Road, link: &Option<RoadLink>, end: ContactPoint| match link {
            None => Link::Nothing,
            Some(link) => match &link.target {
                LinkTarget::Junction { id } => {
                    junction_ids.get(id.as_str()).map_or(Link::Nothing, |j| Link::Junction(*j))
                }
                LinkTarget::Road { id, contact } => ids
                    .get(id)
                    .and_then(|road| road_entry(map, from, end, *road, *contact, link))
                    .map_or(Link::Nothing, Link::Road),
            },
        };
        let roads = map.roads.iter().map(|r| {
            [link(r, &r.predecessor, ContactPoint::Start), link(r, &r.successor, ContactPoint::End)]
        });
        let roads: Vec<[Link; 2]> = roads.collect();
        let junctions = map.junctions.iter().map(|junction| {
            let found = junction.connections.iter().filter_map(|c| {
                let incoming = *ids.get(c.incoming_road.as_ref()?)?;
                let road = *ids.get(c.connecting_road.as_ref().or(c.linked_road.as_ref())?)?;
                let contact = c.contact.unwrap_or(ContactPoint::Start);
                let entry = entry_at(map, road, contact)?;
                let back = &roads.get(road)?[side(contact)];
                let from_end = match back {
                    Link::Road(e) if e.road == incoming => -e.direction,
                    Link::Road(_) | Link::Junction(_) | Link::Nothing => 0,
                };
                let lanes = c.lane_links.iter().map(|l| (l.from, l.to)).collect();
                Some(Connection { incoming, entry, lanes, from_end })
            });
            found.collect()
        });
        let junctions = junctions.collect();
        Self { roads, junctions }
    }

    /// What lies beyond the end that one leaves in a direction.
    pub fn beyond(&self, road: usize, direction: i8) -> &Link {
        self.roads.get(road).map_or(&Link::Nothing, |ends| &ends[usize::from(direction > 0)])
    }

    /// Connections of a junction from an end of a road.
    pub fn connections(
        &self,
        junction: usize,
        road: usize,
        direction: i8,
    ) -> impl Iterator<Item = &Connection> {
        let list = self.junctions.get(junction).map_or(&[][..], Vec::as_slice);
        let both_ends = self.beyond(road, 1) == self.beyond(road, -1);
        list.iter()
            .filter(move |c| c.incoming == road && (!both_ends || c.from_end == 0 || c.from_end == direction))
    }
}

fn side(contact: ContactPoint) -> usize {
    match contact {
        ContactPoint::Start => 0,
        ContactPoint::End => 1,
    }
}

/// Entry at an end of a road.
fn entry_at(map: &Map, road: usize, contact: ContactPoint) -> Option<Entry> {
    let length_m = map.roads.get(road)?.length_m;
    Some(match contact {
        ContactPoint::Start => Entry { road, s_m: 0.0, direction: 1 },
        ContactPoint::End => Entry { road, s_m: length_m, direction: -1 },
    })
}

fn road_entry(
    map: &Map,
    from: &Road,
    end: ContactPoint,
    road: usize,
    contact: Option<ContactPoint>,
    link: &RoadLink,
) -> Option<Entry> {
    let target = map.roads.get(road)?;
    if let (Some(s_m), None) = (link.element_s_m, contact) {
        // Into the middle of a road: a virtual junction.
        let direction = match link.element_dir {
            Some(Orientation::Minus) => -1,
            Some(Orientation::Plus | Orientation::Both) | None => 1,
        };
        return Some(Entry { road, s_m: s_m.clamp(0.0, target.length_m), direction });
    }
    let contact = contact.unwrap_or_else(|| {
        let point = |r: &Road, s: f64| {
            let p = r.reference_point(s);
            DVec2::new(p.x_m, p.y_m)
        };
        let here = match end {
            ContactPoint::Start => point(from, 0.0),
            ContactPoint::End => point(from, from.length_m),
        };
        let to_start = here.distance_squared(point(target, 0.0));
        let to_end = here.distance_squared(point(target, target.length_m));
        if to_start <= to_end { ContactPoint::Start } else { ContactPoint::End }
    });
    entry_at(map, road, contact)
}
