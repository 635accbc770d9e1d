//! Every position type against closed forms.

use super::*;
use crate::play::entity::{Body, Mover, Taking};
use crate::play::frame::wrap;
use crate::play::roads::testing::{Draft, arc, crossing, line, roads, straight};
use crate::standard::{Closed, EntityKind, RouteStrategy, TrajectoryShape, TrajectoryVertex, Waypoint};
use std::f64::consts::FRAC_PI_2;

/// An entity at a place.
pub(crate) fn entity(name: &str, at: Located) -> Entity {
    Entity {
        name: name.into(),
        body: Body {
            kind: EntityKind::Vehicle,
            category: String::from("car"),
            center_m: DVec3::new(1.5, 0.0, 0.8),
            size_m: DVec3::new(5.0, 2.0, 1.6),
            front_axle_m: 3.0,
            rear_axle_m: 0.0,
            speed_mps_max: 70.0,
            accel_mps2_max: 10.0,
            decel_mps2_max: 10.0,
            hitch_m: None,
            coupler_m: None,
        },
        taking: Taking::Part,
        mover: Mover::Script,
        at,
        speed_mps: 0.0,
        velocity_mps: DVec3::ZERO,
        accel_mps2: DVec3::ZERO,
        h_rate_radps: 0.0,
        traveled_m: 0.0,
        standing_s: 0.0,
        end_of_road_s: None,
        offroad_s: None,
        route: None,
        trajectory: None,
    }
}

pub(crate) fn lane_position(road: &str, lane: i32, s_m: f64) -> Position {
    Position::Lane { road: road.to_owned(), lane, s_m, offset_m: 0.0, orientation: None }
}

/// An entity on a lane, along it.
pub(crate) fn on_lane(roads: &Roads, name: &str, road: &str, lane: i32, s_m: f64) -> Entity {
    let nobody: Vec<Entity> = Vec::new();
    entity(name, resolve(&lane_position(road, lane, s_m), roads, &nobody, None, None).unwrap())
}

fn oriented(frame: OrientationFrame, h: f64) -> Option<Orientation> {
    Some(Orientation { frame, h_rad: Some(h), ..Orientation::default() })
}

/// x, y, z, h, p, r of a position.
fn pose(roads: &Roads, stage: &Vec<Entity>, position: &Position) -> [f64; 6] {
    let at = resolve(position, roads, stage, None, None).unwrap();
    let p = at.pose;
    if let Some(place) = at.place {
        // Place and attitude say the same as the pose.
        let again = roads.pose_of(place, at.relative);
        assert!((again.position_m - p.position_m).length() < 1e-6, "{position:?}: {again:?} {p:?}");
        assert!(again.matrix().abs_diff_eq(p.matrix(), 1e-9), "{position:?}: {again:?} {p:?}");
    }
    [p.position_m.x, p.position_m.y, p.position_m.z, p.h_rad, p.p_rad, p.r_rad]
}

fn check(roads: &Roads, stage: &Vec<Entity>, position: &Position, expect: [f64; 6]) {
    let found = pose(roads, stage, position);
    let near = |i: usize| {
        let d = if i < 3 { found[i] - expect[i] } else { wrap(found[i] - expect[i]) };
        d.abs() < 1e-9
    };
    assert!((0..6).all(near), "{position:?}\n{found:?}\n{expect:?}");
}

/// A road along x that climbs by 0.1, with a car on each lane.
fn slope() -> (Roads, Vec<Entity>) {
    let plan = line(0.0, 0.0, 0.0, 0.0, 200.0);
    let roads =
        roads(&[Draft { plan, length_m: 200.0, elevation: [0.0, 0.1, 0.0, 0.0], ..Draft::default() }], "");
    let stage = vec![on_lane(&roads, "right", "1", -1, 50.0), on_lane(&roads, "left", "1", 1, 50.0)];
    (roads, stage)
}

