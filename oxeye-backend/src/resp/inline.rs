//! Splits an inline command, the line that somebody types, into its arguments.

use std::iter::Peekable;
use std::slice::Iter;

/// Splits a line at blanks. An argument may be quoted: in double quotes with escapes such as `\n` and `\x41`, in
/// single quotes with none but `\'`. Returns `None` if a quote is not closed, or text follows it directly.
pub(super) fn split(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut bytes = line.iter().peekable();
    let mut arguments = Vec::new();
    loop {
        while bytes.next_if(|byte| is_blank(**byte)).is_some() {}
        if bytes.peek().is_none() {
            return Some(arguments);
        }
        arguments.push(argument(&mut bytes)?);
    }
}

/// A vertical tab is a blank in C, but not in Rust.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, 0 | 0x0b)
}

fn argument(bytes: &mut Peekable<Iter<'_, u8>>) -> Option<Vec<u8>> {
    let mut argument = Vec::new();
    while let Some(&byte) = bytes.next_if(|byte| !is_blank(**byte)) {
        match byte {
            b'"' => double_quoted(bytes, &mut argument)?,
            b'\'' => single_quoted(bytes, &mut argument)?,
            _ => {
                argument.push(byte);
                continue;
            }
        }
        // A closing quote ends the argument.
        let is_end = bytes.peek().is_none_or(|byte| is_blank(**byte));
        return is_end.then_some(argument);
    }
    Some(argument)
}

fn double_quoted(bytes: &mut Peekable<Iter<'_, u8>>, argument: &mut Vec<u8>) -> Option<()> {
    loop {
        match bytes.next()? {
            b'"' => return Some(()),
            b'\\' => argument.push(escaped(bytes)?),
            byte => argument.push(*byte),
        }
    }
}

fn single_quoted(bytes: &mut Peekable<Iter<'_, u8>>, argument: &mut Vec<u8>) -> Option<()> {
    loop {
        match bytes.next()? {
            b'\'' => return Some(()),
            b'\\' if bytes.next_if_eq(&&b'\'').is_some() => argument.push(b'\''),
            byte => argument.push(*byte),
        }
    }
}

/// Returns the byte that an escape stands for. The backslash has been read.
fn escaped(bytes: &mut Peekable<Iter<'_, u8>>) -> Option<u8> {
    let byte = match bytes.next()? {
        b'x' => {
            let mut ahead = bytes.clone();
            let high = ahead.next().and_then(|byte| hexadecimal(*byte));
            let low = ahead.next().and_then(|byte| hexadecimal(*byte));
            match (high, low) {
                (Some(high), Some(low)) => {
                    *bytes = ahead;
                    high << 4 | low
                }
                _ => b'x',
            }
        }
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 0x08,
        b'a' => 0x07,
        byte => *byte,
    };
    Some(byte)
}

fn hexadecimal(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &[u8], expected: &[&[u8]]) {
        let expected = expected.iter().map(|argument| argument.to_vec()).collect();
        assert_eq!(split(line), Some(expected), "{}", line.escape_ascii());
    }

    #[test]
    fn blanks_separate_arguments() {
        check(b"", &[]);
        check(b" \t ", &[]);
        check(b" GET  a\tb ", &[b"GET", b"a", b"b"]);
    }

    #[test]
    fn quotes_keep_blanks_together() {
        check(br#"a "b c" 'd e'"#, &[b"a", b"b c", b"d e"]);
        check(br#"a "" ''"#, &[b"a", b"", b""]);
        check(br#"a"b c""#, &[b"ab c"]);
    }

    #[test]
    fn escapes_count_as_redis_counts_them() {
        check(br#""\x41\n\r\t\b\a\q\"\\""#, &[b"A\n\r\t\x08\x07q\"\\"]);
        check(br#""\x4" "\xzz""#, &[b"x4", b"xzz"]);
        check(br"'it\'s' '\n'", &[b"it's", b"\\n"]);
        check(br"a\nb", &[br"a\nb"]);
    }

    #[test]
    fn a_quote_has_to_be_closed_and_to_end_the_argument() {
        for line in [r#""a"#, "'a", r#""a"b"#, "'a'b", r#""a\"#, r#""a\x4"#] {
            assert_eq!(split(line.as_bytes()), None, "{line}");
        }
    }
}
