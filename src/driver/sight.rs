//! How far a human sees an object.
//!
//! Fog and rain: contrast C(d) = C₀ exp(−σ d), seen while C ≥ 0.05, so for a black object the range is the
//! meteorological optical range (Koschmieder with 5 %). Rain extinction by Marshall–Palmer with Q = 2.
//! Darkness: low beam shows a dark pedestrian at 40–60 m; lit objects (vehicles, signals) far beyond.
//! Glare: with the sun within 25° of the line of sight and below 20° the needed contrast rises tenfold.
//! Units: m, mm/h, lx, rad. Not modeled: individual acuity, dirty windscreens, wiper strokes.

use crate::base::math;
use crate::base::units::DEG_RAD;
use crate::state::object::ObjectClass;
use crate::state::weather::Weather;

/// Farthest distance a driver looks at, m.
pub const SIGHT_MAX_M: f64 = 300.0;

/// Extinction by rain (Marshall–Palmer drop sizes, Q = 2), 1/m. REFERENCE table: 25 mm/h → 2.77e-3.
pub fn rain_extinction_per_m(rain_mmph: f64) -> f64 {
    if rain_mmph <= 0.0 {
        return 0.0;
    }
    let lambda_per_mm = 4.1 * math::pow(rain_mmph, -0.21);
    core::f64::consts::PI * 2.0 * 8000.0 / (2.0 * lambda_per_mm * lambda_per_mm * lambda_per_mm) * 1e-6
}

/// Contrast at distance 0 of an unlit object against the road by class.
fn contrast_at_zero(class: ObjectClass) -> f64 {
    match class {
        ObjectClass::Pedestrian | ObjectClass::Bicycle | ObjectClass::Debris => 0.6,
        ObjectClass::WorkZone => 1.0,
        _ => 0.9,
    }
}

/// Range at which a driver sees an object, m. `lit` = it shows lamps; `conspicuity` 0–1;
/// `angle_to_sun_rad` between line of sight and sun in the plane.
pub fn range_m(
    weather: &Weather,
    class: ObjectClass,
    lit: bool,
    conspicuity: f64,
    angle_to_sun_rad: f64,
) -> f64 {
    let extinction = if weather.fog_mor_m.is_finite() { 2.996 / weather.fog_mor_m.max(1.0) } else { 0.0 }
        + rain_extinction_per_m(weather.rain_mmph)
        + 6.0 * rain_extinction_per_m(weather.snow_mmph);
    let mut threshold = 0.05;
    if (0.0..20.0 * DEG_RAD).contains(&weather.sun_elevation_rad)
        && angle_to_sun_rad.abs() < 25.0 * DEG_RAD
        && weather.cloud_cover < 0.7
    {
        threshold *=
            1.0 + 9.0 * (1.0 - angle_to_sun_rad.abs() / (25.0 * DEG_RAD)) * (1.0 + weather.wetness) * 0.5;
    }
    let contrast = contrast_at_zero(class) * (0.4 + 0.6 * conspicuity) * if lit { 4.0 } else { 1.0 };
    let by_contrast =
        if extinction > 0.0 { (math::ln(contrast / threshold) / extinction).max(3.0) } else { SIGHT_MAX_M };
    // Below about 50 lx the headlights decide for everything without its own lamps.
    let by_light = if lit || weather.illuminance_lx > 50.0 {
        SIGHT_MAX_M
    } else {
        math::lerp(30.0, 65.0, conspicuity) * if weather.rain_mmph > 0.5 { 0.8 } else { 1.0 }
    };
    by_contrast.min(by_light).min(SIGHT_MAX_M)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rain_extinction_matches_the_table() {
        for (rain, expect) in
            [(1.0, 3.65e-4), (2.5, 6.50e-4), (10.0, 1.556e-3), (25.0, 2.771e-3), (100.0, 6.636e-3)]
        {
            let got = rain_extinction_per_m(rain);
            assert!((got / expect - 1.0).abs() < 5e-3, "{rain}: {got}");
        }
    }

    #[test]
    fn fog_darkness_and_glare_shorten_sight() {
        let clear = Weather::default();
        let see = |w: &Weather, lit, conspicuity, angle| {
            range_m(w, ObjectClass::Pedestrian, lit, conspicuity, angle)
        };
        assert_eq!(see(&clear, false, 1.0, 1.0), SIGHT_MAX_M);
        let fog = Weather { fog_mor_m: 100.0, ..clear };
        assert!((range_m(&fog, ObjectClass::WorkZone, false, 1.0, 1.0) - 100.0).abs() < 0.1);
        let night = Weather { illuminance_lx: 5.0, sun_elevation_rad: -0.5, ..clear };
        assert!(see(&night, false, 0.2, 1.0) < 45.0 && see(&night, false, 1.0, 1.0) > 55.0);
        assert_eq!(see(&night, true, 1.0, 1.0), SIGHT_MAX_M);
        let low_sun = Weather { sun_elevation_rad: 0.15, fog_mor_m: 2000.0, wetness: 1.0, ..clear };
        assert!(see(&low_sun, false, 1.0, 0.0) < 0.6 * see(&low_sun, false, 1.0, 1.0));
    }
}
