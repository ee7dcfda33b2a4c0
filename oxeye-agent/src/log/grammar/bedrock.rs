//! Mojang's Bedrock Dedicated Server.
//!
//! Names have blanks and, without accounts, anything else; the xuid after them may be empty. Players
//! without an account may have no line but `Player Spawned`.

use memchr::memmem;
use oxeye_plugin_proto::PlayerName;

use super::Said;
use crate::log::family::Family;
use crate::log::head::{Head, Level};
use crate::log::name;

/// The last line of all. The server itself prints it without a head. So a script that
/// prints a line break and then these words cannot be told from it.
pub(crate) const LAST_WORDS: &[u8] = b"Quit correctly";

pub(super) fn read(head: &Head<'_>) -> Option<Said> {
    if head.level == Level::Warning || !head.is_native(Family::Bedrock) {
        return None;
    }
    let message = head.message.trim_ascii_end();
    match message.first()? {
        b'P' => of_player(message.strip_prefix(b"Player ")?),
        b'S' => match message {
            b"Server started." => Some(Said::Start),
            b"Server stop requested." | b"Stopping server..." => Some(Said::Stop),
            _ => None,
        },
        b'Q' => (message == LAST_WORDS).then_some(Said::Stop),
        _ => None,
    }
}

fn of_player(text: &[u8]) -> Option<Said> {
    if let Some(rest) = text.strip_prefix(b"connected: ") {
        player(rest, b", xuid:").map(Said::connected)
    } else if let Some(rest) = text.strip_prefix(b"Spawned: ") {
        player(rest, b" xuid:").map(Said::connected)
    } else {
        let rest = text.strip_prefix(b"disconnected: ")?;
        player(rest, b", xuid:").map(Said::Disconnected)
    }
}

/// Up to the last mark: a name may have one of its own.
fn player(text: &[u8], mark: &[u8]) -> Option<PlayerName> {
    let end = memmem::rfind(text, mark)?;
    name::any(&text[..end])
}
