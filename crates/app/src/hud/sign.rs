//! The speed-limit sign of the United States (MUTCD R2-1): black on white, in miles per hour.

use super::theme::{font, heavy_at};
use bevy_egui::egui::{Align2, Color32, CornerRadius, Painter, Rect, Stroke, StrokeKind, pos2};

/// Miles per hour in a meter per second.
pub const MPH_PER_MPS: f64 = 1.0 / 0.447_04;

/// Limit as a sign shows it, mph.
pub fn limit_mph(limit_mps: f64) -> u32 {
    (limit_mps * MPH_PER_MPS).round().max(0.0) as u32
}

/// Paints the sign into a rectangle of 4:5.
pub fn paint(painter: &Painter, rect: Rect, limit_mps: f64) {
    let unit = rect.width() / 40.0;
    let white = Color32::from_rgb(246, 247, 248);
    let ink = Color32::from_rgb(18, 20, 22);
    let radius = |r: f32| CornerRadius::same((r * unit) as u8);
    painter.rect_filled(rect, radius(5.0), white);
    let edge = rect.shrink(1.6 * unit);
    painter.rect_stroke(edge, radius(4.0), Stroke::new(1.4 * unit, ink), StrokeKind::Inside);
    let x = rect.center().x;
    let at = |share: f32| pos2(x, rect.top() + share * rect.height());
    heavy_at(painter, at(0.21), Align2::CENTER_CENTER, "SPEED", font(8.6 * unit), ink);
    heavy_at(painter, at(0.40), Align2::CENTER_CENTER, "LIMIT", font(8.6 * unit), ink);
    let number = limit_mph(limit_mps).to_string();
    let size = if number.len() > 2 { 17.0 } else { 22.0 };
    heavy_at(painter, at(0.705), Align2::CENTER_CENTER, &number, font(size * unit), ink);
}

#[cfg(test)]
mod tests {
    use super::limit_mph;

    #[test]
    fn limits_are_whole_miles() {
        assert_eq!(limit_mph(11.176), 25);
        assert_eq!(limit_mph(20.1168), 45);
        assert_eq!(limit_mph(13.888_888), 31, "50 km/h");
        assert_eq!(limit_mph(-1.0), 0);
    }
}
