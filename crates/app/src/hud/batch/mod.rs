//! The batch browser: the runs and disengagements of a batch directory, sorted and filtered; one click and one
//! is there, three seconds before it happened.
//!
//! Reads `runs.csv` and `disengagements.csv` (their columns are a contract of the engine). What it does not do:
//! it changes nothing in the directory.

pub mod table;

use super::icons::{self, Icon};
use super::theme::{
    self, BODY, CAPTION, EDGE, FAINT, HOVERED, INK, RAISED, SMALL, SUNKEN, TEXT, WEAK, c32, digits, font,
};
use super::words::events::{Names, sentence};
use super::words::{capital, clock, spaced};
use crate::command::Command;
use crate::palette;
use bevy::prelude::Resource;
use bevy_egui::egui::{
    self, Align2, Color32, ComboBox, CornerRadius, CursorIcon, Rect, RichText, ScrollArea, Sense, Stroke, Ui,
    UiBuilder, pos2, vec2,
};
use shakedown::state::messages::Happening;
use std::path::{Path, PathBuf};
use table::{Cells, Order, Table, Wanted};

/// How long before a disengagement a replay starts, s.
pub const BEFORE_S: f64 = 3.0;
/// Height of a row, points.
const ROW: f32 = 24.0;

const fn wanted(
    key: &'static str,
    title: &'static str,
    width: f32,
    cells: Cells,
    unit: &'static str,
) -> Wanted {
    Wanted { key, title, width, cells, unit }
}

/// Columns of the disengagements, shown ones first.
pub const DISENGAGEMENTS: [Wanted; 17] = [
    wanted("scenario", "Scenario", 1.85, Cells::Words, ""),
    wanted("level", "Level", 0.62, Cells::Text, ""),
    wanted("time_s", "Time", 0.66, Cells::Number(1), " s"),
    wanted("cause", "Cause", 1.6, Cells::Words, ""),
    wanted("initiator", "By", 1.0, Cells::Words, ""),
    wanted("speed_mps", "Speed", 0.7, Cells::Number(1), " m/s"),
    wanted("reaction_time_s", "Reaction", 0.9, Cells::Number(2), " s"),
    wanted("outcome", "Outcome", 1.4, Cells::Words, ""),
    wanted("description", "What happened", 2.75, Cells::Text, ""),
    wanted("run_id", "Run", 0.0, Cells::Text, ""),
    wanted("kind", "Kind", 0.0, Cells::Words, ""),
    wanted("location", "Where", 0.0, Cells::Words, ""),
    wanted("rain_mmph", "Rain", 0.0, Cells::Number(1), " mm/h"),
    wanted("visibility_m", "Visibility", 0.0, Cells::Number(0), " m"),
    wanted("friction_mu", "Friction", 0.0, Cells::Number(2), ""),
    wanted("takeover_time_s", "Takeover", 0.0, Cells::Number(2), " s"),
    wanted("evidence", "Evidence", 0.0, Cells::Text, ""),
];

/// Columns of the runs, shown ones first.
pub const RUNS: [Wanted; 14] = [
    wanted("scenario", "Scenario", 1.85, Cells::Words, ""),
    wanted("level", "Level", 0.62, Cells::Text, ""),
    wanted("variation", "Variation", 0.85, Cells::Number(0), ""),
    wanted("outcome", "Outcome", 1.4, Cells::Words, ""),
    wanted("passed", "Passed", 0.75, Cells::Flag, ""),
    wanted("disengagement_count", "Diseng.", 0.78, Cells::Number(0), ""),
    wanted("ego_collision_count", "Contacts", 0.85, Cells::Number(0), ""),
    wanted("metric_ttc_min_s", "Least TTC", 0.95, Cells::Number(2), " s"),
    wanted("metric_decel_max_mps2", "Braking", 0.8, Cells::Number(1), " m/s²"),
    wanted("distance_m", "Distance", 0.85, Cells::Number(0), " m"),
    wanted("sim_time_s", "Time", 0.66, Cells::Number(1), " s"),
    wanted("failed_criteria", "Not met", 1.3, Cells::Words, ""),
    wanted("seed", "Seed", 0.0, Cells::Text, ""),
    wanted("run_id", "Run", 0.0, Cells::Text, ""),
];

