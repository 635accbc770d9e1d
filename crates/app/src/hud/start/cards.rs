//! Scenarios as cards: a picture, a title, a sentence; grouped by pack, filtered by text.

use super::super::icons::{self, Icon};
use super::super::theme::{self, BODY, Chosen, EDGE, FAINT, HOVERED, RAISED, SMALL, TEXT, WEAK, font};
use super::super::words::{capital, events, spaced};
use super::Start;
use super::catalog::Entry;
use super::mapview;
use super::pictures::Pictures;
use bevy_egui::egui::{
    self, Align2, Color32, CornerRadius, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, pos2, vec2,
};
use shakedown::scenario::Severity;

/// Narrowest card, points.
const CARD_WIDTH: f32 = 236.0;
/// Height of the text below the picture.
const TEXT_HEIGHT: f32 = 84.0;
/// Space between cards.
const SPACE: f32 = 12.0;

/// What a pack is about; packs of one's own have none.
pub fn pack_about(pack: &str) -> &'static str {
    match pack {
        "levels" => "what the levels are, side by side",
        "kirkland" => "hills, rain and the waterfront",
        "austin" => "horizontal, dimmed heads and downtown traffic",
        "mountain_view" => "the twin with vertical heads",
        "takeover" => "who takes over, when and how well",
        "corridor" => "long roads",
        "phoenix" => "sun and wide streets",
        _ => "",
    }
}

/// A color for a pack: quiet, and its own.
pub fn pack_color(pack: &str) -> Color32 {
    match pack {
        "levels" => Color32::from_rgb(92, 108, 148),
        "kirkland" => Color32::from_rgb(62, 122, 112),
        "austin" => Color32::from_rgb(150, 104, 62),
        "mountain_view" => Color32::from_rgb(112, 128, 66),
        other => {
            let hue = other.bytes().fold(0_u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(b))) % 360;
            let ecolor = egui::ecolor::Hsva::new(hue as f32 / 360.0, 0.4, 0.5, 1.0);
            ecolor.into()
        }
    }
}

/// Draws filter and cards.
pub fn show(ui: &mut Ui, start: &mut Start) {
    filter(ui, start);
    ui.add_space(2.0);
    let entries: Vec<(usize, &Entry)> = start
        .catalog
        .entries
        .iter()
        .enumerate()
        .filter(|(_, e)| {
            start.pack.as_deref().is_none_or(|pack| pack == e.pack()) && e.matches(&start.filter)
        })
        .collect();
    if entries.is_empty() {
        ui.add_space(40.0);
        ui.vertical_centered(|ui| {
            theme::heavy(ui, "Nothing matches.", theme::TITLE, WEAK);
            ui.label(theme::weak("Clear the filter, or drop a scenario file into the window."));
        });
        return;
    }
    let mut clicked = None;
    let mut twice = None;
    let mut budget = Pictures::budget();
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        let room = ui.available_width() - 12.0;
        let columns = ((room + SPACE) / (CARD_WIDTH + SPACE)).floor().max(1.0) as usize;
        let width = (room - SPACE * (columns - 1) as f32) / columns as f32;
        let mut pack = "";
        let mut row: Vec<(usize, &Entry)> = Vec::new();
        let mut rows: Vec<Vec<(usize, &Entry)>> = Vec::new();
        for item in &entries {
            if item.1.pack() != pack || row.len() == columns {
                if !row.is_empty() {
                    rows.push(std::mem::take(&mut row));
                }
                pack = item.1.pack();
            }
            row.push(*item);
        }
        rows.push(row);
        pack = "";
        for row in rows {
            if row[0].1.pack() != pack {
                pack = row[0].1.pack();
                pack_title(ui, pack);
            }
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = SPACE;
                for (ix, entry) in row {
                    let response = card(
                        ui,
                        width,
                        entry,
                        Chosen::from(start.selected == Some(ix)),
                        &mut start.pictures,
                        &start.root,
                        &start.sketches,
                        &mut budget,
                    );
                    if response.clicked() {
                        clicked = Some(ix);
                    }
                    if response.double_clicked() {
                        twice = Some(ix);
                    }
                }
            });
            ui.add_space(SPACE - 5.0);
        }
    });
    if let Some(ix) = clicked {
        start.select(ix);
    }
    if twice.is_some() {
        start.go = true;
    }
}

fn filter(ui: &mut Ui, start: &mut Start) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        let edit = egui::TextEdit::singleline(&mut start.filter)
            .hint_text("Filter: rain, signal, pedestrian …")
            .desired_width(230.0)
            .margin(egui::Margin::symmetric(9, 5));
        ui.add(edit);
        ui.add_space(6.0);
        let packs: Vec<String> = start.catalog.packs().into_iter().map(str::to_owned).collect();
        let button = |ui: &mut Ui, text: &str, chosen: bool| {
            let galley = ui.painter().layout_no_wrap(text.to_owned(), font(SMALL), TEXT);
            let (fill, ink) = if chosen { (TEXT, theme::INK) } else { (RAISED, TEXT) };
            theme::solid_button(ui, vec2(galley.size().x + 22.0, 27.0), text, SMALL, fill, ink)
        };
        if button(ui, "All", start.pack.is_none()).clicked() {
            start.pack = None;
        }
        for pack in packs {
            let chosen = start.pack.as_ref() == Some(&pack);
            if button(ui, &capital(&spaced(&pack)), chosen).clicked() {
                start.pack = if chosen { None } else { Some(pack) };
            }
        }
    });
}

