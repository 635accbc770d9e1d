//! Free driving: any bundled map, any place on it, any weather. Click the map to set the start, right-click to
//! set a destination.

use super::super::icons::{self, Icon};
use super::super::theme::{
    self, BODY, CAPTION, EDGE, FAINT, INK, RAISED, SMALL, SUNKEN, TEXT, WEAK, c32, font,
};
use super::super::words::{capital, spaced};
use super::generate::{self, FreeDrive, NoStart};
use super::mapview;
use super::setup::Setup;
use super::{Start, detail};
use crate::command::{Command, Opening};
use crate::palette;
use bevy_egui::egui::{
    self, Align2, Color32, ComboBox, CornerRadius, DragValue, Rect, RichText, ScrollArea, Sense, Stroke,
    StrokeKind, Ui, UiBuilder, pos2, vec2,
};
use shakedown::base::math::DVec3;
use shakedown::road::{LaneCoord, RoadNetwork};
use shakedown::scenario::Files;
use shakedown::state::automation::AutomationLevel;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Vehicles that a person may want to drive, the first one by default.
const VEHICLES: [&str; 6] = [
    "lexus_rx450h_2012",
    "prototype_two_seat",
    "chrysler_pacifica",
    "jaguar_ipace",
    "compact_car",
    "class8_tractor",
];

/// Choices for a free drive.
pub struct Free {
    map: String,
    network: Option<Arc<RoadNetwork>>,
    start: Option<LaneCoord>,
    destination: Option<LaneCoord>,
    vehicle: String,
    vehicles: u32,
    pedestrians: u32,
    cyclists: u32,
    setup: Setup,
    weather_open: bool,
    note: String,
}

impl Default for Free {
    fn default() -> Self {
        Self {
            map: String::new(),
            network: None,
            start: None,
            destination: None,
            vehicle: VEHICLES[0].to_owned(),
            vehicles: 12,
            pedestrians: 2,
            cyclists: 1,
            setup: Setup { level: Some(AutomationLevel::L0), seat: true, ..Setup::default() },
            weather_open: false,
            note: String::new(),
        }
    }
}

impl Free {
    /// The drive that is chosen.
    pub fn drive(&self) -> Option<FreeDrive> {
        Some(FreeDrive {
            map: self.map.clone(),
            start: self.start?,
            destination: self.destination,
            vehicle: self.vehicle.clone(),
            vehicles: self.vehicles,
            pedestrians: self.pedestrians,
            cyclists: self.cyclists,
            weather: self.setup.weather.clone(),
        })
    }

    fn choose(&mut self, map: &str, network: Arc<RoadNetwork>) {
        self.map = map.to_owned();
        self.start = generate::starts(&network).first().map(|(_, start)| *start);
        self.destination = None;
        self.network = Some(network);
        self.note.clear();
    }
}

/// Where free drives are written.
fn file(map: &str) -> Option<PathBuf> {
    Some(crate::settings::data_dir()?.join("free_drive").join(format!("{map}.toml")))
}

/// Writes the scenario of a drive to a file and gives what to open.
fn write(network: &RoadNetwork, free: &Free, path: &Path) -> Result<Opening, String> {
    let drive = free.drive().ok_or("Click the map to set the start.")?;
    let text = generate::scenario_text(network, &drive);
    let said = |error: std::io::Error| format!("{} cannot be written: {error}", path.display());
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(said)?;
    }
    std::fs::write(path, text).map_err(said)?;
    Ok(Opening {
        scenario: path.display().to_string(),
        level: free.setup.level,
        seed: free.setup.seed,
        overrides: Vec::new(),
    })
}

