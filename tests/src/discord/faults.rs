//! Faults of Discord's REST API that a story can inject.

use std::time::Duration;

/// The kinds of requests a bot makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// Anything else.
    Other,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request is not carried out, and gets this status.
    Status(u16),
    /// The request is not carried out, and gets 429 with `Retry-After`.
    RateLimited(Duration),
    /// The request is carried out, but its answer is lost: this status is sent instead.
    LostReply(u16),
    /// The request is carried out at once, but the answer takes this long.
    Slow(Duration),
}
