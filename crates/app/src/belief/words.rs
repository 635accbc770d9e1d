//! Words short enough for a chip at a place. Whole sentences are the panels' (`hud::words`).

use shakedown::state::automation::PlanReason;
use shakedown::state::object::ObjectClass;
use shakedown::state::signal::Indication;
use shakedown::state::truth::{DetectionOrigin, MissReason};

/// A class in one word or two.
pub fn class(class: ObjectClass) -> &'static str {
    match class {
        ObjectClass::Car => "car",
        ObjectClass::Van => "van",
        ObjectClass::Bus => "bus",
        ObjectClass::Truck => "truck",
        ObjectClass::Motorcycle => "motorcycle",
        ObjectClass::Bicycle => "bicycle",
        ObjectClass::Pedestrian => "pedestrian",
        ObjectClass::EmergencyVehicle => "emergency vehicle",
        ObjectClass::WorkZone => "road works",
        ObjectClass::Debris => "debris",
    }
}

/// Why something was not reported.
pub fn miss(reason: MissReason) -> &'static str {
    match reason {
        MissReason::Seen => "seen, no track yet",
        MissReason::OutOfRange => "out of range",
        MissReason::OutOfView => "out of view",
        MissReason::Occluded => "hidden",
        MissReason::Rain => "lost in the rain",
        MissReason::Fog => "lost in the fog",
        MissReason::Snow => "lost in the snow",
        MissReason::Darkness => "too dark",
        MissReason::Glare => "glare",
        MissReason::Fault => "sensor fault",
        MissReason::Chance => "missed by chance",
    }
}

/// Where a false return comes from.
pub fn origin(origin: DetectionOrigin) -> &'static str {
    match origin {
        DetectionOrigin::Object(_) => "a real object elsewhere",
        DetectionOrigin::Precipitation => "rain or snow",
        DetectionOrigin::Spray => "spray",
        DetectionOrigin::Artefact => "reflection",
        DetectionOrigin::Clutter => "clutter",
        DetectionOrigin::Fault => "sensor fault",
    }
}

/// What a signal says.
pub fn indication(indication: Indication) -> &'static str {
    match indication {
        Indication::Dark => "dark",
        Indication::Red => "red",
        Indication::Yellow => "yellow",
        Indication::Green => "green",
        Indication::GreenArrow => "green arrow",
        Indication::FlashingYellow => "flashing yellow",
        Indication::FlashingRed => "flashing red",
        Indication::Walk => "walk",
        Indication::PedestrianClearance => "clearance",
        Indication::DontWalk => "don't walk",
    }
}

/// What the planner reacts to.
pub fn reason(reason: PlanReason) -> String {
    match reason {
        PlanReason::Cruise => "free way".to_owned(),
        PlanReason::Curve => "slows for the curve".to_owned(),
        PlanReason::Follow(track) => format!("follows #{track}"),
        PlanReason::Yield(track) => format!("yields to #{track}"),
        PlanReason::VulnerableRoadUser(track) => format!("gives way to #{track}"),
        PlanReason::Signal => "stops for the signal".to_owned(),
        PlanReason::SignalUnknown => "can't read the signal".to_owned(),
        PlanReason::StopLine => "stops at the line".to_owned(),
        PlanReason::Blocked => "the way is blocked".to_owned(),
        PlanReason::Destination => "arrives".to_owned(),
        PlanReason::MinimalRisk => "minimal risk maneuver".to_owned(),
        PlanReason::Weather => "slows for the weather".to_owned(),
    }
}

/// A speed for people.
pub fn speed(speed_mps: f64) -> String {
    format!("{:.0} km/h", speed_mps * 3.6)
}
