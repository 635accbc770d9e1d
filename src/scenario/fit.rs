//! Checks a tree against the format and repairs it, so that one pass reports every problem.
//!
//! The format is the JSON Schema made from the raw types, so names, kinds, ranges and descriptions exist
//! once. Values in other units are converted in place; what does not fit is reported and taken out, and the
//! rest goes on to the checks that need the map.

use super::diagnostic::{Report, Span, did_you_mean};
use super::tree::{Entry, Node, Value};
use super::units;
use serde_json::Value as Json;

/// Fits a tree to the schema of a table and returns whether it can be read.
pub fn fit(node: &mut Node, schema: &Json, root: &Json, report: &mut Report<'_>) -> bool {
    Fitter { root, report, written: None }.fit(node, schema, "")
}

struct Fitter<'s, 'r, 'a> {
    root: &'s Json,
    report: &'r mut Report<'a>,
    /// The key as written with its value, when the value about to be fitted was converted from another unit.
    written: Option<String>,
}

/// The kinds that a schema allows, `null` left out.
fn kinds(schema: &Json) -> Vec<&str> {
    match &schema["type"] {
        Json::String(kind) => vec![kind],
        Json::Array(kinds) => kinds.iter().filter_map(Json::as_str).filter(|k| *k != "null").collect(),
        _ => Vec::new(),
    }
}

fn kind_in_words(kind: &str) -> &str {
    match kind {
        "number" => "a number",
        "integer" => "a whole number",
        "string" => "text in quotes",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a table",
        other => other,
    }
}

/// A value as a person would write it, cut short.
pub fn show(value: &Value) -> String {
    match value {
        Value::Text(text) if text.chars().count() > 40 => {
            format!("\"{}…\"", text.chars().take(40).collect::<String>())
        }
        Value::Text(text) => format!("\"{text}\""),
        Value::Integer(i) => i.to_string(),
        Value::Number(x) => format!("{x}"),
        Value::Flag(b) => b.to_string(),
        Value::List(_) | Value::Table(_) | Value::Broken => value.kind().to_owned(),
    }
}

