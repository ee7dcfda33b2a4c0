//! Who is on a server; pure.

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::accounts::AccountId;
use crate::notice::WatchedPlayer;
use crate::persons::{PersonKey, Persons};
use crate::players::{PlayerId, Players};
use crate::server_state::Stay;
use crate::visibility::Visible;

/// Everybody on a server, and what tells who they are.
pub(super) struct Crowd<'a> {
    pub(super) on: &'a HashMap<PlayerName, Stay>,
    pub(super) persons: &'a Persons,
    pub(super) players: &'a Players,
    pub(super) visible: &'a Visible,
}

impl Crowd<'_> {
    /// Returns since when a player is on, if they are and may be seen.
    pub(super) fn since(&self, player: &WatchedPlayer) -> Option<UnixSeconds> {
        let stay = match player {
            WatchedPlayer::Name(name) => self.named(name),
            WatchedPlayer::Account(account) => {
                let names = self.persons.each_name(PersonKey::Account(*account));
                let stays = names.filter_map(|name| self.named_as(name, *account));
                stays.min_by_key(|stay| stay.joined_at)
            }
        };
        stay.map(|stay| stay.joined_at)
    }

    fn named(&self, name: &PlayerName) -> Option<&Stay> {
        let stay = self.on.get(name)?;
        self.visible.shows_stay(name, stay.account).then_some(stay)
    }

    /// Returns the stay of an account under one of its names. A stay of which no account is known is the account's if no
    /// other one ever used the name.
    fn named_as(&self, name: PlayerId, account: AccountId) -> Option<&Stay> {
        let stay = self.named(&self.players.name(name)?)?;
        let person = self.persons.of_stay(name, stay.account);
        (person == PersonKey::Account(account)).then_some(stay)
    }
}

#[cfg(test)]
mod tests;
