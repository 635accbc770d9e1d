//! Physical constants and the conversions used at the edges of the program. Everything inside is SI.

/// Standard gravity, m/s² (exact by definition, CGPM 1901).
pub const GRAVITY_MPS2: f64 = 9.806_65;
/// One mile per hour in m/s (exact: 1609.344 m / 3600 s).
pub const MPH_MPS: f64 = 0.447_04;
/// One kilometer per hour in m/s.
pub const KMPH_MPS: f64 = 1.0 / 3.6;
/// One foot in m (exact).
pub const FOOT_M: f64 = 0.3048;
/// One statute mile in m (exact).
pub const MILE_M: f64 = 1_609.344;
/// Degrees to radians.
pub const DEG_RAD: f64 = core::f64::consts::PI / 180.0;
