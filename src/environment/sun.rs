//! Sun and daylight.
//!
//! What it models: the direction towards the sun from civil time and place, and the illuminance of a
//! horizontal surface from the sun's elevation and the cloud cover.
//!
//! Equations: NREL's solar position algorithm (crate `solar-positioning`, ±0.0003°) with standard
//! refraction; clear-sky illuminance interpolated (in its logarithm below the horizon, linearly above) in
//! a published table; clouds `E = E_clear·(1 − 0.75·c^3.4)`; never darker than a street-lit road.
//!
//! Units and frames: world ENU; azimuth counter-clockwise from east, rad; illuminance in lx.
//!
//! Sources: Reda & Andreas, *Solar Energy* 76 (2004) 577; table: Brown, *Natural Illumination Charts*,
//! US Navy 1952, as in *Explanatory Supplement to the Astronomical Almanac* (1992) table 9.2; clouds:
//! Kasten & Czeplak, *Solar Energy* 24 (1980) 177; street light: ANSI/IES RP-8 (collector roads, 5–15 lx).
//!
//! What it does not do: no moon, no shading by terrain or buildings, no haze.

use crate::base::math::{exp, interpolate, ln, pow, wrap_pi};
use crate::base::units::DEG_RAD;
use crate::scenario::CivilTime;
use core::f64::consts::FRAC_PI_2;
use solar_positioning::time::JulianDate;
use solar_positioning::{Location, RefractionCorrection, SolarPositions};

/// Street lighting at night, lx (ANSI/IES RP-8: 5–15 lx).
pub const STREET_LIGHT_LX: f64 = 10.0;
/// TT − UT1 in the 2020s, s.
const DELTA_T_S: f64 = 69.2;
/// Solar elevations of the table, deg.
const ELEVATIONS_DEG: [f64; 18] = [
    -18.0, -12.0, -6.0, -5.0, -0.8, 0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0,
    90.0,
];
/// Clear-sky illuminance of a horizontal surface, lx.
const CLEAR_LX: [f64; 18] = [
    6.51e-4, 8.31e-3, 3.40, 10.8, 453.0, 732.0, 4_760.0, 10_900.0, 18_600.0, 27_300.0, 36_700.0, 47_000.0,
    66_700.0, 85_000.0, 102_000.0, 113_000.0, 120_000.0, 124_000.0,
];

/// Direction towards the sun.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SunDirection {
    /// Elevation above the horizon, rad.
    pub elevation_rad: f64,
    /// Azimuth in the world frame (0 = east, counter-clockwise), rad.
    pub azimuth_rad: f64,
}

/// Where the sun stands `after_s` seconds after a civil time; `None` for dates the algorithm does not
/// cover.
pub fn sun_direction(
    clock: &CivilTime,
    after_s: f64,
    latitude_deg: f64,
    longitude_deg: f64,
) -> Option<SunDirection> {
    let midnight =
        JulianDate::from_utc(clock.year, clock.month.into(), clock.day.into(), 0, 0, 0.0, DELTA_T_S).ok()?;
    let days = (clock.second_of_day + after_s - clock.utc_offset_h * 3_600.0) / 86_400.0;
    let time = JulianDate::new(midnight.julian_date() + days, DELTA_T_S).ok()?;
    let location = Location { latitude: latitude_deg, longitude: longitude_deg };
    let position = SolarPositions::new()
        .at_from_julian(time, location, 0.0, Some(RefractionCorrection::standard()))
        .ok()?;
    Some(SunDirection {
        elevation_rad: position.elevation_angle() * DEG_RAD,
        azimuth_rad: wrap_pi(FRAC_PI_2 - position.azimuth() * DEG_RAD),
    })
}

