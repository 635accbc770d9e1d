//! The validated scenario. A value of [`Scenario`] in hand cannot be wrong: names are resolved, numbers
//! are finite and within their limits.

use super::limits::FOG_VISIBILITY_M_MAX;
use crate::state::automation::AutomationLevel;
use crate::state::driver::{HumanRole, SecondaryTask};
use crate::state::weather::Weather;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use ::storyboard::board::{
    CivilTime, Comparison, Edge, ElementState, EventAction, EventPriority, InitAction, SelectTriggering,
    Shape,
};

/// A scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Name: path below the scenario root without extension, e.g. `kirkland/rain_hill_stop`.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// What it is about, a sentence or two.
    pub about: String,
    /// What is expected of which level, and why (key `L0` … `L5` or `all`).
    pub expect: BTreeMap<String, String>,
    /// Map name as in `assets/maps` or a path.
    pub map: String,
    /// Longest duration, s.
    pub duration_s: f64,
    /// Level when the command line names none.
    pub level: AutomationLevel,
    /// Local civil date and time at start, `YYYY-MM-DDThh:mm:ss`, with offset from UTC in hours.
    pub clock: CivilTime,
    /// Weather section, if there is one.
    pub weather: Option<WeatherPlan>,
    /// The ego, if there is one.
    pub ego: Option<EgoPlan>,
    /// Scripted participants, sorted by name.
    pub entities: Vec<EntityPlan>,
    /// Background traffic.
    pub traffic: TrafficPlan,
    /// Signal programmes that differ from the map's default.
    pub signals: Vec<SignalPlan>,
    /// What happens when.
    pub storyboard: Storyboard,
    /// Declared parameters with their distributions, in file order.
    pub parameters: Vec<Parameter>,
    /// Resolved parameter values.
    pub values: BTreeMap<String, ParameterValue>,
    /// Pass criteria.
    pub criteria: Vec<Criterion>,
    /// Hash of the source bytes.
    pub content_hash: u64,
    /// A scenario of the standard: its own storyboard, entities and roads.
    pub play: Option<super::play::PlayPlan>,
    /// Variations that a distribution file asks for, made when asked for.
    pub variations: Option<openscenario::sampling::Variations>,
    /// What the file says and this program does not do; a run of it ends with exit code 3.
    pub warnings: Vec<String>,
}

/// Weather at start and its timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct WeatherPlan {
    /// Values at start.
    pub initial: WeatherTargets,
    /// Changes, by time.
    pub timeline: Vec<WeatherChange>,
    /// Patches of other surface.
    pub patches: Vec<PatchPlan>,
}

/// Values a file may set; `None` = as it was (at start: clear and dry, sun from the clock).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WeatherTargets {
    /// Rain rate, mm/h.
    #[schemars(range(min = 0.0, max = 500.0))]
    pub rain_mmph: Option<f64>,
    /// Snowfall, mm/h water equivalent.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub snow_mmph: Option<f64>,
    /// Visibility by fog (meteorological optical range), m.
    #[schemars(range(min = 1.0, max = FOG_VISIBILITY_M_MAX))]
    pub fog_visibility_m: Option<f64>,
    /// Air temperature, °C.
    #[schemars(range(min = -60.0, max = 70.0))]
    pub temperature_c: Option<f64>,
    /// Wind speed, m/s.
    #[schemars(range(min = 0.0, max = 80.0))]
    pub wind_mps: Option<f64>,
    /// Direction the wind blows to, deg, 0 = east, counter-clockwise.
    #[schemars(range(min = -360.0, max = 360.0))]
    pub wind_heading_deg: Option<f64>,
    /// Cloud cover, 0–1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub cloud_cover: Option<f64>,
    /// Water film at start, mm (else it builds from the rain).
    #[schemars(range(min = 0.0, max = 100.0))]
    pub water_film_mm: Option<f64>,
    /// Snow depth on the road, mm.
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub snow_depth_mm: Option<f64>,
    /// Ice cover, 0–1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub ice_cover: Option<f64>,
    /// Sun elevation, deg (else from clock and latitude).
    #[schemars(range(min = -90.0, max = 90.0))]
    pub sun_elevation_deg: Option<f64>,
    /// Direction towards the sun, deg, 0 = east, counter-clockwise.
    #[schemars(range(min = -360.0, max = 360.0))]
    pub sun_azimuth_deg: Option<f64>,
}

