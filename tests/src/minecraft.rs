//! A Minecraft server as seen from outside: a folder, a log that grows and is rotated, and a port
//! that is open while it runs.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDateTime};
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::loopback::{back_at, own_address};

/// A server that logs like vanilla, in UTC.
#[derive(Debug)]
pub struct Minecraft {
    folder: TempDir,
    log: Option<File>,
    port: Option<TcpListener>,
    address: SocketAddr,
    boots: usize,
}

impl Default for Minecraft {
    fn default() -> Self {
        Self::new()
    }
}

impl Minecraft {
    /// Creates a server that has never run.
    ///
    /// # Panics
    /// If there is no folder or port for it.
    pub fn new() -> Self {
        let folder = TempDir::with_prefix("minecraft-").expect("a temporary folder can be created");
        fs::create_dir(folder.path().join("logs")).expect("a folder can be created");
        let port = TcpListener::bind((own_address(), 0)).expect("a port is free");
        let address = port.local_addr().expect("a bound socket has an address");
        Self {
            folder,
            log: None,
            port: None,
            address,
            boots: 0,
        }
    }

    /// Creates a server that is up.
    pub fn started() -> Self {
        let mut server = Self::new();
        server.boot();
        server
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The address where players connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The log of the current run.
    pub fn log_file(&self) -> PathBuf {
        self.folder().join("logs/latest.log")
    }

    /// Writes a `server.properties` with these lines.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn has_properties(&self, properties: &str) {
        let file = self.folder().join("server.properties");
        fs::write(file, properties).expect("the folder can be written to");
    }

    /// Begins a new log, compresses the old one, opens the port, and is up.
    pub fn boot(&mut self) {
        self.begins_to_start();
        self.has_started();
    }

    /// Begins a new log and compresses the old one.
    pub fn begins_to_start(&mut self) {
        self.rotate();
        self.says("Starting minecraft server version 1.21.4");
    }

    /// Opens the port and is up.
    pub fn has_started(&mut self) {
        self.port = Some(back_at(|| TcpListener::bind(self.address)));
        self.says("Done (1.234s)! For help, type \"help\"");
    }

    /// Rotates the log as log4j does at a start: the old log goes to `<date>-<n>.log.gz`.
    ///
    /// # Panics
    /// If the files cannot be written.
    pub fn rotate(&mut self) {
        let latest = self.log_file();
        if let Ok(old) = fs::read(&latest) {
            self.boots += 1;
            let name = format!("logs/{}-{}.log.gz", now().date(), self.boots);
            let packed = File::create(self.folder().join(name)).expect("a file can be created");
            let mut packed = GzEncoder::new(packed, Compression::fast());
            packed.write_all(&old).expect("written");
            packed.finish().expect("written");
            fs::remove_file(&latest).expect("removed");
        }
        let log = OpenOptions::new().append(true).create(true).open(latest);
        self.log = Some(log.expect("a file can be created"));
    }

    /// Logs a join as vanilla does.
    pub fn joins(&mut self, player: &str) {
        self.says(&format!(
            "{player}[/127.0.0.1:50000] logged in with entity id 7 at (0.5, 64.0, 0.5)"
        ));
        self.says(&format!("{player} joined the game"));
    }

    /// Logs a join with the account, as vanilla does.
    pub fn joins_as(&mut self, player: &str, uuid: &str) {
        self.prints(
            "User Authenticator #1",
            &format!("UUID of player {player} is {uuid}"),
        );
        self.joins(player);
    }

    /// Logs a leave as vanilla does.
    pub fn leaves(&mut self, player: &str) {
        self.says(&format!("{player} lost connection: Disconnected"));
        self.says(&format!("{player} left the game"));
    }

    /// Stops properly.
    pub fn stops(&mut self) {
        self.says("Stopping the server");
        self.says("Stopping server");
        self.port = None;
    }

    /// Disappears without a log line.
    pub fn is_killed(&mut self) {
        self.port = None;
    }

    /// Logs one message of its main thread.
    pub fn says(&mut self, message: &str) {
        self.prints("Server thread", message);
    }

    /// Logs one message of any thread.
    pub fn prints(&mut self, thread: &str, message: &str) {
        let line = format!("[{}] [{thread}/INFO]: {message}\n", now().time());
        self.writes(line.as_bytes());
    }

    /// Writes these bytes into its log.
    ///
    /// # Panics
    /// If it has no log, or the log cannot be written.
    pub fn writes(&mut self, bytes: &[u8]) {
        let log = self.log.as_mut().expect("a server that was booted");
        log.write_all(bytes).expect("the log can be written");
    }
}

fn now() -> NaiveDateTime {
    #[expect(
        clippy::disallowed_methods,
        reason = "a server prints the present time into its log"
    )]
    let now = SystemTime::now();
    let since_epoch = now.duration_since(UNIX_EPOCH).expect("it is after 1970");
    let seconds = i64::try_from(since_epoch.as_secs()).expect("a few thousand million");
    let now = DateTime::from_timestamp(seconds, 0).expect("a valid time");
    now.naive_utc()
}
