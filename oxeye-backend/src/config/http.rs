//! The settings of the HTTP server: where it listens, and what everyone who connects may do.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use ipnet::IpNet;

use oxeye_process::config::{ConfigError, Sources, Unit};

use super::list;

/// Where HTTP listens, and the limits that do not depend on who is asking.
#[derive(Debug, Clone)]
pub(crate) struct HttpSettings {
    /// The address to listen on. With port 0 the system chooses one.
    pub(crate) listen: SocketAddr,
    /// The address of the operator API, if it has one of its own.
    pub(crate) operator_listen: Option<SocketAddr>,
    /// The peers whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// The largest request body, in bytes.
    pub(crate) request_body_limit: usize,
    /// How long a body may take to arrive, and after that, the response to be made.
    pub(crate) request_timeout: Duration,
    /// Connections served at the same time.
    pub(crate) max_connections: usize,
    /// Attempts to redeem a link code, per minute and IP address.
    pub(crate) link_attempts_per_min: NonZeroU32,
}

impl HttpSettings {
    pub(super) fn read(from: &Sources) -> Result<HttpSettings, ConfigError> {
        let host = from.required(list::HOST, "an IP address such as 0.0.0.0 or ::1")?;
        let port = "a port number from 0 to 65535 (0 lets the system choose)";
        let link_attempts = list::RATE_LIMIT_CONNECT_PER_MIN;
        let listen = SocketAddr::new(host, from.required(list::PORT, port)?);
        let expected =
            "an IP address with a port such as 127.0.0.1:3001, different from HOST and PORT,";
        let is_free = |address| !overlap(address, listen);
        Ok(HttpSettings {
            listen,
            operator_listen: from.socket_address(list::OPERATOR_LISTEN, expected, is_free)?,
            trusted_proxies: from.networks(list::TRUSTED_PROXIES)?,
            request_body_limit: from.size(
                list::REQUEST_BODY_LIMIT,
                1 << 10..=16 << 20,
                Unit::Bytes,
            )?,
            request_timeout: from.seconds(list::REQUEST_TIMEOUT_SECS, 1..=600)?,
            max_connections: from.size(list::MAX_CONNECTIONS, 1..=1_000_000, Unit::Connections)?,
            link_attempts_per_min: from.rate(link_attempts, 1..=10_000, Unit::AttemptsPerMinute)?,
        })
    }
}

/// Returns whether two addresses cannot be listened on at the same time.
fn overlap(one: SocketAddr, other: SocketAddr) -> bool {
    let is_everywhere = one.ip().is_unspecified() || other.ip().is_unspecified();
    one.port() != 0 && one.port() == other.port() && (is_everywhere || one.ip() == other.ip())
}
