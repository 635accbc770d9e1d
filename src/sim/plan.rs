//! What a run is made from, as resources.

use crate::road::RoadNetwork;
use crate::scenario::{Action, Scenario};
use crate::state::automation::AutomationLevel;
use crate::state::vehicle_spec::VehicleSpec;
use bevy::prelude::Resource;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything a domain needs to set itself up for a run.
#[derive(Resource, Clone)]
pub struct RunPlan {
    /// The validated scenario with its parameters resolved.
    pub scenario: Arc<Scenario>,
    /// The map.
    pub network: Arc<RoadNetwork>,
    /// All vehicle parameter sets by name (obstacles and pedestrians included).
    pub vehicles: Arc<BTreeMap<String, Arc<VehicleSpec>>>,
    /// Level of the ego's feature.
    pub level: AutomationLevel,
    /// Seed of all random streams.
    pub seed: u64,
    /// Tick length, ns.
    pub dt_ns: u64,
    /// Forced values.
    pub interventions: Vec<Intervention>,
}

/// A value forced from a tick on, also against the storyboard: the run is bit-identical to the one without it up to that tick.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intervention {
    /// First tick at which it holds.
    pub from_tick: u64,
    /// What it does.
    pub action: Action,
}

/// Whether the stop trigger of a played scenario has fired.
#[derive(Resource, Default, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayEnd(pub bool);

/// What the run could not do as its scenario says, once each.
#[derive(Resource, Default, Clone, Debug, PartialEq, Eq)]
pub struct RunWarnings(pub Vec<String>);

/// Actions that fired at this tick (from the storyboard and from interventions), in order. Each domain
/// takes those that concern it, in its own set.
#[derive(Resource, Default, Debug)]
pub struct FiredActions {
    /// This tick's actions.
    pub this_tick: Vec<Action>,
    /// Actions of a played scenario's init phase, fired at the first tick.
    pub at_start: Vec<Action>,
}
