//! Routes over the lane graph.

use crate::base::ids::LaneId;
use serde::{Deserialize, Serialize};

/// A route: a chain of lanes joined by succession, with lane changes where `change` says so.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// Legs in order of travel. Consecutive legs are successors, or neighbors after a lane change.
    pub legs: Vec<RouteLeg>,
    /// Length along the legs, m.
    pub length_m: f64,
}

/// One leg of a route.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RouteLeg {
    /// Lane.
    pub lane: LaneId,
    /// How the next leg is reached.
    pub exit: LegExit,
    /// Distance from the start of the route to the start of this lane, m (lane changes add nothing).
    pub start_m: f64,
}

/// How a leg is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegExit {
    /// Straight on into a successor.
    Forward,
    /// Lane change to the left, anywhere along the lane.
    ChangeLeft,
    /// Lane change to the right.
    ChangeRight,
    /// The route ends here.
    End,
}
