//! Delivery van and ambulance: a short-nosed cab, and a tall body behind it.

use super::body::{Body, Cabin, Detail};
use super::car::{Look, draw, lamp, points};
use super::dress::{self, Dress, PLASTIC};
use super::model::{Model, Size};
use super::sketch::{Finish, Lamp, Sketch, tone};
use super::suv::light_bar;
use super::wheels::Rim;
use bevy::math::{Vec2, Vec3};

/// Size of the van, m.
pub const VAN: Size = Size { length: 5.98, width: 2.06, height: 2.55, rear: 1.2, wheelbase: 3.75 };
/// Size of the ambulance, m.
pub const AMBULANCE: Size = Size { length: 6.7, width: 2.4, height: 2.85, rear: 1.75, wheelbase: 4.0 };

fn nose_body(size: &Size, half: f32, rear: f32, shoulder: &[(f32, f32)], wheel_radius: f32) -> Body {
    Body {
        front: size.front(),
        rear,
        half,
        sill: 0.30,
        low_ends: Vec2::new(0.27, 0.36),
        axles: vec![0.0, size.wheelbase],
        wheel_radius,
        arch_radius: wheel_radius + 0.055,
        shoulder: points(shoulder),
        round: 0.07,
        crown: 0.06,
        tuck: points(&[(0.0, 0.05), (0.15, 0.02), (0.4, 0.0), (0.8, 0.006), (1.0, 0.02)]),
        nose: points(&[(0.0, 0.07), (0.2, 0.0), (0.45, 0.0), (0.7, 0.05), (1.0, 0.16)]),
        tail: points(&[(0.0, 0.05), (0.2, 0.0), (1.0, 0.01)]),
        corners: Vec2::new(0.5, 0.16),
        square: Vec2::new(3.0, 5.0),
        barrel: Vec2::new(0.02, 0.005),
    }
}

fn van_look(lines: Vec<Vec<(f32, f32)>>, panes: Vec<([(f32, f32); 4], f32)>) -> Look {
    Look {
        windshield: ((0.78, 0.76), (0.04, 0.80)),
        rear_window: ((0.68, 0.70), (0.10, 0.52)),
        backing: None,
        panes,
        lines,
        handles: vec![],
        mirror: (0.0, 0.0),
        arch: Some((0.03, tone(0x1a1b1d), 0.006)),
        sill: None,
        lamps: vec![],
        grille: None,
        intake: [(-0.5, 0.33), (0.5, 0.33), (0.46, 0.50), (-0.46, 0.50)],
        diffuser: (0.9, (0.38, 0.52)),
        plates: (Some(0.56), 0.62),
        high_brake: (Vec3::new(-1.19, 0.0, 2.42), 0.12),
        wheel: (0.35, 0.225, Rim::Disc, 1.98),
        beam: Vec3::new(4.6, 0.75, 0.85),
    }
}

/// Shell of the van.
pub fn van_shell() -> (Body, Cabin) {
    let body = nose_body(
        &VAN,
        VAN.half(),
        -VAN.rear,
        &[(-1.2, 1.22), (2.5, 1.22), (3.4, 1.20), (3.9, 1.16), (4.4, 1.05), (4.78, 0.88)],
        0.35,
    );
    let cabin = Cabin {
        foot: (3.92, -1.19),
        roof: (2.60, -1.14),
        foot_bow: (0.5, 0.12),
        roof_bow: (0.42, 0.10),
        square: 3.6,
        ledge: 0.02,
        roof_half: 0.89,
        roof_edge: points(&[(-1.14, 2.40), (-0.6, 2.46), (1.6, 2.49), (2.1, 2.46), (2.60, 2.30)]),
        crown: 0.06,
        bulge: 0.025,
        roof_barrel: (0.06, 0.0),
    };
    (body, cabin)
}

