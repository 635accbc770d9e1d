//! Light as a camera meets it: headlights, glare, contrast.
//!
//! ```text
//! veil       L_v = k·10·E_sun/θ²        Stiles–Holladay, θ in deg between target and sun, faded at 25–30°
//! wet road   a second sun below the horizon, E·F(elevation)·wetness (Schlick's Fresnel, n = 1.33)
//! contrast   C = C₀·e^(−σd)·L_b/(L_b + L_v)
//! headlight  E = I/d²/(1 + (d/70 m)⁴), low beam with its cut-off
//! ```
//!
//! Units: lx, cd/m², rad unless named `_deg`. Validity: sun below 25° within ±25° of the axis matters
//! (REFERENCE §5.5); the veil of a lens is taken as that of the eye times 0.5. Not modeled: other
//! drivers' headlights, tunnels, shadows of trees.

use super::medium::Medium;
use crate::base::math::{DVec3, exp, pow, sin, smoothstep, unit};
use crate::base::units::DEG_RAD;
use crate::state::weather::Weather;
use core::f64::consts::PI;

/// Scatter of a clean camera lens relative to the eye's, –.
const LENS_SCATTER: f64 = 0.5;
/// Luminous intensity of the low beam toward a pedestrian ahead, cd: chosen so that a dark one (30 %
/// conspicuity) is found between about 40 and 60 m.
const LOW_BEAM_CD: f64 = 10_000.0;
/// Distance at which the cut-off of the low beam meets a pedestrian's chest, m.
const LOW_BEAM_CUTOFF_M: f64 = 70.0;
/// Illuminance below which headlights are on, lx (automatic low beam, UN R48: 1000 lx).
pub const HEADLIGHTS_ON_LX: f64 = 1_000.0;
/// Mean reflectance of a street scene, –.
const SCENE_REFLECTANCE: f64 = 0.2;

/// Directions of the bright sources in the ego frame, once a frame.
#[derive(Clone, Copy, Debug)]
pub struct Glare {
    sun: DVec3,
    mirror: DVec3,
    sun_lx: f64,
    mirror_lx: f64,
    /// Mean luminance of the scene, cd/m².
    pub scene_cdpm2: f64,
}

impl Glare {
    /// Sources for an ego that heads along the unit vector `forward`.
    pub fn new(weather: &Weather, medium: &Medium, forward: crate::base::math::DVec2) -> Self {
        let scene_cdpm2 = SCENE_REFLECTANCE * weather.illuminance_lx / PI;
        let elevation = weather.sun_elevation_rad;
        if medium.sun_lx <= 0.0 || elevation > 40.0 * DEG_RAD {
            return Self { sun: DVec3::Z, mirror: DVec3::Z, sun_lx: 0.0, mirror_lx: 0.0, scene_cdpm2 };
        }
        let azimuth = unit(weather.sun_azimuth_rad);
        let planar = crate::base::math::DVec2::new(azimuth.dot(forward), forward.perp_dot(azimuth));
        let rise = sin(elevation);
        let run = (1.0 - rise * rise).sqrt();
        // Fog and cloud scatter the beam: it arrives weaker but the air itself glows (airlight).
        let sun_lx = medium.sun_lx * exp(-1_000.0 * medium.visible.total_per_m());
        // Schlick's approximation, R₀ = 0.02 for water; incidence is measured from the zenith.
        let fresnel = 0.02 + 0.98 * pow(1.0 - rise, 5.0);
        Self {
            sun: (planar * run).extend(rise),
            mirror: (planar * run).extend(-rise),
            sun_lx,
            mirror_lx: 0.5 * sun_lx * fresnel * weather.wetness.clamp(0.0, 1.0),
            scene_cdpm2,
        }
    }

    /// Veiling luminance, cd/m², over a target in the direction `dir` (unit vector, ego frame).
    pub fn veil_cdpm2(&self, dir: DVec3) -> f64 {
        if self.sun_lx <= 0.0 {
            return 0.0;
        }
        veil(self.sun_lx, self.sun.dot(dir)) + veil(self.mirror_lx, self.mirror.dot(dir))
    }

