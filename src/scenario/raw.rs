//! The file as it is written: one struct per section. These types are the format: the reader, the checks of
//! names, kinds and ranges, and the JSON Schema for editors are all made from them.
//!
//! Every key with an SI unit (`speed_mps`, `s_m`, `over_s`) may also be written in the other units of
//! [`super::units`] (`speed_kmph`, `s_km`, `over_min`).

use super::limits::*;
use super::located::At;
use super::model::{Behavior, ParameterValue, SensorFault, Shape, WeatherTargets};
use super::raw_event::{RawAction, RawEvent, RawStory, RawWhen};
use crate::state::automation::AutomationLevel;
use crate::state::driver::{HumanRole, SecondaryTask};
use crate::state::signal::FaceOrientation;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A shakedown scenario: who drives where, in which weather, past which signals, what happens when, and
/// what counts as a pass.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawScenario {
    /// Version of the format: 1.
    #[schemars(range(min = 1, max = 1))]
    #[expect(dead_code, reason = "checked against the schema before this type is read")]
    pub version: u32,
    /// Title for people.
    #[schemars(length(max = NAME_MAX))]
    pub title: String,
    /// What it is about, a sentence or two.
    #[serde(default)]
    #[schemars(length(max = TEXT_MAX))]
    pub about: String,
    /// What is expected of each level, and why.
    #[serde(default)]
    pub expect: RawExpect,
    /// Name of a bundled map, or the path of an .xodr file relative to this file.
    #[schemars(length(max = TEXT_MAX))]
    pub map: At<String>,
    /// Longest duration, s. Default 60.
    #[schemars(range(min = 0.1, max = DURATION_S_MAX))]
    pub duration_s: Option<f64>,
    /// Level of automation when the command line names none. Default L4.
    pub level: Option<AutomationLevel>,
    /// Local date and time with its offset from UTC: 2016-11-14T07:45:00-08:00. Sets the sun. Default: noon
    /// of 2016-06-21, UTC-8.
    pub start: Option<At<String>>,
    /// Parameters: `$NAME` or `${NAME * 2}` stands for their value anywhere in the file.
    #[serde(default)]
    #[schemars(schema_with = "parameters_schema")]
    #[expect(dead_code, reason = "read from the tree, which keeps their order")]
    pub parameters: BTreeMap<String, RawParameter>,
    /// Weather and road surface.
    pub weather: Option<RawWeather>,
    /// The automated vehicle.
    pub ego: Option<RawEgo>,
    /// Scripted road users and obstacles.
    #[serde(default)]
    #[schemars(length(max = ENTITIES_MAX), extend("x-limit" = "ENTITIES_MAX"))]
    pub entity: Vec<RawEntity>,
    /// Background traffic.
    #[serde(default)]
    pub traffic: RawTraffic,
    /// Traffic signals that differ from the map's programme.
    #[serde(default)]
    #[schemars(length(max = SIGNALS_MAX), extend("x-limit" = "SIGNALS_MAX"))]
    pub signal: Vec<RawSignal>,
    /// Actions at time 0.
    #[serde(default)]
    #[schemars(length(max = ACTIONS_MAX), extend("x-limit" = "ACTIONS_MAX"))]
    pub init: Vec<At<RawAction>>,
    /// Events: when something holds, do something.
    #[serde(default)]
    #[schemars(length(max = EVENTS_MAX), extend("x-limit" = "EVENTS_MAX"))]
    pub event: Vec<RawEvent>,
    /// The full structure of OpenSCENARIO, for those who need acts and maneuver groups.
    #[serde(default)]
    #[schemars(length(max = STORY_PARTS_MAX), extend("x-limit" = "STORY_PARTS_MAX"))]
    pub story: Vec<RawStory>,
    /// Ends the run when it holds.
    pub stop: Option<At<RawWhen>>,
    /// What counts as a pass.
    #[serde(default)]
    #[schemars(length(max = CRITERIA_MAX), extend("x-limit" = "CRITERIA_MAX"))]
    pub criteria: Vec<RawCriterion>,
}

/// What is expected, by level.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawExpect {
    /// Of every level.
    pub all: Option<String>,
    /// Of L0.
    #[serde(rename = "L0")]
    pub l0: Option<String>,
    /// Of L1.
    #[serde(rename = "L1")]
    pub l1: Option<String>,
    /// Of L2.
    #[serde(rename = "L2")]
    pub l2: Option<String>,
    /// Of L3.
    #[serde(rename = "L3")]
    pub l3: Option<String>,
    /// Of L4.
    #[serde(rename = "L4")]
    pub l4: Option<String>,
    /// Of L5.
    #[serde(rename = "L5")]
    pub l5: Option<String>,
}

