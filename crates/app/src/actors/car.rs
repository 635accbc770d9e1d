//! One way to draw every car: a shell, and a list of what lies on it.

use super::body::{Body, Cabin, Detail};
use super::dress::{self, Dress, PLASTIC};
use super::model::{Model, Size};
use super::sketch::{Finish, Lamp, Rgb, Sketch, tone};
use super::wheels::{Rim, wheel};
use bevy::math::{Vec2, Vec3};

/// (x, y) pairs as points.
pub fn points(pairs: &[(f32, f32)]) -> Vec<Vec2> {
    pairs.iter().map(|&p| Vec2::from(p)).collect()
}

/// A lamp on the shell.
#[derive(Clone, Debug)]
pub struct LampAt {
    /// Which lights it has; none = only glass.
    pub lamps: Vec<Lamp>,
    /// Color of the lens while unlit.
    pub color: Rgb,
    /// Outline, counter-clockwise in (s, height).
    pub outline: Vec<Vec2>,
    /// How round its corners are, 0–0.5.
    pub bend: f32,
    /// Above the shell, m.
    pub offset: f32,
}

/// A lamp from its corners.
pub fn lamp(lamps: &[Lamp], color: Rgb, outline: &[(f32, f32)], bend: f32, offset: f32) -> LampAt {
    LampAt { lamps: lamps.to_vec(), color, outline: points(outline), bend, offset }
}

/// What a car's shell is dressed with. Everything is given for the left half.
#[derive(Clone, Debug)]
pub struct Look {
    /// Half width of the windshield in s, at its foot and its head; from and to (0 foot, 1 roof).
    pub windshield: ((f32, f32), (f32, f32)),
    /// The same for the rear window.
    pub rear_window: ((f32, f32), (f32, f32)),
    /// Black band behind the side panes, corners in (s, 0 foot … 1 roof).
    pub backing: Option<[(f32, f32); 4]>,
    /// Side panes: corners, roundness.
    pub panes: Vec<([(f32, f32); 4], f32)>,
    /// Shut lines in (x, height).
    pub lines: Vec<Vec<(f32, f32)>>,
    /// Door handles (x, height).
    pub handles: Vec<(f32, f32)>,
    /// Mirror (x, height).
    pub mirror: (f32, f32),
    /// Width, color and bulge of dark trims around the wheel arches, if there are any.
    pub arch: Option<(f32, Rgb, f32)>,
    /// Dark sill molding: from x, to x, height, width.
    pub sill: Option<(f32, f32, f32, f32)>,
    /// Lamps.
    pub lamps: Vec<LampAt>,
    /// Grille: corners in (s, height) over the whole width, number of bars.
    pub grille: Option<([(f32, f32); 4], usize)>,
    /// Lower intake: corners over the whole width.
    pub intake: [(f32, f32); 4],
    /// Dark strip at the lower rear: half width in s from the middle, heights.
    pub diffuser: (f32, (f32, f32)),
    /// Heights of the license plates, front (if any) and rear.
    pub plates: (Option<f32>, f32),
    /// High brake light: place and half width.
    pub high_brake: (Vec3, f32),
    /// Wheel: radius, tire width, rim, width over the tires.
    pub wheel: (f32, f32, Rim, f32),
    /// Place of the left low beam.
    pub beam: Vec3,
}

fn corners(q: [(f32, f32); 4]) -> [Vec2; 4] {
    q.map(Vec2::from)
}

/// Draws a car.
pub fn draw(size: &Size, body: &Body, cabin: &Cabin, look: &Look, detail: Detail) -> Model {
    let mut sketch = Sketch::new();
    let d = Dress { body, cabin, detail };
    let mark = sketch.mark();
    body.draw_half(
        &mut sketch,
        detail,
        (cabin.foot.0 - cabin.foot_bow.0 * 0.7, cabin.foot.1 + cabin.foot_bow.1 * 0.7),
    );
    cabin.draw_half(body, &mut sketch, detail, Vec3::ONE);
    if let Some(backing) = look.backing {
        d.backing(&mut sketch, corners(backing), 0.06);
    }
    for (pane, bend) in &look.panes {
        d.pane(&mut sketch, corners(*pane), *bend);
    }
    for line in &look.lines {
        d.shut_line(&mut sketch, line);
    }
    for &(x, z) in &look.handles {
        d.handle(&mut sketch, x, z, Finish::Paint, Vec3::ONE);
    }
    if let Some((from, to, z, width)) = look.sill {
        d.flank_strip(&mut sketch, Finish::Trim, PLASTIC, &[(from, z), (to, z)], width, 0.004);
    }
    if let Some((width, color, bulge)) = look.arch {
        for &axle in &body.axles {
            d.arch_trim(&mut sketch, axle, width, color, bulge);
        }
    }
    d.mirror(&mut sketch, look.mirror.0, look.mirror.1);
    for at in &look.lamps {
        d.lens(&mut sketch, &at.lamps, at.color, &at.outline, at.bend, at.offset);
    }
    sketch.mirror(mark);
    d.windshield(&mut sketch, look.windshield.0, look.windshield.1);
    d.rear_window(&mut sketch, look.rear_window.0, look.rear_window.1);
    if let Some((outline, bars)) = look.grille {
        d.grille(&mut sketch, corners(outline), bars, dress::chrome() * 0.6);
    }
    d.plate(&mut sketch, Finish::Trim, dress::GAP, corners(look.intake), 0.18, 0.006);
    let (half, z) = look.diffuser;
    d.band(&mut sketch, Finish::Trim, PLASTIC, (3.0 - half, 3.0 + half), z, 0.010);
    if let Some(z) = look.plates.0 {
        d.license(&mut sketch, 0.0, z, tone(0xe8e9e4));
    }
    d.license(&mut sketch, 3.0, look.plates.1, tone(0xe8e9e4));
    let (at, half) = look.high_brake;
    sketch.cuboid(Finish::Lit(Lamp::Brake), Vec3::ONE, at, Vec3::new(0.004, half, 0.011));
    let (radius, tire, rim, over) = look.wheel;
    body.draw_floor(&mut sketch, over * 0.5 - tire - 0.02);
    let mut model = Model { body: sketch, beam: Some(look.beam), ..Model::default() };
    model.car_wheels(size, wheel(radius, tire, rim, detail), radius, tire, over);
    model
}