#[test]
fn lanes_face_their_driving_direction_and_roads_rising_s() {
    let (roads, stage) = slope();
    let up = libm::atan(0.1);
    let c = |position: &Position, expect| check(&roads, &stage, position, expect);
    c(&lane_position("1", -1, 30.0), [30.0, -1.5, 3.0, 0.0, -up, 0.0]);
    c(&lane_position("1", 1, 30.0), [30.0, 1.5, 3.0, PI, up, 0.0]);
    let lane =
        |orientation| Position::Lane { road: "1".into(), lane: 1, s_m: 30.0, offset_m: 0.5, orientation };
    let road = |orientation| Position::Road { road: "1".into(), s_m: 30.0, t_m: 2.0, orientation };
    use OrientationFrame::{Absolute, Relative};
    c(&lane(oriented(Relative, PI)), [30.0, 2.0, 3.0, 0.0, -up, 0.0]);
    c(&lane(oriented(Absolute, 0.0)), [30.0, 2.0, 3.0, 0.0, -up, 0.0]);
    c(&road(None), [30.0, 2.0, 3.0, 0.0, -up, 0.0]);
    c(&road(oriented(Relative, PI)), [30.0, 2.0, 3.0, PI, up, 0.0]);
    // Across the slope the body rolls; the heading is exact.
    c(&road(oriented(Absolute, FRAC_PI_2)), [30.0, 2.0, 3.0, FRAC_PI_2, 0.0, -up]);
    // Pitch and roll of the world, where given.
    let level = Some(Orientation { h_rad: Some(PI), p_rad: Some(0.0), r_rad: Some(0.2), frame: Absolute });
    c(&road(level), [30.0, 2.0, 3.0, PI, 0.0, 0.2]);
    // Relative pitch adds to the surface's, in the body's own frame.
    let nose = Some(Orientation { h_rad: Some(PI), p_rad: Some(0.3), r_rad: None, frame: Relative });
    c(&road(nose), [30.0, 2.0, 3.0, PI, up + 0.3, 0.0]);
}

#[test]
fn world_positions_lie_on_the_road_unless_they_say_otherwise() {
    let (roads, stage) = slope();
    let up = libm::atan(0.1);
    let world = |z_m, h_rad, p_rad| Position::World { x_m: 40.0, y_m: 1.0, z_m, h_rad, p_rad, r_rad: None };
    check(&roads, &stage, &world(None, None, None), [40.0, 1.0, 4.0, 0.0, -up, 0.0]);
    check(&roads, &stage, &world(Some(5.5), Some(PI), None), [40.0, 1.0, 5.5, PI, up, 0.0]);
    check(&roads, &stage, &world(None, Some(PI), Some(0.0)), [40.0, 1.0, 4.0, PI, 0.0, 0.0]);
    // Past the end: level, at the end's height.
    let past = Position::World { x_m: 210.0, y_m: 0.0, z_m: None, h_rad: None, p_rad: None, r_rad: None };
    let found = resolve(&past, &roads, &stage, None, None).unwrap().pose;
    assert_eq!((found.position_m.z, found.p_rad), (20.0, 0.0));
    // Without a map there are poses alone.
    let bare = resolve(&world(None, Some(1.0), None), &Roads::none(), &stage, None, None).unwrap();
    assert_eq!((bare.place, bare.pose.position_m.z, bare.pose.h_rad), (None, 0.0, 1.0));
}

#[test]
fn a_map_that_its_header_moves_takes_world_positions_along() {
    let text = r#"<OpenDRIVE><header revMajor="1" revMinor="6"><offset x="-1000" y="-500" z="2" hdg="0.959931"/></header>
        <road id="1" length="100" junction="-1"><link/><planView>
        <geometry s="0" x="950" y="594" hdg="0" length="100"><line/></geometry></planView>
        <lanes><laneSection s="0"><center><lane id="0" type="none"/></center>
        <right><lane id="-1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></right>
        </laneSection></lanes></road></OpenDRIVE>"#;
    let roads = Roads::new(Arc::new(opendrive::parse(text.as_bytes(), "offset.xodr").unwrap().map));
    let nobody: Vec<Entity> = Vec::new();
    let world =
        Position::World { x_m: 1000.0, y_m: 594.0, z_m: None, h_rad: Some(0.0), p_rad: None, r_rad: None };
    let at = resolve(&world, &roads, &nobody, None, None).unwrap();
    let place = at.place.unwrap();
    assert!(
        (place.s_m - 50.0).abs() < 1e-6
            && place.t_m.abs() < 1e-6
            && (at.pose.position_m.z - 2.0).abs() < 1e-9
    );
    assert!(wrap(at.relative.h_rad).abs() < 1e-9);
}