impl WeatherTargets {
    /// The same within what files can hold: air without any fog becomes the clearest that there is.
    pub fn bounded(self) -> Self {
        Self {
            fog_visibility_m: self
                .fog_visibility_m
                .filter(|v| !v.is_nan())
                .map(|v| v.clamp(1.0, FOG_VISIBILITY_M_MAX)),
            ..self
        }
    }
}

/// A change of the weather.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeatherChange {
    /// When it begins, s.
    pub at_s: f64,
    /// How long the transition takes, s.
    pub over_s: f64,
    /// Where it goes.
    pub to: WeatherTargets,
}

/// A patch of other surface.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PatchPlan {
    /// Place.
    pub at: PlaceRef,
    /// Radius, m.
    pub radius_m: f64,
    /// Water film, mm.
    pub water_film_mm: f64,
    /// Ice cover, 0–1.
    pub ice_cover: f64,
    /// Snow depth, mm.
    pub snow_depth_mm: f64,
}

/// A place on the map, resolved against it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceRef {
    /// Place on the lane graph.
    pub coord: crate::state::pose::LaneCoord,
    /// Heading relative to the lane, rad (π = against it).
    pub heading_offset_rad: f64,
}

/// The ego.
#[derive(Clone, Debug, PartialEq)]
pub struct EgoPlan {
    /// Vehicle name.
    pub vehicle: String,
    /// Start.
    pub start: PlaceRef,
    /// Speed at start, m/s.
    pub speed_mps: f64,
    /// Places to pass in order; the last one is the destination.
    pub route: Vec<PlaceRef>,
    /// Set speed of the automation, m/s (`None` = the posted limit).
    pub set_speed_mps: Option<f64>,
    /// Name of the sensor suite.
    pub sensors: String,
    /// Feature to fit at each level where it differs from the default (`L1 = "lane_keeping"`).
    pub features: BTreeMap<AutomationLevel, String>,
    /// Changes to the features' ODD limits, by clause name and unit-suffixed limit (`rain_mmph_max`).
    pub odd: BTreeMap<String, f64>,
    /// The human aboard.
    pub driver: DriverPlan,
    /// Faces that the map prior does not know (OpenDRIVE ids).
    pub unmapped_signals: Vec<crate::base::ids::SignalIx>,
}

/// The human aboard.
#[derive(Clone, Debug, PartialEq)]
pub struct DriverPlan {
    /// Role at L3–L5 (`None` = by level: fallback-ready user, passenger, passenger).
    pub role: Option<HumanRole>,
    /// Secondary task while not driving.
    pub task: SecondaryTask,
    /// Probability of not answering a request to intervene at all, 0–1 (`None` = model default).
    pub non_response: Option<f64>,
    /// Fixed takeover time, s, instead of the distribution.
    pub takeover_time_s: Option<f64>,
    /// Desired speed relative to the limit, – (1 = drives the limit).
    pub speed_factor: f64,
}

/// How a scripted participant moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Behavior {
    /// Car-following and lane-changing model, obeys signals.
    Traffic,
    /// Keeps speed and lane until told otherwise.
    Scripted,
    /// Stands.
    Parked,
    /// Walks its path when triggered.
    Pedestrian,
    /// Rides its path or the lane's right side.
    Cyclist,
}

/// A scripted participant.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityPlan {
    /// Unique name.
    pub name: String,
    /// Vehicle name (or `pedestrian`, `cone`, `barrier`, `debris_box` …).
    pub vehicle: String,
    /// Start.
    pub start: PlaceRef,
    /// Speed at start, m/s.
    pub speed_mps: f64,
    /// How it moves.
    pub behavior: Behavior,
    /// Places to pass (vehicles) or way points (pedestrians).
    pub route: Vec<PlaceRef>,
    /// Absent until an `add` action.
    pub hidden_at_start: bool,
    /// Ignores signals (red-light runner).
    pub runs_red: bool,
    /// Wears dark clothes / has no lights: conspicuity factor 0–1.
    pub conspicuity: f64,
    /// Emergency vehicle with siren.
    pub siren: bool,
}

/// Background traffic.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrafficPlan {
    /// Number of vehicles around the ego.
    pub vehicles: u32,
    /// Radius around the ego's start in which they are placed, m.
    pub radius_m: f64,
    /// Share that violates signals and stop signs, 0–1.
    pub violator_share: f64,
    /// Share of trucks and buses, 0–1.
    pub heavy_share: f64,
    /// Number of pedestrians.
    pub pedestrians: u32,
    /// Share of pedestrians that cross away from crosswalks, 0–1.
    pub jaywalker_share: f64,
    /// Number of cyclists.
    pub cyclists: u32,
    /// Mean desired speed relative to the limit, –.
    pub speed_factor: f64,
}

