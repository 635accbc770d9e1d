//! Actions, as far as the native format has them.

use super::text::number;
use super::{SPEED_MPS_MAX, Writer};
use crate::board::Shape;
use crate::standard::{
    Dimension, EntityKind, EntityName, Environment, GlobalAction, LaneTarget, OffsetTarget, Precipitation,
    PrivateAction, RelativeSpeedKind, SpeedTarget, StandardAction, TransitionDynamics, Wetness,
};
use std::f64::consts::PI;

/// What the init phase leaves to be said.
#[derive(Debug, Default)]
pub(super) struct Init {
    /// Date and time.
    pub start: Option<String>,
    /// Lines of the weather.
    pub weather: Vec<String>,
    /// Actions that go on after it.
    pub actions: Vec<String>,
}

/// Kelvin at 0 °C.
const ZERO_C_K: f64 = 273.15;

fn shape_word(shape: Shape) -> &'static str {
    match shape {
        Shape::Linear => "linear",
        Shape::Cubic => "cubic",
        Shape::Sinusoidal => "sinusoidal",
        Shape::Step => "step",
    }
}

/// Water on the road by its wetness, mm: as the engine takes it where it plays the file itself.
fn water_film_mm(wetness: Wetness) -> f64 {
    match wetness {
        Wetness::Dry | Wetness::Moist => 0.0,
        Wetness::WetWithPuddles => 1.5,
        Wetness::LowFlooded => 5.0,
        Wetness::HighFlooded => 20.0,
    }
}

