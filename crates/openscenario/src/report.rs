//! Collects problems of all files read.

use source::{Problem, Problems, Severity};

use crate::limits::PROBLEMS_MAX;
use crate::origin::Origin;

/// The problems so far. Too many errors stop the reading; too many warnings are only counted.
#[derive(Debug)]
pub(crate) struct Report {
    files: Vec<String>,
    problems: Vec<(u32, Problem)>,
    warnings: usize,
    errors: usize,
}

impl Report {
    /// An empty report whose file 0 has this name.
    pub fn new(file: &str) -> Self {
        Report { files: vec![file.to_owned()], problems: Vec::new(), warnings: 0, errors: 0 }
    }

    /// Names a further file and gives its number.
    pub fn add_file(&mut self, name: &str) -> u32 {
        self.files.push(name.to_owned());
        u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX)
    }

    /// Name of a file.
    pub fn file(&self, number: u32) -> &str {
        self.files.get(number as usize).map_or("", String::as_str)
    }

    /// Notes a problem.
    pub fn add(&mut self, severity: Severity, rule: &'static str, at: Origin, message: String, hint: &str) {
        let count = match severity {
            Severity::Warning => &mut self.warnings,
            Severity::Error => &mut self.errors,
        };
        *count += 1;
        let count = *count;
        if count <= PROBLEMS_MAX {
            self.push(severity, rule, at, message, hint);
        } else if severity == Severity::Error && count == PROBLEMS_MAX + 1 {
            let message = format!("more than PROBLEMS_MAX = {PROBLEMS_MAX} errors: reading stopped here");
            self.push(severity, "limit.problems", at, message, "mend the ones above first");
        }
    }

    /// Notes an error.
    pub fn error(&mut self, rule: &'static str, at: Origin, message: String, hint: &str) {
        self.add(Severity::Error, rule, at, message, hint);
    }

    /// Notes a warning.
    pub fn warn(&mut self, rule: &'static str, at: Origin, message: String, hint: &str) {
        self.add(Severity::Warning, rule, at, message, hint);
    }

    fn push(&mut self, severity: Severity, rule: &'static str, at: Origin, message: String, hint: &str) {
        let file = self.file(at.file).to_owned();
        let hint = hint.to_owned();
        self.problems.push((at.file, Problem { file, place: at.place, severity, rule, message, hint }));
    }

    /// Whether there is an error.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Whether reading was given up.
    pub fn is_stopped(&self) -> bool {
        self.errors > PROBLEMS_MAX
    }

    /// All problems in the order of files and places, and the names of the files.
    pub fn finish(mut self) -> (Problems, Vec<String>) {
        let more = self.warnings.saturating_sub(PROBLEMS_MAX);
        if more > 0 {
            let message = format!("{more} further warnings; PROBLEMS_MAX = {PROBLEMS_MAX} are listed");
            let file = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
            self.push(Severity::Warning, "limit.problems", Origin { file, ..Origin::default() }, message, "");
        }
        self.problems.sort_by_key(|(file, problem)| (*file, problem.place.offset));
        // A catalog entry is read once for each reference, and complains each time.
        self.problems.dedup();
        (Problems(self.problems.into_iter().map(|(_, problem)| problem).collect()), self.files)
    }
}
