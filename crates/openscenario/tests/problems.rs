//! Wrong files: what is said, where, and that nothing panics.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

use openscenario::model::*;
use openscenario::{Document, Files, NoFiles, Parsed, limits, parse};
use proptest::prelude::*;

/// A scenario around an entity's children and a storyboard's init actions.
fn scenario(minor: u8, parameters: &str, object: &str, actions: &str) -> String {
    format!(
        r#"<OpenSCENARIO>
<FileHeader revMajor="1" revMinor="{minor}" date="2026-01-01T00:00:00" author="a" description="d"/>
<ParameterDeclarations>{parameters}</ParameterDeclarations>
<CatalogLocations><ControllerCatalog><Directory path="catalogs"/></ControllerCatalog></CatalogLocations>
<RoadNetwork/>
<Entities><ScenarioObject name="Ego"><ExternalObjectReference name="x"/>{object}</ScenarioObject></Entities>
<Storyboard><Init><Actions><Private entityRef="Ego">
{actions}
</Private></Actions></Init><StopTrigger/></Storyboard>
</OpenSCENARIO>"#
    )
}

fn read(text: &str) -> Parsed {
    parse(text.as_bytes(), "s.xosc", &Disk, &BTreeMap::new())
}

/// The files of `tests/data`.
struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(root().join(path)).map_err(|e| e.kind().to_string())
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, String> {
        let entries = std::fs::read_dir(root().join(directory)).map_err(|e| e.kind().to_string())?;
        Ok(entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect())
    }
}

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// The problems, one a line; a document without errors loads.
fn said(text: &str) -> Vec<String> {
    let parsed = read(text);
    assert_eq!(parsed.document.is_none(), parsed.problems.has_errors(), "{}", parsed.problems);
    parsed.problems.iter().map(ToString::to_string).collect()
}

fn teleport(position: &str) -> String {
    format!("<PrivateAction><TeleportAction><Position>{position}</Position></TeleportAction></PrivateAction>")
}

