//! Strokes, dots and flat faces as vertices: what all overlays are drawn with.
//!
//! One [`Ink`] is one mesh and one draw call, whatever it shows. A stroke has a width in pixels (of a
//! picture 720 px high, so that 4K looks like 720p) and, if wanted, a width in meters below which it does
//! not shrink. All points are in the window's frame (y up, m). Faces come before strokes in the mesh, so
//! that lines stay on top of what they enclose.
//!
//! Not here: text ([`super::labels`]) and how it is drawn ([`super::material`]).

use bevy::asset::RenderAssetUsages;
use bevy::color::{Alpha, Color, ColorToComponents, LinearRgba};
use bevy::math::{Vec2, Vec3, Vec4};
use bevy::mesh::{Indices, Mesh, MeshVertexAttribute, PrimitiveTopology, VertexFormat};

/// The other end of a stroke, and the length of dash and gap.
pub const OTHER_END: MeshVertexAttribute =
    MeshVertexAttribute::new("Ink_OtherEnd", 0x5348_414b_0001, VertexFormat::Float32x4);
/// Side, end, half width in px, half width in m.
pub const SHAPE: MeshVertexAttribute =
    MeshVertexAttribute::new("Ink_Shape", 0x5348_414b_0002, VertexFormat::Float32x4);

/// How a stroke looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pen {
    /// Color with opacity.
    pub color: Color,
    /// Width, px of a picture 720 px high.
    pub width_px: f32,
    /// Width that it has at least, m.
    pub width_m: f32,
    /// Dash and gap together, m; 0 = solid.
    pub dash_m: f32,
}

impl Pen {
    /// A solid line.
    pub fn new(color: Color, width_px: f32) -> Self {
        Self { color, width_px, width_m: 0.0, dash_m: 0.0 }
    }
    /// With dashes.
    pub fn dashed(self, dash_m: f32) -> Self {
        Self { dash_m, ..self }
    }
    /// At least so many meters wide.
    pub fn wide(self, width_m: f32) -> Self {
        Self { width_m, ..self }
    }
    /// Fainter or stronger.
    pub fn alpha(self, alpha: f32) -> Self {
        Self { color: self.color.with_alpha(alpha), ..self }
    }
}

/// One vertex.
#[derive(Clone, Copy, Debug)]
struct Vertex {
    position: Vec3,
    other: Vec4,
    color: LinearRgba,
    shape: Vec4,
}

/// Vertices being collected.
#[derive(Clone, Debug, Default)]
pub struct Ink {
    faces: Vec<Vertex>,
    strokes: Vec<Vertex>,
}

impl Ink {
    /// Nothing drawn.
    pub fn is_empty(&self) -> bool {
        self.faces.is_empty() && self.strokes.is_empty()
    }

    /// Where its vertices are.
    pub fn places(&self) -> impl Iterator<Item = Vec3> {
        self.faces.iter().chain(&self.strokes).map(|vertex| vertex.position)
    }

    /// Starts anew, keeps the memory.
    pub fn clear(&mut self) {
        self.faces.clear();
        self.strokes.clear();
    }

    /// Triangles of the mesh.
    pub fn triangles(&self) -> usize {
        self.faces.len() / 3 + self.strokes.len() / 2
    }

    /// A straight stroke with round ends.
    pub fn line(&mut self, a: Vec3, b: Vec3, pen: Pen) {
        self.stroke(a, b, pen.color.to_linear(), pen.color.to_linear(), pen);
    }

    /// A stroke whose color changes from end to end.
    pub fn fade(&mut self, a: Vec3, b: Vec3, end_color: Color, pen: Pen) {
        self.stroke(a, b, pen.color.to_linear(), end_color.to_linear(), pen);
    }

    fn stroke(&mut self, a: Vec3, b: Vec3, from: LinearRgba, to: LinearRgba, pen: Pen) {
        let half = Vec2::new(0.5 * pen.width_px, 0.5 * pen.width_m);
        for (position, other, color, end) in [(a, b, from, 1.0), (b, a, to, -1.0)] {
            for side in [-1.0, 1.0] {
                self.strokes.push(Vertex {
                    position,
                    other: other.extend(pen.dash_m),
                    color,
                    shape: Vec4::new(side, end, half.x, half.y),
                });
            }
        }
    }

