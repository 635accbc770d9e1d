//! City bus, box truck, sleeper tractor with or without its trailer.

use super::body::Detail;
use super::dress::{self, GAP, PLASTIC};
use super::model::{Model, Size, WheelAt};
use super::sketch::{Finish, Lamp, Rgb, Sketch, tone};
use super::solids::ring_x;
use super::wheels::{Rim, wheel};
use bevy::math::{Vec2, Vec3};

/// Size of the bus, m.
pub const BUS: Size = Size { length: 12.2, width: 2.59, height: 3.2, rear: 3.0, wheelbase: 7.1 };
/// Size of the box truck, m.
pub const BOX_TRUCK: Size = Size { length: 8.6, width: 2.49, height: 3.6, rear: 2.4, wheelbase: 5.1 };
/// Size of the tractor, m.
pub const TRACTOR: Size = Size { length: 8.2, width: 2.59, height: 4.0, rear: 1.25, wheelbase: 6.0 };

/// Which way a flat piece looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    Left,
    Front,
    Rear,
}

/// A flat rectangle on a box: spans (x or y), (z), at a place along the face's axis.
fn flat(face: Face, at: f32, u: (f32, f32), z: (f32, f32)) -> [Vec3; 4] {
    let (a, b) = (u.0.min(u.1), u.0.max(u.1));
    match face {
        Face::Left => {
            [Vec3::new(b, at, z.0), Vec3::new(a, at, z.0), Vec3::new(a, at, z.1), Vec3::new(b, at, z.1)]
        }
        Face::Front => {
            [Vec3::new(at, a, z.0), Vec3::new(at, b, z.0), Vec3::new(at, b, z.1), Vec3::new(at, a, z.1)]
        }
        Face::Rear => {
            [Vec3::new(at, b, z.0), Vec3::new(at, a, z.0), Vec3::new(at, a, z.1), Vec3::new(at, b, z.1)]
        }
    }
}

fn sheet(sketch: &mut Sketch, finish: Finish, color: Rgb, quad: [Vec3; 4]) {
    sketch.group(10.0);
    sketch.quad(finish, color, quad);
}

/// A lamp on a flat face: lens, and its light a few millimeters before it.
fn flat_lamp(sketch: &mut Sketch, lamp: Lamp, color: Rgb, face: Face, at: f32, u: (f32, f32), z: (f32, f32)) {
    sheet(sketch, Finish::Glass, color, flat(face, at, u, z));
    let ahead = match face {
        Face::Left | Face::Front => 0.005,
        Face::Rear => -0.005,
    };
    sheet(sketch, Finish::Lit(lamp), Vec3::ONE, flat(face, at + ahead, u, z));
}

fn axle(model: &mut Model, x: f32, y: f32, radius: f32, steered: bool, kind: usize) {
    for y in [y, -y] {
        model.wheels.push(WheelAt { center: Vec3::new(x, y, radius), radius, steered, kind });
    }
}

/// A dark half disc on the flank behind a wheel.
fn wheel_house(sketch: &mut Sketch, x: f32, y: f32, center_z: f32, radius: f32, low: f32) {
    sketch.group(10.0);
    let n = 12;
    let mut rim: Vec<Vec3> = (0..=n)
        .map(|k| {
            let a = k as f32 / n as f32 * core::f32::consts::PI;
            Vec3::new(x + radius * a.cos(), y, center_z + radius * a.sin())
        })
        .collect();
    rim.push(Vec3::new(x - radius, y, low));
    rim.push(Vec3::new(x + radius, y, low));
    rim.push(rim[0]);
    sketch.fan(Finish::Trim, Vec3::splat(0.004), Vec3::new(x, y, center_z), &rim);
}

