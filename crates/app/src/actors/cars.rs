//! Compact sedan, low crossover (I-PACE) and minivan (Pacifica). Proportions after side views.

use super::body::{Body, Cabin, Detail};
use super::car::{Look, draw, lamp, points};
use super::dress;
use super::model::{Model, Size};
use super::sketch::{Finish, Lamp, tone};
use super::wheels::Rim;
use bevy::math::{Vec2, Vec3};

/// Size of the compact, m.
pub const COMPACT: Size = Size { length: 4.63, width: 1.78, height: 1.435, rear: 0.98, wheelbase: 2.7 };
/// Size of the crossover, m.
pub const CROSSOVER: Size = Size { length: 4.682, width: 1.895, height: 1.565, rear: 0.84, wheelbase: 2.99 };
/// Size of the minivan, m.
pub const MINIVAN: Size = Size { length: 5.176, width: 2.022, height: 1.777, rear: 1.1, wheelbase: 3.089 };

/// Shell of the compact.
pub fn compact_shell() -> (Body, Cabin) {
    let body = Body {
        front: COMPACT.front(),
        rear: -COMPACT.rear,
        half: COMPACT.half(),
        sill: 0.20,
        low_ends: Vec2::new(0.19, 0.27),
        axles: vec![0.0, COMPACT.wheelbase],
        wheel_radius: 0.317,
        arch_radius: 0.355,
        shoulder: points(&[
            (-0.98, 0.93),
            (-0.75, 0.965),
            (0.0, 0.945),
            (0.9, 0.905),
            (1.7, 0.88),
            (2.3, 0.875),
            (2.9, 0.82),
            (3.4, 0.72),
            (3.65, 0.62),
        ]),
        round: 0.07,
        crown: 0.06,
        tuck: points(&[(0.0, 0.06), (0.15, 0.035), (0.4, 0.005), (0.62, 0.0), (0.82, 0.012), (1.0, 0.035)]),
        nose: points(&[(0.0, 0.08), (0.2, 0.01), (0.4, 0.0), (0.65, 0.02), (1.0, 0.12)]),
        tail: points(&[(0.0, 0.10), (0.2, 0.02), (0.4, 0.0), (0.6, 0.025), (0.85, 0.03), (1.0, 0.05)]),
        corners: Vec2::new(0.6, 0.45),
        square: Vec2::new(2.6, 3.0),
        barrel: Vec2::new(0.045, 0.05),
    };
    let cabin = Cabin {
        foot: (2.42, -0.50),
        roof: (1.36, 0.28),
        foot_bow: (0.45, 0.32),
        roof_bow: (0.22, 0.2),
        square: 3.2,
        ledge: 0.03,
        roof_half: 0.575,
        roof_edge: points(&[(0.25, 1.335), (0.6, 1.375), (1.0, 1.38), (1.36, 1.345)]),
        crown: 0.055,
        bulge: 0.02,
        roof_barrel: (0.05, 0.06),
    };
    (body, cabin)
}

