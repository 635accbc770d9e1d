//! Traffic signals: fixed-time programmes, faults, orientation.
//!
//! What it models: each junction with faces runs its programme ([`programme`]) with intervals from
//! [`timing`]; a scenario may change lengths and offset, force an orientation, or break a junction's
//! signals (dark, flashing red, dimmed).
//!
//! Writes [`SignalStates`] in *Environment*: patterns only when they change, `change_in_s` every tick.
//!
//! Units: s in plans, ns inside.
//!
//! Sources: see [`timing`], [`programme`]. Flashing red: MUTCD §4D.30 (stop sign for every approach).
//!
//! What it does not do: no detectors, no preemption; pedestrians need no button.

pub mod programme;
pub mod timing;

use crate::base::ids::{JunctionIx, LaneId, SignalIx};
use crate::scenario::Action;
use crate::sim::{Clock, FiredActions, RunPlan, SimTick, TickSet};
use crate::state::messages::{EventLog, Happening};
use crate::state::signal::{FaceOrientation, LensColor, LensShape, LitLenses, SignalFault};
use crate::state::truth::SignalStates;
use bevy::prelude::*;
use programme::{Programme, crosswalk_of, movement_of};
use std::collections::BTreeMap;

/// A junction under control.
#[derive(Debug)]
struct Controller {
    junction: JunctionIx,
    programme: Programme,
    /// Interval shown now; `None` = must be written.
    shown: Option<usize>,
    fault: SignalFault,
}

/// All controllers of a run.
#[derive(Resource, Debug, Default)]
pub struct SignalControllers {
    controllers: Vec<Controller>,
    /// Faces whose lenses the scenario holds.
    held: BTreeMap<SignalIx, LitLenses>,
    /// Faults from the start, to be told in the first tick.
    untold: Vec<JunctionIx>,
}

/// Adds this domain's systems to the tick.
pub fn plugin(app: &mut App) {
    app.add_systems(SimTick, run_signals.in_set(TickSet::Environment));
}

/// Sets the domain up for a run.
pub fn attach(world: &mut World) {
    let plan = world.resource::<RunPlan>().clone();
    let network = &plan.network;
    let faces = network.signals.len();
    let mut states = SignalStates {
        lit: vec![LitLenses::default(); faces],
        fault: vec![SignalFault::None; faces],
        change_in_s: vec![f64::INFINITY; faces],
        movement: vec![None; network.lanes.len()],
        crosswalk: vec![None; network.crosswalks.len()],
        orientation: network.signals.iter().map(|face| face.orientation).collect(),
        brightness: network.signals.iter().map(|face| face.brightness).collect(),
    };
    let mut all = SignalControllers::default();
    for ix in 0..network.junctions.len() {
        let junction = JunctionIx(ix as u32);
        let changed = plan.scenario.signals.iter().find(|plan| plan.junction == junction);
        let Some(programme) = Programme::new(network, junction, changed) else { continue };
        let fault = changed.map_or(SignalFault::None, |plan| plan.fault);
        if let Some(orientation) = changed.and_then(|plan| plan.orientation) {
            orient(&programme, orientation, &mut states);
        }
        if fault != SignalFault::None {
            all.untold.push(junction);
        }
        all.controllers.push(Controller { junction, programme, shown: None, fault });
    }
    for controller in &mut all.controllers {
        controller.write(&plan, 0, &mut states);
    }
    world.insert_resource(states);
    world.insert_resource(all);
}

fn orient(programme: &Programme, orientation: FaceOrientation, states: &mut SignalStates) {
    for face in &programme.faces {
        states.orientation[face.ix()] = orientation;
    }
}

fn fault_name(fault: SignalFault) -> &'static str {
    match fault {
        SignalFault::None => "none",
        SignalFault::Dark => "dark",
        SignalFault::FlashingRed => "flashing_red",
        SignalFault::Dimmed(_) => "dimmed",
    }
}

impl Controller {
    /// Brings the states up to `time_ns`.
    fn write(&mut self, plan: &RunPlan, time_ns: u64, states: &mut SignalStates) {
        let (at, cycle_start) = self.programme.at(time_ns);
        let interval = &self.programme.intervals[at];
        if self.shown != Some(at) {
            self.shown = Some(at);
            self.show(plan, at, states);
        }
        match self.fault {
            SignalFault::None | SignalFault::Dimmed(_) => {
                for (face, change) in self.programme.faces.iter().zip(&interval.changes_ns) {
                    states.change_in_s[face.ix()] = if *change == u64::MAX {
                        f64::INFINITY
                    } else {
                        (cycle_start + i128::from(*change) - i128::from(time_ns)) as f64 * 1e-9
                    };
                }
            }
            SignalFault::Dark | SignalFault::FlashingRed => {}
        }
    }

