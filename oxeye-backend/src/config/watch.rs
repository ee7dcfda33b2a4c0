//! The settings of watched addresses.

use std::net::SocketAddr;
use std::time::Duration;

use oxeye_probe::AddressPolicy;

use oxeye_process::config::{ConfigError, Sources, Unit};

use super::list;

/// Which addresses may be watched, how many, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WatchSettings {
    /// Which IP addresses may be asked.
    pub(crate) policy: AddressPolicy,
    /// The DNS server; `None` for those of the system.
    pub(crate) dns: Option<SocketAddr>,
    /// How often each address is asked.
    pub(crate) interval: Duration,
    /// Maximum number of addresses in one guild.
    pub(crate) per_guild: usize,
    /// Maximum number of addresses in all guilds.
    pub(crate) total: usize,
}

/// Returns the settings; `None` if no address is watched. Their values are checked even then.
pub(super) fn read(from: &Sources) -> Result<Option<WatchSettings>, ConfigError> {
    let words = [
        ("public", Some(AddressPolicy::Public)),
        ("any", Some(AddressPolicy::Any)),
        ("off", None),
    ];
    let policy = from.word(list::WATCH_ADDRESSES, words)?;
    let expected = "an IP address with a port such as 192.0.2.53:53";
    let dns = from.socket_address(list::WATCH_DNS_SERVER, expected, |dns| dns.port() != 0)?;
    let interval = from.seconds(list::WATCH_INTERVAL_SECS, 1..=30)?;
    let per_guild = from.size(list::WATCH_PER_GUILD, 0..=1_000, Unit::Addresses)?;
    let total = from.size(list::WATCH_TOTAL, 0..=10_000, Unit::Addresses)?;
    Ok(policy.map(|policy| WatchSettings {
        policy,
        dns,
        interval,
        per_guild,
        total,
    }))
}
