//! Names of states: levels, roles, modes, clauses of the design domain, signals, sensors.
//!
//! Source of the terms: SAE J3016 APR2021 (levels, DDT, OEDR, fallback), UN R157 (request to intervene,
//! minimal risk maneuver), the project's GLOSSARY.

use shakedown::state::automation::{
    AutomationLevel, ControlAuthority, FallbackHolder, FeatureMode, OddClause,
};
use shakedown::state::driver::{HumanRole, SecondaryTask};
use shakedown::state::object::ObjectClass;
use shakedown::state::sensor_data::SensorKind;
use shakedown::state::signal::Indication;
use shakedown::state::truth::{DetectionOrigin, MissReason};

/// SAE's name of a level.
pub fn level_name(level: AutomationLevel) -> &'static str {
    match level {
        AutomationLevel::L0 => "No driving automation",
        AutomationLevel::L1 => "Driver assistance",
        AutomationLevel::L2 => "Partial driving automation",
        AutomationLevel::L3 => "Conditional driving automation",
        AutomationLevel::L4 => "High driving automation",
        AutomationLevel::L5 => "Full driving automation",
    }
}

/// What a level means, in one line.
pub fn level_meaning(level: AutomationLevel) -> &'static str {
    match level {
        AutomationLevel::L0 => "You drive. The car only warns, and brakes in an emergency.",
        AutomationLevel::L1 => "The car steers or keeps the speed; you do the rest.",
        AutomationLevel::L2 => "The car steers and keeps the speed; you watch all the time.",
        AutomationLevel::L3 => "The car drives; you take over when it asks.",
        AutomationLevel::L4 => "The car drives within its limits, and stops by itself at them.",
        AutomationLevel::L5 => "The car drives everywhere, at all times.",
    }
}

/// What a level means, in a line that fits a narrow panel.
pub fn level_short(level: AutomationLevel) -> &'static str {
    match level {
        AutomationLevel::L0 => "You drive. It warns, and brakes in an emergency.",
        AutomationLevel::L1 => "It steers or keeps the speed; you do the rest.",
        AutomationLevel::L2 => "It steers and keeps the speed; you watch it.",
        AutomationLevel::L3 => "It drives; you take over when it asks.",
        AutomationLevel::L4 => "It drives within its limits and stops by itself.",
        AutomationLevel::L5 => "It drives everywhere, at all times.",
    }
}

/// What stands under the letter of the mode: features of L1 and L2 assist, those of L3 and more are an
/// automated driving system.
pub fn letter_word(letter: char, level: AutomationLevel) -> &'static str {
    match (letter, level.is_ads()) {
        ('A', true) => "auto",
        ('A', false) => "assist",
        _ => "manual",
    }
}

/// A feature's name for people (`highway_assist` → `Highway assist`); unknown ones are spelled out.
pub fn feature_name(feature: &str) -> String {
    match feature {
        "manual_aeb" => "Manual driving".to_owned(),
        "acc" => "Adaptive cruise control".to_owned(),
        "lane_keeping" => "Lane keeping".to_owned(),
        "highway_assist" => "Highway assist".to_owned(),
        "urban_l3" => "Urban pilot".to_owned(),
        "traffic_pilot" => "Traffic pilot".to_owned(),
        "urban_l4" => "Urban driver".to_owned(),
        "full_l5" => "Full automation".to_owned(),
        other => super::capital(&super::spaced(other)),
    }
}

/// Mode of the feature, in words.
pub fn mode(mode: FeatureMode) -> &'static str {
    match mode {
        FeatureMode::Off => "Off",
        FeatureMode::Available => "Ready to engage",
        FeatureMode::Active => "Active",
        FeatureMode::RequestingIntervention => "Asks the human to take over",
        FeatureMode::MinimalRiskManeuver => "Minimal risk maneuver",
        FeatureMode::MinimalRiskCondition => "Minimal risk condition",
        FeatureMode::Overridden => "Overridden by the driver",
        FeatureMode::Failed => "Failed",
    }
}

/// What a mode means, as a sentence.
pub fn mode_meaning(mode: FeatureMode) -> &'static str {
    match mode {
        FeatureMode::Off => "The feature is off: its conditions do not hold, or none is fitted.",
        FeatureMode::Available => "The feature could be engaged now.",
        FeatureMode::Active => "The feature performs its part of the driving task.",
        FeatureMode::RequestingIntervention => {
            "The feature still drives, and has asked the human to take over before a deadline."
        }
        FeatureMode::MinimalRiskManeuver => "The automation brings the car to a stop by itself.",
        FeatureMode::MinimalRiskCondition => "The car stands, as safely as the automation could bring it.",
        FeatureMode::Overridden => "The driver has taken the controls; the feature stands by.",
        FeatureMode::Failed => "The feature has failed and cannot be engaged again in this run.",
    }
}

