//! The path ahead: the chain of lanes that the vehicle will follow, sampled, with everything of the map
//! that matters on it (stop lines, crosswalks, conflicts, the need for a lane change, its end).
//!
//! Stations are meters along the **lane center line** from the begin of the corridor; the sampled positions
//! are shifted to the left by the lateral [`Profile`] (lane change, clearance, pulling over). Headings and
//! curvatures include that shift to first order.
//!
//! Source: the map prior alone. Nothing here knows what is true.

use crate::base::ids::{CrosswalkIx, JunctionIx, LaneId};
use crate::base::math::{self, DVec2};
use crate::road::{ApproachControl, Conflict, LaneCoord, LegExit, RoadClass, RoadNetwork, Route, Turn};

/// A sample of the path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathPoint {
    /// Station, m.
    pub station_m: f64,
    /// Position, m.
    pub position_m: DVec2,
    /// Heading, rad.
    pub heading_rad: f64,
    /// Curvature, 1/m, left positive.
    pub curvature_per_m: f64,
    /// Pitch, rad, uphill positive.
    pub pitch_rad: f64,
    /// Speed limit, m/s.
    pub limit_mps: f64,
    /// Lane width, m.
    pub width_m: f64,
    /// Shift of the path against the lane's center line, m, left positive.
    pub shift_m: f64,
}

/// A lane of the chain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Lane.
    pub lane: LaneId,
    /// Station of the lane's first used point, m.
    pub from_m: f64,
    /// Distance along the lane there, m.
    pub along_from_m: f64,
    /// Station of its end, m.
    pub to_m: f64,
    /// Leg of the route, when the lane is one.
    pub leg: Option<usize>,
    /// Junction, for connecting lanes.
    pub junction: Option<JunctionIx>,
    /// Class of its road.
    pub class: RoadClass,
}

/// A stop line, yield line or the entry of a junction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineAhead {
    /// Station, m.
    pub at_m: f64,
    /// Connecting lane that the path takes behind it.
    pub connecting: LaneId,
    /// What governs the entry.
    pub control: ApproachControl,
    /// Turn of the movement.
    pub turn: Turn,
    /// Station at which the junction ends on the path, m.
    pub exit_m: f64,
}

/// A crosswalk over the path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CrosswalkAhead {
    /// Which.
    pub crosswalk: CrosswalkIx,
    /// Near edge, m.
    pub from_m: f64,
    /// Far edge, m.
    pub to_m: f64,
}

/// Ground shared with another movement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConflictAhead {
    /// Begin on the path, m.
    pub from_m: f64,
    /// End on the path, m.
    pub to_m: f64,
    /// Own connecting lane.
    pub own: LaneId,
    /// The map's entry.
    pub conflict: Conflict,
}

/// Where the path ends within the horizon.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum PathEnd {
    /// It does not.
    #[default]
    Open,
    /// Destination at this station, m.
    Destination(f64),
    /// The map or the usable lane ends at this station, m.
    DeadEnd(f64),
}

/// Side of a lane change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// To the left.
    Left,
    /// To the right.
    Right,
}

impl Side {
    /// +1 to the left, −1 to the right.
    pub fn sign(self) -> f64 {
        match self {
            Self::Left => 1.0,
            Self::Right => -1.0,
        }
    }
    /// The neighbor of a lane on this side.
    pub fn neighbor(self, network: &RoadNetwork, lane: LaneId) -> Option<LaneId> {
        let lane = network.lanes.get(lane.ix())?;
        match self {
            Self::Left => lane.left,
            Self::Right => lane.right,
        }
    }
}

/// A lane change that the route demands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NeededChange {
    /// Side.
    pub side: Side,
    /// Station from which it may begin, m.
    pub from_m: f64,
    /// Station by which it must be done, m.
    pub by_m: f64,
}

/// Lateral shift along the path: from one offset to another over a length, with no jump of heading or
/// curvature (quintic).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Profile {
    /// Offset at the begin, m.
    pub from_m: f64,
    /// Offset at the end, m.
    pub to_m: f64,
    /// Length of the transition, m.
    pub length_m: f64,
    /// How much of it lies behind the corridor's begin, m.
    pub done_m: f64,
}

