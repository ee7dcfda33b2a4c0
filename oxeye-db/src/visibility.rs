//! Which players the members of a guild see: all but those who hide there.
//!
//! Whatever names players of a server to members takes a [`Visible`], so that somebody who hides is left out
//! in one place. Operators see everybody.
//!
//! Who hides is a person: an account, whatever its name. So a session that knows its account needs no more. What
//! knows only a name is hidden if somebody who hides has ever used that name, because it may be theirs. The ledger
//! keeps these names while the server that reports is locked, and `Visible` is taken within the same lock, so that
//! nobody sees a player under a new name before it hides.

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use oxeye_plugin_proto::PlayerName;
use parking_lot::{Mutex, RwLock};

use crate::accounts::AccountId;
use crate::ids::GuildId;
use crate::persons::{PersonKey, Persons};
use crate::players::{PlayerId, Players};

/// The player of a linked member, as far as hiding depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LinkedPlayer {
    pub(crate) player: PlayerId,
    /// The account whose owner the member is; `None` while none is known.
    pub(crate) account: Option<AccountId>,
    pub(crate) is_hidden: bool,
}

/// The players who hide, by guild. A guild without any has no entry.
#[derive(Debug, Default)]
pub(crate) struct HiddenPlayers {
    guilds: RwLock<HashMap<GuildId, Arc<Hidden>>>,
    /// Names that a report hid and that nobody was notified of.
    reported: Mutex<Vec<(GuildId, PlayerName)>>,
}

/// Those who hide in one guild.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hidden {
    /// All linked members, because nobody hides with the account of another member.
    linked: Vec<LinkedPlayer>,
    accounts: HashSet<AccountId>,
    /// The accounts of members who do not hide.
    shown: HashSet<AccountId>,
    /// Names that hide whoever has them, because no account is known.
    alone: HashSet<PlayerName>,
    /// The places in `linked` of those whose account is unknown, by name. The next account that uses the name, and
    /// that no member owns, is theirs.
    unowned: HashMap<PlayerName, usize>,
    /// All names that any of those who hide has used.
    names: HashMap<PlayerName, HiddenName>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct HiddenName {
    player: PlayerId,
    /// Whether an account that does not hide has used the name, too.
    is_shared: bool,
}

/// The players whom somebody may see.
#[derive(Debug, Clone, Default)]
pub(crate) struct Visible {
    hidden: Option<Arc<Hidden>>,
    is_of_member: bool,
}

impl Hidden {
    /// Returns who hides if these are the linked members of the guild.
    pub(crate) fn of(linked: &[LinkedPlayer], persons: &Persons, players: &Players) -> Self {
        let mut hidden = Self::default();
        if !linked.iter().any(|member| member.is_hidden) {
            return hidden;
        }
        hidden.linked = linked.to_vec();
        for (place, member) in linked.iter().enumerate() {
            let name = players.name(member.player);
            match (member.account, member.is_hidden) {
                (Some(account), true) => hidden.accounts.extend([account]),
                (Some(account), false) => hidden.shown.extend([account]),
                (None, true) => {
                    hidden.alone.extend(name.clone());
                    let used = persons.accounts_of(member.player);
                    let unowned = used.filter(|account| !is_owned(linked, *account));
                    hidden.accounts.extend(unowned);
                }
                (None, false) => {}
            }
            if let Some(name) = name {
                if member.account.is_none() {
                    hidden.unowned.insert(name.clone(), place);
                }
                if member.is_hidden {
                    hidden.add_name(name, member.player, persons);
                }
            }
        }
        for account in hidden.accounts.clone() {
            hidden.add_names_of(account, persons, players);
        }
        hidden
    }

    fn add_names_of(&mut self, account: AccountId, persons: &Persons, players: &Players) {
        for player in persons.names(PersonKey::Account(account)) {
            if let Some(name) = players.name(player) {
                self.add_name(name, player, persons);
            }
        }
    }

    fn add_name(&mut self, name: PlayerName, player: PlayerId, persons: &Persons) {
        let mut accounts = persons.accounts_of(player);
        let is_shared = accounts.any(|account| !self.accounts.contains(&account));
        self.names.insert(name, HiddenName { player, is_shared });
    }

    /// Returns whose account becomes known when an account uses a name.
    fn new_owner(&self, name: &PlayerName, account: AccountId) -> Option<usize> {
        let place = self.unowned.get(name).copied();
        place.filter(|_| !is_owned(&self.linked, account))
    }

    /// Whether an account's use of a name changes what is hidden.
    fn changes_with(&self, name: &PlayerName, account: AccountId) -> bool {
        let known = self.names.get(name);
        let is_known = match self.accounts.contains(&account) {
            true => known.is_some(),
            false => known.is_none_or(|known| known.is_shared),
        };
        !is_known || self.new_owner(name, account).is_some()
    }

