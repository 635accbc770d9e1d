//! Named limits on what a file can ask for. Hitting one is an error that names it.

/// Largest file, bytes. Chosen because the field's largest city maps have some 100 MB.
pub const FILE_BYTES_MAX: usize = 512 << 20;
/// Deepest nesting of elements. The schema needs 9; `userData` may nest further.
pub const DEPTH_MAX: usize = 64;
/// Most attributes on one element. The schema's richest element has 22.
pub const ATTRIBUTES_MAX: usize = 64;
/// Most errors before reading stops, and most warnings listed.
pub const PROBLEMS_MAX: usize = 1_000;
/// Most distinct entries in the list of ignored elements; further ones share one entry.
pub const IGNORED_KINDS_MAX: usize = 10_000;
/// Most roads in one map.
pub const ROADS_MAX: usize = 1_000_000;
/// Most records of one kind in one list (geometries of a road, widths of a lane, …).
pub const RECORDS_MAX: usize = 1_000_000;
/// Most lanes on one side of a lane section. The widest real roads have fewer than 40.
pub const LANES_MAX: usize = 256;
/// Longest road, metres.
pub const ROAD_LENGTH_M_MAX: f64 = 1.0e6;
/// Largest coordinate, metres. Projected coordinates on Earth stay below 2.1e7.
pub const COORDINATE_M_MAX: f64 = 1.0e8;
/// Sharpest curvature, 1/m: a radius of a tenth of a millimetre. Exported maps hold clothoids of some
/// millimetres' length with radii below one centimetre.
pub const CURVATURE_PM_MAX: f64 = 1.0e4;
/// Largest |curvature change| × length of one clothoid, radians: 1000 turns.
pub const SPIRAL_TURN_RAD_MAX: f64 = 6.3e3;
/// Largest magnitude of a number without a tighter limit of its own.
pub const NUMBER_MAX: f64 = 1.0e12;
/// Largest coefficient of a polynomial. Exported maps hold records of a micrometre's length whose cubic
/// coefficients reach 1e25; a value over 1e40 m on a kilometre-long road stays finite.
pub const COEFFICIENT_MAX: f64 = 1.0e30;
/// Most strokes of paint, copies of an object or points of an edge that one call makes.
pub const PIECES_MAX: usize = 100_000;
/// Shortest step between points of a sampled line, metres.
pub const STEP_M_MIN: f64 = 0.05;
