//! Bicycle and motorcycle with their riders.

use super::body::Detail;
use super::dress::{self, PLASTIC};
use super::gait::{ANKLE_M, SHIN_M, THIGH_M};
use super::model::{Model, Pedals, Size, WheelAt};
use super::people::{Outfit, SHOULDER_HALF_M, SHOULDER_M, trunk};
use super::sketch::{Finish, Lamp, Rgb, Sketch, tone};
use bevy::math::{Affine3A, Quat, Vec2, Vec3};
use core::f32::consts::TAU;

/// Size of the bicycle, m.
pub const BICYCLE: Size = Size { length: 1.8, width: 0.6, height: 1.75, rear: 0.35, wheelbase: 1.08 };
/// Size of the motorcycle, m.
pub const MOTORCYCLE: Size = Size { length: 2.15, width: 0.8, height: 1.4, rear: 0.35, wheelbase: 1.45 };

/// A thin wheel with spokes; the same from both sides.
fn spoked(radius: f32, tire: f32, rim: Rgb, spokes: usize, spoke_width: f32, segments: usize) -> Sketch {
    let mut sketch = Sketch::new();
    sketch.group(70.0);
    let (r, w) = (radius - tire, tire * 0.9);
    let foot = Vec3::new(0.0, -w, 0.0);
    let profile = [
        Vec2::new(r - tire * 0.7, w * 0.55),
        Vec2::new(r, 0.0),
        Vec2::new(radius - tire * 0.25, w * 0.25),
        Vec2::new(radius, w),
        Vec2::new(radius - tire * 0.25, w * 1.75),
        Vec2::new(r, w * 2.0),
        Vec2::new(r - tire * 0.7, w * 1.45),
        Vec2::new(r - tire * 0.7, w * 0.55),
    ];
    let shade = move |p: f32, _: f32| if p < r + 1e-4 { rim } else { tone(0x18181a) };
    sketch.lathe(Finish::Trim, shade, foot, Vec3::Y, &profile, segments);
    for k in 0..spokes {
        let a = k as f32 / spokes as f32 * TAU;
        let (u, v) = (Vec3::new(a.sin(), 0.0, a.cos()), Vec3::new(a.cos(), 0.0, -a.sin()));
        let (p, q) = (u * 0.03, u * (r - tire * 0.5));
        sketch.group(10.0);
        for side in [1.0_f32, -1.0] {
            let out = Vec3::new(0.0, 0.012 * side, 0.0);
            let w = v * spoke_width * 0.5 * side;
            sketch.quad(Finish::Trim, rim * 0.8, [p - w + out, q - w, q + w, p + w + out]);
        }
    }
    sketch.rod(
        Finish::Trim,
        rim * 0.6,
        Vec3::new(0.0, -0.045, 0.0),
        Vec3::new(0.0, 0.045, 0.0),
        0.03,
        0.03,
        8,
    );
    sketch
}

/// Rider's trunk and arms: hips at `hip`, leaning forward, hands at `grip` (left; mirrored).
fn rider(sketch: &mut Sketch, o: &Outfit, detail: Detail, hip: Vec3, lean_rad: f32, grip: Vec3) {
    let turn = Quat::from_rotation_y(lean_rad);
    let mark = sketch.mark();
    sketch.append(trunk(o, detail));
    // The head looks ahead, not down: turned back around the neck.
    sketch.place(mark, Affine3A::from_rotation_translation(turn, hip));
    let shoulder = hip + turn * Vec3::new(0.0, SHOULDER_HALF_M, SHOULDER_M);
    let elbow = shoulder.lerp(grip, 0.5) + Vec3::new(-0.03, 0.05, -0.07);
    let mark = sketch.mark();
    let n = detail.pick(8, 6);
    sketch.capsule(Finish::Trim, o.top, shoulder, elbow, 0.055, 0.043, n);
    sketch.capsule(Finish::Trim, o.top, elbow, grip, 0.043, 0.034, n);
    sketch.ball(Finish::Trim, |_| o.skin, grip, Vec3::new(0.045, 0.045, 0.035), 6, 4);
    sketch.mirror(mark);
}

