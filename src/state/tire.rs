//! Friction between tire and road: the one law that vehicle dynamics, perception, drivers and plots share.
//!
//! What it models: the friction coefficient of a tire on a dry, wet, snowy or icy road against speed and
//! tread depth, and the speed at which a tire floats.
//!
//! Equations: bilinear in speed and water film between the points of the table below, linear in tread
//! depth between new (8 mm) and worn (1.6 mm), scaled by the tire's own dry friction; then, with the
//! snow cover c_s(depth) and the ice cover c_i,
//! `μ = (1 − c_i)·((1 − c_s)·μ_water + c_s·min(μ_water, μ_snow)) + c_i·min(…, μ_ice)`.
//!
//! Units: film in mm, speed in m/s, pressure in kPa. Outside the table's range its edge holds.
//!
//! Sources: friction table: *Bosch Automotive Handbook*, "coefficients of static friction for pneumatic
//! tires"; snow and ice: Noon 1994 (snow 0.20–0.25, ice 0.10–0.15), black ice: Bosch ≤ 0.1;
//! hydroplaning: NASA TN D-2056 (Horne & Dreher 1963) and PAVDRN (Huebner 1986, NCHRP 1-29).
//!
//! What it does not do: no dependence on tire temperature, road texture or tire width.

use super::vehicle_spec::VehicleSpec;
use crate::base::math::{interpolate, lerp, pow, sqrt};
use crate::base::units::{KMPH_MPS, MPH_MPS};

/// Speeds of the table, km/h.
pub const TABLE_SPEEDS_KMPH: [f64; 3] = [50.0, 90.0, 130.0];
/// Water films of the table, mm: dry, wet, heavy rain, puddles.
pub const TABLE_FILMS_MM: [f64; 4] = [0.0, 0.2, 1.0, 2.0];
/// Friction of new tires, by speed and film (Bosch).
pub const TABLE_NEW: [[f64; 4]; 3] = [[0.85, 0.65, 0.55, 0.5], [0.8, 0.6, 0.3, 0.05], [0.75, 0.55, 0.2, 0.0]];
/// Friction of worn tires (1.6 mm), by speed and film (Bosch).
pub const TABLE_WORN: [[f64; 4]; 3] = [[1.0, 0.5, 0.4, 0.25], [0.95, 0.2, 0.1, 0.05], [0.9, 0.2, 0.1, 0.0]];
/// Tread depth of a new tire, mm (chosen because passenger tires are delivered with 7.5–8.5 mm).
pub const TREAD_NEW_MM: f64 = 8.0;
/// Tread depth of a worn tire, mm (legal minimum in the EU and most US states: 2/32 in).
pub const TREAD_WORN_MM: f64 = 1.6;
/// Friction of the reference tire: new, dry, 50 km/h (Bosch).
pub const FRICTION_REFERENCE: f64 = 0.85;
/// Friction on packed snow (Noon 1994: 0.20–0.25).
pub const FRICTION_SNOW: f64 = 0.225;
/// Friction on black ice (Bosch: ≤ 0.1; Noon 1994: 0.10–0.15).
pub const FRICTION_ICE: f64 = 0.10;
/// Snow depth at which the tire no longer reaches the road, mm (chosen because 5 mm of loose snow packs
/// to a closed layer under a tire).
pub const SNOW_CLOSED_MM: f64 = 5.0;

/// What friction depends on at the tire.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TireParams {
    /// Friction on dry asphalt at 50 km/h with new tread, –.
    pub friction_dry: f64,
    /// Tread depth, mm.
    pub tread_depth_mm: f64,
    /// Inflation pressure, kPa.
    pub pressure_kpa: f64,
}

impl TireParams {
    /// The tire of the published table with a new tread.
    pub const REFERENCE: Self =
        Self { friction_dry: FRICTION_REFERENCE, tread_depth_mm: TREAD_NEW_MM, pressure_kpa: 220.0 };
}

impl From<&VehicleSpec> for TireParams {
    fn from(spec: &VehicleSpec) -> Self {
        Self {
            friction_dry: spec.tire_friction_dry,
            tread_depth_mm: spec.tread_depth_mm,
            pressure_kpa: spec.tire_pressure_kpa,
        }
    }
}

/// State of the road surface under a tire.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SurfaceState {
    /// Water film, mm.
    pub water_film_mm: f64,
    /// Snow depth, mm.
    pub snow_depth_mm: f64,
    /// Ice cover, 0–1.
    pub ice_cover: f64,
}

/// Friction coefficient of a tire, –.
pub fn friction(tire: &TireParams, surface: SurfaceState, speed_mps: f64) -> f64 {
    let speed_kmph = speed_mps.abs() / KMPH_MPS;
    let film_mm = surface.water_film_mm.max(0.0);
    let tread = ((tire.tread_depth_mm - TREAD_WORN_MM) / (TREAD_NEW_MM - TREAD_WORN_MM)).clamp(0.0, 1.0);
    let mut rows = [0.0; 3];
    for (row, (new, worn)) in rows.iter_mut().zip(TABLE_NEW.iter().zip(&TABLE_WORN)) {
        *row = lerp(
            interpolate(&TABLE_FILMS_MM, worn, film_mm),
            interpolate(&TABLE_FILMS_MM, new, film_mm),
            tread,
        );
    }
    let scale = tire.friction_dry / FRICTION_REFERENCE;
    let on_water = interpolate(&TABLE_SPEEDS_KMPH, &rows, speed_kmph) * scale;
    let snow_cover = (surface.snow_depth_mm / SNOW_CLOSED_MM).clamp(0.0, 1.0);
    let on_snow = lerp(on_water, on_water.min(FRICTION_SNOW), snow_cover);
    lerp(on_snow, on_snow.min(FRICTION_ICE), surface.ice_cover.clamp(0.0, 1.0))
}

