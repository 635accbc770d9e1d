//! The weather of a run as a function of time: start values, the file's timeline, actions, forced values.
//!
//! What it models: each quantity a file may state runs on its own linear ramp from where it is to its new
//! target; fog ramps in extinction (1/visibility), because that is what accumulates along a view. Water,
//! snow and ice follow from what falls ([`super::water`]) unless a ramp states them; the sun follows the
//! clock unless a file states it; clouds follow precipitation unless stated.
//!
//! ```text
//! no weather section → Weather::default(), for ever (until an action changes it)
//! ForceWeather       → that value, for ever
//! ```
//!
//! Units as in [`Weather`]. Updated at 10 Hz and when an action fires: nothing here changes visibly within
//! a tenth of a second.
//!
//! What it does not do: no weather differences over the map, except patches of other surface.

use super::sun::{SunDirection, illuminance_lx, sun_direction};
use super::water::{self, Precipitation, RoadWater};
use crate::base::units::DEG_RAD;
use crate::scenario::{CivilTime, WeatherPlan, WeatherTargets};
use crate::state::weather::Weather;

/// Time between updates, s.
pub const UPDATE_S: f64 = 0.1;
/// Time between computations of the sun's place, s (it moves 15″ in a second).
const SUN_UPDATE_S: f64 = 1.0;
/// Precipitation from which an unstated sky is overcast, mm/h (chosen: light rain).
const OVERCAST_MMPH: f64 = 1.0;

/// A quantity on its way to a target.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Ramp {
    from: f64,
    to: f64,
    start_s: f64,
    over_s: f64,
}

impl Ramp {
    fn fixed(value: f64) -> Self {
        Self { from: value, to: value, start_s: 0.0, over_s: 0.0 }
    }
    fn at(&self, time_s: f64) -> f64 {
        if time_s >= self.start_s + self.over_s {
            self.to
        } else if time_s <= self.start_s {
            self.from
        } else {
            self.from + (self.to - self.from) * ((time_s - self.start_s) / self.over_s)
        }
    }
    fn running(&self, time_s: f64) -> bool {
        time_s < self.start_s + self.over_s
    }
    fn go(&mut self, to: f64, time_s: f64, over_s: f64) {
        *self = Self { from: self.at(time_s), to, start_s: time_s, over_s };
    }
}

/// Where and when a run takes place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Civil time at the start.
    pub clock: CivilTime,
    /// Latitude and longitude, deg, if the map is geo-referenced.
    pub origin_deg: Option<(f64, f64)>,
}

/// The weather process of a run.
#[derive(Clone, Debug)]
pub struct WeatherProcess {
    place: Place,
    /// Whether anything states weather at all.
    active: Active,
    rain: Ramp,
    snowfall: Ramp,
    /// Extinction of fog, as 1/visibility, 1/m.
    fog_per_m: Ramp,
    temperature: Ramp,
    wind: Ramp,
    wind_heading: Ramp,
    cloud: Option<Ramp>,
    /// Stated film, snow depth and ice: they hold while their ramp runs and then evolve.
    film: Option<Ramp>,
    snow_depth: Option<Ramp>,
    ice: Option<Ramp>,
    sun_elevation: Option<Ramp>,
    sun_azimuth: Option<Ramp>,
    timeline: Vec<crate::scenario::WeatherChange>,
    next_change: usize,
    water: RoadWater,
    sun: SunDirection,
    sun_computed_s: f64,
    updated_s: f64,
    forced: Option<Weather>,
}

/// Whether the weather of a run ever differs from the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Active {
    No,
    Yes,
}

