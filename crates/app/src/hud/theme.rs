//! Look of the panels: colors, type sizes, spacing, and the scale that keeps them readable from a laptop to a
//! projector.
//!
//! Colors with a meaning come from [`crate::palette`]; everything else is neutral, so that a color on the screen
//! always says something. Sizes are egui points: 1 point = 1 pixel at 1280×720.

use bevy::color::Color;
use bevy_egui::egui::emath::GuiRounding;
use bevy_egui::egui::{
    self, Color32, CornerRadius, FontFamily, FontId, Frame, Galley, Id, Margin, Order, Pos2, Rect, RichText,
    Sense, Shadow, Stroke, TextStyle, Ui, UiBuilder, Vec2, vec2,
};
use std::sync::Arc;

/// Panel background.
///
/// The picture is blended in linear light, where a little of a bright sky shows through strongly: hence the high
/// opacity of what still looks translucent.
pub const PANEL: Color32 = Color32::from_rgba_premultiplied(13, 17, 23, 250);
/// Background of a page that hides the world.
pub const PAGE: Color32 = Color32::from_rgb(13, 17, 23);
/// Raised surface on a panel: cards, chips, rows.
pub const RAISED: Color32 = Color32::from_rgb(46, 56, 68);
/// Hovered raised surface.
pub const HOVERED: Color32 = Color32::from_rgb(64, 77, 93);
/// Sunken surface: tracks, text fields.
pub const SUNKEN: Color32 = Color32::from_rgb(6, 9, 13);
/// Edge of panels and cards.
pub const EDGE: Color32 = Color32::from_rgb(72, 85, 101);
/// Text.
pub const TEXT: Color32 = Color32::from_rgb(236, 241, 246);
/// Text of less weight (7:1 against the panel).
pub const WEAK: Color32 = Color32::from_rgb(164, 177, 190);
/// Text in the background (4.6:1 against the panel).
pub const FAINT: Color32 = Color32::from_rgb(144, 157, 170);
/// Text on a light or signal-colored surface.
pub const INK: Color32 = Color32::from_rgb(10, 13, 18);

/// Distance of panels from the edges of the picture and from each other.
pub const GAP: f32 = 10.0;
/// Inner margin of a panel.
pub const PAD: f32 = 12.0;

/// Size of captions above groups.
pub const CAPTION: f32 = 11.5;
/// Size of secondary text.
pub const SMALL: f32 = 12.5;
/// Size of body text.
pub const BODY: f32 = 14.0;
/// Size of a panel's title.
pub const TITLE: f32 = 18.0;
/// Size of a page's headline.
pub const HEADLINE: f32 = 26.0;

/// A palette color for egui.
pub fn c32(color: Color) -> Color32 {
    let c = color.to_srgba();
    let byte = |x: f32| (x.clamp(0.0, 1.0) * 255.0).round() as u8;
    Color32::from_rgba_unmultiplied(byte(c.red), byte(c.green), byte(c.blue), byte(c.alpha))
}

/// A color at another opacity.
pub fn faded(color: Color32, alpha: f32) -> Color32 {
    color.gamma_multiply(alpha.clamp(0.0, 1.0))
}

/// Color between two.
pub fn mixed(a: Color32, b: Color32, t: f32) -> Color32 {
    a.lerp_to_gamma(b, t.clamp(0.0, 1.0))
}

/// Proportional font of a size.
pub fn font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

/// Font with digits of one width, for numbers that change.
pub fn digits(size: f32) -> FontId {
    FontId::new(size, FontFamily::Monospace)
}

