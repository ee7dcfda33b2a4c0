//! Checks whether the port on which players connect accepts connections, because a log does not show
//! that its server was killed.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use oxeye_plugin_proto::UnixSeconds;
use oxeye_probe::{Address, ping};
use oxeye_process::clock::Clock;
use oxeye_process::private_file::write_json;
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::{Message, Messages, send, send_about};
use crate::about::{AboutSource, Facts};
use crate::reconcile::{PortCheck, PortState};
use crate::source::SourceError;

/// The file in the data folder that records when the port last answered.
const FILE: &str = "port.json";

/// The shortest time between two writes of the file, in seconds.
const SAVE_EVERY_SECS: u64 = 15;

/// How often the port is checked. A connection that is closed at once leaves no line in the log of a
/// Java server.
const CHECK_EVERY: Duration = Duration::from_secs(5);

/// How soon a port is checked again that has just refused, until it answers or counts as dead.
pub(super) const CHECK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// How often a check is a server list ping.
const ASK_EVERY: Duration = Duration::from_secs(5 * 60);

/// How soon a server is pinged again that did not answer.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(60);

/// How long a check may take. A server that hangs still accepts connections, so a timeout means that
/// the machine is gone.
const NO_ANSWER_AFTER: Duration = Duration::from_secs(4);

/// How long a connection that is worth something stays open. A container engine accepts connections for
/// a server that is gone, and closes them when it cannot reach it.
const STAYS_OPEN_FOR: Duration = Duration::from_millis(250);

/// Keeps the state of one port and reports its changes.
#[derive(Debug)]
pub(crate) struct PortMonitor {
    port: PortState,
    clock: Clock,
    messages: Messages,
    file: PathBuf,
    remembered: Remembered,
}

/// When the port last answered. After a restart of the agent, this distinguishes a server that died in
/// the meantime from a port that was never the right one.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Remembered {
    address: String,
    answered_at: UnixSeconds,
}

impl PortMonitor {
    /// Monitors the port at this address, starting from what an earlier run of the agent remembered.
    #[must_use]
    pub(crate) fn at(address: &Address, data_dir: &Path, clock: Clock, messages: Messages) -> Self {
        let (address, file) = (address.to_string(), data_dir.join(FILE));
        let remembered = fs::read(&file)
            .ok()
            .and_then(|text| serde_json::from_slice::<Remembered>(&text).ok())
            .filter(|remembered| remembered.address == address);
        let answered_at = remembered.as_ref().map(|remembered| remembered.answered_at);
        Self {
            port: PortState::last_alive_at(answered_at),
            clock,
            messages,
            file,
            remembered: remembered.unwrap_or(Remembered {
                address,
                answered_at: UnixSeconds(0),
            }),
        }
    }

    /// Records the outcome of a check, and reports it if the port has died or come back.
    pub(crate) fn record(&mut self, check: PortCheck) {
        let now = (self.clock)();
        if check == PortCheck::Answered {
            self.remember(now);
        }
        if let Some(change) = self.port.record(check, now) {
            if let Some(dead_since) = self.port.dead_since() {
                // After a restart of the agent, the server is down since the same time.
                self.remembered.answered_at = dead_since;
                self.save();
            }
            send(&self.messages, Message::Port(change));
        }
    }

    /// Records the answer to a request as a check: any answer shows that the server is up.
    pub(super) fn observe<T>(&mut self, answer: &Result<T, SourceError>) {
        self.record(match answer {
            Ok(_) => PortCheck::Answered,
            Err(error) if error.shows_life() => PortCheck::Answered,
            Err(error) if error.is_refused() => PortCheck::Refused,
            Err(_) => PortCheck::NoAnswer,
        });
    }

    /// Whether the port should be checked again soon.
    pub(super) fn is_doubtful(&self) -> bool {
        self.port.is_doubtful()
    }

    fn remember(&mut self, now: UnixSeconds) {
        let age = now.saturating_since(self.remembered.answered_at).as_secs();
        if age < SAVE_EVERY_SECS {
            return;
        }
        self.remembered.answered_at = now;
        self.save();
    }

    fn save(&self) {
        if let Err(error) = write_json(&self.file, &self.remembered) {
            tracing::debug!("{} cannot be written: {error}", self.file.display());
        }
    }
}

