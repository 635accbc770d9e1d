//! Each rule with a file that breaks it and one that does not.

use super::lint;
use crate::files::Files;

const MAP: &str = "<OpenDRIVE><road id='0' length='9'><lanes><lane id='1'/></lanes></road><road id='1' length='50.5'>\
                   <link><predecessor elementId='0'/></link><lanes><lane id='-1'/><lane id='0'/></lanes><signals>\
                   <signal id='12'/></signals></road></OpenDRIVE>";

/// A road network with one signal, and nothing else.
struct OneMap;

impl Files for OneMap {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        match path {
            "dir/map.xodr" => Ok(MAP.as_bytes().to_vec()),
            "dir/net.xml" => Ok(b"<net/>".to_vec()),
            _ => Err("not found".to_owned()),
        }
    }

    fn list(&self, _directory: &str) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }
}

/// The problems of a file, shown by line, rule's last name, message and hint.
fn found(text: &str) -> Vec<String> {
    let problems = lint(text.as_bytes(), "dir/s.xosc", &OneMap);
    let show = |problem: &source::Problem| {
        let rule = problem.rule.rsplit(['.', ':']).next().unwrap_or_default();
        format!("{} {rule}: {} ({})", problem.place.line, problem.message, problem.hint)
    };
    problems.iter().map(show).collect()
}

/// A scenario of version 1.`minor`; its body begins in line 2.
fn scenario(minor: u16, body: &str) -> Vec<String> {
    found(&format!("<OpenSCENARIO><FileHeader revMajor='1' revMinor='{minor}'/>\n{body}</OpenSCENARIO>"))
}

fn check(body: &str, expect: &[&str]) {
    assert_eq!(scenario(2, body), expect, "{body}");
}

#[test]
fn documents() {
    let check = |text: &str, expect: &[&str]| assert_eq!(found(text), expect, "{text}");
    check("<OpenSCENARIO><FileHeader revMajor='1' revMinor='0'/></OpenSCENARIO>", &[]);
    check(
        "<OpenSCENARIO>",
        &[
            "1 valid_xml_document: the file ends inside <OpenSCENARIO>, opened at 1:1 (the file seems cut off)",
        ],
    );
    check(
        "<x/>",
        &[
            "1 root_tag_is_openscenario: the root element is <x>, not <OpenSCENARIO> (only OpenSCENARIO files are checked here)",
        ],
    );
    check(
        "<OpenSCENARIO/>",
        &[
            "1 fileheader_is_present: the file has no <FileHeader> (it says the version, the author and the date)",
        ],
    );
    let hint = "(revMajor and revMinor are integers from 0 to 65535)";
    check(
        "<OpenSCENARIO>\n<FileHeader revMajor='x'/></OpenSCENARIO>",
        &[
            &format!("2 version_is_defined: <FileHeader> has no revMinor {hint}"),
            &format!("2 version_is_defined: revMajor is `x` {hint}"),
        ],
    );
    check(
        "<OpenSCENARIO><FileHeader revMajor='${65535 + 1}' revMinor='-1'/></OpenSCENARIO>",
        &[
            &format!("1 version_is_defined: revMajor is `${{65535 + 1}}` {hint}"),
            &format!("1 version_is_defined: revMinor is `-1` {hint}"),
        ],
    );
    check("<OpenSCENARIO><FileHeader revMajor='${floor(1.5)}' revMinor='2'/></OpenSCENARIO>", &[]);
    // Another major version has other rules.
    check(
        "<OpenSCENARIO><FileHeader revMajor='0' revMinor='9'/><a><b name='x'/><b name='x'/></a></OpenSCENARIO>",
        &[],
    );
}

#[test]
fn rules_hold_from_their_version_on() {
    let body = "<a><Story name='x'/><Story name='x'/></a>";
    assert_eq!(scenario(1, body), Vec::<String>::new());
    assert_eq!(scenario(2, body).len(), 1);
    assert_eq!(scenario(3, body).len(), 1);
}

