//! From words to a program: the operator-precedence (shunting-yard) method, without recursion.
//!
//! ```text
//! words ──▶ operand? ──▶ program   (numbers and names as they come)
//!       └─▶ operator ──▶ waits ──▶ program, as soon as one that binds no closer follows it
//! ```
//!
//! # Source
//! E. W. Dijkstra, "Algol 60 translation", 1961.
//!
//! # What it does not do
//! It knows no parameter and no type: an expression can be right here and wrong when it is evaluated.

use super::error::{ExpressionError, ExpressionErrorKind as Kind, nearest};
use super::function::{Binary, FUNCTIONS, Function, Unary};
use super::token::{Sign, Token, tokens};
use super::{EXPRESSION_BYTES_MAX, Expression, NESTING_MAX, Value};

/// One instruction of a program that works on a stack of values.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Push(Value),
    Name(String),
    One(Unary),
    Two(Binary),
}

/// What waits for its right-hand side.
enum Waiting {
    One(Unary),
    Two(Binary),
    Parenthesis,
    Call { function: Function, arguments: usize },
}

/// Words that are not functions: operators and constants.
const WORDS: [&str; 6] = ["not", "and", "or", "true", "false", "pi"];

pub(super) fn parse(text: &str) -> Result<Expression, ExpressionError> {
    if text.len() > EXPRESSION_BYTES_MAX {
        let kind = Kind::TooLong { bytes: text.len(), max: EXPRESSION_BYTES_MAX };
        return Err(ExpressionError::new(EXPRESSION_BYTES_MAX, kind));
    }
    let (from, to) = inside(text)?;
    let words = tokens(text, from, to)?;
    if words.is_empty() {
        return Err(ExpressionError::new(from, Kind::Empty));
    }
    let mut parser = Parser { waiting: Vec::new(), depth: 0, program: Vec::new(), beyond: Vec::new() };
    let mut words = words.into_iter().peekable();
    let mut operand_expected = true;
    while let Some((at, word)) = words.next() {
        let next_opens = matches!(words.peek(), Some((_, Token::Open)));
        operand_expected = if operand_expected {
            match parser.operand(at, word, next_opens)? {
                Operand::Whole => false,
                Operand::Prefix => true,
                Operand::Call => {
                    // The parenthesis belongs to the call.
                    words.next();
                    true
                }
            }
        } else {
            parser.operator(at, &word)?
        };
    }
    if operand_expected {
        let found = "the end".to_owned();
        return Err(ExpressionError::new(to, Kind::ExpectedOperand { found }));
    }
    parser.finish()
}

/// Where the expression lies in `text`: all of it, or what `${` and `}` enclose.
fn inside(text: &str) -> Result<(usize, usize), ExpressionError> {
    let start = text.len() - text.trim_start().len();
    if !text[start..].starts_with("${") {
        return Ok((0, text.len()));
    }
    match text.trim_end().strip_suffix('}') {
        Some(inner) => Ok((start + 2, inner.len())),
        // A brace in the middle is the better thing to blame.
        None => Err(match text[start..].find('}') {
            Some(offset) => ExpressionError::new(start + offset, Kind::Character { character: '}' }),
            None => ExpressionError::new(start, Kind::MissingBrace),
        }),
    }
}

/// What an operand's place was filled with.
enum Operand {
    Whole,
    Prefix,
    Call,
}

struct Parser {
    program: Vec<(usize, Step)>,
    beyond: Vec<(usize, &'static str)>,
    waiting: Vec<(usize, Waiting)>,
    depth: usize,
}

impl Parser {
    fn operand(&mut self, at: usize, word: Token<'_>, next_opens: bool) -> Result<Operand, ExpressionError> {
        let unexpected = |word: &Token<'_>| {
            Err(ExpressionError::new(at, Kind::ExpectedOperand { found: word.describe() }))
        };
        let step = match word {
            Token::Integer(integer) => Step::Push(Value::Integer(integer)),
            Token::Number(number) => Step::Push(Value::Number(number)),
            Token::Name(name) => Step::Name(name.to_owned()),
            Token::Word("true") => self.constant(at, "true", Value::Boolean(true)),
            Token::Word("false") => self.constant(at, "false", Value::Boolean(false)),
            Token::Word("pi") => self.constant(at, "pi", Value::Number(std::f64::consts::PI)),
            Token::Word("not") => {
                self.wait(at, Waiting::One(Unary::Not))?;
                return Ok(Operand::Prefix);
            }
            Token::Word("and" | "or") => return unexpected(&word),
            Token::Word(name) => {
                let function = function(at, name)?;
                if !next_opens {
                    let kind = Kind::MissingArguments { function: function.name() };
                    return Err(ExpressionError::new(at, kind));
                }
                self.wait(at, Waiting::Call { function, arguments: 1 })?;
                return Ok(Operand::Call);
            }
            Token::Sign(Sign::Minus) => {
                self.wait(at, Waiting::One(Unary::Negate))?;
                return Ok(Operand::Prefix);
            }
            Token::Open => {
                self.wait(at, Waiting::Parenthesis)?;
                return Ok(Operand::Prefix);
            }
            Token::Sign(_) | Token::Close | Token::Comma => return unexpected(&word),
        };
        self.program.push((at, step));
        Ok(Operand::Whole)
    }

