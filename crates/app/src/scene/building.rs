//! Houses and blocks: walls from the facade picture, roofs, parapets, porches, awnings.

use super::facade::{BAY_M, Wall};
use super::mesh::{Bottom, Chunks, Patch, Tint, gray, scaled, srgb};
use super::noise::Dice;
use super::skin::Skin;
use shakedown::base::math::{DVec2, DVec3};

/// Height of a story of a house, m.
const HOUSE_STORY_M: f64 = 2.8;
/// Height of a story of a block, m.
const BLOCK_STORY_M: f64 = 3.6;
/// Height of the ground story of a shop or lobby, m.
const GROUND_STORY_M: f64 = 4.4;
/// How far eaves stick out, m.
const EAVES_M: f64 = 0.5;
/// Height of a parapet over the roof, m.
const PARAPET_M: f64 = 0.8;

/// What stands on a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Family house with a pitched roof.
    House,
    /// Shops, one to three stories.
    Shop,
    /// Flats or offices, four to eight stories.
    Block,
    /// Tower on a podium.
    Tower,
}

/// A building.
#[derive(Clone, Copy, Debug)]
pub struct Building {
    /// What it is.
    pub kind: Kind,
    /// Middle of its footprint, m.
    pub middle: DVec2,
    /// Direction of its front wall: the street runs this way, the front looks to its right.
    pub along: DVec2,
    /// Half length along the street and half depth, m.
    pub half: DVec2,
    /// Lowest ground under it, m.
    pub low_m: f64,
    /// Height of the ground floor, m.
    pub floor_m: f64,
    /// Stories.
    pub stories: usize,
    /// Colors of walls and roof.
    pub walls: Tint,
    /// Roof.
    pub roof: Tint,
    /// Seed of its details.
    pub seed: u64,
}

/// A box of walls: its corners counter-clockwise from the front right one as seen from the street's middle.
struct Block {
    corners: [DVec2; 4],
}

impl Block {
    fn new(middle: DVec2, along: DVec2, half: DVec2) -> Self {
        // The front looks to the right of `along`: −perp.
        let (a, o) = (along * half.x, along.perp() * -half.y);
        Self { corners: [middle - a + o, middle + a + o, middle + a - o, middle - a - o] }
    }

    /// Wall `i` (0 front, 1 right end, 2 back, 3 left end).
    fn wall(&self, i: usize) -> [DVec2; 2] {
        [self.corners[i], self.corners[(i + 1) % 4]]
    }
}

/// A story of one wall.
fn wall(patch: &mut Patch, [a, b]: [DVec2; 2], [z0, z1]: [f64; 2], strip: Wall, shift: usize, tint: Tint) {
    let bays = (a.distance(b) / BAY_M).round().max(1.0);
    let u = |k: f64| (shift as f64 + k) * BAY_M;
    let corners = [a.extend(z0), b.extend(z0), b.extend(z1), a.extend(z1)];
    patch.polygon(&corners, tint, |i| {
        let (k, up) = [(0.0, 0.0), (bays, 0.0), (bays, 1.0), (0.0, 1.0)][i];
        strip.uv(u(k), up)
    });
}

fn triangle(patch: &mut Patch, corners: [DVec3; 3], strip: Wall, tint: Tint) {
    let from = corners[0];
    patch.polygon(&corners, tint, |i| {
        let d = corners[i] - from;
        strip.uv(d.truncate().length(), (d.z / HOUSE_STORY_M).clamp(0.0, 1.0))
    });
}

/// A plane of a roof; `eaves` are its lower corners from left to right as seen from outside.
fn roof_plane(patch: &mut Patch, corners: &[DVec3], tint: Tint) {
    let (a, b) = (corners[0], corners[1]);
    let along = (b - a).normalize_or(DVec3::X);
    patch.polygon(corners, tint, |i| {
        let d = corners[i] - a;
        let u = d.dot(along);
        DVec2::new(u, -(d - along * u).length())
    });
    // Its lower side, seen under the eaves.
    let mut below: Vec<DVec3> = corners.iter().map(|p| *p - DVec3::Z * 0.12).collect();
    below.reverse();
    patch.polygon(&below, scaled(tint, 0.55), |_| DVec2::ZERO);
}

