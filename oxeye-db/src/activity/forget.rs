//! Forgets what a player did: everything under exactly that name, in one guild or in all, from the file and its log. Events
//! of others that name the player, such as a kill, go too.

use std::sync::Arc;

use oxeye_plugin_proto::PlayerName;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::known_players::KnownPlayers;
use super::ranking::past::Past;
use super::store::rows::{events, forgetting, players};
use crate::database::Database;
use crate::ids::GuildId;
use crate::store::{Job, StoreError, WriterThread};
use crate::wal_truncation::WalTruncation;

/// What was known of what a forgotten player did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ForgottenActivity {
    /// In how many guilds something was known.
    pub(crate) guilds: usize,
    /// Events and values of other players that named the player.
    pub(crate) mentions: usize,
    /// Whether the name is gone from the bytes of the file and its log.
    pub(crate) is_wiped: bool,
}

impl ForgottenActivity {
    /// Whether anything was known.
    pub(crate) fn is_any(self) -> bool {
        self.guilds + self.mentions > 0
    }
}

impl Database {
    /// Forgets what a player did in one guild, or in all guilds.
    pub(crate) async fn forget_activity(
        &self,
        only: Option<GuildId>,
        name: PlayerName,
    ) -> Result<ForgottenActivity, StoreError> {
        let activity = self.inner.activity.as_ref();
        let Some((activity, store)) = activity.and_then(|a| Some((a, a.file.existing()?))) else {
            return Ok(ForgottenActivity {
                is_wiped: true,
                ..ForgottenActivity::default()
            });
        };
        let (answer, answered) = oneshot::channel();
        store.enqueue(Box::new(ForgetJob {
            only,
            name,
            wal: Arc::clone(&activity.wal_truncation),
            past: Arc::clone(&activity.past),
            known_players: Arc::clone(&activity.known_players),
            forgotten: ForgottenActivity::default(),
            answer,
        }))?;
        answered.await.map_err(|_| StoreError::Closed)?
    }
}

struct ForgetJob {
    /// The only guild that forgets the player; `None` if all do.
    only: Option<GuildId>,
    name: PlayerName,
    wal: Arc<WalTruncation>,
    past: Arc<Past>,
    known_players: Arc<KnownPlayers>,
    forgotten: ForgottenActivity,
    answer: oneshot::Sender<Result<ForgottenActivity, StoreError>>,
}

impl Job for ForgetJob {
    fn run(&mut self, file: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        self.known_players.clear();
        events::move_recent(file)?;
        let mut known = players::of_name(file, &self.name)?;
        known.retain(|(guild, _)| self.only.is_none_or(|only| only == *guild));
        // A player may be named in events of their own, too.
        self.forgotten.mentions = forgetting::delete_mentions(file, self.only, &self.name)?;
        for (guild, player) in &known {
            forgetting::delete_of_player(file, *guild, *player)?;
            players::delete(file, *player)?;
        }
        self.forgotten.guilds = known.len();
        if !known.is_empty() {
            forgetting::rewrite_players(file)?;
        }
        Ok(())
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {
        self.forgotten = ForgottenActivity::default();
    }

    fn after_commit(&mut self, file: &Connection) {
        // The player's number may be given to another.
        self.past.clear();
        if !self.forgotten.is_any() {
            self.forgotten.is_wiped = true;
            return;
        }
        let rewritten = match self.forgotten.mentions {
            0 => Ok(()),
            _ => forgetting::rewrite_file(file),
        };
        if let Err(error) = &rewritten {
            tracing::warn!(%error, "the file of activity could not be rewritten");
        }
        self.forgotten.is_wiped = self.wal.truncate(file) && rewritten.is_ok();
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        let forgotten = self.forgotten;
        // The caller may have gone; what is forgotten is forgotten.
        let _ = self.answer.send(commit.map(|()| forgotten));
    }
}
