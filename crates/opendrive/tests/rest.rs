//! One file with what `everything.xodr` has not: parts of objects, boards, junction areas, railways, annotations.

#![allow(clippy::unwrap_used)] // A test that cannot go on should panic.

use opendrive::{
    BoundarySegment, Corner, CrgMode, CrgPurpose, LaneAdvisory, Orientation, Parsed, RoadMarkColor,
    RoadMarkRule, RoadStation,
};

fn parsed() -> Parsed {
    let text = include_bytes!("data/rest.xodr");
    opendrive::parse(text, "rest.xodr").unwrap_or_else(|p| panic!("{p}"))
}

#[test]
fn nothing_of_it_is_ignored_and_surfaces_are_named() {
    let parsed = parsed();
    assert!(parsed.ignored.is_empty(), "{:?}", parsed.ignored);
    let problems: Vec<&str> = parsed.problems.iter().map(|p| p.rule).collect();
    assert_eq!(problems, ["surface.not_evaluated"; 3]);
    assert!(parsed.problems.iter().any(|p| p.message.contains("road.crg")));
}

#[test]
fn annotations_keep_their_elements() {
    let parsed = parsed();
    let notes = &parsed.map.annotations;
    let files: Vec<(&str, &str)> =
        notes.includes.iter().map(|i| (i.element.as_str(), i.file.as_str())).collect();
    assert_eq!(files, [("OpenDRIVE/header", "header.xml"), ("OpenDRIVE", "more.xodr")]);
    let quality = &notes.data_quality[0];
    assert_eq!(quality.element, "OpenDRIVE/road");
    assert_eq!(quality.error.unwrap().z_relative_m, Some(0.03));
    assert_eq!(quality.raw_data.as_ref().unwrap().post_processing_comment, "by hand");
    let header = &parsed.map.header;
    let license = header.license.as_ref().unwrap();
    assert_eq!(
        [&license.name, &license.spdx_id, &license.resource, &license.text],
        ["MIT", "MIT", "LICENSE", "free"]
    );
    assert_eq!(header.regulations.len(), 2);
    assert!((header.regulations[0].semantics[0].speed_mps().unwrap() - 50.0 / 3.6).abs() < 1e-12);
    assert!(header.regulations[1].of_signals);
    assert_eq!((header.regulations[1].kind.as_str(), header.regulations[1].subtype.as_str()), ("274", "1"));
    let lane = &parsed.map.roads[0].lane_sections[0].right[0];
    assert_eq!(lane.user_data[0].code, "deep");
    assert_eq!(lane.user_data[0].content, "<inner><more a=\"1\"/> text</inner>");
}

#[test]
fn lanes_and_markings_are_read() {
    let parsed = parsed();
    let section = &parsed.map.roads[0].lane_sections[0];
    let lane = &section.right[0];
    assert_eq!(lane.advisory, Some(LaneAdvisory::Outer));
    assert!(lane.dynamic_direction && lane.dynamic_type && lane.road_works);
    assert_eq!(lane.rules[0].value, "no stopping");
    let [broken, custom] = section.center.road_marks.as_slice() else { panic!() };
    assert_eq!((broken.material.as_deref(), broken.type_name.as_deref()), (Some("standard"), Some("broken")));
    let line = &broken.lines[0];
    assert_eq!(
        (line.width_m, &line.rule, &line.color),
        (Some(0.15), &Some(RoadMarkRule::Caution), &Some(RoadMarkColor::Yellow))
    );
    assert_eq!(broken.sway[0].a, 0.1);
    assert_eq!((custom.explicit[0].s_m, &custom.explicit[0].rule), (10.0, &Some(RoadMarkRule::NoPassing)));
    assert_eq!(custom.user_data[0].value, "kept");
    // 50 m of 3 m strokes every 9 m, and one explicit stroke.
    let strokes = parsed.map.roads[0].road_mark_strokes(0, 0, 1.0);
    assert_eq!(strokes.len(), 6 + 1);
    assert_eq!((strokes[0].points[0], &strokes[0].color), ([0.0, 0.1], &RoadMarkColor::Yellow));
    assert_eq!((strokes[6].points[0], strokes[6].width_m), ([60.0, 0.3], 0.2));
    let world = parsed.map.roads[0].stroke_points(&strokes[6]);
    assert_eq!(world[0], [160.0, 0.3, 2.0]);
}