/// High-roof delivery van without side windows at the rear.
pub fn van(detail: Detail) -> (Size, Model) {
    let (body, cabin) = van_shell();
    let mut look = van_look(
        vec![
            vec![(3.38, 1.18), (3.40, 0.7), (3.28, 0.38), (2.5, 0.38)],
            vec![(2.45, 1.20), (2.45, 0.5), (2.5, 0.38)],
            vec![(1.15, 1.20), (1.15, 0.5), (1.2, 0.38), (2.5, 0.38)],
            vec![(1.12, 0.98), (-0.7, 0.98)],
        ],
        vec![([(0.92, 0.04), (1.30, 0.04), (1.20, 0.56), (0.99, 0.56)], 0.07)],
    );
    look.handles = vec![(2.62, 1.02), (1.32, 1.02)];
    look.mirror = (3.18, 1.36);
    look.sill = Some((3.28, 0.45, 0.42, 0.09));
    look.lamps = vec![
        lamp(
            &[],
            dress::clear() * 0.5,
            &[(0.56, 0.74), (0.78, 0.74), (1.0, 1.0), (0.92, 1.02), (0.58, 0.92)],
            0.14,
            0.005,
        ),
        lamp(
            &[Lamp::Head],
            dress::clear(),
            &[(0.58, 0.76), (0.74, 0.76), (0.80, 0.90), (0.60, 0.89)],
            0.25,
            0.009,
        ),
        lamp(
            &[Lamp::Left],
            dress::amber(),
            &[(0.82, 0.84), (0.97, 0.99), (0.92, 1.0), (0.82, 0.93)],
            0.2,
            0.009,
        ),
        lamp(
            &[Lamp::Tail],
            dress::red(),
            &[(2.34, 0.78), (2.56, 0.78), (2.56, 1.18), (2.34, 1.18)],
            0.12,
            0.008,
        ),
        lamp(
            &[Lamp::Brake],
            dress::red() * 1.6,
            &[(2.36, 1.0), (2.54, 1.0), (2.54, 1.16), (2.36, 1.16)],
            0.12,
            0.012,
        ),
        lamp(
            &[Lamp::Left],
            dress::amber(),
            &[(2.36, 0.90), (2.54, 0.90), (2.54, 0.98), (2.36, 0.98)],
            0.12,
            0.012,
        ),
    ];
    look.grille = Some(([(-0.42, 0.66), (0.42, 0.66), (0.46, 0.86), (-0.46, 0.86)], 2));
    let mut model = draw(&VAN, &body, &cabin, &look, detail);
    let d = Dress { body: &body, cabin: &cabin, detail };
    let sketch = &mut model.body;
    // Line of the cargo doors up the rear, and a rub strip.
    let house = d.house();
    super::surface::strip(
        sketch,
        &house,
        Finish::Trim,
        dress::GAP,
        &[Vec2::new(3.0, 0.0), Vec2::new(3.0, 0.5), Vec2::new(3.0, 0.95)],
        0.012,
        0.006,
    );
    let mark = sketch.mark();
    super::surface::strip(
        sketch,
        &house,
        Finish::Trim,
        dress::GAP,
        &[Vec2::new(1.38, 0.0), Vec2::new(1.36, 0.5), Vec2::new(1.34, 0.9)],
        0.010,
        0.0015,
    );
    super::surface::strip(
        sketch,
        &house,
        Finish::Trim,
        dress::GAP,
        &[Vec2::new(1.71, 0.0), Vec2::new(1.70, 0.5), Vec2::new(1.69, 0.9)],
        0.010,
        0.0015,
    );
    d.flank_strip(sketch, Finish::Trim, PLASTIC, &[(2.4, 0.72), (0.5, 0.72)], 0.07, 0.006);
    sketch.mirror(mark);
    (VAN, model)
}

/// Shell of the ambulance's cab.
pub fn ambulance_shell() -> (Body, Cabin) {
    let cab_half = 1.01;
    let body = nose_body(
        &AMBULANCE,
        cab_half,
        1.9,
        &[(1.9, 1.25), (3.0, 1.24), (3.6, 1.22), (4.1, 1.17), (4.6, 1.06), (4.95, 0.90)],
        0.385,
    );
    let mut body = body;
    body.axles = vec![AMBULANCE.wheelbase];
    let cabin = Cabin {
        foot: (4.02, 1.95),
        roof: (3.05, 1.95),
        foot_bow: (0.5, 0.1),
        roof_bow: (0.36, 0.1),
        square: 3.4,
        ledge: 0.02,
        roof_half: 0.84,
        roof_edge: points(&[(1.95, 2.04), (2.6, 2.05), (3.05, 1.95)]),
        crown: 0.05,
        bulge: 0.02,
        roof_barrel: (0.06, 0.0),
    };
    (body, cabin)
}

