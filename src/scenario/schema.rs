//! The JSON Schema of the format: one for the reader, made from the raw types, and one for editors, which
//! also knows the other units and the parameter references.

use super::raw::RawScenario;
use super::units;
use serde_json::{Map, Value as Json, json};
use std::sync::LazyLock;

/// The reader's schema.
pub(super) fn reader_schema() -> &'static Json {
    static SCHEMA: LazyLock<Json> = LazyLock::new(|| schemars::schema_for!(RawScenario).to_value());
    &SCHEMA
}

/// The schema for editors: every number may also be a reference to a parameter, and every key with a unit
/// may be written in the other units of that quantity.
pub fn editor_schema() -> Json {
    let mut schema = reader_schema().clone();
    widen(&mut schema);
    if let Json::Object(root) = &mut schema {
        root.insert("title".to_owned(), json!("shakedown scenario"));
    }
    schema
}

fn widen(schema: &mut Json) {
    match schema {
        Json::Array(items) => items.iter_mut().for_each(widen),
        Json::Object(object) => {
            object.remove("x-limit");
            object.values_mut().for_each(widen);
            widen_units(object);
            widen_numbers(object);
        }
        _ => {}
    }
}

fn widen_numbers(object: &mut Map<String, Json>) {
    let Some(kind) = object.get_mut("type") else { return };
    let mut kinds: Vec<String> = match kind {
        Json::String(one) => vec![one.clone()],
        Json::Array(many) => many.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        _ => return,
    };
    kinds.retain(|k| k != "null");
    let may_refer = kinds.iter().any(|k| matches!(k.as_str(), "number" | "integer" | "boolean"));
    if may_refer && !kinds.iter().any(|k| k == "string") {
        kinds.push("string".to_owned());
        object.insert("pattern".to_owned(), json!("^\\$"));
    }
    let kinds = if let [one] = &kinds[..] { json!(one) } else { json!(kinds) };
    object.insert("type".to_owned(), kinds);
}

fn widen_units(object: &mut Map<String, Json>) {
    let Some(Json::Object(properties)) = object.get_mut("properties") else { return };
    let mut more = Vec::new();
    let mut choices = Vec::new();
    for (key, schema) in properties.iter() {
        let mut spellings = vec![key.clone()];
        for (spelling, unit) in units::other_spellings(key) {
            let mut schema = schema.clone();
            if let Json::Object(fields) = &mut schema {
                for bound in ["minimum", "maximum"] {
                    if let Some(x) = fields.get(bound).and_then(Json::as_f64) {
                        fields.insert(bound.to_owned(), json!((x - unit.shift) / unit.factor));
                    }
                }
                let about = fields.get("description").and_then(Json::as_str).unwrap_or_default();
                fields.insert("description".to_owned(), json!(format!("{about} (Other unit of `{key}`.)")));
            }
            spellings.push(spelling.clone());
            more.push((spelling, schema));
        }
        if spellings.len() > 1 {
            choices.push((key.clone(), spellings));
        }
    }
    for (key, schema) in more {
        properties.entry(key).or_insert(schema);
    }
    let Some(Json::Array(required)) = object.get_mut("required") else { return };
    let mut all_of = Vec::new();
    for (key, spellings) in choices {
        let before = required.len();
        required.retain(|r| r.as_str() != Some(&key));
        if required.len() < before {
            let any: Vec<Json> = spellings.iter().map(|s| json!({ "required": [s] })).collect();
            all_of.push(json!({ "anyOf": any }));
        }
    }
    if !all_of.is_empty() {
        object.insert("allOf".to_owned(), Json::Array(all_of));
    }
}
