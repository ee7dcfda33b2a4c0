//! Removes Minecraft's color codes, such as `§e`, from a text.

use std::borrow::Cow;

use memchr::memmem;

/// The start of a code in UTF-8.
pub(crate) const SIGN: &[u8] = "§".as_bytes();

/// The start of a code in the Western European encodings of Windows.
const WINDOWS_SIGN: &[u8] = b"\xa7";

/// Returns the text without codes. Usually there are none, and nothing is copied.
pub(crate) fn strip(text: &[u8]) -> Cow<'_, [u8]> {
    // Both signs end with this byte. In UTF-8 it may also be the second half of a letter.
    if memchr::memchr(WINDOWS_SIGN[0], text).is_none() {
        Cow::Borrowed(text)
    } else if memmem::find(text, SIGN).is_some() {
        Cow::Owned(without(SIGN, text))
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

    #[test]
    fn only_codes_are_removed() {
        let strip = |text: &str| String::from_utf8(strip(text.as_bytes()).into_owned()).unwrap();
        assert_eq!(strip("plain"), "plain");
        assert_eq!(strip("§bFern§f[x]"), "Fern[x]");
        assert_eq!(strip("§§e1§"), "1");
        assert_eq!(strip("a§ b§ö"), "a bö");
        assert_eq!(strip("façade"), "façade");
    }

    #[test]
    fn codes_in_another_encoding_are_removed_as_well() {
        assert_eq!(&*strip(b"\xa7bFern\xa7f[x]"), b"Fern[x]");
    }
}
