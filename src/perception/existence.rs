//! Whether a tracked object exists, and what it is: two Bayes filters.
//!
//! Existence r:
//!
//! ```text
//! hit    r/(1−r) ← L·r/(1−r)       L = likelihood ratio of the detection under object against clutter
//! miss   r ← r·(1−P_D)/(1−r·P_D)   only when the sensor should have seen it
//! ```
//!
//! Successive returns of one reflector are not independent, so one hit counts at most
//! [`HIT_RATIO_MAX`]: clutter at a low rate never confirms a track, clutter that persists in one place
//! does. Backscatter from rain, snow and spray is dense near a lidar; there a hit counts less.
//!
//! Class: P(c | detections) ∝ P(reading | c)·P(c), with a confusion matrix that puts half of the errors
//! on look-alike classes.
//!
//! Units: probabilities. Source: Musicki, Evans, Stankovic 1994 (integrated probabilistic data
//! association), existence part.
//! It does not model dependence between sensors.

use crate::state::object::{Extent, ObjectClass};
use crate::state::sensor_data::SensorKind;

/// Largest likelihood ratio of one hit: chosen because three clean hits in a row then take a new track
/// above the confirmation threshold and two do not.
pub const HIT_RATIO_MAX: f64 = 6.0;
/// Existence at which a track is confirmed.
pub const CONFIRM: f64 = 0.95;
/// Existence at which two kinds of sensors that agree confirm it.
pub const CONFIRM_TWO_KINDS: f64 = 0.70;
/// Existence below which a track is dropped.
pub const DROP: f64 = 0.03;
/// Bounds of r, so that evidence can always turn it.
const BOUNDS: (f64, f64) = (0.005, 0.995);
/// Range around a lidar within which precipitation echoes, m: the overlap region of the receivers.
const BACKSCATTER_RANGE_M: f64 = 20.0;

/// Probability of detecting an object in clear weather, unobstructed, at short range.
pub fn detection_probability(kind: SensorKind) -> f64 {
    match kind {
        SensorKind::Camera => 0.85,
        SensorKind::Lidar => 0.93,
        SensorKind::Radar => 0.80,
        SensorKind::Gnss | SensorKind::Imu | SensorKind::Odometry => 0.0,
    }
}

/// Likelihood ratio of one detection.
///
/// `confidence` is the sensor's own (0–1), `precipitation` the perceived level (0–1), `range_m` the
/// distance from the sensor.
pub fn hit_ratio(kind: SensorKind, confidence: f64, precipitation: f64, range_m: f64) -> f64 {
    let odds = confidence / (1.0 - confidence).max(0.02);
    let near = (1.0 - range_m / BACKSCATTER_RANGE_M).clamp(0.0, 1.0);
    let backscatter = match kind {
        SensorKind::Lidar => 1.0 - 0.85 * (precipitation * near).clamp(0.0, 1.0),
        SensorKind::Camera | SensorKind::Radar => 1.0,
        SensorKind::Gnss | SensorKind::Imu | SensorKind::Odometry => 0.0,
    };
    // Even odds from the sensor itself still mean more than clutter: it says where.
    let ratio = (2.0 * odds).clamp(1.05, HIT_RATIO_MAX);
    1.0 + (ratio - 1.0) * backscatter
}

/// Existence after a hit.
pub fn after_hit(existence: f64, ratio: f64) -> f64 {
    let odds = ratio * existence / (1.0 - existence).max(1e-9);
    (odds / (1.0 + odds)).clamp(BOUNDS.0, BOUNDS.1)
}

/// Existence after a miss by a sensor that detects with probability `p_d`.
pub fn after_miss(existence: f64, p_d: f64) -> f64 {
    (existence * (1.0 - p_d) / (1.0 - existence * p_d)).clamp(BOUNDS.0, BOUNDS.1)
}

/// Existence of a track born from one detection with a likelihood ratio, from prior odds of 1 to 9.
pub fn at_birth(ratio: f64) -> f64 {
    after_hit(0.1, ratio)
}

/// Belief about the class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassBelief {
    /// Probability by class, order of `ObjectClass::ALL`.
    probability: [f64; ObjectClass::ALL.len()],
}

impl Default for ClassBelief {
    /// What stands on roads when nothing is known: mostly cars.
    fn default() -> Self {
        let mut probability = [0.04; ObjectClass::ALL.len()];
        probability[0] = 1.0 - 0.04 * (ObjectClass::ALL.len() - 1) as f64;
        Self { probability }
    }
}

/// Group of classes that are mistaken for one another.
fn look_alike(class: ObjectClass) -> u8 {
    match class {
        ObjectClass::Car | ObjectClass::Van | ObjectClass::EmergencyVehicle => 0,
        ObjectClass::Bus | ObjectClass::Truck => 1,
        ObjectClass::Motorcycle | ObjectClass::Bicycle => 2,
        ObjectClass::Pedestrian => 3,
        ObjectClass::WorkZone | ObjectClass::Debris => 4,
    }
}

