//! What a backend says about a request that it refuses, made fit for a terminal and a log line.
//!
//! Whatever answers at the address wrote it, and that may be a foreign HTTP server.

use oxeye_plugin_proto::ErrorResponse;

/// More characters than this of a text are not shown; a backend's own sentences are shorter.
const MAX_SHOWN_CHARS: usize = 500;

/// The same refusal, of bounded length and on one line.
pub(super) fn fit_to_show(refusal: &ErrorResponse) -> ErrorResponse {
    ErrorResponse {
        error: shown(&refusal.error),
        details: refusal.details.as_deref().map(shown),
    }
}

/// The same for one text.
pub(super) fn shown(text: &str) -> String {
    let mut chars = text.trim().chars();
    let mut shown: String = chars.by_ref().take(MAX_SHOWN_CHARS).map(harmless).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

/// What would command a terminal, break the line or turn its direction is replaced.
fn harmless(c: char) -> char {
    match c {
        c if c.is_whitespace() => ' ',
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            char::REPLACEMENT_CHARACTER
        }
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(shown(text), expected, "{text:?}");
    }

    #[test]
    fn a_text_can_neither_break_the_line_nor_command_the_terminal() {
        check("This code has expired.", "This code has expired.");
        check("Fällt aus, 明日また", "Fällt aus, 明日また");
        check("a\nb\r\nc\td\u{2028}e\n", "a b  c d e");
        check(
            "\u{1b}[2Jgone\u{9b}1m\0",
            "\u{fffd}[2Jgone\u{fffd}1m\u{fffd}",
        );
        check("\u{202e}drow", "\u{fffd}drow");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let longest = "é".repeat(MAX_SHOWN_CHARS);

        check(&longest, &longest);
        check(&format!("{longest}é"), &format!("{longest}…"));
    }
}
