//! Places, surfaces and ways against closed forms.

use super::testing::*;
use super::*;
use crate::play::entity::RouteState;
use crate::play::frame::{laid_on, wrap_positive};
use crate::standard::{Route, RouteStrategy};
use std::f64::consts::{FRAC_PI_2, PI};

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn lanes_of_a_straight_road() {
    let roads = straight(100.0);
    let check = |lane, s, offset, expect: (i32, f64, f64, f64)| {
        let p = roads.locate_lane(0, lane, s, offset).unwrap();
        let pose = roads.pose_of(p, Relative::default());
        assert_eq!((p.lane, p.s_m, p.t_m, pose.position_m.y), (expect.0, expect.1, expect.2, expect.3));
        assert_eq!(pose.h_rad, 0.0);
    };
    check(-1, 10.0, 0.0, (-1, 10.0, -1.5, -1.5));
    check(1, 10.0, 0.25, (1, 10.0, 1.75, 1.75));
    // s is held to the road, missing lanes give the nearest of the side.
    check(-1, 200.0, 0.0, (-1, 100.0, -1.5, -1.5));
    check(-3, -1.0, 0.0, (-1, 0.0, -1.5, -1.5));
    let by_t = |t| roads.locate_road(0, 5.0, t).map(|p| (p.lane, p.offset_m)).unwrap();
    assert_eq!((by_t(1.0), by_t(-2.0), by_t(7.0)), ((1, -0.5), (-1, -0.5), (1, 5.5)));
    assert_eq!(
        (
            roads.driving_direction(roads.locate_lane(0, 1, 0.0, 0.0).unwrap()),
            roads.driving_direction(roads.locate_lane(0, -1, 0.0, 0.0).unwrap())
        ),
        (-1, 1)
    );
    assert_eq!(roads.lane_ids_at(0, 50.0), [1, -1]);
    assert_eq!(roads.locate_lane(7, 1, 0.0, 0.0), None);
}

