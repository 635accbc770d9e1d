//! What a driver sees of the own vehicle: dash, pillars, roof, doors, seats, bonnet, outside mirrors, and the
//! things that move: steering wheel, gauge needle, wipers. Vehicle frame, m.
//!
//! Display colors do not hang on the light: they are drawn unlit. A vehicle without manual controls has a
//! plain shelf with a Go and a Stop button, as the engine's prototype has.

use super::body::Detail;
use super::dress::PLASTIC;
use super::heavy;
use super::kind::Kind;
use super::plan::{Controls, Plan};
use super::sketch::{Finish, Rgb, Sketch, tone};
use bevy::math::{Quat, Vec2, Vec3};
use core::f32::consts::TAU;

/// Turns of the steering wheel for each turn of the road wheels.
pub const STEERING_RATIO: f32 = 16.0;
/// Tilt of the steering wheel from the vertical, rad.
const TILT_RAD: f32 = 0.42;
/// Full scale of the speed gauge, m/s (100 mph).
const GAUGE_MPS: f32 = 44.7;
/// Sweep of its needle, rad.
const GAUGE_RAD: f32 = 4.2;

/// Parts of an interior.
#[derive(Clone, Debug, Default)]
pub struct Interior {
    /// Rigid, lit like everything else.
    pub solid: Sketch,
    /// Displays and buttons, unlit.
    pub glow: Sketch,
    /// Steering wheel around its own origin: x right, y up, z towards the driver.
    pub wheel: Option<(Sketch, Vec3, Quat)>,
    /// Needle of the speed gauge, in the same kind of frame, at rest pointing up.
    pub needle: Option<(Sketch, Vec3, Quat)>,
    /// Wipers: sketch along x with the glass below (−z), pivot, frame.
    pub wipers: Vec<(Sketch, Vec3, Quat)>,
}

/// Angle of the needle at a speed, rad, counter-clockwise as the driver sees it.
pub fn needle_rad(speed_mps: f32) -> f32 {
    let share = (speed_mps.abs() / GAUGE_MPS).clamp(0.0, 1.0);
    GAUGE_RAD * (0.5 - share)
}

/// Frame of something that faces the driver: x right, y up, z towards the driver, leaning back by `tilt`.
fn facing(tilt_rad: f32) -> Quat {
    let (s, c) = tilt_rad.sin_cos();
    let out = Vec3::new(-c, 0.0, s);
    let up = Vec3::new(s, 0.0, c);
    Quat::from_mat3(&bevy::math::Mat3::from_cols(up.cross(out), up, out))
}

/// Draws flat things on a plane that faces the driver.
struct Panel<'a> {
    sketch: &'a mut Sketch,
    at: Vec3,
    turn: Quat,
}

