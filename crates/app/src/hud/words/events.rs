//! What happened, as one sentence.

use super::{capital, number, reasons, spaced, terms};
use shakedown::base::ids::{ParticipantId, SensorIx};
use shakedown::scenario::{Scenario, Severity};
use shakedown::state::automation::FeatureMode;
use shakedown::state::messages::Happening;
use shakedown::state::object::ObjectClass;
use shakedown::state::sensor_data::SensorInfo;
use shakedown::state::truth::ObjectTruth;

/// Names behind the numbers in events.
#[derive(Clone, Copy, Default)]
pub struct Names<'a> {
    /// All participants; index = `ParticipantId`.
    pub objects: &'a [ObjectTruth],
    /// The ego.
    pub ego: Option<ParticipantId>,
    /// The ego's sensors; index = `SensorIx`.
    pub suite: &'a [SensorInfo],
}

impl Names<'_> {
    /// A participant: `the ego vehicle`, `the pedestrian walker`, `the car traffic 017`.
    pub fn participant(&self, id: ParticipantId) -> String {
        if self.ego == Some(id) {
            return "the ego vehicle".to_owned();
        }
        match self.objects.get(id.ix()) {
            Some(object) => {
                let class = match object.class {
                    ObjectClass::WorkZone | ObjectClass::Debris => "",
                    class => terms::class(class).split_once(' ').map_or("", |(_, noun)| noun),
                };
                let name = spaced(&object.name);
                let name = name.strip_prefix(class).map_or(name.as_str(), str::trim);
                match (class, name) {
                    ("", name) => format!("the {name}"),
                    (class, "") => format!("the {class}"),
                    (class, name) => format!("the {class} “{name}”"),
                }
            }
            None => format!("road user {}", id.0),
        }
    }

    /// A sensor: `camera front`.
    pub fn sensor(&self, ix: SensorIx) -> String {
        match self.suite.get(ix.ix()) {
            Some(info) => format!("the {}", spaced(&info.name)),
            None => format!("sensor {}", ix.0),
        }
    }
}

