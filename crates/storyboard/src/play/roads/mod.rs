//! Roads for the player: places by road, lane and offset, the surface under them, and what lies next to what.
//!
//! # What it models
//! [`Roads`] holds a map with indices: ids, links, junction connections, boxes around its pieces. A
//! [`RoadPlace`] names a point by road, lane, s, t and offset; [`Roads::surface`] gives its pose, facing rising
//! s. A place with a lane faces along the lane's center line, as whoever follows the lane does; a place
//! without one (lane 0) along constant t.
//!
//! | file | what |
//! |---|---|
//! | `mod.rs` | places, surface, attitude against the surface, lanes |
//! | `links.rs` | what follows a road's ends; junction connections |
//! | `index.rs` | from x, y, z to a place |
//! | `travel.rs` | moving along roads, lane by lane |
//! | `way.rs` | ways through the network, and their lengths |
//!
//! # Units, frames
//! Metres, radians; the file's world frame; ISO 8855 signs. s, t and offsets as in OpenDRIVE: t and offsets
//! positive to the left of the reference line, whatever the lane's sign.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1; ASAM OpenSCENARIO XML 1.3, "Coordinate systems".

mod index;
mod links;
mod travel;
mod way;

pub use index::Near;
pub use links::Entry;
pub use travel::{Along, JunctionChoice, Moved, ROADS_PER_MOVE_MAX};
pub use way::{WAY_ROADS_MAX, Way};

use super::entity::{Located, Pose, Relative, RoadPlace};
use super::frame::{angles, rotation, wrap};
use glam::{DMat3, DVec3};
use links::Links;
use opendrive::{Lane, Map, Road};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Narrower lanes count as ended, m.
pub(crate) const LANE_WIDTH_MIN_M: f64 = 1e-6;

/// A map, indexed for the player.
#[derive(Clone, Debug)]
pub struct Roads {
    map: Arc<Map>,
    ids: BTreeMap<String, usize>,
    links: Links,
    index: index::BoxIndex,
}

impl Roads {
    /// Indexes a map.
    pub fn new(map: Arc<Map>) -> Self {
        let mut ids = BTreeMap::new();
        for (i, road) in map.roads.iter().enumerate() {
            ids.entry(road.id.clone()).or_insert(i);
        }
        let links = Links::new(&map, &ids);
        let index = index::BoxIndex::new(&map);
        Self { map, ids, links, index }
    }

    /// No map: a scenario may have none; then there are poses alone.
    pub fn none() -> Self {
        Self::new(Arc::new(Map::default()))
    }

    /// The map.
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// Whether there is no road at all.
    pub fn is_empty(&self) -> bool {
        self.map.roads.is_empty()
    }

    /// Index of the road with an id.
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    /// A road by its index.
    pub fn road(&self, road: usize) -> Option<&Road> {
        self.map.roads.get(road)
    }

    /// Length of a road, m; 0 where there is none.
    pub fn length_m(&self, road: usize) -> f64 {
        self.road(road).map_or(0.0, |r| r.length_m)
    }

    /// Whether a road belongs to a junction.
    pub fn is_connecting(&self, road: usize) -> bool {
        self.road(road).is_some_and(|r| r.junction.is_some())
    }

    /// A place on a lane: s is held to the road, t counted from the lane's center. A lane that is not there gives
    /// the nearest one of its side, or the center line where that side has none.
    pub fn locate_lane(&self, road: usize, lane: i32, s_m: f64, offset_m: f64) -> Option<RoadPlace> {
        let at = self.road(road)?;
        let s_m = if s_m.is_finite() { s_m.clamp(0.0, at.length_m) } else { 0.0 };
        let mut id = lane;
        if let Some(section) = at.section_at(s_m) {
            let side = if lane > 0 { &section.left } else { &section.right };
            if section.lane(id).is_none() {
                id = side.iter().map(|l| l.id).min_by_key(|l| (l.abs_diff(lane), *l)).unwrap_or(0);
            }
        }
        let center_m = at.lane_center_t_m(id, s_m).unwrap_or(0.0);
        Some(RoadPlace { road, lane: id, s_m, t_m: center_m + offset_m, offset_m })
    }

