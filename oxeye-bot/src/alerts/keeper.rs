//! The task that watches the servers and posts the messages of all alerts.

mod events;
mod posting;
mod recording;
mod watching;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use oxeye_db::{
    Alert, AlertId, AlertMessage, AlertMessageId, Changes, GuildId, ServerId, ToldRecord,
    UnixSeconds,
};
use oxeye_process::waiting::until;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::delivery::Delivered;
use super::outage::Outage;
use super::records::Records;
use super::{Ask, PostError, Tools};
use crate::rest::RestError;

/// How often we look at all servers, whatever the change feed says.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// Pause before the alerts are read again after the store failed.
const READ_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// Most attempts at the same time.
const MOST_ATTEMPTS: usize = 8;
/// How long the attempts under way may take to end when we are told to stop.
const STOP_LIMIT: Duration = Duration::from_millis(1_500);

/// Something that the task waited for has ended.
enum Ended {
    /// An attempt at a message, in this channel.
    Attempt(AlertMessageId, u64, Delivered),
    /// Somebody was told what is wrong with an alert, or could not be.
    Notice(AlertId, Result<(), RestError>),
}

/// A message that Discord does not have yet, as far as we know.
#[derive(Debug)]
struct Waiting {
    message: AlertMessage,
    /// Whether an earlier process may have sent it.
    is_inherited: bool,
    /// Whether Discord has it, and the store does not know yet.
    is_posted: bool,
    attempts: u32,
    retry_at: Option<Instant>,
    /// Who waits for it to be posted.
    waiting: Vec<oneshot::Sender<Result<u64, PostError>>>,
}

pub(super) struct Keeper<'a> {
    tools: Tools,
    alerts: BTreeMap<AlertId, Alert>,
    outages: HashMap<(AlertId, ServerId), Outage>,
    records: HashMap<(AlertId, ServerId), Records>,
    /// The last records that were said.
    told: HashMap<(AlertId, ServerId), ToldRecord>,
    /// When to look at servers again that are about to count as down, or as back up.
    due: HashMap<ServerId, UnixSeconds>,
    messages: BTreeMap<AlertMessageId, Waiting>,
    /// The channels in which something is being posted.
    busy: HashSet<u64>,
    under_way: FuturesUnordered<BoxFuture<'static, Ended>>,
    asked: &'a mut mpsc::UnboundedReceiver<Ask>,
    changes: Changes,
    rows: watch::Receiver<()>,
    read_at: Option<Instant>,
    /// Whether the alerts of an earlier process were read.
    is_read: bool,
    started_at: UnixSeconds,
    /// The guilds that cannot be reached because of an outage of Discord.
    away: HashSet<GuildId>,
}

impl<'a> Keeper<'a> {
    pub(super) fn new(tools: Tools, asked: &'a mut mpsc::UnboundedReceiver<Ask>) -> Self {
        Self {
            alerts: BTreeMap::new(),
            outages: HashMap::new(),
            records: HashMap::new(),
            told: HashMap::new(),
            due: HashMap::new(),
            messages: BTreeMap::new(),
            busy: HashSet::new(),
            under_way: FuturesUnordered::new(),
            asked,
            changes: tools.database.changes(),
            rows: tools.database.board_changes(),
            read_at: Some(Instant::now()),
            is_read: false,
            started_at: (tools.clock)(),
            away: HashSet::new(),
            tools,
        }
    }

    /// Keeps the alerts until `stop` is cancelled or the store is closed.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.begin();
            let (look_at, retry_at) = (self.next_look(), self.next_attempt());
            tokio::select! {
                () = stop.cancelled() => break,
                () = until(self.read_at) => self.read().await,
                () = until(look_at) => self.look_at_due().await,
                () = until(retry_at) => {}
                _ = looks.tick() => self.look_at_all().await,
                Some(ended) = self.under_way.next() => self.end(ended).await,
                Some(ask) = self.asked.recv() => self.take(ask).await,
                changed = self.rows.changed() => match changed {
                    Ok(()) => self.read_at = Some(Instant::now()),
                    Err(_) => break,
                },
                change = self.changes.next() => match change {
                    Some(change) => self.note(change).await,
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

    async fn end(&mut self, ended: Ended) {
        match ended {
            Ended::Attempt(id, channel, delivered) => {
                self.busy.remove(&channel);
                self.settle(id, delivered).await;
            }
            Ended::Notice(id, told) => self.told(id, told).await,
        }
    }
}
