//! The kinematic (KS) and linear single-track (ST) models of CommonRoad, as reference functions.
//!
//! What they model: right-hand sides ẋ = f(x, u) exactly as published, with their input limits, so that
//! our own [`super::dynamics`] can be compared with a model that others have validated.
//!
//! States: KS `[sx, sy, δ, v, ψ]` at the rear axle; ST `[sx, sy, δ, v, ψ, ψ̇, β]` at the center of
//! gravity. Inputs `u = [δ̇, a]`. SI units. Gravity is 9.81 m/s² as in the source.
//!
//! Source: M. Althoff and G. Würsching, *CommonRoad: Vehicle Models* (2020), §4 and §7; package
//! commonroad-vehicle-models 3.0.2 (parameters 1–3; tire p_dy1 = 1.0489, p_ky1 = −21.92).
//!
//! What they do not do: no saturation of the tires; ST is singular at v = 0, where the source switches to
//! the kinematic form below 0.1 m/s.

use crate::base::math::{atan, cos, sin, tan};

/// Parameters of KS and ST.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Mass, kg.
    pub m: f64,
    /// Yaw inertia, kg·m².
    pub i_z: f64,
    /// Center of gravity to front axle, m.
    pub a: f64,
    /// Center of gravity to rear axle, m.
    pub b: f64,
    /// Height of the center of gravity (the source's `h_s`), m.
    pub h: f64,
    /// Largest road-wheel angle, rad.
    pub steer_max: f64,
    /// Largest road-wheel angle rate, rad/s.
    pub steer_rate_max: f64,
    /// Speed limits, m/s.
    pub v_min: f64,
    /// Speed limits, m/s.
    pub v_max: f64,
    /// Speed above which power limits acceleration, m/s.
    pub v_switch: f64,
    /// Largest acceleration, m/s².
    pub a_max: f64,
}

/// Lateral friction p_dy1, –.
const MU: f64 = 1.0489;
/// Cornering coefficient −p_ky1/p_dy1, 1/rad.
const C_S: f64 = 21.92 / 1.0489;
/// Gravity of the source, m/s².
const G: f64 = 9.81;

/// Vehicles 1 (Ford Escort), 2 (BMW 320i) and 3 (VW Vanagon) of the package.
pub const VEHICLES: [Parameters; 3] = [
    Parameters {
        m: 1_225.887_846_725_334_4,
        i_z: 1_538.853_371_356_139_4,
        a: 0.88392,
        b: 1.50876,
        h: 0.59436,
        steer_max: 0.91,
        steer_rate_max: 0.4,
        v_min: -13.9,
        v_max: 45.8,
        v_switch: 4.755,
        a_max: 11.5,
    },
    Parameters {
        m: 1_093.295_233_467_404_6,
        i_z: 1_791.599_530_012_285_6,
        a: 1.156_195_706_4,
        b: 1.422_717_093_6,
        h: 0.613_730_04,
        steer_max: 1.066,
        steer_rate_max: 0.4,
        v_min: -13.9,
        v_max: 50.8,
        v_switch: 7.319,
        a_max: 11.5,
    },
    Parameters {
        m: 1_478.897_963_776_799_8,
        i_z: 2_473.117_691_556_444_2,
        a: 1.150_791_602_4,
        b: 1.321_136_397_600_000_1,
        h: 0.804_490_644,
        steer_max: 1.023,
        steer_rate_max: 0.4,
        v_min: -11.2,
        v_max: 41.7,
        v_switch: 7.824,
        a_max: 11.5,
    },
];

fn steering(p: &Parameters, angle: f64, rate: f64) -> f64 {
    if (angle <= -p.steer_max && rate <= 0.0) || (angle >= p.steer_max && rate >= 0.0) {
        0.0
    } else {
        rate.clamp(-p.steer_rate_max, p.steer_rate_max)
    }
}