/// Whether a mode counts as autonomous (A) or manual (M), as California's reports have it.
pub fn mode_letter(mode: FeatureMode, level: AutomationLevel) -> char {
    let engaged = match mode {
        FeatureMode::Active
        | FeatureMode::RequestingIntervention
        | FeatureMode::MinimalRiskManeuver
        | FeatureMode::MinimalRiskCondition => true,
        FeatureMode::Off | FeatureMode::Available | FeatureMode::Overridden | FeatureMode::Failed => false,
    };
    if engaged && level != AutomationLevel::L0 { 'A' } else { 'M' }
}

/// Who does it, in one word.
pub fn authority(authority: ControlAuthority) -> &'static str {
    match authority {
        ControlAuthority::Driver => "Human",
        ControlAuthority::Feature => "System",
        ControlAuthority::Fallback => "System, stopping",
    }
}

/// Who performs the fallback.
pub fn fallback(holder: FallbackHolder) -> &'static str {
    match holder {
        FallbackHolder::Driver => "Human",
        FallbackHolder::FallbackReadyUser => "Human, if asked",
        FallbackHolder::System => "System",
    }
}

/// A clause of the design domain, in two words at most.
pub fn clause(clause: OddClause) -> &'static str {
    match clause {
        OddClause::Rain => "Rain",
        OddClause::Visibility => "Visibility",
        OddClause::SnowIce => "Snow, ice",
        OddClause::Friction => "Grip",
        OddClause::Light => "Light",
        OddClause::RoadClass => "Road class",
        OddClause::Speed => "Speed",
        OddClause::Map => "Map",
        OddClause::Localization => "Position",
        OddClause::Sensors => "Sensors",
        OddClause::WorkZone => "Road works",
        OddClause::Signals => "Signals",
        OddClause::Grade => "Slope",
    }
}

/// What a clause limits, as half a sentence after "the".
pub fn clause_long(clause: OddClause) -> &'static str {
    match clause {
        OddClause::Rain => "rain",
        OddClause::Visibility => "visibility",
        OddClause::SnowIce => "snow or ice on the road",
        OddClause::Friction => "grip of the road",
        OddClause::Light => "light or low sun",
        OddClause::RoadClass => "class of the road",
        OddClause::Speed => "speed",
        OddClause::Map => "map, which contradicts what is seen",
        OddClause::Localization => "knowledge of the own position",
        OddClause::Sensors => "state of the sensors",
        OddClause::WorkZone => "road works",
        OddClause::Signals => "traffic signal, which cannot be read",
        OddClause::Grade => "slope of the road",
    }
}

/// Unit of a clause's value, with a space before it; empty for plain numbers.
pub fn clause_unit(clause: OddClause) -> &'static str {
    match clause {
        OddClause::Rain => " mm/h",
        OddClause::Visibility | OddClause::Localization => " m",
        OddClause::SnowIce => " mm",
        OddClause::Speed => " m/s",
        OddClause::Signals => " s",
        OddClause::Grade => " %",
        OddClause::Light => " lx",
        OddClause::Friction
        | OddClause::RoadClass
        | OddClause::Map
        | OddClause::Sensors
        | OddClause::WorkZone => "",
    }
}

/// Role of the human aboard.
pub fn role(role: HumanRole) -> &'static str {
    match role {
        HumanRole::Driver => "Driver",
        HumanRole::TestDriver => "Test driver",
        HumanRole::FallbackReadyUser => "Fallback-ready user",
        HumanRole::Passenger => "Passenger",
        HumanRole::None => "Nobody aboard",
    }
}

/// What the human does.
pub fn task(task: SecondaryTask) -> &'static str {
    match task {
        SecondaryTask::Monitoring => "watches the road",
        SecondaryTask::Reading => "reads",
        SecondaryTask::Handheld => "uses a phone",
        SecondaryTask::HandsFree => "uses a mounted display",
        SecondaryTask::Asleep => "sleeps",
    }
}

