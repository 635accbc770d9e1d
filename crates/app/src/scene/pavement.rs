//! The road itself: pavement by lane type, curbs, sidewalks, and verges down to the terrain.

use super::coverage::{Coverage, Fill, uses};
use super::mesh::{Chunks, PLAIN, Tint, Vertex, gray};
use super::noise::{self, smoothstep};
use super::ribbon::{Ground, Ribbon, Strip};
use super::skin::Skin;
use super::terrain::Terrain;
use shakedown::base::math::{DVec2, DVec3};

/// Width of the curb's top, m (AASHTO: 6 inches).
const CURB_TOP_M: f64 = 0.15;
/// Height differences below this are no curb, m.
const STEP_M: f64 = 0.008;
/// A strip from the road's edge to the terrain, m.
const VERGE_M: f64 = 3.4;
/// Nothing of a neighbor's road within this distance of a verge's foot, m.
const VERGE_GAP_M: f64 = 1.1;
/// A road that stands this high over the ground beside it is a bridge, m.
const BRIDGE_M: f64 = 4.0;
/// Depth of a bridge's side, m.
const DECK_M: f64 = 1.0;
/// How deep a verge's foot goes under the terrain, m.
const FOOT_M: f64 = 0.07;

/// Fills the raster with a map's roads.
pub fn rasterize(ribbons: &[Ribbon]) -> Coverage {
    let area: f64 = ribbons.iter().map(area_m2).sum();
    let mut coverage = Coverage::new(area);
    for ribbon in ribbons {
        for strip in &ribbon.strips {
            let own = if strip.ground.is_paved() { uses::PAVED } else { uses::SIDE };
            let flags = own | if ribbon.in_junction() { uses::JUNCTION } else { 0 };
            for k in 1..ribbon.s_m.len() {
                let fill = Fill { flags, lift_m: 0.5 * (strip.lift[k - 1] + strip.lift[k]) };
                let [a, b] = [strip.right[k - 1], strip.right[k]];
                let [c, d] = [strip.left[k], strip.left[k - 1]];
                coverage.triangle([a, b, c], fill);
                coverage.triangle([a, c, d], fill);
            }
        }
    }
    coverage
}

fn area_m2(ribbon: &Ribbon) -> f64 {
    let across = |k: usize| ribbon.strips.iter().map(|s| s.width_m(k)).sum::<f64>();
    (1..ribbon.s_m.len())
        .map(|k| (ribbon.s_m[k] - ribbon.s_m[k - 1]) * 0.5 * (across(k) + across(k - 1)))
        .sum()
}

/// Builds pavement, curbs and verges of a ribbon.
pub fn build(ribbon: &Ribbon, coverage: &Coverage, terrain: &Terrain, chunks: &mut Chunks) {
    for (i, strip) in ribbon.strips.iter().enumerate() {
        let beside = [i.checked_sub(1).map(|j| &ribbon.strips[j]), ribbon.strips.get(i + 1)];
        for k in 1..ribbon.s_m.len() {
            if strip.width_m(k - 1) < 0.01 && strip.width_m(k) < 0.01 {
                continue;
            }
            if ribbon.in_junction() && is_buried(strip, k, coverage) {
                continue;
            }
            surface(ribbon, strip, beside, k, chunks);
            curbs(ribbon, strip, beside, k, chunks);
        }
    }
    verge(ribbon, Side::Left, coverage, terrain, chunks);
    verge(ribbon, Side::Right, coverage, terrain, chunks);
}

/// Whether another road of the junction paves the ground of a sidewalk or grass strip.
fn is_buried(strip: &Strip, k: usize, coverage: &Coverage) -> bool {
    if strip.ground.is_paved() {
        return false;
    }
    let inside = [(k - 1, 0.3), (k - 1, 0.7), (k, 0.3), (k, 0.7)];
    let middle = strip.at(k - 1, 0.5).lerp(strip.at(k, 0.5), 0.5);
    let paved = |p: DVec3| coverage.flags(p.truncate()) & uses::PAVED != 0;
    let count = inside.iter().filter(|(k, share)| paved(strip.at(*k, *share))).count();
    paved(middle) && count >= 2
}

/// Slow variation of tone over the ground.
pub fn weathered(p: DVec3) -> f64 {
    0.94 + 0.12 * noise::value(p.truncate(), 17.0, 5)
}

