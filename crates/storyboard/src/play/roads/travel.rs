//! Moving along roads: over lane sections, road links and junctions, keeping lane and offset.
//!
//! # Rules
//! - Lanes go on by their links. Where a section does not say, a lane of the same id goes on if it holds the
//!   same t; else the mover goes to the nearest lane's center. A lane that narrows to nothing ends likewise.
//! - Across road links a lane without a link goes on in the nearest lane's center.
//! - In a junction the route decides; else the connecting road of the lane whose far end turns least against
//!   the asked angle (0: the straightest). Of equal ones the first in the file.
//! - Where roads meet head to head (start to start, end to end) s runs the other way on: offset and t change
//!   their sign, and the heading against rising s turns by π.
//! - Without a road to go on to, the mover stops at the end.
//!
//! # Equations
//! A metre on the line of constant t is `1/(1 − κt)` metres of s. [`Along::Own`] follows that in sub-steps
//! of [`SUBSTEP_M`] by the midpoint rule (error < 1e-6 of the way where curvature changes by less than 0.001/m per metre);
//! [`Along::OwnStep`] takes the factor at the beginning for the whole way, as players with fixed steps do.

use super::links::{Connection, Entry, Link};
use super::{LANE_WIDTH_MIN_M, Roads, nearest_lane};
use crate::play::entity::{Relative, RoadPlace, RouteState};
use crate::play::frame::{wrap, wrap_positive};
use opendrive::Road;
use std::f64::consts::PI;

/// Most roads passed in one move.
pub const ROADS_PER_MOVE_MAX: usize = 10_000;
/// Most such looks on one road.
const ROUNDS_MAX: f64 = 100_000.0;
/// Step of the integration along the own line, m.
const SUBSTEP_M: f64 = 1.0;
/// Most such steps per stretch; longer ways take longer steps.
const SUBSTEPS_MAX: f64 = 10_000.0;
/// Longest stretch between two looks at whether the lane has narrowed to nothing, m.
const LOOK_M: f64 = 25.0;
/// Nearer to an end than this counts as at it, m.
const AT_END_M: f64 = 1e-6;

/// What a distance counts along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// The reference line, as s does.
    Reference,
    /// The mover's own line (lane center plus offset), exactly.
    Own,
    /// The mover's own line, with the curvature at the beginning: first order, for small steps.
    OwnStep,
}

/// How a connecting road is chosen where no route decides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum JunctionChoice {
    /// The straightest.
    Straightest,
    /// Nearest to a turn, rad, left positive.
    Turn(f64),
}

impl JunctionChoice {
    fn turn_rad(self) -> f64 {
        match self {
            JunctionChoice::Straightest => 0.0,
            JunctionChoice::Turn(angle) => angle,
        }
    }
}

/// Where a move ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// Place.
    pub at: RoadPlace,
    /// Attitude against the surface: the heading turned by π where s runs the other way.
    pub relative: Relative,
    /// Way made along s, m, signed as asked; less than asked only at the end of the road.
    pub moved_m: f64,
    /// Whether nothing follows: stopped at an end, or standing at one.
    pub end_of_road: bool,
    /// Whether s runs the other way than before.
    pub turned: bool,
    /// Whether a junction's connection was chosen.
    pub chose: bool,
    /// Whether it went to another lane, because its own ended.
    pub lane_ended: bool,
}

/// The mover.
struct Mover<'a> {
    roads: &'a Roads,
    place: RoadPlace,
    direction: i8,
    turned: bool,
    chose: bool,
    lane_ended: bool,
}