/// Checks the port until it is dropped. If `asks` is set, one of the checks is a server list ping from
/// time to time, which shows what the server says about itself.
pub(crate) async fn check_port(address: Address, mut monitor: PortMonitor, asks: bool) {
    let mut ask_at = Instant::now();
    loop {
        let mut has_answered = false;
        if asks && monitor.port.is_alive() && Instant::now() >= ask_at {
            has_answered = ask(&address, &monitor.messages).await;
            ask_at = Instant::now()
                + if has_answered {
                    ASK_EVERY
                } else {
                    ASK_AGAIN_AFTER
                };
        }
        monitor.record(if has_answered {
            PortCheck::Answered
        } else {
            check(&address).await
        });
        sleep(if monitor.is_doubtful() {
            CHECK_AGAIN_AFTER
        } else {
            CHECK_EVERY
        })
        .await;
    }
}

/// Pings the server. Returns whether it answered; if not, that proves nothing, because a server may be
/// configured not to.
async fn ask(address: &Address, messages: &Messages) -> bool {
    let answer = ping(address).await;
    if let Ok(answer) = &answer {
        send_about(messages, AboutSource::Ping, Facts::from(answer));
    }
    answer.is_ok()
}

async fn check(address: &Address) -> PortCheck {
    let connecting = TcpStream::connect((address.host(), address.port()));
    let Ok(connected) = timeout(NO_ANSWER_AFTER, connecting).await else {
        return PortCheck::NoAnswer;
    };
    match connected {
        Ok(connection) if is_closed_at_once(&connection).await => PortCheck::Closed,
        Ok(_) => PortCheck::Answered,
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => PortCheck::Refused,
        Err(_) => PortCheck::NoAnswer,
    }
}

/// Whether a program at the other end closes the connection before we have said anything. A server waits
/// for us. If the server is killed in this moment, the operating system resets the connection instead.
async fn is_closed_at_once(connection: &TcpStream) -> bool {
    let read = timeout(STAYS_OPEN_FOR, connection.peek(&mut [0])).await;
    matches!(read, Ok(Ok(0)))
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::AboutText;
    use tokio::io::AsyncWriteExt as _;
    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    use super::*;

    async fn listener() -> (TcpListener, Address) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        (listener, Address::new("127.0.0.1", port))
    }

    #[tokio::test]
    async fn a_server_that_does_not_even_accept_the_connection_answers() {
        let (_hanging, address) = listener().await;

        assert_eq!(check(&address).await, PortCheck::Answered);
    }

    #[tokio::test]
    async fn a_server_that_waits_for_us_answers() {
        let (listener, address) = listener().await;

        let (checked, _open) = tokio::join!(check(&address), listener.accept());

        assert_eq!(checked, PortCheck::Answered);
    }

    #[tokio::test]
    async fn a_connection_that_is_closed_at_once_shows_no_server() {
        let (listener, address) = listener().await;
        let close = async { drop(listener.accept().await.expect("a connection")) };

        let (checked, ()) = tokio::join!(check(&address), close);

        assert_eq!(checked, PortCheck::Closed);
    }

    #[tokio::test]
    async fn a_ping_shows_what_the_server_says_about_itself() {
        let (listener, address) = listener().await;
        let (messages, mut inbox) = mpsc::unbounded_channel();
        let json = r#"{"players":{"online":1,"max":20},"version":{"name":"Paper 1.21.11"},"description":"Hi"}"#;
        let answer = async {
            let (mut player, _) = listener.accept().await.expect("a connection");
            let length = u8::try_from(json.len()).expect("a short text");
            let mut packet = vec![length + 2, 0, length];
            packet.extend_from_slice(json.as_bytes());
            player.write_all(&packet).await.expect("written");
            player
        };

        let (has_answered, _player) = tokio::join!(ask(&address, &messages), answer);

        assert!(has_answered);
        let Some(Message::About(AboutSource::Ping, facts)) = inbox.recv().await else {
            panic!("the ping says something about the server");
        };
        let expected = Facts {
            motd: AboutText::new("Hi"),
            max_players: Some(20),
            ..Facts::of_versions(Some("Paper"), Some("1.21.11"))
        };
        assert_eq!(*facts, expected);
    }

    #[tokio::test]
    async fn a_port_where_nothing_listens_refuses() {
        let (listener, address) = listener().await;
        drop(listener);

        assert_eq!(check(&address).await, PortCheck::Refused);
    }
}