#[test]
fn names() {
    check("<Story name='x'><Act name='x'/><Act name='y'/></Story>", &[]);
    check(
        "<Story><Act name='x'/>\n<Group name='x'/>\n<Act name=''/><Act name=''/></Story>",
        &[
            "3 unique_element_names_on_same_level: <Group> is the second `x` at this level (the first one stands at 2:19)",
        ],
    );
    check(
        "<Catalog><Vehicle name='x'/>\n<Route name='x'/></Catalog>",
        &[
            "3 uniquely_resolvable_entity_references: <Route> is the second `x` in this catalog (the first one stands at 2:25)",
        ],
    );
}

const ENTITIES: &str = "<Entities><ScenarioObject name='Ego'/><ScenarioObject name='Target'/>\
                        <EntitySelection name='All'/></Entities>\n";

#[test]
fn entities() {
    let check = |body: &str, expect: &[&str]| check(&format!("{ENTITIES}{body}"), expect);
    check("<Private entityRef='Ego'/><EntityRef entityRef='All'/><a masterEntityRef='Target'/>", &[]);
    check(
        "<Private entityRef='Targte'/>",
        &["3 resolvable_entity_references: there is no entity `Targte` (did you mean `Target`?)"],
    );
    check(
        "<a masterEntityRef='x'/>\n<a trailerRef='y'/>",
        &[
            "3 resolvable_entity_references: there is no entity `x` ()",
            "4 resolvable_entity_references: there is no entity `y` ()",
        ],
    );
    // Parameters count with their defaults, in the scope that they hold in; unknown ones are not judged.
    let declarations = "<ParameterDeclarations><ParameterDeclaration name='who' value='Ego'/>\
                        <ParameterDeclaration name='$also' value='$who'/></ParameterDeclarations>";
    let inner = "<Story><ParameterDeclarations><ParameterDeclaration name='who' value='Nobody'/>\
                 </ParameterDeclarations><Private entityRef='$who'/></Story>";
    check(
        &format!(
            "{declarations}<Private entityRef='$who'/><Private entityRef='$also'/><Private entityRef='$x'/>"
        ),
        &[],
    );
    check(
        &format!("{declarations}{inner}"),
        &["3 resolvable_entity_references: there is no entity `Nobody` ()"],
    );
    // A catalog's entries name what others declare.
    check("<Catalog><Maneuver name='m'><Private entityRef='x'/></Maneuver></Catalog>", &[]);
}

#[test]
fn variables_parameters_and_monitors() {
    check(
        "<VariableDeclarations><VariableDeclaration name='v'/></VariableDeclarations><VariableAction variableRef='v'/>",
        &[],
    );
    check(
        "<ParameterDeclarations><ParameterDeclaration name='p' value='1'/></ParameterDeclarations><VariableAction variableRef='p'/>",
        &[],
    );
    check(
        "<VariableAction variableRef='v'/>\n<VariableCondition variableRef='w'/>",
        &[
            "2 resolvable_variable_reference: there is no variable `v` (the file declares no variable)",
            "3 resolvable_variable_reference: there is no variable `w` (the file declares no variable)",
        ],
    );
    check(
        "<Story><ParameterDeclarations><ParameterDeclaration name='p' value='1'/></ParameterDeclarations>\
           <ParameterAction parameterRef='p'/></Story>\n<ParameterCondition parameterRef='p'/>",
        &[
            "3 resolvable_parameter_reference: there is no parameter `p` here (declare it in the scenario, or in the story around it)",
        ],
    );
    check(
        "<MonitorDeclarations><MonitorDeclaration name='m'/></MonitorDeclarations><a monitorRef='m'/><a monitorRef='n'/>",
        &["2 resolvable_monitor_reference: there is no monitor `n` ()"],
    );
}

