//! Scopes of parameters: the file's, those of stories, maneuvers and catalog entries.
//!
//! An inner declaration hides an outer one. A catalog entry sees its own declarations, with the values that
//! its reference assigns; where it uses a parameter of the scenario nevertheless, that is taken and warned
//! of.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, chapter 9.1. Constraints of one group must all hold; of several groups, one.

use std::borrow::Cow;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::value::{Resolved, clip, take_word};
use super::{Reader, Taken};
use crate::expression::Value;
use crate::expression::nearest;
use crate::limits::{PARAMETER_BYTES_MAX, PARAMETERS_MAX};
use crate::model::{ParameterType, Rule};
use crate::origin::Origin;
use crate::schema::ElementRow;
use crate::tree::Node;
use crate::value::DateTime;

/// A parameter and its value in force.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    pub text: String,
    value: Value,
}

/// Values that stand above those of the next declarations: name → value, and where it was given.
pub(super) type Assigned = BTreeMap<String, (String, Origin)>;

/// All open scopes.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    open: Vec<BTreeMap<String, Parameter>>,
    /// Scopes below this one are seen by the scenario, not by the catalog entry being read.
    floor: usize,
    /// Assignments for the next element entered.
    pending: Option<Assigned>,
    /// A parameter found below the floor.
    outside: RefCell<Option<String>>,
}

impl Scopes {
    /// The parameter of a name.
    pub(super) fn find(&self, name: &str) -> Option<&Parameter> {
        let own = self.open[self.floor.min(self.open.len())..].iter().rev().find_map(|s| s.get(name));
        own.or_else(|| {
            let found = self.open[..self.floor.min(self.open.len())].iter().rev().find_map(|s| s.get(name));
            if found.is_some() {
                *self.outside.borrow_mut() = Some(name.to_owned());
            }
            found
        })
    }

    /// The value of a name in expressions.
    pub(super) fn value(&self, name: &str) -> Option<Value> {
        self.find(name).map(|p| p.value.clone())
    }

    /// The parameter that the innermost scope declares.
    pub(super) fn innermost(&self, name: &str) -> Option<&Parameter> {
        self.open.last().and_then(|s| s.get(name))
    }

    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.open.iter().rev().flat_map(|s| s.keys().map(String::as_str))
    }

    /// The parameter from outside of the catalog entry that was last used, once.
    pub(super) fn take_outside(&mut self) -> Option<String> {
        self.outside.get_mut().take()
    }

    /// Ends the innermost scope.
    pub(super) fn close(&mut self) {
        self.open.pop();
    }

    /// Gives values to the declarations of the next element entered.
    pub(super) fn assign(&mut self, assigned: Assigned) {
        self.pending = Some(assigned);
    }

    /// Hides all open scopes; gives what [`Scopes::unhide`] wants back.
    pub(super) fn hide(&mut self) -> usize {
        std::mem::replace(&mut self.floor, self.open.len())
    }

    /// Ends the hiding.
    pub(super) fn unhide(&mut self, floor: usize) {
        self.floor = floor;
    }
}

