//! A map turned into meshes: the order in which everything is built. No renderer is needed for it.

use super::coverage::{Coverage, uses};
use super::frontage::{Edge, Side};
use super::lamp::StreetLamps;
use super::layout::Site;
use super::marking::{self, Custom};
use super::mesh::{Chunks, PLAIN, Vertex};
use super::paint::Painter;
use super::relief::Relief;
use super::ribbon::{self, Ground, Ribbons};
use super::skin::Skin;
use super::style::{Style, Walks};
use super::terrain::Terrain;
use super::turf::{Core, Turf};
use super::{junction, objects, pavement, sign, signal};
use crate::frames;
use bevy::prelude::Resource;
use opendrive as odr;
use shakedown::base::math::{DVec2, DVec3};
use shakedown::road::RoadNetwork;
use std::sync::Arc;

/// A built world.
pub struct World {
    /// Look of the place.
    pub style: Style,
    /// Meshes.
    pub chunks: Chunks,
    /// Street lamps.
    pub lamps: StreetLamps,
    /// Faces of signs.
    pub signs: sign::Atlas,
    /// Height of the ground.
    pub ground: SceneGround,
}

/// The ground as drawn, for those who put things on it.
#[derive(Resource, Clone, Debug, Default)]
pub struct SceneGround {
    parts: Option<Arc<(Coverage, Terrain)>>,
}

impl SceneGround {
    /// How much higher the ground is drawn at a place than the engine has it, m: sidewalks stand behind a curb
    /// that most maps leave out. Add it to the height of whoever walks there.
    pub fn lift_m(&self, p: DVec2) -> f64 {
        self.parts.as_ref().map_or(0.0, |parts| parts.0.lift_m(p))
    }

    /// Height of the ground as drawn, m: the lowest road, else the terrain.
    pub fn height_m(&self, p: DVec2) -> Option<f64> {
        let parts = self.parts.as_ref()?;
        let (coverage, terrain) = (&parts.0, &parts.1);
        Some(coverage.low_m(p).map_or_else(|| terrain.height_m(p), |z| z + coverage.lift_m(p)))
    }

    /// Whether vehicles may drive there, as far as pavement goes.
    pub fn is_paved(&self, p: DVec2) -> bool {
        self.parts.as_ref().is_some_and(|parts| parts.0.flags(p) & uses::PAVED != 0)
    }
}

impl World {
    /// Builds the world of a map.
    pub fn build(map: &odr::Map, network: &RoadNetwork) -> Self {
        let mut ribbons = ribbon::cut(map, network.offset_m);
        junction::level(&mut ribbons);
        let ribbons = Ribbons { all: &ribbons };
        let walks = ribbons.all.iter().flat_map(|r| &r.strips).any(|s| s.ground == Ground::Walk);
        let walks = if walks { Walks::Some } else { Walks::None };
        let style = Style::of(&network.name, network.content_hash, walks);
        let mut coverage = pavement::rasterize(ribbons.all);
        let relief = Relief::fit(&coverage, style);
        let terrain = Terrain::new(&relief, &coverage, ribbons.all);
        let mut chunks = Chunks::default();
        let core = Core::of(network);
        let turf = Turf::of(&style, core);
        terrain.build(&relief, &turf, &mut chunks);
        lake(&style, &relief, &mut chunks);
        let custom = Custom::of(map, network.origin_deg);
        let land = pavement::Land { coverage: &coverage, terrain: &terrain, turf: &turf };
        for ribbon in ribbons.all {
            pavement::build(ribbon, &land, &mut chunks);
            marking::build(ribbon, custom, &mut chunks);
        }
        Painter { map, network, ribbons, custom }.build(style.seed, &mut chunks);

        let masts = signal::mast::build(map, network, &coverage, &terrain, &mut chunks);
        let atlas = sign::Atlas::of(map);
        let mut signs = sign::collect(map, network, &coverage, &terrain);
        signs.extend(sign::names(network, &corners(network, ribbons)));
        let mut keep = masts.feet.clone();
        keep.extend(signs.iter().map(sign::Sign::place));
        keep.extend(stops_in_world(map, network));
        for sign in &signs {
            sign.build(&atlas, &mut chunks);
        }
        let own = objects::build(map, network.offset_m, &mut coverage, &mut chunks);
        let bus_stops = bus_stops(map);
        let mut site = Site {
            network,
            ribbons,
            coverage: &mut coverage,
            terrain: &terrain,
            relief: &relief,
            style,
            keep: &keep,
            core,
            own,
            bus_stops: &bus_stops,
        };
        let mut layout = site.plan();
        layout.lamps.extend(masts.lamps);
        layout.build(&terrain, &mut chunks);
        let heads = layout.lamps.iter().map(|l| frames::point(l.head())).collect();
        Self {
            style,
            chunks,
            lamps: StreetLamps { heads },
            signs: atlas,
            ground: SceneGround { parts: Some(Arc::new((coverage, terrain))) },
        }
    }
}

