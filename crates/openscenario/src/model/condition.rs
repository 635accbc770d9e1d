//! Triggers and their conditions.

use super::entity::{ByObjectType, EntityRef};
use super::position::Position;
use super::value::{
    AngleType, ConditionEdge, CoordinateSystem, DirectionalDimension, RelativeDistanceType, RoutingAlgorithm,
    Rule, StoryboardElementState, StoryboardElementType, TriggeringEntitiesRule,
};
use crate::value::DateTime;

elements! {
    /// Starts or stops something when one of its groups holds; without groups, never.
    record Trigger {
        children {
            condition_groups: Vec<ConditionGroup> = "ConditionGroup";
        }
    }
    /// Conditions that must all hold.
    record ConditionGroup {
        children {
            conditions: Vec<Condition> = "Condition" [min 1];
        }
    }
    /// One condition, with edge and delay.
    record Condition {
        attributes {
            condition_edge: ConditionEdge = "conditionEdge";
            delay: f64 = "delay" or 0.0;
            name: String = "name" or String::new();
        }
        choices {
            kind: ConditionKind;
        }
    }
    /// Of entities or of values.
    group ConditionKind {
        ByEntityCondition(ByEntityCondition) = "ByEntityCondition";
        ByValueCondition(ByValueCondition) = "ByValueCondition";
    }
    /// A condition on entities.
    record ByEntityCondition {
        children {
            triggering_entities: TriggeringEntities = "TriggeringEntities";
            entity_condition: EntityCondition = "EntityCondition";
        }
    }
    /// Entities that the condition is asked of.
    record TriggeringEntities {
        attributes {
            triggering_entities_rule: TriggeringEntitiesRule = "triggeringEntitiesRule";
        }
        children {
            entity_refs: Vec<EntityRef> = "EntityRef" [min 1];
        }
    }
    /// What is asked of an entity.
    choice EntityCondition {
        EndOfRoadCondition(EndOfRoadCondition) = "EndOfRoadCondition";
        CollisionCondition(CollisionCondition) = "CollisionCondition";
        OffroadCondition(OffroadCondition) = "OffroadCondition";
        TimeHeadwayCondition(TimeHeadwayCondition) = "TimeHeadwayCondition";
        TimeToCollisionCondition(TimeToCollisionCondition) = "TimeToCollisionCondition";
        AccelerationCondition(AccelerationCondition) = "AccelerationCondition";
        StandStillCondition(StandStillCondition) = "StandStillCondition";
        SpeedCondition(SpeedCondition) = "SpeedCondition";
        RelativeSpeedCondition(RelativeSpeedCondition) = "RelativeSpeedCondition";
        TraveledDistanceCondition(TraveledDistanceCondition) = "TraveledDistanceCondition";
        ReachPositionCondition(ReachPositionCondition) = "ReachPositionCondition" [deprecated 2];
        DistanceCondition(DistanceCondition) = "DistanceCondition";
        RelativeDistanceCondition(RelativeDistanceCondition) = "RelativeDistanceCondition";
        RelativeClearanceCondition(RelativeClearanceCondition) = "RelativeClearanceCondition" [since 2];
        AngleCondition(AngleCondition) = "AngleCondition" [since 3];
        RelativeAngleCondition(RelativeAngleCondition) = "RelativeAngleCondition" [since 3];
    }
    /// The road has ended, for some time.
    record EndOfRoadCondition {
        attributes {
            duration: f64 = "duration";
        }
    }
    /// The entity touches another.
    choice CollisionCondition {
        EntityRef(EntityRef) = "EntityRef";
        ByType(ByObjectType) = "ByType";
    }
    /// The entity is off the road, for some time.
    record OffroadCondition {
        attributes {
            duration: f64 = "duration";
        }
    }
    /// Time gap to another entity.
    record TimeHeadwayCondition {
        attributes {
            entity_ref: String = "entityRef";
            along_route: Option<bool> = "alongRoute" [deprecated 1];
            freespace: bool = "freespace";
            rule: Rule = "rule";
            value: f64 = "value";
            coordinate_system: Option<CoordinateSystem> = "coordinateSystem" [since 1];
            relative_distance_type: Option<RelativeDistanceType> = "relativeDistanceType" [since 1];
            routing_algorithm: Option<RoutingAlgorithm> = "routingAlgorithm" [since 2];
        }
    }
    /// Time to collision with an entity or position.
    record TimeToCollisionCondition {
        attributes {
            along_route: Option<bool> = "alongRoute" [deprecated 1];
            freespace: bool = "freespace";
            rule: Rule = "rule";
            value: f64 = "value";
            relative_distance_type: Option<RelativeDistanceType> = "relativeDistanceType" [since 1];
            coordinate_system: Option<CoordinateSystem> = "coordinateSystem" [since 1];
            routing_algorithm: Option<RoutingAlgorithm> = "routingAlgorithm" [since 2];
        }
        children {
            time_to_collision_condition_target: TimeToCollisionConditionTarget = "TimeToCollisionConditionTarget";
        }
    }
    /// What would be hit.
    choice TimeToCollisionConditionTarget {
        Position(Position) = "Position";
        EntityRef(EntityRef) = "EntityRef";
    }
    /// Acceleration of the entity.
    record AccelerationCondition {
        attributes {
            rule: Rule = "rule";
            value: f64 = "value";
            direction: Option<DirectionalDimension> = "direction" [since 2];
        }
    }
    /// The entity stands still, for some time.
    record StandStillCondition {
        attributes {
            duration: f64 = "duration";
        }
    }
    /// Speed of the entity.
    record SpeedCondition {
        attributes {
            rule: Rule = "rule";
            value: f64 = "value";
            direction: Option<DirectionalDimension> = "direction" [since 2];
        }
    }
    /// Speed relative to another entity.
    record RelativeSpeedCondition {
        attributes {
            entity_ref: String = "entityRef";
            rule: Rule = "rule";
            value: f64 = "value";
            direction: Option<DirectionalDimension> = "direction" [since 2];
        }
    }
    /// Distance travelled since the start.
    record TraveledDistanceCondition {
        attributes {
            value: f64 = "value";
        }
    }
    /// The entity is near a position.
    record ReachPositionCondition [deprecated 2] {
        attributes {
            tolerance: f64 = "tolerance";
        }
        children {
            position: Position = "Position";
        }
    }
    /// Distance to a position.
    record DistanceCondition {
        attributes {
            along_route: Option<bool> = "alongRoute" [deprecated 1];
            freespace: bool = "freespace";
            rule: Rule = "rule";
            value: f64 = "value";
            coordinate_system: Option<CoordinateSystem> = "coordinateSystem" [since 1];
            relative_distance_type: Option<RelativeDistanceType> = "relativeDistanceType" [since 1];
            routing_algorithm: Option<RoutingAlgorithm> = "routingAlgorithm" [since 2];
        }
        children {
            position: Position = "Position";
        }
    }
    /// Distance to another entity.
    record RelativeDistanceCondition {
        attributes {
            entity_ref: String = "entityRef";
            freespace: bool = "freespace";
            relative_distance_type: RelativeDistanceType = "relativeDistanceType";
            rule: Rule = "rule";
            value: f64 = "value";
            coordinate_system: Option<CoordinateSystem> = "coordinateSystem" [since 1];
            routing_algorithm: Option<RoutingAlgorithm> = "routingAlgorithm" [since 2];
        }
    }
    /// Lanes beside and before are free.
    record RelativeClearanceCondition [since 2] [ordered true] {
        attributes {
            opposite_lanes: bool = "oppositeLanes";
            distance_forward: Option<f64> = "distanceForward";
            distance_backward: Option<f64> = "distanceBackward";
            free_space: bool = "freeSpace";
        }
        children {
            relative_lane_ranges: Vec<RelativeLaneRange> = "RelativeLaneRange";
            entity_refs: Vec<EntityRef> = "EntityRef";
        }
    }
    /// Lanes relative to the entity's own.
    record RelativeLaneRange [since 2] {
        attributes {
            from: Option<i32> = "from";
            to: Option<i32> = "to";
        }
    }
    /// Angle of the entity, radians.
    record AngleCondition [since 3] {
        attributes {
            angle_type: AngleType = "angleType";
            angle: f64 = "angle";
            angle_tolerance: f64 = "angleTolerance";
            coordinate_system: Option<CoordinateSystem> = "coordinateSystem";
        }
    }
    /// Angle to another entity, radians.
    record RelativeAngleCondition [since 3] {
        attributes {
            entity_ref: String = "entityRef";
            angle_type: AngleType = "angleType";
            angle: f64 = "angle";
            angle_tolerance: f64 = "angleTolerance";
            coordinate_system: Option<CoordinateSystem> = "coordinateSystem";
        }
    }
    /// A condition on values.
    choice ByValueCondition {
        ParameterCondition(ParameterCondition) = "ParameterCondition";
        TimeOfDayCondition(TimeOfDayCondition) = "TimeOfDayCondition";
        SimulationTimeCondition(SimulationTimeCondition) = "SimulationTimeCondition";
        StoryboardElementStateCondition(StoryboardElementStateCondition) = "StoryboardElementStateCondition";
        UserDefinedValueCondition(UserDefinedValueCondition) = "UserDefinedValueCondition";
        TrafficSignalCondition(TrafficSignalCondition) = "TrafficSignalCondition";
        TrafficSignalControllerCondition(TrafficSignalControllerCondition) = "TrafficSignalControllerCondition";
        VariableCondition(VariableCondition) = "VariableCondition" [since 2];
    }
    /// Value of a parameter.
    record ParameterCondition {
        attributes {
            parameter_ref: String = "parameterRef";
            rule: Rule = "rule";
            value: String = "value";
        }
    }
    /// Date and time in the simulation.
    record TimeOfDayCondition {
        attributes {
            date_time: DateTime = "dateTime";
            rule: Rule = "rule";
        }
    }
    /// Time since the start.
    record SimulationTimeCondition {
        attributes {
            rule: Rule = "rule";
            value: f64 = "value";
        }
    }
    /// State of a storyboard element.
    record StoryboardElementStateCondition {
        attributes {
            storyboard_element_ref: String = "storyboardElementRef";
            state: StoryboardElementState = "state";
            storyboard_element_type: StoryboardElementType = "storyboardElementType";
        }
    }
    /// A value from outside.
    record UserDefinedValueCondition {
        attributes {
            name: String = "name";
            rule: Rule = "rule";
            value: String = "value";
        }
    }
    /// State of a traffic signal.
    record TrafficSignalCondition {
        attributes {
            name: String = "name";
            state: String = "state";
        }
    }
    /// Phase of a traffic signal controller.
    record TrafficSignalControllerCondition {
        attributes {
            traffic_signal_controller_ref: String = "trafficSignalControllerRef";
            phase: String = "phase";
        }
    }
    /// Value of a variable.
    record VariableCondition [since 2] {
        attributes {
            variable_ref: String = "variableRef";
            rule: Rule = "rule";
            value: String = "value";
        }
    }
}
