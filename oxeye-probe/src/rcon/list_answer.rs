//! What servers answer to `list` and `list uuids`: text in, who is on out.
//!
//! The headline has had many forms: "There are 2 of a max of 20 players online: Alex, Bo" (1.16 and
//! later), without the second "of" (1.13), "There are 2/20 players online:" with the names glued to it
//! (1.12 and earlier), and those of plugins, with colours. `list uuids` prints every name with its
//! UUID in brackets, and it is the profile's name; plain `list` prints what the scoreboard makes of
//! the name.

use std::sync::LazyLock;

use regex::Regex;
use uuid::Uuid;

use crate::{ListedPlayer, Listing, profile_name};

/// A server's answer, as far as it can be relied on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ListAnswer {
    /// It tells how many are on, and perhaps who.
    Listing(Listing),
    /// Another command answered, or none.
    Unreadable,
}

static HEADLINE: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "the tests run this pattern")]
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

/// Everybody, if every entry is one of a player: all with UUIDs, or all without.
fn present(names: &str) -> Option<Vec<ListedPlayer>> {
    if names.is_empty() {
        return Some(Vec::new());
    }
    let with_uuids: Option<Vec<_>> = names.split(", ").map(with_uuid).collect();
    with_uuids.or_else(|| names.split(", ").map(without_uuid).collect())
}

/// `Alex (853c80ef-3c37-49fd-aa49-938b674adae6)`. The UUID proves that this is a profile, so the
/// name can be any.
fn with_uuid(entry: &str) -> Option<ListedPlayer> {
    let (name, uuid) = entry.strip_suffix(')')?.rsplit_once(" (")?;
    let uuid = Uuid::try_parse(uuid).ok().filter(|uuid| !uuid.is_nil())?;
    // A byte that was not UTF-8 would make a wrong name.
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

/// Minecraft's colours are a `§` and one character.
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
