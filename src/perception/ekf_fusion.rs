//! The default fusion: global nearest neighbor over extended Kalman tracks.
//!
//! For each frame: detections → odometry frame with the pose at measuring time → radar hits of one
//! object clustered → coarse gate → Mahalanobis gates → assignment of least cost → corrections along and
//! across the line of sight and by range rate → existence of what was and was not seen → births.
//!
//! Gates (χ², 99 %): position 9.2103 (2 degrees of freedom), range rate 6.6349 (1). The cost of a pair is
//! d² + ln det S. A radar sees the near side of a box, so its prediction is the point of the box that is
//! nearest to the sensor.
//!
//! A miss counts only where the sensor should have seen: in its field of view, within range and
//! visibility, not behind a nearer track, scaled by the sensor's believed performance.
//!
//! Units: m, m/s, rad in the odometry frame. Source: Blackman and Popoli 1999 (GNN, gating).
//! It does not keep several hypotheses: crossing targets rely on velocity, class and size.

use super::assignment::{Assignment, FORBIDDEN};
use super::dead_reckoning::OdometryState;
use super::existence;
use super::fusion::{FrameReport, Fusion, FusionContext, ObjectFrame};
use super::localization::{GATE_1, GATE_2};
use super::motion::{Kinematics, Lagged};
use super::object::{TrackedObject, half_turn_wrap, kind_index};
use crate::base::math::{self, DVec2, DVec3};
use crate::base::time::SimTime;
use crate::state::belief::Track;
use crate::state::object::ObjectClass;
use crate::state::sensor_data::{Detection, SensorInfo, SensorKind};

/// Most tracks at a time; further births are refused.
pub const TRACKS_MAX: usize = 128;
/// Most detections of one frame that are used.
pub const DETECTIONS_MAX: usize = 256;
/// Radar hits closer than this belong to one object, m (half of a lane and well below a car's length).
const CLUSTER_RADIUS_M: f64 = 2.0;
/// … if their range rates agree to this, m/s.
const CLUSTER_RATE_MPS: f64 = 1.0;
/// Least standard deviation of a detection, m: map-free floor for ideal sensors and box effects.
const SIGMA_MIN_M: f64 = 0.05;
/// Farthest track from the ego, m.
const RANGE_MAX_M: f64 = 300.0;
/// Ticks between looks at occlusion, duplicates and lanes.
const SLOW_TICKS: u32 = 4;

/// One return in the odometry frame.
#[derive(Clone, Copy, Debug)]
struct Return {
    position_m: DVec2,
    line: DVec2,
    range_m: f64,
    members: u32,
    detection: Detection,
}

/// The fusion's state and its buffers.
#[derive(Default)]
pub struct EkfFusion {
    objects: Vec<TrackedObject>,
    next_id: u32,
    tick: u32,
    last_output: SimTime,
    returns: Vec<Return>,
    predicted: Vec<Option<(Kinematics, Lagged)>>,
    matched: Vec<bool>,
    assignment: Assignment,
}

impl Fusion for EkfFusion {
    fn observe(&mut self, context: &FusionContext, frame: &ObjectFrame) -> FrameReport {
        let Some(info) = context.suite.get(frame.sensor.ix()) else {
            return FrameReport::default();
        };
        let then = context.odometry.at(frame.measured_at);
        let mount = info.mount_m.truncate();
        self.gather(&then, then.pose.point(mount), info.kind, frame.detections);
        let sensor_velocity = then.velocity_at(mount);
        self.match_returns(info.kind, frame.measured_at, sensor_velocity);
        let mut report = FrameReport::default();
        self.apply(context, frame, info, &then, sensor_velocity, &mut report);
        self.note_misses(context, frame, info, &then, &mut report);
        report
    }

    fn output(&mut self, context: &FusionContext, tracks: &mut Vec<Track>) {
        let now = context.now;
        let dt_s = now.since_s(self.last_output).clamp(0.0, 0.5);
        self.last_output = now;
        self.tick = self.tick.wrapping_add(1);
        for object in &mut self.objects {
            object.extrapolate(now, dt_s);
        }
        let ego = context.odometry.now().pose.position_m;
        self.objects.retain(|object| {
            !object.is_over(now) && (object.position_m - ego).length_squared() < RANGE_MAX_M * RANGE_MAX_M
        });
        if self.tick.is_multiple_of(SLOW_TICKS) {
            self.drop_duplicates();
            self.note_hidden(ego);
        }
        tracks.clear();
        for object in &mut self.objects {
            let mut track = object.track(now, &context.world_from_odometry);
            place_on_map(object, &mut track, context, self.tick, dt_s);
            tracks.push(track);
        }
    }
}

