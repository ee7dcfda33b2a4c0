//! Every setting, its default and what is wrong with a value. Names of the original design are kept;
//! our own begin with `FLEET_`.
//!
//! | setting | default | meaning |
//! |---|---|---|
//! | `FLEET_LISTEN` | `0.0.0.0:8090` | where players and the feed come in; a list |
//! | `FLEET_DASHBOARD_LISTEN` | `0.0.0.0:3001` | the dashboard; `off` |
//! | `FLEET_DATA` | `oxeye-fleet-data` | folder for the store, worlds, output and `operator.token` |
//! | `FLEET_ENGINE` | `process` | the engine |
//! | `FLEET_COMMAND` | the built-in tiny server | command with `{port}`, `{player}`, `{world}`; no shell |
//! | `FLEET_READY_PROBE` (also `READY_PROBE`) | `ping` | `ping`, `tcp`, `http:/path`, `after:5s` |
//! | `FLEET_PUBLIC_ADDRESS` (also `PUBLIC_ADDRESS`) | `http://localhost:{port}` | the URL that players get, with `{port}`; a bare host becomes `http://HOST:{port}` |
//! | `MAX_SERVERS` | 50 | most live servers |
//! | `MAX_PLAYERS_PER_SERVER` | 1 | most players on one server |
//! | `MIN_SERVERS` | 0 | anything else is refused |
//! | `INACTIVITY_SHUTDOWN` | 10 | seconds |
//! | `CLEANUP_DELETE` | 30 | seconds |
//! | `FLEET_HEARTBEAT_GRACE` (also `HEARTBEAT_GRACE`) | 5 | seconds |
//! | `FLEET_START_TIMEOUT` | 300 | seconds |
//! | `FLEET_STOP_GRACE` | 60 | seconds |
//! | `FLEET_PORT_REST` | 60 | seconds |
//! | `SERVER_PORT_START` | 8081 | first port of game servers |
//! | `FLEET_WORLDS` | `keep` | `keep`, `discard` |
//! | `PERSISTENT_SERVER_URL` | none | a server of the operator's that is always there |
//! | `BASE_IMAGE` | `procgen-phaser:latest` | shown, and used by container engines |
//! | `FLEET_JOIN_SECRET` | none | bearer token that joins must carry |
//! | `FLEET_JOINS_PER_MINUTE` | 60 | joins per address (IPv6: /64) |
//! | `FLEET_CORS_ORIGINS` | none | origins of pages that may call the API; `*` |
//! | `TRUSTED_PROXIES` | none | as in Oxeye |
//! | `OXEYE_URL`, `OXEYE_TOKEN`, `OXEYE_GUILD_ID` | none | the Oxeye in which each slot is a server |

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use oxeye_process::Secret;

use crate::rules::Limits;

/// The checked settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where players and the feed come in.
    pub listen: Vec<SocketAddr>,
    /// Where the dashboard is, if anywhere.
    pub dashboard_listen: Option<SocketAddr>,
    /// The folder of the store, the worlds and the output of servers.
    pub data: PathBuf,
    /// The command that the `process` engine runs; without one, the built-in tiny server.
    pub command: Option<Vec<String>>,
    /// How to see that a server is ready.
    pub ready_probe: ReadyProbe,
    /// The URL that players get, with `{port}`.
    pub public_address: String,
    /// How many servers there may be, and how long everything may take.
    pub limits: Limits,
    /// The URL of a server of the operator's that is always there.
    pub persistent_server_url: Option<String>,
    /// What `config.baseImage` says.
    pub base_image: String,
    /// The token that joins must carry.
    pub join_secret: Option<Secret>,
    /// Joins per address and minute.
    pub joins_per_minute: u32,
    /// Origins of pages that may call the API; `*` allows all.
    pub cors_origins: Vec<String>,
    /// Networks whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<String>,
    /// The token of operators, from `operator.token` in the data folder.
    pub operator_token: Secret,
}

/// How to see that a server is ready, and who is on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadyProbe {
    /// The server list ping of Minecraft answers with a version and a maximum.
    Ping,
    /// The port accepts connections.
    Tcp,
    /// A GET of this path is answered with a status under 400.
    Http(String),
    /// So much time has passed.
    After(Duration),
}
