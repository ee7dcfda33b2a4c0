//! What is kept beside sessions and skins: loose ends, imported playtime, accounts, and what is recorded of
//! the clock.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use uuid::Uuid;

use super::rows::clock::{self, ClockRecord};
use super::rows::player_uuids::OldUse;
use super::rows::{
    accounts, guilds, imported_playtime, linked_members, loose_ends, player_uuids, servers,
};
use super::{Store, StoreError, WriterThread};
use crate::accounts::AccountId;
use crate::ids::{GuildId, ServerId};
use crate::player_uuids::ReportedUuid;
use crate::players::PlayerId;
use crate::record::ImportedPlaytime;

/// Deletes the loose ends before a time.
pub(crate) async fn delete_loose_ends_before<R: Send + 'static>(
    store: &Store,
    oldest: UnixSeconds,
    committed: impl FnOnce(&WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let delete = move |file: &Connection| loose_ends::delete_before(file, oldest);
    store.write(delete, |(), writer| committed(writer)).await
}

/// Returns the playtime that was imported for a server.
pub(crate) async fn imported_playtime(
    store: &Store,
    server: ServerId,
) -> Result<Vec<ImportedPlaytime>, StoreError> {
    let read = move |file: &Connection| imported_playtime::for_server(file, server);
    store.read(read).await
}

/// Returns the playtime that was imported under some names on a server, and that of some accounts.
pub(crate) async fn imported_playtime_of(
    store: &Store,
    server: ServerId,
    names: Vec<PlayerId>,
    accounts: Vec<AccountId>,
) -> Result<Vec<ImportedPlaytime>, StoreError> {
    let read =
        move |file: &Connection| imported_playtime::of_persons(file, server, &names, &accounts);
    store.read(read).await
}

/// Returns the accounts that were reported under a player's name.
pub(crate) async fn uuids_of(
    store: &Store,
    guild: GuildId,
    player: PlayerId,
) -> Result<Vec<ReportedUuid>, StoreError> {
    let read = move |file: &Connection| player_uuids::for_player(file, guild, player);
    store.read(read).await
}

/// Returns the players whom the file keeps, whether or not they have a session, some more than once: those with imported
/// playtime, those to whom members are linked, and those of whom a guild that keeps everything knows an account.
pub(crate) async fn kept_players(
    store: &Store,
    keeps: impl Fn(GuildId) -> bool + Send + 'static,
) -> Result<Vec<PlayerId>, StoreError> {
    let read = move |file: &Connection| {
        let mut kept = imported_playtime::players(file)?;
        // A player who hides is still hidden when they come back after years, and under all names.
        kept.extend(linked_members::players(file)?);
        let known = player_uuids::players_by_guild(file)?.into_iter();
        kept.extend(known.filter_map(|(guild, player)| keeps(guild).then_some(player)));
        Ok(kept)
    };
    store.read(read).await
}

/// Returns the guilds in which any UUID was reported.
pub(crate) async fn guilds_with_uuids(store: &Store) -> Result<Vec<GuildId>, StoreError> {
    store.read(player_uuids::guilds).await
}

/// Maximum number of names and UUIDs that one write looks at, so that events do not wait long.
const NAMES_AT_ONCE: usize = 1000;

/// What was done with some of the names and UUIDs of a guild.
pub(crate) struct Portion {
    /// Number of those that were deleted.
    pub(crate) deleted: usize,
    /// The last one that was looked at; `None` if there are no others.
    pub(crate) last: Option<(Uuid, PlayerId)>,
}

/// Looks at some of the UUIDs that were reported under names in a guild, and deletes those that are not kept for any
/// reason: the given one, imported playtime under the name, or a member who owns the account or is linked to the name.
pub(crate) async fn delete_former_names(
    store: &Store,
    (guild, after): (GuildId, (Uuid, PlayerId)),
    is_kept: impl Fn(&OldUse) -> bool + Send + 'static,
    committed: impl FnOnce(&[OldUse], &WriterThread) + Send + 'static,
) -> Result<Portion, StoreError> {
    let delete = move |file: &Connection| {
        let mut uses = player_uuids::some_of_guild(file, guild, after, NAMES_AT_ONCE)?;
        let last = uses.last().filter(|_| uses.len() == NAMES_AT_ONCE);
        let last = last.map(|last| (last.uuid, last.player));
        uses.retain(|one| !is_kept(one));
        let mut gone = Vec::new();
        for one in uses {
            let is_kept = imported_playtime::is_of(file, one.player)?
                || linked_members::is_of_member(file, guild, one.player, one.uuid)?;
            if !is_kept {
                player_uuids::delete_for_account(file, Some(guild), one.player, one.uuid)?;
                gone.push(one);
            }
        }
        Ok((gone, last))
    };
    let answer = |(gone, last): (Vec<OldUse>, _), writer: &WriterThread| {
        if !gone.is_empty() {
            committed(&gone, writer);
        }
        let deleted = gone.len();
        Portion { deleted, last }
    };
    store.write(delete, answer).await
}

/// Returns the accounts that no guild has under any name and of whom no member is the owner, and how many guilds there
/// are.
pub(crate) async fn unreported_accounts(
    store: &Store,
) -> Result<(Vec<AccountId>, usize), StoreError> {
    let read = |file: &Connection| Ok((accounts::unreported(file)?, guilds::count(file)?));
    store.read(read).await
}

/// Deletes some of the UUIDs that were reported under names in a guild, and yields them: none if the guild has another
/// server than the given one.
pub(crate) async fn delete_some_uuids<R: Send + 'static>(
    store: &Store,
    (guild, only): (GuildId, ServerId),
    committed: impl FnOnce(&[(PlayerId, Uuid)], &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let delete = move |file: &Connection| {
        if servers::has_others(file, guild, only)? {
            return Ok(Vec::new());
        }
        let begin = (Uuid::nil(), PlayerId(0));
        let uses = player_uuids::some_of_guild(file, guild, begin, NAMES_AT_ONCE)?;
        for one in &uses {
            player_uuids::delete_for_account(file, Some(guild), one.player, one.uuid)?;
        }
        Ok(uses.iter().map(|one| (one.player, one.uuid)).collect())
    };
    let answer = |gone: Vec<_>, writer: &WriterThread| committed(&gone, writer);
    store.write(delete, answer).await
}

/// Replaces what is recorded of the clock with the record that follows it.
pub(crate) async fn update_clock<R: Send + 'static>(
    store: &Store,
    next: impl FnOnce(Option<ClockRecord>) -> ClockRecord + Send + 'static,
    committed: impl FnOnce(ClockRecord, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let replace = move |file: &Connection| {
        let next = next(clock::record(file)?);
        clock::set_record(file, next)?;
        Ok(next)
    };
    store.write(replace, committed).await
}
