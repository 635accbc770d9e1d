//! The run's event log: every happening with its tick, in order.

use crate::sim::{Clock, SimTick, TickSet};
use crate::state::messages::{EventLog, Happening};
use bevy::prelude::*;

/// One recorded happening.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedEvent {
    /// Tick in which it happened.
    pub tick: u64,
    /// Start of that tick, s.
    pub time_s: f64,
    /// What.
    pub happening: Happening,
}

/// All happenings of the run so far.
#[derive(Resource, Default, Debug)]
pub struct RunLog {
    /// In order.
    pub events: Vec<RecordedEvent>,
}

/// Adds the log to the tick.
pub fn plugin(app: &mut App) {
    app.init_resource::<RunLog>();
    app.add_systems(SimTick, drain_events.in_set(TickSet::Record));
}

/// Moves this tick's happenings into the log.
fn drain_events(clock: Res<Clock>, mut tick: ResMut<EventLog>, mut log: ResMut<RunLog>) {
    let (number, time_s) = (clock.tick, clock.time.s());
    log.events.extend(tick.this_tick.drain(..).map(|happening| RecordedEvent {
        tick: number,
        time_s,
        happening,
    }));
}
