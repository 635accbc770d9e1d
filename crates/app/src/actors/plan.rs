//! Where things are inside of a vehicle: the driver's eye, the windshield, pillars, roof, doors. Everything
//! in the vehicle frame (x forward, y left, z up), m, in the size a model is drawn for.
//!
//! Eye heights after SAE J941 eyellipse centers, shifted to the seats of these bodies.

use super::body::{Body, Cabin};
use super::garage::fitted;
use super::kind::Kind;
use super::model::Size;
use super::{cars, heavy, pod, suv, vans};
use bevy::math::{DVec3, Vec2, Vec3};
use shakedown::state::vehicle_spec::VehicleSpec;

/// The driver's eye of a model in its own size; for riders and walkers their own eyes.
pub fn drawn_eye(kind: Kind) -> Vec3 {
    match kind {
        Kind::Lexus => Vec3::new(1.28, 0.37, 1.33),
        Kind::Prototype => Vec3::new(0.66, 0.32, 1.20),
        Kind::Minivan => Vec3::new(1.58, 0.42, 1.40),
        Kind::Crossover => Vec3::new(1.30, 0.38, 1.24),
        Kind::Compact => Vec3::new(0.98, 0.36, 1.14),
        Kind::Police => Vec3::new(1.50, 0.40, 1.41),
        Kind::Van => Vec3::new(2.50, 0.46, 1.75),
        Kind::Ambulance => Vec3::new(2.72, 0.44, 1.74),
        Kind::Bus => Vec3::new(8.30, 0.78, 2.00),
        Kind::BoxTruck => Vec3::new(4.05, 0.52, 2.08),
        Kind::Tractor => Vec3::new(4.30, 0.56, 2.40),
        Kind::Motorcycle => Vec3::new(0.85, 0.0, 1.36),
        Kind::Bicycle => Vec3::new(0.56, 0.0, 1.66),
        Kind::Pedestrian => Vec3::new(0.08, 0.0, 1.63),
        Kind::Cone | Kind::Barrier | Kind::Box => Vec3::new(0.0, 0.0, 1.2),
    }
}

/// The size a model is drawn for; the tractor without trailer.
pub fn drawn_size(kind: Kind) -> Size {
    match kind {
        Kind::Lexus => suv::LEXUS,
        Kind::Prototype => pod::SIZE,
        Kind::Minivan => cars::MINIVAN,
        Kind::Crossover => cars::CROSSOVER,
        Kind::Compact => cars::COMPACT,
        Kind::Police => suv::POLICE,
        Kind::Van => vans::VAN,
        Kind::Ambulance => vans::AMBULANCE,
        Kind::Bus => heavy::BUS,
        Kind::BoxTruck => heavy::BOX_TRUCK,
        Kind::Tractor => heavy::TRACTOR,
        Kind::Motorcycle => super::cycles::MOTORCYCLE,
        Kind::Bicycle => super::cycles::BICYCLE,
        Kind::Pedestrian => super::people::SIZE,
        Kind::Cone => super::props::CONE,
        Kind::Barrier => super::props::BARRIER,
        Kind::Box => super::props::CARTON,
    }
}

/// The driver's eye in the vehicle frame (x forward, y left, z up), m.
pub fn eye_m(spec: &VehicleSpec) -> DVec3 {
    let kind = Kind::of_name(&spec.name).unwrap_or_else(|| Kind::of_class(spec.class, &spec.extent));
    let wanted = Size::of(&spec.extent, spec.wheelbase_m);
    let mut drawn = drawn_size(kind);
    if kind == Kind::Tractor && wanted.length > drawn.length + 3.0 {
        // The trailer lies behind: the tractor keeps its size.
        drawn.rear += wanted.length - drawn.length;
        drawn.length = wanted.length;
    }
    fitted(&drawn, &wanted, drawn_eye(kind)).as_dvec3()
}

/// The shell around the driver.
#[derive(Clone, Debug)]
enum Shell {
    /// A car's, with the half width of its windshield in s, at foot and head.
    Car(Box<(Body, Cabin)>, (f32, f32)),
    /// Flat walls: left corners of the windshield's foot and head, and where the side window ends.
    Flat { foot: Vec3, head: Vec3, behind: f32 },
}

/// What the driver drives with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controls {
    /// Steering wheel.
    Wheel,
    /// Go and Stop buttons alone.
    Buttons,
}

