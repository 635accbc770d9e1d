//! Any text as an expression: what is read can be evaluated, and errors lie inside the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openscenario::expression::{Expression, Value, evaluate};

fuzz_target!(|text: &str| {
    let lookup = |name: &str| match name.len() % 5 {
        0 => None,
        1 => Some(Value::Integer(i64::MIN)),
        2 => Some(Value::Number(-0.5)),
        3 => Some(Value::Boolean(true)),
        _ => Some(Value::Text(name.to_owned())),
    };
    match evaluate(text, &lookup) {
        Ok(Value::Number(number)) => assert!(number.is_finite(), "{number}"),
        Ok(Value::Integer(_) | Value::Boolean(_) | Value::Text(_)) => {}
        Err(error) => assert!(error.at <= text.len(), "{error}"),
    }
    if let Ok(expression) = Expression::parse(text) {
        assert!(expression.names().all(|(at, name)| text[at..].starts_with(&format!("${name}"))));
    }
});
