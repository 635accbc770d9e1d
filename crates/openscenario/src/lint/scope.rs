//! Declared parameters and their default values, each where it holds.
//!
//! A parameter holds in the element that holds its `ParameterDeclarations` and in everything inside it; an
//! inner declaration hides an outer one. Declarations are evaluated once, in the order of the file, so a
//! default may name parameters declared before it.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, section 9.1.

use std::collections::BTreeMap;

use super::Findings;
use crate::expression::{Value, evaluate};
use crate::tree::{Node, Tree};

/// The most parameters whose defaults are looked at.
pub(super) const PARAMETERS_MAX: usize = 100_000;
/// The longest default in bytes that is looked at: names and numbers are shorter.
const DEFAULT_BYTES_MAX: usize = 1000;

/// The parameters of a file by the element that they hold in. `None` where a default cannot be known.
pub(super) struct Scopes(BTreeMap<u32, BTreeMap<String, Option<Value>>>);

impl Scopes {
    pub(super) fn new(tree: &Tree, findings: &mut Findings) -> Self {
        let mut scopes = Self(BTreeMap::new());
        let mut count = 0;
        for declaration in (0..).map_while(|index| tree.node(index)) {
            if declaration.name() != "ParameterDeclaration" {
                continue;
            }
            let around = declaration.parent().filter(|parent| parent.name() == "ParameterDeclarations");
            let owner = around.and_then(|declarations| declarations.parent());
            let (Some(owner), Some(name)) = (owner, declaration.attribute("name")) else { continue };
            count += 1;
            if count > PARAMETERS_MAX {
                let message = format!("more than PARAMETERS_MAX = {PARAMETERS_MAX} parameters");
                findings.warn(
                    "limit.parameters",
                    declaration.origin(),
                    message,
                    "the others are not checked",
                );
                break;
            }
            let kind = declaration.attribute("parameterType");
            let value = declaration.attribute("value").filter(|value| !value.value.is_empty());
            let value = value.and_then(|text| scopes.value(owner, &text.value));
            let value = value.map(|value| typed(value, kind.as_ref().map_or("string", |kind| &kind.value)));
            let value = value.filter(|value| value.to_string().len() <= DEFAULT_BYTES_MAX);
            scopes.0.entry(owner.index()).or_default().insert(bare(&name.value).to_owned(), value);
        }
        scopes
    }

    /// What a parameter is at an element: `None` if it is not declared there, `Some(None)` if its default
    /// cannot be known.
    pub(super) fn parameter(&self, at: Node<'_>, name: &str) -> Option<Option<&Value>> {
        let around = std::iter::successors(Some(at), |node| node.parent());
        around
            .filter_map(|node| self.0.get(&node.index()))
            .find_map(|scope| scope.get(name))
            .map(Option::as_ref)
    }

    /// The value of an attribute's text at an element, if it can be known.
    pub(super) fn value(&self, at: Node<'_>, text: &str) -> Option<Value> {
        if text.starts_with('$') {
            let lookup = |name: &str| self.parameter(at, name).flatten().cloned();
            return evaluate(text, &lookup).ok();
        }
        (text.len() <= DEFAULT_BYTES_MAX).then(|| Value::Text(text.to_owned()))
    }
}

/// Names of parameters stand with their `$` in files of 1.0.
pub(super) fn bare(name: &str) -> &str {
    name.strip_prefix('$').unwrap_or(name)
}

/// A default as the declared type has it; as it is, where it does not fit.
fn typed(value: Value, kind: &str) -> Value {
    let fitting = match kind {
        "double" => value.as_double().map(Value::Number),
        "integer" | "int" | "unsignedInt" | "unsignedShort" => value.as_integer().map(Value::Integer),
        "boolean" => value.as_boolean().map(Value::Boolean),
        _ => None,
    };
    fitting.unwrap_or(value)
}
