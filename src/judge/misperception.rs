//! What the automation believes against what is true: missed objects, ghosts, misread signals.
//!
//! Compared five times a second. A discrepancy counts when it lasts: 0.6 s for a missed object in the
//! way, 0.3 s for a confirmed ghost in the way, 0.8 s for a signal within 70 m. The reason is what the
//! sensors' truth-side evidence says, most telling sensor first.
//! Units: m, s. Frames: world. It judges; nothing here reaches the automation.

use crate::base::ids::{LaneId, ParticipantId, SensorIx, SignalIx};
use crate::base::math::DVec2;
use crate::base::time::SimTime;
use crate::sim::{Clock, RunPlan};
use crate::state::automation::{AutomationState, FeatureMode, PlanReason};
use crate::state::belief::{MapPrior, Track, TrackStatus, WorldModel};
use crate::state::messages::{EventLog, Happening};
use crate::state::signal::Indication;
use crate::state::truth::{
    DetectionOrigin, Ego, GroundTruth, MissReason, ObjectTruth, Presence, SensingEvidence, SignalStates,
};
use bevy::prelude::*;

/// Period of the comparison, s.
const PERIOD_S: f64 = 0.2;
/// A discrepancy is told again after this time, s.
const REPEAT_S: f64 = 6.0;

/// State between ticks.
#[derive(Resource, Default, Debug)]
pub struct Watch {
    next: SimTime,
    missed_s: Vec<f64>,
    missed_told: Vec<Option<SimTime>>,
    ghosts: Vec<(u32, f64, bool)>,
    misread_s: f64,
    misread_told: Option<SimTime>,
    standing_s: f64,
    standing_told: bool,
    shown: Option<(LaneId, Option<Indication>)>,
}

impl Watch {
    /// Makes room for all participants.
    pub fn resize(&mut self, participants: usize) {
        self.missed_s = vec![0.0; participants];
        self.missed_told = vec![None; participants];
    }
}

/// How telling a reason is when several sensors missed the same thing.
pub fn rank(reason: MissReason) -> u8 {
    match reason {
        MissReason::Fault => 9,
        MissReason::Glare => 8,
        MissReason::Fog => 7,
        MissReason::Rain => 6,
        MissReason::Snow => 5,
        MissReason::Darkness => 4,
        MissReason::Occluded => 3,
        MissReason::Chance => 2,
        MissReason::Seen => 1,
        MissReason::OutOfRange | MissReason::OutOfView => 0,
    }
}

/// Whether a point lies in the corridor the ego is about to use.
pub fn in_the_way(ego: &ObjectTruth, point_m: DVec2, velocity_mps: DVec2) -> bool {
    let now = ego.pose.to_local(point_m);
    let then = ego.pose.to_local(point_m + velocity_mps * 2.0);
    let reach = 12.0 + ego.motion.speed_mps * 3.5;
    let near = |p: DVec2| p.x > 0.0 && p.x < reach && p.y.abs() < 2.2;
    near(now) || (now.x > 0.0 && now.x < reach && now.y * then.y <= 0.0)
}

/// Tracks that stand for a participant: near its place, for which the tracker may be off by the more the
/// farther it is.
pub fn tracks_of<'a>(
    belief: &'a WorldModel,
    ego: &ObjectTruth,
    object: &ObjectTruth,
) -> impl Iterator<Item = &'a Track> {
    let tolerance = 2.0 + 0.5 * object.extent.length_m + 0.03 * object.center_m.distance(ego.center_m);
    let place_m = object.center_m;
    belief.tracks.iter().filter(move |track| {
        track.existence > 0.4 && track.center_m.distance_squared(place_m) < tolerance * tolerance
    })
}

/// Whether a participant is near enough to a track for the track to be no ghost.
pub fn accounts_for(object: &ObjectTruth, track: &Track) -> bool {
    let tolerance = 3.0 + 0.5 * object.extent.length_m;
    object.center_m.distance_squared(track.center_m) < tolerance * tolerance
}

