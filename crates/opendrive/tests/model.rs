//! One file with one of everything: each value arrives in the model, in SI units, and nothing vanishes unseen.

#![allow(clippy::unwrap_used)] // A test that cannot go on should panic.

use opendrive::{
    ContactPoint, Corner, CrossfallSide, Curve, JunctionKind, LaneChange, LaneDirection, LaneType,
    LinkTarget, Map, Orientation, ParamRange, Parsed, Place, RoadKind, RoadMarkColor, RoadMarkKind,
    SignalPosition, SpeedLimit, StructureKind, TrafficRule, Validity, user_value,
};

const TEXT: &str = include_str!("data/everything.xodr");

fn parsed() -> Parsed {
    opendrive::parse(TEXT.as_bytes(), "everything.xodr").unwrap_or_else(|p| panic!("{p}"))
}

fn map() -> Map {
    parsed().map
}

#[test]
fn the_header_is_read_and_its_offset_applied() {
    let map = map();
    let header = &map.header;
    assert_eq!((header.rev_major, header.rev_minor), (1, 8));
    assert_eq!(header.name, "everything & more");
    assert_eq!(header.geo_reference.as_deref(), Some("+proj=tmerc +lat_0=47.68 +lon_0=-122.2"));
    assert_eq!(user_value(&header.user_data, "header.note"), Some("kept"));
    assert_eq!(user_value(&map.user_data, "map.note"), Some("kept"));
    assert_eq!(header.east_m, Some(300.0));
    let start = map.road("main").unwrap().position(0.0, 0.0);
    // The relief stands on a road that climbs and leans a little.
    assert!((start.x_m - 10.0).abs() < 0.003 && (start.y_m - 20.0).abs() < 0.003, "{start:?}");
    // Elevation 5 + offset 1.5 + the shape's 0.1 + 10 · 0.001 above t = 0.
    assert!((start.z_m - 6.61).abs() < 1e-3, "{start:?}");
}

#[test]
fn roads_are_read() {
    let map = map();
    let road = map.road("main").unwrap();
    assert_eq!((road.name.as_str(), road.length_m, road.junction.as_deref()), ("Main Street", 200.0, None));
    assert_eq!(road.rule, TrafficRule::LeftHand);
    assert_eq!(map.road("side").unwrap().junction.as_deref(), Some("j"));
    let link = road.predecessor.as_ref().unwrap();
    assert_eq!(link.target, LinkTarget::Road { id: "side".into(), contact: Some(ContactPoint::End) });
    assert_eq!(road.successor.as_ref().unwrap().target, LinkTarget::Junction { id: "j".into() });
    let kinds: Vec<&RoadKind> = road.types.iter().map(|t| &t.kind).collect();
    assert_eq!(kinds, [&RoadKind::Town, &RoadKind::Motorway, &RoadKind::Other("moonbase".into())]);
    assert!((road.speed_limit_at(50.0).unwrap().mps().unwrap() - 11.176).abs() < 1e-9);
    assert_eq!(road.speed_limit_at(120.0), Some(SpeedLimit::NoLimit));
    assert!((road.speed_limit_at(199.0).unwrap().mps().unwrap() - 10.0).abs() < 1e-9);
    let curves: Vec<&Curve> = road.plan_view.iter().map(|g| &g.curve).collect();
    assert!(matches!(
        curves[..],
        [
            Curve::Line,
            Curve::Spiral { curvature_start_pm: 0.0, curvature_end_pm: 0.01 },
            Curve::Arc { curvature_pm: 0.01 },
            Curve::ParamPoly3 { range: ParamRange::Normalized, .. },
            Curve::ParamPoly3 { range: ParamRange::ArcLength, .. },
            Curve::Poly3 { .. }
        ]
    ));
    assert_eq!(road.crossfall[0].side, CrossfallSide::Left);
    assert_eq!((road.shape[0].t_m, road.shape[0].h), (-10.0, [0.1, 0.001, 0.0, 0.0]));
    assert_eq!(road.cross_section.as_ref().unwrap().strips.len(), 3);
    // t = 5.5 lies 5 m left of the strips' origin: −0.02 · 2 on the first, −0.001 · 3² on the second.
    assert!((road.cross_section_m(0.0, 5.5) + 0.049).abs() < 1e-12);
    assert_eq!(user_value(&road.user_data, "road.note"), Some("kept"));
    assert_eq!(road.at, Place { line: 10, column: 3, offset: road.at.offset, len: 5 });
    assert_eq!(TEXT.as_bytes()[road.at.offset as usize], b'<');
}

