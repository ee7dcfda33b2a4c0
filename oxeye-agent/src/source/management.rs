//! Minecraft's management protocol (1.21.9 and later): JSON-RPC 2.0 over WebSocket, which tells who
//! comes and goes while it happens.
//!
//! | module           | what it holds                                                      |
//! |------------------|--------------------------------------------------------------------|
//! | `settings`       | where the server is, and whether it has TLS                        |
//! | `tls`            | TLS, with certificates of the web or one that is pinned            |
//! | `upgrade`        | the HTTP request that opens the WebSocket                          |
//! | `budget`         | how much a server may send                                         |
//! | `rpc`            | JSON-RPC: text to messages                                         |
//! | `updates`        | messages about people                                              |
//! | `conversation`   | what was asked and what the answers mean; no I/O                   |

mod budget;
mod conversation;
mod fingerprint;
mod rpc;
mod settings;
mod tls;
mod updates;
mod upgrade;

use std::{future::poll_fn, pin::Pin, time::Duration};

use futures_util::{Sink as _, SinkExt as _, Stream as _};
use oxeye_probe::{
    Address,
    wire::{self, Wire},
};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::{self, Bytes, Message};

use self::{
    budget::Budget,
    conversation::{Conversation, Trouble},
    tls::Trust,
    upgrade::{Socket, upgrade},
};
pub use self::{
    fingerprint::{Fingerprint, InvalidFingerprint},
    settings::{InvalidManagementAddress, ManagementSettings, Tls},
    updates::{FirstRoster, ManagementUpdate},
};
use crate::source::SourceError;

/// For sentences.
const PROTOCOL: &str = "Minecraft's management protocol";

/// The line of `server.properties` with the secret.
const SECRET_SETTING: &str = "management-server-secret";

/// From the first byte to the first roster.
const OPENING_TIMEOUT: Duration = Duration::from_secs(10);

/// The server's own heartbeat is off unless it is set, and does not work in every version that has
/// it (MC-307780), so life is asked for from here.
const PING_INTERVAL: Duration = Duration::from_secs(10);

/// How long a connection may be silent before it counts as dead.
const SILENCE: Duration = Duration::from_secs(30);

/// A connection to a management server.
pub struct Management {
    address: Address,
    socket: Socket,
    conversation: Conversation,
    budget: Budget,
    heard_at: Instant,
    ping_due: Instant,
}

impl Management {
    /// Connects and requests the roster.
    ///
    /// # Errors
    /// When the server cannot be reached, does not accept the secret, or does not answer as a
    /// management server does.
    pub async fn connect(
        settings: &ManagementSettings,
    ) -> Result<(Self, FirstRoster), SourceError> {
        let socket = wire::connect(&settings.address).await?;
        Self::open(Box::new(socket), settings).await
    }

    /// Opens the protocol on a wire to the server.
    async fn open(
        wire: Box<dyn Wire>,
        settings: &ManagementSettings,
    ) -> Result<(Self, FirstRoster), SourceError> {
        let opening = async {
            let wire = match settings.tls {
                Tls::Off => wire,
                Tls::WebRoots => tls::secure(wire, &settings.address, Trust::WebRoots).await?,
                Tls::Fingerprint(pinned) => {
                    tls::secure(wire, &settings.address, Trust::Only(pinned)).await?
                }
            };
            let socket = upgrade(wire, settings).await?;
            let now = Instant::now();
            let mut management = Self {
                address: settings.address.clone(),
                socket,
                conversation: Conversation::new(now),
                budget: Budget::new(now),
                heard_at: now,
                ping_due: now + PING_INTERVAL,
            };
            let roster = management.introduce().await?;
            Ok((management, roster))
        };
        timeout(OPENING_TIMEOUT, opening)
            .await
            .unwrap_or_else(|_elapsed| Err(SourceError::no_answer(&settings.address)))
    }

