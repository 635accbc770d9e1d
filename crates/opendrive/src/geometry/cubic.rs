//! Cubic records along s: `a + b·ds + c·ds² + d·ds³` from one record's start to the next one's.

use crate::model::Cubic;

impl Cubic {
    /// Value at `s_m`, in the same count as the record's own `s_m`.
    pub fn value(&self, s_m: f64) -> f64 {
        let ds = s_m - self.s_m;
        self.a + ds * (self.b + ds * (self.c + ds * self.d))
    }

    /// First derivative at `s_m`, 1/m.
    pub fn slope(&self, s_m: f64) -> f64 {
        let ds = s_m - self.s_m;
        self.b + ds * (2.0 * self.c + ds * 3.0 * self.d)
    }

    /// Second derivative at `s_m`, 1/m².
    pub fn bend(&self, s_m: f64) -> f64 {
        2.0 * self.c + (s_m - self.s_m) * 6.0 * self.d
    }
}

/// The record that holds at `s_m` (the later one at a border); `None` before the first.
pub fn cubic_at(records: &[Cubic], s_m: f64) -> Option<&Cubic> {
    records.get(records.partition_point(|r| r.s_m <= s_m).checked_sub(1)?)
}

/// Value and slope at `s_m`; zero before the first record, as the standard's default has it.
pub fn value_at(records: &[Cubic], s_m: f64) -> (f64, f64) {
    cubic_at(records, s_m).map_or((0.0, 0.0), |r| (r.value(s_m), r.slope(s_m)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_record_holds_at_a_border_and_nothing_before_the_first() {
        let records = [
            Cubic { s_m: 1.0, a: 1.0, b: 2.0, c: 3.0, d: 4.0 },
            Cubic { s_m: 3.0, a: -1.0, ..Cubic::default() },
        ];
        let check = |s_m, expect: (f64, f64)| assert_eq!(value_at(&records, s_m), expect, "s = {s_m}");
        check(0.5, (0.0, 0.0));
        check(1.0, (1.0, 2.0));
        check(2.0, (10.0, 20.0));
        check(3.0, (-1.0, 0.0));
        check(9.0, (-1.0, 0.0));
        assert_eq!(records[0].bend(2.0), 30.0);
    }
}
