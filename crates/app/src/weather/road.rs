//! What lies on surfaces, as numbers for the shader: wet, puddled, snowed over, iced.
//!
//! ```text
//! wet        albedo × (1 − 0.55·porosity·w), roughness → 0.16 (Lagarde 2013: porous surfaces darken)
//! puddles    share of the road under water: 0 at a damp road (0.2 mm), 1/4 at 1 mm, 1/2 at 2.5 mm
//! snow       share covered: 0 below 1 mm, half at 5 mm, all at 15 mm (flakes bridge the texture of 0.8 mm)
//! ice        share as the engine says; smooth and pale
//! ```
//!
//! Units: mm, shares 0–1. Sources: S. Lagarde, "Physically based wet surfaces" (2013); the engine's film and
//! texture ([`shakedown::environment::water`]). The shares are chosen, see each.
//!
//! What it does not do: ruts, ploughed lanes, tire tracks in snow.

use crate::weather::light::smooth;
use shakedown::environment::water::WET_ROAD_MM;
use shakedown::state::weather::Weather;

/// State of the ground.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ground {
    /// How wet, 0–1.
    pub wet: f32,
    /// Share of the road under standing water, 0–1.
    pub puddles: f32,
    /// Share under snow, 0–1.
    pub snow: f32,
    /// Share under ice, 0–1.
    pub ice: f32,
    /// Share of the strongest ripples of falling rain, 0–1.
    pub ripples: f32,
}

impl Ground {
    /// Ground of a weather.
    pub fn new(weather: &Weather) -> Self {
        Self {
            ripples: (weather.rain_mmph / 25.0).clamp(0.0, 1.0).sqrt() as f32,
            ..Self::of(weather.wetness, weather.water_film_mm, weather.snow_depth_mm, weather.ice_cover)
        }
    }

    /// Ground under a film, snow and ice.
    pub fn of(wetness: f64, film_mm: f64, snow_mm: f64, ice: f64) -> Self {
        Self {
            wet: wetness.max(film_mm / WET_ROAD_MM).clamp(0.0, 1.0) as f32,
            puddles: puddle_share(film_mm),
            snow: snow_share(snow_mm),
            ice: ice.clamp(0.0, 1.0) as f32,
            ripples: 0.0,
        }
    }
}

/// Share of the road under standing water.
pub fn puddle_share(film_mm: f64) -> f32 {
    let over = (film_mm - 0.15).max(0.0) as f32;
    0.75 * over / (over + 1.7)
}

/// Share of a surface under snow.
pub fn snow_share(depth_mm: f64) -> f32 {
    smooth(0.0, 1.0, ((depth_mm as f32 - 1.0) / 14.0).clamp(0.0, 1.0).powf(0.65))
}

/// How a surface takes water and snow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Skin {
    /// How much it darkens when wet, 0–1.
    pub porosity: f32,
    /// Roughness when wet.
    pub wet_roughness: f32,
    /// How readily water stands on it, 0–1.
    pub puddles: f32,
    /// How readily snow lies on it, 0–1.
    pub snow: f32,
    /// Smallest upward component of the normal on which snow lies.
    pub snow_slope: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn films_become_puddles_by_and_by() {
        assert_eq!(puddle_share(0.0), 0.0);
        assert!(puddle_share(WET_ROAD_MM) < 0.05, "a damp road has hardly any");
        assert!((puddle_share(1.0) - 0.25).abs() < 0.02, "{}", puddle_share(1.0));
        assert!((puddle_share(2.5) - 0.43).abs() < 0.08, "{}", puddle_share(2.5));
        assert!(puddle_share(20.0) < 0.76);
    }

    #[test]
    fn snow_whitens_with_depth() {
        assert_eq!((snow_share(0.0), snow_share(1.0)), (0.0, 0.0));
        assert!((0.3..0.6).contains(&snow_share(5.0)), "{}", snow_share(5.0));
        assert!(snow_share(15.0) > 0.999);
        let shares: Vec<f32> = (0..40).map(|mm| snow_share(f64::from(mm) * 0.5)).collect();
        assert!(shares.windows(2).all(|w| w[1] >= w[0]));
    }

    #[test]
    fn dry_is_dry_and_rain_ripples() {
        assert_eq!(Ground::new(&Weather::default()), Ground::default());
        let rain =
            Ground::new(&Weather { rain_mmph: 25.0, water_film_mm: 0.9, wetness: 1.0, ..Weather::default() });
        assert!(rain.wet == 1.0 && rain.ripples == 1.0 && rain.puddles > 0.15);
        let drying = Ground::of(0.4, 0.02, 0.0, 0.0);
        assert!((drying.wet - 0.4).abs() < 1e-6 && drying.puddles == 0.0);
    }
}