    fn constant(&mut self, at: usize, name: &'static str, value: Value) -> Step {
        self.beyond.push((at, name));
        Step::Push(value)
    }

    /// Takes what follows an operand; whether an operand is expected next.
    fn operator(&mut self, at: usize, word: &Token<'_>) -> Result<bool, ExpressionError> {
        let operator = match word {
            Token::Sign(Sign::Plus) => Binary::Add,
            Token::Sign(Sign::Minus) => Binary::Subtract,
            Token::Sign(Sign::Times) => Binary::Multiply,
            Token::Sign(Sign::Over) => Binary::Divide,
            Token::Sign(Sign::Percent) => Binary::Remainder,
            Token::Word("and") => Binary::And,
            Token::Word("or") => Binary::Or,
            Token::Close => {
                self.close(at)?;
                return Ok(false);
            }
            Token::Comma => {
                self.release(0);
                return match self.waiting.last_mut() {
                    Some((_, Waiting::Call { arguments, .. })) => {
                        *arguments += 1;
                        Ok(true)
                    }
                    Some(_) | None => Err(ExpressionError::new(at, Kind::Comma)),
                };
            }
            Token::Word(name) if !WORDS.contains(name) => {
                // A stranger is named as one before its place is blamed.
                function(at, name)?;
                let found = word.describe();
                return Err(ExpressionError::new(at, Kind::ExpectedOperator { found }));
            }
            Token::Integer(_) | Token::Number(_) | Token::Name(_) | Token::Word(_) | Token::Open => {
                let found = word.describe();
                return Err(ExpressionError::new(at, Kind::ExpectedOperator { found }));
            }
        };
        self.release(binding(operator));
        self.wait(at, Waiting::Two(operator))?;
        Ok(true)
    }

    fn wait(&mut self, at: usize, what: Waiting) -> Result<(), ExpressionError> {
        // Binary operators never pile up: each releases those that bind at least as closely.
        self.depth += usize::from(!matches!(what, Waiting::Two(_)));
        if self.depth > NESTING_MAX {
            return Err(ExpressionError::new(at, Kind::TooDeep { max: NESTING_MAX }));
        }
        self.waiting.push((at, what));
        Ok(())
    }

    /// Moves every waiting operator that binds at least as closely as `binding` into the program.
    fn release(&mut self, binding_min: u8) {
        while let Some((_, top)) = self.waiting.last() {
            let step = match top {
                Waiting::One(operator) if prefix_binding(*operator) >= binding_min => Step::One(*operator),
                Waiting::Two(operator) if binding(*operator) >= binding_min => Step::Two(*operator),
                Waiting::One(_) | Waiting::Two(_) | Waiting::Parenthesis | Waiting::Call { .. } => return,
            };
            if let Some((at, what)) = self.waiting.pop() {
                self.depth -= usize::from(!matches!(what, Waiting::Two(_)));
                self.program.push((at, step));
            }
        }
    }

    fn close(&mut self, at: usize) -> Result<(), ExpressionError> {
        self.release(0);
        self.depth = self.depth.saturating_sub(1);
        match self.waiting.pop() {
            Some((_, Waiting::Parenthesis)) => Ok(()),
            Some((start, Waiting::Call { function, arguments })) => {
                if arguments != function.arguments() {
                    let (name, expected) = (function.name(), function.arguments());
                    let kind = Kind::Arguments { function: name, expected, found: arguments };
                    return Err(ExpressionError::new(start, kind));
                }
                let step = match function {
                    Function::One(operator) => Step::One(operator),
                    Function::Two(operator) => Step::Two(operator),
                };
                self.program.push((start, step));
                Ok(())
            }
            Some((_, Waiting::One(_) | Waiting::Two(_))) | None => {
                Err(ExpressionError::new(at, Kind::Unopened))
            }
        }
    }

    fn finish(mut self) -> Result<Expression, ExpressionError> {
        self.release(0);
        match self.waiting.last() {
            Some((at, _)) => Err(ExpressionError::new(*at, Kind::Unclosed)),
            None => Ok(Expression { program: self.program, beyond: self.beyond }),
        }
    }
}

fn binding(operator: Binary) -> u8 {
    match operator {
        Binary::Or => 1,
        Binary::And => 2,
        Binary::Add | Binary::Subtract => 4,
        Binary::Multiply | Binary::Divide | Binary::Remainder => 5,
        Binary::Pow | Binary::Max | Binary::Min => 7,
    }
}

fn prefix_binding(operator: Unary) -> u8 {
    match operator {
        Unary::Not => 3,
        Unary::Negate => 6,
        Unary::Round | Unary::Floor | Unary::Ceil | Unary::Sqrt | Unary::Sin | Unary::Cos => 7,
        Unary::Tan | Unary::Asin | Unary::Acos | Unary::Atan | Unary::Sign | Unary::Abs => 7,
    }
}

fn function(at: usize, name: &str) -> Result<Function, ExpressionError> {
    if let Some((_, function)) = FUNCTIONS.iter().find(|(known, _)| *known == name) {
        return Ok(*function);
    }
    let known = FUNCTIONS.iter().map(|(known, _)| *known).chain(WORDS);
    let mut error = ExpressionError::new(at, Kind::UnknownFunction { name: name.to_owned() });
    error.suggestion = nearest(name, known).map(str::to_owned);
    Err(error)
}
