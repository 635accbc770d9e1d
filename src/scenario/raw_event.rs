//! Events as they are written: conditions, actions, and OpenSCENARIO's nesting for those who need it.

use super::limits::*;
use super::located::At;
use super::model::{Behavior, WeatherTargets};
use super::raw::{RawPlace, RawSensorFault, RawShape, RawSignalFault};
use crate::state::automation::{AutomationLevel, FeatureMode};
use crate::state::driver::SecondaryTask;
use crate::state::signal::{FaceOrientation, Indication};
use schemars::JsonSchema;
use serde::Deserialize;

/// When something holds, do something.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawEvent {
    /// Its name, unique in the file.
    #[schemars(length(min = 1, max = NAME_MAX))]
    pub name: At<String>,
    /// When it starts.
    pub when: At<RawWhen>,
    /// What it does, in order.
    #[serde(rename = "do")]
    #[schemars(length(min = 1, max = ACTIONS_MAX), extend("x-limit" = "ACTIONS_MAX"))]
    pub actions: Vec<At<RawAction>>,
    /// Against other running events of its group. Default: parallel.
    #[serde(default)]
    pub priority: RawPriority,
    /// How often it may run. Default 1.
    #[schemars(range(min = 1, max = EXECUTIONS_MAX))]
    pub max_executions: Option<u32>,
}

/// Priority of an event.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawPriority {
    /// Ends the running events of its group.
    Override,
    /// Does not start while another event of its group runs.
    Skip,
    /// Runs beside others.
    #[default]
    Parallel,
}

/// A story.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawStory {
    /// Name.
    #[schemars(length(min = 1, max = NAME_MAX))]
    pub name: At<String>,
    /// Acts.
    #[schemars(length(min = 1, max = STORY_PARTS_MAX), extend("x-limit" = "STORY_PARTS_MAX"))]
    pub act: Vec<RawAct>,
}

/// An act.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAct {
    /// Name.
    #[schemars(length(min = 1, max = NAME_MAX))]
    pub name: At<String>,
    /// When it starts. Default: at once.
    pub start: Option<At<RawWhen>>,
    /// When it is ended.
    pub stop: Option<At<RawWhen>>,
    /// Maneuver groups.
    #[schemars(length(min = 1, max = STORY_PARTS_MAX), extend("x-limit" = "STORY_PARTS_MAX"))]
    pub group: Vec<RawGroup>,
}

/// A maneuver group.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGroup {
    /// Name.
    #[schemars(length(min = 1, max = NAME_MAX))]
    pub name: At<String>,
    /// Acting entities.
    #[serde(default)]
    #[schemars(length(max = ENTITIES_MAX), extend("x-limit" = "ENTITIES_MAX"))]
    pub actors: Vec<At<String>>,
    /// How often it may run. Default 1.
    #[schemars(range(min = 1, max = EXECUTIONS_MAX))]
    pub max_executions: Option<u32>,
    /// Events.
    #[schemars(length(min = 1, max = EVENTS_MAX), extend("x-limit" = "EVENTS_MAX"))]
    pub event: Vec<RawEvent>,
}

/// A condition, or several joined by `all` or `any`. Exactly one kind of condition stands in a table;
/// `edge`, `delay_s` and `name` may stand beside it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawWhen {
    /// All of these hold together.
    #[schemars(length(min = 1, max = CONDITIONS_MAX), extend("x-limit" = "CONDITIONS_MAX"))]
    pub all: Option<Vec<At<RawWhen>>>,
    /// At least one of these holds.
    #[schemars(length(min = 1, max = CONDITIONS_MAX), extend("x-limit" = "CONDITIONS_MAX"))]
    pub any: Option<Vec<At<RawWhen>>>,
    /// Simulated time has reached this value, s.
    #[schemars(range(min = 0.0, max = DURATION_S_MAX))]
    pub at_s: Option<f64>,
    /// Simulated time compared with a value.
    pub time: Option<At<RawTime>>,
    /// Speed of an entity.
    pub speed: Option<At<RawSpeed>>,
    /// Distance an entity has traveled.
    pub traveled: Option<At<RawTraveled>>,
    /// Free distance along the road between two entities, bumper to bumper.
    pub gap: Option<At<RawPair>>,
    /// Straight distance between two entities' reference points.
    pub distance: Option<At<RawPair>>,
    /// Time headway of one entity to another.
    pub headway: Option<At<RawPairTime>>,
    /// Time to collision of two entities.
    pub time_to_collision: Option<At<RawPairTime>>,
    /// An entity is near a place.
    pub reach: Option<At<RawReach>>,
    /// Time that an entity needs to a place at its present speed.
    pub time_to_place: Option<At<RawTimeToPlace>>,
    /// An entity stands still for a time.
    pub standstill: Option<At<RawStandstill>>,
    /// A signal head shows something.
    pub signal: Option<At<RawSignalIs>>,
    /// The ego's feature is in this mode.
    pub feature_mode: Option<At<FeatureMode>>,
    /// Another event has reached a state.
    pub event: Option<At<RawEventState>>,
    /// Something of this name has happened (`request_to_intervene`, `collision` …).
    pub happened: Option<At<String>>,
    /// Which change of the condition counts. Default: none, it must hold.
    pub edge: Option<At<RawEdge>>,
    /// Delay of the condition, s. Default 0.
    #[schemars(range(min = 0.0, max = DURATION_S_MAX))]
    pub delay_s: Option<At<f64>>,
    /// Name in the record of events. Default: made from its kind.
    #[schemars(length(min = 1, max = NAME_MAX))]
    pub name: Option<At<String>>,
}

