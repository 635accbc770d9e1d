//! Vertical profiles as road designers draw them: tangents joined by parabolic vertical curves.
//!
//! At a point of vertical intersection (PVI) with curve length C the grade changes linearly from g₁ to g₂ over
//! C metres; z and slope are continuous everywhere. Source: AASHTO *A Policy on Geometric Design of Highways
//! and Streets*, ch. 3 (symmetric parabolic vertical curves).
//! Units: metres; grades as rise over run.

use super::geometry::rounded;
use libm::fabs;

/// z = a + b·ds + c·ds² + d·ds³ with ds from `s`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Poly {
    pub s: f64,
    pub a: f64,
    pub b: f64,
    pub c: f64,
    pub d: f64,
}

impl Poly {
    pub fn new(s: f64, a: f64, b: f64, c: f64, d: f64) -> Poly {
        Poly { s: rounded(s, 6), a: rounded(a, 6), b: rounded(b, 9), c: rounded(c, 12), d: rounded(d, 12) }
    }
    pub fn constant(s: f64, a: f64) -> Poly {
        Poly::new(s, a, 0.0, 0.0, 0.0)
    }
    /// Smooth step from `from` at `s` to `to` at `s + length`, level at both ends.
    pub fn step(s: f64, length: f64, from: f64, to: f64) -> Poly {
        let rise = to - from;
        Poly::new(s, from, 0.0, 3.0 * rise / (length * length), -2.0 * rise / (length * length * length))
    }
    /// Cubic from (value, slope) at `s` to (value, slope) at `s + length`.
    pub fn hermite(s: f64, length: f64, (z0, g0): (f64, f64), (z1, g1): (f64, f64)) -> Poly {
        let rise = (z1 - z0) / length;
        Poly::new(
            s,
            z0,
            g0,
            (3.0 * rise - 2.0 * g0 - g1) / length,
            (g0 + g1 - 2.0 * rise) / (length * length),
        )
    }
    pub fn value(&self, s: f64) -> f64 {
        let ds = s - self.s;
        self.a + ds * (self.b + ds * (self.c + ds * self.d))
    }
    pub fn slope(&self, s: f64) -> f64 {
        let ds = s - self.s;
        self.b + ds * (2.0 * self.c + ds * 3.0 * self.d)
    }
}

/// The polynomial that holds at `s`.
pub fn active(polys: &[Poly], s: f64) -> Poly {
    let i = polys.partition_point(|p| p.s <= s + 1e-9);
    polys.get(i.saturating_sub(1)).copied().unwrap_or(Poly::constant(0.0, 0.0))
}

/// A point of vertical intersection: where two tangents would meet, and the curve that rounds them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pvi {
    pub s_m: f64,
    pub z_m: f64,
    pub curve_m: f64,
}

/// How a road's end meets what comes next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// At a junction: height and slope (in the road's direction) are given; a vertical curve leads there.
    Junction { z_m: f64, slope: f64, curve_m: f64 },
    /// At the map's border: only the height is given.
    Border { z_m: f64 },
}

/// The elevation of a road of `length_m` between two ends, through the PVIs between.
pub fn profile(length_m: f64, start: End, end: End, between: &[Pvi]) -> Result<Vec<Poly>, String> {
    let mut pvis = Vec::new();
    match start {
        End::Junction { z_m, slope, curve_m } => {
            pvis.push(Pvi { s_m: 0.0, z_m, curve_m: 0.0 });
            pvis.push(Pvi { s_m: curve_m / 2.0, z_m: z_m + slope * curve_m / 2.0, curve_m });
        }
        End::Border { z_m } => pvis.push(Pvi { s_m: 0.0, z_m, curve_m: 0.0 }),
    }
    pvis.extend_from_slice(between);
    match end {
        End::Junction { z_m, slope, curve_m } => {
            pvis.push(Pvi { s_m: length_m - curve_m / 2.0, z_m: z_m - slope * curve_m / 2.0, curve_m });
            pvis.push(Pvi { s_m: length_m, z_m, curve_m: 0.0 });
        }
        End::Border { z_m } => pvis.push(Pvi { s_m: length_m, z_m, curve_m: 0.0 }),
    }
    for w in pvis.windows(2) {
        let gap = (w[1].s_m - w[1].curve_m / 2.0) - (w[0].s_m + w[0].curve_m / 2.0);
        if gap < -1e-6 {
            return Err(format!("vertical curves at s = {:.1} and {:.1} m overlap", w[0].s_m, w[1].s_m));
        }
    }
    let grade = |i: usize| (pvis[i + 1].z_m - pvis[i].z_m) / (pvis[i + 1].s_m - pvis[i].s_m);
    let mut out: Vec<Poly> = Vec::new();
    for (i, p) in pvis.iter().enumerate().take(pvis.len() - 1) {
        let g_out = grade(i);
        let half = p.curve_m / 2.0;
        if half > 0.0 {
            let g_in = grade(i - 1);
            out.push(Poly::new(
                p.s_m - half,
                p.z_m - g_in * half,
                g_in,
                (g_out - g_in) / (2.0 * p.curve_m),
                0.0,
            ));
        }
        out.push(Poly::new(p.s_m + half, p.z_m + g_out * half, g_out, 0.0, 0.0));
    }
    // Where two entries begin at one place the later holds; equal neighbours say nothing new.
    let mut tidy: Vec<Poly> = Vec::new();
    for p in out {
        if p.s >= length_m - 1e-6 {
            continue;
        }
        if let Some(last) = tidy.last() {
            if fabs(last.s - p.s) < 1e-6 {
                tidy.pop();
            } else if fabs(last.value(p.s) - p.a) < 2e-6
                && fabs(last.slope(p.s) - p.b) < 1e-8
                && p.c == last.c
            {
                continue;
            }
        }
        tidy.push(p);
    }
    Ok(tidy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_smooth_and_meet_their_ends() {
        let start = End::Junction { z_m: 10.0, slope: 0.02, curve_m: 20.0 };
        let end = End::Junction { z_m: 31.0, slope: -0.01, curve_m: 40.0 };
        let p = profile(200.0, start, end, &[Pvi { s_m: 90.0, z_m: 25.0, curve_m: 50.0 }]).expect("fits");
        assert!(
            fabs(active(&p, 0.0).value(0.0) - 10.0) < 1e-6 && fabs(active(&p, 0.0).slope(0.0) - 0.02) < 1e-6
        );
        let last = active(&p, 200.0);
        assert!(fabs(last.value(200.0) - 31.0) < 1e-4 && fabs(last.slope(200.0) + 0.01) < 1e-6);
        for w in p.windows(2) {
            assert!(fabs(w[0].value(w[1].s) - w[1].a) < 1e-4);
            assert!(fabs(w[0].slope(w[1].s) - w[1].b) < 1e-6);
        }
        assert!(profile(50.0, start, end, &[]).is_err(), "curves of 20 and 40 m do not fit into 50 m");
    }

    #[test]
    fn cubics_meet_both_ends() {
        let p = Poly::hermite(0.0, 25.0, (3.0, 0.05), (4.0, -0.04));
        assert!(fabs(p.value(25.0) - 4.0) < 1e-6 && fabs(p.slope(25.0) + 0.04) < 1e-6);
        let s = Poly::step(10.0, 20.0, 0.0, 3.3);
        assert!(fabs(s.value(30.0) - 3.3) < 1e-6 && fabs(s.slope(30.0)) < 1e-6);
    }
}
