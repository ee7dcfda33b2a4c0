//! Speaks Minecraft's management protocol (1.21.9 and later): JSON-RPC 2.0 over WebSocket, which
//! reports joins and leaves as they happen.
//!
//! | module           | what it does                                                       |
//! |------------------|--------------------------------------------------------------------|
//! | `settings`       | holds where the server is and whether it has TLS                   |
//! | `tls`            | trusts the web's certificates or a pinned one                      |
//! | `upgrade`        | sends the HTTP request that opens the WebSocket                    |
//! | `budget`         | limits how much a server may send                                  |
//! | `frame_meter`    | counts frames below the WebSocket library                          |
//! | `rpc`            | parses JSON-RPC messages                                           |
//! | `updates`        | parses players and rosters in messages                             |
//! | `conversation`   | tracks requests and decides what the answers mean; no I/O          |

mod budget;
mod conversation;
mod frame_meter;
mod rpc;
mod settings;
mod tls;
mod updates;
mod upgrade;

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use futures_util::{Sink as _, SinkExt as _, Stream as _};
use oxeye_probe::Address;
use oxeye_probe::wire::{self, Wire};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::{self, Bytes, Message};

use self::conversation::{Conversation, Trouble};
use self::frame_meter::TooManyFrames;
pub(crate) use self::settings::{ManagementSettings, Tls};
use self::tls::Trust;
pub(crate) use self::updates::{FirstRoster, ManagementUpdate};
use self::upgrade::{Socket, upgrade};
use crate::source::SourceError;

/// The name of the protocol in errors.
const PROTOCOL: &str = "Minecraft's management protocol";

/// The property in `server.properties` that holds the secret.
const SECRET_SETTING: &str = "management-server-secret";

/// The longest time from the first byte to the first roster.
const OPENING_TIMEOUT: Duration = Duration::from_secs(10);

/// How often we ping the server. Its own heartbeat is off by default and does not work in every version
/// (MC-307780).
const PING_INTERVAL: Duration = Duration::from_secs(10);

/// How long a connection may be silent before it counts as dead.
const SILENCE: Duration = Duration::from_secs(30);

/// A connection to a management server.
pub(crate) struct Management {
    address: Address,
    socket: Socket,
    conversation: Conversation,
    heard_at: Instant,
    ping_due: Instant,
}

impl Management {
    /// Connects and requests the roster.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached, does not accept the secret, or does not answer like a
    /// management server.
    pub(crate) async fn connect(
        settings: &ManagementSettings,
    ) -> Result<(Self, FirstRoster), SourceError> {
        let socket = wire::connect(&settings.address).await?;
        Self::open(Box::new(socket), settings).await
    }

    /// Starts the protocol on an open connection.
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
                heard_at: now,
                ping_due: now + PING_INTERVAL,
            };
            let roster = management.request_first_roster().await?;
            Ok((management, roster))
        };
        timeout(OPENING_TIMEOUT, opening)
            .await
            .unwrap_or_else(|_elapsed| Err(SourceError::no_answer(&settings.address)))
    }

    async fn request_first_roster(&mut self) -> Result<FirstRoster, SourceError> {
        let request = self.conversation.status_request();
        self.queue(Message::text(request))?;
        loop {
            if let Some(roster) = self.conversation.first_roster() {
                return Ok(roster);
            }
            self.step().await?;
        }
    }

    /// Returns the next update. While waiting, it keeps the connection alive and requests the roster
    /// from time to time. It is cancel safe: nothing is lost when the future is dropped.
    ///
    /// # Errors
    ///
    /// When the connection has ended, the server does not speak the management protocol, or it sends
    /// too much. The connection cannot be used any more then.
    pub(crate) async fn next(&mut self) -> Result<ManagementUpdate, SourceError> {
        loop {
            if let Some(update) = self.conversation.next_update() {
                return Ok(update);
            }
            self.step().await?;
        }
    }

    /// Sends whatever is due, then waits for a frame or the next deadline.
    async fn step(&mut self) -> Result<(), SourceError> {
        let now = Instant::now();
        if now >= self.heard_at + SILENCE || self.conversation.is_overdue(now) {
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
            Ok(Some(Err(error))) => Err(self.connection_error(error)),
            Ok(None) => Err(SourceError::closed(&self.address)),
            Err(_elapsed) => Ok(()),
        }
    }

    /// Returns the next frame. Queued frames are sent meanwhile.
    async fn frame(&mut self) -> Option<Result<Message, tungstenite::Error>> {
        poll_fn(|cx| {
            let mut socket = Pin::new(&mut self.socket);
            // If the connection cannot be written to, reading from it will fail.
            let _ = socket.as_mut().poll_flush(cx);
            socket.poll_next(cx)
        })
        .await
    }

    /// Queues a frame without waiting, so that a dropped future cannot lose it. There are never more
    /// than one request and three pings without an answer.
    fn queue(&mut self, frame: Message) -> Result<(), SourceError> {
        self.socket
            .start_send_unpin(frame)
            .map_err(|error| self.connection_error(error))
    }

    fn hear(&mut self, frame: &Message) -> Result<(), SourceError> {
        let now = Instant::now();
        self.heard_at = now;
        match frame {
            Message::Text(text) => self
                .conversation
                .read(text, now)
                .map_err(|trouble| self.error_about(&trouble)),
            Message::Binary(_) => {
                self.conversation.note_odd_frame(now);
                Ok(())
            }
            Message::Close(_) => Err(SourceError::closed(&self.address)),
            // The library answers pings.
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(()),
        }
    }

    fn error_about(&self, trouble: &Trouble) -> SourceError {
        let address = self.address.clone();
        match trouble {
            Trouble::Declined(code) => SourceError::Declined {
                address,
                code: *code,
            },
            Trouble::NotUnderstood => SourceError::not_understood(&address, PROTOCOL),
        }
    }

    fn connection_error(&self, error: tungstenite::Error) -> SourceError {
        use tungstenite::{Error, error::ProtocolError};
        match error {
            Error::Io(error) if is_flood(&error) => SourceError::flood(&self.address),
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

fn is_flood(error: &std::io::Error) -> bool {
    let inner = error.get_ref();
    inner.is_some_and(|inner| inner.is::<TooManyFrames>())
}

#[cfg(test)]
mod tests;
