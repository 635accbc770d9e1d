//! Roads: reference line, profiles, links.

use serde::{Deserialize, Serialize};

use super::{
    ContactPoint, Crg, Cubic, LaneSection, Object, ObjectReference, Orientation, RoadKind, Signal,
    SignalReference, SpeedLimit, Structure, Switch, TrafficRule, UserData,
};
use crate::geometry::arc_length::ArcTable;
use crate::problem::Place;

/// `<road>`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Road {
    /// Unique id.
    pub id: String,
    /// Name, often empty.
    pub name: String,
    /// Length of the reference line, metres, > 0.
    pub length_m: f64,
    /// The junction to which a connecting road belongs; `None` for `-1`.
    pub junction: Option<String>,
    /// Side that traffic keeps to.
    pub rule: TrafficRule,
    /// What comes before s = 0.
    pub predecessor: Option<RoadLink>,
    /// What comes after s = length.
    pub successor: Option<RoadLink>,
    /// `<type>` records, rising s.
    pub types: Vec<RoadType>,
    /// Reference line: records in rising s, at least one.
    pub plan_view: Vec<Geometry>,
    /// Height of the reference line over s, metres.
    pub elevation: Vec<Cubic>,
    /// Bank angle over s, radians; positive = falls to the right.
    pub superelevation: Vec<Cubic>,
    /// Bank angle of one side over s (until 1.4), radians; positive = falls outward.
    pub crossfall: Vec<Crossfall>,
    /// Height over the reference line's bank across t, rising s, then rising t.
    pub shape: Vec<Shape>,
    /// `<crossSectionSurface>` (1.8): height over the reference line across t.
    pub cross_section: Option<CrossSection>,
    /// t of the centre lane over s, metres.
    pub lane_offset: Vec<Cubic>,
    /// Lane sections, rising s, at least one.
    pub lane_sections: Vec<LaneSection>,
    /// Signals.
    pub signals: Vec<Signal>,
    /// References to signals of other roads.
    pub signal_references: Vec<SignalReference>,
    /// Objects.
    pub objects: Vec<Object>,
    /// References to objects of other roads.
    pub object_references: Vec<ObjectReference>,
    /// Tunnels and bridges.
    pub structures: Vec<Structure>,
    /// OpenCRG surfaces: named, not evaluated.
    pub surfaces: Vec<Crg>,
    /// Railway switches.
    pub switches: Vec<Switch>,
    /// `<userData>`.
    pub user_data: Vec<UserData>,
    /// Where it is written.
    pub at: Place,
}

impl Road {
    /// Index of the lane section that holds at `s_m` (the later one at a border); 0 before the first.
    pub fn section_index_at(&self, s_m: f64) -> Option<usize> {
        if self.lane_sections.is_empty() {
            return None;
        }
        Some(self.lane_sections.partition_point(|l| l.s_m <= s_m).saturating_sub(1))
    }

    /// The lane section that holds at `s_m`.
    pub fn section_at(&self, s_m: f64) -> Option<&LaneSection> {
        self.lane_sections.get(self.section_index_at(s_m)?)
    }

    /// Where lane section `index` ends, metres: the next one's start or the road's end.
    pub fn section_end_m(&self, index: usize) -> f64 {
        self.lane_sections.get(index + 1).map_or(self.length_m, |next| next.s_m)
    }

    /// The `<type>` record that holds at `s_m`.
    pub fn type_at(&self, s_m: f64) -> Option<&RoadType> {
        self.types.get(self.types.partition_point(|r| r.s_m <= s_m).checked_sub(1)?)
    }

    /// The limit that the road's type sets at `s_m`.
    pub fn speed_limit_at(&self, s_m: f64) -> Option<SpeedLimit> {
        self.type_at(s_m)?.speed
    }
}

/// `<predecessor>` or `<successor>` of a road.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoadLink {
    /// What is linked.
    pub target: LinkTarget,
    /// For links into the middle of a road (virtual junctions): where, metres.
    pub element_s_m: Option<f64>,
    /// For links into the middle of a road: which way.
    pub element_dir: Option<Orientation>,
    /// Where it is written.
    pub at: Place,
}