/// Where a strip is cut lengthwise: share from left to right and tone there.
fn columns(strip: &Strip, beside: [Option<&Strip>; 2], k: usize, in_junction: bool) -> Vec<(f64, Tint)> {
    let width = strip.width_m(k - 1).max(strip.width_m(k));
    match strip.ground {
        // Tires polish two tracks, oil darkens the middle.
        Ground::Carriage if !in_junction && width > 2.2 => {
            let tone = |t: f64| gray(t);
            vec![
                (0.0, tone(1.02)),
                (0.27, tone(0.91)),
                (0.5, tone(0.97)),
                (0.73, tone(0.91)),
                (1.0, tone(1.02)),
            ]
        }
        Ground::Carriage | Ground::Median => vec![(0.0, PLAIN), (1.0, PLAIN)],
        Ground::Shoulder | Ground::Parking => {
            let tone = if in_junction { PLAIN } else { gray(1.06) };
            vec![(0.0, tone), (1.0, tone)]
        }
        Ground::Bike => {
            let tone = if in_junction { PLAIN } else { [0.86, 1.04, 0.90] };
            vec![(0.0, tone), (1.0, tone)]
        }
        Ground::Walk | Ground::Island => {
            let stone = gray(1.12);
            let share = (CURB_TOP_M / width.max(0.01)).min(0.45);
            let mut columns = vec![(0.0, PLAIN), (1.0, PLAIN)];
            if beside[0].is_some_and(|b| b.lift[k] + STEP_M < strip.lift[k]) {
                columns = vec![(0.0, stone), (share, stone), (share, PLAIN), (1.0, PLAIN)];
            }
            if beside[1].is_some_and(|b| b.lift[k] + STEP_M < strip.lift[k]) {
                columns.pop();
                columns.extend([(1.0 - share, PLAIN), (1.0 - share, stone), (1.0, stone)]);
            }
            columns
        }
        Ground::Edge => vec![(0.0, gray(0.95)), (1.0, gray(0.95))],
        Ground::Grass => vec![(0.0, PLAIN), (1.0, PLAIN)],
    }
}

fn skin_of(ground: Ground) -> Skin {
    match ground {
        Ground::Carriage | Ground::Shoulder | Ground::Parking | Ground::Bike | Ground::Median => {
            Skin::Asphalt
        }
        Ground::Island | Ground::Walk | Ground::Edge => Skin::Concrete,
        Ground::Grass => Skin::Grass,
    }
}

fn surface(ribbon: &Ribbon, strip: &Strip, beside: [Option<&Strip>; 2], k: usize, chunks: &mut Chunks) {
    let skin = skin_of(strip.ground);
    let patch = chunks.at(skin, strip.at(k, 0.5));
    let fresh = |k: usize| {
        // Tracks fade where they meet the plain pavement of a junction.
        if skin == Skin::Asphalt { 1.0 - smoothstep(0.0, 12.0, ribbon.from_end_m(k)) } else { 0.0 }
    };
    let corner = |k: usize, share: f64, tint: Tint| {
        let at = strip.at(k, share);
        let uv = match skin {
            Skin::Concrete => DVec2::new(ribbon.s_m[k], share * strip.width_m(k)),
            _ => at.truncate(),
        };
        let (tone, fresh) = (weathered(at), fresh(k));
        let tint = tint.map(|c| ((f64::from(c) + (1.0 - f64::from(c)) * fresh) * tone) as f32);
        Vertex { at, normal: ribbon.up[k], uv, tint }
    };
    for pair in columns(strip, beside, k, ribbon.in_junction()).windows(2) {
        let ((left, tint_l), (right, tint_r)) = (pair[0], pair[1]);
        if right - left > 1e-6 {
            patch.quad([
                corner(k - 1, right, tint_r),
                corner(k, right, tint_r),
                corner(k, left, tint_l),
                corner(k - 1, left, tint_l),
            ]);
        }
    }
}

