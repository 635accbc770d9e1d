//! Vehicle files: text → checked [`VehicleSpec`], all problems at once with line and column.
//!
//! A file has `version = 1`, the fields of [`VehicleSpec`] by their names and the table `extent`.
//! Obstacles and pedestrians need only `version`, `name`, `title`, `class`, `mass_kg`, `speed_max_mps`
//! and `extent`; whatever of the rest they leave out is zero.
//!
//! Units are part of every field's name. The limits below are named with their reason in [`FIELDS`]:
//! they catch slips of the pen (km/h for m/s, mm for m), not unusual vehicles.
//!
//! What it does not do: no file access; [`BUNDLED`] carries the files of `assets/vehicles`.

use crate::state::object::{Extent, ObjectClass};
use crate::state::vehicle_spec::VehicleSpec;
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// Version of the file format.
pub const VERSION: i64 = 1;

/// The files of `assets/vehicles`, by name.
pub const BUNDLED: &[(&str, &str)] = &[
    ("ambulance", include_str!("../../assets/vehicles/ambulance.toml")),
    ("barrier", include_str!("../../assets/vehicles/barrier.toml")),
    ("bicycle", include_str!("../../assets/vehicles/bicycle.toml")),
    ("box_truck", include_str!("../../assets/vehicles/box_truck.toml")),
    ("bus", include_str!("../../assets/vehicles/bus.toml")),
    ("chrysler_pacifica", include_str!("../../assets/vehicles/chrysler_pacifica.toml")),
    ("class8_tractor", include_str!("../../assets/vehicles/class8_tractor.toml")),
    ("compact_car", include_str!("../../assets/vehicles/compact_car.toml")),
    ("cone", include_str!("../../assets/vehicles/cone.toml")),
    ("debris_box", include_str!("../../assets/vehicles/debris_box.toml")),
    ("jaguar_ipace", include_str!("../../assets/vehicles/jaguar_ipace.toml")),
    ("lexus_rx450h_2012", include_str!("../../assets/vehicles/lexus_rx450h_2012.toml")),
    ("motorcycle", include_str!("../../assets/vehicles/motorcycle.toml")),
    ("pedestrian", include_str!("../../assets/vehicles/pedestrian.toml")),
    ("police_car", include_str!("../../assets/vehicles/police_car.toml")),
    ("prototype_two_seat", include_str!("../../assets/vehicles/prototype_two_seat.toml")),
    ("van", include_str!("../../assets/vehicles/van.toml")),
];

/// A problem of a vehicle file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecProblem {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What would be right, if that is known.
    pub hint: Option<String>,
}

/// A vehicle file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("vehicle `{name}`: {}", problems.iter().map(|p| format!("{}:{}: {}", p.line, p.column, p.message)).collect::<Vec<_>>().join("; "))]
pub struct SpecError {
    /// Name of the vehicle or file.
    pub name: String,
    /// All problems, by place.
    pub problems: Vec<SpecProblem>,
}

/// A numeric field: its limits and where it goes.
struct Field {
    key: &'static str,
    min: f64,
    max: f64,
    place: fn(&mut VehicleSpec) -> &mut f64,
}

macro_rules! fields {
    ($($path:ident $(. $sub:ident)? in $min:literal ..= $max:literal;)*) => {
        &[$(Field {
            key: fields!(@key $path $($sub)?),
            min: $min,
            max: $max,
            place: |spec| &mut spec.$path$(.$sub)?,
        }),*]
    };
    (@key $path:ident) => { stringify!($path) };
    (@key $path:ident $sub:ident) => { stringify!($sub) };
}

