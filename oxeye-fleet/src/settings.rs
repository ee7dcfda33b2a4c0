//! The settings, checked. Names of the original design are kept; our own begin with `FLEET_`. Names and
//! defaults are in `list`.

mod agones;
mod command;
mod docker;
mod engine;
mod list;
mod places;
mod public_address;
mod ready;
mod secrets;
mod worker;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use oxeye_process::Secret;
use oxeye_process::config::{ConfigError, Setting, Shown, Sources};
use oxeye_process::logging::{InvalidLogFilter, LogFilter, LogFormat};
use oxeye_process::settings::Origin;
use oxeye_process::token_file;

pub use self::agones::AgonesSettings;
pub use self::command::SlotCommand;
pub use self::docker::{ContainerPort, ContainerSettings};
pub use self::engine::EngineKind;
pub use self::public_address::PublicAddress;
pub use self::ready::ReadyProbe;
pub(crate) use self::worker::host;
pub use self::worker::{NamedWorker, WorkerListen, WorkerPlace, WorkerSettings};
use crate::rules::Limits;

/// The exit code for unusable settings (`EX_CONFIG` of sysexits.h).
pub const EXIT_BAD_SETTINGS: u8 = 78;

/// The highest number of live servers that can be set.
const MOST_SERVERS: u64 = 5_000;

/// Number of ports per live server. Some ports are resting, and some belong to stopped servers.
const PORTS_PER_SERVER: usize = 4;

/// All settings, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The addresses for players and the feed.
    pub listen: Vec<SocketAddr>,
    /// The address of the dashboard, if it has one.
    pub dashboard_listen: Option<SocketAddr>,
    /// The folder of the store, the worlds and the output of servers.
    pub data: PathBuf,
    /// The engine that a worker holds.
    pub engine: EngineKind,
    /// The command that the `process` engine runs; without one, the built-in tiny server.
    pub command: Option<SlotCommand>,
    /// The workers that have the engines; without any, the fleet has the engine itself.
    pub workers: Vec<NamedWorker>,
    /// What `oxeye-fleet worker` needs to be reached.
    pub offered: WorkerSettings,
    /// The secret that a fleet has to know, and that of all workers that have none of their own.
    pub worker_secret: Option<Secret>,
    /// How to tell that a server is ready.
    pub ready_probe: ReadyProbe,
    /// The URLs that players get.
    pub public_address: PublicAddress,
    /// How many servers there may be, and how long everything may take.
    pub limits: Limits,
    /// The URL of a permanent server that the operator runs beside the fleet.
    pub persistent_server_url: Option<String>,
    /// The value of `config.baseImage`, shown to clients of the original design.
    pub base_image: String,
    /// The token that joins must carry.
    pub join_secret: Option<Secret>,
    /// Joins per address and minute.
    pub joins_per_minute: u32,
    /// Origins of pages that may call the API; `*` allows all.
    pub cors_origins: Vec<String>,
    /// Networks whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// The most open connections.
    pub max_connections: usize,
    /// The token of operators, if it is set by hand; otherwise `operator.token` in the data folder holds it.
    pub operator_token: Option<Secret>,
    /// The Oxeye in which each slot is a server, if any.
    pub oxeye: Option<OxeyeSettings>,
    /// Which lines are logged.
    pub log_filter: LogFilter,
    /// The format of log lines.
    pub log_format: LogFormat,
}

/// The Oxeye in which each slot is a server.
#[derive(Debug, Clone)]
pub struct OxeyeSettings {
    /// Its URL.
    pub url: String,
    /// Its operator token.
    pub token: Secret,
    /// The guild of the servers; `0` for local ones.
    pub guild_id: u64,
}

impl Settings {
    /// Reads the environment, `.env` and, if given, the file.
    ///
    /// # Errors
    /// When a file cannot be read or has an unknown setting, or a value cannot be used.
    pub fn load(file: Option<&Path>) -> Result<Settings, ConfigError> {
        Settings::read(&Sources::gather(&list::LIST, file)?)
    }