/// A parameter. `rain = 8` is short for `rain = { default = 8 }`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawParameter {
    /// Value of a single run.
    pub default: At<ParameterValue>,
    /// Value instead of the default (what `--set NAME=value` writes).
    pub value: Option<At<ParameterValue>>,
    /// What it is.
    #[expect(dead_code, reason = "for readers of the file")]
    #[serde(default)]
    #[schemars(length(max = TEXT_MAX))]
    pub about: String,
    /// Any value between two bounds is as likely as any other.
    pub uniform: Option<At<RawUniform>>,
    /// Bell curve, cut at the bounds.
    pub normal: Option<At<RawNormal>>,
    /// Its logarithm follows a bell curve, cut at the bounds.
    pub log_normal: Option<At<RawLogNormal>>,
    /// One of these values, each as likely.
    #[schemars(length(min = 1, max = PARAMETERS_MAX))]
    pub choice: Option<At<Vec<ParameterValue>>>,
}

/// Uniform distribution.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawUniform {
    /// Lower bound.
    pub min: f64,
    /// Upper bound.
    pub max: f64,
}

/// Normal distribution.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawNormal {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
    /// Lower bound. Default: mean − 4 sd.
    pub min: Option<f64>,
    /// Upper bound. Default: mean + 4 sd.
    pub max: Option<f64>,
}

/// Log-normal distribution.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLogNormal {
    /// Median.
    pub median: f64,
    /// Standard deviation of the natural logarithm.
    pub sigma: f64,
    /// Lower bound. Default: median / e^(4 sigma).
    pub min: Option<f64>,
    /// Upper bound. Default: median · e^(4 sigma).
    pub max: Option<f64>,
}

/// A place: road, lane and distance along the road as the map has them.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPlace {
    /// Road id of the map.
    #[schemars(length(max = NAME_MAX))]
    pub road: At<String>,
    /// Lane id of the map: negative on the right of the reference line, positive on its left.
    #[schemars(range(min = -100, max = 100))]
    pub lane: At<i32>,
    /// Distance along the road's reference line, m.
    #[schemars(range(min = 0.0, max = DISTANCE_M_MAX))]
    pub s_m: At<f64>,
    /// Offset from the center of the lane, m, to the left of the driving direction. Default 0.
    #[serde(default)]
    #[schemars(range(min = -OFFSET_M_MAX, max = OFFSET_M_MAX))]
    pub offset_m: Option<f64>,
    /// Turned from the driving direction, deg, to the left (180 = against it). Default 0.
    #[schemars(range(min = -360.0, max = 360.0))]
    pub heading_deg: Option<f64>,
}

/// Weather at the start, what it changes to, and patches of other road surface.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RawWeather {
    /// Values at the start.
    #[serde(flatten)]
    pub initial: WeatherTargets,
    /// Changes with time.
    #[serde(default)]
    #[schemars(length(max = WEATHER_CHANGES_MAX), extend("x-limit" = "WEATHER_CHANGES_MAX"))]
    pub change: Vec<RawWeatherChange>,
    /// Patches of other surface.
    #[serde(default)]
    #[schemars(length(max = WEATHER_CHANGES_MAX), extend("x-limit" = "WEATHER_CHANGES_MAX"))]
    pub patch: Vec<RawPatch>,
}

/// A change of the weather.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RawWeatherChange {
    /// When it begins, s.
    #[schemars(range(min = 0.0, max = DURATION_S_MAX))]
    pub at_s: At<f64>,
    /// How long the transition takes, s. Default 0: at once.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = DURATION_S_MAX))]
    pub over_s: f64,
    /// Where it goes.
    #[serde(flatten)]
    pub to: WeatherTargets,
}

/// A disc of other road surface.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPatch {
    /// Center.
    pub at: At<RawPlace>,
    /// Radius, m.
    #[schemars(range(min = 0.1, max = 1000.0))]
    pub radius_m: f64,
    /// Water film, mm. Default 0.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub water_film_mm: f64,
    /// Share covered by ice, 0–1. Default 0.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub ice_cover: f64,
    /// Snow depth, mm. Default 0.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub snow_depth_mm: f64,
}

