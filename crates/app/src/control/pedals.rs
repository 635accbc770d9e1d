//! A key has no travel: a held key moves its control at a rate a human manages, a released one lets it go.
//!
//! Steering by keys slows down towards full lock (a wheel takes longer to turn far than to correct), so that
//! short taps are small corrections.

use bevy::prelude::Resource;

/// Which keys are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Steers left.
    pub left: bool,
    /// Steers right.
    pub right: bool,
    /// Accelerates.
    pub accelerate: bool,
    /// Brakes as in traffic.
    pub brake: bool,
    /// Brakes as hard as the car can.
    pub brake_hard: bool,
}

/// Share of the wheel's travel a second while a steering key is held (chosen: half a second for a lane
/// change's correction).
pub const STEER_PER_S: f64 = 0.35;
/// Share of the wheel's travel a second back to straight (self-aligning).
pub const RETURN_PER_S: f64 = 0.9;
/// Pedal travel a second while pressed (0.4 s to the floor, as in emergency braking studies).
pub const PRESS_PER_S: f64 = 2.5;
/// Pedal travel a second while released.
pub const RELEASE_PER_S: f64 = 5.0;
/// Brake pedal position that the ordinary brake key reaches.
pub const BRAKE_ORDINARY: f64 = 0.45;

/// Positions of the controls as the keys have moved them.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct Travel {
    /// −1 right … 1 left.
    pub steer: f64,
    /// 0–1.
    pub accelerator: f64,
    /// 0–1.
    pub brake: f64,
}

impl Travel {
    /// Moves the controls for `dt_s`.
    pub fn step(&mut self, held: &Held, dt_s: f64) {
        let wish = f64::from(i8::from(held.left) - i8::from(held.right));
        self.steer = if wish == 0.0 {
            towards(self.steer, 0.0, RETURN_PER_S * dt_s)
        } else if self.steer * wish < 0.0 {
            // Against the present lock the wheel comes back first.
            towards(self.steer, wish, (RETURN_PER_S + STEER_PER_S) * dt_s)
        } else {
            towards(self.steer, wish, STEER_PER_S * dt_s)
        };
        self.accelerator = pedal(self.accelerator, if held.accelerate { 1.0 } else { 0.0 }, dt_s);
        let brake = if held.brake_hard {
            1.0
        } else if held.brake {
            BRAKE_ORDINARY
        } else {
            0.0
        };
        self.brake = pedal(self.brake, brake, dt_s);
    }
}

fn towards(from: f64, to: f64, most: f64) -> f64 {
    from + (to - from).clamp(-most, most)
}

fn pedal(from: f64, to: f64, dt_s: f64) -> f64 {
    let rate = if to > from { PRESS_PER_S } else { RELEASE_PER_S };
    towards(from, to, rate * dt_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(held: Held, seconds: f64, mut travel: Travel) -> Travel {
        for _ in 0..(seconds * 60.0) as u32 {
            travel.step(&held, 1.0 / 60.0);
        }
        travel
    }

    #[test]
    fn keys_move_controls_at_their_rates() {
        let left = after(Held { left: true, ..Held::default() }, 0.5, Travel::default());
        assert!((left.steer - 0.175).abs() < 0.01, "{}", left.steer);
        let straight = after(Held::default(), 0.5, left);
        assert_eq!(straight.steer, 0.0);
        let braking = after(Held { brake: true, ..Held::default() }, 1.0, Travel::default());
        assert!((braking.brake - BRAKE_ORDINARY).abs() < 1e-9);
        let emergency =
            after(Held { brake_hard: true, brake: true, ..Held::default() }, 0.5, Travel::default());
        assert_eq!(emergency.brake, 1.0);
        let both = after(Held { left: true, right: true, ..Held::default() }, 1.0, Travel::default());
        assert_eq!(both.steer, 0.0);
    }

    #[test]
    fn nothing_leaves_its_travel() {
        let all = Held { left: true, accelerate: true, brake_hard: true, ..Held::default() };
        let end = after(all, 30.0, Travel::default());
        assert_eq!((end.steer, end.accelerator, end.brake), (1.0, 1.0, 1.0));
    }
}
