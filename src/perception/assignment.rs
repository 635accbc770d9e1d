//! Which detection belongs to which track: the assignment of least total cost.
//!
//! Shortest augmenting paths with dual potentials (Kuhn 1955, Jonker and Volgenant 1987), O(n²·m) for n
//! rows and m ≥ n columns, on buffers that are reused: the `lapjv` crate solves the same problem but
//! allocates several vectors a call, which a tick may not. Tests hold it against that crate.
//!
//! A pair that may not be joined costs [`FORBIDDEN`]; a row whose best partner costs that much stays
//! alone. Costs are numbers without unit (squared Mahalanobis distance plus the log determinant).

/// Cost of a pair that may not be joined: above every real cost, small enough to keep precision.
pub const FORBIDDEN: f64 = 1e4;

/// Reusable solver.
#[derive(Clone, Debug, Default)]
pub struct Assignment {
    rows: usize,
    cols: usize,
    cost: Vec<f64>,
    row_potential: Vec<f64>,
    col_potential: Vec<f64>,
    row_of_col: Vec<usize>,
    way: Vec<usize>,
    least: Vec<f64>,
    used: Vec<bool>,
    col_of_row: Vec<Option<usize>>,
}

impl Assignment {
    /// Starts a problem with all pairs forbidden.
    pub fn start(&mut self, rows: usize, cols: usize) {
        self.rows = rows;
        self.cols = cols;
        self.cost.clear();
        self.cost.resize(rows * cols, FORBIDDEN);
        self.col_of_row.clear();
        self.col_of_row.resize(rows, None);
    }
    /// Allows a pair.
    #[inline]
    pub fn allow(&mut self, row: usize, col: usize, cost: f64) {
        self.cost[row * self.cols + col] = cost.min(FORBIDDEN);
    }
    /// Cost of a pair.
    #[inline]
    pub fn cost(&self, row: usize, col: usize) -> f64 {
        self.cost[row * self.cols + col]
    }
    /// Solves; afterwards `partner` tells the result.
    pub fn solve(&mut self) {
        if self.rows == 0 || self.cols == 0 || self.solve_without_conflict() {
            return;
        }
        if self.rows <= self.cols { self.augment(Side::Rows) } else { self.augment(Side::Columns) }
    }
    /// Column joined with a row, if any.
    #[inline]
    pub fn partner(&self, row: usize) -> Option<usize> {
        self.col_of_row[row]
    }

    /// The common case: no column is wanted by two rows and no row has a choice.
    fn solve_without_conflict(&mut self) -> bool {
        self.used.clear();
        self.used.resize(self.cols, false);
        for row in 0..self.rows {
            let mut only = None;
            for col in 0..self.cols {
                if self.cost[row * self.cols + col] < FORBIDDEN {
                    if only.is_some() || self.used[col] {
                        self.col_of_row.fill(None);
                        return false;
                    }
                    only = Some(col);
                }
            }
            if let Some(col) = only {
                self.used[col] = true;
                self.col_of_row[row] = only;
            }
        }
        true
    }

    #[inline]
    fn entry(&self, side: Side, small: usize, large: usize) -> f64 {
        match side {
            Side::Rows => self.cost[small * self.cols + large],
            Side::Columns => self.cost[large * self.cols + small],
        }
    }

    fn augment(&mut self, side: Side) {
        let (small, large) = match side {
            Side::Rows => (self.rows, self.cols),
            Side::Columns => (self.cols, self.rows),
        };
        // Index 0 is a sentinel, as in the classic formulation.
        refill(&mut self.row_potential, small + 1, 0.0);
        refill(&mut self.col_potential, large + 1, 0.0);
        refill(&mut self.row_of_col, large + 1, 0);
        refill(&mut self.way, large + 1, 0);
        for row in 1..=small {
            self.row_of_col[0] = row;
            let mut col = 0;
            refill(&mut self.least, large + 1, f64::INFINITY);
            refill(&mut self.used, large + 1, false);
            loop {
                self.used[col] = true;
                let from = self.row_of_col[col];
                let (mut delta, mut next) = (f64::INFINITY, 0);
                for j in 1..=large {
                    if self.used[j] {
                        continue;
                    }
                    let reduced =
                        self.entry(side, from - 1, j - 1) - self.row_potential[from] - self.col_potential[j];
                    if reduced < self.least[j] {
                        self.least[j] = reduced;
                        self.way[j] = col;
                    }
                    if self.least[j] < delta {
                        delta = self.least[j];
                        next = j;
                    }
                }
                for j in 0..=large {
                    if self.used[j] {
                        self.row_potential[self.row_of_col[j]] += delta;
                        self.col_potential[j] -= delta;
                    } else {
                        self.least[j] -= delta;
                    }
                }
                col = next;
                if self.row_of_col[col] == 0 {
                    break;
                }
            }
            while col != 0 {
                let previous = self.way[col];
                self.row_of_col[col] = self.row_of_col[previous];
                col = previous;
            }
        }
        for j in 1..=large {
            let i = self.row_of_col[j];
            if i == 0 || self.entry(side, i - 1, j - 1) >= FORBIDDEN {
                continue;
            }
            match side {
                Side::Rows => self.col_of_row[i - 1] = Some(j - 1),
                Side::Columns => self.col_of_row[j - 1] = Some(i - 1),
            }
        }
    }
}

/// Which side of the matrix is the smaller one.
#[derive(Clone, Copy)]
enum Side {
    Rows,
    Columns,
}

fn refill<T: Clone>(buffer: &mut Vec<T>, len: usize, value: T) {
    buffer.clear();
    buffer.resize(len, value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn solve(rows: usize, cols: usize, cost: &[f64]) -> Vec<Option<usize>> {
        let mut assignment = Assignment::default();
        assignment.start(rows, cols);
        for row in 0..rows {
            for col in 0..cols {
                assignment.allow(row, col, cost[row * cols + col]);
            }
        }
        assignment.solve();
        (0..rows).map(|row| assignment.partner(row)).collect()
    }

    #[test]
    fn small_problems() {
        const X: f64 = FORBIDDEN;
        for (rows, cols, cost, expect) in [
            (1, 1, vec![3.0], vec![Some(0)]),
            (1, 1, vec![X], vec![None]),
            // The greedy choice (row 0 takes column 0 for 1) costs 1 + 10; the best costs 2 + 2.
            (2, 2, vec![1.0, 2.0, 2.0, 10.0], vec![Some(1), Some(0)]),
            (2, 3, vec![X, X, 4.0, X, 1.0, 0.5], vec![Some(2), Some(1)]),
            (3, 1, vec![5.0, 2.0, 9.0], vec![None, Some(0), None]),
            (0, 3, vec![], vec![]),
        ] {
            assert_eq!(solve(rows, cols, &cost), expect, "{rows}x{cols} {cost:?}");
        }
    }

    proptest! {
        #[test]
        fn total_cost_equals_lapjv(size in 1usize..9, values in proptest::collection::vec(0.0f64..100.0, 81)) {
            let cost = &values[..size * size];
            let total: f64 = solve(size, size, cost)
                .iter()
                .enumerate()
                .map(|(row, col)| cost[row * size + col.expect("square and allowed")])
                .sum();
            let matrix = lapjv::Matrix::from_shape_vec((size, size), cost.to_vec()).expect("shape");
            let (rows, _) = lapjv::lapjv(&matrix).expect("square");
            prop_assert!((total - lapjv::cost(&matrix, &rows)).abs() < 1e-9);
        }
    }
}
