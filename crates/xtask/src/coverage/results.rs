//! Counts of the corpus, as they are kept: a tab-separated line each, `part group name count of`.
//!
//! Sorted, so that two runs can be compared line by line.

use std::collections::BTreeMap;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Scenario files of a set by their fate.
    Scenarios,
    /// Map files of a set by their fate.
    Maps,
    /// Files refused, by set, rule and message.
    Refused,
    /// Files in which something is named as not covered, by set and what.
    NotCovered,
    /// Files whose run could not do something, by set and what.
    Trouble,
    /// Rows of the expected values, by scenario and tier.
    Expected,
}

const WORDS: [(Part, &str); 6] = [
    (Part::Scenarios, "scenarios"),
    (Part::Maps, "maps"),
    (Part::Refused, "refused"),
    (Part::NotCovered, "not_covered"),
    (Part::Trouble, "trouble"),
    (Part::Expected, "expected"),
];

/// The counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results(BTreeMap<(Part, String, String), (usize, usize)>);

impl Results {
    /// Counts one.
    pub fn count(&mut self, part: Part, group: &str, name: &str) {
        self.add(part, group, name, 1, 0);
    }

    /// Adds to a count, and to what it is a part of.
    pub fn add(&mut self, part: Part, group: &str, name: &str, count: usize, of: usize) {
        let clean = |text: &str| text.replace(['\t', '\n', '\r'], " ");
        let entry = self.0.entry((part, clean(group), clean(name))).or_default();
        *entry = (entry.0 + count, entry.1 + of);
    }

    /// Adds all counts of others.
    pub fn merge(&mut self, other: Results) {
        for ((part, group, name), (count, of)) in other.0 {
            self.add(part, &group, &name, count, of);
        }
    }

    /// Group, name, count, of.
    pub fn of(&self, part: Part) -> impl Iterator<Item = (&str, &str, usize, usize)> {
        let rows = self.0.iter().filter(move |((p, ..), _)| *p == part);
        rows.map(|((_, group, name), (count, of))| (group.as_str(), name.as_str(), *count, *of))
    }

    /// The count of one.
    pub fn get(&self, part: Part, group: &str, name: &str) -> usize {
        self.0.get(&(part, group.to_owned(), name.to_owned())).map_or(0, |c| c.0)
    }

    /// As it is kept.
    pub fn text(&self) -> String {
        let word = |part: Part| WORDS.iter().find(|w| w.0 == part).map_or("", |w| w.1);
        let mut out = String::from("part\tgroup\tname\tcount\tof\n");
        for ((part, group, name), (count, of)) in &self.0 {
            out.push_str(&format!("{}\t{group}\t{name}\t{count}\t{of}\n", word(*part)));
        }
        out
    }

    /// Reads what [`Results::text`] wrote.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut results = Self::default();
        for (ix, line) in text.lines().enumerate().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            let row = match fields.as_slice() {
                [part, group, name, count, of] => WORDS
                    .iter()
                    .find(|w| w.1 == *part)
                    .zip(count.parse::<usize>().ok().zip(of.parse::<usize>().ok()))
                    .map(|(part, (count, of))| (part.0, *group, *name, count, of)),
                _ => None,
            };
            let (part, group, name, count, of) = row.ok_or_else(|| format!("line {}: {line:?}", ix + 1))?;
            results.add(part, group, name, count, of);
        }
        Ok(results)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut results = Results::default();
        results.count(Part::Maps, "b", "loaded");
        results.count(Part::Maps, "b", "loaded");
        results.add(Part::Expected, "a", "A", 3, 4);
        results.count(Part::Refused, "b", "rule\twith\nmore");
        assert_eq!(Results::read(&results.text()), Ok(results.clone()));
        assert_eq!(results.get(Part::Maps, "b", "loaded"), 2);
        assert_eq!(results.of(Part::Expected).collect::<Vec<_>>(), [("a", "A", 3, 4)]);
        assert!(Results::read("head\nmaps\ta\tb\t1\n").is_err());
        assert!(Results::read("head\nlakes\ta\tb\t1\t0\n").is_err());
    }
}
