//! NURBS: non-uniform rational B-splines through weighted control points (Piegl and Tiller, The NURBS Book,
//! chapters 2–4).
//!
//! m. De Boor's recurrence on homogeneous coordinates (xw, yw, zw, w); derivatives from the control points of
//! the derivative curve. Distance along it by quadrature in a table, inverted by bisection and Newton.
//!
//! Times: a control point lies off the curve, so its time holds at the parameter where it weighs most, found on
//! the yardstick's grid of about one metre of the control polygon; between them the parameter goes linearly
//! with time. The standard does not say where the time holds.
//!
//! Heights: only where every control point has one; else the surface's. Orientations of control points have no
//! meaning: the curve's direction is the heading.

use super::quadrature::integrate;
use super::{PathPoint, Vertex};
use crate::play::angle::{TINY, wrap_tau};

/// Most control points.
pub const CONTROL_POINTS_MAX: usize = 10_000;
/// Largest order.
pub const ORDER_MAX: usize = 16;
/// Largest proportion of two weights. Chosen because beyond it derivatives have no digits left.
const WEIGHT_RATIO_MAX: f64 = 1e12;
/// Entries of the distance table per knot span.
const SPAN_CELLS: usize = 16;
/// How far inwards of a grid point its weights are looked at, in units of the parameter. Chosen because the yardstick's
/// poses of trajectory-test and FollowTrajectory_Nurbs ask for a value between 0.0007 and 0.0016.
const GRID_SHIFT: f64 = 0.001;
/// Most points of the grid.
const GRID_MAX: usize = 20_000;

/// A control point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Control {
    /// Where.
    pub at: Vertex,
    /// Weight, above 0.
    pub weight: f64,
}

/// A NURBS with its distance table.
#[derive(Clone, Debug, PartialEq)]
pub struct Nurbs {
    degree: usize,
    knots: Vec<f64>,
    /// x·w, y·w, z·w, w.
    points: Vec<[f64; 4]>,
    has_heights: bool,
    /// Parameter and distance, both rising.
    table: Vec<(f64, f64)>,
    /// Sum of the chords up to each point of an even grid of the parameter, m.
    chords_m: Vec<f64>,
}

impl Nurbs {
    /// Of an order (degree + 1), control points and knots; no knots = clamped and even.
    ///
    /// # Errors
    /// Numbers of points, order and knots that do not fit, knots that fall, weights that are not above 0, or a
    /// curve without length.
    pub fn new(order: usize, control: &[Control], knots: &[f64]) -> Result<Self, String> {
        let n = control.len();
        if !(2..=ORDER_MAX).contains(&order) {
            return Err(format!("the order of a NURBS is 2 to {ORDER_MAX}, not {order}"));
        }
        if n < order || n > CONTROL_POINTS_MAX {
            return Err(format!(
                "a NURBS of order {order} has {order} to {CONTROL_POINTS_MAX} control points, not {n}"
            ));
        }
        let knots = if knots.is_empty() { even_knots(n, order) } else { knots.to_vec() };
        if knots.len() != n + order {
            return Err(format!(
                "{n} control points of order {order} need {} knots, not {}",
                n + order,
                knots.len()
            ));
        }
        if knots.iter().any(|k| !k.is_finite()) || knots.windows(2).any(|pair| pair[1] < pair[0]) {
            return Err("the knots of a NURBS do not fall".into());
        }
        if knots[order - 1] >= knots[n] {
            return Err("the knots of a NURBS span nothing".into());
        }
        let sound =
            |c: &Control| c.weight > 0.0 && [c.weight, c.at.x_m, c.at.y_m].iter().all(|x| x.is_finite());
        if !control.iter().all(sound) {
            return Err("the weights of a NURBS are above 0".into());
        }
        // The curve hangs on the proportions of the weights alone.
        let most = control.iter().map(|c| c.weight).fold(0.0, f64::max);
        let least = control.iter().map(|c| c.weight).fold(f64::INFINITY, f64::min);
        if most / least > WEIGHT_RATIO_MAX {
            return Err(format!(
                "the weights of a NURBS differ by more than WEIGHT_RATIO_MAX = {WEIGHT_RATIO_MAX:e}"
            ));
        }
        let points = control.iter().map(|c| {
            let w = c.weight / most;
            [c.at.x_m * w, c.at.y_m * w, c.at.z_m * w, w]
        });
        let mut nurbs = Self {
            degree: order - 1,
            points: points.collect(),
            has_heights: control.iter().all(|c| c.at.z_given.is_some()),
            knots,
            table: Vec::new(),
            chords_m: Vec::new(),
        };
        nurbs.measure();
        nurbs.measure_chords(control);
        // Far points and great weights can carry it out of the numbers, too.
        let length_m = nurbs.length_m();
        if length_m >= TINY && length_m.is_finite() {
            Ok(nurbs)
        } else {
            Err("a NURBS without length".into())
        }
    }

