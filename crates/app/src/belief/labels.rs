//! Words and small signal heads at places of the world, painted by egui.
//!
//! Overlays fill [`Labels`]; each frame every camera paints those whose layer it sees, into its own
//! half of the screen. Chips keep their size whatever the distance, stand above their place with a thin
//! leader, and never cover one another: more important ones are placed first, one without room moves up
//! and, if there is none, goes without.
//!
//! The painting runs in `EguiPrimaryContextPass` in the set [`PaintLabels`]; panels that shall cover
//! labels run after it.

use crate::camera::Split;
use crate::{layers, palette};
use bevy::camera::visibility::RenderLayers;
use bevy::prelude::*;
use bevy_egui::egui::{self, Align2, Color32, FontId, LayerId, Pos2, Stroke, StrokeKind};
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use shakedown::state::signal::FaceOrientation;

/// Which labels get their place first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// What the car reacts to now.
    Cause,
    /// Belief and truth differ.
    Wrong,
    /// The signals ahead.
    Signal,
    /// Ordinary.
    Plain,
    /// Nice to have.
    Detail,
}

/// A signal head as believed.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalChip {
    /// Probabilities of red, yellow, green, unlit.
    pub probability: [f64; 4],
    /// Stacked or side by side.
    pub orientation: FaceOrientation,
    /// What it shows in truth, where that differs.
    pub wrong: Option<String>,
}

/// What a label shows.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelKind {
    /// Text alone.
    Text,
    /// A small signal head before the text.
    Signal(SignalChip),
}

/// Words at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Where, in the window's world.
    pub world: Vec3,
    /// Words; may have lines.
    pub text: String,
    /// Color of its edge and leader.
    pub color: Color,
    /// Layer: cameras that see it paint it.
    pub layer: usize,
    /// Who comes first.
    pub priority: Priority,
    /// Among equals the nearest comes first, m.
    pub distance_m: f64,
    /// What it shows.
    pub kind: LabelKind,
}

impl Label {
    /// A label of words.
    pub fn text(
        world: Vec3,
        text: String,
        color: Color,
        layer: usize,
        priority: Priority,
        distance_m: f64,
    ) -> Self {
        Self { world, text, color, layer, priority, distance_m, kind: LabelKind::Text }
    }
}

/// All labels of this frame.
#[derive(Resource, Clone, Debug, Default)]
pub struct Labels(pub Vec<Label>);

/// The painting of labels; panels run after it.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PaintLabels;

/// Most labels that one camera paints.
const LABELS_MAX: usize = 28;
/// Chip above its place, points.
const LIFT: f32 = 10.0;
/// Steps by which a chip without room moves up.
const STEPS: u32 = 5;
/// Text size, points.
const TEXT: f32 = 12.5;
/// Space around the text, points.
const PAD: egui::Vec2 = egui::vec2(6.0, 3.0);
/// Size of a signal head, points: lens to lens.
const LENS: f32 = 9.0;

/// A chip that wants a place: its anchor on the screen and its size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wish {
    /// Its place on the screen.
    pub anchor: Pos2,
    /// Its size.
    pub size: egui::Vec2,
}

/// Places chips in the order of the wishes so that none covers another: above the anchor, else higher up;
/// `None` where there is no room or the anchor lies outside `area`.
pub fn place(wishes: &[Wish], area: egui::Rect) -> Vec<Option<egui::Rect>> {
    let mut taken: Vec<egui::Rect> = Vec::new();
    wishes
        .iter()
        .map(|wish| {
            if !area.contains(wish.anchor) {
                return None;
            }
            let rect = (0..STEPS).find_map(|step| {
                let lift = LIFT + step as f32 * (0.6 * wish.size.y + 4.0);
                let center = wish.anchor - egui::vec2(0.0, lift + 0.5 * wish.size.y);
                let rect = egui::Rect::from_center_size(center, wish.size);
                let free =
                    area.contains_rect(rect) && taken.iter().all(|other| !other.expand(2.0).intersects(rect));
                free.then_some(rect)
            })?;
            taken.push(rect);
            Some(rect)
        })
        .collect()
}

/// An egui color.
pub fn egui_color(color: Color) -> Color32 {
    let c = color.to_srgba();
    let byte = |v: f32| (v.clamp(0.0, 1.0) * 255.0).round() as u8;
    Color32::from_rgba_unmultiplied(byte(c.red), byte(c.green), byte(c.blue), byte(c.alpha))
}

