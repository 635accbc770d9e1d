//! What an automated vehicle carries: spinning lidar on its rack, roof pods, corner radars, a quiet livery.

use super::body::Detail;
use super::cars;
use super::dress::{Dress, PLASTIC};
use super::kind::Kind;
use super::model::{Model, Spinner};
use super::sketch::{Finish, Rgb, Sketch, tone};
use super::suv;
use bevy::math::{Vec2, Vec3};

/// The project's color on the own vehicle.
fn livery() -> Rgb {
    tone(0x2b7a8c)
}

/// A spinning 64-beam lidar: gray drum with two black windows on a foot; origin at its foot.
fn lidar(detail: Detail) -> Sketch {
    let n = detail.pick(22, 12);
    let mut sketch = Sketch::new();
    let metal = tone(0xb3b6ba);
    sketch.group(40.0);
    let drum = [
        Vec2::new(0.085, 0.0),
        Vec2::new(0.100, 0.02),
        Vec2::new(0.108, 0.05),
        Vec2::new(0.108, 0.19),
        Vec2::new(0.098, 0.215),
        Vec2::new(0.0, 0.22),
    ];
    sketch.lathe(
        Finish::Trim,
        |_, z| if z < 0.03 { metal * 0.5 } else { metal },
        Vec3::ZERO,
        Vec3::Z,
        &drum,
        n,
    );
    // Face with lenses, flattened onto the front.
    for (z, h) in [(0.145, 0.030), (0.085, 0.024)] {
        sketch.rounded_box(
            Finish::Glass,
            |_| Vec3::splat(0.008),
            Vec3::new(0.085, 0.0, z),
            Vec3::new(0.030, 0.062, h),
            0.012,
            0,
        );
    }
    sketch.cuboid(Finish::Trim, tone(0x3a3d42), Vec3::new(-0.06, 0.0, 0.222), Vec3::new(0.02, 0.02, 0.004));
    sketch
}

/// Puts sensors and livery on a model that was drawn in its own size.
pub fn fit(kind: Kind, model: &mut Model, detail: Detail) {
    match kind {
        Kind::Lexus => lexus(model, detail),
        Kind::Minivan => minivan(model, detail),
        Kind::Crossover => crossover(model, detail),
        Kind::Compact => compact(model, detail),
        Kind::Tractor => tractor(model, detail),
        Kind::Van => mast(model, detail, Vec3::new(1.79, 0.0, 2.55)),
        Kind::Bus => mast(model, detail, Vec3::new(6.5, 0.0, 3.02)),
        Kind::BoxTruck => mast(model, detail, Vec3::new(4.2, 0.0, 2.6)),
        Kind::Police | Kind::Ambulance => {}
        // The pod has its dome anyway.
        Kind::Prototype => {}
        Kind::Motorcycle | Kind::Bicycle | Kind::Pedestrian | Kind::Cone | Kind::Barrier | Kind::Box => {}
    }
}

fn radar(sketch: &mut Sketch, at: Vec3, half: Vec3) {
    sketch.rounded_box(Finish::Trim, |_| PLASTIC, at, half, 0.012, 0);
}