    fn measure(&mut self) {
        let (first, last) = self.domain();
        let mut edges: Vec<f64> = self.knots.iter().copied().filter(|k| (first..=last).contains(k)).collect();
        edges.dedup();
        let mut s = 0.0;
        let mut table = vec![(first, 0.0)];
        for span in edges.windows(2) {
            let cell = (span[1] - span[0]) / SPAN_CELLS as f64;
            for i in 0..SPAN_CELLS {
                let from = span[0] + i as f64 * cell;
                let to = if i + 1 == SPAN_CELLS { span[1] } else { from + cell };
                s += self.arc_m(from, to);
                table.push((to, s));
            }
        }
        self.table = table;
    }

    fn arc_m(&self, from: f64, to: f64) -> f64 {
        integrate(from, to, |u| [self.speed(u), 0.0])[0]
    }

    /// Ends of the parameter.
    pub fn domain(&self) -> (f64, f64) {
        (self.knots[self.degree], self.knots[self.points.len()])
    }

    /// Length, m.
    pub fn length_m(&self) -> f64 {
        self.table.last().map_or(0.0, |entry| entry.1)
    }

    fn span(&self, u: f64) -> usize {
        // The last span is closed at its end.
        let after = self.knots.partition_point(|k| *k <= u);
        let mut i = after.saturating_sub(1).clamp(self.degree, self.points.len() - 1);
        while i > self.degree && self.knots[i] >= self.knots[i + 1] {
            i -= 1;
        }
        i
    }

    /// Homogeneous point and its first two derivatives.
    fn homogeneous(&self, u: f64) -> [[f64; 4]; 3] {
        let (first, last) = self.domain();
        let u = u.clamp(first, last);
        let p = self.degree;
        let i = self.span(u);
        let mut result = [[0.0; 4]; 3];
        let mut points: Vec<[f64; 4]> = self.points[i - p..=i].to_vec();
        for (order, value) in result.iter_mut().enumerate().take(p.min(2) + 1) {
            let degree = p - order;
            *value = self.de_boor(points.clone(), degree, i, u);
            // Control points of the derivative.
            points = (0..degree)
                .map(|j| {
                    let span = self.knots[i + 1 + j] - self.knots[i + 1 + j - degree];
                    let factor = if span > 0.0 { degree as f64 / span } else { 0.0 };
                    std::array::from_fn(|k| factor * (points[j + 1][k] - points[j][k]))
                })
                .collect();
        }
        result
    }

    /// De Boor's recurrence for the points of the span `i` of a curve of some degree on these knots.
    fn de_boor(&self, mut points: Vec<[f64; 4]>, degree: usize, i: usize, u: f64) -> [f64; 4] {
        for r in 1..=degree {
            for j in (r..=degree).rev() {
                let low = self.knots[i + j - degree];
                let high = self.knots[i + 1 + j - r];
                let share = if high > low { (u - low) / (high - low) } else { 0.0 };
                points[j] =
                    std::array::from_fn(|k| points[j - 1][k] + share * (points[j][k] - points[j - 1][k]));
            }
        }
        points[degree]
    }

    /// Point and the first two derivatives by the parameter.
    fn derivatives(&self, u: f64) -> [[f64; 3]; 3] {
        let [a, a1, a2] = self.homogeneous(u);
        let w = a[3];
        let at: [f64; 3] = std::array::from_fn(|k| a[k] / w);
        let first: [f64; 3] = std::array::from_fn(|k| (a1[k] - a1[3] * at[k]) / w);
        let second = std::array::from_fn(|k| (a2[k] - 2.0 * a1[3] * first[k] - a2[3] * at[k]) / w);
        [at, first, second]
    }

    /// Metres per unit of the parameter.
    pub fn speed(&self, u: f64) -> f64 {
        let [_, first, _] = self.derivatives(u);
        libm::hypot(first[0], first[1])
    }

