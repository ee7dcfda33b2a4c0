//! The proxies BungeeCord and Waterfall.
//!
//! A player is on from the first server that accepts them until the bridge to them is gone.
//! `InitialHandler` may be no more than a ping, and `DownstreamBridge` is one server of several.

use memchr::{memchr, memmem};
use oxeye_plugin_proto::{PlayerName, ServerName};

use super::Statement;
use crate::log::address::Trace;
use crate::log::address::{WITHHELD, is_address};
use crate::log::family::Family;
use crate::log::head::{Head, Level};
use crate::log::name;

pub(super) fn read(head: &Head<'_>) -> Option<Statement> {
    if head.level == Level::Warning || !head.is_native(Family::Bungeecord) {
        return None;
    }
    let message = head.message.trim_ascii_end();
    match message.first()? {
        b'[' | b'{' => of_player(message),
        // Before the commands of players stands their name, which may be `Listening on /`.
        b'L' => message
            .strip_prefix(b"Listening on ")
            .is_some_and(is_address)
            .then_some(Statement::Listening),
        // The listeners are closed on a reload as well, and nobody leaves then.
        b'T' => (message == b"Thank you and goodbye").then_some(Statement::Stop),
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
    let is_proxy = |proxy: &[u8]| memmem::find(proxy, b"Cord").is_some() && !proxy.contains(&b' ');
    proxy.is_some_and(|proxy| is_proxy(proxy) || KIN.contains(&proxy))
}

/// `[NAME] <-> ServerConnector [SERVER] has connected`, `[NAME] -> UpstreamBridge has disconnected`,
/// and `[NAME] <-> InitialHandler has connected` where the name is known by then.
fn of_player(message: &[u8]) -> Option<Statement> {
    const SERVER: &[u8] = b" <-> ServerConnector [";
    if let Some(who) = message.strip_suffix(b" -> UpstreamBridge has disconnected") {
        let (player, trace) = player(who)?;
        return Some(Statement::Unbridged(player, trace));
    }
    if let Some(who) = message.strip_suffix(b" <-> InitialHandler has connected") {
        return player(who).map(|(player, _)| Statement::Greeted(player));
    }
    let at = memmem::find(message, SERVER)?;
    let (player, trace) = player(&message[..at])?;
    let rest = &message[at + SERVER.len()..];
    let end = memchr(b']', rest)?;
    let server = server_name(&rest[..end]);
    match &rest[end..] {
        b"] has disconnected" => Some(Statement::LetGo(player, server?)),
        b"] has connected" => Some(Statement::Bridged {
            player,
            trace,
            server,
        }),
        _ => None,
    }
}

fn server_name(server: &[u8]) -> Option<ServerName> {
    ServerName::try_from(std::str::from_utf8(server).ok()?).ok()
}

/// Who is in `[NAME]`, `[NAME|/192.0.2.7:5]`, `[/192.0.2.7:5|NAME|1.21.11]`, `[NAME,/192.0.2.7:5]` or
/// `{NAME, /192.0.2.7:5}`, and their connection where its address is printed. Only an address is
/// somebody who has not said who they are.
///
/// Nothing else is read. Before a reason, or the command that a player typed, their name stands as
/// well, and a server in offline mode lets a name begin with a bracket.
fn player(who: &[u8]) -> Option<(PlayerName, Option<Trace>)> {
    let ([b'[', inner @ .., b']'] | [b'{', inner @ .., b'}']) = who else {
        return None;
    };
    let mut parts = inner.split(|byte| matches!(byte, b'|' | b','));
    let mut part = || parts.next().map(<[u8]>::trim_ascii);
    let (name, address) = match (part(), part(), part(), part()) {
        (Some(name), None, ..) => (name, None),
        (Some(name), Some(address), None, _) if is_printed(address) => (name, Some(address)),
        (Some(address), Some(name), None, _) if is_printed(address) => (name, Some(address)),
        (Some(address), Some(name), Some(version), None)
            if is_printed(address) && is_version(version) =>
        {
            (name, Some(address))
        }
        _ => return None,
    };
    Some((name::in_brackets(name)?, address.and_then(Trace::of)))
}

fn is_printed(address: &[u8]) -> bool {
    is_address(address) || address == WITHHELD
}

/// Of the game, which the player has.
fn is_version(text: &[u8]) -> bool {
    let in_version = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
    !text.is_empty() && text.iter().all(in_version)
}