impl Roads {
    /// Moves by a signed distance: positive with rising s of the present road. A route, where given, chooses in
    /// junctions, and its present index follows the mover.
    pub fn move_along(
        &self,
        place: RoadPlace,
        relative: Relative,
        distance_m: f64,
        along: Along,
        choice: JunctionChoice,
        mut route: Option<&mut RouteState>,
    ) -> Moved {
        let mut mover = Mover {
            roads: self,
            place,
            direction: if distance_m < 0.0 { -1 } else { 1 },
            turned: false,
            chose: false,
            lane_ended: false,
        };
        let scale = if along == Along::OwnStep { self.s_per_metre(place) } else { 1.0 };
        let mut left_m = if distance_m.is_finite() { distance_m.abs() * scale } else { 0.0 };
        let mut moved_m = 0.0;
        let mut stopped = false;
        if let Some(route) = route.as_deref_mut() {
            follow(route, place.road);
        }
        for _ in 0..ROADS_PER_MOVE_MAX {
            let Some(road) = self.road(mover.place.road) else { break };
            let (used_s, used) = mover.on_road(road, left_m, along);
            moved_m += used_s;
            left_m -= used;
            if left_m <= 0.0 {
                break;
            }
            if !mover.leave(route.as_deref(), choice) {
                stopped = true;
                break;
            }
            if let Some(route) = route.as_deref_mut() {
                follow(route, mover.place.road);
            }
        }
        let at = self.refreshed(mover.place);
        let h_rad = if mover.turned { wrap_positive(relative.h_rad + PI) } else { relative.h_rad };
        Moved {
            at,
            relative: Relative { h_rad, ..relative },
            moved_m: if distance_m < 0.0 { -moved_m } else { moved_m },
            end_of_road: stopped || self.is_at_end(at),
            turned: mover.turned,
            chose: mover.chose,
            lane_ended: mover.lane_ended,
        }
    }

    /// Whether a place is at an end of its road beyond which there is nothing.
    pub fn is_at_end(&self, place: RoadPlace) -> bool {
        let length_m = self.length_m(place.road);
        let nothing = |direction| *self.links.beyond(place.road, direction) == Link::Nothing;
        (place.s_m <= AT_END_M && nothing(-1)) || (place.s_m >= length_m - AT_END_M && nothing(1))
    }

    /// Entries that follow an end of a road, whatever the lane.
    pub(super) fn onward(&self, road: usize, direction: i8) -> Vec<Entry> {
        match self.links.beyond(road, direction) {
            Link::Nothing => Vec::new(),
            Link::Road(entry) => vec![*entry],
            Link::Junction(j) => self.links.connections(*j, road, direction).map(|c| c.entry).collect(),
        }
    }

    /// The lane on which a lane of one road goes on at an entry; `None` where it has no link.
    pub(super) fn lane_onward(&self, place: RoadPlace, direction: i8, entry: Entry) -> Option<i32> {
        let found = match self.links.beyond(place.road, direction) {
            Link::Nothing => None,
            Link::Road(_) => {
                let road = self.road(place.road)?;
                let section =
                    if direction > 0 { road.lane_sections.last() } else { road.lane_sections.first() };
                let lane = section?.lane(place.lane)?;
                let list = if direction > 0 { &lane.successors } else { &lane.predecessors };
                list.first().copied()
            }
            Link::Junction(j) => self
                .links
                .connections(*j, place.road, direction)
                .filter(|c| c.entry == entry)
                .find_map(|c| c.lane(place.lane)),
        };
        let target = self.road(entry.road)?;
        found.filter(|id| *id != 0 && target.section_at(entry.s_m).is_some_and(|s| s.lane(*id).is_some()))
    }
}

impl Roads {
    /// The lane that a lane of a place becomes at another s of the same road.
    pub(super) fn lane_at_s(&self, place: RoadPlace, s_m: f64) -> i32 {
        let direction = if s_m < place.s_m { -1 } else { 1 };
        let mut mover =
            Mover { roads: self, place, direction, turned: false, chose: false, lane_ended: false };
        if let Some(road) = self.road(place.road) {
            mover.on_road(road, (s_m - place.s_m).abs(), Along::Reference);
        }
        mover.place.lane
    }
}

/// The route's present index: the next entry that is this road, if there is one ahead.
fn follow(route: &mut RouteState, road: usize) {
    if let Some(ahead) = route.roads.iter().skip(route.at).position(|(r, _)| *r == road) {
        route.at += ahead;
    }
}