/// What a signal shows, after "shows".
pub fn indication(indication: Indication) -> &'static str {
    match indication {
        Indication::Dark => "nothing (dark)",
        Indication::Red => "red",
        Indication::Yellow => "yellow",
        Indication::Green => "green",
        Indication::GreenArrow => "a green arrow",
        Indication::FlashingYellow => "flashing yellow",
        Indication::FlashingRed => "flashing red",
        Indication::Walk => "walk",
        Indication::PedestrianClearance => "a flashing hand",
        Indication::DontWalk => "don't walk",
    }
}

/// Kind of a sensor, with its article.
pub fn sensor_kind(kind: SensorKind) -> &'static str {
    match kind {
        SensorKind::Camera => "a camera",
        SensorKind::Lidar => "a lidar",
        SensorKind::Radar => "a radar",
        SensorKind::Gnss => "the satellite receiver",
        SensorKind::Imu => "the inertial unit",
        SensorKind::Odometry => "the wheel-speed sensor",
    }
}

/// Why something was not seen.
pub fn miss(reason: MissReason) -> &'static str {
    match reason {
        MissReason::Seen => "it was seen, but too late or too rarely",
        MissReason::OutOfRange => "it is out of range",
        MissReason::OutOfView => "it is outside the field of view",
        MissReason::Occluded => "something hides it",
        MissReason::Rain => "rain and spray hide it",
        MissReason::Fog => "fog hides it",
        MissReason::Snow => "snowfall hides it",
        MissReason::Darkness => "it is too dark",
        MissReason::Glare => "the camera is blinded",
        MissReason::Fault => "a sensor has failed",
        MissReason::Chance => "by chance",
    }
}

/// Where a false detection came from.
pub fn origin(origin: DetectionOrigin) -> &'static str {
    match origin {
        DetectionOrigin::Object(_) => "another road user",
        DetectionOrigin::Precipitation => "rain or snow in the air",
        DetectionOrigin::Spray => "spray behind a vehicle",
        DetectionOrigin::Artefact => "a reflection",
        DetectionOrigin::Clutter => "clutter",
        DetectionOrigin::Fault => "a sensor fault",
    }
}

/// Class of a road user or obstacle, with its article.
pub fn class(class: ObjectClass) -> &'static str {
    match class {
        ObjectClass::Car => "a car",
        ObjectClass::Van => "a van",
        ObjectClass::Bus => "a bus",
        ObjectClass::Truck => "a truck",
        ObjectClass::Motorcycle => "a motorcycle",
        ObjectClass::Bicycle => "a cyclist",
        ObjectClass::Pedestrian => "a pedestrian",
        ObjectClass::EmergencyVehicle => "an emergency vehicle",
        ObjectClass::WorkZone => "road-works equipment",
        ObjectClass::Debris => "debris",
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_sentence;
    use super::*;
    use shakedown::automation::feature::FEATURES;

    #[test]
    fn every_level_mode_and_feature_has_its_words() {
        for level in AutomationLevel::ALL {
            assert_sentence(level_meaning(level));
            assert_sentence(level_short(level));
            assert!(level_short(level).len() <= 48, "{}", level_short(level));
            assert!(!level_name(level).is_empty());
        }
        for (a, b) in AutomationLevel::ALL.iter().zip(&AutomationLevel::ALL[1..]) {
            assert_ne!(level_meaning(*a), level_meaning(*b));
        }
        for feature in &FEATURES {
            let name = feature_name(feature.name);
            assert!(!name.contains('_') && name.starts_with(char::is_uppercase), "{name}");
        }
        for clause_of in OddClause::ALL {
            assert!(clause(clause_of).len() <= 12, "{}", clause(clause_of));
            assert!(!clause_long(clause_of).is_empty());
        }
    }

    #[test]
    fn the_letter_tells_who_drives() {
        use FeatureMode as M;
        assert_eq!(mode_letter(M::Active, AutomationLevel::L3), 'A');
        assert_eq!(mode_letter(M::MinimalRiskManeuver, AutomationLevel::L4), 'A');
        assert_eq!(mode_letter(M::Active, AutomationLevel::L0), 'M');
        assert_eq!(letter_word('A', AutomationLevel::L2), "assist");
        assert_eq!(letter_word('A', AutomationLevel::L3), "auto");
        assert_eq!(letter_word('M', AutomationLevel::L4), "manual");
        for manual in [M::Off, M::Available, M::Overridden, M::Failed] {
            assert_eq!(mode_letter(manual, AutomationLevel::L4), 'M');
        }
    }
}
