//! Mojang's session server and its texture host, on one port of loopback, with the faults that they or something in
//! between can have.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::skins;
use crate::watched::Watched;

/// The size of the texture of [`Account::Huge`], in bytes.
pub const HUGE: usize = 100 * 1024 * 1024;

/// What the stand-in knows about an account.
#[derive(Debug, Clone)]
pub enum Account {
    /// It has this skin, a PNG or not.
    Skin(Vec<u8>),
    /// It has no skin of its own.
    NoSkin,
    /// The profile names this URL.
    SkinAt(String),
    /// The texture is a file of [`HUGE`] bytes.
    Huge,
    /// The texture redirects to another path of the stand-in.
    Redirect,
    /// The answer to the question for the profile is exactly this.
    Answer(String),
    /// The connection stays open and nothing is said.
    Silence,
    /// The connection is closed without an answer.
    Closed,
}

impl Account {
    /// An answer with a status, headers and a body.
    pub fn answer(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Answer(format!(
            "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        ))
    }
}

/// What has been asked for.
#[derive(Debug, Default)]
struct State {
    accounts: BTreeMap<String, Account>,
    /// What every account has that is not named.
    otherwise: Option<Account>,
    requests: Vec<(String, Instant)>,
    bytes_of_huge: usize,
}

/// A running stand-in. Dropping it stops it.
#[derive(Debug)]
pub struct Mojang {
    address: SocketAddr,
    state: Arc<Watched<State>>,
    _serving: JoinSet<()>,
}

impl Mojang {
    /// Starts one that knows no account.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Watched::new(State::default()));
        let shared = Arc::clone(&state);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                connections.spawn(serve(socket, address, Arc::clone(&shared)));
                while connections.try_join_next().is_some() {}
            }
        });
        Self {
            address,
            state,
            _serving: serving,
        }
    }

    /// The base of its URLs.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sets what it says about an account.
    pub fn knows(&self, uuid: &str, account: Account) {
        let id = uuid.replace('-', "");
        self.state
            .change(|state| state.accounts.insert(id, account));
    }

    /// Sets what it says about every account that is not known otherwise.
    pub fn knows_everybody(&self, account: Account) {
        self.state.change(|state| state.otherwise = Some(account));
    }

    /// Returns the paths that were asked for, in order.
    pub fn requests(&self) -> Vec<String> {
        let paths = |state: &State| {
            state
                .requests
                .iter()
                .map(|(path, _)| path.clone())
                .collect()
        };
        self.state.read(paths)
    }

    /// Returns how often the profile of an account was asked for.
    pub fn requests_for(&self, uuid: &str) -> usize {
        let path = profile_path(uuid);
        self.requests()
            .iter()
            .filter(|asked| **asked == path)
            .count()
    }

    /// Returns when profiles were asked for, in order.
    pub fn profile_times(&self) -> Vec<Instant> {
        self.state.read(profile_times)
    }

    /// Waits until this many profiles were asked for, and returns when that was.
    pub async fn was_asked(&self, profiles: usize) -> Vec<Instant> {
        let what = format!("Mojang is asked for {profiles} profiles");
        let asked = |state: &State| Some(profile_times(state)).filter(|at| at.len() >= profiles);
        self.state.until(&what, asked).await
    }

    /// Returns how many bytes of a huge texture were taken from it.
    pub fn bytes_of_huge(&self) -> usize {
        self.state.read(|state| state.bytes_of_huge)
    }
}

const PROFILE: &str = "/session/minecraft/profile/";

fn profile_path(uuid: &str) -> String {
    format!("{PROFILE}{}", uuid.replace('-', ""))
}

fn profile_times(state: &State) -> Vec<Instant> {
    let profiles = state
        .requests
        .iter()
        .filter(|(path, _)| path.starts_with(PROFILE));
    profiles.map(|(_, at)| *at).collect()
}

async fn serve(mut socket: TcpStream, address: SocketAddr, state: Arc<Watched<State>>) {
    let Some(path) = path_asked_for(&mut socket).await else {
        return;
    };
    let at = Instant::now();
    state.change(|state| state.requests.push((path.clone(), at)));
    let id = path.rsplit('/').next().unwrap_or_default();
    let known = |state: &State| state.accounts.get(id).or(state.otherwise.as_ref()).cloned();
    let account = state.read(known);
    let texture = format!("http://{address}/texture/{id}");
    let answer = match (path.starts_with(PROFILE), account) {
        (true, account) => profile(id, account, &texture),
        (false, Some(Account::Skin(png))) => Some(with_body("200 OK", "image/png", &png)),
        (false, Some(Account::Redirect)) => {
            let to = format!("location: http://{address}/elsewhere/{id}\r\n");
            let Account::Answer(text) = Account::answer("302 Found", &to, "") else {
                return;
            };
            Some(text.into_bytes())
        }
        (false, Some(Account::Huge)) => {
            send_huge(&mut socket, &state).await;
            return;
        }
        (false, _) => Some(with_body("404 Not Found", "text/plain", b"")),
    };
    match answer {
        // The client closes a connection on which nothing is said.
        None => drop(socket.read(&mut [0]).await),
        // The client may have gone.
        Some(answer) => drop(socket.write_all(&answer).await),
    }
}

/// Returns the answer to the question for a profile; `None` if there is none.
fn profile(id: &str, account: Option<Account>, texture: &str) -> Option<Vec<u8>> {
    let textures = match account {
        None => return Some(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n".to_vec()),
        Some(Account::Silence) => return None,
        Some(Account::Closed) => return Some(Vec::new()),
        Some(Account::Answer(answer)) => return Some(answer.into_bytes()),
        Some(Account::NoSkin) => json!({}),
        Some(Account::SkinAt(url)) => json!({"SKIN": {"url": url}}),
        Some(Account::Skin(_) | Account::Huge | Account::Redirect) => {
            json!({"SKIN": {"url": texture}})
        }
    };
    let value = json!({"timestamp": 1, "profileId": id, "textures": textures});
    let value = skins::base64(value.to_string().as_bytes());
    let property = json!({"name": "textures", "value": value});
    let profile = json!({"id": id, "name": "Somebody", "properties": [property]});
    let body = profile.to_string();
    Some(with_body("200 OK", "application/json", body.as_bytes()))
}

fn with_body(status: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

async fn send_huge(socket: &mut TcpStream, state: &Watched<State>) {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {HUGE}\r\n\r\n");
    let mut sent = 0;
    let mut outcome = socket.write_all(head.as_bytes()).await;
    let chunk = vec![0; 64 * 1024];
    while sent < HUGE && outcome.is_ok() {
        outcome = socket.write_all(&chunk).await;
        sent += chunk.len();
        state.change(|state| state.bytes_of_huge = sent);
    }
}

/// Reads the head of a request and returns its path.
async fn path_asked_for(socket: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    Some(head.split(' ').nth(1)?.to_owned())
}