    /// A round dot.
    pub fn dot(&mut self, at: Vec3, pen: Pen) {
        self.line(at, at, Pen { dash_m: 0.0, ..pen });
    }

    /// Strokes through the points, each to the next. Dashes begin anew at each point.
    pub fn polyline(&mut self, points: impl IntoIterator<Item = Vec3>, pen: Pen) {
        let mut points = points.into_iter();
        let Some(mut last) = points.next() else { return };
        for point in points {
            self.line(last, point, pen);
            last = point;
        }
    }

    /// A closed line.
    pub fn outline(&mut self, points: &[Vec3], pen: Pen) {
        self.polyline(points.iter().copied().chain(points.first().copied()), pen);
    }

    /// A flat triangle; seen from both sides.
    pub fn triangle(&mut self, corners: [Vec3; 3], color: Color) {
        self.shaded(corners, [color; 3]);
    }

    /// A flat triangle with a color at each corner.
    pub fn shaded(&mut self, corners: [Vec3; 3], colors: [Color; 3]) {
        for (position, color) in corners.into_iter().zip(colors) {
            self.faces.push(Vertex {
                position,
                other: position.extend(0.0),
                color: color.to_linear(),
                shape: Vec4::ZERO,
            });
        }
    }

    /// A flat or nearly flat quad, corners in order.
    pub fn quad(&mut self, corners: [Vec3; 4], color: Color) {
        let [a, b, c, d] = corners;
        self.triangle([a, b, c], color);
        self.triangle([a, c, d], color);
    }

    /// A fan of triangles around the first point.
    pub fn fan(&mut self, points: &[Vec3], color: Color) {
        for pair in points.windows(2).skip(1) {
            self.triangle([points[0], pair[0], pair[1]], color);
        }
    }

    /// A band between two lines of points; colors per pair.
    pub fn band(&mut self, left: &[Vec3], right: &[Vec3], color: impl Fn(usize) -> Color) {
        for i in 1..left.len().min(right.len()) {
            let (before, here) = (color(i - 1), color(i));
            self.shaded([left[i - 1], right[i - 1], right[i]], [before, before, here]);
            self.shaded([left[i - 1], right[i], left[i]], [before, here, here]);
        }
    }

    /// A straight arrow: shaft with a flat head that lies in the plane of `up`.
    pub fn arrow(&mut self, from: Vec3, to: Vec3, up: Vec3, pen: Pen) {
        let way = to - from;
        let length = way.length();
        if length < 1e-3 {
            return;
        }
        let along = way / length;
        let across = along.cross(up).normalize_or_zero();
        let head = (0.35 * length).min(0.9);
        let neck = to - along * head;
        self.line(from, neck, pen);
        let corners = [to, neck + across * (0.45 * head), neck - across * (0.45 * head)];
        self.triangle(corners, pen.color);
        self.outline(&corners, Pen { dash_m: 0.0, width_px: 0.6 * pen.width_px, ..pen });
    }

    /// A cross of two strokes in the plane of two half axes.
    pub fn cross(&mut self, at: Vec3, half: [Vec3; 2], pen: Pen) {
        self.line(at - half[0] - half[1], at + half[0] + half[1], pen);
        self.line(at - half[0] + half[1], at + half[0] - half[1], pen);
    }

    /// Edges and, where `face` is given, faces of a box. `base` are the corners of its foot in order,
    /// `height` points up.
    pub fn solid(&mut self, base: [Vec3; 4], height: Vec3, pen: Pen, face: Option<Color>) {
        let top = base.map(|corner| corner + height);
        if let Some(color) = face {
            self.quad(top, color);
            for i in 0..4 {
                let j = (i + 1) % 4;
                self.quad([base[i], base[j], top[j], top[i]], color);
            }
        }
        self.outline(&base, pen);
        self.outline(&top, pen);
        for i in 0..4 {
            self.line(base[i], top[i], pen);
        }
    }