impl Building {
    /// Its meshes.
    pub fn build(&self, chunks: &mut Chunks) {
        let mut dice = Dice::new(self.seed, 3);
        match self.kind {
            Kind::House => self.house(&mut dice, chunks),
            Kind::Shop | Kind::Block | Kind::Tower => self.block(&mut dice, chunks),
        }
    }

    /// Height of its roof's highest point over the ground floor, m (without what stands on it).
    pub fn height_m(&self) -> f64 {
        match self.kind {
            Kind::House => HOUSE_STORY_M * self.stories as f64 + 0.45 * 2.0 * self.half.min_element(),
            Kind::Shop | Kind::Block | Kind::Tower => {
                GROUND_STORY_M + BLOCK_STORY_M * (self.stories as f64 - 1.0) + PARAPET_M
            }
        }
    }

    fn at(&self) -> DVec3 {
        self.middle.extend(self.floor_m)
    }

    /// Bare concrete from the ground to the floor.
    fn foundation(&self, block: &Block, chunks: &mut Chunks) {
        let patch = chunks.at(Skin::Facade, self.at());
        for i in 0..4 {
            wall(patch, block.wall(i), [self.low_m - 0.6, self.floor_m], Wall::Concrete, i, gray(0.72));
        }
    }

    fn house(&self, dice: &mut Dice, chunks: &mut Chunks) {
        let (plain, windows, ground) = if dice.chance(0.3) {
            (Wall::Stucco, Wall::StuccoWindows, Wall::StuccoWindows)
        } else {
            (Wall::Siding, Wall::SidingWindows, Wall::SidingDoor)
        };
        // The main part leaves a corner in front for a wing with the garage.
        let wing = dice.chance(0.6) && self.half.x > 5.0;
        let side = if dice.chance(0.5) { 1.0 } else { -1.0 };
        let (main_half, main_middle) = if wing {
            let half = DVec2::new(self.half.x, self.half.y - 1.3);
            (half, self.middle + self.along.perp() * 1.3)
        } else {
            (self.half, self.middle)
        };
        let main = Block::new(main_middle, self.along, main_half);
        self.foundation(&main, chunks);
        let patch = chunks.at(Skin::Facade, self.at());
        let mut top = self.floor_m;
        for story in 0..self.stories {
            let (z0, z1) = (top, top + HOUSE_STORY_M);
            for i in 0..4 {
                let strip = match (i, story) {
                    (0, 0) => ground,
                    (0 | 2, _) => windows,
                    _ => {
                        if dice.chance(0.5) {
                            windows
                        } else {
                            plain
                        }
                    }
                };
                wall(patch, main.wall(i), [z0, z1], strip, dice.index(8), self.walls);
            }
            top = z1;
        }
        self.pitched(&main, main_half, top, dice, plain, chunks);
        if wing {
            let half = DVec2::new(3.0, 0.5 * (self.half.y - 0.5));
            let at =
                self.along * (side * (self.half.x - half.x)) - self.along.perp() * (self.half.y - half.y);
            let block = Block::new(self.middle + at, self.along, half);
            self.foundation(&block, chunks);
            let patch = chunks.at(Skin::Facade, self.at());
            let z = [self.floor_m, self.floor_m + HOUSE_STORY_M];
            for i in 0..4 {
                wall(patch, block.wall(i), z, if i == 0 { Wall::Garage } else { plain }, 0, self.walls);
            }
            // Its gable looks to the street.
            let turned =
                Block { corners: [block.corners[3], block.corners[0], block.corners[1], block.corners[2]] };
            self.gable(&turned, z[1], 0.42, plain, chunks);
        } else if dice.chance(0.6) {
            // A porch.
            let at =
                self.middle - self.along.perp() * (self.half.y + 0.8) + self.along * dice.range(-2.0, 2.0);
            let patch = chunks.at(Skin::Matte, self.at());
            let white = srgb(0xD8D5CE);
            for x in [-1.4, 1.4] {
                let foot = (at - self.along.perp() * 0.6 + self.along * x).extend(self.low_m - 0.3);
                let height = self.floor_m + 2.4 - foot.z;
                patch.cuboid(foot, self.along, DVec3::new(0.16, 0.16, height), white, Bottom::Hidden);
            }
            patch.cuboid(
                at.extend(self.floor_m + 2.4),
                self.along,
                DVec3::new(3.4, 1.7, 0.22),
                white,
                Bottom::Seen,
            );
            patch.cuboid(
                at.extend(self.low_m - 0.4),
                self.along,
                DVec3::new(3.2, 1.6, self.floor_m - self.low_m + 0.4),
                gray(0.4),
                Bottom::Hidden,
            );
        }
        if dice.chance(0.45) {
            let at = main_middle + self.along * dice.range(-0.6, 0.6) * main_half.x;
            let patch = chunks.at(Skin::Facade, self.at());
            let stack = Block::new(at + self.along.perp() * 0.5, self.along, DVec2::new(0.45, 0.35));
            let z = [top, top + 0.45 * 2.0 * main_half.y.min(main_half.x) + 0.9];
            for i in 0..4 {
                wall(patch, stack.wall(i), z, Wall::Brick, 0, srgb(0x8A5F50));
            }
        }
    }