impl Panel<'_> {
    fn point(&self, p: Vec2, lift: f32) -> Vec3 {
        self.at + self.turn * p.extend(lift)
    }

    fn rect(&mut self, color: Rgb, low: Vec2, high: Vec2, lift: f32) {
        self.sketch.group(10.0);
        let q = [low, Vec2::new(high.x, low.y), high, Vec2::new(low.x, high.y)].map(|p| self.point(p, lift));
        self.sketch.quad(Finish::Trim, color, q);
    }

    fn line(&mut self, color: Rgb, points: &[(f32, f32)], width: f32, lift: f32) {
        self.sketch.group(10.0);
        for pair in points.windows(2) {
            let (a, b) = (Vec2::from(pair[0]), Vec2::from(pair[1]));
            let side = (b - a).normalize_or_zero().perp() * width * 0.5;
            let along = (b - a).normalize_or_zero() * width * 0.35;
            let q = [a - along - side, b + along - side, b + along + side, a - along + side];
            let q = q.map(|p| self.point(p, lift));
            self.sketch.quad(Finish::Trim, color, q);
        }
    }

    fn disc(&mut self, color: Rgb, center: Vec2, radius: f32, lift: f32) {
        self.sketch.group(10.0);
        let rim: Vec<Vec3> = (0..=24)
            .map(|k| {
                let a = k as f32 / 24.0 * TAU;
                self.point(center + Vec2::new(a.cos(), a.sin()) * radius, lift)
            })
            .collect();
        let middle = self.point(center, lift);
        self.sketch.fan(Finish::Trim, color, middle, &rim);
    }

    /// Ring from one angle to another, counter-clockwise from +x.
    fn arc(&mut self, color: Rgb, center: Vec2, radii: (f32, f32), angles: (f32, f32), lift: f32) {
        let n = 24;
        let row = |r: f32| -> Vec<Vec3> {
            (0..=n)
                .map(|k| {
                    let a = angles.0 + (angles.1 - angles.0) * k as f32 / n as f32;
                    self.point(center + Vec2::new(a.cos(), a.sin()) * r, lift)
                })
                .collect()
        };
        let rows = [row(radii.1), row(radii.0)];
        self.sketch.group(10.0);
        self.sketch.net(Finish::Trim, &rows, |_| color);
    }

    /// Words in capital letters of a 3 × 5 grid.
    fn word(&mut self, text: &str, color: Rgb, center: Vec2, cell: f32, lift: f32) {
        let width = (text.len() as f32 * 4.0 - 1.0) * cell;
        for (ix, letter) in text.chars().enumerate() {
            let rows: [u8; 5] = match letter {
                'G' => [0b111, 0b100, 0b101, 0b101, 0b111],
                'O' => [0b111, 0b101, 0b101, 0b101, 0b111],
                'S' => [0b111, 0b100, 0b111, 0b001, 0b111],
                'T' => [0b111, 0b010, 0b010, 0b010, 0b010],
                'P' => [0b111, 0b101, 0b111, 0b100, 0b100],
                _ => [0; 5],
            };
            for (y, row) in rows.into_iter().enumerate() {
                for x in 0..3 {
                    if row >> (2 - x) & 1 == 1 {
                        let low = center
                            + Vec2::new(
                                (ix as f32 * 4.0 + x as f32) * cell - width * 0.5,
                                (1.5 - y as f32) * cell,
                            );
                        self.rect(color, low, low + Vec2::splat(cell), lift);
                    }
                }
            }
        }
    }
}

/// Draws the inside of a model; `None` for what nobody sits in.
pub fn draw(kind: Kind, controls: Controls) -> Option<Interior> {
    let plan = Plan::of(kind)?;
    let mut interior = Interior::default();
    shell(&mut interior.solid, &plan);
    outside(&mut interior.solid, &plan, kind);
    seats(&mut interior.solid, &plan);
    let dash = dash(&mut interior, &plan, controls);
    match controls {
        Controls::Wheel => cluster(&mut interior, &plan, dash),
        Controls::Buttons => buttons(&mut interior, dash),
    }
    for ix in 0..plan.wipers {
        let wiper = plan.wiper(ix);
        let frame = bevy::math::Mat3::from_cols(wiper.rest, wiper.axis.cross(wiper.rest), wiper.axis);
        interior.wipers.push((blade(wiper.length), wiper.pivot, Quat::from_mat3(&frame)));
    }
    Some(interior)
}

/// Arm and blade along x.
fn blade(length: f32) -> Sketch {
    let mut sketch = Sketch::new();
    let black = Vec3::splat(0.006);
    sketch.rod(Finish::Trim, black, Vec3::new(0.0, 0.0, -0.02), Vec3::new(0.0, 0.0, 0.012), 0.016, 0.014, 8);
    sketch.cuboid(
        Finish::Trim,
        black,
        Vec3::new(length * 0.29, 0.0, 0.004),
        Vec3::new(length * 0.29, 0.007, 0.004),
    );
    sketch.cuboid(
        Finish::Trim,
        black,
        Vec3::new(length * 0.60, 0.012, -0.004),
        Vec3::new(length * 0.40, 0.008, 0.007),
    );
    sketch
}

fn inward(p: Vec3, by: f32) -> Vec3 {
    Vec3::new(p.x - by * 0.4, p.y - p.y.signum() * by, p.z - by * 0.3)
}

