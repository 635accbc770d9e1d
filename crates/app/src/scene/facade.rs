//! Walls with windows: one picture for all buildings, a second one for the windows that are lit at night.
//!
//! The picture is a stack of strips, each one story high and [`BAYS`] bays wide; it repeats sideways, so a
//! wall of any length takes one quad a story. Walls are near white: the color of a building is in its
//! vertices.

use super::canvas::{Canvas, Ink, ink, tiling};
use super::noise::{Dice, lattice};
use shakedown::base::math::DVec2;

/// Bays across the picture.
pub const BAYS: usize = 8;
/// Width of a bay, m.
pub const BAY_M: f64 = 3.2;
/// Strips in the picture.
const STRIPS: usize = 16;
/// Pixels of a bay and of a story.
const BAY_PX: usize = 128;
const STORY_PX: usize = 128;
/// The picture of lit windows is this much coarser.
const LIGHT_SHRINK: usize = 2;

/// A strip: what one story of a wall looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wall {
    /// Lap siding without windows.
    Siding,
    /// Lap siding with sash windows.
    SidingWindows,
    /// Lap siding, a door among windows.
    SidingDoor,
    /// Garage doors in siding.
    Garage,
    /// Plaster without windows.
    Stucco,
    /// Plaster with wide windows.
    StuccoWindows,
    /// Brick without windows.
    Brick,
    /// Brick with tall windows.
    BrickWindows,
    /// Shop windows with a band for the name.
    Shop,
    /// Ribbon windows.
    Ribbon,
    /// Glass from floor to floor.
    Glass,
    /// Concrete grid with deep windows.
    Grid,
    /// Balconies.
    Balcony,
    /// Bare concrete.
    Concrete,
    /// Open parking deck.
    Deck,
    /// Lobby: tall glass between piers.
    Lobby,
}

const WALLS: [Wall; STRIPS] = [
    Wall::Siding,
    Wall::SidingWindows,
    Wall::SidingDoor,
    Wall::Garage,
    Wall::Stucco,
    Wall::StuccoWindows,
    Wall::Brick,
    Wall::BrickWindows,
    Wall::Shop,
    Wall::Ribbon,
    Wall::Glass,
    Wall::Grid,
    Wall::Balcony,
    Wall::Concrete,
    Wall::Deck,
    Wall::Lobby,
];

impl Wall {
    /// Texture coordinates of a piece of wall: `u` in m along the wall, `up` 0 at the floor, 1 at the ceiling.
    pub fn uv(self, u_m: f64, up: f64) -> DVec2 {
        // Half a pixel inside, so that no neighbor shines in.
        let inset = 0.75 / STORY_PX as f64;
        let v = inset + (1.0 - up) * (1.0 - 2.0 * inset);
        DVec2::new(u_m / (BAY_M * BAYS as f64), (self as usize as f64 + v) / STRIPS as f64)
    }
}

/// Both pictures.
pub struct Facades {
    /// Color.
    pub color: Canvas,
    /// Light of windows at night.
    pub light: Canvas,
}

/// Draws them.
pub fn draw() -> Facades {
    let (w, h) = (BAYS * BAY_PX, STRIPS * STORY_PX);
    let mut pen = Pen {
        color: Canvas::new(w, h, [0.93; 3]),
        light: Canvas::new(w / LIGHT_SHRINK, h / LIGHT_SHRINK, [0.0; 3]),
        dice: Dice::new(0x00FA_CADE, 0),
    };
    for wall in WALLS {
        pen.ground(wall);
        for bay in 0..BAYS {
            pen.bay(wall, bay);
        }
    }
    Facades { color: pen.color, light: pen.light }
}

/// Draws in a bay's own coordinates: x, y in 0–1 from its upper left corner.
struct Pen {
    color: Canvas,
    light: Canvas,
    dice: Dice,
}

/// How a pane is lit at night.
#[derive(Clone, Copy)]
enum Lamp {
    Off,
    Warm(f64),
    Cool(f64),
}

const FRAME: [f32; 3] = [0.96; 3];
const DARK_FRAME: [f32; 3] = [0.22, 0.22, 0.23];

