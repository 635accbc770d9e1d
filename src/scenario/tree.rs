//! The file as a tree of values that know their place: TOML text, then overrides, then parameters.

use super::diagnostic::{Report, Span};
use super::limits::{FILE_BYTES_MAX, NESTING_MAX};
use toml::de::{DeTable, DeValue};

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// Kinds of values.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text; dates become text too.
    Text(String),
    /// Whole number.
    Integer(i64),
    /// Number.
    Number(f64),
    /// Truth value.
    Flag(bool),
    /// Array.
    List(Vec<Node>),
    /// Table, in file order.
    Table(Vec<Entry>),
    /// Something wrong that has been reported already.
    Broken,
}

/// One key of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// Its value.
    pub node: Node,
}

impl Value {
    /// Kind in plain words.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Integer(_) => "a whole number",
            Self::Number(_) => "a number",
            Self::Flag(_) => "true or false",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Broken => "nothing",
        }
    }
}

impl Node {
    /// The entries of a table.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }
    /// The value at a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|e| e.key == key).map(|e| &e.node)
    }
}

/// Reads TOML; every syntax error is reported, and `None` returned if there was one.
pub fn parse(text: &str, report: &mut Report<'_>) -> Option<Node> {
    if text.len() > FILE_BYTES_MAX {
        let message =
            format!("the file has {} bytes, more than FILE_BYTES_MAX = {FILE_BYTES_MAX}", text.len());
        report.error(Span::file(0, 0), "file_too_large", message, "a scenario is a page or two of text");
        return None;
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let message = plain_syntax_message(error.message());
        report.error(Span::file(span.start, span.end), "toml_syntax", message, syntax_hint(error.message()));
    }
    if !errors.is_empty() {
        return None;
    }
    let span = Span::file(0, 0);
    let value = convert_table(table.get_ref(), 0, report)?;
    Some(Node { span, value })
}

fn plain_syntax_message(message: &str) -> String {
    let message = message.trim().replace('\n', ", ").replace(", expected nothing", "");
    format!("this is not TOML: {message}")
}

fn syntax_hint(message: &str) -> &'static str {
    let message = message.to_lowercase();
    if message.contains("duplicate") {
        "each key and each [table] may stand once; write [[…]] for a list of tables"
    } else if message.contains("recursion") {
        "the file nests deeper than any scenario needs"
    } else if message.contains("string") || message.contains("quote") {
        "text stands in double quotes: \"like this\""
    } else {
        ""
    }
}

fn convert_table(table: &DeTable<'_>, depth: usize, report: &mut Report<'_>) -> Option<Value> {
    let mut entries = Vec::with_capacity(table.len());
    let mut whole = true;
    for (key, value) in table {
        let key_span = Span::file(key.span().start, key.span().end);
        match convert(value.get_ref(), value.span(), depth + 1, report) {
            Some(node) => entries.push(Entry { key: key.get_ref().to_string(), key_span, node }),
            None => whole = false,
        }
    }
    entries.sort_by_key(|e| e.key_span.start);
    whole.then_some(Value::Table(entries))
}

fn convert(
    value: &DeValue<'_>,
    at: std::ops::Range<usize>,
    depth: usize,
    report: &mut Report<'_>,
) -> Option<Node> {
    let span = Span::file(at.start, at.end);
    if depth > NESTING_MAX {
        let message = format!("nested more than NESTING_MAX = {NESTING_MAX} levels deep");
        report.error(span, "nested_too_deep", message, "no part of a scenario nests that deep");
        return None;
    }
    let value = match value {
        DeValue::String(s) => Value::Text(s.to_string()),
        DeValue::Integer(i) => match i64::from_str_radix(i.as_str(), i.radix()) {
            Ok(i) => Value::Integer(i),
            Err(_) => {
                report.error(span, "number_too_large", format!("`{i}` does not fit into 64 bits"), "");
                return None;
            }
        },
        DeValue::Float(f) => match f.as_str().parse::<f64>() {
            Ok(v) if v.is_finite() || f.as_str().contains("inf") || f.as_str().contains("nan") => {
                Value::Number(v)
            }
            _ => {
                report.error(span, "number_too_large", format!("`{f}` is not a number of any use here"), "");
                return None;
            }
        },
        DeValue::Boolean(b) => Value::Flag(*b),
        DeValue::Datetime(d) => Value::Text(d.to_string()),
        DeValue::Array(items) => {
            let nodes: Vec<_> =
                items.iter().map(|item| convert(item.get_ref(), item.span(), depth + 1, report)).collect();
            Value::List(nodes.into_iter().collect::<Option<Vec<_>>>()?)
        }
        DeValue::Table(table) => convert_table(table, depth, report)?,
    };
    Some(Node { span, value })
}

