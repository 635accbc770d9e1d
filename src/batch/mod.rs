//! Layer 6: batches: many runs in parallel, resumable, with tables.
//!
//! ```text
//! request → plan (scenarios × variations × levels) → queue (threads over runs) → one directory a run
//!         → tables, rebuilt from the directories in the order of the plan
//! ```
//!
//! A run is done if and only if its `record.json` is there (written beside it and renamed), so a killed
//! batch loses at most the runs in flight. Tables are made from the directories alone and in plan order:
//! they are the same bytes whatever the number of threads, the shards or the interruptions. Time stamps
//! and durations are kept in `batch.json` only.
//!
//! A run that fails its own criteria is data and not an error: only faults of the engine, lost data and
//! interruptions change the exit code of a batch.

pub mod directory;
pub mod keep;
pub mod map_outline;
pub mod merge;
pub mod plan;
pub mod queue;
pub mod sample;
pub mod sitting;
pub mod table;
pub mod tables;
pub mod verify;

pub use directory::BatchDir;
pub use keep::{KeepError, Kept, load_run, save_run};
pub use plan::{
    BatchPlan, BatchRequest, Loaded, OwnTerms, PlanError, PlannedRun, Prepared, ScenarioRef, Shard, Source,
};
pub use queue::{QueueEnd, RunOutput, run_queue, simulate_run};
pub use sample::Sampler;
pub use sitting::{BatchEnd, BatchError, Sitting, run_batch};
