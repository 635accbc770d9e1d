//! What no file of the corpus uses, read from files of our own: every value arrives where it belongs.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use openscenario::model::*;
use openscenario::{Document, NoFiles, OpenScenario, parse};

fn rare() -> OpenScenario {
    let parsed = parse(include_bytes!("data/rare.xosc"), "rare.xosc", &NoFiles, &BTreeMap::new());
    assert_eq!(parsed.problems.to_string(), "");
    assert_eq!(parsed.ignored, BTreeMap::new());
    match parsed.document {
        Some(Document::Scenario(scenario)) => *scenario,
        other => panic!("{other:?}"),
    }
}

#[test]
fn declarations_entities_and_signals() {
    let s = rare();
    let header = &s.file_header;
    let license = header.license.as_ref().unwrap();
    assert_eq!((license.spdx_id.as_deref(), license.content.as_str()), (Some("MIT"), "free to use"));
    assert_eq!(header.properties.as_ref().unwrap().custom_contents[0].content, "any text & more");
    assert!(!s.monitor_declarations.as_ref().unwrap().monitor_declarations[0].value);
    let variable = &s.variable_declarations.as_ref().unwrap().variable_declarations[0];
    assert_eq!((variable.name.as_str(), variable.variable_type), ("count", ParameterType::Int));
    let network = s.road_network.as_ref().unwrap();
    let controller = &network.traffic_signals.as_ref().unwrap().traffic_signal_controllers[0];
    assert_eq!(controller.phases[0].traffic_signal_states[0].state, "off;off;on");
    assert_eq!(controller.phases[1].traffic_signal_group_state.as_ref().unwrap().state, "on;off;off");
    assert_eq!(network.used_area.as_ref().unwrap().positions.len(), 2);
    let entities = s.entities.as_ref().unwrap();
    let EntityObject::Vehicle(van) = &entities.scenario_objects[0].object else { panic!("no vehicle") };
    assert_eq!(
        (van.role, van.mass, van.vehicle_category),
        (Some(Role::Ambulance), Some(2500.0), VehicleCategory::Van)
    );
    assert_eq!(van.axles.as_ref().unwrap().additional_axles[0].position_x, 1.0);
    let Some(Trailer::Trailer(trailer)) = &van.trailer else { panic!("no trailer") };
    let EntityObject::Vehicle(inner) = &trailer.object else { panic!("no vehicle") };
    assert_eq!((trailer.name.as_str(), inner.trailer_coupler.as_ref().unwrap().dx), ("box", 2.5));
    assert!(inner.axles.as_ref().unwrap().front_axle.is_none());
    assert!(
        matches!(&entities.scenario_objects[1].object, EntityObject::ExternalObjectReference(e) if e.name == "hardware")
    );
    assert_eq!(entities.entity_selections[0].members.by_types[0].object_type, ObjectType::Vehicle);
    assert_eq!(entities.entity_selections[1].members.entity_refs.len(), 2);
}

#[test]
fn global_actions() {
    let s = rare();
    let global = &s.storyboard.init.actions.global_actions;
    let GlobalAction::EnvironmentAction(EnvironmentAction::Environment(night)) = &global[0] else {
        panic!("0")
    };
    let weather = night.weather.as_ref().unwrap();
    assert_eq!(weather.fractional_cloud_cover, Some(FractionalCloudCover::NineOktas));
    assert_eq!(weather.dome_image.as_ref().unwrap().dome_file.filepath, "sky.hdr");
    assert_eq!(night.road_condition.as_ref().unwrap().friction_scale_factor, 0.6);
    assert_eq!(night.time_of_day.as_ref().unwrap().date_time.offset_min, Some(60));
    assert!(matches!(&global[1], GlobalAction::SetMonitorAction(a) if a.monitor_ref == "passed" && a.value));
    let GlobalAction::VariableAction(variable) = &global[2] else { panic!("2") };
    let VariableActionKind::ModifyAction(modify) = &variable.action else { panic!("2") };
    assert!(matches!(&modify.rule, VariableModifyRule::MultiplyByValue(v) if v.value == 3.0));
    let traffic = |i: usize| match &global[i] {
        GlobalAction::TrafficAction(a) => (a.traffic_name.as_deref(), &a.action),
        other => panic!("{other:?}"),
    };
    assert!(matches!(traffic(3), (Some("out"), TrafficActionKind::TrafficSinkAction(a)) if a.radius == 10.0));
    assert!(
        matches!(traffic(4), (Some("in"), TrafficActionKind::TrafficSourceAction(a)) if a.speed == Some(12.0))
    );
    let (_, TrafficActionKind::TrafficAreaAction(area)) = traffic(5) else { panic!("5") };
    assert_eq!(area.traffic_area.road_ranges[0].road_cursors[0].lanes[1].id, -2);
    assert!(matches!(traffic(6), (Some("in"), TrafficActionKind::TrafficStopAction(_))));
    let (None, TrafficActionKind::TrafficSwarmAction(swarm)) = traffic(7) else { panic!("7") };
    assert_eq!(swarm.initial_speed_range.as_ref().unwrap().upper_limit, 9.0);
    assert_eq!(swarm.direction_of_travel_distribution.as_ref().unwrap().same, 1.0);
    let command = &s.storyboard.init.actions.user_defined_actions[0].custom_command_action;
    assert_eq!((command.kind.as_str(), command.content.as_str()), ("shell", "do nothing"));
}