/// Pillars, header, roof, doors, floor.
fn shell(sketch: &mut Sketch, plan: &Plan) {
    let lining = tone(0x96989a);
    let dark = lining * 0.75;
    let mark = sketch.mark();
    let steps = 6;
    let path = |f: &dyn Fn(f32) -> Vec3| -> Vec<Vec3> {
        (0..=steps).map(|k| inward(f(k as f32 / steps as f32), 0.03)).collect()
    };
    // A-pillar, roof rail, B-pillar, edge of the door.
    sketch.tube(Finish::Trim, dark, &path(&|t| plan.glass(1.0, t).lerp(plan.side(0.0, t), 0.5)), 0.036, 7);
    sketch.tube(Finish::Trim, dark, &path(&|k| plan.side(k, 1.02)), 0.05, 7);
    sketch.tube(Finish::Trim, dark, &path(&|t| plan.side(1.0, t)), 0.062, 7);
    let door: Vec<Vec3> = (0..=steps)
        .map(|k| {
            // It begins ahead of the pillar, under the dash's corner.
            let p = plan.side(-0.12 + 1.12 * k as f32 / steps as f32, 0.0);
            Vec3::new(p.x, p.y - 0.035, plan.belt - 0.015)
        })
        .collect();
    sketch.tube(Finish::Trim, tone(0x1d1f21), &door, 0.038, 7);
    // Door panel, facing in.
    let floor = plan.belt - 0.72;
    let rows: Vec<Vec<Vec3>> = [(0.0, -0.08), (0.30, -0.10), (0.72, -0.04)]
        .into_iter()
        .map(|(down, y)| door.iter().map(|p| Vec3::new(p.x, p.y + y + 0.04, plan.belt - down)).collect())
        .collect();
    sketch.group(50.0);
    sketch.net(Finish::Trim, &rows, |p| if p.z > plan.belt - 0.2 { tone(0x26282b) } else { tone(0x35373a) });
    // Arm rest.
    sketch.rounded_box(
        Finish::Trim,
        |_| tone(0x1d1f21),
        Vec3::new(plan.eye.x + 0.12, plan.door_half - 0.14, plan.belt - 0.27),
        Vec3::new(0.28, 0.05, 0.035),
        0.03,
        0,
    );
    sketch.mirror(mark);
    // Header and roof.
    let header: Vec<Vec3> = (0..=10)
        .map(|k| {
            let p = plan.glass(1.0 - 0.2 * k as f32, 1.02);
            Vec3::new(p.x - 0.03, p.y, p.z - 0.015)
        })
        .collect();
    sketch.tube(Finish::Trim, lining * 0.8, &header, 0.045, 7);
    let roof: Vec<Vec<Vec3>> = [0.0, 0.35, 0.8, 1.4]
        .into_iter()
        .map(|back: f32| {
            header
                .iter()
                .map(|p| {
                    Vec3::new(p.x - back, p.y * (1.0 + 0.12 * back.min(0.5)), p.z + 0.03 * back.min(0.5))
                })
                .collect()
        })
        .collect();
    sketch.group(60.0);
    // Seen from below: columns run from left to right, rows to the rear.
    let flipped: Vec<Vec<Vec3>> =
        roof.into_iter().map(|row: Vec<Vec3>| row.into_iter().rev().collect()).collect();
    sketch.net(Finish::Trim, &flipped, |_| lining);
    // Floor.
    sketch.group(10.0);
    let (x0, x1, y) = (plan.eye.x - 1.4, plan.glass(0.0, 0.0).x, plan.door_half - 0.05);
    sketch.quad(
        Finish::Trim,
        Vec3::splat(0.012),
        [
            Vec3::new(x0, -y, floor),
            Vec3::new(x1, -y, floor),
            Vec3::new(x1, y, floor),
            Vec3::new(x0, y, floor),
        ],
    );
    // Inside mirror on the glass.
    let foot = plan.glass(0.0, 0.93);
    let mirror = Vec3::new(foot.x - 0.07, 0.0, foot.z - 0.075);
    sketch.rod(Finish::Trim, PLASTIC, foot, mirror, 0.012, 0.012, 6);
    sketch.rounded_box(Finish::Trim, |_| PLASTIC, mirror, Vec3::new(0.018, 0.125, 0.033), 0.016, 1);
    sketch.group(10.0);
    let turn = facing(-0.06);
    let face = |x: f32, y: f32| mirror + Vec3::new(-0.0195, 0.0, 0.0) + turn * Vec3::new(x, y, 0.0);
    sketch.quad(
        Finish::Glass,
        Vec3::new(0.10, 0.12, 0.14),
        [face(-0.112, -0.024), face(0.112, -0.024), face(0.112, 0.024), face(-0.112, 0.024)],
    );
}