/// Applies `--set path=value`. A path is keys joined by dots; a list is entered by index (`event.0.delay_s`)
/// or by the `name` of an element (`entity.lead.speed_mps`). A path without a dot that names a declared
/// parameter sets that parameter.
pub fn apply_override(root: &mut Node, source: u16, path: &str, text: &str, report: &mut Report<'_>) {
    let span = Span { source, start: 0, end: (path.len() + text.len() + 7) as u32 };
    let value = parse_override_value(text, span);
    let is_parameter = root.get("parameters").is_some_and(|p| p.get(path).is_some());
    if is_parameter {
        set_parameter(root, path, Node { span, value });
        return;
    }
    let keys: Vec<&str> = path.split('.').map(str::trim).collect();
    if keys.len() > NESTING_MAX || keys.iter().any(|k| k.is_empty()) {
        let hint = "write it as --set weather.rain_mmph=20 or --set NAME=value for a parameter";
        report.error(span, "override_path", format!("`{path}` is not a path of keys joined by dots"), hint);
        return;
    }
    let mut at = root;
    for (depth, key) in keys.iter().enumerate() {
        let last = depth + 1 == keys.len();
        let next = match &mut at.value {
            Value::Table(entries) => {
                if last {
                    remove_other_units(entries, key);
                }
                let ix = match entries.iter().position(|e| e.key == *key) {
                    Some(ix) => ix,
                    None => {
                        let node = Node { span, value: Value::Table(Vec::new()) };
                        entries.push(Entry { key: (*key).to_owned(), key_span: span, node });
                        entries.len() - 1
                    }
                };
                &mut entries[ix].node
            }
            Value::List(items) => {
                let names: Vec<String> = items.iter().filter_map(element_name).collect();
                let count = items.len();
                let ix = match key.parse::<usize>() {
                    Ok(ix) => (ix < count).then_some(ix),
                    Err(_) => items.iter().position(|i| element_name(i).as_deref() == Some(*key)),
                };
                match ix {
                    Some(ix) => &mut items[ix],
                    None => {
                        let message =
                            format!("`{}` has no element `{key}` (it has {count})", keys[..depth].join("."));
                        let hint = super::diagnostic::did_you_mean(key, names.iter().map(String::as_str));
                        report.error(span, "override_path", message, hint);
                        return;
                    }
                }
            }
            other => {
                let message =
                    format!("`{}` is {}, nothing stands below it", keys[..depth].join("."), other.kind());
                report.error(span, "override_path", message, "");
                return;
            }
        };
        if last {
            *next = Node { span, value };
            return;
        }
        at = next;
    }
}

fn element_name(node: &Node) -> Option<String> {
    match node.get("name").or_else(|| node.get("junction")).map(|n| &n.value) {
        Some(Value::Text(name)) => Some(name.clone()),
        _ => None,
    }
}

/// `speed_mps` set from outside replaces `speed_kmph` of the file.
fn remove_other_units(entries: &mut Vec<Entry>, key: &str) {
    let family = super::units::family_of_key(key);
    entries.retain(|e| e.key == key || family.is_empty() || super::units::family_of_key(&e.key) != family);
}

