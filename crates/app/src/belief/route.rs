//! The ego's route, as the engine lays it at the start of a run.
//!
//! The engine keeps it in the map prior, which the window does not hold; it follows from the scenario and
//! the map alone, so it is laid again here, once for each opened run.

use crate::stage::{RunInfo, Stage};
use bevy::prelude::*;
use shakedown::base::ids::LaneId;
use shakedown::road::Route;
use shakedown::state::pose::LaneCoord;

/// Route of the shown run's ego.
#[derive(Resource, Debug, Default)]
pub struct EgoRoute {
    pub(super) serial: Option<u64>,
    /// The route; `None` without an ego or a destination.
    pub route: Option<Route>,
}

impl EgoRoute {
    /// Next connecting lane in a junction from a place on, and the distance to its entry, m.
    pub fn next_movement(&self, run: &RunInfo, at: LaneCoord) -> Option<(LaneId, f64)> {
        let route = self.route.as_ref()?;
        let leg = route.leg_of(at.lane, 0)?;
        route.next_connecting(run.network(), leg, at.along_m)
    }
}

/// The route that a run's scenario asks for.
pub fn lay(run: &RunInfo) -> Option<Route> {
    let ego = run.spec.scenario.ego.as_ref()?;
    let via: Vec<LaneId> = ego.route.iter().map(|place| place.coord.lane).collect();
    run.network().route_via(ego.start.coord, &via)
}

/// Lays the route when another run is opened.
pub fn follow(stage: Option<Res<Stage>>, mut route: ResMut<EgoRoute>) {
    let serial = stage.as_ref().map(|stage| stage.serial);
    if route.serial != serial {
        route.route = stage.as_ref().and_then(|stage| lay(&stage.run));
        route.serial = serial;
    }
}
