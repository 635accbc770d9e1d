//! Quality rules: what a well-made map keeps to, beyond what reading it needs.
//!
//! [`lint`] looks at a map that was read and warns where it breaks a rule of ASAM's checker catalogue. Nothing of it
//! keeps a simulation from running. The rule's name is ASAM's own identifier; a rule holds for files of the version in
//! it and later ones. Rules for which ASAM's checker has files but no code yet carry the names of
//! these files (`rule_NNN_…`, NNN being the rule's number in the checker's list).
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1, rule sections; identifiers as in ASAM's OpenDRIVE quality checker.

mod geometry;
mod junction;
mod lane;
mod object;
mod signal;

use crate::limits::PROBLEMS_MAX;
use crate::model::{ContactPoint, LaneSection, LinkTarget, Map, Road, RoadLink};
use crate::problem::{Place, Problem, Problems, Severity};

/// Checks a map against the quality rules. All findings are warnings, in the order of their places.
pub fn lint(map: &Map, source_name: &str) -> Problems {
    let mut findings = Findings { file: source_name, minor: map.header.rev_minor, list: Vec::new() };
    geometry::check(&mut findings, map);
    lane::check(&mut findings, map);
    junction::check(&mut findings, map);
    object::check(&mut findings, map);
    signal::check(&mut findings, map);
    let Findings { mut list, .. } = findings;
    list.sort_by_key(|p| p.place.offset);
    list.truncate(PROBLEMS_MAX);
    Problems(list)
}

/// Collects what the rules find.
struct Findings<'a> {
    file: &'a str,
    minor: u32,
    list: Vec<Problem>,
}

impl Findings<'_> {
    /// Whether rules of OpenDRIVE `1.minor` hold for this file.
    fn since(&self, minor: u32) -> bool {
        self.minor >= minor
    }

    fn warn(&mut self, rule: &'static str, place: Place, message: String, hint: &str) {
        let file = self.file.to_owned();
        let hint = hint.to_owned();
        self.list.push(Problem { file, place, severity: Severity::Warning, rule, message, hint });
    }
}

/// The road and the end of it that a link leads to; `None` for junctions and links that lead nowhere.
fn linked_road<'m>(map: &'m Map, link: Option<&RoadLink>) -> Option<(&'m Road, ContactPoint)> {
    match &link?.target {
        LinkTarget::Road { id, contact } => Some((map.road(id)?, (*contact)?)),
        LinkTarget::Junction { .. } => None,
    }
}

/// The lane section at an end of a road.
fn section_at_end(road: &Road, end: ContactPoint) -> Option<&LaneSection> {
    match end {
        ContactPoint::Start => road.lane_sections.first(),
        ContactPoint::End => road.lane_sections.last(),
    }
}