/// The automated vehicle.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawEgo {
    /// Name of a vehicle (`shakedown list vehicles`).
    #[schemars(length(max = NAME_MAX))]
    pub vehicle: At<String>,
    /// Name of a sensor suite (`shakedown list sensors`). Default: the vehicle's own name where there is a
    /// suite of that name, else the first suite.
    #[schemars(length(max = NAME_MAX))]
    pub sensors: Option<At<String>>,
    /// Where it starts.
    pub start: At<RawPlace>,
    /// Speed at the start, m/s. Default 0.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = SPEED_MPS_MAX))]
    pub speed_mps: f64,
    /// Places to pass in order; the last one is the destination. Without it the ego follows its lane.
    #[serde(default)]
    #[schemars(length(max = ROUTE_MAX), extend("x-limit" = "ROUTE_MAX"))]
    pub route: Vec<At<RawPlace>>,
    /// Speed the automation is set to, m/s. Default: the posted limit.
    #[schemars(range(min = 1.0, max = SPEED_MPS_MAX))]
    pub set_speed_mps: Option<f64>,
    /// The human aboard.
    #[serde(default)]
    pub driver: RawDriver,
    /// Feature to fit at a level where it is not the default one: `L1 = "lane_keeping"`.
    #[serde(default)]
    pub features: RawFeatures,
    /// Changes to the limits of the features' operational design domain: `rain_mmph_max = 12`.
    #[serde(default)]
    pub odd: BTreeMap<String, At<f64>>,
    /// Signal heads (ids of the map) that the automation's own map does not know.
    #[serde(default)]
    #[schemars(length(max = SIGNALS_MAX), extend("x-limit" = "SIGNALS_MAX"))]
    pub unmapped_signals: Vec<At<String>>,
}

/// Feature by level.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawFeatures {
    /// Feature at L1.
    #[serde(rename = "L1")]
    pub l1: Option<At<String>>,
    /// Feature at L2.
    #[serde(rename = "L2")]
    pub l2: Option<At<String>>,
    /// Feature at L3.
    #[serde(rename = "L3")]
    pub l3: Option<At<String>>,
    /// Feature at L4.
    #[serde(rename = "L4")]
    pub l4: Option<At<String>>,
    /// Feature at L5.
    #[serde(rename = "L5")]
    pub l5: Option<At<String>>,
}

/// The human aboard.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawDriver {
    /// What the human is there for. Default by level: driver, driver, driver, fallback-ready user,
    /// passenger, passenger.
    pub role: Option<HumanRole>,
    /// What the human does beside driving. Default: monitoring.
    pub task: SecondaryTask,
    /// Probability of no answer at all to a request to intervene, 0–1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub non_response: Option<f64>,
    /// Takeover time, s, instead of one drawn from the model.
    #[schemars(range(min = 0.0, max = 120.0))]
    pub takeover_time_s: Option<f64>,
    /// Speed the human likes relative to the limit. Default 1.
    #[schemars(range(min = 0.1, max = 2.0))]
    pub speed_factor: Option<f64>,
}

/// A scripted road user or obstacle.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawEntity {
    /// Its name, used by events.
    #[schemars(length(min = 1, max = NAME_MAX))]
    pub name: At<String>,
    /// Name of a vehicle, or `pedestrian`, `bicycle`, `cone`, `barrier`, `debris_box` ….
    #[schemars(length(max = NAME_MAX))]
    pub vehicle: At<String>,
    /// Where it starts.
    pub start: At<RawPlace>,
    /// Speed at the start, m/s. Default 0.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = SPEED_MPS_MAX))]
    pub speed_mps: f64,
    /// How it moves. Default: traffic for vehicles, pedestrian and cyclist for those, parked for obstacles.
    pub behavior: Option<Behavior>,
    /// Places to pass (vehicles) or the path to walk (pedestrians).
    #[serde(default)]
    #[schemars(length(max = ROUTE_MAX), extend("x-limit" = "ROUTE_MAX"))]
    pub route: Vec<At<RawPlace>>,
    /// Absent until an `add` action. Default false.
    #[serde(default)]
    pub hidden_at_start: bool,
    /// Runs red lights. Default false.
    #[serde(default)]
    pub runs_red: bool,
    /// How well it can be seen: 1 = usual, 0.3 = dark clothes or no lights. Default 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub conspicuity: Option<f64>,
    /// Emergency vehicle with its siren on. Default false.
    #[serde(default)]
    pub siren: bool,
}