#[test]
fn relative_to_objects() {
    let (roads, stage) = slope();
    let up = libm::atan(0.1);
    let (sin, cos) = (libm::sin(up), libm::cos(up));
    let object =
        |entity: &str, d_m, orientation| Position::RelativeObject { entity: entity.into(), d_m, orientation };
    let c = |position: &Position, expect| check(&roads, &stage, position, expect);
    c(&object("right", [10.0, 1.0, 0.0], None), [50.0 + 10.0 * cos, -0.5, 5.0 + 10.0 * sin, 0.0, -up, 0.0]);
    c(&object("left", [10.0, 1.0, 0.0], None), [50.0 - 10.0 * cos, 0.5, 5.0 - 10.0 * sin, PI, up, 0.0]);
    // Turned around on the slope, the nose points down it.
    c(&object("right", [0.0; 3], oriented(OrientationFrame::Relative, PI)), [50.0, -1.5, 5.0, PI, up, 0.0]);
    c(
        &object("right", [0.0; 3], oriented(OrientationFrame::Absolute, 1.0)),
        [50.0, -1.5, 5.0, 1.0, 0.0, 0.0],
    );
    // World axes, whatever the reference faces; angles add.
    let world =
        |orientation| Position::RelativeWorld { entity: "left".into(), d_m: [3.0, 4.0, 1.0], orientation };
    c(&world(None), [53.0, 5.5, 6.0, PI, up, 0.0]);
    c(&world(oriented(OrientationFrame::Relative, PI)), [53.0, 5.5, 6.0, 0.0, up, 0.0]);
}

#[test]
fn relative_on_roads() {
    let (roads, stage) = slope();
    let up = libm::atan(0.1);
    let c = |position: &Position, expect| check(&roads, &stage, position, expect);
    let road =
        |ds_m, dt_m, orientation| Position::RelativeRoad { entity: "left".into(), ds_m, dt_m, orientation };
    c(&road(-10.0, -3.0, None), [40.0, -1.5, 4.0, 0.0, -up, 0.0]);
    c(&road(10.0, 0.0, oriented(OrientationFrame::Relative, PI)), [60.0, 1.5, 6.0, PI, up, 0.0]);
    let lane = |entity: &str, d_lane, along, offset_m| Position::RelativeLane {
        entity: entity.into(),
        d_lane,
        along,
        offset_m,
        orientation: None,
    };
    // By ds all counts along the road.
    c(&lane("left", -1, AlongLane::Road(10.0), 0.2), [60.0, -1.3, 6.0, 0.0, -up, 0.0]);
    c(&lane("right", 1, AlongLane::Road(-10.0), 0.0), [40.0, 1.5, 4.0, 0.0, -up, 0.0]);
    // By dsLane all counts as the reference faces.
    c(&lane("left", 0, AlongLane::Lane(10.0), 0.2), [40.0, 1.3, 4.0, PI, up, 0.0]);
    c(&lane("left", 1, AlongLane::Lane(10.0), 0.0), [40.0, -1.5, 4.0, 0.0, -up, 0.0]);
    c(&lane("right", 0, AlongLane::Lane(10.0), 0.2), [60.0, -1.3, 6.0, 0.0, -up, 0.0]);
}

