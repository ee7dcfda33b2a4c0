//! The bad days of Discord's REST API.

use std::time::Duration;

/// The kinds of requests a bot makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Call {
    /// `GET /gateway` and `GET /gateway/bot`.
    Gateway,
    /// `PUT /applications/{id}/commands`.
    Commands,
    /// The one answer to an interaction.
    Callback,
    /// Reading, editing or deleting that answer.
    Original,
    /// More messages after it.
    Followup,
    /// Anything else.
    Other,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done, and this status is answered.
    Status(u16),
    /// Nothing is done; 429 with `Retry-After`.
    RateLimited(Duration),
    /// It is done, but the answer is lost: this status instead.
    LostReply(u16),
    /// It is done at once, but the answer takes this long.
    Slow(Duration),
}
