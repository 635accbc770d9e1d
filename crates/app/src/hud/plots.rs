//! Curves of the run: speed against limit and plan, gap, time to collision, attention of the human. A click goes
//! to that time.

use super::samples::{Row, Samples};
use super::sign::MPH_PER_MPS;
use super::theme::{self, FAINT, TEXT, WEAK, c32, font};
use super::timeline::label_step_s;
use super::words::clock;
use crate::palette;
use bevy_egui::egui::{self, Color32, Rangef, Rect, RichText, Stroke, Ui, UiBuilder, pos2, vec2};
use egui_plot::{AxisHints, GridInput, GridMark, HLine, Line, LineStyle, Plot, PlotPoints, VLine};

/// Most points of a curve: more than pixels are of no use.
const POINTS: usize = 900;
/// Gaps above this are "far": the axis ends there, m.
const GAP_M_MAX: f64 = 100.0;
/// Times to collision above this are harmless: the curve is cut there, s.
const TTC_S_MAX: f64 = 10.0;

/// One curve of a plot.
struct Curve {
    name: &'static str,
    color: Color32,
    width: f32,
    dashed: Dash,
    value: fn(&Row) -> Option<f64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dash {
    Solid,
    Dashed,
}

/// One plot.
struct Sheet {
    id: &'static str,
    unit: &'static str,
    /// Digits of values after the point.
    digits: usize,
    y_max: f64,
    curves: Vec<Curve>,
    /// A line that marks a limit, in the plot's unit.
    mark: Option<f64>,
}

fn mph(mps: f64) -> f64 {
    mps * MPH_PER_MPS
}

fn sheets() -> [Sheet; 4] {
    let curve = |name, color, width, dashed, value| Curve { name, color, width, dashed, value };
    [
        Sheet {
            id: "speed",
            unit: "mph",
            digits: 0,
            y_max: 30.0,
            curves: vec![
                curve("limit", WEAK, 1.5, Dash::Solid, |r| r.limit_mps.map(mph)),
                curve("plan", c32(palette::SYSTEM), 1.5, Dash::Dashed, |r| r.target_mps.map(mph)),
                curve("speed", Color32::WHITE, 2.2, Dash::Solid, |r| Some(mph(r.speed_mps))),
            ],
            mark: None,
        },
        Sheet {
            id: "gap",
            unit: "m",
            digits: 0,
            y_max: 50.0,
            curves: vec![curve("gap ahead", c32(palette::LIDAR), 2.0, Dash::Solid, |r| {
                r.gap_m.filter(|g| *g <= GAP_M_MAX)
            })],
            mark: None,
        },
        Sheet {
            id: "ttc",
            unit: "s",
            digits: 1,
            y_max: 5.0,
            curves: vec![curve("time to collision", theme::BAD_TEXT, 2.2, Dash::Solid, |r| {
                r.ttc_s.filter(|t| *t <= TTC_S_MAX)
            })],
            // A serious conflict.
            mark: Some(1.5),
        },
        Sheet {
            id: "attention",
            unit: "%",
            digits: 0,
            y_max: 100.0,
            curves: vec![curve("attention", c32(palette::HUMAN), 2.2, Dash::Solid, |r| {
                r.attention.map(|a| a * 100.0)
            })],
            mark: None,
        },
    ]
}

/// Draws the plots side by side; the time to go to, if one was clicked.
pub fn show(ui: &mut Ui, samples: &Samples, shown_s: f64, length_s: f64) -> Option<f64> {
    const SPACE: f32 = 12.0;
    let sheets = sheets();
    let rect = ui.available_rect_before_wrap();
    // The first plot has three names to tell.
    let shares = [1.6, 1.0, 1.0, 1.0];
    let unit = (rect.width() - SPACE * (sheets.len() - 1) as f32) / shares.iter().sum::<f32>();
    let mut asked = None;
    let mut x = rect.left();
    for (sheet, share) in sheets.iter().zip(shares) {
        let place = Rect::from_min_size(pos2(x, rect.top()), vec2(unit * share, rect.height()));
        x = place.right() + SPACE;
        let mut inner = ui.new_child(UiBuilder::new().id_salt(sheet.id).max_rect(place));
        inner.set_clip_rect(place.expand(2.0).intersect(ui.clip_rect()));
        legend(&mut inner, sheet, samples, shown_s);
        if let Some(time_s) = plot(&mut inner, sheet, samples, shown_s, length_s) {
            asked = Some(time_s);
        }
    }
    asked
}

/// Names of the curves with their values at the shown time.
fn legend(ui: &mut Ui, sheet: &Sheet, samples: &Samples, shown_s: f64) {
    let now = samples.rows().take_while(|r| r.time_s <= shown_s + 1e-6).last();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.spacing_mut().interact_size.y = 15.0;
        for curve in sheet.curves.iter().rev() {
            let (rect, _) = ui.allocate_exact_size(vec2(10.0, 12.0), egui::Sense::hover());
            ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(curve.width + 0.5, curve.color));
            ui.label(RichText::new(curve.name).size(theme::CAPTION).color(TEXT));
            let text = match now.and_then(curve.value) {
                Some(value) => format!("{value:.*}", sheet.digits),
                None => "–".to_owned(),
            };
            ui.label(RichText::new(text).size(theme::CAPTION).color(WEAK));
            ui.add_space(2.0);
        }
        ui.label(RichText::new(sheet.unit).size(theme::CAPTION).color(FAINT));
    });
}

