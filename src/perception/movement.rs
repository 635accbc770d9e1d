//! What the movements ahead are told: the faces of each movement vote.
//!
//! A movement is a connecting lane of a junction. Its faces (from the map prior, without those the prior
//! does not know) each give a color distribution; the product over the faces seen within a second is the
//! belief. A face that has been unlit for long does not vote on color; if all of them are and the head is
//! near, the signal is dark. Blinking is decided by majority.
//!
//! Units: m, s, probabilities. Source: MUTCD meanings (REFERENCE §6.3).
//! It does not infer one movement's indication from another's.

use super::signal_filter::{FaceFilter, GREEN, HOLD_COLOR_S, RED, SignalFilter, YELLOW};
use crate::base::ids::{LaneId, SignalIx};
use crate::base::math::{self, DVec2};
use crate::base::time::SimTime;
use crate::road::{RoadNetwork, Route};
use crate::state::belief::{ArrowSeen, MovementBelief};
use crate::state::pose::LaneCoord;
use crate::state::signal::Indication;

/// A reading older than this says nothing about now, s.
const FRESH_S: f64 = 1.0;
/// Unlit for longer than this, a near head is dark, s (longer than the dark half of a blink).
const DARK_AFTER_S: f64 = 2.0;
/// … within this distance, m: a 200 mm lens fills several pixels.
const DARK_WITHIN_M: f64 = 60.0;
/// Movements this far ahead on the route are watched, m (faces are read up to 150 m).
const AHEAD_M: f64 = 200.0;

/// Votes the faces of one movement.
pub fn fuse<'a>(
    connecting: LaneId,
    turn: crate::road::Turn,
    faces: impl Iterator<Item = (&'a FaceFilter, f64)>,
    now: SimTime,
) -> MovementBelief {
    let mut log = [0.0; 3];
    let (mut voters, mut blinkers, mut arrows, mut dark, mut seen) = (0u32, 0u32, 0u32, 0u32, 0u32);
    let mut unseen_s = f64::INFINITY;
    for (face, distance_m) in faces {
        let age_s = now.since_s(face.last_seen);
        unseen_s = unseen_s.min(age_s);
        let Some((channel, arrow)) = face.for_turn(turn).filter(|_| age_s <= FRESH_S) else { continue };
        seen += 1;
        let unlit_s = channel.unlit_s(now);
        if !channel.blinking && unlit_s > HOLD_COLOR_S {
            if unlit_s > DARK_AFTER_S && distance_m < DARK_WITHIN_M {
                dark += 1;
            }
            continue;
        }
        voters += 1;
        blinkers += u32::from(channel.blinking);
        arrows += u32::from(arrow == ArrowSeen::Yes);
        for (sum, p) in log.iter_mut().zip(channel.color) {
            *sum += math::ln(p.max(1e-4));
        }
    }
    let unknown = MovementBelief { connecting, indication: None, confidence: 0.0, unseen_s };
    if voters == 0 {
        return if seen > 0 && dark == seen {
            MovementBelief { indication: Some(Indication::Dark), confidence: 0.9, ..unknown }
        } else {
            unknown
        };
    }
    let top = log.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = log.iter().map(|l| math::exp(l - top)).sum();
    let mut best = RED;
    for color in [YELLOW, GREEN] {
        if log[color] > log[best] {
            best = color;
        }
    }
    let confidence = math::exp(log[best] - top) / sum;
    if confidence < 0.5 {
        return unknown;
    }
    let blinking = 2 * blinkers > voters;
    let arrow = 2 * arrows > voters;
    let indication = match best {
        RED if blinking => Indication::FlashingRed,
        RED => Indication::Red,
        YELLOW if blinking => Indication::FlashingYellow,
        YELLOW => Indication::Yellow,
        _ if arrow => Indication::GreenArrow,
        _ => Indication::Green,
    };
    MovementBelief { indication: Some(indication), confidence, ..unknown }
}

