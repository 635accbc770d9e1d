//! Motion of the ego: a single-track model with load transfer, friction-limited tires, actuators and road.
//!
//! What it models: a rigid body in the road plane with one front and one rear tire. Request → actuator
//! lags and limits → axle forces within the friction circle → acceleration.
//!
//! Equations (center of gravity, a = distance to the front axle, b = to the rear axle, l = a + b):
//!
//! ```text
//! m(v̇x − r·vy) = Fxf·cos δ − Fyf·sin δ + Fxr − ½ρ·cdA·(vx+w)|vx+w| − c_r·m·g − m·g·sin(grade)
//! m(v̇y + r·vx) = Fyf·cos δ + Fxf·sin δ + Fyr − m·g·sin(bank) + side wind
//! Iz·ṙ         = a(Fyf·cos δ + Fxf·sin δ) − b·Fyr
//! Fz front/rear = m(g·cos(grade)·{b,a} ∓ v̇x·h)/l
//! Fy = −Fiala(α; C = μ_dry·C_S·Fz, F_max = μ·Fz),   Fx² + Fy² ≤ (μ·Fz)²
//! ```
//!
//! Fiala's brush tire (1954) is linear with slope C for small slip and saturates at F_max for
//! tan α ≥ 3·F_max/C. Below walking speed the slip angles lose their meaning (0/0), so yaw rate and
//! lateral speed blend into the kinematic model r = vx·tan δ/l, whose rear axle does not slip. The
//! lateral equations are integrated implicitly with the secant stiffness F/α, which keeps them stable at
//! any speed; substeps are at most 10 ms.
//!
//! Units: SI; vehicle frame ISO 8855; reference point on the ground under the rear axle.
//!
//! Validity: passenger cars to single trucks within and beyond the grip limit, forward driving; no reverse
//! gear. Anti-lock control is ideal: an axle brakes with what friction leaves, and steering keeps its
//! share. Stability control (FMVSS 126) brakes one front wheel when the vehicle turns faster than the
//! steering asks and friction allows; its small loss of speed is left out. Brake-force distribution is electronic: what one axle cannot transmit goes to the other.
//!
//! Sources: Rajamani, *Vehicle Dynamics and Control*, ch. 2, 13; Althoff & Würsching, *CommonRoad:
//! Vehicle Models* (2020) for C_S and load transfer.
//!
//! What it does not do: no wheel dynamics, no suspension motion, no four-wheel load.

use crate::base::math::{atan2, exp, hypot, sin, sin_cos, smoothstep, sqrt, tan, wrap_pi};
use crate::base::units::GRAVITY_MPS2;
use crate::state::command::MotionRequest;
use crate::state::vehicle_spec::VehicleSpec;

/// Longest substep, s (chosen because the fastest actuator lag in the vehicle files is 50 ms).
pub const SUBSTEP_S_MAX: f64 = 0.01;
/// Air density, kg/m³ (ISA at 15 °C, sea level).
pub const AIR_DENSITY_KGPM3: f64 = 1.225;
/// Side-force coefficient of a vehicle body in cross wind on its side area, – (chosen because measured
/// side-force coefficients of cars reach about 0.8–1.0 at a right angle; Hucho, *Aerodynamics*).
const SIDE_FORCE_COEFFICIENT: f64 = 0.8;
/// Below this speed motion is purely kinematic, m/s (chosen: slow walking).
const KINEMATIC_BELOW_MPS: f64 = 0.5;
/// Above this speed motion is purely dynamic, m/s (chosen: fast walking).
const DYNAMIC_ABOVE_MPS: f64 = 2.0;
/// Time constant with which a speed governor closes in on the design speed, s (chosen: soft).
const GOVERNOR_S: f64 = 0.5;
/// Stability control acts when the yaw rate exceeds the wanted one by this much, rad/s (chosen: about the
/// 3 °/s that production systems tolerate).
const STABILITY_DEADBAND_RADPS: f64 = 0.05;
/// Yaw rate the stability control allows, as a share of what friction can turn (μ·g/v), –.
const STABILITY_SHARE: f64 = 0.9;
/// Gain of the stability control, 1/s (chosen: takes an excess back within about 0.2 s).
const STABILITY_GAIN_PER_S: f64 = 8.0;
/// Largest stabilizing moment as a share of the front axle's friction times half the width, – (one braked
/// outer front wheel carries more than half of its axle's load).
const STABILITY_SHARE_OF_MOMENT: f64 = 0.6;
/// Share of an axle's friction that longitudinal force may always use while the tire also slips
/// sideways, – (chosen: anti-lock and stability control trade a part of each).
const LONGITUDINAL_SHARE_MIN: f64 = 0.5;
/// Speed below which a standing vehicle counts as standing, m/s.
pub const STANDSTILL_MPS: f64 = 1e-3;