    fn pitched(&self, block: &Block, half: DVec2, z: f64, dice: &mut Dice, plain: Wall, chunks: &mut Chunks) {
        let pitch = dice.range(0.38, 0.62);
        let block = if half.x >= half.y {
            Block { corners: block.corners }
        } else {
            Block { corners: [block.corners[1], block.corners[2], block.corners[3], block.corners[0]] }
        };
        if dice.chance(0.35) {
            self.hip(&block, z, pitch, chunks)
        } else {
            self.gable(&block, z, pitch, plain, chunks)
        }
    }

    /// Ridge from the middle of wall 3 to the middle of wall 1.
    fn gable(&self, block: &Block, z: f64, pitch: f64, plain: Wall, chunks: &mut Chunks) {
        let [a, b, c, d] = block.corners;
        let (along, out) = ((b - a).normalize_or(DVec2::X), (a - d).normalize_or(DVec2::Y));
        let half = 0.5 * a.distance(d);
        let rise = half * pitch;
        let (left, right) = ((0.5 * (a + d)).extend(z + rise), (0.5 * (b + c)).extend(z + rise));
        let walls = chunks.at(Skin::Facade, self.at());
        triangle(walls, [b.extend(z), c.extend(z), right], plain, self.walls);
        triangle(walls, [d.extend(z), a.extend(z), left], plain, self.walls);
        let (over, drop) = (along * EAVES_M, EAVES_M * pitch);
        let low = |p: DVec2, out: DVec2| (p + out * EAVES_M).extend(z - drop);
        let lift = DVec3::Z * 0.12;
        let (l, r) = (left - over.extend(0.0) + lift, right + over.extend(0.0) + lift);
        let patch = chunks.at(Skin::Roof, self.at());
        roof_plane(
            patch,
            &[low(a, out) - over.extend(0.0) + lift, low(b, out) + over.extend(0.0) + lift, r, l],
            self.roof,
        );
        roof_plane(
            patch,
            &[low(c, -out) + over.extend(0.0) + lift, low(d, -out) - over.extend(0.0) + lift, l, r],
            self.roof,
        );
    }

    fn hip(&self, block: &Block, z: f64, pitch: f64, chunks: &mut Chunks) {
        let [a, b, c, d] = block.corners;
        let (along, out) = ((b - a).normalize_or(DVec2::X), (a - d).normalize_or(DVec2::Y));
        let half = 0.5 * a.distance(d) + EAVES_M;
        let inset = half.min(0.5 * a.distance(b) + EAVES_M);
        let low = |p: DVec2, x: f64, y: f64| {
            (p + (along * x + out * y) * EAVES_M).extend(z - EAVES_M * pitch + 0.12)
        };
        let corners = [low(a, -1.0, 1.0), low(b, 1.0, 1.0), low(c, 1.0, -1.0), low(d, -1.0, -1.0)];
        let ridge_z = z - EAVES_M * pitch + half * pitch + 0.12;
        let ridge = |p: DVec3, q: DVec3, dir: f64| {
            ((0.5 * (p + q)).truncate() + along * (dir * inset)).extend(ridge_z)
        };
        let (l, r) = (ridge(corners[0], corners[3], 1.0), ridge(corners[1], corners[2], -1.0));
        let patch = chunks.at(Skin::Roof, self.at());
        roof_plane(patch, &[corners[0], corners[1], r, l], self.roof);
        roof_plane(patch, &[corners[2], corners[3], l, r], self.roof);
        roof_plane(patch, &[corners[1], corners[2], r], self.roof);
        roof_plane(patch, &[corners[3], corners[0], l], self.roof);
    }

