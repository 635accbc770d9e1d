//! Scenarios of the corpus in the native format: every one is written, and what is lost is named.

mod common;

use common::{corpus, load};
use std::collections::BTreeMap;
use std::path::Path;
use storyboard::convert::{Wanted, to_native};
use storyboard::standard::EntityKind;

fn convert(path: &Path) -> Result<storyboard::convert::Native, String> {
    let (play, roads) = load(path)?;
    let ego = play.entities.iter().position(|e| e.body.kind == EntityKind::Vehicle);
    let map =
        openscenario::resolve_path(&path.display().to_string(), play.map_file.as_deref().unwrap_or("none"));
    let wanted = Wanted { map, ego, ego_vehicle: "lexus_rx450h_2012".to_owned() };
    Ok(to_native(&play, &roads, &wanted))
}

#[test]
fn a_cut_in_keeps_its_meaning() {
    let Some(corpus) = corpus() else { return };
    let native = convert(&corpus.join("esmini/resources/xosc/cut-in.xosc")).expect("it loads");
    for wanted in [
        "[ego]\nvehicle = \"lexus_rx450h_2012\"\nstart = { road = \"0\", lane = -3, s_m = 50 }",
        "[[entity]]\nname = \"OverTaker\"\nvehicle = \"compact_car\"\nbehavior = \"scripted\"",
        "headway = { from = \"ego\", to = \"OverTaker\", above_s = 0.4 }, edge = \"rising\"",
        "lane_change = { entity = \"OverTaker\", lanes = -1, over_s = 3, shape = \"sinusoidal\" }",
        "speed = { entity = \"OverTaker\", speed_mps = 0, rate_mps2 = 4, shape = \"linear\" }",
    ] {
        assert!(native.text.contains(wanted), "{wanted}\nis not in\n{}\n{:#?}", native.text, native.lost);
    }
}

