//! Icons, painted from lines and shapes: sharp at every scale, and no glyph that a font may lack.

use super::marks::MarkShape;
use bevy_egui::egui::epaint::{PathShape, PathStroke};
use bevy_egui::egui::{
    self, Color32, CornerRadius, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui, Vec2,
    pos2, vec2,
};
use core::f32::consts::TAU;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Runs on.
    Play,
    /// Stands still.
    Pause,
    /// One tick on.
    StepForward,
    /// One tick back.
    StepBack,
    /// From the start.
    Restart,
    /// Next event.
    NextEvent,
    /// Previous event.
    PreviousEvent,
    /// A person.
    Human,
    /// The driving-automation system.
    System,
    /// Steering wheel.
    Wheel,
    /// Speed: a dial.
    Dial,
    /// An eye.
    Eye,
    /// A closed or averted eye.
    EyeOff,
    /// A safety net: the fallback.
    Shield,
    /// Hands on the wheel.
    Hand,
    /// Warning triangle.
    Warning,
    /// Film camera.
    Camera,
    /// Still camera.
    Photo,
    /// Back to the start screen.
    Home,
    /// Curves.
    Plot,
    /// Lines of a list.
    List,
    /// Question mark.
    Help,
    /// Two halves.
    Split,
    /// Arrow into a tray.
    Save,
    /// Fine.
    Check,
    /// Not fine.
    Cross,
    /// Sliders: settings.
    Sliders,
    /// Points right: folded.
    Folded,
    /// Points down: unfolded.
    Unfolded,
    /// A cloud with rain.
    Weather,
    /// Layers over each other: overlays.
    Layers,
    /// A die: draw at random.
    Dice,
}