impl Pen {
    /// The wall's own surface over the whole strip.
    fn ground(&mut self, wall: Wall) {
        let top = wall as usize * STORY_PX;
        let (w, salt) = (self.color.width, 100 + wall as u64);
        for y in 0..STORY_PX {
            for x in 0..w {
                let (u, v) = ((x as f64 + 0.5) / w as f64, (y as f64 + 0.5) / STORY_PX as f64);
                let grain = lattice(x as i64, y as i64, salt) - 0.5;
                let stain = tiling(u, v, 16, salt) - 0.5;
                let shade = match wall {
                    Wall::Siding | Wall::SidingWindows | Wall::SidingDoor | Wall::Garage => {
                        let lap = (v * 18.0).fract();
                        0.93 - 0.16 * (1.0 - lap).powi(6) + 0.02 * stain
                    }
                    Wall::Brick | Wall::BrickWindows => {
                        let rows = v * 32.0;
                        let row = rows.floor();
                        let across = u * 8.0 * 13.0 + 0.5 * (row % 2.0);
                        let mortar = (rows.fract() < 0.14) || (across.fract() < 0.07);
                        let tone = lattice(across.floor() as i64, row as i64, salt) - 0.5;
                        if mortar { 0.97 } else { 0.82 + 0.2 * tone }
                    }
                    Wall::Concrete | Wall::Deck | Wall::Grid | Wall::Ribbon => {
                        0.88 + 0.05 * grain + 0.10 * stain - if v > 0.985 { 0.12 } else { 0.0 }
                    }
                    Wall::Stucco | Wall::StuccoWindows | Wall::Balcony => 0.92 + 0.05 * grain + 0.05 * stain,
                    Wall::Shop | Wall::Lobby | Wall::Glass => 0.90 + 0.03 * grain,
                };
                let s = shade.clamp(0.0, 1.0);
                self.color
                    .rect([x as f64, (top + y) as f64, (x + 1) as f64, (top + y + 1) as f64], [s as f32; 3]);
            }
        }
    }

    fn place(&self, wall: Wall, bay: usize, [x0, y0, x1, y1]: [f64; 4]) -> [f64; 4] {
        let (left, top) = ((bay * BAY_PX) as f64, (wall as usize * STORY_PX) as f64);
        let (w, h) = (BAY_PX as f64, STORY_PX as f64);
        [left + x0 * w, top + y0 * h, left + x1 * w, top + y1 * h]
    }

    fn fill(&mut self, wall: Wall, bay: usize, area: [f64; 4], ink: Ink) {
        let area = self.place(wall, bay, area);
        self.color.rect(area, ink);
    }

    fn glow(&mut self, wall: Wall, bay: usize, area: [f64; 4], ink: Ink) {
        let area = self.place(wall, bay, area).map(|v| v / LIGHT_SHRINK as f64);
        self.light.rect(area, ink);
    }

    /// A pane: sky above, street below, perhaps a blind; and its light.
    fn glass(&mut self, wall: Wall, bay: usize, [x0, y0, x1, y1]: [f64; 4], lamp: Lamp) {
        let bands = 8;
        for i in 0..bands {
            let (a, b) = (f64::from(i) / f64::from(bands), f64::from(i + 1) / f64::from(bands));
            let t = a as f32;
            let tone = [0.40 - 0.24 * t, 0.47 - 0.26 * t, 0.54 - 0.28 * t];
            self.fill(wall, bay, [x0, y0 + (y1 - y0) * a, x1, y0 + (y1 - y0) * b], tone);
        }
        if self.dice.chance(0.35) {
            let drop = self.dice.range(0.2, 0.7);
            self.fill(wall, bay, [x0, y0, x1, y0 + (y1 - y0) * drop], [0.70, 0.69, 0.66]);
        }
        let (ink, strength) = match lamp {
            Lamp::Off => return,
            Lamp::Warm(s) => (ink(0xFFD59A), s),
            Lamp::Cool(s) => (ink(0xE8F0FF), s),
        };
        for i in 0..4 {
            let (a, b) = (f64::from(i) / 4.0, f64::from(i + 1) / 4.0);
            let s = (strength * (1.0 - 0.12 * f64::from(i))) as f32;
            self.glow(wall, bay, [x0, y0 + (y1 - y0) * a, x1, y0 + (y1 - y0) * b], ink.map(|c| c * s));
        }
    }