fn acceleration(p: &Parameters, v: f64, a: f64) -> f64 {
    let limit = if v > p.v_switch { p.a_max * p.v_switch / v } else { p.a_max };
    if (v <= p.v_min && a <= 0.0) || (v >= p.v_max && a >= 0.0) { 0.0 } else { a.clamp(-p.a_max, limit) }
}

/// Kinematic single-track model.
pub fn kinematic(p: &Parameters, x: &[f64; 5], u: [f64; 2]) -> [f64; 5] {
    let [_, _, delta, v, psi] = *x;
    let (rate, accel) = (steering(p, delta, u[0]), acceleration(p, v, u[1]));
    [v * cos(psi), v * sin(psi), rate, accel, v / (p.a + p.b) * tan(delta)]
}

/// Linear single-track model with load transfer.
pub fn single_track(p: &Parameters, x: &[f64; 7], u: [f64; 2]) -> [f64; 7] {
    let [_, _, delta, v, psi, psidot, beta] = *x;
    let (rate, accel) = (steering(p, delta, u[0]), acceleration(p, v, u[1]));
    let (lf, lr, l) = (p.a, p.b, p.a + p.b);
    if v.abs() < 0.1 {
        let slip = atan(tan(delta) * lr / l);
        let cos_delta2 = cos(delta) * cos(delta);
        let ratio = tan(delta) * tan(delta) * lr / l;
        let slip_rate = lr * rate / (l * cos_delta2 * (1.0 + ratio * ratio));
        let yaw_accel = (accel * cos(beta) * tan(delta) - v * sin(beta) * slip_rate * tan(delta)
            + v * cos(beta) * rate / cos_delta2)
            / l;
        return [
            v * cos(slip + psi),
            v * sin(slip + psi),
            rate,
            accel,
            v * cos(slip) * tan(delta) / l,
            yaw_accel,
            slip_rate,
        ];
    }
    let front = C_S * (G * lr - accel * p.h);
    let rear = C_S * (G * lf + accel * p.h);
    let yaw = MU * p.m / (p.i_z * l);
    let drift = MU / (v * l);
    [
        v * cos(beta + psi),
        v * sin(beta + psi),
        rate,
        accel,
        psidot,
        yaw * (-(lf * lf * front + lr * lr * rear) / v * psidot
            + (lr * rear - lf * front) * beta
            + lf * front * delta),
        (drift / v * (rear * lr - front * lf) - 1.0) * psidot - drift * (rear + front) * beta
            + drift * front * delta,
    ]
}

