//! Positions and orientations.

use super::path::{RouteRef, TrajectoryRef};
use super::value::ReferenceContext;

elements! {
    /// Where something is or shall be.
    choice Position {
        WorldPosition(WorldPosition) = "WorldPosition";
        RelativeWorldPosition(RelativeWorldPosition) = "RelativeWorldPosition";
        RelativeObjectPosition(RelativeObjectPosition) = "RelativeObjectPosition";
        RoadPosition(RoadPosition) = "RoadPosition";
        RelativeRoadPosition(RelativeRoadPosition) = "RelativeRoadPosition";
        LanePosition(LanePosition) = "LanePosition";
        RelativeLanePosition(RelativeLanePosition) = "RelativeLanePosition";
        RoutePosition(Box<RoutePosition>) = "RoutePosition";
        GeoPosition(GeoPosition) = "GeoPosition" [since 1];
        TrajectoryPosition(Box<TrajectoryPosition>) = "TrajectoryPosition" [since 1];
    }
    /// Position in the map's own coordinates.
    record WorldPosition {
        attributes {
            h: Option<f64> = "h";
            p: Option<f64> = "p";
            r: Option<f64> = "r";
            x: f64 = "x";
            y: f64 = "y";
            z: Option<f64> = "z";
        }
    }
    /// Offset from an entity along the world's axes.
    record RelativeWorldPosition {
        attributes {
            entity_ref: String = "entityRef";
            dx: f64 = "dx";
            dy: f64 = "dy";
            dz: Option<f64> = "dz";
        }
        children {
            orientation: Option<Orientation> = "Orientation";
        }
    }
    /// Offset from an entity along its own axes.
    record RelativeObjectPosition {
        attributes {
            entity_ref: String = "entityRef";
            dx: f64 = "dx";
            dy: f64 = "dy";
            dz: Option<f64> = "dz";
        }
        children {
            orientation: Option<Orientation> = "Orientation";
        }
    }
    /// Position by road, s and t.
    record RoadPosition {
        attributes {
            road_id: String = "roadId";
            s: f64 = "s";
            t: f64 = "t";
        }
        children {
            orientation: Option<Orientation> = "Orientation";
        }
    }
    /// Offset in s and t from an entity.
    record RelativeRoadPosition {
        attributes {
            entity_ref: String = "entityRef";
            ds: f64 = "ds";
            dt: f64 = "dt";
        }
        children {
            orientation: Option<Orientation> = "Orientation";
        }
    }
    /// Position by road, lane, s and offset from the lane's centre.
    record LanePosition {
        attributes {
            lane_id: String = "laneId";
            offset: Option<f64> = "offset";
            road_id: String = "roadId";
            s: f64 = "s";
        }
        children {
            orientation: Option<Orientation> = "Orientation";
        }
    }
    /// Offset in lanes and along the road or lane from an entity.
    record RelativeLanePosition {
        attributes {
            entity_ref: String = "entityRef";
            d_lane: i32 = "dLane";
            ds: Option<f64> = "ds";
            offset: Option<f64> = "offset";
            ds_lane: Option<f64> = "dsLane" [since 1];
        }
        children {
            orientation: Option<Orientation> = "Orientation";
        }
    }
    /// Position along a route.
    record RoutePosition {
        children {
            route_ref: RouteRef = "RouteRef";
            orientation: Option<Orientation> = "Orientation";
            in_route_position: InRoutePosition = "InRoutePosition";
        }
    }
    /// How the place along the route is given.
    choice InRoutePosition {
        FromCurrentEntity(PositionOfCurrentEntity) = "FromCurrentEntity";
        FromRoadCoordinates(PositionInRoadCoordinates) = "FromRoadCoordinates";
        FromLaneCoordinates(PositionInLaneCoordinates) = "FromLaneCoordinates";
    }
    /// The place on the route where an entity is.
    record PositionOfCurrentEntity {
        attributes {
            entity_ref: String = "entityRef";
        }
    }
    /// Distance along the route, and t.
    record PositionInRoadCoordinates {
        attributes {
            path_s: f64 = "pathS";
            t: f64 = "t";
        }
    }
    /// Distance along the route, lane and offset.
    record PositionInLaneCoordinates {
        attributes {
            lane_id: String = "laneId";
            lane_offset: Option<f64> = "laneOffset";
            path_s: f64 = "pathS";
        }
    }
    /// Position on Earth. Angles in degrees, but for the deprecated ones (radians).
    record GeoPosition [since 1] {
        attributes {
            latitude: Option<f64> = "latitude" [deprecated 2];
            longitude: Option<f64> = "longitude" [deprecated 2];
            height: Option<f64> = "height" [deprecated 2];
            latitude_deg: Option<f64> = "latitudeDeg" [since 2];
            longitude_deg: Option<f64> = "longitudeDeg" [since 2];
            altitude: Option<f64> = "altitude" [since 2];
            vertical_road_selection: Option<i32> = "verticalRoadSelection" [since 3];
        }
        children {
            orientation: Option<Orientation> = "Orientation";
        }
    }
    /// Position along a trajectory.
    record TrajectoryPosition [since 1] {
        attributes {
            s: f64 = "s";
            t: Option<f64> = "t";
        }
        children {
            orientation: Option<Orientation> = "Orientation";
            trajectory_ref: TrajectoryRef = "TrajectoryRef";
        }
    }
    /// Heading, pitch and roll, absolute or relative to the reference.
    record Orientation {
        attributes {
            h: Option<f64> = "h";
            p: Option<f64> = "p";
            r: Option<f64> = "r";
            kind: Option<ReferenceContext> = "type";
        }
    }
}
