//! What makes a shell a car: panes, shut lines, handles, mirrors, arch trims, plates, grilles.

use super::body::{Body, Cabin, Detail};
use super::sketch::{Finish, Lamp, Rgb, Sketch, tone};
use super::surface::{lens, panel, patch, rect, rounded, strip};
use bevy::math::{Vec2, Vec3};
use core::f32::consts::PI;

/// Black plastic.
pub const PLASTIC: Rgb = Vec3::splat(0.013);
/// Dark gaps.
pub const GAP: Rgb = Vec3::splat(0.004);

/// Chrome, in the glossy finish.
pub fn chrome() -> Rgb {
    tone(0xc4c8cc)
}

/// Clear lens of an unlit headlamp.
pub fn clear() -> Rgb {
    tone(0xa9b4bd)
}

/// Red lens of an unlit tail lamp.
pub fn red() -> Rgb {
    tone(0x7c0e10)
}

/// Amber lens of an unlit indicator.
pub fn amber() -> Rgb {
    tone(0xa8601a)
}

/// Tinted glass: darker below, a breath of sky above.
pub fn glass(low: f32, high: f32) -> impl Fn(Vec3) -> Rgb {
    move |p| {
        let t = ((p.z - low) / (high - low)).clamp(0.0, 1.0);
        Vec3::new(0.010, 0.013, 0.016).lerp(Vec3::new(0.035, 0.046, 0.056), t)
    }
}

/// A car's shell with everything needed to dress it.
pub struct Dress<'a> {
    /// Lower body.
    pub body: &'a Body,
    /// Cabin.
    pub cabin: &'a Cabin,
    /// How finely.
    pub detail: Detail,
}