impl WeatherProcess {
    /// The process of a plan (`None` = the file has no weather section).
    pub fn new(plan: Option<&WeatherPlan>, place: Place) -> Self {
        let clear = Weather::default();
        let mut process = Self {
            place,
            active: Active::No,
            rain: Ramp::fixed(0.0),
            snowfall: Ramp::fixed(0.0),
            fog_per_m: Ramp::fixed(0.0),
            temperature: Ramp::fixed(clear.temperature_c),
            wind: Ramp::fixed(0.0),
            wind_heading: Ramp::fixed(0.0),
            cloud: None,
            film: None,
            snow_depth: None,
            ice: None,
            sun_elevation: Some(Ramp::fixed(clear.sun_elevation_rad)),
            sun_azimuth: Some(Ramp::fixed(clear.sun_azimuth_rad)),
            timeline: Vec::new(),
            next_change: 0,
            water: RoadWater::default(),
            sun: SunDirection { elevation_rad: clear.sun_elevation_rad, azimuth_rad: clear.sun_azimuth_rad },
            sun_computed_s: f64::NEG_INFINITY,
            updated_s: 0.0,
            forced: None,
        };
        if let Some(plan) = plan {
            process.active = Active::Yes;
            process.timeline = plan.timeline.clone();
            process.timeline.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
            if place.origin_deg.is_some() {
                process.sun_elevation = None;
                process.sun_azimuth = None;
            }
            process.change(&plan.initial, 0.0, 0.0);
            // It has been like this for a while, except for what the file states.
            let stated = (process.film, process.snow_depth, process.ice);
            process.water = water::settled(&process.air(0.0));
            if let Some(film) = stated.0 {
                process.water.film_mm = film.to;
                process.water.wetness = (film.to / (0.5 * water::WET_ROAD_MM)).min(1.0);
            }
            if let Some(snow) = stated.1 {
                process.water.snow_mm = snow.to;
            }
            if let Some(ice) = stated.2 {
                process.water.ice = ice.to;
            }
        }
        process
    }

    /// New targets from `time_s` on, reached after `over_s`.
    pub fn change(&mut self, to: &WeatherTargets, time_s: f64, over_s: f64) {
        if self.active == Active::No {
            // Nothing has been integrated so far, and nothing has to be.
            self.active = Active::Yes;
            self.updated_s = time_s;
        }
        let (water, sun) = (self.water, self.sun);
        let cloud_now = self.cloud_cover(time_s);
        for (ramp, target) in [
            (&mut self.rain, to.rain_mmph),
            (&mut self.snowfall, to.snow_mmph),
            (&mut self.fog_per_m, to.fog_visibility_m.map(|v| if v > 0.0 { 1.0 / v } else { 1.0 })),
            (&mut self.temperature, to.temperature_c),
            (&mut self.wind, to.wind_mps),
            (&mut self.wind_heading, to.wind_heading_deg.map(|d| d * DEG_RAD)),
        ] {
            if let Some(target) = target {
                ramp.go(target, time_s, over_s);
            }
        }
        for (ramp, target, now) in [
            (&mut self.cloud, to.cloud_cover, cloud_now),
            (&mut self.film, to.water_film_mm, water.film_mm),
            (&mut self.snow_depth, to.snow_depth_mm, water.snow_mm),
            (&mut self.ice, to.ice_cover, water.ice),
            (&mut self.sun_elevation, to.sun_elevation_deg.map(|d| d * DEG_RAD), sun.elevation_rad),
            (&mut self.sun_azimuth, to.sun_azimuth_deg.map(|d| d * DEG_RAD), sun.azimuth_rad),
        ] {
            if let Some(target) = target {
                let mut started = ramp.unwrap_or(Ramp::fixed(now));
                started.from = now;
                *ramp = Some(Ramp { from: started.from, to: target, start_s: time_s, over_s });
            }
        }
    }

    /// Holds a value for ever.
    pub fn force(&mut self, weather: Weather) {
        self.active = Active::Yes;
        self.forced = Some(weather);
    }

    /// Whether an update at `time_s` could change anything.
    #[inline]
    pub fn due(&self, time_s: f64) -> bool {
        self.active == Active::Yes && self.forced.is_none() && time_s - self.updated_s >= UPDATE_S - 1e-9
    }

    fn air(&self, time_s: f64) -> Precipitation {
        Precipitation {
            rain_mmph: self.rain.at(time_s),
            snow_mmph: self.snowfall.at(time_s),
            temperature_c: self.temperature.at(time_s),
            wind_mps: self.wind.at(time_s),
        }
    }

    fn cloud_cover(&self, time_s: f64) -> f64 {
        self.cloud.map_or_else(
            || ((self.rain.at(time_s) + self.snowfall.at(time_s)) / OVERCAST_MMPH).clamp(0.0, 1.0),
            |ramp| ramp.at(time_s),
        )
    }