/// Bonnet and outside mirrors.
fn outside(sketch: &mut Sketch, plan: &Plan, kind: Kind) {
    if let Some((body, cabin)) = plan.bonnet() {
        let mark = sketch.mark();
        body.draw_half(sketch, Detail::Traffic, (cabin.foot.0 - cabin.foot_bow.0 * 0.7, body.rear - 1.0));
        sketch.mirror(mark);
    } else if matches!(kind, Kind::BoxTruck | Kind::Tractor) {
        heavy::bonnet(sketch, Detail::Hero, kind);
    }
    let Some(at) = plan.mirror else { return };
    let mark = sketch.mark();
    let tall = matches!(kind, Kind::Bus | Kind::BoxTruck | Kind::Tractor);
    let half = if tall { Vec3::new(0.045, 0.10, 0.22) } else { Vec3::new(0.065, 0.105, 0.068) };
    sketch.rounded_box(Finish::Paint, |_| Vec3::ONE, at, half, 0.04, 1);
    sketch.group(20.0);
    let glass = at + Vec3::new(-half.x - 0.002, 0.0, 0.0);
    let (w, h) = (half.y - 0.022, half.z - 0.02);
    let corner = |y: f32, z: f32| glass + Vec3::new(0.0, y, z);
    sketch.quad(
        Finish::Trim,
        PLASTIC,
        [(half.y, -half.z), (-half.y, -half.z), (-half.y, half.z), (half.y, half.z)]
            .map(|(y, z)| corner(y * 0.94, z * 0.94)),
    );
    let lift = Vec3::new(-0.002, 0.0, 0.0);
    sketch.quad(
        Finish::Glass,
        Vec3::new(0.13, 0.16, 0.19),
        [(w, -h), (-w, -h), (-w, h), (w, h)].map(|(y, z)| corner(y, z) + lift),
    );
    let root = Vec3::new(at.x + 0.01, plan.side(0.1, 0.0).y, at.z - 0.05);
    sketch.rod(
        Finish::Trim,
        PLASTIC,
        root,
        Vec3::new(at.x, at.y - half.y * 0.7, at.z - 0.04),
        0.025,
        0.02,
        6,
    );
    sketch.mirror(mark);
}

/// Front seats, seen when one looks to the side or back.
fn seats(sketch: &mut Sketch, plan: &Plan) {
    let cloth = tone(0x2a2c30);
    let hip = Vec3::new(plan.eye.x - 0.12, plan.eye.y, plan.eye.z - 0.66);
    for y in [plan.eye.y, -plan.eye.y] {
        let hip = Vec3::new(hip.x, y, hip.z);
        sketch.rounded_box(
            Finish::Trim,
            |_| cloth,
            hip + Vec3::new(0.1, 0.0, -0.1),
            Vec3::new(0.27, 0.25, 0.09),
            0.06,
            1,
        );
        // The driver's own back rest would hide what lies behind the eye.
        if y < 0.0 {
            sketch.rounded_box(
                Finish::Trim,
                |_| cloth,
                hip + Vec3::new(-0.24, 0.0, 0.26),
                Vec3::new(0.08, 0.24, 0.32),
                0.07,
                1,
            );
            sketch.rounded_box(
                Finish::Trim,
                |_| cloth,
                hip + Vec3::new(-0.27, 0.0, 0.68),
                Vec3::new(0.05, 0.13, 0.09),
                0.045,
                1,
            );
        }
    }
}

