//! Tables for the expression language: values, errors with their places, the corpus.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::ExpressionErrorKind as Kind;
use super::Value::{self, Boolean, Integer, Number, Text};
use super::{EXPRESSION_BYTES_MAX, Expression, NESTING_MAX, evaluate};

fn lookup(name: &str) -> Option<Value> {
    Some(match name {
        "speed" => Number(4.333),
        "delay" => Number(23.1),
        "x0" => Integer(1),
        "x1" => Integer(2),
        "y0" => Integer(3),
        "y1" => Integer(4),
        "zero" => Number(0.0),
        "short" => Integer(65535),
        "yes" => Boolean(true),
        "no" => Boolean(false),
        "fifty" => Text("50".to_owned()),
        "word" => Text("test".to_owned()),
        _ => return None,
    })
}

#[test]
fn values() {
    let check = |text: &str, expect: Value| {
        let value = evaluate(text, &lookup).unwrap_or_else(|error| panic!("{text}: {error}"));
        match (&value, &expect) {
            (Number(value), Number(expect)) => {
                assert!((value - expect).abs() <= 1e-14 * expect.abs(), "{text}: {value} != {expect}");
            }
            _ => assert_eq!(value, expect, "{text}"),
        }
    };
    // Precedence, associativity, parentheses.
    check("${4+6*5}", Integer(34));
    check("${(4+6)*5}", Integer(50));
    check("${10-4-3}", Integer(3));
    check("${100/10/5}", Integer(2));
    check("${7%4*2}", Integer(6));
    check("${2*-3}", Integer(-6));
    check("${--3}", Integer(3));
    check("${-2*-2}", Integer(4));
    check("${-(1+2)}", Integer(-3));
    check("${((7))}", Integer(7));
    check("  ${ 1 +\t1 }  ", Integer(2));
    // Without the braces, and a name alone.
    check("1 + 1", Integer(2));
    check("$x1", Integer(2));
    check("${$word}", Text("test".to_owned()));
    // Types.
    check("${7/2}", Number(3.5));
    check("${6/2}", Integer(3));
    check("${7.0/2}", Number(3.5));
    check("${-7%3}", Integer(-1));
    check("${7.5 % 2}", Number(1.5));
    check("${-9223372036854775807 - 1}", Integer(i64::MIN));
    check("${(-9223372036854775807 - 1) % -1}", Integer(0));
    check("${$short + 1}", Integer(65536));
    check("${$fifty - 6}", Integer(44));
    check("${250/3.6}", Number(250.0 / 3.6));
    // Literals.
    check("${1e3}", Number(1000.0));
    check("${2.1E-7}", Number(2.1e-7));
    check("${.5 + 5.}", Number(5.5));
    check("${4.9E-324}", Number(5e-324));
    check("${pi}", Number(std::f64::consts::PI));
    check("${007}", Integer(7));
    // Functions.
    check("${floor(35.5 +1)}", Integer(36));
    check("${ceil(35.5+1)}", Integer(37));
    check("${round(2.5)}", Integer(3));
    check("${round(-2.5)}", Integer(-3));
    check("${round(3)}", Integer(3));
    check("${sqrt(9)}", Number(3.0));
    check("${pow(2, 3)}", Number(8.0));
    check("${pow(6.25, 0.5)}", Number(2.5));
    check("${pow(-4, 1) + pow(-4, -1) * pow(-4, 0)}", Number(-4.25));
    check("${pow(0, 0) + pow(0, 20)}", Number(1.0));
    check("${sin(pi/2)}", Number(1.0));
    check("${cos(0)}", Number(1.0));
    check("${tan(atan(1))}", Number(1.0));
    check("${asin(1) + acos(1)}", Number(std::f64::consts::FRAC_PI_2));
    check("${sign(-3) + sign(0)}", Integer(-1));
    check("${sign(-0.5)}", Number(-1.0));
    check("${abs(-3)}", Integer(3));
    check("${abs(-0.5)}", Number(0.5));
    check("${max(1, 2) + min(1, 2)}", Integer(3));
    check("${max(1, 2.5)}", Number(2.5));
    check("${max(min(5, 3), -(1))}", Integer(3));
    check(
        "${round(1.3) % ceil(1.23) - sqrt(18.23) +7-321/65.32}",
        Number(8.0 - 18.23f64.sqrt() - 321.0 / 65.32),
    );
    check(
        "${$delay + ((($x1 - $x0)* 2 + ($y1 - $y0)*2 )*0.5 / $speed) + sqrt(9)}",
        Number(26.561_573_967_228_25),
    );
    // Logic: not before and before or.
    check("${1 or 0 and not 1}", Boolean(true));
    check("${(1 or 0) and not 1}", Boolean(false));
    check("${not $yes and $no}", Boolean(false));
    check("${not ($yes and $no)}", Boolean(true));
    check("${not not true}", Boolean(true));
    check("${not 3 - 2}", Boolean(false));
    check("${false or x}".replace('x', "$yes").as_str(), Boolean(true));
}

