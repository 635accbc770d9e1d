//! The value of a parameter or expression, and the conversions that lose nothing.
//!
//! | from \ to | double | integer | boolean | string |
//! |---|---|---|---|---|
//! | `Number` | itself | if it has no fraction | 0 and 1 | shortest text that reads back the same |
//! | `Integer` | if exact (below 2⁵³, or a round larger one) | itself | 0 and 1 | digits |
//! | `Boolean` | – | – | itself | `true`, `false` |
//! | `Text` | if the whole text is a number | likewise | `true`, `false`, `1`, `0` | itself |
//!
//! # Source
//! ASAM OpenSCENARIO 1.2, chapter "Expressions": no conversion may lose information. Reading numbers out
//! of strings goes beyond the standard, which has no operators for strings: files of the field declare
//! numbers as `string` and calculate with them.

use std::fmt;

/// The value of a parameter or of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A 64-bit floating-point number: `double`.
    Number(f64),
    /// An `integer` (`int`), `unsignedInt` or `unsignedShort`.
    Integer(i64),
    /// A `boolean`.
    Boolean(bool),
    /// A `string` or `dateTime`.
    Text(String),
}

impl Value {
    /// The value as a `double`, if nothing is lost.
    #[must_use]
    pub fn as_double(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Integer(integer) => {
                let number = *integer as f64;
                (integer_of(number) == Some(*integer)).then_some(number)
            }
            Self::Boolean(_) => None,
            Self::Text(text) => text.trim().parse::<f64>().ok().filter(|number| number.is_finite()),
        }
    }

    /// The value as an integer, if nothing is lost.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Number(number) => integer_of(*number),
            Self::Integer(integer) => Some(*integer),
            Self::Boolean(_) => None,
            Self::Text(text) => {
                let text = text.trim();
                text.parse::<i64>().ok().or_else(|| text.parse::<f64>().ok().and_then(integer_of))
            }
        }
    }

    /// The value as a boolean; 0 and 1 count as `false` and `true`.
    #[must_use]
    pub fn as_boolean(&self) -> Option<bool> {
        match self {
            Self::Boolean(boolean) => Some(*boolean),
            Self::Integer(0) => Some(false),
            Self::Integer(1) => Some(true),
            Self::Integer(_) => None,
            Self::Number(number) => match integer_of(*number) {
                Some(0) => Some(false),
                Some(1) => Some(true),
                Some(_) | None => None,
            },
            Self::Text(text) => match text.trim() {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Integer(integer) => write!(formatter, "{integer}"),
            Self::Boolean(boolean) => write!(formatter, "{boolean}"),
            Self::Text(text) => formatter.write_str(text),
        }
    }
}

/// The integer that `number` is, if it is one: −2⁶³ ≤ number < 2⁶³ without a fraction.
pub(super) fn integer_of(number: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    ((-LIMIT..LIMIT).contains(&number) && libm::trunc(number) == number).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::Value::{self, Boolean, Integer, Number, Text};

    #[test]
    fn only_conversions_without_loss_are_made() {
        let check = |value: Value, double: Option<f64>, integer: Option<i64>, boolean: Option<bool>| {
            assert_eq!(
                (value.as_double(), value.as_integer(), value.as_boolean()),
                (double, integer, boolean),
                "{value:?}"
            );
        };
        let text = |text: &str| Text(text.to_owned());
        check(Number(2.5), Some(2.5), None, None);
        check(Number(-0.0), Some(-0.0), Some(0), Some(false));
        check(Number(1.0), Some(1.0), Some(1), Some(true));
        check(Number(9_223_372_036_854_775_808.0), Some(9_223_372_036_854_775_808.0), None, None);
        check(Integer(3), Some(3.0), Some(3), None);
        check(Integer(9_007_199_254_740_993), None, Some(9_007_199_254_740_993), None);
        check(Integer(i64::MIN), Some(-9_223_372_036_854_775_808.0), Some(i64::MIN), None);
        check(Integer(i64::MAX), None, Some(i64::MAX), None);
        check(Boolean(true), None, None, Some(true));
        check(text(" 50 "), Some(50.0), Some(50), None);
        check(text("5.5"), Some(5.5), None, None);
        check(text("inf"), None, None, None);
        check(text("true"), None, None, Some(true));
        check(text(""), None, None, None);
    }

    #[test]
    fn text_reads_back_the_same() {
        for number in [0.1, 1.0 / 3.0, 5e-324, f64::MAX, -0.0] {
            assert_eq!(Number(number).to_string().parse::<f64>().unwrap().to_bits(), number.to_bits());
        }
    }
}