/// Dash from the windshield's foot towards the seats; returns its rear edge: x and height.
fn dash(interior: &mut Interior, plan: &Plan, controls: Controls) -> (f32, f32) {
    let sketch = &mut interior.solid;
    let base = plan.glass(0.0, 0.0);
    let edge_x = plan.eye.x + if controls == Controls::Wheel { 0.64 } else { 0.72 };
    let edge_z = (base.z - 0.03).min(plan.eye.z - 0.26);
    let n = 12;
    let across = |k: usize| 1.0 - 2.0 * k as f32 / n as f32;
    let row = |f: &dyn Fn(f32) -> Vec3| -> Vec<Vec3> { (0..=n).rev().map(|k| f(across(k))).collect() };
    let y_of = |u: f32| u * (plan.door_half + 0.02);
    // Columns run from right to left, rows from the glass towards the driver and down: seen from above.
    let rows = [
        row(&|u| plan.glass(u, 0.0) + Vec3::new(-0.01, 0.07 * u.powi(9), -0.035)),
        row(&|u| {
            let p = plan.glass(u, 0.0);
            Vec3::new(p.x * 0.45 + edge_x * 0.55, p.y * 0.3 + y_of(u) * 0.7 + 0.03 * u, edge_z + 0.005)
        }),
        row(&|u| Vec3::new(edge_x, y_of(u), edge_z)),
        row(&|u| Vec3::new(edge_x - 0.045, y_of(u), edge_z - 0.035)),
        row(&|u| Vec3::new(edge_x - 0.04, y_of(u), edge_z - 0.16)),
        row(&|u| Vec3::new(edge_x + 0.10, y_of(u), edge_z - 0.34)),
        row(&|u| Vec3::new(edge_x + 0.14, y_of(u), edge_z - 0.60)),
    ];
    sketch.group(52.0);
    let (top, low) = match controls {
        Controls::Wheel => (tone(0x202224), tone(0x33363a)),
        Controls::Buttons => (tone(0x3a3d41), tone(0x8e9296)),
    };
    sketch.net(Finish::Trim, &rows, |p| if p.z > edge_z - 0.05 { top } else { low });
    // A trim line along the dash, and air vents at its ends.
    let vent = |sketch: &mut Sketch, y: f32| {
        let at = Vec3::new(edge_x - 0.045, y, edge_z - 0.095);
        sketch.rounded_box(Finish::Trim, |_| PLASTIC, at, Vec3::new(0.012, 0.075, 0.032), 0.012, 0);
        for k in 0..3 {
            let z = at.z - 0.018 + 0.018 * k as f32;
            sketch.cuboid(
                Finish::Trim,
                tone(0x44474b),
                Vec3::new(at.x - 0.013, y, z),
                Vec3::new(0.002, 0.066, 0.003),
            );
        }
    };
    for y in [plan.door_half - 0.13, -plan.door_half + 0.13] {
        vent(sketch, y);
    }
    sketch.cuboid(
        Finish::Glass,
        tone(0x6b7075),
        Vec3::new(edge_x - 0.044, 0.0, edge_z - 0.148),
        Vec3::new(0.004, plan.door_half - 0.05, 0.004),
    );
    (edge_x, edge_z)
}

