//! How a town looks: its vegetation, its buildings, its tones.
//!
//! The bundled maps are archetypes of real places and get their character; any other map gets a plain
//! temperate suburb. Nothing here reaches the engine.

use super::skin::Skin;
use bevy::color::{LinearRgba, Srgba};

/// What kind of place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Character {
    /// Houses among conifers on hills above a lake: Kirkland.
    Hillside,
    /// Blocks and towers, dry grass, oaks: Austin.
    Downtown,
    /// Low stucco, golden grass: Mountain View.
    Valley,
    /// Fields and scattered trees along a road without sidewalks.
    Open,
    /// Anything else.
    Suburb,
}

/// Still water beside the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lake {
    /// Height of the water, m.
    pub level_m: f64,
    /// The shore runs this far west of the westernmost road, m.
    pub shore_m: f64,
}

/// The look of a map's surroundings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Kind of place.
    pub character: Character,
    /// Seed of everything that is thrown with dice.
    pub seed: u64,
    /// Height of the hills at the horizon, m.
    pub hills_m: f64,
    /// Water beside the map.
    pub lake: Option<Lake>,
    /// Share of conifers among trees, 0–1.
    pub conifers: f64,
    /// Trees on open ground per hectare.
    pub trees_per_ha: f64,
}

impl Style {
    /// The style of a map: by its name, and by whether its roads have sidewalks.
    pub fn of(name: &str, seed: u64, walks: Walks) -> Self {
        let plain = Style {
            character: Character::Suburb,
            seed,
            hills_m: 35.0,
            lake: None,
            conifers: 0.25,
            trees_per_ha: 12.0,
        };
        match (name, walks) {
            ("kirkland", _) => Style {
                character: Character::Hillside,
                hills_m: 110.0,
                lake: Some(Lake { level_m: 0.0, shore_m: 70.0 }),
                conifers: 0.62,
                trees_per_ha: 26.0,
                ..plain
            },
            ("austin", _) => Style {
                character: Character::Downtown,
                hills_m: 28.0,
                conifers: 0.04,
                trees_per_ha: 9.0,
                ..plain
            },
            ("mountain_view", _) => Style {
                character: Character::Valley,
                hills_m: 120.0,
                conifers: 0.18,
                trees_per_ha: 8.0,
                ..plain
            },
            (_, Walks::None) => {
                Style { character: Character::Open, hills_m: 40.0, trees_per_ha: 5.0, ..plain }
            }
            (_, Walks::Some) => plain,
        }
    }

    /// Tone of a material on a dry day.
    pub fn color(&self, skin: Skin) -> LinearRgba {
        let hex = match skin {
            Skin::Asphalt => 0x646567,
            Skin::Concrete => 0xB3AFA6,
            Skin::Grass => match self.character {
                Character::Hillside => 0x6A7F47,
                Character::Downtown => 0x84835A,
                Character::Valley => 0x998C5E,
                Character::Open => 0x7C8550,
                Character::Suburb => 0x748450,
            },
            Skin::WhitePaint => 0xDEDEDA,
            Skin::YellowPaint => 0xDDA934,
            Skin::Foliage => match self.character {
                Character::Hillside => 0x57703F,
                Character::Downtown => 0x63743F,
                Character::Valley => 0x687545,
                Character::Open | Character::Suburb => 0x5E753F,
            },
            Skin::Water => 0x34505E,
            Skin::LampGlass => 0xD8D8D2,
            Skin::OtherPaint | Skin::Facade | Skin::Roof | Skin::Matte | Skin::Sign => 0xFFFFFF,
        };
        let [r, g, b] = super::canvas::ink(hex);
        Srgba::rgb(r, g, b).into()
    }
}

/// Whether roads have sidewalks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walks {
    /// At least one.
    Some,
    /// None.
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_differ() {
        let of = |name| Style::of(name, 1, Walks::Some).character;
        assert_eq!(of("kirkland"), Character::Hillside);
        assert_eq!(of("austin"), Character::Downtown);
        assert_eq!(of("mountain_view"), Character::Valley);
        assert_eq!(of("Town01"), Character::Suburb);
        assert_eq!(Style::of("straight", 1, Walks::None).character, Character::Open);
    }
}
