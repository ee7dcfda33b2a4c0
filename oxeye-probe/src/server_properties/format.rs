//! Parses Java's property files as `java.util.Properties.load` does.

use std::{collections::HashMap, iter};

/// The last value of each key.
pub(super) type Properties = HashMap<String, String>;

/// The bytes that an editor may put before a UTF-8 text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Parses a whole file. Any file is valid in this format.
///
/// Java takes a byte order mark for a part of the first line. If that line has a key, the server does
/// not find it and adds the key with its default further down, which then counts. Until the server has
/// done so, we accept the line as its author meant it.
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

/// Decodes a file as the server does: as UTF-8, or else as Latin-1, where every byte is a character.
fn decode(file: &[u8]) -> String {
    match std::str::from_utf8(file) {
        Ok(text) => text.to_owned(),
        Err(_) => file.iter().copied().map(char::from).collect(),
    }
}

/// Returns keys and values in order.
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

/// Returns whether a line is empty or a comment.
fn is_without_entry(line: &str) -> bool {
    let line = line.trim_start_matches(is_blank);
    line.is_empty() || line.starts_with(['#', '!'])
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\x0c')
}

/// Returns whether a line ends with an odd number of backslashes, the last of which escapes the line
/// break.
fn continues(line: &str) -> bool {
    let backslashes = line.bytes().rev().take_while(|byte| *byte == b'\\');
    backslashes.count() % 2 == 1
}

/// Splits a line into key and value. The key ends at the first `=`, `:` or blank without a backslash
/// before it. Blanks and at most one `=` or `:` separate it from the value.
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

/// Resolves `\n`, `\t` and the like, and `\uXXXX`. Any other escaped character stands for itself.
fn unescape(text: &str) -> String {
    // We collect UTF-16, because a character beyond the first 65,536 is written as two escapes.
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

/// Parses the four hexadecimal digits at the start of a text.
fn unit(digits: &str) -> Option<u16> {
    let digits = digits.get(..4)?;
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    all_digits.then(|| u16::from_str_radix(digits, 16).ok())?
}