/// Pounds per square inch in kPa.
const PSI_KPA: f64 = 6.894_757;

/// Speed above which a tire floats on deep water (NASA): 10.35·√(p/psi) mph ≈ 6.34·√(p/kPa) km/h, in m/s.
pub fn hydroplaning_speed_nasa_mps(pressure_kpa: f64) -> f64 {
    10.35 * sqrt(pressure_kpa / PSI_KPA) * MPH_MPS
}

/// Speed above which a tire floats on a thin film (PAVDRN, film < 2.4 mm): 26.04·(film/in)^−0.259 mph ≈
/// 96.8·(film/mm)^−0.259 km/h, in m/s.
pub fn hydroplaning_speed_pavdrn_mps(water_film_mm: f64) -> f64 {
    if water_film_mm <= 0.0 { f64::INFINITY } else { 26.04 * pow(water_film_mm / 25.4, -0.259) * MPH_MPS }
}

/// Speed above which a tire floats, m/s: PAVDRN for thin films, the lower of both from 2.4 mm on.
pub fn hydroplaning_speed_mps(tire: &TireParams, water_film_mm: f64) -> f64 {
    let thin = hydroplaning_speed_pavdrn_mps(water_film_mm.min(2.4));
    if water_film_mm < 2.4 { thin } else { thin.min(hydroplaning_speed_nasa_mps(tire.pressure_kpa)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wet(film_mm: f64) -> SurfaceState {
        SurfaceState { water_film_mm: film_mm, ..SurfaceState::default() }
    }

    #[test]
    fn reproduces_the_bosch_table() {
        // Speed km/h, then new / worn for dry, 0.2, 1 and 2 mm, typed from the handbook.
        let published = [
            (50.0, [(0.85, 1.0), (0.65, 0.5), (0.55, 0.4), (0.5, 0.25)]),
            (90.0, [(0.8, 0.95), (0.6, 0.2), (0.3, 0.1), (0.05, 0.05)]),
            (130.0, [(0.75, 0.9), (0.55, 0.2), (0.2, 0.1), (0.0, 0.0)]),
        ];
        let worn_tire = TireParams { tread_depth_mm: 1.6, ..TireParams::REFERENCE };
        for (speed_kmph, row) in published {
            for (film_mm, (new, worn)) in [0.0, 0.2, 1.0, 2.0].into_iter().zip(row) {
                for (tire, expect) in [(&TireParams::REFERENCE, new), (&worn_tire, worn)] {
                    let mu = friction(tire, wet(film_mm), speed_kmph * KMPH_MPS);
                    assert!((mu - expect).abs() < 1e-12, "{speed_kmph} km/h, {film_mm} mm: {mu} ≠ {expect}");
                }
            }
        }
        let ice = SurfaceState { ice_cover: 1.0, ..SurfaceState::default() };
        assert!(friction(&TireParams::REFERENCE, ice, 50.0 * KMPH_MPS) <= 0.1);
        let snow = SurfaceState { snow_depth_mm: 20.0, ..SurfaceState::default() };
        let mu = friction(&TireParams::REFERENCE, snow, 50.0 * KMPH_MPS);
        assert!((0.20..=0.25).contains(&mu), "{mu}");
    }

    #[test]
    fn interpolates_between_points_and_never_gains_from_water_snow_or_ice() {
        let at = |film, snow, ice, kmph: f64| {
            let s = SurfaceState { water_film_mm: film, snow_depth_mm: snow, ice_cover: ice };
            friction(&TireParams::REFERENCE, s, kmph * KMPH_MPS)
        };
        assert!((at(0.6, 0.0, 0.0, 50.0) - 0.6).abs() < 1e-12);
        assert!((at(0.0, 0.0, 0.0, 70.0) - 0.825).abs() < 1e-12);
        for kmph in [0.0, 30.0, 60.0, 100.0, 150.0] {
            let mut last = f64::INFINITY;
            for step in 0..=40 {
                let mu = at(f64::from(step) * 0.06, 0.0, 0.0, kmph);
                assert!(mu <= last + 1e-12, "{kmph} km/h");
                last = mu;
                for (snow, ice) in [(3.0, 0.0), (20.0, 0.0), (0.0, 0.5), (5.0, 1.0)] {
                    assert!(at(f64::from(step) * 0.06, snow, ice, kmph) <= mu + 1e-12);
                }
            }
        }
    }

    #[test]
    fn hydroplaning_speeds_of_the_published_formulas() {
        // NASA: 10.35·√p (psi) mph.
        for (psi, mph) in [(30.0, 56.7), (33.0, 59.5), (35.0, 61.2), (40.0, 65.5)] {
            let v = hydroplaning_speed_nasa_mps(psi * PSI_KPA) / MPH_MPS;
            assert!((v - mph).abs() < 0.06, "{psi} psi: {v}");
        }
        for (film_mm, kmph) in [(0.5, 115.9), (1.0, 96.8), (1.5, 87.2), (2.0, 80.9)] {
            let v = hydroplaning_speed_pavdrn_mps(film_mm) / KMPH_MPS;
            assert!((v - kmph).abs() < 0.06, "{film_mm} mm: {v}");
        }
        assert_eq!(hydroplaning_speed_mps(&TireParams::REFERENCE, 0.0), f64::INFINITY);
        assert!(
            hydroplaning_speed_mps(&TireParams::REFERENCE, 5.0)
                <= hydroplaning_speed_mps(&TireParams::REFERENCE, 2.0)
        );
    }
}
