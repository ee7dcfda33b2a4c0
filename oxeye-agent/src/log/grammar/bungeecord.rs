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
use crate::log::trace::Trace;

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
    // A plugin is `plugin VoiceCord`.
    let is_proxy = |proxy: &[u8]| proxy.ends_with(b"Cord") && !proxy.contains(&b' ');
    proxy.is_some_and(|proxy| is_proxy(proxy) || KIN.contains(&proxy))
}

/// `[NAME] <-> ServerConnector [SERVER] has connected`, `[NAME] -> UpstreamBridge has disconnected`,
/// and `[NAME] <-> InitialHandler has connected` where the name is known by then.
fn of_player(message: &[u8]) -> Option<Said> {
    const SERVER: &[u8] = b" <-> ServerConnector [";
    if let Some(who) = message.strip_suffix(b" -> UpstreamBridge has disconnected") {
        return Some(Said::Unbridged(player(who)?, trace(who)));
    }
    if let Some(who) = message.strip_suffix(b" <-> InitialHandler has connected") {
        return player(who).map(Said::Greeted);
    }
    let at = memmem::find(message, SERVER)?;
    let who = &message[..at];
    let rest = &message[at + SERVER.len()..];
    if let Some(server) = rest.strip_suffix(b"] has disconnected") {
        return Some(Said::LetGo(player(who)?, server_name(server)?));
    }
    Some(Said::Bridged {
        player: player(who)?,
        trace: trace(who),
        server: server_name(rest.strip_suffix(b"] has connected")?),
    })
}

fn server_name(server: &[u8]) -> Option<ServerName> {
    ServerName::try_from(std::str::from_utf8(server).ok()?).ok()
}

/// Who is in `[NAME]`, `[NAME|/192.0.2.7:5]`, `[/192.0.2.7:5|NAME|1.21.11]`, `[NAME,/192.0.2.7:5]` or
/// `{NAME, /192.0.2.7:5}`. Only an address is somebody who has not said who they are.
fn player(who: &[u8]) -> Option<PlayerName> {
    let is_name = |part: &&[u8]| !part.starts_with(b"/") && *part != b"<ip address withheld>";
    parts(who)?.find(is_name).and_then(name::any)
}

/// The connection, where its address is printed.
fn trace(who: &[u8]) -> Option<Trace> {
    let address = parts(who)?.find(|part| part.starts_with(b"/"))?;
    Trace::of(address)
}

fn parts(who: &[u8]) -> Option<impl Iterator<Item = &[u8]>> {
    let ([b'[', inner @ .., b']'] | [b'{', inner @ .., b'}']) = who else {
        return None;
    };
    let parts = inner.split(|byte| matches!(byte, b'|' | b','));
    Some(parts.map(<[u8]>::trim_ascii))
}
