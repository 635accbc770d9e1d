//! The environment action's state of weather, light and road. What is not given stays as it is.

use crate::board::CivilTime;
use serde::{Deserialize, Serialize};

/// Environment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// Name.
    pub name: String,
    /// Time of day, and whether it advances.
    pub time_of_day: Option<(CivilTime, ClockMotion)>,
    /// Cloud cover, 0–1.
    pub cloud_cover: Option<f64>,
    /// Temperature, K.
    pub temperature_k: Option<f64>,
    /// Air pressure, Pa.
    pub pressure_pa: Option<f64>,
    /// Fog: visual range, m.
    pub fog_visual_range_m: Option<f64>,
    /// Precipitation: kind and intensity, mm/h.
    pub precipitation: Option<(Precipitation, f64)>,
    /// Sun: azimuth (clockwise from north as the standard has it), rad; elevation, rad; illuminance, lx.
    pub sun: Option<Sun>,
    /// Wind: direction it blows **to** in the world frame, rad; speed, m/s.
    pub wind: Option<(f64, f64)>,
    /// Road: friction scale factor, – (1 = the map's own).
    pub friction_scale: Option<f64>,
    /// Road wetness.
    pub wetness: Option<Wetness>,
    /// Dome image (named, not drawn).
    pub dome_image: Option<String>,
}

/// Whether time goes on by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockMotion {
    /// It goes on.
    #[default]
    Runs,
    /// It stands (`animation = false`).
    Stands,
}

/// Kind of precipitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precipitation {
    /// None.
    Dry,
    /// Rain.
    Rain,
    /// Snow.
    Snow,
}

/// The sun.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sun {
    /// Azimuth, rad, 0 = north, π/2 = east.
    pub azimuth_rad: f64,
    /// Elevation above the horizon, rad.
    pub elevation_rad: f64,
    /// Illuminance, lx.
    pub illuminance_lx: Option<f64>,
}

/// Wetness of the road.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wetness {
    /// Dry.
    Dry,
    /// Moist: no film.
    Moist,
    /// Wet, puddles.
    WetWithPuddles,
    /// Low flooding.
    LowFlooded,
    /// High flooding.
    HighFlooded,
}
