//! How many heads each row has.

/// Up to this many heads are in one row, and up to twice as many in two rows. Larger pictures grow in
/// both directions.
const ONE_ROW: usize = 5;

const MAX_COLUMNS: usize = 10;

/// Ratio of width to height that pictures come close to. Discord's preview is about 4:3, and wider
/// pictures suit wide screens.
const WANTED_RATIO: f64 = 1.7;

/// Returns the number of heads in each row, from the top. Rows differ by at most one head, and longer
/// rows come first.
pub(crate) fn rows(heads: usize, cell_width: i32, cell_height: i32) -> Vec<usize> {
    if heads == 0 {
        return Vec::new();
    }
    let rows = heads.div_ceil(columns(heads, cell_width, cell_height));
    let (shortest, longer) = (heads / rows, heads % rows);
    (0..rows)
        .map(|row| shortest + usize::from(row < longer))
        .collect()
}

fn columns(heads: usize, cell_width: i32, cell_height: i32) -> usize {
    if heads <= ONE_ROW {
        return heads;
    }
    if heads <= 2 * ONE_ROW {
        return heads.div_ceil(2);
    }
    let off_by = |columns: usize| {
        let width = columns as f64 * f64::from(cell_width);
        let height = heads.div_ceil(columns) as f64 * f64::from(cell_height);
        (width / height / WANTED_RATIO).ln().abs()
    };
    (1..=MAX_COLUMNS)
        .min_by(|a, b| off_by(*a).total_cmp(&off_by(*b)))
        .unwrap_or(MAX_COLUMNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(heads: usize, expected: &[usize]) {
        assert_eq!(rows(heads, 150, 110), expected);
    }

    #[test]
    fn rows_are_balanced() {
        check(0, &[]);
        check(1, &[1]);
        check(5, &[5]);
        check(7, &[4, 3]);
        check(23, &[6, 6, 6, 5]);
    }

    #[test]
    fn every_head_is_in_a_row_and_no_row_is_too_long() {
        for heads in 1..=200 {
            for cell_width in [70, 100, 180] {
                let rows = rows(heads, cell_width, 110);
                assert_eq!(rows.iter().sum::<usize>(), heads);
                assert!(rows.iter().all(|row| (1..=MAX_COLUMNS).contains(row)));
                assert!(rows[0] - rows[rows.len() - 1] <= 1);
            }
        }
    }
}
