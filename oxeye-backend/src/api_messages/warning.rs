//! What an operator should look at: a stable type with its facts, and a sentence.

use oxeye_db::{Limit, LimitedServer};
use oxeye_plugin_proto::ServerName;
use oxeye_text::{Locale, Text, neutralise};
use serde::{Deserialize, Serialize};

/// A warning of `GET /api/health`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WarningLine {
    #[serde(flatten)]
    warning: Warning,
    /// The warning as an English sentence.
    message: String,
}

/// A warning and its facts. The `type` in the JSON is the variant's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Warning {
    /// The store cannot be written.
    StoreNotWritable,
    /// The file of activity cannot be written; everything else works.
    ActivityNotWritable,
    /// The file of members' sessions cannot be written: what members do now may be lost.
    PresenceNotWritable,
    /// The bot is not connected to Discord.
    DiscordNotConnected {
        /// The state of the bot, as the log words it.
        state: String,
    },
    /// Discord refuses to send presences, because the application's presence intent is not turned on.
    PresenceIntentMissing,
    /// Activity cannot be copied to Redis.
    RedisMirrorFailing {
        /// Why, in words of the log.
        reason: String,
    },
    /// Sessions are open on servers that have stopped reporting.
    StaleSessions {
        /// Number of these sessions.
        stale_session_count: usize,
        /// The names of these servers.
        servers: Vec<ServerName>,
    },
    /// ACTIVITY_KINDS names servers that nobody has linked, probably because of a typing error.
    UnknownServersInKinds {
        /// The names in the file.
        servers: Vec<ServerName>,
    },
    /// Addresses are watched, but watching is turned off.
    WatchingOff {
        /// Number of these addresses.
        watched_count: usize,
    },
    /// The queue of the store's writer is more than half full.
    StoreQueueFilling,
    /// Requests of a server were refused.
    RequestsLimited(Refusals),
    /// Batches and syncs of a server were refused.
    BatchEventsLimited(Refusals),
    /// A server sent too many activity events.
    ActivityEventsLimited(Refusals),
    /// Events of players who are new on a server were refused.
    NewPlayersLimited(Refusals),
    /// A warning of a newer Oxeye, known only by its sentence.
    #[serde(other)]
    Unknown,
}

/// What was refused by one limit in the last hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refusals {
    /// Name of the server.
    server: ServerName,
    /// Number of refusals.
    refused_count: u64,
    /// The setting with the limit.
    setting: String,
}

impl WarningLine {
    /// Returns the warning as a sentence in the given language.
    pub(crate) fn sentence(&self, text: Text) -> String {
        let sentence = self.warning.sentence(text);
        sentence.unwrap_or_else(|| neutralise(&self.message))
    }

    /// Returns whether the warning is that the file of members' sessions cannot be written.
    pub(crate) fn is_of_presence_file(&self) -> bool {
        self.warning == Warning::PresenceNotWritable
    }

    /// Returns whether the warning is about the store as a whole, the file of members' sessions or the
    /// connection to Discord, of which `oxeye check` says more on lines of their own.
    pub(crate) fn is_of_store_or_discord(&self) -> bool {
        matches!(
            self.warning,
            Warning::StoreNotWritable
                | Warning::PresenceNotWritable
                | Warning::DiscordNotConnected { .. }
        )
    }
}

impl Warning {
    /// Returns the sentence, unless the warning is unknown.
    fn sentence(&self, text: Text) -> Option<String> {
        let of_refusals = |sentence: fn(Text, &str, &str, u64) -> String, refusals: &Refusals| {
            let server = neutralise(refusals.server.as_str());
            sentence(text, &server, &refusals.setting, refusals.refused_count)
        };
        Some(match self {
            Self::StoreNotWritable => text.warning_store_not_writable(),
            Self::ActivityNotWritable => text.warning_activity_not_writable(),
            Self::PresenceNotWritable => text.warning_presence_not_writable(),
            Self::DiscordNotConnected { state } => text.warning_discord(&neutralise(state)),
            Self::PresenceIntentMissing => text.warning_presence_intent(),
            Self::RedisMirrorFailing { reason } => text.warning_redis(&neutralise(reason)),
            Self::StaleSessions {
                stale_session_count,
                servers,
            } => text.warning_stale_sessions(*stale_session_count, &listed(text, servers)),
            Self::UnknownServersInKinds { servers } => {
                text.warning_unknown_servers_in_kinds(servers.len(), &listed(text, servers))
            }
            Self::WatchingOff { watched_count } => text.warning_watching_off(*watched_count),
            Self::StoreQueueFilling => text.warning_store_queue(),
            Self::RequestsLimited(refusals) => of_refusals(Text::warning_requests, refusals),
            Self::BatchEventsLimited(refusals) => of_refusals(Text::warning_batch_events, refusals),
            Self::ActivityEventsLimited(refusals) => {
                of_refusals(Text::warning_activity_events, refusals)
            }
            Self::NewPlayersLimited(refusals) => of_refusals(Text::warning_new_players, refusals),
            Self::Unknown => return None,
        })
    }
}

fn listed(text: Text, servers: &[ServerName]) -> String {
    let names = servers.iter().map(|server| neutralise(server.as_str()));
    text.list(&names.collect::<Vec<_>>())
}

