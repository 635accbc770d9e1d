//! Weather and light you believe: sun, sky, fog, rain, wet roads, snow, night. Everything is a function of the
//! shown weather and the shown time, so scrubbing backwards works and a paused picture stands still.
//!
//! | file | what | kind |
//! |---|---|---|
//! | [`light`] | sun, sky light, exposure | numbers |
//! | [`air`] | extinction, drops, flakes | numbers |
//! | [`road`] | wet, puddled, snowed over, iced | numbers |
//! | [`sky`] | radiance of the sky by direction | numbers |
//! | [`wiper`] | wipers: phase, what they have cleared | numbers |
//! | [`clock`] | local civil time | numbers |
//! | [`noise`], [`environment`] | images made by code | numbers |
//! | [`sun`] | directional light, exposure, fog, mirrored sky | systems |
//! | [`dome`] | the sky | shader |
//! | [`surfaces`] | materials that get wet, snowed over, iced; mirrored lamps | shader |
//! | [`glow`] | the bright things of a night | systems |
//! | [`lamps`] | street lamps | systems, shader |
//! | [`falling`] | rain, snow, splashes | shader |
//! | [`spray`] | spray behind vehicles | shader |
//! | [`windscreen`] | drops and wipers before the driver's eye | shader |
//!
//! What the scene gives: [`Surfaces`] (which material is what), [`LampPosts`] (where lamps hang). What the
//! camera gives: a [`Windscreen`] on the driver's eye. What others may use: [`Outlook`] (the light of the
//! moment), [`wiper_phase`], [`clock_text`], [`Glows`].
//!
//! Luminances and illuminances are physical (cd/m², lx), so lamps of other modules are given in lumens; each
//! camera gets the exposure of the moment.

pub mod air;
pub mod clock;
pub mod dome;
pub mod environment;
pub mod falling;
pub mod glow;
pub mod lamps;
pub mod light;
pub mod noise;
pub mod road;
pub mod sky;
pub mod spray;
pub mod sun;
pub mod surfaces;
pub mod windscreen;
pub mod wiper;

pub use clock::clock_text;
pub use glow::{Glow, Glows};
pub use lamps::LampPosts;
pub use surfaces::{Role, Surfaces};
pub use windscreen::Windscreen;
pub use wiper::wiper_phase;

use crate::stage::Stage;
use bevy::prelude::*;
use bevy::shader::load_shader_library;
use light::Light;
use road::Ground;
use shakedown::sensor::medium::Extinction;
use shakedown::state::weather::Weather;
use sky::Sky;

/// How much the picture may cost.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quality {
    /// For rendering without a graphics card.
    #[default]
    Low,
    /// For a graphics card.
    High,
}

/// The shown weather and what follows from it for this frame.
#[derive(Resource, Clone, Copy, Debug)]
pub struct Outlook {
    /// Shown weather.
    pub weather: Weather,
    /// Sun, sky light, exposure.
    pub light: Light,
    /// Extinction of visible light.
    pub extinction: Extinction,
    /// Sky.
    pub sky: Sky,
    /// Ground.
    pub ground: Ground,
    /// Shown time, s.
    pub time_s: f64,
}

impl Outlook {
    /// Of a weather at a shown time.
    pub fn new(weather: &Weather, time_s: f64) -> Self {
        let light = Light::new(weather);
        let extinction = air::extinction(weather);
        Self {
            weather: *weather,
            light,
            extinction,
            sky: Sky::new(&light, &extinction),
            ground: Ground::new(weather),
            time_s,
        }
    }

    /// Shown time for shaders, s: starts again after a time in which all their cycles come round.
    pub fn shader_time_s(&self) -> f32 {
        self.time_s.rem_euclid(1_024.0) as f32
    }

    /// Radiance of a white thing that hangs in the air (drop, spray, flake), cd/m².
    pub fn airlight(&self) -> Vec3 {
        let light = &self.light;
        let gray = light::luminance(self.sky.overcast.lerp(self.sky.fog, 0.5)).max(0.02);
        let tint = self.sky.fog / light::luminance(self.sky.fog).max(1e-6);
        tint * gray + light.sun_color * (light.sun_lx * 0.04)
    }
}

impl Default for Outlook {
    fn default() -> Self {
        Self::new(&Weather::default(), 0.0)
    }
}

/// The noise tile of the shaders.
#[derive(Resource, Clone, Debug)]
pub struct Noise(pub Handle<Image>);

/// Order of this module's systems in `Update`.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WeatherSet {
    /// Takes the shown weather.
    Look,
    /// Gathers lamps.
    Gather,
    /// Hands numbers to lights and materials.
    Show,
}

/// Adds the weather.
pub fn plugin(app: &mut App) {
    load_shader_library!(app, "common.wgsl");
    app.init_resource::<Quality>()
        .init_resource::<Outlook>()
        .configure_sets(Update, (WeatherSet::Look, WeatherSet::Gather, WeatherSet::Show).chain())
        .add_systems(Update, look.in_set(WeatherSet::Look));
    let noise = app.world_mut().resource_mut::<Assets<Image>>().add(noise::image());
    app.insert_resource(Noise(noise));
    app.add_plugins((
        sun::plugin,
        dome::plugin,
        surfaces::plugin,
        glow::plugin,
        lamps::plugin,
        falling::plugin,
        spray::plugin,
        windscreen::plugin,
    ));
}

/// Takes over the shown weather.
fn look(stage: Option<Res<Stage>>, mut outlook: ResMut<Outlook>) {
    let (weather, time_s) =
        stage.map_or((Weather::default(), 0.0), |stage| (stage.shot().weather, stage.time_s()));
    if outlook.weather == weather {
        outlook.time_s = time_s;
    } else {
        *outlook = Outlook::new(&weather, time_s);
    }
}