#[test]
fn along_the_lane_is_longer_outside_a_curve() {
    // Radius 50 to the left; lane −1 runs at radius 51.5.
    let draft = Draft { plan: arc(0.0, 0.0, 0.0, 0.0, 100.0, 0.02), ..Draft::default() };
    let roads = roads(&[draft], "");
    let stage = vec![on_lane(&roads, "a", "1", -1, 10.0)];
    let lane = |along| Position::RelativeLane {
        entity: "a".into(),
        d_lane: 0,
        along,
        offset_m: 0.0,
        orientation: None,
    };
    let s = |position: &Position| resolve(position, &roads, &stage, None, None).unwrap().place.unwrap().s_m;
    assert!((s(&lane(AlongLane::Road(30.0))) - 40.0).abs() < 1e-9);
    assert!((s(&lane(AlongLane::Lane(30.0))) - (10.0 + 30.0 * 50.0 / 51.5)).abs() < 1e-9);
}

fn route(points: &[Position]) -> Arc<Route> {
    let waypoints =
        points.iter().map(|p| Waypoint { position: p.clone(), strategy: RouteStrategy::Shortest }).collect();
    Arc::new(Route { name: "r".into(), closed: Closed::Open, waypoints })
}

#[test]
fn on_routes() {
    let roads = crossing();
    let stage = vec![on_lane(&roads, "a", "w", -1, 90.0)];
    let r = route(&[lane_position("w", -1, 40.0), lane_position("n", -1, 50.0)]);
    let on = |path_s_m| Position::OnRoute {
        route: r.clone(),
        at: Box::new(RoutePlace::LaneCoordinates { path_s_m, lane: -1, offset_m: 0.0 }),
        orientation: None,
    };
    check(&roads, &stage, &on(20.0), [-50.0, -1.5, 0.0, 0.0, 0.0, 0.0]);
    let quarter = 10.0 * FRAC_PI_2;
    check(&roads, &stage, &on(60.0 + quarter + 5.0), [1.5, 15.0, 0.0, FRAC_PI_2, 0.0, 0.0]);
    let of = Position::OnRoute {
        route: r.clone(),
        at: Box::new(RoutePlace::OfEntity("a".into())),
        orientation: oriented(OrientationFrame::Relative, PI),
    };
    check(&roads, &stage, &of, [-20.0, -1.5, 0.0, PI, 0.0, 0.0]);
    // The planned roads, and distances along them.
    let setting = Setting { roads: &roads, stage: &stage, geo: None, curve: None };
    let planned = route::plan(&r, &setting, None).unwrap();
    let ids: Vec<&str> =
        planned.state.roads.iter().map(|(i, _)| roads.road(*i).unwrap().id.as_str()).collect();
    assert_eq!(ids, ["w", "wn", "n"]);
    assert!((planned.length_m - (60.0 + quarter + 50.0)).abs() < 1e-9);
    let back = planned.path_s_m(&roads, stage[0].at.place.unwrap());
    assert_eq!(back, Some(50.0));
    // Relative positions of an entity with a route follow it.
    let mut stage = stage;
    stage[0].route = Some(planned.state);
    let ahead = Position::RelativeLane {
        entity: "a".into(),
        d_lane: 0,
        along: AlongLane::Road(10.0 + quarter + 3.0),
        offset_m: 0.0,
        orientation: None,
    };
    check(&roads, &stage, &ahead, [1.5, 13.0, 0.0, FRAC_PI_2, 0.0, 0.0]);
}

#[test]
fn routes_that_cannot_be_driven_say_so() {
    let roads = crossing();
    let nobody: Vec<Entity> = Vec::new();
    let setting = Setting { roads: &roads, stage: &nobody, geo: None, curve: None };
    let plan = |points: &[Position]| route::plan(&route(points), &setting, None).unwrap_err();
    let far = plan(&[lane_position("w", -1, 40.0), lane_position("far", -1, 5.0)]);
    assert_eq!(far, PositionError::NoWay { route: "r".into(), from: 1, to: 2 });
    assert_eq!(plan(&[]), PositionError::EmptyRoute("r".into()));
    // A route whose way point is on a route …, deeper than allowed.
    let mut at = lane_position("w", -1, 40.0);
    for _ in 0..12 {
        let place = RoutePlace::RoadCoordinates { path_s_m: 0.0, t_m: 0.0 };
        at = Position::OnRoute { route: route(&[at]), at: Box::new(place), orientation: None };
    }
    assert_eq!(setting.resolve(&at, None), Err(PositionError::TooDeep));
}