#[test]
fn errors_say_what_and_where() {
    let check = |text: &str, at: usize, expect: &str| {
        let error = evaluate(text, &lookup).map(|value| panic!("{text} is {value:?}")).unwrap_err();
        let message = error.to_string() + &error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
        assert_eq!(error.at, at, "{text}: {message}");
        assert!(message.contains(expect), "{text}: {message:?} lacks {expect:?}");
    };
    check("${2/0}", 3, "division by zero");
    check("${5 % $zero}", 4, "division by zero");
    check("${34/$zero}", 4, "division by zero");
    check("${0/0}", 3, "division by zero");
    check("${pow(0,-0.5)}", 2, "`pow` is not defined for the base 0");
    check("${pow(-3,0.5)}", 2, "exponent 0.5");
    check("${sqrt(-9)}", 2, "`sqrt` is not defined for -9");
    check("${acos(1.5)}", 2, "`acos` is not defined for 1.5");
    check("${9223372036854775808}", 2, "range of 64-bit numbers");
    check("${1.80E308}", 2, "range of 64-bit numbers");
    check("${1E-324}", 2, "range of 64-bit numbers");
    check("${1.7976931348623157E308 + 1E308}", 25, "`+` leaves the range");
    check("${pow(1.7976931348623157E308 , 1.7976931348623157E308)}", 2, "`pow` leaves the range");
    check("${-2147483648 * -2147483648 * -2147483648}", 28, "`*` leaves the range");
    check("${9223372036854775807 + 1}", 22, "`+` leaves the range");
    check("${-(-9223372036854775807 - 1)}", 2, "`-` leaves the range");
    check("${(-9223372036854775807 - 1) / -1}", 29, "`/` leaves the range");
    check("${round(1e300)}", 2, "`round` leaves the range");
    check("${5f}", 2, "`5f` is not a number");
    check("${2_3}", 2, "`2_3` is not a number");
    check("${1.2.3}", 2, "`1.2.3` is not a number");
    check("${.}", 2, "`.` is not a number");
    check("${1e}", 2, "`1e` is not a number");
    check("${powerer(2, 3)}", 2, "did you mean `pow`?");
    check("${2 + sqr(4)}", 6, "did you mean `sqrt`?");
    check("${BrakeCondition + 1}", 2, "a parameter is written `$BrakeCondition`");
    check("${1 xor 1}", 4, "`xor` is no function or operator");
    check("${1 < 2}", 4, "no comparisons");
    check("${2*3+4^23}", 7, "pow(base, exponent)");
    check("${1 && 1}", 4, "`and`, `or`, `not`");
    check("${5}}", 3, "'}' is not allowed");
    check("${sqrt(18.23} +7", 12, "'}' is not allowed");
    check("${ä}", 2, "'ä' is not allowed");
    check("${}", 2, "empty");
    check("", 0, "empty");
    check("${1", 0, "not closed by `}`");
    check("${round(1.3) - sqrt(18.23}", 15, "this parenthesis is not closed");
    check("${((1)}", 2, "this parenthesis is not closed");
    check("${1)}", 3, "closes nothing");
    check("${1 2}", 4, "an operator is expected before `2`");
    check("${1 +}", 5, "before the end");
    check("${* 2}", 2, "expected before `*`");
    check("${+2}", 2, "expected before `+`");
    check("${()}", 3, "expected before `)`");
    check("${pow(1)}", 2, "takes 2 argument(s), not 1");
    check("${sqrt(1, 2)}", 2, "takes 1 argument(s), not 2");
    check("${sqrt}", 2, "needs its arguments");
    check("${sqrt()}", 7, "expected before `)`");
    check("${1, 2}", 3, "outside of one");
    check("${(1, 2)}", 4, "outside of one");
    check("${$}", 2, "not followed by a parameter name");
    check("${$1}", 2, "not followed by a parameter name");
    check("${1 + $lost}", 6, "no parameter `$lost`");
    check("${$word + 1}", 8, "`+` is not defined for the string `test`");
    check("${$yes + 1}", 7, "`+` is not defined for the boolean `true`");
    check("${2 and 1}", 4, "`and` is not defined for the integer `2`");
    check("${not 0.5}", 2, "`not` is not defined for the double `0.5`");
    check("${-true}", 2, "`-` is not defined for the boolean");
}

