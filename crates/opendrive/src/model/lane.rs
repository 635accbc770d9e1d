//! Lane sections and lanes.

use serde::{Deserialize, Serialize};

use super::{
    Cubic, LaneAdvisory, LaneChange, LaneDirection, LaneType, RoadMarkColor, RoadMarkKind, RoadMarkRule,
    SpeedLimit, UserData,
};
use crate::problem::Place;

/// `<laneSection>`: a stretch of road with a fixed set of lanes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LaneSection {
    /// Start on the road, metres.
    pub s_m: f64,
    /// Holds for one side only (`singleSide`).
    pub single_side: bool,
    /// Lanes 1, 2, 3 … from the centre outward.
    pub left: Vec<Lane>,
    /// Lane 0: no width, carries the centre marking.
    pub center: Lane,
    /// Lanes −1, −2, −3 … from the centre outward.
    pub right: Vec<Lane>,
    /// `<userData>`.
    pub user_data: Vec<UserData>,
    /// Where it is written.
    pub at: Place,
}

impl LaneSection {
    /// The lane with this id.
    pub fn lane(&self, id: i32) -> Option<&Lane> {
        match id.cmp(&0) {
            std::cmp::Ordering::Greater => self.left.iter().find(|l| l.id == id),
            std::cmp::Ordering::Equal => Some(&self.center),
            std::cmp::Ordering::Less => self.right.iter().find(|l| l.id == id),
        }
    }

    /// All lanes with width, from the leftmost to the rightmost.
    pub fn lanes(&self) -> impl Iterator<Item = &Lane> {
        self.left.iter().rev().chain(self.right.iter())
    }
}

/// `<lane>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    /// Positive left of the centre lane, negative right of it.
    pub id: i32,
    /// Type.
    pub kind: LaneType,
    /// Kept level: superelevation is not applied to it.
    pub level: bool,
    /// Driving direction relative to its side and the road's rule.
    pub direction: LaneDirection,
    /// Advice that traffic shows on its borders (1.8).
    pub advisory: Option<LaneAdvisory>,
    /// Signals change its direction (1.8).
    pub dynamic_direction: bool,
    /// Signals change its type (1.8).
    pub dynamic_type: bool,
    /// There are road works on it (1.8; before: the type `roadWorks`).
    pub road_works: bool,
    /// Width over the distance from the section's start, metres.
    pub widths: Vec<Cubic>,
    /// Outer border's t from the centre lane over the distance from the section's start, metres;
    /// holds where there is no width.
    pub borders: Vec<Cubic>,
    /// Height over the road's surface.
    pub heights: Vec<LaneHeight>,
    /// Markings on its outer border (on the centre line for lane 0).
    pub road_marks: Vec<RoadMark>,
    /// Speed limits.
    pub speeds: Vec<LaneSpeed>,
    /// Who may use it.
    pub accesses: Vec<LaneAccess>,
    /// Friction and material.
    pub materials: Vec<LaneMaterial>,
    /// Other rules, in words of their own (`<rule>`).
    pub rules: Vec<LaneRule>,
    /// Lane ids in the previous section or road.
    pub predecessors: Vec<i32>,
    /// Lane ids in the next section or road.
    pub successors: Vec<i32>,
    /// `<userData>`.
    pub user_data: Vec<UserData>,
    /// Where it is written.
    pub at: Place,
}

impl Default for Lane {
    fn default() -> Self {
        Lane {
            id: 0,
            kind: LaneType::None,
            level: false,
            direction: LaneDirection::Standard,
            advisory: None,
            dynamic_direction: false,
            dynamic_type: false,
            road_works: false,
            widths: Vec::new(),
            borders: Vec::new(),
            heights: Vec::new(),
            road_marks: Vec::new(),
            speeds: Vec::new(),
            accesses: Vec::new(),
            materials: Vec::new(),
            rules: Vec::new(),
            predecessors: Vec::new(),
            successors: Vec::new(),
            user_data: Vec::new(),
            at: Place::default(),
        }
    }
}

impl Lane {
    /// The lane's own limit at `ds_m` from the section's start.
    pub fn speed_at(&self, ds_m: f64) -> Option<SpeedLimit> {
        let i = self.speeds.partition_point(|r| r.s_m <= ds_m).checked_sub(1)?;
        self.speeds.get(i).map(|r| r.limit)
    }

    /// Who may use it at `ds_m` from the section's start; `None` where the file does not say. Records that begin at the
    /// same place hold together.
    pub fn allows(&self, road_user: &str, ds_m: f64) -> Option<bool> {
        let s_m = self.accesses.iter().rfind(|a| a.s_m <= ds_m)?.s_m;
        Some(self.accesses.iter().filter(|a| a.s_m == s_m).all(|a| a.allows(road_user)))
    }