impl Writer<'_> {
    /// The init phase: places and speeds stand with the entities, weather and time at the head of the file.
    pub(super) fn init(&mut self) -> Init {
        let mut init = Init::default();
        for action in &self.play.board.init {
            let actor: Vec<EntityName> = action.entity.iter().cloned().collect();
            match &action.action {
                StandardAction::Global(GlobalAction::Environment(e)) => {
                    init.start = e.time_of_day.as_ref().map(|(t, _)| {
                        let second = t.second_of_day.clamp(0.0, 86_399.0) as u32;
                        let minutes = libm::round(t.utc_offset_h * 60.0) as i32;
                        let sign = if minutes < 0 { '-' } else { '+' };
                        format!(
                            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
                            t.year,
                            t.month,
                            t.day,
                            second / 3600,
                            second / 60 % 60,
                            second % 60,
                            minutes.abs() / 60,
                            minutes.abs() % 60
                        )
                    });
                    init.weather = self.weather("the weather at the start", e);
                }
                // Done by the init phase, and seen in the entity's state.
                StandardAction::Private(
                    PrivateAction::Teleport(_)
                    | PrivateAction::AssignRoute(_)
                    | PrivateAction::AcquirePosition(_),
                ) => {}
                StandardAction::Private(PrivateAction::Speed {
                    dynamics,
                    target: SpeedTarget::Absolute(_),
                }) if dynamics.shape == Shape::Step => {}
                other => init.actions.extend(self.action("the init phase", other, &actor)),
            }
        }
        init
    }

    /// An action of the file: one native action for each actor.
    pub(super) fn action(
        &mut self,
        who: &str,
        action: &StandardAction,
        actors: &[EntityName],
    ) -> Vec<String> {
        match action {
            StandardAction::Private(action) => {
                actors.iter().filter_map(|actor| self.private(who, action, actor)).collect()
            }
            StandardAction::Global(action) => self.global(who, action),
            StandardAction::UserDefined { kind, .. } => {
                self.lose(format!("{who}: the command of type {kind:?}"));
                Vec::new()
            }
        }
    }

    fn private(&mut self, who: &str, action: &PrivateAction, actor: &str) -> Option<String> {
        let entity = self.entity(who, actor)?;
        match action {
            PrivateAction::Speed { dynamics, target } => {
                let speed = self.target_speed(who, target)?;
                let how = self.speed_dynamics(who, dynamics);
                let speed = number(speed.min(SPEED_MPS_MAX));
                Some(format!("{{ speed = {{ entity = {entity}, speed_mps = {speed}{how} }} }}"))
            }
            PrivateAction::LaneChange { dynamics, target, target_offset_m } => {
                if target_offset_m.abs() > 1e-6 {
                    self.lose(format!("{who}: the offset in the target lane"));
                }
                let lanes = self.lanes_to_left(who, target, actor)?;
                let over = match dynamics.dimension {
                    Dimension::Time => format!(", over_s = {}", number(dynamics.value.clamp(0.0, 120.0))),
                    Dimension::Rate | Dimension::Distance => {
                        self.lose(format!("{who}: a lane change by rate or distance takes 4 s"));
                        String::new()
                    }
                };
                let shape = shape_word(dynamics.shape);
                Some(format!(
                    "{{ lane_change = {{ entity = {entity}, lanes = {lanes}{over}, shape = \"{shape}\" }} }}"
                ))
            }
            PrivateAction::LaneOffset { target, lateral_accel_mps2_max, .. } => {
                let OffsetTarget::Absolute(offset) = target else {
                    self.lose(format!("{who}: an offset relative to another entity's"));
                    return None;
                };
                if lateral_accel_mps2_max.is_some() {
                    self.lose(format!("{who}: the lateral acceleration of a lane offset; it takes 2 s"));
                }
                let offset = number(offset * f64::from(self.leftwards(actor)));
                Some(format!("{{ lane_offset = {{ entity = {entity}, offset_m = {offset} }} }}"))
            }
            PrivateAction::Teleport(position) => {
                let place = self.position(who, position, Some(actor))?;
                Some(format!("{{ teleport = {{ entity = {entity}, place = {place} }} }}"))
            }
            PrivateAction::FollowTrajectory { trajectory, .. } => {
                let ix = self.player.scene.index_of(actor)?;
                let pedestrian = self.play.entities[ix].body.kind == EntityKind::Pedestrian;
                let native = self.names.get(actor).cloned()?;
                match self.path(trajectory).filter(|_| pedestrian && !self.routes.contains_key(&native)) {
                    Some((places, speed)) => {
                        self.routes.insert(native, places);
                        let now = self.player.scene.entities[ix].speed_mps;
                        let speed = speed.or(Some(now)).filter(|v| *v >= 0.1);
                        let speed =
                            speed.map_or(String::new(), |v| format!(", speed_mps = {}", number(v.min(15.0))));
                        Some(format!("{{ walk = {{ entity = {entity}{speed} }} }}"))
                    }
                    None => {
                        self.lose(format!("{who}: following the trajectory {:?}", trajectory.name));
                        None
                    }
                }
            }
            PrivateAction::SpeedProfile { .. } => self.without(who, "a speed profile"),
            PrivateAction::LongitudinalDistance { .. } => self.without(who, "keeping a distance ahead"),
            PrivateAction::LateralDistance { .. } => self.without(who, "keeping a distance to the side"),
            PrivateAction::Visibility { .. } => self.without(who, "visibility"),
            PrivateAction::Synchronize { .. } => self.without(who, "synchronized arrival"),
            PrivateAction::AssignRoute(_) => self.without(who, "a route after the start"),
            PrivateAction::AcquirePosition(_) => self.without(who, "driving to a position"),
            PrivateAction::RandomRoute => self.without(who, "a random route"),
            PrivateAction::AssignController { .. }
            | PrivateAction::ActivateController { .. }
            | PrivateAction::OverrideController(_) => self.without(who, "an action on controllers"),
            PrivateAction::LightState { .. } => self.without(who, "lights"),
            PrivateAction::Animation { .. } => self.without(who, "animation"),
            PrivateAction::Trailer(_) => self.without(who, "trailers"),
        }
    }

    /// A speed in m/s; one relative to another entity's is taken at its speed at the start.
    fn target_speed(&mut self, who: &str, target: &SpeedTarget) -> Option<f64> {
        let speed = match target {
            SpeedTarget::Absolute(speed) => *speed,
            SpeedTarget::Relative { entity, value, kind, .. } => {
                let ix = self.player.scene.index_of(entity)?;
                let reference = self.player.scene.entities[ix].speed_mps;
                self.lose(format!("{who}: a speed relative to {entity}'s; that at the start was taken"));
                match kind {
                    RelativeSpeedKind::Delta => reference + value,
                    RelativeSpeedKind::Factor => reference * value,
                }
            }
        };
        if speed < 0.0 {
            self.lose(format!("{who}: driving backwards"));
            return None;
        }
        Some(speed)
    }

    fn without(&mut self, who: &str, what: &str) -> Option<String> {
        self.lose(format!("{who}: {what}"));
        None
    }

    fn speed_dynamics(&mut self, who: &str, d: &TransitionDynamics) -> String {
        let shape = shape_word(d.shape);
        match (d.shape, d.dimension) {
            (Shape::Step, _) => ", shape = \"step\"".to_owned(),
            (_, Dimension::Rate) => {
                format!(", rate_mps2 = {}, shape = \"{shape}\"", number(d.value.clamp(0.01, 50.0)))
            }
            (_, Dimension::Time) => format!(", over_s = {}, shape = \"{shape}\"", number(d.value)),
            (_, Dimension::Distance) => {
                self.lose(format!("{who}: a speed reached over a distance changes by 2 m/s²"));
                format!(", rate_mps2 = 2, shape = \"{shape}\"")
            }
        }
    }

    /// 1 where the left of the driving direction is the left of the road, −1 where it is not; by the lane at
    /// the start.
    fn leftwards(&self, actor: &str) -> i32 {
        let place = self.player.scene.index_of(actor).and_then(|ix| self.player.scene.entities[ix].at.place);
        place.map_or(1, |p| if self.roads.driving_direction(p) >= 0 { 1 } else { -1 })
    }

    fn lanes_to_left(&mut self, who: &str, target: &LaneTarget, actor: &str) -> Option<i32> {
        let lane_of = |w: &Self, name: &str| {
            let ix = w.player.scene.index_of(name)?;
            w.player.scene.entities[ix].at.place.map(|p| p.lane)
        };
        // Lane 0 is no lane: one step over the middle is one lane.
        let number_of = |lane: i32| if lane > 0 { lane - 1 } else { lane };
        let towards_t = match target {
            LaneTarget::Relative(reference, lanes) if **reference == *actor => *lanes,
            LaneTarget::Relative(reference, lanes) => {
                self.lose(format!("{who}: lanes are counted from where both were at the start"));
                number_of(lane_of(self, reference)?) + lanes - number_of(lane_of(self, actor)?)
            }
            LaneTarget::Absolute(lane) => {
                self.lose(format!("{who}: lanes are counted from the lane at the start"));
                number_of(*lane) - number_of(lane_of(self, actor)?)
            }
        };
        if towards_t == 0 {
            self.lose(format!("{who}: a lane change to the own lane"));
            return None;
        }
        Some(towards_t * self.leftwards(actor))
    }

    fn global(&mut self, who: &str, action: &GlobalAction) -> Vec<String> {
        match action {
            GlobalAction::Environment(e) => {
                let to = self.weather(who, e);
                if to.is_empty() {
                    return Vec::new();
                }
                vec![format!("{{ weather = {{ to = {{ {} }} }} }}", to.join(", "))]
            }
            GlobalAction::AddEntity(entity, position) => {
                let place = self.position(who, position, Some(entity));
                let (Some(name), Some(place)) = (self.entity(who, entity), place) else { return Vec::new() };
                vec![
                    format!("{{ add = {{ entity = {name} }} }}"),
                    format!("{{ teleport = {{ entity = {name}, place = {place} }} }}"),
                ]
            }
            GlobalAction::DeleteEntity(entity) => {
                let name = self.entity(who, entity);
                name.map(|name| format!("{{ remove = {{ entity = {name} }} }}")).into_iter().collect()
            }
            GlobalAction::Parameter(name, _) => self.nothing(who, &format!("setting the parameter {name}")),
            GlobalAction::Variable(name, _) => self.nothing(who, &format!("setting the variable {name}")),
            GlobalAction::SetMonitor(name, _) => self.nothing(who, &format!("setting the monitor {name}")),
            GlobalAction::SignalController { controller, .. } => {
                self.nothing(who, &format!("setting the phase of {controller}"))
            }
            GlobalAction::SignalState(state) => {
                self.nothing(who, &format!("setting signal {}", state.signal))
            }
            GlobalAction::TrafficSource { .. }
            | GlobalAction::TrafficSink { .. }
            | GlobalAction::TrafficSwarm { .. }
            | GlobalAction::TrafficArea { .. }
            | GlobalAction::TrafficStop(_) => self.nothing(who, "an action on traffic"),
        }
    }

    fn nothing(&mut self, who: &str, what: &str) -> Vec<String> {
        self.lose(format!("{who}: {what}"));
        Vec::new()
    }

    /// `key = value` for all that an environment says.
    fn weather(&mut self, who: &str, e: &Environment) -> Vec<String> {
        let mut out = Vec::new();
        let mut say = |key: &str, value: f64| out.push(format!("{key} = {}", number(value)));
        if let Some((kind, mmph)) = e.precipitation {
            say("rain_mmph", if kind == Precipitation::Rain { mmph.min(500.0) } else { 0.0 });
            say("snow_mmph", if kind == Precipitation::Snow { mmph.min(100.0) } else { 0.0 });
        }
        if let Some(range) = e.fog_visual_range_m {
            say("fog_visibility_m", range.clamp(1.0, 100_000.0));
        }
        if let Some(kelvin) = e.temperature_k {
            say("temperature_c", (kelvin - ZERO_C_K).clamp(-60.0, 70.0));
        }
        if let Some((heading, speed)) = e.wind {
            say("wind_mps", speed.clamp(0.0, 80.0));
            say("wind_heading_deg", crate::play::frame::wrap(heading).to_degrees());
        }
        if let Some(cover) = e.cloud_cover {
            say("cloud_cover", cover.clamp(0.0, 1.0));
        }
        if let Some(wetness) = e.wetness {
            say("water_film_mm", water_film_mm(wetness));
        }
        if let Some(sun) = e.sun {
            say("sun_elevation_deg", sun.elevation_rad.to_degrees().clamp(-90.0, 90.0));
            // The standard counts clockwise from north, the native format counter-clockwise from east.
            say("sun_azimuth_deg", crate::play::frame::wrap(PI / 2.0 - sun.azimuth_rad).to_degrees());
        }
        if e.friction_scale.is_some_and(|f| f != 1.0) {
            self.lose(format!("{who}: the friction of the road by a factor"));
        }
        if e.pressure_pa.is_some() {
            self.lose(format!("{who}: the air pressure"));
        }
        out
    }
}
