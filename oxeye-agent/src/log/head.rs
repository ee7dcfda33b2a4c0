//! Time, thread, level and logger before the message of a line.
//!
//! The leftmost head of a line counts, and only at its start: one that is quoted in chat is part of
//! the message.

use super::stamp::Stamp;

/// What stands before a message, and the message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head<'a> {
    pub(crate) stamp: Option<Stamp<'a>>,
    pub(crate) shape: Shape,
    /// Empty if the head has none.
    pub(crate) thread: &'a [u8],
    pub(crate) level: Level,
    /// Empty if the head has none. For Pumpkin, the module.
    pub(crate) logger: &'a [u8],
    pub(crate) message: &'a [u8],
}

/// Which layout a head has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `[12:00:00] [Server thread/INFO]: `, with or without a logger: files since Minecraft 1.7.
    Thread,
    /// `[12:00:00 INFO]: `, with or without a logger: the consoles of Paper and Velocity. Also
    /// `[12:00:00] [INFO]: `, which users of log4j choose.
    Console,
    /// `[2024-04-01 21:46:33:199 INFO] `: Bedrock, and the console of Geyser without the date.
    Bare,
    /// `2011-06-05 12:12:12 [INFO] `, with or without the date: Minecraft up to 1.6, BungeeCord.
    Plain,
    /// `2026-11-20 12:00:00.123 [main] I - `: the file of Geyser.
    Dashed,
    /// `2026-11-20 10:49:20 INFO  [pumpkin::world@main] `: Pumpkin.
    Module,
}

/// How grave a line is, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Whatever servers say of players who come and go.
    Usual,
    /// A warning or worse.
    Warning,
}

impl<'a> Head<'a> {
    /// The head with which the line begins.
    pub(crate) fn read(line: &'a [u8]) -> Option<Self> {
        match line.first()? {
            b'[' => bracketed(&line[1..]),
            b'0'..=b'9' => {
                let (stamp, rest) = Stamp::read(line)?;
                unbracketed(stamp, rest)
            }
            _ => None,
        }
    }
}

/// After the first `[` of a line.
fn bracketed(text: &[u8]) -> Option<Head<'_>> {
    let Some((stamp, rest)) = Stamp::read(text) else {
        return labelled(None, text);
    };
    match rest.first()? {
        b']' => labelled(Some(stamp), rest.strip_prefix(b"] [")?),
        b' ' => {
            let (word, rest) = split(&rest[1..], b']')?;
            let (shape, logger, message) = match rest {
                [b':', message @ ..] => (Shape::Console, &b""[..], message),
                [b' ', b'[', rest @ ..] if logger(rest).is_some() => {
                    let (logger, message) = logger(rest)?;
                    (Shape::Console, logger, message)
                }
                rest => (Shape::Bare, &b""[..], rest),
            };
            Some(Head {
                stamp: Some(stamp),
                shape,
                thread: b"",
                level: level(word)?,
                logger,
                message: after_blank(message)?,
            })
        }
        _ => None,
    }
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
        stamp,
        shape,
        thread,
        level,
        logger,
        message: after_blank(message)?,
    })
}

/// After a time without brackets.
fn unbracketed<'a>(stamp: Stamp<'a>, rest: &'a [u8]) -> Option<Head<'a>> {
    let rest = rest.strip_prefix(b" ")?;
    let head = |shape, word, logger, message| {
        let level = level(word)?;
        Some(Head {
            stamp: Some(stamp),
            shape,
            thread: b"",
            level,
            logger,
            message,
        })
    };
    if let Some(rest) = rest.strip_prefix(b"[") {
        let (word, rest) = split(rest, b']')?;
        let rest = after_blank(rest)?;
        return match rest {
            [letter, b' ', b'-', b' ', message @ ..] if stamp.dated => {
                let level = geyser_level(*letter)?;
                Some(Head {
                    stamp: Some(stamp),
                    shape: Shape::Dashed,
                    thread: word,
                    level,
                    logger: b"",
                    message,
                })
            }
            // The word is in the language and the encoding of the platform, so any will do.
            message if is_word(word) => {
                let level = level(word).unwrap_or(Level::Usual);
                Some(Head {
                    stamp: Some(stamp),
                    shape: Shape::Plain,
                    thread: b"",
                    level,
                    logger: b"",
                    message,
                })
            }
            _ => None,
        };
    }
    let (word, rest) = split(rest, b' ')?;
    let (module, message) = split(rest.trim_ascii_start().strip_prefix(b"[")?, b']')?;
    head(Shape::Module, word, module, after_blank(message)?)
}

/// After the `[` of ` [logger]: `, which may be followed by the bracket of a marker.
fn logger(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (logger, rest) = split(text, b']')?;
    let rest = match rest {
        [b' ', b'[', marker @ ..] => split(marker, b']')?.1,
        rest => rest,
    };
    Some((logger, rest.strip_prefix(b":")?))
}

/// The message after the one blank that ends every head; a message may be empty.
fn after_blank(text: &[u8]) -> Option<&[u8]> {
    match text {
        [] => Some(text),
        [b' ', message @ ..] => Some(message),
        _ => None,
    }
}

