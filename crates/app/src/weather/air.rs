//! What hangs and falls in the air, as numbers: fog, haze, drops and flakes.
//!
//! ```text
//! contrast    C(d) = e^(−σd), σ = the visible extinction the camera and the glare of the engine use:
//!             ln 20/MOR of the fog + rain (Marshall–Palmer) + snow (Marshall–Gunn)
//! drops       N(D) = 8000 m⁻³mm⁻¹·e^(−ΛD), median volume diameter 3.67/Λ
//! fall        v = 9.65 − 10.3·e^(−0.6·D/mm) m/s (Atlas et al. 1973)
//! streak      length = |v_drop − v_camera|·exposure time
//! ```
//!
//! Units: 1/m, m, mm, m/s, window frame. Sources: [`shakedown::sensor::medium`]; Atlas, Srivastava & Sekhon,
//! *Rev. Geophys.* 11 (1973) 1; flakes fall at 0.8–1.4 m/s (Locatelli & Hobbs 1974).
//!
//! What it does not do: fog has no height in the scene, only the sky sees the top of its layer.

use bevy::math::Vec3;
use shakedown::sensor::medium::{Extinction, KOSCHMIEDER_5, Medium, rain_slope_per_mm};
use shakedown::state::weather::Weather;

/// Visibility of clear air, m: what blends far hills into the sky, and nothing that sensors look at.
pub const CLEAR_AIR_M: f32 = 30_000.0;
/// Height of a layer of fog, m (chosen: radiation fog, 50–200 m).
const FOG_TOP_M: f32 = 120.0;
/// Height over which rain and snow fall below the clouds, m (chosen: low nimbostratus).
const CLOUD_BASE_M: f32 = 450.0;
/// Exposure time that a streak shows, s (film cameras and eyes: 1/50 to 1/30).
pub const SHUTTER_S: f32 = 1.0 / 40.0;
/// Rain rate at which all streaks are drawn, mm/h.
const RAIN_FULL_MMPH: f64 = 60.0;
/// Snowfall at which all flakes are drawn, mm/h.
const SNOW_FULL_MMPH: f64 = 5.0;
/// Mean fall speed of flakes, m/s.
pub const FLAKE_FALL_MPS: f32 = 1.1;

/// Extinction of visible light by cause.
pub fn extinction(weather: &Weather) -> Extinction {
    let mut medium = Medium::default();
    medium.update(weather);
    medium.visible
}

/// Extinction that the window draws, 1/m: the engine's and that of clear air.
pub fn drawn_per_m(extinction: &Extinction) -> f32 {
    extinction.total_per_m() as f32 + KOSCHMIEDER_5 as f32 / CLEAR_AIR_M
}

/// Optical depth of fog and precipitation from the ground to the zenith, –.
pub fn depth_to_zenith(extinction: &Extinction) -> f32 {
    let falling = extinction.rain_per_m + extinction.snow_per_m;
    extinction.fog_per_m as f32 * FOG_TOP_M + falling as f32 * CLOUD_BASE_M
}

/// Median volume diameter of drops, mm.
pub fn drop_mm(rain_mmph: f64) -> f64 {
    3.67 / rain_slope_per_mm(rain_mmph.max(0.05))
}

/// Terminal speed of a drop, m/s.
pub fn drop_fall_mps(diameter_mm: f64) -> f64 {
    (9.65 - 10.3 * (-0.6 * diameter_mm).exp()).max(0.5)
}

/// Drops of more than a millimeter in a cubic meter: those one sees.
pub fn visible_drops_per_m3(rain_mmph: f64) -> f64 {
    if rain_mmph <= 0.0 {
        return 0.0;
    }
    let slope = rain_slope_per_mm(rain_mmph);
    8_000.0 / slope * (-slope).exp()
}

/// Share of the streaks that are drawn, 0–1.
pub fn streak_share(rain_mmph: f64) -> f32 {
    (visible_drops_per_m3(rain_mmph) / visible_drops_per_m3(RAIN_FULL_MMPH)).min(1.0).powf(0.7) as f32
}

/// Share of the flakes that are drawn, 0–1.
pub fn flake_share(snow_mmph: f64) -> f32 {
    (snow_mmph.max(0.0) / SNOW_FULL_MMPH).min(1.0).powf(0.6) as f32
}