/// Dimensions: from a cone to the longest road train.
const EXTENT_FIELDS: &[Field] = fields! {
    extent.length_m in 0.1..=30.0;
    extent.width_m in 0.1..=4.0;
    extent.height_m in 0.1..=5.0;
    extent.rear_m in 0.0..=15.0;
};
/// What every participant needs: from a cone to a loaded truck (80 000 lb = 36 287 kg and margin), and
/// from a standing obstacle to 250 km/h.
const COMMON_FIELDS: &[Field] = fields! {
    mass_kg in 0.5..=60_000.0;
    speed_max_mps in 0.0..=70.0;
};
/// What a vehicle needs besides.
const FIELDS: &[Field] = fields! {
    wheelbase_m in 0.8..=12.0;
    cg_to_front_m in 0.3..=10.0;
    cg_height_m in 0.1..=2.5;
    yaw_inertia_kgm2 in 5.0..=400_000.0;
    cornering_front_per_rad in 2.0..=40.0;
    cornering_rear_per_rad in 2.0..=40.0;
    tire_friction_dry in 0.3..=1.5;
    tread_depth_mm in 0.0..=20.0;
    tire_pressure_kpa in 100.0..=1_000.0;
    steer_max_rad in 0.1..=1.3;
    steer_rate_max_radps in 0.05..=5.0;
    steer_lag_s in 0.0..=1.0;
    power_max_w in 100.0..=1_000_000.0;
    accel_max_mps2 in 0.1..=12.0;
    drive_lag_s in 0.0..=2.0;
    brake_max_mps2 in 1.0..=15.0;
    brake_lag_s in 0.0..=2.0;
    brake_front_share in 0.0..=1.0;
    drive_front_share in 0.0..=1.0;
    drag_area_m2 in 0.0..=15.0;
    rolling_resistance in 0.0..=0.1;
};
const OTHER_KEYS: [&str; 6] = ["version", "name", "title", "class", "extent", "has_manual_controls"];

/// Collects problems and turns byte offsets into lines and columns.
struct Reader<'a> {
    text: &'a str,
    problems: Vec<SpecProblem>,
}

impl Reader<'_> {
    fn problem(&mut self, at: usize, message: String, hint: Option<String>) {
        let before = &self.text[..at.min(self.text.len())];
        let line_start = before.rfind('\n').map_or(0, |ix| ix + 1);
        self.problems.push(SpecProblem {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message,
            hint,
        });
    }

    fn text_value(&mut self, table: &DeTable<'_>, key: &str, at: usize) -> Option<String> {
        let Some(value) = table.get(key) else {
            self.problem(at, format!("`{key}` is missing"), None);
            return None;
        };
        let DeValue::String(text) = value.get_ref() else {
            self.problem(value.span().start, format!("`{key}` must be text"), None);
            return None;
        };
        Some(text.to_string())
    }

    fn numbers(
        &mut self,
        table: &DeTable<'_>,
        fields: &[Field],
        at: usize,
        spec: &mut VehicleSpec,
        missing: Missing,
    ) {
        for field in fields {
            let Some(value) = table.get(field.key) else {
                if missing == Missing::IsAProblem {
                    self.problem(at, format!("`{}` is missing", field.key), None);
                }
                continue;
            };
            let number = match value.get_ref() {
                DeValue::Float(float) => float.as_str().replace('_', "").parse::<f64>().ok(),
                DeValue::Integer(integer) => {
                    i64::from_str_radix(integer.as_str(), integer.radix()).ok().map(|i| i as f64)
                }
                DeValue::String(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_)
                | DeValue::Table(_) => None,
            };
            match number {
                Some(number) if (field.min..=field.max).contains(&number) => {
                    *(field.place)(spec) = number;
                }
                Some(number) => self.problem(
                    value.span().start,
                    format!("`{}` = {number} is outside {} … {}", field.key, field.min, field.max),
                    Some("units are part of the name: m, kg, s, rad, W, kPa".into()),
                ),
                None => {
                    self.problem(value.span().start, format!("`{}` must be a number", field.key), None);
                }
            }
        }
    }
}

/// Whether a field may be left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    IsAProblem,
    MeansZero,
}

