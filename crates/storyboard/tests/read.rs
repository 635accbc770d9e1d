//! From the standard's words to ours: files of our own, value by value.

use std::collections::BTreeMap;

use openscenario::{Document, NoFiles, parse};
use storyboard::board::{Edge, EventPriority, SelectTriggering, Shape};
use storyboard::read::{Outcome, Play, from_openscenario};
use storyboard::standard::*;

fn outcome(text: &str) -> Outcome {
    let parsed = parse(text.as_bytes(), "s.xosc", &NoFiles, &BTreeMap::new());
    match &parsed.document {
        Some(Document::Scenario(scenario)) => from_openscenario(scenario, &parsed.files),
        other => panic!("{other:?} {}", parsed.problems),
    }
}

/// A scenario with the entities Ego, Other and Third, and the group `both` of the first two.
fn scenario(init: &str, events: &str) -> String {
    let car = r#"<Vehicle name="car" vehicleCategory="car"><BoundingBox><Center x="1.4" y="0" z="0.75"/><Dimensions length="4.5" width="1.8" height="1.5"/></BoundingBox><Performance maxSpeed="60" maxAcceleration="4" maxDeceleration="-9"/><Axles><FrontAxle maxSteering="0.5" wheelDiameter="0.6" trackWidth="1.6" positionX="2.7" positionZ="0.3"/><RearAxle maxSteering="0" wheelDiameter="0.6" trackWidth="1.6" positionX="0" positionZ="0.3"/></Axles></Vehicle>"#;
    let walker = r#"<Pedestrian name="adult" pedestrianCategory="pedestrian" mass="80"><BoundingBox><Center x="0" y="0" z="0.9"/><Dimensions length="0.5" width="0.6" height="1.8"/></BoundingBox></Pedestrian>"#;
    format!(
        r#"<OpenSCENARIO>
<FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" author="a" description="d"/>
<ParameterDeclarations><ParameterDeclaration name="p" parameterType="integer" value="1"/></ParameterDeclarations>
<VariableDeclarations><VariableDeclaration name="v" variableType="double" value="2"/></VariableDeclarations>
<CatalogLocations/><RoadNetwork><LogicFile filepath="maps/m.xodr"/></RoadNetwork>
<Entities>
<ScenarioObject name="Ego">{car}</ScenarioObject>
<ScenarioObject name="Other">{car}</ScenarioObject>
<ScenarioObject name="Third">{walker}</ScenarioObject>
<EntitySelection name="both"><Members><EntityRef entityRef="Ego"/><EntityRef entityRef="Other"/></Members></EntitySelection>
</Entities>
<Storyboard><Init><Actions>{init}</Actions></Init>
<Story name="s"><Act name="a"><ManeuverGroup name="g" maximumExecutionCount="3">
<Actors selectTriggeringEntities="true"><EntityRef entityRef="both"/></Actors>
<Maneuver name="m">{events}</Maneuver></ManeuverGroup><StartTrigger/></Act></Story><StopTrigger/></Storyboard>
</OpenSCENARIO>"#
    )
}

fn play(init: &str, events: &str) -> Play {
    let Outcome { play, problems } = outcome(&scenario(init, events));
    assert_eq!(problems.to_string(), "");
    play.expect("no errors")
}

fn event(action: &str, condition: &str) -> String {
    format!(
        r#"<Event name="e" priority="overwrite"><Action name="x">{action}</Action><StartTrigger><ConditionGroup><Condition name="c" delay="0.5" conditionEdge="rising">{condition}</Condition></ConditionGroup></StartTrigger></Event>"#
    )
}

const TIME: &str =
    r#"<ByValueCondition><SimulationTimeCondition rule="greaterThan" value="1"/></ByValueCondition>"#;

