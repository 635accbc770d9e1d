//! Levels, roles and modes of driving automation (SAE J3016).

use crate::base::time::SimTime;
use bevy::prelude::Component;
use serde::{Deserialize, Serialize};

/// SAE J3016 level of a **feature** (not of a vehicle).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
pub enum AutomationLevel {
    /// No driving automation (momentary interventions only).
    L0,
    /// Driver assistance: one axis.
    L1,
    /// Partial: both axes, driver supervises.
    L2,
    /// Conditional: fallback-ready user.
    L3,
    /// High: own fallback.
    L4,
    /// Full: no ODD limits.
    L5,
}

impl AutomationLevel {
    /// All levels in order.
    pub const ALL: [Self; 6] = [Self::L0, Self::L1, Self::L2, Self::L3, Self::L4, Self::L5];
    /// An automated driving system (L3–L5).
    pub fn is_ads(self) -> bool {
        self >= Self::L3
    }
    /// Text form, `L0` … `L5`.
    pub fn as_str(self) -> &'static str {
        ["L0", "L1", "L2", "L3", "L4", "L5"][self as usize]
    }
}

impl std::fmt::Display for AutomationLevel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for AutomationLevel {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|level| level.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| format!("no level `{text}`; levels are L0, L1, L2, L3, L4, L5"))
    }
}

/// Who exercises a subtask of the dynamic driving task at this tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlAuthority {
    /// The human driver.
    Driver,
    /// The engaged feature.
    Feature,
    /// The system's DDT fallback (minimal risk maneuver).
    Fallback,
}

/// Who must perform the DDT fallback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FallbackHolder {
    /// The driver (L0–L2 and manual driving).
    Driver,
    /// The fallback-ready user (L3).
    FallbackReadyUser,
    /// The system (L4, L5).
    System,
}

/// Exactly one holder for each part of the driving task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DdtAllocation {
    /// Lateral vehicle motion control.
    pub lateral: ControlAuthority,
    /// Longitudinal vehicle motion control.
    pub longitudinal: ControlAuthority,
    /// Object and event detection and response.
    pub oedr: ControlAuthority,
    /// DDT fallback.
    pub fallback: FallbackHolder,
}

impl DdtAllocation {
    /// Manual driving.
    pub const DRIVER: Self = Self {
        lateral: ControlAuthority::Driver,
        longitudinal: ControlAuthority::Driver,
        oedr: ControlAuthority::Driver,
        fallback: FallbackHolder::Driver,
    };
}

/// Mode of the feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeatureMode {
    /// Off or none fitted.
    Off,
    /// Not engaged, could be (ODD satisfied).
    Available,
    /// Performs its part of the DDT.
    Active,
    /// Active, request to intervene issued (L3).
    RequestingIntervention,
    /// Minimal risk maneuver (L3 after no answer as R157 demands; L4, L5).
    MinimalRiskManeuver,
    /// Minimal risk condition reached.
    MinimalRiskCondition,
    /// Driver overrides; the feature stands by.
    Overridden,
    /// Failed: can't be engaged again in this run.
    Failed,
}

/// Clauses of an operational design domain, each a bit of [`OddStatus::violated`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum OddClause {
    /// Rain rate.
    Rain,
    /// Visibility.
    Visibility,
    /// Snow or ice on the road.
    SnowIce,
    /// Friction estimate.
    Friction,
    /// Daylight, sun angle.
    Light,
    /// Road class.
    RoadClass,
    /// Speed range.
    Speed,
    /// Map coverage and agreement with the live picture.
    Map,
    /// Localization quality.
    Localization,
    /// Sensor set healthy.
    Sensors,
    /// Road works or blocked route.
    WorkZone,
    /// Signal state can be perceived.
    Signals,
    /// Grade.
    Grade,
}

impl OddClause {
    /// All clauses in order.
    pub const ALL: [Self; 13] = [
        Self::Rain,
        Self::Visibility,
        Self::SnowIce,
        Self::Friction,
        Self::Light,
        Self::RoadClass,
        Self::Speed,
        Self::Map,
        Self::Localization,
        Self::Sensors,
        Self::WorkZone,
        Self::Signals,
        Self::Grade,
    ];
    /// Bit in a mask.
    pub fn bit(self) -> u16 {
        1 << self as u8
    }
}

/// Result of the ODD monitor, from perceived quantities only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OddStatus {
    /// Bits of the clauses that the feature's ODD has.
    pub monitored: u16,
    /// Bits of the clauses violated now (debounced).
    pub violated: u16,
    /// Bits of the clauses foreseen to be violated ahead.
    pub foreseen: u16,
}

impl OddStatus {
    /// Inside the ODD.
    pub fn inside(&self) -> bool {
        self.violated == 0
    }
    /// First violated clause.
    pub fn first_violated(&self) -> Option<OddClause> {
        OddClause::ALL.into_iter().find(|c| self.violated & c.bit() != 0)
    }
}

/// What the longitudinal planner reacts to now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanReason {
    /// Cruise at the set speed.
    #[default]
    Cruise,
    /// Curve or turn ahead.
    Curve,
    /// A lead object (track id).
    Follow(u32),
    /// A crossing or oncoming object (track id).
    Yield(u32),
    /// A pedestrian or cyclist (track id).
    VulnerableRoadUser(u32),
    /// Red or yellow signal.
    Signal,
    /// Signal state unknown.
    SignalUnknown,
    /// Stop sign, dark or flashing-red signal.
    StopLine,
    /// Blocked lane, road works.
    Blocked,
    /// End of route.
    Destination,
    /// Minimal risk maneuver.
    MinimalRisk,
    /// Reduced visibility or friction.
    Weather,
}

/// State of the automation, public to driver model, judge, record and window.
#[derive(Component, Clone, Debug)]
pub struct AutomationState {
    /// Level of the fitted feature.
    pub level: AutomationLevel,
    /// Name of the feature (`acc`, `highway_assist`, `urban_ads` …).
    pub feature: &'static str,
    /// Mode.
    pub mode: FeatureMode,
    /// Since when the mode holds.
    pub mode_since: SimTime,
    /// Who does what.
    pub allocation: DdtAllocation,
    /// ODD monitor.
    pub odd: OddStatus,
    /// When the pending request to intervene was issued.
    pub request_since: Option<SimTime>,
    /// Latest time at which the driver should have taken over, if a request is pending.
    pub request_deadline: Option<SimTime>,
    /// What the planner reacts to.
    pub reason: PlanReason,
    /// Planned speed a second ahead, m/s.
    pub target_speed_mps: f64,
    /// Forward collision warning is on.
    pub warning: Warnings,
    /// Planned path ahead in the world, m (for the window; reused).
    pub path_m: Vec<crate::base::math::DVec2>,
}

/// Warnings shown to the driver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warnings {
    /// Forward collision warning.
    pub forward_collision: bool,
    /// Lane departure warning.
    pub lane_departure: bool,
    /// Request to intervene.
    pub take_over: bool,
}
