//! Lists of any length in a place that holds only so much.

use super::markdown::width;

/// What "...and N more" may take, its line break included.
const TAIL: usize = 32;

/// One line per entry while they fit in `budget` (UTF-16 units), then "...and N more".
///
/// `total` counts the entries there are, which may be more than `lines` yields.
pub(crate) fn bullets(
    lines: impl IntoIterator<Item = String>,
    total: usize,
    budget: usize,
) -> String {
    let mut list = String::new();
    let mut used = TAIL;
    let mut shown = 0;
    for line in lines {
        used += width(&line) + 1;
        if used > budget {
            break;
        }
        list.push_str(&line);
        list.push('\n');
        shown += 1;
    }
    match total.saturating_sub(shown) {
        0 => list.truncate(list.trim_end().len()),
        more => list.push_str(&format!("...and {more} more")),
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_fits_is_shown_whole() {
        let lines = ["• a".to_owned(), "• b".to_owned()];
        assert_eq!(bullets(lines, 2, 100), "• a\n• b");
        assert_eq!(bullets([], 0, 100), "");
    }

    #[test]
    fn a_list_that_does_not_fit_says_how_many_are_missing() {
        let list = bullets((0..1_000).map(|n| format!("• {n}")), 1_200, 100);
        assert!(list.ends_with("• 14\n...and 1185 more"), "{list}");
        assert!(width(&list) <= 100);
    }
}
