//! The proxies BungeeCord and Waterfall.
//!
//! A player is online from when a server first accepts them until the connection to them
//! (`UpstreamBridge`) ends. `InitialHandler` may be only a ping, and `DownstreamBridge` is the
//! connection to one of the servers.

use memchr::{memchr, memmem};
use oxeye_plugin_proto::{PlayerName, ServerName};

use super::Statement;
use crate::log::address::{Trace, WITHHELD, is_address};
use crate::log::family::Family;
use crate::log::head::{Head, Level};
use crate::log::{formatting, name};

/// The last line of a stop.
const LAST_LINE: &[u8] = b"Thank you and goodbye";

pub(super) fn read(head: &Head<'_>) -> Option<Statement> {
    if head.level == Level::Warning || !head.is_native(Family::Bungeecord) {
        return None;
    }
    let message = head.message.trim_ascii_end();
    match message.first()? {
        b'[' | b'{' => about_player(message),
        // The address is checked because commands are logged after the name of the player, which may be
        // `Listening on /`.
        b'L' => message
            .strip_prefix(b"Listening on ")
            .is_some_and(is_address)
            .then_some(Statement::Listening),
        b'C' | b'D' | b'T' => is_stop(message).then_some(Statement::Stop),
        _ => None,
    }
}

/// Whether the proxy is stopping. The last line rarely reaches the log, because the log is closed before.
/// Closed listeners do not count, because a reload closes them too, and nobody leaves then.
fn is_stop(message: &[u8]) -> bool {
    let number = || {
        message
            .strip_prefix(b"Disconnecting ")?
            .strip_suffix(b" connections")
    };
    message == LAST_LINE || message == b"Closing IO threads" || number().is_some_and(is_number)
}

/// Whether the text is a number such as `17` or `1,234`, with the separators of any language.
fn is_number(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else {
        return false;
    };
    let in_number =
        |sign: char| sign.is_ascii_digit() || ",.'\u{2019}\u{a0}\u{202f}".contains(sign);
    text.starts_with(|first: char| first.is_ascii_digit())
        && text.ends_with(|last: char| last.is_ascii_digit())
        && text.chars().all(in_number)
}

/// Whether no other server prints the message, which is the end of a stop.
pub(super) fn is_last(message: &[u8]) -> bool {
    message.trim_ascii_end() == LAST_LINE
}

/// Whether the message is `Enabled BungeeCord version ...`, or the same from a fork.
pub(super) fn boots(head: &Head<'_>) -> bool {
    const FORKS: [&[u8]; 3] = [b"Waterfall", b"Travertine", b"Hexacord"];
    let proxy = head.message.strip_prefix(b"Enabled ").and_then(|rest| {
        let end = memmem::find(rest, b" version ")?;
        Some(&rest[..end])
    });
    // A plugin would be called `plugin VoiceCord`.
    let is_proxy = |proxy: &[u8]| memmem::find(proxy, b"Cord").is_some() && !proxy.contains(&b' ');
    proxy.is_some_and(|proxy| is_proxy(proxy) || FORKS.contains(&proxy))
}

/// Reads `[NAME] <-> ServerConnector [SERVER] has connected`, `[NAME] -> UpstreamBridge has
/// disconnected`, and `[NAME] <-> InitialHandler has connected` if the name is known by then.
fn about_player(message: &[u8]) -> Option<Statement> {
    const SERVER: &[u8] = b" <-> ServerConnector [";
    if let Some(who) = message.strip_suffix(b" -> UpstreamBridge has disconnected") {
        let (player, trace) = player(who)?;
        return Some(Statement::Unbridged(player, trace));
    }
    if let Some(who) = message.strip_suffix(b" <-> InitialHandler has connected") {
        return player(who).map(|(player, _)| Statement::Greeted(player));
    }
    if let Some(player) = reconnecting(message) {
        return Some(Statement::Reconnects(player));
    }
    let at = memmem::find(message, SERVER)?;
    let (player, trace) = player(&message[..at])?;
    let rest = &message[at + SERVER.len()..];
    let end = memchr(b']', rest)?;
    let server = server_name(&rest[..end]);
    match &rest[end..] {
        b"] has disconnected" => Some(Statement::Dropped(player, server?)),
        b"] has connected" => Some(Statement::Bridged {
            player,
            trace,
            server,
        }),
        _ => None,
    }
}

/// Reads `[NAME] disconnected with: You are already connected to this proxy!`, with or without a colour. This is
/// the player's earlier connection, which the proxy ends for the new one.
fn reconnecting(message: &[u8]) -> Option<PlayerName> {
    let at = memmem::find(message, b" disconnected with: ")?;
    let reason = formatting::strip_codes(&message[at + b" disconnected with: ".len()..]);
    let (player, _) = player(&message[..at])?;
    (reason.as_ref() == b"You are already connected to this proxy!").then_some(player)
}

fn server_name(server: &[u8]) -> Option<ServerName> {
    ServerName::try_from(std::str::from_utf8(server).ok()?).ok()
}

/// Returns the player in `[NAME]`, `[NAME|/192.0.2.7:5]`, `[/192.0.2.7:5|NAME|1.21.11]`,
/// `[NAME,/192.0.2.7:5]` or `{NAME, /192.0.2.7:5}`, and the connection if its address is printed. An
/// address alone is that of a client that has not given a name.
///
/// Nothing else is read, because a name also precedes the reason of a disconnect and the command that a
/// player typed, and in offline mode a name may begin with a bracket.
fn player(who: &[u8]) -> Option<(PlayerName, Option<Trace>)> {
    let ([b'[', inner @ .., b']'] | [b'{', inner @ .., b'}']) = who else {
        return None;
    };
    let mut parts = inner.split(|byte| matches!(byte, b'|' | b','));
    let mut part = || parts.next().map(<[u8]>::trim_ascii);
    let (name, address) = match (part(), part(), part(), part()) {
        (Some(name), None, ..) => (name, None),
        (Some(name), Some(address), None, _) if is_address_part(address) => (name, Some(address)),
        (Some(address), Some(name), None, _) if is_address_part(address) => (name, Some(address)),
        (Some(address), Some(name), Some(version), None)
            if is_address_part(address) && is_version(version) =>
        {
            (name, Some(address))
        }
        _ => return None,
    };
    Some((name::in_brackets(name)?, address.and_then(Trace::of)))
}

fn is_address_part(address: &[u8]) -> bool {
    is_address(address) || address == WITHHELD
}

/// Whether the text is a version of the game.
fn is_version(text: &[u8]) -> bool {
    let in_version = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
    !text.is_empty() && text.iter().all(in_version)
}
