//! What the storyboard does to the world beyond motion: weather and the rest, as actions for the domains.

use crate::scenario::{Action, WeatherTargets};
use ::storyboard::play::player::{Effect, Player};
use ::storyboard::standard::{Environment, GlobalAction, Precipitation, PrivateAction, Wetness};

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

/// Turns the last step's effects into actions, and what nobody can do into warnings.
pub(super) fn carry_out(player: &Player, actions: &mut Vec<Action>, warnings: &mut Vec<String>) {
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
                GlobalAction::SignalController { .. } | GlobalAction::SignalState(_) => {}
                GlobalAction::TrafficSource { name, .. }
                | GlobalAction::TrafficSink { name, .. }
                | GlobalAction::TrafficSwarm { name, .. }
                | GlobalAction::TrafficArea { name, .. } => {
                    warn(format!("traffic action `{name}` is not played yet: no vehicles come or go"));
                }
                GlobalAction::TrafficStop(_) => {}
            },
            Effect::Private(name, action) => match action {
                PrivateAction::AssignController { controllers, .. } => {
                    for controller in controllers {
                        warn(format!(
                            "`{name}`: controller `{}` is not part of this program; the default one plays",
                            controller.name
                        ));
                    }
                }
                PrivateAction::ActivateController { .. } => {}
                PrivateAction::OverrideController(_) => {
                    warn(format!("`{name}`: overridden controls act on vehicles with dynamics alone"));
                }
                PrivateAction::Animation { kind, .. } => {
                    warn(format!("`{name}`: animation `{kind}` is not shown"))
                }
                PrivateAction::Visibility { .. }
                | PrivateAction::LightState { .. }
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
