//! Patterns of keys, as in `KEYS activity:*`.

/// Whether a text matches a pattern: `*` stands for anything, `?` for one byte, `[a-z]` and `[^a]` for one byte of a
/// class, and a backslash takes away the meaning of what follows. The time is bounded by the product of the lengths.
pub(super) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut in_pattern, mut in_text) = (0, 0);
    // Where to go on if the text after the last `*` does not match: the `*` takes one byte more.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let rest = &pattern[in_pattern..];
        if rest.first() == Some(&b'*') {
            in_pattern += 1;
            retry = Some((in_pattern, in_text));
            continue;
        }
        let Some(&byte) = text.get(in_text) else {
            return rest.is_empty();
        };
        if let Some(length) = matched(rest, byte) {
            in_pattern += length;
            in_text += 1;
            continue;
        }
        let Some((after_star, taken)) = retry else {
            return false;
        };
        (in_pattern, in_text) = (after_star, taken + 1);
        retry = Some((after_star, taken + 1));
    }
}

/// Returns the length of the pattern's first element if it stands for this byte.
fn matched(pattern: &[u8], byte: u8) -> Option<usize> {
    match pattern {
        [] => None,
        [b'?', ..] => Some(1),
        [b'[', class @ ..] => {
            let (length, is_in) = in_class(class, byte);
            is_in.then_some(1 + length)
        }
        [b'\\', escaped, ..] => (*escaped == byte).then_some(2),
        [literal, ..] => (*literal == byte).then_some(1),
    }
}

/// Returns the length of a class with its closing bracket, and whether a byte is in it. Like Redis, we take a class
/// that is not closed to end with the pattern.
fn in_class(class: &[u8], byte: u8) -> (usize, bool) {
    let is_negated = class.first() == Some(&b'^');
    let mut at = usize::from(is_negated);
    let mut is_in = false;
    loop {
        let (length, hit) = match &class[at..] {
            [] => return (at, is_in != is_negated),
            [b']', ..] => return (at + 1, is_in != is_negated),
            [b'\\', escaped, ..] => (2, *escaped == byte),
            [one, b'-', other, ..] => {
                let range = *one.min(other)..=*one.max(other);
                (3, range.contains(&byte))
            }
            [one, ..] => (1, *one == byte),
        };
        is_in |= hit;
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, matching: &[&str], others: &[&str]) {
        for text in matching {
            assert!(matches(pattern.as_bytes(), text.as_bytes()), "{text}");
        }
        for text in others {
            assert!(!matches(pattern.as_bytes(), text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_star_stands_for_anything_and_a_question_mark_for_one_byte() {
        check("*", &["", "a"], &[]);
        check(
            "activity:*",
            &["activity:", "activity:x"],
            &["activity", "guild:1:activity:x"],
        );
        check(
            "*:daily:*:2026-*",
            &["activity:daily:a:2026-11-28"],
            &["activity:daily:2026-"],
        );
        check("a?c", &["abc"], &["ac", "abbc"]);
        check("", &[""], &["a"]);
    }

    #[test]
    fn a_class_stands_for_one_of_its_bytes() {
        check("h[ae]llo", &["hallo", "hello"], &["hillo"]);
        check("h[^e]llo", &["hallo"], &["hello"]);
        check("[a-c][z-x]", &["ay", "cz"], &["dy", "aw"]);
        check(r"[\]a]", &["]", "a"], &["b"]);
        check("[ab", &["a", "b"], &["c", "ab"]);
    }

    #[test]
    fn a_backslash_takes_away_a_meaning() {
        check(r"a\*b", &["a*b"], &["axb"]);
        check(r"a\", &[r"a\"], &["a"]);
    }

    #[test]
    fn a_pattern_made_to_take_long_does_not() {
        let pattern = "*a".repeat(500) + "b";

        assert!(!matches(pattern.as_bytes(), "a".repeat(1000).as_bytes()));
    }
}
