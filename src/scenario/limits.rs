//! Named limits on what a scenario file can ask for. Each is far above any real scenario and far below what
//! would exhaust a machine; hitting one is an error that names it.

/// Size of a file, bytes.
pub const FILE_BYTES_MAX: usize = 1 << 20;
/// Depth of nested tables and lists (a full storyboard needs 11).
pub const NESTING_MAX: usize = 20;
/// Length of a text, characters.
pub const TEXT_MAX: usize = 4000;
/// Length of a name, characters.
pub const NAME_MAX: usize = 80;
/// Length of an expression in a parameter reference, characters.
pub const EXPRESSION_MAX: usize = 400;
/// Scripted participants.
pub const ENTITIES_MAX: usize = 200;
/// Places of a route.
pub const ROUTE_MAX: usize = 200;
/// Events in one list.
pub const EVENTS_MAX: usize = 500;
/// Actions of one event.
pub const ACTIONS_MAX: usize = 100;
/// Groups of conditions after `any`/`all` have been written out.
pub const CONDITION_GROUPS_MAX: usize = 64;
/// Conditions in one group.
pub const CONDITIONS_MAX: usize = 64;
/// Weather changes, and patches.
pub const WEATHER_CHANGES_MAX: usize = 200;
/// Parameters.
pub const PARAMETERS_MAX: usize = 100;
/// Signal sections.
pub const SIGNALS_MAX: usize = 500;
/// Pass criteria.
pub const CRITERIA_MAX: usize = 100;
/// Stories, acts of a story, groups of an act.
pub const STORY_PARTS_MAX: usize = 100;
/// Duration, s (a day).
pub const DURATION_S_MAX: f64 = 86_400.0;
/// Speed, m/s (432 km/h).
pub const SPEED_MPS_MAX: f64 = 120.0;
/// Place along a road or distance, m (the longest roads of real maps are below 100 km).
pub const DISTANCE_M_MAX: f64 = 1.0e6;
/// Offset from a lane, m.
pub const OFFSET_M_MAX: f64 = 200.0;
/// Visibility by fog, m (air without any aerosol lets see about 300 km; 100 km is as good as none).
pub const FOG_VISIBILITY_M_MAX: f64 = 100_000.0;
/// Background vehicles.
pub const TRAFFIC_VEHICLES_MAX: u32 = 1000;
/// How often an event or group may run.
pub const EXECUTIONS_MAX: u32 = 10_000;
