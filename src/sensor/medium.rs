//! What rain, fog and snow do to light and radar waves.
//!
//! ```text
//! fog     σ = (3.912/V)·(λ/550 nm)^(−q) / km, V in km at 2 % contrast; V = 3.912/2.996 · MOR
//! rain    σ = π·Q·N₀/(2Λ³)·10⁻⁶ / m, N₀ = 8000 m⁻³mm⁻¹, Λ = 4.1·R^(−0.21) / mm, Q = 2 (Marshall–Palmer)
//! snow    the same form with N₀ = 7600·R^(−0.87), Λ = 2.55·R^(−0.48) (Marshall–Gunn), times the flakes'
//!         larger cross-section
//! lidar   P ∝ ρ·e^(−2σR)/R²        radar   P ∝ RCS·10^(−2γR/10)/R⁴, γ = k·R^α dB/km (ITU-R P.838-3)
//! camera  C(d) = C₀·e^(−σd) (Koschmieder)
//! ```
//!
//! Units: extinction 1/m, specific attenuation dB/km, ranges m, rates mm/h. Validity: visibility above
//! 30 m, rain up to 150 mm/h. Sources: REFERENCE §5.1–5.4 (Kim, Kruse, Al Naboulsi, Marshall–Palmer,
//! ITU-R P.838-3, P.840). Rain backscatter into the radar is not modeled (Rayleigh forms don't hold at
//! 77 GHz); rain raises its false-alarm rate instead.

use crate::base::math::{exp, interpolate, ln, log10, pow};
use crate::state::truth::MissReason;
use crate::state::weather::Weather;

/// −ln 0.02: contrast law of the visibility.
pub const KOSCHMIEDER_2: f64 = 3.912_023;
/// ln 20: contrast law (5 %) of the meteorological optical range.
pub const KOSCHMIEDER_5: f64 = 2.995_732;
/// Wavelength of the lidars of the catalogue, nm.
pub const LIDAR_NM: f64 = 905.0;
/// Wavelength of visible light in the visibility laws, nm.
const VISIBLE_NM: f64 = 550.0;
/// Cross-section of a flake relative to its melted drop, –: chosen because it puts 1 mm/h of snow at a
/// visibility of about 0.8 km, between the ½ and 1 km of moderate snowfall.
const FLAKE_AREA: f64 = 2.5;
/// Specific attenuation of cloud water at 77 GHz and 5 °C, (dB/km)/(g/m³) (ITU-R P.840: 3.54 at 0 °C,
/// 3.15 at 10 °C).
const FOG_RADAR_DB: f64 = 3.35;
/// ITU-R P.838-3 at 77 GHz and 45° polarization: γ = k·R^α dB/km.
pub const RADAR_77_K: f64 = 1.129_79;
/// Exponent to [`RADAR_77_K`].
pub const RADAR_77_ALPHA: f64 = 0.712_50;

/// Which law gives the fog extinction at a wavelength.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FogLaw {
    /// Kruse 1962.
    Kruse,
    /// Kim 2001: no dependence on wavelength below 500 m.
    Kim,
    /// Al Naboulsi, advection fog (690–1550 nm, 50 m–1 km).
    NaboulsiAdvection,
    /// Al Naboulsi, radiation fog.
    NaboulsiRadiation,
}

/// Fog extinction, 1/m, at a visibility (2 % contrast) in m and a wavelength in nm.
pub fn fog_extinction_per_m(law: FogLaw, visibility_m: f64, wavelength_nm: f64) -> f64 {
    if visibility_m.is_infinite() {
        return 0.0;
    }
    let v = visibility_m * 1e-3;
    let um = wavelength_nm * 1e-3;
    let q = match law {
        FogLaw::NaboulsiAdvection => return (0.114_78 * um + 3.8367) / v * 1e-3,
        FogLaw::NaboulsiRadiation => return (0.181_26 * um * um + 0.137_09 * um + 3.7502) / v * 1e-3,
        FogLaw::Kruse | FogLaw::Kim if v > 50.0 => 1.6,
        FogLaw::Kruse | FogLaw::Kim if v > 6.0 => 1.3,
        FogLaw::Kruse => 0.585 * libm::cbrt(v),
        FogLaw::Kim if v > 1.0 => 0.16 * v + 0.34,
        FogLaw::Kim if v > 0.5 => v - 0.5,
        FogLaw::Kim => 0.0,
    };
    KOSCHMIEDER_2 / v * pow(wavelength_nm / VISIBLE_NM, -q) * 1e-3
}

/// Marshall–Palmer slope Λ, 1/mm, at a rain rate in mm/h.
pub fn rain_slope_per_mm(rain_mmph: f64) -> f64 {
    4.1 * pow(rain_mmph, -0.21)
}

