//! The sky as a function of direction: what the dome draws, what wet roads and paint mirror, and the color of
//! distant haze. One set of numbers for all three, so that they always meet at the horizon.
//!
//! ```text
//! clear     zenith → horizon by (1 − sin γ)^p; the horizon turns from warm (sunward) to cool (opposite)
//! overcast  L = Lz·(1 + 2 sin γ)/3 (CIE standard overcast sky), Lz = 9/7·E/π
//! both      scaled so that they give the ground the sky's illuminance
//! fog       L = Lf + (L − Lf)·e^(−τ/sin γ), τ = optical depth to the zenith
//! night     the glow of a town: brighter and warmer at the horizon, and under clouds
//! ```
//!
//! Units: cd/m², linear colors, window frame (y up). The colors of the clear sky by the sun's elevation are
//! chosen by eye from photographs; their brightness is the engine's.
//!
//! What it does not do: clouds have no place of their own, only a cover (the dome draws some for it).

use crate::weather::air;
use crate::weather::light::{Light, luminance, smooth};
use bevy::math::Vec3;
use core::f32::consts::PI;
use shakedown::sensor::medium::Extinction;

/// Sun elevations of the color table, deg.
const ELEVATIONS_DEG: [f32; 9] = [-18.0, -9.0, -4.0, -1.0, 2.0, 6.0, 15.0, 30.0, 60.0];
const ZENITH: [[f32; 3]; 9] = [
    [0.50, 0.60, 1.10],
    [0.34, 0.48, 1.00],
    [0.42, 0.58, 1.12],
    [0.44, 0.60, 1.04],
    [0.42, 0.60, 1.04],
    [0.37, 0.57, 1.02],
    [0.30, 0.52, 1.00],
    [0.26, 0.49, 1.00],
    [0.24, 0.47, 1.00],
];
const SUNWARD: [[f32; 3]; 9] = [
    [0.80, 0.80, 1.00],
    [2.10, 1.25, 0.95],
    [4.40, 2.05, 0.75],
    [5.00, 2.60, 0.95],
    [4.30, 2.80, 1.35],
    [3.20, 2.50, 1.70],
    [1.95, 1.95, 1.90],
    [1.50, 1.70, 1.95],
    [1.35, 1.60, 1.95],
];
const OPPOSITE: [[f32; 3]; 9] = [
    [0.80, 0.80, 1.00],
    [0.56, 0.65, 1.00],
    [0.72, 0.74, 1.06],
    [1.05, 0.98, 1.20],
    [1.38, 1.26, 1.36],
    [1.45, 1.42, 1.55],
    [1.30, 1.48, 1.75],
    [1.20, 1.48, 1.85],
    [1.18, 1.48, 1.90],
];
/// Glow of a town in the night sky, cd/m²: zenith, horizon, clouds. Chosen: dark, but not black, on a screen.
const TOWN_ZENITH: Vec3 = Vec3::new(0.035, 0.045, 0.085);
const TOWN_HORIZON: Vec3 = Vec3::new(0.20, 0.17, 0.16);
const TOWN_CLOUD: Vec3 = Vec3::new(0.17, 0.14, 0.12);
/// Reflectance of grass, fields and roofs at the horizon.
const LAND: Vec3 = Vec3::new(0.11, 0.125, 0.085);

/// The sky of one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sky {
    /// Unit vector towards the sun.
    pub to_sun: Vec3,
    /// Clear zenith.
    pub zenith: Vec3,
    /// Clear horizon under the sun.
    pub sunward: Vec3,
    /// Clear horizon opposite to the sun.
    pub opposite: Vec3,
    /// Exponent of the horizon's band.
    pub band: f32,
    /// Aureole around the sun.
    pub glow: Vec3,
    /// Zenith of the overcast sky.
    pub overcast: Vec3,
    /// Share of the overcast sky, 0–1.
    pub gray: f32,
    /// Fog and distant haze.
    pub fog: Vec3,
    /// Optical depth of fog and precipitation to the zenith.
    pub depth: f32,
    /// Land at the horizon.
    pub land: Vec3,
}

