//! Boards: messages in Discord that stay up to date. The bot posts and edits them; here is what it has
//! to remember.

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;
use tokio::sync::watch;

use crate::board::{Board, BoardId, BoardUpdate, NewBoard};
use crate::database::Database;
use crate::ids::GuildId;
use crate::store::boards::{self, Added};
use crate::store::{StoreError, WriterThread};

/// Why a board was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddBoardError {
    /// The channel has a board of the same servers.
    #[error("this channel already has a board of the same servers")]
    Exists(Box<Board>),
    /// The guild has this many boards, which is the limit.
    #[error("the guild has {0} boards already")]
    TooMany(usize),
    /// The server has been removed.
    #[error("the server was removed")]
    UnknownServer,
    /// The guild has removed the bot meanwhile.
    #[error("the guild has removed the bot")]
    BotRemoved,
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Database {
    /// Adds a board that is not posted yet, unless its channel has one of the same servers or its guild
    /// has `limit` boards.
    ///
    /// # Errors
    /// When the board was not added.
    pub async fn add_board(
        &self,
        new: NewBoard,
        limit: usize,
        now: UnixSeconds,
    ) -> Result<Board, AddBoardError> {
        let notify = self.waking_the_bot(|added: &Added| matches!(added, Added::Board(_)));
        match boards::add(&self.inner.store, new, limit, now, notify).await? {
            Added::Board(board) => Ok(board),
            Added::Exists(board) => Err(AddBoardError::Exists(Box::new(board))),
            Added::TooMany(count) => Err(AddBoardError::TooMany(count)),
            Added::UnknownServer => Err(AddBoardError::UnknownServer),
            Added::BotRemoved => Err(AddBoardError::BotRemoved),
        }
    }

    /// Remembers what happened to a board. Returns whether it still exists.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn update_board(&self, id: BoardId, update: BoardUpdate) -> Result<bool, StoreError> {
        boards::update(&self.inner.store, id, update).await
    }

    /// Deletes a board. Returns whether it still existed.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn remove_board(&self, id: BoardId) -> Result<bool, StoreError> {
        let notify = self.waking_the_bot(|was_there: &bool| *was_there);
        boards::remove(&self.inner.store, id, notify).await
    }

    /// Returns all boards, in the order in which they were added.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn boards(&self) -> Result<Vec<Board>, StoreError> {
        let boards = boards::all(&self.inner.store, None).await?;
        Ok(boards
            .into_iter()
            .map(|board| self.board_in_own_language(board))
            .collect())
    }

    /// Returns the boards of a guild, in the order in which they were added.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn guild_boards(&self, guild: GuildId) -> Result<Vec<Board>, StoreError> {
        let boards = boards::all(&self.inner.store, Some(guild)).await?;
        Ok(boards
            .into_iter()
            .map(|board| self.board_in_own_language(board))
            .collect())
    }

    /// Returns a board in the language that its guild has set, if it has.
    fn board_in_own_language(&self, mut board: Board) -> Board {
        self.put_into_own_language(board.guild, &mut board.locale);
        board
    }

    /// Returns a receiver that changes whenever boards, counters or alerts were added or deleted, also because
    /// their server was removed or their guild removed the bot. What the bot itself remembers with
    /// [`Database::update_board`] and [`Database::update_counter`] changes nothing.
    #[must_use]
    pub fn board_changes(&self) -> watch::Receiver<()> {
        self.inner.memory.board_changes.subscribe()
    }

    /// Returns what passes the outcome of a write on, once it is committed, and reports a change to
    /// [`Database::board_changes`] if it is one.
    pub(crate) fn waking_the_bot<T, F>(
        &self,
        is_change: F,
    ) -> impl FnOnce(T, &WriterThread) -> T + Send + use<T, F>
    where
        T: 'static,
        F: FnOnce(&T) -> bool + Send + 'static,
    {
        let memory = Arc::clone(&self.inner.memory);
        move |outcome, _| {
            if is_change(&outcome) {
                memory.board_changes.send_replace(());
            }
            outcome
        }
    }
}
