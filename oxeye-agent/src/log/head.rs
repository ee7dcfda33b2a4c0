//! Reads the head of a line: the time, thread, level and logger before the message.
//!
//! A head counts only at the start of a line. One that is quoted in chat is part of the message.

mod bracketed;
#[cfg(test)]
mod tests;
mod tracing;
mod unbracketed;

use super::stamp::Stamp;

/// The head of a line, and its message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head<'a> {
    pub(crate) stamp: Option<Stamp<'a>>,
    pub(crate) shape: Shape,
    /// The thread, or empty if the head has none.
    pub(crate) thread: &'a [u8],
    pub(crate) level: Level,
    /// The logger (for Pumpkin, the module), or empty if the head has none.
    pub(crate) logger: &'a [u8],
    pub(crate) message: &'a [u8],
    /// The message with the title in brackets, which may be the start of the message.
    pub(crate) titled_message: Option<&'a [u8]>,
}

/// The layout of a head. Several kinds of servers use each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `[12:00:00] [Server thread/INFO]: `, with or without a logger: files since Minecraft 1.7,
    /// PocketMine-MP, and Endstone, which has numbers for threads.
    Thread,
    /// `[12:00:00 INFO]: `, with or without a logger: the consoles of Paper, Velocity and Endstone.
    /// Also `[12:00:00] [INFO]: `, which some administrators choose for log4j.
    Console,
    /// `[2024-04-01 21:46:33:199 INFO] `: Bedrock; without the date, the console of Geyser, whose file
    /// names the thread as well, as in `[12:00:00.123 main/INFO] `; without any time, the file of Pumpkin.
    Bare,
    /// `2011-06-05 12:12:12 [INFO] `, with or without the date: Minecraft up to 1.6, BungeeCord, the
    /// console of Nukkit.
    Plain,
    /// `10:00:00 [main] [INFO] `: the console of Nukkit-MOT.
    Split,
    /// `2026-11-20 12:00:00.123 [main] I - `, or with the whole word for the level: the files of early
    /// Geyser and of Nukkit.
    Dashed,
    /// `12:00:00.123 INFO [Server] `, also `[2024-02-06 19:16:03.695 INFO][Server] `: LeviLamina, and
    /// Pumpkin of 2024.
    Titled,
    /// `2026-08-22 10:00:00  INFO main ThreadId(01) pumpkin::world: `: the console of Pumpkin.
    Tracing,
    /// `12:00:00 INFO `, with nothing but a time and a level, which administrators choose for log4j.
    Level,
}

/// The level of a line. Only this distinction matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// The level at which servers log joins and leaves.
    Usual,
    /// A warning or worse.
    Warning,
}

impl<'a> Head<'a> {
    /// Reads the head at the start of a line.
    pub(crate) fn read(line: &'a [u8]) -> Option<Self> {
        match line.first()? {
            b'[' => bracketed::read(&line[1..]),
            b'0'..=b'9' => unbracketed::read(line),
            b' ' | b'D' | b'E' | b'I' | b'T' | b'W' => tracing::without_time(line),
            _ => None,
        }
    }

    /// Whether the head has nothing but a time and a level, as in `12:00:00 INFO message`, which not only
    /// Pumpkin prints.
    pub(crate) fn has_level_alone(&self) -> bool {
        self.shape == Shape::Tracing && self.thread.is_empty() && self.logger.is_empty()
    }

    /// Returns the head in a log in which heads have nothing but a time and a level: what looks like a
    /// title in brackets is the start of the message.
    pub(crate) fn with_level_alone(self) -> Self {
        let message = match self.titled_message {
            Some(message) => message,
            None if self.has_level_alone() => self.message,
            None => return self,
        };
        Self::plain(self.stamp, Shape::Level, self.level, message)
    }

    /// Returns a head without a thread and a logger.
    fn plain(stamp: Option<Stamp<'a>>, shape: Shape, level: Level, message: &'a [u8]) -> Self {
        Self {
            stamp,
            shape,
            thread: b"",
            level,
            logger: b"",
            message,
            titled_message: None,
        }
    }
}

/// Reads the rest of ` [logger]: ` after the bracket, and a marker in brackets that may follow it.
/// Returns the logger and the text after the colon.
fn logger(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (logger, rest) = split(text, b']')?;
    let rest = match rest {
        [b' ', b'[', marker @ ..] => split(marker, b']')?.1,
        rest => rest,
    };
    Some((logger, rest.strip_prefix(b":")?))
}

/// Returns the message after the one space that ends every head. A message may be empty.
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

/// Reads a level of log4j, Java's own logging, PHP or Rust. Nukkit pads them with spaces.
fn level(word: &[u8]) -> Option<Level> {
    match word.trim_ascii() {
        b"INFO" | b"DEBUG" | b"TRACE" | b"FINE" | b"FINER" | b"FINEST" | b"CONFIG" | b"NOTICE" => {
            Some(Level::Usual)
        }
        b"WARN" | b"WARNING" | b"ERROR" | b"SEVERE" | b"FATAL" | b"CRITICAL" | b"ALERT"
        | b"EMERGENCY" => Some(Level::Warning),
        _ => None,
    }
}
