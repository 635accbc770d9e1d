//! The human aboard.

use super::command::Seat;
use crate::base::time::SimTime;
use bevy::prelude::Component;
use serde::{Deserialize, Serialize};

/// What the human aboard is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HumanRole {
    /// Drives (L0–L2 or after a takeover).
    Driver,
    /// Trained test driver who supervises at any level, hands near the wheel.
    TestDriver,
    /// Fallback-ready user of an L3 feature.
    FallbackReadyUser,
    /// Passenger (may press Stop).
    Passenger,
    /// Nobody aboard.
    None,
}

/// What the human does beside driving.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecondaryTask {
    /// Watches the road.
    #[default]
    Monitoring,
    /// Reads.
    Reading,
    /// Uses a handheld device.
    Handheld,
    /// Uses a mounted display.
    HandsFree,
    /// Sleeps.
    Asleep,
}

/// State of the human, public to automation (driver monitoring sees `eyes_on_road`, `hands_on_wheel`),
/// judge, record and window.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct DriverState {
    /// Who sits in the driver's seat. Of a person, eyes are unknown and count as on the road.
    pub seat: Seat,
    /// Role.
    pub role: HumanRole,
    /// Secondary task now.
    pub task: SecondaryTask,
    /// Attention to the road, 0–1.
    pub attention: f64,
    /// Situation awareness, 0–1: recovers after a takeover.
    pub awareness: f64,
    /// Gaze.
    pub eyes_on_road: bool,
    /// Hands.
    pub hands_on_wheel: bool,
    /// Whether the human holds part of the DDT now.
    pub driving: bool,
    /// When the running reaction started (stimulus perceived), if any.
    pub reacting_since: Option<SimTime>,
    /// When the human took over last.
    pub took_over_at: Option<SimTime>,
}

/// What the human wants of the feature, set for one tick.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct DriverIntent {
    /// Presses the engage button.
    pub engage: bool,
    /// Presses cancel or the Stop button.
    pub cancel: bool,
    /// Overrides by steering or pedals; why.
    pub override_reason: Option<TakeoverReason>,
}

/// Why a human takes the driving task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakeoverReason {
    /// Answer to a request to intervene.
    Request,
    /// Feature dropped out.
    FeatureDropout,
    /// The automation does not react to a conflict the human sees.
    Conflict,
    /// The automation is about to pass a red signal or stop line.
    SignalViolation,
    /// The automation stands or brakes without visible reason.
    UnneededStop,
    /// Leaves the lane.
    LaneDeparture,
    /// Planned limit of the feature (signal, turn) that the human handles as a matter of course.
    FeatureLimit,
    /// Wants to.
    UserChoice,
}