/// State of a vehicle in the plane.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VehicleState {
    /// Reference point (rear axle), world x, m.
    pub x_m: f64,
    /// Reference point, world y, m.
    pub y_m: f64,
    /// Heading, rad.
    pub heading_rad: f64,
    /// Longitudinal speed, m/s.
    pub speed_mps: f64,
    /// Lateral speed of the center of gravity, m/s, left positive.
    pub lateral_speed_mps: f64,
    /// Yaw rate, rad/s.
    pub yaw_rate_radps: f64,
    /// Road-wheel angle, rad.
    pub steer_rad: f64,
    /// What drive and brakes deliver now, as acceleration on the level, m/s².
    pub actuated_mps2: f64,
    /// Longitudinal acceleration of the last substep along the vehicle's axis (v̇x − r·vy), m/s².
    pub accel_mps2: f64,
    /// Lateral acceleration of the reference point of the last substep, m/s².
    pub lateral_accel_mps2: f64,
}

/// The road and the air at the vehicle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoadInput {
    /// Friction at the front axle, –.
    pub mu_front: f64,
    /// Friction at the rear axle, –.
    pub mu_rear: f64,
    /// Pitch of the road along the heading, rad, uphill positive.
    pub grade_rad: f64,
    /// Roll of the road across the heading, rad, left side up positive.
    pub bank_rad: f64,
    /// Wind from ahead, m/s (head wind positive).
    pub head_wind_mps: f64,
    /// Wind towards the left, m/s.
    pub left_wind_mps: f64,
}

impl RoadInput {
    /// A flat calm road with one friction.
    pub fn flat(mu: f64) -> Self {
        Self {
            mu_front: mu,
            mu_rear: mu,
            grade_rad: 0.0,
            bank_rad: 0.0,
            head_wind_mps: 0.0,
            left_wind_mps: 0.0,
        }
    }
}

/// Moves a vehicle by `dt_s`, s.
pub fn step(
    spec: &VehicleSpec,
    state: &VehicleState,
    request: &MotionRequest,
    road: &RoadInput,
    dt_s: f64,
) -> VehicleState {
    let substeps = (dt_s / SUBSTEP_S_MAX - 1e-9).ceil().max(1.0);
    let h_s = dt_s / substeps;
    let constants = Constants::new(spec, road, h_s);
    let mut state = *state;
    for _ in 0..substeps as u32 {
        substep(spec, &constants, &mut state, request, road, h_s);
    }
    state.heading_rad = wrap_pi(state.heading_rad);
    state
}

/// What does not change within a step.
struct Constants {
    /// sin of the grade times gravity, m/s².
    grade_mps2: f64,
    /// cos of the grade times gravity, m/s².
    normal_mps2: f64,
    /// Gravity's pull to the right on a bank, m/s².
    bank_mps2: f64,
    /// Low-pass weights of the actuators for one substep.
    drive_weight: f64,
    brake_weight: f64,
    steer_weight: f64,
    /// Understeer gradient of the linear tires.
    understeer_s2pm: f64,
}

impl Constants {
    fn new(spec: &VehicleSpec, road: &RoadInput, h_s: f64) -> Self {
        let weight = |lag_s: f64| if lag_s > 0.0 { 1.0 - exp(-h_s / lag_s) } else { 1.0 };
        let (grade_sin, grade_cos) = sin_cos(road.grade_rad);
        Self {
            grade_mps2: GRAVITY_MPS2 * grade_sin,
            normal_mps2: GRAVITY_MPS2 * grade_cos,
            bank_mps2: GRAVITY_MPS2 * sin(road.bank_rad),
            drive_weight: weight(spec.drive_lag_s),
            brake_weight: weight(spec.brake_lag_s),
            steer_weight: weight(spec.steer_lag_s),
            understeer_s2pm: understeer_s2pm(spec),
        }
    }
}