/// Low-floor city bus.
pub fn bus(detail: Detail) -> (Size, Model) {
    let size = BUS;
    let (front, rear, half) = (size.front(), -size.rear, size.half());
    let mut sketch = Sketch::new();
    let n = detail.pick(3, 2);
    // Skin: sections along x, a little smaller at both ends.
    sketch.group(45.0);
    let (low, high) = (0.32, 3.02);
    let section = |x: f32, inset: f32, top: f32| ring_x(x, half - inset, low, top - inset * 0.6, 0.16, n);
    let rings = [
        section(rear, 0.10, high),
        section(rear + 0.03, 0.04, high),
        section(rear + 0.10, 0.0, high),
        section(front - 0.35, 0.0, high),
        section(front - 0.10, 0.05, high),
        section(front - 0.01, 0.13, high),
        section(front, 0.17, high),
    ];
    let blue = tone(0x2a5d9c);
    let shade = |p: Vec3| Vec3::splat(0.7 + 0.3 * ((p.z - 0.3) / 0.8).clamp(0.0, 1.0));
    sketch.stack(Finish::Paint, &rings, shade);
    // Roof equipment.
    let pod = Vec3::new(1.2, 0.0, 3.07);
    sketch.rounded_box(Finish::Paint, |_| Vec3::splat(0.85), pod, Vec3::new(2.6, 0.85, 0.13), 0.1, n);
    sketch.rounded_box(
        Finish::Paint,
        |_| Vec3::splat(0.8),
        Vec3::new(-1.9, 0.0, 3.05),
        Vec3::new(0.75, 0.8, 0.1),
        0.08,
        0,
    );
    let glass = |low: f32, high: f32| dress::glass(low, high);
    let mark = sketch.mark();
    let y = half + 0.004;
    // Left side: window band with posts, blue skirt line.
    let windows =
        [(-2.5, -1.35), (-1.28, 0.2), (0.27, 1.75), (1.82, 3.3), (3.37, 4.85), (4.92, 6.4), (6.47, 7.75)];
    sheet(&mut sketch, Finish::Trim, PLASTIC, flat(Face::Left, y - 0.002, (-2.56, 8.62), (1.30, 2.52)));
    for (a, b) in windows {
        sheet(
            &mut sketch,
            Finish::Glass,
            glass(1.3, 2.5)(Vec3::new(0.0, 0.0, 1.9)),
            flat(Face::Left, y, (a, b), (1.36, 2.46)),
        );
    }
    sheet(&mut sketch, Finish::Glass, blue, flat(Face::Left, y, (rear + 0.12, front - 0.55), (0.95, 1.12)));
    sheet(
        &mut sketch,
        Finish::Glass,
        tone(0x58a84e),
        flat(Face::Left, y, (rear + 0.12, front - 0.55), (0.88, 0.94)),
    );
    for x in [0.0, size.wheelbase] {
        wheel_house(&mut sketch, x, y + 0.001, 0.5, 0.57, 0.32);
    }
    flat_lamp(&mut sketch, Lamp::Left, dress::amber(), Face::Left, y + 0.002, (5.2, 5.32), (0.70, 0.76));
    // Rear: lamps, window, engine grille.
    let x = rear - 0.004;
    flat_lamp(&mut sketch, Lamp::Tail, dress::red(), Face::Rear, x, (0.98, 1.14), (0.78, 0.92));
    flat_lamp(&mut sketch, Lamp::Brake, dress::red() * 1.5, Face::Rear, x, (0.98, 1.14), (0.96, 1.12));
    flat_lamp(&mut sketch, Lamp::Left, dress::amber(), Face::Rear, x, (0.98, 1.14), (1.16, 1.28));
    // Front: lamps in the corners, mirrors on arms.
    let x = front + 0.004;
    sheet(&mut sketch, Finish::Trim, PLASTIC, flat(Face::Front, x - 0.001, (0.72, 1.10), (0.62, 0.90)));
    flat_lamp(&mut sketch, Lamp::Head, dress::clear(), Face::Front, x, (0.76, 0.94), (0.66, 0.84));
    flat_lamp(&mut sketch, Lamp::Left, dress::amber(), Face::Front, x, (0.97, 1.07), (0.66, 0.84));
    let mirror = Vec3::new(front + 0.05, half + 0.12, 2.05);
    sketch.tube(
        Finish::Trim,
        PLASTIC,
        &[
            Vec3::new(front - 0.25, half - 0.1, 2.6),
            Vec3::new(front + 0.0, half + 0.05, 2.55),
            mirror + Vec3::new(0.0, 0.0, 0.2),
        ],
        0.025,
        5,
    );
    sketch.rounded_box(Finish::Trim, |_| PLASTIC, mirror, Vec3::new(0.05, 0.11, 0.2), 0.04, 0);
    sketch.mirror(mark);
    // Doors on the right side, drawn over the mirrored windows.
    let y = -half - 0.007;
    let door = |sketch: &mut Sketch, a: f32, b: f32| {
        let right = |u: (f32, f32), z: (f32, f32), lift: f32| {
            let q = flat(Face::Left, -y + lift, u, z);
            [q[1], q[0], q[3], q[2]].map(|p| Vec3::new(p.x, -p.y, p.z))
        };
        sheet(sketch, Finish::Trim, tone(0x1b2026), right((a, b), (0.42, 2.56), 0.0));
        let middle = (a + b) * 0.5;
        for (p, q) in [(a + 0.05, middle - 0.03), (middle + 0.03, b - 0.05)] {
            sheet(sketch, Finish::Glass, Vec3::new(0.03, 0.04, 0.05), right((p, q), (0.55, 2.48), 0.003));
        }
    };
    door(&mut sketch, 7.92, 9.0 - 0.12);
    door(&mut sketch, 2.55, 3.75);
    // Windshield: one big pane around the front, and the destination sign above.
    let pane = |z0: f32, z1: f32, w: f32, out: f32| -> Vec<Vec<Vec3>> {
        [z0, z1]
            .into_iter()
            .map(|z| {
                (0..=8)
                    .map(|k| {
                        let v = -1.0 + 2.0 * k as f32 / 8.0;
                        let bend = 0.30 * (v.abs() - 0.82).max(0.0) / 0.18;
                        Vec3::new(front + out - bend * 0.42, v * w, z)
                    })
                    .collect()
            })
            .collect()
    };
    sketch.group(60.0);
    sketch.net(Finish::Glass, &pane(1.15, 2.50, half - 0.10, 0.010), glass(1.0, 2.7));
    sketch.group(60.0);
    sketch.net(Finish::Trim, &pane(2.50, 2.86, half - 0.16, 0.009), |_| PLASTIC);
    sheet(
        &mut sketch,
        Finish::Trim,
        tone(0xffa82a),
        flat(Face::Front, front + 0.014, (-0.62, 0.62), (2.60, 2.76)),
    );
    sheet(&mut sketch, Finish::Glass, blue, flat(Face::Front, front + 0.006, (-1.08, 1.08), (0.95, 1.12)));
    sheet(&mut sketch, Finish::Trim, GAP, flat(Face::Front, front + 0.006, (-0.6, 0.6), (0.45, 0.60)));
    // Rear.
    let x = rear - 0.004;
    sheet(&mut sketch, Finish::Glass, Vec3::splat(0.02), flat(Face::Rear, x, (-0.95, 0.95), (1.75, 2.55)));
    sheet(&mut sketch, Finish::Trim, GAP, flat(Face::Rear, x, (-0.85, 0.85), (0.60, 1.45)));
    for k in 0..5 {
        let z = 0.68 + 0.16 * k as f32;
        sheet(
            &mut sketch,
            Finish::Trim,
            tone(0x2d3035),
            flat(Face::Rear, x - 0.004, (-0.82, 0.82), (z, z + 0.06)),
        );
    }
    sketch.cuboid(
        Finish::Trim,
        tone(0xffa82a),
        Vec3::new(rear - 0.004, 0.0, 2.74),
        Vec3::new(0.004, 0.35, 0.08),
    );
    sketch.cuboid(
        Finish::Trim,
        PLASTIC,
        Vec3::new((front + rear) * 0.5, 0.0, 0.34),
        Vec3::new(size.length * 0.5 - 0.3, half - 0.06, 0.06),
    );
    let mut model = Model { body: sketch, beam: Some(Vec3::new(front, 0.85, 0.75)), ..Model::default() };
    model.wheel_kinds.push(wheel(0.5, 0.30, Rim::Truck, detail));
    axle(&mut model, size.wheelbase, half - 0.13, 0.5, true, 0);
    axle(&mut model, 0.0, half - 0.13, 0.5, false, 0);
    (size, model)
}

