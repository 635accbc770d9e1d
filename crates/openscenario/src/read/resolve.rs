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
use super::value::{Resolved, clip, nearest};
use crate::expression;
use crate::schema::{AttributeRow, ElementRow};
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
                let message = format!(
                    "<{} {}={:?}>: a name is written without $",
                    row.name,
                    known.name,
                    clip(&found.value)
                );
                self.report.warn("parameter.name", node.place_of(found), message, "");
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
        let resolved = self.resolve(found.value.clone())?;
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
