//! Trajectories and routes.

use super::catalog_reference::CatalogReference;
use super::parameter::ParameterDeclarations;
use super::position::Position;
use super::value::{FollowingMode, ReferenceContext, RouteStrategy};

elements! {
    /// A path to be driven, with times if it says so.
    record Trajectory [ordered true] {
        attributes {
            closed: bool = "closed" or false;
            name: String = "name" or String::new();
        }
        children {
            parameter_declarations: Option<ParameterDeclarations> = "ParameterDeclarations";
            shape: Shape = "Shape";
        }
    }
    /// Geometry of a trajectory.
    choice Shape {
        Polyline(Polyline) = "Polyline";
        Clothoid(Clothoid) = "Clothoid";
        Nurbs(Nurbs) = "Nurbs";
        ClothoidSpline(ClothoidSpline) = "ClothoidSpline" [since 3];
    }
    /// Straight lines from vertex to vertex.
    record Polyline {
        children {
            vertices: Vec<Vertex> = "Vertex" [min 2];
        }
    }
    /// Corner of a polyline.
    record Vertex {
        attributes {
            time: Option<f64> = "time";
        }
        children {
            position: Position = "Position";
        }
    }
    /// One clothoid from a position on.
    record Clothoid {
        attributes {
            curvature: f64 = "curvature";
            curvature_dot: Option<f64> = "curvatureDot" [deprecated 1];
            length: f64 = "length";
            start_time: Option<f64> = "startTime";
            stop_time: Option<f64> = "stopTime";
            curvature_prime: Option<f64> = "curvaturePrime" [since 1];
        }
        children {
            position: Position = "Position";
        }
    }
    /// Clothoids joined end to end.
    record ClothoidSpline [since 3] {
        attributes {
            time_end: Option<f64> = "timeEnd";
        }
        children {
            clothoid_spline_segments: Vec<ClothoidSplineSegment> = "ClothoidSplineSegment" [min 1];
        }
    }
    /// One piece of a clothoid spline.
    record ClothoidSplineSegment [since 3] {
        attributes {
            curvature_start: f64 = "curvatureStart";
            curvature_end: f64 = "curvatureEnd";
            length: f64 = "length";
            h_offset: Option<f64> = "hOffset";
            time_start: Option<f64> = "timeStart";
        }
        children {
            position_start: Option<Position> = "PositionStart";
        }
    }
    /// Non-uniform rational B-spline.
    record Nurbs [ordered true] {
        attributes {
            order: u32 = "order";
        }
        children {
            control_points: Vec<ControlPoint> = "ControlPoint" [min 2];
            knots: Vec<Knot> = "Knot" [min 2];
        }
    }
    /// Control point of a NURBS curve.
    record ControlPoint {
        attributes {
            time: Option<f64> = "time";
            weight: Option<f64> = "weight";
        }
        children {
            position: Position = "Position";
        }
    }
    /// Knot of a NURBS curve.
    record Knot {
        attributes {
            value: f64 = "value";
        }
    }
    /// A trajectory, here or in a catalog.
    choice TrajectoryRef [since 1] {
        Trajectory(Trajectory) = "Trajectory";
        CatalogReference(CatalogReference) = "CatalogReference";
    }
    /// Whether the trajectory's times count.
    choice TimeReference {
        None(NoTimeReference) = "None";
        Timing(Timing) = "Timing";
    }
    /// The trajectory's times do not count.
    record NoTimeReference {
    }
    /// The trajectory's times count: `time × scale + offset`.
    record Timing {
        attributes {
            domain_absolute_relative: ReferenceContext = "domainAbsoluteRelative";
            offset: f64 = "offset";
            scale: f64 = "scale";
        }
    }
    /// How closely the trajectory is followed.
    record TrajectoryFollowingMode {
        attributes {
            following_mode: FollowingMode = "followingMode";
        }
    }
    /// Waypoints to pass.
    record Route [ordered true] {
        attributes {
            closed: bool = "closed" or false;
            name: String = "name" or String::new();
        }
        children {
            parameter_declarations: Option<ParameterDeclarations> = "ParameterDeclarations";
            waypoints: Vec<Waypoint> = "Waypoint" [min 2];
        }
    }
    /// Place to pass and how to get there.
    record Waypoint {
        attributes {
            route_strategy: RouteStrategy = "routeStrategy";
        }
        children {
            position: Position = "Position";
        }
    }
    /// A route, here or in a catalog.
    choice RouteRef {
        Route(Route) = "Route";
        CatalogReference(CatalogReference) = "CatalogReference";
    }
}
