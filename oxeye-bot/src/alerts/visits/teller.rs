//! The task that tells channels who has joined and left, and who is there for the first time.
//!
//! Nothing of it is kept on disk: what is not posted when Oxeye stops is not said, and nothing is said twice.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use oxeye_db::{
    Alert, Changes, FeedEvent, GuildId, LinkState, PlayerName, ServerId, StoreError, UnixSeconds,
};
use oxeye_process::waiting::until;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::super::delivery::Refusal;
use super::super::{Alerts, Tools, Waiting};
use super::sending::Sending;
use super::{Seen, Visits};
use crate::rest::RestError;
use crate::restarting::Runs;
use crate::view::visits::ServerVisits;

/// Pause before the alerts are read again after the store failed.
const READ_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// Pause after a refusal that somebody has to put right.
const REFUSED_PAUSE: Duration = Duration::from_secs(600);
/// Whoever was first there longer ago is not new any more.
const NEW_FOR: Duration = Duration::from_secs(600);

/// A channel that is told, by its guild.
type Place = (GuildId, u64);

/// What one channel is told.
#[derive(Debug, Default)]
struct Feed {
    /// The alerts of the channel that say more than outages.
    alerts: Vec<Alert>,
    visits: Visits,
    /// Whom the channel has welcomed lately.
    welcomed: HashMap<PlayerName, UnixSeconds>,
    sending: Option<Sending>,
    paused_until: Option<Instant>,
}

struct Teller<'a> {
    tools: Tools,
    /// What the task that posts the other messages is told.
    keeper: Alerts,
    asked: &'a mut mpsc::UnboundedReceiver<Waiting>,
    feeds: BTreeMap<Place, Feed>,
    under_way: FuturesUnordered<BoxFuture<'static, (Place, Result<u64, RestError>)>>,
    changes: Changes,
    rows: watch::Receiver<()>,
    read_at: Option<Instant>,
    started_at: UnixSeconds,
}

/// Tells the channels until `stop` is cancelled or the store is closed.
pub(crate) async fn run(
    tools: Tools,
    (keeper, mut asked): (Alerts, mpsc::UnboundedReceiver<Waiting>),
    stop: CancellationToken,
) {
    let mut runs = Runs::of("the joins and leaves of alerts");
    loop {
        let telling = async {
            let telling = Teller::new(tools.clone(), keeper.clone(), &mut asked).run();
            stop.run_until_cancelled(telling).await;
        };
        if !runs.runs_again_after(telling, &stop).await {
            return;
        }
    }
}

/// Returns the alert of a channel that says who is on a server: the one that is about it alone, if there is one.
fn alert_about(alerts: &[Alert], server: ServerId) -> Option<&Alert> {
    let working = alerts.iter().filter(|alert| alert.stopped.is_none());
    let about = |only| working.clone().find(|alert| alert.server == only);
    let alert = about(Some(server)).or_else(|| about(None))?;
    tells(alert).then_some(alert)
}

/// Whether an alert says who is on.
fn tells(alert: &Alert) -> bool {
    alert.topics.visits || alert.topics.newcomers
}

impl Feed {
    fn may_look(&self) -> bool {
        let is_paused = self.paused_until.is_some_and(|at| at > Instant::now());
        self.sending.is_none() && !is_paused
    }
}

impl<'a> Teller<'a> {
    fn new(tools: Tools, keeper: Alerts, asked: &'a mut mpsc::UnboundedReceiver<Waiting>) -> Self {
        Self {
            keeper,
            asked,
            feeds: BTreeMap::new(),
            under_way: FuturesUnordered::new(),
            changes: tools.database.changes(),
            rows: tools.database.board_changes(),
            read_at: Some(Instant::now()),
            started_at: (tools.clock)(),
            tools,
        }
    }

