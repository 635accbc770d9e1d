//! Sinks: they see every tick and every event of a run and write what they like. A sink never changes
//! the run.

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
