//! Pumpkin, which says `NAME joined the game.` and nothing else of a join.

use super::Said;
use crate::log::head::{Head, Level, Shape};
use crate::log::name;

pub(super) fn read(head: &Head<'_>) -> Option<Said> {
    if head.level == Level::Warning {
        return None;
    }
    let message = message(head);
    if message.starts_with(b"You now can connect to the server") {
        return Some(Said::Start);
    }
    if message.eq_ignore_ascii_case(b"Stopping server") {
        return Some(Said::Stop);
    }
    let sentence = message.strip_suffix(b".").unwrap_or(message);
    if let Some(player) = sentence.strip_suffix(b" joined the game") {
        return name::plain(player).map(Said::connected);
    }
    name::plain(sentence.strip_suffix(b" left the game")?).map(Said::Disconnected)
}

pub(super) fn boots(head: &Head<'_>) -> bool {
    message(head).starts_with(b"Starting Pumpkin ")
}

/// Without the number of the thread, which newer ones print before the message.
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
