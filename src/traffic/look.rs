//! What road users know about the world in this tick, beside who is where.
//!
//! Weather slows traffic: above 0.25 in/h of rain by 6 to 9 mph (FDOT), in fog and darkness to the speed
//! from which a stop within sight is possible, on snow and wet asphalt by the look of the surface.
//! Units: m, m/s, m/s². Black ice is not seen: the desired speed knows the look of the road, the brakes
//! its true friction.

use super::caps::CurveCaps;
use crate::base::ids::ParticipantId;
use crate::base::math::{self, DVec2};
use crate::base::units::{GRAVITY_MPS2, MPH_MPS};
use crate::maneuver::Surroundings;
use crate::state::tire::{SurfaceState, TireParams, friction};
use crate::state::truth::RoadSurface;
use crate::state::weather::Weather;

/// Speed at which the friction of the map is looked up, m/s.
const FRICTION_SPEED_MPS: f64 = 50.0 / 3.6;
/// Share of the friction that drivers reach when they brake, – (chosen: ABS on even surface).
const BRAKE_SHARE: f64 = 0.9;

/// Effect of weather and surface on speed and braking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoadFeel {
    /// Highest speed at which a stop within sight is possible, m/s.
    pub sight_speed_mps: f64,
    /// Reduction of the desired speed by rain, m/s.
    pub rain_drop_mps: f64,
    /// Factor on squared curve speeds by the look of the road, –.
    pub curve_factor: f64,
    /// Hardest braking on the open road, m/s² (positive).
    pub brake_max_mps2: f64,
    /// Surface of the open road.
    pub surface: SurfaceState,
}

impl RoadFeel {
    /// Judges weather and surface.
    pub fn new(weather: &Weather) -> Self {
        let looks = if weather.snow_depth_mm > 2.0 {
            0.3
        } else if weather.wetness > 0.3 || weather.water_film_mm > 0.1 {
            0.6
        } else {
            0.8
        };
        // Low beams reach 60 m; street lamps lift that.
        let dark_m = if weather.illuminance_lx < 10.0 { 60.0 + 8.0 * weather.illuminance_lx } else { 500.0 };
        let sight_m = dark_m.min(weather.fog_mor_m);
        let decel = 0.6 * looks * GRAVITY_MPS2;
        let reach = 1.0 * decel;
        let sight_speed_mps = math::sqrt(reach * reach + 2.0 * decel * sight_m) - reach;
        let rain_drop_mps =
            math::interpolate(&[6.35, 7.0, 25.0], &[0.0, 6.0 * MPH_MPS, 9.0 * MPH_MPS], weather.rain_mmph);
        let surface = SurfaceState {
            water_film_mm: weather.water_film_mm,
            snow_depth_mm: weather.snow_depth_mm,
            ice_cover: weather.ice_cover,
        };
        Self {
            sight_speed_mps: sight_speed_mps.max(3.0),
            rain_drop_mps,
            curve_factor: (looks / 0.8_f64).min(1.0),
            brake_max_mps2: braking(surface),
            surface,
        }
    }
}

fn braking(surface: SurfaceState) -> f64 {
    BRAKE_SHARE * friction(&TireParams::REFERENCE, surface, FRICTION_SPEED_MPS) * GRAVITY_MPS2
}

/// A siren on the road.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SirenAt {
    /// Whose.
    pub id: ParticipantId,
    /// Where, m.
    pub position_m: DVec2,
    /// Where to (unit).
    pub forward: DVec2,
}

/// The world as road users look at it in this tick.
pub struct Look<'a> {
    /// Who is where.
    pub around: Surroundings<'a>,
    /// Curves.
    pub caps: &'a CurveCaps,
    /// Weather.
    pub feel: RoadFeel,
    /// Patches of other surface.
    pub surface: &'a RoadSurface,
    /// Sirens.
    pub sirens: &'a [SirenAt],
    /// Tick number.
    pub tick: u64,
    /// Tick length, s.
    pub dt_s: f64,
}

impl Look<'_> {
    /// Hardest braking at a place, m/s² (positive).
    pub fn brake_max_mps2(&self, position_m: DVec2) -> f64 {
        if self.surface.patches.is_empty() {
            return self.feel.brake_max_mps2;
        }
        braking(self.surface.at(self.feel.surface, position_m))
    }
    /// Whether something done every `period_s` is due for this participant: spread over the ticks.
    pub fn is_due(&self, id: ParticipantId, period_s: f64) -> bool {
        let period = ((period_s / self.dt_s) as u64).max(1);
        (self.tick + u64::from(id.0)).is_multiple_of(period)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_weather_slows_and_lengthens_braking() {
        let clear = RoadFeel::new(&Weather::default());
        assert!(clear.sight_speed_mps > 50.0 && clear.rain_drop_mps == 0.0);
        assert!((clear.brake_max_mps2 - 0.9 * 0.85 * GRAVITY_MPS2).abs() < 1e-9);
        let fog = RoadFeel::new(&Weather { fog_mor_m: 50.0, ..Weather::default() });
        assert!((14.0..20.0).contains(&fog.sight_speed_mps), "{}", fog.sight_speed_mps);
        let rain = RoadFeel::new(&Weather {
            rain_mmph: 25.0,
            water_film_mm: 1.0,
            wetness: 1.0,
            ..Weather::default()
        });
        assert!((rain.rain_drop_mps - 9.0 * MPH_MPS).abs() < 1e-9);
        assert!(rain.brake_max_mps2 < 0.7 * clear.brake_max_mps2);
        let ice = RoadFeel::new(&Weather { ice_cover: 1.0, ..Weather::default() });
        assert!(ice.brake_max_mps2 <= 0.9 * GRAVITY_MPS2 * 0.1 + 1e-9);
        // Black ice looks like a dry road.
        assert_eq!(ice.sight_speed_mps, clear.sight_speed_mps);
    }
}
