//! Boards, each once per channel and within a guild's limit.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use super::guilds::{self, Admission};
use super::rows::boards;
use super::{Store, StoreError, WriterThread};
use crate::board::{Board, BoardId, BoardUpdate, NewBoard};
use crate::ids::GuildId;

/// The outcome of adding a board.
pub(crate) enum Added {
    Board(Board),
    Exists(Board),
    TooMany(usize),
    UnknownServer,
    BotRemoved,
}

/// Adds a board unless something is against it.
pub(crate) async fn add<R: Send + 'static>(
    store: &Store,
    new: NewBoard,
    limit: usize,
    now: UnixSeconds,
    committed: impl FnOnce(Added, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let add = move |file: &Connection| insert(file, &new, limit, now);
    store.write(add, committed).await
}

/// Remembers what happened to a board. Returns whether it still exists.
pub(crate) async fn update(
    store: &Store,
    id: BoardId,
    update: BoardUpdate,
) -> Result<bool, StoreError> {
    let update = move |file: &Connection| boards::update(file, id, &update);
    store.write(update, |exists, _| exists).await
}

/// Deletes a board. Yields whether it existed.
pub(crate) async fn remove<R: Send + 'static>(
    store: &Store,
    id: BoardId,
    committed: impl FnOnce(bool, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    store
        .write(move |file| boards::delete(file, id), committed)
        .await
}

/// Returns the boards of one guild, or all boards.
pub(crate) async fn all(store: &Store, only: Option<GuildId>) -> Result<Vec<Board>, StoreError> {
    store.read(move |file| boards::all(file, only)).await
}

fn insert(
    file: &Connection,
    new: &NewBoard,
    limit: usize,
    now: UnixSeconds,
) -> rusqlite::Result<Added> {
    let guild = new.servers.guild();
    match guilds::admit(file, new.servers, now)? {
        Admission::Granted => {}
        Admission::BotRemoved => return Ok(Added::BotRemoved),
        Admission::UnknownServer => return Ok(Added::UnknownServer),
    }
    let known = boards::all(file, Some(guild))?;
    let is_same =
        |board: &&Board| board.channel == new.channel && board.server == new.servers.server();
    if let Some(same) = known.iter().find(is_same) {
        return Ok(Added::Exists(same.clone()));
    }
    if known.len() >= limit {
        return Ok(Added::TooMany(known.len()));
    }
    boards::insert(file, new, now).map(Added::Board)
}