fn plot(ui: &mut Ui, sheet: &Sheet, samples: &Samples, shown_s: f64, length_s: f64) -> Option<f64> {
    let (unit, digits) = (sheet.unit, sheet.digits);
    let width = f64::from(ui.available_width().max(60.0));
    // A label needs some 44 points.
    let step_s = label_step_s(length_s * 44.0 / width);
    let times = move |input: GridInput| -> Vec<GridMark> {
        let count = ((input.bounds.1 / step_s) as usize).min(200);
        (0..=count).map(|i| GridMark { value: i as f64 * step_s, step_size: step_s }).collect()
    };
    let time = |mark: GridMark, _: &core::ops::RangeInclusive<f64>| {
        let text = clock(mark.value);
        text.split('.').next().unwrap_or(&text).to_owned()
    };
    let x_axis = AxisHints::new_x()
        .formatter(time)
        .label_spacing(Rangef::new(20.0, 30.0))
        .tick_label_font(font(10.5))
        .tick_label_color(FAINT);
    let y_axis = AxisHints::new_y()
        .min_thickness(24.0)
        .label_spacing(Rangef::new(16.0, 26.0))
        .tick_label_font(font(10.5))
        .tick_label_color(FAINT);
    let response = Plot::new(("hud plot", sheet.id))
        .height(ui.available_height())
        // The last label of the axis reaches beyond it.
        .width(ui.available_width() - 9.0)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_double_click_reset(false)
        .show_background(false)
        .show_x(false)
        .show_y(false)
        .set_margin_fraction(vec2(0.0, 0.08))
        .include_x(0.0)
        .include_x(length_s)
        .include_y(0.0)
        .include_y(sheet.y_max)
        .grid_color(theme::faded(FAINT, 0.35))
        .link_cursor("hud plots", [true, false])
        .cursor_color(theme::faded(TEXT, 0.4))
        .x_grid_spacer(times)
        .custom_x_axes(vec![x_axis])
        .custom_y_axes(vec![y_axis])
        .label_formatter(move |name, point| {
            if name.is_empty() { String::new() } else { format!("{name}  {:.digits$} {unit}", point.y) }
        })
        .show(ui, |plot| {
            if let Some(mark) = sheet.mark {
                plot.hline(
                    HLine::new("", mark)
                        .color(theme::faded(c32(palette::BAD), 0.5))
                        .width(1.0)
                        .style(LineStyle::dashed_loose())
                        .allow_hover(false),
                );
            }
            for curve in &sheet.curves {
                for (ix, piece) in samples.curve(curve.value, POINTS).into_iter().enumerate() {
                    let line = Line::new(curve.name, PlotPoints::from(piece))
                        .id(egui::Id::new((sheet.id, curve.name, ix)))
                        .color(curve.color)
                        .width(curve.width);
                    plot.line(match curve.dashed {
                        Dash::Solid => line,
                        Dash::Dashed => line.style(LineStyle::dashed_dense()),
                    });
                }
            }
            plot.vline(VLine::new("", shown_s).color(Color32::WHITE).width(1.2).allow_hover(false));
            let pressed = plot.response().is_pointer_button_down_on() || plot.response().clicked();
            plot.pointer_coordinate().filter(|_| pressed).map(|p| p.x)
        });
    response.inner.map(|t| t.clamp(0.0, length_s)).filter(|t| (t - shown_s).abs() > length_s * 5e-4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_show_what_they_say() {
        let row = Row {
            time_s: 1.0,
            speed_mps: 0.447_04 * 30.0,
            limit_mps: Some(0.447_04 * 45.0),
            target_mps: None,
            gap_m: Some(250.0),
            ttc_s: Some(2.0),
            attention: Some(0.8),
        };
        let mut found = Vec::new();
        for sheet in sheets() {
            for curve in &sheet.curves {
                found.push((curve.name, (curve.value)(&row).map(|v| v.round())));
            }
        }
        assert_eq!(
            found,
            [
                ("limit", Some(45.0)),
                ("plan", None),
                ("speed", Some(30.0)),
                ("gap ahead", None),
                ("time to collision", Some(2.0)),
                ("attention", Some(80.0))
            ]
        );
    }
}
