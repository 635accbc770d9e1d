//! Actions: private ones (on the actors of their maneuver group), global ones and the user's own.

use super::condition::{CoordinateSystem, Extents, Rule};
use super::environment::Environment;
use super::position::{EntityName, Position};
use super::trajectory::{Route, Trajectory};
use crate::board::Shape;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An action of the standard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandardAction {
    /// On each actor.
    Private(PrivateAction),
    /// On the world.
    Global(GlobalAction),
    /// The user's own: recorded, without an effect here.
    UserDefined {
        /// Type.
        kind: String,
        /// Content.
        content: String,
    },
}

/// What the value of a transition means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Rate of the changing quantity, per second.
    Rate,
    /// Duration, s.
    Time,
    /// Distance traveled, m.
    Distance,
}

/// How a transition follows its shape when the state it began from is disturbed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Following {
    /// Exactly the shape.
    #[default]
    Position,
    /// As the dynamics allow.
    Follow,
}

/// Dynamics of a transition.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TransitionDynamics {
    /// Shape.
    pub shape: Shape,
    /// Meaning of the value.
    pub dimension: Dimension,
    /// Value.
    pub value: f64,
    /// Following mode.
    pub following: Following,
}

/// Limits of motion; infinite where not limited.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DynamicConstraints {
    /// Acceleration, m/s².
    pub accel_mps2_max: f64,
    /// Deceleration, m/s².
    pub decel_mps2_max: f64,
    /// Speed, m/s.
    pub speed_mps_max: f64,
    /// Rate of acceleration, m/s³.
    pub accel_rate_mps3_max: f64,
    /// Rate of deceleration, m/s³.
    pub decel_rate_mps3_max: f64,
}

impl Default for DynamicConstraints {
    fn default() -> Self {
        let free = f64::INFINITY;
        Self {
            accel_mps2_max: free,
            decel_mps2_max: free,
            speed_mps_max: free,
            accel_rate_mps3_max: free,
            decel_rate_mps3_max: free,
        }
    }
}

/// Target of a speed action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpeedTarget {
    /// Speed, m/s.
    Absolute(f64),
    /// Relative to another entity.
    Relative {
        /// Reference.
        entity: EntityName,
        /// Difference in m/s, or factor.
        value: f64,
        /// Which of the two.
        kind: RelativeSpeedKind,
        /// Whether it is followed without end.
        continuous: Continuous,
    },
}

/// Meaning of a relative speed's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelativeSpeedKind {
    /// Difference, m/s.
    Delta,
    /// Factor.
    Factor,
}

/// Whether an action goes on after its target is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Continuous {
    /// Ends when reached.
    #[default]
    No,
    /// Never ends by itself.
    Yes,
}

/// Absolute value or one relative to an entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LaneTarget {
    /// Lane id.
    Absolute(i32),
    /// Lanes to the left of the reference's (as it drives: the standard's sign by t).
    Relative(EntityName, i32),
}

/// Target of a lane offset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OffsetTarget {
    /// Offset from the lane's center, m.
    Absolute(f64),
    /// Offset from an entity's own offset, m.
    Relative(EntityName, f64),
}

/// Where relative to the reference a distance is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Displacement {
    /// On the side where it is.
    #[default]
    Any,
    /// Behind (longitudinal), or to the right (lateral).
    Trailing,
    /// Ahead, or to the left.
    Leading,
}

/// Target gap of a longitudinal distance action.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// Distance, m.
    Distance(f64),
    /// Time gap, s.
    Time(f64),
}

/// An entry of a speed profile.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeedProfileEntry {
    /// Time since the entry before, s.
    pub time_s: Option<f64>,
    /// Speed, m/s.
    pub speed_mps: f64,
}

/// Timing of a trajectory.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeReference {
    /// The times are ignored: the entity drives it at its own speed.
    None,
    /// The trajectory's times hold.
    Timing {
        /// Domain.
        domain: TimeDomain,
        /// Factor.
        scale: f64,
        /// Offset, s.
        offset_s: f64,
    },
}

/// What trajectory times count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeDomain {
    /// Simulated time.
    Absolute,
    /// The action's start.
    Relative,
}

/// Final speed of a synchronize action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinalSpeed {
    /// Absolute, m/s.
    Absolute(f64),
    /// Relative to the master, m/s.
    RelativeToMaster(f64),
}

/// Where the final speed of a synchronize action is reached.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SteadyState {
    /// That distance before the destination, m.
    Distance(f64),
    /// That time before the destination, s.
    Time(f64),
}

/// On or off, or unchanged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// As it is.
    #[default]
    Keep,
    /// On.
    On,
    /// Off.
    Off,
}

/// A controller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Controller {
    /// Name.
    pub name: String,
    /// Properties, in file order.
    pub properties: Vec<(String, String)>,
}

/// Value of an overridden control.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Override {
    /// Active or released.
    pub switch: Switch,
    /// Value: pedals 0–1, wheel rad, gear number.
    pub value: f64,
    /// Largest rate, 1/s (rad/s).
    pub rate_max: Option<f64>,
}

