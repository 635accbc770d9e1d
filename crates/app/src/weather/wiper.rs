//! The wipers: how fast they go in which rain, where they stand, and what they have cleared.
//!
//! ```text
//! below 0.2 mm/h  parked             0.2–2.5  a stroke every 6 s (intermittent)
//! 2.5–10          45 strokes/min     above 10 65 strokes/min
//! phase           p = (1 − cos 2πu)/2 over a stroke there and back, u = 0…1
//! ```
//!
//! Rates after FMVSS 104 (two speeds, one of at least 45 a minute, at least 15 apart). Plane of the
//! windscreen: meters, x right, y up, origin at the middle of its lower edge.
//!
//! What it does not do: wiper speed follows the shown rain at once, so a change of rain moves the blades.

use core::f32::consts::PI;

/// Rain below which the wipers rest, mm/h.
const REST_MMPH: f64 = 0.2;
/// Rain from which they wipe without pause, mm/h (light to moderate).
const STEADY_MMPH: f64 = 2.5;
/// Rain from which they go fast, mm/h (moderate to heavy).
const FAST_MMPH: f64 = 10.0;

/// A stroke there and back, and how often.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Duration there and back, s.
    pub wipe_s: f64,
    /// Time from one stroke to the next, s.
    pub period_s: f64,
}

/// The stroke in a rain; `None` = parked.
pub fn stroke(rain_mmph: f64) -> Option<Stroke> {
    if rain_mmph < REST_MMPH {
        None
    } else if rain_mmph < STEADY_MMPH {
        Some(Stroke { wipe_s: 60.0 / 45.0, period_s: 6.0 })
    } else if rain_mmph < FAST_MMPH {
        Some(Stroke { wipe_s: 60.0 / 45.0, period_s: 60.0 / 45.0 })
    } else {
        Some(Stroke { wipe_s: 60.0 / 65.0, period_s: 60.0 / 65.0 })
    }
}

/// Where the blades stand at a shown time: 0 = parked end, 1 = far end; `None` = they don't run.
pub fn wiper_phase(time_s: f64, rain_mmph: f64) -> Option<f32> {
    let stroke = stroke(rain_mmph)?;
    let u = time_s.rem_euclid(stroke.period_s) / stroke.wipe_s;
    Some(if u >= 1.0 { 0.0 } else { (0.5 - 0.5 * (core::f64::consts::TAU * u).cos()) as f32 })
}

/// One wiper of the windscreen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arm {
    /// Pivot in the plane of the windscreen, m.
    pub pivot_m: [f32; 2],
    /// The blade reaches from here, m from the pivot …
    pub inner_m: f32,
    /// … to here.
    pub outer_m: f32,
    /// Angle of the parked blade, rad counter-clockwise from +x.
    pub parked_rad: f32,
    /// Angle of the blade at the far end, rad.
    pub far_rad: f32,
}

/// The two wipers, driver's (left) side first: they park pointing right and sweep up and left.
pub const ARMS: [Arm; 2] = [
    Arm { pivot_m: [-0.42, -0.03], inner_m: 0.10, outer_m: 0.66, parked_rad: 0.08, far_rad: 0.60 * PI },
    Arm { pivot_m: [0.20, -0.03], inner_m: 0.10, outer_m: 0.60, parked_rad: 0.05, far_rad: 0.62 * PI },
];

impl Arm {
    /// Angle of the blade at a phase, rad.
    pub fn angle_rad(&self, phase: f32) -> f32 {
        self.parked_rad + (self.far_rad - self.parked_rad) * phase
    }
}

/// Time since the blade last passed a place that it reaches at a phase, s. The shader uses the same rule.
pub fn since_wiped_s(time_s: f64, stroke: Stroke, at_phase: f32) -> f64 {
    let t = time_s.rem_euclid(stroke.period_s);
    let up =
        f64::from((1.0 - 2.0 * at_phase.clamp(0.0, 1.0)).acos()) / core::f64::consts::TAU * stroke.wipe_s;
    let down = stroke.wipe_s - up;
    // Rounding of the arc cosine: the blade that is just there has been there.
    let slack = 1e-4 * stroke.wipe_s;
    if t >= down - slack {
        (t - down).max(0.0)
    } else if t >= up - slack {
        (t - up).max(0.0)
    } else {
        t + stroke.period_s - down
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wipers_follow_the_rain() {
        assert_eq!(wiper_phase(3.0, 0.0), None);
        assert_eq!(wiper_phase(3.0, 1.0), Some(0.0), "between strokes");
        assert!(wiper_phase(0.6, 1.0).is_some_and(|p| p > 0.9));
        let strokes = |rain| {
            let phases: Vec<f32> =
                (0..6_000).filter_map(|i| wiper_phase(f64::from(i) * 0.01, rain)).collect();
            phases.windows(2).filter(|w| w[0] < 0.5 && w[1] >= 0.5).count()
        };
        assert_eq!((strokes(1.0), strokes(5.0), strokes(30.0)), (10, 45, 65));
    }

    #[test]
    fn phase_starts_parked_and_stays_in_range() {
        for rain in [0.5, 5.0, 50.0] {
            assert!(wiper_phase(0.0, rain).is_some_and(|p| p < 1e-6));
            for i in -500..500 {
                let phase = wiper_phase(f64::from(i) * 0.037, rain).unwrap_or(-1.0);
                assert!((0.0..=1.0).contains(&phase), "{phase}");
            }
        }
    }

    #[test]
    fn a_place_is_clear_just_after_the_blade() {
        let fast = stroke(30.0).unwrap_or(Stroke { wipe_s: 1.0, period_s: 1.0 });
        for i in 0..400 {
            let t = f64::from(i) * 0.0131;
            let phase = wiper_phase(t, 30.0).unwrap_or(0.0);
            let age = since_wiped_s(t, fast, phase);
            assert!(age < 0.03 || age > fast.period_s - 0.03, "{t}: {age}");
            for place in [0.0, 0.3, 0.9] {
                let age = since_wiped_s(t, fast, place);
                assert!((0.0..=fast.period_s).contains(&age));
                // Going back by its age, the blade is there.
                let then = wiper_phase(t - age, 30.0).unwrap_or(0.0);
                assert!((then - place).abs() < 0.01, "{t} {place}: {then}");
            }
        }
    }
}
