//! The words of an expression: numbers, `$names`, words, operators, parentheses, commas.
//!
//! # Source
//! The pattern of the schema's `expression` type: ASCII letters, digits, blank, `_ + - * / % $ ( ) . ,`.
//! Tabs and line breaks count as blanks, since XML attributes are normalized to them.

use super::error::{ExpressionError, ExpressionErrorKind as Kind};

/// One word of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// Digits alone.
    Integer(i64),
    /// A number with a point or an exponent.
    Number(f64),
    /// A parameter's name, without its `$`.
    Name(&'a str),
    /// A word: function, operator or constant.
    Word(&'a str),
    /// `+ - * / %`
    Sign(Sign),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
}

/// An operator written as a sign.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Sign {
    Plus,
    Minus,
    Times,
    Over,
    Percent,
}

impl Token<'_> {
    /// The token as a message shows it.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Integer(integer) => format!("`{integer}`"),
            Self::Number(number) => format!("`{number}`"),
            Self::Name(name) => format!("`${name}`"),
            Self::Word(word) => format!("`{word}`"),
            Self::Sign(Sign::Plus) => "`+`".to_owned(),
            Self::Sign(Sign::Minus) => "`-`".to_owned(),
            Self::Sign(Sign::Times) => "`*`".to_owned(),
            Self::Sign(Sign::Over) => "`/`".to_owned(),
            Self::Sign(Sign::Percent) => "`%`".to_owned(),
            Self::Open => "`(`".to_owned(),
            Self::Close => "`)`".to_owned(),
            Self::Comma => "`,`".to_owned(),
        }
    }
}

/// The tokens of `text[from..to]`, each with its byte offset into `text`.
pub(super) fn tokens(text: &str, from: usize, to: usize) -> Result<Vec<(usize, Token<'_>)>, ExpressionError> {
    let mut tokens = Vec::new();
    let mut at = from;
    while let Some(character) = text[at..to].chars().next() {
        let start = at;
        let token = match character {
            ' ' | '\t' | '\r' | '\n' => {
                at += 1;
                continue;
            }
            '+' => Token::Sign(Sign::Plus),
            '-' => Token::Sign(Sign::Minus),
            '*' => Token::Sign(Sign::Times),
            '/' => Token::Sign(Sign::Over),
            '%' => Token::Sign(Sign::Percent),
            '(' => Token::Open,
            ')' => Token::Close,
            ',' => Token::Comma,
            '$' => {
                at = end_of_word(text, at + 1, to);
                let name = &text[start + 1..at];
                if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
                    return Err(ExpressionError::new(start, Kind::MissingName));
                }
                tokens.push((start, Token::Name(name)));
                continue;
            }
            '0'..='9' | '.' => {
                at = end_of_number(text, at, to);
                tokens.push((start, number(&text[start..at], start)?));
                continue;
            }
            'A'..='Z' | 'a'..='z' | '_' => {
                at = end_of_word(text, at, to);
                tokens.push((start, Token::Word(&text[start..at])));
                continue;
            }
            character => return Err(ExpressionError::new(start, Kind::Character { character })),
        };
        tokens.push((start, token));
        at += 1;
    }
    Ok(tokens)
}

fn end_of_word(text: &str, from: usize, to: usize) -> usize {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    from + text.as_bytes()[from..to].iter().take_while(|byte| is_word(byte)).count()
}

/// The end of everything that hangs on a number: letters too, so that `5f` is one wrong number.
fn end_of_number(text: &str, from: usize, to: usize) -> usize {
    let bytes = &text.as_bytes()[from..to];
    let mut length = 0;
    while let Some(byte) = bytes.get(length) {
        let after_exponent = length > 0 && matches!(bytes[length - 1], b'e' | b'E');
        let sign_of_exponent = after_exponent && matches!(byte, b'+' | b'-');
        if !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_') || sign_of_exponent) {
            break;
        }
        length += 1;
    }
    from + length
}

fn number(text: &str, at: usize) -> Result<Token<'_>, ExpressionError> {
    let overflow = || ExpressionError::new(at, Kind::Overflow { operation: text.to_owned() });
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map(Token::Integer).map_err(|_| overflow());
    }
    // Rust's own number syntax is the one wanted, but for its words `inf` and `nan`, which no digit begins.
    let number: f64 =
        text.parse().map_err(|_| ExpressionError::new(at, Kind::Number { text: text.to_owned() }))?;
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let vanished = number == 0.0 && mantissa.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    if number.is_finite() && !vanished { Ok(Token::Number(number)) } else { Err(overflow()) }
}