impl EkfFusion {
    /// Number of objects followed, tentative ones included.
    pub fn len(&self) -> usize {
        self.objects.len()
    }
    /// Whether nothing is followed.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Places the detections in the odometry frame and joins radar hits of one object.
    fn gather(&mut self, then: &OdometryState, sensor_m: DVec2, kind: SensorKind, detections: &[Detection]) {
        self.returns.clear();
        'each: for detection in detections.iter().take(DETECTIONS_MAX) {
            if !detection.position_in_ego_m.is_finite() {
                continue;
            }
            let position_m = then.pose.point(detection.position_in_ego_m);
            if kind == SensorKind::Radar {
                for known in &mut self.returns {
                    let same_rate = match (known.detection.range_rate_mps, detection.range_rate_mps) {
                        (Some(a), Some(b)) => (a - b).abs() < CLUSTER_RATE_MPS,
                        _ => true,
                    };
                    if same_rate
                        && (known.position_m - position_m).length_squared()
                            < CLUSTER_RADIUS_M * CLUSTER_RADIUS_M
                    {
                        known.members += 1;
                        let share = 1.0 / f64::from(known.members);
                        known.position_m += (position_m - known.position_m) * share;
                        if let (Some(a), Some(b)) = (known.detection.range_rate_mps, detection.range_rate_mps)
                        {
                            known.detection.range_rate_mps = Some(math::lerp(a, b, share));
                        }
                        known.detection.confidence = known.detection.confidence.max(detection.confidence);
                        continue 'each;
                    }
                }
            }
            self.returns.push(Return {
                position_m,
                line: DVec2::X,
                range_m: 0.0,
                members: 1,
                detection: *detection,
            });
        }
        for known in &mut self.returns {
            let sight = known.position_m - sensor_m;
            known.range_m = sight.length();
            known.line = if known.range_m > 0.1 { sight / known.range_m } else { then.pose.forward };
        }
    }

    /// Finds which return belongs to which object; fills `predicted` and `assignment`.
    fn match_returns(&mut self, kind: SensorKind, at: SimTime, sensor_velocity: DVec2) {
        self.predicted.clear();
        self.predicted.resize(self.objects.len(), None);
        self.assignment.start(self.returns.len(), self.objects.len());
        for (col, object) in self.objects.iter().enumerate() {
            let rough = object.roughly_at(at);
            let reach = 3.0 + 0.5 * object.size_m.x + 3.1 * math::sqrt(object.variance_m2());
            for row in 0..self.returns.len() {
                let seen = &self.returns[row];
                if (seen.position_m - rough).length_squared() > reach * reach {
                    continue;
                }
                let (state, lag) = self.predicted[col].get_or_insert_with(|| {
                    let mut state = object.kinematics;
                    state.predict(at, object.noise());
                    let lag = state.lagged(at);
                    (state, lag)
                });
                if let Some(cost) = pair_cost(object, state, lag, seen, kind, sensor_velocity) {
                    self.assignment.allow(row, col, cost);
                }
            }
        }
        self.assignment.solve();
    }

    /// Corrects matched objects and starts new ones.
    fn apply(
        &mut self,
        context: &FusionContext,
        frame: &ObjectFrame,
        info: &SensorInfo,
        then: &OdometryState,
        sensor_velocity: DVec2,
        report: &mut FrameReport,
    ) {
        self.matched.clear();
        self.matched.resize(self.objects.len(), false);
        let kind = info.kind;
        let known = self.objects.len();
        for row in 0..self.returns.len() {
            let seen = self.returns[row];
            let ratio =
                existence::hit_ratio(kind, seen.detection.confidence, context.precipitation, seen.range_m);
            if let Some(col) = self.assignment.partner(row) {
                let Some((state, lag)) = self.predicted[col] else { continue };
                self.matched[col] = true;
                let object = &mut self.objects[col];
                object.kinematics = state;
                let cross = correct(object, &lag, &seen, kind, then.pose.heading_rad, sensor_velocity);
                object.support(&seen.detection, kind, ratio, then.pose.heading_rad, frame.measured_at);
                if object.confirmed
                    && kind_index(kind).is_some_and(|ix| object.seen_by_other(ix, frame.measured_at, 0.3))
                {
                    report.cross_bias += cross;
                    report.matched += 1;
                }
                continue;
            }
            if self.objects.len() >= TRACKS_MAX || self.belongs_to_box(known, &seen, frame.measured_at) {
                continue;
            }
            let (r, c) = sigmas(&seen.detection);
            let (ux, uy) = (seen.line.x, seen.line.y);
            let (rr, cc) = (r * r, c * c);
            let covariance = [rr * ux * ux + cc * uy * uy, (rr - cc) * ux * uy, rr * uy * uy + cc * ux * ux];
            let mut object = TrackedObject::born(
                self.next_id,
                &seen.detection,
                seen.position_m,
                covariance,
                then.pose.heading_rad,
                existence::at_birth(ratio),
                frame.measured_at,
            );
            self.next_id += 1;
            if kind == SensorKind::Radar {
                let half = object.half_along(seen.line, math::unit(object.heading_rad));
                object.kinematics.x[0] += seen.line.x * half;
                object.kinematics.x[1] += seen.line.y * half;
            }
            if let Some(rate) = seen.detection.range_rate_mps {
                let lag = object.kinematics.lagged(frame.measured_at);
                let (h, predicted) = lag.velocity_along(object.kinematics.model, seen.line);
                let radial = rate + sensor_velocity.dot(seen.line);
                object.kinematics.correct(&h, radial - predicted, rate_variance(&seen.detection));
            }
            if let Some(ix) = kind_index(kind) {
                object.hit_by[ix] = Some(frame.measured_at);
            }
            object.extrapolate(context.now, 0.0);
            self.objects.push(object);
        }
    }

    /// Whether a stray return lies within the box of a confirmed object: another part of the same thing.
    fn belongs_to_box(&self, known: usize, seen: &Return, at: SimTime) -> bool {
        self.objects[..known].iter().any(|object| {
            if !object.confirmed {
                return false;
            }
            let d = seen.position_m - object.roughly_at(at);
            let (length, width) = (0.5 * object.size_m.x + 1.0, 0.5 * object.size_m.y + 0.7);
            if d.length_squared() > length * length + width * width {
                return false;
            }
            let forward = math::unit(object.heading_rad);
            d.dot(forward).abs() < length && d.perp_dot(forward).abs() < width
        })
    }

    /// Existence of objects that the sensor should have seen and did not.
    fn note_misses(
        &mut self,
        context: &FusionContext,
        frame: &ObjectFrame,
        info: &SensorInfo,
        then: &OdometryState,
        report: &mut FrameReport,
    ) {
        let Some(kind_ix) = kind_index(info.kind) else { return };
        let performance = context.health.get(frame.sensor.ix()).map_or(1.0, |health| health.performance);
        let eye = then.pose.point(info.mount_m.truncate());
        let axis = then.pose.turn(math::unit(info.mount_yaw_rad));
        // Two degrees inside the edge, so that half-visible objects count for nothing.
        let all_around = info.fov_rad > 6.2;
        let cos_edge = math::cos((0.5 * info.fov_rad - 0.035).max(0.02));
        for (object, matched) in self.objects.iter_mut().zip(self.matched.iter().copied()) {
            let sight = object.roughly_at(frame.measured_at) - eye;
            let range_m = sight.length();
            if object.hidden || !(all_around || sight.dot(axis) > cos_edge * range_m) {
                continue;
            }
            let nominal = nominal_probability(info, object.best_class.0, range_m);
            if nominal <= 0.0 {
                continue;
            }
            if object.confirmed && object.seen_by_other(kind_ix, frame.measured_at, 0.3) {
                report.expected += nominal;
                report.seen += if matched { 1.0 } else { 0.0 };
            }
            if !matched {
                let blind = match info.kind {
                    SensorKind::Radar => 1.0,
                    _ => (1.2 - range_m / context.visibility_m.max(1.0)).clamp(0.0, 1.0),
                };
                object.existence =
                    existence::after_miss(object.existence, (nominal * performance * blind).min(0.9));
            }
        }
    }

    /// Two tracks on one thing: the one with less evidence goes.
    fn drop_duplicates(&mut self) {
        for a in 0..self.objects.len() {
            for b in a + 1..self.objects.len() {
                let (first, second) = (&self.objects[a], &self.objects[b]);
                if (first.velocity_mps - second.velocity_mps).length_squared() > 9.0 {
                    continue;
                }
                let near = (0.3 * first.size_m.x.min(second.size_m.x)).max(0.25);
                let gap_sq = (first.position_m - second.position_m).length_squared();
                let loser = if gap_sq < near * near {
                    if first.existence >= second.existence { b } else { a }
                } else if is_part_of(second, first) {
                    b
                } else if is_part_of(first, second) {
                    a
                } else {
                    continue;
                };
                self.objects[loser].existence = 0.0;
            }
        }
        self.objects.retain(|object| object.existence > 0.0);
    }

    /// Which tracks stand behind a nearer confirmed one, seen from the ego.
    fn note_hidden(&mut self, ego_m: DVec2) {
        for a in 0..self.objects.len() {
            let sight = self.objects[a].position_m - ego_m;
            let distance_sq = sight.length_squared();
            let hidden = self.objects.iter().enumerate().any(|(b, other)| {
                if a == b || !other.confirmed {
                    return false;
                }
                let to_other = other.position_m - ego_m;
                let along = to_other.dot(sight);
                if along <= 0.0 || to_other.length_squared() + 9.0 > distance_sq {
                    return false;
                }
                // Lateral distance of the other's center from the line of sight against its half size.
                let lateral = to_other.perp_dot(sight);
                let half = 0.5 * other.size_m.y.max(0.5 * other.size_m.x);
                lateral * lateral < half * half * distance_sq
            });
            self.objects[a].hidden = hidden;
        }
    }
}

