//! Words that the commands share.

use std::time::Duration;

use oxeye_db::{ServerStatus, ServerSummary, UnixSeconds};
use oxeye_text::{Locale, Text};

const TEXT: Text = Text::of(Locale::English);

pub(super) fn long_duration(duration: Duration) -> String {
    TEXT.long_duration(duration)
}

pub(super) fn short_duration(duration: Duration) -> String {
    TEXT.short_duration(duration)
}

pub(super) fn status_text(status: &ServerStatus, now: UnixSeconds) -> String {
    TEXT.status(status, now)
}

pub(super) fn server_text(server: &ServerSummary, now: UnixSeconds) -> String {
    TEXT.server(server, now)
}

/// The number and the word for so many.
pub(super) fn counted<N: Copy + std::fmt::Display + PartialEq + From<u8>>(
    number: N,
    one: &str,
    many: &str,
) -> String {
    let word = if number == N::from(1) { one } else { many };
    format!("{number} {word}")
}
