//! Removes formatting from text: the escape sequences that consoles print for colours and cursor
//! movements, and Minecraft's colour codes, such as `§e`.
//!
//! The forms of escape sequences come from ECMA-48: control sequences (`ESC [ ... m`), strings that end
//! with a bell or with `ESC \`, and short escapes.

use std::borrow::Cow;

use memchr::memmem;

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 0x07;

/// Returns the line without escape sequences. Usually there are none, and nothing is copied.
pub(crate) fn strip_escapes<'a>(line: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
    let Some(mut next) = memchr::memchr(ESCAPE, line) else {
        return line;
    };
    scratch.clear();
    let mut rest = line;
    loop {
        scratch.extend_from_slice(&rest[..next]);
        rest = &rest[next..];
        rest = &rest[sequence_length(rest)..];
        match memchr::memchr(ESCAPE, rest) {
            Some(at) => next = at,
            None => break,
        }
    }
    scratch.extend_from_slice(rest);
    scratch
}

/// Returns the length of the escape sequence at the start. A truncated one extends to the end.
fn sequence_length(bytes: &[u8]) -> usize {
    match bytes.get(1) {
        Some(b'[') => {
            // Parameter and intermediate bytes are lower than the final byte.
            let body = bytes[2..].iter();
            let length = body.take_while(|byte| matches!(byte, 0x20..=0x3f)).count();
            let end = 2 + length;
            match bytes.get(end) {
                Some(0x40..=0x7e) => end + 1,
                _ => end,
            }
        }
        Some(b']' | b'P' | b'X' | b'^' | b'_') => string_length(bytes),
        Some(b' ' | b'#' | b'%' | b'(' | b')' | b'*' | b'+') => bytes.len().min(3),
        _ => bytes.len().min(2),
    }
}

fn string_length(bytes: &[u8]) -> usize {
    let end = memchr::memchr2_iter(BELL, ESCAPE, &bytes[2..]).next();
    match end.map(|at| at + 2) {
        Some(at) if bytes[at] == BELL => at + 1,
        Some(at) if bytes.get(at + 1) == Some(&b'\\') => at + 2,
        Some(at) => at,
        None => bytes.len(),
    }
}

/// The start of a code in UTF-8.
pub(crate) const CODE_SIGN: &[u8] = "§".as_bytes();

/// The start of a code in the Western European encodings of Windows.
const WINDOWS_SIGN: &[u8] = b"\xa7";

/// Returns the text without codes. Usually there are none, and nothing is copied.
pub(crate) fn strip_codes(text: &[u8]) -> Cow<'_, [u8]> {
    // Both signs end with this byte. In UTF-8 it may also be the second half of a letter.
    if memchr::memchr(WINDOWS_SIGN[0], text).is_none() {
        Cow::Borrowed(text)
    } else if memmem::find(text, CODE_SIGN).is_some() {
        Cow::Owned(without(CODE_SIGN, text))
    } else if std::str::from_utf8(text).is_err() {
        Cow::Owned(without(WINDOWS_SIGN, text))
    } else {
        Cow::Borrowed(text)
    }
}

fn without(sign: &[u8], text: &[u8]) -> Vec<u8> {
    let mut stripped = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memmem::find(rest, sign) {
        stripped.extend_from_slice(&rest[..at]);
        rest = &rest[at + sign.len()..];
        if rest.first().is_some_and(u8::is_ascii_alphanumeric) {
            rest = &rest[1..];
        }
    }
    stripped.extend_from_slice(rest);
    stripped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let mut scratch = b"earlier content".to_vec();
        let stripped = strip_escapes(line.as_bytes(), &mut scratch);
        assert_eq!(String::from_utf8_lossy(stripped), expected);
    }

    #[test]
    fn colours_are_removed_wherever_they_are() {
        check("plain", "plain");
        check("\x1b[33;1mSteve\x1b[m", "Steve");
        check("a\x1b[38;2;255;255;85mb\x1b[0mc", "abc");
        check("\x1b[?2004h> \x1b[K", "> ");
    }

    #[test]
    fn titles_and_short_escapes_are_removed() {
        check("\x1b]0;server\x07[12:00:00]", "[12:00:00]");
        check("\x1b]0;server\x1b\\[12:00:00]", "[12:00:00]");
        check("\x1b=\x1b(Bx", "x");
    }

    #[test]
    fn a_truncated_sequence_extends_to_the_end_of_the_line() {
        check("a\x1b", "a");
        check("a\x1b[", "a");
        check("a\x1b[31", "a");
        check("a\x1b]0;never ends", "a");
        check("\x1b[31\x1b[32mx", "x");
    }

    #[test]
    fn only_codes_are_removed() {
        let strip =
            |text: &str| String::from_utf8(strip_codes(text.as_bytes()).into_owned()).unwrap();
        assert_eq!(strip("plain"), "plain");
        assert_eq!(strip("§bFern§f[x]"), "Fern[x]");
        assert_eq!(strip("§§e1§"), "1");
        assert_eq!(strip("a§ b§ö"), "a bö");
        assert_eq!(strip("façade"), "façade");
    }

    #[test]
    fn codes_in_another_encoding_are_removed_as_well() {
        assert_eq!(&*strip_codes(b"\xa7bFern\xa7f[x]"), b"Fern[x]");
    }
}
