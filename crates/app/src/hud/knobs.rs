//! The weather one can turn: the same knobs for the start screen (overrides of the file) and for the running
//! scene (targets from now on).
//!
//! Units and meaning are the engine's (`WeatherTargets`); ranges are what is worth showing, not what the
//! format allows. "Clear" stands for a visibility above [`CLEAR_M`].

use super::words::number;
use bevy_egui::egui::{self, Slider, Ui};
use core::ops::RangeInclusive;
use shakedown::base::units::DEG_RAD;
use shakedown::scenario::WeatherTargets;
use shakedown::state::weather::Weather;

/// Visibility that counts as clear, m.
pub const CLEAR_M: f64 = 10_000.0;

/// How a slider's scale runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Even.
    Even,
    /// Finer at the low end.
    Log,
}

/// One knob.
#[derive(Clone, Copy, Debug)]
pub struct Knob {
    /// Key in a scenario's `[weather]`.
    pub key: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Unit, with a space before it.
    pub unit: &'static str,
    /// Lowest value.
    pub min: f64,
    /// Highest value.
    pub max: f64,
    /// Scale.
    pub scale: Scale,
    /// What it does, as a sentence.
    pub about: &'static str,
    get: fn(&Weather) -> f64,
    set: fn(&mut WeatherTargets) -> &mut Option<f64>,
}

/// All knobs, in the order of the panel.
pub const KNOBS: [Knob; 9] = [
    Knob {
        key: "rain_mmph",
        name: "Rain",
        unit: " mm/h",
        min: 0.0,
        max: 80.0,
        scale: Scale::Log,
        about: "Rain rate: 2.5 is light, 7.6 moderate, 50 violent. Wets the road, blinds sensors.",
        get: |w| w.rain_mmph,
        set: |t| &mut t.rain_mmph,
    },
    Knob {
        key: "fog_visibility_m",
        name: "Visibility",
        unit: " m",
        min: 20.0,
        max: CLEAR_M,
        scale: Scale::Log,
        about: "Visibility in fog and haze (meteorological optical range).",
        get: |w| w.fog_mor_m.min(CLEAR_M),
        set: |t| &mut t.fog_visibility_m,
    },
    Knob {
        key: "snow_mmph",
        name: "Snowfall",
        unit: " mm/h",
        min: 0.0,
        max: 15.0,
        scale: Scale::Log,
        about: "Snowfall as water: 1 is light, 5 heavy.",
        get: |w| w.snow_mmph,
        set: |t| &mut t.snow_mmph,
    },
    Knob {
        key: "water_film_mm",
        name: "Water on the road",
        unit: " mm",
        min: 0.0,
        max: 10.0,
        scale: Scale::Log,
        about: "Depth of the water film. Rain builds it by itself; above about 2 mm tires begin to float.",
        get: |w| w.water_film_mm,
        set: |t| &mut t.water_film_mm,
    },
    Knob {
        key: "snow_depth_mm",
        name: "Snow on the road",
        unit: " mm",
        min: 0.0,
        max: 120.0,
        scale: Scale::Log,
        about: "Depth of the snow on the road.",
        get: |w| w.snow_depth_mm,
        set: |t| &mut t.snow_depth_mm,
    },
    Knob {
        key: "ice_cover",
        name: "Ice",
        unit: "",
        min: 0.0,
        max: 1.0,
        scale: Scale::Even,
        about: "Share of the road that is covered by ice, 0 to 1.",
        get: |w| w.ice_cover,
        set: |t| &mut t.ice_cover,
    },
    Knob {
        key: "cloud_cover",
        name: "Clouds",
        unit: "",
        min: 0.0,
        max: 1.0,
        scale: Scale::Even,
        about: "Share of the sky that is covered by clouds, 0 to 1.",
        get: |w| w.cloud_cover,
        set: |t| &mut t.cloud_cover,
    },
    Knob {
        key: "sun_elevation_deg",
        name: "Sun height",
        unit: "°",
        min: -20.0,
        max: 80.0,
        scale: Scale::Even,
        about: "Height of the sun above the horizon. Below −6° street lamps and headlights are all there is.",
        get: |w| w.sun_elevation_rad / DEG_RAD,
        set: |t| &mut t.sun_elevation_deg,
    },
    Knob {
        key: "temperature_c",
        name: "Temperature",
        unit: " °C",
        min: -25.0,
        max: 45.0,
        scale: Scale::Even,
        about: "Air temperature. Around freezing, wet roads turn to ice.",
        get: |w| w.temperature_c,
        set: |t| &mut t.temperature_c,
    },
];

impl Knob {
    /// Range of the slider.
    pub fn range(&self) -> RangeInclusive<f64> {
        self.min..=self.max
    }

    /// Its value in a state of the weather, within its range.
    pub fn value(&self, weather: &Weather) -> f64 {
        (self.get)(weather).clamp(self.min, self.max)
    }

