//! What the storyboard does to the world beyond motion: weather and the rest, as actions for the domains.

use crate::road::RoadNetwork;
use crate::scenario::play::{Controllers, PlayPlan};
use crate::scenario::{Action, WeatherTargets};
use crate::state::command::Indicator;
use crate::state::signal::{Lens, LensColor, LitLenses};
use crate::state::truth::ExteriorLights;
use ::storyboard::play::player::{Effect, Player};
use ::storyboard::standard::{
    Environment, GlobalAction, LightKind, LightMode, Precipitation, PrivateAction, Switch, Wetness,
};

/// Most different warnings of one run.
pub const WARNINGS_MAX: usize = 200;

/// Water on the road for each word of wetness, mm: chosen so that "moist" has no film, puddles stand above
/// the texture of asphalt, and flooding is what its name says.
fn film_mm(wetness: Wetness) -> f64 {
    match wetness {
        Wetness::Dry | Wetness::Moist => 0.0,
        Wetness::WetWithPuddles => 1.5,
        Wetness::LowFlooded => 5.0,
        Wetness::HighFlooded => 20.0,
    }
}

/// The engine's weather for an environment; what it does not say stays as it is.
pub fn weather_of(environment: &Environment) -> WeatherTargets {
    let rate = |kind: Precipitation| match environment.precipitation {
        Some((given, mmph)) if given == kind => Some(mmph),
        Some(_) => Some(0.0),
        None => None,
    };
    WeatherTargets {
        rain_mmph: rate(Precipitation::Rain),
        snow_mmph: rate(Precipitation::Snow),
        fog_visibility_m: environment.fog_visual_range_m,
        temperature_c: environment.temperature_k.map(|kelvin| kelvin - 273.15),
        wind_mps: environment.wind.map(|(_, speed)| speed),
        wind_heading_deg: environment.wind.map(|(heading, _)| heading.to_degrees()),
        cloud_cover: environment.cloud_cover,
        water_film_mm: environment.wetness.map(film_mm),
        sun_elevation_deg: environment.sun.map(|sun| sun.elevation_rad.to_degrees()),
        // The standard counts clockwise from north, the engine counter-clockwise from east.
        sun_azimuth_deg: environment.sun.map(|sun| 90.0 - sun.azimuth_rad.to_degrees()),
        ..WeatherTargets::default()
    }
    .bounded()
}

/// Lenses for a signal's state: the standard's list of `on`, `off` and `flashing` from the first lens to the
/// last, or one word for a color.
pub fn lit_of(state: &str, lenses: &[Lens]) -> LitLenses {
    let mut lit = LitLenses::default();
    let words: Vec<String> = state.split(';').map(|word| word.trim().to_ascii_lowercase()).collect();
    if let [word] = words.as_slice() {
        let color = match word.as_str() {
            "red" | "stop" => Some(LensColor::Red),
            "yellow" | "amber" | "caution" | "attention" => Some(LensColor::Yellow),
            "green" | "go" => Some(LensColor::Green),
            _ => None,
        };
        if let Some(color) = color {
            for (ix, _) in lenses.iter().enumerate().take(16).filter(|(_, lens)| lens.color == color) {
                lit.mask |= 1 << ix;
            }
            return lit;
        }
    }
    for (ix, word) in words.iter().enumerate().take(lenses.len().min(16)) {
        match word.as_str() {
            "on" | "true" | "1" => lit.mask |= 1 << ix,
            "flashing" | "blinking" => {
                lit.mask |= 1 << ix;
                lit.flashing |= 1 << ix;
            }
            _ => {}
        }
    }
    lit
}

