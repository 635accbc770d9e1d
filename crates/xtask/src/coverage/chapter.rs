//! Chapters of COVERAGE.md: which type of OpenSCENARIO XML stands in which.
//!
//! The order is that of the standard's own tour: documents, entities, storyboard, actions, conditions,
//! distributions. A test asks that every type of the schema stands in exactly one chapter.

/// Title, types.
#[rustfmt::skip]
pub const CHAPTERS: &[(&str, &[&str])] = &[
    ("Documents", &[
        "OpenScenario",
    ]),
    ("Files, road network and traffic signals", &[
        "FileHeader", "License", "File", "Directory", "RoadNetwork", "UsedArea", "TrafficSignals",
        "TrafficSignalController", "Phase", "TrafficSignalState", "TrafficSignalGroupState",
    ]),
    ("Parameters, variables and monitors", &[
        "ParameterDeclarations", "ParameterDeclaration", "ValueConstraintGroup", "ValueConstraint",
        "VariableDeclarations", "VariableDeclaration", "MonitorDeclarations", "MonitorDeclaration",
        "ParameterAssignments", "ParameterAssignment",
    ]),
    ("Catalogs", &[
        "CatalogReference", "CatalogLocations", "VehicleCatalogLocation", "ControllerCatalogLocation",
        "PedestrianCatalogLocation", "MiscObjectCatalogLocation", "EnvironmentCatalogLocation",
        "ManeuverCatalogLocation", "TrajectoryCatalogLocation", "RouteCatalogLocation", "Catalog",
    ]),
    ("Entities", &[
        "Entities", "ScenarioObject", "ScenarioObjectTemplate", "EntitySelection", "SelectedEntities",
        "EntityRef", "ByType", "ByObjectType", "ExternalObjectReference", "Vehicle", "Pedestrian",
        "MiscObject", "BoundingBox", "Center", "Dimensions", "Performance", "Axles", "Axle", "TrailerHitch",
        "TrailerCoupler", "Trailer", "Properties", "Property", "CustomContent", "ObjectController",
        "Controller",
    ]),
    ("Storyboard", &[
        "Storyboard", "Init", "InitActions", "Private", "Story", "Act", "ManeuverGroup", "Actors",
        "Maneuver", "Event", "Action",
    ]),
    ("Private actions: motion", &[
        "PrivateAction", "LongitudinalAction", "SpeedAction", "TransitionDynamics", "SpeedActionTarget",
        "AbsoluteTargetSpeed", "RelativeTargetSpeed", "SpeedProfileAction", "SpeedProfileEntry",
        "LongitudinalDistanceAction", "DynamicConstraints", "LateralAction", "LaneChangeAction",
        "LaneChangeTarget", "AbsoluteTargetLane", "RelativeTargetLane", "LaneOffsetAction",
        "LaneOffsetActionDynamics", "LaneOffsetTarget", "AbsoluteTargetLaneOffset",
        "RelativeTargetLaneOffset", "LateralDistanceAction", "SynchronizeAction", "FinalSpeed",
        "AbsoluteSpeed", "RelativeSpeedToMaster", "TargetDistanceSteadyState", "TargetTimeSteadyState",
        "TeleportAction", "RoutingAction", "AssignRouteAction", "FollowTrajectoryAction",
        "AcquirePositionAction", "RandomRouteAction", "TrailerAction", "ConnectTrailerAction",
        "DisconnectTrailerAction",
    ]),
    ("Private actions: controllers", &[
        "ControllerAction", "AssignControllerAction", "ActivateControllerAction",
        "OverrideControllerValueAction", "OverrideThrottleAction", "OverrideBrakeAction",
        "OverrideClutchAction", "OverrideParkingBrakeAction", "OverrideSteeringWheelAction",
        "OverrideGearAction", "Brake", "ManualGear", "AutomaticGear",
    ]),
    ("Private actions: appearance and visibility", &[
        "VisibilityAction", "SensorReferenceSet", "SensorReference", "AppearanceAction", "LightStateAction",
        "LightType", "VehicleLight", "UserDefinedLight", "LightState", "Color", "ColorRgb", "ColorCmyk",
        "AnimationAction", "AnimationType", "ComponentAnimation", "VehicleComponent",
        "UserDefinedComponent", "PedestrianAnimation", "PedestrianGesture", "AnimationFile",
        "UserDefinedAnimation", "AnimationState",
    ]),
    ("Routes and trajectories", &[
        "Trajectory", "Shape", "Polyline", "Vertex", "Clothoid", "ClothoidSpline", "ClothoidSplineSegment",
        "Nurbs", "ControlPoint", "Knot", "TrajectoryRef", "TimeReference", "None", "Timing",
        "TrajectoryFollowingMode", "Route", "Waypoint", "RouteRef",
    ]),
    ("Positions", &[
        "Position", "WorldPosition", "RelativeWorldPosition", "RelativeObjectPosition", "RoadPosition",
        "RelativeRoadPosition", "LanePosition", "RelativeLanePosition", "RoutePosition", "InRoutePosition",
        "PositionOfCurrentEntity", "PositionInRoadCoordinates", "PositionInLaneCoordinates", "GeoPosition",
        "TrajectoryPosition", "Orientation",
    ]),
    ("Global actions", &[
        "GlobalAction", "EnvironmentAction", "EntityAction", "AddEntityAction", "DeleteEntityAction",
        "InfrastructureAction", "TrafficSignalAction", "TrafficSignalControllerAction",
        "TrafficSignalStateAction", "SetMonitorAction", "ParameterAction", "ParameterSetAction",
        "ParameterModifyAction", "ModifyRule", "ParameterAddValueRule", "ParameterMultiplyByValueRule",
        "VariableAction", "VariableSetAction", "VariableModifyAction", "VariableModifyRule",
        "VariableAddValueRule", "VariableMultiplyByValueRule", "UserDefinedAction", "CustomCommandAction",
    ]),
    ("Traffic", &[
        "TrafficAction", "TrafficSourceAction", "TrafficSinkAction", "TrafficSwarmAction",
        "CentralSwarmObject", "DirectionOfTravelDistribution", "TrafficAreaAction", "TrafficArea",
        "Polygon", "RoadRange", "RoadCursor", "Lane", "TrafficStopAction", "TrafficDefinition",
        "VehicleCategoryDistribution", "VehicleCategoryDistributionEntry", "VehicleRoleDistribution",
        "VehicleRoleDistributionEntry", "ControllerDistribution", "ControllerDistributionEntry",
        "TrafficDistribution", "TrafficDistributionEntry", "EntityDistribution", "EntityDistributionEntry",
    ]),
    ("Environment", &[
        "Environment", "TimeOfDay", "Weather", "Sun", "Fog", "Precipitation", "Wind", "DomeImage",
        "RoadCondition",
    ]),
    ("Triggers and conditions", &[
        "Trigger", "ConditionGroup", "Condition", "ByEntityCondition", "TriggeringEntities",
        "EntityCondition", "EndOfRoadCondition", "CollisionCondition", "OffroadCondition",
        "TimeHeadwayCondition", "TimeToCollisionCondition", "TimeToCollisionConditionTarget",
        "AccelerationCondition", "StandStillCondition", "SpeedCondition", "RelativeSpeedCondition",
        "TraveledDistanceCondition", "ReachPositionCondition", "DistanceCondition",
        "RelativeDistanceCondition", "RelativeClearanceCondition", "RelativeLaneRange", "AngleCondition",
        "RelativeAngleCondition", "ByValueCondition", "ParameterCondition", "TimeOfDayCondition",
        "SimulationTimeCondition", "StoryboardElementStateCondition", "UserDefinedValueCondition",
        "TrafficSignalCondition", "TrafficSignalControllerCondition", "VariableCondition",
    ]),
    ("Distributions of parameter values", &[
        "ParameterValueDistribution", "Deterministic", "DeterministicMultiParameterDistribution",
        "ValueSetDistribution", "ParameterValueSet", "DeterministicSingleParameterDistribution",
        "DistributionSet", "DistributionSetElement", "DistributionRange", "Range", "Stochastic",
        "StochasticDistribution", "ProbabilityDistributionSet", "ProbabilityDistributionSetElement",
        "NormalDistribution", "LogNormalDistribution", "UniformDistribution", "PoissonDistribution",
        "Histogram", "HistogramBin", "UserDefinedDistribution",
    ]),
];

#[cfg(test)]
mod tests {
    use super::CHAPTERS;
    use std::collections::BTreeSet;

    #[test]
    fn every_type_stands_in_one_chapter() {
        let listed: Vec<&str> = CHAPTERS.iter().flat_map(|(_, types)| types.iter().copied()).collect();
        let chapters: BTreeSet<&str> = listed.iter().copied().collect();
        assert_eq!(listed.len(), chapters.len(), "a type stands twice");
        let schema: BTreeSet<&str> = openscenario::schema().iter().map(|r| r.name).collect();
        let lacking: Vec<_> = schema.difference(&chapters).collect();
        let unknown: Vec<_> = chapters.difference(&schema).collect();
        assert!(lacking.is_empty() && unknown.is_empty(), "lacking {lacking:?}, unknown {unknown:?}");
    }
}
