//! Parameters: declared in `[parameters]`, referred to as `$NAME` or `${NAME * 2}` anywhere else.

use super::diagnostic::{Report, Span, did_you_mean};
use super::expression::{evaluate, is_name};
use super::fit::fit;
use super::limits::PARAMETERS_MAX;
use super::located::At;
use super::model::{Distribution, Parameter, ParameterValue};
use super::raw::RawParameter;
use super::tree::{Entry, Node, Value};
use crate::base::math;
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Rule of a reference to a parameter that is declared but has no value: below, or broken itself.
const DECLARED_ONLY: &str = "parameter_order";

/// Declared parameters in file order, and the values of this load.
#[derive(Default)]
pub struct Parameters {
    /// Declarations.
    pub declared: Vec<Parameter>,
    /// Values by name.
    pub values: BTreeMap<String, ParameterValue>,
    /// Names of all declarations, also of those that could not be read.
    pub names: Vec<String>,
    used: BTreeSet<String>,
    places: Vec<(String, Span)>,
}

/// Reads the section. Short declarations (`rain = 8`) are written out in the tree.
pub fn read(root: &mut Node, schema: &Json, report: &mut Report<'_>) -> Parameters {
    let mut parameters = Parameters::default();
    let Value::Table(sections) = &mut root.value else { return parameters };
    let Some(section) = sections.iter_mut().find(|e| e.key == "parameters") else { return parameters };
    let Value::Table(entries) = &mut section.node.value else { return parameters };
    if entries.len() > PARAMETERS_MAX {
        let message = format!("{} parameters, more than PARAMETERS_MAX = {PARAMETERS_MAX}", entries.len());
        report.error(section.key_span, "too_many", message, "");
        entries.truncate(PARAMETERS_MAX);
    }
    parameters.names = entries.iter().map(|e| e.key.clone()).collect();
    for entry in entries.iter_mut() {
        parameters.places.push((entry.key.clone(), entry.key_span));
        if !is_name(&entry.key) {
            let message = format!("`{}` cannot name a parameter", entry.key);
            report.error(entry.key_span, "bad_name", message, "use letters, digits and `_`");
        }
        if !matches!(entry.node.value, Value::Table(_)) {
            let span = entry.node.span;
            let scalar = std::mem::replace(&mut entry.node.value, Value::Table(Vec::new()));
            let node = Node { span, value: scalar };
            let default = Entry { key: "default".to_owned(), key_span: entry.key_span, node };
            entry.node.value = Value::Table(vec![default]);
        }
        if !fit(&mut entry.node, &schema["$defs"]["RawParameter"], schema, report) {
            continue;
        }
        match RawParameter::deserialize(&entry.node) {
            Ok(raw) => parameters.add(&entry.key, &raw, entry.key_span, report),
            Err(misfit) => {
                report.error(misfit.span.unwrap_or(entry.key_span), "wrong_kind", misfit.message, "")
            }
        }
    }
    parameters
}

impl Parameters {
    fn add(&mut self, name: &str, raw: &RawParameter, span: Span, report: &mut Report<'_>) {
        let Some(default) = self.own_value(&raw.default, report) else { return };
        let value = match &raw.value {
            Some(value) => match self.own_value(value, report) {
                Some(value) => value,
                None => return,
            },
            None => default.clone(),
        };
        if std::mem::discriminant(&value) != std::mem::discriminant(&default) {
            let at = raw.value.as_ref().map_or(span, |v| v.span);
            let message = format!("parameter `{name}` is {}, not {}", kind(&default), kind(&value));
            report.error(at, "wrong_kind", message, "");
            return;
        }
        let distribution = self.distribution(name, raw, &default, span, report);
        self.declared.push(Parameter { name: name.to_owned(), default, distribution });
        self.values.insert(name.to_owned(), value);
    }

    /// A value in the section itself: it may refer to parameters above it.
    fn own_value(&mut self, value: &At<ParameterValue>, report: &mut Report<'_>) -> Option<ParameterValue> {
        match &value.value {
            ParameterValue::Text(text) if text.starts_with('$') => match self.look_up(text) {
                Ok(value) => Some(value),
                Err((rule, message, hint)) => {
                    let hint = match rule {
                        DECLARED_ONLY => "a parameter may refer to parameters above it, not below".to_owned(),
                        _ => hint,
                    };
                    report.error(value.span, rule, message, hint);
                    None
                }
            },
            ParameterValue::Number(x) if !x.is_finite() => {
                report.error(value.span, "not_finite", format!("{x} is no finite number"), "");
                None
            }
            other => Some(other.clone()),
        }
    }

    fn distribution(
        &self,
        name: &str,
        raw: &RawParameter,
        default: &ParameterValue,
        span: Span,
        report: &mut Report<'_>,
    ) -> Option<Distribution> {
        let mut found: Vec<(Span, Distribution)> = Vec::new();
        if let Some(u) = &raw.uniform {
            found.push((u.span, Distribution::Uniform { min: u.min, max: u.max }));
        }
        if let Some(n) = &raw.normal {
            let min = n.min.unwrap_or(n.mean - 4.0 * n.sd);
            let max = n.max.unwrap_or(n.mean + 4.0 * n.sd);
            found.push((n.span, Distribution::Normal { mean: n.mean, sd: n.sd, min, max }));
        }
        if let Some(l) = &raw.log_normal {
            let wide = math::exp(4.0 * l.sigma);
            let min = l.min.unwrap_or(l.median / wide);
            let max = l.max.unwrap_or(l.median * wide);
            found.push((l.span, Distribution::LogNormal { median: l.median, sigma: l.sigma, min, max }));
        }
        if let Some(c) = &raw.choice {
            found.push((c.span, Distribution::Choice { values: c.value.clone() }));
        }
        if found.len() > 1 {
            let message = format!("parameter `{name}` has {} distributions", found.len());
            report.error(
                found[1].0,
                "given_twice",
                message,
                "keep one of uniform, normal, log_normal, choice",
            );
        }
        let (at, distribution) = found.into_iter().next()?;
        if let Err(problem) = distribution.check(default) {
            report.error(at, "bad_distribution", format!("parameter `{name}`: {problem}"), "");
            return None;
        }
        if let ParameterValue::Number(x) = default
            && let Some((min, max)) = distribution.bounds()
            && !(min..=max).contains(x)
        {
            let message =
                format!("the default {x} of `{name}` lies outside its distribution, {min} to {max}");
            report.warning(span, "default_outside", message, "variations will never draw it");
        }
        Some(distribution)
    }

