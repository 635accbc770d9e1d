//! References inside a file: what they name must be declared in it.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, annex C, rule set `reference_control`; names of storyboard elements and
//! their prefixes: section 7.3.3.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::bare;
use super::{Facts, Findings};
use crate::limits::PROBLEMS_MAX;
use crate::tree::Node;

/// The most elements of one name among which a prefixed reference is looked for.
const NAMESAKES_MAX: usize = 100;
/// Separates the names in a reference to a storyboard element.
const DELIMITER: &str = "::";

pub(super) fn check(findings: &mut Findings, facts: &Facts<'_>) {
    let declared = Declared::new(facts);
    let in_catalog = facts.root.child("Catalog").is_some();
    for node in facts.nodes() {
        if node.name() == "TrafficSignalController" {
            let rule = "asam.net:xosc:1.0.0:reference_control.traffic_signal_controller_references";
            let known = (&declared.controllers, "traffic signal controller");
            if node.attribute("reference").is_some_and(|reference| !reference.value.is_empty()) {
                name(findings, facts, node, "reference", rule, known);
            }
        }
        if !facts.since(2) {
            continue;
        }
        match node.name() {
            "StoryboardElementStateCondition" => storyboard_element(findings, facts, &declared, node),
            "TrafficSignalControllerAction" | "TrafficSignalControllerCondition" => {
                let rule = "asam.net:xosc:1.2.0:reference_control.resolvable_traffic_signal_controller_by_traffic_signal_controller_ref";
                let known = (&declared.controllers, "traffic signal controller");
                name(findings, facts, node, "trafficSignalControllerRef", rule, known);
            }
            "ManeuverGroup" => actors(findings, &declared, node),
            _ => {}
        }
        if in_catalog {
            // Entries name what the scenarios declare that use them.
            continue;
        }
        for attribute in ["entityRef", "masterEntityRef", "trailerRef"] {
            let rule = "asam.net:xosc:1.2.0:reference_control.resolvable_entity_references";
            name(findings, facts, node, attribute, rule, (&declared.entities, "entity"));
        }
        // Before there were variables, parameters could be set: ASAM's checker takes both.
        let rule = "asam.net:xosc:1.2.0:reference_control.resolvable_variable_reference";
        name(findings, facts, node, "variableRef", rule, (&declared.variables, "variable"));
        let rule = "shakedown:reference_control.resolvable_monitor_reference";
        name(findings, facts, node, "monitorRef", rule, (&declared.monitors, "monitor"));
        if matches!(node.name(), "ParameterAction" | "ParameterCondition") {
            parameter(findings, facts, node);
        }
    }
}

/// What references can name.
#[derive(Default)]
struct Declared<'t> {
    entities: BTreeSet<String>,
    variables: BTreeSet<String>,
    monitors: BTreeSet<String>,
    controllers: BTreeSet<String>,
    /// By element and name.
    storyboard: BTreeMap<(&'static str, String), Vec<Node<'t>>>,
    /// Whether maneuvers come from catalogs, so that not all names are known.
    maneuvers_from_catalogs: bool,
    /// Maneuver groups (by index) in which a private action stands.
    with_private_action: BTreeSet<u32>,
}

impl<'t> Declared<'t> {
    fn new(facts: &Facts<'t>) -> Self {
        let mut declared = Self::default();
        for node in facts.nodes() {
            let storyboard = element_of(node.name());
            let set = match node.name() {
                "ScenarioObject" | "EntitySelection" => &mut declared.entities,
                "VariableDeclaration" | "ParameterDeclaration" => &mut declared.variables,
                "MonitorDeclaration" => &mut declared.monitors,
                "TrafficSignalController" => &mut declared.controllers,
                "CatalogReference" => {
                    declared.maneuvers_from_catalogs |=
                        node.parent().is_some_and(|parent| parent.name() == "ManeuverGroup");
                    continue;
                }
                "PrivateAction" => {
                    let mut around = std::iter::successors(Some(node), |node| node.parent());
                    if let Some(group) = around.find(|node| node.name() == "ManeuverGroup") {
                        declared.with_private_action.insert(group.index());
                    }
                    continue;
                }
                _ => {
                    if let (Some(element), Some(name)) = (storyboard, facts.text(node, "name")) {
                        declared.storyboard.entry((element, name)).or_default().push(node);
                    }
                    continue;
                }
            };
            // Names of declarations stand with their `$` in files of 1.0.
            set.extend(facts.text(node, "name"));
            if let Some(attribute) = node.attribute("name").filter(|name| name.value.starts_with('$')) {
                set.insert(bare(&attribute.value).to_owned());
            }
        }
        declared
    }
}

