//! Reads the answers to `list` and `list uuids`.
//!
//! The headline has several forms: "There are 2 of a max of 20 players online: Alex, Bo" (1.16 and
//! later), the same without the second "of" (1.13), "There are 2/20 players online:" directly followed
//! by the names (1.12 and earlier), and the coloured ones of plugins. `list uuids` prints the name of
//! each account with its UUID in brackets. Plain `list` prints the names as the scoreboard decorates
//! them.

use std::sync::LazyLock;

use regex::Regex;
use uuid::Uuid;

use crate::{ListedPlayer, Listing, profile_name};

/// A server's answer, as far as it is reliable.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ListAnswer {
    /// The number of players, and perhaps their names.
    Listing(Listing),
    /// The answer of another command, or of none.
    Unreadable,
}

static HEADLINE: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "the tests use this pattern")]
    Regex::new(
        r"(?sx)^There\ (?:are|is)\ (?<count>[0-9]{1,9})(?:/[0-9]+)?
        (?:\ (?:out\ )?of\ (?:a\ )?max(?:imum)?(?:\ of)?\ [0-9]+)?
        \ players?\ online[.:]?(?<names>.*)$",
    )
    .unwrap()
});

impl ListAnswer {
    pub(super) fn read(answer: &str) -> Self {
        let answer = without_colours(answer);
        let Some(found) = HEADLINE.captures(answer.trim()) else {
            return Self::Unreadable;
        };
        let Ok(count) = found["count"].parse() else {
            return Self::Unreadable;
        };
        Self::Listing(match present(found["names"].trim()) {
            Some(present) => Listing::proven(count, present),
            None => Listing::Count(count),
        })
    }
}

/// Returns all players, if every entry is a player: either all with UUIDs or all without.
fn present(names: &str) -> Option<Vec<ListedPlayer>> {
    if names.is_empty() {
        return Some(Vec::new());
    }
    let with_uuids: Option<Vec<_>> = names.split(", ").map(with_uuid).collect();
    with_uuids.or_else(|| names.split(", ").map(without_uuid).collect())
}

/// Reads an entry such as `Alex (853c80ef-3c37-49fd-aa49-938b674adae6)`. The UUID proves that this is
/// an account, so any name is accepted.
fn with_uuid(entry: &str) -> Option<ListedPlayer> {
    let (name, uuid) = entry.strip_suffix(')')?.rsplit_once(" (")?;
    let uuid = Uuid::try_parse(uuid).ok().filter(|uuid| !uuid.is_nil())?;
    // A name with a byte that is not UTF-8 is not the real one.
    if name.is_empty() || name.contains(char::REPLACEMENT_CHARACTER) {
        return None;
    }
    Some(ListedPlayer {
        uuid: Some(uuid),
        ..ListedPlayer::named(name)
    })
}

fn without_uuid(entry: &str) -> Option<ListedPlayer> {
    profile_name::plausible(entry).map(ListedPlayer::named)
}

/// Removes Minecraft's colours, which are a `§` and one character each.
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '§' {
            chars.next();
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests;
