//! Points of the unit cube for the variations of a scenario, one coordinate a parameter.
//!
//! * `sobol`: Owen-scrambled Sobol sequence (Burley 2020, direction numbers of Joe and Kuo): fills the cube
//!   evenly for any number of points, best for powers of two.
//! * `lhs`: Latin hypercube (McKay, Beckman and Conover 1979): each of n equal strata of each coordinate
//!   holds exactly one point.
//! * `random`: independent uniform points.
//! * `grid`: a full factorial grid of cell centers, choices with all their values; cut evenly or repeated
//!   where the number of variations is not that of its points.
//!
//! Validity: up to [`VARIATIONS_MAX`] points (the length of the Sobol sequence). All four depend on the seed
//! and the coordinate's name only, `sobol` and `random` not even on the number of points.

use crate::base::rng::{Rng, RngExt, stream, uniform};
use serde::{Deserialize, Serialize};

/// Most variations of a scenario.
pub const VARIATIONS_MAX: u32 = 1 << 16;

/// How variations are sampled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sampler {
    /// Owen-scrambled Sobol sequence.
    #[default]
    Sobol,
    /// Latin hypercube.
    Lhs,
    /// Independent.
    Random,
    /// Full factorial grid.
    Grid,
}

impl Sampler {
    /// All samplers.
    pub const ALL: [Self; 4] = [Self::Sobol, Self::Lhs, Self::Random, Self::Grid];

    /// Name as on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sobol => "sobol",
            Self::Lhs => "lhs",
            Self::Random => "random",
            Self::Grid => "grid",
        }
    }
}

impl std::str::FromStr for Sampler {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| format!("no sampler `{text}`; samplers are sobol, lhs, random, grid"))
    }
}

/// One coordinate of the cube.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Parameter name: its random numbers hang on it, not on its place in the file.
    pub name: String,
    /// Number of values of a choice.
    pub choices: Option<usize>,
}

/// `count` points; `points[i][d]` in [0, 1).
pub fn unit_points(sampler: Sampler, seed: u64, count: usize, axes: &[Axis]) -> Vec<Vec<f64>> {
    let columns: Vec<Vec<f64>> = match sampler {
        Sampler::Sobol => axes
            .iter()
            .enumerate()
            .map(|(d, _)| {
                let (set, dimension) = ((d / 256) as u32, (d % 256) as u32);
                let seed = ((seed ^ (seed >> 32)) as u32).wrapping_add(set);
                (0..count as u32).map(|i| f64::from(sobol_burley::sample(i, dimension, seed))).collect()
            })
            .collect(),
        Sampler::Random => axes
            .iter()
            .map(|axis| {
                let mut rng = stream(seed, &axis.name, "batch random");
                (0..count).map(|_| uniform(&mut rng)).collect()
            })
            .collect(),
        Sampler::Lhs => axes
            .iter()
            .map(|axis| {
                let mut rng = stream(seed, &axis.name, "batch lhs");
                let mut strata: Vec<usize> = (0..count).collect();
                shuffle(&mut strata, &mut rng);
                strata.iter().map(|stratum| (*stratum as f64 + uniform(&mut rng)) / count as f64).collect()
            })
            .collect(),
        Sampler::Grid => grid(count, axes),
    };
    (0..count)
        .map(|i| columns.iter().map(|column| column[i].clamp(0.0, 1.0 - f64::EPSILON)).collect())
        .collect()
}

fn shuffle(items: &mut [usize], rng: &mut impl Rng) {
    for last in (1..items.len()).rev() {
        items.swap(last, rng.random_range(0..=last));
    }
}