/// Programme or fault of one junction's signals.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalPlan {
    /// Junction.
    pub junction: crate::base::ids::JunctionIx,
    /// Offset of the cycle, s.
    pub offset_s: Option<f64>,
    /// Green of each stage, s (in stage order).
    pub green_s: Option<Vec<f64>>,
    /// Yellow, s (else ITE).
    pub yellow_s: Option<f64>,
    /// Red clearance, s (else ITE).
    pub red_clearance_s: Option<f64>,
    /// Fault from the start.
    pub fault: crate::state::signal::SignalFault,
    /// Orientation forced on all faces (for counterfactuals and twins).
    pub orientation: Option<crate::state::signal::FaceOrientation>,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Name.
    pub name: String,
    /// Default.
    pub default: ParameterValue,
    /// Distribution for variations.
    pub distribution: Option<Distribution>,
}

/// Value of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ParameterValue {
    /// Number.
    Number(f64),
    /// Text.
    Text(String),
    /// Truth value.
    Flag(bool),
}

/// Distribution of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Uniform in [lo, hi].
    Uniform {
        /// Lower bound.
        min: f64,
        /// Upper bound.
        max: f64,
    },
    /// Normal, truncated.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
        /// Lower bound.
        min: f64,
        /// Upper bound.
        max: f64,
    },
    /// Log-normal by median and σ of the logarithm, truncated.
    LogNormal {
        /// Median.
        median: f64,
        /// σ of ln.
        sigma: f64,
        /// Lower bound.
        min: f64,
        /// Upper bound.
        max: f64,
    },
    /// One of the values, equal weights.
    Choice {
        /// Values.
        values: Vec<ParameterValue>,
    },
}

/// Pass criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// Name, e.g. `no_collision`.
    pub name: String,
    /// What must hold.
    pub rule: CriterionRule,
    /// Levels it applies to (empty = all).
    pub levels: Vec<AutomationLevel>,
}

/// Rule of a criterion, judged at the end of the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CriterionRule {
    /// The ego touches nobody.
    NoCollision,
    /// The ego passes no red light.
    NoRedLightViolation,
    /// The ego passes no stop line without a stop.
    NoStopLineViolation,
    /// The ego stays on the road.
    NoOffRoad,
    /// The ego covers at least this distance, m.
    DistanceMin(f64),
    /// A metric stays at or above a value.
    MetricMin(String, f64),
    /// A metric stays at or below a value.
    MetricMax(String, f64),
    /// An event of this name happens.
    Happens(String),
    /// No event of this name happens.
    Never(String),
}

/// What happens when, in the native format's words. The structure and its machine are the standard's.
pub type Storyboard = ::storyboard::board::Storyboard<Action, ConditionTest>;
/// A story.
pub type Story = ::storyboard::board::Story<Action, ConditionTest>;
/// An act.
pub type Act = ::storyboard::board::Act<Action, ConditionTest>;
/// A maneuver group.
pub type ManeuverGroup = ::storyboard::board::ManeuverGroup<Action, ConditionTest>;
/// A maneuver: native events stand in one without a name.
pub type Maneuver = ::storyboard::board::Maneuver<Action, ConditionTest>;
/// An event.
pub type Event = ::storyboard::board::Event<Action, ConditionTest>;
/// Disjunction of groups of conditions that must hold together.
pub type Trigger = ::storyboard::board::Trigger<ConditionTest>;
/// A condition with edge and delay.
pub type Condition = ::storyboard::board::Condition<ConditionTest>;