    /// Whether these are the settings of `oxeye-fleet worker`, as far as they tell: only a worker has an engine other
    /// than `process`, and only a worker listens for fleets.
    #[must_use]
    pub fn are_of_worker(&self) -> bool {
        let listens_elsewhere = self.offered.listen != WorkerListen::in_folder(&self.data);
        self.workers.is_empty() && (self.engine != EngineKind::Process || listens_elsewhere)
    }

    /// Checks these texts instead of any environment: for tests and measurements.
    ///
    /// # Errors
    /// When a value cannot be used.
    pub fn of(values: &[(&'static str, &str)]) -> Result<Settings, ConfigError> {
        Settings::read(&Sources::none(&list::LIST).and(values))
    }

    /// Checks the texts that were given.
    ///
    /// # Errors
    /// When a value cannot be used.
    pub fn read(from: &Sources) -> Result<Settings, ConfigError> {
        let listen = places::listen(from)?;
        let dashboard_listen = places::dashboard(from)?;
        let own_ports = listen.iter().chain(&dashboard_listen);
        let data = from.folder(list::FLEET_DATA)?;
        let mut workers = worker::of_fleet(from)?;
        let offered = worker::offered(from, &data)?;
        let worker_secret = secrets::read(from, &mut workers, &offered.listen)?;
        let mut limits = limits(from, own_ports.map(SocketAddr::port).collect())?;
        if !workers.is_empty() {
            limits.workers = workers.iter().map(|worker| worker.name.clone()).collect();
        }
        Ok(Settings {
            dashboard_listen,
            worker_secret,
            public_address: public_address::read(from, &workers)?,
            workers,
            offered,
            data,
            engine: engine::read(from)?,
            command: command::read(from)?,
            ready_probe: ready::read(from)?,
            limits,
            persistent_server_url: places::web_address(from, list::PERSISTENT_SERVER_URL)?,
            base_image: from.required(list::BASE_IMAGE, "the name of an image")?,
            join_secret: from.secret(list::FLEET_JOIN_SECRET, token_file::MIN_LENGTH)?,
            joins_per_minute: from
                .rate(list::FLEET_JOINS_PER_MINUTE, 1..=1_000_000, "joins")?
                .get(),
            cors_origins: places::origins(from)?,
            trusted_proxies: from.networks(list::TRUSTED_PROXIES)?,
            max_connections: from.size(list::MAX_CONNECTIONS, 16..=100_000, "connections")?,
            operator_token: from.secret(list::FLEET_OPERATOR_TOKEN, token_file::MIN_LENGTH)?,
            oxeye: oxeye(from)?,
            log_filter: from.required(list::RUST_LOG, &InvalidLogFilter.to_string())?,
            log_format: from.word(
                list::LOG_FORMAT,
                [("text", LogFormat::Text), ("json", LogFormat::Json)],
            )?,
            listen,
        })
    }

    /// Checks that the program that answers HTTP need not hold the socket of a container engine: whoever can
    /// use it can do everything on its machine.
    ///
    /// # Errors
    /// When only a worker may have the engine, and none is named.
    pub fn check_for_serve(&self) -> Result<(), ConfigError> {
        match (&self.engine, self.workers.is_empty()) {
            (EngineKind::Docker(_), true) => Err(ConfigError::BadValue {
                variable: list::FLEET_WORKERS.name,
                shown: Shown::NotSet,
                origin: "but FLEET_ENGINE is docker, and the program that answers HTTP never holds the socket of a container engine".into(),
                expected: "the socket of an `oxeye-fleet worker`, such as unix:/run/oxeye/fleet.sock,".into(),
            }),
            _ => Ok(()),
        }
    }

    /// Returns whether the workers are on several machines, and players are sent to one of them only.
    #[must_use]
    pub fn has_one_address_for_several_machines(&self) -> bool {
        public_address::leads_to_one_of(&self.public_address, &self.workers)
    }

    /// Returns the path of the file with the operator token.
    #[must_use]
    pub fn operator_token_path(&self) -> PathBuf {
        self.data.join("operator.token")
    }

    /// Returns the path of the store.
    #[must_use]
    pub fn store_path(&self) -> PathBuf {
        self.data.join("fleet.db")
    }
}

fn limits(from: &Sources, own_ports: Vec<u16>) -> Result<Limits, ConfigError> {
    // The original design has this setting for servers in reserve, but never started one.
    from.number(list::MIN_SERVERS, 0..=0, "servers in reserve")?;
    let max_servers = from.size(list::MAX_SERVERS, 1..=MOST_SERVERS, "servers")?;
    let first_port = first_port(from, max_servers)?;
    let ports = u16::try_from(max_servers * PORTS_PER_SERVER).unwrap_or(u16::MAX);
    let grace = either(from, list::FLEET_HEARTBEAT_GRACE, list::HEARTBEAT_GRACE);
    Ok(Limits {
        max_servers,
        max_players: from.size(list::MAX_PLAYERS_PER_SERVER, 1..=1_000, "players")?,
        ports: first_port..=first_port.saturating_add(ports.saturating_sub(1)),
        own_ports,
        idle: from.seconds(list::INACTIVITY_SHUTDOWN, 1..=86_400)?,
        heartbeat_grace: from.seconds(grace, 0..=3_600)?,
        delete_after: from.seconds(list::CLEANUP_DELETE, 0..=31_536_000)?,
        start: from.seconds(list::FLEET_START_TIMEOUT, 1..=3_600)?,
        stop_grace: from.seconds(list::FLEET_STOP_GRACE, 1..=3_600)?,
        port_rest: from.seconds(list::FLEET_PORT_REST, 0..=3_600)?,
        discards_worlds: from.word(list::FLEET_WORLDS, [("keep", false), ("discard", true)])?,
        worker_lost_after: from.seconds(list::FLEET_WORKER_LOST_AFTER, 1..=86_400)?,
        ..Limits::default()
    })
}

/// Reads the first port of the game servers: there has to be one for each, up to 65535.
fn first_port(from: &Sources, max_servers: usize) -> Result<u16, ConfigError> {
    let ports = usize::from(u16::MAX) + 1;
    let last = u16::try_from(ports - max_servers).unwrap_or(u16::MAX);
    let expected =
        format!("a port from 1024 to {last}, one for each of MAX_SERVERS={max_servers},");
    let port = from.optional(list::SERVER_PORT_START, &expected, |text| {
        text.parse()
            .ok()
            .filter(|port| (1024..=last).contains(port))
    })?;
    Ok(port.unwrap_or(1024))
}

/// Returns `short` if only that is given, and otherwise `ours`.
fn either(from: &Sources, ours: Setting, short: Setting) -> Setting {
    let is_given = |setting| {
        from.find(setting)
            .is_some_and(|given| given.origin != Origin::Default)
    };
    match !is_given(ours) && is_given(short) {
        true => short,
        false => ours,
    }
}

fn oxeye(from: &Sources) -> Result<Option<OxeyeSettings>, ConfigError> {
    let Some(url) = places::web_address(from, list::OXEYE_URL)? else {
        return Ok(None);
    };
    let token = from.secret(list::OXEYE_TOKEN, token_file::MIN_LENGTH)?;
    let Some(token) = token else {
        return Err(ConfigError::BadValue {
            variable: list::OXEYE_TOKEN.name,
            shown: Shown::NotSet,
            origin: "but OXEYE_URL is".into(),
            expected: "the operator token of that Oxeye".into(),
        });
    };
    Ok(Some(OxeyeSettings {
        url,
        token,
        guild_id: from.number(list::OXEYE_GUILD_ID, 0..=u64::MAX, "digits")?,
    }))
}

#[cfg(test)]
mod tests;
