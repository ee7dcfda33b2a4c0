//! Lists within a sentence, and bullet lists that are cut to a size.

use crate::Text;
use crate::escaping::width;

/// Room for "...and N more" and its line break, in UTF-16 units.
const TAIL: usize = 32;

impl Text {
    /// Joins items as in "a", "a and b", "a, b and c".
    #[must_use]
    pub fn list(self, items: &[String]) -> String {
        joined(items, |first, last| self.list_end(first, last))
    }

    /// Joins items as in "a", "a or b", "a, b or c".
    #[must_use]
    pub fn either(self, items: &[String]) -> String {
        joined(items, |first, last| self.either_end(first, last))
    }

    /// Returns as many lines as fit into `budget` UTF-16 units, then "...and N more".
    ///
    /// `total` is the number of all entries, which may be more than `lines` yields.
    #[must_use]
    pub fn bullets(
        self,
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
            more => list.push_str(&self.and_more(more)),
        }
        list
    }
}

/// Joins all items but the last with commas, and appends the last with `end`.
fn joined(items: &[String], end: impl Fn(&str, &str) -> String) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => end(&first.join(", "), last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Locale;

    const ENGLISH: Text = Text::of(Locale::English);
    const GERMAN: Text = Text::of(Locale::German);

    #[test]
    fn the_last_item_of_a_list_follows_and_or_or() {
        let items = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(ENGLISH.list(&[]), "");
        assert_eq!(ENGLISH.list(&items[..1]), "a");
        assert_eq!(ENGLISH.list(&items[..2]), "a and b");
        assert_eq!(ENGLISH.list(&items), "a, b and c");
        assert_eq!(GERMAN.list(&items), "a, b und c");
        assert_eq!(ENGLISH.either(&items), "a, b or c");
        assert_eq!(GERMAN.either(&items[1..]), "b oder c");
    }

    #[test]
    fn a_list_that_fits_is_shown_in_full() {
        let lines = ["• a".to_owned(), "• b".to_owned()];
        assert_eq!(ENGLISH.bullets(lines, 2, 100), "• a\n• b");
        assert_eq!(ENGLISH.bullets([], 0, 100), "");
    }

    #[test]
    fn a_list_that_does_not_fit_says_how_many_are_missing() {
        let lines = || (0..1_000).map(|n| format!("• {n}"));
        let list = ENGLISH.bullets(lines(), 1_200, 100);
        assert!(list.ends_with("• 14\n...and 1,185 more"), "{list}");
        assert!(width(&list) <= 100);
        let list = GERMAN.bullets(lines(), 9_000_000, 100);
        assert!(list.ends_with("• 14\n… und 8.999.985 weitere"), "{list}");
        assert!(width(&list) <= 100);
    }
}