impl ClassBelief {
    /// Takes in one reading with its confidence.
    pub fn read(&mut self, reading: ObjectClass, confidence: f64) {
        let right = confidence.clamp(0.12, 0.98);
        let group = look_alike(reading);
        let alike = ObjectClass::ALL.iter().filter(|c| look_alike(**c) == group).count() - 1;
        let others = ObjectClass::ALL.len() - 1 - alike;
        let wrong = 1.0 - right;
        let (near, far) = if alike == 0 {
            (0.0, wrong / others as f64)
        } else {
            (0.5 * wrong / alike as f64, 0.5 * wrong / others as f64)
        };
        let mut sum = 0.0;
        for (class, p) in ObjectClass::ALL.iter().zip(&mut self.probability) {
            let likelihood = if *class == reading {
                right
            } else if look_alike(*class) == group {
                near
            } else {
                far
            };
            // The floor lets a class come back after many contrary readings.
            *p = (*p * likelihood).max(1e-4 * right);
            sum += *p;
        }
        for p in &mut self.probability {
            *p /= sum;
        }
    }
    /// Most probable class with its probability.
    pub fn best(&self) -> (ObjectClass, f64) {
        let mut best = (ObjectClass::Car, 0.0);
        for (class, p) in ObjectClass::ALL.iter().zip(self.probability) {
            if p > best.1 {
                best = (*class, p);
            }
        }
        best
    }
    /// Probability of one class.
    pub fn of(&self, class: ObjectClass) -> f64 {
        ObjectClass::ALL.iter().position(|c| *c == class).map_or(0.0, |ix| self.probability[ix])
    }
}

/// Typical size of a class, m: starts the size estimate where no sensor told one.
///
/// Sources: REFERENCE §9.1 (cars, trucks), AASHTO design vehicles (bus, bicycle), shoulder width of a
/// walking adult.
pub fn typical_extent(class: ObjectClass) -> Extent {
    let (length_m, width_m, height_m) = match class {
        ObjectClass::Car => (4.6, 1.85, 1.5),
        ObjectClass::Van | ObjectClass::EmergencyVehicle => (5.6, 2.0, 2.3),
        ObjectClass::Bus => (12.0, 2.55, 3.2),
        ObjectClass::Truck => (9.0, 2.5, 3.6),
        ObjectClass::Motorcycle => (2.2, 0.8, 1.5),
        ObjectClass::Bicycle => (1.8, 0.6, 1.7),
        ObjectClass::Pedestrian => (0.5, 0.5, 1.75),
        ObjectClass::WorkZone => (0.6, 0.6, 1.0),
        ObjectClass::Debris => (0.8, 0.8, 0.5),
    };
    Extent { length_m, width_m, height_m, rear_m: 0.5 * length_m }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn existence_rises_with_hits_and_falls_with_misses() {
        let clean = hit_ratio(SensorKind::Lidar, 0.95, 0.0, 40.0);
        let mut r = at_birth(clean);
        let mut hits = 1;
        while r < CONFIRM {
            let next = after_hit(r, clean);
            assert!(next > r);
            r = next;
            hits += 1;
        }
        assert_eq!(hits, 3);
        let mut misses = 0;
        while r > DROP {
            let next = after_miss(r, detection_probability(SensorKind::Lidar));
            assert!(next < r);
            r = next;
            misses += 1;
        }
        assert!((2..=4).contains(&misses), "{misses}");
        // A sensor that cannot see it says nothing.
        assert_eq!(after_miss(0.6, 0.0), 0.6);
    }

    #[test]
    fn near_backscatter_counts_less() {
        for (kind, precipitation, range_m, below) in [
            (SensorKind::Lidar, 1.0, 2.0, 2.5),
            (SensorKind::Lidar, 0.0, 2.0, HIT_RATIO_MAX + 1e-9),
            (SensorKind::Lidar, 1.0, 50.0, HIT_RATIO_MAX + 1e-9),
            (SensorKind::Radar, 1.0, 2.0, HIT_RATIO_MAX + 1e-9),
        ] {
            let ratio = hit_ratio(kind, 0.9, precipitation, range_m);
            assert!(ratio < below && ratio > 1.0, "{kind:?} {precipitation} {range_m}: {ratio}");
        }
        assert_eq!(hit_ratio(SensorKind::Radar, 0.9, 1.0, 2.0), HIT_RATIO_MAX);
    }

    #[test]
    fn classes_follow_the_readings() {
        for (readings, expect, at_least) in [
            (vec![(ObjectClass::Pedestrian, 0.9)], ObjectClass::Pedestrian, 0.5),
            (vec![(ObjectClass::Pedestrian, 0.9); 4], ObjectClass::Pedestrian, 0.97),
            // One odd reading among many does not turn it.
            (
                [vec![(ObjectClass::Car, 0.9); 6], vec![(ObjectClass::Pedestrian, 0.9)]].concat(),
                ObjectClass::Car,
                0.9,
            ),
            // An unsure sensor hardly moves it.
            (vec![(ObjectClass::Debris, 0.15)], ObjectClass::Car, 0.4),
            // After a long error it comes back.
            (
                [vec![(ObjectClass::Debris, 0.95); 50], vec![(ObjectClass::Pedestrian, 0.9); 5]].concat(),
                ObjectClass::Pedestrian,
                0.9,
            ),
        ] {
            let mut belief = ClassBelief::default();
            for (class, confidence) in &readings {
                belief.read(*class, *confidence);
            }
            let (class, p) = belief.best();
            assert!(class == expect && p >= at_least, "{readings:?}: {class:?} {p}");
            let sum: f64 = ObjectClass::ALL.iter().map(|c| belief.of(*c)).sum();
            assert!((sum - 1.0).abs() < 1e-9);
        }
    }
}
