//! Water, snow and ice on the road.
//!
//! What it models: how a road gets wet, how deep the water stands, how it drains and dries, how snow lies
//! and melts, and how a wet road freezes.
//!
//! Equations:
//!
//! ```text
//! film_eq = max(Gallaway, damp),  Gallaway = 0.01487·TXD^0.11·L^0.43·I^0.59·S^−0.42 − TXD   (mm)
//! damp    = 0.2 mm·(1 − e^(−I/2.5 mm/h)): what the texture holds up to a tire in ordinary rain
//! film    rises with the rain that falls (I/3600 mm/s) up to film_eq,
//!         falls to the damp film with τ_drain, and from there dries with τ_dry
//! wetness rises by 1 for each 0.2 mm fallen, dries with τ_dry
//! snow    rises with 10 mm per mm of water below 1 °C, melts above 0 °C by 4 mm water/(°C·day)
//! ice     → wetness with τ_freeze/|T| below 0 °C, → 0 with τ_freeze/T above
//! ```
//!
//! Units: mm, mm/h, °C, s. Longitudinal and cross slope enter as one drainage slope.
//!
//! Validity: Gallaway fits films on asphalt and concrete up to about 100 mm/h; light rain gives no film
//! above the texture.
//!
//! Sources: Gallaway et al. 1979 (FHWA-RD-79-31), constant recomputed from the inch form 0.00338; damp
//! film: the handbook's "wet road, 0.2 mm"; degree-day factor 4 mm/(°C·day): Hock, *J. Hydrology* 282
//! (2003) 104. Time constants are chosen, see each.
//!
//! What it does not do: no rutting, no salt, no plowing; spatial differences come as patches.

use crate::base::math::{exp, pow};
use crate::state::tire::SurfaceState;

/// Texture depth, mm (chosen: usual dense asphalt).
pub const TEXTURE_MM: f64 = 0.8;
/// Drainage path, m (chosen: two lanes of 3.65 m).
pub const DRAINAGE_PATH_M: f64 = 7.3;
/// Drainage slope, – (chosen: the usual 2 % cross slope).
pub const DRAINAGE_SLOPE: f64 = 0.02;
/// Film of an ordinary wet road, mm (Bosch handbook: "wet road").
pub const WET_ROAD_MM: f64 = 0.2;
/// Rain rate at which the damp film is about two thirds built, mm/h (chosen: light to moderate rain).
const DAMP_RAIN_MMPH: f64 = 2.5;
/// Time constant of drainage, s (chosen: kinematic-wave travel time over two lanes is one to two minutes).
const DRAIN_S: f64 = 90.0;
/// Time constant of drying at 15 °C in calm air, s (chosen: a wet road is dry to the eye after about an
/// hour, three time constants).
const DRY_S: f64 = 1_200.0;
/// Freezing time of a wet road, s·°C (chosen: at −2 °C a film of 0.2 mm freezes within some minutes).
const FREEZE_S_C: f64 = 600.0;
/// Depth of fresh snow for a depth of water, – (usual 10 : 1 ratio).
const SNOW_RATIO: f64 = 10.0;
/// Snow falls as snow below this temperature, °C.
const SNOW_BELOW_C: f64 = 1.0;
/// Melt of snow water, mm/(°C·s): 4 mm/(°C·day).
const MELT_MM_PER_C_S: f64 = 4.0 / 86_400.0;

/// What falls and how warm it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precipitation {
    /// Rain, mm/h.
    pub rain_mmph: f64,
    /// Snow, mm/h water.
    pub snow_mmph: f64,
    /// Air temperature, °C.
    pub temperature_c: f64,
    /// Wind speed, m/s.
    pub wind_mps: f64,
}

/// Water, snow and ice on the road.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RoadWater {
    /// Film, mm.
    pub film_mm: f64,
    /// Wetness, 0–1.
    pub wetness: f64,
    /// Snow depth, mm.
    pub snow_mm: f64,
    /// Ice cover, 0–1.
    pub ice: f64,
}

impl RoadWater {
    /// As the tire sees it.
    pub fn surface(&self) -> SurfaceState {
        SurfaceState { water_film_mm: self.film_mm, snow_depth_mm: self.snow_mm, ice_cover: self.ice }
    }
}

