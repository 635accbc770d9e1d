//! Attributes → typed values: units, ranges, defaults, and problems where they fail.

use std::borrow::Cow;
use std::ops::Range;

use super::cursor::{Cursor, Element};
use crate::limits::{COEFFICIENT_MAX, COORDINATE_M_MAX, CURVATURE_PM_MAX, NUMBER_MAX, ROAD_LENGTH_M_MAX};
use crate::model::{ContactPoint, Orientation, SpeedLimit, speed_unit_mps};
use crate::problem::Severity;

/// What to do when an attribute is missing or cannot be used.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Else {
    /// An error: the file is refused.
    Refuse,
    /// A warning, and this value.
    Warn(f64),
    /// This value without a word if missing; a warning if it cannot be used.
    Default(f64),
}

/// A range of numbers.
pub(crate) struct Limit {
    /// Name of the limit, as in [`crate::limits`].
    name: &'static str,
    low: f64,
    high: f64,
    /// Below this a warning is due.
    soft_low: f64,
}

/// Coordinates and offsets, metres.
pub(crate) const COORDINATE: Limit = Limit {
    name: "COORDINATE_M_MAX",
    low: -COORDINATE_M_MAX,
    high: COORDINATE_M_MAX,
    soft_low: -COORDINATE_M_MAX,
};
/// Stations along a road, metres.
pub(crate) const STATION: Limit =
    Limit { name: "ROAD_LENGTH_M_MAX", low: -ROAD_LENGTH_M_MAX, high: ROAD_LENGTH_M_MAX, soft_low: 0.0 };
/// Lengths, metres.
pub(crate) const LENGTH: Limit =
    Limit { name: "ROAD_LENGTH_M_MAX", low: 0.0, high: ROAD_LENGTH_M_MAX, soft_low: 0.0 };
/// Curvatures, 1/m.
pub(crate) const CURVATURE: Limit = Limit {
    name: "CURVATURE_PM_MAX",
    low: -CURVATURE_PM_MAX,
    high: CURVATURE_PM_MAX,
    soft_low: -CURVATURE_PM_MAX,
};
/// Any number.
pub(crate) const NUMBER: Limit =
    Limit { name: "NUMBER_MAX", low: -NUMBER_MAX, high: NUMBER_MAX, soft_low: -NUMBER_MAX };

/// Coefficients of polynomials.
pub(crate) const COEFFICIENT: Limit = Limit {
    name: "COEFFICIENT_MAX",
    low: -COEFFICIENT_MAX,
    high: COEFFICIENT_MAX,
    soft_low: -COEFFICIENT_MAX,
};

impl<'a> Cursor<'a> {
    /// A number in a range.
    pub fn number(&mut self, el: &mut Element<'a>, name: &str, limit: &Limit, otherwise: Else) -> f64 {
        let (severity, fallback) = match otherwise {
            Else::Refuse => (Severity::Error, 0.0),
            Else::Warn(v) | Else::Default(v) => (Severity::Warning, v),
        };
        let Some((raw, span)) = el.raw(name) else {
            match otherwise {
                Else::Refuse | Else::Warn(_) => self.missing(el, name, severity, fallback),
                Else::Default(_) => {}
            }
            return fallback;
        };
        self.checked(el.name, name, raw, span, limit, severity).unwrap_or(fallback)
    }

    /// A number that may be missing; a warning where it cannot be used.
    pub fn optional(&mut self, el: &mut Element<'a>, name: &str, limit: &Limit) -> Option<f64> {
        let (raw, span) = el.raw(name)?;
        if raw.trim().is_empty() {
            return None;
        }
        self.checked(el.name, name, raw, span, limit, Severity::Warning)
    }

