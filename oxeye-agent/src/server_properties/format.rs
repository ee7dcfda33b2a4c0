//! The format of Java's property files (`java.util.Properties.load`): bytes in, keys and values out.

use std::collections::HashMap;

/// The last value of each key.
pub(super) type Properties = HashMap<String, String>;

/// Reads a whole file. There is nothing that this format refuses.
pub(super) fn properties(file: &[u8]) -> Properties {
    let text = decode(file);
    let mut properties = Properties::new();
    let mut lines = text.split(['\n', '\r']);
    while let Some(line) = lines.next() {
        let line = line.trim_start_matches(is_blank);
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        let mut whole = line.to_owned();
        while continues(&whole) {
            whole.pop();
            let Some(next) = lines.next() else {
                break;
            };
            whole.push_str(next.trim_start_matches(is_blank));
        }
        let (key, value) = split(&whole);
        properties.insert(unescape(key), unescape(value));
    }
    properties
}

/// Minecraft writes UTF-8 today and wrote Latin-1 once, where every byte is a character.
fn decode(file: &[u8]) -> String {
    match std::str::from_utf8(file) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => file.iter().copied().map(char::from).collect(),
    }
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