/// What a road is linked to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkTarget {
    /// Another road, at one of its ends.
    Road {
        /// Its id.
        id: String,
        /// Its end; `None` only for links into a road's middle and for files that forgot it.
        contact: Option<ContactPoint>,
    },
    /// A junction.
    Junction {
        /// Its id.
        id: String,
    },
}

/// `<type>` of a road, from `s_m` on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoadType {
    /// Start, metres.
    pub s_m: f64,
    /// Type.
    pub kind: RoadKind,
    /// ISO 3166 country code or name, as written.
    pub country: Option<String>,
    /// Speed limit.
    pub speed: Option<SpeedLimit>,
}

/// `<geometry>`: a piece of the reference line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Geometry {
    /// Start on the road, metres.
    pub s_m: f64,
    /// Start, metres.
    pub x_m: f64,
    /// Start, metres.
    pub y_m: f64,
    /// Start heading, radians.
    pub heading_rad: f64,
    /// Length, metres, > 0.
    pub length_m: f64,
    /// Kind of curve.
    pub curve: Curve,
    /// Where it is written.
    pub at: Place,
}

/// Kind of curve of a [`Geometry`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Curve {
    /// Straight.
    Line,
    /// Circle.
    Arc {
        /// 1/m; positive = left.
        curvature_pm: f64,
    },
    /// Clothoid: curvature linear in s.
    Spiral {
        /// At the start, 1/m.
        curvature_start_pm: f64,
        /// At the end, 1/m.
        curvature_end_pm: f64,
    },
    /// `v(u) = a + b·u + c·u² + d·u³` in the frame of the start point (deprecated).
    Poly3 {
        /// Coefficients a, b, c, d.
        v: [f64; 4],
        /// Arc length → u.
        table: ArcTable,
    },
    /// `u(p)`, `v(p)` in the frame of the start point.
    ParamPoly3 {
        /// Coefficients aU, bU, cU, dU.
        u: [f64; 4],
        /// Coefficients aV, bV, cV, dV.
        v: [f64; 4],
        /// Range of p.
        range: ParamRange,
        /// Arc length → p.
        table: ArcTable,
    },
}

/// `paramPoly3@pRange`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParamRange {
    /// p runs from 0 to the length.
    ArcLength,
    /// p runs from 0 to 1.
    Normalized,
}

/// `<crossfall>` of one side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Crossfall {
    /// Which side.
    pub side: CrossfallSide,
    /// Angle over s, radians.
    pub angle: Cubic,
}

/// `crossfall@side`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CrossfallSide {
    /// t > 0.
    Left,
    /// t < 0.
    Right,
    /// Both.
    Both,
}

/// `<shape>`: at station `s_m`, from `t_m` on, `h = a + b·dt + c·dt² + d·dt³`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// Station, metres.
    pub s_m: f64,
    /// Start across the road, metres.
    pub t_m: f64,
    /// Coefficients a, b, c, d over dt.
    pub h: [f64; 4],
}

/// `<crossSectionSurface>` (1.8).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CrossSection {
    /// t where strips 1 and −1 meet, over s, metres.
    pub t_offset: Vec<Cubic>,
    /// Strips.
    pub strips: Vec<SurfaceStrip>,
}

/// `<strip>` of a cross section: `h(t) = constant + linear·dt + quadratic·dt² + cubic·dt³`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SurfaceStrip {
    /// 1, 2 to the left, −1, −2 to the right.
    pub id: i32,
    /// Heights are relative to the inner strip's outer edge, where they are not absolute.
    pub relative: bool,
    /// Width over s, metres; empty = unlimited.
    pub width: Vec<Cubic>,
    /// Constant coefficient over s.
    pub constant: Vec<Cubic>,
    /// Linear coefficient over s.
    pub linear: Vec<Cubic>,
    /// Quadratic coefficient over s.
    pub quadratic: Vec<Cubic>,
    /// Cubic coefficient over s.
    pub cubic: Vec<Cubic>,
}
