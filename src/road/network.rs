//! Types of the road network and its queries.

use super::LaneCoord;
use super::centerline::CenterLine;
use super::index::SpatialIndex;
use crate::base::ids::{CrosswalkIx, JunctionIx, LaneId, RoadIx, SignalIx};
use crate::base::math::{DVec2, DVec3};
use crate::state::pose::Pose;
use crate::state::signal::{FaceOrientation, Lens};
use serde::{Deserialize, Serialize};

/// Use of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LaneKind {
    /// For motor vehicles.
    Driving,
    /// For bicycles.
    Biking,
    /// For buses.
    Bus,
    /// Shoulder, also stop lane.
    Shoulder,
    /// For pedestrians.
    Sidewalk,
    /// Parking.
    Parking,
    /// Anything else.
    Other,
}

/// Class of a road, for ODD predicates and disengagement locations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoadClass {
    /// Interstate highway.
    Interstate,
    /// Freeway (access controlled).
    Freeway,
    /// Highway.
    Highway,
    /// Rural road.
    RuralRoad,
    /// Urban street.
    Street,
    /// Parking facility.
    ParkingFacility,
}

/// Side of the road that traffic keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrafficSide {
    /// Right-hand traffic.
    Right,
    /// Left-hand traffic.
    Left,
}

/// Turn of a connecting lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// Straight on (also every lane outside junctions).
    Straight,
    /// Left.
    Left,
    /// Right.
    Right,
    /// Back.
    UTurn,
}

/// One road.
#[derive(Clone, Debug)]
pub struct Road {
    /// OpenDRIVE id.
    pub id: String,
    /// Street name.
    pub name: String,
    /// Length, m.
    pub length_m: f64,
    /// Class.
    pub class: RoadClass,
    /// Junction it belongs to, for connecting roads.
    pub junction: Option<JunctionIx>,
    /// Side that traffic keeps to.
    pub side: TrafficSide,
    /// Its lanes by section and id.
    pub lanes: Vec<LaneId>,
}

/// One lane of one lane section.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Own id.
    pub id: LaneId,
    /// Its road.
    pub road: RoadIx,
    /// OpenDRIVE lane id within the section.
    pub odr_lane: i32,
    /// Use.
    pub kind: LaneKind,
    /// Road s where travel starts, m.
    pub s_from_m: f64,
    /// Road s where travel ends, m (smaller than `s_from_m` for lanes against the reference line).
    pub s_to_m: f64,
    /// Length of the center line, m.
    pub length_m: f64,
    /// Speed limit, m/s.
    pub speed_limit_mps: f64,
    /// Next lanes in driving direction, straightest first.
    pub successors: Vec<LaneId>,
    /// Previous lanes in driving direction.
    pub predecessors: Vec<LaneId>,
    /// Left neighbor with the same driving direction, same kind.
    pub left: Option<LaneId>,
    /// Right neighbor with the same driving direction, same kind.
    pub right: Option<LaneId>,
    /// Neighbor against the driving direction (two-way road without median): to the left in right-hand traffic, to
    /// the right in left-hand traffic.
    pub opposite: Option<LaneId>,
    /// The same ground driven the other way (OpenDRIVE's `direction="both"`). Of the two the one with the lower id
    /// runs as the lane's side and the road's rule say; the other one has no neighbors.
    pub twin: Option<LaneId>,
    /// Junction, for connecting lanes.
    pub junction: Option<JunctionIx>,
    /// Turn direction, for connecting lanes.
    pub turn: Turn,
    /// Stop line or yield line near the lane's end: distance along, m.
    pub stop_line_m: Option<f64>,
    /// Lanes that cross or merge with this one (connecting lanes only), nearest conflict first.
    pub conflicts: Vec<Conflict>,
    /// Crosswalks over this lane, by rising distance.
    pub crosswalks: Vec<LaneCrosswalk>,
    /// Sampled center line.
    pub(super) line: CenterLine,
}

/// Crosswalk over a lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LaneCrosswalk {
    /// Which.
    pub crosswalk: CrosswalkIx,
    /// Near edge along the lane, m.
    pub from_m: f64,
    /// Far edge along the lane, m.
    pub to_m: f64,
}

/// Two lanes of a junction that share ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conflict {
    /// The other lane.
    pub other: LaneId,
    /// Begin of the shared ground along this lane, m.
    pub from_m: f64,
    /// End of the shared ground along this lane, m.
    pub to_m: f64,
    /// Begin along the other lane, m.
    pub other_from_m: f64,
    /// End along the other lane, m.
    pub other_to_m: f64,
    /// Kind.
    pub kind: ConflictKind,
    /// Who goes first when no signal decides.
    pub priority: Priority,
}

/// Kind of a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConflictKind {
    /// Paths cross.
    Crossing,
    /// Paths end in the same lane.
    Merging,
    /// Paths start in the same lane.
    Diverging,
}

/// Right of way between two conflicting movements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// This lane's traffic goes first.
    Mine,
    /// The other lane's traffic goes first.
    Theirs,
    /// Equal: first come, first served (all-way stop), else the one from the right.
    Equal,
}

/// How a junction is controlled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JunctionControl {
    /// Traffic signals.
    Signal,
    /// Stop signs on all approaches.
    AllWayStop,
    /// Stop signs on the minor approaches.
    MinorStop,
    /// Yield signs or priority rules.
    Yield,
    /// Nothing.
    Uncontrolled,
}

/// What governs the approach lane that feeds a connecting lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApproachControl {
    /// Signal faces.
    Signal,
    /// Stop sign.
    Stop,
    /// Yield sign.
    Yield,
    /// Has priority or nothing is posted.
    None,
}

