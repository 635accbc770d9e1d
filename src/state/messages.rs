//! Everything that happens at a tick and is worth a record: one typed enum, in the order in which it
//! happened. The judge builds causes from it, sinks write it, tests assert on it.

use super::automation::{AutomationLevel, FeatureMode, OddClause, PlanReason};
use super::driver::TakeoverReason;
use super::sensor_data::SensorKind;
use super::signal::Indication;
use super::truth::{DetectionOrigin, MissReason};
use crate::base::ids::{LaneId, ParticipantId, SensorIx, SignalIx};
use bevy::prelude::Resource;
use serde::{Deserialize, Serialize};

/// Reason of a change of mode because another feature was fitted: at the user's wish, so no disengagement.
pub const LEVEL_SWITCHED: &str = "level_switched";

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Happening {
    /// A storyboard element changed its state or a condition became true.
    Storyboard {
        /// Path of the element.
        element: String,
        /// Transition, e.g. `start`, `end`, `condition_true`.
        transition: String,
    },
    /// A participant appeared.
    Spawned {
        /// Who.
        participant: ParticipantId,
    },
    /// A participant left.
    Removed {
        /// Who.
        participant: ParticipantId,
    },
    /// A movement of the ego's route got a new indication.
    SignalChanged {
        /// Connecting lane.
        movement: LaneId,
        /// New indication.
        indication: Indication,
    },
    /// Fault of a signal face or junction set by the scenario.
    SignalFaultSet {
        /// Face.
        face: SignalIx,
        /// Kind in words (`dark`, `flashing_red`, `dimmed`, `none`).
        fault: String,
    },
    /// A sensor fault was set by the scenario or arose.
    SensorFaultSet {
        /// Sensor.
        sensor: SensorIx,
        /// Kind in words.
        fault: String,
    },
    /// The health monitor changed its verdict.
    SensorHealthChanged {
        /// Sensor.
        sensor: SensorIx,
        /// Its kind.
        kind: SensorKind,
        /// New state in words (`good`, `degraded`, `lost`).
        state: String,
    },
    /// A real object within the planning horizon is not tracked although it matters.
    ObjectMissed {
        /// Which.
        participant: ParticipantId,
        /// Why its best-placed sensor missed it.
        reason: MissReason,
    },
    /// A confirmed track that belongs to nothing real.
    GhostTrack {
        /// Track id.
        track: u32,
        /// Where its first detection came from.
        origin: DetectionOrigin,
    },
    /// The believed indication of the ego's movement differs from the true one.
    SignalMisperceived {
        /// Connecting lane.
        movement: LaneId,
        /// Believed (`None` = unknown).
        believed: Option<Indication>,
        /// True.
        truth: Indication,
        /// Why its faces could not be read.
        reason: MissReason,
    },
    /// Live picture contradicts the map prior.
    MapMismatchFound {
        /// Confidence.
        confidence: f64,
    },
    /// An ODD clause became violated or satisfied again.
    OddClauseChanged {
        /// Clause.
        clause: OddClause,
        /// Now satisfied?
        satisfied: bool,
        /// Perceived value that decided, in the clause's unit.
        value: f64,
        /// Limit.
        limit: f64,
    },
    /// The feature changed its mode.
    FeatureModeChanged {
        /// Level.
        level: AutomationLevel,
        /// From.
        from: FeatureMode,
        /// To.
        to: FeatureMode,
        /// Why, in words from the mechanism (`odd_exit`, `driver_override`, `fault`, `level_switched`, …).
        reason: String,
    },
    /// Request to intervene issued.
    RequestToIntervene {
        /// Why (`odd_exit`, `fault`, `map_mismatch`, …).
        reason: String,
        /// Time budget, s.
        budget_s: f64,
    },
    /// The human began to react (stimulus perceived).
    DriverReactionStarted {
        /// Reason.
        reason: TakeoverReason,
    },
    /// The human has the controls.
    DriverTookOver {
        /// Reason.
        reason: TakeoverReason,
        /// From stimulus to hands/feet on the controls, s.
        reaction_s: f64,
    },
    /// The human gave the task back to the feature.
    DriverEngaged,
    /// The human did not answer in time.
    DriverNoResponse,
    /// Minimal risk maneuver began.
    MinimalRiskManeuverStarted {
        /// Why.
        reason: String,
    },
    /// Minimal risk condition reached.
    MinimalRiskConditionReached,
    /// Forward collision warning.
    ForwardCollisionWarning,
    /// Lane departure warning.
    LaneDepartureWarning,
    /// Automatic emergency braking began.
    AebActivated {
        /// Time to collision at activation, s.
        ttc_s: f64,
    },
    /// The planner's main reason changed.
    PlanReasonChanged {
        /// New reason.
        reason: PlanReason,
    },
    /// Contact between two participants.
    Collision {
        /// First (lower id).
        a: ParticipantId,
        /// Second.
        b: ParticipantId,
        /// Relative speed at contact, m/s.
        relative_speed_mps: f64,
    },
    /// Passed the stop line on red.
    RedLightViolation {
        /// Who.
        participant: ParticipantId,
        /// Since onset of red, s (`INFINITY` if unknown).
        red_for_s: f64,
    },
    /// Passed a stop line without having stopped.
    StopLineViolation {
        /// Who.
        participant: ParticipantId,
        /// Speed at the line, m/s.
        speed_mps: f64,
    },
    /// Left the drivable surface.
    OffRoad {
        /// Who.
        participant: ParticipantId,
    },
    /// Left its lane without a lane change.
    LaneDeparture {
        /// Who.
        participant: ParticipantId,
    },
    /// Decelerated harder than comfort allows.
    HardBraking {
        /// Who.
        participant: ParticipantId,
        /// Peak, m/s² (negative).
        accel_mps2: f64,
    },
    /// Stood without a visible reason.
    UnneededStop {
        /// Believed reason.
        reason: PlanReason,
    },
    /// Time to collision of the ego fell below a threshold.
    CriticalTtc {
        /// With whom.
        participant: ParticipantId,
        /// Value, s.
        ttc_s: f64,
    },
    /// A road user broke a rule in front of the ego (ran a red light, cut in closely, jaywalked).
    RecklessRoadUser {
        /// Who.
        participant: ParticipantId,
        /// What (`red_light`, `cut_in`, `jaywalk`, `stop_sign`, `wrong_way`).
        what: String,
    },
    /// A disengagement was recorded (details in the record).
    Disengagement {
        /// Index into the run's list.
        index: u32,
    },
    /// A pass criterion was decided.
    Criterion {
        /// Its name.
        name: String,
        /// Held?
        passed: bool,
    },
}