    /// Surface and friction at `ds_m` from the section's start.
    pub fn material_at(&self, ds_m: f64) -> Option<&LaneMaterial> {
        self.materials.get(self.materials.partition_point(|r| r.s_m <= ds_m).checked_sub(1)?)
    }

    /// The marking on the outer border at `ds_m` from the section's start.
    pub fn road_mark_at(&self, ds_m: f64) -> Option<&RoadMark> {
        self.road_marks.get(self.road_marks.partition_point(|r| r.s_m <= ds_m).checked_sub(1)?)
    }
}

/// `<height>` of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneHeight {
    /// Distance from the section's start, metres.
    pub s_m: f64,
    /// At the inner border, metres.
    pub inner_m: f64,
    /// At the outer border, metres.
    pub outer_m: f64,
}

/// `<roadMark>`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RoadMark {
    /// Distance from the section's start, metres.
    pub s_m: f64,
    /// Type.
    pub kind: RoadMarkKind,
    /// Whether it is `bold`.
    pub bold: bool,
    /// Colour.
    pub color: RoadMarkColor,
    /// Width, metres.
    pub width_m: Option<f64>,
    /// Height over the road, metres.
    pub height_m: Option<f64>,
    /// Who may cross it; `None` where the file does not say.
    pub lane_change: Option<LaneChange>,
    /// What it is made of, as written (`standard`, …).
    pub material: Option<String>,
    /// Name of the `<type>` that describes its lines.
    pub type_name: Option<String>,
    /// Lines that repeat, where `<type>` gives them.
    pub lines: Vec<RoadMarkLine>,
    /// Single lines that do not repeat (`<explicit>`).
    pub explicit: Vec<ExplicitLine>,
    /// t by which the whole marking sways from the lane border, over the distance from the marking's start, metres.
    pub sway: Vec<Cubic>,
    /// `<userData>`.
    pub user_data: Vec<UserData>,
}

/// `<line>` of a road marking's `<type>`: a stroke and a gap that repeat.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RoadMarkLine {
    /// Start of the first stroke from the marking's start, metres.
    pub s_m: f64,
    /// Sideways from the lane border, metres.
    pub t_m: f64,
    /// Length of a stroke, metres.
    pub length_m: f64,
    /// Length of a gap, metres.
    pub space_m: f64,
    /// Width, metres.
    pub width_m: Option<f64>,
    /// Rule that it stands for.
    pub rule: Option<RoadMarkRule>,
    /// Colour, where it is not the marking's.
    pub color: Option<RoadMarkColor>,
}

/// `<line>` of a road marking's `<explicit>`: one stroke.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExplicitLine {
    /// Start from the marking's start, metres.
    pub s_m: f64,
    /// Sideways from the lane border, metres.
    pub t_m: f64,
    /// Length, metres.
    pub length_m: f64,
    /// Width, metres.
    pub width_m: Option<f64>,
    /// Rule that it stands for.
    pub rule: Option<RoadMarkRule>,
}

/// `<rule>` of a lane: free words, such as `no stopping at any time`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LaneRule {
    /// Distance from the section's start, metres.
    pub s_m: f64,
    /// The rule, as written.
    pub value: String,
}

/// `<speed>` of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneSpeed {
    /// Distance from the section's start, metres.
    pub s_m: f64,
    /// Limit.
    pub limit: SpeedLimit,
}

/// `<access>` of a lane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneAccess {
    /// Distance from the section's start, metres.
    pub s_m: f64,
    /// `rule="deny"`: the listed ones may not enter. Otherwise the listed ones alone may.
    pub deny: bool,
    /// Kinds of road users, as written.
    pub restrictions: Vec<String>,
}

impl LaneAccess {
    /// Whether this record lets the kind of road user (`passengerCar`, `bus`, …) in. A record that lists nobody, or
    /// `none`, says nothing.
    pub fn allows(&self, road_user: &str) -> bool {
        let mut listed = self.restrictions.iter().filter(|r| !r.is_empty() && *r != "none").peekable();
        if listed.peek().is_none() {
            return true;
        }
        // The singular is the standard's, the plural that of 1.4.
        let named = listed.any(|r| r == road_user || r.strip_suffix('s') == Some(road_user));
        named != self.deny
    }
}

/// `<material>` of a lane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneMaterial {
    /// Distance from the section's start, metres.
    pub s_m: f64,
    /// Surface, as written.
    pub surface: String,
    /// Friction coefficient.
    pub friction: Option<f64>,
    /// Roughness, as in the file.
    pub roughness: Option<f64>,
}