/// What a light action does to the lights that others can see; false where they cannot see it.
pub fn set_light(lights: &mut LightOrders, light: &LightKind, mode: LightMode) -> bool {
    let on = mode != LightMode::Off;
    let LightKind::Vehicle(word) = light else { return false };
    match word.as_str() {
        "indicatorLeft" => lights.left = on,
        "indicatorRight" => lights.right = on,
        "warningLights" => lights.hazard = on,
        "brakeLights" => lights.brake = Some(on),
        "lowBeam" | "highBeam" | "daytimeRunningLights" => lights.headlights = on,
        _ => return false,
    }
    true
}

/// Lights as the storyboard wants them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LightOrders {
    left: bool,
    right: bool,
    hazard: bool,
    brake: Option<bool>,
    headlights: bool,
}

impl LightOrders {
    /// The lights that others see; `brakes` = it slows down.
    pub fn shown(&self, brakes: bool) -> ExteriorLights {
        let indicator = match (self.left, self.right) {
            (true, false) => Indicator::Left,
            (false, true) => Indicator::Right,
            (true, true) | (false, false) => Indicator::Off,
        };
        ExteriorLights {
            indicator,
            braking: self.brake.unwrap_or(brakes),
            hazard: self.hazard || (self.left && self.right),
            headlights: self.headlights,
        }
    }
}

/// A controller of another program.
fn foreign(entity: &str, controller: &str) -> String {
    format!("`{entity}`: controller `{controller}` is not part of this program; the default one plays")
}

