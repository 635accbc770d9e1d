//! People: body parts of a walker, and whole riders. Each part hangs from its joint at the origin.
//!
//! Clothes come from the participant's name; who is hard to see (conspicuity below one half) wears dark.

use super::body::Detail;
use super::gait::{ANKLE_M, SHIN_M, THIGH_M};
use super::model::Size;
use super::sketch::{Finish, Rgb, Sketch, tone};
use bevy::math::Vec3;
use core::f32::consts::TAU;

/// Size of a person, m.
pub const SIZE: Size = Size { length: 0.5, width: 0.5, height: 1.75, rear: 0.25, wheelbase: 0.0 };
/// Height of the shoulder joints above the hip joints, m.
pub const SHOULDER_M: f32 = 0.49;
/// Half distance of the shoulder joints, m.
pub const SHOULDER_HALF_M: f32 = 0.195;
/// Half distance of the hip joints, m.
pub const HIP_HALF_M: f32 = 0.085;
/// Number of light outfits, then of dark ones.
pub const OUTFITS: (u32, u32) = (8, 4);

/// What somebody wears.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outfit {
    /// Jacket or shirt.
    pub top: Rgb,
    /// Trousers.
    pub legs: Rgb,
    /// Shoes.
    pub shoes: Rgb,
    /// Skin.
    pub skin: Rgb,
    /// Hair or cap.
    pub hair: Rgb,
    /// A long coat.
    pub coat: Rgb,
    /// Share of the thigh the coat covers, 0 = a jacket.
    pub coat_share: f32,
    /// Backpack color and whether there is one.
    pub pack: Option<Rgb>,
    /// Long hair.
    pub long_hair: bool,
}

/// Index of the outfit of a name: light ones first.
pub fn outfit_index(seed: u32, conspicuity: f64) -> u32 {
    if conspicuity < 0.5 { OUTFITS.0 + seed % OUTFITS.1 } else { seed % OUTFITS.0 }
}

/// An outfit.
pub fn outfit(index: u32) -> Outfit {
    const SKIN: [u32; 4] = [0xe0ac86, 0xc68a5e, 0x8d5a3b, 0xf0c8a4];
    const HAIR: [u32; 4] = [0x2b1d14, 0x14110f, 0x6b4a2b, 0x8a8580];
    const TOP: [u32; 12] = [
        0xb8322a, 0x2f6db5, 0xe2b23c, 0xd8d9d6, 0x3d8a63, 0x7a4f9c, 0xd9742e, 0x86b7d6, 0x17181b, 0x1d2027,
        0x22201e, 0x191c22,
    ];
    const LEGS: [u32; 12] = [
        0x2c3e5e, 0x2a2b2e, 0x37517c, 0x6a5a48, 0x23262d, 0x2c3e5e, 0x4a4c50, 0x1f2c4a, 0x121316, 0x15171b,
        0x141312, 0x0f1013,
    ];
    let ix = (index as usize).min(11);
    let dark = ix >= OUTFITS.0 as usize;
    Outfit {
        top: tone(TOP[ix]),
        legs: tone(LEGS[ix]),
        shoes: if dark || ix.is_multiple_of(2) { tone(0x17171a) } else { tone(0xcfcfcb) },
        skin: tone(SKIN[ix % 4]),
        hair: tone(HAIR[(ix / 2 + ix) % 4]),
        coat: tone(TOP[ix]),
        coat_share: if ix % 5 == 3 { 0.55 } else { 0.0 },
        pack: (ix % 3 == 1).then(|| tone(if dark { 0x1a1a1c } else { 0x3a3f46 })),
        long_hair: ix % 4 == 2 || ix == 5,
    }
}

/// An oval ring at a height.
fn oval(z: f32, x_half: f32, y_half: f32, x_shift: f32, segments: usize) -> Vec<Vec3> {
    (0..=segments)
        .map(|k| {
            let a = k as f32 / segments as f32 * TAU;
            // A little squarer than an ellipse.
            let (c, s) = (a.cos(), a.sin());
            let r = (c.abs().powf(2.4) + s.abs().powf(2.4)).powf(-1.0 / 2.4);
            Vec3::new(x_shift + x_half * c * r, y_half * s * r, z)
        })
        .collect()
}