/// Draws the map.
pub fn map(ui: &mut Ui, start: &mut Start) {
    let Start { free, assets, sketches, .. } = start;
    let maps = assets.names(shakedown::scenario::NameKind::Map).unwrap_or_default();
    if free.network.is_none() {
        let first = maps.iter().find(|m| *m == "kirkland").or(maps.first()).cloned();
        if let Some(map) = first
            && let Ok(network) = assets.map(&map)
        {
            free.choose(&map, network);
        }
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        for map in &maps {
            let text = capital(&spaced(map));
            let width = ui.painter().layout_no_wrap(text.clone(), font(13.5), TEXT).size().x + 24.0;
            let (fill, ink) = if free.map == *map { (TEXT, INK) } else { (RAISED, TEXT) };
            if theme::solid_button(ui, vec2(width, 29.0), &text, 13.5, fill, ink).clicked()
                && let Ok(network) = assets.map(map)
            {
                free.choose(map, network);
            }
        }
    });
    ui.add_space(6.0);
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click());
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.rect_filled(rect, CornerRadius::same(10), SUNKEN);
    painter.rect_stroke(rect, CornerRadius::same(10), Stroke::new(1.0, EDGE), StrokeKind::Inside);
    let Some(network) = free.network.clone() else {
        painter.text(
            rect.center(),
            Align2::CENTER_CENTER,
            "No map can be read.",
            font(BODY),
            theme::BAD_TEXT,
        );
        return;
    };
    let Some(sketch) = sketches.get_or_make(&free.map, &network) else { return };
    let fit = sketch.fit(rect.shrink(34.0));
    mapview::paint_lanes(&painter, &sketch, &fit);
    streets(&painter, &network, &fit);
    mapview::paint_scale(&painter, &fit, rect);
    let place = |at: egui::Pos2| {
        let world = fit.world(at);
        let near = network.nearest_lane(DVec3::new(world.x, world.y, 0.0), None)?;
        (near.distance_m < 25.0).then_some(near.coord)
    };
    if let Some(coord) = response.hover_pos().and_then(place) {
        let pose = network.lane_pose(LaneCoord::center(coord.lane, coord.along_m)).pose;
        let color = match generate::start_on(&network, coord) {
            Ok(_) => theme::faded(TEXT, 0.7),
            Err(_) => theme::faded(c32(palette::BAD), 0.6),
        };
        mapview::paint_arrow(&painter, &fit, pose.position_m.truncate(), pose.heading_rad, color);
    }
    if response.clicked()
        && let Some(coord) = response.interact_pointer_pos().and_then(place)
    {
        match generate::start_on(&network, coord) {
            Ok(start) => {
                free.start = Some(start);
                free.note.clear();
            }
            Err(why) => free.note = no_start_words(why).to_owned(),
        }
        free.destination =
            free.destination.filter(|to| free.start.is_some_and(|s| generate::reachable(&network, s, *to)));
    }
    if response.secondary_clicked()
        && let Some(coord) = response.interact_pointer_pos().and_then(place)
    {
        let to = LaneCoord::center(coord.lane, coord.along_m);
        match free.start.is_some_and(|start| generate::reachable(&network, start, to)) {
            true => {
                free.destination = Some(to);
                free.note.clear();
            }
            false => free.note = "No way leads there from the start in driving direction.".to_owned(),
        }
    }
    if let Some(start) = free.start {
        let pose = network.lane_pose(start).pose;
        let color = c32(palette::HUMAN);
        mapview::paint_arrow(&painter, &fit, pose.position_m.truncate(), pose.heading_rad, color);
    }
    if let Some(to) = free.destination {
        let at = network.lane_pose(to).pose.position_m.truncate();
        mapview::paint_flag(&painter, &fit, at, c32(palette::SYSTEM));
    }
    let hint = "Click: start.  Right-click: destination.";
    painter.text(rect.left_top() + vec2(14.0, 12.0), Align2::LEFT_TOP, hint, font(SMALL), WEAK);
    response.on_hover_cursor(egui::CursorIcon::Crosshair);
}

fn no_start_words(why: NoStart) -> &'static str {
    match why {
        NoStart::NotADrivingLane => "A drive starts on a lane for motor vehicles.",
        NoStart::InJunction => "A drive does not start inside a junction.",
        NoStart::TooShort => "This piece of road is too short to start on.",
    }
}

