//! Conditions by entity and by value.

use super::position::{EntityName, Position};
use crate::board::Comparison;
use serde::{Deserialize, Serialize};

/// A comparison as the standard has it: the native one and "not equal".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// <, ≤, =, ≥, >.
    Is(Comparison),
    /// ≠.
    NotEqual,
}

/// Which of the triggering entities must fulfil the condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantifier {
    /// One.
    Any,
    /// All.
    All,
    /// None.
    None,
}

/// Coordinate system of a distance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoordinateSystem {
    /// The entity's own axes.
    #[default]
    Entity,
    /// Lane coordinates.
    Lane,
    /// Road coordinates.
    Road,
    /// Trajectory coordinates.
    Trajectory,
    /// World axes.
    World,
}

/// Which part of a distance is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DistanceKind {
    /// Along.
    Longitudinal,
    /// Across.
    Lateral,
    /// Straight line (or the reference points' distance along the system).
    #[default]
    Euclidean,
}

/// Whether bodies or reference points are measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extents {
    /// Between reference points.
    #[default]
    ReferencePoints,
    /// Between the closest points of the bounding boxes (`freespace`).
    FreeSpace,
}

/// How a distance is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Coordinate system.
    pub system: CoordinateSystem,
    /// Part.
    pub kind: DistanceKind,
    /// Bodies or points.
    pub extents: Extents,
    /// Whether the way follows the roads, and by which rule.
    pub routing: Routing,
}

/// Routing algorithm of a distance in lane or road coordinates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Routing {
    /// The entity's own route.
    AssignedRoute,
    /// Fastest.
    Fastest,
    /// Fewest intersections.
    LeastIntersections,
    /// Shortest.
    Shortest,
    /// Not said.
    #[default]
    Undefined,
}

/// Component of a speed or acceleration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Signed magnitude.
    #[default]
    Total,
    /// Forward.
    Longitudinal,
    /// Left.
    Lateral,
    /// Up.
    Vertical,
}

/// Component of an orientation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AngleKind {
    /// Heading.
    Heading,
    /// Pitch.
    Pitch,
    /// Roll.
    Roll,
}

/// State of a storyboard element, as conditions name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ElementEvent {
    /// Is in standby.
    StandbyState,
    /// Starts in this step.
    StartTransition,
    /// Is running.
    RunningState,
    /// Ends in this step.
    EndTransition,
    /// Is skipped in this step.
    SkipTransition,
    /// Is stopped in this step.
    StopTransition,
    /// Is complete.
    CompleteState,
}

/// Kind of a storyboard element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ElementKind {
    /// Story.
    Story,
    /// Act.
    Act,
    /// Maneuver group.
    ManeuverGroup,
    /// Maneuver.
    Maneuver,
    /// Event.
    Event,
    /// Action.
    Action,
}

/// A condition of the standard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandardCondition {
    /// By entity.
    ByEntity {
        /// Triggering entities.
        entities: Vec<EntityName>,
        /// Which of them.
        quantifier: Quantifier,
        /// What is tested of each.
        test: EntityTest,
    },
    /// By value.
    ByValue(ValueTest),
}

