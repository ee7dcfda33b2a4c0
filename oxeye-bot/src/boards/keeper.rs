//! The task that keeps all boards.

mod known;
mod settling;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use oxeye_db::{
    BoardId, Changes, FeedEvent, GuildId, LinkState, ServerId, ServerSummary, UnixSeconds,
};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::attempt::{Attempted, Tools, attempt, place};
use super::nudge::Nudge;
use super::plan::Plan;
use super::{Ask, PostError, Posted};
use crate::rest::RestError;
use known::Known;

/// Most attempts at the same time.
const MOST_ATTEMPTS: usize = 8;
/// How long the attempts under way may take to end when we are told to stop.
const STOP_LIMIT: Duration = Duration::from_millis(1_500);
/// Pause before the boards are read again after the store failed.
const READ_AGAIN_AFTER: Duration = Duration::from_secs(30);
/// How long after the start a board keeps showing what it shows while its server has not reported yet.
/// Without this, each restart would change every board twice.
const AWAIT_REPORTS: Duration = Duration::from_secs(90);

/// What ended.
enum Ended {
    Attempt(BoardId, Attempted),
    /// Somebody was told, or could not be.
    Notice(BoardId, Result<(), RestError>),
}

pub(crate) struct Keeper {
    tools: Tools,
    plan: Plan,
    boards: HashMap<BoardId, Known>,
    under_way: FuturesUnordered<BoxFuture<'static, Ended>>,
    attempts: usize,
    asked: mpsc::UnboundedReceiver<Ask>,
    changes: Changes,
    rows: watch::Receiver<()>,
    read_at: Option<Instant>,
    started: Instant,
    started_at: UnixSeconds,
    /// The guild of each server that has changed.
    guilds: HashMap<ServerId, GuildId>,
    /// The guilds that cannot be reached because of an outage.
    away: HashSet<GuildId>,
}

impl Keeper {
    pub(crate) fn new(tools: Tools, asked: mpsc::UnboundedReceiver<Ask>) -> Self {
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
        // What is cut off here is found out after the next start.
        let _ = timeout(STOP_LIMIT, rest).await;
    }

    /// Reads the boards as the store has them now.
    async fn read(&mut self) {
        self.read_at = None;
        let rows = match self.tools.database.boards().await {
            Ok(rows) => rows,
            Err(error) => {
                tracing::warn!(%error, "could not read the boards; trying again");
                self.read_at = Some(Instant::now() + READ_AGAIN_AFTER);
                return;
            }
        };
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
            self.plan.add(id, place(&row));
            self.boards.insert(id, Known::new(row));
            self.look_first(id);
        }
    }

    /// Looks at a board that was just read.
    fn look_first(&mut self, id: BoardId) {
        let now = Instant::now();
        match self.boards.get(&id) {
            Some(known) if known.board.stopped.is_some() => return,
            Some(known) if known.board.message.is_none() => self.plan.hurry(id, now),
            _ => self.plan.changed(id, now),
        }
        if self.awaits_reports(id) {
            self.plan.hold(id, self.started + AWAIT_REPORTS);
        }
    }

    /// Whether a server of a board has not reported since we started.
    fn awaits_reports(&self, id: BoardId) -> bool {
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

    fn forget(&mut self, id: BoardId) {
        self.plan.remove(id);
        if let Some(mut known) = self.boards.remove(&id) {
            known.answer(&Err(PostError::Gone));
        }
    }

    /// Begins the attempts that are due.
    fn begin(&mut self) {
        let now = Instant::now();
        while self.attempts < MOST_ATTEMPTS
            && let Some(id) = self.plan.take(now)
            && let Some(known) = self.boards.get_mut(&id)
        {
            let (tools, before) = (self.tools.clone(), known.before());
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
            Ended::Notice(id, told) => self.told(id, told).await,
        }
    }

    /// Notes which boards may show something that is no longer true.
    fn note(&mut self, change: FeedEvent) {
        let changed: Vec<_> = match change {
            FeedEvent::Everything => self.boards.keys().copied().collect(),
            FeedEvent::Server(change) => {
                let guild = self.guild_of(change.server);
                let shows = |known: &&Known| match known.board.server {
                    Some(server) => server == change.server,
                    None => Some(known.board.guild) == guild,
                };
                let boards = self.boards.values().filter(shows);
                boards.map(|known| known.board.id).collect()
            }
        };
        for id in changed {
            self.changed(id);
        }
    }

    fn changed(&mut self, id: BoardId) {
        let now = Instant::now();
        if self.started.elapsed() < AWAIT_REPORTS && !self.awaits_reports(id) {
            self.plan.unhold(id, now);
        }
        if self.boards.get(&id).is_some_and(Known::is_kept) {
            self.plan.changed(id, now);
        }
    }

    /// Returns the guild of a server, also of one that was removed.
    fn guild_of(&mut self, server: ServerId) -> Option<GuildId> {
        if self
            .boards
            .values()
            .all(|known| known.board.server.is_some())
        {
            return None;
        }
        if !self.guilds.contains_key(&server) {
            let servers = self.tools.database.known_servers((self.tools.clock)());
            let guilds = servers.into_iter().map(|server| (server.id, server.guild));
            self.guilds.extend(guilds);
        }
        self.guilds.get(&server).copied()
    }

    async fn take(&mut self, ask: Ask) {
        match ask {
            Ask::Post(id, answer) => self.post(id, answer).await,
            Ask::Nudge(nudge) => self.follow(nudge),
        }
    }

    /// Makes an attempt at a board at once, for somebody who waits for its end.
    async fn post(&mut self, id: BoardId, answer: oneshot::Sender<Result<Posted, PostError>>) {
        self.read().await;
        let Some(known) = self.boards.get_mut(&id) else {
            // This fails only if nobody waits any more.
            let _ = answer.send(Err(PostError::Gone));
            return;
        };
        known.waiting.push(answer);
        let now = Instant::now();
        match known.posted() {
            Some(posted) if self.plan.was_just_edited(id, now) => known.answer(&Ok(posted)),
            Some(_) => known.is_doubtful = true,
            None => {}
        }
        self.plan.hurry(id, now);
    }

    fn follow(&mut self, nudge: Nudge) {
        let concerns = |known: &Known| match nudge {
            Nudge::Guild(guild) | Nudge::GuildBack(guild) | Nudge::GuildAway(guild) => {
                known.board.guild == guild
            }
            Nudge::Channel(channel) | Nudge::ChannelGone(channel) => {
                known.board.channel == channel || known.board.thread == Some(channel)
            }
        };
        match nudge {
            Nudge::GuildAway(guild) => _ = self.away.insert(guild),
            Nudge::GuildBack(guild) => _ = self.away.remove(&guild),
            _ => {}
        }
        let now = Instant::now();
        for known in self.boards.values_mut() {
            if !concerns(known) || !known.is_kept() {
                continue;
            }
            if let Nudge::ChannelGone(_) = nudge {
                known.is_doubtful = true;
                self.plan.hurry(known.board.id, now);
            } else if known.is_refused {
                self.plan.hurry(known.board.id, now);
            }
        }
    }
}

/// Waits until a time, or forever.
async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
