//! Layer 1: the road network: lanes as a graph with smooth geometry, junctions with their conflicts,
//! signals, stop lines and crosswalks. Built once from OpenDRIVE, immutable afterwards, f64 throughout.
//!
//! Two coordinate systems of a lane: OpenDRIVE's road coordinates (road, lane id, s, t) at the edges,
//! and **travel coordinates** ([`LaneCoord`]: distance along the driving direction, offset to the left)
//! inside the engine.

mod network;
mod queries;
mod route;

pub use crate::state::pose::LaneCoord;
pub use network::*;
pub use queries::*;
pub use route::*;
