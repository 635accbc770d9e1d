//! What each signal face shows: a Bayes filter over red, yellow, green and unlit.
//!
//! ```text
//! predict  p ← p + Δt·Qᵀp      Q: red → green → yellow → red, rarely anything else
//! read     p(s) ∝ p(s)·P(reading | s)
//! blink    lit and unlit runs of 0.25–0.9 s each, three in a row (50–60 flashes a minute, ½–⅔ lit)
//! ```
//!
//! With these numbers a switch from red to green needs two sure readings (one camera period more than
//! the truth), and a single misreading changes nothing. A face with circle and arrow lenses has two
//! channels, since both may be lit at once; on a face of arrows alone every reading is an arrow's,
//! however the camera saw its shape.
//!
//! Units: s, probabilities. Source: hidden Markov filter; rates from common cycle lengths (REFERENCE §6.2).
//! It does not use the position of the lens: that is in the reading's confidence.

use crate::base::ids::SignalIx;
use crate::base::time::SimTime;
use crate::road::{SignalFace, Turn};
use crate::state::belief::{ArrowSeen, Blinking, SignalBelief};
use crate::state::sensor_data::{LightDetection, LightReading};
use crate::state::signal::LensShape;

/// Red in a probability vector.
pub const RED: usize = 0;
/// Yellow.
pub const YELLOW: usize = 1;
/// Green.
pub const GREEN: usize = 2;
/// Unlit.
pub const UNLIT: usize = 3;

/// Transition rates, 1/s: red lasts about 30 s, green 20 s, yellow 4 s; heads fail or blink rarely.
const RATES: [[f64; 4]; 4] = [
    [0.0, 0.0005, 0.033, 0.005],
    [0.25, 0.0, 0.001, 0.005],
    [0.001, 0.05, 0.0, 0.005],
    [0.05, 0.02, 0.05, 0.0],
];
/// Length of a lit or unlit run of a blinking lens, s.
const BLINK_RUN_S: (f64, f64) = (0.25, 0.95);
/// Runs in a row that make a blinking lens.
const BLINK_RUNS: u32 = 3;
/// An unlit lens keeps its last color for this long: the dark half of a blink, s.
pub const HOLD_COLOR_S: f64 = 1.2;
/// Forgotten when unseen for this long, s.
const FORGET_S: f64 = 8.0;

/// Filter of the circles or of the arrows of a face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Channel {
    /// Probability of red, yellow, green, unlit.
    pub probability: [f64; 4],
    /// Last color distribution while lit (red, yellow, green).
    pub color: [f64; 3],
    /// Blinks.
    pub blinking: bool,
    time: SimTime,
    lit: bool,
    run_since: SimTime,
    pending: Option<SimTime>,
    good_runs: u32,
}

impl Channel {
    fn new(time: SimTime, lit: bool) -> Self {
        Self {
            probability: [0.4, 0.1, 0.4, 0.1],
            color: [0.45, 0.1, 0.45],
            blinking: false,
            time,
            lit,
            run_since: time,
            pending: None,
            good_runs: 0,
        }
    }

    /// Takes in one reading (a color or unlit) with its confidence.
    pub fn read(&mut self, at: SimTime, reading: usize, confidence: f64) {
        let dt_s = at.since_s(self.time).clamp(0.0, 2.0);
        self.time = self.time.max(at);
        let before = self.probability;
        for (from, row) in RATES.iter().enumerate() {
            for (to, rate) in row.iter().enumerate() {
                let moved = (rate * dt_s).min(0.3) * before[from];
                self.probability[from] -= moved;
                self.probability[to] += moved;
            }
        }
        let right = confidence.clamp(0.3, 0.97);
        let mut sum = 0.0;
        for (state, p) in self.probability.iter_mut().enumerate() {
            let likelihood = if state == reading {
                right
            } else if reading == UNLIT {
                // A lit lens that is too weak to tell is reported as unlit: say little about the color.
                (1.0 - right) * 0.8
            } else {
                (1.0 - right) / 3.0
            };
            *p = (*p * likelihood).max(1e-5);
            sum += *p;
        }
        for p in &mut self.probability {
            *p /= sum;
        }
        if reading != UNLIT {
            let lit: f64 = self.probability[..3].iter().sum();
            for (color, p) in self.color.iter_mut().zip(self.probability) {
                *color = p / lit;
            }
        }
        self.watch_blink(at, reading != UNLIT);
    }

    /// Follows the runs of lit and unlit readings; one odd reading does not end a run.
    fn watch_blink(&mut self, at: SimTime, lit: bool) {
        if lit == self.lit {
            self.pending = None;
            if at.since_s(self.run_since) > BLINK_RUN_S.1 {
                self.good_runs = 0;
                self.blinking = false;
            }
            return;
        }
        let Some(first) = self.pending else {
            self.pending = Some(at);
            return;
        };
        let run_s = first.since_s(self.run_since);
        if (BLINK_RUN_S.0..=BLINK_RUN_S.1).contains(&run_s) {
            self.good_runs += 1;
        } else {
            self.good_runs = 0;
            self.blinking = false;
        }
        self.blinking |= self.good_runs >= BLINK_RUNS;
        self.lit = lit;
        self.run_since = first;
        self.pending = None;
    }