/// Paints an icon into a square around `center`; `size` is its edge.
pub fn paint(painter: &Painter, icon: Icon, center: Pos2, size: f32, color: Color32) {
    let r = size * 0.5;
    let at = |x: f32, y: f32| center + vec2(x * r, y * r);
    let stroke = Stroke::new((size * 0.09).max(1.2), color);
    let line = |points: &[(f32, f32)]| {
        painter.add(Shape::line(points.iter().map(|(x, y)| at(*x, *y)).collect(), stroke));
    };
    let solid = |points: &[(f32, f32)]| {
        let points = points.iter().map(|(x, y)| at(*x, *y)).collect();
        painter.add(Shape::convex_polygon(points, color, Stroke::NONE));
    };
    let ring = |x: f32, y: f32, radius: f32| {
        painter.circle_stroke(at(x, y), radius * r, stroke);
    };
    let disc = |x: f32, y: f32, radius: f32| {
        painter.circle_filled(at(x, y), radius * r, color);
    };
    let bar = |x: f32, y: f32, w: f32, h: f32| {
        painter.rect_filled(Rect::from_min_max(at(x, y), at(x + w, y + h)), CornerRadius::ZERO, color);
    };
    let arc = |x: f32, y: f32, radius: f32, from: f32, to: f32| {
        let step = |i: usize| {
            let angle = from + (to - from) * i as f32 / 24.0;
            at(x + radius * angle.cos(), y + radius * angle.sin())
        };
        painter.add(Shape::line((0..=24).map(step).collect(), stroke));
    };
    match icon {
        Icon::Play => solid(&[(-0.55, -0.75), (0.8, 0.0), (-0.55, 0.75)]),
        Icon::Pause => {
            bar(-0.6, -0.7, 0.42, 1.4);
            bar(0.18, -0.7, 0.42, 1.4);
        }
        Icon::StepForward => {
            bar(-0.6, -0.65, 0.26, 1.3);
            solid(&[(-0.15, -0.65), (0.75, 0.0), (-0.15, 0.65)]);
        }
        Icon::StepBack => {
            bar(0.34, -0.65, 0.26, 1.3);
            solid(&[(0.15, -0.65), (0.15, 0.65), (-0.75, 0.0)]);
        }
        Icon::Restart => {
            arc(0.0, 0.05, 0.66, -0.12 * TAU, 0.68 * TAU);
            solid(&[(0.2, -0.95), (0.95, -0.62), (0.22, -0.12)]);
        }
        Icon::NextEvent => {
            solid(&[(-0.75, -0.6), (0.1, 0.0), (-0.75, 0.6)]);
            solid(&[(0.5, -0.35), (0.85, 0.0), (0.5, 0.35), (0.15, 0.0)]);
        }
        Icon::PreviousEvent => {
            solid(&[(0.75, -0.6), (0.75, 0.6), (-0.1, 0.0)]);
            solid(&[(-0.5, -0.35), (-0.15, 0.0), (-0.5, 0.35), (-0.85, 0.0)]);
        }
        Icon::Human => {
            disc(0.0, -0.45, 0.42);
            let shoulders = (0..=20).map(|i| {
                let angle = TAU * 0.5 + TAU * 0.5 * i as f32 / 20.0;
                at(0.82 * angle.cos(), 0.92 + 0.8 * angle.sin())
            });
            painter.add(Shape::convex_polygon(shoulders.collect(), color, Stroke::NONE));
        }
        Icon::System => {
            let body = Rect::from_min_max(at(-0.58, -0.58), at(0.58, 0.58));
            painter.rect_filled(body, CornerRadius::same((r * 0.2) as u8), color);
            for i in [-0.32_f32, 0.0, 0.32] {
                let pin = Stroke::new((size * 0.075).max(1.0), color);
                painter.line_segment([at(i, -0.9), at(i, -0.55)], pin);
                painter.line_segment([at(i, 0.55), at(i, 0.9)], pin);
                painter.line_segment([at(-0.9, i), at(-0.55, i)], pin);
                painter.line_segment([at(0.55, i), at(0.9, i)], pin);
            }
            let core = Rect::from_min_max(at(-0.26, -0.26), at(0.26, 0.26));
            let hole = if super::theme::luminance(color) > 0.4 {
                Color32::from_black_alpha(190)
            } else {
                super::theme::PANEL
            };
            painter.rect_filled(core, CornerRadius::same((r * 0.08) as u8), hole);
        }
        Icon::Wheel => {
            ring(0.0, 0.0, 0.8);
            disc(0.0, 0.05, 0.24);
            line(&[(-0.8, -0.02), (0.8, -0.02)]);
            line(&[(0.0, 0.05), (0.0, 0.8)]);
        }
        Icon::Dial => {
            arc(0.0, 0.2, 0.82, -0.56 * TAU, 0.06 * TAU);
            line(&[(0.0, 0.2), (0.42, -0.3)]);
            disc(0.0, 0.2, 0.16);
        }
        Icon::Eye | Icon::EyeOff => {
            let lid = |up: f32| -> Vec<Pos2> {
                (0..=16)
                    .map(|i| {
                        let x = -0.9 + 1.8 * i as f32 / 16.0;
                        at(x, up * 0.56 * (1.0 - (x / 0.9).powi(2)))
                    })
                    .collect()
            };
            if icon == Icon::Eye {
                painter.add(Shape::line(lid(-1.0), stroke));
                painter.add(Shape::line(lid(1.0), stroke));
                disc(0.0, 0.0, 0.3);
            } else {
                painter.add(Shape::line(lid(0.75), stroke));
                for (x, y) in [(-0.6, 0.3), (0.0, 0.46), (0.6, 0.3)] {
                    line(&[(x, y), (x * 1.25, y + 0.3)]);
                }
            }
        }
        Icon::Shield => {
            let outline = [
                (0.0, -0.85),
                (0.7, -0.58),
                (0.7, 0.05),
                (0.42, 0.52),
                (0.0, 0.88),
                (-0.42, 0.52),
                (-0.7, 0.05),
                (-0.7, -0.58),
            ];
            let points = outline.iter().map(|(x, y)| at(*x, *y)).collect();
            painter.add(PathShape::closed_line(points, PathStroke::new(stroke.width, color)));
            line(&[(-0.3, -0.02), (-0.06, 0.24), (0.36, -0.3)]);
        }
        Icon::Hand => {
            let fingers = [(-0.45, -0.25), (-0.15, -0.62), (0.15, -0.68), (0.45, -0.45)];
            let thick = Stroke::new(size * 0.12, color);
            for (x, top) in fingers {
                painter.line_segment([at(x, top), at(x * 0.8, 0.2)], thick);
            }
            painter.line_segment([at(-0.8, 0.05), at(-0.4, 0.5)], thick);
            solid(&[(-0.48, 0.05), (0.5, 0.05), (0.42, 0.62), (0.2, 0.88), (-0.18, 0.88), (-0.46, 0.55)]);
        }
        Icon::Warning => {
            let points =
                [(0.0, -0.85), (0.95, 0.75), (-0.95, 0.75)].iter().map(|(x, y)| at(*x, *y)).collect();
            painter.add(PathShape::closed_line(points, PathStroke::new(stroke.width * 1.15, color)));
            painter.line_segment([at(0.0, -0.3), at(0.0, 0.26)], Stroke::new(size * 0.12, color));
            disc(0.0, 0.52, 0.1);
        }
        Icon::Camera => {
            let body = Rect::from_min_max(at(-0.85, -0.5), at(0.3, 0.5));
            painter.rect_stroke(body, CornerRadius::same((r * 0.2) as u8), stroke, StrokeKind::Middle);
            solid(&[(0.42, -0.12), (0.9, -0.45), (0.9, 0.45), (0.42, 0.12)]);
        }
        Icon::Photo => {
            let body = Rect::from_min_max(at(-0.85, -0.42), at(0.85, 0.68));
            painter.rect_stroke(body, CornerRadius::same((r * 0.22) as u8), stroke, StrokeKind::Middle);
            line(&[(-0.38, -0.42), (-0.24, -0.7), (0.24, -0.7), (0.38, -0.42)]);
            ring(0.0, 0.12, 0.32);
        }
        Icon::Home => {
            line(&[(-0.9, 0.02), (0.0, -0.8), (0.9, 0.02)]);
            line(&[(-0.62, -0.15), (-0.62, 0.78), (0.62, 0.78), (0.62, -0.15)]);
        }
        Icon::Plot => {
            line(&[(-0.8, -0.8), (-0.8, 0.75), (0.85, 0.75)]);
            line(&[(-0.55, 0.4), (-0.15, -0.2), (0.2, 0.1), (0.75, -0.6)]);
        }
        Icon::List => {
            for y in [-0.55, 0.0, 0.55] {
                disc(-0.75, y, 0.13);
                line(&[(-0.4, y), (0.85, y)]);
            }
        }
        Icon::Help => {
            let font = super::theme::font(size * 0.95);
            super::theme::heavy_at(painter, center, egui::Align2::CENTER_CENTER, "?", font, color);
        }
        Icon::Split => {
            let body = Rect::from_min_max(at(-0.85, -0.62), at(0.85, 0.62));
            painter.rect_stroke(body, CornerRadius::same((r * 0.15) as u8), stroke, StrokeKind::Middle);
            line(&[(0.0, -0.62), (0.0, 0.62)]);
        }
        Icon::Save => {
            line(&[(0.0, -0.85), (0.0, 0.3)]);
            line(&[(-0.4, -0.08), (0.0, 0.34), (0.4, -0.08)]);
            line(&[(-0.8, 0.3), (-0.8, 0.8), (0.8, 0.8), (0.8, 0.3)]);
        }
        Icon::Check => line(&[(-0.7, 0.05), (-0.2, 0.55), (0.75, -0.55)]),
        Icon::Cross => {
            line(&[(-0.6, -0.6), (0.6, 0.6)]);
            line(&[(-0.6, 0.6), (0.6, -0.6)]);
        }
        Icon::Sliders => {
            for (y, x) in [(-0.55, 0.3), (0.0, -0.35), (0.55, 0.1)] {
                line(&[(-0.85, y), (0.85, y)]);
                disc(x, y, 0.2);
            }
        }
        Icon::Folded => line(&[(-0.25, -0.5), (0.3, 0.0), (-0.25, 0.5)]),
        Icon::Unfolded => line(&[(-0.5, -0.25), (0.0, 0.3), (0.5, -0.25)]),
        Icon::Weather => {
            disc(-0.35, -0.2, 0.34);
            disc(0.12, -0.36, 0.44);
            disc(0.5, -0.12, 0.3);
            bar(-0.38, -0.2, 0.9, 0.34);
            for x in [-0.35_f32, 0.08, 0.5] {
                line(&[(x, 0.34), (x - 0.16, 0.78)]);
            }
        }
        Icon::Layers => {
            let points = [(0.0, -0.8), (0.9, -0.32), (0.0, 0.16), (-0.9, -0.32)];
            solid(&points);
            line(&[(-0.9, 0.08), (0.0, 0.56), (0.9, 0.08)]);
            line(&[(-0.9, 0.42), (0.0, 0.9), (0.9, 0.42)]);
        }
        Icon::Dice => {
            let body = Rect::from_min_max(at(-0.7, -0.7), at(0.7, 0.7));
            painter.rect_stroke(body, CornerRadius::same((r * 0.3) as u8), stroke, StrokeKind::Middle);
            for (x, y) in [(-0.3, -0.3), (0.3, -0.3), (0.0, 0.0), (-0.3, 0.3), (0.3, 0.3)] {
                disc(x, y, 0.12);
            }
        }
    }
}