/// Illuminance of a horizontal surface, lx.
pub fn illuminance_lx(sun_elevation_rad: f64, cloud_cover: f64) -> f64 {
    let elevation_deg = sun_elevation_rad / DEG_RAD;
    let clear = if elevation_deg >= 0.0 {
        interpolate(&ELEVATIONS_DEG[5..], &CLEAR_LX[5..], elevation_deg)
    } else {
        let logs: [f64; 6] = core::array::from_fn(|i| ln(CLEAR_LX[i]));
        exp(interpolate(&ELEVATIONS_DEG[..6], &logs, elevation_deg))
    };
    let clouds = 1.0 - 0.75 * pow(cloud_cover.clamp(0.0, 1.0), 3.4);
    (clear * clouds).max(STREET_LIGHT_LX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::weather::Weather;

    #[test]
    fn sun_stands_where_the_published_example_puts_it() {
        // Reda & Andreas (2004), appendix A.5: Golden, Colorado, 2003-10-17 12:30:30 (UTC−7): zenith
        // 50.11162°, azimuth 194.34024° from north. Their site lies 1830 m high at 820 mbar: the
        // refraction differs by less than 0.01°.
        let clock = CivilTime {
            year: 2003,
            month: 10,
            day: 17,
            second_of_day: 12.0 * 3_600.0 + 30.0 * 60.0 + 30.0,
            utc_offset_h: -7.0,
        };
        let sun = sun_direction(&clock, 0.0, 39.742_476, -105.178_6).expect("covered");
        assert!((sun.elevation_rad / DEG_RAD - (90.0 - 50.111_62)).abs() < 0.01);
        assert!((wrap_pi(FRAC_PI_2 - sun.azimuth_rad) / DEG_RAD + 360.0 - 194.340_24).abs() < 0.01);
        // An hour later in the clock is the same as an hour of simulated time.
        let later = CivilTime { second_of_day: clock.second_of_day + 3_600.0, ..clock };
        let (a, b) = (
            sun_direction(&clock, 3_600.0, 39.742_476, -105.178_6).expect("covered"),
            sun_direction(&later, 0.0, 39.742_476, -105.178_6).expect("covered"),
        );
        assert!((a.elevation_rad - b.elevation_rad).abs() < 1e-9);
        assert!(a.elevation_rad < sun.elevation_rad, "afternoon");
    }

    #[test]
    fn evening_sun_stands_in_the_west() {
        let clock =
            CivilTime { year: 2023, month: 6, day: 21, second_of_day: 19.0 * 3_600.0, utc_offset_h: -7.0 };
        let sun = sun_direction(&clock, 0.0, 47.68, -122.2).expect("covered");
        assert!(crate::base::math::cos(sun.azimuth_rad) < -0.9, "{}", sun.azimuth_rad);
        assert!(sun.elevation_rad > 0.0);
    }

    #[test]
    fn daylight_follows_the_published_table_and_night_the_street_lamps() {
        for (elevation_deg, cloud, expect, tolerance) in [
            (90.0, 0.0, 124_000.0, 1.0),
            (60.0, 0.0, 102_000.0, 1.0),
            (20.0, 0.0, 27_300.0, 1.0),
            (0.0, 0.0, 732.0, 1.0),
            (-0.8, 0.0, 453.0, 1.0),
            (-5.0, 0.0, 10.8, 0.1),
            (-18.0, 0.0, STREET_LIGHT_LX, 1e-12),
            (60.0, 1.0, 25_500.0, 1.0),
            (-18.0, 1.0, STREET_LIGHT_LX, 1e-12),
        ] {
            let got = illuminance_lx(elevation_deg * DEG_RAD, cloud);
            assert!((got - expect).abs() < tolerance, "{elevation_deg}°, clouds {cloud}: {got}");
        }
        let mut last = 0.0;
        for elevation_deg in -20..=90 {
            let lx = illuminance_lx(f64::from(elevation_deg) * DEG_RAD, 0.0);
            assert!(lx >= last, "{elevation_deg}°");
            last = lx;
        }
        let noon = Weather::default();
        let got = illuminance_lx(noon.sun_elevation_rad, noon.cloud_cover);
        assert!((got - noon.illuminance_lx).abs() < 1e-6, "{got}");
    }
}
