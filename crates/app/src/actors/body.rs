//! The sheet-metal shell of a car: a lower body with wheel arches and bonnet, and a cabin on top of it.
//!
//! Both are functions first (a point of the surface from two parameters), so that panes, lamps and shut
//! lines can be laid on them exactly ([`super::surface`]), and nets of triangles second.
//!
//! Parameter s runs along the left half: 0 = middle of the front, 1 = where the front corner ends, 2 = where
//! the rear corner begins, 3 = middle of the rear; negative s and s above 3 lie on the right half.

use super::sketch::{Finish, Rgb, Sketch, curve, smooth};
use super::solids::quarter;
use bevy::math::{Vec2, Vec3};
use core::f32::consts::{FRAC_PI_2, PI};

/// How finely a model is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Detail {
    /// The ego: seen from close by.
    Hero,
    /// Everybody else.
    Traffic,
}

impl Detail {
    /// A count for the ego or for everybody else.
    pub fn pick(self, hero: usize, traffic: usize) -> usize {
        match self {
            Self::Hero => hero,
            Self::Traffic => traffic,
        }
    }
}

/// Lower body. Lengths in m, x in the vehicle frame.
#[derive(Clone, Debug)]
pub struct Body {
    /// x of the foremost point.
    pub front: f32,
    /// x of the rearmost point (negative).
    pub rear: f32,
    /// Half of the greatest width.
    pub half: f32,
    /// Height of the lower edge between the wheels.
    pub sill: f32,
    /// Height of the lower edge at the very front and the very rear.
    pub low_ends: Vec2,
    /// x of the axles.
    pub axles: Vec<f32>,
    /// Wheel radius.
    pub wheel_radius: f32,
    /// Radius of the wheel arches.
    pub arch_radius: f32,
    /// Height of the shoulder over x, rear to front.
    pub shoulder: Vec<Vec2>,
    /// Radius of the shoulder's edge.
    pub round: f32,
    /// How much higher bonnet and boot lid are in the middle.
    pub crown: f32,
    /// How far the flank lies inside the greatest width, over height (0 = sill, 1 = shoulder).
    pub tuck: Vec<Vec2>,
    /// How far the nose lies behind the foremost point, over height.
    pub nose: Vec<Vec2>,
    /// How far the tail lies before the rearmost point, over height.
    pub tail: Vec<Vec2>,
    /// Length of the front and rear corners.
    pub corners: Vec2,
    /// Squareness of the corners in plan (2 = ellipse).
    pub square: Vec2,
    /// Share of the width lost from the middle to the corners, front and rear.
    pub barrel: Vec2,
}

/// One column of the net: where along the body, and from which height up.
#[derive(Clone, Copy, Debug)]
struct Column {
    s: f32,
    low: f32,
}

impl Body {
    /// x where the front corner ends and the rear corner begins.
    fn ends(&self) -> (f32, f32) {
        (self.front - self.corners.x, self.rear + self.corners.y)
    }

    /// Height of the shoulder.
    pub fn shoulder_at(&self, x: f32) -> f32 {
        curve(&self.shoulder, x)
    }

    fn level(&self, x: f32, z: f32) -> f32 {
        (z - self.sill) / (self.shoulder_at(x) - self.sill).max(0.05)
    }

    fn edge(&self, x: f32, z: f32) -> f32 {
        let below = (self.shoulder_at(x) - z).clamp(0.0, self.round) / self.round;
        self.round * (1.0 - (1.0 - (1.0 - below).powi(2)).max(0.0).sqrt())
    }

    fn barrel_at(&self, x: f32) -> f32 {
        let (front, rear) = self.ends();
        let middle = (front + rear) * 0.5;
        let x = x.clamp(rear, front);
        let (loss, span) =
            if x > middle { (self.barrel.x, front - middle) } else { (self.barrel.y, middle - rear) };
        1.0 - loss * ((x - middle).abs() / span).powf(2.4)
    }

    /// Half width at a station and a height, corners not counted.
    pub fn half_at(&self, x: f32, z: f32) -> f32 {
        let tuck = curve(&self.tuck, self.level(x, z));
        (self.half - tuck) * self.barrel_at(x) - self.edge(x, z)
    }