impl Profile {
    /// Offset, slope (–) and second derivative (1/m) at a distance from the corridor's begin.
    pub fn at(&self, distance_m: f64) -> (f64, f64, f64) {
        let jump_m = self.to_m - self.from_m;
        let traveled_m = self.done_m + distance_m;
        if self.length_m <= 0.0 || traveled_m >= self.length_m || jump_m == 0.0 {
            return (self.to_m, 0.0, 0.0);
        }
        let u = (traveled_m / self.length_m).max(0.0);
        let blend = u * u * u * (10.0 - 15.0 * u + 6.0 * u * u);
        let slope = 30.0 * u * u * (1.0 - u) * (1.0 - u) / self.length_m;
        let bend = 60.0 * u * (1.0 - u) * (1.0 - 2.0 * u) / (self.length_m * self.length_m);
        (self.from_m + jump_m * blend, jump_m * slope, jump_m * bend)
    }
    /// Whether the transition lies behind a distance from the corridor's begin.
    pub fn finished(&self, distance_m: f64) -> bool {
        self.done_m + distance_m >= self.length_m
    }
}

/// The path ahead. Buffers are reused.
#[derive(Clone, Debug, Default)]
pub struct Corridor {
    /// Samples by rising station.
    pub points: Vec<PathPoint>,
    /// Lanes.
    pub spans: Vec<Span>,
    /// Lines, nearest first.
    pub lines: Vec<LineAhead>,
    /// Crosswalks, nearest first.
    pub crosswalks: Vec<CrosswalkAhead>,
    /// Conflicts, nearest first within a junction.
    pub conflicts: Vec<ConflictAhead>,
    /// End.
    pub end: PathEnd,
    /// Lane change that the route demands next.
    pub change: Option<NeededChange>,
}

/// Spacing of the samples up to [`FINE_M`], m.
const STEP_M: f64 = 1.0;
/// Length with fine sampling, m.
const FINE_M: f64 = 70.0;
/// Spacing beyond, m.
const COARSE_M: f64 = 4.0;
/// Most lanes of a chain.
const SPANS_MAX: usize = 48;

impl Corridor {
    /// Lays the path from a lane place forward.
    pub fn build(
        &mut self,
        network: &RoadNetwork,
        route: &Route,
        leg_from: usize,
        destination: Option<LaneCoord>,
        start: LaneCoord,
        horizon_m: f64,
        profile: Profile,
    ) {
        self.chain(network, route, leg_from, destination, start, horizon_m);
        self.sample(network, horizon_m, profile);
        self.furnish(network);
        self.change = self.needed_change(network, route, leg_from);
    }

    fn chain(
        &mut self,
        network: &RoadNetwork,
        route: &Route,
        leg_from: usize,
        destination: Option<LaneCoord>,
        start: LaneCoord,
        horizon_m: f64,
    ) {
        self.spans.clear();
        self.end = PathEnd::Open;
        let (mut lane_id, mut leg, mut station_m, mut along_m) =
            (start.lane, leg_from, 0.0, start.along_m.max(0.0));
        while station_m < horizon_m && self.spans.len() < SPANS_MAX {
            let Some(lane) = network.lanes.get(lane_id.ix()) else { break };
            let on_leg = leg_of(route, lane_id, leg);
            let to_m = station_m + (lane.length_m - along_m).max(0.0);
            self.spans.push(Span {
                lane: lane_id,
                from_m: station_m,
                along_from_m: along_m,
                to_m,
                leg: on_leg,
                junction: lane.junction,
                class: network.roads[lane.road.ix()].class,
            });
            leg = on_leg.unwrap_or(leg);
            let last_leg = on_leg.is_some_and(|ix| route.legs[ix].exit == LegExit::End);
            if last_leg {
                let end_along_m = match destination {
                    Some(place) if place.lane == lane_id => place.along_m,
                    Some(_) | None => lane.length_m,
                };
                self.end = PathEnd::Destination(station_m + end_along_m - along_m);
            }
            let Some(next) = next_lane(network, route, lane_id, on_leg, leg) else {
                if self.end == PathEnd::Open {
                    self.end = PathEnd::DeadEnd(to_m);
                }
                break;
            };
            if let Some(ix) = on_leg
                && route.legs[ix].exit == LegExit::Forward
            {
                leg = ix + 1;
            }
            (lane_id, station_m, along_m) = (next, to_m, 0.0);
        }
    }