/// Reads a vehicle file.
pub fn parse(name: &str, bytes: &[u8]) -> Result<VehicleSpec, SpecError> {
    let fail = |problems| SpecError { name: name.into(), problems };
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let mut reader = Reader { text: "", problems: Vec::new() };
            reader.problem(0, format!("not UTF-8 from byte {}", error.valid_up_to()), None);
            return Err(fail(reader.problems));
        }
    };
    let mut reader = Reader { text, problems: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        reader.problem(error.span().map_or(0, |span| span.start), error.message().to_string(), None);
    }
    if !reader.problems.is_empty() {
        return Err(fail(reader.problems));
    }
    let table = table.into_inner();
    let end = text.trim_end().len();

    match table.get("version").map(|v| (v.span().start, v.get_ref())) {
        None => reader.problem(0, "`version` is missing".into(), Some(format!("version = {VERSION}"))),
        Some((_, DeValue::Integer(number))) if number.as_str() == VERSION.to_string() => {}
        Some((at, _)) => {
            reader.problem(at, "unknown version".into(), Some(format!("version = {VERSION}")));
        }
    }
    let mut spec = blank();
    spec.name = reader.text_value(&table, "name", end).unwrap_or_default();
    spec.title = reader.text_value(&table, "title", end).unwrap_or_default();
    let class = reader.text_value(&table, "class", end).map(|text| class_of(&text).ok_or(text));
    match class {
        Some(Ok(class)) => spec.class = class,
        Some(Err(text)) => {
            let at = table.get("class").map_or(0, |v| v.span().start);
            let names = ObjectClass::ALL.map(class_name);
            reader.problem(
                at,
                format!("there is no class `{text}`"),
                Some(format!("classes: {}", names.join(", "))),
            );
        }
        None => {}
    }
    let missing = if spec.class.is_static() || spec.class == ObjectClass::Pedestrian {
        Missing::MeansZero
    } else {
        Missing::IsAProblem
    };
    reader.numbers(&table, COMMON_FIELDS, end, &mut spec, Missing::IsAProblem);
    reader.numbers(&table, FIELDS, end, &mut spec, missing);
    match table.get("has_manual_controls").map(|v| (v.span().start, v.get_ref())) {
        Some((_, DeValue::Boolean(value))) => spec.has_manual_controls = *value,
        Some((at, _)) => {
            reader.problem(at, "`has_manual_controls` must be true or false".into(), None);
        }
        None if missing == Missing::IsAProblem => {
            reader.problem(end, "`has_manual_controls` is missing".into(), None);
        }
        None => {}
    }
    match table.get("extent").map(|v| (v.span().start, v.get_ref())) {
        Some((at, DeValue::Table(extent))) => {
            reader.numbers(extent, EXTENT_FIELDS, at, &mut spec, Missing::IsAProblem);
            unknown_keys(&mut reader, extent, |key| EXTENT_FIELDS.iter().any(|f| f.key == key));
        }
        Some((at, _)) => reader.problem(at, "`extent` must be a table".into(), None),
        None => reader.problem(end, "`[extent]` is missing".into(), None),
    }
    unknown_keys(&mut reader, &table, |key| {
        OTHER_KEYS.contains(&key) || COMMON_FIELDS.iter().chain(FIELDS).any(|f| f.key == key)
    });

    // What must fit together; only worth saying when the single values are right.
    if reader.problems.is_empty() {
        let at = |key: &str| table.get(key).map_or(0, |v| v.span().start);
        if spec.wheelbase_m > 0.0 && spec.cg_to_front_m >= spec.wheelbase_m {
            reader.problem(
                at("cg_to_front_m"),
                "the center of gravity lies behind the rear axle".into(),
                None,
            );
        }
        if spec.extent.rear_m + spec.wheelbase_m > spec.extent.length_m {
            reader.problem(
                at("wheelbase_m"),
                "rear overhang and wheelbase are longer than the vehicle".into(),
                None,
            );
        }
    }
    if reader.problems.is_empty() {
        Ok(spec)
    } else {
        reader.problems.sort_by_key(|p| (p.line, p.column));
        Err(fail(reader.problems))
    }
}

fn unknown_keys(reader: &mut Reader<'_>, table: &DeTable<'_>, known: impl Fn(&str) -> bool) {
    for key in table.keys() {
        let name: &str = key.get_ref();
        if !known(name) {
            let nearest = COMMON_FIELDS
                .iter()
                .chain(FIELDS)
                .chain(EXTENT_FIELDS)
                .map(|f| f.key)
                .chain(OTHER_KEYS)
                .map(|candidate| (strsim::jaro_winkler(candidate, name), candidate))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            let hint = nearest.filter(|n| n.0 > 0.8).map(|n| format!("did you mean `{}`?", n.1));
            reader.problem(key.span().start, format!("unknown field `{name}`"), hint);
        }
    }
}

/// Class by its name in files.
fn class_of(text: &str) -> Option<ObjectClass> {
    ObjectClass::ALL.into_iter().find(|class| class_name(*class) == text)
}

/// Name of a class in files.
pub fn class_name(class: ObjectClass) -> &'static str {
    match class {
        ObjectClass::Car => "car",
        ObjectClass::Van => "van",
        ObjectClass::Bus => "bus",
        ObjectClass::Truck => "truck",
        ObjectClass::Motorcycle => "motorcycle",
        ObjectClass::Bicycle => "bicycle",
        ObjectClass::Pedestrian => "pedestrian",
        ObjectClass::EmergencyVehicle => "emergency_vehicle",
        ObjectClass::WorkZone => "work_zone",
        ObjectClass::Debris => "debris",
    }
}

