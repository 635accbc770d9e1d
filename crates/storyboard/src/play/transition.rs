//! Transitions: how a value goes from one to another over time or distance (ASAM OpenSCENARIO,
//! TransitionDynamics), in the shapes linear, cubic, sinusoidal and step.
//!
//! With u the share of the way done (0–1):
//!
//! | shape | value share | steepest slope |
//! |---|---|---|
//! | linear | u | 1 |
//! | cubic | 3u² − 2u³ | 3/2 |
//! | sinusoidal | (1 − cos πu)/2 | π/2 |
//! | step | 1 | none |
//!
//! A rate is the steepest slope of the whole transition, so its span is |Δ| · slope / rate. All shapes but
//! the step have the mean (from + to)/2 over their span, which is what makes a speed change over a distance
//! computable.
//!
//! What it does not do: it knows no entity and no unit; the caller says what the value is.

use crate::board::Shape;
use crate::play::angle::TINY;
use crate::standard::Dimension;
use std::f64::consts::PI;

/// Steepest slope of a shape whose value goes from 0 to 1 while its parameter does; 0 for a step.
pub fn steepest(shape: Shape) -> f64 {
    match shape {
        Shape::Linear => 1.0,
        Shape::Cubic => 1.5,
        Shape::Sinusoidal => PI / 2.0,
        Shape::Step => 0.0,
    }
}

/// Share of the value at a share of the span, both 0–1.
pub fn share(shape: Shape, u: f64) -> f64 {
    let u = u.clamp(0.0, 1.0);
    match shape {
        Shape::Linear => u,
        Shape::Cubic => u * u * (3.0 - 2.0 * u),
        Shape::Sinusoidal => (1.0 - libm::cos(PI * u)) / 2.0,
        Shape::Step => 1.0,
    }
}

/// Slope of the share of the value at a share of the span.
pub fn slope(shape: Shape, u: f64) -> f64 {
    let u = u.clamp(0.0, 1.0);
    match shape {
        Shape::Linear => 1.0,
        Shape::Cubic => 6.0 * u * (1.0 - u),
        Shape::Sinusoidal => PI / 2.0 * libm::sin(PI * u),
        Shape::Step => 0.0,
    }
}

/// Share of the span at which the value has a share, both 0–1.
pub fn inverse_share(shape: Shape, share: f64) -> f64 {
    let share = share.clamp(0.0, 1.0);
    match shape {
        Shape::Linear => share,
        Shape::Cubic => 0.5 - libm::sin(libm::asin(1.0 - 2.0 * share) / 3.0),
        Shape::Sinusoidal => libm::acos(1.0 - 2.0 * share) / PI,
        Shape::Step => 1.0,
    }
}

/// A transition under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transition {
    /// Shape.
    pub shape: Shape,
    /// Value at its start.
    pub from: f64,
    /// Value at its end.
    pub to: f64,
    /// Its whole length, in seconds or metres as its dimension says; 0 = at once.
    pub span: f64,
    /// How much of it is done, in the same unit.
    pub done: f64,
}

impl Transition {
    /// A transition from `from` to `to`. `value` is the rate, the duration or the distance, as `dimension`
    /// says. A rate, duration or distance that is not above 0 is one at once; so is an infinite rate.
    pub fn new(shape: Shape, dimension: Dimension, value: f64, from: f64, to: f64) -> Self {
        let span = match (shape, dimension) {
            (Shape::Step, Dimension::Rate | Dimension::Time | Dimension::Distance) => 0.0,
            (Shape::Linear | Shape::Cubic | Shape::Sinusoidal, Dimension::Rate) => {
                span_of_rate(shape, value, from, to)
            }
            (Shape::Linear | Shape::Cubic | Shape::Sinusoidal, Dimension::Time | Dimension::Distance) => {
                value
            }
        };
        let span = if span.is_finite() { span.max(0.0) } else { 0.0 };
        Self { shape, from, to, span, done: 0.0 }
    }

    /// Slows it down until its steepest rate is at most `rate_max` (per unit of its span). A limit that is
    /// not above 0 or not finite changes nothing.
    pub fn limit_rate(&mut self, rate_max: f64) {
        if self.shape == Shape::Step || !rate_max.is_finite() || rate_max <= 0.0 {
            return;
        }
        let least = span_of_rate(self.shape, rate_max, self.from, self.to);
        if least > self.span {
            // What is done keeps its share, so that the value does not jump.
            self.done = if self.span > 0.0 { self.done * least / self.span } else { 0.0 };
            self.span = least;
        }
    }

    /// Goes on by a time or a distance.
    pub fn step(&mut self, by: f64) {
        self.done = (self.done + by.max(0.0)).min(self.span);
        if self.span - self.done < TINY {
            self.done = self.span;
        }
    }

    /// Goes back to where its value is at most this far on the way.
    pub fn retreat_to(&mut self, value: f64) {
        let way = self.to - self.from;
        if way != 0.0 {
            let at = inverse_share(self.shape, (value - self.from) / way) * self.span;
            self.done = self.done.min(at);
        }
    }

