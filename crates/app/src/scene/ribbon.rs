//! Roads cut into ribbons: the borders of every lane at stations along a lane section.
//!
//! Stations stand where the map's records begin and as close together as the curves need: no border strays
//! more than [`ERROR_M`] from the straight line between two stations.
//!
//! Frame: ENU less the network's offset, m. `left` and `right` are seen in the direction of rising s.

use super::noise::smoothstep;
use opendrive::{self as odr, LaneType as T, RoadMarkKind};
use shakedown::base::math::{DVec2, DVec3, unit};

/// Largest distance between a border and its straight pieces, m.
const ERROR_M: f64 = 0.025;
/// Farthest two stations, m.
const STEP_M_MAX: f64 = 14.0;
/// Closest two stations, m.
const STEP_M_MIN: f64 = 0.5;
/// Most stations of one lane section: a guard against absurd files.
const STATIONS_MAX: usize = 20_000;
/// Sidewalks of maps that give no lane height stand this high over the road, m (a 5-inch curb).
pub const CURB_M: f64 = 0.13;
/// What is left of the curb at a crosswalk, m (ADA: flush; a little keeps the edge visible).
const RAMP_LIP_M: f64 = 0.012;
/// Length of the slope from a ramp to the full curb, m.
const RAMP_SLOPE_M: f64 = 1.2;

/// What a lane's surface is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Where vehicles drive.
    Carriage,
    /// Paved, at the side.
    Shoulder,
    /// Parking.
    Parking,
    /// For bicycles.
    Bike,
    /// Flush strip between the directions.
    Median,
    /// Island behind curbs.
    Island,
    /// Sidewalk.
    Walk,
    /// Concrete edge.
    Edge,
    /// Unpaved.
    Grass,
}

impl Ground {
    /// The surface of a lane.
    pub fn of(lane: &odr::Lane) -> Self {
        match lane.kind {
            T::Driving
            | T::Exit
            | T::Entry
            | T::OnRamp
            | T::OffRamp
            | T::ConnectingRamp
            | T::Bidirectional
            | T::SlipLane
            | T::Bus
            | T::Taxi
            | T::Hov
            | T::RoadWorks
            | T::Shared => Ground::Carriage,
            T::Shoulder
            | T::Stop
            | T::Restricted
            | T::Tram
            | T::Rail
            | T::Special1
            | T::Special2
            | T::Special3
            | T::Other(_) => Ground::Shoulder,
            T::Parking => Ground::Parking,
            T::Biking => Ground::Bike,
            T::Median => {
                if lane.road_marks.iter().any(|m| m.kind == RoadMarkKind::Curb) {
                    Ground::Island
                } else {
                    Ground::Median
                }
            }
            T::Walking | T::Curb => Ground::Walk,
            T::Border => Ground::Edge,
            T::None => Ground::Grass,
        }
    }

    /// Whether it is paved flush with the carriageway.
    pub fn is_paved(self) -> bool {
        match self {
            Ground::Carriage | Ground::Shoulder | Ground::Parking | Ground::Bike | Ground::Median => true,
            Ground::Island | Ground::Walk | Ground::Edge | Ground::Grass => false,
        }
    }

    /// Whether it stands behind a curb where the map gives no height.
    fn is_raised(self) -> bool {
        match self {
            Ground::Walk | Ground::Island => true,
            Ground::Carriage
            | Ground::Shoulder
            | Ground::Parking
            | Ground::Bike
            | Ground::Median
            | Ground::Edge
            | Ground::Grass => false,
        }
    }
}

/// One lane along the stations.
#[derive(Clone, Debug)]
pub struct Strip<'a> {
    /// The lane.
    pub lane: &'a odr::Lane,
    /// Its surface.
    pub ground: Ground,
    /// Left border on the road's surface (with the lane's own height).
    pub left: Vec<DVec3>,
    /// Right border.
    pub right: Vec<DVec3>,
    /// t of the left and the right border, m.
    pub t_m: Vec<[f64; 2]>,
    /// How much higher it is shown than the engine has it, m.
    pub lift: Vec<f64>,
}

impl Strip<'_> {
    /// A place on it as shown: station and share of the way from left to right.
    pub fn at(&self, station: usize, share: f64) -> DVec3 {
        let p = self.left[station].lerp(self.right[station], share);
        p + DVec3::Z * self.lift[station]
    }

    /// Width at a station, m.
    pub fn width_m(&self, station: usize) -> f64 {
        self.left[station].distance(self.right[station])
    }
}