/// Cab with a bonnet: stacked sections along x, windows laid on. Returns nothing; draws into the sketch.
fn bonnet_cab(
    sketch: &mut Sketch,
    detail: Detail,
    rear: f32,
    front: f32,
    half: f32,
    roof: f32,
    bonnet: f32,
    low: f32,
) {
    let n = detail.pick(3, 2);
    let shade = |p: Vec3| Vec3::splat(0.7 + 0.3 * ((p.z - 0.4) / 0.8).clamp(0.0, 1.0));
    // Bonnet, narrower than the cab, falling to the front.
    let cowl = rear + 1.75;
    sketch.group(45.0);
    let hood = |x: f32, w: f32, top: f32, z: f32| ring_x(x, w, z, top, 0.14, n);
    sketch.stack(
        Finish::Paint,
        &[
            hood(cowl - 0.2, half - 0.22, bonnet + 0.02, low + 0.1),
            hood(front - 0.5, half - 0.30, bonnet - 0.13, low + 0.08),
            hood(front - 0.08, half - 0.36, bonnet - 0.24, low + 0.06),
            hood(front, half - 0.44, bonnet - 0.36, low + 0.12),
        ],
        shade,
    );
    // Cab.
    sketch.group(45.0);
    let section = |x: f32, w: f32, top: f32, z: f32| ring_x(x, w, z, top, 0.12, n);
    sketch.stack(
        Finish::Paint,
        &[
            section(rear, half - 0.10, roof - 0.05, low + 0.05),
            section(rear + 0.06, half - 0.06, roof, low + 0.05),
            section(cowl - 0.62, half - 0.06, roof, low + 0.05),
            section(cowl - 0.48, half - 0.07, roof - 0.05, low + 0.05),
            section(cowl, half - 0.12, bonnet + 0.03, low + 0.05),
        ],
        shade,
    );
    // Windshield on the slope.
    let (a, b) = (Vec2::new(cowl - 0.045, bonnet + 0.11), Vec2::new(cowl - 0.43, roof - 0.12));
    let out = Vec2::new(b.y - a.y, a.x - b.x).normalize() * 0.012;
    let pane = |p: Vec2, w: f32, v: f32| Vec3::new(p.x + out.x, w * v, p.y + out.y);
    let rows: Vec<Vec<Vec3>> = [(a, half - 0.17), (b, half - 0.16)]
        .into_iter()
        .map(|(p, w)| (0..=4).map(|k| pane(p, w, -1.0 + 0.5 * k as f32)).collect())
        .collect();
    sketch.group(60.0);
    sketch.net(Finish::Glass, &rows, dress::glass(bonnet, roof));
    // Grille and bumper.
    sheet(
        sketch,
        Finish::Trim,
        GAP,
        flat(Face::Front, front + 0.005, (-half + 0.55, half - 0.55), (low + 0.30, bonnet - 0.46)),
    );
    for k in 0..4 {
        let z = low + 0.34 + k as f32 * (bonnet - 0.86 - low) / 4.0;
        sheet(
            sketch,
            Finish::Glass,
            dress::chrome() * 0.7,
            flat(Face::Front, front + 0.009, (-half + 0.58, half - 0.58), (z, z + 0.035)),
        );
    }
    sketch.rounded_box(
        Finish::Glass,
        |_| dress::chrome() * 0.55,
        Vec3::new(front - 0.10, 0.0, low + 0.06),
        Vec3::new(0.12, half - 0.08, 0.15),
        0.05,
        0,
    );
}

