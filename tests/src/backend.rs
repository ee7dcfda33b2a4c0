//! The real `oxeye` binary, run as a process.

mod ending;
mod explaining;
mod past;
mod setup;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use oxeye_plugin_client::{Client, LinkedClient};
use oxeye_plugin_proto::LinkCode;
use serde_json::{Value, json};
use tokio::process::Child;
use tokio::task::JoinSet;

use crate::discord::{Discord, Guild};
use crate::output::Log;
use crate::plugin::Plugin;
use crate::raw::{self, Answer, Request};
use crate::watched::{WAIT_LIMIT, Watched};
pub use setup::{Ended, Setup};

/// The bearer token of the operator API in all stories.
pub const OPERATOR_TOKEN: &str = "operator-token-of-the-stories-0123456789";

/// A running backend. Dropping it kills it.
#[derive(Debug)]
pub struct Oxeye {
    child: Child,
    address: SocketAddr,
    operator_address: SocketAddr,
    log: Arc<Watched<Log>>,
    _reader: JoinSet<()>,
    setup: Setup,
}

impl Oxeye {
    /// Starts a backend with default settings and no Discord.
    pub async fn start() -> Self {
        Setup::new().start().await
    }

    /// Starts a backend whose bot talks to the stand-in, and waits until the bot takes commands.
    pub async fn start_with(discord: &Discord) -> Self {
        let oxeye = Setup::new().discord(discord).start().await;
        discord.bot_is_up().await;
        oxeye
    }

    /// The address where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of its operator API.
    pub fn operator_address(&self) -> SocketAddr {
        self.operator_address
    }

    /// The base of its URLs.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The folder of its database.
    pub fn folder(&self) -> &Path {
        self.setup.folder()
    }

    /// Returns everything it has logged so far.
    pub fn log(&self) -> String {
        self.log.read(Log::text)
    }

    /// Ends it with SIGTERM, and returns its complete log.
    ///
    /// # Panics
    /// If it does not exit with 0.
    pub async fn whole_log(&mut self) -> String {
        assert_eq!(self.terminate().await, Some(0), "{}", self.log());
        let ended = |log: &Log| log.ended.then(|| log.text());
        self.log.until("the log has been read", ended).await
    }

    /// Waits until it has logged a line that contains `words`, and returns that line.
    pub async fn has_logged(&self, words: &str) -> String {
        let what = format!("oxeye logs {words:?}");
        self.log
            .until(&what, |log| {
                log.lines.iter().find(|line| line.contains(words)).cloned()
            })
            .await
    }

    /// Sends one request on a new connection.
    pub async fn ask(&self, request: &Request) -> Answer {
        raw::ask(self.address, request).await
    }

    /// Sends a request to the operator API.
    pub async fn operator(&self, request: Request) -> Answer {
        let request = request.bearer(OPERATOR_TOKEN);
        raw::ask(self.operator_address, &request).await
    }

    /// Asks the operator API and returns its JSON.
    ///
    /// # Panics
    /// If the answer is an error, or is not JSON.
    pub async fn api(&self, request: Request) -> Value {
        let answer = self.operator(request).await;
        assert!((200..300).contains(&answer.status), "{answer}");
        answer.json()
    }

    /// Gets a link code from the operator API, for a server without Discord.
    ///
    /// # Panics
    /// If the answer holds none.
    pub async fn local_link_code(&self, server: &str) -> LinkCode {
        self.link_code(&json!({"server": server})).await
    }

    async fn link_code(&self, server: &Value) -> LinkCode {
        let body = self.api(Request::post("/api/links").json(server)).await;
        let code = body["code"].as_str().expect("the answer holds a code");
        code.parse().expect("the backend issues valid link codes")
    }

    /// Links a server without Discord.
    pub async fn linked(&self, server: &str) -> Plugin {
        let code = self.local_link_code(server).await;
        self.redeem(&code).await
    }

    /// Links a server of a guild with a code from the operator API. The id may be a string or a number.
    pub async fn linked_in(&self, guild_id: impl Into<Value>, server: &str) -> Plugin {
        let guild_id = guild_id.into();
        let wanted = json!({"guild_id": guild_id, "server": server});
        let code = self.link_code(&wanted).await;
        self.redeem(&code).await
    }

    /// Links a server from Discord, with a code for which a moderator of the guild asks.
    pub async fn linked_from(&self, guild: &Guild, server: &str) -> Plugin {
        let answer = guild
            .moderator()
            .types("oxeye connect", &[("name", server)])
            .await;
        self.redeem(&answer.link_code()).await
    }

    /// Redeems a link code as a plugin does.
    ///
    /// # Panics
    /// If the code is not accepted.
    pub async fn redeem(&self, code: &LinkCode) -> Plugin {
        let client = Client::new(self.url());
        let linked = client
            .connect(code)
            .await
            .expect("a fresh code is redeemed");
        Plugin::new(self.address, linked)
    }

    /// Returns a plugin with a key that was issued before this backend was started (again).
    pub fn plugin_with_key_of(&self, plugin: &Plugin) -> Plugin {
        let client: LinkedClient = Client::with_key(self.url(), plugin.api_key().clone());
        Plugin::new(self.address, client)
    }