/// What is tested of an entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityTest {
    /// At the end of the road for a time, s.
    EndOfRoad(f64),
    /// In contact with an entity, or with any entity of a type.
    Collision(CollisionWith),
    /// Off the road for a time, s.
    Offroad(f64),
    /// Time headway, s.
    TimeHeadway {
        /// To whom.
        to: EntityName,
        /// Value, s.
        value_s: f64,
        /// Rule.
        rule: Rule,
        /// How the distance is measured.
        measure: Measure,
    },
    /// Time to collision, s.
    TimeToCollision {
        /// With an entity or a place.
        target: EntityOrPosition,
        /// Value, s.
        value_s: f64,
        /// Rule.
        rule: Rule,
        /// How the distance is measured.
        measure: Measure,
    },
    /// Acceleration, m/s².
    Acceleration(f64, Rule, Direction),
    /// Standing still for a time, s.
    StandStill(f64),
    /// Speed, m/s.
    Speed(f64, Rule, Direction),
    /// Speed relative to another entity, m/s (own minus reference).
    RelativeSpeed {
        /// Reference.
        to: EntityName,
        /// Value, m/s.
        value_mps: f64,
        /// Rule.
        rule: Rule,
        /// Component.
        direction: Direction,
    },
    /// Distance traveled since the start, m.
    TraveledDistance(f64),
    /// Within a tolerance of a position, m.
    ReachPosition(Position, f64),
    /// Distance to a position, m.
    Distance {
        /// Position.
        to: Position,
        /// Value, m.
        value_m: f64,
        /// Rule.
        rule: Rule,
        /// How it is measured.
        measure: Measure,
    },
    /// Distance to another entity, m.
    RelativeDistance {
        /// Entity.
        to: EntityName,
        /// Value, m.
        value_m: f64,
        /// Rule.
        rule: Rule,
        /// How it is measured.
        measure: Measure,
    },
    /// No entity in given lanes around it.
    RelativeClearance {
        /// Whom to look at; empty = everybody.
        entities: Vec<EntityName>,
        /// Lanes relative to the entity's, (from, to) inclusive; empty = all.
        lanes: Vec<(Option<i32>, Option<i32>)>,
        /// Free distance ahead, m.
        ahead_m: f64,
        /// Free distance behind, m.
        behind_m: f64,
        /// Bodies or points.
        extents: Extents,
        /// Only lanes of the opposite direction count as well.
        opposite: OppositeLanes,
    },
    /// Angle against the reference frame, rad.
    Angle {
        /// Which.
        kind: AngleKind,
        /// Value, rad.
        angle_rad: f64,
        /// Tolerance, rad.
        tolerance_rad: f64,
        /// Frame.
        system: CoordinateSystem,
    },
    /// Angle against another entity, rad.
    RelativeAngle {
        /// Entity.
        to: EntityName,
        /// Which.
        kind: AngleKind,
        /// Value, rad.
        angle_rad: f64,
        /// Tolerance, rad.
        tolerance_rad: f64,
        /// Frame.
        system: CoordinateSystem,
    },
}

/// Whether lanes of the other driving direction are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OppositeLanes {
    /// No.
    #[default]
    Excluded,
    /// Yes.
    Included,
}

/// Partner of a collision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CollisionWith {
    /// An entity.
    Entity(EntityName),
    /// Any entity of a type.
    Type(EntityKind),
}

/// Type of an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// Vehicle.
    Vehicle,
    /// Pedestrian.
    Pedestrian,
    /// Miscellaneous object.
    Miscellaneous,
    /// External object.
    External,
}

/// An entity or a position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityOrPosition {
    /// Entity.
    Entity(EntityName),
    /// Position.
    Position(Position),
}

/// A test by value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueTest {
    /// Simulated time, s.
    SimulationTime(f64, Rule),
    /// Time of day: seconds since 1970-01-01T00:00:00 UTC.
    TimeOfDay(f64, Rule),
    /// A parameter's value.
    Parameter(String, Rule, String),
    /// A variable's value.
    Variable(String, Rule, String),
    /// A value that the user sets from outside.
    UserDefined(String, Rule, String),
    /// State of a storyboard element.
    StoryboardElement {
        /// Kind.
        kind: ElementKind,
        /// Name, or path `story::act::…`.
        element: String,
        /// State or transition.
        state: ElementEvent,
    },
    /// State of a traffic signal (its semicolon list as written).
    TrafficSignal {
        /// Name (OpenDRIVE id).
        name: String,
        /// State.
        state: String,
    },
    /// Phase of a signal controller.
    TrafficSignalController {
        /// Controller.
        controller: String,
        /// Phase.
        phase: String,
    },
}