    fn block(&self, dice: &mut Dice, chunks: &mut Chunks) {
        let upper = match self.kind {
            Kind::House | Kind::Shop => [Wall::BrickWindows, Wall::StuccoWindows, Wall::Grid][dice.index(3)],
            Kind::Block => {
                [Wall::BrickWindows, Wall::Balcony, Wall::Grid, Wall::Ribbon, Wall::Balcony][dice.index(5)]
            }
            Kind::Tower => [Wall::Glass, Wall::Ribbon, Wall::Grid, Wall::Glass][dice.index(4)],
        };
        let plain = match upper {
            Wall::BrickWindows => Wall::Brick,
            Wall::StuccoWindows | Wall::Balcony => Wall::Stucco,
            _ => Wall::Concrete,
        };
        let block = Block::new(self.middle, self.along, self.half);
        self.foundation(&block, chunks);
        let ground = match self.kind {
            Kind::House | Kind::Shop => Wall::Shop,
            Kind::Block => {
                if dice.chance(0.6) {
                    Wall::Shop
                } else {
                    Wall::Lobby
                }
            }
            Kind::Tower => Wall::Lobby,
        };
        let patch = chunks.at(Skin::Facade, self.at());
        let mut z = self.floor_m;
        for i in 0..4 {
            let strip = if i == 2 {
                plain
            } else if i == 0 || dice.chance(0.6) {
                ground
            } else {
                plain
            };
            wall(patch, block.wall(i), [z, z + GROUND_STORY_M], strip, dice.index(8), self.walls);
        }
        z += GROUND_STORY_M;
        // A tower steps back from its podium; decks of parking make up some podiums.
        let podium = if self.kind == Kind::Tower { 2 + dice.index(3) } else { self.stories };
        let decks = self.kind == Kind::Tower && dice.chance(0.5);
        let mut shape = block;
        let mut half = self.half;
        for story in 1..self.stories {
            if story == podium {
                self.flat_roof(&shape, half, z, chunks);
                half *= 0.78;
                shape = Block::new(self.middle, self.along, half);
            }
            let strip = if decks && story < podium { Wall::Deck } else { upper };
            let patch = chunks.at(Skin::Facade, self.at());
            for i in 0..4 {
                let blind = self.kind == Kind::Shop && i % 2 == 1;
                wall(
                    patch,
                    shape.wall(i),
                    [z, z + BLOCK_STORY_M],
                    if blind { plain } else { strip },
                    dice.index(8),
                    self.walls,
                );
            }
            z += BLOCK_STORY_M;
        }
        let patch = chunks.at(Skin::Facade, self.at());
        for i in 0..4 {
            wall(patch, shape.wall(i), [z, z + PARAPET_M], plain, i, scaled(self.walls, 0.94));
        }
        self.flat_roof(&shape, half, z + PARAPET_M - 0.5, chunks);
        self.machines(half, z + PARAPET_M - 0.5, dice, chunks);
        if ground == Wall::Shop && dice.chance(0.7) {
            self.awnings(dice, chunks);
        }
    }

    /// A roof with the inner side of its parapet.
    fn flat_roof(&self, block: &Block, half: DVec2, z: f64, chunks: &mut Chunks) {
        let patch = chunks.at(Skin::Roof, self.at());
        let corners = block.corners.map(|p| p.extend(z));
        patch.polygon(&corners, self.roof, |i| block.corners[i] - self.middle);
        let inner = Block::new(self.middle, self.along, half - DVec2::splat(0.22));
        let top = z + 0.5;
        for i in 0..4 {
            let [a, b] = inner.wall(i);
            let [oa, ob] = block.wall(i);
            patch.flat([b.extend(z), a.extend(z), a.extend(top), b.extend(top)], scaled(self.roof, 0.8));
            patch.flat([oa.extend(top), ob.extend(top), b.extend(top), a.extend(top)], self.roof);
        }
    }