/// A corner of every junction where two named streets meet: foot of a post and the roads.
fn corners(network: &RoadNetwork, ribbons: Ribbons) -> Vec<(DVec3, usize, usize)> {
    let mut found = Vec::new();
    for (ix, _) in network.junctions.iter().enumerate() {
        // Roads that end at the junction, with the end that does.
        let mut arms: Vec<(usize, f64)> = Vec::new();
        for lane in network.lanes.iter().filter(|l| l.junction.is_none()) {
            let into =
                |id: &shakedown::base::ids::LaneId| network.lane(*id).junction.is_some_and(|j| j.ix() == ix);
            if lane.successors.iter().any(into) && !arms.iter().any(|(r, _)| *r == lane.road.ix()) {
                arms.push((lane.road.ix(), lane.s_to_m));
            }
        }
        let name = |r: usize| network.roads[r].name.trim();
        let named: Vec<_> = arms.iter().filter(|(r, _)| !name(*r).is_empty()).collect();
        let Some((first, s_m)) = named.first().copied().copied() else { continue };
        let Some((second, _)) = named.iter().find(|(r, _)| name(*r) != name(first)) else { continue };
        let side = if s_m > 0.0 { Side::Right } else { Side::Left };
        let Some(edge) = Edge::of(ribbons, first, side) else { continue };
        let spot = edge.at(edge.along_of_s(s_m));
        let foot = spot.at - (spot.out * 0.3).extend(0.0);
        found.push((foot, first, *second));
    }
    found
}

fn is_bus_stop(object: &odr::Object) -> bool {
    object.name == "bus_stop" || matches!(object.kind.as_str(), "busStop" | "bus_stop")
}

/// Bus stops: road, s, m, and side.
fn bus_stops(map: &odr::Map) -> Vec<(usize, f64, Side)> {
    let mut stops = Vec::new();
    for (road_ix, road) in map.roads.iter().enumerate() {
        for object in road.objects.iter().filter(|o| is_bus_stop(o)) {
            let side = if object.t_m >= 0.0 { Side::Left } else { Side::Right };
            stops.push((road_ix, object.s_m, side));
        }
    }
    stops
}

/// Where people wait: nothing else stands there.
fn stops_in_world(map: &odr::Map, network: &RoadNetwork) -> Vec<DVec2> {
    let roads = map.roads.iter();
    let stops = roads.flat_map(|r| r.objects.iter().filter(|o| is_bus_stop(o)).map(move |o| (r, o)));
    let place = |(road, object): (&odr::Road, &odr::Object)| {
        let p = road.object_position(object);
        DVec2::new(p.x_m, p.y_m) - network.offset_m.truncate()
    };
    stops.map(place).collect()
}