struct Circle;

impl Curve for Circle {
    fn at(&self, s_m: f64) -> Option<Pose> {
        let a = s_m / 10.0;
        let position_m = DVec3::new(10.0 * libm::sin(a), 10.0 - 10.0 * libm::cos(a), 0.0);
        Some(Pose { position_m, h_rad: a, ..Pose::default() })
    }

    fn length_m(&self) -> f64 {
        20.0
    }
}

#[test]
fn on_trajectories_and_on_the_globe() {
    let roads = straight(100.0);
    let nobody: Vec<Entity> = Vec::new();
    let trajectory =
        Trajectory { name: "t".into(), closed: Closed::Open, shape: TrajectoryShape::Polyline(Vec::new()) };
    let geo = |lon: f64, lat: f64| (lat < 90.0).then_some((lon, lat));
    let of = |_: &Trajectory| -> Option<Box<dyn Curve>> { Some(Box::new(Circle)) };
    let setting = Setting { roads: &roads, stage: &nobody, geo: Some(&geo), curve: Some(&of) };
    let on = |s_m, t_m| Position::OnTrajectory {
        trajectory: trajectory.clone().into(),
        s_m,
        t_m,
        orientation: None,
    };
    let p = setting.resolve(&on(10.0, 10.0), None).unwrap().pose;
    assert!((p.position_m - DVec3::new(0.0, 10.0, 0.0)).length() < 1e-9 && (p.h_rad - 1.0).abs() < 1e-12);
    let none = Setting { curve: None, ..setting };
    assert_eq!(none.resolve(&on(0.0, 0.0), None), Err(PositionError::NoCurve("t".into())));
    // Built from its vertices, on the slope below.
    let (slope, stage) = slope();
    let vertex = |x_m, y_m| TrajectoryVertex {
        time_s: None,
        position: Position::World { x_m, y_m, z_m: None, h_rad: None, p_rad: None, r_rad: None },
    };
    let shape = TrajectoryShape::Polyline(vec![vertex(100.0, 0.0), vertex(60.0, 0.0)]);
    let line = Arc::new(Trajectory { name: "l".into(), closed: Closed::Open, shape });
    let on = |s_m, t_m| Position::OnTrajectory { trajectory: line.clone(), s_m, t_m, orientation: None };
    let up = libm::atan(0.1);
    check(&slope, &stage, &on(20.0, 1.0), [80.0, -1.0, 8.0, PI, up, 0.0]);
    check(&slope, &stage, &on(99.0, 0.0), [60.0, 0.0, 6.0, PI, up, 0.0]);
    let globe = |latitude_deg| Position::Geo {
        latitude_deg,
        longitude_deg: 12.0,
        altitude_m: None,
        orientation: None,
    };
    let p = setting.resolve(&globe(1.5), None).unwrap();
    assert_eq!((p.pose.position_m.x, p.pose.position_m.y, p.place.unwrap().lane), (12.0, 1.5, 1));
    assert!(matches!(setting.resolve(&globe(95.0), None), Err(PositionError::NoProjection { .. })));
}

#[test]
fn what_is_not_there_is_named() {
    let roads = straight(100.0);
    let stage = vec![entity("bare", Located::default())];
    let find = |position: &Position| resolve(position, &roads, &stage, None, None).unwrap_err();
    assert_eq!(find(&lane_position("9", 1, 0.0)), PositionError::UnknownRoad("9".into()));
    let object = Position::RelativeObject { entity: "x".into(), d_m: [0.0; 3], orientation: None };
    assert_eq!(find(&object), PositionError::UnknownEntity("x".into()));
    let road = Position::RelativeRoad { entity: "bare".into(), ds_m: 0.0, dt_m: 0.0, orientation: None };
    assert_eq!(find(&road), PositionError::NoPlace("bare".into()));
    let nan = Position::World { x_m: f64::NAN, y_m: 0.0, z_m: None, h_rad: None, p_rad: None, r_rad: None };
    assert_eq!(find(&nan), PositionError::NotFinite);
}
