//! Makes names safe to show: players and servers may be called `jeb_`, `@everyone` or worse.

use oxeye_db::or_replacement;

/// Starts text whose direction does not affect the text around it (FSI in Unicode UAX #9).
const ISOLATE: char = '\u{2068}';
/// Ends such text (PDI).
const POP_ISOLATE: char = '\u{2069}';

/// Escapes text for Discord's markdown, so that it is shown literally.
///
/// Every ASCII punctuation character gets a backslash, which Discord removes again. That also keeps
/// `<@1>`, `@everyone` and `https://x` from becoming a mention or a link.
#[must_use]
pub fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() * 2);
    for character in isolate(text).chars() {
        if character.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Replaces control characters, line breaks and direction overrides, and keeps everything else.
#[must_use]
pub fn neutralise(text: &str) -> String {
    text.chars().map(or_replacement).collect()
}

/// Like [`neutralise`], but also keeps a right-to-left name from reordering the numbers after it.
#[must_use]
pub fn isolate(text: &str) -> String {
    let text = neutralise(text);
    if text.chars().any(is_right_to_left) {
        format!("{ISOLATE}{text}{POP_ISOLATE}")
    } else {
        text
    }
}

/// Cuts text to at most `limit` UTF-16 units, and ends it with `…` if anything was cut.
#[must_use]
pub fn cut(text: &str, limit: usize) -> String {
    if width(text) <= limit {
        return text.to_owned();
    }
    let mut left = limit.saturating_sub(1);
    let fits = |character: &char| {
        let fits = character.len_utf16() <= left;
        left = left.saturating_sub(character.len_utf16());
        fits
    };
    let mut short: String = text.chars().take_while(fits).collect();
    short.push('…');
    short
}

/// Returns the length in UTF-16 units, which is never less than what Discord counts.
#[must_use]
pub fn width(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Returns whether a character belongs to a block that Unicode reserves for right-to-left scripts.
fn is_right_to_left(character: char) -> bool {
    matches!(character,
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Removes the escapes, as Discord does.
    fn unescape(text: &str) -> String {
        let mut shown = String::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => shown.extend(characters.next()),
                other => shown.push(other),
            }
        }
        shown
    }

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(escape_markdown(name), expected);
        assert_eq!(unescape(&escape_markdown(name)), name);
    }

    #[test]
    fn names_that_look_like_markdown_are_shown_literally() {
        check("jeb_", r"jeb\_");
        check("__x__", r"\_\_x\_\_");
        check("@everyone", r"\@everyone");
        check("`rm`", r"\`rm\`");
        check("<@1>", r"\<\@1\>");
        check("# x", r"\# x");
        check("[a](b)", r"\[a\]\(b\)");
        check("https://x", r"https\:\/\/x");
        check("1. x", r"1\. x");
        check(r"a\b", r"a\\b");
        check("<t:0:R>", r"\<t\:0\:R\>");
        check(".Ünï 名前 🦀", r"\.Ünï 名前 🦀");
    }

    #[test]
    fn every_punctuation_character_is_escaped() {
        let all: String = (0..128u8)
            .map(char::from)
            .filter(char::is_ascii_punctuation)
            .collect();
        assert_eq!(escape_markdown(&all).len(), all.len() * 2);
    }

    #[test]
    fn direction_overrides_and_control_characters_lose_their_effect() {
        assert_eq!(
            neutralise("a\u{202E}b\u{2066}c\nd\u{7}\u{2029}"),
            "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}\u{FFFD}"
        );
        assert_eq!(escape_markdown("\u{202E}x"), "\u{FFFD}x");
    }

    #[test]
    fn a_right_to_left_name_is_isolated() {
        assert_eq!(escape_markdown("שלום"), "\u{2068}שלום\u{2069}");
        assert_eq!(escape_markdown("Ünï"), "Ünï");
    }

    #[test]
    fn text_is_cut_by_utf_16_units() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("🦀🦀🦀", 4), "🦀…");
        assert_eq!(width(&cut(&"🦀".repeat(80), 100)), 99);
    }
}
