//! Sport utility vehicles: the Lexus RX 450h of 2012 and the police utility. Proportions after side views.

use super::body::{Body, Cabin, Detail};
use super::car::{Look, draw, lamp, points};
use super::dress;
use super::model::{Model, Size};
use super::sketch::{Finish, Lamp, tone};
use super::wheels::Rim;
use bevy::math::{Vec2, Vec3};

/// Size of the Lexus, m.
pub const LEXUS: Size = Size { length: 4.77, width: 1.885, height: 1.685, rear: 1.045, wheelbase: 2.74 };

/// Shell of the Lexus.
pub fn lexus_shell() -> (Body, Cabin) {
    let body = Body {
        front: LEXUS.front(),
        rear: -LEXUS.rear,
        half: LEXUS.half(),
        sill: 0.27,
        low_ends: Vec2::new(0.25, 0.34),
        axles: vec![0.0, LEXUS.wheelbase],
        wheel_radius: 0.367,
        arch_radius: 0.415,
        shoulder: points(&[
            (-1.045, 1.06),
            (-0.9, 1.09),
            (-0.4, 1.115),
            (0.6, 1.085),
            (1.6, 1.045),
            (2.3, 1.03),
            (2.9, 0.985),
            (3.4, 0.90),
            (3.725, 0.80),
        ]),
        round: 0.085,
        crown: 0.075,
        tuck: points(&[(0.0, 0.07), (0.12, 0.045), (0.3, 0.018), (0.55, 0.0), (0.78, 0.012), (1.0, 0.03)]),
        nose: points(&[(0.0, 0.09), (0.15, 0.02), (0.35, 0.0), (0.55, 0.012), (0.8, 0.06), (1.0, 0.12)]),
        tail: points(&[
            (0.0, 0.12),
            (0.15, 0.03),
            (0.35, 0.0),
            (0.5, 0.02),
            (0.62, 0.07),
            (0.85, 0.085),
            (1.0, 0.11),
        ]),
        corners: Vec2::new(0.62, 0.5),
        square: Vec2::new(2.6, 3.0),
        barrel: Vec2::new(0.045, 0.05),
    };
    let cabin = Cabin {
        foot: (2.52, -0.93),
        roof: (1.62, -0.56),
        foot_bow: (0.5, 0.32),
        roof_bow: (0.26, 0.2),
        square: 3.2,
        ledge: 0.035,
        roof_half: 0.655,
        roof_edge: points(&[
            (-0.62, 1.575),
            (-0.3, 1.605),
            (0.4, 1.635),
            (1.0, 1.63),
            (1.4, 1.605),
            (1.62, 1.575),
        ]),
        crown: 0.05,
        bulge: 0.02,
        roof_barrel: (0.05, 0.07),
    };
    (body, cabin)
}

