//! Notices, one per member and player, and within limits.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;

use super::rows::rewriting::Table;
use super::rows::{guilds, notices, players, rewriting};
use super::{Store, StoreError, WriterThread};
use crate::accounts::AccountId;
use crate::ids::{GuildId, ServerId};
use crate::memory::Memory;
use crate::notice::{
    MOST_IN_ALL, MOST_OF_GUILD, MOST_OF_MEMBER, NewNotice, Notice, NoticeId, NoticeLimit,
    NoticeOutcome, may_tell,
};
use crate::persons::PersonKey;
use crate::players::PlayerId;

/// A notice that is about to be added, with the id of its player, and the account if one is known.
#[derive(Debug, Clone)]
pub(crate) struct NoticeRow {
    pub(crate) new: NewNotice,
    pub(crate) player: PlayerId,
    pub(crate) account: Option<AccountId>,
}

/// The outcome of adding a notice.
pub(crate) enum Added {
    Notice(Notice),
    /// The player was forgotten meanwhile.
    UnknownPlayer,
    Exists(PlayerName),
    TooMany(NoticeLimit),
    BotRemoved,
}

/// Adds a notice unless something is against it.
pub(crate) async fn add<R: Send + 'static>(
    store: &Store,
    row: NoticeRow,
    now: UnixSeconds,
    committed: impl FnOnce(Added, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let add = move |file: &Connection| insert(file, &row, now);
    store.write(add, committed).await
}

/// Which notices are to be deleted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Meant {
    /// One of a guild.
    OfGuild(GuildId, NoticeId),
    /// One of a member.
    OfMember(u64, NoticeId),
    /// All of a member, in one guild or in all.
    AllOfMember(u64, Option<GuildId>),
}

/// Deletes the notices that are meant, and overwrites their members' ids. Yields them.
pub(crate) async fn delete<R: Send + 'static>(
    store: &Store,
    meant: Meant,
    committed: impl FnOnce(Vec<Notice>, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let delete = move |file: &Connection| {
        let deleted = match meant {
            Meant::OfGuild(guild, id) => notices::delete(file, guild, id)?.into_iter().collect(),
            Meant::OfMember(user, id) => notices::delete_of_member(file, user, None, Some(id))?,
            Meant::AllOfMember(user, only) => notices::delete_of_member(file, user, only, None)?,
        };
        if !deleted.is_empty() {
            rewriting::require(file, Table::Notices)?;
        }
        Ok(deleted)
    };
    store.write(delete, committed).await
}

/// Returns the notices of one guild, or all notices.
pub(crate) async fn all(store: &Store, only: Option<GuildId>) -> Result<Vec<Notice>, StoreError> {
    let read = move |file: &Connection| match only {
        Some(guild) => notices::of_guild(file, guild),
        None => notices::all(file),
    };
    store.read(read).await
}

/// Returns the notices of a member in a guild.
pub(crate) async fn of_member(
    store: &Store,
    guild: GuildId,
    user: u64,
) -> Result<Vec<Notice>, StoreError> {
    let read = move |file: &Connection| notices::of_member(file, guild, user);
    store.read(read).await
}

/// Remembers that a member is about to be told, if they may be told again. From then on, the notice is about the account
/// that `account_of` knows of a name. Nobody is told if `is_other` knows that somebody else came under the name, or if the
/// member has another notice about the account.
pub(crate) async fn begin(
    store: &Store,
    (id, server): (NoticeId, ServerId),
    account_of: impl FnOnce(&PlayerName) -> Option<AccountId> + Send + 'static,
    is_other: impl FnOnce(&Notice) -> bool + Send + 'static,
    now: UnixSeconds,
) -> Result<Option<Notice>, StoreError> {
    let begin = move |file: &Connection| {
        let Some(notice) = notices::one(file, id)? else {
            return Ok(None);
        };
        if notice.is_ended() || !may_tell(notice.sent_at, now) {
            return Ok(None);
        }
        if notice.account.is_none()
            && let Some(account) = account_of(&notice.player)
        {
            if has_other(file, &notice, account)? {
                return Ok(None);
            }
            notices::set_account(file, id, account)?;
        }
        if notices::one(file, id)?.is_some_and(|notice| is_other(&notice)) {
            return Ok(None);
        }
        notices::begin(file, id, server, now)?;
        notices::one(file, id)
    };
    store.write(begin, |notice, _| notice).await
}

