//! Lines whose columns stand below each other.

/// The cells of each row, as wide as the widest of their column. Those of the columns named in
/// `right` stand to the right. A wide letter of another script may still push a line out of place.
pub(super) fn columns(rows: &[Vec<String>], right: &[usize]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let widths = cells.map(|cell| cell.chars().count());
        widths.max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let cell = |(column, text): (usize, &String)| {
        let width = widths[column];
        if right.contains(&column) {
            format!("{text:>width$}")
        } else {
            format!("{text:<width$}")
        }
    };
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [
            vec!["1.".to_owned(), "Alex".to_owned(), "10h".to_owned()],
            vec!["10.".to_owned(), "ÅÄ".to_owned(), "5m".to_owned()],
            vec!["11.".to_owned()],
        ];

        assert_eq!(
            columns(&rows, &[0, 2]),
            " 1.  Alex  10h\n10.  ÅÄ     5m\n11."
        );
    }
}
