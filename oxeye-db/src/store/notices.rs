//! Notices, one per member and player, and within limits.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;

use super::rows::{guilds, notices, players, rewriting};
use super::{Store, StoreError, WriterThread};
use crate::ids::{GuildId, ServerId};
use crate::notice::{MOST_OF_GUILD, MOST_OF_MEMBER, NewNotice, Notice, NoticeId, may_tell};
use crate::players::PlayerId;

/// A notice that is about to be added, with the id of its player.
#[derive(Debug, Clone)]
pub(crate) struct NoticeRow {
    pub(crate) new: NewNotice,
    pub(crate) player: PlayerId,
}

/// The outcome of adding a notice.
pub(crate) enum Added {
    Notice(Notice),
    /// The player was forgotten meanwhile.
    UnknownPlayer,
    Exists(PlayerName),
    TooMany(usize),
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

/// Deletes the notices that are meant, and overwrites their members' ids. Yields them.
pub(crate) async fn delete<R: Send + 'static>(
    store: &Store,
    is_meant: impl Fn(&Notice) -> bool + Send + 'static,
    committed: impl FnOnce(Vec<Notice>, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let delete = move |file: &Connection| {
        let mut meant = notices::all(file, None)?;
        meant.retain(&is_meant);
        for notice in &meant {
            notices::delete(file, notice.id)?;
        }
        if !meant.is_empty() {
            rewriting::rewrite_notices(file)?;
        }
        Ok(meant)
    };
    store.write(delete, committed).await
}

/// Returns the notices of one guild, or all notices.
pub(crate) async fn all(store: &Store, only: Option<GuildId>) -> Result<Vec<Notice>, StoreError> {
    store.read(move |file| notices::all(file, only)).await
}

/// Remembers that a member is about to be told, if they may be told again.
pub(crate) async fn begin(
    store: &Store,
    id: NoticeId,
    server: ServerId,
    now: UnixSeconds,
) -> Result<Option<Notice>, StoreError> {
    let begin = move |file: &Connection| {
        let Some(notice) = notices::one(file, id)? else {
            return Ok(None);
        };
        if !may_tell(notice.sent_at, now) {
            return Ok(None);
        }
        notices::begin(file, id, server, now)?;
        notices::one(file, id)
    };
    store.write(begin, |notice, _| notice).await
}

/// Remembers that a member was told, or cannot be.
pub(crate) async fn settle(
    store: &Store,
    id: NoticeId,
    refused_at: Option<UnixSeconds>,
) -> Result<(), StoreError> {
    let settle = move |file: &Connection| notices::settle(file, id, refused_at);
    store.write(settle, |(), _| ()).await
}

fn insert(file: &Connection, row: &NoticeRow, now: UnixSeconds) -> rusqlite::Result<Added> {
    let new = &row.new;
    if guilds::has_removed_bot(file, new.guild)? {
        return Ok(Added::BotRemoved);
    }
    if !players::is_called(file, row.player, &new.player)? {
        return Ok(Added::UnknownPlayer);
    }
    let known = notices::all(file, Some(new.guild))?;
    let own: Vec<_> = known
        .iter()
        .filter(|notice| notice.user == new.user)
        .collect();
    if own.iter().any(|notice| notice.player == new.player) {
        return Ok(Added::Exists(new.player.clone()));
    }
    if own.len() >= MOST_OF_MEMBER || known.len() >= MOST_OF_GUILD {
        return Ok(Added::TooMany(own.len()));
    }
    guilds::ensure(file, new.guild, now)?;
    let id = notices::insert(file, new, row.player, now)?;
    Ok(notices::one(file, id)?.map_or(Added::UnknownPlayer, Added::Notice))
}