    async fn introduce(&mut self) -> Result<FirstRoster, SourceError> {
        let request = self.conversation.status_request();
        self.queue(Message::text(request))?;
        loop {
            if let Some(roster) = self.conversation.first_roster() {
                return Ok(roster);
            }
            self.step().await?;
        }
    }

    /// Returns the next update. While it waits, it keeps the connection alive and requests the
    /// roster from time to time. It is cancel safe: nothing is lost when the future is dropped.
    ///
    /// # Errors
    /// When the connection is over, what comes is not the management protocol, or more comes than any
    /// server has to tell; then a new one is needed.
    pub async fn next(&mut self) -> Result<ManagementUpdate, SourceError> {
        loop {
            if let Some(update) = self.conversation.next_update() {
                return Ok(update);
            }
            self.step().await?;
        }
    }

    /// Sends what is due, then waits for a frame or the next deadline.
    async fn step(&mut self) -> Result<(), SourceError> {
        let now = Instant::now();
        if now >= self.heard_at + SILENCE || self.conversation.overdue(now) {
            return Err(SourceError::no_answer(&self.address));
        }
        if let Some(request) = self.conversation.roster_request(now) {
            self.queue(Message::text(request))?;
        }
        if now >= self.ping_due {
            self.ping_due = now + PING_INTERVAL;
            self.queue(Message::Ping(Bytes::new()))?;
        }
        let until = self
            .ping_due
            .min(self.heard_at + SILENCE)
            .min(self.conversation.deadline());
        match timeout_at(until, self.frame()).await {
            Ok(Some(Ok(frame))) => self.hear(&frame),
            Ok(Some(Err(error))) => Err(self.why(error)),
            Ok(None) => Err(SourceError::closed(&self.address)),
            Err(_elapsed) => Ok(()),
        }
    }

    /// The next frame; what was queued goes out while it is awaited.
    async fn frame(&mut self) -> Option<Result<Message, tungstenite::Error>> {
        poll_fn(|cx| {
            let mut socket = Pin::new(&mut self.socket);
            // A connection that cannot be written to is found out by reading from it.
            let _ = socket.as_mut().poll_flush(cx);
            socket.poll_next(cx)
        })
        .await
    }

    /// Queues a frame without waiting, so that there is no moment at which a dropped future could
    /// lose it. There are never more than one question and three pings that are not answered.
    fn queue(&mut self, frame: Message) -> Result<(), SourceError> {
        self.socket
            .start_send_unpin(frame)
            .map_err(|error| self.why(error))
    }

    fn hear(&mut self, frame: &Message) -> Result<(), SourceError> {
        let now = Instant::now();
        self.heard_at = now;
        if !self.budget.take(frame.len(), now) {
            return Err(SourceError::flood(&self.address));
        }
        match frame {
            Message::Text(text) => self
                .conversation
                .read(text, now)
                .map_err(|trouble| self.trouble(&trouble)),
            Message::Binary(_) => {
                self.conversation.odd(now);
                Ok(())
            }
            Message::Close(_) => Err(SourceError::closed(&self.address)),
            // The library answers pings by itself.
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(()),
        }
    }

    fn trouble(&self, trouble: &Trouble) -> SourceError {
        let address = self.address.clone();
        match trouble {
            Trouble::Declined(code) => SourceError::Declined {
                address,
                code: *code,
            },
            Trouble::NotUnderstood => SourceError::not_understood(&address, PROTOCOL),
        }
    }

    fn why(&self, error: tungstenite::Error) -> SourceError {
        use tungstenite::{Error, error::ProtocolError};
        match error {
            Error::Io(error) => SourceError::network(&self.address, error),
            Error::ConnectionClosed
            | Error::AlreadyClosed
            | Error::Protocol(
                ProtocolError::ResetWithoutClosingHandshake | ProtocolError::SendAfterClosing,
            ) => SourceError::closed(&self.address),
            _ => SourceError::not_understood(&self.address, PROTOCOL),
        }
    }
}

#[cfg(test)]
mod tests;
