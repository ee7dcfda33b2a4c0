//! The task that watches the servers and tells the members.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use oxeye_db::{
    Changes, FeedEvent, GuildId, LogThrottle, Notice, NoticeId, NoticeOutcome, ServerId,
    StoreError, UnixSeconds, UserId, WatchedPlayer,
};
use oxeye_process::waiting::until;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::Waiting;
use super::arrivals::Arrivals;
use super::delivery::{GuildNames, Told, tell};
use super::queue::{Queue, Queued};
use crate::alerts::Tools;

/// Pause before the notices are read again after the store failed.
const READ_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// How often we look at all servers, whatever the change feed says.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// Pause between two messages, so that Discord does not take the bot for a spammer.
const PACE: Duration = Duration::from_secs(1);
/// Pause before another attempt at a message.
const AGAIN_AFTER: Duration = Duration::from_secs(3);
/// How long a message is tried. Later than this, Discord may not recognise it by its nonce.
const TRIED_FOR: Duration = Duration::from_secs(120);

/// The notices of one guild, by the player.
type ByPlayer = HashMap<WatchedPlayer, Vec<NoticeId>>;

pub(super) struct Keeper<'a> {
    tools: Tools,
    guilds: HashMap<GuildId, ByPlayer>,
    arrivals: Arrivals,
    queue: Queue,
    names: GuildNames,
    /// Messages that were not sent because others took too long.
    dropped: LogThrottle,
    next_at: Option<Instant>,
    /// The message that is on its way, if any.
    under_way: FuturesUnordered<BoxFuture<'static, (Queued, Told)>>,
    asked: &'a mut mpsc::UnboundedReceiver<Waiting>,
    changes: Changes,
    rows: watch::Receiver<()>,
    read_at: Option<Instant>,
    is_read: bool,
}

impl<'a> Keeper<'a> {
    pub(super) fn new(tools: Tools, asked: &'a mut mpsc::UnboundedReceiver<Waiting>) -> Self {
        Self {
            guilds: HashMap::new(),
            arrivals: Arrivals::default(),
            queue: Queue::default(),
            names: GuildNames::default(),
            dropped: LogThrottle::default(),
            next_at: None,
            under_way: FuturesUnordered::new(),
            asked,
            changes: tools.database.changes(),
            rows: tools.database.board_changes(),
            read_at: Some(Instant::now()),
            is_read: false,
            tools,
        }
    }