/// The place around the driver.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Eye.
    pub eye: Vec3,
    shell: Shell,
    /// Height of the door's upper edge.
    pub belt: f32,
    /// Inside of the door, half width.
    pub door_half: f32,
    /// Outside mirror (left).
    pub mirror: Option<Vec3>,
    /// Number of wipers.
    pub wipers: usize,
}

/// Where a wiper turns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wiper {
    /// Pivot.
    pub pivot: Vec3,
    /// Axis, away from the glass.
    pub axis: Vec3,
    /// Direction of the blade at rest.
    pub rest: Vec3,
    /// Angle from rest to the end of the sweep, counter-clockwise about the axis, rad.
    pub sweep_rad: f32,
    /// Length of arm and blade.
    pub length: f32,
}

impl Plan {
    /// Plan of a model; `None` for what nobody sits in.
    pub fn of(kind: Kind) -> Option<Self> {
        let eye = drawn_eye(kind);
        let car = |shell: (Body, Cabin), glass: (f32, f32), mirror: (f32, f32), wipers: usize| {
            let (body, cabin) = shell;
            let side = cabin.at(&body, Vec2::new(1.3, 0.0));
            let outside = body.at(Vec2::new(body.s_of(mirror.0, mirror.1 - 0.1), body.shoulder_at(mirror.0) - 0.03)).y;
            Self {
                eye,
                belt: body.shoulder_at(eye.x) + 0.035,
                door_half: side.y - 0.02,
                mirror: Some(Vec3::new(mirror.0, outside + 0.125, mirror.1)),
                wipers,
                shell: Shell::Car(Box::new((body, cabin)), glass),
            }
        };
        let flat = |foot: Vec3, head: Vec3, behind: f32, belt: f32, mirror: Vec3| Self {
            eye,
            shell: Shell::Flat { foot, head, behind },
            belt,
            door_half: foot.y,
            mirror: Some(mirror),
            wipers: 2,
        };
        Some(match kind {
            Kind::Lexus => car(suv::lexus_shell(), (0.72, 0.70), (2.02, 1.14), 2),
            Kind::Police => car(suv::police_shell(), (0.72, 0.70), (2.2, 1.2), 2),
            Kind::Prototype => car(pod::shell(), (0.86, 0.84), (1.50, 1.03), 1),
            Kind::Minivan => car(cars::minivan_shell(), (0.73, 0.71), (2.36, 1.12), 2),
            Kind::Crossover => car(cars::crossover_shell(), (0.74, 0.72), (2.16, 1.06), 2),
            Kind::Compact => car(cars::compact_shell(), (0.72, 0.70), (1.86, 0.96), 2),
            Kind::Van => car(vans::van_shell(), (0.78, 0.76), (3.18, 1.36), 2),
            Kind::Ambulance => car(vans::ambulance_shell(), (0.78, 0.76), (3.3, 1.36), 2),
            Kind::Bus => flat(
                Vec3::new(9.17, 1.12, 1.15),
                Vec3::new(9.12, 1.12, 2.52),
                7.9,
                1.36,
                Vec3::new(9.25, 1.415, 2.05),
            ),
            Kind::BoxTruck => flat(
                Vec3::new(4.95, 0.99, 1.73),
                Vec3::new(4.57, 0.98, 2.43),
                3.6,
                1.70,
                Vec3::new(4.88, 1.325, 2.04),
            ),
            Kind::Tractor => flat(
                Vec3::new(5.20, 1.02, 2.01),
                Vec3::new(4.82, 1.02, 2.78),
                3.85,
                1.98,
                Vec3::new(5.13, 1.355, 2.32),
            ),
            Kind::Motorcycle
            | Kind::Bicycle
            | Kind::Pedestrian
            | Kind::Cone
            | Kind::Barrier
            | Kind::Box => return None,
        })
    }

    /// A point of the windshield: −1 right … 1 left, 0 foot … 1 head.
    pub fn glass(&self, u: f32, t: f32) -> Vec3 {
        match &self.shell {
            Shell::Car(shell, (foot, head)) => {
                let s = u * (foot + (head - foot) * t);
                let t = 0.03 + 0.92 * t * if self.tall() { 0.84 } else { 1.0 };
                shell.1.at(&shell.0, Vec2::new(s, t))
            }
            Shell::Flat { foot, head, .. } => {
                let p = foot.lerp(*head, t);
                Vec3::new(p.x, p.y * u, p.z)
            }
        }
    }

    /// High-roof vans end their windshield below the roof.
    fn tall(&self) -> bool {
        match &self.shell {
            Shell::Car(shell, _) => shell.1.roof_edge.iter().any(|p| p.y > 2.2),
            Shell::Flat { .. } => false,
        }
    }

