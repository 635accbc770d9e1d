//! Cause of a disengagement from its chain of evidence.
//!
//! The judge keeps the happenings of the last seconds. Each is weighed by how directly it can have led to
//! the disengagement (a mechanism, never a dice roll): a request's own reason names its clause; otherwise
//! the strongest piece of evidence within the window decides. Ties go to the later one.
//!
//! | evidence | cause |
//! |---|---|
//! | sensor lost or degraded by a fault | hardware discrepancy |
//! | road works or blocked lane, map mismatch | construction zone |
//! | debris ahead | debris |
//! | emergency vehicle near | emergency vehicle |
//! | rain, visibility, snow, friction, light clause; an object or face missed for rain, fog, snow, glare, darkness | weather conditions |
//! | dark, flashing or hidden signal; signal unknown or misread for other reasons | traffic signal |
//! | ghost track, missed object (chance, occlusion, range) | perception discrepancy |
//! | another road user breaks a rule | recklessly behaving road user |
//! | another road user does what was not predicted | incorrect behavior prediction |
//! | stands or brakes without visible reason, leaves its lane | unwanted maneuver |
//! | localization lost, planner without a way | software discrepancy |
//! | road class, speed, grade, turn, end of map; limits of L1/L2 by design | ODD boundary |
//! | the user asked | user request |
//!
//! Units: s. Labels: California DMV reports of Google/Waymo 2015–2023 plus debris, signal, boundary, user.
//! It does not prove causation: `explain` does that by counterfactual runs.

use crate::state::automation::{OddClause, PlanReason};
use crate::state::driver::TakeoverReason;
use crate::state::messages::Happening;
use crate::state::object::ObjectClass;
use crate::state::record::Cause;
use crate::state::truth::{DetectionOrigin, MissReason};

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Seconds before the disengagement (or before the request that led to it).
    pub age_s: f64,
    /// What happened.
    pub happening: Happening,
}

/// What else the judge knows at that moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Circumstances {
    /// Why the human took over, if it was the human.
    pub takeover: Option<TakeoverReason>,
    /// Reason text of the mode change or request.
    pub reason: String,
    /// First violated ODD clause.
    pub clause: Option<OddClause>,
    /// Class of the nearest thing in the way, if any within 60 m of the path.
    pub in_the_way: Option<ObjectClass>,
    /// An emergency vehicle with siren within 120 m.
    pub emergency_near: bool,
    /// Automation of a driver-support level (L1, L2).
    pub driver_support: bool,
    /// What the planner reacted to.
    pub plan_reason: PlanReason,
    /// Closed lane, cones or barriers within 80 m.
    pub work_zone_near: bool,
    /// What in the true weather blinds or wets sensors now (`fog`, `heavy rain` …), if anything.
    pub weather: Option<&'static str>,
}

/// Verdict: cause and one plain sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CauseVerdict {
    /// Cause.
    pub cause: Cause,
    /// Sentence.
    pub description: String,
}

/// What a cause means, for people.
pub fn about(cause: Cause) -> &'static str {
    match cause {
        Cause::PerceptionDiscrepancy => "something was missed, imagined or misread for no outside reason",
        Cause::SoftwareDiscrepancy => "planner, localization or state machine could not go on",
        Cause::HardwareDiscrepancy => "a sensor failed or was blocked",
        Cause::UnwantedManeuver => "the automation did something nobody wanted",
        Cause::IncorrectBehaviorPrediction => "another road user did not do what was predicted",
        Cause::RecklesslyBehavingRoadUser => "another road user broke a rule",
        Cause::WeatherConditions => "rain, fog, snow, ice, spray, glare or darkness",
        Cause::ConstructionZone => "road works that the map does not know",
        Cause::EmergencyVehicle => "an emergency vehicle with its siren on",
        Cause::Debris => "debris on the road",
        Cause::TrafficSignal => "a signal dark, flashing, hidden, unreadable, or beyond the feature",
        Cause::OddBoundary => "a planned limit of the operational design domain",
        Cause::UserRequest => "the user asked for it",
    }
}

fn verdict(cause: Cause, description: impl Into<String>) -> CauseVerdict {
    CauseVerdict { cause, description: description.into() }
}