    /// For how long nothing has been lit, s (0 while lit).
    pub fn unlit_s(&self, now: SimTime) -> f64 {
        if self.lit { 0.0 } else { now.since_s(self.run_since) }
    }
    /// Whether the last run was lit.
    pub fn is_lit(&self) -> bool {
        self.lit
    }
}

/// Belief about one face.
#[derive(Clone, Debug, PartialEq)]
pub struct FaceFilter {
    /// The face.
    pub face: SignalIx,
    /// Circles; `None` if the face has none.
    pub circle: Option<Channel>,
    /// Arrows; `None` if the face has none.
    pub arrow: Option<Channel>,
    /// Whether it has arrows to the left, to the right.
    pub arrow_sides: (bool, bool),
    /// Last reading of any kind.
    pub last_seen: SimTime,
}

impl FaceFilter {
    fn new(face: SignalIx, mapped: Option<&SignalFace>, time: SimTime) -> Self {
        let has =
            |shape: LensShape| mapped.is_some_and(|face| face.lenses.iter().any(|lens| lens.shape == shape));
        let sides = (has(LensShape::ArrowLeft), has(LensShape::ArrowRight));
        let arrows = sides.0 || sides.1;
        Self {
            face,
            circle: (!arrows || has(LensShape::Circle)).then(|| Channel::new(time, true)),
            arrow: arrows.then(|| Channel::new(time, false)),
            arrow_sides: sides,
            last_seen: time,
        }
    }

    /// Takes in everything one frame says about this face.
    fn read(&mut self, at: SimTime, readings: &[LightDetection]) {
        self.last_seen = self.last_seen.max(at);
        let strongest = |arrow: bool| {
            readings
                .iter()
                .filter(|r| r.reading != LightReading::Unlit && is_arrow(r.reading) == arrow)
                .max_by(|a, b| a.confidence.total_cmp(&b.confidence))
        };
        let (circle, arrow) = (strongest(false), strongest(true));
        let unlit = readings
            .iter()
            .filter(|r| r.reading == LightReading::Unlit)
            .map(|r| r.confidence)
            .fold(None, |best: Option<f64>, c| Some(best.map_or(c, |b| b.max(c))));
        match (&mut self.circle, &mut self.arrow) {
            (Some(circles), Some(arrows)) => match (circle, arrow) {
                (None, None) => {
                    if let Some(confidence) = unlit {
                        circles.read(at, UNLIT, confidence);
                        arrows.read(at, UNLIT, confidence);
                    }
                }
                (circle, arrow) => {
                    // What is not reported beside a lit lens is most likely dark.
                    let beside = 0.6;
                    match circle {
                        Some(r) => circles.read(at, color_of(r.reading), r.confidence),
                        None => circles.read(at, UNLIT, beside),
                    }
                    match arrow {
                        Some(r) => arrows.read(at, color_of(r.reading), r.confidence),
                        None => arrows.read(at, UNLIT, beside),
                    }
                }
            },
            (Some(only), None) | (None, Some(only)) => {
                if let Some(r) = circle.or(arrow) {
                    only.read(at, color_of(r.reading), r.confidence);
                } else if let Some(confidence) = unlit {
                    only.read(at, UNLIT, confidence);
                }
            }
            (None, None) => {}
        }
    }

    /// The channel that speaks to a movement, and whether it is the arrows'.
    pub fn for_turn(&self, turn: Turn) -> Option<(&Channel, ArrowSeen)> {
        let pointed = match turn {
            Turn::Left | Turn::UTurn => self.arrow_sides.0,
            Turn::Right => self.arrow_sides.1,
            Turn::Straight => false,
        };
        match (&self.circle, &self.arrow) {
            (Some(_), Some(arrow)) if pointed && (arrow.is_lit() || arrow.blinking) => {
                Some((arrow, ArrowSeen::Yes))
            }
            (Some(circle), _) => Some((circle, ArrowSeen::No)),
            (None, Some(arrow)) => Some((arrow, ArrowSeen::Yes)),
            (None, None) => None,
        }
    }

    /// The belief in the shared vocabulary: the circles, or the arrows where one is lit or nothing else is.
    pub fn belief(&self) -> SignalBelief {
        let lit_arrow = self.arrow.as_ref().filter(|arrow| self.circle.is_none() || arrow.is_lit());
        let (channel, arrow) = match (lit_arrow, &self.circle) {
            (Some(arrow), None) => (Some(arrow), ArrowSeen::Yes),
            (Some(arrow), Some(circle)) if !circle.is_lit() => (Some(arrow), ArrowSeen::Yes),
            (_, circle) => (circle.as_ref(), ArrowSeen::No),
        };
        SignalBelief {
            face: self.face,
            probability: channel.map_or([0.25; 4], |c| c.probability),
            arrow,
            last_seen: Some(self.last_seen),
            blinking: if channel.is_some_and(|c| c.blinking) { Blinking::Yes } else { Blinking::No },
        }
    }
}

