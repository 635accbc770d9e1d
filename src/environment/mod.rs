//! Weather, light and the state of the road surface.
//!
//! What it models: precipitation, fog, wind and temperature over time ([`timeline`]), water, snow and ice
//! on the road ([`water`]), sun and daylight ([`sun`]). What the tires make of it is
//! [`crate::state::tire`]; what sensors make of it is theirs.
//!
//! Writes [`Weather`] and [`RoadSurface`] in *Environment*, at 10 Hz and when an action fires.
//!
//! Units: those of the fields' names; world frame ENU.
//!
//! What it does not do: no weather differences over the map besides the scenario's patches.

pub mod sun;
pub mod timeline;
pub mod water;

use crate::base::units::KMPH_MPS;
use crate::scenario::Action;
use crate::sim::{Clock, FiredActions, RunPlan, SimTick, TickSet};
use crate::state::tire::{FRICTION_REFERENCE, SurfaceState, TireParams, friction};
use crate::state::truth::{RoadSurface, SurfacePatch};
use crate::state::weather::Weather;
use bevy::prelude::*;
use timeline::{Place, WeatherProcess};

/// The run's weather process.
#[derive(Resource, Debug)]
pub struct WeatherState(WeatherProcess);

/// Adds this domain's systems to the tick.
pub fn plugin(app: &mut App) {
    app.add_systems(SimTick, change_weather.in_set(TickSet::Environment));
}

/// Sets the domain up for a run.
pub fn attach(world: &mut World) {
    let plan = world.resource::<RunPlan>().clone();
    let place = Place { clock: plan.scenario.clock, origin_deg: plan.network.origin_deg };
    let mut process = WeatherProcess::new(plan.scenario.weather.as_ref(), place);
    let weather = process.update(0.0);
    let patches = plan
        .scenario
        .weather
        .iter()
        .flat_map(|weather| &weather.patches)
        .map(|patch| SurfacePatch {
            center_m: plan.network.lane_pose(patch.at.coord).pose.position_m.truncate(),
            radius_m: patch.radius_m,
            water_film_mm: patch.water_film_mm,
            ice_cover: patch.ice_cover,
            snow_depth_mm: patch.snow_depth_mm,
        })
        .collect();
    world.insert_resource(RoadSurface { friction_scale: friction_scale(&weather), patches });
    world.insert_resource(weather);
    world.insert_resource(WeatherState(process));
}

/// Friction of the reference tire at 50 km/h relative to dry asphalt, 0–1.
pub fn friction_scale(weather: &Weather) -> f64 {
    let surface = SurfaceState {
        water_film_mm: weather.water_film_mm,
        snow_depth_mm: weather.snow_depth_mm,
        ice_cover: weather.ice_cover,
    };
    friction(&TireParams::REFERENCE, surface, 50.0 * KMPH_MPS) / FRICTION_REFERENCE
}

/// Moves the weather on.
fn change_weather(
    clock: Res<Clock>,
    fired: Res<FiredActions>,
    mut state: ResMut<WeatherState>,
    mut weather: ResMut<Weather>,
    mut surface: ResMut<RoadSurface>,
) {
    let time_s = clock.time.s();
    let mut due = state.0.due(time_s);
    for action in &fired.this_tick {
        match action {
            Action::Weather { to, over_s } => {
                state.0.change(to, time_s, *over_s);
                due = true;
            }
            Action::ForceWeather { weather } => {
                state.0.force(**weather);
                due = true;
            }
            _actions_of_other_domains => {}
        }
    }
    if due {
        *weather = state.0.update(time_s);
        surface.friction_scale = friction_scale(&weather);
    }
}