/// Paints the shape of a mark, `half` points from its center to its edge.
pub fn mark(painter: &Painter, shape: MarkShape, at: Pos2, half: f32, color: Color32) {
    let edge = Stroke::new(1.0, Color32::from_black_alpha(150));
    let solid = |points: Vec<Pos2>| {
        painter.add(Shape::convex_polygon(points, color, edge));
    };
    match shape {
        MarkShape::Cross => {
            for (color, width) in [(Color32::from_black_alpha(200), 4.5), (color, 2.6)] {
                let stroke = Stroke::new(width, color);
                painter.line_segment([at + vec2(-half, -half), at + vec2(half, half)], stroke);
                painter.line_segment([at + vec2(-half, half), at + vec2(half, -half)], stroke);
            }
        }
        MarkShape::Diamond => {
            let h = half * 1.15;
            solid(vec![at + vec2(0.0, -h), at + vec2(h, 0.0), at + vec2(0.0, h), at + vec2(-h, 0.0)]);
        }
        MarkShape::TriangleDown => {
            solid(vec![at + vec2(-half, -half * 0.8), at + vec2(half, -half * 0.8), at + vec2(0.0, half)]);
        }
        MarkShape::TriangleUp => {
            solid(vec![at + vec2(0.0, -half), at + vec2(half, half * 0.8), at + vec2(-half, half * 0.8)]);
        }
        MarkShape::Square => {
            let rect = Rect::from_center_size(at, Vec2::splat(half * 1.7));
            painter.rect(rect, CornerRadius::same(1), color, edge, StrokeKind::Middle);
        }
        MarkShape::Disc => {
            painter.circle(at, half * 0.9, color, edge);
        }
        MarkShape::Ring => {
            painter.circle_stroke(at, half * 0.8, Stroke::new(1.8, color));
        }
        MarkShape::Bar => {
            let rect = Rect::from_center_size(at, vec2(half * 0.75, half * 2.2));
            painter.rect(rect, CornerRadius::same(1), color, edge, StrokeKind::Middle);
        }
        MarkShape::Star => {
            for (dx, dy) in [(1.0_f32, 0.0_f32), (0.0, 1.0), (0.7, 0.7), (0.7, -0.7)] {
                let ray = vec2(dx, dy) * half * 1.1;
                painter.line_segment([at - ray, at + ray], Stroke::new(1.6, color));
            }
        }
        MarkShape::Dot => {
            painter.circle_filled(at, half, color);
        }
    }
}