/// One step of the classical Runge–Kutta method for `x' = f(x)`.
pub fn runge_kutta<const N: usize>(x: &[f64; N], h_s: f64, f: impl Fn(&[f64; N]) -> [f64; N]) -> [f64; N] {
    let along = |k: &[f64; N], w: f64| core::array::from_fn(|i| x[i] + w * k[i]);
    let k1 = f(x);
    let k2 = f(&along(&k1, 0.5 * h_s));
    let k3 = f(&along(&k2, 0.5 * h_s));
    let k4 = f(&along(&k3, h_s));
    core::array::from_fn(|i| x[i] + h_s / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Input of the package's unit test.
    const U: [f64; 2] = [0.15, 0.63 * 9.81];

    #[test]
    fn golden_derivatives_of_the_package() {
        let x = [
            3.957_942_229_793_652_6,
            0.039_165_010_277_140_5,
            0.037_849_142_721_181_1,
            16.354_695_786_088_357,
            0.029_471_735_105_281_6,
        ];
        let expect = [
            16.347_593_593_425_02,
            0.481_931_488_601_312_1,
            0.15,
            5.146_442_410_233_975,
            0.240_142_657_862_762_9,
        ];
        for (got, expect) in kinematic(&VEHICLES[1], &x, U).into_iter().zip(expect) {
            assert!((got - expect).abs() < 1e-13, "{got} ≠ {expect}");
        }
        let x = [
            2.023_334_814_206_567_7,
            0.004_190_713_771_663_6,
            0.019_754_524_855_961_7,
            15.721_623_633_429_012,
            0.002_585_791_477_685_9,
            0.052_900_105_665_403_8,
            0.003_301_217_061_029_8,
        ];
        let expect = [
            15.721_351_203_086_24,
            0.092_552_797_971_935_5,
            0.15,
            5.353_677_327_641_392,
            0.052_900_105_665_403_8,
            0.643_558_939_774_860_6,
            0.031_329_797_164_129_1,
        ];
        for (got, expect) in single_track(&VEHICLES[1], &x, U).into_iter().zip(expect) {
            assert!((got - expect).abs() < 1e-13, "{got} ≠ {expect}");
        }
    }

    /// Input at time t of a maneuver of the oracle.
    fn input(maneuver: &str, t_s: f64) -> [f64; 2] {
        if maneuver.starts_with("step_steer") {
            [if t_s < 0.2 - 1e-9 { 0.15 } else { 0.0 }, 0.0]
        } else if maneuver.starts_with("brake") {
            [0.0, -0.7 * 9.81]
        } else {
            [0.0, 0.3 * 9.81]
        }
    }

    fn integrate<const N: usize>(
        mut x: [f64; N],
        maneuver: &str,
        t_end_s: f64,
        f: impl Fn(&[f64; N], [f64; 2]) -> [f64; N],
    ) -> [f64; N] {
        let h_s = 1e-3;
        for i in 0..(t_end_s / h_s).round() as usize {
            let u = input(maneuver, i as f64 * h_s);
            x = runge_kutta(&x, h_s, |x| f(x, u));
        }
        x
    }

    /// End states of the step-steer maneuver as printed in the reference sheet (veh 2), always checked;
    /// the full table is checked where it lies beside the checkout.
    #[test]
    fn end_states_of_the_package() {
        let v0 = 15.0;
        let p = &VEHICLES[1];
        let ks = integrate([0.0, 0.0, 0.0, v0, 0.0], "step_steer", 2.0, |x, u| kinematic(p, x, u));
        for (i, expect) in [(0, 29.480_450_3), (1, 4.686_928_9), (4, 0.331_631_9)] {
            assert!((ks[i] - expect).abs() < 1e-6, "KS {i}: {} ≠ {expect}", ks[i]);
        }
        let x0 = [0.0, 0.0, 0.0, v0, 0.0, 0.0, 0.0];
        let st = integrate(x0, "step_steer", 2.0, |x, u| single_track(p, x, u));
        for (i, expect) in
            [(0, 29.515_842_9), (1, 4.489_443_0), (4, 0.319_409_2), (5, 0.174_492_1), (6, 0.004_378_3)]
        {
            assert!((st[i] - expect).abs() < 1e-6, "ST {i}: {} ≠ {expect}", st[i]);
        }

        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/oracles/commonroad_vehicle_models.csv");
        let Ok(table) = std::fs::read_to_string(path) else {
            println!("no oracle table at {path}: only the printed end states were checked");
            return;
        };
        let mut rows = 0;
        for line in table.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let number = |i: usize| cells[i].parse::<f64>().expect("a number");
            let p = &VEHICLES[number(0) as usize - 1];
            let (v0, t_end_s) = (number(3), number(4));
            let got: Vec<f64> = match cells[1] {
                "KS" => {
                    let x0 = [0.0, 0.0, 0.0, v0, 0.0];
                    integrate(x0, cells[2], t_end_s, |x, u| kinematic(p, x, u)).to_vec()
                }
                "ST" => {
                    let x0 = [0.0, 0.0, 0.0, v0, 0.0, 0.0, 0.0];
                    integrate(x0, cells[2], t_end_s, |x, u| single_track(p, x, u)).to_vec()
                }
                other => panic!("model {other}"),
            };
            for (i, got) in got.iter().enumerate() {
                let expect = number(5 + i);
                assert!((got - expect).abs() < 1e-9, "{line}\ncolumn {i}: {got} ≠ {expect}");
            }
            rows += 1;
        }
        assert_eq!(rows, 18);
    }
}
