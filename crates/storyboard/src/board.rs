//! The structure of a storyboard (ASAM OpenSCENARIO XML 1.3, "Storyboard and entities"): stories, acts,
//! maneuver groups, maneuvers, events and actions, with their triggers.
//!
//! It is generic over what is done (`A`) and what is tested (`T`): the native format and the standard's
//! files have different words and the same structure, and one machine ([`crate::machine`]) runs both.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What happens when.
#[derive(Clone, Debug, PartialEq)]
pub struct Storyboard<A, T> {
    /// Actions at time 0, in file order.
    pub init: Vec<InitAction<A>>,
    /// Stories.
    pub stories: Vec<Story<A, T>>,
    /// Ends the run when it fires.
    pub stop: Option<Trigger<T>>,
}

impl<A, T> Default for Storyboard<A, T> {
    fn default() -> Self {
        Self { init: Vec::new(), stories: Vec::new(), stop: None }
    }
}

/// An action of the init phase.
#[derive(Clone, Debug, PartialEq)]
pub struct InitAction<A> {
    /// On whom; `None` for global actions and for native ones, which name their entity themselves.
    pub entity: Option<Arc<str>>,
    /// What.
    pub action: A,
}

/// A story.
#[derive(Clone, Debug, PartialEq)]
pub struct Story<A, T> {
    /// Name.
    pub name: String,
    /// Acts.
    pub acts: Vec<Act<A, T>>,
}

/// An act.
#[derive(Clone, Debug, PartialEq)]
pub struct Act<A, T> {
    /// Name.
    pub name: String,
    /// Maneuver groups.
    pub groups: Vec<ManeuverGroup<A, T>>,
    /// Starts the act.
    pub start: Trigger<T>,
    /// Stops the act.
    pub stop: Option<Trigger<T>>,
}

/// A maneuver group.
#[derive(Clone, Debug, PartialEq)]
pub struct ManeuverGroup<A, T> {
    /// Name.
    pub name: String,
    /// How often it runs.
    pub max_executions: u32,
    /// Acting entities.
    pub actors: Vec<Arc<str>>,
    /// Whether those who made the event's trigger fire act as well.
    pub select_triggering: SelectTriggering,
    /// Maneuvers.
    pub maneuvers: Vec<Maneuver<A, T>>,
}

/// Whether the triggering entities become actors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SelectTriggering {
    /// No.
    #[default]
    No,
    /// Yes.
    Yes,
}

/// A maneuver.
#[derive(Clone, Debug, PartialEq)]
pub struct Maneuver<A, T> {
    /// Name; empty in native files, where events stand in the group, and then no part of any path.
    pub name: String,
    /// Events.
    pub events: Vec<Event<A, T>>,
}

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event<A, T> {
    /// Name.
    pub name: String,
    /// Priority against running events of the same maneuver.
    pub priority: EventPriority,
    /// How often it runs.
    pub max_executions: u32,
    /// Starts it.
    pub start: Trigger<T>,
    /// Its actions.
    pub actions: Vec<EventAction<A>>,
}

/// An action of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct EventAction<A> {
    /// Name; empty in native files.
    pub name: String,
    /// What.
    pub action: A,
}

/// Priority of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EventPriority {
    /// Ends running events.
    Override,
    /// Does not start while another runs.
    Skip,
    /// Runs beside others.
    #[default]
    Parallel,
}

/// Disjunction of groups of conditions that must hold together.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger<T> {
    /// Groups (any of them); each is a conjunction. Empty = fires at once.
    pub any: Vec<Vec<Condition<T>>>,
}

impl<T> Default for Trigger<T> {
    fn default() -> Self {
        Self { any: Vec::new() }
    }
}

/// A condition with edge and delay.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition<T> {
    /// Name.
    pub name: String,
    /// Edge.
    pub edge: Edge,
    /// Delay, s.
    pub delay_s: f64,
    /// What is tested.
    pub test: T,
}

/// Edge of a condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edge {
    /// True now.
    #[default]
    None,
    /// Became true.
    Rising,
    /// Became false.
    Falling,
    /// Changed.
    RisingOrFalling,
}

/// Comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// <
    Less,
    /// ≤
    LessOrEqual,
    /// =
    Equal,
    /// ≥
    GreaterOrEqual,
    /// >
    Greater,
}

/// Compares two numbers; nothing compares with NaN.
pub fn compare(left: f64, comparison: Comparison, right: f64) -> bool {
    match comparison {
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Equal => left == right,
        Comparison::GreaterOrEqual => left >= right,
        Comparison::Greater => left > right,
    }
}

/// Shape of a transition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Constant rate.
    #[default]
    Linear,
    /// Cubic: no jump of the rate.
    Cubic,
    /// Sinusoidal.
    Sinusoidal,
    /// At once.
    Step,
}

/// Local civil time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CivilTime {
    /// Year.
    pub year: i32,
    /// Month 1–12.
    pub month: u8,
    /// Day 1–31.
    pub day: u8,
    /// Seconds since local midnight.
    pub second_of_day: f64,
    /// Offset of local time from UTC, h.
    pub utc_offset_h: f64,
}

/// Base state of a storyboard element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElementState {
    /// Waiting for its trigger.
    Standby,
    /// Running.
    Running,
    /// Done.
    Complete,
}
