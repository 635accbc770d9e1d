//! Street lamps: pole, arm, head. Where they shine from is in [`StreetLamps`].

use super::mesh::{Bottom, Chunks, PLAIN, srgb};
use super::skin::Skin;
use bevy::prelude::*;
use shakedown::base::math::{DVec2, DVec3};

/// A street lamp.
#[derive(Clone, Copy, Debug)]
pub struct Lamp {
    /// Foot of its pole, m (engine's frame).
    pub foot: DVec3,
    /// Direction of its arm, towards the road.
    pub toward: DVec2,
    /// Height of its light over the foot, m.
    pub height_m: f64,
    /// Length of its arm, m.
    pub arm_m: f64,
}

/// Where street lamps shine from, in the window's frame: for lights and halos at night. Their glass glows with
/// `emissive` of [`Skin::LampGlass`].
#[derive(Resource, Clone, Debug, Default)]
pub struct StreetLamps {
    /// Center of each lamp's glass, which looks straight down.
    pub heads: Vec<Vec3>,
}

impl Lamp {
    /// Center of its glass, m.
    pub fn head(&self) -> DVec3 {
        self.foot + DVec3::Z * self.height_m + (self.toward * self.arm_m).extend(0.0)
    }

    /// Its meshes.
    pub fn build(&self, chunks: &mut Chunks) {
        let steel = srgb(0x6E7276);
        let head = self.head();
        let patch = chunks.at(Skin::Matte, self.foot);
        let shoulder = self.foot + DVec3::Z * (self.height_m - 0.5);
        patch.rod(self.foot - DVec3::Z * 0.3, shoulder, [0.10, 0.06], 6, steel);
        let elbow = shoulder + DVec3::Z * 0.5 + (self.toward * 0.35).extend(0.0);
        patch.rod(shoulder, elbow, [0.055, 0.045], 5, steel);
        patch.rod(elbow, head + DVec3::Z * 0.08, [0.045, 0.04], 5, steel);
        let size = DVec3::new(0.75, 0.30, 0.11);
        patch.cuboid(head + DVec3::Z * 0.02, self.toward, size, srgb(0x54585C), Bottom::Seen);
        patch.cuboid(
            self.foot - DVec3::Z * 0.3,
            self.toward,
            DVec3::new(0.34, 0.34, 0.5),
            srgb(0x8B8D8C),
            Bottom::Hidden,
        );
        let (f, l) = (self.toward * 0.30, self.toward.perp() * 0.11);
        let corner = |v: DVec2| (head.truncate() + v).extend(head.z + 0.012);
        let glass = [corner(l - f), corner(f + l), corner(f - l), corner(-f - l)];
        chunks.at(Skin::LampGlass, self.foot).flat(glass, PLAIN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glass_looks_down_from_over_the_road() {
        let lamp = Lamp { foot: DVec3::new(0.0, 6.0, 1.0), toward: -DVec2::Y, height_m: 8.0, arm_m: 2.0 };
        let mut chunks = Chunks::default();
        lamp.build(&mut chunks);
        let glass = chunks.patches.iter().find(|(k, _)| k.2 == Skin::LampGlass).unwrap().1;
        for (p, n) in glass.faces().flatten() {
            assert!(n.z < -0.99 && (p.z - 9.012).abs() < 1e-4 && (p.y - 4.0).abs() < 0.5);
        }
    }
}