/// Names the halves of the split view, at the top beside the border between them.
fn paint_halves(split: Option<Res<Split>>, mut contexts: EguiContexts) -> Result {
    if split.is_none_or(|split| *split == Split::Off) {
        return Ok(());
    }
    let ctx = contexts.ctx_mut()?;
    let painter = ctx.layer_painter(LayerId::background());
    let area = ctx.viewport_rect();
    let middle = area.center().x;
    painter.vline(middle, area.y_range(), Stroke::new(3.0, Color32::from_rgb(9, 13, 20)));
    painter.vline(middle, area.y_range(), Stroke::new(1.0, Color32::from_gray(200)));
    for (align, gap, text, color) in [
        (Align2::RIGHT_TOP, -14.0, "What is true", palette::TRUTH),
        (Align2::LEFT_TOP, 14.0, "What the car believes", palette::SYSTEM),
    ] {
        let at = egui::pos2(middle + gap, area.top() + 12.0);
        let galley = painter.layout_no_wrap(text.to_owned(), FontId::proportional(15.0), egui_color(color));
        let rect = align.anchor_size(at, galley.size());
        painter.rect_filled(
            rect.expand2(egui::vec2(8.0, 4.0)),
            4.0,
            Color32::from_rgba_unmultiplied(9, 13, 20, 215),
        );
        painter.galley(rect.min, galley, Color32::WHITE);
    }
    Ok(())
}

/// Paints all labels of all cameras.
fn paint(
    labels: Res<Labels>,
    cameras: Query<(&Camera, &Transform, Option<&RenderLayers>)>,
    mut contexts: EguiContexts,
) -> Result {
    if labels.0.is_empty() {
        return Ok(());
    }
    let ctx = contexts.ctx_mut()?;
    let painter = ctx.layer_painter(LayerId::background());
    let font = FontId::proportional(TEXT);
    for (camera, transform, seen) in &cameras {
        let seen = seen.cloned().unwrap_or_default();
        let words = [layers::BELIEF, layers::TRUTH];
        if !camera.is_active || !words.iter().any(|layer| seen.intersects(&layers::set(&[*layer]))) {
            continue;
        }
        let Some(view) = camera.logical_viewport_rect() else { continue };
        let per_point = camera.target_scaling_factor().unwrap_or(1.0) / ctx.pixels_per_point();
        let point = |p: Vec2| egui::pos2(p.x * per_point, p.y * per_point);
        let area = egui::Rect::from_min_max(point(view.min), point(view.max));
        let pose = GlobalTransform::from(*transform);
        let mut wanted: Vec<(&Label, Pos2)> = labels
            .0
            .iter()
            .filter(|label| seen.intersects(&layers::set(&[label.layer])))
            .filter_map(|label| {
                let at = camera.world_to_viewport(&pose, label.world).ok()?;
                Some((label, point(at))).filter(|(_, at)| area.contains(*at))
            })
            .collect();
        wanted.sort_by(|(a, _), (b, _)| {
            a.priority.cmp(&b.priority).then(a.distance_m.total_cmp(&b.distance_m))
        });
        wanted.truncate(LABELS_MAX);
        let drawn: Vec<_> = wanted
            .iter()
            .map(|(label, anchor)| {
                let galley = painter.layout_no_wrap(label.text.clone(), font.clone(), Color32::WHITE);
                let size = galley.size() + 2.0 * PAD + head_size(&label.kind);
                (galley, Wish { anchor: *anchor, size: size.max(head_size(&label.kind) + 2.0 * PAD) })
            })
            .collect();
        let wishes: Vec<Wish> = drawn.iter().map(|(_, wish)| *wish).collect();
        let clipped = painter.with_clip_rect(area);
        let placed = place(&wishes, area);
        for ((label, anchor), rect) in wanted.iter().zip(&placed) {
            let Some(rect) = rect else { continue };
            let leader = [rect.center_bottom(), *anchor];
            clipped.line_segment(leader, Stroke::new(3.0, Color32::from_black_alpha(120)));
            clipped.line_segment(leader, Stroke::new(1.2, egui_color(label.color)));
        }
        for (((label, _), rect), (galley, _)) in wanted.iter().zip(&placed).zip(drawn) {
            if let Some(rect) = rect {
                paint_chip(&clipped, label, *rect, galley);
            }
        }
    }
    Ok(())
}

/// Room that a signal head takes beside the text.
fn head_size(kind: &LabelKind) -> egui::Vec2 {
    match kind {
        LabelKind::Text => egui::Vec2::ZERO,
        LabelKind::Signal(chip) => match chip.orientation {
            FaceOrientation::Vertical => egui::vec2(LENS + 6.0, 0.0),
            FaceOrientation::Horizontal => egui::vec2(3.0 * LENS + 8.0, 0.0),
        },
    }
}