/// Whether `part` lies within the box of the confirmed larger `whole`: two reflectors of one vehicle.
fn is_part_of(part: &TrackedObject, whole: &TrackedObject) -> bool {
    let d = part.position_m - whole.position_m;
    if !whole.confirmed
        || part.best_class.0.is_vulnerable()
        || part.size_m.x > whole.size_m.x
        || d.length_squared() > math::sq(0.5 * whole.size_m.x + 1.0)
    {
        return false;
    }
    let forward = math::unit(whole.heading_rad);
    d.dot(forward).abs() < 0.5 * whole.size_m.x + 0.5
        && d.perp_dot(forward).abs() < 0.5 * whole.size_m.y + 0.3
}

/// Standard deviations along and across the line of sight, m.
#[inline]
fn sigmas(detection: &Detection) -> (f64, f64) {
    (detection.range_sigma_m.max(SIGMA_MIN_M), detection.cross_sigma_m.max(SIGMA_MIN_M))
}

#[inline]
fn rate_variance(detection: &Detection) -> f64 {
    math::sq(detection.range_rate_sigma_mps.max(0.1))
}

/// Variances of a return against a tracked box, m²: a reflection point wanders over the box.
#[inline]
fn variances(object: &TrackedObject, seen: &Return, kind: SensorKind) -> (f64, f64) {
    let (r, c) = sigmas(&seen.detection);
    match kind {
        SensorKind::Radar => {
            let (along, across) = (0.25 * object.size_m.x, 0.25 * object.size_m.y);
            (r * r + along * along, c * c + across * across)
        }
        // A partly seen box shifts its center; a camera tells the depth of a box worse than a lidar.
        _ => {
            let share = if kind == SensorKind::Lidar { 0.02 } else { 0.04 };
            let shift = share * object.size_m.x;
            (r * r + shift * shift, c * c + shift * shift)
        }
    }
}