/// Rain extinction of light, 1/m (Marshall–Palmer, Q = 2: drops are large against the wavelength).
pub fn rain_extinction_per_m(rain_mmph: f64) -> f64 {
    if rain_mmph <= 0.0 {
        return 0.0;
    }
    let slope = rain_slope_per_mm(rain_mmph);
    core::f64::consts::PI * 8000.0 / (slope * slope * slope) * 1e-6
}

/// Snow extinction of light, 1/m, at a melted rate in mm/h.
pub fn snow_extinction_per_m(snow_mmph: f64) -> f64 {
    if snow_mmph <= 0.0 {
        return 0.0;
    }
    let slope = 2.55 * pow(snow_mmph, -0.48);
    FLAKE_AREA * core::f64::consts::PI * 7600.0 * pow(snow_mmph, -0.87) / (slope * slope * slope) * 1e-6
}

/// Specific attenuation of rain, dB/km, with the coefficients of ITU-R P.838-3.
pub fn radar_rain_db_per_km(k: f64, alpha: f64, rain_mmph: f64) -> f64 {
    if rain_mmph <= 0.0 { 0.0 } else { k * pow(rain_mmph, alpha) }
}

/// Range, m, at which a lidar loses a target that it loses at `clear_range_m` in clear air:
/// solves 2σR + 2 ln R = 2 ln R₀.
pub fn lidar_range_m(clear_range_m: f64, extinction_per_m: f64) -> f64 {
    solve_range(clear_range_m, |r| extinction_per_m * r + ln(r / clear_range_m))
}

/// Range, m, at which a radar loses a target that it loses at `clear_range_m` in clear air:
/// solves 40 log₁₀(R/R₀) + 2γR = 0.
pub fn radar_range_m(clear_range_m: f64, attenuation_db_per_km: f64) -> f64 {
    solve_range(clear_range_m, |r| 2.0 * attenuation_db_per_km * r * 1e-3 + 40.0 * log10(r / clear_range_m))
}

/// Bisection of a rising loss on (0, R₀]; 60 halvings reach the last bit.
fn solve_range(clear_range_m: f64, loss: impl Fn(f64) -> f64) -> f64 {
    let (mut lo, mut hi) = (0.0, clear_range_m);
    for _ in 0..60 {
        let mid = 0.5 * (lo + hi);
        if loss(mid) > 0.0 {
            hi = mid;
        } else {
            lo = mid;
        }
    }
    0.5 * (lo + hi)
}

/// Extinction of light by cause, 1/m.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extinction {
    /// By fog and haze.
    pub fog_per_m: f64,
    /// By rain.
    pub rain_per_m: f64,
    /// By falling snow.
    pub snow_per_m: f64,
}

impl Extinction {
    /// Sum, 1/m.
    #[inline]
    pub fn total_per_m(&self) -> f64 {
        self.fog_per_m + self.rain_per_m + self.snow_per_m
    }
    /// The cause that takes most.
    pub fn worst(&self) -> MissReason {
        if self.fog_per_m >= self.rain_per_m && self.fog_per_m >= self.snow_per_m {
            MissReason::Fog
        } else if self.rain_per_m >= self.snow_per_m {
            MissReason::Rain
        } else {
            MissReason::Snow
        }
    }
}

/// The weather as waves feel it; recomputed when the weather changes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Medium {
    made_from: Option<Weather>,
    /// Extinction at 905 nm.
    pub lidar: Extinction,
    /// Extinction of visible light.
    pub visible: Extinction,
    /// Specific attenuation at 77 GHz, dB/km.
    pub radar_db_per_km: f64,
    /// Meteorological optical range (5 %) by everything in the air, m; `INFINITY` when clear.
    pub mor_m: f64,
    /// Expected detectable drops or flakes in one lidar beam (§5.3, LISA geometry).
    pub drops_per_beam: f64,
    /// Light lost on the wet lens or windshield between wiper strokes, 0–1.
    pub lens_rain: f64,
    /// Illuminance of a surface facing the sun by the sun alone, lx.
    pub sun_lx: f64,
}

