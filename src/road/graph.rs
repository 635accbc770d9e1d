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

/// A stretch of road with a fixed set of lanes: a lane section, or a part of one where roads of virtual junctions meet
/// it in its middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    /// Index of the lane section.
    pub section: usize,
    /// Start on the road, m.
    pub from_m: f64,
    /// End on the road, m.
    pub to_m: f64,
}

/// Shortest piece that a cut may leave, m.
const PIECE_M_MIN: f64 = 0.01;
/// Most cuts of one road.
const CUTS_MAX: usize = 1_000;

/// Lanes by (road, piece, OpenDRIVE lane id): two where a lane is driven both ways.
pub(super) struct Ends {
    pieces: Vec<Vec<Piece>>,
    lanes: BTreeMap<(RoadIx, usize, i32), Vec<LaneId>>,
}

/// An end of a lane: the lane and the end of its piece in s.
type End = (LaneId, ContactPoint);

/// A border of a road's pieces: the piece and which of its ends.
type Border = (usize, ContactPoint);

type ById<'m> = BTreeMap<&'m str, RoadIx>;

impl Ends {
    /// Cuts every road of the map into pieces.
    pub fn new(map: &odr::Map) -> Self {
        let by_id = by_id(map);
        let mut cuts: Vec<Vec<f64>> = vec![Vec::new(); map.roads.len()];
        for link in map.roads.iter().flat_map(|r| r.predecessor.iter().chain(&r.successor)) {
            if let (Some(s_m), odr::LinkTarget::Road { id, .. }) = (link.element_s_m, &link.target)
                && let Some(road) = by_id.get(id.as_str())
                && cuts[road.ix()].len() < CUTS_MAX
            {
                cuts[road.ix()].push(s_m);
            }
        }
        let pieces = map.roads.iter().zip(&mut cuts).map(|(road, cuts)| pieces_of(road, cuts)).collect();
        Self { pieces, lanes: BTreeMap::new() }
    }

    /// The pieces of a road, rising.
    pub fn pieces(&self, road: RoadIx) -> &[Piece] {
        &self.pieces[road.ix()]
    }

    /// Registers a lane.
    pub fn add(&mut self, road: RoadIx, piece: usize, odr_lane: i32, lane: LaneId) {
        self.lanes.entry((road, piece, odr_lane)).or_default().push(lane);
    }

    /// The lane that was registered first.
    pub fn first(&self, road: RoadIx, piece: usize, odr_lane: i32) -> Option<LaneId> {
        self.get(road, piece, odr_lane).first().copied()
    }

    fn get(&self, road: RoadIx, piece: usize, odr_lane: i32) -> &[LaneId] {
        self.lanes.get(&(road, piece, odr_lane)).map_or(&[], Vec::as_slice)
    }

    /// The border at one of a road's ends.
    fn road_end(&self, road: RoadIx, contact: ContactPoint) -> Option<Border> {
        let last = self.pieces(road).len().checked_sub(1)?;
        Some(match contact {
            ContactPoint::Start => (0, ContactPoint::Start),
            ContactPoint::End => (last, ContactPoint::End),
        })
    }

    /// The border in a road's middle that a link means: for `+` on the way there what lies before it, on the way from
    /// there what lies after it; for `-` the other way round.
    fn middle(&self, road: RoadIx, s_m: f64, with_s: WithS, link: ContactPoint) -> Option<Border> {
        let pieces = self.pieces(road);
        let nearest = |end: fn(&Piece) -> f64| {
            (0..pieces.len()).min_by(|a, b| {
                let off = |i: &usize| (end(&pieces[*i]) - s_m).abs();
                off(a).total_cmp(&off(b))
            })
        };
        let before = match (with_s, link) {
            (WithS::Yes, ContactPoint::Start) | (WithS::No, ContactPoint::End) => true,
            (WithS::Yes, ContactPoint::End) | (WithS::No, ContactPoint::Start) => false,
        };
        if before {
            nearest(|p| p.to_m).map(|i| (i, ContactPoint::End))
        } else {
            nearest(|p| p.from_m).map(|i| (i, ContactPoint::Start))
        }
    }

