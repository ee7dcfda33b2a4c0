//! Decides whether the lines of a log have the prefix of journald or syslog.
//!
//! Its shape proves nothing, because a player may type most of it, and a plugin may print chat as
//! `NAME 1 10:49:20 host program: ...`. But journald puts its prefix before every line, so the first
//! lines of a log decide.

use serde::{Deserialize, Serialize};

/// The number of lines that decide. So many lines in a row are hardly all typed to imitate the prefix.
const SURE: u8 = 10;

/// What the first lines showed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Journald {
    /// No line has been read.
    #[default]
    Unread,
    /// All lines had the prefix; their number, up to [`SURE`].
    Present(u8),
    /// One of the first lines had no prefix.
    Absent,
}

impl Journald {
    /// Whether to remove a prefix. `is_known` says whether its month is the name of a month in a language
    /// that we know; another one may be the name of a player.
    pub(super) fn believes(self, is_known: impl FnOnce() -> bool) -> bool {
        match self {
            Self::Unread => is_known(),
            Self::Present(lines) => lines >= SURE || is_known(),
            Self::Absent => false,
        }
    }

    /// Takes in a line, and whether it has a prefix of this shape.
    pub(super) fn note(&mut self, line: &[u8], has_prefix: bool) {
        *self = match *self {
            Self::Present(SURE) => Self::Present(SURE),
            before if !has_prefix && is_of_journalctl(line) => before,
            Self::Unread if has_prefix => Self::Present(1),
            Self::Present(lines) if has_prefix => Self::Present(lines + 1),
            _ => Self::Absent,
        };
    }

    /// Returns the same for a reader that has read no line, and takes only the time from one. Then the
    /// shape is enough.
    pub(super) fn for_time_alone(self) -> Self {
        match self {
            Self::Unread => Self::Present(SURE),
            before => before,
        }
    }
}

/// Whether `journalctl` prints the line without a prefix: an empty line, a continuation, which it
/// indents, or a remark such as `-- Logs begin at ... --`.
fn is_of_journalctl(line: &[u8]) -> bool {
    let is_remark = line.starts_with(b"-- ") && line.trim_ascii_end().ends_with(b" --");
    is_remark || line.first().is_none_or(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the state after lines with and without a prefix.
    fn after(lines: impl IntoIterator<Item = bool>) -> Journald {
        let mut journald = Journald::default();
        for has_prefix in lines {
            journald.note(b"x", has_prefix);
        }
        journald
    }

    #[test]
    fn one_of_the_first_lines_without_a_prefix_shows_that_there_is_none() {
        for prefixed in 0..usize::from(SURE) {
            let first = (0..prefixed).map(|_| true);
            let journald = after(first.chain([false]).chain([true; 300]));
            assert!(!journald.believes(|| true) && !journald.believes(|| false));
        }
    }

    #[test]
    fn a_month_that_we_do_not_know_counts_once_all_of_the_first_lines_had_one() {
        for prefixed in 0..300_usize {
            let journald = after((0..prefixed).map(|_| true));
            assert!(journald.believes(|| true));
            assert_eq!(
                journald.believes(|| false),
                prefixed >= usize::from(SURE),
                "{prefixed}"
            );
        }
        // A line of something else that writes into the same file changes nothing then.
        assert!(after([true; SURE as usize].into_iter().chain([false])).believes(|| false));
    }

    #[test]
    fn what_journalctl_itself_prints_decides_nothing() {
        let mut journald = Journald::default();
        for line in [
            "-- Logs begin at Fri 2026-11-20 10:00:00 CET, end at Fri 2026-11-20 11:00:00 CET. --",
            "-- Boot 0123456789abcdef0123456789abcdef --",
            "-- Reboot --",
            "",
            "    at net.minecraft.server.Main.main(Main.java:1)",
        ] {
            journald.note(line.as_bytes(), false);
            assert_eq!(journald, Journald::Unread, "{line}");
        }
    }
}
