//! The lines of an export: JSON, with a header on the first line.

use std::collections::HashSet;

use oxeye_db::{GuildId, Place, PortableRecord, PortableStay, ReportedUuid, SessionEnd, Uuid};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

use crate::api_messages::guild_id::{WrittenGuildId, may_be_rounded};

/// The version that we write. A newer Oxeye writes a higher one.
pub(crate) const VERSION: u32 = 3;

/// The version in which guild ids were numbers.
pub(crate) const NUMERIC_IDS_VERSION: u32 = 1;

/// The limit on a line. Ours are shorter than 1 KiB: at most two names, with each character escaped, and numbers.
pub(crate) const MAX_LINE_BYTES: usize = 4096;

/// The first line of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// The version of the lines.
    pub(crate) oxeye: u32,
    /// When the export was made.
    pub(crate) exported_at: UnixSeconds,
}

/// Any other line of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    },
    /// Playtime from before Oxeye.
    ImportedPlaytime {
        guild_id: WrittenGuildId,
        server: ServerName,
        player: PlayerName,
        /// `seconds` before version 3.
        #[serde(alias = "seconds")]
        playtime_secs: u32,
    },
    /// An account that used a name on the servers of a guild.
    PlayerUuid {
        guild_id: WrittenGuildId,
        player: PlayerName,
        uuid: Uuid,
        first_reported_at: UnixSeconds,
        last_reported_at: UnixSeconds,
    },
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
            },
            PortableRecord::ImportedPlaytime(place, player, seconds) => Line::ImportedPlaytime {
                guild_id: WrittenGuildId::Digits(place.guild),
                server: place.server,
                player,
                playtime_secs: seconds,
            },
            PortableRecord::PlayerUuid(guild, player, reported) => Line::PlayerUuid {
                guild_id: WrittenGuildId::Digits(guild),
                player,
                uuid: reported.uuid,
                first_reported_at: reported.first_reported_at,
                last_reported_at: reported.last_reported_at,
            },
        }
    }
}

/// What the meaning of a line depends on.
#[derive(Debug, Clone)]
pub(crate) struct ReadContext {
    /// The version in the header.
    pub(crate) version: u32,
    /// The guild into which all servers are imported. If given, the guilds in the lines do not matter.
    pub(crate) into_guild: Option<GuildId>,
    /// The guilds that have a server here. A number that equals one of them was not rounded.
    pub(crate) known: HashSet<GuildId>,
    /// The current time.
    pub(crate) now: UnixSeconds,
}

impl ReadContext {
    fn guild(&self, written: WrittenGuildId) -> Result<GuildId, String> {
        if let Some(guild) = self.into_guild {
            return Ok(guild);
        }
        match written {
            WrittenGuildId::Number(number) if self.version == NUMERIC_IDS_VERSION => {
                self.numeric_id(number)
            }
            written => written.exact().map_err(|error| error.to_string()),
        }
    }

    /// Reads the id in a line of the first version. We wrote it as an exact number, but another program may have
    /// rounded it since.
    fn numeric_id(&self, number: u64) -> Result<GuildId, String> {
        let guild = GuildId(number);
        if may_be_rounded(number) && !self.known.contains(&guild) {
            return Err(format!(
                "a program such as jq or JavaScript may have rounded the guild id {number}; export again, or write the right id as a string (\"guild_id\":\"{number}\" if it is this one), or name the guild of all servers with --guild"
            ));
        }
        Ok(guild)
    }
}

