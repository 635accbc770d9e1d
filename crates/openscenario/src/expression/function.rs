//! The functions and operators of the expression language, and what each does with its operands.
//!
//! | precedence | operators | types |
//! |---|---|---|
//! | highest | `name(…)`, `( )` | |
//! | | unary `-` | numeric → numeric |
//! | | `*` `/` `%` | numeric, numeric → numeric |
//! | | `+` `-` | numeric, numeric → numeric |
//! | | `not` | boolean → boolean |
//! | | `and` | boolean, boolean → boolean |
//! | lowest | `or` | boolean, boolean → boolean |
//!
//! Functions: `round floor ceil` → integer (round: halves away from zero) · `sqrt sin cos tan asin acos
//! atan pow` → double (angles in radians) · `sign abs max min` keep the type of their operands.
//!
//! # Validity
//! Integer operands of `+ - * % abs sign max min` and unary minus are calculated in 64 bits exactly; two
//! integers divide to an integer where the division has no remainder, else to a double. Everything else is
//! a double. What leaves 64 bits, divides by zero or leaves a function's domain is an error, never an
//! infinity. `%` has the sign of the dividend, as in C.

use super::Value;
use super::error::ExpressionErrorKind as Kind;
use super::value::integer_of;

/// An operator or function of one operand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Unary {
    Negate,
    Not,
    Round,
    Floor,
    Ceil,
    Sqrt,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sign,
    Abs,
}

/// An operator or function of two operands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    And,
    Or,
    Pow,
    Max,
    Min,
}

/// A function by its number of arguments.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Function {
    One(Unary),
    Two(Binary),
}

/// Every function by its name.
pub(super) const FUNCTIONS: [(&str, Function); 15] = [
    ("round", Function::One(Unary::Round)),
    ("floor", Function::One(Unary::Floor)),
    ("ceil", Function::One(Unary::Ceil)),
    ("sqrt", Function::One(Unary::Sqrt)),
    ("sin", Function::One(Unary::Sin)),
    ("cos", Function::One(Unary::Cos)),
    ("tan", Function::One(Unary::Tan)),
    ("asin", Function::One(Unary::Asin)),
    ("acos", Function::One(Unary::Acos)),
    ("atan", Function::One(Unary::Atan)),
    ("sign", Function::One(Unary::Sign)),
    ("abs", Function::One(Unary::Abs)),
    ("pow", Function::Two(Binary::Pow)),
    ("max", Function::Two(Binary::Max)),
    ("min", Function::Two(Binary::Min)),
];

impl Function {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::One(operator) => operator.name(),
            Self::Two(operator) => operator.name(),
        }
    }

    pub(super) fn arguments(self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Two(_) => 2,
        }
    }
}

impl Unary {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Negate => "-",
            Self::Not => "not",
            Self::Round => "round",
            Self::Floor => "floor",
            Self::Ceil => "ceil",
            Self::Sqrt => "sqrt",
            Self::Sin => "sin",
            Self::Cos => "cos",
            Self::Tan => "tan",
            Self::Asin => "asin",
            Self::Acos => "acos",
            Self::Atan => "atan",
            Self::Sign => "sign",
            Self::Abs => "abs",
        }
    }

    pub(super) fn apply(self, operand: &Value) -> Result<Value, Kind> {
        let domain = |number: f64| Kind::Domain { function: self.name(), argument: number.to_string() };
        let number = match (self, numeric(operand)) {
            (Self::Not, _) => {
                return operand
                    .as_boolean()
                    .map(|boolean| Value::Boolean(!boolean))
                    .ok_or_else(|| wrong_type(self.name(), operand));
            }
            (_, None) => return Err(wrong_type(self.name(), operand)),
            (_, Some(Numeric::Integer(integer))) => {
                let exact = match self {
                    Self::Negate => integer.checked_neg(),
                    Self::Abs => integer.checked_abs(),
                    Self::Sign => Some(integer.signum()),
                    Self::Round | Self::Floor | Self::Ceil => Some(integer),
                    Self::Sqrt | Self::Sin | Self::Cos | Self::Tan => None,
                    Self::Asin | Self::Acos | Self::Atan | Self::Not => None,
                };
                match (exact, self) {
                    (Some(exact), _) => return Ok(Value::Integer(exact)),
                    (None, Self::Negate | Self::Abs) => return Err(overflow(self.name())),
                    (None, _) => integer as f64,
                }
            }
            (_, Some(Numeric::Number(number))) => number,
        };
        let rounded =
            |number: f64| integer_of(number).map(Value::Integer).ok_or_else(|| overflow(self.name()));
        let result = match self {
            Self::Round => return rounded(libm::round(number)),
            Self::Floor => return rounded(libm::floor(number)),
            Self::Ceil => return rounded(libm::ceil(number)),
            Self::Negate => -number,
            Self::Abs => libm::fabs(number),
            Self::Sign if number > 0.0 => 1.0,
            Self::Sign if number < 0.0 => -1.0,
            Self::Sign => 0.0,
            Self::Sqrt if number < 0.0 => return Err(domain(number)),
            Self::Sqrt => libm::sqrt(number),
            Self::Sin => libm::sin(number),
            Self::Cos => libm::cos(number),
            Self::Tan => libm::tan(number),
            Self::Asin | Self::Acos if libm::fabs(number) > 1.0 => return Err(domain(number)),
            Self::Asin => libm::asin(number),
            Self::Acos => libm::acos(number),
            Self::Atan => libm::atan(number),
            Self::Not => return Err(wrong_type(self.name(), operand)),
        };
        finite(result, self.name())
    }
}