    fn checked(
        &mut self,
        element: &str,
        name: &str,
        raw: &str,
        span: Range<usize>,
        limit: &Limit,
        severity: Severity,
    ) -> Option<f64> {
        let text = raw.trim();
        let value = match text.parse::<f64>() {
            Ok(value) => value,
            Err(_) => {
                let (rule, hint) = match text {
                    "" => ("number.unreadable", "a number is wanted"),
                    t if t.contains('#') => ("number.not_finite", "a finite number is wanted"),
                    t if t.contains(',') => ("number.unreadable", "write a decimal point, not a comma"),
                    _ => ("number.unreadable", "a number is wanted"),
                };
                let begun = if text.contains([',', '#']) { None } else { number_at_start(text) };
                let message = format!("<{element} {name}={raw:?}> is no number");
                if let Some(value) = begun {
                    self.report(
                        Severity::Warning,
                        rule,
                        span.clone(),
                        message,
                        &format!("{value} was taken, with which it begins"),
                    );
                    value
                } else {
                    self.report(severity, rule, span, message, hint);
                    return None;
                }
            }
        };
        if !value.is_finite() {
            let message = format!("<{element} {name}={raw:?}> is not finite");
            self.report(severity, "number.not_finite", span, message, "a finite number is wanted");
            return None;
        }
        if !(limit.low..=limit.high).contains(&value) {
            let message = format!(
                "<{element} {name}={raw:?}> lies outside {} … {} ({})",
                limit.low, limit.high, limit.name
            );
            self.report(severity, "number.out_of_range", span, message, "no road needs such a value");
            return None;
        }
        if value < limit.soft_low {
            let message = format!("<{element} {name}={raw:?}> is below {}", limit.soft_low);
            self.report(Severity::Warning, "number.out_of_range", span, message, "it was read as it stands");
        }
        Some(value)
    }

    fn missing(&mut self, el: &Element<'_>, name: &str, severity: Severity, fallback: f64) {
        let hint = match severity {
            Severity::Error => format!("add {name}=\"…\""),
            Severity::Warning => format!("{fallback} was taken"),
        };
        let message = format!("<{}> has no {name}", el.name);
        self.report(severity, "attribute.missing", el.span.clone(), message, &hint);
    }

    /// Four coefficients that must be there.
    pub fn coefficients(&mut self, el: &mut Element<'a>, names: [&str; 4]) -> [f64; 4] {
        names.map(|name| self.number(el, name, &COEFFICIENT, Else::Refuse))
    }

    /// An integer in the range of lane ids and the like.
    pub fn integer(&mut self, el: &mut Element<'a>, name: &str) -> Option<i32> {
        let (raw, span) = el.raw(name)?;
        let parsed = raw.trim().parse::<i32>();
        if parsed.is_err() {
            let message = format!("<{} {name}={raw:?}> is no whole number", el.name);
            self.report(Severity::Warning, "number.unreadable", span, message, "it was left out");
        }
        parsed.ok()
    }

    /// An integer that must be there: an error if not.
    pub fn needed_integer(&mut self, el: &mut Element<'a>, name: &str) -> Option<i32> {
        match el.raw(name) {
            None => {
                self.missing(el, name, Severity::Error, 0.0);
                None
            }
            Some((raw, span)) => {
                let parsed = raw.trim().parse::<i32>();
                if parsed.is_err() {
                    let message = format!("<{} {name}={raw:?}> is no whole number", el.name);
                    self.report(
                        Severity::Error,
                        "number.unreadable",
                        span,
                        message,
                        "a whole number is wanted",
                    );
                }
                parsed.ok()
            }
        }
    }

    /// Text; empty if missing.
    pub fn text(&mut self, el: &mut Element<'a>, name: &str) -> String {
        self.optional_text(el, name).unwrap_or_default()
    }

    /// Text that may be missing or empty.
    pub fn optional_text(&mut self, el: &mut Element<'a>, name: &str) -> Option<String> {
        let (raw, span) = el.raw(name)?;
        if !raw.contains('&') {
            return Some(raw.to_owned());
        }
        match quick_xml::escape::unescape(raw).map(Cow::into_owned) {
            Ok(text) => Some(text),
            Err(error) => {
                let message = format!("<{} {name}={raw:?}>: {error}", el.name);
                self.report(
                    Severity::Warning,
                    "xml.entity",
                    span,
                    message,
                    "entities are not expanded; it was read as it stands",
                );
                Some(raw.to_owned())
            }
        }
    }

    /// An id that must be there.
    pub fn id(&mut self, el: &mut Element<'a>, name: &str, severity: Severity) -> String {
        match self.optional_text(el, name) {
            Some(id) if !id.trim().is_empty() => id,
            Some(_) | None => {
                let message = format!("<{}> has no {name}", el.name);
                let hint = format!("add {name}=\"…\"");
                self.report(severity, "attribute.missing", el.span.clone(), message, &hint);
                String::new()
            }
        }
    }

