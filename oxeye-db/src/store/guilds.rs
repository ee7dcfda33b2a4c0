//! The guilds that the bot is in, and those that removed it.

use std::collections::BTreeSet;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use super::rows::guilds::{self, GuildRow};
use super::rows::rewriting::Table;
use super::rows::{
    alerts, boards, counters, guild_settings, link_codes, linked_members, notices, rewriting,
    servers,
};
use super::{Store, StoreError, WriterThread};
use crate::guild_server::GuildServers;
use crate::ids::GuildId;

/// What Discord's list of the bot's guilds has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GuildChanges {
    /// Guilds with servers that have removed the bot since.
    pub removed: Vec<GuildId>,
    /// Guilds that had removed the bot and have it again.
    pub returned: Vec<GuildId>,
}

/// Whether the bot may show servers in a channel of their guild.
pub(crate) enum Admission {
    Granted,
    BotRemoved,
    UnknownServer,
}

/// Records that a guild removed the bot, and deletes its boards, counters, alerts and notices.
pub(crate) async fn set_removed<R: Send + 'static>(
    store: &Store,
    guild: GuildId,
    now: UnixSeconds,
    committed: impl FnOnce((), &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let remove = move |file: &Connection| remove(file, guild, now).map(|_| ());
    store.write(remove, committed).await
}

/// Decides whether the bot may show servers in a channel, as a member has asked it to. If so, it is in the guild, which
/// may not have been recorded yet.
pub(crate) fn admit(
    file: &Connection,
    shown: GuildServers,
    now: UnixSeconds,
) -> rusqlite::Result<Admission> {
    let admission = check(file, shown)?;
    if matches!(admission, Admission::Granted) {
        guilds::set_present(file, shown.guild(), now)?;
    }
    Ok(admission)
}

/// Decides the same where no member has asked, so that nothing says that the bot is in the guild.
pub(crate) fn check(file: &Connection, shown: GuildServers) -> rusqlite::Result<Admission> {
    if guilds::has_removed_bot(file, shown.guild())? {
        return Ok(Admission::BotRemoved);
    }
    Ok(match servers::exist(file, shown)? {
        true => Admission::Granted,
        false => Admission::UnknownServer,
    })
}

/// Records that the bot is in a guild.
pub(crate) async fn set_present(
    store: &Store,
    guild: GuildId,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    let set = move |file: &Connection| guilds::set_present(file, guild, now);
    store.write(set, |(), _| ()).await
}

/// Records that the bot is in these guilds, and that the others which had it removed it.
pub(crate) async fn set_all_present<R: Send + 'static>(
    store: &Store,
    present: BTreeSet<GuildId>,
    now: UnixSeconds,
    committed: impl FnOnce(GuildChanges, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let compare = move |file: &Connection| {
        let mut changes = GuildChanges::default();
        let mut new = present.clone();
        for known in guilds::all(file)? {
            new.remove(&known.guild);
            compare_one(file, &known, &present, now, &mut changes)?;
        }
        for guild in new {
            guilds::set_present(file, guild, now)?;
        }
        Ok(changes)
    };
    store.write(compare, committed).await
}

/// Returns the guilds that removed the bot, at whatever time.
pub(crate) async fn removed(store: &Store) -> Result<Vec<GuildId>, StoreError> {
    removed_by(store, UnixSeconds(i64::MAX)).await
}

/// Returns the guilds that removed the bot by a time.
pub(crate) async fn removed_by(
    store: &Store,
    edge: UnixSeconds,
) -> Result<Vec<GuildId>, StoreError> {
    store.read(move |file| guilds::removed_by(file, edge)).await
}

/// Whether a guild removed the bot by a time and has not come back.
pub(crate) async fn is_removed_by(
    store: &Store,
    guild: GuildId,
    edge: UnixSeconds,
) -> Result<bool, StoreError> {
    store
        .read(move |file| guilds::is_removed_by(file, guild, edge))
        .await
}

/// Deletes a guild that has no servers and has not come back. Returns whether it was deleted.
pub(crate) fn delete(
    file: &Connection,
    guild: GuildId,
    edge: UnixSeconds,
) -> rusqlite::Result<bool> {
    if !guilds::is_removed_by(file, guild, edge)? {
        return Ok(false);
    }
    link_codes::delete_for_guild(file, guild)?;
    boards::delete_for_guild(file, guild)?;
    counters::delete_for_guild(file, guild)?;
    alerts::delete_for_guild(file, guild)?;
    notices::delete_for_guild(file, guild)?;
    // They were deleted a few at a time before; an import may have added others.
    linked_members::delete_some_of_guild(file, guild, u32::MAX)?;
    guild_settings::delete_for_guild(file, guild)?;
    guilds::delete_without_servers(file, guild)
}

fn compare_one(
    file: &Connection,
    known: &GuildRow,
    present: &BTreeSet<GuildId>,
    now: UnixSeconds,
    changes: &mut GuildChanges,
) -> rusqlite::Result<()> {
    let guild = known.guild;
    match (present.contains(&guild), known.has_bot) {
        (true, false) => {
            guilds::set_present(file, guild, now)?;
            if known.removed_at.is_some() {
                changes.returned.push(guild);
            }
        }
        (false, true) => {
            if remove(file, guild, now)? {
                changes.removed.push(guild);
            }
        }
        (true, true) | (false, false) => {}
    }
    Ok(())
}

/// Returns whether anything of the guild is left. The guild itself is kept until retention deletes it, so that what
/// a member of it asked for a moment ago is refused.
fn remove(file: &Connection, guild: GuildId, now: UnixSeconds) -> rusqlite::Result<bool> {
    boards::delete_for_guild(file, guild)?;
    counters::delete_for_guild(file, guild)?;
    alerts::delete_for_guild(file, guild)?;
    if notices::delete_for_guild(file, guild)? > 0 {
        rewriting::require(file, Table::Notices)?;
    }
    guilds::set_removed(file, guild, now)?;
    guilds::is_used(file, guild)
}
