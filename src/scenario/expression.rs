//! Arithmetic in parameter references: `${rain * 2 + 1}`.
//!
//! ```text
//! sum     = product { ("+" | "-") product }
//! product = factor  { ("*" | "/") factor }
//! factor  = "-" factor | number | name | name "(" sum { "," sum } ")" | "(" sum ")"
//! ```
//! Functions: `min`, `max`, `abs`, `sqrt`. Results that are not finite are errors.

use super::limits::EXPRESSION_MAX;
use crate::base::math;

/// Deepest nesting of parentheses and signs.
const DEPTH_MAX: usize = 32;

/// Evaluates an expression; `value_of` gives the value of a name or says why there is none.
pub fn evaluate(text: &str, value_of: &dyn Fn(&str) -> Result<f64, String>) -> Result<f64, String> {
    if text.len() > EXPRESSION_MAX {
        return Err(format!(
            "the expression has {} characters, more than EXPRESSION_MAX = {EXPRESSION_MAX}",
            text.len()
        ));
    }
    let mut parser = Parser { rest: text, value_of };
    let value = parser.sum(0)?;
    parser.skip();
    if !parser.rest.is_empty() {
        return Err(format!("`{}` is left over after the expression", parser.rest));
    }
    match value.is_finite() {
        true => Ok(value),
        false => Err(format!("`{text}` gives no finite number")),
    }
}

/// Whether a text is a name: a letter or `_`, then letters, digits and `_`.
pub fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

struct Parser<'t> {
    rest: &'t str,
    value_of: &'t dyn Fn(&str) -> Result<f64, String>,
}

impl<'t> Parser<'t> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, wanted: char) -> bool {
        self.skip();
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn while_true(&mut self, part: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn sum(&mut self, depth: usize) -> Result<f64, String> {
        let mut value = self.product(depth)?;
        loop {
            if self.take('+') {
                value += self.product(depth)?;
            } else if self.take('-') {
                value -= self.product(depth)?;
            } else {
                return Ok(value);
            }
        }
    }

    fn product(&mut self, depth: usize) -> Result<f64, String> {
        let mut value = self.factor(depth)?;
        loop {
            if self.take('*') {
                value *= self.factor(depth)?;
            } else if self.take('/') {
                value /= self.factor(depth)?;
            } else {
                return Ok(value);
            }
        }
    }

    fn factor(&mut self, depth: usize) -> Result<f64, String> {
        if depth > DEPTH_MAX {
            return Err(format!("the expression nests deeper than {DEPTH_MAX}"));
        }
        if self.take('-') {
            return Ok(-self.factor(depth + 1)?);
        }
        if self.take('(') {
            let value = self.sum(depth + 1)?;
            return if self.take(')') { Ok(value) } else { Err("a `)` is missing".to_owned()) };
        }
        self.skip();
        let Some(first) = self.rest.chars().next() else {
            return Err("the expression ends too early".to_owned());
        };
        if first.is_ascii_digit() || first == '.' {
            return self.number();
        }
        let name = self.while_true(|c| c.is_ascii_alphanumeric() || c == '_');
        if name.is_empty() {
            return Err(format!("`{first}` has no meaning in an expression"));
        }
        if self.take('(') { self.call(name, depth + 1) } else { (self.value_of)(name) }
    }

    fn number(&mut self) -> Result<f64, String> {
        let whole = self.rest;
        self.while_true(|c| c.is_ascii_digit() || c == '.');
        if self.rest.starts_with(['e', 'E']) {
            let exponent = self.rest[1..].trim_start_matches(['+', '-']);
            if exponent.starts_with(|c: char| c.is_ascii_digit()) {
                self.rest = exponent;
                self.while_true(|c| c.is_ascii_digit());
            }
        }
        let text = &whole[..whole.len() - self.rest.len()];
        text.parse().map_err(|_| format!("`{text}` is no number"))
    }

    fn call(&mut self, name: &str, depth: usize) -> Result<f64, String> {
        let mut arguments = vec![self.sum(depth)?];
        while self.take(',') {
            arguments.push(self.sum(depth)?);
        }
        if !self.take(')') {
            return Err(format!("a `)` is missing after `{name}(`"));
        }
        match (name, &arguments[..]) {
            ("min", many) => Ok(many.iter().copied().fold(f64::INFINITY, f64::min)),
            ("max", many) => Ok(many.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
            ("abs", [x]) => Ok(x.abs()),
            ("sqrt", [x]) => Ok(math::sqrt(*x)),
            ("abs" | "sqrt", many) => Err(format!("`{name}` takes one value, not {}", many.len())),
            _ => Err(format!("there is no function `{name}`; there are min, max, abs, sqrt")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_of(name: &str) -> Result<f64, String> {
        match name {
            "rain" => Ok(8.0),
            "v" => Ok(-2.5),
            _ => Err(format!("no `{name}`")),
        }
    }

    #[test]
    fn values() {
        let check = |text: &str, expect: f64| assert_eq!(evaluate(text, &value_of), Ok(expect), "{text}");
        check("1", 1.0);
        check(" rain * 2 ", 16.0);
        check("1 + 2 * 3 - 4 / 2", 5.0);
        check("(1 + 2) * -3", -9.0);
        check("--v", -2.5);
        check("1.5e2 + 1e-1", 150.1);
        check("min(rain, 3, v)", -2.5);
        check("max(1, abs(v))", 2.5);
        check("sqrt(rain * 2)", 4.0);
        check("8/2/2", 2.0);
    }

    #[test]
    fn mistakes() {
        let check = |text: &str, part: &str| {
            let message = evaluate(text, &value_of).unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        };
        check("", "too early");
        check("1 +", "too early");
        check("(1", "`)` is missing");
        check("snow", "no `snow`");
        check("1 2", "left over");
        check("rain % 2", "left over");
        check("1 / 0", "no finite number");
        check("sqrt(v)", "no finite number");
        check("sin(1)", "no function");
        check("abs(1, 2)", "takes one value");
        check("1.2.3", "no number");
        check("é", "no meaning");
        check(&"(".repeat(100), "deeper");
        check(&"-".repeat(300), "deeper");
        check(&"1+".repeat(300), "EXPRESSION_MAX");
    }
}
