//! Which lane goes on to which.
//!
//! Every link of the file — lane links inside a road, road links, junction connections — says that an
//! end of one lane touches an end of another. A touch becomes succession where one lane's driving
//! direction leaves through its end and the other's comes in through its own. Links may be written on one
//! side only; both sides' links are united.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §10.4 (road linkage), §11.5 (lane linkage), §12.4 (connections).

use super::RoadNetwork;
use crate::base::ids::{LaneId, RoadIx};
use crate::base::math::wrap_pi;
use opendrive as odr;
use opendrive::ContactPoint;
use std::collections::BTreeMap;

/// Lanes by (road, section, OpenDRIVE lane id).
#[derive(Default)]
pub(super) struct Ends {
    lanes: BTreeMap<(RoadIx, usize, i32), LaneId>,
}

/// An end of a lane: the lane and the end of its section in s.
type End = (LaneId, ContactPoint);

impl Ends {
    /// Registers a lane.
    pub fn add(&mut self, road: RoadIx, section: usize, odr_lane: i32, lane: LaneId) {
        self.lanes.insert((road, section, odr_lane), lane);
    }

    fn get(&self, road: RoadIx, section: usize, odr_lane: i32) -> Option<LaneId> {
        self.lanes.get(&(road, section, odr_lane)).copied()
    }

    /// The end of a road's lane at one of the road's ends.
    fn at_road_end(&self, map: &odr::Map, road: RoadIx, contact: ContactPoint, odr_lane: i32) -> Option<End> {
        let section = match contact {
            ContactPoint::Start => 0,
            ContactPoint::End => map.roads[road.ix()].lane_sections.len().checked_sub(1)?,
        };
        Some((self.get(road, section, odr_lane)?, contact))
    }

    /// Fills successors and predecessors of every lane.
    pub fn link(&self, map: &odr::Map, network: &mut RoadNetwork) {
        let by_id: BTreeMap<&str, RoadIx> =
            map.roads.iter().enumerate().rev().map(|(i, r)| (r.id.as_str(), RoadIx(i as u32))).collect();
        let mut touches: Vec<(End, End)> = Vec::new();
        for (i, road) in map.roads.iter().enumerate() {
            self.touch_along(map, RoadIx(i as u32), road, &by_id, &mut touches);
        }
        for junction in &map.junctions {
            for connection in &junction.connections {
                self.touch_connection(map, connection, &by_id, &mut touches);
            }
        }
        for (a, b) in touches {
            join(network, a, b);
            join(network, b, a);
        }
        for i in 0..network.lanes.len() {
            let exit_rad = last_heading(network, LaneId(i as u32));
            let turned = |n: &RoadNetwork, id: LaneId| wrap_pi(last_heading(n, id) - exit_rad).abs();
            let mut next = std::mem::take(&mut network.lanes[i].successors);
            next.sort_by(|a, b| turned(network, *a).total_cmp(&turned(network, *b)).then(a.cmp(b)));
            network.lanes[i].successors = next;
            network.lanes[i].predecessors.sort();
        }
    }

    /// Links inside a road and over its ends to other roads.
    fn touch_along(
        &self,
        map: &odr::Map,
        ix: RoadIx,
        road: &odr::Road,
        by_id: &BTreeMap<&str, RoadIx>,
        touches: &mut Vec<(End, End)>,
    ) {
        let last = road.lane_sections.len().saturating_sub(1);
        for (k, section) in road.lane_sections.iter().enumerate() {
            for lane in section.lanes() {
                let Some(own) = self.get(ix, k, lane.id) else { continue };
                for to in &lane.successors {
                    let other = if k < last {
                        self.get(ix, k + 1, *to).map(|l| (l, ContactPoint::Start))
                    } else {
                        self.across(map, ix, ContactPoint::End, &road.successor, *to, by_id)
                    };
                    touches.extend(other.map(|o| ((own, ContactPoint::End), o)));
                }
                for to in &lane.predecessors {
                    let other = if k > 0 {
                        self.get(ix, k - 1, *to).map(|l| (l, ContactPoint::End))
                    } else {
                        self.across(map, ix, ContactPoint::Start, &road.predecessor, *to, by_id)
                    };
                    touches.extend(other.map(|o| ((own, ContactPoint::Start), o)));
                }
            }
        }
    }