/// Names of the longest roads, along the street.
fn streets(painter: &egui::Painter, network: &RoadNetwork, fit: &mapview::Fit) {
    let mut named: Vec<(&str, f64, egui::Pos2)> = Vec::new();
    for road in network.roads.iter().filter(|r| r.junction.is_none() && !r.name.is_empty()) {
        let Some(lane) = road
            .lanes
            .iter()
            .map(|id| network.lane(*id))
            .find(|l| l.kind == shakedown::road::LaneKind::Driving)
        else {
            continue;
        };
        let middle = network.lane_pose(LaneCoord::center(lane.id, lane.length_m * 0.5)).pose;
        let at = fit.point(middle.position_m.truncate());
        match named.iter_mut().find(|(name, ..)| *name == road.name) {
            Some(known) if known.1 < road.length_m => *known = (&road.name, road.length_m, at),
            Some(_) => {}
            None => named.push((&road.name, road.length_m, at)),
        }
    }
    named.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut taken: Vec<Rect> = Vec::new();
    for (name, _, at) in named.into_iter().take(16) {
        let galley = painter.layout_no_wrap(name.to_owned(), font(CAPTION), WEAK);
        let rect = Align2::CENTER_CENTER.anchor_size(at - vec2(0.0, 13.0), galley.size());
        if taken.iter().any(|r| r.expand(5.0).intersects(rect)) {
            continue;
        }
        taken.push(rect);
        painter.rect_filled(
            rect.expand2(vec2(4.0, 1.0)),
            CornerRadius::same(4),
            Color32::from_black_alpha(150),
        );
        painter.galley(rect.min, galley, WEAK);
    }
}

/// Draws the column beside the map.
pub fn column(ui: &mut Ui, start: &mut Start, out: &mut Vec<Command>) {
    let whole = ui.max_rect();
    let bar = Rect::from_min_max(pos2(whole.left(), whole.bottom() - 50.0), whole.max - vec2(10.0, 0.0));
    let body = Rect::from_min_max(whole.min, pos2(whole.right(), bar.top() - 10.0));
    let mut inner = ui.new_child(UiBuilder::new().max_rect(body));
    inner.set_clip_rect(body.intersect(ui.clip_rect()));
    ScrollArea::vertical().auto_shrink([false, false]).show(&mut inner, |ui| {
        ui.set_width(body.width() - 10.0);
        choices(ui, &mut start.free);
    });
    let go = theme::solid_button(
        &mut ui.new_child(UiBuilder::new().max_rect(bar)),
        bar.size(),
        "Drive",
        22.0,
        TEXT,
        INK,
    );
    let wished = go.clicked() || start.go;
    start.go = false;
    let free = &mut start.free;
    if wished && let Some(network) = free.network.clone() {
        let path =
            file(&free.map).ok_or_else(|| "This system names no directory for a program's data.".to_owned());
        match path.and_then(|path| write(&network, free, &path)) {
            Ok(opening) => {
                out.push(Command::Open(opening));
                if free.setup.seat {
                    out.push(Command::Seat(true));
                }
            }
            Err(why) => free.note = why,
        }
    }
}

fn choices(ui: &mut Ui, free: &mut Free) {
    theme::heavy(ui, "Free drive", 20.0, TEXT);
    ui.label(theme::weak(
        "Any map, any place, any weather. Drive yourself, or let a feature of any level drive.",
    ));
    if let (Some(network), Some(start)) = (&free.network, free.start) {
        let lane = network.lane(start.lane);
        let road = network.road(lane.road);
        let name = if road.name.is_empty() { spaced(&road.id) } else { road.name.clone() };
        let way = generate::compass(network.lane_pose(start).pose.heading_rad);
        let limit = super::super::sign::limit_mph(lane.speed_limit_mps);
        ui.add_space(2.0);
        ui.horizontal(|ui| {
            icons::label(ui, Icon::Wheel, 15.0, c32(palette::HUMAN));
            ui.label(RichText::new(format!("{name}, {way}, {limit} mph")).size(BODY));
        });
    }
    if free.destination.is_some() {
        ui.horizontal(|ui| {
            icons::label(ui, Icon::Check, 15.0, c32(palette::SYSTEM));
            ui.label(RichText::new("To the flag on the map").size(BODY));
            if icons::button(ui, Icon::Cross, 20.0, "No destination: follow the road").clicked() {
                free.destination = None;
            }
        });
    }
    if !free.note.is_empty() {
        ui.label(RichText::new(&free.note).color(theme::BAD_TEXT).size(13.0));
    }
    ui.add_space(8.0);
    detail::level(ui, &mut free.setup, AutomationLevel::L0);
    ui.add_space(4.0);
    detail::driver_and_seed(ui, &mut free.setup);
    ui.add_space(8.0);
    egui::Grid::new("free choices").num_columns(2).spacing(vec2(12.0, 7.0)).show(ui, |ui| {
        ui.label(theme::weak("Vehicle"));
        ComboBox::from_id_salt("free vehicle")
            .width(200.0)
            .selected_text(vehicle_name(&free.vehicle))
            .show_ui(ui, |ui| {
                for name in VEHICLES {
                    ui.selectable_value(&mut free.vehicle, name.to_owned(), vehicle_name(name));
                }
            });
        ui.end_row();
        for (name, count, most) in [
            ("Vehicles around", &mut free.vehicles, 60),
            ("Pedestrians", &mut free.pedestrians, 20),
            ("Cyclists", &mut free.cyclists, 20),
        ] {
            ui.label(theme::weak(name));
            ui.add(DragValue::new(count).range(0..=most).speed(0.15));
            ui.end_row();
        }
    });
    let changed = free.setup.weather.iter().flatten().count();
    if detail::group(ui, &mut free.weather_open, Icon::Weather, "Weather and light", changed) {
        detail::weather_group(ui, &mut free.setup.weather, None);
    }
    ui.add_space(6.0);
    let level = free.setup.level.unwrap_or(AutomationLevel::L0);
    if free.setup.seat && level >= AutomationLevel::L4 {
        ui.label(
            RichText::new(format!("At {level} you are a passenger until you take the wheel."))
                .size(SMALL)
                .color(FAINT),
        );
    }
}