    /// The parameter at a distance.
    pub fn parameter(&self, s_m: f64) -> f64 {
        let s_m = s_m.clamp(0.0, self.length_m());
        let after = self.table.partition_point(|entry| entry.1 < s_m).clamp(1, self.table.len() - 1);
        let ((from, s0), (to, s1)) = (self.table[after - 1], self.table[after]);
        let (mut low, mut high) = (from, to);
        let mut u = if s1 > s0 { from + (to - from) * (s_m - s0) / (s1 - s0) } else { from };
        for _ in 0..40 {
            let error = s0 + self.arc_m(from, u) - s_m;
            if error.abs() < 1e-10 {
                break;
            }
            if error > 0.0 {
                high = u
            } else {
                low = u
            }
            let speed = self.speed(u);
            let newton = if speed > 0.0 { u - error / speed } else { f64::NAN };
            u = if newton > low && newton < high { newton } else { (low + high) / 2.0 };
        }
        u
    }

    /// The distance at a parameter, m.
    pub fn distance_m(&self, u: f64) -> f64 {
        let (first, last) = self.domain();
        let u = u.clamp(first, last);
        let after = self.table.partition_point(|entry| entry.0 <= u).clamp(1, self.table.len());
        let (from, s) = self.table[after - 1];
        s + self.arc_m(from, u)
    }

    /// The point at a parameter.
    pub fn at_parameter(&self, u: f64) -> PathPoint {
        let [at, first, second] = self.derivatives(u);
        let speed = libm::hypot(first[0], first[1]);
        let (dx, dy) = if speed > TINY * TINY { (first[0], first[1]) } else { self.direction_near(u) };
        let h_rad = wrap_tau(libm::atan2(dy, dx));
        let cross = first[0] * second[1] - first[1] * second[0];
        PathPoint {
            x_m: at[0],
            y_m: at[1],
            z_m: self.has_heights.then_some(at[2]),
            h_rad,
            tangent_rad: h_rad,
            p_rad: (self.has_heights && speed > 0.0).then(|| libm::atan2(-first[2], speed)),
            // Knots that nearly meet carry the second derivative out of the numbers.
            curvature_pm: Some(cross / (speed * speed * speed))
                .filter(|curvature_pm| speed > TINY && curvature_pm.is_finite())
                .unwrap_or(0.0),
            ..PathPoint::default()
        }
    }

    /// Direction where the derivative vanishes: towards a point a little further, or from one a little before.
    fn direction_near(&self, u: f64) -> (f64, f64) {
        let (first, last) = self.domain();
        let by = (last - first) * 1e-4;
        let (from, to) = if u + by <= last { (u, u + by) } else { (u - by, u) };
        let ([a, ..], [b, ..]) = (self.derivatives(from), self.derivatives(to));
        (b[0] - a[0], b[1] - a[1])
    }

    /// The point at a distance.
    pub fn at(&self, s_m: f64) -> PathPoint {
        self.at_parameter(self.parameter(s_m))
    }

    /// Chords on a grid of about one metre of the control polygon.
    fn measure_chords(&mut self, control: &[Control]) {
        let between =
            |pair: &[Control]| libm::hypot(pair[1].at.x_m - pair[0].at.x_m, pair[1].at.y_m - pair[0].at.y_m);
        let polygon_m: f64 = control.windows(2).map(between).sum();
        let least = control.len() * 4;
        let steps = (polygon_m.max(0.0) as usize).saturating_add(1).clamp(least, GRID_MAX.max(least));
        let (first, last) = self.domain();
        // The last point lies just inside the open end of the last span, as the yardstick's.
        let place = |k: usize| {
            let u = first + (last - first) * k as f64 / steps as f64;
            self.derivatives(u.min(last - TINY))[0]
        };
        let (mut sum, mut before) = (0.0, place(0));
        let mut chords = vec![0.0];
        for k in 1..=steps {
            let now = place(k);
            sum += libm::hypot(now[0] - before[0], now[1] - before[1]);
            chords.push(sum);
            before = now;
        }
        self.chords_m = chords;
    }

    /// Way driven up to a parameter as a timed motion counts it, m: chords of the grid, straight in between. Its
    /// speed is the mean over about a metre, as the yardstick's.
    pub fn odometer_m(&self, u: f64) -> f64 {
        let (first, last) = self.domain();
        let steps = self.chords_m.len() - 1;
        let at = ((u - first) / (last - first) * steps as f64).clamp(0.0, steps as f64);
        let k = (at as usize).min(steps - 1);
        self.chords_m[k] + (at - k as f64) * (self.chords_m[k + 1] - self.chords_m[k])
    }

