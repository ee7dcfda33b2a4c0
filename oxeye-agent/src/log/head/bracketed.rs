//! Reads heads that begin with a bracket.

use super::{Head, Level, Shape, after_blank, level, logger, split, unbracketed};
use crate::log::stamp::Stamp;

/// Reads the rest of a line after the first `[`.
pub(super) fn read(text: &[u8]) -> Option<Head<'_>> {
    let Some((stamp, rest)) = Stamp::read(text) else {
        return labeled(None, text);
    };
    after_stamp(stamp, rest).or_else(|| {
        let (stamp, rest) = stamp.with_rest(rest)?;
        // A time zone may follow, and then a year.
        after_stamp(stamp, rest).or_else(|| {
            let (stamp, rest) = stamp.with_rest(rest)?;
            after_stamp(stamp, rest)
        })
    })
}

/// Reads the rest of a line after `[12:00:00`.
pub(super) fn after_stamp<'a>(stamp: Stamp<'a>, rest: &'a [u8]) -> Option<Head<'a>> {
    match rest.first()? {
        b']' => {
            let rest = &rest[1..];
            // This is `[17.06 15:30:24] [Server] `.
            if stamp.dated
                && let Some(rest) = rest.strip_prefix(b" [Server] ")
            {
                return unbracketed::after_panel(stamp, rest);
            }
            let label = rest.trim_ascii_start().strip_prefix(b"[")?;
            labeled(Some(stamp), label)
        }
        b' ' => with_level(stamp, &rest[1..]),
        _ => None,
    }
}

/// Reads the rest of a line after `[12:00:00 `: the level, or the thread and the level.
fn with_level<'a>(stamp: Stamp<'a>, text: &'a [u8]) -> Option<Head<'a>> {
    let (label, rest) = label(text)?;
    let (thread, level) = thread_and_level(label)?;
    let (shape, logger, message) = match rest {
        [b':', message @ ..] => (Shape::Console, &b""[..], after_colon(message)),
        [b' ', b'[', rest @ ..] if logger(rest).is_some() => {
            let (logger, message) = logger(rest)?;
            (Shape::Console, logger, after_colon(message))
        }
        [b'[', rest @ ..] => {
            let (title, message) = split(rest, b']')?;
            (Shape::Titled, title, after_blank(message)?)
        }
        rest => (Shape::Bare, &b""[..], after_blank(rest)?),
    };
    Some(Head {
        thread,
        logger,
        ..Head::plain(Some(stamp), shape, level, message)
    })
}

/// Reads the rest of a line after the `[` of `[thread/LEVEL]` or `[LEVEL]`.
fn labeled<'a>(stamp: Option<Stamp<'a>>, text: &'a [u8]) -> Option<Head<'a>> {
    let (label, rest) = label(text)?;
    let (thread, level) = thread_and_level(label)?;
    let (logger, message) = match rest {
        [b':', message @ ..] => (&b""[..], after_colon(message)),
        // Brackets that do not hold a logger belong to the message.
        [b' ', b'[', inner @ ..] => match logger(inner) {
            Some((logger, message)) => (logger, after_colon(message)),
            None => (&b""[..], after_blank(rest)?),
        },
        [b' ', b'(', inner @ ..] => match split(inner, b')') {
            Some((logger, message)) => (logger, after_blank(message)?),
            None => (&b""[..], after_blank(rest)?),
        },
        rest => (&b""[..], after_blank(rest)?),
    };
    let shape = match (thread, stamp) {
        ([_, ..], _) => Shape::Thread,
        ([], Some(_)) => Shape::Console,
        ([], None) => Shape::Bare,
    };
    Some(Head {
        thread,
        logger,
        ..Head::plain(stamp, shape, level, message)
    })
}

/// Reads `thread/LEVEL` or `LEVEL`.
fn thread_and_level(label: &[u8]) -> Option<(&[u8], Level)> {
    let (thread, word) = match memchr::memrchr(b'/', label) {
        Some(slash) => (&label[..slash], &label[slash + 1..]),
        None => (&b""[..], label),
    };
    Some((thread, level(word)?))
}

/// Splits off the label before the bracket that closes it. The name of a thread may end with brackets of
/// its own, as in `[serverlevel-tick-worker [world]/INFO]`.
fn label(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (label, rest) = split(text, b']')?;
    if memchr::memchr(b'[', label).is_some()
        && rest.starts_with(b"/")
        && let Some((_, after)) = split(rest, b']')
    {
        let end = text.len() - after.len() - 1;
        return Some((&text[..end], after));
    }
    Some((label, rest))
}

/// Returns the message after the colon that ends a head and the one space that usually follows it.
fn after_colon(text: &[u8]) -> &[u8] {
    match text {
        [b' ' | b'\t', message @ ..] => message,
        message => message,
    }
}