/// Water film above the texture in steady rain, mm (0 where all drains through the texture).
pub fn gallaway_mm(rain_mmph: f64, texture_mm: f64, path_m: f64, slope: f64) -> f64 {
    if rain_mmph <= 0.0 {
        return 0.0;
    }
    let depth =
        0.014_87 * pow(texture_mm, 0.11) * pow(path_m, 0.43) * pow(rain_mmph, 0.59) * pow(slope, -0.42);
    (depth - texture_mm).max(0.0)
}

/// Film that steady rain keeps on our road, mm.
pub fn equilibrium_film_mm(rain_mmph: f64) -> f64 {
    let damp = WET_ROAD_MM * (1.0 - exp(-rain_mmph.max(0.0) / DAMP_RAIN_MMPH));
    gallaway_mm(rain_mmph, TEXTURE_MM, DRAINAGE_PATH_M, DRAINAGE_SLOPE).max(damp)
}

/// A road on which it has been raining, snowing or freezing like this for long.
pub fn settled(air: &Precipitation) -> RoadWater {
    let film_mm = equilibrium_film_mm(air.rain_mmph);
    let wetness = (film_mm / (0.5 * WET_ROAD_MM)).min(1.0);
    let ice = if air.temperature_c < 0.0 { wetness } else { 0.0 };
    RoadWater { film_mm, wetness, snow_mm: 0.0, ice }
}

