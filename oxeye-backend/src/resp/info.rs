//! `INFO`: what clients want to know of the server.

use super::keyspace::Keyspace;
use super::listing::Reach;
use super::replies::Replies;

/// The version of Redis whose behaviour we follow.
pub(super) const REDIS_VERSION: &str = "7.0.15";

/// The sections, in order.
const SECTIONS: [&str; 4] = ["server", "clients", "replication", "keyspace"];

/// Answers with all sections, or with those that are named.
pub(super) async fn answer(
    named: &[Vec<u8>],
    reach: Reach,
    keyspace: &Keyspace,
    replies: &mut Replies,
) {
    let named: Vec<_> = named.iter().map(|name| name.to_ascii_lowercase()).collect();
    let is_wanted = |section: &str| {
        let is_all = |name: &[u8]| matches!(name, b"all" | b"default" | b"everything");
        let mut named_so = named.iter().map(Vec::as_slice);
        named.is_empty() || named_so.any(|name| is_all(name) || name == section.as_bytes())
    };
    let mut sections = Vec::new();
    for section in SECTIONS.into_iter().filter(|section| is_wanted(section)) {
        sections.push(match section {
            "server" => format!(
                "# Server\r\nredis_version:{REDIS_VERSION}\r\nredis_mode:standalone\r\noxeye_version:{}\r\nprocess_id:{}\r\n",
                env!("CARGO_PKG_VERSION"),
                std::process::id(),
            ),
            "clients" => format!(
                "# Clients\r\nconnected_clients:{}\r\nmaxclients:{}\r\n",
                keyspace.clients.count(),
                super::clients::MAX_CLIENTS,
            ),
            "replication" => {
                "# Replication\r\nrole:slave\r\nslave_read_only:1\r\nconnected_slaves:0\r\n"
                    .to_owned()
            }
            _ => match keyspace.listing(reach).await {
                Ok(listing) => listing.described(),
                Err(refusal) => return replies.error(&refusal.to_string()),
            },
        });
    }
    replies.verbatim(&sections.join("\r\n"));
}