fn grid(count: usize, axes: &[Axis]) -> Vec<Vec<f64>> {
    let choices: usize = axes.iter().filter_map(|a| a.choices).fold(1, usize::saturating_mul);
    let numbers = axes.iter().filter(|a| a.choices.is_none()).count();
    // Most steps a number can have so that the grid still fits into the variations.
    let fits =
        |steps: usize| (0..numbers).fold(choices, |total, _| total.saturating_mul(steps)) <= count.max(1);
    let steps = (1..=count.max(1)).take_while(|steps| fits(*steps)).last().unwrap_or(1);
    let radix: Vec<usize> = axes.iter().map(|a| a.choices.unwrap_or(steps).max(1)).collect();
    let total = radix.iter().copied().fold(1, usize::saturating_mul);
    let mut columns = vec![Vec::with_capacity(count); axes.len()];
    for i in 0..count {
        let mut cell = match total > count {
            true => (i as u128 * total as u128 / count as u128) as usize,
            false => i % total,
        };
        // The last parameter turns fastest.
        for d in (0..axes.len()).rev() {
            columns[d].push(((cell % radix[d]) as f64 + 0.5) / radix[d] as f64);
            cell /= radix[d];
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes(count: usize) -> Vec<Axis> {
        (0..count).map(|d| Axis { name: format!("p{d}"), choices: None }).collect()
    }

    /// Warnock's formula for the squared L2 star discrepancy.
    fn discrepancy_sq(points: &[Vec<f64>]) -> f64 {
        let (n, d) = (points.len() as f64, points[0].len());
        let single: f64 = points.iter().map(|p| p.iter().map(|x| (1.0 - x * x) / 2.0).product::<f64>()).sum();
        let pairs: f64 = points
            .iter()
            .flat_map(|p| points.iter().map(move |q| (p, q)))
            .map(|(p, q)| p.iter().zip(q).map(|(x, y)| 1.0 - x.max(*y)).product::<f64>())
            .sum();
        (1.0_f64 / 3.0).powi(d as i32) - 2.0 / n * single + pairs / (n * n)
    }

    #[test]
    fn sobol_fills_the_cube_more_evenly_than_chance() {
        let mut sobol = 0.0;
        let mut random = 0.0;
        for seed in 1..=8 {
            sobol += discrepancy_sq(&unit_points(Sampler::Sobol, seed, 128, &axes(3)));
            random += discrepancy_sq(&unit_points(Sampler::Random, seed, 128, &axes(3)));
        }
        assert!(sobol * 8.0 < random, "{sobol} against {random}");
        // A (0, 4, 2)-net: each of the 16 boxes of each shape holds one of 16 points.
        let points = unit_points(Sampler::Sobol, 5, 16, &axes(2));
        for (nx, ny) in [(16, 1), (8, 2), (4, 4), (2, 8), (1, 16)] {
            let mut seen = vec![0; 16];
            for p in &points {
                seen[(p[0] * nx as f64) as usize * ny + (p[1] * ny as f64) as usize] += 1;
            }
            assert!(seen.iter().all(|n| *n == 1), "{nx} x {ny}: {seen:?}");
        }
    }

    #[test]
    fn lhs_has_one_point_in_each_stratum() {
        for count in [1, 7, 50] {
            let points = unit_points(Sampler::Lhs, 3, count, &axes(4));
            for d in 0..4 {
                let mut strata: Vec<usize> = points.iter().map(|p| (p[d] * count as f64) as usize).collect();
                strata.sort_unstable();
                assert_eq!(strata, (0..count).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn grid_has_all_combinations() {
        let mut mixed = axes(2);
        mixed.push(Axis { name: "c".into(), choices: Some(3) });
        let mut points = unit_points(Sampler::Grid, 1, 12, &mixed);
        points.sort_by(|a, b| a.partial_cmp(b).unwrap());
        points.dedup();
        assert_eq!(points.len(), 12, "2 x 2 x 3");
        assert!(points.iter().all(|p| [0.25, 0.75].contains(&p[0]) && [0.25, 0.75].contains(&p[1])));
        assert_eq!(unit_points(Sampler::Grid, 1, 5, &axes(1)).len(), 5);
        // More choices than variations: spread, not only the first.
        let wide = [Axis { name: "c".into(), choices: Some(100) }];
        let spread = unit_points(Sampler::Grid, 1, 4, &wide);
        assert!(spread[3][0] > 0.7, "{spread:?}");
    }

    #[test]
    fn same_seed_same_points_and_more_points_keep_the_first() {
        for sampler in Sampler::ALL {
            assert_eq!(sampler.as_str().parse::<Sampler>(), Ok(sampler));
            let points = unit_points(sampler, 9, 20, &axes(3));
            assert_eq!(points, unit_points(sampler, 9, 20, &axes(3)), "{sampler:?}");
            assert!(points.iter().flatten().all(|u| (0.0..1.0).contains(u)), "{sampler:?}");
            if matches!(sampler, Sampler::Sobol | Sampler::Random) {
                assert_eq!(points, unit_points(sampler, 9, 40, &axes(3))[..20], "{sampler:?}");
            }
            if sampler != Sampler::Grid {
                assert_ne!(points, unit_points(sampler, 10, 20, &axes(3)), "{sampler:?}");
            }
        }
    }
}
