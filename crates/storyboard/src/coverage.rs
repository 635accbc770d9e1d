//! What becomes of every element and attribute of OpenSCENARIO XML 1.0–1.3 here: the rows from which
//! COVERAGE.md is made.
//!
//! The rows are those of [`openscenario::schema`], so that none can be forgotten; a table of exceptions says
//! what is not full. *Full*: it is read and means what it says. *Partial*: the note says what is missing.
//! *Named*: read and checked, without an effect, and named in `check` and in the run's warnings. *Kept*: read,
//! and without a meaning for what happens.
//!
//! # Source
//! Names of types and attributes: the schemas of ASAM OpenSCENARIO XML 1.0–1.3.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use openscenario::schema;
use serde::Serialize;

/// What becomes of an element or attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum CoverageState {
    /// Read, and means what it says.
    Full,
    /// Read; the note says what is missing.
    Partial,
    /// Read and checked; named wherever it stands, without an effect.
    Named,
    /// Read; it has no meaning for what happens.
    Kept,
}

impl CoverageState {
    /// The word for tables.
    pub fn word(self) -> &'static str {
        match self {
            CoverageState::Full => "full",
            CoverageState::Partial => "partial",
            CoverageState::Named => "named: no effect",
            CoverageState::Kept => "kept",
        }
    }
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoverageRow {
    /// Type of the element.
    pub element: &'static str,
    /// `@` and an attribute, `/` and a child that differs from its own type's row, or empty for the type.
    pub part: String,
    /// First minor version that has it.
    pub since: u8,
    /// First minor version that calls it deprecated.
    pub deprecated: Option<u8>,
    /// What becomes of it.
    pub state: CoverageState,
    /// What is missing, or why it has no meaning.
    pub note: &'static str,
}

use CoverageState::{Kept, Named, Partial};

const GROUP: &str = "kept; no condition asks for the state of a group";
const CALLER: &str = "values come from the program around (`Scene::user_values`); without one it is false";
const TRAFFIC: &str = "read and checked; no vehicles come or go yet";
const ANIMATION: &str = "recorded, not shown";
const OVERRIDE: &str = "acts on vehicles with dynamics alone";
const LIGHTS: &str = "indicators, warning lights, brake lights and headlights are seen; others are recorded";
const COLOR: &str = "a light is on, off or flashing";
const PICTURE: &str = "says nothing about what happens";
const MODEL: &str = "bodies are boxes; our vehicle has its own";

