//! The help page over everything: all keys, grouped, and what the colors and marks mean.

use super::icons::{self, Icon};
use super::keys::{TIME, VIEW};
use super::layout::Fold;
use super::theme::{self, EDGE, RAISED, SMALL, TEXT, WEAK, font};
use super::{Hud, timeline};
use bevy_egui::egui::{
    self, Align2, Color32, Context, CornerRadius, Id, Key, Order, Rect, RichText, Sense, Stroke, StrokeKind,
    Ui, UiBuilder, Vec2, pos2, vec2,
};

/// Largest page, points.
const SIZE: Vec2 = vec2(1000.0, 596.0);

/// Draws the page, if it is open.
pub fn show(ctx: &Context, hud: &mut Hud) {
    if hud.help == Fold::Folded {
        return;
    }
    let screen = ctx.content_rect();
    let shade = theme::floating(ctx, "help shade", screen, Order::Foreground, |ui| {
        ui.painter().rect_filled(screen, CornerRadius::ZERO, Color32::from_black_alpha(190));
        ui.interact(screen, ui.id().with("shade"), Sense::click())
    });
    let mut close = shade.clicked();
    let size = SIZE.min(screen.size() - vec2(40.0, 40.0));
    let rect = Rect::from_center_size(screen.center(), size);
    theme::floating(ctx, "help", rect, Order::Tooltip, |ui| {
        let painter = ui.painter();
        painter.rect_filled(rect, CornerRadius::same(12), Color32::from_rgb(16, 21, 28));
        painter.rect_stroke(rect, CornerRadius::same(12), Stroke::new(1.0, EDGE), StrokeKind::Inside);
        let mut inner = ui.new_child(UiBuilder::new().max_rect(rect.shrink2(vec2(24.0, 18.0))));
        close |= page(&mut inner);
    });
    close |= ctx.input(|i| i.key_pressed(Key::Escape));
    if close {
        hud.help = Fold::Folded;
    }
}

/// The content; whether it asks to be closed.
fn page(ui: &mut Ui) -> bool {
    let mut close = false;
    ui.horizontal(|ui| {
        theme::heavy_line(ui, "Keys and marks", 24.0, TEXT);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            close = icons::button(ui, Icon::Cross, 30.0, "Close (Esc or F1)").clicked();
        });
    });
    ui.add_space(8.0);
    let driving: Vec<(&str, &str)> = crate::control::KEYS.iter().map(|r| (r.keys, r.about)).collect();
    egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        let width = (ui.available_width() - 2.0 * 28.0) / 3.0;
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 28.0;
            ui.vertical(|ui| {
                ui.set_width(width);
                group(ui, "Time", TIME, width);
                group(ui, "View", VIEW, width);
            });
            ui.vertical(|ui| {
                ui.set_width(width);
                group(ui, "Automation, driving, keeping", &driving, width);
                ui.label(theme::weak("Mouse: drag turns the camera, the wheel zooms. Drop a file into the window to open it: a scenario, a batch directory or a record."));
            });
            ui.vertical(|ui| {
                ui.set_width(width);
                theme::heavy(ui, "Who drives, marks on the time line", 15.0, TEXT);
                ui.add_space(4.0);
                ui.spacing_mut().item_spacing.y = 3.0;
                ui.spacing_mut().interact_size.y = 18.0;
                timeline::legend(ui);
                ui.add_space(8.0);
                ui.label(theme::weak("The three strips of the time line are steering, speed and watching. Hatched: a request to intervene, or a minimal risk maneuver."));
            });
        });
    });
    close
}

fn group(ui: &mut Ui, title: &str, rows: &[(&str, &str)], width: f32) {
    theme::heavy(ui, title, 15.0, TEXT);
    ui.add_space(3.0);
    ui.spacing_mut().item_spacing.y = 4.0;
    for (keys, what) in rows {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let (rect, _) = ui.allocate_exact_size(vec2(width * 0.42, 20.0), Sense::hover());
            caps(ui, rect, keys);
            ui.vertical(|ui| {
                ui.add_space(2.0);
                ui.add(egui::Label::new(RichText::new(*what).size(SMALL).color(WEAK)).wrap());
            });
        });
    }
    ui.add_space(12.0);
}

/// Whether a word between keys is no key itself.
fn is_link(word: &str) -> bool {
    matches!(word, "or" | "–" | "and")
}

/// Keys as caps, from the left of a rectangle; words between them as plain text.
fn caps(ui: &Ui, rect: Rect, keys: &str) {
    let painter = ui.painter();
    let mut x = rect.left();
    let middle = rect.center().y;
    for word in keys.split_whitespace() {
        let key = if word.len() > 1 { word.trim_end_matches(',') } else { word };
        let color = if is_link(key) { WEAK } else { TEXT };
        let galley = painter.layout_no_wrap(key.to_owned(), font(SMALL), color);
        if is_link(key) {
            painter.galley(pos2(x, middle - galley.size().y * 0.5), galley.clone(), color);
            x += galley.size().x + 4.0;
            continue;
        }
        let width = (galley.size().x + 10.0).max(21.0);
        let cap = Rect::from_min_size(pos2(x, rect.top()), vec2(width, rect.height()));
        painter.rect_filled(cap, CornerRadius::same(4), RAISED);
        painter.rect_stroke(cap, CornerRadius::same(4), Stroke::new(1.0, EDGE), StrokeKind::Inside);
        painter.galley(cap.center() - galley.size() * 0.5, galley, color);
        x = cap.right() + 4.0;
    }
}

/// The line for first-time users, above the time panel.
pub fn hint(ctx: &Context, center: f32, floor: f32) -> bool {
    let mut close = false;
    egui::Area::new(Id::new("hud hint"))
        .order(Order::Middle)
        .pivot(Align2::CENTER_BOTTOM)
        .fixed_pos(pos2(center, floor - 8.0))
        .constrain(false)
        .fade_in(false)
        .show(ctx, |ui| {
            theme::panel_frame().inner_margin(egui::Margin::symmetric(14, 8)).show(ui, |ui| {
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = 10.0;
                    ui.label(RichText::new("Space plays and pauses. Drag the time line, back too. Keys 0 to 5 switch the level. F1 shows all keys.").size(13.5));
                    close = icons::button(ui, Icon::Cross, 22.0, "Do not show this again").clicked();
                });
            });
        });
    close
}