    /// Moves to `time_s` and returns the weather there.
    pub fn update(&mut self, time_s: f64) -> Weather {
        if let Some(forced) = self.forced {
            return forced;
        }
        while let Some(change) = self.timeline.get(self.next_change).filter(|c| c.at_s <= time_s).copied() {
            self.next_change += 1;
            self.change(&change.to, change.at_s, change.over_s);
        }
        let air = self.air(time_s);
        let dt_s = time_s - self.updated_s;
        self.updated_s = time_s;
        if dt_s > 0.0 {
            self.water = water::step(&self.water, &air, dt_s);
        }
        for (ramp, value) in [
            (&mut self.film, &mut self.water.film_mm),
            (&mut self.snow_depth, &mut self.water.snow_mm),
            (&mut self.ice, &mut self.water.ice),
        ] {
            if let Some(stated) = ramp {
                *value = stated.at(time_s);
                if !stated.running(time_s) {
                    *ramp = None;
                }
            }
        }
        if self.water.film_mm > 0.0 {
            let wetness = (self.water.film_mm / (0.5 * water::WET_ROAD_MM)).min(1.0);
            self.water.wetness = self.water.wetness.max(wetness);
        }
        self.move_sun(time_s);
        let cloud_cover = self.cloud_cover(time_s);
        let fog = self.fog_per_m.at(time_s);
        Weather {
            rain_mmph: air.rain_mmph,
            snow_mmph: air.snow_mmph,
            fog_mor_m: if fog > 0.0 { 1.0 / fog } else { f64::INFINITY },
            temperature_c: air.temperature_c,
            wind_mps: air.wind_mps,
            wind_heading_rad: self.wind_heading.at(time_s),
            cloud_cover,
            sun_elevation_rad: self.sun.elevation_rad,
            sun_azimuth_rad: self.sun.azimuth_rad,
            illuminance_lx: illuminance_lx(self.sun.elevation_rad, cloud_cover),
            water_film_mm: self.water.film_mm,
            wetness: self.water.wetness,
            snow_depth_mm: self.water.snow_mm,
            ice_cover: self.water.ice,
        }
    }