/// A lane section.
#[derive(Clone, Debug)]
pub struct Ribbon<'a> {
    /// Its road.
    pub road: &'a odr::Road,
    /// Index of the road in the map.
    pub road_ix: usize,
    /// Its section.
    pub section: &'a odr::LaneSection,
    /// Where the stations stand, m.
    pub s_m: Vec<f64>,
    /// Normal of the surface at each.
    pub up: Vec<DVec3>,
    /// Direction of the reference line in the plane at each.
    pub forward: Vec<DVec2>,
    /// Lanes from left to right.
    pub strips: Vec<Strip<'a>>,
}

impl Ribbon<'_> {
    /// Whether it runs through a junction.
    pub fn in_junction(&self) -> bool {
        self.road.junction.is_some()
    }

    /// Distance from the nearer end of the road, m.
    pub fn from_end_m(&self, station: usize) -> f64 {
        self.s_m[station].min(self.road.length_m - self.s_m[station])
    }
}

impl Ribbon<'_> {
    /// The station before a place and the share of the way to the next one.
    fn spot(&self, s_m: f64) -> (usize, f64) {
        let k = self.s_m.partition_point(|x| *x <= s_m).clamp(1, self.s_m.len() - 1);
        (k, ((s_m - self.s_m[k - 1]) / (self.s_m[k] - self.s_m[k - 1])).clamp(0.0, 1.0))
    }

    /// The pavement as drawn at (s, t), with its normal. Beyond the edges the outermost lane goes on.
    pub fn place(&self, s_m: f64, t_m: f64) -> (DVec3, DVec3) {
        let (k, w) = self.spot(s_m);
        let up = self.up[k - 1].lerp(self.up[k], w);
        let borders = |s: &Strip| {
            let (a, b) = (s.t_m[k - 1], s.t_m[k]);
            [a[0] + (b[0] - a[0]) * w, a[1] + (b[1] - a[1]) * w]
        };
        let off = |s: &Strip| {
            let [left, right] = borders(s);
            (t_m - left).max(right - t_m)
        };
        let inside = self.strips.iter().min_by(|a, b| off(a).total_cmp(&off(b)));
        let Some(strip) = inside else { return (DVec3::ZERO, up) };
        let [left, right] = borders(strip);
        let share = if left - right > 1e-6 { (left - t_m) / (left - right) } else { 0.5 };
        (strip.at(k - 1, share).lerp(strip.at(k, share), w), up)
    }

    /// Direction of rising s in the plane.
    pub fn heading(&self, s_m: f64) -> DVec2 {
        let (k, w) = self.spot(s_m);
        self.forward[k - 1].lerp(self.forward[k], w).normalize_or(DVec2::X)
    }
}

/// Ribbons by road.
#[derive(Clone, Copy, Debug)]
pub struct Ribbons<'a> {
    /// All, in the order of their roads.
    pub all: &'a [Ribbon<'a>],
}

impl<'a> Ribbons<'a> {
    /// Those of a road, by rising s.
    pub fn of_road(self, road_ix: usize) -> &'a [Ribbon<'a>] {
        let from = self.all.partition_point(|r| r.road_ix < road_ix);
        let to = self.all.partition_point(|r| r.road_ix <= road_ix);
        &self.all[from..to]
    }

    /// The one that holds at `s`.
    pub fn at(self, road_ix: usize, s_m: f64) -> Option<&'a Ribbon<'a>> {
        let road = self.of_road(road_ix);
        road.iter().rfind(|r| r.s_m[0] <= s_m).or(road.first())
    }
}

/// Cuts a map.
pub fn cut<'a>(map: &'a odr::Map, offset_m: DVec3) -> Vec<Ribbon<'a>> {
    let mut ribbons = Vec::new();
    for (road_ix, road) in map.roads.iter().enumerate() {
        let ramps = ramps(road);
        for k in 0..road.lane_sections.len() {
            ribbons.extend(section(road, road_ix, k, &ramps, offset_m));
        }
    }
    ribbons
}