    /// The parameters where the control points weigh most, rising.
    pub fn peaks(&self) -> Vec<f64> {
        let (first, last) = self.domain();
        let steps = self.chords_m.len() - 1;
        let mut best = vec![(f64::NEG_INFINITY, first); self.points.len()];
        for k in 0..=steps {
            let u = first + (last - first) * k as f64 / steps as f64;
            // Looked at a little inwards of the grid's point.
            let inward = if k < steps { GRID_SHIFT } else { -GRID_SHIFT };
            let look = (u + inward).clamp(first, last);
            let i = self.span(look);
            for (j, weight) in self.basis(i, look).into_iter().enumerate() {
                let entry = &mut best[i - self.degree + j];
                if weight > entry.0 {
                    *entry = (weight, u);
                }
            }
        }
        let mut least = first;
        best.iter()
            .map(|entry| {
                least = entry.1.max(least);
                least
            })
            .collect()
    }

    /// The basis functions that do not vanish on span `i`.
    fn basis(&self, i: usize, u: f64) -> Vec<f64> {
        let p = self.degree;
        let mut n = vec![0.0; p + 1];
        n[0] = 1.0;
        for d in 1..=p {
            let mut saved = 0.0;
            for (r, value) in n.iter_mut().enumerate().take(d) {
                let (right, left) = (self.knots[i + r + 1] - u, u - self.knots[i + 1 + r - d]);
                let share = if right + left > 0.0 { *value / (right + left) } else { 0.0 };
                *value = saved + right * share;
                saved = left * share;
            }
            n[d] = saved;
        }
        n
    }

    /// Distance of the point nearest to (x, y), m.
    pub fn nearest_m(&self, x_m: f64, y_m: f64) -> f64 {
        let distance = |u: f64| {
            let [at, ..] = self.derivatives(u);
            libm::hypot(at[0] - x_m, at[1] - y_m)
        };
        let best = (0..self.table.len())
            .map(|i| (distance(self.table[i].0), i))
            .fold((f64::INFINITY, 0), |best, next| if next.0 < best.0 { next } else { best })
            .1;
        let mut low = self.table[best.saturating_sub(1)].0;
        let mut high = self.table[(best + 1).min(self.table.len() - 1)].0;
        for _ in 0..80 {
            let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
            if distance(a) < distance(b) { high = b } else { low = a }
        }
        self.distance_m((low + high) / 2.0)
    }
}

