//! The task that keeps all boards.

mod checks;
mod events;
mod known;
mod rows;
mod settling;

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use oxeye_db::{BoardId, Changes, GuildId, ServerId, UnixSeconds};
use oxeye_process::waiting::until;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use super::attempt::{Attempted, Tools};
use super::plan::Plan;
use super::showing::attempt;
use super::{Ask, Posted};
use crate::rest::RestError;
use known::Known;

/// Most attempts at the same time.
const MOST_ATTEMPTS: usize = 8;
/// How long the attempts under way may take to end when we are told to stop.
const STOP_LIMIT: Duration = Duration::from_millis(1_500);

/// Something that the task waited for has ended.
enum Ended {
    Attempt(BoardId, Attempted),
    /// Discord was asked whether a message is there, for somebody who waits.
    Look(BoardId, Posted, Result<(), RestError>),
    /// Somebody was told, or could not be.
    Notice(BoardId, Result<(), RestError>),
    /// A message was deleted, or could not be.
    Deletion(Result<(), RestError>),
}

pub(crate) struct Keeper<'a> {
    tools: Tools,
    plan: Plan,
    boards: HashMap<BoardId, Known>,
    under_way: FuturesUnordered<BoxFuture<'static, Ended>>,
    attempts: usize,
    asked: &'a mut mpsc::UnboundedReceiver<Ask>,
    changes: Changes,
    rows: watch::Receiver<()>,
    read_at: Option<Instant>,
    /// Whether the boards of an earlier process were read.
    is_read: bool,
    /// Those of them whose messages are to be looked at, and when the next one is.
    unchecked: VecDeque<BoardId>,
    check_at: Option<Instant>,
    started: Instant,
    started_at: UnixSeconds,
    /// The guild of each server that has changed.
    guilds: HashMap<ServerId, GuildId>,
    /// The guilds that cannot be reached because of an outage.
    away: HashSet<GuildId>,
}

impl<'a> Keeper<'a> {
    pub(crate) fn new(tools: Tools, asked: &'a mut mpsc::UnboundedReceiver<Ask>) -> Self {
        let now = Instant::now();
        Self {
            changes: tools.database.changes(),
            rows: tools.database.board_changes(),
            plan: Plan::default(),
            boards: HashMap::new(),
            under_way: FuturesUnordered::new(),
            attempts: 0,
            asked,
            read_at: Some(now),
            is_read: false,
            unchecked: VecDeque::new(),
            check_at: None,
            started: now,
            started_at: (tools.clock)(),
            guilds: HashMap::new(),
            away: HashSet::new(),
            tools,
        }
    }

    /// Keeps the boards until `stop` is cancelled or the store is closed.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        loop {
            let is_full = self.attempts >= MOST_ATTEMPTS;
            let due = self.plan.next_due().filter(|_| !is_full);
            tokio::select! {
                () = stop.cancelled() => break,
                () = until(self.read_at) => self.read().await,
                () = until(due) => self.begin(),
                () = until(self.check_at) => self.check_next(),
                Some(ended) = self.under_way.next() => self.end(ended).await,
                Some(ask) = self.asked.recv() => self.take(ask).await,
                changed = self.rows.changed() => match changed {
                    Ok(()) => self.read_at = Some(Instant::now()),
                    Err(_) => break,
                },
                change = self.changes.next() => match change {
                    Some(change) => self.note(change),
                    None => break,
                },
            }
        }
        let rest = async {
            while let Some(ended) = self.under_way.next().await {
                self.end(ended).await;
            }
        };
        // How attempts that are cut off here ended is found out after the next start.
        let _ = timeout(STOP_LIMIT, rest).await;
    }

    /// Begins the attempts that are due.
    fn begin(&mut self) {
        let now = Instant::now();
        while self.attempts < MOST_ATTEMPTS
            && let Some(id) = self.plan.take(now)
        {
            let awaits_reports = self.awaits_reports(id);
            let Some(known) = self.boards.get_mut(&id) else {
                break;
            };
            let (tools, before) = (self.tools.clone(), known.before(awaits_reports));
            self.attempts += 1;
            self.under_way.push(Box::pin(async move {
                Ended::Attempt(id, attempt(&tools, &before).await)
            }));
        }
    }

    async fn end(&mut self, ended: Ended) {
        match ended {
            Ended::Attempt(id, attempted) => {
                self.attempts -= 1;
                self.settle(id, attempted).await;
            }
            Ended::Look(id, at, looked) => self.looked(id, at, looked),
            Ended::Notice(id, told) => self.told(id, told).await,
            Ended::Deletion(Ok(())) => {}
            Ended::Deletion(Err(error)) => {
                tracing::debug!(%error, "could not delete the message of a board that ended");
            }
        }
    }
}

#[cfg(test)]
mod tests;
