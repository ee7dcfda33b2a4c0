//! Decides whether the lines of a log have the prefix of journald, syslog or docker compose.
//!
//! Its shape proves nothing, because a player may type most of it, and a plugin may print chat as
//! `NAME 1 10:49:20 host program: ...` or `NAME | ...`. But these programs put their prefix before every line, so
//! the first lines of a log decide.

use serde::{Deserialize, Serialize};

/// The number of lines that decide. So many lines in a row are hardly all typed to imitate the prefix.
const SURE: u8 = 10;

/// What the first lines showed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Regular {
    /// No line has been read.
    #[default]
    Unread,
    /// All lines had the prefix; their number, up to [`SURE`].
    Present(u8),
    /// One of the first lines had no prefix.
    Absent,
}

impl Regular {
    /// Whether to remove a prefix. `is_known` says whether its month is the name of a month in a language
    /// that we know; another one may be the name of a player.
    pub(super) fn believes(self, is_known: impl FnOnce() -> bool) -> bool {
        match self {
            Self::Unread => is_known(),
            Self::Present(lines) => lines >= SURE || is_known(),
            Self::Absent => false,
        }
    }

    /// Whether no line has been read.
    pub(super) fn is_unread(self) -> bool {
        self == Self::Unread
    }

    /// Takes in a line: whether it has a prefix of this shape. `None`: the program that adds prefixes prints such lines
    /// without one.
    pub(super) fn note(&mut self, has_prefix: Option<bool>) {
        *self = match (*self, has_prefix) {
            (Self::Present(SURE), _) => Self::Present(SURE),
            (before, None) => before,
            (Self::Unread, Some(true)) => Self::Present(1),
            (Self::Present(lines), Some(true)) => Self::Present(lines + 1),
            (_, _) => Self::Absent,
        };
    }

    /// Takes in lines that are still to be read, at most so many that they decide: if most of them have no prefix, the
    /// first ones have none either, whatever they look like.
    pub(super) fn look_ahead(&mut self, lines: impl Iterator<Item = Option<bool>>) {
        if !self.is_unread() {
            return;
        }
        let decisive = lines.flatten().take(SURE.into());
        let balance: i32 = decisive
            .map(|has_prefix| if has_prefix { 1 } else { -1 })
            .sum();
        if balance < 0 {
            *self = Self::Absent;
        }
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
pub(super) fn is_of_journalctl(line: &[u8]) -> bool {
    let is_remark = line.starts_with(b"-- ") && line.trim_ascii_end().ends_with(b" --");
    is_remark || line.first().is_none_or(u8::is_ascii_whitespace)
}

/// Whether docker compose prints the line without a prefix: an empty line, an indented one about a container or a
/// network, or what it says before the first container and after the last.
pub(super) fn is_of_compose(line: &[u8]) -> bool {
    const STARTS: [&[u8]; 12] = [
        b"Attaching to ",
        b"Gracefully stopping",
        b"Aborting on container exit",
        b"[+] ",
        b"WARN[",
        b"time=\"",
        b"Container ",
        b"Creating ",
        b"Network ",
        b"Pulling ",
        b"Recreating ",
        b"Starting ",
    ];
    let is_exit = memchr::memmem::find(line, b" exited with code ").is_some();
    let is_step = line.trim_ascii_end().ends_with(b" ... done");
    let is_remark = STARTS.iter().any(|start| line.starts_with(start));
    is_exit || is_step || is_remark || line.first().is_none_or(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the state after lines with and without a prefix.
    fn after(lines: impl IntoIterator<Item = bool>) -> Regular {
        let mut journald = Regular::default();
        for has_prefix in lines {
            journald.note(Some(has_prefix));
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
        for line in [
            "-- Logs begin at Fri 2026-11-20 10:00:00 CET, end at Fri 2026-11-20 11:00:00 CET. --",
            "-- Boot 0123456789abcdef0123456789abcdef --",
            "-- Reboot --",
            "",
            "    at net.minecraft.server.Main.main(Main.java:1)",
        ] {
            assert!(is_of_journalctl(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn lines_ahead_decide_only_if_most_of_them_have_no_prefix() {
        let (with, without, neutral) = (Some(true), Some(false), None);
        for (lines, is_absent) in [
            (&[without][..], true),
            (&[with, without, without], true),
            (&[with, neutral, neutral, neutral], false),
            (&[with, with, with, without, without], false),
            (&[with, without], false),
            (&[], false),
        ] {
            let mut journald = Regular::default();
            journald.look_ahead(lines.iter().copied());
            assert_eq!(journald == Regular::Absent, is_absent, "{lines:?}");
        }
        let mut journald = Regular::Present(SURE);
        journald.look_ahead([without].into_iter());
        assert_eq!(journald, Regular::Present(SURE));
    }

    #[test]
    fn what_docker_compose_itself_prints_decides_nothing() {
        for line in [
            "",
            "[+] Running 2/2",
            " ✔ Container mc-1  Created",
            "Creating mc_1 ... done",
            "Attaching to mc-1",
            "mc-1 exited with code 0",
            "Gracefully stopping... (press Ctrl+C again to force)",
        ] {
            assert!(is_of_compose(line.as_bytes()), "{line}");
        }
        for line in [
            "Server is up",
            "[12:00:00] [Server thread/INFO]: hi",
            "Fern: hi",
        ] {
            assert!(!is_of_compose(line.as_bytes()), "{line}");
        }
    }
}