#[test]
fn a_sound_file_has_no_problems() {
    let action = teleport(r#"<LanePosition roadId="1" laneId="-1" s="5"/>"#);
    assert_eq!(said(&scenario(1, "", "", &action)), Vec::<String>::new());
}

#[test]
fn each_mistake_is_named_at_its_place() {
    let check = |minor: u8, actions: &str, expect: &[&str]| {
        let found = said(&scenario(minor, "", "", actions));
        assert_eq!(found, expect, "{actions}");
    };
    check(
        1,
        &teleport(r#"<LanePositon roadId="1" laneId="-1" s="5"/>"#),
        &[
            r#"s.xosc:8:42: error: <Position> has no child <LanePositon> [element.unknown] (did you mean "LanePosition"? one of WorldPosition, RelativeWorldPosition, RelativeObjectPosition, RoadPosition, RelativeRoadPosition, LanePosition, RelativeLanePosition, RoutePosition, GeoPosition, TrajectoryPosition is wanted)"#,
        ],
    );
    check(
        1,
        &teleport(r#"<LanePosition roadId="1" laneId="-1" sOffset="5"/>"#),
        &[
            r#"s.xosc:8:42: error: <LanePosition> lacks the attribute "s" [attribute.missing] (Double is wanted)"#,
            r#"s.xosc:8:88: warning: <LanePosition> has no attribute "sOffset" [attribute.unknown] (did you mean "offset"? it was ignored)"#,
        ],
    );
    check(
        1,
        &teleport(r#"<WorldPosition x="1,5" y="NaN" z="five"/>"#),
        &[
            r#"s.xosc:8:60: error: <WorldPosition x>: "1,5" cannot be read [attribute.value] (a number is wanted)"#,
            r#"s.xosc:8:68: error: <WorldPosition y>: "NaN" is not finite [number.not_finite] (a finite number is wanted)"#,
            r#"s.xosc:8:76: error: <WorldPosition z>: "five" cannot be read [attribute.value] (a number is wanted)"#,
        ],
    );
    check(
        1,
        &teleport(r#"<WorldPosition x="$wide" y="0"/>"#),
        &[
            r#"s.xosc:8:60: error: <WorldPosition x="$wide">: the parameter $wide is not declared [parameter.unknown] (declare it, or write \$ for the sign itself)"#,
        ],
    );
    check(
        1,
        "<PrivateAction><TeleportAction/></PrivateAction>",
        &["s.xosc:8:16: error: <TeleportAction> lacks <Position> [element.missing]"],
    );
    check(
        1,
        "<PrivateAction/>",
        &[
            "s.xosc:8:1: error: <PrivateAction> is empty [element.choice] (one of LongitudinalAction, LateralAction, VisibilityAction, SynchronizeAction, ActivateControllerAction, ControllerAction, TeleportAction, RoutingAction, AppearanceAction, TrailerAction is wanted)",
        ],
    );
    check(
        1,
        &teleport(r#"<WorldPosition x="1" y="2"/><WorldPosition x="1" y="2"/>"#),
        &[
            "s.xosc:8:70: error: <Position> holds both <WorldPosition> and <WorldPosition> [element.choice] (one of them is wanted)",
        ],
    );
    check(
        1,
        "<PrivateAction><RoutingAction><RandomRouteAction/></RoutingAction></PrivateAction>",
        &[
            "s.xosc:8:31: warning: RoutingAction/RandomRouteAction came with OpenSCENARIO 1.3; the file says 1.1 [version.newer] (it was read nevertheless)",
        ],
    );
    check(
        3,
        r#"<PrivateAction><VisibilityAction graphics="True" sensors="1" traffic="maybe"/></PrivateAction>"#,
        &[
            r#"s.xosc:8:44: warning: <VisibilityAction graphics>: "True" stands for true [attribute.value]"#,
            r#"s.xosc:8:71: error: <VisibilityAction traffic>: "maybe" cannot be read [attribute.value] (true or false is wanted)"#,
        ],
    );
}

#[test]
fn an_expression_that_is_none_is_an_error() {
    let found = said(&scenario(1, "", "", &teleport(r#"<WorldPosition x="0" y="${1 +}"/>"#)));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with(r#"s.xosc:8:66: error: <WorldPosition y="${1 +}">: "#), "{found:?}");
    let found = said(&scenario(0, "", "", &teleport(r#"<WorldPosition x="0" y="${1 + 1}"/>"#)));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[1].contains("warning: expressions came with OpenSCENARIO 1.1"), "{found:?}");
}

#[test]
fn parameters_have_types_and_constraints() {
    let check = |parameters: &str, expect: &[&str]| {
        let found = said(&scenario(1, parameters, "", &teleport(r#"<WorldPosition x="$x" y="0"/>"#)));
        assert_eq!(found, expect, "{parameters}");
    };
    check(r#"<ParameterDeclaration name="x" parameterType="double" value="1"/>"#, &[]);
    check(
        r#"<ParameterDeclaration name="x" parameterType="integer" value="1.5"/>"#,
        &[
            r#"s.xosc:3:86: warning: the parameter "x" is integer, its value "1.5" [parameter.type] (it was read as text)"#,
        ],
    );
    let constraint = r#"<ConstraintGroup><ValueConstraint rule="lessThan" value="1"/></ConstraintGroup><ConstraintGroup><ValueConstraint rule="equalTo" value="5"/></ConstraintGroup>"#;
    let with = |value: &str| {
        format!(
            r#"<ParameterDeclaration name="x" parameterType="double" value="{value}">{constraint}</ParameterDeclaration>"#
        )
    };
    check(&with("0.5"), &[]);
    check(&with("5.0"), &[]);
    check(
        &with("2"),
        &[
            r#"s.xosc:3:85: error: the parameter "x" is "2", which its constraints forbid [parameter.constraint] (wanted: lessThan 1; equalTo 5)"#,
        ],
    );
}

#[test]
fn overrides_are_for_declared_parameters() {
    let parameter = r#"<ParameterDeclaration name="speed" parameterType="double" value="1"/>"#;
    let text = scenario(1, parameter, "", &teleport(r#"<WorldPosition x="$speed" y="0"/>"#));
    let with = |name: &str, value: &str| {
        let overrides = [(name.to_owned(), value.to_owned())].into();
        parse(text.as_bytes(), "s.xosc", &NoFiles, &overrides)
    };
    let parsed = with("speed", "42");
    let Some(Document::Scenario(s)) = parsed.document else { panic!("{}", parsed.problems) };
    assert_eq!(s.parameter_declarations.unwrap().parameter_declarations[0].value, "42");
    let PrivateAction::TeleportAction(t) = &s.storyboard.init.actions.privates[0].private_actions[0] else {
        panic!("no teleport")
    };
    assert!(matches!(&t.position, Position::WorldPosition(w) if w.x == 42.0));
    let problems = with("sped", "42").problems.to_string();
    assert_eq!(
        problems,
        r#"s.xosc:0:0: error: there is no parameter "sped" to be given "42" [parameter.override] (did you mean "speed"?)"#
    );
}

#[test]
fn catalogs_are_read_with_their_assignments() {
    let reference = |entry: &str, assign: &str| {
        let object = format!(
            r#"<ObjectController><CatalogReference catalogName="Things" entryName="{entry}"><ParameterAssignments>{assign}</ParameterAssignments></CatalogReference></ObjectController>"#
        );
        let outer = r#"<ParameterDeclaration name="outer" parameterType="double" value="7"/>"#;
        read(&scenario(1, outer, &object, &teleport(r#"<WorldPosition x="0" y="0"/>"#)))
    };
    let properties = |parsed: &Parsed| {
        let Some(Document::Scenario(s)) = &parsed.document else { panic!("{}", parsed.problems) };
        let object = &s.entities.as_ref().unwrap().scenario_objects[0];
        let Some(ControllerSource::CatalogReference(r)) = &object.object_controllers[0].source else {
            panic!("no reference")
        };
        let Some(CatalogEntry::Controller(c)) = r.entry.as_deref() else { panic!("no entry") };
        assert_eq!(parsed.files[c.origin.file as usize], "catalogs/things.xosc");
        c.properties.iter().flat_map(|p| &p.properties).map(|p| p.value.clone()).collect::<Vec<_>>()
    };
    let parsed = reference("careful", "");
    assert_eq!(properties(&parsed), ["2", "4"]);
    let parsed = reference("careful", r#"<ParameterAssignment parameterRef="gap" value="$outer"/>"#);
    assert_eq!(properties(&parsed), ["7", "14"]);
    let parsed = reference("outsider", "");
    assert_eq!(properties(&parsed), ["7"]);
    assert!(parsed.problems.to_string().contains("parameter.outside"), "{}", parsed.problems);
    let check = |entry: &str, expect: &str| {
        let problems = reference(entry, "").problems.to_string();
        assert!(problems.contains(expect), "{entry}: {problems}");
    };
    check(
        "carefull",
        r#"error: the catalog "Things" has no entry "carefull" [catalog.missing] (did you mean "careful"?)"#,
    );
    check("loop", r#"error: the catalog entry "loop" is a Route [catalog.kind] (Controller is wanted here)"#);
}

#[test]
fn cycles_of_catalog_entries_end() {
    let actions = r#"<PrivateAction><RoutingAction><AssignRouteAction><CatalogReference catalogName="Things" entryName="loop"/></AssignRouteAction></RoutingAction></PrivateAction>"#;
    let found = said(&scenario(1, "", "", actions));
    assert_eq!(
        found,
        [
            r#"catalogs/things.xosc:11:19: error: the catalog entry "loop" leads back to itself [catalog.cycle]"#
        ]
    );
}

#[test]
fn other_versions_are_refused_or_read_as_the_newest() {
    let check = |header: &str, expect: &str| {
        let text = format!(
            "<OpenSCENARIO><FileHeader {header} date='2026-01-01T00:00:00' author='' description=''/><Catalog name='c'/></OpenSCENARIO>"
        );
        assert_eq!(said(&text), [expect], "{header}");
    };
    check(
        "revMajor='0' revMinor='9'",
        "s.xosc:1:15: error: OpenSCENARIO 0.9 is not read [version.unsupported] (convert the file to 1.x with the migration tool of the standard)",
    );
    check(
        "revMajor='2' revMinor='0'",
        "s.xosc:1:15: error: OpenSCENARIO 2 is not read [version.unsupported] (OpenSCENARIO XML 1.0 to 1.3 is wanted)",
    );
    check(
        "revMajor='1' revMinor='7'",
        "s.xosc:1:15: warning: OpenSCENARIO 1.7 is not known [version.unknown] (it was read as 1.3)",
    );
    check(
        "",
        "s.xosc:1:15: error: <FileHeader> does not say which version the file has [xml.version_is_defined] (revMajor=\"1\" and revMinor are wanted)",
    );
}

#[test]
fn limits_are_errors_that_name_them() {
    let many = r#"<ParameterDeclaration name="x" parameterType="double" value="$y"/>"#
        .repeat(limits::PROBLEMS_MAX + 5);
    let problems = read(&scenario(1, &many, "", &teleport(r#"<WorldPosition x="0" y="0"/>"#))).problems;
    assert_eq!(problems.error_count(), limits::PROBLEMS_MAX + 1);
    assert!(problems.to_string().contains("PROBLEMS_MAX"));
    // Entries that refer twice to the next one: 2^n readings without a limit.
    let problems = parse(nested().as_bytes(), "s.xosc", &Nested, &BTreeMap::new()).problems;
    assert!(problems.to_string().contains("CATALOG_NESTING_MAX"), "{problems}");
}

/// Long texts that are put in often: a small file that would fill the memory.
#[test]
fn texts_that_multiply_have_a_limit() {
    let long = "x".repeat(limits::PARAMETER_BYTES_MAX);
    let parameter = format!(r#"<ParameterDeclaration name="t" parameterType="string" value="{long}"/>"#);
    let uses = limits::TEXT_BYTES_READ_MAX / limits::PARAMETER_BYTES_MAX + 10;
    let properties = r#"<Property name="p" value="$t"/>"#.repeat(uses);
    let object = format!(
        r#"<ObjectController><Controller name="c"><Properties>{properties}</Properties></Controller></ObjectController>"#
    );
    let problems =
        read(&scenario(1, &parameter, &object, &teleport(r#"<WorldPosition x="0" y="0"/>"#))).problems;
    assert!(problems.to_string().contains("TEXT_BYTES_READ_MAX"), "{problems}");
}

/// Routes within routes within catalog entries: the deepest reading must fit into a small stack.
#[test]
fn depth_has_a_limit() {
    let problems = parse(nested().as_bytes(), "s.xosc", &Deep, &BTreeMap::new()).problems;
    assert!(problems.to_string().contains("nest deeper than 120 [limit.depth]"), "{problems}");
}

struct Deep;

impl Files for Deep {
    fn read(&self, _path: &str) -> Result<Vec<u8>, String> {
        let end = "</RouteRef><InRoutePosition><FromRoadCoordinates pathS=\"1\" t=\"0\"/></InRoutePosition></RoutePosition></Position></Waypoint>";
        let begin = "<Waypoint routeStrategy=\"shortest\"><Position><RoutePosition><RouteRef>";
        let route = |i: usize| {
            let mut inner =
                format!(r#"{begin}<CatalogReference catalogName="N" entryName="r{}"/>{end}"#, i + 1);
            for _ in 0..10 {
                inner = format!(r#"{begin}<Route name="i" closed="false">{inner}</Route>{end}"#);
            }
            format!(r#"<Route name="r{i}" closed="false">{inner}</Route>"#)
        };
        let routes: String = (0..9).map(route).collect();
        Ok(format!(r#"<OpenSCENARIO><FileHeader revMajor="1" revMinor="1"/><Catalog name="N">{routes}</Catalog></OpenSCENARIO>"#).into_bytes())
    }

    fn list(&self, _directory: &str) -> Result<Vec<String>, String> {
        Ok(vec!["n.xosc".to_owned()])
    }
}

fn nested() -> String {
    let actions = r#"<PrivateAction><RoutingAction><AssignRouteAction><CatalogReference catalogName="N" entryName="r0"/></AssignRouteAction></RoutingAction></PrivateAction>"#;
    scenario(1, "", "", actions)
}

struct Nested;

impl Files for Nested {
    fn read(&self, _path: &str) -> Result<Vec<u8>, String> {
        let place = |i: usize| {
            format!(
                r#"<Waypoint routeStrategy="shortest"><Position><RoutePosition><RouteRef><CatalogReference catalogName="N" entryName="r{i}"/></RouteRef><InRoutePosition><FromRoadCoordinates pathS="1" t="0"/></InRoutePosition></RoutePosition></Position></Waypoint>"#
            )
        };
        let routes: String = (0..40)
            .map(|i| format!(r#"<Route name="r{i}" closed="false">{}{}</Route>"#, place(i + 1), place(i + 1)))
            .collect();
        Ok(format!(r#"<OpenSCENARIO><FileHeader revMajor="1" revMinor="1"/><Catalog name="N">{routes}</Catalog></OpenSCENARIO>"#).into_bytes())
    }

    fn list(&self, _directory: &str) -> Result<Vec<String>, String> {
        Ok(vec!["n.xosc".to_owned()])
    }
}

#[test]
fn deliberately_wrong_files_of_the_corpus_are_refused_at_their_places() {
    let root = std::env::var_os("SHAKEDOWN_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
        std::path::PathBuf::from,
    );
    let folder = root.join("rac_openscenario_api_test/cpp/applications/openScenarioTester/res");
    if !folder.is_dir() {
        println!("no corpus at {}: skipped", root.display());
        return;
    }
    let check = |file: &str, expect: &str| {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let parsed = parse(&bytes, file, &NoFiles, &BTreeMap::new());
        assert!(parsed.document.is_none(), "{file}");
        assert!(parsed.problems.to_string().contains(expect), "{file}: {}", parsed.problems);
    };
    check(
        "DoubleLaneChangerWrongEndElement.xosc",
        ":91:11: error: ill-formed document: expected `</PrivateActions>`, but `</PrivateAction>` was found",
    );
    check(
        "DoubleLaneChangeExtraHalf.xosc",
        ":48:4: error: the file ends inside <RoadNetwork>, opened at 47:3",
    );
    check("DoubleLaneChangerCheckerErrors.xosc", ":19:3: error: OpenSCENARIO 0.9 is not read");
    check("DoubleLaneChangerParamsConversionErrors.xosc", "error: OpenSCENARIO 0.9 is not read");
    check(
        "ALKS_Scenario_4.2_1_FullyBlockingTarget_ParameterValidationError.xosc",
        ":7:78: error: the parameter \"boolean_equalTo\" is \"true\", which its constraints forbid",
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// A sound file with a piece cut out, doubled or overwritten: never a panic, and a reason where it is
    /// refused.
    #[test]
    fn damaged_files_are_read_or_refused(at in 0usize..20_000, len in 0usize..300, to in 0usize..20_000, byte in any::<u8>()) {
        let mut bytes = include_bytes!("data/rare.xosc").to_vec();
        let (at, to) = (at % bytes.len(), to % bytes.len());
        let piece: Vec<u8> = bytes[at..(at + len).min(bytes.len())].to_vec();
        match byte % 3 {
            0 => drop(bytes.drain(at..at + piece.len())),
            1 => drop(bytes.splice(to..to, piece)),
            _ => bytes[at] = byte,
        }
        let parsed = parse(&bytes, "s.xosc", &NoFiles, &BTreeMap::new());
        prop_assert_eq!(parsed.document.is_none(), parsed.problems.has_errors());
    }

    /// Any bytes at all.
    #[test]
    fn noise_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let parsed = parse(&bytes, "s.xosc", &NoFiles, &BTreeMap::new());
        prop_assert!(parsed.problems.has_errors());
    }
}