/// Lexus RX 450h, without sensors.
pub fn lexus(detail: Detail) -> (Size, Model) {
    let (body, cabin) = lexus_shell();
    let look = Look {
        windshield: ((0.72, 0.70), (0.05, 0.95)),
        rear_window: ((0.70, 0.72), (0.14, 0.88)),
        backing: Some([(0.9, 0.05), (2.02, 0.10), (1.95, 0.90), (0.97, 0.90)]),
        panes: vec![
            ([(0.95, 0.08), (1.40, 0.09), (1.375, 0.87), (1.0, 0.87)], 0.07),
            ([(1.435, 0.09), (1.77, 0.11), (1.70, 0.87), (1.41, 0.87)], 0.07),
            ([(1.80, 0.12), (1.97, 0.16), (1.90, 0.86), (1.735, 0.87)], 0.09),
        ],
        lines: vec![
            vec![(2.22, 1.02), (2.27, 0.75), (2.26, 0.40), (2.15, 0.33), (1.25, 0.33)],
            vec![(1.22, 1.05), (1.22, 0.60), (1.25, 0.33)],
            vec![(0.02, 1.09), (0.10, 0.88), (0.38, 0.70), (0.52, 0.42), (0.55, 0.33), (1.25, 0.33)],
        ],
        handles: vec![(1.36, 0.91), (0.30, 0.94)],
        mirror: (2.02, 1.14),
        arch: None,
        sill: Some((2.25, 0.45, 0.305, 0.06)),
        lamps: vec![
            lamp(
                &[],
                dress::clear() * 0.5,
                &[(0.34, 0.70), (0.60, 0.70), (1.02, 0.83), (0.95, 0.885), (0.40, 0.79)],
                0.12,
                0.005,
            ),
            lamp(
                &[Lamp::Head],
                dress::clear(),
                &[(0.40, 0.715), (0.60, 0.72), (0.66, 0.80), (0.44, 0.785)],
                0.25,
                0.008,
            ),
            lamp(
                &[Lamp::Left],
                dress::amber(),
                &[(0.72, 0.765), (0.98, 0.835), (0.94, 0.87), (0.72, 0.815)],
                0.2,
                0.008,
            ),
            lamp(
                &[],
                dress::clear() * 0.6,
                &[(0.52, 0.40), (0.66, 0.40), (0.66, 0.47), (0.52, 0.47)],
                0.3,
                0.006,
            ),
            lamp(
                &[Lamp::Tail],
                dress::red(),
                &[(2.12, 0.86), (2.72, 0.84), (2.72, 0.98), (2.10, 1.0)],
                0.15,
                0.006,
            ),
            lamp(
                &[Lamp::Brake],
                dress::red() * 1.6,
                &[(2.38, 0.865), (2.66, 0.86), (2.66, 0.965), (2.36, 0.975)],
                0.2,
                0.010,
            ),
            lamp(
                &[Lamp::Left],
                dress::amber(),
                &[(2.14, 0.89), (2.30, 0.885), (2.30, 0.955), (2.13, 0.96)],
                0.2,
                0.012,
            ),
        ],
        grille: Some(([(-0.26, 0.60), (0.26, 0.60), (0.31, 0.755), (-0.31, 0.755)], 3)),
        intake: [(-0.36, 0.31), (0.36, 0.31), (0.40, 0.46), (-0.40, 0.46)],
        diffuser: (0.7, (0.36, 0.46)),
        plates: (Some(0.53), 0.80),
        high_brake: (Vec3::new(-0.732, 0.0, 1.585), 0.14),
        wheel: (0.367, 0.235, Rim::Spokes(5), 1.84),
        beam: Vec3::new(3.56, 0.62, 0.75),
    };
    let mut model = draw(&LEXUS, &body, &cabin, &look, detail);
    let sketch = &mut model.body;
    let mark = sketch.mark();
    let rail: Vec<Vec3> = (0..=6)
        .map(|k| {
            let x = 1.35 - 1.75 * k as f32 / 6.0;
            let lift = if k == 0 || k == 6 { 0.005 } else { 0.04 };
            Vec3::new(x, 0.60, cabin.top(x, 0.9) + lift)
        })
        .collect();
    sketch.tube(Finish::Trim, tone(0x8d9094), &rail, 0.014, detail.pick(6, 3));
    sketch.mirror(mark);
    sketch.rounded_box(
        Finish::Paint,
        |_| Vec3::ONE,
        Vec3::new(-0.62, 0.0, 1.585),
        Vec3::new(0.11, 0.56, 0.022),
        0.02,
        0,
    );
    (LEXUS, model)
}

/// Size of the police utility, m.
pub const POLICE: Size = Size { length: 5.05, width: 2.0, height: 1.78, rear: 1.03, wheelbase: 3.025 };