impl Sky {
    /// The sky of a light and an air.
    pub fn new(light: &Light, extinction: &Extinction) -> Self {
        let deg = light.elevation_rad.to_degrees();
        let warm = 1.0 - smooth(0.0, 25.0, deg);
        let mut sky = Self {
            to_sun: light.to_sun,
            zenith: pick(&ZENITH, deg),
            sunward: pick(&SUNWARD, deg),
            opposite: pick(&OPPOSITE, deg),
            band: 4.0 + 5.0 * (1.0 - smooth(-6.0, 12.0, deg)),
            glow: Vec3::ZERO,
            overcast: Vec3::ZERO,
            gray: smooth(0.55, 1.0, light.cloud),
            fog: Vec3::ZERO,
            depth: 0.0,
            land: Vec3::ZERO,
        };
        // The table gives hues; the engine's illuminance gives the brightness.
        let scale = light.sky_lx / sky.illuminance(Sky::clear);
        let town = 1.0 - smooth(0.3, 30.0, light.natural_lx);
        sky.zenith = sky.zenith * scale + TOWN_ZENITH * town;
        sky.sunward = sky.sunward * scale + TOWN_HORIZON * town;
        sky.opposite = sky.opposite * scale + TOWN_HORIZON * town;
        let direct = light.sun_lx / (light.sun_lx + 2.0 * light.sky_lx + 1.0);
        sky.glow = light.sun_color * (light.sky_lx / PI) * (1.1 + 1.3 * warm) * direct.sqrt();
        let tint = Vec3::new(0.97, 1.0, 1.03).lerp(Vec3::new(0.80, 0.95, 1.30), 1.0 - smooth(-5.0, 8.0, deg));
        let tint = tint / luminance(tint);
        sky.overcast = tint * (9.0 / 7.0 * light.sky_lx / PI) + TOWN_CLOUD * town;
        let horizon = sky.sunward.lerp(sky.opposite, 0.5).lerp(sky.overcast / 3.0, sky.gray);
        let thick = tint.lerp(Vec3::ONE, 0.6) * (0.60 * light.natural_lx / PI)
            + Vec3::new(1.12, 0.98, 0.84) * (0.045 * light.street_lx)
            + TOWN_CLOUD * town;
        let depth = air::depth_to_zenith(extinction);
        sky.fog = horizon.lerp(thick, smooth(0.05, 1.2, depth));
        sky.depth = depth;
        let ground_lx = light.natural_lx + 0.1 * light.street_lx;
        sky.land = (LAND * (ground_lx / PI)).lerp(horizon, 0.35);
        sky
    }

    /// Radiance of the clear sky, above the horizon.
    fn clear(&self, dir: Vec3) -> Vec3 {
        let up = dir.y.max(0.0);
        let horizon = self.opposite.lerp(self.sunward, self.warmth(dir));
        let cosine = dir.dot(self.to_sun).max(0.0);
        self.zenith.lerp(horizon, (1.0 - up).powf(self.band))
            + self.glow * (0.30 * cosine.powi(8) + 0.70 * cosine.powi(64))
    }

    /// 1 towards the sun, 0 opposite.
    fn warmth(&self, dir: Vec3) -> f32 {
        let (a, b) = (dir.with_y(0.0).normalize_or_zero(), self.to_sun.with_y(0.0).normalize_or_zero());
        let half = 0.5 + 0.5 * a.dot(b);
        half * half
    }

    /// Radiance of the overcast sky.
    fn overcast(&self, dir: Vec3) -> Vec3 {
        self.overcast * ((1.0 + 2.0 * dir.y.max(0.0)) / 3.0)
    }

    /// Radiance in a direction, without sun, stars and the shapes of clouds.
    pub fn radiance(&self, dir: Vec3) -> Vec3 {
        let above = self.clear(dir).lerp(self.overcast(dir), self.gray);
        let through = (-self.depth / dir.y.max(0.02)).exp();
        let above = self.fog + (above - self.fog) * through;
        let haze = (-self.depth.min(1.0) * 8.0).exp();
        let below = self.fog.lerp(self.land, smooth(0.0, 0.12, -dir.y) * haze);
        above.lerp(below, smooth(0.0, 0.012, -dir.y))
    }

    /// Light that a radiance gives a horizontal surface, lx.
    pub fn illuminance(&self, of: impl Fn(&Self, Vec3) -> Vec3) -> f32 {
        let samples = 256;
        let sum: f32 = fibonacci(samples).map(|dir| luminance(of(self, dir)) * dir.y).sum();
        sum * 2.0 * PI / samples as f32
    }
}