/// A square button with an icon.
pub fn button(ui: &mut Ui, icon: Icon, size: f32, hint: &str) -> Response {
    toggle(ui, icon, size, super::theme::Chosen::No, hint)
}

/// A square button with an icon that is light while it is chosen.
pub fn toggle(ui: &mut Ui, icon: Icon, size: f32, chosen: super::theme::Chosen, hint: &str) -> Response {
    use super::theme::{Chosen, HOVERED, INK, RAISED, TEXT};
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), Sense::click());
    if ui.is_rect_visible(rect) {
        let (fill, color) = match (chosen, response.hovered() && ui.is_enabled()) {
            (Chosen::Yes, _) => (TEXT, INK),
            (Chosen::No, true) => (HOVERED, Color32::WHITE),
            (Chosen::No, false) => (RAISED, TEXT),
        };
        let color = if ui.is_enabled() { color } else { super::theme::faded(color, 0.4) };
        ui.painter().rect_filled(rect, CornerRadius::same(6), fill);
        paint(ui.painter(), icon, rect.center(), size * 0.5, color);
    }
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, hint));
    response.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text(hint)
}

/// An icon as a label.
pub fn label(ui: &mut Ui, icon: Icon, size: f32, color: Color32) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), Sense::hover());
    paint(ui.painter(), icon, rect.center(), size, color);
    response
}

/// Diagonal hatching over a rectangle, `step` points apart.
pub fn hatch(painter: &Painter, rect: Rect, step: f32, stroke: Stroke) {
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let mut x = rect.left() - rect.height();
    while x < rect.right() {
        painter.line_segment([pos2(x, rect.bottom()), pos2(x + rect.height(), rect.top())], stroke);
        x += step;
    }
}