/// Which table is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Shown {
    #[default]
    Disengagements,
    Runs,
}

/// An opened batch.
struct Opened {
    dir: PathBuf,
    disengagements: Result<Table, String>,
    runs: Result<Table, String>,
    shown: Shown,
    /// Chosen row of each table.
    chosen: [Option<usize>; 2],
}

/// The browser.
#[derive(Resource, Default)]
pub struct Browser {
    path: String,
    opened: Option<Opened>,
}

impl Browser {
    /// Opens a directory; what is wrong with it is shown in place.
    pub fn open(&mut self, dir: &Path) {
        // A file of the batch stands for its directory.
        let dir = if dir.is_file() { dir.parent().unwrap_or(dir) } else { dir };
        self.path = dir.display().to_string();
        let read =
            |name: &str, wanted: &[Wanted]| Table::read(&dir.join(name), wanted).map_err(|e| e.to_string());
        let mut disengagements = read("disengagements.csv", &DISENGAGEMENTS);
        let mut runs = read("runs.csv", &RUNS);
        for table in [&mut disengagements, &mut runs].into_iter().flatten() {
            table.sort_by(0);
            table.sort = (0, Order::Up);
            table.arrange();
        }
        let shown = match &disengagements {
            Ok(table) if !table.rows.is_empty() => Shown::Disengagements,
            Ok(_) | Err(_) => Shown::Runs,
        };
        self.opened =
            Some(Opened { dir: dir.to_path_buf(), disengagements, runs, shown, chosen: [None, None] });
    }

    /// The opened directory.
    pub fn dir(&self) -> Option<&Path> {
        self.opened.as_ref().map(|o| o.dir.as_path())
    }

    /// Chooses a row of the disengagements (for pictures and tests).
    pub fn choose(&mut self, row: usize) {
        if let Some(opened) = &mut self.opened {
            opened.chosen[Shown::Disengagements as usize] = Some(row);
        }
    }
}

/// The replay of a disengagement: three seconds before it.
pub fn replay_of(dir: &Path, table: &Table, row: usize) -> Option<Command> {
    let run_id = table.cell(row, "run_id");
    let time_s = table.number(row, "time_s").unwrap_or(0.0);
    (!run_id.is_empty()).then(|| Command::Replay {
        dir: dir.to_path_buf(),
        run_id: run_id.to_owned(),
        at_s: (time_s - BEFORE_S).max(0.0),
    })
}

/// The replay of a run from its start.
fn replay_run(dir: &Path, table: &Table, row: usize) -> Option<Command> {
    let run_id = table.cell(row, "run_id");
    (!run_id.is_empty()).then(|| Command::Replay {
        dir: dir.to_path_buf(),
        run_id: run_id.to_owned(),
        at_s: 0.0,
    })
}

/// Evidence of a disengagement as (time, sentence), oldest first. The column holds
/// `12.90 {"event":"…"} | 13.24 {…}`.
pub fn evidence(cell: &str) -> Vec<(f64, String)> {
    let one = |piece: &str| {
        let (time, json) = piece.trim().split_once(' ')?;
        let time_s: f64 = time.parse().ok()?;
        let text = match serde_json::from_str::<Happening>(json) {
            Ok(happening) => sentence(&happening, &Names::default()),
            // Another version's event: its name at least.
            Err(_) => {
                let value: serde_json::Value = serde_json::from_str(json).ok()?;
                capital(&spaced(value.get("event")?.as_str()?))
            }
        };
        Some((time_s, text))
    };
    cell.split(" | ").filter_map(one).collect()
}