/// Stretches of a road where the curb is lowered: those of its crosswalks, m.
fn ramps(road: &odr::Road) -> Vec<[f64; 2]> {
    let crosswalks = road.objects.iter().filter(|o| o.kind.eq_ignore_ascii_case("crosswalk"));
    crosswalks
        .map(|o| {
            let half = 0.5 * o.length_m.unwrap_or(3.0).clamp(1.0, 12.0);
            [o.s_m - half, o.s_m + half]
        })
        .collect()
}

/// Height of a curb at `s`, m. It is full again where the road ends, so that corners meet.
fn curb_m(s_m: f64, length_m: f64, ramps: &[[f64; 2]]) -> f64 {
    let mut share: f64 = 1.0;
    for [from, to] in ramps {
        let away = (from - s_m).max(s_m - to).max(0.0);
        let room = if s_m < *from { *from } else { length_m - *to };
        let slope = RAMP_SLOPE_M.min(room).max(0.05);
        share = share.min(smoothstep(0.0, slope, away));
    }
    RAMP_LIP_M + (CURB_M - RAMP_LIP_M) * share
}

fn section<'a>(
    road: &'a odr::Road,
    road_ix: usize,
    k: usize,
    ramps: &[[f64; 2]],
    offset_m: DVec3,
) -> Option<Ribbon<'a>> {
    let section = &road.lane_sections[k];
    let (s0, s1) = (section.s_m, road.section_end_m(k));
    if !(s1 - s0 > 1e-3 && s0.is_finite() && s1.is_finite()) {
        return None;
    }
    // Just before the end the section still holds.
    let seen = |s: f64| s.clamp(s0, s1 - 1e-7 * (1.0 + s1.abs()));
    let border = |lane: i32, s: f64, left: f64| {
        let s = seen(s);
        let half = 0.5 * road.lane_width_m(lane, s).unwrap_or(0.0);
        let p = road.lane_position(lane, s, left * half).unwrap_or_else(|| road.position(s, 0.0));
        DVec3::new(p.x_m, p.y_m, p.z_m + road.cross_section_m(s, 0.0)) - offset_m
    };
    let lanes: Vec<&odr::Lane> = section.lanes().collect();
    let (first, last) = (lanes.first()?, lanes.last()?);
    // Both edges, and every border between lanes: widths and the lane offset bend them.
    let mut probes = vec![(first.id, 1.0), (last.id, -1.0)];
    probes.extend(lanes.iter().map(|l| (l.id, if l.id > 0 { -1.0 } else { 1.0 })));
    let s_m =
        stations(road, section, s0, s1, ramps, |s| probes.iter().map(|(l, d)| border(*l, s, *d)).collect());
    let frame = |s: f64| {
        let p = road.position(seen(s), 0.0);
        let up = p.offset_by([0.0, 0.0, 1.0]);
        (DVec3::new(up[0] - p.x_m, up[1] - p.y_m, up[2] - p.z_m), unit(p.heading_rad))
    };
    let (up, forward) = s_m.iter().map(|s| frame(*s)).unzip();
    let strips = lanes
        .iter()
        .map(|lane| {
            let ground = Ground::of(lane);
            let raised = ground.is_raised() && lane.heights.is_empty();
            Strip {
                lane,
                ground,
                left: s_m.iter().map(|s| border(lane.id, *s, 1.0)).collect(),
                right: s_m.iter().map(|s| border(lane.id, *s, -1.0)).collect(),
                t_m: s_m
                    .iter()
                    .map(|s| {
                        let span = road.lane_span_at(lane.id, seen(*s)).unwrap_or_default();
                        let (a, b) = (span.inner_t_m, span.outer_t_m);
                        [a.max(b), a.min(b)]
                    })
                    .collect(),
                lift: s_m
                    .iter()
                    .map(|s| if raised { curb_m(*s, road.length_m, ramps) } else { 0.0 })
                    .collect(),
            }
        })
        .collect();
    let ribbon = Ribbon { road, road_ix, section, s_m, up, forward, strips };
    let finite = |p: &DVec3| p.is_finite();
    ribbon.strips.iter().all(|s| s.left.iter().chain(&s.right).all(finite)).then_some(ribbon)
}

