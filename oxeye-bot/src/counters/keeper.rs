//! Keeps all counters up to date, whether or not the gateway is connected.

mod answers;
mod troubles;

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use oxeye_db::{
    Changes, Counter, CounterUpdate, Database, FeedEvent, GuildId, ServerId, StoreError,
    UnixSeconds,
};
use oxeye_process::waiting::until;
use serenity::json::Value;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep};

use super::book::{Book, Due, Key, Step};
use super::nudge::{FirstAnswer, Nudge};
use super::pace::Place;
use super::values;
use crate::rest::{Rest, RestError};
use crate::restarting::Runs;

/// How long changes are collected before we count again.
const COUNT_AFTER: Duration = Duration::from_secs(1);
/// The most requests at the same time.
const MOST_REQUESTS: usize = 4;
/// How long we wait before we read the counters again after the store failed.
const REREAD_AFTER: Duration = Duration::from_secs(10);

/// An answer of Discord.
enum Answer {
    /// To a request that was to show a text.
    Shown(Due, Result<(), RestError>),
    /// A channel, for its name.
    Channel(Key, Result<Value, RestError>),
    /// A channel whose name may be the text already.
    Name(Due, Result<Value, RestError>),
}

/// Keeps all counters up to date. The future completes only when the store is closed.
pub(crate) async fn run(
    database: Database,
    rest: Rest,
    clock: fn() -> UnixSeconds,
    mut nudges: mpsc::UnboundedReceiver<Nudge>,
) {
    let mut runs = Runs::of("counters");
    loop {
        let keeper = Keeper::new(database.clone(), rest.clone(), clock, &mut nudges);
        let Some(pause) = runs.run(keeper.run()).await else {
            return;
        };
        sleep(pause).await;
    }
}

struct Keeper<'a> {
    database: Database,
    rest: Rest,
    clock: fn() -> UnixSeconds,
    changes: Changes,
    rows: watch::Receiver<()>,
    nudges: &'a mut mpsc::UnboundedReceiver<Nudge>,
    book: Book,
    requests: FuturesUnordered<BoxFuture<'static, Answer>>,
    /// Admins who wait for the first answer to a counter.
    waiting: Vec<(Key, oneshot::Sender<FirstAnswer>)>,
    /// The servers that have changed since we counted.
    changed: BTreeSet<ServerId>,
    /// The guilds that cannot be reached because of an outage.
    away: BTreeSet<GuildId>,
    /// When we count again, and when we read the counters again.
    count_at: Option<Instant>,
    reread_at: Option<Instant>,
}

impl<'a> Keeper<'a> {
    fn new(
        database: Database,
        rest: Rest,
        clock: fn() -> UnixSeconds,
        nudges: &'a mut mpsc::UnboundedReceiver<Nudge>,
    ) -> Self {
        Self {
            changes: database.changes(),
            rows: database.board_changes(),
            database,
            rest,
            clock,
            nudges,
            book: Book::default(),
            requests: FuturesUnordered::new(),
            waiting: Vec::new(),
            changed: BTreeSet::new(),
            away: BTreeSet::new(),
            count_at: None,
            reread_at: Some(Instant::now()),
        }
    }

    async fn run(mut self) {
        loop {
            let is_full = self.requests.len() >= MOST_REQUESTS;
            let due = self.book.next_due().filter(|_| !is_full);
            tokio::select! {
                () = until(self.reread_at) => self.reread().await,
                () = until(self.count_at) => self.count(),
                () = until(due) => self.send(),
                Some(answer) = self.requests.next() => self.take(answer).await,
                Some(nudge) = self.nudges.recv() => self.follow(nudge).await,
                changed = self.rows.changed() => match changed {
                    Ok(()) => self.reread_at = Some(Instant::now()),
                    Err(_) => return,
                },
                change = self.changes.next() => match change {
                    Some(change) => self.note(change),
                    // The store is closed.
                    None => return,
                },
            }
            self.answer_shown();
            self.finish().await;
        }
    }

    /// Tells those who wait that their counters are shown.
    fn answer_shown(&mut self) {
        let keys: Vec<_> = self.waiting.iter().map(|(key, _)| *key).collect();
        for key in keys {
            let Some(entry) = self.book.entry(key) else {
                continue;
            };
            if entry.pace.is_true() && !entry.is_over() {
                let place = entry.pace.place();
                self.answer(key, FirstAnswer::Shown(place));
            }
        }
    }