/// Left half of a bonnet cab: fender, lamps, side window, door lines, mirror, step.
fn cab_side(
    sketch: &mut Sketch,
    detail: Detail,
    rear: f32,
    front: f32,
    half: f32,
    roof: f32,
    bonnet: f32,
    low: f32,
    axle_x: f32,
    radius: f32,
) {
    let cowl = rear + 1.75;
    let y = half - 0.055;
    sketch.group(20.0);
    // Door window with slanted front edge.
    let (z0, z1) = (bonnet + 0.08, roof - 0.16);
    sketch.quad(
        Finish::Glass,
        Vec3::new(0.022, 0.028, 0.034),
        [
            Vec3::new(cowl - 0.24, y, z0),
            Vec3::new(rear + 0.34, y, z0),
            Vec3::new(rear + 0.36, y, z1),
            Vec3::new(cowl - 0.60, y, z1),
        ],
    );
    for (x, z) in [(rear + 0.28, roof - 0.1), (cowl - 0.2, bonnet)] {
        sheet(sketch, Finish::Trim, GAP, flat(Face::Left, y, (x - 0.007, x + 0.007), (low + 0.15, z)));
    }
    sketch.rounded_box(
        Finish::Trim,
        |_| PLASTIC,
        Vec3::new(rear + 0.42, y + 0.012, bonnet - 0.1),
        Vec3::new(0.07, 0.014, 0.02),
        0.012,
        0,
    );
    // Fender: an arch around the front wheel.
    let n = detail.pick(10, 7);
    let arch = |r: f32, y: f32| -> Vec<Vec3> {
        (0..=n)
            .map(|k| {
                let a = (-4.0_f32).to_radians() + k as f32 / n as f32 * 188.0_f32.to_radians();
                Vec3::new(axle_x + r * a.cos(), y, radius + r * a.sin())
            })
            .collect()
    };
    let (r0, r1) = (radius + 0.06, radius + 0.22);
    let (inner, outer) = (half - 0.62, half - 0.02);
    sketch.group(50.0);
    sketch.net(
        Finish::Paint,
        &[arch(r0, outer), arch(r1 - 0.07, outer), arch(r1, outer - 0.07), arch(r1, inner)],
        |_| Vec3::ONE,
    );
    sketch.group(50.0);
    sketch.net(Finish::Trim, &[arch(r0, inner), arch(r0, outer)], |_| Vec3::splat(0.006));
    wheel_house(sketch, axle_x, inner + 0.18, radius, r1 - 0.02, low + 0.05);
    // Lamps at the front of the fender.
    let x = front - 0.10;
    let z = low + 0.52;
    sketch.rounded_box(
        Finish::Paint,
        |_| Vec3::ONE,
        Vec3::new(x - 0.16, half - 0.30, z),
        Vec3::new(0.18, 0.24, 0.16),
        0.08,
        detail.pick(1, 0),
    );
    flat_lamp(
        sketch,
        Lamp::Head,
        dress::clear(),
        Face::Front,
        x + 0.024,
        (half - 0.46, half - 0.22),
        (z - 0.09, z + 0.09),
    );
    flat_lamp(
        sketch,
        Lamp::Left,
        dress::amber(),
        Face::Front,
        x + 0.024,
        (half - 0.20, half - 0.12),
        (z - 0.09, z + 0.09),
    );
    // Mirror on its arm, step under the door.
    let mirror = Vec3::new(cowl - 0.12, half + 0.16, bonnet + 0.42);
    sketch.tube(
        Finish::Trim,
        PLASTIC,
        &[Vec3::new(cowl - 0.25, y - 0.02, bonnet + 0.7), mirror + Vec3::Z * 0.22],
        0.015,
        4,
    );
    sketch.tube(
        Finish::Trim,
        PLASTIC,
        &[Vec3::new(cowl - 0.2, y - 0.02, bonnet + 0.1), mirror - Vec3::Z * 0.22],
        0.015,
        4,
    );
    sketch.rounded_box(Finish::Trim, |_| PLASTIC, mirror, Vec3::new(0.04, 0.09, 0.24), 0.035, 0);
    sketch.rounded_box(
        Finish::Trim,
        |_| tone(0x3a3d41),
        Vec3::new(rear + 0.72, half - 0.2, low - 0.06),
        Vec3::new(0.42, 0.16, 0.12),
        0.03,
        0,
    );
}