fn helmet(sketch: &mut Sketch, center: Vec3, radii: Vec3, color: Rgb, detail: Detail) {
    let n = detail.pick(12, 10);
    sketch.group(80.0);
    // Upper half of an egg.
    let rows: Vec<Vec<Vec3>> = (0..=5)
        .map(|i| {
            let e = (-0.12 + 0.88 * i as f32 / 5.0 * 1.14) * TAU / 4.0;
            (0..=n)
                .map(|k| {
                    let a = k as f32 / n as f32 * TAU;
                    center + radii * Vec3::new(e.cos() * a.cos(), e.cos() * a.sin(), e.sin())
                })
                .collect()
        })
        .collect();
    sketch.net(Finish::Glass, &rows, |_| color);
}

/// City bicycle; the legs come as parts of their own.
pub fn bicycle(o: &Outfit, detail: Detail) -> (Size, Model) {
    let size = BICYCLE;
    let mut sketch = Sketch::new();
    let paint = tone(0x2f5f4a);
    let steel = tone(0x8a8d91);
    let n = detail.pick(6, 4);
    let (rear, front) = (Vec3::new(0.0, 0.0, 0.35), Vec3::new(size.wheelbase, 0.0, 0.35));
    let bracket = Vec3::new(0.43, 0.0, 0.285);
    let (seat, head) = (Vec3::new(0.26, 0.0, 0.80), Vec3::new(0.86, 0.0, 0.86));
    let low_head = Vec3::new(0.905, 0.0, 0.70);
    for (a, b, r) in [
        (bracket, seat, 0.017),
        (seat - Vec3::Z * 0.06, head, 0.016),
        (bracket, low_head, 0.02),
        (low_head, head, 0.02),
    ] {
        sketch.rod(Finish::Glass, paint, a, b, r, r, n);
    }
    for y in [0.055, -0.055] {
        let out = Vec3::Y * y;
        sketch.rod(Finish::Glass, paint, bracket + out * 0.5, rear + out, 0.011, 0.009, 5);
        sketch.rod(Finish::Glass, paint, seat + out * 0.3, rear + out, 0.010, 0.008, 5);
    }
    // Saddle on its post, mudguard, carrier, chain case, lamps.
    sketch.rod(Finish::Trim, steel, seat, Vec3::new(0.235, 0.0, 0.90), 0.013, 0.013, 6);
    sketch.rounded_box(
        Finish::Trim,
        |_| PLASTIC,
        Vec3::new(0.22, 0.0, 0.915),
        Vec3::new(0.13, 0.075, 0.028),
        0.026,
        0,
    );
    let guard = |x: f32, from: f32, to: f32| -> Vec<Vec3> {
        (0..=6)
            .map(|k| {
                let a = (from + (to - from) * k as f32 / 6.0).to_radians();
                Vec3::new(x + 0.375 * a.cos(), 0.0, 0.35 + 0.375 * a.sin())
            })
            .collect()
    };
    sketch.tube(Finish::Trim, tone(0x1f2123), &guard(0.0, 20.0, 150.0), 0.022, 4);
    sketch.cuboid(Finish::Trim, steel * 0.5, Vec3::new(-0.08, 0.0, 0.76), Vec3::new(0.2, 0.06, 0.008));
    sketch.rod(
        Finish::Trim,
        steel * 0.5,
        Vec3::new(-0.1, 0.05, 0.75),
        rear + Vec3::Y * 0.06,
        0.006,
        0.006,
        4,
    );
    sketch.rod(
        Finish::Trim,
        steel * 0.5,
        Vec3::new(-0.1, -0.05, 0.75),
        rear - Vec3::Y * 0.06,
        0.006,
        0.006,
        4,
    );
    sketch.rounded_box(
        Finish::Trim,
        |_| tone(0x1f2123),
        Vec3::new(0.21, -0.05, 0.30),
        Vec3::new(0.25, 0.012, 0.05),
        0.012,
        0,
    );
    sketch.rounded_box(
        Finish::Glass,
        |_| dress::red(),
        Vec3::new(-0.285, 0.0, 0.74),
        Vec3::new(0.012, 0.04, 0.022),
        0.01,
        0,
    );
    sketch.cuboid(
        Finish::Lit(Lamp::Tail),
        Vec3::ONE,
        Vec3::new(-0.299, 0.0, 0.74),
        Vec3::new(0.003, 0.035, 0.018),
    );
    // Rider.
    let hip = Vec3::new(0.23, 0.0, 0.985);
    let lean = 0.38;
    rider(&mut sketch, o, detail, hip, lean, Vec3::new(0.78, 0.27, 1.065));
    let head_at = hip + Quat::from_rotation_y(lean) * Vec3::new(0.022, 0.0, 0.715);
    helmet(
        &mut sketch,
        head_at + Vec3::new(-0.01, 0.0, 0.03),
        Vec3::new(0.125, 0.098, 0.115),
        tone(0xe6e4dc),
        detail,
    );
    // Fork, handlebar and front lamp steer with the wheel.
    let mut fork = Sketch::new();
    let crown = Vec3::new(0.925, 0.0, 0.69);
    let stem = Vec3::new(0.835, 0.0, 0.97);
    for y in [0.05, -0.05] {
        fork.tube(
            Finish::Glass,
            paint,
            &[crown + Vec3::Y * y * 0.8, Vec3::new(1.0, y, 0.5), front + Vec3::Y * y],
            0.011,
            5,
        );
    }
    fork.rod(Finish::Trim, steel, crown, stem, 0.014, 0.014, 6);
    fork.tube(
        Finish::Trim,
        steel,
        &[
            Vec3::new(0.76, 0.29, 1.03),
            Vec3::new(0.82, 0.2, 1.03),
            stem + Vec3::Z * 0.03,
            Vec3::new(0.82, -0.2, 1.03),
            Vec3::new(0.76, -0.29, 1.03),
        ],
        0.012,
        5,
    );
    fork.tube(Finish::Trim, tone(0x1f2123), &guard(size.wheelbase, 35.0, 130.0), 0.022, 4);
    fork.rounded_box(
        Finish::Glass,
        |_| dress::clear(),
        Vec3::new(0.945, 0.0, 0.86),
        Vec3::new(0.035, 0.035, 0.035),
        0.03,
        0,
    );
    fork.ball(
        Finish::Lit(Lamp::Head),
        |_| Vec3::ONE,
        Vec3::new(0.978, 0.0, 0.86),
        Vec3::new(0.012, 0.03, 0.03),
        8,
        6,
    );
    // Cranks around the bracket.
    let mut crank = Sketch::new();
    for side in [1.0_f32, -1.0] {
        let y = 0.075 * side;
        crank.rod(
            Finish::Trim,
            steel,
            Vec3::new(0.0, y, 0.0),
            Vec3::new(0.0, y, 0.17 * side),
            0.012,
            0.010,
            5,
        );
        crank.rounded_box(
            Finish::Trim,
            |_| PLASTIC,
            Vec3::new(0.0, y + 0.06 * side, 0.17 * side),
            Vec3::new(0.045, 0.045, 0.012),
            0.01,
            0,
        );
    }
    crank.rod(
        Finish::Trim,
        steel * 0.7,
        Vec3::new(0.0, -0.062, 0.0),
        Vec3::new(0.0, -0.056, 0.0),
        0.095,
        0.095,
        12,
    );
    let mut model = Model { body: sketch, fork: Some((fork, crown)), ..Model::default() };
    model.pedals = Some(Pedals {
        sketch: crank,
        bracket,
        radius: 0.17,
        hip,
        hip_half: 0.085,
        thigh: THIGH_M,
        shin: SHIN_M,
        ankle: ANKLE_M + 0.01,
    });
    model.wheel_kinds.push(spoked(
        0.35,
        0.024,
        tone(0xb5b8bb),
        detail.pick(14, 10),
        0.006,
        detail.pick(24, 16),
    ));
    model.wheels.push(WheelAt { center: front, radius: 0.35, steered: true, kind: 0 });
    model.wheels.push(WheelAt { center: rear, radius: 0.35, steered: false, kind: 0 });
    (size, model)
}

