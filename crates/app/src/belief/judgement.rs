//! Which tracks are ghosts and which objects are missed: truth-side knowledge for the spectators.
//!
//! The tests are the engine's own ([`shakedown::judge::misperception`]): a confirmed track is a ghost when
//! no participant but the ego stands within 3 m plus half its length of it; an object is known when a track
//! with an existence above 0.4 lies within 2 m plus half its length plus 3 % of its distance. The reason of
//! a miss is the most telling one among all sensors, as the judge ranks them. Unlike the judge, this looks
//! all around and at once: nothing has to be in the way or to last.

use crate::stage::Shot;
use shakedown::base::ids::ParticipantId;
use shakedown::judge::misperception::{accounts_for, origin_of, rank, tracks_of};
use shakedown::state::belief::{Track, TrackStatus, WorldModel};
use shakedown::state::truth::{DetectionOrigin, MissReason, ObjectTruth, Presence};

/// Objects farther from the ego than this are not told of, m.
pub const MISS_RANGE_M: f64 = 90.0;
/// Objects that no sensor could see from here are told of only this near, m.
pub const BLIND_RANGE_M: f64 = 35.0;

/// A real object that the car does not know of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Miss {
    /// Which.
    pub participant: ParticipantId,
    /// Why.
    pub reason: MissReason,
    /// Whether perception failed or nothing could be seen from here.
    pub kind: MissKind,
}

/// How much a miss says about perception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissKind {
    /// Within range and view, and yet not known.
    Failed,
    /// Hidden, out of range or out of view of every sensor.
    Blind,
}

/// The most telling reason among all sensors; `OutOfView` where there is no account.
pub fn reason(of_sensors: Option<&Vec<MissReason>>) -> MissReason {
    let most = of_sensors.and_then(|reasons| reasons.iter().copied().max_by_key(|reason| rank(*reason)));
    most.unwrap_or(MissReason::OutOfView)
}

/// What a reason says about perception.
pub fn kind(reason: MissReason) -> MissKind {
    match reason {
        MissReason::OutOfRange | MissReason::OutOfView | MissReason::Occluded => MissKind::Blind,
        MissReason::Seen
        | MissReason::Rain
        | MissReason::Fog
        | MissReason::Snow
        | MissReason::Darkness
        | MissReason::Glare
        | MissReason::Fault
        | MissReason::Chance => MissKind::Failed,
    }
}

/// Everybody else on the road.
fn others<'a>(shot: &'a Shot, ego: &'a ObjectTruth) -> impl Iterator<Item = &'a ObjectTruth> {
    shot.objects.iter().filter(|object| object.presence != Presence::Absent && object.id != ego.id)
}

/// Real objects near the ego that it does not know of, by id.
pub fn misses(shot: &Shot, ego: &ObjectTruth, belief: &WorldModel) -> Vec<Miss> {
    others(shot, ego)
        .filter(|object| object.center_m.distance(ego.center_m) < MISS_RANGE_M)
        .filter(|object| tracks_of(belief, ego, object).next().is_none())
        .filter_map(|object| {
            let reason = reason(shot.missed.get(object.id.ix()));
            let kind = kind(reason);
            let near = object.center_m.distance(ego.center_m) < BLIND_RANGE_M;
            (near || kind == MissKind::Failed || reason == MissReason::Occluded).then_some(Miss {
                participant: object.id,
                reason,
                kind,
            })
        })
        .collect()
}

/// Whether a track belongs to nothing real, and what it most likely comes from.
pub fn ghost(shot: &Shot, ego: &ObjectTruth, track: &Track) -> Option<DetectionOrigin> {
    let believed = track.status == TrackStatus::Confirmed && track.existence >= 0.5;
    let real = others(shot, ego).any(|object| accounts_for(object, track));
    (believed && !real).then(|| origin_of(&shot.ghosts, track.center_m))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::shown::tests::track;
    use super::*;
    use shakedown::base::ids::SensorIx;
    use shakedown::base::math::DVec2;
    use shakedown::state::object::{Extent, ObjectClass};
    use shakedown::state::pose::{Motion, Pose};
    use shakedown::state::truth::ExteriorLights;

    /// A car at a place, heading east.
    pub fn object(id: u32, x_m: f64, y_m: f64) -> ObjectTruth {
        let extent = Extent { length_m: 4.6, width_m: 1.85, height_m: 1.5, rear_m: 1.0 };
        let pose = Pose::planar(x_m - extent.center_x_m(), y_m, 0.0);
        ObjectTruth {
            id: ParticipantId(id),
            name: "car".into(),
            class: ObjectClass::Car,
            extent,
            pose,
            motion: Motion::default(),
            lane: None,
            forward: DVec2::X,
            center_m: DVec2::new(x_m, y_m),
            lights: ExteriorLights::default(),
            conspicuity: 1.0,
            presence: Presence::Present,
        }
    }

    fn shot() -> Shot {
        Shot {
            objects: vec![
                object(0, 0.0, 0.0),
                object(1, 20.0, 0.0),
                object(2, 30.0, 4.0),
                object(3, 60.0, 0.0),
                object(4, 80.0, 0.0),
                object(5, 200.0, 0.0),
            ],
            missed: vec![
                vec![],
                vec![MissReason::Seen; 2],
                vec![MissReason::OutOfView, MissReason::Occluded],
                vec![MissReason::Chance, MissReason::Rain],
                vec![MissReason::OutOfRange; 2],
                vec![MissReason::Rain; 2],
            ],
            ..Shot::default()
        }
    }

    #[test]
    fn misses_are_near_unknown_objects_with_the_most_telling_reason() {
        let shot = shot();
        let believing = |track| WorldModel { tracks: vec![track], ..WorldModel::default() };
        let found = misses(&shot, &shot.objects[0], &believing(track(7, 20.5, 0.5)));
        let told: Vec<_> = found.iter().map(|miss| (miss.participant.0, miss.reason, miss.kind)).collect();
        assert_eq!(
            told,
            [
                (2, MissReason::Occluded, MissKind::Blind),
                (3, MissReason::Rain, MissKind::Failed),
                // 4 is out of range of all sensors and far, 5 beyond what is told of.
            ]
        );
        let unsure = Track { existence: 0.3, ..track(7, 20.5, 0.5) };
        assert!(
            misses(&shot, &shot.objects[0], &believing(unsure)).iter().any(|miss| miss.participant.0 == 1)
        );
    }

    #[test]
    fn ghosts_are_confirmed_tracks_of_nothing_and_the_ego_itself_is_nothing() {
        let mut shot = shot();
        shot.ghosts = vec![
            (SensorIx(0), DetectionOrigin::Clutter, DVec2::new(44.0, 9.0)),
            (SensorIx(0), DetectionOrigin::Spray, DVec2::new(41.0, 9.0)),
        ];
        let ego = &shot.objects[0];
        assert_eq!(ghost(&shot, ego, &track(1, 20.0, 1.0)), None);
        assert_eq!(ghost(&shot, ego, &track(2, 41.0, 8.0)), Some(DetectionOrigin::Spray));
        assert_eq!(ghost(&shot, ego, &track(3, 0.0, 0.5)), Some(DetectionOrigin::Clutter));
        let tentative = Track { status: TrackStatus::Tentative, ..track(2, 41.0, 8.0) };
        assert_eq!(ghost(&shot, ego, &tentative), None);
    }
}