/// Rack across the roof with the lidar on a stand, two small cameras, GNSS antenna; radars in the bumpers.
fn lexus(model: &mut Model, detail: Detail) {
    let (body, cabin) = suv::lexus_shell();
    let d = Dress { body: &body, cabin: &cabin, detail };
    let sketch = &mut model.body;
    let metal = tone(0x2b2d30);
    let x = 0.95;
    // Two cross bars between the rails, a plate on them, four legs of the stand.
    for bar in [x + 0.30, x - 0.30] {
        let z = cabin.top(bar, 0.9) + 0.055;
        sketch.rounded_box(
            Finish::Trim,
            |_| metal,
            Vec3::new(bar, 0.0, z),
            Vec3::new(0.022, 0.63, 0.014),
            0.01,
            0,
        );
    }
    let roof = cabin.top(x, 0.0);
    let plate = roof + 0.06;
    sketch.rounded_box(
        Finish::Trim,
        |_| tone(0x3c3f43),
        Vec3::new(x, 0.0, plate),
        Vec3::new(0.36, 0.24, 0.014),
        0.01,
        0,
    );
    let top = plate + 0.10;
    for (px, py) in [(0.17, 0.14), (0.17, -0.14), (-0.17, 0.14), (-0.17, -0.14)] {
        let foot = Vec3::new(x + px, py, plate);
        sketch.rod(
            Finish::Trim,
            tone(0x8d9195),
            foot,
            Vec3::new(x + px * 0.45, py * 0.45, top),
            0.012,
            0.012,
            5,
        );
    }
    sketch.group(40.0);
    let ring =
        [Vec2::new(0.0, -0.012), Vec2::new(0.11, -0.012), Vec2::new(0.11, 0.012), Vec2::new(0.0, 0.012)];
    sketch.lathe(Finish::Trim, |_, _| metal, Vec3::new(x, 0.0, top), Vec3::Z, &ring, detail.pick(16, 10));
    model.spinners.push(Spinner {
        sketch: lidar(detail),
        center: Vec3::new(x, 0.0, top + 0.012),
        rate_hz: 10.0,
    });
    let sketch = &mut model.body;
    // Camera box behind the windshield's head, antenna mushroom at the rear.
    sketch.rounded_box(
        Finish::Trim,
        |_| PLASTIC,
        Vec3::new(x + 0.44, 0.0, roof + 0.045),
        Vec3::new(0.05, 0.11, 0.03),
        0.02,
        0,
    );
    sketch.ball(
        Finish::Trim,
        |_| tone(0xe9eaea),
        Vec3::new(-0.15, 0.25, cabin.top(-0.15, 0.4) + 0.015),
        Vec3::new(0.07, 0.07, 0.045),
        10,
        6,
    );
    // Radars: middle and corners of the front bumper, rear corners.
    let front = body.at(Vec2::new(0.0, 0.50));
    radar(sketch, front + Vec3::new(0.01, 0.0, 0.0), Vec3::new(0.02, 0.06, 0.045));
    let mark = sketch.mark();
    radar(sketch, body.at(Vec2::new(0.60, 0.56)) + Vec3::new(-0.005, 0.0, 0.0), Vec3::new(0.028, 0.05, 0.04));
    radar(sketch, body.at(Vec2::new(2.42, 0.58)), Vec3::new(0.03, 0.05, 0.04));
    // Livery: a rising band over the doors, and a chevron (up the grade) on the front door.
    d.flank_strip(
        sketch,
        Finish::Glass,
        livery(),
        &[(2.20, 0.55), (1.3, 0.585), (0.46, 0.62)],
        0.075,
        0.0035,
    );
    d.flank_strip(
        sketch,
        Finish::Glass,
        tone(0xf0a93a),
        &[(2.20, 0.497), (1.3, 0.532), (0.46, 0.567)],
        0.02,
        0.0035,
    );
    for k in 0..2 {
        let z = 0.70 + 0.085 * k as f32;
        d.flank_strip(
            sketch,
            Finish::Glass,
            livery(),
            &[(1.86, z), (1.74, z + 0.10), (1.62, z)],
            0.038,
            0.0035,
        );
    }
    sketch.mirror(mark);
}

/// A roof pod with a dome, and perception pucks at the corners.
fn roof_pod(model: &mut Model, detail: Detail, at: Vec3, half: Vec3) {
    let sketch = &mut model.body;
    sketch.rounded_box(Finish::Trim, |_| tone(0x1d1f22), at, half, half.z * 0.9, detail.pick(2, 0));
    let mut dome = Sketch::new();
    dome.group(60.0);
    let n = detail.pick(20, 12);
    let profile = [
        Vec2::new(0.13, 0.0),
        Vec2::new(0.128, 0.09),
        Vec2::new(0.11, 0.14),
        Vec2::new(0.06, 0.17),
        Vec2::new(0.0, 0.175),
    ];
    dome.lathe(
        Finish::Glass,
        |_, z| Vec3::splat(if z < 0.02 { 0.05 } else { 0.012 }),
        Vec3::ZERO,
        Vec3::Z,
        &profile,
        n,
    );
    dome.cuboid(Finish::Trim, tone(0x32363b), Vec3::new(0.124, 0.0, 0.055), Vec3::new(0.008, 0.05, 0.03));
    model.spinners.push(Spinner { sketch: dome, center: at + Vec3::Z * half.z * 0.9, rate_hz: 10.0 });
}

fn corner_pucks(sketch: &mut Sketch, d: &Dress, front: (f32, f32), rear: (f32, f32)) {
    let mark = sketch.mark();
    for (s, z) in [front, rear] {
        let at = d.body.at(Vec2::new(s, z));
        sketch.ball(Finish::Trim, |_| PLASTIC, at, Vec3::new(0.06, 0.06, 0.065), 8, 6);
    }
    sketch.mirror(mark);
}