fn substep(
    spec: &VehicleSpec,
    constants: &Constants,
    state: &mut VehicleState,
    request: &MotionRequest,
    road: &RoadInput,
    h_s: f64,
) {
    let (m, l) = (spec.mass_kg, spec.wheelbase_m);
    let (a, b) = (spec.cg_to_front_m, spec.wheelbase_m - spec.cg_to_front_m);
    let v = state.speed_mps;

    // Steering: lag, rate limit, end stop.
    let target = request.steer_rad.clamp(-spec.steer_max_rad, spec.steer_max_rad);
    let rate = spec.steer_rate_max_radps * h_s;
    state.steer_rad += ((target - state.steer_rad) * constants.steer_weight).clamp(-rate, rate);
    let steer = state.steer_rad;
    let (steer_sin, steer_cos) = sin_cos(steer);

    // Resistance, as acceleration: the drive makes up for it on the level, friction cannot take it away.
    let air_mps = v + road.head_wind_mps;
    let drag = 0.5 * AIR_DENSITY_KGPM3 * spec.drag_area_m2 * air_mps * air_mps.abs() / m;
    let rolling = spec.rolling_resistance * constants.normal_mps2;

    // Actuators.
    let governor = (spec.speed_max_mps - v) / GOVERNOR_S + constants.grade_mps2.min(0.0);
    let wanted = request.accel_mps2.min(governor).clamp(-spec.brake_max_mps2, spec.accel_max_mps2);
    let braking = wanted < 0.0 || state.actuated_mps2 < 0.0;
    let weight = if braking { constants.brake_weight } else { constants.drive_weight };
    state.actuated_mps2 += (wanted - state.actuated_mps2) * weight;
    // Force of drive (forwards) and brakes (against motion), per mass.
    let losses = drag + rolling;
    let force = state.actuated_mps2 + if v > STANDSTILL_MPS { losses } else { rolling };
    let power_limit = spec.power_max_w / (m * v.max(0.5));
    let drive = if force > 0.0 { force.min(power_limit) } else { 0.0 };
    let mut brake = (-force).max(0.0);
    // Hill hold: a vehicle that stands, and whose drive does not yet carry it, keeps its brakes applied.
    let standing = v.abs() <= STANDSTILL_MPS;
    if v <= STANDSTILL_MPS && (request.accel_mps2 <= 0.0 || drive - rolling <= constants.grade_mps2) {
        brake = spec.brake_max_mps2;
    }

    // Vertical loads per mass, and friction limits.
    let load_front = ((constants.normal_mps2 * b - state.accel_mps2 * spec.cg_height_m) / l).max(0.0);
    let load_rear = ((constants.normal_mps2 * a + state.accel_mps2 * spec.cg_height_m) / l).max(0.0);
    let limit_front = road.mu_front * load_front;
    let limit_rear = road.mu_rear * load_rear;

    // Lateral forces per mass at the present slip, with the secant stiffness for the implicit step.
    let dynamic = smoothstep(KINEMATIC_BELOW_MPS, DYNAMIC_ABOVE_MPS, hypot(v, state.lateral_speed_mps));
    let (mut secant_front, mut secant_rear) = (0.0, 0.0);
    let (mut side_front, mut side_rear) = (0.0, 0.0);
    let (mut slope_front, mut slope_rear) = (0.0, 0.0);
    if dynamic > 0.0 {
        let vx = v.abs().max(KINEMATIC_BELOW_MPS);
        let front_mps = state.lateral_speed_mps + a * state.yaw_rate_radps;
        let rear_mps = state.lateral_speed_mps - b * state.yaw_rate_radps;
        let (angle_front, angle_rear) = (atan2(front_mps, vx), atan2(rear_mps, vx));
        slope_front = secant(angle_front, front_mps, vx);
        slope_rear = secant(angle_rear, rear_mps, vx);
        let slip_front = angle_front - steer;
        let dry = spec.tire_friction_dry;
        secant_front = fiala_secant(slip_front, dry * spec.cornering_front_per_rad * load_front, limit_front);
        secant_rear = fiala_secant(angle_rear, dry * spec.cornering_rear_per_rad * load_rear, limit_rear);
        side_front = secant_front * slip_front.abs();
        side_rear = secant_rear * angle_rear.abs();
    }

    // Longitudinal forces per mass within what the tires have left.
    let left = |limit: f64, side: f64| {
        sqrt(
            (limit * limit - side * side)
                .max(limit * limit * LONGITUDINAL_SHARE_MIN * LONGITUDINAL_SHARE_MIN),
        )
    };
    let (room_front, room_rear) = (left(limit_front, side_front), left(limit_rear, side_rear));
    let drive_front = (drive * spec.drive_front_share).min(room_front);
    let drive_rear = (drive * (1.0 - spec.drive_front_share)).min(room_rear);
    let (brake_front, brake_rear) = split_brakes(brake, spec.brake_front_share, room_front, room_rear);
    // What longitudinal force takes away from the side force.
    let shrink = |limit: f64, long: f64, side: f64| {
        let room = sqrt((limit * limit - long * long).max(0.0));
        if side > room && side > 0.0 { room / side } else { 1.0 }
    };
    secant_front *= shrink(limit_front, drive_front - brake_front, side_front);
    secant_rear *= shrink(limit_rear, drive_rear - brake_rear, side_rear);

    let turning = state.yaw_rate_radps * state.lateral_speed_mps * dynamic;
    // Longitudinal motion. Brakes and rolling resistance act against motion and hold at standstill.
    let pull = drive_front * steer_cos + drive_rear - drag - constants.grade_mps2 + turning
        - side_drag(secant_front, state, a, slope_front, steer, steer_sin) * dynamic;
    let hold = brake_front * steer_cos + brake_rear + rolling;
    let accel = if standing && pull.abs() <= hold {
        -v / h_s
    } else {
        let direction = if standing { pull.signum() } else { v.signum() };
        let accel = pull - direction * hold;
        // Through zero: stop there; whether it stays is decided with hill hold in the next substep.
        let crosses = !standing && (v + accel * h_s) * v < 0.0;
        if crosses { -v / h_s } else { accel }
    };
    let v_next = v + accel * h_s;
    // What an accelerometer shows and what shifts the load: without the turning of the frame.
    state.accel_mps2 = accel - turning;
    state.speed_mps = if v_next.abs() < 1e-12 { 0.0 } else { v_next };

    // Lateral motion: implicit step of the dynamic model, blended with the kinematic one.
    let yaw_kinematic = state.speed_mps * tan(steer) / l;
    let lateral_kinematic = b * yaw_kinematic;
    let (lateral_before, yaw_before) = (state.lateral_speed_mps, state.yaw_rate_radps);
    if dynamic > 0.0 {
        let inertia = spec.yaw_inertia_kgm2 / m;
        let side_wind = {
            let area_m2 = spec.extent.length_m * spec.extent.height_m;
            let w = road.left_wind_mps - lateral_before;
            0.5 * AIR_DENSITY_KGPM3 * SIDE_FORCE_COEFFICIENT * area_m2 * w * w.abs() / m
        };
        let (kf, kr) = (secant_front * steer_cos * slope_front, secant_rear * slope_rear);
        let steered = secant_front * steer_cos * steer + (drive_front - brake_front) * steer_sin;
        // (vy', r') from [1 + h·(kf+kr)]vy' + h(v + a·kf − b·kr)r' = vy + h·(steered − bank + wind), …
        let m11 = 1.0 + h_s * (kf + kr);
        let m12 = h_s * (v + a * kf - b * kr);
        let m21 = h_s * (a * kf - b * kr) / inertia;
        let m22 = 1.0 + h_s * (a * a * kf + b * b * kr) / inertia;
        let r1 = lateral_before + h_s * (steered - constants.bank_mps2 + side_wind);
        let yaw_wanted = {
            let linear = v / (l + constants.understeer_s2pm * v * v) * steer;
            let limit = STABILITY_SHARE * (limit_front + limit_rear) / v.abs().max(DYNAMIC_ABOVE_MPS);
            linear.clamp(-limit, limit)
        };
        let excess = {
            let error = yaw_before - yaw_wanted;
            if error * yaw_before > 0.0 {
                (error.abs() - STABILITY_DEADBAND_RADPS).max(0.0).copysign(error)
            } else {
                0.0
            }
        };
        let authority = STABILITY_SHARE_OF_MOMENT * limit_front * 0.5 * spec.extent.width_m;
        let stabilizing = (excess * STABILITY_GAIN_PER_S * inertia).clamp(-authority, authority);
        let r2 = yaw_before + h_s * (a * steered - stabilizing) / inertia;
        let det = m11 * m22 - m12 * m21;
        let lateral = (r1 * m22 - m12 * r2) / det;
        let yaw = (m11 * r2 - m21 * r1) / det;
        state.lateral_speed_mps = lateral_kinematic + (lateral - lateral_kinematic) * dynamic;
        state.yaw_rate_radps = yaw_kinematic + (yaw - yaw_kinematic) * dynamic;
    } else {
        state.lateral_speed_mps = lateral_kinematic;
        state.yaw_rate_radps = yaw_kinematic;
    }

    // Pose of the reference point, heading at mid-step.
    let rear_mps = state.lateral_speed_mps - b * state.yaw_rate_radps;
    let rear_before_mps = lateral_before - b * yaw_before;
    state.lateral_accel_mps2 =
        (rear_mps - rear_before_mps) / h_s + 0.5 * (v + state.speed_mps) * state.yaw_rate_radps;
    let turn = 0.5 * (yaw_before + state.yaw_rate_radps) * h_s;
    let (s, c) = sin_cos(state.heading_rad + 0.5 * turn);
    let forward_m = 0.5 * (v + state.speed_mps) * h_s;
    let left_m = 0.5 * (rear_before_mps + rear_mps) * h_s;
    state.x_m += c * forward_m - s * left_m;
    state.y_m += s * forward_m + c * left_m;
    state.heading_rad += turn;
}