    async fn run(mut self) {
        loop {
            self.begin();
            let (look_at, retry_at) = (self.next_look(), self.next_attempt());
            tokio::select! {
                () = until(self.read_at) => self.read().await,
                () = until(look_at) => self.look_at_due().await,
                () = until(retry_at) => {}
                Some((place, sent)) = self.under_way.next() => self.end(place, sent),
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
                    Some(FeedEvent::Server(change)) => self.note(change.server),
                    Some(FeedEvent::Everything) => self.note_all(),
                    None => return,
                },
            }
        }
    }

    async fn read(&mut self) {
        self.read_at = None;
        if let Err(error) = self.read_rows().await {
            tracing::warn!(%error, "could not read which channels are told who joins; trying again");
            self.read_at = Some(Instant::now() + READ_AGAIN_AFTER);
        }
    }

    async fn read_rows(&mut self) -> Result<(), StoreError> {
        let mut places: BTreeMap<Place, Vec<Alert>> = BTreeMap::new();
        for alert in self.tools.database.alerts().await? {
            let place = (alert.guild, alert.channel);
            places.entry(place).or_default().push(alert);
        }
        let mut feeds = std::mem::take(&mut self.feeds);
        for (place, alerts) in places {
            if alerts.iter().any(tells) {
                let mut feed = feeds.remove(&place).unwrap_or_default();
                feed.visits
                    .keep(|server| alert_about(&alerts, server).is_some());
                feed.alerts = alerts;
                self.feeds.insert(place, feed);
            }
        }
        // Whoever is on now was there before somebody asked.
        self.note_all();
        Ok(())
    }

    fn note_all(&mut self) {
        let now = (self.tools.clock)();
        let mut guilds: Vec<_> = self.feeds.keys().map(|(guild, _)| *guild).collect();
        guilds.dedup();
        for guild in guilds {
            for server in self.tools.database.servers(guild, now) {
                self.note_in(guild, server.id, now);
            }
        }
    }

    fn note(&mut self, server: ServerId) {
        if self.feeds.is_empty() {
            return;
        }
        let now = (self.tools.clock)();
        match self.tools.database.server_summary(server, now) {
            Some(summary) => self.note_in(summary.guild, server, now),
            None => {
                for feed in self.feeds.values_mut() {
                    feed.visits.keep(|other| other != server);
                }
            }
        }
    }

    fn note_in(&mut self, guild: GuildId, server: ServerId, now: UnixSeconds) {
        let tools = &self.tools;
        for (_, feed) in self.feeds.range_mut((guild, 0)..=(guild, u64::MAX)) {
            if alert_about(&feed.alerts, server).is_some() {
                feed.visits
                    .note(server, || seen(tools, (guild, server), now), now);
            }
        }
    }

    fn next_look(&self) -> Option<Instant> {
        let now = (self.tools.clock)();
        let next = self.feeds.values().filter_map(|feed| {
            let due = feed.visits.due(now)?;
            let due = Instant::now() + due.saturating_since(now).max(Duration::from_millis(200));
            let due = feed.paused_until.map_or(due, |paused| paused.max(due));
            feed.sending.is_none().then_some(due)
        });
        next.min()
    }

    async fn look_at_due(&mut self) {
        let now = (self.tools.clock)();
        let places: Vec<_> = self.feeds.keys().copied().collect();
        for place in places {
            let Some(feed) = self.feeds.get_mut(&place) else {
                continue;
            };
            if !feed.may_look() || feed.visits.due(now).is_none_or(|due| due > now) {
                continue;
            }
            feed.welcomed
                .retain(|_, at| now.saturating_since(*at) < 2 * NEW_FOR);
            let mut all = Vec::new();
            let mut speaker = None;
            for server in feed.visits.take_changed(now) {
                let Some(alert) = alert_about(&feed.alerts, server).cloned() else {
                    continue;
                };
                let visits = look(&self.tools, feed, (&alert, server), self.started_at, now).await;
                if let Some(visits) = visits {
                    all.push(visits);
                    speaker.get_or_insert(alert);
                }
            }
            feed.sending = speaker.map(|alert| Sending::new(alert, all, now));
        }
    }

    /// Begins the attempts that are due.
    fn begin(&mut self) {
        let now = (self.tools.clock)();
        for (place, feed) in &mut self.feeds {
            let is_due = |sending: &&mut Sending| {
                let is_waiting = sending.retry_at.is_some_and(|at| at > Instant::now());
                !sending.is_under_way && !is_waiting
            };
            let Some(sending) = feed.sending.as_mut().filter(is_due) else {
                continue;
            };
            let place = *place;
            match sending.attempt(&self.tools, now) {
                Some(attempt) => self
                    .under_way
                    .push(Box::pin(async move { (place, attempt.await) })),
                None => feed.sending = None,
            }
        }
    }

    fn next_attempt(&self) -> Option<Instant> {
        let sending = self.feeds.values().filter_map(|feed| feed.sending.as_ref());
        let waiting = sending.filter(|sending| !sending.is_under_way);
        waiting.filter_map(|sending| sending.retry_at).min()
    }

    fn end(&mut self, (guild, channel): Place, sent: Result<u64, RestError>) {
        let Some(feed) = self.feeds.get_mut(&(guild, channel)) else {
            return;
        };
        let Some(sending) = &mut feed.sending else {
            return;
        };
        let alert = sending.alert.id;
        match sent {
            Ok(_) => self.keeper.accepted(alert),
            Err(error) if Refusal::of(&error) == Refusal::Transient => {
                sending.failed(&error);
                return;
            }
            Err(error) => {
                tracing::debug!(%guild, channel, %error, "Discord refused who has joined and left");
                feed.paused_until = Some(Instant::now() + REFUSED_PAUSE);
                self.keeper.refused(alert, error);
            }
        }
        feed.sending = None;
    }
}

