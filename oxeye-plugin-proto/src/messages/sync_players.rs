//! The players of a sync, in both forms that plugins send: objects, and the older bare names.
//!
//! An invalid entry never invalidates the list. It is skipped and reported.

use std::{collections::HashMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, SeqAccess, Visitor},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    InvalidPlayerName, PlayerName, TextureHash,
    limits::{MAX_PLAYER_NAME_CHARS, MAX_PLAYERS_PER_SYNC},
};

/// The entries of a sync, sorted into valid and invalid ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncPlayers {
    /// Each player once, in the order of their first mention.
    pub valid: Vec<SyncPlayer>,
    /// Entries without a valid name, in order.
    pub skipped: Vec<SkippedPlayer>,
}

/// A player who is online now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncPlayer {
    /// The player's name.
    pub player: PlayerName,
    /// The hash of the skin they wear, if the plugin knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub texture_hash: Option<TextureHash>,
    /// The account, if the plugin knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uuid: Option<Uuid>,
}

/// An entry that was skipped, so that the operator can see why a player is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedPlayer {
    /// The name as it was sent, cut to twice the length of the longest valid name. Empty if the entry
    /// had no name.
    pub player: String,
    /// The reason, as a sentence.
    pub why: String,
}

/// Length to which a skipped name is cut. It is enough to recognise a name that is too long.
const SHOWN_CHARS: usize = 2 * MAX_PLAYER_NAME_CHARS;

impl SyncPlayer {
    /// Makes a player of whom only the name is known.
    #[must_use]
    pub fn new(player: PlayerName) -> Self {
        Self {
            player,
            texture_hash: None,
            uuid: None,
        }
    }

    /// Adds what another mention of the same player says and this one does not.
    fn complete_with(&mut self, other: &Self) {
        self.texture_hash = self.texture_hash.or(other.texture_hash);
        self.uuid = self.uuid.or(other.uuid);
    }
}

impl SkippedPlayer {
    fn bad_name(name: &str, why: &InvalidPlayerName) -> Self {
        Self {
            player: name.chars().take(SHOWN_CHARS).collect(),
            why: why.to_string(),
        }
    }

    fn no_name() -> Self {
        let why = "a player in a sync is a name, or an object whose \"player\" is a name";
        Self {
            player: String::new(),
            why: why.to_owned(),
        }
    }
}

/// Reads one entry. If the hash or the UUID is invalid, only that field is dropped: presence matters
/// more than a skin.
fn read_entry(entry: &Value) -> Result<SyncPlayer, SkippedPlayer> {
    let name = entry
        .as_str()
        .or_else(|| entry["player"].as_str())
        .ok_or_else(SkippedPlayer::no_name)?;
    let player = PlayerName::try_from(name).map_err(|why| SkippedPlayer::bad_name(name, &why))?;
    Ok(SyncPlayer {
        player,
        texture_hash: entry["texture_hash"]
            .as_str()
            .and_then(|text| text.parse().ok()),
        uuid: entry["uuid"]
            .as_str()
            .and_then(|text| Uuid::try_parse(text).ok()),
    })
}

impl FromIterator<SyncPlayer> for SyncPlayers {
    /// Collects players for a sync. The receiver checks whether there are too many.
    fn from_iter<I: IntoIterator<Item = SyncPlayer>>(players: I) -> Self {
        Self {
            valid: players.into_iter().collect(),
            skipped: Vec::new(),
        }
    }
}

/// Writes the valid players in the newer form.
impl Serialize for SyncPlayers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.valid.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SyncPlayers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = SyncPlayers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of players")
    }

    /// Stops at the first entry beyond the limit, so a huge list costs no memory. Duplicates count
    /// once. Skipped entries count, since they take memory, too.
    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<SyncPlayers, A::Error> {
        let mut players = SyncPlayers::default();
        let mut places: HashMap<PlayerName, usize> = HashMap::new();
        while let Some(entry) = entries.next_element::<Value>()? {
            match read_entry(&entry) {
                Err(skipped) => players.skipped.push(skipped),
                Ok(player) => match places.get(&player.player) {
                    Some(&place) => players.valid[place].complete_with(&player),
                    None => {
                        places.insert(player.player.clone(), players.valid.len());
                        players.valid.push(player);
                    }
                },
            }
            if players.valid.len() + players.skipped.len() > MAX_PLAYERS_PER_SYNC {
                return Err(A::Error::custom(format_args!(
                    "a sync names at most {MAX_PLAYERS_PER_SYNC} players, but this one names more"
                )));
            }
        }
        Ok(players)
    }
}

#[cfg(test)]
mod tests;