/// Draws the page.
pub fn show(ui: &mut Ui, browser: &mut Browser, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let edit = egui::TextEdit::singleline(&mut browser.path)
            .hint_text("Directory of a batch, or drop it into the window")
            .desired_width((ui.available_width() - 120.0).clamp(200.0, 620.0))
            .margin(egui::Margin::symmetric(9, 6));
        let entered = ui.add(edit).lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        let open = theme::solid_button(ui, vec2(90.0, 30.0), "Open", BODY, TEXT, INK).clicked();
        let path = browser.path.trim().to_owned();
        if (open || entered) && !path.is_empty() {
            out.push(Command::OpenBatch(PathBuf::from(path)));
        }
    });
    ui.add_space(6.0);
    let Some(opened) = &mut browser.opened else {
        empty(ui);
        return;
    };
    tabs(ui, opened);
    ui.add_space(4.0);
    let rect = ui.available_rect_before_wrap();
    let detail_width = 360.0_f32.min(rect.width() * 0.36);
    let left = Rect::from_min_max(rect.min, pos2(rect.right() - detail_width - 14.0, rect.bottom()));
    let right = Rect::from_min_max(pos2(left.right() + 14.0, rect.top()), rect.max);
    let mut table_ui = ui.new_child(UiBuilder::new().max_rect(left));
    let mut detail_ui = ui.new_child(UiBuilder::new().max_rect(right));
    let Opened { dir, disengagements, runs, shown, chosen } = opened;
    let (table, chosen) = match shown {
        Shown::Disengagements => (disengagements, &mut chosen[0]),
        Shown::Runs => (runs, &mut chosen[1]),
    };
    match table {
        Ok(table) => {
            filters(&mut table_ui, table);
            if let Some(command) = grid(&mut table_ui, dir, table, *shown, chosen) {
                out.push(command);
            }
            ui.painter().rect_filled(right, CornerRadius::same(10), RAISED);
            detail(&mut detail_ui, dir, table, *shown, *chosen, out);
        }
        Err(why) => {
            icons::label(&mut table_ui, Icon::Warning, 26.0, theme::BAD_TEXT);
            table_ui.label(RichText::new(capital(why)).size(15.0).color(theme::BAD_TEXT));
            table_ui.label(theme::weak("A batch directory is made by `shakedown batch … --out DIRECTORY`; tables are written when its runs are done."));
        }
    }
}

fn empty(ui: &mut Ui) {
    ui.add_space(70.0);
    ui.vertical_centered(|ui| {
        icons::label(ui, Icon::List, 46.0, FAINT);
        ui.add_space(8.0);
        theme::heavy(ui, "No batch is open", 20.0, TEXT);
        ui.label(theme::weak("Type the directory of a batch above, or drop it into the window."));
        ui.add_space(10.0);
        ui.label(theme::weak("To make one:"));
        ui.label(
            RichText::new("shakedown batch scenarios/kirkland --variations 20 --out my_batch")
                .font(digits(13.0)),
        );
        ui.label(theme::weak("or open a scenario and use “Run variations” in the side panel."));
    });
}

fn tabs(ui: &mut Ui, opened: &mut Opened) {
    let count = |table: &Result<Table, String>| match table {
        Ok(table) => table.rows.len().to_string(),
        Err(_) => "?".to_owned(),
    };
    let texts = [
        (Shown::Disengagements, format!("Disengagements  {}", count(&opened.disengagements))),
        (Shown::Runs, format!("Runs  {}", count(&opened.runs))),
    ];
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        for (shown, text) in texts {
            let width = ui.painter().layout_no_wrap(text.clone(), font(BODY), TEXT).size().x + 26.0;
            let chosen = theme::Chosen::from(opened.shown == shown);
            if theme::choice(ui, vec2(width, 30.0), &text, chosen).clicked() {
                opened.shown = shown;
            }
        }
        let name = opened.dir.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        ui.add_space(8.0);
        ui.label(theme::weak(name)).on_hover_text(opened.dir.display().to_string());
    });
}