/// The elements of a storyboard that have a state.
fn element_of(name: &str) -> Option<&'static str> {
    ["Story", "Act", "ManeuverGroup", "Maneuver", "Event", "Action"].into_iter().find(|known| *known == name)
}

/// The element that a `storyboardElementType` means, and whether catalogs can hold it.
fn element_of_type(kind: &str) -> Option<(&'static str, bool)> {
    Some(match kind {
        "story" => ("Story", false),
        "act" => ("Act", false),
        "maneuverGroup" => ("ManeuverGroup", false),
        "maneuver" => ("Maneuver", true),
        "event" => ("Event", true),
        "action" => ("Action", true),
        _ => return None,
    })
}

fn name(
    findings: &mut Findings,
    facts: &Facts<'_>,
    node: Node<'_>,
    attribute: &str,
    rule: &'static str,
    (known, what): (&BTreeSet<String>, &str),
) {
    let Some(found) = node.attribute(attribute) else { return };
    let Some(name) = facts.text(node, attribute) else { return };
    if !known.contains(&name) {
        findings.unknown(rule, node.place_of(&found), what, &name, known);
    }
}

fn parameter(findings: &mut Findings, facts: &Facts<'_>, node: Node<'_>) {
    let Some(found) = node.attribute("parameterRef") else { return };
    let name = bare(&found.value);
    if facts.scopes.parameter(node, name).is_none() {
        let rule = "shakedown:reference_control.resolvable_parameter_reference";
        let message = format!("there is no parameter `{name}` here");
        findings.warn(
            rule,
            node.place_of(&found),
            message,
            "declare it in the scenario, or in the story around it",
        );
    }
}

fn storyboard_element(findings: &mut Findings, facts: &Facts<'_>, declared: &Declared<'_>, node: Node<'_>) {
    let attribute = "storyboardElementRef";
    let (Some(found), Some(name)) = (node.attribute(attribute), facts.text(node, attribute)) else { return };
    let Some(kind) = facts.text(node, "storyboardElementType") else { return };
    let Some((element, in_catalogs)) = element_of_type(&kind) else { return };
    if (in_catalogs && declared.maneuvers_from_catalogs) || is_there(facts, declared, element, &name) {
        return;
    }
    // Only problems that will be listed are worth a search for better words.
    let other = ["Story", "Act", "ManeuverGroup", "Maneuver", "Event", "Action"]
        .into_iter()
        .filter(|other| findings.count < PROBLEMS_MAX && *other != element)
        .find(|other| is_there(facts, declared, other, &name));
    let message = format!("there is no {kind} `{name}`");
    let hint = match other {
        Some(other) => format!("there is a <{other}> of that name"),
        None => "the name may follow those of the elements around it, joined by `::`".to_owned(),
    };
    let rule = "asam.net:xosc:1.2.0:reference_control.resolvable_storyboard_element_reference";
    findings.warn(rule, node.place_of(&found), message, &hint);
}

/// Whether there is an element of this name, or of the last name of a path whose other names are those of
/// the elements right around it.
fn is_there(facts: &Facts<'_>, declared: &Declared<'_>, element: &'static str, path: &str) -> bool {
    if declared.storyboard.contains_key(&(element, path.to_owned())) {
        return true;
    }
    let mut names = path.rsplit(DELIMITER);
    let last = names.next().unwrap_or_default().to_owned();
    let prefix: Vec<&str> = names.collect();
    let Some(candidates) = declared.storyboard.get(&(element, last)) else { return false };
    let fits = |node: &Node<'_>| {
        let mut around = std::iter::successors(node.parent(), |node| node.parent());
        prefix.iter().all(|name| {
            // The enclosing elements that carry names; a leading delimiter means the storyboard itself.
            let next = around.find(|node| element_of(node.name()).is_some() || node.name() == "Storyboard");
            next.is_some_and(|node| match node.name() {
                "Storyboard" => name.is_empty() || *name == "Storyboard",
                _ => facts.text(node, "name").as_deref() == Some(*name),
            })
        })
    };
    candidates.len() > NAMESAKES_MAX || candidates.iter().any(fits)
}

/// A maneuver group whose maneuvers move somebody says whom.
fn actors(findings: &mut Findings, declared: &Declared<'_>, group: Node<'_>) {
    let actors = group.child("Actors");
    let named = actors.is_some_and(|actors| actors.child("EntityRef").is_some());
    if !named && declared.with_private_action.contains(&group.index()) {
        let rule = "asam.net:xosc:1.2.0:reference_control.valid_actor_reference_in_private_actions";
        let message = "a private action of this maneuver group has no actor".to_owned();
        let at = actors.unwrap_or(group).origin();
        findings.warn(rule, at, message, "name the actor in <Actors> by an <EntityRef>");
    }
}