/// Whether a track stands where somebody is (else it is a ghost).
pub fn is_real(track: &Track, truth: &GroundTruth) -> bool {
    truth.present().any(|object| Some(object.id) != truth.ego && accounts_for(object, track))
}

/// The false return that a ghost at this place most likely comes from: the nearest within 6 m.
pub fn origin_of(ghosts: &[(SensorIx, DetectionOrigin, DVec2)], track_m: DVec2) -> DetectionOrigin {
    ghosts
        .iter()
        .filter(|(_, _, place)| place.distance_squared(track_m) < 36.0)
        .min_by(|a, b| a.2.distance_squared(track_m).total_cmp(&b.2.distance_squared(track_m)))
        .map_or(DetectionOrigin::Clutter, |(_, origin, _)| *origin)
}

/// Compares belief and truth.
pub fn compare(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    truth: Res<GroundTruth>,
    signals: Res<SignalStates>,
    evidence: Option<Res<SensingEvidence>>,
    prior: Option<Res<MapPrior>>,
    egos: Query<(&WorldModel, &AutomationState), With<Ego>>,
    mut watch: ResMut<Watch>,
    mut log: ResMut<EventLog>,
) {
    if clock.time < watch.next {
        return;
    }
    watch.next = clock.time.plus_ns((PERIOD_S * 1e9) as u64);
    let (Some(ego), Some((belief, automation))) = (truth.ego(), egos.iter().next()) else { return };
    let now = clock.time;
    let engaged = automation.mode != FeatureMode::Off;
    let watch = &mut *watch;

    // --- missed objects ---
    for object in &truth.objects {
        let ix = object.id.ix();
        if Some(object.id) == truth.ego || object.presence == Presence::Absent || !engaged {
            continue;
        }
        let velocity = object.motion.velocity_mps(object.pose.heading_rad);
        let matters = in_the_way(ego, object.center_m, velocity);
        let tracked = matters && tracks_of(belief, ego, object).next().is_some();
        if !matters || tracked {
            watch.missed_s[ix] = 0.0;
            continue;
        }
        watch.missed_s[ix] += PERIOD_S;
        let told = watch.missed_told[ix].is_some_and(|at| now.since_s(at) < REPEAT_S);
        if watch.missed_s[ix] > 0.6 && !told {
            watch.missed_told[ix] = Some(now);
            let reason = evidence
                .as_ref()
                .and_then(|e| e.objects.get(ix))
                .and_then(|reasons| reasons.iter().copied().max_by_key(|r| rank(*r)))
                .unwrap_or(MissReason::Chance);
            log.push(Happening::ObjectMissed { participant: ParticipantId(ix as u32), reason });
        }
    }

    // --- ghosts ---
    watch.ghosts.retain(|(id, _, _)| belief.tracks.iter().any(|track| track.id == *id));
    for track in &belief.tracks {
        if track.status != TrackStatus::Confirmed || track.existence < 0.5 {
            continue;
        }
        let velocity = crate::base::math::unit(track.heading_rad) * track.speed_mps;
        if !in_the_way(ego, track.center_m, velocity) {
            continue;
        }
        if is_real(track, &truth) {
            continue;
        }
        let ix = watch.ghosts.iter().position(|(id, _, _)| *id == track.id).unwrap_or_else(|| {
            watch.ghosts.push((track.id, 0.0, false));
            watch.ghosts.len() - 1
        });
        let entry = &mut watch.ghosts[ix];
        entry.1 += PERIOD_S;
        if entry.1 > 0.3 && !entry.2 {
            entry.2 = true;
            let origin =
                evidence.as_ref().map_or(DetectionOrigin::Clutter, |e| origin_of(&e.ghosts, track.center_m));
            log.push(Happening::GhostTrack { track: track.id, origin });
        }
    }

    // --- the ego's next signal ---
    let Some(coord) = ego.lane else { return };
    let next = prior.as_ref().and_then(|prior| {
        let leg = prior.route.leg_of(coord.lane, 0)?;
        prior.route.next_connecting(&plan.network, leg, coord.along_m)
    });
    let mut held_by_signal = false;
    if let Some((movement, distance)) = next
        && distance < 70.0
    {
        let shown = signals.of_movement(movement);
        held_by_signal = matches!(
            shown,
            Some(Indication::Red | Indication::Yellow | Indication::Dark | Indication::FlashingRed)
        );
        if watch.shown != Some((movement, shown)) {
            if let (Some((before, _)), Some(indication)) = (watch.shown, shown)
                && before == movement
            {
                log.push(Happening::SignalChanged { movement, indication });
            }
            watch.shown = Some((movement, shown));
        }
        let believed = belief
            .movements
            .iter()
            .find(|m| m.connecting == movement)
            .and_then(|m| m.indication.filter(|_| m.confidence > 0.5));
        let wrong = shown.is_some_and(|shown| !same_meaning(believed, shown)) && engaged && distance < 55.0;
        watch.misread_s = if wrong { watch.misread_s + PERIOD_S } else { 0.0 };
        let told = watch.misread_told.is_some_and(|at| now.since_s(at) < REPEAT_S);
        if watch.misread_s > 0.8
            && !told
            && let Some(shown) = shown
        {
            watch.misread_told = Some(now);
            let reason = evidence.as_ref().map_or(MissReason::Chance, |e| {
                let faces: &[SignalIx] =
                    plan.network.faces_of_movement.get(movement.ix()).map_or(&[], |f| f.as_slice());
                faces
                    .iter()
                    .filter_map(|face| e.faces.get(face.ix()).copied())
                    .max_by_key(|reason| rank(*reason))
                    .unwrap_or(MissReason::Chance)
            });
            log.push(Happening::SignalMisperceived { movement, believed, truth: shown, reason });
        }
    } else {
        watch.misread_s = 0.0;
    }

    // --- stands without a visible reason ---
    let in_control = matches!(automation.mode, FeatureMode::Active | FeatureMode::RequestingIntervention)
        && automation.level.is_ads();
    let free = !held_by_signal
        && truth.present().all(|object| {
            let local = ego.pose.to_local(object.center_m);
            Some(object.id) == truth.ego || local.x < 0.0 || local.x > 20.0 || local.y.abs() > 6.0
        });
    let stands =
        in_control && ego.motion.speed_mps < 0.2 && free && automation.reason != PlanReason::Destination;
    watch.standing_s = if stands { watch.standing_s + PERIOD_S } else { 0.0 };
    if watch.standing_s > 6.0 && !watch.standing_told {
        watch.standing_told = true;
        log.push(Happening::UnneededStop { reason: automation.reason });
    } else if !stands {
        watch.standing_told = false;
    }
}

/// Whether the belief leads to the same behavior as the truth.
pub fn same_meaning(believed: Option<Indication>, shown: Indication) -> bool {
    use Indication as I;
    let class = |indication| match indication {
        I::Green | I::GreenArrow | I::FlashingYellow => 0,
        I::Yellow => 1,
        I::Red => 2,
        I::Dark | I::FlashingRed => 3,
        I::Walk | I::PedestrianClearance | I::DontWalk => 4,
    };
    // Yellow is short; taking it for red or green for a moment is not held against the camera.
    believed.is_some_and(|b| class(b) == class(shown) || class(b) == 1 || class(shown) == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meanings() {
        use Indication as I;
        for (believed, shown, expect) in [
            (Some(I::Green), I::GreenArrow, true),
            (Some(I::Red), I::Green, false),
            (Some(I::Dark), I::FlashingRed, true),
            (None, I::Red, false),
            (Some(I::Yellow), I::Red, true),
        ] {
            assert_eq!(same_meaning(believed, shown), expect, "{believed:?} {shown:?}");
        }
    }
}
