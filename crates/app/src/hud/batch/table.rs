//! A CSV table of a batch in memory: chosen columns, sorted and filtered without copying rows. Pure.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};

/// A column that is wanted from the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// Name in the file.
    pub key: &'static str,
    /// Title for people.
    pub title: &'static str,
    /// Share of the width, relative to the others; 0 = not shown.
    pub width: f32,
    /// How cells read.
    pub cells: Cells,
    /// Unit, with a space before it; empty for none.
    pub unit: &'static str,
}

/// How the cells of a column read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cells {
    /// Text as it is.
    Text,
    /// An identifier: underscores become spaces.
    Words,
    /// A number with so many digits after the point.
    Number(usize),
    /// `true`, `false`.
    Flag,
}

/// Direction of a sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Smallest first.
    Up,
    /// Largest first.
    Down,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Columns, as wanted.
    pub columns: Vec<Wanted>,
    /// Cells by row, in the order of `columns`.
    pub rows: Vec<Vec<String>>,
    /// Rows that are shown, in order.
    pub shown: Vec<usize>,
    /// Sorted by.
    pub sort: (usize, Order),
    /// Words that must occur.
    pub filter: String,
    /// Values that columns must have: (column, value).
    pub only: Vec<(usize, String)>,
}

/// Why a table cannot be shown, in words for people.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// No such file.
    #[error("there is no {file} in this directory: it is no batch, or the batch has not finished", file = .0.display())]
    Missing(PathBuf),
    /// Reading failed.
    #[error("{file} cannot be read: {1}", file = .0.display())]
    Read(PathBuf, String),
    /// A line is broken.
    #[error("{file} is broken at line {1}: {2}", file = .0.display())]
    Broken(PathBuf, u64, String),
    /// Columns are missing.
    #[error("{file} has no column {1}: it was made by another program or another version", file = .0.display())]
    Columns(PathBuf, String),
}

