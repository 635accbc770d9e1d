//! What a file says about itself, and the road network that it is played on.

use super::entity::Properties;
use super::position::Position;
use crate::value::DateTime;

elements! {
    /// Who wrote the file, when, and in which version of the standard.
    record FileHeader [ordered true] {
        attributes {
            author: String = "author" or String::new();
            date: DateTime = "date" or DateTime::UNKNOWN;
            description: String = "description" or String::new();
            rev_major: u16 = "revMajor";
            rev_minor: u16 = "revMinor";
        }
        children {
            license: Option<License> = "License" [since 1];
            properties: Option<Properties> = "Properties" [since 2];
        }
    }
    /// Under which terms the file may be used; the text is the licence itself.
    record License [since 1] {
        attributes {
            name: String = "name";
            resource: Option<String> = "resource";
            spdx_id: Option<String> = "spdxId";
        }
        content { content }
    }
    /// Reference to another file.
    record File {
        attributes {
            filepath: String = "filepath";
        }
    }
    /// Reference to a directory.
    record Directory {
        attributes {
            path: String = "path";
        }
    }
    /// Map, scene and traffic signals.
    record RoadNetwork [ordered true] {
        children {
            logic_file: Option<File> = "LogicFile";
            scene_graph_file: Option<File> = "SceneGraphFile";
            traffic_signals: Option<TrafficSignals> = "TrafficSignals";
            used_area: Option<UsedArea> = "UsedArea" [since 1];
        }
    }
    /// The part of the map that is needed.
    record UsedArea [since 1] {
        children {
            positions: Vec<Position> = "Position" [min 2];
        }
    }
    /// Traffic signal controllers.
    record TrafficSignals {
        children {
            traffic_signal_controllers: Vec<TrafficSignalController> = "TrafficSignalController";
        }
    }
    /// Signals that change together, phase after phase.
    record TrafficSignalController {
        attributes {
            delay: Option<f64> = "delay";
            name: String = "name";
            reference: Option<String> = "reference";
        }
        children {
            phases: Vec<Phase> = "Phase";
        }
    }
    /// One phase of a traffic signal controller.
    record Phase [ordered true] {
        attributes {
            duration: f64 = "duration";
            name: String = "name";
        }
        children {
            traffic_signal_states: Vec<TrafficSignalState> = "TrafficSignalState";
            traffice_signal_group_state: Option<TrafficSignalGroupState> = "TrafficeSignalGroupState" [since 2] [until 2];
            traffic_signal_group_state: Option<TrafficSignalGroupState> = "TrafficSignalGroupState" [since 3];
        }
    }
    /// State of one signal during a phase.
    record TrafficSignalState {
        attributes {
            state: String = "state";
            traffic_signal_id: String = "trafficSignalId";
        }
    }
    /// State of all signals of the controller during a phase.
    record TrafficSignalGroupState [since 2] {
        attributes {
            state: String = "state";
        }
    }
}