fn frame_rails(sketch: &mut Sketch, rear: f32, front: f32, z: f32) {
    for y in [0.43, -0.43] {
        let middle = Vec3::new((rear + front) * 0.5, y, z);
        sketch.cuboid(Finish::Trim, tone(0x1d1e20), middle, Vec3::new((front - rear) * 0.5, 0.05, 0.12));
    }
}

/// Rear end of a truck: bar with lamps on both sides.
fn rear_bar(sketch: &mut Sketch, x: f32, half: f32, z: f32) {
    sketch.cuboid(
        Finish::Trim,
        tone(0x26282b),
        Vec3::new(x + 0.06, 0.0, z),
        Vec3::new(0.05, half - 0.1, 0.07),
    );
    let mark = sketch.mark();
    let face = x + 0.008;
    flat_lamp(
        sketch,
        Lamp::Tail,
        dress::red(),
        Face::Rear,
        face,
        (half - 0.62, half - 0.48),
        (z - 0.055, z + 0.055),
    );
    flat_lamp(
        sketch,
        Lamp::Brake,
        dress::red() * 1.5,
        Face::Rear,
        face,
        (half - 0.45, half - 0.31),
        (z - 0.055, z + 0.055),
    );
    flat_lamp(
        sketch,
        Lamp::Left,
        dress::amber(),
        Face::Rear,
        face,
        (half - 0.28, half - 0.16),
        (z - 0.055, z + 0.055),
    );
    sketch.mirror(mark);
}

