//! Parts of objects: materials, parking, painted lines, borders, skeletons; OpenCRG surfaces; further words of the
//! standard.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §13.6–13.13 (objects), §10.6 (surfaces), §11.9 (road markings).

use serde::{Deserialize, Serialize};

use super::value::words;
use super::{Orientation, RoadMarkColor};
use crate::problem::Place;

words! {
    /// Rule that a painted line stands for (`line@rule`).
    RoadMarkRule {
        /// None.
        None = "none",
        /// No passing from this side.
        NoPassing = "no passing",
        /// With caution.
        Caution = "caution",
    }
}

words! {
    /// On which border of a lane traffic shows advice (`lane@advisory`).
    LaneAdvisory {
        /// None.
        None = "none",
        /// On the inner one.
        Inner = "inner",
        /// On the outer one.
        Outer = "outer",
        /// On both.
        Both = "both",
    }
}

words! {
    /// Side of an object's bounding box (`marking@side`).
    BoxSide {
        /// To the left.
        Left = "left",
        /// To the right.
        Right = "right",
        /// Ahead.
        Front = "front",
        /// Behind.
        Rear = "rear",
    }
}

words! {
    /// How an OpenCRG surface is laid on the road (`CRG@mode`).
    CrgMode {
        /// Along the reference line, added to the road's height.
        Attached = "attached",
        /// Along the reference line, in place of the road's height.
        Attached0 = "attached0",
        /// By its own line from its start, in place of the road's height.
        Genuine = "genuine",
        /// By its own line in the world, in place of the road's height.
        Global = "global",
    }
}

words! {
    /// What an OpenCRG surface gives (`CRG@purpose`).
    CrgPurpose {
        /// Heights.
        Elevation = "elevation",
        /// Friction.
        Friction = "friction",
    }
}

/// What an object is made of and carries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ObjectDetail {
    /// Materials.
    pub materials: Vec<ObjectMaterial>,
    /// Who may park, where it is a parking space.
    pub parking: Option<ParkingSpace>,
    /// Painted lines.
    pub markings: Vec<Marking>,
    /// Borders.
    pub borders: Vec<Border>,
    /// Poles and beams.
    pub skeleton: Vec<Polyline>,
    /// Its OpenCRG surface.
    pub surface: Option<ObjectCrg>,
}

/// `<material>` of an object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ObjectMaterial {
    /// Surface, as written.
    pub surface: Option<String>,
    /// Friction coefficient.
    pub friction: Option<f64>,
    /// Roughness, as in the file.
    pub roughness: Option<f64>,
    /// Colour of the painted area.
    pub road_mark_color: Option<RoadMarkColor>,
}

/// `<parkingSpace>`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkingSpace {
    /// Who may park (`all`, `car`, `bus`, `handicapped`, …), as written.
    pub access: String,
    /// Further words, as written.
    pub restrictions: Option<String>,
}

/// `<marking>` of an object: a painted line along a side of its box or along its outline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Marking {
    /// Side of the bounding box; `None` where corners are named.
    pub side: Option<BoxSide>,
    /// Corners of the outline from which to which it runs.
    pub corners: Vec<String>,
    /// Colour.
    pub color: RoadMarkColor,
    /// Bold, where it is not of standard weight.
    pub bold: bool,
    /// Width, metres.
    pub width_m: Option<f64>,
    /// Height over the road, metres.
    pub z_offset_m: f64,
    /// Length of a stroke, metres.
    pub line_m: f64,
    /// Length of a gap, metres.
    pub space_m: f64,
    /// From the start of the side to the first stroke, metres.
    pub start_offset_m: f64,
    /// From the end of the last stroke to the end of the side, metres.
    pub stop_offset_m: f64,
    /// Where it is written.
    pub at: Place,
}

/// `<border>` of an object: a frame along its outline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Border {
    /// The outline.
    pub outline_id: String,
    /// What it is (`concrete`, `curb`, `paint`), as written.
    pub kind: String,
    /// Width, metres.
    pub width_m: f64,
    /// Along the whole outline, where no corners are named.
    pub whole_outline: bool,
    /// Corners of the outline from which to which it runs.
    pub corners: Vec<String>,
    /// Where it is written.
    pub at: Place,
}

/// `<polyline>` of an object's skeleton.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Polyline {
    /// Id within the object.
    pub id: Option<String>,
    /// Points in order.
    pub vertices: Vec<Vertex>,
    /// Where it is written.
    pub at: Place,
}

/// `<vertexLocal>` or `<vertexRoad>`: a point of a skeleton.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vertex {
    /// Id within the polyline.
    pub id: Option<String>,
    /// Where it is: a corner whose height is 0.
    pub place: super::Corner,
    /// Radius of the pole or beam there, metres.
    pub radius_m: Option<f64>,
    /// Other lines of the skeleton meet here.
    pub intersection: bool,
}

/// `<CRG>` of an object's surface.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ObjectCrg {
    /// The OpenCRG file, as written. It is not read.
    pub file: String,
    /// It takes the place of the road's own OpenCRG surface.
    pub hides_road: bool,
    /// Factor on its heights.
    pub z_scale: f64,
    /// Where it is written.
    pub at: Place,
}

/// `<CRG>` of a road's or junction's surface.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Crg {
    /// The OpenCRG file, as written. It is not read.
    pub file: String,
    /// Start on the road, metres.
    pub s_start_m: f64,
    /// End on the road, metres.
    pub s_end_m: f64,
    /// How it is laid on the road.
    pub mode: CrgMode,
    /// What it gives.
    pub purpose: CrgPurpose,
    /// Along the road or against it.
    pub orientation: Orientation,
    /// Offset along the road, metres.
    pub s_offset_m: f64,
    /// Offset across the road, metres.
    pub t_offset_m: f64,
    /// Offset in height, metres.
    pub z_offset_m: f64,
    /// Factor on its heights.
    pub z_scale: f64,
    /// Offset in heading, radians.
    pub heading_offset_rad: f64,
    /// Where it is written.
    pub at: Place,
}
