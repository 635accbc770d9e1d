//! What stands beside the roads: buildings, trees, lamps, in an order thrown with dice from the map's hash.
//!
//! Nothing stands on a road, within the sight triangles of a junction, or on another thing. The kinds depend
//! on the place ([`super::style`]) and on how busy the street is.

use super::building::{self, Building};
use super::coverage::{Coverage, uses};
use super::frontage::{Edge, Side, Spot};
use super::lamp::Lamp;
use super::mesh::{Tint, srgb};
use super::noise::{Dice, fractal, lattice, smoothstep};
use super::relief::Relief;
use super::ribbon::Ribbons;
use super::style::{Character, Style};
use super::terrain::Terrain;
use super::tree::{self, Detail, Tree};
use shakedown::base::math::DVec2;
use shakedown::road::RoadNetwork;

/// Most buildings and trees: a guard for maps of whole regions.
const BUILDINGS_MAX: usize = 4_000;
const TREES_MAX: usize = 9_000;
/// Buildings keep this distance from a road's end, where people look around the corner, m.
const CORNER_M: f64 = 9.0;
/// Trees and lamps do too, m.
const SIGHT_M: f64 = 13.0;
/// Distance between lamps on one side, m.
const LAMPS_M: f64 = 42.0;
/// Steepest ground that is built on, m of difference under one building.
const STEP_M_MAX: f64 = 5.5;

/// Everything that stands.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Buildings.
    pub buildings: Vec<Building>,
    /// Trees.
    pub trees: Vec<Tree>,
    /// Lamps.
    pub lamps: Vec<Lamp>,
}

/// What the layout is made for.
pub struct Site<'a> {
    /// Lane graph.
    pub network: &'a RoadNetwork,
    /// Roads.
    pub ribbons: Ribbons<'a>,
    /// Ground taken; buildings are marked in it.
    pub coverage: &'a mut Coverage,
    /// Ground.
    pub terrain: &'a Terrain,
    /// Distances to roads.
    pub relief: &'a Relief,
    /// Kind of place.
    pub style: Style,
    /// Places to keep clear (signs, signals, bus stops), m.
    pub keep: &'a [DVec2],
}

/// How busy a street is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Street {
    Quiet,
    Busy,
    Highway,
}