impl Mover<'_> {
    /// Moves on the present road by at most `left_m`: (metres of s, metres of way) used. Less than all = at its end.
    fn on_road(&mut self, road: &Road, left_m: f64, along: Along) -> (f64, f64) {
        let (mut used_s, mut used) = (0.0, 0.0);
        let starts_here = |s_m: f64| road.lane_sections.iter().skip(1).any(|l| l.s_m == s_m);
        if self.direction < 0 && left_m > 0.0 && starts_here(self.place.s_m) {
            // At a border one is on the later section, and leaves it at once.
            self.cross_section(road, self.place.s_m);
        }
        // One lane section a round, or a part of it.
        for _ in 0..=road.lane_sections.len() + (road.length_m / LOOK_M).min(ROUNDS_MAX) as usize {
            let end_m = self.border_m(road);
            let looks = self.place.lane != 0 && (end_m - self.place.s_m).abs() > LOOK_M;
            let border_m = if looks { self.place.s_m + f64::from(self.direction) * LOOK_M } else { end_m };
            let room_m = (border_m - self.place.s_m).abs();
            let plain = room_m.min(left_m - used);
            let (ds, way) = match along {
                Along::Own => self.own_stretch(room_m, left_m - used),
                Along::Reference | Along::OwnStep => (plain, plain),
            };
            let reached = ds >= room_m;
            self.place.s_m = if reached { border_m } else { self.place.s_m + f64::from(self.direction) * ds };
            used_s += ds;
            used += way;
            let at_road_end = border_m <= 0.0 || border_m >= road.length_m;
            // Rising s belongs to the next section from its border on.
            let crosses = reached && !looks && !at_road_end && (self.direction > 0 || used < left_m);
            if crosses {
                self.cross_section(road, border_m);
            }
            // Before a border passed backward the place still counts to the later section.
            if !crosses || self.direction > 0 {
                self.end_narrow_lane(road);
            }
            let goes_on = crosses || (looks && reached && used < left_m);
            if !goes_on {
                break;
            }
        }
        (used_s, used)
    }

    /// The next border of lane sections, or the road's end, in the direction of motion.
    fn border_m(&self, road: &Road) -> f64 {
        let sections = &road.lane_sections;
        if self.direction > 0 {
            let next = sections.get(sections.partition_point(|l| l.s_m <= self.place.s_m));
            next.map_or(road.length_m, |l| l.s_m.min(road.length_m))
        } else {
            // Standing on a border with the earlier section's lane: the border is behind.
            let before = sections.partition_point(|l| l.s_m < self.place.s_m);
            before.checked_sub(1).and_then(|i| sections.get(i)).map_or(0.0, |l| l.s_m.max(0.0))
        }
    }

    /// (metres of s, metres of way) along the own line, at most `room_m` of s and `left_m` of way.
    fn own_stretch(&self, room_m: f64, left_m: f64) -> (f64, f64) {
        let step_m = SUBSTEP_M.max(left_m.min(room_m) / SUBSTEPS_MAX);
        let factor = |ds: f64| {
            let s_m = self.place.s_m + f64::from(self.direction) * ds;
            self.roads.s_per_metre(self.roads.refreshed(RoadPlace { s_m, ..self.place }))
        };
        let (mut ds, mut way) = (0.0, 0.0);
        for _ in 0..(4.0 * SUBSTEPS_MAX) as usize {
            let step = (left_m - way).min(step_m);
            if step <= 0.0 {
                break;
            }
            let half = factor((ds + 0.5 * step * factor(ds)).min(room_m));
            let gain = half * step;
            if ds + gain >= room_m {
                let rest_m = room_m - ds;
                way += rest_m / factor(ds + 0.5 * rest_m);
                return (room_m, way.min(left_m));
            }
            ds += gain;
            way += step;
        }
        (ds, way)
    }

    /// Over a border between lane sections of one road.
    fn cross_section(&mut self, road: &Road, border_m: f64) {
        let after = road.lane_sections.partition_point(|l| l.s_m <= border_m).saturating_sub(1);
        let Some(before) = after.checked_sub(1) else { return };
        let (from, to) = if self.direction > 0 { (before, after) } else { (after, before) };
        let (Some(from), Some(to)) = (road.lane_sections.get(from), road.lane_sections.get(to)) else {
            return;
        };
        if self.place.lane == 0 {
            return;
        }
        let offset = road.lane_offset_at(border_m);
        let own = from.lane_span(self.place.lane, border_m - from.s_m, offset);
        let t_m = own.map_or(self.place.t_m, |span| span.center_t_m() + self.place.offset_m);
        if own.is_some_and(|span| span.width_m() <= LANE_WIDTH_MIN_M) {
            // It has narrowed to nothing just here: the neighbor's link leads on.
            let neighbor = from
                .lanes()
                .filter(|l| l.id.signum() == self.place.lane.signum())
                .filter_map(|l| Some((l.id, from.lane_span(l.id, border_m - from.s_m, offset)?)))
                .filter(|(_, span)| span.width_m() > LANE_WIDTH_MIN_M)
                .min_by(|a, b| (a.1.center_t_m() - t_m).abs().total_cmp(&(b.1.center_t_m() - t_m).abs()));
            if let Some((id, _)) = neighbor {
                self.place.lane = id;
                self.place.offset_m = 0.0;
                self.lane_ended = true;
            }
        }
        let linked = from.lane(self.place.lane).and_then(|lane| {
            if self.direction > 0 { lane.successors.first() } else { lane.predecessors.first() }
        });
        let span = |id: i32| to.lane_span(id, border_m - to.s_m, offset);
        if let Some(id) = linked.copied().filter(|id| *id != 0 && to.lane(*id).is_some()) {
            self.place.lane = id;
            return;
        }
        // Unlinked: the lane of the same id, if it is the same strip of road.
        if let Some(same) = span(self.place.lane) {
            let within = (t_m - self.place.offset_m - same.center_t_m()).abs() <= 0.5 * same.width_m() + 1e-6;
            if within && same.width_m() > LANE_WIDTH_MIN_M {
                return;
            }
        }
        let nearest = to
            .lanes()
            .filter(|l| l.id.signum() == self.place.lane.signum())
            .filter_map(|l| Some((l.id, span(l.id)?)))
            .filter(|(_, s)| s.width_m() > LANE_WIDTH_MIN_M)
            .min_by(|a, b| (a.1.center_t_m() - t_m).abs().total_cmp(&(b.1.center_t_m() - t_m).abs()));
        if let Some((id, _)) = nearest {
            self.place.lane = id;
            self.place.offset_m = 0.0;
            self.lane_ended = true;
        }
    }

    /// Off a lane that has narrowed to nothing, to the nearest one of its side.
    fn end_narrow_lane(&mut self, road: &Road) {
        let place = self.place;
        if place.lane == 0 || road.lane_width_m(place.lane, place.s_m).is_none_or(|w| w > LANE_WIDTH_MIN_M) {
            return;
        }
        let t_m = road.lane_center_t_m(place.lane, place.s_m).unwrap_or(place.t_m);
        let Some(section) = road.section_at(place.s_m) else { return };
        let drives = section.lane(place.lane).is_some_and(|l| l.kind.is_drivable());
        let nearest = section
            .lanes()
            .filter(|l| l.id.signum() == place.lane.signum())
            .filter_map(|l| Some((l, road.lane_span_at(l.id, place.s_m)?)))
            .filter(|(_, s)| s.width_m() > LANE_WIDTH_MIN_M)
            .map(|(l, s)| (l.kind.is_drivable() != drives, (s.center_t_m() - t_m).abs(), l.id))
            .min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        if let Some((_, _, id)) = nearest {
            self.place.lane = id;
            self.place.offset_m = 0.0;
            self.lane_ended = true;
        }
    }

    /// Over the end of the road. False where nothing follows.
    fn leave(&mut self, route: Option<&RouteState>, choice: JunctionChoice) -> bool {
        let here = self.roads.refreshed(self.place);
        let entry = match self.roads.links.beyond(here.road, self.direction) {
            Link::Nothing => return false,
            Link::Road(entry) => *entry,
            Link::Junction(j) => {
                let all: Vec<&Connection> =
                    self.roads.links.connections(*j, here.road, self.direction).collect();
                let Some(entry) = self.choose(here, &all, route, choice) else { return false };
                self.chose = true;
                entry
            }
        };
        let turns = entry.direction != self.direction;
        let lane = self.roads.lane_onward(here, self.direction, entry);
        let (t_m, offset_m) = if turns { (-here.t_m, -here.offset_m) } else { (here.t_m, here.offset_m) };
        let mut next = RoadPlace { road: entry.road, lane: 0, s_m: entry.s_m, t_m, offset_m };
        if let Some(lane) = lane.filter(|_| here.lane != 0) {
            next.lane = lane;
        } else if here.lane != 0
            && let Some((lane, _)) = self.roads.road(entry.road).and_then(|r| nearest_lane(r, entry.s_m, t_m))
        {
            // No link: the center of the nearest lane.
            next.lane = lane;
            next.offset_m = 0.0;
            self.lane_ended = true;
        }
        self.turned ^= turns;
        self.direction = entry.direction;
        self.place = self.roads.refreshed(next);
        true
    }

    /// The connection to take.
    fn choose(
        &self,
        here: RoadPlace,
        all: &[&Connection],
        route: Option<&RouteState>,
        choice: JunctionChoice,
    ) -> Option<Entry> {
        let of_lane: Vec<&Connection> = all
            .iter()
            .filter(|c| here.lane == 0 || self.roads.lane_onward(here, self.direction, c.entry).is_some())
            .copied()
            .collect();
        if let Some(wanted) = route.and_then(|r| self.routed(&of_lane, r).or_else(|| self.routed(all, r))) {
            return Some(wanted);
        }
        let facing = self.heading_rad(here, self.direction);
        let mut best: Option<(f64, Entry)> = None;
        for connection in of_lane {
            let entry = connection.entry;
            // Heading at the far end of the connecting road.
            let far_s = if entry.direction > 0 { self.roads.length_m(entry.road) } else { 0.0 };
            let far = RoadPlace { road: entry.road, s_m: far_s, ..here };
            let turn = wrap(self.heading_rad(far, entry.direction) - facing);
            let miss = wrap(turn - choice.turn_rad()).abs();
            if best.is_none_or(|(least, _)| miss < least - 1e-9) {
                best = Some((miss, entry));
            }
        }
        best.map(|(_, entry)| entry)
    }

    /// Of these, the one that leads to the route's next roads: the next road itself, else one that leads to it, else
    /// one that leads to where the route's own connecting road leads (that one may belong to another lane).
    fn routed(&self, connections: &[&Connection], route: &RouteState) -> Option<Entry> {
        let ahead = |n: usize| route.roads.get(route.at + n).map(|(road, _)| *road);
        let next = ahead(1)?;
        let leads_to = |road: usize| {
            connections.iter().find(move |c| {
                let beyond = self.roads.onward(c.entry.road, c.entry.direction);
                beyond.iter().any(|e| e.road == road)
            })
        };
        let direct = connections.iter().find(|c| c.entry.road == next);
        let found = direct
            .or_else(|| leads_to(next))
            .or_else(|| ahead(2).filter(|_| self.roads.is_connecting(next)).and_then(leads_to));
        found.map(|c| c.entry)
    }

    /// Heading of the reference line, as one goes.
    fn heading_rad(&self, place: RoadPlace, direction: i8) -> f64 {
        let h = self.roads.road(place.road).map_or(0.0, |r| r.reference_point(place.s_m).heading_rad);
        if direction > 0 { h } else { h + PI }
    }
}
