//! Tone of unpaved ground: lush and dry patches, gravel beside country roads, plazas between the blocks of a
//! downtown. It goes into vertex colors; the material keeps the tone of grass.

use super::mesh::{Tint, srgb};
use super::noise::{fractal, smoothstep, value};
use super::skin::Skin;
use super::style::{Character, Style};
use shakedown::base::math::DVec2;
use shakedown::road::RoadNetwork;

/// Farthest ground from a road that belongs to a block, m.
const BLOCK_M: f64 = 78.0;
/// Light paving stones.
const PLAZA: u32 = 0x9C978D;
/// Beside roads without sidewalk.
const GRAVEL: u32 = 0x8E8674;

/// Tones of a map's ground.
#[derive(Clone, Copy, Debug)]
pub struct Turf {
    grass: [f32; 3],
    downtown: Option<Core>,
}

/// The middle of a town.
#[derive(Clone, Copy, Debug)]
pub struct Core {
    /// Its center, m.
    pub center: DVec2,
    /// Distance to the farthest junction, m.
    pub reach_m: f64,
}

impl Core {
    /// Of a lane graph.
    pub fn of(network: &RoadNetwork) -> Self {
        let junctions = &network.junctions;
        let n = junctions.len().max(1) as f64;
        let center = junctions.iter().map(|j| j.center_m).sum::<DVec2>() / n;
        let reach_m = junctions.iter().map(|j| j.center_m.distance(center)).fold(1.0, f64::max);
        Self { center, reach_m }
    }

    /// 1 in the middle, 0 at the edge of town.
    pub fn share(&self, p: DVec2) -> f64 {
        1.0 - smoothstep(0.25, 0.95, p.distance(self.center) / self.reach_m)
    }
}

impl Turf {
    /// Of a place.
    pub fn of(style: &Style, core: Core) -> Self {
        let grass = style.color(Skin::Grass);
        Self {
            grass: [grass.red, grass.green, grass.blue],
            downtown: (style.character == Character::Downtown).then_some(core),
        }
    }

    /// The tint that makes grass look like something else.
    fn instead(&self, hex: u32) -> Tint {
        let wanted = srgb(hex);
        [0, 1, 2].map(|i| wanted[i] / self.grass[i].max(1e-3))
    }

    /// Tint of the ground at a distance from the nearest road.
    pub fn tint(&self, p: DVec2, away_m: f64) -> Tint {
        let lush = fractal(p, 60.0, 7);
        let warm = (value(p, 210.0, 8) - 0.5) * 0.22;
        let tone = 0.84 + 0.30 * lush;
        let grass = [tone * (1.0 + warm), tone, tone * (1.0 - 0.6 * warm)].map(|c| c as f32);
        let Some(core) = self.downtown else { return grass };
        let inside = smoothstep(1.30, 1.12, p.distance(core.center) / core.reach_m);
        let green = smoothstep(0.60, 0.70, fractal(p, 75.0, 9));
        let share = inside * smoothstep(BLOCK_M + 14.0, BLOCK_M, away_m) * (1.0 - green);
        let plaza = self.instead(PLAZA).map(|c| c * (0.9 + 0.2 * value(p, 31.0, 10)) as f32);
        mixed(grass, plaza, share)
    }

    /// Tint of a verge: `share` 0 at the road's edge, 1 at the terrain.
    pub fn verge(&self, p: DVec2, share: f64, beside: Beside) -> Tint {
        let ground = self.tint(p, 0.0);
        match beside {
            Beside::Walk => ground,
            Beside::Road => mixed(ground, self.instead(GRAVEL), 0.75 * smoothstep(0.75, 0.25, share)),
        }
    }
}

/// What a verge begins at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// A sidewalk.
    Walk,
    /// Pavement for vehicles.
    Road,
}

fn mixed(a: Tint, b: Tint, share: f64) -> Tint {
    [0, 1, 2].map(|i| a[i] + (b[i] - a[i]) * share as f32)
}

#[cfg(test)]
mod tests {
    use super::super::style::Walks;
    use super::*;

    #[test]
    fn blocks_of_a_downtown_are_paved_and_meadows_are_not() {
        let core = Core { center: DVec2::ZERO, reach_m: 400.0 };
        let town = Turf::of(&Style::of("austin", 1, Walks::Some), core);
        let gray = |away: f64| {
            let all = (0..200).map(|i| town.tint(DVec2::new(f64::from(i) * 3.0 - 300.0, 40.0), away));
            // Grass has little blue: paving makes up for it.
            all.filter(|t| t[2] > 1.8).count()
        };
        assert!(gray(20.0) > 100, "{}", gray(20.0));
        assert_eq!(gray(150.0), 0);
        let suburb = Turf::of(&Style::of("kirkland", 1, Walks::Some), core);
        assert!(suburb.tint(DVec2::ZERO, 10.0)[2] < 1.4);
    }
}