/// Clamped, evenly spaced knots.
fn even_knots(n: usize, order: usize) -> Vec<f64> {
    (0..n + order).map(|i| (i + 1).saturating_sub(order).min(n + 1 - order) as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_1_SQRT_2, PI, TAU};

    fn control(list: &[(f64, f64, f64)]) -> Vec<Control> {
        list.iter()
            .map(|&(x_m, y_m, weight)| Control { at: Vertex { x_m, y_m, ..Vertex::default() }, weight })
            .collect()
    }

    fn circle() -> Nurbs {
        let w = FRAC_1_SQRT_2;
        let points = [
            (1.0, 0.0, 1.0),
            (1.0, 1.0, w),
            (0.0, 1.0, 1.0),
            (-1.0, 1.0, w),
            (-1.0, 0.0, 1.0),
            (-1.0, -1.0, w),
            (0.0, -1.0, 1.0),
            (1.0, -1.0, w),
            (1.0, 0.0, 1.0),
        ];
        let knots = [0.0, 0.0, 0.0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 1.0, 1.0, 1.0];
        Nurbs::new(3, &control(&points), &knots).expect("sound")
    }

    /// Found by changing scenarios at random.
    #[test]
    fn far_points_and_great_weights_are_refused_or_stay_numbers() {
        let far = control(&[(0.0, 0.0, 1.0), (1e20, 0.0, 1.0), (2e20, 0.0, 1.0)]);
        let nurbs = Nurbs::new(3, &far, &[]).expect("sound");
        assert_eq!(nurbs.peaks().len(), 3);
        for weight in [1e11, 1e-11, 1e250, 1e308, 1e-308] {
            let heavy = control(&[(0.0, 0.0, 1.0), (1e60, 1.0, weight), (2.0, 0.0, 1.0)]);
            match Nurbs::new(3, &heavy, &[]) {
                Ok(nurbs) => assert!(nurbs.at(nurbs.length_m() / 2.0).x_m.is_finite(), "{weight}"),
                Err(why) => assert!(why.contains("WEIGHT_RATIO_MAX"), "{weight}: {why}"),
            }
        }
    }

    #[test]
    fn proportions_of_weights_alone_count() {
        let points = |scale: f64| control(&[(0.0, 0.0, scale), (5.0, 9.0, 2.0 * scale), (10.0, 0.0, scale)]);
        let one = Nurbs::new(3, &points(1.0), &[]).expect("sound");
        for scale in [1e300, 1e-300, 3.0] {
            let other = Nurbs::new(3, &points(scale), &[]).expect("sound");
            let (a, b) = (one.at(4.0), other.at(4.0));
            assert!(
                (a.x_m - b.x_m).abs() < 1e-12 && (a.curvature_pm - b.curvature_pm).abs() < 1e-12,
                "{scale}"
            );
        }
    }

    #[test]
    fn nine_points_make_an_exact_circle() {
        let circle = circle();
        assert!((circle.length_m() - TAU).abs() < 1e-9, "{}", circle.length_m());
        for i in 0..=64 {
            let angle = TAU * f64::from(i) / 64.0;
            let at = circle.at(angle);
            assert!(
                (at.x_m - libm::cos(angle)).abs() < 1e-8 && (at.y_m - libm::sin(angle)).abs() < 1e-8,
                "{angle}: {at:?}"
            );
            assert!((at.curvature_pm - 1.0).abs() < 1e-8, "{angle}: {at:?}");
            let expect = wrap_tau(angle + PI / 2.0);
            assert!((crate::play::angle::turn(at.h_rad, expect)).abs() < 1e-7, "{angle}: {at:?}");
        }
        assert!((circle.nearest_m(0.0, 5.0) - PI / 2.0).abs() < 1e-6);
    }

    #[test]
    fn order_2_is_the_polygon_and_a_bezier_its_closed_form() {
        let polygon = Nurbs::new(2, &control(&[(0.0, 0.0, 1.0), (3.0, 4.0, 1.0), (3.0, 10.0, 1.0)]), &[])
            .expect("sound");
        assert!((polygon.length_m() - 11.0).abs() < 1e-9);
        let at = polygon.at(8.0);
        assert!((at.x_m - 3.0).abs() < 1e-9 && (at.y_m - 7.0).abs() < 1e-9, "{at:?}");
        // A quadratic Bézier y = x² from (0, 0) to (2, 4): length by its closed form.
        let parabola = Nurbs::new(
            3,
            &control(&[(0.0, 0.0, 1.0), (1.0, 0.0, 1.0), (2.0, 4.0, 1.0)]),
            &[0.0, 0.0, 0.0, 1.0, 1.0, 1.0],
        )
        .expect("sound");
        let root = 17.0_f64.sqrt();
        let length = (4.0 * root + libm::log(4.0 + root)) / 4.0;
        assert!((parabola.length_m() - length).abs() < 1e-9, "{} {length}", parabola.length_m());
        let at = parabola.at_parameter(0.5);
        assert!((at.x_m - 1.0).abs() < 1e-12 && (at.y_m - 1.0).abs() < 1e-12);
        assert!((at.h_rad - libm::atan2(2.0, 1.0)).abs() < 1e-12);
        for i in 0..=10 {
            let s = length * f64::from(i) / 10.0;
            assert!((parabola.distance_m(parabola.parameter(s)) - s).abs() < 1e-8);
        }
    }

    #[test]
    fn peaks_rise_and_the_ends_are_the_ends() {
        let spline = Nurbs::new(
            4,
            &control(&[
                (0.0, 0.0, 1.0),
                (10.0, 0.0, 1.0),
                (20.0, 5.0, 1.0),
                (30.0, 5.0, 1.0),
                (40.0, 0.0, 1.0),
            ]),
            &[],
        )
        .expect("sound");
        let peaks = spline.peaks();
        assert_eq!((peaks[0], peaks[4]), spline.domain());
        assert!(peaks.windows(2).all(|pair| pair[1] > pair[0]), "{peaks:?}");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let line = control(&[(0.0, 0.0, 1.0), (1.0, 0.0, 1.0), (2.0, 0.0, 1.0)]);
        let check =
            |order, points: &[Control], knots: &[f64]| assert!(Nurbs::new(order, points, knots).is_err());
        check(1, &line, &[]);
        check(4, &line, &[]);
        check(99, &line, &[]);
        check(3, &line, &[0.0, 1.0]);
        check(3, &line, &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        check(3, &line, &[0.0, 0.0, 0.0, -1.0, 1.0, 1.0]);
        check(3, &control(&[(0.0, 0.0, 1.0), (1.0, 0.0, 0.0), (2.0, 0.0, 1.0)]), &[]);
        check(3, &control(&[(1.0, 1.0, 1.0); 3]), &[]);
        check(3, &[], &[]);
    }
}