/// Compact sedan.
pub fn compact(detail: Detail) -> (Size, Model) {
    let (body, cabin) = compact_shell();
    let look = Look {
        windshield: ((0.72, 0.70), (0.05, 0.95)),
        rear_window: ((0.70, 0.70), (0.10, 0.92)),
        backing: Some([(0.92, 0.06), (1.93, 0.10), (1.85, 0.90), (0.98, 0.90)]),
        panes: vec![
            ([(0.96, 0.09), (1.42, 0.09), (1.40, 0.87), (1.02, 0.87)], 0.07),
            ([(1.455, 0.09), (1.87, 0.12), (1.78, 0.87), (1.435, 0.87)], 0.08),
        ],
        lines: vec![
            vec![(2.12, 0.86), (2.18, 0.6), (2.16, 0.32), (2.05, 0.26), (1.12, 0.26)],
            vec![(1.10, 0.89), (1.08, 0.5), (1.12, 0.26)],
            vec![(0.06, 0.94), (0.18, 0.75), (0.42, 0.58), (0.50, 0.34), (0.54, 0.26), (1.12, 0.26)],
            vec![(0.80, 0.55), (2.1, 0.50)],
        ],
        handles: vec![(1.24, 0.76), (0.27, 0.79)],
        mirror: (1.86, 0.96),
        arch: None,
        sill: Some((2.2, 0.5, 0.225, 0.04)),
        lamps: vec![
            lamp(
                &[],
                dress::clear() * 0.5,
                &[(0.40, 0.545), (0.66, 0.535), (1.0, 0.67), (0.96, 0.725), (0.42, 0.625)],
                0.14,
                0.005,
            ),
            lamp(
                &[Lamp::Head],
                dress::clear(),
                &[(0.44, 0.56), (0.62, 0.555), (0.68, 0.635), (0.46, 0.615)],
                0.25,
                0.008,
            ),
            lamp(
                &[Lamp::Left],
                dress::amber(),
                &[(0.75, 0.61), (0.95, 0.68), (0.93, 0.71), (0.75, 0.655)],
                0.2,
                0.008,
            ),
            lamp(
                &[Lamp::Tail],
                dress::red(),
                &[(2.12, 0.73), (2.66, 0.70), (2.66, 0.83), (2.10, 0.86)],
                0.15,
                0.006,
            ),
            lamp(
                &[Lamp::Brake],
                dress::red() * 1.6,
                &[(2.40, 0.725), (2.60, 0.72), (2.60, 0.815), (2.39, 0.825)],
                0.2,
                0.010,
            ),
            lamp(
                &[Lamp::Left],
                dress::amber(),
                &[(2.14, 0.755), (2.31, 0.745), (2.31, 0.81), (2.13, 0.825)],
                0.2,
                0.012,
            ),
        ],
        grille: Some(([(-0.30, 0.53), (0.30, 0.53), (0.34, 0.60), (-0.34, 0.60)], 1)),
        intake: [(-0.46, 0.25), (0.46, 0.25), (0.42, 0.40), (-0.42, 0.40)],
        diffuser: (0.6, (0.29, 0.38)),
        plates: (Some(0.455), 0.75),
        high_brake: (Vec3::new(-0.28, 0.0, 1.08), 0.12),
        wheel: (0.317, 0.205, Rim::Spokes(7), 1.73),
        beam: Vec3::new(3.50, 0.60, 0.60),
    };
    (COMPACT, draw(&COMPACT, &body, &cabin, &look, detail))
}

/// Shell of the crossover.
pub fn crossover_shell() -> (Body, Cabin) {
    let body = Body {
        front: CROSSOVER.front(),
        rear: -CROSSOVER.rear,
        half: CROSSOVER.half(),
        sill: 0.22,
        low_ends: Vec2::new(0.20, 0.32),
        axles: vec![0.0, CROSSOVER.wheelbase],
        wheel_radius: 0.378,
        arch_radius: 0.415,
        shoulder: points(&[
            (-0.84, 1.03),
            (-0.5, 1.07),
            (0.0, 1.06),
            (0.9, 0.985),
            (1.8, 0.965),
            (2.7, 0.965),
            (3.2, 0.92),
            (3.6, 0.83),
            (3.842, 0.72),
        ]),
        round: 0.085,
        crown: 0.065,
        tuck: points(&[
            (0.0, 0.07),
            (0.12, 0.04),
            (0.3, 0.02),
            (0.55, 0.012),
            (0.72, 0.0),
            (0.88, 0.01),
            (1.0, 0.035),
        ]),
        nose: points(&[(0.0, 0.06), (0.2, 0.01), (0.45, 0.0), (0.7, 0.03), (1.0, 0.12)]),
        tail: points(&[(0.0, 0.09), (0.2, 0.02), (0.45, 0.0), (0.65, 0.01), (0.85, 0.0), (1.0, 0.03)]),
        corners: Vec2::new(0.62, 0.5),
        square: Vec2::new(2.5, 2.8),
        barrel: Vec2::new(0.04, 0.045),
    };
    let cabin = Cabin {
        foot: (2.86, -0.62),
        roof: (1.70, 0.02),
        foot_bow: (0.52, 0.34),
        roof_bow: (0.26, 0.22),
        square: 3.0,
        ledge: 0.035,
        roof_half: 0.60,
        roof_edge: points(&[(0.0, 1.42), (0.4, 1.485), (1.0, 1.505), (1.4, 1.49), (1.70, 1.445)]),
        crown: 0.06,
        bulge: 0.022,
        roof_barrel: (0.05, 0.09),
    };
    (body, cabin)
}