/// Overridden controls.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overrides {
    /// Throttle.
    pub throttle: Option<Override>,
    /// Brake.
    pub brake: Option<Override>,
    /// Clutch.
    pub clutch: Option<Override>,
    /// Parking brake.
    pub parking_brake: Option<Override>,
    /// Steering wheel.
    pub steering_wheel: Option<Override>,
    /// Gear: number (−1 = reverse) or automatic position.
    pub gear: Option<Override>,
}

/// Lights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LightKind {
    /// A vehicle light, by the standard's name (`lowBeam`, `brakeLights`, `indicatorLeft`, …).
    Vehicle(String),
    /// A light of the user's own name.
    UserDefined(String),
}

/// State of a light.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LightMode {
    /// On.
    On,
    /// Off.
    Off,
    /// Flashing.
    Flashing,
}

/// A private action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivateAction {
    /// Speed.
    Speed {
        /// Dynamics.
        dynamics: TransitionDynamics,
        /// Target.
        target: SpeedTarget,
    },
    /// Speed profile.
    SpeedProfile {
        /// Speeds are relative to this entity's.
        relative_to: Option<EntityName>,
        /// Following mode.
        following: Following,
        /// Constraints.
        constraints: Option<DynamicConstraints>,
        /// Entries.
        entries: Vec<SpeedProfileEntry>,
    },
    /// Longitudinal distance to an entity.
    LongitudinalDistance {
        /// Reference.
        entity: EntityName,
        /// Gap.
        gap: Option<Gap>,
        /// Side.
        displacement: Displacement,
        /// Bodies or points.
        extents: Extents,
        /// Coordinate system.
        system: CoordinateSystem,
        /// Goes on.
        continuous: Continuous,
        /// Constraints; none = exactly kept.
        constraints: Option<DynamicConstraints>,
    },
    /// Lane change.
    LaneChange {
        /// Dynamics.
        dynamics: TransitionDynamics,
        /// Target lane.
        target: LaneTarget,
        /// Offset in the target lane, m.
        target_offset_m: f64,
    },
    /// Lane offset.
    LaneOffset {
        /// Shape.
        shape: Shape,
        /// Largest lateral acceleration, m/s².
        lateral_accel_mps2_max: Option<f64>,
        /// Target.
        target: OffsetTarget,
        /// Goes on.
        continuous: Continuous,
    },
    /// Lateral distance to an entity.
    LateralDistance {
        /// Reference.
        entity: EntityName,
        /// Distance, m; none = as it is.
        distance_m: Option<f64>,
        /// Side.
        displacement: Displacement,
        /// Bodies or points.
        extents: Extents,
        /// Coordinate system.
        system: CoordinateSystem,
        /// Goes on.
        continuous: Continuous,
        /// Constraints; none = exactly kept.
        constraints: Option<DynamicConstraints>,
    },
    /// Visible or not, for whom.
    Visibility {
        /// In pictures.
        graphics: bool,
        /// For sensors.
        sensors: bool,
        /// For traffic.
        traffic: bool,
        /// Only for these sensors (empty = all).
        sensor_names: Vec<String>,
    },
    /// Arrive somewhere together with a master.
    Synchronize {
        /// Master.
        master: EntityName,
        /// Where the master arrives.
        master_target: Position,
        /// Where this entity arrives.
        target: Position,
        /// Final speed.
        final_speed: Option<FinalSpeed>,
        /// Where it holds.
        steady_state: Option<SteadyState>,
        /// Tolerance at the master's target, m.
        master_tolerance_m: f64,
        /// Tolerance at the own target, m.
        tolerance_m: f64,
    },
    /// Put somewhere.
    Teleport(Position),
    /// Assign a route.
    AssignRoute(Arc<Route>),
    /// Follow a trajectory.
    FollowTrajectory {
        /// Trajectory.
        trajectory: Arc<Trajectory>,
        /// Timing.
        time_reference: TimeReference,
        /// Following mode.
        following: Following,
        /// Where on it to begin, m.
        initial_offset_m: f64,
    },
    /// Drive to a position by the roads.
    AcquirePosition(Position),
    /// Drive at random.
    RandomRoute,
    /// Assign controllers, and activate them or not.
    AssignController {
        /// Controllers.
        controllers: Vec<Controller>,
        /// Lateral domain.
        lateral: Switch,
        /// Longitudinal domain.
        longitudinal: Switch,
        /// Lighting domain.
        lighting: Switch,
        /// Animation domain.
        animation: Switch,
    },
    /// Activate or deactivate the assigned controller.
    ActivateController {
        /// Which (`None` = all assigned).
        controller: Option<String>,
        /// Lateral domain.
        lateral: Switch,
        /// Longitudinal domain.
        longitudinal: Switch,
        /// Lighting domain.
        lighting: Switch,
        /// Animation domain.
        animation: Switch,
    },
    /// Override controls.
    OverrideController(Overrides),
    /// Light state.
    LightState {
        /// Which.
        light: LightKind,
        /// State.
        mode: LightMode,
        /// Transition time, s.
        transition_s: f64,
    },
    /// Animation of a part or a pedestrian: recorded.
    Animation {
        /// Type in words (`vehicle_component:doorFrontLeft`, `pedestrian:walking`, …).
        kind: String,
        /// State 0–1.
        state: f64,
        /// Duration, s.
        duration_s: Option<f64>,
        /// Repeats.
        looped: Continuous,
    },
    /// Connect or disconnect a trailer.
    Trailer(TrailerAction),
}