/// Edge of a condition.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawEdge {
    /// It holds.
    None,
    /// It begins to hold.
    Rising,
    /// It ceases to hold.
    Falling,
    /// It changes.
    RisingOrFalling,
}

macro_rules! comparison {
    ($(#[$meta:meta])* $name:ident { $($(#[$fmeta:meta])* $field:ident: $type:ty),* }
     $below:ident $at_most:ident $at_least:ident $above:ident, $max:expr) => {
        $(#[$meta])*
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$fmeta])* pub $field: $type,)*
            /// Less than this.
            #[schemars(range(min = -$max, max = $max))]
            pub $below: Option<f64>,
            /// This or less.
            #[schemars(range(min = -$max, max = $max))]
            pub $at_most: Option<f64>,
            /// This or more.
            #[schemars(range(min = -$max, max = $max))]
            pub $at_least: Option<f64>,
            /// More than this.
            #[schemars(range(min = -$max, max = $max))]
            pub $above: Option<f64>,
        }
        impl $name {
            /// The comparisons in the order <, ≤, ≥, >.
            pub fn bounds(&self) -> [Option<f64>; 4] {
                [self.$below, self.$at_most, self.$at_least, self.$above]
            }
        }
    };
}

comparison!(
    /// Simulated time.
    RawTime {} below_s at_most_s at_least_s above_s, DURATION_S_MAX
);
comparison!(
    /// Speed of an entity.
    RawSpeed {
        /// Entity (`ego` or a name).
        entity: At<String>
    } below_mps at_most_mps at_least_mps above_mps, SPEED_MPS_MAX
);
comparison!(
    /// Distance traveled by an entity.
    RawTraveled {
        /// Entity (`ego` or a name).
        entity: At<String>
    } below_m at_most_m at_least_m above_m, DISTANCE_M_MAX
);
comparison!(
    /// Distance between two entities.
    RawPair {
        /// One entity.
        from: At<String>,
        /// The other.
        to: At<String>
    } below_m at_most_m at_least_m above_m, DISTANCE_M_MAX
);
comparison!(
    /// Time between two entities.
    RawPairTime {
        /// One entity.
        from: At<String>,
        /// The other.
        to: At<String>
    } below_s at_most_s at_least_s above_s, DURATION_S_MAX
);
comparison!(
    /// Time of an entity to a place.
    RawTimeToPlace {
        /// Entity (`ego` or a name).
        entity: At<String>,
        /// Place.
        place: At<RawPlace>
    } below_s at_most_s at_least_s above_s, DURATION_S_MAX
);

/// An entity near a place.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawReach {
    /// Entity (`ego` or a name).
    pub entity: At<String>,
    /// Place.
    pub place: At<RawPlace>,
    /// Within this distance, m. Default 2.
    #[schemars(range(min = 0.01, max = 10000.0))]
    pub within_m: Option<f64>,
}

/// An entity that stands.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawStandstill {
    /// Entity (`ego` or a name).
    pub entity: At<String>,
    /// For at least this long, s. Default 0.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = DURATION_S_MAX))]
    pub for_s: f64,
}

