//! Notices: members are told when a player comes on whom they asked about.
//!
//! | module     | what it holds                                              |
//! |------------|------------------------------------------------------------|
//! | `arrivals` | which players have come on; pure                           |
//! | `keeper`   | the task that watches the servers and tells the members    |
//! | `queue`    | who is to be told next; pure                               |
//! | `delivery` | one attempt to tell a member                               |

mod arrivals;
mod delivery;
mod keeper;
mod queue;

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::alerts::Tools;
use crate::restarting::Runs;
use keeper::Keeper;

/// How long somebody waits until a new notice is kept.
const READ_TIMEOUT: Duration = Duration::from_secs(2);

/// What the task receives: who waits until it has read the notices again.
pub(crate) type Waiting = oneshot::Sender<()>;

/// The way to the task that keeps the notices. Clones are cheap.
#[derive(Debug, Clone)]
pub(crate) struct Notices(mpsc::UnboundedSender<Waiting>);

impl Notices {
    /// Returns the handle, and what the task receives.
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<Waiting>) {
        let (asks, asked) = mpsc::unbounded_channel();
        (Self(asks), asked)
    }

    /// Waits until a notice that was just added is kept.
    pub(crate) async fn keep_now(&self) {
        let (answer, answered) = oneshot::channel();
        if self.0.send(answer).is_ok() {
            // Without an answer the notice is kept a little later.
            let _ = timeout(READ_TIMEOUT, answered).await;
        }
    }
}

/// Keeps all notices until `stop` is cancelled or the store is closed.
pub(crate) async fn run(
    tools: Tools,
    mut asked: mpsc::UnboundedReceiver<Waiting>,
    stop: CancellationToken,
) {
    let mut runs = Runs::of("notices");
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
