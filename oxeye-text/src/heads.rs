//! The heads of players in lines of text.

use std::collections::HashMap;

use oxeye_db::{OnlinePlayer, PlayerName};

/// The emoji of Discord that shows the head of each player of a list; empty for a list without heads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heads(HashMap<PlayerName, String>);

impl Heads {
    /// A list without heads.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Puts these emoji, by their ids, before the names of the players.
    #[must_use]
    pub fn new(emoji: impl IntoIterator<Item = (PlayerName, u64)>) -> Self {
        // Discord shows an emoji by its id. A name with an underscore could turn the text around it italic.
        let shown = |(player, id)| (player, format!("<:h:{id}>"));
        Self(emoji.into_iter().map(shown).collect())
    }

    /// Returns the heads of these players in their order; `None` if one of them has none. A list in which some
    /// have heads and others have not looks broken.
    pub(crate) fn of(&self, players: &[OnlinePlayer]) -> Option<Vec<&str>> {
        let heads = players.iter().map(|online| self.0.get(&online.player));
        heads.map(|head| head.map(String::as_str)).collect()
    }
}