    fn sample(&mut self, network: &RoadNetwork, horizon_m: f64, profile: Profile) {
        self.points.clear();
        let Some(last) = self.spans.last() else { return };
        let end_m = horizon_m.min(last.to_m);
        let (mut station_m, mut ix) = (0.0, 0);
        while station_m <= end_m {
            while ix + 1 < self.spans.len() && station_m >= self.spans[ix].to_m {
                ix += 1;
            }
            let span = self.spans[ix];
            let along_m = span.along_from_m + station_m - span.from_m;
            let place = network.lane_pose(LaneCoord::center(span.lane, along_m));
            let (shift_m, slope, bend) = profile.at(station_m);
            let mut point = PathPoint {
                station_m,
                position_m: place.pose.position_m.truncate(),
                heading_rad: place.pose.heading_rad,
                curvature_per_m: place.curvature_per_m,
                pitch_rad: place.pose.pitch_rad,
                limit_mps: network.lanes[span.lane.ix()].speed_limit_mps,
                width_m: place.width_m,
                shift_m,
            };
            if shift_m != 0.0 || slope != 0.0 {
                point.position_m += math::unit(point.heading_rad).perp() * shift_m;
                point.heading_rad += math::atan(slope);
                let stretch = (1.0 - point.curvature_per_m * shift_m).max(0.2);
                point.curvature_per_m = point.curvature_per_m / stretch + bend;
            }
            self.points.push(point);
            station_m += if station_m < FINE_M { STEP_M } else { COARSE_M };
        }
    }

    fn furnish(&mut self, network: &RoadNetwork) {
        self.lines.clear();
        self.crosswalks.clear();
        self.conflicts.clear();
        for (ix, span) in self.spans.iter().enumerate() {
            let lane = &network.lanes[span.lane.ix()];
            let station = |along_m: f64| span.from_m + along_m - span.along_from_m;
            for cross in &lane.crosswalks {
                self.crosswalks.push(CrosswalkAhead {
                    crosswalk: cross.crosswalk,
                    from_m: station(cross.from_m),
                    to_m: station(cross.to_m),
                });
            }
            if span.junction.is_some() {
                for &conflict in &lane.conflicts {
                    self.conflicts.push(ConflictAhead {
                        from_m: station(conflict.from_m),
                        to_m: station(conflict.to_m),
                        own: span.lane,
                        conflict,
                    });
                }
            }
            // A line belongs to the approach lane in front of the first connecting lane of a junction.
            let Some(next) = self.spans.get(ix + 1) else { continue };
            if next.junction.is_none() || span.junction == next.junction {
                continue;
            }
            let control =
                network.approach_control.get(next.lane.ix()).copied().unwrap_or(ApproachControl::None);
            let exit_m = self.spans[ix + 1..]
                .iter()
                .take_while(|s| s.junction == next.junction)
                .last()
                .map_or(next.to_m, |s| s.to_m);
            self.lines.push(LineAhead {
                at_m: lane.stop_line_m.map_or(span.to_m, station),
                connecting: next.lane,
                control,
                turn: network.lanes[next.lane.ix()].turn,
                exit_m,
            });
        }
    }

    /// The lane change that the route demands next, if the chain leaves the route.
    fn needed_change(&self, network: &RoadNetwork, route: &Route, leg_from: usize) -> Option<NeededChange> {
        let on_route = |lane: LaneId| leg_of(route, lane, leg_from).is_some();
        let continues = |span: &Span| {
            span.leg.is_some_and(|ix| matches!(route.legs[ix].exit, LegExit::Forward | LegExit::End))
        };
        let first = self.spans.iter().position(|span| !continues(span))?;
        let span = self.spans[first];
        let side = match span.leg.map(|ix| route.legs[ix].exit) {
            Some(LegExit::ChangeLeft) => Side::Left,
            Some(LegExit::ChangeRight) => Side::Right,
            Some(LegExit::Forward | LegExit::End) | None => {
                [Side::Left, Side::Right].into_iter().find(|side| {
                    let mut lane = span.lane;
                    (0..4).any(|_| match side.neighbor(network, lane) {
                        Some(next) => {
                            lane = next;
                            on_route(next)
                        }
                        None => false,
                    })
                })?
            }
        };
        let mut by_m = span.to_m;
        for later in &self.spans[first + 1..] {
            match side.neighbor(network, later.lane) {
                Some(neighbor) if later.junction.is_none() && on_route(neighbor) => by_m = later.to_m,
                Some(_) | None => break,
            }
        }
        let mut from_m = span.from_m;
        for earlier in (1..=first).rev() {
            let (before, after) = (self.spans[earlier - 1], self.spans[earlier]);
            let linked = match (side.neighbor(network, before.lane), side.neighbor(network, after.lane)) {
                (Some(a), Some(b)) => network.lanes[a.ix()].successors.contains(&b),
                (Some(_) | None, Some(_) | None) => false,
            };
            if !linked || before.junction.is_some() {
                break;
            }
            from_m = before.from_m;
        }
        Some(NeededChange { side, from_m, by_m })
    }

    /// Whether there is a path at all.
    pub fn is_empty(&self) -> bool {
        self.points.len() < 2
    }

