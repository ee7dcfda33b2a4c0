//! Pumpkin, which prints only `NAME joined the game` when a player joins.

use super::Statement;
use crate::log::head::{Head, Level, Shape};
use crate::log::name;

pub(super) fn read(head: &Head<'_>) -> Option<Statement> {
    if head.level == Level::Warning || !is_native(head) {
        return None;
    }
    let message = message(head);
    let starts = [
        &b"You now can connect to the server"[..],
        b"Started server; took ",
    ];
    if starts.iter().any(|start| message.starts_with(start)) {
        return Some(Statement::Start);
    }
    if message.eq_ignore_ascii_case(b"Stopping server") || message == b"The server has stopped." {
        return Some(Statement::Stop);
    }
    let sentence = message.strip_suffix(b".").unwrap_or(message);
    if let Some(player) = sentence.strip_suffix(b" joined the game") {
        return name::plain(player).map(Statement::JoinShown);
    }
    name::plain(sentence.strip_suffix(b" left the game")?).map(Statement::LeaveShown)
}

pub(super) fn boots(head: &Head<'_>) -> bool {
    message(head).starts_with(b"Starting Pumpkin ")
}

/// Whether the line comes from one of the server's own modules, or names none.
pub(super) fn is_native(head: &Head<'_>) -> bool {
    match head.shape {
        Shape::Titled => is_own(head.logger),
        Shape::Tracing => head.logger.is_empty() || is_own(head.logger),
        // Anything that looks like a logger is chat.
        _ => head.logger.is_empty(),
    }
}

/// Whether the module is the server's own. Older versions print the thread after it, as in
/// `pumpkin::world@main`. The modules of plugins are called `pumpkin_plugin` or `pumpkin::plugin`.
fn is_own(module: &[u8]) -> bool {
    let thread = memchr::memchr(b'@', module).unwrap_or(module.len());
    let module = &module[..thread];
    let is_part = module.starts_with(b"pumpkin::") && !module.starts_with(b"pumpkin::plugin");
    module == b"pumpkin" || is_part
}

/// Whether the head names one of the server's own modules. A head without a time may be part of a
/// message.
pub(super) fn names_module(head: &Head<'_>) -> bool {
    matches!(head.shape, Shape::Titled | Shape::Tracing)
        && head.stamp.is_some()
        && !head.logger.is_empty()
        && is_native(head)
}

/// Returns the message without the thread number that some versions print before it.
fn message<'a>(head: &Head<'a>) -> &'a [u8] {
    let message = head.message.trim_ascii();
    let numbered = match head.shape {
        Shape::Plain => message.strip_prefix(b"("),
        _ => None,
    };
    let rest = numbered.and_then(|rest| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        rest[digits..].strip_prefix(b") ")
    });
    rest.unwrap_or(message)
}