    /// Tells those who wait for a counter. Returns whether anybody did.
    fn answer(&mut self, key: Key, answer: FirstAnswer) -> bool {
        let (waiting, others) = std::mem::take(&mut self.waiting)
            .into_iter()
            .filter(|(_, waits)| !waits.is_closed())
            .partition(|(of, _)| *of == key);
        self.waiting = others;
        let answered = waiting
            .into_iter()
            .filter_map(|(_, waits): (Key, oneshot::Sender<_>)| waits.send(answer).ok());
        answered.count() > 0
    }

    /// Reads the counters as the store has them now.
    async fn reread(&mut self) {
        self.reread_at = None;
        match self.database.counters().await {
            Ok(counters) => {
                let (database, now) = (self.database.clone(), (self.clock)());
                let values = move |counter: &Counter| values(&database, counter, now);
                self.book.reload(counters, &values, Instant::now());
            }
            Err(error) => {
                tracing::warn!(%error, "could not read the counters; trying again");
                self.reread_at = Some(Instant::now() + REREAD_AFTER);
            }
        }
    }

    /// Notes what has to be counted again.
    fn note(&mut self, change: FeedEvent) {
        match change {
            FeedEvent::Server(change) => {
                self.changed.insert(change.server);
                let soon = Instant::now() + COUNT_AFTER;
                self.count_at.get_or_insert(soon);
            }
            FeedEvent::Everything => self.reread_at = Some(Instant::now() + COUNT_AFTER),
        }
    }

    /// Counts again for those counters whose servers have changed.
    fn count(&mut self) {
        self.count_at = None;
        let changed = std::mem::take(&mut self.changed);
        let (database, now) = (&self.database, (self.clock)());
        let is_of_guild =
            |guild, server: &ServerId| database.guild_server(guild, *server).is_some();
        let is_meant = |counter: &Counter| match counter.server {
            Some(server) => changed.contains(&server),
            None => changed
                .iter()
                .any(|server| is_of_guild(counter.guild, server)),
        };
        let values = |counter: &Counter| values(database, counter, now);
        self.book.count(is_meant, &values, Instant::now());
    }

    /// Sends the texts that are due, or reads the names that may be those texts already.
    fn send(&mut self) {
        let free = MOST_REQUESTS - self.requests.len();
        for due in self.book.take_due(free, Instant::now()) {
            let rest = self.rest.clone();
            self.requests.push(Box::pin(async move {
                let (_, channel) = due.key;
                if due.step == Step::ReadName {
                    let result = rest.channel(channel).await;
                    return Answer::Name(due, result);
                }
                let result = match due.place {
                    Place::Status => rest.set_voice_status(channel, &due.text).await,
                    Place::Name => rest.rename_channel(channel, &due.text).await,
                };
                Answer::Shown(due, result)
            }));
        }
    }

    async fn follow(&mut self, nudge: Nudge) {
        match nudge {
            Nudge::Set(key, waits) => {
                self.waiting.push((key, waits));
                if let Some(entry) = self.book.entry(key) {
                    entry.tries.hurry(Instant::now());
                }
            }
            Nudge::Permissions(guild) => {
                self.book.retry(guild);
                self.book.try_statuses(guild, Instant::now());
            }
            Nudge::Channel(key, overwrites) => {
                self.book.retry(key.0);
                if let Some(entry) = self.book.entry(key) {
                    entry.tries.see(overwrites, Instant::now());
                }
            }
            Nudge::Away(guild) => _ = self.away.insert(guild),
            Nudge::Back(guild) => {
                self.away.remove(&guild);
                self.book.retry(guild);
            }
            Nudge::Deleted(guild, channel) => self.forget((guild, channel)).await,
        }
    }

    /// Forgets the counters that are over and whose channels are as they were.
    async fn finish(&mut self) {
        for key in self.book.finished() {
            self.forget(key).await;
        }
    }

    /// Forgets a counter, in the store as well.
    async fn forget(&mut self, (guild, channel): Key) {
        let Some(entry) = self.book.entry((guild, channel)) else {
            return;
        };
        let is_orphan = entry.is_orphan;
        self.book.remove((guild, channel));
        if !is_orphan {
            let removed = self.database.remove_counter(guild, channel).await;
            log(removed.map(|_| ()));
        }
    }

    async fn update(&mut self, (guild, channel): Key, update: CounterUpdate) {
        let updated = self.database.update_counter(guild, channel, update).await;
        log(updated.map(|_| ()));
    }
}

/// Logs that the store could not be written. The counter goes on as it is in memory.
fn log(written: Result<(), StoreError>) {
    if let Err(error) = written {
        tracing::warn!(%error, "could not record what became of a counter");
    }
}