/// Relative luminance of a color (WCAG 2.1), 0–1.
pub fn luminance(color: Color32) -> f32 {
    let linear = |byte: u8| {
        let x = f32::from(byte) / 255.0;
        if x <= 0.04045 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
}

/// Contrast of two colors (WCAG 2.1), 1–21.
pub fn contrast(a: Color32, b: Color32) -> f32 {
    let (x, y) = (luminance(a), luminance(b));
    (x.max(y) + 0.05) / (x.min(y) + 0.05)
}

/// Text color that can be read on a surface.
pub fn on(surface: Color32) -> Color32 {
    if contrast(INK, surface) >= contrast(TEXT, surface) { INK } else { TEXT }
}

/// Pixels per point for a picture of this size: 1 at 1280×720, growing slower than the picture, because who
/// has more pixels also wants to see more. `scale` is the user's wish.
pub fn pixels_per_point(width_px: f32, height_px: f32, scale: f32) -> f32 {
    let ratio = (width_px / 1280.0).min(height_px / 720.0).max(0.1);
    let grown = if ratio >= 1.0 { ratio.powf(0.8) } else { ratio };
    // Quarters of a tenth: a window that is dragged larger does not rasterize its fonts anew at every pixel.
    ((grown * scale.clamp(0.5, 2.5)) * 20.0).round() / 20.0
}

/// Sets the style of the whole interface.
pub fn apply(ctx: &egui::Context) {
    ctx.set_theme(egui::Theme::Dark);
    ctx.set_fonts(fonts());
    ctx.all_styles_mut(style);
}

/// The default fonts, with the arrows and signs of the monospaced one at hand for the proportional one.
pub fn fonts() -> egui::FontDefinitions {
    let mut fonts = egui::FontDefinitions::default();
    let mono: Vec<String> = fonts.families.get(&FontFamily::Monospace).cloned().unwrap_or_default();
    let proportional = fonts.families.entry(FontFamily::Proportional).or_default();
    for name in mono {
        if !proportional.contains(&name) {
            proportional.insert(1.min(proportional.len()), name);
        }
    }
    fonts
}

fn style(style: &mut egui::Style) {
    style.text_styles = [
        (TextStyle::Small, font(SMALL)),
        (TextStyle::Body, font(BODY)),
        (TextStyle::Button, font(BODY)),
        (TextStyle::Heading, font(TITLE)),
        (TextStyle::Monospace, digits(SMALL)),
    ]
    .into();
    style.animation_time = 0.08;
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(6.0, 5.0);
    spacing.button_padding = vec2(9.0, 4.0);
    spacing.interact_size = vec2(32.0, 24.0);
    spacing.slider_width = 120.0;
    spacing.slider_rail_height = 5.0;
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 9.0;
    spacing.window_margin = Margin::same(12);
    spacing.menu_margin = Margin::same(8);
    spacing.tooltip_width = 360.0;
    spacing.scroll.floating = true;
    spacing.scroll.bar_width = 8.0;
    spacing.scroll.foreground_color = false;
    let visuals = &mut style.visuals;
    visuals.dark_mode = true;
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(WEAK);
    visuals.panel_fill = PANEL;
    visuals.window_fill = Color32::from_rgb(18, 23, 30);
    visuals.window_stroke = Stroke::new(1.0, EDGE);
    visuals.window_corner_radius = CornerRadius::same(10);
    visuals.menu_corner_radius = CornerRadius::same(8);
    visuals.window_shadow =
        Shadow { offset: [0, 6], blur: 24, spread: 0, color: Color32::from_black_alpha(120) };
    visuals.popup_shadow =
        Shadow { offset: [0, 3], blur: 12, spread: 0, color: Color32::from_black_alpha(110) };
    visuals.extreme_bg_color = SUNKEN;
    visuals.faint_bg_color = Color32::from_rgb(21, 26, 33);
    visuals.code_bg_color = SUNKEN;
    visuals.hyperlink_color = c32(crate::palette::SYSTEM);
    visuals.warn_fg_color = c32(crate::palette::WARN);
    visuals.error_fg_color = BAD_TEXT;
    visuals.selection.bg_fill = Color32::from_rgb(222, 229, 236);
    visuals.selection.stroke = Stroke::new(1.0, INK);
    visuals.slider_trailing_fill = true;
    visuals.handle_shape = egui::style::HandleShape::Circle;
    visuals.interact_cursor = Some(egui::CursorIcon::PointingHand);
    let radius = CornerRadius::same(6);
    let widgets = &mut visuals.widgets;
    for (widget, fill, edge, text) in [
        (&mut widgets.noninteractive, PANEL, EDGE, TEXT),
        (&mut widgets.inactive, RAISED, EDGE, TEXT),
        (&mut widgets.hovered, HOVERED, WEAK, Color32::WHITE),
        (&mut widgets.active, Color32::from_rgb(72, 85, 102), TEXT, Color32::WHITE),
        (&mut widgets.open, HOVERED, WEAK, TEXT),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::new(1.0, edge);
        widget.fg_stroke = Stroke::new(1.2, text);
        widget.corner_radius = radius;
        widget.expansion = 0.0;
    }
}

/// Text that says something is wrong (vermillion, lightened until it can be read on a panel).
pub const BAD_TEXT: Color32 = Color32::from_rgb(255, 146, 84);
/// Text that says something is fine (bluish green, lightened likewise).
pub const GOOD_TEXT: Color32 = Color32::from_rgb(77, 208, 170);

/// Frame of a panel.
pub fn panel_frame() -> Frame {
    Frame::NONE
        .fill(PANEL)
        .stroke(Stroke::new(1.0, EDGE))
        .corner_radius(CornerRadius::same(10))
        .inner_margin(Margin::same(PAD as i8))
        .shadow(Shadow { offset: [0, 2], blur: 14, spread: 0, color: Color32::from_black_alpha(90) })
}

/// Frame of a raised row or card.
pub fn raised_frame() -> Frame {
    Frame::NONE.fill(RAISED).corner_radius(CornerRadius::same(8)).inner_margin(Margin::symmetric(10, 7))
}

/// A panel of exactly this size floating over the world. It catches the pointer, so that the camera behind it
/// stands still.
pub fn panel<R>(ctx: &egui::Context, name: &str, rect: Rect, add: impl FnOnce(&mut Ui) -> R) -> R {
    floating(ctx, name, rect, Order::Middle, |ui| {
        // A frame paints around its content.
        let frame = panel_frame();
        ui.painter().add(frame.paint(rect - frame.total_margin()));
        let inner = rect.shrink(PAD);
        let mut child = ui.new_child(UiBuilder::new().max_rect(inner));
        child.set_clip_rect(rect.intersect(ui.clip_rect()));
        add(&mut child)
    })
}

/// A panel as wide as `most` and as high as its content, at most as high as `most`; what does not fit scrolls.
pub fn panel_auto<R>(ctx: &egui::Context, name: &str, most: Rect, add: impl FnOnce(&mut Ui) -> R) -> R {
    let inner = vec2(most.width() - 2.0 * PAD, most.height() - 2.0 * PAD);
    egui::Area::new(Id::new(("hud", name)))
        .order(Order::Middle)
        .fixed_pos(most.min)
        .default_size(most.size())
        .constrain(false)
        .fade_in(false)
        .movable(false)
        .show(ctx, |ui| {
            // An area offers the room that its content took last time: here it may always grow to `most`.
            ui.scope_builder(UiBuilder::new().max_rect(most), |ui| {
                panel_frame()
                    .show(ui, |ui| {
                        ui.set_width(inner.x);
                        egui::ScrollArea::vertical()
                            .max_height(inner.y)
                            .auto_shrink([false, true])
                            .show(ui, |ui| {
                                ui.set_width(inner.x);
                                add(ui)
                            })
                            .inner
                    })
                    .inner
            })
            .inner
        })
        .inner
}

/// An area of exactly this size that catches the pointer, without a background.
pub fn floating<R>(
    ctx: &egui::Context,
    name: &str,
    rect: Rect,
    order: Order,
    add: impl FnOnce(&mut Ui) -> R,
) -> R {
    egui::Area::new(Id::new(("hud", name)))
        .order(order)
        .fixed_pos(rect.min)
        .default_size(rect.size())
        .constrain(false)
        .fade_in(false)
        .movable(false)
        .show(ctx, |ui| {
            ui.set_min_size(rect.size());
            ui.set_max_size(rect.size());
            ui.interact(rect, ui.id().with("ground"), Sense::click());
            add(ui)
        })
        .inner
}

/// A caption: small, spaced capitals above a group.
pub fn caption(ui: &mut Ui, text: &str) -> egui::Response {
    ui.label(RichText::new(text.to_uppercase()).size(CAPTION).color(FAINT).extra_letter_spacing(0.8))
}

/// Secondary text.
pub fn weak(text: impl Into<String>) -> RichText {
    RichText::new(text).size(SMALL).color(WEAK)
}

/// How far the second strike of heavy text lies beside the first, points: whole pixels, so that all texts of a
/// size have the same weight; none for small text, which would only blur.
fn strike(size: f32, pixels_per_point: f32) -> f32 {
    (size * pixels_per_point * 0.037).round() / pixels_per_point
}

/// Paints text twice, a little apart: the default fonts have no bold face. Returns what it covers.
pub fn paint_heavy(painter: &egui::Painter, pos: Pos2, galley: Arc<Galley>, color: Color32) -> Rect {
    let size = galley.job.sections.first().map_or(BODY, |section| section.format.font_id.size);
    let step = strike(size, painter.pixels_per_point());
    let pos = pos.round_to_pixels(painter.pixels_per_point());
    if step > 0.0 {
        painter.galley_with_override_text_color(pos + vec2(step, 0.0), galley.clone(), color);
    }
    painter.galley_with_override_text_color(pos, galley.clone(), color);
    Rect::from_min_size(pos, galley.size() + vec2(step, 0.0))
}

/// Heavy text as a label; wraps at the width that is there.
pub fn heavy(ui: &mut Ui, text: &str, size: f32, color: Color32) -> egui::Response {
    let galley = ui.painter().layout(text.to_owned(), font(size), color, ui.available_width());
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(1.0, 0.0), Sense::hover());
    if ui.is_rect_visible(rect) {
        paint_heavy(ui.painter(), rect.min, galley, color);
    }
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Label, true, text));
    response
}

