//! The JSON of how much of the time a server was up.

use oxeye_db::GuildId;
use oxeye_db::record::uptime::{Stretch, Uptime};
use oxeye_plugin_proto::{ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

/// The response of `GET /api/servers/{guild_id}/{server}/uptime`. Both lists have the newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UptimeReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The name of the server, unique in its guild.
    pub(crate) server: ServerName,
    /// The number of days asked for.
    pub(crate) day_count: u16,
    /// When the report begins: that many days ago, or with the first record of the server.
    pub(crate) from_at: UnixSeconds,
    /// When the report ends: now.
    pub(crate) to_at: UnixSeconds,
    /// The share of the known time that the server was up, in percent with at most two decimals. It is 100 only without
    /// any outage, and `null` if nothing is known.
    pub(crate) up_percent: Option<f64>,
    /// How long the server was up.
    pub(crate) up_secs: u64,
    /// How long it was down or starting.
    pub(crate) down_secs: u64,
    /// How long nothing is known.
    pub(crate) unknown_secs: u64,
    /// The number of outages.
    pub(crate) outage_count: usize,
    /// The outages, up to the limit.
    pub(crate) outages: Vec<StretchLine>,
    /// The number of times about which nothing is known.
    pub(crate) gap_count: usize,
    /// The times about which nothing is known, up to the limit.
    pub(crate) gaps: Vec<StretchLine>,
}

/// An outage, or a time about which nothing is known.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StretchLine {
    /// When it began, perhaps before the report.
    pub(crate) from_at: UnixSeconds,
    /// When it ended; `null` while it lasts.
    pub(crate) to_at: Option<UnixSeconds>,
    /// The state that followed: `up`, `down`, `starting` or `unknown`; `null` while it lasts.
    pub(crate) ended: Option<String>,
    /// How it is known, or why nothing is.
    pub(crate) known_by: String,
}

impl UptimeReport {
    pub(crate) fn new(
        guild_id: GuildId,
        server: ServerName,
        day_count: u16,
        uptime: &Uptime,
    ) -> UptimeReport {
        UptimeReport {
            guild_id,
            server,
            day_count,
            from_at: uptime.span.from,
            to_at: uptime.span.to,
            up_percent: uptime.share().map(|share| f64::from(share) / 100.0),
            up_secs: uptime.up.as_secs(),
            down_secs: uptime.down.as_secs(),
            unknown_secs: uptime.unknown.as_secs(),
            outage_count: uptime.outage_count,
            outages: uptime.outages.iter().map(StretchLine::from).collect(),
            gap_count: uptime.gap_count,
            gaps: uptime.gaps.iter().map(StretchLine::from).collect(),
        }
    }
}

impl From<&Stretch> for StretchLine {
    fn from(stretch: &Stretch) -> StretchLine {
        StretchLine {
            from_at: stretch.from,
            to_at: stretch.to,
            ended: stretch.next.map(|next| next.as_str().to_owned()),
            known_by: stretch.known_by.as_str().to_owned(),
        }
    }
}
