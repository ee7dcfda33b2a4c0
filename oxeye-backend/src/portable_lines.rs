//! The lines of an export: JSON, with a header on the first line.
//!
//! | module     | subject                                  |
//! |------------|------------------------------------------|
//! | `activity` | the lines about what players did         |
//! | `reading`  | what the meaning of a line depends on    |
//! | `refusal`  | why lines are not imported               |
//! | `settings` | the line about what a guild has set      |

mod activity;
mod reading;
mod refusal;
mod settings;

use oxeye_db::{PortablePlaytime, PortableRecord, PortableStay, ReportedUuid, SessionEnd, Uuid};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

use self::activity::{CounterLine, EventLine, PlayerLine, ValueLine};
pub(crate) use self::reading::ReadContext;
pub(crate) use self::refusal::{BadLine, ImportRefusal, with_stop};
use self::settings::SettingsLine;
use crate::api_messages::guild_id::WrittenGuildId;
use crate::api_messages::members::MemberLine;
use crate::api_messages::refusal::{Reason, Why};

/// The version that we write. A newer Oxeye writes a higher one.
pub(crate) const VERSION: u32 = 7;

/// The version in which guild ids were numbers.
pub(crate) const NUMERIC_IDS_VERSION: u32 = 1;

/// The limit on a line. Ours are shorter: the longest hold the details of an event, of which each character may be
/// escaped.
pub(crate) const MAX_LINE_BYTES: usize = 8192;

/// The first line of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// The version of the lines.
    pub(crate) oxeye: u32,
    /// When the export was made.
    pub(crate) exported_at: UnixSeconds,
}

/// Any other line of an export.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Line {
    /// A server.
    Server {
        guild_id: WrittenGuildId,
        /// `name` before version 3.
        #[serde(alias = "name")]
        server: ServerName,
    },
    /// A session. While it is open, `left_at` and `ended` are `null` and `seen_at` is the latest evidence of it.
    Session {
        guild_id: WrittenGuildId,
        server: ServerName,
        player: PlayerName,
        joined_at: UnixSeconds,
        left_at: Option<UnixSeconds>,
        ended: Option<String>,
        seen_at: UnixSeconds,
        /// The account whose session it was, if a report of it said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<Uuid>,
    },
    /// Playtime from before Oxeye.
    ImportedPlaytime {
        guild_id: WrittenGuildId,
        server: ServerName,
        player: PlayerName,
        /// `seconds` before version 3.
        #[serde(alias = "seconds")]
        playtime_secs: u32,
        /// The account whose playtime it is, if that is known. Version 7.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<Uuid>,
    },
    /// An account that used a name on the servers of a guild.
    PlayerUuid {
        guild_id: WrittenGuildId,
        player: PlayerName,
        uuid: Uuid,
        first_reported_at: UnixSeconds,
        last_reported_at: UnixSeconds,
    },
    /// A member of a guild who is linked to a player.
    LinkedMember(MemberLine),
    /// What a guild has set for itself.
    GuildSettings(SettingsLine),
    ActivityPlayer(PlayerLine),
    ActivityCounter(CounterLine),
    ActivityValue(ValueLine),
    ActivityEvent(EventLine),
}

impl From<PortableRecord> for Line {
    fn from(record: PortableRecord) -> Line {
        match record {
            PortableRecord::Server(place) => Line::Server {
                guild_id: WrittenGuildId::Digits(place.guild),
                server: place.server,
            },
            PortableRecord::Session(place, player, stay) => Line::Session {
                guild_id: WrittenGuildId::Digits(place.guild),
                server: place.server,
                player,
                joined_at: stay.joined_at,
                left_at: stay.end.map(|(left_at, _)| left_at),
                ended: stay.end.map(|(_, how)| how.as_str().to_owned()),
                seen_at: stay.seen_at,
                account: stay.account,
            },
            PortableRecord::ImportedPlaytime(place, player, playtime) => Line::ImportedPlaytime {
                guild_id: WrittenGuildId::Digits(place.guild),
                server: place.server,
                player,
                playtime_secs: playtime.seconds,
                account: playtime.account,
            },
            PortableRecord::PlayerUuid(guild, player, reported) => Line::PlayerUuid {
                guild_id: WrittenGuildId::Digits(guild),
                player,
                uuid: reported.uuid,
                first_reported_at: reported.first_reported_at,
                last_reported_at: reported.last_reported_at,
            },
            PortableRecord::LinkedMember(member) => Line::LinkedMember(member.into()),
            PortableRecord::GuildSettings(guild, settings) => {
                Line::GuildSettings(SettingsLine::new(guild, &settings))
            }
            PortableRecord::Activity(activity) => activity.into(),
        }
    }
}

