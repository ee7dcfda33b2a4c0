//! Minecraft's codes for colours, `§e`, taken out of a text.

use std::borrow::Cow;

use memchr::memmem;

/// How a code begins, in UTF-8.
pub(crate) const SIGN: &[u8] = "§".as_bytes();

/// The text without the codes. Without any, which is the usual case, nothing is copied.
pub(crate) fn strip(text: &[u8]) -> Cow<'_, [u8]> {
    let Some(mut at) = memmem::find(text, SIGN) else {
        return Cow::Borrowed(text);
    };
    let mut stripped = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        stripped.extend_from_slice(&rest[..at]);
        rest = &rest[at + SIGN.len()..];
        if rest.first().is_some_and(u8::is_ascii_alphanumeric) {
            rest = &rest[1..];
        }
        match memmem::find(rest, SIGN) {
            Some(next) => at = next,
            None => break,
        }
    }
    stripped.extend_from_slice(rest);
    Cow::Owned(stripped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_taken_out_and_nothing_else() {
        let strip = |text: &str| String::from_utf8(strip(text.as_bytes()).into_owned()).unwrap();
        assert_eq!(strip("plain"), "plain");
        assert_eq!(strip("§bFern§f[x]"), "Fern[x]");
        assert_eq!(strip("§§e1§"), "1");
        assert_eq!(strip("a§ b§ö"), "a bö");
    }
}
