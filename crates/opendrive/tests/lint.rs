//! Quality rules on a small sound map: sound it passes, and each rule has a change that breaks it.

#![allow(clippy::unwrap_used)] // A test that cannot go on should panic.

/// Road a → junction j (connecting road c) → road b.
const SOUND: &str = r#"<OpenDRIVE>
<header revMajor="1" revMinor="8"/>
<road id="a" length="100" junction="-1">
<link><successor elementType="junction" elementId="j"/></link>
<planView>
<geometry s="0" x="0" y="0" hdg="0" length="60"><line/></geometry>
<geometry s="60" x="60" y="0" hdg="0" length="40"><paramPoly3 aU="0" bU="40" cU="0" dU="0" aV="0" bV="0" cV="0" dV="0" pRange="normalized"/></geometry>
</planView>
<elevationProfile><elevation s="0" a="1" b="0" c="0" d="0"/></elevationProfile>
<lanes>
<laneSection s="0"><center><lane id="0"/></center><right>
<lane id="-1" type="driving"><link><successor id="-1"/></link><width sOffset="0" a="3" b="0" c="0" d="0"/></lane>
<lane id="-2" type="walking" level="true"><width sOffset="0" a="2" b="0" c="0" d="0"/></lane>
</right></laneSection>
<laneSection s="50"><center><lane id="0"/></center><right>
<lane id="-1" type="driving"><link><predecessor id="-1"/></link><width sOffset="0" a="3" b="0" c="0" d="0"/></lane>
</right></laneSection>
</lanes>
<objects><object id="o" s="1" t="1" type="tree" orientation="none" radius="1"/></objects>
</road>
<road id="c" length="20" junction="j">
<link><predecessor elementType="road" elementId="a" contactPoint="end"/><successor elementType="road" elementId="b" contactPoint="start"/></link>
<planView><geometry s="0" x="100" y="0" hdg="0" length="20"><line/></geometry></planView>
<lanes><laneSection s="0"><center><lane id="0"/></center><right>
<lane id="-1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane>
</right></laneSection></lanes>
</road>
<road id="b" length="80" junction="-1">
<link><predecessor elementType="junction" elementId="j"/><successor elementType="road" elementId="d" contactPoint="start"/></link>
<planView><geometry s="0" x="120" y="0" hdg="0" length="80"><line/></geometry></planView>
<lanes><laneSection s="0"><center><lane id="0"/></center><right>
<lane id="-1" type="driving"><link><successor id="-1"/></link><width sOffset="0" a="3" b="0" c="0" d="0"/></lane>
</right></laneSection></lanes>
</road>
<road id="d" length="10" junction="-1">
<link><predecessor elementType="road" elementId="b" contactPoint="end"/></link>
<planView><geometry s="0" x="200" y="0" hdg="0" length="10"><line/></geometry></planView>
<lanes><laneSection s="0"><center><lane id="0"/></center><right>
<lane id="-1" type="driving"><link><predecessor id="-1"/></link><width sOffset="0" a="3" b="0" c="0" d="0"/></lane>
</right></laneSection></lanes>
</road>
<junction id="j"><connection id="0" incomingRoad="a" connectingRoad="c" contactPoint="start"><laneLink from="-1" to="-1"/></connection></junction>
</OpenDRIVE>"#;

fn rules_broken(text: &str) -> Vec<&'static str> {
    let parsed = opendrive::parse(text.as_bytes(), "map.xodr").unwrap_or_else(|p| panic!("{p}"));
    let mut rules: Vec<_> = opendrive::lint(&parsed.map, "map.xodr").iter().map(|p| p.rule).collect();
    rules.dedup();
    rules
}

#[test]
fn the_sound_map_breaks_no_rule() {
    assert_eq!(rules_broken(SOUND), [""; 0]);
}