/// Screen in the middle with a map, instruments before the driver, steering wheel.
fn cluster(interior: &mut Interior, plan: &Plan, dash: (f32, f32)) {
    let (x, z) = dash;
    // Middle screen.
    screen(interior, Vec3::new(x - 0.075, 0.0, z - 0.02), Vec2::new(0.135, 0.08), 0.16);
    // Hood over the instruments.
    let y = plan.eye.y;
    interior.solid.group(60.0);
    let hood = |back: f32, grow: f32| -> Vec<Vec3> {
        (0..=12)
            .map(|k| {
                let a = (k as f32 / 12.0) * core::f32::consts::PI;
                // Flatter than a circle.
                let rise = a.sin().powf(0.55) * (0.095 + grow);
                Vec3::new(
                    x + 0.16 - back,
                    y - a.cos() * (0.185 + grow),
                    z - 0.035 + rise - 0.06 * (0.2 - back).max(0.0),
                )
            })
            .collect()
    };
    let skin = [
        hood(0.0, -0.03),
        hood(0.12, 0.0),
        hood(0.235, 0.002),
        hood(0.25, -0.006),
        hood(0.24, -0.012),
        hood(0.10, -0.016),
    ];
    interior.solid.net(Finish::Trim, &skin, |_| tone(0x1b1c1e));
    let at = Vec3::new(x - 0.055, y, z - 0.018);
    let turn = facing(0.20);
    let mut panel = Panel { sketch: &mut interior.glow, at, turn };
    panel.rect(tone(0x07090b), Vec2::new(-0.165, -0.062), Vec2::new(0.165, 0.062), 0.0);
    let dim = tone(0x5b6b78);
    for (cx, color) in [(-0.075, tone(0x9fb4c4)), (0.078, dim)] {
        let from = core::f32::consts::FRAC_PI_2 - GAUGE_RAD * 0.5;
        panel.arc(color, Vec2::new(cx, -0.008), (0.053, 0.0555), (from, from + GAUGE_RAD), 0.001);
        for k in 0..=10 {
            let a = from + GAUGE_RAD * k as f32 / 10.0;
            let u = Vec2::new(a.cos(), a.sin());
            let c = Vec2::new(cx, -0.008);
            let (p, q) = (c + u * 0.044, c + u * 0.053);
            panel.line(color, &[p.into(), q.into()], 0.0022, 0.001);
        }
    }
    // Power or fuel at rest on the right gauge; the left one has the needle.
    let from = core::f32::consts::FRAC_PI_2 + GAUGE_RAD * 0.5;
    panel.arc(
        tone(0x2b9a8c),
        Vec2::new(0.078, -0.008),
        (0.036, 0.042),
        (from - GAUGE_RAD * 0.62, from),
        0.001,
    );
    let mut needle = Sketch::new();
    Panel { sketch: &mut needle, at: Vec3::ZERO, turn: Quat::IDENTITY }.line(
        tone(0xff6a33),
        &[(0.0, -0.008), (0.0, 0.048)],
        0.004,
        0.0,
    );
    interior.needle = Some((needle, at + turn * Vec3::new(-0.075, -0.008, 0.003), turn));

    // Steering wheel.
    let center = Vec3::new(plan.eye.x + 0.47, y, plan.eye.z - 0.345);
    let mut wheel = Sketch::new();
    let leather = tone(0x17181a);
    let rim: Vec<Vec3> = (0..=32)
        .map(|k| {
            let a = k as f32 / 32.0 * TAU;
            Vec3::new(a.cos() * 0.185, a.sin() * 0.185, 0.0)
        })
        .collect();
    wheel.tube(Finish::Trim, leather, &rim, 0.0155, 8);
    wheel.rounded_box(
        Finish::Trim,
        |_| tone(0x222427),
        Vec3::new(0.0, -0.012, -0.02),
        Vec3::new(0.075, 0.058, 0.028),
        0.026,
        2,
    );
    for (a, w) in
        [(0.06_f32, 0.020_f32), (core::f32::consts::PI - 0.06, 0.020), (-core::f32::consts::FRAC_PI_2, 0.026)]
    {
        let u = Vec3::new(a.cos(), a.sin(), 0.0);
        let v = Vec3::new(-a.sin(), a.cos(), 0.0);
        wheel.group(30.0);
        let ring = |r: f32, w: f32, z: f32| -> Vec<Vec3> {
            let c = u * r;
            let (p, q) = (v * w, Vec3::Z * 0.008);
            let mut all = vec![c - p - q, c + p - q, c + p + q, c - p + q]
                .into_iter()
                .map(|p| p + Vec3::Z * z)
                .collect::<Vec<_>>();
            all.push(all[0]);
            all
        };
        // Counter-clockwise as seen from the rim.
        wheel.stack(Finish::Trim, &[ring(0.06, w * 1.25, -0.02), ring(0.178, w, -0.002)], |_| tone(0x3b3e42));
    }
    wheel.rounded_box(
        Finish::Glass,
        |_| tone(0x9da2a6),
        Vec3::new(0.0, -0.008, 0.009),
        Vec3::new(0.018, 0.014, 0.002),
        0.0015,
        0,
    );
    let turn = facing(TILT_RAD);
    interior.wheel = Some((wheel, center, turn));
    // Column and stalks.
    let along = turn * Vec3::NEG_Z;
    let solid = &mut interior.solid;
    solid.rod(Finish::Trim, tone(0x1a1b1d), center + along * 0.04, center + along * 0.26, 0.045, 0.06, 10);
    for side in [1.0, -1.0] {
        let from = center + along * 0.07;
        solid.rod(
            Finish::Trim,
            PLASTIC,
            from,
            from + turn * Vec3::new(0.16 * side, 0.03, 0.0),
            0.009,
            0.011,
            6,
        );
    }
}

/// A framed screen that shows a map with the route.
fn screen(interior: &mut Interior, at: Vec3, half: Vec2, tilt: f32) {
    let turn = facing(tilt);
    let mark = interior.solid.mark();
    interior.solid.rounded_box(
        Finish::Trim,
        |_| Vec3::splat(0.006),
        Vec3::ZERO,
        Vec3::new(half.x + 0.01, half.y + 0.01, 0.010),
        0.009,
        1,
    );
    interior.solid.place(mark, bevy::math::Affine3A::from_rotation_translation(turn, at));
    let mut panel = Panel { sketch: &mut interior.glow, at: at + turn * Vec3::Z * 0.011, turn };
    panel.rect(tone(0x101820), -half, half, 0.0);
    let (w, h) = (half.x, half.y);
    let road = tone(0x34444f);
    panel.line(road, &[(-w * 0.9, -h * 0.35), (w * 0.95, h * 0.05)], 0.010, 0.0006);
    panel.line(road, &[(-w * 0.35, -h * 0.95), (-w * 0.05, h * 0.95)], 0.010, 0.0007);
    panel.line(road, &[(w * 0.45, -h * 0.95), (w * 0.62, h * 0.95)], 0.007, 0.0008);
    panel.line(road, &[(-w * 0.95, h * 0.55), (w * 0.95, h * 0.62)], 0.006, 0.0009);
    let route = [(-w * 0.30, -h * 0.8), (-w * 0.19, -h * 0.20), (w * 0.50, -h * 0.05), (w * 0.58, h * 0.5)];
    panel.line(tone(0x2fc4b2), &route, 0.0065, 0.0014);
    panel.line(
        tone(0xf4f6f7),
        &[
            (-w * 0.275 - 0.008, -h * 0.66 - 0.008),
            (-w * 0.275, -h * 0.66 + 0.006),
            (-w * 0.275 + 0.008, -h * 0.66 - 0.008),
        ],
        0.0045,
        0.002,
    );
    panel.disc(tone(0xf0a93a), Vec2::new(w * 0.58, h * 0.5), 0.0065, 0.002);
}

