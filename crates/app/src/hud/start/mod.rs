//! The start screen: scenarios as pictures, free driving, and the results of batches.
//!
//! | file | what |
//! |---|---|
//! | [`catalog`] | the scenario files and what is wrong with them |
//! | [`cards`] | the cards |
//! | [`detail`] | the column with every choice for the chosen scenario |
//! | [`setup`] | those choices, as overrides of the file (pure) |
//! | [`parameters`] | sliders over distributions |
//! | [`free`] | free driving on a map |
//! | [`generate`] | the scenario file of a free drive (pure) |
//! | [`mapview`] | a map from above |
//! | [`pictures`] | PNGs |

pub mod cards;
pub mod catalog;
pub mod detail;
pub mod free;
pub mod generate;
pub mod mapview;
pub mod parameters;
pub mod pictures;
pub mod setup;

use super::icons::{self, Icon};
use super::theme::{self, BODY, EDGE, FAINT, INK, PAGE, RAISED, TEXT, WEAK, c32, font};
use super::{Hud, layout::Fold};
use crate::command::Command;
use crate::palette;
use crate::settings::Settings;
use bevy::prelude::Resource;
use bevy_egui::egui::{
    self, Align, Align2, Context, CornerRadius, Layout, Order, Rect, Sense, Stroke, Ui, UiBuilder, pos2, vec2,
};
use catalog::{Catalog, Entry};
use mapview::Sketch;
use pictures::Pictures;
use setup::Setup;
use shakedown::cli::assets::{Assets, ScenarioFile};
use shakedown::road::RoadNetwork;
use shakedown::scenario::{Diagnostic, Files, NameKind, Scenario};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Which page of the start screen is up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Bundled scenarios.
    #[default]
    Scenarios,
    /// Free driving.
    Free,
    /// Results of a batch.
    Batch,
}

/// The chosen scenario, loaded with the present choices.
pub struct Chosen {
    name: String,
    overrides: Vec<(String, String)>,
    /// The scenario, or what is wrong.
    pub scenario: Result<Arc<Scenario>, Vec<Diagnostic>>,
}

/// Drawings of maps, made on another thread.
#[derive(Clone, Default)]
pub struct Sketches(Arc<Mutex<BTreeMap<String, Arc<Sketch>>>>);

impl Sketches {
    /// The drawing of a map, if it is ready.
    pub fn get(&self, map: &str) -> Option<Arc<Sketch>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(map).cloned()
    }

    /// The drawing of a map; made now if it is not there.
    pub fn get_or_make(&self, map: &str, network: &RoadNetwork) -> Option<Arc<Sketch>> {
        if let Some(sketch) = self.get(map) {
            return Some(sketch);
        }
        let sketch = Arc::new(Sketch::of(network));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(map.to_owned(), sketch.clone());
        Some(sketch)
    }
}

/// Open groups of the column.
#[derive(Debug, Default)]
pub struct OpenGroups {
    /// Weather.
    pub weather: bool,
    /// Parameters.
    pub parameters: bool,
}

/// The start screen.
#[derive(Resource)]
pub struct Start {
    /// Page.
    pub tab: Tab,
    /// What runs need from disk.
    pub assets: Arc<Assets>,
    /// Directory with `assets/` and `scenarios/`.
    pub root: PathBuf,
    /// Scenarios.
    pub catalog: Catalog,
    /// Choices for the next run.
    pub setup: Setup,
    /// Index of the chosen entry.
    pub selected: Option<usize>,
    /// The chosen entry, loaded.
    pub loaded: Option<Chosen>,
    /// Filter text.
    pub filter: String,
    /// Pack to show; `None` = all.
    pub pack: Option<String>,
    /// Start at the next opportunity (double click, Enter).
    pub go: bool,
    /// Open groups.
    pub open: OpenGroups,
    /// Clicks on dice so far.
    pub draws: u32,
    /// Free driving.
    pub free: free::Free,
    pictures: Pictures,
    sketches: Sketches,
}

impl Start {
    /// Reads the scenarios; maps are drawn in the background.
    pub fn open(assets: Arc<Assets>) -> Self {
        let sketches = Sketches::default();
        let (shared, files) = (sketches.clone(), assets.clone());
        let drawn = std::thread::Builder::new().name("map sketches".to_owned()).spawn(move || {
            for map in files.names(NameKind::Map).unwrap_or_default() {
                if let Ok(network) = files.map(&map) {
                    shared.get_or_make(&map, &network);
                }
            }
        });
        if let Err(error) = drawn {
            bevy::log::warn!("maps are drawn when they are needed: {error}");
        }
        Self {
            tab: Tab::default(),
            root: assets.root().to_path_buf(),
            catalog: Catalog::open(&assets),
            assets,
            setup: Setup::default(),
            selected: None,
            loaded: None,
            filter: String::new(),
            pack: None,
            go: false,
            open: OpenGroups { weather: false, parameters: true },
            draws: 0,
            free: free::Free::default(),
            pictures: Pictures::default(),
            sketches,
        }
    }

