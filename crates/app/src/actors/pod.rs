//! The rounded two-seat prototype with its sensor dome. No drawings are published: shape after photographs.

use super::body::{Body, Cabin, Detail};
use super::car::points;
use super::dress::{self, Dress, GAP, PLASTIC};
use super::model::{Model, Size, Spinner};
use super::sketch::{Finish, Lamp, Sketch, tone};
use super::wheels::{Rim, wheel};
use bevy::math::{Vec2, Vec3};

/// Size of the prototype, m.
pub const SIZE: Size = Size { length: 2.75, width: 1.65, height: 1.75, rear: 0.45, wheelbase: 1.85 };

/// Shell of the prototype.
pub fn shell() -> (Body, Cabin) {
    let size = SIZE;
    let body = Body {
        front: size.front(),
        rear: -size.rear,
        half: size.half(),
        sill: 0.20,
        low_ends: Vec2::new(0.22, 0.26),
        axles: vec![0.0, size.wheelbase],
        wheel_radius: 0.29,
        arch_radius: 0.33,
        shoulder: points(&[(-0.45, 0.94), (0.0, 0.97), (0.9, 0.96), (1.5, 0.95), (1.9, 0.90), (2.3, 0.78)]),
        round: 0.16,
        crown: 0.07,
        tuck: points(&[(0.0, 0.09), (0.2, 0.03), (0.45, 0.0), (0.7, 0.01), (1.0, 0.03)]),
        nose: points(&[(0.0, 0.10), (0.2, 0.02), (0.4, 0.0), (0.7, 0.04), (1.0, 0.13)]),
        tail: points(&[(0.0, 0.10), (0.2, 0.02), (0.45, 0.0), (0.75, 0.02), (1.0, 0.06)]),
        corners: Vec2::new(0.72, 0.62),
        square: Vec2::new(2.5, 2.6),
        barrel: Vec2::new(0.02, 0.02),
    };
    let cabin = Cabin {
        foot: (2.05, -0.36),
        roof: (1.18, 0.02),
        foot_bow: (0.62, 0.5),
        roof_bow: (0.40, 0.36),
        square: 2.5,
        ledge: 0.05,
        roof_half: 0.56,
        roof_edge: points(&[(0.0, 1.47), (0.3, 1.525), (0.7, 1.54), (1.0, 1.52), (1.18, 1.48)]),
        crown: 0.07,
        bulge: 0.075,
        roof_barrel: (0.1, 0.1),
    };
    (body, cabin)
}

