//! Controllers against small vehicle models.

use super::super::path::tests::shape;
use super::*;

const SEDAN: Body = Body {
    wheelbase_m: 2.74,
    front_m: 3.7,
    rear_m: 1.07,
    width_m: 1.89,
    steer_max_rad: 0.65,
    steer_lag_s: 0.12,
    understeer: 0.0,
    rear_slip: 1.0 / (20.9 * 9.81),
    friction_dry: 1.0,
    brake_max_mps2: 9.0,
    speed_max_mps: 50.0,
};

/// Drives the path at constant speed with a linear single-track model (cornering stiffness 20.9/rad front
/// and rear as in CommonRoad's set 2), a first-order steering lag and a rate limit; returns the worst offset
/// behind `from_m`.
fn drive(path: &Corridor, speed_mps: f64, start_m: DVec2, from_m: f64) -> f64 {
    let (l, a, m, iz) = (2.74, 1.25, 1500.0, 2500.0);
    let b = l - a;
    let g = 9.81;
    let (cf, cr) = (20.9 * m * g * b / l, 20.9 * m * g * a / l);
    let (mut position, mut yaw, mut steer) = (start_m, 0.0_f64, 0.0_f64);
    let (mut vy, mut r) = (0.0_f64, 0.0_f64); // at the center of gravity
    let mut control = Lateral::default();
    let (dt, sub) = (0.02, 10);
    let mut station_m = 0.0;
    let mut worst: f64 = 0.0;
    while station_m < path.length_m() - 6.0 {
        let ego = EgoEstimate {
            position_m: position,
            heading_rad: yaw,
            speed_mps,
            yaw_rate_radps: r,
            steer_rad: steer,
            ..EgoEstimate::default()
        };
        let (s, e) = path.project(position, station_m - 5.0, station_m + 10.0).unwrap();
        station_m = s;
        if s > from_m {
            worst = worst.max(e.abs());
        }
        let want = control.step(&SEDAN, path, &ego, s, 1.0, dt);
        for _ in 0..sub {
            let h = dt / sub as f64;
            steer += ((want - steer) / SEDAN.steer_lag_s).clamp(-0.7, 0.7) * h;
            if speed_mps > 6.0 {
                let v = speed_mps;
                let (af, ar) = (steer - (vy + a * r) / v, -(vy - b * r) / v);
                vy += ((cf * af + cr * ar) / m - v * r) * h;
                r += (a * cf * af - b * cr * ar) / iz * h;
            } else {
                // Low speed: kinematic, no side-slip at the rear axle.
                r = speed_mps * math::tan(steer) / l;
                vy = b * r;
            }
            let v_rear = DVec2::new(speed_mps, vy - b * r);
            let (sin, cos) = math::sin_cos(yaw);
            position += DVec2::new(cos * v_rear.x - sin * v_rear.y, sin * v_rear.x + cos * v_rear.y) * h;
            yaw += r * h;
        }
    }
    worst
}

#[test]
fn turns_and_curves_are_followed_within_the_tolerance() {
    let half_pi = std::f64::consts::FRAC_PI_2;
    // (speed, radius): urban turn at 6 m, wide turn, avenue, ramp, highway at 130 km/h.
    for (speed, radius, tolerance) in
        [(3.8_f64, 6.0_f64, 0.3), (5.5, 12.0, 0.2), (12.0, 60.0, 0.2), (20.0, 200.0, 0.2), (36.1, 800.0, 0.2)]
    {
        let arc_m = (half_pi * radius).min(150.0).round();
        // Clothoids of about the steering's own time, as roads and turn paths have them.
        let ramp_m = (0.8 * speed).max(2.0).round() as usize;
        let mut pieces = vec![(40.0 + speed * 2.0, 0.0)];
        for ix in 0..ramp_m {
            pieces.push((1.0, (ix as f64 + 0.5) / ramp_m as f64 / radius));
        }
        pieces.push((arc_m, 1.0 / radius));
        for ix in (0..ramp_m).rev() {
            pieces.push((1.0, (ix as f64 + 0.5) / ramp_m as f64 / radius));
        }
        pieces.push((40.0 + speed * 2.0, 0.0));
        let mirrored: Vec<_> = pieces.iter().map(|&(l, k)| (l, -k)).collect();
        for pieces in [pieces, mirrored] {
            let worst = drive(&shape(&pieces, 40.0), speed, DVec2::ZERO, 0.0);
            assert!(worst < tolerance, "{speed} m/s on {radius} m: {worst} m off");
        }
    }
}

#[test]
fn an_initial_offset_decays() {
    for speed in [3.0, 15.0, 36.0] {
        let path = shape(&[(30.0 + 12.0 * speed, 0.0)], 40.0);
        let worst = drive(&path, speed, DVec2::new(0.0, 1.0), 6.0 * speed);
        assert!(worst < 0.1, "{speed} m/s: {worst} m left");
    }
}

#[test]
fn grades_are_compensated_and_the_brake_holds() {
    for grade in [-0.15_f64, 0.0, 0.15] {
        let mut ego = EgoEstimate { pitch_rad: math::atan(grade), ..EgoEstimate::default() };
        let mut control = Longitudinal::default();
        for _ in 0..100 {
            let request = control.step(-1.5, &ego, 0.02);
            let gravity = -9.81 * math::sin(ego.pitch_rad);
            assert!(request + gravity <= 0.02 || request < 0.0, "{grade}");
        }
        let request = control.step(-1.5, &ego, 0.02);
        assert!(request <= -1.5 - 9.8 * math::sin(ego.pitch_rad).abs() + 0.02, "{grade}: {request}");

        // Rolling: the plan is met on the grade within a few seconds.
        ego.speed_mps = 10.0;
        let mut control = Longitudinal::default();
        for _ in 0..300 {
            let request = control.step(1.0, &ego, 0.02);
            let real = request - 9.806_65 * math::sin(ego.pitch_rad) - 0.15; // drag
            ego.accel_mps2 += (real - ego.accel_mps2) * 0.1;
        }
        assert!((ego.accel_mps2 - 1.0).abs() < 0.1, "{grade}: {}", ego.accel_mps2);
    }
}

#[test]
fn comfort_limits_the_jerk_and_emergencies_do_not_wait() {
    let ego = EgoEstimate { speed_mps: 15.0, ..EgoEstimate::default() };
    let reach = |plan: f64| {
        let mut control = Longitudinal::default();
        (0..200).find(|_| (control.step(plan, &ego, 0.02) - control.integral_mps2 - plan).abs() < 0.05)
    };
    assert!((18..=22).contains(&reach(-1.0).unwrap()), "{:?}", reach(-1.0));
    assert!(reach(-7.0).unwrap() < 30, "{:?}", reach(-7.0));
}