fn paint_chip(
    painter: &egui::Painter,
    label: &Label,
    rect: egui::Rect,
    galley: std::sync::Arc<egui::Galley>,
) {
    let color = egui_color(label.color);
    painter.rect_filled(rect, 3.0, Color32::from_rgba_unmultiplied(9, 13, 20, 232));
    let edge = egui::Rect::from_min_size(rect.min, egui::vec2(3.0, rect.height()));
    painter.rect_filled(edge, 1.0, color);
    let mut at = rect.min + PAD + egui::vec2(2.0, 0.0);
    if let LabelKind::Signal(chip) = &label.kind {
        paint_head(painter, chip, egui::pos2(at.x, rect.center().y));
        at.x += head_size(&label.kind).x;
        if chip.wrong.is_some() {
            painter.rect_stroke(
                rect.expand(1.5),
                4.0,
                Stroke::new(2.0, egui_color(palette::BAD)),
                StrokeKind::Outside,
            );
        }
    }
    painter.galley(at, galley, Color32::WHITE);
    if label.priority <= Priority::Wrong {
        painter.rect_stroke(rect, 3.0, Stroke::new(1.2, color), StrokeKind::Outside);
    }
}

/// Lenses with the brightness of their probability; unlit: a cross.
fn paint_head(painter: &egui::Painter, chip: &SignalChip, left_center: Pos2) {
    let step = match chip.orientation {
        FaceOrientation::Vertical => egui::vec2(0.0, LENS - 1.5),
        FaceOrientation::Horizontal => egui::vec2(LENS, 0.0),
    };
    let middle = match chip.orientation {
        FaceOrientation::Vertical => left_center + egui::vec2(0.5 * LENS, 0.0),
        FaceOrientation::Horizontal => left_center + egui::vec2(1.5 * LENS, 0.0),
    };
    let body = egui::Rect::from_center_size(
        middle,
        egui::vec2(LENS, LENS) + egui::vec2(step.x.abs(), step.y.abs()) * 2.0,
    );
    painter.rect_filled(body, 2.0, Color32::BLACK);
    painter.rect_stroke(body, 2.0, Stroke::new(0.8, Color32::from_gray(110)), StrokeKind::Outside);
    for (ix, lens) in [SIGNAL_RED, SIGNAL_YELLOW, SIGNAL_GREEN].into_iter().enumerate() {
        let at = middle + step * (ix as f32 - 1.0);
        let lit = chip.probability[ix].clamp(0.0, 1.0) as f32;
        painter.circle_filled(at, 3.2, Color32::from_gray(38));
        painter.circle_filled(at, 3.2, egui_color(lens.with_alpha(lit)));
    }
    if chip.probability[3] > 0.5 {
        painter.text(middle, Align2::CENTER_CENTER, "?", FontId::proportional(TEXT), Color32::WHITE);
    }
}

/// Red of a lens on the screen.
pub const SIGNAL_RED: Color = Color::srgb(1.0, 0.25, 0.2);
/// Yellow of a lens on the screen.
pub const SIGNAL_YELLOW: Color = Color::srgb(1.0, 0.85, 0.2);
/// Green of a lens on the screen, bluish as real ones are.
pub const SIGNAL_GREEN: Color = Color::srgb(0.25, 0.95, 0.65);

/// Adds the painting.
pub fn plugin(app: &mut App) {
    app.init_resource::<Labels>();
    app.add_systems(EguiPrimaryContextPass, (paint, paint_halves).chain().in_set(PaintLabels));
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: egui::Rect = egui::Rect { min: Pos2::ZERO, max: egui::pos2(400.0, 300.0) };

    fn wish(x: f32, y: f32) -> Wish {
        Wish { anchor: egui::pos2(x, y), size: egui::vec2(80.0, 20.0) }
    }

    #[test]
    fn chips_never_overlap_and_stay_above_their_place() {
        let wishes: Vec<Wish> = (0..12).map(|i| wish(150.0 + 7.0 * i as f32, 200.0)).collect();
        let placed = place(&wishes, AREA);
        assert_eq!(placed[0].map(|rect| rect.bottom()), Some(200.0 - LIFT), "the first gets its own place");
        let rects: Vec<egui::Rect> = placed.iter().flatten().copied().collect();
        assert!(rects.len() >= 3, "some move up");
        for (i, a) in rects.iter().enumerate() {
            assert!(AREA.contains_rect(*a) && a.bottom() <= 200.0 - LIFT);
            assert!(rects[i + 1..].iter().all(|b| !a.intersects(*b)));
        }
    }

    #[test]
    fn places_outside_the_view_get_no_chip() {
        let placed =
            place(&[wish(-5.0, 100.0), wish(200.0, 100.0), wish(10.0, 100.0), wish(200.0, 5.0)], AREA);
        let shown: Vec<bool> = placed.iter().map(Option::is_some).collect();
        assert_eq!(shown, [false, true, false, false]);
    }

    #[test]
    fn what_the_car_reacts_to_comes_before_everything_else() {
        let mut order =
            [Priority::Detail, Priority::Plain, Priority::Cause, Priority::Signal, Priority::Wrong];
        order.sort();
        assert_eq!(order[0], Priority::Cause);
        assert_eq!(order[4], Priority::Detail);
    }
}