/// Cause and sentence when an ODD clause decided.
pub fn of_clause(clause: OddClause, work_zone_near: bool) -> CauseVerdict {
    match clause {
        OddClause::Rain => {
            verdict(Cause::WeatherConditions, "The rain exceeded what the feature is designed for.")
        }
        OddClause::Visibility => {
            verdict(Cause::WeatherConditions, "The perceived visibility fell below the feature's limit.")
        }
        OddClause::SnowIce => verdict(Cause::WeatherConditions, "Snow or ice was suspected on the road."),
        OddClause::Friction => {
            verdict(Cause::WeatherConditions, "The estimated road friction fell below the feature's limit.")
        }
        OddClause::Light => verdict(
            Cause::WeatherConditions,
            "The light (darkness or low sun) was outside the feature's design domain.",
        ),
        OddClause::Sensors => {
            verdict(Cause::HardwareDiscrepancy, "The sensor monitor reported a sensor lost or degraded.")
        }
        OddClause::WorkZone => {
            verdict(Cause::ConstructionZone, "Road works that the map does not know blocked the way.")
        }
        OddClause::Map if work_zone_near => {
            verdict(Cause::ConstructionZone, "The live picture contradicted the map: road works ahead.")
        }
        OddClause::Map => {
            verdict(Cause::OddBoundary, "The mapped area ended or the map disagreed with the live picture.")
        }
        OddClause::Localization => {
            verdict(Cause::SoftwareDiscrepancy, "The vehicle was no longer sure where it was.")
        }
        OddClause::Signals => verdict(Cause::TrafficSignal, "The signal ahead could not be read."),
        OddClause::RoadClass => {
            verdict(Cause::OddBoundary, "The road class was outside the feature's design domain.")
        }
        OddClause::Speed => verdict(Cause::OddBoundary, "The speed was outside the feature's design domain."),
        OddClause::Grade => verdict(Cause::OddBoundary, "The grade was outside the feature's design domain."),
    }
}

fn of_miss(reason: MissReason, what: &str) -> (f64, CauseVerdict) {
    let (weight, cause, why) = match reason {
        MissReason::Rain => (3.0, Cause::WeatherConditions, "rain or spray"),
        MissReason::Fog => (3.0, Cause::WeatherConditions, "fog"),
        MissReason::Snow => (3.0, Cause::WeatherConditions, "snowfall"),
        MissReason::Glare => (3.0, Cause::WeatherConditions, "sun glare"),
        MissReason::Darkness => (2.8, Cause::WeatherConditions, "darkness"),
        MissReason::Fault => (3.2, Cause::HardwareDiscrepancy, "a sensor fault"),
        MissReason::Occluded => (2.2, Cause::PerceptionDiscrepancy, "something that hid it"),
        MissReason::OutOfRange | MissReason::OutOfView => {
            (1.5, Cause::PerceptionDiscrepancy, "its distance or bearing")
        }
        MissReason::Chance => (2.0, Cause::PerceptionDiscrepancy, "an ordinary miss"),
        MissReason::Seen => {
            let what = format!("{what} although a sensor saw it.");
            return (2.0, verdict(Cause::PerceptionDiscrepancy, what));
        }
    };
    (weight, verdict(cause, format!("{what} because of {why}.")))
}