impl Medium {
    /// Follows the weather; cheap when it has not changed.
    pub fn update(&mut self, weather: &Weather) {
        if self.made_from.as_ref() == Some(weather) {
            return;
        }
        let visibility_m = weather.fog_mor_m * (KOSCHMIEDER_2 / KOSCHMIEDER_5);
        let rain_per_m = rain_extinction_per_m(weather.rain_mmph);
        let snow_per_m = snow_extinction_per_m(weather.snow_mmph);
        let fog = |nm| fog_extinction_per_m(FogLaw::Kim, visibility_m, nm);
        self.lidar = Extinction { fog_per_m: fog(LIDAR_NM), rain_per_m, snow_per_m };
        self.visible = Extinction { fog_per_m: fog(VISIBLE_NM), rain_per_m, snow_per_m };
        self.radar_db_per_km = radar_rain_db_per_km(RADAR_77_K, RADAR_77_ALPHA, weather.rain_mmph)
            + FOG_RADAR_DB * fog_water_gpm3(weather.fog_mor_m);
        let total = self.visible.total_per_m();
        self.mor_m = if total > 0.0 { KOSCHMIEDER_5 / total } else { f64::INFINITY };
        self.drops_per_beam = drops_per_beam(weather.rain_mmph) + 2.0 * drops_per_beam(weather.snow_mmph);
        // Chosen because a wiper clears light rain (3 mm/h: 5 %) and drowns in a cloudburst (50: 46 %).
        self.lens_rain =
            0.6 * (1.0 - exp(-weather.rain_mmph / 35.0)) + 0.3 * (1.0 - exp(-weather.snow_mmph / 4.0));
        self.sun_lx = direct_sun_lx(weather);
        self.made_from = Some(*weather);
    }
}

/// Liquid water of fog, g/m³: power law through 0.05 at 300 m and 0.5 at 50 m (ITU-R P.840).
pub fn fog_water_gpm3(visibility_m: f64) -> f64 {
    if visibility_m.is_infinite() { 0.0 } else { 0.05 * pow(300.0 / visibility_m, 1.285) }
}

/// Direct sunlight on a surface that faces the sun, lx: 128 klx outside the air, extinction 0.21 per air
/// mass (clear standard atmosphere, CIE), clouds let through what is left between them.
fn direct_sun_lx(weather: &Weather) -> f64 {
    let elevation = weather.sun_elevation_rad;
    if elevation <= 0.0 {
        return 0.0;
    }
    let elevation_deg = elevation / crate::base::units::DEG_RAD;
    // Kasten–Young 1989 air mass.
    let air_mass =
        1.0 / (crate::base::math::sin(elevation) + 0.505_72 * pow(elevation_deg + 6.079_95, -1.6364));
    let through_clouds = interpolate(&[0.0, 0.5, 0.8, 1.0], &[1.0, 0.6, 0.15, 0.0], weather.cloud_cover);
    128_000.0 * exp(-0.21 * air_mass) * through_clouds
}

