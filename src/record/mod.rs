//! Layer 4: what a run leaves: the event log and the sinks that write it.

pub mod log;
pub mod sink;

pub use log::{RecordedEvent, RunLog};
pub use sink::{EventsSink, MemorySink, RunTraceSink, Sink, TickView, TraceSink};