    fn move_sun(&mut self, time_s: f64) {
        let by_clock = self.sun_elevation.is_none() || self.sun_azimuth.is_none();
        if by_clock
            && time_s - self.sun_computed_s >= SUN_UPDATE_S - 1e-9
            && let Some((latitude, longitude)) = self.place.origin_deg
            && let Some(sun) = sun_direction(&self.place.clock, time_s, latitude, longitude)
        {
            self.sun_computed_s = time_s;
            self.sun = sun;
        }
        if let Some(ramp) = self.sun_elevation {
            self.sun.elevation_rad = ramp.at(time_s);
        }
        if let Some(ramp) = self.sun_azimuth {
            self.sun.azimuth_rad = ramp.at(time_s);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::WeatherChange;

    fn place() -> Place {
        Place {
            clock: CivilTime { year: 2024, month: 6, day: 21, second_of_day: 43_200.0, utc_offset_h: -7.0 },
            origin_deg: Some((47.68, -122.2)),
        }
    }

    fn plan(initial: WeatherTargets, timeline: Vec<WeatherChange>) -> WeatherPlan {
        WeatherPlan { initial, timeline, patches: Vec::new() }
    }

    fn end(process: &mut WeatherProcess, seconds: u32) -> Weather {
        let mut weather = process.update(0.0);
        for i in 1..=seconds * 10 {
            weather = process.update(f64::from(i) * 0.1);
        }
        weather
    }

    #[test]
    fn without_a_section_the_weather_is_the_default_and_never_due() {
        let mut process = WeatherProcess::new(None, place());
        assert!(!process.due(100.0));
        let weather = process.update(0.0);
        let default = Weather::default();
        assert_eq!(Weather { illuminance_lx: default.illuminance_lx, ..weather }, default);
        assert!((weather.illuminance_lx / default.illuminance_lx - 1.0).abs() < 1e-12);
    }

    #[test]
    fn an_explicit_clear_noon_equals_no_section() {
        let explicit = WeatherTargets {
            rain_mmph: Some(0.0),
            snow_mmph: Some(0.0),
            temperature_c: Some(15.0),
            wind_mps: Some(0.0),
            cloud_cover: Some(0.0),
            water_film_mm: Some(0.0),
            snow_depth_mm: Some(0.0),
            ice_cover: Some(0.0),
            sun_elevation_deg: Some(60.0),
            sun_azimuth_deg: Some(-90.0),
            ..WeatherTargets::default()
        };
        let mut with = WeatherProcess::new(Some(&plan(explicit, Vec::new())), place());
        let mut without = WeatherProcess::new(None, place());
        for i in 0..200 {
            let t = f64::from(i) * 0.1;
            assert_eq!(with.update(t), without.update(t), "{t}");
        }
    }

    #[test]
    fn rain_comes_by_the_timeline_and_fog_ramps_in_extinction() {
        let change = |at_s, over_s, to| WeatherChange { at_s, over_s, to };
        let mut process = WeatherProcess::new(
            Some(&plan(
                WeatherTargets::default(),
                vec![
                    change(10.0, 20.0, WeatherTargets { rain_mmph: Some(40.0), ..WeatherTargets::default() }),
                    change(
                        10.0,
                        20.0,
                        WeatherTargets { fog_visibility_m: Some(100.0), ..WeatherTargets::default() },
                    ),
                ],
            )),
            place(),
        );
        assert_eq!(end(&mut process, 10).rain_mmph, 0.0);
        let half = process.update(20.0);
        assert!((half.rain_mmph - 20.0).abs() < 1e-9 && (half.fog_mor_m - 200.0).abs() < 1e-6);
        let full = process.update(31.0);
        assert!((full.rain_mmph - 40.0).abs() < 1e-9 && (full.fog_mor_m - 100.0).abs() < 1e-6);
        assert_eq!(full.cloud_cover, 1.0);
        assert!(full.water_film_mm > 0.0 && full.illuminance_lx < 40_000.0, "{full:?}");
    }

    #[test]
    fn stated_films_hold_at_the_start_and_then_evolve() {
        let initial = WeatherTargets { water_film_mm: Some(2.0), ..WeatherTargets::default() };
        let mut process = WeatherProcess::new(Some(&plan(initial, Vec::new())), place());
        let start = process.update(0.0);
        assert_eq!((start.water_film_mm, start.wetness), (2.0, 1.0));
        let later = end(&mut process, 120);
        assert!(later.water_film_mm < 1.0 && later.water_film_mm > 0.1, "{}", later.water_film_mm);
    }

    #[test]
    fn rain_that_begins_in_fair_weather_wets_the_road_from_then_on() {
        // Ten dry minutes are not made up for as ten minutes of rain.
        let rain = WeatherTargets { rain_mmph: Some(40.0), ..WeatherTargets::default() };
        let dry =
            WeatherTargets { rain_mmph: Some(0.0), cloud_cover: Some(0.0), ..WeatherTargets::default() };
        let film = |plan: Option<&WeatherPlan>| {
            let mut process = WeatherProcess::new(plan, place());
            for i in 0..=6_000 {
                let time_s = f64::from(i) * 0.1;
                if process.due(time_s) {
                    process.update(time_s);
                }
            }
            process.change(&rain, 600.0, 0.0);
            process.update(600.0);
            (1..=20).map(|i| process.update(600.0 + f64::from(i) * 0.1).water_film_mm).next_back().unwrap()
        };
        let (unstated, stated) = (film(None), film(Some(&plan(dry, Vec::new()))));
        assert!(unstated > 0.0 && unstated < 0.05, "{unstated}");
        assert!((unstated - stated).abs() < 1e-6, "{unstated} {stated}");
    }

    #[test]
    fn forcing_wins_over_the_timeline() {
        let initial = WeatherTargets { rain_mmph: Some(50.0), ..WeatherTargets::default() };
        let mut process = WeatherProcess::new(Some(&plan(initial, Vec::new())), place());
        assert!(process.update(0.0).water_film_mm > 0.9);
        process.force(Weather::default());
        assert_eq!(process.update(5.0), Weather::default());
        assert!(!process.due(10.0));
    }

    #[test]
    fn sun_follows_the_clock_unless_stated() {
        let mut process = WeatherProcess::new(Some(&plan(WeatherTargets::default(), Vec::new())), place());
        let noon = process.update(0.0);
        // Kirkland at noon daylight time on the solstice: the sun stands high, an hour before its peak.
        assert!((50.0..66.0).contains(&(noon.sun_elevation_rad / DEG_RAD)), "{noon:?}");
        let hour = process.update(3_600.0);
        assert!(hour.sun_elevation_rad > noon.sun_elevation_rad);
        process.change(
            &WeatherTargets { sun_elevation_deg: Some(5.0), ..WeatherTargets::default() },
            3_600.0,
            0.0,
        );
        let low = process.update(3_600.1);
        assert!((low.sun_elevation_rad - 5.0 * DEG_RAD).abs() < 1e-12);
    }
}