/// Ambulance: cutaway van with a box.
pub fn ambulance(detail: Detail) -> (Size, Model) {
    let (body, cabin) = ambulance_shell();
    let mut look = van_look(
        vec![
            vec![(3.52, 1.2), (3.55, 0.75), (3.42, 0.40), (2.5, 0.40)],
            vec![(2.42, 1.22), (2.42, 0.5), (2.5, 0.40)],
        ],
        vec![([(0.92, 0.05), (1.52, 0.05), (1.40, 0.82), (1.0, 0.82)], 0.08)],
    );
    look.windshield = ((0.78, 0.76), (0.04, 0.94));
    look.rear_window = ((0.01, 0.01), (0.1, 0.12));
    look.handles = vec![(2.58, 1.04)];
    look.mirror = (3.3, 1.36);
    look.diffuser = (0.02, (0.38, 0.40));
    look.plates = (Some(0.58), 0.62);
    look.lamps = vec![
        lamp(
            &[],
            dress::clear() * 0.5,
            &[(0.56, 0.76), (0.80, 0.76), (1.0, 0.98), (0.92, 1.0), (0.58, 0.93)],
            0.14,
            0.005,
        ),
        lamp(
            &[Lamp::Head],
            dress::clear(),
            &[(0.58, 0.78), (0.74, 0.78), (0.80, 0.91), (0.60, 0.91)],
            0.25,
            0.009,
        ),
        lamp(
            &[Lamp::Left],
            dress::amber(),
            &[(0.83, 0.84), (0.97, 0.965), (0.93, 0.985), (0.83, 0.94)],
            0.2,
            0.009,
        ),
    ];
    look.grille = Some(([(-0.5, 0.66), (0.5, 0.66), (0.52, 0.90), (-0.52, 0.90)], 3));
    look.wheel = (0.385, 0.225, Rim::Truck, 1.98);
    look.high_brake = (Vec3::new(-1.756, 0.0, 2.62), 0.2);
    look.beam = Vec3::new(4.78, 0.74, 0.86);
    let mut model = draw(&AMBULANCE, &body, &cabin, &look, detail);
    // Rear wheels under the box, twins drawn as one wide tire.
    for wheel in &mut model.wheels {
        if !wheel.steered {
            wheel.center.y = wheel.center.y.signum() * 1.03;
        }
    }
    ambulance_box(&mut model.body, detail);
    (AMBULANCE, model)
}