/// Plain shelf: a screen, and a console with the Go and the Stop button between the seats.
fn buttons(interior: &mut Interior, dash: (f32, f32)) {
    let (x, z) = dash;
    screen(interior, Vec3::new(x - 0.03, 0.0, z + 0.035), Vec2::new(0.135, 0.065), 0.12);
    let at = Vec3::new(x - 0.075, 0.0, z - 0.13);
    let turn = facing(0.6);
    let mark = interior.solid.mark();
    interior.solid.rounded_box(
        Finish::Trim,
        |_| tone(0x505459),
        Vec3::new(0.0, 0.0, -0.05),
        Vec3::new(0.17, 0.085, 0.05),
        0.03,
        2,
    );
    for side in [-0.082, 0.082] {
        interior.solid.rod(
            Finish::Trim,
            tone(0x1c1e20),
            Vec3::new(side, 0.0, -0.01),
            Vec3::new(side, 0.0, 0.006),
            0.064,
            0.060,
            24,
        );
    }
    interior.solid.place(mark, bevy::math::Affine3A::from_rotation_translation(turn, at));
    let mut panel = Panel { sketch: &mut interior.glow, at, turn };
    for (side, word, color) in [(-0.082, "GO", tone(0x1fa36a)), (0.082, "STOP", tone(0xd0342c))] {
        let center = Vec2::new(side, 0.0);
        panel.disc(color * 0.35, center, 0.055, 0.007);
        panel.disc(color, center, 0.049, 0.009);
        panel.word(word, tone(0xffffff), center, if word.len() > 2 { 0.0052 } else { 0.0085 }, 0.011);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_vehicles_with_controls_have_a_wheel() {
        let with = draw(Kind::Lexus, Controls::Wheel).unwrap();
        let without = draw(Kind::Prototype, Controls::Buttons).unwrap();
        assert!(with.wheel.is_some() && with.needle.is_some());
        assert!(without.wheel.is_none() && without.needle.is_none());
        assert!(draw(Kind::Pedestrian, Controls::Wheel).is_none());
    }

    #[test]
    fn nothing_hides_the_road_from_the_driver() {
        // Straight ahead and 4° down, the ray from the eye meets nothing but thin things (wiper at rest,
        // mirror above): no triangle of dash, wheel or bonnet.
        for kind in Kind::ALL {
            let Some(plan) = Plan::of(kind) else { continue };
            let controls = if kind == Kind::Prototype { Controls::Buttons } else { Controls::Wheel };
            let interior = draw(kind, controls).unwrap();
            for down in [0.0_f32, 0.07] {
                let ray = Vec3::new(down.cos(), 0.0, -down.sin());
                assert!(!interior.solid.is_hit(plan.eye, ray), "{kind:?}: {down} rad down");
            }
            // But straight down there is a floor or seat.
            assert!(interior.solid.is_hit(plan.eye, Vec3::NEG_Z), "{kind:?}: floor");
        }
    }

    #[test]
    fn frames_face_the_driver() {
        let turn = facing(TILT_RAD);
        assert!((turn * Vec3::Z).x < -0.9 && (turn * Vec3::Z).z > 0.3);
        assert!((turn * Vec3::X - Vec3::NEG_Y).length() < 1e-6, "x is the driver's right");
        assert!(needle_rad(0.0) > 0.0 && needle_rad(GAUGE_MPS) < 0.0, "clockwise with speed");
        assert_eq!(needle_rad(20.0), needle_rad(-20.0));
    }
}