fn pack_title(ui: &mut Ui, pack: &str) {
    ui.add_space(4.0);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    let painter = ui.painter();
    let name = capital(&spaced(pack));
    let at = pos2(rect.left(), rect.center().y);
    let name = theme::heavy_at(painter, at, Align2::LEFT_CENTER, &name, font(17.0), TEXT);
    let at = pos2(name.right() + 10.0, rect.center().y + 1.0);
    painter.text(at, Align2::LEFT_CENTER, pack_about(pack), font(13.0), WEAK);
}

fn card(
    ui: &mut Ui,
    width: f32,
    entry: &Entry,
    chosen: Chosen,
    pictures: &mut Pictures,
    root: &std::path::Path,
    sketches: &super::Sketches,
    budget: &mut usize,
) -> egui::Response {
    let picture = mapview::wide(width);
    let (rect, response) = ui.allocate_exact_size(vec2(width, picture.y + TEXT_HEIGHT), Sense::click());
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let painter = ui.painter().clone();
    let radius = CornerRadius::same(10);
    let fill = if response.hovered() { HOVERED } else { RAISED };
    painter.rect_filled(rect, radius, fill);
    let top = CornerRadius { nw: 10, ne: 10, sw: 0, se: 0 };
    let frame = Rect::from_min_size(rect.min, picture);
    match pictures.get(ui.ctx(), root, &entry.name, budget) {
        Some(texture) => {
            egui::Image::new((texture.id(), picture)).corner_radius(top).paint_at(ui, frame);
        }
        None => placeholder(&painter, frame, top, entry, sketches),
    }
    level_tag(&painter, frame, entry);
    let errors = entry.problems.iter().any(|p| p.severity == Severity::Error);
    let body = Rect::from_min_max(pos2(rect.left() + 11.0, frame.bottom() + 7.0), rect.max - vec2(11.0, 6.0));
    let title = theme::cut(&painter, &entry.title, font(BODY + 1.0), TEXT, body.width(), 1);
    let title = theme::paint_heavy(&painter, body.min, title, TEXT);
    let (text, color) = match entry.problems.first() {
        Some(problem) if errors => (
            format!("{}: line {}, {}", events::problems(&entry.problems), problem.line, problem.message),
            theme::BAD_TEXT,
        ),
        Some(_) | None => (entry.sentence().to_owned(), WEAK),
    };
    let text = theme::cut(&painter, &text, font(SMALL), color, body.width(), 3);
    painter.galley(pos2(body.left(), title.bottom() + 2.0), text, color);
    if errors {
        icons::paint(&painter, Icon::Warning, frame.right_top() + vec2(-18.0, 18.0), 20.0, theme::BAD_TEXT);
    }
    let edge = match chosen {
        Chosen::Yes => Stroke::new(2.5, TEXT),
        Chosen::No => Stroke::new(1.0, EDGE),
    };
    painter.rect_stroke(rect, radius, edge, StrokeKind::Inside);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &entry.title));
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// The scenario's own level, on the picture.
fn level_tag(painter: &egui::Painter, frame: Rect, entry: &Entry) {
    let Some(level) = entry.level else { return };
    let tag = Rect::from_min_size(frame.left_top() + vec2(8.0, 8.0), vec2(32.0, 21.0));
    painter.rect_filled(tag, CornerRadius::same(5), Color32::from_black_alpha(190));
    theme::heavy_at(painter, tag.center(), Align2::CENTER_CENTER, level.as_str(), font(13.0), TEXT);
}

/// The map's streets on the pack's color.
fn placeholder(
    painter: &egui::Painter,
    frame: Rect,
    radius: CornerRadius,
    entry: &Entry,
    sketches: &super::Sketches,
) {
    let color = pack_color(entry.pack());
    painter.rect_filled(frame, radius, theme::mixed(color, Color32::BLACK, 0.55));
    let clipped = painter.with_clip_rect(frame.shrink(1.0).intersect(painter.clip_rect()));
    if let Some(sketch) = sketches.get(&entry.map) {
        let line = theme::mixed(color, Color32::WHITE, 0.25);
        mapview::paint_coarse(&clipped, &sketch, frame.shrink(16.0), Stroke::new(2.0, line));
    }
    let name = capital(&spaced(&entry.map));
    let at = frame.right_bottom() + vec2(-9.0, -7.0);
    clipped.text(
        at,
        Align2::RIGHT_BOTTOM,
        name,
        font(theme::CAPTION),
        theme::mixed(FAINT, Color32::WHITE, 0.5),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_have_colors_of_their_own() {
        let packs = ["levels", "kirkland", "austin", "mountain_view", "mine", "other"];
        for (ix, a) in packs.iter().enumerate() {
            for b in &packs[ix + 1..] {
                assert_ne!(pack_color(a), pack_color(b), "{a} {b}");
            }
            let ground = theme::mixed(pack_color(a), Color32::BLACK, 0.55);
            assert!(theme::contrast(Color32::WHITE, ground) > 4.5, "{a}");
        }
    }
}
