//! Mojang's Bedrock Dedicated Server, and its mod loaders LeviLamina and Endstone.
//!
//! Names may contain spaces and, without accounts, anything else; the xuid after them may be empty. For
//! players without an account, `Player Spawned` may be the only line.

use memchr::memmem;
use oxeye_plugin_proto::PlayerName;

use super::Statement;
use crate::log::head::{Head, Level, Shape};
use crate::log::name;

/// The last line of a log. The server prints it without a head, so it cannot be distinguished from a
/// script that prints a line break and then these words.
pub(crate) const LAST_LINE: &[u8] = b"Quit correctly";

/// The server's name among the loggers of LeviLamina and Endstone.
const SERVER: &[u8] = b"Server";

pub(super) fn read(head: &Head<'_>) -> Option<Statement> {
    if head.level == Level::Warning {
        return None;
    }
    let message = server_message(head)?.trim_ascii_end();
    match message.first()? {
        b'P' => about_player(message.strip_prefix(b"Player ")?),
        b'S' => match message {
            b"Server started." => Some(Statement::Start),
            b"Server stop requested." | b"Stopping server..." => Some(Statement::Stop),
            _ => None,
        },
        b'Q' => (message == LAST_LINE).then_some(Statement::Stop),
        _ => None,
    }
}

pub(super) fn boots(head: &Head<'_>) -> bool {
    server_message(head).is_some_and(|message| message.trim_ascii_end() == b"Starting Server")
}

/// Whether the head has the layout of one of these servers. Endstone has Paper's heads, with numbers
/// for threads, followed by the name of the server; before, it had the heads of the server itself, with a
/// period in the time, followed by that name.
pub(super) fn has_layout(head: &Head<'_>) -> bool {
    match head.shape {
        Shape::Thread => head.thread.iter().all(u8::is_ascii_digit) && names_server(head),
        Shape::Console => names_server(head),
        Shape::Bare if !head.thread.is_empty() => false,
        Shape::Bare if is_of_early_endstone(head) => names_server(head),
        Shape::Titled => head.logger == SERVER,
        _ => true,
    }
}

/// Whether the time is like `2024-04-01 21:46:33:199`, with a third colon.
pub(super) fn has_own_time(head: &Head<'_>) -> bool {
    let colons = |text: &[u8]| memchr::memchr_iter(b':', text).count();
    head.shape == Shape::Bare && head.stamp.is_some_and(|stamp| colons(stamp.text) == 3)
}

/// Whether only these servers print the message, which is not an event.
pub(super) fn is_known(head: &Head<'_>) -> bool {
    const WHOLE: [&[u8]; 2] = [b"Running AutoCompaction...", b"Configuration: Publish"];
    const STARTS: [&[u8]; 5] = [
        b"Level Name: ",
        b"Opening level '",
        b"IPv4 supported, port: ",
        b"IPv6 supported, port: ",
        b"Player Spawned: ",
    ];
    let Some(message) = server_message(head) else {
        return false;
    };
    WHOLE.contains(&message.trim_ascii_end())
        || STARTS.iter().any(|start| message.starts_with(start))
}

/// Returns the message if it comes from the server itself. Scripts print `[Scripting]`, and `[NAME]: `
/// after it is chat that they show.
fn server_message<'a>(head: &Head<'a>) -> Option<&'a [u8]> {
    match head.shape {
        Shape::Titled => (head.logger == SERVER).then_some(head.message),
        Shape::Thread | Shape::Console if names_server(head) => Some(after_server(head)),
        Shape::Bare if is_of_early_endstone(head) && names_server(head) => Some(after_server(head)),
        _ => head.logger.is_empty().then_some(head.message),
    }
}

/// Whether the time is like `2024-05-22 20:28:10.123`, with a period, as Endstone printed it at first,
/// before the name of the logger. After the times of the server itself, such a name is chat.
fn is_of_early_endstone(head: &Head<'_>) -> bool {
    let stamp = head.stamp.filter(|stamp| stamp.dated);
    stamp.is_some_and(|stamp| stamp.text.contains(&b'.'))
}

fn after_server<'a>(head: &Head<'a>) -> &'a [u8] {
    &head.message[b"[Server] ".len()..]
}

fn names_server(head: &Head<'_>) -> bool {
    head.logger.is_empty() && head.message.starts_with(b"[Server] ")
}

fn about_player(text: &[u8]) -> Option<Statement> {
    if let Some(rest) = text.strip_prefix(b"connected: ") {
        player(rest, b", xuid:").map(Statement::connected)
    } else if let Some(rest) = text.strip_prefix(b"Spawned: ") {
        player(rest, b" xuid:").map(Statement::connected)
    } else {
        let rest = text.strip_prefix(b"disconnected: ")?;
        player(rest, b", xuid:").map(Statement::Disconnected)
    }
}

/// Reads the player's name, which ends at the last `mark`, because a name may contain the same text.
/// After the mark come the numbers of the account, and nothing that somebody typed.
fn player(text: &[u8], mark: &[u8]) -> Option<PlayerName> {
    let end = memmem::rfind(text, mark)?;
    let xuid = text[end + mark.len()..].trim_ascii();
    let pfid = memmem::find(xuid, b", pfid: ");
    let (xuid, pfid) = match pfid {
        Some(at) => (&xuid[..at], &xuid[at + b", pfid: ".len()..]),
        None => (xuid.strip_suffix(b",").unwrap_or(xuid), &b""[..]),
    };
    let is_number = |text: &[u8]| !text.iter().any(|byte| matches!(byte, b' ' | b':' | b','));
    // An empty xuid leaves only its comma.
    let fits = is_number(xuid) && is_number(pfid);
    if fits { name::any(&text[..end]) } else { None }
}