impl Reader<'_> {
    /// Opens a scope if the element declares parameters or has some assigned.
    pub(super) fn open_scope(&mut self, node: Node<'_>, row: &ElementRow) -> bool {
        let mut assigned = self.scopes.pending.take().unwrap_or_default();
        let declares = row.children.iter().any(|c| c.name == "ParameterDeclarations");
        let declarations = node.child("ParameterDeclarations").filter(|_| declares);
        if declarations.is_none() && assigned.is_empty() {
            return false;
        }
        self.scopes.open.push(BTreeMap::new());
        for declaration in declarations.iter().flat_map(|d| d.children_named("ParameterDeclaration")) {
            self.declare(declaration, &mut assigned);
        }
        for (name, (text, at)) in assigned {
            let message = format!("there is no parameter {:?} to be given {:?}", clip(&name), clip(&text));
            let known = self.scopes.open.last().into_iter().flat_map(|s| s.keys().map(String::as_str));
            let hint = nearest(&name, known).map(|n| format!("did you mean {n:?}?")).unwrap_or_default();
            if row.name == "OpenScenario" {
                self.report.error("parameter.override", at, message, &hint);
            } else {
                self.report.warn("parameter.assignment", at, message, &hint);
                self.insert(&name, text.clone(), Value::Text(text));
            }
        }
        true
    }

    fn declare(&mut self, node: Node<'_>, assigned: &mut Assigned) {
        // The declaration's own reader reports what lacks.
        let (Some(name), Some(value)) = (node.attribute("name"), node.attribute("value")) else { return };
        let name = name.value.trim().trim_start_matches('$').to_owned();
        let kind = node.attribute("parameterType").map_or(ParameterType::String, |kind| {
            match take_word(&Resolved::Text(kind.value), &ParameterType::ROW, ParameterType::ALL) {
                Taken::Exact(kind) | Taken::Tolerated(kind, _) => kind,
                Taken::Refused(..) => ParameterType::String,
            }
        });
        if self.scopes.innermost(&name).is_some() {
            let message = format!("the parameter {:?} is declared twice", clip(&name));
            self.report.warn("parameter.twice", node.origin(), message, "the last declaration counts");
        }
        let (text, at) = match assigned.remove(&name) {
            Some((text, at)) => (Ok(Resolved::Text(Cow::Owned(text))), at),
            None => (self.resolve(value.value.clone()), node.place_of(&value)),
        };
        let resolved = match text {
            Ok(resolved) => resolved,
            Err(mistake) => {
                let message = format!("the parameter {:?}: {}", clip(&name), mistake.message);
                self.report.error(mistake.rule, at, message, &mistake.hint);
                Resolved::Text(value.value.clone())
            }
        };
        let text = resolved.text().into_owned();
        let typed = typed(kind, &resolved);
        if typed.is_none() {
            let message = format!("the parameter {:?} is {kind}, its value {:?}", clip(&name), clip(&text));
            self.report.warn("parameter.type", at, message, "it was read as text");
        }
        self.check_constraints(node, &name, &text, at);
        self.insert(&name, text.clone(), typed.unwrap_or(Value::Text(text)));
    }

    fn insert(&mut self, name: &str, text: String, value: Value) {
        let Some(scope) = self.scopes.open.last_mut() else { return };
        if scope.len() < PARAMETERS_MAX && text.len() <= PARAMETER_BYTES_MAX {
            scope.insert(name.to_owned(), Parameter { text, value });
        } else {
            let message = format!(
                "a scope has more than PARAMETERS_MAX = {PARAMETERS_MAX} parameters or one of more than PARAMETER_BYTES_MAX = {PARAMETER_BYTES_MAX} bytes"
            );
            self.report.error("limit.parameters", Origin::default(), message, "");
        }
    }

    fn check_constraints(&mut self, declaration: Node<'_>, name: &str, text: &str, at: Origin) {
        let mut groups = declaration.children_named("ConstraintGroup").peekable();
        if groups.peek().is_none() {
            return;
        }
        let mut broken = Vec::new();
        for group in groups {
            let before = broken.len();
            for constraint in group.children_named("ValueConstraint") {
                // The constraint's own reader reports what cannot be read.
                let (Some(rule), Some(limit)) = (constraint.attribute("rule"), constraint.attribute("value"))
                else {
                    return;
                };
                let (Taken::Exact(rule) | Taken::Tolerated(rule, _)) =
                    take_word(&Resolved::Text(rule.value), &Rule::ROW, Rule::ALL)
                else {
                    return;
                };
                let Ok(limit) = self.resolve(limit.value) else { return };
                if !holds(text, rule, &limit.text()) {
                    broken.push(format!("{rule} {}", clip(&limit.text())));
                }
            }
            if broken.len() == before {
                return;
            }
        }
        let message =
            format!("the parameter {:?} is {:?}, which its constraints forbid", clip(name), clip(text));
        broken.truncate(8);
        self.report.error("parameter.constraint", at, message, &format!("wanted: {}", broken.join("; ")));
    }
}

/// A value as its declared type.
fn typed(kind: ParameterType, resolved: &Resolved<'_>) -> Option<Value> {
    let value = match resolved {
        Resolved::Text(text) => Value::Text(text.trim().to_owned()),
        Resolved::Value(value) => value.clone(),
    };
    let integer =
        |low: i64, high: i64| value.as_integer().filter(|n| (low..=high).contains(n)).map(Value::Integer);
    match kind {
        ParameterType::Boolean => match &value {
            Value::Text(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "1" => Some(Value::Boolean(true)),
                "false" | "0" => Some(Value::Boolean(false)),
                _ => None,
            },
            other => other.as_boolean().map(Value::Boolean),
        },
        ParameterType::DateTime => DateTime::parse(&resolved.text()).map(|_| value),
        ParameterType::Double => value.as_double().map(Value::Number),
        ParameterType::Integer | ParameterType::Int => integer(i64::from(i32::MIN), i64::from(i32::MAX)),
        ParameterType::UnsignedInt => integer(0, i64::from(u32::MAX)),
        ParameterType::UnsignedShort => integer(0, i64::from(u16::MAX)),
        ParameterType::String => Some(Value::Text(resolved.text().into_owned())),
    }
}

/// Compares numbers as numbers, dates as dates, and all else as text.
pub(super) fn holds(left: &str, rule: Rule, right: &str) -> bool {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let order = match (number(left), number(right)) {
        (Some(left), Some(right)) => left.partial_cmp(&right),
        _ => match (DateTime::parse(left), DateTime::parse(right)) {
            (Some(left), Some(right)) => left.since_epoch_s().partial_cmp(&right.since_epoch_s()),
            _ => Some(left.cmp(right)),
        },
    };
    match rule {
        Rule::EqualTo => order == Some(Ordering::Equal),
        Rule::NotEqualTo => order != Some(Ordering::Equal),
        Rule::GreaterThan => order == Some(Ordering::Greater),
        Rule::LessThan => order == Some(Ordering::Less),
        Rule::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Rule::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
    }
}
