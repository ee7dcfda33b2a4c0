//! The boards as the store has them, and the first look at each.

use std::collections::HashSet;
use std::time::Duration;

use oxeye_db::{Board, BoardId, LinkState, ServerSummary};
use tokio::time::Instant;

use super::super::{PostError, Posted};
use super::known::Known;
use super::{Ended, Keeper};

/// Pause before the boards are read again after the store failed.
const READ_AGAIN_AFTER: Duration = Duration::from_secs(30);
/// How long after the start a board is not edited if nothing but the state of a server differs that has
/// not reported yet. Without this, each restart would change every board twice.
pub(super) const AWAIT_REPORTS: Duration = Duration::from_secs(90);

impl Keeper<'_> {
    /// Reads the boards as the store has them now.
    pub(super) async fn read(&mut self) {
        self.read_at = None;
        let rows = match self.tools.database.boards().await {
            Ok(rows) => rows,
            Err(error) => {
                tracing::warn!(%error, "could not read the boards; trying again");
                self.read_at = Some(Instant::now() + READ_AGAIN_AFTER);
                return;
            }
        };
        self.remember_guilds(&rows);
        let ids: HashSet<_> = rows.iter().map(|row| row.id).collect();
        let is_gone = |id: &BoardId| !ids.contains(id);
        let gone: Vec<_> = self.boards.keys().copied().filter(is_gone).collect();
        for id in gone {
            self.forget(id);
        }
        for row in rows {
            if let Some(known) = self.boards.get_mut(&row.id) {
                known.take_row(row);
                continue;
            }
            let id = row.id;
            self.plan.add(id, row.place());
            let known = match self.is_read {
                true => Known::new(row),
                false => Known::inherited(row),
            };
            self.boards.insert(id, known);
            self.look_first(id);
        }
        if !self.is_read {
            self.is_read = true;
            self.check_all();
        }
    }

    /// Looks at a board that was just read.
    fn look_first(&mut self, id: BoardId) {
        let now = Instant::now();
        match self.boards.get(&id) {
            Some(known) if known.board.stopped.is_some() => {}
            Some(known) if known.board.message.is_none() => self.plan.hurry(id, now),
            _ => {
                self.plan.changed(id, now);
                self.plan.rest(id, self.started + self.tools.quiet_at_start);
            }
        }
    }

    /// Whether a server of a board has not reported since we started.
    pub(super) fn awaits_reports(&self, id: BoardId) -> bool {
        let Some(known) = self.boards.get(&id) else {
            return false;
        };
        if known.board.message.is_none() || self.started.elapsed() > AWAIT_REPORTS {
            return false;
        }
        let now = (self.tools.clock)();
        let is_shown =
            |server: &ServerSummary| known.board.server.is_none_or(|only| only == server.id);
        let is_awaited = |server: ServerSummary| {
            let is_heard = server.heard_at.is_some_and(|at| at >= self.started_at);
            server.state == LinkState::AwaitingSync && !is_heard
        };
        let servers = self.tools.database.servers(known.board.guild, now);
        servers.into_iter().filter(is_shown).any(is_awaited)
    }

    /// Forgets a board. Nothing else deletes its message when its server was removed.
    fn forget(&mut self, id: BoardId) {
        self.plan.remove(id);
        let Some(mut known) = self.boards.remove(&id) else {
            return;
        };
        known.answer(&Err(PostError::Gone));
        let guild = known.board.guild;
        let is_removed = |id| self.tools.database.guild_server(guild, id).is_none();
        if known.board.server.is_some_and(is_removed)
            && let Some(posted) = known.posted()
        {
            self.delete(posted);
        }
    }

    /// Deletes the message of a board that does not exist any more.
    pub(super) fn delete(&mut self, posted: Posted) {
        let rest = self.tools.rest.clone();
        self.under_way.push(Box::pin(async move {
            let deleted = rest.delete_message(posted.channel, posted.message);
            Ended::Deletion(deleted.await)
        }));
    }

    /// Remembers the guilds of all servers while they exist, for boards that show all servers of a guild.
    fn remember_guilds(&mut self, rows: &[Board]) {
        if self.guilds.is_empty() && rows.iter().any(|row| row.server.is_none()) {
            self.learn_guilds();
        }
    }
}