    /// Length, m.
    pub fn length_m(&self) -> f64 {
        self.points.last().map_or(0.0, |point| point.station_m)
    }

    /// Span at a station.
    pub fn span_at(&self, station_m: f64) -> Option<&Span> {
        self.spans.iter().find(|span| station_m < span.to_m).or(self.spans.last())
    }

    /// Place on the lane graph at a station.
    pub fn coord_at(&self, station_m: f64) -> Option<LaneCoord> {
        let span = self.span_at(station_m)?;
        let along_m = (span.along_from_m + station_m - span.from_m).max(0.0);
        Some(LaneCoord::center(span.lane, along_m))
    }

    /// The path at a station, interpolated; clamped to its ends.
    pub fn at(&self, station_m: f64) -> Option<PathPoint> {
        let hi = self.points.partition_point(|point| point.station_m <= station_m);
        let (lo, hi) = (hi.saturating_sub(1), hi.min(self.points.len().checked_sub(1)?));
        let (a, b) = (&self.points[lo], &self.points[hi]);
        let length_m = b.station_m - a.station_m;
        if length_m <= 0.0 {
            return Some(*a);
        }
        let w = ((station_m - a.station_m) / length_m).clamp(0.0, 1.0);
        let heading_rad = math::lerp_angle(a.heading_rad, b.heading_rad, w);
        Some(PathPoint {
            station_m: math::lerp(a.station_m, b.station_m, w),
            position_m: a.position_m.lerp(b.position_m, w),
            heading_rad,
            curvature_per_m: math::lerp(a.curvature_per_m, b.curvature_per_m, w),
            pitch_rad: math::lerp(a.pitch_rad, b.pitch_rad, w),
            limit_mps: a.limit_mps,
            width_m: math::lerp(a.width_m, b.width_m, w),
            shift_m: math::lerp(a.shift_m, b.shift_m, w),
        })
    }

    /// Station and lateral offset (left positive, against the shifted path) of a point, within a window of
    /// stations.
    pub fn project(&self, position_m: DVec2, from_m: f64, to_m: f64) -> Option<(f64, f64)> {
        let lo = self.points.partition_point(|point| point.station_m < from_m);
        let hi = self.points.partition_point(|point| point.station_m <= to_m);
        let window = self.points.get(lo..hi)?;
        if window.is_empty() {
            return None;
        }
        // Coarse to fine: every fourth sample, then the neighborhood of the best one.
        let mut best = (f64::INFINITY, 0);
        for (ix, point) in window.iter().enumerate().step_by(4) {
            let d2 = point.position_m.distance_squared(position_m);
            if d2 < best.0 {
                best = (d2, ix);
            }
        }
        let (near, far) = (best.1.saturating_sub(3), (best.1 + 4).min(window.len()));
        for (ix, point) in window[near..far].iter().enumerate() {
            let d2 = point.position_m.distance_squared(position_m);
            if d2 < best.0 {
                best = (d2, near + ix);
            }
        }
        // Project on the chords on both sides of the nearest sample and keep the nearer foot.
        let ix = lo + best.1;
        let mut foot: Option<(f64, f64, f64)> = None;
        for start in [ix.checked_sub(1), Some(ix)].into_iter().flatten() {
            let Some(b) = self.points.get(start + 1) else { continue };
            let a = &self.points[start];
            let chord = b.position_m - a.position_m;
            let length_m = chord.length();
            if length_m < 1e-6 {
                continue;
            }
            let axis = chord / length_m;
            let d = position_m - a.position_m;
            let along_m = d.dot(axis);
            let first = start == 0;
            let last = start + 2 == self.points.len();
            let w = (along_m / length_m)
                .clamp(if first { f64::NEG_INFINITY } else { 0.0 }, if last { f64::INFINITY } else { 1.0 });
            let distance_m = (d - axis * (w * length_m)).length();
            if foot.is_none_or(|best| distance_m < best.0) {
                let station_m = a.station_m + w * (b.station_m - a.station_m);
                foot = Some((distance_m, station_m, axis.perp_dot(d)));
            }
        }
        foot.map(|(distance_m, station_m, side)| (station_m, distance_m.copysign(side)))
    }
}

/// Leg of a lane at or after `from`, looking ahead by at most 64 legs.
pub fn leg_of(route: &Route, lane: LaneId, from: usize) -> Option<usize> {
    let legs = route.legs.get(from..)?;
    legs.iter().take(64).position(|leg| leg.lane == lane).map(|ix| from + ix)
}