/// Weight and meaning of one piece of evidence.
fn weigh(evidence: &Evidence, around: &Circumstances) -> Option<(f64, CauseVerdict)> {
    let signal_matters = matches!(
        around.takeover,
        Some(TakeoverReason::SignalViolation | TakeoverReason::UnneededStop | TakeoverReason::FeatureLimit)
    ) || matches!(around.plan_reason, PlanReason::Signal | PlanReason::SignalUnknown);
    let (weight, verdict) = match &evidence.happening {
        Happening::SensorFaultSet { fault, .. } if fault != "none" => {
            (3.5, verdict(Cause::HardwareDiscrepancy, format!("A sensor had failed ({fault}).")))
        }
        Happening::SensorHealthChanged { state, kind, .. } if state == "lost" => {
            (3.4, verdict(Cause::HardwareDiscrepancy, format!("The {kind:?} stopped delivering.")))
        }
        Happening::ObjectMissed { reason, .. } => of_miss(*reason, "A road user ahead was not tracked"),
        Happening::GhostTrack { origin, .. } => match origin {
            DetectionOrigin::Precipitation => {
                (2.9, verdict(Cause::WeatherConditions, "The vehicle reacted to an echo of rain or snow."))
            }
            DetectionOrigin::Spray => {
                (2.9, verdict(Cause::WeatherConditions, "The vehicle reacted to spray on the wet road."))
            }
            DetectionOrigin::Fault => (
                3.2,
                verdict(Cause::HardwareDiscrepancy, "A faulty sensor showed something that was not there."),
            ),
            DetectionOrigin::Artefact | DetectionOrigin::Clutter | DetectionOrigin::Object(_) => (
                2.6,
                verdict(Cause::PerceptionDiscrepancy, "The vehicle reacted to something that was not there."),
            ),
        },
        Happening::SignalMisperceived { reason, believed, truth, .. } if signal_matters => {
            let what = match believed {
                Some(believed) => format!("The signal showed {truth:?} and was taken for {believed:?}"),
                None => format!("The signal showed {truth:?} and could not be read"),
            };
            match reason {
                MissReason::Occluded => {
                    (3.1, verdict(Cause::TrafficSignal, format!("{what}: the head was hidden.")))
                }
                MissReason::Seen | MissReason::Chance | MissReason::OutOfRange | MissReason::OutOfView => {
                    (2.7, verdict(Cause::TrafficSignal, format!("{what}.")))
                }
                other => of_miss(*other, &what),
            }
        }
        Happening::SignalFaultSet { fault, .. } if signal_matters && fault != "none" => {
            (3.0, verdict(Cause::TrafficSignal, format!("The signal was out of order ({fault}).")))
        }
        Happening::MapMismatchFound { .. } => (
            3.0,
            verdict(Cause::ConstructionZone, "The live picture contradicted the map: the lane was blocked."),
        ),
        Happening::RecklessRoadUser { what, .. } => {
            let did = match what.as_str() {
                "red_light" => "ran a red light",
                "cut_in" => "cut in closely",
                "jaywalk" => "crossed away from a crosswalk",
                "stop_sign" => "ignored a stop sign",
                other => other,
            };
            (3.3, verdict(Cause::RecklesslyBehavingRoadUser, format!("Another road user {did}.")))
        }
        Happening::CriticalTtc { .. } => (
            1.2,
            verdict(Cause::IncorrectBehaviorPrediction, "Another road user did not do what was predicted."),
        ),
        Happening::UnneededStop { .. } => {
            (1.8, verdict(Cause::UnwantedManeuver, "The vehicle stood without a visible reason."))
        }
        Happening::LaneDeparture { .. } => {
            (1.8, verdict(Cause::UnwantedManeuver, "The vehicle left its lane."))
        }
        _ => return None,
    };
    // Evidence fades: half its weight after four seconds.
    Some((weight * crate::base::math::pow(0.5, evidence.age_s.max(0.0) / 4.0), verdict))
}

/// The clause that a feature names as its reason: `odd_exit:rain`, `odd_exit_foreseen:grade`.
pub fn clause_of_reason(reason: &str) -> Option<OddClause> {
    if reason == "map_mismatch" {
        return Some(OddClause::Map);
    }
    let name = reason.strip_prefix("odd_exit:").or_else(|| reason.strip_prefix("odd_exit_foreseen:"))?;
    OddClause::ALL
        .into_iter()
        .find(|clause| serde_json::to_value(clause).is_ok_and(|value| value.as_str() == Some(name)))
}

/// What in the weather blinds or wets sensors, for the sentence; `None` in fair weather.
pub fn adverse_weather(weather: &crate::state::weather::Weather) -> Option<&'static str> {
    let low_sun = (0.0..15.0 * crate::base::units::DEG_RAD).contains(&weather.sun_elevation_rad)
        && weather.cloud_cover < 0.6;
    if weather.fog_mor_m < 400.0 {
        Some("fog")
    } else if weather.snow_mmph > 0.2 || weather.snow_depth_mm > 5.0 {
        Some("snow")
    } else if weather.rain_mmph >= 7.6 {
        // Heavy rain by the AMS glossary.
        Some("heavy rain")
    } else if weather.rain_mmph > 0.5 {
        Some("rain")
    } else if low_sun {
        Some("low sun")
    } else {
        None
    }
}

