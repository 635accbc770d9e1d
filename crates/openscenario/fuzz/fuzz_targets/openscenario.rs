//! Any bytes as a scenario, a catalog and a distribution: they are read, checked and varied.
//!
//! The file is its own catalog directory and its own road network, so that catalogs can refer to
//! themselves.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use openscenario::sampling::Variations;
use openscenario::{Document, Files, lint, parse};

/// Every path holds the same bytes.
struct Itself<'a>(&'a [u8]);

impl Files for Itself<'_> {
    fn read(&self, _path: &str) -> Result<Vec<u8>, String> {
        Ok(self.0.to_vec())
    }

    fn list(&self, _directory: &str) -> Result<Vec<String>, String> {
        Ok(vec!["a.xosc".to_owned()])
    }
}

fuzz_target!(|bytes: &[u8]| {
    let parsed = parse(bytes, "f.xosc", &Itself(bytes), &BTreeMap::new());
    assert!(parsed.document.is_some() || parsed.problems.has_errors(), "refused without a reason");
    if let Some(Document::Distribution(document)) = &parsed.document
        && let Ok(variations) = Variations::of(&document.distribution)
    {
        for index in [0, variations.count() / 2, variations.count() - 1] {
            assert!(variations.get(index).is_some());
        }
    }
    let _ = lint(bytes, "f.xosc", &Itself(bytes));
});