fn flank_livery(sketch: &mut Sketch, d: &Dress, x: (f32, f32), z: (f32, f32)) {
    let mark = sketch.mark();
    let middle = ((x.0 + x.1) * 0.5, (z.0 + z.1) * 0.5);
    d.flank_strip(sketch, Finish::Glass, livery(), &[(x.0, z.0), middle, (x.1, z.1)], 0.075, 0.0035);
    let low = |p: (f32, f32)| (p.0, p.1 - 0.053);
    let line = [low((x.0, z.0)), low(middle), low((x.1, z.1))];
    d.flank_strip(sketch, Finish::Glass, tone(0xf0a93a), &line, 0.02, 0.0035);
    sketch.mirror(mark);
}

fn minivan(model: &mut Model, detail: Detail) {
    let (body, cabin) = cars::minivan_shell();
    let d = Dress { body: &body, cabin: &cabin, detail };
    let x = 1.25;
    roof_pod(model, detail, Vec3::new(x, 0.0, cabin.top(x, 0.0) + 0.05), Vec3::new(0.42, 0.36, 0.06));
    corner_pucks(&mut model.body, &d, (0.80, 0.62), (2.55, 0.62));
    flank_livery(&mut model.body, &d, (2.58, 0.56), (0.5, 0.62));
}

fn crossover(model: &mut Model, detail: Detail) {
    let (body, cabin) = cars::crossover_shell();
    let d = Dress { body: &body, cabin: &cabin, detail };
    let x = 1.05;
    roof_pod(model, detail, Vec3::new(x, 0.0, cabin.top(x, 0.0) + 0.045), Vec3::new(0.36, 0.30, 0.055));
    corner_pucks(&mut model.body, &d, (0.82, 0.60), (2.5, 0.66));
    flank_livery(&mut model.body, &d, (2.42, 0.52), (0.62, 0.60));
}

fn compact(model: &mut Model, detail: Detail) {
    let (body, cabin) = cars::compact_shell();
    let d = Dress { body: &body, cabin: &cabin, detail };
    let x = 0.85;
    roof_pod(model, detail, Vec3::new(x, 0.0, cabin.top(x, 0.0) + 0.045), Vec3::new(0.30, 0.24, 0.05));
    corner_pucks(&mut model.body, &d, (0.80, 0.50), (2.5, 0.55));
    flank_livery(&mut model.body, &d, (2.10, 0.44), (0.55, 0.52));
}

/// Two pods above the mirrors and a bar over the windshield.
fn tractor(model: &mut Model, detail: Detail) {
    let sketch = &mut model.body;
    let mark = sketch.mark();
    sketch.rounded_box(
        Finish::Trim,
        |_| tone(0x1d1f22),
        Vec3::new(4.75, 1.34, 2.82),
        Vec3::new(0.16, 0.13, 0.09),
        0.06,
        0,
    );
    sketch.rod(
        Finish::Trim,
        tone(0x55585c),
        Vec3::new(4.75, 1.15, 2.70),
        Vec3::new(4.75, 1.30, 2.80),
        0.03,
        0.03,
        6,
    );
    sketch.mirror(mark);
    mast(model, detail, Vec3::new(4.62, 0.0, 3.2));
}

/// A single lidar on a short stand.
fn mast(model: &mut Model, detail: Detail, foot: Vec3) {
    let metal = tone(0x2b2d30);
    model.body.group(40.0);
    let ring = [Vec2::new(0.16, -0.05), Vec2::new(0.14, 0.05), Vec2::new(0.0, 0.06)];
    model.body.lathe(Finish::Trim, |_, _| metal, foot, Vec3::Z, &ring, detail.pick(16, 10));
    model.spinners.push(Spinner { sketch: lidar(detail), center: foot + Vec3::Z * 0.06, rate_hz: 10.0 });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lidar_stands_where_the_sensor_suite_has_it() {
        // Suite: middle of the roof, 0.25 m above it.
        let (size, mut model) = suv::lexus(Detail::Hero);
        fit(Kind::Lexus, &mut model, Detail::Hero);
        let spinner = &model.spinners[0];
        let middle = spinner.center + Vec3::Z * 0.11;
        assert!((middle.z - (size.height + 0.25)).abs() < 0.12, "{middle}");
        let (low, high) = spinner.sketch.bounds(|_| true);
        assert!(low.x.abs() < 0.13 && high.x < 0.13, "turns inside its own circle");
    }
}
