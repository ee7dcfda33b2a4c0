//! What keeps each source going and passes on its news.
//!
//! | module       | what it does                                                          |
//! |--------------|-----------------------------------------------------------------------|
//! | [`log`]      | follows the log on a thread of its own, and keeps its place in a file |
//! | [`input`]    | the same for a log that comes through standard input                  |
//! | [`listener`] | keeps the connection to the management server                         |
//! | [`asker`]    | asks RCON, Query and the server list ping again and again             |
//! | [`knocker`]  | knocks at the port where players connect                              |
//! | [`door`]     | whether a port is alive, by what came of knocking                     |

pub mod asker;
pub mod door;
pub mod input;
pub mod knocker;
pub mod listener;
pub mod log;
mod place;

use std::time::Duration;

use rand::Rng as _;
use tokio::sync::mpsc;

use crate::news::{News, SourceKind};
use crate::outbox::{Receipt, Word};
use crate::source::SourceError;
use crate::watch::{Link, PortChange};

/// What reaches the one who decides.
#[derive(Debug)]
pub enum Message {
    /// A source has something to tell.
    News {
        /// Which.
        from: SourceKind,
        /// What.
        news: News,
        /// Dropped when all that follows from it is on disk.
        receipt: Option<Receipt>,
    },
    /// Standard input has ended, and with it the log that came through it.
    InputEnded,
    /// The port on which players connect has come alive or died.
    Port(PortChange),
    /// The backend wants something of a linked server.
    Word(Link, Word),
}

/// Where all messages go.
pub type Messages = mpsc::UnboundedSender<Message>;

/// Tells something of which nobody waits to hear that it is on disk.
pub(crate) fn tell(messages: &Messages, from: SourceKind, news: News) {
    let message = Message::News {
        from,
        news,
        receipt: None,
    };
    // Nobody listens any more once the agent stops.
    let _ = messages.send(message);
}

/// How long a server is left alone that sends without end. Its load is then a burst a minute.
const LEFT_ALONE: Duration = Duration::from_secs(60);

/// The pause before a source that failed is tried again.
pub(crate) fn pause_after(error: &SourceError, failures: u32) -> Duration {
    let pause = backoff(failures);
    if error.is_flood() {
        LEFT_ALONE + pause
    } else {
        pause
    }
}

/// Full jitter: a random part of a time that doubles from 1 s to 30 s.
fn backoff(failures: u32) -> Duration {
    let doubled = Duration::from_secs(1).saturating_mul(2_u32.saturating_pow(failures.min(8)));
    let limit = doubled.min(Duration::from_secs(30));
    limit.mul_f64(rand::rng().random_range(0.0..=1.0))
}