    /// The chosen entry.
    pub fn entry(&self) -> Option<&Entry> {
        self.selected.and_then(|ix| self.catalog.entries.get(ix))
    }

    /// Chooses an entry.
    pub fn select(&mut self, ix: usize) {
        if self.selected != Some(ix) {
            self.selected = Some(ix);
            self.setup.for_another();
        }
    }

    /// Chooses an entry by name.
    pub fn select_named(&mut self, name: &str) {
        if let Some(ix) = self.catalog.entries.iter().position(|e| e.name == name) {
            self.select(ix);
        }
    }

    /// Loads the chosen scenario again when a choice has changed.
    fn reload(&mut self) {
        let Some(entry) = self.entry() else {
            self.loaded = None;
            return;
        };
        let overrides = self.setup.overrides();
        if self.loaded.as_ref().is_some_and(|l| l.name == entry.name && l.overrides == overrides) {
            return;
        }
        let file = ScenarioFile { name: entry.name.clone(), path: entry.path.clone() };
        let scenario = catalog::check(&self.assets, &file, &overrides);
        self.loaded = Some(Chosen { name: file.name, overrides, scenario });
    }
}

/// Width of the column with the choices, points.
const COLUMN: f32 = 372.0;
/// Margin of the page, points.
const MARGIN: f32 = 20.0;

/// Draws the whole page.
pub fn show(
    ctx: &Context,
    start: &mut Start,
    browser: &mut super::batch::Browser,
    settings: &mut Settings,
    hud: &mut Hud,
    failure: Option<&str>,
    out: &mut Vec<Command>,
) {
    start.catalog.refresh();
    start.reload();
    let screen = ctx.content_rect();
    theme::floating(ctx, "start", screen, Order::Background, |ui| {
        ui.painter().rect_filled(screen, CornerRadius::ZERO, PAGE);
        let head = Rect::from_min_max(
            pos2(screen.left() + MARGIN, screen.top() + 12.0),
            pos2(screen.right() - MARGIN, screen.top() + 60.0),
        );
        header(&mut ui.new_child(UiBuilder::new().max_rect(head)), start, settings, hud);
        ui.painter().hline(screen.x_range(), head.bottom() + 6.0, Stroke::new(1.0, theme::faded(EDGE, 0.7)));
        let mut body = Rect::from_min_max(
            pos2(screen.left() + MARGIN, head.bottom() + 18.0),
            pos2(screen.right() - MARGIN, screen.bottom() - 16.0),
        );
        if let Some(why) = failure {
            let place = Rect::from_min_size(body.min, vec2(body.width(), 58.0));
            failed(ui, place, why);
            body.min.y = place.bottom() + 12.0;
        }
        match start.tab {
            Tab::Scenarios | Tab::Free => {
                let column_width = COLUMN.min(body.width() * 0.42);
                let column = Rect::from_min_max(pos2(body.right() - column_width, body.top()), body.max);
                let left = Rect::from_min_max(body.min, pos2(column.left() - 18.0, body.bottom()));
                let mut left_ui = ui.new_child(UiBuilder::new().max_rect(left));
                left_ui.set_clip_rect(left.expand(2.0));
                let panel = column.expand2(vec2(2.0, 4.0));
                ui.painter().rect_filled(panel, CornerRadius::same(12), theme::mixed(PAGE, RAISED, 0.45));
                let mut column_ui = ui.new_child(UiBuilder::new().max_rect(column.shrink2(vec2(14.0, 12.0))));
                if start.tab == Tab::Scenarios {
                    cards::show(&mut left_ui, start);
                    detail::show(&mut column_ui, start, out);
                } else {
                    free::map(&mut left_ui, start);
                    free::column(&mut column_ui, start, out);
                }
            }
            Tab::Batch => {
                let mut page = ui.new_child(UiBuilder::new().max_rect(body));
                super::batch::show(&mut page, browser, out);
            }
        }
    });
}

/// Why the last thing could not be opened.
fn failed(ui: &mut Ui, rect: Rect, why: &str) {
    let painter = ui.painter();
    painter.rect_filled(rect, CornerRadius::same(8), egui::Color32::from_rgb(46, 22, 12));
    painter.rect_stroke(
        rect,
        CornerRadius::same(8),
        Stroke::new(1.0, c32(palette::BAD)),
        egui::StrokeKind::Inside,
    );
    icons::paint(painter, Icon::Warning, pos2(rect.left() + 20.0, rect.center().y), 20.0, theme::BAD_TEXT);
    let galley = theme::cut(painter, why, font(13.0), TEXT, rect.width() - 52.0, 3);
    painter.galley(pos2(rect.left() + 40.0, rect.center().y - galley.size().y * 0.5), galley, TEXT);
    ui.interact(rect, ui.id().with("failed"), Sense::hover()).on_hover_text(why);
}