/// Follows the route and lists the movements ahead.
#[derive(Clone, Debug, Default)]
pub struct MovementWatch {
    leg: usize,
}

impl MovementWatch {
    /// Writes the belief about every signalized movement of the junctions ahead on the route: the route's
    /// own first, then the others of those junctions.
    pub fn list(
        &mut self,
        network: &RoadNetwork,
        route: &Route,
        unknown: &[SignalIx],
        ego: Option<LaneCoord>,
        position_m: DVec2,
        filter: &SignalFilter,
        now: SimTime,
        out: &mut Vec<MovementBelief>,
    ) {
        out.clear();
        let Some(ego) = ego else { return };
        if let Some(leg) = (self.leg..route.legs.len()).find(|leg| route.legs[*leg].lane == ego.lane) {
            self.leg = leg;
        }
        let Some(here) = route.legs.get(self.leg) else { return };
        let driven_m = here.start_m + if here.lane == ego.lane { ego.along_m } else { 0.0 };
        let signalized =
            |lane: LaneId| network.faces_of_movement.get(lane.ix()).is_some_and(|faces| !faces.is_empty());
        let belief = |lane: LaneId| {
            let faces = network.faces_of_movement[lane.ix()]
                .iter()
                .filter(|face| !unknown.contains(face))
                .filter_map(|face| filter.of(*face))
                .map(|face| {
                    let place = network.signals.get(face.face.ix()).map(|head| head.position_m.truncate());
                    (face, place.map_or(f64::INFINITY, |place| (place - position_m).length()))
                });
            fuse(lane, network.lane(lane).turn, faces, now)
        };
        let ahead = || {
            route.legs[self.leg..]
                .iter()
                .take_while(move |leg| leg.start_m < driven_m + AHEAD_M)
                .filter(|leg| signalized(leg.lane))
        };
        for leg in ahead() {
            if out.iter().all(|known| known.connecting != leg.lane) {
                out.push(belief(leg.lane));
            }
        }
        for leg in ahead() {
            let Some(junction) = network.lane(leg.lane).junction else { continue };
            for lane in &network.junction(junction).lanes {
                if signalized(*lane) && out.iter().all(|known| known.connecting != *lane) {
                    out.push(belief(*lane));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::road::{SignalFace, Turn};
    use crate::state::sensor_data::{LightDetection, LightReading};
    use crate::state::signal::{FaceOrientation, Flashing, Lens, LensColor, LensShape};

    fn head(ix: u32, lenses: &[(LensColor, LensShape)]) -> SignalFace {
        SignalFace {
            ix: SignalIx(ix),
            id: format!("face_{ix}"),
            junction: None,
            position_m: math::DVec3::ZERO,
            heading_rad: 0.0,
            orientation: FaceOrientation::Vertical,
            lenses: lenses
                .iter()
                .map(|(color, shape)| Lens { color: *color, shape: *shape, flashing: Flashing::Steady })
                .collect(),
            lens_diameter_m: 0.3,
            brightness: 1.0,
            lanes: vec![],
            crosswalk: None,
        }
    }

    /// Two ordinary heads, one five-section head and one of arrows alone.
    fn heads() -> Vec<SignalFace> {
        use LensColor::{Green, Red, Yellow};
        use LensShape::{ArrowLeft, Circle};
        let plain = [(Red, Circle), (Yellow, Circle), (Green, Circle)];
        vec![
            head(0, &plain),
            head(1, &plain),
            head(2, &[plain.as_slice(), &[(Yellow, ArrowLeft), (Green, ArrowLeft)]].concat()),
            head(3, &[(Red, ArrowLeft), (Yellow, ArrowLeft), (Green, ArrowLeft)]),
        ]
    }

    fn believe(
        frames: usize,
        turn: Turn,
        faces: &[u32],
        distance_m: f64,
        show: impl Fn(f64) -> Vec<(u32, LightReading, f64)>,
    ) -> MovementBelief {
        let heads = heads();
        let mut filter = SignalFilter::default();
        let mut at = SimTime::ZERO;
        for frame in 0..frames {
            at = SimTime::from_s(frame as f64 * 0.06);
            let lights: Vec<LightDetection> = show(at.s())
                .into_iter()
                .map(|(face, reading, confidence)| LightDetection {
                    face: SignalIx(face),
                    reading,
                    confidence,
                })
                .collect();
            filter.read(at, &lights, |face| heads.get(face.ix()));
        }
        let votes = faces.iter().filter_map(|f| filter.of(SignalIx(*f))).map(|f| (f, distance_m));
        fuse(LaneId(0), turn, votes, at)
    }

    #[test]
    fn movements_are_told_what_their_faces_show() {
        use LightReading::{Green, GreenArrow, Red, RedArrow, Unlit, Yellow, YellowArrow};
        let flash = |time_s: f64| time_s % 1.09 < 0.55;
        let check = |turn, faces: &[u32], show: &dyn Fn(f64) -> Vec<(u32, LightReading, f64)>, expect| {
            let belief = believe(80, turn, faces, 30.0, show);
            assert_eq!(belief.indication, expect, "{turn:?} {faces:?} {belief:?}");
        };
        check(Turn::Straight, &[0, 1], &|_| vec![(0, Red, 0.9), (1, Red, 0.9)], Some(Indication::Red));
        check(Turn::Straight, &[0, 1], &|_| vec![(1, Yellow, 0.9)], Some(Indication::Yellow));
        // One face misread all the time with low confidence is outvoted.
        check(Turn::Straight, &[0, 1], &|_| vec![(0, Green, 0.35), (1, Red, 0.95)], Some(Indication::Red));
        // Five sections: circular red with a green arrow.
        let shared = |_: f64| vec![(2, Red, 0.9), (2, GreenArrow, 0.9)];
        check(Turn::Left, &[2], &shared, Some(Indication::GreenArrow));
        check(Turn::Straight, &[2], &shared, Some(Indication::Red));
        check(Turn::Left, &[2], &|_| vec![(2, Green, 0.9)], Some(Indication::Green));
        // An arrow of an arrow-only face, seen from too far to tell its shape.
        check(Turn::Left, &[3], &|_| vec![(3, Green, 0.8)], Some(Indication::GreenArrow));
        check(Turn::Left, &[3], &|_| vec![(3, RedArrow, 0.8)], Some(Indication::Red));
        // Flashing.
        let blink = |reading| move |t: f64| vec![(0, if flash(t) { reading } else { Unlit }, 0.9)];
        check(Turn::Straight, &[0], &blink(Red), Some(Indication::FlashingRed));
        check(Turn::Straight, &[0], &blink(Yellow), Some(Indication::FlashingYellow));
        check(
            Turn::Left,
            &[3],
            &|t| vec![(3, if flash(t) { YellowArrow } else { Unlit }, 0.9)],
            Some(Indication::FlashingYellow),
        );
        check(Turn::Straight, &[0, 1], &|_| vec![(0, Unlit, 0.9), (1, Unlit, 0.9)], Some(Indication::Dark));
        check(Turn::Straight, &[0], &|_| vec![], None);
        // Not seen for more than a second.
        check(
            Turn::Straight,
            &[0],
            &|t| if t < 3.0 { vec![(0, Red, 0.9)] } else { vec![(1, Red, 0.9)] },
            None,
        );
    }

    #[test]
    fn a_far_unlit_head_is_unknown_and_not_dark() {
        for (distance_m, expect) in [(30.0, Some(Indication::Dark)), (120.0, None)] {
            let belief =
                believe(80, Turn::Straight, &[0], distance_m, |_| vec![(0, LightReading::Unlit, 0.9)]);
            assert_eq!(belief.indication, expect, "{distance_m} m");
        }
    }
}
