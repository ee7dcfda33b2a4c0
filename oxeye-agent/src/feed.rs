//! Runs each source and passes on its updates.
//!
//! | module           | what it does                                                         |
//! |------------------|----------------------------------------------------------------------|
//! | `activity`       | turns what players did into events for the backend                   |
//! | [`log`]          | follows the log on a thread of its own and saves its position        |
//! | `log_position`   | the saved position, in a file, with the reports that belong to it    |
//! | [`input`]        | reads a log from standard input                                      |
//! | [`management`]   | keeps the connection to the management server                        |
//! | [`poller`]       | polls RCON, Query and the server list ping                           |
//! | [`port_monitor`] | checks whether the port on which players connect accepts connections |

mod activity;
pub(crate) mod input;
pub(crate) mod log;
mod log_position;
pub(crate) mod management;
pub(crate) mod poller;
pub(crate) mod port_monitor;

use std::time::Duration;

use oxeye_plugin_proto::ActivityEvent;
use oxeye_process::backoff;
use tokio::sync::mpsc;

pub(crate) use self::log_position::{Commit, NumberedReport, UnsavedReports};
use crate::about::{AboutSource, Facts};
use crate::log::{KindOfServer, LogReader};
use crate::member_codes::TypedCode;
use crate::outbox::{BackendSignal, Receipt};
use crate::reconcile::{Link, PortChange};
use crate::source::SourceError;
use crate::source_update::{SourceKind, SourceUpdate};

/// A message to the [`Reconciler`](crate::reconcile::Reconciler).
#[derive(Debug)]
pub(crate) enum Message {
    /// An update from a source.
    Update {
        /// The source.
        from: SourceKind,
        /// The update.
        update: SourceUpdate,
        /// How far the log has been read, if the update is from a log file.
        commit: Option<Commit>,
    },
    /// Reports about the log that an earlier run, or a full disk, may have kept from the spools.
    Unstored {
        reports: Vec<NumberedReport>,
        /// Dropped when all of them are on disk.
        receipt: Receipt,
    },
    /// What a source says about the server itself.
    About(AboutSource, Box<Facts>),
    /// What players did.
    Activity(Vec<ActivityEvent>),
    /// A code that a player typed.
    MemberCode(TypedCode),
    /// Whether the log shows the codes that players type.
    ReadsMemberCodes(bool),
    /// Standard input, and with it the log, has ended.
    InputEnded,
    /// The port on which players connect has started or stopped accepting connections.
    Port(PortChange),
    /// A request or answer of the backend for a linked server.
    Backend(Link, BackendSignal),
}

/// The sending end for all messages.
pub(crate) type Messages = mpsc::UnboundedSender<Message>;

/// Sends a message. Once the agent stops, nobody receives it.
pub(crate) fn send(messages: &Messages, message: Message) {
    let _ = messages.send(message);
}

/// Sends an update without waiting until its events are on disk.
pub(crate) fn send_update(messages: &Messages, from: SourceKind, update: SourceUpdate) {
    let message = Message::Update {
        from,
        update,
        commit: None,
    };
    send(messages, message);
}

/// Sends what a source says about the server itself.
pub(crate) fn send_about(messages: &Messages, from: AboutSource, facts: Facts) {
    send(messages, Message::About(from, Box::new(facts)));
}

/// What a log has said about the kind of server, and whether it shows the codes that players type, as last
/// sent.
#[derive(Debug, Default)]
pub(crate) struct SentKind {
    kind: KindOfServer,
    reads_member_codes: bool,
}

impl SentKind {
    /// Sends what the log says now, if that is new.
    pub(crate) fn update(&mut self, reader: &LogReader, messages: &Messages) {
        let kind = reader.kind_of_server();
        if self.kind != *kind {
            self.kind.clone_from(kind);
            send_about(messages, AboutSource::Log, Facts::from(kind));
        }
        let reads_member_codes = reader.reads_member_codes();
        if self.reads_member_codes != reads_member_codes {
            self.reads_member_codes = reads_member_codes;
            send(messages, Message::ReadsMemberCodes(reads_member_codes));
        }
    }
}

/// The pause after a server that floods us with data, which limits the load to one burst per minute.
const FLOOD_PAUSE: Duration = Duration::from_secs(60);

/// The longest pause after a first failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause after repeated failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Returns the pause before a failed source is tried again.
pub(crate) fn pause_after(error: &SourceError, failures: u32) -> Duration {
    let pause = backoff::random_part(backoff::ceiling(FIRST_PAUSE, LONGEST_PAUSE, failures));
    if error.is_flood() {
        FLOOD_PAUSE + pause
    } else {
        pause
    }
}