/// What is not full: types (whole, with their attributes), then single parts.
const EXCEPTIONS: &[(&str, &str, CoverageState, &str)] = &[
    ("TrafficAction", "", Named, TRAFFIC),
    ("TrafficSourceAction", "", Named, TRAFFIC),
    ("TrafficSinkAction", "", Named, TRAFFIC),
    ("TrafficSwarmAction", "", Named, TRAFFIC),
    ("CentralSwarmObject", "", Named, TRAFFIC),
    ("DirectionOfTravelDistribution", "", Named, TRAFFIC),
    ("TrafficAreaAction", "", Named, TRAFFIC),
    ("TrafficArea", "", Named, TRAFFIC),
    ("Polygon", "", Named, TRAFFIC),
    ("RoadRange", "", Named, TRAFFIC),
    ("RoadCursor", "", Named, TRAFFIC),
    ("Lane", "", Named, TRAFFIC),
    ("TrafficStopAction", "", Named, TRAFFIC),
    ("TrafficDefinition", "", Named, TRAFFIC),
    ("VehicleCategoryDistribution", "", Named, TRAFFIC),
    ("VehicleCategoryDistributionEntry", "", Named, TRAFFIC),
    ("VehicleRoleDistribution", "", Named, TRAFFIC),
    ("VehicleRoleDistributionEntry", "", Named, TRAFFIC),
    ("ControllerDistribution", "", Named, TRAFFIC),
    ("ControllerDistributionEntry", "", Named, TRAFFIC),
    ("TrafficDistribution", "", Named, TRAFFIC),
    ("TrafficDistributionEntry", "", Named, TRAFFIC),
    ("EntityDistribution", "", Named, TRAFFIC),
    ("EntityDistributionEntry", "", Named, TRAFFIC),
    ("ScenarioObjectTemplate", "", Named, TRAFFIC),
    ("AnimationAction", "", Named, ANIMATION),
    ("AnimationType", "", Named, ANIMATION),
    ("AnimationFile", "", Named, ANIMATION),
    ("AnimationState", "", Named, ANIMATION),
    ("ComponentAnimation", "", Named, ANIMATION),
    ("VehicleComponent", "", Named, ANIMATION),
    ("UserDefinedComponent", "", Named, ANIMATION),
    ("PedestrianAnimation", "", Named, ANIMATION),
    ("PedestrianGesture", "", Named, ANIMATION),
    ("UserDefinedAnimation", "", Named, ANIMATION),
    ("Color", "", Named, COLOR),
    ("ColorRgb", "", Named, COLOR),
    ("ColorCmyk", "", Named, COLOR),
    ("LightStateAction", "", Partial, LIGHTS),
    ("LightType", "", Partial, LIGHTS),
    ("VehicleLight", "", Partial, LIGHTS),
    ("UserDefinedLight", "", Named, "recorded"),
    ("LightState", "", Partial, LIGHTS),
    ("LightState", "@luminousIntensity", Named, COLOR),
    ("LightState", "@flashingOnDuration", Named, COLOR),
    ("LightState", "@flashingOffDuration", Named, COLOR),
    ("VisibilityAction", "", Partial, "recorded; everybody is seen"),
    ("SensorReferenceSet", "", Partial, "recorded; everybody is seen"),
    ("SensorReference", "", Partial, "recorded; everybody is seen"),
    (
        "AssignControllerAction",
        "",
        Partial,
        "a controller that is not part of this program is named; the default one plays",
    ),
    ("ActivateControllerAction", "", Partial, "recorded; the default controller plays"),
    ("OverrideControllerValueAction", "", Named, OVERRIDE),
    ("OverrideThrottleAction", "", Named, OVERRIDE),
    ("OverrideBrakeAction", "", Named, OVERRIDE),
    ("OverrideBrakeAction", "/BrakeForce", Named, "the brake is not overridden by a force"),
    ("OverrideClutchAction", "", Named, OVERRIDE),
    ("OverrideParkingBrakeAction", "", Named, OVERRIDE),
    ("OverrideParkingBrakeAction", "/BrakeForce", Named, "the brake is not overridden by a force"),
    ("OverrideSteeringWheelAction", "", Named, OVERRIDE),
    ("OverrideGearAction", "", Named, OVERRIDE),
    ("Brake", "", Named, OVERRIDE),
    ("ManualGear", "", Named, OVERRIDE),
    ("AutomaticGear", "", Named, OVERRIDE),
    ("ExternalObjectReference", "", Named, "a point without extents"),
    ("DomeImage", "", Named, "the sky is drawn from the weather"),
    ("CustomCommandAction", "", Named, "recorded"),
    ("UserDefinedAction", "", Named, "recorded"),
    ("UserDefinedDistribution", "", Named, "the standard gives it no meaning"),
    ("Fog", "/BoundingBox", Named, "the fog is everywhere"),
    ("RoadCondition", "@frictionScaleFactor", Named, "friction follows water, snow and ice"),
    ("RoadCondition", "/Properties", Kept, "without a meaning in the standard"),
    ("Weather", "@atmosphericPressure", Kept, "nothing here depends on it"),
    ("Sun", "@illuminance", Kept, "light follows the sun's elevation and the clouds"),
    ("Sun", "@intensity", Kept, "light follows the sun's elevation and the clouds"),
    (
        "Precipitation",
        "@intensity",
        Partial,
        "without a unit in the standard: 1 is taken as 50 mm/h, and said",
    ),
    ("RandomRouteAction", "", Named, "the entity keeps to its way, straight on at junctions"),
    (
        "LaneOffsetAction",
        "@continuous",
        Partial,
        "the offset is held, and the action ends when it is reached",
    ),
    ("SetMonitorAction", "", Partial, "kept in the player's state; nothing reads it"),
    ("UserDefinedValueCondition", "", Partial, CALLER),
    ("TrafficSignalGroupState", "", Partial, GROUP),
    ("Waypoint", "@routeStrategy", Partial, "random takes the shortest way"),
    ("GeoPosition", "@verticalRoadSelection", Named, "the uppermost road is taken"),
    (
        "RelativeSpeedToMaster",
        "@speedTargetValueType",
        Partial,
        "factor is named; no final speed is aimed at",
    ),
    ("CustomContent", "", Kept, "without a meaning in the standard"),
    ("Properties", "/File", Kept, "without a meaning in the standard"),
    ("License", "", Kept, PICTURE),
    ("FileHeader", "@author", Kept, PICTURE),
    ("FileHeader", "@date", Kept, PICTURE),
    ("FileHeader", "/Properties", Kept, PICTURE),
    ("RoadNetwork", "/SceneGraphFile", Kept, PICTURE),
    ("UsedArea", "", Kept, "which part of the map is needed says nothing about what happens"),
    ("Vehicle", "@model3d", Kept, PICTURE),
    ("Pedestrian", "@model3d", Kept, PICTURE),
    ("Pedestrian", "@model", Kept, PICTURE),
    ("MiscObject", "@model3d", Kept, PICTURE),
    ("Axle", "@maxSteering", Kept, MODEL),
    ("Axle", "@positionZ", Kept, MODEL),
    ("Axle", "@trackWidth", Kept, MODEL),
    ("Axle", "@wheelDiameter", Kept, MODEL),
    ("Axles", "/AdditionalAxle", Kept, MODEL),
    ("Performance", "@maxAccelerationRate", Kept, MODEL),
    ("Performance", "@maxDecelerationRate", Kept, MODEL),
    ("TrailerHitch", "@dz", Kept, MODEL),
    ("TrailerCoupler", "@dz", Kept, MODEL),
    ("Controller", "@controllerType", Kept, "domains are those that actions switch"),
];

