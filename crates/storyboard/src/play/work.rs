//! Actions under way: what each does to its actor in a step, and which exclude each other.
//!
//! # Conflicts
//! Each action holds domains of its actor: longitudinal, lateral, or both. An action that starts takes its
//! domains from whatever held them; that action is then over for this actor (ASAM OpenSCENARIO XML 1.3,
//! "Conflicting actions"). A trajectory holds the lateral domain, and the longitudinal one too if it has
//! times of its own.

use super::follow::FollowRuntime;
use super::keep::{LateralDistanceRuntime, LongitudinalDistanceRuntime};
use super::lateral::LateralMove;
use super::partners::{Keeping, Synchronizing};
use super::speed::SpeedRuntime;
use super::speed_profile::SpeedProfileRuntime;
use crate::standard::{PrivateAction, TimeReference};

/// Domains that an action holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Domains {
    /// Longitudinal.
    pub longitudinal: bool,
    /// Lateral.
    pub lateral: bool,
}

impl Domains {
    /// Whether two actions cannot act on one actor at once.
    pub fn meets(self, other: Self) -> bool {
        (self.longitudinal && other.longitudinal) || (self.lateral && other.lateral)
    }

    /// Domains of a private action.
    pub fn of(action: &PrivateAction) -> Self {
        let (longitudinal, lateral) = match action {
            PrivateAction::Speed { .. }
            | PrivateAction::SpeedProfile { .. }
            | PrivateAction::LongitudinalDistance { .. }
            | PrivateAction::Synchronize { .. } => (true, false),
            PrivateAction::LaneChange { .. }
            | PrivateAction::LaneOffset { .. }
            | PrivateAction::LateralDistance { .. } => (false, true),
            PrivateAction::FollowTrajectory { time_reference, .. } => match time_reference {
                TimeReference::None => (false, true),
                TimeReference::Timing { .. } => (true, true),
            },
            PrivateAction::Visibility { .. }
            | PrivateAction::Teleport(_)
            | PrivateAction::AssignRoute(_)
            | PrivateAction::AcquirePosition(_)
            | PrivateAction::RandomRoute
            | PrivateAction::AssignController { .. }
            | PrivateAction::ActivateController { .. }
            | PrivateAction::OverrideController(_)
            | PrivateAction::LightState { .. }
            | PrivateAction::Animation { .. }
            | PrivateAction::Trailer(_) => (false, false),
        };
        Self { longitudinal, lateral }
    }
}

/// What an action does to one actor.
#[derive(Clone, Debug)]
pub enum Doing {
    /// Speed; the reference entity of a relative target.
    Speed(SpeedRuntime, Option<usize>),
    /// Speed profile.
    Profile(SpeedProfileRuntime),
    /// Lane change or lane offset.
    Lateral(LateralMove),
    /// Trajectory.
    Follow(Box<FollowRuntime>),
    /// Longitudinal distance.
    Longitudinal(Keeping<LongitudinalDistanceRuntime>),
    /// Lateral distance.
    Beside(Keeping<LateralDistanceRuntime>),
    /// Arriving together.
    Synchronize(Box<Synchronizing>),
    /// Done at once.
    Nothing,
}

/// An action on one actor.
#[derive(Clone, Debug)]
pub struct Work {
    /// Actor.
    pub actor: usize,
    /// Domains held.
    pub domains: Domains,
    /// What it does.
    pub doing: Doing,
}
