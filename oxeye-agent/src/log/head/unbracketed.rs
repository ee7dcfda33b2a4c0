//! Reads heads that begin with a time. Among them are those of servers under Multicraft, which removes
//! the time and the brackets from heads that it knows, and keeps all others. Some of its versions put its
//! own time in brackets.

use super::{Head, Level, Shape, after_blank, bracketed, level, logger, split, tracing};
use crate::log::stamp::Stamp;

/// The longest name of a thread.
const LONGEST_THREAD: usize = 64;

/// The longest name of a player.
const LONGEST_PLAYER: usize = 16;

/// Reads the head of a line that begins with a digit.
pub(super) fn read(line: &[u8]) -> Option<Head<'_>> {
    if let Some((stamp, rest)) = Stamp::after_date(line) {
        return bracketed::after_stamp(stamp, rest);
    }
    let (stamp, rest) = Stamp::read(line)?;
    let rest = rest.strip_prefix(b" ")?;
    // `12:30 [Fern] hi` may be chat.
    if stamp.text.len() < b"1:00:00".len() {
        return None;
    }
    match rest.strip_prefix(b"[Server] ") {
        Some(rest) => after_panel(stamp, rest),
        None => after_time(stamp, rest),
    }
}

/// Reads the rest of a line after `12:00:00 `, without the panel's part.
fn after_time<'a>(stamp: Stamp<'a>, rest: &'a [u8]) -> Option<Head<'a>> {
    match rest.strip_prefix(b"[") {
        Some(rest) => after_word(stamp, rest),
        None => titled(stamp, rest).or_else(|| tracing::after_time(stamp, rest)),
    }
}

/// Reads the rest of a line after `12:00:00 [`.
fn after_word<'a>(stamp: Stamp<'a>, rest: &'a [u8]) -> Option<Head<'a>> {
    let (word, rest) = split(rest, b']')?;
    let rest = after_blank(rest)?;
    if word == b"Server" {
        return None;
    }
    // The word may be in any language and encoding, so any word will do.
    match level(word) {
        None => after_thread(stamp, word, rest),
        level => plain(stamp, word, level, rest),
    }
}

/// Reads the rest of a line after `12:00:00 [main] `, where `main` may also be a level in another
/// language.
fn after_thread<'a>(stamp: Stamp<'a>, thread: &'a [u8], rest: &'a [u8]) -> Option<Head<'a>> {
    let of_thread = |shape, level, logger, message| Head {
        thread,
        logger,
        ..Head::plain(Some(stamp), shape, level, message)
    };
    match rest {
        [letter, b' ', b'-', b' ', message @ ..] if stamp.dated => {
            let level = geyser_level(*letter)?;
            Some(of_thread(Shape::Dashed, level, b"", message))
        }
        [b'[', inner @ ..] => match split(inner, b']') {
            Some((word, message)) if level(word).is_some() => {
                let message = after_blank(message)?;
                Some(of_thread(Shape::Split, level(word)?, b"", message))
            }
            _ => plain(stamp, thread, None, rest),
        },
        _ => match dashed(rest) {
            Some((level, logger, message)) => {
                Some(of_thread(Shape::Dashed, level, logger, message))
            }
            None => plain(stamp, thread, None, rest),
        },
    }
}

/// Reads `INFO  - message`, with or without a logger before the dash.
fn dashed(text: &[u8]) -> Option<(Level, &[u8], &[u8])> {
    let (word, rest) = split(text, b' ')?;
    let level = level(word)?;
    let rest = rest.trim_ascii_start();
    if let Some(message) = rest.strip_prefix(b"- ") {
        return Some((level, b"", message));
    }
    let (logger, rest) = split(rest, b' ')?;
    let is_class = |byte: &u8| byte.is_ascii_alphanumeric() || b"._$/".contains(byte);
    let message = rest.strip_prefix(b"- ")?;
    (logger.contains(&b'.') && logger.iter().all(is_class)).then_some((level, logger, message))
}

fn plain<'a>(
    stamp: Stamp<'a>,
    word: &[u8],
    level: Option<Level>,
    message: &'a [u8],
) -> Option<Head<'a>> {
    let level = level.unwrap_or(Level::Usual);
    is_word(word).then(|| Head::plain(Some(stamp), Shape::Plain, level, message))
}

/// Reads `INFO [Server] message`. Pumpkin pads the level with a space.
fn titled<'a>(stamp: Stamp<'a>, text: &'a [u8]) -> Option<Head<'a>> {
    let (word, rest) = split(text, b' ')?;
    let level = level(word)?;
    let text = rest.trim_ascii_start().strip_prefix(b"[")?;
    let (title, message) = split(text, b']')?;
    Some(Head {
        logger: title,
        titled_message: Some(rest),
        ..Head::plain(Some(stamp), Shape::Titled, level, after_blank(message)?)
    })
}

fn is_word(word: &[u8]) -> bool {
    (1..=32).contains(&word.len())
        && !word
            .iter()
            .any(|byte| byte.is_ascii_digit() || *byte == b'[')
}

fn geyser_level(letter: u8) -> Option<Level> {
    match letter {
        b'I' | b'D' | b'T' => Some(Level::Usual),
        b'W' | b'E' | b'F' => Some(Level::Warning),
        _ => None,
    }
}

/// Reads the rest of a line after `17.06 15:30:24 [Server] `: `Server thread/INFO message`, or `INFO
/// message` if the server names no thread. The panel's part is on every line, so a line without a level
/// has no head, unless the panel has kept the server's own.
pub(super) fn after_panel<'a>(stamp: Stamp<'a>, text: &'a [u8]) -> Option<Head<'a>> {
    if let Some((level, message)) = level_and_message(text) {
        let panels = Head::plain(Some(stamp), Shape::Plain, level, message);
        return Some(kept_by_panel(message).unwrap_or(panels));
    }
    if let Some(own) = kept_by_panel(text).or_else(|| plain_kept_by_panel(text)) {
        return Some(own);
    }
    let is_thread = |byte: &&u8| byte.is_ascii_alphanumeric() || b" #-_.:()".contains(byte);
    let length = text
        .iter()
        .take(LONGEST_THREAD)
        .take_while(is_thread)
        .count();
    let (thread, rest) = text.split_at(length);
    let (level, rest) = level_and_message(rest.strip_prefix(b"/")?)?;
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

/// Reads the server's own complete head. Chat never begins with one, because the name of the speaker
/// comes first.
fn kept_by_panel(text: &[u8]) -> Option<Head<'_>> {
    let own = bracketed::read(text.strip_prefix(b"[")?)?;
    own.stamp.map(|_| own)
}

/// Reads the server's own head if it begins with a time of day, as those of Nukkit and BungeeCord do.
fn plain_kept_by_panel(text: &[u8]) -> Option<Head<'_>> {
    let (stamp, rest) = Stamp::read(text)?;
    let has_seconds = stamp.text.len() >= b"1:00:00".len();
    let rest = rest.strip_prefix(b" ").filter(|_| has_seconds)?;
    after_time(stamp, rest)
}

/// Reads `INFO message`.
fn level_and_message(text: &[u8]) -> Option<(Level, &[u8])> {
    let end = memchr::memchr(b' ', &text[..text.len().min(LONGEST_THREAD)])?;
    Some((level(&text[..end])?, &text[end + 1..]))
}
