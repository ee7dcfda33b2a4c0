//! Lists within a sentence, lists that are cut to a size, and how a sentence begins.

use crate::Text;
use crate::escaping::width;

/// Room for "...and N more" and its line break, or for "+N more", in UTF-16 units.
pub(crate) const TAIL: usize = 32;

/// A list that was cut to a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutList {
    /// The list, which says at its end how many entries are missing.
    pub text: String,
    /// Number of entries that are missing.
    pub missing: usize,
}

/// Returns a text with a capital at its start, as a sentence or a line of its own has it.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).collect()
}

/// Returns a sentence without the capital at its start, as it stands after a colon. It must not begin with a word that
/// always has one.
#[must_use]
pub fn uncapitalised(sentence: &str) -> String {
    let mut characters = sentence.chars();
    let first = characters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(characters).collect()
}

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
    ) -> CutList {
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
        let missing = total.saturating_sub(shown);
        match missing {
            0 => list.truncate(list.trim_end().len()),
            more => list.push_str(&self.and_more(more)),
        }
        CutList {
            text: list,
            missing,
        }
    }

    /// Returns as many names as fit into `budget` UTF-16 units, in one line, then "+N more".
    #[must_use]
    pub fn in_one_line(
        self,
        names: impl ExactSizeIterator<Item = String>,
        budget: usize,
    ) -> String {
        let total = names.len();
        let mut used = TAIL;
        let fits = |name: &String| {
            used += width(name) + 2;
            used <= budget
        };
        let mut shown: Vec<_> = names.take_while(fits).collect();
        let missing = total - shown.len();
        if missing > 0 {
            shown.push(self.plus_more(missing));
        }
        shown.join(", ")
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
        assert_eq!(ENGLISH.bullets(lines, 2, 100).text, "• a\n• b");
        assert_eq!(ENGLISH.bullets([], 0, 100).text, "");
    }

    #[test]
    fn a_list_that_does_not_fit_says_how_many_are_missing() {
        let lines = || (0..1_000).map(|n| format!("• {n}"));
        let list = ENGLISH.bullets(lines(), 1_200, 100);
        assert_eq!(list.missing, 1_185);
        assert!(list.text.ends_with("• 14\n...and 1,185 more"), "{list:?}");
        assert!(width(&list.text) <= 100);
        let list = GERMAN.bullets(lines(), 9_000_000, 100).text;
        assert!(list.ends_with("• 14\n… und 8.999.985 weitere"), "{list}");
        assert!(width(&list) <= 100);
    }

    #[test]
    fn names_in_one_line_end_with_the_number_of_those_that_do_not_fit() {
        let line = |text: Text, names: std::ops::Range<i32>, budget| {
            text.in_one_line(names.map(|n| format!("p{n}")), budget)
        };
        assert_eq!(line(ENGLISH, 0..3, 100), "p0, p1, p2");
        assert_eq!(line(ENGLISH, 0..0, 100), "");
        assert_eq!(line(ENGLISH, 0..10, 40), "p0, p1, +8 more");
        assert_eq!(line(GERMAN, 0..3, 40), "p0, p1, +1 weiterer");
        assert_eq!(line(ENGLISH, 0..10, 0), "+10 more");
    }

    #[test]
    fn a_sentence_begins_with_a_capital() {
        assert_eq!(capitalised("nobody online"), "Nobody online");
        assert_eq!(capitalised("über 3"), "Über 3");
        assert_eq!(capitalised("3 online"), "3 online");
        assert_eq!(capitalised(""), "");
    }
}