/// Shell of the police utility.
pub fn police_shell() -> (Body, Cabin) {
    let body = Body {
        front: POLICE.front(),
        rear: -POLICE.rear,
        half: POLICE.half(),
        sill: 0.28,
        low_ends: Vec2::new(0.27, 0.36),
        axles: vec![0.0, POLICE.wheelbase],
        wheel_radius: 0.385,
        arch_radius: 0.435,
        shoulder: points(&[
            (-1.03, 1.10),
            (-0.8, 1.15),
            (0.4, 1.14),
            (1.8, 1.11),
            (2.6, 1.09),
            (3.2, 1.05),
            (3.7, 0.98),
            (4.02, 0.89),
        ]),
        round: 0.08,
        crown: 0.07,
        tuck: points(&[(0.0, 0.06), (0.15, 0.03), (0.4, 0.004), (0.6, 0.0), (0.8, 0.012), (1.0, 0.035)]),
        nose: points(&[(0.0, 0.08), (0.15, 0.02), (0.35, 0.0), (0.6, 0.02), (0.8, 0.04), (1.0, 0.09)]),
        tail: points(&[
            (0.0, 0.10),
            (0.15, 0.03),
            (0.35, 0.0),
            (0.5, 0.02),
            (0.62, 0.06),
            (0.85, 0.07),
            (1.0, 0.09),
        ]),
        corners: Vec2::new(0.50, 0.42),
        square: Vec2::new(3.2, 3.4),
        barrel: Vec2::new(0.035, 0.04),
    };
    let cabin = Cabin {
        foot: (2.72, -0.92),
        roof: (1.88, -0.66),
        foot_bow: (0.45, 0.3),
        roof_bow: (0.24, 0.2),
        square: 3.4,
        ledge: 0.035,
        roof_half: 0.70,
        roof_edge: points(&[(-0.7, 1.64), (-0.3, 1.68), (0.5, 1.715), (1.2, 1.71), (1.88, 1.655)]),
        crown: 0.062,
        bulge: 0.02,
        roof_barrel: (0.05, 0.06),
    };
    (body, cabin)
}

/// Police utility: black and white, push bar, light bar.
pub fn police(detail: Detail) -> (Size, Model) {
    let (body, cabin) = police_shell();
    let look = Look {
        windshield: ((0.72, 0.70), (0.05, 0.95)),
        rear_window: ((0.70, 0.72), (0.16, 0.88)),
        backing: Some([(0.9, 0.05), (2.02, 0.08), (1.97, 0.90), (0.97, 0.90)]),
        panes: vec![
            ([(0.95, 0.08), (1.385, 0.08), (1.36, 0.87), (1.0, 0.87)], 0.06),
            ([(1.415, 0.08), (1.735, 0.09), (1.68, 0.87), (1.39, 0.87)], 0.06),
            ([(1.765, 0.10), (1.99, 0.12), (1.94, 0.87), (1.715, 0.87)], 0.07),
        ],
        lines: vec![
            vec![(2.45, 1.08), (2.5, 0.75), (2.48, 0.42), (2.35, 0.35), (1.38, 0.35)],
            vec![(1.35, 1.12), (1.35, 0.6), (1.38, 0.35)],
            vec![(0.05, 1.14), (0.15, 0.9), (0.45, 0.72), (0.6, 0.42), (0.65, 0.35), (1.38, 0.35)],
        ],
        handles: vec![(1.5, 0.98), (0.42, 1.0)],
        mirror: (2.2, 1.2),
        arch: Some((0.06, tone(0x17181a), 0.012)),
        sill: Some((2.5, 0.5, 0.32, 0.09)),
        lamps: vec![
            lamp(
                &[],
                dress::clear() * 0.4,
                &[(0.52, 0.78), (0.70, 0.78), (1.0, 0.86), (0.98, 0.93), (0.52, 0.88)],
                0.12,
                0.005,
            ),
            lamp(
                &[Lamp::Head],
                dress::clear(),
                &[(0.55, 0.795), (0.70, 0.795), (0.74, 0.88), (0.55, 0.865)],
                0.2,
                0.008,
            ),
            lamp(
                &[Lamp::Left],
                dress::amber(),
                &[(0.78, 0.82), (0.98, 0.87), (0.96, 0.91), (0.78, 0.885)],
                0.2,
                0.008,
            ),
            lamp(
                &[Lamp::Tail],
                dress::red(),
                &[(2.15, 0.88), (2.62, 0.86), (2.62, 1.02), (2.13, 1.05)],
                0.14,
                0.006,
            ),
            lamp(
                &[Lamp::Brake],
                dress::red() * 1.6,
                &[(2.40, 0.885), (2.58, 0.88), (2.58, 1.0), (2.39, 1.01)],
                0.2,
                0.010,
            ),
            lamp(
                &[Lamp::Left],
                dress::amber(),
                &[(2.17, 0.91), (2.32, 0.905), (2.32, 0.99), (2.16, 1.0)],
                0.2,
                0.012,
            ),
        ],
        grille: Some(([(-0.46, 0.66), (0.46, 0.66), (0.48, 0.86), (-0.48, 0.86)], 2)),
        intake: [(-0.55, 0.33), (0.55, 0.33), (0.52, 0.52), (-0.52, 0.52)],
        diffuser: (0.8, (0.37, 0.50)),
        plates: (None, 0.78),
        high_brake: (Vec3::new(-0.83, 0.0, 1.655), 0.16),
        wheel: (0.385, 0.245, Rim::Truck, 1.93),
        beam: Vec3::new(3.85, 0.70, 0.84),
    };
    let mut model = draw(&POLICE, &body, &cabin, &look, detail);
    let d = dress::Dress { body: &body, cabin: &cabin, detail };
    let sketch = &mut model.body;
    let mark = sketch.mark();
    // White doors on a black car, with a blue band.
    let door = |x0: f32, x1: f32, z0: f32, z1: f32| {
        [
            Vec2::new(body.s_of(x0, z0), z0),
            Vec2::new(body.s_of(x1, z0), z0),
            Vec2::new(body.s_of(x1, z1), z1),
            Vec2::new(body.s_of(x0, z1), z1),
        ]
    };
    d.plate(sketch, Finish::Glass, tone(0xe4e6e8), door(2.46, 0.68, 0.40, 1.045), 0.05, 0.003);
    d.flank_strip(
        sketch,
        Finish::Glass,
        tone(0x1d4f9c),
        &[(2.44, 0.66), (1.6, 0.68), (0.70, 0.70)],
        0.10,
        0.006,
    );
    sketch.mirror(mark);
    light_bar(sketch, Vec3::new(1.05, 0.0, 1.795), 0.58, detail);
    // Push bar.
    let steel = tone(0x1b1c1f);
    for y in [0.28, -0.28] {
        sketch.rounded_box(
            Finish::Trim,
            |_| steel,
            Vec3::new(4.035, y, 0.60),
            Vec3::new(0.03, 0.035, 0.24),
            0.02,
            0,
        );
    }
    for z in [0.48, 0.72] {
        sketch.rounded_box(
            Finish::Trim,
            |_| steel,
            Vec3::new(4.04, 0.0, z),
            Vec3::new(0.025, 0.42, 0.03),
            0.02,
            0,
        );
    }
    (POLICE, model)
}