#[test]
fn unknown_names_get_a_suggestion_from_the_declared_ones() {
    let error = evaluate("${$spede * 2}", &lookup).unwrap_err().suggest_from(["delay", "speed", "x0"]);
    assert_eq!(error.hint().as_deref(), Some("did you mean `$speed`?"));
    let error = evaluate("${$q}", &lookup).unwrap_err().suggest_from(["delay", "speed"]);
    assert_eq!(error.hint(), None);
}

#[test]
fn length_and_nesting_have_limits() {
    let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(evaluate(&nested(NESTING_MAX), &lookup), Ok(Integer(1)));
    let error = evaluate(&nested(NESTING_MAX + 1), &lookup).unwrap_err();
    assert_eq!((error.at, error.kind), (NESTING_MAX, Kind::TooDeep { max: NESTING_MAX }));
    assert!(evaluate(&("-".repeat(NESTING_MAX + 1) + "1"), &lookup).is_err());
    // Side by side is no nesting.
    let long = vec!["-(1)"; 800].join("+");
    assert_eq!(evaluate(&long, &lookup), Ok(Integer(-800)));
    let longest = " ".repeat(EXPRESSION_BYTES_MAX - 1) + "1";
    assert_eq!(evaluate(&longest, &lookup), Ok(Integer(1)));
    let error = evaluate(&(longest + " "), &lookup).unwrap_err();
    assert!(matches!(error.kind, Kind::TooLong { bytes: 4097, max: 4096 }), "{error}");
}

#[test]
fn names_come_in_the_order_of_the_text() {
    let expression = Expression::parse("${$a + pow($b, -$c) * $a}").unwrap();
    assert_eq!(expression.names().collect::<Vec<_>>(), [(2, "a"), (11, "b"), (16, "c"), (22, "a")]);
}

#[test]
fn constants_beyond_the_standard_are_noted() {
    let expression = Expression::parse("${2 * pi + $pi - sin(pi)}").unwrap();
    assert_eq!(expression.beyond_standard().collect::<Vec<_>>(), [(6, "pi"), (21, "pi")]);
    assert_eq!(Expression::parse("${1 and 0}").unwrap().beyond_standard().count(), 0);
}

#[test]
fn the_same_bits_every_time() {
    let value = evaluate("${sin(1) + pow(3, 0.1) / sqrt(2) - atan(0.3)}", &lookup).unwrap();
    assert_eq!(value, Number(f64::from_bits(SAME_BITS)));
}

/// 1.3392324553288564, as the C library of another language has it too.
const SAME_BITS: u64 = 0x3ff5_6d7f_02d6_1148;

