//! MOBIL lane-change decision.
//!
//! Safety: the new follower need not brake harder than b_safe. Incentive:
//! ã_c − a_c + p (ã_n − a_n + ã_o − a_o) > Δa_th (+ bias).
//!
//! Units: m/s². Source: Kesting, Treiber & Helbing 2007, Transp. Res. Rec. 1999, 86–94 (p 0.2–0.5,
//! Δa_th 0.1, b_safe 4.0, a_bias 0.3).

/// Parameters of the decision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MobilParams {
    /// Politeness p, –.
    pub politeness: f64,
    /// Threshold Δa_th, m/s².
    pub threshold_mps2: f64,
    /// Largest deceleration imposed on the new follower, m/s² (positive).
    pub decel_safe_mps2: f64,
    /// Bias towards the wanted side, m/s².
    pub bias_mps2: f64,
}

impl Default for MobilParams {
    fn default() -> Self {
        Self { politeness: 0.2, threshold_mps2: 0.1, decel_safe_mps2: 4.0, bias_mps2: 0.3 }
    }
}

/// Accelerations that decide, m/s².
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accelerations {
    /// Own, staying.
    pub own_now: f64,
    /// Own, after the change.
    pub own_then: f64,
    /// New follower before (0 if there is none).
    pub new_follower_now: f64,
    /// New follower after.
    pub new_follower_then: f64,
    /// Old follower before.
    pub old_follower_now: f64,
    /// Old follower after.
    pub old_follower_then: f64,
}

/// Whether to change. `bias_sign` is +1 towards the wanted side, −1 away from it, 0 without a wish.
pub fn decide(p: &MobilParams, a: &Accelerations, bias_sign: f64) -> bool {
    if a.new_follower_then < -p.decel_safe_mps2 || a.own_then < -p.decel_safe_mps2 {
        return false;
    }
    let others = (a.new_follower_then - a.new_follower_now) + (a.old_follower_then - a.old_follower_now);
    a.own_then - a.own_now + p.politeness * others + bias_sign * p.bias_mps2 > p.threshold_mps2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn safety_first_then_incentive() {
        let base = Accelerations {
            own_now: -1.0,
            own_then: 0.5,
            new_follower_now: 0.0,
            new_follower_then: -0.5,
            old_follower_now: -0.2,
            old_follower_then: 0.3,
        };
        let p = MobilParams::default();
        for (label, a, bias, expect) in [
            ("gain", base, 0.0, true),
            ("follower would brake too hard", Accelerations { new_follower_then: -4.5, ..base }, 0.0, false),
            ("no gain", Accelerations { own_then: -1.0, ..base }, 0.0, false),
            ("no gain but wanted side", Accelerations { own_then: -0.9, ..base }, 1.0, true),
            ("gain below the bias away", Accelerations { own_then: -0.7, ..base }, -1.0, false),
        ] {
            assert_eq!(decide(&p, &a, bias), expect, "{label}");
        }
    }
}