fn ambulance_box(sketch: &mut Sketch, detail: Detail) {
    let (rear, front) = (-AMBULANCE.rear, 2.35);
    let half = AMBULANCE.half();
    let white = |_: Vec3| Vec3::ONE;
    let (low, high) = (0.92, 2.74);
    let middle = Vec3::new((rear + front) * 0.5, 0.0, (low + high) * 0.5);
    let size = Vec3::new((front - rear) * 0.5, half, (high - low) * 0.5);
    sketch.rounded_box(Finish::Paint, white, middle, size, 0.07, detail.pick(2, 0));
    // Skirts before and behind the rear wheels, dark bumper.
    for (a, b) in [(0.48, front - 0.02), (rear + 0.02, -0.48)] {
        let center = Vec3::new((a + b) * 0.5, 0.0, 0.68);
        sketch.rounded_box(
            Finish::Paint,
            |_| Vec3::splat(0.92),
            center,
            Vec3::new((b - a).abs() * 0.5, half - 0.01, 0.25),
            0.03,
            0,
        );
    }
    sketch.cuboid(Finish::Trim, PLASTIC, Vec3::new(0.0, 0.0, 0.72), Vec3::new(0.5, half - 0.32, 0.22));
    sketch.rounded_box(
        Finish::Trim,
        |_| tone(0x3c3f43),
        Vec3::new(rear + 0.06, 0.0, 0.5),
        Vec3::new(0.06, half - 0.1, 0.07),
        0.03,
        0,
    );
    let mark = sketch.mark();
    sketch.group(10.0);
    let y = half + 0.003;
    let side = |x0: f32, x1: f32, z0: f32, z1: f32, lift: f32| {
        let y = y + lift;
        [Vec3::new(x1, y, z0), Vec3::new(x0, y, z0), Vec3::new(x0, y, z1), Vec3::new(x1, y, z1)]
    };
    // Stripe, window, star of life in six bars.
    sketch.quad(Finish::Glass, tone(0xc8281e), side(rear + 0.07, front - 0.07, 1.28, 1.50, 0.0));
    sketch.quad(Finish::Glass, tone(0xe9d23a), side(rear + 0.07, front - 0.07, 1.22, 1.275, 0.0));
    sketch.quad(Finish::Glass, Vec3::splat(0.02), side(0.9, 1.7, 1.75, 2.25, 0.0));
    let center = Vec3::new(-0.55, y + 0.002, 2.05);
    for k in 0..3 {
        let a = (k as f32 * 60.0).to_radians();
        let (u, v) = (Vec3::new(-a.sin(), 0.0, a.cos()), Vec3::new(-a.cos(), 0.0, -a.sin()));
        let lift = Vec3::new(0.0, 0.0005 * k as f32, 0.0);
        let c = |p: f32, q: f32| center + lift + v * (p * 0.075) + u * (q * 0.27);
        sketch.quad(Finish::Glass, tone(0x1d4fb0), [c(-1.0, -1.0), c(1.0, -1.0), c(1.0, 1.0), c(-1.0, 1.0)]);
    }
    // Doors: shut lines.
    for x in [0.62, 1.95] {
        sketch.quad(Finish::Trim, dress::GAP, side(x - 0.008, x + 0.008, 0.95, 2.55, 0.001));
    }
    // Scene lights high on the sides.
    for x in [-1.4, 0.3, 2.0] {
        sketch.quad(Finish::Glass, tone(0x8f1416), side(x - 0.13, x + 0.13, 2.52, 2.66, 0.001));
        sketch.quad(Finish::Lit(Lamp::BeaconA), Vec3::ONE, side(x - 0.13, x + 0.13, 2.52, 2.66, 0.005));
    }
    sketch.mirror(mark);
    // Rear: doors, windows, lamps.
    let back = |y0: f32, y1: f32, z0: f32, z1: f32, lift: f32| {
        let x = rear - 0.002 - lift;
        [Vec3::new(x, y1, z0), Vec3::new(x, y0, z0), Vec3::new(x, y0, z1), Vec3::new(x, y1, z1)]
    };
    sketch.group(10.0);
    sketch.quad(Finish::Trim, dress::GAP, back(-0.008, 0.008, 0.98, 2.5, 0.001));
    sketch.quad(Finish::Glass, tone(0xc8281e), back(-half + 0.07, half - 0.07, 1.28, 1.50, 0.0));
    let mark = sketch.mark();
    sketch.quad(Finish::Glass, Vec3::splat(0.02), back(0.12, 0.62, 1.75, 2.3, 0.001));
    let lamps = [
        (1.12, 1.24, Lamp::Brake, dress::red() * 1.5),
        (0.98, 1.1, Lamp::Left, dress::amber()),
        (1.52, 1.64, Lamp::Tail, dress::red()),
    ];
    for (z0, z1, lamp, color) in lamps {
        sketch.quad(Finish::Glass, color, back(half - 0.28, half - 0.1, z0, z1, 0.004));
        sketch.quad(Finish::Lit(lamp), Vec3::ONE, back(half - 0.28, half - 0.1, z0, z1, 0.009));
    }
    sketch.quad(Finish::Glass, tone(0x8f1416), back(half - 0.36, half - 0.1, 2.52, 2.66, 0.002));
    sketch.quad(Finish::Lit(Lamp::BeaconB), Vec3::ONE, back(half - 0.36, half - 0.1, 2.52, 2.66, 0.007));
    sketch.mirror(mark);
    // The light bar sits on the front edge of the box.
    light_bar(sketch, Vec3::new(2.15, 0.0, 2.775), 0.85, detail);
}
