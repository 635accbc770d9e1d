//! Values that the standard's attributes hold and Rust has no type for.
//!
//! # What it does not do
//! The fields of a [`DateTime`] are checked for their ranges alone: 30 February passes.

use std::fmt;

/// Date and time of day (`xsd:dateTime`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DateTime {
    /// Year, astronomical.
    pub year: i32,
    /// Month, 1–12.
    pub month: u8,
    /// Day, 1–31.
    pub day: u8,
    /// Hour, 0–24.
    pub hour: u8,
    /// Minute, 0–59.
    pub minute: u8,
    /// Second, in [0, 61).
    pub second: f64,
    /// Minutes ahead of UTC, or `None` where the text does not say.
    pub offset_min: Option<i16>,
}

impl DateTime {
    /// Stands where a file gives no date: the year 0.
    pub const UNKNOWN: Self =
        Self { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0.0, offset_min: None };

    /// Reads `YYYY-MM-DDThh:mm:ss[.f][Z|±hh:mm|±hhmm]`. A blank in place of the `T`, and a date alone, are taken too.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (date, time) = match rest.find(['T', 't', ' ']) {
            Some(at) => (&rest[..at], rest[at + 1..].trim_start()),
            None => (rest, "00:00:00"),
        };
        let mut parts = date.split('-');
        let year = number(parts.next()?, 9_999)?;
        let month = u8::try_from(number(parts.next()?, 12)?).ok().filter(|m| *m > 0)?;
        let day = u8::try_from(number(parts.next()?, 31)?).ok().filter(|d| *d > 0)?;
        if parts.next().is_some() {
            return None;
        }
        let (clock, offset_min) = split_zone(time)?;
        let mut parts = clock.split(':');
        let hour = u8::try_from(number(parts.next()?, 24)?).ok()?;
        let minute = u8::try_from(number(parts.next()?, 59)?).ok()?;
        let second = match parts.next() {
            Some(text) if text.starts_with(|c: char| c.is_ascii_digit()) => text.parse::<f64>().ok()?,
            Some(_) => return None,
            None => 0.0,
        };
        let sound = parts.next().is_none() && second < 61.0;
        sound.then_some(Self {
            year: sign * i32::try_from(year).ok()?,
            month,
            day,
            hour,
            minute,
            second,
            offset_min,
        })
    }

    /// Seconds since 1970-01-01T00:00:00Z. Where the text names no zone, UTC is taken.
    ///
    /// Days are counted as in the proleptic Gregorian calendar, years beginning in March, so that the leap
    /// day is the last.
    pub fn since_epoch_s(&self) -> f64 {
        let month = i64::from(self.month);
        let year = i64::from(self.year) - i64::from(month <= 2);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        let days =
            365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year;
        let minutes = i64::from(self.offset_min.unwrap_or(0));
        ((days - 719_468) * 86_400 - minutes * 60) as f64 + self.time_of_day_s()
    }

    /// Seconds since midnight.
    pub fn time_of_day_s(&self) -> f64 {
        f64::from(self.hour) * 3600.0 + f64::from(self.minute) * 60.0 + self.second
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}T{:02}:{:02}:", self.year, self.month, self.day, self.hour, self.minute)?;
        write!(f, "{}{}", if self.second < 10.0 { "0" } else { "" }, self.second)?;
        match self.offset_min {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(m) => {
                let sign = if m < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", m.unsigned_abs() / 60, m.unsigned_abs() % 60)
            }
        }
    }
}

/// Digits alone, up to a maximum.
fn number(text: &str, max: u32) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|n| digits && *n <= max)
}

fn split_zone(time: &str) -> Option<(&str, Option<i16>)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, Some(0)));
    }
    let Some(at) = time.rfind(['+', '-']) else { return Some((time, None)) };
    let zone: String = time[at + 1..].chars().filter(|c| *c != ':').collect();
    if zone.len() != 4 {
        return None;
    }
    let minutes = number(zone.get(..2)?, 14)? * 60 + number(zone.get(2..)?, 59)?;
    let minutes = i16::try_from(minutes).ok()?;
    Some((&time[..at], Some(if time[at..].starts_with('-') { -minutes } else { minutes })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_count_from_the_epoch() {
        let check = |text: &str, expect: f64| {
            assert_eq!(DateTime::parse(text).map(|d| d.since_epoch_s()), Some(expect), "{text}");
        };
        check("1970-01-01T00:00:00Z", 0.0);
        check("2000-03-01T00:00:00Z", 951_868_800.0);
        check("2000-02-29T12:00:00", 951_825_600.0);
        check("2021-07-09T11:00:00.5+04:00", 1_625_814_000.5);
        check("2021-07-09T10:00:00.5+03:00", 1_625_814_000.5);
        check("1969-12-31T23:59:59Z", -1.0);
    }

    #[test]
    fn dates_are_read() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(DateTime::parse(text).map(|d| d.to_string()).as_deref(), expect, "{text}");
        };
        check("2017-02-24T10:00:00", Some("2017-02-24T10:00:00"));
        check("2020-10-01T18:30:30.250", Some("2020-10-01T18:30:30.25"));
        check("2020-10-01T18:30:09Z", Some("2020-10-01T18:30:09Z"));
        check("2020-10-01T18:30:30-05:30", Some("2020-10-01T18:30:30-05:30"));
        check("2020-10-01T18:30:30.000+0100", Some("2020-10-01T18:30:30+01:00"));
        check("2020-10-01 18:30:30", Some("2020-10-01T18:30:30"));
        check("2020-10-01", Some("2020-10-01T00:00:00"));
        check("2020-13-01T18:30:30", None);
        check("2020-12-01T18:30:é", None);
        check("2020-12-01T18:30:inf", None);
        check("today", None);
        check("", None);
    }
}
