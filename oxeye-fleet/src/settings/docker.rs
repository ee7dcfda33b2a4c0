//! What the engine `docker` gives to the containers of game servers.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use oxeye_process::config::{ConfigError, Shown, Sources};

use super::list;

/// Where the container engine is, and what each container gets from it.
#[derive(Debug, Clone, PartialEq, Eq)]
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

impl ContainerSettings {
    /// Returns the memory of the machine and what a server may use, in MB, if a server may use more than there is.
    pub(crate) fn lacking_memory(&self, machine_bytes: u64) -> Option<(String, String)> {
        let server_bytes = u64::try_from(self.memory_bytes).unwrap_or_default();
        let shown = |bytes: u64| (bytes >> 20).to_string();
        (machine_bytes < server_bytes).then(|| (shown(machine_bytes), shown(server_bytes)))
    }
}

/// Reads what containers get.
pub(super) fn read(from: &Sources) -> Result<ContainerSettings, ConfigError> {
    let Some(image) = from.optional(list::FLEET_DOCKER_IMAGE, "the name of an image", one_word)?
    else {
        return Err(ConfigError::BadValue {
            variable: list::FLEET_DOCKER_IMAGE.name,
            shown: Shown::NotSet,
            origin: "but FLEET_ENGINE is docker".into(),
            expected: "the name of an image".into(),
        });
    };
    let user = from.optional(
        list::FLEET_DOCKER_USER,
        "a user such as 1000:1000",
        one_word,
    )?;
    let network = "the name of a network of its own, not host or none";
    let network = from.optional(list::FLEET_DOCKER_NETWORK, network, network_name)?;
    let variables = "variables such as EULA=TRUE 'MOTD=A b', with closed quotes";
    let variables = from.optional(list::FLEET_DOCKER_ENV, variables, variables_in)?;
    let port = "a port inside the container such as 25565 or 19132/udp";
    let port = from.optional(list::FLEET_DOCKER_PORT, port, container_port)?;
    let mount = "an absolute path inside the container other than /";
    let mount = from.optional(list::FLEET_DOCKER_MOUNT, mount, mount_path)?;
    let cpus = "a number of cores from 0.01 to 1024 such as 1.5";
    let cpus = from.optional(list::FLEET_DOCKER_CPUS, cpus, nano_cpus)?;
    let megabytes = from.number(list::FLEET_DOCKER_MEMORY_MB, 16..=4_194_304, "megabytes")?;
    let pids = from.number(list::FLEET_DOCKER_PIDS, 1..=1_000_000, "processes")?;
    Ok(ContainerSettings {
        socket: from.path(list::FLEET_DOCKER_SOCKET)?,
        image,
        port: port.unwrap_or(ContainerPort {
            number: 25_565,
            is_udp: false,
        }),
        variables: variables.unwrap_or_default(),
        user,
        network,
        bind: from.required(list::FLEET_DOCKER_BIND, "an address of this machine")?,
        mount: mount.unwrap_or_default(),
        memory_bytes: signed(megabytes << 20),
        nano_cpus: cpus.unwrap_or_default(),
        pids: signed(pids),
        stop_grace: from.seconds(list::FLEET_STOP_GRACE, 1..=3_600)?,
    })
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn one_word(text: &str) -> Option<String> {
    let is_one = !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
    is_one.then(|| text.to_owned())
}

/// Whatever shares a network with the machine or with another container is not apart from it.
fn network_name(text: &str) -> Option<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let is_own = !matches!(text, "" | "host" | "none") && text.chars().all(is_name);
    is_own.then(|| text.to_owned())
}

fn variables_in(text: &str) -> Option<Vec<String>> {
    let variables = shlex::split(text)?;
    let is_named = |variable: &String| variable.find('=').is_some_and(|end| end > 0);
    variables.iter().all(is_named).then_some(variables)
}

fn container_port(text: &str) -> Option<ContainerPort> {
    let (number, is_udp) = match text.strip_suffix("/udp") {
        Some(number) => (number, true),
        None => (text.strip_suffix("/tcp").unwrap_or(text), false),
    };
    let number = number.parse().ok().filter(|number| *number > 0)?;
    Some(ContainerPort { number, is_udp })
}

fn mount_path(text: &str) -> Option<String> {
    let is_path = text.len() > 1 && text.starts_with('/') && !text.contains([':', ',', ' ']);
    is_path.then(|| text.to_owned())
}