/// Background traffic.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawTraffic {
    /// Number of vehicles. Default 0.
    #[schemars(range(min = 0, max = TRAFFIC_VEHICLES_MAX))]
    pub vehicles: u32,
    /// Radius around the ego's start in which they are placed, m. Default 300.
    #[schemars(range(min = 10.0, max = 10000.0))]
    pub radius_m: Option<f64>,
    /// Share that ignores signals and stop signs, 0–1. Default 0.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub violator_share: f64,
    /// Share of trucks and buses, 0–1. Default 0.1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub heavy_share: Option<f64>,
    /// Number of pedestrians. Default 0.
    #[schemars(range(min = 0, max = TRAFFIC_VEHICLES_MAX))]
    pub pedestrians: u32,
    /// Share of pedestrians who cross away from crosswalks, 0–1. Default 0.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub jaywalker_share: f64,
    /// Number of cyclists. Default 0.
    #[schemars(range(min = 0, max = TRAFFIC_VEHICLES_MAX))]
    pub cyclists: u32,
    /// Mean desired speed relative to the limit. Default 1.
    #[schemars(range(min = 0.1, max = 2.0))]
    pub speed_factor: Option<f64>,
}

/// Signals of one junction.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSignal {
    /// Junction id of the map.
    #[schemars(length(max = NAME_MAX))]
    pub junction: At<String>,
    /// Shift of the cycle, s.
    #[schemars(range(min = -3600.0, max = 3600.0))]
    pub offset_s: Option<f64>,
    /// Green of each stage in order, s.
    #[schemars(length(min = 1, max = 32), inner(range(min = 1.0, max = 600.0)))]
    pub green_s: Option<At<Vec<f64>>>,
    /// Yellow, s. Default: by the ITE formula.
    #[schemars(range(min = 1.0, max = 10.0))]
    pub yellow_s: Option<f64>,
    /// Red clearance, s. Default: by the ITE formula.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub red_clearance_s: Option<f64>,
    /// Fault from the start.
    pub fault: Option<RawSignalFault>,
    /// Heads stand all `vertical` or all `horizontal`, whatever the map says.
    pub orientation: Option<FaceOrientation>,
}

/// Fault of signal heads.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawSignalFault {
    /// Works.
    None,
    /// No lens is lit.
    Dark,
    /// All approaches flash red.
    FlashingRed,
    /// Dimmed to a share of the usual brightness, 0–1.
    Dimmed(#[schemars(range(min = 0.0, max = 1.0))] f64),
}

/// A pass criterion.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawCriterion {
    /// Its name in the results. Default: made from the rule.
    #[schemars(length(min = 1, max = NAME_MAX))]
    pub name: Option<At<String>>,
    /// What must hold.
    pub rule: At<RawRule>,
    /// Levels it applies to. Default: all.
    #[serde(default)]
    #[schemars(length(max = 6))]
    pub levels: Vec<AutomationLevel>,
}

/// What must hold at the end of a run.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawRule {
    /// The ego touches nobody.
    NoCollision,
    /// The ego passes no red light.
    NoRedLightViolation,
    /// The ego passes no stop line without a stop.
    NoStopLineViolation,
    /// The ego stays on the road.
    NoOffRoad,
    /// The ego covers at least this distance, m.
    DistanceMinM(#[schemars(range(min = 0.0, max = DISTANCE_M_MAX))] f64),
    /// A metric stays at or above a value.
    MetricMin(RawMetric),
    /// A metric stays at or below a value.
    MetricMax(RawMetric),
    /// An event of this name happens (`collision`, `driver_took_over` …).
    Happens(At<String>),
    /// No event of this name happens.
    Never(At<String>),
}

/// Metric and bound.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawMetric {
    /// Name of a metric (`shakedown list metrics`).
    #[schemars(length(max = NAME_MAX))]
    pub metric: At<String>,
    /// The bound, in the metric's unit.
    pub value: f64,
}

/// Shape of a transition, as files have it.
pub type RawShape = Shape;
/// Fault of a sensor, as files have it.
pub type RawSensorFault = SensorFault;

impl JsonSchema for ParameterValue {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ParameterValue".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["number", "string", "boolean"] })
    }
}

fn parameters_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let table = generator.subschema_for::<RawParameter>();
    schemars::json_schema!({
        "type": "object",
        "description": "Parameters: `$NAME` or `${NAME * 2}` stands for their value anywhere in the file.",
        "additionalProperties": { "anyOf": [{ "type": ["number", "string", "boolean"] }, table] }
    })
}
