//! What signal faces hang on: mast arms over the road, pedestals at its side.
//!
//! Faces of one approach that hang side by side share an arm. Its pole stands beyond the outermost face on
//! the first ground that is not paved, at the reader's right if there is any near, else at the left.

use super::super::coverage::{Coverage, uses};
use super::super::lamp::Lamp;
use super::super::mesh::{Bottom, Chunks, Tint, srgb};
use super::super::skin::Skin;
use super::super::terrain::Terrain;
use super::head::{Shape, User};
use opendrive as odr;
use shakedown::base::math::{DVec2, DVec3, unit, wrap_pi};
use shakedown::road::{RoadNetwork, SignalFace};

/// Faces within this distance of one line across the road share an arm, m.
const LINE_M: f64 = 1.2;
/// Farthest two faces of one arm, m.
const SPAN_M: f64 = 16.0;
/// How far an arm may reach beyond its last face to find ground for its pole, m.
const REACH_M: f64 = 22.0;
/// The arm runs this far behind the front of the faces, m.
const BEHIND_M: f64 = 0.34;
/// Height of the lamp on a mast, m.
const LAMP_M: f64 = 8.8;

/// How a face is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mount {
    /// On an arm over the road.
    Arm,
    /// On a pole of its own.
    Pedestal,
}

impl Mount {
    /// What the map says of a face; else an arm where the face hangs over pavement.
    pub fn of(map: &odr::Map, face: &SignalFace, coverage: &Coverage) -> Self {
        let signal = map.signal(&face.id).map(|(_, s)| s);
        let detail = signal.and_then(|s| odr::user_value(&s.user_data, "shakedown.face")).unwrap_or("");
        match detail.split(';').find_map(|part| part.trim().strip_prefix("mount=")) {
            Some("mast_arm") => Mount::Arm,
            Some("pedestal") => Mount::Pedestal,
            Some(_) | None => {
                let over = coverage.flags(face.position_m.truncate()) & uses::PAVED != 0;
                if over { Mount::Arm } else { Mount::Pedestal }
            }
        }
    }
}

/// Faces on one arm.
struct Arm {
    look: DVec2,
    faces: Vec<DVec3>,
}

/// What was put up.
#[derive(Debug, Default)]
pub struct Masts {
    /// Lamps on top of masts.
    pub lamps: Vec<Lamp>,
    /// Feet of poles, to keep clear.
    pub feet: Vec<DVec2>,
}

const STEEL: u32 = 0x7B8084;

/// Builds poles and arms for all faces.
pub fn build(
    map: &odr::Map,
    network: &RoadNetwork,
    coverage: &Coverage,
    terrain: &Terrain,
    chunks: &mut Chunks,
) -> Masts {
    let mut masts = Masts::default();
    let mut arms: Vec<Arm> = Vec::new();
    for face in &network.signals {
        if !face.position_m.is_finite() {
            continue;
        }
        match Mount::of(map, face, coverage) {
            Mount::Pedestal => pedestal(face, coverage, terrain, chunks, &mut masts),
            Mount::Arm => join(&mut arms, face),
        }
    }
    for arm in &arms {
        arm.build(coverage, terrain, chunks, &mut masts);
    }
    masts
}

fn join(arms: &mut Vec<Arm>, face: &SignalFace) {
    let look = unit(face.heading_rad);
    let at = face.position_m;
    let fits = |arm: &Arm| {
        let turn = wrap_pi(shakedown::base::math::atan2(arm.look.y, arm.look.x) - face.heading_rad).abs();
        turn < 0.15
            && arm
                .faces
                .iter()
                .all(|f| (at - *f).truncate().dot(look).abs() < LINE_M && (at.z - f.z).abs() < 2.0)
            && arm.faces.iter().any(|f| (at - *f).truncate().length() < SPAN_M)
    };
    match arms.iter_mut().find(|a| fits(a)) {
        Some(arm) => arm.faces.push(at),
        None => arms.push(Arm { look, faces: vec![at] }),
    }
}

/// Height of the ground, m.
fn ground_m(p: DVec2, near_m: f64, coverage: &Coverage, terrain: &Terrain) -> f64 {
    match coverage.low_m(p) {
        Some(z) if (near_m - z).abs() < 12.0 => z + coverage.lift_m(p),
        _ => terrain.height_m(p),
    }
}