/// Directions spread evenly over the upper hemisphere.
pub fn fibonacci(count: usize) -> impl Iterator<Item = Vec3> {
    (0..count).map(move |i| {
        let y = (i as f32 + 0.5) / count as f32;
        let run = (1.0 - y * y).sqrt();
        let (sin, cos) = (i as f32 * 2.399_963_2).sin_cos();
        Vec3::new(run * cos, y, run * sin)
    })
}

/// Color of a table at an elevation.
fn pick(table: &[[f32; 3]; 9], deg: f32) -> Vec3 {
    let after = ELEVATIONS_DEG.iter().position(|e| *e > deg).unwrap_or(8).max(1);
    let (lo, hi) = (ELEVATIONS_DEG[after - 1], ELEVATIONS_DEG[after]);
    let w = ((deg - lo) / (hi - lo)).clamp(0.0, 1.0);
    Vec3::from(table[after - 1]).lerp(Vec3::from(table[after]), w)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::base::units::DEG_RAD;
    use shakedown::environment::sun::illuminance_lx;
    use shakedown::state::weather::Weather;

    fn at(elevation_deg: f64, cloud_cover: f64, fog_mor_m: f64) -> (Light, Sky) {
        let weather = Weather {
            sun_elevation_rad: elevation_deg * DEG_RAD,
            sun_azimuth_rad: 0.0,
            cloud_cover,
            fog_mor_m,
            illuminance_lx: illuminance_lx(elevation_deg * DEG_RAD, cloud_cover),
            ..Weather::default()
        };
        let light = Light::new(&weather);
        (light, Sky::new(&light, &air::extinction(&weather)))
    }

    #[test]
    fn the_sky_gives_the_ground_its_illuminance() {
        for (deg, cloud) in [(60.0, 0.0), (20.0, 0.0), (3.0, 0.0), (-2.0, 0.0), (40.0, 1.0), (5.0, 1.0)] {
            let (light, sky) = at(deg, cloud, f64::INFINITY);
            let got = sky.illuminance(Sky::radiance);
            // The aureole comes on top of a clear sky.
            assert!((0.95..1.35).contains(&(got / light.sky_lx)), "{deg}° {cloud}: {got} {}", light.sky_lx);
        }
    }

    #[test]
    fn dusk_is_warm_towards_the_sun_and_noon_is_blue() {
        let (_, dusk) = at(-1.0, 0.0, f64::INFINITY);
        let low = |x: f32| dusk.radiance(Vec3::new(x, 0.05, 0.0).normalize());
        assert!(low(1.0).x > 2.0 * low(1.0).z && low(-1.0).x < 1.3 * low(-1.0).z);
        let (_, noon) = at(60.0, 0.0, f64::INFINITY);
        let zenith = noon.radiance(Vec3::new(-0.3, 1.0, 0.0).normalize());
        assert!(zenith.z > 2.0 * zenith.x);
        let (_, gray) = at(60.0, 1.0, f64::INFINITY);
        let (up, side) = (gray.radiance(Vec3::Y), gray.radiance(Vec3::new(1.0, 0.001, 0.0).normalize()));
        assert!((luminance(up) / luminance(side) - 3.0).abs() < 0.05, "CIE overcast");
    }

    #[test]
    fn fog_swallows_the_horizon_before_the_zenith() {
        let (_, fog) = at(40.0, 0.0, 200.0);
        let side = fog.radiance(Vec3::new(0.6, 0.05, 0.8).normalize());
        assert!((side - fog.fog).length() < 1e-3 * fog.fog.length());
        let (_, thin) = at(40.0, 0.0, 3_000.0);
        assert!((thin.radiance(Vec3::Y) - thin.fog).length() > 0.2 * thin.fog.length());
        let (_, clear) = at(40.0, 0.0, f64::INFINITY);
        assert_eq!(clear.depth, 0.0);
    }

    #[test]
    fn night_is_dark_but_not_black() {
        let (light, night) = at(-25.0, 0.0, f64::INFINITY);
        let shown = |dir: Vec3| luminance(night.radiance(dir)) * light.exposure();
        assert!((0.002..0.03).contains(&shown(Vec3::Y)), "{}", shown(Vec3::Y));
        assert!(shown(Vec3::new(1.0, 0.02, 0.0).normalize()) > 2.0 * shown(Vec3::Y));
    }
}
