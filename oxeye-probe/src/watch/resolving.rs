//! Where a host name leads, by the system's DNS servers or by one that was named.
//!
//! Answers are kept for as long as they say, within limits. Each question goes over UDP, so an answer
//! has at most 1,232 bytes, which bounds what the kept ones need.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use hickory_resolver::{
    Resolver, TokioResolver,
    config::{LookupIpStrategy, NameServerConfig, ResolverConfig, ResolverOpts},
    net::{NetError, runtime::TokioRuntimeProvider},
    proto::rr::{Name, RData, rdata::SRV},
    system_conf,
};
use tokio::time::{Instant, timeout};

use super::WatchError;

/// Where the system names its DNS servers.
const SYSTEM_FILE: &str = "/etc/resolv.conf";

/// How often we check whether the system's DNS servers have changed.
const SYSTEM_CHECK_INTERVAL: Duration = Duration::from_secs(60);

/// Time limit for one attempt, of which there are two.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(1_500);

/// Time limit for one question.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(3);

/// Largest number of answers that are kept.
const MAX_KEPT: u64 = 4_096;

/// Longest time for which an answer is kept.
const MAX_KEPT_FOR: Duration = Duration::from_secs(5 * 60);

/// Longest time for which we remember that a name does not exist: an admin may be about to add it.
const MAX_MISSING_FOR: Duration = Duration::from_secs(30);

/// The DNS servers that are asked.
#[derive(Debug)]
pub(super) struct Names {
    /// The server that was named, if any.
    fixed: Option<TokioResolver>,
    system: Mutex<Option<System>>,
}

/// The servers that the system names.
#[derive(Debug)]
struct System {
    resolver: TokioResolver,
    file: Vec<u8>,
    checked_at: Instant,
}

impl Names {
    pub(super) fn new(server: Option<SocketAddr>) -> Self {
        let fixed = server.and_then(|server| build(only(server), ResolverOpts::default()));
        let system = Mutex::new(None);
        Self { fixed, system }
    }

    /// Returns the target of the name's SRV record for Minecraft, if it has one.
    pub(super) async fn service(&self, host: &str) -> Result<Option<(String, u16)>, WatchError> {
        let Ok(name) = Name::from_ascii(format!("_minecraft._tcp.{host}.")) else {
            return Ok(None);
        };
        let resolver = self.resolver().ok_or(WatchError::NoDns)?;
        match limited(resolver.srv_lookup(name)).await {
            Ok(lookup) => {
                let records = lookup.answers().iter();
                let records = records.filter_map(|record| match &record.data {
                    RData::SRV(record) => Some(record),
                    _ => None,
                });
                Ok(best(records).map(target))
            }
            Err(WatchError::UnknownHost) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the IP addresses of a host, IPv4 first as the game does.
    pub(super) async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, WatchError> {
        // Some write an IP address into an SRV record.
        if let Ok(ip) = host.parse() {
            return Ok(vec![ip]);
        }
        let resolver = self.resolver().ok_or(WatchError::NoDns)?;
        // A name without a dot may be one of the operator's own network, which has a suffix there.
        let end = if host.contains('.') { "." } else { "" };
        let name = format!("{host}{end}");
        let found = limited(resolver.lookup_ip(name)).await?;
        let mut found: Vec<IpAddr> = found.iter().collect();
        found.sort_by_key(IpAddr::is_ipv6);
        Ok(found)
    }

    /// Returns the client for the DNS servers of now.
    fn resolver(&self) -> Option<TokioResolver> {
        if self.fixed.is_some() {
            return self.fixed.clone();
        }
        let mut system = self.system.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = system.as_mut() {
            let is_fresh = known.checked_at.elapsed() < SYSTEM_CHECK_INTERVAL;
            if is_fresh || fs::read(SYSTEM_FILE).is_ok_and(|file| file == known.file) {
                if !is_fresh {
                    known.checked_at = Instant::now();
                }
                return Some(known.resolver.clone());
            }
        }
        *system = System::read();
        system.as_ref().map(|system| system.resolver.clone())
    }
}

impl System {
    fn read() -> Option<Self> {
        let file = fs::read(SYSTEM_FILE).unwrap_or_default();
        // Without any server, the C library asks this machine.
        let local = || {
            (
                only((Ipv4Addr::LOCALHOST, 53).into()),
                ResolverOpts::default(),
            )
        };
        let (config, options) = system_conf::parse_resolv_conf(&file).unwrap_or_else(|_| local());
        let servers = config.name_servers().iter().map(|server| server.ip);
        let servers = servers.map(NameServerConfig::udp).collect();
        let config =
            ResolverConfig::from_parts(config.domain().cloned(), config.search().to_vec(), servers);
        Some(Self {
            resolver: build(config, options)?,
            file,
            checked_at: Instant::now(),
        })
    }
}

/// Returns the configuration that asks one server.
fn only(server: SocketAddr) -> ResolverConfig {
    let mut config = NameServerConfig::udp(server.ip());
    for connection in &mut config.connections {
        connection.port = server.port();
    }
    ResolverConfig::from_name_servers(vec![config])
}

fn build(config: ResolverConfig, mut options: ResolverOpts) -> Option<TokioResolver> {
    options.timeout = ATTEMPT_TIMEOUT;
    options.attempts = 1;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    options.cache_size = MAX_KEPT;
    options.positive_max_ttl = Some(MAX_KEPT_FOR);
    options.negative_max_ttl = Some(MAX_MISSING_FOR);
    options.max_active_requests = 1_024;
    options.edns0 = true;
    options.try_tcp_on_error = false;
    let provider = TokioRuntimeProvider::default();
    let mut builder = Resolver::builder_with_config(config, provider);
    *builder.options_mut() = options;
    builder.build().ok()
}

/// Waits for an answer for a limited time.
async fn limited<T>(lookup: impl Future<Output = Result<T, NetError>>) -> Result<T, WatchError> {
    match timeout(LOOKUP_TIMEOUT, lookup).await {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) if error.is_no_records_found() => Err(WatchError::UnknownHost),
        Ok(Err(_)) | Err(_) => Err(WatchError::NoDns),
    }
}

/// Returns the record with the lowest priority and, of several, the highest weight. A record that leads
/// to the root says that there is no such service.
fn best<'record>(records: impl Iterator<Item = &'record SRV>) -> Option<&'record SRV> {
    records
        .filter(|record| !record.target.is_root())
        .min_by_key(|record| (record.priority, std::cmp::Reverse(record.weight)))
}

fn target(record: &SRV) -> (String, u16) {
    let host = record.target.to_ascii();
    let host = host.strip_suffix('.').unwrap_or(&host);
    (host.to_lowercase(), record.port)
}
