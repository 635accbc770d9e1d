//! The records a run leaves: the shapes of `record.json` and of the batch tables. Field names are a
//! contract with the users' scripts.

use super::automation::AutomationLevel;
use bevy::prelude::Resource;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Reached its destination or its planned end.
    Completed,
    /// The ego touched something.
    Collision,
    /// The ego stands in a minimal risk condition.
    MinimalRiskCondition,
    /// Ran out of time before reaching its destination.
    Timeout,
    /// The engine could not go on (NaN guard).
    Fault,
}

impl Outcome {
    /// Text form as in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Collision => "collision",
            Self::MinimalRiskCondition => "minimal_risk_condition",
            Self::Timeout => "timeout",
            Self::Fault => "fault",
        }
    }
}

macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $text)] $variant),+ }
        impl $name {
            /// All values in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Text form as in files.
            pub fn as_str(self) -> &'static str { match self { $(Self::$variant => $text),+ } }
        }
    };
}

text_enum!(
    /// Where a disengagement happened (California DMV form OL 311R).
    Location {
        /// Interstate.
        Interstate = "interstate",
        /// Freeway.
        Freeway = "freeway",
        /// Highway.
        Highway = "highway",
        /// Rural road.
        RuralRoad = "rural_road",
        /// Street.
        Street = "street",
        /// Parking facility.
        ParkingFacility = "parking_facility",
    }
);
text_enum!(
    /// Who initiated a disengagement.
    Initiator {
        /// The automation itself.
        AvSystem = "av_system",
        /// Test driver or driver.
        TestDriver = "test_driver",
        /// Passenger.
        Passenger = "passenger",
        /// Remote operator.
        RemoteOperator = "remote_operator",
    }
);
text_enum!(
    /// Kind of a disengagement (13 CCR §227.50: failure detected, or safe operation; and the ordinary ends).
    DisengagementKind {
        /// The technology detected a failure.
        FailureDetection = "failure_detection",
        /// Safe operation required the human to take control.
        SafeOperation = "safe_operation",
        /// Conditions left the operational design domain.
        OddExit = "odd_exit",
        /// The human wished so.
        UserChoice = "user_choice",
    }
);
text_enum!(
    /// Cause of a disengagement, decided from the chain of evidence.
    Cause {
        /// Something was missed, imagined or misread.
        PerceptionDiscrepancy = "perception_discrepancy",
        /// Planner or state machine could not go on.
        SoftwareDiscrepancy = "software_discrepancy",
        /// A sensor or computer failed.
        HardwareDiscrepancy = "hardware_discrepancy",
        /// The automation did something unwanted.
        UnwantedManeuver = "unwanted_maneuver",
        /// Another road user did not do what was predicted.
        IncorrectBehaviorPrediction = "incorrect_behavior_prediction",
        /// Another road user broke the rules.
        RecklesslyBehavingRoadUser = "recklessly_behaving_road_user",
        /// Weather or light.
        WeatherConditions = "weather_conditions",
        /// Road works.
        ConstructionZone = "construction_zone",
        /// Emergency vehicle.
        EmergencyVehicle = "emergency_vehicle",
        /// Debris on the road.
        Debris = "debris",
        /// Traffic signal dark, flashing, hidden or unreadable.
        TrafficSignal = "traffic_signal",
        /// Planned limit of the ODD (road class, turn, end of map).
        OddBoundary = "odd_boundary",
        /// The user asked for it.
        UserRequest = "user_request",
    }
);
text_enum!(
    /// How a disengagement ended.
    DisengagementOutcome {
        /// A human drives.
        DriverInControl = "driver_in_control",
        /// Minimal risk condition.
        MinimalRiskCondition = "minimal_risk_condition",
        /// Collision.
        Collision = "collision",
        /// The feature resumed.
        FeatureResumed = "feature_resumed",
    }
);

