//! Tests of the poller with a real store, and with game servers on this machine.

use std::net::SocketAddr;
use std::time::Duration;

use oxeye_db::testing::{TestStore, server_name};
use oxeye_db::{GuildId, LinkState, NewWatch, WatchLimits, WatchTarget, WatchedBy};
use oxeye_probe::AddressPolicy;
use oxeye_probe::stand_in::dns::{Dns, Record};
use oxeye_probe::stand_in::{listen, spawn_server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinSet, yield_now};
use tokio::time::timeout;

use super::*;

const GUILD: GuildId = GuildId(1);
const LIMITS: WatchLimits = WatchLimits {
    per_guild: 100,
    total: 100,
};

/// A store, and a poller that asks every 20 ms.
struct Running {
    store: TestStore,
    watch: AddressWatch,
    tasks: Tasks,
}

impl Running {
    fn start(policy: AddressPolicy, dns: Option<SocketAddr>) -> Self {
        let store = TestStore::new(clock::now());
        let settings = WatchSettings {
            policy,
            dns,
            interval: Duration::from_millis(20),
            per_guild: LIMITS.per_guild,
            total: LIMITS.total,
        };
        let tasks = Tasks::new();
        let watch = start(Some(&settings), 256, &store, &tasks).unwrap();
        Self {
            store,
            watch,
            tasks,
        }
    }

    async fn watches(&self, name: &str, host: &str, port: u16) -> ServerId {
        let new = NewWatch {
            guild: GUILD,
            target: WatchTarget::New(server_name(name)),
            host: host.to_owned(),
            port: Some(port),
            by: WatchedBy::Operator,
        };
        let watched = self.store.watch(new, LIMITS, clock::now());
        watched.await.unwrap().id()
    }

    fn state(&self, server: ServerId) -> (LinkState, usize) {
        let servers = self.store.servers(GUILD, clock::now());
        let server = servers.iter().find(|summary| summary.id == server);
        server.map(|server| (server.state, server.online)).unwrap()
    }

    /// Waits until a server is in a state, with this many players.
    async fn becomes(&self, server: ServerId, state: LinkState, online: usize) {
        let mut changes = self.store.changes();
        let waiting = async {
            while self.state(server) != (state, online) {
                changes.next().await;
            }
        };
        let reached = timeout(Duration::from_secs(20), waiting).await;
        assert!(reached.is_ok(), "{:?}", self.state(server));
    }

    async fn fails(&self, server: ServerId, error: WatchError) {
        let waiting = async {
            while self.watch.last_failure(server) != Some(error) {
                yield_now().await;
            }
        };
        let reached = timeout(Duration::from_secs(20), waiting).await;
        assert!(reached.is_ok(), "{:?}", self.watch.last_failure(server));
    }
}

/// A game server with one player.
struct Game {
    port: u16,
    questions: watch::Receiver<u32>,
    _server: JoinSet<()>,
}

impl Game {
    async fn start() -> Self {
        let (_, listener) = listen().await;
        Self::on(listener)
    }

    fn on(listener: TcpListener) -> Self {
        let (asked, questions) = watch::channel(0);
        Self {
            port: listener.local_addr().unwrap().port(),
            questions,
            _server: spawn_server(serve(listener, asked)),
        }
    }

    /// Stops it and starts it again at its port.
    async fn down_and_up_again(self, while_down: impl AsyncFnOnce()) -> Self {
        let port = self.port;
        drop(self);
        while_down().await;
        Self::on(TcpListener::bind(("127.0.0.1", port)).await.unwrap())
    }

    async fn is_asked(&mut self, times: u32) {
        let waiting = self.questions.wait_for(|asked| *asked >= times);
        timeout(Duration::from_secs(20), waiting)
            .await
            .unwrap()
            .unwrap();
    }
}

async fn serve(listener: TcpListener, asked: watch::Sender<u32>) {
    let json = br#"{"version":{"name":"Paper 1.21.11"},"players":{"online":1,"max":20,
        "sample":[{"name":"Alex","id":"853c80ef-3c37-49fd-aa49-938b674adae6"}]}}"#;
    let text = [&varint(json.len())[..], json].concat();
    let packet = [&varint(text.len() + 1)[..], &[0], &text].concat();
    while let Ok((mut socket, _)) = listener.accept().await {
        let _ = socket.read(&mut [0; 512]).await;
        let _ = socket.write_all(&packet).await;
        asked.send_modify(|asked| *asked += 1);
    }
}