/// Cargo box with rails, roll door and side band.
fn cargo(sketch: &mut Sketch, rear: f32, front: f32, half: f32, low: f32, high: f32, band: Rgb) {
    let middle = Vec3::new((rear + front) * 0.5, 0.0, (low + high) * 0.5);
    let size = Vec3::new((front - rear) * 0.5, half, (high - low) * 0.5);
    let white = tone(0xe9eae8);
    sketch.rounded_box(
        Finish::Trim,
        |p| white * (0.82 + 0.18 * ((p.z - low) / 0.8).clamp(0.0, 1.0)),
        middle,
        size,
        0.03,
        0,
    );
    let metal = tone(0x9a9da1);
    let mark = sketch.mark();
    let y = half + 0.003;
    sheet(sketch, Finish::Trim, metal, flat(Face::Left, y, (rear + 0.01, front - 0.01), (low, low + 0.09)));
    sheet(
        sketch,
        Finish::Trim,
        metal,
        flat(Face::Left, y, (rear + 0.01, front - 0.01), (high - 0.07, high - 0.005)),
    );
    sheet(
        sketch,
        Finish::Glass,
        band,
        flat(Face::Left, y, (rear + 0.25, front - 0.25), (low + 0.62, low + 0.95)),
    );
    // Red and white conspicuity tape.
    let pieces = ((front - rear) / 0.9).floor().max(2.0);
    for k in 0..pieces as usize {
        let x = rear + 0.2 + k as f32 * (front - rear - 0.4) / pieces;
        sheet(
            sketch,
            Finish::Trim,
            tone(0xc81e1e),
            flat(Face::Left, y + 0.002, (x, x + 0.28), (low + 0.02, low + 0.07)),
        );
        sheet(
            sketch,
            Finish::Trim,
            tone(0xf4f4f2),
            flat(Face::Left, y + 0.002, (x + 0.28, x + 0.5), (low + 0.02, low + 0.07)),
        );
    }
    sheet(
        sketch,
        Finish::Trim,
        metal * 0.8,
        flat(Face::Rear, rear - 0.003, (half - 0.10, half - 0.01), (low + 0.01, high - 0.02)),
    );
    flat_lamp(
        sketch,
        Lamp::Tail,
        dress::red(),
        Face::Rear,
        rear - 0.005,
        (0.9, 1.02),
        (high - 0.07, high - 0.03),
    );
    sketch.mirror(mark);
    sheet(
        sketch,
        Finish::Trim,
        tone(0xd6d8d6),
        flat(Face::Rear, rear - 0.003, (-half + 0.12, half - 0.12), (low + 0.06, high - 0.14)),
    );
    let ribs = 8;
    for k in 1..ribs {
        let z = low + 0.06 + k as f32 * (high - low - 0.2) / ribs as f32;
        sheet(
            sketch,
            Finish::Trim,
            tone(0x8f9294),
            flat(Face::Rear, rear - 0.005, (-half + 0.13, half - 0.13), (z - 0.008, z + 0.008)),
        );
    }
    sheet(
        sketch,
        Finish::Lit(Lamp::Brake),
        Vec3::ONE,
        flat(Face::Rear, rear - 0.008, (-0.18, 0.18), (high - 0.08, high - 0.04)),
    );
}