#[test]
fn storyboard_elements() {
    let board = |condition: &str| {
        format!(
            "<a><Story name='S'><Act name='A'><ManeuverGroup name='G'><Maneuver name='M'><Event name='E'>\
             <Action name='X'/></Event></Maneuver></ManeuverGroup></Act></Story><Story name='T'><Act name='A'/>\
             </Story>\n{condition}</a>"
        )
    };
    let refer = |kind: &str, name: &str| {
        board(&format!(
            "<StoryboardElementStateCondition storyboardElementType='{kind}' storyboardElementRef='{name}'/>"
        ))
    };
    for (kind, name) in [
        ("story", "S"),
        ("act", "A"),
        ("maneuverGroup", "G"),
        ("maneuver", "M"),
        ("event", "E"),
        ("action", "X"),
        ("event", "M::E"),
        ("event", "S::A::G::M::E"),
        ("act", "T::A"),
        ("unheardOf", "Q"),
    ] {
        check(&refer(kind, name), &[]);
    }
    let hint = "(the name may follow those of the elements around it, joined by `::`)";
    let rule = "3 resolvable_storyboard_element_reference:";
    check(&refer("act", "B"), &[&format!("{rule} there is no act `B` {hint}")]);
    check(&refer("event", "S::E"), &[&format!("{rule} there is no event `S::E` {hint}")]);
    check(&refer("action", "U::T::A::X"), &[&format!("{rule} there is no action `U::T::A::X` {hint}")]);
    check(&refer("event", "A"), &[&format!("{rule} there is no event `A` (there is a <Act> of that name)")]);
    let from_the_top =
        "<StoryboardElementStateCondition storyboardElementType='act' storyboardElementRef='::S::A'/>";
    check(&on_map("net.xml", &format!("<Story name='S'><Act name='A'/></Story>{from_the_top}")), &[]);
    let found = scenario(2, &on_map("net.xml", &format!("<Story name='S'/><Act name='A'/>{from_the_top}")));
    assert_eq!(found.len(), 1, "{found:?}");
    // What a catalog's maneuver holds is not known here.
    let from_catalog = refer("event", "Q").replace("<Maneuver ", "<CatalogReference/><Maneuver ");
    check(&from_catalog, &[]);
}

#[test]
fn actors() {
    let group = |actors: &str, action: &str| {
        format!(
            "\n<ManeuverGroup>{actors}<Maneuver><Event><Action>{action}</Action></Event></Maneuver></ManeuverGroup>"
        )
    };
    let named = "<Actors><EntityRef/></Actors>";
    check(&group(named, "<PrivateAction/>"), &[]);
    check(&group("<Actors/>", "<GlobalAction/>"), &[]);
    let expect = "3 valid_actor_reference_in_private_actions: a private action of this maneuver group has no actor \
                  (name the actor in <Actors> by an <EntityRef>)";
    check(&group("<Actors/>", "<PrivateAction/>"), &[expect]);
    check(&group("", "<PrivateAction/><PrivateAction/>"), &[expect]);
}

/// A scenario on a map, its body from line 3 on.
fn on_map(file: &str, body: &str) -> String {
    format!(
        "<RoadNetwork><LogicFile filepath='{file}'/><TrafficSignals><TrafficSignalController name='c'/>\
         </TrafficSignals></RoadNetwork><Storyboard>\n{body}</Storyboard>"
    )
}

#[test]
fn traffic_signals() {
    let uses = "<TrafficSignalStateAction name='13'/>\n<TrafficSignalCondition name='14'/>\n\
                <TrafficSignalState trafficSignalId='12'/><TrafficSignalState trafficSignalId='15'/>";
    check(
        &on_map("map.xodr", uses),
        &[
            "3 resolvable_signal_id_in_traffic_signal_state_action: there is no signal in the road network `13` ()",
            "4 resolvable_signal_in_traffic_signal_condition: there is no signal in the road network `14` ()",
            "5 traffic_signal_state_references: there is no signal in the road network `15` ()",
        ],
    );
    check(&on_map("net.xml", uses), &[]);
    check(
        &on_map("lost.xodr", uses),
        &[
            "2 road_network_availability: the road network dir/lost.xodr cannot be read: not found (its signals and \
           roads were not checked)",
        ],
    );
    let rule = "resolvable_traffic_signal_controller_by_traffic_signal_controller_ref";
    check(&on_map("net.xml", "<TrafficSignalControllerAction trafficSignalControllerRef='c'/>"), &[]);
    check(
        &on_map("net.xml", "<TrafficSignalControllerAction trafficSignalControllerRef='d'/>"),
        &[&format!("3 {rule}: there is no traffic signal controller `d` ()")],
    );
    check(
        &on_map(
            "net.xml",
            "<TrafficSignalController reference='c'/>\n<TrafficSignalController reference='e'/>",
        ),
        &["4 traffic_signal_controller_references: there is no traffic signal controller `e` ()"],
    );
}

