//! Reads heads of the crate `tracing`, which Pumpkin prints. Its settings can switch off each part:
//!
//! `2026-08-22 10:00:00  INFO main ThreadId(01) pumpkin::world: message`

use super::{Head, Level, Shape, level, split};
use crate::log::stamp::Stamp;

/// The crate of Pumpkin's own modules. Those of plugins are called `plugin` and `pumpkin_plugin`.
const CRATE: &[u8] = b"pumpkin";

/// The text after the level, taken apart.
struct Origin<'a> {
    thread: &'a [u8],
    module: &'a [u8],
    message: &'a [u8],
    /// Whether it cannot be anything but a head.
    is_sure: bool,
}

/// Reads the rest of a line after the time and one space. Levels are padded to the same length.
pub(super) fn after_time<'a>(stamp: Stamp<'a>, text: &'a [u8]) -> Option<Head<'a>> {
    let (level, rest) = with_level(text)?;
    Some(head(Some(stamp), level, &origin(rest)))
}

/// Reads a head without a time, whose other parts must show that it comes from Pumpkin.
pub(super) fn without_time(line: &[u8]) -> Option<Head<'_>> {
    let (level, rest) = with_level(line)?;
    let origin = origin(rest);
    origin.is_sure.then(|| head(None, level, &origin))
}

fn head<'a>(stamp: Option<Stamp<'a>>, level: Level, origin: &Origin<'a>) -> Head<'a> {
    Head {
        thread: origin.thread,
        logger: origin.module,
        ..Head::plain(stamp, Shape::Tracing, level, origin.message)
    }
}

fn with_level(text: &[u8]) -> Option<(Level, &[u8])> {
    let (word, rest) = split(text.strip_prefix(b" ").unwrap_or(text), b' ')?;
    Some((level(word)?, rest))
}

fn origin(text: &[u8]) -> Origin<'_> {
    let (thread, rest) = threads(text);
    if let Some((module, message)) = module(rest) {
        return Origin {
            thread,
            module,
            message,
            is_sure: true,
        };
    }
    // Without a number, what looks like a thread may be a player's name.
    let named = word(text.trim_ascii_start());
    if let Some((thread, rest)) = named
        && let Some((module, message)) = module(rest)
    {
        return Origin {
            thread,
            module,
            message,
            is_sure: true,
        };
    }
    Origin {
        thread,
        module: b"",
        message: rest,
        is_sure: !thread.is_empty(),
    }
}

/// Splits off `main ThreadId(01) ` or `ThreadId(01) `. The names of threads are padded.
fn threads(text: &[u8]) -> (&[u8], &[u8]) {
    let numbered = |text: &'_ [u8]| -> Option<usize> {
        let number = text.strip_prefix(b"ThreadId(")?;
        let digits = number.iter().take_while(|byte| byte.is_ascii_digit());
        let digits = digits.count();
        let ends = digits > 0 && number[digits..].starts_with(b") ");
        ends.then_some(b"ThreadId(".len() + digits + 1)
    };
    let start = text.trim_ascii_start();
    if let Some(length) = numbered(start) {
        return (&start[..length], &start[length + 1..]);
    }
    if let Some((thread, rest)) = word(start)
        && let Some(length) = numbered(rest)
    {
        return (thread, &rest[length + 1..]);
    }
    (b"", text)
}

/// Splits off `pumpkin::world: `.
fn module(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let in_module = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_:".contains(byte);
    let length = text.iter().take_while(in_module).count();
    let module = text[..length].strip_suffix(b":")?;
    let message = text[length..].strip_prefix(b" ")?;
    let is_own = module.starts_with(CRATE) || module == b"plugin";
    is_own.then_some((module, message))
}

fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (word, rest) = split(text, b' ')?;
    let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    (!word.is_empty() && word.iter().all(in_word)).then_some((word, rest))
}