/// angle/lateral speed, with its limit for small angles.
#[inline]
fn secant(angle_rad: f64, lateral_mps: f64, vx: f64) -> f64 {
    if lateral_mps.abs() < 1e-6 { 1.0 / vx } else { angle_rad / lateral_mps }
}

/// Secant stiffness |F|/|α| of Fiala's tire, per mass: C near zero slip, F_max/|α| when it slides.
#[inline]
fn fiala_secant(slip_rad: f64, stiffness: f64, limit: f64) -> f64 {
    let slip = slip_rad.abs();
    if slip < 1e-9 || stiffness <= 0.0 {
        return stiffness.max(0.0);
    }
    let z = stiffness * slip.min(1.5) / (3.0 * limit.max(1e-9));
    if z >= 1.0 {
        return limit / slip;
    }
    // F = 3·F_max·(z − z² + z³/3)
    stiffness * (1.0 - z + z * z / 3.0)
}

/// Longitudinal component of the steered front tire's side force, per mass (positive = slows).
#[inline]
fn side_drag(secant_front: f64, state: &VehicleState, a: f64, slope: f64, steer: f64, steer_sin: f64) -> f64 {
    let slip = (state.lateral_speed_mps + a * state.yaw_rate_radps) * slope - steer;
    -secant_front * slip * steer_sin
}