impl Site<'_> {
    /// Lays everything out.
    pub fn plan(&mut self) -> Layout {
        let mut layout = Layout::default();
        let mut edges = Vec::new();
        for road_ix in 0..self.network.roads.len() {
            if self.network.roads[road_ix].junction.is_some() {
                continue;
            }
            for side in [Side::Left, Side::Right] {
                edges.extend(Edge::of(self.ribbons, road_ix, side));
            }
        }
        for edge in &edges {
            self.lamps(edge, &mut layout);
        }
        // Busy streets first: their buildings are larger.
        let mut order: Vec<&Edge> = edges.iter().collect();
        order.sort_by_key(|e| self.street(e.road_ix) == Street::Quiet);
        for edge in order {
            self.frontage(edge, &mut layout);
        }
        self.backyards(&mut layout);
        for edge in &edges {
            self.street_trees(edge, &mut layout);
        }
        self.woods(&mut layout);
        layout
    }

    fn street(&self, road_ix: usize) -> Street {
        let lanes = self.network.roads[road_ix].lanes.iter().map(|l| self.network.lane(*l));
        let driving: Vec<_> = lanes.filter(|l| l.kind == shakedown::road::LaneKind::Driving).collect();
        let limit = driving.iter().map(|l| l.speed_limit_mps).fold(0.0, f64::max);
        if limit > 23.0 {
            Street::Highway
        } else if limit > 14.0 || driving.len() >= 4 {
            Street::Busy
        } else {
            Street::Quiet
        }
    }

    fn dice(&self, edge: &Edge, purpose: u64) -> Dice {
        let side = if edge.side == Side::Left { 1 } else { 2 };
        Dice::new(self.style.seed, purpose ^ (edge.road_ix as u64) << 8 ^ side << 4)
    }

    fn clear_of(&self, p: DVec2, radius_m: f64) -> bool {
        self.keep.iter().all(|k| k.distance(p) > radius_m)
    }

    fn lamps(&self, edge: &Edge, layout: &mut Layout) {
        let street = self.street(edge.road_ix);
        if street == Street::Highway || !edge.walk {
            return;
        }
        // The two sides alternate.
        let shift = if edge.side == Side::Left { 0.0 } else { 0.5 * LAMPS_M };
        let (height_m, arm_m) = if street == Street::Busy { (9.0, 2.6) } else { (7.2, 1.8) };
        let mut along = SIGHT_M + shift;
        while along < edge.length_m() - SIGHT_M {
            let spot = edge.at(along);
            let inner = edge.walk_m.min(4.0) - 0.45;
            let foot = spot.at - (spot.out * inner.max(0.0)).extend(0.0);
            if self.clear_of(foot.truncate(), 2.5) {
                layout.lamps.push(Lamp { foot, toward: -spot.out, height_m, arm_m });
            }
            along += LAMPS_M;
        }
    }

    fn frontage(&mut self, edge: &Edge, layout: &mut Layout) {
        let street = self.street(edge.road_ix);
        let town = edge.walk && street != Street::Highway;
        if !town || self.style.character == Character::Open {
            return;
        }
        let mut dice = self.dice(edge, 11);
        let mut along = CORNER_M + dice.range(0.0, 4.0);
        let end = edge.length_m() - CORNER_M;
        while along < end && layout.buildings.len() < BUILDINGS_MAX {
            let plot = self.plot(edge, street, along, &mut dice);
            if along + plot.width > end {
                break;
            }
            let spot = edge.at(along + 0.5 * plot.width);
            if self.build(spot, &plot, &mut dice, layout) {
                along += plot.width + plot.gap;
                if plot.kind == building::Kind::House {
                    self.garden(spot, &plot, &mut dice, layout);
                }
            } else {
                along += 7.0;
            }
        }
    }

    /// Size and kind of the next building on a street.
    fn plot(&self, edge: &Edge, street: Street, along: f64, dice: &mut Dice) -> Plot {
        use building::Kind;
        let core = self.core(edge.at(along).at.truncate());
        let (kind, stories) = match (self.style.character, street) {
            (Character::Downtown, _) => {
                if dice.chance(0.15 + 0.6 * core) && core > 0.3 {
                    (Kind::Tower, 9 + (dice.unit() * 14.0 * core) as usize)
                } else if dice.chance(0.35 + 0.4 * core) {
                    (Kind::Block, 4 + dice.index(4))
                } else {
                    (Kind::Shop, 1 + dice.index(3))
                }
            }
            (Character::Hillside, Street::Busy) if dice.chance(0.55) => (Kind::Shop, 1 + dice.index(3)),
            (Character::Hillside, Street::Busy) if dice.chance(0.25) => (Kind::Block, 4),
            (Character::Valley, Street::Busy) if dice.chance(0.7) => (Kind::Shop, 1 + dice.index(2)),
            (Character::Suburb, Street::Busy) if dice.chance(0.5) => (Kind::Shop, 1 + dice.index(3)),
            (_, _) => {
                let flat = self.style.character == Character::Valley;
                (Kind::House, if dice.chance(if flat { 0.75 } else { 0.35 }) { 1 } else { 2 })
            }
        };
        let (width, depth, setback, gap) = match kind {
            Kind::House => {
                (dice.range(10.0, 15.0), dice.range(8.5, 11.5), dice.range(5.0, 8.5), dice.range(4.0, 7.0))
            }
            Kind::Shop => {
                (dice.range(13.0, 26.0), dice.range(12.0, 18.0), dice.range(1.4, 3.5), dice.range(0.6, 7.0))
            }
            Kind::Block => {
                (dice.range(20.0, 34.0), dice.range(15.0, 22.0), dice.range(1.6, 4.0), dice.range(1.5, 6.0))
            }
            Kind::Tower => {
                (dice.range(24.0, 36.0), dice.range(24.0, 32.0), dice.range(2.0, 5.0), dice.range(3.0, 8.0))
            }
        };
        Plot { kind, stories, width, depth, setback, gap }
    }

    /// 1 in the middle of town, 0 at its edge.
    fn core(&self, p: DVec2) -> f64 {
        let junctions = &self.network.junctions;
        let n = junctions.len().max(1) as f64;
        let center = junctions.iter().map(|j| j.center_m).sum::<DVec2>() / n;
        let reach = junctions.iter().map(|j| j.center_m.distance(center)).fold(1.0, f64::max);
        1.0 - smoothstep(0.25, 0.95, p.distance(center) / reach)
    }

    /// Builds on a plot if nothing is in the way.
    fn build(&mut self, spot: Spot, plot: &Plot, dice: &mut Dice, layout: &mut Layout) -> bool {
        // The front looks to the right of `along`: at the road.
        let along = -spot.out.perp();
        let half = DVec2::new(0.5 * plot.width, 0.5 * plot.depth);
        let middle = spot.at.truncate() + spot.out * (plot.setback + half.y);
        let yard = half + DVec2::new(0.2, 1.0);
        if !self.coverage.is_free(middle, along, yard, uses::ROAD | uses::BUILT) {
            return false;
        }
        let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
            .map(|(u, v)| self.terrain.height_m(middle + along * (half.x * u) + along.perp() * (half.y * v)));
        let (low_m, high_m) = corners.iter().fold((f64::MAX, f64::MIN), |(a, b), z| (a.min(*z), b.max(*z)));
        let wet = self.style.lake.is_some_and(|l| low_m < l.level_m + 0.8);
        if high_m - low_m > STEP_M_MAX || wet {
            return false;
        }
        // Doors are near the street's height, but never below the ground.
        let floor_m = match plot.kind {
            building::Kind::House => high_m.max(0.5 * (spot.at.z + high_m)) + 0.35,
            building::Kind::Shop | building::Kind::Block | building::Kind::Tower => {
                high_m.max(spot.at.z.min(high_m + 0.6)) + 0.08
            }
        };
        let (walls, roof) = colors(self.style.character, plot.kind, dice);
        self.coverage.mark(middle, along, half + DVec2::splat(0.5), uses::BUILT);
        layout.buildings.push(Building {
            kind: plot.kind,
            middle,
            along,
            half,
            low_m,
            floor_m,
            stories: plot.stories,
            walls,
            roof,
            seed: (dice.unit() * 1e15) as u64,
        });
        true
    }

    /// Houses and blocks behind the first row.
    fn backyards(&mut self, layout: &mut Layout) {
        use building::Kind;
        let (step, share) = match self.style.character {
            Character::Downtown => (30.0, 0.62),
            Character::Hillside | Character::Valley => (29.0, 0.5),
            Character::Suburb => (34.0, 0.3),
            Character::Open => return,
        };
        let [low, high] = self.relief.bounds();
        let (nx, ny) = (((high.x - low.x) / step) as i64, ((high.y - low.y) / step) as i64);
        if nx * ny > 200_000 || layout.buildings.is_empty() {
            return;
        }
        for j in 0..ny {
            for i in 0..nx {
                let salt = self.style.seed ^ 0xBAC;
                let jitter = DVec2::new(lattice(i, j, salt), lattice(i, j, salt ^ 1)) - DVec2::splat(0.5);
                let p = low + (DVec2::new(i as f64, j as f64) + jitter * 0.3) * step;
                let away = self.relief.away_m(p);
                if !(26.0..150.0).contains(&away)
                    || lattice(i, j, salt ^ 2) > share * smoothstep(160.0, 60.0, away)
                {
                    continue;
                }
                if layout.buildings.len() >= BUILDINGS_MAX {
                    return;
                }
                let mut dice = Dice::new(salt, (i * 7919 + j) as u64);
                // Looks at the nearest road: downhill of the distance.
                let d = |v: DVec2| self.relief.away_m(p + v) - self.relief.away_m(p - v);
                let out = DVec2::new(d(DVec2::X * 10.0), d(DVec2::Y * 10.0)).normalize_or(DVec2::X);
                let out = if out.x.abs() > out.y.abs() {
                    DVec2::X * out.x.signum()
                } else {
                    DVec2::Y * out.y.signum()
                };
                let (kind, stories, size) = match self.style.character {
                    Character::Downtown => {
                        let core = self.core(p);
                        if dice.chance(0.4 * core) {
                            (Kind::Tower, 8 + (10.0 * core * dice.unit()) as usize, [24.0, 24.0])
                        } else {
                            (Kind::Block, 2 + dice.index(4), [dice.range(16.0, 25.0), dice.range(13.0, 20.0)])
                        }
                    }
                    _ => (Kind::House, 1 + dice.index(2), [dice.range(10.0, 14.0), dice.range(8.0, 11.0)]),
                };
                let plot = Plot { kind, stories, width: size[0], depth: size[1], setback: 0.0, gap: 0.0 };
                let at = p - out * (0.5 * plot.depth);
                let spot = Spot { at: at.extend(self.terrain.height_m(p)), out, s_m: 0.0 };
                self.build(spot, &plot, &mut dice, layout);
            }
        }
    }

    /// A tree and bushes around a house.
    fn garden(&self, spot: Spot, plot: &Plot, dice: &mut Dice, layout: &mut Layout) {
        let along = -spot.out.perp();
        if dice.chance(0.75) {
            let back = spot.out * (plot.setback + plot.depth + dice.range(3.0, 8.0));
            let p = spot.at.truncate() + back + along * dice.range(-0.6, 0.6) * plot.width;
            self.tree(p, Detail::Near, dice, layout);
        }
        for _ in 0..dice.index(4) {
            let p = spot.at.truncate()
                + spot.out * (plot.setback - 0.9)
                + along * (dice.range(-0.5, 0.5) * plot.width);
            if self.coverage.is_free(p, along, DVec2::splat(0.4), uses::ROAD | uses::BUILT) {
                let at = p.extend(self.terrain.height_m(p));
                let height_m = dice.range(0.6, 1.3);
                layout.trees.push(Tree {
                    kind: tree::Kind::Bush,
                    at,
                    height_m,
                    detail: Detail::Far,
                    seed: (p.x * 913.0) as i64 as u64,
                });
            }
        }
    }

    fn tree(&self, p: DVec2, detail: Detail, dice: &mut Dice, layout: &mut Layout) {
        let half = DVec2::splat(1.8);
        if layout.trees.len() >= TREES_MAX
            || !self.coverage.is_free(p, DVec2::X, half, uses::ROAD | uses::BUILT)
        {
            return;
        }
        let z = self.terrain.height_m(p);
        if self.style.lake.is_some_and(|l| z < l.level_m + 0.4) {
            return;
        }
        let conifer = dice.chance(self.style.conifers);
        let (kind, height_m) = if conifer {
            (tree::Kind::Conifer, dice.range(9.0, 21.0))
        } else {
            (tree::Kind::Broad, dice.range(6.0, 12.0))
        };
        let seed = (dice.unit() * 1e15) as u64;
        layout.trees.push(Tree { kind, at: p.extend(z), height_m, detail, seed });
    }

    /// Trees along the sidewalk.
    fn street_trees(&self, edge: &Edge, layout: &mut Layout) {
        if self.street(edge.road_ix) == Street::Highway || !edge.walk {
            return;
        }
        let mut dice = self.dice(edge, 23);
        let share = match self.style.character {
            Character::Downtown => 0.7,
            Character::Hillside => 0.45,
            Character::Valley => 0.65,
            Character::Suburb | Character::Open => 0.5,
        };
        let mut along = SIGHT_M + dice.range(0.0, 8.0);
        while along < edge.length_m() - SIGHT_M {
            let spot = edge.at(along);
            along += dice.range(10.0, 15.0);
            let p = spot.at.truncate() + spot.out * 1.5;
            let free = self.coverage.is_free(p, spot.out, DVec2::splat(0.7), uses::ROAD | uses::BUILT);
            if !dice.chance(share) || !free || !self.clear_of(p, 7.0) || layout.trees.len() >= TREES_MAX {
                continue;
            }
            // On the verge, between the walk and the terrain.
            let at = p.extend(spot.at.z.min(self.terrain.height_m(p) + 0.3));
            let seed = (dice.unit() * 1e15) as u64;
            let height_m = dice.range(4.8, 8.0);
            layout.trees.push(Tree { kind: tree::Kind::Street, at, height_m, detail: Detail::Near, seed });
        }
    }

    /// Trees on open ground: loose near roads, in groves farther away.
    fn woods(&self, layout: &mut Layout) {
        let [low, high] = self.relief.bounds();
        let area_ha = (high.x - low.x) * (high.y - low.y) / 1e4;
        let wanted = (self.style.trees_per_ha * area_ha)
            .min((TREES_MAX - layout.trees.len().min(TREES_MAX)) as f64 * 0.7);
        if wanted < 1.0 {
            return;
        }
        let step = (area_ha * 1e4 / wanted).sqrt();
        let (nx, ny) = (((high.x - low.x) / step) as i64, ((high.y - low.y) / step) as i64);
        let salt = self.style.seed ^ 0x7EE5;
        for j in 0..ny {
            for i in 0..nx {
                let jitter = DVec2::new(lattice(i, j, salt), lattice(i, j, salt ^ 1));
                let p = low + (DVec2::new(i as f64, j as f64) + jitter) * step;
                let away = self.relief.away_m(p);
                if away < 12.0 {
                    continue;
                }
                let grove = smoothstep(0.40, 0.62, fractal(p, 130.0, salt));
                let open = 0.45 + 0.55 * smoothstep(120.0, 40.0, away);
                if lattice(i, j, salt ^ 2) > grove.max(0.35 * open) {
                    continue;
                }
                let mut dice = Dice::new(salt, (i * 104_729 + j) as u64);
                let detail = if away < 26.0 { Detail::Near } else { Detail::Far };
                self.tree(p, detail, &mut dice, layout);
            }
        }
    }
}