impl Happening {
    /// All names, in the order of the enum.
    pub const NAMES: [&'static str; 35] = [
        "storyboard",
        "spawned",
        "removed",
        "signal_changed",
        "signal_fault_set",
        "sensor_fault_set",
        "sensor_health_changed",
        "object_missed",
        "ghost_track",
        "signal_misperceived",
        "map_mismatch_found",
        "odd_clause_changed",
        "feature_mode_changed",
        "request_to_intervene",
        "driver_reaction_started",
        "driver_took_over",
        "driver_engaged",
        "driver_no_response",
        "minimal_risk_maneuver_started",
        "minimal_risk_condition_reached",
        "forward_collision_warning",
        "lane_departure_warning",
        "aeb_activated",
        "plan_reason_changed",
        "collision",
        "red_light_violation",
        "stop_line_violation",
        "off_road",
        "lane_departure",
        "hard_braking",
        "unneeded_stop",
        "critical_ttc",
        "reckless_road_user",
        "disengagement",
        "criterion",
    ];

    /// Bit of a name in [`EventLog::happened`]; 0 for a name that does not exist.
    pub fn bit_of(name: &str) -> u64 {
        Self::NAMES.iter().position(|n| *n == name).map_or(0, |ix| 1 << ix)
    }

    /// Name as in `events` tables.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Storyboard { .. } => "storyboard",
            Self::Spawned { .. } => "spawned",
            Self::Removed { .. } => "removed",
            Self::SignalChanged { .. } => "signal_changed",
            Self::SignalFaultSet { .. } => "signal_fault_set",
            Self::SensorFaultSet { .. } => "sensor_fault_set",
            Self::SensorHealthChanged { .. } => "sensor_health_changed",
            Self::ObjectMissed { .. } => "object_missed",
            Self::GhostTrack { .. } => "ghost_track",
            Self::SignalMisperceived { .. } => "signal_misperceived",
            Self::MapMismatchFound { .. } => "map_mismatch_found",
            Self::OddClauseChanged { .. } => "odd_clause_changed",
            Self::FeatureModeChanged { .. } => "feature_mode_changed",
            Self::RequestToIntervene { .. } => "request_to_intervene",
            Self::DriverReactionStarted { .. } => "driver_reaction_started",
            Self::DriverTookOver { .. } => "driver_took_over",
            Self::DriverEngaged => "driver_engaged",
            Self::DriverNoResponse => "driver_no_response",
            Self::MinimalRiskManeuverStarted { .. } => "minimal_risk_maneuver_started",
            Self::MinimalRiskConditionReached => "minimal_risk_condition_reached",
            Self::ForwardCollisionWarning => "forward_collision_warning",
            Self::LaneDepartureWarning => "lane_departure_warning",
            Self::AebActivated { .. } => "aeb_activated",
            Self::PlanReasonChanged { .. } => "plan_reason_changed",
            Self::Collision { .. } => "collision",
            Self::RedLightViolation { .. } => "red_light_violation",
            Self::StopLineViolation { .. } => "stop_line_violation",
            Self::OffRoad { .. } => "off_road",
            Self::LaneDeparture { .. } => "lane_departure",
            Self::HardBraking { .. } => "hard_braking",
            Self::UnneededStop { .. } => "unneeded_stop",
            Self::CriticalTtc { .. } => "critical_ttc",
            Self::RecklessRoadUser { .. } => "reckless_road_user",
            Self::Disengagement { .. } => "disengagement",
            Self::Criterion { .. } => "criterion",
        }
    }
}

