//! Who moves the vehicle: exactly one holder of each axis at every tick.
//!
//! What it models: the selector between the driver's and the automation's requests, per axis, as the
//! allocation of the driving task says; the momentary intervention (AEB) on top; the driver's override.
//!
//! ```text
//! lateral      = allocation.lateral      Driver → driver | Feature, Fallback → automation
//! longitudinal = allocation.longitudinal Driver → driver | Feature, Fallback → automation
//! driver acts on an axis that the automation holds → the driver's request on that axis (override)
//! AEB active → min(longitudinal, AEB)
//! ```
//!
//! Source: SAE J3016 §3 (DDT subtasks, driver override); UN R152 for AEB as an addition that only ever
//! brakes harder.
//!
//! What it does not do: it never blends two holders; limits and lags belong to the vehicle.

use crate::state::automation::{ControlAuthority, DdtAllocation};
use crate::state::command::{AdsCommand, DriverCommand, MotionRequest, StopLamps};

/// Who holds an axis in this tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The human.
    Driver,
    /// Feature or fallback.
    Automation,
}

fn holder(authority: ControlAuthority, driver_acts: bool, manual_controls: bool) -> Holder {
    match authority {
        ControlAuthority::Driver => Holder::Driver,
        ControlAuthority::Feature | ControlAuthority::Fallback if driver_acts && manual_controls => {
            Holder::Driver
        }
        ControlAuthority::Feature | ControlAuthority::Fallback => Holder::Automation,
    }
}

/// Holders of the lateral and the longitudinal axis. `manual_controls`: whether the vehicle has a wheel
/// and pedals at all (without them nobody can override by hand).
pub fn holders(
    allocation: &DdtAllocation,
    driver: &DriverCommand,
    manual_controls: bool,
) -> (Holder, Holder) {
    (
        holder(allocation.lateral, driver.steering, manual_controls),
        holder(allocation.longitudinal, driver.pedals, manual_controls),
    )
}

/// The one request that reaches the actuators.
pub fn arbitrate(
    allocation: &DdtAllocation,
    driver: &DriverCommand,
    ads: &AdsCommand,
    manual_controls: bool,
) -> MotionRequest {
    let (lateral, longitudinal) = holders(allocation, driver, manual_controls);
    let pick = |holder| match holder {
        Holder::Driver => &driver.request,
        Holder::Automation => &ads.request,
    };
    let MotionRequest { mut accel_mps2, mut stop_lamps, .. } = *pick(longitudinal);
    if ads.aeb_mps2 < accel_mps2 && ads.aeb_mps2 < 0.0 {
        accel_mps2 = ads.aeb_mps2;
        stop_lamps = StopLamps::ByDeceleration;
    }
    MotionRequest {
        accel_mps2,
        steer_rad: pick(lateral).steer_rad,
        // The stalk belongs to whoever steers; anyone may switch hazards on.
        indicator: pick(lateral).indicator,
        hazard: driver.request.hazard || ads.request.hazard,
        stop_lamps,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::automation::FallbackHolder;
    use ControlAuthority::{Driver, Fallback, Feature};

    fn allocation(lateral: ControlAuthority, longitudinal: ControlAuthority) -> DdtAllocation {
        DdtAllocation { lateral, longitudinal, oedr: Driver, fallback: FallbackHolder::Driver }
    }

    #[test]
    fn one_holder_per_axis_and_override_and_emergency_braking() {
        let request =
            |accel, steer| MotionRequest { accel_mps2: accel, steer_rad: steer, ..MotionRequest::default() };
        for (name, lateral, longitudinal, steering, pedals, aeb, manual, expect) in [
            ("driver drives", Driver, Driver, true, true, 0.0, true, (1.0, 0.1)),
            ("driver drives without acting", Driver, Driver, false, false, 0.0, true, (1.0, 0.1)),
            ("cruise control", Driver, Feature, true, false, 0.0, true, (2.0, 0.1)),
            ("both axes", Feature, Feature, false, false, 0.0, true, (2.0, 0.2)),
            ("fallback", Fallback, Fallback, false, false, 0.0, true, (2.0, 0.2)),
            ("override by steering", Feature, Feature, true, false, 0.0, true, (2.0, 0.1)),
            ("override by pedals", Feature, Feature, false, true, 0.0, true, (1.0, 0.2)),
            ("no wheel, no override", Feature, Feature, true, true, 0.0, false, (2.0, 0.2)),
            ("AEB over the driver", Driver, Driver, true, true, -9.0, true, (-9.0, 0.1)),
            ("AEB over the feature", Feature, Feature, false, false, -9.0, true, (-9.0, 0.2)),
        ] {
            let driver = DriverCommand { request: request(1.0, 0.1), steering, pedals };
            let ads = AdsCommand { request: request(2.0, 0.2), aeb_mps2: aeb };
            let got = arbitrate(&allocation(lateral, longitudinal), &driver, &ads, manual);
            assert_eq!((got.accel_mps2, got.steer_rad), expect, "{name}");
        }
        // A released pedal shows no stop lamps, but AEB does.
        let coasting = MotionRequest { stop_lamps: StopLamps::Off, ..request(-0.5, 0.0) };
        let driver = DriverCommand { request: coasting, steering: true, pedals: true };
        for (aeb_mps2, expect) in [(0.0, StopLamps::Off), (-9.0, StopLamps::ByDeceleration)] {
            let ads = AdsCommand { request: request(2.0, 0.2), aeb_mps2 };
            assert_eq!(arbitrate(&allocation(Driver, Driver), &driver, &ads, true).stop_lamps, expect);
        }
        // AEB never releases a harder brake.
        let driver = DriverCommand { request: request(-10.0, 0.0), steering: true, pedals: true };
        let ads = AdsCommand { request: request(0.0, 0.0), aeb_mps2: -9.0 };
        assert_eq!(arbitrate(&allocation(Driver, Driver), &driver, &ads, true).accel_mps2, -10.0);
    }
}
