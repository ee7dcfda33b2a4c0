//! Accounts and the names under which they are reported: which of them the file has room for.

use hashbrown::hash_map::Entry;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use uuid::Uuid;

use super::{Ledger, StoreChange};
use crate::accounts::AccountId;
use crate::ids::GuildId;
use crate::persons::NameUse;
use crate::player_uuids::{KnownUuids, MAX_UUIDS_OF_PLAYER, ReportedUuid};
use crate::players::PlayerId;

impl Ledger<'_> {
    /// Whether the file has a UUID under a name in a guild, or has room for it. It is asked once for each name. Each name
    /// has room for an account that hides, because it hides under all its names, and the limit on accounts does not
    /// count for it.
    fn has_room(&mut self, guild: GuildId, player: Option<PlayerId>, uuid: Uuid) -> bool {
        let is_known = |(known, player): (&KnownUuids, _)| known.contains(guild, player, uuid);
        if self.uuids.zip(player).is_some_and(is_known) {
            return true;
        }
        // Whoever hides has to be hidden, and forgotten, under every name.
        if self.hides(guild, uuid) {
            return true;
        }
        if !self.has_room_for_name(guild, player, uuid) {
            return false;
        }
        let may_be_new = self.limits.as_ref();
        let may_be_new = may_be_new.is_none_or(|(limits, now)| limits.has_room_for_account(*now));
        let Some((stored, player)) = self.stored.zip(player) else {
            return may_be_new;
        };
        let known = match self.known.entry(player) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unread) => match stored.of(guild, player) {
                Some(stored) => unread.insert(stored.into_iter().collect()),
                // Writing it fails too, and that is reported.
                None => return true,
            },
        };
        known.contains(&uuid) || (may_be_new && known.len() < MAX_UUIDS_OF_PLAYER)
    }

    /// Whether the account that a UUID proves has used a name in a guild, or has few enough names there for one more:
    /// at most [`MAX_NAMES_OF_ACCOUNT`](crate::player_uuids::MAX_NAMES_OF_ACCOUNT).
    pub(crate) fn has_room_for_name(
        &self,
        guild: GuildId,
        name: Option<PlayerId>,
        uuid: Uuid,
    ) -> bool {
        let account = self.accounts.and_then(|accounts| accounts.id(uuid));
        let account = account.zip(self.persons);
        account.is_none_or(|(account, persons)| persons.has_room(guild, account, name))
    }

    /// Notes a UUID reported under a player's name in a guild, unless it is known or nil, or the name has too many, or
    /// the account has too many names.
    pub(crate) fn add_uuid(
        &mut self,
        guild: GuildId,
        player: PlayerId,
        uuid: Uuid,
        at: UnixSeconds,
    ) {
        let is_news = |known: &KnownUuids| known.report(guild, player, uuid, at);
        if uuid.is_nil() {
            return;
        }
        if !self.has_room(guild, Some(player), uuid) {
            if let Some((limits, now)) = self.limits.as_ref()
                && !limits.has_room_for_account(*now)
            {
                limits.account_refused(*now);
            }
            return;
        }
        if self.uuids.is_none_or(is_news) {
            let known = self.known.get_mut(&player);
            let is_new = known.is_some_and(|known| known.insert(uuid));
            if let Some((limits, now)) = self.limits.as_ref().filter(|_| is_new) {
                limits.count_account(*now);
            }
            self.note_uuid(guild, player, ReportedUuid::once(uuid, at));
        }
    }

    /// Notes a UUID under a player's name in a guild. The name has room for it.
    pub(crate) fn note_uuid(&mut self, guild: GuildId, player: PlayerId, reported: ReportedUuid) {
        let account = self.number(reported.uuid);
        self.changes
            .push(StoreChange::UuidReported(player, reported));
        if let Some((account, persons)) = account.zip(self.persons) {
            let one = NameUse {
                name: player,
                account,
                last: reported.last_reported_at,
            };
            persons.add(guild, one);
            self.note_hidden(guild, player, account);
        }
    }

    /// Hides a name before anybody sees it if whoever uses it hides.
    fn note_hidden(&self, guild: GuildId, player: PlayerId, account: AccountId) {
        let name = self.players.name(player);
        if let Some(((name, hidden), persons)) = name.zip(self.hidden).zip(self.persons) {
            let used = (&name, account);
            hidden.note_use(guild, used, &persons.of(guild), self.players);
        }
    }

    /// Whether the account that a UUID proves hides in a guild.
    fn hides(&self, guild: GuildId, uuid: Uuid) -> bool {
        let account = self.accounts.and_then(|accounts| accounts.id(uuid));
        let hidden = account.zip(self.hidden);
        hidden.is_some_and(|(account, hidden)| hidden.hides(guild, account))
    }

    /// Returns the number of the account that a UUID proves. It may be new.
    pub(crate) fn number(&mut self, uuid: Uuid) -> Option<AccountId> {
        let (id, is_new) = self.accounts?.number(uuid)?;
        if is_new {
            self.changes.push(StoreChange::AccountAdded(id, uuid));
        }
        Some(id)
    }

    /// Returns the account that a UUID reported under a name in a guild proves. It may be new. One that the name
    /// has no room for has no number, because nothing would delete it. One that has too many names counts only if it
    /// hides.
    pub(crate) fn account(
        &mut self,
        guild: GuildId,
        name: &PlayerName,
        uuid: Option<Uuid>,
    ) -> Option<AccountId> {
        let (uuid, _) = uuid.zip(self.accounts)?;
        let player = self.players.id(name);
        if !self.has_room(guild, player, uuid) {
            let hides = self.hides(guild, uuid);
            return self.accounts?.id(uuid).filter(|_| hides);
        }
        self.number(uuid)
    }
}