impl Binary {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::And => "and",
            Self::Or => "or",
            Self::Pow => "pow",
            Self::Max => "max",
            Self::Min => "min",
        }
    }

    pub(super) fn apply(self, left: &Value, right: &Value) -> Result<Value, Kind> {
        if matches!(self, Self::And | Self::Or) {
            let boolean = |value: &Value| value.as_boolean().ok_or_else(|| wrong_type(self.name(), value));
            let (left, right) = (boolean(left)?, boolean(right)?);
            return Ok(Value::Boolean(if self == Self::And { left && right } else { left || right }));
        }
        let operand = |value: &Value| numeric(value).ok_or_else(|| wrong_type(self.name(), value));
        match (operand(left)?, operand(right)?) {
            (Numeric::Integer(left), Numeric::Integer(right)) => self.of_integers(left, right),
            (left, right) => self.of_numbers(left.number(), right.number()),
        }
    }

    fn of_integers(self, left: i64, right: i64) -> Result<Value, Kind> {
        let exact = match self {
            Self::Add => left.checked_add(right),
            Self::Subtract => left.checked_sub(right),
            Self::Multiply => left.checked_mul(right),
            Self::Divide | Self::Remainder if right == 0 => return Err(Kind::DivisionByZero),
            // The remainder by -1 is 0 even where the quotient leaves 64 bits.
            Self::Remainder => Some(left.wrapping_rem(right)),
            Self::Divide if left.wrapping_rem(right) == 0 => left.checked_div(right),
            Self::Max => Some(left.max(right)),
            Self::Min => Some(left.min(right)),
            Self::Divide | Self::Pow | Self::And | Self::Or => {
                return self.of_numbers(left as f64, right as f64);
            }
        };
        exact.map(Value::Integer).ok_or_else(|| overflow(self.name()))
    }

    fn of_numbers(self, left: f64, right: f64) -> Result<Value, Kind> {
        let result = match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide | Self::Remainder if right == 0.0 => return Err(Kind::DivisionByZero),
            Self::Divide => left / right,
            Self::Remainder => libm::fmod(left, right),
            Self::Pow => {
                let of_zero = left == 0.0 && right < 0.0;
                let of_negative = left < 0.0 && libm::trunc(right) != right;
                if of_zero || of_negative {
                    return Err(Kind::Domain {
                        function: self.name(),
                        argument: format!("the base {left} and the exponent {right}"),
                    });
                }
                libm::pow(left, right)
            }
            Self::Max => left.max(right),
            Self::Min => left.min(right),
            Self::And | Self::Or => {
                return Err(wrong_type(self.name(), &Value::Number(left)));
            }
        };
        finite(result, self.name())
    }
}

/// An operand of arithmetic.
#[derive(Clone, Copy)]
enum Numeric {
    Integer(i64),
    Number(f64),
}

impl Numeric {
    fn number(self) -> f64 {
        match self {
            Self::Integer(integer) => integer as f64,
            Self::Number(number) => number,
        }
    }
}

fn numeric(value: &Value) -> Option<Numeric> {
    match value {
        Value::Integer(integer) => Some(Numeric::Integer(*integer)),
        Value::Number(number) => Some(Numeric::Number(*number)),
        Value::Boolean(_) => None,
        Value::Text(text) => match text.trim().parse::<i64>() {
            Ok(integer) => Some(Numeric::Integer(integer)),
            Err(_) => value.as_double().map(Numeric::Number),
        },
    }
}

fn finite(number: f64, operation: &str) -> Result<Value, Kind> {
    if number.is_finite() { Ok(Value::Number(number)) } else { Err(overflow(operation)) }
}

fn overflow(operation: &str) -> Kind {
    Kind::Overflow { operation: operation.to_owned() }
}

fn wrong_type(operator: &'static str, operand: &Value) -> Kind {
    let name = match operand {
        Value::Number(_) => "double",
        Value::Integer(_) => "integer",
        Value::Boolean(_) => "boolean",
        Value::Text(_) => "string",
    };
    let shown: String = operand.to_string().chars().take(40).collect();
    Kind::Type { operator, found: format!("{name} `{shown}`") }
}