fn is_arrow(reading: LightReading) -> bool {
    matches!(reading, LightReading::RedArrow | LightReading::YellowArrow | LightReading::GreenArrow)
}

fn color_of(reading: LightReading) -> usize {
    match reading {
        LightReading::Red | LightReading::RedArrow => RED,
        LightReading::Yellow | LightReading::YellowArrow => YELLOW,
        LightReading::Green | LightReading::GreenArrow => GREEN,
        LightReading::Unlit => UNLIT,
    }
}

/// All faces seen lately.
#[derive(Clone, Debug, Default)]
pub struct SignalFilter {
    /// By rising face.
    pub faces: Vec<FaceFilter>,
}

impl SignalFilter {
    /// Takes in the lights of one camera frame; `mapped` finds a face on the map prior. Readings of one
    /// face stand together in a frame.
    pub fn read<'a>(
        &mut self,
        at: SimTime,
        lights: &[LightDetection],
        mapped: impl Fn(SignalIx) -> Option<&'a SignalFace>,
    ) {
        for group in lights.chunk_by(|a, b| a.face == b.face) {
            let face = group[0].face;
            let ix = match self.faces.binary_search_by_key(&face, |filter| filter.face) {
                Ok(ix) => ix,
                Err(ix) => {
                    self.faces.insert(ix, FaceFilter::new(face, mapped(face), at));
                    ix
                }
            };
            self.faces[ix].read(at, group);
        }
    }
    /// Drops faces that have not been seen for long.
    pub fn forget(&mut self, now: SimTime) {
        self.faces.retain(|face| now.since_s(face.last_seen) < FORGET_S);
    }
    /// The filter of a face, if it was seen.
    pub fn of(&self, face: SignalIx) -> Option<&FaceFilter> {
        self.faces.binary_search_by_key(&face, |filter| filter.face).ok().map(|ix| &self.faces[ix])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(readings: &[(usize, f64)]) -> Channel {
        let mut channel = Channel::new(SimTime::ZERO, true);
        for (i, (reading, confidence)) in readings.iter().enumerate() {
            channel.read(SimTime::from_s(i as f64 * 0.1), *reading, *confidence);
        }
        channel
    }

    #[test]
    fn readings_decide_the_color() {
        let steady = vec![(RED, 0.95); 20];
        for (readings, expect) in [
            (steady.clone(), RED),
            // One misreading changes nothing, …
            ([steady.clone(), vec![(GREEN, 0.95)]].concat(), RED),
            // … two in a row are believed.
            ([steady.clone(), vec![(GREEN, 0.95); 2]].concat(), GREEN),
            ([vec![(GREEN, 0.9); 10], vec![(YELLOW, 0.9); 2]].concat(), YELLOW),
            // Unsure readings need longer, but get there.
            ([steady.clone(), vec![(GREEN, 0.5); 2]].concat(), RED),
            ([steady.clone(), vec![(GREEN, 0.5); 25]].concat(), GREEN),
            ([steady, vec![(UNLIT, 0.9); 10]].concat(), UNLIT),
        ] {
            let channel = after(&readings);
            let best = (0..4).max_by(|a, b| channel.probability[*a].total_cmp(&channel.probability[*b]));
            assert_eq!(best, Some(expect), "{:?} → {:?}", readings.last(), channel.probability);
            assert!((channel.probability.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn red_to_green_is_believed_within_two_camera_periods() {
        let mut channel = after(&[(RED, 0.95); 50]);
        let switched_s = 5.0;
        let mut delay_s = None;
        for i in 0..10 {
            let at = SimTime::from_s(switched_s + f64::from(i) * 0.1);
            channel.read(at, GREEN, 0.95);
            if delay_s.is_none() && channel.probability[GREEN] > 0.7 {
                delay_s = Some(at.s() - switched_s);
            }
        }
        let delay_s = delay_s.expect("believed");
        assert!((0.05..=0.21).contains(&delay_s), "{delay_s}");
    }

    #[test]
    fn blinking_needs_regular_runs() {
        let blink = |on_s: f64, off_s: f64, seconds: f64| {
            let mut channel = Channel::new(SimTime::ZERO, true);
            let mut time_s = 0.0;
            while time_s < seconds {
                let lit = time_s % (on_s + off_s) < on_s;
                channel.read(SimTime::from_s(time_s), if lit { RED } else { UNLIT }, 0.9);
                time_s += 0.06;
            }
            channel
        };
        for (on_s, off_s, expect) in
            [(0.55, 0.54, true), (0.66, 0.34, true), (0.06, 0.06, false), (3.0, 2.0, false)]
        {
            let channel = blink(on_s, off_s, 5.0);
            assert_eq!(channel.blinking, expect, "{on_s} on, {off_s} off");
            if expect {
                assert!(channel.color[RED] > 0.9);
            }
        }
        // It ends when the lens stays lit.
        let mut channel = blink(0.55, 0.55, 5.0);
        for i in 0..30 {
            channel.read(SimTime::from_s(5.0 + f64::from(i) * 0.06), RED, 0.9);
        }
        assert!(!channel.blinking);
    }
}
