//! Byte offsets → lines and columns.

use std::ops::Range;

use crate::Place;

/// The beginnings of a text's lines. Places are mostly asked for in rising order, which is cheap.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// Last place found: (offset, line index, column).
    last: (usize, usize, u32),
}

impl<'a> Lines<'a> {
    /// Finds the lines of a text.
    pub fn new(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1);
        Lines { text, starts: std::iter::once(0).chain(breaks).collect(), last: (0, 0, 1) }
    }

    /// Line and column of a byte range; a range beyond the end lies at the end.
    pub fn place(&mut self, span: &Range<usize>) -> Place {
        let mut offset = span.start.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|s| *s <= offset) - 1;
        let (from, column) = if self.last.1 == line && self.last.0 <= offset {
            (self.last.0, self.last.2)
        } else {
            (self.starts[line], 1)
        };
        let passed = self.text[from..offset].chars().count();
        let column = column.saturating_add(small(passed));
        self.last = (offset, line, column);
        Place { line: small(line + 1), column, offset: small(offset), len: small(span.len().max(1)) }
    }
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_become_lines_and_columns() {
        let mut lines = Lines::new("ab\nö€c\n\nx");
        let mut check = |offset: usize, expect: (u32, u32)| {
            let place = lines.place(&(offset..offset));
            assert_eq!((place.line, place.column), expect, "offset {offset}");
        };
        check(0, (1, 1));
        check(1, (1, 2));
        check(3, (2, 1));
        check(5, (2, 2));
        check(8, (2, 3));
        check(6, (2, 2));
        check(10, (3, 1));
        check(11, (4, 1));
        check(99, (4, 2));
        check(0, (1, 1));
    }
}