/// One disengagement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DisengagementRecord {
    /// Unique in a batch: `<run_id>-<n>`.
    pub id: String,
    /// Run.
    pub run_id: String,
    /// Simulated time, s.
    pub time_s: f64,
    /// Tick.
    pub tick: u64,
    /// Distance driven in the run, m.
    pub odometer_m: f64,
    /// World position, m.
    pub x_m: f64,
    /// World position, m.
    pub y_m: f64,
    /// World position, m.
    pub z_m: f64,
    /// OpenDRIVE road.
    pub road_id: String,
    /// OpenDRIVE lane.
    pub lane_id: i32,
    /// Road s, m.
    pub s_m: f64,
    /// Class of place.
    pub location: Location,
    /// Level.
    pub level: AutomationLevel,
    /// Feature.
    pub feature: String,
    /// Initiator.
    pub initiator: Initiator,
    /// Kind.
    pub kind: DisengagementKind,
    /// Cause.
    pub cause: Cause,
    /// One plain sentence made from the evidence.
    pub description: String,
    /// Speed, m/s.
    pub speed_mps: f64,
    /// When the request to intervene was issued, s.
    pub request_time_s: Option<f64>,
    /// From request to control by the human, s.
    pub takeover_time_s: Option<f64>,
    /// From stimulus to control by the human, s.
    pub reaction_time_s: Option<f64>,
    /// Someone at the wheel.
    pub driver_present: bool,
    /// How it ended.
    pub outcome: DisengagementOutcome,
    /// Rain rate, mm/h.
    pub rain_mmph: f64,
    /// Visibility, m.
    pub visibility_m: f64,
    /// Friction coefficient under the ego.
    pub friction_mu: f64,
    /// Sun elevation, deg.
    pub sun_elevation_deg: f64,
    /// Whether contact would have followed (`None` until `explain` has run).
    pub simulated_contact: Option<bool>,
    /// The evidence: happenings that led to it, oldest first, as `time_s event detail`.
    pub evidence: Vec<String>,
}

/// One collision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CollisionRecord {
    /// Simulated time, s.
    pub time_s: f64,
    /// Tick.
    pub tick: u64,
    /// First participant.
    pub a: String,
    /// Second participant.
    pub b: String,
    /// Relative speed, m/s.
    pub relative_speed_mps: f64,
    /// Whether the ego is one of them.
    pub ego_involved: bool,
    /// World position, m.
    pub x_m: f64,
    /// World position, m.
    pub y_m: f64,
}

/// What the judge has found so far; complete after the last tick.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// Disengagements in order.
    pub disengagements: Vec<DisengagementRecord>,
    /// Collisions in order.
    pub collisions: Vec<CollisionRecord>,
    /// Metrics by name with unit.
    pub metrics: BTreeMap<String, f64>,
    /// Distance of the ego, m.
    pub distance_m: f64,
    /// Distance with an engaged feature of the run's level, m.
    pub distance_automated_m: f64,
    /// Set when the run must end at this tick, and how.
    pub ended: Option<Outcome>,
    /// Criteria by name, decided at the end.
    pub criteria: BTreeMap<String, bool>,
}

/// The record of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Hash of spec, scenario, map and engine version.
    pub run_id: String,
    /// Scenario name.
    pub scenario: String,
    /// Level.
    pub level: AutomationLevel,
    /// Seed.
    pub seed: u64,
    /// Parameter values.
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// Outcome.
    pub outcome: Outcome,
    /// The scenario's own criteria hold.
    pub passed: bool,
    /// Ticks run.
    pub ticks: u64,
    /// Tick length, s.
    pub dt_s: f64,
    /// Simulated time, s.
    pub sim_time_s: f64,
    /// Distance of the ego, m.
    pub distance_m: f64,
    /// Of it automated, m.
    pub distance_automated_m: f64,
    /// Hash over the states of all ticks, 16 hex digits.
    pub state_hash: String,
    /// Version of the engine.
    pub engine_version: String,
    /// Disengagements.
    pub disengagements: Vec<DisengagementRecord>,
    /// Collisions.
    pub collisions: Vec<CollisionRecord>,
    /// Metrics by name with unit.
    pub metrics: BTreeMap<String, f64>,
    /// Count of events by type.
    pub events: BTreeMap<String, u64>,
    /// Criteria by name.
    #[serde(default)]
    pub criteria: BTreeMap<String, bool>,
    /// What went wrong, for `fault`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// Warnings that matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}
