//! Reads heads that Multicraft has changed: it removes the time and the brackets from the server's own
//! head.

use super::{Head, Level, Shape, level, logger};
use crate::log::stamp::Stamp;

/// The longest name of a thread.
const LONGEST_THREAD: usize = 64;

/// The longest name of a player.
const LONGEST_PLAYER: usize = 16;

/// Reads the rest of a line after `17.06 15:30:24 [Server] `: `Server thread/INFO message`, or `INFO
/// message` if the server names no thread. The panel's part is on every line, so a line without a level
/// has no head.
pub(super) fn read<'a>(stamp: Stamp<'a>, text: &'a [u8]) -> Option<Head<'a>> {
    if let Some((level, message)) = with_level(text) {
        return Some(Head::plain(Some(stamp), Shape::Plain, level, message));
    }
    let is_thread = |byte: &&u8| byte.is_ascii_alphanumeric() || b" #-_.:()".contains(byte);
    let length = text
        .iter()
        .take(LONGEST_THREAD)
        .take_while(is_thread)
        .count();
    let (thread, rest) = text.split_at(length);
    let (level, rest) = with_level(rest.strip_prefix(b"/")?)?;
    // A player's name may be in brackets too, but it is shorter than the name of a class.
    let named = rest
        .strip_prefix(b"[")
        .and_then(logger)
        .filter(|(logger, _)| logger.len() > LONGEST_PLAYER);
    let (logger, message) = match named {
        Some((logger, message)) => (logger, message.strip_prefix(b" ")?),
        None => (&b""[..], rest),
    };
    (length > 0).then_some(Head {
        thread,
        logger,
        ..Head::plain(Some(stamp), Shape::Thread, level, message)
    })
}

/// Reads `INFO message`.
fn with_level(text: &[u8]) -> Option<(Level, &[u8])> {
    let end = memchr::memchr(b' ', &text[..text.len().min(LONGEST_THREAD)])?;
    Some((level(&text[..end])?, &text[end + 1..]))
}
