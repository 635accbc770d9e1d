//! Wheels: tire, rim, spokes. Axle along y, outside towards +y (left); turned by half a turn for the right.

use super::body::Detail;
use super::sketch::{Finish, Sketch, tone};
use bevy::math::{Vec2, Vec3};
use core::f32::consts::TAU;

/// Looks of a rim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rim {
    /// Alloy wheel with so many spokes.
    Spokes(u8),
    /// Plain cover with a hub: vans and the pod.
    Disc,
    /// Steel truck wheel: deep dish with hub and nuts.
    Truck,
}

/// A car or truck wheel.
pub fn wheel(radius: f32, width: f32, rim: Rim, detail: Detail) -> Sketch {
    let mut sketch = Sketch::new();
    let segments = detail.pick(24, 12);
    let rubber = tone(0x1b1b1d);
    let tread = tone(0x141416);
    let metal = match rim {
        Rim::Spokes(_) => tone(0xb4b7bb),
        Rim::Disc => tone(0xc9ccd0),
        Rim::Truck => tone(0x9da0a4),
    };
    let half = width * 0.5;
    let rim_radius = radius
        * match rim {
            Rim::Spokes(_) => 0.70,
            Rim::Disc => 0.66,
            Rim::Truck => 0.56,
        };
    // Tire: outer side wall, shoulder, tread, inner side wall.
    sketch.group(58.0);
    let foot = Vec3::new(0.0, -half, 0.0);
    // In traffic the side towards the car is left out.
    let profile = [
        Vec2::new(rim_radius * 0.95, 0.012),
        Vec2::new(radius * 0.93, 0.0),
        Vec2::new(radius, width * 0.16),
        Vec2::new(radius, width * 0.84),
        Vec2::new(radius * 0.93, width),
        Vec2::new(rim_radius, width - 0.012),
    ];
    let profile = &profile[detail.pick(0, 2)..];
    let shade = move |r: f32, _: f32| if r > radius * 0.98 { tread } else { rubber };
    sketch.lathe(Finish::Trim, shade, foot, Vec3::Y, profile, segments);
    // Dark dish behind the spokes, and the back of the wheel.
    let dish = match rim {
        Rim::Spokes(_) => half - 0.05,
        Rim::Disc => half - 0.02,
        Rim::Truck => half - 0.12,
    };
    let at = |r: f32, a: f32, y: f32| Vec3::new(r * a.sin(), y, r * a.cos());
    let disc = |sketch: &mut Sketch, r: f32, y: f32, color: Vec3, n: usize| {
        let rim: Vec<Vec3> = (0..=n).map(|k| at(r, k as f32 / n as f32 * TAU, y)).collect();
        sketch.group(10.0);
        sketch.fan(Finish::Trim, color, Vec3::new(0.0, y, 0.0), &rim);
    };
    let lip = |sketch: &mut Sketch, r0: f32, y0: f32, r1: f32, y1: f32, color: Vec3| {
        sketch.group(40.0);
        let row = |r: f32, y: f32| -> Vec<Vec3> {
            (0..=segments).map(|k| at(r, k as f32 / segments as f32 * TAU, y)).collect()
        };
        sketch.net(Finish::Trim, &[row(r0, y0), row(r1, y1)], |_| color);
    };
    match rim {
        Rim::Spokes(count) => {
            lip(&mut sketch, rim_radius, half - 0.012, rim_radius * 0.92, half - 0.014, metal);
            lip(&mut sketch, rim_radius * 0.92, half - 0.014, rim_radius * 0.88, dish, metal * 0.35);
            disc(&mut sketch, rim_radius * 0.88, dish, tone(0x202124), segments);
            let count = count.max(3);
            for k in 0..count {
                let a = f32::from(k) / f32::from(count) * TAU;
                let (w0, w1) = (0.30 * 5.0 / f32::from(count), 0.17 * 5.0 / f32::from(count));
                let (r0, r1) = (rim_radius * 0.16, rim_radius * 0.93);
                let (y0, y1) = (half - 0.022, half - 0.014);
                sketch.group(20.0);
                let q = [
                    at(r0, a - w0 * 1.6, y0),
                    at(r0, a + w0 * 1.6, y0),
                    at(r1, a + w1, y1),
                    at(r1, a - w1, y1),
                ];
                sketch.quad(Finish::Trim, metal, [q[0], q[3], q[2], q[1]]);
                if detail == Detail::Traffic {
                    continue;
                }
                // Flanks give the spoke its depth.
                let down = Vec3::new(0.0, -0.03, 0.0);
                sketch.quad(Finish::Trim, metal * 0.4, [q[0], q[0] + down, q[3] + down, q[3]]);
                sketch.quad(Finish::Trim, metal * 0.4, [q[2], q[2] + down, q[1] + down, q[1]]);
            }
            disc(&mut sketch, rim_radius * 0.2, half - 0.018, metal, 8);
        }
        Rim::Disc => {
            lip(&mut sketch, rim_radius, half - 0.012, rim_radius * 0.8, half, metal);
            lip(&mut sketch, rim_radius * 0.8, half, rim_radius * 0.72, dish, metal * 0.5);
            disc(&mut sketch, rim_radius * 0.72, dish, metal * 0.9, segments);
            for k in 0..6 {
                let a = k as f32 / 6.0 * TAU;
                let (r0, r1) = (rim_radius * 0.38, rim_radius * 0.62);
                let y = dish + 0.002;
                sketch.quad(
                    Finish::Trim,
                    tone(0x34363a),
                    [at(r0, a - 0.2, y), at(r1, a - 0.22, y), at(r1, a + 0.22, y), at(r0, a + 0.2, y)],
                );
            }
            disc(&mut sketch, rim_radius * 0.22, dish + 0.008, metal, 8);
        }
        Rim::Truck => {
            lip(&mut sketch, rim_radius, half - 0.012, rim_radius * 0.9, half - 0.02, metal);
            lip(&mut sketch, rim_radius * 0.9, half - 0.02, rim_radius * 0.78, dish, metal * 0.45);
            disc(&mut sketch, rim_radius * 0.78, dish, metal * 0.7, segments);
            let hub = rim_radius * 0.34;
            sketch.rod(
                Finish::Trim,
                metal,
                Vec3::new(0.0, dish, 0.0),
                Vec3::new(0.0, dish + 0.09, 0.0),
                hub,
                hub * 0.8,
                6,
            );
        }
    }
    sketch
}
