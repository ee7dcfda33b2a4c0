//! Messages about watched addresses. Only the member who asked sees them.

use oxeye_db::{ServerSummary, WatchedAs};
use oxeye_text::{Facts, Text, Watched};

use super::message::Message;

/// Says what answers at the address that is watched now.
pub(crate) fn watched(text: Text, watched: &Watched) -> Message {
    Message::private(Facts::in_discord(text).watched(watched))
}

/// Confirms that the address of a server is no longer watched.
pub(crate) fn unwatched(text: Text, server: &ServerSummary) -> Message {
    let facts = Facts::in_discord(text);
    let has_plugin = server.watched == Some(WatchedAs::Beside);
    Message::private(facts.unwatched(&server.name, has_plugin))
}
