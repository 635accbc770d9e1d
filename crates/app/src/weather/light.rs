//! Light as numbers: where the sun stands, how much comes from it and from the sky, and how a camera exposes.
//!
//! ```text
//! sun on a surface facing it   the engine's direct sunlight, times e^(−1000 m·σ) as for the sensors' glare
//! sky on the ground            E − E_sun·sin(elevation): the rest of the engine's illuminance, a fifth at least
//! street                       what the engine adds to a night so that roads are lit: its floor of 10 lx
//! exposure                     EV100 = log2(E/2.5) − log2(key), key = 2·(E/100 klx)^0.09·(1 − cloud/5)
//! ```
//!
//! `E/2.5` is the incident-light formula with C = 250 lx·s (ISO 2720), the factor 2 a stop more for a display
//! transform that spares the lights. The key lets a night look darker than a noon, by a stop, although the
//! illuminances differ by thirteen. Colors are linear and have the luminance 1.
//!
//! Units: lx, rad, window frame (y up). Sources: [`shakedown::environment::sun`], [`shakedown::sensor::medium`];
//! the sun's color: spectral optical depths of a clear atmosphere at 610, 550 and 465 nm, rounded.
//!
//! What it does not do: moonlight follows no ephemeris.

use crate::frames;
use bevy::math::Vec3;
use shakedown::base::math::DVec3;
use shakedown::environment::sun::STREET_LIGHT_LX;
use shakedown::sensor::medium::Medium;
use shakedown::state::weather::Weather;

/// Optical depth of the clear air per air mass for red, green and blue, –.
const SUN_DEPTHS: Vec3 = Vec3::new(0.155, 0.215, 0.34);
/// Distance over which haze dims the sun, m (as in the sensors' glare).
const HAZE_PATH_M: f64 = 1_000.0;
/// Illuminance at which the lamps' light is all there is, lx.
const NIGHT_LX: f32 = 2.0;
/// Illuminance above which lamps are off, lx (automatic headlights and street lamps: some hundred).
const DUSK_LX: f32 = 900.0;
/// A full moon high in a clear sky, lx.
const MOON_LX: f32 = 0.25;

/// The light of one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Light {
    /// Unit vector towards the sun.
    pub to_sun: Vec3,
    /// Elevation of the sun, rad.
    pub elevation_rad: f32,
    /// Direct sun on a surface facing it, lx.
    pub sun_lx: f32,
    /// Color of the direct sun.
    pub sun_color: Vec3,
    /// The sky's light on the ground, lx.
    pub sky_lx: f32,
    /// Sun and sky on the ground, lx.
    pub natural_lx: f32,
    /// Light of the street at night, lx.
    pub street_lx: f32,
    /// Full moon on the ground, lx.
    pub moon_lx: f32,
    /// 0 = day, 1 = lamps are lit.
    pub lamps: f32,
    /// Cloud cover, 0–1.
    pub cloud: f32,
    /// Exposure value at ISO 100.
    pub ev100: f32,
}

impl Light {
    /// The light of a weather.
    pub fn new(weather: &Weather) -> Self {
        let mut medium = Medium::default();
        medium.update(weather);
        let elevation = weather.sun_elevation_rad as f32;
        let cloud = weather.cloud_cover.clamp(0.0, 1.0) as f32;
        let total_lx = weather.illuminance_lx.max(0.1) as f32;
        let natural_lx = natural_lx(total_lx, elevation);
        let through = (-HAZE_PATH_M * medium.visible.total_per_m()).exp();
        let sun_lx = (medium.sun_lx * through) as f32;
        // Direct and total light come from independent tables, and a forced weather may contradict itself: the
        // sky always gives a fifth (CIE clear sky: 15–25 % at usual turbidities).
        let rise = elevation.sin().max(1e-3);
        let sun_on_ground = (sun_lx * rise).min(0.8 * natural_lx);
        let sun_lx = sun_on_ground / rise;
        Self {
            to_sun: direction(weather.sun_elevation_rad, weather.sun_azimuth_rad),
            elevation_rad: elevation,
            sun_lx,
            sun_color: sun_color(elevation),
            sky_lx: natural_lx - sun_on_ground,
            natural_lx,
            street_lx: (total_lx - natural_lx).clamp(0.0, STREET_LIGHT_LX as f32),
            moon_lx: MOON_LX * (1.0 - 0.9 * cloud) * (1.0 - smooth(0.5, 20.0, natural_lx)),
            lamps: 1.0 - smooth(NIGHT_LX.ln(), DUSK_LX.ln(), natural_lx.max(0.01).ln()),
            cloud,
            ev100: ev100(total_lx, cloud),
        }
    }

    /// Factor from cd/m² to what a camera shows (1 = white), as the renderer applies it.
    pub fn exposure(&self) -> f32 {
        1.0 / (1.2 * self.ev100.exp2())
    }
}

/// Sun and sky alone: the engine's illuminance while it is above the street lamps' floor, and below it the
/// fall of the published table (1 in e for each degree) on to the airglow.
fn natural_lx(total_lx: f32, elevation_rad: f32) -> f32 {
    let floor = STREET_LIGHT_LX as f32;
    if total_lx > floor * 1.001 {
        return total_lx;
    }
    let below_deg = (-elevation_rad.to_degrees() - 5.1).max(0.0);
    (floor * (-below_deg).exp()).max(1e-3)
}