/// Splits a brake demand between the axles; what one cannot transmit goes to the other while it has room.
#[inline]
fn split_brakes(demand: f64, front_share: f64, room_front: f64, room_rear: f64) -> (f64, f64) {
    let front = (demand * front_share).min(room_front);
    let rear = (demand - front).min(room_rear);
    (front.max((demand - rear).min(room_front)), rear)
}

/// Steady-state yaw gain r/δ, 1/s: v/(l + K·v²) with the understeer gradient of linear tires.
pub fn yaw_gain_per_s(spec: &VehicleSpec, speed_mps: f64) -> f64 {
    speed_mps / (spec.wheelbase_m + understeer_s2pm(spec) * speed_mps * speed_mps)
}

/// Understeer gradient K = (m/l)(b/C_f − a/C_r), rad·s²/m.
pub fn understeer_s2pm(spec: &VehicleSpec) -> f64 {
    let (l, a) = (spec.wheelbase_m, spec.cg_to_front_m);
    let b = l - a;
    let stiffness = |per_rad: f64, load: f64| spec.tire_friction_dry * per_rad * load;
    let front = stiffness(spec.cornering_front_per_rad, GRAVITY_MPS2 * b / l);
    let rear = stiffness(spec.cornering_rear_per_rad, GRAVITY_MPS2 * a / l);
    (b / front - a / rear) / l
}

/// Distance from the center of gravity to the rear axle, m.
pub fn cg_to_rear_m(spec: &VehicleSpec) -> f64 {
    spec.wheelbase_m - spec.cg_to_front_m
}

/// Speed of the reference point sideways, m/s.
pub fn reference_lateral_mps(spec: &VehicleSpec, state: &VehicleState) -> f64 {
    state.lateral_speed_mps - cg_to_rear_m(spec) * state.yaw_rate_radps
}

#[cfg(test)]
mod tests;