#[test]
fn structure_entities_and_selections() {
    let speed = r#"<PrivateAction><LongitudinalAction><SpeedAction><SpeedActionDynamics dynamicsShape="linear" dynamicsDimension="rate" value="-4"/><SpeedActionTarget><RelativeTargetSpeed entityRef="Third" value="0.5" speedTargetValueType="factor" continuous="true"/></SpeedActionTarget></SpeedAction></LongitudinalAction></PrivateAction>"#;
    let init = r#"<Private entityRef="both"><PrivateAction><TeleportAction><Position><WorldPosition x="1" y="2"/></Position></TeleportAction></PrivateAction></Private>"#;
    let play = play(init, &event(speed, TIME));
    assert_eq!(play.map_file.as_deref(), Some("maps/m.xodr"));
    let names: Vec<&str> = play.entities.iter().map(|e| &*e.name).collect();
    assert_eq!(names, ["Ego", "Other", "Third"]);
    let body = &play.entities[0].body;
    assert_eq!((body.front_axle_m, body.rear_axle_m, body.decel_mps2_max), (2.7, 0.0, 9.0));
    assert_eq!((body.size_m.x, body.center_m.z, body.category.as_str()), (4.5, 0.75, "car"));
    assert_eq!((play.entities[2].body.kind, play.entities[2].mass_kg), (EntityKind::Pedestrian, Some(80.0)));
    assert_eq!((play.parameters[0].value.as_str(), play.variables[0].value.as_str()), ("1", "2"));
    // A selection's members each act.
    let init: Vec<_> = play.board.init.iter().map(|a| a.entity.as_deref()).collect();
    assert_eq!(init, [Some("Ego"), Some("Other")]);
    assert_eq!(play.board.stop, None);
    let act = &play.board.stories[0].acts[0];
    assert!(act.start.any.is_empty());
    let group = &act.groups[0];
    assert_eq!((group.max_executions, group.select_triggering), (3, SelectTriggering::Yes));
    assert_eq!(group.actors.iter().map(|a| &**a).collect::<Vec<_>>(), ["Ego", "Other"]);
    let event = &group.maneuvers[0].events[0];
    assert_eq!((event.priority, event.max_executions), (EventPriority::Override, 1));
    let condition = &event.start.any[0][0];
    assert_eq!((condition.delay_s, condition.edge), (0.5, Edge::Rising));
    assert_eq!(
        event.actions[0].action,
        StandardAction::Private(PrivateAction::Speed {
            dynamics: TransitionDynamics {
                shape: Shape::Linear,
                dimension: Dimension::Rate,
                value: 4.0,
                following: Following::Position,
            },
            target: SpeedTarget::Relative {
                entity: "Third".into(),
                value: 0.5,
                kind: RelativeSpeedKind::Factor,
                continuous: Continuous::Yes,
            },
        })
    );
}