/// Reads a number of cores with up to three decimals.
fn nano_cpus(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(part) || part.len() > 3 {
        return None;
    }
    let thousandths: i64 = format!("{part:0<3}").parse().ok()?;
    let whole: i64 = whole.parse().ok().filter(|whole| *whole <= 1_024)?;
    let nanos = whole * 1_000_000_000 + thousandths * 1_000_000;
    (10_000_000..=1_024_000_000_000)
        .contains(&nanos)
        .then_some(nanos)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{EngineKind, Settings};

    fn with(values: &[(&'static str, &str)]) -> Result<EngineKind, ConfigError> {
        let mut all = vec![("FLEET_ENGINE", "docker"), ("FLEET_DOCKER_IMAGE", "game:1")];
        all.extend(values);
        Settings::of(&all).map(|settings| settings.engine)
    }

    #[track_caller]
    fn containers(values: &[(&'static str, &str)]) -> ContainerSettings {
        match with(values) {
            Ok(EngineKind::Docker(containers)) => *containers,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_image_is_enough() {
        let containers = containers(&[]);

        assert_eq!(containers.image, "game:1");
        assert_eq!(containers.port.to_string(), "25565/tcp");
        assert_eq!(containers.memory_bytes, 2_048 << 20);
        assert_eq!(containers.nano_cpus, 2_000_000_000);
        assert_eq!(containers.mount, "/data");
        assert_eq!(containers.stop_grace, Duration::from_secs(60));
        let missing = Settings::of(&[("FLEET_ENGINE", "docker")]).unwrap_err();
        assert_eq!(
            missing.to_string(),
            "FLEET_DOCKER_IMAGE is not set (but FLEET_ENGINE is docker), but the name of an image is expected"
        );
    }

    #[test]
    fn a_server_may_not_need_more_memory_than_the_machine_has() {
        let containers = containers(&[("FLEET_DOCKER_MEMORY_MB", "1024")]);

        assert_eq!(containers.lacking_memory(1 << 30), None);
        let lacking = containers.lacking_memory((1 << 30) - 1);
        assert_eq!(lacking, Some(("1023".to_owned(), "1024".to_owned())));
    }

    #[test]
    fn everything_can_be_said() {
        let containers = containers(&[
            ("FLEET_DOCKER_PORT", "19132/udp"),
            ("FLEET_DOCKER_CPUS", "0.25"),
            ("FLEET_DOCKER_ENV", "EULA=TRUE 'MOTD=A b'"),
            ("FLEET_DOCKER_USER", "1000:1000"),
            ("FLEET_DOCKER_NETWORK", "games"),
            ("FLEET_DOCKER_BIND", "::1"),
        ]);

        assert_eq!(containers.port.to_string(), "19132/udp");
        assert_eq!(containers.nano_cpus, 250_000_000);
        assert_eq!(containers.variables, ["EULA=TRUE", "MOTD=A b"]);
        assert!(containers.bind.is_ipv6());
    }

    #[test]
    fn what_cannot_work_or_would_give_too_much_is_refused() {
        for (name, value) in [
            ("FLEET_DOCKER_PORT", "0"),
            ("FLEET_DOCKER_PORT", "25565/sctp"),
            ("FLEET_DOCKER_CPUS", "0"),
            ("FLEET_DOCKER_CPUS", "2000"),
            ("FLEET_DOCKER_CPUS", "-1"),
            ("FLEET_DOCKER_CPUS", "1.5e3"),
            ("FLEET_DOCKER_ENV", "EULA"),
            ("FLEET_DOCKER_ENV", "'A=b"),
            ("FLEET_DOCKER_NETWORK", "host"),
            ("FLEET_DOCKER_NETWORK", "container:db"),
            ("FLEET_DOCKER_MOUNT", "/"),
            ("FLEET_DOCKER_MOUNT", "data"),
            ("FLEET_DOCKER_MOUNT", "/data:/etc"),
            ("FLEET_DOCKER_BIND", "localhost"),
            ("FLEET_DOCKER_IMAGE", "two words"),
            ("FLEET_DOCKER_MEMORY_MB", "1"),
        ] {
            let refused = with(&[(name, value)]).unwrap_err().to_string();
            assert!(refused.starts_with(name), "{refused}");
        }
    }
}