    /// A framed window with a bar.
    fn window(&mut self, wall: Wall, bay: usize, area: [f64; 4], frame: Ink, lamp: Lamp) {
        let [x0, y0, x1, y1] = area;
        let f = 0.028;
        self.fill(wall, bay, [x0 - f, y0 - f, x1 + f, y1 + f], frame);
        self.fill(wall, bay, [x0 - 2.0 * f, y1 + f, x1 + 2.0 * f, y1 + 2.2 * f], frame);
        self.glass(wall, bay, area, lamp);
        let middle = 0.5 * (y0 + y1);
        self.fill(wall, bay, [x0, middle - 0.4 * f, x1, middle + 0.4 * f], frame);
        let cut = 0.5 * (x0 + x1);
        self.fill(wall, bay, [cut - 0.4 * f, y0, cut + 0.4 * f, y1], frame);
        // The lintel's shadow.
        self.fill(wall, bay, [x0, y0, x1, y0 + 0.02], [0.12, 0.13, 0.15]);
    }

    fn lamp(&mut self, share: f64) -> Lamp {
        if !self.dice.chance(share) {
            return Lamp::Off;
        }
        let strength = self.dice.range(0.45, 1.0);
        if self.dice.chance(0.75) { Lamp::Warm(strength) } else { Lamp::Cool(strength) }
    }

