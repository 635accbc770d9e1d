//! The queue: threads over runs. The order in which runs finish does not matter to any result.
//!
//! A panic in a run becomes a record with outcome `fault` and the panic's message; the other runs go on.

use crate::base::hash::StableHasher;
use crate::engine::{ENGINE_VERSION, RunSpec, simulate_full};
use crate::record::{EventsSink, RunTraceSink, Sink};
use crate::scenario::ParameterValue;
use crate::state::record::{Outcome, RunRecord};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, Once, PoisonError};

/// Everything that a run leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct RunOutput {
    /// Its record.
    pub record: RunRecord,
    /// Low half of each tick's state hash.
    pub hashes: Vec<u32>,
    /// Compact trace, CSV.
    pub trace: Vec<u8>,
    /// Events, CSV.
    pub events: Vec<u8>,
}

/// How a queue ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueEnd {
    /// Runs finished in this sitting.
    pub finished: usize,
    /// It was asked to stop before all were done.
    pub stopped: bool,
}

/// Runs `spec` with the sinks of a batch. Whatever goes wrong becomes a record.
pub fn simulate_run(spec: &RunSpec) -> RunOutput {
    guarded(spec, || {
        let mut trace = RunTraceSink::default();
        let mut events = Vec::new();
        let mut events_sink = EventsSink::new(&mut events)?;
        let sinks: &mut [&mut dyn Sink] = &mut [&mut trace, &mut events_sink];
        let (record, hashes) =
            simulate_full(spec, sinks).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(RunOutput { record, hashes, trace: trace.into_csv(), events })
    })
}

/// Runs `body`; a panic or an error in it becomes a fault of the run.
pub fn guarded(spec: &RunSpec, body: impl FnOnce() -> io::Result<RunOutput>) -> RunOutput {
    quiet_panics();
    IN_RUN.with(|flag| flag.set(true));
    let result = catch_unwind(AssertUnwindSafe(body));
    IN_RUN.with(|flag| flag.set(false));
    let fault = match result {
        Ok(Ok(mut output)) => {
            only_finite(&mut output.record);
            return output;
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => LAST_PANIC.with(|text| text.take()).unwrap_or_else(|| "panic without a message".to_owned()),
    };
    RunOutput { record: fault_record(spec, fault), hashes: Vec::new(), trace: Vec::new(), events: Vec::new() }
}

thread_local! {
    static IN_RUN: Cell<bool> = const { Cell::new(false) };
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on a panic inside a run is kept for its record instead of being printed.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !IN_RUN.with(Cell::get) {
                return usual(info);
            }
            let payload = info.payload();
            let message = payload
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| payload.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            let place = info.location().map(|l| format!(" ({}:{})", l.file(), l.line())).unwrap_or_default();
            LAST_PANIC.with(|text| *text.borrow_mut() = Some(format!("panic: {message}{place}")));
        }));
    });
}

/// JSON has no infinity: a metric without a finite value is left out.
fn only_finite(record: &mut RunRecord) {
    record.metrics.retain(|_, value| value.is_finite());
    for d in &mut record.disengagements {
        // 100 km: farther than air itself lets see.
        d.visibility_m = if d.visibility_m.is_finite() { d.visibility_m.min(1e5) } else { 1e5 };
    }
}

/// Values of a run's parameters as in its record.
pub fn parameters_of(spec: &RunSpec) -> BTreeMap<String, serde_json::Value> {
    let json = |value: &ParameterValue| match value {
        ParameterValue::Number(number) => serde_json::json!(number),
        ParameterValue::Text(text) => serde_json::json!(text),
        ParameterValue::Flag(flag) => serde_json::json!(flag),
    };
    spec.scenario.values.iter().map(|(name, value)| (name.clone(), json(value))).collect()
}

fn fault_record(spec: &RunSpec, fault: String) -> RunRecord {
    RunRecord {
        run_id: spec.run_id(),
        scenario: spec.scenario.name.clone(),
        level: spec.level,
        seed: spec.seed,
        parameters: parameters_of(spec),
        outcome: Outcome::Fault,
        passed: false,
        ticks: 0,
        dt_s: spec.dt_ns as f64 * 1e-9,
        sim_time_s: 0.0,
        distance_m: 0.0,
        distance_automated_m: 0.0,
        state_hash: format!("{:016x}", StableHasher::new().finish()),
        engine_version: ENGINE_VERSION.to_owned(),
        disengagements: Vec::new(),
        collisions: Vec::new(),
        metrics: BTreeMap::new(),
        events: BTreeMap::new(),
        criteria: BTreeMap::new(),
        fault: Some(fault),
        warnings: Vec::new(),
    }
}

/// Works off `items` with `jobs` threads. `work` makes and stores a run; `stop` is looked at before each.
/// The first error of `work` (a full disk, say) ends the queue.
pub fn run_queue<T: Sync>(
    items: &[T],
    jobs: usize,
    stop: &AtomicBool,
    work: &(dyn Fn(&T) -> io::Result<()> + Sync),
) -> io::Result<QueueEnd> {
    let next = AtomicUsize::new(0);
    let finished = AtomicUsize::new(0);
    let failure: Mutex<Option<io::Error>> = Mutex::new(None);
    let worker = || {
        while !stop.load(Ordering::Relaxed) {
            let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
            match work(item) {
                Ok(()) => {
                    finished.fetch_add(1, Ordering::Relaxed);
                }
                Err(error) => {
                    failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                    stop.store(true, Ordering::Relaxed);
                }
            }
        }
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs.clamp(1, items.len().max(1)))
        .build()
        .map_err(io::Error::other)?;
    pool.broadcast(|_| worker());
    if let Some(error) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let finished = finished.into_inner();
    Ok(QueueEnd { finished, stopped: finished < items.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_items_once_for_any_number_of_threads() {
        let items: Vec<usize> = (0..100).collect();
        for jobs in [1, 2, 7] {
            let seen = Mutex::new(Vec::new());
            let end = run_queue(&items, jobs, &AtomicBool::new(false), &|i| {
                seen.lock().unwrap().push(*i);
                Ok(())
            });
            assert_eq!(end.unwrap(), QueueEnd { finished: 100, stopped: false });
            let mut seen = seen.into_inner().unwrap();
            seen.sort_unstable();
            assert_eq!(seen, items);
        }
    }

    #[test]
    fn stop_and_errors_end_it() {
        let items: Vec<usize> = (0..100).collect();
        let stop = AtomicBool::new(false);
        let end = run_queue(&items, 2, &stop, &|i| {
            if *i == 10 {
                stop.store(true, Ordering::Relaxed);
            }
            Ok(())
        });
        let end = end.unwrap();
        assert!(end.stopped && (11..=13).contains(&end.finished), "{end:?}");
        let full = run_queue(&items, 2, &AtomicBool::new(false), &|_| Err(io::Error::other("disk full")));
        assert_eq!(full.unwrap_err().to_string(), "disk full");
    }
}