/// Box truck.
pub fn box_truck(detail: Detail) -> (Size, Model) {
    let size = BOX_TRUCK;
    let (front, rear, half) = (size.front(), -size.rear, size.half());
    let mut sketch = Sketch::new();
    let cab = front - 2.95;
    let (roof, bonnet, low) = (2.55, 1.62, 0.45);
    bonnet_cab(&mut sketch, detail, cab, front, half - 0.08, roof, bonnet, low);
    let mark = sketch.mark();
    cab_side(&mut sketch, detail, cab, front, half - 0.08, roof, bonnet, low, size.wheelbase, 0.48);
    sketch.mirror(mark);
    frame_rails(&mut sketch, rear + 0.15, front - 0.6, 0.78);
    cargo(&mut sketch, rear, cab - 0.12, half, 1.08, size.height, tone(0x2f7d5b));
    // Wind deflector from the cab's roof up to the box.
    sketch.group(40.0);
    let n = detail.pick(3, 2);
    sketch.stack(
        Finish::Paint,
        &[
            ring_x(cab - 0.05, half - 0.2, roof - 0.1, size.height - 0.25, 0.1, n),
            ring_x(cab + 0.15, half - 0.22, roof - 0.1, size.height - 0.38, 0.1, n),
            ring_x(cab + 0.95, half - 0.38, roof - 0.1, roof + 0.06, 0.06, n),
        ],
        |_| Vec3::ONE,
    );
    rear_bar(&mut sketch, rear, half, 0.72);
    let mut model = Model { body: sketch, beam: Some(Vec3::new(front, 0.85, 0.97)), ..Model::default() };
    model.wheel_kinds.push(wheel(0.48, 0.27, Rim::Truck, detail));
    model.wheel_kinds.push(wheel(0.48, 0.52, Rim::Truck, detail));
    axle(&mut model, size.wheelbase, half - 0.25, 0.48, true, 0);
    axle(&mut model, 0.0, half - 0.30, 0.48, false, 1);
    (size, model)
}