/// A roof light bar across: two colored halves that flash in turn.
pub fn light_bar(sketch: &mut super::sketch::Sketch, center: Vec3, half: f32, detail: Detail) {
    let segments = detail.pick(1, 0);
    sketch.rounded_box(
        Finish::Trim,
        |_| Vec3::splat(0.012),
        center - Vec3::Z * 0.03,
        Vec3::new(0.13, half, 0.025),
        0.02,
        0,
    );
    let place = center + Vec3::new(0.0, half * 0.5, 0.022);
    let shell = Vec3::new(0.12, half * 0.47, 0.045);
    // Red on the left, blue on the right: colors of the lit halves come with their materials.
    sketch.rounded_box(Finish::Glass, |_| tone(0x8f1416), place, shell, 0.03, segments);
    sketch.rounded_box(
        Finish::Lit(Lamp::BeaconA),
        |_| Vec3::ONE,
        place,
        shell + Vec3::splat(0.006),
        0.034,
        segments,
    );
    let place = center + Vec3::new(0.0, -half * 0.5, 0.022);
    sketch.rounded_box(Finish::Glass, |_| tone(0x16308f), place, shell, 0.03, segments);
    sketch.rounded_box(
        Finish::Lit(Lamp::BeaconB),
        |_| Vec3::ONE,
        place,
        shell + Vec3::splat(0.006),
        0.034,
        segments,
    );
    sketch.rounded_box(
        Finish::Glass,
        |_| dress::clear(),
        center + Vec3::new(0.0, 0.0, 0.02),
        Vec3::new(0.115, half * 0.05, 0.04),
        0.02,
        0,
    );
}