#[test]
fn lanes_are_read() {
    let map = map();
    let road = map.road("main").unwrap();
    let section = &road.lane_sections[0];
    assert_eq!(section.lanes().map(|l| l.id).collect::<Vec<_>>(), [2, 1, -1, -2]);
    assert_eq!((road.section_end_m(0), road.section_end_m(1)), (100.0, 200.0));
    assert_eq!(road.section_at(100.0).unwrap().s_m, 100.0);
    let lane = |id| section.lane(id).unwrap();
    assert_eq!((&lane(2).kind, lane(2).level), (&LaneType::Walking, true));
    assert_eq!((lane(2).heights[0].inner_m, lane(2).heights[0].outer_m), (0.12, 0.15));
    assert_eq!((&lane(1).predecessors[..], &lane(1).successors[..]), (&[1][..], &[1][..]));
    assert!((lane(1).speed_at(3.0).unwrap().mps().unwrap() - 13.4112).abs() < 1e-9);
    assert_eq!(lane(-1).direction, LaneDirection::Reversed);
    assert_eq!(lane(-1).accesses[0].restrictions, ["bus", "taxi"]);
    assert!(lane(-1).accesses[0].deny);
    assert_eq!(["bus", "passengerCar"].map(|u| lane(-1).allows(u, 5.0)), [Some(false), Some(true)]);
    assert_eq!(lane(1).allows("bus", 5.0), None);
    assert_eq!(lane(-1).material_at(5.0).and_then(|m| m.friction), Some(0.9));
    assert_eq!(lane(-1).materials[0].friction, Some(0.9));
    assert_eq!(lane(-2).kind, LaneType::Other("flyover".into()));
    assert_eq!(user_value(&lane(-2).user_data, "lane.note"), Some("kept"));
    let mark = section.center.road_mark_at(10.0).unwrap();
    assert_eq!(
        (&mark.kind, mark.bold, &mark.color),
        (&RoadMarkKind::SolidSolid, true, &RoadMarkColor::Yellow)
    );
    assert_eq!((&mark.lane_change, mark.lines[0].width_m), (&Some(LaneChange::None), Some(0.1)));
    assert_eq!(section.center.road_mark_at(60.0).unwrap().kind, RoadMarkKind::Broken);
    assert_eq!(user_value(&road.lane_sections[1].user_data, "section.note"), Some("kept"));
}

#[test]
fn lane_centers_follow_offset_width_and_border() {
    let map = map();
    let road = map.road("main").unwrap();
    let check = |lane, s, expect: Option<f64>| {
        let found = road.lane_center_t_m(lane, s);
        assert_eq!(
            found.map(|t| (t * 1e9).round()),
            expect.map(|t| (t * 1e9).round()),
            "lane {lane} at {s}: {found:?}"
        );
    };
    check(1, 0.0, Some(2.75));
    check(2, 0.0, Some(5.5));
    check(-1, 0.0, Some(-0.5));
    check(-1, 50.0, Some(-0.75));
    // The border lies 6 m right of the centre lane, whatever lane −1 does.
    check(-2, 0.0, Some(0.5 * (-2.0 - 5.0)));
    check(-2, 50.0, Some(0.5 * (-2.5 - 5.0)));
    check(0, 0.0, Some(1.0));
    check(3, 0.0, None);
    check(-1, 150.0, None);
    assert_eq!(road.lane_at(0.0, 2.0).map(|l| l.id), Some(1));
    assert_eq!(road.lane_at(0.0, -20.0).map(|l| l.id), None);
    assert!(map.lane_position("main", -1, 200.5, 0.0).is_none());
    assert!(map.lane_position("nowhere", -1, 0.0, 0.0).is_none());
    // Left-hand traffic: left lanes run with s, right ones against it, reversed ones the other way.
    let backward = |id| road.runs_backward(road.section_at(0.0).unwrap().lane(id).unwrap());
    assert_eq!([1, -1, -2].map(backward), [false, false, true]);
}