/// Where to stand so that straight pieces follow all borders.
fn stations(
    road: &odr::Road,
    section: &odr::LaneSection,
    s0: f64,
    s1: f64,
    ramps: &[[f64; 2]],
    borders: impl Fn(f64) -> Vec<DVec3>,
) -> Vec<f64> {
    let cubics = [&road.elevation, &road.superelevation, &road.lane_offset];
    let mut breaks: Vec<f64> = vec![s0, s1];
    breaks.extend(cubics.into_iter().flatten().map(|c| c.s_m));
    breaks.extend(road.plan_view.iter().map(|g| g.s_m));
    breaks.extend(section.lanes().flat_map(|l| &l.widths).map(|w| s0 + w.s_m));
    for [from, to] in ramps {
        let slope = |room: f64| RAMP_SLOPE_M.min(room.max(0.05));
        let (before, after) = (slope(*from), slope(road.length_m - to));
        breaks.extend([from - before, from - 0.5 * before, *from, *to, to + 0.5 * after, to + after]);
    }
    breaks.retain(|s| (s0..=s1).contains(s));
    breaks.sort_by(f64::total_cmp);
    breaks.dedup_by(|b, a| *b - *a < 0.02);
    if let Some(last) = breaks.last_mut() {
        *last = s1;
    }
    let mut found = vec![s0];
    for pair in breaks.windows(2) {
        let count = ((pair[1] - pair[0]) / STEP_M_MAX).ceil().max(1.0);
        for i in 0..count as usize {
            let at = |i: usize| pair[0] + (pair[1] - pair[0]) * i as f64 / count;
            let ends = [at(i), at(i + 1)];
            split(&borders, ends, &borders(ends[0]), &borders(ends[1]), &mut found);
            if found.len() > STATIONS_MAX {
                return found;
            }
        }
    }
    found
}

/// Adds the stations after `a` up to `b`.
fn split(
    borders: &impl Fn(f64) -> Vec<DVec3>,
    [a, b]: [f64; 2],
    first: &[DVec3],
    last: &[DVec3],
    found: &mut Vec<f64>,
) {
    if b - a <= 2.0 * STEP_M_MIN {
        found.push(b);
        return;
    }
    let strays =
        |between: &[DVec3]| (0..between.len()).any(|i| sideways(first[i], last[i], between[i]) > ERROR_M);
    let at = |w: f64| borders(a + (b - a) * w);
    let middle = at(0.5);
    if strays(&middle) || strays(&at(0.25)) || strays(&at(0.75)) {
        let m = 0.5 * (a + b);
        split(borders, [a, m], first, &middle, found);
        split(borders, [m, b], &middle, last, found);
    } else {
        found.push(b);
    }
}

/// Distance of a point from a line.
fn sideways(a: DVec3, b: DVec3, p: DVec3) -> f64 {
    let along = (b - a).normalize_or(DVec3::X);
    (p - a).reject_from_normalized(along).length()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curbs_drop_at_crosswalks_and_stand_at_corners() {
        let ramps = [[0.5, 3.5]];
        assert!((curb_m(0.0, 200.0, &ramps) - CURB_M).abs() < 1e-9);
        assert!((curb_m(2.0, 200.0, &ramps) - RAMP_LIP_M).abs() < 1e-9);
        assert!((curb_m(10.0, 200.0, &ramps) - CURB_M).abs() < 1e-9);
        let half = curb_m(4.1, 200.0, &ramps);
        assert!(half > RAMP_LIP_M && half < CURB_M);
    }

    #[test]
    fn borders_stay_near_their_pieces() {
        let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/maps/kirkland.xodr"));
        let parsed = odr::parse(&bytes.unwrap(), "kirkland").unwrap();
        let ribbons = cut(&parsed.map, DVec3::ZERO);
        assert!(ribbons.len() >= parsed.map.roads.len());
        for ribbon in ribbons.iter().step_by(7) {
            for (i, pair) in ribbon.s_m.windows(2).enumerate() {
                assert!(pair[1] > pair[0]);
                let s = 0.5 * (pair[0] + pair[1]);
                for strip in &ribbon.strips {
                    let half = 0.5 * ribbon.road.lane_width_m(strip.lane.id, s).unwrap();
                    let p = ribbon.road.lane_position(strip.lane.id, s, half).unwrap();
                    let exact = DVec3::new(p.x_m, p.y_m, p.z_m);
                    let off = sideways(strip.left[i], strip.left[i + 1], exact);
                    assert!(off < 3.0 * ERROR_M, "{} lane {} at {s}: {off}", ribbon.road.id, strip.lane.id);
                }
            }
        }
    }
}
