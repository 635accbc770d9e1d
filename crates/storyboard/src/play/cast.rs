//! What is played: entities, storyboard, map, parameters; made by a reader, complete and checked.

use super::entity::{Body, Taking};
use crate::board::Storyboard;
use crate::standard::{Controller, SignalState, StandardAction, StandardCondition};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The standard's storyboard.
pub type Board = Storyboard<StandardAction, StandardCondition>;

/// An entity as the file declares it.
#[derive(Clone, Debug, PartialEq)]
pub struct CastMember {
    /// Name.
    pub name: Arc<str>,
    /// Body.
    pub body: Body,
    /// Assigned controllers.
    pub controllers: Vec<Controller>,
    /// Properties of the body, in file order.
    pub properties: Vec<(String, String)>,
    /// Trailer that it pulls from the start.
    pub trailer: Option<Arc<str>>,
    /// Whether it takes part from the start.
    pub taking: Taking,
}

/// A signal controller of the scenario: phases that follow each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SignalProgramme {
    /// Name.
    pub name: String,
    /// Delay against its reference, s.
    pub delay_s: f64,
    /// Controller that it follows.
    pub reference: Option<String>,
    /// Phases: name, duration in s, states.
    pub phases: Vec<SignalPhase>,
}

/// A phase.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SignalPhase {
    /// Name.
    pub name: String,
    /// Duration, s.
    pub duration_s: f64,
    /// States of signals.
    pub states: Vec<SignalState>,
}

/// Everything that the player needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cast {
    /// Entities, in file order.
    pub members: Vec<CastMember>,
    /// Groups of entities by name (entity selections).
    pub selections: BTreeMap<String, Vec<Arc<str>>>,
    /// What happens.
    pub board: Board,
    /// Parameters that conditions can ask for.
    pub parameters: BTreeMap<String, String>,
    /// Variables.
    pub variables: BTreeMap<String, String>,
    /// Monitors.
    pub monitors: BTreeMap<String, bool>,
    /// Signal controllers.
    pub signals: Vec<SignalProgramme>,
}