fn pedestal(
    face: &SignalFace,
    coverage: &Coverage,
    terrain: &Terrain,
    chunks: &mut Chunks,
    masts: &mut Masts,
) {
    let shape = Shape::of(face, face.orientation);
    let behind = face.position_m.truncate() - unit(face.heading_rad) * 0.27;
    let ground = ground_m(behind, face.position_m.z, coverage, terrain);
    let half = 0.5 * shape.size_m().y;
    let radius = if shape.user == User::Pedestrian { 0.05 } else { 0.065 };
    let top = face.position_m.z + half + 0.12;
    let steel = srgb(STEEL);
    let patch = chunks.at(Skin::Matte, face.position_m);
    patch.rod(behind.extend(ground - 0.3), behind.extend(top), [radius, radius], 6, steel);
    let bracket = (face.position_m.truncate() - unit(face.heading_rad) * 0.15).extend(face.position_m.z);
    patch.rod(behind.extend(face.position_m.z), bracket, [0.035, 0.035], 4, steel);
    if shape.user == User::Pedestrian {
        // The push button.
        let look = unit(face.heading_rad);
        let button = (behind + look * (radius + 0.03)).extend(ground + 1.05);
        patch.cuboid(button, look, DVec3::new(0.06, 0.09, 0.14), srgb(0xC0982E), Bottom::Seen);
    }
    masts.feet.push(behind);
}

impl Arm {
    fn build(&self, coverage: &Coverage, terrain: &Terrain, chunks: &mut Chunks, masts: &mut Masts) {
        let right = self.look.perp();
        let origin = self.faces[0].truncate() - self.look * BEHIND_M;
        let place = |across: f64| origin + right * across;
        let offsets: Vec<f64> = self.faces.iter().map(|f| (f.truncate() - origin).dot(right)).collect();
        let (low, high) = offsets.iter().fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(*v), b.max(*v)));
        let free = |from: f64, step: f64| {
            let count = (REACH_M / step.abs()) as usize;
            let at = (1..count)
                .map(|i| from + step * i as f64)
                .find(|x| coverage.flags(place(*x)) & uses::PAVED == 0)?;
            // A little behind the curb.
            Some(at + step.signum() * 0.55)
        };
        let candidates = [(free(high, 0.5), high, low), (free(low, -0.5), low, high)];
        let reach = |c: &(Option<f64>, f64, f64)| c.0.map_or(f64::INFINITY, |at| (at - c.1).abs());
        // The right side wins unless the left one is far nearer.
        let chosen =
            if reach(&candidates[0]) <= reach(&candidates[1]) + 8.0 { candidates[0] } else { candidates[1] };
        let (at, far) = match chosen {
            (Some(at), _, far) => (at, far),
            // Nothing but pavement around: a pole straight below.
            (None, near, far) => (near, far),
        };
        let z = self.faces.iter().map(|f| f.z).sum::<f64>() / self.faces.len() as f64;
        let foot = place(at);
        let ground = ground_m(foot, z, coverage, terrain);
        let steel: Tint = srgb(STEEL);
        let outward = (at - far).signum();
        let end = place(far - outward * 0.45);
        let patch = chunks.at(Skin::Matte, foot.extend(ground));
        patch.rod(foot.extend(ground - 0.3), foot.extend(z + 0.5), [0.17, 0.13], 8, steel);
        patch.cuboid(
            foot.extend(ground - 0.3),
            self.look,
            DVec3::new(0.55, 0.55, 0.42),
            srgb(0x9A9892),
            Bottom::Hidden,
        );
        let length = end.distance(foot).max(0.5);
        patch.rod(foot.extend(z + 0.02), end.extend(z), [0.11 + 0.003 * length, 0.055], 7, steel);
        for (face, across) in self.faces.iter().zip(&offsets) {
            let on_arm = place(*across).extend(z);
            let back = (face.truncate() - self.look * 0.15).extend(face.z);
            patch.rod(on_arm, back, [0.045, 0.045], 4, steel);
        }
        // The lamp's arm runs out over the junction's corner, the same way.
        let toward = (end - foot).normalize_or(right);
        masts.lamps.push(Lamp { foot: foot.extend(ground), toward, height_m: LAMP_M, arm_m: 2.4 });
        masts.feet.push(foot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_side_by_side_share_an_arm() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/maps/austin.xodr");
        let bytes = std::fs::read(path).unwrap();
        let network = RoadNetwork::from_opendrive("austin", &bytes).unwrap();
        let map = odr::parse(&bytes, "austin").unwrap().map;
        let coverage = Coverage::new(1.0);
        let mut arms = Vec::new();
        let mut hung = 0;
        for face in &network.signals {
            if Mount::of(&map, face, &coverage) == Mount::Arm {
                join(&mut arms, face);
                hung += 1;
            }
        }
        assert_eq!(arms.iter().map(|a| a.faces.len()).sum::<usize>(), hung);
        // Every approach has two or three faces.
        assert!(
            arms.iter().all(|a| (2..=4).contains(&a.faces.len())),
            "{:?}",
            arms.iter().map(|a| a.faces.len()).collect::<Vec<_>>()
        );
    }
}
