//! Where the live picture contradicts the map prior.
//!
//! Two witnesses: confirmed objects that stand on a mapped lane and belong to road works or have been
//! lost there (cones, barriers, debris), and lane marks that persistently lie elsewhere than the mapped
//! lane while the position is sure. Each place is reported once.
//!
//! Units: m, s. Thresholds: chosen because a coned-off lane shows several such objects within 30 m.
//! It does not recognize stale signal positions or missing roads.

use crate::base::math::DVec2;
use crate::road::RoadNetwork;
use crate::state::belief::{EgoEstimate, MapMismatch, Track, TrackStatus};
use crate::state::messages::{EventLog, Happening};
use crate::state::pose::LaneCoord;

/// Mismatches closer than this are one place, m.
const SAME_PLACE_M: f64 = 30.0;
/// A mismatch farther away than this is forgotten, m.
const FORGET_M: f64 = 250.0;
/// Most places kept.
const PLACES_MAX: usize = 32;
/// Age of a track that counts, s.
const AGE_MIN_S: f64 = 0.8;
/// Class confidence that counts.
const CLASS_MIN: f64 = 0.6;
/// Lane-mark readings in a row that contradict.
const MARKS_MIN: u32 = 15;

/// The check.
#[derive(Clone, Debug, Default)]
pub struct MapCheck {
    marks_off: u32,
}

impl MapCheck {
    /// Notes whether a lane-mark reading fitted the map.
    pub fn note_marks(&mut self, fits: bool) {
        self.marks_off = if fits { 0 } else { self.marks_off + 1 };
    }

    /// Looks for contradictions among the tracks and in the lane marks.
    pub fn judge(
        &mut self,
        network: &RoadNetwork,
        ego: &EgoEstimate,
        tracks: &[Track],
        found: &mut Vec<MapMismatch>,
        log: &mut EventLog,
    ) {
        found.retain(|m| (m.position_m - ego.position_m).length_squared() < FORGET_M * FORGET_M);
        for track in tracks {
            let static_thing = track.class.is_static() && track.class_confidence > CLASS_MIN;
            if !static_thing || track.status == TrackStatus::Tentative || track.age_s < AGE_MIN_S {
                continue;
            }
            let Some(lane) = track.lane else { continue };
            let half_width_m = 0.5 * network.lane_pose(lane).width_m;
            if lane.offset_m.abs() > half_width_m || track.speed_mps > 0.5 {
                continue;
            }
            let confidence = track.existence * track.class_confidence;
            report(track.center_m, Some(lane), confidence, found, log);
        }
        if self.marks_off >= MARKS_MIN {
            report(ego.position_m, ego.lane, 0.6, found, log);
        }
    }
}

/// Adds a place or strengthens the one it belongs to.
fn report(
    position_m: DVec2,
    lane: Option<LaneCoord>,
    confidence: f64,
    found: &mut Vec<MapMismatch>,
    log: &mut EventLog,
) {
    let known =
        found.iter_mut().find(|m| (m.position_m - position_m).length_squared() < SAME_PLACE_M * SAME_PLACE_M);
    if let Some(known) = known {
        known.confidence = known.confidence.max(confidence);
        return;
    }
    if found.len() >= PLACES_MAX {
        return;
    }
    found.push(MapMismatch { position_m, lane, confidence });
    log.push(Happening::MapMismatchFound { confidence });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_reported_once_and_strengthened() {
        let (mut found, mut log) = (vec![], EventLog::default());
        for (x, confidence) in [(100.0, 0.7), (104.0, 0.9), (125.0, 0.6), (200.0, 0.8), (201.0, 0.5)] {
            report(DVec2::new(x, 0.0), None, confidence, &mut found, &mut log);
        }
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].confidence, 0.9);
        assert_eq!(
            log.this_tick,
            vec![
                Happening::MapMismatchFound { confidence: 0.7 },
                Happening::MapMismatchFound { confidence: 0.8 }
            ]
        );
    }

    #[test]
    fn marks_must_be_off_many_times_in_a_row() {
        for (readings, expect) in [(vec![false; 14], 0), (vec![false; 15], 1)] {
            let mut check = MapCheck::default();
            let (mut found, mut log) = (vec![], EventLog::default());
            readings.iter().for_each(|fits| check.note_marks(*fits));
            check.judge(&RoadNetwork::default(), &EgoEstimate::default(), &[], &mut found, &mut log);
            assert_eq!(found.len(), expect);
            check.note_marks(true);
            assert_eq!(check.marks_off, 0);
        }
    }
}
