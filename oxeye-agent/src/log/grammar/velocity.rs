//! The proxy Velocity.
//!
//! A player is online from whichever of these lines comes first, because plugins that keep players in a
//! world of their own suppress the former. Their loggers print similar lines about that world, which do
//! not count.
//!
//! ```text
//! [connected player] NAME (address) has connected
//! [server connection] NAME -> SERVER has connected
//! ```

use memchr::{memchr, memmem};
use oxeye_plugin_proto::ServerName;

use super::Statement;
use crate::log::address::Trace;
use crate::log::family::Family;
use crate::log::head::{Head, Level};
use crate::log::name;

/// The refusal of a second connection of a player, who stays online through the first.
const REFUSED: &[u8] = b"disconnected: You are already connected to this proxy";
/// The prefix of the proxy's own loggers.
pub(super) const LOGGER: &[u8] = b"com.velocitypowered.";

pub(super) fn read(head: &Head<'_>) -> Option<Statement> {
    if head.level == Level::Warning || !head.is_native(Family::Velocity) {
        return None;
    }
    let message = head.message.trim_ascii_end();
    match message.first()? {
        b'[' => about_player(message).or_else(|| about_server(message)),
        b'D' => is_done(message).then_some(Statement::Start),
        b'S' => message
            .starts_with(b"Shutting down the proxy")
            .then_some(Statement::Stop),
        _ => None,
    }
}

/// Whether the message is `Booting up Velocity 3.4.0 (git-...)...`. Forks have titles of their own,
/// which count only if the logger is the proxy's, the log is known to be Velocity's, or the version
/// names a commit. A plugin or mod may be booting too, but prints no version after its title.
pub(super) fn boots(head: &Head<'_>, known: Option<Family>) -> bool {
    let Some(what) = head.message.strip_prefix(b"Booting up ") else {
        return false;
    };
    let named = what.trim_ascii_end().strip_suffix(b"...");
    let may_boot = |(title, version): (&[u8], &[u8])| {
        let may_be_fork = match known {
            Some(known) => known == Family::Velocity,
            None => memmem::find(version, b"(git-").is_some(),
        };
        may_be_fork || (!title.contains(&b' ') && memmem::find(title, b"Velocity").is_some())
    };
    head.logger.starts_with(LOGGER) || named.and_then(title_and_version).is_some_and(may_boot)
}

/// Splits `Velocity-CTD 3.4.0-SNAPSHOT (git-1)` into the title and the version, which may also be only
/// `(git)` or `<unknown>`. A title may have several words.
fn title_and_version(text: &[u8]) -> Option<(&[u8], &[u8])> {
    memchr::memchr_iter(b' ', text).find_map(|blank| {
        let (title, version) = (&text[..blank], &text[blank + 1..]);
        let fits = matches!(version.first()?, b'0'..=b'9' | b'(' | b'<');
        fits.then_some((title, version))
    })
}

/// Whether the message is exactly `Done (10.43s)!`, with a comma in some languages.
fn is_done(message: &[u8]) -> bool {
    let seconds = message
        .strip_prefix(b"Done (")
        .and_then(|rest| rest.strip_suffix(b"s)!"));
    seconds.is_some_and(|text| {
        text.iter()
            .all(|byte| byte.is_ascii_digit() || b".,".contains(byte))
    })
}

/// Reads `[connected player] NAME (/192.0.2.7:5) has disconnected: reason`. The proxy also prints the
/// commands of players after such a bracket, so only the first bracket and the words right after it
/// count.
fn about_player(message: &[u8]) -> Option<Statement> {
    let rest = message.strip_prefix(b"[connected player] ")?;
    let start = memmem::find(rest, b" (")?;
    let (player, rest) = (&rest[..start], &rest[start + b" (".len()..]);
    let end = memchr(b')', rest)?;
    let (address, what) = (&rest[..end], rest[end + 1..].strip_prefix(b" has ")?);
    // With two opening brackets, the first is part of an odd name.
    if address.contains(&b'(') {
        return None;
    }
    let player = name::any(player)?;
    let trace = Trace::of(address);
    if what == b"connected" {
        Some(Statement::ConnectedFrom(player, trace))
    } else if what.starts_with(REFUSED) {
        Some(Statement::Refused)
    } else if what == b"disconnected" || what.starts_with(b"disconnected:") {
        Some(Statement::DisconnectedFrom(player, trace))
    } else {
        None
    }
}

/// Reads `[server connection] NAME -> SERVER has connected`. A closed backend connection means nothing,
/// because the player may be on the way to another server.
fn about_server(message: &[u8]) -> Option<Statement> {
    let rest = message.strip_prefix(b"[server connection] ")?;
    let rest = rest.strip_suffix(b" has connected")?;
    let arrow = memmem::rfind(rest, b" -> ")?;
    let server = std::str::from_utf8(&rest[arrow + 4..]).ok()?;
    Some(Statement::Connected {
        player: name::any(&rest[..arrow])?,
        uuid: None,
        server: ServerName::try_from(server).ok(),
    })
}
