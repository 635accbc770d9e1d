//! Expressions, `${…}`, in attributes: arithmetic and logic over parameters.
//!
//! ```text
//! "${$speed / 3.6 + 1}" ──parse──▶ program ──evaluate(lookup)──▶ Value
//! ```
//!
//! [`evaluate`] does both; [`Expression::parse`] alone decides what needs no parameter, which is enough to
//! check operators. A bare `$name` and an expression without its `${ }` are taken too. Operators, their
//! precedence and types stand at [`function`], conversions at [`Value`].
//!
//! # Units
//! None of its own; trigonometric functions take and give radians.
//!
//! # Validity
//! The operators of 1.1 (unary minus, `round floor ceil sqrt pow * / % + -`), 1.2 (`not and or`) and
//! 1.3 (`sin cos tan asin acos atan sign abs max min`) at any version: a file says nothing different by
//! using one early. Beyond the standard, because files of the field rely on it: the constant `pi`, the
//! literals `true` and `false`, numbers such as `.5` and `5.`, and strings that are numbers.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, section 9.2, and the pattern of the schema's `expression` type.
//!
//! # What it does not do
//! No comparisons and no operators on strings: the standard has none. It does not know the type that an
//! attribute wants; [`Value`] has the conversions.

mod error;
mod function;
mod parse;
#[cfg(test)]
mod tests;
mod token;
mod value;

pub(crate) use error::nearest;
pub use error::{ExpressionError, ExpressionErrorKind};
pub use value::Value;

use parse::Step;

/// The longest expression in bytes. Chosen because the longest of the corpus has 206.
pub const EXPRESSION_BYTES_MAX: usize = 4096;
/// The deepest nesting of parentheses, calls and prefix operators. Chosen because the corpus has 3.
pub const NESTING_MAX: usize = 100;

/// The value of an expression, parameters looked up by their names without `$`.
///
/// # Errors
/// If the text is no expression, a name is unknown, or an operator is not defined for its operands.
pub fn evaluate(text: &str, lookup: &dyn Fn(&str) -> Option<Value>) -> Result<Value, ExpressionError> {
    Expression::parse(text)?.evaluate(lookup)
}

/// A well-formed expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    program: Vec<(usize, Step)>,
    beyond: Vec<(usize, &'static str)>,
}

impl Expression {
    /// Reads an expression, with or without its `${ }`.
    ///
    /// # Errors
    /// If the text is no expression.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        parse::parse(text)
    }

    /// The constants in it that the standard does not have, each with its byte offset.
    pub fn beyond_standard(&self) -> impl Iterator<Item = (usize, &'static str)> {
        self.beyond.iter().copied()
    }

    /// The parameters it uses, without `$`, each with its byte offset, in the order of the text.
    pub fn names(&self) -> impl Iterator<Item = (usize, &str)> {
        self.program.iter().filter_map(|(at, step)| match step {
            Step::Name(name) => Some((*at, name.as_str())),
            Step::Push(_) | Step::One(_) | Step::Two(_) => None,
        })
    }

    /// The value, parameters looked up by their names without `$`.
    ///
    /// # Errors
    /// If a name is unknown or an operator is not defined for its operands.
    pub fn evaluate(&self, lookup: &dyn Fn(&str) -> Option<Value>) -> Result<Value, ExpressionError> {
        let mut stack: Vec<Value> = Vec::new();
        for (at, step) in &self.program {
            let value = match step {
                Step::Push(value) => Ok(value.clone()),
                Step::Name(name) => {
                    lookup(name).ok_or_else(|| ExpressionErrorKind::UnknownName { name: name.clone() })
                }
                Step::One(operator) => operator.apply(&pop(&mut stack)),
                Step::Two(operator) => {
                    let right = pop(&mut stack);
                    operator.apply(&pop(&mut stack), &right)
                }
            };
            stack.push(value.map_err(|kind| ExpressionError::new(*at, kind))?);
        }
        Ok(pop(&mut stack))
    }
}

/// The top of the stack. The parser puts every operand before its operator, so there is one.
fn pop(stack: &mut Vec<Value>) -> Value {
    debug_assert!(!stack.is_empty(), "an operator without its operand");
    stack.pop().unwrap_or_else(|| Value::Text(String::new()))
}
