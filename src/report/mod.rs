//! Layer 6: the report of a batch: one self-contained HTML file, made from the batch's tables and the
//! compact traces of its runs alone. It needs no network and no script, reads on a phone and prints.

mod charts;
mod data;
mod map;
mod page;
mod run;
pub mod stats;
mod svg;
mod words;
mod worst;

pub use data::ReportData;

use crate::batch::directory::{BatchDir, write_atomic};
use std::path::Path;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Not a batch directory.
    #[error("{0} holds no batch.json")]
    NoBatch(String),
    /// A table cannot be used.
    #[error("{table}: {why}")]
    Table {
        /// File.
        table: String,
        /// Why.
        why: String,
    },
    /// Disk.
    #[error("{path}: {error}")]
    Io {
        /// File.
        path: String,
        /// Why.
        error: std::io::Error,
    },
}

/// Makes reports.
pub struct Report;

impl Report {
    /// Writes `report.html` into a batch directory and returns its size in bytes. `progress` is told how
    /// many of how many steps are done.
    pub fn write(dir: &Path, progress: &dyn Fn(usize, usize)) -> Result<usize, ReportError> {
        let batch = BatchDir::new(dir);
        progress(0, 1);
        let data = ReportData::read(&batch)?;
        let html = page::page(&data, &batch, progress);
        let path = batch.path("report.html");
        write_atomic(&path, html.as_bytes())
            .map_err(|error| ReportError::Io { path: path.display().to_string(), error })?;
        Ok(html.len())
    }
}

#[cfg(test)]
mod tests;
