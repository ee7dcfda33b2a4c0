//! Alerts: the bot says in a channel that a server is down and that it is back up, each once, and if asked who joins and
//! leaves, that more are on than ever before, and who is there for the first time.
//!
//! What is to be said is in the store before Discord is asked to take it, and is deleted once Discord has
//! it. A message that was cut off in between has the same nonce when it is sent again; later than Discord
//! remembers that, we look for it in the channel first.
//!
//! | module     | what it holds                                                    |
//! |------------|------------------------------------------------------------------|
//! | `outage`   | when a server counts as down and when as back up; pure           |
//! | `records`  | when more players were on than ever before; pure                 |
//! | `visits`   | who has joined and left since the last message, and its task     |
//! | `keeper`   | the task that watches the servers and posts the messages         |
//! | `delivery` | one attempt to post a message                                    |
//! | `notice`   | what whoever set an alert is told                                |

mod delivery;
mod keeper;
mod notice;
mod outage;
mod records;
mod visits;

use std::time::Duration;

use oxeye_db::{AlertId, AlertMessageId, Database, UnixSeconds};
use serenity::all::FullEvent;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::boards::Nudge;
use crate::rest::{Rest, RestError};
use crate::restarting::Runs;
use keeper::Keeper;
pub(crate) use notice::untold;

/// How long somebody waits for a message to be posted.
const POST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long somebody waits until a new alert is kept.
const READ_TIMEOUT: Duration = Duration::from_secs(2);

/// The way to the two tasks that keep the alerts. Clones are cheap.
#[derive(Debug, Clone)]
pub(crate) struct Alerts {
    keeper: mpsc::UnboundedSender<Ask>,
    visits: mpsc::UnboundedSender<Waiting>,
}

/// What the two tasks receive.
#[derive(Debug)]
pub(crate) struct Asked {
    keeper: mpsc::UnboundedReceiver<Ask>,
    visits: mpsc::UnboundedReceiver<Waiting>,
}

/// Who waits until a task has read the alerts that have changed.
pub(crate) type Waiting = oneshot::Sender<()>;

/// What the task that watches the servers receives.
#[derive(Debug)]
pub(crate) enum Ask {
    /// To read the alerts that have changed, and to say when that is done.
    Read(Waiting),
    /// To post a message now, and to say where it is.
    Post(AlertMessageId, oneshot::Sender<Result<u64, PostError>>),
    Nudge(Nudge),
    /// To take note that Discord has taken a message of an alert that is not in the store.
    Accepted(AlertId),
    /// To take note that Discord refuses such a message for a reason that is not likely to pass.
    Refused(AlertId, RestError),
}

/// Why a message was not posted at once.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum PostError {
    /// The alert does not exist any more.
    #[error("the alert was removed")]
    Gone,
    /// Discord refused it.
    #[error(transparent)]
    Refused(#[from] RestError),
    /// It takes longer; the task goes on trying.
    #[error("Discord does not answer in time")]
    Busy,
}

/// What the task needs.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    pub(crate) database: Database,
    pub(crate) rest: Rest,
    pub(crate) clock: fn() -> UnixSeconds,
}

impl Tools {
    pub(crate) fn new(database: &Database, rest: &Rest, clock: fn() -> UnixSeconds) -> Self {
        Self {
            database: database.clone(),
            rest: rest.clone(),
            clock,
        }
    }
}

impl Alerts {
    /// Returns the handle, and what the tasks receive.
    pub(crate) fn new() -> (Self, Asked) {
        let (keeper, of_keeper) = mpsc::unbounded_channel();
        let (visits, of_visits) = mpsc::unbounded_channel();
        let asked = Asked {
            keeper: of_keeper,
            visits: of_visits,
        };
        (Self { keeper, visits }, asked)
    }

    /// Waits until an alert that was just set is kept: from then on, neither an outage nor anybody who joins is missed.
    pub(crate) async fn keep_now(&self) {
        let (by_keeper, kept) = oneshot::channel();
        let (by_visits, seen) = oneshot::channel();
        // These fail only while the program stops, and then nobody is waited for.
        let _ = self.keeper.send(Ask::Read(by_keeper));
        let _ = self.visits.send(by_visits);
        // Without an answer the alert is kept a little later.
        let _ = timeout(READ_TIMEOUT, async { tokio::join!(kept, seen) }).await;
    }

    /// Posts a message that was just added, and returns its id in Discord.
    pub(crate) async fn post_now(&self, message: AlertMessageId) -> Result<u64, PostError> {
        let (answer, answered) = oneshot::channel();
        let sent = self.keeper.send(Ask::Post(message, answer));
        sent.map_err(|_| PostError::Busy)?;
        let answered = timeout(POST_TIMEOUT, answered).await;
        answered.map_or(Err(PostError::Busy), |answer| {
            answer.unwrap_or(Err(PostError::Busy))
        })
    }

    /// Takes note that Discord has taken a message of an alert.
    fn accepted(&self, alert: AlertId) {
        // This fails only while the program stops.
        let _ = self.keeper.send(Ask::Accepted(alert));
    }

    /// Takes note that Discord refuses the messages of an alert.
    fn refused(&self, alert: AlertId, error: RestError) {
        let _ = self.keeper.send(Ask::Refused(alert, error));
    }

    /// Takes note of an event of the gateway that concerns alerts.
    pub(crate) fn follow(&self, event: &FullEvent) {
        if let Some(nudge) = Nudge::of(event) {
            // This fails only while the program stops.
            let _ = self.keeper.send(Ask::Nudge(nudge));
        }
    }
}

/// Keeps all alerts until `stop` is cancelled or the store is closed.
pub(crate) async fn run(tools: Tools, (alerts, asked): (Alerts, Asked), stop: CancellationToken) {
    let visits = visits::run(tools.clone(), (alerts, asked.visits), stop.clone());
    tokio::join!(keep(tools, asked.keeper, stop), visits);
}

async fn keep(tools: Tools, mut asked: mpsc::UnboundedReceiver<Ask>, stop: CancellationToken) {
    let mut runs = Runs::of("alerts");
    loop {
        let keeping = async {
            Keeper::new(tools.clone(), &mut asked)
                .run(stop.clone())
                .await;
        };
        if !runs.runs_again_after(keeping, &stop).await {
            return;
        }
    }
}