#[test]
fn positions_on_roads() {
    let on_road = |position: &str| on_map("map.xodr", position);
    check(
        &on_road("<LanePosition roadId='1' laneId='-1' s='50.5'/><RoadPosition roadId='0' s='0' t='1'/>"),
        &[],
    );
    check(
        &on_road(
            "<LanePosition roadId='2' laneId='-1' s='1'/>\n<LanePosition roadId='1' laneId='1' s='51'/>\n<RoadPosition roadId='0' s='${-1}'/>",
        ),
        &[
            "3 road_lane_exists: there is no road in the road network `2` ()",
            "4 road_lane_exists: road `1` has no lane `1` (it has -1, 0)",
            "4 road_lane_offset_in_bounds: s = 51 m does not lie on road `1` (the road is 50.5 m long)",
            "5 road_lane_offset_in_bounds: s = -1 m does not lie on road `0` (the road is 9 m long)",
        ],
    );
    check(
        "<RoadNetwork/><Storyboard>\n<WorldPosition/><LanePosition roadId='1' laneId='1' s='51'/></Storyboard>",
        &[
            "2 road_network_reference: the scenario names no road network (give <RoadNetwork> a <LogicFile>, if there are roads)",
            "3 invalid_elements_if_no_road_network: <LanePosition> needs a road network, and the scenario names none ()",
        ],
    );
    check("<Catalog><Route><LanePosition roadId='1' laneId='1' s='51'/></Route></Catalog>", &[]);
}

#[test]
fn trajectories_in_time() {
    let follow = |reference: &str, vertices: &str| {
        format!(
            "<FollowTrajectoryAction>{reference}<TrajectoryRef><Trajectory><Shape><Polyline>\n{vertices}</Polyline>\
             </Shape></Trajectory></TrajectoryRef></FollowTrajectoryAction>"
        )
    };
    let timing = "<TimeReference><Timing/></TimeReference>";
    check(&follow(timing, "<Vertex time='0'/><Vertex time='1'/>"), &[]);
    check(&follow("<TimeReference><None/></TimeReference>", "<Vertex/>"), &[]);
    check(
        &follow(timing, "<Vertex time='0'/>\n<Vertex/><Vertex/>"),
        &[
            "4 trajectory_timing_exists_if_requested: the trajectory is to be followed in time, and this vertex has \
           none (give every vertex a time, or ask for no <Timing>)",
        ],
    );
}

#[test]
fn values() {
    check(
        "<Condition delay='-1'/>\n<LateralDistanceAction distance='-0.5'/>",
        &[
            "2 condition_delay_not_negative: delay of <Condition> is -1 (it may not be negative)",
            "3 distances_are_not_negative: distance of <LateralDistanceAction> is -0.5 (it may not be negative)",
        ],
    );
    check("<LightStateAction transitionTime='0'/><Phase duration='0.5'/><a transitionTime='-1'/>", &[]);
    check(
        "<LightStateAction transitionTime='-1.5'/>\n<Phase duration='${1 - 3}'/>",
        &[
            "2 non_negative_transition_time_in_light_state_action: transitionTime of <LightStateAction> is -1.5 (it may not be negative)",
            "3 positive_duration_in_phase: duration of <Phase> is -2 (it may not be negative)",
        ],
    );
    check(
        "<a x='${1 +}'/><a x='${2 * pi}'/>\n<a x='${foo(1)}'/><a x='${3 ^ 2}'/><a x='$'/><a x='{}'/>",
        &[
            "2 well_formed_expression: a number, a parameter or a parenthesis is expected before the end, at byte 5 of the expression ()",
            "2 allowed_operators: before 1.4, expressions have no constant `pi` (other simulators may not read it: declare a parameter)",
            "3 allowed_operators: `foo` is no function or operator, at byte 2 of the expression (did you mean `floor`?)",
            "3 allowed_operators: the character '^' is not allowed in an expression, at byte 4 of the expression (write pow(base, exponent))",
        ],
    );
}