#[test]
fn left_hand_traffic_turns_the_driving_direction() {
    let plan = line(0.0, 0.0, 0.0, 0.0, 100.0);
    let roads = roads(&[Draft { attributes: r#"rule="LHT""#, plan, ..Draft::default() }], "");
    let direction = |lane| roads.driving_direction(roads.locate_lane(0, lane, 0.0, 0.0).unwrap());
    assert_eq!((direction(1), direction(-1)), (1, -1));
    // The surface faces rising s whatever the traffic rule.
    assert_eq!(roads.surface(roads.locate_lane(0, -1, 5.0, 0.0).unwrap()).h_rad, 0.0);
}

#[test]
fn an_arc_with_slope_and_bank() {
    // Radius 50 to the left, grade 0.1, bank 0.2: the frame is heading, then pitch, then bank.
    let (k, grade, bank) = (0.02, 0.1, 0.2);
    let draft = Draft {
        plan: arc(0.0, 0.0, 0.0, 0.0, 100.0, k),
        elevation: [2.0, grade, 0.0, 0.0],
        bank_rad: bank,
        sections: lanes(0.0, &[(-1, 3.0, "")]),
        ..Draft::default()
    };
    let roads = roads(&[draft], "");
    let p = roads.locate_lane(0, -1, 30.0, 0.0).unwrap();
    let pose = roads.surface(p);
    let h = k * 30.0;
    let frame = rotation(h, -libm::atan(grade), bank);
    let center = DVec3::new(50.0 * h.sin(), 50.0 * (1.0 - h.cos()), 2.0 + grade * 30.0);
    let expect = center + frame * DVec3::new(0.0, -1.5, 0.0);
    assert!((pose.position_m - expect).length() < 1e-9, "{pose:?} {expect}");
    // Banked, the reference line's turn shows in the tangent of the lane as well: the up axis stays the frame's.
    assert!((pose.matrix().z_axis - frame.z_axis).length() < 0.02);
    assert!(near(roads.s_per_metre(p), 1.0 / (1.0 + k * 1.5)));
}

#[test]
fn attitudes_compose_as_rotations_and_come_back() {
    let draft = Draft {
        plan: line(0.0, 0.0, 0.0, 0.5, 100.0),
        elevation: [0.0, -0.3, 0.0, 0.0],
        bank_rad: 0.25,
        ..Draft::default()
    };
    let roads = roads(&[draft], "");
    let p = roads.locate_lane(0, -1, 20.0, 0.0).unwrap();
    let ground = rotation(0.5, libm::atan(0.3), 0.25);
    for (h, pitch, roll) in [(0.0, 0.0, 0.0), (PI, 0.0, 0.0), (1.0, 0.0, 0.0), (2.0, 0.1, -0.2)] {
        let relative = Relative { z_m: 0.5, h_rad: h, p_rad: pitch, r_rad: roll };
        let pose = roads.pose_of(p, relative);
        assert!(pose.matrix().abs_diff_eq(ground * rotation(h, pitch, roll), 1e-12));
        assert!(near(pose.position_m.z, roads.surface(p).position_m.z + 0.5));
        let back = roads.relative_at(p, &pose);
        let d = [back.z_m - 0.5, wrap(back.h_rad - h), back.p_rad - pitch, back.r_rad - roll];
        assert!(d.iter().all(|v| v.abs() < 1e-12), "{back:?}");
    }
    // Facing back, what was up is down.
    let back = roads.pose_of(p, Relative { h_rad: PI, ..Relative::default() });
    assert!(near(back.p_rad, -libm::atan(0.3)) && near(back.r_rad, -0.25) && near(back.h_rad, 0.5 + PI));
    // On the surface with a heading of the world: the heading is exact.
    let laid = Pose::from_matrix(DVec3::ZERO, &laid_on(ground.z_axis, 2.0));
    assert!(near(laid.h_rad, 2.0));
}

#[test]
fn nearest_prefers_the_road_that_holds_the_point() {
    let roads = crossing();
    let id = |x, y| {
        let near = roads.nearest(x, y, None).unwrap();
        (roads.road(near.place.road).unwrap().id.clone(), near.place.lane, near.gap_m)
    };
    assert_eq!(id(-50.0, -1.5), ("w".to_owned(), -1, 0.0));
    assert_eq!(id(60.0, 2.0), ("e".to_owned(), 1, 0.0));
    assert_eq!(id(-50.0, -7.0), ("w".to_owned(), -1, 4.0));
    assert_eq!(id(5010.0, PI - 1.0).0, "far");
    // Past the end of a road.
    let near = roads.nearest(118.0, 6.0, None).unwrap();
    assert!(
        (near.gap_m - libm::hypot(8.0, 3.0)).abs() < 1e-9 && (near.beyond_m - 8.0).abs() < 1e-9,
        "{near:?}"
    );
    assert_eq!(roads.nearest(f64::NAN, 0.0, None), None);
    assert_eq!(Roads::none().nearest(0.0, 0.0, None), None);
}

#[test]
fn a_hint_keeps_its_road_where_roads_overlap() {
    let roads = crossing();
    let place = |id: &str, s| roads.locate_lane(roads.index_of(id).unwrap(), -1, s, 0.0).unwrap();
    let from = |id: &str, s: f64, x, y| {
        let near = roads.nearest_from(place(id, s), x, y, None).unwrap();
        roads.road(near.place.road).unwrap().id.clone()
    };
    // Just inside the crossing several connecting roads hold the point.
    for id in ["wn", "we", "ws"] {
        assert_eq!(from(id, 1.0, -8.5, -1.0), id);
    }
    // From the arm the straightest is taken.
    assert_eq!(from("w", 99.5, -8.5, -1.0), "we");
    // Beside its lanes it stays within the slack, and no farther.
    assert_eq!(from("w", 50.0, -60.0, -4.5), "w");
    assert_eq!(from("w", 50.0, 5050.0, PI), "far");
}

#[test]
fn heights_tell_a_bridge_from_the_road_under_it() {
    let flat = Draft { id: "under", plan: line(0.0, -50.0, 0.0, 0.0, 100.0), ..Draft::default() };
    let bridge = Draft {
        id: "over",
        plan: line(0.0, 0.0, -50.0, FRAC_PI_2, 100.0),
        elevation: [6.0, 0.0, 0.0, 0.0],
        ..Draft::default()
    };
    let roads = roads(&[flat, bridge], "");
    let at = |z| roads.nearest(0.5, 0.5, z).unwrap().place.road;
    assert_eq!((at(None), at(Some(0.0)), at(Some(6.5))), (0, 0, 1));
}

fn go(roads: &Roads, id: &str, lane: i32, s: f64, d: f64, choice: JunctionChoice) -> (String, Moved) {
    let from = roads.locate_lane(roads.index_of(id).unwrap(), lane, s, 0.2).unwrap();
    let moved = roads.move_along(from, Relative::default(), d, Along::Reference, choice, None);
    (roads.road(moved.at.road).unwrap().id.clone(), moved)
}

#[test]
fn moving_through_a_junction() {
    let roads = crossing();
    let check = |d, choice, expect: (&str, i32, f64, f64)| {
        let (id, m) = go(&roads, "w", -1, 90.0, d, choice);
        assert_eq!((id.as_str(), m.at.lane), (expect.0, expect.1));
        assert!(near(m.at.s_m, expect.2) && near(m.at.offset_m, expect.3), "{m:?}");
        assert!(near(m.moved_m, d));
    };
    let quarter = 10.0 * FRAC_PI_2;
    check(5.0, JunctionChoice::Straightest, ("w", -1, 95.0, 0.2));
    check(15.0, JunctionChoice::Straightest, ("we", -1, 5.0, 0.2));
    check(35.0, JunctionChoice::Straightest, ("e", -1, 5.0, 0.2));
    check(10.0 + quarter + 7.0, JunctionChoice::Turn(FRAC_PI_2), ("n", -1, 7.0, 0.2));
    // To the south one arrives at the end of "s": against its s, so offsets change their sign.
    let (id, m) = go(&roads, "w", -1, 90.0, 10.0 + quarter + 7.0, JunctionChoice::Turn(-FRAC_PI_2));
    assert_eq!((id.as_str(), m.turned), ("s", true));
    assert!(near(m.at.s_m, 93.0) && near(m.relative.h_rad, PI));
    assert!(near(m.at.offset_m, -0.2));
    // Lane +1 has no connection: the end.
    let (_, m) = go(&roads, "w", 1, 90.0, 15.0, JunctionChoice::Straightest);
    assert!(m.end_of_road && near(m.at.s_m, 100.0) && near(m.moved_m, 10.0));
}

#[test]
fn a_route_decides_in_a_junction() {
    let roads = crossing();
    let index = |id: &str| roads.index_of(id).unwrap();
    let route = Route { name: String::new(), closed: crate::standard::Closed::Open, waypoints: Vec::new() };
    for list in
        [vec![(index("w"), 1), (index("wn"), 1), (index("n"), 1)], vec![(index("w"), 1), (index("n"), 1)]]
    {
        let last = list.len() - 1;
        let mut state = RouteState { route: Arc::new(route.clone()), roads: list, at: 0 };
        let from = roads.locate_lane(index("w"), -1, 90.0, 0.0).unwrap();
        let m = roads.move_along(
            from,
            Relative::default(),
            40.0,
            Along::Reference,
            JunctionChoice::Straightest,
            Some(&mut state),
        );
        assert_eq!((m.at.road, state.at), (index("n"), last));
    }
}

#[test]
fn lanes_go_on_by_links_and_end_in_the_nearest() {
    // Section 2 numbers the lanes differently; the third has lost its outer lane.
    let sections = [
        lanes(0.0, &[(-1, 3.0, r#"<successor id="-2"/>"#), (-2, 3.0, "")]),
        lanes(40.0, &[(-1, 3.0, r#"<successor id="-1"/>"#), (-2, 3.0, r#"<predecessor id="-1"/>"#)]),
        lanes(70.0, &[(-1, 3.0, r#"<predecessor id="-1"/>"#)]),
    ]
    .concat();
    let roads = roads(&[Draft { plan: line(0.0, 0.0, 0.0, 0.0, 100.0), sections, ..Draft::default() }], "");
    let check = |lane, s, d, expect: (i32, f64, f64, bool)| {
        let (_, m) = go(&roads, "1", lane, s, d, JunctionChoice::Straightest);
        assert_eq!((m.at.lane, m.lane_ended), (expect.0, expect.3), "{m:?}");
        assert!(near(m.at.s_m, expect.1) && near(m.at.offset_m, expect.2), "{m:?}");
    };
    check(-1, 30.0, 20.0, (-2, 50.0, 0.2, false));
    check(-1, 30.0, 10.0, (-2, 40.0, 0.2, false));
    check(-2, 50.0, -20.0, (-1, 30.0, 0.2, false));
    check(-2, 40.0, -5.0, (-1, 35.0, 0.2, false));
    check(-2, 60.0, 20.0, (-1, 80.0, 0.0, true));
    // Unlinked, but the same strip: it goes on.
    check(-2, 30.0, 20.0, (-2, 50.0, 0.2, false));
    // Beyond the end.
    let (_, m) = go(&roads, "1", -1, 90.0, 20.0, JunctionChoice::Straightest);
    assert!(m.end_of_road && m.at.s_m == 100.0 && near(m.moved_m, 10.0));
    let (_, m) = go(&roads, "1", -1, 10.0, -20.0, JunctionChoice::Straightest);
    assert!(m.end_of_road && m.at.s_m == 0.0 && near(m.moved_m, -10.0));
}

#[test]
fn distances_along_the_own_line() {
    // Clothoid 0 → 0.02 over 100 m, t = −1.5: way = ∫ (1 + 1.5·κ) ds.
    let plan = r#"<geometry s="0" x="0" y="0" hdg="0" length="100"><spiral curvStart="0" curvEnd="0.02"/></geometry>"#;
    let roads = roads(&[Draft { plan: plan.to_owned(), ..Draft::default() }], "");
    let from = roads.locate_lane(0, -1, 20.0, 0.0).unwrap();
    let go = |from, d, along| {
        roads.move_along(from, Relative::default(), d, along, JunctionChoice::Straightest, None)
    };
    let way = |a: f64, b: f64| (b - a) + 1.5 * 0.0002 * 0.5 * (b * b - a * a);
    let there = go(from, way(20.0, 80.0), Along::Own).at;
    assert!((there.s_m - 80.0).abs() < 1e-5, "{}", there.s_m);
    let back = go(there, -way(20.0, 80.0), Along::Own).at;
    assert!((back.s_m - 20.0).abs() < 1e-5, "{}", back.s_m);
    let step = go(from, 0.5, Along::OwnStep).at;
    assert!(near(step.s_m, 20.0 + 0.5 / (1.0 + 1.5 * 0.004)));
}

#[test]
fn ways_through_the_network() {
    let roads = crossing();
    let at = |id: &str, lane, s| roads.locate_lane(roads.index_of(id).unwrap(), lane, s, 0.0).unwrap();
    let way = |from, to| roads.way(from, to, &[1, -1], 1.0e4, RouteStrategy::Shortest);
    let w = way(at("w", -1, 90.0), at("w", -1, 20.0)).unwrap();
    assert_eq!((w.ds_m(), w.lane, w.roads.len()), (-70.0, -1, 1));
    let w = way(at("w", -1, 90.0), at("e", 1, 30.0)).unwrap();
    assert!(near(w.ds_m(), 60.0) && w.lane == -1 && !w.turned());
    let w = way(at("w", -1, 90.0), at("s", 1, 95.0)).unwrap();
    assert!(near(w.length_m, 15.0 + 10.0 * FRAC_PI_2) && w.turned(), "{w:?}");
    // Behind: from "e" back to "w" against its s.
    let w = way(at("e", -1, 30.0), at("w", -1, 90.0));
    assert_eq!(w, None, "no connection of the junction comes in from e");
    assert_eq!(way(at("w", -1, 0.0), at("far", -1, 0.0)), None);
    let only = roads.way(at("w", -1, 90.0), at("w", -1, 20.0), &[1], 1.0e4, RouteStrategy::Shortest);
    assert_eq!(only, None);
    assert_eq!(wrap_positive(0.0), 0.0);
}

#[test]
fn lanes_beside_skip_the_center() {
    let check = |lane, d, expect| assert_eq!(Roads::lane_beside(lane, d), expect, "{lane} + {d}");
    check(-1, 1, 1);
    check(-2, 1, -1);
    check(-2, 3, 2);
    check(1, -1, -1);
    check(2, -3, -2);
    check(0, 1, 1);
    check(-1, 0, -1);
}

#[test]
fn on_a_banked_road_t_runs_along_the_slope() {
    let draft = Draft {
        plan: arc(0.0, 0.0, 0.0, 0.3, 100.0, 0.01),
        bank_rad: 0.6,
        elevation: [0.0, 0.05, 0.0, 0.0],
        ..Draft::default()
    };
    let roads = roads(&[draft], "");
    for (lane, s, offset) in [(-1, 20.0, 0.0), (1, 70.0, 1.2), (-1, 50.0, -1.4)] {
        let place = roads.locate_lane(0, lane, s, offset).unwrap();
        let p = roads.surface(place).position_m;
        let near = roads.nearest(p.x, p.y, Some(p.z)).unwrap();
        let found = near.place;
        assert_eq!((found.lane, near.gap_m), (lane, 0.0));
        let d = [found.s_m - s, found.t_m - place.t_m, found.offset_m - offset, near.above_m];
        assert!(d.iter().all(|v| v.abs() < 1e-8), "{near:?}");
    }
}

#[test]
fn a_road_longer_than_its_plan_view_goes_on() {
    let plan = line(0.0, 0.0, 0.0, 0.0, 60.0);
    let roads = roads(&[Draft { plan, length_m: 100.0, ..Draft::default() }], "");
    let place = roads.locate_lane(0, -1, 90.0, 0.0).unwrap();
    let p = roads.surface(place).position_m;
    let near = roads.nearest(p.x, p.y, None).unwrap();
    assert!(near.gap_m == 0.0 && (near.place.s_m - 90.0).abs() < 1e-9, "{near:?}");
    let hinted = roads.nearest_from(place, p.x, p.y, None).unwrap();
    assert!((hinted.place.s_m - 90.0).abs() < 1e-9, "{hinted:?}");
}

#[test]
fn long_moves_notice_lanes_that_narrow_to_nothing() {
    // Lane −2 narrows from 3 m to nothing between 20 m and 40 m of its section, which goes on to 100 m.
    let narrowing = r#"<laneSection s="0"><center><lane id="0" type="none"/></center><right>
        <lane id="-1" type="driving"><link/><width sOffset="0" a="3" b="0" c="0" d="0"/></lane>
        <lane id="-2" type="driving"><link/><width sOffset="0" a="3" b="0" c="0" d="0"/>
        <width sOffset="20" a="3" b="-0.15" c="0" d="0"/><width sOffset="40" a="0" b="0" c="0" d="0"/></lane>
        </right></laneSection>"#;
    let plan = line(0.0, 0.0, 0.0, 0.0, 100.0);
    let roads = roads(&[Draft { plan, sections: narrowing.to_owned(), ..Draft::default() }], "");
    let (_, m) = go(&roads, "1", -2, 5.0, 90.0, JunctionChoice::Straightest);
    assert!(m.lane_ended && m.at.lane == -1 && near(m.at.s_m, 95.0) && near(m.at.t_m, -1.5), "{m:?}");
    let (_, m) = go(&roads, "1", -2, 5.0, 30.0, JunctionChoice::Straightest);
    assert!(!m.lane_ended && m.at.lane == -2, "{m:?}");
}

#[test]
fn strategies_weigh_ways_differently() {
    // From "a" to "b" straight through a junction (100 m), or around it (300 m).
    let through = Draft {
        id: "in",
        attributes: r#"junction="j""#,
        link: r#"<predecessor elementType="road" elementId="a" contactPoint="end"/><successor elementType="road" elementId="b" contactPoint="start"/>"#,
        plan: line(0.0, 100.0, 0.0, 0.0, 100.0),
        sections: lanes(0.0, &[(-1, 3.0, r#"<predecessor id="-1"/><successor id="-1"/>"#)]),
        ..Draft::default()
    };
    let around = Draft {
        id: "around",
        link: r#"<predecessor elementType="road" elementId="a" contactPoint="end"/><successor elementType="road" elementId="b" contactPoint="start"/>"#,
        plan: line(0.0, 100.0, -5.0, 0.0, 300.0),
        length_m: 300.0,
        ..Draft::default()
    };
    let a = Draft {
        id: "a",
        link: r#"<successor elementType="junction" elementId="j"/>"#,
        plan: line(0.0, 0.0, 0.0, 0.0, 100.0),
        ..Draft::default()
    };
    let b = Draft { id: "b", plan: line(0.0, 200.0, 0.0, 0.0, 100.0), ..Draft::default() };
    let junction = r#"<junction id="j" name="">
        <connection id="0" incomingRoad="a" connectingRoad="in" contactPoint="start"><laneLink from="-1" to="-1"/></connection>
        <connection id="1" incomingRoad="a" connectingRoad="around" contactPoint="start"><laneLink from="-1" to="-1"/></connection>
        </junction>"#;
    let roads = roads(&[a, b, through, around], junction);
    let at = |id: &str, s| roads.locate_lane(roads.index_of(id).unwrap(), -1, s, 0.0).unwrap();
    let length = |strategy| roads.way(at("a", 50.0), at("b", 50.0), &[1], 1.0e4, strategy).unwrap().length_m;
    assert_eq!(length(RouteStrategy::Shortest), 200.0);
    assert_eq!(length(RouteStrategy::Fastest), 200.0);
    assert_eq!(length(RouteStrategy::LeastIntersections), 400.0);
    // A limit cuts the search off.
    assert_eq!(roads.way(at("a", 50.0), at("b", 50.0), &[1], 150.0, RouteStrategy::Shortest), None);
}
