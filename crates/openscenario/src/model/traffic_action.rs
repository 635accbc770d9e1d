//! Actions that fill roads with traffic.

use super::distribution::Range;
use super::entity::{ControllerSource, Properties, ScenarioObjectTemplate};
use super::position::Position;
use super::value::{Role, VehicleCategory};

elements! {
    /// Making, removing or stopping traffic.
    record TrafficAction {
        attributes {
            traffic_name: Option<String> = "trafficName" [since 1];
        }
        choices {
            action: TrafficActionKind;
        }
    }
    /// Which traffic.
    group TrafficActionKind {
        TrafficSourceAction(TrafficSourceAction) = "TrafficSourceAction";
        TrafficSinkAction(TrafficSinkAction) = "TrafficSinkAction";
        TrafficSwarmAction(TrafficSwarmAction) = "TrafficSwarmAction";
        TrafficStopAction(TrafficStopAction) = "TrafficStopAction" [since 1];
        TrafficAreaAction(TrafficAreaAction) = "TrafficAreaAction" [since 3];
    }
    /// Vehicles appear around a position: `rate` per second.
    record TrafficSourceAction {
        attributes {
            radius: f64 = "radius";
            rate: f64 = "rate";
            velocity: Option<f64> = "velocity" [deprecated 2];
            speed: Option<f64> = "speed" [since 2];
        }
        children {
            position: Position = "Position";
            traffic_definition: Option<TrafficDefinition> = "TrafficDefinition" [deprecated 3];
            traffic_distribution: Option<TrafficDistribution> = "TrafficDistribution" [since 3];
        }
    }
    /// Vehicles disappear around a position.
    record TrafficSinkAction {
        attributes {
            radius: f64 = "radius";
            rate: Option<f64> = "rate";
        }
        children {
            position: Position = "Position";
            traffic_definition: Option<TrafficDefinition> = "TrafficDefinition" [deprecated 3];
        }
    }
    /// Vehicles around an entity, within an ellipse.
    record TrafficSwarmAction {
        attributes {
            inner_radius: f64 = "innerRadius";
            number_of_vehicles: u32 = "numberOfVehicles";
            offset: f64 = "offset";
            semi_major_axis: f64 = "semiMajorAxis";
            semi_minor_axis: f64 = "semiMinorAxis";
            velocity: Option<f64> = "velocity" [deprecated 2];
        }
        children {
            central_object: CentralSwarmObject = "CentralObject";
            traffic_definition: Option<TrafficDefinition> = "TrafficDefinition" [deprecated 3];
            initial_speed_range: Option<Range> = "InitialSpeedRange" [since 2];
            direction_of_travel_distribution: Option<DirectionOfTravelDistribution> = "DirectionOfTravelDistribution" [since 2];
            traffic_distribution: Option<TrafficDistribution> = "TrafficDistribution" [since 3];
        }
    }
    /// The entity in the middle of the swarm.
    record CentralSwarmObject {
        attributes {
            entity_ref: String = "entityRef";
        }
    }
    /// Weights of the two directions of travel.
    record DirectionOfTravelDistribution [since 2] {
        attributes {
            same: f64 = "same";
            opposite: f64 = "opposite";
        }
    }
    /// Vehicles within an area.
    record TrafficAreaAction [since 3] {
        attributes {
            number_of_entities: u32 = "numberOfEntities";
            continuous: bool = "continuous";
        }
        children {
            traffic_distribution: TrafficDistribution = "TrafficDistribution";
            traffic_area: TrafficArea = "TrafficArea";
        }
    }
    /// A polygon or stretches of road.
    record TrafficArea [since 3] {
        children {
            polygon: Option<Polygon> = "Polygon";
            road_ranges: Vec<RoadRange> = "RoadRange";
        }
    }
    /// Corners of an area.
    record Polygon [since 3] {
        children {
            positions: Vec<Position> = "Position" [min 3];
        }
    }
    /// A stretch of road.
    record RoadRange [since 3] {
        attributes {
            length: Option<f64> = "length";
        }
        children {
            road_cursors: Vec<RoadCursor> = "RoadCursor" [min 2];
        }
    }
    /// Place on a road, for some or all of its lanes.
    record RoadCursor [since 3] {
        attributes {
            road_id: String = "roadId";
            s: Option<f64> = "s";
        }
        children {
            lanes: Vec<Lane> = "Lane";
        }
    }
    /// A lane by its id.
    record Lane [since 3] {
        attributes {
            id: i32 = "id";
        }
    }
    /// The named traffic ends.
    record TrafficStopAction [since 1] {
    }
    /// What traffic consists of, before 1.3.
    record TrafficDefinition {
        attributes {
            name: String = "name";
        }
        children {
            vehicle_category_distribution: VehicleCategoryDistribution = "VehicleCategoryDistribution";
            controller_distribution: ControllerDistribution = "ControllerDistribution";
            vehicle_role_distribution: Option<VehicleRoleDistribution> = "VehicleRoleDistribution" [since 2];
        }
    }
    /// Kinds of vehicles and their weights.
    record VehicleCategoryDistribution {
        children {
            vehicle_category_distribution_entries: Vec<VehicleCategoryDistributionEntry> = "VehicleCategoryDistributionEntry" [min 1];
        }
    }
    /// A kind of vehicle and its weight.
    record VehicleCategoryDistributionEntry {
        attributes {
            category: VehicleCategory = "category";
            weight: f64 = "weight";
        }
    }
    /// Roles of vehicles and their weights.
    record VehicleRoleDistribution [since 2] {
        children {
            vehicle_role_distribution_entries: Vec<VehicleRoleDistributionEntry> = "VehicleRoleDistributionEntry" [min 1];
        }
    }
    /// A role and its weight.
    record VehicleRoleDistributionEntry [since 2] {
        attributes {
            role: Role = "role";
            weight: f64 = "weight";
        }
    }
    /// Controllers and their weights.
    record ControllerDistribution {
        children {
            controller_distribution_entries: Vec<ControllerDistributionEntry> = "ControllerDistributionEntry" [min 1];
        }
    }
    /// A controller and its weight.
    record ControllerDistributionEntry {
        attributes {
            weight: f64 = "weight";
        }
        choices {
            source: ControllerSource;
        }
    }
    /// What traffic consists of.
    record TrafficDistribution [since 3] {
        children {
            traffic_distribution_entries: Vec<TrafficDistributionEntry> = "TrafficDistributionEntry" [min 1];
        }
    }
    /// Part of the traffic and its weight.
    record TrafficDistributionEntry [since 3] [ordered true] {
        attributes {
            weight: f64 = "weight";
        }
        children {
            entity_distribution: EntityDistribution = "EntityDistribution";
            properties: Option<Properties> = "Properties";
        }
    }
    /// Entities and their weights.
    record EntityDistribution [since 3] {
        children {
            entity_distribution_entries: Vec<EntityDistributionEntry> = "EntityDistributionEntry" [min 1];
        }
    }
    /// An entity and its weight.
    record EntityDistributionEntry [since 3] {
        attributes {
            weight: f64 = "weight";
        }
        children {
            scenario_object_template: ScenarioObjectTemplate = "ScenarioObjectTemplate";
        }
    }
}