/// Low crossover with a short bonnet.
pub fn crossover(detail: Detail) -> (Size, Model) {
    let (body, cabin) = crossover_shell();
    let look = Look {
        windshield: ((0.74, 0.72), (0.04, 0.95)),
        rear_window: ((0.68, 0.70), (0.10, 0.90)),
        backing: Some([(0.90, 0.06), (1.98, 0.16), (1.88, 0.90), (0.97, 0.90)]),
        panes: vec![
            ([(0.95, 0.08), (1.44, 0.09), (1.42, 0.87), (1.02, 0.87)], 0.08),
            ([(1.475, 0.09), (1.80, 0.13), (1.74, 0.87), (1.455, 0.87)], 0.08),
            ([(1.825, 0.15), (1.95, 0.22), (1.85, 0.84), (1.765, 0.87)], 0.12),
        ],
        lines: vec![
            vec![(2.46, 0.95), (2.52, 0.65), (2.5, 0.34), (2.38, 0.28), (1.32, 0.28)],
            vec![(1.30, 0.97), (1.28, 0.55), (1.32, 0.28)],
            vec![(0.10, 1.05), (0.20, 0.85), (0.46, 0.66), (0.58, 0.36), (0.62, 0.28), (1.32, 0.28)],
        ],
        handles: vec![(1.46, 0.82), (0.42, 0.86)],
        mirror: (2.16, 1.06),
        arch: Some((0.05, tone(0x16171a), 0.008)),
        sill: Some((2.5, 0.5, 0.25, 0.07)),
        lamps: vec![
            lamp(
                &[],
                dress::clear() * 0.35,
                &[(0.42, 0.675), (0.66, 0.665), (1.0, 0.77), (0.97, 0.81), (0.42, 0.74)],
                0.12,
                0.005,
            ),
            lamp(
                &[Lamp::Head],
                dress::clear() * 1.2,
                &[(0.45, 0.685), (0.66, 0.68), (0.70, 0.745), (0.46, 0.73)],
                0.2,
                0.008,
            ),
            lamp(
                &[Lamp::Left],
                dress::amber(),
                &[(0.75, 0.72), (0.96, 0.775), (0.94, 0.80), (0.75, 0.755)],
                0.2,
                0.008,
            ),
            lamp(
                &[Lamp::Tail],
                dress::red(),
                &[(2.18, 0.90), (2.74, 0.88), (2.74, 0.955), (2.16, 0.985)],
                0.12,
                0.006,
            ),
            lamp(
                &[Lamp::Brake],
                dress::red() * 1.6,
                &[(2.42, 0.90), (2.70, 0.888), (2.70, 0.945), (2.42, 0.96)],
                0.15,
                0.010,
            ),
            lamp(
                &[Lamp::Left],
                dress::amber(),
                &[(2.20, 0.915), (2.36, 0.905), (2.36, 0.955), (2.19, 0.965)],
                0.15,
                0.012,
            ),
        ],
        grille: Some(([(-0.38, 0.52), (0.38, 0.52), (0.34, 0.70), (-0.34, 0.70)], 0)),
        intake: [(-0.46, 0.26), (0.46, 0.26), (0.50, 0.40), (-0.50, 0.40)],
        diffuser: (0.75, (0.34, 0.48)),
        plates: (Some(0.46), 0.62),
        high_brake: (Vec3::new(-0.10, 0.0, 1.43), 0.16),
        wheel: (0.378, 0.245, Rim::Spokes(5), 1.85),
        beam: Vec3::new(3.68, 0.62, 0.70),
    };
    (CROSSOVER, draw(&CROSSOVER, &body, &cabin, &look, detail))
}

/// Shell of the minivan.
pub fn minivan_shell() -> (Body, Cabin) {
    let body = Body {
        front: MINIVAN.front(),
        rear: -MINIVAN.rear,
        half: MINIVAN.half(),
        sill: 0.22,
        low_ends: Vec2::new(0.21, 0.30),
        axles: vec![0.0, MINIVAN.wheelbase],
        wheel_radius: 0.358,
        arch_radius: 0.40,
        shoulder: points(&[
            (-1.1, 1.03),
            (-0.8, 1.07),
            (0.3, 1.06),
            (1.6, 1.03),
            (2.6, 1.02),
            (3.2, 0.975),
            (3.75, 0.87),
            (4.076, 0.75),
        ]),
        round: 0.08,
        crown: 0.075,
        tuck: points(&[(0.0, 0.07), (0.15, 0.035), (0.4, 0.005), (0.6, 0.0), (0.82, 0.012), (1.0, 0.035)]),
        nose: points(&[(0.0, 0.09), (0.2, 0.01), (0.4, 0.0), (0.7, 0.03), (1.0, 0.13)]),
        tail: points(&[(0.0, 0.09), (0.2, 0.02), (0.4, 0.0), (0.6, 0.04), (0.85, 0.05), (1.0, 0.065)]),
        corners: Vec2::new(0.62, 0.40),
        square: Vec2::new(2.6, 3.4),
        barrel: Vec2::new(0.05, 0.035),
    };
    let cabin = Cabin {
        foot: (3.02, -1.0),
        roof: (1.95, -0.80),
        foot_bow: (0.52, 0.28),
        roof_bow: (0.26, 0.2),
        square: 3.4,
        ledge: 0.035,
        roof_half: 0.715,
        roof_edge: points(&[(-0.85, 1.645), (-0.4, 1.69), (0.5, 1.715), (1.3, 1.70), (1.95, 1.625)]),
        crown: 0.06,
        bulge: 0.02,
        roof_barrel: (0.05, 0.05),
    };
    (body, cabin)
}