/// A happening as one sentence.
pub fn sentence(happening: &Happening, names: &Names<'_>) -> String {
    let who = |id: &ParticipantId| capital(&names.participant(*id));
    match happening {
        Happening::Storyboard { element, transition } => story(element, transition),
        Happening::Spawned { participant } => format!("{} appears.", who(participant)),
        Happening::Removed { participant } => format!("{} leaves.", who(participant)),
        Happening::SignalChanged { indication, .. } => {
            format!("The signal on the ego's way shows {}.", terms::indication(*indication))
        }
        Happening::SignalFaultSet { fault, .. } => match fault.as_str() {
            "none" => "A traffic signal works again.".to_owned(),
            "dark" => "A traffic signal goes dark.".to_owned(),
            "flashing_red" => "A traffic signal starts to flash red.".to_owned(),
            "dimmed" => "A traffic signal is dimmed.".to_owned(),
            other => format!("A traffic signal has a fault: {}.", spaced(other)),
        },
        Happening::SensorFaultSet { sensor, fault } => {
            let sensor = capital(&names.sensor(*sensor));
            match fault.as_str() {
                "none" => format!("{sensor} works again."),
                "dead" => format!("{sensor} is dead."),
                "frozen" => format!("{sensor} is frozen: it keeps delivering its last picture."),
                "perfect" => format!("{sensor} is made perfect."),
                other => match other.split_once(' ') {
                    Some(("blocked", share)) => match share.parse::<f64>() {
                        Ok(share) => format!("{sensor} is covered by {} %.", number(share * 100.0)),
                        Err(_) => format!("{sensor} is covered."),
                    },
                    Some(("misaligned", angle)) => format!("{sensor} is misaligned by {}.", spaced(angle)),
                    _ => format!("{sensor} has a fault: {}.", spaced(other)),
                },
            }
        }
        Happening::SensorHealthChanged { sensor, kind, state } => {
            let sensor = match names.suite.get(sensor.ix()) {
                Some(_) => names.sensor(*sensor),
                None => terms::sensor_kind(*kind).to_owned(),
            };
            match state.as_str() {
                "good" => format!("The car finds that {sensor} works well again."),
                "degraded" => format!("The car finds that {sensor} works badly."),
                "lost" => format!("The car has lost {sensor}."),
                other => format!("The car rates {sensor} as {}.", spaced(other)),
            }
        }
        Happening::ObjectMissed { participant, reason } => format!(
            "The car does not know of {} although it matters: {}.",
            names.participant(*participant),
            terms::miss(*reason)
        ),
        Happening::GhostTrack { track, origin } => format!(
            "The car tracks something that is not there (track {track}), first seen in {}.",
            terms::origin(*origin)
        ),
        Happening::SignalMisperceived { believed, truth, reason, .. } => {
            let truth = terms::indication(*truth);
            match believed {
                Some(believed) => format!(
                    "The signal shows {truth}, the car believes {}: {}.",
                    terms::indication(*believed),
                    terms::miss(*reason)
                ),
                None => {
                    format!("The signal shows {truth}, the car cannot read it: {}.", terms::miss(*reason))
                }
            }
        }
        Happening::MapMismatchFound { confidence } => format!(
            "What the car sees contradicts its map ({} % sure).",
            number((confidence * 100.0).round())
        ),
        Happening::OddClauseChanged { clause, satisfied, value, limit } => {
            let (name, unit) = (terms::clause(*clause), terms::clause_unit(*clause));
            let verdict = if *satisfied { "back inside" } else { "outside" };
            match value.is_finite() && limit.is_finite() {
                true => format!(
                    "{name} is {verdict} the design domain: {}{unit}, limit {}{unit}.",
                    number(*value),
                    number(*limit)
                ),
                false => format!("{name} is {verdict} the design domain."),
            }
        }
        Happening::FeatureModeChanged { level, to, reason, .. } => {
            format!("{level}: {}, because {}.", lower(mode_verb(*to)), reasons::machine(reason))
        }
        Happening::RequestToIntervene { reason, budget_s } => format!(
            "Request to intervene: take over within {} s ({}).",
            number(*budget_s),
            reasons::machine(reason)
        ),
        Happening::DriverReactionStarted { reason } => {
            format!("The human begins to react, because {}.", reasons::takeover(*reason))
        }
        Happening::DriverTookOver { reason, reaction_s } => format!(
            "The human has taken over after {} s, because {}.",
            number(*reaction_s),
            reasons::takeover(*reason)
        ),
        Happening::DriverEngaged => "The human hands the driving task to the feature.".to_owned(),
        Happening::DriverNoResponse => "The human has not answered in time.".to_owned(),
        Happening::MinimalRiskManeuverStarted { reason } => {
            format!("The car brings itself to a stop: {}.", reasons::machine(reason))
        }
        Happening::MinimalRiskConditionReached => "The car stands in a minimal risk condition.".to_owned(),
        Happening::ForwardCollisionWarning => "Forward collision warning.".to_owned(),
        Happening::LaneDepartureWarning => "Lane departure warning.".to_owned(),
        Happening::AebActivated { ttc_s } => {
            format!("Emergency braking: {ttc_s:.1} s to a collision.")
        }
        Happening::PlanReasonChanged { reason } => {
            format!("New plan: {}.", lower(&reasons::plan(*reason, |_| None)))
        }
        Happening::Collision { a, b, relative_speed_mps } => format!(
            "Collision of {} and {} at {} m/s.",
            names.participant(*a),
            names.participant(*b),
            number(*relative_speed_mps)
        ),
        Happening::RedLightViolation { participant, red_for_s } => match red_for_s.is_finite() {
            true => {
                format!("{} runs a light that has been red for {} s.", who(participant), number(*red_for_s))
            }
            false => format!("{} runs a red light.", who(participant)),
        },
        Happening::StopLineViolation { participant, speed_mps } => {
            format!("{} passes a stop line at {} m/s.", who(participant), number(*speed_mps))
        }
        Happening::OffRoad { participant } => format!("{} leaves the road.", who(participant)),
        Happening::LaneDeparture { participant } => format!("{} leaves its lane.", who(participant)),
        Happening::HardBraking { participant, accel_mps2 } => {
            format!("{} brakes hard: {} m/s².", who(participant), number(accel_mps2.abs()))
        }
        Happening::UnneededStop { reason } => format!(
            "The car stands without a visible reason; its own: {}.",
            lower(&reasons::plan(*reason, |_| None))
        ),
        Happening::CriticalTtc { participant, ttc_s } => {
            format!("Only {} s to a collision with {}.", number(*ttc_s), names.participant(*participant))
        }
        Happening::RecklessRoadUser { participant, what } => {
            let what = match what.as_str() {
                "red_light" => "runs a red light",
                "cut_in" => "cuts in closely",
                "jaywalk" => "walks into the road away from a crosswalk",
                "stop_sign" => "ignores a stop sign",
                "wrong_way" => "drives the wrong way",
                _ => "breaks a rule",
            };
            format!("{} {what}.", who(participant))
        }
        Happening::Disengagement { index } => format!("Disengagement no. {} is recorded.", index + 1),
        Happening::Criterion { name, passed } => {
            let verdict = if *passed { "met" } else { "not met" };
            format!("Criterion “{}”: {verdict}.", spaced(name))
        }
    }
}

/// Script events by the last part of their path.
fn story(element: &str, transition: &str) -> String {
    let name = element.rsplit(['/', '.']).next().unwrap_or(element);
    let name = spaced(name);
    match (name.as_str(), transition) {
        ("storyboard", "stop") => "The script ends the run.".to_owned(),
        (name, "start") => format!("Script: “{name}” begins."),
        (name, "end") => format!("Script: “{name}” is done."),
        (name, "stop") => format!("Script: “{name}” is stopped."),
        (name, "skip") => format!("Script: “{name}” is skipped."),
        (name, "condition_true") => format!("Script: the condition of “{name}” holds."),
        (name, other) => format!("Script: “{name}”: {}.", spaced(other)),
    }
}

fn mode_verb(mode: FeatureMode) -> &'static str {
    match mode {
        FeatureMode::Off => "The feature is off",
        FeatureMode::Available => "The feature is ready to engage",
        FeatureMode::Active => "The feature drives",
        FeatureMode::RequestingIntervention => "The feature asks the human to take over",
        FeatureMode::MinimalRiskManeuver => "The feature brings the car to a stop",
        FeatureMode::MinimalRiskCondition => "The feature has stopped the car",
        FeatureMode::Overridden => "The human has overridden the feature",
        FeatureMode::Failed => "The feature has failed",
    }
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// One line about how bad the problems of a scenario file are.
pub fn problems(diagnostics: &[shakedown::scenario::Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    let several = |n: usize| if n == 1 { "" } else { "s" };
    match errors {
        0 => format!("{} warning{}", diagnostics.len(), several(diagnostics.len())),
        n => format!("{n} problem{}: this file cannot be run", several(n)),
    }
}

/// The expectation for a level, from the scenario's own `[expect]`.
pub fn expectation(
    scenario: &Scenario,
    level: shakedown::state::automation::AutomationLevel,
) -> Option<&str> {
    scenario.expect.get(level.as_str()).or_else(|| scenario.expect.get("all")).map(String::as_str)
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
