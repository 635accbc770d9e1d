//! Junctions: which lane goes on to which.

use serde::{Deserialize, Serialize};

use super::{ContactPoint, JunctionKind, Orientation, UserData};
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
    /// Where it is written.
    pub at: Place,
}

/// `<laneLink>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneLink {
    /// Lane of the incoming road.
    pub from: i32,
    /// Lane of the connecting road.
    pub to: i32,
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
}