/// A vehicle's name for people.
fn vehicle_name(name: &str) -> String {
    match name {
        "lexus_rx450h_2012" => "Lexus RX 450h, 2012".to_owned(),
        "prototype_two_seat" => "Two-seat prototype, no wheel".to_owned(),
        "chrysler_pacifica" => "Chrysler Pacifica".to_owned(),
        "jaguar_ipace" => "Jaguar I-Pace".to_owned(),
        "compact_car" => "Compact car".to_owned(),
        "class8_tractor" => "Class 8 tractor".to_owned(),
        other => capital(&spaced(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::cli::assets::Assets;

    #[test]
    fn offered_vehicles_exist_and_have_sensors() {
        let assets = Assets::open().unwrap();
        let network = assets.map("straight").unwrap();
        let mut free = Free::default();
        free.choose("straight", network.clone());
        for vehicle in VEHICLES {
            free.vehicle = vehicle.to_owned();
            let text = generate::scenario_text(&network, &free.drive().unwrap());
            let checked =
                shakedown::scenario::Scenario::check("free", "free.toml", text.as_bytes(), &assets, &[]);
            assert!(checked.diagnostics.is_empty(), "{vehicle}: {:#?}", checked.diagnostics);
        }
    }

    #[test]
    fn what_is_written_opens() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep").join("austin.toml");
        let assets = Assets::open().unwrap();
        let network = assets.map("austin").unwrap();
        let mut free = Free::default();
        assert!(write(&network, &free, &path).is_err(), "there is no start yet");
        free.choose("austin", network.clone());
        let opening = write(&network, &free, &path).unwrap();
        let (spec, _) = crate::session::Loader::open().unwrap().spec(&opening).unwrap();
        assert_eq!((spec.scenario.map.as_str(), spec.level), ("austin", AutomationLevel::L0));
        assert_eq!(spec.scenario.ego.as_ref().unwrap().start.coord.lane, free.start.unwrap().lane);
        let nowhere = dir.path().join("deep").join("austin.toml").join("x.toml");
        assert!(write(&network, &free, &nowhere).unwrap_err().contains("cannot be written"));
    }

    #[test]
    fn a_map_brings_a_start_and_drops_the_destination() {
        let assets = Assets::open().unwrap();
        let mut free = Free::default();
        assert_eq!(free.drive(), None);
        free.choose("kirkland", assets.map("kirkland").unwrap());
        let first = free.drive().unwrap();
        free.destination = Some(first.start);
        free.choose("austin", assets.map("austin").unwrap());
        assert_eq!(free.drive().unwrap().destination, None);
        assert_eq!(free.drive().unwrap().map, "austin");
    }
}