impl From<Warning> for WarningLine {
    fn from(warning: Warning) -> Self {
        let message = warning.sentence(Text::of(Locale::English));
        let message = message.unwrap_or_default();
        Self { warning, message }
    }
}

impl From<&LimitedServer> for Warning {
    fn from(limited: &LimitedServer) -> Self {
        let refusals = Refusals {
            server: limited.name.clone(),
            refused_count: limited.refused,
            setting: limited.limit.setting().to_owned(),
        };
        match limited.limit {
            Limit::Requests => Self::RequestsLimited(refusals),
            Limit::BatchEvents => Self::BatchEventsLimited(refusals),
            Limit::ActivityEvents => Self::ActivityEventsLimited(refusals),
            Limit::NewPlayers => Self::NewPlayersLimited(refusals),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const GERMAN: Text = Text::of(Locale::German);

    /// Checks the JSON of a warning, and its German sentence after it was sent and received.
    #[track_caller]
    fn check(warning: Warning, json: &Value, german: &str) {
        let sent = serde_json::to_value(WarningLine::from(warning)).unwrap();
        assert_eq!(&sent, json);
        let received: WarningLine = serde_json::from_value(sent).unwrap();
        assert_eq!(received.sentence(GERMAN), german);
    }

    #[test]
    fn a_warning_travels_with_its_type_and_is_read_in_any_language() {
        check(
            Warning::StoreNotWritable,
            &json!({"type": "store_not_writable",
                "message": "the store cannot be written; the log says why"}),
            "in die Datenbank lässt sich nicht schreiben; im Log steht, warum",
        );
        check(
            Warning::PresenceIntentMissing,
            &json!({"type": "presence_intent_missing",
                "message": "DISCORD_PRESENCE is on, but Discord sends no presences: turn on \"Presence Intent\" at https://discord.com/developers/applications, on the page Bot under Privileged Gateway Intents, and restart Oxeye"}),
            "DISCORD_PRESENCE ist on, aber Discord schickt keine Aktivitäten: Schalte unter https://discord.com/developers/applications auf der Seite Bot bei Privileged Gateway Intents „Presence Intent“ ein und starte Oxeye neu",
        );
        check(
            Warning::StaleSessions {
                stale_session_count: 7,
                servers: vec![ServerName::try_from("survival").unwrap()],
            },
            &json!({"type": "stale_sessions", "stale_session_count": 7, "servers": ["survival"],
                "message": "7 sessions are open on servers that have stopped reporting: survival"}),
            "7 Sitzungen sind noch auf Servern offen, die sich nicht mehr melden: survival",
        );
        check(
            Warning::UnknownServersInKinds {
                servers: vec![ServerName::try_from("survial").unwrap()],
            },
            &json!({"type": "unknown_servers_in_kinds", "servers": ["survial"],
                "message": "ACTIVITY_KINDS names a server that is not linked: survial"}),
            "ACTIVITY_KINDS nennt einen Server, der nicht verknüpft ist: survial",
        );
        check(
            Warning::RedisMirrorFailing {
                reason: "Redis is a read-only replica".to_owned(),
            },
            &json!({"type": "redis_mirror_failing", "reason": "Redis is a read-only replica",
                "message": "activity cannot be copied to Redis: Redis is a read-only replica"}),
            "die Aktivität lässt sich nicht nach Redis kopieren: Redis is a read-only replica",
        );
        let refusals = Refusals {
            server: ServerName::try_from("survival").unwrap(),
            refused_count: 1,
            setting: "MAX_NEW_PLAYERS_PER_HOUR".to_owned(),
        };
        check(
            Warning::NewPlayersLimited(refusals),
            &json!({"type": "new_players_limited", "server": "survival", "refused_count": 1,
                "setting": "MAX_NEW_PLAYERS_PER_HOUR",
                "message": "survival is limited (MAX_NEW_PLAYERS_PER_HOUR): 1 event of a new player was refused in the last hour"}),
            "survival wird gedrosselt (MAX_NEW_PLAYERS_PER_HOUR): In der letzten Stunde wurde 1 Ereignis eines neuen Spielers abgelehnt",
        );
    }

    #[test]
    fn each_file_that_cannot_be_written_has_a_warning_of_its_own() {
        check(
            Warning::ActivityNotWritable,
            &json!({"type": "activity_not_writable",
                "message": "activity cannot be written; the log says why"}),
            "die Aktivität lässt sich nicht speichern; im Log steht, warum",
        );
        check(
            Warning::PresenceNotWritable,
            &json!({"type": "presence_not_writable",
                "message": "sessions of Discord members cannot be written (oxeye-presence.db), so what members do may be lost; the log says why"}),
            "die Sitzungen von Discord-Mitgliedern lassen sich nicht speichern (oxeye-presence.db), sodass verloren gehen kann, was Mitglieder tun; im Log steht, warum",
        );
    }

    #[test]
    fn a_warning_of_a_newer_oxeye_is_shown_by_its_message() {
        let line = json!({"type": "moon_is_full", "phase": 4, "message": "the moon is full"});

        let line: WarningLine = serde_json::from_value(line).unwrap();

        assert_eq!(line.sentence(GERMAN), "the moon is full");
        assert!(!line.is_of_store_or_discord());
    }
}