/// Minivan with sliding doors.
pub fn minivan(detail: Detail) -> (Size, Model) {
    let (body, cabin) = minivan_shell();
    let look = Look {
        windshield: ((0.73, 0.71), (0.04, 0.95)),
        rear_window: ((0.70, 0.72), (0.14, 0.88)),
        backing: Some([(0.88, 0.05), (2.04, 0.08), (2.0, 0.91), (0.96, 0.91)]),
        panes: vec![
            ([(0.93, 0.07), (1.345, 0.07), (1.32, 0.88), (1.0, 0.88)], 0.06),
            ([(1.375, 0.07), (1.70, 0.07), (1.665, 0.88), (1.35, 0.88)], 0.05),
            ([(1.73, 0.08), (2.01, 0.10), (1.97, 0.88), (1.695, 0.88)], 0.06),
        ],
        lines: vec![
            vec![(2.62, 1.0), (2.66, 0.65), (2.64, 0.34), (2.52, 0.28), (1.55, 0.28)],
            vec![(1.52, 1.03), (1.50, 0.55), (1.55, 0.28)],
            vec![(0.42, 1.05), (0.42, 0.72), (0.52, 0.40), (0.56, 0.28), (1.55, 0.28)],
            vec![(0.42, 0.93), (-0.72, 0.95)],
        ],
        handles: vec![(1.68, 0.88), (1.34, 0.88)],
        mirror: (2.36, 1.12),
        arch: None,
        sill: Some((2.6, 0.5, 0.25, 0.045)),
        lamps: vec![
            lamp(
                &[],
                dress::clear() * 0.5,
                &[(0.36, 0.655), (0.62, 0.645), (1.02, 0.80), (0.97, 0.86), (0.38, 0.73)],
                0.14,
                0.005,
            ),
            lamp(
                &[Lamp::Head],
                dress::clear(),
                &[(0.42, 0.67), (0.60, 0.665), (0.67, 0.755), (0.44, 0.72)],
                0.25,
                0.008,
            ),
            lamp(
                &[Lamp::Left],
                dress::amber(),
                &[(0.74, 0.725), (0.96, 0.81), (0.94, 0.84), (0.74, 0.775)],
                0.2,
                0.008,
            ),
            lamp(
                &[Lamp::Tail],
                dress::red(),
                &[(2.14, 0.84), (2.70, 0.82), (2.70, 0.96), (2.12, 0.99)],
                0.14,
                0.006,
            ),
            lamp(
                &[Lamp::Brake],
                dress::red() * 1.6,
                &[(2.40, 0.845), (2.66, 0.835), (2.66, 0.945), (2.39, 0.96)],
                0.2,
                0.010,
            ),
            lamp(
                &[Lamp::Left],
                dress::amber(),
                &[(2.16, 0.87), (2.32, 0.86), (2.32, 0.945), (2.15, 0.955)],
                0.2,
                0.012,
            ),
        ],
        grille: Some(([(-0.32, 0.60), (0.32, 0.60), (0.35, 0.69), (-0.35, 0.69)], 2)),
        intake: [(-0.50, 0.27), (0.50, 0.27), (0.46, 0.44), (-0.46, 0.44)],
        diffuser: (0.7, (0.32, 0.42)),
        plates: (Some(0.52), 0.72),
        high_brake: (Vec3::new(-0.95, 0.0, 1.645), 0.15),
        wheel: (0.358, 0.235, Rim::Spokes(10), 1.96),
        beam: Vec3::new(3.88, 0.66, 0.70),
    };
    let mut model = draw(&MINIVAN, &body, &cabin, &look, detail);
    let roof = Vec3::new(-0.88, 0.0, 1.655);
    model.body.rounded_box(Finish::Paint, |_| Vec3::ONE, roof, Vec3::new(0.09, 0.6, 0.02), 0.018, 0);
    (MINIVAN, model)
}
