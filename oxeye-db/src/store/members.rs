//! Members of guilds and their players: at most one player per member, and one member per player.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;

use super::rows::linked_members::{self, MemberRow};
use super::rows::rewriting::Table;
use super::rows::{guilds, players, rewriting};
use super::{Store, StoreError, WriterThread};
use crate::accounts::AccountId;
use crate::ids::GuildId;
use crate::linked_member::LinkedMember;
use crate::players::PlayerId;
use crate::visibility::LinkedPlayer;

/// What a change of a guild's members yields, with the guild's linked players afterwards.
pub(crate) type Changed<T> = (T, Vec<LinkedPlayer>);

/// The outcome of linking a member to a player.
pub(crate) enum Linking {
    Done,
    /// The member is linked to this player.
    MemberTaken(PlayerName),
    /// Another member is linked to the player.
    PlayerTaken,
    /// The player was forgotten meanwhile.
    UnknownPlayer,
    BotRemoved,
}

/// Links a member to a player, unless one of them is linked.
pub(crate) async fn link<R: Send + 'static>(
    store: &Store,
    member: MemberRow,
    name: PlayerName,
    committed: impl FnOnce(Changed<Linking>, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let link = move |file: &Connection| {
        let linking = insert(file, &member, &name)?;
        Ok((linking, linked_members::hiding(file, member.guild)?))
    };
    store.write(link, committed).await
}

/// Deletes the link of a member. Yields it if there was one.
pub(crate) async fn unlink<R: Send + 'static>(
    store: &Store,
    guild: GuildId,
    user: u64,
    committed: impl FnOnce(Changed<Option<LinkedMember>>, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let unlink = move |file: &Connection| {
        let member = linked_members::of_user(file, guild, user)?;
        if member.is_some() {
            linked_members::delete(file, guild, user)?;
            rewriting::require(file, Table::LinkedMembers)?;
        }
        Ok((member, linked_members::hiding(file, guild)?))
    };
    store.write(unlink, committed).await
}

/// Hides the player of a member since a time, or shows the player again. Yields the member if they are linked.
pub(crate) async fn set_hidden<R: Send + 'static>(
    store: &Store,
    (guild, user): (GuildId, u64),
    since: Option<UnixSeconds>,
    committed: impl FnOnce(Changed<Option<LinkedMember>>, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let set = move |file: &Connection| {
        linked_members::set_hidden(file, guild, user, since)?;
        let member = linked_members::of_user(file, guild, user)?;
        Ok((member, linked_members::hiding(file, guild)?))
    };
    store.write(set, committed).await
}

/// Maximum number of links that one write deletes, so that events do not wait long.
const LINKS_AT_ONCE: u32 = 500;

/// Deletes some links of a guild that removed the bot by a time and has not come back. Returns whether there was any.
/// What is known of the players who hide stays until it is read again.
pub(crate) async fn delete_some_of_removed_guild(
    store: &Store,
    guild: GuildId,
    edge: UnixSeconds,
) -> Result<bool, StoreError> {
    let delete = move |file: &Connection| {
        if !guilds::is_removed_by(file, guild, edge)? {
            return Ok(false);
        }
        let deleted = linked_members::delete_some_of_guild(file, guild, LINKS_AT_ONCE)?;
        if deleted > 0 {
            rewriting::require(file, Table::LinkedMembers)?;
        }
        Ok(deleted > 0)
    };
    store.write(delete, |has_deleted, _| has_deleted).await
}

/// Reads again which players of a guild hide.
pub(crate) async fn refresh<R: Send + 'static>(
    store: &Store,
    guild: GuildId,
    committed: impl FnOnce(Changed<()>, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let read = move |file: &Connection| Ok(((), linked_members::hiding(file, guild)?));
    store.write(read, committed).await
}

/// Returns a member if they are linked.
pub(crate) async fn of_user(
    store: &Store,
    guild: GuildId,
    user: u64,
) -> Result<Option<LinkedMember>, StoreError> {
    store
        .read(move |file| linked_members::of_user(file, guild, user))
        .await
}

/// Returns the account whose owner a member is.
pub(crate) async fn account_of(
    store: &Store,
    guild: GuildId,
    user: u64,
) -> Result<Option<AccountId>, StoreError> {
    store
        .read(move |file| linked_members::account_of(file, guild, user))
        .await
}

/// Returns the member who is linked to a player.
pub(crate) async fn of_player(
    store: &Store,
    guild: GuildId,
    player: PlayerId,
) -> Result<Option<LinkedMember>, StoreError> {
    store
        .read(move |file| linked_members::of_player(file, guild, player))
        .await
}

/// Returns the linked members of one guild, or of all guilds.
pub(crate) async fn all(
    store: &Store,
    only: Option<GuildId>,
) -> Result<Vec<LinkedMember>, StoreError> {
    store
        .read(move |file| linked_members::all(file, only))
        .await
}

fn insert(file: &Connection, member: &MemberRow, name: &PlayerName) -> rusqlite::Result<Linking> {
    if guilds::has_removed_bot(file, member.guild)? {
        return Ok(Linking::BotRemoved);
    }
    if !players::is_called(file, member.player, name)? {
        return Ok(Linking::UnknownPlayer);
    }
    if let Some(linked) = linked_members::of_user(file, member.guild, member.user)? {
        return Ok(Linking::MemberTaken(linked.player));
    }
    if linked_members::of_player(file, member.guild, member.player)?.is_some() {
        return Ok(Linking::PlayerTaken);
    }
    guilds::ensure(file, member.guild, member.linked_at)?;
    let account = linked_members::holder(file, member.guild, member.player)?;
    match linked_members::insert(file, member, account)? {
        true => Ok(Linking::Done),
        false => Ok(Linking::PlayerTaken),
    }
}
