//! The format of Java's property files (`java.util.Properties.load`): bytes in, keys and values out.

use std::{collections::HashMap, iter};

/// The last value of each key.
pub(super) type Properties = HashMap<String, String>;

/// What an editor may put before a text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a whole file. There is nothing that this format refuses.
///
/// Java takes a byte order mark for a part of the first line. If that line has a key, the server does
/// not find it, and writes the key with its default further down, which then counts. Until it has
/// done so, the line is what its author meant.
pub(super) fn properties(file: &[u8]) -> Properties {
    let (file, is_marked) = match file.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => (rest, true),
        None => (file, false),
    };
    let text = decode(file).replace("\r\n", "\n");
    let is_marked_entry = is_marked && !is_without_entry(first_line(&text));
    let mut entries = entries(&text);
    let marked = is_marked_entry.then(|| entries.next()).flatten();
    let mut properties: Properties = entries.collect();
    if let Some((key, value)) = marked {
        properties.entry(key).or_insert(value);
    }
    properties
}

/// The server tries UTF-8, and then Latin-1, where every byte is a character.
fn decode(file: &[u8]) -> String {
    match std::str::from_utf8(file) {
        Ok(text) => text.to_owned(),
        Err(_) => file.iter().copied().map(char::from).collect(),
    }
}

/// Keys and values, in order.
fn entries(text: &str) -> impl Iterator<Item = (String, String)> {
    let mut lines = text.split(['\n', '\r']);
    iter::from_fn(move || {
        let first = lines.find(|line| !is_without_entry(line))?;
        let mut whole = first.trim_start_matches(is_blank).to_owned();
        while continues(&whole) {
            whole.pop();
            let Some(next) = lines.next() else {
                break;
            };
            whole.push_str(next.trim_start_matches(is_blank));
        }
        let (key, value) = split(&whole);
        Some((unescape(key), unescape(value)))
    })
}

fn first_line(text: &str) -> &str {
    text.split(['\n', '\r']).next().unwrap_or_default()
}

/// Empty, or a comment.
fn is_without_entry(line: &str) -> bool {
    let line = line.trim_start_matches(is_blank);
    line.is_empty() || line.starts_with(['#', '!'])
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\x0c')
}

/// An odd number of backslashes at its end: the last one escapes the end of the line.
fn continues(line: &str) -> bool {
    let backslashes = line.bytes().rev().take_while(|byte| *byte == b'\\');
    backslashes.count() % 2 == 1
}

/// The key ends at the first `=`, `:` or blank that no backslash precedes; blanks and one of the
/// signs stand between it and the value.
fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = line.find(|c| {
        let found = !escaped && (is_blank(c) || c == '=' || c == ':');
        escaped = !escaped && c == '\\';
        found
    });
    let (key, rest) = line.split_at(end.unwrap_or(line.len()));
    let rest = rest.trim_start_matches(is_blank);
    let value = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    (key, value.trim_start_matches(is_blank))
}

/// `\n`, `\t` and the like, `\uXXXX`, and any other character as itself.
fn unescape(text: &str) -> String {
    // As UTF-16, because a character beyond the first 65,536 is written as two escapes.
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
            continue;
        }
        match rest.next() {
            Some('t') => units.push(u16::from(b'\t')),
            Some('n') => units.push(u16::from(b'\n')),
            Some('r') => units.push(u16::from(b'\r')),
            Some('f') => units.push(0x0c),
            Some('u') if let Some(unit) = unit(rest.as_str()) => {
                units.push(unit);
                rest = rest.as_str()[4..].chars();
            }
            Some(other) => units.extend_from_slice(other.encode_utf16(&mut [0; 2])),
            None => {}
        }
    }
    String::from_utf16_lossy(&units)
}

/// The four hexadecimal digits at the start.
fn unit(digits: &str) -> Option<u16> {
    let digits = digits.get(..4)?;
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    all_digits.then(|| u16::from_str_radix(digits, 16).ok())?
}