/// Writes a number of two bytes with seven bits in each.
fn varint(number: usize) -> [u8; 2] {
    [number as u8 | 0x80, (number >> 7) as u8]
}

#[tokio::test]
async fn a_server_is_up_down_after_two_failures_and_up_again() {
    let running = Running::start(AddressPolicy::Any, None);
    let game = Game::start().await;
    let server = running.watches("survival", "127.0.0.1", game.port).await;

    running.becomes(server, LinkState::Online, 1).await;
    let about = running.store.servers(GUILD, clock::now()).remove(0).about;
    assert_eq!(about.software.as_ref().unwrap().as_str(), "Paper");
    assert_eq!(running.watch.last_failure(server), None);

    let _game = game
        .down_and_up_again(async || {
            running.becomes(server, LinkState::Down, 0).await;
            running.fails(server, WatchError::NoAnswer).await;
        })
        .await;
    running.becomes(server, LinkState::Online, 1).await;
}

#[tokio::test]
async fn a_silent_server_does_not_keep_others_waiting() {
    let running = Running::start(AddressPolicy::Any, None);
    let (silent, listener) = listen().await;
    let (taken, mut waiting) = watch::channel(0);
    let _server = spawn_server(async move {
        let mut open = Vec::new();
        while let Ok(connection) = listener.accept().await {
            open.push(connection);
            taken.send_modify(|taken| *taken += 1);
        }
    });
    let mut game = Game::start().await;
    running.watches("silent", "127.0.0.1", silent.port()).await;
    waiting.wait_for(|taken| *taken == 1).await.unwrap();
    running.watches("survival", "127.0.0.1", game.port).await;

    game.is_asked(10).await;
    assert_eq!(*waiting.borrow(), 1, "the first question still waits");
}

#[tokio::test]
async fn a_dns_server_that_fails_puts_no_server_down() {
    let dns = Dns::start().await;
    dns.set_ip("play.test", "127.0.0.1");
    let running = Running::start(AddressPolicy::Any, Some(dns.address()));
    let mut game = Game::start().await;
    let server = running.watches("survival", "play.test", game.port).await;
    running.becomes(server, LinkState::Online, 1).await;

    dns.set("play.test", &[Record::Failure]);
    running.fails(server, WatchError::NoDns).await;
    dns.set_ip("play.test", "127.0.0.1");
    let asked = *game.questions.borrow();
    game.is_asked(asked + 1).await;
    assert_eq!(running.state(server), (LinkState::Online, 1));
}

#[tokio::test]
async fn a_name_that_begins_to_lead_into_a_private_network_is_not_followed() {
    let dns = Dns::start().await;
    dns.set_ip("play.test", "127.0.0.1");
    let running = Running::start(AddressPolicy::Public, Some(dns.address()));
    let game = Game::start().await;
    let server = running.watches("survival", "play.test", game.port).await;

    let forbidden = WatchError::Forbidden(oxeye_probe::Forbidden::NotPublic);
    running.fails(server, forbidden).await;
    assert_eq!(*game.questions.borrow(), 0);
}

#[tokio::test]
async fn an_address_that_is_no_longer_watched_is_no_longer_asked() {
    let running = Running::start(AddressPolicy::Any, None);
    let mut game = Game::start().await;
    let server = running.watches("survival", "127.0.0.1", game.port).await;
    game.is_asked(2).await;

    let found = running.store.guild_server(GUILD, server).unwrap();
    running.store.unwatch(found, clock::now()).await.unwrap();
    let mut other = Game::start().await;
    running.watches("other", "127.0.0.1", other.port).await;
    other.is_asked(2).await;
    let asked = *game.questions.borrow();
    other.is_asked(7).await;
    assert_eq!(*game.questions.borrow(), asked);
}

#[tokio::test]
async fn a_stop_does_not_wait_for_an_answer() {
    let running = Running::start(AddressPolicy::Any, None);
    let (silent, listener) = listen().await;
    running.watches("silent", "127.0.0.1", silent.port()).await;
    let _open = listener.accept().await.unwrap();

    running.tasks.stop();
    assert!(running.tasks.finished_within(Duration::from_secs(1)).await);
}
