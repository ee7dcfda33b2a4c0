//! One event of a batch. It says the same as `/join`, `/leave`, `/sync`, `/heartbeat` or
//! `/about`, and when.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AboutRequest, GameServerState, SyncPlayers, SyncReason, join::optional_uuid};
use crate::{HeartbeatSecs, PlayerName, TextureHash, UnixSeconds};

/// Something that a plugin saw, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A player has joined.
    Join {
        /// Who joined.
        player: PlayerName,
        /// The skin they wear, if the plugin knows it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        texture_hash: Option<TextureHash>,
        /// The account, with or without dashes.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "optional_uuid"
        )]
        uuid: Option<Uuid>,
        /// When the plugin saw it.
        at: UnixSeconds,
    },
    /// A player has left.
    Leave {
        /// Who left.
        player: PlayerName,
        /// When the plugin saw it.
        at: UnixSeconds,
    },
    /// Exactly these players were online.
    Sync {
        /// The players who were online, in either of the two forms that plugins send.
        players: SyncPlayers,
        /// How soon the server promises its next message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heartbeat_secs: Option<HeartbeatSecs>,
        /// Why the sync was sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<SyncReason>,
        /// When the plugin saw it.
        at: UnixSeconds,
    },
    /// The program that reports for the server was still running.
    Heartbeat {
        /// Number of players on the server.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        players: Option<u32>,
        /// How soon the server promises its next message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heartbeat_secs: Option<HeartbeatSecs>,
        /// The state of the game server, as in [`HeartbeatRequest`](super::HeartbeatRequest).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        server: Option<GameServerState>,
        /// Since when the game server has been in this state, if that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<UnixSeconds>,
        /// When the plugin saw it.
        at: UnixSeconds,
    },
    /// What the server says about itself has changed.
    About {
        /// All of it.
        #[serde(flatten)]
        about: Box<AboutRequest>,
        /// When the plugin saw it.
        at: UnixSeconds,
    },
}

impl Event {
    /// Makes the event of a player who has joined, of whom only the name is known.
    #[must_use]
    pub fn join(player: PlayerName, at: UnixSeconds) -> Self {
        Self::Join {
            player,
            texture_hash: None,
            uuid: None,
            at,
        }
    }

    /// Makes the event of a player who has left.
    #[must_use]
    pub fn leave(player: PlayerName, at: UnixSeconds) -> Self {
        Self::Leave { player, at }
    }

    /// Returns when the plugin saw the event.
    #[must_use]
    pub fn at(&self) -> UnixSeconds {
        match self {
            Self::Join { at, .. }
            | Self::Leave { at, .. }
            | Self::Sync { at, .. }
            | Self::Heartbeat { at, .. }
            | Self::About { at, .. } => *at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &Event) {
        assert_eq!(&serde_json::from_str::<Event>(body).expect(body), expected);
    }

    #[track_caller]
    fn check_refused(body: &str, sentence: &str) {
        let error = serde_json::from_str::<Event>(body)
            .expect_err(body)
            .to_string();
        assert!(error.contains(sentence), "{error}");
    }

    fn alex() -> PlayerName {
        PlayerName::try_from("Alex").expect("a name")
    }

    #[test]
    fn optional_fields_may_be_missing_or_null() {
        let join = Event::join(alex(), UnixSeconds(5));
        check(r#"{"type": "join", "player": "Alex", "at": 5}"#, &join);
        check(
            r#"{"at": 5, "player": "Alex", "uuid": null, "texture_hash": null, "type": "join"}"#,
            &join,
        );

        let heartbeat = Event::Heartbeat {
            players: None,
            heartbeat_secs: None,
            server: None,
            since: None,
            at: UnixSeconds(7),
        };
        check(r#"{"type": "heartbeat", "at": 7}"#, &heartbeat);
        assert_eq!(heartbeat.at(), UnixSeconds(7));
    }

    #[test]
    fn a_sync_in_a_batch_may_have_the_older_shape() {
        let sync = Event::Sync {
            players: [super::super::SyncPlayer::new(alex())]
                .into_iter()
                .collect(),
            heartbeat_secs: None,
            reason: Some(SyncReason::Startup),
            at: UnixSeconds(5),
        };

        check(
            r#"{"type": "sync", "players": ["Alex"], "reason": "startup", "at": 5}"#,
            &sync,
        );
    }

    #[test]
    fn every_event_needs_a_time() {
        for body in [
            r#"{"type": "join", "player": "Alex"}"#,
            r#"{"type": "leave", "player": "Alex"}"#,
            r#"{"type": "sync", "players": []}"#,
            r#"{"type": "heartbeat"}"#,
            r#"{"type": "about"}"#,
        ] {
            check_refused(body, "missing field `at`");
        }
    }

    #[test]
    fn an_invalid_event_is_refused_with_a_message_for_the_operator() {
        check_refused(
            r#"{"type": "join", "player": "", "at": 5}"#,
            "a player name must not be empty",
        );
        check_refused(
            r#"{"type": "join", "player": "a", "uuid": "me", "at": 5}"#,
            "a player's uuid has 32 hexadecimal digits",
        );
        check_refused(
            r#"{"type": "leave", "player": "a", "at": -5}"#,
            "the time -5 is before 1970",
        );
        check_refused(
            r#"{"type": "leave", "player": "a", "at": 1700000000000}"#,
            "the time 1700000000000 looks like milliseconds",
        );
        check_refused(
            r#"{"type": "heartbeat", "heartbeat_secs": 0, "at": 5}"#,
            "heartbeat_secs is a whole number from 1 to 3600, not 0",
        );
        check_refused(
            r#"{"type": "heartbeat", "server": "off", "at": 5}"#,
            "unknown variant `off`, expected one of `up`, `starting`, `down`",
        );
        check_refused(r#"{"type": "kick", "at": 5}"#, "unknown variant `kick`");
        check_refused(r#"{"at": 5}"#, "missing field `type`");
    }
}
