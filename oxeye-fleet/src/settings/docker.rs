//! What the engine `docker` gives to the containers of game servers.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Where the container engine is, and what each container gets from it.
#[derive(Debug, Clone, PartialEq)]
pub struct ContainerSettings {
    /// The socket of Docker or podman.
    pub socket: PathBuf,
    /// The image of the game server. It has to be there already.
    pub image: String,
    /// Where the server listens inside its container.
    pub port: ContainerPort,
    /// Variables for the server, as `NAME=VALUE`.
    pub variables: Vec<String>,
    /// The user that the server runs as; otherwise, that of the image.
    pub user: Option<String>,
    /// A network that the operator has made; otherwise, the fleet makes its own.
    pub network: Option<String>,
    /// The address of this machine at which players reach the servers.
    pub bind: IpAddr,
    /// The path at which a server finds its player's world.
    pub mount: String,
    /// The most memory of a server in bytes.
    pub memory_bytes: i64,
    /// The most processor time of a server, in billionths of a core.
    pub nano_cpus: i64,
    /// The most processes and threads of a server.
    pub pids: i64,
    /// How long a server may take to exit if the engine itself stops it.
    pub stop_grace: Duration,
}

/// A port inside a container, such as `25565` or `19132/udp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContainerPort {
    /// Its number.
    pub number: u16,
    /// Whether it is one of UDP.
    pub is_udp: bool,
}

impl std::fmt::Display for ContainerPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let protocol = if self.is_udp { "udp" } else { "tcp" };
        write!(f, "{}/{protocol}", self.number)
    }
}