/// The happenings of the current tick, in order. *Record* drains it at the end of the tick; later sets
/// of the same tick can read what earlier ones wrote.
#[derive(Resource, Default, Debug)]
pub struct EventLog {
    /// This tick's happenings.
    pub this_tick: Vec<Happening>,
    /// Bits of everything that has happened so far in the run.
    happened: u64,
}

impl EventLog {
    /// Appends a happening.
    #[inline]
    pub fn push(&mut self, happening: Happening) {
        self.happened |= Happening::bit_of(happening.name());
        self.this_tick.push(happening);
    }
    /// Bits ([`Happening::bit_of`]) of everything that has happened so far in the run.
    #[inline]
    pub fn happened(&self) -> u64 {
        self.happened
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_own_bit() {
        let all: u64 = Happening::NAMES.iter().map(|n| Happening::bit_of(n)).fold(0, |a, b| {
            assert_eq!(a & b, 0);
            a | b
        });
        assert_eq!(all.count_ones() as usize, Happening::NAMES.len());
        assert_eq!(Happening::bit_of("nothing"), 0);
        for happening in [Happening::DriverEngaged, Happening::Criterion { name: "c".into(), passed: true }] {
            assert_ne!(Happening::bit_of(happening.name()), 0);
            let mut log = EventLog::default();
            log.push(happening.clone());
            assert_eq!(log.happened(), Happening::bit_of(happening.name()));
        }
    }
}
