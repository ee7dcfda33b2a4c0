//! The proxies BungeeCord and Waterfall.
//!
//! A player is on from the first server that takes them, and off when the bridge to them is gone.
//! `InitialHandler` may be no more than a ping, and `DownstreamBridge` is one server of several.

use memchr::memmem;
use oxeye_plugin_proto::{PlayerName, ServerName};

use super::Said;
use crate::log::family::Family;
use crate::log::head::{Head, Level};
use crate::log::name;

pub(super) fn read(head: &Head<'_>) -> Option<Said> {
    if head.level == Level::Warning || !head.is_native(Family::Bungeecord) {
        return None;
    }
    let message = head.message.trim_ascii_end();
    match message.first()? {
        b'[' | b'{' => of_player(message),
        b'L' => message
            .starts_with(b"Listening on /")
            .then_some(Said::Listening),
        // The listeners are closed on a reload as well, which nobody has to leave for.
        b'T' => (message == b"Thank you and goodbye").then_some(Said::Stop),
        _ => None,
    }
}

/// `Enabled BungeeCord version ...`, and so for what was made of it.
pub(super) fn boots(head: &Head<'_>) -> bool {
    const KIN: [&[u8]; 3] = [b"Waterfall", b"Travertine", b"Hexacord"];
    let proxy = head.message.strip_prefix(b"Enabled ").and_then(|rest| {
        let end = memmem::find(rest, b" version ")?;
        Some(&rest[..end])
    });
    proxy.is_some_and(|proxy| proxy.ends_with(b"Cord") || KIN.contains(&proxy))
}

/// `[NAME] <-> ServerConnector [SERVER] has connected` and `[NAME] -> UpstreamBridge has disconnected`.
fn of_player(message: &[u8]) -> Option<Said> {
    const SERVER: &[u8] = b" <-> ServerConnector [";
    if let Some(who) = message.strip_suffix(b" -> UpstreamBridge has disconnected") {
        return player(who).map(Said::Disconnected);
    }
    let rest = message.strip_suffix(b"] has connected")?;
    let at = memmem::find(rest, SERVER)?;
    let server = std::str::from_utf8(&rest[at + SERVER.len()..]).ok()?;
    Some(Said::Connected {
        player: player(&rest[..at])?,
        uuid: None,
        server: ServerName::try_from(server).ok(),
    })
}

/// Who is in `[NAME]`, `[NAME|/192.0.2.7:5]`, `[/192.0.2.7:5|NAME|1.21.11]`, `[NAME,/192.0.2.7:5]` or
/// `{NAME, /192.0.2.7:5}`. Only an address is somebody who has not said who they are.
fn player(who: &[u8]) -> Option<PlayerName> {
    let ([b'[', inner @ .., b']'] | [b'{', inner @ .., b'}']) = who else {
        return None;
    };
    let mut parts = inner
        .split(|byte| matches!(byte, b'|' | b','))
        .map(<[u8]>::trim_ascii);
    let is_name = |part: &&[u8]| !part.starts_with(b"/") && *part != b"<ip address withheld>";
    parts.find(is_name).and_then(name::any)
}
