//! Boards: messages that stay up to date.
//!
//! They do not depend on the connection to the gateway: a gap in that stops no board. A board on which
//! nothing has changed costs no request and no check.
//!
//! | module         | what it holds                                                    |
//! |----------------|------------------------------------------------------------------|
//! | `keeper`       | the task that keeps all boards                                   |
//! | `plan`         | when each board may be edited; pure                              |
//! | `channel_pace` | how often the messages of one channel may be edited; pure        |
//! | `waits`        | what one board waits for before it is attempted again; pure      |
//! | `attempt`      | what an attempt at a board needs to know, and how it ends        |
//! | `showing`      | one attempt to make a board show what is true                    |
//! | `posting`      | posts the message of a board, in a forum as a post of its own    |
//! | `content`      | what a board shows now                                           |
//! | `looks`        | how messages are recognised; pure                                |
//! | `healing`      | what to do about a board that Discord refuses; pure              |
//! | `nudge`        | the events of the gateway that concern boards                    |
//! | `notice`       | what whoever posted a board is told                              |

mod attempt;
mod channel_pace;
mod content;
mod healing;
mod keeper;
mod looks;
mod notice;
mod nudge;
mod plan;
mod posting;
mod showing;
mod waits;

use std::time::Duration;

use oxeye_db::BoardId;
use serenity::all::FullEvent;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::rest::RestError;
use crate::restarting::Runs;
pub(crate) use attempt::Tools;
use keeper::Keeper;
pub(crate) use notice::untold;
pub(crate) use nudge::Nudge;
pub(crate) use waits::EDIT_EVERY;

/// How long somebody waits for a board to be posted.
const POST_TIMEOUT: Duration = Duration::from_secs(10);

/// The way to the task that keeps the boards, for members' commands and events of Discord. Clones are
/// cheap.
#[derive(Debug, Clone)]
pub(crate) struct Boards(mpsc::UnboundedSender<Ask>);

/// What the task receives.
#[derive(Debug)]
pub(crate) enum Ask {
    /// To show a board now.
    Post(BoardId, oneshot::Sender<Result<Posted, PostError>>),
    /// To delete the message of a board that was removed.
    Delete(Posted),
    Nudge(Nudge),
    /// To show heads that can be shown now.
    ShowHeads,
}

/// Where a board is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Posted {
    /// The channel, or the thread of the board's own post.
    pub(crate) channel: u64,
    pub(crate) message: u64,
}

/// Why a board was not posted at once.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum PostError {
    /// The board does not exist any more.
    #[error("the board was removed")]
    Gone,
    /// Discord refused it. It is tried again rarely.
    #[error(transparent)]
    Refused(#[from] RestError),
    /// So much has been edited in its channel that it has to wait this long. It may be posted already.
    #[error("the channel has had as many edits as it may")]
    Paced(Duration, Option<Posted>),
    /// It takes longer; the task goes on trying.
    #[error("Discord does not answer in time")]
    Busy,
}

impl Boards {
    /// Returns the handle, and what the task receives.
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<Ask>) {
        let (asks, asked) = mpsc::unbounded_channel();
        (Self(asks), asked)
    }

    /// Posts a board that was just added, or shows again one that was changed or given up.
    pub(crate) async fn post_now(&self, board: BoardId) -> Result<Posted, PostError> {
        let (answer, answered) = oneshot::channel();
        let sent = self.0.send(Ask::Post(board, answer));
        sent.map_err(|_| PostError::Busy)?;
        let answered = timeout(POST_TIMEOUT, answered).await;
        answered.map_or(Err(PostError::Busy), |answer| {
            answer.unwrap_or(Err(PostError::Busy))
        })
    }

    /// Deletes the message of a board that was removed, as soon as Discord allows it.
    pub(crate) fn delete(&self, posted: Posted) {
        // This fails only while the program stops.
        let _ = self.0.send(Ask::Delete(posted));
    }

    /// Has all boards looked at, because they may show heads now.
    pub(crate) fn show_heads(&self) {
        // This fails only while the program stops.
        let _ = self.0.send(Ask::ShowHeads);
    }

    /// Takes note of an event of the gateway that concerns boards.
    pub(crate) fn follow(&self, event: &FullEvent) {
        if let Some(nudge) = Nudge::of(event) {
            // This fails only while the program stops.
            let _ = self.0.send(Ask::Nudge(nudge));
        }
    }
}

/// Keeps all boards until `stop` is cancelled or the store is closed.
pub(crate) async fn run(
    tools: Tools,
    mut asked: mpsc::UnboundedReceiver<Ask>,
    stop: CancellationToken,
) {
    let mut runs = Runs::of("boards");
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