    /// A place by s and t. Its lane is the one that holds t, else the nearest; 0 on a road without lanes.
    pub fn locate_road(&self, road: usize, s_m: f64, t_m: f64) -> Option<RoadPlace> {
        let at = self.road(road)?;
        let s_m = if s_m.is_finite() { s_m.clamp(0.0, at.length_m) } else { 0.0 };
        let (lane, offset_m) = nearest_lane(at, s_m, t_m).unwrap_or((0, t_m));
        Some(RoadPlace { road, lane, s_m, t_m, offset_m })
    }

    /// The same place with its t and offset counted again after `s_m`, `lane` or `offset_m` changed.
    pub fn refreshed(&self, place: RoadPlace) -> RoadPlace {
        if place.lane == 0 {
            return place;
        }
        let center = self.road(place.road).and_then(|r| r.lane_center_t_m(place.lane, place.s_m));
        center.map_or(place, |t| RoadPlace { t_m: t + place.offset_m, ..place })
    }

    /// Pose of the surface at a place, facing rising s. The origin where there is no such road.
    pub fn surface(&self, place: RoadPlace) -> Pose {
        let Some(road) = self.road(place.road) else { return Pose::default() };
        let lane = road.section_at(place.s_m).and_then(|s| s.lane(place.lane)).filter(|l| l.id != 0);
        let on_lane = lane.and_then(|lane| {
            let p = road.lane_position(lane.id, place.s_m, place.offset_m)?;
            Some(if road.runs_backward(lane) { p.turned_around() } else { p })
        });
        let p = on_lane.unwrap_or_else(|| road.position(place.s_m, place.t_m));
        Pose {
            position_m: DVec3::new(p.x_m, p.y_m, p.z_m),
            h_rad: p.heading_rad,
            p_rad: p.pitch_rad,
            r_rad: p.roll_rad,
        }
    }

    /// Heading of the road itself at a place, rad: of constant t, not of the lane.
    pub fn road_heading_rad(&self, place: RoadPlace) -> f64 {
        self.road(place.road).map_or(0.0, |r| r.position(place.s_m, place.t_m).heading_rad)
    }

    /// Pose at a place with an attitude against the surface: the surface's rotation, then the relative one.
    pub fn pose_of(&self, place: RoadPlace, relative: Relative) -> Pose {
        let ground = self.surface(place);
        let turned = ground.matrix() * rotation(relative.h_rad, relative.p_rad, relative.r_rad);
        Pose::from_matrix(ground.position_m + DVec3::Z * relative.z_m, &turned)
    }

    /// The attitude of a pose against the surface at a place.
    pub fn relative_at(&self, place: RoadPlace, pose: &Pose) -> Relative {
        let ground = self.surface(place);
        let turn: DMat3 = ground.matrix().transpose() * pose.matrix();
        let (h_rad, p_rad, r_rad) = angles(&turn);
        Relative { z_m: pose.position_m.z - ground.position_m.z, h_rad, p_rad, r_rad }
    }

    /// A place with an attitude against its surface.
    pub fn located(&self, place: RoadPlace, relative: Relative) -> Located {
        Located { pose: self.pose_of(place, relative), place: Some(place), relative }
    }

    /// A pose with its place on the nearest road.
    pub fn place_of(&self, pose: Pose) -> Located {
        let p = pose.position_m;
        self.on_place(pose, self.nearest(p.x, p.y, Some(p.z)).map(|near| near.place))
    }

    /// The same, looking first where it was.
    pub fn place_from(&self, hint: RoadPlace, pose: Pose) -> Located {
        let p = pose.position_m;
        self.on_place(pose, self.nearest_from(hint, p.x, p.y, Some(p.z)).map(|near| near.place))
    }

    fn on_place(&self, pose: Pose, place: Option<RoadPlace>) -> Located {
        let relative = place.map_or_else(Relative::default, |place| self.relative_at(place, &pose));
        Located { pose, place, relative }
    }

    /// The lane of a place.
    pub fn lane(&self, place: RoadPlace) -> Option<&Lane> {
        self.road(place.road)?.section_at(place.s_m)?.lane(place.lane)
    }

    /// Driving direction at a place: +1 with rising s, −1 against it. +1 where no lane is meant.
    pub fn driving_direction(&self, place: RoadPlace) -> i8 {
        let backward = match (self.road(place.road), self.lane(place)) {
            (Some(road), Some(lane)) => road.runs_backward(lane),
            (Some(_) | None, Some(_) | None) => false,
        };
        if backward { -1 } else { 1 }
    }