/// Exposure value at ISO 100 for an illuminance in lx.
pub fn ev100(illuminance_lx: f32, cloud: f32) -> f32 {
    let key = 2.0 * (illuminance_lx / 100_000.0).powf(0.09) * (1.0 - 0.2 * cloud);
    (illuminance_lx / 2.5).log2() - key.log2()
}

/// Color of the direct sun; luminance 1.
pub fn sun_color(elevation_rad: f32) -> Vec3 {
    let deg = elevation_rad.to_degrees().max(-0.8);
    // Kasten–Young air mass; beyond 14 the color no longer changes to the eye.
    let mass = (1.0 / (deg.to_radians().sin() + 0.50572 * (deg + 6.07995).powf(-1.6364))).clamp(1.0, 14.0);
    let color = (-SUN_DEPTHS * mass).exp();
    color / luminance(color)
}

/// Luminance of a linear color.
pub fn luminance(color: Vec3) -> f32 {
    color.dot(Vec3::new(0.2126, 0.7152, 0.0722))
}

/// Unit vector of an elevation and an azimuth of the engine's world, in the window.
pub fn direction(elevation_rad: f64, azimuth_rad: f64) -> Vec3 {
    let run = elevation_rad.cos();
    frames::point(DVec3::new(run * azimuth_rad.cos(), run * azimuth_rad.sin(), elevation_rad.sin()))
}

/// Smooth step from `lo` to `hi`.
pub fn smooth(lo: f32, hi: f32, x: f32) -> f32 {
    let t = ((x - lo) / (hi - lo)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::base::units::DEG_RAD;
    use shakedown::environment::sun::illuminance_lx;

    fn at(elevation_deg: f64, cloud_cover: f64) -> Light {
        let sun_elevation_rad = elevation_deg * DEG_RAD;
        Light::new(&Weather {
            sun_elevation_rad,
            cloud_cover,
            illuminance_lx: illuminance_lx(sun_elevation_rad, cloud_cover),
            ..Weather::default()
        })
    }

    #[test]
    fn sun_and_sky_add_up_to_the_engines_illuminance() {
        for deg in [2.0, 10.0, 30.0, 60.0, 85.0] {
            for cloud in [0.0, 0.4, 0.8, 1.0] {
                let light = at(deg, cloud);
                let sum = light.sun_lx * light.elevation_rad.sin() + light.sky_lx;
                let expect = illuminance_lx(deg * DEG_RAD, cloud) as f32;
                assert!((sum / expect - 1.0).abs() < 1e-3, "{deg}° {cloud}: {sum} for {expect}");
                assert!(light.sky_lx >= 0.199 * expect);
            }
        }
    }

    #[test]
    fn an_overcast_sky_has_no_sun_and_a_clear_one_mostly_sun() {
        assert_eq!(at(45.0, 1.0).sun_lx, 0.0);
        let clear = at(60.0, 0.0);
        assert!(clear.sun_lx * clear.elevation_rad.sin() > 3.9 * clear.sky_lx);
        let fog = Light::new(&Weather { fog_mor_m: 200.0, ..Weather::default() });
        assert!(fog.sun_lx < 0.001 * clear.sun_lx && fog.sky_lx > 0.99 * fog.natural_lx);
    }

    #[test]
    fn sun_reddens_as_it_sinks() {
        let ratio = |deg: f32| {
            let c = sun_color(deg.to_radians());
            c.x / c.z
        };
        assert!((luminance(sun_color(0.3)) - 1.0).abs() < 1e-5);
        assert!(ratio(60.0) < 1.4 && ratio(10.0) > 2.0 && ratio(1.0) > ratio(10.0));
        assert!(ratio(-5.0).is_finite());
    }

    #[test]
    fn dusk_falls_without_a_jump_and_lamps_come_on() {
        let mut last = at(-30.0, 0.0);
        for tenth in -299..600 {
            let light = at(f64::from(tenth) * 0.1, 0.0);
            assert!(light.natural_lx >= last.natural_lx * 0.999, "{tenth}");
            assert!(light.natural_lx < last.natural_lx * 1.3 + 120.0, "{tenth}");
            assert!(light.lamps <= last.lamps + 1e-6);
            last = light;
        }
        assert_eq!(at(60.0, 0.0).lamps, 0.0);
        assert!(at(-15.0, 0.0).lamps > 0.999);
        assert!((at(-15.0, 0.0).street_lx - 10.0).abs() < 0.1);
        assert_eq!(at(10.0, 0.0).street_lx, 0.0);
    }

    #[test]
    fn noon_and_night_both_read() {
        // What a gray card (18 %) on the ground shows.
        let card = |light: &Light| {
            0.18 / core::f32::consts::PI * (light.natural_lx + light.street_lx) * light.exposure()
        };
        let (noon, night, gray) = (card(&at(60.0, 0.0)), card(&at(-20.0, 0.0)), card(&at(60.0, 1.0)));
        assert!((0.18..0.3).contains(&noon), "{noon}");
        assert!(night < 0.7 * noon && night > 0.25 * noon, "{night} against {noon}");
        assert!(gray < noon && gray > 0.5 * noon, "{gray}");
        assert!((ev100(100_000.0, 0.0) - 14.3).abs() < 0.05);
    }

    #[test]
    fn azimuth_turns_into_the_window() {
        let north = direction(0.0, core::f64::consts::FRAC_PI_2);
        assert!((north - Vec3::NEG_Z).length() < 1e-6, "{north}");
        assert!((direction(core::f64::consts::FRAC_PI_2, 1.0) - Vec3::Y).length() < 1e-6);
    }
}
