//! Named limits on what a file can ask for. Hitting one is an error that names it.

/// Largest file, bytes. Chosen because the largest file of the field's collections has 0.6 MB.
pub const FILE_BYTES_MAX: usize = 128 << 20;
/// Most elements in one file. Each costs some hundred bytes of memory.
pub const ELEMENTS_MAX: usize = 2_000_000;
/// Deepest nesting of elements. The schema's deepest useful path (an action's trajectory whose vertices
/// are places on a route) needs about 30.
pub const DEPTH_MAX: usize = 64;
/// Most attributes on one element. The schema's richest element has 9.
pub const ATTRIBUTES_MAX: usize = 64;
/// Most errors before reading stops, and most warnings listed.
pub const PROBLEMS_MAX: usize = 1_000;
/// Most distinct entries in the lists of ignored and deprecated things; further ones share one entry.
pub const NOTED_KINDS_MAX: usize = 10_000;
/// Most elements read in all, catalog entries counted at each reference: entries that refer to entries
/// could otherwise multiply without end.
pub const ELEMENTS_READ_MAX: usize = 4_000_000;
/// Most bytes of text taken into the model, parameters put in and catalog entries counted at each reference.
pub const TEXT_BYTES_READ_MAX: usize = 128 << 20;
/// Deepest nesting of catalog entries that refer to catalog entries. A maneuver that follows a trajectory
/// along a route needs 3.
pub const CATALOG_NESTING_MAX: usize = 8;
/// Most catalog files looked into.
pub const CATALOG_FILES_MAX: usize = 1_000;
/// Most bytes of all catalog files together.
pub const CATALOG_BYTES_MAX: usize = 256 << 20;
/// Most parameters in one scope.
pub const PARAMETERS_MAX: usize = 10_000;
/// Longest value of a parameter, bytes. Values are copied at each use.
pub const PARAMETER_BYTES_MAX: usize = 1 << 16;
