//! Attribute text → values of their types.
//!
//! What can be meant in one way only is taken with a warning: `True`, `1.0` for an integer, words in other
//! letter case.

use std::borrow::Cow;

use crate::expression::{self, nearest};
use crate::schema::{EnumerationRow, ValueKind};
use crate::value::DateTime;

/// An attribute's text or, where it is an expression, its value.
#[derive(Clone, Debug)]
pub(crate) enum Resolved<'a> {
    Text(Cow<'a, str>),
    Value(expression::Value),
}

/// What became of a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Taken<T> {
    /// As the standard has it.
    Exact(T),
    /// Taken nevertheless: what was odd.
    Tolerated(T, String),
    /// Not taken: rule, what is wrong, and what is wanted.
    Refused(&'static str, String, String),
}

/// A type of attribute values.
pub(crate) trait Value: Sized {
    const KIND: ValueKind;
    fn take(found: &Resolved<'_>) -> Taken<Self>;
}

impl Resolved<'_> {
    /// As text.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Resolved::Text(text) => Cow::Borrowed(text),
            Resolved::Value(value) => Cow::Owned(value.to_string()),
        }
    }

    fn refuse<T>(&self, wanted: &str) -> Taken<T> {
        Taken::Refused(
            "attribute.value",
            format!("{:?} cannot be read", clip(&self.text())),
            format!("{wanted} is wanted"),
        )
    }
}