impl Line {
    /// Returns the record in the line, if its values are possible.
    pub(crate) fn into_record(self, reading: &ReadContext) -> Result<PortableRecord, BadLine> {
        match self {
            Line::Server { guild_id, server } => {
                reading.place(guild_id, server).map(PortableRecord::Server)
            }
            Line::Session {
                guild_id,
                server,
                player,
                joined_at,
                left_at,
                ended,
                seen_at,
                account,
            } => {
                let stay = PortableStay {
                    account,
                    joined_at,
                    seen_at,
                    end: end(left_at, ended.as_deref())?,
                };
                let stay = stay.checked(reading.now)?;
                let place = reading.place(guild_id, server)?;
                Ok(PortableRecord::Session(place, player, stay))
            }
            Line::ImportedPlaytime {
                guild_id,
                server,
                player,
                playtime_secs: seconds,
                account,
            } => {
                let place = reading.place(guild_id, server)?;
                let playtime = PortablePlaytime { seconds, account };
                Ok(PortableRecord::ImportedPlaytime(place, player, playtime))
            }
            Line::PlayerUuid {
                guild_id,
                player,
                uuid,
                first_reported_at,
                last_reported_at,
            } => {
                let reported = ReportedUuid {
                    uuid,
                    first_reported_at,
                    last_reported_at,
                };
                let reported = check_times(reported, reading.now)?;
                let guild = reading.guild(guild_id)?;
                Ok(PortableRecord::PlayerUuid(guild, player, reported))
            }
            Line::LinkedMember(line) => Ok(line.into_record(reading.into_guild)),
            Line::GuildSettings(line) => line.into_record(reading),
            Line::ActivityPlayer(line) => line.into_record(reading).map(PortableRecord::Activity),
            Line::ActivityCounter(line) => line.into_record(reading).map(PortableRecord::Activity),
            Line::ActivityValue(line) => line.into_record(reading).map(PortableRecord::Activity),
            Line::ActivityEvent(line) => line.into_record(reading).map(PortableRecord::Activity),
        }
    }
}

fn check_times(reported: ReportedUuid, now: UnixSeconds) -> Result<ReportedUuid, Why> {
    if !reported.is_possible(now) {
        let words = "a UUID needs first_reported_at <= last_reported_at, and neither in the future";
        return Err(Why::coded(Reason::AccountTimes, words));
    }
    Ok(reported)
}

fn end(
    left_at: Option<UnixSeconds>,
    ended: Option<&str>,
) -> Result<Option<(UnixSeconds, SessionEnd)>, Why> {
    match (left_at, ended) {
        (None, None) => Ok(None),
        (Some(left_at), Some(word)) => match SessionEnd::from_word(word) {
            Some(how) => Ok(Some((left_at, how))),
            None => Err(unknown_end()),
        },
        _ => {
            let words = "a session has both left_at and ended, or neither while it is open";
            Err(Why::coded(Reason::SessionHalfEnded, words))
        }
    }
}

fn unknown_end() -> Why {
    let known = SessionEnd::ALL.map(SessionEnd::as_str);
    let words = format!("`ended` is one of {}", known.join(", "));
    let known = known.map(str::to_owned).to_vec();
    Why::coded(Reason::SessionEndUnknown { known }, words)
}

#[cfg(test)]
mod tests;