/// Returns who is on a server, as members see it.
fn seen(tools: &Tools, (guild, server): (GuildId, ServerId), now: UnixSeconds) -> Seen {
    let server = tools.database.guild_server(guild, server);
    let online = server.and_then(|server| tools.database.online_now(server, now));
    let Some(online) = online else {
        return Seen::Unknown;
    };
    match online.state {
        // A poll said how many are on, and not who.
        LinkState::Online if online.reported_count.is_some() => Seen::Unsure,
        LinkState::Online | LinkState::Down | LinkState::Starting => {
            let on = online.players.into_iter();
            Seen::On(on.map(|online| (online.player, online.joined_at)).collect())
        }
        LinkState::Quiet => Seen::Unsure,
        LinkState::Stale | LinkState::AwaitingSync | LinkState::Disconnected => Seen::Unknown,
    }
}

/// Returns what an alert says about a server since the last look, if anything.
async fn look(
    tools: &Tools,
    feed: &mut Feed,
    (alert, server): (&Alert, ServerId),
    started_at: UnixSeconds,
    now: UnixSeconds,
) -> Option<ServerVisits> {
    let (database, guild) = (&tools.database, alert.guild);
    let seen = seen(tools, (guild, server), now);
    let mut difference = feed.visits.look(server, seen, now);
    let of_guild = database.guild_server(guild, server)?;
    // Whoever hides since the last look has not left.
    difference
        .left
        .retain(|player| database.may_be_named(of_guild, player));
    let mut newcomers = Vec::new();
    if alert.topics.newcomers && !difference.joined.is_empty() {
        let since = now.minus(NEW_FOR).max(started_at).max(alert.set_at);
        let joined = difference.joined.clone();
        let new = database.newcomers(of_guild, joined, since, now).await;
        newcomers = new.unwrap_or_else(|error| {
            tracing::warn!(%error, "could not find out who is new");
            Vec::new()
        });
        newcomers.retain(|player| feed.welcomed.insert(player.clone(), now).is_none());
    }
    if !alert.topics.visits {
        difference.joined.clear();
        difference.left.clear();
    }
    difference
        .joined
        .retain(|player| !newcomers.contains(player));
    let visits = ServerVisits {
        id: server,
        server: database.server_summary(server, now)?.name,
        newcomers,
        joined: difference.joined,
        left: difference.left,
    };
    (!visits.is_empty()).then_some(visits)
}

#[cfg(test)]
mod tests;