#[test]
fn defaults_are_those_of_the_standard() {
    let check = |action: &str, expect: PrivateAction| {
        let play = play("", &event(&format!("<PrivateAction>{action}</PrivateAction>"), TIME));
        let found = &play.board.stories[0].acts[0].groups[0].maneuvers[0].events[0].actions[0].action;
        assert_eq!(found, &StandardAction::Private(expect), "{action}");
    };
    check(
        r#"<LongitudinalAction><LongitudinalDistanceAction entityRef="Ego" continuous="false" freespace="true" timeGap="2"/></LongitudinalAction>"#,
        PrivateAction::LongitudinalDistance {
            entity: "Ego".into(),
            gap: Some(Gap::Time(2.0)),
            displacement: Displacement::Trailing,
            extents: Extents::FreeSpace,
            system: CoordinateSystem::Entity,
            continuous: Continuous::No,
            constraints: None,
        },
    );
    check(
        r#"<LateralAction><LateralDistanceAction entityRef="Ego" continuous="true" freespace="false"/></LateralAction>"#,
        PrivateAction::LateralDistance {
            entity: "Ego".into(),
            distance_m: Some(0.0),
            displacement: Displacement::Any,
            extents: Extents::ReferencePoints,
            system: CoordinateSystem::Entity,
            continuous: Continuous::Yes,
            constraints: None,
        },
    );
    check(
        r#"<LateralAction><LaneChangeAction><LaneChangeActionDynamics dynamicsShape="sinusoidal" dynamicsDimension="time" value="3" followingMode="follow"/><LaneChangeTarget><AbsoluteTargetLane value="-2"/></LaneChangeTarget></LaneChangeAction></LateralAction>"#,
        PrivateAction::LaneChange {
            dynamics: TransitionDynamics {
                shape: Shape::Sinusoidal,
                dimension: Dimension::Time,
                value: 3.0,
                following: Following::Follow,
            },
            target: LaneTarget::Absolute(-2),
            target_offset_m: 0.0,
        },
    );
    let lane = |along| {
        PrivateAction::Teleport(Position::RelativeLane {
            entity: "Ego".into(),
            d_lane: 1,
            along,
            offset_m: 0.0,
            orientation: None,
        })
    };
    let place = |text: &str| format!("<TeleportAction><Position>{text}</Position></TeleportAction>");
    check(&place(r#"<RelativeLanePosition entityRef="Ego" dLane="1"/>"#), lane(AlongLane::Road(0.0)));
    check(
        &place(r#"<RelativeLanePosition entityRef="Ego" dLane="1" dsLane="5"/>"#),
        lane(AlongLane::Lane(5.0)),
    );
    check(
        &place(
            r#"<GeoPosition latitude="0" longitude="3.141592653589793" height="2"><Orientation type="relative" h="1"/></GeoPosition>"#,
        ),
        PrivateAction::Teleport(Position::Geo {
            latitude_deg: 0.0,
            longitude_deg: 180.0,
            altitude_m: Some(2.0),
            orientation: Some(Orientation {
                frame: OrientationFrame::Relative,
                h_rad: Some(1.0),
                p_rad: None,
                r_rad: None,
            }),
        }),
    );
}

#[test]
fn distances_before_coordinate_systems() {
    let check = |attributes: &str, system: CoordinateSystem, kind: DistanceKind| {
        let condition = format!(
            r#"<ByEntityCondition><TriggeringEntities triggeringEntitiesRule="any"><EntityRef entityRef="both"/></TriggeringEntities><EntityCondition><TimeHeadwayCondition entityRef="Other" freespace="false" rule="lessThan" value="2" {attributes}/></EntityCondition></ByEntityCondition>"#
        );
        let speed = r#"<PrivateAction><RoutingAction><RandomRouteAction/></RoutingAction></PrivateAction>"#;
        let play = play("", &event(speed, &condition));
        let event = &play.board.stories[0].acts[0].groups[0].maneuvers[0].events[0];
        let StandardCondition::ByEntity { entities, test, .. } = &event.start.any[0][0].test else {
            panic!("by value")
        };
        assert_eq!(entities.len(), 2);
        let EntityTest::TimeHeadway { measure, .. } = test else { panic!("{test:?}") };
        assert_eq!((measure.system, measure.kind), (system, kind), "{attributes}");
    };
    check("", CoordinateSystem::Entity, DistanceKind::Euclidean);
    check(r#"alongRoute="false""#, CoordinateSystem::Entity, DistanceKind::Euclidean);
    check(r#"alongRoute="true""#, CoordinateSystem::Road, DistanceKind::Longitudinal);
    let lane = r#"coordinateSystem="lane" relativeDistanceType="lateral""#;
    check(lane, CoordinateSystem::Lane, DistanceKind::Lateral);
    check(
        r#"coordinateSystem="entity" relativeDistanceType="cartesianDistance" alongRoute="true""#,
        CoordinateSystem::Entity,
        DistanceKind::Euclidean,
    );
}

#[test]
fn names_that_lead_nowhere_are_named() {
    let check = |init: &str, events: &str, expect: &[&str]| {
        let outcome = outcome(&scenario(init, events));
        let found: Vec<String> = outcome.problems.iter().map(|p| p.to_string()).collect();
        assert_eq!(found.len(), expect.len(), "{found:?}");
        for (found, expect) in found.iter().zip(expect) {
            assert!(found.contains(expect), "{found} / {expect}");
        }
    };
    let teleport = |name: &str, position: &str| {
        format!(
            r#"<Private entityRef="{name}"><PrivateAction><TeleportAction><Position>{position}</Position></TeleportAction></PrivateAction></Private>"#
        )
    };
    let world = r#"<WorldPosition x="0" y="0"/>"#;
    check(
        &teleport("Egon", world),
        "",
        &[r#"error: there is no entity "Egon" [reference.entity] (did you mean "Ego"?)"#],
    );
    check(
        &teleport("Ego", r#"<RelativeObjectPosition entityRef="both" dx="0" dy="0"/>"#),
        "",
        &[r#"error: "both" is a selection of entities [reference.entity] (one entity is wanted here)"#],
    );
    check(
        &teleport("Ego", r#"<LanePosition roadId="1" laneId="left" s="0"/>"#),
        "",
        &[r#"error: "left" is no lane id [attribute.value]"#],
    );
    let global = |action: &str| format!("<GlobalAction>{action}</GlobalAction>");
    let set = |kind: &str, name: &str| {
        let (start, end) =
            (format!("<{kind}Action {}Ref=\"{name}\">", kind.to_lowercase()), format!("</{kind}Action>"));
        global(&format!(r#"{start}<SetAction value="1"/>{end}"#))
    };
    check(&set("Variable", "v"), "", &[]);
    check(&set("Variable", "p"), "", &["warning: \"p\" is a parameter and no variable"]);
    check(&set("Variable", "w"), "", &["error: there is no variable \"w\""]);
    check(&set("Parameter", "q"), "", &["error: there is no parameter \"q\""]);
    check(
        &global(r#"<SetMonitorAction monitorRef="m" value="true"/>"#),
        "",
        &["error: there is no monitor \"m\""],
    );
    check(
        &global(
            r#"<InfrastructureAction><TrafficSignalAction><TrafficSignalControllerAction trafficSignalControllerRef="x" phase="go"/></TrafficSignalAction></InfrastructureAction>"#,
        ),
        "",
        &["error: there is no traffic signal controller \"x\""],
    );
    let state = |reference: &str, kind: &str| {
        event(
            r#"<PrivateAction><RoutingAction><RandomRouteAction/></RoutingAction></PrivateAction>"#,
            &format!(
                r#"<ByValueCondition><StoryboardElementStateCondition storyboardElementRef="{reference}" storyboardElementType="{kind}" state="endTransition"/></ByValueCondition>"#
            ),
        )
    };
    check("", &state("x", "action"), &[]);
    check("", &state("s::a::g::m::e::x", "action"), &[]);
    check("", &state("g::x", "action"), &[]);
    check("", &state("x", "event"), &["warning: there is no storyboard element \"x\" of this kind"]);
    check("", &state("e::s::x", "action"), &["warning: there is no storyboard element"]);
    let twice = format!(
        "{0}{0}",
        event(r#"<PrivateAction><RoutingAction><RandomRouteAction/></RoutingAction></PrivateAction>"#, TIME)
    );
    check("", &twice, &["warning: the name \"e\" of this event is taken on its level"]);
}

#[test]
fn selections_have_a_limit() {
    // 1,001 uses of a selection of 1,000.
    let walker = r#"<Pedestrian name="adult" pedestrianCategory="pedestrian" mass="80"><BoundingBox><Center x="0" y="0" z="0.9"/><Dimensions length="0.5" width="0.6" height="1.8"/></BoundingBox></Pedestrian>"#;
    let objects: String =
        (0..1000).map(|i| format!(r#"<ScenarioObject name="w{i}">{walker}</ScenarioObject>"#)).collect();
    let private = r#"<Private entityRef="all"><PrivateAction><TrailerAction><DisconnectTrailerAction/></TrailerAction></PrivateAction></Private>"#;
    let text = format!(
        r#"<OpenSCENARIO><FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" author="a" description="d"/><CatalogLocations/><RoadNetwork/><Entities>{objects}<EntitySelection name="all"><Members><ByType objectType="pedestrian"/></Members></EntitySelection></Entities><Storyboard><Init><Actions>{}</Actions></Init></Storyboard></OpenSCENARIO>"#,
        private.repeat(1001)
    );
    let problems = outcome(&text).problems.to_string();
    assert!(problems.contains("SELECTED_MAX"), "{problems}");
}

#[test]
fn what_is_not_covered_is_named() {
    let text = include_str!("../../openscenario/tests/data/rare.xosc");
    let Outcome { play, problems } = outcome(text);
    let play = play.expect("no errors");
    assert!(problems.iter().all(|p| p.rule == "not_covered"), "{problems}");
    let named: Vec<&str> = problems.iter().map(|p| p.message.as_str()).collect();
    for wanted in [
        "an external object is not covered",
        "fog within a box is not covered",
        "a picture of the sky is not covered",
        "traffic of other things than vehicles is not covered",
        "the share of directions of travel is not covered",
        "roles of vehicles in traffic is not covered",
        "animation is not covered",
        "color and intensity of a light is not covered",
        "the rhythm of a flashing light is not covered",
        "the command of type \"shell\" is not covered",
    ] {
        assert!(named.contains(&wanted), "{wanted}: {named:#?}");
    }
    // The trailer inside its tractor is an entity of its own, and on its hitch.
    let names: Vec<&str> = play.entities.iter().map(|e| &*e.name).collect();
    assert_eq!(names, ["Ego", "Ego+", "Outside"]);
    assert_eq!(play.entities[0].trailer.as_deref(), Some("Ego+"));
    assert_eq!((play.entities[0].body.hitch_m, play.entities[1].body.coupler_m), (Some(-1.2), Some(2.5)));
    assert_eq!(play.entities[0].controllers[0].name, "driver");
    assert_eq!(play.signals[0].phases[1].group_state.as_deref(), Some("on;off;off"));
    assert_eq!(play.monitors, [("passed".to_owned(), false)]);
    let StandardAction::Global(GlobalAction::Environment(night)) = &play.board.init[0].action else {
        panic!("{:?}", play.board.init[0])
    };
    assert_eq!((night.cloud_cover, night.wetness), (Some(1.0), Some(Wetness::LowFlooded)));
    assert_eq!(night.time_of_day.map(|t| (t.0.utc_offset_h, t.1)), Some((1.0, ClockMotion::Runs)));
    assert_eq!(night.precipitation, Some((Precipitation::Snow, 2.0)));
    let area = play.board.init.iter().find_map(|a| match &a.action {
        StandardAction::Global(GlobalAction::TrafficArea { area, .. }) => Some(area.clone()),
        _ => None,
    });
    assert_eq!(area, Some(TrafficArea::Roads(vec![("1".to_owned(), vec![-1, -2], 0.0, 100.0)])));
}
