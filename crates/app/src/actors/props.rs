//! Things that stand or lie on the road: cone, concrete barrier, cardboard box.

use super::body::Detail;
use super::model::{Model, Size};
use super::sketch::{Finish, Sketch, tone};
use bevy::math::{Vec2, Vec3};

/// Size of the carton, m.
pub const CARTON: Size = Size { length: 0.6, width: 0.4, height: 0.4, rear: 0.3, wheelbase: 0.0 };

/// Size of the barrier, m.
pub const BARRIER: Size = Size { length: 3.05, width: 0.61, height: 0.81, rear: 1.525, wheelbase: 0.0 };

/// Size of the cone, m.
pub const CONE: Size = Size { length: 0.36, width: 0.36, height: 0.71, rear: 0.18, wheelbase: 0.0 };

/// Traffic cone with two reflective bands.
pub fn cone(detail: Detail) -> (Size, Model) {
    let size = CONE;
    let mut sketch = Sketch::new();
    let rubber = tone(0x1c1c1e);
    sketch.rounded_box(
        Finish::Trim,
        |_| rubber,
        Vec3::new(0.0, 0.0, 0.016),
        Vec3::new(0.18, 0.18, 0.016),
        0.014,
        0,
    );
    let orange = tone(0xf2560e);
    let white = tone(0xeef0ee);
    let segments = detail.pick(16, 14);
    let radius = |z: f32| 0.135 + (0.028 - 0.135) * (z - 0.03) / 0.68;
    let bands = [
        (0.03, 0.30, orange),
        (0.30, 0.40, white),
        (0.40, 0.49, orange),
        (0.49, 0.60, white),
        (0.60, 0.695, orange),
    ];
    for (low, high, color) in bands {
        sketch.group(50.0);
        // Bands stand out a millimeter.
        let lift = if color == white { 0.0015 } else { 0.0 };
        let profile = [Vec2::new(radius(low) + lift, low), Vec2::new(radius(high) + lift, high)];
        sketch.lathe(Finish::Trim, |_, _| color, Vec3::ZERO, Vec3::Z, &profile, segments);
    }
    sketch.group(50.0);
    let tip = [Vec2::new(radius(0.695), 0.695), Vec2::new(0.022, 0.71), Vec2::new(0.0, 0.71)];
    sketch.lathe(Finish::Trim, |_, _| orange * 0.7, Vec3::ZERO, Vec3::Z, &tip, segments);
    (size, Model { body: sketch, ..Model::default() })
}

/// One segment of a concrete barrier (New Jersey profile) with an orange and white board on its faces.
pub fn barrier(_detail: Detail) -> (Size, Model) {
    let size = BARRIER;
    let mut sketch = Sketch::new();
    let concrete = tone(0xa5a39c);
    // Half width over height: toe, lower slope to 0.33 m, steep upper face.
    let profile = [(0.305, 0.0), (0.305, 0.075), (0.175, 0.33), (0.085, 0.78), (0.065, 0.81)];
    let ring = |x: f32| -> Vec<Vec3> {
        let left = profile.iter().map(|&(y, z)| Vec3::new(x, y, z));
        let right = profile.iter().rev().map(|&(y, z)| Vec3::new(x, -y, z));
        let mut all: Vec<Vec3> = left.chain(right).collect();
        all.push(all[0]);
        all
    };
    sketch.group(15.0);
    let shade = |p: Vec3| concrete * (0.72 + 0.28 * (p.z / 0.4).min(1.0));
    let half = size.length * 0.5;
    sketch.stack(Finish::Trim, &[ring(-half), ring(-half + 0.02), ring(half - 0.02), ring(half)], shade);
    // Slanted stripes on both upper faces.
    let face = |x: f32, v: f32| Vec3::new(x, 0.167 - 0.072 * v + 0.005, 0.37 + 0.36 * v);
    let mark = sketch.mark();
    let stripes = 14;
    let pitch = (size.length - 0.2) / stripes as f32;
    sketch.group(10.0);
    for k in 0..stripes {
        let color = if k % 2 == 0 { tone(0xf2560e) } else { tone(0xf0f1ee) };
        let x0 = -half + 0.1 + pitch * k as f32;
        let slant = |x: f32, v: f32| (x + (v - 0.5) * pitch * 1.2).clamp(-half + 0.1, half - 0.1);
        // Left face, seen from +y: towards −x is to the right.
        sketch.quad(
            Finish::Trim,
            color,
            [
                face(slant(x0 + pitch, 0.0), 0.0),
                face(slant(x0, 0.0), 0.0),
                face(slant(x0, 1.0), 1.0),
                face(slant(x0 + pitch, 1.0), 1.0),
            ],
        );
    }
    sketch.mirror(mark);
    (size, Model { body: sketch, ..Model::default() })
}

/// Cardboard box with tape and open flaps.
pub fn carton(_detail: Detail) -> (Size, Model) {
    let size = CARTON;
    let mut sketch = Sketch::new();
    let board = tone(0xb08a5b);
    let tape = tone(0xc9b27c);
    let shade = |p: Vec3| board * (0.75 + 0.25 * (p.z / 0.25).min(1.0));
    sketch.rounded_box(Finish::Trim, shade, Vec3::new(0.0, 0.0, 0.195), Vec3::new(0.3, 0.2, 0.195), 0.008, 0);
    sketch.cuboid(Finish::Trim, tape, Vec3::new(0.0, 0.0, 0.389), Vec3::new(0.3005, 0.03, 0.0025));
    for x in [0.3, -0.3] {
        sketch.cuboid(Finish::Trim, tape, Vec3::new(x, 0.0, 0.34), Vec3::new(0.0015, 0.03, 0.05));
    }
    // A flap that stands off, as on a box that fell.
    sketch.group(10.0);
    let flap = [
        Vec3::new(0.3, 0.2, 0.39),
        Vec3::new(-0.3, 0.2, 0.39),
        Vec3::new(-0.28, 0.11, 0.4),
        Vec3::new(0.28, 0.11, 0.4),
    ];
    sketch.quad(Finish::Trim, board * 0.85, flap);
    sketch.quad(Finish::Trim, board * 0.6, [flap[3], flap[2], flap[1], flap[0]]);
    let print = tone(0x5b4326);
    for y in [0.201, -0.201] {
        sketch.cuboid(Finish::Trim, print, Vec3::new(0.12, y, 0.2), Vec3::new(0.05, 0.0008, 0.06));
        sketch.cuboid(Finish::Trim, print, Vec3::new(-0.12, y, 0.14), Vec3::new(0.08, 0.0008, 0.012));
    }
    (size, Model { body: sketch, ..Model::default() })
}
