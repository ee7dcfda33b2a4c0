//! Geyser as a standalone program. Its lines as a plugin or mod do not matter, because the server logs
//! the same players itself.
//!
//! Geyser logs in the language of the machine; only English is supported. Its console prints
//! `[12:00:00 INFO] `, and its file `[12:00:00.123 main/INFO] `.

use memchr::memmem;

use super::Statement;
use crate::log::head::{Head, Level};
use crate::log::name;

pub(super) fn read(head: &Head<'_>) -> Option<Statement> {
    if head.level == Level::Warning {
        return None;
    }
    let message = head.message.trim_ascii_end();
    if message.starts_with(b"[") {
        return None;
    }
    if is_start(message) {
        return Some(Statement::Start);
    }
    if message.starts_with(b"Shutting down Geyser") {
        return Some(Statement::Stop);
    }
    connected(message).or_else(|| disconnected(message))
}

fn is_start(message: &[u8]) -> bool {
    message.starts_with(b"Done (") && message.ends_with(b")! Run /geyser help for help!")
}

/// Whether the line is the end of the start in a language other than English, such as `Fertig (2.679s)!
/// Verwende /geyser help für Hilfe!`. Whatever the language, it has the seconds in brackets, and then
/// the command.
pub(super) fn is_translated(head: &Head<'_>) -> bool {
    let message = head.message.trim_ascii_end();
    let is_second = |byte: &u8| byte.is_ascii_digit() || b".,".contains(byte);
    let has_seconds = |text: &[u8]| {
        let text = text.trim_ascii_end();
        let seconds = memchr::memrchr(b'(', text).map(|bracket| &text[bracket + 1..]);
        let digits = seconds.map_or(0, |text| {
            text.iter().take_while(|byte| is_second(byte)).count()
        });
        digits > 0
    };
    head.level == Level::Usual
        && !matches!(message.first(), Some(b'<' | b'['))
        && !is_start(message)
        && memmem::find(message, b"/geyser help").is_some_and(|at| has_seconds(&message[..at]))
}

/// Reads `NAME (logged in as: JAVA) has connected to the Java server`. Older versions print its address
/// too.
fn connected(message: &[u8]) -> Option<Statement> {
    let end = memmem::find(message, b" (logged in as: ")?;
    let rest = &message[end..];
    let rest = &rest[memmem::find(rest, b") has connected to ")? + b") has connected to ".len()..];
    is_server(rest).then_some(())?;
    name::any(&message[..end]).map(Statement::connected)
}

/// Reads `NAME has disconnected from the Java server because of REASON`.
fn disconnected(message: &[u8]) -> Option<Statement> {
    const LEFT: &[u8] = b" has disconnected from ";
    let end = memmem::find(message, LEFT)?;
    is_server(&message[end + LEFT.len()..]).then_some(())?;
    name::any(&message[..end]).map(Statement::Disconnected)
}

fn is_server(text: &[u8]) -> bool {
    const SERVERS: [&[u8]; 3] = [
        b"the Java server",
        b"remote java server",
        b"remote Java server",
    ];
    SERVERS.iter().any(|server| text.starts_with(server))
}