/// A junction.
#[derive(Clone, Debug)]
pub struct Junction {
    /// OpenDRIVE id.
    pub id: String,
    /// Control.
    pub control: JunctionControl,
    /// Connecting lanes (driving, biking), by id.
    pub lanes: Vec<LaneId>,
    /// Signal groups in stage order.
    pub groups: Vec<SignalGroup>,
    /// Center, m.
    pub center_m: DVec2,
    /// Radius that covers its lanes, m.
    pub radius_m: f64,
}

/// One signal group (phase): the lenses that switch together.
#[derive(Clone, Debug)]
pub struct SignalGroup {
    /// OpenDRIVE controller id.
    pub id: String,
    /// Name, e.g. `phi2 northbound through`.
    pub name: String,
    /// Stage in the default programme; groups with the same stage run together.
    pub stage: u32,
    /// Faces and which of their lenses.
    pub members: Vec<GroupMember>,
}

/// Part of a face that a group switches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupMember {
    /// Face.
    pub face: SignalIx,
    /// Which lenses.
    pub part: FacePart,
}

/// Part of a face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FacePart {
    /// Circular lenses.
    Circular,
    /// Left arrows.
    LeftArrow,
    /// Right arrows.
    RightArrow,
    /// Pedestrian symbols.
    Pedestrian,
}

/// A signal face (vehicle or pedestrian head).
#[derive(Clone, Debug)]
pub struct SignalFace {
    /// Own index.
    pub ix: SignalIx,
    /// OpenDRIVE id.
    pub id: String,
    /// Junction, if any.
    pub junction: Option<JunctionIx>,
    /// Center of the face in the world, m.
    pub position_m: DVec3,
    /// Direction the face looks to, rad.
    pub heading_rad: f64,
    /// Orientation.
    pub orientation: FaceOrientation,
    /// Lenses in MUTCD order.
    pub lenses: Vec<Lens>,
    /// Lens diameter, m.
    pub lens_diameter_m: f64,
    /// Luminous intensity relative to a standard head, 0–1.
    pub brightness: f64,
    /// Approach lanes it governs.
    pub lanes: Vec<LaneId>,
    /// Crosswalk it governs (pedestrian heads).
    pub crosswalk: Option<CrosswalkIx>,
}

/// A crosswalk.
#[derive(Clone, Debug)]
pub struct Crosswalk {
    /// Own index.
    pub ix: CrosswalkIx,
    /// OpenDRIVE object id.
    pub id: String,
    /// Outline in the world, m.
    pub outline_m: Vec<DVec2>,
    /// End points of its axis (curb to curb), m.
    pub ends_m: [DVec2; 2],
    /// Width, m.
    pub width_m: f64,
    /// Height above datum, m.
    pub z_m: f64,
    /// Lanes crossed.
    pub lanes: Vec<LaneId>,
    /// Whether pedestrian heads govern it.
    pub faces: Vec<SignalIx>,
}

/// A static sign or piece of street furniture the engine cares about.
#[derive(Clone, Debug)]
pub struct Furniture {
    /// OpenDRIVE id.
    pub id: String,
    /// Kind in words: `stop_sign`, `yield_sign`, `speed_limit`, `road_works_sign`, `bus_stop`, or the
    /// OpenDRIVE type.
    pub kind: String,
    /// World position, m.
    pub position_m: DVec3,
    /// Heading, rad.
    pub heading_rad: f64,
    /// Lanes it applies to.
    pub lanes: Vec<LaneId>,
}

/// The road network.
#[derive(Clone, Debug, Default)]
pub struct RoadNetwork {
    /// Name (file stem).
    pub name: String,
    /// Hash of the source bytes.
    pub content_hash: u64,
    /// Latitude and longitude of the origin, deg, if geo-referenced.
    pub origin_deg: Option<(f64, f64)>,
    /// The map's `<geoReference>`: a PROJ string (see `geo.rs`).
    pub geo_reference: Option<String>,
    /// Large offset removed at load (world = file − offset), m.
    pub offset_m: DVec3,
    /// Roads.
    pub roads: Vec<Road>,
    /// Lanes.
    pub lanes: Vec<Lane>,
    /// Junctions.
    pub junctions: Vec<Junction>,
    /// Signal faces.
    pub signals: Vec<SignalFace>,
    /// Crosswalks.
    pub crosswalks: Vec<Crosswalk>,
    /// Static signs, bus stops.
    pub furniture: Vec<Furniture>,
    /// Faces that govern a movement, by **connecting lane** (`LaneId`): through faces for straight
    /// movements, arrow faces for turns where there are any. Empty where no signal governs.
    pub faces_of_movement: Vec<Vec<SignalIx>>,
    /// What governs entry into each connecting lane, by `LaneId`.
    pub approach_control: Vec<ApproachControl>,
    pub(super) index: SpatialIndex,
}

/// Geometry at a lane place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LanePose {
    /// Pose with the heading of travel.
    pub pose: Pose,
    /// Curvature of the center line, 1/m, left positive.
    pub curvature_per_m: f64,
    /// Lane width, m.
    pub width_m: f64,
}

/// Result of a nearest-lane query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearestLane {
    /// Place.
    pub coord: LaneCoord,
    /// Distance from the lane's center line in the plane, m (0 on it).
    pub distance_m: f64,
    /// Heading of travel there, rad.
    pub heading_rad: f64,
}

/// A place in OpenDRIVE's own terms, for files and people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoadCoord<'a> {
    /// Road id.
    pub road_id: &'a str,
    /// Lane id.
    pub lane_id: i32,
    /// s, m.
    pub s_m: f64,
    /// Offset from the lane center in **t direction**, m.
    pub lane_offset_m: f64,
}
