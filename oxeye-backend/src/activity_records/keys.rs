//! The names of keys.

use std::fmt;
use std::str::FromStr;

use oxeye_db::GuildId;
use oxeye_db::activity::day::UtcDay;
use oxeye_db::activity::players::LISTED_DAYS;

/// The name of a record. Guild 0 has the original's names; those of other guilds begin with `guild:{id}:`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RecordKey {
    pub(crate) guild: GuildId,
    pub(crate) subject: Subject,
}

/// What a record is about. The texts are ids of players: a UUID, or a name as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Subject {
    /// The session that is going on.
    Session(String),
    /// The newest events, newest first.
    Events(String),
    /// The last 30 UTC days.
    Summary(String),
    /// One UTC day.
    Daily(String, UtcDay),
    /// The set of players who are on.
    OnlinePlayers,
}

/// A text that is not the name of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the key of a record of activity")]
pub(crate) struct InvalidRecordKey;

impl Subject {
    /// Returns the id of the player whom the record is about.
    pub(crate) fn player_id(&self) -> Option<&str> {
        match self {
            Self::Session(id) | Self::Events(id) | Self::Summary(id) | Self::Daily(id, _) => {
                Some(id)
            }
            Self::OnlinePlayers => None,
        }
    }

    /// Returns the type that the value has in Redis.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Session(_) | Self::Summary(_) | Self::Daily(..) => "string",
            Self::Events(_) => "list",
            Self::OnlinePlayers => "set",
        }
    }
}

impl RecordKey {
    /// Returns the key of the set of players who are on.
    pub(crate) fn online_players(guild: GuildId) -> Self {
        Self {
            guild,
            subject: Subject::OnlinePlayers,
        }
    }

    /// Returns every key under which there may be a record of a player today.
    pub(crate) fn all_of_player(
        guild: GuildId,
        id: &str,
        today: UtcDay,
    ) -> impl Iterator<Item = Self> {
        let of_player = [Subject::Session, Subject::Events, Subject::Summary];
        let of_player = of_player.map(|subject| subject(id.to_owned()));
        let daily = (0..i32::from(LISTED_DAYS))
            .map(move |ago| Subject::Daily(id.to_owned(), UtcDay(today.0 - ago)));
        let subjects = of_player.into_iter().chain(daily);
        subjects.map(move |subject| Self { guild, subject })
    }
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.guild != GuildId::LOCAL {
            write!(f, "guild:{}:", self.guild)?;
        }
        match &self.subject {
            Subject::Session(id) => write!(f, "activity:session:{id}"),
            Subject::Events(id) => write!(f, "activity:events:{id}"),
            Subject::Summary(id) => write!(f, "activity:summary:{id}"),
            Subject::Daily(id, day) => write!(f, "activity:daily:{id}:{day}"),
            Subject::OnlinePlayers => f.write_str("activity:online_players"),
        }
    }
}

impl FromStr for RecordKey {
    type Err = InvalidRecordKey;

    fn from_str(text: &str) -> Result<Self, InvalidRecordKey> {
        let (guild, record) = match text.strip_prefix("guild:") {
            None => (GuildId::LOCAL, text),
            Some(rest) => {
                let (guild, record) = rest.split_once(':').ok_or(InvalidRecordKey)?;
                (guild.parse().map_err(|_| InvalidRecordKey)?, record)
            }
        };
        let record = record.strip_prefix("activity:").ok_or(InvalidRecordKey)?;
        let subject = match record.split_once(':') {
            None if record == "online_players" => Subject::OnlinePlayers,
            Some(("session", id)) => Subject::Session(id.to_owned()),
            Some(("events", id)) => Subject::Events(id.to_owned()),
            Some(("summary", id)) => Subject::Summary(id.to_owned()),
            Some(("daily", rest)) => {
                let (id, day) = rest.rsplit_once(':').ok_or(InvalidRecordKey)?;
                let day = day.parse().map_err(|_| InvalidRecordKey)?;
                Subject::Daily(id.to_owned(), day)
            }
            _ => return Err(InvalidRecordKey),
        };
        let key = Self { guild, subject };
        // Only one notation of a key is its name: `guild:0:` and `guild:07:` are not.
        let has_id = key.subject.player_id() != Some("");
        (has_id && key.to_string() == text)
            .then_some(key)
            .ok_or(InvalidRecordKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, guild: u64, subject: Subject) {
        let key = RecordKey {
            guild: GuildId(guild),
            subject,
        };
        assert_eq!(key.to_string(), text);
        assert_eq!(text.parse(), Ok(key));
    }

    #[test]
    fn keys_are_those_of_the_original_with_a_prefix_for_each_guild_but_the_local_one() {
        let alex = || "Alex".to_owned();
        let day = "2026-11-27".parse().unwrap();

        check("activity:session:Alex", 0, Subject::Session(alex()));
        check("activity:events:Alex", 0, Subject::Events(alex()));
        check("activity:summary:Alex", 0, Subject::Summary(alex()));
        check(
            "activity:daily:Alex:2026-11-27",
            0,
            Subject::Daily(alex(), day),
        );
        check("activity:online_players", 0, Subject::OnlinePlayers);
        check("guild:7:activity:session:Alex", 7, Subject::Session(alex()));
        check("guild:7:activity:online_players", 7, Subject::OnlinePlayers);
    }

    #[test]
    fn a_name_may_contain_colons() {
        check(
            "activity:summary:a:b",
            0,
            Subject::Summary("a:b".to_owned()),
        );
        let day = "2026-11-27".parse().unwrap();
        check(
            "activity:daily:a:2026-11-01:2026-11-27",
            0,
            Subject::Daily("a:2026-11-01".to_owned(), day),
        );
    }

    #[test]
    fn other_texts_are_no_keys() {
        for text in [
            "",
            "activity",
            "activity:",
            "activity:session",
            "activity:session:",
            "activity:daily:Alex",
            "activity:daily:Alex:today",
            "activity:daily::2026-11-27",
            "activity:online_players:",
            "activity:other:Alex",
            "guild:0:activity:session:Alex",
            "guild:07:activity:session:Alex",
            "guild::activity:session:Alex",
            "guild:7:session:Alex",
            "session:Alex",
        ] {
            assert_eq!(text.parse::<RecordKey>(), Err(InvalidRecordKey), "{text}");
        }
    }

    #[test]
    fn a_player_has_eighteen_keys() {
        let today = "2026-11-27".parse().unwrap();
        let keys = RecordKey::all_of_player(GuildId::LOCAL, "Alex", today);
        let keys: Vec<_> = keys.map(|key| key.to_string()).collect();

        assert_eq!(keys.len(), 18);
        assert_eq!(keys[3], "activity:daily:Alex:2026-11-27");
        assert_eq!(keys[17], "activity:daily:Alex:2026-11-13");
    }
}
