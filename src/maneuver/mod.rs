//! Layer 2: driving models shared by those who know the road by eye: background traffic and the human
//! driver. Pure functions over the true surroundings; the automation plans from its own belief and does
//! not use these.

pub mod idm;
pub mod junction;
pub mod mobil;
pub mod stopping;
pub mod vulnerable;

use crate::road::RoadNetwork;
use crate::sim::occupancy::LaneOccupancy;
use crate::state::truth::{GroundTruth, SignalStates};

/// What a road user can look at.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The road.
    pub network: &'a RoadNetwork,
    /// All participants.
    pub truth: &'a GroundTruth,
    /// By lane.
    pub occupancy: &'a LaneOccupancy,
    /// Traffic signals.
    pub signals: &'a SignalStates,
}