    /// Its place among the targets.
    pub fn target<'a>(&self, targets: &'a mut WeatherTargets) -> &'a mut Option<f64> {
        (self.set)(targets)
    }

    /// A value in words.
    pub fn text(&self, value: f64) -> String {
        if self.key == "fog_visibility_m" && value >= CLEAR_M * 0.99 {
            return "clear".to_owned();
        }
        format!("{}{}", number(rounded(value)), self.unit)
    }

    /// Path and value of an override (`--set weather.rain_mmph=12`).
    pub fn override_of(&self, value: f64) -> (String, String) {
        (format!("weather.{}", self.key), format!("{}", rounded(value)))
    }

    /// A slider over this knob.
    pub fn slider<'a>(&self, value: &'a mut f64) -> Slider<'a> {
        let knob = *self;
        Slider::new(value, self.range())
            .logarithmic(self.scale == Scale::Log)
            .smallest_positive(0.05)
            .show_value(false)
            .custom_formatter(move |x, _| knob.text(x))
    }
}

/// Three significant digits: what a slider can mean.
fn rounded(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

/// A weather at one click: name, and what it sets.
pub const PRESETS: [(&str, &[(&str, f64)]); 8] = [
    (
        "Clear",
        &[
            ("rain_mmph", 0.0),
            ("fog_visibility_m", CLEAR_M),
            ("snow_mmph", 0.0),
            ("water_film_mm", 0.0),
            ("snow_depth_mm", 0.0),
            ("ice_cover", 0.0),
            ("cloud_cover", 0.1),
        ],
    ),
    ("Rain", &[("rain_mmph", 6.0), ("cloud_cover", 0.9), ("water_film_mm", 0.4)]),
    (
        "Downpour",
        &[("rain_mmph", 45.0), ("cloud_cover", 1.0), ("water_film_mm", 2.0), ("fog_visibility_m", 1500.0)],
    ),
    ("Fog", &[("fog_visibility_m", 70.0), ("cloud_cover", 0.8)]),
    (
        "Snow",
        &[
            ("snow_mmph", 3.0),
            ("snow_depth_mm", 25.0),
            ("temperature_c", -3.0),
            ("cloud_cover", 1.0),
            ("rain_mmph", 0.0),
        ],
    ),
    ("Day", &[("sun_elevation_deg", 50.0)]),
    ("Low sun", &[("sun_elevation_deg", 5.0), ("cloud_cover", 0.1)]),
    ("Night", &[("sun_elevation_deg", -15.0)]),
];

/// The knob of a key.
pub fn knob(key: &str) -> Option<&'static Knob> {
    KNOBS.iter().find(|k| k.key == key)
}

/// Small buttons for the presets; the chosen one.
pub fn presets(ui: &mut Ui) -> Option<&'static [(&'static str, f64)]> {
    let mut chosen = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(4.0, 4.0);
        for (name, values) in &PRESETS {
            let width = ui.fonts_mut(|f| {
                f.layout_no_wrap(
                    (*name).to_owned(),
                    super::theme::font(super::theme::SMALL),
                    egui::Color32::WHITE,
                )
                .size()
                .x
            });
            let size = egui::vec2(width + 16.0, 22.0);
            if super::theme::solid_button(
                ui,
                size,
                name,
                super::theme::SMALL,
                super::theme::RAISED,
                super::theme::TEXT,
            )
            .clicked()
            {
                chosen = Some(*values);
            }
        }
    });
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::cli::assets::Assets;

    #[test]
    fn every_knob_turns_its_own_quantity() {
        let clear = Weather::default();
        for knob in &KNOBS {
            let mut targets = WeatherTargets::default();
            *knob.target(&mut targets) = Some(knob.max);
            let json = serde_json::to_value(targets).unwrap();
            let set: Vec<_> = json.as_object().unwrap().iter().filter(|(_, v)| !v.is_null()).collect();
            assert_eq!(set.len(), 1, "{}", knob.key);
            assert_eq!(set[0].0, knob.key);
            assert!(knob.range().contains(&knob.value(&clear)), "{}", knob.key);
            assert!(knob.min < knob.max && knob.about.ends_with('.'));
        }
        assert_eq!(
            knob("fog_visibility_m").unwrap().text(knob("fog_visibility_m").unwrap().value(&clear)),
            "clear"
        );
    }

    #[test]
    fn presets_name_knobs_and_stay_in_range() {
        for (name, values) in PRESETS {
            for (key, value) in values {
                let knob = knob(key).unwrap_or_else(|| panic!("{name}: no knob {key}"));
                assert!(knob.range().contains(value), "{name}: {key} = {value}");
            }
        }
    }

    #[test]
    fn the_engine_takes_every_override_of_every_scenario() {
        let assets = Assets::open().unwrap();
        for file in assets.bundled() {
            for value in [0.0, 1.0] {
                let at = |k: &Knob| k.override_of(k.min + (k.max - k.min) * value);
                let overrides: Vec<_> = KNOBS.iter().map(at).collect();
                let loaded = assets.load(&file, &overrides).unwrap();
                let scenario = loaded.unwrap_or_else(|problems| panic!("{}: {problems:#?}", file.name));
                let initial = scenario.weather.unwrap().initial;
                assert_eq!(initial.rain_mmph, Some(KNOBS[0].max * value), "{}", file.name);
            }
        }
    }
}
