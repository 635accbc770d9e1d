//! Rules on signals: boards that hold other boards.

use super::Findings;
use crate::model::{Map, Signal};

pub(super) fn check(findings: &mut Findings<'_>, map: &Map) {
    if findings.since(8) {
        for signal in map.roads.iter().flat_map(|r| &r.signals).filter(|s| s.kind == "multiBoard") {
            multi_board(findings, signal);
        }
    }
}

/// A board of boards holds fixed and changing ones, and so it is dynamic.
fn multi_board(findings: &mut Findings<'_>, signal: &Signal) {
    if signal.static_boards.is_empty() || signal.vms_boards.is_empty() {
        let (fixed, changing) = (signal.static_boards.len(), signal.vms_boards.len());
        let message = format!("signal {:?} holds {fixed} static and {changing} vms boards", signal.id);
        let rule = "rule_341_road_signal_boards_multi_board_have_sub_boards";
        findings.warn(rule, signal.at, message, "a multiBoard holds at least one of each");
    }
    if !signal.dynamic {
        let message = format!("signal {:?} is a multiBoard and not dynamic", signal.id);
        let rule = "rule_343_road_signal_boards_multi_board_use_dynamic_true";
        findings.warn(rule, signal.at, message, "write dynamic=\"yes\"");
    }
}
