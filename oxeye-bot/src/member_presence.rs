//! Members' sessions: what Discord members who asked for it do in voice channels, games and Spotify.
//!
//! This is the way from the gateway to [`oxeye_db::Presence`], which keeps the sessions. Nothing of
//! anybody who did not join goes beyond `reading`.
//!
//! | module     | what it holds                                                      |
//! |------------|--------------------------------------------------------------------|
//! | `follower` | receives all events of the gateway                                 |
//! | `reading`  | what an event says about members who joined; pure                  |
//! | `activity` | one activity: a game, a stream, a track; pure                      |
//! | `fields`   | fields of a payload, any of which may be missing or odd; pure      |
//! | `places`   | the voice channels of the guilds, by name                          |
//! | `links`    | which shards are connected                                         |
//! | `waiting`  | observations in order, without those that are replaced; pure       |
//! | `queue`    | hands the observations to the store                                |
//! | `looking`  | in which voice channel somebody is who joins                       |
//! | `looks`    | which of these answers may be out of date; pure                    |
//! | `asking`   | asks the gateway what members do                                   |
//! | `chunk`    | the gateway's answer to that; pure                                 |

mod activity;
mod asking;
mod chunk;
mod fields;
mod follower;
mod links;
mod looking;
mod looks;
mod places;
pub(crate) mod queue;
mod reading;
mod waiting;

use oxeye_db::PresenceKinds;
use serenity::all::GatewayIntents;

pub(crate) use asking::{Asking, keep_asking, keep_proving};
pub(crate) use follower::{Follower, lose};
pub(crate) use links::Links;
pub(crate) use looking::{keep_looking, look_at_voice};
use places::Places;
use queue::Queue;

/// What of members' presences may be observed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MemberPresence {
    /// Nothing.
    #[default]
    Off,
    /// Voice, screen share and camera, for which Discord asks no permission.
    Voice,
    /// Games, streams and Spotify, too. Discord sends these only to bots with the presence intent.
    On,
}

impl MemberPresence {
    /// Returns whether anything is observed.
    pub(crate) fn is_on(self) -> bool {
        self != Self::Off
    }

    /// Returns what Discord has to send for this.
    pub(crate) fn intents(self) -> GatewayIntents {
        match self {
            Self::Off => GatewayIntents::empty(),
            Self::Voice => GatewayIntents::GUILD_VOICE_STATES,
            Self::On => GatewayIntents::GUILD_VOICE_STATES | GatewayIntents::GUILD_PRESENCES,
        }
    }

    /// Returns the kinds of sessions that can be seen.
    pub(crate) fn kinds(self) -> PresenceKinds {
        match self {
            Self::Off => PresenceKinds::NONE,
            Self::Voice => PresenceKinds::in_voice(),
            Self::On => PresenceKinds::all(),
        }
    }

    /// Returns what can be observed if Discord refuses the presence intent.
    pub(crate) fn without_presences(self) -> Self {
        match self {
            Self::Off => Self::Off,
            Self::Voice | Self::On => Self::Voice,
        }
    }
}

/// The way of observations to the store, and of questions to the gateway, whatever becomes of the connection. Clones are cheap.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sessions {
    pub(crate) queue: Queue,
    pub(crate) places: Places,
    pub(crate) asking: Asking,
}
