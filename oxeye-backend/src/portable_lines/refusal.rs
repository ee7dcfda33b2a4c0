//! Why the lines of a file are not imported.

use oxeye_db::GuildId;

use super::{NUMERIC_IDS_VERSION, VERSION};
use crate::api_messages::refusal::Why;

/// Length to which the reason in a [`BadLine`] is cut, because it may repeat what is in the line.
const REASON_CHARS: usize = 400;

/// Why an import ends before the last line. Lines count from 1.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ImportRefusal {
    /// The first line is not that of an export.
    #[error("line 1 is not the first line of an Oxeye export")]
    NotAnExport,
    /// The lines are of a version that we do not read.
    #[error(
        "these lines are of version {0}, and this Oxeye reads versions {oldest} to {newest}",
        oldest = NUMERIC_IDS_VERSION,
        newest = VERSION
    )]
    UnknownVersion(u32),
    /// A line has more than `longest` bytes.
    #[error("line {line} is longer than {longest} bytes")]
    LineTooLong { line: usize, longest: usize },
    /// A line cannot be used. The lines before `first_line` were imported.
    #[error(
        "line {line}: {} Nothing from line {first_line} on was imported; correct it and import the whole file again: what was imported is skipped",
        with_stop(&why.to_string())
    )]
    BadLine {
        line: usize,
        first_line: usize,
        why: BadLine,
    },
}

/// Why a line cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadLine {
    /// The guild id is a number that a program may have rounded.
    #[error(
        "a program such as jq or JavaScript may have rounded the guild id {0}; export again, or write the right id as a string (\"guild_id\":\"{0}\" if it is this one), or name the guild of all servers with --guild"
    )]
    RoundedGuildId(GuildId),
    /// It is not JSON, or not that of a line of an export, or holds an impossible value.
    #[error("{0}")]
    Other(Why),
}

/// Returns a reason with a full stop, unless it is a whole sentence already.
pub(crate) fn with_stop(reason: &str) -> String {
    if reason.ends_with(['.', '?', '!']) {
        reason.to_owned()
    } else {
        format!("{reason}.")
    }
}

impl<T: Into<Why>> From<T> for BadLine {
    fn from(why: T) -> BadLine {
        let Why { words, reason } = why.into();
        BadLine::Other(Why {
            words: words.chars().take(REASON_CHARS).collect(),
            reason,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(why: &str, expected: &str) {
        let refusal = ImportRefusal::BadLine {
            line: 2,
            first_line: 2,
            why: why.into(),
        };
        let words = refusal.to_string();
        assert!(words.starts_with(expected), "{words}");
    }

    #[test]
    fn a_reason_ends_with_one_stop() {
        check(
            "`player` is missing",
            "line 2: `player` is missing. Nothing",
        );
        check(
            "There is no time zone Mars/X. Time zones are written like Europe/Berlin or UTC.",
            "line 2: There is no time zone Mars/X. Time zones are written like Europe/Berlin or UTC. Nothing",
        );
        check(
            "Did you mean Europe/Berlin?",
            "line 2: Did you mean Europe/Berlin? Nothing",
        );
    }
}