/// A signal head and what it shows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSignalIs {
    /// Signal id of the map.
    pub signal: At<String>,
    /// What it shows.
    pub shows: Indication,
}

/// An event and its state.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawEventState {
    /// Name of the event.
    pub name: At<String>,
    /// Its state. Default: complete.
    #[serde(default)]
    pub is: RawElementState,
}

/// State of an event.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawElementState {
    /// Waits for its trigger.
    Standby,
    /// Runs.
    Running,
    /// Done.
    #[default]
    Complete,
}

/// What an event does: one table with the name of the action, `{ speed = { entity = "lead", speed_mps = 0,
/// over_s = 3 } }`, or the bare name of one without details.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RawAction {
    /// Changes the speed of an entity.
    Speed {
        /// Entity.
        entity: At<String>,
        /// Target, m/s.
        #[schemars(range(min = 0.0, max = SPEED_MPS_MAX))]
        speed_mps: f64,
        /// Rate, m/s² (or give `over_s`).
        #[schemars(range(min = 0.01, max = 50.0))]
        rate_mps2: Option<f64>,
        /// Duration, s (or give `rate_mps2`).
        #[schemars(range(min = 0.0, max = DURATION_S_MAX))]
        over_s: Option<f64>,
        /// Shape of the transition. Default: linear, or step without rate and duration.
        shape: Option<RawShape>,
    },
    /// Changes lanes.
    LaneChange {
        /// Entity.
        entity: At<String>,
        /// Lanes to the left; negative: to the right.
        #[schemars(range(min = -20, max = 20))]
        lanes: At<i32>,
        /// Duration, s. Default 4.
        #[schemars(range(min = 0.0, max = 120.0))]
        over_s: Option<f64>,
        /// Shape of the transition. Default: sinusoidal.
        shape: Option<RawShape>,
    },
    /// Moves aside within the lane.
    LaneOffset {
        /// Entity.
        entity: At<String>,
        /// Offset from the center of the lane, m, to the left.
        #[schemars(range(min = -OFFSET_M_MAX, max = OFFSET_M_MAX))]
        offset_m: f64,
        /// Duration, s. Default 2.
        #[schemars(range(min = 0.0, max = 120.0))]
        over_s: Option<f64>,
    },
    /// Puts an entity somewhere.
    Teleport {
        /// Entity.
        entity: At<String>,
        /// Place.
        place: At<RawPlace>,
    },
    /// Starts a pedestrian or cyclist on its path.
    Walk {
        /// Entity.
        entity: At<String>,
        /// Speed, m/s. Default 1.4.
        #[schemars(range(min = 0.1, max = 15.0))]
        speed_mps: Option<f64>,
    },
    /// Makes a hidden entity appear.
    Add {
        /// Entity.
        entity: At<String>,
    },
    /// Removes an entity.
    Remove {
        /// Entity.
        entity: At<String>,
    },
    /// Changes how an entity moves.
    Behavior {
        /// Entity.
        entity: At<String>,
        /// New behavior.
        behavior: Behavior,
    },
    /// Changes the weather.
    Weather {
        /// Target values; what is not named stays.
        to: WeatherTargets,
        /// Duration, s. Default 0: at once.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = DURATION_S_MAX))]
        over_s: f64,
    },
    /// Breaks or repairs the signals of a junction.
    SignalFault {
        /// Junction id of the map.
        junction: At<String>,
        /// Fault; `none` repairs.
        fault: RawSignalFault,
    },
    /// Turns all heads of a junction.
    SignalOrientation {
        /// Junction id of the map. Default: all junctions.
        junction: Option<At<String>>,
        /// Orientation.
        orientation: FaceOrientation,
    },
    /// Breaks or repairs a sensor of the ego.
    SensorFault {
        /// Sensor (`camera_front`) or kind of sensor (`camera`).
        #[schemars(length(max = NAME_MAX))]
        sensor: At<String>,
        /// Fault; `none` repairs.
        fault: RawSensorFault,
    },
    /// Gives the human aboard another secondary task.
    DriverTask {
        /// Task.
        task: SecondaryTask,
    },
    /// Fits another feature to the ego: engaged inside its operational design domain, else off.
    FitFeature {
        /// Its level.
        level: AutomationLevel,
        /// Its name. Default: the one that `[ego.features]` names for the level, else the level's default.
        feature: Option<At<String>>,
    },
    /// The human engages the feature.
    EngageFeature,
    /// The human ends automation.
    DisengageFeature,
}