    /// Keeps the notices until `stop` is cancelled or the store is closed.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let next_at = self.next_at.filter(|_| self.under_way.is_empty());
            tokio::select! {
                () = stop.cancelled() => return,
                () = until(self.read_at) => self.read().await,
                () = until(next_at) => self.send_next(),
                _ = looks.tick() => self.look_at_all().await,
                Some((queued, told)) = self.under_way.next() => self.settle(queued, told).await,
                Some(waiting) = self.asked.recv() => {
                    self.read().await;
                    // This fails only if nobody waits any more.
                    let _ = waiting.send(());
                }
                changed = self.rows.changed() => match changed {
                    Ok(()) => self.read_at = Some(Instant::now()),
                    Err(_) => return,
                },
                change = self.changes.next() => match change {
                    Some(FeedEvent::Server(change)) => self.look_at(change.server).await,
                    Some(FeedEvent::Everything) => self.look_at_all().await,
                    None => return,
                },
            }
        }
    }

    /// Reads the notices as the store has them now.
    async fn read(&mut self) {
        self.read_at = None;
        if let Err(error) = self.read_rows().await {
            tracing::warn!(%error, "could not read the notices; trying again");
            self.read_at = Some(Instant::now() + READ_AGAIN_AFTER);
        }
    }

    async fn read_rows(&mut self) -> Result<(), StoreError> {
        let rows = self.tools.database.notices(None).await?;
        let ids: HashSet<_> = rows.iter().map(|notice| notice.id).collect();
        self.queue.keep(|id| ids.contains(&id));
        let mut guilds: HashMap<GuildId, ByPlayer> = HashMap::new();
        for notice in rows {
            if notice.is_ended() {
                continue;
            }
            let of_guild = guilds.entry(notice.guild).or_default();
            let of_player = of_guild.entry(notice.about()).or_default();
            of_player.push(notice.id);
            // An earlier process may have been killed before Discord answered.
            if !self.is_read && notice.pending.is_some() {
                self.enqueue(Queued {
                    notice,
                    was_tried: true,
                });
            }
        }
        self.arrivals.keep(|guild| guilds.contains_key(&guild));
        self.guilds = guilds;
        self.is_read = true;
        // Whoever is on now was there before somebody asked.
        self.look_at_all().await;
        Ok(())
    }

    async fn look_at_all(&mut self) {
        let now = (self.tools.clock)();
        let guilds: Vec<_> = self.guilds.keys().copied().collect();
        for guild in guilds {
            for server in self.tools.database.servers(guild, now) {
                self.look_at(server.id).await;
            }
        }
    }

    /// Looks who is on a server, and tells those who asked.
    async fn look_at(&mut self, server: ServerId) {
        if self.guilds.is_empty() {
            return;
        }
        let (database, now) = (self.tools.database.clone(), (self.tools.clock)());
        let Some(summary) = database.server_summary(server, now) else {
            self.arrivals.forget(server);
            return;
        };
        let guild = summary.guild;
        let Some(by_player) = self.guilds.get(&guild) else {
            return;
        };
        let asked: HashSet<_> = by_player.keys().cloned().collect();
        let Some(roster) = database.watched_roster(server, &asked, now) else {
            return;
        };
        for player in self.arrivals.look((guild, server), &asked, roster, now) {
            self.tell_about(guild, &player, server, now).await;
        }
    }

    async fn tell_about(
        &mut self,
        guild: GuildId,
        player: &WatchedPlayer,
        server: ServerId,
        now: UnixSeconds,
    ) {
        let of_guild = self.guilds.get(&guild);
        let ids = of_guild.and_then(|by_player| by_player.get(player));
        for id in ids.cloned().unwrap_or_default() {
            match self.tools.database.begin_notice(id, server, now).await {
                Ok(Some(notice)) => {
                    if notice.about() != *player {
                        // It is about the account from now on.
                        self.read_at = Some(Instant::now());
                    }
                    self.enqueue(Queued {
                        notice,
                        was_tried: false,
                    });
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "could not write down that a member is to be told");
                }
            }
        }
    }

    fn enqueue(&mut self, queued: Queued) {
        self.queue.push(queued);
        self.next_at = self.next_at.or(Some(Instant::now()));
    }

    /// Tells the next member, unless that is no news any more or the player hides by now.
    fn send_next(&mut self) {
        self.next_at = None;
        while let Some(queued) = self.queue.pop() {
            let (tools, now) = (self.tools.clone(), (self.tools.clock)());
            let notice = &queued.notice;
            let is_news = notice
                .sent_at
                .is_some_and(|at| now.saturating_since(at) < TRIED_FOR);
            let hides = tools.database.hides_noticed(notice);
            let server = notice.pending.filter(|_| is_news && !hides);
            let server = server.and_then(|id| tools.database.server_summary(id, now));
            let Some(server) = server else {
                if !is_news {
                    self.count_dropped();
                }
                // What is not sent takes nobody's time.
                self.under_way
                    .push(Box::pin(async move { (queued, Told::NotSent) }));
                continue;
            };
            self.next_at = Some(Instant::now() + PACE);
            let names = self.names.clone();
            self.under_way.push(Box::pin(async move {
                let told = tell(&tools, &names, &queued.notice, &server.name).await;
                (queued, told)
            }));
            return;
        }
    }

    fn count_dropped(&mut self) {
        let now = Instant::now().into_std();
        if let Some(count) = self.dropped.count(1, now) {
            tracing::warn!(
                count,
                "members were not told that players came on: too many messages wait, or Discord does not answer"
            );
        }
    }

    fn is_kept(&self, notice: &Notice) -> bool {
        let of_guild = self.guilds.get(&notice.guild);
        let mut of_players = of_guild.into_iter().flat_map(HashMap::values);
        of_players.any(|ids| ids.contains(&notice.id))
    }

    async fn settle(&mut self, queued: Queued, told: Told) {
        let notice = queued.notice;
        let outcome = match told {
            Told::Yes => NoticeOutcome::Told,
            // It may have been sent by an attempt whose answer was lost.
            Told::NotSent if queued.was_tried => NoticeOutcome::Told,
            Told::NotSent => NoticeOutcome::Dropped,
            Told::Left => {
                let ended = self
                    .tools
                    .database
                    .end_notice(UserId(notice.user), notice.id);
                if let Err(error) = ended.await {
                    tracing::warn!(%error, "could not end the notice of a member who has left");
                }
                return;
            }
            Told::NotYet(error) => {
                tracing::debug!(%error, "a member could not be told yet");
                let pause = error.retry_after().unwrap_or_default().max(AGAIN_AFTER);
                self.next_at = Some(Instant::now() + pause);
                // Others do not wait for it. It may have been ended meanwhile.
                if self.is_kept(&notice) {
                    let was_tried = queued.was_tried || !error.is_rate_limit();
                    self.queue.push(Queued { notice, was_tried });
                }
                return;
            }
            Told::Refused(error) => {
                tracing::debug!(%error, "Discord takes no message for a member");
                NoticeOutcome::Refused((self.tools.clock)())
            }
        };
        let is_refused = matches!(outcome, NoticeOutcome::Refused(_));
        let settled = self.tools.database.settle_notice(notice.id, outcome);
        if let Err(error) = settled.await {
            tracing::warn!(%error, "could not write down that a member was told");
        }
        if is_refused {
            // It may be off now.
            self.read_at = Some(Instant::now());
        }
    }
}