fn filters(ui: &mut Ui, table: &mut Table) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let edit = egui::TextEdit::singleline(&mut table.filter)
            .hint_text("Filter")
            .desired_width(190.0)
            .margin(egui::Margin::symmetric(9, 5));
        let mut changed = ui.add(edit).changed();
        for key in ["level", "cause", "outcome"] {
            let Some(column) = table.column(key) else { continue };
            let title = table.columns[column].title;
            let now = table.only.iter().find(|(c, _)| *c == column).map(|(_, v)| v.clone());
            let text = now.as_ref().map_or_else(|| format!("{title}: all"), |v| spaced(v));
            let values = table.values(column);
            ComboBox::from_id_salt(("batch filter", key)).width(128.0).selected_text(text).show_ui(
                ui,
                |ui| {
                    if ui.selectable_label(now.is_none(), "all").clicked() {
                        table.only.retain(|(c, _)| *c != column);
                        changed = true;
                    }
                    for (value, count) in values {
                        let text = format!("{}  ({count})", spaced(&value));
                        if ui.selectable_label(now.as_ref() == Some(&value), text).clicked() {
                            table.only.retain(|(c, _)| *c != column);
                            table.only.push((column, value));
                            changed = true;
                        }
                    }
                },
            );
        }
        if changed {
            table.arrange();
        }
        ui.label(theme::weak(format!("{} of {}", table.shown.len(), table.rows.len())));
    });
}

/// Columns that are shown, with their places.
fn places(table: &Table, left: f32, width: f32) -> Vec<(usize, f32, f32)> {
    let total: f32 = table.columns.iter().map(|c| c.width).sum();
    let mut x = left;
    let mut places = Vec::new();
    for (ix, column) in table.columns.iter().enumerate().filter(|(_, c)| c.width > 0.0) {
        let w = width * column.width / total.max(1e-3);
        places.push((ix, x, w));
        x += w;
    }
    places
}

fn grid(
    ui: &mut Ui,
    dir: &Path,
    table: &mut Table,
    shown: Shown,
    chosen: &mut Option<usize>,
) -> Option<Command> {
    /// Room for the play button at the left of a row.
    const PLAY: f32 = 30.0;
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.add_space(6.0);
    let width = ui.available_width();
    let (head, _) = ui.allocate_exact_size(vec2(width, 26.0), Sense::hover());
    ui.painter().rect_filled(head, CornerRadius { nw: 8, ne: 8, sw: 0, se: 0 }, RAISED);
    let places = places(table, head.left() + PLAY, width - PLAY - 12.0);
    let mut sort = None;
    for (ix, x, w) in &places {
        let cell = Rect::from_min_size(pos2(*x, head.top()), vec2(*w, head.height()));
        let response = ui.interact(cell, ui.id().with(("head", *ix)), Sense::click());
        let color = if response.hovered() { Color32::WHITE } else { WEAK };
        let galley = theme::cut(ui.painter(), table.columns[*ix].title, font(SMALL), color, w - 16.0, 1);
        let end = galley.size().x;
        ui.painter().galley(pos2(*x + 5.0, cell.center().y - galley.size().y * 0.5), galley, color);
        if table.sort.0 == *ix {
            let up = table.sort.1 == Order::Up;
            let at = pos2(*x + 12.0 + end, cell.center().y);
            let shape =
                if up { super::marks::MarkShape::TriangleUp } else { super::marks::MarkShape::TriangleDown };
            icons::mark(ui.painter(), shape, at, 3.5, TEXT);
        }
        let unit = table.columns[*ix].unit.trim();
        let hint = match unit {
            "" => "Sort by this column".to_owned(),
            unit => format!("In {unit}. Sort by this column"),
        };
        if response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(hint).clicked() {
            sort = Some(*ix);
        }
    }
    if let Some(column) = sort {
        table.sort_by(column);
    }
    let body = ui.available_rect_before_wrap();
    ui.painter().rect_filled(body, CornerRadius { nw: 0, ne: 0, sw: 8, se: 8 }, SUNKEN);
    let mut command = None;
    ScrollArea::vertical().auto_shrink([false, false]).show_rows(ui, ROW, table.shown.len(), |ui, range| {
        for at in range {
            let row = table.shown[at];
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
            let play = Rect::from_min_size(rect.min, vec2(PLAY, ROW));
            let start = ui.interact(play, ui.id().with(("play", row)), Sense::click());
            let painter = ui.painter();
            let fill = match (*chosen == Some(row), response.hovered() || start.hovered()) {
                (true, _) => theme::mixed(RAISED, TEXT, 0.16),
                (false, true) => HOVERED,
                (false, false) if at % 2 == 1 => theme::faded(RAISED, 0.45),
                (false, false) => Color32::TRANSPARENT,
            };
            painter.rect_filled(rect, CornerRadius::ZERO, fill);
            let ink = if start.hovered() { Color32::WHITE } else { WEAK };
            icons::paint(painter, Icon::Play, play.center(), 11.0, ink);
            for (ix, x, w) in &places {
                let text = table.words(row, *ix);
                let color = cell_color(table.columns[*ix].key, &table.rows[row][*ix]);
                let galley = theme::cut(painter, &text, font(13.0), color, w - 8.0, 1);
                painter.galley(pos2(*x + 5.0, rect.center().y - galley.size().y * 0.5), galley, color);
            }
            if response.clicked() {
                *chosen = Some(row);
            }
            let hint = match shown {
                Shown::Disengagements => "Replay from three seconds before",
                Shown::Runs => "Replay from the start",
            };
            if start.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(hint).clicked()
                || response.double_clicked()
            {
                command = match shown {
                    Shown::Disengagements => replay_of(dir, table, row),
                    Shown::Runs => replay_run(dir, table, row),
                };
            }
        }
        if table.shown.is_empty() {
            ui.add_space(20.0);
            ui.vertical_centered(|ui| ui.label(theme::weak("No row fits the filter.")));
        }
    });
    command
}