    /// An id that may be missing, empty or −1 (none).
    pub fn optional_id(&mut self, el: &mut Element<'a>, name: &str) -> Option<String> {
        self.optional_text(el, name).filter(|id| !id.trim().is_empty() && id.trim() != "-1")
    }

    /// `true`, `1`, `yes` → true; missing → the default.
    pub fn flag(&mut self, el: &mut Element<'a>, name: &str, default: bool) -> bool {
        let Some((raw, span)) = el.raw(name) else {
            return default;
        };
        match raw.trim() {
            "true" | "1" | "yes" | "True" => true,
            "false" | "0" | "no" | "False" => false,
            "" => default,
            _ => {
                self.unknown_word(el.name, name, raw, span, "true or false is wanted");
                default
            }
        }
    }

    /// Warns of a word that the standard does not know.
    pub fn unknown_word(&mut self, element: &str, name: &str, raw: &str, span: Range<usize>, hint: &str) {
        let message = format!("<{element} {name}={raw:?}> is not a word of the standard");
        self.report(Severity::Warning, "attribute.unknown_word", span, message, hint);
    }

    /// `start`, `end`; anything else is none.
    pub fn contact(&mut self, el: &mut Element<'a>, name: &str) -> Option<ContactPoint> {
        let (raw, span) = el.raw(name)?;
        match raw.trim() {
            "start" => Some(ContactPoint::Start),
            "end" => Some(ContactPoint::End),
            "" | "none" => None,
            _ => {
                self.unknown_word(el.name, name, raw, span, "start or end is wanted");
                None
            }
        }
    }

    /// `+`, `-`, `none`.
    pub fn orientation(&mut self, el: &mut Element<'a>, name: &str) -> Option<Orientation> {
        let (raw, span) = el.raw(name)?;
        match raw.trim() {
            "+" => Some(Orientation::Plus),
            "-" => Some(Orientation::Minus),
            "none" | "" | "both" => Some(Orientation::Both),
            _ => {
                self.unknown_word(el.name, name, raw, span, "+, - or none is wanted");
                None
            }
        }
    }

    /// A speed limit in `max` and `unit` (m/s if not said).
    pub fn speed_limit(&mut self, el: &mut Element<'a>) -> SpeedLimit {
        let unit = match el.raw("unit") {
            None | Some(("", _)) => 1.0,
            Some((raw, span)) => speed_unit_mps(raw.trim()).unwrap_or_else(|| {
                self.unknown_word(el.name, "unit", raw, span, "m/s, km/h or mph is wanted; m/s was taken");
                1.0
            }),
        };
        match el.raw("max").map(|(raw, _)| raw.trim()) {
            Some("no limit") => SpeedLimit::NoLimit,
            Some("undefined" | "" | "none") => SpeedLimit::Undefined,
            Some(_) | None => {
                let max = self.number(el, "max", &NUMBER, Else::Warn(-1.0));
                if max < 0.0 { SpeedLimit::Undefined } else { SpeedLimit::Mps(max * unit) }
            }
        }
    }
}

/// The longest beginning that is a decimal number, as C's `strtod` takes it.
fn number_at_start(text: &str) -> Option<f64> {
    let digits = |from: usize| from + text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let sign = |at: usize| usize::from(matches!(text.as_bytes().get(at), Some(b'+' | b'-')));
    let start = sign(0);
    let whole = digits(start);
    let mut end = whole;
    if text.as_bytes().get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if end == start || (whole == start && end == start + 1) {
        return None;
    }
    if matches!(text.as_bytes().get(end), Some(b'e' | b'E')) {
        let from = end + 1 + sign(end + 1);
        let to = digits(from);
        if to > from {
            end = to;
        }
    }
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_as_far_as_they_go() {
        let check = |text: &str, expect: Option<f64>| assert_eq!(number_at_start(text), expect, "{text:?}");
        check("0.000000+0", Some(0.0));
        check("-3.6575+1.8476e-07i", Some(-3.6575));
        check("1e5x", Some(1e5));
        check("1e+", Some(1.0));
        check(".5m", Some(0.5));
        check("5.", Some(5.0));
        check(".", None);
        check("-", None);
        check("abc", None);
        check("", None);
        check("é1", None);
    }
}