#[test]
fn objects_and_boards_are_read() {
    let parsed = parsed();
    let road = &parsed.map.roads[0];
    let object = &road.objects[0];
    let detail = &object.detail;
    assert!(object.orientation_said && object.perp_to_road && object.repeats[0].straight);
    assert_eq!(object.outlines[0].corner_ids[1].as_deref(), Some("b"));
    assert_eq!(detail.materials[0].road_mark_color, Some(RoadMarkColor::Blue));
    assert_eq!(detail.parking.as_ref().unwrap().access, "electric");
    assert_eq!(detail.markings[0].corners, ["a", "b"]);
    assert!(detail.markings[0].bold && detail.borders[0].whole_outline);
    let crg = detail.surface.as_ref().unwrap();
    assert_eq!((crg.file.as_str(), crg.hides_road, crg.z_scale), ("patch.crg", true, 2.0));
    let [low, high] = detail.skeleton[0].vertices.as_slice() else { panic!() };
    assert!(low.intersection && !high.intersection);
    assert_eq!(high.place, Corner::Road { s_m: 10.0, t_m: -5.0, dz_m: 3.0, height_m: 0.0 });
    assert_eq!(road.object_instances(object, 1.0).len(), 3);
    assert_eq!(road.object_marking_strokes(object, &detail.markings[0]).len(), 2);
    assert_eq!(road.object_border_line(object, &detail.borders[0]).len(), 4);
    assert_eq!(road.skeleton_points(object, &detail.skeleton[0])[1], [110.0, -5.0, 5.0]);
    let signal = &road.signals[0];
    assert_eq!(signal.semantics.iter().map(|s| s.subject.as_str()).collect::<Vec<_>>(), ["speed", "warning"]);
    assert!((signal.semantics[0].speed_mps().unwrap() - 10.0).abs() < 1e-12);
    let board = &signal.static_boards[0];
    assert_eq!((board.signs[0].v_m, board.signs[0].sign.kind.as_str()), (1.0, "274"));
    assert_eq!((board.validity[0].from_lane, board.references[0].element_id.as_str()), (-1, "p"));
    let display = &signal.vms_boards[0];
    assert_eq!((display.display_width_m, display.areas[0].width_m), (Some(3.0), Some(1.5)));
    let group = &parsed.map.vms_groups[0].boards[0];
    assert_eq!((group.signal_id.as_str(), group.vms_index, group.group_index), ("board", Some(1), Some(2)));
}

#[test]
fn railways_and_surfaces_are_read() {
    let parsed = parsed();
    let road = &parsed.map.roads[0];
    let switch = &road.switches[0];
    assert_eq!((switch.position.as_str(), switch.main_track.as_ref().unwrap().s_m), ("dynamic", 5.0));
    assert_eq!(switch.side_track.as_ref().unwrap().direction, Orientation::Minus);
    assert_eq!(switch.partner, Some(("w2".into(), "W2".into())));
    let station = &parsed.map.stations[0];
    assert_eq!((station.kind.as_deref(), station.platforms[0].segments[0].s_end_m), (Some("large"), 90.0));
    let crg = &road.surfaces[0];
    assert_eq!((&crg.mode, &crg.purpose), (&CrgMode::Attached0, &CrgPurpose::Elevation));
    assert_eq!([crg.s_start_m, crg.s_end_m, crg.s_offset_m, crg.t_offset_m], [5.0, 15.0, 1.0, 2.0]);
    assert_eq!([crg.z_offset_m, crg.z_scale, crg.heading_offset_rad], [3.0, 4.0, 0.5]);
    assert_eq!(parsed.map.junctions[0].surfaces[0].orientation, Orientation::Minus);
}

#[test]
fn junction_areas_are_read_and_moved_by_the_offset() {
    let parsed = parsed();
    let junction = &parsed.map.junctions[0];
    assert_eq!((junction.road_sections[0].s_start_m, junction.road_sections[0].s_end_m), (40.0, 60.0));
    assert!(matches!(
        junction.boundary[0],
        BoundarySegment::Joint {
            contact: RoadStation::End,
            lane_start: Some(-1),
            transition_m: Some(3.0),
            ..
        }
    ));
    assert!(matches!(
        junction.boundary[1],
        BoundarySegment::Lane { lane_id: -1, from: RoadStation::Start, to: RoadStation::At(50.0), .. }
    ));
    assert_eq!(junction.objects[0].id, "jo");
    assert_eq!(junction.plan_view[0].x_m, 100.0);
    // Half-way between two rows, on the first corner to the left: 2 and 6, raised by 2.
    let z = junction.grid_height_m(103.5, 5.0).unwrap();
    assert!((z - 6.0).abs() < 1e-9, "{z}");
    assert_eq!(junction.grid_height_m(103.5, -6.0), None);
    assert!(parsed.map.junction_boundary(junction, 1.0).len() > 50);
    let connection = &parsed.map.junctions[1].connections[0];
    assert!(connection.is_virtual);
    let (from, to) = (connection.predecessor.as_ref().unwrap(), connection.successor.as_ref().unwrap());
    assert_eq!((from.s_m, to.s_m, to.orientation), (72.0, 78.0, Orientation::Minus));
    assert_eq!(connection.lane_links[0].overlap_m, Some(12.0));
}
