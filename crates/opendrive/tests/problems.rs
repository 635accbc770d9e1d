//! Files that are wrong: each is refused or warned of at the right place, by rule, without a panic.

#![allow(clippy::unwrap_used)] // A test that cannot go on should panic.

use opendrive::{Parsed, Problems, Severity, limits};

/// A sound road; `planView`, `elevationProfile` and lanes can be replaced.
fn road_with(old: &str, new: &str) -> String {
    let sound = r#"<?xml version="1.0"?>
<OpenDRIVE>
<header revMajor="1" revMinor="8"/>
<road id="1" length="100" junction="-1">
<planView>
<geometry s="0" x="0" y="0" hdg="0" length="100"><line/></geometry>
</planView>
<elevationProfile>
<elevation s="0" a="0" b="0" c="0" d="0"/>
</elevationProfile>
<lanes>
<laneSection s="0">
<center><lane id="0" type="none"/></center>
<right>
<lane id="-1" type="driving">
<width sOffset="0" a="3.5" b="0" c="0" d="0"/>
</lane>
</right>
</laneSection>
</lanes>
</road>
</OpenDRIVE>
"#;
    assert!(sound.contains(old), "{old:?} is not in the sound file");
    sound.replacen(old, new, 1)
}

fn parse(text: &str) -> Result<Parsed, Problems> {
    opendrive::parse(text.as_bytes(), "wrong.xodr")
}

/// The first of the gravest problems as `line:column severity rule`.
fn first(text: &str) -> String {
    let problems = match parse(text) {
        Ok(parsed) => parsed.problems,
        Err(problems) => problems,
    };
    let error = problems.iter().find(|p| p.severity == Severity::Error);
    error
        .or(problems.0.first())
        .map_or_else(|| "none".to_owned(), |p| format!("{} {} {}", p.place, p.severity, p.rule))
}