fn set_parameter(root: &mut Node, name: &str, node: Node) {
    let Value::Table(sections) = &mut root.value else { return };
    let Some(parameters) = sections.iter_mut().find(|e| e.key == "parameters") else { return };
    let Value::Table(parameters) = &mut parameters.node.value else { return };
    let Some(parameter) = parameters.iter_mut().find(|e| e.key == name) else { return };
    match &mut parameter.node.value {
        Value::Table(fields) => {
            fields.retain(|f| f.key != "value");
            fields.push(Entry { key: "value".to_owned(), key_span: node.span, node });
        }
        _ => parameter.node = node,
    }
}

fn parse_override_value(text: &str, span: Span) -> Value {
    let parsed = DeValue::parse(text).ok();
    let converted = parsed.and_then(|v| {
        let mut scratch = Report::new("", text, &[]);
        convert(v.get_ref(), 0..text.len(), 0, &mut scratch)
    });
    match converted {
        Some(mut node) => {
            set_span(&mut node, span);
            node.value
        }
        None => Value::Text(text.to_owned()),
    }
}

fn set_span(node: &mut Node, span: Span) {
    node.span = span;
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|i| set_span(i, span)),
        Value::Table(entries) => entries.iter_mut().for_each(|e| {
            e.key_span = span;
            set_span(&mut e.node, span);
        }),
        Value::Text(_) | Value::Integer(_) | Value::Number(_) | Value::Flag(_) | Value::Broken => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Node {
        let mut report = Report::new("t", text, &[]);
        let node = parse(text, &mut report);
        assert!(!report.has_errors(), "{:?}", report.finish());
        node.unwrap()
    }

    #[test]
    fn overrides_find_their_place() {
        let check = |path: &str, value: &str, look: &[&str], expect: Option<Value>| {
            let mut root =
                tree("a.b = 1\n[parameters]\nrain = 4\n[[entity]]\nname = \"lead\"\nspeed_kmph = 3\n");
            let mut report = Report::new("t", "", &[]);
            apply_override(&mut root, 1, path, value, &mut report);
            let found = look.iter().try_fold(&root, |n, k| match &n.value {
                Value::List(l) => l.first(),
                _ => n.get(k),
            });
            assert_eq!(found.map(|n| n.value.clone()), expect, "{path}");
            assert_eq!(report.has_errors(), expect.is_none(), "{path}");
        };
        check("a.b", "2.5", &["a", "b"], Some(Value::Number(2.5)));
        check("a.c.d", "x y", &["a", "c", "d"], Some(Value::Text("x y".into())));
        check("rain", "7", &["parameters", "rain"], Some(Value::Integer(7)));
        check("entity.lead.speed_mps", "9", &["entity", "", "speed_mps"], Some(Value::Integer(9)));
        check("entity.0.speed_kmph", "9", &["entity", "", "speed_kmph"], Some(Value::Integer(9)));
        check("entity.lad.speed_mps", "9", &["entity", "", "speed_mps"], None);
        check("a.b.c", "9", &["a", "b", "c"], None);
        check("a..c", "9", &["a", "c"], None);
    }

    #[test]
    fn an_override_replaces_another_unit() {
        let mut root = tree("speed_kmph = 3\n");
        let mut report = Report::new("t", "", &[]);
        apply_override(&mut root, 1, "speed_mps", "2", &mut report);
        assert!(root.get("speed_kmph").is_none());
        assert_eq!(root.get("speed_mps").unwrap().value, Value::Integer(2));
    }

    #[test]
    fn deep_nesting_and_size_are_errors() {
        let deep = format!("a = {}1{}", "[".repeat(60), "]".repeat(60));
        let deeper = format!("a = {}1{}", "[".repeat(5000), "]".repeat(5000));
        let large = "#".repeat(FILE_BYTES_MAX + 1);
        for text in [deep, deeper, large] {
            let mut report = Report::new("t", &text, &[]);
            assert_eq!(parse(&text, &mut report), None);
            assert!(report.has_errors());
        }
    }
}
