//! Entities: vehicles, pedestrians, other objects and the controllers they come with.

use super::catalog_reference::CatalogReference;
use super::file::File;
use super::parameter::ParameterDeclarations;
use super::value::{
    ControllerType, MiscObjectCategory, ObjectType, PedestrianCategory, Role, VehicleCategory,
};

elements! {
    /// All entities and named selections of them.
    record Entities [ordered true] {
        children {
            scenario_objects: Vec<ScenarioObject> = "ScenarioObject";
            entity_selections: Vec<EntitySelection> = "EntitySelection";
        }
    }
    /// One entity: what it is and who controls it.
    record ScenarioObject [ordered true] {
        attributes {
            name: String = "name";
        }
        choices {
            object: EntityObject;
        }
        children {
            object_controllers: Vec<ObjectController> = "ObjectController";
        }
    }
    /// What an entity is.
    group EntityObject {
        CatalogReference(CatalogReference) = "CatalogReference";
        Vehicle(Vehicle) = "Vehicle";
        Pedestrian(Pedestrian) = "Pedestrian";
        MiscObject(MiscObject) = "MiscObject";
        ExternalObjectReference(ExternalObjectReference) = "ExternalObjectReference" [since 1];
    }
    /// An entity without a name, as traffic makes them.
    record ScenarioObjectTemplate [since 3] [ordered true] {
        choices {
            object: EntityObject;
        }
        children {
            object_controllers: Vec<ObjectController> = "ObjectController";
        }
    }
    /// A name for several entities.
    record EntitySelection {
        attributes {
            name: String = "name";
        }
        children {
            members: SelectedEntities = "Members";
        }
    }
    /// Entities by name or by type.
    record SelectedEntities {
        children {
            entity_refs: Vec<EntityRef> = "EntityRef";
            by_types: Vec<ByType> = "ByType";
        }
    }
    /// An entity by name.
    record EntityRef {
        attributes {
            entity_ref: String = "entityRef";
        }
    }
    /// All entities of a type.
    record ByType {
        attributes {
            object_type: ObjectType = "objectType";
        }
    }
    /// Any entity of a type.
    record ByObjectType {
        attributes {
            kind: ObjectType = "type";
        }
    }
    /// An entity that the simulator knows already.
    record ExternalObjectReference [since 1] {
        attributes {
            name: String = "name";
        }
    }
    /// A vehicle.
    record Vehicle {
        attributes {
            name: String = "name";
            vehicle_category: VehicleCategory = "vehicleCategory";
            mass: Option<f64> = "mass" [since 1];
            model3d: Option<String> = "model3d" [since 1];
            role: Option<Role> = "role" [since 2];
        }
        children {
            parameter_declarations: Option<ParameterDeclarations> = "ParameterDeclarations";
            bounding_box: BoundingBox = "BoundingBox";
            performance: Option<Performance> = "Performance";
            axles: Option<Axles> = "Axles";
            properties: Option<Properties> = "Properties";
            trailer_hitch: Option<TrailerHitch> = "TrailerHitch" [since 3];
            trailer_coupler: Option<TrailerCoupler> = "TrailerCoupler" [since 3];
            trailer: Option<Trailer> = "Trailer" [since 3];
        }
    }
    /// A pedestrian or an animal.
    record Pedestrian {
        attributes {
            mass: f64 = "mass" or 0.0;
            model: Option<String> = "model" [deprecated 1];
            name: String = "name";
            pedestrian_category: PedestrianCategory = "pedestrianCategory";
            model3d: Option<String> = "model3d" [since 1];
            role: Option<Role> = "role" [since 2];
        }
        children {
            parameter_declarations: Option<ParameterDeclarations> = "ParameterDeclarations";
            bounding_box: BoundingBox = "BoundingBox";
            properties: Option<Properties> = "Properties";
        }
    }
    /// Anything that is neither vehicle nor pedestrian.
    record MiscObject {
        attributes {
            mass: f64 = "mass" or 0.0;
            misc_object_category: MiscObjectCategory = "miscObjectCategory";
            name: String = "name";
            model3d: Option<String> = "model3d" [since 1];
        }
        children {
            parameter_declarations: Option<ParameterDeclarations> = "ParameterDeclarations";
            bounding_box: BoundingBox = "BoundingBox";
            properties: Option<Properties> = "Properties";
        }
    }
    /// Box around an object, in its own frame.
    record BoundingBox {
        children {
            center: Center = "Center";
            dimensions: Dimensions = "Dimensions";
        }
    }
    /// Centre of a bounding box.
    record Center {
        attributes {
            x: f64 = "x";
            y: f64 = "y";
            z: f64 = "z";
        }
    }
    /// Size of a bounding box.
    record Dimensions {
        attributes {
            height: f64 = "height";
            length: f64 = "length";
            width: f64 = "width";
        }
    }
    /// What a vehicle can do at most.
    record Performance {
        attributes {
            max_acceleration: f64 = "maxAcceleration";
            max_deceleration: f64 = "maxDeceleration";
            max_speed: f64 = "maxSpeed";
            max_acceleration_rate: Option<f64> = "maxAccelerationRate" [since 2];
            max_deceleration_rate: Option<f64> = "maxDecelerationRate" [since 2];
        }
    }
    /// Axles of a vehicle.
    record Axles [ordered true] {
        children {
            front_axle: Option<Axle> = "FrontAxle";
            rear_axle: Axle = "RearAxle";
            additional_axles: Vec<Axle> = "AdditionalAxle";
        }
    }
    /// One axle. `maxSteering` in radians.
    record Axle {
        attributes {
            max_steering: f64 = "maxSteering";
            position_x: f64 = "positionX";
            position_z: f64 = "positionZ";
            track_width: f64 = "trackWidth";
            wheel_diameter: f64 = "wheelDiameter";
        }
    }
    /// Where a trailer is hung on.
    record TrailerHitch [since 3] {
        attributes {
            dx: f64 = "dx";
            dz: Option<f64> = "dz";
        }
    }
    /// Where a trailer hangs on its tractor.
    record TrailerCoupler [since 3] {
        attributes {
            dx: f64 = "dx";
            dz: Option<f64> = "dz";
        }
    }
    /// The trailer that hangs on the vehicle at the start.
    choice Trailer [since 3] {
        Trailer(Box<ScenarioObject>) = "Trailer";
        TrailerRef(EntityRef) = "TrailerRef";
    }
    /// Values, files and content without a meaning in the standard.
    record Properties [ordered true] {
        children {
            properties: Vec<Property> = "Property";
            files: Vec<File> = "File";
            custom_contents: Vec<CustomContent> = "CustomContent" [since 2];
        }
    }
    /// A named value.
    record Property {
        attributes {
            name: String = "name";
            value: String = "value";
        }
    }
    /// Any text.
    record CustomContent [since 2] {
        content { content }
    }
    /// A controller of the entity.
    record ObjectController {
        attributes {
            name: Option<String> = "name" [since 3];
        }
        choices {
            source: Option<ControllerSource>;
        }
    }
    /// A controller, here or in a catalog.
    group ControllerSource {
        CatalogReference(CatalogReference) = "CatalogReference";
        Controller(Controller) = "Controller";
    }
    /// A controller: who drives, by name and properties.
    record Controller {
        attributes {
            name: String = "name";
            controller_type: Option<ControllerType> = "controllerType" [since 2];
        }
        children {
            parameter_declarations: Option<ParameterDeclarations> = "ParameterDeclarations";
            properties: Option<Properties> = "Properties";
        }
    }
}