/// Naked motorcycle; rider with closed helmet.
pub fn motorcycle(o: &Outfit, detail: Detail) -> (Size, Model) {
    let size = MOTORCYCLE;
    let mut sketch = Sketch::new();
    let n = detail.pick(1, 0);
    let dark = tone(0x1a1b1d);
    let steel = tone(0x84878b);
    let white = |_: Vec3| Vec3::ONE;
    let (rear, front) = (Vec3::new(0.0, 0.0, 0.315), Vec3::new(size.wheelbase, 0.0, 0.315));
    // Tank, seat, tail.
    sketch.ball(
        Finish::Paint,
        white,
        Vec3::new(0.84, 0.0, 0.79),
        Vec3::new(0.28, 0.15, 0.135),
        detail.pick(14, 8),
        detail.pick(9, 6),
    );
    sketch.rounded_box(
        Finish::Trim,
        |_| PLASTIC,
        Vec3::new(0.36, 0.0, 0.745),
        Vec3::new(0.33, 0.12, 0.045),
        0.04,
        n,
    );
    sketch.rounded_box(
        Finish::Paint,
        white,
        Vec3::new(-0.05, 0.0, 0.775),
        Vec3::new(0.20, 0.085, 0.05),
        0.045,
        n,
    );
    sketch.rounded_box(
        Finish::Trim,
        |_| dark,
        Vec3::new(-0.22, 0.0, 0.66),
        Vec3::new(0.12, 0.06, 0.02),
        0.02,
        0,
    );
    // Engine, exhaust, frame, swing arm.
    sketch.rounded_box(
        Finish::Trim,
        |_| tone(0x2c2e31),
        Vec3::new(0.72, 0.0, 0.42),
        Vec3::new(0.25, 0.17, 0.17),
        0.06,
        n,
    );
    for k in 0..4 {
        sketch.cuboid(
            Finish::Trim,
            steel * 0.6,
            Vec3::new(0.86, 0.0, 0.50 + 0.04 * k as f32),
            Vec3::new(0.12, 0.155, 0.008),
        );
    }
    sketch.capsule(
        Finish::Glass,
        dress::chrome() * 0.7,
        Vec3::new(-0.10, -0.15, 0.42),
        Vec3::new(0.42, -0.15, 0.33),
        0.052,
        0.045,
        8,
    );
    sketch.tube(
        Finish::Glass,
        dress::chrome() * 0.6,
        &[
            Vec3::new(0.97, -0.06, 0.52),
            Vec3::new(1.03, -0.10, 0.36),
            Vec3::new(0.85, -0.14, 0.24),
            Vec3::new(0.40, -0.15, 0.33),
        ],
        0.026,
        6,
    );
    for y in [0.10, -0.10] {
        sketch.rod(Finish::Trim, dark, Vec3::new(0.48, y, 0.42), Vec3::new(0.0, y, 0.315), 0.03, 0.022, 6);
        sketch.rod(
            Finish::Trim,
            dark,
            Vec3::new(0.50, y * 0.9, 0.44),
            Vec3::new(1.06, y * 0.4, 0.80),
            0.03,
            0.03,
            6,
        );
        sketch.rod(
            Finish::Trim,
            steel,
            Vec3::new(0.10, y * 1.1, 0.36),
            Vec3::new(0.18, y, 0.68),
            0.022,
            0.022,
            6,
        );
    }
    // Lamps at the rear, plate.
    sketch.rounded_box(
        Finish::Glass,
        |_| dress::red(),
        Vec3::new(-0.255, 0.0, 0.785),
        Vec3::new(0.02, 0.07, 0.03),
        0.015,
        0,
    );
    for (lamp, x) in [(Lamp::Tail, -0.277), (Lamp::Brake, -0.280)] {
        sketch.cuboid(Finish::Lit(lamp), Vec3::ONE, Vec3::new(x, 0.0, 0.785), Vec3::new(0.003, 0.06, 0.024));
    }
    sketch.cuboid(Finish::Trim, tone(0xe0e1dc), Vec3::new(-0.335, 0.0, 0.60), Vec3::new(0.004, 0.09, 0.06));
    let mark = sketch.mark();
    sketch.rounded_box(
        Finish::Glass,
        |_| dress::amber(),
        Vec3::new(-0.24, 0.14, 0.70),
        Vec3::new(0.03, 0.03, 0.018),
        0.015,
        0,
    );
    sketch.ball(
        Finish::Lit(Lamp::Left),
        |_| Vec3::ONE,
        Vec3::new(-0.26, 0.14, 0.70),
        Vec3::new(0.022, 0.034, 0.022),
        6,
        4,
    );
    // Legs: knees at the tank, feet on the pegs.
    let hip = Vec3::new(0.36, 0.0, 0.83);
    let (knee, ankle) = (Vec3::new(0.72, 0.20, 0.70), Vec3::new(0.46, 0.20, 0.38));
    sketch.capsule(Finish::Trim, o.legs, hip + Vec3::Y * 0.09, knee, 0.085, 0.06, detail.pick(9, 7));
    sketch.capsule(Finish::Trim, o.legs, knee, ankle, 0.06, 0.05, detail.pick(9, 7));
    sketch.rounded_box(
        Finish::Trim,
        |_| dark,
        Vec3::new(0.51, 0.20, 0.325),
        Vec3::new(0.125, 0.045, 0.045),
        0.035,
        0,
    );
    sketch.mirror(mark);
    let lean = 0.78;
    let mut o = *o;
    o.pack = None;
    o.long_hair = false;
    o.coat_share = 0.0;
    o.skin = tone(0x1d1d1f);
    o.hair = tone(0x1d1d1f);
    rider(&mut sketch, &o, detail, hip, lean, Vec3::new(0.99, 0.33, 0.97));
    let head = hip + Quat::from_rotation_y(lean) * Vec3::new(0.022, 0.0, 0.715);
    let shell = tone(0xb9bcc0);
    sketch.ball(
        Finish::Glass,
        |_| shell,
        head + Vec3::new(-0.005, 0.0, 0.005),
        Vec3::new(0.145, 0.122, 0.135),
        detail.pick(14, 8),
        detail.pick(9, 6),
    );
    sketch.ball(
        Finish::Glass,
        |_| Vec3::splat(0.008),
        head + Vec3::new(0.042, 0.0, 0.012),
        Vec3::new(0.112, 0.106, 0.066),
        detail.pick(14, 8),
        6,
    );
    // Fork, handlebar, mirrors, headlamp.
    let mut fork = Sketch::new();
    let crown = Vec3::new(1.16, 0.0, 0.80);
    for y in [0.085, -0.085] {
        fork.rod(
            Finish::Glass,
            dress::chrome() * 0.6,
            front + Vec3::Y * y,
            crown + Vec3::new(-0.04, y, 0.10),
            0.030,
            0.022,
            7,
        );
    }
    fork.rounded_box(
        Finish::Trim,
        |_| dark,
        front + Vec3::new(-0.0, 0.0, 0.345),
        Vec3::new(0.17, 0.065, 0.015),
        0.014,
        0,
    );
    fork.tube(
        Finish::Trim,
        dark,
        &[
            Vec3::new(0.95, 0.39, 0.96),
            Vec3::new(1.05, 0.26, 0.96),
            crown + Vec3::new(-0.06, 0.0, 0.13),
            Vec3::new(1.05, -0.26, 0.96),
            Vec3::new(0.95, -0.39, 0.96),
        ],
        0.017,
        6,
    );
    fork.ball(
        Finish::Trim,
        |_| dark,
        Vec3::new(1.20, 0.0, 0.83),
        Vec3::new(0.10, 0.095, 0.095),
        detail.pick(12, 8),
        detail.pick(8, 6),
    );
    fork.ball(
        Finish::Glass,
        |_| dress::clear(),
        Vec3::new(1.275, 0.0, 0.83),
        Vec3::new(0.04, 0.08, 0.08),
        detail.pick(12, 8),
        detail.pick(8, 6),
    );
    fork.ball(
        Finish::Lit(Lamp::Head),
        |_| Vec3::ONE,
        Vec3::new(1.282, 0.0, 0.83),
        Vec3::new(0.042, 0.078, 0.078),
        detail.pick(12, 8),
        detail.pick(8, 6),
    );
    let mark = fork.mark();
    fork.rounded_box(
        Finish::Glass,
        |_| dress::amber(),
        Vec3::new(1.20, 0.17, 0.80),
        Vec3::new(0.03, 0.03, 0.018),
        0.015,
        0,
    );
    fork.ball(
        Finish::Lit(Lamp::Left),
        |_| Vec3::ONE,
        Vec3::new(1.215, 0.17, 0.80),
        Vec3::new(0.022, 0.034, 0.022),
        6,
        4,
    );
    fork.rod(Finish::Trim, dark, Vec3::new(1.02, 0.28, 0.97), Vec3::new(1.06, 0.33, 1.12), 0.009, 0.009, 5);
    fork.rounded_box(
        Finish::Trim,
        |_| dark,
        Vec3::new(1.06, 0.335, 1.14),
        Vec3::new(0.015, 0.055, 0.035),
        0.014,
        0,
    );
    fork.mirror(mark);
    let mut model = Model {
        body: sketch,
        fork: Some((fork, crown)),
        beam: Some(Vec3::new(1.32, 0.0, 0.83)),
        ..Model::default()
    };
    model.wheel_kinds.push(spoked(0.315, 0.065, tone(0x2a2b2e), 5, 0.05, detail.pick(24, 16)));
    model.wheels.push(WheelAt { center: front, radius: 0.315, steered: true, kind: 0 });
    model.wheels.push(WheelAt { center: rear, radius: 0.315, steered: false, kind: 0 });
    (size, model)
}
