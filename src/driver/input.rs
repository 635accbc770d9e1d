//! What a person does in the driver's seat, as a list of changes with their ticks.
//!
//! The controls in force at a tick are those of the last change at or before it. A window appends changes
//! for the next tick while the run goes on; a replay starts with the whole list. Either way the same ticks
//! see the same controls, so the run is the same to the bit.
//!
//! What it does not do: it interprets nothing ([`super::manual`] does) and reads no device.

use crate::state::command::{HumanControls, InputChange, Seat};
use bevy::prelude::Resource;

/// Changes of the controls, by rising tick.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct InputQueue {
    changes: Vec<InputChange>,
}

impl InputQueue {
    /// The queue of a run that starts with these changes. Of several at one tick the last one counts.
    pub fn new(changes: &[InputChange]) -> Self {
        let mut sorted: Vec<InputChange> = changes
            .iter()
            .map(|change| InputChange { controls: change.controls.bounded(), ..*change })
            .collect();
        sorted.sort_by_key(|change| change.from_tick);
        Self { changes: sorted }
    }

    /// All changes.
    pub fn changes(&self) -> &[InputChange] {
        &self.changes
    }

    /// The controls in force at a tick.
    pub fn at(&self, tick: u64) -> HumanControls {
        in_force(&self.changes, tick)
    }

    /// Whether a person sits in the driver's seat at a tick.
    pub fn person_at(&self, tick: u64) -> bool {
        self.at(tick).seat == Seat::Person
    }

    /// Appends a live change, see [`append`].
    pub fn push(&mut self, change: InputChange) {
        append(&mut self.changes, change);
    }
}

fn in_force(changes: &[InputChange], tick: u64) -> HumanControls {
    let later = changes.partition_point(|change| change.from_tick <= tick);
    later.checked_sub(1).map_or_else(HumanControls::default, |ix| changes[ix].controls)
}

/// Appends a live change to a sorted list: it replaces what the list had for its tick and later, and a
/// change that changes nothing is left out.
pub fn append(changes: &mut Vec<InputChange>, change: InputChange) {
    let kept = changes.partition_point(|known| known.from_tick < change.from_tick);
    changes.truncate(kept);
    let change = InputChange { controls: change.controls.bounded(), ..change };
    if in_force(changes, change.from_tick) != change.controls {
        changes.push(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(from_tick: u64, steer: f64) -> InputChange {
        InputChange { from_tick, controls: HumanControls { steer, ..HumanControls::SEATED } }
    }

    #[test]
    fn the_last_change_at_or_before_the_tick_is_in_force() {
        let queue = InputQueue::new(&[change(20, 0.2), change(10, 0.1), change(20, 0.3)]);
        for (tick, steer) in [(0, 0.0), (9, 0.0), (10, 0.1), (19, 0.1), (20, 0.3), (9_999, 0.3)] {
            assert_eq!(queue.at(tick).steer, steer, "{tick}");
        }
        assert!(!queue.person_at(9) && queue.person_at(10));
        assert_eq!(InputQueue::default().at(5), HumanControls::default());
    }

    #[test]
    fn a_list_grown_live_is_the_list_of_the_replay() {
        let mut live = InputQueue::default();
        live.push(InputChange { from_tick: 0, controls: HumanControls::default() });
        assert!(live.changes().is_empty(), "a model in the seat is how every run begins");
        for step in [change(3, 0.5), change(4, 0.5), change(7, 2.0), change(7, f64::NAN), change(9, -0.0)] {
            live.push(step);
        }
        assert_eq!(
            live.changes().iter().map(|c| (c.from_tick, c.controls.steer)).collect::<Vec<_>>(),
            [(3, 0.5), (7, 0.0)]
        );
        assert_eq!(InputQueue::new(live.changes()), live);
        // Gone back to an earlier tick: what came later is history of another run.
        live.push(change(5, 0.1));
        assert_eq!(live.changes().last(), Some(&change(5, 0.1)));
    }
}