/// Turns the last step's effects into actions, and what nobody can do into warnings.
pub(super) fn carry_out(
    player: &Player,
    play: &PlayPlan,
    network: &RoadNetwork,
    actions: &mut Vec<Action>,
    warnings: &mut Vec<String>,
) {
    let mut warn = |text: String| {
        if warnings.len() < WARNINGS_MAX && !warnings.contains(&text) {
            warnings.push(text);
        }
    };
    for effect in &player.effects {
        match effect {
            Effect::Trouble(text) => warn(text.clone()),
            Effect::UserDefined(kind, _) => warn(format!("user-defined action `{kind}` has no effect here")),
            Effect::Global(action) => match action {
                GlobalAction::Environment(environment) => {
                    actions.push(Action::Weather { to: weather_of(environment), over_s: 0.0 });
                    if environment.friction_scale.is_some_and(|scale| (scale - 1.0).abs() > 1e-9) {
                        warn("the environment's friction scale is not used: friction follows water, snow and ice"
                            .to_owned());
                    }
                }
                GlobalAction::AddEntity(..)
                | GlobalAction::DeleteEntity(_)
                | GlobalAction::Parameter(..)
                | GlobalAction::Variable(..)
                | GlobalAction::SetMonitor(..) => {}
                GlobalAction::SignalState(state) => match network.signal_by_id(&state.signal) {
                    Some(face) => {
                        let lit = lit_of(&state.state, &network.signal(face).lenses);
                        actions.push(Action::SignalLit { face, lit });
                    }
                    None => warn(format!("signal `{}` is no signal face of the map", state.signal)),
                },
                // The player tells what its phases set as states of single signals.
                GlobalAction::SignalController { .. } => {}
                GlobalAction::TrafficSource { name, .. }
                | GlobalAction::TrafficSink { name, .. }
                | GlobalAction::TrafficSwarm { name, .. }
                | GlobalAction::TrafficArea { name, .. } => {
                    warn(format!("traffic action `{name}` is not played yet: no vehicles come or go"));
                }
                GlobalAction::TrafficStop(_) => {
                    warn("traffic actions are not played: there is no traffic to stop".to_owned())
                }
            },
            Effect::Private(name, action) => match action {
                PrivateAction::AssignController { controllers, .. } => {
                    let heard = play.controllers == Controllers::Heard && play.ego_name() != Some(&**name);
                    for controller in controllers.iter().filter(|_| heard) {
                        warn(foreign(name, &controller.name));
                    }
                }
                PrivateAction::ActivateController { lateral, longitudinal, .. } => {
                    // Our own vehicle's controller is our automation.
                    let ours = play.ego_name() == Some(&**name);
                    let moves = *lateral == Switch::On || *longitudinal == Switch::On;
                    let heard = play.controllers == Controllers::Heard;
                    let entity = play.play.entities.iter().find(|entity| entity.name == *name);
                    if heard && moves && !ours {
                        for controller in entity.iter().flat_map(|entity| &entity.controllers) {
                            warn(foreign(name, &controller.name));
                        }
                    }
                }
                PrivateAction::Visibility { graphics, sensors, traffic, .. } => {
                    if !(*graphics && *sensors && *traffic) {
                        warn(format!("`{name}`: visibility is noted only; everybody is seen"));
                    }
                }
                PrivateAction::OverrideController(_) => {
                    warn(format!("`{name}`: overridden controls act on vehicles with dynamics alone"));
                }
                PrivateAction::Animation { kind, .. } => {
                    warn(format!("`{name}`: animation `{kind}` is not shown"))
                }
                PrivateAction::LightState { .. }
                | PrivateAction::Speed { .. }
                | PrivateAction::SpeedProfile { .. }
                | PrivateAction::LongitudinalDistance { .. }
                | PrivateAction::LaneChange { .. }
                | PrivateAction::LaneOffset { .. }
                | PrivateAction::LateralDistance { .. }
                | PrivateAction::Synchronize { .. }
                | PrivateAction::Teleport(_)
                | PrivateAction::AssignRoute(_)
                | PrivateAction::FollowTrajectory { .. }
                | PrivateAction::AcquirePosition(_)
                | PrivateAction::RandomRoute
                | PrivateAction::Trailer(_) => {}
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::signal::{Flashing, LensShape};

    fn head() -> Vec<Lens> {
        [LensColor::Red, LensColor::Yellow, LensColor::Green]
            .into_iter()
            .map(|color| Lens { color, shape: LensShape::Circle, flashing: Flashing::Steady })
            .collect()
    }

    #[test]
    fn signal_states_light_lenses() {
        let check = |state: &str, mask: u16, flashing: u16| {
            assert_eq!(lit_of(state, &head()), LitLenses { mask, flashing }, "{state}");
        };
        check("on;off;off", 0b001, 0);
        check("off; off; on", 0b100, 0);
        check("off;flashing;off", 0b010, 0b010);
        check("green", 0b100, 0);
        check("off;off;off;on;on", 0, 0);
        check("", 0, 0);
    }

    #[test]
    fn lights_are_seen() {
        let mut lights = LightOrders::default();
        let on = |word: &str| LightKind::Vehicle(word.into());
        assert!(set_light(&mut lights, &on("indicatorLeft"), LightMode::Flashing));
        assert_eq!(
            lights.shown(true),
            ExteriorLights { indicator: Indicator::Left, braking: true, ..ExteriorLights::default() }
        );
        assert!(set_light(&mut lights, &on("brakeLights"), LightMode::Off));
        assert!(!lights.shown(true).braking);
        assert!(!set_light(&mut lights, &on("reversingLights"), LightMode::On));
    }

    #[test]
    fn environments_become_weather() {
        let environment = Environment {
            temperature_k: Some(280.15),
            precipitation: Some((Precipitation::Rain, 12.0)),
            wetness: Some(Wetness::WetWithPuddles),
            sun: Some(::storyboard::standard::Sun {
                azimuth_rad: std::f64::consts::FRAC_PI_2,
                elevation_rad: 0.5,
                illuminance_lx: None,
            }),
            ..Environment::default()
        };
        let weather = weather_of(&environment);
        assert_eq!(
            (weather.rain_mmph, weather.snow_mmph, weather.water_film_mm),
            (Some(12.0), Some(0.0), Some(1.5))
        );
        assert!((weather.temperature_c.unwrap() - 7.0).abs() < 1e-9);
        // The sun in the east stands along x.
        assert!(weather.sun_azimuth_deg.unwrap().abs() < 1e-9);
        assert_eq!(weather.fog_visibility_m, None);
    }
}