/// What a condition tests. Entities are named; `ego` is the ego.
#[derive(Clone, Debug, PartialEq)]
pub enum ConditionTest {
    /// Simulated time, s.
    Time(Comparison, f64),
    /// Speed of an entity, m/s.
    Speed(String, Comparison, f64),
    /// Distance traveled by an entity, m.
    TraveledDistance(String, Comparison, f64),
    /// Bumper-to-bumper distance between two entities along the road, m.
    Gap(String, String, Comparison, f64),
    /// Euclidean distance of reference points, m.
    Distance(String, String, Comparison, f64),
    /// Time headway of the first to the second entity, s.
    Headway(String, String, Comparison, f64),
    /// Time to collision between two entities, s.
    TimeToCollision(String, String, Comparison, f64),
    /// Distance of an entity to a place, m.
    ReachPosition(String, PlaceRef, f64),
    /// Time the entity needs to a place at its present speed, s (time to arrival).
    TimeToPlace(String, PlaceRef, Comparison, f64),
    /// Standing still for a time, s.
    StandStill(String, f64),
    /// Indication of the ego's next movement, or of a face.
    SignalIs(crate::base::ids::SignalIx, crate::state::signal::Indication),
    /// Mode of the ego's feature.
    FeatureMode(crate::state::automation::FeatureMode),
    /// A storyboard event has reached a state (`start`, `end`).
    EventState(String, ElementState),
    /// An event of this name (see `Happening::name`) has happened.
    Happened(String),
}

/// What an event does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "action")]
pub enum Action {
    /// Target speed of an entity.
    Speed {
        /// Who.
        entity: String,
        /// Target, m/s.
        speed_mps: f64,
        /// Rate, m/s² (`None` = over `over_s`).
        rate_mps2: Option<f64>,
        /// Duration, s (`None` = by rate).
        over_s: Option<f64>,
        /// Shape.
        shape: Shape,
    },
    /// Lane change by a number of lanes (left positive).
    LaneChange {
        /// Who.
        entity: String,
        /// Lanes to the left (negative: right).
        lanes: i32,
        /// Duration, s.
        over_s: f64,
        /// Shape.
        shape: Shape,
    },
    /// Lateral offset within the lane.
    LaneOffset {
        /// Who.
        entity: String,
        /// Offset, m, left positive.
        offset_m: f64,
        /// Duration, s.
        over_s: f64,
    },
    /// Puts an entity somewhere.
    Teleport {
        /// Who.
        entity: String,
        /// Where.
        place: PlaceRef,
    },
    /// Starts a pedestrian or cyclist on its path.
    Walk {
        /// Who.
        entity: String,
        /// Speed, m/s.
        speed_mps: f64,
    },
    /// Makes a hidden entity appear.
    Add {
        /// Who.
        entity: String,
    },
    /// Removes an entity.
    Remove {
        /// Who.
        entity: String,
    },
    /// Changes how an entity moves.
    Behavior {
        /// Who.
        entity: String,
        /// New behavior.
        behavior: Behavior,
    },
    /// Weather goes to targets.
    Weather {
        /// Targets.
        to: WeatherTargets,
        /// Duration, s.
        over_s: f64,
    },
    /// The weather is forced to a value and held, whatever the timeline says.
    ForceWeather {
        /// Full state.
        weather: Box<Weather>,
    },
    /// Fault of the signals of a junction.
    SignalFault {
        /// Junction.
        junction: crate::base::ids::JunctionIx,
        /// Fault (`none` repairs).
        fault: crate::state::signal::SignalFault,
    },
    /// Forces the orientation of all faces of a junction (`None` = all junctions).
    SignalOrientation {
        /// Junction.
        junction: Option<crate::base::ids::JunctionIx>,
        /// Orientation.
        orientation: crate::state::signal::FaceOrientation,
    },
    /// Lenses of a face that shine from now on, whatever its programme says.
    SignalLit {
        /// Face.
        face: crate::base::ids::SignalIx,
        /// Lenses.
        lit: crate::state::signal::LitLenses,
    },
    /// Fault of a sensor of the ego.
    SensorFault {
        /// Sensor name (`camera_front`) or kind (`camera`).
        sensor: String,
        /// Fault.
        fault: SensorFault,
    },
    /// Sets the driver's secondary task.
    DriverTask {
        /// Task.
        task: SecondaryTask,
    },
    /// Another feature is fitted to the ego: engaged inside its ODD, else off.
    FitFeature {
        /// Its level.
        level: AutomationLevel,
        /// Its name (`None` = the one the scenario names for the level, else the level's default).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        feature: Option<String>,
    },
    /// The human wants to engage the feature.
    EngageFeature,
    /// The human wants to end automation.
    DisengageFeature,
}

/// Fault of a sensor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SensorFault {
    /// Works.
    None,
    /// Delivers nothing.
    Dead,
    /// Delivers the last frame for ever.
    Frozen,
    /// Lens or radome covered: share of the view, 0–1.
    Blocked(f64),
    /// Bearing off by an angle, deg.
    Misaligned(f64),
    /// Every object is seen without noise, loss or weather (counterfactual).
    Perfect,
}