    /// Writes patterns and indications of an interval under the present fault.
    fn show(&self, plan: &RunPlan, at: usize, states: &mut SignalStates) {
        let network = &plan.network;
        let programme = &self.programme;
        let interval = &programme.intervals[at];
        for (face_at, &ix) in programme.faces.iter().enumerate() {
            let face = network.signal(ix);
            states.fault[ix.ix()] = self.fault;
            states.brightness[ix.ix()] = face.brightness
                * match self.fault {
                    SignalFault::Dimmed(factor) => factor,
                    SignalFault::None | SignalFault::Dark | SignalFault::FlashingRed => 1.0,
                };
            states.lit[ix.ix()] = match self.fault {
                SignalFault::None | SignalFault::Dimmed(_) => interval.lit[face_at],
                SignalFault::Dark => LitLenses::default(),
                SignalFault::FlashingRed => {
                    let red = face
                        .lenses
                        .iter()
                        .position(|l| l.color == LensColor::Red && l.shape != LensShape::Pedestrian)
                        .map_or(0, |lens| 1 << lens);
                    LitLenses { mask: red, flashing: red }
                }
            };
        }
        match self.fault {
            SignalFault::None | SignalFault::Dimmed(_) => {
                for (lane, told) in programme.movements.iter().zip(&interval.movement) {
                    states.movement[lane.ix()] = *told;
                }
                for (crosswalk, told) in programme.crosswalks.iter().zip(&interval.crosswalk) {
                    states.crosswalk[crosswalk.ix()] = *told;
                }
            }
            SignalFault::Dark | SignalFault::FlashingRed => {
                for &face in &programme.faces {
                    states.change_in_s[face.ix()] = f64::INFINITY;
                }
                for &lane in &programme.movements {
                    let told = movement_of(network, lane, |face| states.lit[face.ix()]);
                    states.movement[lane.ix()] = told;
                }
                for &crosswalk in &programme.crosswalks {
                    let told = crosswalk_of(network, crosswalk, |face| states.lit[face.ix()]);
                    states.crosswalk[crosswalk.ix()] = told;
                }
            }
        }
    }
}

/// Runs all controllers.
fn run_signals(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    fired: Res<FiredActions>,
    mut all: ResMut<SignalControllers>,
    mut states: ResMut<SignalStates>,
    mut log: ResMut<EventLog>,
) {
    let all = &mut *all;
    let mut tell = |controller: &Controller| {
        if let Some(&face) = controller.programme.faces.first() {
            log.push(Happening::SignalFaultSet { face, fault: fault_name(controller.fault).into() });
        }
    };
    for junction in all.untold.drain(..) {
        all.controllers.iter().filter(|c| c.junction == junction).for_each(&mut tell);
    }
    for action in &fired.this_tick {
        match action {
            Action::SignalFault { junction, fault } => {
                for controller in all.controllers.iter_mut().filter(|c| c.junction == *junction) {
                    controller.fault = *fault;
                    controller.shown = None;
                    tell(controller);
                }
            }
            Action::SignalOrientation { junction, orientation } => {
                let concerned = |c: &&Controller| junction.is_none_or(|junction| junction == c.junction);
                for controller in all.controllers.iter().filter(concerned) {
                    orient(&controller.programme, *orientation, &mut states);
                }
            }
            Action::SignalLit { face, lit } => {
                all.held.insert(*face, *lit);
            }
            _actions_of_other_domains => {}
        }
    }
    for controller in &mut all.controllers {
        controller.write(&plan, clock.time.0, &mut states);
    }
    hold(&all.held, &plan, &mut states);
}

/// Writes the lenses that the scenario holds, and what they tell the movements that they govern.
fn hold(held: &BTreeMap<SignalIx, LitLenses>, plan: &RunPlan, states: &mut SignalStates) {
    if held.is_empty() {
        return;
    }
    let network = &plan.network;
    for (face, lit) in held {
        states.lit[face.ix()] = *lit;
        states.change_in_s[face.ix()] = f64::INFINITY;
    }
    for (lane, faces) in network.faces_of_movement.iter().enumerate() {
        if faces.iter().any(|face| held.contains_key(face)) {
            let lane = LaneId(lane as u32);
            states.movement[lane.ix()] = movement_of(network, lane, |face| states.lit[face.ix()]);
        }
    }
    for crosswalk in &network.crosswalks {
        if crosswalk.faces.iter().any(|face| held.contains_key(face)) {
            states.crosswalk[crosswalk.ix.ix()] =
                crosswalk_of(network, crosswalk.ix, |face| states.lit[face.ix()]);
        }
    }
}