fn split(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(at, text)?;
    Some((&text[..at], &text[at + 1..]))
}

fn is_word(word: &[u8]) -> bool {
    (1..=32).contains(&word.len())
        && !word
            .iter()
            .any(|byte| byte.is_ascii_digit() || *byte == b'[')
}

/// The levels of log4j, of Java's own logging and of Rust's; Nukkit pads them with blanks.
fn level(word: &[u8]) -> Option<Level> {
    match word.trim_ascii() {
        b"INFO" | b"DEBUG" | b"TRACE" | b"FINE" | b"FINER" | b"FINEST" | b"CONFIG" | b"NOTICE" => {
            Some(Level::Usual)
        }
        b"WARN" | b"WARNING" | b"ERROR" | b"SEVERE" | b"FATAL" | b"CRITICAL" => {
            Some(Level::Warning)
        }
        _ => None,
    }
}

fn geyser_level(letter: u8) -> Option<Level> {
    match letter {
        b'I' | b'D' | b'T' => Some(Level::Usual),
        b'W' | b'E' | b'F' => Some(Level::Warning),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read, as `shape level thread|logger|message`.
    #[track_caller]
    fn check(line: &str, expected: &str) {
        let read = Head::read(line.as_bytes()).map(|head| {
            let [thread, logger, message] =
                [head.thread, head.logger, head.message].map(String::from_utf8_lossy);
            format!(
                "{:?} {:?} {thread}|{logger}|{message}",
                head.shape, head.level
            )
        });
        assert_eq!(read.as_deref().unwrap_or("nothing"), expected, "{line}");
    }

    #[test]
    fn every_layout_is_read() {
        check(
            "[12:00:00] [Server thread/INFO]: hi",
            "Thread Usual Server thread||hi",
        );
        check(
            "[12:00:00] [Server thread/WARN] [net.x.Y/]: hi",
            "Thread Warning Server thread|net.x.Y/|hi",
        );
        check(
            "[12:00:00] [main/INFO] [a.B/CORE] [x]: hi",
            "Thread Usual main|a.B/CORE|hi",
        );
        check(
            "[12:00:00] [Server thread/INFO] (Minecraft) hi",
            "Thread Usual Server thread|Minecraft|hi",
        );
        check(
            "[Server thread/INFO] (Minecraft) hi",
            "Thread Usual Server thread|Minecraft|hi",
        );
        check(
            "[19Jul2025 12:00:00.001] [a/b/INFO] [x/]: hi",
            "Thread Usual a/b|x/|hi",
        );
        check(
            "[2024/01/02 12:00:00] [Server thread/INFO]: hi",
            "Thread Usual Server thread||hi",
        );
        check(
            "[12thg 22025 12:00:00.123] [Server thread/INFO] [x/]: hi",
            "Thread Usual Server thread|x/|hi",
        );
        check(
            "[02 Jan 2024 12:00:00,123] [Server thread/INFO]: hi",
            "Thread Usual Server thread||hi",
        );
        check("[12:00:00] [INFO]: hi", "Console Usual ||hi");
        check("[12:00:00 INFO]: hi", "Console Usual ||hi");
        check(
            "[12:00:00 ERROR] [luckperms]: hi",
            "Console Warning |luckperms|hi",
        );
        check("[2024-04-01 21:46:33:199 INFO] hi", "Bare Usual ||hi");
        check("[12:00:00 INFO] [x] hi", "Bare Usual ||[x] hi");
        check("[INFO] hi", "Bare Usual ||hi");
        check("2011-06-05 12:12:12 [SEVERE] hi", "Plain Warning ||hi");
        check("12:12:12 [INFORMATION] hi", "Plain Usual ||hi");
        check(
            "2026-11-20 12:00:00.123 [main] W - hi",
            "Dashed Warning main||hi",
        );
        check(
            "2026-11-20 10:49:20 INFO  [a::b@main] hi",
            "Module Usual |a::b@main|hi",
        );
    }

    #[test]
    fn a_message_may_be_empty_and_may_begin_with_a_bracket() {
        check(
            "[12:00:00] [Server thread/INFO]:",
            "Thread Usual Server thread||",
        );
        check("[12:00:00 INFO]: ", "Console Usual ||");
        check(
            "[12:00:00] [Server thread/INFO]: [x] [y]: hi",
            "Thread Usual Server thread||[x] [y]: hi",
        );
        check("[12:00:00] [main/INFO] [x] hi", "Thread Usual main||[x] hi");
    }

    #[test]
    fn what_is_no_head_is_not_read() {
        for line in [
            "",
            "[",
            "hi",
            " [12:00:00] [Server thread/INFO]: hi",
            "[12:00:00] hi",
            "[12:00:00] [x] hi",
            "[12:00:00]: hi",
            "[Steve] hi",
            "[Steve/x] hi",
            "12:00:00 hi",
            "12:00:00 [1:2] hi",
            "12:00:00 [INFO]hi",
        ] {
            check(line, "nothing");
        }
    }
}