    /// Takes into account that an account uses a name. Returns the names that are hidden in another way.
    fn note_use(
        &mut self,
        name: &PlayerName,
        account: AccountId,
        persons: &Persons,
        of: &Players,
    ) -> Vec<PlayerName> {
        let mut changed_names = Vec::new();
        if let Some(place) = self.new_owner(name, account) {
            let mut linked = self.linked.clone();
            linked[place].account = Some(account);
            let with_owner = Self::of(&linked, persons, of);
            changed_names.extend(changed(self, &with_owner));
            *self = with_owner;
        }
        let before = self.names.get(name).copied();
        if !self.accounts.contains(&account) {
            if let Some(hidden) = self.names.get_mut(name) {
                hidden.is_shared = true;
            }
        } else if let Some(player) = of.id(name) {
            self.add_name(name.clone(), player, persons);
        }
        if self.names.get(name).copied() != before && !changed_names.contains(name) {
            changed_names.push(name.clone());
        }
        changed_names
    }
}

/// Whether an account is that of a linked member.
fn is_owned(linked: &[LinkedPlayer], account: AccountId) -> bool {
    linked.iter().any(|member| member.account == Some(account))
}

impl HiddenPlayers {
    /// Returns whom the members of a guild see.
    pub(crate) fn visible_to_members(&self, guild: GuildId) -> Visible {
        let hidden = self.guilds.read().get(&guild).map(Arc::clone);
        Visible {
            hidden,
            is_of_member: true,
        }
    }

    /// Returns the guilds in which somebody hides.
    pub(crate) fn guilds(&self) -> Vec<GuildId> {
        self.guilds.read().keys().copied().collect()
    }

    /// Whether an account hides in a guild, whatever its name.
    pub(crate) fn hides(&self, guild: GuildId, account: AccountId) -> bool {
        let guilds = self.guilds.read();
        let hidden = guilds.get(&guild);
        hidden.is_some_and(|hidden| hidden.accounts.contains(&account))
    }

    /// Takes into account that an account uses a name in a guild, before anybody sees it.
    pub(crate) fn note_use(
        &self,
        guild: GuildId,
        (name, account): (&PlayerName, AccountId),
        persons: &Persons,
        players: &Players,
    ) {
        let changes = |hidden: &Arc<Hidden>| hidden.changes_with(name, account);
        if !self.guilds.read().get(&guild).is_some_and(changes) {
            return;
        }
        let mut guilds = self.guilds.write();
        if let Some(hidden) = guilds.get_mut(&guild) {
            // This copies them only if somebody looks at them meanwhile.
            let changed = Arc::make_mut(hidden).note_use(name, account, persons, players);
            let changed = changed.into_iter().map(|name| (guild, name));
            self.reported.lock().extend(changed);
        }
    }

    /// Returns the names that reports have hidden since the last call.
    pub(crate) fn take_reported(&self) -> Vec<(GuildId, PlayerName)> {
        std::mem::take(&mut *self.reported.lock())
    }

    /// Replaces the players of a guild who hide. Returns those who hid before and do not now, or the other
    /// way round.
    pub(crate) fn replace(&self, guild: GuildId, hidden: Hidden) -> Vec<PlayerName> {
        let mut guilds = self.guilds.write();
        let before = guilds.get(&guild).map(Arc::clone).unwrap_or_default();
        let changed = changed(&before, &hidden).collect();
        if hidden == Hidden::default() {
            guilds.remove(&guild);
        } else {
            guilds.insert(guild, Arc::new(hidden));
        }
        changed
    }
}

/// Returns the names that are hidden in another way.
fn changed<'a>(before: &'a Hidden, after: &'a Hidden) -> impl Iterator<Item = PlayerName> {
    let names = before.names.keys().chain(after.names.keys());
    let names: HashSet<&PlayerName> = names
        .filter(|name| before.names.get(*name) != after.names.get(*name))
        .collect();
    names.into_iter().cloned().collect::<Vec<_>>().into_iter()
}

impl Visible {
    /// Everybody, for operators.
    pub(crate) fn everybody() -> Self {
        Self::default()
    }

    /// Whether a member sees this, and not an operator.
    pub(crate) fn is_of_member(&self) -> bool {
        self.is_of_member
    }

    /// Whether what is known of a name, but of no account, may be shown.
    pub(crate) fn shows(&self, player: &PlayerName) -> bool {
        let hidden = self.hidden.as_ref();
        hidden.is_none_or(|hidden| !hidden.names.contains_key(player))
    }

    /// Whether a session may be shown, given its name and the account that it knows.
    pub(crate) fn shows_stay(&self, player: &PlayerName, account: Option<AccountId>) -> bool {
        let Some(hidden) = &self.hidden else {
            return true;
        };
        match account {
            Some(account) if hidden.accounts.contains(&account) => false,
            Some(account) => !hidden.alone.contains(player) || hidden.shown.contains(&account),
            None => self.shows(player),
        }
    }

    /// Whether a person may be shown, given the newest name.
    pub(crate) fn shows_person(&self, person: PersonKey, newest: &PlayerName) -> bool {
        match person {
            PersonKey::Account(account) => self.shows_stay(newest, Some(account)),
            PersonKey::Name(_) => self.shows(newest),
        }
    }

    /// Returns the number of a hidden name that somebody has used who does not hide.
    pub(crate) fn shared_name(&self, player: &PlayerName) -> Option<PlayerId> {
        let hidden = self.hidden.as_ref()?.names.get(player)?;
        hidden.is_shared.then_some(hidden.player)
    }

    /// Returns the names that may not be shown.
    pub(crate) fn hidden(&self) -> impl Iterator<Item = &PlayerName> {
        self.hidden.iter().flat_map(|hidden| hidden.names.keys())
    }
}

#[cfg(test)]
mod tests;
