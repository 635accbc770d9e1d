//! Names that references may lead to, and the problems found on the way.

use crate::standard::{ElementKind, EntityName};
use openscenario::limits::PROBLEMS_MAX;
use openscenario::{Origin, Problem, Problems, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// Most entities that selections stand for, all their uses counted: each use writes all members out.
pub const SELECTED_MAX: usize = 1_000_000;

/// What the file declares.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub entities: BTreeMap<String, EntityName>,
    pub selections: BTreeMap<String, Vec<EntityName>>,
    pub parameters: BTreeSet<String>,
    pub variables: BTreeSet<String>,
    pub monitors: BTreeSet<String>,
    /// Signal controllers and their phases.
    pub signal_controllers: BTreeMap<String, Vec<String>>,
    /// Storyboard elements: (kind, name) → the names around each of them, outermost first.
    pub elements: BTreeMap<(ElementKind, String), Vec<Vec<String>>>,
}

/// What a name turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Variable,
    Parameter,
}

/// Names and problems.
pub(super) struct Context<'a> {
    files: &'a [String],
    problems: Vec<(u32, Problem)>,
    counts: [usize; 2],
    selected: usize,
    pub names: Names,
}

impl<'a> Context<'a> {
    pub fn new(files: &'a [String]) -> Self {
        Context { files, problems: Vec::new(), counts: [0; 2], selected: 0, names: Names::default() }
    }

    /// Notes a problem; beyond PROBLEMS_MAX of a severity they are only counted.
    fn add(&mut self, severity: Severity, rule: &'static str, at: Origin, message: String, hint: &str) {
        let count = match severity {
            Severity::Warning => &mut self.counts[0],
            Severity::Error => &mut self.counts[1],
        };
        *count += 1;
        if *count <= PROBLEMS_MAX {
            let file = self.files.get(at.file as usize).cloned().unwrap_or_default();
            let hint = hint.to_owned();
            self.problems.push((at.file, Problem { file, place: at.place, severity, rule, message, hint }));
        }
    }

    pub fn error(&mut self, rule: &'static str, at: Origin, message: String, hint: &str) {
        self.add(Severity::Error, rule, at, message, hint);
    }

    pub fn warn(&mut self, rule: &'static str, at: Origin, message: String, hint: &str) {
        self.add(Severity::Warning, rule, at, message, hint);
    }

    /// Names something that the model cannot express, and what happens instead.
    pub fn not_covered(&mut self, at: Origin, what: &str, instead: &str) {
        self.warn("not_covered", at, format!("{what} is not covered"), instead);
    }

    /// All problems, each once.
    pub fn finish(mut self) -> Problems {
        let more: usize = self.counts.iter().map(|n| n.saturating_sub(PROBLEMS_MAX)).sum();
        if let Some((file, last)) = self.problems.last().cloned().filter(|_| more > 0) {
            let message = format!("{more} further problems; PROBLEMS_MAX = {PROBLEMS_MAX} are listed");
            let severity = if self.counts[1] > PROBLEMS_MAX { Severity::Error } else { Severity::Warning };
            let rule = "limit.problems";
            self.problems.push((file, Problem { severity, rule, message, hint: String::new(), ..last }));
        }
        self.problems.sort_by_key(|(file, problem)| (*file, problem.place.offset));
        // An entry of a catalog complains at each reference to it.
        self.problems.dedup();
        Problems(self.problems.into_iter().map(|(_, problem)| problem).collect())
    }

    /// The one entity of a name.
    pub fn entity(&mut self, name: &str, at: Origin) -> Option<EntityName> {
        if let Some(found) = self.names.entities.get(name) {
            return Some(found.clone());
        }
        if self.names.selections.contains_key(name) {
            let message = format!("{name:?} is a selection of entities");
            self.error("reference.entity", at, message, "one entity is wanted here");
            return None;
        }
        let message = format!("there is no entity {name:?}");
        let hint = did_you_mean(name, self.names.entities.keys());
        self.error("reference.entity", at, message, &hint);
        None
    }

