//! Keeps a run in memory, for tests and for tools that look at whole runs.

use super::{EventRow, Sink, TickView, TraceRow, event_row, trace_row};

/// All rows of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MemorySink {
    /// One row per participant and tick.
    pub trace: Vec<TraceRow>,
    /// All events.
    pub events: Vec<EventRow>,
}

impl Sink for MemorySink {
    fn tick(&mut self, view: &TickView<'_>) -> std::io::Result<()> {
        self.trace.extend(view.truth.present().map(|o| trace_row(view.time_s, o, view.network)));
        self.events.extend(view.events.iter().map(|e| event_row(e, view.truth, view.network)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{car, view};
    use super::*;
    use crate::road::RoadNetwork;
    use crate::state::truth::{GroundTruth, Presence};

    #[test]
    fn absent_participants_leave_no_rows() {
        let mut gone = car(1, "gone");
        gone.presence = Presence::Absent;
        let truth = GroundTruth { objects: vec![car(0, "ego"), gone], ego: None };
        let network = RoadNetwork::default();
        let mut sink = MemorySink::default();
        for tick in 0..3 {
            sink.tick(&view(tick, &truth, &network, &[])).unwrap();
        }
        assert_eq!(sink.trace.len(), 3);
        assert!((sink.trace[2].time_s - 0.04).abs() < 1e-12);
    }
}