    /// Share of the contrast that the veil leaves, 0–1.
    pub fn contrast_left(&self, dir: DVec3) -> f64 {
        let veil = self.veil_cdpm2(dir);
        if veil <= 0.0 { 1.0 } else { self.scene_cdpm2 / (self.scene_cdpm2 + veil) }
    }

    /// Illuminance, lx, of the sun on a surface whose outward normal is `normal` (ego frame): 0 behind it
    /// and when the sun stands too high to matter.
    pub fn sun_on_lx(&self, normal: DVec3) -> f64 {
        self.sun_lx * self.sun.dot(normal).max(0.0)
    }

    /// Slope of the sun's elevation (z of its unit vector).
    pub fn sun_rise(&self) -> f64 {
        self.sun.z
    }
}

/// Stiles–Holladay veil for the cosine of the angle to the source, with the hood's cut-off.
fn veil(source_lx: f64, cosine: f64) -> f64 {
    const COS_30: f64 = 0.866_025_4;
    if cosine < COS_30 {
        return 0.0;
    }
    // Small angles: 1 − cos θ = θ²/2 to 2 % at 30°.
    let theta_sq_deg2 = (2.0 * (1.0 - cosine) / (DEG_RAD * DEG_RAD)).max(1.0);
    let hood = 1.0 - smoothstep(25.0 * 25.0, 30.0 * 30.0, theta_sq_deg2);
    LENS_SCATTER * 10.0 * source_lx / theta_sq_deg2 * hood
}

/// Illuminance, lx, that the ego's low beam adds on a target at a distance in m.
pub fn headlight_lx(illuminance_lx: f64, distance_m: f64) -> f64 {
    if illuminance_lx > HEADLIGHTS_ON_LX {
        return 0.0;
    }
    let square = (distance_m * distance_m).max(25.0);
    let beyond = square / (LOW_BEAM_CUTOFF_M * LOW_BEAM_CUTOFF_M);
    LOW_BEAM_CD / square / (1.0 + beyond * beyond)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::math::DVec2;

    fn low_sun(elevation_deg: f64, wetness: f64) -> Glare {
        let weather = Weather {
            sun_elevation_rad: elevation_deg * DEG_RAD,
            sun_azimuth_rad: 0.0,
            illuminance_lx: 15_000.0,
            wetness,
            ..Weather::default()
        };
        let mut medium = Medium::default();
        medium.update(&weather);
        Glare::new(&weather, &medium, DVec2::X)
    }

    #[test]
    fn glare_needs_a_low_sun_near_the_axis() {
        let ahead = low_sun(10.0, 0.0).contrast_left(DVec3::X);
        let toward = |deg: f64| low_sun(10.0, 0.0).contrast_left(unit(deg * DEG_RAD).extend(0.0));
        assert!(ahead < 0.35, "{ahead}");
        assert!(toward(15.0) > ahead && toward(15.0) < 0.95);
        assert_eq!(toward(40.0), 1.0);
        assert_eq!(toward(180.0), 1.0);
        assert_eq!(low_sun(45.0, 0.0).contrast_left(DVec3::X), 1.0);
        assert_eq!(low_sun(-2.0, 0.0).contrast_left(DVec3::X), 1.0);
    }

    #[test]
    fn a_wet_road_doubles_the_low_sun() {
        let dir = DVec3::new(1.0, 0.0, -0.03).normalize();
        let (dry, wet) = (low_sun(8.0, 0.0), low_sun(8.0, 1.0));
        assert!(wet.veil_cdpm2(dir) > 1.15 * dry.veil_cdpm2(dir));
    }

    #[test]
    fn low_beam_reaches_dark_pedestrians_at_40_to_60_m() {
        // Dark clothes: reflectance 0.3 · 0.3; the camera needs about 0.375 lx·ρ for every second frame.
        let light = |d| headlight_lx(1.0, d) * 0.09;
        assert!(light(40.0) > 0.375 && light(60.0) < 0.375, "{} {}", light(40.0), light(60.0));
        assert_eq!(headlight_lx(50_000.0, 10.0), 0.0);
    }
}
