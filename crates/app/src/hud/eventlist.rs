//! All events as a list of sentences; a click goes to their time. The line of the shown time is marked, and
//! what lies ahead of it is dim.

use super::icons;
use super::marks::{self, MarkKind};
use super::theme::{self, FAINT, HOVERED, RAISED, TEXT, WEAK, digits, font};
use super::words::clock;
use super::words::events::{Names, sentence};
use bevy_egui::egui::{Align2, CornerRadius, CursorIcon, ScrollArea, Sense, Stroke, Ui, pos2, vec2};
use shakedown::record::RecordedEvent;

/// Height of a row, points.
const ROW: f32 = 22.0;

/// Which events are worth a row: those with a mark.
pub fn listed(events: &[RecordedEvent]) -> Vec<usize> {
    let worth = |e: &RecordedEvent| marks::kind(&e.happening).is_some();
    (0..events.len()).filter(|ix| worth(&events[*ix])).collect()
}

/// Draws the list; the time to go to, if a row was clicked.
pub fn show(ui: &mut Ui, events: &[RecordedEvent], names: &Names<'_>, shown_s: f64) -> Option<f64> {
    let rows = listed(events);
    if rows.is_empty() {
        ui.label(theme::weak("Nothing has happened yet."));
        return None;
    }
    let now = rows.partition_point(|ix| events[*ix].time_s <= shown_s + 1e-6);
    let mut asked = None;
    // Follow the time while nobody scrolls the list.
    let id = ui.id().with("followed");
    let last: Option<usize> = ui.data(|d| d.get_temp(id));
    let mut area = ScrollArea::vertical().auto_shrink([false, false]);
    if last != Some(now) {
        ui.data_mut(|d| d.insert_temp(id, now));
        let visible = ui.available_height();
        let offset = (now as f32 * ROW - visible * 0.5).max(0.0);
        area = area.vertical_scroll_offset(offset);
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    area.show_rows(ui, ROW, rows.len(), |ui, range| {
        for row in range {
            let event = &events[rows[row]];
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
            let painter = ui.painter();
            let ahead = row >= now;
            if response.hovered() {
                painter.rect_filled(rect, CornerRadius::same(4), HOVERED);
            } else if row + 1 == now {
                painter.rect_filled(rect, CornerRadius::same(4), RAISED);
            }
            if row == now {
                painter.hline(rect.x_range(), rect.top(), Stroke::new(1.0, theme::faded(TEXT, 0.6)));
            }
            let kind = marks::kind(&event.happening).unwrap_or(MarkKind::Script);
            let color = marks::color(&event.happening, kind);
            let dim = |c| if ahead { theme::faded(c, 0.55) } else { c };
            let middle = rect.center().y;
            let time = clock(event.time_s);
            painter.text(
                pos2(rect.left() + 62.0, middle),
                Align2::RIGHT_CENTER,
                time,
                digits(12.0),
                dim(WEAK),
            );
            icons::mark(
                painter,
                kind.shape(),
                pos2(rect.left() + 78.0, middle),
                kind.size().min(5.0),
                dim(color),
            );
            let text = sentence(&event.happening, names);
            let left = rect.left() + 92.0;
            let galley = theme::cut(painter, &text, font(13.0), dim(TEXT), rect.right() - left - 6.0, 1);
            painter.galley(pos2(left, middle - galley.size().y * 0.5), galley, FAINT);
            if response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(text).clicked() {
                asked = Some(event.time_s);
            }
        }
    });
    asked
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::base::ids::ParticipantId;
    use shakedown::state::automation::PlanReason;
    use shakedown::state::messages::Happening;

    #[test]
    fn only_what_matters_has_a_row() {
        let event = |time_s, happening| RecordedEvent { tick: 0, time_s, happening };
        let events = [
            event(1.0, Happening::Spawned { participant: ParticipantId(0) }),
            event(2.0, Happening::DriverEngaged),
            event(3.0, Happening::PlanReasonChanged { reason: PlanReason::Curve }),
            event(4.0, Happening::ForwardCollisionWarning),
        ];
        assert_eq!(listed(&events), [1, 3]);
        assert!(listed(&[]).is_empty());
    }
}
