//! Angles in radians, and the tolerances that the players of motion share.
//!
//! Headings are counter-clockwise from x. No transcendental function here hangs on the platform: all are
//! libm's.

use std::f64::consts::{PI, TAU};

/// Distances, times and speeds below it are nothing: m, s or m/s. Chosen because log files carry three
/// decimals, and sums of time steps err by far less.
pub const TINY: f64 = 1e-6;

/// An angle in [0, 2π).
pub fn wrap_tau(angle_rad: f64) -> f64 {
    let wrapped = angle_rad.rem_euclid(TAU);
    // A tiny negative angle rounds up to 2π itself.
    if wrapped >= TAU { 0.0 } else { wrapped }
}

/// The turn from `from_rad` to `to_rad`, in (−π, π].
pub fn turn(from_rad: f64, to_rad: f64) -> f64 {
    let turn = wrap_tau(to_rad - from_rad);
    if turn > PI { turn - TAU } else { turn }
}

/// An angle between two, the short way round: `from_rad` at share 0, `to_rad` at 1. In [0, 2π).
pub fn blend(from_rad: f64, to_rad: f64, share: f64) -> f64 {
    wrap_tau(from_rad + share * turn(from_rad, to_rad))
}

/// Whether two directions are more than a right angle apart.
pub fn opposed(a_rad: f64, b_rad: f64) -> bool {
    turn(a_rad, b_rad).abs() > PI / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_go_the_short_way_round() {
        let check = |from: f64, to: f64, expect: f64| {
            assert!((turn(from, to) - expect).abs() < 1e-12, "{from} → {to}")
        };
        check(0.1, 6.2, -0.1 - (TAU - 6.2));
        check(6.2, 0.1, 0.1 + (TAU - 6.2));
        check(0.0, PI, PI);
        check(-3.0, 3.0, 6.0 - TAU);
        assert!((blend(6.2, 0.1, 0.5) - wrap_tau((6.2 + 0.1 + TAU) / 2.0)).abs() < 1e-12);
        assert_eq!(wrap_tau(-1e-20), 0.0);
        assert!(opposed(0.0, 2.0) && !opposed(0.1, 6.2));
    }
}