fn next_lane(
    network: &RoadNetwork,
    route: &Route,
    lane: LaneId,
    on_leg: Option<usize>,
    leg: usize,
) -> Option<LaneId> {
    let successors = &network.lanes[lane.ix()].successors;
    if let Some(ix) = on_leg
        && route.legs[ix].exit == LegExit::Forward
        && let Some(next) = route.legs.get(ix + 1)
    {
        return Some(next.lane);
    }
    // Off the route: a successor on it, else one beside it, else the straightest.
    let on_route = |id: &LaneId| leg_of(route, *id, leg).is_some();
    let beside = |id: &LaneId| {
        let lane = &network.lanes[id.ix()];
        [lane.left, lane.right].iter().flatten().any(on_route)
    };
    successors
        .iter()
        .find(|id| on_route(id))
        .or_else(|| successors.iter().find(|id| beside(id)))
        .or(successors.first())
        .copied()
}

/// Paths made by hand, for the tests of this folder.
#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A path of straight pieces and arcs: (length m, curvature 1/m), 1 m samples, starting at the origin.
    pub fn shape(pieces: &[(f64, f64)], limit_mps: f64) -> Corridor {
        let mut corridor = Corridor::default();
        let (mut position_m, mut heading_rad, mut station_m) = (DVec2::ZERO, 0.0, 0.0);
        let mut push = |position_m, heading_rad, station_m, curvature_per_m| {
            corridor.points.push(PathPoint {
                station_m,
                position_m,
                heading_rad,
                curvature_per_m,
                pitch_rad: 0.0,
                limit_mps,
                width_m: 3.5,
                shift_m: 0.0,
            });
        };
        for &(length_m, curvature_per_m) in pieces {
            for _ in 0..length_m as usize {
                push(position_m, heading_rad, station_m, curvature_per_m);
                // Exact on the arc: the chord has the mean heading and length 2/κ·sin(κ/2).
                let half = 0.5 * curvature_per_m;
                let chord_m = if half.abs() < 1e-12 { 1.0 } else { math::sin(half) / half };
                position_m += math::unit(heading_rad + half) * chord_m;
                heading_rad += curvature_per_m;
                station_m += 1.0;
            }
        }
        push(position_m, heading_rad, station_m, 0.0);
        corridor
    }

    #[test]
    fn points_project_to_station_and_left_offset() {
        let path = shape(&[(50.0, 0.0), (30.0, 0.05), (20.0, 0.0)], 10.0);
        let check = |point: DVec2, station_m: f64, offset_m: f64| {
            let (s, l) = path.project(point, 0.0, 100.0).unwrap();
            // A chord of 1 m on the arc shifts the foot by up to 6 cm.
            assert!((s - station_m).abs() < 0.08 && (l - offset_m).abs() < 0.02, "{point} {s} {l}");
        };
        check(DVec2::new(20.3, 1.5), 20.3, 1.5);
        check(DVec2::new(20.7, -2.0), 20.7, -2.0);
        check(DVec2::new(-3.0, 0.5), -3.0, 0.5);
        // On the arc of radius 20 m about (50, 20): the point at angle 1 rad, 2 m inside.
        let center = DVec2::new(50.0, 20.0);
        let on_arc = |r: f64| center + DVec2::new(math::sin(1.0), -math::cos(1.0)) * r;
        check(on_arc(18.0), 70.0, 2.0);
        check(on_arc(21.0), 70.0, -1.0);
        let at = path.at(70.0).unwrap();
        assert!((at.heading_rad - 1.0).abs() < 1e-9 && at.position_m.distance(on_arc(20.0)) < 1e-6);
    }

    #[test]
    fn the_lateral_profile_is_smooth_and_ends_where_it_should() {
        let profile = Profile { from_m: -3.5, to_m: 0.5, length_m: 40.0, done_m: 10.0 };
        assert_eq!(profile.at(-10.0), (-3.5, 0.0, 0.0));
        assert_eq!(profile.at(30.0), (0.5, 0.0, 0.0));
        assert!((profile.at(10.0).0 - -1.5).abs() < 1e-12);
        let step = 1e-4;
        for distance_m in [-9.0, -3.0, 2.0, 17.0, 29.0] {
            let (_, slope, bend) = profile.at(distance_m);
            let rise = profile.at(distance_m + step).0 - profile.at(distance_m - step).0;
            assert!((rise / (2.0 * step) - slope).abs() < 1e-6);
            let turn = profile.at(distance_m + step).1 - profile.at(distance_m - step).1;
            assert!((turn / (2.0 * step) - bend).abs() < 1e-6);
        }
        assert!(profile.finished(30.0) && !profile.finished(29.0));
    }
}
