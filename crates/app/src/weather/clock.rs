//! The local civil time shown: the scenario's clock plus the shown time.

use shakedown::scenario::{CivilTime, Scenario};

/// Date and time of day at a shown time, `2024-11-05 17:42:09`.
pub fn clock_text(scenario: &Scenario, time_s: f64) -> String {
    text(&scenario.clock, time_s)
}

fn text(clock: &CivilTime, time_s: f64) -> String {
    let second = (clock.second_of_day + time_s).floor();
    let days = (second / 86_400.0).floor();
    let second = (second - days * 86_400.0) as u32;
    let (mut year, mut month, mut day) = (clock.year, clock.month, clock.day);
    for _ in 0..days.max(0.0) as u32 {
        day += 1;
        if day > days_in(year, month) {
            (day, month) = (1, month + 1);
            if month > 12 {
                (month, year) = (1, year + 1);
            }
        }
    }
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60)
}

fn days_in(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_runs_over_midnight_and_new_year() {
        let at = |year, month, day, second_of_day, time_s| {
            text(&CivilTime { year, month, day, second_of_day, utc_offset_h: -8.0 }, time_s)
        };
        assert_eq!(at(2024, 11, 5, 17.0 * 3600.0, 42.0 * 60.0 + 9.99), "2024-11-05 17:42:09");
        assert_eq!(at(2023, 12, 31, 86_390.0, 15.0), "2024-01-01 00:00:05");
        assert_eq!(at(2024, 2, 28, 86_399.5, 0.6), "2024-02-29 00:00:00");
        assert_eq!(at(2023, 2, 28, 86_399.0, 1.0), "2023-03-01 00:00:00");
        assert_eq!(at(2023, 6, 30, 0.0, 0.0), "2023-06-30 00:00:00");
    }
}