    /// The lane end on the other side of a road link.
    fn across(
        &self,
        map: &odr::Map,
        from: RoadIx,
        from_end: ContactPoint,
        link: &Option<odr::RoadLink>,
        odr_lane: i32,
        by_id: &BTreeMap<&str, RoadIx>,
    ) -> Option<End> {
        let odr::LinkTarget::Road { id, contact } = &link.as_ref()?.target else { return None };
        let road = *by_id.get(id.as_str())?;
        let contact = contact.unwrap_or_else(|| nearer_end(map, from, from_end, road));
        self.at_road_end(map, road, contact, odr_lane)
    }

    /// Links of a junction's connection.
    fn touch_connection(
        &self,
        map: &odr::Map,
        connection: &odr::Connection,
        by_id: &BTreeMap<&str, RoadIx>,
        touches: &mut Vec<(End, End)>,
    ) {
        let find = |id: &Option<String>| id.as_deref().and_then(|id| by_id.get(id).copied());
        let Some(incoming) = find(&connection.incoming_road) else { return };
        let Some(other) = find(&connection.connecting_road).or_else(|| find(&connection.linked_road)) else {
            return;
        };
        let contact = connection.contact.unwrap_or(ContactPoint::Start);
        let connecting = &map.roads[other.ix()];
        // Which end of the incoming road: what the connecting road says, else the end that lies nearer.
        let link = match contact {
            ContactPoint::Start => &connecting.predecessor,
            ContactPoint::End => &connecting.successor,
        };
        let said = link.as_ref().and_then(|l| match &l.target {
            odr::LinkTarget::Road { id, contact } if Some(id) == connection.incoming_road.as_ref() => {
                *contact
            }
            odr::LinkTarget::Road { .. } | odr::LinkTarget::Junction { .. } => None,
        });
        let incoming_end = said.unwrap_or_else(|| nearer_end(map, other, contact, incoming));
        for l in &connection.lane_links {
            let a = self.at_road_end(map, incoming, incoming_end, l.from);
            let b = self.at_road_end(map, other, contact, l.to);
            touches.extend(a.zip(b));
        }
    }
}

/// The end of `to` that lies nearer to the given end of `from`.
fn nearer_end(map: &odr::Map, from: RoadIx, from_end: ContactPoint, to: RoadIx) -> ContactPoint {
    let at = |road: RoadIx, end: ContactPoint| {
        let road = &map.roads[road.ix()];
        road.reference_point(match end {
            ContactPoint::Start => 0.0,
            ContactPoint::End => road.length_m,
        })
    };
    let here = at(from, from_end);
    let distance2 = |end: ContactPoint| {
        let p = at(to, end);
        (p.x_m - here.x_m) * (p.x_m - here.x_m) + (p.y_m - here.y_m) * (p.y_m - here.y_m)
    };
    if distance2(ContactPoint::Start) <= distance2(ContactPoint::End) {
        ContactPoint::Start
    } else {
        ContactPoint::End
    }
}

/// Heading at a lane's end, rad.
fn last_heading(network: &RoadNetwork, id: LaneId) -> f64 {
    let samples = &network.lanes[id.ix()].line.samples;
    samples[samples.len() - 1].heading_rad
}

/// Makes `to` a successor of `from` if traffic leaves through the one end and comes in through the other.
fn join(network: &mut RoadNetwork, from: End, to: End) {
    let exit = |with_s: bool| if with_s { ContactPoint::End } else { ContactPoint::Start };
    let leaves = network.lanes[from.0.ix()].runs_with_s();
    let enters = network.lanes[to.0.ix()].runs_with_s();
    if exit(leaves) != from.1 || exit(!enters) != to.1 {
        return;
    }
    let (a, b) = (from.0, to.0);
    if !network.lanes[a.ix()].successors.contains(&b) {
        network.lanes[a.ix()].successors.push(b);
        network.lanes[b.ix()].predecessors.push(a);
    }
}