    /// The value that a reference stands for, or (rule, message, hint).
    fn look_up(&mut self, reference: &str) -> Result<ParameterValue, (&'static str, String, String)> {
        let inner = reference.strip_prefix("${").and_then(|r| r.strip_suffix('}'));
        if let Some(expression) = inner {
            let expression = expression.trim();
            if is_name(expression) {
                return self.look_up_name(expression);
            }
            let missing = std::cell::RefCell::new(None);
            let used = std::cell::RefCell::new(Vec::new());
            let value_of = |name: &str| match self.values.get(name) {
                Some(ParameterValue::Number(x)) => {
                    used.borrow_mut().push(name.to_owned());
                    Ok(*x)
                }
                Some(other) => Err(format!("`{name}` is {}, and cannot be calculated with", kind(other))),
                None => {
                    *missing.borrow_mut() = Some(name.to_owned());
                    Err(match self.names.iter().any(|n| n == name) {
                        true => format!("parameter `{name}` has no value here"),
                        false => format!("there is no parameter `{name}`"),
                    })
                }
            };
            let value = evaluate(expression, &value_of);
            self.used.extend(used.into_inner());
            return value.map(ParameterValue::Number).map_err(|message| match missing.into_inner() {
                Some(name) if self.names.contains(&name) => (DECLARED_ONLY, message, String::new()),
                Some(name) => ("unknown_parameter", message, self.suggest(&name)),
                None => ("bad_expression", message, String::new()),
            });
        }
        let name = &reference[1..];
        if !is_name(name) {
            let message = format!("`{reference}` is no reference to a parameter");
            return Err((
                "bad_expression",
                message,
                "write $NAME or ${NAME * 2}; $$ stands for $".to_owned(),
            ));
        }
        self.look_up_name(name)
    }

    fn look_up_name(&mut self, name: &str) -> Result<ParameterValue, (&'static str, String, String)> {
        match self.values.get(name) {
            Some(value) => {
                self.used.insert(name.to_owned());
                Ok(value.clone())
            }
            None if self.names.iter().any(|n| n == name) => {
                Err((DECLARED_ONLY, format!("parameter `{name}` has no value here"), String::new()))
            }
            None => {
                let message = format!("there is no parameter `{name}`");
                Err(("unknown_parameter", message, self.suggest(name)))
            }
        }
    }

    fn suggest(&self, name: &str) -> String {
        if self.names.is_empty() {
            return format!("declare it: [parameters] {name} = …");
        }
        did_you_mean(name, self.names.iter().map(String::as_str))
    }

    /// Replaces every reference in the tree (but in `[parameters]`, the title and the prose).
    pub fn substitute(&mut self, root: &mut Node, report: &mut Report<'_>) {
        let Value::Table(sections) = &mut root.value else { return };
        for section in sections {
            if !matches!(section.key.as_str(), "parameters" | "title" | "about" | "expect") {
                self.substitute_in(&mut section.node, report);
            }
        }
    }

    fn substitute_in(&mut self, node: &mut Node, report: &mut Report<'_>) {
        match &mut node.value {
            Value::List(items) => items.iter_mut().for_each(|item| self.substitute_in(item, report)),
            Value::Table(entries) => entries.iter_mut().for_each(|e| self.substitute_in(&mut e.node, report)),
            Value::Text(text) if text.starts_with("$$") => {
                text.remove(0);
            }
            Value::Text(text) if text.starts_with('$') => match self.look_up(text) {
                Ok(ParameterValue::Number(x)) => node.value = Value::Number(x),
                Ok(ParameterValue::Text(text)) => node.value = Value::Text(text),
                Ok(ParameterValue::Flag(flag)) => node.value = Value::Flag(flag),
                Err((rule, message, hint)) => {
                    // A parameter whose own declaration is broken has been reported there.
                    if rule != DECLARED_ONLY {
                        report.error(node.span, rule, message, hint);
                    }
                    node.value = Value::Broken;
                }
            },
            Value::Text(_) | Value::Integer(_) | Value::Number(_) | Value::Flag(_) | Value::Broken => {}
        }
    }

    /// Warns of declared parameters that nothing refers to.
    pub fn report_unused(&self, report: &mut Report<'_>) {
        let unused = |name: &String| self.values.contains_key(name) && !self.used.contains(name);
        for (name, span) in self.places.iter().filter(|(name, _)| unused(name)) {
            let message = format!("nothing refers to parameter `{name}`");
            report.warning(*span, "unused_parameter", message, format!("write \"${name}\" where it belongs"));
        }
    }
}

fn kind(value: &ParameterValue) -> &'static str {
    match value {
        ParameterValue::Number(_) => "a number",
        ParameterValue::Text(_) => "text",
        ParameterValue::Flag(_) => "true or false",
    }
}