/// Velocity of the wind, m/s.
pub fn wind(weather: &Weather) -> Vec3 {
    let (sin, cos) = weather.wind_heading_rad.sin_cos();
    Vec3::new(cos as f32, 0.0, -sin as f32) * weather.wind_mps as f32
}

/// Velocity of drops, m/s: they fall with their size and drift with three quarters of the wind (which
/// slackens towards the ground).
pub fn drop_velocity(weather: &Weather) -> Vec3 {
    0.75 * wind(weather) - Vec3::Y * drop_fall_mps(drop_mm(weather.rain_mmph)) as f32
}

/// Velocity of flakes, m/s.
pub fn flake_velocity(weather: &Weather) -> Vec3 {
    0.9 * wind(weather) - Vec3::Y * FLAKE_FALL_MPS
}

/// Streak of a particle as a camera sees it, m: direction and length.
pub fn streak(particle_mps: Vec3, camera_mps: Vec3) -> Vec3 {
    (particle_mps - camera_mps) * SHUTTER_S
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_5_percent_at_the_optical_range() {
        for mor in [30.0, 60.0, 200.0, 1_000.0] {
            let extinction = extinction(&Weather { fog_mor_m: mor, ..Weather::default() });
            assert!((extinction.fog_per_m * mor / 2.996 - 1.0).abs() < 1e-3);
            let drawn = (-drawn_per_m(&extinction) * mor as f32).exp();
            assert!((drawn - 0.05).abs() < 0.006, "{mor}: {drawn}");
        }
        // By everything in the air.
        let weather = Weather { fog_mor_m: 500.0, rain_mmph: 20.0, snow_mmph: 1.0, ..Weather::default() };
        let mut medium = Medium::default();
        medium.update(&weather);
        let left = (-extinction(&weather).total_per_m() * medium.mor_m).exp();
        assert!((left - 0.05).abs() < 1e-5, "{left}");
        assert!(medium.mor_m < 500.0);
    }

    #[test]
    fn clear_air_costs_less_than_2_percent_over_a_sensors_range() {
        let extinction = extinction(&Weather::default());
        assert_eq!(extinction.total_per_m(), 0.0);
        assert_eq!(depth_to_zenith(&extinction), 0.0);
        assert!((-drawn_per_m(&extinction) * 200.0).exp() > 0.98);
    }

    #[test]
    fn drops_grow_and_fall_as_published() {
        // Atlas et al.: 1 mm → 4.0 m/s, 2 mm → 6.5 m/s, 5 mm → 9.1 m/s.
        for (mm, mps) in [(1.0, 4.0), (2.0, 6.55), (5.0, 9.14)] {
            assert!((drop_fall_mps(mm) - mps).abs() < 0.05, "{mm}: {}", drop_fall_mps(mm));
        }
        assert!((drop_mm(25.0) - 1.76).abs() < 0.02, "{}", drop_mm(25.0));
        let shares = [0.0, 0.5, 2.0, 10.0, 25.0, 60.0, 150.0].map(streak_share);
        assert!(shares[0] == 0.0 && shares.windows(2).all(|w| w[1] >= w[0]), "{shares:?}");
        assert!(shares[1] > 0.01 && shares[2] < 0.4 && shares[5] > 0.999);
        assert_eq!(flake_share(0.0), 0.0);
        assert!(flake_share(1.0) > 0.3 && flake_share(9.0) == 1.0);
    }

    #[test]
    fn streaks_lean_against_the_drive_and_with_the_wind() {
        let rain = Weather { rain_mmph: 25.0, wind_mps: 8.0, wind_heading_rad: 0.0, ..Weather::default() };
        let still = streak(drop_velocity(&rain), Vec3::ZERO);
        assert!(still.x > 0.0 && still.y < 0.0, "{still}");
        let driving = streak(drop_velocity(&rain), Vec3::X * 25.0);
        assert!(driving.x < 0.0 && driving.length() > still.length());
        let north = wind(&Weather { wind_mps: 2.0, wind_heading_rad: core::f64::consts::FRAC_PI_2, ..rain });
        assert!((north - Vec3::NEG_Z * 2.0).length() < 1e-5);
    }
}