#[test]
fn each_mistake_has_its_place_and_rule() {
    let mut wrong = Vec::new();
    let mut check = |old: &str, new: &str, expect: &str| {
        let found = first(&road_with(old, new));
        if found != expect {
            wrong.push(format!("{old:?} → {new:?}: {found}, where {expect} is expected"));
        }
    };
    check("", "", "none");
    // Numbers.
    check(" x=\"0\"", " x=\"nan\"", "6:20 error number.not_finite");
    check(" x=\"0\"", " x=\"inf\"", "6:20 error number.not_finite");
    check(" x=\"0\"", " x=\"1.#IND\"", "6:20 error number.not_finite");
    check(" x=\"0\"", " x=\"1,5\"", "6:20 error number.unreadable");
    check(" x=\"0\"", " x=\"\"", "6:20 error number.unreadable");
    check(" x=\"0\"", " x=\"east\"", "6:20 error number.unreadable");
    check(" x=\"0\"", " x=\"5m\"", "6:20 warning number.unreadable");
    check(" x=\"0\"", " x=\"1e9\"", "6:20 error number.out_of_range");
    check(" x=\"0\"", "", "6:1 error attribute.missing");
    check("length=\"100\" j", "length=\"1e7\" j", "4:22 error number.out_of_range");
    check("length=\"100\" j", "length=\"-100\" j", "4:22 error number.out_of_range");
    check("<line/>", "<arc curvature=\"1e5\"/>", "6:66 error number.out_of_range");
    check("<line/>", "<spiral curvStart=\"0\" curvEnd=\"999\"/>", "6:50 error limit.spiral_turn");
    check("<line/>", "<paramPoly3/>", "6:50 error attribute.missing");
    check("<line/>", "", "6:1 error geometry.one_curve");
    check("<line/>", "<line/><line/>", "6:1 warning geometry.one_curve");
    check(" length=\"100\"><line", " length=\"0\"><line", "6:1 warning geometry.length");
    // Records.
    check("a=\"0\" b", "a=\"nan\" b", "9:21 error number.not_finite");
    check(
        "<elevation s",
        "<elevation s=\"0\" a=\"nan\" b=\"0\" c=\"0\" d=\"0\"/><elevation s",
        "9:21 warning number.not_finite",
    );
    check(
        "<elevation s=\"0\"",
        "<elevation s=\"50\" a=\"0\" b=\"0\" c=\"0\" d=\"0\"/><elevation s=\"0\"",
        "4:1 warning records.rising_s",
    );
    // Lanes.
    check("id=\"-1\" type", "id=\"1\" type", "15:1 warning lane.side");
    check("id=\"-1\" type", "id=\"-3\" type", "15:1 warning lane.consecutive_ids");
    check("id=\"-1\" type", "type", "15:1 error attribute.missing");
    check("id=\"-1\" type", "id=\"minus one\" type", "15:11 error number.unreadable");
    check("<width", "<thickness", "15:1 warning lane.width");
    check("sOffset=\"0\"", "sOffset=\"5\"", "15:1 warning lane.width");
    check("<center><lane id=\"0\" type=\"none\"/></center>", "", "12:1 warning lane_section.center");
    // References and gaps.
    check(
        "<planView>",
        "<link><successor elementType=\"road\" elementId=\"9\" contactPoint=\"end\"/></link><planView>",
        "5:7 warning reference.link",
    );
    check("junction=\"-1\"", "junction=\"7\"", "4:1 warning reference.junction");
    check(
        "length=\"100\"><line/></geometry>",
        "length=\"50\"><line/></geometry><geometry s=\"50\" x=\"51\" y=\"0\" hdg=\"0\" length=\"50\"><line/></geometry>",
        "6:67 warning geometry.gap",
    );
    check("length=\"100\" j", "length=\"120\" j", "4:1 warning road.length");
    check(
        "</OpenDRIVE>",
        "<junction id=\"j\"><connection id=\"0\" incomingRoad=\"5\"/></junction></OpenDRIVE>",
        "22:18 warning reference.road",
    );
    check(
        "</OpenDRIVE>",
        "<controller id=\"c\"><control signalId=\"5\"/></controller></OpenDRIVE>",
        "22:1 warning reference.signal",
    );
    let end = |more: &str| format!("{more}</OpenDRIVE>");
    check(
        "</OpenDRIVE>",
        &end(
            r#"<station id="s" name=""><platform id="p"><segment roadId="9" sStart="0" sEnd="1" side="left"/></platform></station>"#,
        ),
        "22:1 warning reference.road",
    );
    check(
        "</OpenDRIVE>",
        &end(r#"<junctionGroup id="g" type="roundabout"><junctionReference junction="9"/></junctionGroup>"#),
        "22:1 warning reference.junction",
    );
    check(
        "</OpenDRIVE>",
        &end(r#"<vmsGroup id="g"><vmsBoardReference signalId="9" vmsIndex="0" groupIndex="0"/></vmsGroup>"#),
        "22:1 warning reference.signal",
    );
    check(
        "</OpenDRIVE>",
        &end(
            r#"<junction id="j" type="crossing"><roadSection id="0" roadId="9" sStart="0" sEnd="1"/></junction>"#,
        ),
        "22:1 warning reference.road",
    );
    check(
        "</lanes>",
        r#"</lanes><objects><objectReference id="9" s="0" t="0" orientation="none"/></objects>"#,
        "20:18 warning reference.object",
    );
    check(
        "</lanes>",
        r#"</lanes><railroad><switch id="w" name="" position="turn"><mainTrack id="9" s="0" dir="+"/></switch></railroad>"#,
        "20:19 warning reference.road",
    );
    check(
        "</lanes>",
        r#"</lanes><surface><CRG file="a.crg"/></surface>"#,
        "20:18 warning surface.not_evaluated",
    );
    // Header and root.
    check("<header revMajor=\"1\" revMinor=\"8\"/>", "", "2:1 warning header.one");
    check("revMinor=\"8\"", "revMinor=\"99\"", "3:1 warning header.version");
    check("<OpenDRIVE>", "<OpenRoad>", "2:1 error xml.root_tag_is_opendrive");
    // XML.
    check("</planView>", "</planview>", "7:1 error xml.valid_xml_document");
    check("</lanes>\n</road>\n</OpenDRIVE>\n", "", "20:1 error xml.valid_xml_document");
    check(" y=\"0\"", " y=\"0\" y=\"1\"", "6:1 error xml.valid_xml_document");
    check("junction=\"-1\"", "junction=\"-1\" name=\"&evil;\"", "4:47 warning xml.entity");
    check("<OpenDRIVE>", "<!DOCTYPE x [<!ENTITY evil \"bad\">]><OpenDRIVE>", "2:1 warning xml.doctype");
    check("<?xml", " <?xml", "1:2 warning xml.declaration_first");
    check("</OpenDRIVE>\n", "</OpenDRIVE><more/>", "22:13 error xml.valid_xml_document");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text =
        road_with(" x=\"0\"", " x=\"a\"").replace("hdg=\"0\"", "hdg=\"b\"").replace("a=\"3.5\"", "a=\"c\"");
    let problems = parse(&text).unwrap_err();
    assert_eq!(problems.error_count(), 3, "{problems}");
    assert!(
        problems.to_string().contains("wrong.xodr:6:20: error: <geometry x=\"a\"> is no number"),
        "{problems}"
    );
}

#[test]
fn limits_are_named() {
    let check = |text: &str, name: &str| {
        let problems = parse(text).unwrap_err();
        let last = problems.0.last().unwrap();
        assert!(last.message.contains(name), "{name}: {last}");
    };
    let deep = |n: usize| format!("<OpenDRIVE>{}{}</OpenDRIVE>", "<a>".repeat(n), "</a>".repeat(n));
    assert!(parse(&deep(limits::DEPTH_MAX - 2)).is_ok());
    check(&deep(limits::DEPTH_MAX + 1), "DEPTH_MAX");
    check(&deep(100_000), "DEPTH_MAX");
    let attributes: String = (0..100).map(|i| format!(" a{i}=\"\"")).collect();
    check(&format!("<OpenDRIVE{attributes}/>"), "ATTRIBUTES_MAX");
    let lanes = "<lane id=\"-1\" type=\"driving\"/>".repeat(2 * limits::LANES_MAX + 1);
    check(&road_with("<lane id=\"-1\"", &format!("{lanes}<lane id=\"-1\"")), "LANES_MAX");
    let many = "<elevation s=\"x\" a=\"x\" b=\"x\" c=\"x\" d=\"x\"/>".repeat(1000);
    let problems = parse(&road_with("<elevation ", &format!("{many}<elevation "))).unwrap_err();
    assert_eq!(problems.error_count(), limits::PROBLEMS_MAX + 1);
    assert!(problems.iter().any(|p| p.rule == "limit.problems"));
}

#[test]
fn many_warnings_do_not_refuse_a_file() {
    let many = "<elevation s=\"0\" a=\"5m\" b=\"0\" c=\"0\" d=\"0\"/>".repeat(limits::PROBLEMS_MAX + 7);
    let parsed = parse(&road_with("<elevation ", &format!("{many}<elevation "))).unwrap();
    assert_eq!(parsed.problems.0.len(), limits::PROBLEMS_MAX + 1);
    assert!(parsed.problems.0.last().unwrap().message.starts_with("7 further warnings"));
}

#[test]
fn latin_1_is_decoded_when_declared_and_warned_of_when_not() {
    let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let named = road_with("<road id", "<road name=\"Hauptstraße\" id");
    let declared = named.replace("version=\"1.0\"", "version=\"1.0\" encoding=\"ISO-8859-1\"");
    let parsed = opendrive::parse(&latin(&declared), "x").unwrap();
    assert_eq!((parsed.map.roads[0].name.as_str(), parsed.problems.0.len()), ("Hauptstraße", 0));
    let parsed = opendrive::parse(&latin(&named), "x").unwrap();
    let problem = &parsed.problems.0[0];
    assert_eq!((parsed.map.roads[0].name.as_str(), problem.rule), ("Hauptstraße", "xml.encoding"));
    assert_eq!((problem.place.line, problem.place.column, problem.severity), (4, 22, Severity::Warning));
}