/// Classifies a disengagement.
pub fn classify(chain: &[Evidence], around: &Circumstances) -> CauseVerdict {
    if around.takeover == Some(TakeoverReason::UserChoice) {
        return verdict(Cause::UserRequest, "The user ended automation.");
    }
    if around.emergency_near && (around.takeover.is_some() || around.clause.is_some()) {
        return verdict(Cause::EmergencyVehicle, "An emergency vehicle with its siren on was near.");
    }
    if (around.takeover.is_none() || around.takeover == Some(TakeoverReason::Request))
        && let Some(clause) = around.clause
    {
        let failed = chain
            .iter()
            .any(|e| matches!(&e.happening, Happening::SensorFaultSet { fault, .. } if fault != "none"));
        // Weather degrades sensors, too: without a failed part it is the weather that led here.
        if matches!(clause, OddClause::Sensors | OddClause::Localization | OddClause::Signals)
            && !failed
            && let Some(weather) = around.weather
        {
            let what = match clause {
                OddClause::Sensors => "The sensors no longer saw well enough",
                OddClause::Signals => "The signal ahead could not be read",
                _ => "The vehicle was no longer sure where it was",
            };
            return verdict(Cause::WeatherConditions, format!("{what} in the {weather}."));
        }
        return of_clause(clause, around.work_zone_near);
    }
    match around.in_the_way {
        Some(ObjectClass::Debris) => return verdict(Cause::Debris, "Debris lay on the road."),
        Some(ObjectClass::WorkZone) => {
            return verdict(
                Cause::ConstructionZone,
                "Road works that the map does not know were in the way.",
            );
        }
        _ => {}
    }
    let strongest = chain.iter().filter_map(|evidence| weigh(evidence, around)).fold(
        None::<(f64, CauseVerdict)>,
        |best, next| match best {
            Some(best) if best.0 > next.0 => Some(best),
            _ => Some(next),
        },
    );
    if around.driver_support && around.takeover == Some(TakeoverReason::FeatureLimit) {
        return match around.plan_reason {
            _ if around.reason == "signal" => verdict(
                Cause::TrafficSignal,
                "A signal or stop line ahead, which the feature does not handle.",
            ),
            _ => verdict(
                Cause::OddBoundary,
                "A stop line, turn or crossing ahead, which the feature does not handle.",
            ),
        };
    }
    if let Some((weight, verdict)) = strongest
        && weight > 0.4
    {
        return verdict;
    }
    match around.takeover {
        Some(TakeoverReason::Conflict) => verdict(
            Cause::IncorrectBehaviorPrediction,
            "The vehicle did not react to a road user as the human expected.",
        ),
        Some(TakeoverReason::SignalViolation) => {
            verdict(Cause::TrafficSignal, "The vehicle was about to pass a line at which it had to stop.")
        }
        Some(TakeoverReason::UnneededStop) => {
            verdict(Cause::UnwantedManeuver, "The vehicle stood without a visible reason.")
        }
        Some(TakeoverReason::LaneDeparture) => verdict(Cause::UnwantedManeuver, "The vehicle left its lane."),
        Some(TakeoverReason::FeatureLimit) => {
            verdict(Cause::OddBoundary, "A situation ahead that the feature does not handle.")
        }
        Some(TakeoverReason::UserChoice) => verdict(Cause::UserRequest, "The user ended automation."),
        Some(TakeoverReason::Request | TakeoverReason::FeatureDropout) | None => match around.plan_reason {
            _ if around.work_zone_near && matches!(around.reason.as_str(), "map_mismatch" | "blocked") => {
                verdict(Cause::ConstructionZone, "Road works that the map does not know were in the way.")
            }
            PlanReason::SignalUnknown => verdict(Cause::TrafficSignal, "The signal ahead could not be read."),
            PlanReason::Blocked => verdict(Cause::SoftwareDiscrepancy, "The planner found no way on."),
            _ => verdict(Cause::SoftwareDiscrepancy, format!("The feature gave up ({}).", around.reason)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::{LaneId, ParticipantId, SensorIx, SignalIx};
    use crate::state::sensor_data::SensorKind;
    use crate::state::signal::Indication;

    #[test]
    fn reasons_name_their_clause() {
        for (reason, expect) in [
            ("odd_exit:rain", Some(OddClause::Rain)),
            ("odd_exit_foreseen:work_zone", Some(OddClause::WorkZone)),
            ("map_mismatch", Some(OddClause::Map)),
            ("fault", None),
            ("odd_exit:nonsense", None),
        ] {
            assert_eq!(clause_of_reason(reason), expect, "{reason}");
        }
    }

    #[test]
    fn each_mechanism_leads_to_its_cause() {
        let at = |age_s, happening| Evidence { age_s, happening };
        let conflict = Circumstances { takeover: Some(TakeoverReason::Conflict), ..Circumstances::default() };
        let request = |clause| Circumstances {
            clause: Some(clause),
            reason: "odd_exit".into(),
            ..Circumstances::default()
        };
        let at_signal = Circumstances {
            takeover: Some(TakeoverReason::SignalViolation),
            plan_reason: PlanReason::Signal,
            ..Circumstances::default()
        };
        let misread = |reason| Happening::SignalMisperceived {
            movement: LaneId(3),
            believed: Some(Indication::Green),
            truth: Indication::Red,
            reason,
        };
        let missed = |reason| Happening::ObjectMissed { participant: ParticipantId(4), reason };
        for (label, chain, around, expect) in [
            ("rain limit", vec![], request(OddClause::Rain), Cause::WeatherConditions),
            ("sensor limit", vec![], request(OddClause::Sensors), Cause::HardwareDiscrepancy),
            (
                "sensor limit in fog",
                vec![],
                Circumstances { weather: Some("fog"), ..request(OddClause::Sensors) },
                Cause::WeatherConditions,
            ),
            (
                "dead sensor in fog",
                vec![at(2.0, Happening::SensorFaultSet { sensor: SensorIx(0), fault: "dead".into() })],
                Circumstances { weather: Some("fog"), ..request(OddClause::Sensors) },
                Cause::HardwareDiscrepancy,
            ),
            ("work zone", vec![], request(OddClause::WorkZone), Cause::ConstructionZone),
            ("road class", vec![], request(OddClause::RoadClass), Cause::OddBoundary),
            ("localization", vec![], request(OddClause::Localization), Cause::SoftwareDiscrepancy),
            (
                "missed in fog",
                vec![at(1.0, missed(MissReason::Fog))],
                conflict.clone(),
                Cause::WeatherConditions,
            ),
            (
                "missed by chance",
                vec![at(1.0, missed(MissReason::Chance))],
                conflict.clone(),
                Cause::PerceptionDiscrepancy,
            ),
            (
                "ghost",
                vec![at(0.5, Happening::GhostTrack { track: 9, origin: DetectionOrigin::Artefact })],
                conflict.clone(),
                Cause::PerceptionDiscrepancy,
            ),
            (
                "spray",
                vec![at(0.5, Happening::GhostTrack { track: 9, origin: DetectionOrigin::Spray })],
                conflict.clone(),
                Cause::WeatherConditions,
            ),
            (
                "dead sensor",
                vec![at(
                    2.0,
                    Happening::SensorHealthChanged {
                        sensor: SensorIx(1),
                        kind: SensorKind::Lidar,
                        state: "lost".into(),
                    },
                )],
                conflict.clone(),
                Cause::HardwareDiscrepancy,
            ),
            (
                "glare on a head",
                vec![at(1.0, misread(MissReason::Glare))],
                at_signal.clone(),
                Cause::WeatherConditions,
            ),
            (
                "hidden head",
                vec![at(1.0, misread(MissReason::Occluded))],
                at_signal.clone(),
                Cause::TrafficSignal,
            ),
            (
                "dark signal",
                vec![at(3.0, Happening::SignalFaultSet { face: SignalIx(0), fault: "dark".into() })],
                at_signal,
                Cause::TrafficSignal,
            ),
            (
                "red runner",
                vec![at(
                    0.3,
                    Happening::RecklessRoadUser { participant: ParticipantId(2), what: "red_light".into() },
                )],
                conflict.clone(),
                Cause::RecklesslyBehavingRoadUser,
            ),
            (
                "debris",
                vec![],
                Circumstances { in_the_way: Some(ObjectClass::Debris), ..conflict.clone() },
                Cause::Debris,
            ),
            (
                "cones",
                vec![],
                Circumstances { in_the_way: Some(ObjectClass::WorkZone), ..conflict.clone() },
                Cause::ConstructionZone,
            ),
            (
                "siren",
                vec![],
                Circumstances { emergency_near: true, ..conflict.clone() },
                Cause::EmergencyVehicle,
            ),
            ("unexpected", vec![], conflict.clone(), Cause::IncorrectBehaviorPrediction),
            (
                "stands",
                vec![],
                Circumstances { takeover: Some(TakeoverReason::UnneededStop), ..Circumstances::default() },
                Cause::UnwantedManeuver,
            ),
            (
                "asked",
                vec![],
                Circumstances { takeover: Some(TakeoverReason::UserChoice), ..Circumstances::default() },
                Cause::UserRequest,
            ),
            (
                "old evidence fades",
                vec![at(20.0, missed(MissReason::Fog))],
                conflict,
                Cause::IncorrectBehaviorPrediction,
            ),
        ] {
            assert_eq!(classify(&chain, &around).cause, expect, "{label}");
        }
    }
}