/// Vertical faces where a strip stands higher than its neighbor.
fn curbs(ribbon: &Ribbon, strip: &Strip, beside: [Option<&Strip>; 2], k: usize, chunks: &mut Chunks) {
    let stone = gray(1.0);
    let mut face = |top: [DVec3; 2], low: [DVec3; 2], out: DVec3| {
        if top[0].z - low[0].z < STEP_M && top[1].z - low[1].z < STEP_M {
            return;
        }
        let corner = |at: DVec3, up: f64, k: usize| Vertex {
            at,
            normal: out,
            uv: DVec2::new(ribbon.s_m[k], up),
            tint: stone,
        };
        let corners = [
            corner(low[0], 0.0, k - 1),
            corner(low[1], 0.0, k),
            corner(top[1], 0.1, k),
            corner(top[0], 0.1, k - 1),
        ];
        let patch = chunks.at(Skin::Concrete, top[0]);
        // Counter-clockwise as seen from the lower side.
        let turned = (corners[1].at - corners[0].at).cross(DVec3::Z).dot(out) < 0.0;
        if turned {
            patch.quad([corners[1], corners[0], corners[3], corners[2]])
        } else {
            patch.quad(corners)
        }
    };
    let left = ribbon.forward[k].perp().extend(0.0);
    if let Some(b) = beside[0] {
        face([strip.at(k - 1, 0.0), strip.at(k, 0.0)], [b.at(k - 1, 1.0), b.at(k, 1.0)], left);
    }
    if let Some(b) = beside[1] {
        face([strip.at(k - 1, 1.0), strip.at(k, 1.0)], [b.at(k - 1, 0.0), b.at(k, 0.0)], -left);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// Foot of a verge at one station.
#[derive(Clone, Copy)]
struct Foot {
    edge: DVec3,
    out: DVec2,
    reach_m: f64,
    z_m: f64,
}

/// The ground from the road's edge down (or up) to the terrain; on a bridge the side of its deck.
fn verge(ribbon: &Ribbon, side: Side, coverage: &Coverage, terrain: &Terrain, chunks: &mut Chunks) {
    let strip = match side {
        Side::Left => ribbon.strips.first(),
        Side::Right => ribbon.strips.last(),
    };
    let Some(strip) = strip else { return };
    let n = ribbon.s_m.len();
    let edge = |k: usize| strip.at(k, if side == Side::Left { 0.0 } else { 1.0 });
    let foot = |k: usize| {
        let along = (edge((k + 1).min(n - 1)) - edge(k.saturating_sub(1))).truncate();
        let along = along.try_normalize().unwrap_or(ribbon.forward[k]);
        let out = if side == Side::Left { along.perp() } else { -along.perp() };
        let e = edge(k);
        let taken = |d: f64| {
            let p = e.truncate() + out * d;
            coverage.low_m(p).filter(|z| (z - e.z).abs() < BRIDGE_M)
        };
        let probes = [0.9, 1.7, 2.5, 3.3, 4.1];
        let near = probes.into_iter().find_map(|d| taken(d).map(|z| (d, z)));
        match near {
            Some((d, z)) => {
                Foot { edge: e, out, reach_m: (d - VERGE_GAP_M).max(0.0), z_m: z.min(e.z) - FOOT_M }
            }
            None => {
                let p = e.truncate() + out * VERGE_M;
                Foot { edge: e, out, reach_m: VERGE_M, z_m: terrain.height_m(p) - FOOT_M }
            }
        }
    };
    let feet: Vec<Foot> = (0..n).map(foot).collect();
    for k in 1..n {
        let (mut a, mut b) = (feet[k - 1], feet[k]);
        if a.reach_m <= 0.0 && b.reach_m <= 0.0 {
            continue;
        }
        if side == Side::Left {
            (a, b) = (b, a);
        }
        // Inside a tight curve the feet would cross.
        let (p, q) = (a.edge.truncate() + a.out * a.reach_m, b.edge.truncate() + b.out * b.reach_m);
        if (q - p).dot((b.edge - a.edge).truncate()) < 0.0 {
            let reach = 0.4 * a.reach_m.min(b.reach_m);
            (a.reach_m, b.reach_m) = (reach, reach);
        }
        let drop = (a.edge.z - a.z_m).max(b.edge.z - b.z_m);
        if drop > BRIDGE_M {
            deck(a, b, chunks);
        } else {
            slope(a, b, chunks);
        }
    }
}

fn slope(a: Foot, b: Foot, chunks: &mut Chunks) {
    // Level at first, then down: a shoulder of grass.
    const ROWS: [(f64, f64); 3] = [(0.0, 0.0), (0.35, 0.14), (1.0, 1.0)];
    let at = |f: &Foot, row: usize| {
        let (out, down) = ROWS[row];
        let p = f.edge.truncate() + f.out * (f.reach_m * out);
        p.extend(f.edge.z - 0.012 + (f.z_m - f.edge.z) * down)
    };
    let patch = chunks.at(Skin::Grass, a.edge);
    let corner = |f: &Foot, row: usize| {
        let p = at(f, row);
        let lean = (f.edge.z - f.z_m) / f.reach_m.max(0.5);
        let normal = (f.out.extend(0.0) * lean + DVec3::Z).normalize();
        Vertex { at: p, normal, uv: p.truncate(), tint: grass_tint(p.truncate()) }
    };
    for row in 0..2 {
        // Seen from above with the road on the left: a is behind, b ahead.
        patch.quad([corner(&a, row), corner(&a, row + 1), corner(&b, row + 1), corner(&b, row)]);
    }
}

fn deck(a: Foot, b: Foot, chunks: &mut Chunks) {
    let patch = chunks.at(Skin::Concrete, a.edge);
    let down = DVec3::Z * DECK_M;
    let rail = DVec3::Z * 0.8;
    let out = a.out.extend(0.0);
    let quad = |p: [DVec3; 4], normal: DVec3| {
        p.map(|at| Vertex { at, normal, uv: DVec2::new(at.x + at.y, at.z), tint: gray(0.92) })
    };
    patch.quad(quad([a.edge - down, b.edge - down, b.edge + rail, a.edge + rail], out));
    patch.quad(quad([b.edge, a.edge, a.edge + rail, b.edge + rail], -out));
}

/// Patches of drier and lusher grass.
pub fn grass_tint(p: DVec2) -> Tint {
    let lush = noise::fractal(p, 60.0, 7);
    let dry = noise::value(p, 210.0, 8);
    let tone = 0.86 + 0.26 * lush;
    let warm = (dry - 0.5) * 0.22;
    [(tone * (1.0 + warm)) as f32, tone as f32, (tone * (1.0 - 0.6 * warm)) as f32]
}