fn last_key(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

impl<'s> Fitter<'s, '_, '_> {
    fn resolve(&self, mut schema: &'s Json) -> &'s Json {
        for _ in 0..8 {
            if let Some(Json::String(reference)) = schema.get("$ref") {
                schema = self.root.pointer(reference.trim_start_matches('#')).unwrap_or(&Json::Null);
                continue;
            }
            // An optional value: `anyOf: [X, null]`.
            match schema.get("anyOf").and_then(Json::as_array) {
                Some(of) => match of.iter().filter(|s| s["type"] != "null").collect::<Vec<_>>()[..] {
                    [one] => schema = one,
                    _ => return schema,
                },
                None => return schema,
            }
        }
        schema
    }

    fn describe(&self, schema: &Json) -> String {
        schema.get("description").and_then(Json::as_str).unwrap_or_default().replace('\n', " ")
    }

    fn fit(&mut self, node: &mut Node, schema: &'s Json, path: &str) -> bool {
        if node.value == Value::Broken {
            return false;
        }
        let hint = self.describe(schema);
        let schema = self.resolve(schema);
        if let Some(of) = schema.get("anyOf").and_then(Json::as_array) {
            let of: Vec<&Json> = of.iter().map(|s| self.resolve(s)).collect();
            let is_table = matches!(node.value, Value::Table(_));
            return match of.into_iter().find(|s| kinds(s).contains(&"object") == is_table) {
                Some(one) => self.fit(node, one, path),
                None => self.wrong_kind(node, &["a value"], path, &hint),
            };
        }
        if schema.get("oneOf").is_some() || schema.get("enum").is_some() {
            return self.fit_choice(node, schema, path, &hint);
        }
        let kinds = kinds(schema);
        let fits = match &node.value {
            Value::Integer(_) => kinds.contains(&"integer") || kinds.contains(&"number"),
            Value::Number(x) if kinds.contains(&"integer") && x.fract() == 0.0 && x.abs() < 1e15 => {
                node.value = Value::Integer(*x as i64);
                true
            }
            Value::Number(_) => kinds.contains(&"number"),
            Value::Text(_) => kinds.contains(&"string"),
            Value::Flag(_) => kinds.contains(&"boolean"),
            Value::List(_) => kinds.contains(&"array"),
            Value::Table(_) => kinds.contains(&"object"),
            Value::Broken => false,
        };
        if !fits {
            let words: Vec<&str> = kinds.iter().map(|k| kind_in_words(k)).collect();
            return self.wrong_kind(node, &words, path, &hint);
        }
        let span = node.span;
        match &mut node.value {
            Value::Integer(i) => self.in_range(*i as f64, &i.to_string(), span, schema, path, &hint),
            Value::Number(x) => self.in_range(*x, &x.to_string(), span, schema, path, &hint),
            Value::Text(text) => self.text_length(text, span, schema, path),
            Value::Flag(_) | Value::Broken => true,
            Value::List(items) => self.fit_list(items, span, schema, path),
            Value::Table(entries) => self.fit_table(entries, span, schema, path),
        }
    }

    fn wrong_kind(&mut self, node: &Node, words: &[&str], path: &str, hint: &str) -> bool {
        let key = last_key(path);
        let message = format!("`{key}` must be {}, not {}", words.join(" or "), shown_with_kind(&node.value));
        let hint = match (&node.value, words) {
            (Value::Table(_), ["a list"]) => {
                format!("there may be several: write [[{path}]] with two brackets, or {key} = [ … ]")
            }
            (Value::List(_), ["a table"]) => format!("write [{path}] with one bracket: there is only one"),
            (Value::Text(text), _) if text.parse::<f64>().is_ok() => {
                format!("numbers stand without quotes: {key} = {text}")
            }
            _ => hint.to_owned(),
        };
        self.report.error(node.span, "wrong_kind", message, hint);
        false
    }

    fn in_range(&mut self, x: f64, shown: &str, span: Span, schema: &Json, path: &str, hint: &str) -> bool {
        let key = last_key(path);
        if !x.is_finite() {
            let message = format!("`{key}` is {shown}, which is no finite number");
            self.report.error(span, "not_finite", message, hint);
            return false;
        }
        let min = schema.get("minimum").and_then(Json::as_f64);
        let max = schema.get("maximum").and_then(Json::as_f64);
        let low = min.is_some_and(|m| x < m);
        if low || max.is_some_and(|m| x > m) {
            let range = match (min, max) {
                (Some(lo), Some(hi)) if lo == hi => format!("must be {lo}"),
                (Some(lo), Some(hi)) => format!("must lie between {lo} and {hi}"),
                (Some(lo), None) => format!("must be {lo} or more"),
                (_, hi) => format!("must be {} or less", hi.unwrap_or(f64::MAX)),
            };
            let message = match self.written.take() {
                Some(written) => format!("{written} is {key} = {x:.3}; it {range}"),
                None => format!("`{key}` is {shown}; it {range}"),
            };
            self.report.error(span, "out_of_range", message, hint);
        }
        true
    }

    fn text_length(&mut self, text: &str, span: Span, schema: &Json, path: &str) -> bool {
        let key = last_key(path);
        let length = text.chars().count();
        if let Some(max) = schema.get("maxLength").and_then(Json::as_u64)
            && length as u64 > max
        {
            let message = format!("`{key}` has {length} characters, more than {max}");
            self.report.error(span, "text_too_long", message, "");
        }
        if schema.get("minLength").and_then(Json::as_u64).is_some_and(|min| (length as u64) < min) {
            self.report.error(span, "empty", format!("`{key}` is empty"), "");
        }
        true
    }

    fn fit_list(&mut self, items: &mut Vec<Node>, span: Span, schema: &'s Json, path: &str) -> bool {
        let key = last_key(path);
        let count = items.len();
        if let Some(max) = schema.get("maxItems").and_then(Json::as_u64)
            && count as u64 > max
        {
            let limit =
                schema.get("x-limit").and_then(Json::as_str).map(|l| format!("{l} = ")).unwrap_or_default();
            let message = format!("`{key}` has {count} entries, more than {limit}{max}");
            self.report.error(span, "too_many", message, "split the scenario");
            items.truncate(max as usize);
        }
        if schema.get("minItems").and_then(Json::as_u64).is_some_and(|min| (count as u64) < min) {
            let message = format!("`{key}` is empty");
            self.report.error(span, "empty", message, self.describe(schema));
        }
        let item = &schema["items"];
        items.retain_mut(|node| self.fit(node, item, path));
        true
    }

    fn fit_table(&mut self, entries: &mut Vec<Entry>, span: Span, schema: &'s Json, path: &str) -> bool {
        if let Some(of) = schema.get("additionalProperties").filter(|a| a.is_object()) {
            entries.retain_mut(|e| self.fit(&mut e.node, of, &join(path, &e.key)));
            return true;
        }
        let Some(properties) = schema.get("properties").and_then(Json::as_object) else { return true };
        let mut seen: Vec<(String, String)> = Vec::new();
        let mut converted: Vec<(String, String)> = Vec::new();
        entries.retain_mut(|entry| {
            let written = entry.key.clone();
            if !properties.contains_key(&entry.key) {
                match units::to_si(&entry.key, |k| properties.get_key_value(k).map(|(k, _)| k.as_str())) {
                    Some((known, unit)) => {
                        let before = format!("{written} = {}", show(&entry.node.value));
                        converted.push((known.to_owned(), before));
                        entry.key = known.to_owned();
                        convert(&mut entry.node, unit);
                    }
                    None => {
                        self.unknown_key(entry, properties, path);
                        return false;
                    }
                }
            }
            if let Some((_, before)) = seen.iter().find(|(k, _)| *k == entry.key) {
                let message = format!("`{before}` and `{written}` say the same thing twice");
                self.report.error(entry.key_span, "given_twice", message, "keep one of them");
                return false;
            }
            seen.push((entry.key.clone(), written));
            true
        });
        let mut whole = true;
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Json::as_array)
            .map(|r| r.iter().filter_map(Json::as_str).collect())
            .unwrap_or_default();
        for key in &required {
            if entries.iter().all(|e| e.key != *key) {
                let place = if path.is_empty() { "the file".to_owned() } else { format!("`{path}`") };
                let hint = properties.get(*key).map(|s| self.describe(s)).unwrap_or_default();
                self.report.error(span, "missing_key", format!("{place} has no `{key}`"), hint);
                whole = false;
            }
        }
        entries.retain_mut(|entry| {
            self.written = converted.iter().find(|(k, _)| *k == entry.key).map(|(_, w)| w.clone());
            let fits = match properties.get(&entry.key) {
                Some(schema) => self.fit(&mut entry.node, schema, &join(path, &entry.key)),
                None => false,
            };
            self.written = None;
            whole &= fits || !required.contains(&entry.key.as_str());
            fits
        });
        whole
    }

    fn unknown_key(&mut self, entry: &Entry, properties: &serde_json::Map<String, Json>, path: &str) {
        let mut known: Vec<String> = properties.keys().cloned().collect();
        let spelt: Vec<String> =
            properties.keys().flat_map(|k| units::other_spellings(k)).map(|(k, _)| k).collect();
        let respelt = units::respelt(&entry.key)
            .filter(|right| known.iter().chain(&spelt).any(|k| k == right))
            .map(|right| format!("write `{right}`: the unit is the end of the name"));
        let hint = respelt.unwrap_or_else(|| {
            let near = super::diagnostic::nearest(&entry.key, known.iter().chain(&spelt).map(String::as_str));
            match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    known.sort_unstable();
                    did_you_mean(&entry.key, known.iter().map(String::as_str))
                }
            }
        });
        let place = if path.is_empty() { "the file".to_owned() } else { format!("`{path}`") };
        self.report.error(
            entry.key_span,
            "unknown_key",
            format!("`{}` is no key of {place}", entry.key),
            hint,
        );
    }

    /// An enumeration: bare names, or a table with one key, or both.
    fn fit_choice(&mut self, node: &mut Node, schema: &'s Json, path: &str, hint: &str) -> bool {
        let mut bare: Vec<&str> = Vec::new();
        let mut tagged: Vec<(&str, &'s Json)> = Vec::new();
        let variants = schema.get("oneOf").and_then(Json::as_array).map(Vec::as_slice).unwrap_or(&[]);
        for variant in variants.iter().chain([schema]) {
            bare.extend(variant.get("const").and_then(Json::as_str));
            let many = variant.get("enum").and_then(Json::as_array);
            bare.extend(many.into_iter().flatten().filter_map(Json::as_str));
            let tables = variant.get("properties").and_then(Json::as_object);
            tagged.extend(tables.into_iter().flatten().map(|(k, s)| (k.as_str(), s)));
        }
        let key = last_key(path);
        let all = || bare.iter().copied().chain(tagged.iter().map(|(k, _)| *k)).collect::<Vec<_>>();
        let (span, message, hint) = match &mut node.value {
            Value::Text(text) if bare.contains(&text.as_str()) => return true,
            Value::Text(text) => {
                let hint = match tagged.iter().any(|(k, _)| k == text) {
                    true => format!("it needs details: {{ {text} = … }}"),
                    false => did_you_mean(text, all()),
                };
                (node.span, format!("`{key}` cannot be \"{text}\""), hint)
            }
            Value::Table(entries) if !tagged.is_empty() => match &mut entries[..] {
                [entry] => match tagged.iter().find(|(k, _)| *k == entry.key) {
                    Some((_, schema)) => {
                        let path = join(path, &entry.key);
                        return self.fit(&mut entry.node, schema, &path);
                    }
                    None if bare.contains(&entry.key.as_str()) => {
                        let hint = format!("write \"{}\" as text, without a table", entry.key);
                        (entry.key_span, format!("`{}` takes no details", entry.key), hint)
                    }
                    None => {
                        let hint = did_you_mean(&entry.key, all());
                        (entry.key_span, format!("`{key}` cannot be `{}`", entry.key), hint)
                    }
                },
                [] => (node.span, format!("`{key}` is an empty table"), did_you_mean("", all())),
                [_, second, ..] => {
                    let message = format!("`{key}` has more than one key: `{}` is the second", second.key);
                    (second.key_span, message, "write one table for each: [{ … }, { … }]".to_owned())
                }
            },
            other => {
                let message = format!("`{key}` cannot be {}", shown_with_kind(other));
                let hint = match all().is_empty() {
                    true => hint.to_owned(),
                    false => format!("write one of: {}", all().join(", ")),
                };
                (node.span, message, hint)
            }
        };
        self.report.error(span, "not_a_choice", message, hint);
        false
    }
}

fn shown_with_kind(value: &Value) -> String {
    match value {
        Value::Text(_) => format!("the text {}", show(value)),
        Value::Integer(_) | Value::Number(_) => format!("the number {}", show(value)),
        Value::Flag(_) | Value::List(_) | Value::Table(_) | Value::Broken => show(value),
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn convert(node: &mut Node, unit: units::OtherUnit) {
    let change = |x: f64| x * unit.factor + unit.shift;
    match &mut node.value {
        Value::Integer(i) => node.value = Value::Number(change(*i as f64)),
        Value::Number(x) => *x = change(*x),
        Value::List(items) => items.iter_mut().for_each(|item| convert(item, unit)),
        Value::Text(_) | Value::Flag(_) | Value::Table(_) | Value::Broken => {}
    }
}