/// Trunk and head; origin between the hip joints.
pub fn trunk(o: &Outfit, detail: Detail) -> Sketch {
    let n = detail.pick(12, 9);
    let mut sketch = Sketch::new();
    sketch.group(80.0);
    let hips = [
        oval(-0.085, 0.075, 0.10, 0.0, n),
        oval(-0.03, 0.105, 0.165, 0.0, n),
        oval(0.07, 0.105, 0.155, 0.0, n),
    ];
    sketch.stack(Finish::Trim, &hips, |_| o.legs);
    sketch.group(80.0);
    let top = [
        oval(0.0, 0.112, 0.172, 0.0, n),
        oval(0.14, 0.105, 0.15, 0.005, n),
        oval(0.32, 0.125, 0.182, 0.012, n),
        oval(0.44, 0.118, 0.2, 0.005, n),
        oval(0.525, 0.088, 0.165, -0.005, n),
        oval(0.572, 0.058, 0.07, 0.0, n),
    ];
    sketch.stack(Finish::Trim, &top, |_| o.top);
    if o.coat_share > 0.0 {
        sketch.group(80.0);
        let low = -THIGH_M * o.coat_share;
        let coat = [oval(low, 0.155, 0.205, 0.0, n), oval(0.02, 0.118, 0.178, 0.0, n)];
        sketch.stack(Finish::Trim, &coat, |_| o.coat);
    }
    sketch.capsule(
        Finish::Trim,
        o.skin,
        Vec3::new(0.0, 0.0, 0.52),
        Vec3::new(0.012, 0.0, 0.62),
        0.056,
        0.052,
        6,
    );
    let head = Vec3::new(0.022, 0.0, 0.71);
    sketch.ball(Finish::Trim, |_| o.skin, head, Vec3::new(0.098, 0.08, 0.118), n, detail.pick(7, 6));
    sketch.ball(
        Finish::Trim,
        |_| o.skin * 0.95,
        head + Vec3::new(0.09, 0.0, -0.012),
        Vec3::new(0.018, 0.012, 0.022),
        4,
        3,
    );
    // Hair: a shell over the back and top of the head.
    sketch.ball(
        Finish::Trim,
        |_| o.hair,
        head + Vec3::new(-0.024, 0.0, 0.026),
        Vec3::new(0.096, 0.09, 0.1),
        n,
        detail.pick(7, 6),
    );
    if o.long_hair {
        sketch.ball(
            Finish::Trim,
            |_| o.hair,
            head + Vec3::new(-0.055, 0.0, -0.08),
            Vec3::new(0.055, 0.075, 0.13),
            8,
            6,
        );
    }
    if let Some(pack) = o.pack {
        sketch.rounded_box(
            Finish::Trim,
            |_| pack,
            Vec3::new(-0.165, 0.0, 0.3),
            Vec3::new(0.075, 0.13, 0.18),
            0.05,
            0,
        );
    }
    sketch
}

/// Whole arm, a little bent; origin at the shoulder.
pub fn arm(o: &Outfit, detail: Detail, bend: f32) -> Sketch {
    let n = detail.pick(8, 6);
    let mut sketch = Sketch::new();
    let elbow = Vec3::new(-0.015, 0.0, -0.27);
    let wrist = elbow + Vec3::new(bend.sin() * 0.25, 0.0, -bend.cos() * 0.25);
    sketch.capsule(Finish::Trim, o.top, Vec3::ZERO, elbow, 0.056, 0.043, n);
    sketch.capsule(Finish::Trim, o.top, elbow, wrist, 0.043, 0.034, n);
    let hand = wrist + (wrist - elbow).normalize() * 0.055;
    sketch.ball(Finish::Trim, |_| o.skin, hand, Vec3::new(0.033, 0.022, 0.05), 6, 4);
    sketch
}

/// Thigh; origin at the hip joint.
pub fn thigh(o: &Outfit, detail: Detail) -> Sketch {
    let mut sketch = Sketch::new();
    let n = detail.pick(8, 6);
    sketch.capsule(
        Finish::Trim,
        o.legs,
        Vec3::new(0.0, 0.0, -0.01),
        Vec3::new(0.0, 0.0, -THIGH_M),
        0.086,
        0.058,
        n,
    );
    sketch
}

/// Shin and shoe; origin at the knee.
pub fn shin(o: &Outfit, detail: Detail) -> Sketch {
    let mut sketch = Sketch::new();
    let n = detail.pick(8, 6);
    sketch.capsule(Finish::Trim, o.legs, Vec3::ZERO, Vec3::new(-0.005, 0.0, -SHIN_M + 0.03), 0.06, 0.045, n);
    let sole = -SHIN_M - ANKLE_M;
    let shoe = Vec3::new(0.055, 0.0, sole + 0.042);
    sketch.rounded_box(Finish::Trim, |_| o.shoes, shoe, Vec3::new(0.128, 0.045, 0.042), 0.038, 0);
    sketch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_person_is_as_tall_as_said() {
        for index in 0..OUTFITS.0 + OUTFITS.1 {
            let o = outfit(index);
            let (_, high) = trunk(&o, Detail::Hero).bounds(|_| true);
            let (low, _) = shin(&o, Detail::Hero).bounds(|_| true);
            let top = THIGH_M + SHIN_M + ANKLE_M + high.z;
            assert!((top - 1.75).abs() < 0.02, "{index}: {top}");
            assert!((low.z + SHIN_M + ANKLE_M).abs() < 1e-3, "sole on the ground: {low}");
        }
    }

    #[test]
    fn who_is_hard_to_see_wears_dark() {
        for seed in 0..40 {
            let dark = outfit(outfit_index(seed, 0.3));
            let light = outfit(outfit_index(seed, 1.0));
            assert!(dark.top.max_element() < 0.03, "{dark:?}");
            assert!(light.top.max_element() > 0.15, "{light:?}");
        }
    }
}