/// Predicted position of what the sensor sees of the object, m.
#[inline]
fn predicted_point(object: &TrackedObject, lag: &Lagged, seen: &Return, kind: SensorKind) -> DVec2 {
    let center = DVec2::new(lag.x[0], lag.x[1]);
    match kind {
        SensorKind::Radar => {
            // The point of the box nearest to the sensor.
            let forward = math::unit(object.heading_rad);
            let eye = seen.position_m - seen.line * seen.range_m - center;
            let half = object.size_m * 0.5;
            center
                + forward * eye.dot(forward).clamp(-half.x, half.x)
                + forward.perp() * forward.perp_dot(eye).clamp(-half.y, half.y)
        }
        _ => center,
    }
}

/// d² + ln det S of a pair, or `None` outside a gate.
fn pair_cost(
    object: &TrackedObject,
    state: &Kinematics,
    lag: &Lagged,
    seen: &Return,
    kind: SensorKind,
    sensor_velocity: DVec2,
) -> Option<f64> {
    let innovation = seen.position_m - predicted_point(object, lag, seen, kind);
    let (ir, ic) = (innovation.dot(seen.line), innovation.dot(seen.line.perp()));
    let (hr, hc) = (lag.along(seen.line), lag.along(seen.line.perp()));
    let (r, c) = variances(object, seen, kind);
    let (phr, phc) = (state.p * hr, state.p * hc);
    let (srr, src, scc) = (hr.dot(&phr) + r, hr.dot(&phc), hc.dot(&phc) + c);
    let det = srr * scc - src * src;
    let d2 = (scc * ir * ir - 2.0 * src * ir * ic + srr * ic * ic) / det;
    if d2.is_nan() || d2 > GATE_2 {
        return None;
    }
    let mut cost = d2 + math::ln(det);
    if let Some(rate) = seen.detection.range_rate_mps {
        let (h, predicted) = lag.velocity_along(state.model, seen.line);
        let s = h.dot(&(state.p * h)) + rate_variance(&seen.detection);
        let i = rate + sensor_velocity.dot(seen.line) - predicted;
        if i * i > GATE_1 * s {
            return None;
        }
        cost += i * i / s;
    }
    Some(cost.clamp(-FORBIDDEN, 0.5 * FORBIDDEN))
}

