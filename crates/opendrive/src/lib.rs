//! OpenDRIVE reader: ASAM OpenDRIVE 1.1–1.8 XML → typed model → positions on the road.
//!
//! ```text
//! bytes ──decode──▶ text ──read──▶ Map ──geometry──▶ x, y, z, heading, pitch, roll
//!                            │
//!                            ├──▶ Problems   every mistake at once, with line, column, rule and hint
//!                            └──▶ ignored    every element this reader does not use, counted
//!                    Map ──lint──▶ Problems  rules of ASAM's checker that the map breaks
//!                   text ──coverage_gaps──▶  what the file uses that is not covered in full
//! ```
//!
//! [`parse`] is the one door in. [`Map`] is plain data: public fields in SI units, roads, junctions
//! and controllers in file order, look-ups by id. Positions come from [`Road::position`],
//! [`Road::lane_center_t_m`] and [`Map::lane_position`].
//!
//! # Units, frames
//! Metres, radians, m/s, seconds. World frame as in the file: x east, y north, z up. `s` runs along
//! the road's reference line, `t` to its left, `h` up. Headings are counter-clockwise from x and lie in
//! `[0, 2π)`; pitch is positive nose down, roll is positive right side down (ISO 8855 axes: rotations
//! about the left-pointing and forward-pointing axis).
//!
//! # Validity
//! Files that break their own schema in harmless ways are read, with a warning: a third of the
//! field's maps do. A file is refused when a number that places something on the road is missing,
//! not finite or out of the named [`limits`].
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 and its schemas 1.1–1.8.1.
//!
//! # What it does not do
//! It reads no other file (CRG surfaces, included files), expands no entities and builds no lane graph. What becomes of
//! each element and attribute is in [`coverage()`].

mod coverage;
mod geometry;
pub mod limits;
mod lint;
mod model;
mod problem;
mod read;

pub use coverage::{
    CoverageGap, CoverageRow, CoverageState, coverage, coverage_gaps, coverage_of, coverage_path,
};
pub use geometry::arc_length::ArcTable;
pub use geometry::cubic::{cubic_at, value_at};
pub use geometry::lane::LaneSpan;
pub use geometry::marking::Stroke;
pub use geometry::nearest::{RoadPoint, SurfacePoint};
pub use geometry::repeat::Instance;
pub use geometry::{CurvePoint, Position};
pub use lint::lint;
pub use model::*;
pub use problem::{Place, Problem, Problems, Severity};
pub use read::{Parsed, decode, parse};