    /// Ids of the lanes with width at s, from the leftmost to the rightmost.
    pub fn lane_ids_at(&self, road: usize, s_m: f64) -> Vec<i32> {
        let Some(at) = self.road(road) else { return Vec::new() };
        let ids = at.section_at(s_m).into_iter().flat_map(|s| s.lanes()).map(|l| l.id);
        ids.filter(|id| at.lane_width_m(*id, s_m).is_some_and(|w| w > LANE_WIDTH_MIN_M)).collect()
    }

    /// Width of the place's lane, m.
    pub fn lane_width_m(&self, place: RoadPlace) -> Option<f64> {
        self.road(place.road)?.lane_width_m(place.lane, place.s_m)
    }

    /// Whether motor vehicles drive along the place's lane in ordinary traffic.
    pub fn is_driving_lane(&self, place: RoadPlace) -> bool {
        self.lane(place).is_some_and(|lane| lane.kind.is_drivable())
    }

    /// Whether the place lies outside the road's lanes (those of type `none` are no road).
    pub fn is_offroad(&self, place: RoadPlace) -> bool {
        let Some(road) = self.road(place.road) else { return true };
        let Some(section) = road.section_at(place.s_m) else { return true };
        let offset = road.lane_offset_at(place.s_m);
        let holds = |lane: &Lane| {
            section.lane_span(lane.id, place.s_m - section.s_m, offset).is_some_and(|span| {
                let (low, high) = (span.inner_t_m.min(span.outer_t_m), span.inner_t_m.max(span.outer_t_m));
                low - LANE_WIDTH_MIN_M <= place.t_m && place.t_m <= high + LANE_WIDTH_MIN_M
            })
        };
        !section.lanes().any(|lane| lane.kind != opendrive::LaneType::None && holds(lane))
    }

    /// Curvature of the reference line, 1/m, left positive.
    pub fn curvature_pm(&self, place: RoadPlace) -> f64 {
        self.road(place.road).map_or(0.0, |r| r.reference_point(place.s_m).curvature_pm)
    }

    /// Metres of s per metre along the line of constant t: `1 / (1 − κ·t)`. 1 where the line does not reach (inside
    /// of the curve's center).
    pub fn s_per_metre(&self, place: RoadPlace) -> f64 {
        let reach = 1.0 - self.curvature_pm(place) * place.t_m;
        if reach > 1e-6 { 1.0 / reach } else { 1.0 }
    }

    /// Whether a heading against rising s faces along it.
    pub fn faces_rising_s(h_rel_rad: f64) -> bool {
        wrap(h_rel_rad).abs() <= std::f64::consts::FRAC_PI_2
    }

    /// The lane a number of lanes to the left (positive t), not counting lane 0; not checked for being there.
    pub fn lane_beside(lane: i32, d_lane: i32) -> i32 {
        let target = lane.saturating_add(d_lane);
        let crossed = (lane < 0 && target >= 0) || (lane > 0 && target <= 0);
        if crossed { target.saturating_add(d_lane.signum()) } else { target }
    }
}

/// The lane that holds t at s, else the one whose border is nearest: id and offset from its center.
pub(crate) fn nearest_lane(road: &Road, s_m: f64, t_m: f64) -> Option<(i32, f64)> {
    let section = road.section_at(s_m)?;
    let offset = road.lane_offset_at(s_m);
    let mut best: Option<(f64, i32, f64)> = None;
    for lane in section.lanes() {
        let Some(span) = section.lane_span(lane.id, s_m - section.s_m, offset) else { continue };
        if span.width_m() < LANE_WIDTH_MIN_M {
            continue;
        }
        let away = (t_m - span.center_t_m()).abs() - 0.5 * span.width_m();
        // On a border both lanes hold the point: the one nearer to the reference line is taken.
        let nearer = best.is_none_or(|(gap, id, _)| {
            let same = (away.max(0.0) - gap.max(0.0)).abs() < 1e-9;
            if same { lane.id.abs() < id.abs() } else { away.max(0.0) < gap.max(0.0) }
        });
        if nearer {
            best = Some((away, lane.id, t_m - span.center_t_m()));
        }
    }
    best.map(|(_, id, offset_m)| (id, offset_m))
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