/// Corrects the state by a matched return; gives the cross-range innovation in σ.
fn correct(
    object: &mut TrackedObject,
    lag: &Lagged,
    seen: &Return,
    kind: SensorKind,
    ego_heading_rad: f64,
    sensor_velocity: DVec2,
) -> f64 {
    let innovation = seen.position_m - predicted_point(object, lag, seen, kind);
    let (r, c) = variances(object, seen, kind);
    let across = seen.line.perp();
    let (hr, hc) = (lag.along(seen.line), lag.along(across));
    let k = &mut object.kinematics;
    let start = k.x;
    let cross = innovation.dot(across);
    let cross_sigmas = cross / math::sqrt(hc.dot(&(k.p * hc)) + c);
    k.correct(&hr, innovation.dot(seen.line), r);
    k.correct(&hc, cross - hc.dot(&(k.x - start)), c);
    if let Some(rate) = seen.detection.range_rate_mps {
        let (h, predicted) = lag.velocity_along(k.model, seen.line);
        let radial = rate + sensor_velocity.dot(seen.line);
        k.correct(&h, radial - predicted - h.dot(&(k.x - start)), rate_variance(&seen.detection));
    }
    if let Some(shape) = seen.detection.heading_in_ego_rad
        && k.model == super::motion::Model::Ctrv
    {
        let h = lag.f.row(3).transpose();
        let turn = half_turn_wrap(ego_heading_rad + shape - lag.x[3]) - h.dot(&(k.x - start));
        // Shapes are fitted to about 6°.
        k.correct(&h, turn, 0.01);
    }
    cross_sigmas
}

/// Probability that a healthy sensor reports an object of a class at a range in clear weather.
fn nominal_probability(info: &SensorInfo, class: ObjectClass, range_m: f64) -> f64 {
    // Small things are seen half as far.
    let small = class.is_vulnerable() || class.is_static();
    let reach = if small { 0.5 } else { 1.0 } * info.range_max_m;
    // … and reflect radar badly.
    let weak = if small && info.kind == SensorKind::Radar { 0.5 } else { 1.0 };
    weak * existence::detection_probability(info.kind) * (2.0 - 2.0 * range_m / reach).clamp(0.0, 1.0)
}

/// Keeps the track's place on the map: looked up every few ticks, moved along in between.
fn place_on_map(
    object: &mut TrackedObject,
    track: &mut Track,
    context: &FusionContext,
    tick: u32,
    dt_s: f64,
) {
    let Some(network) = context.network else { return };
    if network.lanes.is_empty() {
        return;
    }
    let due = (tick + object.id).is_multiple_of(SLOW_TICKS);
    match &mut object.lane {
        Some(last) if due && track.class.is_motor_vehicle() => {
            let last = *last;
            object.lane = network.track_lane(last, track.center_m, track.heading_rad, None);
        }
        Some(lane) if !due => {
            if track.class.is_motor_vehicle() {
                lane.along_m = (lane.along_m + track.speed_mps * dt_s).min(network.lane(lane.lane).length_m);
            }
        }
        Some(_) | None => {
            if due || object.hits == 1 {
                let place = DVec3::new(track.center_m.x, track.center_m.y, context.ego_z_m);
                let heading = track.class.is_motor_vehicle().then_some(track.heading_rad);
                object.lane = network.nearest_lane(place, heading).map(|near| near.coord);
            }
        }
    }
    // Beyond this the place tells nothing: sidewalks are within 8 m of a lane.
    track.lane = object.lane.filter(|lane| lane.offset_m.abs() < 8.0);
}