/// Moves the road's water by `dt_s`, s.
pub fn step(water: &RoadWater, air: &Precipitation, dt_s: f64) -> RoadWater {
    let mut next = *water;
    let fallen_mm = air.rain_mmph.max(0.0) / 3_600.0 * dt_s;
    let target_mm = equilibrium_film_mm(air.rain_mmph);
    // Wind and warmth speed drying up; frost stops it.
    let dry_s = DRY_S / ((1.0 + 0.1 * air.wind_mps) * (0.4 + 0.04 * air.temperature_c).clamp(0.1, 2.0));
    if next.film_mm < target_mm {
        next.film_mm = (next.film_mm + fallen_mm).min(target_mm);
    } else {
        let damp_mm = target_mm.max(WET_ROAD_MM.min(next.film_mm));
        let drained = target_mm.max(damp_mm + (next.film_mm - damp_mm) * exp(-dt_s / DRAIN_S));
        let drying = target_mm + (drained - target_mm) * exp(-dt_s / dry_s);
        next.film_mm = if drying < 1e-4 { target_mm } else { drying };
    }
    let wet_target = if target_mm > 0.0 { (target_mm / (0.5 * WET_ROAD_MM)).min(1.0) } else { 0.0 };
    if next.wetness < wet_target {
        next.wetness = (next.wetness + fallen_mm / WET_ROAD_MM).min(wet_target);
    } else {
        let wetness = wet_target + (next.wetness - wet_target) * exp(-dt_s / dry_s);
        next.wetness = if wetness < 1e-3 { 0.0 } else { wetness };
    }
    if next.film_mm > 0.0 {
        next.wetness = next.wetness.max((next.film_mm / (0.5 * WET_ROAD_MM)).min(1.0));
    }
    if air.snow_mmph > 0.0 && air.temperature_c < SNOW_BELOW_C {
        next.snow_mm += air.snow_mmph / 3_600.0 * SNOW_RATIO * dt_s;
    }
    if air.temperature_c > 0.0 && next.snow_mm > 0.0 {
        let melted_mm = (MELT_MM_PER_C_S * air.temperature_c * SNOW_RATIO * dt_s).min(next.snow_mm);
        next.snow_mm -= melted_mm;
        next.wetness = 1.0;
    }
    let (ice_target, cold) = if air.temperature_c < 0.0 {
        (next.wetness.max(next.ice), -air.temperature_c)
    } else {
        (0.0, air.temperature_c)
    };
    if next.ice != ice_target {
        let ice = ice_target + (next.ice - ice_target) * exp(-dt_s * cold / FREEZE_S_C);
        next.ice = if ice < 1e-3 && ice_target == 0.0 { 0.0 } else { ice };
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    fn air(rain_mmph: f64, temperature_c: f64) -> Precipitation {
        Precipitation { rain_mmph, snow_mmph: 0.0, temperature_c, wind_mps: 0.0 }
    }

    fn run(mut water: RoadWater, air: &Precipitation, seconds: u32) -> RoadWater {
        for _ in 0..seconds * 10 {
            water = step(&water, air, 0.1);
        }
        water
    }

    #[test]
    fn gallaway_film_of_the_published_constants() {
        for (rain_mmph, films) in
            [(25.0, [0.08, 0.38, 0.61]), (50.0, [0.52, 0.97, 1.32]), (100.0, [1.18, 1.87, 2.38])]
        {
            for (path_m, expect) in [3.65, 7.3, 11.0].into_iter().zip(films) {
                let got = gallaway_mm(rain_mmph, 0.8, path_m, 0.02);
                assert!((got - expect).abs() < 0.006, "{rain_mmph} mm/h over {path_m} m: {got} ≠ {expect}");
            }
        }
        assert_eq!(gallaway_mm(5.0, 0.8, 7.3, 0.02), 0.0);
    }

    #[test]
    fn rain_wets_then_drains_then_dries() {
        let heavy = air(50.0, 15.0);
        let wet = run(RoadWater::default(), &heavy, 10);
        // Ten seconds of 50 mm/h are 0.139 mm.
        assert!((wet.film_mm - 0.1389).abs() < 0.002, "{}", wet.film_mm);
        let full = run(wet, &heavy, 120);
        assert!((full.film_mm - equilibrium_film_mm(50.0)).abs() < 1e-9 && full.wetness == 1.0);
        let drained = run(full, &air(0.0, 15.0), 300);
        assert!(drained.film_mm < 0.25 && drained.film_mm > 0.05, "{}", drained.film_mm);
        let dry = run(drained, &air(0.0, 15.0), 4 * 3_600);
        assert!(dry.film_mm < 0.01 && dry.wetness < 0.05, "{dry:?}");
    }

    #[test]
    fn a_dry_road_stays_exactly_dry() {
        let dry = RoadWater::default();
        assert_eq!(run(dry, &air(0.0, 15.0), 60), dry);
        assert_eq!(run(dry, &air(0.0, -10.0), 60), dry);
    }

    #[test]
    fn steady_rain_is_a_fixed_point() {
        for rain in [0.5, 4.0, 25.0, 80.0] {
            let start = settled(&air(rain, 12.0));
            let end = run(start, &air(rain, 12.0), 60);
            assert!((start.film_mm - end.film_mm).abs() < 1e-9, "{rain}: {start:?} → {end:?}");
            assert!((start.wetness - end.wetness).abs() < 1e-9, "{rain}: {start:?} → {end:?}");
        }
    }

    #[test]
    fn wet_roads_freeze_below_zero_and_thaw_above() {
        let wet = settled(&air(10.0, 5.0));
        assert_eq!(wet.ice, 0.0);
        let frozen = run(wet, &air(0.0, -3.0), 900);
        assert!(frozen.ice > 0.9, "{}", frozen.ice);
        let thawed = run(frozen, &air(0.0, 4.0), 1_200);
        assert!(thawed.ice < 0.01, "{}", thawed.ice);
        assert!(settled(&air(10.0, -1.0)).ice > 0.9);
    }

    #[test]
    fn snow_lies_below_one_degree_and_melts_above_zero() {
        let snow = Precipitation { rain_mmph: 0.0, snow_mmph: 2.0, temperature_c: -2.0, wind_mps: 0.0 };
        let lying = run(RoadWater::default(), &snow, 600);
        // Ten minutes of 2 mm/h water are 3.3 mm of fresh snow.
        assert!((lying.snow_mm - 3.333).abs() < 0.01, "{}", lying.snow_mm);
        let melting = run(lying, &air(0.0, 10.0), 300);
        assert!(melting.snow_mm < lying.snow_mm && melting.wetness == 1.0, "{melting:?}");
        let warm = Precipitation { temperature_c: 3.0, ..snow };
        assert_eq!(run(RoadWater::default(), &warm, 60).snow_mm, 0.0);
    }
}
