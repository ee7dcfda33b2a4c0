//! Faults of Discord's REST API that a story can inject, one by one or at random.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// The kinds of requests a bot makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Call {
    /// `GET /gateway` and `GET /gateway/bot`.
    Gateway,
    /// `PUT /applications/{id}/commands`.
    Commands,
    /// The first answer to an interaction.
    Callback,
    /// Reading, editing or deleting that answer.
    Original,
    /// Further messages after it.
    Followup,
    /// A new message in a channel.
    Post,
    /// An edit of a message in a channel.
    Edit,
    /// Reading a message in a channel.
    ReadMessage,
    /// Deleting a message in a channel.
    DeleteMessage,
    /// Reading a channel.
    ReadChannel,
    /// Changing a channel: its name, or whether a thread is archived.
    ChangeChannel,
    /// Setting the status of a voice channel.
    VoiceStatus,
    /// A new thread, or a new post in a forum.
    Thread,
    /// Opening a direct channel to somebody.
    Direct,
    /// Reading a guild, its roles, its channels or a member.
    ReadGuild,
    /// Making an emoji of the application.
    MakeEmoji,
    /// Anything else.
    Other,
}

impl Call {
    /// Whether it is about a guild or a channel, and no answer to an interaction.
    pub fn is_about_a_place(self) -> bool {
        !matches!(
            self,
            Self::Gateway
                | Self::Commands
                | Self::Callback
                | Self::Original
                | Self::Followup
                | Self::MakeEmoji
                | Self::Other
        )
    }
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request is not carried out, and gets this status.
    Status(u16),
    /// The request is not carried out, as if the bot lacked a permission.
    Forbidden,
    /// The request is not carried out, and gets 429 with `Retry-After`.
    RateLimited(Duration),
    /// The request is not carried out, and gets 429 with `Retry-After` and the code 20028: too much
    /// was written in the channel, whoever wrote it.
    WriteLimited(Duration),
    /// The request is carried out, but its answer is lost: this status is sent instead.
    LostReply(u16),
    /// The request is carried out at once, but the answer takes this long.
    Slow(Duration),
}

/// Faults at random.
#[derive(Debug)]
pub(super) struct RandomFaults {
    share: f64,
    random: StdRng,
    kinds: &'static [Fault],
}

/// What goes wrong with requests about guilds and channels.
const OF_PLACES: [Fault; 7] = [
    Fault::Status(500),
    Fault::Status(503),
    Fault::LostReply(502),
    Fault::RateLimited(Duration::from_millis(400)),
    Fault::RateLimited(Duration::from_secs(1)),
    Fault::RateLimited(Duration::from_secs(2)),
    Fault::WriteLimited(Duration::from_secs(2)),
];

/// What goes wrong with answers to interactions. They have 3 seconds, so no 429 asks for more than Discord's
/// shortest waits.
const OF_ANSWERS: [Fault; 4] = [
    Fault::Status(500),
    Fault::Status(503),
    Fault::LostReply(502),
    Fault::RateLimited(Duration::from_millis(250)),
];

impl RandomFaults {
    /// Makes faults of requests about guilds and channels.
    pub(super) fn of_places(share: f64, seed: u64) -> Self {
        Self::new(share, seed, &OF_PLACES)
    }

    /// Makes faults of answers to interactions.
    pub(super) fn of_answers(share: f64, seed: u64) -> Self {
        Self::new(share, seed, &OF_ANSWERS)
    }

    fn new(share: f64, seed: u64, kinds: &'static [Fault]) -> Self {
        let random = StdRng::seed_from_u64(seed);
        Self {
            share,
            random,
            kinds,
        }
    }

    pub(super) fn next(&mut self) -> Option<Fault> {
        if !self.random.random_bool(self.share) {
            return None;
        }
        let kind = self.random.random_range(0..self.kinds.len());
        Some(self.kinds[kind])
    }
}
