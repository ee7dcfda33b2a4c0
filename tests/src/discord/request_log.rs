//! Every request that has arrived, with its time and its answer.

use std::time::Instant;

use super::Call;

/// A request of the bot.
#[derive(Debug, Clone)]
pub struct Request {
    /// When it arrived.
    pub at: Instant,
    /// Its method, such as `PATCH`.
    pub method: String,
    /// Its path after `/api/v10`.
    pub path: String,
    /// Its kind.
    pub call: Call,
    /// The channel that it names.
    pub channel: Option<u64>,
    /// The status of the answer.
    pub status: u16,
    /// Discord's code for the error, if it named one.
    pub code: Option<u64>,
}

impl Request {
    /// Whether it was answered as the bot had hoped.
    pub fn succeeded(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
