//! Junctions: which lane goes on to which.

use serde::{Deserialize, Serialize};

use super::{
    ContactPoint, Crg, Geometry, JunctionKind, Object, ObjectReference, Orientation, Structure, UserData,
};
use crate::problem::Place;

/// `<junction>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Junction {
    /// Unique id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Type.
    pub kind: JunctionKind,
    /// Virtual junctions: where on which road.
    pub main_road: Option<MainRoad>,
    /// Connections.
    pub connections: Vec<Connection>,
    /// Which connecting road goes first.
    pub priorities: Vec<Priority>,
    /// Controllers that serve the junction.
    pub controllers: Vec<JunctionController>,
    /// Pedestrian crossings (1.8).
    pub cross_paths: Vec<CrossPath>,
    /// Crossing junctions: the stretches of road that cross (1.8).
    pub road_sections: Vec<RoadSection>,
    /// Its edge, counter-clockwise (1.8).
    pub boundary: Vec<BoundarySegment>,
    /// Heights over its area (1.8).
    pub elevation_grid: Option<ElevationGrid>,
    /// Its own reference line (1.8).
    pub plan_view: Vec<Geometry>,
    /// Objects on its own reference line (1.8).
    pub objects: Vec<Object>,
    /// References to objects of roads.
    pub object_references: Vec<ObjectReference>,
    /// Tunnels and bridges on its own reference line.
    pub structures: Vec<Structure>,
    /// OpenCRG surfaces: named, not evaluated.
    pub surfaces: Vec<Crg>,
    /// `<userData>`.
    pub user_data: Vec<UserData>,
    /// Where it is written.
    pub at: Place,
}

/// The stretch that a virtual junction takes of its main road.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MainRoad {
    /// The road's id.
    pub road_id: String,
    /// Start, metres.
    pub s_start_m: f64,
    /// End, metres.
    pub s_end_m: f64,
    /// For which direction of travel it counts.
    pub orientation: Orientation,
}

/// `<connection>`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// Id within the junction.
    pub id: String,
    /// The road that comes in.
    pub incoming_road: Option<String>,
    /// The road through the junction; `None` in a direct junction.
    pub connecting_road: Option<String>,
    /// Direct junctions: the road that goes on.
    pub linked_road: Option<String>,
    /// Which end of the connecting (linked) road touches the incoming road.
    pub contact: Option<ContactPoint>,
    /// `type="virtual"`.
    pub is_virtual: bool,
    /// Lanes of the incoming road → lanes of the connecting (linked) road.
    pub lane_links: Vec<LaneLink>,
    /// Virtual connections: where traffic comes from.
    pub predecessor: Option<VirtualEnd>,
    /// Virtual connections: where traffic goes to.
    pub successor: Option<VirtualEnd>,
    /// Where it is written.
    pub at: Place,
}

/// `<predecessor>`, `<successor>` of a virtual connection: a place in the middle of a road.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VirtualEnd {
    /// The road's id.
    pub road_id: String,
    /// Along it, metres.
    pub s_m: f64,
    /// Which way traffic goes there.
    pub orientation: Orientation,
}

/// `<laneLink>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LaneLink {
    /// Lane of the incoming road.
    pub from: i32,
    /// Lane of the connecting road.
    pub to: i32,
    /// Direct junctions: length over which the lanes run side by side before they part or join, metres.
    pub overlap_m: Option<f64>,
}

/// `<priority>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priority {
    /// Road that goes first.
    pub high: Option<String>,
    /// Road that waits.
    pub low: Option<String>,
}

/// `<controller>` of a junction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JunctionController {
    /// The controller's id.
    pub controller_id: String,
    /// How it controls.
    pub kind: Option<String>,
    /// Order of the stages.
    pub sequence: Option<u32>,
}

/// `<crossPath>`: a pedestrian crossing through a junction.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CrossPath {
    /// Id within the junction.
    pub id: String,
    /// The road that crosses.
    pub crossing_road: Option<String>,
    /// The road at its start.
    pub road_at_start: Option<String>,
    /// The road at its end.
    pub road_at_end: Option<String>,
    /// Lane of the crossing road at the start → where it meets the road there.
    pub start: Option<CrossPathLink>,
    /// Lane of the crossing road at the end → where it meets the road there.
    pub end: Option<CrossPathLink>,
    /// Where it is written.
    pub at: Place,
}

/// `<startLaneLink>`, `<endLaneLink>`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrossPathLink {
    /// Along the crossed road, metres.
    pub s_m: f64,
    /// Lane of the road at this end.
    pub from: i32,
    /// Lane of the crossing road.
    pub to: i32,
}

/// `<roadSection>` of a crossing junction: a stretch of a road that others cross.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RoadSection {
    /// Id within the junction.
    pub id: String,
    /// The road's id.
    pub road_id: String,
    /// Start, metres.
    pub s_start_m: f64,
    /// End, metres.
    pub s_end_m: f64,
}

/// `<segment>` of a junction's `<boundary>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BoundarySegment {
    /// `type="lane"`: along the outer border of a lane.
    Lane {
        /// The road's id.
        road_id: String,
        /// The lane.
        lane_id: i32,
        /// From there; the road's start where it is not said.
        from: RoadStation,
        /// To there; the road's end where it is not said.
        to: RoadStation,
    },
    /// `type="joint"`: across the end of a road that comes in.
    Joint {
        /// The road's id.
        road_id: String,
        /// Where on it.
        contact: RoadStation,
        /// First lane of the joint; `None` = the outermost one.
        lane_start: Option<i32>,
        /// Last lane of the joint; `None` = the outermost one.
        lane_end: Option<i32>,
        /// Length over which the road's surface passes into the junction's, metres.
        transition_m: Option<f64>,
    },
}

/// A place along a road: one of its ends or a station.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum RoadStation {
    /// Where s = 0.
    Start,
    /// Where s = length.
    End,
    /// In between, metres.
    At(f64),
}

impl RoadStation {
    /// The station on a road of this length, metres.
    pub fn s_m(self, length_m: f64) -> f64 {
        match self {
            RoadStation::Start => 0.0,
            RoadStation::End => length_m,
            RoadStation::At(s_m) => s_m.clamp(0.0, length_m.max(0.0)),
        }
    }
}

/// `<elevationGrid>`: heights at the corners of squares along the junction's reference line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ElevationGrid {
    /// Side of a square, metres.
    pub spacing_m: f64,
    /// Station of the first row on the junction's reference line, metres.
    pub s_start_m: f64,
    /// Rows in rising s.
    pub rows: Vec<GridRow>,
}

/// `<elevation>` of an elevation grid: heights across the reference line, metres.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GridRow {
    /// On the reference line.
    pub center_m: f64,
    /// Left of it, from the line outward.
    pub left_m: Vec<f64>,
    /// Right of it, from the line outward.
    pub right_m: Vec<f64>,
}

/// `<junctionGroup>`: junctions that belong together, such as a roundabout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JunctionGroup {
    /// Unique id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Kind (`roundabout`, …), as written.
    pub kind: String,
    /// Ids of its junctions.
    pub junctions: Vec<String>,
    /// Where it is written.
    pub at: Place,
}