/// The beginning of a text, for messages.
pub(crate) fn clip(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(60) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

impl Value for String {
    const KIND: ValueKind = ValueKind::String;

    fn take(found: &Resolved<'_>) -> Taken<Self> {
        Taken::Exact(found.text().into_owned())
    }
}

impl Value for bool {
    const KIND: ValueKind = ValueKind::Boolean;

    fn take(found: &Resolved<'_>) -> Taken<Self> {
        match found {
            Resolved::Value(value) => match value.as_boolean() {
                Some(value) => Taken::Exact(value),
                None => found.refuse("true or false"),
            },
            Resolved::Text(text) => match text.trim() {
                "true" | "1" => Taken::Exact(true),
                "false" | "0" => Taken::Exact(false),
                other if other.eq_ignore_ascii_case("true") => odd_case(true, other),
                other if other.eq_ignore_ascii_case("false") => odd_case(false, other),
                _ => found.refuse("true or false"),
            },
        }
    }
}

fn odd_case(value: bool, found: &str) -> Taken<bool> {
    Taken::Tolerated(value, format!("{found:?} stands for {value}"))
}

impl Value for f64 {
    const KIND: ValueKind = ValueKind::Double;

    fn take(found: &Resolved<'_>) -> Taken<Self> {
        let number = match found {
            Resolved::Value(value) => value.as_double(),
            Resolved::Text(text) => text.trim().parse::<f64>().ok(),
        };
        match number {
            Some(number) if number.is_finite() => Taken::Exact(number),
            Some(_) => {
                let message = format!("{:?} is not finite", clip(&found.text()));
                Taken::Refused("number.not_finite", message, "a finite number is wanted".to_owned())
            }
            None => found.refuse("a number"),
        }
    }
}

/// An integer, and whether it was written as one.
fn integer(found: &Resolved<'_>) -> Option<(i64, bool)> {
    match found {
        Resolved::Value(value) => value.as_integer().map(|n| (n, true)),
        Resolved::Text(text) => {
            let text = text.trim();
            let exact = text.parse::<i64>().ok().map(|n| (n, true));
            exact.or_else(|| expression::Value::Text(text.to_owned()).as_integer().map(|n| (n, false)))
        }
    }
}

fn take_integer<T: TryFrom<i64>>(found: &Resolved<'_>, wanted: &str) -> Taken<T> {
    let Some((number, exact)) = integer(found) else { return found.refuse(wanted) };
    match T::try_from(number) {
        Ok(number) if exact => Taken::Exact(number),
        Ok(value) => Taken::Tolerated(value, format!("{:?} stands for {number}", clip(&found.text()))),
        Err(_) => {
            let message = format!("{number} is out of range");
            Taken::Refused("number.out_of_range", message, format!("{wanted} is wanted"))
        }
    }
}

impl Value for i32 {
    const KIND: ValueKind = ValueKind::Int;

    fn take(found: &Resolved<'_>) -> Taken<Self> {
        take_integer(found, "an integer of 32 bits")
    }
}

impl Value for u32 {
    const KIND: ValueKind = ValueKind::UnsignedInt;

    fn take(found: &Resolved<'_>) -> Taken<Self> {
        take_integer(found, "an integer from 0 to 4294967295")
    }
}

impl Value for u16 {
    const KIND: ValueKind = ValueKind::UnsignedShort;

    fn take(found: &Resolved<'_>) -> Taken<Self> {
        take_integer(found, "an integer from 0 to 65535")
    }
}

impl Value for DateTime {
    const KIND: ValueKind = ValueKind::DateTime;

    fn take(found: &Resolved<'_>) -> Taken<Self> {
        match DateTime::parse(&found.text()) {
            Some(value) => Taken::Exact(value),
            None => found.refuse("a date and time such as 2026-06-30T18:00:00"),
        }
    }
}

/// A word of an enumeration.
pub(crate) fn take_word<T: Copy>(found: &Resolved<'_>, row: &'static EnumerationRow, all: &[T]) -> Taken<T> {
    let text = found.text();
    let text = text.trim();
    let at =
        |same: &dyn Fn(&str) -> bool| row.literals.iter().position(|l| same(l.name)).and_then(|i| all.get(i));
    if let Some(exact) = at(&|name| name == text) {
        return Taken::Exact(*exact);
    }
    if let Some(like) = at(&|name| name.eq_ignore_ascii_case(text)) {
        return Taken::Tolerated(
            *like,
            format!("{:?} is not a word of {} in this letter case", clip(text), row.name),
        );
    }
    let names = row.literals.iter().map(|l| l.name);
    let hint = match nearest(text, names.clone()) {
        Some(name) => format!("did you mean {name:?}?"),
        None => format!("one of {} is wanted", names.collect::<Vec<_>>().join(", ")),
    };
    Taken::Refused("attribute.unknown_word", format!("{:?} is not a word of {}", clip(text), row.name), hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Rule;

    fn text(text: &str) -> Resolved<'_> {
        Resolved::Text(Cow::Borrowed(text))
    }

    fn outcome<T: Value + std::fmt::Debug>(found: &Resolved<'_>) -> String {
        match T::take(found) {
            Taken::Exact(value) => format!("{value:?}"),
            Taken::Tolerated(value, note) => format!("{value:?}, {note}"),
            Taken::Refused(rule, message, hint) => format!("{rule}: {message}; {hint}"),
        }
    }

    #[test]
    fn texts_become_values() {
        let check = |found: String, expect: &str| assert_eq!(found, expect);
        check(outcome::<f64>(&text(" 1.5e3 ")), "1500.0");
        check(outcome::<f64>(&text("1,5")), "attribute.value: \"1,5\" cannot be read; a number is wanted");
        check(
            outcome::<f64>(&text("INF")),
            "number.not_finite: \"INF\" is not finite; a finite number is wanted",
        );
        check(outcome::<i32>(&text("-3")), "-3");
        check(outcome::<i32>(&text("-3.0")), "-3, \"-3.0\" stands for -3");
        check(
            outcome::<i32>(&text("-3.5")),
            "attribute.value: \"-3.5\" cannot be read; an integer of 32 bits is wanted",
        );
        check(
            outcome::<u16>(&text("70000")),
            "number.out_of_range: 70000 is out of range; an integer from 0 to 65535 is wanted",
        );
        check(outcome::<bool>(&text("1")), "true");
        check(outcome::<bool>(&text("True")), "true, \"True\" stands for true");
        check(outcome::<bool>(&Resolved::Value(expression::Value::Integer(0))), "false");
        check(outcome::<String>(&Resolved::Value(expression::Value::Number(1.5))), "\"1.5\"");
        check(outcome::<Rule>(&text("lessThan")), "LessThan");
        check(
            outcome::<Rule>(&text("lessthan")),
            "LessThan, \"lessthan\" is not a word of Rule in this letter case",
        );
        check(
            outcome::<Rule>(&text("less_than")),
            "attribute.unknown_word: \"less_than\" is not a word of Rule; did you mean \"lessThan\"?",
        );
    }
}