    /// Fills successors and predecessors of every lane.
    pub fn link(&self, map: &odr::Map, network: &mut RoadNetwork) {
        let by_id = by_id(map);
        let mut touches: Vec<(End, End)> = Vec::new();
        for (i, road) in map.roads.iter().enumerate() {
            self.touch_along(map, RoadIx(i as u32), road, &by_id, &mut touches);
        }
        for junction in &map.junctions {
            for connection in &junction.connections {
                self.touch_connection(map, junction, connection, &by_id, &mut touches);
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

    /// Every lane on one side of a border with every one on the other.
    fn touch(
        &self,
        (a_road, a, a_lane): (RoadIx, Border, i32),
        (b_road, b, b_lane): (RoadIx, Border, i32),
        touches: &mut Vec<(End, End)>,
    ) {
        for own in self.get(a_road, a.0, a_lane) {
            for other in self.get(b_road, b.0, b_lane) {
                touches.push(((*own, a.1), (*other, b.1)));
            }
        }
    }

    /// Links inside a road and over its ends to other roads.
    fn touch_along(
        &self,
        map: &odr::Map,
        ix: RoadIx,
        road: &odr::Road,
        by_id: &ById<'_>,
        touches: &mut Vec<(End, End)>,
    ) {
        let pieces = self.pieces(ix);
        for (k, piece) in pieces.iter().enumerate() {
            let cut = |other: Option<usize>| {
                other.filter(|o| pieces.get(*o).is_some_and(|p| p.section == piece.section))
            };
            let next = (k + 1 < pieces.len()).then_some(k + 1);
            for lane in road.lane_sections[piece.section].lanes() {
                if let Some(next) = cut(next) {
                    let (a, b) = ((k, ContactPoint::End), (next, ContactPoint::Start));
                    self.touch((ix, a, lane.id), (ix, b, lane.id), touches);
                } else {
                    let there = match next {
                        Some(next) => Some((ix, (next, ContactPoint::Start))),
                        None => self.across(map, ix, ContactPoint::End, &road.successor, by_id),
                    };
                    for (to, (other, border)) in lane.successors.iter().zip(there.iter().cycle()) {
                        self.touch((ix, (k, ContactPoint::End), lane.id), (*other, *border, *to), touches);
                    }
                }
                if cut(k.checked_sub(1)).is_none() {
                    let there = match k.checked_sub(1) {
                        Some(before) => Some((ix, (before, ContactPoint::End))),
                        None => self.across(map, ix, ContactPoint::Start, &road.predecessor, by_id),
                    };
                    for (to, (other, border)) in lane.predecessors.iter().zip(there.iter().cycle()) {
                        self.touch((ix, (k, ContactPoint::Start), lane.id), (*other, *border, *to), touches);
                    }
                }
            }
        }
    }

    /// The other side of a road link: an end of another road, or its middle (virtual junctions).
    fn across(
        &self,
        map: &odr::Map,
        from: RoadIx,
        from_end: ContactPoint,
        link: &Option<odr::RoadLink>,
        by_id: &ById<'_>,
    ) -> Option<(RoadIx, Border)> {
        let link = link.as_ref()?;
        let odr::LinkTarget::Road { id, contact } = &link.target else { return None };
        let road = *by_id.get(id.as_str())?;
        let border = match (link.element_s_m, contact) {
            (Some(s_m), None) => {
                let with_s = match link.element_dir {
                    Some(odr::Orientation::Minus) => WithS::No,
                    Some(odr::Orientation::Plus | odr::Orientation::Both) | None => WithS::Yes,
                };
                self.middle(road, s_m, with_s, from_end)?
            }
            (_, contact) => {
                let contact = contact.unwrap_or_else(|| nearer_end(map, from, from_end, road));
                self.road_end(road, contact)?
            }
        };
        Some((road, border))
    }

    /// Links of a junction's connection.
    fn touch_connection(
        &self,
        map: &odr::Map,
        junction: &odr::Junction,
        connection: &odr::Connection,
        by_id: &ById<'_>,
        touches: &mut Vec<(End, End)>,
    ) {
        let find = |id: &Option<String>| id.as_deref().and_then(|id| by_id.get(id).copied());
        let Some(incoming) = find(&connection.incoming_road) else { return };
        let Some(other) = find(&connection.connecting_road).or_else(|| find(&connection.linked_road)) else {
            return;
        };
        let direct = connection.connecting_road.is_none();
        let contact = connection.contact.unwrap_or_else(|| {
            let own = junction_end(map, other, junction).filter(|_| direct);
            own.unwrap_or(ContactPoint::Start)
        });
        let connecting = &map.roads[other.ix()];
        // Which end of the incoming road: what the connecting road says, else the one that is linked to the junction,
        // else the one that lies nearer.
        let link = match contact {
            ContactPoint::Start => &connecting.predecessor,
            ContactPoint::End => &connecting.successor,
        };
        let said = link.as_ref().is_some_and(|l| match &l.target {
            odr::LinkTarget::Road { id, contact } => {
                Some(id) == connection.incoming_road.as_ref()
                    && (contact.is_some() || l.element_s_m.is_some())
            }
            odr::LinkTarget::Junction { .. } => false,
        });
        let before = if said {
            self.across(map, other, contact, link, by_id).map(|(_, border)| border)
        } else {
            let end = junction_end(map, incoming, junction)
                .unwrap_or_else(|| nearer_end(map, other, contact, incoming));
            self.road_end(incoming, end)
        };
        let (Some(before), Some(after)) = (before, self.road_end(other, contact)) else { return };
        for l in &connection.lane_links {
            self.touch((incoming, before, l.from), (other, after, l.to), touches);
        }
    }
}

/// Whether a link into a road's middle goes with rising s there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WithS {
    Yes,
    No,
}

fn by_id(map: &odr::Map) -> ById<'_> {
    map.roads.iter().enumerate().rev().map(|(i, r)| (r.id.as_str(), RoadIx(i as u32))).collect()
}

/// A road's lane sections, cut at the given stations.
fn pieces_of(road: &odr::Road, cuts: &mut [f64]) -> Vec<Piece> {
    cuts.sort_by(f64::total_cmp);
    let mut pieces = Vec::new();
    for (section, from) in road.lane_sections.iter().enumerate() {
        // A section that the next one replaces at once carries nothing.
        let (mut from_m, to_m) = (from.s_m, road.section_end_m(section).max(from.s_m));
        let first = cuts.partition_point(|c| *c <= from_m);
        for cut in cuts[first..].iter().copied().take_while(|c| *c < to_m - PIECE_M_MIN) {
            if cut > from_m + PIECE_M_MIN {
                pieces.push(Piece { section, from_m, to_m: cut });
                from_m = cut;
            }
        }
        pieces.push(Piece { section, from_m, to_m });
    }
    pieces
}

/// The one end of a road that is linked to a junction; `None` where it is neither or both.
fn junction_end(map: &odr::Map, road: RoadIx, junction: &odr::Junction) -> Option<ContactPoint> {
    let meets = |link: &Option<odr::RoadLink>| {
        let target = link.as_ref().map(|l| &l.target);
        matches!(target, Some(odr::LinkTarget::Junction { id }) if *id == junction.id)
    };
    let road = &map.roads[road.ix()];
    match (meets(&road.predecessor), meets(&road.successor)) {
        (true, false) => Some(ContactPoint::Start),
        (false, true) => Some(ContactPoint::End),
        (true, true) | (false, false) => None,
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
