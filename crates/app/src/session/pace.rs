//! From the window's clock to simulated time.

use super::{Diligence, Hands, KeepDir, Running, Session};
use bevy::prelude::*;
use shakedown::state::command::Seat;
use std::time::Duration;

/// Slowest pace, simulated seconds per second.
pub const PACE_MIN: f64 = 0.1;
/// Fastest pace.
pub const PACE_MAX: f64 = 32.0;
/// Time that a frame may spend on simulating, so that the window stays responsive.
const BUDGET: Duration = Duration::from_millis(14);
/// A stall of the window (a dragged frame, a laptop lid) does not make the run leap: longest step, s.
const FRAME_MAX_S: f64 = 0.5;

/// Moves the shown time on, simulating as far as needed.
pub fn advance(
    time: Res<Time<Real>>,
    diligence: Res<Diligence>,
    hands: Res<Hands>,
    session: Option<ResMut<Session>>,
    running: Option<ResMut<Running>>,
) {
    let (Some(mut session), Some(mut running)) = (session, running) else { return };
    let (session, running) = (&mut *session, &mut *running);
    let budget = match *diligence {
        Diligence::Responsive => BUDGET,
        Diligence::Exact => Duration::MAX,
    };
    if let Some(goal_s) = session.goal_s {
        simulate_to(running, session, goal_s, budget, None);
        session.shown_s = goal_s.min(running.time_s());
        if running.time_s() + 0.5 * running.dt_s() >= goal_s || running.ended() {
            session.goal_s = None;
        }
    } else if session.playing {
        let step_s = time.delta_secs_f64().min(FRAME_MAX_S) * session.pace;
        let goal_s = session.shown_s + step_s;
        let person = session.seat.then_some(hands.0);
        simulate_to(running, session, goal_s, budget, person);
        session.shown_s = goal_s.min(running.time_s());
        if running.ended() && session.shown_s + 0.5 * running.dt_s() >= running.time_s() {
            session.playing = false;
        }
    }
    session.simulated_s = running.time_s();
    if running.ended() && session.record.is_none() {
        session.record = Some(running.record());
        session.duration_s = running.time_s();
    }
}

/// Simulates up to a time within a budget, with a person's controls in force, and takes in what happened.
fn simulate_to(
    running: &mut Running,
    session: &mut Session,
    goal_s: f64,
    budget: Duration,
    person: Option<shakedown::state::command::HumanControls>,
) {
    let begin = std::time::Instant::now();
    // One tick ahead, so that there are two to blend between.
    while running.time_s() < goal_s && !running.ended() {
        if let Some(mut controls) = person {
            controls.seat = Seat::Person;
            running.control(controls);
            session.touched = true;
        }
        running.step();
        take_in(running, session);
        if begin.elapsed() > budget {
            break;
        }
    }
}

/// Copies new events and lets the takeover watch look.
pub(super) fn take_in(running: &Running, session: &mut Session) {
    let known = session.events.len();
    let shot = running.newest().cloned();
    let driver = shot.as_ref().and_then(|shot| shot.driver);
    for event in running.events().iter().skip(known) {
        session.watch.event(event, driver.as_ref());
        session.events.push(event.clone());
    }
    if let Some(shot) = shot {
        session.watch.shot(&shot, running.info.ego.map(|id| id.0 as usize));
    }
    session.takeover = session.watch.report();
}

/// A finished run that a person has touched is kept without being asked: it is the person's result.
pub fn keep_finished(
    time: Res<Time<Real>>,
    keep: Option<Res<KeepDir>>,
    session: Option<ResMut<Session>>,
    running: Option<Res<Running>>,
) {
    let (Some(keep), Some(mut session), Some(running)) = (keep, session, running) else { return };
    if session.record.is_none() || session.kept || !session.touched || session.replay.is_some() {
        return;
    }
    session.kept = true;
    let told = super::carry_out::save(&keep.0, &mut session, &running);
    session.notice = Some((told, time.elapsed_secs_f64()));
}
