//! Layer 1: the road network: lanes as a graph with smooth geometry, junctions with their conflicts,
//! signals, stop lines and crosswalks. Built once from OpenDRIVE, immutable afterwards, f64 throughout.
//!
//! Two coordinate systems of a lane: OpenDRIVE's road coordinates (road, lane id, s, t) at the edges,
//! and **travel coordinates** ([`LaneCoord`]: distance along the driving direction, offset to the left)
//! inside the engine.
//!
//! | file | what it holds |
//! |---|---|
//! | `network.rs` | the types |
//! | `build.rs` | OpenDRIVE → lanes; `graph.rs` links them; `centerline.rs` samples them |
//! | `junction.rs`, `conflict.rs` | control, shared ground, right of way |
//! | `signals.rs`, `furniture.rs` | faces, groups, stop lines, crosswalks, signs |
//! | `queries.rs`, `track.rs`, `index.rs` | where is what |
//! | `route.rs` | shortest paths |
//! | `geo.rs` | longitude and latitude ↔ x, y |

mod build;
mod centerline;
mod conflict;
mod furniture;
pub mod geo;
mod graph;
mod index;
mod junction;
mod network;
mod queries;
mod route;
mod signals;
mod track;

#[cfg(test)]
mod field_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_junction;

pub use crate::state::pose::LaneCoord;
pub use build::RoadError;
pub use geo::{GeoError, GeoFrame};
pub use network::*;
pub use route::*;