#[test]
fn each_rule_has_a_change_that_breaks_it() {
    let mut wrong = Vec::new();
    let mut check = |old: &str, new: &str, rule: &str| {
        assert!(SOUND.contains(old), "{old:?} is not in the sound map");
        let found = rules_broken(&SOUND.replacen(old, new, 1));
        if !found.contains(&rule) {
            wrong.push(format!("{old:?} → {new:?}: {found:?}, where {rule} is expected"));
        }
    };
    // Geometry.
    let asc = "asam.net:xodr:1.4.0:road.geometry.elem_asc_order";
    check(
        "<planView>\n",
        "<planView>\n<geometry s=\"90\" x=\"90\" y=\"0\" hdg=\"0\" length=\"10\"><line/></geometry>\n",
        asc,
    );
    check("bV=\"0\"", "bV=\"1\"", "asam.net:xodr:1.7.0:road.geometry.paramPoly3.valid_parameters");
    check("bU=\"40\"", "bU=\"41\"", "asam.net:xodr:1.7.0:road.geometry.parampoly3.normalized_range");
    check("bU=\"40\"", "bU=\"41\"", "asam.net:xodr:1.7.0:road.geometry.parampoly3.length_match");
    check("normalized", "arcLength", "asam.net:xodr:1.7.0:road.geometry.parampoly3.arclength_range");
    check("x=\"200\"", "x=\"201\"", "asam.net:xodr:1.7.0:road.geometry.contact_point");
    let redundant = "asam.net:xodr:1.7.0:performance.avoid_redundant_info";
    check(
        "</elevationProfile>",
        "<elevation s=\"9\" a=\"1\" b=\"0\" c=\"0\" d=\"0\"/></elevationProfile>",
        redundant,
    );
    check(
        "length=\"10\"><line/>",
        "length=\"5\"><line/></geometry><geometry s=\"5\" x=\"205\" y=\"0\" hdg=\"0\" length=\"5\"><line/>",
        redundant,
    );
    // Lanes.
    check("<predecessor id=\"-1\"/>", "", "asam.net:xodr:1.4.0:road.lane.link.lanes_across_lane_sections");
    let level = "asam.net:xodr:1.7.0:road.lane.level_true_one_side";
    check("<lane id=\"-1\" type=\"driving\">", "<lane id=\"-1\" type=\"driving\" level=\"true\">", level);
    check(
        "level=\"true\"><width sOffset=\"0\" a=\"2\" b=\"0\" c=\"0\" d=\"0\"/></lane>",
        "level=\"true\"><width sOffset=\"0\" a=\"2\" b=\"0\" c=\"0\" d=\"0\"/></lane><lane id=\"-3\" type=\"none\"><width sOffset=\"0\" a=\"2\" b=\"0\" c=\"0\" d=\"0\"/></lane>",
        level,
    );
    let needed = "asam.net:xodr:1.4.0:road.linkage.is_junction_needed";
    check(
        "<successor elementType=\"junction\" elementId=\"j\"/>",
        "<successor elementType=\"road\" elementId=\"d\" contactPoint=\"start\"/>",
        needed,
    );
    // Junctions.
    let no_incoming = "asam.net:xodr:1.4.0:junctions.connection.connect_road_no_incoming_road";
    check(
        "</connection>",
        "</connection><connection id=\"1\" incomingRoad=\"c\" connectingRoad=\"d\"/>",
        no_incoming,
    );
    check(
        "incomingRoad=\"a\"",
        "incomingRoad=\"b\"",
        "asam.net:xodr:1.7.0:junctions.connection.start_along_linkage",
    );
    check(
        "contactPoint=\"start\"><laneLink",
        "contactPoint=\"end\"><laneLink",
        "asam.net:xodr:1.7.0:junctions.connection.end_opposite_linkage",
    );
    let one_link = "asam.net:xodr:1.8.0:junctions.connection.one_link_to_incoming";
    check("from=\"-1\" to=\"-1\"", "from=\"-1\" to=\"-7\"", one_link);
    check(
        "</connection>",
        "</connection><connection id=\"1\" incomingRoad=\"a\" connectingRoad=\"c\" contactPoint=\"start\"/>",
        one_link,
    );
    // Objects and surfaces.
    check("radius=\"1\"", "radius=\"1\" length=\"2\"", "rule_371_general_optional_param_used");
    check(
        "<lanes>",
        "<lateralProfile><superelevation s=\"0\" a=\"0\" b=\"0\" c=\"0\" d=\"0\"/><crossSectionSurface/></lateralProfile><lanes>",
        "rule_64_road_cross_section_surface_no_shape_superelevation",
    );
    let object = "type=\"tree\" orientation=\"none\" radius=\"1\"/>";
    let mut tree = |parts: &str, rule: &str| {
        let with = format!("type=\"tree\" orientation=\"none\" radius=\"1\">{parts}</object>");
        check(object, &with, rule);
    };
    let no_such = "rule_305_road.object.attributes_tree";
    tree("<parkingSpace access=\"all\"/>", no_such);
    tree("<material surface=\"bark\"/>", no_such);
    tree("<surface><CRG file=\"a.crg\"/></surface>", no_such);
    tree(
        "<markings><marking color=\"white\" lineLength=\"1\" spaceLength=\"0\" startOffset=\"0\" stopOffset=\"0\" side=\"left\"/></markings>",
        no_such,
    );
    tree("<repeat s=\"0\" length=\"9\" distance=\"0\" tStart=\"1\" tEnd=\"1\"/>", no_such);
    let lines = |vertices: &str| format!("<skeleton><polyline>{vertices}</polyline></skeleton>");
    tree(&lines(""), "rule_257_road_object_skeleton_polyline_followed_by_vertex");
    tree(
        &lines("<vertexRoad s=\"1\" t=\"1\"/>"),
        "rule_263_road_object_skeleton_vertex_road_element_min_amount",
    );
    tree(
        &lines("<vertexLocal u=\"1\" v=\"1\"/>"),
        "rule_267_road_object_skeleton_vertex_local_element_min_amount",
    );
    let border = |rest: &str| {
        format!("<borders><border width=\"1\" type=\"curb\" outlineId=\"0\" {rest}</border></borders>")
    };
    let corner = "<cornerReference id=\"7\"/>";
    tree(&border(&format!(">{corner}{corner}")), "rule_284_road_object_no_cornerreference_if_no_outline");
    tree(
        &border(&format!("useCompleteOutline=\"true\">{corner}")),
        "rule_285_road_object_border_useCompleteOutline_true",
    );
    tree(&border(&format!(">{corner}")), "rule_286_road_object_border_useCompleteOutline_false");
    check("orientation=\"none\" ", "", "rule_242_road_object_orientation");
    let board = |rest: &str| {
        format!(
            "</objects>\n<signals><signal id=\"s\" s=\"1\" t=\"1\" zOffset=\"1\" orientation=\"+\" type=\"multiBoard\" subtype=\"-1\" {rest}</signals>"
        )
    };
    check(
        "</objects>",
        &board("dynamic=\"yes\"/>"),
        "rule_341_road_signal_boards_multi_board_have_sub_boards",
    );
    check(
        "</objects>",
        &board("dynamic=\"no\"><staticBoard/><vmsBoard/></signal>"),
        "rule_343_road_signal_boards_multi_board_use_dynamic_true",
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_board_of_boards_and_a_whole_border_are_sound() {
    let sound =
        |old: &str, new: &str| assert_eq!(rules_broken(&SOUND.replacen(old, new, 1)), [""; 0], "{new}");
    sound(
        "</objects>",
        "</objects><signals><signal id=\"s\" s=\"1\" t=\"1\" zOffset=\"1\" orientation=\"+\" type=\"multiBoard\" subtype=\"-1\" dynamic=\"yes\"><staticBoard/><vmsBoard/></signal></signals>",
    );
    sound(
        "</objects>",
        "<object id=\"i\" s=\"1\" t=\"1\" type=\"trafficIsland\" orientation=\"none\" length=\"1\" width=\"1\"><outlines><outline id=\"0\"><cornerLocal u=\"0\" v=\"0\" z=\"0\" height=\"1\" id=\"a\"/><cornerLocal u=\"1\" v=\"0\" z=\"0\" height=\"1\" id=\"b\"/></outline></outlines><borders><border width=\"1\" type=\"curb\" outlineId=\"0\" useCompleteOutline=\"true\"/><border width=\"1\" type=\"curb\" outlineId=\"0\"><cornerReference id=\"a\"/><cornerReference id=\"b\"/></border></borders></object></objects>",
    );
}

#[test]
fn a_border_and_a_lane_offset_exclude_each_other() {
    let offset = "<lanes>\n<laneOffset s=\"0\" a=\"1\" b=\"0\" c=\"0\" d=\"0\"/>\n";
    let (width, border) = ("<width sOffset=\"0\" a=\"2\"", "<border sOffset=\"0\" a=\"-5\"");
    let with_border = SOUND.replacen(width, border, 1);
    assert_eq!(rules_broken(&with_border), [""; 0]);
    assert_eq!(
        rules_broken(&with_border.replacen("<lanes>\n", offset, 1)),
        ["rule_104_road_lanes_lane_offset_no_offset_if_border_defined"]
    );
}

#[test]
fn rules_of_later_versions_do_not_hold_for_older_files() {
    let broken = SOUND.replacen("bV=\"0\"", "bV=\"1\"", 1);
    assert!(!rules_broken(&broken).is_empty());
    assert_eq!(rules_broken(&broken.replacen("revMinor=\"8\"", "revMinor=\"6\"", 1)), [""; 0]);
}
