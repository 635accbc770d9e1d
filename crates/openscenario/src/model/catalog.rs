//! Catalog files and where they lie.

use super::entity::{Controller, MiscObject, Pedestrian, Vehicle};
use super::environment::Environment;
use super::file::Directory;
use super::path::{Route, Trajectory};
use super::storyboard::Maneuver;

elements! {
    /// Where the catalogs lie.
    record CatalogLocations {
        children {
            vehicle_catalog: Option<VehicleCatalogLocation> = "VehicleCatalog";
            controller_catalog: Option<ControllerCatalogLocation> = "ControllerCatalog";
            pedestrian_catalog: Option<PedestrianCatalogLocation> = "PedestrianCatalog";
            misc_object_catalog: Option<MiscObjectCatalogLocation> = "MiscObjectCatalog";
            environment_catalog: Option<EnvironmentCatalogLocation> = "EnvironmentCatalog";
            maneuver_catalog: Option<ManeuverCatalogLocation> = "ManeuverCatalog";
            trajectory_catalog: Option<TrajectoryCatalogLocation> = "TrajectoryCatalog";
            route_catalog: Option<RouteCatalogLocation> = "RouteCatalog";
        }
    }
    /// Where the vehicle catalogs lie.
    record VehicleCatalogLocation {
        children {
            directory: Directory = "Directory";
        }
    }
    /// Where the controller catalogs lie.
    record ControllerCatalogLocation {
        children {
            directory: Directory = "Directory";
        }
    }
    /// Where the pedestrian catalogs lie.
    record PedestrianCatalogLocation {
        children {
            directory: Directory = "Directory";
        }
    }
    /// Where the catalogs of other objects lie.
    record MiscObjectCatalogLocation {
        children {
            directory: Directory = "Directory";
        }
    }
    /// Where the environment catalogs lie.
    record EnvironmentCatalogLocation {
        children {
            directory: Directory = "Directory";
        }
    }
    /// Where the maneuver catalogs lie.
    record ManeuverCatalogLocation {
        children {
            directory: Directory = "Directory";
        }
    }
    /// Where the trajectory catalogs lie.
    record TrajectoryCatalogLocation {
        children {
            directory: Directory = "Directory";
        }
    }
    /// Where the route catalogs lie.
    record RouteCatalogLocation {
        children {
            directory: Directory = "Directory";
        }
    }
    /// A catalog and its entries.
    record Catalog [ordered true] {
        attributes {
            name: Option<String> = "name";
        }
        children {
            vehicles: Vec<Vehicle> = "Vehicle";
            controllers: Vec<Controller> = "Controller";
            pedestrians: Vec<Pedestrian> = "Pedestrian";
            misc_objects: Vec<MiscObject> = "MiscObject";
            environments: Vec<Environment> = "Environment";
            maneuvers: Vec<Maneuver> = "Maneuver";
            trajectories: Vec<Trajectory> = "Trajectory";
            routes: Vec<Route> = "Route";
        }
    }
}
