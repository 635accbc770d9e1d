//! Units of keys. Files may say `speed_kmph` or `speed_mph` where the model has `speed_mps`: the suffix of a
//! key is its unit, and every key with an SI suffix accepts the other units of the same quantity.
//!
//! Source of the factors: exact by definition (mile 1609.344 m, foot 0.3048 m, inch 25.4 mm).

/// Another unit of a quantity: `si = value · factor + shift`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OtherUnit {
    /// SI suffix in the model, with its underscore.
    pub si: &'static str,
    /// Suffix accepted in files.
    pub suffix: &'static str,
    /// Factor.
    pub factor: f64,
    /// Shift, in the SI unit.
    pub shift: f64,
}

const fn unit(si: &'static str, suffix: &'static str, factor: f64, shift: f64) -> OtherUnit {
    OtherUnit { si, suffix, factor, shift }
}

/// All accepted units beside the model's own.
pub const OTHER_UNITS: [OtherUnit; 12] = [
    unit("_mps", "_kmph", 1.0 / 3.6, 0.0),
    unit("_mps", "_mph", 0.447_04, 0.0),
    unit("_m", "_km", 1000.0, 0.0),
    unit("_m", "_ft", 0.3048, 0.0),
    unit("_m", "_mi", 1609.344, 0.0),
    unit("_s", "_min", 60.0, 0.0),
    unit("_s", "_ms", 0.001, 0.0),
    unit("_mmph", "_inph", 25.4, 0.0),
    unit("_mm", "_in", 25.4, 0.0),
    unit("_c", "_f", 5.0 / 9.0, -32.0 * 5.0 / 9.0),
    unit("_deg", "_rad", 57.295_779_513_082_32, 0.0),
    unit("_mps2", "_g", 9.806_65, 0.0),
];

/// Ways people write units that files do not accept, with what they mean.
const MISSPELT: [(&str, &str); 14] = [
    ("_kph", "_kmph"),
    ("_kmh", "_kmph"),
    ("_km_h", "_kmph"),
    ("_ms", "_mps"),
    ("_m_s", "_mps"),
    ("_meters", "_m"),
    ("_metres", "_m"),
    ("_feet", "_ft"),
    ("_miles", "_mi"),
    ("_sec", "_s"),
    ("_seconds", "_s"),
    ("_degrees", "_deg"),
    ("_mm_h", "_mmph"),
    ("_mmh", "_mmph"),
];

/// The model's key and the conversion, if `key` is a known key in another unit.
pub fn to_si<'k>(key: &str, known: impl Fn(&str) -> Option<&'k str>) -> Option<(&'k str, OtherUnit)> {
    OTHER_UNITS.iter().find_map(|other| {
        let stem = key.strip_suffix(other.suffix)?;
        let name = known(&format!("{stem}{}", other.si))?;
        Some((name, *other))
    })
}

/// Accepted spellings of an SI key in other units.
pub fn other_spellings(key: &str) -> impl Iterator<Item = (String, OtherUnit)> + '_ {
    OTHER_UNITS.iter().filter_map(move |other| {
        let stem = key.strip_suffix(other.si)?;
        (!stem.is_empty()).then(|| (format!("{stem}{}", other.suffix), *other))
    })
}

/// The key with its misspelt unit put right, if it has one.
pub fn respelt(key: &str) -> Option<String> {
    MISSPELT.iter().find_map(|(wrong, right)| Some(format!("{}{right}", key.strip_suffix(wrong)?)))
}

/// Key in its SI spelling, for comparison; empty when the key has no unit.
pub fn family_of_key(key: &str) -> String {
    for other in &OTHER_UNITS {
        if let Some(stem) = key.strip_suffix(other.suffix) {
            return format!("{stem}{}", other.si);
        }
    }
    match OTHER_UNITS.iter().any(|o| key.ends_with(o.si)) {
        true => key.to_owned(),
        false => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions() {
        let check = |key: &str, value: f64, expect: Option<(&str, f64)>| {
            let known = ["speed_mps", "s_m", "delay_s", "temperature_c", "rain_mmph", "below_s"];
            let found = to_si(key, |k| known.into_iter().find(|n| *n == k));
            let found = found.map(|(name, u)| (name, value * u.factor + u.shift));
            match (found, expect) {
                (Some((n, v)), Some((en, ev))) => assert!(n == en && (v - ev).abs() < 1e-9, "{key}: {n} {v}"),
                (found, expect) => assert_eq!(found, expect, "{key}"),
            }
        };
        check("speed_kmph", 36.0, Some(("speed_mps", 10.0)));
        check("speed_mph", 25.0, Some(("speed_mps", 11.176)));
        check("s_km", 1.5, Some(("s_m", 1500.0)));
        check("delay_min", 2.0, Some(("delay_s", 120.0)));
        check("temperature_f", 50.0, Some(("temperature_c", 10.0)));
        check("rain_inph", 1.0, Some(("rain_mmph", 25.4)));
        check("speed_kph", 36.0, None);
        check("speed_mps", 36.0, None);
    }

    #[test]
    fn misspelt_units() {
        assert_eq!(respelt("speed_kph").as_deref(), Some("speed_kmph"));
        assert_eq!(respelt("delay_sec").as_deref(), Some("delay_s"));
        assert_eq!(respelt("route"), None);
    }
}
