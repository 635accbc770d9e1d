//! The standard's files → validated model: `openscenario::OpenScenario` → [`Play`].
//!
//! Names are looked up (entities, selections of them, parameters, variables, monitors, signal controllers),
//! references into catalogs are followed, deprecated words become their successors, defaults are those of
//! the standard. Everything wrong is reported at once; what this model cannot express is a warning of the
//! rule `not_covered`, never silence.
//!
//! | file | what |
//! |---|---|
//! | `play.rs` | what comes out |
//! | `context.rs` | names and problems |
//! | `word.rs` | words of the standard, one to one |
//! | `entity.rs` | entities, bodies, controllers |
//! | `position.rs`, `path.rs` | positions; routes and trajectories |
//! | `private_action.rs`, `controller.rs` | actions of one entity |
//! | `global_action.rs`, `traffic.rs`, `environment.rs` | other actions |
//! | `condition.rs` | conditions |
//! | `board.rs` | the storyboard around them |
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.0–1.3.1.
//!
//! # What it does not do
//! It knows no map: roads, lanes and signals that are named are not looked up.

mod board;
mod condition;
mod context;
mod controller;
mod entity;
mod environment;
mod global_action;
mod path;
mod play;
mod position;
mod private_action;
mod traffic;
mod word;

pub use play::{Play, PlayEntity, PlayValue, SignalController, SignalPhase};

use crate::standard::SignalState;
use context::Context;
use openscenario::model as xml;
use openscenario::{OpenScenario, Problems};

/// What became of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The scenario, if nothing in it is an error.
    pub play: Option<Play>,
    /// Errors and warnings, in the order of files and places.
    pub problems: Problems,
}

/// Makes a scenario of the standard ready to be played. `files` are the names of the files that it was read
/// from (`openscenario::Parsed::files`).
pub fn from_openscenario(scenario: &OpenScenario, files: &[String]) -> Outcome {
    let mut context = Context::new(files);
    let play = read(&mut context, scenario);
    let problems = context.finish();
    let play = Some(play).filter(|_| !problems.has_errors());
    Outcome { play, problems }
}

fn read(c: &mut Context<'_>, scenario: &OpenScenario) -> Play {
    let network = scenario.road_network.as_ref();
    let signals = network.and_then(|n| n.traffic_signals.as_ref()).map_or_else(Vec::new, signals);
    let parameters = parameters(scenario);
    let variables: Vec<PlayValue> = scenario
        .variable_declarations
        .iter()
        .flat_map(|d| &d.variable_declarations)
        .map(|d| PlayValue { name: d.name.clone(), kind: d.variable_type, value: d.value.clone() })
        .collect();
    let monitors: Vec<(String, bool)> = scenario
        .monitor_declarations
        .iter()
        .flat_map(|d| &d.monitor_declarations)
        .map(|d| (d.name.clone(), d.value))
        .collect();
    c.names.parameters = parameters.iter().map(|p| p.name.clone()).collect();
    c.names.variables = variables.iter().map(|v| v.name.clone()).collect();
    c.names.monitors = monitors.iter().map(|m| m.0.clone()).collect();
    for controller in &signals {
        let phases = controller.phases.iter().map(|p| p.name.clone()).collect();
        c.names.signal_controllers.insert(controller.name.clone(), phases);
    }
    let entities = c.entities(scenario.entities.as_ref());
    c.names.elements = board::elements(&scenario.storyboard);
    let board = c.board(&scenario.storyboard);
    let file = |f: Option<&xml::File>| f.map(|f| f.filepath.clone()).filter(|f| !f.trim().is_empty());
    Play {
        description: scenario.file_header.description.clone(),
        map_file: file(network.and_then(|n| n.logic_file.as_ref())),
        scene_file: file(network.and_then(|n| n.scene_graph_file.as_ref())),
        entities,
        signals,
        parameters,
        variables,
        monitors,
        board,
    }
}

/// The file's parameters, then those of stories and maneuvers whose names are new.
fn parameters(scenario: &OpenScenario) -> Vec<PlayValue> {
    let stories = &scenario.storyboard.stories;
    let groups = stories.iter().flat_map(|s| &s.acts).flat_map(|a| &a.maneuver_groups);
    let maneuvers = groups.flat_map(board::maneuvers).map(|m| m.parameter_declarations.as_ref());
    let scopes = std::iter::once(scenario.parameter_declarations.as_ref())
        .chain(stories.iter().map(|s| s.parameter_declarations.as_ref()))
        .chain(maneuvers);
    let mut seen = std::collections::BTreeSet::new();
    scopes
        .flatten()
        .flat_map(|d| &d.parameter_declarations)
        .filter(|d| seen.insert(d.name.clone()))
        .map(|d| PlayValue { name: d.name.clone(), kind: d.parameter_type, value: d.value.clone() })
        .collect()
}

fn signals(signals: &xml::TrafficSignals) -> Vec<SignalController> {
    let phase = |p: &xml::Phase| SignalPhase {
        name: p.name.clone(),
        duration_s: p.duration,
        states: p
            .traffic_signal_states
            .iter()
            .map(|s| SignalState { signal: s.traffic_signal_id.clone(), state: s.state.clone() })
            .collect(),
        group_state: p
            .traffic_signal_group_state
            .as_ref()
            .or(p.traffice_signal_group_state.as_ref())
            .map(|s| s.state.clone()),
    };
    let controllers = signals.traffic_signal_controllers.iter();
    controllers
        .map(|c| SignalController {
            name: c.name.clone(),
            delay_s: c.delay.unwrap_or(0.0),
            reference: c.reference.clone(),
            phases: c.phases.iter().map(phase).collect(),
        })
        .collect()
}