    /// Returns the operator API's answer about a local server.
    ///
    /// # Panics
    /// If the server is unknown.
    pub async fn status(&self, server: &str) -> Value {
        let url = format!("/api/servers/0/{server}/status?limit=1000");
        self.api(Request::get(url)).await
    }

    /// Returns the operator API's answer about activity in guild 0.
    ///
    /// # Panics
    /// If it is an error.
    pub async fn activity(&self, path: &str) -> Value {
        let url = format!("/api/guilds/0/activity/{path}");
        self.api(Request::get(url)).await
    }

    /// Links a local server on which nobody is, and returns it with the backend's time.
    pub async fn empty_server(&self, name: &str) -> (Plugin, i64) {
        let server = self.linked(name).await;
        server.syncs(&[]).await;
        (server, self.heard_at(name).await)
    }

    /// Returns when a local server was last heard, by the backend's clock.
    ///
    /// # Panics
    /// If it was never heard.
    pub async fn heard_at(&self, server: &str) -> i64 {
        let status = self.status(server).await;
        status["heard_at"].as_i64().expect("the server was heard")
    }

    /// Returns the names of the players online on a local server, newest first.
    pub async fn online(&self, server: &str) -> Vec<String> {
        names(&self.status(server).await["online_players"])
    }

    /// Returns the names of the players seen lately on a local server, newest first.
    pub async fn last_seen(&self, server: &str) -> Vec<String> {
        names(&self.status(server).await["last_seen_players"])
    }

    /// Polls until a local server is linked.
    ///
    /// # Panics
    /// If this takes longer than a story waits.
    pub async fn knows(&self, server: &str) {
        let asking = async {
            while {
                let servers = self.api(Request::get("/api/servers")).await;
                let servers = servers.as_array().cloned().unwrap_or_default();
                !servers.iter().any(|known| known["server"] == server)
            } {}
        };
        let outcome = tokio::time::timeout(WAIT_LIMIT, asking).await;
        assert!(outcome.is_ok(), "{server} is not linked");
    }

    /// Polls until a local server is in this state, and returns its status.
    ///
    /// # Panics
    /// If this takes longer than a story waits.
    pub async fn becomes(&self, server: &str, state: &str) -> Value {
        let asking = async {
            loop {
                let status = self.status(server).await;
                if status["state"] == state {
                    return status;
                }
            }
        };
        match tokio::time::timeout(WAIT_LIMIT, asking).await {
            Ok(status) => status,
            Err(_) => panic!("{server} did not become {state}"),
        }
    }

    /// Waits until exactly these players are shown online on a local server.
    ///
    /// # Panics
    /// If this takes longer than a story waits.
    pub async fn shows(&self, server: &str, players: &[&str]) {
        let mut expected: Vec<_> = players.iter().map(ToString::to_string).collect();
        expected.sort();
        let mut shown = Vec::new();
        let asking = async {
            while {
                let status = self.status(server).await;
                shown = names(&status["online_players"]);
                shown.sort();
                shown != expected || status["state"] == "awaiting_sync"
            } {}
        };
        let outcome = tokio::time::timeout(WAIT_LIMIT, asking).await;
        assert!(
            outcome.is_ok(),
            "{server} shows {shown:?}, not {expected:?}"
        );
    }

    /// Returns how many sessions a player has had on a local server, including an open one.
    ///
    /// # Panics
    /// If the operator API does not answer.
    pub async fn sessions(&self, server: &str, player: &str) -> usize {
        let url = format!("/api/servers/0/{server}/players/{player}/sessions");
        let body = self.api(Request::get(url)).await;
        let sessions = body["sessions"].as_array().expect("a list of sessions");
        sessions.len()
    }

    /// Runs another `oxeye` command with the same folder and settings.
    pub async fn command(&self, arguments: &[&str]) -> Ended {
        self.shell().arguments(arguments).run().await
    }

    /// Gives other settings the address where this backend listens.
    pub fn beside(&self, setup: Setup) -> Setup {
        let (host, port) = (self.address.ip(), self.address.port());
        let setup = setup.set("HOST", &host.to_string());
        setup.set("PORT", &port.to_string())
    }

    /// Returns the same folder and settings for another `oxeye` command, with the addresses where this backend listens.
    pub fn shell(&self) -> Setup {
        let setup = self.beside(self.setup.again());
        match self.operator_address == self.address {
            true => setup,
            false => setup.set("OPERATOR_LISTEN", &self.operator_address.to_string()),
        }
    }
}

/// Prints the backend's log when a story fails.
impl Drop for Oxeye {
    #[expect(
        clippy::print_stderr,
        reason = "the test runner shows it together with the failure"
    )]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("oxeye has logged:\n{}", self.log());
        }
    }
}

fn names(players: &Value) -> Vec<String> {
    let players = players.as_array().expect("a list of players");
    players
        .iter()
        .filter_map(|player| Some(player["player"].as_str()?.to_owned()))
        .collect()
}