    /// Parameter s of a station at a height.
    pub fn s_of(&self, x: f32, z: f32) -> f32 {
        let (front, rear) = self.ends();
        if x <= front && x >= rear {
            return 1.0 + (front - x) / (front - rear);
        }
        let (mut low, mut high) = if x > front { (0.0, 1.0) } else { (2.0, 3.0) };
        for _ in 0..24 {
            let middle = (low + high) * 0.5;
            if self.at(Vec2::new(middle, z)).x > x { low = middle } else { high = middle }
        }
        (low + high) * 0.5
    }

    /// A point of the shell: (s, height).
    pub fn at(&self, p: Vec2) -> Vec3 {
        let (s, z) = (p.x, p.y);
        if !(0.0..=3.0).contains(&s) {
            let other = if s < 0.0 { -s } else { 6.0 - s };
            return self.at(Vec2::new(other, z)) * Vec3::new(1.0, -1.0, 1.0);
        }
        let (front, rear) = self.ends();
        if s <= 1.0 {
            let q = quarter(self.square.x, s * FRAC_PI_2);
            let tip =
                self.front - curve(&self.nose, self.level(self.front, z)) - self.edge(self.front, z) * 0.8;
            let x = front + (tip - front) * q.x;
            Vec3::new(x, self.half_at(x, z) * q.y, z)
        } else if s < 2.0 {
            let x = front + (rear - front) * (s - 1.0);
            Vec3::new(x, self.half_at(x, z), z)
        } else {
            let q = quarter(self.square.y, (3.0 - s) * FRAC_PI_2);
            let tip = self.rear + curve(&self.tail, self.level(self.rear, z)) + self.edge(self.rear, z) * 0.8;
            let x = rear + (tip - rear) * q.x;
            Vec3::new(x, self.half_at(x, z) * q.y, z)
        }
    }

    /// Height of the shoulder at s.
    pub fn top(&self, s: f32) -> f32 {
        let mut z = self.shoulder_at(self.at(Vec2::new(s, self.sill + 0.3)).x);
        for _ in 0..3 {
            z = self.shoulder_at(self.at(Vec2::new(s, z)).x);
        }
        z
    }

    /// Height of bonnet, deck and boot lid.
    pub fn deck(&self, x: f32, y: f32) -> f32 {
        let s = self.shoulder_at(x);
        let half = self.half_at(x, s).max(0.1);
        let crown = self.crown
            * smooth(self.front - 0.02, self.front - 0.55, x)
            * smooth(self.rear, self.rear + 0.4, x);
        s + crown * (1.0 - (y / half).powi(2)).max(0.0)
    }

    fn low_at(&self, x: f32) -> f32 {
        let (front, rear) = self.ends();
        let ahead = smooth(front - 0.1, self.front, x) * (self.low_ends.x - self.sill);
        let behind = smooth(rear + 0.1, self.rear, x) * (self.low_ends.y - self.sill);
        self.sill + ahead + behind
    }

    fn columns(&self, detail: Detail) -> Vec<Column> {
        let corner = detail.pick(8, 4);
        let side = detail.pick(5, 3);
        let bends = detail.pick(9, 6);
        let mut all: Vec<Column> = Vec::new();
        let mut stations: Vec<f32> = (0..corner).map(|k| k as f32 / corner as f32).collect();
        stations.extend((0..=side).map(|k| 1.0 + k as f32 / side as f32));
        stations.extend((1..=corner).map(|k| 2.0 + k as f32 / corner as f32));
        for s in stations {
            let x = self.at(Vec2::new(s, self.sill + 0.1)).x;
            let free = |axle: &f32| (x - axle).abs() > self.arch_radius + 0.03;
            if self.axles.iter().all(free) {
                all.push(Column { s, low: self.low_at(x) });
            }
        }
        for &axle in &self.axles {
            for edge in [self.arch_radius + 0.002, -self.arch_radius - 0.002] {
                let low = self.low_at(axle + edge);
                all.push(Column { s: self.s_of(axle + edge, low), low });
            }
            for k in 0..=bends {
                let a = k as f32 / bends as f32 * PI;
                let low = self.wheel_radius + self.arch_radius * a.sin();
                all.push(Column { s: self.s_of(axle + self.arch_radius * a.cos(), low), low });
            }
        }
        all.sort_by(|a, b| a.s.total_cmp(&b.s));
        all
    }