#[test]
fn private_actions() {
    let s = rare();
    let private = &s.storyboard.init.actions.privates[0].private_actions;
    let PrivateAction::VisibilityAction(visibility) = &private[1] else { panic!("1") };
    assert_eq!(visibility.sensor_reference_set.as_ref().unwrap().sensor_references[0].name, "front");
    let animation = |i: usize| match &private[i] {
        PrivateAction::AppearanceAction(a) => a.animation_action.as_ref().unwrap(),
        other => panic!("{other:?}"),
    };
    let door = animation(2);
    assert_eq!((door.looped, door.animation_state.as_ref().unwrap().state), (Some(true), 0.25));
    let AnimationType::ComponentAnimation(ComponentAnimation::VehicleComponent(c)) = &door.animation_type
    else {
        panic!("2")
    };
    assert_eq!(c.vehicle_component_type, VehicleComponentType::DoorFrontLeft);
    let AnimationType::PedestrianAnimation(p) = &animation(3).animation_type else { panic!("3") };
    assert_eq!(p.pedestrian_gestures[0].gesture, PedestrianGestureType::WavingLeftArm);
    assert!(
        matches!(&animation(4).animation_type, AnimationType::AnimationFile(f) if f.file.filepath == "dance.bvh")
    );
    let PrivateAction::AppearanceAction(light) = &private[5] else { panic!("5") };
    let state = &light.light_state_action.as_ref().unwrap().light_state;
    assert!(matches!(&state.color.as_ref().unwrap().value, ColorValue::ColorCmyk(c) if c.magenta == 1.0));
    assert!(matches!(&private[6], PrivateAction::RoutingAction(RoutingAction::RandomRouteAction(_))));
    assert!(matches!(&private[7], PrivateAction::TrailerAction(TrailerAction::DisconnectTrailerAction(_))));
}

#[test]
fn conditions() {
    let s = rare();
    let event = &s.storyboard.stories[0].acts[0].maneuver_groups[0].maneuvers[0].events[0];
    assert_eq!((event.priority, event.maximum_execution_count), (Priority::Override, Some(2)));
    let conditions = &event.start_trigger.as_ref().unwrap().condition_groups[0].conditions;
    let ConditionKind::ByEntityCondition(by) = &conditions[0].kind else { panic!("0") };
    let EntityCondition::RelativeAngleCondition(angle) = &by.entity_condition else { panic!("0") };
    assert_eq!(
        (angle.angle_type, angle.coordinate_system),
        (AngleType::Heading, Some(CoordinateSystem::Lane))
    );
    let value = |i: usize| match &conditions[i].kind {
        ConditionKind::ByValueCondition(by) => by,
        other => panic!("{other:?}"),
    };
    assert!(matches!(value(1), ByValueCondition::TrafficSignalControllerCondition(c) if c.phase == "go"));
    assert!(matches!(value(2), ByValueCondition::UserDefinedValueCondition(c) if c.rule == Rule::NotEqualTo));
    assert!(matches!(value(3), ByValueCondition::TimeOfDayCondition(c) if c.date_time.second == 1.0));
    assert_eq!(conditions[3].origin.place.line, 173);
}

#[test]
fn distributions() {
    let text = include_bytes!("data/rare_distribution.xosc");
    let parsed = parse(text, "d.xosc", &NoFiles, &BTreeMap::new());
    assert_eq!(parsed.problems.to_string(), "");
    let Some(Document::Distribution(document)) = parsed.document else { panic!("no distribution") };
    let DistributionDefinition::Stochastic(stochastic) = &document.distribution.definition else {
        panic!("not stochastic")
    };
    assert_eq!((stochastic.number_of_test_runs, stochastic.random_seed), (12, Some(7.0)));
    let kind = |i: usize| &stochastic.stochastic_distributions[i].distribution;
    use StochasticDistributionType as D;
    assert!(matches!(kind(0), D::LogNormalDistribution(d) if d.range.as_ref().unwrap().upper_limit == 1.0));
    assert!(matches!(kind(1), D::PoissonDistribution(d) if d.expected_value == 3.0 && d.range.is_none()));
    assert!(matches!(kind(2), D::UniformDistribution(d) if d.range.lower_limit == -1.0));
    assert!(matches!(kind(3), D::UserDefinedDistribution(d) if d.kind == "own" && d.content == "1 2 3"));
    assert!(matches!(kind(4), D::Histogram(d) if d.bins[0].weight == 2.0));
}
