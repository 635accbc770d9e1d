//! Catalogs: where a reference leads, read in place with the values that it assigns.
//!
//! The files of all locations are looked into at the first reference, in the order of the locations and of
//! the files' names; the first entry of a name counts.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, chapter 9.4. Directories are relative to the scenario file.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Reader;
use super::scope::Assigned;
use super::value::clip;
use crate::expression::nearest;
use crate::files::resolve_path;
use crate::limits::{CATALOG_BYTES_MAX, CATALOG_FILES_MAX, CATALOG_NESTING_MAX, FILE_BYTES_MAX};
use crate::model::{CatalogEntry, CatalogLocations, CatalogReference, Directory};
use crate::origin::Origin;
use crate::report::Report;
use crate::tree::{Node, Tree};

/// The catalogs of a scenario.
#[derive(Debug, Default)]
pub(super) struct Catalogs {
    directories: Option<Vec<Directory>>,
    loaded: bool,
    files: Vec<CatalogFile>,
    /// Entries: catalog → entry → (file, node).
    entries: BTreeMap<String, BTreeMap<String, (usize, u32)>>,
    /// The same by the files' names without directory and extension.
    by_file: BTreeMap<String, BTreeMap<String, (usize, u32)>>,
    /// Entries being read.
    trail: Vec<(usize, u32)>,
    /// What could not be looked into.
    failures: Vec<String>,
}

#[derive(Debug)]
struct CatalogFile {
    tree: Rc<Tree>,
    minor: u8,
}