/// Expressions of the corpus that are wrong on purpose, or that no version of the standard allows: names
/// glued together from words, by one generator. Sorted.
const WRONG_IN_CORPUS: [&str; 15] = [
    "${$entity_name + speed profile}",
    "${$entity_name + straigening trigger}",
    "${$entity_name + straightening event}",
    "${$entity_name + straightening trajectory}",
    "${$entity_name + straightening}",
    "${$entity_name + trajectory action}",
    "${$entity_name + trajectory event}",
    "${1.80E308}",
    "${2*3+4^23}",
    "${2_3}",
    "${3^$foo}",
    "${5f}",
    "${BrakeCondition_HWT + _ + $HeadwayTime_Brake}",
    "${powerer(2, 3)}",
    "${round(1.3) % ceil(1.23) - sqrt(18.23}",
];

#[test]
fn every_expression_of_the_corpus_is_read() {
    let root = std::env::var("SHAKEDOWN_CORPUS").unwrap_or_else(|_| "../../../shared/corpus".to_owned());
    if !std::path::Path::new(&root).is_dir() {
        println!("no corpus at {root}: nothing checked");
        return;
    }
    let mut folders = vec![std::path::PathBuf::from(root)];
    let mut expressions = std::collections::BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "xosc") {
                let bytes = std::fs::read(path).unwrap();
                let text = String::from_utf8_lossy(&bytes);
                for part in text.split("${").skip(1) {
                    if let Some((inner, _)) = part.split_once('}') {
                        expressions.insert(format!("${{{inner}}}"));
                    }
                }
            }
        }
    }
    let wrong: Vec<&String> = expressions.iter().filter(|text| Expression::parse(text).is_err()).collect();
    println!("{} expressions, {} wrong", expressions.len(), wrong.len());
    assert_eq!(wrong, WRONG_IN_CORPUS.iter().collect::<Vec<_>>());
}

/// A random expression: its text with as few parentheses as precedence allows, and its value by the rules of
/// arithmetic. Levels: 0 sums, 1 products, 2 signs, 3 atoms.
fn random(rng: &mut ChaCha8Rng, level: u32, depth: u32) -> (String, f64) {
    let mut below = |limit: u32| rng.next_u32() % limit;
    if depth == 0 {
        let number = f64::from(below(900) + 100) / 8.0;
        return (number.to_string(), number);
    }
    let kind = below(5);
    let (text, value, own_level) = match kind {
        0 | 1 => {
            let minus = below(2) == 1;
            let (left, a) = random(rng, 0, depth - 1);
            // What stands right of a sign must bind closer, or be in parentheses.
            let (right, b) = random(rng, 1, depth - 1);
            (
                format!("{left} {} {right}", if minus { '-' } else { '+' }),
                if minus { a - b } else { a + b },
                0,
            )
        }
        2 => {
            let (left, a) = random(rng, 1, depth - 1);
            let (right, b) = random(rng, 2, depth - 1);
            (format!("{left}*{right}"), a * b, 1)
        }
        3 => {
            let (inner, a) = random(rng, 2, depth - 1);
            (format!("-{inner}"), -a, 2)
        }
        _ => {
            let (left, a) = random(rng, 0, depth - 1);
            let (right, b) = random(rng, 0, depth - 1);
            (format!("max({left}, {right})"), a.max(b), 3)
        }
    };
    if own_level < level { (format!("({text})"), value) } else { (text, value) }
}

#[test]
fn random_expressions_have_the_value_of_their_tree() {
    let mut rng = ChaCha8Rng::from_seed([7; 32]);
    for depth in 0..2000 {
        let (text, expect) = random(&mut rng, 0, depth % 7);
        if text.len() <= EXPRESSION_BYTES_MAX {
            let value = evaluate(&text, &lookup).unwrap().as_double().unwrap();
            assert!(
                value == expect || (value - expect).abs() <= 1e-12 * expect.abs(),
                "{text}: {value} {expect}"
            );
        }
    }
}