/// Heavy text as a label of one line.
pub fn heavy_line(ui: &mut Ui, text: &str, size: f32, color: Color32) -> egui::Response {
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font(size), color);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(1.0, 0.0), Sense::hover());
    paint_heavy(ui.painter(), rect.min, galley, color);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Label, true, text));
    response
}

/// Heavy text painted at an anchor; returns what it covers.
pub fn heavy_at(
    painter: &egui::Painter,
    at: Pos2,
    anchor: egui::Align2,
    text: &str,
    font: FontId,
    color: Color32,
) -> Rect {
    let galley = painter.layout_no_wrap(text.to_owned(), font, color);
    let rect = anchor.anchor_size(at, galley.size());
    paint_heavy(painter, rect.min, galley, color)
}

/// Text cut to a width, with an ellipsis where something is missing.
pub fn cut(
    painter: &egui::Painter,
    text: &str,
    font: FontId,
    color: Color32,
    width: f32,
    rows: usize,
) -> Arc<Galley> {
    let mut job = egui::text::LayoutJob::simple(text.to_owned(), font, color, width);
    job.wrap.max_rows = rows;
    job.wrap.break_anywhere = rows == 1;
    painter.layout_job(job)
}

/// Text in one line that is set smaller, down to `least`, before it is cut.
pub fn fitted(
    painter: &egui::Painter,
    text: &str,
    size: f32,
    least: f32,
    color: Color32,
    width: f32,
) -> Arc<Galley> {
    let natural = painter.layout_no_wrap(text.to_owned(), font(size), color).size().x;
    let size = if natural > width { (size * width / natural * 0.99).max(least) } else { size };
    cut(painter, text, font(size), color, width, 1)
}