/// Color of a cell that says something good or bad; the word says it too.
fn cell_color(key: &str, cell: &str) -> Color32 {
    match (key, cell) {
        ("outcome", "collision") | ("passed", "false") | ("outcome", "fault") => theme::BAD_TEXT,
        ("outcome", "minimal_risk_condition") => c32(palette::WARN),
        ("ego_collision_count", count) if count != "0" => theme::BAD_TEXT,
        ("description" | "failed_criteria", _) => WEAK,
        _ => TEXT,
    }
}

fn detail(
    ui: &mut Ui,
    dir: &Path,
    table: &Table,
    shown: Shown,
    chosen: Option<usize>,
    out: &mut Vec<Command>,
) {
    let rect = ui.max_rect().shrink(14.0);
    let mut ui = ui.new_child(UiBuilder::new().max_rect(rect));
    let ui = &mut ui;
    ui.set_clip_rect(rect.expand(4.0));
    let Some(row) = chosen.filter(|row| *row < table.rows.len()) else {
        ui.add_space(30.0);
        ui.vertical_centered(|ui| {
            ui.label(theme::weak(
                "Choose a row to read what led to it. Double-click, or the triangle, replays it.",
            ));
        });
        return;
    };
    theme::heavy(
        ui,
        &format!("{}  {}", table.cell(row, "level"), spaced(table.cell(row, "scenario"))),
        16.0,
        TEXT,
    );
    match shown {
        Shown::Disengagements => {
            ui.label(RichText::new(table.cell(row, "description")).size(BODY));
        }
        Shown::Runs => {
            ui.label(RichText::new(capital(&spaced(table.cell(row, "outcome")))).size(BODY));
        }
    }
    ui.add_space(4.0);
    let hidden: Vec<(usize, String)> = (0..table.columns.len())
        .filter(|ix| {
            let c = &table.columns[*ix];
            !matches!(c.key, "scenario" | "level" | "description" | "evidence" | "outcome")
        })
        .map(|ix| (ix, table.words(row, ix)))
        .filter(|(_, text)| !text.is_empty() && text != "–")
        .collect();
    let grid = egui::Grid::new("batch detail").num_columns(2).spacing(vec2(14.0, 2.0)).min_row_height(16.0);
    grid.show(ui, |ui| {
        for (ix, text) in hidden {
            ui.label(RichText::new(table.columns[ix].title).size(SMALL).color(WEAK));
            ui.label(RichText::new(format!("{text}{}", table.columns[ix].unit)).size(SMALL));
            ui.end_row();
        }
    });
    ui.add_space(6.0);
    let (text, command) = match shown {
        Shown::Disengagements => ("Replay from 3 s before", replay_of(dir, table, row)),
        Shown::Runs => ("Replay from the start", replay_run(dir, table, row)),
    };
    if theme::solid_button(ui, vec2(ui.available_width(), 34.0), text, 15.0, TEXT, INK).clicked() {
        out.extend(command);
    }
    if shown == Shown::Disengagements {
        chain(ui, table, row);
    }
}