/// Whether the member of a notice has another one about an account, by which they are told.
fn has_other(file: &Connection, notice: &Notice, account: AccountId) -> rusqlite::Result<bool> {
    let own = notices::of_member(file, notice.guild, notice.user)?;
    let mut told = own.iter().filter(|other| !other.is_ended());
    Ok(told.any(|other| other.account == Some(account)))
}

/// Remembers what became of a message to a member.
pub(crate) async fn settle(
    store: &Store,
    id: NoticeId,
    outcome: NoticeOutcome,
) -> Result<(), StoreError> {
    let settle = move |file: &Connection| notices::settle(file, id, outcome);
    store.write(settle, |(), _| ()).await
}

/// Keeps notices about accounts under names that members know, because no newer one may show from now on.
pub(crate) async fn keep_names(
    store: &Store,
    kept: Vec<(NoticeId, AccountId, PlayerId)>,
) -> Result<(), StoreError> {
    let keep = move |file: &Connection| {
        for (id, account, name) in kept {
            notices::set_account(file, id, account)?;
            notices::keep_name(file, id, name)?;
        }
        Ok(())
    };
    store.write(keep, |(), _| ()).await
}

/// Keeps notices about accounts under another of their names, if they have one, because this one goes. No name becomes
/// known of those who hide.
pub(crate) fn leave_name(
    file: &Connection,
    player: PlayerId,
    memory: &Memory,
) -> rusqlite::Result<()> {
    for (id, guild, account) in notices::with_account(file, player)? {
        let persons = memory.persons.of(guild);
        let mut names = persons.each_name(PersonKey::Account(account));
        let other = names.find(|name| *name != player);
        if let Some(other) = other.filter(|_| !memory.hidden.hides(guild, account)) {
            notices::set_player(file, id, other)?;
        }
    }
    Ok(())
}

fn insert(file: &Connection, row: &NoticeRow, now: UnixSeconds) -> rusqlite::Result<Added> {
    let new = &row.new;
    if guilds::has_removed_bot(file, new.guild)? {
        return Ok(Added::BotRemoved);
    }
    if !players::is_called(file, row.player, &new.player)? {
        return Ok(Added::UnknownPlayer);
    }
    let own = notices::of_member(file, new.guild, new.user)?;
    let same = own.iter().find(|notice| row.is_about_the_same(notice));
    if let Some(same) = same {
        if let Some(account) = row.account {
            notices::set_account(file, same.id, account)?;
        }
        let other_channel = new.channel.is_some() && new.channel != same.channel;
        if !other_channel && !same.is_ended() {
            return Ok(Added::Exists(new.player.clone()));
        }
        notices::renew(file, same.id, new)?;
        let renewed = notices::one(file, same.id)?;
        return Ok(renewed.map_or(Added::UnknownPlayer, Added::Notice));
    }
    let (of_guild, in_all) = notices::counts(file, new.guild)?;
    if own.len() >= MOST_OF_MEMBER {
        return Ok(Added::TooMany(NoticeLimit::OfMember(own.len())));
    }
    if of_guild >= MOST_OF_GUILD {
        return Ok(Added::TooMany(NoticeLimit::OfGuild(of_guild)));
    }
    if in_all >= MOST_IN_ALL {
        return Ok(Added::TooMany(NoticeLimit::InAll(in_all)));
    }
    guilds::ensure(file, new.guild, now)?;
    let id = notices::insert(file, new, (row.player, row.account), now)?;
    Ok(notices::one(file, id)?.map_or(Added::UnknownPlayer, Added::Notice))
}

impl NoticeRow {
    /// Whether a notice of the same member is about the same player.
    fn is_about_the_same(&self, notice: &Notice) -> bool {
        match notice.account {
            Some(account) => self.account == Some(account),
            None => notice.player == self.new.player,
        }
    }
}