/// Sleeper tractor; with a 53-foot trailer behind it when the vehicle is as long as that.
pub fn tractor(detail: Detail, length: f32) -> (Size, Model) {
    let size = TRACTOR;
    let (front, rear, half) = (size.front(), -size.rear, size.half());
    let mut sketch = Sketch::new();
    let cab = 1.75;
    let (roof, bonnet, low) = (2.9, 1.9, 0.5);
    let cab_front = front;
    let base = cab_front - 3.45;
    bonnet_cab(&mut sketch, detail, base, front, half - 0.10, roof, bonnet, low);
    // Sleeper with high roof.
    let n = detail.pick(3, 2);
    sketch.group(45.0);
    sketch.stack(
        Finish::Paint,
        &[
            ring_x(cab, half - 0.12, low + 0.1, size.height - 0.02, 0.14, n),
            ring_x(cab + 0.08, half - 0.06, low + 0.1, size.height, 0.16, n),
            ring_x(base + 0.35, half - 0.06, low + 0.1, size.height, 0.16, n),
            ring_x(base + 0.75, half - 0.10, roof - 0.35, size.height - 0.12, 0.2, n),
            ring_x(base + 1.15, half - 0.16, roof - 0.35, roof + 0.38, 0.2, n),
            ring_x(base + 1.36, half - 0.24, roof - 0.35, roof + 0.0, 0.1, n),
        ],
        |p| Vec3::splat(0.7 + 0.3 * ((p.z - 0.4) / 0.8).clamp(0.0, 1.0)),
    );
    let mark = sketch.mark();
    cab_side(&mut sketch, detail, base, front, half - 0.10, roof, bonnet, low, size.wheelbase, 0.51);
    // Sleeper window, tank, exhaust stack, side fairing.
    sheet(
        &mut sketch,
        Finish::Glass,
        Vec3::splat(0.02),
        flat(Face::Left, half - 0.055, (cab + 0.5, cab + 1.1), (2.1, 2.6)),
    );
    sheet(
        &mut sketch,
        Finish::Trim,
        GAP,
        flat(Face::Left, half - 0.055, (base + 0.10, base + 0.115), (0.7, 3.2)),
    );
    sketch.capsule(
        Finish::Glass,
        dress::chrome() * 0.7,
        Vec3::new(1.95, half - 0.36, 0.72),
        Vec3::new(3.2, half - 0.36, 0.72),
        0.30,
        0.30,
        detail.pick(14, 8),
    );
    sketch.rod(
        Finish::Glass,
        dress::chrome() * 0.8,
        Vec3::new(cab - 0.14, half - 0.22, 0.9),
        Vec3::new(cab - 0.14, half - 0.22, 3.7),
        0.085,
        0.085,
        8,
    );
    sketch.group(40.0);
    // Quarter fenders over the tandem.
    for x in [0.66, -0.66] {
        let arch = |y: f32| -> Vec<Vec3> {
            (0..=5)
                .map(|k| {
                    let a = (35.0 + 22.0 * k as f32).to_radians();
                    Vec3::new(x + 0.58 * a.cos(), y, 0.51 + 0.58 * a.sin())
                })
                .collect()
        };
        sketch.net(Finish::Trim, &[arch(half - 0.02), arch(half - 0.62)], |_| tone(0x3b3e42));
    }
    sketch.mirror(mark);
    frame_rails(&mut sketch, rear, front - 0.8, 0.82);
    sketch.rounded_box(
        Finish::Trim,
        |_| tone(0x202124),
        Vec3::new(0.1, 0.0, 1.0),
        Vec3::new(0.5, 0.45, 0.06),
        0.04,
        0,
    );
    let mut model = Model { beam: Some(Vec3::new(front, 0.9, 1.02)), ..Model::default() };
    model.wheel_kinds.push(wheel(0.51, 0.29, Rim::Truck, detail));
    model.wheel_kinds.push(wheel(0.51, 0.56, Rim::Truck, detail));
    axle(&mut model, size.wheelbase, half - 0.27, 0.51, true, 0);
    axle(&mut model, 0.66, half - 0.30, 0.51, false, 1);
    axle(&mut model, -0.66, half - 0.30, 0.51, false, 1);
    let trailer = length - size.length;
    let mut whole = size;
    if trailer > 3.0 {
        // The trailer overlaps the tractor's frame; its own tandem carries its end.
        let end = rear - trailer;
        whole.length = length;
        whole.rear = size.rear + trailer;
        cargo(&mut sketch, end, cab - 0.35, half, 1.18, size.height + 0.02, tone(0x2c5a8f));
        sketch.cuboid(
            Finish::Trim,
            tone(0x55585c),
            Vec3::new((end + 0.5) * 0.5, 0.0, 1.12),
            Vec3::new((0.5 - end) * 0.5, half - 0.1, 0.06),
        );
        for x in [end + 1.9, end + 3.2] {
            axle(&mut model, x, half - 0.30, 0.51, false, 1);
        }
        for y in [0.75, -0.75] {
            sketch.cuboid(
                Finish::Trim,
                tone(0x6a6d70),
                Vec3::new(-1.9, y, 0.72),
                Vec3::new(0.06, 0.06, 0.42),
            );
        }
        rear_bar(&mut sketch, end, half, 0.62);
    } else {
        rear_bar(&mut sketch, rear, half, 0.80);
    }
    model.body = sketch;
    (whole, model)
}