fn header(ui: &mut Ui, start: &mut Start, settings: &mut Settings, hud: &mut Hud) {
    let rect = ui.max_rect();
    logo(ui, pos2(rect.left(), rect.center().y));
    ui.allocate_ui_with_layout(rect.size(), Layout::left_to_right(Align::Center), |ui| {
        ui.add_space(316.0);
        for (tab, text, icon) in [
            (Tab::Scenarios, "Scenarios", Icon::Camera),
            (Tab::Free, "Free drive", Icon::Wheel),
            (Tab::Batch, "Batch results", Icon::List),
        ] {
            if tab_button(ui, icon, text, start.tab == tab).clicked() {
                start.tab = tab;
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if icons::button(ui, Icon::Help, 32.0, "Help and keys (F1)").clicked() {
                hud.help = Fold::Open;
            }
            ui.add_space(6.0);
            scale(ui, settings);
            ui.add_space(6.0);
            let sound = if settings.sound { "Sound on" } else { "Sound off" };
            if theme::solid_button(ui, vec2(92.0, 30.0), sound, 13.0, RAISED, TEXT)
                .on_hover_text("The chime of a request to intervene")
                .clicked()
            {
                settings.sound = !settings.sound;
            }
        });
    });
}

fn scale(ui: &mut Ui, settings: &mut Settings) {
    ui.spacing_mut().item_spacing.x = 3.0;
    let step = |ui: &mut Ui, text: &str, by: f32, settings: &mut Settings| {
        if theme::solid_button(ui, vec2(30.0, 30.0), text, 17.0, RAISED, TEXT).clicked() {
            let scale = settings.ui_scale.unwrap_or(1.0) + by;
            settings.ui_scale = Some(Settings::bounded_scale((scale * 10.0).round() / 10.0));
        }
    };
    step(ui, "+", 0.1, settings);
    let (rect, response) = ui.allocate_exact_size(vec2(48.0, 30.0), Sense::hover());
    let text = format!("{:.0} %", settings.ui_scale.unwrap_or(1.0) * 100.0);
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, text, font(13.0), WEAK);
    response.on_hover_text("Size of the text and the panels");
    step(ui, "–", -0.1, settings);
}

/// The name of the program with its mark: a lane that is half human, half system.
fn logo(ui: &Ui, at: egui::Pos2) {
    let painter = ui.painter();
    let mark = Rect::from_center_size(at + vec2(17.0, 0.0), vec2(34.0, 34.0));
    let (left, right) = (
        Rect::from_min_max(mark.min, pos2(mark.center().x, mark.bottom())),
        Rect::from_min_max(pos2(mark.center().x, mark.top()), mark.max),
    );
    painter.rect_filled(left, CornerRadius { nw: 9, sw: 9, ne: 0, se: 0 }, c32(palette::HUMAN));
    painter.rect_filled(right, CornerRadius { nw: 0, sw: 0, ne: 9, se: 9 }, c32(palette::SYSTEM));
    for y in [-11.0, -1.5, 8.0] {
        let dash = Rect::from_center_size(mark.center() + vec2(0.0, y + 1.5), vec2(3.6, 6.0));
        painter.rect_filled(dash, CornerRadius::same(1), INK);
    }
    let name = theme::heavy_at(
        painter,
        pos2(mark.right() + 12.0, at.y - 7.0),
        Align2::LEFT_CENTER,
        "shakedown",
        font(theme::HEADLINE),
        TEXT,
    );
    painter.text(
        pos2(name.left() + 1.0, at.y + 15.0),
        Align2::LEFT_CENTER,
        "a laboratory for driving automation",
        font(theme::SMALL),
        FAINT,
    );
}

fn tab_button(ui: &mut Ui, icon: Icon, text: &str, chosen: bool) -> egui::Response {
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font(BODY + 1.0), TEXT);
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x + 48.0, 38.0), Sense::click());
    let painter = ui.painter();
    let color = match (chosen, response.hovered()) {
        (true, _) => TEXT,
        (false, true) => TEXT,
        (false, false) => WEAK,
    };
    if chosen {
        painter.rect_filled(rect, CornerRadius::same(8), RAISED);
        let line = Rect::from_min_max(
            pos2(rect.left() + 12.0, rect.bottom() - 3.0),
            pos2(rect.right() - 12.0, rect.bottom() - 1.0),
        );
        painter.rect_filled(line, CornerRadius::same(1), TEXT);
    }
    icons::paint(painter, icon, pos2(rect.left() + 20.0, rect.center().y), 15.0, color);
    theme::heavy_at(
        painter,
        pos2(rect.left() + 35.0, rect.center().y),
        Align2::LEFT_CENTER,
        text,
        font(BODY + 1.0),
        color,
    );
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, text));
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}