impl Dress<'_> {
    /// The lower body as a surface: (s, height).
    pub fn shell(&self) -> impl Fn(Vec2) -> Vec3 + '_ {
        |p| self.body.at(p)
    }

    /// The glass house as a surface: (s, 0 = foot … 1 = roof edge).
    pub fn house(&self) -> impl Fn(Vec2) -> Vec3 + '_ {
        |p| self.cabin.at(self.body, p)
    }

    /// Pieces on a coarse shell lie higher, so that its flat facets do not cut through them.
    fn lift(&self) -> f32 {
        match self.detail {
            Detail::Hero => 0.0,
            Detail::Traffic => 0.007,
        }
    }

    fn shade(&self) -> impl Fn(Vec3) -> Rgb {
        let low = self.body.shoulder_at(0.5);
        glass(low, low + 0.6)
    }

    /// Windshield from pillar to pillar (whole width).
    pub fn windshield(&self, sketch: &mut Sketch, s: (f32, f32), t: (f32, f32)) {
        let cells = (self.detail.pick(14, 12), self.detail.pick(4, 2));
        let q = [Vec2::new(-s.0, t.0), Vec2::new(s.0, t.0), Vec2::new(s.1, t.1), Vec2::new(-s.1, t.1)];
        patch(sketch, &self.house(), Finish::Glass, self.shade(), q, cells, 0.004 + self.lift());
    }

    /// Rear window (whole width); s counts from the middle of the rear.
    pub fn rear_window(&self, sketch: &mut Sketch, s: (f32, f32), t: (f32, f32)) {
        let cells = (self.detail.pick(12, 6), self.detail.pick(4, 2));
        let q = [
            Vec2::new(3.0 - s.0, t.0),
            Vec2::new(3.0 + s.0, t.0),
            Vec2::new(3.0 + s.1, t.1),
            Vec2::new(3.0 - s.1, t.1),
        ];
        patch(sketch, &self.house(), Finish::Glass, self.shade(), q, cells, 0.004 + self.lift());
    }

    /// A side pane (left) with rounded corners.
    pub fn pane(&self, sketch: &mut Sketch, corners: [Vec2; 4], bend: f32) {
        match self.detail {
            Detail::Hero => {
                let outline = self.fine(&rounded(&corners, bend, 3));
                panel(sketch, &self.house(), Finish::Glass, self.shade(), &outline, 0.005);
            }
            Detail::Traffic => {
                patch(sketch, &self.house(), Finish::Glass, self.shade(), corners, (3, 2), 0.014)
            }
        }
    }

    /// A band of black behind the panes (left), so that pillars between them look flush.
    pub fn backing(&self, sketch: &mut Sketch, corners: [Vec2; 4], bend: f32) {
        match self.detail {
            Detail::Hero => {
                let outline = self.fine(&rounded(&corners, bend, 3));
                panel(sketch, &self.house(), Finish::Trim, |_| PLASTIC, &outline, 0.0025);
            }
            Detail::Traffic => {
                patch(sketch, &self.house(), Finish::Trim, |_| PLASTIC, corners, (6, 2), 0.009)
            }
        }
    }

    /// More points along long edges, so that pieces follow the curved surface.
    fn fine(&self, outline: &[Vec2]) -> Vec<Vec2> {
        let step = match self.detail {
            Detail::Hero => 0.2,
            Detail::Traffic => 0.4,
        };
        let n = outline.len();
        let mut all = Vec::new();
        for ix in 0..n {
            let (a, b) = (outline[ix], outline[(ix + 1) % n]);
            let parts = ((b - a).length() / step).ceil().max(1.0) as usize;
            all.extend((0..parts).map(|k| a.lerp(b, k as f32 / parts as f32)));
        }
        all
    }

    /// A shut line on the flank through points (x, height).
    pub fn shut_line(&self, sketch: &mut Sketch, points: &[(f32, f32)]) {
        self.flank_strip(sketch, Finish::Trim, GAP, points, 0.011, 0.003);
    }

    /// A band on the flank (left) through points (x, height).
    pub fn flank_strip(
        &self,
        sketch: &mut Sketch,
        finish: Finish,
        color: Rgb,
        points: &[(f32, f32)],
        width_m: f32,
        offset_m: f32,
    ) {
        let mut line = Vec::new();
        let step = match self.detail {
            Detail::Hero => 0.16,
            Detail::Traffic => 0.3,
        };
        for pair in points.windows(2) {
            let (a, b) = (Vec2::from(pair[0]), Vec2::from(pair[1]));
            let parts = ((b - a).length() / step).ceil().max(1.0) as usize;
            line.extend((0..parts).map(|k| a.lerp(b, k as f32 / parts as f32)));
        }
        line.extend(points.last().map(|&p| Vec2::from(p)));
        let line: Vec<Vec2> = line.into_iter().map(|p| Vec2::new(self.body.s_of(p.x, p.y), p.y)).collect();
        strip(sketch, &self.shell(), finish, color, &line, width_m, offset_m + self.lift());
    }

    /// A piece on the shell (left, or across the middle) with rounded corners; corners in (s, height).
    pub fn plate(
        &self,
        sketch: &mut Sketch,
        finish: Finish,
        color: Rgb,
        corners: [Vec2; 4],
        bend: f32,
        offset_m: f32,
    ) {
        let outline = self.outline(&corners, bend);
        panel(sketch, &self.shell(), finish, |_| color, &outline, offset_m + self.lift());
    }

    /// Draws a lamp on the shell; corners in (s, height).
    pub fn lens(
        &self,
        sketch: &mut Sketch,
        lamps: &[Lamp],
        color: Rgb,
        corners: &[Vec2],
        bend: f32,
        offset_m: f32,
    ) {
        lens(sketch, &self.shell(), lamps, color, &self.outline(corners, bend), offset_m + self.lift());
    }

    fn outline(&self, corners: &[Vec2], bend: f32) -> Vec<Vec2> {
        match self.detail {
            Detail::Hero => self.fine(&rounded(corners, bend, 2)),
            Detail::Traffic => self.fine(corners),
        }
    }

    /// A dark ring of trim around a wheel arch (left).
    pub fn arch_trim(&self, sketch: &mut Sketch, axle: f32, width: f32, color: Rgb, bulge: f32) {
        let n = self.detail.pick(16, 8);
        let (r, zc) = (self.body.arch_radius, self.body.wheel_radius);
        let row = |radius: f32, lift: f32| -> Vec<Vec3> {
            (0..=n)
                .map(|k| {
                    let a = -0.12 + k as f32 / n as f32 * (PI + 0.24);
                    let (x, z) =
                        (axle + radius * a.cos(), (zc + radius * a.sin()).max(self.body.sill + 0.01));
                    let p = self.body.at(Vec2::new(self.body.s_of(x, z), z));
                    Vec3::new(p.x, p.y + lift, p.z)
                })
                .collect()
        };
        sketch.group(60.0);
        // The inner edge lies well inside of the cut, so that chords of different length show no gaps.
        let inner = r - 0.022;
        let rows = match self.detail {
            Detail::Hero => {
                vec![row(inner, -0.05), row(inner, bulge), row(r + width * 0.6, bulge), row(r + width, 0.001)]
            }
            Detail::Traffic => vec![row(inner, bulge), row(r + width, bulge)],
        };
        sketch.net(Finish::Trim, &rows, |_| color);
    }

    /// Door handle on the flank (left).
    pub fn handle(&self, sketch: &mut Sketch, x: f32, z: f32, finish: Finish, color: Rgb) {
        let p = self.body.at(Vec2::new(self.body.s_of(x, z), z));
        let (center, half) = (p + Vec3::new(0.0, 0.014, 0.0), Vec3::new(0.095, 0.014, 0.014));
        match self.detail {
            Detail::Hero => sketch.rounded_box(finish, |_| color, center, half, 0.012, 0),
            Detail::Traffic => sketch.cuboid(finish, color, center, half),
        }
    }

    /// Outside mirror (left) at the foot of the A-pillar.
    pub fn mirror(&self, sketch: &mut Sketch, x: f32, z: f32) {
        let root = self.body.at(Vec2::new(self.body.s_of(x, z), self.body.shoulder_at(x) - 0.03));
        let center = Vec3::new(x, root.y + 0.125, z);
        let bevel = self.detail.pick(1, 0);
        sketch.rounded_box(Finish::Paint, |_| Vec3::ONE, center, Vec3::new(0.065, 0.105, 0.068), 0.05, bevel);
        sketch.group(20.0);
        // The glass looks back.
        let glass = center + Vec3::new(-0.067, 0.0, 0.0);
        let corner = |y: f32, z: f32| glass + Vec3::new(0.0, y, z);
        sketch.quad(
            Finish::Glass,
            Vec3::splat(0.06),
            [corner(0.075, -0.045), corner(-0.075, -0.045), corner(-0.075, 0.045), corner(0.075, 0.045)],
        );
        sketch.cuboid(
            Finish::Trim,
            PLASTIC,
            Vec3::new(x + 0.01, root.y + 0.02, z - 0.05),
            Vec3::new(0.03, 0.045, 0.014),
        );
    }

    /// Number plate in the middle of the front or rear, facing away.
    pub fn license(&self, sketch: &mut Sketch, s: f32, z: f32, color: Rgb) {
        let w = 0.15;
        let p = self.body.at(Vec2::new(s, z));
        let out = if s < 1.5 { 1.0 } else { -1.0 };
        let c = |y: f32, dz: f32| Vec3::new(p.x + out * 0.012, y * out, p.z + dz);
        sketch.group(10.0);
        sketch.quad(Finish::Trim, color, [c(-w, -0.075), c(w, -0.075), c(w, 0.075), c(-w, 0.075)]);
        let d = |y: f32, dz: f32| c(y, dz) + Vec3::new(out * 0.002, 0.0, 0.0);
        sketch.quad(
            Finish::Trim,
            tone(0x24406e),
            [d(-0.11, -0.02), d(0.11, -0.02), d(0.11, 0.03), d(-0.11, 0.03)],
        );
    }

    /// A grille across the middle of the front: dark, with bars.
    pub fn grille(&self, sketch: &mut Sketch, outline: [Vec2; 4], bars: usize, bar: Rgb) {
        self.plate(sketch, Finish::Trim, GAP, outline, 0.16, 0.006);
        let shell = self.shell();
        for k in 0..bars {
            let v = (k as f32 + 0.5) / bars as f32;
            let (a, b) = (outline[0].lerp(outline[3], v), outline[1].lerp(outline[2], v));
            let line: Vec<Vec2> = (0..=6).map(|i| a.lerp(b, 0.03 + 0.94 * i as f32 / 6.0)).collect();
            strip(sketch, &shell, Finish::Glass, bar, &line, 0.016, 0.012 + self.lift());
        }
    }

    /// Rectangle on the shell by s and height.
    pub fn band(
        &self,
        sketch: &mut Sketch,
        finish: Finish,
        color: Rgb,
        s: (f32, f32),
        z: (f32, f32),
        offset_m: f32,
    ) {
        let cells = (self.detail.pick(16, 10), 1);
        patch(
            sketch,
            &self.shell(),
            finish,
            |_| color,
            rect(s.0, z.0, s.1, z.1),
            cells,
            offset_m + self.lift(),
        );
    }
}