impl Reader<'_> {
    /// From here on references are followed. Without it they are left as they are.
    pub(crate) fn set_catalogs(&mut self, locations: Option<&CatalogLocations>) {
        let directories = locations.map(|l| {
            let all = [
                l.vehicle_catalog.as_ref().map(|c| &c.directory),
                l.controller_catalog.as_ref().map(|c| &c.directory),
                l.pedestrian_catalog.as_ref().map(|c| &c.directory),
                l.misc_object_catalog.as_ref().map(|c| &c.directory),
                l.environment_catalog.as_ref().map(|c| &c.directory),
                l.maneuver_catalog.as_ref().map(|c| &c.directory),
                l.trajectory_catalog.as_ref().map(|c| &c.directory),
                l.route_catalog.as_ref().map(|c| &c.directory),
            ];
            all.into_iter().flatten().cloned().collect()
        });
        self.catalogs.directories = Some(directories.unwrap_or_default());
    }

    /// Follows a reference. `Some(None)` where references are not followed at all.
    pub(crate) fn follow(
        &mut self,
        node: Node<'_>,
        reference: &CatalogReference,
    ) -> Option<Option<Box<CatalogEntry>>> {
        if self.catalogs.directories.is_none() {
            return Some(None);
        }
        self.load_catalogs();
        let find = |catalogs: &BTreeMap<String, BTreeMap<String, (usize, u32)>>| {
            catalogs.get(&reference.catalog_name).and_then(|c| c.get(&reference.entry_name)).copied()
        };
        let by_name = find(&self.catalogs.entries);
        let Some((file, index)) = by_name.or_else(|| find(&self.catalogs.by_file)) else {
            self.report_missing(reference);
            return None;
        };
        if by_name.is_none() {
            let message = format!(
                "no catalog of the name {:?} has the entry {:?}",
                clip(&reference.catalog_name),
                clip(&reference.entry_name)
            );
            self.report.warn("catalog.name", reference.origin, message, "the file of that name was taken");
        }
        if self.catalogs.trail.contains(&(file, index)) {
            let message = format!("the catalog entry {:?} leads back to itself", clip(&reference.entry_name));
            self.report.error("catalog.cycle", reference.origin, message, "");
            return None;
        }
        if self.catalogs.trail.len() >= CATALOG_NESTING_MAX {
            let message =
                format!("catalog entries nest deeper than CATALOG_NESTING_MAX = {CATALOG_NESTING_MAX}");
            self.report.error("limit.catalog_nesting", reference.origin, message, "");
            return None;
        }
        let (tree, minor) = {
            let found = &self.catalogs.files[file];
            (Rc::clone(&found.tree), found.minor)
        };
        let entry = tree.node(index)?;
        let wanted = wanted_kinds(node.parent().map_or("", |p| p.name()));
        if !wanted.is_empty() && !wanted.contains(&entry.name()) {
            let message =
                format!("the catalog entry {:?} is a {}", clip(&reference.entry_name), entry.name());
            let hint = format!("{} is wanted here", wanted.join(" or "));
            self.report.error("catalog.kind", reference.origin, message, &hint);
            return None;
        }
        let assignments = reference.parameter_assignments.iter().flat_map(|a| &a.parameter_assignments);
        let assigned: Assigned =
            assignments.map(|a| (a.parameter_ref.clone(), (a.value.clone(), a.origin))).collect();
        let outer_minor = std::mem::replace(&mut self.minor, minor);
        let floor = self.scopes.hide();
        self.scopes.assign(assigned);
        self.catalogs.trail.push((file, index));
        let found = CatalogEntry::read(self, entry);
        self.catalogs.trail.pop();
        self.scopes.unhide(floor);
        self.minor = outer_minor;
        found.map(|entry| Some(Box::new(entry)))
    }

    fn report_missing(&mut self, reference: &CatalogReference) {
        let CatalogReference { catalog_name, entry_name, .. } = reference;
        let catalogs = &self.catalogs;
        let failures = match catalogs.failures.as_slice() {
            [] => String::new(),
            some => format!("; {}", some.iter().take(4).cloned().collect::<Vec<_>>().join("; ")),
        };
        let (message, hint) = match catalogs.entries.get(catalog_name) {
            None => {
                let hint = match nearest(catalog_name, catalogs.entries.keys().map(String::as_str)) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => format!("{} catalogs were found{failures}", catalogs.entries.len()),
                };
                (format!("there is no catalog {:?}", clip(catalog_name)), hint)
            }
            Some(entries) => {
                let hint = match nearest(entry_name, entries.keys().map(String::as_str)) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => format!("it has {} entries", entries.len()),
                };
                (format!("the catalog {:?} has no entry {:?}", clip(catalog_name), clip(entry_name)), hint)
            }
        };
        self.report.error("catalog.missing", reference.origin, message, &hint);
    }

    fn load_catalogs(&mut self) {
        if self.catalogs.loaded {
            return;
        }
        self.catalogs.loaded = true;
        let scenario = self.report.file(0).to_owned();
        let directories = self.catalogs.directories.clone().unwrap_or_default();
        let mut seen: Vec<String> = Vec::new();
        let mut bytes_read = 0;
        for directory in directories {
            let path = resolve_path(&scenario, &directory.path);
            let path = path.trim_end_matches('/').to_owned();
            if seen.contains(&path) {
                continue;
            }
            seen.push(path.clone());
            for file in self.files_in(&path) {
                if self.catalogs.files.len() >= CATALOG_FILES_MAX || bytes_read > CATALOG_BYTES_MAX {
                    let message = format!(
                        "more than CATALOG_FILES_MAX = {CATALOG_FILES_MAX} catalog files or CATALOG_BYTES_MAX = {CATALOG_BYTES_MAX} bytes"
                    );
                    self.report.error("limit.catalogs", directory.origin, message, "");
                    return;
                }
                match self.files.read(&file) {
                    Ok(bytes) if bytes.len() <= FILE_BYTES_MAX => {
                        bytes_read += bytes.len();
                        self.load_catalog(&file, &bytes, directory.origin);
                    }
                    Ok(_) => {
                        self.catalogs.failures.push(format!("{file} is larger than {FILE_BYTES_MAX} bytes"))
                    }
                    Err(reason) => self.catalogs.failures.push(format!("{file} cannot be read: {reason}")),
                }
            }
        }
    }

    /// The scenario files in a directory, by name; a path that is itself such a file stands for itself.
    fn files_in(&mut self, path: &str) -> Vec<String> {
        let is_scenario =
            |name: &str| name.rsplit('.').next().is_some_and(|e| e.eq_ignore_ascii_case("xosc"));
        if is_scenario(path) {
            return vec![path.to_owned()];
        }
        match self.files.list(path) {
            Ok(mut names) => {
                names.retain(|n| is_scenario(n));
                names.sort();
                names.into_iter().map(|n| format!("{path}/{n}")).collect()
            }
            Err(reason) => {
                self.catalogs.failures.push(format!("{path} cannot be listed: {reason}"));
                Vec::new()
            }
        }
    }

    fn load_catalog(&mut self, name: &str, bytes: &[u8], at: Origin) {
        let number = self.report.add_file(name);
        let mut own = Report::new(name);
        let Some(tree) = Tree::parse(bytes, number, &mut own) else {
            let (problems, _) = own.finish();
            let reason = problems.iter().find(|p| p.severity == source::Severity::Error);
            let reason = reason.map_or_else(String::new, |p| format!("{}: {}", p.place, p.message));
            let message = format!("the catalog file {name} cannot be read: {reason}");
            self.report.warn("catalog.unreadable", at, message, "its entries are missing");
            self.catalogs.failures.push(format!("{name}:{reason}"));
            return;
        };
        let root = tree.root();
        let Some(catalog) = root.child("Catalog") else { return };
        let revision = |name: &str| {
            let header = root.child("FileHeader")?;
            header.attribute(name)?.value.trim().parse::<u8>().ok()
        };
        if revision("revMajor").is_some_and(|major| major != 1) {
            self.catalogs.failures.push(format!("{name} is not of OpenSCENARIO 1"));
            return;
        }
        let file = self.catalogs.files.len();
        let catalog_name = catalog.attribute("name").map(|a| a.value.into_owned()).unwrap_or_default();
        let stem =
            name.rsplit(['/', '\\']).next().and_then(|n| n.rsplit_once('.')).map_or("", |(stem, _)| stem);
        let entries = self.catalogs.entries.entry(catalog_name).or_default();
        let by_file = self.catalogs.by_file.entry(stem.to_owned()).or_default();
        for entry in catalog.children() {
            if let Some(name) = entry.attribute("name") {
                let place = (file, entry.index());
                by_file.entry(name.value.clone().into_owned()).or_insert(place);
                entries.entry(name.value.into_owned()).or_insert(place);
            }
        }
        let minor = revision("revMinor").unwrap_or(3).min(3);
        self.catalogs.files.push(CatalogFile { tree: Rc::new(tree), minor });
    }
}

/// Which kinds of entries a reference may lead to, by the element around it. Empty: any.
fn wanted_kinds(parent: &str) -> &'static [&'static str] {
    match parent {
        "ScenarioObject" | "ScenarioObjectTemplate" | "Trailer" => &["Vehicle", "Pedestrian", "MiscObject"],
        "ObjectController" | "AssignControllerAction" | "ControllerDistributionEntry" => &["Controller"],
        "ManeuverGroup" => &["Maneuver"],
        "AssignRouteAction" | "RouteRef" => &["Route"],
        "FollowTrajectoryAction" | "TrajectoryRef" => &["Trajectory"],
        "EnvironmentAction" => &["Environment"],
        _ => &[],
    }
}
