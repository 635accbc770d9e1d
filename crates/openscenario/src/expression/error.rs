//! What can be wrong with an expression: the kind, the byte it begins at, and what to do about it.
//!
//! # Units
//! [`ExpressionError::at`] counts bytes from the start of the text that was given, `${` included.

use thiserror::Error;

/// A wrong expression: what is wrong and where.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{kind}, at byte {at} of the expression")]
pub struct ExpressionError {
    /// Byte offset into the text given to [`evaluate`](super::evaluate).
    pub at: usize,
    /// What is wrong.
    pub kind: ExpressionErrorKind,
    /// A known name that resembles the unknown one.
    pub suggestion: Option<String>,
}

/// What is wrong with an expression.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ExpressionErrorKind {
    /// The text is longer than the reader takes.
    #[error("the expression has {bytes} bytes, above EXPRESSION_BYTES_MAX = {max}")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// Parentheses or prefix operators stand inside each other deeper than the reader takes.
    #[error("parentheses and prefix operators nest deeper than NESTING_MAX = {max}")]
    TooDeep {
        /// The limit.
        max: usize,
    },
    /// There is nothing between the braces.
    #[error("the expression is empty")]
    Empty,
    /// `${` without its `}`.
    #[error("`${{` is not closed by `}}`")]
    MissingBrace,
    /// A character that no expression may contain.
    #[error("the character {character:?} is not allowed in an expression")]
    Character {
        /// The character.
        character: char,
    },
    /// Something that begins like a number and is none, such as `5f` or `2_3`.
    #[error("`{text}` is not a number")]
    Number {
        /// The text.
        text: String,
    },
    /// A `$` without a name.
    #[error("`$` is not followed by a parameter name")]
    MissingName,
    /// An operand was needed and something else, or nothing, stands there.
    #[error("a number, a parameter or a parenthesis is expected before {found}")]
    ExpectedOperand {
        /// What stands there.
        found: String,
    },
    /// Two operands without an operator between them.
    #[error("an operator is expected before {found}")]
    ExpectedOperator {
        /// What stands there.
        found: String,
    },
    /// An opening parenthesis without its closing one.
    #[error("this parenthesis is not closed")]
    Unclosed,
    /// A closing parenthesis without its opening one.
    #[error("this parenthesis closes nothing")]
    Unopened,
    /// A comma outside a function's arguments.
    #[error("a comma separates the arguments of a function and stands outside of one")]
    Comma,
    /// A word that is no function, operator or constant.
    #[error("`{name}` is no function or operator")]
    UnknownFunction {
        /// The word.
        name: String,
    },
    /// A function's name without its arguments.
    #[error("the function `{function}` needs its arguments in parentheses")]
    MissingArguments {
        /// The function.
        function: &'static str,
    },
    /// The wrong number of arguments.
    #[error("`{function}` takes {expected} argument(s), not {found}")]
    Arguments {
        /// The function.
        function: &'static str,
        /// How many it takes.
        expected: usize,
        /// How many it got.
        found: usize,
    },
    /// No parameter of that name is declared here.
    #[error("no parameter `${name}` is declared here")]
    UnknownName {
        /// The name, without `$`.
        name: String,
    },
    /// An operand of a type that the operator is not defined for.
    #[error("`{operator}` is not defined for the {found}")]
    Type {
        /// The operator or function.
        operator: &'static str,
        /// Type and value of the operand.
        found: String,
    },
    /// Division, or remainder, by zero.
    #[error("division by zero")]
    DivisionByZero,
    /// An argument outside the function's domain.
    #[error("`{function}` is not defined for {argument}")]
    Domain {
        /// The function.
        function: &'static str,
        /// The argument.
        argument: String,
    },
    /// A value beyond 64-bit integers or 64-bit floating-point numbers.
    #[error("`{operation}` leaves the range of 64-bit numbers")]
    Overflow {
        /// The operator, function or literal.
        operation: String,
    },
}

impl ExpressionError {
    pub(super) fn new(at: usize, kind: ExpressionErrorKind) -> Self {
        Self { at, kind, suggestion: None }
    }

    /// The same error with the nearest of `names` as its suggestion, if it is about an unknown name.
    #[must_use]
    pub fn suggest_from<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        if let ExpressionErrorKind::UnknownName { name } = &self.kind {
            self.suggestion = nearest(name, names).map(str::to_owned);
        }
        self
    }

    /// What to do about it, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        use ExpressionErrorKind as Kind;
        if let Some(suggestion) = &self.suggestion {
            let sign = if matches!(self.kind, Kind::UnknownName { .. }) { "$" } else { "" };
            return Some(format!("did you mean `{sign}{suggestion}`?"));
        }
        match &self.kind {
            Kind::Character { character: '<' | '>' | '=' | '!' } => {
                Some("expressions have no comparisons: compare in a condition's `rule`".to_owned())
            }
            Kind::Character { character: '^' } => Some("write pow(base, exponent)".to_owned()),
            Kind::Character { character: '&' | '|' } => Some("write `and`, `or`, `not`".to_owned()),
            Kind::Type { .. } => {
                Some("arithmetic takes numbers; `not`, `and`, `or` take booleans, 0 and 1".to_owned())
            }
            Kind::UnknownFunction { name } => Some(format!("a parameter is written `${name}`")),
            Kind::Character { .. }
            | Kind::TooLong { .. }
            | Kind::TooDeep { .. }
            | Kind::Empty
            | Kind::MissingBrace
            | Kind::Number { .. }
            | Kind::MissingName
            | Kind::ExpectedOperand { .. }
            | Kind::ExpectedOperator { .. }
            | Kind::Unclosed
            | Kind::Unopened
            | Kind::Comma
            | Kind::MissingArguments { .. }
            | Kind::Arguments { .. }
            | Kind::UnknownName { .. }
            | Kind::DivisionByZero
            | Kind::Domain { .. }
            | Kind::Overflow { .. } => None,
        }
    }
}

/// The nearest of `names` by Jaro-Winkler similarity, if it is near at all.
///
/// 0.8 chosen because it keeps one wrong or swapped letter in a five-letter word and drops strangers.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const SIMILARITY_MIN: f64 = 0.8;
    let mut best: Option<(f64, &str)> = None;
    for candidate in names {
        let similarity = strsim::jaro_winkler(name, candidate);
        if similarity >= SIMILARITY_MIN && best.is_none_or(|(so_far, _)| similarity > so_far) {
            best = Some((similarity, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}