/// All rows, by element and part.
pub fn coverage() -> &'static [CoverageRow] {
    static ROWS: LazyLock<Vec<CoverageRow>> = LazyLock::new(rows);
    &ROWS
}

/// The types that a file uses (`openscenario::Parsed::covered`) and that are covered in part or named only,
/// each with how often it is used. Attributes speak for themselves: reading the file names them.
pub fn gaps<'c>(
    covered: &'c BTreeMap<&'static str, usize>,
) -> impl Iterator<Item = (&'static CoverageRow, usize)> + use<'c> {
    let rows = coverage().iter().filter(|r| r.part.is_empty() && matches!(r.state, Partial | Named));
    rows.filter_map(|r| covered.get(r.element).map(|n| (r, *n)))
}

/// The state of a type and part by the exceptions: a part's own row, else its type's.
fn state(element: &str, part: &str) -> (CoverageState, &'static str) {
    let of = |part: &str| EXCEPTIONS.iter().find(|e| e.0 == element && e.1 == part);
    let found = of(part).or_else(|| of("").filter(|_| !part.starts_with('/')));
    found.map_or((CoverageState::Full, ""), |e| (e.2, e.3))
}

fn rows() -> Vec<CoverageRow> {
    let mut rows = Vec::new();
    let mut push = |element, part: String, since, deprecated| {
        let (state, note) = state(element, &part);
        rows.push(CoverageRow { element, part, since, deprecated, state, note });
    };
    for row in schema() {
        push(row.name, String::new(), row.since, row.deprecated);
        for attribute in row.attributes {
            let part = format!("@{}", attribute.name);
            push(row.name, part, attribute.since.max(row.since), attribute.deprecated.or(row.deprecated));
        }
        for child in row.all_children() {
            let known =
                EXCEPTIONS.iter().find(|e| e.0 == row.name && e.1.strip_prefix('/') == Some(child.name));
            if let Some(known) = known {
                push(row.name, known.1.to_owned(), child.since.max(row.since), child.deprecated);
            }
        }
    }
    rows.sort_by(|a, b| (a.element, &a.part).cmp(&(b.element, &b.part)));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exception_is_a_row() {
        for (element, part, state, note) in EXCEPTIONS {
            let row = coverage().iter().find(|r| r.element == *element && r.part == *part);
            let row = row.unwrap_or_else(|| panic!("{element}{part} is not in the schema"));
            assert_eq!((row.state, row.note), (*state, *note), "{element}{part} twice");
        }
    }

    #[test]
    fn every_type_and_attribute_has_a_row() {
        let wanted: usize = schema().iter().map(|r| 1 + r.attributes.len()).sum();
        let found = coverage().iter().filter(|r| !r.part.starts_with('/')).count();
        assert_eq!(wanted, found);
        let state = |element: &str, part: &str| {
            coverage().iter().find(|r| r.element == element && r.part == part).map(|r| r.state)
        };
        assert_eq!(state("SpeedAction", ""), Some(CoverageState::Full));
        assert_eq!(state("LightState", "@mode"), Some(CoverageState::Partial));
        assert_eq!(state("LightState", "@luminousIntensity"), Some(CoverageState::Named));
        assert_eq!(state("Fog", "@visualRange"), Some(CoverageState::Full));
        assert_eq!(state("Fog", "/BoundingBox"), Some(CoverageState::Named));
    }

    #[test]
    fn gaps_are_what_is_used_and_not_full() {
        let used = [("SpeedAction", 3), ("AnimationAction", 2), ("License", 1)].into();
        let found: Vec<_> = gaps(&used).map(|(row, n)| (row.element, n)).collect();
        assert_eq!(found, [("AnimationAction", 2)]);
    }
}
