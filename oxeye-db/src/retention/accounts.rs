//! Forgets accounts that no guild has under any name any more, and the UUIDs of a guild without servers: a few at a time,
//! so that events do not wait long.

use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::accounts::AccountId;
use crate::database::Database;
use crate::ids::{GuildId, ServerId};
use crate::memory::Memory;
use crate::players::PlayerId;
use crate::store::rows::rewriting::Table;
use crate::store::rows::{accounts, rewriting};
use crate::store::{Job, StoreError, WriterThread, keeping};

/// Maximum number of accounts per write.
const CHUNK: usize = 100;
/// Maximum number of guilds in which one write looks for accounts, added up over these. Each account is looked for in
/// every guild.
const LOOKUPS: usize = 10_000;

impl Database {
    /// Forgets the accounts that no guild has under any name and of whom no member is the owner. Returns how many notices
    /// about them there were.
    ///
    /// They are looked for beside the writer, which looks again at each before it forgets them.
    pub(crate) async fn forget_accounts_without_names(&self) -> Result<usize, StoreError> {
        let mut notices = 0;
        let (unreported, guilds) = keeping::unreported_accounts(&self.inner.store).await?;
        for chunk in unreported.chunks(accounts_per_write(guilds)) {
            let (answer, answered) = oneshot::channel();
            self.inner.store.enqueue(Box::new(AccountsJob {
                memory: Arc::clone(&self.inner.memory),
                accounts: chunk.to_vec(),
                gone: Vec::new(),
                notices: 0,
                answer,
            }))?;
            notices += answered.await.map_err(|_| StoreError::Closed)??;
        }
        Ok(notices)
    }

    /// Forgets which accounts were reported in a guild under which names, as long as the guild has no server but this
    /// one. Another one may be linked at any time, and needs those that are left.
    pub(crate) async fn forget_uuids_with(
        &self,
        guild: GuildId,
        only: ServerId,
    ) -> Result<(), StoreError> {
        loop {
            let memory = Arc::clone(&self.inner.memory);
            let forget = move |gone: &[(PlayerId, Uuid)], _: &WriterThread| {
                let players = gone.iter().map(|(player, _)| *player).collect();
                memory.uuids.forget_players(&players);
                let uses = gone
                    .iter()
                    .filter_map(|(player, uuid)| Some((*player, memory.accounts.id(*uuid)?)));
                memory.persons.forget_uses(guild, uses);
                gone.is_empty()
            };
            if keeping::delete_some_uuids(&self.inner.store, (guild, only), forget).await? {
                return Ok(());
            }
        }
    }
}

/// Returns how many accounts one write looks for in all guilds, so that events do not wait long.
fn accounts_per_write(guilds: usize) -> usize {
    (LOOKUPS / guilds.max(1)).clamp(1, CHUNK)
}

/// Deletes those of some accounts that no guild has under any name.
struct AccountsJob {
    memory: Arc<Memory>,
    accounts: Vec<AccountId>,
    gone: Vec<(AccountId, Uuid)>,
    /// Number of notices that were deleted.
    notices: usize,
    answer: oneshot::Sender<Result<usize, StoreError>>,
}

impl Job for AccountsJob {
    fn run(&mut self, file: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        let deleted = accounts::delete_unreported(file, self.accounts.iter().copied())?;
        if deleted.notices > 0 {
            rewriting::require(file, Table::Notices)?;
        }
        self.notices = deleted.notices;
        self.gone = deleted.accounts;
        self.memory.accounts.remove_all(&self.gone);
        Ok(())
    }

    fn work(&self) -> usize {
        self.gone.len().max(1)
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {
        self.memory.accounts.restore(self.gone.drain(..));
        self.notices = 0;
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        // The accounts are forgotten even if the caller no longer waits.
        let _ = self.answer.send(commit.map(|()| self.notices));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_guilds_there_are_the_fewer_accounts_one_write_looks_for() {
        let per_write = [0, 1, 100, 101, 500, 10_000, 50_000].map(accounts_per_write);
        assert_eq!(per_write, [100, 100, 100, 99, 20, 1, 1]);
    }
}