/// Still water west of the roads.
fn lake(style: &Style, relief: &Relief, chunks: &mut Chunks) {
    let Some(lake) = style.lake else { return };
    let [low, high] = relief.bounds();
    let (x0, x1) = (low.x - 4200.0, high.x);
    let (y0, y1) = (low.y - 4200.0, high.y + 4200.0);
    let at = |x: f64, y: f64| Vertex {
        at: DVec3::new(x, y, lake.level_m),
        normal: DVec3::Z,
        uv: DVec2::new(x, y),
        tint: PLAIN,
    };
    chunks.far(Skin::Water, DVec3::new(x0, y0, 0.0)).quad([at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(path: &str) -> (odr::Map, RoadNetwork) {
        let bytes = std::fs::read(path).unwrap();
        let name = path.rsplit('/').next().unwrap().trim_end_matches(".xodr");
        let network = RoadNetwork::from_opendrive(name, &bytes).unwrap();
        (odr::parse(&bytes, name).unwrap().map, network)
    }

    fn bundled(name: &str) -> (odr::Map, RoadNetwork) {
        load(&format!("{}/../../assets/maps/{name}.xodr", env!("CARGO_MANIFEST_DIR")))
    }

    /// The terrain lies below every road of every bundled map.
    #[test]
    fn terrain_stays_below_roads() {
        for name in ["kirkland", "austin", "mountain_view", "levels_road", "crossing", "straight"] {
            let (map, network) = bundled(name);
            let ribbons = ribbon::cut(&map, network.offset_m);
            let coverage = pavement::rasterize(&ribbons);
            let style = Style::of(name, 1, Walks::Some);
            let relief = Relief::fit(&coverage, style);
            let terrain = Terrain::new(&relief, &coverage, &ribbons);
            let mut worst: f64 = f64::MIN;
            for ribbon in &ribbons {
                for strip in &ribbon.strips {
                    for k in 0..ribbon.s_m.len() {
                        for share in [0.0, 0.5, 1.0] {
                            let p = strip.left[k].lerp(strip.right[k], share);
                            worst = worst.max(terrain.height_m(p.truncate()) - p.z);
                        }
                    }
                }
            }
            assert!(worst < -0.02, "{name}: terrain {worst} m over the road");
        }
    }

    /// Ground looks up, and nothing is lost to not-a-number.
    #[test]
    fn ground_looks_up() {
        let (map, network) = bundled("kirkland");
        let world = World::build(&map, &network);
        for ((_, _, skin), patch) in &world.chunks.patches {
            let ground = matches!(skin, Skin::Asphalt | Skin::Grass | Skin::WhitePaint | Skin::YellowPaint);
            for [a, b, c] in patch.faces() {
                assert!(a.0.is_finite() && b.0.is_finite() && c.0.is_finite() && a.1.is_finite());
                if ground {
                    let turn = (b.0 - a.0).cross(c.0 - a.0);
                    assert!(turn.z >= -1e-4, "{skin:?} looks down at {}", a.0);
                    assert!(a.1.z > 0.0);
                }
            }
        }
    }

    /// The same map gives the same world.
    #[test]
    fn worlds_repeat() {
        let (map, network) = bundled("crossing");
        let count = || {
            let world = World::build(&map, &network);
            let sum: f64 =
                world.chunks.patches.values().flat_map(|p| p.faces()).flatten().map(|(p, _)| p.x + p.z).sum();
            (world.chunks.triangles(), world.lamps.heads.len(), sum)
        };
        assert_eq!(count(), count());
    }

    /// Sidewalks are drawn higher than the engine has them, carriageways are not.
    #[test]
    fn lift_is_the_curb() {
        let (map, network) = bundled("crossing");
        let world = World::build(&map, &network);
        let mut walked = 0;
        for lane in &network.lanes {
            let middle =
                shakedown::road::LaneCoord { lane: lane.id, along_m: 0.5 * lane.length_m, offset_m: 0.0 };
            let p = network.lane_pose(middle).pose.position_m.truncate();
            let lift = world.ground.lift_m(p);
            match lane.kind {
                shakedown::road::LaneKind::Sidewalk if lane.junction.is_none() => {
                    assert!((lift - ribbon::CURB_M).abs() < 0.01, "{lift}");
                    walked += 1;
                }
                shakedown::road::LaneKind::Driving => assert_eq!(lift, 0.0),
                _ => {}
            }
        }
        assert!(walked >= 8);
    }

    /// Every readable map of the corpus becomes a world of a sane size. The corpus is not part of the project:
    /// `$SHAKEDOWN_CORPUS` names its folder, without it `shared/corpus` beside the workspace is used; where
    /// there is none, this says so and passes.
    #[test]
    fn foreign_maps_become_worlds() {
        let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
        let root = std::env::var("SHAKEDOWN_CORPUS").unwrap_or_else(|_| beside.to_string());
        let mut open = vec![std::path::PathBuf::from(&root)];
        let mut maps = Vec::new();
        while let Some(dir) = open.pop() {
            let Ok(entries) = std::fs::read_dir(&dir) else { continue };
            for path in entries.flatten().map(|e| e.path()) {
                if path.is_dir() {
                    open.push(path);
                } else if path.extension().is_some_and(|e| e == "xodr") {
                    maps.push(path);
                }
            }
        }
        if maps.is_empty() {
            eprintln!("no corpus at {root}: skipped");
            return;
        }
        maps.sort();
        // One in five, and all large ones.
        let large = |p: &std::path::PathBuf| p.metadata().is_ok_and(|m| m.len() > 900_000);
        let chosen = maps.iter().enumerate().filter(|(i, p)| i % 5 == 0 || large(p)).map(|(_, p)| p);
        let mut built = 0;
        for path in chosen {
            let bytes = std::fs::read(path).unwrap();
            let Ok(parsed) = odr::parse(&bytes, "foreign") else { continue };
            let Ok(network) = RoadNetwork::from_opendrive("foreign", &bytes) else { continue };
            let world = World::build(&parsed.map, &network);
            let triangles = world.chunks.triangles();
            assert!(triangles < 2_500_000, "{}: {triangles} triangles", path.display());
            let finite = world.chunks.patches.values().flat_map(|p| p.faces()).flatten();
            assert!(finite.into_iter().all(|(p, _)| p.is_finite()), "{}", path.display());
            built += 1;
        }
        assert!(built > 40, "{built} maps");
    }
}
