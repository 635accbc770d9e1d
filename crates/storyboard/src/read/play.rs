//! A scenario ready to be played: who, what, when, on which map.

use crate::board::Storyboard;
use crate::play::entity::Body;
use crate::standard::{Controller, EntityName, SignalState, StandardAction, StandardCondition};
use openscenario::model::ParameterType;

/// A scenario of the standard, validated.
#[derive(Clone, Debug, PartialEq)]
pub struct Play {
    /// What the header says the scenario is.
    pub description: String,
    /// Map, as the file names it (relative to the file).
    pub map_file: Option<String>,
    /// Scene for pictures, as the file names it.
    pub scene_file: Option<String>,
    /// Entities, in file order; trailers that stand inside their tractors follow them.
    pub entities: Vec<PlayEntity>,
    /// Signal controllers.
    pub signals: Vec<SignalController>,
    /// Parameters and their values when the scenario starts: the file's, then those of stories and maneuvers.
    pub parameters: Vec<PlayValue>,
    /// Variables and their values when the scenario starts.
    pub variables: Vec<PlayValue>,
    /// Monitors and their values when the scenario starts.
    pub monitors: Vec<(String, bool)>,
    /// What happens. The environment at the start is an init action.
    pub board: Storyboard<StandardAction, StandardCondition>,
}

/// An entity as the file declares it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlayEntity {
    /// Name.
    pub name: EntityName,
    /// Name of the model, such as the catalog entry's.
    pub model: String,
    /// Body.
    pub body: Body,
    /// Mass, kg.
    pub mass_kg: Option<f64>,
    /// What it is there for (`police`, `ambulance`, …).
    pub role: Option<String>,
    /// File of its picture.
    pub model_file: Option<String>,
    /// Properties, in file order.
    pub properties: Vec<(String, String)>,
    /// Controllers, in file order.
    pub controllers: Vec<Controller>,
    /// Trailer on its hitch at the start.
    pub trailer: Option<EntityName>,
}

/// Signals that change together.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalController {
    /// Name (OpenDRIVE id of the controller).
    pub name: String,
    /// Delay to the reference's first phase, s.
    pub delay_s: f64,
    /// Controller whose phases it follows with that delay.
    pub reference: Option<String>,
    /// Phases, in order, again and again.
    pub phases: Vec<SignalPhase>,
}

/// A phase of a signal controller.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalPhase {
    /// Name.
    pub name: String,
    /// Duration, s.
    pub duration_s: f64,
    /// States of single signals.
    pub states: Vec<SignalState>,
    /// State of all signals of the controller.
    pub group_state: Option<String>,
}

/// A parameter or variable.
#[derive(Clone, Debug, PartialEq)]
pub struct PlayValue {
    /// Name.
    pub name: String,
    /// Type.
    pub kind: ParameterType,
    /// Value, as text.
    pub value: String,
}