    /// The entities of a name: one, or those of a selection.
    pub fn entities_of(&mut self, name: &str, at: Origin) -> Vec<EntityName> {
        match self.names.selections.get(name) {
            Some(members) if !self.names.entities.contains_key(name) => {
                let within = self.selected <= SELECTED_MAX;
                self.selected = self.selected.saturating_add(members.len());
                if self.selected <= SELECTED_MAX {
                    return members.clone();
                }
                if within {
                    let message =
                        format!("selections stand for more than SELECTED_MAX = {SELECTED_MAX} entities");
                    self.error("limit.selected", at, message, "");
                }
                Vec::new()
            }
            Some(_) | None => self.entity(name, at).into_iter().collect(),
        }
    }

    /// Checks that a parameter is declared.
    pub fn check_parameter(&mut self, name: &str, at: Origin) {
        if !self.names.parameters.contains(name) {
            let hint = did_you_mean(name, &self.names.parameters);
            self.error("reference.parameter", at, format!("there is no parameter {name:?}"), &hint);
        }
    }

    /// Whether a name is that of a variable; if it is that of a parameter, that is meant. Reports all others.
    pub fn variable(&mut self, name: &str, at: Origin) -> Named {
        if self.names.variables.contains(name) {
            return Named::Variable;
        }
        if self.names.parameters.contains(name) {
            let message = format!("{name:?} is a parameter and no variable");
            self.warn("reference.variable", at, message, "the parameter was taken");
            return Named::Parameter;
        }
        let hint = did_you_mean(name, &self.names.variables);
        self.error("reference.variable", at, format!("there is no variable {name:?}"), &hint);
        Named::Variable
    }

    /// Checks that a monitor is declared.
    pub fn check_monitor(&mut self, name: &str, at: Origin) {
        if !self.names.monitors.contains(name) {
            let hint = did_you_mean(name, &self.names.monitors);
            self.error("reference.monitor", at, format!("there is no monitor {name:?}"), &hint);
        }
    }

    /// Checks that a signal controller and its phase are declared.
    pub fn check_signal_phase(&mut self, controller: &str, phase: &str, at: Origin) {
        match self.names.signal_controllers.get(controller) {
            None => {
                let hint = did_you_mean(controller, self.names.signal_controllers.keys());
                let message = format!("there is no traffic signal controller {controller:?}");
                self.error("reference.signal_controller", at, message, &hint);
            }
            Some(phases) if !phases.iter().any(|p| p == phase) => {
                let hint = did_you_mean(phase, phases);
                let message = format!("the traffic signal controller {controller:?} has no phase {phase:?}");
                self.error("reference.signal_phase", at, message, &hint);
            }
            Some(_) => {}
        }
    }

    /// Checks that a storyboard element exists: a name, or names with those of elements around it.
    pub fn check_element(&mut self, kind: ElementKind, reference: &str, at: Origin) {
        let path: Vec<&str> = reference.split("::").collect();
        let name = path.last().copied().unwrap_or_default();
        let known = self.names.elements.get(&(kind, name.to_owned()));
        let found = known.is_some_and(|around| {
            around.iter().any(|names| {
                let mut rest = names.iter();
                path[..path.len() - 1].iter().all(|part| rest.any(|n| n == part))
            })
        });
        if !found {
            let of_kind = self.names.elements.keys().filter(|(k, _)| *k == kind).map(|(_, n)| n);
            let hint = did_you_mean(name, of_kind);
            let hint = if hint.is_empty() { "the condition never holds".to_owned() } else { hint };
            let message = format!("there is no storyboard element {reference:?} of this kind");
            self.warn("reference.storyboard_element", at, message, &hint);
        }
    }

    /// Checks that a number is not negative.
    pub fn check_not_negative(&mut self, what: &str, value: f64, at: Origin) -> Option<f64> {
        if value >= 0.0 {
            return Some(value);
        }
        self.error("number.out_of_range", at, format!("{what} is {value}"), "it must not be negative");
        None
    }

    /// A lane's id.
    pub fn lane(&mut self, text: &str, at: Origin) -> Option<i32> {
        let found = text.trim().parse::<i32>().ok();
        if found.is_none() {
            let message = format!("{text:?} is no lane id");
            self.error("attribute.value", at, message, "an integer is wanted");
        }
        found
    }
}

/// A hint at the known name that was probably meant.
fn did_you_mean<'n>(name: &str, known: impl IntoIterator<Item = &'n String>) -> String {
    if name.len() > 100 {
        return String::new();
    }
    known
        .into_iter()
        .map(|k| (strsim::normalized_damerau_levenshtein(name, k), k))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| format!("did you mean {k:?}?"))
        .unwrap_or_default()
}