    /// Share of its span that is done, 0–1.
    pub fn progress(&self) -> f64 {
        if self.span <= 0.0 { 1.0 } else { (self.done / self.span).clamp(0.0, 1.0) }
    }

    /// The value now; at the end exactly the target.
    pub fn value(&self) -> f64 {
        if self.is_done() {
            self.to
        } else {
            self.from + (self.to - self.from) * share(self.shape, self.progress())
        }
    }

    /// The value's change per second or metre now; 0 once done.
    pub fn rate(&self) -> f64 {
        if self.is_done() {
            0.0
        } else {
            (self.to - self.from) * slope(self.shape, self.progress()) / self.span
        }
    }

    /// Whether its end is reached.
    pub fn is_done(&self) -> bool {
        self.span <= 0.0 || self.done >= self.span
    }
}

/// Span that a change needs at a steepest rate; the rate's sign does not matter.
fn span_of_rate(shape: Shape, rate: f64, from: f64, to: f64) -> f64 {
    let rate = rate.abs();
    if rate > 0.0 { (to - from).abs() * steepest(shape) / rate } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_follow_from_rates_times_and_distances() {
        let check = |shape, dimension, value, expect: f64| {
            let span = Transition::new(shape, dimension, value, 5.0, 15.0).span;
            assert!((span - expect).abs() < 1e-12, "{shape:?} {dimension:?} {value}: {span}, not {expect}");
        };
        check(Shape::Linear, Dimension::Rate, 2.0, 5.0);
        check(Shape::Linear, Dimension::Rate, -2.0, 5.0);
        check(Shape::Cubic, Dimension::Rate, 2.0, 7.5);
        check(Shape::Sinusoidal, Dimension::Rate, 2.0, 5.0 * PI / 2.0);
        check(Shape::Cubic, Dimension::Time, 3.0, 3.0);
        check(Shape::Linear, Dimension::Distance, 40.0, 40.0);
        check(Shape::Step, Dimension::Time, 3.0, 0.0);
        check(Shape::Linear, Dimension::Rate, f64::INFINITY, 0.0);
        check(Shape::Linear, Dimension::Time, f64::NAN, 0.0);
        check(Shape::Linear, Dimension::Time, -1.0, 0.0);
    }

    #[test]
    fn values_and_rates_are_the_shapes() {
        let check = |shape, at: f64, value: f64, rate: f64| {
            let mut transition = Transition::new(shape, Dimension::Time, 4.0, 2.0, 10.0);
            transition.step(at);
            assert!((transition.value() - value).abs() < 1e-12, "{shape:?} at {at}: {}", transition.value());
            assert!((transition.rate() - rate).abs() < 1e-12, "{shape:?} at {at}: {}", transition.rate());
        };
        check(Shape::Linear, 1.0, 4.0, 2.0);
        check(Shape::Cubic, 2.0, 6.0, 3.0);
        check(Shape::Cubic, 1.0, 2.0 + 8.0 * 0.15625, 8.0 * 1.125 / 4.0);
        check(Shape::Sinusoidal, 2.0, 6.0, 8.0 * PI / 8.0);
        check(Shape::Step, 0.0, 10.0, 0.0);
        check(Shape::Linear, 4.0, 10.0, 0.0);
        check(Shape::Sinusoidal, 9.0, 10.0, 0.0);
    }

    #[test]
    fn the_derivative_is_the_difference_quotient_of_the_value() {
        for shape in [Shape::Linear, Shape::Cubic, Shape::Sinusoidal] {
            for i in 1..10 {
                let u = f64::from(i) / 10.0;
                let quotient = (share(shape, u + 1e-6) - share(shape, u - 1e-6)) / 2e-6;
                assert!((quotient - slope(shape, u)).abs() < 1e-8, "{shape:?} at {u}");
                assert!(slope(shape, u) <= steepest(shape) + 1e-12);
                assert!((inverse_share(shape, share(shape, u)) - u).abs() < 1e-12, "{shape:?} at {u}");
            }
        }
    }

    #[test]
    fn many_small_steps_end_exactly_at_the_target() {
        let mut transition = Transition::new(Shape::Cubic, Dimension::Time, 3.0, 0.0, 7.1);
        for _ in 0..300 {
            transition.step(0.01);
        }
        assert!(transition.is_done());
        assert_eq!(transition.value(), 7.1);
    }

    #[test]
    fn a_limit_stretches_it_without_a_jump() {
        let mut transition = Transition::new(Shape::Sinusoidal, Dimension::Time, 1.0, 0.0, 10.0);
        transition.step(0.25);
        let before = transition.value();
        transition.limit_rate(5.0);
        assert!((transition.span - PI).abs() < 1e-12);
        assert!((transition.value() - before).abs() < 1e-12);
        transition.limit_rate(f64::INFINITY);
        assert!((transition.span - PI).abs() < 1e-12);
    }
}