/// Size and kind of a building to come.
struct Plot {
    kind: building::Kind,
    stories: usize,
    width: f64,
    depth: f64,
    setback: f64,
    gap: f64,
}

/// Walls and roof.
fn colors(character: Character, kind: building::Kind, dice: &mut Dice) -> (Tint, Tint) {
    const HILL: [u32; 9] =
        [0x93A09C, 0xBDB7A8, 0x66757F, 0x86745F, 0xA6AB9F, 0xCBC6B9, 0x7A5C4C, 0xD8D5CD, 0x5F6C62];
    const VALLEY: [u32; 7] = [0xDACFBA, 0xCDBCA0, 0xDED8CA, 0xC2AC8D, 0xD0C9BD, 0xB4AC9B, 0xE0D5BD];
    const TOWN: [u32; 9] =
        [0x93614F, 0xA5735C, 0xD0C7B5, 0xBDB9B2, 0xA9B3B9, 0x96A2A9, 0xC9B79C, 0x7F6A5E, 0xDAD6CC];
    const TILES: [u32; 4] = [0x9A6048, 0x8A5B4A, 0x75695F, 0x7E6E60];
    const SHINGLES: [u32; 5] = [0x4D4E51, 0x5A554F, 0x454B50, 0x625850, 0x6B6A67];
    const FLAT: [u32; 4] = [0x8E8D8A, 0x7A7A79, 0xA19F9A, 0x6C6B6A];
    let pick = |list: &[u32], dice: &mut Dice| srgb(list[dice.index(list.len())]);
    let walls = match (character, kind) {
        (Character::Downtown, _) => pick(&TOWN, dice),
        (Character::Valley, _) => pick(&VALLEY, dice),
        (_, building::Kind::House) => pick(&HILL, dice),
        (_, _) => pick(&TOWN, dice),
    };
    let roof = match (character, kind) {
        (Character::Valley, building::Kind::House) => pick(&TILES, dice),
        (_, building::Kind::House) => pick(&SHINGLES, dice),
        (_, _) => pick(&FLAT, dice),
    };
    (walls, roof)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_belong_to_the_place() {
        let mut dice = Dice::new(1, 1);
        for _ in 0..50 {
            let (walls, roof) = colors(Character::Valley, building::Kind::House, &mut dice);
            // Warm walls, warm roofs.
            assert!(walls[0] > walls[2] && roof[0] > roof[2]);
        }
    }
}