    /// The mesh: faces first, then strokes.
    pub fn mesh(&self) -> Mesh {
        let all = || self.faces.iter().chain(&self.strokes);
        let mut indices: Vec<u32> = (0..self.faces.len() as u32).collect();
        for quad in 0..self.strokes.len() as u32 / 4 {
            let first = self.faces.len() as u32 + 4 * quad;
            indices.extend([0, 1, 3, 0, 3, 2].map(|corner| first + corner));
        }
        Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
            .with_inserted_attribute(
                Mesh::ATTRIBUTE_POSITION,
                all().map(|v| v.position.to_array()).collect::<Vec<_>>(),
            )
            .with_inserted_attribute(OTHER_END, all().map(|v| v.other.to_array()).collect::<Vec<_>>())
            .with_inserted_attribute(
                Mesh::ATTRIBUTE_COLOR,
                all().map(|v| v.color.to_f32_array()).collect::<Vec<_>>(),
            )
            .with_inserted_attribute(SHAPE, all().map(|v| v.shape.to_array()).collect::<Vec<_>>())
            .with_inserted_indices(Indices::U32(indices))
    }
}

/// A circle's points in the plane of two half axes, `count` of them.
pub fn ring(center: Vec3, half_axes: [Vec3; 2], count: u32) -> Vec<Vec3> {
    (0..count)
        .map(|i| {
            let (sin, cos) = (core::f32::consts::TAU * i as f32 / count as f32).sin_cos();
            center + half_axes[0] * cos + half_axes[1] * sin
        })
        .collect()
}

/// Corners of a foot print in the plane: front left, rear left, rear right, front right.
pub fn foot(center: Vec3, forward: Vec3, left: Vec3, length_m: f32, width_m: f32) -> [Vec3; 4] {
    let (f, l) = (forward * (0.5 * length_m), left * (0.5 * width_m));
    [center + f + l, center - f + l, center - f - l, center + f - l]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stroke_is_a_quad_whose_ends_know_each_other() {
        let mut ink = Ink::default();
        ink.triangle([Vec3::ZERO, Vec3::X, Vec3::Y], Color::WHITE);
        ink.line(Vec3::X, Vec3::Y, Pen::new(Color::WHITE, 3.0).dashed(2.0));
        assert_eq!(ink.triangles(), 3);
        let mesh = ink.mesh();
        assert_eq!(mesh.count_vertices(), 7);
        let Some(Indices::U32(indices)) = mesh.indices() else { panic!("32-bit indices") };
        assert_eq!(indices.len(), 9);
        assert_eq!(indices[..3], [0, 1, 2], "faces first");
        assert!(indices.iter().all(|i| *i < 7));
        for pair in [(3, 5), (4, 6)] {
            let v = &ink.strokes;
            let (a, b) = (&v[pair.0 - 3], &v[pair.1 - 3]);
            assert_eq!((a.position, b.position), (b.other.truncate(), a.other.truncate()));
            assert_eq!(a.shape.y, -b.shape.y);
            assert_eq!(a.other.w, 2.0);
        }
    }

    #[test]
    fn arrows_end_at_their_tip_and_lie_flat() {
        let mut ink = Ink::default();
        ink.arrow(Vec3::ZERO, Vec3::X * 4.0, Vec3::Y, Pen::new(Color::WHITE, 2.0));
        let tip = ink.faces.iter().map(|v| v.position.x).fold(0.0, f32::max);
        assert_eq!(tip, 4.0);
        assert!(ink.faces.iter().all(|v| v.position.y == 0.0));
        let before = ink.triangles();
        ink.arrow(Vec3::X, Vec3::X, Vec3::Y, Pen::new(Color::WHITE, 2.0));
        assert_eq!(ink.triangles(), before, "an arrow without length is nothing");
    }

    #[test]
    fn rings_and_feet_have_the_size_asked_for() {
        for p in ring(Vec3::Y, [Vec3::X * 3.0, Vec3::Z * 3.0], 24) {
            assert!((p.distance(Vec3::Y) - 3.0).abs() < 1e-5);
        }
        let corners = foot(Vec3::ZERO, Vec3::X, Vec3::NEG_Z, 4.0, 2.0);
        assert_eq!(corners[0], Vec3::new(2.0, 0.0, -1.0));
        assert_eq!(corners[0].distance(corners[1]), 4.0);
        assert_eq!(corners[1].distance(corners[2]), 2.0);
    }
}
