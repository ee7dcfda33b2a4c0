//! What is kept beside sessions and skins: loose ends, imported playtime, accounts, and what is recorded of
//! the clock.

use hashbrown::HashSet;
use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use super::rows::clock::{self, ClockRecord};
use super::rows::player_uuids::OldUse;
use super::rows::{imported_playtime, linked_members, loose_ends, player_uuids};
use super::{Store, StoreError, WriterThread};
use crate::ids::{GuildId, ServerId};
use crate::player_uuids::ReportedUuid;
use crate::players::PlayerId;

/// Deletes the loose ends before a time.
pub(crate) async fn delete_loose_ends_before<R: Send + 'static>(
    store: &Store,
    oldest: UnixSeconds,
    committed: impl FnOnce(&WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let delete = move |file: &Connection| loose_ends::delete_before(file, oldest);
    store.write(delete, |(), writer| committed(writer)).await
}

/// Returns the seconds that were imported for a server, by player.
pub(crate) async fn imported_secs(
    store: &Store,
    server: ServerId,
) -> Result<Vec<(PlayerId, u64)>, StoreError> {
    let read = move |file: &Connection| imported_playtime::for_server(file, server);
    store.read(read).await
}

/// Returns the seconds that were imported for one player on a server.
pub(crate) async fn imported_secs_of(
    store: &Store,
    server: ServerId,
    player: PlayerId,
) -> Result<Option<u64>, StoreError> {
    let read = move |file: &Connection| imported_playtime::seconds_of(file, server, player);
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

/// Maximum number of former names that one write deletes.
pub(crate) const FORMER_NAMES_AT_ONCE: usize = 1000;

/// Deletes some of the UUIDs that were last reported under a name before a time, in one guild or in all, unless they are kept for another reason,
/// the name has imported playtime, or a member owns the account.
pub(crate) async fn delete_former_names<R: Send + 'static>(
    store: &Store,
    (only, edge): (Option<GuildId>, UnixSeconds),
    is_kept: impl Fn(&OldUse) -> bool + Send + 'static,
    committed: impl FnOnce(Vec<OldUse>, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let delete = move |file: &Connection| {
        let imported: HashSet<PlayerId> = imported_playtime::players(file)?.into_iter().collect();
        let linked = linked_members::linked_players(file)?.into_iter();
        let linked: HashSet<(GuildId, PlayerId)> = linked.collect();
        let mut old = player_uuids::last_used_before(file, only, edge)?;
        old.retain(|one| {
            !is_kept(one)
                && !imported.contains(&one.player)
                && !linked.contains(&(one.guild, one.player))
        });
        old.truncate(FORMER_NAMES_AT_ONCE);
        for one in &old {
            player_uuids::delete_for_account(file, Some(one.guild), one.player, one.uuid)?;
        }
        Ok(old)
    };
    store.write(delete, committed).await
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