/// Trailer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrailerAction {
    /// Connect this one.
    Connect(EntityName),
    /// Disconnect the present one.
    Disconnect,
}

/// Operation on a parameter or variable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modification {
    /// Set to a value.
    Set(String),
    /// Add a number.
    Add(f64),
    /// Multiply by a number.
    Multiply(f64),
}

/// State of one signal in a phase or a state action: id and its semicolon list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalState {
    /// Signal id.
    pub signal: String,
    /// State.
    pub state: String,
}

/// Distribution of what a source emits: vehicle category or entry, and its weight.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrafficDefinition {
    /// Name.
    pub name: String,
    /// Vehicle categories with weights.
    pub categories: Vec<(String, f64)>,
    /// Controllers with weights.
    pub controllers: Vec<(Controller, f64)>,
}

/// A global action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GlobalAction {
    /// Environment.
    Environment(Box<Environment>),
    /// An entity appears.
    AddEntity(EntityName, Position),
    /// An entity vanishes.
    DeleteEntity(EntityName),
    /// A parameter changes.
    Parameter(String, Modification),
    /// A variable changes.
    Variable(String, Modification),
    /// A monitor is set.
    SetMonitor(String, bool),
    /// A signal controller goes to a phase.
    SignalController {
        /// Controller.
        controller: String,
        /// Phase.
        phase: String,
        /// States of a phase made for this action.
        states: Vec<SignalState>,
    },
    /// A signal's state.
    SignalState(SignalState),
    /// Traffic source.
    TrafficSource {
        /// Name.
        name: String,
        /// Position.
        position: Position,
        /// Radius, m.
        radius_m: f64,
        /// Vehicles per second.
        rate_ps: f64,
        /// Speed, m/s.
        speed_mps: Option<f64>,
        /// What.
        definition: TrafficDefinition,
    },
    /// Traffic sink.
    TrafficSink {
        /// Name.
        name: String,
        /// Position.
        position: Position,
        /// Radius, m.
        radius_m: f64,
        /// Vehicles per second (`None` = all that come).
        rate_ps: Option<f64>,
    },
    /// Traffic in an ellipse around an entity.
    TrafficSwarm {
        /// Name.
        name: String,
        /// Center.
        center: EntityName,
        /// Half axes: along, across, m.
        half_axes_m: (f64, f64),
        /// Radius of the inner circle without vehicles, m.
        inner_radius_m: f64,
        /// Offset of the ellipse along the center's heading, m.
        offset_m: f64,
        /// Number of vehicles.
        vehicles: u32,
        /// Speed range, m/s.
        speed_mps: Option<(f64, f64)>,
        /// What.
        definition: TrafficDefinition,
    },
    /// Traffic in an area.
    TrafficArea {
        /// Name.
        name: String,
        /// Continuously refilled.
        continuous: Continuous,
        /// Number of vehicles.
        vehicles: u32,
        /// Corner points of the polygon, or lanes of roads.
        area: TrafficArea,
        /// What.
        definition: TrafficDefinition,
    },
    /// Ends a traffic action (`None` = all).
    TrafficStop(Option<String>),
}

/// An area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrafficArea {
    /// Polygon.
    Polygon(Vec<Position>),
    /// Ranges of roads: road, lanes (empty = all), from s, to s.
    Roads(Vec<(String, Vec<i32>, f64, f64)>),
}

/// A value compared with a rule (used where the standard compares texts).
pub type TextRule = (Rule, String);

impl PrivateAction {
    /// The standard's name of the choice that it belongs to.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::Speed { .. } | Self::SpeedProfile { .. } | Self::LongitudinalDistance { .. } => {
                "LongitudinalAction"
            }
            Self::LaneChange { .. } | Self::LaneOffset { .. } | Self::LateralDistance { .. } => {
                "LateralAction"
            }
            Self::Visibility { .. } => "VisibilityAction",
            Self::Synchronize { .. } => "SynchronizeAction",
            Self::Teleport(_) => "TeleportAction",
            Self::AssignRoute(_)
            | Self::FollowTrajectory { .. }
            | Self::AcquirePosition(_)
            | Self::RandomRoute => "RoutingAction",
            Self::AssignController { .. } | Self::OverrideController(_) => "ControllerAction",
            Self::ActivateController { .. } => "ActivateControllerAction",
            Self::LightState { .. } | Self::Animation { .. } => "AppearanceAction",
            Self::Trailer(_) => "TrailerAction",
        }
    }
}
