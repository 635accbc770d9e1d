//! Sinks: they see every tick and every event of a run and write what they like. A sink never changes
//! the run.

mod events;
mod memory;
mod run_trace;
mod text;
mod trace;

pub use events::{EVENT_COLUMNS, EventRow, EventsSink, event_row};
pub use memory::MemorySink;
pub use run_trace::{RUN_TRACE_COLUMNS, RunTraceSink};
pub use text::csv_text;
pub use trace::{TRACE_COLUMNS, TraceRow, TraceSink, trace_row};

use super::log::RecordedEvent;
use crate::road::RoadNetwork;
use crate::state::automation::AutomationState;
use crate::state::belief::WorldModel;
use crate::state::driver::DriverState;
use crate::state::record::RunRecord;
use crate::state::truth::GroundTruth;

/// What a sink sees of one tick: the world at `time_s`, and what happened in the tick before it.
pub struct TickView<'a> {
    /// Ticks completed: 0 = the state after Init.
    pub completed_ticks: u64,
    /// Time of the shown state, s.
    pub time_s: f64,
    /// All participants.
    pub truth: &'a GroundTruth,
    /// The map.
    pub network: &'a RoadNetwork,
    /// What happened in this tick, in order.
    pub events: &'a [RecordedEvent],
    /// The ego's belief, if there is an ego.
    pub belief: Option<&'a WorldModel>,
    /// The ego's automation, if there is an ego.
    pub automation: Option<&'a AutomationState>,
    /// The human aboard, if there is an ego.
    pub driver: Option<&'a DriverState>,
}

/// Receives a run as it unfolds.
pub trait Sink {
    /// One tick.
    fn tick(&mut self, view: &TickView<'_>) -> std::io::Result<()>;
    /// The finished record.
    fn finish(&mut self, _record: &RunRecord) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod testing {
    //! Participants and views for the tests of the sinks.

    use super::*;
    use crate::base::ids::ParticipantId;
    use crate::base::math::DVec2;
    use crate::state::object::{Extent, ObjectClass};
    use crate::state::truth::{ExteriorLights, ObjectTruth, Presence};

    /// A standing car at the origin.
    pub fn car(id: u32, name: &str) -> ObjectTruth {
        ObjectTruth {
            id: ParticipantId(id),
            name: name.into(),
            class: ObjectClass::Car,
            extent: Extent { length_m: 4.5, width_m: 1.8, height_m: 1.5, rear_m: 1.0 },
            pose: Default::default(),
            motion: Default::default(),
            lane: None,
            forward: DVec2::X,
            center_m: DVec2::ZERO,
            lights: ExteriorLights::default(),
            conspicuity: 1.0,
            presence: Presence::Present,
        }
    }

    /// The view after `ticks` ticks of 20 ms.
    pub fn view<'a>(
        ticks: u64,
        truth: &'a GroundTruth,
        network: &'a RoadNetwork,
        events: &'a [RecordedEvent],
    ) -> TickView<'a> {
        TickView {
            completed_ticks: ticks,
            time_s: (ticks * 20_000_000) as f64 * 1e-9,
            truth,
            network,
            events,
            belief: None,
            automation: None,
            driver: None,
        }
    }
}