/// A bar from 0 to 1.
pub fn meter(ui: &mut Ui, size: Vec2, share: f32, color: Color32) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let painter = ui.painter();
    let radius = CornerRadius::same((size.y * 0.5) as u8);
    painter.rect_filled(rect, radius, SUNKEN);
    let mut full = rect;
    full.set_width(rect.width() * share.clamp(0.0, 1.0));
    painter.rect_filled(full, radius, color);
    response
}

/// How a button of [`choice`] stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// It is the chosen one.
    Yes,
    /// It is not.
    No,
}

impl From<bool> for Chosen {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// One button of a row of choices: light when chosen.
pub fn choice(ui: &mut Ui, size: Vec2, text: &str, chosen: Chosen) -> egui::Response {
    let (fill, color) = match chosen {
        Chosen::Yes => (TEXT, INK),
        Chosen::No => (RAISED, TEXT),
    };
    solid_button(ui, size, text, BODY, fill, color)
}

/// A button with a fill of its own.
pub fn solid_button(
    ui: &mut Ui,
    size: Vec2,
    text: &str,
    points: f32,
    fill: Color32,
    color: Color32,
) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    if ui.is_rect_visible(rect) {
        let enabled = ui.is_enabled();
        let fill = match (enabled, response.is_pointer_button_down_on(), response.hovered()) {
            (false, _, _) => faded(fill, 0.45),
            (true, true, _) => mixed(fill, Color32::BLACK, 0.15),
            (true, false, true) => mixed(fill, Color32::WHITE, 0.14),
            (true, false, false) => fill,
        };
        let painter = ui.painter();
        painter.rect_filled(rect, CornerRadius::same(6), fill);
        if response.has_focus() {
            painter.rect_stroke(
                rect,
                CornerRadius::same(6),
                Stroke::new(1.5, TEXT),
                egui::StrokeKind::Outside,
            );
        }
        let galley = cut(painter, text, font(points), color, rect.width() - 4.0, 1);
        let at = rect.center() - galley.size() * 0.5;
        paint_heavy(painter, at, galley, if enabled { color } else { faded(color, 0.5) });
    }
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, text));
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_can_be_read_on_panels() {
        let panel = Color32::from_rgb(12, 16, 22);
        for (text, least) in [(TEXT, 12.0), (WEAK, 7.0), (FAINT, 4.5), (BAD_TEXT, 7.0), (GOOD_TEXT, 7.0)] {
            assert!(contrast(text, panel) >= least, "{text:?}: {}", contrast(text, panel));
            assert!(contrast(text, RAISED) >= least * 0.7, "{text:?} on raised: {}", contrast(text, RAISED));
        }
        for meaning in [crate::palette::HUMAN, crate::palette::SYSTEM, crate::palette::WARN] {
            let color = c32(meaning);
            assert!(contrast(on(color), color) >= 4.5, "{meaning:?}");
            assert!(contrast(color, panel) >= 4.5, "{meaning:?}");
        }
        let (human, system) = (luminance(c32(crate::palette::HUMAN)), luminance(c32(crate::palette::SYSTEM)));
        assert!((human - system).abs() > 0.01, "{human} {system}: differ in lightness too");
    }

    #[test]
    fn every_sign_that_people_read_is_in_the_fonts() {
        let ctx = egui::Context::default();
        ctx.set_fonts(fonts());
        let output = ctx.run_ui(egui::RawInput::default(), |_| {});
        drop(output);
        // All signs beyond ASCII in the texts of this interface, found in its sources.
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut signs = std::collections::BTreeSet::new();
        let mut folders = vec![root.join("hud"), root.join("control")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                signs.extend(code.flat_map(str::chars).filter(|c| !c.is_ascii()));
            }
        }
        assert!(signs.contains(&'←') && signs.contains(&'×'), "{signs:?}");
        for family in [font(14.0), digits(14.0)] {
            let missing: String =
                ctx.fonts_mut(|f| signs.iter().filter(|c| !f.has_glyph(&family, **c)).collect());
            assert_eq!(missing, "", "{family:?}");
        }
    }

    #[test]
    fn scale_follows_the_picture_and_the_wish() {
        assert_eq!(pixels_per_point(1280.0, 720.0, 1.0), 1.0);
        let uhd = pixels_per_point(3840.0, 2160.0, 1.0);
        assert!((2.2..2.6).contains(&uhd), "{uhd}");
        assert_eq!(pixels_per_point(1280.0, 720.0, 1.5), 1.5);
        assert!(pixels_per_point(1280.0, 360.0, 1.0) <= 0.5, "the narrower side decides");
        assert!(pixels_per_point(640.0, 360.0, 1.0) > 0.0);
        let mut last = 0.0;
        for width in (400..4000).step_by(100) {
            let now = pixels_per_point(width as f32, width as f32, 1.0);
            assert!(now >= last);
            last = now;
        }
    }
}
