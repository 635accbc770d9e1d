//! Names in plain words and the colors that go with them.
//!
//! Colors: Okabe and Ito's palette for color-blind readers (2008), extended with Tol's muted one; no meaning
//! is carried by color alone, every mark has its text.

use crate::state::record::{Cause, Outcome};

/// An identifier as words: `safe_operation` → `safe operation`.
pub fn spaced(identifier: &str) -> String {
    identifier.replace('_', " ")
}

/// Outcome in words.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::Collision => "collision",
        Outcome::MinimalRiskCondition => "minimal risk condition",
        Outcome::Timeout => "out of time",
        Outcome::Fault => "engine fault",
    }
}

/// A number of runs with this outcome, in a table cell.
pub fn outcome_short(outcome: Outcome, count: usize) -> String {
    let several = if count == 1 { "" } else { "s" };
    match outcome {
        Outcome::Completed => format!("{count} completed"),
        Outcome::Collision => format!("{count} collision{several}"),
        Outcome::MinimalRiskCondition => format!("{count} MRC"),
        Outcome::Timeout => format!("{count} out of time"),
        Outcome::Fault => format!("{count} fault{several}"),
    }
}

/// Color of an outcome.
pub fn outcome_color(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "#56b4e9",
        Outcome::Collision => "#d55e00",
        Outcome::MinimalRiskCondition => "#f0c53a",
        Outcome::Timeout => "#b8b8b8",
        Outcome::Fault => "#000000",
    }
}

/// All outcomes, good ones first.
pub const OUTCOMES: [Outcome; 5] =
    [Outcome::Completed, Outcome::MinimalRiskCondition, Outcome::Timeout, Outcome::Collision, Outcome::Fault];

/// Color of a cause.
pub fn cause_color(cause: Cause) -> &'static str {
    match cause {
        Cause::PerceptionDiscrepancy => "#0072b2",
        Cause::SoftwareDiscrepancy => "#cc79a7",
        Cause::HardwareDiscrepancy => "#332288",
        Cause::UnwantedManeuver => "#882255",
        Cause::IncorrectBehaviorPrediction => "#44aa99",
        Cause::RecklesslyBehavingRoadUser => "#d55e00",
        Cause::WeatherConditions => "#56b4e9",
        Cause::ConstructionZone => "#e69f00",
        Cause::EmergencyVehicle => "#aa4499",
        Cause::Debris => "#7a5c2e",
        Cause::TrafficSignal => "#009e73",
        Cause::OddBoundary => "#999933",
        Cause::UserRequest => "#888888",
    }
}

/// Color of who drives.
pub fn driver_color(driver: &str) -> &'static str {
    match driver {
        "feature" => "#0072b2",
        "fallback" => "#e69f00",
        "shared" => "#009e73",
        _ => "#444444",
    }
}

/// Who drives, in words.
pub fn driver(driver: &str) -> &'static str {
    match driver {
        "feature" => "automation drives",
        "fallback" => "automation stops the car (fallback)",
        "shared" => "human and automation share",
        _ => "human drives",
    }
}

/// Color of a feature's mode.
pub fn mode_color(mode: &str) -> &'static str {
    match mode {
        "active" => "#0072b2",
        "requesting_intervention" => "#cc79a7",
        "minimal_risk_maneuver" => "#e69f00",
        "minimal_risk_condition" => "#f0c53a",
        "overridden" => "#6b6b6b",
        "failed" => "#000000",
        "available" => "#a9c7dd",
        _ => "#d4d4d4",
    }
}

/// Terms of the report with their meaning.
pub const GLOSSARY: &[(&str, &str)] = &[
    (
        "Run",
        "one scenario with one set of parameter values and one seed, simulated once. The same run gives the same result, bit for bit, every time.",
    ),
    (
        "Variation",
        "one set of parameter values and a seed. It is the same at every level, so levels can be compared run by run. Variation 0 has the file's own values.",
    ),
    (
        "Level L0 to L5",
        "SAE J3016 level of the driving automation feature: L1 one axis, L2 both axes under supervision, L3 drives until it asks for the human, L4 brings itself to a stop where it cannot go on, L5 has no limits of use. L0 warns and brakes in an emergency only.",
    ),
    (
        "Disengagement",
        "the automation ends although the drive goes on: it found a failure, left its design domain, or a human took over. Every one is recorded with its cause.",
    ),
    ("Design domain (ODD)", "the conditions a feature is made for: weather, roads, speeds, light."),
    (
        "MRC",
        "minimal risk condition: the automation has brought the car to a stop by itself, as safely as it could. An orderly end, but the trip is not completed.",
    ),
    ("Request to intervene", "the L3 feature asks the human to take over."),
    ("Reaction time", "from the moment there is something to react to until the human has the controls."),
    (
        "TTC",
        "time to collision: how long until two road users would touch if both kept their speed and course. Below about 1.5 s an encounter counts as serious.",
    ),
    ("Automated distance", "distance driven with a feature of the run's level engaged. Rates refer to it."),
    (
        "95 % interval",
        "exact Poisson interval: if runs were independent samples of the world, a rate outside of it would be seen in fewer than 5 of 100 batches. Scenarios are chosen to be hard, so rates here say nothing about ordinary traffic.",
    ),
];