#[test]
fn signals_and_controllers_are_read() {
    let map = map();
    let (road, signal) = map.signal("s1").unwrap();
    assert_eq!(road.id, "main");
    assert_eq!(
        (signal.dynamic, signal.orientation, signal.kind.as_str()),
        (true, Orientation::Plus, "1000001")
    );
    assert_eq!(signal.validity, [Validity { from_lane: -2, to_lane: -1 }]);
    assert!(signal.validity[0].contains(-1) && !signal.validity[0].contains(1));
    assert_eq!((signal.heading_offset_rad, signal.pitch_rad, signal.roll_rad), (0.1, 0.2, 0.3));
    assert_eq!(signal.dependencies[0].signal_id, "s2");
    assert_eq!(signal.references[0].element_id, "s2");
    assert_eq!(user_value(&signal.user_data, "shakedown.face"), Some("lenses=R,Y,G"));
    let Some(SignalPosition::Inertial { x_m, y_m, z_m, heading_rad, .. }) = signal.position else { panic!() };
    assert_eq!((x_m, y_m, z_m, heading_rad), (110.0, 22.0, 7.5, 3.1));
    let (_, sign) = map.signal("s2").unwrap();
    assert!((sign.value_mps().unwrap() - 11.176).abs() < 1e-9);
    assert!(
        matches!(&sign.position, Some(SignalPosition::Road { road_id, s_m, .. }) if road_id == "side" && *s_m == 1.0)
    );
    assert_eq!(road.signal_references[0].signal_id, "s1");
    let controller = map.controller("c1").unwrap();
    assert_eq!((controller.name.as_str(), controller.sequence), ("phase 2", Some(1)));
    assert_eq!(controller.controls[0].kind.as_deref(), Some("circular"));
}

#[test]
fn objects_are_read() {
    let map = map();
    let road = map.road("main").unwrap();
    let crossing = &road.objects[0];
    assert_eq!(
        (crossing.kind.as_str(), crossing.subtype.as_str(), crossing.heading_rad),
        ("crosswalk", "zebra", 0.2)
    );
    assert_eq!(crossing.validity, [Validity { from_lane: -2, to_lane: 2 }], "the ends are exchanged");
    assert_eq!(crossing.outlines[0].corners.len(), 3);
    assert_eq!(crossing.outlines[0].fill_type.as_deref(), Some("paint"));
    let barrier = &road.objects[1];
    assert_eq!((barrier.radius_m, barrier.repeats[0].distance_m), (Some(0.2), 5.0));
    assert_eq!(barrier.outlines[0].corners[1], Corner::Local { u_m: 1.0, v_m: 2.0, z_m: 0.0, height_m: 1.0 });
    assert_eq!(road.object_references[0].object_id, "o1");
    assert_eq!(map.object("o1").map(|(r, o)| (r.id.as_str(), o.id.as_str())), Some(("main", "o1")));
    let kinds: Vec<StructureKind> = road.structures.iter().map(|s| s.kind).collect();
    assert_eq!(
        kinds,
        [StructureKind::Tunnel { lighting: Some(0.5), daylight: Some(0.25) }, StructureKind::Bridge]
    );
}

#[test]
fn junctions_are_read() {
    let map = map();
    let junction = map.junction("j").unwrap();
    assert_eq!(junction.kind, JunctionKind::Virtual);
    assert_eq!(junction.main_road.as_ref().map(|m| (m.s_start_m, m.s_end_m)), Some((80.0, 100.0)));
    let first = &junction.connections[0];
    assert_eq!(
        (first.incoming_road.as_deref(), first.connecting_road.as_deref()),
        (Some("main"), Some("side"))
    );
    assert_eq!((first.contact, first.lane_links[0].from), (Some(ContactPoint::Start), -1));
    assert!(junction.connections[1].is_virtual);
    assert_eq!(junction.priorities[0].high.as_deref(), Some("main"));
    assert_eq!(
        (junction.controllers[0].controller_id.as_str(), junction.controllers[0].sequence),
        ("c1", Some(2))
    );
    assert_eq!(junction.cross_paths[0].end.map(|l| (l.s_m, l.from, l.to)), Some((2.0, 3, 4)));
    assert_eq!(map.junction_groups[0].junctions, ["j"]);
}

#[test]
fn nothing_of_it_is_ignored() {
    assert!(parsed().ignored.is_empty(), "{:?}", parsed().ignored);
}

#[test]
fn the_file_itself_breaks_only_what_it_means_to_break() {
    let problems = parsed().problems;
    let found: Vec<(u32, &str)> = problems.iter().map(|p| (p.place.line, p.rule)).collect();
    assert_eq!(
        found,
        [
            (17, "attribute.unknown_word"),
            (69, "attribute.unknown_word"),
            (88, "validity.order"),
            (113, "surface.not_evaluated"),
        ]
    );
}
