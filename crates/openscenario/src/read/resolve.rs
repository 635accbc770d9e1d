//! Attribute text → value in force: `$name` and `${expression}`.
//!
//! A value that begins with `$` is a parameter, one that begins with `${` an expression; `\$` stands for
//! the sign itself. Nothing else in a text is replaced. Attributes that hold the *name* of a parameter may
//! carry the sign, too; it is dropped.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, chapter 9 (parameters, expressions), and the schema's types `parameter` and
//! `expression`.

use std::borrow::Cow;

use super::Reader;
use super::value::{Resolved, clip};
use crate::expression;
use crate::expression::nearest;
use crate::schema::{AttributeRow, ElementRow, ValueKind};
use crate::tree::{Attribute, Node};

/// Why a value could not be put in.
pub(super) struct Mistake {
    pub rule: &'static str,
    pub message: String,
    pub hint: String,
}

impl Reader<'_> {
    /// The value in force of an attribute.
    pub(super) fn resolve_attribute<'t>(
        &mut self,
        node: Node<'t>,
        row: &ElementRow,
        known: &AttributeRow,
        found: &Attribute<'t>,
    ) -> Result<Resolved<'t>, Mistake> {
        if holds_name(row.name, known.name) {
            if let Some(name) = found.value.trim().strip_prefix('$') {
                return Ok(Resolved::Text(Cow::Owned(name.to_owned())));
            }
            return Ok(Resolved::Text(found.value.clone()));
        }
        if row.name == "ParameterDeclaration" && known.name == "value" {
            // The scope holds the value in force: assignments and overrides are in it.
            let name = node.attribute("name").map(|a| a.value.trim().trim_start_matches('$').to_owned());
            if let Some(text) = name.and_then(|n| self.scopes.innermost(&n).map(|p| p.text.clone())) {
                return Ok(Resolved::Text(Cow::Owned(text)));
            }
        }
        let resolved = match self.resolve(found.value.clone()) {
            Err(mistake) if known.kind == ValueKind::String => match self.join(&found.value) {
                Some(joined) => {
                    let message = format!("{:?} is no expression of the standard", clip(&found.value));
                    let hint = format!("its parts were joined to {:?}", clip(&joined));
                    self.report.warn("expression.text", node.place_of(found), message, &hint);
                    Resolved::Text(Cow::Owned(joined))
                }
                None => return Err(mistake),
            },
            other => other?,
        };
        if let Some(name) = self.scopes.take_outside() {
            let message = format!("the catalog entry uses the parameter ${name}, which it does not declare");
            let hint = "the scenario's parameter was taken";
            self.report.warn("parameter.outside", node.place_of(found), message, hint);
        }
        if self.minor == 0 && matches!(resolved, Resolved::Value(_)) {
            let message = "expressions came with OpenSCENARIO 1.1; the file says 1.0".to_owned();
            self.report.warn("version.newer", node.place_of(found), message, "it was read nevertheless");
        }
        Ok(resolved)
    }

    /// The parts of `${$name + some words + …}` joined: the standard has no operators for texts, files of the
    /// field use the sign for it nevertheless.
    fn join(&self, text: &str) -> Option<String> {
        let inner = text.trim().strip_prefix("${")?.strip_suffix('}')?;
        let parts = inner.split('+').map(|part| {
            let part = part.trim();
            let (name, is_parameter) = part.strip_prefix('$').map_or((part, false), |name| (name, true));
            let is_text = !name.is_empty()
                && !name.starts_with(|c: char| c.is_ascii_digit())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ' '));
            match (is_text, is_parameter) {
                (true, true) => self.scopes.find(name).map(|p| p.text.clone()),
                (true, false) => Some(name.to_owned()),
                (false, _) => None,
            }
        });
        let parts: Vec<String> = parts.collect::<Option<_>>()?;
        (parts.len() > 1).then(|| parts.concat())
    }

    /// The value in force of a text.
    pub(super) fn resolve<'t>(&self, text: Cow<'t, str>) -> Result<Resolved<'t>, Mistake> {
        let trimmed = text.trim();
        if trimmed.starts_with("\\$") {
            return Ok(Resolved::Text(Cow::Owned(trimmed[1..].to_owned())));
        }
        let Some(rest) = trimmed.strip_prefix('$') else { return Ok(Resolved::Text(text)) };
        if rest.starts_with('{') {
            return match expression::evaluate(trimmed, &|name| self.scopes.value(name)) {
                Ok(value) => Ok(Resolved::Value(value)),
                Err(error) => Err(Mistake {
                    rule: "expression",
                    hint: error.hint().unwrap_or_default(),
                    message: error.to_string(),
                }),
            };
        }
        match self.scopes.find(rest) {
            Some(parameter) => Ok(Resolved::Text(Cow::Owned(parameter.text.clone()))),
            None => {
                let hint = match nearest(rest, self.scopes.names()) {
                    Some(name) => format!("did you mean ${name}?"),
                    None => "declare it, or write \\$ for the sign itself".to_owned(),
                };
                let message = format!("the parameter ${} is not declared", clip(rest));
                Err(Mistake { rule: "parameter.unknown", message, hint })
            }
        }
    }
}

/// Whether an attribute holds the name of a parameter or variable.
fn holds_name(row: &str, attribute: &str) -> bool {
    matches!(attribute, "parameterRef" | "parameterName" | "variableRef")
        || (attribute == "name" && matches!(row, "ParameterDeclaration" | "VariableDeclaration"))
}
