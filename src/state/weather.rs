//! Weather and light as values. The truth lives in a resource; perception and drivers hold estimates of
//! the same shape.

use bevy::prelude::Resource;
use serde::{Deserialize, Serialize};

/// State of the atmosphere, the light and the road surface at one moment.
///
/// The default is a clear, dry, calm noon: with it, nothing in the engine differs from a scenario
/// without a weather section.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weather {
    /// Rain rate, mm/h.
    pub rain_mmph: f64,
    /// Snowfall rate, mm/h water equivalent.
    pub snow_mmph: f64,
    /// Meteorological optical range by fog and haze alone (5 % contrast), m; `f64::INFINITY` = clear.
    #[serde(deserialize_with = "unbounded_if_null")]
    pub fog_mor_m: f64,
    /// Air temperature, °C.
    pub temperature_c: f64,
    /// Wind speed, m/s.
    pub wind_mps: f64,
    /// Direction the wind blows **to**, rad in the world frame.
    pub wind_heading_rad: f64,
    /// Cloud cover, 0–1.
    pub cloud_cover: f64,
    /// Sun elevation above the horizon, rad (negative at night).
    pub sun_elevation_rad: f64,
    /// Direction **towards** the sun, rad in the world frame.
    pub sun_azimuth_rad: f64,
    /// Illuminance on a horizontal surface, lx (sun, sky; night floor from street lamps).
    pub illuminance_lx: f64,
    /// Water film on the road surface, mm (0 = dry; damp < 0.1).
    pub water_film_mm: f64,
    /// Wetness of the surface, 0–1 (drives spray and glare even without a film).
    pub wetness: f64,
    /// Snow depth on the road, mm.
    pub snow_depth_mm: f64,
    /// Share of the surface covered by ice, 0–1.
    pub ice_cover: f64,
}

/// JSON has no infinity and writes it as null.
fn unbounded_if_null<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::INFINITY))
}

impl Default for Weather {
    fn default() -> Self {
        Self {
            rain_mmph: 0.0,
            snow_mmph: 0.0,
            fog_mor_m: f64::INFINITY,
            temperature_c: 15.0,
            wind_mps: 0.0,
            wind_heading_rad: 0.0,
            cloud_cover: 0.0,
            sun_elevation_rad: 60.0 * crate::base::units::DEG_RAD,
            sun_azimuth_rad: -90.0 * crate::base::units::DEG_RAD,
            illuminance_lx: 102_000.0,
            water_film_mm: 0.0,
            wetness: 0.0,
            snow_depth_mm: 0.0,
            ice_cover: 0.0,
        }
    }
}