    /// Draws the left half: flank with arches, shoulder, deck (open under the cabin), inner lips.
    pub fn draw_half(&self, sketch: &mut Sketch, detail: Detail, cabin: (f32, f32)) {
        let columns = self.columns(detail);
        let flank: &[f32] = match detail {
            Detail::Hero => &[0.0, 0.12, 0.32, 0.55, 0.78, 1.0],
            Detail::Traffic => &[0.0, 0.3, 0.7, 1.0],
        };
        let bend: &[f32] = match detail {
            Detail::Hero => &[0.5, 0.15, 0.0],
            Detail::Traffic => &[0.45, 0.0],
        };
        let deck: &[f32] = match detail {
            Detail::Hero => &[0.88, 0.5, 0.0],
            Detail::Traffic => &[0.8, 0.0],
        };
        let mut rows: Vec<Vec<Vec3>> = vec![Vec::new(); flank.len() + bend.len() + deck.len()];
        let mut lips: [Vec<Vec3>; 2] = [Vec::new(), Vec::new()];
        for column in &columns {
            let top = self.top(column.s);
            let high = top - self.round;
            let mut row = 0;
            for &f in flank {
                let p = self.at(Vec2::new(column.s, column.low + (high - column.low) * f));
                if row == 0 {
                    lips[0].push(Vec3::new(p.x, p.y - 0.16_f32.min(p.y), p.z));
                    lips[1].push(p);
                }
                rows[row].push(p);
                row += 1;
            }
            for &b in bend {
                rows[row].push(self.at(Vec2::new(column.s, top - self.round * b)));
                row += 1;
            }
            let rim = self.at(Vec2::new(column.s, top));
            // Under the cabin only the ledge beside it is drawn.
            let covered = rim.x < cabin.0 && rim.x > cabin.1;
            for &k in deck {
                let y = rim.y * if covered { k.max(deck[0]) } else { k };
                rows[row].push(Vec3::new(rim.x, y, self.deck(rim.x, y)));
                row += 1;
            }
        }
        sketch.group(48.0);
        let shade = |p: Vec3| Vec3::splat(0.62 + 0.38 * smooth(0.15, 0.62, p.z));
        sketch.net(Finish::Paint, &rows, shade);
        sketch.group(20.0);
        sketch.net(Finish::Trim, &lips, |_| Vec3::splat(0.012));
    }

    /// Draws floor and wheel houses as one dark block between the wheels.
    pub fn draw_floor(&self, sketch: &mut Sketch, tire_inner: f32) {
        let dark = Vec3::splat(0.008);
        let (low, high) =
            (self.sill + 0.02, (self.wheel_radius + self.arch_radius).min(self.shoulder_at(0.0) - 0.05));
        let (front, rear) = (self.front - self.corners.x * 0.55, self.rear + self.corners.y * 0.55);
        let middle = Vec3::new((front + rear) * 0.5, 0.0, (low + high) * 0.5);
        let half = Vec3::new((front - rear) * 0.5, tire_inner, (high - low) * 0.5);
        sketch.cuboid(Finish::Trim, dark, middle, half);
        // Between the axles the floor reaches the sills.
        let mut axles = self.axles.clone();
        axles.sort_by(f32::total_cmp);
        for pair in axles.windows(2) {
            let (a, b) = (pair[0] + self.arch_radius, pair[1] - self.arch_radius);
            if b > a {
                let middle = Vec3::new((a + b) * 0.5, 0.0, self.sill + 0.09);
                let y = self.half_at(middle.x, self.sill) - 0.05;
                sketch.cuboid(Finish::Trim, dark, middle, Vec3::new((b - a) * 0.5, y, 0.07));
            }
        }
    }
}

/// The cabin: glass house and roof. Lengths in m, x in the vehicle frame.
#[derive(Clone, Debug)]
pub struct Cabin {
    /// x of the glass house's foot in the middle, front and rear.
    pub foot: (f32, f32),
    /// x of the roof's edge in the middle, front and rear.
    pub roof: (f32, f32),
    /// Length of the corners in plan at the foot, front and rear.
    pub foot_bow: (f32, f32),
    /// Length of the corners in plan at the roof, front and rear.
    pub roof_bow: (f32, f32),
    /// Squareness of the corners.
    pub square: f32,
    /// How far the foot lies inside the shoulder.
    pub ledge: f32,
    /// Half width of the roof.
    pub roof_half: f32,
    /// Height of the roof's edge over x.
    pub roof_edge: Vec<Vec2>,
    /// How much higher the roof is in the middle.
    pub crown: f32,
    /// How far the glass bulges.
    pub bulge: f32,
    /// Share of the roof's width lost towards front and rear.
    pub roof_barrel: (f32, f32),
}

