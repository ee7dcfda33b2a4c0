//! Heads that begin with a bracket.

use super::{Head, Shape, after_blank, level, logger, split};
use crate::log::stamp::Stamp;

/// After the first `[` of a line.
pub(super) fn read(text: &[u8]) -> Option<Head<'_>> {
    let Some((stamp, rest)) = Stamp::read(text) else {
        return labelled(None, text);
    };
    match after_stamp(stamp, rest) {
        None => {
            let (stamp, rest) = stamp.with_rest(rest)?;
            after_stamp(stamp, rest)
        }
        head => head,
    }
}

/// After `[12:00:00`.
pub(super) fn after_stamp<'a>(stamp: Stamp<'a>, rest: &'a [u8]) -> Option<Head<'a>> {
    match rest.first()? {
        b']' => labelled(Some(stamp), rest.strip_prefix(b"] [")?),
        b' ' => with_level(stamp, &rest[1..]),
        _ => None,
    }
}

/// After `[12:00:00 `.
fn with_level<'a>(stamp: Stamp<'a>, text: &'a [u8]) -> Option<Head<'a>> {
    let (word, rest) = split(text, b']')?;
    let level = level(word)?;
    let (shape, logger, message) = match rest {
        [b':', message @ ..] => (Shape::Console, &b""[..], message),
        [b' ', b'[', rest @ ..] if logger(rest).is_some() => {
            let (logger, message) = logger(rest)?;
            (Shape::Console, logger, message)
        }
        [b'[', rest @ ..] => {
            let (title, message) = split(rest, b']')?;
            (Shape::Titled, title, message)
        }
        rest => (Shape::Bare, &b""[..], rest),
    };
    Some(Head {
        logger,
        ..Head::plain(Some(stamp), shape, level, after_blank(message)?)
    })
}

/// After the `[` of `[thread/LEVEL]`, or of a level alone.
fn labelled<'a>(stamp: Option<Stamp<'a>>, text: &'a [u8]) -> Option<Head<'a>> {
    let (label, rest) = split(text, b']')?;
    let (thread, word) = match memchr::memrchr(b'/', label) {
        Some(slash) => (&label[..slash], &label[slash + 1..]),
        None => (&b""[..], label),
    };
    let level = level(word)?;
    let (logger, message) = match rest {
        [b':', message @ ..] => (&b""[..], message),
        // A bracket that is no logger belongs to the message.
        [b' ', b'[', inner @ ..] => logger(inner).unwrap_or((b"", rest)),
        [b' ', b'(', inner @ ..] => split(inner, b')').unwrap_or((b"", rest)),
        rest => (&b""[..], rest),
    };
    let shape = match (thread, stamp) {
        ([_, ..], _) => Shape::Thread,
        ([], Some(_)) => Shape::Console,
        ([], None) => Shape::Bare,
    };
    Some(Head {
        thread,
        logger,
        ..Head::plain(stamp, shape, level, after_blank(message)?)
    })
}