fn blank() -> VehicleSpec {
    VehicleSpec {
        name: String::new(),
        title: String::new(),
        class: ObjectClass::Car,
        extent: Extent { length_m: 0.0, width_m: 0.0, height_m: 0.0, rear_m: 0.0 },
        mass_kg: 0.0,
        wheelbase_m: 0.0,
        cg_to_front_m: 0.0,
        cg_height_m: 0.0,
        yaw_inertia_kgm2: 0.0,
        cornering_front_per_rad: 0.0,
        cornering_rear_per_rad: 0.0,
        tire_friction_dry: 0.0,
        tread_depth_mm: 0.0,
        tire_pressure_kpa: 0.0,
        steer_max_rad: 0.0,
        steer_rate_max_radps: 0.0,
        steer_lag_s: 0.0,
        power_max_w: 0.0,
        accel_max_mps2: 0.0,
        drive_lag_s: 0.0,
        brake_max_mps2: 0.0,
        brake_lag_s: 0.0,
        brake_front_share: 0.0,
        drive_front_share: 0.0,
        drag_area_m2: 0.0,
        rolling_resistance: 0.0,
        speed_max_mps: 0.0,
        has_manual_controls: false,
    }
}

/// All bundled vehicles by name.
pub fn bundled() -> Result<BTreeMap<String, Arc<VehicleSpec>>, SpecError> {
    BUNDLED
        .iter()
        .map(|(name, text)| Ok(((*name).to_string(), Arc::new(parse(name, text.as_bytes())?))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::MPH_MPS;

    #[test]
    fn every_bundled_file_is_right_and_bears_its_name() {
        for (name, text) in BUNDLED {
            let spec = parse(name, text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(spec.name, *name);
            assert!(!spec.title.is_empty(), "{name}");
        }
        let specs = bundled().expect("checked above");
        let prototype = &specs["prototype_two_seat"];
        assert!((prototype.speed_max_mps - 25.0 * MPH_MPS).abs() < 1e-9);
        assert!(!prototype.has_manual_controls);
        let lexus = &specs["lexus_rx450h_2012"];
        assert_eq!((lexus.mass_kg, lexus.wheelbase_m), (2_110.0, 2.74));
    }

    #[test]
    fn the_list_matches_the_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/vehicles");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .expect("assets/vehicles exists")
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".toml").map(str::to_string))
            .collect();
        files.sort();
        assert_eq!(files, BUNDLED.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }

    #[test]
    fn all_problems_are_told_at_once_with_their_places() {
        let cone = "version = 1\nname = \"c\"\ntitle = \"C\"\nclass = \"work_zone\"\nmass_kg = 5\n\
                    speed_max_mps = 0\n[extent]\nlength_m = 0.4\nwidth_m = 0.4\nheight_m = 0.9\nrear_m = 0.2\n";
        assert!(parse("c", cone.as_bytes()).is_ok());
        let check = |from: &str, to: &str, expect: &[(usize, usize, &str)]| {
            let text = cone.replace(from, to);
            let error = parse("c", text.as_bytes()).expect_err(to);
            let got: Vec<_> = error.problems.iter().map(|p| (p.line, p.column, p.message.as_str())).collect();
            assert_eq!(got, expect);
        };
        check(
            "mass_kg = 5",
            "mass_kg = \"x\"\nmas_kg = 5",
            &[(5, 11, "`mass_kg` must be a number"), (6, 1, "unknown field `mas_kg`")],
        );
        check("length_m = 0.4", "length_m = 400", &[(8, 12, "`length_m` = 400 is outside 0.1 … 30")]);
        check("version = 1\n", "", &[(1, 1, "`version` is missing")]);
        check("name = \"c\"", "name = ", &[(2, 8, "string values must be quoted, expected literal string")]);
        // A car lacks nearly everything that a cone may leave out.
        let error = parse("c", cone.replace("work_zone", "car").as_bytes()).expect_err("a car");
        assert_eq!(error.problems.len(), FIELDS.len() + 1);
        let error = parse("c", cone.replace("work_zone", "tank").as_bytes()).expect_err("a tank");
        assert!(error.problems.iter().any(|p| (p.line, p.column) == (4, 9)), "{error}");
    }
}