impl Cabin {
    /// A point of the glass house: (s, 0 = foot … 1 = roof edge).
    pub fn at(&self, body: &Body, p: Vec2) -> Vec3 {
        let (s, t) = (p.x, p.y);
        if !(0.0..=3.0).contains(&s) {
            let other = if s < 0.0 { -s } else { 6.0 - s };
            return self.at(body, Vec2::new(other, t)) * Vec3::new(1.0, -1.0, 1.0);
        }
        // Plan of foot and roof: (x of the side's start, length of the corner, direction, share across).
        let plan = |ends: (f32, f32), bow: (f32, f32)| -> (f32, f32, Vec2) {
            let (a, b) = (ends.0 - bow.0, ends.1 + bow.1);
            if s <= 1.0 {
                let q = quarter(self.square, s * FRAC_PI_2);
                (a + bow.0 * q.x, q.y, q)
            } else if s < 2.0 {
                (a + (b - a) * (s - 1.0), 1.0, Vec2::Y)
            } else {
                let q = quarter(self.square, (3.0 - s) * FRAC_PI_2);
                (b - bow.1 * q.x, q.y, Vec2::new(-q.x, q.y))
            }
        };
        let (fx, fs, out) = plan(self.foot, self.foot_bow);
        let (rx, rs, _) = plan(self.roof, self.roof_bow);
        let shoulder = body.shoulder_at(fx);
        let fy = (body.half_at(fx, shoulder) - self.ledge) * fs;
        let foot = Vec3::new(fx, fy, body.deck(fx, fy) - 0.02);
        let middle = (self.roof.0 + self.roof.1) * 0.5;
        let loss = if rx > middle { self.roof_barrel.0 } else { self.roof_barrel.1 };
        let span = (self.roof.0 - self.roof.1) * 0.5;
        let ry = self.roof_half * (1.0 - loss * ((rx - middle).abs() / span).min(1.0).powf(2.4)) * rs;
        let roof = Vec3::new(rx, ry, curve(&self.roof_edge, rx));
        let out = out.normalize_or_zero() * self.bulge * 4.0 * t * (1.0 - t);
        foot.lerp(roof, t) + Vec3::new(out.x, out.y, 0.0)
    }

    /// Height of the roof.
    pub fn top(&self, x: f32, share: f32) -> f32 {
        let crown = self.crown
            * smooth(self.roof.0 + 0.02, self.roof.0 - 0.5, x)
            * smooth(self.roof.1 - 0.02, self.roof.1 + 0.5, x);
        curve(&self.roof_edge, x) + crown * (1.0 - share * share)
    }

    /// Draws the left half: pillars and panels all around (panes are laid on later) and the roof.
    pub fn draw_half(&self, body: &Body, sketch: &mut Sketch, detail: Detail, color: Rgb) {
        let corner = detail.pick(7, 4);
        let side = detail.pick(5, 3);
        let mut stations: Vec<f32> = (0..corner).map(|k| k as f32 / corner as f32).collect();
        stations.extend((0..=side).map(|k| 1.0 + k as f32 / side as f32));
        stations.extend((1..=corner).map(|k| 2.0 + k as f32 / corner as f32));
        let heights: &[f32] = match detail {
            Detail::Hero => &[0.0, 0.3, 0.65, 0.93, 1.0],
            Detail::Traffic => &[0.0, 0.5, 0.93, 1.0],
        };
        let roof: &[f32] = match detail {
            Detail::Hero => &[0.96, 0.8, 0.45, 0.0],
            Detail::Traffic => &[0.93, 0.0],
        };
        let mut rows: Vec<Vec<Vec3>> = Vec::new();
        for &t in heights {
            rows.push(stations.iter().map(|&s| self.at(body, Vec2::new(s, t))).collect());
        }
        for &k in roof {
            rows.push(
                stations
                    .iter()
                    .map(|&s| {
                        let rim = self.at(body, Vec2::new(s, 1.0));
                        Vec3::new(rim.x, rim.y * k, self.top(rim.x, k))
                    })
                    .collect(),
            );
        }
        sketch.group(52.0);
        sketch.net(Finish::Paint, &rows, |_| color);
    }
}
