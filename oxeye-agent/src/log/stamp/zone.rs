//! Reads the time zones that are printed after a time. Only two of their names are unambiguous.

/// The longest of Java's names for zones in bytes.
const LONGEST_NAME: usize = 5;

/// Reads the zone at the start of the text, which may have a space before it. Returns its offset from
/// UTC in seconds, which most names do not reveal, and the rest.
pub(super) fn read(text: &[u8]) -> Option<(Option<i64>, &[u8])> {
    let word = text.strip_prefix(b" ").unwrap_or(text);
    if let Some((seconds, rest)) = offset(word) {
        return ends(rest).then_some((Some(seconds), rest));
    }
    let word = text.strip_prefix(b" ")?;
    let letters = word
        .iter()
        .take(LONGEST_NAME + 1)
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let (name, rest) = word.split_at_checked(letters)?;
    let is_utc = matches!(name, b"UTC" | b"GMT");
    if is_utc && let Some((seconds, rest)) = offset(rest) {
        return ends(rest).then_some((Some(seconds), rest));
    }
    let fits = (2..=LONGEST_NAME).contains(&letters) && ends(rest);
    fits.then_some((is_utc.then_some(0), rest))
}

fn ends(rest: &[u8]) -> bool {
    matches!(rest.first(), Some(b']' | b' '))
}

/// Reads `Z`, `+01:00`, `+0100` or `+01`. Returns the seconds ahead of UTC, and the rest.
pub(crate) fn offset(text: &[u8]) -> Option<(i64, &[u8])> {
    let sign = match text.first()? {
        b'Z' => return Some((0, &text[1..])),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let number = |tens: u8, ones: u8| -> Option<i64> {
        let both = tens.is_ascii_digit() && ones.is_ascii_digit();
        both.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
    };
    let (hours, minutes, rest) = match &text[1..] {
        [a, b, b':', c, d, rest @ ..] => (number(*a, *b)?, number(*c, *d)?, rest),
        [a, b, c @ b'0'..=b'9', d, rest @ ..] => (number(*a, *b)?, number(*c, *d)?, rest),
        [a, b, rest @ ..] => (number(*a, *b)?, 0, rest),
        _ => return None,
    };
    Some((sign * (hours * 3600 + minutes * 60), rest))
}
