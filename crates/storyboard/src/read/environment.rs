//! The environment: weather, time of day, road condition.

use super::context::Context;
use super::word;
use crate::board::CivilTime;
use crate::standard::{ClockMotion, Environment, Precipitation, Sun};
use openscenario::DateTime;
use openscenario::model as xml;

/// Precipitation at the deprecated intensity 1, mm/h. OpenSCENARIO 1.0 gives no unit to its scale from 0 to
/// 1; chosen because rain is called violent from 50 mm/h on.
const PRECIPITATION_MMPH_FULL: f64 = 50.0;

/// A date and time as the engine has it.
fn civil(date: &DateTime) -> CivilTime {
    CivilTime {
        year: date.year,
        month: date.month,
        day: date.day,
        second_of_day: date.time_of_day_s(),
        utc_offset_h: f64::from(date.offset_min.unwrap_or(0)) / 60.0,
    }
}

/// Part of the sky under cloud. Nine oktas stand for a sky that cannot be seen.
fn cloud_cover(weather: &xml::Weather) -> Option<f64> {
    let oktas = weather.fractional_cloud_cover.map(|cover| match cover {
        xml::FractionalCloudCover::ZeroOktas => 0.0,
        xml::FractionalCloudCover::OneOktas => 1.0,
        xml::FractionalCloudCover::TwoOktas => 2.0,
        xml::FractionalCloudCover::ThreeOktas => 3.0,
        xml::FractionalCloudCover::FourOktas => 4.0,
        xml::FractionalCloudCover::FiveOktas => 5.0,
        xml::FractionalCloudCover::SixOktas => 6.0,
        xml::FractionalCloudCover::SevenOktas => 7.0,
        xml::FractionalCloudCover::EightOktas | xml::FractionalCloudCover::NineOktas => 8.0,
    });
    let old = || match weather.cloud_state? {
        xml::CloudState::Free => Some(0.0),
        xml::CloudState::Cloudy => Some(0.5),
        xml::CloudState::Overcast | xml::CloudState::Rainy => Some(1.0),
        // A picture without a sky says nothing about the weather.
        xml::CloudState::SkyOff => None,
    };
    oktas.map(|n| n / 8.0).or_else(old)
}

impl Context<'_> {
    pub(super) fn environment(&mut self, e: &xml::Environment) -> Environment {
        let mut environment = Environment {
            name: e.name.clone(),
            time_of_day: e.time_of_day.as_ref().map(|t| {
                let motion = if t.animation { ClockMotion::Runs } else { ClockMotion::Stands };
                (civil(&t.date_time), motion)
            }),
            friction_scale: e.road_condition.as_ref().and_then(|r| {
                self.check_not_negative("frictionScaleFactor", r.friction_scale_factor, r.origin)
            }),
            wetness: e.road_condition.as_ref().and_then(|r| r.wetness).map(word::wetness),
            ..Environment::default()
        };
        if let Some(weather) = &e.weather {
            self.weather(weather, &mut environment);
        }
        environment
    }

    fn weather(&mut self, weather: &xml::Weather, environment: &mut Environment) {
        environment.cloud_cover = cloud_cover(weather);
        environment.temperature_k = weather.temperature;
        environment.pressure_pa = weather.atmospheric_pressure;
        if let Some(fog) = &weather.fog {
            if fog.bounding_box.is_some() {
                self.not_covered(fog.origin, "fog within a box", "the fog is everywhere");
            }
            environment.fog_visual_range_m =
                self.check_not_negative("visualRange", fog.visual_range, fog.origin);
        }
        environment.precipitation = weather.precipitation.as_ref().and_then(|p| self.precipitation(p));
        environment.sun = weather.sun.as_ref().map(|s| Sun {
            azimuth_rad: s.azimuth,
            elevation_rad: s.elevation,
            illuminance_lx: s.illuminance.or(s.intensity),
        });
        environment.wind = weather.wind.as_ref().map(|w| (w.direction, w.speed));
        if let Some(dome) = &weather.dome_image {
            self.not_covered(dome.origin, "a picture of the sky", "the sky is drawn from the weather");
            environment.dome_image = Some(dome.dome_file.filepath.clone());
        }
    }

    fn precipitation(&mut self, p: &xml::Precipitation) -> Option<(Precipitation, f64)> {
        let kind = match p.precipitation_type {
            xml::PrecipitationType::Dry => Precipitation::Dry,
            xml::PrecipitationType::Rain => Precipitation::Rain,
            xml::PrecipitationType::Snow => Precipitation::Snow,
        };
        let mmph = match (p.precipitation_intensity, p.intensity) {
            (Some(mmph), _) => mmph,
            (None, Some(part)) => {
                if part > 0.0 && kind != Precipitation::Dry {
                    let message = format!("an intensity of {part} has no unit");
                    let hint = format!("1 was taken as {PRECIPITATION_MMPH_FULL} mm/h");
                    self.warn("value.assumed", p.origin, message, &hint);
                }
                part * PRECIPITATION_MMPH_FULL
            }
            (None, None) => 0.0,
        };
        Some((kind, self.check_not_negative("the intensity of precipitation", mmph, p.origin)?))
    }
}
