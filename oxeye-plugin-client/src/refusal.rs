//! Makes the texts of a backend safe to show on a terminal and in a log line.
//!
//! They come from whatever answers at the address, which may be any HTTP server.

use oxeye_plugin_proto::ErrorResponse;

/// Length to which a text is cut. A backend's own sentences are shorter.
const MAX_CHARS: usize = 500;

/// Cuts all texts of a refusal and puts each on one line.
pub(super) fn sanitize_refusal(refusal: &ErrorResponse) -> ErrorResponse {
    ErrorResponse {
        error: sanitize(&refusal.error),
        code: refusal.code.as_deref().map(sanitize),
        details: refusal.details.as_deref().map(sanitize),
    }
}

/// Cuts a text and puts it on one line.
pub(super) fn sanitize(text: &str) -> String {
    let mut chars = text.trim().chars();
    let mut shown: String = chars.by_ref().take(MAX_CHARS).map(safe_char).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Replaces a character that would control a terminal, break the line or change the direction of the
/// text.
fn safe_char(c: char) -> char {
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
        assert_eq!(sanitize(text), expected, "{text:?}");
    }

    #[test]
    fn a_text_can_neither_break_the_line_nor_control_the_terminal() {
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
        let longest = "é".repeat(MAX_CHARS);

        check(&longest, &longest);
        check(&format!("{longest}é"), &format!("{longest}…"));
    }
}
