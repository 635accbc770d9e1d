//! Values: operators of expressions, times and distances that may not be negative, trajectories with times,
//! parameters used in catalogs.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, annex C, rule sets `data_type`, `parameters` and `routing`.

use super::{Facts, Findings};
use crate::expression::{Expression, ExpressionError, ExpressionErrorKind as Kind};
use crate::tree::{Attribute, Node};

/// Attributes that may not be negative: element, attribute, minor version of the rule, rule.
const NOT_NEGATIVE: [(&str, &str, u16, &str); 6] = [
    (
        "LightStateAction",
        "transitionTime",
        2,
        "asam.net:xosc:1.2.0:data_type.non_negative_transition_time_in_light_state_action",
    ),
    ("Phase", "duration", 2, "asam.net:xosc:1.2.0:data_type.positive_duration_in_phase"),
    ("Condition", "delay", 0, "asam.net:xosc:1.0.0:data_type.condition_delay_not_negative"),
    ("LongitudinalDistanceAction", "distance", 1, "asam.net:xosc:1.1.0:data_type.distances_are_not_negative"),
    ("LateralDistanceAction", "distance", 1, "asam.net:xosc:1.1.0:data_type.distances_are_not_negative"),
    ("RelativeDistanceCondition", "value", 1, "asam.net:xosc:1.1.0:data_type.distances_are_not_negative"),
];

pub(super) fn check(findings: &mut Findings, facts: &Facts<'_>) {
    let catalog = facts.root.child("Catalog");
    for node in facts.nodes() {
        for (element, name, since, rule) in NOT_NEGATIVE {
            if node.name() == element && facts.since(since) {
                not_negative(findings, facts, node, name, rule);
            }
        }
        if node.name() == "FollowTrajectoryAction" {
            timing(findings, node);
        }
        if !facts.since(2) {
            continue;
        }
        for attribute in node.attributes().filter(|attribute| attribute.value.starts_with('$')) {
            let expression = Expression::parse(&attribute.value);
            if attribute.value.starts_with("${") {
                operators(findings, node, &attribute, &expression);
            }
            if let (Ok(expression), Some(_)) = (&expression, catalog) {
                declared_in_catalog(findings, facts, node, &attribute, expression);
            }
        }
    }
}

fn not_negative(findings: &mut Findings, facts: &Facts<'_>, node: Node<'_>, name: &str, rule: &'static str) {
    let Some(attribute) = node.attribute(name) else { return };
    let value = facts.scopes.value(node, &attribute.value).and_then(|value| value.as_double());
    if let Some(value) = value.filter(|value| *value < 0.0) {
        let message = format!("{name} of <{}> is {value}", node.name());
        findings.warn(rule, node.place_of(&attribute), message, "it may not be negative");
    }
}

/// Who is to be somewhere at a time needs the times.
fn timing(findings: &mut Findings, action: Node<'_>) {
    let wanted = action.child("TimeReference").is_some_and(|reference| reference.child("Timing").is_some());
    let around = action.child("TrajectoryRef").unwrap_or(action);
    let shape = around.child("Trajectory").and_then(|trajectory| trajectory.child("Shape"));
    let Some(polyline) = shape.and_then(|shape| shape.child("Polyline")).filter(|_| wanted) else { return };
    if let Some(vertex) = polyline.children_named("Vertex").find(|vertex| vertex.attribute("time").is_none())
    {
        let rule = "asam.net:xosc:1.0.0:routing.trajectory_timing_exists_if_requested";
        let message = "the trajectory is to be followed in time, and this vertex has none".to_owned();
        findings.warn(rule, vertex.origin(), message, "give every vertex a time, or ask for no <Timing>");
    }
}

fn operators(
    findings: &mut Findings,
    node: Node<'_>,
    attribute: &Attribute<'_>,
    expression: &Result<Expression, ExpressionError>,
) {
    let rule = "asam.net:xosc:1.2.0:data_type.allowed_operators";
    let place = node.place_of(attribute);
    match expression {
        Ok(expression) => {
            if let Some((_, constant)) = expression.beyond_standard().next() {
                let message = format!("before 1.4, expressions have no constant `{constant}`");
                findings.warn(rule, place, message, "other simulators may not read it: declare a parameter");
            }
        }
        Err(error) => {
            let rule =
                if is_about_words(&error.kind) { rule } else { "shakedown:data_type.well_formed_expression" };
            findings.warn(rule, place, error.to_string(), &error.hint().unwrap_or_default());
        }
    }
}

/// Whether an error is about what words and characters an expression may contain, not how they are put.
fn is_about_words(kind: &Kind) -> bool {
    match kind {
        Kind::Character { .. } | Kind::Number { .. } | Kind::UnknownFunction { .. } => true,
        Kind::TooLong { .. } | Kind::TooDeep { .. } | Kind::Empty | Kind::MissingBrace => false,
        Kind::MissingName | Kind::ExpectedOperand { .. } | Kind::ExpectedOperator { .. } => false,
        Kind::Unclosed | Kind::Unopened | Kind::Comma | Kind::MissingArguments { .. } => false,
        Kind::Arguments { .. } | Kind::UnknownName { .. } | Kind::Type { .. } => false,
        Kind::DivisionByZero | Kind::Domain { .. } | Kind::Overflow { .. } => false,
    }
}

/// Entries of a catalog stand for themselves: their parameters have defaults in the same catalog.
fn declared_in_catalog(
    findings: &mut Findings,
    facts: &Facts<'_>,
    node: Node<'_>,
    attribute: &Attribute<'_>,
    expression: &Expression,
) {
    let is_name_of_declaration = node.name() == "ParameterDeclaration" && attribute.name == "name";
    if is_name_of_declaration {
        return;
    }
    let rule = "asam.net:xosc:1.2.0:parameters.valid_parameter_declaration_in_catalogs";
    for (_, name) in expression.names() {
        let (what, hint) = match facts.scopes.parameter(node, name) {
            Some(Some(_)) => continue,
            Some(None) => ("has no default", "give its declaration a value"),
            None => ("is not declared in this entry", "declare it with a default value"),
        };
        let message = format!("the parameter `${name}` in {} {what}", attribute.name);
        findings.warn(rule, node.place_of(attribute), message, hint);
    }
}