/// What led to a disengagement.
fn chain(ui: &mut Ui, table: &Table, row: usize) {
    ui.add_space(8.0);
    theme::caption(ui, "What led to it");
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        for (time_s, text) in evidence(table.cell(row, "evidence")) {
            ui.horizontal_top(|ui| {
                let (rect, _) = ui.allocate_exact_size(vec2(54.0, 16.0), Sense::hover());
                ui.painter().text(
                    rect.right_center() - vec2(4.0, 0.0),
                    Align2::RIGHT_CENTER,
                    clock(time_s),
                    digits(CAPTION),
                    FAINT,
                );
                ui.add(egui::Label::new(RichText::new(text).size(SMALL)).wrap());
            });
        }
    });
    let rect = ui.max_rect();
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, theme::faded(EDGE, 0.5)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::batch::tables::{DISENGAGEMENT_COLUMNS, disengagements_table, runs_table};

    #[test]
    fn the_engine_writes_every_column_that_is_wanted() {
        for column in &DISENGAGEMENTS {
            assert!(DISENGAGEMENT_COLUMNS.contains(&column.key), "{}", column.key);
        }
        let table = disengagements_table(&[]);
        let read = Table::parse(&table.to_csv().unwrap(), &DISENGAGEMENTS, Path::new("d.csv")).unwrap();
        assert!(read.rows.is_empty());
        let runs = runs_table(&[], &[]);
        let names: Vec<&str> = runs.names().collect();
        for column in RUNS.iter().filter(|c| !c.key.starts_with("metric_")) {
            assert!(names.contains(&column.key), "{}", column.key);
        }
    }

    #[test]
    fn replays_start_three_seconds_before() {
        let text = "scenario,level,time_s,cause,initiator,speed_mps,reaction_time_s,outcome,description,run_id,kind,location,rain_mmph,visibility_m,friction_mu,takeover_time_s,evidence\n\
                    a,L3,23.24,x,y,1,,z,d,cafe,k,l,0,1,1,,\n\
                    a,L3,1.5,x,y,1,,z,d,beef,k,l,0,1,1,,\n";
        let table = Table::parse(text.as_bytes(), &DISENGAGEMENTS, Path::new("d.csv")).unwrap();
        let at = |row| match replay_of(Path::new("b"), &table, row) {
            Some(Command::Replay { dir, run_id, at_s }) => (dir, run_id, at_s),
            other => panic!("{other:?}"),
        };
        let (dir, run_id, at_s) = at(0);
        assert_eq!((dir, run_id.as_str()), (PathBuf::from("b"), "cafe"));
        assert!((at_s - 20.24).abs() < 1e-9);
        assert_eq!(at(1).2, 0.0, "not before the start");
    }

    #[test]
    fn evidence_becomes_sentences() {
        let cell = "12.90 {\"event\":\"forward_collision_warning\"} | 13.24 {\"event\":\"request_to_intervene\",\"reason\":\"odd_exit:visibility\",\"budget_s\":10.0} | 14.00 {\"event\":\"from_the_future\",\"x\":1} | nonsense";
        let found = evidence(cell);
        assert_eq!(found.len(), 3);
        assert_eq!(found[0], (12.9, "Forward collision warning.".to_owned()));
        assert!(found[1].1.contains("within 10 s (limit reached: visibility)"), "{}", found[1].1);
        assert_eq!(found[2].1, "From the future");
        assert!(evidence("").is_empty());
    }

    #[test]
    fn a_directory_without_tables_is_explained() {
        let dir = tempfile::tempdir().unwrap();
        let mut browser = Browser::default();
        browser.open(dir.path());
        let opened = browser.opened.as_ref().unwrap();
        assert!(opened.runs.as_ref().err().unwrap().contains("there is no runs.csv"));
        assert_eq!(browser.dir(), Some(dir.path()));
    }
}