#[test]
fn parameters_of_catalogs() {
    let entry = |declaration: &str, use_of: &str| {
        format!(
            "<Catalog><Vehicle name='v'><ParameterDeclarations>{declaration}</ParameterDeclarations>\n<a x='{use_of}'/></Vehicle></Catalog>"
        )
    };
    let declared = "<ParameterDeclaration name='$p' parameterType='double' value='1'/>";
    check(&entry(declared, "$p"), &[]);
    check(&entry(declared, "${2 * $p}"), &[]);
    check(&entry(declared, "plain"), &[]);
    let rule = "3 valid_parameter_declaration_in_catalogs: the parameter";
    check(
        &entry(declared, "${2 * $q}"),
        &[&format!("{rule} `$q` in x is not declared in this entry (declare it with a default value)")],
    );
    check(
        &entry("<ParameterDeclaration name='p' value=''/>", "$p"),
        &[&format!("{rule} `$p` in x has no default (give its declaration a value)")],
    );
    // A scenario's unknown parameters are told by its reader.
    check("<a x='$q'/>", &[]);
}

#[test]
fn many_problems_and_parameters_end() {
    let many = "<a entityRef='x'/>".repeat(crate::limits::PROBLEMS_MAX + 5);
    let found = scenario(2, &many);
    assert_eq!(found.len(), crate::limits::PROBLEMS_MAX + 1);
    assert!(found.last().is_some_and(|last| last.contains("5 further warnings")), "{:?}", found.last());
    // Each default repeats the one before it: they stop growing at their limit.
    let chain: String =
        (1..2000).map(|i| format!("<ParameterDeclaration name='p{i}' value='$p{}'/>", i - 1)).collect();
    let text = format!(
        "<ParameterDeclarations><ParameterDeclaration name='p0' value='{}'/>{chain}</ParameterDeclarations><a entityRef='$p1999'/>",
        "x".repeat(1001)
    );
    assert_eq!(scenario(2, &text), Vec::<String>::new());
    assert_eq!(scenario(2, &text.replace("xxxxxxxxxx", "")).len(), 1);
}

#[test]
fn more_parameters_than_the_limit_are_told() {
    let many = "<ParameterDeclaration name='p' value='1'/>".repeat(super::scope::PARAMETERS_MAX + 1);
    let text = format!("<ParameterDeclarations>{many}</ParameterDeclarations>");
    // In a file of 1.0, where a name may come twice.
    let found = scenario(0, &text);
    assert_eq!(found.len(), 1, "{:?}", found.last());
    assert!(found[0].contains("2 parameters: more than PARAMETERS_MAX = 100000 parameters"), "{}", found[0]);
}

#[test]
fn large_files_take_time_in_proportion() {
    // Every list that a rule walks is long here, and every reference goes wrong: were one of them walked
    // for each reference, this test would take hours.
    let count = 20_000;
    let objects: String = (0..count).map(|i| format!("<ScenarioObject name='o{i}'/>")).collect();
    let events: String = (0..count).map(|_| "<Event name='e'/>").collect();
    let conditions =
        "<StoryboardElementStateCondition storyboardElementType='event' storyboardElementRef='x::e'/>\
                      <EntityRef entityRef='$p'/><VariableAction variableRef='v'/>\
                      <LanePosition roadId='7' laneId='1' s='0'/>"
            .repeat(count);
    let declarations =
        "<ParameterDeclarations><ParameterDeclaration name='p' value='o'/></ParameterDeclarations>";
    let found = scenario(2, &on_map("map.xodr", &format!("{declarations}{objects}{events}{conditions}")));
    assert_eq!(found.len(), crate::limits::PROBLEMS_MAX + 1);
}