/// A scenario of our own on a straight road, written and read without a corpus.
#[test]
fn what_cannot_be_said_is_named_and_takes_its_followers_along() {
    let map = br#"<OpenDRIVE><header revMajor="1" revMinor="8"/><road id="7" length="500" junction="-1">
        <planView><geometry s="0" x="0" y="0" hdg="0" length="500"><line/></geometry></planView>
        <lanes><laneSection s="0">
        <left><lane id="1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></left>
        <center><lane id="0" type="none"/></center>
        <right><lane id="-1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></right>
        </laneSection></lanes></road></OpenDRIVE>"#;
    let map = opendrive::parse(map, "m.xodr").expect("a sound map").map;
    let car = |name: &str| {
        format!(
            r#"<ScenarioObject name="{name}"><Vehicle name="c" vehicleCategory="bus"><BoundingBox><Center x="1" y="0" z="1"/><Dimensions length="9" width="2" height="2"/></BoundingBox></Vehicle></ScenarioObject>"#
        )
    };
    let place = |name: &str, lane: i32, s: f64, h: f64| {
        format!(
            r#"<Private entityRef="{name}"><PrivateAction><TeleportAction><Position><LanePosition roadId="7" laneId="{lane}" s="{s}" offset="0.5"><Orientation type="relative" h="{h}"/></LanePosition></Position></TeleportAction></PrivateAction></Private>"#
        )
    };
    let event = |name: &str, action: &str, condition: &str| {
        format!(
            r#"<Event name="{name}" priority="parallel"><Action name="x">{action}</Action><StartTrigger><ConditionGroup><Condition name="c" delay="1" conditionEdge="none"><ByValueCondition>{condition}</ByValueCondition></Condition></ConditionGroup></StartTrigger></Event>"#
        )
    };
    let after = |name: &str| {
        format!(
            r#"<StoryboardElementStateCondition storyboardElementRef="{name}" storyboardElementType="event" state="completeState"/>"#
        )
    };
    let time = r#"<SimulationTimeCondition rule="greaterOrEqual" value="2"/>"#;
    let offset = r#"<PrivateAction><LateralAction><LaneOffsetAction continuous="false"><LaneOffsetActionDynamics dynamicsShape="linear"/><LaneOffsetTarget><AbsoluteTargetLaneOffset value="1"/></LaneOffsetTarget></LaneOffsetAction></LateralAction></PrivateAction>"#;
    let profile = r#"<PrivateAction><LongitudinalAction><SpeedProfileAction followingMode="follow"><SpeedProfileEntry speed="3"/></SpeedProfileAction></LongitudinalAction></PrivateAction>"#;
    let text = format!(
        r#"<OpenSCENARIO><FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" author="a" description="d"/><CatalogLocations/><RoadNetwork/><Entities>{}{}</Entities><Storyboard><Init><Actions>{}{}</Actions></Init><Story name="s"><Act name="a"><ManeuverGroup name="g" maximumExecutionCount="1"><Actors selectTriggeringEntities="false"><EntityRef entityRef="Bus two"/></Actors><Maneuver name="m">{}{}{}</Maneuver></ManeuverGroup></Act></Story></Storyboard></OpenSCENARIO>"#,
        car("Ego"),
        car("Bus two"),
        place("Ego", -1, 10.0, 0.0),
        place("Bus two", 1, 90.0, 0.0),
        event("first one", offset, time),
        event("second", profile, time),
        event("third", offset, &after("second")),
    );
    let parsed = openscenario::parse(text.as_bytes(), "s.xosc", &openscenario::NoFiles, &BTreeMap::new());
    let Some(openscenario::Document::Scenario(scenario)) = &parsed.document else {
        panic!("{}", parsed.problems)
    };
    let play = storyboard::read::from_openscenario(scenario, &parsed.files).play.expect("a sound scenario");
    let roads = std::sync::Arc::new(storyboard::play::roads::Roads::new(std::sync::Arc::new(map)));
    let wanted = Wanted { map: "m.xodr".to_owned(), ego: Some(0), ego_vehicle: "car".to_owned() };
    let native = to_native(&std::sync::Arc::new(play), &roads, &wanted);
    for wanted in [
        "[ego]\nvehicle = \"car\"\nstart = { road = \"7\", lane = -1, s_m = 10, offset_m = 0.5 }",
        // Driven against s: the left of the road is its right.
        "name = \"Bus_two\"\nvehicle = \"bus\"\nbehavior = \"scripted\"\nstart = { road = \"7\", lane = 1, s_m = 90, offset_m = -0.5 }",
        "name = \"first_one\"\nwhen = { at_s = 2, delay_s = 1 }\ndo = [{ lane_offset = { entity = \"Bus_two\", offset_m = -1 } }]",
    ] {
        assert!(native.text.contains(wanted), "{wanted}\nis not in\n{}", native.text);
    }
    for gone in ["second", "third"] {
        assert!(!native.text.contains(gone), "{}", native.text);
    }
    let lost = native.lost.join("\n");
    for named in [
        "second: a speed profile",
        "second: the event, because none of its actions can be said",
        "third: a condition on second",
        "third: the event, because its trigger cannot be said",
    ] {
        assert!(lost.contains(named), "{lost}");
    }
}

#[test]
fn every_scenario_is_written() {
    let Some(corpus) = corpus() else { return };
    let mut open = vec![corpus.canonicalize().expect("the corpus")];
    let (mut written, mut events) = (0, 0);
    let mut lost: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a directory of the corpus").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "xosc")
                && let Ok(native) = convert(&path)
            {
                written += 1;
                events += native.text.matches("[[story.act.group.event]]").count();
                for loss in native.lost {
                    let what = loss.split_once(": ").map_or(loss.clone(), |(_, what)| what.to_owned());
                    let what = what.split([' ', '(']).take(4).collect::<Vec<_>>().join(" ");
                    *lost.entry(what).or_insert(0) += 1;
                }
                if let Ok(folder) = std::env::var("SHAKEDOWN_CONVERTED") {
                    let stem = path.file_stem().expect("a file").to_string_lossy().into_owned();
                    std::fs::write(Path::new(&folder).join(format!("{stem}.toml")), native.text)
                        .expect("written");
                }
            }
        }
    }
    println!("{written} scenarios, {events} events");
    let mut lost: Vec<_> = lost.into_iter().collect();
    lost.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    for (what, n) in lost.iter().take(60) {
        println!("{n:5} {what}");
    }
}
