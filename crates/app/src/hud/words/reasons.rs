//! Why something is so: reasons of the feature's machine, of the planner and of the human, in plain words.

use super::terms;
use shakedown::state::automation::{OddClause, PlanReason};
use shakedown::state::driver::TakeoverReason;
use shakedown::state::object::ObjectClass;

/// Every reason the machine and its messages give, without the clause after the colon.
pub const MACHINE_REASONS: [&str; 16] = [
    "blocked",
    "driver_engaged",
    "driver_override",
    "driver_took_over",
    "driver_unresponsive",
    "fault",
    "map_mismatch",
    "odd_entered",
    "odd_exit",
    "odd_exit_foreseen",
    "odd_reentered",
    "request_unanswered",
    "severe_fault",
    "standstill",
    "user_request",
    "user_resumed",
];

/// A clause by its name in reasons (`snow_ice`).
pub fn clause_of(name: &str) -> Option<OddClause> {
    let clause = |c: &OddClause| serde_json::to_value(c).is_ok_and(|v| v.as_str() == Some(name));
    OddClause::ALL.into_iter().find(clause)
}

/// A reason of the feature's machine (`odd_exit:rain`) as a clause without a stop.
pub fn machine(reason: &str) -> String {
    let (reason, clause) = match reason.split_once(':') {
        Some((reason, clause)) => (reason, clause_of(clause)),
        None => (reason, None),
    };
    match (reason, clause) {
        ("blocked", _) => "the way is blocked".to_owned(),
        ("driver_engaged", _) => "the human engaged it".to_owned(),
        ("driver_override", _) => "the human steered, braked or accelerated".to_owned(),
        ("driver_took_over", _) => "the human answered the request".to_owned(),
        ("driver_unresponsive", _) => "the hands were off the wheel for too long".to_owned(),
        ("fault", _) => "a part has failed".to_owned(),
        ("severe_fault", _) => "a part has failed and the drive cannot go on".to_owned(),
        ("map_mismatch", _) => "the map contradicts what is seen".to_owned(),
        ("odd_entered", _) => "its conditions hold again".to_owned(),
        ("odd_reentered", _) => "its conditions hold again before it had to stop".to_owned(),
        ("odd_exit", Some(clause)) => format!("limit reached: {}", terms::clause_long(clause)),
        ("odd_exit", None) => "a limit of its design domain is reached".to_owned(),
        ("odd_exit_foreseen", Some(clause)) => format!("limit ahead: {}", terms::clause_long(clause)),
        ("odd_exit_foreseen", None) => "a limit of its design domain lies ahead".to_owned(),
        ("user_resumed", _) => "somebody aboard pressed Go again".to_owned(),
        ("request_unanswered", _) => "nobody answered the request".to_owned(),
        ("standstill", _) => "the car stands".to_owned(),
        ("user_request", _) => "the human asked for it".to_owned(),
        (other, _) => super::spaced(other),
    }
}

/// What the planner reacts to. `class` tells what kind of thing a track is, where it is known.
pub fn plan(reason: PlanReason, class: impl Fn(u32) -> Option<ObjectClass>) -> String {
    let what = |track, unknown: &'static str| class(track).map_or(unknown, terms::class);
    match reason {
        PlanReason::Cruise => "Drives its set speed".to_owned(),
        PlanReason::Curve => "Slows for a curve or a turn".to_owned(),
        PlanReason::Follow(track) => format!("Follows {}", what(track, "a vehicle")),
        PlanReason::Yield(track) => format!("Yields to {}", what(track, "crossing traffic")),
        PlanReason::VulnerableRoadUser(track) => {
            format!("Lets {} pass", what(track, "a pedestrian or cyclist"))
        }
        PlanReason::Signal => "Stops for the signal".to_owned(),
        PlanReason::SignalUnknown => "Slows: cannot read the signal".to_owned(),
        PlanReason::StopLine => "Stops at the line".to_owned(),
        PlanReason::Blocked => "Stops: the lane is blocked".to_owned(),
        PlanReason::Destination => "Stops at the destination".to_owned(),
        PlanReason::MinimalRisk => "Brings the car to a safe stop".to_owned(),
        PlanReason::Weather => "Slows for sight or grip".to_owned(),
    }
}

/// Why the human takes the controls, as a clause after "because".
pub fn takeover(reason: TakeoverReason) -> &'static str {
    match reason {
        TakeoverReason::Request => "the car asked",
        TakeoverReason::FeatureDropout => "the feature dropped out",
        TakeoverReason::Conflict => "the car did not react to a danger",
        TakeoverReason::SignalViolation => "the car was about to pass a red signal or a stop line",
        TakeoverReason::UnneededStop => "the car stood or braked for no visible reason",
        TakeoverReason::LaneDeparture => "the car left its lane",
        TakeoverReason::FeatureLimit => "the feature ends here, as planned",
        TakeoverReason::UserChoice => "the human wanted to",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_of_the_machine_has_words_of_its_own() {
        let mut all: Vec<String> = MACHINE_REASONS.iter().map(|r| machine(r)).collect();
        for (reason, words) in MACHINE_REASONS.iter().zip(&all) {
            assert_ne!(words, &super::super::spaced(reason), "{reason} is only spelled out");
            assert!(!words.contains('_'), "{words}");
        }
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn reasons_name_the_clause() {
        for clause in OddClause::ALL {
            let name = serde_json::to_value(clause).unwrap();
            let words = machine(&format!("odd_exit:{}", name.as_str().unwrap()));
            assert!(words.contains(terms::clause_long(clause)), "{words}");
        }
        assert_eq!(machine("odd_exit_foreseen:work_zone"), "limit ahead: road works");
        assert_eq!(machine("odd_exit:nonsense"), machine("odd_exit"));
    }

    #[test]
    fn the_machine_gives_no_reason_that_is_not_here() {
        // The reasons are string literals of the machine's transitions: read its source.
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/automation/machine.rs");
        let text = std::fs::read_to_string(root).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let mut found = 0;
        for piece in code.split("((M::").skip(1) {
            let Some(reason) = piece.split('"').nth(1) else { continue };
            assert!(MACHINE_REASONS.contains(&reason), "`{reason}` has no words");
            found += 1;
        }
        assert!(found >= 20, "only {found} reasons found: the reader of this test is wrong");
    }
}