/// Expected number of drops in one beam whose echo passes the detection limit.
///
/// A drop of diameter D returns ρ_F·(D/(b·r))²/r² (ρ_F = 0.0199, water n = 1.328; beam divergence
/// b = 3 mrad) against the limit 0.9/r_max², r_max = 200 m (LISA, §5.3), so it must be larger than
/// D(r) = r²·b·√(0.9/ρ_F)/r_max. Integrated over the beam's cone from 0.5 to 8 m.
fn drops_per_beam(rate_mmph: f64) -> f64 {
    if rate_mmph <= 0.0 {
        return 0.0;
    }
    const DIVERGENCE: f64 = 0.003;
    const STEP_M: f64 = 0.25;
    let slope = rain_slope_per_mm(rate_mmph);
    let mut drops = 0.0;
    for step in 0..30 {
        let r = 0.5 + STEP_M * (f64::from(step) + 0.5);
        let smallest_mm = 1e3 * r * r * DIVERGENCE * (0.9_f64 / 0.0199).sqrt() / 200.0;
        let per_m3 = 8000.0 / slope * exp(-slope * smallest_mm.max(0.05));
        let radius = r * DIVERGENCE * 0.5;
        drops += per_m3 * core::f64::consts::PI * radius * radius * STEP_M;
    }
    drops
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, expect: f64, relative: f64, what: &str) {
        assert!((got - expect).abs() <= relative * expect.abs(), "{what}: {got} instead of {expect}");
    }

    #[test]
    fn fog_extinction_matches_the_published_table() {
        // REFERENCE §5.2: V km → Kruse 905, Kim 905, Kruse 1550, Kim 1550 in 1/km.
        for (v, row) in [
            (0.05, [70.28, 78.24, 62.58, 78.24]),
            (0.1, [34.17, 39.12, 29.53, 39.12]),
            (0.2, [16.50, 19.56, 13.72, 19.56]),
            (0.5, [6.209, 7.824, 4.836, 7.824]),
            (1.0, [2.923, 3.050, 2.134, 2.330]),
            (2.0, [1.355, 1.408, 0.911, 0.987]),
            (10.0, [0.2048, 0.2048, 0.1017, 0.1017]),
        ] {
            for (ix, (law, nm)) in
                [(FogLaw::Kruse, 905.0), (FogLaw::Kim, 905.0), (FogLaw::Kruse, 1550.0), (FogLaw::Kim, 1550.0)]
                    .into_iter()
                    .enumerate()
            {
                let got = fog_extinction_per_m(law, v * 1e3, nm) * 1e3;
                close(got, row[ix], 2e-3, &format!("{law:?} {nm} nm at {v} km"));
            }
        }
        for (v, advection, radiation) in [(0.05, 78.81, 80.45), (0.2, 19.70, 20.11), (1.0, 3.941, 4.023)] {
            let got = |law| fog_extinction_per_m(law, v * 1e3, 905.0) * 1e3;
            close(got(FogLaw::NaboulsiAdvection), advection, 1e-3, "advection");
            close(got(FogLaw::NaboulsiRadiation), radiation, 1e-3, "radiation");
        }
    }

    #[test]
    fn lidar_ranges_in_fog_and_rain_match_the_published_tables() {
        // §5.2: a target at the limit at 200 m in clear air.
        for (v_m, expect) in [(50.0, 26.1), (100.0, 40.7), (200.0, 60.8), (500.0, 95.1), (1000.0, 123.4)] {
            close(lidar_range_m(200.0, KOSCHMIEDER_2 / v_m), expect, 2e-3, "fog range");
        }
        // §5.3: rain rate → extinction 1/m, range m.
        for (rate, sigma, range) in [
            (1.0, 3.65e-4, 186.8),
            (2.5, 6.50e-4, 178.2),
            (5.0, 1.005e-3, 168.8),
            (10.0, 1.556e-3, 156.7),
            (25.0, 2.771e-3, 136.9),
            (50.0, 4.288e-3, 119.7),
            (100.0, 6.636e-3, 101.8),
        ] {
            close(rain_extinction_per_m(rate), sigma, 2e-3, "rain extinction");
            close(lidar_range_m(200.0, rain_extinction_per_m(rate)), range, 1e-3, "rain range");
        }
    }

    #[test]
    fn radar_attenuation_and_ranges_match_itu_r_p838() {
        for (rate, gamma) in
            [(1.0, 1.130), (5.0, 3.556), (10.0, 5.828), (25.0, 11.20), (50.0, 18.34), (100.0, 30.06)]
        {
            close(radar_rain_db_per_km(RADAR_77_K, RADAR_77_ALPHA, rate), gamma, 1e-3, "γ");
        }
        for (rate, range) in [(5.0, 141.6), (25.0, 127.3), (50.0, 117.1), (100.0, 104.5)] {
            let gamma = radar_rain_db_per_km(RADAR_77_K, RADAR_77_ALPHA, rate);
            close(radar_range_m(150.0, gamma), range, 1e-3, "range");
        }
    }

    #[test]
    fn contrast_left_at_50_m_follows_koschmieder() {
        // §5.1, 5 % law: the weather's fog value is a meteorological optical range.
        for (mor, expect) in [(50.0, 0.050), (100.0, 0.224), (200.0, 0.473), (400.0, 0.688), (1000.0, 0.861)]
        {
            let mut medium = Medium::default();
            medium.update(&Weather { fog_mor_m: mor, ..Weather::default() });
            close(exp(-medium.visible.total_per_m() * 50.0), expect, 5e-3, "contrast");
            close(medium.mor_m, mor, 1e-5, "optical range");
        }
    }

    #[test]
    fn clear_weather_costs_nothing() {
        let mut medium = Medium::default();
        medium.update(&Weather::default());
        assert_eq!(medium.lidar.total_per_m(), 0.0);
        assert_eq!(medium.radar_db_per_km, 0.0);
        assert_eq!(medium.drops_per_beam, 0.0);
        assert_eq!(medium.lens_rain, 0.0);
        assert!(medium.mor_m.is_infinite());
    }

    #[test]
    fn the_lens_follows_its_calibration_curve() {
        // Perception inverts it: level = 1.6 · lens_rain = 0.96·(1 − e^(−R/35)).
        for (rain_mmph, level) in [(0.0, 0.0), (5.0, 0.128), (25.0, 0.490), (100.0, 0.905)] {
            let mut medium = Medium::default();
            medium.update(&Weather { rain_mmph, ..Weather::default() });
            assert!((1.6 * medium.lens_rain - level).abs() < 1e-3, "{rain_mmph}");
        }
    }

    #[test]
    fn drops_in_the_beam_grow_with_the_rain() {
        let rates = [1.0, 5.0, 10.0, 25.0, 50.0, 100.0].map(drops_per_beam);
        assert!(rates.windows(2).all(|w| w[1] > w[0]), "{rates:?}");
        assert!(rates[2] > 0.005 && rates[2] < 0.3, "{rates:?}");
    }
}
