//! Those who were on a server lately, by person: whoever is on under another name is not among them, and whoever was
//! seen under several names is there once.
//!
//! Only accounts with several names in the guild need any of this. A list looks at the names of these accounts or at
//! the players in the window, whichever are fewer, so it costs little while either are few. If both are many, it is made
//! from a copy, and the server is not locked meanwhile.

mod recent;

use hashbrown::{HashMap, HashSet};
use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::questions::OfflinePlayerInfo;
use super::{ServerState, latest};
use crate::accounts::AccountId;
use crate::persons::{PersonKey, Persons};
use crate::players::{PlayerId, Players};
use crate::visibility::Visible;
pub(crate) use recent::Recent;

/// Maximum number of accounts with several names that are folded while a server is locked.
const FOLDED_UNDER_LOCK: usize = 500;

/// Those who were on a server within the window of last seen and are not now, as far as somebody may see them.
#[derive(Debug)]
pub(crate) struct Lately<'a> {
    state: &'a ServerState,
    visible: &'a Visible,
    now: UnixSeconds,
    /// Names of those who are on, or were seen later, under another name.
    left_out: HashSet<PlayerName>,
    /// The newest names of those who were seen under a former one.
    renamed: HashMap<PlayerName, PlayerName>,
}

/// What the names in a list are compared with.
struct Fold<'a> {
    state: &'a ServerState,
    persons: &'a Persons,
    players: &'a Players,
    visible: &'a Visible,
    edge: UnixSeconds,
}

/// A name of an account, as the server knows it.
enum Sighting {
    /// The account is on under it.
    On,
    /// The account was seen under it, and may be shown.
    Seen(UnixSeconds),
    /// Somebody else is on or was seen under it.
    OfAnother,
    /// The server does not know it.
    Unknown,
}

impl<'a> Lately<'a> {
    /// Whether so few accounts have several names that a server may stay locked while they are folded.
    pub(crate) fn is_short(
        state: &ServerState,
        persons: &Persons,
        visible: &Visible,
        now: UnixSeconds,
    ) -> bool {
        let edge = now.minus(state.window_seen_by(visible));
        persons.several_count() <= FOLDED_UNDER_LOCK
            || state.last_seen.count_since(edge) <= FOLDED_UNDER_LOCK
    }

    /// Looks at a server, given the persons of its guild.
    pub(crate) fn on(
        state: &'a ServerState,
        (persons, players): (&Persons, &Players),
        visible: &'a Visible,
        now: UnixSeconds,
    ) -> Self {
        let mut lately = Self {
            state,
            visible,
            now,
            left_out: HashSet::new(),
            renamed: HashMap::new(),
        };
        let fold = Fold {
            state,
            persons,
            players,
            visible,
            edge: now.minus(state.window_seen_by(visible)),
        };
        for account in fold.accounts() {
            lately.add(&fold, account);
        }
        lately
    }

    /// Notes which of the names of an account are left out, and under which name it is shown.
    fn add(&mut self, fold: &Fold<'_>, account: AccountId) {
        let person = PersonKey::Account(account);
        let names = fold.persons.each_name(person);
        let names: Vec<_> = names
            .filter_map(|id| Some((id, fold.players.name(id)?)))
            .map(|(id, name)| (fold.sighting(person, id, &name), name))
            .collect();
        let is_on = names
            .iter()
            .any(|(sighting, _)| matches!(sighting, Sighting::On));
        let seen = names.iter().filter_map(|(sighting, name)| match sighting {
            Sighting::Seen(at) => Some((*at, name)),
            Sighting::On | Sighting::OfAnother | Sighting::Unknown => None,
        });
        // The newest of the names that were seen in the same second.
        let last = seen.clone().rev().max_by_key(|(at, _)| *at);
        let shown = last.map(|(_, name)| name).filter(|_| !is_on);
        let others = seen
            .map(|(_, name)| name)
            .filter(|name| Some(*name) != shown);
        self.left_out.extend(others.cloned());
        if let (Some(shown), Some((sighting, newest))) = (shown, names.first())
            && shown != newest
            && !matches!(sighting, Sighting::OfAnother)
            && fold.has_newest_name(person, newest)
        {
            self.renamed.insert(shown.clone(), newest.clone());
        }
    }

    /// Returns them under their newest names, the last seen first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = (&PlayerName, UnixSeconds)> {
        let named = self.state.recently_offline(self.visible, self.now);
        let each = named.filter(|(name, _)| !self.left_out.contains(*name));
        each.map(|(name, at)| (self.renamed.get(name).unwrap_or(name), at))
    }

    /// Returns how many they are.
    pub(crate) fn count(&self) -> usize {
        let named = self.state.recently_offline_count(self.visible, self.now);
        named - self.left_out.len()
    }

    /// Returns the `limit` of them who were seen last, the last one first.
    #[must_use]
    pub(crate) fn get_recently_offline(&self, limit: usize) -> Vec<OfflinePlayerInfo> {
        let newest_first = self.newest_first().take(limit);
        newest_first
            .map(|(player, last_seen)| OfflinePlayerInfo {
                player_name: player.clone(),
                // A clock that was ahead may have recorded a time in the future.
                last_seen: last_seen.min(latest(self.now)),
            })
            .collect()
    }
}

impl Fold<'_> {
    /// Returns the accounts of which several names may be in the list.
    fn accounts(&self) -> HashSet<AccountId> {
        let with_several = self.persons.accounts_with_several_names();
        if self.persons.several_count() == 0 {
            return HashSet::new();
        }
        if self.state.last_seen.count_since(self.edge) > self.persons.several_count() {
            return with_several.collect();
        }
        let names = self.state.last_seen.newest_first(self.edge);
        let ids = names.filter_map(|(name, _)| self.players.id(name));
        let accounts = ids.flat_map(|id| self.persons.accounts_of(id));
        accounts
            .filter(|account| self.persons.has_several_names(*account))
            .collect()
    }

    /// Returns what the server knows of a name of somebody.
    fn sighting(&self, person: PersonKey, id: PlayerId, name: &PlayerName) -> Sighting {
        if let Some(stay) = self.state.players.get(name) {
            return match self.persons.of_stay(id, stay.account) == person {
                true => Sighting::On,
                false => Sighting::OfAnother,
            };
        }
        let seen = self.state.last_seen.get(name);
        let Some(at) = seen.filter(|at| *at >= self.edge) else {
            return Sighting::Unknown;
        };
        let is_theirs = self.person_seen(id, at) == person;
        match is_theirs && self.state.may_be_seen(name, at, self.visible) {
            true => Sighting::Seen(at),
            false => Sighting::OfAnother,
        }
    }

    /// Returns who was seen last under a name: the account of that session, or the only one that ever used the name.
    fn person_seen(&self, name: PlayerId, at: UnixSeconds) -> PersonKey {
        match self.persons.of_stay(name, None) {
            PersonKey::Name(_) => {
                let last = self.state.history.last_since(name, at);
                let last = last.filter(|last| last.seen_at >= at);
                let account = last.and_then(|last| last.account);
                self.persons.of_stay(name, account)
            }
            person @ PersonKey::Account(_) => person,
        }
    }

    /// Whether somebody still has their newest name, and may be shown under it.
    fn has_newest_name(&self, person: PersonKey, newest: &PlayerName) -> bool {
        let id = self.players.id(newest);
        id.is_some_and(|id| self.persons.holder(id) == person)
            && self.visible.shows_person(person, newest)
    }
}

#[cfg(test)]
mod tests;