    /// A point of the left side window's frame: 0 = windshield … 1 = behind the driver, 0 foot … 1 head.
    pub fn side(&self, k: f32, t: f32) -> Vec3 {
        match &self.shell {
            Shell::Car(shell, _) => {
                let t = 0.03 + 0.92 * t * if self.tall() { 0.84 } else { 1.0 };
                shell.1.at(&shell.0, Vec2::new(0.9 + 0.5 * k, t))
            }
            Shell::Flat { foot, head, behind } => {
                let p = foot.lerp(*head, t);
                Vec3::new(p.x + (behind - p.x) * k, p.y, p.z)
            }
        }
    }

    /// The wipers.
    pub fn wiper(&self, ix: usize) -> Wiper {
        let (pivot, rest, end) = match (self.wipers, ix) {
            (1, _) => (Vec2::new(0.60, 0.0), Vec2::new(-0.55, 0.03), Vec2::new(0.70, 0.95)),
            (_, 0) => (Vec2::new(0.62, 0.0), Vec2::new(-0.12, 0.03), Vec2::new(0.78, 0.93)),
            _ => (Vec2::new(-0.08, 0.0), Vec2::new(-0.80, 0.05), Vec2::new(0.06, 0.93)),
        };
        let at = |p: Vec2| self.glass(p.x, p.y);
        let (p, a, b) = (at(pivot), at(rest), at(end));
        let mut axis = (a - p).cross(b - p).normalize_or_zero();
        let mut sweep_rad = (a - p).angle_between(b - p);
        if axis.x < 0.0 {
            axis = -axis;
            sweep_rad = -sweep_rad;
        }
        let length = (a - p).length().min((b - p).length() * 0.97);
        Wiper { pivot: p + axis * 0.022, axis, rest: (a - p).normalize_or_zero(), sweep_rad, length }
    }

    /// The lower body whose bonnet is seen through the windshield, if there is one.
    pub fn bonnet(&self) -> Option<(&Body, &Cabin)> {
        match &self.shell {
            Shell::Car(shell, _) => Some((&shell.0, &shell.1)),
            Shell::Flat { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_sits_inside_behind_the_glass_and_left() {
        for spec in shakedown::vehicle::spec::bundled().unwrap().values() {
            let Some(kind) = Kind::of_name(&spec.name) else { panic!("{}", spec.name) };
            let eye = eye_m(spec);
            let (extent, name) = (&spec.extent, &spec.name);
            let Some(plan) = Plan::of(kind) else { continue };
            assert!(eye.x > -extent.rear_m && eye.x < extent.front_x_m(), "{name}: {eye}");
            assert!(eye.y > 0.2 && eye.y < extent.width_m * 0.5, "{name}: {eye}");
            assert!(eye.z < extent.height_m - 0.15 && eye.z > 0.6 * extent.height_m.min(1.8), "{name}: {eye}");
            let foot = plan.glass(0.4, 0.0);
            assert!(foot.x - eye.x as f32 > 0.5 && foot.x - (eye.x as f32) < 1.7, "{name}: glass {foot}, eye {eye}");
            assert!(foot.z < eye.z as f32 - 0.1, "{name}: sees over the cowl: {foot}");
            assert!(plan.glass(0.4, 1.0).z > eye.z as f32 + 0.05, "{name}: below the header");
            assert!(plan.belt < eye.z as f32, "{name}: sees over the door");
        }
    }

    #[test]
    fn wipers_lie_on_the_glass_and_sweep_upwards() {
        for kind in Kind::ALL {
            let Some(plan) = Plan::of(kind) else { continue };
            for ix in 0..plan.wipers {
                let wiper = plan.wiper(ix);
                assert!(wiper.axis.x > 0.0 || wiper.axis.z > 0.3, "{kind:?}: axis looks outside: {wiper:?}");
                assert!((0.3..2.2).contains(&wiper.sweep_rad.abs()), "{kind:?}: {wiper:?}");
                assert!((0.3..1.4).contains(&wiper.length), "{kind:?}: {wiper:?}");
                let turn = bevy::math::Quat::from_axis_angle(wiper.axis, wiper.sweep_rad * 0.8);
                let tip = wiper.pivot + turn * wiper.rest * wiper.length;
                assert!(tip.z > wiper.pivot.z + 0.15, "{kind:?}: goes up: {tip}");
            }
        }
    }
}