impl Line {
    /// Returns the record in the line, if its values are possible.
    pub(crate) fn into_record(self, reading: &ReadContext) -> Result<PortableRecord, String> {
        let place = |guild_id, server| -> Result<Place, String> {
            let guild = reading.guild(guild_id)?;
            Ok(Place { guild, server })
        };
        match self {
            Line::Server { guild_id, server } => {
                Ok(PortableRecord::Server(place(guild_id, server)?))
            }
            Line::Session {
                guild_id,
                server,
                player,
                joined_at,
                left_at,
                ended,
                seen_at,
            } => {
                let stay = PortableStay {
                    joined_at,
                    seen_at,
                    end: end(left_at, ended.as_deref())?,
                };
                let stay = stay
                    .checked(reading.now)
                    .map_err(|error| error.to_string())?;
                let place = place(guild_id, server)?;
                Ok(PortableRecord::Session(place, player, stay))
            }
            Line::ImportedPlaytime {
                guild_id,
                server,
                player,
                playtime_secs,
            } => {
                let place = place(guild_id, server)?;
                Ok(PortableRecord::ImportedPlaytime(
                    place,
                    player,
                    playtime_secs,
                ))
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
        }
    }
}

fn check_times(reported: ReportedUuid, now: UnixSeconds) -> Result<ReportedUuid, String> {
    if !reported.is_possible(now) {
        return Err(
            "a UUID needs first_reported_at <= last_reported_at, and neither in the future"
                .to_owned(),
        );
    }
    Ok(reported)
}

fn end(
    left_at: Option<UnixSeconds>,
    ended: Option<&str>,
) -> Result<Option<(UnixSeconds, SessionEnd)>, String> {
    match (left_at, ended) {
        (None, None) => Ok(None),
        (Some(left_at), Some(word)) => match SessionEnd::from_word(word) {
            Some(how) => Ok(Some((left_at, how))),
            None => Err(format!(
                "`ended` is one of {}",
                SessionEnd::ALL.map(SessionEnd::as_str).join(", ")
            )),
        },
        _ => Err("a session has both left_at and ended, or neither while it is open".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(version: u32) -> ReadContext {
        ReadContext {
            version,
            into_guild: None,
            known: HashSet::from([GuildId(1_234_567_890_123_456_800)]),
            now: UnixSeconds(1_000),
        }
    }

    #[track_caller]
    fn check(line: &str, expected: Result<(), &str>) {
        let read = serde_json::from_str::<Line>(line).map_err(|error| error.to_string());
        match (
            read.and_then(|line| line.into_record(&reading(VERSION))),
            expected,
        ) {
            (Ok(record), Ok(())) => {
                let again = serde_json::to_string(&Line::from(record)).unwrap();
                assert_eq!(again, line);
            }
            (Err(why), Err(expected)) => assert!(why.contains(expected), "{why}"),
            (read, _) => panic!("{line}: {read:?}"),
        }
    }

    #[test]
    fn every_line_is_read_back_unchanged() {
        check(
            r#"{"type":"server","guild_id":"7","server":"my server"}"#,
            Ok(()),
        );
        check(
            r#"{"type":"session","guild_id":"0","server":"a","player":"@every\"one","joined_at":1,"left_at":9,"ended":"stale","seen_at":5}"#,
            Ok(()),
        );
        check(
            r#"{"type":"session","guild_id":"0","server":"a","player":"b","joined_at":1,"left_at":null,"ended":null,"seen_at":5}"#,
            Ok(()),
        );
        check(
            r#"{"type":"imported_playtime","guild_id":"0","server":"a","player":"b","playtime_secs":60}"#,
            Ok(()),
        );
        check(
            r#"{"type":"player_uuid","guild_id":"0","player":"b","uuid":"853c80ef-3c37-49fd-aa49-938b674adae6","first_reported_at":1,"last_reported_at":9}"#,
            Ok(()),
        );
    }

    #[test]
    fn lines_of_earlier_versions_are_read() {
        let server = r#"{"type":"server","guild_id":"7","name":"a"}"#;
        let playtime =
            r#"{"type":"imported_playtime","guild_id":"0","server":"a","player":"b","seconds":60}"#;

        for line in [server, playtime] {
            let line: Line = serde_json::from_str(line).unwrap();
            line.into_record(&reading(NUMERIC_IDS_VERSION + 1)).unwrap();
        }
    }

    #[test]
    fn impossible_times_are_refused() {
        let session = |times: &str| {
            format!(
                r#"{{"type":"session","guild_id":"0","server":"a","player":"b",{times},"ended":"left"}}"#
            )
        };
        let times = r#""joined_at":5,"seen_at":4,"left_at":6"#;
        check(&session(times), Err("joined_at <= seen_at"));
        let times = r#""joined_at":5,"seen_at":7,"left_at":6"#;
        check(&session(times), Err("seen_at <= left_at"));
        let times = r#""joined_at":5,"seen_at":9,"left_at":2000"#;
        check(&session(times), Err("future"));
        let times = r#""joined_at":1700000000000,"seen_at":9,"left_at":10"#;
        check(&session(times), Err("milliseconds"));
        let times = r#""joined_at":-1,"seen_at":9,"left_at":10"#;
        check(&session(times), Err("before 1970"));
        let times = r#""joined_at":1,"seen_at":9,"left_at":null"#;
        check(&session(times), Err("both left_at and ended"));
        check(r#"{"type":"player"}"#, Err("unknown variant"));
    }

    #[track_caller]
    fn check_guild(version: u32, id: &str, expected: Result<u64, &str>) {
        let line = format!(r#"{{"type":"server","guild_id":{id},"server":"a"}}"#);
        let line: Line = serde_json::from_str(&line).unwrap();
        match (line.into_record(&reading(version)), expected) {
            (Ok(record), Ok(id)) => assert_eq!(record.guild(), GuildId(id)),
            (Err(why), Err(words)) => assert!(why.contains(words), "{why}"),
            (read, _) => panic!("{id}: {read:?}"),
        }
    }

    #[test]
    fn a_guild_id_that_was_rounded_is_refused() {
        check_guild(VERSION, "7", Ok(7));
        check_guild(VERSION, "1234567890123456789", Err("a string of digits"));
        let exact = 1_234_567_890_123_456_789;
        check_guild(NUMERIC_IDS_VERSION, "1234567890123456789", Ok(exact));
        check_guild(NUMERIC_IDS_VERSION, "\"1234567890123456789\"", Ok(exact));
        check_guild(
            NUMERIC_IDS_VERSION,
            "1234567890123457000",
            Err("may have rounded"),
        );
        check_guild(
            NUMERIC_IDS_VERSION,
            "\"1234567890123457000\"",
            Ok(1_234_567_890_123_457_000),
        );
    }

    #[test]
    fn a_guild_id_that_looks_rounded_is_accepted_if_the_guild_is_known_or_does_not_matter() {
        let known = 1_234_567_890_123_456_800;
        check_guild(NUMERIC_IDS_VERSION, "1234567890123456800", Ok(known));
        let into_guild = ReadContext {
            into_guild: Some(GuildId(7)),
            ..reading(NUMERIC_IDS_VERSION)
        };
        let rounded = WrittenGuildId::Number(1_234_567_890_123_457_000);
        assert_eq!(into_guild.guild(rounded), Ok(GuildId(7)));
    }
}