    fn bay(&mut self, wall: Wall, bay: usize) {
        let home = self.lamp(0.4);
        match wall {
            Wall::Siding | Wall::Stucco | Wall::Brick | Wall::Concrete => {}
            Wall::SidingWindows => {
                // Two of three bays have a window.
                if bay % 3 != 2 {
                    self.window(wall, bay, [0.28, 0.22, 0.72, 0.68], FRAME, home);
                }
            }
            Wall::SidingDoor => {
                if bay % 4 == 1 {
                    self.fill(wall, bay, [0.30, 0.26, 0.66, 1.0], FRAME);
                    let door = [0x5B3A2A, 0x2F4A5C, 0x6B2B2B, 0x37493A][bay / 2 % 4];
                    self.fill(wall, bay, [0.34, 0.31, 0.62, 1.0], ink(door));
                    self.glass(wall, bay, [0.40, 0.37, 0.56, 0.52], Lamp::Warm(0.8));
                } else {
                    self.window(wall, bay, [0.2, 0.24, 0.8, 0.70], FRAME, home);
                }
            }
            Wall::Garage => {
                self.fill(wall, bay, [0.06, 0.25, 0.94, 1.0], [0.86; 3]);
                for row in 0..4 {
                    let y = 0.28 + 0.18 * f64::from(row);
                    self.fill(wall, bay, [0.09, y, 0.91, y + 0.15], [0.94; 3]);
                    self.fill(wall, bay, [0.09, y + 0.14, 0.91, y + 0.16], [0.66; 3]);
                }
            }
            Wall::StuccoWindows => self.window(wall, bay, [0.16, 0.26, 0.84, 0.70], DARK_FRAME, home),
            Wall::BrickWindows => {
                self.window(wall, bay, [0.30, 0.16, 0.70, 0.76], [0.80, 0.79, 0.76], home);
                self.fill(wall, bay, [0.26, 0.08, 0.74, 0.13], [0.92, 0.90, 0.86]);
            }
            Wall::Shop => {
                let lamp = self.lamp(0.8);
                self.fill(wall, bay, [0.0, 0.06, 1.0, 0.22], [0.55, 0.54, 0.53]);
                self.fill(wall, bay, [0.05, 0.28, 0.95, 0.88], DARK_FRAME);
                self.glass(wall, bay, [0.08, 0.31, 0.48, 0.85], lamp);
                self.glass(wall, bay, [0.52, 0.31, 0.92, 0.85], lamp);
                self.fill(wall, bay, [0.0, 0.9, 1.0, 1.0], [0.45, 0.44, 0.43]);
            }
            Wall::Ribbon => {
                let lamp = self.lamp(0.3);
                self.fill(wall, bay, [0.0, 0.28, 1.0, 0.74], DARK_FRAME);
                for i in 0..2 {
                    let x = 0.5 * f64::from(i);
                    self.glass(wall, bay, [x + 0.012, 0.30, x + 0.488, 0.72], lamp);
                }
            }
            Wall::Glass => {
                self.fill(wall, bay, [0.0, 0.0, 1.0, 1.0], [0.30, 0.32, 0.34]);
                for i in 0..2 {
                    let (x, lamp) = (0.5 * f64::from(i), self.lamp(0.25));
                    self.glass(wall, bay, [x + 0.012, 0.02, x + 0.488, 0.80], lamp);
                    self.fill(wall, bay, [x + 0.012, 0.82, x + 0.488, 0.985], [0.34, 0.39, 0.43]);
                }
            }
            Wall::Grid => {
                let lamp = self.lamp(0.3);
                self.fill(wall, bay, [0.12, 0.14, 0.88, 0.88], [0.42, 0.42, 0.41]);
                self.glass(wall, bay, [0.17, 0.20, 0.83, 0.86], lamp);
                self.fill(wall, bay, [0.49, 0.20, 0.51, 0.86], DARK_FRAME);
            }
            Wall::Balcony => {
                if bay.is_multiple_of(2) {
                    self.fill(wall, bay, [0.06, 0.10, 0.94, 1.0], [0.40, 0.40, 0.41]);
                    self.glass(wall, bay, [0.14, 0.16, 0.86, 0.96], home);
                    self.fill(wall, bay, [0.04, 0.62, 0.96, 0.66], [0.75; 3]);
                    for i in 0..14 {
                        let x = 0.06 + 0.065 * f64::from(i);
                        self.fill(wall, bay, [x, 0.66, x + 0.018, 1.0], [0.72; 3]);
                    }
                } else {
                    self.window(wall, bay, [0.26, 0.24, 0.74, 0.72], DARK_FRAME, home);
                }
            }
            Wall::Deck => {
                self.fill(wall, bay, [0.0, 0.12, 1.0, 0.58], [0.10, 0.10, 0.11]);
                self.fill(wall, bay, [0.0, 0.10, 0.06, 1.0], [0.74; 3]);
                self.glow(wall, bay, [0.2, 0.14, 0.8, 0.20], ink(0xFFE8C0).map(|c| 0.7 * c));
            }
            Wall::Lobby => {
                let lamp = self.lamp(0.9);
                self.fill(wall, bay, [0.10, 0.08, 0.90, 1.0], DARK_FRAME);
                self.glass(wall, bay, [0.13, 0.11, 0.87, 0.72], lamp);
                self.glass(wall, bay, [0.13, 0.75, 0.87, 0.97], lamp);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_dark_by_day_and_only_windows_are_lit() {
        let facades = draw();
        let mut lit = 0usize;
        for y in 0..facades.light.height {
            for x in 0..facades.light.width {
                if facades.light.pixel(x, y)[0] < 0.3 {
                    continue;
                }
                lit += 1;
            }
        }
        let share = lit as f64 / (facades.light.width * facades.light.height) as f64;
        assert!((0.02..0.4).contains(&share), "{share} of the picture is lit");
        // Bare walls have no light.
        for wall in [Wall::Siding, Wall::Stucco, Wall::Brick, Wall::Concrete] {
            let top = wall as usize * STORY_PX / LIGHT_SHRINK;
            for y in top + 1..top + STORY_PX / LIGHT_SHRINK - 1 {
                assert!((0..facades.light.width).all(|x| facades.light.pixel(x, y)[0] == 0.0), "{wall:?}");
            }
        }
    }

    #[test]
    fn strips_stay_apart() {
        for (i, wall) in WALLS.into_iter().enumerate() {
            assert_eq!(wall as usize, i);
            let (low, high) = (wall.uv(0.0, 0.0).y, wall.uv(0.0, 1.0).y);
            assert!(high > i as f64 / 16.0 && low < (i + 1) as f64 / 16.0 && high < low);
        }
    }
}