    fn machines(&self, half: DVec2, z: f64, dice: &mut Dice, chunks: &mut Chunks) {
        let count = (half.x * half.y / 60.0).ceil().min(4.0) as usize;
        let patch = chunks.at(Skin::Matte, self.at());
        for _ in 0..count {
            let at = self.middle
                + self.along * (half.x * dice.range(-0.6, 0.6))
                + self.along.perp() * (half.y * dice.range(-0.6, 0.6));
            let size = DVec3::new(dice.range(1.6, 3.6), dice.range(1.4, 2.6), dice.range(1.0, 2.2));
            patch.cuboid(at.extend(z), self.along, size, gray(dice.range(0.35, 0.55)), Bottom::Hidden);
        }
    }

    /// Cloth over the shop windows.
    fn awnings(&self, dice: &mut Dice, chunks: &mut Chunks) {
        let tint = srgb([0x6E2F2B, 0x2F4A3C, 0x2D4257, 0x8A6A3A, 0x44403C][dice.index(5)]);
        let patch = chunks.at(Skin::Matte, self.at());
        let out = -self.along.perp();
        let bays = ((2.0 * self.half.x / BAY_M).round() as usize).max(1);
        let bay = 2.0 * self.half.x / bays as f64;
        let (high, low) = (self.floor_m + 3.2, self.floor_m + 2.65);
        let front = self.middle + out * self.half.y - self.along * self.half.x;
        for i in 0..bays {
            if dice.chance(0.3) {
                continue;
            }
            let (a, b) = (
                front + self.along * (bay * (i as f64 + 0.06)),
                front + self.along * (bay * (i as f64 + 0.94)),
            );
            let (oa, ob) = (a + out * 1.2, b + out * 1.2);
            let top = [oa.extend(low), ob.extend(low), b.extend(high), a.extend(high)];
            patch.flat(top, tint);
            patch.flat([top[3], top[2], top[1], top[0]].map(|p| p - DVec3::Z * 0.02), scaled(tint, 0.6));
            let hem = DVec3::Z * 0.22;
            patch.flat(
                [oa.extend(low) - hem, ob.extend(low) - hem, ob.extend(low), oa.extend(low)],
                scaled(tint, 0.9),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn building(kind: Kind, stories: usize) -> Building {
        Building {
            kind,
            middle: DVec2::new(10.0, 20.0),
            along: DVec2::new(0.8, 0.6),
            half: DVec2::new(7.0, 5.0),
            low_m: 4.0,
            floor_m: 5.0,
            stories,
            walls: gray(0.8),
            roof: gray(0.3),
            seed: 5,
        }
    }

    #[test]
    fn walls_look_outward_and_stand_on_the_ground() {
        for (kind, stories) in [(Kind::House, 2), (Kind::Shop, 2), (Kind::Block, 6), (Kind::Tower, 14)] {
            for seed in 0..12 {
                let b = Building { seed, ..building(kind, stories) };
                let mut chunks = Chunks::default();
                b.build(&mut chunks);
                let facade = &chunks.patches.iter().find(|(k, _)| k.2 == Skin::Facade).unwrap().1;
                let (mut low, mut high) = (f64::MAX, f64::MIN);
                for [a, bb, c] in facade.faces() {
                    let geometric = (bb.0 - a.0).cross(c.0 - a.0);
                    assert!(geometric.dot(a.1) > 0.0, "{kind:?}: turned around");
                    low = low.min(a.0.z).min(c.0.z);
                    high = high.max(a.0.z).max(c.0.z);
                }
                assert!(low < b.low_m, "{kind:?} floats");
                assert!(high <= b.floor_m + b.height_m() + 3.5, "{kind:?}: {high}");
                assert!(high >= b.floor_m + 2.7 * stories as f64);
            }
        }
    }
}