/// The prototype.
pub fn prototype(detail: Detail) -> (Size, Model) {
    let size = SIZE;
    let (body, cabin) = shell();
    let mut sketch = Sketch::new();
    let d = Dress { body: &body, cabin: &cabin, detail };
    let mark = sketch.mark();
    body.draw_half(&mut sketch, detail, (cabin.foot.0 - 0.45, cabin.foot.1 + 0.35));
    cabin.draw_half(&body, &mut sketch, detail, Vec3::ONE);
    d.pane(
        &mut sketch,
        [Vec2::new(1.02, 0.07), Vec2::new(1.80, 0.07), Vec2::new(1.86, 0.90), Vec2::new(0.98, 0.90)],
        0.16,
    );
    d.pane(
        &mut sketch,
        [Vec2::new(1.97, 0.12), Vec2::new(2.35, 0.16), Vec2::new(2.38, 0.84), Vec2::new(1.99, 0.86)],
        0.22,
    );
    d.shut_line(
        &mut sketch,
        &[(1.42, 0.90), (1.40, 0.55), (1.30, 0.30), (0.55, 0.30), (0.42, 0.50), (0.34, 0.92)],
    );
    d.handle(&mut sketch, 0.52, 0.78, Finish::Trim, tone(0x3a3d42));
    d.flank_strip(&mut sketch, Finish::Trim, tone(0x4a4e54), &[(1.46, 0.245), (0.38, 0.245)], 0.05, 0.004);
    for axle in [0.0, size.wheelbase] {
        d.arch_trim(&mut sketch, axle, 0.03, tone(0x55595f), 0.006);
    }
    d.mirror(&mut sketch, 1.50, 1.03);
    // Friendly face: upright oval lamps.
    let head = [Vec2::new(0.46, 0.55), Vec2::new(0.66, 0.54), Vec2::new(0.70, 0.76), Vec2::new(0.50, 0.76)];
    d.lens(&mut sketch, &[], tone(0x2a2d31), &head, 0.42, 0.004);
    let beam = [Vec2::new(0.48, 0.60), Vec2::new(0.64, 0.59), Vec2::new(0.67, 0.735), Vec2::new(0.51, 0.735)];
    d.lens(&mut sketch, &[Lamp::Head], dress::clear() * 1.2, &beam, 0.42, 0.009);
    let turn =
        [Vec2::new(0.49, 0.555), Vec2::new(0.63, 0.548), Vec2::new(0.64, 0.585), Vec2::new(0.50, 0.59)];
    d.lens(&mut sketch, &[Lamp::Left], dress::amber(), &turn, 0.3, 0.009);
    let tail = [Vec2::new(2.40, 0.58), Vec2::new(2.58, 0.58), Vec2::new(2.56, 0.84), Vec2::new(2.38, 0.84)];
    d.lens(&mut sketch, &[Lamp::Tail], dress::red(), &tail, 0.4, 0.006);
    let brake = [Vec2::new(2.42, 0.71), Vec2::new(2.56, 0.71), Vec2::new(2.55, 0.82), Vec2::new(2.41, 0.82)];
    d.lens(&mut sketch, &[Lamp::Brake], dress::red() * 1.6, &brake, 0.4, 0.010);
    let back = [Vec2::new(2.42, 0.60), Vec2::new(2.56, 0.60), Vec2::new(2.56, 0.69), Vec2::new(2.42, 0.69)];
    d.lens(&mut sketch, &[Lamp::Left], dress::amber(), &back, 0.4, 0.010);
    // Side cameras and corner radars.
    sketch.ball(Finish::Trim, |_| PLASTIC, body.at(Vec2::new(0.78, 0.50)), Vec3::splat(0.045), 8, 6);
    sketch.mirror(mark);
    d.windshield(&mut sketch, (0.86, 0.84), (0.03, 0.93));
    d.rear_window(&mut sketch, (0.42, 0.44), (0.12, 0.86));
    // Black sensor nose and lower intake.
    let nose = [Vec2::new(-0.15, 0.60), Vec2::new(0.15, 0.60), Vec2::new(0.15, 0.74), Vec2::new(-0.15, 0.74)];
    d.plate(&mut sketch, Finish::Glass, Vec3::splat(0.012), nose, 0.45, 0.006);
    sketch.ball(
        Finish::Glass,
        |_| Vec3::splat(0.02),
        body.at(Vec2::new(0.0, 0.67)) + Vec3::new(0.0, 0.0, 0.0),
        Vec3::new(0.05, 0.055, 0.055),
        12,
        8,
    );
    let intake =
        [Vec2::new(-0.36, 0.29), Vec2::new(0.36, 0.29), Vec2::new(0.30, 0.40), Vec2::new(-0.30, 0.40)];
    d.plate(&mut sketch, Finish::Trim, GAP, intake, 0.3, 0.005);
    d.band(&mut sketch, Finish::Trim, tone(0x4a4e54), (2.55, 3.45), (0.30, 0.42), 0.005);
    d.license(&mut sketch, 3.0, 0.52, tone(0xe8e9e4));
    body.draw_floor(&mut sketch, 0.60);
    // Dome on the roof: gray foot, black sensor drum that spins.
    let x = 0.64;
    let foot = cabin.top(x, 0.0) - 0.02;
    sketch.group(50.0);
    let ring = [Vec2::new(0.21, 0.0), Vec2::new(0.185, 0.05), Vec2::new(0.13, 0.062), Vec2::new(0.0, 0.062)];
    sketch.lathe(
        Finish::Paint,
        |_, _| Vec3::ONE,
        Vec3::new(x, 0.0, foot),
        Vec3::Z,
        &ring,
        detail.pick(20, 12),
    );
    let mut drum = Sketch::new();
    drum.group(45.0);
    let top = size.height - foot - 0.055;
    let profile = [
        Vec2::new(0.125, 0.0),
        Vec2::new(0.128, top * 0.55),
        Vec2::new(0.11, top * 0.82),
        Vec2::new(0.06, top * 0.98),
        Vec2::new(0.0, top),
    ];
    drum.lathe(Finish::Glass, |_, _| Vec3::splat(0.012), Vec3::ZERO, Vec3::Z, &profile, detail.pick(20, 12));
    drum.cuboid(
        Finish::Trim,
        tone(0x2b3036),
        Vec3::new(0.122, 0.0, top * 0.34),
        Vec3::new(0.01, 0.045, top * 0.22),
    );
    let mut model = Model { body: sketch, ..Model::default() };
    model.spinners.push(Spinner { sketch: drum, center: Vec3::new(x, 0.0, foot + 0.055), rate_hz: 10.0 });
    let tire = wheel(0.29, 0.165, Rim::Disc, detail);
    model.car_wheels(&size, tire, 0.29, 0.165, 1.58);
    model.beam = Some(Vec3::new(2.18, 0.50, 0.66));
    (size, model)
}
