//! A map as it will be written: roads, junctions, controllers. Numbers are already rounded as in the file, so
//! checks on the model are checks on the file.
//!
//! Units: metres, radians, miles per hour where a US sign says so. Lane ids, s and t as in OpenDRIVE.

use super::geometry::{Curve, Pose};
use super::profile::{Poly, active};

/// Kind of a lane, as OpenDRIVE names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneKind {
    Driving,
    Median,
    Biking,
    Parking,
    Shoulder,
    Sidewalk,
}

impl LaneKind {
    pub fn name(self) -> &'static str {
        match self {
            LaneKind::Driving => "driving",
            LaneKind::Median => "median",
            LaneKind::Biking => "biking",
            LaneKind::Parking => "parking",
            LaneKind::Shoulder => "shoulder",
            LaneKind::Sidewalk => "sidewalk",
        }
    }
}

/// What a lane is within its street: lanes of neighbouring sections with equal tags are linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    Median,
    PocketForward,
    PocketBackward,
    Forward(usize),
    Backward(usize),
    Connecting,
}

/// Marking at a lane's outer border (of the centre lane: at the centre).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    None,
    BrokenWhite,
    SolidWhite,
    SolidYellow,
    DoubleYellow,
    Curb,
}

#[derive(Clone, Debug)]
pub struct Lane {
    pub id: i32,
    pub kind: LaneKind,
    pub tag: Tag,
    /// Width over `sOffset`.
    pub widths: Vec<Poly>,
    pub mark: Mark,
    pub predecessor: Option<i32>,
    pub successor: Option<i32>,
}

#[derive(Clone, Debug)]
pub struct LaneSection {
    pub s: f64,
    /// Left lanes from the outermost, then right lanes from the innermost: falling ids, without the centre.
    pub lanes: Vec<Lane>,
    pub center_mark: Mark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    Start,
    End,
}

impl Contact {
    pub fn name(self) -> &'static str {
        match self {
            Contact::Start => "start",
            Contact::End => "end",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Link {
    Junction(String),
    Road(String, Contact),
}

/// A quadrilateral or point object on a road.
#[derive(Clone, Debug)]
pub struct Object {
    pub id: String,
    pub kind: ObjectKind,
    pub s: f64,
    pub t: f64,
    /// Extent along and across the road.
    pub length_m: f64,
    pub width_m: f64,
    /// "+", "-" or "none".
    pub orientation: &'static str,
    /// First and last lane id that a stop line governs.
    pub lanes: Option<(i32, i32)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    StopLine,
    Crosswalk,
    BusStop,
}

#[derive(Clone, Debug)]
pub enum SignalKind {
    /// A vehicle face: lenses in MUTCD order, orientation, brightness.
    Face { lenses: &'static str, orientation: String, brightness: f64 },
    /// A pedestrian head at the crosswalk with this object id.
    Pedestrian { crosswalk: String, brightness: f64 },
    /// A sign: type, value in mph if it has one.
    Sign { code: &'static str, mph: Option<u32> },
}

#[derive(Clone, Debug)]
pub struct Signal {
    pub id: String,
    pub kind: SignalKind,
    pub s: f64,
    pub t: f64,
    pub orientation: &'static str,
    pub lanes: Vec<(i32, i32)>,
    /// Where the face hangs and the heading in which it looks; none for signs, which stand at s, t.
    pub head: Option<(Pose, f64)>,
}

#[derive(Clone, Debug)]
pub struct Road {
    pub id: String,
    pub name: String,
    /// Junction id of connecting roads.
    pub junction: Option<String>,
    pub curve: Curve,
    pub elevation: Vec<Poly>,
    pub lane_offset: Vec<Poly>,
    pub sections: Vec<LaneSection>,
    pub speed_mph: u32,
    pub predecessor: Option<Link>,
    pub successor: Option<Link>,
    pub objects: Vec<Object>,
    pub signals: Vec<Signal>,
}

impl Road {
    pub fn length(&self) -> f64 {
        self.curve.length()
    }
    pub fn z(&self, s: f64) -> f64 {
        active(&self.elevation, s).value(s)
    }
    pub fn slope(&self, s: f64) -> f64 {
        active(&self.elevation, s).slope(s)
    }
    pub fn section_at(&self, s: f64) -> &LaneSection {
        let i = self.sections.partition_point(|x| x.s <= s + 1e-9).max(1);
        &self.sections[i - 1]
    }
    /// Lanes with (t of the inner border, t of the outer border) at `s`.
    pub fn edges<'a>(&self, section: &'a LaneSection, s: f64) -> Vec<(&'a Lane, f64, f64)> {
        let offset = active(&self.lane_offset, s).value(s);
        let width = |l: &Lane| active(&l.widths, s - section.s).value(s - section.s);
        let mut out = Vec::new();
        let mut t = offset;
        for lane in section.lanes.iter().rev().filter(|l| l.id > 0) {
            let w = width(lane);
            out.push((lane, t, t + w));
            t += w;
        }
        t = offset;
        for lane in section.lanes.iter().filter(|l| l.id < 0) {
            let w = width(lane);
            out.push((lane, t, t - w));
            t -= w;
        }
        out
    }
    /// Point at s, t with the road's heading there, and its height.
    pub fn point(&self, s: f64, t: f64) -> (Pose, f64) {
        (self.curve.at(s).left(t), self.z(s))
    }
    /// s at an end.
    pub fn end_s(&self, contact: Contact) -> f64 {
        match contact {
            Contact::Start => 0.0,
            Contact::End => self.length(),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Connection {
    pub incoming: String,
    pub connecting: String,
    /// Lane of the incoming road; the connecting road's lane is always −1.
    pub from_lane: i32,
}

/// Who gives way in a junction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    Signal,
    TwoWayStop,
    AllWayStop,
}

#[derive(Clone, Debug)]
pub struct Junction {
    pub id: String,
    pub name: String,
    pub control: Control,
    pub x: f64,
    pub y: f64,
    pub z: f64,
    pub connections: Vec<Connection>,
    /// (incoming road that goes first, incoming road that yields).
    pub priorities: Vec<(String, String)>,
    /// (controller id, sequence).
    pub controllers: Vec<(String, u32)>,
}

#[derive(Clone, Debug)]
pub struct Controller {
    pub id: String,
    pub name: String,
    /// (signal id, type).
    pub controls: Vec<(String, &'static str)>,
}

#[derive(Clone, Debug)]
pub struct Map {
    pub name: String,
    pub title: String,
    pub about: String,
    pub lat_deg: f64,
    pub lon_deg: f64,
    pub roads: Vec<Road>,
    pub junctions: Vec<Junction>,
    pub controllers: Vec<Controller>,
    /// Places worth a scenario: (road, s, what).
    pub notes: Vec<(String, f64, String)>,
}

impl Map {
    pub fn road(&self, id: &str) -> Option<&Road> {
        self.roads.iter().find(|r| r.id == id)
    }
}
