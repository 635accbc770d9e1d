//! The script of a run: evaluates the storyboard against the truth at the start of the tick and hands out
//! the actions that fired, after those of the interventions due at this tick. What an intervention forces
//! stays forced: where the storyboard sets the same kind of thing later, the intervention follows it again.
//!
//! Reads [`GroundTruth`], [`SignalStates`], the ego's [`AutomationState`] and what has happened so far
//! ([`EventLog`]); writes [`FiredActions`] and [`Happening::Storyboard`]. Traveled distance and time of
//! standing are kept only where a condition asks for them. A tick allocates nothing unless something fires.
//!
//! What it does not do: it moves nobody and ends no run; the judge reads `storyboard`/`stop`.

mod view;

use super::plan::{FiredActions, Intervention, RunPlan};
use super::tick::{Clock, SimTick, TickSet};
use crate::scenario::Action;
use crate::scenario::storyboard::{Fired, StoryboardState};
use crate::state::automation::AutomationState;
use crate::state::messages::{EventLog, Happening};
use crate::state::truth::{Ego, GroundTruth, SignalStates};
use bevy::prelude::*;
use view::{Memory, View};

/// The storyboard's state in this run.
#[derive(Resource)]
pub struct Script {
    state: StoryboardState,
    fired: Fired,
    memory: Memory,
}

impl Script {
    /// Whether the storyboard's stop trigger has fired.
    pub fn ended(&self) -> bool {
        self.state.ended()
    }
    /// The state machine, for the window and for tests.
    pub fn state(&self) -> &StoryboardState {
        &self.state
    }
}

/// Adds the script to the tick.
pub fn plugin(app: &mut App) {
    app.add_systems(SimTick, run_script.in_set(TickSet::Script));
}

/// Sets the script up: `RunPlan` and `GroundTruth` are in place.
pub fn attach(world: &mut World) {
    let plan = world.resource::<RunPlan>();
    let state = StoryboardState::new(&plan.scenario.storyboard);
    let memory = Memory::new(&plan.scenario.storyboard, &plan.network, world.resource::<GroundTruth>());
    world.insert_resource(Script { state, fired: Fired::default(), memory });
}

/// Repeats interventions in force after storyboard actions (from `storyboard` on) of the same kind.
fn hold_interventions(
    interventions: &[Intervention],
    tick: u64,
    storyboard: usize,
    actions: &mut Vec<Action>,
) {
    let end = actions.len();
    for Intervention { from_tick, action } in interventions {
        // Forced weather holds by itself; motions and wishes are moments, not states.
        let holds = matches!(
            action,
            Action::SensorFault { .. }
                | Action::SignalFault { .. }
                | Action::SignalOrientation { .. }
                | Action::DriverTask { .. }
                | Action::FitFeature { .. }
        );
        let same = |other: &Action| std::mem::discriminant(other) == std::mem::discriminant(action);
        if *from_tick <= tick && holds && actions[storyboard..end].iter().any(same) {
            actions.push(action.clone());
        }
    }
}

/// Evaluates the storyboard.
pub fn run_script(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    truth: Res<GroundTruth>,
    signals: Option<Res<SignalStates>>,
    ego: Query<&AutomationState, With<Ego>>,
    mut script: ResMut<Script>,
    mut out: ResMut<FiredActions>,
    mut log: ResMut<EventLog>,
) {
    out.this_tick.clear();
    let at_start = std::mem::take(&mut out.at_start);
    out.this_tick.extend(at_start);
    for intervention in &plan.interventions {
        if intervention.from_tick == clock.tick {
            out.this_tick.push(intervention.action.clone());
        }
    }
    let Script { state, fired, memory } = &mut *script;
    memory.advance(&truth, &clock);
    let mut view = View {
        memory,
        truth: &truth,
        network: &plan.network,
        signals: signals.as_deref(),
        mode: ego.iter().next().map(|a| a.mode),
        happened: log.happened(),
        now: clock.time,
    };
    state.step(&plan.scenario.storyboard, &mut view, clock.time, fired);
    let storyboard = out.this_tick.len();
    out.this_tick.append(&mut fired.actions);
    hold_interventions(&plan.interventions, clock.tick, storyboard, &mut out.this_tick);
    for (path, transition) in fired.transitions.drain(..) {
        log.push(Happening::Storyboard {
            element: path.to_string(),
            transition: transition.as_str().to_owned(),
        });
    }
}