impl Table {
    /// Reads the wanted columns of a file.
    pub fn read(path: &Path, wanted: &[Wanted]) -> Result<Self, TableError> {
        let name = || PathBuf::from(path.file_name().unwrap_or_default());
        let bytes = std::fs::read(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => TableError::Missing(name()),
            _ => TableError::Read(name(), error.to_string()),
        })?;
        Self::parse(&bytes, wanted, &name())
    }

    /// Reads the wanted columns of a file's bytes.
    pub fn parse(bytes: &[u8], wanted: &[Wanted], name: &Path) -> Result<Self, TableError> {
        let mut reader = csv::Reader::from_reader(bytes);
        let broken = |error: csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            let why = match error.kind() {
                csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                    format!("it has {len} cells instead of {expected_len}")
                }
                csv::ErrorKind::Utf8 { .. } => "it is not UTF-8 text".to_owned(),
                _ => "it is no CSV".to_owned(),
            };
            TableError::Broken(name.to_path_buf(), line, why)
        };
        let header = reader.headers().map_err(broken)?.clone();
        let mut places = Vec::new();
        let mut missing = Vec::new();
        for column in wanted {
            match header.iter().position(|h| h == column.key) {
                Some(ix) => places.push(ix),
                None => missing.push(format!("`{}`", column.key)),
            }
        }
        if !missing.is_empty() {
            return Err(TableError::Columns(name.to_path_buf(), missing.join(", ")));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(broken)?;
            rows.push(places.iter().map(|ix| record.get(*ix).unwrap_or_default().to_owned()).collect());
        }
        let mut table = Self {
            columns: wanted.to_vec(),
            shown: (0..rows.len()).collect(),
            rows,
            sort: (0, Order::Up),
            filter: String::new(),
            only: Vec::new(),
        };
        table.arrange();
        Ok(table)
    }

    /// Index of a column.
    pub fn column(&self, key: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.key == key)
    }

    /// A cell by column name; empty where there is none.
    pub fn cell(&self, row: usize, key: &str) -> &str {
        let cell = self.column(key).and_then(|column| self.rows.get(row)?.get(column));
        cell.map_or("", String::as_str)
    }

    /// A cell as a number.
    pub fn number(&self, row: usize, key: &str) -> Option<f64> {
        self.cell(row, key).parse().ok()
    }

    /// A cell as people read it.
    pub fn words(&self, row: usize, column: usize) -> String {
        let Some(cell) = self.rows.get(row).and_then(|r| r.get(column)) else { return String::new() };
        match self.columns[column].cells {
            Cells::Text => cell.clone(),
            Cells::Words => cell.replace('_', " "),
            Cells::Number(digits) => match cell.parse::<f64>() {
                Ok(x) if x.is_finite() => format!("{x:.digits$}"),
                Ok(_) => "∞".to_owned(),
                Err(_) if cell.is_empty() => "–".to_owned(),
                Err(_) => cell.clone(),
            },
            Cells::Flag => match cell.as_str() {
                "true" => "yes".to_owned(),
                "false" => "no".to_owned(),
                other => other.to_owned(),
            },
        }
    }

    /// Sorts by a column; the same column again turns the order.
    pub fn sort_by(&mut self, column: usize) {
        let order = match self.sort {
            (last, Order::Up) if last == column => Order::Down,
            _ => Order::Up,
        };
        self.sort = (column, order);
        self.arrange();
    }

    /// Applies filter and sort.
    pub fn arrange(&mut self) {
        let words: Vec<String> = self.filter.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let fits = |row: &Vec<String>| {
            self.only.iter().all(|(column, value)| row.get(*column).is_some_and(|cell| cell == value))
                && words.iter().all(|word| {
                    row.iter().any(|cell| cell.to_lowercase().replace('_', " ").contains(word.as_str()))
                })
        };
        let mut shown: Vec<usize> = (0..self.rows.len()).filter(|ix| fits(&self.rows[*ix])).collect();
        let (column, order) = self.sort;
        let numbers = self.columns.get(column).is_some_and(|c| matches!(c.cells, Cells::Number(_)));
        let key = |ix: &usize| self.rows[*ix].get(column).map_or("", String::as_str);
        let compare = |a: &usize, b: &usize| -> Ordering {
            let (x, y) = (key(a), key(b));
            // Empty cells come last, whichever way one sorts.
            match (x.is_empty(), y.is_empty()) {
                (true, true) => return a.cmp(b),
                (true, false) => return Ordering::Greater,
                (false, true) => return Ordering::Less,
                (false, false) => {}
            }
            let by_value = match (numbers, x.parse::<f64>(), y.parse::<f64>()) {
                (true, Ok(x), Ok(y)) => x.total_cmp(&y),
                _ => x.cmp(y),
            };
            let by_value = match order {
                Order::Up => by_value,
                Order::Down => by_value.reverse(),
            };
            by_value.then(a.cmp(b))
        };
        shown.sort_by(compare);
        self.shown = shown;
    }

    /// All values of a column with how often each occurs, most frequent first.
    pub fn values(&self, column: usize) -> Vec<(String, usize)> {
        let mut counts: std::collections::BTreeMap<&str, usize> = Default::default();
        for row in &self.rows {
            *counts.entry(row.get(column).map_or("", String::as_str)).or_default() += 1;
        }
        let mut values: Vec<(String, usize)> = counts.into_iter().map(|(v, n)| (v.to_owned(), n)).collect();
        values.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: [Wanted; 3] = [
        Wanted { key: "name", title: "Name", width: 1.0, cells: Cells::Words, unit: "" },
        Wanted { key: "x_m", title: "x", width: 1.0, cells: Cells::Number(1), unit: " m" },
        Wanted { key: "ok", title: "ok", width: 1.0, cells: Cells::Flag, unit: "" },
    ];

    fn parse(text: &str) -> Result<Table, TableError> {
        Table::parse(text.as_bytes(), &WANTED, Path::new("t.csv"))
    }

    const TEXT: &str = "x_m,other,name,ok\n10,1,b_one,true\n9,2,a_two,false\n,3,c,true\n-1.25,4,a_two,true\n";

    #[test]
    fn columns_are_found_by_name_whatever_their_order() {
        let table = parse(TEXT).unwrap();
        assert_eq!(table.rows.len(), 4);
        assert_eq!(table.cell(0, "x_m"), "10");
        assert_eq!(table.words(0, 0), "b one");
        assert_eq!(
            (table.words(3, 1), table.words(2, 1), table.words(1, 2)),
            ("-1.2".into(), "–".into(), "no".into())
        );
        assert_eq!(table.number(1, "x_m"), Some(9.0));
        assert_eq!((table.cell(0, "nothing"), table.cell(99, "x_m")), ("", ""));
    }

    #[test]
    fn numbers_sort_as_numbers_and_empty_cells_last() {
        let mut table = parse(TEXT).unwrap();
        table.sort_by(1);
        assert_eq!(table.shown, [3, 1, 0, 2]);
        table.sort_by(1);
        assert_eq!(table.shown, [0, 1, 3, 2]);
        table.sort_by(0);
        assert_eq!(table.shown, [1, 3, 0, 2], "text; equal ones keep their order");
    }

    #[test]
    fn filters_take_words_and_values() {
        let mut table = parse(TEXT).unwrap();
        table.filter = "A two".to_owned();
        table.arrange();
        assert_eq!(table.shown, [1, 3]);
        table.only = vec![(2, "true".to_owned())];
        table.arrange();
        assert_eq!(table.shown, [3]);
        table.filter = "nothing like it".to_owned();
        table.arrange();
        assert!(table.shown.is_empty());
        assert_eq!(table.values(0)[0], ("a_two".to_owned(), 2));
    }

    #[test]
    fn what_is_wrong_is_said_plainly() {
        let check = |text: &str, expect: &str| {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(expect), "{error}");
        };
        check("a,b\n1,2\n", "no column `name`, `x_m`, `ok`");
        check("x_m,name,ok\n1,a\n", "line 2: it has 2 cells instead of 3");
        check("", "no column");
        let gone = Table::read(Path::new("nowhere/runs.csv"), &WANTED).unwrap_err().to_string();
        assert!(gone.starts_with("there is no runs.csv in this directory"), "{gone}");
        assert_eq!(parse("x_m,name,ok\n").unwrap().rows.len(), 0, "an empty table is fine");
    }

    #[test]
    fn many_rows_sort_and_filter() {
        let mut text = "x_m,name,ok\n".to_owned();
        for i in 0..20_000 {
            text.push_str(&format!("{},run_{i},true\n", (i * 7919) % 20_000));
        }
        let mut table = parse(&text).unwrap();
        table.sort_by(1);
        let values: Vec<f64> = table.shown.iter().map(|ix| table.number(*ix, "x_m").unwrap()).collect();
        assert!(values.windows(2).all(|w| w[0] <= w[1]));
        table.filter = "1999 run".to_owned();
        table.arrange();
        let fits = |row: &Vec<String>| row.iter().any(|cell| cell.contains("1999"));
        assert_eq!(table.shown.len(), table.rows.iter().filter(|row| fits(row)).count());
        assert!(table.shown.len() > 11 && table.shown.iter().all(|ix| fits(&table.rows[*ix])));
    }
}
