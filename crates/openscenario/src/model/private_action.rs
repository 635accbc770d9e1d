//! Actions of one entity: speed, lane, place, route.

use super::appearance_action::{AppearanceAction, VisibilityAction};
use super::catalog_reference::CatalogReference;
use super::controller_action::{ActivateControllerAction, ControllerAction};
use super::path::{Route, TimeReference, Trajectory, TrajectoryFollowingMode, TrajectoryRef};
use super::position::Position;
use super::value::{
    CoordinateSystem, DynamicsDimension, DynamicsShape, FollowingMode, LateralDisplacement,
    LongitudinalDisplacement, SpeedTargetValueType,
};

elements! {
    /// An action of one entity.
    choice PrivateAction {
        LongitudinalAction(LongitudinalAction) = "LongitudinalAction";
        LateralAction(LateralAction) = "LateralAction";
        VisibilityAction(VisibilityAction) = "VisibilityAction";
        SynchronizeAction(SynchronizeAction) = "SynchronizeAction";
        ActivateControllerAction(ActivateControllerAction) = "ActivateControllerAction" [deprecated 1];
        ControllerAction(ControllerAction) = "ControllerAction";
        TeleportAction(TeleportAction) = "TeleportAction";
        RoutingAction(RoutingAction) = "RoutingAction";
        AppearanceAction(AppearanceAction) = "AppearanceAction" [since 2];
        TrailerAction(TrailerAction) = "TrailerAction" [since 3];
    }
    /// Speed and distance ahead.
    choice LongitudinalAction {
        SpeedAction(SpeedAction) = "SpeedAction";
        LongitudinalDistanceAction(LongitudinalDistanceAction) = "LongitudinalDistanceAction";
        SpeedProfileAction(SpeedProfileAction) = "SpeedProfileAction" [since 2];
    }
    /// Change of speed.
    record SpeedAction {
        children {
            speed_action_dynamics: TransitionDynamics = "SpeedActionDynamics";
            speed_action_target: SpeedActionTarget = "SpeedActionTarget";
        }
    }
    /// How a value changes, and how long or fast.
    record TransitionDynamics {
        attributes {
            dynamics_dimension: DynamicsDimension = "dynamicsDimension";
            dynamics_shape: DynamicsShape = "dynamicsShape";
            value: f64 = "value";
            following_mode: Option<FollowingMode> = "followingMode" [since 2];
        }
    }
    /// Speed to reach.
    choice SpeedActionTarget {
        RelativeTargetSpeed(RelativeTargetSpeed) = "RelativeTargetSpeed";
        AbsoluteTargetSpeed(AbsoluteTargetSpeed) = "AbsoluteTargetSpeed";
    }
    /// A speed in m/s.
    record AbsoluteTargetSpeed {
        attributes {
            value: f64 = "value";
        }
    }
    /// A speed relative to another entity's.
    record RelativeTargetSpeed {
        attributes {
            entity_ref: String = "entityRef";
            continuous: bool = "continuous";
            speed_target_value_type: SpeedTargetValueType = "speedTargetValueType";
            value: f64 = "value";
        }
    }
    /// Series of speeds.
    record SpeedProfileAction [since 2] [ordered true] {
        attributes {
            entity_ref: Option<String> = "entityRef";
            following_mode: FollowingMode = "followingMode";
        }
        children {
            dynamic_constraints: Option<DynamicConstraints> = "DynamicConstraints";
            speed_profile_entries: Vec<SpeedProfileEntry> = "SpeedProfileEntry" [min 1];
        }
    }
    /// One speed of a profile, and how long it takes to reach.
    record SpeedProfileEntry [since 2] {
        attributes {
            speed: f64 = "speed";
            time: Option<f64> = "time";
        }
    }
    /// Keeping a distance or time gap to another entity.
    record LongitudinalDistanceAction {
        attributes {
            entity_ref: String = "entityRef";
            continuous: bool = "continuous";
            distance: Option<f64> = "distance";
            freespace: bool = "freespace";
            time_gap: Option<f64> = "timeGap";
            displacement: Option<LongitudinalDisplacement> = "displacement" [since 1];
            coordinate_system: Option<CoordinateSystem> = "coordinateSystem" [since 1];
        }
        children {
            dynamic_constraints: Option<DynamicConstraints> = "DynamicConstraints";
        }
    }
    /// Limits of acceleration, its rate, and speed.
    record DynamicConstraints {
        attributes {
            max_acceleration: Option<f64> = "maxAcceleration";
            max_deceleration: Option<f64> = "maxDeceleration";
            max_speed: Option<f64> = "maxSpeed";
            max_acceleration_rate: Option<f64> = "maxAccelerationRate" [since 2];
            max_deceleration_rate: Option<f64> = "maxDecelerationRate" [since 2];
        }
    }
    /// Place across the road.
    choice LateralAction {
        LaneChangeAction(LaneChangeAction) = "LaneChangeAction";
        LaneOffsetAction(LaneOffsetAction) = "LaneOffsetAction";
        LateralDistanceAction(LateralDistanceAction) = "LateralDistanceAction";
    }
    /// Change of lane.
    record LaneChangeAction {
        attributes {
            target_lane_offset: Option<f64> = "targetLaneOffset";
        }
        children {
            lane_change_action_dynamics: TransitionDynamics = "LaneChangeActionDynamics";
            lane_change_target: LaneChangeTarget = "LaneChangeTarget";
        }
    }
    /// Lane to reach.
    choice LaneChangeTarget {
        RelativeTargetLane(RelativeTargetLane) = "RelativeTargetLane";
        AbsoluteTargetLane(AbsoluteTargetLane) = "AbsoluteTargetLane";
    }
    /// A lane by its id.
    record AbsoluteTargetLane {
        attributes {
            value: String = "value";
        }
    }
    /// A number of lanes from another entity's.
    record RelativeTargetLane {
        attributes {
            entity_ref: String = "entityRef";
            value: i32 = "value";
        }
    }
    /// Change of the offset from the lane's centre.
    record LaneOffsetAction {
        attributes {
            continuous: bool = "continuous" or false;
        }
        children {
            lane_offset_action_dynamics: LaneOffsetActionDynamics = "LaneOffsetActionDynamics";
            lane_offset_target: LaneOffsetTarget = "LaneOffsetTarget";
        }
    }
    /// How the offset changes.
    record LaneOffsetActionDynamics {
        attributes {
            dynamics_shape: DynamicsShape = "dynamicsShape";
            max_lateral_acc: Option<f64> = "maxLateralAcc";
        }
    }
    /// Offset to reach.
    choice LaneOffsetTarget {
        RelativeTargetLaneOffset(RelativeTargetLaneOffset) = "RelativeTargetLaneOffset";
        AbsoluteTargetLaneOffset(AbsoluteTargetLaneOffset) = "AbsoluteTargetLaneOffset";
    }
    /// Offset from the centre of the own lane.
    record AbsoluteTargetLaneOffset {
        attributes {
            value: f64 = "value";
        }
    }
    /// Offset from another entity's offset.
    record RelativeTargetLaneOffset {
        attributes {
            entity_ref: String = "entityRef";
            value: f64 = "value";
        }
    }
    /// Keeping a distance to the side of another entity.
    record LateralDistanceAction {
        attributes {
            entity_ref: String = "entityRef";
            continuous: bool = "continuous";
            distance: Option<f64> = "distance";
            freespace: bool = "freespace";
            displacement: Option<LateralDisplacement> = "displacement" [since 1];
            coordinate_system: Option<CoordinateSystem> = "coordinateSystem" [since 1];
        }
        children {
            dynamic_constraints: Option<DynamicConstraints> = "DynamicConstraints";
        }
    }
    /// Arriving somewhere when another entity arrives elsewhere.
    record SynchronizeAction {
        attributes {
            master_entity_ref: String = "masterEntityRef";
            target_tolerance_master: Option<f64> = "targetToleranceMaster" [since 1];
            target_tolerance: Option<f64> = "targetTolerance" [since 1];
        }
        children {
            target_position_master: Position = "TargetPositionMaster";
            target_position: Position = "TargetPosition";
            final_speed: Option<FinalSpeed> = "FinalSpeed";
        }
    }
    /// Speed on arrival.
    choice FinalSpeed {
        AbsoluteSpeed(AbsoluteSpeed) = "AbsoluteSpeed";
        RelativeSpeedToMaster(RelativeSpeedToMaster) = "RelativeSpeedToMaster";
    }
    /// A speed on arrival in m/s.
    record AbsoluteSpeed [ordered true] {
        attributes {
            value: f64 = "value";
        }
        choices {
            steady_state: Option<SteadyState>;
        }
    }
    /// How long the final speed is held before arrival.
    group SteadyState {
        TargetDistanceSteadyState(TargetDistanceSteadyState) = "TargetDistanceSteadyState" [since 1];
        TargetTimeSteadyState(TargetTimeSteadyState) = "TargetTimeSteadyState" [since 1];
    }
    /// A speed on arrival relative to the other entity's.
    record RelativeSpeedToMaster [ordered true] {
        attributes {
            speed_target_value_type: SpeedTargetValueType = "speedTargetValueType";
            value: f64 = "value";
        }
        choices {
            steady_state: Option<SteadyState>;
        }
    }
    /// Distance over which the final speed is held.
    record TargetDistanceSteadyState [since 1] {
        attributes {
            distance: f64 = "distance";
        }
    }
    /// Time for which the final speed is held.
    record TargetTimeSteadyState [since 1] {
        attributes {
            time: f64 = "time";
        }
    }
    /// Being somewhere at once.
    record TeleportAction {
        children {
            position: Position = "Position";
        }
    }
    /// Where to go.
    choice RoutingAction {
        AssignRouteAction(AssignRouteAction) = "AssignRouteAction";
        FollowTrajectoryAction(FollowTrajectoryAction) = "FollowTrajectoryAction";
        AcquirePositionAction(AcquirePositionAction) = "AcquirePositionAction";
        RandomRouteAction(RandomRouteAction) = "RandomRouteAction" [since 3];
    }
    /// Giving the entity a route.
    choice AssignRouteAction {
        Route(Route) = "Route";
        CatalogReference(CatalogReference) = "CatalogReference";
    }
    /// Following a trajectory.
    record FollowTrajectoryAction {
        attributes {
            initial_distance_offset: Option<f64> = "initialDistanceOffset" [since 1];
        }
        children {
            trajectory: Option<Trajectory> = "Trajectory" [deprecated 1];
            catalog_reference: Option<CatalogReference> = "CatalogReference" [deprecated 1];
            time_reference: TimeReference = "TimeReference";
            trajectory_following_mode: TrajectoryFollowingMode = "TrajectoryFollowingMode";
            trajectory_ref: Option<TrajectoryRef> = "TrajectoryRef" [since 1];
        }
    }
    /// Driving to a position.
    record AcquirePositionAction {
        children {
            position: Position = "Position";
        }
    }
    /// Driving anywhere.
    record RandomRouteAction [since 3] {
    }
    /// Hanging trailers on and off.
    choice TrailerAction [since 3] {
        ConnectTrailerAction(ConnectTrailerAction) = "ConnectTrailerAction";
        DisconnectTrailerAction(DisconnectTrailerAction) = "DisconnectTrailerAction";
    }
    /// Hanging a trailer on.
    record ConnectTrailerAction [since 3] {
        attributes {
            trailer_ref: String = "trailerRef";
        }
    }
    /// Hanging the trailer off.
    record DisconnectTrailerAction [since 3] {
    }
}
